"""Single fields: how each form in which publishers print them is read."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.feeds import add_links, parse
from pipeline.feeds.finding import discover_feeds
from pipeline.feeds.forgiving import salvage_document
from pipeline.feeds.parsing import page_address, read_language
from pipeline.feeds.vocabulary import (
    drop_unlawful,
    element_name,
    mend_text,
    read_minutes,
    read_period,
    read_person,
)
from pipeline.story import Entry, Feed, FeedHints

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
FEED = Feed(id="f", url="https://base.example/feed")


def _json_entry(feed: Feed = FEED, **item: object) -> Entry:
    document = {"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", **item}]}
    return parse(json.dumps(document).encode(), feed, now=NOW).entries[0]


def _ninjs_entry(**item: object) -> Entry:
    return parse(json.dumps({"uri": "u", **item}).encode(), FEED, now=NOW).entries[0]


def _nitf_entry(head: str, body: str = "") -> Entry:
    text = f"<nitf><head>{head}</head><body><body.head>{body}</body.head></body></nitf>"
    return parse(text.encode(), FEED, now=NOW).entries[0]


@pytest.mark.parametrize(
    ("name", "frequency", "seconds"),
    [
        ("hourly", "", 3_600.0),
        ("Hourly", "4", 900.0),
        (" daily ", "2", 43_200.0),
        ("weekly", "1", 604_800.0),
        ("monthly", "1", 2_592_000.0),
        ("yearly", "1", 31_536_000.0),
        ("hourly", "0", 3_600.0),
        ("hourly", "often", 3_600.0),
        ("never", "1", 0.0),
        ("", "", 0.0),
    ],
)
def test_a_period_is_divided_by_its_frequency(name: str, frequency: str, seconds: float) -> None:
    """The syndication module counts updates a period; what is no number counts as one."""
    assert read_period(name, frequency) == seconds


@pytest.mark.parametrize(
    ("text", "seconds"), [("10", 600.0), (" 1 ", 60.0), ("0", 0.0), ("-1", 0.0), ("1.5", 0.0)]
)
def test_a_ttl_is_whole_minutes(text: str, seconds: float) -> None:
    """RSS 2.0: a number of minutes."""
    assert read_minutes(text) == seconds


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("desk@karsin.example (Ana Orlic)", "Ana Orlic"),
        ("Ana Orlic <desk@karsin.example>", "Ana Orlic"),
        ("desk@karsin.example", "desk@karsin.example"),
        ("Ana Orlic", "Ana Orlic"),
        ("Ana @orlic", "Ana @orlic"),
        ("a@b.example " + "x" * 988, "x" * 988),
        ("a@b.example " + "x" * 989, "a@b.example " + "x" * 989),
    ],
)
def test_a_person_is_named_without_the_address(text: str, name: str) -> None:
    """A byline is a name; a thousand characters are none, and are not searched."""
    assert read_person(text) == name


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("plain", "plain"),
        ("cafÃ©", "café"),
        ("café", "café"),
        ("it\x92s", "it’s"),
        ("\x81", "\x81"),
        ("Перемирие Ã©", "Перемирие Ã©"),
    ],
)
def test_text_that_was_encoded_twice_is_put_right(text: str, mended: str) -> None:
    """Only where all of it is Latin-1 may it be UTF-8 that was taken for that."""
    assert mend_text(text) == mended


@pytest.mark.parametrize(
    ("body", "lawful"),
    [
        (b"&#9;&#10;&#13;", b"&#9;&#10;&#13;"),
        (b"&#8;&#x1f;&#0;", b""),
        (b"&#31;&#32;", b"&#32;"),
        (b"&#xD7FF;&#xD800;&#xDFFF;&#xE000;", b"&#xD7FF;&#65533;&#65533;&#xE000;"),
        (b"&#xFFFD;&#xFFFE;&#xFFFF;&#x10000;", b"&#xFFFD;&#65533;&#65533;&#x10000;"),
        (b"&#x10FFFF;&#x110000;", b"&#x10FFFF;&#65533;"),
        (b"&#65 &amp;", b"&#65 &amp;"),
    ],
)
def test_references_to_no_character_go(body: bytes, lawful: bytes) -> None:
    """What XML 1.0 allows stays: tab and line ends, no other control, no half, no beyond."""
    assert drop_unlawful(body) == lawful


@pytest.mark.parametrize(
    ("tag", "name"),
    [
        ("{http://purl.org/dc/elements/1.1/}Date", "dc:date"),
        ("{HTTP://www.w3.org/2005/Atom}Entry", "entry"),
        ("Item", "item"),
        ("{urn:x}date", "?"),
        (None, "?"),
    ],
)
def test_elements_are_named_by_their_namespace(tag: object, name: str) -> None:
    """Prefixes are the publisher's choice; the namespace is not."""
    assert element_name(tag) == name


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("EN_gb", "en-gb"),
        (" fr ", "fr"),
        ("zh-Hant-TW", "zh-hant-tw"),
        ("english", ""),
        ("e", ""),
        ("en-", ""),
        ("en-a", ""),
        ("en-abcdefghi", ""),
        ("en-ab-cd-ef-gh", ""),
    ],
)
def test_a_language_is_a_tag_or_nothing(text: str, tag: str) -> None:
    """Two or three letters, and at most three parts of two to eight characters."""
    assert read_language(text) == tag


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("http://a.example/n#b-1", "http://a.example/n#b-1"),
        ("http://a.example/n#a=b", "http://a.example/n"),
        ("http://a.example/n#" + "x" * 100, "http://a.example/n#" + "x" * 100),
        ("http://a.example/n#" + "x" * 101, "http://a.example/n"),
        ("", ""),
    ],
)
def test_a_fragment_names_a_place_in_a_hundred_characters(url: str, address: str) -> None:
    """Anchors are short words; what is longer or has an equals sign says something else."""
    assert page_address(url) == address


