"""One date as somebody wrote it -> the moment and how exact it is.

Programs and people write years first or last, months in words of their language, figures of their
script and clocks of twelve hours. ``read_written`` takes a text that is a date and nothing else,
``find_written`` looks for one in a line for readers. What cannot be told, such as 04/03/2025 where
nothing says which is the day, is no date here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from typing import Literal

from pipeline.dates.month_names import MONTH_NAMES, MONTHS
from pipeline.dates.zones import read_zone

Precision = Literal["second", "minute", "day"]

Order = Literal["day", "month", "year"]
"""What stands first in a date of three short numbers."""


@dataclass(frozen=True, slots=True)
class Written:
    """A date that was read. ``at`` is in the zone that is printed, else in that of its place.

    ``zoned`` says that a zone is printed, ``first`` which order of day and month it shows.
    """

    at: datetime
    precision: Precision
    zoned: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where a date was written: what settles a date that can be read in two ways."""

    home: tzinfo = UTC
    language: str = ""
    order: Order | None = None


GREENWICH = Place()

# --------------------------------------------------------------------------- words


_LEFT_OUT = dict.fromkeys(
    [
        *range(0x300, 0x370),  # accents of Latin, Greek and Cyrillic letters
        *range(0x64B, 0x656),  # vowels and hamza of Arabic letters
        *(0x640, 0x93C),  # the Arabic stroke and the dot below Indic letters
        *range(0x200B, 0x2010),  # marks of direction and width
        *range(0x202A, 0x202F),
        *range(0x2066, 0x206A),
        0xAD,
        0xFEFF,
    ]
)
_LIKE = {0x131: "i", 0x64A: "\u06cc", 0x643: "\u06a9", 0x649: "\u06cc", 0x2019: "'"}


@lru_cache(maxsize=4_096)
def fold_words(text: str) -> str:
    """Small letters without accents, ASCII figures and plain spaces: equal words look equal."""
    if not text.isascii():
        text = unicodedata.normalize("NFD", text).translate(_LEFT_OUT)
        text = unicodedata.normalize("NFC", text).translate(_LIKE)
        for figure in {letter for letter in text if letter.isdecimal() and letter > "9"}:
            text = text.replace(figure, str(unicodedata.decimal(figure)))
    return " ".join(text.casefold().split())


def _list_months() -> tuple[dict[str, int], dict[str, dict[str, int]]]:
    """Word -> month, and word -> language -> month for words that languages share and dispute."""
    sure: dict[str, int] = {}
    by_language: dict[str, dict[str, int]] = {}
    for language, names in MONTH_NAMES.items():
        for number, group in enumerate(names.split("|"), 1):
            for word in map(fold_words, group.split()):
                sure.setdefault(word, number)
                by_language.setdefault(word, {})[language] = number
    disputed = {word: by for word, by in by_language.items() if len(set(by.values())) > 1}
    for word in disputed:
        del sure[word]
    return sure, disputed


_MONTHS, _DISPUTED = _list_months()


def find_month(word: str, language: str = "") -> int:
    """The number of the month that a folded word names; 0 where it names none or may be two."""
    word = word.replace(".", "").strip("'׳॰-")
    if number := _MONTHS.get(word):
        return number
    if word in _DISPUTED:
        return _DISPUTED[word].get(language.partition("-")[0], 0)
    # "in March" is one word in Hebrew
    return _MONTHS.get(word[1:], 0) if word.startswith("ב") else 0


# --------------------------------------------------------------------------- the parts

