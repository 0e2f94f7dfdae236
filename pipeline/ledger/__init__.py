"""The port that makes the promise: no story lost, none delivered twice.

A story moves through the ledger and nowhere else::

    admit -> [fetch] lease -> begin -> checkpoint -> [process] lease -> begin -> complete -> outbox -> acknowledge

Every transition is one atomic call. A lease is a due time in the future with a fencing token: a worker that dies
simply lets it run out, and a worker that comes back too late is refused. A Celery message is only a hint to look.
``MemoryLedger`` serves one process (``wiredesk once``, tests); ``workers.redis.redis_ledger.RedisLedger`` serves the running
system; both pass the same contract tests.

``now`` is always an argument, in epoch seconds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Protocol

from pipeline.copies import Candidate, Query
from pipeline.ledger.polling import FeedLease, Scheduled, Spacing, Standing
from pipeline.record import Record
from pipeline.schedule import FeedState
from pipeline.story import Entry, Feed, Outcome, Page, Relation

__all__ = [
    "SPACED",
    "Admission",
    "Broken",
    "Completed",
    "Delivery",
    "Ending",
    "FeedLease",
    "HostLease",
    "Index",
    "Lease",
    "Ledger",
    "Scheduled",
    "Spacing",
    "Stage",
    "Standing",
    "Status",
    "Trace",
    "Waiting",
    "in_order",
]

SPACED: Final = Spacing()


class Stage(StrEnum):
    """Where an admitted story stands."""

    FETCH = "fetch"
    PROCESS = "process"
    DONE = "done"
    QUARANTINE = "quarantine"


class Admission(StrEnum):
    """What ``admit`` found."""

    NEW = "new"
    CHANGED = "changed"
    KNOWN = "known"


class Completed(StrEnum):
    """What ``complete`` did. STALE: nothing, for the lease is lost."""

    DONE = "done"
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work on one story until the lease runs out. ``attempts`` counts the earlier ones at this stage."""

    key: str
    token: int
    entry: Entry
    attempts: int = 0
    page: Page | None = None
    host: str = ""
    admitted: float = 0.0


@dataclass(frozen=True, slots=True)
class HostLease:
    """The right to ask one host, with the stories due there; ``token`` is 0 where others may ask it meanwhile."""

    host: str
    token: int
    leases: tuple[Lease, ...]


