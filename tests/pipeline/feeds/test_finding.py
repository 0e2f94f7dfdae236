"""Where feeds come from: lists of them, and pages that name them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import Permanent
from pipeline.feeds.finding import discover_feeds, feed_id, read_opml, write_opml
from pipeline.story import Feed

OPML = b"""<?xml version="1.0"?><opml version="2.0"><head><title>Mine</title></head><body>
<outline text="Folder"><outline type="rss" text="Harbour &amp;amp; Post" xmlUrl="https://harbour.example/rss"
  language="EN"/>
<outline title="Harbour &amp;amp; Post" xmlUrl="https://harbour.example/sport"/>
<outline text="Again" xmlUrl="HTTPS://HARBOUR.example/rss#x"/></outline>
<outline text="Bad" xmlUrl="javascript:alert(1)"/><outline text="no feed"/>
<outline xmlUrl="http://plain.example/feed.xml"/></body></opml>"""


def test_a_list_is_read_at_any_depth() -> None:
    """Every feed arrives once with an id of its own; what is none is named."""
    found = read_opml(OPML)
    assert [(f.id[:12], f.url, f.name) for f in found.feeds] == [
        ("harbour-post", "https://harbour.example/rss", "Harbour & Post"),
        ("harbour-post", "https://harbour.example/sport", "Harbour & Post"),
        ("plain-exampl", "http://plain.example/feed.xml", ""),
    ]
    assert len({f.id for f in found.feeds}) == 3
    assert found.feeds == read_opml(OPML).feeds
    assert found.faults == ("Bad: 'javascript:alert(1)' is not an http/https URL",)


def test_a_list_survives_the_way_out_and_in() -> None:
    """What is exported imports as the same feeds."""
    feeds = (
        Feed("a", "https://a.example/?x=1&y=<2>", "A & B", language="fr"),
        Feed("b", "https://b.example/", "b"),
    )
    again = read_opml(write_opml(feeds)).feeds
    assert [(f.name, f.language) for f in again] == [("A & B", "fr"), ("b", "")]
    assert again[1].url == feeds[1].url


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<rss/>",
        b"<opml",
        b'<!DOCTYPE o [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
        b'<opml><body><outline xmlUrl="&x;"/></body></opml>',
        b'<!DOCTYPE o [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><opml/>',
        b'<?xml version="1.0" encoding="nonsense"?><opml/>',
    ],
)
def test_what_is_no_list_is_refused(body: bytes) -> None:
    """Other documents and those with entities raise Permanent, whatever they hold."""
    with pytest.raises(Permanent, match="no OPML"):
        read_opml(body)


@given(st.text(max_size=80), st.sets(st.text(max_size=5), max_size=3))
def test_ids_are_short_and_plain(name: str, taken: set[str]) -> None:
    """An id is ASCII letters, digits and hyphens, never empty, never one that is taken."""
    made = feed_id(name, "https://a.example/feed", taken)
    assert made
    assert made not in taken
    assert set(made) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")


PAGE = b"""<html><head><base href="https://cdn.example/x/"><title>Paper</title>
<link rel="stylesheet" type="text/css" href="/a.css">
<link rel="alternate" type="application/rss+xml" title="Comments on Paper" href="/comments/feed">
<link rel="alternate" type="application/json" href="/wp-json/1">
<link rel="ALTERNATE" type="application/atom+xml; charset=utf-8" title="World" href="world.atom">
<link rel="alternate" hreflang="fr" href="/fr"></head>
<body><a href="/rss">RSS</a><a href="/feedback">Feedback</a><a href="javascript:rss()">x</a>
<a href="/news.rss?x=1">N</a></body></html>"""


def test_feeds_are_found_on_a_page() -> None:
    """Announced feeds come first, then links that look like feeds; those of comments last, other
    links never.
    """
    assert [f.url for f in discover_feeds(PAGE, "https://paper.example/")] == [
        "https://cdn.example/x/world.atom",
        "https://cdn.example/wp-json/1",
        "https://cdn.example/rss",
        "https://cdn.example/news.rss?x=1",
        "https://cdn.example/comments/feed",
    ]
    assert discover_feeds(PAGE, "https://paper.example/")[0].title == "World"


@given(st.binary(max_size=300))
def test_any_page_can_be_searched(page: bytes) -> None:
    """Garbage has no feeds and raises nothing."""
    assert all(f.url.startswith("http") for f in discover_feeds(page, "https://a.example/"))


def test_an_outline_is_named_by_its_title() -> None:
    """OPML demands ``text``, into which some readers write a number or an ellipsis."""
    outline = '<outline text="{}" {} xmlUrl="https://a.example/feed"/>'
    for text, title, name in (
        ("Coast (12)", 'title="The Coast"', "The Coast"),
        ("The Coast", "", "The Coast"),
    ):
        body = f"<opml><body>{outline.format(text, title)}</body></opml>"
        assert [feed.name for feed in read_opml(body.encode()).feeds] == [name]
