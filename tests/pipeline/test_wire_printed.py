"""The story as its page prints it."""

from __future__ import annotations

from pathlib import Path

from config.settings import HOME
from pipeline import wire
from pipeline.extract import from_text
from pipeline.story import Story
from tests.making import entry

TEXT = """Ferries reach the besieged port

READ MORE: Storm closes the strait

PORT OSK, Oct 3 (Reuters) - Three ferries carrying flour reached the besieged port on Friday, officials said.

Flour and fuel

The harbour master counted two hundred tonnes before the shelling began again at dusk.

(Reporting by Ana Reyes; Editing by Tom Hale)
"""


def test_page_furniture_goes_and_wire_furniture_stays() -> None:
    """Dateline, cross-head and credit are part of what the page prints as the story; a teaser is not."""
    story = wire.clean(from_text(TEXT, "file:x"), entry(url="file:x", title=""), wire.load(Path(HOME) / "wire"))
    assert isinstance(story, Story)
    lines = wire.printed(story).splitlines()
    assert lines[0].startswith("PORT OSK, Oct 3 (Reuters) - Three ferries")
    assert lines[1] == "Flour and fuel"
    assert lines[-1] == "(Reporting by Ana Reyes; Editing by Tom Hale)"
    assert "Storm closes the strait" not in wire.printed(story)
    assert story.body[0].startswith("Three ferries")
