"""The vocabulary of XML feeds: namespaces, elements that mean the same, and text put right."""

from __future__ import annotations

import re
from contextlib import suppress
from functools import lru_cache
from typing import Any

from lxml import etree

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

# what a channel or feed says of itself, each the first time it does
_OF_CHANNEL = frozenset(
    {"title", "link", "language", "dc:language", "ttl", "sy:updateperiod", "sy:updatefrequency"}
)
_PERIODS = {  # seconds of the syndication module's words
    "hourly": 3600.0,
    "daily": 86_400.0,
    "weekly": 604_800.0,
    "monthly": 2_592_000.0,
    "yearly": 31_536_000.0,
}
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
LONGEST_NAMES = 1_000
"""Characters of an item's authors, all together, that are read: three times what an entry keeps."""
_REFERENCE = re.compile(rb"&#(?:[xX]0*([0-9a-fA-F]+)|0*(\d+));?")
_HTML = frozenset({"text/html", "html", "xhtml", "application/xhtml+xml"})
_LATIN = re.compile("[\x00-\xff]+")
_CONTROLS = re.compile("[\x80-\x9f]")
_HREF_ENTITY = re.compile(r"&([A-Za-z0-9_]+);")
_CP1252 = {n: bytes([n]).decode("cp1252", "ignore") or chr(n) for n in range(0x80, 0xA0)}


@lru_cache(maxsize=4096)
def element_name(tag: object) -> str:
    """``dc:date`` and the like for the namespaces that matter.

    '?' for an element of any other, or for what is no element: an entity that was not resolved.
    """
    if not isinstance(tag, str):
        return "?"
    if not tag.startswith("{"):
        return tag.lower()
    space, _, local = tag[1:].partition("}")
    prefix = _SPACES.get(space.lower())
    return "?" if prefix is None else prefix + local.lower()


def parse_xml(body: bytes, *, recover: bool = False) -> Any:
    """The root element; nothing outside of the document is read.

    Raises XMLSyntaxError or ValueError where it is not well-formed; with ``recover`` libxml2 mends
    what it can, and the answer is None where nothing is left.
    """
    parser = etree.XMLParser(
        recover=recover,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
        huge_tree=False,
    )
    try:
        return etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError):
        if recover:
            return None
        raise


def read_channel(channel: etree._Element, language: str) -> tuple[FeedHints, str]:
    """What the channel says of itself, and its language (``language`` where it says none)."""
    said: dict[str, str] = {}
    links: dict[str, str] = {}
    for child in channel.iterchildren("*"):
        name = element_name(child.tag)
        if name == "link" and child.get("href"):
            links.setdefault(child.get("rel", "alternate"), child.get("href", ""))
        elif name in _OF_CHANNEL:
            said.setdefault(name, "".join(child.itertext()).strip())
    language = said.get("language") or said.get("dc:language") or language
    hints = FeedHints(
        title=mend_text(said.get("title", "")),
        language=language,
        home=said.get("link") or links.get("alternate", ""),
        ttl=read_minutes(said.get("ttl", "")),
        update_period=read_period(
            said.get("sy:updateperiod", ""), said.get("sy:updatefrequency", "")
        ),
        hub=links.get("hub", ""),
        self_url=links.get("self", ""),
    )
    return hints, language


def read_minutes(text: str) -> float:
    """RSS ``ttl``: minutes as seconds, 0.0 where it is no number."""
    text = text.strip()
    return float(text[:8]) * 60 if text.isdecimal() else 0.0


def read_period(name: str, frequency: str) -> float:
    """The syndication module's period divided by its frequency, in seconds; 0.0 where not said."""
    seconds = _PERIODS.get(name.strip().lower(), 0.0)
    often = frequency.strip()
    return seconds / max(int(often[:6]), 1) if often.isdecimal() else seconds


def read_person(text: str) -> str:
    """The name in "desk@example.org (A. Name)" and the like; an address alone stays as it is."""
    if "@" not in text or len(text) > LONGEST_NAMES:
        return text
    name = _EMAIL.sub("", text).replace("<>", "").replace("()", "").strip()
    return name.removeprefix("(").removesuffix(")").strip() or text


def read_page_link(element: etree._Element, text: str) -> str:
    """The address of a story's page in a link element with this text.

    '' where it links to something else: a comment page, a sound file.
    """
    if element.get("href") is None and element.get("url") is None:
        return _HREF_ENTITY.sub(r"&\1", text.replace("&amp;", "&")) if "&" in text else text
    if element.get("rel", "alternate").lower() != "alternate":
        return ""
    kind = element.get("type", "text/html").lower()
    return (element.get("href") or "").strip() if kind in _HTML else ""


def mend_text(text: str) -> str:
    """The text with two faults of encoding put right.

    UTF-8 that was taken for Latin-1 and encoded again; Windows-1252 in place of controls.
    """
    if text.isascii():
        return text
    if _LATIN.fullmatch(text):
        with suppress(UnicodeError):
            text = text.encode("latin-1").decode("utf-8")
    return text.translate(_CP1252) if _CONTROLS.search(text) else text


def drop_unlawful(body: bytes) -> bytes:
    """The document without references to characters that XML forbids.

    libxml2 mends those into bytes that are no UTF-8, and feedparser stumbles over them.
    """
    return _REFERENCE.sub(_lawful_reference, body) if b"&#" in body else body


def _lawful_reference(found: re.Match[bytes]) -> bytes:
    """A reference as it is; nothing for a control, U+FFFD for what names no character."""
    number = int(found[1][:8], 16) if found[1] else int(found[2][:8])
    if number < 0x20:
        return found.group() if number in {9, 10, 13} else b""
    good = number < 0xD800 or 0xE000 <= number < 0xFFFE or 0x10000 <= number < 0x110000
    return found.group() if good else b"&#65533;"
