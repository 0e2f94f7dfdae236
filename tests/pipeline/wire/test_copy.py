"""The copy: how fields merge, and where cuts begin and end."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.story import Article, Block, Story
from pipeline.wire.copy import GRAVITY, MERGES, Copy, CopyFields, Merge
from tests.pipeline.wire.lines import BODY, ENTRY, LEDE, SECOND, clean, story


@pytest.mark.parametrize(
    ("name", "values", "held"),
    [
        ("byline", ["", "Ada Cole", "Tom Reyes"], "Ada Cole"),
        ("credits", ["By AP", "", "By AFP", "By AP"], ["By AP", "By AFP", "By AP"]),
        ("advisory", ["Adds quote", "", "Eds: new lead"], "Adds quote Eds: new lead"),
        ("version_label", ["CORRECTED", "UPDATE 2", "UPDATE 2"], "CORRECTED-UPDATE 2"),
        ("form", ["update", "kill", "", "update"], "kill"),
        ("form", ["update", "a form of tomorrow"], "a form of tomorrow"),
        ("truncated", [False, True, False], True),
    ],
)
def test_each_field_merges_as_it_says(name: str, values: list[str | bool], held: object) -> None:
    """First stays, lists grow, notes are joined, labels stack, the graver form wins."""
    fields = CopyFields()
    for value in values:
        fields.put(name, value)
    assert getattr(fields, name) == held


def test_graver_forms_win_whatever_came_first() -> None:
    """Of two forms the one that stands later in the list is held, in either order."""
    assert MERGES["form"] is Merge.GRAVER
    for lighter, graver in pairwise(GRAVITY[1:]):
        for order in ((lighter, graver), (graver, lighter)):
            fields = CopyFields()
            for form in order:
                fields.put("form", form)
            assert fields.form == graver


@given(st.text("ab .", max_size=30), st.integers(0, 30), st.integers(0, 30))
def test_a_cut_is_where_it_says(text: str, start: int, end: int) -> None:
    """What a cut names stands in the raw line where it says; the rest stands, without its space."""
    copy = Copy.of(Article(url="", headline="", blocks=(Block(text),)), ENTRY)
    if not copy.lines:
        return
    line = copy.lines[0]
    start, end = sorted((min(start, len(line.raw)), min(end, len(line.raw))))
    copy.strike(line, "x", "x", start, end)
    removed = copy.cuts[0].removed
    assert line.raw[removed.start :].startswith(removed.text)
    assert line.raw[start:end].strip() == removed.text
    assert line.text.replace(" ", "") == (line.raw[:start] + line.raw[end:]).replace(" ", "")


def test_two_cuts_in_one_line_leave_one_space() -> None:
    """A second cut is counted in what the first one left, and named where it stands in raw."""
    copy = Copy.of(Article(url="", headline="", blocks=(Block("one two three four"),)), ENTRY)
    line = copy.lines[0]
    copy.strike(line, "x", "x", 4, 7)
    assert line.text == "one three four"
    copy.strike(line, "x", "x", 4, 9)
    assert line.text == "one four"
    assert [(cut.removed.text, cut.removed.start) for cut in copy.cuts] == [
        ("two", 4),
        ("three", 8),
    ]


def test_a_stop_takes_the_rest_with_it() -> None:
    """The notebook below a story is for editors: it goes to the end of the item."""
    found = story(*BODY, "# dpa NOTEBOOK", "Ferries sail at dusk, the office says.", LEDE)
    assert found.body == BODY
    assert {cut.rule for cut in found.removed} == {"notebook"}


def test_a_second_dateline_belongs_to_another_story() -> None:
    """Where two stories were merged, only the first one's dateline is this story's."""
    second = f"CAIRO (AFP) - {SECOND}"
    found = story(f"BEIRUT (AP) — {LEDE}", second, *BODY[2:])
    assert found.dateline is not None
    assert (found.dateline.place, found.agency) == ("BEIRUT", "AP")
    assert found.body[1] == second


def test_a_dateline_is_trusted_above_a_credit() -> None:
    """Who sent the story stands in its dateline; a credit may name who helped."""
    credit = "Associated Press writer Ada Cole in Odesa contributed to this report."
    found = story(f"BEIRUT (Reuters) - {LEDE}", *BODY[1:], credit)
    assert (found.agency, found.agency_basis) == ("Reuters", "dateline")


@pytest.mark.parametrize(
    "lines",
    [
        ("BULLETIN KILL", "Please kill the story on the ferries. A kill is mandatory."),
        ("Share this",),
    ],
)
def test_a_notice_is_never_refused(lines: tuple[str, ...]) -> None:
    """An item that kills another is a story though its headline reads like a digest's."""
    found = clean(*lines, headline="KILL-Top stories at 10 pm")
    assert isinstance(found, Story)
    assert found.form == "kill"
