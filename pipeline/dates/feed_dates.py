"""Dates of feeds: two standards that nearly all keep, and every other form that is met."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from pipeline.dates.story_dates import AHEAD
from pipeline.dates.written import LONGEST_DATE, Place, find_month, learn_order, read_written
from pipeline.dates.zones import find_zone, read_zone
from pipeline.story import Feed

_EARLIEST = datetime(1970, 1, 2, tzinfo=UTC)  # the first of January: a clock never set

_CLOCK = r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?"
_ISO = re.compile(rf"(\d{{4}})-(\d{{1,2}})-(\d{{1,2}})(?:(?:[Tt]|\s+){_CLOCK}\s*(.*))?", re.ASCII)
_RFC822 = re.compile(
    rf"(?:[A-Za-z]{{2,9}}\.?,?\s+)?(\d{{1,2}})[\s-]+([A-Za-z]{{3,12}})\.?,?[\s-]+(\d{{4}})"
    rf"(?:,?\s+{_CLOCK}\s*(.*))?",
    re.ASCII,
)


def place_feed(feed: Feed, language: str, texts: list[str], now: datetime) -> Place:
    """What settles the dates of one document: the feed's zone, its language, its other dates."""
    return Place(find_zone(feed.timezone), language, learn_order(texts, now))


def parse_feed_date(text: str, place: Place, now: datetime) -> datetime | None:
    """The moment that a feed prints, in UTC.

    None where ``text`` is no date, cannot be told, or names a time before 1970 or more than a day
    after ``now``. RFC 822 and ISO 8601, which nearly all feeds write, are read first.
    """
    text = text.strip()
    if not text or len(text) > LONGEST_DATE:
        return None
    try:
        at = _parse_standard(text, place)
        if at is None:
            written = read_written(text, place)
            at = written.at.astimezone(UTC) if written else None
    except (ValueError, OverflowError):
        return None
    return at if at and _EARLIEST <= at <= now + AHEAD else None


def _parse_standard(text: str, place: Place) -> datetime | None:
    """RFC 822 or ISO 8601; None for any other form. Raises ValueError for an impossible date."""
    if written := _ISO.fullmatch(text) if text[4:5] == "-" else None:
        year, month, day = int(written[1]), int(written[2]), int(written[3])
    elif written := _RFC822.fullmatch(text):
        year, day = int(written[3]), int(written[1])
        month = find_month(written[2].lower(), place.language)
    else:
        return None
    if not month:
        return None
    printed = written[7]
    away = read_zone(printed, place.home, place.language) if printed else place.home
    if away is None:
        return None
    # a leap second is the second before it: datetime knows none
    hour, minute, second = int(written[4] or 0), int(written[5] or 0), min(int(written[6] or 0), 59)
    at = datetime(year, month, day, hour, minute, second, tzinfo=away)
    return at if away is UTC else at.astimezone(UTC)
