"""Every line that the running system logs: its event's name, its level and its fields.

Names never change from line to line; docs/operating.md explains each. A field that is None says
nothing: lines for people leave it out.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Final

from config.settings import Settings
from pipeline import run
from pipeline.ledger import Lease, Scheduled, Status, Trace
from pipeline.story import OutcomeKind, utc
from workers import logs
from workers.redis.clock_watch import ClockStep

log = logs.get_logger("wiredesk")

_HEADLINE: Final = 100  # characters of a headline: enough to know it by, and a line stays a line
_BROKEN: Final = 5  # entries of one poll that ended in it and have a line of their own
_REASONS: Final = 10  # reasons that are counted in the line that sums up more of them
_IDS: Final = 20  # feeds named in a line: a list of 100,000 is no line of a log

# --------------------------------------------------------------------------- stories


def log_story_ended(ended: run.Ended) -> None:
    """The canonical line: every story, its Outcome, and where the time went (milliseconds)."""
    outcome = ended.outcome
    log.info(
        "story",
        outcome=str(outcome.kind) if outcome else "open",
        headline=ended.headline[:_HEADLINE],
        why=(outcome.reason if outcome else ended.note) or None,
        themes=" ".join(ended.themes) or None,
        basis=ended.basis or None,
        page_refused=ended.page_refused or None,
        version=ended.version or None,
        uri=ended.uri or None,
        relation=ended.relation or None,
        of=ended.of or None,
        url=ended.url,
        ms=round(sum(ended.ms.values()), 1),
        stages=" ".join(f"{stage}={spent:.1f}" for stage, spent in ended.ms.items()),
    )


def log_story_set_aside(aside: Trace) -> None:
    """The canonical line of a story that took its worker down too often."""
    facts = aside.facts
    log.error(
        "story",
        outcome="quarantined",
        headline=facts.get("title", "")[:_HEADLINE],
        why=facts.get("reason"),
        url=facts.get("url"),
        story=aside.key,
        feed=facts.get("feed"),
        attempts=aside.attempts,
        worker=facts.get("worker"),
    )


def log_story_failed(lease: Lease) -> None:
    """A story raised what it should not; the traceback of the exception at hand is in the line."""
    log.exception("story.failed", url=lease.entry.url, attempts=lease.attempts + 1)


# --------------------------------------------------------------------------- feeds and pages


def log_feed_polled(polled: run.Polled) -> None:
    """One line a poll, and one for each thing an operator should know of the feed."""
    write = log.warning if polled.error or polled.left else log.info
    counts = {
        "new": polled.new,
        "changed": polled.changed,
        "known": polled.known,
        "broken": len(polled.broken),
    }
    if polled.moved:
        counts["moved"] = polled.moved
    if polled.waiting:
        counts["waiting"] = polled.waiting
    if polled.left:
        counts["left"] = polled.left
    write(
        "feed.polled",
        feed=polled.feed_id,
        url=polled.url or None,
        status=polled.status,
        **counts,
        error=polled.error or None,
        next_in=max(0.0, polled.next_poll - time.time()),
    )
    log_entries_broken(polled)
    log_entries_superseded(polled)
    for event in polled.events:
        facts = asdict(event)
        log.warning(facts.pop("name"), **facts)


def log_entries_broken(polled: run.Polled) -> None:
    """One line for each of the first broken entries, and one that sums up where there are more."""
    for entry in polled.broken[:_BROKEN]:
        log.info(
            "story",
            outcome="broken_entry",
            headline=entry.title[:_HEADLINE],
            why=entry.reason,
            feed=polled.feed_id,
            story=entry.key,
        )
    if len(polled.broken) > _BROKEN:
        reasons = Counter(entry.reason for entry in polled.broken)
        log.warning(
            "feed.broken",
            feed=polled.feed_id,
            broken=len(polled.broken),
            reasons=dict(reasons.most_common(_REASONS)),
        )


def log_clock_stepped(step: ClockStep) -> None:
    """A clock went back or jumped ahead, Redis's or that of a machine."""
    log.error(
        "clock.stepped",
        seconds=round(step.seconds, 1),
        clock=step.where,
        when=utc(step.when).isoformat(timespec="seconds"),
    )


