"""How a score is made, in the order of this file.

1. A term found in a sentence is a piece of evidence. It weighs what its definition says, less where
   it is negated, planned or long past (the theme's ``[modality]``): evidence.py.
2. Of pieces that overlap one is taken: ``accept_pieces``.
3. In a sentence the strongest piece counts whole, each further one half of the one before, up to
   1.5: support alone never makes a sentence that reports. In a text of a sentence or two weak
   evidence gains: of forty sentences one says such a thing by chance, but here it is all that is
   told. Dampers (a story of sport) and a cross-head take their part: ``weigh_sentence``.
4. A story is its best sentence, how much more there is, and its headline: ``measure_features``.
5. A logistic curve, fitted on labelled stories, makes that a probability, which is the score:
   ``score_features``. A theme is reported from its curve's threshold on.

docs/decisions.md ("Themes") has what was measured and rejected on the way.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from pipeline.story import Modality
from pipeline.themes.definitions import Curve
from pipeline.themes.words import Span

#: The most that one sentence says: more than a whole term and half a further one is not surer.
STRONGEST_SENTENCE = 1.5
#: What a sentence must say to strengthen the best one: words in passing never add up, whatever the
#: story's length.
ENOUGH = 0.6
#: A piece of evidence from this weight on is more than support.
MORE_THAN_SUPPORT = 0.55
#: What such a piece gains where it is all that is told, and in how many sentences (headline and
#: cross-heads among them) it gains all of that; in more it soon gains nothing. docs/decisions.md:
#: "A weak sign counts where ...".
BREVITY_GAIN, BRIEF_SENTENCES = 0.19, 2
#: What the headline and a cross-head say, against a sentence of the body: headlines exaggerate,
#: cross-heads name.
HEADLINE_SHARE, CROSSHEAD_SHARE = 0.9, 0.4
#: Beyond this a best sentence is no surer: the curves were fitted up to here.
BEST_MOST = 1.25
#: Where a line is no paragraph of the body but the headline.
HEADLINE_LINE = -1


@dataclass(slots=True)
class Piece:
    """A term in a sentence: ``span`` is words of its line, ``term`` as the definition has it."""

    line: int
    span: Span
    term: str
    subtheme: str
    weight: float
    modality: Modality


@dataclass(slots=True)
class SpeakingSentence:
    """What one sentence says for one theme. ``line`` indexes the body; -1 is the headline.

    ``accepted`` are those of its ``pieces`` that count, strongest first.
    """

    line: int
    pieces: list[Piece]
    accepted: list[Piece]
    strength: float


class Features(NamedTuple):
    """What a curve is fed with: the best sentence, how much more there is, the headline."""

    best: float
    more: float
    headline: float


def accept_pieces(pieces: list[Piece]) -> list[Piece]:
    """The pieces that do not overlap a stronger one; of equals the shorter, then the earlier."""
    if len(pieces) == 1:
        return pieces
    accepted: list[Piece] = []
    for piece in sorted(pieces, key=_rank_piece):
        start, end = piece.span
        for other in accepted:
            other_start, other_end = other.span
            if start < other_end and other_start < end:
                break
        else:
            accepted.append(piece)
    return accepted


def _rank_piece(piece: Piece) -> tuple[float, int, int]:
    start, end = piece.span
    return -piece.weight, end - start, start


def weigh_sentence(pieces: list[Piece], factor: float, story_sentences: int) -> SpeakingSentence:
    """What a sentence with these pieces says. ``factor`` is what its setting leaves of it."""
    accepted = accept_pieces(pieces)
    strength = accepted[0].weight
    if len(pieces) > 1:
        share = 0.5
        for piece in accepted[1:]:
            strength += piece.weight * share
            share /= 2
        strength = min(strength, STRONGEST_SENTENCE)
    if accepted[0].weight >= MORE_THAN_SUPPORT:
        strength += BREVITY_GAIN * min(1.0, BRIEF_SENTENCES / story_sentences) ** 2
    if factor != 1.0:
        for piece in pieces:
            piece.weight *= factor
    return SpeakingSentence(pieces[0].line, pieces, accepted, strength * factor)


def measure_features(sentences: Iterable[SpeakingSentence]) -> Features:
    """The best sentence, the log of what further ones say that say enough, and the headline."""
    best = more = headline = 0.0
    for sentence in sentences:
        strength = sentence.strength
        if sentence.line == HEADLINE_LINE:
            headline = max(headline, strength)
            continue
        best = max(best, strength)
        if strength >= ENOUGH:
            more += min(strength, 1.0)
    if best >= ENOUGH:
        more -= min(best, 1.0)
    best = max(best, headline * HEADLINE_SHARE)
    return Features(best, math.log1p(max(more, 0.0)), min(headline, 1.0))


def score_features(curve: Curve, features: Features) -> float:
    """The chance that a careful reader calls the theme reported."""
    if not features.best:
        return 0.0
    logit = curve.bias + curve.best * min(features.best, BEST_MOST)
    logit += curve.more * features.more
    logit += curve.headline * features.headline
    return 1.0 / (1.0 + math.exp(-logit))
