"""One date in any form that is met, and what the dates of one hand tell of their order."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from pipeline.dates import Order, Place, find_zone, learn_order, list_written, read_written

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TBILISI = Place(ZoneInfo("Asia/Tbilisi"))


@pytest.mark.parametrize(
    ("text", "at", "precision"),
    [
        ("2025/3/9 10:00 PM", "2025-03-09T22:00:00+04:00", "minute"),
        ("2025. 3. 9. 오후 2:05", "2025-03-09T14:05:00+04:00", "minute"),
        ("2025年3月9日(日) 午後2時5分", "2025-03-09T14:05:00+04:00", "minute"),
        ("令和7年3月9日", "2025-03-09T00:00:00+04:00", "day"),
        ("Sun, 09 Mar 2025 2:00 p.m. GMT", "2025-03-09T14:00:00+00:00", "minute"),
        ("March 9, 2025 at 2:05 PM EST", "2025-03-09T14:05:00-05:00", "minute"),
        ("2:05 PM ET, Sun March 9, 2025", "2025-03-09T14:05:00-05:00", "minute"),
        ("9 March 2025, 12:30 am", "2025-03-09T00:30:00+04:00", "minute"),
        ("Sun Mar  9 10:00:00 GMT 2025", "2025-03-09T10:00:00+00:00", "second"),
        ("Sunday, 09-Mar-25 10:00:00 GMT", "2025-03-09T10:00:00+00:00", "second"),
        ("1er mars 2025 à 10h00", "2025-03-01T10:00:00+04:00", "minute"),
        ("9. maaliskuuta 2025 klo 10.00", "2025-03-09T10:00:00+04:00", "minute"),
        ("9 marraskuuta 2025 10:00", "2025-11-09T10:00:00+04:00", "minute"),
        ("9 марта 2025 г. 10:00 МСК", "2025-03-09T10:00:00+03:00", "minute"),
        ("9 كانون الثاني 2025 10:00 م", "2025-01-09T22:00:00+04:00", "minute"),
        ("9 تشرين الأول/أكتوبر 2025", "2025-10-09T00:00:00+04:00", "day"),
        ("९ मार्च २०२५", "2025-03-09T00:00:00+04:00", "day"),
        ("9 במרץ 2025 10:00", "2025-03-09T10:00:00+04:00", "minute"),
        ("9 มี.ค. 2568", "2025-03-09T00:00:00+04:00", "day"),
        ("Ngày 9 tháng 3 năm 2025", "2025-03-09T00:00:00+04:00", "day"),
        ("2025 m. kovo 9 d. 10:00", "2025-03-09T10:00:00+04:00", "minute"),
        ("2025. gada 9. marts", "2025-03-09T00:00:00+04:00", "day"),
        ("2025-07-10T10:00:00-05:00", "2025-07-10T10:00:00-05:00", "second"),
        ("2025-07-10T10:00:00+02:00[Europe/Paris]", "2025-07-10T10:00:00+02:00", "second"),
        ("Thu, 10 Jul 2025 10:00 Europe/Berlin", "2025-07-10T10:00:00+02:00", "minute"),
        ("10 Jul 2025 10:00 Eastern Daylight Time", "2025-07-10T10:00:00-04:00", "minute"),
    ],
)
def test_forms_that_are_met(text: str, at: str, precision: str) -> None:
    """Figures, words, scripts, halves of the day, calendars and zones."""
    found = read_written(text, TBILISI)
    assert found is not None
    assert (found.at.isoformat(), found.precision) == (at, precision)


@pytest.mark.parametrize(
    "text",
    [
        *("04/03/2025 10:00", "04/03/05", "99/99/2025", "2025-13-45", "30 Feb 2025", "10:00"),
        *("2025-03", "March 2025", "2 hours ago", "۱۴۰۳/۱۲/۱۹", "9 listopada 2025"),
        *("10 Jul 2025 10:00 XQT", "10 Jul 2025 10:00 Foo Standard Time", "0000-00-00"),
        *("10 Jul 2025 10:00 Asia/Nowhere", "x" * 101),
    ],
)
def test_what_cannot_be_told_is_no_date(text: str) -> None:
    """A wrong date that looks right is worse than none."""
    assert read_written(text, TBILISI) is None


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (["04/03/2025", "25/03/2025"], "day"),
        (["04-03-2025", "03-25-2025"], "month"),
        (["04/12/2026"], "month"),  # the fourth of December has not come
        (["11/22/2026", "04/03/2025"], "month"),
        (["04/03/2025"], None),
        (["25/03/2025", "03/25/2025"], None),
        (["04/03/25", "25/03/25"], "day"),
        (["26-11-15 10:00"], "year"),
        (["04/03/05"], None),
        (["9 Mar 2025", ""], None),
    ],
)
def test_the_dates_of_one_hand_tell_their_order(texts: list[str], order: Order | None) -> None:
    """The order that makes each a day of the calendar that has come, if it is the only one."""
    assert learn_order(texts, NOW) == order


@pytest.mark.parametrize(
    ("home", "language", "hour"),
    [
        ("UTC", "", "+05:30"),
        ("UTC", "he", "+02:00"),
        ("Asia/Jerusalem", "", "+02:00"),
        ("Europe/Dublin", "en", "+01:00"),
        ("Asia/Kolkata", "he", "+05:30"),
    ],
)
def test_where_a_feed_is_settles_a_name_of_several_zones(
    home: str, language: str, hour: str
) -> None:
    """IST is India's, Israel's or Ireland's."""
    found = read_written("10 Jul 2025 10:00 IST", Place(find_zone(home), language))
    assert found is not None
    assert found.at.isoformat().endswith(hour)


def test_in_a_line_for_readers_a_zone_stands_in_capitals() -> None:
    """ "et" is French, ET is New York's; a clock that is far away is another fact."""
    french = list_written("Le 9 mars 2025 à 10h00 et après", Place(UTC, "fr"))[0][0]
    assert french.at.isoformat() == "2025-03-09T10:00:00+00:00"
    american = list_written("Mar 9, 2025, 10:00 a.m. ET | 5 min read")[0][0]
    assert american.at.isoformat() == "2025-03-09T10:00:00-05:00"
    far = list_written("Mar 9, 2025 | by the harbour's night watch | 10:00")[0][0]
    assert far.precision == "day"
