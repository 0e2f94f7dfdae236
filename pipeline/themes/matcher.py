"""Words -> phrases -> terms: which terms the phrases of a sentence build, and where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from pipeline.themes.phrases import Found, Phrases, Span
from pipeline.themes.terms import Element, Part, Term
from pipeline.themes.tokens import COMMON, ENDS

#: The places of a term's elements, in the order of the term.
Run = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Filed:
    """A term with its tag, the rarest of its symbols, whether that is all of it, and what it asks of the story.

    Of terms whose rarest symbols stand at one place, that of the lower ``rank`` goes first.
    The story's marks must have one of each of ``somewhere`` and none of ``nowhere``.
    """

    rank: int
    term: Term
    tag: Any
    symbols: frozenset[str]
    key: str
    alone: bool
    somewhere: tuple[int, ...]
    nowhere: int

    def fits(self, held: int) -> bool:
        """Whether a story with these marks holds what the term asks for."""
        return not (self.nowhere and held & self.nowhere) and (
            not self.somewhere or all(held & marks for marks in self.somewhere)
        )


class Terms:
    """All terms. Which of them a sentence may hold is asked of its phrases' marks, for all terms at once.

    The terms have a block of bits each for their first, second ... symbol and for those that they must not have: a
    sentence's marks say of each block which terms have that filled, and the blocks together which terms have all.
    Terms of many symbols come first, so that later blocks are short.

    ``anchors`` are the words, as printed, of which a sentence must hold one for any term of ``telling`` tags.
    """

    def __init__(
        self,
        terms: Iterable[tuple[Term, Any]],
        known: Phrases,
        telling: Callable[[Any], bool] = lambda _: True,
    ) -> None:
        order = known.order()
        # as one pass over a sentence, symbol by symbol, comes upon them
        ranked = sorted(terms, key=lambda t: (order.get(_key(t[0], known), -1), not _alone(t[0])))
        filed = [_file(rank, term, tag, known) for rank, (term, tag) in enumerate(ranked)]
        self.anchors = frozenset().union(*(known.openings(f.key) for f in filed if telling(f.tag)))
        self._terms = sorted(filed, key=lambda f: -len(f.symbols))
        self._all = (1 << len(filed)) - 1
        #: How many terms have a symbol for the block, and those that have none.
        self._blocks: list[tuple[int, int]] = []
        marks: Counter[str] = Counter()
        at = 0
        for block in range(max((len(f.symbols) for f in filed), default=0)):
            having = [f for f in self._terms if len(f.symbols) > block]
            for bit, f in enumerate(having, at):
                marks[sorted(f.symbols)[block]] |= 1 << bit
            at += len(having)
            self._blocks.append((len(having), self._all >> len(having) << len(having)))
        for bit, f in enumerate(self._terms, at):
            for symbol in f.term.without:
                marks[symbol] |= 1 << bit
        self._below = known.settle(marks)

    def match(self, found: Found, low: list[str]) -> list[tuple[Span, Filed]]:
        """The terms that a sentence's phrases build, each with the tokens from its first to its last word."""
        able = list(self._able(found.marks))
        if not able:
            return []
        places = found.places(frozenset().union(*(f.symbols for f in able)))
        able.sort(key=lambda f: (places[f.key][0], f.rank))
        out: list[tuple[Span, Filed]] = []
        for f in able:
            spans = places[f.key] if f.alone else _spans(f.term, places, low)
            out.extend((span, f) for span in spans)
        return out

    def _able(self, marks: int) -> Iterator[Filed]:
        """The terms of which a sentence with these marks holds every symbol, and none that it must not hold."""
        marks >>= self._below
        able = self._all
        for having, others in self._blocks:
            able &= marks | others
            if not able:
                return
            marks >>= having
        able &= ~marks
        while able:
            bit = able & -able
            yield self._terms[bit.bit_length() - 1]
            able ^= bit


def _file(rank: int, term: Term, tag: Any, known: Phrases) -> Filed:
    somewhere = tuple(map(known.marks, term.story))
    nowhere = known.marks(term.story_without)
    return Filed(
        rank,
        term,
        tag,
        frozenset(term.symbols),
        _key(term, known),
        _alone(term),
        somewhere,
        nowhere,
    )


def _key(term: Term, known: Phrases) -> str:
    """The rarest of a term's symbols."""
    return min(sorted(term.symbols), key=partial(_rarity, known))


def _alone(term: Term) -> bool:
    """Whether a term is one symbol and no more."""
    return len(term.parts) == 1 and len(term.parts[0].elements) == 1


def _rarity(known: Phrases, symbol: str) -> tuple[bool, int]:
    """Low for a symbol that few sentences hold: none of its words is very common, and they are few."""
    openings = known.openings(symbol)
    return not COMMON.isdisjoint(openings), len(openings)


def _spans(term: Term, places: Mapping[str, list[Span]], low: list[str]) -> list[Span]:
    runs = _runs(term.parts[0], places, low)
    for part in term.parts[1:]:
        if not runs:
            return []
        others = _runs(part, places, low)
        runs = [joined for run in runs if (joined := _joined(run, others, part.within)) is not None]
    if len(term.parts) == 1:
        return [(run[0][0], run[-1][1]) for run in runs]
    return [_extent(run) for run in runs]


def _extent(run: Run) -> Span:
    return min([s for s, _ in run]), max([e for _, e in run])


def _joined(run: Run, others: list[Run], within: int) -> Run | None:
    """The run together with the nearest of the others that shares no word with it."""
    start, end = _extent(run)
    best: tuple[int, Run] | None = None
    for other in others:
        distance = max(other[0][0] - end, start - other[-1][1], 0)
        if (within >= 0 and distance > within) or (best is not None and distance >= best[0]):
            continue
        if distance or all(a[1] <= b[0] or b[1] <= a[0] for a in run for b in other):
            best = (distance, other)
    return None if best is None else run + best[1]


def _runs(part: Part, places: Mapping[str, list[Span]], low: list[str]) -> list[Run]:
    runs: list[Run] = [(span,) for span in places[part.elements[0].symbol]]
    for element in part.elements[1:]:
        longer = []
        for run in runs:
            place = _after(element, run[-1][1], places, low)
            if place is not None:
                longer.append((*run, place))
        runs = longer
    return runs


def _after(
    element: Element, start: int, places: Mapping[str, list[Span]], low: list[str]
) -> Span | None:
    """The first place of the element from ``start`` on, no farther than its gap."""
    if element.words:
        return _next(element.words, low, start, element.gap)
    for place in places[element.symbol]:
        if place[0] >= start:
            return place if place[0] <= start + element.gap else None
    return None


def _next(words: frozenset[str], low: list[str], start: int, gap: int) -> Span | None:
    for i in range(start, min(start + gap + 1, len(low))):
        if low[i] in words:
            return (i, i + 1)
        if low[i] in ENDS:
            return None
    return None
