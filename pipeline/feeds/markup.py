"""Publishers' markup made safe: titles to plain text, content to harmless HTML. nh3 does the judging."""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape, unescape

import nh3

from pipeline.urls import safe

_BLOCK = re.compile(
    r"<(?=/?(?:p|br|div|li|ul|ol|h[1-6]|tr|td|th|table|blockquote|figcaption|section|article)\b)",
    re.I,
)
_TAG = re.compile(r"<[^<>]*>?")
# text with nothing but whole tags of these few kinds: what is left without them is what nh3 would leave
_SIMPLE = re.compile(
    r"(?>[^<>]++|</?(?:p|br|b|i|em|strong|a|img|div|span|ul|ol|li|figure|blockquote|h[1-6])"
    r"(?:\s++[\w:-]++(?:=(?:\"[^\"<>]*+\"|'[^'<>]*+'))?+)*+\s*+/?>)*+",
    re.IGNORECASE,
)
# content with nothing but these whole tags, bare or with an absolute link: there is nothing to take away
_HARMLESS = re.compile(
    r"(?>[^<>]++|</?(?:p|b|i|em|strong|u|a|div|ul|ol|li|figure|figcaption|blockquote|h[1-6])>|<(?:br|hr) ?/?>"
    r"|<a href=\"https?://[\w.-]++[/?#][^\"<>\s]*+\">)*+"
)
# content with nothing but whole tags that are kept, attributes in quotes: each is written anew with those it keeps
_WHOLE = re.compile(
    r"(?>[^<>]++|</(?:TAGS)\s*+>|<(?:TAGS)(?:\s++[a-zA-Z_:][\w:.-]*+(?:=(?:\"[^\"<>]*+\"|'[^'<>]*+'))?+)*+\s*+/?>)*+".replace(
        "TAGS",
        "a|abbr|b|blockquote|br|cite|code|div|em|figcaption|figure|h[1-6]|hr|i|img|li|ol|p|q|s|section|small|span"
        "|strong|sub|sup|u|ul",
    ),
    re.IGNORECASE,
)
_DRESSED = re.compile(r"<([a-zA-Z][a-zA-Z0-9]*)(\s[^<>]*?)/?>")
_ATTRIBUTE = re.compile(r"([\w:.-]+)=(?:\"([^\"<>]*)\"|'([^'<>]*)')")
_NESTING = re.compile(
    r"<(/?)(?!p\b|li\b|br\b|img\b|hr\b|wbr\b|input\b|meta\b|link\b|source\b)[a-z]", re.I
)
_DEEP = 300
# C0 and C1 controls but tab, newline, return; bidi marks; BOM, surrogates and what Unicode calls no character
_UNSAFE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)

_TAGS = set(
    re.findall(
        r"\w+",
        """a abbr article aside b blockquote br caption cite code dd del div dl dt em figcaption figure h1 h2 h3 h4 h5
        h6 hr i img ins li main mark ol p pre q s section small span strong sub sup table tbody td tfoot th thead time
        tr u ul""",
    )
)
_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt"},
    "time": {"datetime"},
    "td": {"colspan"},
    "th": {"colspan"},
}
_SCHEMES = {"http", "https"}
# the literal comes first, which the regex engine can look for fast
_QUOTED_LINK = re.compile(r"=\"(?:(?<=href=\")|(?<=src=\"))(?!https?://[\w.-])([^\"<>]*)")
_ABSOLUTE = ("http://", "https://", "none:")
_LINKS = {"href", "src"}


def line(text: str, *, marked: bool = True) -> str:
    """One line of plain text: tags and entities resolved where ``marked``, no controls, single spaces."""
    if marked and ("<" in text or "&" in text):
        text = _untagged(text)
    return " ".join(scrub(text).split())


def scrub(text: str) -> str:
    """Without control and bidi characters, which forge log lines and turn words round."""
    return text if text.isprintable() else _UNSAFE.sub("", text)


def harmless(html: str, base: str) -> str:
    """The HTML with no script, no style, no handler, and http/https links only, made absolute against ``base``."""
    html = scrub(html)
    if "<" not in html:
        return html.strip()

    if _HARMLESS.fullmatch(html):
        return html.strip()
    if _WHOLE.fullmatch(html):
        return _DRESSED.sub(lambda tag: _undressed(tag[1].lower(), tag[2], base), html).strip()
    if _too_deep(html):
        return escape(unescape(_TAG.sub(" ", html))).strip()
    if not _all_absolute(html):
        html = _QUOTED_LINK.sub(lambda found: '="' + _resolved(found[1], base), html)

    def keep(_tag: str, name: str, value: str) -> str | None:
        return _safe(value, base) or None if name in _LINKS else value

    # a call back into Python for every attribute costs more than the rest: only for links that are still relative
    resolve = None if _all_absolute(html) else keep
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=resolve,
        url_schemes=_SCHEMES,
        link_rel=None,
    ).strip()


@lru_cache(maxsize=8192)
def _undressed(name: str, attributes: str, base: str) -> str:
    """A tag with the attributes that are kept, their values safe; links that are none are left out."""
    wanted = _ATTRIBUTES.get(name)
    if not wanted:
        return f"<{name}>"
    kept = dict[str, str]()
    for attribute, double, single in _ATTRIBUTE.findall(attributes):
        key, value = attribute.lower(), unescape(double or single)
        if key in wanted and (value := _safe(value, base) if key in _LINKS else value):
            kept.setdefault(key, escape(value))
    return f"<{name}{''.join(f' {k}={chr(34)}{v}{chr(34)}' for k, v in kept.items())}>"


def _all_absolute(html: str) -> bool:
    """Whether every link is written ``href="http..."`` or ``src="http..."``, or marked to be dropped."""
    small = html.lower()
    links = small.count("href") + small.count("src") - small.count("srcset")
    return links == sum(
        html.count(f'{name}="{start}') for name in ("href", "src") for start in _ABSOLUTE
    )


_safe = lru_cache(maxsize=4096)(safe)


@lru_cache(maxsize=4096)
def _resolved(value: str, base: str) -> str:
    """A link's value made absolute, as an attribute holds it; of a scheme that nh3 drops where it is no link."""
    return escape(safe(unescape(value), base) or "none:")


def _untagged(text: str) -> str:
    if "<" in text:
        text = scrub(text)
        text = _BLOCK.sub(" <", text)
        if _SIMPLE.fullmatch(text):
            text = _TAG.sub("", text)
        else:
            text = (
                _TAG.sub(" ", text)
                if _too_deep(text)
                else nh3.clean(text, tags=set(), link_rel=None)
            )
    return unescape(text)


def _too_deep(html: str) -> bool:
    """Whether elements nest so deep that nh3 would take quadratic time (200,000 nested ``div``: over two minutes)."""
    if html.count("<") <= _DEEP:
        return False
    depth = 0
    for found in _NESTING.finditer(html):
        depth += -1 if found[1] else 1
        if depth > _DEEP:
            return True
    return False
