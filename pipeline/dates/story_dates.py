"""When a story was published: the word of its feed, its page and its address, weighed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta, timezone, tzinfo
from itertools import chain, islice

from pipeline.dates.written import Written, find_month
from pipeline.dates.zones import find_zone
from pipeline.story import Entry, Moment

# nothing on the web is older; what says so is a broken date (year -1, 1970)
OLDEST = datetime(1990, 1, 1, tzinfo=UTC)

_LATEST = datetime(2200, 1, 1, tzinfo=UTC)  # the same for years like 9999

# how far a zone may be wrong; beyond it is a mistake, and the next source is asked.
# docs/decisions.md: "A feed's time more than a day ahead yields to the page's"
AHEAD = timedelta(days=1)

# how far clocks run apart: a time that is further ahead of the fetch has its hours wrong
CLOCKS_APART = timedelta(minutes=10)

# between a feed's day and the page's time of that day: a day and half a one for the zones
SAME_DAY = timedelta(hours=36)

# nearly all zones of the world are whole half hours, and none is farther from Greenwich
HALF_HOUR, FARTHEST_ZONE, MINUTE = timedelta(minutes=30), timedelta(hours=14), timedelta(minutes=1)
# further times of a page, in its markup and in print, that are asked for their zone
MOST_ASKED = 3

_DAY_IN_ADDRESS = re.compile(
    r"/((?:19|20)\d\d)[/-](0[1-9]|1[0-2])[/-](0[1-9]|[12]\d|3[01])(?=[/_-]|$)"
)
_DIGITS_IN_ADDRESS = re.compile(r"[/_-](20\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?=[/_.-]|$)")
_MONTH_IN_ADDRESS = re.compile(r"/((?:19|20)\d\d)/([a-z]{3})/(0[1-9]|[12]\d|3[01])(?=[/_-]|$)")


@dataclass(frozen=True, slots=True)
class PageTimes:
    """The times of a page, the surest first, read only as far as they are asked for.

    ``marked`` are those that its markup calls the story's, ``printed`` those that it prints for
    readers about the headline, ``distant`` those that may be the story's where there are no others.
    """

    marked: Iterable[Written] = ()
    printed: Iterable[Written] = ()
    distant: Iterable[Written] = ()


NO_TIMES = PageTimes()


def date_story(
    entry: Entry, times: PageTimes, url: str, fetched: datetime, now: datetime
) -> Moment:
    """When a story was published: by the feed, else the page, else its address, else the fetch.

    The answer is never after the fetch and never before 1990. A feed that knows only the day, or
    whose time has not come yet, yields to a page that knows the minute.
    """
    ceiling = min(fetched, now) if fetched.tzinfo else now
    zone = find_zone(entry.timezone)
    by_feed = _date_by_feed(entry, zone, ceiling)
    if by_feed and by_feed.precision != "day" and by_feed.at <= ceiling + CLOCKS_APART:
        return _hold_at(ceiling, by_feed)
    by_page = _choose_time(times.marked, ceiling)
    if by_feed:
        refined = by_page and by_page.precision != "day" and by_page.at <= ceiling + CLOCKS_APART
        near = by_page and abs(by_page.at - by_feed.at) < SAME_DAY
        if not (by_page and refined and (near or by_feed.at > ceiling)):
            return _hold_at(ceiling, by_feed)
    if by_page and by_page.precision != "day":
        return _hold_at(ceiling, _set_in_zone(by_page, times))
    by_url = by_page or _date_by_address(url, zone, ceiling)
    by_print = _choose_time(times.printed, ceiling)
    if by_url and by_print and (by_print.precision == "day" or by_print.day != by_url.day):
        by_print = None
    found = by_print or by_url or _choose_time(times.distant, ceiling, refine=False)
    return _hold_at(ceiling, found) if found else Moment(ceiling, "fetch")


def _set_in_zone(moment: Moment, times: PageTimes) -> Moment:
    """A moment in Greenwich's time, set in the zone of the place where it was written.

    Programs write Greenwich's time, and an evening's story is then tomorrow's. The zone is that of
    the same moment elsewhere in the markup, or of the same minute of another hour in print. A day
    that is printed alone tells none: it is that of a change as often.
    """
    if moment.at.utcoffset():
        return moment
    for written in chain(islice(times.marked, MOST_ASKED), islice(times.printed, MOST_ASKED)):
        if written.precision == "day":
            continue
        if written.zoned:
            shift = written.at.utcoffset() or timedelta()
            if abs(written.at - moment.at) >= MINUTE:
                continue
        else:
            # print has no seconds
            shift = written.at.replace(tzinfo=UTC, second=0) - moment.at.replace(second=0)
        if not shift:
            return moment
        if abs(shift) <= FARTHEST_ZONE and shift % HALF_HOUR == timedelta():
            return replace(moment, at=moment.at.astimezone(timezone(shift)))
    return moment


def _date_by_feed(entry: Entry, zone: tzinfo, ceiling: datetime) -> Moment | None:
    """The feed's word; None where it has none that can be true."""
    at = _in_web_years(entry.published)
    if at is None or at > ceiling + AHEAD:
        return None
    # whether its program wrote midnight of Greenwich or its own: it knows the day alone
    there = at.astimezone(zone)
    if at.time() == time(0):
        return Moment(at, "feed", "day")
    return Moment(there, "feed", "day" if there.time() == time(0) else "second")


def _choose_time(
    times: Iterable[Written], ceiling: datetime, *, refine: bool = True
) -> Moment | None:
    """The first time that can be true.

    With ``refine``, one that knows only the day yields to the hour of that day in a later one.
    """
    chosen: Moment | None = None
    for written in times:
        at = _in_web_years(written.at)
        if at is None or at > ceiling + AHEAD:
            continue
        # midnight is what programs write for a day
        precision = "day" if written.at.time() == time(0) else written.precision
        moment = Moment(written.at, "page", precision)
        if chosen is None or (precision != "day" and chosen.day == moment.day):
            chosen = moment
        if chosen.precision != "day" or not refine:
            return chosen
    return chosen


def _date_by_address(url: str, zone: tzinfo, ceiling: datetime) -> Moment | None:
    """The day in an address; the folders of a path are surer than a number in a name, which may be
    the day that the story is about."""
    written = _DAY_IN_ADDRESS.search(url) or _DIGITS_IN_ADDRESS.search(url)
    try:
        if written:
            year, month, day = map(int, written.groups())
        elif (written := _MONTH_IN_ADDRESS.search(url)) and find_month(written[2]):
            year, month, day = int(written[1]), find_month(written[2]), int(written[3])
        else:
            return None
        at = datetime(year, month, day, tzinfo=zone)
        return Moment(at, "url", "day") if OLDEST <= at <= ceiling else None
    except (ValueError, OverflowError):
        return None


def _in_web_years(at: datetime | None) -> datetime | None:
    """The time in UTC; None where it is none of the web's."""
    try:
        at = at.astimezone(UTC) if at else None
    except OverflowError:
        return None
    return at if at and OLDEST <= at < _LATEST else None


def _hold_at(ceiling: datetime, moment: Moment) -> Moment:
    """A story is not published after it was read: a clock that runs ahead is held at the fetch.

    Of one that is far ahead the hour is wrong, so that only the day is known.
    """
    if moment.at <= ceiling:
        return moment
    precision = "day" if moment.at > ceiling + CLOCKS_APART else moment.precision
    return Moment(ceiling.astimezone(moment.at.tzinfo), moment.basis, precision)
