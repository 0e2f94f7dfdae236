"""When to poll next: what the publisher asks for, what the feed's rhythm says, and what operators
are told.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.schedule import (
    NEVER,
    Failing,
    FeedState,
    Gap,
    Gone,
    Moved,
    PollResult,
    Recovered,
    Rhythm,
    Silent,
    Visit,
    after_child,
    after_poll,
    ask,
    first_poll,
    health,
    host_wait,
    next_with_children,
    replan_feed,
    resume_feed,
    with_children,
)
from pipeline.story import Feed, FeedHints

FEED = Feed(id="f", url="https://a.example/feed")
NOW = 1_795_000_000.0  # a Wednesday, 11:06 GMT
EVEN = Rhythm(jitter=0.0)
DAY = 86_400.0


def _news(dates: list[float], new: int | None = None, **more: object) -> PollResult:
    """A 200 with one entry a date, newest last."""
    keys = tuple(f"k{d:.0f}" for d in dates)
    result = PollResult(
        200,
        keys=keys,
        published=tuple(dates),
        new=len(dates) if new is None else new,
        hints=FeedHints(),
    )
    return replace(result, **more)  # type: ignore[arg-type]


def _every(seconds: float, count: int = 20, until: float = NOW) -> list[float]:
    return [until - seconds * n for n in range(count)][::-1]


def _wait(
    result: PollResult, state: FeedState | None = None, feed: Feed = FEED, rhythm: Rhythm = EVEN
) -> float:
    return after_poll(feed, state or FeedState(), result, NOW, rhythm).state.next_poll - NOW


# --------------------------------------------------------------------------- rhythm


def test_a_busy_feed_is_polled_at_the_floor() -> None:
    """An entry a minute is as fast as polling goes."""
    assert _wait(_news(_every(60))) == 60.0


def test_a_steady_feed_is_polled_at_half_its_spacing() -> None:
    """An entry every twenty minutes is worth a look every ten."""
    assert _wait(_news(_every(1200))) == pytest.approx(600.0)


def test_a_quiet_feed_is_polled_ever_more_rarely_up_to_the_ceiling() -> None:
    """A feed whose last entry is long ago costs its publisher a request an hour."""
    waits = [
        _wait(_news(_every(600, until=NOW - age))) for age in (0.0, 3600.0, 4 * 3600.0, 10 * DAY)
    ]
    assert waits == sorted(waits)
    assert waits[0] == pytest.approx(300.0)
    assert waits[-1] == 3600.0


def test_the_operators_word_fixes_the_rhythm() -> None:
    """``every`` overrides floor, ceiling, ttl and max-age, but not Retry-After."""
    feed = replace(FEED, every=5.0)
    asked = {"cache-control": "max-age=900"}
    assert _wait(_news(_every(1200), headers=asked, hints=FeedHints(ttl=1800)), feed=feed) == 5.0
    assert _wait(PollResult(429, headers={"retry-after": "77"}), feed=feed) == pytest.approx(77.0)


def test_jitter_spreads_feeds_and_is_the_same_each_time() -> None:
    """Feeds added together do not stay together, and a restart changes no feed's moment."""
    result = _news(_every(1200))
    waits = {n: _wait(result, feed=replace(FEED, id=f"f{n}"), rhythm=Rhythm()) for n in range(50)}
    again = {n: _wait(result, feed=replace(FEED, id=f"f{n}"), rhythm=Rhythm()) for n in range(50)}
    assert waits == again
    assert len(set(waits.values())) == 50
    assert all(600.0 <= w <= 660.1 for w in waits.values())
    firsts = [first_poll(replace(FEED, id=f"f{n}"), NOW, spread=100.0) - NOW for n in range(200)]
    assert 0 <= min(firsts) < 10
    assert 90 < max(firsts) < 100
    assert first_poll(FEED, NOW) == NOW


