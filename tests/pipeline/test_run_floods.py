"""Floods: a feed with ever new entries is taken in bit by bit, and stops no other."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import run, schedule
from pipeline.copies import MemoryIndex
from pipeline.fetch import Fetcher
from pipeline.ledger import Ending, Quota
from pipeline.ledger.memory import MemoryLedger
from pipeline.run import Polled, Reach
from pipeline.story import Feed, Outcome, OutcomeKind
from tests.making import NOW
from tests.pipeline.test_run_sitemaps import Site, _index, _pages

QUOTA = Quota(20, 10_000)


def open_site() -> Site:
    """A site whose feed may bring twenty entries an hour after its first poll."""
    site = Site()
    site.reach = replace(site.reach, quota=QUOTA)
    site.feed = replace(site.feed, full_text=True)
    site.ledger.schedule([site.feed], site.now)
    return site


@pytest.fixture
def site() -> Iterator[Site]:
    """Such a site."""
    site = open_site()
    yield site
    site.close()


def show(site: Site, *names: str) -> None:
    """The feed's document holds these entries, the first as the newest."""
    items = [
        {"id": name, "url": f"{site.root}/{name}", "title": f"Story {name}", "content_text": "x"}
        for name in names
    ]
    document = {"version": "https://jsonfeed.org/version/1.1", "title": "t", "items": items}
    site.documents["/index.xml"] = json.dumps(document).encode()


def numbered(*numbers: int) -> list[str]:
    """Names of entries."""
    return [f"n{number}" for number in numbers]


def events(polled: Polled) -> list[str]:
    """What the poll tells, by name."""
    return [event.name for event in polled.events if event.name != "feed.gap"]


def test_a_large_archive_is_taken_in_at_once(site: Site) -> None:
    """The first document of a feed has no bound."""
    show(site, *numbered(*range(300)))
    first = site.poll()
    assert (first.new, first.later, events(first)) == (300, 0, [])


def test_what_is_over_the_quota_is_taken_in_later(site: Site) -> None:
    """Told once when it begins and once when it is over; the document is asked for in full."""
    show(site, "first")
    site.poll()
    show(site, *numbered(*range(50)), "first")
    began = site.now = site.state.next_poll
    polled = [site.poll() for _ in range(8)]
    told = [events(one) for one in polled if events(one)]
    assert told == [["feed.flood"], ["feed.recovered"]]
    assert polled[0].new == 20
    assert sum(one.new for one in polled) == 50
    assert schedule.health(site.state) == "well"
    assert site.now - began > 3600.0
    assert site.state.etag


def test_a_flooding_feed_says_so(site: Site) -> None:
    """In the list of feeds, in its own events, and by what waits."""
    show(site, "first")
    site.poll()
    show(site, *numbered(*range(50)))
    polled = site.poll()
    assert (polled.new, polled.later) == (20, 30)
    assert schedule.health(site.state) == "flooding"
    assert site.state.told[-1][1:] == (
        "feed.flood",
        "30 entries wait, over its quota of 20 an hour",
    )
    assert (site.state.etag, site.state.body_hash) == ("", "")


def test_ever_new_entries_are_told_once(site: Site) -> None:
    """A feed with fresh ids at each poll: twenty an hour, one line, no hurry."""
    show(site, "first")
    site.poll()
    taken, lines, began = 0, 0, site.state.next_poll
    for turn in range(40):
        show(site, *numbered(*range(1000 * turn, 1000 * turn + 60)))
        polled = site.poll()
        taken += polled.new
        lines += events(polled).count("feed.flood")
    hours = (site.now - began) / 3600
    assert lines == 1
    assert hours > 5
    assert taken <= 20 * (hours + 1) + 1


@pytest.mark.parametrize(("many", "flood"), [(20, False), (21, True)])
def test_an_honest_hour_is_no_flood(site: Site, many: int, flood: bool) -> None:
    """As many as the quota at once are taken in without a word."""
    show(site, "first")
    site.poll()
    show(site, *numbered(*range(many)))
    assert (events(site.poll()) == ["feed.flood"]) == flood


