"""Definitions judged: by their own examples, and by what a change of them would change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.story import Assessment, Story, ThemeMatch
from pipeline.themes.assessing import Themes

#: Words of evidence that a change is told by: enough to see why, and still one line of a list.
MOST_WORDS = 5


@dataclass(frozen=True, slots=True)
class Change:
    """One theme of one story that two sets of definitions see differently. A score is 0.0 where a theme is unknown."""

    key: str
    url: str
    headline: str
    theme: str
    before: float
    after: float
    gained: bool
    words: tuple[str, ...] = ()


def check_examples(themes: Themes) -> list[str]:
    """Run every definition's own examples; each failure in words, with file and key. Empty: all as they should."""
    failures: list[str] = []
    for theme in themes.definitions:
        for subtheme in theme.subthemes:
            for i, example in enumerate(subtheme.match):
                assessed = _assess_example(themes, example)
                match = _find_match(assessed, theme.id)
                wrong = ""
                if match is None:
                    wrong = (
                        f"{theme.id} must match but scores {assessed.scores.get(theme.id, 0.0):.2f}"
                    )
                elif subtheme.id not in match.subthemes:
                    named = ", ".join(match.subthemes) or "nothing"
                    wrong = f"{theme.id} matches as {named}, not {subtheme.id}"
                if wrong:
                    failures.append(f"{subtheme.where}.match[{i}]: {wrong}: {example!r}")
            for i, example in enumerate(subtheme.leave):
                match = _find_match(_assess_example(themes, example), theme.id)
                if match:
                    words = ", ".join(repr(evidence.text) for evidence in match.evidence)
                    wrong = f"{theme.id} must not match but scores {match.score:.2f} by {words}"
                    failures.append(f"{subtheme.where}.leave[{i}]: {wrong}: {example!r}")
    return failures


def compare_definitions(old: Themes, new: Themes, stories: Iterable[Story]) -> list[Change]:
    """What activating ``new`` in place of ``old`` would change: themes gained and lost, story by story."""
    changes: list[Change] = []
    for story in stories:
        before, after = old.assess(story), new.assess(story)
        lost = {match.id: match for match in before.matches}
        gained = {match.id: match for match in after.matches}
        for theme_id in sorted(lost.keys() ^ gained.keys()):
            match = gained.get(theme_id) or lost[theme_id]
            words = dict.fromkeys(evidence.text for evidence in match.evidence)
            change = Change(
                key=story.key,
                url=story.url,
                headline=story.headline,
                theme=theme_id,
                before=before.scores.get(theme_id, 0.0),
                after=after.scores.get(theme_id, 0.0),
                gained=theme_id in gained,
                words=tuple(words)[:MOST_WORDS],
            )
            changes.append(change)
    return changes


def _assess_example(themes: Themes, example: str) -> Assessment:
    return themes.assess(Story(key="", url="", headline="", body=(example,)))


def _find_match(assessed: Assessment, theme_id: str) -> ThemeMatch | None:
    for match in assessed.matches:
        if match.id == theme_id:
            return match
    return None
