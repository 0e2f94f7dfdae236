"""Two texts compared: how much they share, in what shape, and whether their leads agree.

Thresholds come from labelled pairs of real stories and stand in the middle of what did equally well there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

from pipeline.copies.names import MOST
from pipeline.copies.sketch import CELLS, Sketch, Text, hashes

# Containment from which two texts are one written story. F1 on the labelled pairs is the same from 0.36 to 0.40.
SHARED = 0.38
# Containment from which a text may be a copy; anywhere from 0.50 to 0.65 does equally well.
MOSTLY = 0.60
# What each of two copies may say, in whole passages, that the other has not: a local paragraph is new on one side only.
BOTH = 0.095
# What the longer of two copies may have on top of the shorter's text, passages after its end aside.
ADDED = 0.30
# What a sample of a text makes of changed words, on average of the labelled copies: they look like short passages.
BLURRED = 0.1
# Containment from which the shorter is the longer's own words, and what it has not was only left out.
UNTOUCHED = 0.96
# Below this ratio of lengths a text that is contained in another is an abridged one, however much stands between.
ABRIDGED = 0.40
# Words in a row that are a passage and not a change here and there; of the shingles at them CONTENT are kept.
PASSAGE = 12
CONTENT = 0.75
# What each half of a template filled in anew has in other words, at the least; an update leaves one half nearly alone.
SPREAD = 0.15
# Below this ratio of lengths a copy is a truncated one.
SHORTER = 0.75
# The share of the names that copies and versions have in common; labelled ones of any length .58 at the least.
NAMED = 0.4
# Names that two texts must have between them, lest one spelt in another way makes two stories of one.
NAMES = 2
# Shared shingles below which chance phrases weigh: texts that share fewer must share more of themselves.
FEW = 34


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

    ``containment`` is the share of the shorter found in the longer, ``jaccard`` of both together, quotations aside.
    ``new`` is what the shorter says in whole passages that the longer has not; ``added`` the same of the longer, up to
    its last shared passage: what follows was cut off. ``ratio`` is that of their lengths. ``other_figures``: the lead
    of one has figures that the other text never mentions. ``slots``: they differ all over, never in a passage.
    ``other_names``: both are short, and most names of the one with fewer are not in the other.
    """

    containment: float
    jaccard: float
    new: float
    added: float
    ratio: float
    shared: float
    other_figures: bool = False
    slots: bool = False
    other_names: bool = False
    likeness: Likeness = Likeness.NONE


