"""Definitions judged: by their own examples, and by what a change of them would change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.story import Story
from pipeline.themes.assessing import Themes

#: Words of evidence that a change is told by: enough to see why, and still one line of a list.
MOST_WORDS = 5


@dataclass(frozen=True, slots=True)
class Change:
    """A theme of a story that two sets of definitions see differently; unknown, it scores 0.0."""

    key: str
    url: str
    headline: str
    theme: str
    before: float
    after: float
    gained: bool
    words: tuple[str, ...] = ()


def check_examples(themes: Themes) -> list[str]:
    """Run every definition's own examples. Each failure in words, with file and key."""
    failures: list[str] = []
    for theme in themes.definitions:
        for subtheme in theme.subthemes:
            for kind, examples in (("match", subtheme.match), ("leave", subtheme.leave)):
                for i, example in enumerate(examples):
                    wrong = _judge_example(themes, theme.id, subtheme.id, kind, example)
                    if wrong:
                        where = f"{subtheme.where}.{kind}[{i}]"
                        failures.append(f"{where}: {theme.id} {wrong}: {example!r}")
    return failures


def _judge_example(themes: Themes, theme_id: str, subtheme_id: str, kind: str, text: str) -> str:
    """What is wrong with how an example is classified; empty where nothing is."""
    assessed = themes.assess(Story(key="", url="", headline="", body=(text,)))
    score = f"{assessed.scores.get(theme_id, 0.0):.2f}"
    for match in assessed.matches:
        if match.id == theme_id:
            break
    else:
        return f"must match but scores {score}" if kind == "match" else ""
    if kind == "leave":
        words = ", ".join(repr(evidence.text) for evidence in match.evidence)
        return f"must not match but scores {score} by {words}"
    if subtheme_id not in match.subthemes:
        return f"matches as {', '.join(match.subthemes) or 'nothing'}, not {subtheme_id}"
    return ""


def compare_definitions(old: Themes, new: Themes, stories: Iterable[Story]) -> list[Change]:
    """What ``new`` in place of ``old`` would change: themes gained and lost, story by story."""
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
