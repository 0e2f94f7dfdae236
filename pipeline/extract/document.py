"""Bytes -> tree: the caps, the encoding, one parse with C-level elements."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import Any

from lxml import etree

from pipeline.encodings import decode_text, is_plain_utf_8
from pipeline.text import drop_unseen, holds_unseen, resolve_unseen

# docs/decisions.md, "Caps are sane": both caps stand before the parse, because parsers and
# extractors are superlinear on floods of <p>, <li>, <br> and rows; bytes alone cost little, and
# large sites send 3 to 7 MB of script and styles around one story
MAX_BYTES = 8_000_000
MAX_TAGS = 20_000
# attributes of one tag: honest ones have some dozens. libxml2 compares each with all others:
# 150,000 take it 40 seconds; at the cap a page full of such tags takes two
MAX_ATTRIBUTES = 150
# what of a page is looked at for the name of its encoding: browsers look at 1,024 bytes, but sites
# put scripts above their <meta>
HEAD_BYTES = 4_096

# letters of a headline that are compared with a heading, and that must be the same where the
# heading goes on otherwise; headings that are looked at, and runs of text in one
COMPARED, ALIKE, MOST_HEADINGS = 60, 40, 40

_OPENING = re.compile(rb"<[a-zA-Z]")
# what stands between attributes, or an attribute as browsers and libxml2 take it: behind a value in
# quotes another may follow at once. Whatever is in it, no byte is looked at more than twice
_PART = (
    rb"""[\s/=]++|([^\s/>=])[^\s/>=]*+"""
    rb"""(?:\s*+=\s*+(?:"[^"]*+"?+|'[^']*+'?+|[^\s>"'][^\s>]*+)?+)?+"""
)
_PARTS = re.compile(_PART)
_TAG = re.compile(rb"<([a-zA-Z][^\s/>]*+)(?:%b)*+" % _PART)
_SCRIPT = re.compile(rb"<(script|style)\b", re.IGNORECASE)
_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"""<\?xml[^>]{0,80}encoding\s*=\s*["']([\w.:-]+)""", re.IGNORECASE)
_LANGUAGE = re.compile(
    rb"""<html[^>]{0,300}\slang\s*=\s*["']?([a-z]{2}(?:-(?:tw|hk))?)""", re.IGNORECASE
)
# what names a part of a page that React streams behind the rest
_STREAMED = b'id="S:'
# what libxml2 ends a text at, or refuses: control bytes, which in UTF-8 stand for nothing else, and
# the two code points that are no characters
_CONTROL_BYTES = bytes([*range(9), 11, 12, *range(14, 32), 127])
_NO_CHARACTERS = ("\ufffe".encode(), "\uffff".encode())
_PRINTED_ASCII = bytes([9, 10, 13, *range(32, 127)])


