"""What comes in is compared with what used to: each figure has a case just below and just above."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.ledger.sightings import Flow
from tests.making import NOW
from tests.workers.health.making_observations import poll, said, standing, well
from workers.health.coming_in import expect_entries, say_nothing_had, split_refused
from workers.health.health_rules import find_troubles

HOUR = 3600.0
DAY = 86_400.0
THIS_HOUR = int(NOW // HOUR)

# --------------------------------------------------------------------------- polls


@pytest.mark.parametrize(
    ("good", "bad", "told"),
    [(1, 2, 0), (0, 3, 1), (2, 4, 0), (2, 5, 1), (4, 6, 0), (3, 7, 1), (0, 2, 0)],
)
def test_most_of_the_feeds_polled_last_must_fail(good: int, bad: int, told: int) -> None:
    """Seven of ten, and three at least: two may have faults of their own."""
    polls = [poll(n, "server" if n < bad else "read") for n in range(good + bad)]
    assert len(said("polls", well(polls=tuple(polls), feeds=40))) == told


@pytest.mark.parametrize(
    ("ends", "hosts", "told"),
    [
        (["network", "dns", "network"], [1, 2, 3], 1),
        (["network", "network", "read"], [1, 2, 3], 0),
        (["network", "network", "server"], [1, 2, 3], 0),
        (["network", "network", "network"], [1, 2, 2], 0),
    ],
)
def test_three_hosts_in_a_row_that_do_not_answer_are_the_network(
    ends: list[str], hosts: list[int], told: int
) -> None:
    """Also where seven others were well when they were polled last, minutes ago."""
    polls = [poll(n, end, host=f"h{hosts[n]}") for n, end in enumerate(ends)]
    polls += [poll(n, ago=200.0) for n in range(3, 10)]
    found = said("polls", well(polls=tuple(polls), feeds=40))
    assert len(found) == told
    if told:
        assert found[0].startswith("polls: 3 of the 3 feeds polled last failed, all since ")


def test_only_the_newest_poll_of_a_feed_counts() -> None:
    """Each feed once, the ten polled last: earlier polls of well feeds hide nothing."""
    polls = [poll(n, "network", ago=1.0) for n in range(3)]
    polls += [poll(n, "read", ago=60.0) for n in range(3)] * 10
    assert said("polls", well(polls=tuple(polls), feeds=40))
    recovered = [poll(n, "read", ago=1.0) for n in range(10)] + polls
    assert not said("polls", well(polls=tuple(recovered), feeds=40))


@pytest.mark.parametrize(("failed", "told"), [(5, 0), (6, 1)])
def test_the_last_poll_of_most_feeds_must_fail(failed: int, told: int) -> None:
    """More than half of all feeds, also where they are polled once an hour."""
    faults = {f"feed{n}": "server 503 busy" for n in range(failed)}
    assert len(said("polls", well(failed=failed, faults=faults))) == told
    assert said("polls", well(failed=failed, faults=faults, health={"paused": 4}))


def test_no_poll_that_ever_succeeded_is_said_at_once() -> None:
    """The first poll of the first feeds shows it."""
    assert said("polls", well(polls=(poll(0, "dns"),), feeds=40)) == []
    [sentence] = said("polls", well(polls=(poll(0, "dns"),), feeds=40, ends={"poll.failed": 1}))
    assert sentence.startswith("polls: none has succeeded since the start, all since ")


@pytest.mark.parametrize(
    ("kind", "cause"),
    [
        ("dns", "it looks like DNS, for host names do not resolve (why dns)"),
        ("network", "it looks like the network, for hosts do not answer (why network)"),
        ("server", "their servers refuse or fail (why server)"),
        ("document", "what comes is no feed (why document)"),
    ],
)
def test_the_sentence_says_what_it_looks_like(kind: str, cause: str) -> None:
    """Four fifths of one kind name the cause; fewer are counted by kind."""
    polls = [poll(n, kind, ago=n + 1.0) for n in range(4)] + [poll(4, "read", ago=9.0)]
    [sentence] = said("polls", well(polls=tuple(polls), feeds=40))
    assert sentence == (
        f"polls: 4 of the 5 feeds polled last failed, all since 14:13:16 UTC (4 s); {cause}"
    )


def test_faults_of_several_kinds_are_counted() -> None:
    """Neither network nor servers alone."""
    polls = [poll(n, "network") for n in range(3)] + [poll(n, "server") for n in range(3, 5)]
    [sentence] = said("polls", well(polls=tuple(polls), feeds=40))
    assert sentence.endswith("of several kinds: 3 network, 2 server (why network)")


@pytest.mark.parametrize(("same", "other", "told"), [(2, 0, 0), (3, 0, 1), (3, 2, 1), (3, 3, 0)])
def test_one_document_of_several_hosts_is_nobodys(same: int, other: int, told: int) -> None:
    """Three hosts, and more than half of the feeds polled last."""
    polls = [poll(n, digest="portal") for n in range(same)]
    polls += [poll(n + same, digest=f"own{n}") for n in range(other)]
    found = said("same_document", well(polls=tuple(polls)))
    assert len(found) == told
    if told:
        assert "h0.example:443, h1.example:443, h2.example:443" in found[0]


def test_one_host_may_give_one_document_for_all_its_feeds() -> None:
    """And feeds without any document share none."""
    polls = [poll(n, digest="x", host="one.example:443") for n in range(5)]
    assert said("same_document", well(polls=tuple(polls))) == []
    assert said("same_document", well(polls=tuple(poll(n) for n in range(5)))) == []


@pytest.mark.parametrize(
    ("failed", "paused", "told"), [(9, 0, 0), (10, 0, 1), (8, 2, 1), (7, 2, 0)]
)
def test_a_run_in_which_every_feed_failed_had_nothing(failed: int, paused: int, told: int) -> None:
    """Where one answered, something was had."""
    faults = {f"feed{n}": "dns no such name" for n in range(failed)}
    why = say_nothing_had(well(failed=failed, faults=faults, health={"paused": paused}), {})
    assert bool(why) == told
    if told:
        assert why.startswith("nothing could be had: polls: ")
        assert "it looks like DNS" in why


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ({"outcome.quarantined": 3, "outcome.new": 5}, 1),
        ({"outcome.quarantined": 3, "outcome.new": 6}, 0),
        ({"outcome.quarantined": 1, "outcome.new": 5}, 0),
        ({"outcome.new": 5}, 0),
    ],
)
def test_a_run_that_set_all_aside_had_nothing(counts: dict[str, int], told: int) -> None:
    """What ended before it does not count."""
    before = {"outcome.quarantined": 1, "outcome.new": 5}
    assert bool(say_nothing_had(well(counts=counts), before)) == told


# --------------------------------------------------------------------------- feeds


@pytest.mark.parametrize(
    ("age", "rule", "other"),
    [(DAY - 1, "feed_failing", "feed_lost"), (DAY, "feed_lost", "feed_failing")],
)
def test_a_feed_that_fails_for_a_day_is_lost(age: float, rule: str, other: str) -> None:
    """Before that it is shown, and nobody is woken."""
    feed = standing(failing_since=NOW - age, last_ok=NOW - age, failures=9, error="HTTP 503")
    [sentence] = said(rule, well(uneasy=(feed,)))
    assert sentence.startswith("feed one: 9 polls in a row failed since ")
    assert sentence.endswith("; HTTP 503")
    assert said(other, well(uneasy=(feed,))) == []


def test_a_feed_that_never_answered_fails_from_its_first_poll_on() -> None:
    """Since it was first polled."""
    feed = standing(first_poll=NOW - 60, last_ok=0.0, failures=1, error="no such host")
    [sentence] = said("feed_failing", well(uneasy=(feed,)))
    assert sentence == "feed one: 1 poll in a row failed since 14:12:20 UTC (60 s); no such host"


def test_a_feed_that_is_gone_is_lost() -> None:
    """Nobody polls it any more, so that nobody would find out."""
    assert said("feed_lost", well(uneasy=(standing(gone=True, error="gone (410)"),)))


def test_many_feeds_are_one_sentence() -> None:
    """Three are named each, four in one."""
    feeds = [standing(f"f{n}", failing_since=NOW, failures=3) for n in range(6)]
    assert len(said("feed_failing", well(uneasy=tuple(feeds[:3])))) == 3
    assert said("feed_failing", well(uneasy=tuple(feeds))) == [
        "feeds: 6 fail: f0, f1, f2 and 3 more"
    ]


def test_a_feed_that_became_empty_is_said_at_once() -> None:
    """With what it used to hold."""
    feed = standing(empty_since=NOW - 30, entries=25)
    assert said("feed_empty", well(uneasy=(feed,))) == [
        "feed one: its document holds no entries since 14:12:50 UTC (30 s); it used to hold 25"
    ]


@pytest.mark.parametrize(
    ("quiet", "longest", "rule"),
    [
        (DAY - 1, HOUR, "feed_quiet"),
        (DAY, HOUR, "feed_silent"),
        (DAY, DAY / 3, "feed_quiet"),
        (DAY + 1, DAY / 3, "feed_silent"),
    ],
)
def test_silence_is_judged_by_the_feeds_own_rhythm(quiet: float, longest: float, rule: str) -> None:
    """A day, and more than three times its longest wait."""
    feed = standing(silent=True, last_new=NOW - quiet, longest=longest)
    found = {trouble.rule for trouble in find_troubles(well(uneasy=(feed,)))}
    assert found == {rule}


# --------------------------------------------------------------------------- pages of hosts

GOOD, BAD = "page", f"consent {NOW - 60:.0f}"


@pytest.mark.parametrize(
    ("pages", "told"),
    [
        ([BAD] * 4, 0),
        ([BAD] * 5, 1),
        ([BAD] * 4 + [GOOD] * 30, 0),
        ([BAD] * 5 + [GOOD] * 30, 1),
        ([GOOD] + [BAD] * 4 + [GOOD] * 30, 0),
        ([GOOD] + [BAD] * 8 + [GOOD] * 30, 1),
        ([GOOD] * 2 + [BAD] * 8 + [GOOD] * 30, 1),
        ([GOOD] * 3 + [BAD] * 8 + [GOOD] * 29, 0),
        ([BAD] * 5 + [GOOD] * 4 + [BAD] * 5, 0),
        ([BAD] * 5 + [GOOD] * 5 + [BAD] * 5, 1),
        ([BAD] * 5 + [GOOD] + [BAD] * 3, 1),
        ([BAD] * 40, 1),
        ([GOOD] * 40, 0),
    ],
)
def test_the_yield_of_a_host_fell(pages: Sequence[str], told: int) -> None:
    """Five refused in a row, or four of five from ten on, where at least half before were full."""
    assert len(said("host_refuses", well(pages={"paper.example": tuple(pages)}))) == told


def test_the_sentence_names_host_kinds_and_what_was_usual() -> None:
    """And since when."""
    pages = (GOOD, *[BAD] * 8, f"403 {NOW - 100:.0f}", *[GOOD] * 28, BAD, BAD)
    assert said("host_refuses", well(pages={"paper.example": pages})) == [
        "pages of paper.example: 9 of the last 10 were refused (consent, 403); "
        "28 of 30 before were full, since 14:11:40 UTC (100 s)"
    ]


@given(st.lists(st.sampled_from([GOOD, BAD]), max_size=40))
def test_what_is_split_off_is_refused(pages: list[str]) -> None:
    """Whatever came: the newest part is nearly all refused, and both together are all pages."""
    newest, before = split_refused(pages)
    assert [*newest, *before] == pages
    if newest:
        refused = sum(came != "page" for came in newest)
        assert len(newest) >= 5
        assert refused >= 0.8 * len(newest)


# --------------------------------------------------------------------------- admissions


def steady(each: int, days: int) -> dict[int, int]:
    """So many entries in each hour of the last days, up to this hour."""
    return {THIS_HOUR - n: each for n in range(days * 24 + 1)}


def lull(hours: Mapping[int, int], quiet: float, **more: Any) -> list[str]:
    """What is said after so many quiet seconds."""
    return said("lull", well(flow=Flow(hours, NOW - quiet, more.pop("longest", 600.0)), **more))


@pytest.mark.parametrize(
    ("each", "quiet", "told"),
    [
        (10, HOUR, 1),
        (9, HOUR, 0),
        (5, 2 * HOUR, 1),
        (5, 2 * HOUR - 60, 0),
        (100, HOUR - 1, 0),
        (100, HOUR, 1),
    ],
)
def test_ten_missed_entries_and_an_hour_are_a_lull(each: int, quiet: float, told: int) -> None:
    """By the same hours of other days; whatever is usual, not within an hour."""
    assert len(lull(steady(each, 5), quiet)) == told


def test_nights_and_weekends_are_compared_with_their_own() -> None:
    """Where these hours were quiet on most other days, or a week ago, nothing is missing."""
    nights = {hour: 0 if hour >= THIS_HOUR - 5 or (THIS_HOUR - hour) % 24 < 6 else 50
              for hour in steady(50, 5)}  # fmt: skip
    assert lull(nights, 4 * HOUR) == []
    week = steady(50, 10) | {THIS_HOUR - 7 * 24 - n: 0 for n in range(-1, 6)}
    assert lull(week, 4 * HOUR) == []
    assert lull(steady(50, 10), 4 * HOUR)


@pytest.mark.parametrize(
    ("busy", "quiet", "longest", "told"),
    [
        (6, HOUR, 600.0, 1),
        (6, HOUR - 1, 600.0, 0),
        (5, HOUR, 600.0, 0),
        (6, 2 * HOUR, 1200.0, 1),
        (6, 2 * HOUR - 1, 1200.0, 0),
    ],
)
def test_a_young_ledger_goes_by_its_longest_wait(
    busy: int, quiet: float, longest: float, told: int
) -> None:
    """Six times of it and an hour, once six hours brought something."""
    hours = {THIS_HOUR - 3 - n: 4 for n in range(busy)}
    assert len(lull(hours, quiet, longest=longest)) == told


def test_the_sample_wire_may_end() -> None:
    """What came within one minute need not come again."""
    assert lull({THIS_HOUR: 76}, 0.99 * HOUR, longest=20.0) == []
    assert lull({THIS_HOUR - 50: 76}, 50 * HOUR, longest=20.0) == []


def test_the_sentence_says_whether_polls_succeed() -> None:
    """Else somebody would look for a fault of the network first."""
    polls = (poll(0, "unmodified"), poll(1, "same"), poll(2, "read"), poll(3, "network"))
    [sentence] = lull(steady(10, 5), 2 * HOUR, polls=polls)
    assert sentence == (
        "entries: none was admitted since 12:13:20 UTC (2 h), where 20 entries are usual in these "
        "hours; of the last 4 polls 3 succeeded, 2 of them unchanged"
    )


@given(
    st.dictionaries(st.integers(THIS_HOUR - 400, THIS_HOUR), st.integers(0, 500), min_size=1),
    st.floats(0.0, 5 * DAY),
)
def test_no_more_is_expected_than_ever_came(hours: dict[int, int], quiet: float) -> None:
    """Whatever the past was, an hour is expected to bring no more than its best one did."""
    expected = expect_entries(hours, NOW - quiet, NOW)
    assert 0.0 <= expected <= max(hours.values()) * (quiet / HOUR + 1e-6)
