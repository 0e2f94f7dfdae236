"""When a page says that its story was published: its own time, not one of those beside it."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from pipeline.dates import date_story
from pipeline.extract.about import read_about
from pipeline.extract.document import list_landmarks, parse_html
from pipeline.extract.page_dates import read_page_times
from pipeline.story import Entry, Moment
from tests.pipeline.dates.test_story_dates import FETCHED, entry

URL = "https://coast.example/news/ferries"
H1 = "<h1>Ferries reach port</h1>"
TEXT = "<p>Three ferries reached the port of Anselm on Friday, the harbour master said.</p>" * 3
OWN = '<time datetime="2026-11-20T08:00Z">Friday</time>'
OTHER = '<time datetime="2026-11-21T09:00Z">Saturday</time>'


def date_page(
    body: str = "", head: str = "", *, url: str = URL, lang: str = "en", said: Entry | None = None
) -> Moment:
    """When a page's story was published, seen without a feed."""
    root = parse_html(
        f'<html lang="{lang}"><head>{head}</head><body>{body}</body></html>'.encode(), "text/html"
    )
    landmarks = list_landmarks(root)
    about = read_about(root, landmarks, url)
    feed = said or entry()
    times = read_page_times(root, landmarks, about, url, feed)
    return date_story(feed, times, url, FETCHED, FETCHED)


@pytest.mark.parametrize(
    "tag",
    [
        '<meta property="article:published_time" content="2026-11-20T08:00Z">',
        '<meta name="parsely-pub-date" content="2026-11-20T08:00Z">',
        '<meta name="DC.date.issued" content="2026-11-20T08:00Z">',
        '<meta name="publish-date" value="Fri, 20 Nov 2026 08:00:00 GMT">',
        '<meta itemprop="datePublished" content="2026-11-20T08:00Z">',
    ],
)
def test_a_meta_tag_names_the_time(tag: str) -> None:
    """Systems call it by many names; pages that a browser saved have "value" for "content"."""
    found = date_page(H1 + OTHER + TEXT, tag)
    assert found.at.isoformat() == "2026-11-20T08:00:00+00:00"


def test_the_order_of_the_sources() -> None:
    """JSON-LD before meta tags, those before microdata, and that before a plain <time>."""
    data = json.dumps({"@type": "NewsArticle", "datePublished": "2026-11-10"})
    sources = [
        f'<script type="application/ld+json">{data}</script>',
        '<meta property="article:published_time" content="2026-11-11">',
        '<span itemprop="datePublished" content="2026-11-12">then</span>',
        '<time datetime="2026-11-13">then</time>',
        "<p>November 14, 2026</p>",
    ]
    for number in range(len(sources)):
        assert date_page(H1 + "".join(sources[number:]) + TEXT).day == f"2026-11-{10 + number}"


def test_what_cannot_be_told_leaves_it_to_the_next() -> None:
    """04/03/2026 is March or April: the page says elsewhere which."""
    tags = (
        '<meta property="article:published_time" content="04/03/2026">'
        '<meta name="date" content="2026-03-04">'
    )
    assert date_page(H1 + TEXT, tags).day == "2026-03-04"
    ambiguous = '<meta property="article:published_time" content="04/03/2026">'
    assert date_page(H1 + TEXT, ambiguous).basis == "fetch"
    assert date_page(H1 + TEXT, ambiguous, lang="fr").day == "2026-03-04"
    assert date_page(H1 + TEXT, ambiguous, url="https://coast.example.au/n/f").day == "2026-03-04"
    assert date_page(H1 + TEXT, ambiguous, lang="en-US").day == "2026-04-03"


