"""Hostile and careless feeds: nothing dangerous comes through, nothing takes long, nothing else is
lost.
"""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pipeline.errors import Permanent
from pipeline.extract import from_item
from pipeline.feeds import content_length, parse, parsing
from pipeline.feeds.forgiving import read_with_feedparser
from pipeline.feeds.items import Document
from pipeline.feeds.parsing import Format
from pipeline.feeds.plain_text import plain_line
from pipeline.feeds.syndication import read_plain
from pipeline.story import Feed

DATA = Path(__file__).parents[2] / "data" / "feeds"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
FEED = Feed(id="f", url="https://base.example/feed")

_HEAD = b'<rss version="2.0"><channel><title>t</title>'
_TAIL = b"</channel></rss>"
_GOOD = b"<item><title>good</title><link>http://a.example/good</link></item>"


def _item(title: bytes = b"x", rest: bytes = b"") -> bytes:
    return b"<item><title>" + title + b"</title>" + rest + b"</item>"


HOSTILE: dict[str, bytes] = {
    "unclosed comments in a title": _HEAD + _GOOD + _item(b"<!--" * 40_000) + _TAIL,
    "unclosed comments, escaped": _HEAD + _GOOD + _item(b"&lt;!--" * 40_000) + _TAIL,
    "half tags": _HEAD + _GOOD + _item(b"<a " * 200_000) + _TAIL,
    "half tags, escaped": _HEAD + _GOOD + _item(b"&lt;a " * 200_000) + _TAIL,
    "deep markup in content": _HEAD
    + _GOOD
    + _item(rest=b"<description>" + b"&lt;div&gt;" * 100_000 + b"</description>")
    + _TAIL,
    "deep markup in many contents": _HEAD
    + _GOOD
    + _item(rest=b"<description>" + b"&lt;b&gt;&lt;i&gt;" * 2_000 + b"</description>") * 100
    + _TAIL,
    "deep elements": _HEAD + _GOOD + b"<x>" * 50_000 + b"</x>" * 50_000 + _TAIL,
    "entities that multiply": b'<!DOCTYPE r [<!ENTITY a "lol">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]>"
    + _HEAD
    + _GOOD
    + _item(b"&j;")
    + _TAIL,
    "a file as an entity": b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    + _HEAD
    + _GOOD
    + _item(b"&x;")
    + _TAIL,
    "a title of a megabyte": _HEAD + _GOOD + _item(b"word " * 200_000) + _TAIL,
    "ampersands": _HEAD + _GOOD + _item(b"&amp;" * 200_000) + _TAIL,
    "ten thousand categories": _HEAD
    + _GOOD
    + _item(rest=b"<category>c</category>" * 10_000)
    + _TAIL,
    "ten thousand attributes": _HEAD
    + _GOOD
    + b"<x "
    + b" ".join(b'a%d="1"' % n for n in range(10_000))
    + b"/>"
    + _TAIL,
    "open CDATA": _HEAD + _GOOD + b"<item><title><![CDATA[" * 5_000,
    "broken in the middle": _HEAD + _GOOD + b"</nonsense>" + _item() + _TAIL,
    "cut short": _HEAD + _GOOD + b"<item><title>cut",
    "a date of ten kilobytes": _HEAD
    + _GOOD
    + _item(rest=b"<pubDate>" + b"a " * 5_000 + b"</pubDate>")
    + _TAIL,
    "half a character by its number": _HEAD
    + _GOOD
    + _item(b"a &#xD800; b &#55296; &#99999999999; &#0; c")
    + _TAIL,
    "an entity among elements, broken": b'<!DOCTYPE r [<!ENTITY x "y">]>'
    + _HEAD
    + _GOOD
    + b"<item>&x;<b></item>"
    + _TAIL
    + b" " * 300_000,
    "elements inside a title": _HEAD
    + _GOOD
    + _item(b"<content:encoded>x</content:encoded>" * 2_000)
    + _TAIL,
    "hours to skip, without end": _HEAD + _GOOD + _item(b"<skipHours>" * 100_000) + _TAIL,
    "null bytes": _HEAD + _GOOD + _item(b"a\x00b") + _TAIL,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_entry_spares_its_neighbours(name: str) -> None:
    """Whatever one entry does, the good one beside it arrives, and every title keeps its cap."""
    found = parse(HOSTILE[name], FEED, now=NOW)
    assert "http://a.example/good" in {e.url for e in found.entries}
    assert all(len(e.title) <= 1_000 for e in found.entries)
    assert not any("root:" in e.title for e in found.entries)


def test_three_thousand_entries_of_broken_markup_are_all_accounted_for() -> None:
    """A large document that only a forgiving parser reads still names every entry."""
    body = _HEAD + b"".join(_item(b"n%d &nbsp; <b>x" % n) for n in range(3_000)) + _TAIL
    found = parse(body, FEED, now=NOW)
    assert len(found.entries) + len(found.broken) == 3_000


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg onload=alert(1)>",
        "<a href='javascript:alert(1)'>x</a>",
        "<a href='jav&#x09;ascript:alert(1)'>x</a>",
        "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
        "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1"
        " onerror=alert(1)&gt;'>",
        '<a href="https://a.example/" onclick="alert(1)">x</a>',
        "<style>@import 'javascript:alert(1)'</style>",
        "<form action='javascript:alert(1)'><input type=submit></form>",
        "<object data='data:text/html;base64,PHNjcmlwdD4='></object>",
        "<p style='background:url(javascript:alert(1))'>x</p>",
        "<base href='javascript:/a/-alert(1)//'>",
        "<<script>script>alert(1)</script>",
    ],
)
def test_markup_that_acts_does_not_come_through(attack: str) -> None:
    """Titles and summaries hold no tag at all. Content is as printed, and only the extractor reads
    it: in the story nothing acts.
    """
    text = escape(f"Before {attack} after")
    item = (
        f"<item><title>{text}</title><description>{text}</description>"
        "<link>http://a.example/1</link></item>"
    )
    feed = Feed(id="f", url=FEED.url, full_text=True)
    entry = parse(_HEAD + item.encode() + _TAIL, feed, now=NOW).entries[0]
    assert entry.content == f"Before {attack} after"
    assert "<" not in re.sub(r"<(?![a-z/])", "", entry.summary)
    assert "Before" in entry.title
    story = " ".join(block.text for block in from_item(entry, NOW).blocks)
    assert story.startswith("Before")
    assert not re.search(r"<\s*(script|iframe|svg|object|style|form|base)\b", story, re.I)
    assert "javascript:" not in story


