"""Everything is due by the clock of Redis: a worker's clock counts for nothing but durations, and a
step of either stalls nothing.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from redis import Redis

from pipeline.ledger import Ending, Later, Spacing, VainLook
from pipeline.schedule import NEVER, FeedState, Look, LookKind
from pipeline.story import Feed, Outcome, OutcomeKind, Page
from tests.making import entry, record
from workers.redis.clock_watch import STEP, ClockLook, ClockWatch, FoundStep
from workers.redis.redis_index import RedisIndex
from workers.redis.redis_ledger import RedisLedger

HOST = "wire.example"
FREE = Spacing(0.0)
DONE = Ending(Outcome(OutcomeKind.NEW), (record("a"),))


@dataclass
class Desk:
    """A worker whose clock is ``off`` by so many seconds, and the Redis that it works on."""

    redis: Redis
    off: float = 0.0

    def __post_init__(self) -> None:
        self.ledger = RedisLedger(self.redis, RedisIndex(self.redis, clock=self.clock))

    def clock(self) -> float:
        """The worker's own moment."""
        return time.time() + self.off

    def step(self, seconds: float) -> None:
        """Let Redis's clock step, as the next call finds it.

        Whatever is due stands in the ledger by its moments, which are this much ahead of the clock.
        """
        self.ledger.pulse("tick", self.clock())
        self.wait(seconds)
        self.ledger.waiting(self.clock())

    def wait(self, seconds: float) -> None:
        """Let so many seconds go by for everybody: no test waits for them."""
        self.redis.hincrbyfloat("wd:clock", "ahead", seconds)

    def take(self) -> str:
        """The key of a story that is due, leased for a minute; '' where none is."""
        leases = self.ledger.lease(self.clock(), 60, 1, 3)
        return leases[0].entry.guid if leases else ""


@pytest.fixture(params=[0.0, -600.0, 600.0, -3600.0 * 24 * 365, 3600.0 * 24 * 365])
def desk(request: pytest.FixtureRequest, redis: Redis) -> Desk:
    """A worker, also one whose clock is ten minutes or a year off."""
    return Desk(redis, request.param)


@pytest.fixture(params=[0.0, -600.0, -5.0, -3600.0 * 24 * 365])
def back(request: pytest.FixtureRequest) -> float:
    """By how much Redis's clock goes back, if at all."""
    seconds: float = request.param
    return seconds


def admit(desk: Desk, *names: str, host: str = "") -> None:
    """Admit entries of these names."""
    desk.ledger.admit([(entry(name), host) for name in names], desk.clock())


def test_a_story_is_due_whatever_the_clocks_say(desk: Desk, back: float) -> None:
    """What was admitted before a step is there after it, once."""
    admit(desk, "a")
    desk.step(back)
    assert desk.take()
    assert not desk.take()


def test_a_lease_lasts_as_long_as_it_was_given_for(desk: Desk, back: float) -> None:
    """Neither shorter nor longer, also where the clock goes back while it is held."""
    admit(desk, "a")
    assert desk.take()
    desk.step(back)
    desk.wait(58)
    assert not desk.take()
    desk.wait(3)
    assert desk.take()


def test_what_failed_waits_as_long_as_it_was_told_to(desk: Desk, back: float) -> None:
    """A wait after a failure has no ``now`` of its own: it counts from the sending."""
    admit(desk, "a")
    [lease] = desk.ledger.lease(desk.clock(), 60, 1, 3)
    desk.ledger.postpone(lease, desk.clock() + 30, "no luck")
    desk.step(back)
    desk.wait(28)
    assert not desk.take()
    desk.wait(3)
    assert desk.take()


def test_a_host_rests_and_its_page_waits_as_told(desk: Desk, back: float) -> None:
    """A page put off, and the rest of its host."""
    admit(desk, "a", host=HOST)
    taken = desk.ledger.take_page(desk.clock(), 60, 3, "w")
    assert taken
    now = desk.clock()
    desk.ledger.settle_page(taken, Later(now + 20, "busy"), now, now + 40)
    desk.step(back)
    desk.wait(38)
    assert not desk.ledger.take_page(desk.clock(), 60, 3, "w")
    desk.wait(3)
    assert desk.ledger.take_page(desk.clock(), 60, 3, "w")


