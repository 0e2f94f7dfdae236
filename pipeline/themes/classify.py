"""Story -> the themes it carries, theme by theme from the evidence for it."""

from __future__ import annotations

from hashlib import blake2b
from pathlib import Path
from typing import Self

from pipeline.story import Assessment, Story, ThemeMatch
from pipeline.themes.compiled import Compiled, compile_folder
from pipeline.themes.definitions import Theme
from pipeline.themes.evidence import Scan
from pipeline.themes.report import report
from pipeline.themes.scoring import HEADLINE_LINE, Sentence, features, probability

#: Words below which a story is too short to say that it lacks a theme.
TOO_SHORT = 6


class Themes:
    """Compiled definitions. Immutable; safe to share between threads and to build once per process."""

    def __init__(self, compiled: Compiled) -> None:
        self._c = compiled
        #: Definition versions, "air_campaign 1, diplomacy 1 ...", and one hash over all definitions' content.
        self.version = ", ".join(f"{t.id} {t.version}" for t in compiled.themes)
        self.hash = blake2b(
            "".join(t.hash for t in compiled.themes).encode(), digest_size=8
        ).hexdigest()

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
        served = [
            i for i, t in enumerate(self._c.themes) if not declared or declared in t.languages
        ]
        if not served:
            return Assessment({}, (), f"no definitions for language {declared!r}")
        scan = Scan(story, self._c)
        if not declared and not scan.english():
            return Assessment({}, (), "the text is in a language without definitions")
        by_theme = scan.evidence()
        scores: dict[str, float] = {}
        matches: list[ThemeMatch] = []
        for i in served:
            theme = self._c.themes[i]
            scores[theme.id] = round(_score(theme, by_theme[i]), 4)
            if scores[theme.id] >= theme.curve.threshold:
                matches.append(
                    report(theme, self._c.joins[i], story, by_theme[i], scores[theme.id])
                )
        matches.sort(key=lambda m: -m.score)
        return Assessment(scores, tuple(matches), _abstained(story, scan))

    def features(self, story: Story) -> dict[str, tuple[float, float, float]]:
        """What each theme's curve is fed with (best, more, headline): for fitting the curves."""
        by_theme = Scan(story, self._c).evidence()
        return {t.id: _features(s) for t, s in zip(self._c.themes, by_theme, strict=True)}


def _features(found: list[Sentence]) -> tuple[float, float, float]:
    headline = max((s.strength for s in found if s.line == HEADLINE_LINE), default=0.0)
    return features([s.strength for s in found if s.line != HEADLINE_LINE], headline)


def _score(theme: Theme, found: list[Sentence]) -> float:
    return probability(theme.curve, *_features(found))


def _abstained(story: Story, scan: Scan) -> str:
    if story.truncated or story.paywalled:
        return "the text is cut off"
    if scan.words < TOO_SHORT:
        return "the text is too short"
    return ""
