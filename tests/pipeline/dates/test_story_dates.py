"""Dates: whatever feed, page, address, dateline and clock say, an answer that can be true."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import dates
from pipeline.dates import (
    MONTHS,
    PageTimes,
    Place,
    Written,
    find_embargo_end,
    find_zone,
    parse_dateline_day,
    read_written,
)
from pipeline.story import Entry, Moment

FETCHED = datetime(2026, 11, 22, 12, tzinfo=UTC)
OLDEST = datetime(1990, 1, 1, tzinfo=UTC)
WEB = (
    (OLDEST + timedelta(days=366)).replace(tzinfo=None),
    (FETCHED - timedelta(days=20)).replace(tzinfo=None),
)
FEED_ZONES = ("UTC", "Asia/Beirut", "America/New_York", "Pacific/Kiritimati", "Asia/Kathmandu")


def entry(published: datetime | None = None, zone: str = "UTC") -> Entry:
    """An entry that says when it was published, or does not."""
    return Entry(
        key="k", feed_id="f", guid="g", url="u", title="t", published=published, timezone=zone
    )


def date_story(
    entry: Entry, page: str, url: str, fetched: datetime = FETCHED, now: datetime = FETCHED
) -> Moment:
    """When a story was published whose page says this one time."""
    written = read_written(page, Place(find_zone(entry.timezone)))
    return dates.date_story(entry, PageTimes((written,) if written else ()), url, fetched, now)


def parse_feed_date(text: str, zone: str, now: datetime) -> datetime | None:
    """The moment that a feed in this zone prints."""
    return dates.parse_feed_date(text, Place(find_zone(zone)), now)


aware = st.datetimes(
    timezones=st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m)))
)
numbers = st.integers(-1, 99_999).map(str)
written = st.one_of(
    st.text(max_size=60),
    aware.map(datetime.isoformat),
    st.datetimes().map(str),
    st.tuples(numbers, numbers, numbers).map("-".join),
    st.tuples(numbers, numbers, numbers).map("/".join),
    st.from_regex(r"\A\d{8}(T?\d{4,6}Z?)?\Z"),
    st.from_regex(r"\A1\d{9}(\d{3})?\Z"),
    st.from_regex(r"\A[A-Z][a-z]{2,8} \d{1,2}, \d{4}\Z"),
    st.from_regex(r"\A[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d [+-]\d{4}\Z"),
)


@given(
    st.none() | aware,
    st.sampled_from(FEED_ZONES) | st.text(max_size=12),
    written,
    st.tuples(numbers, numbers, numbers).map(lambda d: "https://a.example/" + "/".join(d) + "/x"),
    st.datetimes(WEB[0], WEB[1].replace(year=2100), timezones=st.just(UTC)),
)
def test_an_answer_can_always_be_true(
    published: datetime | None, zone: str, page: str, url: str, fetched: datetime
) -> None:
    """Never after the fetch, never before there was a web, never an exception."""
    found = date_story(entry(published, zone), page, url, fetched, fetched + timedelta(hours=1))
    assert OLDEST <= found.at <= fetched
    assert (found.basis == "fetch") <= (found.at == fetched)


@given(st.datetimes(*WEB).map(lambda d: d.replace(microsecond=0)), st.integers(-14 * 60, 14 * 60))
def test_a_time_with_a_zone_is_taken_as_written(at: datetime, minutes: int) -> None:
    """A page's time with an offset names one instant, whatever the feed's zone is."""
    said = at.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    found = date_story(entry(zone="Asia/Beirut"), said.isoformat(), "u", FETCHED, FETCHED)
    precision = "second" if at.time() != time(0) else "day"
    assert (found.at, found.basis, found.precision) == (said.astimezone(UTC), "page", precision)


@given(
    st.datetimes(*WEB).map(lambda d: d.replace(second=0, microsecond=0)),
    st.sampled_from(FEED_ZONES),
)
def test_a_time_without_a_zone_is_the_feeds(at: datetime, zone: str) -> None:
    """What a page writes without an offset is local time where the feed is published."""
    found = date_story(entry(zone=zone), at.strftime("%Y-%m-%dT%H:%M"), "u", FETCHED, FETCHED)
    assert found.at == at.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    assert found.precision == ("minute" if at.time() != time(0) else "day")


@pytest.mark.parametrize(
    ("page", "at", "precision"),
    [
        ("20261119103000", "2026-11-19T10:30:00+00:00", "second"),
        ("20261119T1030Z", "2026-11-19T10:30:00+00:00", "minute"),
        ("20261119", "2026-11-19T00:00:00+00:00", "day"),
        ("2026/11/19 10:30", "2026-11-19T10:30:00+00:00", "minute"),
        ("2026-11-19 10:30:00 +0300", "2026-11-19T07:30:00+00:00", "second"),
        ("1795084200", "2026-11-19T10:30:00+00:00", "second"),
        ("1795084200000", "2026-11-19T10:30:00+00:00", "second"),
        ("November 19, 2026", "2026-11-19T00:00:00+00:00", "day"),
        ("Thu, 19 Nov 2026 10:30:00 GMT", "2026-11-19T10:30:00+00:00", "second"),
    ],
)
def test_the_forms_that_metadata_has(page: str, at: str, precision: str) -> None:
    """ISO 8601 long and compact, strokes, Unix times, an American date, RFC 822."""
    found = date_story(entry(), page, "u", FETCHED, FETCHED)
    said = found.at.astimezone(UTC).isoformat()
    assert (said, found.basis, found.precision) == (at, "page", precision)


def test_a_feed_far_ahead_yields_to_the_page() -> None:
    """A time more than a day in the future is a mistake: the page's counts, and without one the
    fetch's, which is called that."""
    ahead = entry(FETCHED + timedelta(days=400))
    assert date_story(ahead, "2026-11-20T08:00Z", "u", FETCHED, FETCHED).basis == "page"
    assert date_story(ahead, "", "u", FETCHED, FETCHED) == Moment(FETCHED, "fetch")


