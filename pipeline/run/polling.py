"""Poll: conditional GET -> parse -> admit every new or changed entry -> only then store ETag and next poll."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from pipeline import feeds, schedule, urls
from pipeline.errors import Permanent, Transient
from pipeline.feeds import Parsed
from pipeline.fetch import Response
from pipeline.ledger import FeedLease, Ledger
from pipeline.run import folders
from pipeline.run.admitting import Polled, admit
from pipeline.run.means import Reach
from pipeline.run.settling import settle
from pipeline.schedule import Ask, FeedState, PollResult, Visit
from pipeline.story import Feed, digest, utc


def poll(
    lease: FeedLease, reach: Reach, ledger: Ledger, clock: Callable[[], float] = time.time
) -> Polled:
    """Ask the feed, admit what is new, and only then remember that it was asked and give its host back."""
    feed, state, now = lease.feed, lease.state, clock()
    if folders.watched(feed):
        return folders.poll(lease, reach, ledger, clock)
    child = schedule.due_child(feed, state, now, reach.rhythm)
    if child:
        return _visit(lease, child, reach, ledger, clock)
    result, parsed = _ask(
        schedule.ask(feed, state, now, reach.rhythm), state.body_hash, feed, reach, now
    )
    # floor and Retry-After count from the answer: a request may be long under way, and its
    # server must not see the next one sooner for that
    now = clock()
    polled = Polled(feed.id, result.status, error=result.error)
    if parsed:
        polled = admit(polled, _with_strays(parsed, feed), feed, ledger, now)
        result = replace(result, new=polled.new)
    after, events = schedule.after_poll(feed, state, result, now, reach.rhythm)
    if parsed:
        after, _ = schedule.with_children(after, _followed(parsed, feed), index=feed.url)
    after = schedule.next_with_children(
        after, result, now, reach.spacing.of(lease.host), reach.rhythm
    )
    # the backlog of a first poll says nothing of our latency
    late = polled.late if state.last_keys else ()
    settle(
        lease,
        after,
        result,
        reach,
        ledger,
        clock(),
        events=events,
        late=late,
        url=_next_url(feed, after, reach),
    )
    waiting = schedule.children_due(after, now, reach.rhythm)
    # a fault that only the schedule sees: a 304 that nobody asked for
    error = polled.error or (after.error if after.failures else "")
    return replace(polled, error=error, events=events, next_poll=after.next_poll, waiting=waiting)


def _visit(
    lease: FeedLease, child: Visit, reach: Reach, ledger: Ledger, clock: Callable[[], float]
) -> Polled:
    """Ask one sitemap of an index; the index keeps its own state and rhythm."""
    feed, state, now = lease.feed, lease.state, clock()
    result, parsed = _ask(
        Ask(child.url, child.etag, child.modified), child.body_hash, feed, reach, now
    )
    now = clock()  # as in ``poll``
    polled = Polled(feed.id, result.status, error=result.error, url=child.url)
    if parsed:
        polled = admit(polled, _with_strays(parsed, feed), feed, ledger, now)
        result = replace(result, new=polled.new)
        state, deep = schedule.with_children(state, _followed(parsed, feed), child.url, feed.url)
        if deep:
            polled = replace(polled, error=f"{deep} sitemaps lie too deep in indexes of indexes")
    after = schedule.after_child(state, child, result, now)
    after = schedule.next_with_children(
        after, result, now, reach.spacing.of(lease.host), reach.rhythm
    )
    late = polled.late if child.asked else ()
    settle(
        lease, after, result, reach, ledger, clock(), late=late, url=_next_url(feed, after, reach)
    )
    waiting = schedule.children_due(after, now, reach.rhythm)
    return replace(polled, next_poll=after.next_poll, waiting=waiting)


def _next_url(feed: Feed, after: FeedState, reach: Reach) -> str:
    """Where the feed is asked next: at a sitemap that it names, or '' for its own address."""
    child = schedule.due_child(feed, after, after.next_poll, reach.rhythm)
    return child.url if child else ""


def _ask(
    ask: Ask, known: str, feed: Feed, reach: Reach, now: float
) -> tuple[PollResult, Parsed | None]:
    """The answer and, where it is a document other than the ``known`` one (its hash), what is in it."""
    try:
        response = reach.fetcher.get(
            ask.url, etag=ask.etag, modified=ask.modified, deadline=reach.poll_timeout
        )
    except (Transient, Permanent) as error:
        wait = error.retry_after if isinstance(error, Transient) else None
        permanent = isinstance(error, Permanent)
        return PollResult(
            error.status, error=error.what, permanent=permanent, retry_after=wait
        ), None
    result = PollResult(response.status, response.headers, response.redirects)
    if response.status != 200:
        fault = "" if response.not_modified else f"the server answers {response.status}"
        return replace(result, error=fault), None
    body_hash = feeds.body_hash(response.body)
    if body_hash == known:
        return replace(result, body_hash=body_hash, changed=False), None
    return _parsed(feed, response, replace(result, body_hash=body_hash), now)


def _parsed(
    feed: Feed, response: Response, result: PollResult, now: float
) -> tuple[PollResult, Parsed | None]:
    try:
        parsed = document(response, feed, now)
    except Permanent as error:
        return replace(result, error=error.what, permanent=True), None
    return learned(result, parsed), parsed


def document(response: Response, feed: Feed, now: float) -> Parsed:
    """What an answer holds, its headers' word for hub and address with it. Raises Permanent where it is no feed."""
    parsed = feeds.parse(
        response.body, feed, content_type=response.content_type, now=utc(now), url=response.url
    )
    return replace(
        parsed, hints=feeds.add_links(parsed.hints, response.headers.get("link", ""), response.url)
    )


def learned(result: PollResult, parsed: Parsed) -> PollResult:
    """The result with what the schedule learns from a document."""
    keys = tuple(entry.key for entry in parsed.entries)
    dates = tuple(
        entry.published.timestamp() if entry.published else 0.0 for entry in parsed.entries
    )
    names = tuple(
        digest(urls.canonical(e.url), e.title)[:8] if e.url and e.title else ""
        for e in parsed.entries
    )
    return replace(result, keys=keys, published=dates, names=names, hints=parsed.hints)


def _followed(parsed: Parsed, feed: Feed) -> list[tuple[str, str]]:
    """The sitemaps that an index names on its own site, which is all that it may name (sitemaps.org)."""
    return [
        (child.url, child.modified) for child in parsed.children if _same_site(child.url, feed.url)
    ]


def _with_strays(parsed: Parsed, feed: Feed) -> Parsed:
    """Sitemaps of other sites that an index names are not followed, and said to be broken."""
    strays = [c.url for c in parsed.children if not _same_site(c.url, feed.url)]
    broken = (
        feeds.BrokenEntry("a sitemap of another site", feeds.broken_key(feed, url), url)
        for url in strays
    )
    return replace(parsed, broken=(*parsed.broken, *broken)) if strays else parsed


def _same_site(url: str, index: str) -> bool:
    """Whether two hosts are the same but for a name in front, such as www."""
    one, other = (urls.host(u).rpartition(":")[0].removeprefix("www.") for u in (url, index))
    return one == other or one.endswith("." + other) or other.endswith("." + one)
