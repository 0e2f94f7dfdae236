"""``wiredesk once``: a feed through its whole life in this process, with no network but
loopback."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from workers.cli import main
from workers.sample import serve
from workers.wiring import wiring


def command(*args: str) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(main, list(args), catch_exceptions=False)


@pytest.fixture
def configure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Writes the feeds of a configuration."""
    sink = '[[sinks]]\nname = "stories"\nkind = "jsonl"\npath = "x.jsonl"\n'
    (tmp_path / "pipeline.toml").write_text(f'feeds = ["feeds.toml"]\n{sink}')
    monkeypatch.setenv("WIREDESK_CONFIG", str(tmp_path))
    wiring.cache_clear()
    yield (tmp_path / "feeds.toml").write_text
    wiring.cache_clear()


@pytest.mark.parametrize(
    ("keys", "path"),
    [
        ("", "/rss/meridian.xml"),
        ("every = 86400\nfull_text = true\n", "/rss/meridian.xml"),
        ('format = "syndication"\ntimezone = "Asia/Kolkata"\nlanguage = "en"\n', "/rss/deccan.xml"),
        ("every = 86400\n", "/sitemap/coral-news.xml"),
    ],
)
def test_once_takes_a_configured_feed_of_every_form(
    configure: Callable[[str], None], keys: str, path: str
) -> None:
    """By its id, with a login, whatever its keys are, and also where a folder here is called so."""
    with serve(port=0) as wire:
        url = f"{wire.url}{path}".replace("//", "//user:word@")
        configure(f'[[feeds]]\nid = "docs"\nurl = "{url}"\n{keys}')
        assert Path("docs").is_dir()
        said = command("once", "docs", "--json", "--limit", "2")
    assert said.exit_code == 0
    assert all(json.loads(line)["data"]["feed"] == "docs" for line in said.stdout.splitlines())
    assert said.stdout


def test_once_leaves_the_files_of_a_configured_folder(
    configure: Callable[[str], None], tmp_path: Path
) -> None:
    """All of them are read at once, and each stays for the running system, which would move it."""
    wire = tmp_path / "wire"
    wire.mkdir()
    for number in range(201):  # more than one look reads
        item = {"uri": f"N-{number}", "headline": f"Ferry {number} reaches Karsin harbour"}
        (wire / f"{number}.json").write_text(json.dumps(item))
        os.utime(wire / f"{number}.json", (1_700_000_000, 1_700_000_000))
    configure(f'[[feeds]]\nid = "agency"\nfolder = "{wire}"\nafter = "move"\nevery = 3600\n')
    said = command("once", "agency", "--limit", "1")
    assert (said.exit_code, "201 entries" in said.stdout) == (0, True)
    assert len(list(wire.glob("*.json"))) == 201


def test_once_offers_the_feed_that_may_be_meant(configure: Callable[[str], None]) -> None:
    """And not the ids of a thousand others."""
    ids = ["meridian", *(f"other-{number}" for number in range(50))]
    configure("".join(f'[[feeds]]\nid = "{i}"\nurl = "https://{i}.example/"\n' for i in ids))
    said = command("once", "meridain")
    assert (said.exit_code, "did you mean meridian?" in said.stderr) == (1, True)
    assert "other-7" not in said.stderr


def test_once_takes_a_feed_through_its_whole_life() -> None:
    """One feed on a laptop without Redis: polled, fetched, cleaned, related, classified, shown."""
    with serve(port=0) as wire:
        url = f"{wire.url}/rss/meridian.xml"
        lines = [json.loads(line) for line in command("once", url, "--json").stdout.splitlines()]
        shown = command("once", url).stdout
    types = {line["type"] for line in lines}
    assert {"story.new", "story.version", "story.corrected", "story.withdrawn"} <= types
    assert len({line["id"] for line in lines}) == len(lines)
    assert "records" in shown
    assert "not_a_story" in shown


def test_once_takes_a_folder(tmp_path: Path) -> None:
    """A folder of an agency's files is a feed too; a file that is none is counted as broken."""
    text = (
        "Two patrols exchanged fire at the Tarn crossing for an hour on Saturday, border officials "
        "said. " * 2
    )
    item = {"uri": "N-1", "headline": "Patrols clash at Tarn crossing", "body_text": text}
    (tmp_path / "a.json").write_text(json.dumps(item))
    (tmp_path / "b.xml").write_text("<nitf><bro")
    for file in tmp_path.iterdir():
        os.utime(file, (1_700_000_000, 1_700_000_000))
    [line] = command("once", str(tmp_path), "--json").stdout.splitlines()
    assert json.loads(line)["data"]["headline"] == "Patrols clash at Tarn crossing"
    assert "1 broken" in command("once", tmp_path.as_uri()).stdout


def test_once_says_why_a_feed_can_not_be_polled() -> None:
    """What is no feed is said to be none."""
    with serve(port=0) as wire:
        nothing = command("once", f"{wire.url}/nothing-here")
    assert nothing.exit_code == 1
    assert "404" in nothing.stderr


def test_a_folder_is_checked_by_reading_it(tmp_path: Path) -> None:
    """There is no server to report on: the command that shows what a folder's files become is
    named."""
    said = command("feeds", "check", tmp_path.as_uri())
    assert (said.exit_code, "wiredesk once" in said.stderr) == (1, True)
