"""The schedule's tuned figures, each just below and just above its bound."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.schedule import (
    FeedState,
    PollResult,
    Rhythm,
    Silent,
    after_child,
    after_poll,
    due_child,
    with_children,
)
from pipeline.story import Feed, FeedHints

FEED = Feed(id="f", url="https://a.example/feed")
NOW = 1_795_000_000.0
EVEN = Rhythm(jitter=0.0)
HOUR = 3600.0
DAY = 24 * HOUR


def news(dates: list[float], new: int | None = None) -> PollResult:
    """A 200 with one entry a date."""
    keys = tuple(f"k{date:.0f}" for date in dates)
    found = len(dates) if new is None else new
    return PollResult(200, keys=keys, published=tuple(dates), new=found, hints=FeedHints())


@pytest.mark.parametrize(
    ("quiet", "wait"),
    [
        (4 * 600.0, 300.0),  # four times its spacing: still half its spacing
        (4 * 600.0 + 8, 301.0),  # longer: an eighth of the time that it has been quiet
    ],
)
def test_a_feed_is_asked_less_often_once_it_is_quiet_for_four_times_its_spacing(
    quiet: float, wait: float
) -> None:
    """A pause of a few entries says nothing; a longer one is sleep, which costs the publisher
    requests for nothing.
    """
    known = FeedState(
        configured=FEED.url,
        first_poll=NOW - DAY,
        last_poll=NOW - 60,
        last_full=NOW - 60,
        spacing=600.0,
        longest=6000.0,
        last_new=NOW - quiet,
        newest=NOW - quiet,
        etag="x",
    )
    assert after_poll(
        FEED, known, PollResult(304), NOW, EVEN
    ).state.next_poll - NOW == pytest.approx(wait)


@pytest.mark.parametrize(("entries", "spacing"), [(3, 0.0), (4, 600.0)])
def test_a_spacing_is_learned_from_three_waits(entries: int, spacing: float) -> None:
    """Three entries, two waits: that may be chance, so nothing is learned before a fourth."""
    dates = [NOW - 600.0 * number for number in range(entries)]
    assert after_poll(FEED, FeedState(), news(dates), NOW, EVEN).state.spacing == spacing


def test_a_spacing_is_learned_from_the_last_twenty_waits() -> None:
    """What a feed did long ago, at the old end of a long document, is not its rhythm of today."""
    recent = [NOW - 60.0 * number for number in range(21)]
    older = [recent[-1] - 6000.0 * number for number in range(1, 30)]
    assert after_poll(FEED, FeedState(), news(recent + older), NOW, EVEN).state.spacing == 60.0


def test_a_spacing_follows_slowly() -> None:
    """Three tenths of a new observation: one busy hour does not make a busy feed."""
    known = replace(FeedState(), configured=FEED.url, spacing=1000.0, first_poll=NOW - DAY)
    dates = [NOW - 100.0 * number for number in range(10)]
    assert after_poll(FEED, known, news(dates), NOW, EVEN).state.spacing == pytest.approx(730.0)


@pytest.mark.parametrize(("quiet", "told"), [(HOUR, False), (HOUR + 1, True)])
def test_no_feed_is_called_silent_within_an_hour(quiet: float, told: bool) -> None:
    """An entry a minute, then none: twenty minutes prove nothing, an operator is called after an
    hour.
    """
    known = FeedState(
        configured=FEED.url,
        first_poll=NOW - 2 * DAY,
        last_poll=NOW - 60,
        last_full=NOW - 60,
        spacing=60.0,
        longest=120.0,
        last_new=NOW - quiet,
        newest=NOW - quiet,
        etag="x",
    )
    events = after_poll(FEED, known, PollResult(304), NOW, EVEN).events
    assert [type(event) for event in events] == [Silent] * told


@pytest.mark.parametrize(("late", "failures"), [(299.0, 0), (301.0, 1)])
def test_a_late_answer_to_a_request_with_validators_is_no_fault(late: float, failures: int) -> None:
    """A request goes out just within the day and its 304 comes minutes later: five minutes are
    allowed for it.
    """
    known = FeedState(
        configured=FEED.url, first_poll=NOW - 2 * DAY, last_full=NOW - DAY - late, etag="x"
    )
    assert after_poll(FEED, known, PollResult(304), NOW, EVEN).state.failures == failures


def index(said: str = "") -> FeedState:
    """A feed whose document is an index with one sitemap."""
    known = FeedState(
        configured=FEED.url, first_poll=NOW, last_poll=NOW, last_ok=NOW, interval=30 * DAY
    )
    return with_children(known, [("https://a.example/news-1.xml", said)])[0]


@pytest.mark.parametrize(("failures", "wait"), [(1, 300.0), (2, 600.0), (8, 6 * HOUR)])
def test_a_sitemap_that_fails_is_asked_again_after_five_minutes_doubled(
    failures: int, wait: float
) -> None:
    """Five minutes, doubled with each failure up to six hours: a server that restarts is back soon,
    one that is broken is not asked all day."""
    state = index()
    for _ in range(failures):
        state = after_child(state, state.children[0], PollResult(500), NOW)
    assert due_child(FEED, state, NOW + wait - 1, EVEN) is None
    assert due_child(FEED, state, NOW + wait, EVEN) == state.children[0]


@pytest.mark.parametrize(("same", "wait"), [(60.0, 60.0), (1000.0, 500.0), (4 * DAY, DAY)])
def test_a_sitemap_without_a_date_is_asked_after_half_the_time_that_it_stayed_the_same(
    same: float, wait: float
) -> None:
    """Half of it, but not below the floor and once a day at least: old sitemaps change rarely, and
    still do.
    """
    state = index()
    state = after_child(state, state.children[0], PollResult(200, body_hash="a"), NOW)
    state = after_child(state, state.children[0], PollResult(304), NOW + same)
    asked = NOW + same
    assert due_child(FEED, state, asked + wait - 1, EVEN) is None
    assert due_child(FEED, state, asked + wait, EVEN) == state.children[0]


@pytest.mark.parametrize(("depth", "left_out"), [(2, 0), (3, 1)])
def test_an_index_inside_an_index_is_followed_three_deep(depth: int, left_out: int) -> None:
    """A loop of indexes under ever new names would fill the list without an end."""
    state, parent, over = index(), "https://a.example/news-1.xml", -1
    for number in range(2, depth + 2):
        state, over = with_children(state, [(f"https://a.example/news-{number}.xml", "")], parent)
        parent = f"https://a.example/news-{number}.xml"
    assert over == left_out
