"""The sample wire's files: what is wrong in them is told at once, and the feed lists fit the
outlets."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from pipeline.story import Feed
from tests.workers.sample.asking import ask
from workers.sample import Furniture, SampleFault, SampleStory, Wire, load, sample
from workers.sample.load import SAMPLE
from workers.sample.pages import lay_out

CONFIG = SAMPLE.parent


def test_the_feed_list_names_every_outlet(wire: Wire) -> None:
    """feeds.sample.toml lists each outlet's feed as the server offers it, with keys a Feed has."""
    listed = read_feeds(CONFIG / "feeds.sample.toml")
    assert [f["id"] for f in listed] == list(sample().outlets)
    for told in listed:
        outlet = sample().outlets[told["id"]]
        assert told["url"] == "http://{sample}/" + outlet.path
        assert told["timezone"] == outlet.timezone
        assert ask(told["url"].replace("{sample}", wire.url.removeprefix("http://")))[0] == 200
    assert [f["id"] for f in listed if f.get("full_text")] == ["northstar"]


def test_the_world_list_is_well_formed() -> None:
    """feeds.world.toml lists real feeds over https, each once, with a zone that exists."""
    listed = read_feeds(CONFIG / "feeds.world.toml")
    assert len(listed) >= 15
    assert len({f["id"] for f in listed}) == len({f["url"] for f in listed}) == len(listed)
    for told in listed:
        assert told["url"].startswith("https://")
        assert ZoneInfo(told["timezone"])


def read_feeds(path: Path) -> list[dict[str, Any]]:
    """The feeds of a list, each with the keys of a Feed."""
    listed: list[dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8"))["feeds"]
    assert all(Feed(**told) for told in listed)
    return listed


FAULTS = """
[[story]]
id = "a"
outlet = "nowhere"
published = 2025-10-13T05:40:00Z
headline = "A"
body = "One."
colour = "red"

[[story]]
id = "b"
outlet = "meridian"
published = 2025-10-13T05:40:00Z
headline = "B"
from = "missing"
as = "sideways"
furniture = [{ kind = "sofa" }]

[[story]]
id = "c"
outlet = "meridian"
published = 2025-10-13T05:40:00Z
headline = "C"
body = "One."

[[story]]
id = "d"
outlet = "meridian"
published = 2025-10-13T06:40:00Z
headline = "D"
from = "c"
as = "copy"
dateline = { place = "X", style = "semaphore" }
[story.edits]
drop = [7]
replace = [["absent", "present"]]
polish = true
"""


def test_every_fault_of_the_files_is_named_at_once(tmp_path: Path) -> None:
    """One error tells all that is wrong with the sample wire's files, each with its file and
    story."""
    shutil.copytree(SAMPLE, tmp_path / "sample")
    for path in (tmp_path / "sample" / "stories").glob("*.toml"):
        path.unlink()
    (tmp_path / "sample" / "stories" / "faulty.toml").write_text(FAULTS, encoding="utf-8")
    with pytest.raises(SampleFault) as caught:
        load(tmp_path / "sample")
    said = str(caught.value)
    for fault in (
        "faulty.toml: a: unknown key 'colour'",
        "faulty.toml: a: outlet 'nowhere'",
        "faulty.toml: b: from 'missing'",
        "faulty.toml: b: as 'sideways'",
        "faulty.toml: b: unknown furniture 'sofa'",
        "faulty.toml: d: dateline style 'semaphore'",
        "faulty.toml: d: edit drop 7 of 1",
        "faulty.toml: d: edit replace 'absent'",
        "faulty.toml: d: unknown edit 'polish'",
    ):
        assert fault in said


def test_furniture_after_the_end_is_a_fault(tmp_path: Path) -> None:
    """A caption placed after a paragraph that the story does not have would silently be on no page:
    it is refused."""
    shutil.copytree(SAMPLE, tmp_path / "sample")
    path = tmp_path / "sample" / "stories" / "02-telbarud.toml"
    text = path.read_text(encoding="utf-8").replace(
        'kind = "caption", after = 1,', 'kind = "caption", after = 70,'
    )
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SampleFault, match="telbarud-twice-a: caption after 70 of 7"):
        load(tmp_path / "sample")


def test_furniture_before_the_lead_is_on_the_page() -> None:
    """A picture between the byline and the lead stands there with its caption."""
    story = SampleStory(
        id="p",
        outlet="x",
        headline="h",
        body=("Lead.",),
        furniture=(Furniture("caption", "Pic", 0),),
    )
    assert [line.kind for line in lay_out(story)] == ["caption", "paragraph"]


def test_a_withdrawal_of_nothing_is_a_fault(tmp_path: Path) -> None:
    """A notice that names a story which is not there is refused."""
    shutil.copytree(SAMPLE, tmp_path / "sample")
    path = tmp_path / "sample" / "stories" / "02-telbarud.toml"
    text = path.read_text(encoding="utf-8").replace('of = "sahl-hospital"', 'of = "sahl-hostel"')
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SampleFault, match="sahl-hospital-kill: of names 'sahl-hostel'"):
        load(tmp_path / "sample")
