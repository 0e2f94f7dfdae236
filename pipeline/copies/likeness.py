"""Two texts compared: how much they share, in what shape, and whether their leads agree.

Thresholds come from labelled pairs of real stories and stand in the middle of what did equally well
there; ``docs/decisions.md`` has the figures. ``judge_likeness`` is the list of rules, in order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final

from pipeline.copies.fingerprints import (
    BULLETIN_WORDS,
    CELLS,
    DAY,
    DENIAL,
    KIND,
    Sketch,
    Text,
    cut_to_cells,
)

# Containment from which two texts are one written story. F1 on the labelled pairs is the same from
# 0.36 to 0.40.
SHARED: Final = 0.38
# Shared shingles below which chance phrases weigh: texts that share fewer must share more of
# themselves.
FEW: Final = 34
# Containment from which a text may be a copy; anywhere from 0.50 to 0.65 does equally well.
MOSTLY: Final = 0.60
# What each of two copies may say, in whole passages, that the other has not: a local paragraph is
# new on one side only.
BOTH: Final = 0.095
# What the longer of two copies may have on top of the shorter's text, passages after its end aside.
ADDED: Final = 0.30
# How much of a copy looks changed in a sample of its words though it is not, on average of the
# labelled copies.
BLURRED: Final = 0.1
# Containment from which the shorter is the longer's own words, and what it has not was only left
# out.
UNTOUCHED: Final = 0.96
# Below this ratio of lengths a text that is contained in another is an abridged one, however much
# stands between.
ABRIDGED: Final = 0.40
# Words in a row that are a passage and not a change here and there; of the shingles at them CONTENT
# are kept.
PASSAGE: Final = 12
CONTENT: Final = 0.75
# The least share of other words in each half of a template that was filled in anew. An update
# leaves one half nearly as it was.
SPREAD: Final = 0.15
# Below this ratio of lengths a copy is a truncated one.
SHORTER: Final = 0.75
# The share of their names that copies and versions have in common, at least. The labelled ones, of
# any length, have .58 and more.
NAMED: Final = 0.4
# Names that two texts must have between them, lest one spelt in another way makes two stories of
# one.
NAMES: Final = 2

# Figures of a text with enough of them to tell a template by; the largest share of them that two
# events have in common, and the containment from which other figures are an update's. Updates that
# share so few figures share .74 of their words and more.
COUNTS: Final = 3
SAME_COUNTS: Final = 0.5
REFILLED: Final = 0.7
# The least ratio of lengths of two texts that exchange words, and of two of which one has a "not"
# more; what else may differ in passages.
AS_LONG: Final = 0.85
DENIED: Final = 0.95
EXCHANGED: Final = 0.1
# Shingles that change with one fact, which may be named twice; and with one word of an editor's.
SHINGLES_A_FACT: Final = 5


class Likeness(Enum):
    """What two texts are to each other by their words alone, the nearest first."""

    SAME = "same body"
    COPY = "most of its words, same figures in the lead"
    TRUNCATED = "the shorter is nearly contained in the longer, same figures in the lead"
    VERSION = "much shared copy, new facts"
    NONE = "little in common"


@dataclass(frozen=True, slots=True)
class Comparison:
    """How a text stands to a known one; shares are 0 to 1.

    ``containment`` is the share of the shorter found in the longer, ``jaccard`` of both together,
    quotations aside; ``shared`` is the first in shingles. ``new`` is what the shorter says in whole
    passages that the longer has not; ``added`` the same of the longer, up to its last shared
    passage: what follows was cut off. ``ratio`` is that of their lengths. ``other_figures``: the
    lead of one has figures that the other text never mentions. ``slots``: they differ all over,
    never in a passage. ``other_names``: both are short, and most names of the one with fewer are
    not in the other. ``other_facts``: they share their words but for a name or telling word in
    the place of another one, or most figures of a template are others.
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
    other_facts: bool = False
    likeness: Likeness = Likeness.NONE


