"""Where feeds come from: web pages that name them, and OPML lists that readers hand each other."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from xml.etree.ElementTree import Element, ParseError, SubElement, indent, tostring

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from lxml import etree

from pipeline.errors import Permanent
from pipeline.feeds.plain_text import plain_line
from pipeline.story import Feed, digest
from pipeline.urls import canonical, safe_link

_RANK_OF_TYPE = {  # smaller is likelier
    "application/rss+xml": 0,
    "application/atom+xml": 0,
    "application/feed+json": 1,
    "application/json": 3,
    "application/rdf+xml": 1,
    "text/xml": 2,
    "application/xml": 2,
}
_RANK_OF_TYPED_LINK = 4
_RANK_OF_NAMED_LINK = 5
_LATER_FOR_COMMENTS = 10  # after all others: who types a newspaper's address means its news
_LOOKS_LIKE_FEED = re.compile(
    r"(?:^|[/._-])(?:rss|atom|feeds?)(?:$|[/._?-])|\.(?:rss|atom|rdf)\b", re.IGNORECASE
)
_COMMENTS = re.compile(r"\bcomments?\b", re.IGNORECASE)
_MOST_BYTES = 1_000_000
_MOST_FEEDS = 50  # of one page; nobody reads more suggestions
_LONGEST_ID = 60


@dataclass(frozen=True, slots=True)
class NamedFeed:
    """A feed that a page names, its title and its type as the page gives them."""

    url: str
    title: str = ""
    type: str = ""


@dataclass(frozen=True, slots=True)
class Imported:
    """Feeds of a list, and for each outline that is none the reason why."""

    feeds: tuple[Feed, ...]
    faults: tuple[str, ...]


def discover_feeds(page: bytes, url: str) -> tuple[NamedFeed, ...]:
    """Feeds of a page, the likeliest first: those of its head, then links that look like feeds.

    Feeds of comments come last. Nothing is fetched; whether a find is a feed, only fetching and
    parsing it shows.
    """
    parser = etree.HTMLParser(recover=True, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(page[:_MOST_BYTES], parser)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    if root is None:
        return ()
    bases = (safe_link(e.get("href"), url) for e in root.iter("base") if e.get("href"))
    base = next(bases, "") or url
    ranks: dict[NamedFeed, int] = {}
    seen: set[str] = set()
    for element in root.iter("link", "a"):
        link = safe_link(element.get("href", ""), base)
        rank = _rank_element(element)
        if not link or rank is None or link in seen:
            continue
        seen.add(link)
        title = plain_line(element.get("title") or "".join(element.itertext()))[:200]
        if _COMMENTS.search(f"{title} {link}"):
            rank += _LATER_FOR_COMMENTS
        ranks[NamedFeed(link, title, element.get("type", "").lower())] = rank
    return tuple(sorted(ranks, key=ranks.__getitem__))[:_MOST_FEEDS]


def _rank_element(element: etree._Element) -> int | None:
    """How likely the element names a feed, smaller for likelier; None where it does not."""
    relations = element.get("rel", "").lower().split()
    kind = element.get("type", "").partition(";")[0].strip().lower()
    if element.tag == "link":
        return _RANK_OF_TYPE.get(kind) if {"alternate", "feed"} & set(relations) else None
    if kind in _RANK_OF_TYPE:
        return _RANK_OF_TYPED_LINK
    return _RANK_OF_NAMED_LINK if _LOOKS_LIKE_FEED.search(element.get("href", "")) else None


# ------------------------------ OPML


def read_opml(body: bytes) -> Imported:
    """Every outline with an ``xmlUrl``, at any depth, once per URL; Permanent where it is no OPML.

    Ids are made from titles and stay the same for the same list, so that importing it twice adds
    nothing.
    """
    try:
        root = fromstring(body)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise Permanent(f"no OPML: {error}"[:200]) from None
    if root.tag.lower() != "opml":
        raise Permanent(f"no OPML: the document is {root.tag[:40]!r}")
    feeds: dict[str, Feed] = {}
    faults: list[str] = []
    for outline in root.iter("outline"):
        fields = {name.lower(): value for name, value in outline.attrib.items()}
        printed = fields.get("xmlurl")
        if printed is None:
            continue
        name = plain_line(fields.get("title") or fields.get("text") or "")
        url = safe_link(printed)
        if not url:
            faults.append(f"{name or 'an outline'}: {printed[:200]!r} is not an http/https URL")
        elif canonical(url) not in feeds:
            taken = {feed.id for feed in feeds.values()}
            language = fields.get("language", "").lower()
            feed = Feed(feed_id(name, url, taken), url, name=name, language=language)
            feeds[canonical(url)] = feed
    return Imported(tuple(feeds.values()), tuple(faults))


def write_opml(feeds: Iterable[Feed], title: str = "Wiredesk feeds") -> bytes:
    """The list as OPML 2.0, which ``read_opml`` reads back."""
    root = Element("opml", version="2.0")
    SubElement(SubElement(root, "head"), "title").text = plain_line(title, marked=False)
    body = SubElement(root, "body")
    for feed in feeds:
        name = plain_line(feed.name or feed.id, marked=False)
        fields = {"type": "rss", "text": name, "title": name, "xmlUrl": feed.url}
        if feed.language:
            fields["language"] = feed.language
        SubElement(body, "outline", fields)
    indent(root)
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def feed_id(name: str, url: str, taken: Iterable[str] = ()) -> str:
    """A short id in ASCII from the feed's name or host, made distinct by its URL if it is taken."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii").lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    words = words or re.sub(r"[^a-z0-9]+", "-", url.partition("://")[2].lower()).strip("-")
    short = words[:_LONGEST_ID].strip("-")
    return f"{short}-{digest(canonical(url))[:6]}" if short in set(taken) or not short else short
