"""What a feed's last stories said, line by line: what stands under several is no story's own.

The ledger keeps one note a story, of its lines' hashes, for the last ``STORIES_KEPT`` of each feed.
A note holds no text. It is read with a story's lease and written as the story ends, so that a story
that is tried again is told once.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.story import Story
from pipeline.text import words

STORIES_KEPT: Final = 24
"""Notes that are kept of a feed, newest first: about a day of a small one."""

REPEATED_LINE: Final = "repeated-line"
"""The rule that a line was struck by because other stories of its feed have it too."""

# Lines of a story that are noted, first and last: what repeats stands near an end.
_FIRST, _LAST = 20, 40
# Share of its lines that a story has in common with another one above which the two are one text.
_SAME_TEXT = 0.5
# Characters of a line that is prose.
_LONG = 70
# Stories with other texts under which a line must have stood, so that it repeats.
REPEATS: Final = 3
# Other entries that had a page's text, whole, from which it is none of their stories.
WHOLE_REPEATS: Final = 2
# Share of its characters in lines of theirs: a number of the request may differ.
_NEARLY_ALL = 0.8
# Characters of the shortest text that is compared as a whole: a flash may well be said again.
_SHORTEST_WHOLE = 40


def _hash_line(text: str) -> str:
    """Eight hexadecimal digits of a line's words, whatever stands between; + behind a long line."""
    long = "+" if len(text) >= _LONG else ""
    return f"{zlib.crc32(' '.join(words(text)).encode('utf-8', 'surrogatepass')):08x}{long}"


def write_note(story: Story) -> str:
    """A story's key, shortened, and the hashes of its lines: those that were struck here too."""
    lines = list(story.page_text or story.body)
    lines += [cut.text for cut in story.removed if cut.rule == REPEATED_LINE]
    if len(lines) > _FIRST + _LAST:
        lines = lines[:_FIRST] + lines[-_LAST:]
    return " ".join([_hash_line(story.key), *map(_hash_line, lines)])


@dataclass(frozen=True, slots=True)
class Repeats:
    """The lines of other stories of a feed: a set of hashes for each story, its last version."""

    told: tuple[frozenset[str], ...] = ()

    def is_whole(self, lines: Sequence[str]) -> bool:
        """Whether nearly all of this text stood under so many other entries."""
        size = sum(map(len, lines))
        if len(self.told) < WHOLE_REPEATS or size < _SHORTEST_WHOLE:
            return False
        sizes = {_hash_line(line): len(line) for line in lines}
        under = 0
        for told in self.told:
            common = sum(sizes[line] for line in told & sizes.keys())
            under += common >= _NEARLY_ALL * size
        return under >= WHOLE_REPEATS

    def find_lines(self, lines: Sequence[str]) -> set[int]:
        """The places of lines that stood under so many stories, each of another text.

        Versions and copies of this story count for nothing, nor do those of one of the others.
        """
        if len(self.told) < REPEATS:
            return set()
        hashes = [_hash_line(line) for line in lines]
        texts = [frozenset(hashes)]
        # most stories have no line in common with another, and end here
        sharing = [told for told in self.told if not told.isdisjoint(texts[0])]
        counts = dict.fromkeys(hashes, 0)
        for told in sharing if len(sharing) >= REPEATS else ():
            if any(_are_one_text(told, text) for text in texts):
                continue
            texts.append(told)
            for line in told & texts[0]:
                counts[line] += 1
        return {place for place, line in enumerate(hashes) if counts[line] >= REPEATS}


NOTHING_REPEATS: Final = Repeats()


def _are_one_text(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two stories have so many lines in common that they are one text.

    Long lines say it, where both have some: many short ones may be a widget's.
    """
    long, other_long = _list_long(one), _list_long(other)
    if long and other_long:
        one, other = long, other_long
    return len(one & other) > _SAME_TEXT * min(len(one), len(other))


def _list_long(hashes: frozenset[str]) -> frozenset[str]:
    return frozenset([line for line in hashes if line.endswith("+")])


def read_notes(key: str, notes: Iterable[str]) -> Repeats:
    """What the notes of a feed, newest first, say of the stories other than ``key``."""
    read = {_hash_line(key)}
    told = []
    for note in notes:
        of, *lines = note.split()
        if of not in read:
            read.add(of)
            told.append(frozenset(lines))
    return Repeats(tuple(told))
