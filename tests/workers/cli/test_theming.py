"""``wiredesk themes test``: a changed definition is tried on stories before it is activated."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner, Result

from config.settings import HOME
from tests.making import record
from workers.cli import main

BODY = [
    "The harbour master flagged down three zeppelins over the bay on Tuesday, fishermen at the quay said."
]

TALKS = [
    "Envoys of both governments signed a truce agreement after three days of peace talks in Geneva, mediators said.",
    "The foreign ministers will meet again in March to negotiate a withdrawal, the UN special envoy told reporters.",
]


def command(*args: str) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(main, ["themes", "test", *args], catch_exceptions=False)


def sink(tmp_path: Path) -> str:
    """A JSONL sink's file with two stories and a withdrawal."""
    lines = [
        record("a", body=BODY, language="en").to_json(),
        record(
            "b",
            body=[
                "Envoys signed a truce agreement after peace talks in Geneva on Monday, mediators said."
            ],
        ).to_json(),
        record("a", 1, "story.withdrawn").to_json(),
    ]
    file = tmp_path / "stories.jsonl"
    file.write_text("\n".join(lines) + "\n")
    return str(file)


def test_unchanged_definition_changes_nothing(tmp_path: Path) -> None:
    """The definition in force against itself."""
    done = command(str(HOME / "themes" / "air_campaign.toml"), "--against", sink(tmp_path))
    assert done.exit_code == 0, done.stderr
    assert done.stdout.strip() == "0 changes in 2 stories"


def test_changed_definition_names_the_stories(tmp_path: Path) -> None:
    """A definition that believes nothing loses the story about talks, with its words; its own examples fail, too."""
    text = (HOME / "themes" / "diplomacy.toml").read_text("utf-8")
    changed = tmp_path / "diplomacy.toml"
    changed.write_text(
        "\n".join("bias = -30.0" if line.startswith("bias") else line for line in text.splitlines())
    )
    done = command(str(changed), "--against", sink(tmp_path), "--json")
    assert "its own examples fail" in done.stderr
    [change] = [json.loads(line) for line in done.stdout.splitlines()]
    assert (change["theme"], change["gained"], change["headline"]) == (
        "diplomacy",
        False,
        "Headline b",
    )
    assert change["words"]


def test_what_can_not_be_read_is_said(tmp_path: Path) -> None:
    """A definition with faults, a missing one and a file that is no sink's are refused in words."""
    broken = tmp_path / "air_campaign.toml"
    broken.write_text('label = "x"\n')
    for definition, against, words in (
        (str(broken), sink(tmp_path), "air_campaign.toml"),
        ("/no/such.toml", sink(tmp_path), "/no/such.toml"),
        (str(HOME / "themes" / "diplomacy.toml"), str(broken), "not a record"),
        (str(HOME / "themes" / "diplomacy.toml"), str(tmp_path / "none"), "No such file"),
    ):
        done = command(definition, "--against", against)
        assert done.exit_code == 1
        assert words in done.stderr
