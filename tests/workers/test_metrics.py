"""Metrics: read from the ledger, each with its meaning, served only where asked for."""

from __future__ import annotations

import re
import socket
import time
import urllib.request
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import generate_latest
from prometheus_client.parser import text_string_to_metric_families
from redis import Redis

from pipeline.ledger import Ending
from pipeline.schedule import FeedState
from pipeline.story import Feed, Outcome, OutcomeKind
from tests.making import entry, record
from workers import metrics
from workers.redis.redis_index import RedisIndex
from workers.redis.redis_ledger import RedisLedger


@pytest.fixture
def ledger(redis: Redis) -> RedisLedger:
    """A ledger after one poll, one story and one record, with a second feed that failed."""
    found, now = RedisLedger(redis, RedisIndex(redis)), time.time()
    found.attach(["file"])
    found.schedule([Feed(n, f"https://{n}.example/") for n in ("one", "two", "three")], now)
    for health, counts in (
        ("well", {"poll.read": 1, "late.60": 2, "late.inf": 3, "late.seconds": 90}),
        ("failing", {"poll.failed": 1, "feed.failing": 1}),
    ):
        lease = found.claim_feed(now, 60)
        assert lease
        found.settle_feed(
            lease, FeedState(next_poll=now + 60, last_poll=now), health=health, counts=counts
        )
    found.admit([(entry("a"), ""), (entry("b"), "x.example")], now)
    [story] = found.lease(now, 60, 1, 3)
    found.begin(story, now, 60, "test")
    ending = Ending(Outcome(OutcomeKind.NEW), (record("a"),), themes=("diplomacy",))
    found.complete(story, ending, now)
    return found


def exposed(ledger: RedisLedger) -> dict[str, float]:
    """Every sample by name and labels."""
    registry = CollectorRegistry()
    registry.register(metrics.LedgerMetrics(ledger))
    text = generate_latest(registry).decode()
    return {
        sample.name + "".join(f"/{v}" for v in sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_what_the_ledger_knows_is_exposed(ledger: RedisLedger) -> None:
    """Stories, feeds by health, polls by result, events, latency, sinks and progress."""
    found = exposed(ledger)
    for name, value in {
        "wiredesk_up": 1,
        "wiredesk_entries_admitted_total": 2,
        "wiredesk_stories_ended_total/new": 1,
        "wiredesk_records_total/story.new": 1,
        "wiredesk_themes_total/diplomacy": 1,
        "wiredesk_stories_open/fetch": 1,
        "wiredesk_feeds/well": 1,
        "wiredesk_feeds/failing": 1,
        "wiredesk_feeds/new": 1,
        "wiredesk_polls_total/read": 1,
        "wiredesk_polls_total/failed": 1,
        "wiredesk_feed_events_total/failing": 1,
        "wiredesk_feed_events_total/gap": 0,
        "wiredesk_entry_latency_seconds_bucket/60": 2,
        "wiredesk_entry_latency_seconds_count": 3,
        "wiredesk_entry_latency_seconds_sum": 90,
        "wiredesk_records_waiting/file": 1,
        "wiredesk_polling_paused": 0,
        "wiredesk_feed_files_refused": 0,
        "wiredesk_sink_resting/file": 0,
        "wiredesk_trouble/nothing_runs/red": 1,
        "wiredesk_trouble/quarantine/red": 0,
    }.items():
        assert found[name] == value, name
    assert found["wiredesk_progress_age_seconds/poll"] < 60
    ledger.note_feed_fault("feeds.toml: no")
    ledger.pause_feed("one", time.time())
    found = exposed(ledger)
    assert (
        found["wiredesk_feed_files_refused"],
        found["wiredesk_feeds/paused"],
        found["wiredesk_feeds/well"],
    ) == (1, 1, 0)


def test_every_metric_says_what_it_means(ledger: RedisLedger) -> None:
    """Each has a sentence of its own, and operators find its name in the documents."""
    families = list(metrics.LedgerMetrics(ledger).collect())
    sentences = [family.documentation for family in families]
    assert all(re.fullmatch(r"[A-Z].{15,}\.", sentence) for sentence in sentences)
    assert len(set(sentences)) == len(families)
    told = (Path(__file__).parents[2] / "docs" / "operating.md").read_text("utf-8")
    assert {family.name for family in families} == set(
        re.findall(r"`(wiredesk_[a-z_]+?)(?:_total)?`", told)
    )


def test_a_redis_that_is_away_is_said_so(ledger: RedisLedger) -> None:
    """The endpoint answers all the same."""
    away = Redis(host="127.0.0.1", port=9)
    found = exposed(RedisLedger(away, RedisIndex(away)))
    assert (found["wiredesk_up"], found["wiredesk_trouble/redis/red"]) == (0, 1)
    assert not any(name.startswith("wiredesk_stories") for name in found)


def test_metrics_are_served_where_asked_for(ledger: RedisLedger) -> None:
    """Nowhere without an address; a taken one is said and harms nothing."""
    metrics.serve("", ledger)()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
        probe.listen()
        metrics.serve(address, ledger)()
    close = metrics.serve(address, ledger)
    try:
        with urllib.request.urlopen(f"http://{address}/metrics", timeout=10) as answer:
            assert b"wiredesk_feeds{" in answer.read()
    finally:
        close()


def test_an_address_is_refused_where_it_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """A port alone, or a word, is a fault of the settings."""
    from config.settings import ConfigError, load_settings

    for bad in ("9464", "nonsense", "127.0.0.1:port"):
        monkeypatch.setenv("WIREDESK_METRICS_ADDRESS", bad)
        with pytest.raises(ConfigError, match=r"metrics\.address"):
            load_settings()
    monkeypatch.setenv("WIREDESK_METRICS_ADDRESS", "[::1]:9464")
    assert load_settings().metrics.address == "[::1]:9464"
