"""The configured feeds in the running system: read again when their files change, and kept in the
ledger.

The ledger holds the last good list. Workers poll by it and not by the files, so that a bad edit,
also one that is there when a worker starts again, takes nothing away.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from config.settings import (
    SAMPLE_PORT,
    ConfigError,
    feed_files,
    folder,
    is_sample,
    load_feeds,
    load_settings,
)
from pipeline.ledger import Scheduled
from pipeline.schedule import Rhythm, replan_feed
from pipeline.story import Feed
from workers import loglines
from workers.redis.redis_ledger import RedisLedger

Signature = tuple[tuple[str, int, int], ...]


def configured() -> tuple[tuple[Feed, ...], list[str]]:
    """The feeds of the files, the sample wire's place put in, and every fault. Raises nothing."""
    feeds, faults = load_feeds()
    return placed(feeds), faults


def placed(feeds: Sequence[Feed]) -> tuple[Feed, ...]:
    """The feeds with the sample wire's place put in, where it is served: by this run, or by the one
    that a command is called beside."""
    if not any(map(is_sample, feeds)):
        return tuple(feeds)
    place = os.environ.get("WIREDESK_SAMPLE") or _find_sample()
    return tuple(replace(f, url=f.url.replace("{sample}", place)) if place else f for f in feeds)


def _find_sample() -> str:
    """Where a run that goes on serves the sample wire; '' where none does."""
    with suppress(ConfigError, OSError, ValueError):
        port = int((load_settings(to_run=True).var / SAMPLE_PORT).read_text())
        with socket.create_connection(("127.0.0.1", port), timeout=1.0):
            return f"127.0.0.1:{port}"
    return ""


def put(ledger: RedisLedger, feeds: Sequence[Feed], rhythm: Rhythm, now: float) -> Scheduled:
    """Make this the list that is polled; a changed feed is due as it asks for now."""
    scheduled = ledger.schedule(feeds, now)
    by_id = {feed.id: feed for feed in feeds}
    for stands in ledger.standing(scheduled.changed):
        due = replan_feed(by_id[stands.feed.id], stands.state, now, rhythm)
        if due != stands.due:
            ledger.retime_feed(stands.feed.id, due, now)
    return scheduled


class FeedFiles:
    """Watches the feed files of this machine."""

    def __init__(self, ledger: RedisLedger, rhythm: Rhythm) -> None:
        self.ledger = ledger
        self.rhythm = rhythm
        self._before: Signature = ()
        self._read: Signature = ()

    def look(self) -> None:
        """Take over what changed, once it stands still: a file is read when it is whole."""
        now = _signature()
        still, self._before = now == self._before, now
        if not still or now == self._read:
            return
        self._read = now
        feeds, faults = configured()
        is_new = self.ledger.note_feed_fault("; ".join(faults))
        if faults:
            # every worker looks, and one of them says it
            if is_new:
                loglines.log_feeds_refused(faults)
            return
        scheduled = put(self.ledger, feeds, self.rhythm, time.time())
        if scheduled:
            loglines.log_feeds_changed(scheduled, len(feeds))


def _signature() -> Signature:
    return tuple((str(file), *_stamp(file)) for file in (folder() / "pipeline.toml", *feed_files()))


def _stamp(file: Path) -> tuple[int, int]:
    try:
        stat = file.stat()
    except OSError:
        return 0, 0
    return stat.st_mtime_ns, stat.st_size
