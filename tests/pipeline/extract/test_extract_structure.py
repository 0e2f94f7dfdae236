"""Extraction: what pages do with their markup, on invented pages that do one thing each."""

from __future__ import annotations

import pytest

from pipeline.extract import extract
from pipeline.story import Article, BlockKind, Page, utc
from tests.making import NOW, entry

PARAGRAPHS = (
    "Three ferries carrying flour reached the besieged town on Sunday, the harbour master said, "
    "under a quiet sky.",
    "A hospital official said the fuel would run the generators for nine days and that the "
    "flour would last two weeks.",
    "Residents watched the convoy from the roofs in silence, said a teacher who had counted the "
    "masts at dawn.",
    "“Nobody slept, because nobody believed that the ships would come,” she told a reporter on "
    "the quay.",
)
BODY = "".join(f"<p>{p}</p>" for p in PARAGRAPHS)
ASIDE = (BlockKind.CAPTION, BlockKind.BYLINE, BlockKind.STANDFIRST)


def blocks(body: str) -> list[tuple[str, BlockKind]]:
    """Text and kind of each block of a page with this body."""
    html = f"<html><head><title>Ferries reach port</title></head><body>{body}</body></html>"
    url = "https://coast.example/ferries"
    found = extract(Page(url, 200, html.encode(), "text/html", utc(NOW)), entry(url=url), utc(NOW))
    assert isinstance(found, Article), found
    return [(b.text, b.kind) for b in found.blocks]


def story(body: str) -> list[str]:
    """The running text of a page with this body."""
    return [text for text, kind in blocks(f"<article>{body}</article>") if kind not in ASIDE]


def test_elements_a_site_invented_run_on_with_the_sentence() -> None:
    """An unknown tag inside a sentence is no paragraph; one that holds paragraphs is a box."""
    first = (
        "<p>The fuel (<x-source kind='a'><a href='/s'>3</a></x-source>) came first, the harbour "
        "master said.</p>"
    )
    assert story(f"<x-block>{first}{BODY}</x-block>") == [
        "The fuel (3) came first, the harbour master said.",
        *PARAGRAPHS,
    ]


def test_words_hidden_in_a_sentence_leave_it_whole() -> None:
    """What a pop-up hides goes, the word that opens it stays, and the paragraph is one."""
    popup = (
        "<span class='popover-card'><a href='/l'>Ines Lund</a><a href='/2'>All about the "
        "envoy</a></span>"
    )
    person = f"<span class='popover'><a class='popover-link' href='/l'>Ines Lund</a>{popup}</span>"
    first = (
        f"<p>The envoy <span hidden>(see page four)</span>{person} flew home on Monday evening, "
        f"she said.</p>"
    )
    assert story(first + BODY) == [
        "The envoy Ines Lund flew home on Monday evening, she said.",
        *PARAGRAPHS,
    ]


def test_a_row_of_short_cells_is_one_line() -> None:
    """A table of figures comes row by row; a table that lays out the page comes paragraph by
    paragraph."""
    table = "<table><tr><th>Ship</th><th>Tons</th></tr><tr><td>Alva</td><td>40</td></tr></table>"
    assert story(BODY + table)[-2:] == ["Ship Tons", "Alva 40"]
    cells = "".join(f"<tr><td>{p}</td><td>&nbsp;</td></tr>" for p in PARAGRAPHS)
    assert [t for t, _ in blocks(f"<table>{cells}</table>")] == list(PARAGRAPHS)


def test_an_address_is_no_link_to_another_story() -> None:
    """A link whose words are an address is printed for its own sake: it weighs nothing as a
    link."""
    html = (
        f"{BODY}<p>Tickets: <a href='https://ferry.example'>https://ferry.example/tickets</a></p>"
    )
    page = Page(
        "https://coast.example/f", 200, f"<article>{html}</article>".encode(), "text/html", utc(NOW)
    )
    found = extract(page, entry(), utc(NOW))
    assert isinstance(found, Article)
    assert found.blocks[-1].links == 0.0


def test_of_nested_bodies_the_innermost_is_the_story() -> None:
    """A box named as body around another one brings its standfirst and cards along: the inner one
    is meant."""
    outer = (
        f"<div class='article-content'><div class='dek'><p>Flour and fuel.</p></div>"
        f"<div class='article-body'>{BODY}</div><div><p>Boats for sale at the yard, this week "
        f"only.</p></div></div>"
    )
    assert [t for t, _ in blocks(outer)] == list(PARAGRAPHS)


