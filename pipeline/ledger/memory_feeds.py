"""The feeds and hosts of the ledger of one process: who may be asked when."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from math import inf
from typing import Final

from pipeline import urls
from pipeline.ledger import SPACED, FeedLease, Scheduled, Spacing, Standing
from pipeline.ledger.memory_notes import MemoryNotes
from pipeline.ledger.sightings import FEEDS_SHOWN, PollNote
from pipeline.schedule import FeedState
from pipeline.schedule import health as judge_health
from pipeline.story import Feed

# TURN and NEVER of workers/redis/lua/feeds.lua, which says why
_TURN: Final = 2.0
_NEVER: Final = 253_402_300_799.0


@dataclass(slots=True)
class Claim:
    """A feed or sink: when it may next be taken, and by which token it is held."""

    due: float
    token: int = 0


@dataclass(slots=True)
class _Host:
    """A host: until when it rests, and until when and by which token it is held."""

    free: float = 0.0
    held: float = 0.0
    token: int = 0
    last: str = ""  # whose turn was the last one: "feed" or "page"

    @property
    def open(self) -> float:
        return max(self.free, self.held)


def _read_plan(state: FeedState, now: float) -> float:
    """When a feed is due by its state, no later than its last poll said."""
    if not state.next_poll or state.next_poll >= _NEVER or not state.last_poll:
        return state.next_poll or now
    return min(state.next_poll, now + max(0.0, state.next_poll - state.last_poll))


class MemoryFeeds:
    """The part of ``MemoryLedger`` that polls; see ``pipeline.ledger.Ledger``."""

    def __init__(self) -> None:
        self._tokens = count(1)
        self._hosts: defaultdict[str, _Host] = defaultdict(_Host)
        self._feeds: dict[str, Claim] = {}
        self._defined: dict[str, Feed] = {}
        self._places: dict[str, str] = {}
        self._paused: set[str] = set()
        self._health: dict[str, str] = {}
        self._states: dict[str, FeedState] = {}
        self._counts: Counter[str] = Counter()
        self._polls: Counter[str] = Counter()
        self._yields: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._progress: dict[str, float] = {}
        self._notes = MemoryNotes()

    def _first_page(self, _: str) -> float:
        """When the first page of a host is due."""
        return inf

    def _first_feed(self, host: str) -> float:
        return min((c.due for f, c in self._feeds.items() if self._places[f] == host), default=inf)

    def _turn(self, host: str, due: float, line: str) -> float:
        """When a page or feed of a host may go: after the other's, if it had the last turn."""
        at = max(due, self._hosts[host].open)
        other = self._first_page(host) if line == "feed" else self._first_feed(host)
        return at + _TURN if self._hosts[host].last == line and other <= at else at

    def _hold(self, host: str, line: str, until: float, spacing: Spacing) -> int:
        """Hold a host that wants spacing; the token, 0 where any number may ask it at once."""
        if not host or not spacing.of(host):
            return 0
        at = self._hosts[host]
        at.held, at.token, at.last = until, next(self._tokens), line
        return at.token

    def _release_host(self, host: str, token: int, allowed: float) -> None:
        """Give the host back."""
        at = self._hosts[host]
        at.free = max(at.free, allowed)
        if token and at.token == token:
            at.held, at.token = 0.0, 0

    def schedule(self, feeds: Sequence[Feed], now: float) -> Scheduled:
        """Poll exactly these feeds."""
        added: list[str] = []
        changed: list[str] = []
        for feed in feeds:
            if self._defined.get(feed.id) != feed:
                (changed if feed.id in self._defined else added).append(feed.id)
                self._places[feed.id] = urls.host(feed.url)
            self._defined[feed.id] = feed
            state = self._states.setdefault(feed.id, FeedState())
            due = _NEVER if feed.id in self._paused else _read_plan(state, now)
            self._feeds.setdefault(feed.id, Claim(due))
        removed = sorted(self._feeds.keys() - {feed.id for feed in feeds})
        for gone in removed:
            del self._feeds[gone], self._defined[gone]
            self._health.pop(gone, None)
            self._notes.faults.pop(gone, None)
        return Scheduled(tuple(added), tuple(changed), tuple(removed))

    def _open_feeds(self, now: float) -> list[str]:
        """Due feeds whose host may be asked, by who has waited longest: hosts first, then feeds."""
        due = [(claim.due, feed_id) for feed_id, claim in self._feeds.items() if claim.due <= now]
        first: dict[str, float] = {}
        for at, feed_id in sorted(due):
            host = self._places[feed_id]
            first.setdefault(host, self._turn(host, at, "feed"))
        ranked = sorted((first[self._places[f]], self._places[f], at, f) for at, f in due)
        return [feed_id for since, _, _, feed_id in ranked if since <= now]

    def claim_feed(self, now: float, seconds: float, spacing: Spacing = SPACED) -> FeedLease | None:
        """The feed that is most overdue."""
        for feed_id in self._open_feeds(now)[:1]:
            claim, host = self._feeds[feed_id], self._places[feed_id]
            claim.token, claim.due = next(self._tokens), now + seconds
            hold = self._hold(host, "feed", now + seconds, spacing)
            return FeedLease(
                feed_id, claim.token, self._states[feed_id], self._defined[feed_id], host, hold
            )
        return None

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
        self._release_host(lease.host, lease.hold, allowed)
        claim = self._feeds.get(lease.feed_id)
        if not claim or claim.token != lease.token:
            return False
        self._states[lease.feed_id] = state
        claim.due, claim.token = _NEVER if lease.feed_id in self._paused else state.next_poll, 0
        self._places[lease.feed_id] = host or lease.host
        self._health[lease.feed_id] = health
        self._polls.update(counts or {})
        self._progress["poll"] = state.last_poll
        if note:
            self._notes.note_poll(note, paused=lease.feed_id in self._paused)
        return True

    def feed_state(self, feed_id: str) -> FeedState | None:
        """What is remembered of a feed."""
        return self._states.get(feed_id)

    def feeds(self) -> dict[str, Feed]:
        """The feeds that are polled."""
        return dict(self._defined)

    def standing(self, feed_ids: Sequence[str]) -> list[Standing]:
        """How these feeds stand."""
        return [
            Standing(
                feed=self._defined[feed_id],
                state=self._states[feed_id],
                due=self._feeds[feed_id].due,
                host=self._places[feed_id],
                host_free=self._hosts[self._places[feed_id]].open,
                paused=feed_id in self._paused,
                yields=dict(self._yields[feed_id]),
            )
            for feed_id in feed_ids
            if feed_id in self._feeds
        ]

    def pause_feed(self, feed_id: str, now: float) -> bool:
        """Poll a feed no more until it is resumed."""
        if feed_id not in self._feeds:
            return False
        self._paused.add(feed_id)
        self._notes.faults.pop(feed_id, None)
        claim = self._feeds[feed_id]
        if not (claim.token and claim.due > now):
            claim.due = _NEVER
        return True

    def resume_feed(self, feed_id: str, state: FeedState, now: float) -> bool:
        """Take a feed up again."""
        self._paused.discard(feed_id)
        if not self.retime_feed(feed_id, state.next_poll, now):
            return feed_id in self._feeds
        self._states[feed_id] = state
        self._notes.faults.pop(feed_id, None)
        self._health.pop(feed_id, None)
        if (does := judge_health(state)) != "new":
            self._health[feed_id] = does
        return True

    def _newest_polls(self) -> tuple[PollNote, ...]:
        """The newest polls of feeds that are still polled."""
        polled = self._feeds.keys() - self._paused
        return tuple([note for note in self._notes.polls if note.feed in polled])

    def _uneasy_feeds(self) -> tuple[Standing, ...]:
        """Feeds that fail, are silent, empty or gone."""
        ids = [i for i, does in self._health.items() if does != "well" and i not in self._paused]
        return tuple(self.standing(ids[:FEEDS_SHOWN]))

    def retime_feed(self, feed_id: str, due: float, now: float) -> bool:
        """Poll a feed at ``due`` instead."""
        claim = self._feeds.get(feed_id)
        if not claim or feed_id in self._paused or (claim.token and claim.due > now):
            return False
        claim.due, claim.token = due, 0
        return True

    def _healths(self) -> dict[str, int]:
        """Feeds by health; what is paused is only that."""
        found = Counter(h for f, h in self._health.items() if f not in self._paused)
        paused = len(self._paused & self._feeds.keys())
        return dict(found) | ({"paused": paused} if paused else {})
