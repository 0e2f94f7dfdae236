"""Settle: store what a poll taught, count it, and give the host back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import inf
from typing import Final

from pipeline import schedule, urls
from pipeline.ledger import FeedLease, Ledger
from pipeline.run.means import Reach
from pipeline.schedule import FeedState, PollResult

LATE: Final = (15.0, 30.0, 60.0, 120.0, 300.0, 900.0, 3600.0, inf)
"""Bounds of the counts ``late.*``: seconds from an entry's publication to its admission."""


def settle(
    lease: FeedLease,
    after: FeedState,
    result: PollResult,
    reach: Reach,
    ledger: Ledger,
    now: float,
    *,
    events: Sequence[schedule.Event] = (),
    late: Sequence[float] = (),
    url: str = "",
) -> None:
    """Store the poll; the host rests for its spacing, or for as long as it asked to be left alone.

    ``late`` are the seconds from publication to admission of the entries that were new, ``url`` is where the feed is
    asked next ('': at its own address).
    """
    spacing = reach.spacing.of(lease.host) if lease.host else 0.0
    wait = max(spacing, schedule.host_wait(result.status, schedule.asked_for(result, now)))
    ledger.settle_feed(
        lease,
        after,
        allowed=now + wait if wait else 0.0,
        host=urls.host(url or after.url or lease.feed.url),
        health=schedule.health(after),
        counts=_counts(result, events, late),
    )


def _counts(
    result: PollResult, events: Sequence[schedule.Event], late: Sequence[float]
) -> dict[str, int]:
    """What is counted of a poll: how it ended, what it gave rise to, and how late its new entries were seen."""
    ended = (
        "failed"
        if not result.ok
        else "unmodified"
        if result.status == 304
        else "read"
        if result.changed
        else "same"
    )
    counts = Counter([f"poll.{ended}", *(event.name for event in events)])
    for seconds in late:
        # as Prometheus counts: each bound has all that are not later
        counts.update(f"late.{bound:g}" for bound in LATE if seconds <= bound)
        counts["late.seconds"] += round(max(seconds, 0.0))
    return dict(counts)
