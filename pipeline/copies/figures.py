"""The figures of a text: what a toll, a count or a sum is, and what is only a date.

Two texts that differ in a figure of the lead are never copies of each other: daily bulletins share a template, and an
update shares its text with the story it updates, but for the toll.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

LEAD = 70
_FIGURE = re.compile(r"\d[\d.]*")
_YEAR = re.compile(r"(?:19|20)\d\d$")
_WORDS = {
    word: str(value)
    for some, start, step in (
        (
            (
                "two",
                "three",
                "four",
                "five",
                "six",
                "seven",
                "eight",
                "nine",
                "ten",
                "eleven",
                "twelve",
            ),
            2,
            1,
        ),
        (
            ("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
            13,
            1,
        ),
        (("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"), 20, 10),
    )
    for value, word in zip(range(start, 100, step), some, strict=False)
} | {"dozens": "dozens", "hundreds": "hundreds", "thousands": "thousands"}
_MONTHS = (
    "january february march april may june july august september october november december "
    "jan feb mar apr jun jul aug sep sept oct nov dec"
)
DAYS = frozenset(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"))
DATES = DAYS.union(re.split(" ", _MONTHS))


def figures(some: Sequence[str]) -> tuple[str, ...]:
    """The figures among the words, in order, each once; years, days of a month and ages are not figures."""
    found: dict[str, None] = {}
    for i, word in enumerate(some):
        if word in _WORDS:
            found[_WORDS[word]] = None
        elif "0" <= word[0] <= "9" and (value := _count(some, i)):
            found[value] = None
    return tuple(found)


def every_figure(some: frozenset[str] | set[str]) -> frozenset[str]:
    """All figures of a text, from its distinct words; dates count too, as this only says what a text does mention."""
    named = (_WORDS[w] for w in _WORDS.keys() & some)
    digits = (
        match.group().rstrip(".")
        for w in some
        if "0" <= w[0] <= "9" and (match := _FIGURE.match(w))
    )
    return frozenset((*named, *digits))


def _count(some: Sequence[str], i: int) -> str:
    """The figure that the word is, or nothing where it is a year, part of a date or an age."""
    match = _FIGURE.match(some[i])
    value = match.group().rstrip(".") if match else ""
    before = some[i - 1] if i else ""
    after = some[i + 1] if i + 1 < len(some) else ""
    if _YEAR.match(value) or before in DATES or after in DATES or after.startswith("year-old"):
        return ""
    return value
