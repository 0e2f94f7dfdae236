"""Dates as reporters print them: in datelines and in lines of embargoes, with English months."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from pipeline.dates.month_names import MONTHS
from pipeline.dates.story_dates import OLDEST
from pipeline.dates.zones import ZONES
from pipeline.story import Moment

_MONTH_NUMBER = {name: number for number, name in enumerate(MONTHS, 1)}

_DATELINE_DAY = re.compile(
    r"(?:(?P<month>[A-Za-z]{3})[a-z]*\.?\s?(?P<day>\d{1,2})"
    r"|(?P<day2>\d{1,2})\w{0,2}\.? (?P<month2>[A-Za-z]{3})[a-z]*\.?),? (?P<year>\d{4})"
)
_ANY_MONTH = rf"(?:{'|'.join(MONTHS)})[a-z]*\.?"
_EMBARGO_DAY = re.compile(
    rf"\b(?:(?P<month>{_ANY_MONTH}) (?P<day>\d{{1,2}})"
    rf"|(?P<day2>\d{{1,2}}) (?P<month2>{_ANY_MONTH}))"
    r"(?:,? (?P<year>\d{4}))?\b",
    re.IGNORECASE,
)
_EMBARGO_CLOCK = re.compile(
    r"\b(\d{1,2})[:.h]?(\d\d)\s*(?:hours?|hrs)?\s*"
    r"(GMT|UTC|Z|BST|CET|CEST|EST|EDT|ET|CT|PT|IST|MSK)?\b",
    re.IGNORECASE,
)


def parse_dateline_day(text: str, seen: datetime | None) -> Moment | None:
    """The day that a dateline names, as midnight UTC, for a text that has no other time.

    None where the date lacks a year, is none, or comes after ``seen``. English months only.
    """
    written = _DATELINE_DAY.search(text)
    number = _MONTH_NUMBER.get((written["month"] or written["month2"]).lower()) if written else None
    if not written or not number:
        return None
    try:
        at = datetime(
            int(written["year"]), number, int(written["day"] or written["day2"]), tzinfo=UTC
        )
    except ValueError:
        return None
    if at < OLDEST or (seen is not None and at > seen):
        return None
    return Moment(at, "dateline", "day")


def find_embargo_end(text: str, published: datetime) -> datetime | None:
    """The end of an embargo as its line says it, in UTC; None where the line gives no time.

    Without a day it is the first such time after ``published``; without a zone it is GMT, as on
    the wires.
    """
    day = _EMBARGO_DAY.search(text)
    # without its day, whose figures else pass for a time ("October 15, 2026")
    clock = _EMBARGO_CLOCK.search(text[: day.start()] + " " + text[day.end() :] if day else text)
    if not clock and not day:
        return None
    hour, minute = (int(clock[1]), int(clock[2])) if clock else (0, 0)
    ahead = timedelta(hours=ZONES.get((clock[3] or "").lower(), 0) if clock else 0)
    try:
        if day:
            month = _MONTH_NUMBER[(day["month"] or day["month2"]).lower()[:3]]
            year = int(day["year"] or published.year)
            on = int(day["day"] or day["day2"])
            return datetime(year, month, on, hour, minute, tzinfo=UTC) - ahead
        at = published.astimezone(UTC).replace(hour=hour, minute=minute, second=0, microsecond=0)
    except ValueError:
        return None
    at -= ahead
    return at if at > published else at + timedelta(days=1)
