"""What HTTP headers say about time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.headers import read_freshness, read_http_date, read_retry_after

NOW = 1_795_000_000.0
DAY = 86_400.0


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "120"}, 120.0),
        (
            {
                "retry-after": "Wed, 18 Nov 2026 11:16:40 GMT",
                "date": "Wed, 18 Nov 2026 11:06:40 GMT",
            },
            600.0,
        ),
        ({"retry-after": "Wed, 18 Nov 2020 11:16:40 GMT"}, 0.0),
        ({"retry-after": "9999999"}, DAY),
        ({"retry-after": "Fri, 31 Dec 2100 23:59:59 GMT"}, DAY),
        ({"retry-after": "in a while"}, None),
        ({"retry-after": ""}, None),
        ({}, None),
    ],
)
def test_retry_after_is_read_in_both_forms(headers: dict[str, str], seconds: float | None) -> None:
    """Seconds or a date by the server's own clock, capped at a day; nonsense says nothing."""
    assert read_retry_after(headers, NOW) == seconds


def test_dates_that_are_none_say_nothing() -> None:
    """Nonsense in a date header is no date, and freshness unknown is zero."""
    assert read_http_date("0") is None
    assert read_http_date("x" * 1000) is None
    assert read_http_date("Wed, 99 Nov 2026 11:16:40 GMT") is None
    assert read_freshness({"expires": "0"}, NOW) == read_freshness({}, NOW) == 0.0


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"cache-control": "max-age=900"}, 900.0),
        ({"cache-control": "public,max-age = 900, s-maxage=5"}, 900.0),
        ({"cache-control": "s-maxage=5"}, 0.0),
        ({"cache-control": "max-age=900", "age": "1000"}, 0.0),
        ({"cache-control": "no-store, max-age=900"}, 0.0),
        (
            {"expires": "Wed, 18 Nov 2026 11:20:00 GMT", "date": "Wed, 18 Nov 2026 11:05:00 GMT"},
            900.0,
        ),
        ({"cache-control": "max-age=60", "expires": "Fri, 31 Dec 2100 23:59:59 GMT"}, 60.0),
    ],
)
def test_freshness_is_max_age_less_age(headers: dict[str, str], seconds: float) -> None:
    """max-age goes before Expires, a shared cache's word is not ours, and what must not be kept is
    not fresh.
    """
    assert read_freshness(headers, NOW) == seconds


@given(
    st.dictionaries(
        st.sampled_from(["retry-after", "cache-control", "age", "expires", "date"]),
        st.text(max_size=40),
    )
)
def test_any_header_is_harmless(headers: dict[str, str]) -> None:
    """Whatever a server writes there, waits are within a day and freshness is no negative
    number.
    """
    wait = read_retry_after(headers, NOW)
    assert wait is None or 0 <= wait <= DAY
    assert read_freshness(headers, NOW) >= 0
