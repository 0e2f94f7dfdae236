"""Push: a document that a hub brought, admitted like one that was polled."""

from __future__ import annotations

from pipeline import feeds
from pipeline.ledger import Ledger
from pipeline.run.admitting import Polled, admit
from pipeline.story import Feed, utc


def push(feed: Feed, body: bytes, content_type: str, ledger: Ledger, now: float) -> Polled:
    """Admit what a signed notice brings; what the feed's state says stays for its polls. Raises Permanent."""
    parsed = feeds.parse(body, feed, content_type=content_type, now=utc(now))
    return admit(Polled(feed.id, 200), parsed, feed, ledger, now)