@given(
    dates=st.lists(st.floats(0, NOW), max_size=12),
    status=st.sampled_from([200, 304, 0, 301, 404, 410, 429, 500, 503]),
    headers=st.fixed_dictionaries(
        {
            "retry-after": st.sampled_from(
                ["", "5", "99999999", "Wed, 18 Nov 2026 12:00:00 GMT", "soon", "-1", "1e9"]
            ),
            "cache-control": st.sampled_from(
                ["", "max-age=30", "max-age=999999999", "no-cache", "max-age=x"]
            ),
        }
    ),
    hints=st.builds(
        FeedHints,
        ttl=st.floats(0, 1e9),
        skip_hours=st.lists(st.integers(0, 23), max_size=24).map(tuple),
    ),
    polls=st.integers(1, 4),
)
def test_any_answer_gives_a_sane_next_poll(
    dates: list[float], status: int, headers: dict[str, str], hints: FeedHints, polls: int
) -> None:
    """Whatever a server says, the next poll is after the floor and within eight days, or never with
    the feed gone.
    """
    state, now = FeedState(), NOW
    for n in range(polls):
        polled = after_poll(
            FEED, state, _news(dates, status=status, headers=headers, hints=hints), now
        )
        state = polled.state
        if state.gone:
            assert state.next_poll == NEVER
            assert polled.events == (Gone("f"),)
            return
        assert now + 60.0 <= state.next_poll <= now + 8 * DAY
        assert FeedState.from_json(state.to_json()) == state
        now = state.next_poll + n


# ------------------------------ what the publisher asks for


@pytest.mark.parametrize(
    ("headers", "hints", "least"),
    [
        ({"cache-control": "public, max-age=900"}, FeedHints(), 900.0),
        ({"cache-control": "max-age=900", "age": "300"}, FeedHints(), 600.0),
        ({"cache-control": "max-age=31536000"}, FeedHints(), 3600.0),
        ({"cache-control": "no-cache, max-age=900"}, FeedHints(), 60.0),
        (
            {"expires": "Wed, 18 Nov 2026 11:20:00 GMT", "date": "Wed, 18 Nov 2026 11:05:00 GMT"},
            FeedHints(),
            900.0,
        ),
        ({}, FeedHints(ttl=1800.0), 1800.0),
        ({}, FeedHints(ttl=600.0, update_period=900.0), 900.0),
        ({}, FeedHints(update_period=86_400.0), 3600.0),
    ],
)
def test_no_poll_before_the_publisher_allows_it(
    headers: dict[str, str], hints: FeedHints, least: float
) -> None:
    """max-age less Age, Expires, ttl and updatePeriod hold even for a busy feed, up to the
    ceiling.
    """
    assert _wait(_news(_every(60), headers=headers, hints=hints)) == pytest.approx(least)


def test_what_a_document_asked_for_holds_while_it_does_not_change() -> None:
    """A 304 brings no document: its ttl of before still counts."""
    first = after_poll(
        FEED,
        FeedState(),
        _news(_every(60), headers={"etag": "x"}, hints=FeedHints(ttl=1800)),
        NOW,
        EVEN,
    )
    second = after_poll(FEED, first.state, PollResult(304), NOW + 1800, EVEN)
    assert second.state.next_poll == NOW + 3600


def test_skipped_hours_and_days_are_left_alone() -> None:
    """The next poll falls into the first hour and day that are not skipped."""
    hours = after_poll(
        FEED, FeedState(), _news(_every(60), hints=FeedHints(skip_hours=(11, 12))), NOW, EVEN
    )
    assert 13 * 3600 <= hours.state.next_poll % DAY < 13 * 3600 + 61
    days = after_poll(
        FEED, FeedState(), _news(_every(60), hints=FeedHints(skip_days=("wednesday",))), NOW, EVEN
    )
    assert days.state.next_poll // DAY == NOW // DAY + 1


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_obeyed(status: int) -> None:
    """The feed waits at least as long as it was told to, beyond any ceiling of ours."""
    assert _wait(PollResult(status, headers={"retry-after": "7200"})) == 7200.0


def test_a_busy_host_is_left_alone_by_all() -> None:
    """After 429 and 503 the whole host rests: as long as it says, or 30 seconds after a 429."""
    assert host_wait(429, 90.0) == host_wait(503, 90.0) == 90.0
    assert host_wait(429, None) == 30.0
    assert host_wait(429, 0.0) == host_wait(503, None) == host_wait(200, 90.0) == 0.0


# --------------------------------------------------------------------------- validators and moves


def test_validators_are_kept_byte_for_byte() -> None:
    """What came with a 200 goes back as it was; a 304 does not take it away, a 200 without one
    does.
    """
    first = after_poll(
        FEED,
        FeedState(),
        _news([NOW], headers={"etag": 'W/"a b"', "last-modified": "odd  date"}),
        NOW,
    )
    assert ask(FEED, first.state, NOW + 60) == replace(
        ask(FEED, FeedState(), NOW), etag='W/"a b"', modified="odd  date"
    )
    kept = after_poll(FEED, first.state, PollResult(304), NOW + 60).state
    assert (kept.etag, kept.modified) == ('W/"a b"', "odd  date")
    assert after_poll(FEED, kept, _news([NOW]), NOW + 120).state.etag == ""


