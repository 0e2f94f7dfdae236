"""What a page says of itself: JSON-LD, Open Graph, meta tags and microdata, read from the tree already parsed."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

_SPACE = re.compile(r"\s+")
_TAG = re.compile(r"<[^>]{1,300}>")
_STORY_TYPES = re.compile(
    r"(?:News|Analysis|Opinion|Reportage|Background|Blog|Satirical)?(?:Article|Posting|Report)$|^Review"
)
_GENRES = {"LiveBlogPosting": "live", "VideoObject": "video", "ImageGallery": "gallery", "MediaGallery": "gallery"}
_MAX_SCRIPT = 400_000
"""Characters of one JSON-LD script that are read."""

_MAX_NODES = 2_000
"""JSON-LD objects looked at in one page."""


@dataclass(slots=True)
class About:
    """What a page says of itself; empty where it says nothing. ``published`` is as written."""

    headline: str = ""
    headlines: tuple[str, ...] = ()
    standfirst: str = ""
    author: str = ""
    site: str = ""
    language: str = ""
    published: str = ""
    canonical: str = ""
    genre: str = ""
    body: str = ""
    paywalled: bool = False


def about(root: Any, url: str) -> About:
    """Read ``root``; JSON-LD first, then Open Graph and meta, then the markup. Linear in the size of the page."""
    data = _jsonld(root)
    meta = _meta(root)
    h1s = [t for h in root.iter("h1") if (t := _clean("".join(h.itertext())))]
    title = next((_clean(t.text or "") for t in root.iter("title")), "")
    if not h1s and not title:
        # a bare page: its first heading is all it says of itself
        h1s = [t for h in root.iter("h2", "h3") if (t := _clean("".join(h.itertext())))][:1]
    named = [data.get("headline", ""), meta.get("og:title", ""), meta.get("twitter:title", ""), title]
    return About(
        headline=_headline(h1s, named),
        headlines=tuple(dict.fromkeys(h for h in (*named, *h1s[:3]) if h)),
        standfirst=data.get("description") or meta.get("og:description") or meta.get("description", ""),
        author=data.get("author") or _author(meta) or _rel_author(root),
        site=meta.get("og:site_name") or data.get("publisher", ""),
        language=(root.get("lang") or data.get("language") or meta.get("og:locale") or meta.get("language", ""))
        .replace("_", "-")
        .strip()[:12],
        published=data.get("published") or _published(meta) or _time(root),
        canonical=_canonical(root, meta, url),
        genre=data.get("genre") or ("video" if meta.get("og:type", "").startswith("video") else ""),
        body=data.get("body", ""),
        paywalled=data.get("free", "").lower() == "false" or meta.get("article:content_tier") in ("locked", "metered"),
    )


def _clean(text: str) -> str:
    return _SPACE.sub(" ", text).strip()


def _headline(h1s: list[str], named: list[str]) -> str:
    """The page's own <h1> where the metadata confirms it, since metadata is often cut at 110 characters."""
    for h1 in h1s:
        key = _key(h1)
        if len(key) > 8 and any(key[:60] in _key(n) or (len(_key(n)) > 20 and _key(n)[:60] in key) for n in named if n):
            return h1
    if len(h1s) == 1 and len(h1s[0].split()) >= 4:
        return h1s[0]
    return next((n for n in named if n), h1s[0] if h1s else "")


def _key(text: str) -> str:
    return re.sub(r"\W+", "", text).casefold()


def _meta(root: Any) -> dict[str, str]:
    """The first value of each meta name, property or itemprop."""
    found: dict[str, str] = {}
    for element in root.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop")
        value = element.get("content")
        if name and value and name.lower() not in found:
            found[name.lower().strip()] = _clean(html.unescape(value))[:2000]
    return found


_AUTHOR_KEYS = ("author", "article:author", "parsely-author", "sailthru.author", "byl", "dc.creator", "byline")
_DATE_KEYS = (
    "article:published_time",
    "datepublished",
    "og:article:published_time",
    "parsely-pub-date",
    "sailthru.date",
    "dc.date.issued",
    "pubdate",
    "publishdate",
    "publish-date",
    "dcterms.created",
    "date",
    "dc.date",
    "article:published",
    "ptime",
)


