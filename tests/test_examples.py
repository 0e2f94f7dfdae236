"""The documents' examples: each that can be run is run as it stands there."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import sys
import tomllib
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from click.testing import CliRunner

from pipeline import feeds, sinks, wire
from pipeline.feeds import parsing
from pipeline.story import Feed
from tests.making import record
from tests.test_docs import FENCE, HOME, read
from workers.cli import main
from workers.sample import load, sample

ADDING = HOME / "docs" / "adding.md"
README = HOME / "README.md"
NOW = datetime(2026, 11, 20, tzinfo=UTC)


def find_block(file: Path, language: str, within: str) -> str:
    """The one block of code of a language that holds these words."""
    [block] = [
        text for found, text in FENCE.findall(read(file)) if found == language and within in text
    ]
    return str(block)


def find_missing(shown: list[str], output: str) -> list[str]:
    """Lines of a document that a command did not print; "..." and "…" stand for anything."""
    flat = " ".join(output.split())
    missing = []
    for line in shown:
        parts = [re.escape(" ".join(part.split())) for part in re.split(r"\.\.\.|…", line)]
        if not re.search(".*?".join(parts), flat):
            missing.append(line)
    return missing


def test_a_line_that_is_not_printed_would_be_found() -> None:
    """The comparison sees a wrong figure, and takes "..." for what was left out."""
    assert find_missing(["3 of ... found"], "3 of 4 found") == []
    assert find_missing(["3 of ... found"], "2 of 4 found") == ["3 of ... found"]


def run_module(name: str, code: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The example as the module that it is to be."""
    module = ModuleType(name)
    exec(compile(code, f"{name}.py", "exec"), module.__dict__)
    monkeypatch.setitem(sys.modules, name, module)
    return module


def test_the_sink_of_the_page_holds_each_record_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The SQLite sink, its line in SINKS and its settings work as shown, also where a batch comes
    again."""
    run_module(
        "pipeline.sinks.sqlite", find_block(ADDING, "python", "class SqliteSink"), monkeypatch
    )
    line = find_block(ADDING, "python", '"sqlite":')
    more: dict[str, str] = eval("{" + line + "}", {})
    monkeypatch.setattr(sinks, "SINKS", {**sinks.SINKS, **more})
    [options] = tomllib.loads(find_block(ADDING, "toml", 'kind = "sqlite"'))["sinks"]
    name, kind = options.pop("name"), options.pop("kind")
    filled = {key: value.replace("{var}", str(tmp_path)) for key, value in options.items()}
    sink = sinks.open_sink(name, kind, filled)
    for _ in range(2):
        sink.write([record("a"), record("b")])
    with closing(sqlite3.connect(tmp_path / "archive.db")) as db:
        rows = db.execute("SELECT id, type, record FROM records ORDER BY id").fetchall()
    assert [row[:2] for row in rows] == [(record(n).id, "story.new") for n in "ab"]
    assert [json.loads(row[2])["id"] for row in rows] == [record(n).id for n in "ab"]


def test_the_format_of_the_page_reads_its_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reader of tab-separated lines and its line in FORMATS work as shown: a broken line harms
    no other."""
    module = run_module("tabs", find_block(ADDING, "python", "def read_tabs"), monkeypatch)
    line = find_block(ADDING, "python", '"tabs": Format')
    more: dict[str, Any] = eval(
        "{" + line + "}", {"Format": parsing.Format, "read_tabs": module.read_tabs}
    )
    monkeypatch.setattr(parsing, "FORMATS", {**parsing.FORMATS, **more})
    body = b"2026-11-19T08:00:00Z\tBridge reopens\thttps://wire.example/1\nno tabs at all\n"
    feed = Feed("tabs", "https://wire.example/list.tsv", format="tabs")
    parsed = feeds.parse(body, feed, now=NOW)
    assert [(e.title, e.url) for e in parsed.entries] == [
        ("Bridge reopens", "https://wire.example/1")
    ]
    assert [b.reason for b in parsed.broken] == ["not three columns"]


def test_the_theme_of_the_page_reads() -> None:
    """The theme that is shown in short has only keys and forms of terms that definitions take."""
    shown = tomllib.loads(find_block(ADDING, "toml", 'id = "humanitarian"'))
    whole = tomllib.loads((HOME / "tests" / "data" / "themes" / "humanitarian.toml").read_text())
    assert shown.keys() <= whole.keys() | {"codes", "lists"}
    taken = {key for part in whole["subtheme"] for key in part}
    assert {key for part in shown["subtheme"] for key in part} <= taken


def test_check_names_the_themes_that_the_page_shows(tmp_path: Path) -> None:
    """With the theme of the page beside the others, `wiredesk check` names their versions so."""
    folder = tmp_path / "themes"
    shutil.copytree(HOME / "config" / "themes", folder)
    shutil.copy(HOME / "tests" / "data" / "themes" / "humanitarian.toml", folder)
    told = CliRunner().invoke(main, ["check"], env={"WIREDESK_THEMES": str(folder)})
    command, line = find_block(ADDING, "text", "wiredesk check").splitlines()
    assert command == "$ wiredesk check"
    assert find_missing([line], told.output) == []


def test_the_rule_of_the_page_passes_its_own_examples(tmp_path: Path) -> None:
    """The wire rule works as shown, beside those that ship: it cuts and keeps what it says."""
    folder = tmp_path / "wire"
    shutil.copytree(HOME / "config" / "wire", folder)
    (folder / "80-house.toml").write_text(find_block(ADDING, "toml", "house-tip-line"))
    rules = wire.load(folder)
    assert "house-tip-line" in {rule.id for rule in rules}
    assert list(wire.check(rules)) == []


def test_the_sample_story_of_the_page_reads(tmp_path: Path) -> None:
    """The sample story works as shown, beside those that ship."""
    folder = tmp_path / "sample"
    shutil.copytree(HOME / "config" / "sample", folder)
    (folder / "stories" / "99-market.toml").write_text(find_block(ADDING, "toml", "market-tip"))
    assert len(load(folder).stories) == len(sample().stories) + 1


def test_explain_prints_what_the_readme_shows(tmp_path: Path) -> None:
    """The story that the README shows is explained as it says: cuts by rule, fields, evidence."""
    shown = find_block(README, "text", "$ wiredesk explain story.txt").splitlines()[1:]
    headline, _, *rest = shown
    told = rest[: rest.index("")]
    copy = [re.sub(r"  ‹.*›$", "", line) for line in told]
    story = tmp_path / "story.txt"
    story.write_text("\n\n".join([headline, *copy]) + "\n")
    done = CliRunner().invoke(main, ["explain", str(story)])
    assert done.exit_code == 0, done.output
    evidence = [re.split(r"  \(", line)[0] for line in rest[rest.index("") :] if line]
    assert find_missing([headline, *told, *evidence], done.output) == []
