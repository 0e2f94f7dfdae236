"""Which of the lines that other stories of a feed have too are furniture."""

from __future__ import annotations

import pytest

from pipeline import wire
from pipeline.repeats import REPEATED_LINE, read_notes, write_note
from pipeline.story import Article, Block, BlockKind, Story
from tests.pipeline.wire.lines import BODY, ENTRY, rules


def struck(
    *lines: str | Block,
    above: tuple[str, ...] = BODY,
    below: tuple[str, ...] = (),
    headline: str = "",
) -> int:
    """How many of these lines, which three other stories have, go from a text."""
    blocks = [x if isinstance(x, Block) else Block(x) for x in (*above, *lines, *below)]
    again = tuple(x.text if isinstance(x, Block) else x for x in lines)
    notes = []
    for name in ("Marit", "Osk", "Velin"):
        own = f"The {name} sailed before dawn with flour, and nobody on the quay saw it go again."
        notes.append(write_note(Story(name, "", "", (own, *again))))
    title = "Ferry convoy reaches besieged port"
    given = Article("", title, tuple(blocks), headlines=(f"{title}{headline}",))
    found = wire.clean(given, ENTRY, rules(), repeats=read_notes("this", notes))
    assert isinstance(found, Story)
    return sum(cut.rule == REPEATED_LINE for cut in found.removed)


def words(count: int) -> str:
    """A sentence to the reader of so many words."""
    return "You see " + "boats " * (count - 3) + "there."


@pytest.mark.parametrize(
    ("line", "count"),
    [
        (words(40), 1),
        (words(41), 0),
        (Block("All of the ferries of the lake are here.", links=0.8), 1),
        (Block("All of the ferries of the lake are here.", links=0.79), 0),
        (Block("Ferries of the lake.", links=1.0), 1),
        (Block("[The Ferryman's Gazette]", links=1.0), 0),
        (Block("You find all of the ferries here.", BlockKind.QUOTE), 0),
        ("“You find all of the ferries here,” he had said.", 0),
        ("You find all of the ferries of the lake here.", 1),
        ("Our ferries never rest on any lake.", 0),
        ("Have the ferries ever rested? Ours never do on any lake.", 1),
        (Block("Our ferries never rest on any lake.", links=0.3), 1),
        (Block("Our ferries never rest on any lake.", slanted=True), 1),
        (Block("The ferries never rest on any lake.", slanted=True), 0),
        (Block("The ferries never rest on any lake.", links=0.3), 0),
    ],
)
def test_a_line_that_repeats_needs_a_second_sign(line: str | Block, count: int) -> None:
    """A link, a word to the reader, or one of the house beside a link, a question or italics."""
    assert struck(line) == count


@pytest.mark.parametrize(
    ("name", "slanted", "count"), [("Bay", True, 1), ("Ba", True, 0), ("Bay", False, 0)]
)
def test_the_life_of_a_house_is_set_apart(name: str, slanted: bool, count: int) -> None:
    """What it reported before stands in the text like any background, and names it as well."""
    line = Block(f"{name} belongs to its ferrymen and to nobody else.", slanted=slanted)
    assert struck(line, headline=f" | {name}") == count


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("Evening boat: the lake in five lines.", 1),
        ("Evening boat : the lake in five lines.", 1),
        ("Boat: the lake in five lines.", 0),
        ("The boat of the evening: the lake in five lines.", 1),
        ("The boat of the late evening: the lake in five lines.", 0),
        ("Evening boat: the lake in lines.", 0),
        ("Evening boat: the lake of Orva in five lines.", 0),
        ("Evening boat: the lake in 5 short lines.", 0),
        ("מעבורת הערב: האגם כולו בחמש שורות קצרות.", 0),
    ],
)
def test_an_offer_is_a_name_and_its_praise(line: str, count: int) -> None:
    """A label of one word, a figure and a name are signs of a fact."""
    assert struck(line) == count


@pytest.mark.parametrize(
    ("rows", "count"),
    [
        (("Lake level: 4.12 m", "Ferry A: on time", "Ferry B: late"), 3),
        (("Ferry A: on time", "Ferry B: late"), 0),
        (("Lake level now and then: 4.12 m", "Ferry A: on time", "Ferry B: late"), 0),
        (("Lake level: more than 4 metres today", "Ferry A: on time", "Ferry B: late"), 0),
        (("Lake level: it fell.", "Ferry A: it sank.", "Ferry B: it sailed."), 0),
    ],
)
def test_three_rows_are_a_widget(rows: tuple[str, ...], count: int) -> None:
    """Two figures in a row may be the story's, and so may what is said in sentences."""
    assert struck(*rows) == count


def test_what_is_below_a_line_of_the_story_stays_in_doubt() -> None:
    """In the middle of a text a word to the reader alone is no sign."""
    line = "You find all of the ferries of the lake here."
    assert struck(line) == 1
    assert struck(line, above=BODY[:1], below=BODY[1:]) == 0
    asked = "Have you seen all of the ferries of the lake here?"
    assert struck(asked, above=BODY[:1], below=BODY[1:]) == 0
    linked = Block(line, links=0.3)
    assert struck(linked, above=BODY[:1], below=BODY[1:]) == 1


@pytest.mark.parametrize(
    ("praise", "count"),
    [
        ("the lake in five lines", 1),
        ("the flour in five lines", 1),
        ("the flour of a teacher in lines", 0),
    ],
)
def test_an_offer_says_nothing_of_its_story(praise: str, count: int) -> None:
    """One word in common may be chance; two are what the story is about."""
    assert struck(f"Evening boat: {praise}.") == count


def test_a_text_of_nothing_else_stands() -> None:
    """A story that is made of lines that repeat is left to what judges whole pages."""
    line = "You find all of the ferries of the lake here."
    assert struck(line, "Your boat leaves at seven each day.", above=()) == 0
