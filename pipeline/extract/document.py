"""Bytes -> tree: the caps, the encoding, one parse with C-level elements."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

from pipeline.encodings import decode_text
from pipeline.text import drop_unseen, resolve_unseen

# docs/decisions.md, "Caps are sane": both caps stand before the parse, because parsers and
# extractors are superlinear on floods of <p>, <li>, <br> and rows
MAX_BYTES = 8_000_000
MAX_TAGS = 20_000
# what of a page is looked at for the name of its encoding: browsers look at 1,024 bytes, but sites
# put scripts above their <meta>
HEAD_BYTES = 4_096

_OPENING = re.compile(rb"<[a-zA-Z]")
_SCRIPT = re.compile(rb"<(script|style)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"""<\?xml[^>]{0,80}encoding\s*=\s*["']([\w.:-]+)""", re.IGNORECASE)
_LANGUAGE = re.compile(
    rb"""<html[^>]{0,300}\slang\s*=\s*["']?([a-z]{2}(?:-(?:tw|hk))?)""", re.IGNORECASE
)
# what libxml2 ends a text at, or refuses: control bytes, which in UTF-8 stand for nothing else, and
# the two code points that are no characters
_CONTROL_BYTES = bytes([*range(9), 11, 12, *range(14, 32), 127])
_NO_CHARACTERS = ("\ufffe".encode(), "\uffff".encode())


def count_tags(body: bytes) -> int:
    """How many opening tags the bytes hold; those in scripts are left out where they decide."""
    count = len(_OPENING.findall(body))
    if count > MAX_TAGS and b"<script" in body.lower():
        count = len(_OPENING.findall(_SCRIPT.sub(b"", body)))
    return count


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


def parse_html(body: bytes, content_type: str) -> Any | None:
    """The root element; None where the bytes hold no markup. Comments and PIs are left out."""
    text = drop_unseen(resolve_unseen(decode_bytes(body, content_type)))
    data = text.encode("utf-8", "replace")
    data = data.translate(None, _CONTROL_BYTES)
    for mark in _NO_CHARACTERS:
        if mark in data:
            data = data.replace(mark, b"")
    if not data.strip():
        return None
    # a new parser each time: an HTMLParser that is shared keeps libxml2's dictionary growing
    # huge_tree: pages that close no <font> nest deeper than 256, where libxml2 else ends the text;
    # the caps above still stand (docs/decisions.md, "libxml2's limit of 256 levels is lifted")
    parser = etree.HTMLParser(
        remove_comments=True, remove_pis=True, encoding="utf-8", no_network=True, huge_tree=True
    )
    try:
        return etree.fromstring(data, parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None