@given(st.dates(date(1900, 1, 1), date(2030, 1, 1)))
def test_an_address_dates_a_story_to_the_day(day: date) -> None:
    """A day in the path counts where nothing else does, unless it is to come or older than the
    web."""
    dated = OLDEST.date() <= day <= FETCHED.date()
    late = dated and day.year >= 2000
    found = date_story(
        entry(), "", f"https://a.example/news/port-{day:%Y%m%d}.html", FETCHED, FETCHED
    )
    assert (found.basis, found.precision) == (("url", "day") if late else ("fetch", "second"))
    found = date_story(entry(), "", f"https://a.example/{day:%Y/%m/%d}/x", FETCHED, FETCHED)
    assert (found.basis, found.precision) == (("url", "day") if dated else ("fetch", "second"))


DAY, CLOCKS, SECOND = timedelta(days=1), timedelta(minutes=10), timedelta(seconds=1)
MIDNIGHT = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("published", "page", "basis", "why"),
    [
        (FETCHED + DAY, "", "feed", "a day ahead may be a zone gone wrong"),
        (FETCHED + DAY + SECOND, "", "fetch", "a day and a second is a mistake"),
        (FETCHED + CLOCKS, "2026-11-20T08:00Z", "feed", "clocks run apart by minutes"),
        (FETCHED + CLOCKS + SECOND, "2026-11-20T08:00Z", "page", "a time to come is a wrong one"),
        (FETCHED + CLOCKS + SECOND, "2026-11-20", "feed", "a day alone is no better"),
        (FETCHED + CLOCKS + SECOND, "2026-11-22T13:00Z", "feed", "nor is another time to come"),
        (None, "2026-11-23T12:00:00Z", "page", "the same holds for the page's time"),
        (None, "2026-11-23T12:00:01Z", "fetch", "and beyond it nothing is left but the fetch"),
        (OLDEST, "", "feed", "the oldest time that the web can have"),
        (OLDEST - SECOND, "", "fetch", "older is a broken date"),
        (None, "1990-01-01T00:00:00Z", "page", "the oldest on a page"),
        (None, "1989-12-31T23:59:59Z", "fetch", "older on a page is broken too"),
        (MIDNIGHT, "2026-11-21T11:59:59Z", "page", "within 36 hours it is the same day somewhere"),
        (MIDNIGHT, "2026-11-21T12:00:00Z", "feed", "36 hours away it is another day everywhere"),
        (MIDNIGHT, "2026-11-20", "feed", "a page that knows only the day refines nothing"),
        (MIDNIGHT + SECOND, "2026-11-20T08:00Z", "feed", "a feed that knows the second needs none"),
        (None, "2026-11-20T00:00:00Z", "page", "midnight is a day"),
    ],
)
def test_which_source_dates_a_story(
    published: datetime | None, page: str, basis: str, why: str
) -> None:
    """Just inside and just outside of each limit, another source is believed."""
    at = date_story(entry(published), page, "u", FETCHED, FETCHED)
    assert at.basis == basis, why
    assert at.at <= FETCHED


