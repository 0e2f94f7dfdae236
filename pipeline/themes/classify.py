"""Story -> the themes it carries: one pass over the words, then evidence, scores and passages theme by theme."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import reduce
from hashlib import blake2b
from operator import or_
from pathlib import Path
from typing import Self

from pipeline.story import Assessment, Story, ThemeMatch
from pipeline.themes.compiled import Compiled, Tag, compile_folder
from pipeline.themes.definitions import Theme
from pipeline.themes.matcher import Filed
from pipeline.themes.modality import Moods
from pipeline.themes.phrases import Found, Span
from pipeline.themes.report import report
from pipeline.themes.scoring import (
    CROSSHEAD,
    HEADLINE_LINE,
    WEAK,
    Piece,
    Sentence,
    accept,
    brevity,
    features,
    probability,
)
from pipeline.themes.tokens import sentences, tokens

#: Words below which a story is too short to say that it lacks a theme.
TOO_SHORT = 6
#: Text this long with fewer than this share of "the, of, and, to, in, a" is not English (running English has 15-30 %).
ENGLISH_WORDS, ENGLISH_SHARE = 40, 0.06
_ENGLISH = ("the", "of", "and", "to", "in", "a")
#: Where no sentence's terms add up to this, no theme can come near its threshold, and the sentences that hold none
#: are not searched for the story's setting.
WORTH = 0.5


@dataclass(slots=True)
class _Line:
    """A sentence. ``line`` -1 is the headline; ``heads`` the paragraph a cross-head is over.

    ``found`` is None until it is looked at, ``matched`` the terms in it.
    """

    line: int
    raw: list[str]
    low: list[str]
    span: Span
    heads: int | None
    found: Found | None = None
    matched: list[tuple[Span, Filed]] = field(default_factory=list)


@dataclass(slots=True)
class _Scan:
    """The story after the one pass: its sentences, and the words of each line in lower case."""

    lines: list[_Line] = field(default_factory=list)
    texts: list[list[str]] = field(default_factory=list)

    @property
    def words(self) -> int:
        return sum(map(len, self.texts))

    def english(self) -> bool:
        """Whether running text holds enough of English's commonest words; too short a text is taken to."""
        words = self.words
        if words < ENGLISH_WORDS:
            return True
        found = 0
        for low in self.texts:
            found += sum(map(low.count, _ENGLISH))
            if found >= ENGLISH_SHARE * words:
                return True
        return False