def judge_likeness(measured: Comparison) -> Likeness:
    """What the measures of two texts say; the first rule that holds."""
    # A short text with other names is a template that was filled in for another event.
    if measured.other_names or measured.other_facts:
        return Likeness.NONE
    # A few shared phrases are half of a flash: short texts must share more of themselves.
    few = max(0.0, 1 - measured.shared / FEW)
    if measured.containment < SHARED + (1 - SHARED) * few:
        return Likeness.NONE
    # A copy was trimmed or added to: where both have passages of their own, one is a version.
    both_added = min(measured.new, measured.added) > BOTH
    # Much more before the other's end is another edition, unless the shorter was only trimmed.
    extended = measured.added > ADDED and measured.ratio > ABRIDGED
    extended = extended and measured.containment < UNTOUCHED
    # Other numbers in the lead are news: daily bulletins and updates share all but these.
    if measured.containment < MOSTLY or both_added or extended or measured.other_figures:
        return Likeness.VERSION
    return Likeness.TRUNCATED if measured.ratio < SHORTER else Likeness.COPY


def compare_texts(this: Text, known: Sketch) -> Comparison:
    """Compare a whole text with what is kept of another."""
    if not this.shingles or not known.cells:
        return Comparison(0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    cells: Collection[int] = (
        this.shingles if known.text else cut_to_cells(this.shingles, known.bound)
    )
    every: Collection[int] = this.every if known.text else cells
    # without quotations the reporter's own are all shingles, and need be cut only once
    if not known.text and len(this.every) > len(this.shingles):
        every = cut_to_cells(this.every, known.bound)
    here = set(every)
    there = set(known.cells)
    theirs = [cell in here for cell in known.cells]
    ours = [cell in there for cell in cells]
    of_known = _share_hits(theirs, 0.0 if known.text else len(here) / CELLS)
    of_this = _share_hits(ours, 0.0 if known.text else len(there) / CELLS)
    containment = of_this if len(this.shingles) <= known.shingle_count else of_known
    shared = of_known * known.shingle_count
    together = len(this.shingles) + known.shingle_count - shared
    gap = max(2, round(PASSAGE * CONTENT * len(known.cells) / known.shingle_count))
    slots = _is_filled_in(ours, gap) and _is_filled_in(theirs, gap)

    # What each has in passages that the other has not.
    if known.text:
        # a statement that both quote is no sign of one story, but one that only one of them quotes
        # is new in it
        gap, this_is_shorter = PASSAGE, this.word_count <= known.word_count
        ours, theirs = _mark_covered_words(this, known.text), _mark_covered_words(known.text, this)
    else:
        this_is_shorter = len(this.shingles) <= known.shingle_count
    shorter, longer = (ours, theirs) if this_is_shorter else (theirs, ours)
    last = len(longer)
    while last and not longer[last - 1]:
        last -= 1
    new = _share_in_passages(shorter, gap, len(shorter))
    added = _share_in_passages(longer[:last], gap, len(longer))
    ratio = min(this.word_count, known.word_count) / max(this.word_count, known.word_count)
    if not known.text:
        # quotations are not in the sample: they are what else the longer has more
        after_the_end = 1 - last / len(longer) if longer else 1.0
        new, added = new - BLURRED, max(added, 1 - ratio - after_the_end)

    measured = Comparison(
        containment=containment,
        jaccard=min(1.0, shared / max(1.0, together)),
        new=new,
        added=added,
        ratio=ratio,
        shared=containment * min(len(this.shingles), known.shingle_count),
        # of a trimmed text only its own figures count: the longer's may have been left out
        other_figures=_has_other_figures(
            this, known, trimmed=ratio < (SHORTER if containment >= UNTOUCHED else ABRIDGED)
        ),
        slots=slots,
        other_names=_has_other_names(this, known),
    )
    other_facts = _has_other_counts(this, known, measured) or _has_other_facts(
        this, known, measured
    )
    measured = replace(measured, other_facts=other_facts)
    same = this.body_hash == known.body_hash
    return replace(measured, likeness=Likeness.SAME if same else judge_likeness(measured))


def _has_other_figures(this: Text, known: Sketch, *, trimmed: bool) -> bool:
    """Whether one's lead has a figure that the other lacks; of a trimmed text only its own."""
    of_this = known.figures is not None and not known.figures.issuperset(this.lead_figures)
    of_known = not this.figures.issuperset(known.lead_figures)
    if trimmed:
        return of_this if this.word_count < known.word_count else of_known
    return of_this or of_known


def _has_other_names(this: Text, known: Sketch) -> bool:
    """Whether two short texts name others: a template that was filled in for another event."""
    if not known.names or not this.names:
        return False
    fewer = min(len(this.names), len(known.names))
    common = len(this.names & known.names)
    return len(this.names | known.names) > NAMES and common < NAMED * fewer


def _has_other_counts(this: Text, known: Sketch, measured: Comparison) -> bool:
    """Whether most figures are others, and many words too: a template, filled in for another event.

    An update has new figures in the words of the story that it updates, or keeps most of them.
    """
    fewer = min(len(this.figures), len(known.figures or ()))
    if known.figures is None or fewer < COUNTS or measured.containment >= REFILLED:
        return False
    if max(this.word_count, known.word_count) > BULLETIN_WORDS:
        return False
    return len(this.figures & known.figures) <= SAME_COUNTS * fewer


def _has_other_facts(this: Text, known: Sketch, measured: Comparison) -> bool:
    """Whether two short texts say in the same words what happened to another, or that it did not.

    Only where words alone are exchanged: where whole passages differ, so may the names in them.
    """
    if this.facts is None or known.facts is None or measured.ratio < AS_LONG:
        return False
    if max(measured.new, measured.added) > EXCHANGED:
        return False
    ours = Counter(fact // KIND for fact in this.facts - known.facts)
    theirs = Counter(fact // KIND for fact in known.facts - this.facts)
    exchanged = (ours & theirs).total()
    if measured.other_figures and DAY in ours and DAY in theirs:
        exchanged -= 1  # the toll of another day: whether it is another event, ``relate`` judges
    if (DENIAL in ours) != (DENIAL in theirs) and measured.ratio >= DENIED:
        exchanged += 1
    missing = (1 - measured.containment) * min(len(this.shingles), known.shingle_count)
    # where more was edited than these words, an editor changed them too
    return exchanged > 0 and missing <= SHINGLES_A_FACT * (exchanged + 1)


def _share_hits(hits: Sequence[bool], chance: float) -> float:
    """The share of hits, less those that come by chance."""
    if not hits or chance >= 1:
        return 0.0
    return max(0.0, (sum(hits) / len(hits) - chance) / (1 - chance))


def _is_filled_in(hits: Sequence[bool], gap: int) -> bool:
    """Whether misses are spread over the text and short: a template that was filled in anew."""
    half = len(hits) // 2
    if not half:
        return False
    first, second = hits[:half].count(False) / half, hits[half:].count(False) / (len(hits) - half)
    return min(first, second) >= SPREAD and not _share_in_passages(hits, gap, len(hits))


def _mark_covered_words(text: Text, by: Text) -> list[bool]:
    """For each word whether it stands in a shared shingle."""
    covered = [False] * max(text.word_count, len(text.by_word) + 2)
    in_shingle = covered.copy()
    for i, value in enumerate(text.by_word):
        if value >= 0:
            in_shingle[i] = in_shingle[i + 1] = in_shingle[i + 2] = True
        if value in by.every:
            covered[i] = covered[i + 1] = covered[i + 2] = True
    # words that stand in no shingle ("that it had done it") are as what comes before them
    for i in range(1, len(covered)):
        covered[i] = covered[i] or (not in_shingle[i] and covered[i - 1])
    return covered


def _share_in_passages(hits: Sequence[bool], gap: int, of: int) -> float:
    """The share in runs of ``gap`` misses and more: passages, not a word changed here and there."""
    missing, start = 0, 0
    for i, hit in enumerate((*hits, True)):
        if hit:
            missing += i - start if i - start >= gap else 0
            start = i + 1
    return missing / of if of else 0.0
