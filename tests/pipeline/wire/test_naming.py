"""Names: what comes off a headline, and who signed by the page's mark."""

from __future__ import annotations

import pytest

from pipeline.story import Block, BlockKind
from tests.pipeline.wire.lines import BODY, story


@pytest.mark.parametrize("headline", ["Analysis:", "(VIDEO)"])
def test_a_headline_that_is_all_tag_stays(headline: str) -> None:
    """A story without a headline could not be found again: the tag is better than none."""
    assert story(*BODY, headline=headline).headline == headline


@pytest.mark.parametrize("headline", ["Politics - who holds the port", "Business | Ferries sail"])
def test_a_section_before_a_headline_stays(headline: str) -> None:
    """A section's name is a common word: only behind the headline's mark is it the page's."""
    assert story(*BODY, headline=headline).headline == headline


def test_names_in_small_letters_are_set_right_and_their_agency_is_told_apart() -> None:
    """A style of the page often makes capitals of a byline: in its source it has none."""
    found = story(Block("ada cole and tom reyes, reuters", BlockKind.BYLINE), *BODY)
    assert found.byline == "Ada Cole and Tom Reyes"
    assert (found.agency, found.agency_basis) == ("Reuters", "byline")


def test_words_marked_as_a_byline_that_begin_small_name_nobody() -> None:
    """A name begins with a capital; what begins otherwise is a remark in the byline's place."""
    assert story(Block("from the Harbour desk", BlockKind.BYLINE), *BODY).byline == ""


def test_metadata_give_the_form_of_names_in_print() -> None:
    """The same people, with "and" between them or not, are named as the metadata write them.

    Capitals of a page are set as a name where the metadata do not have it.
    """
    printed = "By ADA COLE and TOM REYES"
    assert story(printed, *BODY, author="Ada Cole, Tom Reyes").byline == "Ada Cole, Tom Reyes"
    assert story(printed, *BODY, author="Ada Cole").byline == "Ada Cole and Tom Reyes"
