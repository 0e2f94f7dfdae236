"""`wiredesk health` and `status`: what they say, by which exit code, and how soon."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from redis import Redis

from pipeline.schedule import FeedState
from pipeline.story import Feed
from workers.cli import main
from workers.redis.redis_index import RedisIndex
from workers.redis.redis_ledger import RedisLedger


@pytest.fixture
def ledger(redis: Redis, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> RedisLedger:
    """A ledger on which a tick and a poll were a moment ago, and which the commands ask."""
    monkeypatch.setenv("WIREDESK_REDIS_URL", redis_url)
    found = RedisLedger(redis, RedisIndex(redis))
    found.pulse("tick", found.clock())
    return found


def ask(*args: str) -> Result:
    """A command as an operator gives it."""
    return CliRunner().invoke(main, args)


def test_a_system_that_is_well_says_nothing(ledger: RedisLedger) -> None:
    """And exits 0; for scripts it says so."""
    assert (ask("health").exit_code, ask("health").output) == (0, "")
    assert json.loads(ask("health", "--json").output) == {"well": True, "troubles": []}
    assert ask("status").exit_code == 0


def test_what_is_red_is_said_with_what_to_do(ledger: RedisLedger) -> None:
    """By both commands; only health calls somebody by its exit code."""
    ledger.note_feed_fault("feeds.toml: no such key")
    said = ask("health")
    assert said.exit_code == 1
    sentence, advice = said.stderr.splitlines()
    assert sentence.endswith("polled on: feeds.toml: no such key")
    assert advice.startswith("    correct the file")
    [trouble] = json.loads(ask("health", "--json").output)["troubles"]
    assert (trouble["rule"], trouble["severity"]) == ("feed_files", "red")
    seen = ask("status")
    assert seen.exit_code == 0
    assert "feed files are refused" in seen.output
    assert json.loads(ask("status", "--json").output)["troubles"][0]["rule"] == "feed_files"


def test_a_notice_is_shown_and_calls_nobody(ledger: RedisLedger) -> None:
    """One feed of two that never answered."""
    now = ledger.clock()
    ledger.schedule([Feed("one", "https://one.example/"), Feed("two", "https://b.example/")], now)
    lease = ledger.claim_feed(now, 60)
    assert lease
    state = FeedState(first_poll=now, last_poll=now, failures=1, error="no", next_poll=now + 60)
    ledger.settle_feed(lease, state, health="failing")
    said = ask("health")
    assert said.exit_code == 0
    assert said.stderr.startswith(f"notice: feed {lease.feed_id}: 1 poll in a row failed since ")


@pytest.fixture
def silent() -> Iterator[int]:
    """A port that accepts and never answers, as a Redis that is stopped."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


def test_a_redis_that_never_answers_is_said_within_seconds(
    silent: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that accepts is waited for as shortly as one that is not there."""
    monkeypatch.setenv("WIREDESK_REDIS_URL", f"redis://127.0.0.1:{silent}")
    began = time.monotonic()
    said = ask("health")
    assert time.monotonic() - began < 8
    assert said.exit_code == 1
    assert said.stderr.startswith("Redis does not answer: ")
    monkeypatch.setenv("WIREDESK_REDIS_URL", "redis://127.0.0.1:9")
    assert ask("health").stderr.startswith("Redis does not answer: ")


def test_nothing_that_runs_is_said_without_starting_a_redis(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nothing ever ran, and nothing is left behind by asking."""
    monkeypatch.setenv("WIREDESK_VAR", str(tmp_path / "var"))
    said = ask("health")
    assert said.exit_code == 1
    assert "nothing runs under" in said.stderr
    assert not (tmp_path / "var").exists()


def test_a_redis_that_is_full_is_red(ledger: RedisLedger, redis: Redis) -> None:
    """For both commands: nothing at all can be done."""
    redis.config_set("maxmemory", "1")
    try:
        assert "Redis refuses writes: " in ask("health").stderr
        seen = ask("status")
    finally:
        redis.config_set("maxmemory", "0")
    assert seen.exit_code == 1
    assert "Redis refuses writes" in seen.output
