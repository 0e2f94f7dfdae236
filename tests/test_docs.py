"""The documents beside the code: what they name exists, and what exists is named."""

from __future__ import annotations

import ast
import json
import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import MISSING, fields
from functools import cache
from importlib import import_module
from inspect import signature
from pathlib import Path
from typing import get_args

import click
import pytest

from config.settings import Section, Settings
from pipeline.schedule import Event
from pipeline.sinks import SINKS, kinds
from pipeline.story import OutcomeKind
from workers.cli import LazyGroup, main

HOME = Path(__file__).parent.parent
DOCS = sorted([HOME / "README.md", HOME / "CHANGELOG.md", *(HOME / "docs").rglob("*.md")])
OPERATING = HOME / "docs" / "operating.md"
LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
SHELL = {"sh", "text", "bash"}


@cache
def read(file: Path) -> str:
    """A document's text."""
    return file.read_text("utf-8")


def name(file: Path) -> str:
    """A document's name for messages."""
    return str(file.relative_to(HOME))


def code(text: str) -> Iterator[str]:
    """What stands as code: lines of shell blocks, and spans in backticks."""
    for language, block in FENCE.findall(text):
        if language in SHELL:
            yield from block.splitlines()
    yield from re.findall(r"`([^`\n]+)`", FENCE.sub("", text))


def shown(text: str) -> list[list[str]]:
    """Every `wiredesk ...` of a text, as words: sub-commands, options and what follows them."""
    said = re.compile(r"(?:^|[\s$\"])wiredesk((?:\s+\S+)*)")
    found = [
        match.group(1).split()
        for line in code(text)
        for match in said.finditer(line.partition("  #")[0])
    ]
    return [words for words in found if words and re.match(r"[a-z-]", words[0])]


def names(group: click.Group) -> list[str]:
    """The commands of a group."""
    return group.list_commands(click.Context(group))


def faults_of(words: list[str]) -> list[str]:
    """What a shown command names that the command line has not."""
    command: click.Command = main
    given = iter(words)
    for word in given:
        if isinstance(command, click.Group) and not word.startswith("-"):
            if word not in names(command):
                return [
                    f"there is no {' '.join(words)!r}: {command.name} has "
                    f"{', '.join(names(command))}"
                ]
            lazy = isinstance(command, LazyGroup)
            command = command.import_command(word) if lazy else command.commands[word]
        elif word.startswith("-") and word != "-":
            named = {option for param in command.params for option in param.opts} | {"-h", "--help"}
            if word.rstrip("`,.;") not in named:
                return [f"{' '.join(words)!r}: {command.name} has no {word}"]
    return []


@pytest.mark.parametrize("file", DOCS, ids=name)
def test_shown_commands_exist(file: Path) -> None:
    """Every `wiredesk ...` in a document is a command with those sub-commands and options."""
    assert [fault for words in shown(read(file)) for fault in faults_of(words)] == []


def test_a_wrong_command_would_be_found() -> None:
    """The reader of commands sees an unknown command, sub-command and option, in blocks and in
    running text."""
    for text in (
        "`wiredesk fly`",
        "```sh\nwiredesk quarantine eat x\n```",
        "say `wiredesk run --fast`",
    ):
        assert [fault for words in shown(text) for fault in faults_of(words)], text


def test_every_command_is_documented() -> None:
    """README or operating.md names every command there is."""
    told = {words[0] for file in (HOME / "README.md", OPERATING) for words in shown(read(file))}
    told |= set(re.findall(r"`wiredesk ([a-z]+)", read(HOME / "README.md")))
    assert set(names(main)) <= told


def targets() -> set[str]:
    """The targets of the Makefile."""
    lines = re.findall(r"^([a-z][a-z -]*):", (HOME / "Makefile").read_text("utf-8"), re.MULTILINE)
    return {target for line in lines for target in line.split()}


@pytest.mark.parametrize("file", DOCS, ids=name)
def test_shown_targets_exist(file: Path) -> None:
    """Every `make X` in a document is a target of the Makefile."""
    made = {
        word
        for line in code(read(file))
        for word in re.findall(r"(?:^|\s)make ([a-z][a-z-]*)", line.partition("#")[0])
    }
    assert made <= targets()


