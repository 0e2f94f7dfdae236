"""What a rule asks beside its pattern, and what goes with the line that it takes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline import wire
from pipeline.story import Article, Block, BlockKind, Story
from tests.pipeline.wire.lines import BODY, ENTRY, LEDE, rules, story

STANDFIRST = "The flour will last the town two weeks, and its fuel nine days more."


@pytest.mark.parametrize(
    "lead",
    [(f"KARSIN, Nov. 20 - {LEDE}",), ("BEIRUT, Nov 20 (Reuters) -", LEDE)],
    ids=["a date beside a place that nobody knows", "a dateline on a line of its own"],
)
def test_what_stands_above_a_sure_dateline_is_a_standfirst(lead: tuple[str, ...]) -> None:
    """A story begins at its dateline, so the one paragraph above it is not the story's lead."""
    found = story(STANDFIRST, *lead, *BODY[1:])
    assert (found.standfirst, found.body) == (STANDFIRST, BODY)


def test_a_place_in_capitals_alone_is_no_sure_dateline() -> None:
    """A word that no gazetteer holds, with neither a date nor an agency beside it, may be wrong:
    the paragraph above it stays."""
    found = story(STANDFIRST, f"KARSIN - {LEDE}", *BODY[1:])
    assert (found.standfirst, found.body) == ("", (STANDFIRST, *BODY))


def test_a_state_that_is_cut_short_keeps_its_stop() -> None:
    """The stop of "Mass." is part of the word; one after a bare place only ends the dateline."""
    state = story(f"CHATHAM, Mass. (AP) - {LEDE}", *BODY[1:]).dateline
    place = story(f"MOSCOW. Oct 10 (Interfax) - {LEDE}", *BODY[1:]).dateline
    assert state is not None
    assert place is not None
    assert (state.place, place.place) == ("CHATHAM, Mass.", "MOSCOW")


def test_the_byline_in_print_says_whose_biography_goes() -> None:
    """Where the page names another author than the copy, the copy's byline is believed."""
    of_cole = "Ada Cole is a correspondent of The Harbour Tribune based in Odesa."
    of_reyes = of_cole.replace("Ada Cole", "Tom Reyes")
    assert story("By Ada Cole", *BODY, of_cole, author="Tom Reyes").body == BODY
    assert story("By Ada Cole", *BODY, of_reyes, author="Tom Reyes").body[-1] == of_reyes


def test_several_words_in_capitals_are_a_heading_unless_the_place_is_known() -> None:
    """Above a story one unknown word in capitals is taken for its place; two of them are a label
    of the page, from which no place may be learned."""
    assert story("NORTH KARSIN", *BODY).dateline is None
    for place in ("KARSIN", "NEW YORK"):
        dateline = story(place, *BODY).dateline
        assert dateline is not None
        assert dateline.place == place


def test_an_acronym_is_no_place_however_often_something_is_in_it() -> None:
    """A place comes again in ordinary case; what stays in capitals after "of" is a body of men."""
    again = "The head of {0} said so on Sunday, and men of {0} left the harbour before dark."
    acronym = story(f"KRA - {LEDE}", again.format("KRA"), *BODY[1:])
    assert (acronym.dateline, acronym.body[0]) == (None, f"KRA - {LEDE}")
    place = story(f"KRA - {LEDE}", again.format("Kra"), *BODY[1:])
    assert (place.dateline is not None, place.body[0]) == (True, LEDE)


def test_a_heading_with_a_place_before_it_keeps_it() -> None:
    """A heading among the first lines heads a passage; its place is no dateline of the story."""
    found = story(Block("BEIRUT - Who holds the mole", BlockKind.HEADING), *BODY)
    assert found.dateline is None
    assert [head.text for head in found.crossheads] == ["BEIRUT - Who holds the mole"]


def test_the_first_line_under_a_label_is_listed_however_short() -> None:
    """Right under "Read more:" stands another story's headline; farther down so few words may be
    the cross-head of the passage below the list."""
    listed = ("Storm closes the strait", "Climbers found alive on the eastern ridge")
    found = story(*BODY[:2], "Read more:", *listed, "A night at sea", *BODY[2:])
    assert found.body == BODY
    assert [head.text for head in found.crossheads] == ["A night at sea"]


def test_a_line_with_a_list_mark_is_listed_though_it_ends_as_a_sentence() -> None:
    """A bullet says that the line is an item of the list, whatever its length and its end."""
    marked = "• Storm closes the northern strait to all the ferries of the southern islands."
    assert story(*BODY[:2], "Read more:", marked, *BODY[2:]).body == BODY


def test_of_two_authors_the_pages_biography_goes() -> None:
    """Where no byline is in print, the page says who wrote the story; the feed may name its
    editor."""
    of_reyes = "Tom Reyes is a correspondent of The Harbour Tribune based in Odesa."
    blocks = (*map(Block, BODY), Block(of_reyes))
    article = Article(url="", headline="Ferries sail", blocks=blocks, author="Tom Reyes")
    found = wire.clean(article, replace(ENTRY, author="Lena Fischer"), rules())
    assert isinstance(found, Story)
    assert found.body == BODY


def test_all_credits_at_the_end_of_a_line_go() -> None:
    """Each one hides the one before it."""
    credits = "(Reporting by Ada Cole) (Writing by Tom Reyes) (Editing by Lena Fischer) -30-"
    assert story(*BODY[:3], f"{BODY[3]} {credits}").body == BODY


def test_a_place_beside_one_that_nobody_knows_is_a_dateline() -> None:
    """Of a story from two places one that the gazetteer holds is enough."""
    dateline = story(f"Beirut/Karsin: {LEDE}", *BODY[1:]).dateline
    assert dateline is not None
    assert dateline.place == "Beirut/Karsin"


def test_a_name_with_a_word_that_is_no_place_is_no_dateline() -> None:
    """A party's office in capitals is as little a place as the party."""
    found = story(f"HAMAS OFFICE - {LEDE}", *BODY[1:])
    assert (found.dateline, found.body[0]) == (None, f"HAMAS OFFICE - {LEDE}")


def test_a_line_in_capitals_is_cut_as_one_in_small_letters() -> None:
    """Patterns that ignore case are tried in lower case first: what they match must not differ,
    and "İ" has two characters in lower case."""
    ignoring = [rule for rule in rules() if rule.low is not None]
    assert len(ignoring) > 20
    for rule in ignoring:
        for example in (*rule.cuts, *rule.keeps, "İSTANBUL'DA TAKİP EDİN"):
            for text in (example, example.upper(), example.swapcase()):
                straight = rule.pattern.fullmatch(text) if rule.may_fit(text.lower()) else None
                assert bool(rule.match_line(text, text.lower())) == bool(straight), (rule.id, text)
