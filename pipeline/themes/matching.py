"""Which terms a sentence holds, and where: words -> phrases -> terms.

A worked example. The list "force" holds "army", "army unit~", "soldiers" and "troops", "rebel"
holds "rebel" and "rebels"; two terms are defined::

    A   <force> .. stormed
    B   <rebel> & <force>

**The lexicon** has the phrases of every symbol in a tree of words: "army" leads to <force>, and on
to "unit" and "units", which lead to <force> as well. A sentence is read once from left to right;
most words begin no phrase and cost one look-up. What comes out says where each symbol stands::

    0    1    2      3       4    5     6    7
    the  army units  quickly fled from  the  rebels
    {"<force>": [1-2, 1-3], "<rebel>": [7-8]}

**The index** files each term under one of its symbols, the rarest: A under "stormed", B under
"<rebel>". So only B is looked at here, and as the sentence also holds its other symbol, their
nearest places are put together: 1-8. A is not looked at, however often the army is named. With 909
terms a sentence of news holds ten phrases, and 14 terms are looked at; two are there.

To change what a term can say: ``term_language`` reads it, ``_place_term`` here finds it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from pipeline.themes.term_language import COMMON, WHOLE_SENTENCE, Element, Part, Words
from pipeline.themes.words import SENTENCE_ENDS, Span

#: Where the phrases of each symbol stand in a sentence, in the order in which they come.
Places = dict[str, list[Span]]
#: The places of a term's elements, from left to right.
Run = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class ForSubtheme:
    """What a term is for: it is evidence of a theme's sub-theme."""

    theme: str
    subtheme: str
    weight: float


@dataclass(frozen=True, slots=True)
class ForVeto:
    """What a term is for: it takes evidence away, where it touches it or in its sentence."""

    themes: frozenset[str]
    scope: str
    weight: float = 0.0


@dataclass(frozen=True, slots=True)
class Pattern:
    """A term: the sentence must hold all ``symbols`` and none that is ``absent``.

    The story must hold one of each of ``somewhere`` and none of ``nowhere``. ``is_one_symbol``: the
    term is that and nothing else, conditions apart.
    """

    text: str
    parts: tuple[Part, ...]
    purpose: ForSubtheme | ForVeto
    symbols: frozenset[str]
    absent: frozenset[str]
    somewhere: tuple[frozenset[str], ...]
    nowhere: frozenset[str]
    is_one_symbol: bool

    def fits_story(self, held: Collection[str]) -> bool:
        """Whether a story with these symbols has what the term asks for, and no more."""
        for group in self.somewhere:
            if group.isdisjoint(held):
                return False
        return self.nowhere.isdisjoint(held)


class TermMatch(NamedTuple):
    """A term in a sentence, from its first to its last word."""

    span: Span
    pattern: Pattern


@dataclass(slots=True)
class _Node:
    """Words so far: ``symbols`` are of the phrase that ends here, ``longer`` the words that go on.

    ``spelled`` has the symbols by exact spelling, where a phrase counts only as printed ("IS").
    """

    symbols: tuple[str, ...] = ()
    spelled: dict[Words, tuple[str, ...]] = field(default_factory=dict)
    longer: dict[str, _Node] = field(default_factory=dict)


class Lexicon:
    """The phrases of all symbols, found in one pass over a sentence. Immutable once made.

    ``openings`` has for each symbol the words, as printed, that its phrases can begin with.
    """

    def __init__(self, phrases: Mapping[str, Iterable[Words]]) -> None:
        self.openings: dict[str, set[str]] = {}
        self._first: dict[str, _Node] = {}
        spelled: dict[int, _Node] = {}
        for symbol, listed in phrases.items():
            openings = self.openings.setdefault(symbol, set())
            for phrase in listed:
                is_lower = all(word == word.lower() for word in phrase)
                for variant in [phrase] if is_lower else _dot_initials(phrase):
                    first = variant[0]
                    node = self._add_node(variant)
                    if is_lower:
                        openings.update((first, first.capitalize(), first.upper()))
                        if symbol not in node.symbols:
                            node.symbols += (symbol,)
                    else:
                        openings.add(first)
                        node.spelled[variant] = (*node.spelled.get(variant, ()), symbol)
                        spelled[id(node)] = node
        # A spelling that counts has also the symbols of any spelling, in the order of all.
        order = {symbol: place for place, symbol in enumerate(phrases)}
        for node in spelled.values():
            for words, symbols in node.spelled.items():
                both = {*node.symbols, *symbols}
                node.spelled[words] = tuple(sorted(both, key=order.__getitem__))

    def _add_node(self, phrase: Words) -> _Node:
        longer = self._first
        for word in phrase:
            node = longer.setdefault(word.lower(), _Node())
            longer = node.longer
        return node

    def find_phrases(self, printed: list[str], lowered: list[str], sentence: Span) -> Places:
        """Where the symbols of all phrases stand that begin and end in the sentence.

        ``lowered`` is ``printed`` in lower case. Symbols of one phrase come in the order of the
        lexicon.
        """
        places: Places = {}
        sentence_start, sentence_end = sentence
        begun = map(self._first.get, lowered[sentence_start:sentence_end])
        for start, first in enumerate(begun, sentence_start):
            if first is None:
                continue
            node, end = first, start + 1
            while True:
                symbols = node.symbols
                if node.spelled:
                    symbols = node.spelled.get(tuple(printed[start:end]), symbols)
                if symbols:
                    span = (start, end)
                    for symbol in symbols:
                        if symbol in places:
                            places[symbol].append(span)
                        else:
                            places[symbol] = [span]
                if end == sentence_end or not node.longer:
                    break
                longer = node.longer.get(lowered[end])
                if longer is None:
                    break
                node, end = longer, end + 1
        return places


