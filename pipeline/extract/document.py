"""Bytes -> tree: the caps, the encoding, one parse with C-level elements."""

from __future__ import annotations

import codecs
import re
from typing import Any

from lxml import etree

MAX_BYTES = 2_000_000
"""Pages above are refused before parsing (2 MB)."""

MAX_TAGS = 20_000
"""Opening tags above which a page is refused before parsing: floods of <p>, <li>, <br> and rows end here."""

_OPEN = re.compile(rb"<[a-zA-Z]")
_SCRIPT = re.compile(rb"<(script|style)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# what browsers read when a page says Latin-1 or ASCII (WHATWG Encoding, "names and labels")
_LABELS = {"iso-8859-1": "cp1252", "latin1": "cp1252", "ascii": "cp1252", "us-ascii": "cp1252", "gb2312": "gb18030",
           "gbk": "gb18030", "ks_c_5601-1987": "cp949", "euc-kr": "cp949", "shift_jis": "cp932", "x-sjis": "cp932",
           "windows-874": "cp874", "tis-620": "cp874", "iso-8859-9": "cp1254"}  # fmt: skip
# what libxml2 ends a text at, or refuses: control bytes, which in UTF-8 stand for nothing else, and U+FFFE, U+FFFF
_UNREADABLE = bytes([*range(9), 11, 12, *range(14, 32), 127])
_NO_CHARACTERS = ("\ufffe".encode(), "\uffff".encode())


def tags(body: bytes) -> int:
    """How many opening tags the bytes hold; scripts are not counted where that decides."""
    count = len(_OPEN.findall(body))
    if count > MAX_TAGS and b"<script" in body.lower():
        count = len(_OPEN.findall(_SCRIPT.sub(b"", body)))
    return count


_DECLARED = re.compile(rb"""<\?xml[^>]{0,80}encoding\s*=\s*["']([\w.:-]+)""", re.IGNORECASE)
_LANGUAGE = re.compile(
    rb"""<html[^>]{0,300}\slang\s*=\s*["']?([a-z]{2}(?:-(?:tw|hk))?)""", re.IGNORECASE
)
# what browsers assume where nothing is declared, by the reader's language; here by the page's (HTML standard,
# "determining the character encoding", the table of locales)
_ASSUMED = {
    **dict.fromkeys(("be", "bg", "kk", "mk", "ru", "sr", "uk"), "cp1251"),
    **dict.fromkeys(("ar", "fa", "ur"), "cp1256"), **dict.fromkeys(("et", "lt", "lv"), "cp1257"),
    **dict.fromkeys(("cs", "hr", "hu", "pl", "ro", "sk", "sl"), "cp1250"),
    "el": "iso-8859-7", "he": "cp1255", "ja": "cp932", "ko": "cp949", "th": "cp874", "tr": "cp1254", "vi": "cp1258",
    "zh": "gb18030", "zh-tw": "big5hkscs", "zh-hk": "big5hkscs",
}  # fmt: skip
BROKEN = 0.1
"""Share of the characters beyond ASCII that may be broken in what is still taken for UTF-8."""


def decode(body: bytes, content_type: str) -> str:
    """The text of the bytes: byte order mark, then UTF-8 if valid, then what the header or page says, then a guess.

    UTF-8 is tried before the label because a wrong label is common and other encodings are hardly ever valid UTF-8.
    """
    for bom, name in _BOMS:
        if body.startswith(bom):
            return body.decode(name, "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        pass
    head = body[:4096]
    said = (
        _CHARSET.search(content_type.encode("ascii", "ignore"))
        or _CHARSET.search(head)
        or _DECLARED.search(head)
    )
    label = said.group(1).decode("ascii").lower() if said else ""
    label = _LABELS.get(label, label)
    if label in ("utf-8", "utf8") or (not label and _is_utf8(body)):
        # a few broken bytes, or an end cut off: keep the rest readable
        return body.decode("utf-8", "replace")
    language = _LANGUAGE.search(head)
    assumed = (
        _ASSUMED.get(language.group(1).decode("ascii").lower(), "cp1252") if language else "cp1252"
    )
    try:
        return codecs.lookup(label or assumed).decode(body, "replace")[0]
    except LookupError:
        return body.decode(assumed, "replace")


def _is_utf8(body: bytes) -> bool:
    text = body.decode("utf-8", "replace")
    return text.count("\ufffd") <= BROKEN * (len(text) - len(text.encode("ascii", "ignore")))


def parse(body: bytes, content_type: str) -> Any | None:
    """The root element, or None where the bytes hold no markup at all. One parse; comments and PIs are left out."""
    data = decode(body, content_type).encode("utf-8", "replace").translate(None, _UNREADABLE)
    for mark in _NO_CHARACTERS:
        if mark in data:
            data = data.replace(mark, b"")
    if not data.strip():
        return None
    # a new parser each time: an HTMLParser that is shared keeps libxml2's dictionary growing
    # huge_tree: pages that close no <font> nest deeper than 256, where libxml2 else ends the text; the caps stand
    parser = etree.HTMLParser(
        remove_comments=True, remove_pis=True, encoding="utf-8", no_network=True, huge_tree=True
    )
    try:
        return etree.fromstring(data, parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None