@pytest.mark.parametrize(
    ("url", "basis"),
    [
        ("https://a.example/2026/11/20/x", "url"),
        ("https://a.example/2026/13/20/x", "fetch"),
        ("https://a.example/2026/11/32/x", "fetch"),
        ("https://a.example/2026/02/30/x", "fetch"),
        ("https://a.example/2026/11/201", "fetch"),
        ("https://a.example/1989/12/31/x", "fetch"),
        ("https://a.example/1990/01/01/x", "url"),
        ("https://a.example/2026/11/23/x", "fetch"),
        ("https://a.example/x-20261120.html", "url"),
        ("https://a.example/x-19961120.html", "fetch"),
    ],
)
def test_which_figures_in_an_address_are_a_day(url: str, basis: str) -> None:
    """Only a day of the calendar, between 1990 and the fetch; eight digits only from 2000 on."""
    assert date_story(entry(), "", url, FETCHED, FETCHED).basis == basis


@pytest.mark.parametrize(
    "midnight", [datetime(2026, 11, 19, 22, tzinfo=UTC), MIDNIGHT], ids=["of the zone", "in UTC"]
)
def test_a_feed_that_prints_midnight_knows_only_the_day(midnight: datetime) -> None:
    """Whether its program wrote local midnight or that of Greenwich, a page knows more."""
    of_beirut = entry(midnight, "Asia/Beirut")
    refined = date_story(of_beirut, "2026-11-20T08:00Z", "u", FETCHED, FETCHED)
    assert (refined.basis, refined.at.hour) == ("page", 8)
    alone = date_story(of_beirut, "", "u", FETCHED, FETCHED)
    assert (alone.basis, alone.precision, alone.at) == ("feed", "day", midnight)


def test_a_day_to_come_is_held_at_the_fetch_and_stays_a_day() -> None:
    """A feed that dates a story of tonight to tomorrow has not learned the second thereby."""
    tomorrow = datetime(2026, 11, 23, tzinfo=UTC)
    found = date_story(entry(tomorrow), "", "u", FETCHED, FETCHED)
    assert (found.at, found.basis, found.precision) == (FETCHED, "feed", "day")