@pytest.mark.parametrize(("own", "new"), [(None, 20), (30, 30), (0, 60)])
def test_a_feed_may_have_a_quota_of_its_own(site: Site, own: int | None, new: int) -> None:
    """More for a busy wire, none for an archive."""
    site.feed = replace(site.feed, quota=own)
    site.ledger.schedule([site.feed], site.now)
    show(site, "first")
    site.poll()
    show(site, *numbered(*range(60)))
    assert site.poll().new == new


def test_a_sitemap_is_read_again_until_all_of_it_is_taken_in(site: Site) -> None:
    """An archive of sitemaps comes in at the pace of the quota; none counts as read before."""
    site.documents = {
        "/index.xml": _index((f"{site.root}/a.xml", "2026-11-01")),
        "/a.xml": _pages(*numbered(*range(50))),
    }
    polled = [site.poll() for _ in range(14)]
    assert sum(one.new for one in polled) == 50
    assert [events(one) for one in polled if events(one)] == [["feed.flood"], ["feed.recovered"]]
    assert site.state.children[0].lastmod_read == "2026-11-01"
    assert site.asked.count("/a.xml") < 12


def test_a_file_is_put_away_when_all_of_it_is_taken_in(tmp_path: Path) -> None:
    """An agency's folder with ever new files: none is lost, none is read as if it were done."""
    feed = Feed("wire", tmp_path.as_uri(), after="move")
    ledger = MemoryLedger(MemoryIndex())
    ledger.schedule([feed], NOW)
    now, taken, reach = NOW, 0, Reach(Fetcher(), quota=QUOTA)
    for turn in range(60):
        if turn in {0, 1}:
            for n in range(50 * turn):
                file = tmp_path / f"{turn}-{n:02}.json"
                item = {"uri": f"{turn}-{n}", "headline": f"Story {n}", "body_text": "Text. " * 9}
                file.write_text(json.dumps(item))
                os.utime(file, (NOW - 600, NOW - 600))
        state = ledger.feed_state("wire")
        now = max(now, state.next_poll if state else now)
        lease = ledger.claim_feed(now, 60)
        assert lease
        polled = run.poll(lease, reach, ledger, partial(float, now))
        taken += polled.new
        assert len(list(tmp_path.glob("*.json"))) == 50 - taken if turn else True
    assert taken == 50


WINDOWS = st.lists(st.integers(0, 25), min_size=1, max_size=25)


@given(steps=WINDOWS, window=st.integers(30, 60))
@settings(max_examples=25)
def test_over_any_polls_nothing_comes_twice_and_nothing_shown_is_lost(
    steps: list[int], window: int
) -> None:
    """A document that rolls on by any steps: what it still shows in the end is taken in, once."""
    site = open_site()
    try:
        show(site, "first")
        site.poll()
        end, polled = 0, []
        for step in steps:
            end += step
            shown = range(max(0, end - window), end)
            show(site, *numbered(*reversed(shown)), "first")
            polled.append(site.poll())
        for _ in range(20):
            polled.append(site.poll())
        leases = site.ledger.lease(site.now, 60, 10_000, 3)
        names = [lease.entry.title.removeprefix("Story ") for lease in leases]
        assert {*numbered(*range(max(0, end - window), end)), "first"} <= set(names)
        assert len(names) == len(set(names)) == 1 + sum(one.new for one in polled)
        assert not any(one.changed for one in polled)
    finally:
        site.close()


@pytest.mark.parametrize("days", [0.9, 1.1, 20.0])
def test_what_an_unchanged_feed_shows_stays_known(site: Site, days: float) -> None:
    """A document that stays the same for months is read once a day all the same: its stories would
    be forgotten else, and delivered again with its next one.
    """
    day = 86_400.0
    site.ledger = MemoryLedger(MemoryIndex(), retention=30 * day, clock=lambda: site.now)
    site.ledger.schedule([site.feed], site.now)
    show(site, "a", "b")
    assert site.poll().new == 2
    for lease in site.ledger.lease(site.now, 60, 9, 3):
        site.ledger.complete(lease, Ending(Outcome(OutcomeKind.NEW)), site.now)
    for _ in range(int(70 / days)):
        site.now += days * day
        assert site.poll().new == 0
    show(site, "c", "a", "b")
    site.now += days * day
    last = site.poll()
    assert (last.new, last.known) == (1, 2)