def test_a_failure_keeps_the_validators() -> None:
    """A 500 in between must not cost a full download."""
    state = after_poll(FEED, FeedState(), _news([NOW], headers={"etag": "x"}), NOW).state
    assert after_poll(FEED, state, PollResult(500), NOW + 60).state.etag == "x"


def test_once_a_day_no_validators_are_sent() -> None:
    """A server stuck on 304 would hide every story for ever."""
    state = after_poll(FEED, FeedState(), _news([NOW], headers={"etag": "x"}), NOW).state
    for hours in range(1, 24):
        state = after_poll(FEED, state, PollResult(304), NOW + hours * 3600).state
    assert ask(FEED, state, NOW + DAY - 1).etag == "x"
    assert ask(FEED, state, NOW + DAY).etag == ""


def test_a_304_to_an_open_question_is_a_fault() -> None:
    """Nothing was known, so nothing can be unchanged."""
    polled = after_poll(FEED, FeedState(), PollResult(304), NOW)
    assert (polled.state.failures, polled.state.error) == (1, "304 though no validator was sent")


def test_a_server_stuck_on_304_is_found_out() -> None:
    """Once a day it is asked without validators; a 304 to that is a fault and hides no story in
    silence.
    """
    state = after_poll(FEED, FeedState(), _news([NOW], headers={"etag": "x"}), NOW).state
    assert not after_poll(FEED, state, PollResult(304), NOW + DAY - 1).state.error
    assert (
        after_poll(FEED, state, PollResult(304), NOW + DAY + 301).state.error
        == "304 though no validator was sent"
    )


def _redirected(*hops: tuple[int, str]) -> PollResult:
    return _news([NOW], redirects=hops)


def test_a_permanent_move_is_followed_after_repeated_sightings() -> None:
    """Three polls in a row must agree; then the feed is asked for at its new place, and operators
    know.
    """
    state, seen = FeedState(), []
    for n in range(4):
        state, events = after_poll(
            FEED, state, _redirected((301, "https://b.example/feed")), NOW + n
        )
        seen.append(events)
        if state.url:
            break
    assert seen == [(), (), (Moved("f", "https://b.example/feed"),)]
    assert ask(FEED, state, NOW + 9).url == "https://b.example/feed"


@pytest.mark.parametrize(
    "hops",
    [
        [(302, "https://b.example/")],
        [(307, "https://b.example/")],
        [(302, "https://b.example/"), (301, "https://c.example/")],
        [(301, "http://a.example/feed")],
    ],
)
def test_a_detour_is_no_move(hops: list[tuple[int, str]]) -> None:
    """Temporary redirects, and any step from https to http, never rewrite the feed's address."""
    state = FeedState()
    for n in range(6):
        state = after_poll(FEED, state, _redirected(*hops), NOW + n).state
    assert (state.url, state.moved_seen) == ("", 0)


def test_the_permanent_part_of_a_chain_counts() -> None:
    """301 then 302: the feed moved to where the 301 led, and the detour from there stays a
    detour.
    """
    state = FeedState()
    for n in range(3):
        state = after_poll(
            FEED,
            state,
            _redirected((308, "https://b.example/"), (302, "https://c.example/")),
            NOW + n,
        ).state
    assert state.url == "https://b.example/"


def test_sightings_must_be_in_a_row() -> None:
    """A redirect that comes and goes is a misconfiguration, not a move."""
    state = FeedState()
    for n in range(9):
        hops = [(301, "https://b.example/")] if n % 3 else []
        state = after_poll(FEED, state, _redirected(*hops), NOW + n).state
    assert state.url == ""


def test_a_url_that_the_operator_changed_begins_anew() -> None:
    """Validators, keys and moves of the old address must not meet the new one."""
    state = FeedState()
    for n in range(3):
        state = after_poll(FEED, state, _redirected((301, "https://b.example/")), NOW + n).state
    edited = replace(FEED, url="https://new.example/feed")
    assert ask(edited, replace(state, etag="x"), NOW + 9) == ask(edited, FeedState(), NOW + 9)
    fresh = after_poll(edited, state, _news(_every(600)), NOW + 9)
    assert (fresh.state.url, fresh.events) == ("", ())


# --------------------------------------------------------------------------- failures


