"""Another look at the page of a story that ended: the contract, over both ledgers."""

from __future__ import annotations

import pytest
from redis import Redis

from pipeline.copies import MemoryIndex
from pipeline.ledger import (
    LOOKS_AT_ONCE,
    Admission,
    Completed,
    Ending,
    Ledger,
    PageLease,
    Spacing,
    Stage,
    VainLook,
)
from pipeline.ledger.memory import MemoryLedger
from pipeline.schedule import Look, LookKind
from pipeline.story import Outcome, OutcomeKind, Page, utc
from tests.making import NOW, entry, record
from workers.redis.redis_index import RedisIndex
from workers.redis.redis_ledger import RedisLedger

HOST = "wire.example"
CAP = 3
OPEN = Spacing(0.0, looks=10.0)
SPACED = Spacing(1.0, looks=10.0)
RECHECK = Look(LookKind.RECHECK, NOW + 3600, NOW)
MISSING = Look(LookKind.MISSING, NOW + 40, NOW + 10)
PAGE = Page("https://wire.example/a", 200, b"<p>A</p>", etag='"1"', modified="Mon")


@pytest.fixture(params=["memory", "redis"])
def ledger(request: pytest.FixtureRequest) -> Ledger:
    """Each test runs on both ledgers."""
    if request.param == "memory":
        return MemoryLedger(MemoryIndex())
    redis = request.getfixturevalue("redis")
    return RedisLedger(redis, RedisIndex(redis))


def admit(ledger: Ledger, name: str = "a", now: float = NOW, *, dated: float = NOW) -> Admission:
    """The feed shows an entry with that date."""
    [verdict] = ledger.admit([(entry(name, published=utc(dated)), HOST)], now)
    return verdict


def take(ledger: Ledger, now: float) -> PageLease | None:
    """A page or a look, whatever is due."""
    return ledger.take_page(now, 60, CAP, "w", OPEN)


def end(ledger: Ledger, look: Look | None, name: str = "a", version: int = 1) -> None:
    """Process what is due and end it, with the next look."""
    [lease] = ledger.lease(NOW + 9, 60, 1, CAP)
    ledger.begin(lease, NOW + 9, 60, "w")
    ending = Ending(Outcome(OutcomeKind.NEW), (record(name, version),), look=look)
    assert ledger.complete(lease, ending, NOW) is Completed.DONE


def run(ledger: Ledger, look: Look | None, name: str = "a") -> None:
    """One story from admission to its end."""
    admit(ledger, name)
    taken = take(ledger, NOW)
    assert taken
    assert ledger.settle_page(taken, PAGE, NOW, 0.0)
    end(ledger, look, name)


def test_a_look_is_made_at_its_time_with_what_is_known_of_the_page(ledger: Ledger) -> None:
    """Not a second sooner; the story counts as ended meanwhile."""
    run(ledger, RECHECK)
    assert take(ledger, NOW + 3599.9) is None
    assert ledger.status(NOW).looks == 1
    taken = take(ledger, NOW + 3600)
    assert taken
    assert taken.lease.look == Look(LookKind.RECHECK, 0.0, NOW)
    assert taken.lease.mark == PAGE.mark
    assert (taken.lease.mark.etag, taken.lease.mark.modified) == ('"1"', "Mon")
    trace = ledger.trace(taken.lease.key)
    assert trace
    assert trace.stage is Stage.DONE
    assert take(ledger, NOW + 3600) is None


def test_without_a_plan_nothing_is_looked_at(ledger: Ledger) -> None:
    """Nor is anything after a plan that says so."""
    run(ledger, None)
    run(ledger, Look(LookKind.RECHECK), "b")
    assert ledger.status(NOW).looks == 0
    assert take(ledger, NOW + 1e7) is None


def test_another_page_opens_the_story_again_and_it_ends_again(ledger: Ledger) -> None:
    """It is counted as admitted once more, so that admissions and ends stay equal."""
    run(ledger, RECHECK)
    taken = take(ledger, NOW + 3600)
    assert taken
    assert ledger.settle_page(taken, Page("", 200, b"B"), NOW + 3600, 0.0)
    [lease] = ledger.lease(NOW + 3600, 60, 9, CAP)
    assert lease.look
    assert lease.page
    assert lease.page.body == b"B"
    trace = ledger.trace(lease.key)
    assert trace
    assert (trace.stage, trace.facts.get("outcome")) == (Stage.PROCESS, None)
    ledger.release([lease], NOW)
    end(ledger, None, version=2)
    counts = ledger.status(NOW).counts
    assert (counts["admitted"], counts["outcome.new"], counts["look.changed"]) == (2, 2, 1)
    assert counts["event.story.new"] == 2


