"""``parse``: recognise the format, read the document, judge every entry alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha1

from pipeline.dates import Place, parse_feed_date, place_feed
from pipeline.errors import Permanent
from pipeline.feeds.items import MOST_ENTRIES, BrokenEntry, Document, Item, Parsed
from pipeline.feeds.json_documents import read_json
from pipeline.feeds.links import read_guid, read_link
from pipeline.feeds.news_xml import read_news_xml, read_sitemap
from pipeline.feeds.opening import open_document
from pipeline.feeds.plain_text import drop_cdata, plain_line, scrub_text, unescape_markup
from pipeline.feeds.summary_ends import cut_content_end, cut_plain_ends, cut_summary_ends
from pipeline.feeds.syndication import read_syndication
from pipeline.story import Entry, Feed, FeedHints, digest
from pipeline.urls import canonical, safe_link


@dataclass(frozen=True, slots=True)
class Format:
    """How a format is recognised and read.

    A document is of this format where it begins with one of the characters ``first``, or where the
    local name of its root element, in lower case, is among ``roots``. ``read`` makes a Document of
    the body, which is in UTF-8, and its URL; it raises Permanent where the document is none of its.
    """

    read: Callable[[bytes, str], Document]
    first: bytes = b""
    roots: frozenset[bytes] = frozenset()


_NEWS_ROOTS = frozenset({b"nitf", b"newsitem", b"newsmessage", b"packageitem"})

FORMATS: Mapping[str, Format] = {
    "json": Format(read_json, first=b"{["),
    "sitemap": Format(read_sitemap, roots=frozenset({b"urlset", b"sitemapindex"})),
    "news": Format(read_news_xml, roots=_NEWS_ROOTS),
    "syndication": Format(read_syndication),
}
"""Every format by the name that an operator may give; the first that fits is taken.

