"""Metrics for Prometheus: every one has a typed name and a sentence that says what it means.

All of them are read from the ledger when asked for, so they hold for the whole installation
whatever process answers, and no worker counts anything of its own. Counters count since the ledger
began.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
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

from pipeline.ledger import Status
from pipeline.run import LATE
from workers import loglines
from workers.health.health_rules import RULES, find_troubles
from workers.health.observing import Observations, observe
from workers.redis.redis_ledger import RedisLedger

EVENTS: Final = ("gap", "silent", "gone", "moved", "failing", "flood", "recovered")
HEALTHS: Final = ("well", "failing", "flooding", "silent", "empty", "gone", "paused")
POLLS: Final = ("read", "same", "unmodified", "failed")


class LedgerMetrics(Collector):
    """What the ledger knows, as Prometheus wants it; without Redis only that it is away."""

    def __init__(self, ledger: RedisLedger, private_log: str = "") -> None:
        self.ledger, self.private_log = ledger, private_log

    def collect(self) -> Iterable[Metric]:
        """All metrics at this moment."""
        seen = observe(self.ledger, private_log=self.private_log)
        answers, status = not seen.unreachable, seen.status
        yield gauge("wiredesk_up", "Whether the ledger answers (1) or not (0).", answers)
        yield _troubles(seen)
        if not answers:
            return
        yield from _stories(status)
        yield from _feeds(status, refused=bool(seen.feed_fault))
        yield from _sinks(status, seen.now)

    def describe(self) -> Iterable[Metric]:
        """Nothing is asked of the ledger when the registry is made."""
        return ()


def gauge(name: str, meaning: str, value: float) -> Metric:
    """A metric without labels."""
    return GaugeMetricFamily(name, meaning, value=value)


def gauges(name: str, meaning: str, label: str, values: Mapping[str, float]) -> Metric:
    """A metric with one label and its values."""
    family = GaugeMetricFamily(name, meaning, labels=[label])
    for value, number in values.items():
        family.add_metric([value], float(number))
    return family


def counters(name: str, meaning: str, label: str, values: Mapping[str, float]) -> Metric:
    """A count with one label and its values."""
    family = CounterMetricFamily(name, meaning, labels=[label])
    for value, number in values.items():
        family.add_metric([value], float(number))
    return family


def _counts_under(prefix: str, counts: Mapping[str, float]) -> dict[str, float]:
    """The counts whose names begin so, by the rest of the name."""
    found: dict[str, float] = {}
    for name, count in sorted(counts.items()):
        if name.startswith(prefix):
            found[name.removeprefix(prefix)] = count
    return found


def _troubles(seen: Observations) -> Metric:
    """Every rule of health, also those that find nothing: an alarm needs the series to be there."""
    found = Counter(trouble.rule for trouble in find_troubles(seen))
    family = GaugeMetricFamily(
        "wiredesk_trouble",
        "What `wiredesk health` says, by its rule: with how many parts something is wrong.",
        labels=["rule", "severity"],
    )
    for rule in RULES:
        family.add_metric([rule.name, rule.severity], float(found[rule.name]))
    return family


def _stories(status: Status) -> Iterable[Metric]:
    yield CounterMetricFamily(
        "wiredesk_entries_admitted",
        "Entries taken into the ledger: new, changed, or with another page at a later look.",
        value=status.counts.get("admitted", 0),
    )
    outcomes = _counts_under("outcome.", status.counts)
    yield counters("wiredesk_stories_ended", "Stories that ended, by outcome.", "outcome", outcomes)
    events = _counts_under("event.", status.counts)
    yield counters(
        "wiredesk_records", "Records put into the outbox, by type of event.", "type", events
    )
    themes = _counts_under("theme.", status.counts)
    yield counters("wiredesk_themes", "Usable stories that carry a theme.", "theme", themes)
    yield counters(
        "wiredesk_stories_basis",
        "Usable stories by what they were made of, and ends without one as nothing.",
        "basis",
        _counts_under("basis.", status.counts),
    )
    yield counters(
        "wiredesk_pages_refused",
        "Pages that were no story of their entry, by kind.",
        "kind",
        _counts_under("refused.", status.counts),
    )
    yield gauges(
        "wiredesk_stories_open",
        "Stories that have not ended, by what they wait for.",
        "stage",
        {"fetch": status.fetch, "process": status.process},
    )
    looks = _counts_under("look.", status.counts)
    yield counters("wiredesk_looks", "Pages looked at again, by what was found.", "found", looks)
    yield gauge(
        "wiredesk_looks_planned", "Stories whose page is to be looked at again.", status.looks
    )
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
    # the ledger notes the health of a feed at its first poll
    healths["new"] = max(status.feeds - sum(healths.values()), 0)
    yield gauges(
        "wiredesk_feeds",
        "Configured feeds, by health as `wiredesk feeds list` shows it.",
        "health",
        healths,
    )
    yield gauge(
        "wiredesk_feed_files_refused",
        "Whether an edit of a feed file was refused (1) and waits for correction.",
        refused,
    )
    yield counters(
        "wiredesk_polls",
        "Polls by result: a document read, the same document again, 304 not modified, or failed.",
        "result",
        {name: status.polls.get(f"poll.{name}", 0) for name in POLLS},
    )
    yield counters(
        "wiredesk_feed_events",
        "What operators were told of feeds, by event.",
        "event",
        {name: status.polls.get(f"feed.{name}", 0) for name in EVENTS},
    )
    late = HistogramMetricFamily(
        "wiredesk_entry_latency_seconds",
        "Time from the publication of an entry to its admission; "
        "what a feed's first poll brought does not count.",
    )
    bounds: list[tuple[str, float]] = []
    for bound in LATE:
        label = f"{bound:g}" if bound != inf else "+Inf"
        bounds.append((label, float(status.polls.get(f"late.{bound:g}", 0))))
    late.add_metric([], bounds, status.polls.get("late.seconds", 0))
    yield late


def _sinks(status: Status, now: float) -> Iterable[Metric]:
    yield counters(
        "wiredesk_records_delivered",
        "Records that a sink has acknowledged.",
        "sink",
        status.delivered,
    )
    yield gauges(
        "wiredesk_records_waiting",
        "Records that a sink has not acknowledged yet.",
        "sink",
        status.backlog,
    )
    yield gauges(
        "wiredesk_sink_resting",
        "Whether a sink failed and rests before it is tried again.",
        "sink",
        {sink: sink in status.resting for sink in status.backlog},
    )
    yield gauge(
        "wiredesk_outbox_records", "Records that are kept until every sink has them.", status.outbox
    )
    yield gauge(
        "wiredesk_polling_paused",
        "Whether back-pressure pauses polling (1).",
        1 if status.pressure else 0,
    )
    yield gauges(
        "wiredesk_progress_age_seconds",
        "Seconds since something that should happen again and again last did: "
        "poll, ending, tick, sink.NAME.",
        "what",
        {
            name: max(now - last, 0.0)
            for name, last in status.progress.items()
            if not name.startswith("died.")  # each death has a name of its own
        },
    )


def serve(address: str, ledger: RedisLedger, private_log: str = "") -> Callable[[], None]:
    """Answer GET /metrics at host:port until the returned function is called; an empty address
    serves nothing. ``private_log`` is the path of a private Redis's log, '' where it is another.

    An address that is taken (by another service of this machine) is logged, and nothing else
    suffers.
    """
    if not address:
        return lambda: None
    host, _, port = address.rpartition(":")
    registry = CollectorRegistry()
    registry.register(LedgerMetrics(ledger, private_log))
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
