"""What a feed's last stories said, line by line: what stands under several is no story's own.

The ledger keeps one note a story, of its lines' hashes, for the last ``STORIES_KEPT`` of each feed.
A note holds no text. It is read with a story's lease and written as the story ends, so that a story
that is tried again is told once.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from pipeline.story import Story

STORIES_KEPT: Final = 24
"""Notes that are kept of a feed, newest first: about a day of a small one."""

REPEATED_LINE: Final = "repeated-line"
"""The rule that a line was struck by because other stories of its feed have it too."""

_BETWEEN_WORDS: Final = re.compile(r"[\W_]+")

# Lines of a story that are noted, first and last: what repeats stands near an end.
_FIRST, _LAST = 20, 40
# Share of its lines that a story has in common with another one above which the two are one text.
_SAME_TEXT = 0.5
# Characters of a line that is prose.
_LONG = 70
# Stories with other texts under which a line must have stood, so that it repeats.
REPEATS: Final = 3


@lru_cache(maxsize=1 << 10)
def _hash_line(text: str) -> str:
    """Eight hexadecimal digits of a line's letters and figures; + behind a long line.

    Each line is hashed several times on its way.
    """
    long = "+" if len(text) >= _LONG else ""
    said = _BETWEEN_WORDS.sub("", text.casefold())
    return f"{zlib.crc32(said.encode('utf-8', 'surrogatepass')):08x}{long}"


def write_note(story: Story) -> str:
    """A story's key, shortened, and the hashes of its lines: those that were struck here too."""
    lines = list(story.body)
    lines += [cut.text for cut in story.removed if cut.rule == REPEATED_LINE]
    if len(lines) > _FIRST + _LAST:
        lines = lines[:_FIRST] + lines[-_LAST:]
    return " ".join([_hash_line(story.key), *map(_hash_line, lines)])


@lru_cache(maxsize=4)
def _count_hashes(notes: str) -> Counter[str]:
    """How often each line stands in the notes, which are asked several times for each story."""
    return Counter(notes.split())


@dataclass(frozen=True, slots=True)
class Repeats:
    """The notes of a feed's last stories, a line each, newest first, for the story of this key.

    Most stories have no line in common with another, so the notes are read only where they do.
    """

    key: str = ""
    notes: str = ""

    def find_lines(self, lines: Sequence[str]) -> set[int]:
        """The places of lines that stood under so many stories, each of another text.

        Versions and copies of this story count for nothing, nor do those of one of the others.
        """
        if not self.notes:
            return set()
        hashes = [_hash_line(line) for line in lines]
        wanted = self._list_frequent(hashes, REPEATS)
        if not wanted:
            return set()
        mine = frozenset(hashes)
        texts = [(mine, _list_long(mine))]
        counts = dict.fromkeys(hashes, 0)
        for told in self._read():
            if told.isdisjoint(wanted):
                continue
            long = _list_long(told)
            if any(_are_one_text(told, long, *text) for text in texts):
                continue
            texts.append((told, long))
            for line in told & wanted:
                counts[line] += 1
                if counts[line] == REPEATS:
                    wanted.discard(line)
        return {place for place, line in enumerate(hashes) if counts[line] >= REPEATS}

    def _list_frequent(self, hashes: Iterable[str], least: int) -> set[str]:
        """The lines that stand in so many notes at least, whosever these are."""
        counts = _count_hashes(self.notes)
        return {line for line in hashes if counts[line] >= least}

    def _read(self) -> list[frozenset[str]]:
        """The lines of each other story, as its last version had them."""
        read = {_hash_line(self.key)}
        told = []
        for note in self.notes.split("\n"):
            of, *lines = note.split()
            if of not in read:
                read.add(of)
                told.append(frozenset(lines))
        return told


NOTHING_REPEATS: Final = Repeats()


def _list_long(hashes: frozenset[str]) -> frozenset[str]:
    return frozenset([line for line in hashes if line.endswith("+")])


def _are_one_text(
    one: frozenset[str], long: frozenset[str], other: frozenset[str], other_long: frozenset[str]
) -> bool:
    """Whether two stories have so many lines in common that they are one text.

    Long lines say it, where both have some: many short ones may be a widget's.
    """
    if long and other_long:
        one, other = long, other_long
    return len(one & other) > _SAME_TEXT * min(len(one), len(other))


def read_notes(key: str, notes: Iterable[str]) -> Repeats:
    """What the notes of a feed, newest first, say of the stories other than ``key``."""
    return Repeats(key, "\n".join(notes))