def test_a_look_is_made_when_it_was_planned(desk: Desk, back: float) -> None:
    """Its moments stand inside the look."""
    admit(desk, "a", host=HOST)
    for look in (Look(LookKind.MISSING, desk.clock() + 100, desk.clock() + 50), None):
        taken = desk.ledger.take_page(desk.clock(), 60, 3, "w", FREE)
        assert taken
        if look:
            desk.ledger.settle_page(taken, Page("", 404), desk.clock(), 0.0)
            [lease] = desk.ledger.lease(desk.clock(), 60, 1, 3)
            desk.ledger.complete(lease, replace(DONE, look=look), desk.clock())
            desk.step(back)
            desk.wait(98)
            assert not desk.ledger.take_page(desk.clock(), 60, 3, "w", FREE)
            desk.wait(3)
    assert taken.lease.look
    assert abs(taken.lease.look.earliest - (desk.clock() - 51)) < 1.5 + STEP


def test_a_host_that_said_no_is_spared_as_long_as_told(desk: Desk) -> None:
    """And no longer."""
    admit(desk, "a", host=HOST)
    taken = desk.ledger.take_page(desk.clock(), 60, 3, "w", FREE)
    assert taken
    spared = VainLook("refused", Look(), desk.clock() + 70)
    desk.ledger.settle_page(taken, spared, desk.clock(), 0.0)
    until = desk.redis.zscore("wd:lookless", HOST)
    assert until is not None
    assert abs(until - time.time() - 70) < 1


def test_a_feed_is_polled_at_its_pace(desk: Desk, back: float) -> None:
    """Its state is stored as the worker reckoned; when it is due is not."""
    desk.ledger.schedule([Feed("f", "https://wire.example/f")], desk.clock())
    lease = desk.ledger.claim_feed(desk.clock(), 60)
    assert lease
    now = desk.clock()
    state = FeedState(last_poll=now, next_poll=now + 60)
    assert desk.ledger.settle_feed(lease, state, allowed=now + 5)
    desk.step(back)
    [stands] = desk.ledger.standing(["f"])
    assert abs(stands.due - desk.ledger.clock() - 60) < STEP
    assert abs(stands.host_free - desk.ledger.clock() - 5) < STEP
    desk.wait(58)
    assert not desk.ledger.claim_feed(desk.clock(), 60)
    desk.wait(3)
    assert desk.ledger.claim_feed(desk.clock(), 60)


def test_a_clock_that_steps_during_a_poll_puts_its_feed_off_no_further(desk: Desk) -> None:
    """Between the answer and the call that stores it entries are admitted, which takes a while."""
    desk.ledger.schedule([Feed("f", "https://wire.example/f")], desk.clock())
    lease = desk.ledger.claim_feed(desk.clock(), 60)
    assert lease
    now = desk.clock() + 600
    assert desk.ledger.settle_feed(lease, FeedState(last_poll=now, next_poll=now + 30))
    [stands] = desk.ledger.standing(["f"])
    assert abs(stands.due - desk.ledger.clock() - 30) < 1


def test_a_feed_that_comes_back_waits_no_longer_than_its_last_poll_said(desk: Desk) -> None:
    """Its state may be of a clock that has stepped since."""
    feed = Feed("f", "https://wire.example/f")
    desk.ledger.schedule([feed], desk.clock())
    lease = desk.ledger.claim_feed(desk.clock(), 60)
    assert lease
    now = desk.clock() + 86_400
    desk.ledger.settle_feed(lease, FeedState(last_poll=now, next_poll=now + 60))
    desk.ledger.schedule([], desk.clock())
    desk.ledger.schedule([feed], desk.clock())
    [stands] = desk.ledger.standing(["f"])
    assert abs(stands.due - desk.ledger.clock() - 60) < 1


