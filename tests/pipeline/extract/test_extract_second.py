"""The second reading: trafilatura, for a page in which the walk finds no text."""

from __future__ import annotations

import pytest

from pipeline.extract.second import MAX_TAGS, second
from tests.pipeline.extract.test_extract_anywhere import STORY, text

LINES = "".join(f"<div>{p}</div>" for p in STORY)


def test_a_page_that_only_trafilatura_can_read_is_read() -> None:
    """Neither the walk nor paragraphs anywhere find a story that a template holds in bare boxes; trafilatura does."""
    assert text(f"<html><body><template>{LINES}</template></body></html>") == STORY


def test_a_flood_is_not_read_twice() -> None:
    """No second reading of a page with very many tags: trafilatura's time grows faster than the page."""
    assert second("<p>a</p>" * 2 * MAX_TAGS) == ()


@pytest.mark.parametrize("html", ["", " ", "<", "\x00\xff", "<html><body></body></html>"])
def test_nothing_comes_of_nothing(html: str) -> None:
    """What can't be read is no text, and no exception."""
    assert second(html) == ()
