"""Feed documents: every format, every entry judged alone."""

from __future__ import annotations

import gzip
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.dates import Place, find_zone, parse_feed_date
from pipeline.errors import Permanent
from pipeline.feeds import FORMATS, Caps, Parsed, add_links, body_hash, parse
from pipeline.story import Feed

DATA = Path(__file__).parents[2] / "data" / "feeds"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
FEED = Feed(
    id="f", url="https://base.example/feed", outlet="Base", name="Base World", language="en"
)


def _read(name: str, feed: Feed = FEED, content_type: str = "") -> Parsed:
    return parse((DATA / name).read_bytes(), feed, content_type=content_type, now=NOW)


def _rss(*items: str, head: str = "") -> bytes:
    body = f"<channel><title>t</title>{head}{''.join(items)}</channel>"
    return f'<rss version="2.0">{body}</rss>'.encode()


@pytest.mark.parametrize(
    ("name", "format_", "titles", "broken"),
    [
        (
            "rss20.xml",
            "rss20",
            ["Ferries halted as shells land near Port Anselm", "AT&T says lines cut in the north"],
            1,
        ),
        ("rdf.xml", "rss10", ["Le convoi repart"], 0),
        ("atom.xml", "atom10", ["Envoy & aides leave Kesra"], 0),
        ("cdf.xml", "rss", ["An old way to say it"], 0),
        ("feed.json", "jsonfeed11", ["Why <b> is a tag", ""], 1),
        ("ninjs.json", "ninjs", ["Guns fall silent", "Killed story"], 1),
        ("news-sitemap.xml", "sitemap", ["Bridge reopened"], 1),
        ("sitemap-index.xml", "sitemapindex", [], 0),
        ("nitf.xml", "nitf", ["Patrols clash at Tarn crossing"], 0),
        ("newsml-g2.xml", "newsml-g2", ["Dam guards withdrawn", "Dam breached"], 0),
        ("undeclared-entity.xml", "rss20", ["Fish & chips shortage grows", "Second"], 0),
        ("windows-1251.xml", "rss20", ["Перемирие"], 0),
    ],
)
def test_every_format_is_read(name: str, format_: str, titles: list[str], broken: int) -> None:
    """Each format gives its entries in the document's order, and says which of them are broken."""
    found = _read(name)
    assert found.format == format_
    assert [e.title for e in found.entries] == titles
    assert len(found.broken) == broken
    assert len({e.key for e in found.entries}) == len(titles)


def test_an_rss_entry_brings_all_its_fields() -> None:
    """Guid, link, title, summary, full text, authors, date, tags and language arrive."""
    entry = _read("rss20.xml").entries[0]
    assert (entry.guid, entry.author, entry.tags) == (
        "hw-101",
        "Ines Calder, Tom Hale",
        ("World", "Conflict"),
    )
    assert entry.url == "https://harbour.example/world/101?utm_source=rss&id=101"
    assert entry.summary == "Harbour officials said three shells fell. No one was hurt."
    assert entry.published == datetime(2026, 11, 21, 6, 15, tzinfo=UTC)
    assert entry.content.startswith("<p>PORT ANSELM - Three shells fell.</p><script>")
    assert 'See <a href="/map">the map</a>' in entry.content
    assert (entry.outlet, entry.feed_name, entry.seen, entry.language) == (
        "Base",
        "Base World",
        NOW,
        "en-gb",
    )


def test_a_picture_caption_never_stands_in_for_the_story() -> None:
    """Media RSS titles and descriptions belong to pictures: the entry keeps its own title and
    summary.
    """
    item = (
        '<item xmlns:media="http://search.yahoo.com/mrss/">'
        "<media:description>A caption</media:description>"
        "<title>T</title><link>http://a.example/1</link><description>The"
        " summary</description></item>"
    )
    entry = parse(_rss(item), FEED, now=NOW).entries[0]
    assert (entry.title, entry.summary, entry.content) == ("T", "The summary", "")


def test_what_the_document_says_of_itself_is_kept() -> None:
    """ttl, update period, skipped hours and days and the WebSub links reach the schedule."""
    hints = _read("rss20.xml").hints
    assert (hints.title, hints.ttl, hints.update_period) == ("Harbour Wire & Post", 600.0, 900.0)
    assert (hints.skip_hours, hints.skip_days) == ((2, 0), ("sunday",))
    assert (hints.hub, hints.self_url) == (
        "https://hub.example/",
        "https://harbour.example/world.rss",
    )