@pytest.mark.parametrize(
    "html",
    [
        '<p class="x" onclick="alert(1)">a</p>',
        "<a href='/b?c=1&amp;d=2' style='x'>a</a>",
        "a < b &amp; c &lt;b&gt;",
    ],
)
def test_content_stays_as_printed(html: str) -> None:
    """Nobody renders it: only spaces around it go, and the characters that no text may hold."""
    body = _HEAD + _item(rest=f"<description> {escape(html)}\u202e </description>".encode()) + _TAIL
    entry = parse(body, Feed(id="f", url=FEED.url, full_text=True), now=NOW).entries[0]
    assert entry.content == html


@pytest.mark.parametrize(
    ("html", "length"),
    [
        ("", 0),
        ("<p>ab</p>", 9),
        ('<p class="entry">ab</p>', 9),
        ('<p><img src="x" srcset="y 1x, z 2x" alt="A"/>ab</p>', 14),
        ("ab<script async>let x = 1</script>c<style>p {}</style>", 5),
        ("ab<!-- wp:paragraph -->", 2),
        ("ab<script>never closed", 2),
    ],
)
def test_the_length_of_content_is_that_of_its_text(html: str, length: int) -> None:
    """Whether a feed brings the whole text is seen by what a reader sees, not by a picture's
    attributes or a script.
    """
    assert content_length(html) == length


