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
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import starmap
from zlib import crc32

from pipeline.copies.figures import LEAD, every_figure, figures
from pipeline.text import words

POSTS = 24
SAMPLE = 80
CELLS = 1 << 12
FEWEST = 30
# 44 bits, so that the low 32 of the smallest (which all have high bits of 0) still tell millions of stories apart
_MASK = (1 << 44) - 1
COARSE = 12
# Odd multipliers: word order counts, and CRC's linear sums are spread over all bits.
_A, _B, _C, _MIX = 0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93
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
    outside); ``every`` are all, quotations too, sorted. ``lead`` are the figures of the lead, ``figures`` those of the
    whole text; ``body`` is a hash of all words.
    """

    words: int
    own: tuple[int, ...]
    every: tuple[int, ...]
    lead: tuple[str, ...]
    figures: frozenset[str]
    body: int

    def below(self, bound: int) -> tuple[int, ...]:
        """The shingles up to ``bound``."""
        return self.every[: bisect_right(self.every, bound)]


@lru_cache(maxsize=1 << 16)
def word_hash(word: str) -> int:
    """A stable 32-bit number for a word (Python's ``hash`` differs between processes); odd if it carries content."""
    return crc32(word.encode("utf-8", "surrogatepass")) & ~1 | (word not in STOP)


@lru_cache(maxsize=8)
def read(body: tuple[str, ...]) -> Text:
    """Read a body once: the query, the relation and what is stored all come from this."""
    found: list[str] = []
    quoted: list[bool] = []
    for paragraph in body:
        # a quotation left open ends with its paragraph
        for i, part in enumerate(_DOUBLE.split(_SINGLE.sub(r'"\1"', paragraph))):
            some = words(part)
            found += some
            quoted += [i % 2 == 1] * len(some)
    values = _shingles(found)
    every = {v for v in values if v >= 0}
    own = [v for v in values if v >= 0]
    if True in quoted:
        spans = zip(values, quoted, quoted[1:], quoted[2:], strict=False)
        outside = [v for v, x, y, z in spans if v >= 0 and not (x or y or z)]
        own = outside if len(outside) >= FEWEST else own
    return Text(
        words=len(found),
        own=tuple(dict.fromkeys(own)),
        every=tuple(sorted(every)),
        lead=figures(found[:LEAD]),
        figures=every_figure(set(found)),
        body=crc32(" ".join(found).encode("utf-8", "surrogatepass")) if found else 0,
    )


def _shingles(found: Sequence[str]) -> list[int]:
    """Every run of three words as a 44-bit number; -1 where fewer than two carry content.

    A text with hardly any such run (a flash of a few words) counts every run.
    """
    h = [word_hash(w) for w in found]
    if 0 < len(h) < 3:
        h = (h * 3)[:3]
    runs = list(zip(h, h[1:], h[2:], strict=False))
    values = [
        (a * _A + b * _B + c * _C) * _MIX >> 32 & _MASK if (a & 1) + (b & 1) + (c & 1) > 1 else -1 for a, b, c in runs
    ]
    if len(runs) - values.count(-1) < 3:
        values = list(starmap(lambda a, b, c: (a * _A + b * _B + c * _C) * _MIX >> 32 & _MASK, runs))
    return values


@dataclass(frozen=True, slots=True)
class Sketch:
    """What is kept of a text: its smallest own shingles in the order of the text, and its figures, all hashed.

    ``cells`` are the shingles cut to one of ``CELLS`` values below ``bound``, the largest of them; ``size`` is how many
    there were. ``lead`` and ``figures`` are 8-bit hashes (None: too many to keep). With ``whole`` nothing was left out.
    """

    cells: tuple[int, ...]
    bound: int
    size: int
    words: int
    lead: tuple[int, ...]
    figures: frozenset[int] | None
    body: int
    whole: bool = False

    def cell(self, value: int) -> int:
        """The cell of a shingle that is not above ``bound``."""
        return value if self.whole else value * CELLS // (self.bound + 1)


def sketch(text: Text, k: int = SAMPLE) -> Sketch:
    """Keep the ``k`` smallest own shingles."""
    # the bound is kept to 32 bits
    bound = sorted(text.own)[:k][-1] | (1 << COARSE) - 1 if text.own else 0
    return Sketch(
        cells=tuple(v * CELLS // (bound + 1) for v in text.own if v <= bound),
        bound=bound,
        size=len(text.own),
        words=text.words,
        lead=hashes(text.lead),
        figures=frozenset(hashes(tuple(text.figures))),
        body=text.body,
    )


def whole(text: Text) -> Sketch:
    """Keep everything: for two texts that are both at hand."""
    figures = frozenset(hashes(tuple(text.figures)))
    return Sketch(text.own, _MASK, len(text.own), text.words, hashes(text.lead), figures, text.body, whole=True)


def hashes(some: Sequence[str]) -> tuple[int, ...]:
    """8-bit hashes, each once, in order."""
    return tuple(dict.fromkeys(word_hash(s) >> 1 & 0xFF for s in some))


def posts(text: Text) -> tuple[int, ...]:
    """What a text is looked up by: unsigned 32-bit numbers."""
    return tuple(value & 0xFFFFFFFF for value in sorted(text.own)[:POSTS])