def test_a_sitemap_index_names_its_children() -> None:
    """An index has no entries of its own; its sitemaps are there to be polled, unsafe ones left
    out.
    """
    assert [c.url for c in _read("sitemap-index.xml").children] == [
        "https://coast.example/news-1.xml"
    ]


def test_a_kill_keeps_its_status() -> None:
    """An agency kills a story by the item's status, so the status must outlive the format and
    change the print.
    """
    killed = _read("newsml-g2.xml").entries[1]
    assert killed.status == "canceled"
    assert killed.print != replace(killed, status="").print


def test_news_items_keep_their_dateline_in_the_text() -> None:
    """NITF and NewsML-G2 hold the dateline apart; the wire stage looks for it at the head of the
    text.
    """
    assert _read("nitf.xml").entries[0].content.startswith("<p>TARN</p><p>Two patrols")
    assert _read("newsml-g2.xml").entries[0].content.startswith("<p>ORLE, Nov 21</p><p>Guards left")


def test_one_broken_entry_leaves_its_neighbours_alone() -> None:
    """A broken entry is named with its reason; those before and after it arrive."""
    found = parse(
        _rss("<item><title>a</title></item>", "<item/>", "<item><title>c</title></item>"),
        FEED,
        now=NOW,
    )
    assert [e.title for e in found.entries] == ["a", "c"]
    assert [b.reason for b in found.broken] == ["no link, no title and no text"]


def test_a_changed_entry_keeps_its_key_and_changes_its_print() -> None:
    """A correction under the same id must become a version: same key, other print. A date alone
    changes neither.
    """
    item = "<item><guid>g</guid><link>http://a.example/1</link><title>{}</title><pubDate>{}</pubDate></item>"
    first, second, redated = (
        parse(_rss(item.format(title, date)), FEED, now=NOW).entries[0]
        for title, date in (
            ("Five hurt", "1 Nov 2026 10:00"),
            ("Six hurt", "1 Nov 2026 10:00"),
            ("Five hurt", "2 Nov 2026"),
        )
    )
    assert first.key == second.key == redated.key
    assert first.print != second.print
    assert first.print == redated.print


def test_tracking_parameters_do_not_make_a_change() -> None:
    """A feed that rotates its campaign parameters must not fire the same story again at every
    poll.
    """
    item = "<item><title>t</title><link>http://a.example/1?utm_term={}</link></item>"
    one, two = (parse(_rss(item.format(n)), FEED, now=NOW).entries[0] for n in (1, 2))
    assert (one.key, one.print) == (two.key, two.print)


def test_one_id_for_all_entries_loses_none() -> None:
    """A feed that gives every entry the same guid is told apart by links."""
    items = [
        f"<item><guid>same</guid><title>t{n}</title><link>http://a.example/{n}</link></item>"
        for n in range(4)
    ]
    found = parse(_rss(*items), FEED, now=NOW)
    assert len({e.key for e in found.entries}) == 4
    turned = parse(_rss(*reversed(items)), FEED, now=NOW)
    assert {e.url: e.key for e in turned.entries} == {e.url: e.key for e in found.entries}


def test_places_on_one_page_are_stories_of_their_own() -> None:
    """Old feeds without ids list many stories of one page, told apart by fragment; or by title,
    where all link home.
    """
    one = "<item><title>A</title><link>http://a.example/news#a</link></item>"
    two = "<item><title>A</title><link>http://a.example/news#b</link></item>"
    home = "".join(
        f"<item><title>{t}</title><link>http://a.example/</link></item>" for t in ("B", "C")
    )
    found = parse(_rss(one, two, home), FEED, now=NOW)
    assert ([e.title for e in found.entries], found.broken) == (["A", "A", "B", "C"], ())
    assert len({e.key for e in found.entries}) == 4


def test_a_tracking_fragment_names_no_place() -> None:
    """What follows # and holds an equals sign says where the reader came from."""
    keys = {
        parse(
            _rss(f"<item><title>A</title><link>http://a.example/1{end}</link></item>"),
            FEED,
            now=NOW,
        )
        .entries[0]
        .key
        for end in ("", "#xtor=RSS-1", "#xtor=RSS-2")
    }
    assert len(keys) == 1