def test_a_body_in_parts_keeps_all_of_them() -> None:
    """Parts of one name inside a box named as body belong together, also where one part holds most
    of the text."""
    parts = (
        f"<div class='story-body-1'>{BODY * 4}</div><div class='story-body-2'>"
        f"<p>{PARAGRAPHS[1]} Twice.</p></div>"
    )
    found = [t for t, _ in blocks(f"<div class='story-body-frame'>{parts}</div>")]
    assert found[-1].endswith("Twice.")


def test_headings_of_the_first_level_inside_the_text_stay() -> None:
    """The <h1> above the text is the headline; those after it head passages."""
    html = (
        f"<h1>Ferries reach port</h1>{BODY}<h1>The second "
        f"convoy</h1>{BODY.replace('Three', 'Four')}"
    )
    assert "The second convoy" in story(html)
    assert "Ferries reach port" not in story(html)


@pytest.mark.parametrize(
    "figure",
    [
        "<div align='center'><div><img src='a.jpg'></div><br><span class='small'>The quay at "
        "dawn</span></div>",
        "<table><tr><td><img src='a.jpg'><div>The quay at dawn. (credit: Port/A. Lund)</div>"
        "</td></tr></table>",
        "<p><img src='a.jpg'><br>The quay at dawn</p>",
        "<figure><img src='a.jpg'><p>The quay at dawn</p></figure>",
    ],
)
def test_the_only_words_beside_a_picture_are_its_caption(figure: str) -> None:
    """In boxes, cells, paragraphs and figures: what stands alone with a picture and looks like a
    caption is one."""
    found = dict(blocks(f"<article>{PARAGRAPHS[0]}{figure}{BODY}</article>"))
    assert [kind for text, kind in found.items() if text.startswith("The quay")] == [
        BlockKind.CAPTION
    ]


def test_a_paragraph_beside_a_picture_stays() -> None:
    """A quoted line that a picture floats beside, and a sentence in a box of its own with a
    picture, are text."""
    quoted = "<p><em><a href='/p'><img src='b.jpg'></a>“Why are the ships so late?”</em></p>"
    boxed = f"<div><img src='c.jpg'><p>{PARAGRAPHS[1]}</p></div>"
    assert story(f"<p>{PARAGRAPHS[0]}</p>{quoted}{boxed}<p>{PARAGRAPHS[2]}</p>") == [
        PARAGRAPHS[0],
        "“Why are the ships so late?”",
        *PARAGRAPHS[1:3],
    ]


def test_a_pull_quote_is_part_of_the_print() -> None:
    """An aside that says again what the story says is kept for the desk to strike; another one
    goes."""
    pull = "<aside><p>“nobody believed that the ships would come”</p></aside>"
    signed = (
        "<div class='pull-quote' aria-hidden='true'>a teacher who had counted the masts at dawn "
        "— Ana Reyes</div>"
    )
    other = (
        "<aside><p>The harbour was built by convicts in the year of the comet, says the "
        "guide.</p></aside>"
    )
    found = blocks(f"<article>{BODY}{pull}{signed}{other}{BODY.replace('Three', 'Four')}</article>")
    assert [text for text, kind in found if kind is BlockKind.QUOTE] == [
        "“nobody believed that the ships would come”",
        "a teacher who had counted the masts at dawn — Ana Reyes",
    ]
    assert not any("convicts" in text for text, _ in found)


def test_cards_go_by_their_make() -> None:
    """Like boxes side by side, each a link above a few words, stand for other stories whatever
    their names are."""
    card = (
        "<div class='x9'><div><a href='/{0}'>Storm {0} closes the strait</a></div><div>Ships "
        "wait.</div></div>"
    )
    cards = f"<h2>Also today</h2><div class='q1'>{''.join(card.format(n) for n in range(4))}</div>"
    assert story(BODY + cards) == list(PARAGRAPHS)


def test_dates_and_reading_times_are_not_text() -> None:
    """What the markup names as the time of publication or of reading goes."""
    html = (
        f"<span itemprop='datePublished'>terça-feira, 3 de março</span><p "
        f"class='estimated-read-time'>2 min</p>{BODY}"
    )
    assert [t for t, _ in blocks(f"<div itemprop='articleBody'>{html}</div>")] == list(PARAGRAPHS)