@pytest.mark.parametrize(
    ("page", "at"),
    [
        ("November 19, 2026", datetime(2026, 11, 18, 22, tzinfo=UTC)),
        ("Thu, 19 Nov 2026 10:30:00", datetime(2026, 11, 19, 8, 30, tzinfo=UTC)),
        ("20261119", datetime(2026, 11, 18, 22, tzinfo=UTC)),
        ("20261119T1030Z", datetime(2026, 11, 19, 10, 30, tzinfo=UTC)),
    ],
)
def test_each_form_without_a_zone_is_the_feeds(page: str, at: datetime) -> None:
    """A page says its local time in any of the forms; only a zone in print makes it another."""
    assert date_story(entry(zone="Asia/Beirut"), page, "u", FETCHED, FETCHED).at == at


def test_a_zone_in_print_is_not_the_feeds() -> None:
    """The feed's zone must not stand in for one that is printed."""
    found = parse_feed_date("Sat, 21 Nov 2026 08:15:00 AST", "Asia/Beirut", FETCHED)
    assert found == datetime(2026, 11, 21, 12, 15, tzinfo=UTC)


def test_a_day_in_an_address_is_one_where_the_feed_is() -> None:
    """It begins at the zone's midnight; the folders of a path are surer than a number in a name,
    which may be the day that the story is about."""
    url = "https://a.example/2026/11/20/storm-20261103.html"
    found = date_story(entry(zone="Asia/Beirut"), "", url, FETCHED, FETCHED)
    assert found.at == datetime(2026, 11, 19, 22, tzinfo=UTC)


def test_a_time_far_to_come_is_none() -> None:
    """A zone may be a day wrong; a feed that prints the day after is wrong about all of it."""
    assert parse_feed_date("2026-11-23T12:00:00Z", "UTC", FETCHED) == FETCHED + DAY
    assert parse_feed_date("2026-11-23T12:00:01Z", "UTC", FETCHED) is None


def test_of_a_time_that_is_held_at_the_fetch_only_the_day_is_known() -> None:
    """Minutes may be a clock's; hours are a mistake, and the fetch is not the feed's second."""
    near = date_story(entry(FETCHED + CLOCKS), "", "u")
    assert (near.at, near.precision) == (FETCHED, "second")
    far = date_story(entry(FETCHED + CLOCKS + SECOND), "", "u")
    assert (far.at, far.basis, far.precision) == (FETCHED, "feed", "day")


@pytest.mark.parametrize(
    ("marked", "printed", "distant", "at", "basis"),
    [
        ("2026-11-20", "2026-11-20 08:15", "", "2026-11-20T08:15", "page"),
        ("2026-11-20", "2026-11-21 08:15", "", "2026-11-20T00:00", "page"),
        ("2026-11-20 07:00", "2026-11-20 08:15", "", "2026-11-20T07:00", "page"),
        ("", "2026-11-18 08:15", "", "2026-11-18T08:15", "page"),
        ("", "2026-11-17 08:15", "", "2026-11-18T00:00", "url"),
        ("", "", "2026-11-17", "2026-11-18T00:00", "url"),
    ],
)
def test_a_day_is_refined_by_its_own_hour_alone(
    marked: str, printed: str, distant: str, at: str, basis: str
) -> None:
    """Markup, then the address, then print; a later place gives the hour of the same day."""
    times = PageTimes(*(filter(None, [read_written(text)]) for text in (marked, printed, distant)))
    url = "https://a.example/2026/11/18/x"
    found = dates.date_story(entry(), times, url, FETCHED, FETCHED)
    assert (found.at.isoformat()[:16], found.basis) == (at, basis)


def test_what_is_distant_counts_where_nothing_else_does() -> None:
    """A label at the end of a page is better than the time of the fetch."""
    distant = PageTimes((), (), filter(None, [read_written("2026-11-17")]))
    found = dates.date_story(entry(), distant, "u", FETCHED, FETCHED)
    assert (found.day, found.basis, found.precision) == ("2026-11-17", "page", "day")


def test_a_page_is_not_read_for_a_time_that_its_feed_knows() -> None:
    """Most feeds know the second: looking for another costs time."""

    def ask() -> Iterator[Written]:
        raise AssertionError("the page was read")
        yield  # pragma: no cover

    known = entry(FETCHED - DAY)
    assert dates.date_story(known, PageTimes(ask(), ask()), "u", FETCHED, FETCHED).basis == "feed"