@pytest.mark.parametrize(
    "body",
    [
        b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://channel.netscape.com/x/"/>',
        b"<rss/>",
        b'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"></feed>',
    ],
)
def test_a_feed_with_nothing_in_it_yet_is_a_feed(body: bytes) -> None:
    """A publisher's empty feed is no fault."""
    assert parse(body, FEED, now=NOW).entries == ()


def test_a_link_header_names_the_hub() -> None:
    """What the server says of hub and self in its headers goes over the document."""
    hints = _read("rss20.xml").hints
    header = (
        '<https://hub.example/>; rel="hub", </feed?a=1>; rel=self; type="x",'
        ' <https://x.example/>; rel="next"'
    )
    found = add_links(hints, header, "https://base.example/rss")
    assert (found.hub, found.self_url) == ("https://hub.example/", "https://base.example/feed?a=1")
    assert add_links(hints, "", "https://base.example/") == hints
    assert add_links(hints, '<javascript:x>; rel="hub"', "https://base.example/").hub == hints.hub


@pytest.mark.parametrize(
    ("docdata", "status"),
    [
        ("", ""),
        ('management-status="usable"', ""),
        ('management-status="canceled"', "canceled"),
        ('management-status="Cancelled"', "canceled"),
        ('management-status="withdrawn"', "canceled"),
        ('management-status="withheld"', "withheld"),
    ],
)
def test_an_nitf_item_says_whether_it_stands(docdata: str, status: str) -> None:
    """The management status of a NITF document is its kill; a date may be a day alone."""
    body = (
        f'<nitf><head><docdata {docdata}><doc-id id-string="1"/>'
        '<date.issue norm="20261121"/></docdata></head>'
        "<body><body.head><hedline><hl1>Dam breached</hl1></hedline></body.head></body></nitf>"
    ).encode()
    entry = parse(body, FEED, now=NOW).entries[0]
    assert (entry.status, entry.published) == (status, datetime(2026, 11, 21, tzinfo=UTC))


def test_a_picture_in_a_news_message_is_no_story() -> None:
    """NewsML-G2 carries pictures and videos beside the text: they are named as what they are."""
    item = (
        '<newsItem guid="p"><itemMeta><itemClass qcode="ninat:picture"/></itemMeta>'
        "<contentMeta/></newsItem>"
    )
    found = parse(f"<newsMessage><itemSet>{item}</itemSet></newsMessage>".encode(), FEED, now=NOW)
    assert [b.reason for b in found.broken] == ["a NewsML-G2 picture, not a text"]


def test_a_comment_before_the_document_does_not_mislead() -> None:
    """What stands in a comment says nothing of the format."""
    found = parse(
        b"<!-- made from <html> by <nitf> -->" + _rss("<item><title>A</title></item>"),
        FEED,
        now=NOW,
    )
    assert (found.format, len(found.entries)) == ("rss20", 1)


def test_of_two_versions_in_one_document_the_newer_stays() -> None:
    """Both under one key would fire at every poll; the older one ends visibly."""
    item = "<item><guid>g</guid><link>http://a.example/1</link><title>{}</title><pubDate>{}</pubDate></item>"
    old, new = (
        item.format("old", "1 Nov 2026 10:00 GMT"),
        item.format("new", "1 Nov 2026 11:00 GMT"),
    )
    for order in ((old, new), (new, old)):
        found = parse(_rss(*order), FEED, now=NOW)
        assert [e.title for e in found.entries] == ["new"]
        assert [b.title for b in found.broken] == ["old"]


def test_of_two_versions_of_one_moment_the_first_in_the_document_stays() -> None:
    """Feeds print the newest first, so where dates tell nothing the order does."""
    items = (f"<item><guid>/g</guid><title>{title}</title></item>" for title in ("new", "old"))
    found = parse(_rss(*items), FEED, now=NOW)
    assert ([e.title for e in found.entries], [b.title for b in found.broken]) == (["new"], ["old"])


def test_no_entry_is_skipped_for_its_age() -> None:
    """Late entries, older than the newest one, are entries like any other."""
    dates = ["21 Nov 2026 10:00 GMT", "1 Jan 2020 10:00 GMT", "not a date", ""]
    items = [f"<item><title>t{n}</title><pubDate>{d}</pubDate></item>" for n, d in enumerate(dates)]
    assert len(parse(_rss(*items), FEED, now=NOW).entries) == 4


