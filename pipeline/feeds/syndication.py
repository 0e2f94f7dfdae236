"""RSS 0.9x to 2.0, RDF, Atom and CDF by feedparser, which forgives most of what publishers do wrong.

feedparser is called without its sanitiser and without resolving links inside markup: both take quadratic time on
hostile input and let scripts through; ``markup`` does that work. It is given a stream, because it takes bare bytes for
the name of a file.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any

import feedparser

from pipeline.errors import Permanent
from pipeline.feeds.items import Document, Item
from pipeline.story import FeedHints

_PERIODS = {"hourly": 3600.0, "daily": 86_400.0, "weekly": 604_800.0, "monthly": 2_592_000.0, "yearly": 31_536_000.0}


def read(body: bytes, url: str, content_type: str) -> Document:
    """Entries and hints of an RSS, RDF, Atom or CDF document; Permanent where it is none of these."""
    headers = {"content-location": url}
    if content_type:
        headers["content-type"] = content_type
    found = feedparser.parse(BytesIO(body), response_headers=headers, sanitize_html=False, resolve_relative_uris=False)
    if not found.entries and not found.get("version"):
        raise Permanent("no feed in the document", url=url)
    return Document(
        format=found.get("version") or "rss",
        items=[_item(entry, found.feed.get("language", "")) for entry in found.entries],
        hints=_hints(found.feed),
        base=url,
    )


def _item(entry: Any, language: str) -> Item:
    contents = [c for c in entry.get("content") or [] if c.get("value")]
    content = next((c for c in contents if "html" in c.get("type", "")), contents[0] if contents else None)
    detail = content or entry.get("summary_detail") or entry.get("title_detail") or {}
    summary = entry.get("summary", "")
    return Item(
        guid=entry.get("id", ""),
        link=_link(entry),
        title=entry.get("title", ""),
        summary="" if content and summary == content.get("value") else summary,
        content=content.get("value", "") if content else "",
        author=entry.get("author", ""),
        published=entry.get("published") or entry.get("created") or "",
        updated=entry.get("updated", "") if "updated" in entry.keys() else "",  # noqa: SIM118 - .get falls back to published
        language=detail.get("language") or language or "",
        tags=[t.get("term") or t.get("label") or "" for t in entry.get("tags") or []],
        base=detail.get("base") or "",
    )


def _link(entry: Any) -> str:
    """The entry's page: its link, else an alternate or the first link, else a guid that is one."""
    link = entry.get("link") or ""
    if not link:
        links = [ln for ln in entry.get("links") or [] if ln.get("href") and ln.get("rel") in {None, "alternate"}]
        link = links[0]["href"] if links else ""
    return str(link)


def _hints(feed: Any) -> FeedHints:
    links = {ln.get("rel", ""): ln.get("href", "") for ln in reversed(feed.get("links") or [])}
    return FeedHints(
        title=feed.get("title", ""),
        language=feed.get("language", ""),
        home=feed.get("link", ""),
        ttl=minutes(feed.get("ttl", "")),
        update_period=period(feed.get("sy_updateperiod", ""), feed.get("sy_updatefrequency", "")),
        hub=links.get("hub", ""),
        self_url=links.get("self", ""),
    )


def minutes(text: str) -> float:
    """RSS ``ttl``: minutes as seconds, 0.0 where it is no number."""
    text = text.strip()
    return float(text[:8]) * 60 if text.isdigit() else 0.0


def period(name: str, frequency: str) -> float:
    """The syndication module's period divided by its frequency, in seconds; 0.0 where not said."""
    seconds = _PERIODS.get(name.strip().lower(), 0.0)
    often = frequency.strip()
    return seconds / max(int(often[:6]), 1) if often.isdigit() else seconds