def test_a_look_in_vain_changes_nothing_but_the_next_look(ledger: Ledger) -> None:
    """It is counted by what it found."""
    run(ledger, RECHECK)
    taken = take(ledger, NOW + 3600)
    assert taken
    following = Look(LookKind.RECHECK, NOW + 9000, NOW + 3630, 1)
    assert ledger.settle_page(taken, VainLook("unchanged", following), NOW + 3600, 0.0)
    assert ledger.lease(NOW + 3600, 60, 9, CAP) == []
    trace = ledger.trace(taken.lease.key)
    assert trace
    assert trace.stage is Stage.DONE
    assert (trace.facts["outcome"], trace.facts["looked"]) == ("new", "unchanged")
    assert ledger.status(NOW).counts["look.unchanged"] == 1
    assert take(ledger, NOW + 8999) is None
    again = take(ledger, NOW + 9000)
    assert again
    assert again.lease.look
    assert again.lease.look.vain == 1


def test_a_date_that_moves_on_brings_a_look_at_once(ledger: Ledger) -> None:
    """Also where none was planned; the same date and an earlier one say nothing."""
    run(ledger, None)
    assert admit(ledger, now=NOW + 5) is Admission.KNOWN
    assert admit(ledger, now=NOW + 5, dated=NOW - 60) is Admission.KNOWN
    assert take(ledger, NOW + 5) is None
    assert admit(ledger, now=NOW + 6, dated=NOW + 1) is Admission.MOVED
    taken = take(ledger, NOW + 6)
    assert taken
    assert taken.lease.look
    assert taken.lease.look.moved
    assert taken.lease.entry.published == utc(NOW + 1)
    assert admit(ledger, now=NOW + 7, dated=NOW + 1) is Admission.KNOWN


def test_a_date_that_moves_again_and_again_waits_for_its_time(ledger: Ledger) -> None:
    """A look that found nothing says when a sign is followed next."""
    run(ledger, Look(LookKind.RECHECK, 0.0, NOW + 30, 1))
    assert admit(ledger, now=NOW + 5, dated=NOW + 1) is Admission.MOVED
    assert take(ledger, NOW + 29.9) is None
    assert take(ledger, NOW + 30)


def test_a_date_that_moves_while_a_story_is_open_is_not_missed(ledger: Ledger) -> None:
    """Its page was asked for before: it is looked at as soon as the story has ended."""
    admit(ledger)
    taken = take(ledger, NOW)
    assert taken
    assert admit(ledger, now=NOW + 1, dated=NOW + 1) is Admission.MOVED
    assert ledger.settle_page(taken, PAGE, NOW + 1, 0.0)
    assert admit(ledger, now=NOW + 2, dated=NOW + 2) is Admission.MOVED
    end(ledger, Look(LookKind.RECHECK, NOW + 3600, NOW))
    looked = take(ledger, NOW + 3)
    assert looked
    assert admit(ledger, now=NOW + 4, dated=NOW + 4) is Admission.MOVED
    assert take(ledger, NOW + 4) is None
    ledger.settle_page(looked, VainLook("unchanged", Look(earliest=NOW + 9)), NOW + 5, 0.0)
    assert take(ledger, NOW + 8) is None
    assert take(ledger, NOW + 9)


def test_a_date_that_moved_before_its_page_was_asked_for_needs_no_look(ledger: Ledger) -> None:
    """The page that comes is that of the later date."""
    admit(ledger)
    assert admit(ledger, now=NOW + 1, dated=NOW + 1) is Admission.MOVED
    taken = take(ledger, NOW + 2)
    assert taken
    assert taken.lease.look is None
    assert ledger.settle_page(taken, PAGE, NOW + 2, 0.0)
    end(ledger, RECHECK)
    assert take(ledger, NOW + 5) is None


@pytest.mark.parametrize(
    ("kind", "nearer"), [("missing", True), ("refused", True), ("recheck", False)]
)
def test_a_page_that_is_awaited_is_looked_for_sooner_where_it_is_shown_again(
    ledger: Ledger, kind: str, *, nearer: bool
) -> None:
    """A new document with the entry brings the next look nearer, and never later."""
    run(ledger, Look(LookKind(kind), NOW + 40, NOW + 10))
    assert take(ledger, NOW + 11) is None
    admit(ledger, now=NOW + 12)
    assert bool(take(ledger, NOW + 12)) is nearer
    if not nearer:
        assert take(ledger, NOW + 40)


def test_a_changed_entry_forgets_its_look_and_starts_again(ledger: Ledger) -> None:
    """A worker that looks meanwhile is too late."""
    run(ledger, RECHECK)
    taken = take(ledger, NOW + 3600)
    assert taken
    changed = entry("a", title="Another", published=utc(NOW))
    assert ledger.admit([(changed, HOST)], NOW + 3601) == [Admission.CHANGED]
    assert not ledger.settle_page(taken, Page("", 200, b"B"), NOW + 3602, 0.0)
    again = take(ledger, NOW + 3602)
    assert again
    assert again.lease.look is None
    assert ledger.status(NOW).looks == 0


