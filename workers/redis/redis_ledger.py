"""RedisLedger: the running system's ledger. Every transition is one call of ``calls.py``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, replace
from math import inf
from typing import Any, Final, TypeVar

from redis import Redis
from redis.exceptions import ResponseError

from pipeline.copies import Candidate
from pipeline.ledger import (
    SPACED,
    UNBOUNDED,
    Admission,
    Broken,
    Completed,
    Delivery,
    Ending,
    Later,
    Lease,
    PageLease,
    Quota,
    Spacing,
    Status,
    Trace,
    VainLook,
    Waiting,
    tell_full_outbox,
)
from pipeline.ledger.sightings import (
    DOUBTED_FOR,
    HOSTS_SHOWN,
    PAGES_KEPT,
    SUSPECTS_SHOWN,
    Flow,
    Sightings,
)
from pipeline.record import Record
from pipeline.repeats import STORIES_KEPT
from pipeline.schedule import Look, LookKind
from pipeline.story import Entry, EventKind, Page, PageMark
from pipeline.story.feed import NO_MARK
from workers.redis.clock_watch import ClockLook, ClockStep, ClockWatch, read_steady
from workers.redis.packing import pack_page, pack_text, unpack_page, unpack_text
from workers.redis.redis_feeds import as_map
from workers.redis.redis_index import RedisIndex
from workers.redis.redis_traces import RedisTraces, hash_address
from workers.redis.room import (
    DAY,
    ROOM,
    Room,
    is_short,
    measure_memory,
    tell_carried,
    tell_shortage,
    texts_bytes,
    weigh_kinds,
)

T = TypeVar("T")
# rows of one call, and bytes of what goes beside them: Redis serves nobody else while it works on
# one. 200 rows take it 2 to 6 ms
_BATCH: Final = 200
_BATCH_BYTES: Final = 2_000_000
# bytes of the pages that are leased at once; unpacked they lie in the worker's memory
_PAGES_BYTES: Final = 16_000_000
_TEXT_BATCH: Final = 100
_TOLD_EVERY: Final = 60  # seconds between two lines that say that polling pauses
# stories whose facts are let go in one call, once a second: more than ever end in one
_LET_GO: Final = 500

_LOOK: Final = ("due", "earliest", "vain", "moved")


def split_rows(rows: Sequence[T], size: Callable[[T], int] = lambda _: 0) -> Iterator[Sequence[T]]:
    """The rows in batches that one call may take; ``size`` says the bytes that go beside a row."""
    start, held = 0, 0
    for end, row in enumerate(rows):
        more = size(row)
        if end > start and (end - start == _BATCH or held + more > _BATCH_BYTES):
            yield rows[start:end]
            start, held = end, 0
        held += more
    if start < len(rows):
        yield rows[start:]


class RedisLedger(RedisTraces):
    """See ``pipeline.ledger.Ledger``, which this implements. Safe across threads and machines.

    ``retention`` is how long a finished story is remembered after its feed last showed it, ``keep``
    how long the record that last told a story is kept (0: not at all), in seconds: past their share
    of ``room`` the oldest go sooner. Back-pressure begins at ``outbox_limit`` (records) and at the
    memory that ``room`` grants.

    Where the calls of ``index`` have a clock, everything is due by the clock of Redis: the moments
    that a method is given are by the caller's clock, and only what lies between them counts. The
    running system has it so; without one the moments are the ledger's, as in ``MemoryLedger``.
    """

    def __init__(
        self,
        client: Redis,
        index: RedisIndex,
        *,
        retention: float = 30 * 86400,
        keep: float = 7 * 86400,
        outbox_limit: int = 100_000,
        room: Room = ROOM,
    ) -> None:
        super().__init__(client, index.calls)
        self._watch = ClockWatch()
        self.index = index
        self.retention = int(retention)
        self.keep = int(keep)
        self.outbox_limit = outbox_limit
        self.room = room
        self._keep_bytes = 0

    @property
    def keep_bytes(self) -> int:
        """What the kept records may take, compressed."""
        if not self._keep_bytes:
            self._keep_bytes = texts_bytes(measure_memory(self.client), self.room)
        return self._keep_bytes

    # -- stories

    def admit(
        self, entries: Sequence[tuple[Entry, str]], now: float, quota: Quota = UNBOUNDED
    ) -> list[Admission]:
        """Take entries in; those already known cost one look, and the rest one atomic call."""
        verdicts: list[Admission] = []
        for batch in split_rows(entries, lambda row: len(row[0].content)):
            prints = [(entry.key, entry.print, entry.dated) for entry, _ in batch]
            unknown: list[int] = self.calls.make(
                "renew_known", entries=prints, now=now, retention=self.retention
            )
            judged = [Admission.KNOWN] * len(batch)
            if unknown:
                shown, blobs = [], []
                for i in unknown:
                    entry, host = batch[i]
                    shown.append(
                        {
                            "key": entry.key,
                            "print": entry.print,
                            "host": host,
                            "feed": entry.feed_id,
                            "url": entry.url,
                            "title": entry.title,
                            "urlkey": hash_address(entry.url) if entry.url else "",
                            "dated": entry.dated,
                        }
                    )
                    blobs.append(pack_text(entry.to_json()))
                answers = self.calls.make(
                    "admit",
                    *blobs,
                    shown=shown,
                    now=now,
                    retention=self.retention,
                    quota=asdict(quota),
                )
                for i, answer in zip(unknown, answers, strict=True):
                    judged[i] = Admission(answer.decode())
            verdicts += judged
        return verdicts

    def refuse(
        self, broken: Sequence[Broken], now: float, quota: Quota = UNBOUNDED
    ) -> list[Broken]:
        """Note broken entries, each once."""
        noted: list[Broken] = []
        for batch in split_rows(broken):
            rows = [
                {"key": b.key, "feed": b.feed_id, "reason": b.reason, "title": b.title}
                for b in batch
            ]
            new = self.calls.make(
                "refuse", broken=rows, now=now, retention=self.retention, quota=asdict(quota)
            )
            noted += [batch[i] for i in new]
        return noted

    def take_page(
        self, now: float, seconds: float, cap: int, who: str, spacing: Spacing = SPACED
    ) -> PageLease | None:
        """Lease the first story of the host that has waited longest, and the host."""
        spaced = as_map(spacing)
        found = self.calls.make(
            "take_page", now=now, seconds=seconds, cap=cap, who=who, spacing=spaced
        )
        return PageLease(_read_lease(found[1]), int(found[0])) if found else None

    def settle_page(
        self, taken: PageLease, result: Page | Later | VainLook | None, now: float, allowed: float
    ) -> bool:
        """Store what came of a page and give its host back."""
        came, due, why, mark = "unasked", 0.0, "", NO_MARK
        looked = result if isinstance(result, VainLook) else VainLook("")
        if isinstance(result, Page):
            came, mark = "kept", result.mark
        elif isinstance(result, Later):
            came, due, why = "later", result.due, result.why
        elif result:
            came, why = "looked", result.result
        held = self.calls.make(
            "settle_page",
            pack_page(result) if isinstance(result, Page) else b"",
            key=taken.lease.key,
            token=taken.lease.token,
            host=taken.lease.host,
            hold=taken.hold,
            now=now,
            allowed=allowed,
            result=came,
            due=due,
            why=why,
            mark=(mark.etag, mark.modified, mark.digest),
            look=_write_look(looked.look),
            spared=looked.spared,
        )
        return bool(held)

    def lease(
        self, now: float, seconds: float, limit: int, cap: int, who: str = "", suspects: int = 0
    ) -> list[Lease]:
        """Lease stories to process."""
        rows: list[list[bytes]] = self.calls.make(
            "lease", now=now, seconds=seconds, limit=limit, cap=cap, who=who, suspects=suspects
        )
        if not rows:
            return []
        leases = [_read_lease(row) for row in rows]
        feeds = list(dict.fromkeys(lease.entry.feed_id for lease in leases if lease.entry.feed_id))
        # not from the script: pages on their way through Lua cost more than all the rest of it
        with self.client.pipeline(transaction=False) as pipe:
            for lease in leases:
                pipe.get(self._name("page:", lease.key))
                # where an earlier release put it
                pipe.hget(self._name("job:", lease.key), "page")
            for feed_id in feeds:
                pipe.lrange(self._name("lines:", feed_id), 0, STORIES_KEPT - 1)
            found = pipe.execute()
        told = dict(zip(feeds, found[2 * len(leases) :], strict=True))
        whole: list[Lease] = []
        size = 0
        for n, lease in enumerate(leases):
            packed = found[2 * n] or found[2 * n + 1]
            if size > _PAGES_BYTES:
                break
            notes = tuple([note.decode() for note in told.get(lease.entry.feed_id, ())])
            page = unpack_page(packed) if packed else None
            size += len(page.body) if page else 0
            whole.append(replace(lease, page=page, told=notes))
        self.release(leases[len(whole) :], now)
        return whole

    def begin(self, lease: Lease, now: float, seconds: float, who: str) -> bool:
        """Count an attempt before the work."""
        key, token = lease.key, lease.token
        held = self.calls.make("begin", key=key, token=token, now=now, seconds=seconds, who=who)
        return bool(held)

    def release(self, leases: Sequence[Lease], now: float) -> None:
        """Give back leases that were not begun."""
        for batch in split_rows(leases):
            rows = [{"key": lease.key, "token": lease.token} for lease in batch]
            self.calls.make("release", leases=rows, now=now)

    def release_held(
        self, dead: Sequence[str], now: float, seconds: float, patience: float, wait: float
    ) -> list[str]:
        """Give back what the dead hold, and what waits behind a slow story; who holds stories."""
        holders: list[bytes] = self.calls.make(
            "release_held", dead=dead, now=now, seconds=seconds, patience=patience, wait=wait
        )
        return [who.decode() for who in holders]

    def postpone(self, lease: Lease, due: float, why: str, *, failed: bool = True) -> bool:
        """Put a story off until ``due``."""
        key, token = lease.key, lease.token
        held = self.calls.make("postpone", key=key, token=token, due=due, why=why, failed=failed)
        return bool(held)

    def complete(self, lease: Lease, ending: Ending, now: float) -> Completed | list[Candidate]:
        """End the story: one call looks up what is like it and, if that was considered, writes."""
        query, relation, records = ending.query, ending.relation, ending.records
        insert = relation.insert if relation else None
        changed = relation.changed if relation else ()
        told: Record | None = None
        withdrawn, events, sent = [], [], []
        for record in records:
            events.append(record.type)
            sent.append(pack_text(record.to_json()))
            if record.type == EventKind.WITHDRAWN:
                withdrawn.append((record.uri, record.version))
            elif record.brings_text and self.keep and not told:
                told = record
        said = self.calls.make(
            "complete",
            self.index.probes(query) if query else b"",
            insert or b"",
            sent[records.index(told)] if told else b"",
            *[blob for _, blob in changed],
            *sent,
            key=lease.key,
            token=lease.token,
            now=now,
            retention=self.retention,
            keep=self.keep,
            keep_bytes=self.keep_bytes,
            outcome=ending.outcome.kind,
            reason=ending.outcome.reason,
            facts=dict(ending.facts),
            themes=ending.themes,
            yields=ending.yields,
            events=events,
            told=(told.uri, told.version) if told else (),
            withdrawn=withdrawn,
            related=bool(query and relation),
            changed=[number for number, _ in changed],
            look=_write_look(ending.look),
            spared=ending.spared,
            note=ending.note,
            came=ending.came,
            notes_kept=STORIES_KEPT,
            **self.index.indexing(query, insert, ending.considered),
        )
        return self.index.candidates(said) if isinstance(said, list) else Completed(said.decode())

    def let_go(self, before: float, limit: int, now: float) -> int:
        """Let go of what only tells operators of stories that ended before."""
        return int(self.calls.make("let_go", before=before, limit=limit, now=now))

    # -- stories that went out

    def kept(self, since: float) -> tuple[int, Iterator[Record]]:
        """How many stories delivered since are kept, and the last record of each, in batches."""
        members: list[bytes] = self.client.zrangebyscore(self._name("texts"), since, "+inf")  # type: ignore[assignment]
        uris = list(dict.fromkeys(member.partition(b" ")[0] for member in members))
        return len(uris), self._texts(uris)

    def _texts(self, uris: list[bytes]) -> Iterator[Record]:
        for rank in range(0, len(uris), _TEXT_BATCH):
            with self.client.pipeline(transaction=False) as pipe:
                for uri in uris[rank : rank + _TEXT_BATCH]:
                    pipe.hget(self._name("text:", uri.decode()), "record")
                packed: list[bytes | None] = pipe.execute()
            for text in packed:
                # its time may be up while its uri is still listed
                if text:
                    yield Record.from_json(unpack_text(text))

    def reclassify(self, record: Record) -> bool:
        """Put a record with other themes in the place of the kept one and into the outbox."""
        packed = pack_text(record.to_json())
        done = self.calls.make(
            "reclassify",
            packed,
            packed,
            uri=record.uri,
            version=record.version,
            turn=record.reclassification,
            type=record.type,
        )
        return bool(done)

    # -- outbox

    def attach(self, sinks: Sequence[str]) -> None:
        """Give each sink its own consumer group; a sink no longer named loses its place."""
        self.calls.make("attach", sinks=sinks)

    def read(self, sink: str, now: float, seconds: float, limit: int) -> Delivery | None:
        """The next batch for a sink, beginning with what it was handed and never acknowledged."""
        found = self.calls.make("read", sink=sink, now=now, seconds=seconds, limit=limit)
        if not found:
            return None
        token, *rows = found
        items = []
        for position, text in rows:
            items.append((position.decode(), Record.from_json(unpack_text(text))))
        return Delivery(sink, int(token), tuple(items))

    def acknowledge(self, delivery: Delivery, now: float) -> bool:
        """The batch is with the sink."""
        ids = [position for position, _ in delivery.items]
        sink, token = delivery.sink, delivery.token
        return bool(self.calls.make("acknowledge", sink=sink, token=token, now=now, ids=ids))

    def rest(self, delivery: Delivery, until: float, why: str) -> None:
        """The sink failed: its batch stays."""
        self.calls.make("rest", sink=delivery.sink, token=delivery.token, due=until, why=why)

    def trim(self) -> int:
        """Drop what every group has acknowledged."""
        return int(self.calls.make("trim"))

    # -- for operators

    def clock(self) -> float:
        """Redis's own clock."""
        seconds, micros = self.client.time()
        return float(seconds + micros / 1e6)

    def waiting(self, now: float) -> Waiting:
        """How much is due."""
        feeds, hosts, process, *sinks = self.calls.make("count_waiting", now=now)
        return Waiting(int(feeds), int(hosts), int(process), _numbers(sinks))

    def status(self, now: float) -> Status:
        """Counts and sizes."""
        told = self.calls.make("measure", now=now)
        moment, ahead, when, seconds = [float(part) for part in told[:4]]
        fetch, process, quarantine, feeds, outbox, first, host, looks, *sinks = told[4:]
        dues = [float(due) for due in (first, host) if due]
        backlog = _numbers(sinks)
        delivered = self._count_hash("delivered")
        return Status(
            counts=self._count_hash("counts"),
            fetch=int(fetch),
            process=int(process),
            quarantine=int(quarantine),
            feeds=int(feeds),
            outbox=int(outbox),
            backlog=backlog,
            delivered={sink: delivered.get(sink, 0) for sink in backlog},
            oldest_due=max((moment - due for due in dues if due <= moment), default=0.0),
            pressure=self.pressure(),
            resting=self._hash("resting"),
            progress={k: float(v) - ahead for k, v in self._hash("progress").items()},
            health=self.healths(),
            polls=self._count_hash("polls"),
            looks=int(looks),
            carries=self.carried(now),
            stepped=(when, seconds),
        )

    def carried(self, now: float) -> str:
        """How many stories Redis carries, and for how many days at what comes in."""
        memory, wanted = measure_memory(self.client), self.retention / DAY
        return tell_carried(memory.most, self.room, wanted, self._flow().a_day(now))

    def pressure(self) -> str:
        """Why polling should pause."""
        waiting = int(self.client.xlen(self._name("outbox")))
        if waiting > self.outbox_limit:
            backlog = _numbers(self.calls.make("count_backlogs"))
            return tell_full_outbox(waiting, self.outbox_limit, backlog, self._hash("resting"))
        memory, limit = measure_memory(self.client), self.room.memory_share
        if memory.share > limit:
            kinds = weigh_kinds(self.client, self.prefix, self.room.streams)
            return tell_shortage(memory, limit, kinds)
        return ""

    def note_pause(self, pauses: bool, now: float) -> tuple[str, float]:
        """What is to be told of it that polling pauses, or no longer does, and after how long.

        'paused' when it begins and then once a minute, 'resumed' once, '' otherwise; seconds.
        """
        tells, seconds = self.calls.make("note_pause", now=now, pauses=pauses, every=_TOLD_EVERY)
        return tells.decode(), float(seconds)

    def make_room(self, now: float) -> int:
        """Let go of facts that nobody needs any more, or sooner where memory is short; of how many.

        A day at least they stay: what goes wrong is looked into within it.
        """
        short = is_short(measure_memory(self.client), self.room)
        return self.let_go(now - (DAY if short else self.retention), _LET_GO, now)

    def sightings(self, now: float) -> Sightings:
        """What tells beside counts and sizes how things go; a few round trips."""
        said = self.calls.make("first_due", now=now)
        dues = {said[i].decode(): float(said[i + 1] or inf) for i in range(0, len(said), 2)}
        newest: list[bytes] = self.client.zrevrange(self._name("quarantine"), 0, 0)  # type: ignore[assignment]
        aside = self._trace_known(newest)
        suspects: list[bytes] = self.client.zrange(self._name("suspects"), 0, SUSPECTS_SHOWN - 1)  # type: ignore[assignment]
        return Sightings(
            polls=self.newest_polls(),
            faults=self.feed_faults(),
            failed=int(self.client.hlen(self._name("feedfaults"))),
            pages=self._doubted_pages(now),
            flow=self._flow(),
            first_due={name: due for name, due in dues.items() if due <= now},
            uneasy=self.uneasy_feeds(),
            suspects=tuple(self._trace_known(suspects)),
            aside=aside[0] if aside else None,
            refusal=self.try_write(),
        )

    def _doubted_pages(self, now: float) -> dict[str, tuple[str, ...]]:
        hosts: list[bytes] = self.client.zrevrangebyscore(  # type: ignore[assignment]
            self._name("doubted"), "+inf", now - DOUBTED_FOR, start=0, num=HOSTS_SHOWN
        )
        with self.client.pipeline(transaction=False) as pipe:
            for host in hosts:
                pipe.lrange(self._name("pages:", host.decode()), 0, PAGES_KEPT - 1)
            lines: list[list[bytes]] = pipe.execute()
        found: dict[str, tuple[str, ...]] = {}
        for host, line in zip(hosts, lines, strict=True):
            found[host.decode()] = tuple([came.decode() for came in line])
        return found

    def _flow(self) -> Flow:
        kept = self._hash("flow")
        hours = {int(name): int(count) for name, count in kept.items() if name.isdigit()}
        return Flow(hours, float(kept.get("last", 0)), float(kept.get("longest", 0)))

    def try_write(self) -> str:
        """Why Redis takes no writes just now, '' where it does: one that changes nothing tells."""
        try:
            self.client.setrange(self._name("token"), 0, "")
        except ResponseError as error:
            return str(error)
        return ""

    def pulse(self, name: str, now: float) -> None:
        """Note that something that should happen again and again happened now.

        Each pulse also looks whether a clock stepped since this process's last one.
        """
        before = read_steady()
        # not ``now``: its caller may have waited for Redis since
        own = self.calls.clock() if self.calls.clock else now
        redis_clock, moment = [float(part) for part in self.calls.make("pulse", name=name, now=now)]
        if not self.calls.clock:
            return
        look = ClockLook(own, redis_clock, moment, before, read_steady())
        if step := self._watch.look(look):
            self.calls.make(
                "note_step", seconds=step.seconds, where=step.where, since=step.since, now=now
            )

    def steps(self) -> list[ClockStep]:
        """The steps of clocks that were noted since this was last asked: each is told once."""
        rows: list[bytes] = self.client.lpop(self._name("steps"), 100) or []  # type: ignore[assignment]
        return [ClockStep.from_row(row) for row in rows]

    def unpulse(self, name: str) -> None:
        """Forget it."""
        self.client.hdel(self._name("progress"), name)

    def set_aside(self) -> list[Trace]:
        """The stories quarantined since this was last asked."""
        keys: list[bytes] = self.client.lpop(self._name("aside"), 1000) or []  # type: ignore[assignment]
        return self._trace_known(keys)

    def quarantined(self) -> list[Trace]:
        """The stories set aside, oldest first."""
        keys: list[bytes] = self.client.zrange(self._name("quarantine"), 0, -1)  # type: ignore[assignment]
        return self._trace_known(keys)

    def retry(self, key: str, now: float) -> bool:
        """Take a story out of quarantine and start it again."""
        return bool(self.calls.make("retry", key=key, now=now))

    def drop(self, key: str, now: float) -> bool:
        """End a quarantined story as dropped."""
        return bool(self.calls.make("drop", key=key, now=now, retention=self.retention))


def _read_lease(row: list[bytes]) -> Lease:
    key, token, attempts, host, admitted, entry, why, earliest, vain, moved, *mark = row
    look = None
    if why:
        kind = LookKind(why.decode())
        look = Look(kind, 0.0, float(earliest or 0), int(vain or 0), moved=moved == b"1")
    return Lease(
        key=key.decode(),
        token=int(token),
        entry=Entry.from_json(unpack_text(entry)),
        attempts=int(attempts),
        host=host.decode(),
        admitted=float(admitted or 0),
        look=look,
        mark=PageMark(*[part.decode("utf-8", "replace") for part in mark]),
    )


def _write_look(look: Look | None) -> dict[str, Any]:
    """A look as the Lua reads it; nothing where none is planned."""
    if not look:
        return {}
    return {"why": look.why, **{name: getattr(look, name) for name in _LOOK}}


def _numbers(pairs: Sequence[Any]) -> dict[str, int]:
    return {pairs[i].decode(): int(pairs[i + 1]) for i in range(0, len(pairs), 2)}
