"""Every tuned number of extraction, just below and just above, through ``extract`` alone.

A row builds a page of a given size and says what of it is read: at ``inside`` the line that begins
with MARK is in the article (or whatever the row asks), at ``beyond`` it is not. Both sizes are next
to each other.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from pipeline.extract import extract
from pipeline.story import Article, BlockKind, Outcome, OutcomeKind, Page, utc
from tests.making import NOW, entry

URL = "https://wire.example/harbour"
WORDS = "the ferry left the quay of Telbarud with flour and fuel for the town "


def label(size: int, lead: str = "Other") -> str:
    """So many characters of words without an end: no running text below 80."""
    text = f"{lead} {WORDS * (size // len(WORDS) + 1)}"[:size]
    return text[:-1] + "s" if text.endswith(" ") else text


def run(size: int, lead: str = "Other") -> str:
    """One sentence of so many characters: running text from 25 on."""
    return label(size - 1, lead) + "."


def para(size: int, lead: str = "Other") -> str:
    """A paragraph of one sentence."""
    return f"<p>{run(size, lead)}</p>"


STORY = para(600, "First") + para(400, "Second")
"""A thousand characters of running text."""


def below(inner: str) -> str:
    """A story and what stands below it."""
    return "<article>" + STORY + inner + "</article>"


def take(page: str | bytes, kind: str = "text/html") -> Article | Outcome:
    """What extraction makes of a page."""
    body = page if isinstance(page, bytes) else page.encode()
    if kind == "text/html" and b"<html" not in body:
        body = b"<html><body>" + body + b"</body></html>"
    return extract(Page(URL, 200, body, kind, utc(NOW)), entry(title="", url=URL), utc(NOW))


def article(page: str | bytes, kind: str = "text/html") -> Article:
    """The article of a page; fails where there is none."""
    found = take(page, kind)
    assert isinstance(found, Article), found
    return found


def marked(page: str) -> bool:
    """Whether the line that begins with MARK is in the article."""
    return any(block.text.startswith("MARK") for block in article(page).blocks)


def kind_of_mark(page: str) -> BlockKind:
    """The kind of the line that begins with MARK."""
    return next(block.kind for block in article(page).blocks if block.text.startswith("MARK"))


@dataclass(frozen=True)
class Limit:
    """One number: a page of a size, and whether it is ``True`` of the page at ``inside``."""

    name: str
    why: str
    inside: int
    beyond: int
    page: Callable[[int], str]
    is_so: Callable[[str], bool] = marked


def link(size: int, lead: str = "Other") -> str:
    """A link of so many characters."""
    return f"<a href='/x'>{label(size, lead)}</a>"


LINKS = f"<ul><li>{link(40)}</li><li>{link(50)}</li></ul>"


def card(plain: int, linked: int = 40, beside: str = "") -> str:
    """A headline that is all link above lines that are none, 70 characters at most in each."""
    lines = [plain // 5] * 4 + [plain - 4 * (plain // 5)]
    return (
        f"<div class='c'><div>{link(linked, 'MARK')}{beside}</div>"
        + "".join(f"<div>{label(size)}</div>" for size in lines)
        + "</div>"
    )


SCRIPT = '<script type="application/ld+json">'


def jsonld(body: str) -> str:
    """JSON-LD of an article with a text."""
    data = json.dumps({"@type": "NewsArticle", "articleBody": body})
    return f"{SCRIPT}{data}</script>"


def is_article(page: str) -> bool:
    """Whether there is an article at all."""
    return isinstance(take(page), Article)


def is_caption(page: str) -> bool:
    """Whether the marked line is a caption."""
    return kind_of_mark(page) is BlockKind.CAPTION


def is_heading(page: str) -> bool:
    """Whether the marked line is a heading."""
    return kind_of_mark(page) is BlockKind.HEADING


def is_linked(page: str) -> bool:
    """Whether the marked line is known to be a link."""
    return any(block.links == 1.0 for block in article(page).blocks)


def is_one_line(page: str) -> bool:
    """Whether two lines that <br> divides were joined."""
    return any("joined MARK" in block.text for block in article(page).blocks)


BARE = "<b>Ada Cole, 9 March 2019</b>"
"""A name without a mark, with its date."""


def has_bare_name(page: str) -> bool:
    """Whether a name that stands without a mark is among the printed ones."""
    return any(name.startswith("Ada") for name in article(page).printed_authors)


def has_h1_headline(page: str) -> bool:
    """Whether the headline is what an <h1> prints, told by its last word."""
    return article(page).headline.endswith("MARK")


def is_dated_by_the_page(page: str) -> bool:
    """Whether the page itself says when it was published."""
    published = article(page).published
    return published is not None and published.basis == "page"


def words(count: int, lead: str = "MARK") -> str:
    """So many words without an end."""
    return " ".join([lead, *["quay"] * (count - 1)])


CHOICE = [
    Limit(
        "text", "60 characters are a text: a shorter one is a label or a cookie line",
        60, 59, lambda n: para(n, "MARK"), is_article,
    ),
    Limit(
        "blocks", "the longest features have some hundred paragraphs; over 2,000 is no story",
        2000, 2001, lambda n: "<p>The ferry left on time, crews said.</p>" * n, is_article,
    ),
    Limit(
        "named share", "a box named as the story is believed if it holds 35 % of the running text",
        350, 349,
        lambda n: f"<div class='article-body'>{para(n)}</div><div>{para(1000 - n, 'MARK')}</div>",
        lambda page: not marked(page),
    ),
    Limit(
        "items", "an item of a list weighs half: 700 characters of items are 350 of text",
        700, 698,
        lambda n: f"<div class='article-body'><ul><li>{run(n)}</li></ul></div>"
        f"<div>{para(1000 - n // 2, 'MARK')}</div>",
        lambda page: not marked(page),
    ),
    Limit(
        "deeper share", "the choice goes into a child that holds 75 % of the running text",
        749, 750, lambda n: f"<div>{para(n)}</div><div>{para(1000 - n, 'MARK')}</div>",
    ),
    Limit(
        "deeper share of named boxes", "of bodies in bodies the inner is meant if it holds 75 %",
        749, 750,
        lambda n: f"<div class='article-content'><div>{para(1000 - n, 'MARK')}</div>"
        f"<div class='article-body'>{para(n)}</div></div>",
    ),
    Limit(
        "own share", "a box that has a tenth of its text in paragraphs of its own is the story",
        90, 89, lambda n: f"{para(n, 'MARK')}<div>{para(900)}</div>",
    ),
    Limit(
        "own share of named boxes", "the same where the boxes are named as the story's text",
        100, 99,
        lambda n: f"<div class='article-content'>{para(n, 'MARK')}"
        f"<div class='article-body'>{para(1000 - n)}</div></div>",
    ),
    Limit(
        "dense", "boxes with under a fifth of the fullest box's paragraphs are teasers",
        200, 199, lambda n: f"<div>{para(1000)}</div>" + f"<div>{para(n, 'MARK')}</div>" * 3,
    ),
    Limit(
        "clear share", "30 % of the text outside furniture are enough to choose by them alone",
        120, 119,
        lambda n: f"<div class='article-body'><p>{label(70)}</p>"
        f"<div class='promo'>{para(140)}</div><div class='promo'>{para(140)}</div></div>"
        f"<div>{para(n, 'MARK')}</div>",
    ),
    Limit(
        "clear text", "so are 200 characters, however long the furniture is",
        200, 199,
        lambda n: f"<div><p>{label(70)}</p>"
        + f"<div class='promo'>{para(600)}</div>" * 3
        + f"</div><div>{para(n, 'MARK')}</div>",
    ),
    Limit(
        "guard", "a box named as furniture that holds over half of the text is the story",
        501, 500,
        lambda n: f"<div class='promo'>{para(n, 'MARK')}</div><div>{para(1000 - n)}</div>",
    ),
    Limit(
        "guard inside", "the same inside the story's box",
        501, 500,
        lambda n: f"<article>{para(1000 - n)}<div class='promo'>{para(n, 'MARK')}</div></article>",
    ),
    Limit(
        "guard of tags", "a tag like <aside> must hold over 90 %: it says more than a name",
        2701, 2700, lambda n: f"<aside>{para(n, 'MARK')}</aside><div>{para(3000 - n)}</div>",
    ),
    Limit(
        "guard of what is hidden", "so must a box that a style hides until a script runs",
        2701, 2700,
        lambda n: f"<div style='display:none'>{para(n, 'MARK')}</div><div>{para(3000 - n)}</div>",
    ),
    Limit(
        "byline outside", "90 characters of a byline above the story's box; longer is a portrait",
        90, 91,
        lambda n: f"<div><div class='byline'>{label(n, 'MARK')}</div></div>"
        f"<div class='article-body'>{STORY}</div>",
    ),
    Limit(
        "leaves above", "a byline stands at most 40 lines above the story",
        39, 40,
        lambda n: f"<div><div class='byline'>MARK Lund</div>{'<p>Boats</p>' * n}</div>"
        f"<div class='article-body'>{STORY}</div>",
    ),
]  # fmt: skip

INSIDE = [
    Limit(
        "unfinished line", "80 characters are running text without an end too; an <h1> below stays",
        80, 79, lambda n: f"<article><p>{label(n)}</p><h1>MARK two</h1>{STORY}</article>",
    ),
    Limit(
        "short sentence", "25 characters with an end are a sentence",
        25, 24, lambda n: f"<article>{para(n)}<h1>MARK two</h1>{STORY}</article>",
    ),
    Limit(
        "half linked", "a line is running text if half of it is outside links",
        50, 51,
        lambda n: f"<article><p>{link(n)}{run(100 - n)}</p><h1>MARK two</h1>{STORY}</article>",
    ),
    Limit(
        "linked share", "a box of several lines that is 60 % link is a list of links",
        59, 60,
        lambda n: below(f"<div><p>{link(n)}</p><p>{label(100 - n, 'MARK')}</p></div>"),
    ),
    Limit(
        "links guard", "a list of links with over a fifth of the running text is part of the story",
        201, 200,
        lambda n: f"<article>{para(1000 - n)}"
        f"<div>{para(n, 'MARK')}<p>{link(400)}</p></div></article>",
    ),
    Limit(
        "label of links", "six words above a list of links head it; seven are a line of the story",
        7, 6,
        lambda n: f"<article>{STORY}<h3>{words(n)}</h3>{LINKS}"
        f"{para(90)}</article>",
    ),
    Limit(
        "bold label", "a line is bold if over 80 % of it are",
        80, 81,
        lambda n: f"<article>{STORY}<p><b>MARK{'k' * (n - 4)}</b>{'l' * (100 - n)}</p>"
        f"{LINKS}{para(90)}</article>",
    ),
    Limit(
        "fewest cards", "three like boxes are cards; two may be the story's own",
        2, 3, lambda n: below(f"<div>{card(160) * n}</div>"),
    ),
    Limit(
        "largest card", "over 300 characters are a passage under a linked heading",
        301, 300, lambda n: below(f"<div>{card(n - 40) * 3}</div>"),
    ),
    Limit(
        "linked head", "a card's headline is link to 90 %",
        89, 90, lambda n: below(f"<div>{card(200, n, label(99 - n, ' s')) * 3}</div>"),
    ),
    Limit(
        "pull quote", "seven words that the story says too are a pull quote; six may be chance",
        7, 6,
        lambda n: below(f"{para(200, words(9))}<aside><p>{words(n)}</p></aside>"),
        lambda page: any(b.kind is BlockKind.QUOTE for b in article(page).blocks),
    ),
    Limit(
        "standfirst below", "under 120 characters with a standfirst's name are a cross-head",
        119, 120, lambda n: below(f"<p class='dek'>{label(n, 'MARK')}</p>{STORY}"),
        is_heading,
    ),
    Limit(
        "comments heading", "a heading of over 40 characters is no heading over comments",
        41, 40,
        lambda n: below(f"<h3>Comments ({'1' * (n - 11)})</h3>{para(90, 'MARK')}"),
    ),
    Limit(
        "text above comments", "under 200 characters of story above it, the heading is the story's",
        199, 200, lambda n: f"<article>{para(n)}<h3>Comments</h3>{para(990, 'MARK')}</article>",
    ),
]  # fmt: skip

LINES = [
    Limit(
        "cell", "cells of up to 60 characters make a row of figures, one line",
        60, 61,
        lambda n: below(f"<table><tr><td>MARK</td><td>{label(n)}</td></tr></table>"),
        lambda page: any(b.text.startswith("MARK Other") for b in article(page).blocks),
    ),
    Limit(
        "wrapped line", "a line of 80 characters that ends in no stop was wrapped",
        80, 79,
        lambda n: below(f"<p>{label(n - 7)} joined<br>MARK was wrapped.</p>"),
        is_one_line,
    ),
    Limit(
        "under a picture", "20 words under a picture in one paragraph are its caption",
        20, 21,
        lambda n: below(f"<p><img src='a'><br>{words(n)}</p>"), is_caption,
    ),
    Limit(
        "beside a picture", "40 words that name a source beside a picture are its caption",
        40, 41,
        lambda n: below(f"<div><img src='a'><p>{words(n - 1)} photo.</p></div>"),
        is_caption,
    ),
    Limit(
        "label beside a picture", "16 words that are no sentence are a caption without a source",
        16, 17, lambda n: below(f"<div><img src='a'><p>{words(n)}</p></div>"),
        is_caption,
    ),
    Limit(
        "nesting", "links are known down to 200 levels; below only text is taken",
        198, 199,
        lambda n: below(f"<p>{'<b>' * (n - 1)}{link(40, 'MARK')}</p>"), is_linked,
    ),
    Limit(
        "names", "300 characters of classes are looked at",
        294, 295,
        lambda n: below(f"<div class='{'x' * n} promo'>{para(90, 'MARK')}</div>"),
        lambda page: not marked(page),
    ),
    Limit(
        "id", "100 characters of an id are looked at",
        94, 95, lambda n: below(f"<div id='{'x' * n} promo'>{para(90, 'MARK')}</div>"),
        lambda page: not marked(page),
    ),
    Limit(
        "style", "200 characters of a style are looked at",
        188, 189,
        lambda n: below(f"<div style='{'x' * n}display:none'>{para(90, 'MARK')}</div>"),
        lambda page: not marked(page),
    ),
]  # fmt: skip

OTHER_READINGS = [
    Limit(
        "JSON-LD", "its text counts where it has over twice the words of the page",
        40, 41, lambda n: jsonld(words(n)) + f"<p>{words(19)} end.</p>",
        lambda page: article(page).basis == "page",
    ),
    Limit(
        "JSON-LD's objects", "2,000 objects of a script are looked at",
        1_999, 2_000,
        lambda n: '<script type="application/ld+json">'
        + json.dumps([{}] * (n - 1) + [{"@type": "NewsArticle", "articleBody": run(90)}])
        + "</script>",
        is_article,
    ),
    Limit(
        "trafilatura's tags", "over 10,000 angle brackets its time runs away: it is not asked",
        10_000, 10_001,
        lambda n: "<html><body><template>"
        + "".join(f"<div>{run(120, lead)}</div>" for lead in ("MARK", "Third", "Fourth", "Fifth"))
        + "</template>" + "<br>" * (n - 14) + "</body></html>",
        is_article,
    ),
]  # fmt: skip

TITLE = "Flour ferries reach besieged harbour of Telbarud"
HEADLINES = [
    Limit(
        "same start", "metadata are cut: sixty letters in common confirm a heading",
        60, 59,
        lambda n: f"<title>{'k' * n}zz</title><h1>{'k' * n}yy MARK</h1><h1>b</h1>{STORY}",
        has_h1_headline,
    ),
    Limit(
        "metadata's value", "2,000 characters of a description are kept",
        2_000, 2_001, lambda n: f"<meta name='description' content='{run(n)}'>{STORY}",
        lambda page: article(page).standfirst.endswith("."),
    ),
    Limit(
        "language", "twelve characters of a language tag are kept",
        12, 13, lambda n: f"<html lang='eng-abcd-{'efgh'[: n - 9]}'"
        + f"><body>{STORY}",
        lambda page: f"'{article(page).language}'" in page,
    ),
    Limit(
        "headings", "twenty <h1> are looked at",
        19, 20,
        lambda n: f"<title>{TITLE}</title>{'<h1>Boats</h1>' * n}<h1>{TITLE} MARK</h1>{STORY}",
        has_h1_headline,
    ),
    Limit(
        "shared word", "a word of five letters that both have says that they are of one story",
        5, 4,
        lambda n: f"<title>Grain {'ferries'[:n]} come</title>"
        f"<h1>The {'ferries'[:n]} did it MARK</h1>{STORY}",
        has_h1_headline,
    ),
    Limit(
        "words of a lone heading", "three words may be a headline that the metadata do not have",
        3, 2,
        lambda n: f"<title>All the ferries came</title>"
        f"<h1>{' '.join(['Old', 'Karsin'][: n - 2])} ferries MARK</h1>{STORY}",
        has_h1_headline,
    ),
    Limit(
        "short heading", "eight letters in the metadata are the site's name or a section",
        9, 8, lambda n: f"<title>{'abcdefghij'[: n - 4]}MARK of Karsin</title>"
        f"<h1>{'abcdefghij'[: n - 4]}MARK</h1><h1>b</h1>{STORY}",
        has_h1_headline,
    ),
    Limit(
        "smaller part", "a heading that is under half of the metadata's is the site's name",
        13, 12, lambda n: f"<title>{'o' * (25 - n)} {'k' * (n - 4)}MARK</title>"
        f"<h1>{'k' * (n - 4)}MARK</h1><h1>b</h1>{STORY}",
        lambda page: " " not in article(page).headline,
    ),
    Limit(
        "cut metadata", "over twenty letters of the metadata inside the heading confirm it",
        21, 20, lambda n: f"<title>{'k' * n}</title><h1>Say {'k' * n} MARK</h1><h1>b</h1>{STORY}",
        has_h1_headline,
    ),
    Limit(
        "metadata's author", "300 characters and more are no names",
        299, 300, lambda n: f"<meta name='author' content='{label(n, 'MARK')}'>{STORY}",
        lambda page: article(page).author.startswith("MARK"),
    ),
    Limit(
        "JSON-LD's author", "120 characters and more are no name",
        119, 120,
        lambda n: '<script type="application/ld+json">'
        + json.dumps({"@type": "NewsArticle", "author": label(n, "MARK")}) + f"</script>{STORY}",
        lambda page: article(page).author.startswith("MARK"),
    ),
    Limit(
        "printed author", "of what is longer than 120 characters no author is read",
        120, 121,
        lambda n: f"<h1>Ferries sail</h1><p class='author'>Ada Cole{'; Tom Reyes' * 9}"
        f"; Tom {'R' + 'e' * (n - 114)}{STORY}",
        lambda page: any(article(page).printed_authors),
    ),
    Limit(
        "initials", "two letters are no name",
        3, 2, lambda n: f"<a rel='author'>{'ABC'[:n]}</a><div class='article-body'>{STORY}</div>",
        lambda page: any(article(page).printed_authors),
    ),
    Limit(
        "account", "an author's name of two words that is not shaped as one is a label",
        1, 2,
        lambda n: f"<h1>Ferries sail</h1><a rel='author'>{' '.join(['ada', 'all'][:n])}</a>{STORY}",
        lambda page: any(article(page).printed_authors),
    ),
    Limit(
        "runs below", "a bare name stands among the fourteen texts below the headline",
        13, 14, lambda n: f"<h1>Ferries sail</h1>{'<b>-</b>' * n}{BARE}{STORY}", has_bare_name,
    ),
    Limit(
        "runs above", "or among the four above it",
        4, 5,
        lambda n: f"<div>{BARE}{'<b>-</b>' * (n - 1)}<h1>Ferries sail</h1>{STORY}</div>",
        has_bare_name,
    ),
    Limit(
        "words of a bare name", "it has four words at most",
        4, 5,
        lambda n: f"<h1>Ferries sail</h1><b>{' '.join(['Ada', 'Eva', 'Ida', 'Una', 'Oda'][:n])}"
        f", 9 March 2019</b>{STORY}",
        has_bare_name,
    ),
    Limit(
        "line of a bare name", "a line of sixty characters holds it with its date",
        60, 61,
        lambda n: f"<h1>Ferries sail</h1><b>Ada Cole, 9 March 2019, {'1' * (n - 24)}</b>{STORY}",
        has_bare_name,
    ),
    Limit(
        "life", "a paragraph that begins with the name is the author's life",
        3, 4,
        lambda n: f"<h1>Ferries sail</h1>{BARE}{STORY}<p>{'A' * n}Ada Cole {run(220)}</p>",
        has_bare_name,
    ),
    Limit(
        "topic", "a box around it may be named a topic, not the boxes around that",
        2, 1,
        lambda n: f"<h1>Ferries sail</h1><div class='topic'>{'<div>' * (n - 1)}{BARE}"
        f"{'</div>' * n}{STORY}",
        has_bare_name,
    ),
    Limit(
        "times", "forty <time> elements are looked at",
        39, 40,
        lambda n: f"<h1>Ferries reach port</h1>{'<time>today</time>' * n}"
        f"<time datetime='2019-03-03'></time>{STORY}",
        is_dated_by_the_page,
    ),
    Limit(
        "printed line", "a date for readers has few words beside it",
        80, 81,
        lambda n: f"<h1>Ferries reach port</h1><p>March 3, 2019 {'x' * (n - 1)}</p>{STORY}",
        is_dated_by_the_page,
    ),
]  # fmt: skip


def text_file(page: str) -> Article:
    """What a text file is."""
    return article(page, "text/plain")


def is_wrapped(page: str) -> bool:
    """Whether the lines of a text file were joined: it has a block for each paragraph."""
    return len(text_file(page).blocks) == 2


TEXT_FILES = [
    Limit(
        "narrow margin", "files wrap their lines at 45 columns or more",
        45, 44, lambda n: "Ferries\n\n" + ((label(n) + "\n") * 4 + "\n") * 2, is_wrapped,
    ),
    Limit(
        "wide margin", "and at 90 or less",
        90, 91, lambda n: "Ferries\n\n" + ((label(n) + "\n") * 4 + "\n") * 2, is_wrapped,
    ),
    Limit(
        "broken lines", "three lines that break off show a margin",
        3, 2, lambda n: f"Ferries\n\n{label(70)}\nend.\n\n" + (label(70) + "\n") * (n - 1) + "end.",
        is_wrapped,
    ),
    Limit(
        "unfinished lines", "if over 60 % of them end in no stop",
        61, 60,
        lambda n: "Ferries\n\n" + (label(70) + "\n") * n + (run(70) + "\n") * (100 - n)
        + "end.\n\nThe end of the story came.",
        is_wrapped,
    ),
    Limit(
        "headline", "a first line of 30 words may be a headline",
        30, 31, lambda n: f"{words(n)}\n\n{run(90)}", lambda page: bool(text_file(page).headline),
    ),
    Limit(
        "lead", "of 18 words if it ends as a sentence",
        18, 19, lambda n: f"{words(n)}.\n\n{run(90)}", lambda page: bool(text_file(page).headline),
    ),
    Limit(
        "broken first line", "the first of three lines that a margin broke off is no headline",
        2, 3, lambda n: (label(70) + "\n") * n + "\n" + (label(70) + "\n") * 4,
        lambda page: bool(text_file(page).headline),
    ),
    Limit(
        "short first line", "a first line of under 45 characters was not broken off by a margin",
        44, 45, lambda n: f"{label(n)}\n" + (label(70) + "\n") * 3 + "\n" + (label(70) + "\n") * 4,
        lambda page: bool(text_file(page).headline),
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (STORY.encode().ljust(8_000_000), ""),
        (STORY.encode().ljust(8_000_001), "page of 8000001 bytes, over 8000000"),
        (b"<p>" + b"a" * 1_000_000, ""),
        (b"<p>" + b"a" * 1_000_001, "a text of 1000001 characters, over 1000000"),
        (STORY.encode() + b"<i%s>" % b"".join(b" a%d" % n for n in range(150)), ""),
        (
            STORY.encode() + b"<i%s>" % b"".join(b" a%d" % n for n in range(151)),
            "a tag of 151 attributes, over 150",
        ),
        (STORY.encode() + b"<i %s>" % (b"a=''" * 151), "a tag of 151 attributes, over 150"),
        (STORY.encode() + b"<i title='%s'>" % (b"a > <b " * 200), ""),
        (STORY.encode() + b"<script>i<n; " + b"a b " * 400 + b"</script>", ""),
        (STORY.encode() + b"<br>" * 19_998, ""),
        (STORY.encode() + b"<br>" * 19_999, "page of 20001 tags, over 20000"),
        (STORY.encode() + b"<script>" + b"'<br>'" * 30_000 + b"</script>", ""),
    ],
)
def test_what_is_too_large_to_be_parsed(body: bytes, reason: str) -> None:
    """Eight megabytes, 20,000 opening tags, 150 attributes of one and a million characters of text
    are read; what scripts write is no tag, and what stands in quotes no attribute.
    """
    found = extract(Page(URL, 200, body, "text/html", utc(NOW)), entry(), utc(NOW))
    assert isinstance(found, Article) or found.kind is OutcomeKind.TOO_LARGE
    assert (found.reason if isinstance(found, Outcome) else "") == reason


@pytest.mark.parametrize(("whole", "text"), [(10, "MARK éé"), (9, "MARK Ã©Ã©")])
def test_a_page_with_few_broken_characters_is_utf8(whole: int, text: str) -> None:
    """Half of the letters beyond ASCII may be broken; with more it is another encoding."""
    body = f"<p>MARK {'é' * whole}".encode() + b" \xe9 " * 10 + run(90).encode() + b"</p>"
    assert article(body).blocks[0].text.startswith(text)


@pytest.mark.parametrize(("end", "text"), [(4096, "MARK ćć"), (4097, "MARK ææ")])
def test_an_encoding_is_declared_at_the_head(end: int, text: str) -> None:
    """4,096 bytes are looked at for the name of the encoding; HTML asks for it within 1,024."""
    declared = "<meta charset=iso-8859-2"
    body = f"<html><!--{'x' * (end - len(declared) - 13)}-->{declared}><p>MARK ćć {run(90)}</p>"
    assert article(body.encode("iso-8859-2")).blocks[0].text.startswith(text)


@pytest.mark.parametrize(
    "limit",
    [*CHOICE, *INSIDE, *LINES, *OTHER_READINGS, *HEADLINES, *TEXT_FILES],
    ids=lambda limit: limit.name,
)
def test_what_is_read_turns_at_its_limit(limit: Limit) -> None:
    """Inside the limit it is so, one step beyond it is not."""
    assert limit.is_so(limit.page(limit.inside)), f"inside: {limit.why}"
    assert not limit.is_so(limit.page(limit.beyond)), f"beyond: {limit.why}"
