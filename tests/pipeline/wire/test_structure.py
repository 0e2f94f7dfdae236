"""How lines stand to each other: glued, alone above or below the text, heading a passage."""

from __future__ import annotations

from pipeline.story import Story
from tests.pipeline.wire.lines import BODY, LEDE, SECOND, story


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


def test_a_lone_label_after_the_last_sentence_goes_and_an_announced_list_stays() -> None:
    """Where paragraphs end as sentences, a last line that does not is a label; a list after a
    colon is the story's."""
    assert names(story(*BODY, "Northern strait in numbers")) == ["label-after-end"]
    listed = (
        *BODY[:3],
        "The ferries that sailed on Sunday were:",
        "Lena of Odesa",
        "Star of Tyre",
        "Old Harbour",
    )
    assert story(*listed).body == listed
    unended = (
        "Three ferries carrying flour and fuel reached the town on Sunday after dark",
        "A second line of words",
    )
    assert story(*unended * 2, "Last line").body[-1] == "Last line"


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


def test_headlines_between_paragraphs_of_a_plain_text_go() -> None:
    """Without links a run of other headlines is told by its shape; results and dates, and an
    announced list, stay."""
    others = (
        "Storm closes the northern strait to ferries",
        "Two climbers found alive on eastern ridge",
    )
    assert story(*BODY[:2], *others, *BODY[2:]).body == BODY
    assert story(*BODY[:2], "Read more", *others, "A night at sea", *BODY[2:]).body == BODY
    dates = ("June 9 – Odesa, the old theatre by the mole", "June 12 – Tyre, the hall of the port")
    paths = (
        "Path A: the ferries of the northern coast",
        "Path B: the ferries of the southern coast",
    )
    for kept in (dates, paths):
        assert set(kept) <= set(story(*BODY[:2], *kept, *BODY[2:]).body)