def test_failures_back_off_and_are_told() -> None:
    """Waits double to a cap, polling never ends, and it is said at the third failure and each
    doubling.
    """
    state, now, waits, told = (
        after_poll(FEED, FeedState(), _news(_every(60)), NOW, EVEN).state,
        NOW,
        [],
        [],
    )
    for _ in range(13):
        now = state.next_poll
        state, events = after_poll(FEED, state, PollResult(0, error="no connection"), now, EVEN)
        waits.append(state.next_poll - now)
        told += [e.failures for e in events if isinstance(e, Failing)]
    assert waits[:4] == [60.0, 120.0, 240.0, 480.0]
    assert waits[-1] == 3600.0
    assert told == [3, 6, 12]
    assert all(a <= b for a, b in pairwise(waits))


@pytest.mark.parametrize(
    ("result", "cap"),
    [
        (PollResult(404), 6 * 3600.0),
        (PollResult(403), 6 * 3600.0),
        (PollResult(0, error="refused address", permanent=True), 6 * 3600.0),
        (PollResult(200, error="no feed in the document", permanent=True), 6 * 3600.0),
        (PollResult(500), 3600.0),
        (PollResult(429), 3600.0),
        (PollResult(0, error="deadline passed"), 3600.0),
    ],
)
def test_faults_that_stay_are_asked_about_more_rarely(result: PollResult, cap: float) -> None:
    """404 and the like go to a cap of hours, faults that pass to one of an hour."""
    state = FeedState()
    for n in range(20):
        state = after_poll(FEED, state, result, NOW + n, EVEN).state
    assert state.next_poll - (NOW + 19) == cap


def test_a_feed_that_is_gone_is_polled_no_more_and_says_so() -> None:
    """410 stops the feed; nothing stops for ever without an event."""
    polled = after_poll(FEED, FeedState(), PollResult(410), NOW)
    assert (polled.state.gone, polled.state.next_poll) == (True, NEVER)
    assert polled.events == (Gone("f"),)


def test_an_operator_takes_a_feed_up_again() -> None:
    """A feed that was gone is due at once and asked in full, with its entries still known."""
    state = after_poll(FEED, FeedState(), _news(_every(600), headers={"etag": "x"}), NOW).state
    again = resume_feed(FEED, after_poll(FEED, state, PollResult(410), NOW + 60).state, NOW + DAY)
    assert (again.gone, again.next_poll, again.error) == (False, NOW + DAY, "")
    assert ask(FEED, again, NOW + DAY).etag == ""
    assert again.last_keys == state.last_keys


def test_recovery_is_told_and_resets() -> None:
    """After three failures an answer says how long it took, and waits are those of a healthy
    feed.
    """
    state = after_poll(FEED, FeedState(), _news(_every(600)), NOW, EVEN).state
    for n in range(3):
        state = after_poll(FEED, state, PollResult(500), NOW + 60 * n, EVEN).state
    polled = after_poll(FEED, state, _news(_every(600), new=0), NOW + 1800, EVEN)
    assert polled.events == (Recovered("f", 1800.0),)
    assert (polled.state.failures, polled.state.error, polled.state.failing_since) == (0, "", 0.0)


# --------------------------------------------------------------------------- gaps and silence


def test_two_polls_without_a_common_entry_are_a_gap() -> None:
    """Entries every minute, a window of ten, half an hour away: about twenty are missing, and
    polling speeds up.
    """
    first = after_poll(FEED, FeedState(), _news(_every(60, 10)), NOW, EVEN)
    polled = after_poll(
        FEED, first.state, _news(_every(60, 10, until=NOW + 1800)), NOW + 1800, EVEN
    )
    gaps = [e for e in polled.events if isinstance(e, Gap)]
    assert len(gaps) == 1
    assert 19 <= gaps[0].missing <= 21
    assert polled.state.next_poll - (NOW + 1800) == 60.0
    assert polled.state.gaps == 1


def test_a_gap_without_dates_is_told_too() -> None:
    """Where entries bring no dates, as many as the window holds may be missing."""

    def poll(names: str) -> PollResult:
        return PollResult(200, keys=tuple(names), published=(0.0,) * len(names), new=len(names))

    first = after_poll(FEED, FeedState(), poll("abcd"), NOW)
    assert after_poll(FEED, first.state, poll("wxyz"), NOW + 60).events == (Gap("f", 4, NOW),)


@pytest.mark.parametrize("size", [1, 5, 64, 65, 300])
@pytest.mark.parametrize("rolled", [0.1, 0.5, 0.99])
def test_no_gap_while_the_windows_overlap(size: int, rolled: float) -> None:
    """A feed of any size that rolled over in part has no gap, also where only some of its keys are
    remembered.
    """
    first = after_poll(FEED, FeedState(), _news(_every(60, size)), NOW)
    later = NOW + 60 * int(size * rolled)
    assert not after_poll(
        FEED, first.state, _news(_every(60, size, until=later)), later + 60
    ).events


