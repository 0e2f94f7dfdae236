"""The table of what does not hold yet names real cases: a name can't outlive its case."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from tests.world.not_yet import NOT_YET
from tests.world.table import CASES


def test_what_does_not_hold_yet_is_a_case() -> None:
    """Each name in ``NOT_YET`` is a case of this folder."""
    for file in Path(__file__).parent.glob("test_*.py"):
        import_module(f"tests.world.{file.stem}")
    assert sorted(NOT_YET - CASES) == []
