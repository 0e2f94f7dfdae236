"""Poll: conditional GET -> parse -> admit every new or changed entry -> only then store ETag and next poll."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf
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

LATE: Final = (15.0, 30.0, 60.0, 120.0, 300.0, 900.0, 3600.0, inf)
"""Bounds of the counts ``late.*``: seconds from an entry's publication to its admission."""


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


def poll(lease: FeedLease, reach: Reach, ledger: Ledger, clock: Callable[[], float] = time.time) -> Polled:
    """Ask the feed, admit what is new, and only then remember that it was asked and give its host back."""
    feed, state, now = lease.feed, lease.state, clock()
    late: list[float] = []
    result, parsed = _ask(feed, state, reach, now)
    polled = Polled(feed.id, result.status, error=result.error)
    if parsed:
        # oldest first; feeds print the newest first, which decides between entries of the same time
        entries = list(reversed(parsed.entries))
        entries.sort(key=lambda e: e.published or e.updated or utc(now))
        verdicts = ledger.admit([(_placed(e, feed), _page_host(e, feed)) for e in entries], now)
        broken = ledger.refuse([Broken(b.key, feed.id, b.reason, b.title) for b in parsed.broken], now)
        result = replace(result, new=verdicts.count(Admission.NEW))
        if state.last_keys:  # the backlog of a first poll says nothing of our latency
            late = [
                now - e.published.timestamp()
                for e, v in zip(entries, verdicts, strict=True)
                if v is Admission.NEW and e.published
            ]
        polled = replace(
            polled,
            new=verdicts.count(Admission.NEW),
            changed=verdicts.count(Admission.CHANGED),
            known=verdicts.count(Admission.KNOWN),
            broken=tuple(broken),
        )
    after, events = schedule.after_poll(feed, state, result, now, reach.rhythm)
    _settle(lease, after, result, reach, ledger, _counts(result, events, late), clock())
    return replace(polled, events=events, next_poll=after.next_poll)


def _settle(
    lease: FeedLease,
    after: FeedState,
    result: PollResult,
    reach: Reach,
    ledger: Ledger,
    counts: Mapping[str, int],
    now: float,
) -> None:
    """Store the poll; the host rests for its spacing, or for as long as it asked to be left alone."""
    wait = max(reach.spacing.of(lease.host), schedule.host_wait(result.status, schedule.asked_for(result, now)))
    ledger.settle_feed(
        lease,
        after,
        allowed=now + wait if wait else 0.0,
        host=urls.host(after.url or lease.feed.url),
        health=schedule.health(after),
        counts=counts,
    )


def _counts(result: PollResult, events: Sequence[schedule.Event], late: Sequence[float]) -> dict[str, int]:
    """What is counted of a poll: how it ended, what it gave rise to, and how late its new entries were seen."""
    ended = (
        "failed" if not result.ok else "unmodified" if result.status == 304 else "read" if result.changed else "same"
    )
    counts = Counter([f"poll.{ended}", *(event.name for event in events)])
    for seconds in late:
        # as Prometheus counts: each bound has all that are not later
        counts.update(f"late.{bound:g}" for bound in LATE if seconds <= bound)
        counts["late.seconds"] += round(max(seconds, 0.0))
    return dict(counts)


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
