"""What both ledgers show of how things go: polls, pages, admissions, and what waits."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from redis import Redis

from pipeline.ledger import Ending, Ledger
from pipeline.ledger.sightings import (
    DOUBTED_FOR,
    HOURS_KEPT,
    PAGES_KEPT,
    POLLS_KEPT,
    PollNote,
    Sightings,
)
from pipeline.schedule import FeedState
from pipeline.story import Feed, Outcome, OutcomeKind, Page
from tests.making import NOW, entry, record
from tests.workers.ledgers import both
from workers.redis.redis_ledger import RedisLedger

DAY = 86_400.0
HOUR = 3600.0


@pytest.fixture(params=[0, 1], ids=["memory", "redis"])
def ledger(request: pytest.FixtureRequest, redis: Redis) -> Ledger:
    """An empty ledger of each kind."""
    return both(redis)[request.param]


def feeds(*names: str) -> list[Feed]:
    """Feeds of these names, each on a host of its own."""
    return [Feed(name, f"https://{name}.example/feed") for name in names]


def poll(ledger: Ledger, at: float, ended: str = "read", health: str = "well") -> PollNote:
    """Poll the feed that is due and note how it ended."""
    lease = ledger.claim_feed(at, 60)
    assert lease
    why = "" if ended in {"read", "same", "unmodified"} else "no way"
    note = PollNote(at, lease.feed_id, lease.host, ended, why, "d1")
    state = FeedState(
        next_poll=at + 10, last_poll=at, failures=bool(why), last_ok=0.0 if why else at
    )
    ledger.settle_feed(lease, state, health=health, note=note)
    return note


def end(ledger: Ledger, name: str, came: str, at: float = NOW, host: str = "a.example") -> None:
    """Take a story with a page to its end."""
    ledger.admit([(entry(name), host)], at)
    taken = ledger.take_page(at, 60, 3, "w")
    assert taken
    ledger.settle_page(taken, Page("x", 200, b"x"), at, 0.0)
    [lease] = ledger.lease(at, 60, 1, 3)
    ledger.complete(lease, Ending(Outcome(OutcomeKind.NEW), came=came), at)


def test_nothing_yet(ledger: Ledger) -> None:
    """An empty ledger shows nothing."""
    assert ledger.sightings(NOW) == Sightings()


def test_the_newest_polls_come_first(ledger: Ledger) -> None:
    """Of feeds that are polled: not of those that were paused or taken out since."""
    ledger.schedule(feeds("one", "two"), NOW)
    notes = [poll(ledger, NOW + 10 * n, ("read", "network")[n % 2]) for n in range(6)]
    assert ledger.sightings(NOW).polls == tuple(reversed(notes))
    ledger.pause_feed("one", NOW + 60)
    assert {note.feed for note in ledger.sightings(NOW).polls} == {"two"}
    ledger.schedule(feeds("one"), NOW)
    assert ledger.sightings(NOW).polls == ()


def test_so_many_polls_are_kept(ledger: Ledger) -> None:
    """Those of all feeds together."""
    ledger.schedule(feeds("one"), NOW)
    notes = [poll(ledger, NOW + 100 * n) for n in range(POLLS_KEPT + 25)]
    assert ledger.sightings(NOW).polls == tuple(reversed(notes[-POLLS_KEPT:]))


def test_feeds_whose_last_poll_failed(ledger: Ledger) -> None:
    """Until one succeeds, or the feed is paused, resumed or taken out."""
    ledger.schedule(feeds("one"), NOW)

    def failed() -> tuple[int, dict[str, str]]:
        seen = ledger.sightings(NOW)
        return seen.failed, dict(seen.faults)

    poll(ledger, NOW, "dns")
    assert failed() == (1, {"one": "dns no way"})
    poll(ledger, NOW + 100)
    assert failed() == (0, {})
    for forget in (
        lambda: ledger.pause_feed("one", NOW),
        lambda: ledger.resume_feed("one", FeedState(), NOW),
        lambda: ledger.schedule([], NOW),
    ):
        poll(ledger, NOW + 200, "dns")
        assert failed()[0] == 1
        forget()
        assert failed() == (0, {})
        ledger.schedule(feeds("one"), NOW)
        ledger.resume_feed("one", FeedState(next_poll=NOW), NOW)


def test_feeds_that_are_not_well_are_shown(ledger: Ledger) -> None:
    """As they stand; a paused one is not, and neither is one that does well."""
    ledger.schedule(feeds("one", "two", "three"), NOW)
    for health in ("failing", "well", "silent"):
        poll(ledger, NOW, "read", health)
    uneasy = {stands.feed.id: stands.state.last_poll for stands in ledger.sightings(NOW).uneasy}
    assert len(uneasy) == 2
    assert set(uneasy.values()) == {NOW}
    ledger.pause_feed(next(iter(uneasy)), NOW)
    assert len(ledger.sightings(NOW).uneasy) == 1


def test_the_last_pages_of_a_host_that_is_in_doubt(ledger: Ledger) -> None:
    """Newest first, in a word each; a host whose pages were all pages is not looked at."""
    for n, came in enumerate(("page", "consent", "page", "403")):
        end(ledger, f"a{n}", came, NOW + n)
    end(ledger, "b", "page", host="b.example")
    end(ledger, "c", "", host="c.example")
    pages = ("403 1790000003", "page", "consent 1790000001", "page")
    assert ledger.sightings(NOW + 9).pages == {"a.example": pages}


def test_a_host_is_in_doubt_for_a_day(ledger: Ledger) -> None:
    """One of which nothing was asked since has nothing to be judged by."""
    end(ledger, "a", "consent")
    assert ledger.sightings(NOW + DOUBTED_FOR).pages
    assert not ledger.sightings(NOW + DOUBTED_FOR + 1).pages


def test_so_many_pages_are_kept(ledger: Ledger) -> None:
    """Of each host."""
    for n in range(PAGES_KEPT + 15):
        end(ledger, f"a{n}", "consent", NOW + n)
    [pages] = ledger.sightings(NOW).pages.values()
    assert len(pages) == PAGES_KEPT
    assert pages[0] == f"consent {NOW + PAGES_KEPT + 14:.0f}"


def test_admissions_are_counted_by_the_hour(ledger: Ledger) -> None:
    """New and changed entries; not known ones, nor an empty poll."""
    hour = int(NOW // HOUR)
    ledger.admit([(entry("a"), ""), (entry("b"), "")], NOW)
    ledger.admit([(entry("a"), "")], NOW + 60)
    ledger.admit([(entry("a", title="Other words"), "")], NOW + 90)
    ledger.admit([], NOW + 95)
    ledger.admit([(entry("c"), "")], NOW + HOUR)
    flow = ledger.sightings(NOW).flow
    assert (flow.hours, flow.last) == ({hour: 3, hour + 1: 1}, NOW + HOUR)
    assert flow.longest == pytest.approx(HOUR - 90)


def test_admissions_are_kept_for_two_weeks(ledger: Ledger) -> None:
    """And the day at hand."""
    hour = int(NOW // HOUR)
    for name, later in (("a", 0), ("b", 1), ("c", HOURS_KEPT)):
        ledger.admit([(entry(name), "")], NOW + later * HOUR)
    assert ledger.sightings(NOW).flow.hours == {hour + 1: 1, hour + HOURS_KEPT: 1}


def test_what_waits_and_since_when(ledger: Ledger) -> None:
    """Feeds, pages, stories, and the records of each sink."""
    ledger.attach(["sink"])
    assert ledger.sightings(NOW).first_due == {}
    ledger.schedule(feeds("one", "two"), NOW + 1)
    ledger.admit([(entry("a"), "a.example")], NOW + 2)
    ledger.admit([(entry("b"), "")], NOW + 3)
    ledger.admit([(entry("c"), "")], NOW + 4)
    assert ledger.sightings(NOW + 0.5).first_due == {}
    due = {"poll": NOW + 1, "page": NOW + 2, "process": NOW + 3}
    assert ledger.sightings(NOW + 9).first_due == due
    for lease in ledger.lease(NOW + 9, 60, 9, 3):
        ending = Ending(Outcome(OutcomeKind.NEW), (record(lease.key),))
        ledger.complete(lease, ending, NOW + 9)
    due = dict(ledger.sightings(time.time() + 9).first_due)
    assert due.pop("sink.sink") == pytest.approx(time.time(), abs=60)
    assert "process" not in due
    first = ledger.read("sink", NOW + 9, 60, 1)
    assert first
    assert "sink.sink" in ledger.sightings(time.time() + 9).first_due, "what is being written waits"
    ledger.acknowledge(first, NOW + 9)
    assert "sink.sink" in ledger.sightings(time.time() + 9).first_due, "and the second too"
    second = ledger.read("sink", NOW + 9, 60, 1)
    assert second
    ledger.acknowledge(second, NOW + 9)
    assert "sink.sink" not in ledger.sightings(time.time() + 9).first_due


def test_the_story_that_was_set_aside_last(ledger: Ledger) -> None:
    """It says why there is a quarantine now."""
    for n, name in enumerate("ab"):
        ledger.admit([(entry(name), "")], NOW)
        [lease] = ledger.lease(NOW + n, 0, 1, 3)
        ledger.begin(lease, NOW + n, 0, "w")
        ledger.postpone(lease, NOW + n, f"fault of {name}")
        assert ledger.lease(NOW + n, 60, 1, 1) == []
    aside = ledger.sightings(NOW).aside
    assert aside
    assert aside.facts["reason"] == "fault of b"


def test_stories_that_failed_are_suspects(ledger: Ledger) -> None:
    """Once they are due again, with what went wrong; they wait like others."""
    ledger.admit([(entry("a"), "")], NOW)
    [lease] = ledger.lease(NOW, 60, 1, 3)
    ledger.begin(lease, NOW, 60, "w")
    ledger.postpone(lease, NOW + 5, "ValueError: bad")
    ledger.admit([(entry("b"), "")], NOW + 5)
    assert [one.entry.key for one in ledger.lease(NOW + 6, 60, 9, 3)] == [entry("b").key]
    [suspect] = ledger.sightings(NOW + 6).suspects
    assert (suspect.key, suspect.attempts, suspect.facts["error"]) == (
        lease.key,
        1,
        "ValueError: bad",
    )
    assert ledger.sightings(NOW + 9).first_due["process"] == NOW + 5


def test_pages_that_are_settled_are_progress(ledger: Ledger) -> None:
    """Noted once a second at most: each note goes to the disk."""
    for name, at, noted in (("a", 0.0, 0.0), ("b", 0.9, 0.0), ("c", 1.0, 1.0)):
        ledger.admit([(entry(name), "a.example")], NOW)
        taken = ledger.take_page(NOW + at, 60, 3, "w")
        assert taken
        ledger.settle_page(replace(taken, hold=0), Page("x"), NOW + at, 0.0)
        ledger.settle_page(taken, None, NOW + at, 0.0)
        assert ledger.status(NOW).progress["page"] == NOW + noted


def test_a_redis_that_takes_writes_refuses_nothing(redis: Redis) -> None:
    """And the trial leaves nothing behind; one that is full says so."""
    _, found = both(redis)
    assert isinstance(found, RedisLedger)
    assert found.try_write() == ""
    assert redis.keys("*") == []
    redis.config_set("maxmemory", "1")
    try:
        assert "maxmemory" in found.try_write()
        assert "maxmemory" in found.sightings(NOW).refusal
    finally:
        redis.config_set("maxmemory", "0")
