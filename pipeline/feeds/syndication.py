"""RSS 0.9x to 2.0, RDF and Atom, read straight from the tree that lxml builds where they are plain.

The fields are those that feedparser finds, at a small part of its cost. A document with anything
out of the ordinary (a DOCTYPE, markup that is not well-formed, xml:base, an old dialect, entries in
odd places) goes to ``forgiving``. Two things differ on purpose: pictures' own titles and captions
(Media RSS) never stand in for the story's, and several authors are all named.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial

from lxml import etree

from pipeline.feeds.forgiving import mend_references, read_with_feedparser, salvage_document
from pipeline.feeds.items import Document, Item, make_items
from pipeline.feeds.vocabulary import (
    ABOUT,
    AUTHORS,
    LANG,
    LONGEST_NAMES,
    PUBLISHED,
    UPDATED,
    drop_unlawful,
    element_name,
    mend_text,
    parse_xml,
    read_channel,
    read_page_link,
    read_person,
)

_FORGIVEN = 300_000  # bytes that feedparser may take its time over: two seconds at the very worst
_SKIPS = (b"skipHours", b"skipDays", b"skiphours", b"skipdays", b"SKIPHOURS", b"SKIPDAYS")
_SKIP_HOURS = re.compile(rb"<skipHours>", re.IGNORECASE)
_SKIP_DAYS = re.compile(rb"<skipDays>", re.IGNORECASE)
_SKIP_END = re.compile(rb"</skip", re.IGNORECASE)
_LONGEST_SKIP = 2_000  # bytes; 24 hours take a few hundred
_HOUR = re.compile(rb"<hour>\s*(\d{1,2})\s*</hour>", re.IGNORECASE)
_DAY = re.compile(rb"<day>\s*((?:mon|tues|wednes|thurs|fri|satur|sun)day)\s*</day>", re.IGNORECASE)

_UNUSUAL = (b"xml:base", b'"base64"', b"'base64'")
_DOCTYPES = (b"<!DOCTYPE", b"<!doctype", b"<!ENTITY")

# what only feedparser sorts out, wherever it stands in an entry
_ODD = frozenset(
    {"content", "body", "xhtml:body", "fullitem", "abstract", "summary", "dc:description"}
    | {"itunes:summary", "tags", "itunes:category"}
)
_RSS_VERSIONS = {"0.91": "rss091u", "0.92": "rss092", "0.93": "rss093", "0.94": "rss094"}
_ATOM = "{http://www.w3.org/2005/Atom}"


class _Unusual(Exception):
    """Something that feedparser knows better."""


def read_syndication(body: bytes, url: str) -> Document:
    """Entries and hints of RSS, RDF, Atom or CDF; Permanent where the document is none of these."""
    document = read_plain(body, url)
    if document is None:
        body = mend_references(drop_unlawful(body))
        document = read_plain(body, url)
    if document is None and len(body) <= _FORGIVEN:
        document = read_with_feedparser(body, url)
    if document is None:
        document = salvage_document(body, url)
    if any(sign in body for sign in _SKIPS):
        document.hints = replace(
            document.hints, skip_hours=_read_skipped_hours(body), skip_days=_read_skipped_days(body)
        )
    return document


def _read_skipped_hours(body: bytes) -> tuple[int, ...]:
    """Hours that RSS asks to be left alone in; 24 is the old way to write midnight."""
    hours: dict[int, None] = {}
    for digits in _HOUR.findall(_element_text(_SKIP_HOURS, body)):
        if int(digits) <= 24:
            hours[int(digits) % 24] = None
    return tuple(hours)


def _read_skipped_days(body: bytes) -> tuple[str, ...]:
    days = dict.fromkeys(_DAY.findall(_element_text(_SKIP_DAYS, body)))
    return tuple(dict.fromkeys(day.decode().lower() for day in days))


def _element_text(start: re.Pattern[bytes], body: bytes) -> bytes:
    """What stands in the first element that starts so, at most ``_LONGEST_SKIP`` bytes."""
    found = start.search(body)
    if not found:
        return b""
    return _SKIP_END.split(body[found.end() : found.end() + _LONGEST_SKIP], maxsplit=1)[0]


# ------------------------------ plain documents


def read_plain(body: bytes, url: str) -> Document | None:
    """Entries and hints of the document, None where it is one for feedparser."""
    start = body[:4_096]
    if any(sign in start for sign in _DOCTYPES) or any(sign in body for sign in _UNUSUAL):
        return None
    try:
        root = parse_xml(body)
        read = _read_atom if element_name(root.tag) == "feed" else _read_rss
        document = read(root, url)
    except (etree.XMLSyntaxError, ValueError, _Unusual):
        return None
    count = body.count(b"<entry") + body.count(b"<item") - body.count(b"<items")
    if len(document.items) + document.more != count:
        return None  # entries stand where none are expected
    return document


def _read_rss(root: etree._Element, url: str) -> Document:
    kind = element_name(root.tag)
    if kind not in {"rss", "rdf:rdf"}:
        raise _Unusual
    channels = [child for child in root if element_name(child.tag) == "channel"]
    if len(channels) != 1:
        raise _Unusual
    if kind == "rdf:rdf":
        spaces = {str(space).lower() for space in root.nsmap.values()}
        if "http://purl.org/rss/1.0/" in spaces:
            version = "rss10"
        elif "http://my.netscape.com/rdf/simple/0.9/" in spaces:
            version = "rss090"
        else:
            raise _Unusual
    else:
        printed = root.get("version", "")
        version = "rss20" if printed.startswith("2.") else _RSS_VERSIONS.get(printed, "rss")
    hints, language = read_channel(channels[0], root.get(LANG, ""))
    # RSS has its items in the channel, RDF beside it
    elements = []
    for place in (channels[0], root):
        elements += [child for child in place if element_name(child.tag) == "item"]
    items, more = make_items(elements, partial(_read_rss_item, language=language))
    return Document(version, items, hints, base=url, more=more)


def _read_rss_item(element: etree._Element, language: str) -> Item:
    item = Item(guid=element.get(ABOUT, ""), language=element.get(LANG) or language)
    permalink = ""
    for child in element:
        name = element_name(child.tag)
        if name == "?":
            continue
        if name in _ODD:
            raise _Unusual
        if name == "link":
            item.link = read_page_link(child, _read_text(child)) or item.link
        elif name == "guid":
            item.guid = _read_text(child) or item.guid
            permalink = item.guid if child.get("isPermaLink", "true").lower() == "true" else ""
        elif name in {"description", "content:encoded"}:
            field = "summary" if name == "description" else "content"
            if getattr(item, field):
                raise _Unusual
            setattr(item, field, _read_text(child))
            item.language = child.get(LANG) or item.language
        else:
            _read_shared_field(item, name, child)
    item.link = item.link or permalink
    if item.summary == item.content:
        item.summary = ""  # it only says the content again: feedparser leaves it out as well
    return item


def _read_atom(root: etree._Element, url: str) -> Document:
    if not root.tag.startswith(_ATOM):
        raise _Unusual
    language = root.get(LANG, "")
    hints, _ = read_channel(root, language)
    elements = [child for child in root if element_name(child.tag) == "entry"]
    items, more = make_items(elements, partial(_read_atom_entry, language=language))
    return Document("atom10", items, hints, base=url, more=more)


def _read_atom_entry(element: etree._Element, language: str) -> Item:
    item = Item(language=element.get(LANG) or language)
    for child in element:
        name = element_name(child.tag)
        if name == "?":
            continue
        if name == "link":
            item.link = read_page_link(child, _read_text(child)) or item.link
        elif name == "id":
            item.guid = _read_text(child)
        elif name in {"summary", "content"}:
            if getattr(item, name):
                raise _Unusual
            setattr(item, name, _read_construct(child))
            item.language = child.get(LANG) or item.language
        elif name in {"description", "content:encoded"} or name in _ODD:
            raise _Unusual
        else:
            _read_shared_field(item, name, child)
    item.link = item.link or item.guid
    if item.summary == item.content:
        item.summary = ""
    return item


def _read_shared_field(item: Item, name: str, child: etree._Element) -> None:
    """Fields that RSS and Atom entries share."""
    if name in {"title", "dc:title"}:
        item.title = item.title or _read_construct(child)
    elif name in PUBLISHED:
        item.published = _read_text(child) or item.published
    elif name in UPDATED:
        item.updated = _read_text(child) or item.updated
    elif name in AUTHORS:
        if len(child):  # a person construct (RFC 4287 section 3.2)
            parts = {element_name(part.tag): _read_text(part) for part in child}
            author = parts.get("name") or parts.get("email", "")
        else:
            author = read_person(_read_text(child))
        # a line of names is cut later; what a flood of them adds to it costs no time
        if len(item.author) <= LONGEST_NAMES:
            names = dict.fromkeys([item.author, author])
            item.author = ", ".join(filter(None, names))
    elif name in {"category", "dc:subject"}:
        item.tags.append(child.get("term") or _read_text(child) or child.get("label") or "")
    elif name in {"created", "dcterms:created"}:
        item.published = item.published or _read_text(child)


def _read_construct(element: etree._Element) -> str:
    """A text construct (RFC 4287 section 3.1): text and HTML as they are, XHTML as its markup."""
    kind = element.get("type", "text").lower()
    if kind in {"text", "html", "text/html", "text/plain", "plain"}:
        return _read_text(element)
    if kind not in {"xhtml", "application/xhtml+xml"}:
        raise _Unusual
    inner = element[0] if len(element) == 1 and not (element.text or "").strip() else element
    text = inner.text or ""
    markup = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    markup += "".join(etree.tostring(child, encoding="unicode") for child in inner)
    return mend_text(markup.strip())


def _read_text(element: etree._Element) -> str:
    if len(element):
        raise _Unusual  # markup that is not escaped
    text = (element.text or "").strip()
    return text if text.isascii() else mend_text(text)