@pytest.mark.parametrize(
    ("norm", "published"),
    [
        ("20261121T081500Z", datetime(2026, 11, 21, 8, 15, tzinfo=UTC)),
        ("20261121T081530+0200", datetime(2026, 11, 21, 6, 15, 30, tzinfo=UTC)),
        ("20261121", datetime(2026, 11, 21, tzinfo=UTC)),
        ("2026-11-21T08:15:00Z", datetime(2026, 11, 21, 8, 15, tzinfo=UTC)),
        ("soon", None),
    ],
)
def test_nitf_prints_dates_in_the_basic_form(norm: str, published: datetime | None) -> None:
    """ISO 8601 without its marks; what is neither form is no date."""
    head = f'<title>t</title><docdata><date.issue norm="{norm}"/></docdata>'
    assert _nitf_entry(head).published == published


def test_a_nitf_document_gives_its_fields() -> None:
    """Each from its own element; the headline before the title."""
    entry = _nitf_entry(
        '<title>page title</title><docdata management-status="Withheld"><doc-id id-string="i7"/>'
        '<du-key key="dam-breach"/><key-list><keyword key="dam"/><keyword key="flood"/></key-list>'
        "</docdata>",
        "<hedline><hl1>Dam <em>breached</em></hl1></hedline><byline>By Ana Orlic</byline>"
        "<abstract>It broke.</abstract>",
    )
    assert (entry.guid, entry.slug, entry.tags) == ("i7", "dam-breach", ("dam", "flood"))
    assert (entry.title, entry.author, entry.summary) == ("Dam breached", "Ana Orlic", "It broke.")
    assert entry.status == "withheld"


def test_json_feeds_say_it_in_several_fields() -> None:
    """What 1.0 and 1.1 print, and what stands in for what is not there."""
    entry = _json_entry(
        id=7,
        external_url="https://a.example/x",
        content_text="One.\n\nTwo & three.",
        authors=[{"name": "Ana"}, {"url": "x"}, "?"],
        author={"name": "Bo"},
        tags=["a", 2, True, "a"],
        date_published="2026-11-21T08:15:00Z",
        date_modified="2026-11-21T09:15:00Z",
    )
    assert (entry.guid, entry.url, entry.author) == ("7", "https://a.example/x", "Ana, Bo")
    assert entry.content == "<p>One.</p><p>Two &amp; three.</p>"
    assert entry.summary == "One. Two & three."
    assert entry.tags == ("a", "2")
    assert (entry.published, entry.updated) == (
        datetime(2026, 11, 21, 8, 15, tzinfo=UTC),
        datetime(2026, 11, 21, 9, 15, tzinfo=UTC),
    )
    both = _json_entry(content_text="plain", content_html="<p>html</p>", url="https://a.example/1")
    assert (both.content, both.summary, both.url) == ("<p>html</p>", "", "https://a.example/1")


