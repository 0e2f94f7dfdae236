"""Lateness by number of feeds: the ledger in a real Redis, several ticks, a simulated clock in
place of the network."""

from __future__ import annotations

import heapq
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from rich.progress import Progress, TaskID
from rich.table import Table

from benchmarks.polling.system import ledger, redis_seconds
from pipeline.ledger import FeedLease, Spacing
from pipeline.schedule import FeedState, PollResult, after_poll
from pipeline.story import Feed
from workers.redis.redis_ledger import RedisLedger

TICKS: Final = 3  # beats, each once a second
_START: Final = 1_795_000_000.0
_PACES: Final = {
    120.0: 1,
    1200.0: 3,
    14_400.0: 6,
}  # seconds between two entries, and how many feeds of ten have it
_ENTRIES: Final = 40
_SPACING: Final = Spacing(5.0)


@dataclass
class Simulation:
    """Feeds, workers and ticks on one clock. A poll takes 0.1 to 1 second of it, and none of
    ours."""

    book: RedisLedger
    feeds: int
    workers: int
    seconds: float
    late: list[float] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)
    claims: float = 0.0
    looks: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._pick = random.Random(7)
        self._idle = self.workers
        self._events: list[tuple[float, int, FeedLease | None]] = []
        self._number = 0

    def _at(self, moment: float, lease: FeedLease | None) -> None:
        self._number += 1
        heapq.heappush(self._events, (moment, self._number, lease))

    def run(self, progress: Progress, bar: TaskID) -> None:
        """Let the clock go; each event is a tick, or the end of a poll."""
        for n in range(TICKS):
            self._at(_START + n / TICKS, None)
        end, shown = _START + self.seconds, _START
        while self._events and self._events[0][0] < end:
            now, _, lease = heapq.heappop(self._events)
            if lease:
                self._settle(lease, now)
                self._idle += 1
                self._claim(now)
            else:
                self._tick(now)
            if now - shown > 1.0:
                progress.advance(bar, now - shown)
                shown = now
        progress.advance(bar, end - shown)

    def _tick(self, now: float) -> None:
        start = time.perf_counter()
        due = self.book.waiting(now).feeds
        self.looks.append(time.perf_counter() - start)
        for _ in range(min(due, self._idle)):
            if not self._claim(now):
                break
        self._at(now + 1.0, None)

    def _claim(self, now: float) -> bool:
        start = time.process_time()
        lease = self.book.claim_feed(now, 120.0, _SPACING) if self._idle else None
        self.claims += time.process_time() - start
        if not lease:
            return False
        self._idle -= 1
        self.late.append(now - lease.state.next_poll)
        self._at(now + self._pick.uniform(0.1, 1.0), lease)
        return True

    def _settle(self, lease: FeedLease, now: float) -> None:
        """A feed that published since it was last asked answers 200; two in three of the others
        304."""
        state = lease.state
        pace = list(_PACES)[_kind(lease.feed_id)]
        fresh = int((now - state.last_poll) / pace + self._pick.random())
        if fresh:
            keys = tuple(f"{self._pick.getrandbits(128):032x}" for _ in range(min(fresh, _ENTRIES)))
            kept = (*keys, *state.last_keys)[:_ENTRIES]
            dates = tuple(now - 5 - n * pace for n in range(len(kept)))
            result = PollResult(
                200,
                {"etag": f'"{keys[0]}"'},
                body_hash=keys[0],
                keys=kept,
                published=dates,
                new=len(keys),
            )
        elif self._pick.random() < 2 / 3:
            result = PollResult(304)
        else:
            result = PollResult(200, {"etag": state.etag}, body_hash=state.body_hash, changed=False)
        self.answers["new" if fresh else "304" if result.status == 304 else "same"] += 1
        start = time.process_time()
        after = after_poll(lease.feed, state, result, now).state
        self.book.settle_feed(lease, after, allowed=now + _SPACING.usual, host=lease.host)
        self.claims += time.process_time() - start


def _kind(feed_id: str) -> int:
    """Which pace a feed has: always the same for one feed."""
    return (0, 1, 1, 1, 2, 2, 2, 2, 2, 2)[int(feed_id[1:]) % 10]


def make_known(book: RedisLedger, feeds: int) -> None:
    """Schedule feeds that were polled before: each has its state, its rhythm and its own moment."""
    pick = random.Random(3)
    book.schedule([Feed(f"f{n}", f"https://h{n // 2}.example/{n}") for n in range(feeds)], _START)
    for n in range(feeds):
        pace = list(_PACES)[_kind(f"f{n}")]
        wait = min(max(pace / 2, 60.0), 3600.0)
        due = _START + pick.random() * wait
        keys = tuple(f"{pick.getrandbits(128):032x}" for _ in range(_ENTRIES))
        state = FeedState(
            etag=f'"{keys[0]}"',
            body_hash=keys[0] + keys[1][:8],
            next_poll=due,
            last_poll=due - wait,
            interval=wait,
            last_keys=keys,
            configured=f"https://h{n // 2}.example/{n}",
            title=f"Feed {n}",
            first_poll=_START - 1e6,
            last_ok=due - wait,
            last_full=_START,
            newest=due - wait,
            spacing=pace,
            longest=pace,
            last_new=due - wait,
            status=200,
            entries=_ENTRIES,
        )
        book.resume_feed(f"f{n}", state, _START)


def scale(minutes: float, progress: Progress, sizes: tuple[int, ...]) -> Table:
    """Lateness is from when a feed was due to when a worker took it; two feeds share a host, which
    is spaced 5 s."""
    made = Table(
        title=f"{TICKS} ticks, one Redis, {minutes:g} simulated minutes", title_justify="left"
    )
    columns = (
        "feeds",
        "workers",
        "polls",
        "polls/s",
        "late p50 s",
        "p99 s",
        "most s",
        "tick ms",
        "ledger ms a poll",
        "Redis ms a poll",
        "polls/s a Redis",
        "KB a feed",
        "polls saved",
        "parses saved",
    )
    for column in columns:
        made.add_column(column, justify="right")
    bar = progress.add_task("lateness", total=len(sizes) * minutes * 60)
    for feeds in sizes:
        with ledger() as (book, client):
            empty = int(client.info("memory")["used_memory"])
            make_known(book, feeds)
            memory = (int(client.info("memory")["used_memory"]) - empty) / feeds / 1024
            simulated = Simulation(book, feeds, workers=max(16, feeds // 500), seconds=minutes * 60)
            before = redis_seconds(client)
            simulated.run(progress, bar)
            made.add_row(*_row(simulated, (redis_seconds(client) - before) * 1e3, memory))
    return made


def _row(simulated: Simulation, redis_ms: float, memory: float) -> list[str]:
    late, polls = sorted(simulated.late), len(simulated.late)
    asked_each_minute = simulated.feeds * simulated.seconds / 60
    return [
        f"{simulated.feeds:,}",
        f"{simulated.workers}",
        f"{polls:,}",
        f"{polls / simulated.seconds:.0f}",
        f"{late[polls // 2]:.2f}",
        f"{late[int(polls * 0.99)]:.2f}",
        f"{late[-1]:.2f}",
        f"{sum(simulated.looks) / len(simulated.looks) * 1e3:.1f}",
        f"{simulated.claims / polls * 1e3:.2f}",
        f"{redis_ms / polls:.2f}",
        f"{polls * 1e3 / redis_ms:,.0f}",
        f"{memory:.1f}",
        f"{1 - polls / asked_each_minute:.0%}",
        f"{1 - simulated.answers['new'] / max(sum(simulated.answers.values()), 1):.0%}",
    ]
