"""The second reading: trafilatura, where a page does not name the box that holds its story."""

from __future__ import annotations

import pytest

from pipeline.extract import extract
from pipeline.extract.second import MAX_TAGS, agreed, alone
from pipeline.story import Article, Block, BlockKind, Page, utc
from tests.making import NOW, entry

STORY = [
    "Divers brought up the harbour's old bell on Monday, forty years after the storm that sank its ferry.",
    "The bell, cracked along one side, will hang in the chapel above the quay where the passengers are named.",
    "Three survivors stood on the mole while the crane turned, and one asked for silence.",
    "A commission will decide in spring whether the wreck itself is to be raised or left there, officials said.",
]
CHATTER = (
    "Our harbour webcams, tide tables and boat adverts are updated by volunteers every single day of the year, enjoy."
)
PAGE = (
    "<html><head><title>Bell</title></head><body><table><tr><td><a href='/a'>Home</a> <a href='/b'>Boats</a></td></tr>"
    f"<tr><td>{{}}<div class='sidebar'>{CHATTER}</div></td></tr></table></body></html>"
).format("".join(f"<p>{p}</p>" for p in STORY))


def blocks(*texts: str) -> tuple[Block, ...]:
    """Paragraphs."""
    return tuple(Block(text) for text in texts)


def test_what_both_readings_hold_is_kept() -> None:
    """A paragraph that only the walk took for the story goes; captions, which trafilatura never gives, stay."""
    caption = Block("The bell on the quay", BlockKind.CAPTION)
    extra = Block("Tide tables for the week are printed on page nine of every Monday edition of this newspaper.")
    assert agreed(PAGE, (caption, *blocks(*STORY), extra)) == (caption, *blocks(*STORY))


def test_readings_that_parted_leave_the_first_alone() -> None:
    """Where trafilatura found something else altogether, it has no say."""
    other = blocks("A wholly different paragraph about tramways.", "And another about the price of eels at auction.")
    assert agreed(PAGE, other) == other


def test_alone_reads_what_the_walk_can_not() -> None:
    """Its own reading gives the story's paragraphs."""
    found = [block.text for block in alone(PAGE)]
    assert [text for text in found if text in STORY] == STORY


def test_a_flood_is_not_read_twice() -> None:
    """No second reading of a page with very many tags: trafilatura's time grows faster than the page."""
    assert alone("<p>a</p>" * 2 * MAX_TAGS) == ()


@pytest.mark.parametrize("html", ["", " ", "<", "\x00\xff", "<html><body></body></html>"])
def test_nothing_comes_of_nothing(html: str) -> None:
    """What can't be read is no text, and no exception."""
    assert alone(html) == ()


def test_a_page_without_names_comes_out_whole() -> None:
    """A page made of bare tables, as old sites are, gives its story and nothing else."""
    article = extract(Page("https://wire.example/bell", 200, PAGE.encode(), "text/html", utc(NOW)), entry(), utc(NOW))
    assert isinstance(article, Article)
    assert [block.text for block in article.blocks] == STORY
