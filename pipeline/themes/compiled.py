"""Definitions made ready: one trie of phrases and one table of terms for all themes, every fault found on the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pipeline.story import Join
from pipeline.themes.definitions import Damper, Definitions, Theme, ThemesError
from pipeline.themes.matcher import Terms
from pipeline.themes.modality import ORDER, Cues
from pipeline.themes.phrases import Phrases
from pipeline.themes.reading import read
from pipeline.themes.terms import Term, TermError, expand, parse, phrases


@dataclass(frozen=True, slots=True)
class Tag:
    """What a term is for: evidence of a sub-theme, or (sub-theme -1) a veto of some themes."""

    themes: tuple[int, ...]
    subtheme: int
    weight: float
    scope: str = ""


@dataclass(frozen=True, slots=True)
class Setting:
    """A damper with the marks of its words."""

    damper: Damper
    themes: tuple[int, ...]
    words: int
    unless: int


@dataclass(frozen=True, slots=True)
class Compiled:
    """All that classifying needs, immutable once made. ``settings`` are by their scope, "sentence" or "story"."""

    themes: tuple[Theme, ...]
    phrases: Phrases
    cues: Cues
    terms: Terms
    settings: Mapping[str, tuple[Setting, ...]]
    joins: tuple[tuple[tuple[int, Join], ...], ...]


def compile_folder(folder: Path) -> Compiled:
    """Read and compile a folder of definitions. Raises ThemesError naming every fault."""
    definitions = read(folder)
    compiled = _Compiler(definitions).run()
    if definitions.faults:
        raise ThemesError(definitions.faults)
    return compiled


class _Compiler:
    def __init__(self, definitions: Definitions) -> None:
        self.definitions = definitions
        self.faults = definitions.faults
        self.phrases = Phrases()
        self.declared: set[str] = set()
        self.terms: list[tuple[Term, Tag]] = []

    def run(self) -> Compiled:
        themes = self.definitions.themes
        for i, theme in enumerate(themes):
            for j, subtheme in enumerate(theme.subthemes):
                for text, weight in subtheme.terms:
                    self._term(subtheme.where, text, Tag((i,), j, weight))
        vetoes = {v.where: v for theme in themes for v in theme.vetoes}
        for veto in vetoes.values():
            affected = self._affected(veto.where, "vetoes")
            for text in veto.terms:
                self._term(veto.where, text, Tag(affected, -1, 0.0, veto.scope))
        cues = [(s, c) for c in self.definitions.cues for s in self._words(c.where, c.words)]
        dampers = [
            (d, self._words(d.where, d.words), self._words(f"{d.where}.unless", d.unless))
            for d in {d.where: d for theme in themes for d in theme.dampers}.values()
        ]
        for name, where in self.definitions.listed_in.items():
            into = self.phrases if f"<{name}>" in self.declared else Phrases()
            self._entries(where, f"<{name}>", partial(expand, self.definitions.lists, name), into)
        marks = self.phrases.marks
        settings = [
            Setting(d, self._affected(d.where, "dampers"), marks(w), marks(u))
            for d, w, u in dampers
        ]
        cued = frozenset(symbol for symbol, _ in cues)
        by_symbol = tuple(sorted(cues, key=lambda c: ORDER.index(c[1].modality)))
        return Compiled(
            themes,
            self.phrases,
            Cues(by_symbol, cued, marks(cued)),
            Terms(self.terms, self.phrases, lambda tag: tag.subtheme >= 0),
            {
                scope: tuple(s for s in settings if s.damper.scope == scope)
                for scope in ("sentence", "story")
            },
            tuple(map(_joins, themes)),
        )

    def _affected(self, where: str, kind: str) -> tuple[int, ...]:
        return tuple(
            i
            for i, theme in enumerate(self.definitions.themes)
            if any(x.where == where for x in getattr(theme, kind))
        )

    def _words(self, where: str, words: Sequence[str]) -> tuple[str, ...]:
        """Symbols for words: those of the lists named whole, and one for all the rest."""
        whole = tuple(w for w in words if w.startswith("<") and w[1:-1] in self.definitions.lists)
        self.declared.update(whole)
        rest = tuple(w for w in words if w not in whole)
        if not rest:
            return whole
        symbol = f"{where}*"
        lists = {**self.definitions.lists, symbol: rest}
        self._entries(where, symbol, partial(expand, lists, symbol), self.phrases)
        return (*whole, symbol)

    def _entries(self, where: str, symbol: str, entries: partial[list[str]], into: Phrases) -> None:
        try:
            plain = entries()
        except TermError as error:
            self.faults.append(f"{where}: {error}")
            return
        try:
            into.add(symbol, plain)
        except (
            TermError
        ) as error:  # the first says it: an entry with a list in it stands for hundreds
            self.faults.append(f"{where}: {error}")

    def _term(self, where: str, text: str, tag: Tag) -> None:
        try:
            self.terms.append((parse(text, self._declare, self._anywhere), tag))
        except TermError as error:
            self.faults.append(f"{where}: {error}")

    def _anywhere(self, symbol: str) -> frozenset[str]:
        """The symbols that together are a list: those of the lists inside it and one for its other entries.

        A list of lists that is only asked for "somewhere in the story" thus costs nothing at each of its words.
        """
        if not symbol.startswith("<"):
            return frozenset({self._declare(symbol)})
        if symbol[1:-1] not in self.definitions.lists:
            raise TermError(f"no list {symbol}")
        return frozenset(self._words(symbol, self.definitions.lists[symbol[1:-1]]))

    def _declare(self, symbol: str) -> str:
        if symbol.startswith("<"):
            if symbol[1:-1] not in self.definitions.lists:
                raise TermError(f"no list {symbol}")
            self.declared.add(symbol)
        elif symbol not in self.declared:
            phrases(symbol)
            self.declared.add(symbol)
            self.phrases.add(symbol, [symbol])
        return symbol


def _joins(theme: Theme) -> tuple[tuple[int, Join], ...]:
    """The theme's codes (-1) and those of its sub-themes; a ~ before a code marks a broad match."""
    tables = [(-1, theme.codes), *((j, s.codes) for j, s in enumerate(theme.subthemes))]
    return tuple(
        (
            j,
            Join(
                scheme,
                code.lstrip("~"),
                "broad" if code.startswith("~") else "close",
                _of(theme, j),
            ),
        )
        for j, codes in tables
        for scheme, listed in codes.items()
        for code in listed
    )


def _of(theme: Theme, j: int) -> str:
    return "" if j < 0 else theme.subthemes[j].id