def log_entries_superseded(polled: run.Polled) -> None:
    """The canonical line of each of the first versions that their feed replaced before they were
    processed, and one that counts them where there are more."""
    for entry in polled.superseded[:_BROKEN]:
        log.info(
            "story",
            outcome=str(OutcomeKind.SUPERSEDED),
            headline=entry.title[:_HEADLINE],
            why="its feed changed it before it was processed; the changed one goes on",
            feed=polled.feed_id,
            story=entry.key,
            url=entry.url,
        )
    if len(polled.superseded) > _BROKEN:
        log.info("feed.superseded", feed=polled.feed_id, superseded=len(polled.superseded))


def log_polling_paused(why: str, seconds: float) -> None:
    """Back-pressure, which has lasted for so many seconds: what is full, and what to do."""
    log.warning("poll.paused", why=why, seconds=round(seconds) or None)


def log_polling_resumed(seconds: float) -> None:
    """Polling goes on, after so many seconds."""
    log.warning("poll.resumed", seconds=round(seconds))


def log_page_fetched(fetched: run.Fetched) -> None:
    """One line a page; a page that only waits for its host's robots.txt is no news."""
    if fetched.look:
        _log_page_looked(fetched)
        return
    write = log.warning
    if fetched.status == 200:
        write = log.info
    elif fetched.note == run.ROBOTS_FIRST:
        write = log.debug
    write(
        "page.fetched",
        key=fetched.key,
        url=fetched.url,
        status=fetched.status,
        bytes=fetched.size,
        note=fetched.note or None,
        again_in=fetched.again or None,
    )


def _log_page_looked(fetched: run.Fetched) -> None:
    """One line for another look at a page: why, and what it found.

    A page that disappeared is told as a warning, and takes nothing back.
    """
    write = log.warning if fetched.found == "gone" else log.info
    write(
        "page.looked",
        key=fetched.key,
        url=fetched.url,
        look=fetched.look,
        found=fetched.found or None,
        status=fetched.status,
        bytes=fetched.size,
        note=fetched.note or None,
        again_in=fetched.again or None,
    )


def log_feeds_refused(faults: Sequence[str]) -> None:
    """A feed file has faults."""
    log.error("feeds.refused", faults=faults, action="the last good list is polled on")


def log_feeds_changed(scheduled: Scheduled, feeds: int) -> None:
    """What an edit of the feed files changed, and how many ``feeds`` there are now."""
    named: dict[str, list[str]] = {}
    for what in ("added", "changed", "removed"):
        ids: Sequence[str] = getattr(scheduled, what)
        named[what] = list(ids[:_IDS])
        if len(ids) > _IDS:
            named[what].append(f"and {len(ids) - _IDS} more")
    log.info("feeds.changed", **named, feeds=feeds)


# --------------------------------------------------------------------------- sinks


def log_sink_delivered(sink: str, records: int) -> None:
    """A batch was acknowledged."""
    log.info("sink.delivered", sink=sink, records=records)


def log_sink_rests(sink: str, records: int, why: str, again_in: float) -> None:
    """A sink failed; its records stay, and it is tried again after so many seconds."""
    log.error("sink.rests", sink=sink, records=records, why=why, again_in=again_in)


# ----------------------------------------------------------------------- the system's own processes


def log_system_open(feeds: int, settings: Settings, redis_url: str, carries: str) -> None:
    """Everything is started; ``carries`` says how many stories there is memory for."""
    sinks = [sink.name for sink in settings.sinks]
    log.info("system.open", feeds=feeds, sinks=sinks, redis=redis_url, carries=carries or None)


def log_sample_beside(var: Path) -> None:
    """The sample wire ran in the folder of real feeds."""
    log.warning(
        "sample.beside",
        folder=str(var),
        action="its invented stories are among these records: another WIREDESK_VAR has none",
    )


def log_system_summary(status: Status) -> None:
    """Nothing waits just now: what was done so far."""
    log.info("system.summary", counts=dict(status.counts), delivered=dict(status.delivered))