def compare(this: Text, known: Sketch) -> Comparison:
    """Compare a whole text with what is kept of another."""
    if not this.own or not known.cells:
        return Comparison(0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    here = set(known.cut(this.every))
    there = set(known.cells)
    theirs = [cell in here for cell in known.cells]
    ours = [cell in there for cell in known.cut(this.own)]
    chance = 0.0 if known.text else len(here) / CELLS
    of_known = _share(theirs, chance)
    of_this = _share(ours, 0.0 if known.text else len(there) / CELLS) if ours else 0.0
    mine_shorter = len(this.own) <= known.size
    containment = of_this if mine_shorter else of_known
    shared = of_known * known.size
    gap = max(2, round(PASSAGE * CONTENT * len(known.cells) / known.size))
    slots = _slots(ours, gap) and _slots(theirs, gap)
    if known.text:
        # a statement that both quote is no sign of one story, but one that only one of them quotes is new in it
        gap, mine_shorter = PASSAGE, this.words <= known.words
        ours, theirs = _covered(this, known.text), _covered(known.text, this)
    new, added, tail = (
        _passages(ours, theirs, gap) if mine_shorter else _passages(theirs, ours, gap)
    )
    ratio = min(this.words, known.words) / max(this.words, known.words)
    if not known.text:
        # quotations are not in the sample: they are what else the longer has more
        new, added = new - BLURRED, max(added, 1 - ratio - tail)
    measured = Comparison(
        containment=containment,
        jaccard=min(1.0, shared / max(1.0, len(this.own) + known.size - shared)),
        new=new,
        added=added,
        ratio=ratio,
        shared=containment * min(len(this.own), known.size),
        other_figures=_other_figures(
            this, known, trimmed=ratio < (SHORTER if containment >= UNTOUCHED else ABRIDGED)
        ),
        slots=slots,
        other_names=_other_names(this, known),
    )
    return replace(
        measured, likeness=Likeness.SAME if this.body == known.body else _judge(measured)
    )


def _judge(c: Comparison) -> Likeness:
    """What the measures say."""
    if c.other_names:
        return Likeness.NONE
    # a few shared phrases are half of a flash: short texts must share more
    few = max(0.0, 1 - c.shared / FEW)
    if c.containment < SHARED + (1 - SHARED) * few:
        return Likeness.NONE
    extended = c.added > ADDED and c.ratio > ABRIDGED and c.containment < UNTOUCHED
    if c.containment < MOSTLY or min(c.new, c.added) > BOTH or extended or c.other_figures:
        return Likeness.VERSION
    return Likeness.TRUNCATED if c.ratio < SHORTER else Likeness.COPY


def _other_figures(this: Text, known: Sketch, *, trimmed: bool) -> bool:
    """Whether the lead of one has a figure that the other never mentions; of a trimmed text's whole, only its own."""
    of_this = known.figures is not None and not known.figures.issuperset(hashes(this.lead))
    of_known = not set(known.lead).issubset(hashes(tuple(this.figures)))
    if trimmed:
        return of_this if this.words < known.words else of_known
    return of_this or of_known


def _other_names(this: Text, known: Sketch) -> bool:
    """Whether two short texts name others: a template that was filled in for another event."""
    if not known.names or not 0 < len(this.names) <= MOST:
        return False
    here = set(hashes(tuple(this.names)))
    fewer = min(len(here), len(known.names))
    return len(here | known.names) > NAMES and len(here & known.names) < NAMED * fewer


def _share(hits: Sequence[bool], chance: float) -> float:
    """The share of hits, less those that come by chance."""
    return max(0.0, (sum(hits) / len(hits) - chance) / (1 - chance)) if chance < 1 else 0.0


def _slots(hits: Sequence[bool], gap: int) -> bool:
    """Whether misses are spread over the text and short: a template that was filled in anew."""
    half = len(hits) // 2
    spread = (
        half
        and min(hits[:half].count(False) / half, hits[half:].count(False) / (len(hits) - half))
        >= SPREAD
    )
    return bool(spread) and not _missing(hits, gap, len(hits))


def _covered(text: Text, by: Text) -> list[bool]:
    """For each word whether it stands in a shared shingle."""
    covered = [False] * max(text.words, len(text.flow) + 2)
    told = covered.copy()
    for i, value in enumerate(text.flow):
        if value >= 0:
            told[i] = told[i + 1] = told[i + 2] = True
        if value in by.every:
            covered[i] = covered[i + 1] = covered[i + 2] = True
    # words that stand in no shingle ("that it had done it") are as what comes before them
    for i in range(1, len(covered)):
        covered[i] = covered[i] or (not told[i] and covered[i - 1])
    return covered


def _passages(
    shorter: Sequence[bool], longer: Sequence[bool], gap: int
) -> tuple[float, float, float]:
    """What the shorter has in passages of its own, the longer before its last shared one, and after; shares of each."""
    last = max((i for i, hit in enumerate(longer) if hit), default=-1) + 1
    return (
        _missing(shorter, gap, len(shorter)),
        _missing(longer[:last], gap, len(longer)),
        1 - last / len(longer),
    )


def _missing(hits: Sequence[bool], gap: int, of: int) -> float:
    """The share in runs of at least ``gap`` misses: whole passages, not a word changed here and there."""
    missing, start = 0, 0
    for i, hit in enumerate((*hits, True)):
        if hit:
            missing += i - start if i - start >= gap else 0
            start = i + 1
    return missing / of if of else 0.0
