"""How lines stand to each other: glued, alone above or below the text, heading a passage."""

from __future__ import annotations

from pipeline.story import Block, BlockKind, Story
from tests.pipeline.wire.lines import BODY, LEDE, SECOND, story

OTHERS = (
    "Storm closes the northern strait to ferries",
    "Two climbers found alive on eastern ridge",
)


def names(found: Story) -> list[str]:
    """The rules that cut."""
    return [cut.rule for cut in found.removed]


def test_a_headline_glued_to_the_lead_comes_off() -> None:
    """A point, a date or its own words again part it from the lead; a lead that goes on as the
    headline does stays."""
    headline = "Ferry convoy reaches besieged port"
    for between in (". ", " AFP Sunday 8 Oct 2017 "):
        assert story(f"{headline}{between}{LEDE}", SECOND, headline=headline).body == (LEDE, SECOND)
    again = f"{headline} on Sunday with flour and fuel for nine days, the harbour master said."
    assert story(f"{headline} {again}", SECOND, headline=headline).body == (again, SECOND)
    assert story(again, SECOND, headline=headline).body == (again, SECOND)


def test_what_has_no_full_stop_at_the_end_stays_and_links_go() -> None:
    """A last line without an end is the reporter's unless it is a link; so are two, and what
    stands between two links goes with them."""
    lines = ("Eleven people are still missing", "Nine of them are children")
    assert story(*BODY, *lines).body == (*BODY, *lines)
    others = [Block(line, links=1.0) for line in OTHERS]
    found = story(*BODY, *lines, others[0], "3 boats", others[1])
    assert found.body == (*BODY, *lines)
    assert set(names(found)) == {"teaser-after-end"}


def test_linked_headings_and_items_stay_where_they_belong_to_the_text() -> None:
    """A linked heading above a paragraph heads it; a linked item among others is one of a list."""
    head = Block("Flour for nine days", BlockKind.HEADING, 1.0)
    found = story(*BODY[:2], head, *BODY[2:])
    assert [each.text for each in found.crossheads] == [head.text]
    items = [Block(line, BlockKind.ITEM) for line in ("The ferry Lena", "The old pilot boat")]
    linked = Block("The ferry Star of Tyre", BlockKind.ITEM, 1.0)
    assert linked.text in story(*BODY[:2], *items, linked, *BODY[2:]).body
    assert linked.text not in story(*BODY[:2], linked, *BODY[2:]).body


def test_rows_of_a_widget_below_the_text_go_and_an_announced_list_stays() -> None:
    """Dozens of names and figures behind a story bury it; what a colon announces is its list."""
    rows = [f"District {letter} {number}" for number, letter in enumerate("ABCDEFGHIJKL")]
    assert story(*BODY, *rows).body == BODY
    announced = (*BODY[:3], "The ministry counted these tolls:", *rows)
    assert story(*announced).body == announced


def test_a_standfirst_without_an_end_goes_to_its_field() -> None:
    """A short line above the lead that does not end as a sentence is a standfirst; a question or a
    lead is none."""
    found = story("Coast guard holds fire at the request of an envoy", *BODY)
    assert (found.body, found.standfirst) == (
        BODY,
        "Coast guard holds fire at the request of an envoy",
    )
    for lead in (
        "Will the ferries sail again before the winter storms close the strait?",
        LEDE.rstrip("."),
    ):
        assert story(lead, *BODY[1:]).body[0] == lead


def test_cross_heads_in_quotes_head_their_passage() -> None:
    """A quotation that is no sentence heads a passage; one that ends as a sentence is a
    paragraph."""
    assert [h.text for h in story(*BODY[:2], "'No choice'", *BODY[2:]).crossheads] == [
        "'No choice'"
    ]
    assert "“Nobody came.”" in story(*BODY[:2], "“Nobody came.”", *BODY[2:]).body
    assert "But who fired first?" in story(*BODY[:2], "But who fired first?", *BODY[2:]).body


def test_a_cut_inside_a_sentence_leaves_one_space() -> None:
    """Words on both sides of a cut stay apart."""
    found = story(
        (
            "Shares of the yard <SUN.AX> fell and those of Boats Inc (BA.N), its rival, rose on "
            "Monday."
        ),
        SECOND,
    )
    assert (
        found.body[0]
        == "Shares of the yard fell and those of Boats Inc, its rival, rose on Monday."
    )