@pytest.mark.parametrize("dated", [True, False])
def test_a_reversed_or_undated_feed_overlaps_as_well(dated: bool) -> None:
    """Whether the newest stands first or last, the remembered keys are those that roll off last."""

    def poll(start: int) -> PollResult:
        keys = tuple(f"k{n}" for n in range(start, start + 200))[::-1]
        return PollResult(
            200,
            keys=keys,
            published=tuple(NOW + int(k[1:]) if dated else 0.0 for k in keys),
            new=200,
        )

    state = after_poll(FEED, FeedState(), poll(0), NOW).state
    assert not after_poll(FEED, state, poll(195), NOW + 600).events


def test_changed_ids_are_no_gap() -> None:
    """A feed that renames all its entries covers the same time: nothing rolled past."""
    first = after_poll(FEED, FeedState(), _news(_every(60, 10)), NOW)
    renamed = replace(_news(_every(60, 10)), keys=tuple(f"new{n}" for n in range(10)))
    assert not after_poll(FEED, first.state, renamed, NOW + 60).events


@pytest.mark.parametrize("dated", [True, False])
def test_ids_that_are_made_anew_are_no_gap_even_without_dates(dated: bool) -> None:
    """The same stories under other ids: told by their addresses and titles, unless all share one
    address.
    """

    def poll(ids: str, names: tuple[str, ...]) -> PollResult:
        dates = (NOW if dated else 0.0,) * len(ids)
        return PollResult(200, keys=tuple(ids), published=dates, names=names, new=len(ids))

    state = after_poll(FEED, FeedState(), poll("abcd", ("s", "t", "u", "v")), NOW).state
    assert not after_poll(FEED, state, poll("wxyz", ("q", "r", "s", "t")), NOW + 60).events
    assert after_poll(FEED, state, poll("wxyz", ("m", "n", "o", "p")), NOW + 60).events
    state = after_poll(FEED, FeedState(), poll("abcd", ("home",) * 4), NOW).state
    assert after_poll(FEED, state, poll("wxyz", ("home",) * 4), NOW + 60).events


def test_a_feed_that_flips_between_two_documents_has_no_gap_once_both_are_known() -> None:
    """Mirrors that show other windows: what is known already has not rolled past."""
    one, two = _news(_every(60, 5)), _news(_every(60, 5, until=NOW + 3600))
    state = after_poll(FEED, FeedState(), one, NOW).state
    state = after_poll(FEED, state, two, NOW + 3600).state
    for n in range(4):
        polled = after_poll(FEED, state, replace((one, two)[n % 2], new=0), NOW + 3700 + 60 * n)
        assert not [e for e in polled.events if isinstance(e, Gap)]
        state = polled.state


@given(
    waits=st.lists(st.floats(1, 400), min_size=30, max_size=80),
    polls=st.lists(
        st.tuples(
            st.floats(30, 300),
            st.sampled_from(["same", "reversed", "short", "empty", "304", "500", "renamed"]),
        ),
        min_size=2, max_size=14,
    ),
)  # fmt: skip
def test_no_gap_is_told_of_a_feed_that_was_seen_whole(
    waits: list[float], polls: list[tuple[float, str]]
) -> None:
    """Reordered, cut to its newest, empty or failing for a poll, unchanged or with all its ids made
    anew: no gap.
    """
    published = [NOW + sum(waits[: n + 1]) for n in range(len(waits))]
    state, now, epoch, known = FeedState(), NOW, 0, set[str]()
    for wait, how in polls:
        now += wait
        epoch += how == "renamed"
        out = [(f"{epoch}/{n}", f"n{n}", at) for n, at in enumerate(published) if at <= now]
        if how == "reversed":
            out.reverse()
        keys, names, dates = (tuple(o[i] for o in out) for i in range(3))
        if how == "short":
            keys, names, dates = keys[-40:], names[-40:], dates[-40:]
        if how in {"empty", "304", "500"}:
            keys, names, dates = (), (), ()
        status = {"304": 304, "500": 500}.get(how, 200)
        headers = {"etag": str(now)}
        result = PollResult(
            status, headers, keys=keys, names=names, published=dates, new=len(set(keys) - known)
        )
        state, events = after_poll(FEED, state, result, now)
        known |= set(keys)
        assert not [e for e in events if isinstance(e, Gap)]