def test_a_json_feed_names_its_websub_hub() -> None:
    """Of several hubs the first one of that type."""
    hubs = [{"type": "rssCloud", "url": "https://c.example/"}, "x"]
    hubs += [{"type": "WebSub", "url": f"https://{n}.example/"} for n in "ab"]
    document = {"version": "https://jsonfeed.org/version/1", "hubs": hubs, "items": []}
    hints = parse(json.dumps(document).encode(), FEED, now=NOW).hints
    assert hints.hub == "https://a.example/"


def test_ninjs_of_each_version_is_read() -> None:
    """1.x has a text where 2.x and 3.x have lists; the plain text is taken where no HTML is."""
    one = _ninjs_entry(
        headline="H", body_html="<p>B</p>", byline="By Ana", versioncreated="2026-11-21T08:15:00Z",
        description_text="D", subject=[{"name": "war"}, "x"], slugline="s", pubstatus="Canceled",
    )  # fmt: skip
    three = _ninjs_entry(
        headlines=[{"value": "H"}], descriptions=[{"value": "D"}], by="By Ana",
        bodies=[{"contentType": "text/plain", "value": "P"},
                {"contenttype": "text/html", "value": "<p>B</p>"}],
        versionCreated="2026-11-21T08:15:00Z", subjects=[{"name": "war"}], slugline="s",
        pubStatus="canceled",
    )  # fmt: skip
    for entry in (one, three):
        assert (entry.title, entry.summary, entry.content) == ("H", "D", "<p>B</p>")
        assert (entry.tags, entry.slug, entry.status) == (("war",), "s", "canceled")
        assert entry.published == entry.updated == datetime(2026, 11, 21, 8, 15, tzinfo=UTC)
    assert one.author == "Ana"
    plain = _ninjs_entry(headline="H", body_text="P", pubstatus="usable")
    assert (plain.content, plain.status) == ("<p>P</p>", "")


@pytest.mark.parametrize(("kind", "broken"), [("text", 0), ("article", 0), ("picture", 1)])
def test_only_texts_of_ninjs_are_stories(kind: str, broken: int) -> None:
    """Pictures and videos are named as what they are."""
    body = json.dumps([{"uri": "u", "headline": "h", "type": kind}]).encode()
    assert len(parse(body, FEED, now=NOW).broken) == broken


def test_pages_name_feeds_in_the_order_of_likelihood() -> None:
    """Announced RSS first, JSON of any kind last of the announced; then typed and named links."""
    page = b"""<html><head>
    <link rel="alternate" type="application/json" href="/3">
    <link rel="feed" type="text/xml" href="/2">
    <link rel="alternate" type="application/feed+json" href="/1">
    <link rel="alternate" type="application/rss+xml" href="/0"></head>
    <a href="/5/feed">x</a><a type="application/rss+xml" href="/4">x</a></html>"""
    urls = [found.url for found in discover_feeds(page, "https://a.example/")]
    assert urls == [f"https://a.example/{n}" for n in ("0", "1", "2", "3", "4", "5/feed")]


def test_an_entry_without_a_publication_date_has_that_of_its_last_change() -> None:
    """Atom demands the change alone. Both are in the feed's zone where they name none."""
    feed = replace(FEED, timezone="Asia/Beirut")
    dates = {"title": "t", "date_modified": "2026-11-21 10:00"}
    changed = datetime(2026, 11, 21, 8, tzinfo=UTC)
    entry = _json_entry(feed, **dates)
    assert (entry.published, entry.updated) == (changed, changed)
    both = _json_entry(feed, date_published="2026-11-20 10:00", **dates)
    assert (both.published, both.updated) == (changed - timedelta(days=1), changed)


