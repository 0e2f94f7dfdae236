"""Feed documents that repeat one element, one field or one character ``n`` times."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

Flood = Callable[[int], bytes]
"""A document with so many repetitions."""

_RSS: Final = (
    b'<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    b' xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>t</title>%s'
    b"<item><title>t</title><link>http://a.example/1</link>%s</item></channel></rss>"
)
_ATOM: Final = (
    b'<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title><entry><id>a</id>'
    b"<title>t</title>%s</entry></feed>"
)
_NEWSML: Final = (
    b'<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><itemSet><newsItem guid="a">'
    b"<contentMeta><headline>h</headline>%s</contentMeta><contentSet><inlineData>x</inlineData>"
    b"%s</contentSet></newsItem>%s</itemSet></newsMessage>"
)
_NITF: Final = (
    b"<nitf><head>%s</head><body><body.head>%s</body.head>"
    b"<body.content>%s</body.content></body></nitf>"
)
_SITEMAP: Final = b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">%s</urlset>'
_INDEX: Final = (
    b'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">%s</sitemapindex>'
)


def _number(unit: bytes, n: int) -> bytes:
    """The unit ``n`` times, its number in the place of each "%d"."""
    return b"".join([unit.replace(b"%d", b"%d" % i) for i in range(n)])


def _in_item(unit: bytes, n: int) -> bytes:
    return _RSS % (b"", _number(unit, n))


def _in_channel(unit: bytes, n: int) -> bytes:
    return _RSS % (_number(unit, n), b"")


def _in_entry(unit: bytes, n: int) -> bytes:
    return _ATOM % _number(unit, n)


def _in_title(unit: bytes, n: int) -> bytes:
    return _RSS % (b"", b"<description>" + unit * n + b"</description>")


def _in_odd_item(unit: bytes, n: int) -> bytes:
    """As of an item, in a document that only the forgiving readers take."""
    return _RSS % (b"<x>&nbsp;&bogus;<b></x>", _number(unit, n))


def _in_json(field: str, value: Any, n: int) -> bytes:
    item = {"id": "a", "title": "t", "url": "http://a.example/1", field: [value] * n}
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [item]}).encode()


def _in_json_text(field: str, text: str, n: int) -> bytes:
    item = {"id": "a", "title": "t", "url": "http://a.example/1", field: text * n}
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [item]}).encode()


def _json_items(item: Any, n: int) -> bytes:
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [item] * n}).encode()


def _in_ninjs(field: str, value: Any, n: int) -> bytes:
    return json.dumps({"uri": "a", "headline": "h", "body_text": "x", field: [value] * n}).encode()


def _nest(opening: bytes, closing: bytes, n: int) -> bytes:
    return _RSS % (b"", opening * n + closing * n)


_ELEMENTS: Final = {
    "author": b"<author>a%d@b.example (N%d)</author>",
    "dc:creator": b"<dc:creator>Name %d</dc:creator>",
    "same creator": b"<dc:creator>Name</dc:creator>",
    "category": b"<category>c%d</category>",
    "title": b"<title>t%d</title>",
    "link": b"<link>http://a.example/%d</link>",
    "guid": b"<guid>g%d</guid>",
    "pubDate": b"<pubDate>Sat, 21 Nov 2026 08:15:00 GMT</pubDate>",
    "dc:date": b"<dc:date>2026-11-21T08:15:%d</dc:date>",
    "enclosure": b'<enclosure url="http://a.example/%d.mp3"/>',
    "description": b"<description>d%d</description>",
    "empty": b"<x/>",
    "content:encoded": b"<content:encoded>&lt;p>x%d&lt;/p></content:encoded>",
    "attributes": b'<x a%d="1"/>',
    "namespaces": b'<y%d:x xmlns:y%d="urn:%d"/>',
    "comments": b"<!-- %d -->",
    "instructions": b"<?x %d?>",
    "cdata": b"<dc:creator><![CDATA[x%d]]></dc:creator>",
}

FEED_FLOODS: Final[Mapping[str, Flood]] = {
    "rss items": lambda n: _RSS % (b"", b"</item>" + b"<item/>" * n + b"<item>"),
    "rss items, titled": lambda n: (
        _RSS % (b"", b"</item>" + _number(b"<item><title>t%d</title></item>", n) + b"<item>")
    ),
    "rss items, one guid": lambda n: (
        _RSS
        % (
            b"",
            b"</item>"
            + _number(b"<item><guid>g</guid><link>http://a.example/%d</link></item>", n)
            + b"<item>",
        )
    ),
    "rdf items": lambda n: (
        b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
        b' xmlns="http://purl.org/rss/1.0/"><channel><title>t</title></channel>'
        + _number(b"<item><title>t%d</title></item>", n)
        + b"</rdf:RDF>"
    ),
    "atom entries": lambda n: (
        b'<feed xmlns="http://www.w3.org/2005/Atom">'
        + _number(b"<entry><id>%d</id><title>t</title></entry>", n)
        + b"</feed>"
    ),
    **{f"rss item: {name}": partial(_in_item, unit) for name, unit in _ELEMENTS.items()},
    **{f"rss channel: {name}": partial(_in_channel, unit) for name, unit in _ELEMENTS.items()},
    **{f"odd item: {name}": partial(_in_odd_item, unit) for name, unit in _ELEMENTS.items()},
    "atom author": partial(_in_entry, b"<author><name>N%d</name></author>"),
    "atom parts of an author": lambda n: (
        _ATOM % (b"<author>" + _number(b"<name>N%d</name>", n) + b"</author>")
    ),
    "atom category": partial(_in_entry, b'<category term="c%d"/>'),
    "atom link": partial(_in_entry, b'<link href="/%d"/>'),
    "atom xhtml": lambda n: (
        _ATOM % (b'<content type="xhtml"><div>' + b"<p>a</p>" * n + b"</div></content>")
    ),
    "attributes of an element": lambda n: _RSS % (b"", b"<x " + _number(b'a%d="1" ', n) + b"/>"),
    "namespaces of an element": lambda n: (
        _RSS % (b"", b"<x " + _number(b'xmlns:a%d="urn:%d" ', n) + b"/>")
    ),
    "nested elements": partial(_nest, b"<x>", b"</x>"),
    "nested items": partial(_nest, b"<item>", b"</item>"),
    "unclosed elements": lambda n: _RSS % (b"", b"<x>" * n),
    "half tags": partial(_in_title, b"<a "),
    "unclosed comments": partial(_in_title, b"<!--"),
    "unclosed cdata": partial(_in_title, b"<![CDATA["),
    "entities": partial(_in_title, b"&nbsp;"),
    "unknown entities": partial(_in_title, b"&bogus;"),
    "ampersands": partial(_in_title, b"&"),
    "numbered references": partial(_in_title, b"&#8230;"),
    "unlawful references": partial(_in_title, b"&#xD800;"),
    "escaped half tags": partial(_in_title, b"&lt;a "),
    "escaped comments": partial(_in_title, b"&lt;!--"),
    "escaped paragraphs": partial(_in_title, b"&lt;p&gt;a&lt;/p&gt;"),
    "escaped links": partial(_in_title, b"&lt;a href=x&gt;more&lt;/a&gt; "),
    "twice escaped": partial(_in_title, b"&amp;lt;p&amp;gt;"),
    "pictures": partial(_in_title, b"data:image/png;base64,AAAA "),
    "at signs": partial(_in_title, b"a@"),
    "dots of a summary": partial(_in_title, b". . . "),
    "brackets": partial(_in_title, b"["),
    "doctype": lambda n: (
        b"<!DOCTYPE r [" + _number(b'<!ENTITY e%d "x">', n) + b"]>" + _RSS % (b"", b"")
    ),
    "comments before the root": lambda n: b"<!-- x -->" * n + _RSS % (b"", b""),
    "noise before the root": lambda n: b"<?xml" * n + _RSS % (b"", b""),
    "noise behind the root": lambda n: _RSS % (b"", b"") + b"<!-- x --> " * n + b"x",
    "closing tags": lambda n: _RSS % (b"", b"") + b"</rss>" * n,
    "skip hours": partial(_in_channel, b"<skipHours><hour>%d</hour></skipHours>"),
    "newsml items": lambda n: _NEWSML % (b"", b"", b"<newsItem/>" * n),
    "newsml items, titled": lambda n: (
        _NEWSML % (b"", b"", _number(b"<newsItem><headline>h%d</headline></newsItem>", n))
    ),
    "newsml subjects": lambda n: (
        _NEWSML % (_number(b"<subject><name>s%d</name></subject>", n), b"", b"")
    ),
    "newsml authors": lambda n: _NEWSML % (_number(b"<by>n%d</by>", n), b"", b""),
    "newsml links": lambda n: _NEWSML % (_number(b'<link href="x%d"/>', n), b"", b""),
    "newsml inline markup": lambda n: (
        _NEWSML % (b"", b"<inlineXML><body>" + b"<p>a</p>" * n + b"</body></inlineXML>", b"")
    ),
    "newsml nested items": lambda n: _NEWSML % (b"", b"", b"<newsItem>" * n + b"</newsItem>" * n),
    "nitf paragraphs": lambda n: _NITF % (b"", b"", b"<p>a</p>" * n),
    "nitf keywords": lambda n: _NITF % (_number(b'<keyword key="k%d"/>', n), b"", b""),
    "nitf bylines": lambda n: _NITF % (b"", _number(b"<byline>b%d</byline>", n), b""),
    "nitf of a namespace each": lambda n: (
        _NITF % (b"", b"", _number(b'<p xmlns:a%d="urn:%d">x</p>', n))
    ),
    "sitemap pages": lambda n: _SITEMAP % _number(b"<url><loc>http://a.example/%d</loc></url>", n),
    "sitemap pages, empty": lambda n: _SITEMAP % (b"<url/>" * n),
    "sitemap pictures": lambda n: (
        _SITEMAP
        % (b"<url><loc>http://a.example/</loc>" + b"<image><loc>x</loc></image>" * n + b"</url>")
    ),
    "sitemap keywords": lambda n: (
        _SITEMAP
        % (b"<url><loc>http://a.example/</loc><keywords>" + b"k," * n + b"</keywords></url>")
    ),
    "sitemaps of an index": lambda n: (
        _INDEX % _number(b"<sitemap><loc>http://base.example/%d</loc></sitemap>", n)
    ),
    "sitemaps of other sites": lambda n: (
        _INDEX % _number(b"<sitemap><loc>http://a%d.example/</loc></sitemap>", n)
    ),
    "json items": partial(_json_items, {}),
    "json items, none an object": partial(_json_items, 0),
    "json items, titled": partial(_json_items, {"title": "t", "url": "http://a.example/1"}),
    "json authors": partial(_in_json, "authors", {"name": "N"}),
    "json tags": partial(_in_json, "tags", "t"),
    "json depth": lambda n: b"[" * n + b"]" * n,
    "json numbers": lambda n: b"[" + b"1," * n + b"1]",
    "json digits": lambda n: b'{"items": [{"id": ' + b"1" * n + b"}]}",
    "json half tags": partial(_in_json_text, "content_html", "<a "),
    "json paragraphs": partial(_in_json_text, "content_text", "a\n\n"),
    "json long title": partial(_in_json_text, "title", "word "),
    "json long date": partial(_in_json_text, "date_published", "1 "),
    "json long link": partial(_in_json_text, "url", "/a"),
    "ninjs items": lambda n: json.dumps([{"uri": "u"}] * n).encode(),
    "ninjs items, others": lambda n: json.dumps([{"uri": "u"}, *[0] * n]).encode(),
    "ninjs bodies": partial(_in_ninjs, "bodies", {"contentType": "x", "value": "y"}),
    "ninjs subjects": partial(_in_ninjs, "subject", {"name": "y"}),
}
"""Name -> flood: each reader of ``pipeline.feeds.parsing.FORMATS`` with whatever it looks at."""
