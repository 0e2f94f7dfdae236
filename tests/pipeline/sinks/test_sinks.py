"""Sinks: each holds every record once, through repeats, crashes and torn writes."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from redis import Redis

from pipeline.errors import Transient
from pipeline.record import Record
from pipeline.sinks import find_faults, kinds, open_sink
from pipeline.sinks.jsonl import JsonlSink
from pipeline.sinks.redis_stream import RedisStreamSink
from tests.making import record


def held(path: Path) -> list[str]:
    """Ids of the file's lines, every one of which must be whole."""
    return [json.loads(line)["id"] for line in path.read_text("utf-8").splitlines()]


def test_repeats_are_skipped(tmp_path: Path) -> None:
    """A batch that comes again, also to another process, adds nothing."""
    path = tmp_path / "out.jsonl"
    one, two = JsonlSink("s", path), JsonlSink("s", path)
    one.write([record("a"), record("b")])
    two.write([record("b"), record("c")])
    one.write([record("a"), record("c"), record("d")])
    assert [i.split(":")[-1] for i in held(path)] == ["a/1/new", "b/1/new", "c/1/new", "d/1/new"]


def test_versions_and_events_are_records_of_their_own(tmp_path: Path) -> None:
    """A later version and a withdrawal of a story are not repeats of it."""
    sink = JsonlSink("s", tmp_path / "out.jsonl")
    sink.write([record("a"), record("a", 2, "story.version"), record("a", 2, "story.withdrawn")])
    assert len(held(sink.path)) == 3


@settings(max_examples=25)
@given(cut=st.integers(1, 400))
def test_torn_tail_is_repaired(tmp_path_factory: pytest.TempPathFactory, cut: int) -> None:
    """Wherever a write was cut off, the next batch leaves whole lines and every record once."""
    path = tmp_path_factory.mktemp("torn") / "out.jsonl"
    JsonlSink("s", path).write([record("a"), record("b")])
    whole = path.read_bytes()
    path.write_bytes(whole[: max(0, len(whole) - cut)])
    JsonlSink("s", path).write([record("a"), record("b"), record("c")])
    assert sorted(held(path)) == sorted(record(n).id for n in "abc")


def test_torn_by_another_writer(tmp_path: Path) -> None:
    """A sink that is open repairs what another left torn meanwhile."""
    sink = JsonlSink("s", tmp_path / "out.jsonl")
    sink.write([record("a")])
    with sink.path.open("ab") as other:
        other.write(record("c").to_json().encode()[:60])
    sink.write([record("b")])
    assert held(sink.path) == [record("a").id, record("b").id]


def test_foreign_lines_stay(tmp_path: Path) -> None:
    """Lines that are none of ours are left as they are."""
    path = tmp_path / "out.jsonl"
    path.write_text('not json\n{"no": "id"}\n[1]\n')
    JsonlSink("s", path).write([record("a")])
    assert path.read_text().startswith('not json\n{"no": "id"}\n[1]\n{"spec')


def test_rotated_file_begins_anew(tmp_path: Path) -> None:
    """When the file is moved away, the next record begins a new one."""
    sink = JsonlSink("s", tmp_path / "out.jsonl")
    sink.write([record("a")])
    sink.path.rename(tmp_path / "old.jsonl")
    sink.write([record("b")])
    assert held(sink.path) == [record("b").id]


def test_unwritable_file_is_transient(tmp_path: Path) -> None:
    """A file that can't be written asks for another try, and forgets nothing meanwhile."""
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(Transient, match="can't be written"):
        JsonlSink("s", blocked / "out.jsonl").write([record("a")])


def test_stream_holds_each_record_once(redis_url: str, redis: Redis) -> None:
    """The Redis Stream gets a record once, whoever repeats it, with its type and JSON."""
    one, two = (
        RedisStreamSink("s", redis_url, "stories"),
        RedisStreamSink("s", redis_url, "stories"),
    )
    one.write([record("a"), record("b")])
    two.write([record("b"), record("c")])
    entries = redis.xrange("stories")
    assert [fields[b"id"].decode() for _, fields in entries] == [record(n).id for n in "abc"]
    assert Record.from_json(entries[0][1][b"record"]) == record("a")
    one.close()
    two.close()


def test_stream_that_is_away_is_transient(tmp_path: Path) -> None:
    """A Redis that does not answer asks for another try."""
    sink = RedisStreamSink("s", f"unix://{tmp_path}/none.sock", "stories")
    with pytest.raises(Transient):
        sink.write([record("a")])
    sink.close()


def test_unknown_kind_and_option_are_named() -> None:
    """A sink that is configured wrongly is refused in words that say what there is."""
    with pytest.raises(ValueError, match=r"no kind 'kafka'; there are jsonl, redis-stream"):
        open_sink("s", "kafka", {})
    with pytest.raises(ValueError, match=r"of kind 'jsonl'.*colour: .*there are path, rotate_mb"):
        open_sink("s", "jsonl", {"path": "x", "colour": "red"})
    assert kinds() == ["jsonl", "redis-stream"]


@pytest.mark.parametrize(
    ("kind", "options", "faults"),
    [
        ("jsonl", {"path": "x", "rotate_mb": 0, "compress": True}, []),
        ("jsonl", {}, ["path: is needed"]),
        ("jsonl", {"path": "x", "rotate_mb": -0.1}, ["rotate_mb: input should be greater than"]),
        ("jsonl", {"path": "x", "keep": "some"}, ["keep: input should be a valid integer"]),
        ("jsonl", {"path": "x", "compress": "gz"}, ["compress: input should be a valid boolean"]),
        (
            "jsonl",
            {"pth": "x", "rotate_day": 1},
            ["path: is needed", "pth: .*did you mean path", "rotate_day: .*mean rotate_days"],
        ),
        ("redis-stream", {"url": "redis://x", "stream": "s", "maxlen": -1}, ["maxlen: input"]),
        ("redis-stream", {"url": "redis://x", "streem": "s"}, ["stream: is", "streem: .*stream"]),
        ("jsnl", {}, ["kind: .*did you mean jsonl"]),
    ],
)
def test_every_fault_of_a_sinks_options_is_named(
    kind: str, options: dict[str, object], faults: list[str]
) -> None:
    """All faults come in one message, each with its key; nothing wrong is taken as something
    else."""
    found = [f"{key}: {fault}" for key, fault in find_faults(kind, options)]
    assert len(found) == len(faults)
    for fault, expected in zip(found, faults, strict=True):
        assert re.match(expected, fault)