_YEAR = r"((?:19|20|2[45])\d\d)"
_WORD = r"([^\s\d,:/|()\[\]<>;–—-]{2,24}?)"
_OF = r"(?:de |del |do |di |of |d'|ben |ng |en )?"
_NTH = r"(?:st|nd|rd|th|er|eme|re|ste|de|º|ª|°|-го|-е)?"
_YEAR_FIRST = re.compile(
    rf"(?<![\d/-]){_YEAR}\s?([-/.])\s?(\d{{1,2}})\s?\2\s?(\d{{1,2}})(?:\.?(?=\D|$)|(?=t\d))"
)
_THREE_NUMBERS = re.compile(
    r"(?<![\d./-])(\d{1,2})\s?([-/.])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{2})(?![\d/-])"
)
_DAY_MONTH_YEAR = re.compile(
    rf"(?<![\d:])(\d{{1,2}}){_NTH}[.,]?[\s/-]{{0,3}}{_OF}{_WORD}(?:\s?[/-]\s?{_WORD})?"
    rf"[\s,./-]{{0,3}}{_OF}{_YEAR}(?!\d)"
)
_DAY_MONTH_SHORT = re.compile(
    rf"(?<![\d:])(\d{{1,2}})[.]?[\s/-]{{0,3}}{_WORD}[\s,./-]{{1,3}}'?(\d\d)(?![\d:.])"
)
_MONTH_DAY_YEAR = re.compile(
    rf"(?:^|(?<=[\s,:|(>-])){_WORD}\s{{0,2}}(\d{{1,2}}){_NTH}(?:\s?[,.–-]\s?|\s){_OF}{_YEAR}(?!\d)"
)
_YEAR_MONTH_DAY = re.compile(
    rf"(?<!\d){_YEAR}(?:\s?m\.|\.)?[\s-]{{1,2}}{_WORD}[\s-](\d{{1,2}})(?![\d:])"
)
_YEAR_DAY_MONTH = re.compile(rf"(?<!\d){_YEAR}\.? gada (\d{{1,2}})\. {_WORD}(?=[\s,]|$)")
_BACKWARDS = re.compile(
    rf"^(?:{_WORD},?\s)?{_WORD}\s(\d{{1,2}})\s(\d{{1,2}}:\d\d(?::\d\d)?)\s(.{{0,12}}?)\s?{_YEAR}$"
)
_COMPACT = re.compile(
    r"((?:19|20)\d\d)(\d\d)(\d\d)(?:t?(\d\d)(\d\d)(\d\d)?)?\s?(z|[+-]\d{4})?", re.ASCII
)
_UNIX = re.compile(r"1\d{9}(?:\d{3})?", re.ASCII)  # seconds or milliseconds, 2001 to 2033

_AFTER_NOON = r"(?:(a|p)\.?\s?m\b\.?|(ص|م|π\.?\s?μ|μ\.?\s?μ|οο|os|oo)(?=\W|$)\.?)"
_CLOCK = re.compile(
    r"(?<![\d:.,+])(?<!\d-)(?:t|at )?(\d{1,2})(?:\s?([:.h])\s?(\d\d)(?::(\d\d)(?:[.,]\d{1,9})?)?"
    rf"(?![\d:])\s?(?:{_AFTER_NOON})?|\s?(a|p)\.?\s?m\b\.?)"
)
_HALF_BEFORE = re.compile(r"(上午|午前|오전|凌晨|早上|下午|午後|오후|晚上)\s?(?=\d)")
_IN_THE_MORNING = frozenset(("上午", "午前", "오전", "凌晨", "早上", "a", "ص", "πμ", "oo"))

# characters between a day and its hour in a line for readers: more stands between two facts
_NEAR = 24
# what is said behind an hour and is no zone
_AFTER_CLOCK = frozenset(
    [
        "uhr",
        "uur",
        "h",
        "hs",
        "hrs",
        "hr",
        "hours",
        "o'clock",
        "klo",
        "kl",
        "r",
        "г",
        "р",
        "น",
        "น.",
        "godz",
        "ч",
        "год",
        "ora",
        "ore",
        "heures",
        "horas",
        "z",
        "น",
        "บ",
        "กม.",
        "місцевого",
    ]
)
_ZONE_LIKE = re.compile(r"[a-z]{2,5}|[a-z]+/[a-z_/]+|.*\btime|.*[+-]\d.*")


# the Levant calls some months the first and the second of a name
_TWO_WORDS = re.compile(f"({fold_words('كانون')}|{fold_words('تشرين')}) (?=ال)")
_SHORT_MINUTE = re.compile(r"(\d{1,2})[時时点點시]\s?(\d)[分분]")


