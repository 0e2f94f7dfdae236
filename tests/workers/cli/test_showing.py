"""What commands print: cleaned, whatever a feed's address, a headline or an error holds."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.table import Table
from rich.text import Text

from workers import cli
from workers.cli import showing
from workers.cli.showing import CleanConsole, echo, echo_json

ROOM = Path(cli.__file__).parent


@pytest.mark.parametrize(
    "module", sorted(path.name for path in ROOM.glob("*.py") if path.name != "showing.py")
)
def test_commands_print_through_one_door(module: str) -> None:
    """No command prints by itself: what it shows is cleaned by ``showing``."""
    tree = ast.parse((ROOM / module).read_text("utf-8"))
    printed: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if called in {"print", "click.echo", "click.secho", "Console", "sys.stdout.write"}:
                printed.append(f"{called} in line {node.lineno}")
    assert printed == []


def test_tables_are_cleaned(capsys: pytest.CaptureFixture[str]) -> None:
    """A cell loses its secret and what turns it round; brackets are no markup; styles stay."""
    table = Table("feed", title="https://hunter2@wire.example/")
    table.add_row("https://wire.example/?key=hunter2")
    table.add_row("[red]\u202eKILL\U000e0041[/red]\x1b[31m")
    table.add_row(Text("wo\u2066rd\x1b[31m", "red"))
    CleanConsole().print(table)
    CleanConsole().print("at redis://:hunter2@host")
    said = capsys.readouterr().out
    assert "hunter2" not in said
    assert "[red]KILL[/red]" in said
    assert "word" in said
    assert not set(said) & set("\x1b\u202e\u2066\U000e0041")


@given(st.text())
def test_whatever_is_shown_stays_in_its_place(text: str) -> None:
    """Whatever a headline holds, a row of a table has no control and no mark of direction."""
    console = CleanConsole()
    table = Table("headline", "state")
    table.add_row(text, Text(text))
    with console.capture() as shown:
        console.print(table)
    assert not [
        c for c in shown.get() if (ord(c) < 32 and c != "\n") or c in "\x7f\x9b\u202e\u2067"
    ]


def test_messages_and_json_are_cleaned(capsys: pytest.CaptureFixture[str]) -> None:
    """Lines of a message stay lines; of JSON only the values are cleaned."""
    echo("two faults:\n  - redis://:hunter2@host\x1b")
    echo_json({"url": "https://wire.example/?sig=hunter2&p=1", "title": "a\u202eb", "n": 1})
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["two faults:", "  - redis://***@host "]
    assert json.loads(lines[2]) == {
        "url": "https://wire.example/?sig=***&p=1", "title": "ab", "n": 1,
    }  # fmt: skip


@pytest.mark.parametrize(("seconds", "lines"), [(9.9, 0), (10.0, 2)])
def test_a_long_command_says_how_far_it_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], seconds: float, lines: int
) -> None:
    """Without a terminal it is a line every ten seconds, on standard error; nothing in a short
    one."""
    clock = iter(range(100))
    monkeypatch.setattr(showing.time, "monotonic", lambda: next(clock) * seconds)
    if lines:
        assert list(showing.show_progress(["a", "b"], "reading")) == ["a", "b"]
        said = capsys.readouterr()
        assert said.err.splitlines()[0] == "reading: 0 of 2"
        assert said.out == ""
    else:
        monkeypatch.setattr(showing.time, "monotonic", lambda: next(clock) * seconds / 2)
        assert list(showing.show_progress(["a"], "reading")) == ["a"]
        assert capsys.readouterr().err == ""
