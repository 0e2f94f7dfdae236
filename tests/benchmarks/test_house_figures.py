"""The figures of the house: what is counted as code, as a reason and as a way through the core."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import pytest

from benchmarks import house

CODE = '''"""A docstring, which is
no code."""

# this is a reason
WEEK = 7  # days, and a second reason
# ------------------------------------------------------------- a ruler


def ripe(days):
    """Another docstring."""
    x = [day for day in days if day > WEEK]  # noqa: E501
    return (
        x
    )
'''


def test_lines_comments_and_names_are_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Docstrings and blank lines are no code; rulers and orders to tools are no reasons; x is a
    one-letter name.
    """
    monkeypatch.setattr(house, "ROOT", tmp_path)
    file = tmp_path / "ripe.py"
    file.write_text(CODE)
    found = house.counted(file)
    assert (found.code, found.comprehensions, found.comments) == (6, 1, 2)
    assert (found.one_letter, found.names) == (1, 4)
    assert found.long_patterns == []


@pytest.mark.parametrize(("length", "found"), [(300, 0), (301, 1)])
def test_a_pattern_of_three_hundred_characters_is_long(length: int, found: int) -> None:
    """Only strings that look like regular expressions count, and only above the bound."""
    pattern = r"\b(?:one|two|three)\s+\d{2}\b|".ljust(length, "x")
    prose = "Nothing of this is a pattern. " * 20
    tree = ast.parse(f"FIRST = {pattern!r}\nSECOND = {prose!r}\n")
    assert [size for _, size in house.long_patterns(tree)] == [length] * found


def test_names_that_stand_twice_are_told() -> None:
    """Each with its number, and none where all are different."""
    assert house.twice(Counter(["terms", "terms", "desk"])) == "1: terms 2x"
    assert house.twice(Counter(["desk"])) == "none"