def _spell_alike(text: str) -> str:
    """The folded text with the marks of East Asia, Vietnam and the Levant as those of others."""
    text = fold_words(text)
    if text.isascii():
        return text
    text = _TWO_WORDS.sub(r"\1", text)
    text = _SHORT_MINUTE.sub(r"\1:0\2 ", text)
    text = re.sub(r"令和\s?(元|\d{1,2})年", _from_reiwa, text)
    for mark, plain in (
        ("年", "-"), ("년", "-"), ("月", "-"), ("월", "-"), ("日", " "), ("号", " "), ("일", " "),
        ("時", ":"), ("时", ":"), ("点", ":"), ("點", ":"), ("시", ":"), ("分", " "), ("분", " "),
        ("．", "."), ("／", "/"), ("：", ":"), ("–", "-"), ("−", "-"),
    ):  # fmt: skip
        text = text.replace(mark, plain)
    text = re.sub(r"([-:])\s+(?=\d)", r"\1", text) if re.search(r"\d[-:]\s", text) else text
    return " ".join(text.split())


def _from_reiwa(written: re.Match[str]) -> str:
    """The year of the reigning emperor of Japan as one of ours."""
    return f"{2018 + (1 if written[1] == '元' else int(written[1]))}年"


_THANG = re.compile(r"\bthang (\d{1,2})\b(?:,? nam\b)?")


def _name_month(written: re.Match[str]) -> str:
    """Vietnam numbers its months."""
    number = int(written[1])
    return MONTHS[number - 1] if 1 <= number <= len(MONTHS) else written[0]


# --------------------------------------------------------------------------- the day


@dataclass(frozen=True, slots=True)
class _Day:
    """A day in a text and where it stands there."""

    year: int
    month: int
    day: int
    start: int
    end: int


def _list_days(text: str, place: Place, *, strict: bool) -> Iterator[_Day]:
    """The days of a folded text, form by form; those that cannot be told are left out."""
    for written in _YEAR_FIRST.finditer(text):
        yield _Day(int(written[1]), int(written[3]), int(written[4]), *written.span())
    for written in _THREE_NUMBERS.finditer(text):
        if found := _order_numbers(written, place, strict=strict):
            yield found
    for pattern, year, month, day in _FORMS:
        for written in pattern.finditer(text):
            number = find_month(written[month], place.language)
            if not number and pattern is _DAY_MONTH_YEAR and written[3]:
                number = find_month(written[3], place.language)
            if number:
                yield _Day(int(written[year]), number, int(written[day]), *written.span())
    if strict:
        for written in _DAY_MONTH_SHORT.finditer(text):
            if number := find_month(written[2], place.language):
                yield _Day(_widen_year(int(written[3])), number, int(written[1]), *written.span())


_FORMS = (
    (_DAY_MONTH_YEAR, 4, 2, 1),
    (_MONTH_DAY_YEAR, 3, 1, 2),
    (_YEAR_MONTH_DAY, 1, 2, 3),
    (_YEAR_DAY_MONTH, 1, 3, 2),
)


def _widen_year(short: int) -> int:
    """A year of two figures: the web is no older than 1990."""
    return short + (2000 if short < 90 else 1900)


def _order_numbers(written: re.Match[str], place: Place, *, strict: bool) -> _Day | None:
    """The day of three short numbers; None where nothing tells which number is what."""
    first, mark, second, third = int(written[1]), written[2], int(written[3]), written[4]
    order = place.order
    if len(third) == 2:
        # figures that may each be anything: only the other dates of the same hand tell
        if mark == "." and order is None and _writes_day_first(place.language):
            order = "day"
        elif not strict or order is None:
            return None
        if order == "year":
            return _Day(_widen_year(first), second, int(third), *written.span())
        year = _widen_year(int(third))
    else:
        year = int(third)
        order = order if order != "year" else None
    if order is None or first > 12 or second > 12:
        order = _tell_order(first, second, mark, place.language)
    if order is None:
        return None
    day, month = (first, second) if order == "day" else (second, first)
    return _Day(year, month, day, *written.span())


# where English is written, the day stands first nearly everywhere but in America
_DAY_FIRST_ENGLISH = frozenset(
    ["en-gb", "en-ie", "en-au", "en-nz", "en-in", "en-za", "en-sg", "en-pk", "en-ng", "en-ke"]
)
_YEAR_FIRST_LANGUAGES = frozenset(("zh", "ja", "ko", "hu", "lt", "mn", "fa", "sv", "eu"))
_NO_ORDER = frozenset(("", "en", "es-us", "fil", "tl"))


