"""Bytes -> tree: the caps, the encoding, one parse with C-level elements."""

from __future__ import annotations

import codecs
import re
from typing import Any

from lxml import etree

from pipeline.text import drop_unseen, resolve_unseen

# docs/decisions.md, "Caps are sane": both caps stand before the parse, because parsers and
# extractors are superlinear on floods of <p>, <li>, <br> and rows
MAX_BYTES = 8_000_000
MAX_TAGS = 20_000
# what of a page is looked at for the name of its encoding: browsers look at 1,024 bytes, but sites
# put scripts above their <meta>
HEAD_BYTES = 4_096
# share of the characters beyond ASCII that may be broken in what is still taken for UTF-8
BROKEN_SHARE = 0.1

_OPENING = re.compile(rb"<[a-zA-Z]")
_SCRIPT = re.compile(rb"<(script|style)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"""<\?xml[^>]{0,80}encoding\s*=\s*["']([\w.:-]+)""", re.IGNORECASE)
_LANGUAGE = re.compile(
    rb"""<html[^>]{0,300}\slang\s*=\s*["']?([a-z]{2}(?:-(?:tw|hk))?)""", re.IGNORECASE
)
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# what browsers read when a page says Latin-1 or ASCII (WHATWG Encoding, "names and labels")
_BY_LABEL = {
    "iso-8859-1": "cp1252", "latin1": "cp1252", "ascii": "cp1252", "us-ascii": "cp1252",
    "gb2312": "gb18030", "gbk": "gb18030", "ks_c_5601-1987": "cp949", "euc-kr": "cp949",
    "shift_jis": "cp932", "x-sjis": "cp932", "windows-874": "cp874", "tis-620": "cp874",
    "iso-8859-9": "cp1254",
}  # fmt: skip
# what browsers assume where nothing is declared, by the reader's language; here by the page's (HTML
# standard, "determining the character encoding", the table of locales)
_BY_LANGUAGE = {
    **dict.fromkeys(("be", "bg", "kk", "mk", "ru", "sr", "uk"), "cp1251"),
    **dict.fromkeys(("ar", "fa", "ur"), "cp1256"),
    **dict.fromkeys(("et", "lt", "lv"), "cp1257"),
    **dict.fromkeys(("cs", "hr", "hu", "pl", "ro", "sk", "sl"), "cp1250"),
    "el": "iso-8859-7", "he": "cp1255", "ja": "cp932", "ko": "cp949", "th": "cp874",
    "tr": "cp1254", "vi": "cp1258", "zh": "gb18030", "zh-tw": "big5hkscs", "zh-hk": "big5hkscs",
}  # fmt: skip
_WESTERN = "cp1252"
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
    """The text of a page: by byte order mark, as UTF-8, by its label, by a guess; never raises.

    UTF-8 is tried before the label because a wrong label is common and other encodings are hardly
    ever valid UTF-8. Without a label the page's language says what browsers assume.
    """
    for mark, name in _BYTE_ORDER_MARKS:
        if body.startswith(mark):
            return body.decode(name, "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        pass
    head = body[:HEAD_BYTES]
    declared = (
        _CHARSET.search(content_type.encode("ascii", "ignore"))
        or _CHARSET.search(head)
        or _XML_ENCODING.search(head)
    )
    label = declared.group(1).decode("ascii").lower() if declared else ""
    label = _BY_LABEL.get(label, label)
    if label in ("", "utf-8", "utf8"):
        # a few broken bytes, or an end cut off: keep the rest readable
        text = body.decode("utf-8", "replace")
        beyond_ascii = len(text) - len(text.encode("ascii", "ignore"))
        if label or text.count("\ufffd") <= BROKEN_SHARE * beyond_ascii:
            return text
    language = _LANGUAGE.search(head)
    tag = language.group(1).decode("ascii").lower() if language else ""
    assumed = _BY_LANGUAGE.get(tag, _WESTERN)
    try:
        return codecs.lookup(label or assumed).decode(body, "replace")[0]
    except LookupError:
        return body.decode(assumed, "replace")


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