def test_tags_that_nobody_closed_lose_no_text() -> None:
    """Nested deeper than parsers go by default, the paragraphs of an old page still come one by
    one."""
    told = [
        f"{number} ships came into the harbour of the besieged town on Sunday, officials said."
        for number in range(400)
    ]
    found = story("".join(f"<p><font size=2>{p}" for p in told))
    assert found[:3] == told[:3]
    assert found[-1] == told[-1]


def test_a_byline_that_nobody_closed_does_not_swallow_the_story() -> None:
    """A box named as the story inside a byline's box is text all the same."""
    found = blocks(
        f"<article><div class='byline'>By Ana Reyes<div class='article-body'>{BODY}</div></article>"
    )
    assert [text for text, kind in found if kind is BlockKind.PARAGRAPH] == list(PARAGRAPHS)
    assert found[0] == ("By Ana Reyes", BlockKind.BYLINE)


def test_a_story_of_one_line_beside_its_picture_is_no_caption() -> None:
    """A box that its name says is the story holds text, though the line has a caption's looks."""
    line = "Three ferries with flour reached the besieged town on Sunday, the harbour master said"
    body = f"<div class='article-body'><div><img src='a.jpg'></div>{line}</div>"
    assert blocks(f"{body}<p>Storm closes the strait.</p>") == [(line, BlockKind.PARAGRAPH)]


def test_a_link_beside_a_picture_is_no_caption() -> None:
    """It leads to another story: what the desk strikes as a teaser must not be a caption of this
    one."""
    picture = "<div><img src='a.jpg'></div>"
    teaser = f"<div>{picture}<p><a href='/s'>Storm closes the strait</a></p></div>"
    found = blocks(f"<article>{BODY}{teaser}{BODY.replace('Three', 'Four')}</article>")
    assert ("Storm closes the strait", BlockKind.PARAGRAPH) in found


def test_a_row_with_one_filled_cell_is_no_row_of_figures() -> None:
    """Old pages set their columns by tables: one cell with words is a line of text."""
    rows = "<tr><td>Flour aboard</td><td></td></tr><tr><td>Lena</td><td>9 t</td></tr>"
    found = blocks(f"<article>{BODY}<table>{rows}</table>{BODY.replace('Three', 'Four')}</article>")
    assert ("Flour aboard", BlockKind.PARAGRAPH) in found
    assert ("Lena 9 t", BlockKind.ITEM) in found


def test_a_link_set_apart_in_the_storys_words_is_no_pull_quote() -> None:
    """It leads to another page about the same: the page does not say its own words again."""
    link = "<aside><a href='/s'>nobody believed that the ships would come</a></aside>"
    found = blocks(f"<article>{BODY}{link}{BODY.replace('Three', 'Four')}</article>")
    assert BlockKind.QUOTE not in {kind for _, kind in found}


def test_a_lead_in_a_box_of_its_own_is_part_of_the_story() -> None:
    """A box named as the lead, right before the one that holds the rest, is not left behind."""
    rest = "".join(f"<p>{p}</p>" for p in PARAGRAPHS[1:])
    assert story(
        f"<div class='lede'><p>{PARAGRAPHS[0]}</p></div><div class='article-body'>{rest}</div>"
    ) == list(PARAGRAPHS)


def test_preformatted_copy_has_its_lines() -> None:
    """Old wire pages print a story in <pre>: blank lines divide its paragraphs."""
    assert story("<pre>" + "\n\n".join(PARAGRAPHS) + "</pre>") == list(PARAGRAPHS)


@pytest.mark.parametrize(
    "heading", ["<h3>Comments</h3>", "<h3>12 Comments</h3>", "<p><b>Комментарии (12)</b></p>"]
)
@pytest.mark.parametrize(
    "frame", ["<div>{}<div>{}</div></div>", "<div><div>{}</div><div>{}</div></div>", "{}{}"]
)
def test_readers_comments_go_by_their_heading(heading: str, frame: str) -> None:
    """Also where no name tells them, and where they are longer than the story."""
    said = (
        "I was there last summer and honestly it was a very different place, what a shame, says "
        "number {}."
    )
    readers = heading + "".join(
        f"<div><b>reader {n}</b><p>{said.format(n)}</p></div>" for n in range(12)
    )
    first, second = (
        frame.split("{}", maxsplit=1)[0] + BODY,
        frame.split("{}", 1)[1].replace("{}", readers),
    )
    assert [text for text, _ in blocks(first + second)] == list(PARAGRAPHS)