def test_entries_over_the_cap_end_visibly() -> None:
    """What is over the cap is no entry; one broken entry says how many there are."""
    found = parse(
        _rss(*[f"<item><title>{n}</title></item>" for n in range(5)]),
        FEED,
        now=NOW,
        caps=Caps(entries=3),
    )
    assert [e.title for e in found.entries] == ["0", "1", "2"]
    assert [b.reason for b in found.broken] == ["2 more entries, over the cap of 3 a document"]
    assert found.left == 2


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"<!DOCTYPE html><html><body>Sign in</body></html>", "HTML page"),
        (b"plain words", "no feed"),
        (b'{"a": 1}', "no JSON Feed"),
        (b"{broken", "broken JSON"),
        (b"[" * 100_000, "broken JSON"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no feed"),
        (b"\x1f\x8bnot gzip", "broken gzip"),
        (b"\x00\xff" * 500, "no feed"),
        (gzip.compress(b" " * 9_000_000), "over 8000000 bytes"),
        (b"x" * 8_000_001, "over 8000000 bytes"),
        (b"/etc/hostname", "no feed"),
    ],
)
def test_what_is_no_feed_is_refused_as_a_whole(body: bytes, reason: str) -> None:
    """An unreadable document raises Permanent with a reason, the feed and the URL."""
    with pytest.raises(Permanent, match=reason) as caught:
        parse(body, FEED, now=NOW)
    assert (caught.value.feed, caught.value.url) == ("f", FEED.url)


def test_a_zipped_document_is_read() -> None:
    """Sitemaps come as .gz files."""
    body = gzip.compress((DATA / "news-sitemap.xml").read_bytes())
    assert len(parse(body, FEED, now=NOW).entries) == 1


def test_full_text_by_the_operators_word() -> None:
    """Where the operator says that descriptions are whole texts, they are the content and no page
    is needed.
    """
    item = "<item><title>t</title><description>&lt;p&gt;All of it.&lt;/p&gt;</description></item>"
    assert (
        parse(_rss(item), replace(FEED, full_text=True), now=NOW).entries[0].content
        == "<p>All of it.</p>"
    )
    assert parse(_rss(item), FEED, now=NOW).entries[0].content == ""


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        ("<link>http://a.example/{}</link>", "link over 4000 characters"),
        (
            "<c:encoded xmlns:c='http://purl.org/rss/1.0/modules/content/'>{}</c:encoded>",
            "text over 50000 characters",
        ),
    ],
)
def test_what_cannot_be_cut_ends_visibly(item: str, reason: str) -> None:
    """A link or a text over its cap would be another one if it were cut: the entry is broken and
    says why.
    """
    body = _rss("<item><title>t</title>" + item.format("x" * 60_000) + "</item>")
    found = parse(body, FEED, now=NOW, caps=Caps(content=50_000))
    assert [b.reason for b in found.broken] == [reason]


def test_an_id_of_any_length_names_its_entry() -> None:
    """An id over its cap is kept as its hash: entries that differ at its end stay two."""
    items = [
        f"<item><guid isPermaLink='false'>{'x' * 9_000}{n}</guid><title>t</title></item>"
        for n in range(2)
    ]
    found = parse(_rss(*items), FEED, now=NOW)
    assert len({e.key for e in found.entries}) == 2
    assert all(len(e.guid) == 32 for e in found.entries)


def test_half_characters_do_no_harm() -> None:
    """JSON may hold lone surrogates, which no encoding can write: they are dropped."""
    item = (
        r'{"id": "\ud800", "url": "http://a.example/\ud800x", "title": "a\udfff <b>",'
        r' "content_html": "<p>\ud800</p>"}'
    )
    body = r'{"version": "https://jsonfeed.org/version/1", "items": [' + item + "]}"
    entry = parse(body.encode(), FEED, now=NOW).entries[0]
    assert (entry.url, entry.title, entry.content) == ("http://a.example/x", "a <b>", "<p></p>")
    assert entry.to_json().encode()