def _dot_initials(phrase: Words) -> list[Words]:
    """The phrase and, with initials of two or three letters, its dotted forms ("U.S", "U.S.")."""
    variants = [phrase]
    for place, word in enumerate(phrase):
        if 2 <= len(word) <= 3 and word.isalpha() and word.isupper():
            dotted = ".".join(word)
            for variant in list(variants):
                variants.append((*variant[:place], dotted, *variant[place + 1 :]))
                variants.append((*variant[:place], f"{dotted}.", *variant[place + 1 :]))
    return variants


class TermIndex:
    """All terms, each filed under the rarest of its symbols. Immutable once made.

    ``anchors`` are the words, as printed, of which a sentence must hold one for any evidence.
    """

    def __init__(self, patterns: Iterable[Pattern], lexicon: Lexicon) -> None:
        self._by_rarest: dict[str, list[Pattern]] = {}
        anchors: set[str] = set()

        def measure_rarity(symbol: str) -> tuple[bool, int]:
            # few sentences hold a symbol of few first words, none of them very common
            openings = lexicon.openings[symbol]
            return not COMMON.isdisjoint(openings), len(openings)

        # Terms of one symbol go first: where evidence is equal, the first is taken.
        for pattern in sorted(patterns, key=lambda pattern: not pattern.is_one_symbol):
            rarest = min(sorted(pattern.symbols), key=measure_rarity)
            self._by_rarest.setdefault(rarest, []).append(pattern)
            if isinstance(pattern.purpose, ForSubtheme):
                anchors |= lexicon.openings[rarest]
        self.anchors = frozenset(anchors)

    def match_terms(self, places: Places, lowered: list[str]) -> list[TermMatch]:
        """The terms that a sentence holds, in the order in which their rarest symbols come."""
        matches: list[TermMatch] = []
        symbols = places.keys()
        for rarest in places:
            patterns = self._by_rarest.get(rarest)
            if patterns is None:
                continue
            for pattern in patterns:
                if pattern.symbols <= symbols and symbols.isdisjoint(pattern.absent):
                    if pattern.is_one_symbol:
                        spans = places[rarest]
                    else:
                        spans = _place_term(pattern, places, lowered)
                    for span in spans:
                        matches.append(TermMatch(span, pattern))
        return matches


def _place_term(pattern: Pattern, places: Places, lowered: list[str]) -> list[Span]:
    """Where a term stands: its first part, joined with the nearest place of each further one."""
    runs = _place_part(pattern.parts[0], places, lowered)
    for part in pattern.parts[1:]:
        if not runs:
            return []
        others = _place_part(part, places, lowered)
        joined = []
        for run in runs:
            nearest = _find_nearest(run, others, part.reach)
            if nearest:
                joined.append(tuple(sorted(run + nearest)))
        runs = joined
    return [(run[0][0], run[-1][1]) for run in runs]


def _place_part(part: Part, places: Places, lowered: list[str]) -> list[Run]:
    """Every place of the first element from which each further one is near enough."""
    runs: list[Run] = [(first,) for first in places[part.elements[0].symbol]]
    for element in part.elements[1:]:
        longer = []
        for run in runs:
            place = _find_next(element, run[-1][1], places, lowered)
            if place:
                longer.append((*run, place))
        runs = longer
    return runs


def _find_next(element: Element, start: int, places: Places, lowered: list[str]) -> Span | None:
    """The first place of an element from ``start`` on; None where that is beyond its gap."""
    last = start + element.gap
    if not element.common:
        for place in places[element.symbol]:
            if place[0] >= start:
                return place if place[0] <= last else None
        return None
    for number, word in enumerate(lowered[start : last + 1], start):
        if word in element.common:
            return number, number + 1
        if word in SENTENCE_ENDS:
            return None
    return None


def _find_nearest(run: Run, others: list[Run], reach: int) -> Run | None:
    """The nearest of the other part's places, on either side, that shares no word with the run."""
    start, end = run[0][0], run[-1][1]
    nearest: Run | None = None
    least = 0
    for other in others:
        distance = max(other[0][0] - end, start - other[-1][1], 0)
        if (reach != WHOLE_SENTENCE and distance > reach) or (nearest and distance >= least):
            continue
        shares_word = distance == 0 and any(
            a_start < b_end and b_start < a_end
            for a_start, a_end in run
            for b_start, b_end in other
        )
        if not shares_word:
            nearest, least = other, distance
    return nearest