def _writes_day_first(language: str) -> bool:
    """Whether people who write this language put the day before month and year."""
    short = language.lower().partition("-")[0]
    return bool(short) and short not in _NO_ORDER and short not in _YEAR_FIRST_LANGUAGES


def _tell_order(first: int, second: int, mark: str, language: str) -> Order | None:
    """Which of two numbers is the day: by their size, the dots between them, the language."""
    if first > 12 or first == second:
        return "day"
    if second > 12:
        return "month"
    language = language.lower()
    if mark == "." or language in _DAY_FIRST_ENGLISH:
        return "day"
    if language == "en-us":
        return "month"
    return None if language in _NO_ORDER or language.startswith("en-") else "day"


# --------------------------------------------------------------------------- the clock


@dataclass(frozen=True, slots=True)
class _Hour:
    """A time of day in a text; ``end`` is where it ends there."""

    hour: int
    minute: int
    second: int | None
    start: int
    end: int


def _find_hour(text: str, *, dots: bool) -> _Hour | None:
    """The first time of day in a folded text; with a dot between its figures where ``dots``."""
    for written in _CLOCK.finditer(text):
        half = written[5] or written[7] or (written[6] or "").replace(".", "").replace(" ", "")
        if written[2] == "." and not (dots or half):
            continue
        before = _HALF_BEFORE.search(text, 0, written.end(1))
        if not half and before and before.end() == written.start(1):
            half = before[1]
        hour, minute = int(written[1]), int(written[3] or 0)
        if half and 1 <= hour <= 12:
            hour = hour % 12 + (0 if half in _IN_THE_MORNING else 12)
        if hour < 24 and minute < 60:
            # a leap second is the second before it: datetime knows none
            second = min(int(written[4]), 59) if written[4] else None
            return _Hour(hour, minute, second, written.start(), written.end())
    return None


# --------------------------------------------------------------------------- reading

# characters above which a text is no date: the longest that are one have some sixty
LONGEST_DATE = 100


def read_written(text: str, place: Place = GREENWICH) -> Written | None:
    """The moment of a text that is a date; None where it is none or cannot be told.

    A zone that nobody knows makes it none, because its hours may be wrong by half a day.
    """
    if len(text) > LONGEST_DATE:
        return None
    text = _spell_alike(text)
    if "thang" in text:
        text = _THANG.sub(_name_month, text)
    try:
        if _UNIX.fullmatch(text):
            return Written(datetime.fromtimestamp(int(text[:10]), UTC), "second", zoned=True)
        if written := _COMPACT.fullmatch(text):
            return _read_compact(written, place)
        if written := _BACKWARDS.match(text):
            text = f"{written[2]} {written[3]} {written[6]} {written[4]} {written[5]}"
        for day in _list_days(text, place, strict=True):
            return _date_by(day, text, place)
    except (ValueError, OverflowError):
        return None
    return None


def list_written(line: str, place: Place = GREENWICH) -> list[tuple[Written, str, str]]:
    """The dates in a line for readers, with the folded words before each, since the last one.

    The last part is what the line says besides dates, a sentence more than a label. After a date
    that is followed by many words, the words before it count as none.
    """
    text = _spell_alike(line[: 2 * LONGEST_DATE])
    if "thang" in text:
        text = _THANG.sub(_name_month, text)
    found: list[tuple[Written, str]] = []
    end, beside = 0, ""
    for day in sorted(_list_days(text, place, strict=False), key=lambda day: day.start):
        if day.start < end:
            continue
        try:
            found.append((_date_near(day, text, line, place), text[end : day.start]))
        except (ValueError, OverflowError):
            continue
        beside += text[end : day.start]
        end = day.end
    beside += text[end:]
    if len(text) - end > _NEAR:
        return [(written, "", beside) for written, _ in found]
    return [(written, before, beside) for written, before in found]


def _read_compact(written: re.Match[str], place: Place) -> Written:
    year, month, day, hour, minute, second, away = written.groups()
    zone = read_zone(away) if away else None
    at = datetime(
        int(year),
        int(month),
        int(day),
        int(hour or 0),
        int(minute or 0),
        int(second or 0),
        tzinfo=zone or place.home,
    )
    return Written(at, "second" if second else "minute" if hour else "day", zone is not None)