def test_an_empty_document_in_between_hides_no_gap() -> None:
    """The last poll that had entries is the one to compare with."""
    state = after_poll(FEED, FeedState(), _news(_every(60, 10)), NOW).state
    state = after_poll(FEED, state, _news([]), NOW + 60).state
    polled = after_poll(FEED, state, _news(_every(60, 10, until=NOW + 3600)), NOW + 3600)
    assert [type(e) for e in polled.events] == [Gap]


@given(
    waits=st.lists(st.floats(0, 400), min_size=20, max_size=120),
    polls=st.lists(st.floats(1, 4000), min_size=2, max_size=12),
    size=st.integers(1, 30),
    pinned=st.booleans(),
)
def test_whatever_was_missed_is_told_and_nothing_else(
    waits: list[float], polls: list[float], size: int, pinned: bool
) -> None:
    """On any wire and at any polls: entries that no poll saw are always told as a gap, and full
    coverage never is.
    """
    published = [NOW + sum(waits[: n + 1]) for n in range(len(waits))]
    state, now, seen = FeedState(), NOW, set[str]()
    for wait in polls:
        now += wait
        out = [(at, f"k{n}") for n, at in enumerate(published) if at <= now]
        window = out[-size:] + ([(NOW - DAY, "pinned")] if pinned else [])
        # what rolled past before the first document with entries was never ours to see
        missed = {key for _, key in out[:-size]} - seen if state.last_keys else set()
        keys, dates = tuple(k for _, k in window), tuple(a for a, _ in window)
        common = set(state.last_keys) & set(keys) - {"pinned"}
        first, few = not state.last_keys, len(state.last_keys) <= 3
        result = PollResult(200, keys=keys, published=dates, new=len(set(keys) - seen))
        state, events = after_poll(FEED, state, result, now)
        told = any(isinstance(e, Gap) for e in events)
        assert (
            told or not missed or (pinned and few)
        )  # too few entries to tell a pinned one from the others
        assert not told or not (common or first)
        seen |= {key for _, key in out}


def test_entries_of_one_second_that_roll_past_are_a_gap() -> None:
    """A burst within one second fills two windows: the second one does not reach back behind the
    first.
    """
    one = PollResult(200, keys=tuple("abcd"), published=(NOW,) * 4, new=4)
    two = PollResult(200, keys=tuple("wxyz"), published=(NOW,) * 4, new=4)
    state = after_poll(FEED, FeedState(), one, NOW).state
    assert [type(e) for e in after_poll(FEED, state, two, NOW + 60).events] == [Gap]


def _watch(
    days: float, spacing: float, *, nightly: bool = False
) -> tuple[FeedState, float, list[str]]:
    """Poll a steady feed every quarter of an hour; at night (22 to 6) it may sleep."""
    state, now, told = FeedState(), NOW, []
    published: list[float] = _every(spacing, 10)
    while now < NOW + days * DAY:
        now += 900
        awake = not nightly or 6 <= (now % DAY) / 3600 < 22
        fresh = [now - n for n in range(0, 900, int(spacing))] if awake else []
        published = sorted([*published, *fresh])[-20:]
        state, events = after_poll(
            FEED, state, _news(published, new=len(fresh), headers={"etag": "x"}), now
        )
        told += [e.name for e in events]
    return state, now, told


def test_a_feed_that_falls_silent_is_told_once() -> None:
    """Entries every five minutes, then none: it is said within a few hours, once, and again only
    after it spoke.
    """
    state, now, told = _watch(1.5, 300.0)
    assert "feed.silent" not in told
    heard = []
    for n in range(96):
        state, events = after_poll(FEED, state, PollResult(304), now + 900 * n)
        heard += [(n, e) for e in events]
    assert [type(e) for _, e in heard] == [Silent]
    assert heard[0][0] * 900 <= 4 * 3600
    back = after_poll(FEED, state, _news([now + DAY], new=1), now + DAY)
    assert Recovered in {type(e) for e in back.events}
    assert not back.state.silent


def test_a_feed_that_sleeps_at_night_is_not_called_silent() -> None:
    """Its own rhythm has nights: after the first days no alarm is raised for them."""
    _, _, told = _watch(5.0, 300.0, nightly=True)
    assert "feed.silent" not in told


def test_latency_is_learned_from_publication_to_sight() -> None:
    """The age of the newest entry when it is first seen, not that of a backlog at the first
    poll.
    """
    state = after_poll(FEED, FeedState(), _news(_every(600)), NOW).state
    assert state.latency == 0.0
    state = after_poll(FEED, state, _news([*_every(600), NOW + 60], new=1), NOW + 150).state
    assert state.latency == pytest.approx(90.0)