def log_system_ended(status: Status, seconds: float, admitted: int, delivered: int) -> None:
    """A run ends after so many seconds: what it did, and what waits for the next one."""
    log.info(
        "system.ended",
        seconds=seconds,
        admitted=admitted,
        delivered=delivered,
        open=status.fetch + status.process,
        waiting=dict(status.backlog),
        feeds=dict(status.health),
    )


def log_service_starts(service: str) -> None:
    """`wiredesk work` becomes this service."""
    log.info("service.starts", name=service)


def log_service_refused(why: str) -> None:
    """A service can't start: its configuration or its arguments are refused."""
    log.critical("service.refused", why=why)


def log_child_started(child: str, pid: int) -> None:
    """A process of `run` was started."""
    log.debug("child.started", child=child, pid=pid)


def log_child_died(child: str, code: int | None, restart_in: float) -> None:
    """A process of `run` ended by itself."""
    log.error("child.died", child=child, code=code, restart_in=restart_in)


def log_drain_began(children: Sequence[str]) -> None:
    """`run` was told to stop; these still run."""
    log.info("drain.began", children=children)


def log_drain_done(seconds: float) -> None:
    """Everything has ended."""
    log.info("drain.done", seconds=seconds)


def log_child_hung(child: str, silent: float) -> None:
    """A process of `run` lives and gave no sign of it for ``silent`` seconds."""
    log.error("child.hung", child=child, silent=round(silent, 1), action="ending it")


def log_redis_adopted(pid: int) -> None:
    """A private Redis lives already: a run that was killed left it, or a command started it."""
    log.warning("redis.adopted", pid=pid, action="going on with the one that runs")


def log_redis_awaited(why: str) -> None:
    """The private Redis of another process starts, ends or hangs."""
    log.warning("redis.awaited", why=why)


def log_redis_refused(why: str) -> None:
    """The private Redis can't be started."""
    log.error("redis.refused", why=why, action="trying again in a few seconds")


def log_redis_left() -> None:
    """`run` ends and a command still uses the private Redis."""
    log.info("redis.left", action="the command that uses it ends it")


def log_worker_stalled(idle: float, queues: Sequence[str]) -> None:
    """Hints wait in these queues and this worker took none for ``idle`` seconds."""
    log.critical("worker.stalled", idle=idle, queues=queues, action="ending this worker")


def log_metrics_open(address: str) -> None:
    """Metrics are served."""
    log.info("metrics.open", address=address)


def log_metrics_refused(address: str, error: str) -> None:
    """Metrics can't be served there."""
    log.warning("metrics.refused", address=address, error=error)


# --------------------------------------------------------------------------- hubs (WebSub)


def log_hub_asked(feed: str, hub: str, mode: str, why: str) -> None:
    """A hub was asked to tell of a feed, or to stop; ``why`` it would not ('': it will)."""
    write = log.warning if why else log.info
    write("websub.asked", feed=feed, hub=hub, mode=mode, why=why or None)


def log_hub_denied(feed: str, hub: str, why: str) -> None:
    """A hub refuses."""
    log.warning("websub.denied", feed=feed, hub=hub, why=why)


def log_hub_granted(feed: str, hub: str, seconds: float) -> None:
    """A hub will tell of a feed for so long."""
    log.info("websub.granted", feed=feed, hub=hub, seconds=round(seconds))


def log_hub_left(feed: str, hub: str) -> None:
    """A hub lets go of a feed."""
    log.info("websub.left", feed=feed, hub=hub)


def log_notice_ignored(feed: str, why: str) -> None:
    """A notice that may not be the hub's."""
    log.warning("websub.ignored", feed=feed, why=why)


def log_notice_hint(feed: str, why: str) -> None:
    """A notice without a document that can be read: the feed is polled soon."""
    log.info("websub.hint", feed=feed, why=why)


def log_feed_pushed(feed: str, pushed: run.Polled) -> None:
    """A notice was read and its entries were admitted."""
    log.info(
        "feed.pushed",
        feed=feed,
        new=pushed.new,
        changed=pushed.changed,
        known=pushed.known,
        broken=len(pushed.broken),
        left=pushed.left or None,
    )
    log_entries_broken(pushed)
    log_entries_superseded(pushed)


def log_hubs_failed() -> None:
    """A look at the hubs failed; the traceback of the exception at hand is in the line."""
    log.exception("websub.failed")