What fits none is syndication: old dialects and broken documents have roots of any name.
"""


@dataclass(frozen=True, slots=True)
class Caps:
    """Bounds of one document: bytes, counts and characters, far above those of honest feeds."""

    body: int = 8_000_000
    entries: int = MOST_ENTRIES
    title: int = 1_000
    summary: int = 20_000
    content: int = 1_000_000
    guid: int = 2_000
    url: int = 4_000
    tags: int = 50


CAPS = Caps()
_RECOGNISED = 16_384  # bytes in which the root element stands
_LONGEST_HEAD = 20_000  # bytes in which a document may say when it was made
_LONGEST_LINKS = 20_000  # characters of a Link header
_LONGEST_NAME = 300  # characters of an author or of a feed's title
_LONGEST_SLUG = 200
_LONGEST_TAG = 200
# markup that is read for one character of a title or summary: the rest of a flood costs no time
_MARKUP_OF_TITLE, _MARKUP_OF_SUMMARY = 20, 5
_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)

# what a reader raises that has a bug; all else (MemoryError, a time limit) is no entry's fault
_STUMBLES = (
    ArithmeticError, AssertionError, AttributeError, LookupError,
    RuntimeError, TypeError, ValueError,
)  # fmt: skip
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_ROOT = re.compile(rb"<(?:[\w.-]+:)?([A-Za-z][\w.-]*)[\s/>]")
_ANCHOR = re.compile(r"[\w.:-]{1,100}")
_BY = re.compile(r"^by\s+", re.IGNORECASE)
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8}){0,3}")
_ENTRY = re.compile(rb"<(?:[\w.-]{1,20}:)?(?:item|entry)\b|\"items\"")
# a picture within a text: no reader of ours looks at it, and one can be larger than all texts
_PICTURE = re.compile(
    r"data:(?:image|audio|video|font)/[\w.+-]{1,80};base64,[A-Za-z0-9+/=%\s]*+", re.IGNORECASE
)
_BUILT = re.compile(
    rb"<(lastBuildDate|pubDate|updated|modified|(?:[\w.-]{1,20}:)?date)\b[^<>]{0,80}>"
    rb"[^<>]{0,80}</\1>|<!--.{0,200}?-->",
    re.IGNORECASE | re.DOTALL,
)
_LINK = re.compile(r"<([^<>]{1,2000})>\s*((?:;[^,;<>]{0,200}){1,10})")
_RELATION = re.compile(r";\s*rel\s*=\s*\"?([^\";,]{1,100})\"?", re.IGNORECASE)


def parse(
    body: bytes,
    feed: Feed,
    *,
    content_type: str = "",
    now: datetime,
    url: str = "",
    caps: Caps = CAPS,
) -> Parsed:
    """Entries of a feed document in the document's order, the broken ones apart with their reasons.

    ``url`` is where the document came from (default: the feed's), against which its links are
    resolved. Raises Permanent where the document as a whole cannot be read.
    """
    where = url or feed.url
    try:
        body = open_document(body, content_type, caps.body)
        name = feed.format if feed.format in FORMATS else recognise_format(body)
        document = FORMATS[name].read(body, where)
    except Permanent as error:
        error.feed, error.url = feed.id, error.url or where
        raise
    except (*_STUMBLES, MemoryError) as error:
        # a reader that stumbles is a bug; what publishers send must not stop the service meanwhile
        raise Permanent(
            f"no reader can read it: {type(error).__name__}", url=where, feed=feed.id
        ) from error
    return _judge_document(document, feed, now, caps)


def recognise_format(body: bytes) -> str:
    """The name in ``FORMATS`` by the first thing in the document; Permanent for a web page."""
    start = _COMMENT.sub(b"", body[:_RECOGNISED]).lstrip(b"\xef\xbb\xbf \t\r\n")
    root = _ROOT.search(start)
    root_name = root.group(1).lower() if root else b""
    for name, known in FORMATS.items():
        if (start and start[0] in known.first) or root_name in known.roots:
            return name
    if root_name == b"html":
        raise Permanent("not a feed: an HTML page")
    return "syndication"


def broken_key(feed: Feed, *said: str) -> str:
    """The key of a broken entry, by what it says of itself."""
    return digest(feed.id, "broken", *said)[:32]


def refuse_file(feed: Feed, name: str, mark: str, reason: str) -> Parsed:
    """A file of a watched folder that cannot be read, as a document with one broken entry."""
    title = plain_line(name, marked=False)[:_LONGEST_SLUG]
    broken = BrokenEntry(reason, broken_key(feed, name, mark), title)
    return Parsed((), (broken,), FeedHints(), "broken")


def body_hash(body: bytes) -> str:
    """Hash of a document, 40 hex digits: equal for two that differ only in when they were made.

    Many publishers write the time of the request above the first entry; without it an unchanged
    feed costs no parse. SHA-1 because it is the fastest here; nothing secret hangs on it.
    """
    entry = _ENTRY.search(body)
    head = min(entry.start() if entry else len(body), _LONGEST_HEAD)
    made = sha1(_BUILT.sub(b"", body[:head]), usedforsecurity=False)
    made.update(memoryview(body)[head:])
    return made.hexdigest()


def add_links(hints: FeedHints, header: str, base: str) -> FeedHints:
    """The hints with what the Link header (RFC 8288) says of hub and self.

    The header goes over the document (WebSub section 4).
    """
    if not header or "rel" not in header:
        return hints
    links: dict[str, str] = {}
    for target, parameters in _LINK.findall(header[:_LONGEST_LINKS]):
        named = _RELATION.search(parameters)
        for relation in named[1].lower().split() if named else ():
            links.setdefault(relation, safe_link(target, base))
    return replace(
        hints, hub=links.get("hub") or hints.hub, self_url=links.get("self") or hints.self_url
    )


# ------------------------------ judging


@dataclass(frozen=True, slots=True)
class _Channel:
    """What the entries of a document share: its address, its title and what settles its dates."""

    base: str
    title: str
    place: Place


def _judge_document(document: Document, feed: Feed, now: datetime, caps: Caps) -> Parsed:
    base = safe_link(document.base) or document.base
    title = plain_line(document.hints.title[:_LONGEST_HEAD], _LONGEST_NAME)
    # here for every format, also one that made all its items
    items = document.items[: caps.entries]
    left = document.more + len(document.items) - len(items)
    dates = [text for item in items for text in (item.published, item.updated) if text]
    language = read_language(document.hints.language) or feed.language
    channel = _Channel(base, title, place_feed(feed, language, dates, now))
    entries: list[Entry] = []
    broken: list[BrokenEntry] = []
    for item in items:
        made: Entry | str = item.fault
        if not item.fault:
            try:
                made = _make_entry(item, feed, channel, now, caps)
            except _STUMBLES as error:
                made = f"cannot be read: {type(error).__name__}"
        if isinstance(made, Entry):
            entries.append(made)
        else:
            broken.append(_break_item(item, feed, caps, made, len(broken)))
    if len({entry.key for entry in entries}) < len(entries):
        entries, twice = _part_equal_keys(entries)
        broken += twice
    if left:
        # one key, however many there are: a feed that grows does not fill the ledger with these
        key = broken_key(feed, "over the cap", document.base)
        reason = f"{left} more entries, over the cap of {caps.entries} a document"
        broken.append(BrokenEntry(reason, key))
    links = (replace(child, url=safe_link(child.url, base)) for child in document.children)
    hints = replace(
        document.hints,
        title=title,
        language=read_language(document.hints.language),
        home=safe_link(document.hints.home, base),
        hub=safe_link(document.hints.hub, base),
        self_url=safe_link(document.hints.self_url, base),
    )
    return Parsed(
        tuple(entries),
        tuple(broken),
        hints,
        document.format,
        tuple(link for link in links if link.url),
        left,
    )


def _make_entry(
    item: Item, feed: Feed, channel: _Channel, now: datetime, caps: Caps
) -> Entry | str:
    """The item as a safe entry, or why it is none."""
    drop_marks(item)
    # a link or a text that was cut would be another one
    if len(item.link) > caps.url:
        return f"link over {caps.url} characters"
    content = item.content or (item.summary if feed.full_text else "")
    if "base64," in content:
        content = _PICTURE.sub("", content)
    if not item.text:
        content = cut_content_end(unescape_markup(content), item.title.strip())
    if len(content) > caps.content:
        return f"text over {caps.content} characters"
    marked = not item.text
    where = safe_link(item.base, channel.base) or channel.base
    url = "" if item.link == item.guid else read_link(item.link, where)
    if item.link and not url:
        url = read_guid(item.guid[: caps.url], where)
    title = plain_line(item.title[: caps.title * _MARKUP_OF_TITLE], caps.title, marked=marked)
    summary = item.summary[: caps.summary * _MARKUP_OF_SUMMARY]
    if marked:
        summary = cut_summary_ends(unescape_markup(summary), title, channel.title)
    summary = cut_plain_ends(plain_line(summary, caps.summary, marked=marked), title)
    content = scrub_text(content).strip()
    if not (url or title or summary or content):
        return "no link, no title and no text"
    guid = digest(item.guid)
    if len(item.guid) <= caps.guid:
        guid = plain_line(item.guid, marked=False)
    tags: dict[str, None] = {}
    for tag in item.tags[: caps.tags]:
        tags[plain_line(tag[:_LONGEST_TAG], marked=marked)] = None
    tags.pop("", None)
    author = plain_line(item.author[: caps.title], _LONGEST_NAME, marked=marked)
    updated = parse_feed_date(item.updated, channel.place, now)
    return Entry(
        key=digest(feed.id, guid or page_address(url) or digest(title, summary, content))[:32],
        feed_id=feed.id,
        guid=guid,
        url=url,
        title=title,
        summary=summary,
        content=content,
        author=_BY.sub("", author),
        published=parse_feed_date(item.published, channel.place, now) or updated,
        updated=updated,
        language=read_language(item.language) or feed.language,
        tags=tuple(tags),
        slug=plain_line(item.slug[: caps.title], _LONGEST_SLUG, marked=False),
        status=item.status,
        outlet=feed.outlet,
        feed_name=feed.name,
        timezone=feed.timezone,
        seen=now,
    )


def drop_marks(item: Item) -> None:
    """Take the marks of CDATA out of the item, which are there where they were escaped."""
    for name in ("title", "summary", "content", "author", "link", "guid", "published", "updated"):
        said = getattr(item, name)
        if "[CDATA[" in said:
            setattr(item, name, drop_cdata(said).strip())


def _break_item(item: Item, feed: Feed, caps: Caps, reason: str, number: int) -> BrokenEntry:
    """Named by what little it has, by its place among the broken ones where it has nothing."""
    title = item.title[: caps.title * _MARKUP_OF_TITLE]
    title = plain_line(title, caps.title, marked=not item.text)
    said = (scrub_text(item.guid[: caps.guid]), scrub_text(item.link[: caps.url]), title)
    key = broken_key(feed, *said, "" if any(said) else str(number))
    return BrokenEntry(reason, key, title)


def _part_equal_keys(entries: list[Entry]) -> tuple[list[Entry], list[BrokenEntry]]:
    """Entries with a key each, and those that stand twice.

    Where entries of different links share an id, as in feeds that give every entry the same one,
    the link is part of the key of all of them, so that it does not hang on their order; where
    entries without an id share their link, as in feeds that link to a front page, the title is. Of
    two versions of one entry the newer stays.
    """
    names: dict[str, set[str]] = {}
    for entry in entries:
        names.setdefault(entry.key, set()).add(_name_in_key(entry))
    kept: dict[str, Entry] = {}
    twice: list[BrokenEntry] = []
    for printed in entries:
        entry = printed
        if len(names[entry.key]) > 1:
            own_key = digest(entry.feed_id, entry.guid, _name_in_key(entry))[:32]
            entry = replace(entry, key=own_key)
        same = kept.setdefault(entry.key, entry)
        if same is entry:
            continue
        newer, older = (entry, same) if _when(entry) > _when(same) else (same, entry)
        kept[entry.key] = newer
        reason = "stands twice in one document"
        if entry.print != same.print:
            reason = "same id twice in one document; the newer one stays"
        key = digest(older.feed_id, "broken", older.key, older.print)[:32]
        twice.append(BrokenEntry(reason, key, older.title))
    return list(kept.values()), twice


def _name_in_key(entry: Entry) -> str:
    """What tells entries of one key apart."""
    address = page_address(entry.url)
    return (address or entry.title) if entry.guid else f"{address} {entry.title}"


def _when(entry: Entry) -> datetime:
    return entry.updated or entry.published or _LONG_AGO


def page_address(url: str) -> str:
    """The canonical link, with its fragment where that names a place on the page.

    Old feeds list many stories of one page.
    """
    fragment = url.partition("#")[2]
    return canonical(url) + (f"#{fragment}" if _ANCHOR.fullmatch(fragment) else "")


@lru_cache(maxsize=512)
def read_language(text: str) -> str:
    """A language tag such as ``en-gb`` in lower case, '' where it is none."""
    tag = text.strip().lower().replace("_", "-")
    return tag if _LANGUAGE.fullmatch(tag) else ""
