"""What speaks for a line or an item being a reporter's text, against a mark or a rule.

A class name, a word in a headline or one line says little: each is believed only where the text
below does not say otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.story import BlockKind
from pipeline.text import count_words
from pipeline.wire.copy import SENTENCE, Copy, CopyLine

# Words of the shortest paragraph that counts as prose: the lines of a table or a list are shorter.
SHORTEST_PROSE = 8
# Paragraphs and words of the shortest prose that outweighs a headline's word or a single line.
LEAST_PARAGRAPHS, LEAST_WORDS = 2, 40
# Share of the words that must be in the prose: in a list of stories most lines are no sentences.
PROSE_SHARE = 0.6
# Words that a headline must have beside the words that make it the headline of a list.
WORDS_OF_ITS_OWN = 3
# Share of an item's words above which no mark on its lines is believed.
MOST = 0.5
# Words of the longest caption: descriptions of pictures have up to fifty.
LONGEST_CAPTION = 60
# Words from which a line in the middle of the text that is marked as a byline is a paragraph.
PARAGRAPH_BY_A_NAME = 15

# Kinds of lines that only a name in the page's markup makes what they are.
MARKED = frozenset((BlockKind.CAPTION, BlockKind.BYLINE, BlockKind.STANDFIRST))

# How an entry of a live page or a digest begins: with an hour, or with where or who it is about.
_ENTRY = re.compile(r"\W*\d{1,2}\s?[:.h]\s?\d\d(?!\d)|[^\W\d_][\w .'’-]{1,30}[:：]\s")
_OWN_WORD = re.compile(r"[^\W\d_]{3,}")
_SPACELESS = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]{2}")


def is_prose(line: CopyLine) -> bool:
    """Whether a line is a paragraph of whole sentences, and no entry of a list."""
    text = line.text
    return (
        line.kind in (BlockKind.PARAGRAPH, BlockKind.QUOTE)
        and count_words(text) >= SHORTEST_PROSE
        and bool(SENTENCE.search(text))
        and not _ENTRY.match(text)
    )


def tells_a_story(copy: Copy) -> bool:
    """Whether what stands is mostly prose: two paragraphs at least, and no list of entries."""
    standing = copy.standing()
    whole = sum(count_words(line.text) for line in standing)
    words = _count_prose(standing)
    return words >= LEAST_WORDS and words >= PROSE_SHARE * whole


def _count_prose(lines: Sequence[CopyLine]) -> int:
    """Words of the prose in lines; none where there are not paragraphs enough."""
    prose = [count_words(line.text) for line in lines if is_prose(line)]
    return sum(prose) if len(prose) >= LEAST_PARAGRAPHS else 0


def has_words_of_its_own(headline: str, start: int, end: int) -> bool:
    """Whether a headline says more than the part from ``start`` to ``end``, dates and hours."""
    rest = f"{headline[:start]} {headline[end:]}"
    return len(_OWN_WORD.findall(rest)) + len(_SPACELESS.findall(rest)) >= WORDS_OF_ITS_OWN


def doubt_marks(copy: Copy) -> frozenset[int]:
    """The numbers of lines whose mark as caption, byline or standfirst is not believed.

    One kind of mark on most of a text says nothing; a caption is no essay; a byline between two
    paragraphs that is a paragraph itself is one.
    """
    marked: dict[BlockKind, list[tuple[int, int]]] = {}
    for line in copy.lines:
        if line.kind in MARKED:
            marked.setdefault(line.kind, []).append((line.number, count_words(line.text)))
    if not marked:
        return frozenset()
    long_bylines = [
        number for number, count in marked.get(BlockKind.BYLINE, ()) if count >= PARAGRAPH_BY_A_NAME
    ]
    doubted: set[int] = set()
    if long_bylines:
        prose = [line.number for line in copy.lines if is_prose(line)] or [len(copy.lines)]
        doubted.update(number for number in long_bylines if prose[0] < number < prose[-1])
    # a gallery has more captions than text: what its names leave is a story all the same
    is_gallery = BlockKind.CAPTION in marked and _count_prose(copy.lines) >= LEAST_WORDS
    for kind, found in marked.items():
        most = sum(count for _, count in found) > MOST * copy.words
        most = most and not (kind is BlockKind.CAPTION and is_gallery)
        for number, count in found:
            long_caption = kind is BlockKind.CAPTION and count > LONGEST_CAPTION
            if long_caption or (most and count >= SHORTEST_PROSE):
                doubted.add(number)
    return frozenset(doubted)