def test_pages_that_are_wanted_come_before_looks(ledger: Ledger) -> None:
    """However long a look is due."""
    run(ledger, MISSING)
    admit(ledger, "b", NOW + 9000)
    first, second = take(ledger, NOW + 9001), take(ledger, NOW + 9001)
    assert first
    assert second
    assert [first.lease.look, second.lease.look] == [None, Look(LookKind.MISSING, 0.0, NOW + 10)]


def test_a_host_has_a_budget_of_looks(ledger: Ledger) -> None:
    """After so many in a row they come one by one; pages that are wanted do not wait for that."""
    for n in range(LOOKS_AT_ONCE + 2):
        run(ledger, MISSING, f"n{n}")
    at, made = NOW + 100, 0
    while taken := ledger.take_page(at, 60, CAP, "w", SPACED):
        ledger.settle_page(taken, VainLook("gone", None), at, at)
        made += 1
    assert made == LOOKS_AT_ONCE + 1
    admit(ledger, "wanted", at)
    wanted = ledger.take_page(at, 60, CAP, "w", SPACED)
    assert wanted
    ledger.settle_page(wanted, PAGE, at, at)
    assert ledger.take_page(at + 9.9, 60, CAP, "w", SPACED) is None
    assert ledger.take_page(at + 10, 60, CAP, "w", SPACED)


def test_a_host_without_spacing_has_no_budget(ledger: Ledger) -> None:
    """Its operator says that it may be asked as often as there is something to ask."""
    for n in range(LOOKS_AT_ONCE + 5):
        run(ledger, MISSING, f"n{n}")
    made = 0
    while take(ledger, NOW + 100):
        made += 1
    assert made == LOOKS_AT_ONCE + 5


@pytest.mark.parametrize(
    ("look", "spared"),
    [(RECHECK, True), (Look(LookKind.REFUSED, NOW + 40, NOW + 10), True), (MISSING, False)],
)
def test_a_host_that_says_no_is_looked_at_no_more_without_a_sign(
    ledger: Ledger, look: Look, *, spared: bool
) -> None:
    """Its looks that are planned are dropped, and none is planned until the day is over; what is
    not there yet is looked for all the same."""
    run(ledger, look)
    run(ledger, Look(LookKind.MISSING, NOW + 1), "b")
    taken = take(ledger, NOW + 1)
    assert taken
    ledger.settle_page(taken, VainLook("refused", None, NOW + 86_400), NOW + 1, 0.0)
    assert bool(take(ledger, NOW + 4000)) is not spared
    run(ledger, look, "c")
    assert (ledger.status(NOW).looks > 1) is not spared


def test_a_look_that_takes_its_worker_down_is_given_up(ledger: Ledger) -> None:
    """The story stays as it ended; it is not set aside."""
    run(ledger, RECHECK)
    at = NOW + 3600
    for attempt in range(CAP):
        taken = take(ledger, at)
        assert taken
        assert taken.lease.attempts == attempt
        at += 61
    assert take(ledger, at) is None
    trace = ledger.trace(entry("a").key)
    assert trace
    assert trace.stage is Stage.DONE
    assert ledger.quarantined() == []
    assert admit(ledger, now=at, dated=NOW + 1) is Admission.MOVED
    assert take(ledger, at)


def test_a_dropped_story_is_not_looked_at(ledger: Ledger) -> None:
    """An operator ended it."""
    admit(ledger)
    for attempt in range(CAP):
        assert take(ledger, NOW + 61 * attempt)
    assert take(ledger, NOW + 61 * CAP) is None
    assert ledger.drop(entry("a").key, NOW + 999)
    assert admit(ledger, now=NOW + 1000, dated=NOW + 1) is Admission.KNOWN
    assert take(ledger, NOW + 1000) is None


def test_a_story_that_is_opened_again_is_kept_while_it_is_open(redis: Redis) -> None:
    """As one that is new: what waits for a worker for a month is not forgotten."""
    ledger = RedisLedger(redis, RedisIndex(redis), retention=60.0)
    run(ledger, MISSING)
    names: list[bytes] = [*redis.keys("wd:job:*"), *redis.keys("wd:url:*")]  # type: ignore[misc]
    assert [int(redis.ttl(name)) > 0 for name in names] == [True, True]  # type: ignore[arg-type]
    taken = take(ledger, NOW + 40)
    assert taken
    assert ledger.settle_page(taken, Page("", 200, b"B"), NOW + 40, 0.0)
    assert [redis.ttl(name) for name in names] == [-1, -1]
