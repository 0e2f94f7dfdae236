"""The tasks: each looks into the ledger for work, does it by plain calls, and says what happened.

A task takes up new work for TASK_SECONDS at most, so that warm shutdown is short and a worker always shows progress.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from functools import cache
from threading import Lock
from typing import Final

from redis.exceptions import RedisError

from pipeline import run
from pipeline.ledger import Lease, Trace
from pipeline.retries import RETRIES, seconds_until_retry
from workers import logs
from workers.app import TASK_SECONDS, app
from workers.limits import story_limits
from workers.subscriptions import pushed_until
from workers.wiring import wiring

log = logs.get("wiredesk")

# a lease outlasts what is done under it, and what a killed worker held comes back no later than it must
_FEED_LEASE: Final = 4  # times the longest poll
_PAGE_LEASE: Final = 6  # times the longest page request
_TRIM_EVERY: Final = 10  # ticks
_writing: Final[dict[str, Lock]] = {}
_STORY: Final = RETRIES["story"]
_LOOK: Final = 0.25  # seconds between two looks of a delivery that waits for more
_LINGER: Final = 1.0  # seconds it waits: a hint costs the processor time of twenty looks


def _working() -> Iterator[None]:
    """Go on for TASK_SECONDS."""
    end = time.monotonic() + TASK_SECONDS
    while time.monotonic() < end:
        yield


def nudge(queue: str, *, wanted: int = 1, sink: str = "") -> None:
    """See to it that ``wanted`` hints wait in a queue; those that wait already count.

    A sink is hinted at once and then at most twice a second: the next tick finds what a hint too few left.
    """
    w = wiring()
    waiting = (
        int(not _hinted(sink, first=True))
        if sink
        else int(w.redis.llen(f"{w.settings.redis.prefix}mq:{queue}"))
    )
    for _ in range(wanted - waiting):
        app.send_task(f"wiredesk.{queue}", args=(sink,) if sink else (), ignore_result=True)


def _hinted(sink: str, *, first: bool) -> bool:
    """Note for two looks that a sink is seen to; False where that was noted and this is to be the ``first``."""
    w = wiring()
    return bool(
        w.redis.set(f"{w.settings.redis.prefix}hinted:{sink}", 1, nx=first, px=int(2000 * _LOOK))
    )


@app.task(name="wiredesk.tick")
def tick() -> None:
    """Look what is due and send hints. Any number of ticks at once is harmless, because claims are leases."""
    w = wiring()
    now = time.time()
    w.ledger.pulse("tick", now)
    w.feed_files.look()
    due, pressure, s = w.ledger.waiting(now), w.ledger.pressure(), w.settings
    if due.feeds and not pressure:
        nudge("poll", wanted=min(due.feeds, s.poll.threads))
    if pressure:
        log.warning("poll.paused", why=pressure)
    for aside in w.ledger.set_aside():
        say_aside(aside)
    if due.hosts:
        nudge("fetch", wanted=min(due.hosts, s.poll.threads))
    if due.process:
        nudge("process", wanted=min(-(-due.process // s.process.batch), s.process.processes))
    for sink, waiting in due.sinks.items():
        if waiting:
            nudge("deliver", sink=sink)
    if int(now / s.limits.tick) % _TRIM_EVERY == 0:
        w.ledger.trim()


def say_aside(aside: Trace) -> None:
    """The canonical line of a story that took its worker down too often."""
    f = aside.facts
    log.error(
        "story",
        outcome="quarantined",
        headline=f.get("title", "")[:100],
        why=f.get("reason"),
        url=f.get("url"),
        story=aside.key,
        feed=f.get("feed"),
        attempts=aside.attempts,
        worker=f.get("worker"),
    )


@app.task(name="wiredesk.poll")
def poll() -> None:
    """Poll the feeds that are due, one after the other."""
    w = wiring()
    w.follow()
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
        say_polled(polled)
        found += bool(polled.new + polled.changed)
    if found:
        # the pages of a feed are on one host as a rule, and one task at a time asks a host
        nudge("fetch", wanted=min(found, w.settings.poll.threads))
        nudge("process")


def say_polled(polled: run.Polled) -> None:
    """One line a poll, and one for each thing an operator should know of the feed."""
    say = log.warning if polled.error else log.info
    counts = {
        "new": polled.new,
        "changed": polled.changed,
        "known": polled.known,
        "broken": len(polled.broken),
    }
    wait = max(0.0, polled.next_poll - time.time())
    counts |= {"waiting": polled.waiting} if polled.waiting else {}
    say("feed.polled", feed=polled.feed_id, url=polled.url or None, status=polled.status, **counts,
        error=polled.error or None, next_in=wait)  # fmt: skip
    for entry in polled.broken:
        log.info(
            "story",
            outcome="broken_entry",
            headline=entry.title[:100],
            why=entry.reason,
            feed=polled.feed_id,
            story=entry.key,
        )
    for event in polled.events:
        facts = asdict(event)
        log.warning(facts.pop("name"), **facts)


@app.task(name="wiredesk.fetch")
def fetch() -> None:
    """Fetch the pages that are due, host by host."""
    w = wiring()
    w.follow()
    s = w.settings.fetch
    for _ in _working():
        seconds = _PAGE_LEASE * s.timeout
        fetched = run.fetch_next(w.reach, w.ledger, seconds, s.attempts + 2, _who(os.getpid()))
        if not fetched:
            break
        say_fetched(fetched)
        if not fetched.again:
            nudge("process")


def say_fetched(fetched: run.Fetched) -> None:
    """One line a page."""
    say = (
        log.info
        if fetched.status == 200
        else log.debug
        if fetched.note == run.ROBOTS_FIRST
        else log.warning
    )
    say("page.fetched", key=fetched.key, url=fetched.url, status=fetched.status, bytes=fetched.size,
        note=fetched.note or None, again_in=fetched.again or None)  # fmt: skip


@app.task(name="wiredesk.process")
def process() -> None:
    """Process a batch of stories, each under its own limits and counted when it starts."""
    w = wiring()
    s = w.settings.process
    for _ in _working():
        leases = w.ledger.lease(time.time(), s.lease, s.batch, s.attempts)
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


def _process_one(lease: Lease) -> None:
    w, s = wiring(), wiring().settings.process
    definitions = w.definitions  # compiled before the attempt counts and the story's limits run
    if not w.ledger.begin(lease.key, lease.token, time.time(), s.lease, _who(os.getpid())):
        return
    logs.bind(story=lease.key, feed=lease.entry.feed_id)
    try:
        with story_limits(s.soft_limit, s.hard_limit):
            say_ended(run.process(lease, definitions, w.ledger))
    except RedisError:
        raise  # not the story's fault: its lease runs out and it is tried again
    except (
        Exception
    ) as e:  # whatever a page can provoke is counted, kept and in the end quarantined
        why = f"{type(e).__name__}: {e}"
        # after the last attempt there is nothing to wait for: the next look sets it aside
        failures = lease.attempts + 1
        wait = seconds_until_retry(_STORY, failures) if failures < s.attempts else 0.0
        w.ledger.postpone(lease.key, lease.token, time.time() + wait, why)
        log.exception("story.failed", url=lease.entry.url, attempts=lease.attempts + 1)
    finally:
        logs.unbind("story", "feed")


def say_ended(ended: run.Ended) -> None:
    """The canonical line: every story, its Outcome, and where the time went."""
    outcome = ended.outcome
    log.info(
        "story",
        outcome=str(outcome.kind) if outcome else "open",
        headline=ended.headline[:100],
        why=(outcome.reason if outcome else ended.note) or None,
        themes=" ".join(ended.themes) or None,
        version=ended.version or None,
        uri=ended.uri or None,
        of=ended.of or None,
        url=ended.url,
        ms=round(sum(ended.ms.values()), 1),
        stages=" ".join(f"{stage}={spent:.1f}" for stage, spent in ended.ms.items()),
    )


@app.task(name="wiredesk.deliver")
def deliver(sink: str) -> None:
    """Hand a sink what waits for it, batch by batch; then look for more for a moment, while nobody need send a hint."""
    with alone(sink) as free:
        if free:
            _deliver(sink)


@contextmanager
def alone(sink: str) -> Iterator[bool]:
    """Whether no other thread of this process writes to the sink; if so, none does until this one has left.

    A sink that is slower than its lease loses the lease in the middle of a write; its object is not for two threads.
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
            log.error(
                "sink.rests", sink=sink, records=len(delivery.items), why=fault, again_in=s.rest
            )
            break
        if delivery:
            log.info("sink.delivered", sink=sink, records=len(delivery.items))
            last = time.monotonic()
        if time.monotonic() - last > _LINGER:
            break
        if not delivery or len(delivery.items) < s.batch:
            _hinted(sink, first=False)
            time.sleep(_LOOK)
