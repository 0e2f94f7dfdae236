"""Every figure of the schedule: just below it, just above it, and why it stands where it stands."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.schedule import (
    RHYTHM,
    Failing,
    FeedState,
    Gap,
    Moved,
    PollResult,
    Rhythm,
    Silent,
    Visit,
    after_child,
    after_poll,
    ask,
    children_due,
    due_child,
    host_wait,
    next_with_children,
    replan_feed,
    soonest,
    with_children,
)
from pipeline.story import Feed, FeedHints

FEED = Feed(id="f", url="https://a.example/feed")
NOW = 1_795_000_000.0  # a Wednesday, 11:06 GMT
EVEN = Rhythm(jitter=0.0)
MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0


def _news(dates: list[float], **more: object) -> PollResult:
    keys = tuple(f"k{date:.3f}" for date in dates)
    result = PollResult(200, keys=keys, published=tuple(dates), new=len(dates), hints=FeedHints())
    return replace(result, **more)  # type: ignore[arg-type]


def _steady(spacing: float, count: int = 20, until: float = NOW) -> list[float]:
    return [until - spacing * n for n in range(count)][::-1]


def _wait(result: PollResult, state: FeedState | None = None) -> float:
    return after_poll(FEED, state or FeedState(), result, NOW, EVEN).state.next_poll - NOW


# --------------------------------------------------------------------------- how often to poll


def test_the_bounds_of_polling_are_those_of_the_manual() -> None:
    """docs/operating.md names these figures; a change of one is a change for every publisher."""
    assert (RHYTHM.floor, RHYTHM.ceiling, RHYTHM.declared) == (MINUTE, HOUR, HOUR)
    assert (RHYTHM.failing, RHYTHM.refused, RHYTHM.full) == (HOUR, 6 * HOUR, DAY)
    assert (RHYTHM.jitter, RHYTHM.moves, RHYTHM.tell, RHYTHM.quiet) == (0.1, 3, 3, 3.0)


@pytest.mark.parametrize(
    ("spacing", "wait"),
    [
        (
            118.0,
            60.0,
        ),  # half of it is under the floor: no publisher is asked more than once a minute
        (124.0, 62.0),  # half the spacing: the next entry is seen half a spacing late on average
        (7_100.0, 3_550.0),
        (7_300.0, 3_600.0),  # over the ceiling: a feed that wakes up is noticed within the hour
    ],
)
def test_a_feed_is_polled_at_half_its_spacing_between_floor_and_ceiling(
    spacing: float, wait: float
) -> None:
    """The wait follows the rhythm of the feed, and stops at both bounds."""
    assert _wait(_news(_steady(spacing))) == pytest.approx(wait)


@pytest.mark.parametrize(
    ("quiet", "wait"),
    [
        (2_390.0, 300.0),  # under four spacings a pause is chance: half the spacing still holds
        (
            2_410.0,
            301.25,
        ),  # beyond, an eighth of the quiet time, so that a sleeping feed costs less
        (28_700.0, 3_587.5),
        (28_900.0, 3_600.0),  # the ceiling
    ],
)
def test_a_feed_that_is_quiet_for_four_spacings_is_polled_more_rarely(
    quiet: float, wait: float
) -> None:
    """600 seconds between entries: an eighth of the quiet time from 2,400 seconds of it on."""
    assert _wait(_news(_steady(600.0, until=NOW - quiet))) == pytest.approx(wait)


@pytest.mark.parametrize(
    ("asked", "wait"), [(3_599.0, 3_599.0), (3_601.0, 3_600.0), (59.0, 60.0), (61.0, 61.0)]
)
def test_what_a_publisher_asks_for_holds_up_to_an_hour(asked: float, wait: float) -> None:
    """ttl and max-age lengthen the wait; many say a day by mistake, which would make news of
    yesterday.
    """
    assert _wait(_news(_steady(60.0), hints=FeedHints(ttl=asked))) == wait
    headers = {"cache-control": f"max-age={asked:.0f}"}
    assert _wait(_news(_steady(60.0), headers=headers)) == wait


def test_without_a_rhythm_the_first_wait_is_five_floors() -> None:
    """A feed with one entry has shown no spacing: five minutes until it is known better."""
    assert _wait(_news([NOW])) == 5 * MINUTE


@pytest.mark.parametrize(
    ("dates", "spacing"),
    [
        ([0.0, 100.0, 200.0], 0.0),  # two waits are no rhythm
        ([0.0, 100.0, 200.0, 300.0], 100.0),  # three are
        ([0.0, 1.0, 2.0, 3.0], 0.0),  # a burst within a second says nothing of the time between
        ([0.0, 1.1, 2.2, 3.3], 1.1),
        ([0.0, 9_000.0, *(9_000.0 + 10 * n for n in range(1, 21))], 10.0),  # the last 20 waits
    ],
)
def test_a_rhythm_takes_three_waits_of_more_than_a_second(
    dates: list[float], spacing: float
) -> None:
    """The spacing is the median of the last waits; what is too little to tell is left at 0.0."""
    state = after_poll(FEED, FeedState(), _news([NOW - 50_000 + d for d in dates]), NOW).state
    assert state.spacing == pytest.approx(spacing)


def test_a_spacing_moves_by_three_tenths_and_a_latency_by_two() -> None:
    """One unusual poll changes the rhythm a little: a burst at noon is not the feed's new life."""
    state = after_poll(FEED, FeedState(), _news(_steady(600.0)), NOW).state
    after = after_poll(FEED, state, _news(_steady(100.0, until=NOW + 60)), NOW + 60).state
    assert after.spacing == pytest.approx(0.7 * 600 + 0.3 * 100)
    seen = replace(state, latency=100.0)
    late = after_poll(FEED, seen, _news([*_steady(600.0), NOW + 60]), NOW + 80).state
    assert late.latency == pytest.approx(0.8 * 100 + 0.2 * 20)