def test_a_link_is_resolved_against_the_base_of_its_entry() -> None:
    """Aggregators keep the xml:base of the site that each entry came from (RFC 4287)."""
    document = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title>'
        '<entry xml:base="https://karsin.example/news/"><id>1</id><title>t</title><link href="a"/>'
        "</entry></feed>"
    )
    (entry,) = parse(document.encode(), FEED, now=NOW).entries
    assert entry.url == "https://karsin.example/news/a"


def test_tags_of_a_format_without_markup_mean_themselves() -> None:
    """In JSON a tag is plain text, as a title is: what looks like markup was typed."""
    assert _json_entry(title="t", tags=["Q&amp;A", "a <b> c"]).tags == ("Q&amp;A", "a <b> c")


def test_of_two_versions_the_one_that_was_changed_last_stays() -> None:
    """A correction keeps the time of publication: only the change tells which one is newer."""
    item = {"id": "1", "url": "https://a.example/1", "date_published": "2026-11-20T10:00Z"}
    first = item | {"title": "first", "date_modified": "2026-11-20T11:00Z"}
    second = item | {"title": "second", "date_modified": "2026-11-20T12:00Z"}
    for items in ([first, second], [second, first]):
        document = {"version": "https://jsonfeed.org/version/1.1", "items": items}
        found = parse(json.dumps(document).encode(), FEED, now=NOW)
        assert [entry.title for entry in found.entries] == ["second"]
        assert [broken.title for broken in found.broken] == ["first"]


def test_one_id_for_entries_without_links_loses_none() -> None:
    """Where no link tells entries of one id apart, their titles do."""
    items = [{"id": "1", "title": "first"}, {"id": "1", "title": "second"}]
    document = {"version": "https://jsonfeed.org/version/1.1", "items": items}
    found = parse(json.dumps(document).encode(), FEED, now=NOW)
    assert [entry.title for entry in found.entries] == ["first", "second"]
    assert len({entry.key for entry in found.entries}) == 2


def test_a_link_header_counts_before_the_document() -> None:
    """WebSub section 4: who serves the feed knows its hub; the document may be a copy."""
    printed = FeedHints(hub="https://old.example/hub", self_url="https://old.example/feed")
    header = '<https://hub.example/>; rel="hub", <https://base.example/feed>; rel="self"'
    hints = add_links(printed, header, FEED.url)
    assert (hints.hub, hints.self_url) == ("https://hub.example/", "https://base.example/feed")
    assert add_links(printed, '<https://a.example/>; rel="next"', FEED.url) == printed


def test_entries_that_say_nothing_are_told_apart_by_their_place() -> None:
    """Each ends as a record of its own: with one key for all, only one would be seen."""
    document = {"version": "https://jsonfeed.org/version/1.1", "items": [{}, {}, {}]}
    broken = parse(json.dumps(document).encode(), FEED, now=NOW).broken
    assert len({one.key for one in broken}) == 3


def test_a_new_version_of_a_ninjs_item_keeps_its_first_date() -> None:
    """It was published when it was first created; the version says when it was changed."""
    for first, version in (("firstcreated", "versioncreated"), ("firstCreated", "versionCreated")):
        item = {first: "2026-11-20T10:00Z", version: "2026-11-21T10:00Z"}
        entry = _ninjs_entry(headline="t", **item)
        assert (entry.published, entry.updated) == (
            datetime(2026, 11, 20, 10, tzinfo=UTC),
            datetime(2026, 11, 21, 10, tzinfo=UTC),
        )


def test_a_json_feeds_own_page_counts_before_the_one_it_is_about() -> None:
    """``url`` is where the item can be read; a linkblog names another site in ``external_url``."""
    own, other = "https://karsin.example/1", "https://other.example/2"
    assert _json_entry(title="t", url=own, external_url=other).url == own
    assert _json_entry(title="t", external_url=other).url == other


def test_an_item_of_another_language_says_so() -> None:
    """A JSON feed's language is that of items that name none."""
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "language": "en",
        "items": [{"id": "1", "title": "t"}, {"id": "2", "title": "u", "language": "fr"}],
    }
    entries = parse(json.dumps(document).encode(), FEED, now=NOW).entries
    assert [entry.language for entry in entries] == ["en", "fr"]


