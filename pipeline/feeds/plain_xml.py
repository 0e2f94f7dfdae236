"""RSS, RDF and Atom as most publishers write them, read straight from the tree that lxml builds.

The fields are those that feedparser finds, at a small part of its cost; a document with anything out of the ordinary
(a DOCTYPE, markup that is not well-formed, xml:base, an old dialect, entries in odd places) is left to feedparser:
``read`` returns None. Two things differ on purpose: pictures' own titles and captions (Media RSS) never stand in for
the story's, and several authors are all named.
"""

from __future__ import annotations

import re

from lxml import etree

from pipeline.feeds.items import Document, Item, gather
from pipeline.feeds.terms import person
from pipeline.feeds.vocabulary import (
    ABOUT,
    AUTHORS,
    LANG,
    PUBLISHED,
    UPDATED,
    channel_hints,
    mended,
    named,
    target,
)

# what only feedparser sorts out, wherever it stands in an entry
_ODD = frozenset(
    {
        "content",
        "body",
        "xhtml:body",
        "fullitem",
        "abstract",
        "summary",
        "dc:description",
        "itunes:summary",
        "tags",
    }
    | {"itunes:category"}
)
_RSS_VERSIONS = {"0.91": "rss091u", "0.92": "rss092", "0.93": "rss093", "0.94": "rss094"}

_UNUSUAL = (b"xml:base", b"base64")
_DOCTYPE = (b"<!DOCTYPE", b"<!doctype", b"<!ENTITY")
_ENCODING = re.compile(rb"^\s*<\?xml[^>]*?encoding\s*=\s*[\"']([\w.:-]+)")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)


class _Unusual(Exception):
    """Something that feedparser knows better."""


def read(body: bytes, url: str, content_type: str) -> Document | None:
    """Entries and hints of the document, None where it is one for feedparser."""
    start = body[:4_096]
    if any(sign in start for sign in _DOCTYPE) or any(sign in body for sign in _UNUSUAL):
        return None
    if not _utf8(body, content_type):
        return None
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
        huge_tree=False,
    )
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    try:
        document = _atom(root, url) if named(root.tag) == "feed" else _rss(root, url)
    except _Unusual:
        return None
    if len(document.items) + document.more != body.count(b"<entry") + body.count(
        b"<item"
    ) - body.count(b"<items"):
        return None  # entries stand where none are expected
    return document


def _utf8(body: bytes, content_type: str) -> bool:
    """Whether both the document and the server say UTF-8, or nothing; other encodings take feedparser's judgement."""
    declared = _ENCODING.search(body[:200])
    served = _CHARSET.search(content_type)
    said = {
        declared.group(1).decode("ascii") if declared else "utf-8",
        served.group(1) if served else "utf-8",
    }
    return all(name.lower() in {"utf-8", "utf8"} for name in said) and body[:2] not in {
        b"\xff\xfe",
        b"\xfe\xff",
    }


# --------------------------------------------------------------------------- RSS and RDF


def _rss(root: etree._Element, url: str) -> Document:
    kind = named(root.tag)
    if kind not in {"rss", "rdf:rdf"}:
        raise _Unusual
    channels = [e for e in root if named(e.tag) == "channel"]
    if len(channels) != 1:
        raise _Unusual
    hints, language = channel_hints(channels[0], root.get(LANG, ""))
    places = (e for place in (channels[0], root) for e in place if named(e.tag) == "item")
    items, more = gather(places, lambda e: _rss_item(e, language))
    return Document(_rss_version(root, kind), items, hints, base=url, more=more)


def _rss_version(root: etree._Element, kind: str) -> str:
    if kind == "rdf:rdf":
        spaces = {str(v).lower() for v in root.nsmap.values()}
        if "http://purl.org/rss/1.0/" in spaces:
            return "rss10"
        if "http://my.netscape.com/rdf/simple/0.9/" in spaces:
            return "rss090"
        raise _Unusual
    said = root.get("version", "")
    return "rss20" if said.startswith("2.") else _RSS_VERSIONS.get(said, "rss")


