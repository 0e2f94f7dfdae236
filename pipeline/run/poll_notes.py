"""A poll in short, for whoever judges whether polling goes well: above all why one failed."""

from __future__ import annotations

from typing import Final

from pipeline.ledger import FeedLease
from pipeline.ledger.sightings import PollNote
from pipeline.schedule import FeedState, PollResult

_LONGEST_WHY: Final = 80  # characters: each poll's note goes to the disk

# how messages of pipeline.fetch begin; a test brings each about
_DNS: Final = ("host name", "host has no address", "too many host names")
_NETWORK: Final = (
    "no connection",
    "connection",
    "server too slow",
    "deadline passed",
    "TLS failed",
    "not HTTP",
)


def name_fault(result: PollResult) -> str:
    """Where a poll failed: ``dns``, ``network``, ``server`` (it said so by its status) or
    ``document`` (what came can't be read as a feed, or must not be asked for); '' where it did not.
    """
    if result.ok:
        return ""
    if result.error.startswith(_DNS):
        return "dns"
    if result.error.startswith(_NETWORK):
        return "network"
    return "server" if result.status and not 200 <= result.status < 300 else "document"


def note_poll(lease: FeedLease, result: PollResult, after: FeedState, now: float) -> PollNote:
    """One poll as the ledger keeps it among the newest.

    Of a poll that brought no document the digest is that of the one the feed had before.
    """
    fault = name_fault(result)
    why = result.error or (f"HTTP {result.status}" if fault else "")
    if fault == "server" and str(result.status) not in why:
        why = f"{result.status} {why}"
    known = "" if fault else after.body_hash
    ended = "unmodified" if result.status == 304 else "read" if result.changed else "same"
    digest = (result.body_hash or known)[:12]
    return PollNote(
        round(now, 1), lease.feed_id, lease.host, fault or ended, why[:_LONGEST_WHY], digest
    )