def test_a_resumed_feed_is_asked_in_full() -> None:
    """Whatever its server thinks that we have: after a fault only the whole document is sure."""
    state = FeedState(configured=FEED.url, etag='"x"', last_full=NOW - 60, last_poll=NOW - 60)
    assert ask(FEED, state, NOW).etag == '"x"'
    assert ask(FEED, resume_feed(FEED, state, NOW), NOW).etag == ""


def test_a_feed_at_another_address_keeps_its_past() -> None:
    """An operator still sees since when nothing came and how often entries were missed; what was
    learned of the old document is gone.
    """
    old = FeedState(
        configured="https://old.example/feed", etag='"x"', last_new=NOW - DAY, first_poll=NOW - DAY
    )
    old = replace(old, gaps=3, spacing=60.0, interval=60.0)
    state = after_poll(FEED, old, PollResult(200, hints=FeedHints()), NOW, EVEN).state
    assert (state.last_new, state.first_poll, state.gaps) == (NOW - DAY, NOW - DAY, 3)
    assert (state.etag, state.spacing) == ("", 0.0)


def test_a_304_may_renew_validators_and_takes_none_away() -> None:
    """A server that moves to another machine gives the same document another ETag: with the old
    one every later poll would bring it whole.
    """
    state = FeedState(configured=FEED.url, etag='"a"', modified="then", last_full=NOW - 60)
    same = after_poll(FEED, state, PollResult(304), NOW, EVEN).state
    assert (same.etag, same.modified) == ('"a"', "then")
    renewed = PollResult(304, headers={"etag": '"b"', "last-modified": "now"})
    after = after_poll(FEED, state, renewed, NOW, EVEN).state
    assert (after.etag, after.modified) == ('"b"', "now")


def test_a_feed_is_back_after_the_time_since_it_last_answered() -> None:
    """An operator reads how long nothing came, not how long ago we said so."""
    state = after_poll(FEED, FeedState(), _news([NOW - 60]), NOW - 3 * DAY, EVEN).state
    for hours in (1, 2, 3):
        state = after_poll(FEED, state, PollResult(500), NOW - DAY + 3600 * hours, EVEN).state
    events = after_poll(FEED, state, _news([NOW - 60]), NOW, EVEN).events
    assert Recovered(FEED.id, 3 * DAY) in events


def test_a_new_plan_waits_for_what_the_server_asked_for() -> None:
    """Whatever the operator writes: Retry-After and the back-off after faults hold."""
    plan = replace(FEED, every=30.0)
    state = FeedState(configured=FEED.url, last_poll=NOW - 60, next_poll=NOW + 900)
    assert replan_feed(plan, state, NOW) == NOW
    assert replan_feed(plan, replace(state, not_before=NOW + 500), NOW) == NOW + 500
    assert replan_feed(plan, replace(state, failures=1), NOW) == NOW + 900


def test_a_gap_hurries_also_where_a_hub_tells_of_news() -> None:
    """Entries rolled past though a hub should have told of them: it is not to be relied on now."""
    dates = _every(60.0)
    state = after_poll(FEED, FeedState(), _news(dates), NOW, EVEN).state
    state = replace(state, pushed_until=NOW + DAY)
    later = _news([date + 7200.0 for date in dates])
    after = after_poll(FEED, state, later, NOW + 7200, EVEN)
    assert [type(event) for event in after.events] == [Gap]
    assert after.state.next_poll == NOW + 7260


def test_the_newest_date_never_goes_back() -> None:
    """A document that lost its last entry, as publishers take one back, is no older for that: else
    the entry would look like a gap when it came again.
    """
    dates = _every(60.0)
    state = after_poll(FEED, FeedState(), _news(dates), NOW, EVEN).state
    assert after_poll(FEED, state, _news(dates[:-1], 0), NOW + 60, EVEN).state.newest == NOW


INDEX = "https://a.example/index.xml"


def test_what_an_index_named_goes_with_it() -> None:
    """An index inside an index that is named no more takes its sitemaps along: they would be asked
    for ever.
    """
    state, _ = with_children(FeedState(), [("https://a.example/in.xml", "")], index=INDEX)
    state, _ = with_children(
        state, [("https://a.example/deep.xml", "")], "https://a.example/in.xml", INDEX
    )
    assert len(state.children) == 2
    state, _ = with_children(state, [("https://a.example/new.xml", "")], index=INDEX)
    assert [visit.url for visit in state.children] == ["https://a.example/new.xml"]


