"""``parse``: find the format, read the document, judge every entry alone."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha1

from pipeline.dates import parse_feed_date
from pipeline.errors import Permanent
from pipeline.feeds import json_documents, markup, news_xml, sitemap, syndication
from pipeline.feeds.items import Broken, Child, Document, Item, Parsed
from pipeline.story import Entry, Feed, FeedHints, digest
from pipeline.urls import canonical, safe

Reader = Callable[[bytes, str, str], Document]

FORMATS: Mapping[str, Reader] = {
    "syndication": syndication.read,
    "json": json_documents.read,
    "sitemap": sitemap.read,
    "news": news_xml.read,
}
"""Every format: a function from body, URL and content type to a Document."""


@dataclass(frozen=True, slots=True)
class Caps:
    """Bounds of one document: bytes, counts and characters."""

    body: int = 5_000_000
    entries: int = 5_000
    title: int = 1_000
    summary: int = 20_000
    content: int = 1_000_000
    guid: int = 2_000
    url: int = 4_000
    tags: int = 50


CAPS = Caps()
_LONGEST_HEAD = 20_000
_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


def parse(
    body: bytes,
    feed: Feed,
    *,
    content_type: str = "",
    now: datetime,
    url: str = "",
    caps: Caps = CAPS,
) -> Parsed:
    """Entries of a feed document in the document's order, those that are broken beside them with their reasons.

    ``url`` is where the document came from (default: the feed's), against which its links are resolved. Raises
    Permanent where the document as a whole cannot be read.
    """
    where = url or feed.url
    try:
        data = _plain(body, caps)
        document = FORMATS[_format(data, feed)](data, where, content_type)
    except Permanent as error:
        error.feed, error.url = feed.id, error.url or where
        raise
    except (*_STUMBLES, MemoryError) as error:
        # a reader that stumbles is a bug; what publishers send must not stop the service meanwhile
        raise Permanent(
            f"no reader can read it: {type(error).__name__}", url=where, feed=feed.id
        ) from error
    return _judge(document, feed, now, caps)


def broken_key(feed: Feed, *said: str) -> str:
    """The key of a broken entry, by what it says of itself."""
    return digest(feed.id, "broken", *said)[:32]


def refused(feed: Feed, name: str, mark: str, reason: str) -> Parsed:
    """A document that cannot be read, as one broken entry: a file of a watched folder."""
    broken = Broken(reason, broken_key(feed, name, mark), markup.line(name, marked=False)[:200])
    return Parsed((), (broken,), FeedHints(), "broken")


def body_hash(body: bytes) -> str:
    """Hash of a document, 40 hex digits: equal for two that differ only in when the document was made.

    Many publishers write the time of the request above the first entry; without it an unchanged feed costs no parse.
    SHA-1 because it is the fastest here; nothing secret hangs on it.
    """
    found = _ENTRY.search(body)
    head = found.start() if found else len(body)
    made = sha1(_BUILT.sub(b"", body[: min(head, _LONGEST_HEAD)]), usedforsecurity=False)
    made.update(memoryview(body)[min(head, _LONGEST_HEAD) :])
    return made.hexdigest()


def _plain(body: bytes, caps: Caps) -> bytes:
    """The document's bytes, unzipped where it is a .gz file; Permanent past the cap."""
    if body.startswith(b"\x1f\x8b"):
        try:
            body = zlib.decompressobj(16 + zlib.MAX_WBITS).decompress(body, caps.body + 1)
        except zlib.error as error:
            raise Permanent(f"broken gzip: {error}") from None
    if len(body) > caps.body:
        raise Permanent(f"document over {caps.body} bytes")
    if not body.strip():
        raise Permanent("empty document")
    return body


_STUMBLES = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RuntimeError,
    TypeError,
    ValueError,
)
_ANCHOR = re.compile(r"[\w.:-]{1,100}")
_BY = re.compile(r"^by\s+", re.IGNORECASE)
_ENTRY = re.compile(rb"<(?:[\w.-]{1,20}:)?(?:item|entry)\b|\"items\"")
_BUILT = re.compile(
    rb"<(lastBuildDate|pubDate|updated|modified|(?:[\w.-]{1,20}:)?date)\b[^<>]{0,80}>[^<>]{0,80}</\1>|<!--.{0,200}?-->",
    re.IGNORECASE | re.DOTALL,
)
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_ROOT = re.compile(rb"<(?:[\w.-]+:)?([A-Za-z][\w.-]*)[\s/>]")


def _format(body: bytes, feed: Feed) -> str:
    """The format by the operator's word, else by the first thing in the document."""
    if feed.format in FORMATS:
        return feed.format
    start = _COMMENT.sub(b"", body[:16_384]).lstrip(b"\xef\xbb\xbf \t\r\n")
    if start[:1] in {b"{", b"["}:
        return "json"
    root = _ROOT.search(start)
    name = root.group(1).lower() if root else b""
    if name in {b"urlset", b"sitemapindex"}:
        return "sitemap"
    if name in {b"nitf", b"newsitem", b"newsmessage", b"packageitem"}:
        return "news"
    if name == b"html":
        raise Permanent("not a feed: an HTML page")
    return "syndication"


