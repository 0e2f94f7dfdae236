"""What other readers give up: feedparser for small documents, salvage for large ones.

feedparser forgives most of what publishers do wrong, but its forgiving parser takes quadratic time
on some of it (5 MB of half tags: minutes). It is called without its sanitiser and without resolving
links inside markup: both take quadratic time on hostile input as well. What is too large for it is
mended by libxml2, in time that grows with the size and no faster.
"""

from __future__ import annotations

import re
from functools import partial
from html.entities import name2codepoint
from io import BytesIO
from typing import Any

import feedparser
from lxml import etree

from pipeline.errors import Permanent
from pipeline.feeds.items import Document, Item, make_items
from pipeline.feeds.vocabulary import (
    ABOUT,
    AUTHORS,
    LANG,
    PUBLISHED,
    UPDATED,
    element_name,
    mend_text,
    parse_xml,
    read_channel,
    read_minutes,
    read_page_link,
    read_period,
    read_person,
)
from pipeline.story import FeedHints

# a feed with nothing in it yet is a feed
_EMPTY = re.compile(rb"<(?:rss|channel|(?:[\w.-]{1,20}:)?(?:RDF|feed))[\s>]")
_ENTITY = re.compile(rb"&([A-Za-z][A-Za-z0-9]{1,7});")
# an ampersand that begins no whole reference, as in "AT&T": libxml2 would drop what follows it
_LOOSE = re.compile(rb"&(?!#?\w{1,31};)")
_CONTROLS = bytes([*range(9), 11, 12, *range(14, 32)])
_XML_OWN = frozenset({"amp", "lt", "gt", "quot", "apos"})
_ENTRIES = frozenset({"item", "entry"})
_MOST_ENTITIES = 200_000  # beyond them the document is garbage: each match holds a piece of memory
_MOST_FIELDS = 1_000  # children of one item that are looked at
_FORMATS = {"rss": "rss", "rdf:rdf": "rss10", "feed": "atom10"}
_FIELDS = {
    **dict.fromkeys(("title", "dc:title"), "title"),
    **dict.fromkeys(("guid", "id"), "guid"),
    **dict.fromkeys(("description", "summary", "dc:description"), "summary"),
    **dict.fromkeys(("content:encoded", "content"), "content"),
    **dict.fromkeys(PUBLISHED, "published"),
    **dict.fromkeys(UPDATED, "updated"),
}


def read_with_feedparser(body: bytes, url: str) -> Document:
    """Entries and hints by feedparser; Permanent where there is no feed in the document.

    It is told no base URL, so that ids stay as printed; links are resolved later. It is given a
    stream, because it takes bare bytes for the name of a file.
    """
    try:
        found = feedparser.parse(
            BytesIO(body),
            response_headers={"content-type": "application/xml; charset=utf-8"},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except (AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError):
        # its forgiving parser stumbles over some garbage in many ways
        return salvage_document(body, url)
    version = found.get("version", "")
    if not found.entries and not version and not _EMPTY.search(body[:4096]):
        raise Permanent("no feed in the document", url=url)
    channel = found.feed
    links: dict[str, str] = {}
    for link in channel.get("links") or []:
        links.setdefault(link.get("rel", ""), link.get("href", ""))
    hints = FeedHints(
        title=channel.get("title") or "",
        language=channel.get("language") or "",
        home=channel.get("link") or "",
        ttl=read_minutes(channel.get("ttl") or ""),
        update_period=read_period(
            channel.get("sy_updateperiod") or "", channel.get("sy_updatefrequency") or ""
        ),
        hub=links.get("hub") or "",
        self_url=links.get("self") or "",
    )
    atom = version.startswith("atom")
    read = partial(_read_entry, language=hints.language, atom=atom)
    items, more = make_items(found.entries, read)
    return Document(version or "rss", items, hints, base=url, more=more)


def _read_entry(entry: Any, language: str, *, atom: bool) -> Item:
    content: Any = {}
    for one in entry.get("content") or []:
        # in RSS a second description (a picture's caption, a podcast's summary) comes as
        # plain-text content: it is none
        if one.get("value") and (atom or "html" in one.get("type", "")):
            content = one
            break
    detail = content or entry.get("summary_detail") or entry.get("title_detail") or {}
    summary = entry.get("summary") or ""
    names = [a.get("name") or a.get("email") or "" for a in entry.get("authors") or []]
    return Item(
        guid=entry.get("id") or "",
        link=entry.get("link") or "",
        title=entry.get("title") or "",
        summary="" if summary == content.get("value") else summary,
        content=content.get("value", ""),
        author=", ".join(filter(None, dict.fromkeys(names)))
        or read_person(entry.get("author") or ""),
        published=entry.get("published") or entry.get("created") or "",
        # a look-up by "in" first: feedparser's get answers with the publication date and a warning
        updated=(entry["updated"] or "") if "updated" in entry.keys() else "",  # noqa: SIM118
        language=detail.get("language") or language,
        tags=[tag.get("term") or tag.get("label") or "" for tag in entry.get("tags") or []],
        base=detail.get("base") or "",
    )


# ------------------------------ salvage


def salvage_document(body: bytes, url: str) -> Document:
    """Entries of a feed in whatever state, wherever they stand, by the names of their elements.

    Permanent where there is neither an entry nor the root of a feed.
    """
    root = parse_xml(mend_references(body), recover=True)
    if root is None:
        raise Permanent("no feed in the document", url=url)
    language = root.get(LANG, "")
    elements = (e for e in root.iter("*") if element_name(e.tag) in _ENTRIES)
    items, more = make_items(elements, partial(_salvage_item, language=language))
    kind = _FORMATS.get(element_name(root.tag), "")
    if not items and not kind:
        raise Permanent("no feed in the document", url=url)
    channels = (e for e in root.iterchildren("*") if element_name(e.tag) == "channel")
    hints, _ = read_channel(next(channels, root), language)
    return Document(kind or "rss", items, hints, base=url, more=more)


def mend_references(body: bytes) -> bytes:
    """The document with names of letters that XML does not know as numbers, "&" in texts as such.

    Without the control characters that XML forbids.
    """
    body = body.translate(None, _CONTROLS)
    if body.count(b"&") > _MOST_ENTITIES:
        return body.replace(b"&", b"&amp;")
    return _LOOSE.sub(b"&amp;", _ENTITY.sub(_number_entity, body))


def _number_entity(found: re.Match[bytes]) -> bytes:
    """A named entity of HTML as a number, which XML knows; XML's own and unknown ones as text."""
    name = found.group(1).decode("ascii")
    if name in _XML_OWN:
        return found.group()
    if name in name2codepoint:
        return b"&#%d;" % name2codepoint[name]
    return b"&amp;" + found.group()[1:]


def _salvage_item(element: etree._Element, language: str) -> Item:
    item = Item(guid=element.get(ABOUT, ""), language=element.get(LANG) or language)
    for number, child in enumerate(element.iterchildren("*")):
        if number >= _MOST_FIELDS:
            break
        name = element_name(child.tag)
        text = mend_text("".join(child.itertext()).strip())
        field = _FIELDS.get(name)
        if field:
            setattr(item, field, getattr(item, field) or text)
        elif name == "link":
            item.link = item.link or read_page_link(child, text)
        elif name in AUTHORS:
            item.author = item.author or read_person(text)
        elif name in {"category", "dc:subject"}:
            item.tags.append(child.get("term") or text)
    item.link = item.link or item.guid
    return item
