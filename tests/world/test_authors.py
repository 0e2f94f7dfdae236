"""Kinds of bylines that metadata know by half or not at all."""

from __future__ import annotations

from tests.world.conftest import Explained
from tests.world.doors import body
from tests.world.stories import page, told
from tests.world.table import Row, variants

EN = told("en")
ONE_AUTHOR = '<meta name="author" content="Mira Solen">'
SITE_AUTHOR = (
    '<meta property="og:site_name" content="Lakeside Vision">'
    '<meta name="author" content="Lakeside Vision">'
)


def by(markup: str, head: str = "", language: str = "en") -> str:
    """A page with this below its headline."""
    return page(told(language), head=head, before=markup)


def at_the_end(markup: str, head: str = "") -> str:
    """A page with this below its text."""
    return page(EN, head=head, after=markup)


SHARED = {
    "and": Row(
        "The printed line has a second name.", by("<p>By Mira Solen and Omar Riad</p>", ONE_AUTHOR)
    ),
    "spans": Row(
        "Each name in an element of its own.",
        by(
            "<div>Written by <span>Mira Solen</span>, <span>Omar Riad</span></div>"
            "<div>Reviewed by <span>Jonas Weyer</span></div>",
            ONE_AUTHOR,
        ),
    ),
    "german": Row(
        "In German, the date behind a stroke.",
        by("<div>Von Mira Solen und Omar Riad | 9. März 2025</div>", ONE_AUTHOR),
    ),
    "two-tags": Row(
        "JSON-LD has room for one, the tags name both.",
        by(
            "",
            '<script type="application/ld+json">{"@type":"NewsArticle","author":'
            '{"@type":"Person","name":"Mira Solen"}}</script>'
            '<meta property="article:author" content="Mira Solen">'
            '<meta property="article:author" content="Omar Riad">',
        ),
    ),
}


@variants("byline-shared", SHARED)
def test_the_others_are_named_too(row: Row, explained: Explained) -> None:
    """Templates have room for one author: who else is printed beside him signs as well."""
    said = explained(row.given)["byline"]
    assert [said.count(name) for name in ("Mira Solen", "Omar Riad")] == [1, 1], said
    assert "Weyer" not in said, said


NOT_SHARED = {
    "topic": Row(
        "A topic behind a point.", by("<p>By Mira Solen · Climate Change</p>", ONE_AUTHOR)
    ),
    "role": Row("A role.", by("<p>By Mira Solen, Foreign Editor</p>", ONE_AUTHOR)),
    "photographer": Row(
        "Who took the picture.", by("<p>By Mira Solen | Photo: Omar Riad</p>", ONE_AUTHOR)
    ),
    "no-opener": Row("Two names without a word.", by("<p>Mira Solen, Velmar Bay</p>", ONE_AUTHOR)),
    "in-the-text": Row(
        "The author's name in a sentence with another's.",
        by(
            "<p>Mira Solen and Omar Riad were shown around the harbour for two days by men who had "
            "worked there since the first crane was built.</p>",
            ONE_AUTHOR,
        ),
    ),
}


@variants("byline-not-shared", NOT_SHARED)
def test_what_stands_beside_the_author_is_no_author(row: Row, explained: Explained) -> None:
    """A topic, a role and a photographer do not sign."""
    assert explained(row.given)["byline"] == "Mira Solen", row.must


NAMED = {
    "label-row": Row(
        "A row of facts below the text.",
        at_the_end("<ul><li><b>Date</b> 9.3.2025</li><li><b>Author</b> Mira Solen</li></ul>"),
    ),
    "label-list": Row(
        "The same in German, in a list of terms.",
        at_the_end("<dl><dt>Autorin/Autor</dt><dd>Mira Solen</dd></dl>", SITE_AUTHOR),
    ),
    "label-heading": Row(
        "A heading and a name below it.",
        at_the_end("<div><h2>Article by</h2><div>Mira Solen</div></div>"),
    ),
    "date-and-label": Row(
        "A date, a stroke and a label.", by("<p>9.3.2025 | Autor: Mira Solen</p>", language="de")
    ),
    "role-in-brackets": Row(
        "A role in brackets.", by('<div class="author-name">Mira Solen (Content Manager)</div>')
    ),
    "on-behalf": Row(
        "For whom it was written.",
        by('<p class="post-author">9 March 2025 · Mira Solen on behalf of <a>the crew</a></p>'),
    ),
    "editors-path": Row(
        "A link to a page of editors.",
        by('<div><a href="/about/editors/mira-solen/">Mira Solen</a> 2 days ago</div>'),
    ),
    "after-the-house": Row(
        "The site is marked as the author, the name stands in bold above the lead.",
        page(
            EN,
            head=f'{SITE_AUTHOR}<meta name="description" content="Mira Solen {EN.body[0][:60]}">',
            before='<div class="author">Lakeside Vision</div>',
            text=f"<p><strong>Mira Solen</strong></p>{EN.paragraphs}",
        ),
    ),
    "after-the-account": Row(
        "An account, then the person.",
        by('<span class="author">lakeside</span><span class="author">Mira Solen</span>'),
    ),
    "behind-the-topic": Row(
        "Topics are called so, and stand behind the word.",
        by(
            '<h4>By</h4><div><a rel="tag" href="/harbour-works/">Harbour Works</a></div>'
            '<div><a rel="author" href="/x/mira">Mira Solen</a></div>'
        ),
    ),
}