def test_a_feed_that_is_gone_or_paused_stays_so(desk: Desk, back: float) -> None:
    """The end of the year 9999 is no moment that moves."""
    feeds = [Feed("gone", "https://a.example/f"), Feed("paused", "https://b.example/f")]
    desk.ledger.schedule(feeds, desk.clock())
    desk.ledger.pause_feed("paused", desk.clock())
    lease = desk.ledger.claim_feed(desk.clock(), 60)
    assert lease
    desk.ledger.settle_feed(lease, FeedState(last_poll=desk.clock(), next_poll=NEVER))
    desk.step(back)
    assert [stands.due for stands in desk.ledger.standing(["gone", "paused"])] == [NEVER] * 2
    desk.ledger.schedule([], desk.clock())
    desk.ledger.schedule(feeds, desk.clock())
    assert [stands.due for stands in desk.ledger.standing(["gone", "paused"])] == [NEVER] * 2


def test_a_sink_rests_as_long_as_told(desk: Desk, back: float) -> None:
    """And is handed its batch again after it."""
    desk.ledger.attach(["s"])
    admit(desk, "a")
    [lease] = desk.ledger.lease(desk.clock(), 60, 1, 3)
    desk.ledger.complete(lease, DONE, desk.clock())
    delivery = desk.ledger.read("s", desk.clock(), 60, 9)
    assert delivery
    desk.ledger.rest(delivery, desk.clock() + 10, "full")
    desk.step(back)
    assert not desk.ledger.read("s", desk.clock(), 60, 9)
    desk.wait(11)
    again = desk.ledger.read("s", desk.clock(), 60, 9)
    assert again
    assert again.items == delivery.items


def test_hints_of_before_a_step_hold_nothing_up(redis: Redis) -> None:
    """Redis lets them live until its clock is there again, and their sink would wait for it."""
    desk = Desk(redis)
    desk.ledger.attach(["s"])
    redis.set("wd:hinted:s", 1, px=600_000)
    desk.step(-600.0)
    assert not redis.exists("wd:hinted:s")


def test_ages_are_right_after_a_step(desk: Desk, back: float) -> None:
    """What operators read counts by the ledger's own moment, whatever they say it is."""
    admit(desk, "a")
    desk.step(back)
    desk.wait(100)
    status = desk.ledger.status(desk.clock())
    assert abs(status.oldest_due - 100) < STEP
    assert abs(desk.ledger.clock() - status.progress["tick"] - 100) < STEP
    assert not desk.ledger.waiting(desk.clock()).empty


def test_a_tick_that_waited_for_redis_is_no_step(redis: Redis) -> None:
    """Between its reading of the clock and its pulse Redis may stand still for seconds."""
    desk = Desk(redis)
    for late in (0.0, 5.0, 0.0):
        desk.ledger.pulse("tick", desk.clock() - late)
    assert desk.ledger.steps() == []


def test_a_step_of_a_workers_clock_is_told_with_its_machine(redis: Redis) -> None:
    """By the next pulse of that machine; the other services there find it told."""
    desk, other = Desk(redis), Desk(redis)
    for one in (desk, other):
        one.ledger.pulse("worker.poll", one.clock())
    for one in (desk, other):
        one.off = -600.0
        one.ledger.pulse("worker.poll", one.clock())
    [step] = desk.ledger.steps()
    assert abs(step.seconds + 600) < 1
    assert step.where == os.uname().nodename


STEPS = st.lists(
    st.tuples(st.sampled_from(["redis", "worker", "nobody"]), st.floats(3.0, 1e6)), max_size=8
)


@settings(max_examples=60)
@given(STEPS, st.booleans())
def test_no_order_of_steps_changes_a_wait(
    redis: Redis, steps: list[tuple[str, float]], ahead: bool
) -> None:
    """A story that waits for half a million seconds is due after them, whatever clocks do."""
    redis.flushall()
    desk, left = Desk(redis), 500_000.0
    admit(desk, "a")
    [lease] = desk.ledger.lease(desk.clock(), 60, 1, 3)
    desk.ledger.postpone(lease, desk.clock() + left, "no luck")
    for whose, seconds in steps:
        if whose == "redis":
            desk.step(-seconds)
        elif whose == "worker":
            desk.off += seconds if ahead else -seconds
        else:
            desk.wait(seconds)
            left -= seconds
        if abs(left) > 20:  # the test itself takes a moment
            assert bool(desk.take()) is (left < 0)
        if left < 0:
            break


