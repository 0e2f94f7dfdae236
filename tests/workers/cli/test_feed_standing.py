"""``wiredesk feeds list``: spans of time as people read them."""

from __future__ import annotations

import time

import pytest

from pipeline.schedule import NEVER, show_span
from workers.cli.feed_standing import _iso_time, _show_distance


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0.4, "0 s"),
        (119.0, "119 s"),
        (120.0, "2 min"),
        (7_199.0, "120 min"),
        (7_200.0, "2 h"),
        (172_799.0, "48 h"),
        (172_800.0, "2 d"),
    ],
)
def test_the_largest_unit_of_which_there_are_two(seconds: float, shown: str) -> None:
    """ "1 h" would hide whether it is 60 minutes or 119: a unit is used from two of it on."""
    assert show_span(seconds) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0.0, None), (NEVER, None), (NEVER + 1, None), (1_790_000_000.0, "2026-09-21T14:13:20+00:00")],
)
def test_never_is_no_time(seconds: float, shown: str | None) -> None:
    """What never was and what never comes have no date."""
    assert _iso_time(seconds) == shown


@pytest.mark.parametrize("ago", [0.0, 33.0, 7_000.0])
def test_a_poll_that_is_overdue_is_due(ago: float) -> None:
    """What is next can't be past; the last poll can."""
    when = _iso_time(time.time() - ago)
    assert _show_distance(when, past="due") == "due"
    assert _show_distance(when).endswith(" ago")
    assert _show_distance(_iso_time(time.time() + 60), past="due").startswith("in ")
