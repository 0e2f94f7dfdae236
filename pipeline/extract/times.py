"""When a story was published: the feed's word, then the page's, then the URL's, then the fetch."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime
from typing import Literal
from zoneinfo import ZoneInfo

from pipeline.story import Entry, Moment

_OLDEST, _LATEST = datetime(1990, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
"""Nothing on the web is older or newer; what says so is a broken date (year -1, 1970, 9999)."""

AHEAD = timedelta(days=1)
"""How far a publisher's clock or zone may be wrong; a time beyond is a mistake, and the next source is asked."""

_ISO = re.compile(
    r"^\s*(\d{4})-(\d\d?)-(\d\d?)(?:[T\s]+(\d\d?):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?\s*(Z|UTC|GMT|[+-]\d\d:?\d\d|[+-]\d\d)?)?\s*$",
    re.IGNORECASE,
)
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T?(\d\d)(\d\d)(\d\d)?)?(Z)?", re.ASCII)
_UNIX = re.compile(r"1\d{9}(?:\d{3})?", re.ASCII)
_STROKES = re.compile(r"^(\d{4})/(\d\d?)/(\d\d?)")
_IN_WORDS = re.compile(r"(?:[A-Z][a-z]+, )?([A-Z][a-z]{2})[a-z]*\.? (\d\d?), (\d{4})")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_URL_DAY = re.compile(r"/((?:19|20)\d\d)[/-](0[1-9]|1[0-2])[/-](0[1-9]|[12]\d|3[01])(?=[/_-]|$)")
_URL_DIGITS = re.compile(r"[/_-](20\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?=[/_.-]|$)")


def moment(entry: Entry, page: str, url: str, fetched: datetime, now: datetime) -> Moment:
    """The time of publication with its basis and precision; never after the fetch, never absurdly old.

    A time a page gives without a zone is read in the feed's. A feed that only knows the day is refined by a page that
    knows the minute of the same day.
    """
    ceiling = min(fetched, now) if fetched.tzinfo else now
    zone = _zone(entry.timezone)
    from_page = _read(page, zone)
    if from_page and not _OLDEST <= from_page[0] <= ceiling + AHEAD:
        from_page = None
    at = _sane(entry.published)
    if at and (at <= ceiling + AHEAD or not from_page):
        day_only = (
            at.astimezone(zone).time().isoformat() == "00:00:00"
            or at.time().isoformat() == "00:00:00"
        )
        if (
            day_only
            and from_page
            and from_page[1] != "day"
            and abs(from_page[0] - at) < timedelta(hours=36)
        ):
            return _capped(Moment(from_page[0], "page", from_page[1]), ceiling)
        return _capped(Moment(at, "feed", "day" if day_only else "second"), ceiling)
    if from_page:
        return _capped(Moment(from_page[0], "page", from_page[1]), ceiling)
    if found := _URL_DAY.search(url) or _URL_DIGITS.search(url):
        year, month, day = map(int, found.groups())
        try:
            at = datetime(year, month, day, tzinfo=zone).astimezone(UTC)
        except ValueError:
            return Moment(ceiling, "fetch")
        if _OLDEST <= at <= ceiling:
            return Moment(at, "url", "day")
    return Moment(ceiling, "fetch")


def _sane(at: datetime | None) -> datetime | None:
    """The feed's time in UTC; None where it is none of the web's."""
    try:
        at = at.astimezone(UTC) if at else None
    except OverflowError:
        return None
    return at if at and _OLDEST <= at < _LATEST else None


def _capped(found: Moment, ceiling: datetime) -> Moment:
    """A story is not published after it was read: a clock that runs ahead is held at the fetch."""
    return found if found.at <= ceiling else Moment(ceiling, found.basis, found.precision)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name or "UTC")
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


Precision = Literal["second", "minute", "day"]


def _read(text: str, zone: ZoneInfo) -> tuple[datetime, Precision] | None:
    """ISO 8601, RFC 822, a Unix time or an American date, as metadata has them; at most 40 characters are looked at."""
    text = _STROKES.sub(r"\1-\2-\3", text.strip()[:40])
    try:
        if _UNIX.fullmatch(text):
            return datetime.fromtimestamp(int(text[:10]), UTC), "second"
        if match := _ISO.match(text) or _COMPACT.fullmatch(text):
            year, month, day, hour, minute, second, offset = match.groups()
            on = date(int(year), int(month), int(day))
            at = datetime.combine(
                on,
                time(int(hour or 0), int(minute or 0), int(second or 0)),
                tzinfo=_offset(offset, zone),
            )
            return at.astimezone(UTC), "second" if second else "minute" if hour else "day"
        if (match := _IN_WORDS.fullmatch(text)) and match[1] in _MONTHS:
            at = datetime(int(match[3]), _MONTHS.index(match[1]) + 1, int(match[2]), tzinfo=zone)
            return at.astimezone(UTC), "day"
        at = parsedate_to_datetime(text)
        return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC), "second"
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _offset(text: str | None, zone: ZoneInfo) -> tzinfo:
    """The zone a time is written in; without one, the feed's."""
    if not text:
        return zone
    if text.upper() in ("Z", "UTC", "GMT"):
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    ahead = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-ahead if text[0] == "-" else ahead)