@pytest.mark.parametrize(
    ("found", "first"),
    [
        ([("a-2.xml", ""), ("a-news-1.xml", "")], "a-news-1.xml"),
        ([("a-news-1.xml", ""), ("a-2.xml", "2026-11-20")], "a-2.xml"),
        ([("a-9.xml", ""), ("a-10.xml", "")], "a-10.xml"),
        ([("a-1.xml", "2026-11-19"), ("a-2.xml", "2026-11-20")], "a-2.xml"),
    ],
)
def test_which_sitemap_is_asked_first(found: list[tuple[str, str]], first: str) -> None:
    """The one that says it is newest, then the one for news, then the one of the largest number:
    what is new must not wait behind an archive.
    """
    named = [(f"https://a.example/{url}", lastmod) for url, lastmod in found]
    state, _ = with_children(FeedState(), named, index=INDEX)
    assert state.children[0].url == f"https://a.example/{first}"


def test_what_a_sitemap_said_last() -> None:
    """When it was asked, when it changed, and when the feed last brought anything."""
    visit = Visit("https://a.example/c.xml", etag='"a"', asked=NOW - 60, changed=NOW - 900)
    state = FeedState(children=(visit,), last_new=NOW - 900)
    same = after_child(state, visit, PollResult(304), NOW)
    assert (same.children[0].changed, same.children[0].asked) == (NOW - 900, NOW)
    assert (same.children[0].etag, same.last_new) == ('"a"', NOW - 900)
    news = after_child(state, visit, PollResult(200, new=1), NOW)
    assert (news.children[0].changed, news.last_new) == (NOW, NOW)


def test_retry_after_of_a_sitemap_holds_for_all_of_its_feed() -> None:
    """They are of one site: to ask the next one meanwhile would be what it asked us not to do."""
    visits = (Visit("https://a.example/1.xml"), Visit("https://a.example/2.xml"))
    state = FeedState(children=visits, last_ok=NOW - 10, interval=3600.0)
    busy = PollResult(429, retry_after=300.0)
    after = next_with_children(after_child(state, visits[0], busy, NOW), busy, NOW, 5.0, EVEN)
    assert (after.next_poll, after.not_before) == (NOW + 300, NOW + 300)


def test_a_feed_that_never_answered_never_did_well() -> None:
    """It fails from its first failure on; one that answered once is given three."""
    feed = Feed("one", "https://one.example/")
    state, _ = after_poll(feed, FeedState(), PollResult(0, error="no connection"), NOW)
    assert health(state) == "failing"
    state, _ = after_poll(feed, state, _news([NOW]), NOW + 60)
    assert health(state) == "well"
    for failures in (1, 2, 3):
        result = PollResult(0, error="no connection")
        state, _ = after_poll(feed, state, result, NOW + 60 + 60 * failures)
        assert health(state) == ("failing" if failures == 3 else "well")
    assert health(FeedState()) == "new"
    assert health(FeedState(last_poll=NOW)) == "new", "an operator took it up again"


def _nothing() -> PollResult:
    """A document that is read and holds no entries."""
    return PollResult(200, body_hash="e", hints=FeedHints())


def test_a_feed_that_held_entries_and_holds_none_is_empty() -> None:
    """Since the first such document; one that comes back is well, and may be so again."""
    feed = Feed("one", "https://one.example/")
    state, _ = after_poll(feed, FeedState(), _news(_every(600)), NOW)
    held = state.entries
    state, _ = after_poll(feed, state, _nothing(), NOW + 60)
    assert (health(state), state.empty_since, state.entries) == ("empty", NOW + 60, held)
    state, _ = after_poll(feed, state, PollResult(304), NOW + 120)
    state, _ = after_poll(feed, state, _nothing(), NOW + 180)
    assert (health(state), state.empty_since) == ("empty", NOW + 60)
    state, _ = after_poll(feed, state, _news(_every(600)), NOW + 240)
    assert health(state) == "well"
    state, _ = after_poll(feed, state, _nothing(), NOW + 300)
    assert health(state) == "well", "it is a feed that may be empty"


def test_a_feed_that_never_held_an_entry_is_not_empty() -> None:
    """It may be for rare events; and an index of sitemaps holds none of its own."""
    feed = Feed("one", "https://one.example/")
    state, _ = after_poll(feed, FeedState(), _nothing(), NOW)
    state, _ = after_poll(feed, state, _nothing(), NOW + 60)
    assert health(state) == "well"
