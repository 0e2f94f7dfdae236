"""What a sink promises at its edges: on the disk, alone in its file, each record once, and within
its share of memory.
"""

from __future__ import annotations

import fcntl
import os
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from redis import Redis

from pipeline.sinks import open_sink
from pipeline.sinks.jsonl import JsonlSink
from pipeline.sinks.redis_stream import RedisStreamSink
from tests.making import record
from tests.pipeline.sinks.test_sinks import held


def test_a_batch_is_on_the_disk_before_it_is_acknowledged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ledger forgets a record once the sink returned: a power cut must not lose it, nor the
    name of a new file."""
    synced: list[tuple[int, int]] = []

    def note(number: int) -> None:
        synced.append((os.fstat(number).st_ino, os.fstat(number).st_size))

    monkeypatch.setattr(os, "fsync", note)
    sink = JsonlSink("s", tmp_path / "new" / "out.jsonl")
    sink.write([record("a")])
    file = sink.path.stat()
    assert [inode for inode, _ in synced] == [
        tmp_path.stat().st_ino,
        sink.path.parent.stat().st_ino,
        file.st_ino,
    ]
    assert synced[-1] == (file.st_ino, file.st_size)


def test_a_writer_waits_for_whoever_holds_the_file(tmp_path: Path) -> None:
    """Two processes that append at once would both find a record missing, and write it twice."""
    sink = JsonlSink("s", tmp_path / "out.jsonl")
    writer = Thread(target=sink.write, args=([record("a")],))
    with sink.path.open("ab") as other:
        # a shared lock, so that only one who asks for the file alone has to wait
        fcntl.flock(other, fcntl.LOCK_SH)
        writer.start()
        writer.join(0.3)
        assert writer.is_alive()
        assert sink.path.stat().st_size == 0
    writer.join(20)
    assert held(sink.path) == [record("a").id]


def test_the_folder_of_the_file_is_made(tmp_path: Path) -> None:
    """On a new machine nothing is there yet: a sink that waits for its folder never delivers."""
    sink = JsonlSink("s", tmp_path / "new" / "deep" / "out.jsonl")
    sink.write([record("a")])
    assert held(sink.path) == [record("a").id]


def test_a_file_that_was_cut_in_place_begins_anew(tmp_path: Path) -> None:
    """Rotation by copying and truncating leaves the same file: what is gone from it is no longer
    held.
    """
    sink = JsonlSink("s", tmp_path / "out.jsonl")
    sink.write([record("a"), record("b")])
    os.truncate(sink.path, 0)
    sink.write([record("a")])
    assert held(sink.path) == [record("a").id]


def test_half_a_character_does_not_stop_a_sink(tmp_path: Path) -> None:
    """Broken pages hold lone surrogates, which no file can be written with: the record goes out
    with a mark instead.
    """
    sink = JsonlSink("s", tmp_path / "out.jsonl")
    sink.write([replace(record("a"), data={"headline": "Ferry \ud800 reaches Karsin"})])
    assert held(sink.path) == [record("a").id]


@pytest.mark.parametrize(("between", "entries"), [(0, 1), (99, 1), (199, 2)])
def test_an_id_is_remembered_until_as_many_came_again(
    redis_url: str, redis: Redis, between: int, entries: int
) -> None:
    """A batch that comes again adds nothing, after weeks too; what came long before it may go."""
    sink = RedisStreamSink("s", redis_url, "stories", remember=100)
    sink.write([record("a")])
    for start in range(0, between, 33):
        sink.write([record(f"r{number}") for number in range(start, min(between, start + 33))])
    sink.close()
    again = RedisStreamSink("s", redis_url, "stories", remember=100)
    again.write([record("b"), record("a")])
    names = [fields[b"id"].decode() for _, fields in redis.xrange("stories")]
    assert names.count(record("a").id) == entries
    assert all(redis.ttl(name) == -1 for name in redis.keys("stories:ids*"))  # type: ignore[union-attr]
    again.close()


def test_a_batch_larger_than_what_is_remembered_comes_once(redis_url: str, redis: Redis) -> None:
    """Whatever a desk sets, a batch whose answer was lost is known when it is repeated."""
    sink = RedisStreamSink("s", redis_url, "stories", remember=1)
    batch = [record(f"r{number}") for number in range(50)]
    for _ in range(3):
        sink.write(batch)
    assert redis.xlen("stories") == 50
    sink.close()


def test_ids_of_an_earlier_release_are_still_known(redis_url: str, redis: Redis) -> None:
    """A batch whose answer was lost before an upgrade is not added again after it."""
    redis.zadd("stories:ids", {record("a").id: 1.0})
    sink = RedisStreamSink("s", redis_url, "stories", remember=100)
    sink.write([record("a"), record("b")])
    assert redis.xlen("stories") == 1
    for start in range(0, 120, 30):
        sink.write([record(f"r{number}") for number in range(start, start + 30)])
    assert redis.exists("stories:ids") == 0
    sink.close()


def test_ids_take_little_room(redis_url: str, redis: Redis) -> None:
    """Ten bytes or so an id: at a hundred, those of a week would take as much as its stories."""
    sink = RedisStreamSink("s", redis_url, "stories", remember=20_000)
    for start in range(0, 19_000, 1000):
        sink.write([record(f"r{number}") for number in range(start, start + 1000)])
    names: list[bytes] = redis.keys("stories:ids*")  # type: ignore[assignment]
    assert sum(redis.memory_usage(name) or 0 for name in names) < 16 * 19_000
    sink.close()


@pytest.mark.parametrize(("maxlen", "least", "most"), [(0, 350, 350), (100, 100, 200)])
def test_a_stream_is_trimmed_to_its_bound_and_never_without_one(
    redis_url: str, redis: Redis, maxlen: int, least: int, most: int
) -> None:
    """A bound is kept within a node of Redis (100 entries); without one all stay."""
    sink = RedisStreamSink("s", redis_url, "stories", maxlen=maxlen)
    sink.write([record(f"r{number}") for number in range(350)])
    assert least <= redis.xlen("stories") <= most
    sink.close()


@given(sizes=st.lists(st.sampled_from([1, 300, 5_000, 40_000, 90_000]), min_size=20, max_size=40))
@settings(max_examples=25)
def test_a_stream_takes_no_more_than_its_share(redis_url: str, sizes: list[int]) -> None:
    """Whatever the sizes of records, the oldest go as soon as it is over its megabytes, the newest
    stays.
    """
    with Redis.from_url(redis_url) as redis:
        redis.flushall()
        sink = RedisStreamSink("s", redis_url, "stories", max_mb=0.25)
        for number, size in enumerate(sizes):
            sink.write([record(f"r{number}", body=["x" * size])])
            used = redis.memory_usage("stories", samples=0) or 0
            assert used <= 250_000 or redis.xlen("stories") == 1
        [(_, newest)] = redis.xrevrange("stories", count=1)
        assert newest[b"id"].decode() == record(f"r{len(sizes) - 1}").id
        sink.close()


@pytest.mark.parametrize(("kilobytes", "stays"), [(190, True), (260, False)])
def test_a_stream_is_not_cut_below_its_share(
    redis_url: str, redis: Redis, kilobytes: int, stays: bool
) -> None:
    """What has room stays: readers come when they come."""
    sink = RedisStreamSink("s", redis_url, "stories", max_mb=0.25)
    sink.write([record("a", body=["x" * 1000])])
    for number in range(kilobytes // 10):
        sink.write([record(f"r{number}", body=["x" * 9_900])])
    [(_, oldest)] = redis.xrange("stories", count=1)
    assert (oldest[b"id"].decode() == record("a").id) == stays
    sink.close()


@pytest.mark.parametrize(("maxmemory", "most"), [(0, 200_000_000), (100_000_000, 8_000_000)])
def test_a_stream_without_a_size_takes_a_share(
    redis_url: str, redis: Redis, maxmemory: int, most: int
) -> None:
    """8 % of what Redis may take, 200 MB where it may take all."""
    redis.config_set("maxmemory", maxmemory)
    try:
        sink = RedisStreamSink("s", redis_url, "stories")
        assert sink.most == most
        sink.close()
    finally:
        redis.config_set("maxmemory", 0)


@pytest.mark.parametrize("option", [{"maxlen": -1}, {"max_mb": -1.0}, {"remember": 0}])
def test_a_bound_below_nothing_is_refused(redis_url: str, option: dict[str, int]) -> None:
    """A number that can't be meant is named when the sink is opened."""
    with pytest.raises(ValueError, match=next(iter(option))):
        open_sink("s", "redis-stream", {"url": redis_url, "stream": "stories", **option})