def test_a_sitemap_with_half_characters_is_read() -> None:
    """A reference to no character is put right before the tree is built, in sitemaps as in
    feeds.
    """
    body = b"<urlset><url><loc>http://a.example/1</loc><title>a&#xD800;b</title></url></urlset>"
    assert [(e.url, e.title) for e in parse(body, FEED, now=NOW).entries] == [
        ("http://a.example/1", "a\ufffdb")
    ]


def test_a_reader_that_stumbles_refuses_its_document(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bug in one format ends as that feed's fault with its name, never as an exception in the
    worker.
    """

    def stumbles(body: bytes, url: str) -> Document:
        raise IndexError("a bug")

    monkeypatch.setattr(parsing, "FORMATS", {"syndication": Format(stumbles)})
    with pytest.raises(Permanent, match="no reader can read it: IndexError"):
        parse(_HEAD + _GOOD + _TAIL, FEED, now=NOW)


@given(st.text(max_size=200))
def test_plain_lines_hold_no_controls(text: str) -> None:
    """Whatever a title is made of, its line has no control or bidi character, no line break and no
    double space.
    """
    line = plain_line(text)
    assert line == " ".join(line.split())
    assert not re.search("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200e\u200f]", line)


@given(st.binary(max_size=300))
@settings(max_examples=60, deadline=None)
def test_any_bytes_are_a_feed_or_refused(body: bytes) -> None:
    """Garbage raises Permanent and nothing else."""
    try:
        parse(body, FEED, now=NOW)
    except Permanent as error:
        assert error.what


@given(
    name=st.sampled_from(
        [
            "rss20.xml",
            "atom.xml",
            "rdf.xml",
            "feed.json",
            "news-sitemap.xml",
            "nitf.xml",
            "newsml-g2.xml",
            "ninjs.json",
        ]
    ),
    at=st.integers(0, 4_000),
    cut=st.integers(0, 40),
    put=st.binary(max_size=12)
    | st.sampled_from([b"<", b"&", b"]]>", b"<!--", b"</item>", b"\xff", b"{", b'"', b"<item>"]),
)
@example(name="news-sitemap.xml", at=283, cut=1, put=b"")  # a prefix that is not declared
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_damaged_feed_never_breaks_the_parser(name: str, at: int, cut: int, put: bytes) -> None:
    """A real document damaged anywhere is read in part or refused; no other exception escapes."""
    body = (DATA / name).read_bytes()
    at = min(at, len(body))
    damaged = body[:at] + put + body[at + cut :]
    try:
        found = parse(damaged, FEED, now=NOW)
    except Permanent:
        return
    assert all(e.url.startswith("http") or not e.url for e in found.entries)


# ------------------------------ the fast reader against feedparser

_WORDS = st.text(st.sampled_from("abc DEF 12,.'\"é中-—ä&<>"), min_size=1, max_size=24).filter(
    lambda s: s.strip()
)
_PLAIN = st.text(st.sampled_from("abc DEF 12,.é中-—ä"), min_size=1, max_size=24).filter(
    lambda s: s.strip()
)
_DATES = st.sampled_from(["Sat, 21 Nov 2026 08:15:00 GMT", "2026-11-21T08:15:00Z", "nonsense"])


@st.composite
def _rss_items(draw: st.DrawFn) -> str:
    parts = [f"<title>{escape(draw(_WORDS))}</title>"]
    optional = {
        "link": f"<link>http://a.example/{draw(st.integers(1, 9))}?a=1&amp;b=2</link>",
        "guid": f"<guid isPermaLink='{draw(st.sampled_from(['true', 'false']))}'>"
        f"{escape(draw(_PLAIN).strip())}</guid>",
        "date": f"<pubDate>{draw(_DATES)}</pubDate>",
        "dc": f"<dc:date>{draw(_DATES)}</dc:date>",
        "who": f"<dc:creator>{escape(draw(_PLAIN))}</dc:creator>",
        "tag": f"<category>{escape(draw(_PLAIN))}</category>",
        "text": f"<description><![CDATA[<p>{html.escape(draw(_WORDS))}</p>]]></description>",
        "full": f"<content:encoded>{escape('<p>' + draw(_PLAIN) + '</p>')}</content:encoded>",
        "odd": "<x:thing xmlns:x='urn:x'>y</x:thing><enclosure url='http://a.example/a.mp3'/>",
    }
    parts += draw(
        st.lists(st.sampled_from(sorted(optional)), unique=True).map(
            lambda ks: [optional[k] for k in ks]
        )
    )
    return "<item>" + "".join(draw(st.permutations(parts))) + "</item>"


def assert_read_alike(body: bytes) -> None:
    """The fast reader takes the document, and says of it what feedparser says."""
    fast = read_plain(body, FEED.url)
    slow = read_with_feedparser(body, FEED.url)
    assert fast is not None
    assert (fast.format, fast.hints) == (slow.format, slow.hints)
    assert fast.items == slow.items


@given(st.lists(_rss_items(), max_size=4))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_plain_rss_is_read_as_feedparser_reads_it(items: list[str]) -> None:
    """The fast reader finds the fields that feedparser finds, entry for entry."""
    body = (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        "<channel><title>T</title><link>http://a.example/</link>"
        f"<language>en</language><ttl>5</ttl>{''.join(items)}</channel></rss>"
    ).encode()
    assert_read_alike(body)


@st.composite
def _atom_entries(draw: st.DrawFn) -> str:
    parts = [
        f"<title type='html'>{escape(draw(_WORDS))}</title>",
        f"<id>tag:a.example,2026:{draw(st.integers(1, 99))}</id>",
        f"<updated>{draw(_DATES)}</updated>",
    ]
    optional = [
        "<link href='/x'/>",
        "<link rel='enclosure' href='/a.mp3'/>",
        "<link rel='alternate' type='text/html' href='http://a.example/y'/>",
        f"<published>{draw(_DATES)}</published>",
        f"<author><name>{escape(draw(_PLAIN))}</name><email>a@b.example</email></author>",
        f"<category term='{escape(draw(_PLAIN), {chr(39): '&apos;'})}'/>",
        f"<summary>{escape(draw(_PLAIN))}</summary>",
        f"<content type='html'>{escape('<p>' + draw(_PLAIN) + '</p>')}</content>",
    ]
    parts += draw(st.lists(st.sampled_from(optional), unique=True))
    return "<entry>" + "".join(draw(st.permutations(parts))) + "</entry>"


@given(st.lists(_atom_entries(), max_size=4))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_plain_atom_is_read_as_feedparser_reads_it(entries: list[str]) -> None:
    """The fast reader finds the fields that feedparser finds, entry for entry."""
    body = (
        "<feed xmlns='http://www.w3.org/2005/Atom' xml:lang='en'><title>T</title><link"
        " href='http://a.example/'/>"
        f"<link rel='self' href='http://a.example/feed'/>{''.join(entries)}</feed>"
    ).encode()
    assert_read_alike(body)


def test_entries_in_odd_places_are_left_to_feedparser() -> None:
    """An item that stands outside of its channel is found by the forgiving readers, not lost."""
    odd = b"<group><item><title>odd</title><link>http://a.example/odd</link></item></group>"
    body = _HEAD + _GOOD + odd + _TAIL
    assert read_plain(body, FEED.url) is None
    assert read_plain(_HEAD + _GOOD + _TAIL, FEED.url) is not None
    assert {e.title for e in parse(body, FEED, now=NOW).entries} == {"good", "odd"}


@pytest.mark.parametrize("name", ["cdf.xml", "undeclared-entity.xml"])
def test_unusual_documents_are_left_to_feedparser(name: str) -> None:
    """The fast reader does not guess: anything out of the ordinary is not its."""
    assert read_plain((DATA / name).read_bytes(), FEED.url) is None
