"""Metrics for Prometheus: every one has a typed name and a sentence that says what it means.

All of them are read from the ledger when asked for, so they hold for the whole installation whatever process answers,
and no worker counts anything of its own. Counters count since the ledger began.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from math import inf
from typing import Final

from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector
from redis.exceptions import RedisError

from pipeline.ledger import Status
from pipeline.run import LATE
from workers import loglines
from workers.redis.redis_ledger import RedisLedger

EVENTS: Final = ("gap", "silent", "gone", "moved", "failing", "recovered")
HEALTHS: Final = ("well", "failing", "silent", "gone", "paused")
POLLS: Final = ("read", "same", "unmodified", "failed")


class LedgerMetrics(Collector):
    """What the ledger knows, as Prometheus wants it. Where Redis does not answer, ``wiredesk_up`` is all there is."""

    def __init__(self, ledger: RedisLedger, clock: Callable[[], float] = time.time) -> None:
        self.ledger = ledger
        self.clock = clock

    def collect(self) -> Iterable[Metric]:
        """All metrics at this moment."""
        now = self.clock()
        try:
            status, refused = self.ledger.status(now), bool(self.ledger.feed_fault())
        except RedisError:
            yield gauge("wiredesk_up", "Whether the ledger answers (1) or not (0).", 0)
            return
        yield gauge("wiredesk_up", "Whether the ledger answers (1) or not (0).", 1)
        yield from _stories(status)
        yield from _feeds(status, refused=refused)
        yield from _sinks(status, now)

    def describe(self) -> Iterable[Metric]:
        """Nothing is asked of the ledger when the registry is made."""
        return ()


def gauge(name: str, meaning: str, value: float) -> GaugeMetricFamily:
    """A metric without labels."""
    return GaugeMetricFamily(name, meaning, value=value)


def _labelled(
    kind: type[CounterMetricFamily | GaugeMetricFamily],
    name: str,
    meaning: str,
    label: str,
    values: dict[str, float],
) -> Metric:
    family = kind(name, meaning, labels=[label])
    for value, number in values.items():
        family.add_metric([value], number)
    return family


def _under(prefix: str, status: Status) -> dict[str, float]:
    return {
        k.removeprefix(prefix): float(v)
        for k, v in sorted(status.counts.items())
        if k.startswith(prefix)
    }


def _stories(status: Status) -> Iterable[Metric]:
    yield CounterMetricFamily(
        "wiredesk_entries_admitted", "Entries taken into the ledger, new ones and changed ones.",
        value=status.counts.get("admitted", 0),
    )  # fmt: skip
    yield _labelled(
        CounterMetricFamily, "wiredesk_stories_ended", "Stories that ended, by outcome.", "outcome",
        _under("outcome.", status),
    )  # fmt: skip
    yield _labelled(
        CounterMetricFamily, "wiredesk_records", "Records put into the outbox, by type of event.", "type",
        _under("event.", status),
    )  # fmt: skip
    yield _labelled(
        CounterMetricFamily,
        "wiredesk_themes",
        "Usable stories that carry a theme.",
        "theme",
        _under("theme.", status),
    )
    yield _labelled(
        GaugeMetricFamily, "wiredesk_stories_open", "Stories that have not ended, by what they wait for.", "stage",
        {"fetch": status.fetch, "process": status.process},
    )  # fmt: skip
    yield gauge(
        "wiredesk_stories_quarantined",
        "Stories set aside because they took their worker down.",
        status.quarantine,
    )
    yield gauge(
        "wiredesk_oldest_due_seconds",
        "For how long the story that waits longest has been due.",
        status.oldest_due,
    )


def _feeds(status: Status, *, refused: bool) -> Iterable[Metric]:
    healths: dict[str, float] = {name: status.health.get(name, 0) for name in HEALTHS}
    healths["new"] = max(status.feeds - sum(healths.values()), 0)
    yield _labelled(
        GaugeMetricFamily, "wiredesk_feeds", "Configured feeds, by health as `wiredesk feeds list` shows it.", "health",
        healths,
    )  # fmt: skip
    yield gauge(
        "wiredesk_feed_files_refused",
        "Whether an edit of a feed file was refused (1) and waits for correction.",
        refused,
    )
    polls: dict[str, float] = {name: status.polls.get(f"poll.{name}", 0) for name in POLLS}
    yield _labelled(
        CounterMetricFamily,
        "wiredesk_polls",
        "Polls by result: a document read, the same document again, 304 not modified, or failed.",
        "result",
        polls,
    )
    events: dict[str, float] = {name: status.polls.get(f"feed.{name}", 0) for name in EVENTS}
    yield _labelled(
        CounterMetricFamily,
        "wiredesk_feed_events",
        "What operators were told of feeds, by event.",
        "event",
        events,
    )
    late = HistogramMetricFamily(
        "wiredesk_entry_latency_seconds",
        "Time from the publication of an entry to its admission; what a feed's first poll brought does not count.",
    )
    bounds = [
        (f"{b:g}" if b != inf else "+Inf", float(status.polls.get(f"late.{b:g}", 0))) for b in LATE
    ]
    late.add_metric([], bounds, status.polls.get("late.seconds", 0))
    yield late


def _sinks(status: Status, now: float) -> Iterable[Metric]:
    yield _labelled(
        CounterMetricFamily, "wiredesk_records_delivered", "Records that a sink has acknowledged.", "sink",
        {sink: float(n) for sink, n in status.delivered.items()},
    )  # fmt: skip
    yield _labelled(
        GaugeMetricFamily, "wiredesk_records_waiting", "Records that a sink has not acknowledged yet.", "sink",
        {sink: float(n) for sink, n in status.backlog.items()},
    )  # fmt: skip
    resting = {sink: float(sink in status.resting) for sink in status.backlog}
    yield _labelled(
        GaugeMetricFamily, "wiredesk_sink_resting", "Whether a sink failed and rests before it is tried again.", "sink",
        resting,
    )  # fmt: skip
    yield gauge(
        "wiredesk_outbox_records", "Records that are kept until every sink has them.", status.outbox
    )
    yield gauge(
        "wiredesk_polling_paused",
        "Whether back-pressure pauses polling (1).",
        1 if status.pressure else 0,
    )
    since = {name: max(now - at, 0.0) for name, at in status.progress.items()}
    yield _labelled(
        GaugeMetricFamily,
        "wiredesk_progress_age_seconds",
        "Seconds since something that should happen again and again last did: poll, ending, tick, sink.NAME.",
        "what",
        since,
    )


def serve(address: str, ledger: RedisLedger) -> Callable[[], None]:
    """Answer GET /metrics at host:port until the returned function is called; an empty address serves nothing.

    An address that is taken (by another service of this machine) is logged, and nothing else suffers.
    """
    if not address:
        return lambda: None
    host, _, port = address.rpartition(":")
    registry = CollectorRegistry()
    registry.register(LedgerMetrics(ledger))
    try:
        server, _ = start_http_server(int(port), host.strip("[]") or "127.0.0.1", registry)
    except (OSError, OverflowError) as error:
        loglines.log_metrics_refused(address, str(error))
        return lambda: None
    loglines.log_metrics_open(address)

    def close() -> None:
        server.shutdown()
        server.server_close()

    return close