@pytest.mark.parametrize(
    ("page", "zone", "at", "day"),
    [
        ("2026-11-19T22:30:00-05:00", "UTC", "2026-11-20T03:30:00+00:00", "2026-11-19"),
        ("2026-11-20T01:00:00+05:30", "UTC", "2026-11-19T19:30:00+00:00", "2026-11-20"),
        ("2026-11-20", "Asia/Beirut", "2026-11-19T22:00:00+00:00", "2026-11-20"),
    ],
)
def test_a_day_is_called_as_its_place_calls_it(page: str, zone: str, at: str, day: str) -> None:
    """The last edition of the evening in New York is of that day, whatever UTC says."""
    found = date_story(entry(zone=zone), page, "u")
    assert (found.at.astimezone(UTC).isoformat(), found.day) == (at, day)


@pytest.mark.parametrize("text", ["2016-12-31T23:59:60Z", "Sat, 31 Dec 2016 23:59:60 GMT"])
def test_a_leap_second_is_the_second_before_it(text: str) -> None:
    """The calendar has had minutes of 61 seconds; a story of one has its date all the same."""
    expected = datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC)
    assert parse_feed_date(text, "UTC", FETCHED) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1970-01-02T00:00:00Z", datetime(1970, 1, 2, tzinfo=UTC)),
        ("1970-01-01T23:59:59Z", None),
        ("2026-11-21T08:15:00+14:00", datetime(2026, 11, 20, 18, 15, tzinfo=UTC)),
        ("2026-11-21T08:15:00+14:01", None),
        ("2026-11-21T08:15:00-14:00", datetime(2026, 11, 21, 22, 15, tzinfo=UTC)),
        ("2026-11-21T08:15:00-14:01", None),
        ("Sat, 21 Nov 2026 08:15:00" + " " * 72 + "GMT", datetime(2026, 11, 21, 8, 15, tzinfo=UTC)),
        ("Sat, 21 Nov 2026 08:15:00" + " " * 73 + "GMT", None),
        ("Sat, 21 Nov 2026 08:15:00 XYZ", None),
        ("Sat, 21 Foo 2026 08:15:00 GMT", None),
        ("21 Nov 2026 10:15 ET", datetime(2026, 11, 21, 15, 15, tzinfo=UTC)),
    ],
)
def test_limits_of_a_feeds_date(text: str, expected: datetime | None) -> None:
    """A clock never set, a zone beyond Kiritimati's, nonsense of over a hundred characters."""
    assert parse_feed_date(text, "UTC", FETCHED) == expected


@pytest.mark.parametrize(
    ("zone", "hour"), [("Asia/Beirut", 6), ("America/New_York", 13), ("utc", 8), ("", 8)]
)
def test_a_date_without_a_zone_is_the_feeds(zone: str, hour: int) -> None:
    """A feed that prints local time names its zone in its configuration."""
    expected = datetime(2026, 11, 21, hour, 15, tzinfo=UTC)
    assert parse_feed_date("21 Nov 2026 08:15", zone, FETCHED) == expected
    assert parse_feed_date("2026-11-21 08:15", zone, FETCHED) == expected


def test_a_feed_with_an_unknown_zone_is_read_in_utc() -> None:
    """A name that no zone has does not cost a date."""
    assert parse_feed_date("2026-11-21 08:15", "No/Where", FETCHED) == datetime(
        2026, 11, 21, 8, 15, tzinfo=UTC
    )


