"""Fingerprints of a text: 3-word shingles as numbers, and the smallest of them as a sample of all.

The smallest values under a fixed hash are the same in two texts wherever they share words, so a handful of them stands
for the whole (bottom-k sketches; Broder 1997). Two choices come from labelled pairs of real stories:

- **Words inside quotation marks do not count.** Independent reports of one event share its statements word for word;
  copies share the reporter's own words. On the labelled pairs, containment tells copies and versions from
  same-event reports with F1 0.96 when quotations are left out, 0.88 when they count.
- **A shingle has at least two words that carry content.** "said in a" is in every story and tells nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from zlib import crc32

from pipeline.copies.figures import DAYS, LEAD, every_figure, figures
from pipeline.copies.names import MOST, names
from pipeline.text import words

POSTS = 24
SAMPLE = 80
CELLS = 1 << 12
FEWEST = 30
# 44 bits, so that the low 32 of the smallest (which all have high bits of 0) still tell millions of stories apart
_BITS = 44
_MASK = (1 << _BITS) - 1
COARSE = 12
# A word's number has a flag above the hash if it carries content. A shingle is 4, 5 and 6 times its words' numbers, so
# that order counts, and the flags of any two words make at least 9.
_FLAG = 1 << 50
_TWO = 9 * _FLAG
_MIX = 0x9E3779B97F4A7C15
STOP = frozenset(
    re.split(
        r"\s+",
        "a an the of in on at to for and or by with from as is was were are be been has have had its it his her their "
        "this that after over into said say says who which will would not no but he she they we i you about there when "
        "than more",
    )
)
_DOUBLE = re.compile(r"[\"“”„‟″«»]|``|''")
# A quotation in single marks: they also stand for apostrophes, so only a long one that closes after a word counts.
_SINGLE = re.compile(r"(?<!\w)['‘](?=\w)([^\"“”]{20,400}?)(?<=[\w,.!?])['’](?!\w)")


@dataclass(frozen=True, slots=True)
class Text:
    """A body as it is compared.

    ``own`` are the shingles of the reporter's own words, outside quotations, in order (all of them where few are
    outside), and ``smallest`` the smallest of them in ascending order; ``every`` are all, quotations too, and ``flow``
    what begins at each word, in order: a shingle, or -1. ``lead`` are
    the figures of the lead, ``figures`` those of the whole text, ``days`` the weekdays the lead names, ``names``
    all names; ``body`` is a hash of all words.
    """

    words: int
    own: tuple[int, ...]
    smallest: tuple[int, ...]
    every: frozenset[int]
    flow: tuple[int, ...]
    lead: tuple[str, ...]
    figures: frozenset[str]
    days: frozenset[str]
    names: frozenset[str]
    body: int


@lru_cache(maxsize=1 << 14)
def word_hash(word: str) -> int:
    """A stable 32-bit number for a word: Python's ``hash`` differs between processes."""
    return crc32(word.encode("utf-8", "surrogatepass"))


class _Numbers(dict[str, int]):
    """The number of each word seen, made when first asked for."""

    def __missing__(self, word: str) -> int:
        if len(self) > 1 << 17:
            self.clear()
        number = (word_hash(word) * _MIX >> 10 & _MASK) + (_FLAG if word not in STOP else 0)
        self[word] = number
        return number


_numbers = _Numbers()


@lru_cache(maxsize=8)
def read(body: tuple[str, ...]) -> Text:
    """Read a body once: the query, the relation and what is stored all come from this."""
    found: list[str] = []
    quoted: list[bool] = []
    for paragraph in body:
        # a quotation left open ends with its paragraph
        for part, inside in _parts(_SINGLE.sub(r'"\1"', paragraph)):
            some = words(part)
            found += some
            quoted += [inside] * len(some)
    values = _shingles(found)
    own = dict.fromkeys(v for v in values if v >= 0)
    every = frozenset(own)
    if True in quoted:
        spans = zip(values, quoted, quoted[1:], quoted[2:], strict=False)
        outside = dict.fromkeys(v for v, x, y, z in spans if not (x or y or z) and v >= 0)
        own = outside if len(outside) >= FEWEST else own
    return Text(
        words=len(found),
        own=tuple(own),
        smallest=tuple(sorted(own)[:SAMPLE]),
        every=every,
        flow=tuple(values),
        lead=figures(found[:LEAD]),
        figures=every_figure(set(found)),
        days=DAYS.intersection(found[:LEAD]),
        names=names(body, len(found)),
        body=crc32(" ".join(found).encode("utf-8", "surrogatepass")) if found else 0,
    )


