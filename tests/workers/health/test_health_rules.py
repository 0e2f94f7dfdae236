"""The one list of rules: whole, explained to operators, and in one form."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.workers.health.making_observations import well
from workers.health.health_rules import RULES, HealthRule, Severity, find_troubles, is_red

OPERATING = Path(__file__).parents[3] / "docs" / "operating.md"


def test_operators_find_the_same_table() -> None:
    """Every rule has its row, with its sentence and what to do, and there is no other."""
    told = OPERATING.read_text("utf-8").partition("| rule | |")[2].partition("\n\n")[0]
    rows = re.findall(r"(?m)^\| `(.+?)` \| (.+?) \| (.+?) \| (.+?) \|$", told)
    assert rows == [(rule.name, rule.severity, rule.says, rule.advice) for rule in RULES]


def test_rules_have_names_of_their_own() -> None:
    """A metric has the name as its label."""
    names = [rule.name for rule in RULES]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z_]+", name) for name in names)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_says_something_to_do(rule: HealthRule) -> None:
    """Whoever is called at night is told where to begin."""
    assert len(rule.advice) >= 20
    assert rule.find(well()) == []


def test_the_red_come_first() -> None:
    """A notice never hides what somebody must look at; alone it calls nobody."""
    resting = {"backlog": {"a": 1}, "resting": {"a": "down"}}
    found = find_troubles(well(quarantine=1, **resting))
    assert [trouble.severity for trouble in found] == [Severity.RED, Severity.NOTICE]
    assert is_red(found)
    assert not is_red(find_troubles(well(**resting)))


def test_what_feeds_wrote_is_cleaned() -> None:
    """Neither a terminal's controls nor a password gets into a sentence."""
    [trouble] = find_troubles(well(feed_fault="https://me:secret@x.example/\x1b[2J"))
    assert "secret" not in trouble.sentence
    assert trouble.sentence.isprintable()