def _author(meta: dict[str, str]) -> str:
    return next((v for k in _AUTHOR_KEYS if (v := meta.get(k, "")) and "://" not in v and len(v) < 150), "")


def _published(meta: dict[str, str]) -> str:
    return next((meta[k] for k in _DATE_KEYS if meta.get(k)), "")


def _time(root: Any) -> str:
    """The first <time> with a machine-readable value, or microdata's datePublished."""
    for element in root.iter("time"):
        if element.get("datetime"):
            return str(element.get("datetime"))
    return ""


def _rel_author(root: Any) -> str:
    for element in root.iter("a", "span", "div", "p", "address"):
        if element.get("rel") == "author" or "author" in (element.get("itemprop") or "").split():
            text = _clean(" ".join(element.itertext()))
            if 2 < len(text) < 100:
                return text
    return ""


def _canonical(root: Any, meta: dict[str, str], url: str) -> str:
    for element in root.iter("link"):
        if (element.get("rel") or "").lower() == "canonical" and element.get("href"):
            return _absolute(url, str(element.get("href")))
    return _absolute(url, meta["og:url"]) if meta.get("og:url") else ""


def _absolute(url: str, link: str) -> str:
    try:
        full = urljoin(url, link.strip())
    except ValueError:
        return ""
    return full if full.startswith(("http://", "https://")) else ""


# ------------------------------------------------------------------ JSON-LD


def _jsonld(root: Any) -> dict[str, str]:
    """What the page's own article says in JSON-LD, as plain strings."""
    best: dict[str, str] = {}
    genre = ""
    for script in root.iter("script"):
        if (script.get("type") or "").split(";")[0].strip().lower() != "application/ld+json" or not script.text:
            continue
        for node in _nodes(_load(script.text[:_MAX_SCRIPT])):
            kinds = node.get("@type")
            names = [k for k in (kinds if isinstance(kinds, list) else [kinds]) if isinstance(k, str)]
            genre = genre or next((_GENRES[k] for k in names if k in _GENRES and k != "VideoObject"), "")
            if not best and any(_STORY_TYPES.search(k) for k in names):
                best = _article(node)
    if genre:
        best.setdefault("genre", genre)
    return best


def _load(text: str) -> Any:
    text = text.strip().removeprefix("<!--").removesuffix("-->").strip().rstrip(";")
    for attempt in (text, re.sub(r"[\x00-\x1f]+", " ", text)):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _nodes(data: Any) -> Iterator[dict[str, Any]]:
    """Every object that may be the article: top level, in a list, in @graph or as mainEntity."""
    waiting = [data]
    for _ in range(_MAX_NODES):
        if not waiting:
            return
        item = waiting.pop(0)
        if isinstance(item, list):
            waiting.extend(item)
        elif isinstance(item, dict):
            yield item
            waiting.extend(item[k] for k in ("@graph", "mainEntity") if isinstance(item.get(k), dict | list))


def _article(node: dict[str, Any]) -> dict[str, str]:
    found = {
        "headline": _text(node.get("headline")) or _text(node.get("name")),
        "description": _text(node.get("description")),
        "author": _names(node.get("author") or node.get("creator")),
        "publisher": _names(node.get("publisher")),
        "published": _text(node.get("datePublished")) or _text(node.get("dateCreated")),
        "language": _text(node.get("inLanguage")),
        "body": _body(node.get("articleBody")),
        "free": _text(node.get("isAccessibleForFree")),
    }
    return {k: v for k, v in found.items() if v}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, list):
        value = value[0] if value else ""
    return _clean(_TAG.sub(" ", html.unescape(value))) if isinstance(value, str) else ""


def _body(value: Any) -> str:
    """``articleBody`` as paragraphs; sites put HTML, escaped HTML or plain text there."""
    if not isinstance(value, str):
        return ""
    text = html.unescape(value)
    if "<p" in text:
        text = re.sub(r"</?(?:p|div|br|h\d|li)\b[^>]{0,300}>", "\n", text)
    return _TAG.sub("", text).strip()


def _names(value: Any) -> str:
    values = value if isinstance(value, list) else [value]
    names = [_text(v.get("name")) if isinstance(v, dict) else _text(v) for v in values]
    return "; ".join(dict.fromkeys(n for n in names if n and "://" not in n and len(n) < 120))
