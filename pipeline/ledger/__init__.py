"""The port that makes the promise: no story lost, none delivered twice.

A story moves through the ledger and nowhere else::

    admit -> [page] take_page -> settle_page -> [process] lease -> begin -> complete
          -> outbox -> read -> acknowledge

A story that has ended may be looked at again: take_page hands it out as such, and settle_page opens
it for processing where its page is another by now.

Every transition is one atomic call. A lease is a due time in the future with a fencing token: a
worker that dies simply lets it run out, and a worker that comes back too late is refused. An
attempt is counted before the work. A Celery message is only a hint to look.

The port is four small ones: ``Stories``, ``Outbox``, ``Feeds``, and ``Desk`` for operators. What
needs one of them asks for no more. ``MemoryLedger`` serves one process (``wiredesk once``, tests);
``workers.redis.redis_ledger.RedisLedger`` serves the running system; both pass the same contract
tests.

``now`` is always an argument, in epoch seconds, like every other time; durations are in seconds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Protocol

from pipeline.copies import Candidate, Query
from pipeline.ledger.sightings import PollNote, Sightings
from pipeline.record import Record
from pipeline.schedule import FeedState, Look
from pipeline.story import Entry, EventKind, Feed, Outcome, OutcomeKind, Page, PageMark, Relation
from pipeline.story.feed import NO_MARK


class Stage(StrEnum):
    """Where an admitted story stands."""

    FETCH = "fetch"
    PROCESS = "process"
    DONE = "done"
    QUARANTINE = "quarantine"


class Admission(StrEnum):
    """What ``admit`` found. MOVED: the same content under a later date: its page is looked at.

    REPLACED: changed while the version before was open, which ends as ``superseded``. LATER: over
    the quota of its feed, and nothing was done.
    """

    NEW = "new"
    CHANGED = "changed"
    REPLACED = "replaced"
    MOVED = "moved"
    LATER = "later"
    KNOWN = "known"


class Completed(StrEnum):
    """What ``complete`` did. STALE: nothing, for the lease is lost."""

    DONE = "done"
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work on one story; ``attempts`` counts the earlier ones at this stage.

    ``look`` is the other look at its page that is made, or that opened it; ``mark`` is what is kept
    of the page that was read before. ``told`` are the notes of its feed's last stories, newest
    first (``pipeline.repeats``), where it is to be processed.
    """

    key: str
    token: int
    entry: Entry
    attempts: int = 0
    page: Page | None = None
    host: str = ""
    admitted: float = 0.0
    look: Look | None = None
    mark: PageMark = NO_MARK
    told: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PageLease:
    """The right to ask the story's host for its page; the attempt is counted.

    ``hold`` is the token that holds the host, 0 where others may ask it meanwhile.
    """

    lease: Lease
    hold: int


@dataclass(frozen=True, slots=True)
class Later:
    """A page could not be had: try again at ``due`` (epoch seconds), and why."""

    due: float
    why: str


@dataclass(frozen=True, slots=True)
class VainLook:
    """A look at a page brought nothing to process; ``result`` says what, and is counted.

    ``look`` is the next one (None: no more, whatever the feed says). Nothing of the host is looked
    at without a sign before ``spared``.
    """

    result: str
    look: Look | None = None
    spared: float = 0.0


