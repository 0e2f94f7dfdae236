"""Story -> for each theme the sentences that speak for it: one pass over the words, then vetoes, settings, modality."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_

from pipeline.story import Story
from pipeline.themes.compiled import Compiled, Tag
from pipeline.themes.matcher import Filed
from pipeline.themes.modality import Moods
from pipeline.themes.phrases import Found, Span
from pipeline.themes.scoring import CROSSHEAD, WEAK, Piece, Sentence, accept, brevity
from pipeline.themes.tokens import sentences, tokens

#: Where no sentence's terms add up to this, no theme can come near its threshold, and the sentences that hold none
#: are not searched for the story's setting.
WORTH = 0.5
#: Text this long with fewer than this share of "the, of, and, to, in, a" is not English (running English has 15-30 %).
ENGLISH_WORDS, ENGLISH_SHARE = 40, 0.06
_ENGLISH = ("the", "of", "and", "to", "in", "a")


@dataclass(slots=True)
class _Told:
    """A sentence with terms in it."""

    span: Span
    found: Found
    matched: list[tuple[Span, Filed]]


class Scan:
    """A story after the one pass: its words in one row (headline, paragraphs, cross-heads), and what they hold."""

    def __init__(self, story: Story, compiled: Compiled) -> None:
        self._story, self._c = story, compiled
        self._texts = [story.headline, *story.body, *(head.text for head in story.crossheads)]
        raw = tokens("\n ".join(self._texts))
        self._raw, self._low = raw, list(map(str.lower, raw))
        self._told: list[_Told] = []
        self._found: list[Found] = []
        self._unsearched: list[Span] = []
        for start, end in sentences(self._low):
            if compiled.terms.anchors.isdisjoint(raw[start:end]):
                self._unsearched.append((start, end))
                continue
            found = compiled.phrases.find(raw, self._low, start, end)
            self._found.append(found)
            if matched := compiled.terms.match(found, self._low):
                self._told.append(_Told((start, end), found, matched))

    @property
    def words(self) -> int:
        """Words and sentence ends of all lines."""
        return len(self._low) - len(self._texts) + 1

    def english(self) -> bool:
        """Whether running text holds enough of English's commonest words; too short a text is taken to."""
        return (
            self.words < ENGLISH_WORDS
            or sum(map(self._low.count, _ENGLISH)) >= ENGLISH_SHARE * self.words
        )

    def evidence(self) -> list[list[Sentence]]:
        """For each theme, the sentences that speak for it. Cross-heads come as sentences of line ``len(body)``."""
        by_theme: list[list[Sentence]] = [[] for _ in self._c.themes]
        if not self._told:
            return by_theme
        everything = self._found
        if any(sum(filed.tag.weight for _, filed in told.matched) >= WORTH for told in self._told):
            find = self._c.phrases.find
            everything = everything + [
                find(self._raw, self._low, *span) for span in self._unsearched
            ]
        held = reduce(or_, (found.marks for found in everything))
        themes = {i for told in self._told for _, filed in told.matched for i in filed.tag.themes}
        damped = self._settings("story", everything, held, themes)
        brief = brevity(len(self._found) + len(self._unsearched))
        firsts = self._firsts()
        for told in self._told:
            matched = [m for m in told.matched if m[1].fits(held)]
            if not matched:
                continue
            here = self._settings("sentence", [told.found], told.found.marks, themes)
            row = bisect_right(firsts, told.span[0]) - 1
            line = min(row - 1, len(self._story.body))
            for i, pieces in self._pieces(told, matched, firsts[row]).items():
                factor = (
                    damped.get(i, 1.0)
                    * here.get(i, 1.0)
                    * (CROSSHEAD if line == len(self._story.body) else 1.0)
                )
                chosen, strength = accept(pieces)
                if chosen[0].weight >= WEAK:
                    strength += brief
                if factor * strength > 0.0:
                    scaled = pieces if factor == 1.0 else [_scaled(p, factor) for p in pieces]
                    by_theme[i].append(Sentence(line, scaled, strength * factor))
        return by_theme

    def _firsts(self) -> list[int]:
        """The first word of each line."""
        firsts, at = [0], 0
        for text in self._texts[:-1]:
            for _ in range(text.count("\n") + 1):
                at = self._low.index("\n", at) + 1
            firsts.append(at)
        return firsts

    def _settings(
        self, scope: str, sentences: Iterable[Found], held: int, themes: set[int]
    ) -> dict[int, float]:
        """The dampers of ``themes`` that apply to these sentences taken together: theme -> factor."""
        asked = [
            s for s in self._c.settings[scope] if held & s.words and not themes.isdisjoint(s.themes)
        ]
        factors: dict[int, float] = {}
        if not asked:
            return factors
        phrases = self._different(sentences, reduce(or_, (s.words | s.unless for s in asked)))
        for setting in asked:
            words = sum(1 for marks in phrases if marks & setting.words)
            if words >= setting.damper.at_least and words > sum(
                1 for marks in phrases if marks & setting.unless
            ):
                for i in setting.themes:
                    factors[i] = factors.get(i, 1.0) * setting.damper.factor
        return factors

    def _different(self, sentences: Iterable[Found], asked: int) -> list[int]:
        """The marks of each different phrase of the sentences that has one of the marks ``asked``."""
        phrases: dict[tuple[str, ...], int] = {}
        for found in sentences:
            if found.marks & asked:
                for start, end, sense in found.phrases:
                    if marks := sense.marks & asked:
                        phrase = tuple(self._low[start:end])
                        phrases[phrase] = phrases.get(phrase, 0) | marks
        return list(phrases.values())

    def _pieces(
        self, told: _Told, matched: list[tuple[Span, Filed]], first: int
    ) -> dict[int, list[Piece]]:
        """The pieces of a sentence by theme, their places counted from the ``first`` word of its line."""
        published = self._story.published
        year = published.at.year if published and published.at else 0
        vetoes = [(span, filed.tag) for span, filed in matched if filed.tag.subtheme < 0]
        moods = Moods(told.found, told.span, self._low, self._c.cues, year)
        out: dict[int, list[Piece]] = {}
        for span, filed in matched:
            tag: Tag = filed.tag
            if tag.subtheme < 0 or (vetoes and any(_vetoed(span, tag, *veto) for veto in vetoes)):
                continue
            modality = moods.of(span)
            (i,) = tag.themes
            weight = tag.weight * self._c.themes[i].modality.get(modality, 1.0)
            piece = Piece(
                span[0] - first, span[1] - first, filed.term.text, tag.subtheme, weight, modality
            )
            out.setdefault(i, []).append(piece)
        return out


def _vetoed(span: Span, tag: Tag, veto: Span, by: Tag) -> bool:
    if tag.themes[0] not in by.themes:
        return False
    return by.scope == "sentence" or (span[0] < veto[1] and veto[0] < span[1])


def _scaled(piece: Piece, factor: float) -> Piece:
    return Piece(
        piece.start, piece.end, piece.term, piece.subtheme, piece.weight * factor, piece.modality
    )