def _date_by(day: _Day, text: str, place: Place) -> Written | None:
    """The day with the hour and zone that a date alone may have about it."""
    after, before = text[day.end :].lstrip(":"), text[: day.start]
    hour = _find_hour(after, dots=True)
    rest = after[hour.end :] if hour else after
    if hour is None and (hour := _find_hour(before, dots=False)):
        rest = before[hour.end :].partition(",")[0].rstrip(" -|")
    zone = None
    if hour:
        words = rest.strip(" ,.|").removeprefix("- ")
        zone = read_zone(words, place.home, place.language) if words else None
        if words and zone is None and not _is_beside_hour(words):
            return None
    return _compose(day, hour, zone, place)


def _is_beside_hour(words: str) -> bool:
    """Whether words behind an hour cannot be a zone."""
    first = words.partition(" ")[0].strip(".,()")
    return first in _AFTER_CLOCK or not _ZONE_LIKE.match(words.strip("()"))


def _date_near(day: _Day, text: str, line: str, place: Place) -> Written:
    """The day with the hour that stands near it in a line of other words.

    Among them a zone is printed in capitals: "et" is French.
    """
    after, before = text[day.end : day.end + 2 * _NEAR], text[max(0, day.start - _NEAR) : day.start]
    hour = _find_hour(after, dots=True)
    rest = after
    if hour and hour.start > _NEAR:
        hour = None
    if hour is None:
        hour, rest = _find_hour(before, dots=False), before
    zone = None
    if hour:
        words = rest[hour.end :].strip(" ,(|").removeprefix("- ").split(" ")
        for count in (3, 2, 1):
            name = " ".join(words[:count])
            if zone is None and (not name.isalpha() or name.upper() in line):
                zone = read_zone(name, place.home, place.language)
    return _compose(day, hour, zone, place)


def _compose(day: _Day, hour: _Hour | None, zone: tzinfo | None, place: Place) -> Written:
    """The moment; raises ValueError for a day that no calendar has."""
    # the Thai year begins with the death of Buddha
    year = day.year - 543 if day.year >= 2400 else day.year
    if hour is None:
        return Written(datetime(year, day.month, day.day, tzinfo=place.home), "day")
    at = datetime(
        year, day.month, day.day, hour.hour, hour.minute, hour.second or 0,
        tzinfo=zone or place.home,
    )  # fmt: skip
    precision: Precision = "minute" if hour.second is None else "second"
    return Written(at, precision, zone is not None)


# --------------------------------------------------------------------------- the order

# years that a feed's entries may be old where two figures have to be told apart from days
_RECENT_YEARS = 2


def learn_order(texts: list[str], now: datetime) -> Order | None:
    """What stands first in the dates of one hand; None where they do not tell.

    An order counts if it makes every date a day of the calendar that has come already.
    """
    numbers: list[tuple[int, int, int, bool]] = []
    for text in texts:
        written = _THREE_NUMBERS.search(text) if len(text) <= LONGEST_DATE else None
        if written is None:
            continue
        short = len(written[4]) == 2
        if short or written[2] != ".":
            numbers.append((int(written[1]), int(written[3]), int(written[4]), short))
    if not numbers:
        return None
    orders: tuple[Order, ...] = ("day", "month", "year")
    possible = [order for order in orders if _is_possible(numbers, order, now, recent=False)]
    if len(possible) > 1 and any(short for *_, short in numbers):
        recent = [order for order in possible if _is_possible(numbers, order, now, recent=True)]
        possible = recent or possible
    return possible[0] if len(possible) == 1 else None


def _is_possible(
    numbers: list[tuple[int, int, int, bool]], order: Order, now: datetime, *, recent: bool
) -> bool:
    """Whether every date is a day that has come, read in this order."""
    for first, second, third, short in numbers:
        year, month, day = third, second, first
        if order == "month":
            month, day = first, second
        elif order == "year":
            if not short:
                return False
            year, month, day = first, second, third
        year = _widen_year(year) if short else year
        try:
            at = datetime(year, month, day, tzinfo=UTC)
        except ValueError:
            return False
        # a zone may be a day ahead
        if (at - now).days >= 1 or (recent and now.year - year > _RECENT_YEARS):
            return False
    return True
