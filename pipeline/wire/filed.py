"""The day a dateline names, for a text that has no other time."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from pipeline.story import Moment
from pipeline.wire.embargo import MONTHS

_DAY = re.compile(
    r"(?:(?P<month>[A-Za-z]{3})[a-z]*\.?\s?(?P<day>\d{1,2})"
    r"|(?P<day2>\d{1,2})\w{0,2}\.? (?P<month2>[A-Za-z]{3})[a-z]*\.?),? (?P<year>\d{4})"
)
OLDEST = 1990
"""Nothing on the web is older."""


def filed(date: str, seen: datetime | None) -> Moment | None:
    """The day as UTC midnight; None where the date lacks a year, is none or comes after ``seen``. English months."""
    found = _DAY.search(date)
    month = (found["month"] or found["month2"]).lower() if found else ""
    if not found or month not in MONTHS:
        return None
    try:
        at = datetime(
            int(found["year"]),
            MONTHS.index(month) + 1,
            int(found["day"] or found["day2"]),
            tzinfo=UTC,
        )
    except ValueError:
        return None
    return (
        Moment(at, "dateline", "day")
        if at.year >= OLDEST and (seen is None or at <= seen)
        else None
    )