def test_a_first_line_in_a_script_without_spaces_is_no_label() -> None:
    """Thai sets no space between words and no stop after a sentence: a long line of one word is
    the lead."""
    lead = "เจ้าหน้าที่ท่าเรือกล่าวเมื่อวันอาทิตย์ว่าเรือสามลำบรรทุกแป้งมาถึงเมืองที่ถูกปิดล้อมแล้ว"
    rest = "เจ้าหน้าที่โรงพยาบาลกล่าวว่าเชื้อเพลิงจะใช้ได้เก้าวันและแป้งจะใช้ได้สองสัปดาห์."
    assert story(lead, rest, rest + "ๆ").body[0] == lead


def test_what_stands_below_the_first_of_two_bodies_goes() -> None:
    """Where the body is printed twice, its credit and notes stand in the middle: they go with the
    second copy."""
    found = story(
        *BODY,
        "Nobody came.",
        "(Reporting by Ada Cole; Editing by Tom Reyes)",
        *BODY,
        "Nobody came.",
    )
    assert found.body == (*BODY, "Nobody came.")
    assert found.credits == ("(Reporting by Ada Cole; Editing by Tom Reyes)",)


def test_the_first_of_two_like_paragraphs_stays() -> None:
    """A lead printed again farther down stays where it was first."""
    assert story(*BODY[:2], BODY[0], *BODY[2:]).body == BODY


def test_short_lines_between_paragraphs_stay() -> None:
    """Lines in a row are a list as often as teasers: without a link or a label they stay."""
    assert story(*BODY[:2], *OTHERS, *BODY[2:]).body == (*BODY[:2], *OTHERS, *BODY[2:])
    assert story(*BODY[:2], "Read more", *OTHERS, "A night at sea", *BODY[2:]).body == BODY
    dates = ("June 9 – Odesa, the old theatre by the mole", "June 12 – Tyre, the hall of the port")
    assert set(dates) <= set(story(*BODY[:2], *dates, *BODY[2:]).body)


def test_the_signature_of_a_post_ends_no_story() -> None:
    """Who posted stands below what was posted, also at the story's end: it is no label."""
    signed = "— Anna Corvo (@corvo) May 3"
    assert story(*BODY, signed).body[-1] == signed


def test_a_sentence_set_as_a_heading_is_a_paragraph() -> None:
    """A heading that ends with a stop is a paragraph in bold; one without heads its passage."""
    said = Block("The ferries sail at dusk.", BlockKind.HEADING)
    found = story(*BODY[:2], said, *BODY[2:])
    assert (found.crossheads, found.body[2]) == ((), said.text)


def test_a_label_and_a_linked_headline_below_the_text_go() -> None:
    """Six words before the colon are a label, seven are none; two characters may be outside of the
    link, three may not; a name of two words is no headline.
    """

    def below(label: str, linked: str, after: str = "") -> bool:
        line = f"{label}: {linked}{after}"
        block = Block(line, links=len(linked) / len(line))
        return story(*BODY, block).body == (*BODY, line)

    assert not below("so much for you to read", OTHERS[0])
    assert below("so very much for you to read", OTHERS[0])
    assert not below("so much for you to read", OTHERS[0], " »")
    assert below("so much for you to read", OTHERS[0], " >>")
    assert not below("so much for you to read", "Storm closes strait")
    assert below("so much for you to read", "Storm strait")
    inside = Block(f"so much for you to read: {OTHERS[0]}", links=0.632)
    assert inside.text in story(*BODY[:2], inside, *BODY[2:]).body


def test_rows_of_rates_are_told_by_the_names_in_them() -> None:
    """Three rows are a table of rates, two are none; half of them must name a currency or such."""
    rates = ("Dollar 1.20", "Euro 1.10", "Gold 2,400")
    assert story(*BODY, *rates).body == BODY
    assert story(*BODY, *rates[:2]).body == (*BODY, *rates[:2])
    others = ("Velmar 4", "Telmark 2", "Sarvik 3", "Osterby 1")
    assert story(*BODY, *rates, *others[:3]).body == BODY
    assert story(*BODY, *rates, *others).body == (*BODY, *rates, *others)
