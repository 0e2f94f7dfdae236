"""The feeds of the running system's ledger: when each is due, and whose host may be asked."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple
from itertools import islice
from typing import Any, Final, TypeVar

from redis import Redis

from pipeline import urls
from pipeline.ledger import SPACED, FeedLease, Scheduled, Spacing, Standing
from pipeline.ledger.sightings import FEEDS_SHOWN, POLLS_KEPT, PollNote
from pipeline.schedule import NEVER, FeedState
from pipeline.schedule import health as judge_health
from pipeline.story import Feed
from workers.redis.calls import Calls
from workers.redis.keys import name_key

T = TypeVar("T")

_BATCH: Final = 1000


def as_map(spacing: Spacing) -> dict[str, Any]:
    """A spacing as the Lua reads it."""
    by_host = dict(spacing.by_host)
    return {"usual": spacing.usual, "by_host": by_host, "looks": spacing.looks}


class RedisFeeds:
    """The part of ``RedisLedger`` that polls; see ``pipeline.ledger.Ledger``."""

    def __init__(self, client: Redis, calls: Calls) -> None:
        self.client = client
        self.prefix = calls.prefix
        self.calls = calls

    def _name(self, head: str, part: str = "") -> str:
        return name_key(self.prefix, head, part)

    def _hash(self, head: str) -> dict[str, str]:
        raw: Mapping[bytes, bytes] = self.client.hgetall(self._name(head))  # type: ignore[assignment]
        return {k.decode(): v.decode("utf-8", "replace") for k, v in raw.items()}

    def _count_hash(self, head: str) -> dict[str, int]:
        return {name: int(count) for name, count in self._hash(head).items()}

    def schedule(self, feeds: Sequence[Feed], now: float) -> Scheduled:
        """Poll exactly these feeds."""
        said: list[bytes] = []
        for batch in _batches(feeds):
            rows = [(feed.id, urls.host(feed.url), feed.to_json()) for feed in batch]
            said += self.calls.make("schedule", feeds=rows, now=now)
        ids: list[bytes] = self.client.zrange(self._name("feeds"), 0, -1)  # type: ignore[assignment]
        removed = sorted({i.decode() for i in ids} - {feed.id for feed in feeds})
        for gone in _batches(removed):
            self.calls.make("unschedule", feeds=gone)
        named = {
            what: tuple(f.id for f, s in zip(feeds, said, strict=True) if s == what)
            for what in (b"new", b"changed")
        }
        return Scheduled(named[b"new"], named[b"changed"], tuple(removed))

    def claim_feed(self, now: float, seconds: float, spacing: Spacing = SPACED) -> FeedLease | None:
        """The feed that is most overdue."""
        found = self.calls.make("claim_feed", now=now, seconds=seconds, spacing=as_map(spacing))
        if not found:
            return None
        feed_id, token, state, feed, host, hold = found
        return FeedLease(
            feed_id.decode(),
            int(token),
            FeedState.from_json(state),
            Feed.from_json(feed),
            host.decode(),
            int(hold),
        )

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
        """Store what the poll taught and give the host back."""
        stored = self.calls.make(
            "settle_feed",
            feed=lease.feed_id,
            token=lease.token,
            state=state.to_json(),
            next_poll=state.next_poll,
            last_poll=state.last_poll,
            host=lease.host,
            hold=lease.hold,
            allowed=allowed,
            next_host=host or lease.host,
            health=health,
            counts=dict(counts or {}),
            note=_write_note(note) if note else "",
            fault=f"{note.ended} {note.why}" if note and note.failed else "",
        )
        return bool(stored)

    def feed_state(self, feed_id: str) -> FeedState | None:
        """What is remembered of a feed."""
        raw = self.client.hget(self._name("feedstate"), feed_id)
        return FeedState.from_json(raw) if isinstance(raw, bytes) else None

    def feeds(self) -> dict[str, Feed]:
        """The feeds that are polled."""
        return {feed_id: Feed.from_json(text) for feed_id, text in self._hash("feed").items()}

    def note_feed_fault(self, fault: str) -> bool:
        """Note why the feed files are refused ('': they are not); whether that is new."""
        return bool(self.client.set(self._name("feedfault"), fault, get=True) != fault.encode())

    def feed_fault(self) -> str:
        """Why the feed files are refused just now, '' where they are not."""
        found = self.client.get(self._name("feedfault"))
        return found.decode("utf-8", "replace") if isinstance(found, bytes) else ""

    def standing(self, feed_ids: Sequence[str]) -> list[Standing]:
        """How these feeds stand."""
        return [stands for batch in _batches(feed_ids) for stands in self._standing(batch)]

    def _standing(self, ids: Sequence[str]) -> Iterator[Standing]:
        with self.client.pipeline(transaction=False) as pipe:
            pipe.hmget(self._name("feed"), list(ids))
            pipe.hmget(self._name("feedstate"), list(ids))
            pipe.hmget(self._name("feedhost"), list(ids))
            pipe.zmscore(self._name("feeds"), list(ids))
            pipe.smismember(self._name("paused"), list(ids))
            feeds, states, hosts, dues, paused = pipe.execute()
            places = [(host or b"").decode() for host in hosts]
            pipe.zmscore(self._name("hostfree"), places)
            pipe.zmscore(self._name("hostheld"), places)
            pipe.hget(self._name("clock"), "ahead")
            for feed_id in ids:
                pipe.hgetall(self._name("yield:", feed_id))
            free, held, ahead, *yields = pipe.execute()
        # the ledger's moments, by Redis's clock
        ahead = float(ahead or 0.0)
        for n, feed in enumerate(feeds):
            if feed and dues[n] is not None:
                yield Standing(
                    feed=Feed.from_json(feed),
                    state=FeedState.from_json(states[n] or "{}"),
                    due=dues[n] if dues[n] >= NEVER else dues[n] - ahead,
                    host=places[n],
                    host_free=max(free[n] or 0.0, held[n] or 0.0, ahead) - ahead,
                    paused=bool(paused[n]),
                    yields={name.decode(): int(count) for name, count in yields[n].items()},
                )

    def newest_polls(self) -> tuple[PollNote, ...]:
        """The newest polls of feeds that are still polled, the newest first."""
        kept: list[bytes] = self.client.lrange(self._name("polled"), 0, POLLS_KEPT - 1)  # type: ignore[assignment]
        notes = [PollNote(*json.loads(text)) for text in kept]
        if not notes:
            return ()
        named = [note.feed for note in notes]
        there = self.client.zmscore(self._name("feeds"), named)
        paused: list[int] = self.client.smismember(self._name("paused"), named)  # type: ignore[assignment]
        polled = zip(notes, there, paused, strict=True)
        return tuple([note for note, due, rests in polled if due is not None and not rests])

    def feed_faults(self) -> dict[str, str]:
        """Feeds whose last poll failed, and why; of very many only some."""
        some: dict[bytes, bytes]
        _, some = self.client.hscan(self._name("feedfaults"), count=_BATCH)  # type: ignore
        return {k.decode(): v.decode("utf-8", "replace") for k, v in some.items()}

    def uneasy_feeds(self) -> tuple[Standing, ...]:
        """Feeds that fail, are silent, empty or gone, as many as are looked at."""
        counts = self._count_hash("health")
        if counts.get("well", 0) == sum(counts.values()):
            return ()
        ids: list[str] = []
        for feed_id, does in self.client.hscan_iter(self._name("feedhealth"), count=_BATCH):
            if does != b"well":
                ids.append(feed_id.decode())
            if len(ids) == FEEDS_SHOWN:
                break
        return tuple([stands for stands in self.standing(ids) if not stands.paused])

    def pause_feed(self, feed_id: str, now: float) -> bool:
        """Poll a feed no more until it is resumed."""
        return bool(self.calls.make("pause_feed", feed=feed_id, now=now))

    def resume_feed(self, feed_id: str, state: FeedState, now: float) -> bool:
        """Take a feed up again."""
        text, due, does = state.to_json(), state.next_poll, judge_health(state)
        return bool(
            self.calls.make("resume_feed", feed=feed_id, state=text, health=does, due=due, now=now)
        )

    def retime_feed(self, feed_id: str, due: float, now: float) -> bool:
        """Poll a feed at ``due`` instead."""
        return bool(self.calls.make("retime_feed", feed=feed_id, due=due, now=now))

    def healths(self) -> dict[str, int]:
        """Feeds by health; what is paused is only that."""
        found = self._count_hash("health")
        paused: set[bytes] = self.client.smembers(self._name("paused"))  # type: ignore[assignment]
        for batch in _batches([i.decode() for i in paused]):
            feeds: list[bytes | None] = self.client.hmget(self._name("feed"), batch)  # type: ignore[assignment]
            healths: list[bytes | None] = self.client.hmget(self._name("feedhealth"), batch)  # type: ignore[assignment]
            for health in filter(None, healths):
                found[health.decode()] -= 1
            found["paused"] = found.get("paused", 0) + sum(feed is not None for feed in feeds)
        return {name: count for name, count in found.items() if count}


def _write_note(note: PollNote) -> str:
    return json.dumps(list(astuple(note)), ensure_ascii=False, separators=(",", ":"))


def _batches(items: Sequence[T]) -> Iterator[list[T]]:
    rest = iter(items)
    while batch := list(islice(rest, _BATCH)):
        yield batch
