"""A kind of trouble as a table: name, what must hold, what is given, what is wanted."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.world.not_yet import NOT_YET

DATA = Path(__file__).parent.parent / "data" / "world"

CASES: set[str] = set()
"""Every case of the modules imported so far."""


@dataclass(frozen=True)
class Row:
    """One variant of a kind: ``must`` says what holds and why a desk cares."""

    must: str
    given: Any = None
    want: Any = None


def variants(kind: str, rows: Mapping[str, Row]) -> pytest.MarkDecorator:
    """Run a test once a row, as ``row``; rows named in ``NOT_YET`` are expected to fail."""
    cases = []
    for name, row in rows.items():
        case = f"{kind}/{name}"
        assert case not in CASES, f"two cases are named {case}"
        CASES.add(case)
        marks = [pytest.mark.xfail(strict=True, reason=row.must)] if case in NOT_YET else []
        cases.append(pytest.param(row, id=case, marks=marks))
    return pytest.mark.parametrize("row", cases)


@cache
def data(name: str) -> dict[str, Any]:
    """A file of ``tests/data/world``."""
    return tomllib.loads((DATA / f"{name}.toml").read_text("utf-8"))
