"""How near a page is to the entry that names it: by the words of headline and summary.

Words are compared by their beginnings, because languages bend them; of scripts without spaces two
signs in a row are compared. A few words in common may be chance; a share of them is not.
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
# Words of the shortest summary and headline that say it.
SHORTEST_SUMMARY: Final = 5
SHORTEST_HEADLINE: Final = 3
# Shares of the entry's headline in the page's, and of its summary in the page's text, up to which
# they may be there by chance; of its headline one word in so many beyond the first may stand in any
# long text. Of real pages beside others' headlines 85 in 100 are under all three, of those beside
# their own, looked at without the page's headline, 2 in 100.
CHANCE_ABOVE: Final = 0.25
CHANCE_SUMMARY: Final = 0.3
CHANCE_IN: Final = 3
# Characters from which a text in another script than the entry may be a translation of it.
SHORTEST_TRANSLATED: Final = 200
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
    if not wanted:
        return 0.0
    return max((share_of(wanted, list_beginnings(line)) for line in headlines), default=0.0)


def compare_entry(opened: OpenedPage, text: str) -> Nearness:
    """How near the page, of which this is the text, is to its entry."""
    entry, about = opened.entry, opened.about
    if not (entry.title or entry.summary or entry.content):
        return Nearness.UNSURE
    if compare_headlines(entry, about.headlines) >= SAME_HEADLINE:
        return Nearness.OWN
    title = list_beginnings(entry.title)
    summary = list_beginnings(f"{entry.summary} {_TAG.sub(' ', entry.content[:COMPARED])}")
    above = list_beginnings(" ".join((*about.headlines, about.standfirst)))
    there = list_beginnings(text[:COMPARED]) | above
    in_text = share_of(title, there) if len(title) >= SHORTEST_HEADLINE else 0.0
    summed_up = share_of(summary, there) if len(summary) >= SHORTEST_SUMMARY else 0.0
    if in_text >= IN_TEXT or summed_up >= SAME_SUMMARY:
        return Nearness.OWN
    said = title if len(title) >= SHORTEST_HEADLINE else title | summary
    if len(said) < SHORTEST_HEADLINE:
        return Nearness.UNSURE
    if not _share_script(said, there):
        # a translation shares no word, but it is longer than the notice of a house
        return Nearness.OTHER if len(text) < SHORTEST_TRANSLATED else Nearness.UNSURE
    by_chance = (len(said) - 1) // CHANCE_IN
    is_like = (
        len(said & there) > by_chance
        or share_of(said, above) >= CHANCE_ABOVE
        or share_of(summary, there) >= CHANCE_SUMMARY
    )
    return Nearness.UNSURE if is_like else Nearness.OTHER


def _share_script(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether both are mostly in Latin letters, or both are not: a translation shares no word."""
    return _is_latin(one) == _is_latin(other)


def _is_latin(beginnings: frozenset[str]) -> bool:
    latin = sum(bool(_LATIN.match(word)) for word in beginnings)
    return 2 * latin >= len(beginnings)
