"""Admit: what a document holds, into the ledger, however it came."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from pipeline import schedule, urls
from pipeline.feeds import Parsed, content_length
from pipeline.ledger import Admission, Broken, Ledger
from pipeline.story import Entry, Feed, utc

FULL_TEXT: Final = 1500
"""Characters of markup from which a feed's own content serves without its page."""

_WHOLE: Final = frozenset(
    {"ninjs", "nitf", "newsml-g2"}
)  # formats whose content is the story, however short


@dataclass(frozen=True)
class Polled:
    """What one poll did. ``url`` is said where it was not the feed's own address: a sitemap of an index.

    ``waiting`` counts further sitemaps, or files of a folder, that are to be read in the next polls; ``late`` holds the
    seconds from publication to admission of each entry that was new.
    """

    feed_id: str
    status: int = 0
    new: int = 0
    changed: int = 0
    known: int = 0
    broken: tuple[Broken, ...] = ()
    error: str = ""
    events: tuple[schedule.Event, ...] = ()
    next_poll: float = 0.0
    url: str = ""
    waiting: int = 0
    late: tuple[float, ...] = ()


def admit(polled: Polled, parsed: Parsed, feed: Feed, ledger: Ledger, now: float) -> Polled:
    """Take every entry in, note the broken ones, and count both."""
    # oldest first; feeds print the newest first, which decides between entries of the same time
    entries = list(reversed(parsed.entries))
    entries.sort(key=lambda e: e.published or e.updated or utc(now))
    whole = parsed.format in _WHOLE
    verdicts = ledger.admit(
        [(_placed(e, feed), _page_host(e, feed, whole=whole)) for e in entries], now
    )
    broken = ledger.refuse([Broken(b.key, feed.id, b.reason, b.title) for b in parsed.broken], now)
    fresh = (e.published for e, v in zip(entries, verdicts, strict=True) if v is Admission.NEW)
    return replace(
        polled,
        late=(*polled.late, *(now - at.timestamp() for at in fresh if at)),
        new=polled.new + verdicts.count(Admission.NEW),
        changed=polled.changed + verdicts.count(Admission.CHANGED),
        known=polled.known + verdicts.count(Admission.KNOWN),
        broken=(*polled.broken, *broken),
    )


def _placed(entry: Entry, feed: Feed) -> Entry:
    return replace(
        entry, outlet=entry.outlet or feed.outlet, feed_name=entry.feed_name or feed.name
    )


def _page_host(entry: Entry, feed: Feed, *, whole: bool) -> str:
    """The host whose page is needed, '' where the entry brings its whole text or has no page."""
    if (
        entry.status
        or feed.full_text
        or (whole and entry.content)
        or (len(entry.content) >= FULL_TEXT and content_length(entry.content) >= FULL_TEXT)
        or not entry.url
    ):
        return ""
    return urls.host(entry.url)
