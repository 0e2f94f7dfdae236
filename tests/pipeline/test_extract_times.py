"""When a story was published: whatever feed, page, address and clock say, an answer that can be true."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.extract.times import moment
from pipeline.story import Entry

FETCHED = datetime(2026, 11, 22, 12, tzinfo=UTC)
OLDEST = datetime(1990, 1, 1, tzinfo=UTC)
WEB = (
    (OLDEST + timedelta(days=366)).replace(tzinfo=None),
    (FETCHED - timedelta(days=20)).replace(tzinfo=None),
)
ZONES = ("UTC", "Asia/Beirut", "America/New_York", "Pacific/Kiritimati", "Asia/Kathmandu")


def entry(published: datetime | None = None, zone: str = "UTC") -> Entry:
    """An entry that says when it was published, or does not."""
    return Entry(
        key="k", feed_id="f", guid="g", url="u", title="t", published=published, timezone=zone
    )


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
    st.sampled_from(ZONES) | st.text(max_size=12),
    written,
    st.tuples(numbers, numbers, numbers).map(lambda d: "https://a.example/" + "/".join(d) + "/x"),
    st.datetimes(WEB[0], WEB[1].replace(year=2100), timezones=st.just(UTC)),
)
def test_an_answer_can_always_be_true(
    published: datetime | None, zone: str, page: str, url: str, fetched: datetime
) -> None:
    """In UTC, never after the fetch, never before there was a web, never an exception."""
    found = moment(entry(published, zone), page, url, fetched, fetched + timedelta(hours=1))
    assert OLDEST <= found.at <= fetched
    assert found.at.utcoffset() == timedelta(0)
    assert (found.basis == "fetch") <= (found.at == fetched)


@given(st.datetimes(*WEB).map(lambda d: d.replace(microsecond=0)), st.integers(-14 * 60, 14 * 60))
def test_a_time_with_a_zone_is_taken_as_written(at: datetime, minutes: int) -> None:
    """A page's time with an offset names one instant, whatever the feed's zone is."""
    said = at.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    found = moment(entry(zone="Asia/Beirut"), said.isoformat(), "u", FETCHED, FETCHED)
    assert (found.at, found.basis, found.precision) == (said.astimezone(UTC), "page", "second")


@given(st.datetimes(*WEB).map(lambda d: d.replace(second=0, microsecond=0)), st.sampled_from(ZONES))
def test_a_time_without_a_zone_is_the_feeds(at: datetime, zone: str) -> None:
    """What a page writes without an offset is local time where the feed is published."""
    found = moment(entry(zone=zone), at.strftime("%Y-%m-%dT%H:%M"), "u", FETCHED, FETCHED)
    assert found.at == at.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    assert found.precision == "minute"


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
    found = moment(entry(), page, "u", FETCHED, FETCHED)
    assert (found.at.isoformat(), found.basis, found.precision) == (at, "page", precision)


def test_a_feed_far_ahead_yields_to_the_page() -> None:
    """A time more than a day in the future is a mistake: the page's counts, and without one the fetch bounds it."""
    ahead = entry(FETCHED + timedelta(days=400))
    assert moment(ahead, "2026-11-20T08:00Z", "u", FETCHED, FETCHED).basis == "page"
    assert moment(ahead, "", "u", FETCHED, FETCHED).at == FETCHED


@given(st.dates(date(1900, 1, 1), date(2030, 1, 1)))
def test_an_address_dates_a_story_to_the_day(day: date) -> None:
    """A day in the path counts where nothing else does, unless it is to come or older than the web."""
    dated = OLDEST.date() <= day <= FETCHED.date()
    late = dated and day.year >= 2000
    found = moment(entry(), "", f"https://a.example/news/port-{day:%Y%m%d}.html", FETCHED, FETCHED)
    assert (found.basis, found.precision) == (("url", "day") if late else ("fetch", "second"))
    found = moment(entry(), "", f"https://a.example/{day:%Y/%m/%d}/x", FETCHED, FETCHED)
    assert (found.basis, found.precision) == (("url", "day") if dated else ("fetch", "second"))