def _judge(document: Document, feed: Feed, now: datetime, caps: Caps) -> Parsed:
    base = safe(document.base) or document.base
    entries: list[Entry] = []
    broken: list[Broken] = []
    for number, item in enumerate(document.items):
        over = f"over the cap of {caps.entries} entries" if number >= caps.entries else ""
        fault = item.fault or over or _over(item, feed, caps)
        try:
            entry = None if fault else _entry(item, feed, now, caps, base)
        except _STUMBLES as error:
            entry, fault = None, f"cannot be read: {type(error).__name__}"
        if entry is None:
            broken.append(
                _broken(item, feed, caps, fault or "no link, no title and no text", len(broken))
            )
        else:
            entries.append(entry)
    kept, twice = _distinct(entries)
    broken += twice
    if document.more:
        key = broken_key(feed, "more", str(document.more))
        broken.append(Broken(f"{document.more} more entries, over the cap of {caps.entries}", key))
    children = tuple(
        Child(link, c.modified) for c in document.children if (link := safe(c.url, base))
    )
    return Parsed(
        tuple(kept), tuple(broken), _safe_hints(document.hints, base), document.format, children
    )


def _over(item: Item, feed: Feed, caps: Caps) -> str:
    """Which of the item's parts is over its cap and cannot be cut, '' where none is."""
    if len(item.link) > caps.url:
        return f"link over {caps.url} characters"
    return f"text over {caps.content} characters" if len(_text(item, feed)) > caps.content else ""


def _text(item: Item, feed: Feed) -> str:
    """The entry's whole text, '' where it brings none."""
    return item.content or (item.summary if feed.full_text else "")


def _broken(item: Item, feed: Feed, caps: Caps, reason: str, number: int) -> Broken:
    """Named by what little it has, by its place among the broken ones where it has nothing."""
    title = _cut(markup.line(item.title[: caps.title * 20], marked=not item.text), caps.title)
    said = (markup.scrub(item.guid[: caps.guid]), markup.scrub(item.link[: caps.url]), title)
    return Broken(reason, broken_key(feed, *said, "" if any(said) else str(number)), title)


def _entry(item: Item, feed: Feed, now: datetime, caps: Caps, base: str) -> Entry | None:
    marked = not item.text
    url = safe(item.link, safe(item.base, base) or base)
    title = _cut(markup.line(item.title[: caps.title * 20], marked=marked), caps.title)
    summary = _cut(markup.line(item.summary[: caps.summary * 5], marked=marked), caps.summary)
    content = markup.harmless(_text(item, feed), url or base)
    if not (url or title or summary or content):
        return None
    guid = (
        markup.line(item.guid, marked=False) if len(item.guid) <= caps.guid else digest(item.guid)
    )
    updated = parse_feed_date(item.updated, feed.timezone, now)
    return Entry(
        key=digest(feed.id, guid or _address(url) or digest(title, summary, content))[:32],
        feed_id=feed.id,
        guid=guid,
        url=url,
        title=title,
        summary=summary,
        content=content,
        author=_cut(_BY.sub("", markup.line(item.author[: caps.title], marked=marked)), 300),
        published=parse_feed_date(item.published, feed.timezone, now) or updated,
        updated=updated,
        language=_language(item.language) or feed.language,
        tags=tuple(
            dict.fromkeys(
                filter(None, (markup.line(t[:200], marked=marked) for t in item.tags[: caps.tags]))
            )
        ),
        slug=_cut(markup.line(item.slug[: caps.title], marked=False), 200),
        status=item.status,
        outlet=feed.outlet,
        feed_name=feed.name,
        timezone=feed.timezone,
        seen=now,
    )


def _distinct(entries: list[Entry]) -> tuple[list[Entry], list[Broken]]:
    """Entries with a key each, and those that stand twice.

    Where entries of different links share an id, as in feeds that give every entry the same one, the link is part of
    the key of all of them, so that it does not hang on their order; where entries without an id share their link, as
    in feeds that link to a front page, the title is. Of two versions of one entry the newer stays.
    """
    if len({entry.key for entry in entries}) == len(entries):
        return entries, []
    told: dict[str, set[str]] = {}
    for entry in entries:
        told.setdefault(entry.key, set()).add(_told_by(entry))
    kept: dict[str, Entry] = {}
    twice: list[Broken] = []
    for entry in entries:
        if len(told[entry.key]) > 1:
            own = digest(entry.feed_id, entry.guid, _told_by(entry))[:32]
            entry = replace(entry, key=own)  # noqa: PLW2901 - the same entry under its own key
        same = kept.setdefault(entry.key, entry)
        if same is not entry:
            kept[entry.key], older = (entry, same) if _when(entry) > _when(same) else (same, entry)
            twice.append(_repeated(older, changed=entry.print != same.print))
    return list(kept.values()), twice


def _told_by(entry: Entry) -> str:
    """What tells entries of one key apart."""
    address = _address(entry.url)
    return (address or entry.title) if entry.guid else f"{address} {entry.title}"


def _address(url: str) -> str:
    """The canonical link with its fragment where that names a place on the page: old feeds list many on one page."""
    fragment = url.partition("#")[2]
    return canonical(url) + (f"#{fragment}" if _ANCHOR.fullmatch(fragment) else "")


def _repeated(older: Entry, *, changed: bool) -> Broken:
    key = digest(older.feed_id, "broken", older.key, older.print)[:32]
    reason = (
        "same id twice in one document; the newer one stays"
        if changed
        else "stands twice in one document"
    )
    return Broken(reason, key, older.title)


def _when(entry: Entry) -> datetime:
    return entry.updated or entry.published or _LONG_AGO


@lru_cache(maxsize=512)
def _language(text: str) -> str:
    """A language tag such as ``en-gb`` in lower case, '' where it is none."""
    tag = text.strip().lower().replace("_", "-")
    return tag if re.fullmatch(r"[a-z]{2,3}(-[a-z0-9]{2,8}){0,3}", tag) else ""


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _safe_hints(hints: FeedHints, base: str) -> FeedHints:
    return replace(
        hints,
        title=_cut(markup.line(hints.title[:20_000]), 300),
        language=_language(hints.language),
        home=safe(hints.home, base),
        hub=safe(hints.hub, base),
        self_url=safe(hints.self_url, base),
    )