@dataclass(frozen=True, slots=True)
class Landmarks:
    """The elements of a page that several readers ask for, each list in page order.

    They are listed in one walk: each walk through a page of a thousand elements takes a fiftieth of
    the time of all that is done with it, and there were ten of them. ``headings`` are h1 to h3.
    """

    metas: list[Any]
    titles: list[Any]
    headings: list[Any]
    scripts: list[Any]
    links: list[Any]
    times: list[Any]

    def list_headings(self, *tags: str, most: int | None = None) -> list[Any]:
        """The headings of these tags, the first ones where there are more than ``most``."""
        return list(islice((each for each in self.headings if each.tag in tags), most))

    def find_heading(self, headline: str) -> Any:
        """The heading that prints the headline; the first <h1> where none does; None without any.

        Beginnings are compared, because either may be cut or have the site's name behind it.
        """
        wanted = "".join(headline.split())[:COMPARED].casefold()
        first = None
        for element in self.headings[:MOST_HEADINGS]:
            if first is None and element.tag == "h1":
                first = element
            words = "".join(islice(element.itertext(), MOST_HEADINGS)).split()
            text = "".join(words).casefold()
            is_same = text.startswith(wanted[:ALIKE]) or wanted.startswith(text[:COMPARED])
            if wanted and is_same and len(text) >= min(len(wanted), ALIKE // 2) // 2:
                return element
        return first


def list_landmarks(root: Any) -> Landmarks:
    """Walk through a tree once and list its landmarks."""
    found = Landmarks([], [], [], [], [], [])
    places = {
        "meta": found.metas,
        "title": found.titles,
        **dict.fromkeys(("h1", "h2", "h3"), found.headings),
        "script": found.scripts,
        "link": found.links,
        "time": found.times,
    }
    for element in root.iter(*places):
        places[element.tag].append(element)
    return found


def count_tags(body: bytes) -> int:
    """How many opening tags the bytes hold; those in scripts are left out where they decide."""
    count = len(_OPENING.findall(body))
    if count > MAX_TAGS and b"<script" in body.lower():
        count = len(_OPENING.findall(_cut_scripts(body)))
    return count


def count_attributes(body: bytes) -> int:
    """Attributes of the first tag that has more than the cap, or 0; scripts hold no tags."""
    count = _most_attributes(body)
    if count and b"<script" in body.lower():
        count = _most_attributes(_cut_scripts(body))
    return count


def _most_attributes(body: bytes) -> int:
    """Attributes of the first tag over the cap, or 0."""
    for tag in _TAG.finditer(body):
        # each takes two bytes at least: short tags are not counted one by one
        if tag.end() - tag.start() > 2 * MAX_ATTRIBUTES:
            parts = _PARTS.findall(body, tag.end(1), tag.end())
            count = sum([1 for name in parts if name])
            if count > MAX_ATTRIBUTES:
                return count
    return 0


def _cut_scripts(body: bytes) -> bytes:
    """The bytes without scripts and styles; what follows one that nobody closed stays."""
    low = body.lower()
    pieces: list[bytes] = []
    at = 0
    while opening := _SCRIPT.search(body, at):
        end = low.find(b"</" + opening.group(1).lower(), opening.end())
        if end < 0:
            break
        pieces.append(body[at : opening.start()])
        at = end
    return b"".join([*pieces, body[at:]])


def decode_bytes(body: bytes, content_type: str) -> str:
    """The text of a page, by its bytes first and its labels last; never raises."""
    head = body[:HEAD_BYTES]
    found = (
        _CHARSET.search(content_type.encode("ascii", "ignore")),
        _CHARSET.search(head),
        _XML_ENCODING.search(head),
    )
    labels = [label.group(1).decode("ascii") for label in found if label]
    language = _LANGUAGE.search(head)
    return decode_text(body, labels, language.group(1).decode("ascii") if language else "")


def _write_utf_8(body: bytes, content_type: str) -> bytes:
    """The page in UTF-8 without what nobody sees and what libxml2 can't read.

    Most pages are that as they came: they are not decoded and encoded again.
    """
    rare = body.translate(None, _PRINTED_ASCII)
    has_controls = rare.translate(None, _CONTROL_BYTES) != rare
    has_marks = any(mark in rare for mark in _NO_CHARACTERS)
    is_clean = not has_controls and not has_marks and not holds_unseen(body, rare)
    if is_clean and is_plain_utf_8(body, rare):
        return body
    text = drop_unseen(resolve_unseen(decode_bytes(body, content_type)))
    data = text.encode("utf-8", "replace").translate(None, _CONTROL_BYTES)
    for mark in _NO_CHARACTERS:
        data = data.replace(mark, b"")
    return data


def parse_html(body: bytes, content_type: str) -> Any | None:
    """The root element; None where the bytes hold no markup. Comments and PIs are left out."""
    data = _write_utf_8(body, content_type)
    if not data.strip():
        return None
    # a new parser each time: an HTMLParser that is shared keeps libxml2's dictionary growing
    # huge_tree: pages that close no <font> nest deeper than 256, where libxml2 else ends the text;
    # the caps above still stand (docs/decisions.md, "libxml2's limit of 256 levels is lifted")
    parser = etree.HTMLParser(
        remove_comments=True, remove_pis=True, encoding="utf-8", no_network=True, huge_tree=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None
    if root is not None and _STREAMED in data:
        _place_streamed_parts(root)
    return root


def _place_streamed_parts(root: Any) -> None:
    """Put what React streams behind a page, in hidden boxes, where a browser's script puts it.

    A part is ``<div hidden id="S:1">``, its place ``<template id="B:1">`` (or ``P:1``).
    """
    places: dict[str, Any] = {}
    for template in root.iter("template"):
        name = template.get("id", "")
        if name[:2] in ("B:", "P:"):
            places[name[2:]] = template
    for part in list(root.iter("div")):
        name = part.get("id", "")
        if name[:2] != "S:" or "hidden" not in part.attrib:
            continue
        place = places.get(name[2:])
        if place is None or place.getparent() is None or part in place.iterancestors():
            continue
        del part.attrib["hidden"]
        # what stands behind an element in its parent moves with it in lxml: both keep their own
        behind, part.tail = part.tail, place.tail
        _leave_text(part, behind)
        place.getparent().replace(place, part)


def _leave_text(element: Any, text: str | None) -> None:
    """Leave a text where an element stands, because the element moves away."""
    parent, before = element.getparent(), element.getprevious()
    if not text or parent is None:
        return
    if before is not None:
        before.tail = (before.tail or "") + text
    else:
        parent.text = (parent.text or "") + text
