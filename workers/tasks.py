"""The tasks: each looks into the ledger for work, does it by plain calls, and says what happened.

A task takes up new work for TASK_SECONDS at most, so that warm shutdown is short and a worker
always shows progress.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from threading import Lock
from typing import Final

from redis.exceptions import RedisError

from pipeline import run
from pipeline.ledger import Lease
from pipeline.retries import RETRIES, seconds_until_retry
from workers import logs
from workers.app import TASK_SECONDS, app
from workers.holding import name_holder
from workers.limits import story_limits
from workers.loglines import (
    log_clock_stepped,
    log_feed_polled,
    log_page_fetched,
    log_polling_paused,
    log_polling_resumed,
    log_sink_delivered,
    log_sink_rests,
    log_story_ended,
    log_story_failed,
    log_story_set_aside,
)
from workers.redis.keys import name_key
from workers.subscriptions import pushed_until
from workers.wiring import wiring

# a lease outlasts what is done under it, and no longer: what a killed worker held waits for it
_FEED_LEASE: Final = 4  # times the longest poll
_PAGE_LEASE: Final = 6  # times the longest page request
_TRIM_EVERY: Final = 10  # ticks
_writing: Final[dict[str, Lock]] = {}
_STORY: Final = RETRIES["story"]
# shares of a story's limits at its first attempt: nearly all take a hundredth of it, and one that
# takes more is tried again alone, in full. Eight that hang come to two processes in four rounds:
# what waits behind them is held for less than 30 seconds
_FIRST_SOFT: Final = 1 / 4
_FIRST_HARD: Final = 1 / 3
_LEAST_HARD: Final = 5.0  # seconds that an answer of Redis or a busy machine may take
_LOOK: Final = 0.25  # seconds between two looks of a delivery that waits for more
_LINGER: Final = 1.0  # seconds it waits: a hint costs the processor time of twenty looks


def _working() -> Iterator[None]:
    """Go on for TASK_SECONDS."""
    end = time.monotonic() + TASK_SECONDS
    while time.monotonic() < end:
        yield


def nudge(queue: str, *, wanted: int = 1, sink: str = "") -> None:
    """See to it that ``wanted`` hints wait in a queue; those that wait already count.

    A sink is hinted at once and then at most twice a second: the next tick finds what a hint too
    few left.
    """
    w = wiring()
    waiting = (
        int(not _hinted(sink, first=True))
        if sink
        else int(w.redis.llen(name_key(w.settings.redis.prefix, "mq:", queue)))
    )
    for _ in range(wanted - waiting):
        app.send_task(f"wiredesk.{queue}", args=(sink,) if sink else (), ignore_result=True)


def _hinted(sink: str, *, first: bool) -> bool:
    """Note for two looks that a sink is seen to; False where it is and this must be ``first``."""
    w = wiring()
    return bool(
        w.redis.set(
            name_key(w.settings.redis.prefix, "hinted:", sink), 1, nx=first, px=int(2000 * _LOOK)
        )
    )


@app.task(name="wiredesk.tick")
def tick() -> None:
    """Look what is due and send hints. Many ticks at once are harmless: claims are leases."""
    w = wiring()
    now = time.time()
    # this one looks for all that wait: while no worker ran, beat sent one a second
    w.redis.delete(name_key(w.settings.redis.prefix, "mq:", "tick"))
    w.ledger.pulse("tick", now)
    for step in w.ledger.steps():
        log_clock_stepped(step)
    w.feed_files.look()
    w.ledger.make_room(now)
    due, pressure, s = w.ledger.waiting(now), w.ledger.pressure(), w.settings
    if due.feeds and not pressure:
        nudge("poll", wanted=min(due.feeds, s.poll.threads))
    tells, seconds = w.ledger.note_pause(bool(pressure), now)
    if tells == "paused":
        log_polling_paused(pressure, seconds)
    elif tells:
        log_polling_resumed(seconds)
    for aside in w.ledger.set_aside():
        log_story_set_aside(aside)
    if due.hosts:
        nudge("fetch", wanted=min(due.hosts, s.poll.threads))
    if due.process:
        nudge("process", wanted=min(-(-due.process // s.process.batch), s.process.processes))
    for sink, waiting in due.sinks.items():
        if waiting:
            nudge("deliver", sink=sink)
    if int(now / s.limits.tick) % _TRIM_EVERY == 0:
        w.ledger.trim()


@app.task(name="wiredesk.poll")
def poll() -> None:
    """Poll the feeds that are due, one after the other."""
    w = wiring()
    found = 0
    for _ in _working():
        lease = w.ledger.claim_feed(
            time.time(), _FEED_LEASE * w.settings.poll.timeout, w.reach.spacing
        )
        if not lease:
            break
        if w.settings.websub.url:
            until = pushed_until(w.redis, w.settings.redis.prefix, lease.feed_id)
            lease = replace(lease, state=replace(lease.state, pushed_until=until))
        polled = run.poll(lease, w.reach, w.ledger)
        log_feed_polled(polled)
        found += bool(polled.new + polled.changed + polled.moved)
    if found:
        # the pages of a feed are on one host as a rule, and one task at a time asks a host
        nudge("fetch", wanted=min(found, w.settings.poll.threads))
        nudge("process")


@app.task(name="wiredesk.fetch")
def fetch() -> None:
    """Fetch the pages that are due, host by host."""
    w = wiring()
    s = w.settings.fetch
    for _ in _working():
        seconds = _PAGE_LEASE * s.timeout
        fetched = run.fetch_next(w.reach, w.ledger, seconds, s.attempts + 2, _who(os.getpid()))
        if not fetched:
            break
        log_page_fetched(fetched)
        if not fetched.again and fetched.found in {"", "changed"}:
            nudge("process")


@app.task(name="wiredesk.process")
def process() -> None:
    """Process a batch of stories, each under its own limits and counted when it starts."""
    w = wiring()
    s = w.settings.process
    for _ in _working():
        leases = w.ledger.lease(
            time.time(), s.lease, s.batch, s.attempts, name_holder(os.getpid()), s.processes // 2
        )
        if not leases:
            break
        done = 0
        for lease, _ in zip(leases, _working(), strict=False):
            _process_one(lease)
            done += 1
        w.ledger.release(leases[done:], time.time())
        for sink in w.settings.sinks:
            nudge("deliver", sink=sink.name)


@cache
def _who(pid: int) -> str:
    return f"{os.uname().nodename}:{pid}"


def _limits_of(lease: Lease) -> tuple[float, float]:
    """Seconds of processor time and on the clock that this attempt may take."""
    s = wiring().settings.process
    if lease.attempts:
        return s.soft_limit, s.hard_limit
    hard = max(s.hard_limit * _FIRST_HARD, min(_LEAST_HARD, s.hard_limit))
    return s.soft_limit * _FIRST_SOFT, hard


def _process_one(lease: Lease) -> None:
    w, s = wiring(), wiring().settings.process
    definitions = w.definitions  # compiled before the attempt counts and the story's limits run
    if not w.ledger.begin(lease, time.time(), s.lease, _who(os.getpid())):
        return
    logs.bind(story=lease.key, feed=lease.entry.feed_id)
    try:
        with story_limits(*_limits_of(lease)):
            log_story_ended(run.process(lease, definitions, w.ledger, looking=w.looking))
    except RedisError:
        raise  # not the story's fault: its lease runs out and it is tried again
    except Exception as error:  # noqa: BLE001
        # whatever a page can provoke is counted, kept and in the end quarantined
        why = f"{type(error).__name__}: {error}"
        # after the last attempt there is nothing to wait for: the next look sets it aside
        failures = lease.attempts + 1
        wait = seconds_until_retry(_STORY, failures) if failures < s.attempts else 0.0
        w.ledger.postpone(lease, time.time() + wait, why)
        log_story_failed(lease)
    finally:
        logs.unbind("story", "feed")


@app.task(name="wiredesk.deliver")
def deliver(sink: str) -> None:
    """Hand a sink what waits for it, batch by batch, and look for more for a moment.

    While it looks nobody need send a hint.
    """
    with alone(sink) as free:
        if free:
            _deliver(sink)


@contextmanager
def alone(sink: str) -> Iterator[bool]:
    """Whether no other thread of this process writes to the sink; then none does until this ends.

    A sink that is slower than its lease loses the lease in the middle of a write; its object is not
    for two threads.
    """
    lock = _writing.setdefault(sink, Lock())
    free = lock.acquire(blocking=False)
    try:
        yield free
    finally:
        if free:
            lock.release()


def _deliver(sink: str) -> None:
    w = wiring()
    s = w.settings.deliver
    last = 0.0
    for _ in _working():
        delivery, fault = run.deliver(w.sinks[sink], w.ledger, s.lease, s.batch, s.rest)
        if delivery and fault:
            log_sink_rests(sink, len(delivery.items), fault, s.rest)
            break
        if delivery:
            log_sink_delivered(sink, len(delivery.items))
            last = time.monotonic()
        if time.monotonic() - last > _LINGER:
            break
        if not delivery or len(delivery.items) < s.batch:
            _hinted(sink, first=False)
            time.sleep(_LOOK)
