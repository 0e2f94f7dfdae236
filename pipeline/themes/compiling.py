"""Definitions made ready: one lexicon, one index of terms, cues and dampers by symbol."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pipeline.story import Join
from pipeline.themes.definitions import Cue, Damper, Theme, ThemesError, ThemesFolder, read_folder
from pipeline.themes.matching import ForSubtheme, ForVeto, Lexicon, Pattern, TermIndex
from pipeline.themes.term_language import TermError, Words, expand_list, parse_term, spell_out


@dataclass(frozen=True, slots=True)
class CompiledDamper:
    """A damper with the themes that it is for and the symbols of its words."""

    damper: Damper
    themes: tuple[str, ...]
    words: frozenset[str]
    unless: frozenset[str]


#: By scope, "sentence" or "story".
Dampers = dict[str, tuple[CompiledDamper, ...]]


@dataclass(frozen=True, slots=True)
class Compiled:
    """All that classifying needs: themes and joins by theme id, in file order; cues by symbol."""

    themes: Mapping[str, Theme]
    lexicon: Lexicon
    terms: TermIndex
    cues: Mapping[str, Sequence[Cue]]
    dampers: Dampers
    joins: Mapping[str, tuple[Join, ...]]


def compile_folder(folder: Path) -> Compiled:
    """Read and compile a folder of definitions. Raises ThemesError naming every fault."""
    content = read_folder(folder)
    # The order of the lexicon is the order in which its symbols are asked for here; of terms that
    # say the same at the same words the first is taken, so it must not change by chance.
    symbols = _Symbols(content)
    patterns = list(_make_patterns(content, symbols))
    cues: dict[str, list[Cue]] = {}
    for cue in content.cues:
        for symbol in symbols.name_words(cue.where, cue.words):
            cues.setdefault(symbol, []).append(cue)
    dampers = _compile_dampers(content, symbols)
    symbols.add_lists()
    if content.faults:
        raise ThemesError(content.faults)
    lexicon = Lexicon(symbols.phrases)
    return Compiled(
        themes={theme.id: theme for theme in content.themes},
        lexicon=lexicon,
        terms=TermIndex(patterns, lexicon),
        cues=cues,
        dampers=dampers,
        joins={theme.id: _list_joins(theme) for theme in content.themes},
    )


class _Symbols:
    """The symbols that terms, cues and dampers ask for, with their phrases, as they are named.

    Whole lists come last. Faults are noted with the place that they stand at.
    """

    def __init__(self, content: ThemesFolder) -> None:
        self.phrases: dict[str, list[Words]] = {}
        self._content = content
        self._lists = content.lists
        self._asked_lists: set[str] = set()

    def name_symbol(self, symbol: str) -> str:
        """Have a plain phrase or a <list> in the lexicon. Raises TermError where it cannot be."""
        if symbol.startswith("<"):
            self._check_list(symbol)
            self._asked_lists.add(symbol)
        elif symbol not in self.phrases:
            self.phrases[symbol] = spell_out(symbol)
        return symbol

    def name_anywhere(self, symbol: str) -> frozenset[str]:
        """The symbols that together are a phrase or list which the story must hold or lack.

        A list of lists is taken apart, so that it costs nothing at each of its words.
        """
        if not symbol.startswith("<"):
            return frozenset({self.name_symbol(symbol)})
        self._check_list(symbol)
        return self.name_words(symbol, self._lists[symbol[1:-1]])

    def name_words(self, where: str, words: Sequence[str]) -> frozenset[str]:
        """The symbols of words: the lists named whole, and one for all the rest."""
        symbols: set[str] = set()
        rest: list[str] = []
        for word in words:
            if word.startswith("<") and word[1:-1] in self._lists:
                symbols.add(word)
            else:
                rest.append(word)
        self._asked_lists |= symbols
        if rest:
            symbol = f"{where}*"
            symbols.add(symbol)
            if symbol not in self.phrases:
                lists = {**self._lists, symbol: rest}
                self.phrases[symbol] = self._spell_list(where, lists, symbol)
        return frozenset(symbols)

    def add_lists(self) -> None:
        """Have the phrases of every list asked for; the others are only looked at for faults."""
        for name, where in self._content.listed_in.items():
            phrases = self._spell_list(where, self._lists, name)
            if f"<{name}>" in self._asked_lists:
                self.phrases[f"<{name}>"] = phrases

    def _check_list(self, symbol: str) -> None:
        if symbol[1:-1] not in self._lists:
            raise TermError(f"no list {symbol}")

    def _spell_list(self, where: str, lists: Mapping[str, Sequence[str]], name: str) -> list[Words]:
        phrases: list[Words] = []
        try:
            for entry in expand_list(lists, name):
                phrases.extend(spell_out(entry))
        except TermError as error:
            # The first fault is enough: an entry with a list in it stands for hundreds.
            self._content.faults.append(f"{where}: {error}")
        return phrases


def _make_patterns(content: ThemesFolder, symbols: _Symbols) -> Iterable[Pattern]:
    """The patterns of all terms, evidence before vetoes."""
    asked: list[tuple[str, str, ForSubtheme | ForVeto]] = []
    for theme in content.themes:
        for subtheme in theme.subthemes:
            for term in subtheme.terms:
                evidence = ForSubtheme(theme.id, subtheme.id, term.weight)
                asked.append((subtheme.where, term.text, evidence))
    vetoes = {veto.where: veto for theme in content.themes for veto in theme.vetoes}
    for veto in vetoes.values():
        themes = frozenset(theme.id for theme in content.themes if veto in theme.vetoes)
        for text in veto.terms:
            asked.append((veto.where, text, ForVeto(themes, veto.scope)))
    for where, text, purpose in asked:
        try:
            yield _make_pattern(text, purpose, symbols)
        except TermError as error:
            content.faults.append(f"{where}: {error}")


def _make_pattern(text: str, purpose: ForSubtheme | ForVeto, symbols: _Symbols) -> Pattern:
    term = parse_term(text)
    needed: set[str] = set()
    for part in term.parts:
        for element in part.elements:
            if not element.common:
                needed.add(symbols.name_symbol(element.symbol))
    absent: set[str] = set()
    somewhere: list[frozenset[str]] = []
    nowhere: set[str] = set()
    for condition in term.conditions:
        if condition.sign == "&!":
            absent.add(symbols.name_symbol(condition.symbol))
        elif condition.sign == "&&":
            somewhere.append(symbols.name_anywhere(condition.symbol))
        else:
            nowhere |= symbols.name_anywhere(condition.symbol)
    return Pattern(
        text=text,
        parts=term.parts,
        purpose=purpose,
        symbols=frozenset(needed),
        absent=frozenset(absent),
        somewhere=tuple(somewhere),
        nowhere=frozenset(nowhere),
        is_one_symbol=len(term.parts) == 1 and len(term.parts[0].elements) == 1,
    )


def _compile_dampers(content: ThemesFolder, symbols: _Symbols) -> Dampers:
    by_scope: Dampers = {"sentence": (), "story": ()}
    dampers = {damper.where: damper for theme in content.themes for damper in theme.dampers}
    for damper in dampers.values():
        compiled = CompiledDamper(
            damper=damper,
            themes=tuple(theme.id for theme in content.themes if damper in theme.dampers),
            words=symbols.name_words(damper.where, damper.words),
            unless=symbols.name_words(f"{damper.where}.unless", damper.unless),
        )
        by_scope[damper.scope] += (compiled,)
    return by_scope


def _list_joins(theme: Theme) -> tuple[Join, ...]:
    """The theme's codes and those of its sub-themes; a ~ before a code marks a broad match."""
    joins: list[Join] = []
    tables = [("", theme.codes)]
    for subtheme in theme.subthemes:
        tables.append((subtheme.id, subtheme.codes))
    for subtheme_id, codes in tables:
        for scheme, listed in codes.items():
            for code in listed:
                match: Literal["close", "broad"] = "broad" if code.startswith("~") else "close"
                joins.append(Join(scheme, code.lstrip("~"), match, subtheme_id))
    return tuple(joins)