@variants("byline-named", NAMED)
def test_a_name_that_a_label_or_its_place_tells(row: Row, explained: Explained) -> None:
    """The person signs, and the line is none of the story's."""
    said = explained(row.given)
    assert said["byline"] == "Mira Solen", f"{row.must} {said['byline']!r}"
    assert "Mira Solen" not in body(said), row.must


NOBODY = {
    "two-labels": Row(
        "Labels of two other stories.",
        page(
            EN,
            text=f"<p>{' '.join(EN.body)}</p><p>{' '.join(reversed(EN.body))}</p>",
            after="<div><b>Author</b> <i>Omar Riad</i></div>"
            "<div><b>Author</b> <i>Jonas Weyer</i></div>",
        ),
    ),
    "section": Row(
        "The section's name beside the date.",
        by(
            "<div><span>Harbour Works</span><span>9 March 2025</span></div>",
            '<meta property="article:section" content="Harbour Works">',
        ),
    ),
    "keyword": Row(
        "A keyword beside the date.",
        by(
            "<div><span>Harbour Works</span><span>9 March 2025</span></div>",
            '<meta name="keywords" content="cranes, Harbour Works, Velmar">',
        ),
    ),
    "tag-path": Row(
        "A link to a topic beside the date.",
        by('<div><a href="/tag/harbour-works">Harbour Works</a><span>9 March 2025</span></div>'),
    ),
}


@variants("byline-nobody", NOBODY)
def test_a_topic_and_other_stories_authors_do_not_sign(row: Row, explained: Explained) -> None:
    """What has the shape of a name is no author's where the page calls it something else."""
    assert explained(row.given)["byline"] == "", row.must


HOUSE_DESKS = {
    "web-desk": Row("A desk.", by('<div class="author">Web Desk</div>')),
    "staff-reporter": Row("A reporter.", by('<p><span class="author">Staff Reporter</span></p>')),
}


@variants("byline-desk", HOUSE_DESKS)
def test_a_desk_signs_where_nobody_else_does(row: Row, explained: Explained) -> None:
    """The house's own names are a byline of the house."""
    said = explained(row.given)
    assert said["byline"] in ("Web Desk", "Staff Reporter"), row.must


OPENED = {
    "slovene": by("<p>Avtor: Mira Solen</p>"),
    "slovene-verb": by("<div>Piše: Mira Solen</div>"),
    "azerbaijani": by("<p>Müəllif: Mira Solen</p>"),
    "greek": by("<p>Γράφει η Mira Solen</p>"),
    "belarusian": by("<p>Аўтар: Mira Solen</p>"),
    "georgian": by("<p>ავტორი: Mira Solen</p>"),
    "thai": by("<p>โดย Mira Solen</p>"),
    "korean": by("<p>글: Mira Solen</p>"),
}


@variants("byline-opened", {name: Row(f"In {name}.", html) for name, html in OPENED.items()})
def test_the_word_before_a_name(row: Row, explained: Explained) -> None:
    """Each language has its own word that opens a byline."""
    assert explained(row.given)["byline"] == "Mira Solen", row.must


DATES_ALONE = {
    "azerbaijani": "9 mart 2025, 14:05",
    "slovene": "9. marec 2025",
    "estonian": "9. märts 2025 14:05",
}


@variants("date-alone", {name: Row(f"In {name}.", line) for name, line in DATES_ALONE.items()})
def test_a_date_above_the_lead_is_no_line_of_it(row: Row, explained: Explained) -> None:
    """It goes above the first paragraph, and stays below one: there it heads a day."""
    date = f"<p>{row.given}</p>"
    above = explained(page(EN, text=f"{date}{EN.paragraphs}"))
    assert above["body"] == list(EN.body), row.must
    first, *rest = EN.body
    later = "".join(f"<p>{text}</p>" for text in rest)
    below = explained(page(EN, text=f"<p>{first}</p>{date}{later}"))
    shown = [*below["body"], *(head["text"] for head in below.get("crossheads", []))]
    assert row.given in shown, row.must
