"""Definitions judged: by their own examples, and by what a change of them would change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.story import Story
from pipeline.themes.classify import Themes


@dataclass(frozen=True, slots=True)
class Change:
    """One theme of one story that two sets of definitions see differently. Scores are 0.0 where a theme is unknown."""

    key: str
    url: str
    headline: str
    theme: str
    before: float
    after: float
    gained: bool
    words: tuple[str, ...] = ()


def check(themes: Themes) -> list[str]:
    """Run every definition's own examples; each failure in words, with file and key. Empty: all as they should."""
    failures = []
    for theme in themes.definitions:
        for sub in theme.subthemes:
            for kind, examples in (("match", sub.match), ("leave", sub.leave)):
                for i, example in enumerate(examples):
                    wrong = _judge(themes, theme.id, sub.id, kind, example)
                    if wrong:
                        failures.append(f"{sub.where}.{kind}[{i}]: {wrong}: {example!r}")
    return failures


def diff(old: Themes, new: Themes, stories: Iterable[Story]) -> list[Change]:
    """What activating ``new`` in place of ``old`` would change: themes gained and lost, story by story."""
    changes = []
    for story in stories:
        before, after = old.assess(story), new.assess(story)
        had, has = ({m.id: m for m in a.matches} for a in (before, after))
        for theme in sorted(had.keys() ^ has.keys()):
            evidence = has[theme].evidence if theme in has else had[theme].evidence
            changes.append(
                Change(
                    key=story.key,
                    url=story.url,
                    headline=story.headline,
                    theme=theme,
                    before=before.scores.get(theme, 0.0),
                    after=after.scores.get(theme, 0.0),
                    gained=theme in has,
                    words=tuple(dict.fromkeys(e.text for e in evidence))[:5],
                )
            )
    return changes


def _judge(themes: Themes, theme: str, sub: str, kind: str, example: str) -> str:
    """What is wrong with how an example is classified; empty where nothing is."""
    assessed = themes.assess(Story(key="", url="", headline="", body=(example,)))
    match = next((m for m in assessed.matches if m.id == theme), None)
    score = assessed.scores.get(theme, 0.0)
    if kind == "leave":
        words = ", ".join(repr(e.text) for e in match.evidence) if match else ""
        return f"{theme} must not match but scores {score:.2f} by {words}" if match else ""
    if match is None:
        return f"{theme} must match but scores {score:.2f}"
    return (
        ""
        if sub in match.subthemes
        else f"{theme} matches as {', '.join(match.subthemes) or 'nothing'}, not {sub}"
    )
