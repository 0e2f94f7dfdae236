"""The sitemaps that an index names: which to ask next. Pure, as the rest of the schedule.

Each is a request of its own, a poll at a time, so that no worker waits between two of them and the
host's spacing holds. The newest come first. One whose ``lastmod`` is that of its last visit is not
asked again; one without a ``lastmod`` is asked with its validators, less often the longer it stays
the same. An index inside an index is followed ``DEEPEST`` deep; no address is in the list twice, so
a loop ends where it began.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from pipeline.headers import DAY
from pipeline.retries import RETRIES, seconds_until_retry
from pipeline.schedule.learning import asked_for
from pipeline.schedule.state import RHYTHM, FeedState, PollResult, Rhythm, Visit
from pipeline.story import Feed

DEEPEST = 3  # a fourth level of indexes is a loop or a trap
_NEVER = float("inf")
_NUMBERS = re.compile(r"\d+")


def due_child(feed: Feed, state: FeedState, now: float, rhythm: Rhythm = RHYTHM) -> Visit | None:
    """The sitemap to ask now, None where it is the turn of the index itself."""
    if (
        not state.children
        or state.configured != feed.url
        or state.failures
        or now >= state.last_ok + state.interval
    ):
        return None
    return next((visit for visit in state.children if _due_at(visit, rhythm) <= now), None)


def with_children(
    state: FeedState, found: Iterable[tuple[str, str]], parent: str = "", index: str = ""
) -> tuple[FeedState, int]:
    """The state with the sitemaps that ``parent`` names, and how many of them lie too deep.

    ``parent`` is '' for the feed's own index, whose address is ``index``; ``found`` are pairs of
    address and ``lastmod``.
    """
    known = {visit.url: visit for visit in state.children}
    depth, above = 0, parent
    while above and depth < DEEPEST:
        above = known[above].parent if above in known else ""
        depth += 1
    named = {url: lastmod for url, lastmod in found if url != index}
    if depth >= DEEPEST:
        return state, len(named)
    kept = {url: v for url, v in known.items() if url in named or v.parent != parent}
    # what an index named that is gone itself goes with it
    kept = {url: v for url, v in kept.items() if not v.parent or v.parent in kept}
    for url, lastmod in named.items():
        visit = kept.get(url, Visit(url, parent=parent))
        kept[url] = visit._replace(lastmod=lastmod)
    return replace(state, children=tuple(sorted(kept.values(), key=_rank_newness, reverse=True))), 0


def after_child(
    state: FeedState, visit: Visit, result: PollResult, now: float, *, whole: bool = True
) -> FeedState:
    """The state after one sitemap was asked; unless the ``whole`` of it was read, it is again."""
    if result.ok and not whole:
        after = visit
    elif result.ok:
        etag, modified = (result.headers.get(n, "") for n in ("etag", "last-modified"))
        if result.status == 304:
            etag, modified = etag or visit.etag, modified or visit.modified
        changed = now if result.changed and result.status != 304 else visit.changed or now
        known = result.body_hash or visit.body_hash
        after = visit._replace(
            lastmod_read=visit.lastmod,
            etag=etag,
            modified=modified,
            body_hash=known,
            asked=now,
            changed=changed,
            failures=0,
        )
    else:
        after = visit._replace(asked=now, failures=visit.failures + 1)
    children = tuple(after if v.url == visit.url else v for v in state.children)
    return replace(
        state, children=children, last_poll=now, last_new=now if result.new else state.last_new
    )


def next_with_children(
    state: FeedState, result: PollResult, now: float, gap: float, rhythm: Rhythm = RHYTHM
) -> FeedState:
    """The state with the time of its next poll: the index's own, or sooner where a sitemap is due.

    ``gap`` is the host's spacing; a Retry-After holds for the index and all its sitemaps.
    """
    if not state.children or state.failures:
        return state
    own = max(
        state.next_poll if state.last_ok == now else state.last_ok + state.interval, now + gap
    )
    first = min((_due_at(visit, rhythm) for visit in state.children), default=_NEVER)
    earliest = max(state.not_before, now + (asked_for(result, now) or 0.0))
    return replace(
        state, not_before=earliest, next_poll=max(min(own, max(first, now + gap)), earliest)
    )


def children_due(state: FeedState, now: float, rhythm: Rhythm = RHYTHM) -> int:
    """How many sitemaps wait to be asked."""
    return sum(_due_at(visit, rhythm) <= now for visit in state.children)


def _due_at(visit: Visit, rhythm: Rhythm) -> float:
    if visit.failures:
        return visit.asked + seconds_until_retry(RETRIES["sitemap"], visit.failures)
    if not visit.asked or visit.lastmod != visit.lastmod_read:
        return 0.0
    if visit.lastmod:
        return _NEVER
    # the longer it has stayed the same, the longer it will; a day at most, for the index may err
    return visit.asked + min(max(rhythm.floor, (visit.asked - visit.changed) / 2), DAY)


def _rank_newness(visit: Visit) -> tuple[str, bool, Sequence[int]]:
    """Dates first; then a name that says "news", and the numbers in it: dates or counts."""
    return (
        visit.lastmod,
        "news" in visit.url,
        tuple(int(n[:18]) for n in _NUMBERS.findall(visit.url)),
    )
