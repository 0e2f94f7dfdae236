"""What can be saved of a large document that is not well-formed, in time that grows with its size and no faster.

feedparser forgives more, but its forgiving parser takes quadratic time on some of it (5 MB of half tags: minutes), so
it gets small documents only. Here libxml2 mends the tree and every item or entry in it is read by the names of its
elements, wherever it stands.
"""

from __future__ import annotations

import re
from html.entities import name2codepoint

from lxml import etree

from pipeline.errors import Permanent
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

_ENTITY = re.compile(rb"&([A-Za-z][A-Za-z0-9]{1,7});")
_LOOSE = re.compile(rb"&(?![#A-Za-z])")
_XML_OWN = frozenset({"amp", "lt", "gt", "quot", "apos"})
_ENTRIES = frozenset({"item", "entry"})
_MOST_ENTITIES = 200_000
_MOST_FIELDS = 1_000
_FORMATS = {"rss": "rss", "rdf:rdf": "rss10", "feed": "atom10"}

_FIELDS = {
    **dict.fromkeys(("title", "dc:title"), "title"),
    **dict.fromkeys(("guid", "id"), "guid"),
    **dict.fromkeys(("description", "summary", "dc:description"), "summary"),
    **dict.fromkeys(("content:encoded", "content"), "content"),
    **dict.fromkeys(PUBLISHED, "published"),
    **dict.fromkeys(UPDATED, "updated"),
}


def read(body: bytes, url: str) -> Document:
    """Entries of a feed in whatever state; Permanent where there is neither an entry nor the root of a feed."""
    if body.count(b"&") > _MOST_ENTITIES:
        body = body.replace(
            b"&", b"&amp;"
        )  # garbage: a regex would hold a piece of memory for each
    else:
        body = _LOOSE.sub(b"&amp;", _ENTITY.sub(_numbered, body))
    parser = etree.XMLParser(
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    if root is None:
        raise Permanent("no feed in the document", url=url)
    language = root.get(LANG, "")
    items, more = gather(
        (e for e in root.iter("*") if named(e.tag) in _ENTRIES), lambda e: _item(e, language)
    )
    kind = _FORMATS.get(named(root.tag), "")
    if not items and not kind:
        raise Permanent("no feed in the document", url=url)
    channel = next((e for e in root.iterchildren("*") if named(e.tag) == "channel"), root)
    hints, _ = channel_hints(channel, language)
    return Document(kind or "rss", items, hints, base=url, more=more)


def _numbered(found: re.Match[bytes]) -> bytes:
    """A named entity of HTML as a number, which XML knows; XML's own and unknown ones as they are."""
    name = found.group(1).decode("ascii")
    if name in _XML_OWN:
        return found.group()
    return (
        b"&#%d;" % name2codepoint[name] if name in name2codepoint else b"&amp;" + found.group()[1:]
    )


def _item(element: etree._Element, language: str) -> Item:
    item = Item(guid=element.get(ABOUT, ""), language=element.get(LANG) or language)
    for number, child in enumerate(element.iterchildren("*")):
        if number >= _MOST_FIELDS:
            break
        name = named(child.tag)
        text = mended("".join(child.itertext()).strip())
        field = _FIELDS.get(name)
        if field:
            setattr(item, field, getattr(item, field) or text)
        elif name == "link":
            item.link = item.link or target(child, text)
        elif name in AUTHORS:
            item.author = item.author or person(text)
        elif name in {"category", "dc:subject"}:
            item.tags.append(child.get("term") or text)
    item.link = item.link or item.guid
    return item
