"""Feeds that a web page names: what a reader means by typing a newspaper's address."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

from pipeline.feeds import markup
from pipeline.urls import safe

_TYPES = {
    "application/rss+xml": 0,
    "application/atom+xml": 0,
    "application/feed+json": 1,
    "application/json": 3,
    "application/rdf+xml": 1,
    "text/xml": 2,
    "application/xml": 2,
}
_LINKED = re.compile(
    r"(?:^|[/._-])(?:rss|atom|feeds?)(?:$|[/._?-])|\.(?:rss|atom|rdf)\b", re.IGNORECASE
)
_COMMENTS = re.compile(r"\bcomments?\b", re.IGNORECASE)
_MOST_BYTES = 1_000_000
_MOST = 50


@dataclass(frozen=True, slots=True)
class Found:
    """A feed that a page names, its title and its type as the page gives them."""

    url: str
    title: str = ""
    type: str = ""


def discover(page: bytes, url: str) -> tuple[Found, ...]:
    """Feeds of a page, the likeliest first: those announced in its head, then links that look like feeds.

    Feeds of comments come last. Nothing is fetched; whether a find is a feed, only fetching and parsing it shows.
    """
    parser = etree.HTMLParser(recover=True, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(page[:_MOST_BYTES], parser)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    if root is None:
        return ()
    base = next((safe(e.get("href"), url) for e in root.iter("base") if e.get("href")), "") or url
    ranked: dict[str, tuple[int, Found]] = {}
    for element in root.iter("link", "a"):
        link = safe(element.get("href", ""), base)
        rank = _rank(element)
        if link and rank is not None:
            title = markup.line(element.get("title") or "".join(element.itertext()))[:200]
            late = 10 if _COMMENTS.search(f"{title} {link}") else 0
            ranked.setdefault(
                link, (rank + late, Found(link, title, element.get("type", "").lower()))
            )
    return tuple(found for _, found in sorted(ranked.values(), key=lambda pair: pair[0]))[:_MOST]


def _rank(element: etree._Element) -> int | None:
    """How likely the element names a feed, smaller for likelier; None where it does not."""
    relations = element.get("rel", "").lower().split()
    kind = element.get("type", "").partition(";")[0].strip().lower()
    if element.tag == "link":
        return _TYPES.get(kind) if {"alternate", "feed"} & set(relations) else None
    if kind in _TYPES:
        return 4
    return 5 if _LINKED.search(element.get("href", "")) else None
