"""One pass over a story's words for all themes: a trie of phrases, then the terms that those phrases build."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from pipeline.themes.terms import Part, Term, phrases
from pipeline.themes.tokens import COMMON, ENDS

Span = tuple[int, int]
#: The places of a term's elements, in the order of the term.
Run = tuple[Span, ...]
#: Phrases of one sentence: symbol -> token spans.
Found = dict[str, list[Span]]


@dataclass(slots=True)
class _Node:
    """A place in the trie: the symbols of the phrase that ends here (with its spelling where case counts)."""

    ends: list[tuple[str, tuple[str, ...] | None]] = field(default_factory=list)
    next: dict[str, _Node] = field(default_factory=dict)


class Phrases:
    """All phrases of all symbols, looked up word by word: most words of a story cost one dictionary look-up."""

    def __init__(self) -> None:
        self._first: dict[str, _Node] = {}
        self._known: set[tuple[str, tuple[str, ...]]] = set()
        self._openings: dict[str, set[str]] = defaultdict(set)

    def openings(self, symbol: str) -> set[str]:
        """The words, as printed, that a phrase of ``symbol`` can begin with."""
        return self._openings[symbol]

    def add(self, symbol: str, entries: Iterable[str]) -> None:
        """Let ``symbol`` stand for each of the entries. Raises TermError on one that cannot be read."""
        for entry in entries:
            for phrase in phrases(entry):
                if (symbol, phrase) not in self._known:
                    self._known.add((symbol, phrase))
                    self._insert(symbol, phrase)

    def _insert(self, symbol: str, phrase: tuple[str, ...]) -> None:
        cased = phrase if any(w != w.lower() for w in phrase) else None
        for variant in _dotted(phrase) if cased else (phrase,):
            word = variant[0]
            self._openings[symbol].update({word} if cased else {word, word.capitalize(), word.upper()})
            at, node = self._first, None
            for word in variant:
                node = at.setdefault(word.lower(), _Node())
                at = node.next
            if node is not None:
                node.ends.append((symbol, variant if cased else None))

    def find(self, raw: list[str], low: list[str], start: int, end: int) -> Found:
        """Every phrase that begins and ends in ``[start, end)``; ``low`` is ``raw`` in lower case."""
        found: Found = {}
        for i, opening in enumerate(map(self._first.get, low[start:end]), start):
            if opening is None:
                continue
            node: _Node | None = opening
            j = i
            while node is not None:
                j += 1
                if node.ends:
                    span = (i, j)
                    for symbol, cased in node.ends:
                        if cased is not None and tuple(raw[i:j]) != cased:
                            continue
                        if symbol in found:
                            found[symbol].append(span)
                        else:
                            found[symbol] = [span]
                if j >= end:
                    break
                node = node.next.get(low[j])
        return found


def _dotted(phrase: tuple[str, ...]) -> list[tuple[str, ...]]:
    variants = [phrase]
    for i, word in enumerate(phrase):
        if 2 <= len(word) <= 3 and word.isalpha() and word.isupper():
            dots = ".".join(word)
            variants += [(*v[:i], form, *v[i + 1 :]) for v in list(variants) for form in (dots, dots + ".")]
    return variants


class Terms:
    """Terms filed under their rarest symbol, so that a sentence tries only those that it may hold.

    ``anchors`` are the words, as printed, of which a sentence must hold one for any term of ``telling`` tags.
    """

    def __init__(
        self, terms: Iterable[tuple[Term, Any]], known: Phrases, telling: Callable[[Any], bool] = lambda _: True
    ) -> None:
        keys: set[str] = set()
        self._plain: dict[str, list[tuple[Term, Any]]] = defaultdict(list)
        self._built: dict[str, list[tuple[Term, Any, frozenset[str]]]] = defaultdict(list)
        for term, tag in terms:
            symbols = term.symbols
            key = min(sorted(symbols), key=partial(_rarity, known))
            if telling(tag):
                keys.add(key)
            if len(symbols) == 1 and len(term.parts) == 1 and len(term.parts[0].elements) == 1:
                self._plain[key].append((term, tag))
            else:
                self._built[key].append((term, tag, frozenset(symbols)))
        self.anchors = frozenset().union(*map(known.openings, keys))

    def match(self, found: Mapping[str, list[Span]], low: list[str]) -> list[tuple[Span, Term, Any]]:
        """The terms that a sentence's phrases build, each with the token span from its first to its last word."""
        out: list[tuple[Span, Term, Any]] = []
        for symbol in found:
            for term, tag in self._plain.get(symbol, ()):
                if not term.without or term.without.isdisjoint(found):
                    out.extend((span, term, tag) for span in found[symbol])
            for term, tag, needs in self._built.get(symbol, ()):
                if needs <= found.keys() and (not term.without or term.without.isdisjoint(found)):
                    out.extend((span, term, tag) for span in _spans(term, found, low))
        return out


def _rarity(known: Phrases, symbol: str) -> tuple[bool, int]:
    """Low for a symbol that few sentences hold: none of its words is very common, and they are few."""
    openings = known.openings(symbol)
    return not COMMON.isdisjoint(openings), len(openings)


def _spans(term: Term, found: Mapping[str, list[Span]], low: list[str]) -> list[Span]:
    runs = _runs(term.parts[0], found, low)
    for part in term.parts[1:]:
        if not runs:
            break
        others = _runs(part, found, low)
        runs = [joined for run in runs if (joined := _joined(run, others, part.within)) is not None]
    return [(min(s for s, _ in run), max(e for _, e in run)) for run in runs]


def _joined(run: Run, others: list[Run], within: int) -> Run | None:
    """The run together with the nearest of the others that shares no word with it."""
    start, end = min(s for s, _ in run), max(e for _, e in run)
    best: tuple[int, Run] | None = None
    for other in others:
        distance = max(other[0][0] - end, start - other[-1][1], 0)
        if (within >= 0 and distance > within) or (best is not None and distance >= best[0]):
            continue
        if distance or all(a[1] <= b[0] or b[1] <= a[0] for a in run for b in other):
            best = (distance, other)
    return None if best is None else run + best[1]


def _runs(part: Part, found: Mapping[str, list[Span]], low: list[str]) -> list[Run]:
    runs: list[Run] = [(span,) for span in found[part.elements[0].symbol]]
    for element in part.elements[1:]:
        gap = element.gap
        if element.words:
            places = [(run, _next(element.words, low, run[-1][1], gap)) for run in runs]
        else:
            later = found[element.symbol]
            places = [(run, next((x for x in later if run[-1][1] <= x[0] <= run[-1][1] + gap), None)) for run in runs]
        runs = [(*run, place) for run, place in places if place is not None]
    return runs


def _next(words: frozenset[str], low: list[str], start: int, gap: int) -> Span | None:
    for i in range(start, min(start + gap + 1, len(low))):
        if low[i] in words:
            return (i, i + 1)
        if low[i] in ENDS:
            return None
    return None
