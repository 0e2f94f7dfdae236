"""What operators ask of single entries: found by whatever they have at hand, and told in full.

Nothing is kept for it beside the entries themselves: ids of feeds are hashed into keys, a record's
uri begins with one, and what is left is looked for in all entries, some 100,000 a second.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, Final

from pipeline.ledger import Stage, Trace
from pipeline.record import Record
from pipeline.story import digest
from pipeline.urls import spell_address
from workers.redis.packing import unpack_text
from workers.redis.redis_feeds import RedisFeeds

# what a job holds beside its facts
_NO_FACTS: Final = frozenset(
    b"entry page print token attempts stage urlkey dated earliest vain moved etag modified"
    b" digest holder begun".split()
)
# A record's uri holds the beginning of its first entry's key. Behind it, as in a record's id, may
# stand version and event.
_URI: Final = re.compile(r"(urn:wiredesk:story:(\w+))(?:/(\d+)(?:/\S*)?)?")
_SCANNED: Final = 1000  # keys of one look: Redis serves nobody else for a fraction of it
_READ: Final = 500  # records of the outbox that are read at once: two megabytes


def hash_address(url: str) -> str:
    """What stands for an address, in whatever spelling, in names of keys."""
    return digest(spell_address(url))


class RedisTraces(RedisFeeds):
    """Finds entries and tells what happened to each. See ``pipeline.ledger.Desk``."""

    def trace(self, key_or_url: str) -> Trace | None:
        """What happened to an entry."""
        [trace] = self._trace_all([self._find_key(key_or_url)])
        return trace

    def _find_key(self, key_or_url: str) -> str:
        """The key of an entry at that address, else what was given."""
        # an earlier release wrote the address as its feed gave it
        names = [hash_address(key_or_url), digest(key_or_url)]
        found: list[bytes | None] = self.client.mget([self._name("url:", name) for name in names])  # type: ignore[assignment]
        return next((key.decode() for key in found if key), key_or_url)

    def _trace_all(self, keys: Sequence[str]) -> list[Trace | None]:
        """The same of many, by key: None for what is not known."""
        with self.client.pipeline(transaction=False) as pipe:
            for key in keys:
                pipe.hgetall(self._name("job:", key))
            jobs: list[dict[bytes, bytes]] = pipe.execute()
            for key, job in zip(keys, jobs, strict=True):
                pipe.zscore(self._name_line(job), key)
                uri, version = job.get(b"uri", b"-"), job.get(b"version", b"")
                pipe.hget(self._name("withdrawn:", uri.decode()), version.decode())
            more: list[Any] = pipe.execute()
        traces: list[Trace | None] = []
        for i, (key, job) in enumerate(zip(keys, jobs, strict=True)):
            traces.append(_read_trace(key, job, more[2 * i], more[2 * i + 1]) if job else None)
        return traces

    def _trace_known(self, keys: Sequence[bytes]) -> list[Trace]:
        """The same of those that are known."""
        found: list[Trace] = []
        for start in range(0, len(keys), _SCANNED):
            names = [key.decode() for key in keys[start : start + _SCANNED]]
            found += [trace for trace in self._trace_all(names) if trace]
        return found

    def _name_line(self, job: dict[bytes, bytes]) -> str:
        """Where an entry waits, for its page, for another look at it or to be processed."""
        heads = {b"fetch": "host:", b"done": "looks:"}
        head, host = heads.get(job.get(b"stage", b"")), job.get(b"host", b"").decode()
        return self._name(head, host or "-") if head else self._name("due")

    def find_entries(self, named: str) -> list[str]:
        """The keys of the entries that a key, URL, id of a feed or uri names."""
        if not named:
            return []
        if uri := _URI.fullmatch(named):
            return self._find_record(uri[1], uri[3] or "")
        feed_ids = {*self._hash("feed"), *self._hash("feedstate")}
        keys = list(dict.fromkeys([self._find_key(named), *(digest(i, named) for i in feed_ids)]))
        with self.client.pipeline(transaction=False) as pipe:
            for key in keys:
                pipe.exists(self._name("job:", key))
            there: list[int] = pipe.execute()
        return [key for key, exists in zip(keys, there, strict=True) if exists]

    def _find_record(self, uri: str, version: str) -> list[str]:
        """The entries that told a version of a record, or any of them, the first one first."""
        found: list[tuple[int, str]] = []
        for key, (told, told_version) in self._scan_jobs("uri", "version"):
            if told == uri and version in {"", told_version}:
                found.append((int(told_version or 0), key))
        return [key for _, key in sorted(found)]

    def find_like(self, text: str, most: int) -> list[Trace]:
        """Entries that hold this in their title or address."""
        wanted = text.casefold()
        keys = (
            key
            for key, facts in self._scan_jobs("title", "url")
            if any(wanted in fact.casefold() for fact in facts)
        )
        return [trace for trace in self._trace_all(list(islice(keys, most))) if trace]

    def _scan_jobs(self, *facts: str) -> Iterator[tuple[str, list[str]]]:
        """Every entry's key, and these facts of it ('' where it has none)."""
        head = self._name("job:", "*").removesuffix("*")
        cursor, seen = None, set[str]()
        while cursor != 0:
            found: tuple[int, list[bytes]] = self.client.scan(cursor or 0, head + "*", _SCANNED)  # type: ignore[assignment]
            cursor, names = found
            # a scan may name a key twice
            keys = {name.decode().removeprefix(head) for name in names} - seen
            seen |= keys
            with self.client.pipeline(transaction=False) as pipe:
                for key in keys:
                    pipe.hmget(self._name("job:", key), facts)
                rows: list[list[bytes | None]] = pipe.execute()
            for key, row in zip(keys, rows, strict=True):
                yield key, [(value or b"").decode("utf-8", "replace") for value in row]

    def _scan_outbox(self) -> Iterator[tuple[bytes, bytes]]:
        """Every record in the outbox, with its position."""
        start = b"-"
        while rows := self.client.xrange(self._name("outbox"), start, "+", _READ):
            known: list[Any] = rows
            yield from ((at, unpack_text(row[b"r"])) for at, row in known)
            start = b"(" + known[-1][0]

    def find_delivery(self, trace: Trace) -> dict[str, bool]:
        """Which sinks have the record that an entry ended with."""
        outbox = self._name("outbox")
        if not trace.has_record or not self.client.exists(outbox):
            return {}
        told = [at for at, text in self._scan_outbox() if _may_tell(text, trace)]
        has: dict[str, bool] = {}
        groups: list[Any] = self.client.xinfo_groups(outbox)
        for group in groups:
            sink = group["name"].decode()
            # what is in the outbox no more was acknowledged by all
            has[sink] = not any(
                _order(at) > _order(group["last-delivered-id"])
                or self.client.xpending_range(outbox, sink, at, at, 1)
                for at in told
            )
        return has


def _may_tell(text: bytes, trace: Trace) -> bool:
    """Whether a record in the outbox is what an entry ended with."""
    # most are not, and reading each would take a hundred times as long
    named = (trace.facts.get("uri", ""), trace.facts.get("url", ""))
    if not any(name.encode() in text for name in named if name):
        return False
    return trace.is_told_by(Record.from_json(text))


def _order(position: bytes) -> tuple[int, int]:
    """A position of the outbox as numbers that sort."""
    milliseconds, _, number = position.partition(b"-")
    return int(milliseconds), int(number or 0)


def _read_trace(
    key: str, job: dict[bytes, bytes], due: float | None, withdrawn: bytes | None
) -> Trace:
    facts = {}
    for name, value in job.items():
        if value and name not in _NO_FACTS:
            facts[name.decode()] = value.decode("utf-8", "replace")
    stage = Stage(job[b"stage"].decode())
    if due is not None:
        facts["look_due" if stage is Stage.DONE else "due"] = repr(due)
    else:
        facts.pop("look", None)
    if withdrawn:
        facts["withdrawn_by"], _, facts["withdrawn"] = withdrawn.decode().partition(" ")
    return Trace(key, stage, int(job.get(b"attempts", 0)), facts)