@pytest.mark.parametrize(
    "body",
    [
        f"<header>{OTHER}</header><article>{H1}{OWN}{TEXT}</article>",
        f"<article><header>{OWN}{H1}</header>{TEXT}{OTHER}</article>",
        f"<article>{H1}<aside>{OTHER} Storm on its way to the coast, says service</aside>{OWN}"
        f"{TEXT}</article>",
        f"<article>{H1}<ul><li><a href='/storm'>{OTHER} Storm</a></ul>{OWN}{TEXT}</article>",
        f"<article>{H1}<a href='{URL}'>{OWN}</a>{TEXT}</article>{OTHER}",
        f"<article>{H1}<time class='updated' datetime='2026-11-21'>x</time>{OWN}{TEXT}</article>",
        f"<article>{H1}Updated {OTHER} Published {OWN}{TEXT}</article>",
        f"<article>{H1}Actualizado: {OTHER} {OWN}{TEXT}</article>",
        f"<article><aside>{OWN}</aside>{H1}{TEXT}</article><div>{OTHER}</div>",
        f"<div class='latest'>{OTHER}</div>{H1}{TEXT}{OWN}",
        f"<article class='tag-popular-events'>{H1}{OWN}{TEXT}</article>{OTHER}",
        f"<article>{H1}{TEXT}<footer>{OWN}</footer></article><div class='comment'>{OTHER}</div>",
    ],
)
def test_the_time_nearest_to_the_headline_is_the_storys(body: str) -> None:
    """Teasers, tickers, comments and changes have times of their own."""
    assert date_page(body).at.isoformat() == "2026-11-20T08:00:00+00:00"


@pytest.mark.parametrize(
    "body",
    [
        f"<div>{OTHER}</div><main>{H1}{TEXT}</main>",
        f"<main>{H1}{TEXT}</main><div class='related'>{OTHER}</div>",
        f"<main>{H1}{TEXT}<a href='/storm'>{OTHER} Storm</a></main>",
        f"<main>{H1}<p>The law of March 3, 2019, which nobody had read in all these years, says "
        f"that ferries may enter a port by night.</p>{TEXT}</main>",
        f"<main>{H1}<figure><figcaption>Karsin, March 3, 2019</figcaption></figure>{TEXT}</main>",
        f"<main>{H1}{TEXT}</main><footer>© March 3, 2019</footer>",
        f"<main>{H1}{TEXT}<p>The ferry had left Anselm on March 3, 2019</p></main>",
    ],
)
def test_another_time_is_not_the_storys(body: str) -> None:
    """A false time is worse than none."""
    assert date_page(body).basis == "fetch"


@pytest.mark.parametrize(
    ("line", "is_date"),
    [
        ("Ferries sank on 20 November 2026.", False),
        ("Ferries sank 20 November 2026.", True),
        ("Ada Cole Karsin 20 November 2026.", True),
        ("20 November 2026 one two three four", True),
        ("20 November 2026 Karsin one two three four five", False),
    ],
)
def test_words_in_small_letters_make_running_text(line: str, is_date: bool) -> None:
    """From ``WORDS_OF_PROSE`` with a stop behind them, from ``SMALL_WORDS`` without one."""
    found = date_page(f"<article>{H1}<p>{line}</p>{TEXT}</article>")
    assert (found.basis == "page") == is_date


@pytest.mark.parametrize(
    ("line", "lang", "day"),
    [
        ("<p>By Ada Cole | 20 November 2026</p>", "en", "2026-11-20"),
        ("<div>Updated on <!-- --> <b>November 20, 2026</b></div>", "en", "2026-11-20"),
        ("<p>Updated November 21, 2026. Published November 20, 2026</p>", "en", "2026-11-20"),
        ("<span>20.11.2026</span>", "en", "2026-11-20"),
        ("<p>Veröffentlicht am 20. November 2026 um 10:00 Uhr</p>", "de", "2026-11-20"),
        ("<p>Mis à jour le 21 novembre 2026, publié le 20 novembre 2026</p>", "fr", "2026-11-20"),
        ("<p>20 noiembrie 2026</p>", "ro", "2026-11-20"),
        ("<p>20 листопада 2026 р.</p>", "uk", "2026-11-20"),
        ("<p>20 listopada 2026</p>", "pl", "2026-11-20"),
        ("<p>20 listopada 2026</p>", "hr", "2026-10-20"),
        ("<p>٢٠ نوفمبر ٢٠٢٦</p>", "ar", "2026-11-20"),
        ("<p>20 พฤศจิกายน 2569</p>", "th", "2026-11-20"),
        ("<p>令和8年11月20日</p>", "ja", "2026-11-20"),
        ("<p>2026. 11. 20. 오후 2:05</p>", "ko", "2026-11-20"),
        ("<p>20/11/26</p>", "en", ""),
        ("<p>04/03/2026</p>", "en", ""),
        ("<p>04/03/2026</p>", "it", "2026-03-04"),
        ("<p>۱۴۰۵/۰۸/۲۹</p>", "fa", ""),
    ],
)
def test_a_line_about_the_headline_dates_a_page(line: str, lang: str, day: str) -> None:
    """People read the date there; what a calendar of another kind says is not known here."""
    below = date_page(f"<article>{H1}{line}{TEXT}</article>", lang=lang)
    above = date_page(f"<article><div>{line}{H1}</div>{TEXT}</article>", lang=lang)
    for found in (below, above):
        assert (found.day if found.basis == "page" else "") == day


