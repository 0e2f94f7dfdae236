"""From terms found in sentences to scores, passages and evidence.

Inside a sentence the strongest evidence counts whole, each further piece (of other words) half of the one before:
support alone never makes a sentence that reports. A story is its best sentence, how much more there is, and its
headline; a logistic curve, fitted on labelled stories, makes that a probability. In a text of a sentence or two weak
evidence counts more: of forty sentences one says such a thing by chance, but here it is all that is told.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.story import Modality
from pipeline.themes.definitions import Curve

#: The most that one sentence says, and what it must say to strengthen the best one: words in passing never add up.
FULL, ENOUGH = 1.5, 0.6
#: A piece of evidence that is more than support, what it gains where it is all that is told, and in how many sentences
#: (headline and cross-heads among them) it still gains the whole of that; in more it soon gains nothing.
WEAK, GAIN, FEW = 0.55, 0.19, 2
#: Where a line is no paragraph of the body but the headline.
HEADLINE_LINE = -1
#: What the headline and a cross-head say, against a sentence of the body.
HEADLINE, CROSSHEAD = 0.9, 0.4


@dataclass(slots=True)
class Piece:
    """One term found in one sentence. ``start`` and ``end`` are token indexes in its line."""

    start: int
    end: int
    term: str
    subtheme: int
    weight: float
    modality: Modality


@dataclass(slots=True)
class Sentence:
    """What one sentence says for one theme. ``line`` indexes the body; -1 is the headline."""

    line: int
    pieces: list[Piece]
    strength: float


def accept(pieces: Iterable[Piece]) -> tuple[list[Piece], float]:
    """The pieces that do not overlap a stronger one, and the strength they add up to."""
    pieces = list(pieces)
    if len(pieces) == 1:
        return pieces, pieces[0].weight
    chosen: list[Piece] = []
    strength, share = 0.0, 1.0
    for piece in sorted(pieces, key=lambda p: (-p.weight, p.end - p.start, p.start)):
        if any(piece.start < other.end and other.start < piece.end for other in chosen):
            continue
        chosen.append(piece)
        strength += piece.weight * share
        share /= 2
    return chosen, min(strength, FULL)


def brevity(sentences: int) -> float:
    """What evidence gains in a story of so many sentences."""
    return GAIN * min(1.0, FEW / max(sentences, 1)) ** 2


def features(strengths: Sequence[float], headline: float) -> tuple[float, float, float]:
    """Best sentence, how many more there are that say enough (log of their sum), and the headline."""
    body = max(strengths, default=0.0)
    more = sum(min(s, 1.0) for s in strengths if s >= ENOUGH)
    if body >= ENOUGH:
        more -= min(body, 1.0)
    return max(body, headline * HEADLINE), math.log1p(max(more, 0.0)), min(headline, 1.0)


def probability(curve: Curve, best: float, more: float, headline: float) -> float:
    """The chance that a careful reader calls the theme reported."""
    if not best:
        return 0.0
    z = curve.bias + curve.best * min(best, 1.25) + curve.more * more + curve.headline * headline
    return 1.0 / (1.0 + math.exp(-z))


def runs(strengths: dict[int, float], first: int, last: int, floor: float) -> list[tuple[int, int]]:
    """Runs of neighbouring paragraphs from ``first`` to ``last`` that each reach ``floor``."""
    found: list[tuple[int, int]] = []
    start: int | None = None
    for i in range(first, last + 2):
        if i <= last and strengths.get(i, 0.0) >= floor:
            start = i if start is None else start
        elif start is not None:
            found.append((start, i - 1))
            start = None
    return found
