"""Pages in which the walk finds no text, and pages without names."""

from __future__ import annotations

import pytest

from pipeline.extract import MAX_TAGS, extract
from pipeline.story import Article, Outcome, OutcomeKind, Page, utc
from tests.making import NOW, entry

STORY = [
    "Divers brought up the harbour's old bell on Monday, forty years after the storm that sank "
    "its ferry.",
    "The bell, cracked along one side, will hang in the chapel above the quay where the "
    "passengers are named.",
    "Three survivors stood on the mole while the crane turned, and one asked for silence.",
    "A commission will decide in spring whether the wreck itself is to be raised or left there, "
    "officials said.",
]
BODY = "".join(f"<p>{p}</p>" for p in STORY)
CARD = (
    "<div><div><a href='/{0}'>Storm {0} closes the northern strait</a></div><div>Ships wait for "
    "hours.</div></div>"
)


def take(html: str) -> Article | Outcome:
    """What extraction makes of a page."""
    page = Page("https://wire.example/bell", 200, html.encode(), "text/html", utc(NOW))
    return extract(page, entry(content="", summary=""), utc(NOW))


def text(html: str) -> list[str]:
    """The blocks of a page's article."""
    found = take(html)
    assert isinstance(found, Article), found
    return [block.text for block in found.blocks]


@pytest.mark.parametrize("tag", ["noscript", "template", "button", "div hidden><nav"])
def test_a_story_that_only_a_script_shows_is_read(tag: str) -> None:
    """Where nothing else finds text, paragraphs count wherever they stand, once each."""
    assert (
        text(f"<html><body><div id='app'></div><{tag}>{BODY}{BODY}</{tag}></body></html>") == STORY
    )


@pytest.mark.parametrize(
    "html", ["<p>", "<html><body><p> </p></body></html>", "<noscript>" + "<p>" * 5_000]
)
def test_nothing_comes_of_nothing(html: str) -> None:
    """A page without words has no text, and that is said."""
    found = take(html)
    assert isinstance(found, Outcome)
    assert found.kind is OutcomeKind.NO_TEXT


def test_paragraphs_inside_one_another_are_read_in_bounded_time() -> None:
    """A flood of nested paragraphs that hold no text but one comes to an end."""
    assert take("<noscript>" + "<p><i>" * (MAX_TAGS // 2 - 50) + STORY[0]) is not None


@pytest.mark.parametrize(
    "page",
    [
        "<table><tr><td><a href='/a'>Home</a> <a href='/b'>Boats</a></td></tr><tr><td>{}</td>"
        "</tr></table>",
        "<div><div>{}</div><div>" + "".join(CARD.format(n) for n in range(30)) + "</div></div>",
        "<div><p>By subscribing you accept the terms of use.</p></div><div>{}</div>",
        "<div><ul>"
        + "<li><a href='/x'>Another story of the day</a></li>" * 40
        + "</ul></div><div><div>{}</div></div>",
    ],
)
def test_a_page_without_names_gives_its_story_alone(page: str) -> None:
    """Bare tables, bare divs, long lists of other stories: the box that paragraphs stand in is the
    story's."""
    assert text(f"<html><body>{page.replace('{}', BODY)}</body></html>") == STORY


def test_paragraphs_around_an_inner_box_are_not_left_behind() -> None:
    """A lead above the box that a paywall folds is part of the story, though that box holds nearly
    all of it."""
    inner = f"<div>{''.join(f'<p>{p} {p}</p>' for p in STORY[1:])}</div>"
    found = text(f"<html><body><div><p>{STORY[0]}</p>{inner}</div></body></html>")
    assert found[0] == STORY[0]
