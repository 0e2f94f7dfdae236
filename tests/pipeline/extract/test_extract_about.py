"""What a page says of itself, where pages are wrong, broken or speak of other stories."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.extract.about import About, read_about
from pipeline.extract.document import list_landmarks, parse_html

URL = "https://coast.example/2026/11/20/ferries"


def facts(head: str = "", body: str = "", url: str = URL, attributes: str = "") -> About:
    """What a page with this head and body says of itself."""
    root = parse_html(
        f"<html {attributes}><head>{head}</head><body>{body}<p>Text.</p></body></html>".encode(),
        "text/html",
    )
    return read_about(root, list_landmarks(root), url)


def script(*nodes: Any) -> str:
    """A JSON-LD script."""
    return f'<script type="application/ld+json">{json.dumps(list(nodes))}</script>'


def test_of_several_articles_the_one_at_the_pages_address_counts() -> None:
    """Pages list related stories in JSON-LD, sometimes above their own."""
    other = {
        "@type": "NewsArticle",
        "url": "https://coast.example/2026/11/19/storm",
        "headline": "Storm",
    }
    own = {"@type": "NewsArticle", "mainEntityOfPage": {"@id": URL + "/"}, "headline": "Ferries"}
    assert facts(script(other, own)).headline == "Ferries"
    nowhere = {**own, "mainEntityOfPage": "x"}
    assert facts(script(other, nowhere)).headline == "Ferries"
    assert facts(script(other, {**nowhere, "headline": "Storm"}, own)).headline == "Ferries"


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ("en_US", "en-US"),
        ("ar", "ar"),
        ("zh-Hant-TW", "zh-Hant-TW"),
        ("{{ lang }}", ""),
        ("", ""),
        ("English UK", ""),
    ],
)
def test_a_language_is_a_tag_or_nothing(said: str, language: str) -> None:
    """Underscores are mended; what a template left is not handed on."""
    assert facts(attributes=f'lang="{said}"').language == language


@pytest.mark.parametrize(
    ("href", "url", "canonical"),
    [
        ("/news/1", URL, "https://coast.example/news/1"),
        ("https://coast.example/", URL, ""),
        ("https://coast.example/?p=7", URL, "https://coast.example/?p=7"),
        ("https://coast.example/", "https://coast.example/", "https://coast.example/"),
        ("javascript:alert(1)", URL, ""),
        ("http://[bad", URL, ""),
    ],
)
def test_a_canonical_address_is_the_storys(href: str, url: str, canonical: str) -> None:
    """Made absolute; never a front page's, which would make one story of all that name it."""
    assert facts(f'<link rel="canonical" href="{href}">', url=url).canonical == canonical


@pytest.mark.parametrize(
    ("title", "h1s", "headline"),
    [
        (
            "Ferries reach port | News of the Coast",
            ["News of the Coast"],
            "Ferries reach port | News of the Coast",
        ),
        (
            "Ferries reach besieged port",
            ["Would you not rather watch reindeer?"],
            "Ferries reach besieged port",
        ),
        (
            "Ferries reach besieged port",
            ["Flour ferries come in at last"],
            "Flour ferries come in at last",
        ),
        (
            "Ferries reach besieged po",
            ["Coast", "Ferries reach besieged port now"],
            "Ferries reach besieged port now",
        ),
    ],
)
def test_the_printed_headline_counts_where_it_is_the_storys(
    title: str, h1s: list[str], headline: str
) -> None:
    """Not the site's name, not another story's; a rewritten or longer form of the same."""
    assert (
        facts(f"<title>{title}</title>", "".join(f"<h1>{h}</h1>" for h in h1s)).headline == headline
    )


def test_a_flood_of_headlines_and_authors_is_not_read() -> None:
    """Only the first ones are looked at, however deep they stand in one another."""
    assert facts(body="<h1>a " * 9_000).headline is not None
    assert facts(body="<span itemprop=author>abc def " * 9_000).author == ""


KEYS = (
    "@type", "@graph", "@id", "url", "mainEntityOfPage", "headline", "name", "author",
    "publisher", "datePublished", "articleBody", "isAccessibleForFree", "inLanguage",
    "description", "mainEntity",
)  # fmt: skip
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=20)
    | st.just("NewsArticle")
    | st.just(URL),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=8), inner)
    ),
    max_leaves=20,
)


@given(values)
def test_any_jsonld_is_answered(value: Any) -> None:
    """Whatever JSON a page carries, what it says of itself is strings."""
    found = facts(f'<script type="application/ld+json">{json.dumps(value)}</script>')
    assert all(
        isinstance(getattr(found, name), str)
        for name in ("headline", "author", "site", "published", "body")
    )


