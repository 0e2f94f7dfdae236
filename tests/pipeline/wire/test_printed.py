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

PORT OSK, Oct 3 (Reuters) - Three ferries carrying flour reached the port on Friday, officials said.

Flour and fuel

The harbour master counted two hundred tonnes before the shelling began again at dusk.

(Reporting by Ana Reyes; Editing by Tom Hale)
"""


def test_page_furniture_goes_and_wire_furniture_stays() -> None:
    """Dateline and cross-head are part of what the page prints as the story; a teaser and a line
    of credits are not."""
    story = wire.clean(
        from_text(TEXT, "file:x"), entry(url="file:x", title=""), wire.load(Path(HOME) / "wire")
    )
    assert isinstance(story, Story)
    lines = wire.printed(story).splitlines()
    assert lines[0].startswith("PORT OSK, Oct 3 (Reuters) - Three ferries")
    assert lines[1] == "Flour and fuel"
    assert lines[-1].endswith("began again at dusk.")
    assert "Storm closes the strait" not in wire.printed(story)
    assert story.body[0].startswith("Three ferries")


def test_what_a_page_means_to_say_twice_stays() -> None:
    """A pull quote and a short item that comes again are printed twice; a whole paragraph stands
    once."""
    lead = [
        (
            "Three ferries carrying flour reached the besieged port on Friday under a quiet sky, "
            "officials said."
        ),
        (
            "Residents watched from the roofs in silence, said a teacher who had counted the "
            "masts at dawn."
        ),
        (
            "A hospital official said the fuel would run the generators for nine days or a "
            "little longer."
        ),
    ]
    long = (
        "The harbour master counted two hundred tonnes of it before the shelling began again at "
        "dusk."
    )
    quote = "counted two hundred tonnes of it before the shelling began"
    item = "Flour by ship, two hundred tonnes a week."
    end = "A second convoy is due within days, the ministry of transport said in the capital."
    lines = [*lead, long, item, quote, item, long, end]
    found = from_text("\n\n".join(["Ferries reach port", *lines]), "file:x")
    story = wire.clean(found, entry(url="file:x", title=""), wire.load(Path(HOME) / "wire"))
    assert isinstance(story, Story)
    assert list(story.body) == [*lead, long, item, end]
    assert wire.printed(story).splitlines() == [*lead, long, item, quote, item, end]


def test_a_standfirst_that_the_lead_says_again_is_printed() -> None:
    """Cleaning takes it out of the body; the page prints it."""
    standfirst = "Three ferries carrying flour reached the port on Friday, officials said."
    lead = standfirst.replace("said.", "said, as the shelling began again at dusk on the quay.")
    text = f"Ferries reach the besieged port\n\n{standfirst}\n\n{lead}\n\n{TEXT.splitlines()[8]}\n"
    story = wire.clean(
        from_text(text, "file:x"), entry(url="file:x", title=""), wire.load(Path(HOME) / "wire")
    )
    assert isinstance(story, Story)
    assert standfirst not in story.body
    assert wire.printed(story).splitlines()[0] == standfirst