@dataclass(frozen=True, slots=True)
class Ending:
    """What ``complete`` writes, all of it or nothing.

    ``query`` and ``considered`` (candidate number -> revision) are what the relation was computed
    from; ``facts`` is kept for ``trace``; ``themes`` are counted, ``yields`` for the feed too.
    ``look`` and ``spared`` as in ``VainLook``. ``note`` is of the story's lines, for the stories
    of its feed that follow ('': none). ``came`` is what stood at its page, for its host: ``page``,
    or in a word what else ('': nothing to note).
    """

    outcome: Outcome
    records: tuple[Record, ...] = ()
    query: Query | None = None
    relation: Relation | None = None
    considered: Mapping[int, int] = field(default_factory=dict)
    themes: tuple[str, ...] = ()
    yields: tuple[str, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    look: Look | None = None
    spared: float = 0.0
    note: str = ""
    came: str = ""


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


@dataclass(frozen=True, slots=True)
class Trace:
    """All the ledger knows of one entry.

    Of ``facts``, those of a moment are in epoch seconds: ``admitted``, ``fetched``, ``began``,
    ``ended``, ``due`` (of an open one), ``look_due`` with ``look`` (why its page is looked at
    again), ``withdrawn`` with ``withdrawn_by`` (the key of the notice). ``before`` as in
    ``VERSIONS_NOTED``.
    """

    key: str
    stage: Stage
    attempts: int
    facts: Mapping[str, str]

    @property
    def has_record(self) -> bool:
        """Whether it ended with something for the sinks."""
        kinds = [kind for kind in OutcomeKind if kind == self.facts.get("outcome")]
        return any(kind.delivered for kind in kinds)

    def is_told_by(self, record: Record) -> bool:
        """Whether a record is what it ended with: its version, or what its notice took back."""
        if record.type == EventKind.WITHDRAWN:
            notice = record.data.get("notice", {})
            return bool(self.facts.get("url")) and notice.get("url") == self.facts["url"]
        told = record.uri, str(record.version)
        return told == (self.facts.get("uri"), self.facts.get("version"))


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much is due: feeds whose host may be asked, hosts with pages, stories, records by sink.

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
    """The ledger at a glance.

    ``counts`` holds admitted, outcome.*, theme.* and event.* since the ledger began; ``polls``
    polls by their end, events of feeds, and how late entries were seen. ``oldest_due`` is the age
    in seconds of the story that has been due longest, ``resting`` says why a sink waits,
    ``progress`` when a poll, an ending, an acknowledgement and each service's sign of life
    (``worker.NAME``) last happened (epoch seconds). ``health`` counts feeds: well, failing, silent,
    empty, gone, paused. ``looks`` are planned. ``carries`` says how many stories there is
    memory for. ``stepped`` is the last step of a clock, as when
    (epoch seconds, 0.0: there was none) and by how many seconds (below 0: back).
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
    looks: int = 0
    carries: str = ""
    stepped: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Spacing:
    """Seconds between two requests to one host: ``usual``, unless ``by_host`` says else.

    It holds for feeds and pages alike. A host with a spacing is asked by one worker at a time; one
    without (0.0) by any number at once.

    ``looks`` are seconds, on average, between two looks at pages of one host that were asked for
    before; ``LOOKS_AT_ONCE`` of them may be made in a row. A host without spacing has no budget.
    """

    usual: float = 5.0
    by_host: Mapping[str, float] = field(default_factory=dict)
    looks: float = 10.0

    def of(self, host: str) -> float:
        """The spacing of a host, which ``by_host`` may name with or without its port."""
        return self.by_host.get(host, self.by_host.get(host.rpartition(":")[0] or host, self.usual))


SPACED: Final = Spacing()

SUSPECT_WAITS: Final = 300.0
"""Seconds after which a story that failed before goes first, where one worker is all there is."""

LOOKS_AT_ONCE: Final = 60
"""Looks that a host owes after an hour without any: a feed may change all its dates at once."""

LOOKS_KEPT: Final = 5000
"""Stories of one host that are to be looked at at most: an entry of each is kept until then."""


@dataclass(frozen=True, slots=True)
class Quota:
    """How much of one feed is taken in; what is over it is not admitted now, and not noted either.

    ``an_hour`` entries that are new or changed, as many at once after an hour without any (0: any
    number). No page is waited for where ``waiting`` are already, at its host (0: always).
    """

    an_hour: int = 0
    waiting: int = 0

    @property
    def bounds(self) -> bool:
        """Whether there is any bound."""
        return bool(self.an_hour or self.waiting)


UNBOUNDED: Final = Quota()

PAGES_WAITING: Final = 10_000
"""Pages of one host that wait at most: at five seconds between two requests, those of 14 hours."""


@dataclass(frozen=True, slots=True)
class FeedLease:
    """The right to poll one feed and to ask its host; ``hold`` as in ``PageLease``."""

    feed_id: str
    token: int
    state: FeedState
    feed: Feed
    host: str = ""
    hold: int = 0


@dataclass(frozen=True, slots=True)
class Scheduled:
    """What a new list of feeds changed, as ids."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a feed stands: configured, remembered, when due, and until when its host rests.

    ``due`` and ``host_free`` are epoch seconds; while a worker polls the feed, ``due`` is the end
    of its lease. ``yields`` counts what its stories were made of (``basis.page``, ``basis.feed``,
    ``basis.headline``, ``basis.nothing`` ...) and the pages that were refused (``refused.consent``
    ...).
    """

    feed: Feed
    state: FeedState
    due: float
    host: str = ""
    host_free: float = 0.0
    paused: bool = False
    yields: Mapping[str, int] = field(default_factory=dict)


VERSIONS_NOTED: Final = 4
"""Earlier versions of an entry whose end is told, in the fact ``before``: "OUTCOME SECONDS" each,
semicolons between."""


def tell_full_outbox(
    waiting: int, limit: int, backlog: Mapping[str, int], resting: Mapping[str, str]
) -> str:
    """One sentence: that the outbox is full, and with which sink's records."""
    sink = max(backlog, key=lambda name: backlog[name], default="")
    why = f" ({resting[sink]})" if resting.get(sink) else ""
    behind = f": sink {sink} has {backlog[sink]:,} of them to take{why}" if sink else ""
    return (
        f"the outbox holds {waiting:,} records, over its limit of {limit:,}{behind}; see to that"
        " sink, or take it out of [[sinks]] if it will not come back"
    )


class Index(Protocol):
    """What a ledger asks of the index of known stories; see ``pipeline.copies``."""

    def update(self, number: int, blob: bytes) -> None:
        """Replace what is stored of a story; its revision grows by one."""

    def put(
        self, query: Query, blob: bytes | None, considered: Mapping[int, int]
    ) -> list[Candidate]:
        """Store a story; but where a look-up finds what is not ``considered``, only return that.

        ``considered`` is number -> revision. Without a blob nothing is stored.
        """


class Stories(Protocol):
    """Stories on their way from admission to their end."""

    def admit(
        self, entries: Sequence[tuple[Entry, str]], now: float, quota: Quota = UNBOUNDED
    ) -> list[Admission]:
        """Take entries in, each with its page's host ('' where none is needed), due in order.

        A known one whose date moved on has its page looked at; one whose page is not there yet is
        looked for sooner.
        """

    def refuse(
        self, broken: Sequence[Broken], now: float, quota: Quota = UNBOUNDED
    ) -> list[Broken]:
        """Note entries that are broken; those that were not known yet. What is over the quota is
        not noted."""

    def take_page(
        self, now: float, seconds: float, cap: int, who: str, spacing: Spacing = SPACED
    ) -> PageLease | None:
        """Lease the first story of the host that has waited longest, and the host, for ``seconds``.

        The attempt of ``who`` counts with it. ``cap`` attempts, then quarantine. Where no story is
        due for the first time, one that ended is leased for another look; ``cap`` attempts, then it
        is left as it is.
        """

    def settle_page(
        self, taken: PageLease, result: Page | Later | VainLook | None, now: float, allowed: float
    ) -> bool:
        """Store what came of a page and give its host back; False where the story's lease is lost.

        A page is kept and the story moves on to processing, also one that had ended: then it is
        counted as admitted once more. None: the page was not asked for, so that no attempt counts.
        Nothing of the host is asked for before ``allowed``.
        """

    def lease(
        self, now: float, seconds: float, limit: int, cap: int, who: str = "", suspects: int = 0
    ) -> list[Lease]:
        """Lease stories to process: up to ``limit`` that never failed, or one that did, a suspect.

        ``cap`` attempts, then quarantine. No more than ``suspects`` are leased beside the others;
        with 0 one is leased where no other story is due, or where it waited for ``SUSPECT_WAITS``.
        ``who`` holds the leases, for ``release_held``.
        """

    def begin(self, lease: Lease, now: float, seconds: float, who: str) -> bool:
        """Count an attempt before the work; False where the lease is lost."""

    def release(self, leases: Sequence[Lease], now: float) -> None:
        """Give back leases that were not begun."""

    def release_held(
        self, dead: Sequence[str], now: float, seconds: float, patience: float, wait: float
    ) -> list[str]:
        """Give back stories to process that are held in vain; who holds any after that.

        All that the ``dead`` hold, and what waits behind a story that its holder began more than
        ``patience`` seconds ago. A story that its holder died of is due after ``wait`` seconds.
        ``seconds`` are those of the longest lease.
        """

    def postpone(self, lease: Lease, due: float, why: str, *, failed: bool = True) -> bool:
        """Put a story off until ``due``; False where the lease is lost.

        Where nothing ``failed`` (an embargo), the attempts are forgotten.
        """

    def complete(self, lease: Lease, ending: Ending, now: float) -> Completed | list[Candidate]:
        """End the story: outcome, index, outbox and counts, all of it or nothing.

        Where there is anything like the story that its relation did not consider, nothing is done
        and that is returned, to relate it anew.
        """

    def let_go(self, before: float, limit: int, now: float) -> int:
        """Let go of the facts of stories that ended before, the oldest first; of how many.

        What only tells operators of a story goes, and its address. It stays known, so nothing is
        admitted twice for it.
        """


class Outbox(Protocol):
    """Records on their way to the sinks, and the last one of each story."""

    def attach(self, sinks: Sequence[str]) -> None:
        """Give each sink its own place in the outbox, from the oldest record kept."""

    def read(self, sink: str, now: float, seconds: float, limit: int) -> Delivery | None:
        """The next batch for a sink; None while it is held or rests, or nothing waits."""

    def acknowledge(self, delivery: Delivery, now: float) -> bool:
        """The batch is with the sink; False where the lease is lost."""

    def rest(self, delivery: Delivery, until: float, why: str) -> None:
        """The sink failed: its batch stays, to be tried at ``until``."""

    def trim(self) -> int:
        """Drop what every sink has acknowledged; how many records."""

    def kept(self, since: float) -> tuple[int, Iterator[Record]]:
        """How many stories delivered since are kept, and each one's last record, oldest first."""

    def reclassify(self, record: Record) -> bool:
        """Put a record with other themes in the kept one's place and into the outbox, or neither.

        False where another version or reclassification of the story stands there by now.
        """


class Feeds(Protocol):
    """Which feeds there are, when each is due, and whose host may be asked."""

    def schedule(self, feeds: Sequence[Feed], now: float) -> Scheduled:
        """Poll exactly these feeds: new ones at once, others when due; paused ones stay so."""

    def claim_feed(self, now: float, seconds: float, spacing: Spacing = SPACED) -> FeedLease | None:
        """Claim the most overdue feed whose host may be asked, and the host with it."""

    def settle_feed(  # noqa: PLR0913  one call writes all of it, or a crash leaves half
        self,
        lease: FeedLease,
        state: FeedState,
        *,
        allowed: float = 0.0,
        host: str = "",
        health: str = "well",
        counts: Mapping[str, int] | None = None,
        note: PollNote | None = None,
    ) -> bool:
        """Store what the poll taught and give the host back; False where the lease is lost.

        The host is not asked before ``allowed``; the feed is polled next at ``host`` ('': as now).
        ``note`` is kept among the newest polls.
        """

    def feed_state(self, feed_id: str) -> FeedState | None:
        """What is remembered of a feed; None where it is not scheduled."""

    def feeds(self) -> dict[str, Feed]:
        """The feeds that are polled, as they were last scheduled."""

    def standing(self, feed_ids: Sequence[str]) -> list[Standing]:
        """How these feeds stand; unknown ones are left out."""

    def pause_feed(self, feed_id: str, now: float) -> bool:
        """Poll a feed no more until it is resumed; False where it is not scheduled."""

    def resume_feed(self, feed_id: str, state: FeedState, now: float) -> bool:
        """Take a feed up again with this state; one that is being polled keeps its own."""

    def retime_feed(self, feed_id: str, due: float, now: float) -> bool:
        """Poll a feed at ``due`` instead; False where it is unknown, paused or being polled."""


class Desk(Protocol):
    """What operators ask and order."""

    def clock(self) -> float:
        """The ledger's own moment in epoch seconds, by which it tells what happened when."""

    def waiting(self, now: float) -> Waiting:
        """How much is due."""

    def status(self, now: float) -> Status:
        """Counts and sizes."""

    def sightings(self, now: float) -> Sightings:
        """What tells beside counts and sizes how things go."""

    def pulse(self, name: str, now: float) -> None:
        """Note that something that should happen again and again happened now."""

    def unpulse(self, name: str) -> None:
        """Forget it: it has ended as it should, and nobody need wait for it."""

    def pressure(self) -> str:
        """Why polling should pause ('' where it should not)."""

    def trace(self, key_or_url: str) -> Trace | None:
        """What happened to an entry, by key or URL, in any spelling."""

    def find_entries(self, named: str) -> list[str]:
        """The keys of the entries that a key, a URL, an id of a feed or a record's uri names.

        A uri may have a version and an event behind it, as a record's id has; then only the entry
        is named that told this version.
        """

    def find_like(self, text: str, most: int) -> list[Trace]:
        """Entries that hold this in their title, or their address, in any case; not in order."""

    def find_delivery(self, trace: Trace) -> dict[str, bool]:
        """Which sinks have acknowledged the record that an entry ended with, as far as the outbox
        tells; empty where it ended without one."""

    def set_aside(self) -> list[Trace]:
        """The stories quarantined since this was last asked: each is told once."""

    def quarantined(self) -> list[Trace]:
        """The stories set aside after too many attempts."""

    def retry(self, key: str, now: float) -> bool:
        """Take a story out of quarantine and start it again; False where it is not there."""

    def drop(self, key: str, now: float) -> bool:
        """End a quarantined story as ``dropped``; False where it is not there."""


class Ledger(Stories, Outbox, Feeds, Desk, Protocol):
    """The promise, as calls."""