@given(st.text(max_size=80), st.text(max_size=80), st.text(max_size=40))
def test_any_meta_is_answered(name: str, value: str, url: str) -> None:
    """Whatever stands in attributes and addresses, nothing is raised and a canonical address is one
    of the web's."""
    clean = value.replace('"', "")
    metas = f'<meta property="og:url" content="{clean}"><meta name="{name}" content="{clean}">'
    head = f'{metas}<link rel=canonical href="{clean}">'
    found = facts(head, url=url)
    assert found.canonical == "" or found.canonical.startswith(("http://", "https://"))


LINKED = {
    "@type": "NewsArticle",
    "headline": "Ferries reach port",
    "description": "Three of them.",
    "author": {"name": "Ada Cole"},
    "publisher": {"name": "Coast Media Holding"},
    "datePublished": "2026-11-20T10:00:00Z",
    "inLanguage": "de",
}
TAGS = (
    '<title>Ferries in port | The Coast</title><meta property="og:title" content="Ferries here">'
    '<meta property="og:description" content="Four of them.">'
    '<meta property="og:site_name" content="The Coast"><meta name="author" content="Web Desk">'
    '<meta property="article:published_time" content="2026-11-21T10:00:00Z">'
    '<meta property="og:locale" content="fr">'
)


def test_jsonld_counts_before_the_meta_tags() -> None:
    """It is written for the story, the tags by a template for every page; only the site is called
    there as its readers call it, in JSON-LD as its owner is registered."""
    both = facts(script(LINKED) + TAGS)
    assert (both.headline, both.standfirst) == ("Ferries reach port", "Three of them.")
    assert (both.author, both.published) == ("Ada Cole", "2026-11-20T10:00:00Z")
    assert (both.site, both.language) == ("The Coast", "de")


def test_the_meta_tags_say_what_jsonld_does_not() -> None:
    """Each field alone; Open Graph's title has no site's name behind it, as <title> has."""
    tags = facts(TAGS)
    assert (tags.headline, tags.standfirst) == ("Ferries here", "Four of them.")
    assert (tags.author, tags.published) == ("Web Desk", "")
    assert tags.language == "fr"
    assert facts(script(LINKED)).site == "Coast Media Holding"


def test_the_page_itself_says_its_language() -> None:
    """Browsers read <html lang>, so that it is seldom wrong; metadata are often a template's."""
    assert facts(script(LINKED) + TAGS, attributes='lang="it"').language == "it"


def test_of_a_tag_that_stands_twice_the_first_counts_but_for_authors() -> None:
    """A plug-in adds its own below; each author has a tag of one name."""
    twice = '<meta name="author" content="Ada Cole"><meta name="author" content="Tom Reyes">'
    assert facts(twice).author == "Ada Cole; Tom Reyes"
    twice = (
        '<meta property="og:site_name" content="Coast"><meta property="og:site_name" content="x">'
    )
    assert facts(twice).site == "Coast"


@pytest.mark.parametrize(
    ("tier", "paywalled"), [("locked", True), ("metered", True), ("free", False)]
)
def test_a_content_tier_says_whether_there_is_a_wall(tier: str, paywalled: bool) -> None:
    """A metered page is free for some: it may be cut off for us."""
    assert facts(f'<meta property="article:content_tier" content="{tier}">').paywalled is paywalled


def test_the_first_genre_that_a_page_names_is_its_own() -> None:
    """A live page shows galleries; a gallery is no article, and has a genre all the same."""
    live, gallery = {"@type": "LiveBlogPosting"}, {"@type": "ImageGallery"}
    assert facts(script(gallery)).genre == "gallery"
    assert facts(script(live, gallery)).genre == "live"


@pytest.mark.parametrize(
    ("heading", "chosen"),
    [
        ("<h2>Ferry sinks off Cape Loral</h2>", "Ferry sinks off Cape Loral"),
        ("<h3 class='x7'>Ferry sinks off <b>Cape Loral</b></h3>", "Ferry sinks off Cape Loral"),
        # from another story's page a link leads to it
        ("<h2><a href='/ferry'>Ferry sinks off Cape Loral</a></h2>", "Harbour Courier"),
        ("<a href='/ferry'><h2>Ferry sinks off Cape Loral</h2></a>", "Harbour Courier"),
        ("<h2>Ferry sinks off Cape Veram</h2>", "Harbour Courier"),
    ],
)
def test_a_lower_heading_that_says_the_feeds_headline_is_it(heading: str, chosen: str) -> None:
    """Some sites print their name as the <h1> of every page, without any mark."""
    html = f"<title>Harbour Courier</title><body><h1>Harbour Courier</h1>{heading}<p>Two men.</p>"
    root = parse_html(html.encode(), "text/html")
    said = read_about(root, list_landmarks(root), "", "Ferry sinks off Cape Loral")
    assert said.headline == chosen