def test_the_first_headline_of_a_nitf_document_is_its_headline() -> None:
    """``hedline`` holds the second one too, which is a standfirst or another slug."""
    entry = _nitf_entry("", "<hedline><hl1>Dam breached</hl1><hl2>Guards left</hl2></hedline>")
    assert entry.title == "Dam breached"
    assert _nitf_entry("", "<hedline>Dam breached</hedline>").title == "Dam breached"


def test_a_newsml_item_keeps_its_first_date_and_the_language_of_its_text() -> None:
    """The version's date is that of the change; xml:lang is that of the envelope's own words."""
    document = (
        '<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="g" xml:lang="en"><itemMeta>'
        "<versionCreated>2026-11-21T08:00:00Z</versionCreated>"
        "<firstCreated>2026-11-20T08:00:00Z</firstCreated></itemMeta>"
        '<contentMeta><headline>t</headline><language tag="fr"/></contentMeta></newsItem>'
    )
    (entry,) = parse(document.encode(), FEED, now=NOW).entries
    assert entry.published == datetime(2026, 11, 20, 8, tzinfo=UTC)
    assert entry.updated == datetime(2026, 11, 21, 8, tzinfo=UTC)
    assert entry.language == "fr"


@pytest.mark.parametrize("kind", ["image", "video"])
def test_a_sitemaps_page_is_not_its_picture_or_film(kind: str) -> None:
    """Google's extensions have elements of the same names inside a page's own."""
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    document = (
        f'<urlset xmlns="{space}" xmlns:m="http://www.google.com/schemas/sitemap-{kind}/1.1"'
        ' xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"><url>'
        f"<m:{kind}><m:loc>https://a.example/m</m:loc><m:title>A film</m:title></m:{kind}>"
        "<loc>https://a.example/story</loc><lastmod>2026-11-21T08:00:00Z</lastmod>"
        "<n:news><n:publication_date>2026-11-20T08:00:00Z</n:publication_date>"
        "<n:title>Bridge reopened</n:title></n:news></url></urlset>"
    )
    (entry,) = parse(document.encode(), FEED, now=NOW).entries
    assert (entry.url, entry.title) == ("https://a.example/story", "Bridge reopened")
    assert entry.published == datetime(2026, 11, 20, 8, tzinfo=UTC)
    assert entry.updated == datetime(2026, 11, 21, 8, tzinfo=UTC)


@pytest.mark.parametrize(("body", "broken"), [("<p>The dam broke.</p>", 0), ("", 1)])
def test_a_newsml_item_with_a_text_is_a_story_of_whatever_class(body: str, broken: int) -> None:
    """Agencies call a story with its pictures "composite"; without a text it is none."""
    inline = f"<inlineXML><html><body>{body}</body></html></inlineXML>" if body else ""
    document = (
        '<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="g"><itemMeta>'
        '<itemClass qcode="ninat:composite"/></itemMeta><contentMeta><headline>t</headline>'
        f"</contentMeta><contentSet>{inline}</contentSet></newsItem>"
    )
    found = parse(document.encode(), FEED, now=NOW)
    assert (len(found.entries), len(found.broken)) == (1 - broken, broken)


def _rss_entry(item: str, head: str = "") -> Entry:
    channel = f"<channel><title>t</title>{head}<item><title>x</title>{item}</item></channel>"
    space = 'xmlns:dcterms="http://purl.org/dc/terms/"'
    document = f'<rss version="2.0" {space}>{channel}</rss>'
    return parse(document.encode(), FEED, now=NOW).entries[0]


def test_an_id_that_is_no_permalink_leads_nowhere() -> None:
    """RSS 2.0: a guid is an address unless it says that it is none."""
    address = "https://a.example/1"
    assert _rss_entry(f"<guid>{address}</guid>").url == address
    assert _rss_entry(f'<guid isPermaLink="false">{address}</guid>').url == ""


def test_the_date_of_publication_counts_before_that_of_writing() -> None:
    """``dcterms:created`` stands in where an item says nothing else, wherever it stands."""
    created = "<dcterms:created>2026-11-19T10:00:00Z</dcterms:created>"
    printed = "<pubDate>Fri, 20 Nov 2026 10:00:00 GMT</pubDate>"
    assert _rss_entry(created).published == datetime(2026, 11, 19, 10, tzinfo=UTC)
    for both in (created + printed, printed + created):
        assert _rss_entry(both).published == datetime(2026, 11, 20, 10, tzinfo=UTC)