def test_the_longest_wait_fades_by_a_thousandth_a_poll() -> None:
    """A pause at Christmas is forgotten in the course of the spring, not in a day."""
    state = replace(FeedState(), longest=10_000.0, last_new=NOW, last_ok=NOW)
    after = after_poll(FEED, state, _news(_steady(60.0)), NOW + 60).state
    assert after.longest == pytest.approx(9_990.0)


@pytest.mark.parametrize("share_of_a_tenth", [0.0, 0.1])
def test_jitter_is_a_tenth_at_most(share_of_a_tenth: float) -> None:
    """Enough to part feeds that were added together, too little to make a story late."""
    waits = [
        after_poll(
            replace(FEED, id=f"f{n}"), FeedState(), _news(_steady(1200.0)), NOW
        ).state.next_poll
        - NOW
        for n in range(300)
    ]
    assert min(waits) >= 600.0
    assert max(waits) <= 660.0 + 1e-6
    assert min(abs(wait - 600 * (1 + share_of_a_tenth)) for wait in waits) < 1.0


# --------------------------------------------------------------------------- validators, moves


@pytest.mark.parametrize(("age", "etag"), [(DAY - 1, "x"), (DAY, "")])
def test_validators_are_left_out_once_a_day(age: float, etag: str) -> None:
    """A server that is stuck on 304 is found out within a day, at the price of one full answer."""
    state = FeedState(configured=FEED.url, etag="x", last_full=NOW - age)
    assert ask(FEED, state, NOW).etag == etag


@pytest.mark.parametrize(("age", "failures"), [(DAY + 299, 0), (DAY + 300, 1)])
def test_a_304_is_unasked_for_five_minutes_after_the_day(age: float, failures: int) -> None:
    """A request may take minutes; its answer is judged when it is there."""
    state = FeedState(configured=FEED.url, etag="x", last_full=NOW - age)
    assert after_poll(FEED, state, PollResult(304), NOW).state.failures == failures