def test_comments_longer_than_the_story_are_not_taken_for_it() -> None:
    """They are dropped before the choice, so that the box they fill has no weight in it."""
    readers = "".join(
        f"<p>{PARAGRAPHS[number % 4]} Said reader {number}.</p>" for number in range(40)
    )
    page = f"<div><div>{BODY}</div><div><h3>Comments</h3>{readers}</div></div>"
    assert [text for text, _ in blocks(page)] == list(PARAGRAPHS)


@pytest.mark.parametrize(
    ("lines", "byline"),
    [
        (["Ana Reyes in Karsin"], ["Ana Reyes in Karsin"]),
        (["Updated 3 March 2026"], []),
        (["By Ana Reyes, 3 March 2026", "Photographs Ines Lund"], ["By Ana Reyes, 3 March 2026"]),
        (["Ana"], []),
        (["Newsroom"], []),
    ],
)
def test_the_byline_above_the_story_is_a_name(lines: list[str], byline: list[str]) -> None:
    """A line that begins with "By" is surest; without, one with figures is a time, not a name."""
    above = "".join(f"<div><div class='byline'>{line}</div></div>" for line in lines)
    found = blocks(f"{above}<div class='article-body'>{BODY}</div>")
    assert [text for text, kind in found if kind is BlockKind.BYLINE] == byline


def test_a_byline_inside_the_story_is_its_only_one() -> None:
    """Above the box stands then who edits the page, or who wrote the story before."""
    above = "<div><div class='byline'>By Tom Reyes</div></div>"
    inside = "<p class='byline'>By Ana Reyes</p>"
    found = blocks(f"{above}<div class='article-body'>{inside}{BODY}</div>")
    assert [text for text, kind in found if kind is BlockKind.BYLINE] == ["By Ana Reyes"]


def test_what_a_layout_has_beside_a_box_is_not_said_of_it() -> None:
    """A box "with-sidebar" is no sidebar."""
    inner = f"<div class='col with-sidebar'><p>{PARAGRAPHS[0]}</p></div>"
    assert story(inner + BODY.replace("Three", "Four"))[0] == PARAGRAPHS[0]
    assert PARAGRAPHS[0] not in story(inner.replace("with-", "") + BODY.replace("Three", "Four"))


def test_cards_with_much_text_are_not_taken_for_the_story() -> None:
    """They have no weight in the choice, also where they hold more text than the story."""
    card = "<div class='x9'><a href='/{0}'>Storm {0} closes the strait</a><p>{1} {2}</p></div>"
    cards = "".join(
        card.format(number, PARAGRAPHS[number % 3], "Ships wait for the tide, crews said.")
        for number in range(5)
    )
    page = f"<div><div>{BODY}</div><div class='q1'>{cards}</div></div>"
    assert [text for text, _ in blocks(page)] == list(PARAGRAPHS)


def test_a_body_elsewhere_is_another_storys() -> None:
    """Of two boxes named as a story's text, one after the other, the first is meant."""
    other = "".join(
        f"<p>Boats for sale at the yard of {name}, crews said.</p>" for name in "ABCDEFGH"
    )
    page = (
        f"<div class='article-content'><div>{BODY}</div></div><div class='post-body'><div>{other}"
    )
    assert [text for text, _ in blocks(page + "</div></div>")] == list(PARAGRAPHS)


def test_the_word_comments_alone_heads_nothing() -> None:
    """A paragraph that says "Comments" is text; only a heading or a bold line ends the story."""
    assert story(f"{BODY}<p>Comments</p><p>{PARAGRAPHS[0]} Twice.</p>")[-1].endswith("Twice.")


def test_a_lead_in_another_frame_is_not_the_storys() -> None:
    """A box of that name counts where it stands beside the story's box, not inside a header."""
    rest = "".join(f"<p>{p}</p>" for p in PARAGRAPHS[1:])
    header = f"<div><div class='lede'><p>{PARAGRAPHS[0]}</p></div></div>"
    assert story(f"{header}<div class='article-body'>{rest}</div>") == list(PARAGRAPHS[1:])


