"""Poll: conditional GET -> parse -> admit every new or changed entry -> only then store ETag and next poll."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from pipeline import feeds, schedule, urls
from pipeline.errors import Permanent, Transient
from pipeline.feeds import Parsed
from pipeline.fetch import Response
from pipeline.ledger import Admission, Broken, FeedLease, Ledger
from pipeline.run.means import Reach
from pipeline.schedule import PollResult
from pipeline.story import Entry, Feed, FeedState, utc

_FULL_TEXT: Final = 1500  # characters of markup from which a feed's own content serves without its page


@dataclass(frozen=True)
class Polled:
    """What one poll did."""

    feed_id: str
    status: int = 0
    new: int = 0
    changed: int = 0
    known: int = 0
    broken: tuple[Broken, ...] = ()
    error: str = ""
    events: tuple[schedule.Event, ...] = ()
    next_poll: float = 0.0


def poll(lease: FeedLease, feed: Feed, reach: Reach, ledger: Ledger, clock: Callable[[], float] = time.time) -> Polled:
    """Ask the feed, admit what is new, and only then remember that it was asked."""
    state, now = lease.state, clock()
    result, parsed = _ask(feed, state, reach, now)
    polled = Polled(feed.id, result.status, error=result.error)
    if parsed:
        # oldest first; feeds print the newest first, which decides between entries of the same time
        entries = list(reversed(parsed.entries))
        entries.sort(key=lambda e: e.published or e.updated or utc(now))
        verdicts = ledger.admit([(_placed(e, feed), _page_host(e, feed)) for e in entries], now)
        broken = ledger.refuse([Broken(b.key, feed.id, b.reason, b.title) for b in parsed.broken], now)
        result = replace(result, new=verdicts.count(Admission.NEW))
        polled = replace(
            polled,
            new=verdicts.count(Admission.NEW),
            changed=verdicts.count(Admission.CHANGED),
            known=verdicts.count(Admission.KNOWN),
            broken=tuple(broken),
        )
    after, events = schedule.after_poll(feed, state, result, now, reach.rhythm)
    ledger.settle_feed(lease, after)
    return replace(polled, events=events, next_poll=after.next_poll)


def _ask(feed: Feed, state: FeedState, reach: Reach, now: float) -> tuple[PollResult, Parsed | None]:
    """The feed's answer and, where it is a document that we did not have, what is in it."""
    ask = schedule.ask(feed, state, now, reach.rhythm)
    try:
        response = reach.fetcher.get(ask.url, etag=ask.etag, modified=ask.modified, deadline=reach.poll_timeout)
    except (Transient, Permanent) as error:
        wait = error.retry_after if isinstance(error, Transient) else None
        permanent = isinstance(error, Permanent)
        return PollResult(error.status, error=error.what, permanent=permanent, retry_after=wait), None
    result = PollResult(response.status, response.headers, response.redirects)
    if response.status != 200:
        fault = "" if response.not_modified else f"the server answers {response.status}"
        return replace(result, error=fault), None
    body_hash = feeds.body_hash(response.body)
    if body_hash == state.body_hash:
        return replace(result, body_hash=body_hash, changed=False), None
    return _parsed(feed, response, replace(result, body_hash=body_hash), now)


def _parsed(feed: Feed, response: Response, result: PollResult, now: float) -> tuple[PollResult, Parsed | None]:
    try:
        parsed = feeds.parse(response.body, feed, content_type=response.content_type, now=utc(now), url=response.url)
    except Permanent as error:
        return replace(result, error=error.what, permanent=True), None
    keys = tuple(entry.key for entry in parsed.entries)
    dates = tuple(entry.published.timestamp() if entry.published else 0.0 for entry in parsed.entries)
    return replace(result, keys=keys, published=dates, hints=parsed.hints), parsed


def _placed(entry: Entry, feed: Feed) -> Entry:
    return replace(entry, outlet=entry.outlet or feed.outlet, feed_name=entry.feed_name or feed.name)


def _page_host(entry: Entry, feed: Feed) -> str:
    """The host whose page is needed, '' where the entry brings its whole text or has no page."""
    if feed.full_text or len(entry.content) >= _FULL_TEXT or not entry.url:
        return ""
    return urls.host(entry.url)
