"""Titles and summaries as plain text: no tags, no entities, no characters that act.

nh3 judges what is a tag. Content is not cleaned here: it stays as printed and only the extractor
reads it, as it reads a page (docs/decisions.md).
"""

from __future__ import annotations

import re
from html import escape, unescape

import nh3

from pipeline.text import drop_unseen

LONGEST_LINE = 1_000_000
"""Characters of a line of which no cap is asked."""

# where these begin or end, words end
_BLOCK = re.compile(
    r"<(?=/?(?:p|br|div|li|ul|ol|h[1-6]|tr|td|th|table|blockquote|figcaption|section|article)\b)",
    re.I,
)
_TAG = re.compile(r"<[^<>]*>?")
# text with nothing but whole tags of these few kinds: without them it is what nh3 would leave, at
# a tenth of the time
_FEW_TAGS = r"p|br|b|i|em|strong|a|img|div|span|ul|ol|li|figure|blockquote|h[1-6]"
_ATTRIBUTE = r"\s++[\w:-]++(?:=(?:\"[^\"<>]*+\"|'[^'<>]*+'))?+"
_SIMPLE = re.compile(rf"(?>[^<>]++|</?(?:{_FEW_TAGS})(?:{_ATTRIBUTE})*+\s*+/?>)*+", re.IGNORECASE)
_NESTING = re.compile(
    r"<(/?)(?!p\b|li\b|br\b|img\b|hr\b|wbr\b|input\b|meta\b|link\b|source\b)[a-z]", re.I
)
_DEEPEST = 300  # nh3 takes quadratic time: 200,000 nested ``div`` over two minutes
# controls but tab, newline and return; bidi marks; BOM, surrogates and what Unicode calls no
# character: they forge log lines and turn words round
_CONTROLS = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_NO_CHARACTERS = "\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff"
_UNSAFE = re.compile(f"[{_CONTROLS}{_BIDI}{_NO_CHARACTERS}]")
_MOST_ESCAPES = 4
_NAMED = r"p|br|div|span|a|b|i|u|em|strong|img|ul|ol|li|h[1-6]|figure|blockquote|table|font"
_ESCAPED = re.compile(
    rf"</?(?:{_NAMED})\b[^<>]*>|&(?:amp|lt|gt|quot|apos|nbsp|[lr][sd]quo|[mn]dash|#\d{{2,6}}"
    r"|#[xX][0-9a-fA-F]{2,5}|[A-Za-z]{1,5}(?:acute|grave|circ|uml|tilde|cedil));",
    re.IGNORECASE,
)
# "<b>" alone may be meant to be seen, paragraphs hardly
_ESCAPED_TAG = re.compile(
    r"&(?:amp;){0,3}lt;/?(?:p|br|div|img|ul|ol|h[1-6]|figure|blockquote|table|a\s)\b", re.IGNORECASE
)
_ANY_TAG = re.compile(r"<[/a-zA-Z]")
_CDATA = re.compile(r"(?:<|&(?:amp;){0,3}lt;)!\[CDATA\[", re.IGNORECASE)
_CDATA_END = re.compile(r"\]\](?:>|&(?:amp;){0,3}gt;)")
# a name alone, or with words behind it: a tag has attributes, if anything
_BRACKETS = re.compile(r"<([A-Za-z][^\s<>/]{0,60})[^<>]{0,200}(?=[<>]|\Z)")
_HTML = """
    a abbr acronym address applet area article aside audio b base bdi bdo big blink blockquote body
    br button canvas caption center cite code col colgroup data dd del details dfn dialog dir div dl
    dt em embed fieldset figcaption figure font footer form frame frameset h1 h2 h3 h4 h5 h6 head
    header hr html i iframe img input ins kbd label legend li link main map mark marquee math menu
    meta meter nav nobr noframes noscript object ol optgroup option output p param picture pre
    progress q rp rt ruby s samp script section select small source span strike strong style sub
    summary sup svg table tbody td template textarea tfoot th thead time title tr track tt u ul var
    video wbr xml
"""
_HTML_NAMES = frozenset(_HTML.split())
_UNSEEN = re.compile(r"<(?:script|style)\b", re.IGNORECASE)
_SEEN_AGAIN = re.compile(r"</(?:script|style)\b", re.IGNORECASE)
_DRESSED = re.compile(r"(<[a-zA-Z][a-zA-Z0-9]*)\s[^<>]*|<!--[^<>]*>")


def plain_line(text: str, most: int = LONGEST_LINE, *, marked: bool = True) -> str:
    """One line of plain text, at most ``most`` characters, the last an ellipsis if some were cut.

    Single spaces and no controls; tags and entities are resolved if the text is ``marked``.
    """
    if marked:
        for _ in range(_MOST_ESCAPES):
            if "<" not in text and "&" not in text:
                break
            text = unescape(_strip_tags(keep_words(text)) if "<" in text else text)
            # programs escape what is escaped already; whoever means "&amp;" in a headline is rare
            if not _ESCAPED.search(text):
                break
    line = " ".join(scrub_text(text).split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def drop_cdata(text: str) -> str:
    """The text without CDATA's marks, which programs escape or write around what has them."""
    if "[CDATA[" not in text:
        return text
    return _CDATA_END.sub("", _CDATA.sub("", text))


def unescape_markup(html: str) -> str:
    """Content whose markup was escaped once too often, as it was meant; other content as it is."""
    for _ in range(_MOST_ESCAPES):
        if "&" not in html or _ANY_TAG.search(html) or not _ESCAPED_TAG.search(html):
            break
        html = unescape(html)
    return html


def keep_words(text: str) -> str:
    """The text with "<" as text where it begins no tag: titles say <<Name>> and <Name>."""
    return _BRACKETS.sub(_keep_word, text)


def _keep_word(found: re.Match[str]) -> str:
    name, before = found[1], found.string[found.start() - 1 : found.start()]
    if name.lower() in _HTML_NAMES or any(mark in found.group() for mark in "=:@-"):
        return found.group()
    # parts of formulas and drawings are written small
    if not name[0].isupper() and before != "<":
        return found.group()
    return "&lt;" + found.group()[1:]


def scrub_text(text: str) -> str:
    """The text without control and bidi characters, and without what else nobody sees."""
    return text if text.isprintable() else drop_unseen(_UNSAFE.sub("", text))


def mark_paragraphs(plain: str, separator: str) -> str:
    """Plain text as HTML, a ``p`` for each of its paragraphs."""
    paragraphs = (escape(text.strip(), quote=False) for text in plain.split(separator))
    return "".join(f"<p>{text}</p>" for text in paragraphs if text)


def content_length(html: str) -> int:
    """Characters of content that a reader may see, with its bare tags.

    Attributes, scripts and comments are not counted: one picture's can be longer than a story.
    """
    parts = _UNSEEN.split(html)
    seen = parts[:1]
    for part in parts[1:]:
        seen += _SEEN_AGAIN.split(part, maxsplit=1)[1:]
    return len(_DRESSED.sub(r"\1", "".join(seen)))


def _strip_tags(text: str) -> str:
    text = _BLOCK.sub(" <", scrub_text(text))
    if _SIMPLE.fullmatch(text):
        return _TAG.sub("", text)
    if text.count("<") > _DEEPEST and _nests_too_deep(text):
        return _TAG.sub(" ", text)
    return nh3.clean(text, tags=set(), link_rel=None)


def _nests_too_deep(html: str) -> bool:
    depth = 0
    for tag in _NESTING.finditer(html):
        depth += -1 if tag[1] else 1
        if depth > _DEEPEST:
            return True
    return False