class Themes:
    """Compiled definitions. Immutable; safe to share between threads and to build once per process."""

    def __init__(self, compiled: Compiled) -> None:
        self._c = compiled
        #: Definition versions, "air_campaign 1, diplomacy 1 ...", and one hash over all definitions' content.
        self.version = ", ".join(f"{t.id} {t.version}" for t in compiled.themes)
        self.hash = blake2b("".join(t.hash for t in compiled.themes).encode(), digest_size=8).hexdigest()

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Compile the definitions of a folder. Raises ThemesError naming every fault with file and key."""
        return cls(compile_folder(folder))

    @property
    def definitions(self) -> tuple[Theme, ...]:
        """The themes as defined, in file order."""
        return self._c.themes

    def classify(self, story: Story) -> tuple[ThemeMatch, ...]:
        """The themes that the story reports, strongest first."""
        return self.assess(story).matches

    def assess(self, story: Story) -> Assessment:
        """Every theme's score, the themes that are reported, and whether and why the rest is not to be trusted."""
        declared = story.language.replace("_", "-").split("-")[0].lower()
        served = [i for i, t in enumerate(self._c.themes) if not declared or declared in t.languages]
        if not served:
            return Assessment({}, (), f"no definitions for language {declared!r}")
        scan = self._scan(story)
        if not declared and not scan.english():
            return Assessment({}, (), "the text is in a language without definitions")
        by_theme = self._evidence(story, scan)
        scores: dict[str, float] = {}
        matches: list[ThemeMatch] = []
        for i in served:
            theme = self._c.themes[i]
            scores[theme.id] = round(_score(theme, by_theme[i]), 4)
            if scores[theme.id] >= theme.curve.threshold:
                matches.append(report(theme, self._c.joins[i], story, by_theme[i], scores[theme.id]))
        matches.sort(key=lambda m: -m.score)
        return Assessment(scores, tuple(matches), _abstained(story, scan))

    def features(self, story: Story) -> dict[str, tuple[float, float, float]]:
        """What each theme's curve is fed with (best, more, headline): for fitting the curves."""
        by_theme = self._evidence(story, self._scan(story))
        return {t.id: _features(s) for t, s in zip(self._c.themes, by_theme, strict=True)}

    def _scan(self, story: Story) -> _Scan:
        scan = _Scan()
        self._read(scan, HEADLINE_LINE, story.headline)
        for i, paragraph in enumerate(story.body):
            self._read(scan, i, paragraph)
        for head in story.crossheads:
            self._read(scan, len(story.body), head.text, head.before)
        return scan

    def _read(self, scan: _Scan, line: int, text: str, heads: int | None = None) -> None:
        raw = tokens(text)
        low = list(map(str.lower, raw))
        scan.texts.append(low)
        for start, end in sentences(low):
            sentence = _Line(line, raw, low, (start, end), heads)
            scan.lines.append(sentence)
            if not self._c.terms.anchors.isdisjoint(raw[start:end]):
                sentence.found = self._c.phrases.find(raw, low, start, end)
                sentence.matched = self._c.terms.match(sentence.found, low)

    def _evidence(self, story: Story, scan: _Scan) -> list[list[Sentence]]:
        """For each theme, the sentences that speak for it. Cross-heads come as sentences of line ``len(body)``."""
        by_theme: list[list[Sentence]] = [[] for _ in self._c.themes]
        if not any(line.matched for line in scan.lines):
            return by_theme
        whole = any(sum(filed.tag.weight for _, filed in line.matched) >= WORTH for line in scan.lines)
        for line in scan.lines:
            if line.found is None and whole:
                line.found = self._c.phrases.find(line.raw, line.low, *line.span)
        held = reduce(or_, (line.found.marks for line in scan.lines if line.found), 0)
        told = {i for line in scan.lines for _, filed in line.matched for i in filed.tag.themes}
        damped = self._settings(scan.lines, held, "story", told)
        brief = brevity(len(scan.lines))
        year = story.published.at.year if story.published and story.published.at else 0
        for line in scan.lines:
            matched = [(span, filed) for span, filed in line.matched if filed.fits(held)]
            if not matched or line.found is None:
                continue
            here = self._settings([line], line.found.marks, "sentence", told)
            for i, pieces in self._pieces(line, line.found, matched, year).items():
                factor = damped.get(i, 1.0) * here.get(i, 1.0) * (1.0 if line.heads is None else CROSSHEAD)
                chosen, strength = accept(pieces)
                if chosen[0].weight >= WEAK:
                    strength += brief
                if factor * strength > 0.0:
                    scaled = pieces if factor == 1.0 else [_scaled(p, factor) for p in pieces]
                    by_theme[i].append(Sentence(line.line, scaled, strength * factor))
        return by_theme

    def _settings(self, lines: list[_Line], held: int, scope: str, told: set[int]) -> dict[int, float]:
        """The dampers of themes in ``told`` that apply to these sentences taken together: theme -> factor."""
        asked = [s for s in self._c.settings[scope] if held & s.words and not told.isdisjoint(s.themes)]
        factors: dict[int, float] = {}
        if not asked:
            return factors
        phrases = _different(lines, reduce(or_, (s.words | s.unless for s in asked)))
        for setting in asked:
            words = sum(1 for marks in phrases if marks & setting.words)
            if words >= setting.damper.at_least and words > sum(1 for marks in phrases if marks & setting.unless):
                for i in setting.themes:
                    factors[i] = factors.get(i, 1.0) * setting.damper.factor
        return factors

    def _pieces(
        self, line: _Line, found: Found, matched: list[tuple[Span, Filed]], year: int
    ) -> dict[int, list[Piece]]:
        vetoes = [(span, filed.tag) for span, filed in matched if filed.tag.subtheme < 0]
        moods = Moods(found, line.span, line.low, self._c.cues, year)
        out: dict[int, list[Piece]] = {}
        for span, filed in matched:
            tag: Tag = filed.tag
            if tag.subtheme < 0 or (vetoes and any(_vetoed(span, tag, *veto) for veto in vetoes)):
                continue
            modality = moods.of(span)
            (i,) = tag.themes
            weight = tag.weight * self._c.themes[i].modality.get(modality, 1.0)
            out.setdefault(i, []).append(Piece(*span, filed.term.text, tag.subtheme, weight, modality))
        return out


def _vetoed(span: Span, tag: Tag, veto: Span, by: Tag) -> bool:
    if tag.themes[0] not in by.themes:
        return False
    return by.scope == "sentence" or (span[0] < veto[1] and veto[0] < span[1])


def _different(lines: list[_Line], asked: int) -> list[int]:
    """The marks of each different phrase of the sentences that has one of the marks ``asked``."""
    phrases: dict[tuple[str, ...], int] = {}
    for line in lines:
        if line.found and line.found.marks & asked:
            for start, end, sense in line.found.phrases:
                if sense.marks & asked:
                    phrase = tuple(line.low[start:end])
                    phrases[phrase] = phrases.get(phrase, 0) | (sense.marks & asked)
    return list(phrases.values())


def _scaled(piece: Piece, factor: float) -> Piece:
    return Piece(piece.start, piece.end, piece.term, piece.subtheme, piece.weight * factor, piece.modality)


def _features(found: list[Sentence]) -> tuple[float, float, float]:
    headline = max((s.strength for s in found if s.line == HEADLINE_LINE), default=0.0)
    return features([s.strength for s in found if s.line != HEADLINE_LINE], headline)


def _score(theme: Theme, found: list[Sentence]) -> float:
    return probability(theme.curve, *_features(found))


def _abstained(story: Story, scan: _Scan) -> str:
    if story.truncated or story.paywalled:
        return "the text is cut off"
    if scan.words < TOO_SHORT:
        return "the text is too short"
    return ""
