"""Notes of what a feed's stories said, and what is told by them."""

from __future__ import annotations

import pytest

from pipeline.repeats import REPEATED_LINE, REPEATS, STORIES_KEPT, Repeats, read_notes, write_note
from pipeline.story import Removed, Story

LINE = "Get the evening boat: the lake in five lines."


def long(name: str) -> str:
    """A paragraph that no other story has."""
    return (
        f"The {name} sailed before dawn with forty sacks of flour, and nobody on the quay saw it."
    )


def note(name: str, *lines: str) -> str:
    """The note of a story of this name."""
    return write_note(Story(name, "", "", lines))


def others(count: int, *lines: str) -> Repeats:
    """So many other stories that have these lines and one of their own."""
    return read_notes("this", [note(f"s{n}", long(f"boat{n}"), *lines) for n in range(count)])


@pytest.mark.parametrize(("count", "places"), [(REPEATS - 1, set()), (REPEATS, {1})])
def test_a_line_repeats_under_three_other_stories(count: int, places: set[int]) -> None:
    """Two may have it by chance."""
    assert others(count, LINE).find_lines([long("Marit"), LINE]) == places


def test_marks_and_case_do_not_tell_lines_apart() -> None:
    """A line that another style prints is the same; another word makes it another."""
    told = others(REPEATS, LINE)
    assert told.find_lines([long("Marit"), "Get the Evening Boat – the lake in five lines"]) == {1}
    assert told.find_lines([long("Marit"), LINE.replace("five", "six")]) == set()


def test_versions_of_one_story_count_once() -> None:
    """The last note of each story counts, and none of the story at hand."""
    notes = [note("s1", long("Osk"), LINE) for _ in range(3)]
    notes += [note("this", long("Velin"), LINE) for _ in range(3)]
    assert read_notes("this", notes).find_lines([long("Marit"), LINE]) == set()
    notes += [note(f"s{n}", long(f"boat{n}"), LINE) for n in (2, 3)]
    assert read_notes("this", notes).find_lines([long("Marit"), LINE]) == {1}
    newest = [note("s1", long("Osk")), *notes]
    assert read_notes("this", newest).find_lines([long("Marit"), LINE]) == set()


def test_copies_of_one_text_count_once() -> None:
    """A story that stands under four entries repeats nothing: it is told four times."""
    text = [long("Osk"), long("Velin"), LINE]
    told = read_notes("this", [note(f"s{n}", *text) for n in range(4)])
    assert told.find_lines(text) == set()
    assert told.find_lines([long("Marit"), LINE]) == set()


@pytest.mark.parametrize(("own", "places"), [(2, {2, 3, 4}), (1, set())])
def test_half_of_its_lines_do_not_make_a_text_another(own: int, places: set[int]) -> None:
    """Stories with more of their long lines in common than not are one."""
    shared = [f"{long('ferry')} {n}" for n in range(2)]
    notes = []
    for n in range(3):
        notes.append(note(f"s{n}", *[f"{long('tug')} {n} {m}" for m in range(2)], *shared, LINE))
    mine = [f"{long('barge')} {m}" for m in range(own)]
    if own == 1:
        mine.append("Short.")
    assert read_notes("this", notes).find_lines([*mine, *shared, LINE]) == places


def test_short_lines_make_no_text_the_same() -> None:
    """A widget may have more rows than a short story has paragraphs."""
    rows = ["Lake level: 4.12 m", "Ferry A: on time", "Ferry B: late"]
    assert others(3, *rows).find_lines([long("Marit"), *rows]) == {1, 2, 3}


def test_a_note_is_bounded_and_holds_no_text() -> None:
    """Of a long story the first twenty and the last forty lines are noted."""
    lines = [f"Line {n} of the list." for n in range(61)]
    assert len(note("s", *lines).split()) == 1 + 60
    assert note("s", *lines) == note("s", *lines[:20], *lines[21:])
    assert "Line" not in note("s", *lines)
    assert STORIES_KEPT * len(note("s", *lines)) < 16_000


def test_what_was_struck_is_noted_as_well() -> None:
    """Else a line would be forgotten as soon as it is known."""
    cut = Removed(REPEATED_LINE, "chrome", LINE, 1)
    kept = Story("s", "", "", (long("Osk"), LINE))
    struck = Story("s", "", "", (long("Osk"),), removed=(cut,))
    other = Story("s", "", "", (long("Osk"),), removed=(Removed("controls", "chrome", LINE, 1),))
    assert write_note(struck) == write_note(kept)
    assert write_note(other) != write_note(kept)


@pytest.mark.parametrize(("size", "places"), [(70, set()), (69, {1, 2})])
def test_seventy_characters_are_prose(size: int, places: set[int]) -> None:
    """Two long lines in common of three make a text the same; two short ones don't."""
    shared = ("x" * size, "y" * size)
    assert others(3, *shared).find_lines([long("Marit"), *shared]) == places
