"""Every reading of a date: in feeds, on pages, in addresses, in datelines and in embargoes.

The vocabulary (months, zones, the parts of written forms) stands first. Below it each place that
brings a date has a function of its own, because programs write feeds and metadata, and people write
datelines and embargoes. All answers are in UTC.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from feedparser.datetimes import _parse_date

from pipeline.story import Entry, Moment

# --------------------------------------------------------------------------- vocabulary

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH_NUMBER = {name: number for number, name in enumerate(MONTHS, 1)}

# hours east of Greenwich: RFC 822's zones, and what feeds and wires of other countries print. BST
# is British Summer Time and IST is India's time, as most who print them mean
ZONES: dict[str, float] = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0,
    "est": -5, "edt": -4, "et": -5, "cst": -6, "cdt": -5, "ct": -6, "mst": -7, "mdt": -6,
    "pst": -8, "pdt": -7, "pt": -8, "akst": -9, "hst": -10,
    "bst": 1, "west": 1, "cet": 1, "mez": 1, "cest": 2, "mesz": 2, "eet": 2, "eest": 3,
    "msk": 3, "trt": 3, "ist": 5.5, "pkt": 5, "wib": 7, "sgt": 8, "hkt": 8,
    "jst": 9, "kst": 9, "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13,
}  # fmt: skip

Precision = Literal["second", "minute", "day"]

# nothing on the web is older; what says so is a broken date (year -1, 1970)
OLDEST = datetime(1990, 1, 1, tzinfo=UTC)

_LATEST = datetime(2200, 1, 1, tzinfo=UTC)  # the same for years like 9999

# the parts of written forms
_ISO_DAY = r"(\d{4})-(\d{1,2})-(\d{1,2})"
_CLOCK = r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?"
_MONTH_WORD = r"([A-Za-z]{3})[a-z]*\.?"
_ORDINAL = r"(\d{1,2})(?:st|nd|rd|th)?"
_OFFSET = re.compile(r"(?:GMT|UTC|Z)?\s*([+-])(\d{1,2}):?(\d{2})?(?:\s*\(.*\))?", re.IGNORECASE)


@lru_cache(maxsize=64)
def find_zone(name: str) -> tzinfo:
    """The zone of an IANA name; UTC for none and for one that nobody knows."""
    try:
        return UTC if name.upper() in ("", "UTC") else ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return UTC


def _printed_zone(text: str, default: tzinfo) -> tzinfo | None:
    """The zone as printed behind a time, ``default`` where none is; None for one not known here."""
    text = text.strip()
    if not text:
        return default
    hours = ZONES.get(text.lower())
    if hours is not None:
        return timezone(timedelta(hours=hours)) if hours else UTC
    offset = _OFFSET.fullmatch(text)
    if offset is None:
        return None
    ahead = timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
    return timezone(ahead if offset[1] == "+" else -ahead)


# --------------------------------------------------------------------------- feeds

# characters above which a feed's date is not looked at: date parsers are slow on long nonsense
LONGEST_FEED_DATE = 100

_EARLIEST_IN_FEED = datetime(1970, 1, 2, tzinfo=UTC)  # the first of January: a clock never set

# no place on earth is farther from Greenwich than Kiritimati; a feed that says so is broken
FARTHEST_ZONE = timedelta(hours=14)

_FEED_ISO = re.compile(rf"{_ISO_DAY}(?:(?:[Tt]|\s+){_CLOCK}\s*(.*))?")
_RFC822 = re.compile(
    rf"(?:[A-Za-z]{{2,9}}\.?,?\s+)?(\d{{1,2}})[\s-]+{_MONTH_WORD},?[\s-]+(\d{{4}})"
    rf"(?:,?\s+{_CLOCK}\s*(.*))?"
)


def parse_feed_date(text: str, zone: str, now: datetime) -> datetime | None:
    """The moment that a feed prints, in UTC and never later than ``now``.

    ``zone`` is the IANA name that a date without a zone is in. None where ``text`` is no date or
    one before 1970. RFC 822 and ISO 8601, which nearly all feeds write, are read here: feedparser
    would take a date without a zone for UTC. Every other form is feedparser's.
    """
    text = text.strip()
    if not text or len(text) > LONGEST_FEED_DATE:
        return None
    try:
        at = _parse_common_form(text, zone)
        if at is None:
            at = _parse_rare_form(text)
    except (ValueError, OverflowError):
        return None
    if at is None or at < _EARLIEST_IN_FEED:
        return None
    return min(at, now)


def _parse_common_form(text: str, zone: str) -> datetime | None:
    """RFC 822 or ISO 8601; None for any other form. Raises ValueError for an impossible date."""
    if written := _FEED_ISO.fullmatch(text) if text[4:5] == "-" else None:
        year, month, day = int(written[1]), int(written[2]), int(written[3])
    elif written := _RFC822.fullmatch(text):
        year, month, day = (
            int(written[3]),
            _MONTH_NUMBER.get(written[2].lower(), 0),
            int(written[1]),
        )
    else:
        return None
    if not month:
        return None
    away = _printed_zone(written[7] or "", find_zone(zone))
    if away is None:
        return None
    # a leap second is the second before it: datetime knows none
    hour, minute, second = int(written[4] or 0), int(written[5] or 0), min(int(written[6] or 0), 59)
    at = datetime(year, month, day, hour, minute, second, tzinfo=away)
    if away is UTC:
        return at
    if abs(at.utcoffset() or timedelta()) > FARTHEST_ZONE:
        raise ValueError("no zone is so far from Greenwich")
    return at.astimezone(UTC)


def _parse_rare_form(text: str) -> datetime | None:
    """What feedparser knows besides (asctime, Korean, Greek, two-digit years), read as UTC."""
    fields = _parse_date(text)
    if not fields:
        return None
    year, month, day, hour, minute, second = fields[:6]
    return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)


# --------------------------------------------------------------------------- pages

# characters of a page's date that are looked at: the longest form of metadata has some thirty
LONGEST_PAGE_DATE = 40

_PAGE_ISO = re.compile(
    rf"{_ISO_DAY}(?:[T\s]+{_CLOCK}\s*(Z|UTC|GMT|[+-]\d\d:?\d\d|[+-]\d\d)?)?", re.IGNORECASE
)
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T?(\d\d)(\d\d)(\d\d)?)?(Z)?", re.ASCII)
_UNIX = re.compile(r"1\d{9}(?:\d{3})?", re.ASCII)  # seconds or milliseconds, 2001 to 2033
_STROKES = re.compile(r"^(\d{4})/(\d\d?)/(\d\d?)")
_IN_WORDS = re.compile(r"(?:[A-Z][a-z]+, )?([A-Z][a-z]{2})[a-z]*\.? (\d\d?), (\d{4})")
_PRINTED = (
    (re.compile(rf"{_MONTH_WORD} {_ORDINAL},? (\d{{4}})"), 1, 2),
    (re.compile(rf"{_ORDINAL} {_MONTH_WORD},? (\d{{4}})"), 2, 1),
)


def parse_page_date(text: str, zone: tzinfo) -> Moment | None:
    """The moment that a page's metadata says; a time without a zone is in ``zone``.

    ISO 8601, RFC 822, a Unix time or an American date. None where ``text`` is none of these.
    """
    text = _STROKES.sub(r"\1-\2-\3", text.strip()[:LONGEST_PAGE_DATE]).strip()
    try:
        if _UNIX.fullmatch(text):
            return Moment(datetime.fromtimestamp(int(text[:10]), UTC), "page")
        if written := _PAGE_ISO.fullmatch(text) or _COMPACT.fullmatch(text):
            year, month, day, hour, minute, second, away = written.groups()
            on = date(int(year), int(month), int(day))
            clock = time(int(hour or 0), int(minute or 0), int(second or 0))
            at = datetime.combine(on, clock, tzinfo=_printed_zone(away or "", zone))
            precision: Precision = "second" if second else "minute" if hour else "day"
            return Moment(at.astimezone(UTC), "page", precision)
        in_words = _IN_WORDS.fullmatch(text)
        if in_words and (number := _MONTH_NUMBER.get(in_words[1].lower())):
            at = datetime(int(in_words[3]), number, int(in_words[2]), tzinfo=zone)
            return Moment(at.astimezone(UTC), "page", "day")
        at = parsedate_to_datetime(text)
        return Moment((at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC), "page")
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def find_printed_day(text: str) -> str:
    """The first English day in a line for readers, as "Nov 19, 2026"; empty where there is none."""
    for pattern, month, day in _PRINTED:
        if printed := pattern.search(text):
            return f"{printed[month].title()} {int(printed[day])}, {printed[3]}"
    return ""


# --------------------------------------------------------------------------- the story

# how far a clock or zone may be wrong; beyond it is a mistake, and the next source is asked.
# docs/decisions.md: "A feed's time more than a day ahead yields to the page's"
AHEAD = timedelta(days=1)

# between a feed's day and the page's time of that day: a day and half a one for the zones
SAME_DAY = timedelta(hours=36)

_DAY_IN_ADDRESS = re.compile(
    r"/((?:19|20)\d\d)[/-](0[1-9]|1[0-2])[/-](0[1-9]|[12]\d|3[01])(?=[/_-]|$)"
)
_LIKE_A_DAY = re.compile(r"/(?:19|20)\d\d[/-]\d\d[/-]\d\d")
_DIGITS_IN_ADDRESS = re.compile(r"[/_-](20\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?=[/_.-]|$)")


def date_story(entry: Entry, page_date: str, url: str, fetched: datetime, now: datetime) -> Moment:
    """When a story was published: by the feed, else the page, else its address, else the fetch.

    ``page_date`` is as the page writes it. The answer is never after the fetch and never before
    1990. A feed that knows only the day is refined by a page that knows the minute of that day.
    """
    ceiling = min(fetched, now) if fetched.tzinfo else now
    zone = find_zone(entry.timezone)
    by_page = parse_page_date(page_date, zone)
    if by_page and not OLDEST <= by_page.at <= ceiling + AHEAD:
        by_page = None
    by_feed = _in_web_years(entry.published)
    if by_feed and by_page and by_feed > ceiling + AHEAD:
        by_feed = None
    if by_feed:
        midnight = time(0) in (by_feed.astimezone(zone).time(), by_feed.time())
        refined = by_page and midnight and by_page.precision != "day"
        if not (refined and by_page and abs(by_page.at - by_feed) < SAME_DAY):
            return _hold_at(ceiling, Moment(by_feed, "feed", "day" if midnight else "second"))
    if by_page:
        return _hold_at(ceiling, by_page)
    if written := _DAY_IN_ADDRESS.search(url) or _DIGITS_IN_ADDRESS.search(url):
        year, month, day = map(int, written.groups())
        try:
            at = datetime(year, month, day, tzinfo=zone).astimezone(UTC)
        except ValueError:
            return Moment(ceiling, "fetch")
        if OLDEST <= at <= ceiling:
            return Moment(at, "url", "day")
    return Moment(ceiling, "fetch")


def _in_web_years(at: datetime | None) -> datetime | None:
    """The time in UTC; None where it is none of the web's."""
    try:
        at = at.astimezone(UTC) if at else None
    except OverflowError:
        return None
    return at if at and OLDEST <= at < _LATEST else None


def names_day(url: str) -> bool:
    """Whether an address holds a day, or what looks like one."""
    return bool(_LIKE_A_DAY.search(url))


def _hold_at(ceiling: datetime, moment: Moment) -> Moment:
    """A story is not published after it was read: a clock that runs ahead is held at the fetch."""
    return moment if moment.at <= ceiling else Moment(ceiling, moment.basis, moment.precision)


# --------------------------------------------------------------------------- wire copy

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
