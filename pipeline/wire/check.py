"""Every rule's own examples, run against the rule, and the look-alikes against all of them."""

from __future__ import annotations

import re

from pipeline.story import Article, Block, Entry
from pipeline.text import count_words
from pipeline.wire.applying import is_verified
from pipeline.wire.cleaning import clean
from pipeline.wire.copy import Copy
from pipeline.wire.rules import CLOSE, OPEN, Rule, Rules


def check(rules: Rules) -> list[str]:
    """What fails, in words; empty when every example holds. Rule ids stand first in each line."""
    failures: list[str] = []
    for rule in rules:
        for number, example in enumerate(rule.cuts):
            failures += _cuts(rule, rules, example, dict(rule.gives) if number == 0 else {})
        for example in rule.keeps:
            match = _match(rule, rules, example)
            if match and match.end() > match.start():
                failures.append(
                    f"{rule.id}: must leave {example!r} alone, but takes {match.group()!r}"
                )
    for text in rules.lookalikes:
        failures += _lookalike(rules, text)
    return failures


def _cuts(rule: Rule, rules: Rules, example: str, gives: dict[str, str]) -> list[str]:
    text = example.replace(OPEN, "").replace(CLOSE, "")
    wanted = example.partition(OPEN)[2].partition(CLOSE)[0] if OPEN in example else text
    match = _match(rule, rules, text)
    if not match:
        return [f"{rule.id}: must take {wanted!r} from {text!r}, but does not"]
    if match.group().strip() != wanted.strip():
        return [f"{rule.id}: must take {wanted!r} from {text!r}, but takes {match.group()!r}"]
    groups = {rule.fields[k]: v.strip(" ,;:") for k, v in match.groupdict().items() if v}
    return [
        f"{rule.id}: must give {name} {value!r} from {text!r}, but gives {groups.get(name, '')!r}"
        for name, value in gives.items()
        if groups.get(name) != value
    ]


def _match(rule: Rule, rules: Rules, text: str) -> re.Match[str] | None:
    """What the rule finds in a line, as its zone looks for it."""
    if not rule.may_fit(text.lower()):
        return None
    if rule.zone in ("head", "line", "tail"):
        match = rule.pattern.fullmatch(text) if count_words(text) <= rule.max_words else None
    elif rule.zone == "lead":
        match = rule.pattern.match(text)
    else:
        match = rule.pattern.search(text)
    if match and rule.verify.startswith("place"):
        copy = Copy.of(Article(url="", headline="", blocks=(Block(text),)), _ENTRY)
        return match if is_verified(rule, match, copy, rules) else None
    return match


def _lookalike(rules: Rules, text: str) -> list[str]:
    """A look-alike as the first, a middle and the last paragraph: in each it must stand whole."""
    plain = tuple(map(Block, rules.around))
    failures = []
    for place, blocks in (
        ("first", (Block(text), *plain)),
        ("middle", (*plain[:2], Block(text), *plain[2:])),
        ("last", (*plain, Block(text))),
    ):
        story = clean(Article(url="", headline=_HEADLINE, blocks=blocks), _ENTRY, rules)
        if text not in getattr(story, "body", ()):
            cuts = [f"{r.rule} took {r.text!r}" for r in getattr(story, "removed", ())] or [
                str(story)
            ]
            failures.append(
                f"look-alike {text!r} as the {place} paragraph is not kept: {'; '.join(cuts)}"
            )
    return failures


_HEADLINE = "Harbour town counts cost after second night of shelling"
_ENTRY = Entry(key="check", feed_id="check", guid="check", url="", title=_HEADLINE)