@pytest.mark.parametrize(("polls", "moved"), [(2, False), (3, True)])
def test_a_move_is_believed_at_the_third_sighting(polls: int, moved: bool) -> None:
    """A redirect of one day's maintenance must not rewrite an address."""
    state, events = FeedState(), ()
    for n in range(polls):
        hop = _news([NOW], redirects=((301, "https://b.example/feed"),))
        state, events = after_poll(FEED, state, hop, NOW + n)
    assert any(isinstance(event, Moved) for event in events) is moved


@pytest.mark.parametrize(
    ("failures", "told"),
    [(2, False), (3, True), (4, False), (5, False), (6, True), (9, False), (12, True), (24, True)],
)
def test_failing_is_told_at_the_third_failure_and_each_doubling(failures: int, told: bool) -> None:
    """Two failures in a row are a restart; each doubling after the third keeps a long fault in
    sight.
    """
    state = replace(FeedState(), configured=FEED.url, failures=failures - 1)
    events = after_poll(FEED, state, PollResult(500), NOW).events
    assert any(isinstance(event, Failing) for event in events) is told


@pytest.mark.parametrize(
    ("status", "stays"),
    [
        *((399, False), (400, True), (404, True), (408, False), (425, False), (429, False)),
        *((499, True), (500, False), (503, False)),
    ],
)
def test_which_statuses_stay(status: int, stays: bool) -> None:
    """4xx says that the request is wrong, but for those that say "later"; they begin at twice the
    wait.
    """
    assert _wait(PollResult(status)) == (120.0 if stays else 60.0)


@pytest.mark.parametrize(
    ("failures", "result", "wait"),
    [
        (6, PollResult(500), 1_920.0),
        (7, PollResult(500), HOUR),
        (8, PollResult(404), 15_360.0),
        (9, PollResult(404), 6 * HOUR),
    ],
)
def test_waits_after_failures_double_to_their_caps(
    failures: int, result: PollResult, wait: float
) -> None:
    """The last wait that is still doubled, and the first one at its cap."""
    state = replace(FeedState(), configured=FEED.url, failures=failures - 1)
    assert _wait(result, state) == wait


def test_an_operators_long_every_is_no_shorter_after_a_failure() -> None:
    """A feed that is asked once a day is not asked each hour because it failed."""
    feed = replace(FEED, every=DAY)
    assert after_poll(feed, FeedState(), PollResult(500), NOW, EVEN).state.next_poll == NOW + DAY


def test_only_the_last_twenty_events_and_300_characters_are_kept() -> None:
    """A feed's record stays small however long it fails, and an error page is no reason to store
    it.
    """
    state = replace(FeedState(), configured=FEED.url)
    for n in range(30):
        state = replace(state, failures=2)
        state = after_poll(FEED, state, PollResult(0, error="x" * 301), NOW + n).state
    assert len(state.told) == 20
    assert state.told[-1][0] == NOW + 29
    assert len(state.error) == 300


@pytest.mark.parametrize(
    ("status", "later", "wait"),
    [(428, 90.0, 0.0), (429, None, 30.0), (429, 29.0, 29.0), (503, None, 0.0), (502, 9.0, 0.0)],
)
def test_a_host_rests_after_429_and_503_only(status: int, later: float | None, wait: float) -> None:
    """30 seconds where a 429 says nothing; a 503 alone may be one page of many that is broken."""
    assert host_wait(status, later) == wait


# --------------------------------------------------------------------------- gaps and silence