def test_a_step_is_noted_once(redis: Redis) -> None:
    """When it was, by how much, and whose; whoever calls first sees it."""
    desk = Desk(redis)
    assert desk.ledger.status(0.0).stepped == (0.0, 0.0)
    desk.step(-600.0)
    for _ in range(3):
        desk.ledger.waiting(desk.clock())
    when, seconds = desk.ledger.status(desk.clock()).stepped
    assert abs(when - time.time()) < 1
    assert abs(seconds + 600) < 1
    [step] = desk.ledger.steps()
    assert (step.when, step.seconds, step.where) == (when, seconds, "redis")
    assert desk.ledger.steps() == []


@pytest.mark.parametrize("back", [STEP - 0.5, STEP + 0.5])
def test_a_step_begins_beyond_its_bound(redis: Redis, back: float) -> None:
    """What is less delays what is due by as much, once, and is no event."""
    desk = Desk(redis)
    desk.step(-back)
    assert bool(desk.ledger.steps()) is (back > STEP)


def test_steps_that_nobody_asks_for_are_bounded(redis: Redis) -> None:
    """A clock may flap while no tick runs."""
    desk = Desk(redis)
    for _ in range(120):
        desk.step(-5.0)
    assert redis.llen("wd:steps") == 100


def test_a_step_forward_is_noted_and_nothing_is_lost_when_it_is_set_right(redis: Redis) -> None:
    """What was due later is due early; then the clock goes back, and nothing waits for it."""
    desk = Desk(redis)
    admit(desk, "a")
    assert desk.take()
    desk.step(600.0)
    desk.ledger.pulse("tick", desk.clock())
    assert desk.take()
    desk.step(-600.0)
    desk.wait(61)
    assert desk.take()


def look(at: float, *, own: float = 0.0, redis: float = 0.0, took: float = 0.0) -> ClockLook:
    """The clocks at a moment, each so much off."""
    return ClockLook(at + own, at + redis, at + redis, at, at + took)


def watched(*looks: ClockLook) -> list[FoundStep | None]:
    """What a watch says of each look."""
    watch = ClockWatch()
    return [watch.look(one) for one in looks]


@pytest.mark.parametrize(
    ("later", "whose"),
    [
        (lambda by: look(1.0, redis=by), "redis"),
        (lambda by: look(1.0, own=by), "machine"),
        (lambda by: look(1.0, own=by, redis=by), "redis"),
    ],
)
@pytest.mark.parametrize("by", [STEP - 0.1, STEP + 0.1, -STEP + 0.1, -STEP - 0.1, 86_400.0])
def test_a_watch_sees_a_step_of_either_clock(
    later: Callable[[float], ClockLook], whose: str, by: float
) -> None:
    """Against a clock that never steps; where both did, Redis's is told."""
    found = watched(look(0.0), later(by), replace(later(by), before=1.0))
    assert found[0] is None
    assert found[2] is None
    if abs(by) < STEP:
        assert found[1] is None
    else:
        assert found[1]
        assert abs(found[1].seconds - by) < 1e-6
        assert (found[1].where == "redis") is (whose == "redis")


def test_a_watch_that_waited_for_its_answer_says_nothing() -> None:
    """Nobody knows when a busy Redis read its clock; the next look compares with the one before."""
    assert watched(look(0.0), look(9.0, redis=5.0, took=0.6), look(20.0)) == [None] * 3


def test_time_that_nobody_looked_is_no_step() -> None:
    """A pause of an hour is an hour on every clock."""
    assert watched(look(0.0), look(3600.0), look(3601.0)) == [None] * 3
