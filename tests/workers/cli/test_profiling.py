"""``wiredesk explain --timings``: where the time of one story goes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.extract import READERS
from pipeline.wire import PASSES
from workers.cli import main
from workers.sample import render, stories, templates

STORY = next(story for story in stories() if story.outcome.delivered and len(story.body) > 4)


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """A page of the sample wire."""
    path = tmp_path / "page.html"
    path.write_text(render(STORY, sorted(templates())[0]), "utf-8")
    return path


def test_stages_and_their_steps_are_timed(page: Path) -> None:
    """Every stage is there in its order, with its steps or the passes of the desk."""
    said = CliRunner().invoke(main, ["explain", "--timings", "--json", str(page)])
    assert said.exit_code == 0, said.output
    rows = json.loads(said.output)["ms"]
    stages = list(dict.fromkeys(row["stage"] for row in rows))
    assert stages == ["extract", "wire", "themes", "relate"]
    steps = [row["step"] for row in rows]
    assert steps[:4] == ["parse", "about", "walk", "choose"]
    assert {reader.name for reader in READERS[:2]} <= set(steps)
    assert {each.name for each in PASSES if not each.if_cut} <= set(steps)
    assert all(row["first"] >= 0 and row["again"] >= 0 for row in rows)


def test_a_person_reads_a_table(page: Path) -> None:
    """Stages with the sum of their steps, in milliseconds."""
    said = CliRunner().invoke(main, ["explain", "--timings", str(page)])
    assert said.exit_code == 0, said.output
    lines = said.output.splitlines()
    assert lines[0].split() == ["ms", "first", "again"]
    assert [line.split()[0] for line in lines if line.startswith("  extract")] == ["extract"]


def test_a_text_file_has_no_page_to_extract(tmp_path: Path) -> None:
    """A text goes straight to the desk; one that is no story ends there."""
    path = tmp_path / "story.txt"
    path.write_text("\n\n".join([STORY.headline, *STORY.body]), "utf-8")
    said = CliRunner().invoke(main, ["explain", "--timings", "--json", str(path)])
    assert {row["stage"] for row in json.loads(said.output)["ms"]} == {
        "extract",
        "wire",
        "themes",
        "relate",
    }


def test_a_page_without_a_story_ends_where_it_ends(tmp_path: Path) -> None:
    """What was done until then is timed."""
    path = tmp_path / "empty.html"
    path.write_text("<html><body><p>No.</p></body></html>", "utf-8")
    said = CliRunner().invoke(main, ["explain", "--timings", "--json", str(path)])
    assert {row["stage"] for row in json.loads(said.output)["ms"]} == {"extract"}