@pytest.mark.parametrize(("roll", "gap"), [(31, False), (32, True), (64, True)])
def test_a_gap_is_seen_by_the_newer_half_of_the_last_poll(roll: int, gap: bool) -> None:
    """64 keys are kept. Where the newer 32 are gone, what is still shared was pinned there."""
    first = after_poll(FEED, FeedState(), _news(_steady(60.0, 64)), NOW).state
    held = [f"k{date:.3f}" for date in _steady(60.0, 64)]  # the oldest first
    stays = held[: 64 - roll]
    fresh = _steady(60.0, 40, until=NOW + 3000)[-40:]
    keys = (*stays, *(f"k{date:.3f}" for date in fresh))
    dates = (*_steady(60.0, 64)[: 64 - roll], *fresh)
    poll = PollResult(200, keys=keys, published=dates, new=len(fresh))
    told = [e for e in after_poll(FEED, first, poll, NOW + 3000).events if isinstance(e, Gap)]
    assert bool(told) is gap


@pytest.mark.parametrize(
    ("quiet", "told"),
    [
        (3.0 * 7_200 - 60, False),  # three times the longest wait so far
        (3.0 * 7_200 + 60, True),
    ],
)
def test_silence_is_three_times_the_longest_wait(quiet: float, told: bool) -> None:
    """Twice the longest wait happens each weekend; after three times somebody should look."""
    state = FeedState(
        configured=FEED.url, first_poll=NOW - 9 * DAY, last_new=NOW - quiet, etag="x",
        newest=NOW - quiet, spacing=600.0, longest=7_200.0, last_full=NOW,
    )  # fmt: skip
    events = after_poll(FEED, state, PollResult(304), NOW).events
    assert any(isinstance(event, Silent) for event in events) is told


@pytest.mark.parametrize(
    ("spacing", "watched", "quiet", "told"),
    [
        (600.0, 2 * DAY, 20 * 600 - 60, False),  # twenty spacings at least, whatever was longest
        (600.0, 2 * DAY, 20 * 600 + 60, True),
        (10.0, 2 * DAY, HOUR - 60, False),  # an hour at least: a burst is no rhythm
        (10.0, 2 * DAY, HOUR + 60, True),
        (
            10.0,
            DAY - 60,
            DAY / 2 - 60,
            False,
        ),  # half a day in the first day: its nights are unknown
        (10.0, DAY - 60, DAY / 2 + 60, True),
        (10.0, DAY / 2 - 60, DAY, False),  # and nobody is silent who was not listened to as long
    ],
)
def test_silence_has_least_bounds(spacing: float, watched: float, quiet: float, told: bool) -> None:
    """Short waits alone call nobody silent: twenty spacings, an hour, half a day in the first
    day.
    """
    state = FeedState(
        configured=FEED.url, first_poll=NOW - watched, last_new=NOW - quiet, etag="x",
        newest=NOW - quiet, spacing=spacing, longest=spacing, last_full=NOW,
    )  # fmt: skip
    events = after_poll(FEED, state, PollResult(304), NOW).events
    assert any(isinstance(event, Silent) for event in events) is told


# ------------------------------ operators, skipped hours


@pytest.mark.parametrize(
    ("ago", "wait", "forced"), [(59.0, 1.0, False), (61.0, 0.0, False), (1.0, 0.0, True)]
)
def test_an_operator_waits_for_the_floor_unless_forced(
    ago: float, wait: float, forced: bool
) -> None:
    """``feeds poll`` keeps to a minute between two polls, and ``--force`` to Retry-After only."""
    state = FeedState(configured=FEED.url, last_poll=NOW - ago)
    assert soonest(FEED, state, NOW, forced=forced) == NOW + wait


@pytest.mark.parametrize(("every", "due"), [(500.0, NOW + 400), (90.0, NOW)])
def test_a_new_every_holds_from_the_last_poll_on(every: float, due: float) -> None:
    """An edited ``every`` is felt at once where its time has passed, and never before."""
    feed = replace(FEED, every=every)
    state = FeedState(configured=FEED.url, last_poll=NOW - 100, next_poll=NOW + 3_000)
    assert replan_feed(feed, state, NOW) == due


