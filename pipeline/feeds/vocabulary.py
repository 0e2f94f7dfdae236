"""The vocabulary of XML feeds: namespaces, the elements that mean the same, and text put right."""

from __future__ import annotations

import re
from contextlib import suppress
from functools import lru_cache

from lxml import etree

from pipeline.feeds.terms import minutes, period
from pipeline.story import FeedHints

LANG = "{http://www.w3.org/XML/1998/namespace}lang"
ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"

_SPACES = {
    "http://www.w3.org/2005/atom": "",
    "http://purl.org/rss/1.0/": "",
    "http://backend.userland.com/rss": "",
    "http://backend.userland.com/rss2": "",
    "http://blogs.law.harvard.edu/tech/rss": "",
    "http://my.netscape.com/rdf/simple/0.9/": "",
    "http://purl.org/dc/elements/1.1/": "dc:",
    "http://purl.org/dc/terms/": "dcterms:",
    "http://purl.org/rss/1.0/modules/content/": "content:",
    "http://purl.org/rss/1.0/modules/syndication/": "sy:",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes:",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf:",
    "http://www.w3.org/1999/xhtml": "xhtml:",
}
PUBLISHED = frozenset({"pubdate", "published", "issued", "dcterms:issued"})
UPDATED = frozenset({"updated", "modified", "dc:date", "dcterms:modified"})
AUTHORS = frozenset({"author", "dc:creator", "dc:author", "itunes:author"})

_REFERENCE = re.compile(rb"&#(?:[xX]0*([0-9a-fA-F]+)|0*(\d+));?")
_HTML = frozenset({"text/html", "html", "xhtml", "application/xhtml+xml"})
_LATIN = re.compile("[\x00-\xff]+")
_CONTROLS = re.compile("[\x80-\x9f]")
_HREF_ENTITY = re.compile(r"&([A-Za-z0-9_]+);")
_CP1252 = {n: bytes([n]).decode("cp1252", "ignore") or chr(n) for n in range(0x80, 0xA0)}


@lru_cache(maxsize=4096)
def named(tag: object) -> str:
    """``dc:date`` and the like for the namespaces that matter, '?' for an element of any other, or for no element."""
    if not isinstance(tag, str):
        return "?"  # an entity that was not resolved
    if not tag.startswith("{"):
        return tag.lower()
    space, _, local = tag[1:].partition("}")
    prefix = _SPACES.get(space.lower())
    return "?" if prefix is None else prefix + local.lower()


def channel_hints(channel: etree._Element, language: str) -> tuple[FeedHints, str]:
    """What the channel says of itself, and its language."""
    said: dict[str, str] = {}
    links: dict[str, str] = {}
    for child in channel.iterchildren("*"):
        name = named(child.tag)
        if name == "link" and child.get("href"):
            links.setdefault(child.get("rel", "alternate"), child.get("href", ""))
        elif name in {
            "title",
            "link",
            "language",
            "dc:language",
            "ttl",
            "sy:updateperiod",
            "sy:updatefrequency",
        }:
            said.setdefault(name, "".join(child.itertext()).strip())
    language = said.get("language") or said.get("dc:language") or language
    hints = FeedHints(
        title=mended(said.get("title", "")),
        language=language,
        home=said.get("link") or links.get("alternate", ""),
        ttl=minutes(said.get("ttl", "")),
        update_period=period(said.get("sy:updateperiod", ""), said.get("sy:updatefrequency", "")),
        hub=links.get("hub", ""),
        self_url=links.get("self", ""),
    )
    return hints, language


def target(element: etree._Element, text: str) -> str:
    """The address of a story's page in a link element with this text, '' where it links to something else."""
    if element.get("href") is None and element.get("url") is None:
        return _HREF_ENTITY.sub(r"&\1", text.replace("&amp;", "&")) if "&" in text else text
    if element.get("rel", "alternate").lower() != "alternate":
        return ""
    kind = element.get("type", "text/html").lower()
    return (element.get("href") or "").strip() if kind in _HTML else ""


def mended(text: str) -> str:
    """UTF-8 that was taken for Latin-1 and encoded again, and Windows-1252 in place of controls, put right."""
    if text.isascii():
        return text
    if _LATIN.fullmatch(text):
        with suppress(UnicodeError):
            text = text.encode("latin-1").decode("utf-8")
    return text.translate(_CP1252) if _CONTROLS.search(text) else text


def lawful(body: bytes) -> bytes:
    """Without references to characters that XML forbids.

    libxml2 mends those into bytes that are no UTF-8, and feedparser stumbles over them.
    """
    return _REFERENCE.sub(_allowed, body) if b"&#" in body else body


def _allowed(found: re.Match[bytes]) -> bytes:
    """A character reference as it is; nothing in place of a control, U+FFFD of what names no character."""
    number = int(found[1][:8], 16) if found[1] else int(found[2][:8])
    if number < 0x20:
        return found.group() if number in {9, 10, 13} else b""
    good = number < 0xD800 or 0xE000 <= number < 0xFFFE or 0x10000 <= number < 0x110000
    return found.group() if good else b"&#65533;"
