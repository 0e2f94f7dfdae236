"""The ledger of one process: the same promise without Redis, and the model of the Redis one."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from math import inf
from typing import Final

from pipeline.copies import Candidate
from pipeline.ledger import (
    LOOKS_AT_ONCE,
    LOOKS_KEPT,
    SPACED,
    SUSPECT_WAITS,
    UNBOUNDED,
    VERSIONS_NOTED,
    Admission,
    Broken,
    Completed,
    Delivery,
    Ending,
    Index,
    Later,
    Lease,
    PageLease,
    Quota,
    Spacing,
    Stage,
    Status,
    Trace,
    VainLook,
    Waiting,
    tell_full_outbox,
)
from pipeline.ledger.memory_feeds import Claim, MemoryFeeds
from pipeline.ledger.sightings import SUSPECTS_SHOWN, Sightings
from pipeline.record import Record
from pipeline.repeats import STORIES_KEPT
from pipeline.schedule import Look, LookKind
from pipeline.story import Entry, EventKind, OutcomeKind, Page, PageMark, digest
from pipeline.story.feed import NO_MARK
from pipeline.urls import spell_address

KEPT_FACTS: Final = ("feed", "outcome", "ended")
"""What is still told of a story whose facts were let go."""


@dataclass(slots=True)
class _Job:
    """An admitted entry; ``until`` is when it is forgotten, by the clock: not while it is open.

    ``look_due`` is when its page is looked at again once it has ended, or until when it is leased.
    ``holder`` leased it to process, ``began`` that at this time (None: not yet), and leased it
    ``alone`` where it had failed before.
    """

    entry: Entry
    print: str
    host: str
    stage: Stage
    due: float
    admitted: float
    attempts: int = 0
    token: int = 0
    page: Page | None = None
    until: float = inf
    dated: float = 0.0
    look: Look | None = None
    look_due: float = inf
    moved: bool = False
    mark: PageMark = NO_MARK
    holder: str = ""
    began: float | None = None
    alone: bool = False
    facts: dict[str, str] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        """Whether it has not ended, nor was set aside."""
        return self.stage in {Stage.FETCH, Stage.PROCESS}


@dataclass(slots=True)
class _Text:
    """The record that last told a story, delivered at that time and kept until then."""

    record: Record
    delivered: float
    until: float


class MemoryLedger(MemoryFeeds):
    """See ``pipeline.ledger.Ledger``, which this implements. Not safe across threads.

    ``retention`` is how long a finished story is remembered after its feed last showed it, ``keep``
    how long the record that last told a story is kept (0: not at all), in seconds of ``clock``.
    """

    def __init__(
        self,
        index: Index,
        *,
        outbox_limit: int = 100_000,
        retention: float = 30 * 86400,
        keep: float = 7 * 86400,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self.index = index
        self.outbox_limit = outbox_limit
        self.retention = retention
        self.keep = keep
        self._clock = clock
        self._jobs: dict[str, _Job] = {}
        self._urls: dict[str, str] = {}
        self._aside: list[str] = []
        self._texts: dict[str, _Text] = {}
        # of versions that were withdrawn: the key of the notice, and when
        self._withdrawn: dict[tuple[str, str], tuple[str, str]] = {}
        self._outbox: dict[int, Record] = {}
        self._written: dict[int, float] = {}  # when, as Redis dates its own
        self._positions = count(1)
        self._sinks: dict[str, Claim] = {}
        self._reached: dict[str, int] = {}
        self._delivered: Counter[str] = Counter()
        self._resting: dict[str, str] = {}
        # of hosts: until when they made their looks, and until when they are spared any
        self._lookfree: dict[str, float] = {}
        self._lookless: dict[str, float] = {}
        # of feeds: the notes of their last stories, and until when they are kept
        self._lines: dict[str, tuple[float, tuple[str, ...]]] = {}
        # of feeds: how many more of their entries are taken in, as of when
        self._quotas: dict[str, tuple[float, float]] = {}

    # -- stories

    def _known(self, key: str) -> _Job | None:
        """The job of an entry that is not forgotten yet."""
        job = self._jobs.get(key)
        if job and job.until <= self._clock():
            del self._jobs[key]
            return None
        return job

    def _spend(self, feed_id: str, now: float, quota: Quota) -> bool:
        """Whether one entry more of a feed is taken in."""
        if not quota.an_hour:
            return True
        left, at = self._quotas.get(feed_id, (float(quota.an_hour), now))
        left = min(quota.an_hour, left + max(0.0, now - at) * quota.an_hour / 3600)
        self._quotas[feed_id] = (left - 1 if left >= 1 else left, now)
        return left >= 1

    def _is_crowded(self, host: str, quota: Quota) -> bool:
        """Whether so many pages of a host wait that no further one is taken in."""
        if not (host and quota.waiting):
            return False
        waiting = sum(j.host == host and j.stage is Stage.FETCH for j in self._jobs.values())
        return waiting >= quota.waiting

    def admit(
        self, entries: Sequence[tuple[Entry, str]], now: float, quota: Quota = UNBOUNDED
    ) -> list[Admission]:
        """Take entries in; a changed one starts again and any lease on it is lost."""
        verdicts = []
        for i, (entry, host) in enumerate(entries):
            job = self._known(entry.key)
            if job and job.print == entry.print:
                if job.stage is Stage.DONE:
                    # as long as the feed shows it, it stays known
                    job.until = self._clock() + self.retention
                moved = self._note_date(job, entry, now)
                verdicts.append(Admission.MOVED if moved else Admission.KNOWN)
                continue
            if self._is_crowded(host, quota) or not self._spend(entry.feed_id, now, quota):
                if job and job.stage is Stage.DONE:
                    job.until = self._clock() + self.retention
                verdicts.append(Admission.LATER)
                continue
            stage = Stage.FETCH if host else Stage.PROCESS
            # all past, a microsecond apart, so that they are due in this order
            due = now - (len(entries) - 1 - i) * 1e-6
            facts = {"feed": entry.feed_id, "url": entry.url, "title": entry.title}
            verdict = Admission.NEW
            if job:
                verdict = Admission.REPLACED if job.is_open else Admission.CHANGED
                facts["before"] = self._end_version(job, now)
            job_now = _Job(entry, entry.print, host, stage, due, now, facts=facts)
            job_now.dated = entry.dated
            self._jobs[entry.key] = job_now
            self._urls[spell_address(entry.url)] = entry.key
            self._counts["admitted"] += 1
            verdicts.append(verdict)
        left = {Admission.MOVED, Admission.KNOWN, Admission.LATER}
        taken_in = [v for v in verdicts if v not in left]
        self._notes.note_flow(len(taken_in), now)
        return verdicts

    def _end_version(self, job: _Job, now: float) -> str:
        """How the last versions of an entry ended; one that is still open ends here."""
        outcome, ended = job.facts.get("outcome", ""), job.facts.get("ended", "")
        if job.is_open:
            outcome, ended = OutcomeKind.SUPERSEDED, repr(now)
            self._counts[f"outcome.{outcome}"] += 1
        before = [one for one in (job.facts.get("before", ""),) if one]
        before.append(f"{outcome} {ended.partition('.')[0]}")
        return ";".join(";".join(before).split(";")[-VERSIONS_NOTED:])

    def _note_date(self, job: _Job, entry: Entry, now: float) -> bool:
        """Note that an entry's date moved on: whether its page is to be looked at."""
        done, before = job.stage is Stage.DONE, job.dated
        if entry.dated <= before:
            awaited = job.look and job.look.why is not LookKind.RECHECK
            # only where a look is planned
            if done and awaited and job.look_due < inf and not job.token:
                self._look_sooner(job, now)
            return False
        job.dated = entry.dated
        dropped = job.facts.get("outcome") == OutcomeKind.DROPPED
        if not before or not job.host or dropped or job.stage is Stage.QUARANTINE:
            return False
        job.entry, job.moved = entry, True
        if done:
            job.look = job.look or Look()
            if not job.token:
                self._look_sooner(job, now)
        return True

    def _look_sooner(self, job: _Job, now: float) -> None:
        """Bring a planned look nearer, as the feed gave a sign."""
        earliest = job.look.earliest if job.look else 0.0
        job.look_due = min(job.look_due, max(now, earliest))

    def _plan_look(self, job: _Job, look: Look | None, spared: float, now: float) -> None:
        """Plan the next look at a story's page, at once where its date moved meanwhile."""
        job.look_due = inf
        if not job.host:
            return
        if spared > now:
            self._lookless[job.host] = spared
        if not look:
            return
        job.look = look
        job.moved = job.moved or look.moved
        watched = sum(other.host == job.host and other.look_due < inf for other in self._ended())
        spares = look.why is not LookKind.MISSING and self._is_spared(job.host, look.due)
        if job.moved:
            job.look_due = max(now, look.earliest)
        elif look.due and not spares and watched < LOOKS_KEPT:
            job.look_due = look.due

    def _ended(self) -> list[_Job]:
        return [job for job in self._jobs.values() if job.stage is Stage.DONE]

    def _is_spared(self, host: str, at: float) -> bool:
        return self._lookless.get(host, 0.0) > at

    def refuse(
        self, broken: Sequence[Broken], now: float, quota: Quota = UNBOUNDED
    ) -> list[Broken]:
        """Note broken entries, each once."""
        new = []
        for one in broken:
            job = self._known(one.key)
            if not job and not self._spend(one.feed_id, now, quota):
                continue
            if not job:
                entry = Entry(key=one.key, feed_id=one.feed_id, guid="", url="", title=one.title)
                job = _Job(entry, "", "", Stage.DONE, now, now)
                job.facts = {
                    "feed": one.feed_id,
                    "title": one.title,
                    "outcome": OutcomeKind.BROKEN_ENTRY,
                    "reason": one.reason,
                    "ended": repr(now),
                }
                self._jobs[one.key] = job
                self._counts["admitted"] += 1
                self._counts[f"outcome.{OutcomeKind.BROKEN_ENTRY}"] += 1
                new.append(one)
            job.until = self._clock() + self.retention
        return new

    def _due(self, stage: Stage, now: float, host: str = "") -> list[_Job]:
        """What is due at a stage, at one host or any, in order."""
        at_stage = [job for job in self._jobs.values() if job.stage is stage]
        due = [job for job in at_stage if job.due <= now and host in {"", job.host}]
        return sorted(due, key=lambda job: (job.due, job.entry.key))

    def _take(
        self, jobs: Sequence[_Job], now: float, seconds: float, limit: int, cap: int
    ) -> list[Lease]:
        """Lease fresh jobs up to the limit; one that failed only alone, past the cap none."""
        taken: list[Lease] = []
        for job in jobs:
            if job.attempts >= cap:
                self._set_aside(job, now)
            elif not (job.attempts and taken):
                job.token, job.due = next(self._tokens), now + seconds
                taken.append(
                    Lease(
                        key=job.entry.key,
                        token=job.token,
                        entry=job.entry,
                        attempts=job.attempts,
                        page=job.page,
                        host=job.host,
                        admitted=job.admitted,
                        look=self._made(job),
                        mark=job.mark,
                    )
                )
                if job.attempts or len(taken) == limit:
                    break
        return taken

    def _set_aside(self, job: _Job, now: float) -> None:
        job.facts |= {
            "outcome": OutcomeKind.QUARANTINED,
            "reason": job.facts.get("error", "") or "the worker died while working on it",
            "from": job.stage,
            "ended": repr(now),
        }
        job.stage, job.token = Stage.QUARANTINE, 0
        self._aside.append(job.entry.key)
        self._counts[f"outcome.{OutcomeKind.QUARANTINED}"] += 1

    def _made(self, job: _Job) -> Look | None:
        """The look that is made, or that opened the story."""
        return replace(job.look, due=0.0, moved=job.moved) if job.look else None

    def _held(self, lease: Lease) -> _Job | None:
        job = self._jobs.get(lease.key)
        return job if job and lease.token and job.token == lease.token else None

    def lease(
        self, now: float, seconds: float, limit: int, cap: int, who: str = "", suspects: int = 0
    ) -> list[Lease]:
        """Lease stories to process."""
        due = self._due(Stage.PROCESS, now)
        jobs = [job for job in due if not job.attempts]
        suspect = self._find_suspect([job for job in due if job.attempts], now, cap)
        if suspect:
            trying = sum(job.alone and job.due > now for job in self._held_jobs())
            turn = not jobs or suspect.due <= now - SUSPECT_WAITS
            if trying < suspects or (turn and not trying):
                jobs = [suspect]
        leases = []
        for lease in self._take(jobs, now, seconds, limit, cap):
            job = self._jobs[lease.key]
            job.holder, job.began, job.alone = who, None, bool(job.attempts)
            leases.append(replace(lease, told=self._told(lease.entry.feed_id)))
        return leases

    def _find_suspect(self, suspects: Sequence[_Job], now: float, cap: int) -> _Job | None:
        """The first that is not past the cap; those before it that are, are set aside."""
        for job in suspects:
            if job.attempts < cap:
                return job
            self._set_aside(job, now)
        return None

    def _held_jobs(self) -> list[_Job]:
        """The stories to process that are leased."""
        return [job for job in self._jobs.values() if job.stage is Stage.PROCESS and job.token]

    def release_held(
        self, dead: Sequence[str], now: float, seconds: float, patience: float, wait: float
    ) -> list[str]:
        """Give back what the dead hold, and what waits behind a slow story; who holds stories."""
        held = [j for j in self._held_jobs() if j.holder and now < j.due <= now + seconds]
        # those that failed before come last, as the other ledger keeps them apart
        held.sort(key=lambda job: (job.alone, job.due, job.entry.key))
        busy = {job.holder: job.began for job in held if job.began is not None}
        holders: dict[str, None] = {}
        for job in held:
            waits = job.began is None and now - busy.get(job.holder, now) > patience
            if job.holder in dead or waits:
                job.token, job.due = 0, now + (0.0 if job.began is None else wait)
            else:
                holders[job.holder] = None
        return list(holders)

    def _told(self, feed_id: str) -> tuple[str, ...]:
        """The notes of a feed's last stories, newest first."""
        until, notes = self._lines.get(feed_id, (0.0, ()))
        return notes if until > self._clock() else ()

    def begin(self, lease: Lease, now: float, seconds: float, who: str) -> bool:
        """Count an attempt before the work."""
        job = self._held(lease)
        if not job:
            return False
        job.attempts += 1
        job.due, job.began = now + seconds, now
        job.facts |= {"worker": who, "began": repr(now)}
        job.facts.pop("error", None)
        return True

    def _first_page(self, host: str) -> float:
        first = inf
        for job in self._jobs.values():
            if job.host == host and job.stage is Stage.FETCH:
                first = min(first, job.due)
            elif job.host == host and job.stage is Stage.DONE:
                first = min(first, max(job.look_due, self._lookfree.get(host, -inf)))
        return first

    def _hosts_waiting(self, now: float) -> list[tuple[float, str]]:
        """Hosts with a page that is due, and when its turn is, in that order."""
        hosts = {job.host for job in self._jobs.values() if job.host}
        waiting = []
        for host in hosts:
            first = self._first_page(host)
            if first <= now:
                waiting.append((self._turn(host, first, "page"), host))
        return sorted(waiting)

    def _lease_look(self, host: str, now: float, seconds: float, cap: int) -> Lease | None:
        """Lease a story that ended, to look at its page."""
        if self._lookfree.get(host, -inf) > now:
            return None
        due = [job for job in self._ended() if job.host == host and job.look_due <= now]
        for job in sorted(due, key=lambda job: (job.look_due, job.entry.key)):
            look, attempts = job.look or Look(), job.attempts if job.token else 0
            called_for = job.moved or look.why is LookKind.MISSING or attempts
            if attempts >= cap or (not called_for and self._is_spared(host, now)):
                job.look_due, job.token = inf, 0
                continue
            job.attempts, job.token, job.look_due = attempts, next(self._tokens), now + seconds
            return Lease(
                key=job.entry.key,
                token=job.token,
                entry=job.entry,
                attempts=attempts,
                host=host,
                admitted=job.admitted,
                look=self._made(job),
                mark=job.mark,
            )
        return None

    def _spend_look(self, host: str, now: float, spacing: Spacing) -> None:
        """After so many looks in a row they come one by one; without spacing all may."""
        idle = now - LOOKS_AT_ONCE * spacing.looks
        if spacing.looks and spacing.of(host):
            self._lookfree[host] = max(self._lookfree.get(host, idle), idle) + spacing.looks

    def take_page(
        self, now: float, seconds: float, cap: int, who: str, spacing: Spacing = SPACED
    ) -> PageLease | None:
        """Lease the first story of the host that has waited longest, and the host."""
        for since, host in self._hosts_waiting(now):
            if since > now:
                return None
            leases = self._take(self._due(Stage.FETCH, now, host), now, seconds, 1, cap)
            lease = leases[0] if leases else self._lease_look(host, now, seconds, cap)
            if lease:
                if not leases:
                    self._spend_look(host, now, spacing)
                self.begin(lease, now, seconds, who)
                # the page that is asked for now is that of the date as it stands
                self._jobs[lease.key].moved = False
                return PageLease(lease, self._hold(host, "page", now + seconds, spacing))
        return None

    def settle_page(
        self, taken: PageLease, result: Page | Later | VainLook | None, now: float, allowed: float
    ) -> bool:
        """Store what came of a page and give its host back."""
        job = self._held(taken.lease)
        if job:
            job.token, looked = 0, job.stage is Stage.DONE
            if isinstance(result, Page):
                if looked:
                    self._reopen(job)
                job.page, job.stage, job.due, job.attempts = result, Stage.PROCESS, now, 0
                job.mark, job.facts["fetched"] = result.mark, repr(now)
            elif isinstance(result, VainLook):
                job.attempts, job.facts["looked"] = 0, result.result
                self._counts[f"look.{result.result}"] += 1
                self._plan_look(job, result.look, result.spared, now)
            else:
                due = result.due if result else now
                if result:
                    job.facts["error"] = result.why
                else:
                    job.attempts -= 1
                if looked:
                    job.look_due = due
                else:
                    job.due = due
        self._release_host(taken.lease.host, taken.hold, allowed)
        # as seldom as in Redis; see workers/redis/lua/stories.lua
        if abs(now - self._progress.get("page", 0.0)) >= 1.0:
            self._progress["page"] = now
        return job is not None

    def _reopen(self, job: _Job) -> None:
        """Open a story again that had ended: its page is another by now."""
        job.facts["before"] = self._end_version(job, 0.0)
        for fact in ("outcome", "reason", "ended"):
            job.facts.pop(fact, None)
        job.until = job.look_due = inf
        self._counts["admitted"] += 1
        self._counts["look.changed"] += 1

    def release(self, leases: Sequence[Lease], now: float) -> None:
        """Give back leases that were not begun."""
        for lease in leases:
            if job := self._held(lease):
                job.token, job.due = 0, now

    def postpone(self, lease: Lease, due: float, why: str, *, failed: bool = True) -> bool:
        """Put a story off until ``due``."""
        job = self._held(lease)
        if not job:
            return False
        job.due, job.token = due, 0
        job.attempts = job.attempts if failed else 0
        job.facts["error"] = why
        return True

    def complete(self, lease: Lease, ending: Ending, now: float) -> Completed | list[Candidate]:
        """End the story, all of it or nothing."""
        job = self._held(lease)
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
            if record.type == EventKind.WITHDRAWN:
                self._withdrawn.setdefault(
                    (record.uri, str(record.version)), (lease.key, repr(now))
                )
            self._send(record)
            self._keep_text(record, now)
        while self._texts and next(iter(self._texts.values())).delivered <= now - self.keep:
            del self._texts[next(iter(self._texts))]
        self._counts[f"outcome.{ending.outcome.kind}"] += 1
        for theme in ending.themes:
            self._counts[f"theme.{theme}"] += 1
        for name in ending.yields:
            self._counts[name] += 1
            self._yields[job.entry.feed_id][name] += 1
        for name in ("worker", "began", "let_go"):
            job.facts.pop(name, None)
        job.facts |= ending.facts
        job.facts["reason"] = ending.outcome.reason
        self._end(job, ending.outcome.kind, now)
        self._notes.note_page(job.host, ending.came, now)
        self._plan_look(job, ending.look, ending.spared, now)
        feed_id = job.entry.feed_id
        if ending.note and feed_id:
            notes = (ending.note, *self._told(feed_id))[:STORIES_KEPT]
            self._lines[feed_id] = (self._clock() + self.retention, notes)
        self._progress["ending"] = now
        return Completed.DONE

    def _end(self, job: _Job, outcome: OutcomeKind, now: float) -> None:
        job.stage, job.token, job.page, job.look_due = Stage.DONE, 0, None, inf
        job.facts |= {"outcome": outcome, "ended": repr(now)}
        job.until = self._clock() + self.retention

    def let_go(self, before: float, limit: int, now: float) -> int:
        """Let go of what only tells operators of stories that ended before."""
        gone = 0
        for job in sorted(self._ended(), key=lambda job: float(job.facts["ended"])):
            if gone == limit or float(job.facts["ended"]) > before:
                break
            if "let_go" in job.facts:
                continue
            self._urls.pop(job.entry.url, None)
            job.facts = {name: job.facts[name] for name in KEPT_FACTS if name in job.facts}
            job.facts["let_go"], job.attempts, job.admitted = f"{now:.0f}", 0, 0.0
            job.mark = PageMark(digest=job.mark.digest)
            if job.look and job.look.why is LookKind.RECHECK and job.look_due == inf:
                job.look = None
            gone += 1
        return gone

    # -- stories that went out

    def _send(self, record: Record) -> None:
        """Put a record into the outbox, and count it."""
        position = next(self._positions)
        self._outbox[position], self._written[position] = record, time.time()
        self._counts[f"event.{record.type}"] += 1

    def _keep_text(self, record: Record, now: float) -> None:
        """Keep the record that tells a story, unless a later one is; none of a withdrawn story."""
        known = self._texts.get(record.uri)
        if known and record.version < known.record.version:
            return
        if record.brings_text or record.type == EventKind.WITHDRAWN:
            self._texts.pop(record.uri, None)
        if record.brings_text and self.keep:
            self._texts[record.uri] = _Text(record, now, self._clock() + self.keep)

    def kept(self, since: float) -> tuple[int, Iterator[Record]]:
        """How many stories delivered since then are kept, and the record that last told each."""
        uris = [uri for uri, text in self._texts.items() if text.delivered >= since]
        return len(uris), self._read_texts(uris)

    def _read_texts(self, uris: Sequence[str]) -> Iterator[Record]:
        for uri in uris:
            text = self._texts.get(uri)
            if text and text.until > self._clock():
                yield text.record

    def reclassify(self, record: Record) -> bool:
        """Put a record with other themes in the place of the kept one and into the outbox."""
        text = self._texts.get(record.uri)
        if not text or text.until <= self._clock():
            return False
        stands = text.record.version, text.record.reclassification + 1
        if stands != (record.version, record.reclassification):
            return False
        text.record = record
        self._send(record)
        return True

    # -- outbox

    def attach(self, sinks: Sequence[str]) -> None:
        """Give each sink its own place in the outbox; a sink no longer named loses its place."""
        for sink in sinks:
            self._sinks.setdefault(sink, Claim(0.0))
            self._reached.setdefault(sink, 0)
        for gone in self._sinks.keys() - set(sinks):
            del self._sinks[gone], self._reached[gone]
            self._resting.pop(gone, None)

    def read(self, sink: str, now: float, seconds: float, limit: int) -> Delivery | None:
        """The next batch for a sink."""
        claim = self._sinks[sink]
        if claim.due > now:
            return None
        items: list[tuple[str, Record]] = []
        for position, record in self._outbox.items():
            if position > self._reached[sink] and len(items) < limit:
                items.append((str(position), record))
        if not items:
            return None
        claim.token, claim.due = next(self._tokens), now + seconds
        return Delivery(sink, claim.token, tuple(items))

    def acknowledge(self, delivery: Delivery, now: float) -> bool:
        """The batch is with the sink."""
        claim = self._sinks.get(delivery.sink)
        if not claim or claim.token != delivery.token:
            return False
        self._reached[delivery.sink] = int(delivery.items[-1][0])
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
        before = len(self._outbox)
        # positions only grow, so what is done stands first
        while self._outbox and next(iter(self._outbox)) <= floor:
            position = next(iter(self._outbox))
            del self._outbox[position], self._written[position]
        return before - len(self._outbox)

    # -- for operators

    def clock(self) -> float:
        """This machine's clock."""
        return time.time()

    def waiting(self, now: float) -> Waiting:
        """How much is due."""
        hosts = [host for since, host in self._hosts_waiting(now) if since <= now]
        sinks = {}
        for sink, claim in self._sinks.items():
            sinks[sink] = self._backlog(sink) if claim.due <= now else 0
        return Waiting(
            feeds=len(self._open_feeds(now)),
            hosts=len(hosts),
            process=len(self._due(Stage.PROCESS, now)),
            sinks=sinks,
        )

    def _backlog(self, sink: str) -> int:
        return sum(p > self._reached[sink] for p in self._outbox)

    def status(self, now: float) -> Status:
        """Counts and sizes."""
        stages = Counter(job.stage for job in self._jobs.values())
        oldest = 0.0
        for job in self._jobs.values():
            if job.stage in {Stage.FETCH, Stage.PROCESS}:
                oldest = max(oldest, now - job.due)
        return Status(
            counts=dict(self._counts),
            fetch=stages[Stage.FETCH],
            process=stages[Stage.PROCESS],
            quarantine=stages[Stage.QUARANTINE],
            feeds=len(self._feeds),
            outbox=len(self._outbox),
            backlog={sink: self._backlog(sink) for sink in self._sinks},
            delivered={sink: self._delivered[sink] for sink in self._sinks},
            oldest_due=oldest,
            pressure=self.pressure(),
            resting=dict(self._resting),
            progress=dict(self._progress),
            health=self._healths(),
            polls=dict(self._polls),
            looks=sum(job.look_due < inf for job in self._ended()),
        )

    def sightings(self, now: float) -> Sightings:
        """What tells beside counts and sizes how things go."""
        aside = self.quarantined()
        return Sightings(
            polls=self._newest_polls(),
            faults=dict(self._notes.faults),
            failed=len(self._notes.faults),
            pages=self._notes.doubted_pages(now),
            flow=self._notes.flow(),
            first_due=self._first_due(now),
            uneasy=self._uneasy_feeds(),
            suspects=self._suspects(now),
            aside=max(aside, key=lambda trace: float(trace.facts["ended"]), default=None),
        )

    def _suspects(self, now: float) -> tuple[Trace, ...]:
        """Stories whose processing failed and is tried again; not one that is begun first."""
        jobs = [job for job in self._jobs.values() if job.stage is Stage.PROCESS and job.attempts]
        failed = [job for job in jobs if job.attempts > 1 or (not job.token and job.due <= now)]
        failed.sort(key=lambda job: (job.due, job.entry.key))
        return tuple(filter(None, [self.trace(job.entry.key) for job in failed[:SUSPECTS_SHOWN]]))

    def _first_due(self, now: float) -> dict[str, float]:
        """Since when feeds, pages, stories and records have waited."""
        found: dict[str, float] = {}
        hosts = {self._places[feed_id] for feed_id in self._feeds}
        turns = {host: self._turn(host, self._first_feed(host), "feed") for host in hosts}
        found["poll"] = min(turns.values(), default=inf)
        found["page"] = min([since for since, _ in self._hosts_waiting(now)], default=inf)
        processed = [job.due for job in self._due(Stage.PROCESS, now)]
        found["process"] = min(processed, default=inf)
        for sink, reached in self._reached.items():
            unread = [at for position, at in self._written.items() if position > reached]
            found[f"sink.{sink}"] = min(unread, default=inf)
        return {name: due for name, due in found.items() if due <= now}

    def pressure(self) -> str:
        """Why polling should pause."""
        waiting, limit = len(self._outbox), self.outbox_limit
        if waiting > limit:
            backlog = {sink: self._backlog(sink) for sink in self._sinks}
            return tell_full_outbox(waiting, limit, backlog, self._resting)
        return ""

    def pulse(self, name: str, now: float) -> None:
        """Note that something that should happen again and again happened now."""
        self._progress[name] = now

    def unpulse(self, name: str) -> None:
        """Forget it."""
        self._progress.pop(name, None)

    def trace(self, key_or_url: str) -> Trace | None:
        """What happened to an entry."""
        key = self._urls.get(spell_address(key_or_url), key_or_url)
        job = self._known(key)
        if not job:
            return None
        facts = {name: value for name, value in job.facts.items() if value}
        if job.admitted:
            facts["admitted"] = repr(job.admitted)
        if job.is_open:
            facts["due"] = repr(job.due)
        elif job.stage is Stage.DONE and job.look and job.look_due < inf:
            facts |= {"look": job.look.why, "look_due": repr(job.look_due)}
        record = facts.get("uri", ""), facts.get("version", "")
        if record in self._withdrawn:
            facts["withdrawn_by"], facts["withdrawn"] = self._withdrawn[record]
        return Trace(key, job.stage, job.attempts, facts)

    def find_entries(self, named: str) -> list[str]:
        """The keys of the entries that a key, URL, id of a feed or uri names."""
        uri, _, version = named.partition("/")
        if uri.startswith("urn:wiredesk:story:"):
            version = version.partition("/")[0]
            found = []
            for key in self._jobs:
                facts = self._jobs[key].facts if self._known(key) else {}
                if facts.get("uri") == uri and version in {"", facts.get("version")}:
                    found.append((int(facts.get("version") or 0), key))
            return [key for _, key in sorted(found)]
        feed_ids = {job.facts["feed"] for job in self._jobs.values()}
        keys = [self._urls.get(spell_address(named), named), *(digest(i, named) for i in feed_ids)]
        return [key for key in dict.fromkeys(keys) if self._known(key)]

    def find_like(self, text: str, most: int) -> list[Trace]:
        """Entries that hold this in their title or address."""
        found = [trace for trace in map(self.trace, list(self._jobs)) if trace]
        wanted = text.casefold()
        like = [
            trace
            for trace in found
            if any(wanted in trace.facts.get(fact, "").casefold() for fact in ("title", "url"))
        ]
        return like[:most]

    def find_delivery(self, trace: Trace) -> dict[str, bool]:
        """Which sinks have the record that an entry ended with."""
        if not trace.has_record:
            return {}
        told = [at for at, record in self._outbox.items() if trace.is_told_by(record)]
        return {sink: max(told, default=0) <= reached for sink, reached in self._reached.items()}

    def set_aside(self) -> list[Trace]:
        """The stories quarantined since this was last asked."""
        keys, self._aside = self._aside, []
        return [trace for trace in map(self.trace, keys) if trace]

    def quarantined(self) -> list[Trace]:
        """The stories set aside."""
        aside = [key for key, job in self._jobs.items() if job.stage is Stage.QUARANTINE]
        return [trace for trace in map(self.trace, aside) if trace]

    def retry(self, key: str, now: float) -> bool:
        """Take a story out of quarantine and start it again."""
        job = self._jobs.get(key)
        if not job or job.stage is not Stage.QUARANTINE:
            return False
        job.stage = Stage(job.facts["from"])
        job.attempts, job.due = 0, now
        for fact in ("outcome", "reason", "ended"):
            job.facts.pop(fact, None)
        self._counts[f"outcome.{OutcomeKind.QUARANTINED}"] -= 1
        return True

    def drop(self, key: str, now: float) -> bool:
        """End a quarantined story as dropped."""
        job = self._jobs.get(key)
        if not job or job.stage is not Stage.QUARANTINE:
            return False
        self._end(job, OutcomeKind.DROPPED, now)
        self._counts[f"outcome.{OutcomeKind.QUARANTINED}"] -= 1
        self._counts[f"outcome.{OutcomeKind.DROPPED}"] += 1
        return True
