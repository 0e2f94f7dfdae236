"""What a page's JSON-LD says of its own article; pages are wrong, broken and full of other articles."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

_SPACE = re.compile(r"\s+")
_TAG = re.compile(r"<[^>]{1,300}>")
_STORY_TYPES = re.compile(
    r"(?:News|Analysis|Opinion|Reportage|Background|Blog|Satirical)?(?:Article|Posting|Report)$|^Review"
)
_GENRES = {
    "LiveBlogPosting": "live",
    "VideoObject": "video",
    "ImageGallery": "gallery",
    "MediaGallery": "gallery",
}
_MAX_SCRIPT = 400_000
"""Characters of one JSON-LD script that are read."""

_MAX_NODES = 2_000
"""JSON-LD objects looked at in one page."""


def jsonld(root: Any, url: str) -> dict[str, str]:
    """What the page's own article says in JSON-LD, as plain strings; of several, the one at the page's address."""
    best: dict[str, Any] = {}
    genre = ""
    path = path_of(url)
    for script in root.iter("script"):
        if (script.get("type") or "").split(";")[
            0
        ].strip().lower() != "application/ld+json" or not script.text:
            continue
        for node in _nodes(_load(script.text[:_MAX_SCRIPT])):
            kinds = node.get("@type")
            names = [
                k for k in (kinds if isinstance(kinds, list) else [kinds]) if isinstance(k, str)
            ]
            genre = genre or next(
                (_GENRES[k] for k in names if k in _GENRES and k != "VideoObject"), ""
            )
            if any(_STORY_TYPES.search(k) for k in names) and (
                not best or (_is(node, path) and not _is(best, path))
            ):
                best = node
    found = _article(best)
    if genre:
        found["genre"] = genre
    return found


def _is(node: dict[str, Any], path: str) -> bool:
    """Whether an object says that it lives at this path."""
    page = node.get("mainEntityOfPage")
    said = (node.get("url"), node.get("@id"), page.get("@id") if isinstance(page, dict) else page)
    return bool(path) and any(isinstance(link, str) and path_of(link) == path for link in said)


def path_of(url: str) -> str:
    """The path of an address, without strokes at its ends; empty for a front page and for what is no address."""
    try:
        return urlsplit(url).path.strip("/")
    except ValueError:
        return ""


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
            waiting.extend(
                item[k] for k in ("@graph", "mainEntity") if isinstance(item.get(k), dict | list)
            )


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


def _clean(text: str) -> str:
    return _SPACE.sub(" ", text).strip()
