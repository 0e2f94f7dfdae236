"""Any order of polls, pages, deaths and orders:
both ledgers do the same, and no host is asked too soon.
"""

from __future__ import annotations

from dataclasses import replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    rule,
    run_state_machine_as_test,
)
from redis import Redis

from pipeline.ledger import FeedLease, Later, PageLease, Spacing
from pipeline.ledger.memory import MemoryLedger
from pipeline.story import Feed, Page
from tests.making import NOW, entry
from tests.workers.ledgers import both

SPACING = Spacing(5.0, {"open.example": 0.0})
LEASE = 30.0
FEEDS = [
    Feed(f"{host}{n}", f"https://{host}.example/{n}")
    for host in ("slow", "open", "other")
    for n in range(2)
]
IDS = st.sampled_from([feed.id for feed in FEEDS])
WAITS = st.sampled_from([0.0, 5.0, 40.0])


class FeedMachine(RuleBasedStateMachine):
    """Drives both ledgers side by side. Leases that are never settled are workers that died."""

    client: Redis
    polls = Bundle("polls")
    pages = Bundle("pages")

    @initialize()
    def begin(self) -> None:
        """Two empty ledgers."""
        self.ledgers = both(self.client)
        self.now = NOW
        self.count = 0
        self.busy: dict[str, float] = {}
        self.rest: dict[str, float] = {}

    def _asked(self, host: str) -> None:
        """Note that a host is taken, and that it might be."""
        assert self.now >= self.rest.get(host, 0.0), "a host was asked while it rests"
        if SPACING.of(host):
            assert self.now >= self.busy.get(host, 0.0), "a host was asked by two at once"
            self.busy[host] = self.now + LEASE

    def _freed(self, host: str, held: bool, wait: float) -> float:
        if held:
            self.busy.pop(host, None)
        allowed = self.now + wait if wait else 0.0
        self.rest[host] = max(self.rest.get(host, 0.0), allowed)
        return allowed

    @rule(chosen=st.sets(IDS, max_size=6), every=st.sampled_from([None, 7.0]))
    def schedule(self, chosen: set[str], every: float | None) -> None:
        """The configured list changes."""
        feeds = [replace(feed, every=every) for feed in FEEDS if feed.id in chosen]
        one, two = (ledger.schedule(feeds, self.now) for ledger in self.ledgers)
        assert one == two

    @rule(target=polls)
    def claim(self) -> tuple[FeedLease, ...] | None:
        """A worker looks for a feed."""
        found = [ledger.claim_feed(self.now, LEASE, SPACING) for ledger in self.ledgers]
        one, two = found
        assert (one is None) == (two is None)
        if one is None or two is None:
            return None
        assert (one.feed, one.host, one.state, bool(one.hold)) == (
            two.feed,
            two.host,
            two.state,
            bool(two.hold),
        )
        self._asked(one.host)
        return one, two

    @rule(pair=consumes(polls), wait=WAITS, rest=WAITS)
    def settle(self, pair: tuple[FeedLease, ...] | None, wait: float, rest: float) -> None:
        """A poll ends, perhaps late."""
        if not pair:
            return
        held = bool(pair[0].hold) and self._holds(pair[0].host, pair[0].hold)
        allowed = self._freed(pair[0].host, held, rest)
        state = replace(
            pair[0].state, next_poll=self.now + 1 + wait, last_poll=self.now, etag=str(self.now)
        )
        said = [
            ledger.settle_feed(lease, state, allowed=allowed)
            for ledger, lease in zip(self.ledgers, pair, strict=True)
        ]
        assert said[0] == said[1]

    def _holds(self, host: str, token: int) -> bool:
        memory = self.ledgers[0]
        assert isinstance(memory, MemoryLedger)
        return memory._hosts[host].token == token

    @rule(host=st.sampled_from(["slow.example:443", "open.example:443"]))
    def admit(self, host: str) -> None:
        """A story whose page is wanted."""
        self.count += 1
        for ledger in self.ledgers:
            ledger.admit([(entry(str(self.count)), host)], self.now)

    @rule(target=pages)
    def take_page(self) -> tuple[PageLease, ...] | None:
        """A worker looks for a page."""
        one, two = (ledger.take_page(self.now, LEASE, 9, "w", SPACING) for ledger in self.ledgers)
        assert (one is None) == (two is None)
        if one is None or two is None:
            return None
        assert (one.lease.host, one.lease.key, bool(one.hold)) == (
            two.lease.host,
            two.lease.key,
            bool(two.hold),
        )
        self._asked(one.lease.host)
        return one, two

    @rule(pair=consumes(pages), rest=WAITS, good=st.booleans())
    def fetched(self, pair: tuple[PageLease, ...] | None, rest: float, good: bool) -> None:
        """A page came, or is tried again."""
        if not pair:
            return
        host, hold = pair[0].lease.host, pair[0].hold
        allowed = self._freed(host, bool(hold) and self._holds(host, hold), rest)
        result = Page("x") if good else Later(self.now + 10, "busy")
        for ledger, taken in zip(self.ledgers, pair, strict=True):
            ledger.settle_page(taken, result, self.now, allowed)

    @rule(feed_id=IDS, what=st.sampled_from(["pause", "resume", "retime"]))
    def operate(self, feed_id: str, what: str) -> None:
        """An operator speaks."""
        said = []
        for ledger in self.ledgers:
            state = ledger.feed_state(feed_id)
            if what == "pause":
                said.append(ledger.pause_feed(feed_id, self.now))
            elif what == "retime":
                said.append(ledger.retime_feed(feed_id, self.now + 1, self.now))
            elif state:
                said.append(
                    ledger.resume_feed(feed_id, replace(state, next_poll=self.now + 2), self.now)
                )
        assert len(set(said)) <= 1

    @rule(seconds=st.sampled_from([1.0, 5.0, 31.0]))
    def wait(self, seconds: float) -> None:
        """Time goes by, and leases run out."""
        self.now += seconds

    @rule()
    def same_picture(self) -> None:
        """Both ledgers show operators the same."""
        one, two = (ledger.standing([feed.id for feed in FEEDS]) for ledger in self.ledgers)
        assert [replace(s, host_free=0.0) for s in one] == [replace(s, host_free=0.0) for s in two]
        assert [max(s.host_free, self.now) for s in one] == [
            max(s.host_free, self.now) for s in two
        ]
        assert self.ledgers[0].waiting(self.now).feeds == self.ledgers[1].waiting(self.now).feeds
        assert self.ledgers[0].status(self.now).health == self.ledgers[1].status(self.now).health


def test_any_order_of_polls_is_polite_and_the_same_in_both(redis: Redis) -> None:
    """In any order, with dying workers: a spaced host has one asker, a resting one none, and both
    ledgers agree.
    """
    machine = type("Machine", (FeedMachine,), {"client": redis})
    run_state_machine_as_test(
        machine, settings=settings(max_examples=60, stateful_step_count=40, deadline=None)
    )  # type: ignore[arg-type]