@pytest.mark.parametrize(
    ("above", "stays"),
    [
        ("<h3>More on Karsin</h3>", False),
        ("<p>More on Karsin:</p>", False),
        ("<p><b>More on Karsin</b></p>", False),
        ("<p>More on Karsin</p>", True),
    ],
)
def test_a_label_goes_with_its_list_of_links(above: str, stays: bool) -> None:
    """A heading, a line with a colon or a bold one; a plain line above a list is text."""
    links = "<ul><li><a href='/a'>Storm closes strait</a></li><li><a href='/b'>Envoy</a></li></ul>"
    found = story(f"{BODY}{above}{links}{BODY.replace('Three', 'Four')}")
    assert any(text.startswith("More on") for text in found) is stays
    assert not any("Storm closes" in text for text in found)


@pytest.mark.parametrize(
    ("attributes", "kind"),
    [
        ("class='share-bar'", None),
        ("class='shareholder'", BlockKind.PARAGRAPH),
        ("class='shared-content'", BlockKind.PARAGRAPH),
        ("class='relatedposts'", None),
        ("class='comments2'", None),
        ("class='storyComments'", None),
        ("class='commentary'", BlockKind.PARAGRAPH),
        ("class='ad-slot'", None),
        ("class='add-on'", BlockKind.PARAGRAPH),
        ("class='most-read'", None),
        ("class='publicidad'", None),
        ("class='photo-credit'", BlockKind.CAPTION),
        ("class='legends'", BlockKind.PARAGRAPH),
        ("class='byline'", BlockKind.BYLINE),
        ("class='photo-caption author'", BlockKind.CAPTION),
        ("class='datelines'", BlockKind.PARAGRAPH),
        ("class='sub-title'", BlockKind.STANDFIRST),
        ("class='subtitles'", BlockKind.PARAGRAPH),
        ("class='sr-only'", None),
        ("class='popover-link'", BlockKind.PARAGRAPH),
        ("id='newsletter'", None),
        ("role='navigation'", None),
        ("itemprop='dateModified'", None),
        ("itemprop='author'", BlockKind.PARAGRAPH),
        ("aria-hidden='true'", None),
        ("hidden", None),
        ("style='visibility: hidden'", None),
        ("style='color: red'", BlockKind.PARAGRAPH),
    ],
)
def test_what_names_say_of_a_box_inside_the_story(attributes: str, kind: BlockKind | None) -> None:
    """Whole parts of names count, in many languages; what is gone has no kind."""
    inner = "Four boats that had waited for the tide came in behind them, the pilots said."
    page = f"<article>{BODY}<div {attributes}><p>{inner}</p></div>{BODY.replace('Three', 'Four')}"
    kinds = [block for text, block in blocks(page + "</article>") if text == inner]
    below_the_lead = {BlockKind.STANDFIRST: BlockKind.HEADING}
    assert kinds == ([] if kind is None else [below_the_lead.get(kind, kind)])


def test_comments_end_with_their_box() -> None:
    """What stands below the box that their heading begins is the story's again."""
    readers = "<div><h3>Comments</h3><p>What a shame, said a reader from the other shore.</p></div>"
    found = story(f"{BODY}{readers}<div><p>{PARAGRAPHS[0]} Twice.</p></div>")
    assert found[-1].endswith("Twice.")
    assert not any("What a shame" in text for text in found)


def test_a_rule_and_two_breaks_divide_paragraphs() -> None:
    """<hr> and <br><br> end a run of text; one <br> before a small letter does not."""
    page = f"<div>{PARAGRAPHS[0]}<hr>{PARAGRAPHS[1]}<br><br>{PARAGRAPHS[2]}<br>and went on.</div>"
    assert story(page) == [*PARAGRAPHS[:2], f"{PARAGRAPHS[2]} and went on."]


# --------------------------------------------------------------------------- layouts of real sites


def test_parts_that_react_streams_stand_in_their_places() -> None:
    """What a script would move out of hidden boxes behind the page is read where it belongs."""
    places = "".join(f'<template id="B:{n}"></template>' for n in range(3))
    parts = "".join(f'<div hidden id="S:{n}"><p>{PARAGRAPHS[n]}</p></div>' for n in (2, 0, 1))
    inner = '<div hidden id="S:4"><p>' + PARAGRAPHS[3] + "</p></div>"
    body = f'<main><div class="article-body">{places}<template id="P:4"></template></div></main>'
    assert [text for text, _ in blocks(body + parts + inner)] == list(PARAGRAPHS)


