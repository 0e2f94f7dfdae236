"""The feeds of the sample wire: each parses and offers what its outlet printed."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

import feedparser
import pytest
from lxml import html as lxml_html

from pipeline.text import fold
from tests.workers.sample.asking import BY_ID, ask, feed_url
from workers.sample import Wire, sample, stories
from workers.sample.feed_formats import title


@pytest.mark.parametrize("outlet", sorted(sample().outlets))
def test_feeds_offer_their_stories_newest_first(wire: Wire, outlet: str) -> None:
    """Each feed parses and names every story of its outlet, the newest first."""
    _, headers, body = ask(feed_url(wire, outlet))
    titles, links = PARSERS.get(sample().outlets[outlet].format, parse_xml)(body)
    mine = [s for s in reversed(stories()) if s.outlet == outlet]
    assert [t for t in titles if t] == [title(s) for s in mine if title(s)]
    assert len(links) == len(mine)
    assert all(link.startswith(wire.url) for link in links if link)
    assert "xml" in headers["Content-Type"] or "json" in headers["Content-Type"]


def parse_xml(body: bytes) -> tuple[list[str], list[str]]:
    """Titles and links of RSS, RDF and Atom."""
    parsed = feedparser.parse(body, sanitize_html=False, resolve_relative_uris=False)
    assert not parsed.bozo, parsed.get("bozo_exception")
    return [e.get("title", "") for e in parsed.entries], [e.get("link", "") for e in parsed.entries]


def parse_json(body: bytes) -> tuple[list[str], list[str]]:
    """Titles and links of a JSON Feed."""
    told = json.loads(body)
    assert told["version"] == "https://jsonfeed.org/version/1.1"
    return [i.get("title", "") for i in told["items"]], [i.get("url", "") for i in told["items"]]


def parse_sitemap(body: bytes) -> tuple[list[str], list[str]]:
    """Titles and links of a news sitemap."""
    names = {
        "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
        "n": "http://www.google.com/schemas/sitemap-news/0.9",
    }
    urls = ET.fromstring(body).findall("s:url", names)
    return [u.findtext(".//n:title", "", names) for u in urls], [
        u.findtext("s:loc", "", names) for u in urls
    ]


PARSERS: Mapping[str, Callable[[bytes], tuple[list[str], list[str]]]] = {
    "json": parse_json,
    "sitemap": parse_sitemap,
}


def test_full_text_feed_brings_the_body(wire: Wire) -> None:
    """The feed marked full_text carries every paragraph in content:encoded, so no page need be
    fetched."""
    entries = feedparser.parse(ask(feed_url(wire, "northstar"))[2]).entries
    mine = [s for s in reversed(stories()) if s.outlet == "northstar"]
    for entry, story in zip(entries, mine, strict=True):
        text = fold(" ".join(lxml_html.fromstring(entry.content[0].value).itertext()))
        assert all(fold(p) in text for p in story.body), story.id


def test_story_without_page_has_its_text_in_the_feed(wire: Wire) -> None:
    """The entry without a link brings its whole text."""
    items = {i["id"]: i for i in json.loads(ask(feed_url(wire, "beacon"))[2])["items"]}
    story = BY_ID["text-without-page"]
    [item] = [i for i in items.values() if i["title"] == story.printed]
    assert "url" not in item
    assert all(fold(p) in fold(item["content_html"]) for p in story.body)


def test_dates_without_a_zone_are_local(wire: Wire) -> None:
    """The portal prints local time and no zone; read in the feed's time zone it is when the story
    was published."""
    outlet = sample().outlets["deccan"]
    entry = feedparser.parse(ask(feed_url(wire, "deccan"))[2]).entries[0]
    story = next(s for s in reversed(stories()) if s.outlet == "deccan")
    local = story.published.astimezone(ZoneInfo(outlet.timezone))
    assert entry.published == local.strftime("%a, %d %b %Y %H:%M:%S")


def test_broken_entries_have_nothing_to_know_them_by(wire: Wire) -> None:
    """The broken entries bring a date and nothing else: no title, no link, no guid."""
    for outlet in ("meridian", "oldtown"):
        items = ET.fromstring(ask(feed_url(wire, outlet))[2]).iter("item")
        bare = [{child.tag for child in item} for item in items if item.find("title") is None]
        assert bare == [{"pubDate"}]


def test_feeds_misprint_what_feeds_misprint(wire: Wire) -> None:
    """One title carries markup that its page does not, and one date lies before the first year."""
    hostile = BY_ID["hostile-title"]
    assert "<script>" in title(hostile)
    assert hostile.printed == hostile.headline
    assert b"&lt;script&gt;" in ask(feed_url(wire, "deccan"))[2]
    assert b"Jan -0001" in ask(feed_url(wire, "meridian"))[2]
