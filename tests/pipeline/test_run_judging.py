"""Judging: what of a page speaks for its entry and what against it, each just below and above."""

from __future__ import annotations

from html import escape
from pathlib import Path

import pytest

from pipeline import extract, walls
from pipeline.run.judging import judge_page
from pipeline.run.nearness import compare_headlines, list_beginnings
from pipeline.story import Entry, Page, utc
from tests.making import NOW, entry

WALLS = walls.load(Path(__file__).parents[2] / "config" / "walls")
TITLE = "Shells strike harbour crane of Karsin before dawn"
TEXT = (
    "Shells struck the largest crane of Karsin harbour before dawn on Monday, its master said.",
    "Two ships cast off at once and wait outside the bay until the fire on the quay is out.",
)
OTHER = (
    "The library of Lindau lends violins from this week, and forty children came on its first day.",
    "A maker of bows from the valley repairs them for nothing, because he learned to read there.",
)


def judge(
    title: str, lines: tuple[str, ...], told: Entry, head: str = "", url: str = ""
) -> tuple[str, bool]:
    """What is refused of a page with this headline and these lines, and whether it is doubted."""
    text = "".join(f"<p>{escape(line)}</p>" for line in lines)
    html = f"<html><head><title>{escape(title)}</title>{head}</head><body><article>"
    html += f"<h1>{escape(title)}</h1>{text}</article></body></html>"
    page = Page(url or told.url, 200, html.encode(), "text/html", utc(NOW))
    judged = judge_page(extract.open_page(page, told, utc(NOW)), WALLS)
    return judged.refused, judged.doubted


def told(title: str, summary: str = "", **changes: str) -> Entry:
    """An entry with this headline and summary."""
    return entry("a", title=title, summary=summary, **changes)


def test_a_page_with_its_entrys_headline_is_its_own() -> None:
    """Whatever else it says."""
    assert judge(TITLE, TEXT, told(TITLE)) == ("", False)
    assert judge(TITLE, OTHER, told(TITLE)) == ("", False)


@pytest.mark.parametrize(
    ("title", "refused"),
    [
        # three words that tell: none of them may stand on the page
        ("Bishop opens granary", True),
        ("Bishop opens library", False),
        # seven: two may, by chance
        ("Bishop opens granary while violins and children sing outside", True),
        ("Bishop opens granary while violins, children and library sing", False),
        # two are too few to say anything
        ("Granary opens", False),
    ],
)
def test_another_story_shares_no_more_words_than_chance(title: str, *, refused: bool) -> None:
    """A long page has some words of any headline."""
    found, doubted = judge("Violins to borrow in Lindau", OTHER, told(title))
    assert found == ("another_story" if refused else "")
    assert doubted


def test_a_summary_speaks_for_a_page_with_another_headline() -> None:
    """What an editor retitled stays the entry's, by half of the summary's words."""
    summary = "Forty children came on the first day; a maker of bows repairs violins for nothing."
    assert judge("Violins", OTHER, told(TITLE, summary)) == ("", False)


def test_a_page_that_names_its_entrys_address_is_not_another_story() -> None:
    """An editor may change everything else of it."""
    link = '<link rel="canonical" href="https://wire.example/a">'
    assert judge("Violins", OTHER, told(TITLE), link)[0] == ""
    assert judge("Violins", OTHER, told(TITLE), link.replace("/a", "/b"))[0] == "another_story"


def test_a_translation_is_no_other_story_and_a_notice_is_none() -> None:
    """Two scripts share no word; only what is long may be the story."""
    text = "Снаряды попали утром в кран гавани Карсина, сообщил начальник порта. "
    assert judge("Снаряды попали в кран", (text * 3,), told(TITLE))[0] == ""
    assert judge("Спасибо", ("Редакция переезжает на берег.",), told(TITLE))[0] == "another_story"


def test_an_entry_without_words_refuses_nothing() -> None:
    """A sitemap may list addresses alone."""
    assert judge("Violins", OTHER, told("")) == ("", False)


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/", "front_page"), ("/en/", "front_page"), ("/index.html", "front_page"), ("/b", "")],
)
def test_a_link_that_leads_to_a_front_is_refused(path: str, kind: str) -> None:
    """Even where the front shows the story's words; a story that moved is no front."""
    found = judge("Karsin Post", TEXT, told(TITLE), url=f"https://wire.example{path}")
    assert found[0] == kind


FRONT = "".join(
    f'<p><a href="/{n}">{line}</a></p>'
    for n, line in enumerate(
        (
            "Library of Lindau lends violins",
            "Pilots wait outside the northern bay",
            "Bakers of Haven end their strike",
        )
    )
)


