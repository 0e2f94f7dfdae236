"""How near a page is to the entry that names it: by the words of headline and summary.

Words are compared by their beginnings, because languages bend them; of scripts without spaces two
signs in a row are compared. One word in common is not enough to say that a page is the entry's, and
none at all is what says that it is another's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from pipeline.extract import OpenedPage
from pipeline.story import Entry
from pipeline.text import words

# Characters of a word that are compared, and of the shortest word that says what a story is about;
# shorter ones hold sentences together. A number counts whatever its length.
BEGINNING: Final = 5
SHORTEST: Final = 4
# Share of the entry's headline that stands in the page's, and of its headline or summary that
# stands in the page's text, from which the page is the entry's.
SAME_HEADLINE: Final = 0.5
IN_TEXT: Final = 0.7
SAME_SUMMARY: Final = 0.5
# Words of the shortest summary and headline that say it, and share of a summary's words that any
# two stories of one day and country have in common.
SHORTEST_SUMMARY: Final = 5
SHORTEST_HEADLINE: Final = 3
CHANCE: Final = 0.2
# Characters of a text that are compared: a story says at its beginning what it is about.
COMPARED: Final = 8_000

_TAG: Final = re.compile(r"<[^>]{0,500}>")
_LATIN: Final = re.compile(r"[a-z\u00c0-\u024f]")


class Nearness(StrEnum):
    """How a page stands to its entry."""

    OWN = "own"
    UNSURE = "unsure"
    OTHER = "other"


def list_beginnings(text: str) -> frozenset[str]:
    """The beginnings of the words that say what a text is about; of signs two in a row."""
    found: set[str] = set()
    sign = ""
    for word in words(text):
        if len(word) == 1 and not word.isascii():
            if sign:
                found.add(sign + word)
            sign = word
            continue
        sign = ""
        if len(word) >= SHORTEST or word.isdigit():
            found.add(word[:BEGINNING])
    return frozenset(found)


def share_of(wanted: frozenset[str], there: frozenset[str]) -> float:
    """The share of the wanted ones that are there; 0 where nothing is wanted."""
    return len(wanted & there) / len(wanted) if wanted else 0.0


def compare_headlines(entry: Entry, headlines: Iterable[str]) -> float:
    """The share of the entry's headline that stands in one of the page's."""
    wanted = list_beginnings(entry.title)
    return max((share_of(wanted, list_beginnings(line)) for line in headlines), default=0.0)


def compare_entry(opened: OpenedPage, text: str) -> Nearness:
    """How near the page, of which this is the text, is to its entry."""
    entry, about = opened.entry, opened.about
    if compare_headlines(entry, about.headlines) >= SAME_HEADLINE:
        return Nearness.OWN
    title = list_beginnings(entry.title)
    summary = list_beginnings(f"{entry.summary} {_TAG.sub(' ', entry.content[:COMPARED])}")
    above = list_beginnings(" ".join((*about.headlines, about.standfirst)))
    there = list_beginnings(text[:COMPARED]) | above
    if len(summary) >= SHORTEST_SUMMARY and share_of(summary, there) >= SAME_SUMMARY:
        return Nearness.OWN
    if len(title) >= SHORTEST_HEADLINE and share_of(title, there) >= IN_TEXT:
        return Nearness.OWN
    said = title if len(title) >= SHORTEST_HEADLINE else title | summary
    if len(said) < SHORTEST_HEADLINE or not _share_script(said, there):
        return Nearness.UNSURE
    if title & there or share_of(summary, there) >= CHANCE:
        return Nearness.UNSURE
    return Nearness.OTHER


def _share_script(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether both are mostly in Latin letters, or both are not: a translation shares no word."""
    return _is_latin(one) == _is_latin(other)


def _is_latin(beginnings: frozenset[str]) -> bool:
    latin = sum(bool(_LATIN.match(word)) for word in beginnings)
    return 2 * latin >= len(beginnings)