@pytest.mark.parametrize(
    ("rest", "day", "why"),
    [
        ("<p>First published: November 20, 2026</p>", "2026-11-20", "a label at the end"),
        ("<p>Written by Ada Cole, November 20, 2026</p>", "2026-11-20", "a byline at the end"),
        ("<p class='date'>November 20, 2026</p>", "2026-11-20", "the name of its element"),
        ("<p>November 20, 2026</p>", "", "a day that nothing calls the story's"),
        ("<p>Last updated November 20, 2026</p>", "2026-11-20", "a change where nothing else is"),
        (
            '<script>{"publishedAt":"2026-11-20T08:00Z"}</script>',
            "2026-11-20",
            "the data that a script draws the page from",
        ),
    ],
)
def test_far_from_the_headline_something_must_call_it_a_date(rest: str, day: str, why: str) -> None:
    """What stands behind the text may be about anything."""
    long = f"<p>{'Three ferries reached the port of Anselm. ' * 5}</p>" * 4
    found = date_page(f"<article>{H1}{long}{rest}</article>")
    assert (found.day if found.basis == "page" else "") == day, why


def test_a_change_is_known_to_the_day_alone() -> None:
    """The hour of a change is not that of publication."""
    found = date_page(f"<article>{H1}<p>Updated: November 20, 2026, 10:00 GMT</p>{TEXT}</article>")
    assert (found.day, found.precision) == ("2026-11-20", "day")


def test_a_day_in_the_address_goes_before_one_in_print() -> None:
    """A printed day may be that of a change; of the same day print knows the hour."""
    url = "https://coast.example/2026/11/20/ferries"
    other = date_page(f"<article>{H1}<p>November 21, 2026</p>{TEXT}</article>", url=url)
    assert (other.day, other.basis) == ("2026-11-20", "url")
    hour = date_page(f"<article>{H1}<p>November 20, 2026 10:00</p>{TEXT}</article>", url=url)
    assert (hour.at.isoformat(), hour.precision) == ("2026-11-20T10:00:00+00:00", "minute")
    named = date_page(url="https://coast.example/2026/nov/20/ferries")
    assert (named.day, named.basis) == ("2026-11-20", "url")


GREENWICH = '<meta property="article:published_time" content="2025-12-19T03:05:00+00:00">'


@pytest.mark.parametrize(
    ("line", "day"),
    [
        # the same moment with the place's own zone
        ('<time datetime="2025-12-18T19:05:00-08:00">December 18</time>', "2025-12-18"),
        # the same minute of another hour in print, by whole hours and by a half one
        ("<p>18/12/2025 22:05</p>", "2025-12-18"),
        ("<p>19/12/2025 13:35</p>", "2025-12-19"),
        # another minute is another time, and so is one that is no zone away
        ("<p>18/12/2025 22:06</p>", "2025-12-19"),
        ("<p>18/12/2025 10:05</p>", "2025-12-19"),
        # a zone that says Greenwich, and another moment with a zone
        ("<p>19/12/2025 03:05</p>", "2025-12-19"),
        ('<time datetime="2025-12-18T19:06:00-08:00">December 18</time>', "2025-12-19"),
        # a day alone is that of a change as often
        ("<p>18/12/2025</p>", "2025-12-19"),
    ],
)
def test_a_moment_in_greenwich_is_told_by_the_clock_of_its_place(line: str, day: str) -> None:
    """Programs write Greenwich's time: the evening's last story in America is not tomorrow's."""
    moment = date_page(f"{H1}{line}{TEXT}", GREENWICH)
    assert (moment.day, moment.at) == (day, datetime(2025, 12, 19, 3, 5, tzinfo=UTC))
