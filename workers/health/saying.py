"""How the sentences of health say times and lists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pipeline.schedule import show_span
from pipeline.story import utc

_DATED: Final = 20 * 3600.0  # seconds from which the hour alone might be today's or yesterday's
_LISTED: Final = 4  # names in a sentence: the rest is counted


def say_since(at: float, now: float) -> str:
    """Since when, as people say it: "since 02:14:05 UTC (35 s)", with the date where it is long."""
    if at > now:
        return f"since {utc(at):%H:%M:%S} UTC, which is still to come"
    form = "%b %d %H:%M" if now - at > _DATED else "%H:%M:%S"
    return f"since {utc(at):{form}} UTC ({show_span(now - at)})"


def list_names(names: Sequence[str]) -> str:
    """Names with commas between, the first few of many."""
    if len(names) <= _LISTED:
        return ", ".join(names)
    return f"{', '.join(names[: _LISTED - 1])} and {len(names) - _LISTED + 1} more"
