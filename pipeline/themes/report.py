"""What a record says of a theme that a story reports: its evidence, passages, sub-themes and places in taxonomies."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.story import Evidence, Join, PassageScore, Story, ThemeMatch
from pipeline.themes.definitions import Theme
from pipeline.themes.scoring import (
    HEADLINE_LINE,
    WEAK,
    Piece,
    Sentence,
    accept,
    features,
    probability,
    runs,
)
from pipeline.themes.tokens import offsets

#: Evidence spans that a match carries at most: the strongest, in the story's order.
MOST_EVIDENCE = 30
#: A sentence this strong belongs to a passage and shows its words as evidence; weaker ones only add to the score.
TELLING = 0.4


def report(
    theme: Theme,
    joined: tuple[tuple[int, Join], ...],
    story: Story,
    found: list[Sentence],
    score: float,
) -> ThemeMatch:
    """The match of a theme from the sentences that speak for it.

    ``joined`` are its places in taxonomies by sub-theme (-1: the theme).
    """
    subthemes = _subthemes(found)
    joins = tuple(join for j, join in joined if j < 0 or j in subthemes)
    return ThemeMatch(
        id=theme.id,
        score=score,
        evidence=_evidence(story, found),
        passages=_passages(theme, story, found),
        subthemes=tuple(theme.subthemes[j].id for j in subthemes),
        version=theme.version,
        hash=theme.hash,
        joins=joins,
    )


def _subthemes(found: list[Sentence]) -> list[int]:
    """The sub-themes with a whole term to speak for them or several halves, strongest first."""
    sums: dict[int, float] = {}
    best: dict[int, float] = {}
    for piece in (p for s in found for p in s.pieces):
        sums[piece.subtheme] = sums.get(piece.subtheme, 0.0) + piece.weight
        best[piece.subtheme] = max(best.get(piece.subtheme, 0.0), piece.weight)
    return sorted((j for j in sums if best[j] >= WEAK or sums[j] >= 1.0), key=lambda j: -sums[j])


def _evidence(story: Story, found: list[Sentence]) -> tuple[Evidence, ...]:
    """The strongest pieces with their characters."""
    inside = [s for s in found if s.line < len(story.body)]
    telling = [s for s in inside if s.strength >= TELLING] or inside
    pieces = [(s.line, p) for s in telling for p in accept(s.pieces)[0]]
    by_line: dict[int, list[Piece]] = {}
    for line, piece in sorted(pieces, key=lambda lp: -lp[1].weight)[:MOST_EVIDENCE]:
        by_line.setdefault(line, []).append(piece)
    out = []
    for line, here in sorted(by_line.items()):
        text = story.headline if line == HEADLINE_LINE else story.body[line]
        places = offsets(text, [i for p in here for i in (p.start, p.end - 1)])
        for piece in sorted(here, key=lambda p: p.start):
            start, end = places[piece.start][0], places[piece.end - 1][1]
            weight = round(piece.weight, 3)
            out.append(
                Evidence(text[start:end], line, start, end, piece.term, weight, piece.modality)
            )
    return tuple(out)


def _passages(theme: Theme, story: Story, found: list[Sentence]) -> tuple[PassageScore, ...]:
    by_line: dict[int, list[float]] = {}
    for sentence in found:
        by_line.setdefault(sentence.line, []).append(sentence.strength)
    best = {line: max(strengths) for line, strengths in by_line.items()}
    out = []
    for first, last, head in _sections(story):
        for start, end in runs(best, first, last, TELLING):
            strengths = [s for i in range(start, end + 1) for s in by_line.get(i, ())]
            score = probability(theme.curve, *features(strengths, 0.0))
            if score >= theme.curve.threshold:
                out.append(PassageScore(start, end, round(score, 4), head))
    return tuple(out)


def _sections(story: Story) -> list[tuple[int, int, str]]:
    heads: Mapping[int, str] = {h.before: h.text for h in story.crossheads}
    starts = sorted({0, *(b for b in heads if b < len(story.body))})
    ends = [*(b - 1 for b in starts[1:]), len(story.body) - 1]
    return [(first, last, heads.get(first, "")) for first, last in zip(starts, ends, strict=True)]
