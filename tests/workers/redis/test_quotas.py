"""The quota of a feed: the contract, over both ledgers."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from redis import Redis

from pipeline.copies import MemoryIndex
from pipeline.ledger import Admission, Broken, Ending, Ledger, Quota, Spacing
from pipeline.ledger.memory import MemoryLedger
from pipeline.story import Outcome, OutcomeKind
from tests.making import NOW, entry
from tests.workers.ledgers import both
from workers.redis.redis_index import RedisIndex
from workers.redis.redis_ledger import RedisLedger

HOUR = 3600.0
NEW, LATER, KNOWN = Admission.NEW, Admission.LATER, Admission.KNOWN


@pytest.fixture(params=["memory", "redis"])
def ledger(request: pytest.FixtureRequest) -> Ledger:
    """Each test runs on both ledgers."""
    if request.param == "memory":
        return MemoryLedger(MemoryIndex())
    redis = request.getfixturevalue("redis")
    return RedisLedger(redis, RedisIndex(redis))


def shown(
    ledger: Ledger,
    names: str,
    now: float = NOW,
    an_hour: int = 4,
    feed: str = "feed",
    **changes: str,
) -> list[Admission]:
    """What is said of entries of a feed with that quota, each of one letter."""
    entries = [(entry(f"{feed} {name}", feed_id=feed, **changes), "") for name in names]
    return ledger.admit(entries, now, Quota(an_hour))


def test_what_is_over_the_quota_is_left(ledger: Ledger) -> None:
    """The oldest come first and are taken in; the rest is not noted anywhere."""
    assert shown(ledger, "abcdef") == [NEW] * 4 + [LATER] * 2
    status = ledger.status(NOW)
    assert (status.process, status.counts["admitted"]) == (4, 4)
    assert ledger.trace(entry("feed e").key) is None


def test_what_was_left_comes_with_the_next_hour(ledger: Ledger) -> None:
    """As long as the feed shows it; what was taken in is known."""
    shown(ledger, "abcdef")
    assert shown(ledger, "abcdef", NOW + HOUR) == [KNOWN] * 4 + [NEW] * 2
    assert shown(ledger, "ghijk", NOW + HOUR) == [NEW] * 2 + [LATER] * 3


@pytest.mark.parametrize(("seconds", "more"), [(899, 0), (901, 1), (1799, 1), (1801, 2), (9e9, 4)])
def test_a_quota_comes_back_bit_by_bit(ledger: Ledger, seconds: float, more: int) -> None:
    """Four an hour: one each quarter of an hour, and never more than four at once."""
    shown(ledger, "abcd")
    said = shown(ledger, "efghijkl", NOW + seconds)
    assert said == [NEW] * more + [LATER] * (8 - more)


def test_one_feeds_quota_is_no_others(ledger: Ledger) -> None:
    """Whatever a feed brings, its neighbours are taken in."""
    shown(ledger, "abcdefgh")
    assert shown(ledger, "abcd", feed="honest") == [NEW] * 4


def test_changes_count_and_what_was_known_stays(ledger: Ledger) -> None:
    """A feed that changes all its texts at each poll is a flood as well; none is forgotten."""
    shown(ledger, "ab")
    for lease in ledger.lease(NOW, 60, 9, 3):
        ledger.complete(lease, Ending(Outcome(OutcomeKind.NEW)), NOW)
    for turn in range(3):
        said = shown(ledger, "ab", NOW + turn, title=f"Turn {turn}")
        assert said[0] is (Admission.CHANGED if turn == 0 else LATER)
    assert shown(ledger, "ab", NOW + 3, title="Turn 0") == [KNOWN] * 2


def test_known_entries_cost_nothing(ledger: Ledger) -> None:
    """A large document that stays as it is uses no quota up."""
    shown(ledger, "abcd", an_hour=9)
    for turn in range(9):
        assert shown(ledger, "abcd", NOW + turn, an_hour=9) == [KNOWN] * 4
    assert shown(ledger, "efghi", NOW + 9, an_hour=9) == [NEW] * 5


def test_broken_entries_count(ledger: Ledger) -> None:
    """A feed of ever new broken entries is a flood as well."""
    broken = [Broken(f"b{n}", "feed", "no link") for n in range(6)]
    assert ledger.refuse(broken, NOW, Quota(4)) == broken[:4]
    assert ledger.refuse(broken, NOW, Quota(4)) == []
    assert shown(ledger, "a") == [LATER]
    assert ledger.refuse(broken, NOW + HOUR, Quota(4)) == broken[4:]


def test_without_a_quota_all_are_taken_in(ledger: Ledger) -> None:
    """The first document of a feed is its archive, and costs no quota afterwards."""
    assert shown(ledger, "abcdefgh", an_hour=0) == [NEW] * 8
    assert shown(ledger, "ijkl") == [NEW] * 4


@pytest.mark.parametrize(("waiting", "more"), [(3, 1), (2, 0)])
def test_a_host_with_many_pages_waiting_takes_no_more(
    ledger: Ledger, waiting: int, more: int
) -> None:
    """It gives them one by one: what cannot be had for hours is not held for hours."""
    quota = Quota(99, waiting)
    assert (
        ledger.admit([(entry("a"), "a.example"), (entry("b"), "a.example")], NOW, quota)
        == [NEW] * 2
    )
    third, other = (entry("c"), "a.example"), (entry("d"), "d.example")
    text = (entry("e"), "")
    said = ledger.admit([third, other, text], NOW, quota)
    assert said == [NEW if more else LATER, NEW, NEW]
    taken = ledger.take_page(NOW, 60, 3, "w", Spacing(0.0))
    assert taken


@pytest.mark.parametrize("back", [1.0, 7200.0])
def test_a_clock_that_steps_back_opens_no_quota(ledger: Ledger, back: float) -> None:
    """Nor does it close one for as long as the step."""
    shown(ledger, "abcd")
    assert shown(ledger, "efgh", NOW - back) == [LATER] * 4
    assert shown(ledger, "efgh", NOW - back + HOUR) == [NEW] * 4


POLLS = st.lists(
    st.tuples(
        st.sampled_from(["flood", "honest"]),
        st.floats(0.0, 4000.0),
        st.lists(st.integers(0, 30), max_size=12, unique=True),
        st.booleans(),
    ),
    max_size=20,
)


@given(polls=POLLS, an_hour=st.integers(1, 6))
@settings(max_examples=60)
def test_over_any_polls_nothing_comes_twice_and_nothing_shown_is_lost(
    redis_url: str, polls: list[tuple[str, float, list[int], bool]], an_hour: int
) -> None:
    """Both ledgers say the same of each; what is left is taken in once its feed has shown it for
    long enough, and no hour brings more than the quota twice.
    """
    with Redis.from_url(redis_url) as client:
        taken: list[Counter[str]] = []
        seen: dict[str, set[int]] = {"flood": set(), "honest": set()}
        said = []
        for ledger in both(client):
            now, new, verdicts = NOW, Counter[str](), []
            for feed, later, names, bounded in polls:
                now += later
                rows = [(entry(f"{feed} {n}", feed_id=feed), "") for n in names]
                seen[feed].update(names)
                found = ledger.admit(rows, now, Quota(an_hour if bounded else 0))
                assert not bounded or found.count(NEW) <= an_hour
                verdicts.append(found)
                for (one, _), verdict in zip(rows, found, strict=True):
                    new[one.key] += verdict is NEW
            for _ in range(2 + 31 // an_hour):
                now += HOUR
                for feed, all_names in seen.items():
                    rows = [(entry(f"{feed} {n}", feed_id=feed), "") for n in sorted(all_names)]
                    for (one, _), verdict in zip(
                        rows, ledger.admit(rows, now, Quota(an_hour)), strict=True
                    ):
                        new[one.key] += verdict is NEW
            taken.append(new)
            said.append(verdicts)
        assert said[0] == said[1]
        assert taken[0] == taken[1]
        assert set(taken[0].values()) <= {1}
        assert sum(taken[0].values()) == sum(map(len, seen.values()))
