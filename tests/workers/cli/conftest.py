"""What the tests of commands share."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from config.settings import HOME
from pipeline import themes, wire

_load_rules, _load_themes = cache(wire.load), cache(themes.load)


@pytest.fixture(autouse=True)
def _compiled_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rules and definitions that come with Wiredesk take three seconds to compile: once is
    enough for all tests."""
    plain_rules, plain_themes = wire.load, themes.load

    def load_rules(file: Path) -> wire.Rules:
        return _load_rules(file) if file == HOME / "wire" else plain_rules(file)

    def load_themes(folder: Path) -> themes.Themes:
        return _load_themes(folder) if folder == HOME / "themes" else plain_themes(folder)

    monkeypatch.setattr(wire, "load", load_rules)
    monkeypatch.setattr(themes, "load", load_themes)
