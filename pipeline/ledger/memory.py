"""The ledger of one process: the same promise without Redis, and the model the Redis one is tested against."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from math import inf

from pipeline.copies import Candidate
from pipeline.ledger import (
    SPACED,
    Admission,
    Broken,
    Completed,
    Delivery,
    Ending,
    HostLease,
    Index,
    Lease,
    Spacing,
    Stage,
    Status,
    Trace,
    Waiting,
    in_order,
)
from pipeline.ledger.memory_feeds import Claim, MemoryFeeds
from pipeline.record import Record
from pipeline.story import Entry, EventKind, OutcomeKind, Page


@dataclass(slots=True)
class _Job:
    entry: Entry
    print: str
    host: str
    stage: Stage
    due: float
    admitted: float
    attempts: int = 0
    token: int = 0
    page: Page | None = None
    facts: dict[str, str] = field(default_factory=dict)


class MemoryLedger(MemoryFeeds):
    """See ``pipeline.ledger.Ledger``, which this implements. Not safe across threads."""

    def __init__(self, index: Index, outbox_limit: int = 100_000, keep: float = 7 * 86400) -> None:
        self.index = index
        self.outbox_limit = outbox_limit
        super().__init__()
        self.keep = keep
        self._texts: dict[str, tuple[float, Record]] = {}
        self._jobs: dict[str, _Job] = {}
        self._urls: dict[str, str] = {}
        self._outbox: dict[int, Record] = {}
        self._positions = count(1)
        self._sinks: dict[str, Claim] = {}
        self._reached: dict[str, int] = {}
        self._delivered: Counter[str] = Counter()
        self._aside: list[str] = []
        self._resting: dict[str, str] = {}

    # -- stories

    def admit(self, entries: Sequence[tuple[Entry, str]], now: float) -> list[Admission]:
        """Take entries in; a changed one starts again and any lease on it is lost."""
        dues = in_order(now, len(entries))
        return [
            self._admit(entry, host, now, due)
            for (entry, host), due in zip(entries, dues, strict=True)
        ]

    def _admit(self, entry: Entry, host: str, now: float, due: float) -> Admission:
        job = self._jobs.get(entry.key)
        if job and job.print == entry.print:
            return Admission.KNOWN
        stage = Stage.FETCH if host else Stage.PROCESS
        facts = {"feed": entry.feed_id, "url": entry.url, "title": entry.title}
        self._jobs[entry.key] = _Job(entry, entry.print, host, stage, due, now, facts=facts)
        self._urls[entry.url] = entry.key
        self._counts["admitted"] += 1
        return Admission.CHANGED if job else Admission.NEW

    def refuse(self, broken: Sequence[Broken], now: float) -> list[Broken]:
        """Note broken entries, each once."""
        new = [b for b in broken if b.key not in self._jobs]
        for b in new:
            entry = Entry(key=b.key, feed_id=b.feed_id, guid="", url="", title=b.title)
            facts = {
                "feed": b.feed_id,
                "title": b.title,
                "outcome": OutcomeKind.BROKEN_ENTRY,
                "reason": b.reason,
            }
            self._jobs[b.key] = _Job(entry, "", "", Stage.DONE, now, now, facts=facts)
            self._counts["admitted"] += 1
            self._counts[f"outcome.{OutcomeKind.BROKEN_ENTRY}"] += 1
        return new

    def _due(self, stage: Stage, now: float, host: str = "") -> list[_Job]:
        jobs = (
            j
            for j in self._jobs.values()
            if j.stage is stage and j.due <= now and (not host or j.host == host)
        )
        return sorted(jobs, key=lambda j: (j.due, j.entry.key))

    def _take(
        self, jobs: Sequence[_Job], now: float, seconds: float, limit: int, cap: int
    ) -> list[Lease]:
        """Lease fresh jobs up to the limit; a job that failed before only alone, and past the cap not at all."""
        taken: list[Lease] = []
        for job in jobs:
            if job.attempts >= cap:
                self._quarantine(job, now)
            elif job.attempts and taken:
                continue
            else:
                job.token, job.due = next(self._tokens), now + seconds
                taken.append(
                    Lease(
                        job.entry.key,
                        job.token,
                        job.entry,
                        job.attempts,
                        job.page,
                        job.host,
                        job.admitted,
                    )
                )
                if job.attempts or len(taken) == limit:
                    break
        return taken

    def _quarantine(self, job: _Job, now: float) -> None:
        job.facts |= {
            "outcome": OutcomeKind.QUARANTINED,
            "reason": job.facts.get("error", "") or "the worker died while working on it",
            "from": job.stage,
            "ended": repr(now),
        }
        job.stage, job.token = Stage.QUARANTINE, 0
        self._aside.append(job.entry.key)
        self._counts[f"outcome.{OutcomeKind.QUARANTINED}"] += 1

    def lease(self, now: float, seconds: float, limit: int, cap: int) -> list[Lease]:
        """Stories to process."""
        return self._take(self._due(Stage.PROCESS, now), now, seconds, limit, cap)

    def _first_page(self, host: str) -> float:
        dues = (j.due for j in self._jobs.values() if j.stage is Stage.FETCH and j.host == host)
        return min(dues, default=inf)

    def lease_host(
        self, now: float, seconds: float, limit: int, cap: int, spacing: Spacing = SPACED
    ) -> HostLease | None:
        """The stories due on the host that has waited longest."""
        waiting: dict[str, float] = {}
        for job in self._due(Stage.FETCH, now):
            waiting.setdefault(job.host, self._turn(job.host, job.due, "page"))
        for host, since in sorted(waiting.items(), key=lambda item: (item[1], item[0])):
            if since > now:
                return None
            leases = self._take(self._due(Stage.FETCH, now, host), now, seconds, limit, cap)
            if leases:
                return HostLease(
                    host, self._hold(host, "page", now + seconds, spacing), tuple(leases)
                )
        return None

    def _held(self, key: str, token: int) -> _Job | None:
        job = self._jobs.get(key)
        return job if job and token and job.token == token else None

    def begin(self, key: str, token: int, now: float, seconds: float, who: str) -> bool:
        """Count an attempt before the work."""
        job = self._held(key, token)
        if not job:
            return False
        job.attempts += 1
        job.due = now + seconds
        job.facts |= {"worker": who, "began": repr(now)}
        job.facts.pop("error", None)
        return True

    def release(self, leases: Sequence[Lease], now: float) -> None:
        """Give back leases that were not begun."""
        for lease in leases:
            if job := self._held(lease.key, lease.token):
                job.token, job.due = 0, now

    def checkpoint(self, key: str, token: int, page: Page, now: float) -> bool:
        """Keep the page and move on to processing."""
        job = self._held(key, token)
        if not job:
            return False
        job.page, job.stage, job.due, job.attempts, job.token = page, Stage.PROCESS, now, 0, 0
        job.facts["fetched"] = repr(now)
        return True

    def postpone(
        self, key: str, token: int, until: float, why: str, *, failed: bool = True
    ) -> bool:
        """Due again at ``until``."""
        job = self._held(key, token)
        if not job:
            return False
        job.due, job.token = until, 0
        job.attempts = job.attempts if failed else 0
        job.facts["error"] = why
        return True

    def complete(
        self, key: str, token: int, ending: Ending, now: float
    ) -> Completed | list[Candidate]:
        """End the story, all of it or nothing."""
        job = self._held(key, token)
        if not job:
            return Completed.STALE
        relation = ending.relation
        if ending.query and relation:
            found = self.index.put(ending.query, relation.insert, ending.considered)
            if found:
                return found
            for number, blob in relation.changed:
                self.index.update(number, blob)
        for record in ending.records:
            self._outbox[next(self._positions)] = record
            self._counts[f"event.{record.type}"] += 1
            self._keep(record, now)
        self._counts[f"outcome.{ending.outcome.kind}"] += 1
        self._counts.update(f"theme.{theme}" for theme in ending.themes)
        job.stage, job.token, job.page = Stage.DONE, 0, None
        job.facts |= ending.facts
        job.facts |= {
            "outcome": ending.outcome.kind,
            "reason": ending.outcome.reason,
            "ended": repr(now),
        }
        self._progress["ending"] = now
        return Completed.DONE

    # -- stories that went out

    def _keep(self, record: Record, now: float) -> None:
        """Remember the record that tells a story, unless a later version stands there; forget a story taken down."""
        _, known = self._texts.get(record.uri, (0.0, None))
        if known is None or record.version >= known.version:
            if record.brings_text or record.type == EventKind.WITHDRAWN:
                self._texts.pop(record.uri, None)
            if record.brings_text and self.keep:
                self._texts[record.uri] = (now, record)
        while self._texts and next(iter(self._texts.values()))[0] <= now - self.keep:
            del self._texts[next(iter(self._texts))]

    def kept(self, since: float) -> tuple[int, Iterator[Record]]:
        """How many stories delivered since then are kept, and the record that last told each."""
        uris = [uri for uri, (at, _) in self._texts.items() if at >= since]
        return len(uris), (self._texts[uri][1] for uri in uris if uri in self._texts)

    def reclassify(self, record: Record) -> bool:
        """Put a record with other themes in the place of the kept one and into the outbox."""
        at, known = self._texts.get(record.uri, (0.0, None))
        if not known or (known.version, known.reclassification + 1) != (
            record.version,
            record.reclassification,
        ):
            return False
        self._texts[record.uri] = (at, record)
        self._outbox[next(self._positions)] = record
        self._counts[f"event.{record.type}"] += 1
        return True

    # -- outbox

    def attach(self, sinks: Sequence[str]) -> None:
        """Give each sink its own place in the outbox; a sink no longer named loses its place."""
        for sink in sinks:
            self._sinks.setdefault(sink, Claim(0.0))
            self._reached.setdefault(sink, 0)
        for gone in self._sinks.keys() - set(sinks):
            del self._sinks[gone], self._reached[gone]

    def read(self, sink: str, now: float, seconds: float, limit: int) -> Delivery | None:
        """The next batch for a sink."""
        claim = self._sinks[sink]
        if claim.due > now:
            return None
        waiting = [p for p in self._outbox if p > self._reached[sink]][:limit]
        if not waiting:
            return None
        claim.token, claim.due = next(self._tokens), now + seconds
        return Delivery(sink, claim.token, tuple((str(p), self._outbox[p]) for p in waiting))

    def acknowledge(self, delivery: Delivery, now: float) -> bool:
        """The batch is with the sink."""
        claim = self._sinks.get(delivery.sink)
        if not claim or claim.token != delivery.token:
            return False
        self._reached[delivery.sink] = max(int(position) for position, _ in delivery.items)
        self._delivered[delivery.sink] += len(delivery.items)
        claim.due, claim.token = 0.0, 0
        self._resting.pop(delivery.sink, None)
        self._progress[f"sink.{delivery.sink}"] = now
        return True

    def rest(self, delivery: Delivery, until: float, why: str) -> None:
        """The sink failed: its batch stays."""
        claim = self._sinks.get(delivery.sink)
        if claim and claim.token == delivery.token:
            claim.due, claim.token = until, 0
            self._resting[delivery.sink] = why

    def trim(self) -> int:
        """Drop what every sink has acknowledged."""
        floor = min(self._reached.values(), default=0)
        done = [p for p in self._outbox if p <= floor]
        for position in done:
            del self._outbox[position]
        return len(done)

    # -- for operators

    def waiting(self, now: float) -> Waiting:
        """How much is due."""
        return Waiting(
            feeds=len(self._open_feeds(now)),
            hosts=len(
                {
                    j.host
                    for j in self._due(Stage.FETCH, now)
                    if self._turn(j.host, j.due, "page") <= now
                }
            ),
            process=len(self._due(Stage.PROCESS, now)),
            sinks={s: self._backlog(s) if c.due <= now else 0 for s, c in self._sinks.items()},
        )

    def _backlog(self, sink: str) -> int:
        return sum(p > self._reached[sink] for p in self._outbox)

    def status(self, now: float) -> Status:
        """Counts and sizes."""
        open_jobs = [j for j in self._jobs.values() if j.stage in {Stage.FETCH, Stage.PROCESS}]
        return Status(
            counts=dict(self._counts),
            fetch=sum(j.stage is Stage.FETCH for j in open_jobs),
            process=sum(j.stage is Stage.PROCESS for j in open_jobs),
            quarantine=len(self.quarantined()),
            feeds=len(self._feeds),
            outbox=len(self._outbox),
            backlog={sink: self._backlog(sink) for sink in self._sinks},
            delivered={sink: self._delivered[sink] for sink in self._sinks},
            oldest_due=max((now - j.due for j in open_jobs if j.due <= now), default=0.0),
            pressure=self.pressure(),
            resting=dict(self._resting),
            progress=dict(self._progress),
            health=self._healths(),
            polls=dict(self._polls),
        )

    def pressure(self) -> str:
        """Why polling should pause."""
        if len(self._outbox) > self.outbox_limit:
            return f"the outbox holds {len(self._outbox)} records, over its limit of {self.outbox_limit}"
        return ""

    def trace(self, key_or_url: str) -> Trace | None:
        """What happened to an entry."""
        key = self._urls.get(key_or_url, key_or_url)
        job = self._jobs.get(key)
        return (
            Trace(key, job.stage, job.attempts, {**job.facts, "admitted": repr(job.admitted)})
            if job
            else None
        )

    def set_aside(self) -> list[Trace]:
        """The stories quarantined since this was last asked."""
        told, self._aside = self._aside, []
        return [trace for trace in map(self.trace, told) if trace]

    def quarantined(self) -> list[Trace]:
        """The stories set aside."""
        found = (
            self.trace(key) for key, job in self._jobs.items() if job.stage is Stage.QUARANTINE
        )
        return [trace for trace in found if trace]

    def retry(self, key: str, now: float) -> bool:
        """Take a story out of quarantine and start it again."""
        job = self._jobs.get(key)
        if not job or job.stage is not Stage.QUARANTINE:
            return False
        job.stage = Stage(job.facts["from"])
        job.attempts, job.due = 0, now
        self._counts[f"outcome.{OutcomeKind.QUARANTINED}"] -= 1
        return True

    def drop(self, key: str, now: float) -> bool:
        """End a quarantined story as dropped."""
        job = self._jobs.get(key)
        if not job or job.stage is not Stage.QUARANTINE:
            return False
        job.stage, job.page = Stage.DONE, None
        job.facts |= {"outcome": OutcomeKind.DROPPED, "ended": repr(now)}
        self._counts[f"outcome.{OutcomeKind.QUARANTINED}"] -= 1
        self._counts[f"outcome.{OutcomeKind.DROPPED}"] += 1
        return True