def test_a_streamed_part_without_a_place_stays_hidden() -> None:
    """No place, no part: a hidden box with such an id is a hidden box."""
    stray = (
        '<div hidden id="S:7"><p>'
        + "The offer ends on Friday at noon, readers. " * 4
        + "</p></div>"
    )
    assert story(BODY + stray) == list(PARAGRAPHS)


@pytest.mark.parametrize(
    "opener",
    [
        "<h3><button aria-expanded='false'><p>What comes next?</p></button></h3>",
        "<h3><a href='#a' aria-controls='a'>What comes next?</a></h3>",
        "<a role='button' aria-controls='a'><span>What comes next?</span></a>",
    ],
)
def test_a_panel_below_its_question_is_read(opener: str) -> None:
    """An answer that a reader opens is part of the story, and so is the question."""
    panel = f"<div id='a' hidden><p>{PARAGRAPHS[2]}</p><p>{PARAGRAPHS[3]}</p></div>"
    found = story(f"<p>{PARAGRAPHS[0]}</p><p>{PARAGRAPHS[1]}</p><div>{opener}{panel}</div>")
    assert found == [*PARAGRAPHS[:2], "What comes next?", *PARAGRAPHS[2:]]


def test_a_panel_without_prose_stays_hidden() -> None:
    """A menu opens below its button too."""
    menu = "<ul hidden><li>Copy the link</li><li>Send it to a friend</li></ul>"
    assert story(f"{BODY}<div><button aria-expanded='false'>Share</button>{menu}</div>") == list(
        PARAGRAPHS
    )


@pytest.mark.parametrize("holder", ["blockquote", "pre", "table"])
def test_a_figure_without_a_picture_holds_text(holder: str) -> None:
    """Quotations and tables stand in <figure> too; only what is beside a picture is a caption."""
    said = "The harbour was never closed, not for a day, in all these years of war by the lake."
    inner = f"<tr><td>{said}</td></tr>" if holder == "table" else said
    figure = f"<figure><{holder}>{inner}</{holder}><figcaption>Ines Lund</figcaption></figure>"
    assert said in story(BODY + figure + f"<p>{PARAGRAPHS[1]} Again.</p>")


def test_a_widget_with_a_paragraph_is_text_and_one_without_is_not() -> None:
    """Page builders call every piece a widget, the story's paragraphs among them."""
    pieces = "".join(f"<div class='builder-widget text'><p>{p}</p></div>" for p in PARAGRAPHS)
    scores = "<div class='score-widget'><p>Harbour 3</p><p>Town 1</p></div>"
    assert story(pieces + scores) == list(PARAGRAPHS)


def test_a_heading_is_not_judged_by_its_id() -> None:
    """A heading's id is made of its words."""
    head = "<h2 id='tools-and-related-work-step-by-step'>Tools and related work</h2>"
    assert story(f"<p>{PARAGRAPHS[0]}</p>{head}<p>{PARAGRAPHS[1]}</p>") == [
        PARAGRAPHS[0],
        "Tools and related work",
        PARAGRAPHS[1],
    ]


def test_a_small_story_elsewhere_does_not_condemn_the_text() -> None:
    """A box with a misleading name and most of the text is the story, whatever stands above it."""
    above = "<div class='content-header'><p>The harbour master and his fleet.</p></div>"
    body = f"{above}<div class='grid-with-toc-sidebar'><div>{BODY}</div></div>"
    assert [text for text, _ in blocks(body)][-len(PARAGRAPHS) :] == list(PARAGRAPHS)


def test_a_story_in_a_window_over_a_hidden_page() -> None:
    """Where nothing else is shown, what is named a modal is the story, not what is hidden."""
    behind = "".join(f"<p>{n}. {p}</p>" for n, p in enumerate(PARAGRAPHS * 2))
    body = f"<div hidden>{behind}</div><div class='target-modal'>{BODY}</div>"
    assert [text for text, _ in blocks(body)] == list(PARAGRAPHS)


