"""Batches: whatever a feed brings, no call holds Redis for long, and nothing is left out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from redis import Redis

from pipeline.ledger import Admission, Broken
from pipeline.story import Page
from tests.making import NOW, entry, record
from workers.redis import redis_ledger
from workers.redis.redis_index import RedisIndex
from workers.redis.redis_ledger import RedisLedger, split_rows


@pytest.fixture
def ledger(redis: Redis) -> RedisLedger:
    """An empty ledger."""
    return RedisLedger(redis, RedisIndex(redis))


@pytest.fixture
def sizes(ledger: RedisLedger, monkeypatch: pytest.MonkeyPatch) -> dict[str, list[int]]:
    """Rows of each call that is made, by its name."""
    made: dict[str, list[int]] = {}
    real = ledger.calls.make

    def make(call: str, *blobs: str | bytes, **takes: Any) -> Any:
        rows = [len(value) for value in takes.values() if isinstance(value, list)]
        made.setdefault(call, []).append(max(rows, default=0))
        return real(call, *blobs, **takes)

    monkeypatch.setattr(ledger.calls, "make", make)
    return made


@pytest.mark.parametrize(
    ("sizes", "batches"),
    [
        ([], []),
        ([0] * 200, [200]),
        ([0] * 201, [200, 1]),
        ([0] * 650, [200, 200, 200, 50]),
        ([1_000_000] * 5, [2, 2, 1]),
        ([2_000_000, 1, 1], [1, 2]),
        ([9_000_000, 9_000_000], [1, 1]),
    ],
)
def test_rows_are_split_by_their_number_and_their_bytes(
    sizes: Sequence[int], batches: list[int]
) -> None:
    """200 rows and two million bytes at most, and at least one row, in their order."""
    rows = list(enumerate(sizes))
    split = list(split_rows(rows, lambda row: row[1]))
    assert [len(batch) for batch in split] == batches
    assert [row for batch in split for row in batch] == rows


def test_a_flood_of_broken_entries_goes_in_batches(
    ledger: RedisLedger, sizes: dict[str, list[int]]
) -> None:
    """A call with 190,000 of them held Redis for five seconds, and with it every other worker."""
    broken = [Broken(f"{n:032}", "feed", "no text") for n in range(501)]
    assert ledger.refuse(broken, NOW) == broken
    assert ledger.refuse(broken, NOW) == []
    assert sizes["refuse"] == [200, 200, 101] * 2
    trace = ledger.trace(f"{500:032}")
    assert trace
    assert trace.facts["outcome"] == "broken_entry"


def test_a_flood_of_entries_goes_in_batches(
    ledger: RedisLedger, sizes: dict[str, list[int]]
) -> None:
    """Also what is known of them, and what is given back."""
    entries = [(entry(str(n)), "") for n in range(401)]
    assert ledger.admit(entries, NOW) == [Admission.NEW] * 401
    leases = ledger.lease(NOW, 60, 1_000, 3)
    assert len(leases) == 401
    ledger.release(leases, NOW)
    assert len(ledger.lease(NOW, 60, 1_000, 3)) == 401
    for call in ("renew_known", "admit", "release"):
        assert sizes[call] == [200, 200, 1], call


def test_large_entries_go_few_at_a_time(ledger: RedisLedger, sizes: dict[str, list[int]]) -> None:
    """200 texts of a megabyte each would be too much for one call."""
    entries = [(entry(str(n), content="x" * 900_000), "") for n in range(5)]
    assert ledger.admit(entries, NOW) == [Admission.NEW] * 5
    assert sizes["admit"] == [2, 2, 1]


def test_more_records_than_lua_can_unpack_are_acknowledged(ledger: RedisLedger) -> None:
    """Lua's stack holds some 8,000 values; a batch is as large as the operator says."""
    ledger.attach(["sink"])
    text = record("a").to_json()
    with ledger.client.pipeline(transaction=False) as pipe:
        for _ in range(9_001):
            pipe.xadd("wd:outbox", {"r": text})
        pipe.set("wd:written", 9_001)
        pipe.execute()
    delivery = ledger.read("sink", NOW, 60, 9_001)
    assert delivery
    assert ledger.acknowledge(delivery, NOW)
    assert ledger.status(NOW).backlog == {"sink": 0}
    assert ledger.status(NOW).delivered == {"sink": 9_001}


def test_large_pages_are_leased_few_at_a_time(
    ledger: RedisLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """25 pages of 8 MB would fill the worker's memory; what is not leased is due as it was."""
    monkeypatch.setattr(redis_ledger, "_PAGES_BYTES", 100_000)
    entries = [(entry(str(n)), "wire.example") for n in range(5)]
    ledger.admit(entries, NOW)
    for _ in entries:
        taken = ledger.take_page(NOW, 60, 3, "w")
        assert taken
        ledger.settle_page(taken, Page("u", 200, b"x" * 60_000, "text/html"), NOW, 0.0)
    first = ledger.lease(NOW, 60, 25, 3)
    second = ledger.lease(NOW, 60, 25, 3)
    assert [len(leases) for leases in (first, second)] == [2, 2]
    assert len({lease.key for lease in (*first, *second)}) == 4
