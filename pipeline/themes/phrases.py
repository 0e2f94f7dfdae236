"""A trie of phrases: in one pass over the words of a sentence, every phrase of the definitions that it holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from operator import or_

from pipeline.themes.terms import phrases

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Sense:
    """What a phrase stands for: its symbols, and the marks of all of them in one number."""

    symbols: frozenset[str]
    marks: int


@dataclass(slots=True)
class Found:
    """The phrases of a sentence in order, each with its first token and the one after its last; all their marks."""

    phrases: list[tuple[int, int, Sense]]
    marks: int

    def places(self, symbols: frozenset[str]) -> dict[str, list[Span]]:
        """Where the phrases of those of the symbols stand that the sentence holds."""
        places: dict[str, list[Span]] = {}
        for start, end, sense in self.phrases:
            if not symbols.isdisjoint(sense.symbols):
                for symbol in symbols & sense.symbols:
                    places.setdefault(symbol, []).append((start, end))
        return places


@dataclass(slots=True)
class _Node:
    """A place in the trie. ``sense`` is that of the phrase that ends here, ``cased`` of its spellings where they count.

    ``next`` is None where no phrase goes on.
    """

    symbols: set[str] = field(default_factory=set)
    spelled: dict[tuple[str, ...], set[str]] = field(default_factory=dict)
    next: dict[str, _Node] | None = None
    sense: Sense | None = None
    cased: dict[tuple[str, ...], Sense] | None = None


class Phrases:
    """All phrases of all symbols, looked up word by word: most words of a story cost one dictionary look-up.

    A mark is a bit that the phrases of a symbol carry, so that what a sentence holds is one number and a question about
    it one operation. ``marks`` gives symbols marks of their own, ``settle`` further ones; after it nothing is added.
    """

    def __init__(self) -> None:
        self._first: dict[str, _Node] = {}
        self._openings: dict[str, set[str]] = {}
        self._own: dict[str, int] = {}

    def openings(self, symbol: str) -> set[str]:
        """The words, as printed, that a phrase of ``symbol`` can begin with."""
        return self._openings.get(symbol, set())

    def add(self, symbol: str, entries: Iterable[str]) -> None:
        """Let ``symbol`` stand for each of the entries. Raises TermError on one that cannot be read."""
        openings = self._openings.setdefault(symbol, set())
        for entry in entries:
            for phrase in phrases(entry):
                self._insert(symbol, phrase, openings)

    def _insert(self, symbol: str, phrase: tuple[str, ...], openings: set[str]) -> None:
        cased = any(w != w.lower() for w in phrase)
        for variant in _dotted(phrase) if cased else (phrase,):
            word = variant[0]
            openings.update((word,) if cased else (word, word.capitalize(), word.upper()))
            node = _Node(next=self._first)
            for word in variant:
                if node.next is None:
                    node.next = {}
                node = node.next.setdefault(word.lower(), _Node())
            (node.spelled.setdefault(variant, set()) if cased else node.symbols).add(symbol)

    def order(self) -> dict[str, int]:
        """The symbols' places in the order in which they first came."""
        return {symbol: i for i, symbol in enumerate(self._openings)}

    def marks(self, symbols: Iterable[str]) -> int:
        """Marks of the symbols' own: a sentence's marks have one of these where it holds one of the symbols."""
        own = self._own
        return reduce(
            or_, (1 << own.setdefault(s, len(own)) for s in symbols if s in self._openings), 0
        )

    def settle(self, further: Mapping[str, int]) -> int:
        """Give every phrase its sense. The ``further`` marks, by symbol, come above the symbols' own: how far above."""
        marks = {
            s: further.get(s, 0) << len(self._own) | self.marks({s} & self._own.keys())
            for s in self._openings
        }
        senses: dict[frozenset[str], Sense] = {}

        def sense(symbols: set[str]) -> Sense:
            key = frozenset(symbols)
            if key not in senses:
                senses[key] = Sense(key, reduce(or_, map(marks.__getitem__, key)))
            return senses[key]

        nodes = list(self._first.values())
        while nodes:
            node = nodes.pop()
            nodes.extend((node.next or {}).values())
            node.sense = sense(node.symbols) if node.symbols else None
            node.cased = {
                words: sense(node.symbols | s) for words, s in node.spelled.items()
            } or None
        return len(self._own)

    def find(self, raw: list[str], low: list[str], start: int, end: int) -> Found:
        """Every phrase that begins and ends in ``[start, end)``; ``low`` is ``raw`` in lower case."""
        found: list[tuple[int, int, Sense]] = []
        marks = 0
        for i, opening in enumerate(map(self._first.get, low[start:end]), start):
            if opening is None:
                continue
            node, j = opening, i + 1
            while True:
                sense = (
                    node.sense
                    if node.cased is None
                    else node.cased.get(tuple(raw[i:j]), node.sense)
                )
                if sense is not None:
                    found.append((i, j, sense))
                    marks |= sense.marks
                if node.next is None or j >= end or (longer := node.next.get(low[j])) is None:
                    break
                node, j = longer, j + 1
        return Found(found, marks)


def _dotted(phrase: tuple[str, ...]) -> list[tuple[str, ...]]:
    variants = [phrase]
    for i, word in enumerate(phrase):
        if 2 <= len(word) <= 3 and word.isalpha() and word.isupper():
            dots = ".".join(word)
            variants += [
                (*v[:i], form, *v[i + 1 :]) for v in list(variants) for form in (dots, dots + ".")
            ]
    return variants
