"""When a story was published: the feed's word, then the page's, then the URL's, then the fetch."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

from pipeline.story import Entry, Moment

_OLDEST = datetime(1990, 1, 1, tzinfo=UTC)
"""Nothing on the web is older; what says so is a broken date (year -1, 1970)."""

_ISO = re.compile(
    r"^\s*(\d{4})-(\d\d?)-(\d\d?)(?:[T\s]+(\d\d?):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?\s*(Z|UTC|GMT|[+-]\d\d:?\d\d|[+-]\d\d)?)?\s*$",
    re.IGNORECASE,
)
_URL_DAY = re.compile(r"/((?:19|20)\d\d)[/-](0[1-9]|1[0-2])[/-](0[1-9]|[12]\d|3[01])(?=[/_-]|$)")


def moment(entry: Entry, page: str, url: str, fetched: datetime, now: datetime) -> Moment:
    """The time of publication with its basis and precision; never after the fetch, never absurdly old.

    A time a page gives without a zone is read in the feed's. A feed that only knows the day is refined by a page that
    knows the minute of the same day.
    """
    ceiling = min(fetched, now) if fetched.tzinfo else now
    zone = _zone(entry.timezone)
    from_page = _read(page, zone)
    if entry.published and _OLDEST <= entry.published:
        at = entry.published.astimezone(UTC)
        day_only = at.astimezone(zone).time().isoformat() == "00:00:00" or at.time().isoformat() == "00:00:00"
        if day_only and from_page and from_page[1] != "day" and abs(from_page[0] - at) < timedelta(hours=36):
            return _capped(Moment(from_page[0], "page", from_page[1]), ceiling)
        return _capped(Moment(at, "feed", "day" if day_only else "second"), ceiling)
    if from_page and _OLDEST <= from_page[0] <= ceiling + timedelta(days=1):
        return _capped(Moment(from_page[0], "page", from_page[1]), ceiling)
    if found := _URL_DAY.search(url):
        year, month, day = map(int, found.groups())
        try:
            at = datetime(year, month, day, tzinfo=zone).astimezone(UTC)
        except ValueError:
            return Moment(ceiling, "fetch")
        if at <= ceiling:
            return Moment(at, "url", "day")
    return Moment(ceiling, "fetch")


def _capped(found: Moment, ceiling: datetime) -> Moment:
    """A story is not published after it was read: a clock that runs ahead is held at the fetch."""
    return found if found.at <= ceiling else Moment(ceiling, found.basis, found.precision)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name or "UTC")
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


def _read(text: str, zone: ZoneInfo) -> tuple[datetime, str] | None:
    """ISO 8601 or RFC 822 as machines write them in metadata; anything else is no date. At most 40 characters."""
    text = text.strip()[:40]
    if not text:
        return None
    if match := _ISO.match(text):
        year, month, day, hour, minute, second, offset = match.groups()
        try:
            at = datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0))
        except ValueError:
            return None
        precision = "second" if second else "minute" if hour else "day"
        return _placed(at, offset or "", zone), precision
    try:
        at = parsedate_to_datetime(text)
        return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC), "second"
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _placed(at: datetime, offset: str, zone: ZoneInfo) -> datetime:
    if not offset:
        return at.replace(tzinfo=zone).astimezone(UTC)
    if offset.upper() in ("Z", "UTC", "GMT"):
        return at.replace(tzinfo=UTC)
    sign = -1 if offset[0] == "-" else 1
    digits = offset[1:].replace(":", "").ljust(4, "0")
    return (at - sign * timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))).replace(tzinfo=UTC)