def anchors(file: Path) -> set[str]:
    """The anchors of a document's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", read(file)), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings}


@pytest.mark.parametrize("file", DOCS, ids=name)
def test_links_resolve(file: Path) -> None:
    """Every link to another file of the house leads to one, and every anchor to a heading."""
    broken = []
    for link in LINK.findall(FENCE.sub("", read(file))):
        if link.startswith(("http://", "https://")):
            continue
        path, _, anchor = link.partition("#")
        target = (file.parent / path).resolve() if path else file
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


def settings_keys() -> set[str]:
    """Every key that pipeline.toml may hold."""
    keys = set()
    for top, info in Settings.model_fields.items():
        section = info.annotation
        inner = isinstance(section, type) and issubclass(section, Section)
        keys |= set(section.model_fields) if inner else {top}  # type: ignore[union-attr]
    return keys - {"sinks"}


def test_every_setting_is_in_operating() -> None:
    """Every key of the settings, and every key that pipeline.toml shows, is named in
    operating.md."""
    told = set(re.findall(r"`(?:[a-z]+\.)?([a-z_]+)`", read(OPERATING)))
    file = tomllib.loads((HOME / "config" / "pipeline.toml").read_text("utf-8"))
    keys = {k for key, v in file.items() for k in (v if isinstance(v, dict) else [key])} - {"sinks"}
    keys |= {key for sink in file["sinks"] for key in sink} | settings_keys()
    assert keys - told == set()


def test_no_setting_is_told_that_is_none() -> None:
    """The table of settings names only keys that can be set, those of the kinds of sink
    included."""
    options = set()
    for kind in kinds():
        module, _, cls = SINKS[kind].partition(":")
        options |= set(signature(getattr(import_module(module), cls)).parameters)
    rows = re.findall(
        r"^\| (?:`\[+[a-z]+\]+`|\(top\)) \| ([^|]+) \|", read(OPERATING), re.MULTILINE
    )
    assert len(rows) >= 8
    told = {key for row in rows for key in re.findall(r"`([a-z_]+)`", row)}
    assert told - settings_keys() - {"name", "kind"} - options == set()


def test_every_section_of_the_settings_is_in_operating() -> None:
    """Every section of pipeline.toml has its row."""
    file = tomllib.loads((HOME / "config" / "pipeline.toml").read_text("utf-8"))
    sections = {f"[{key}]" for key, v in file.items() if isinstance(v, dict)}
    assert {section for section in sections if f"`{section}`" not in read(OPERATING)} == set()


def log_events() -> set[str]:
    """Names of the events that the workers log: first arguments of log calls, and what feeds give
    rise to."""
    said = re.compile(
        r"\b(?:log|write)\.?(?:debug|info|warning|error|critical|"
        r"exception)?\(\s*\"([a-z][a-z_.]*)\""
    )
    sources = [file.read_text("utf-8") for file in (HOME / "workers").rglob("*.py")]
    told = {event for text in sources for event in said.findall(text)}
    for event in get_args(Event):
        [default] = [f.default for f in fields(event) if f.name == "name"]
        assert default is not MISSING
        told.add(default)
    return told


def test_every_log_event_is_in_operating() -> None:
    """The table of log lines has every event name that the code logs, and none that it does not."""
    table = read(OPERATING).partition("## Log lines")[2].partition("\n## ")[0]
    first = [row.split("|")[1] for row in table.splitlines() if row.startswith("| `")]
    assert {event for cell in first for event in re.findall(r"`([^`]+)`", cell)} == log_events()
    assert {
        "story",
        "feed.polled",
        "page.fetched",
        "feed.gap",
        "story.failed",
        "worker.stalled",
    } <= log_events()


def test_every_outcome_is_in_operating() -> None:
    """Each way in which a story can end is named where its log line is explained."""
    assert {kind for kind in OutcomeKind if f"`{kind}`" not in read(OPERATING)} == set()


def test_every_event_of_the_record_is_explained() -> None:
    """Each event of the schema has its row for receivers, and the table names no other."""
    schema = json.loads((HOME / "docs" / "schema" / "record.json").read_text("utf-8"))
    rows = re.findall(
        r"^\| `([a-z]+\.[a-z]+)` \|", read(HOME / "docs" / "schema" / "README.md"), re.MULTILINE
    )
    assert sorted(rows) == sorted(schema["properties"]["type"]["enum"])


def test_the_version_has_its_changes() -> None:
    """The changelog has a section for the package's version, or one for what is not released
    yet."""
    version = tomllib.loads((HOME / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    sections = re.findall(r"^## \[([^\]]+)\]", read(HOME / "CHANGELOG.md"), re.MULTILINE)
    assert {version, "Unreleased"} & set(sections)


def test_the_readme_is_short() -> None:
    """The README is read in one sitting."""
    assert len(read(HOME / "README.md").splitlines()) <= 190


@pytest.mark.parametrize("language", ["json", "toml", "python"])
def test_shown_code_reads(language: str) -> None:
    """Blocks of JSON, TOML and Python in the documents are well-formed."""
    readers: dict[str, Callable[[str], object]] = {
        "json": json.loads,
        "toml": tomllib.loads,
        "python": ast.parse,
    }
    reads = readers[language]
    blocks = [
        block for file in DOCS for found, block in FENCE.findall(read(file)) if found == language
    ]
    assert blocks
    for block in blocks:
        if not block.startswith("    "):  # a line out of a table
            reads(block)


def test_each_invariant_names_tests_that_exist() -> None:
    """A rule that no test holds is a wish: every test that the page names is in the tests."""
    tests = "\n".join(file.read_text("utf-8") for file in (HOME / "tests").rglob("test_*.py"))
    rules = re.split(r"(?m)^\d+\. ", read(HOME / "docs" / "invariants.md"))[1:]
    assert len(rules) >= 10
    for rule in rules:
        named = re.findall(r"`(test_\w+)`", rule)
        assert named, rule
        assert [test for test in named if f"def {test}(" not in tests] == []
