"""What is remembered of a feed: it survives the way into the ledger and back, also between
versions.
"""

from __future__ import annotations

import json
from dataclasses import fields

from hypothesis import given
from hypothesis import strategies as st

from pipeline.schedule import FeedState, Visit

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