@dataclass(frozen=True, slots=True)
class Ending:
    """What ``complete`` writes, all of it or nothing.

    ``query`` and ``considered`` (candidate number -> revision) are what the relation was computed from; ``facts`` is
    kept for ``trace``; ``themes`` are counted.
    """

    outcome: Outcome
    records: tuple[Record, ...] = ()
    query: Query | None = None
    relation: Relation | None = None
    considered: Mapping[int, int] = field(default_factory=dict)
    themes: tuple[str, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Delivery:
    """A batch for one sink. ``items`` are (outbox position, record) in order."""

    sink: str
    token: int
    items: tuple[tuple[str, Record], ...]


@dataclass(frozen=True, slots=True)
class Broken:
    """An entry that could not be admitted, and why: it ends at once as ``broken_entry``."""

    key: str
    feed_id: str
    reason: str
    title: str = ""


def in_order(now: float, count: int) -> list[float]:
    """Due times of entries that are admitted together: all past, a microsecond apart, so that order is kept."""
    return [now - (count - 1 - i) * 1e-6 for i in range(count)]


@dataclass(frozen=True, slots=True)
class Trace:
    """All the ledger knows of one entry."""

    key: str
    stage: Stage
    attempts: int
    facts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much is due at ``now``: feeds whose host may be asked, hosts with pages, stories to process, records by sink.

    Feeds are counted on up to 64 hosts: enough to know how many workers are wanted.
    """

    feeds: int
    hosts: int
    process: int
    sinks: Mapping[str, int]

    @property
    def empty(self) -> bool:
        """Nothing is due anywhere."""
        return not (self.feeds or self.hosts or self.process or any(self.sinks.values()))


@dataclass(frozen=True, slots=True)
class Status:
    """The ledger at a glance. ``counts`` holds admitted, outcome.*, theme.*, event.* since the ledger began.

    ``oldest_due`` is the age in seconds of the story that has been due longest, ``resting`` says why a sink waits,
    ``progress`` when a poll, an ending and an acknowledgement last happened (epoch seconds). ``health`` counts feeds:
    well, failing, silent, gone, paused. ``polls`` counts polls by their end, events of feeds, and how late entries were
    seen, since the ledger began.
    """

    counts: Mapping[str, int]
    fetch: int
    process: int
    quarantine: int
    feeds: int
    outbox: int
    backlog: Mapping[str, int]
    delivered: Mapping[str, int]
    oldest_due: float
    pressure: str
    resting: Mapping[str, str] = field(default_factory=dict)
    progress: Mapping[str, float] = field(default_factory=dict)
    health: Mapping[str, int] = field(default_factory=dict)
    polls: Mapping[str, int] = field(default_factory=dict)


class Index(Protocol):
    """What a ledger asks of the index of known stories; see ``pipeline.copies``."""

    def update(self, number: int, blob: bytes) -> None:
        """Replace what is stored of a story; its revision grows by one."""
        ...

    def put(
        self, query: Query, blob: bytes | None, considered: Mapping[int, int]
    ) -> list[Candidate]:
        """Store a story unless a look-up finds what is not ``considered`` at its revision; what it finds in that case.

        Without a blob nothing is stored.
        """
        ...


class Ledger(Protocol):
    """The promise, as calls."""

    # -- stories
    def admit(self, entries: Sequence[tuple[Entry, str]], now: float) -> list[Admission]:
        """Take entries in, each with the host of its page ('' where none is needed); they are due in this order."""
        ...

    def refuse(self, broken: Sequence[Broken], now: float) -> list[Broken]:
        """Note entries that are broken; those that were not known yet."""
        ...

    def lease(self, now: float, seconds: float, limit: int, cap: int) -> list[Lease]:
        """Stories to process: up to ``limit`` that never failed, or one that did. ``cap`` attempts, then quarantine."""
        ...

    def lease_host(
        self, now: float, seconds: float, limit: int, cap: int, spacing: Spacing = SPACED
    ) -> HostLease | None:
        """The stories due on the host that has waited longest, and the host itself, for ``seconds``."""
        ...

    def release_host(self, host: str, token: int, allowed: float) -> None:
        """Give the host back; no page and no feed of it is asked for before ``allowed``."""
        ...

    def begin(self, key: str, token: int, now: float, seconds: float, who: str) -> bool:
        """Count an attempt before the work; False where the lease is lost."""
        ...

    def release(self, leases: Sequence[Lease], now: float) -> None:
        """Give back leases that were not begun."""
        ...

    def checkpoint(self, key: str, token: int, page: Page, now: float) -> bool:
        """Keep the page and move the story on to processing; False where the lease is lost."""
        ...

    def postpone(
        self, key: str, token: int, until: float, why: str, *, failed: bool = True
    ) -> bool:
        """Due again at ``until``. Where nothing ``failed`` (an embargo), the attempts are forgotten."""
        ...

    def complete(
        self, key: str, token: int, ending: Ending, now: float
    ) -> Completed | list[Candidate]:
        """End the story: outcome, index, outbox and counts, all of it or nothing.

        Where there is anything like the story that its relation did not consider, nothing is done and that is
        returned, to relate it anew.
        """
        ...

    # -- outbox
    def attach(self, sinks: Sequence[str]) -> None:
        """Give each sink its own place in the outbox, from the oldest record kept."""
        ...

    def read(self, sink: str, now: float, seconds: float, limit: int) -> Delivery | None:
        """The next batch for a sink, or None while another worker holds it, it rests, or nothing waits."""
        ...

    def acknowledge(self, delivery: Delivery, now: float) -> bool:
        """The batch is with the sink; False where the lease is lost."""
        ...

    def rest(self, delivery: Delivery, until: float, why: str) -> None:
        """The sink failed: its batch stays, to be tried at ``until``."""
        ...

    def trim(self) -> int:
        """Drop what every sink has acknowledged; how many records."""
        ...

    # -- stories that went out
    def kept(self, since: float) -> tuple[int, Iterator[Record]]:
        """How many stories delivered since then are kept, and the record that last told each, oldest first."""
        ...

    def reclassify(self, record: Record) -> bool:
        """Put a record with other themes in the place of the kept one and into the outbox, both or nothing.

        False where another version or reclassification of the story stands there by now.
        """
        ...

    # -- feeds
    def schedule(self, feeds: Sequence[Feed], now: float) -> Scheduled:
        """Poll exactly these feeds: unknown ones at once, others when they are due; paused ones stay so."""
        ...

    def claim_feed(self, now: float, seconds: float, spacing: Spacing = SPACED) -> FeedLease | None:
        """The feed that is most overdue among those whose host may be asked, and the host with it."""
        ...

    def settle_feed(
        self,
        lease: FeedLease,
        state: FeedState,
        *,
        allowed: float = 0.0,
        host: str = "",
        health: str = "well",
        counts: Mapping[str, int] | None = None,
    ) -> bool:
        """Store what the poll taught and give the host back; False where the lease is lost.

        The host is not asked before ``allowed``; ``host`` is where the feed is polled next ('': as before).
        """
        ...

    def feed_state(self, feed_id: str) -> FeedState | None:
        """What is remembered of a feed; None where it is not scheduled."""
        ...

    def feeds(self) -> dict[str, Feed]:
        """The feeds that are polled, as they were last scheduled."""
        ...

    def standing(self, feed_ids: Sequence[str]) -> list[Standing]:
        """How these feeds stand; unknown ones are left out."""
        ...

    def pause_feed(self, feed_id: str, now: float) -> bool:
        """Poll a feed no more until it is resumed; False where it is not scheduled."""
        ...

    def resume_feed(self, feed_id: str, state: FeedState, now: float) -> bool:
        """Take a feed up again with this state, due at its next poll; one that is being polled keeps its own."""
        ...

    def retime_feed(self, feed_id: str, due: float, now: float) -> bool:
        """Poll a feed at ``due`` instead; False where it is unknown, paused or being polled."""
        ...

    # -- for operators
    def waiting(self, now: float) -> Waiting:
        """How much is due."""
        ...

    def status(self, now: float) -> Status:
        """Counts and sizes."""
        ...

    def pressure(self) -> str:
        """Why polling should pause ('' where it should not)."""
        ...

    def trace(self, key_or_url: str) -> Trace | None:
        """What happened to an entry, by key or canonical URL."""
        ...

    def set_aside(self) -> list[Trace]:
        """The stories quarantined since this was last asked: each is told once."""
        ...

    def quarantined(self) -> list[Trace]:
        """The stories set aside after too many attempts."""
        ...

    def retry(self, key: str, now: float) -> bool:
        """Take a story out of quarantine and start it again; False where it is not there."""
        ...

    def drop(self, key: str, now: float) -> bool:
        """End a quarantined story as ``dropped``; False where it is not there."""
        ...
