"""Until when copy is held."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

_CLOCK = re.compile(
    r"\b(\d{1,2})[:.h]?(\d\d)\s*(?:hours?|hrs)?\s*"
    r"(GMT|UTC|Z|BST|CET|CEST|EST|EDT|ET|CT|PT|IST|MSK)?\b",
    re.IGNORECASE,
)
_DAY = re.compile(
    r"\b(?:(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? (?P<day>\d{1,2})|(?P<day2>\d{1,2}) "
    r"(?P<month2>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?)(?:,? (?P<year>\d{4}))?\b",
    re.IGNORECASE,
)
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_HOURS = {
    "bst": 1,
    "cet": 1,
    "cest": 2,
    "est": -5,
    "edt": -4,
    "et": -5,
    "ct": -6,
    "pt": -8,
    "ist": 5.5,
    "msk": 3,
}


def until(text: str, published: datetime) -> datetime | None:
    """The end of an embargo as its line says it, UTC; None where the line gives no time.

    Without a day it is the first such time after ``published``; without a zone it is GMT, as on the wires.
    """
    day = _DAY.search(text)
    clock = _CLOCK.search(text[: day.start()] + " " + text[day.end() :] if day else text)
    if not clock and not day:
        return None
    hour, minute = (int(clock.group(1)), int(clock.group(2))) if clock else (0, 0)
    ahead = timedelta(hours=_HOURS.get((clock.group(3) or "").lower(), 0) if clock else 0)
    try:
        if day:
            month = MONTHS.index((day["month"] or day["month2"]).lower()[:3]) + 1
            year = int(day["year"] or published.year)
            return (
                datetime(year, month, int(day["day"] or day["day2"]), hour, minute, tzinfo=UTC)
                - ahead
            )
        at = (
            published.astimezone(UTC).replace(hour=hour, minute=minute, second=0, microsecond=0)
            - ahead
        )
    except ValueError:
        return None
    return at if at > published else at + timedelta(days=1)
