"""What a text without page or feed says of itself: its language, and the day of its dateline."""

from __future__ import annotations

import pytest

from pipeline.dates import parse_dateline_day
from pipeline.story import utc
from pipeline.wire.cleaning import find_language
from tests.making import NOW
from tests.pipeline.wire.lines import rules


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (
            "The ferry left the port on Monday with flour for the town, the harbour master said.",
            "en",
        ),
        ("Le ferry a quitté le port lundi avec de la farine pour les habitants de la ville.", "fr"),
        ("El ferry salió del puerto el lunes con harina para los vecinos de la ciudad.", "es"),
        ("Die Fähre verließ den Hafen am Montag mit Mehl für die Bewohner der Stadt.", "de"),
        ("Паром вышел из порта в понедельник с мукой для жителей города.", "ru"),
        ("Пором вийшов із порту в понеділок із борошном для жителів міста.", "uk"),
        ("غادرت العبارة الميناء يوم الاثنين محملة بالطحين لسكان المدينة.", "ar"),
        ("渡轮星期一载着面粉离开港口，驶往被围困的城镇。", "zh"),
        ("フェリーは月曜日に小麦粉を積んで港を出た。", "ja"),
        ("Ferry 12 40 33", ""),
        ("", ""),
    ],
)
def test_languages(text: str, code: str) -> None:
    """By script, and in Latin letters by small words; too little text has none."""
    assert find_language([text], rules()) == code


@pytest.mark.parametrize(
    ("date", "day"),
    [("Oct 10, 2015", "2015-10-10"), ("19 October 2015", "2015-10-19"),
     ("Dec. 26 2012", "2012-12-26"),
     ("Oct 10", ""),
     ("10 juil 2024", ""), ("Feb 31, 2015", ""), ("Oct 10, 2999", ""), ("", "")],
)  # fmt: skip
def test_the_day_of_a_dateline(date: str, day: str) -> None:
    """A full date gives a day with its basis; without a year, impossible or yet to come it gives
    none."""
    found = parse_dateline_day(date, utc(NOW))
    assert (found.at.date().isoformat() if found else "") == day
    assert found is None or (found.basis, found.precision) == ("dateline", "day")