def _parts(paragraph: str) -> Iterator[tuple[str, bool]]:
    """A paragraph cut at its quotation marks, and whether each part is inside a quotation.

    A mark that clings to the word after it opens one and a mark that clings to the word before it closes one, in
    whatever language; so a mark that is missing turns nothing inside out.
    """
    at, inside = 0, False
    for mark in _DOUBLE.finditer(paragraph):
        start, end = mark.span()
        closes = start > 0 and not (
            paragraph[start - 1].isspace() or paragraph[start - 1] in "([-–—/"
        )
        opens = paragraph[end : end + 1].isalnum()
        if opens == closes:
            opens = not inside
        elif closes and not inside:
            continue  # what it closes was never opened: an inch, or a mark that was lost
        yield paragraph[at:start], inside
        at, inside = end, opens
    yield paragraph[at:], inside


def _shingles(found: Sequence[str]) -> list[int]:
    """Every run of three words as a 44-bit number; -1 where fewer than two carry content.

    A text with hardly any such run (a flash of a few words) counts every run.
    """
    h = [_numbers[w] for w in found]
    if 0 < len(h) < 3:
        h = (h * 3)[:3]
    sums = [4 * a + 5 * b + 6 * c for a, b, c in zip(h, h[1:], h[2:], strict=False)]
    values = [v & _MASK if v >= _TWO else -1 for v in sums]
    return values if len(values) - values.count(-1) >= 3 else [v & _MASK for v in sums]


@dataclass(frozen=True, slots=True)
class Sketch:
    """What is kept of a text: its smallest own shingles in the order of the text, and its figures, all hashed.

    ``cells`` are the shingles cut to one of ``CELLS`` values below ``bound``, the largest of them; ``size`` is how many
    there were. ``lead``, ``figures`` and ``names`` are 8-bit hashes (None: too many to keep). ``text`` is there
    where nothing was left out.
    """

    cells: tuple[int, ...]
    bound: int
    size: int
    words: int
    lead: tuple[int, ...]
    figures: frozenset[int] | None
    body: int
    names: frozenset[int] | None = None
    text: Text | None = None

    def cut(self, values: Iterable[int]) -> list[int]:
        """The cells of the shingles that are not above ``bound``."""
        if self.text:
            return list(values)
        return _cells(values, self.bound)


def sketch(text: Text) -> Sketch:
    """Keep the smallest own shingles."""
    # the bound is kept to 32 bits
    bound = text.smallest[-1] | (1 << COARSE) - 1 if text.own else 0
    return Sketch(
        cells=tuple(_cells(text.own, bound)),
        bound=bound,
        size=len(text.own),
        words=text.words,
        lead=hashes(text.lead),
        figures=frozenset(hashes(tuple(text.figures))),
        body=text.body,
        names=_names(text),
    )


def whole(text: Text) -> Sketch:
    """Keep everything: for two texts that are both at hand."""
    figures = frozenset(hashes(tuple(text.figures)))
    return Sketch(
        text.own,
        _MASK,
        len(text.own),
        text.words,
        hashes(text.lead),
        figures,
        text.body,
        _names(text),
        text,
    )


def _names(text: Text) -> frozenset[int] | None:
    return frozenset(hashes(tuple(text.names))) if len(text.names) <= MOST else None


def _cells(values: Iterable[int], bound: int) -> list[int]:
    above = bound + 1
    return [v * CELLS // above for v in values if v < above]


def hashes(some: Sequence[str]) -> tuple[int, ...]:
    """8-bit hashes, each once, in order."""
    return tuple(dict.fromkeys(word_hash(s) >> 1 & 0xFF for s in some))


def posts(text: Text) -> tuple[int, ...]:
    """What a text is looked up by: unsigned 32-bit numbers."""
    return tuple(value & 0xFFFFFFFF for value in text.smallest[:POSTS])
