"""Two texts compared: how much they share, in what shape, and whether their leads agree.

Thresholds come from labelled pairs of real stories and stand in the middle of what did equally well there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

from pipeline.copies.sketch import CELLS, Sketch, Text, hashes

# Containment from which two texts are one written story. F1 on the labelled pairs is the same from 0.36 to 0.40.
SHARED = 0.38
# Containment from which a text may be a copy; anywhere from 0.55 to 0.65 does equally well.
MOSTLY = 0.60
# What a copy may have, or leave out, in whole passages; 0.25 to 0.40 do equally well. One that was cut short at the end
# was cut elsewhere too.
NOVEL = 0.35
CUT_NOVEL = 0.50
CUT = 0.15
# Misses in a row that are a passage and not a changed word, in shingles; and what a passage at the very top weighs.
PASSAGE = 9
TOP = 1.5
# Below this ratio of lengths a copy is a truncated one.
SHORTER = 0.75
# Shared shingles below which chance phrases weigh: texts that share fewer must share more of themselves.
FEW = 25


class Likeness(Enum):
    """What two texts are to each other by their words alone."""

    NONE = "little in common"
    SAME = "same body"
    COPY = "most of its words, same figures in the lead"
    TRUNCATED = "the shorter is nearly contained in the longer, same figures in the lead"
    VERSION = "much shared copy, new facts"


@dataclass(frozen=True, slots=True)
class Comparison:
    """How a text stands to a known one; shares are 0 to 1.

    ``containment`` is the share of the shorter found in the longer, ``jaccard`` of both together. ``novel`` is what
    each says in whole passages that the other has not (of the longer only before its last shared passage: what
    follows was cut off, and its share is ``tail``). ``other_figures``: the lead of one has figures that the other
    text never mentions.
    """

    containment: float
    jaccard: float
    novel: float
    tail: float
    shorter: float
    shared: float
    other_figures: bool = False
    likeness: Likeness = Likeness.NONE


def compare(this: Text, known: Sketch) -> Comparison:
    """Compare a whole text with what is kept of another."""
    if not this.own or not known.cells:
        return Comparison(0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    here = set(known.cut(this.every))
    there = set(known.cells)
    theirs = [cell in here for cell in known.cells]
    ours = [cell in there for cell in known.cut(this.own)]
    chance = 0.0 if known.whole else len(here) / CELLS
    of_known = _share(theirs, chance)
    of_this = _share(ours, 0.0 if known.whole else len(there) / CELLS) if ours else 0.0
    mine_shorter = len(this.own) <= known.size
    shorter, longer = (ours, theirs) if mine_shorter else (theirs, ours)
    gap = max(2, round(PASSAGE * len(known.cells) / known.size))
    last = max((i for i, hit in enumerate(longer) if hit), default=-1) + 1
    novel = _missing(shorter, gap) + _missing(longer[:last], gap, len(longer))
    containment = of_this if mine_shorter else of_known
    shared = of_known * known.size
    measured = Comparison(
        containment=containment,
        jaccard=min(1.0, shared / max(1.0, len(this.own) + known.size - shared)),
        novel=novel,
        tail=1 - last / len(longer) if longer else 0.0,
        shorter=min(len(this.own), known.size) / max(len(this.own), known.size),
        shared=containment * min(len(this.own), known.size),
        other_figures=_other_figures(this, known),
    )
    return replace(measured, likeness=Likeness.SAME if this.body == known.body else _judge(measured))


def _judge(c: Comparison) -> Likeness:
    """What the measures say."""
    # a few shared phrases are half of a flash: short texts must share more
    few = max(0.0, 1 - c.shared / FEW)
    if c.containment < SHARED + (1 - SHARED) * few:
        return Likeness.NONE
    limit = CUT_NOVEL if c.tail > CUT else NOVEL
    if c.containment < MOSTLY or c.novel > limit or c.other_figures:
        return Likeness.VERSION
    return Likeness.TRUNCATED if c.shorter < SHORTER else Likeness.COPY


def _other_figures(this: Text, known: Sketch) -> bool:
    """Whether the lead of one has a figure that the other never mentions."""
    if not set(known.lead).issubset(hashes(tuple(this.figures))):
        return True
    return known.figures is not None and not known.figures.issuperset(hashes(this.lead))


def _share(hits: Sequence[bool], chance: float) -> float:
    """The share of hits, less those that come by chance."""
    return max(0.0, (sum(hits) / len(hits) - chance) / (1 - chance)) if chance < 1 else 0.0


def _missing(hits: Sequence[bool], gap: int, of: int = 0) -> float:
    """The share of a text in runs of at least ``gap`` misses: whole passages, not a word changed here and there.

    A passage at the very top counts half as much again: a new lead is what makes a new version.
    """
    missing = 0.0
    start = 0
    for i, hit in enumerate((*hits, True)):
        if hit:
            run = i - start
            if run >= gap:
                missing += run * (TOP if start == 0 and i < len(hits) else 1)
            start = i + 1
    return missing / (of or len(hits)) if hits else 0.0