def test_links_are_resolved_and_unsafe_ones_dropped() -> None:
    """Relative links are resolved against where the document came from or xml:base; no other scheme
    comes through.
    """
    items = [
        "<item><title>a</title><link>/1</link></item>",
        "<item xml:base='https://other.example/x/'><title>b</title><link>2</link></item>",
        "<item><title>c</title><link>javascript:alert(1)</link></item>",
    ]
    whole = parse(_rss(*items), FEED, now=NOW, url="https://moved.example/feed").entries
    assert [e.url for e in whole] == ["https://moved.example/1", "https://other.example/x/2", ""]


def test_the_key_does_not_depend_on_where_the_feed_is_served() -> None:
    """A feed that moves, or is reached by a redirect, must not deliver all its stories again."""
    body = _rss("<item><guid>abc</guid><title>t</title><link>http://a.example/1</link></item>")
    assert (
        len(
            {
                parse(body, FEED, now=NOW, url=u).entries[0].key
                for u in ("http://x.example/", "https://y.example/f")
            }
        )
        == 1
    )


@pytest.mark.parametrize(
    ("text", "zone", "expected"),
    [
        ("Sat, 21 Nov 2026 08:15:00 +0200", "UTC", datetime(2026, 11, 21, 6, 15, tzinfo=UTC)),
        ("21 Nov 2026 08:15", "Asia/Beirut", datetime(2026, 11, 21, 6, 15, tzinfo=UTC)),
        ("Sat, 21 Nov 2026 08:15:00 EST", "UTC", datetime(2026, 11, 21, 13, 15, tzinfo=UTC)),
        ("Sat, 21 Nov 2026 08:15:00 Z", "UTC", datetime(2026, 11, 21, 8, 15, tzinfo=UTC)),
        ("2026-11-21T08:15:00.25+05:30", "UTC", datetime(2026, 11, 21, 2, 45, tzinfo=UTC)),
        ("2026-11-21", "Asia/Tokyo", datetime(2026, 11, 20, 15, tzinfo=UTC)),
        ("2026-11-21 08:15:00 GMT+3", "UTC", datetime(2026, 11, 21, 5, 15, tzinfo=UTC)),
        ("Sat Nov 21 08:15:00 2026", "UTC", datetime(2026, 11, 21, 8, 15, tzinfo=UTC)),
        (
            "Sat, 21 November 2026 08:15:60 GMT",
            "UTC",
            datetime(2026, 11, 21, 8, 15, 59, tzinfo=UTC),
        ),
        ("2031-01-01T00:00:00Z", "UTC", None),
        ("0001-01-01T00:00:00Z", "UTC", None),
        ("Mon, 01 Jan -0001 00:00:00 GMT", "UTC", None),
        ("1969-12-31T23:59:59Z", "UTC", None),
        ("9999-12-31T23:59:59-12:00", "UTC", None),
        ("2026-02-31T00:00:00Z", "UTC", None),
        ("2026-11-21T08:15:00+99:00", "UTC", None),
        ("yesterday", "UTC", None),
        ("1" * 5000, "UTC", None),
    ],
)
def test_dates_are_read_or_are_none(text: str, zone: str, expected: datetime | None) -> None:
    """Every usual form is read in its zone or the feed's; nonsense is no date, nor is the
    future."""
    assert parse_feed_date(text, Place(find_zone(zone)), NOW) == expected


def test_the_table_of_formats_is_open() -> None:
    """A format named by the operator is used whatever the document looks like; every reader is in
    the table.
    """
    assert set(FORMATS) == {"syndication", "json", "sitemap", "news"}
    with pytest.raises(Permanent):
        parse(_rss(), replace(FEED, format="json"), now=NOW)


def test_the_time_of_making_does_not_change_a_document() -> None:
    """A feed that writes the time of the request above its entries is unchanged; a date inside an
    entry is a change.
    """
    one, two = "Sat, 21 Nov 2026 08:15:00 GMT", "Sat, 21 Nov 2026 08:16:00 GMT"
    item = "<item><title>t</title><pubDate>{}</pubDate></item>"
    built = "<lastBuildDate>{0}</lastBuildDate><pubDate>{0}</pubDate><!-- made {0} -->"
    assert body_hash(_rss(item.format(one), head=built.format(one))) == body_hash(
        _rss(item.format(one), head=built.format(two))
    )
    assert body_hash(_rss(item.format(one))) != body_hash(_rss(item.format(two)))
    assert body_hash(_rss(head="<title>a</title>")) != body_hash(_rss(head="<title>b</title>"))
    assert body_hash(b"") != body_hash(b"x")