def _rss_item(element: etree._Element, language: str) -> Item:
    item = Item(guid=element.get(ABOUT, ""), language=element.get(LANG) or language)
    permalink = ""
    for child in element:
        name = named(child.tag)
        if name == "?":
            continue
        if name in _ODD:
            raise _Unusual
        if name == "link":
            item.link = target(child, _text(child)) or item.link
        elif name == "guid":
            item.guid = _text(child) or item.guid
            permalink = item.guid if child.get("isPermaLink", "true").lower() == "true" else ""
        elif name == "description":
            if item.summary:
                raise _Unusual
            item.summary = _text(child)
            item.language = child.get(LANG) or item.language
        elif name == "content:encoded":
            if item.content:
                raise _Unusual
            item.content = _text(child)
            item.language = child.get(LANG) or item.language
        else:
            _common(item, name, child)
    item.link = item.link or permalink
    return _without_echo(item)


def _without_echo(item: Item) -> Item:
    """A summary that only says the content again is none: feedparser makes one so, and cannot be told apart."""
    if item.summary == item.content:
        item.summary = ""
    return item


def _common(item: Item, name: str, child: etree._Element) -> None:
    """Fields that RSS and Atom entries share."""
    if name in {"title", "dc:title"}:
        item.title = item.title or _construct(child)
    elif name in PUBLISHED:
        item.published = _text(child) or item.published
    elif name in UPDATED:
        item.updated = _text(child) or item.updated
    elif name in AUTHORS:
        names = _names(child) if len(child) else [person(_text(child))]
        item.author = ", ".join(filter(None, dict.fromkeys([*filter(None, [item.author]), *names])))
    elif name in {"category", "dc:subject"}:
        item.tags.append(child.get("term") or _text(child) or child.get("label") or "")
    elif name in {"created", "dcterms:created"}:
        item.published = item.published or _text(child)


def _names(author: etree._Element) -> list[str]:
    """Names in a person construct (RFC 4287 section 3.2), its address where it has none."""
    said = {named(e.tag): _text(e) for e in author}
    return [said.get("name") or said.get("email", "")]


# --------------------------------------------------------------------------- Atom


def _atom(root: etree._Element, url: str) -> Document:
    if not root.tag.startswith("{http://www.w3.org/2005/Atom}"):
        raise _Unusual
    language = root.get(LANG, "")
    hints, _ = channel_hints(root, language)
    items, more = gather(
        (e for e in root if named(e.tag) == "entry"), lambda e: _atom_entry(e, language)
    )
    return Document("atom10", items, hints, base=url, more=more)


def _atom_entry(element: etree._Element, language: str) -> Item:
    item = Item(language=element.get(LANG) or language)
    for child in element:
        name = named(child.tag)
        if name == "?":
            continue
        if name == "link":
            item.link = target(child, _text(child)) or item.link
        elif name == "id":
            item.guid = _text(child)
        elif name in {"summary", "content"}:
            if getattr(item, name):
                raise _Unusual
            setattr(item, name, _construct(child))
            item.language = child.get(LANG) or item.language
        elif name in {"description", "content:encoded"} or name in _ODD:
            raise _Unusual
        else:
            _common(item, name, child)
    item.link = item.link or item.guid
    return _without_echo(item)


def _construct(element: etree._Element) -> str:
    """A text construct (RFC 4287 section 3.1): text and escaped HTML as they are, XHTML as its markup."""
    kind = element.get("type", "text").lower()
    if kind in {"text", "html", "text/html", "text/plain", "plain"}:
        return _text(element)
    if kind not in {"xhtml", "application/xhtml+xml"}:
        raise _Unusual
    inner = element[0] if len(element) == 1 and not (element.text or "").strip() else element
    parts = [_escaped(inner.text or "")]
    parts += [etree.tostring(e, encoding="unicode") for e in inner]
    return mended("".join(parts).strip())


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _text(element: etree._Element) -> str:
    if len(element):
        raise _Unusual  # markup that is not escaped
    text = (element.text or "").strip()
    return text if text.isascii() else mended(text)
