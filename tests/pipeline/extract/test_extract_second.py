"""The second reading: trafilatura, for a page in which the walk finds no text."""

from __future__ import annotations

import pytest

from pipeline.extract import READERS, extract
from pipeline.story import BlockKind, Outcome, OutcomeKind, Page, utc
from tests.making import NOW, entry
from tests.pipeline.extract.test_extract_anywhere import STORY, text

LINES = "".join(f"<div>{p}</div>" for p in STORY)


def test_a_page_that_only_trafilatura_can_read_is_read() -> None:
    """Neither the walk nor paragraphs anywhere find a story in a template's bare boxes."""
    assert text(f"<html><body><template>{LINES}</template></body></html>") == STORY


@pytest.mark.parametrize("html", [" ", "<", "\x00\xff", "<html><body></body></html>"])
def test_nothing_comes_of_nothing(html: str) -> None:
    """What can't be read is no text, and no exception."""
    page = Page("https://wire.example/x", 200, html.encode(), "text/html", utc(NOW))
    found = extract(page, entry(), utc(NOW))
    assert isinstance(found, Outcome)
    assert found.kind is OutcomeKind.NO_TEXT


def test_readers_stand_in_their_order() -> None:
    """The page before the feed, our own reading before trafilatura, a whole text before a
    summary."""
    assert [reader.name for reader in READERS] == [
        "jsonld",
        "boxes",
        "trafilatura",
        "paragraphs",
        "feed content",
        "feed summary",
        "short feed content",
        "feed title",
        "page headline",
    ]


def test_each_step_is_told_to_a_caller_with_a_clock() -> None:
    """Steps are named as they are done, so that one page can be profiled."""
    steps: list[str] = []
    html = f"<html><body><article>{''.join(f'<p>{p}</p>' for p in STORY)}</article></body></html>"
    page = Page("https://wire.example/x", 200, html.encode(), "text/html", utc(NOW))
    article = extract(page, entry(), utc(NOW), steps.append)
    assert steps == ["parse", "about", "walk", "choose", "jsonld", "boxes"]
    assert not isinstance(article, Outcome)
    assert article.blocks[0].kind is BlockKind.PARAGRAPH


def test_a_page_of_too_many_lines_leaves_the_feeds_text() -> None:
    """A page that holds a list of thousands of lines does not lose the text of the feed."""
    html = "<html><body>" + "<p>The ferry left on time, crews said.</p>" * 2_001 + "</body></html>"
    page = Page("https://wire.example/x", 200, html.encode(), "text/html", utc(NOW))
    whole = entry(content="".join(f"<p>{p}</p>" for p in STORY), summary="")
    article = extract(page, whole, utc(NOW))
    assert not isinstance(article, Outcome)
    assert (article.basis, [block.text for block in article.blocks]) == ("feed content", STORY)
