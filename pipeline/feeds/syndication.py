"""RSS 0.9x to 2.0, RDF, Atom and CDF by feedparser, which forgives most of what publishers do wrong.

feedparser is called without its sanitiser and without resolving links inside markup: both take quadratic time on
hostile input and let scripts through; ``markup`` does that work. It is given a stream, because it takes bare bytes for
the name of a file.
"""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO
from typing import Any

import feedparser

from pipeline.errors import Permanent
from pipeline.feeds import plain_xml, salvage
from pipeline.feeds.items import Document, Item
from pipeline.feeds.terms import minutes, period, person
from pipeline.feeds.vocabulary import lawful
from pipeline.story import FeedHints

_FORGIVEN = 300_000  # bytes that feedparser may take its time over: two seconds at the very worst
_EMPTY = re.compile(
    rb"<(?:rss|channel|(?:[\w.-]{1,20}:)?(?:RDF|feed))[\s>]"
)  # a feed with nothing in it yet
_SKIPS = (b"skipHours", b"skipDays", b"skiphours", b"skipdays", b"SKIPHOURS", b"SKIPDAYS")
_SKIP_HOURS = re.compile(rb"<skipHours>", re.IGNORECASE)
_SKIP_DAYS = re.compile(rb"<skipDays>", re.IGNORECASE)
_SKIP_END = re.compile(rb"</skip", re.IGNORECASE)
_HOUR = re.compile(rb"<hour>\s*(\d{1,2})\s*</hour>", re.IGNORECASE)
_DAY = re.compile(rb"<day>\s*((?:mon|tues|wednes|thurs|fri|satur|sun)day)\s*</day>", re.IGNORECASE)


def read(body: bytes, url: str, content_type: str) -> Document:
    """Entries and hints of an RSS, RDF, Atom or CDF document; Permanent where it is none of these."""
    document = plain_xml.read(body, url, content_type)
    if document is None:
        body = lawful(body)
        small = len(body) <= _FORGIVEN
        document = _judged(body, url, content_type) if small else salvage.read(body, url)
    if skips := _skips(body):
        document.hints = replace(document.hints, **skips)
    return document


def _judged(body: bytes, url: str, content_type: str) -> Document:
    """By feedparser, once more without the server's word for the encoding where that leaves nothing to read."""
    try:
        document = forgiving(body, url, content_type)
    except Permanent:
        if "charset" not in content_type:
            raise
        return forgiving(body, url, "")
    if document.items or "charset" not in content_type:
        return document
    return forgiving(body, url, "")


def forgiving(body: bytes, url: str, content_type: str) -> Document:
    """By feedparser. It is told no base URL, so that ids stay as printed; links are resolved later."""
    headers = {"content-type": content_type} if content_type else {}
    source = BytesIO(body)
    try:
        found = feedparser.parse(
            source, response_headers=headers, sanitize_html=False, resolve_relative_uris=False
        )
    except (AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError):
        # its forgiving parser stumbles over some garbage in many ways; what can be saved of it is saved
        return salvage.read(body, url)
    version = found.get("version", "")
    if not found.entries and not version and not _EMPTY.search(body[:4096]):
        raise Permanent("no feed in the document", url=url)
    language = found.feed.get("language") or ""
    return Document(
        format=version or "rss",
        items=[_item(entry, language, atom=version.startswith("atom")) for entry in found.entries],
        hints=_hints(found.feed),
        base=url,
    )


def _item(entry: Any, language: str, *, atom: bool) -> Item:
    # in RSS a second description (a picture's caption, a podcast's summary) comes as plain-text content: it is none
    contents = [
        c
        for c in entry.get("content") or []
        if c.get("value") and (atom or "html" in c.get("type", ""))
    ]
    content = contents[0] if contents else {}
    detail = content or entry.get("summary_detail") or entry.get("title_detail") or {}
    summary = entry.get("summary") or ""
    names = [a.get("name") or a.get("email") or "" for a in entry.get("authors") or []]
    return Item(
        guid=entry.get("id") or "",
        link=entry.get("link") or "",
        title=entry.get("title") or "",
        summary="" if summary == content.get("value") else summary,
        content=content.get("value", ""),
        author=", ".join(filter(None, dict.fromkeys(names))) or person(entry.get("author") or ""),
        published=entry.get("published") or entry.get("created") or "",
        # a look-up by "in" first: feedparser's get answers with the publication date and a warning
        updated=(entry["updated"] or "") if "updated" in entry.keys() else "",  # noqa: SIM118
        language=detail.get("language") or language or "",
        tags=[t.get("term") or t.get("label") or "" for t in entry.get("tags") or []],
        base=detail.get("base") or "",
    )


def _hints(feed: Any) -> FeedHints:
    links = {ln.get("rel", ""): ln.get("href", "") for ln in reversed(feed.get("links") or [])}
    return FeedHints(
        title=feed.get("title") or "",
        language=feed.get("language") or "",
        home=feed.get("link") or "",
        ttl=minutes(feed.get("ttl") or ""),
        update_period=period(
            feed.get("sy_updateperiod") or "", feed.get("sy_updatefrequency") or ""
        ),
        hub=links.get("hub") or "",
        self_url=links.get("self") or "",
    )


def _skips(body: bytes) -> dict[str, Any]:
    """Hours and days that RSS asks to be left alone in; 24 is the old way to write midnight."""
    if not any(sign in body for sign in _SKIPS):
        return {}
    hours = [int(n) % 24 for n in _HOUR.findall(_block(_SKIP_HOURS, body)) if int(n) <= 24]
    days = [d.decode().lower() for d in _DAY.findall(_block(_SKIP_DAYS, body))]
    return {"skip_hours": tuple(dict.fromkeys(hours)), "skip_days": tuple(dict.fromkeys(days))}


def _block(start: re.Pattern[bytes], body: bytes) -> bytes:
    """What stands in the first element that starts so, at most 2,000 bytes."""
    found = start.search(body)
    return _SKIP_END.split(body[found.end() : found.end() + 2_000], 1)[0] if found else b""
