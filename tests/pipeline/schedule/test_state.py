"""What is remembered of a feed: it survives the way into the ledger and back, also between
versions.
"""

from __future__ import annotations

import json
from dataclasses import fields, replace

from hypothesis import given
from hypothesis import strategies as st

from pipeline.schedule import NEVER, FeedState, Visit, ask, set_right
from pipeline.story import Feed
from tests.making import NOW

_WORDS = st.text(max_size=12)
_TIMES = st.floats(0, 4e9)
_VISITS = st.builds(
    Visit,
    _WORDS,
    _WORDS,
    _WORDS,
    _WORDS,
    _WORDS,
    _WORDS,
    _TIMES,
    _TIMES,
    st.integers(0, 99),
    _WORDS,
)
_BY_TYPE = {
    "str": _WORDS,
    "float": _TIMES,
    "int": st.integers(0, 9_999),
    "bool": st.booleans(),
    "tuple[str, ...]": st.lists(_WORDS, max_size=3).map(tuple),
    "tuple[int, ...]": st.lists(st.integers(0, 23), max_size=3).map(tuple),
    "tuple[Visit, ...]": st.lists(_VISITS, max_size=2).map(tuple),
    "tuple[tuple[float, str, str], ...]": st.lists(
        st.tuples(_TIMES, _WORDS, _WORDS), max_size=2
    ).map(tuple),
}
_STATES = st.builds(FeedState, **{f.name: _BY_TYPE[str(f.type)] for f in fields(FeedState)})


@given(_STATES)
def test_every_state_is_read_back_as_it_was_written(state: FeedState) -> None:
    """Whatever was learned of a feed is there after a restart, every field with its own type."""
    assert FeedState.from_json(state.to_json()) == state


def test_a_state_that_says_nothing_is_an_empty_object() -> None:
    """There may be 100,000 feeds: what is as at first takes no room."""
    assert FeedState().to_json() == "{}"
    assert FeedState(etag="x").to_json() == '{"etag":"x"}'


def test_fields_of_a_newer_version_are_ignored() -> None:
    """An older Wiredesk that reads a newer one's state keeps what it knows; a visit may have more
    columns, too.
    """
    row = [*Visit("https://a.example/1", asked=5.0), "a column of tomorrow"]
    text = json.dumps({"etag": "x", "children": [row], "of_tomorrow": {"a": 1}})
    assert FeedState.from_json(text) == FeedState(
        etag="x", children=(Visit("https://a.example/1", asked=5.0),)
    )


def test_a_visit_of_an_older_version_has_fewer_columns() -> None:
    """Columns that were not written yet are as at first."""
    text = json.dumps({"children": [["https://a.example/1", "2026-11-01"]]})
    assert FeedState.from_json(text).children == (Visit("https://a.example/1", "2026-11-01"),)


def test_a_feed_that_was_never_polled_has_nothing_to_say() -> None:
    """Every field begins as none: a figure at the start would count as something learned."""
    assert [name for name in FeedState.__slots__ if getattr(FeedState(), name)] == []
    assert not any(Visit("")[1:])


def test_lists_come_back_as_tuples() -> None:
    """JSON knows no tuples; a state that is read back is equal to the one that was written."""
    state = FeedState(
        last_keys=("a",), last_names=("b",), skip_hours=(3,), skip_days=("sunday",), taken=("c",),
        told=((1.0, "feed.gone", "gone"),), children=(Visit("https://a.example/1"),),
    )  # fmt: skip
    assert FeedState.from_json(state.to_json()) == state


_PAST = (
    "first_poll",
    "last_poll",
    "last_ok",
    "last_full",
    "last_new",
    "failing_since",
    "empty_since",
)


@given(_STATES, _TIMES)
def test_what_is_past_is_not_after_now(state: FeedState, now: float) -> None:
    """Whatever clock wrote it; what was right stays, and doing it again changes nothing."""
    righted = set_right(state, now)
    for name in _PAST:
        assert getattr(righted, name) == min(getattr(state, name), now)
    for visit, before in zip(righted.children, state.children, strict=True):
        assert (visit.asked, visit.changed) == (min(before.asked, now), min(before.changed, now))
    assert set_right(righted, now) == righted


@given(st.floats(1.0, 4e9), st.floats(0.0, 86_400.0), st.floats(0.0, 4e9))
def test_a_plan_is_as_far_off_as_its_last_poll_said(last: float, wait: float, now: float) -> None:
    """A clock that was a year ahead puts nothing off for a year."""
    righted = set_right(FeedState(last_poll=last, not_before=last + wait), now)
    assert righted.not_before <= max(last, now) + wait
    if last > now:
        assert righted.not_before <= now + wait + 1e-6


def test_a_feed_that_is_gone_stays_so() -> None:
    """The end of the year 9999 is no moment that moves, and none is none."""
    righted = set_right(FeedState(last_poll=NOW + 600, next_poll=NEVER), NOW)
    assert (righted.next_poll, righted.not_before) == (NEVER, 0.0)


def test_workers_whose_clocks_differ_do_not_age_a_feed() -> None:
    """Two machines an hour apart take turns: what they learned before stays where it is."""
    state = FeedState(first_poll=NOW - 9_000, last_new=NOW - 8_000, last_poll=NOW)
    for turn in range(20):
        now = NOW + turn * 60 + 3600 * (turn % 2)
        state = replace(set_right(state, now), last_poll=now, next_poll=now + 60)
    assert (state.first_poll, state.last_new) == (NOW - 9_000, NOW - 8_000)


def test_a_feed_is_asked_in_full_once_a_day_also_after_a_clock_was_ahead() -> None:
    """The last document was not in the coming year."""
    feed = Feed("f", "https://wire.example/f")
    state = FeedState(etag="x", last_full=NOW + 365 * 86_400, configured=feed.url)
    righted = set_right(state, NOW)
    assert ask(feed, righted, NOW + 86_399).etag
    assert not ask(feed, righted, NOW + 86_400).etag
