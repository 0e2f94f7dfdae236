"""Texts of made-up words, whose overlaps can be counted: no two words of a row are alike, no word
means anything.

A text of n words has n - 2 shingles. A changed word breaks the three shingles that it stands in, k
changed words in a row break k + 2, and so does a passage of any length put in between break two.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from pipeline.copies import MemoryIndex, query, relate
from pipeline.story import Moment, Relation, Story, digest

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
_SYLLABLES = [first + second for first in "bdfgklmnprstvz" for second in "aeiou"]


def word(number: int) -> str:
    """The made-up word of that number, of three syllables."""
    count = len(_SYLLABLES)
    return (
        _SYLLABLES[number // count // count % count]
        + _SYLLABLES[number // count % count]
        + _SYLLABLES[number % count]
    )


def row(length: int, start: int = 1000) -> list[str]:
    """So many words in a row; rows that start 1,000 apart share none."""
    return [word(start + i) for i in range(length)]


def changed(words: Sequence[str], places: Iterable[int], start: int = 200_000) -> list[str]:
    """The words with others at the places."""
    out = list(words)
    for place in places:
        out[place] = word(start + place)
    return out


def put_in(words: Sequence[str], place: int, more: Sequence[str]) -> list[str]:
    """The words with more of them before the place."""
    return [*words[:place], *more, *words[place:]]


def told(words: Sequence[str], name: str = "a", **fields: Any) -> Story:
    """A story of these words, one paragraph; its headline and outlet are its own unless given."""
    given: dict[str, Any] = {
        "headline": " ".join(row(6, 100_000 + 10 * sum(name.encode()))),
        "outlet": name,
    }
    return Story(
        key=digest(name),
        url=f"https://{name}.example/story",
        body=(" ".join(words),) if words else (),
        **{**given, **fields},
    )


def filed(story: Story, seconds: float) -> Story:
    """The story with a publisher's time, so many seconds after noon."""
    return replace(story, published=Moment(NOON + timedelta(seconds=seconds), "feed"))


class Pile:
    """An index and the stories given to it, in order."""

    def __init__(self) -> None:
        self.index = MemoryIndex()

    def add(self, story: Story) -> Relation:
        """Relate a story and store what the relation says."""
        asked = query(story)
        relation = relate(story, self.index.lookup(asked), NOON)
        if relation.insert is not None:
            self.index.insert(asked, relation.insert)
        for number, blob in relation.changed:
            self.index.update(number, blob)
        return relation


def relations(*stories: Story) -> list[Relation]:
    """What each of the stories is to those before it, through an index."""
    pile = Pile()
    return [pile.add(story) for story in stories]