@pytest.mark.parametrize(
    ("hours", "days", "ahead"),
    [
        (range(24), (), 7 * DAY),  # every hour is skipped: a mistake, honoured for a week
        ((h for h in range(24) if h != 10), (), DAY),
    ],
)
def test_skipped_hours_put_off_a_week_at_most(
    hours: object, days: tuple[str, ...], ahead: float
) -> None:
    """A feed that skips all hours is polled after a week; one open hour a day is found."""
    hints = FeedHints(skip_hours=tuple(hours), skip_days=days)  # type: ignore[call-overload]
    wait = _wait(_news(_steady(60.0), hints=hints))
    assert ahead - 2 * HOUR < wait <= ahead + HOUR


# --------------------------------------------------------------------------- sitemaps of an index


def _index(*visits: Visit) -> FeedState:
    return FeedState(configured=FEED.url, last_ok=NOW, interval=HOUR, children=visits)


@pytest.mark.parametrize(
    ("failures", "wait"), [(1, 300.0), (2, 600.0), (7, 19_200.0), (8, 6 * HOUR), (99, 6 * HOUR)]
)
def test_a_sitemap_that_fails_is_asked_ever_more_rarely(failures: int, wait: float) -> None:
    """Five minutes, doubled to six hours: the others of the index go on meanwhile."""
    visit = Visit("https://a.example/1", asked=NOW - wait, failures=failures)
    assert children_due(_index(visit), NOW - 1, EVEN) == 0
    assert children_due(_index(visit), NOW, EVEN) == 1


@pytest.mark.parametrize(
    ("unchanged", "wait"),
    [(100.0, 60.0), (130.0, 65.0), (2 * DAY - 100, DAY - 50), (2 * DAY + 100, DAY)],
)
def test_a_sitemap_without_a_date_is_asked_at_half_its_age(unchanged: float, wait: float) -> None:
    """The longer it stays the same, the less often; a minute at least, a day at most."""
    visit = Visit("https://a.example/1", asked=NOW, changed=NOW - unchanged)
    assert children_due(_index(visit), NOW + wait - 1, EVEN) == 0
    assert children_due(_index(visit), NOW + wait, EVEN) == 1


@pytest.mark.parametrize(("depth", "deep"), [(2, 0), (3, 1)])
def test_an_index_is_followed_three_deep(depth: int, deep: int) -> None:
    """Indexes of indexes exist; a fourth level is a loop or a trap."""
    state, parent = _index(), ""
    for n in range(depth):
        state, _ = with_children(state, [(f"https://a.example/{n}", "")], parent)
        parent = f"https://a.example/{n}"
    _, too_deep = with_children(state, [("https://a.example/last", "")], parent)
    assert too_deep == deep


def test_a_sitemap_waits_for_its_hosts_spacing() -> None:
    """Sitemaps that are due at once are asked one spacing apart, and never before a Retry-After."""
    state = _index(Visit("https://a.example/1"), Visit("https://a.example/2"))
    asked = after_child(state, state.children[0], PollResult(200), NOW)
    assert next_with_children(asked, PollResult(200), NOW, 5.0, EVEN).next_poll == NOW + 5
    busy = PollResult(200, headers={"retry-after": "70"})
    assert next_with_children(asked, busy, NOW, 5.0, EVEN).next_poll == NOW + 70


@pytest.mark.parametrize(("ahead", "child"), [(HOUR - 1, True), (HOUR, False)])
def test_the_index_itself_is_asked_when_its_interval_is_over(ahead: float, child: bool) -> None:
    """However many sitemaps wait, the index is asked again in time, for it names the newest."""
    assert (due_child(FEED, _index(Visit("https://a.example/1")), NOW + ahead) is None) is not child


# ------------------------------ what quiet and pushed mean


