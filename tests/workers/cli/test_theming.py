"""``wiredesk themes test`` and ``check``: definitions are tried before they are in force."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from config.settings import HOME
from tests.making import record
from workers.cli import main
from workers.wiring import wiring

BODY = [
    "The harbour master flagged down three zeppelins over the bay on Tuesday, fishermen at the "
    "quay said."
]

TALKS = [
    "Envoys of both governments signed a truce agreement after three days of peace talks in "
    "Geneva, mediators said.",
    "The foreign ministers will meet again in March to negotiate a withdrawal, the UN special "
    "envoy told reporters.",
]


def command(*args: str) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(main, ["themes", "test", *args], catch_exceptions=False)


def check() -> Result:
    """Run ``check`` in this process."""
    return CliRunner().invoke(main, ["check"], catch_exceptions=False)


def sink(tmp_path: Path) -> str:
    """A JSONL sink's file with two stories and a withdrawal."""
    lines = [
        record("a", body=BODY, language="en").to_json(),
        record(
            "b",
            body=[
                "Envoys signed a truce agreement after peace talks in Geneva on Monday, mediators "
                "said."
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
    """A definition that believes nothing loses the story about talks, with its words; its own
    examples fail, too."""
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


def test_what_can_not_be_read_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A definition with faults, a missing one and a file that is no sink's are refused in words."""
    one = tmp_path / "themes"
    one.mkdir()
    for name in ("_words.toml", "air_campaign.toml"):  # to compile all takes seconds
        shutil.copy(HOME / "themes" / name, one)
    monkeypatch.setenv("WIREDESK_THEMES", str(one))
    wiring.cache_clear()
    broken = tmp_path / "air_campaign.toml"
    broken.write_text('label = "x"\n')
    for definition, against, words in (
        (str(broken), sink(tmp_path), "air_campaign.toml"),
        ("/no/such.toml", sink(tmp_path), "/no/such.toml"),
        (str(one / "air_campaign.toml"), str(broken), "not a record"),
        (str(one / "air_campaign.toml"), str(tmp_path / "none"), "No such file"),
    ):
        done = command(definition, "--against", against)
        assert done.exit_code == 1
        assert words in done.stderr
    wiring.cache_clear()


def test_check_finds_all_well() -> None:
    """What comes with Wiredesk passes its own examples."""
    done = check()
    assert done.exit_code == 0, done.stderr
    assert done.stdout.startswith("all is well")


def test_check_names_every_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Broken in three places, one run names all three: a sink of no kind, a rule and a theme that
    can't be read."""
    (tmp_path / "wire.toml").write_text("[[rules]]\nid = 3\n")
    (tmp_path / "themes").mkdir()
    (tmp_path / "themes" / "x.toml").write_text("id = ")
    (tmp_path / "feeds.toml").write_text(
        '[[feeds]]\nid = "one"\nurl = "https://wire.example/rss"\n'
    )
    (tmp_path / "pipeline.toml").write_text(
        f'feeds = ["feeds.toml"]\nrules = "{tmp_path}/wire.toml"\nthemes = "{tmp_path}/themes"\n'
        '[[sinks]]\nname = "s"\nkind = "kafka"\n'
    )
    monkeypatch.setenv("WIREDESK_CONFIG", str(tmp_path))
    done = check()
    assert done.exit_code == 2
    for words in ("no kind 'kafka'", "wire.toml", "x.toml"):
        assert words in done.stderr, done.stderr