def test_an_element_says_the_language_of_its_item() -> None:
    """The nearest xml:lang counts: the text's, then the item's, then the channel's."""
    head = "<language>en</language>"
    assert _rss_entry("<description>d</description>", head).language == "en"
    assert _rss_entry('<description xml:lang="fr">d</description>', head).language == "fr"


def test_an_item_of_another_language_in_a_channel_says_so() -> None:
    """Feeds of several desks mark each item."""
    document = (
        '<rss version="2.0"><channel><title>t</title><language>en</language>'
        '<item xml:lang="fr"><title>x</title></item><item><title>y</title></item></channel></rss>'
    )
    entries = parse(document.encode(), FEED, now=NOW).entries
    assert [entry.language for entry in entries] == ["fr", "en"]


def test_a_summary_that_is_the_text_again_is_none() -> None:
    """Programs fill both fields from one; said twice, the story would stand twice."""
    document = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title><entry><id>https://a.example/1'
        "</id><title>x</title><summary>The dam broke.</summary><content>The dam broke.</content>"
        "</entry></feed>"
    )
    (entry,) = parse(document.encode(), FEED, now=NOW).entries
    assert (entry.summary, entry.content) == ("", "The dam broke.")
    assert entry.url == "https://a.example/1", "an Atom id is its address where no link is"


def test_a_nitf_day_alone_is_one_where_the_feed_is() -> None:
    """A date without a time begins at the zone's midnight, also in the basic form."""
    document = '<nitf><head><title>t</title><docdata><date.issue norm="20261121"/></docdata></head>'
    beirut = replace(FEED, timezone="Asia/Beirut")
    (entry,) = parse(f"{document}</nitf>".encode(), beirut, now=NOW).entries
    assert entry.published == datetime(2026, 11, 20, 22, tzinfo=UTC)


def test_text_outside_of_paragraphs_is_text_of_a_nitf_document() -> None:
    """Some agencies write the story straight into ``body.content``; its marks are no markup."""
    document = (
        "<nitf><body><body.head><hedline>t</hedline></body.head>"
        "<body.content>Guards &lt;left&gt; the dam.<p>It broke.</p></body.content></body></nitf>"
    )
    (entry,) = parse(document.encode(), FEED, now=NOW).entries
    assert entry.content == "Guards &lt;left&gt; the dam.<p>It broke.</p>"


def test_a_description_that_is_the_full_text_again_is_none() -> None:
    """As in Atom: where both fields of an item are one text, it is the content."""
    space = 'xmlns:c="http://purl.org/rss/1.0/modules/content/"'
    both = "<description>It broke.</description><c:encoded>It broke.</c:encoded>"
    document = (
        f'<rss version="2.0" {space}><channel><title>t</title>'
        f"<item><title>x</title>{both}</item></channel></rss>"
    )
    (entry,) = parse(document.encode(), FEED, now=NOW).entries
    assert (entry.summary, entry.content) == ("", "It broke.")


def test_the_first_title_of_an_item_is_its_title() -> None:
    """Dublin Core's, where it stands below, is that of a picture or of the print edition."""
    document = (
        '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>t</title>'
        "<item><title>Dam breached</title><dc:title>WORLD-3</dc:title></item></channel></rss>"
    )
    (entry,) = parse(document.encode(), FEED, now=NOW).entries
    assert entry.title == "Dam breached"


def test_a_link_to_comments_is_not_the_storys() -> None:
    """Atom has a link for each purpose; one without ``rel`` is the page (RFC 4287, 4.2.7.2)."""
    document = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title><entry><id>1</id><title>x'
        '</title><link href="https://a.example/1"/><link rel="replies" type="text/html"'
        ' href="https://a.example/1/comments"/></entry></feed>'
    )
    (entry,) = parse(document.encode(), FEED, now=NOW).entries
    assert entry.url == "https://a.example/1"