def test_modules_with_numbers_are_one_story() -> None:
    """An <h1> in each module of a page heads a passage; the next story's box is like the first."""
    modules = "".join(
        f"<div class='module-{n}'><h1>Passage number {n} of it all</h1><p>{p}</p><p>{p}</p></div>"
        for n, p in enumerate(PARAGRAPHS[:2])
    )
    assert PARAGRAPHS[1] in story(modules)


@pytest.mark.parametrize(("others", "alone"), [(19, True), (20, False)])
def test_a_short_article_under_the_headline_wins_on_a_page_of_little_text(
    others: int, *, alone: bool
) -> None:
    """A flash beside teasers is the story; on a page of much text the larger part is looked at."""
    said = "Three ferries with flour reached the besieged port at dawn today."
    flash = f"<article><h1>Ferries dock</h1><p>{said}</p></article>"
    beside = "".join(
        f"<p>Story {n:02} of another day is told here in one line, with an end in a stop.</p>"
        for n in range(others)
    )
    found = [text for text, _ in blocks(f"{flash}<section>{beside}</section>")]
    assert (found == [said]) is alone


@pytest.mark.parametrize("inside", ["<h1>{}</h1>", "<article>{}</article>", "<main>{}</main>"])
def test_a_menu_that_nobody_closed_holds_the_page(inside: str) -> None:
    """A <nav> with a headline or an article in it is read; one with links alone is not."""
    links = "<ul><li><a href='/coast'>Coast</a></li><li><a href='/town'>Town</a></li></ul>"
    held = inside.format("Ferries reach port") if "h1" in inside else inside.format(BODY)
    rest = BODY if "h1" in inside else ""
    found = [text for text, _ in blocks(f"<header><nav>{links}{held}{rest}</header>")]
    assert [text for text in found if text in PARAGRAPHS] == list(PARAGRAPHS)
    assert "Coast" not in found
    beside = blocks(f"<nav>{links}<p>{PARAGRAPHS[0]}</p></nav>{BODY}")
    assert [text for text, _ in beside] == list(PARAGRAPHS)


@pytest.mark.parametrize(("size", "stays"), [(130, False), (136, True)])
def test_an_introduction_in_a_box_above_the_rest_stays(size: int, stays: bool) -> None:
    """In the story's own box a tenth of its text above the largest part is no teaser."""
    # 1,200 characters below: with 134 above them, a tenth of all is above
    long = "The harbour master read out the names of the ships. " + "x" * 247 + "."
    rest = f"<div>{f'<div><p>{long}</p></div>' * 4}</div>"
    lead = "Flour came by sea on Sunday. " + "y" * (size - 30) + "."
    found = story(f"<div><div><p>{lead}</p></div></div>{rest}")
    assert (lead in found) is stays
    # where no name tells, what stands beside the fullest box is somebody else's
    assert lead not in [text for text, _ in blocks(f"<div><div><p>{lead}</p></div></div>{rest}")]


ELEVEN = "The fuel came first and one lorry more came at noon."
TWELVE = "The fuel came first and only one lorry more came at noon."


@pytest.mark.parametrize(
    ("beside", "is_text"),
    [
        (f"{BODY}<p class='credit'>{ELEVEN}</p>", False),
        (f"{BODY}<p class='credit'>{TWELVE}</p>", True),
        (f"{BODY}<p class='credit'>{TWELVE[:-1]}</p>", False),
        (f"{BODY}<p class='credit'>{TWELVE[:-1]}, photo by Ines Lund.</p>", False),
        (f"{BODY}<img src='q.jpg'><p class='credit'>{TWELVE}</p>", False),
        (f"{BODY}<img src='q.jpg'><p>The quay</p><p class='credit'>{TWELVE}</p>", False),
        (f"<img src='q.jpg'>{BODY}<p class='credit'>{TWELVE}</p>", True),
        (f"{BODY}<figure><figcaption class='credit'>{TWELVE}</figcaption></figure>", False),
        (f"{BODY}<figure><span class='credit'>{TWELVE}</span></figure>", False),
        (f"{BODY}<figure><div class='credit'>{TWELVE}</div></figure>", False),
    ],
)
def test_a_long_sentence_is_no_credit(beside: str, *, is_text: bool) -> None:
    """A name alone makes no credit of ``SENTENCE_WORDS`` words but by a picture."""
    assert any(text.startswith("The fuel came first") for text in story(beside)) is is_text
