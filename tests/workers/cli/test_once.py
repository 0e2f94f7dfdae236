"""``wiredesk once``: a feed through its whole life in this process, with no network but
loopback."""

from __future__ import annotations

import json
import os
from pathlib import Path

from click.testing import CliRunner, Result

from workers.cli import main
from workers.sample import serve


def command(*args: str) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(main, list(args), catch_exceptions=False)


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