def test_a_channels_own_link_is_its_home() -> None:
    """RSS has its site in ``link``; Atom's element stands in where there is none."""
    atom = '<a:link xmlns:a="http://www.w3.org/2005/Atom" href="https://a.example/atom"/>'
    for head, home in (
        (f"{atom}<link>https://a.example/</link>", "https://a.example/"),
        (atom, "https://a.example/atom"),
    ):
        document = f'<rss version="2.0"><channel><title>t</title>{head}</channel></rss>'
        assert parse(document.encode(), FEED, now=NOW).hints.home == home


@pytest.mark.parametrize("charset", ["utf-16", "cp037"])
def test_a_servers_wrong_word_for_the_encoding_costs_no_entry(charset: str) -> None:
    """Read as it says, the document would hold nothing: it is read again as it says itself."""
    document = (
        '<rss version="2.0"><channel><title>t</title><item><title>Café</title></item></channel>'
        "</rss>"
    )
    content_type = f"application/rss+xml; charset={charset}"
    (entry,) = parse(document.encode(), FEED, content_type=content_type, now=NOW).entries
    assert entry.title == "Café"


def test_a_channel_says_its_language_before_its_document() -> None:
    """xml:lang at the top is what a program writes into all its feeds."""
    item = "<item><title>x</title></item>"
    for said, language in (("<language>fr</language>", "fr"), ("", "en")):
        document = f'<rss version="2.0" xml:lang="en"><channel>{said}{item}</channel></rss>'
        assert parse(document.encode(), FEED, now=NOW).entries[0].language == language


ODD_RSS = (
    '<!DOCTYPE rss><rss version="2.0" xmlns:c="http://purl.org/rss/1.0/modules/content/"'
    ' xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"'
    ' xmlns:dcterms="http://purl.org/dc/terms/">'
    "<channel><title>t</title><item><title>x</title>{}</item></channel></rss>"
)


@pytest.mark.parametrize(
    ("item", "summary", "content"),
    [
        (
            "<description>It broke.</description><itunes:summary>Hear how.</itunes:summary>",
            "It broke.",
            "",
        ),
        (
            "<description>&lt;p&gt;It broke.&lt;/p&gt;</description>"
            "<c:encoded>&lt;p&gt;It broke.&lt;/p&gt;</c:encoded>",
            "",
            "<p>It broke.</p>",
        ),
    ],
    ids=["a podcast's summary is no text", "the text again is no summary"],
)
def test_texts_of_an_odd_document_are_those_of_a_plain_one(
    item: str, summary: str, content: str
) -> None:
    """With a DOCTYPE a document goes through feedparser, which has other fields."""
    (entry,) = parse(ODD_RSS.format(item).encode(), FEED, now=NOW).entries
    assert (entry.summary, entry.content) == (summary, content)


def test_an_odd_document_has_the_date_of_writing_too() -> None:
    """``dcterms:created`` stands in for a date of publication here as well."""
    created = "<dcterms:created>2026-11-19T10:00:00Z</dcterms:created>"
    (entry,) = parse(ODD_RSS.format(created).encode(), FEED, now=NOW).entries
    assert entry.published == datetime(2026, 11, 19, 10, tzinfo=UTC)


def test_salvage_takes_the_first_of_each_field() -> None:
    """As every reader does: what comes later belongs to a picture or to another story."""
    item = (
        "<item><title>Dam breached</title><dc:title>WORLD-3</dc:title><guid>https://a.example/1"
        "</guid><description>Fish & chips</description></item>"
    )
    space = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'
    body = f"<rss {space}><channel><title>t</title>{item}".encode()
    (found,) = salvage_document(body, FEED.url).items
    assert (found.title, found.summary) == ("Dam breached", "Fish & chips")
    assert found.link == "https://a.example/1", "an id is the address where no link is"


@pytest.mark.parametrize(
    ("printed", "title"),
    [
        ("AT&T, R&D & more", "AT&T, R&D & more"),
        ("Karsin &amp; Telbarud &#38; Haven", "Karsin & Telbarud & Haven"),
        ("caf&eacute; &nosuch; end&", "café"),
    ],
)
def test_salvage_keeps_what_follows_an_ampersand(printed: str, title: str) -> None:
    """A name with an ampersand in a broken document must not swallow the words after it."""
    body = f"<rss><channel><item><title>{printed}</title><link>https://a.example/1</link>".encode()
    (item,) = salvage_document(body, FEED.url).items
    assert item.title.startswith(title)