@pytest.mark.parametrize(
    ("last_new", "newest", "wait"),
    [
        (NOW - 100.0, NOW - 36_000.0, 300.0),  # an old story that came late is news all the same
        (NOW - 36_000.0, NOW - 100.0, 300.0),  # a first poll saw nothing new, but a fresh document
        (NOW - 36_000.0, NOW - 36_000.0, 3_600.0),
    ],
)
def test_a_feed_is_quiet_since_the_later_of_sight_and_publication(
    last_new: float, newest: float, wait: float
) -> None:
    """Quiet begins with what was seen last or published last, whichever is later."""
    state = FeedState(
        configured=FEED.url, first_poll=NOW - 9 * DAY, etag="x", last_full=NOW, spacing=600.0,
        longest=7_200.0, last_new=last_new, newest=newest,
    )  # fmt: skip
    assert _wait(PollResult(304), state) == wait


@pytest.mark.parametrize(("until", "wait"), [(NOW, 60.0), (NOW + 1, HOUR)])
def test_a_feed_that_a_hub_tells_of_is_polled_at_the_ceiling(until: float, wait: float) -> None:
    """While the lease holds, polling is only there to find out a hub that forgot us."""
    state = FeedState(configured=FEED.url, pushed_until=until)
    assert _wait(_news(_steady(60.0)), state) == wait


def test_a_feed_that_is_gone_says_so_in_its_state() -> None:
    """``feeds show`` prints the error; the failure counts as one."""
    state = after_poll(FEED, FeedState(failures=2), PollResult(410), NOW).state
    assert (state.error, state.failures, state.gone, state.status) == ("gone (410)", 3, True, 410)


def test_entries_without_dates_have_no_latency() -> None:
    """Without a publication there is nothing to be late for; what was new was new now."""
    bare = PollResult(200, keys=("a", "b"), published=(0.0, 0.0), new=2)
    state = after_poll(FEED, FeedState(), bare, NOW).state
    assert (state.last_new, state.newest, state.latency) == (NOW, 0.0, 0.0)
    state = after_poll(FEED, state, replace(bare, keys=("b", "c"), new=1), NOW + 600).state
    assert (state.last_new, state.newest, state.latency) == (NOW + 600, 0.0, 0.0)
    assert state.longest == 600.0


@pytest.mark.parametrize(
    ("fresh", "spacing", "missing"),
    [
        ([600.0, 660.0], 120.0, 9),  # two fresh entries show the pace at which others passed
        ([600.0, 630.0, 660.0], 120.0, 19),
        ([600.0], 120.0, 4),  # one shows none: the learned spacing stands in
        ([600.0], 0.0, 1),  # nothing is known but that something may be missing
        ([60.0, 120.0], 120.0, 1),  # never less than one
    ],
)
def test_a_gap_says_about_how_many_are_missing(
    fresh: list[float], spacing: float, missing: int
) -> None:
    """The time between the last known entry and the first fresh one, by the pace of the wire."""
    state = FeedState(
        configured=FEED.url, last_ok=NOW, newest=NOW, spacing=spacing, last_keys=("x", "y"),
        last_new=NOW,
    )  # fmt: skip
    result = _news([NOW + after for after in fresh])
    [gap] = [e for e in after_poll(FEED, state, result, NOW + 700).events if isinstance(e, Gap)]
    assert (gap.missing, gap.since) == (missing, NOW)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (119.0, "119 s"),
        (120.0, "2 min"),
        (7_199.0, "120 min"),
        (7_200.0, "2 h"),
        (172_799.0, "48 h"),
        (172_800.0, "2 d"),
    ],
)
def test_spans_are_said_in_the_largest_unit_of_which_there_are_two(
    seconds: float, words: str
) -> None:
    """ "1 h" may be anything up to two: the smaller unit says more."""
    assert f"nothing new for {words}, " in str(Silent("f", seconds, 60.0))


@pytest.mark.parametrize(
    ("status", "ok"),
    [(0, False), (199, False), (200, True), (299, True), (300, False), (304, True), (305, False)],
)
def test_which_statuses_are_answers(status: int, ok: bool) -> None:
    """2xx and 304 are what was asked for; a fault that is named is none, whatever the status."""
    assert PollResult(status).ok is ok
    assert not PollResult(status, error="no feed").ok
