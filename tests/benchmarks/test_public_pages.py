"""The measures on public pages: what counts as lost, right and sealed."""

from __future__ import annotations

from benchmarks.extraction.public_pages import (
    PARAGRAPH,
    Floor,
    Reading,
    Tally,
    Truth,
    count_lost,
    names_all,
    score_words,
)

LINE = "Guards at the Karsin bridge turned back eleven lorries before the noon curfew"


def page(**said: object) -> Truth:
    """A page of which only what is given is known."""
    known: dict[str, object] = {
        "name": "a", "url": "", "html": b"", "tier": "gold", "text": "", "title": "",
        "authors": (), "date": "", "withs": (), "withouts": (),
    }  # fmt: skip
    return Truth(**(known | said))  # type: ignore[arg-type]


def test_words_count_as_often_as_they_stand() -> None:
    """A text that says everything twice has half the precision."""
    assert score_words(LINE, LINE) == 1.0
    assert round(score_words(LINE, f"{LINE} {LINE}"), 3) == 0.667
    assert score_words(LINE, "") == 0.0


def test_a_paragraph_is_lost_below_half_of_its_runs() -> None:
    """Half of the three-word runs keep a paragraph; fewer lose it."""
    words = LINE.split()
    assert len(words) == 13
    kept, lost = " ".join(words[:8]), " ".join(words[:7])
    assert count_lost(LINE, kept) == (0, 1)
    assert count_lost(LINE, lost) == (1, 1)


def test_short_lines_are_no_paragraphs() -> None:
    """A line with fewer words than a paragraph is not counted, one with as many is."""
    words = LINE.split()
    assert count_lost(" ".join(words[: PARAGRAPH - 1]), "") == (0, 0)
    assert count_lost(" ".join(words[:PARAGRAPH]), "") == (1, 1)


def test_fields_are_right_or_wrong() -> None:
    """A byline may hold one spare word a name, a headline one in five; a date goes by its day."""
    tally = Tally()
    known = page(title="Bridge reopens", authors=("Anna Weld",), date="2026-03-01T10:00:00Z")
    tally.count_page(known, Reading("", "Bridge reopens", "By Anna Weld", "2026-03-01"))
    tally.count_page(
        known, Reading("", "Bridge reopens for lorries", "Share this Anna Weld now", "")
    )
    assert tally.fields == {
        "headline": [True, False],
        "byline": [True, False],
        "date": [True, False],
    }


def test_degrees_and_places_beside_a_name_may_be_there() -> None:
    """Truths hold them or not: the full names decide."""
    assert names_all(("Anna Weld, MD", "Omar Riad"), "Anna Weld; Omar Riad")
    assert names_all(("By Anna Weld and Omar Riad",), "Anna Weld, MD; Omar Riad")
    assert not names_all(("Anna Weld", "Omar Riad"), "Anna Weld")
    assert names_all(("Reuters",), "Reuters")


def test_pieces_must_or_must_not_stand() -> None:
    """A piece that must stand counts where it stands, one that must not where it doesn't."""
    tally = Tally()
    known = page(withs=("eleven lorries",), withouts=("Share this",))
    tally.count_page(known, Reading(f"{LINE} share this"))
    assert (tally.pieces_right, tally.pieces) == (1, 2)


def test_about_half_of_the_pages_are_sealed() -> None:
    """The seal goes by the name alone, so it is the same on every machine."""
    sealed = sum(page(name=f"html/{n}.html.gz").sealed for n in range(400))
    assert 160 < sealed < 240


def test_a_floor_names_what_falls_below_it() -> None:
    """Each of the three figures has its floor: at it nothing is said, below it that one is."""
    tally = Tally()
    tally.count_page(page(text=LINE), Reading(LINE))
    tally.count_page(page(text=LINE), Reading(""))
    assert Floor(f1=0.5, under_half=0.5, lost=0.5).name_faults("open", tally) == []
    faults = Floor(f1=0.51, under_half=0.49, lost=0.49).name_faults("open", tally)
    assert faults == [
        "open: word F1 0.5000 is below 0.51",
        "open: 50.00% of pages are under .5",
        "open: 50.00% of paragraphs are lost",
    ]
