"""OPML subscription lists in and out: the way feed readers hand their feeds to each other."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from xml.etree.ElementTree import Element, ParseError, SubElement, indent, tostring

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from pipeline.errors import Permanent
from pipeline.feeds import markup
from pipeline.story import Feed, digest
from pipeline.urls import canonical, safe

_LONGEST_ID = 60


@dataclass(frozen=True, slots=True)
class Imported:
    """Feeds of a list, and for each outline that is none the reason why."""

    feeds: tuple[Feed, ...]
    faults: tuple[str, ...]


def read_opml(body: bytes) -> Imported:
    """Every outline with an ``xmlUrl``, at any depth, once per URL; Permanent where the document is no OPML.

    Ids are made from titles and stay the same for the same list, so that importing it twice adds nothing.
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
        if "xmlurl" not in fields:
            continue
        name = markup.line(fields.get("title") or fields.get("text") or "")
        url = safe(fields["xmlurl"])
        if not url:
            faults.append(
                f"{name or 'an outline'}: {fields['xmlurl'][:200]!r} is not an http/https URL"
            )
        elif canonical(url) not in feeds:
            taken = {f.id for f in feeds.values()}
            language = fields.get("language", "").lower()
            feeds[canonical(url)] = Feed(
                id=feed_id(name, url, taken), url=url, name=name, language=language
            )
    return Imported(tuple(feeds.values()), tuple(faults))


def write_opml(feeds: Iterable[Feed], title: str = "Wiredesk feeds") -> bytes:
    """The list as OPML 2.0, which ``read_opml`` reads back."""
    root = Element("opml", version="2.0")
    SubElement(SubElement(root, "head"), "title").text = markup.line(title, marked=False)
    body = SubElement(root, "body")
    for feed in feeds:
        name = markup.line(feed.name or feed.id, marked=False)
        fields = {"type": "rss", "text": name, "title": name, "xmlUrl": feed.url}
        if feed.language:
            fields["language"] = feed.language
        SubElement(body, "outline", fields)
    indent(root)
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def feed_id(name: str, url: str, taken: Iterable[str] = ()) -> str:
    """A short id in ASCII from the feed's name or host, made distinct by its URL where it is taken."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii").lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    words = words or re.sub(r"[^a-z0-9]+", "-", url.partition("://")[2].lower()).strip("-")
    short = words[:_LONGEST_ID].strip("-")
    return f"{short}-{digest(canonical(url))[:6]}" if short in set(taken) or not short else short