@pytest.mark.parametrize(("links", "kind"), [(3, "section_front"), (2, "another_story")])
def test_three_linked_headlines_make_a_front(links: int, kind: str) -> None:
    """Of an entry that the page does not tell."""
    rows = "".join(FRONT.partition(f'<p><a href="/{links}">')[0])
    html = f"<html><title>News</title><body><h1>News</h1>{rows}<p>{OTHER[0]}</p></body></html>"
    page = Page("https://wire.example/a", 200, html.encode(), "text/html", utc(NOW))
    judged = judge_page(extract.open_page(page, told(TITLE), utc(NOW)), WALLS)
    assert judged.refused == kind


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"%PDF-1.7 " + b"x" * 100, "binary"),
        (b"<html><p>Words</p>" + b"\x01" * 3 + b"a" * 120, "binary"),
        (b"<html><p>Words</p>" + b"\x01" * 2 + b"a" * 120, ""),
        (("Words of the desk. " * 20).encode("utf-16-le"), ""),
        (b'{"status": "ok", "article": null}', "source_code"),
        (b"<?php echo $story; ?>", "source_code"),
        (b'<?xml version="1.0"?><html><body><p>Words of the desk.</p></body></html>', ""),
        (b'{"data": 1} ' * 9000 + b"<html><body><p>Words of the desk.</p></body></html>", ""),
        (b"Words that nobody marked up, (as some old servers send them).", ""),
    ],
)
def test_bytes_that_are_no_page(body: bytes, kind: str) -> None:
    """By their signature, their control bytes and their signs; no text is taken for one."""
    page = Page("https://wire.example/a", 200, body, "text/html", utc(NOW))
    assert judge_page(extract.open_page(page, told(""), utc(NOW)), WALLS).refused == kind


@pytest.mark.parametrize(
    ("kind", "refused"),
    [("application/json", "source_code"), ("image/jpeg", "binary"), ("text/html", "")],
)
def test_a_page_of_another_type(kind: str, refused: str) -> None:
    """The type under which bytes came is believed where it says that they are no page."""
    page = Page("https://wire.example/a", 200, b"<p>Words of the desk.</p>", kind, utc(NOW))
    assert judge_page(extract.open_page(page, told(""), utc(NOW)), WALLS).refused == refused


def test_a_form_with_a_password_and_no_text_is_a_login() -> None:
    """Where a page says nothing, its form does."""
    html = b'<html><title>Desk</title><form><input type="password"></form></html>'
    page = Page("https://wire.example/a", 200, html, "text/html", utc(NOW))
    assert judge_page(extract.open_page(page, told(""), utc(NOW)), WALLS).refused == "login"


def test_a_text_that_our_reading_does_not_find_is_no_wall() -> None:
    """A button is all that is seen of a page whose story lies in a template; others read it."""
    hidden = "".join(f"<p>{line}</p>" for line in (*TEXT, *OTHER) * 5)
    for text, kind in ((hidden, ""), ("", "paywall")):
        html = f"<html><title>Desk</title><template>{text}</template><p></p>"
        html += "<button>Subscribe to read on</button><button>Already a subscriber?</button></html>"
        page = Page("https://wire.example/a", 200, html.encode(), "text/html", utc(NOW))
        assert judge_page(extract.open_page(page, told(""), utc(NOW)), WALLS).refused == kind


def test_a_wall_below_the_entrys_own_headline_is_a_wall() -> None:
    """A site may print the headline above its offer; with a free part below it, it is the story."""
    offer = ("This article is for subscribers only.", "Already a subscriber? Sign in to read on.")
    assert judge(TITLE, offer, told(TITLE))[0] == "paywall"
    assert judge(TITLE, (*TEXT, *TEXT, *offer), told(TITLE))[0] == ""


def test_words_are_compared_by_their_beginnings() -> None:
    """Cases and numbers bend words; figures count, small words do not; signs go in pairs."""
    assert list_beginnings("Рыбаками") == list_beginnings("Рыбаков")
    assert list_beginnings("in 12 of the") == {"12"}
    assert list_beginnings("港口爆炸") == {"港口", "口爆", "爆炸"}
    assert compare_headlines(told("Port of Karsin burns"), ("Karsin: port burns again",)) == 1


@pytest.mark.parametrize(
    ("cards", "kind", "canonical", "refused"),
    [
        (3, "website", "https://lake.example/", "front_page"),
        (2, "website", "https://lake.example/", ""),
        (3, "article", "https://lake.example/", ""),
        (3, "website", "https://lake.example/2025/03/09/harbour-crane-of-karsin-struck", ""),
        (3, "website", "https://lake.example/en/harbour", "front_page"),
        (3, "website", "https://lake.example/en/visit/harbour", ""),
    ],
)
def test_cards_of_stories_make_a_front_without_an_entry(
    cards: int, kind: str, canonical: str, refused: str
) -> None:
    """A link around each headline, a site rather than an article, and the address of its root."""
    card = '<div><a href="/n/{0}"><h3>Harbour master number {0} resigns</h3></a><p>{1}</p></div>'
    text = "<h1>Harbour</h1>" if "harbour" in canonical else ""
    text += "".join([card.format(number, TEXT[0]) for number in range(cards)])
    head = f'<meta property="og:type" content="{kind}"><link rel="canonical" href="{canonical}">'
    html = f"<html><head><title>Voice of the lake and its harbours</title>{head}</head>"
    html += f"<body><main>{text}</main></body></html>"
    page = Page("", 200, html.encode(), "text/html", utc(NOW))
    bare = Entry(key="k", feed_id="", guid="", url="", title="")
    assert judge_page(extract.open_page(page, bare, utc(NOW)), WALLS).refused == refused
