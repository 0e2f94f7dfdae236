"""Dates as feeds print them: RFC 822, ISO 8601 and what feedparser knows besides; clamped to what news can have."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

from feedparser.datetimes import _parse_date

_LONGEST = 100  # characters; date parsers are slow on long nonsense
_EARLIEST = datetime(1970, 1, 2, tzinfo=UTC)

_MONTHS = {
    "jan": 1,
    "feb": 2,
    "mar": 3,
    "apr": 4,
    "may": 5,
    "jun": 6,
    "jul": 7,
    "aug": 8,
    "sep": 9,
    "oct": 10,
    "nov": 11,
    "dec": 12,
}
_RFC822 = re.compile(
    r"(?:[A-Za-z]{2,9}\.?,?\s+)?(\d{1,2})[\s-]+([A-Za-z]{3})[a-z]*\.?,?[\s-]+(\d{4})"
    r"(?:,?\s+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*(.*))?"
)
_ISO = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})(?:(?:[Tt]|\s+)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(.*))?"
)
_OFFSET = re.compile(r"(?:GMT|UTC|Z)?\s*([+-])(\d{1,2}):?(\d{2})?(?:\s*\(.*\))?", re.IGNORECASE)

# Hours east of Greenwich. RFC 822's own, and what European, Russian, Asian and Australian feeds print. BST is read as
# British Summer Time and IST as India's, as most feeds that print them mean.
_ZONES = {
    **dict.fromkeys(("z", "ut", "utc", "gmt", "wet"), 0.0),
    "est": -5,
    "edt": -4,
    "cst": -6,
    "cdt": -5,
    "mst": -7,
    "mdt": -6,
    "pst": -8,
    "pdt": -7,
    "akst": -9,
    "hst": -10,
    "bst": 1,
    "west": 1,
    "cet": 1,
    "mez": 1,
    "cest": 2,
    "mesz": 2,
    "eet": 2,
    "eest": 3,
    "msk": 3,
    "trt": 3,
    "ist": 5.5,
    "pkt": 5,
    "sgt": 8,
    "hkt": 8,
    "wib": 7,
    "jst": 9,
    "kst": 9,
    "aest": 10,
    "aedt": 11,
    "nzst": 12,
    "nzdt": 13,
}


def read_date(text: str, zone: str, now: datetime) -> datetime | None:
    """The moment in UTC, never later than ``now``; None where ``text`` is no date or one before 1970.

    ``zone`` is the IANA name that a date without a zone is in.
    """
    text = text.strip()
    if not text or len(text) > _LONGEST:
        return None
    try:
        at = _fields(text, zone) or _other(text)
    except (ValueError, OverflowError):
        return None
    if at is None or at < _EARLIEST:
        return None
    return min(at, now)


def _fields(text: str, zone: str) -> datetime | None:
    """RFC 822 or ISO 8601, None for any other form."""
    if found := _ISO.fullmatch(text) if text[4:5] == "-" else None:
        year, month, day = int(found[1]), int(found[2]), int(found[3])
    elif found := _RFC822.fullmatch(text):
        year, month, day = int(found[3]), _MONTHS.get(found[2].lower(), 0), int(found[1])
    else:
        return None
    if not month:
        return None
    away = _zone(found[7] or "", zone)
    if away is None:
        return None
    at = datetime(
        year,
        month,
        day,
        int(found[4] or 0),
        int(found[5] or 0),
        min(int(found[6] or 0), 59),
        tzinfo=away,
    )
    return at if away is UTC else at.astimezone(UTC)


def _zone(text: str, zone: str) -> timezone | ZoneInfo | None:
    """The zone as printed, the feed's where none is; None for one that is not known here."""
    text = text.strip()
    if not text:
        return _named(zone)
    hours = _ZONES.get(text.lower())
    if hours is not None:
        return UTC if not hours else timezone(timedelta(hours=hours))
    found = _OFFSET.fullmatch(text)
    if found is None:
        return None
    minutes = int(found[2]) * 60 + int(found[3] or 0)
    if minutes > 14 * 60:
        raise ValueError("no zone is so far from Greenwich")
    return timezone(timedelta(minutes=minutes if found[1] == "+" else -minutes))


@lru_cache(maxsize=64)
def _named(zone: str) -> ZoneInfo | timezone:
    return UTC if zone.upper() == "UTC" else ZoneInfo(zone)


def _other(text: str) -> datetime | None:
    """The forms that feedparser knows besides (asctime, Korean, Greek, Hungarian, two-digit years), read as UTC."""
    found = _parse_date(text)
    if not found:
        return None
    year, month, day, hour, minute, second = found[:6]
    return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