@pytest.mark.parametrize("month", range(1, 13))
def test_every_month_has_one_number(month: int) -> None:
    """Feeds, pages, datelines and embargoes read a month's name alike."""
    day = datetime(2025, month, 9, tzinfo=UTC)
    name = MONTHS[month - 1].title()
    assert parse_feed_date(f"9 {name} 2025", "UTC", FETCHED) == day
    assert date_story(entry(), f"{name} 9, 2025", "u", FETCHED, FETCHED).at == day
    dated = parse_dateline_day(f"{name} 9, 2025", FETCHED)
    assert dated is not None
    assert dated.at == day
    assert find_embargo_end(f"EMBARGOED until {name} 9, 2025", FETCHED) == day


HOURS = {
    -10: "hst", -9: "akst", -8: "pst pt", -7: "pdt mst", -6: "mdt cst ct", -5: "cdt est et",
    -4: "edt ast", 0: "z ut utc gmt wet", 1: "bst west cet mez wat", 2: "cest mesz eet cat sast",
    3: "eest msk trt idt eat", 3.5: "irst", 4: "gst", 4.5: "aft", 5: "pkt", 5.5: "ist",
    5.75: "npt", 6.5: "mmt", 7: "wib", 8: "sgt hkt", 9: "jst kst", 10: "aest", 11: "aedt",
    12: "nzst", 13: "nzdt",
}  # fmt: skip


@pytest.mark.parametrize(
    ("zone", "hours"), [(zone, hours) for hours, named in HOURS.items() for zone in named.split()]
)
def test_every_zone_is_as_far_as_the_table_says(zone: str, hours: float) -> None:
    """Noon in a zone is so many hours before noon in Greenwich, whatever zone the feed is in."""
    noon = datetime(2026, 11, 20, 12, tzinfo=UTC)
    expected = noon - timedelta(hours=hours)
    assert parse_feed_date(f"20 Nov 2026 12:00 {zone.upper()}", "Asia/Tokyo", FETCHED) == expected


@pytest.mark.parametrize(
    ("zone", "hour"),
    [
        *[("GMT", 6), ("Z", 6), ("BST", 5), ("CET", 5), ("CEST", 4), ("MSK", 3), ("EST", 11)],
        *[("EDT", 10), ("ET", 11), ("CT", 12), ("PT", 14), ("", 6)],
    ],
)
def test_an_embargo_is_in_the_zone_it_names(zone: str, hour: int) -> None:
    """Six o'clock of the zone; Greenwich where none is named."""
    line = f"EMBARGOED until 0600 {zone} on Nov 25, 2026"
    assert find_embargo_end(line, FETCHED) == datetime(2026, 11, 25, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "end"),
    [
        ("HOLD until 1201 GMT", "2026-11-22T12:01:00+00:00"),
        ("HOLD until 1200 GMT", "2026-11-23T12:00:00+00:00"),
        ("HOLD until 6.30 IST", "2026-11-23T01:00:00+00:00"),
        ("HOLD until 25 November", "2026-11-25T00:00:00+00:00"),
        ("HOLD until November 31", ""),
        ("HOLD until 2561 GMT", ""),
        ("HOLD for release", ""),
    ],
)
def test_an_embargo_ends_at_the_first_such_time(line: str, end: str) -> None:
    """Without a day the first such time after publication, without a year this year, else none."""
    found = find_embargo_end(line, FETCHED)
    assert (found.isoformat() if found else "") == end


@pytest.mark.parametrize(
    ("line", "seen", "day"),
    [
        ("Jan 1, 1990", FETCHED, "1990-01-01"),
        ("Dec 31, 1989", FETCHED, ""),
        ("Nov 22, 2026", FETCHED, "2026-11-22"),
        ("Nov 23, 2026", FETCHED, ""),
        ("Nov 23, 2026", None, "2026-11-23"),
        ("Foo 23, 2024", None, ""),
    ],
)
def test_limits_of_a_datelines_day(line: str, seen: datetime | None, day: str) -> None:
    """Not before the web was, and not after the story was seen."""
    found = parse_dateline_day(line, seen)
    assert (found.at.date().isoformat() if found else "") == day
