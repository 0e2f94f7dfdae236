"""What a sink promises at its edges: on the disk, alone in its file, and each record once for a
week.
"""

from __future__ import annotations

import fcntl
import os
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest
from redis import Redis

from pipeline.sinks.jsonl import JsonlSink
from pipeline.sinks.redis_stream import RedisStreamSink
from tests.making import record
from tests.pipeline.sinks.test_sinks import held

DAY = 86_400.0


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


@pytest.mark.parametrize(("days", "entries"), [(6.99, 1), (7.01, 2)])
def test_an_id_is_remembered_for_a_week(
    redis_url: str, redis: Redis, days: float, entries: int
) -> None:
    """Within a week a batch that comes again adds nothing; for ever would fill up Redis."""
    sink = RedisStreamSink("s", redis_url, "stories")
    sink.write([record("a")])
    redis.zadd("stories:ids", {record("a").id: redis.time()[0] - days * DAY})
    sink.write([record("b"), record("a")])
    names = [fields[b"id"].decode() for _, fields in redis.xrange("stories")]
    assert names.count(record("a").id) == entries
    sink.close()


@pytest.mark.parametrize(("maxlen", "least", "most"), [(0, 350, 350), (100, 100, 200)])
def test_a_stream_is_trimmed_to_its_bound_and_never_without_one(
    redis_url: str, redis: Redis, maxlen: int, least: int, most: int
) -> None:
    """A bound is kept within a node of Redis (100 entries); 0 leaves trimming to readers."""
    sink = RedisStreamSink("s", redis_url, "stories", maxlen=maxlen)
    sink.write([record(f"r{number}") for number in range(350)])
    assert least <= redis.xlen("stories") <= most
    sink.close()
