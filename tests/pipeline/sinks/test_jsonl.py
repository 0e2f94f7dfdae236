"""The file of JSON lines: no half line stays, nothing of anybody else is cut, each record once
through full disks, kills and rotation."""

from __future__ import annotations

import fcntl
import gzip
import json
import os
import random
import resource
import signal
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import Transient
from pipeline.record import Record
from pipeline.sinks import jsonl
from pipeline.sinks.jsonl import BEGINS, JsonlSink
from tests.making import record

LINES = [record(name).to_json().encode() + b"\n" for name in "abcd"]


def ids(names: str) -> list[str]:
    """The ids of records by their names."""
    return [record(name).id for name in names]


def held(path: Path) -> list[str]:
    """Ids of a file's lines, every one of which must be whole; of foreign lines nothing."""
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    assert not data or data.endswith(b"\n")
    return [json.loads(line)["id"] for line in data.splitlines() if line.startswith(BEGINS)]


def held_in_all(sink: JsonlSink) -> list[str]:
    """Ids of all files of a sink, in the order in which they were written. A packed file and the
    plain one that it was made of are one."""
    files = {file.name.removesuffix(".gz"): file for file in sink.rotation.files()}
    return [id_ for file in (*files.values(), sink.path) if file.exists() for id_ in held(file)]


@contextmanager
def no_file_over(size: int) -> Iterator[None]:
    """A disk that is full for every file of so many bytes: a write takes what fits, then fails."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def run_killed(work: Callable[[], None]) -> int:
    """Do something in a process of its own, which may be killed; the signal that ended it, or 0."""
    child = os.fork()
    if not child:
        try:
            work()
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.mark.parametrize("zeros", [0, 3])
def test_a_line_that_was_torn_at_any_byte_is_mended(tmp_path: Path, zeros: int) -> None:
    """Wherever a writer died, and with zeros that a power cut leaves: half a line is cut off, a
    whole one gets its newline."""
    path, torn = tmp_path / "out.jsonl", LINES[2] + LINES[3]
    for cut in range(1, len(torn) + 1):
        whole = torn[cut - 1 : cut] in (b"\n", b"}") and torn[cut : cut + 1] in (b"\n", b"{", b"")
        path.write_bytes(LINES[0] + LINES[1] + torn[:cut] + b"\0" * (0 if whole else zeros))
        with path.open("r+b") as file:
            learned, end = jsonl.learn_lines(file.fileno(), 0)
        lines = 2 + (cut >= len(LINES[2]) - 1) + (cut >= len(torn) - 1)
        assert learned == held(path) == ids("abcd"[:lines])
        assert end == path.stat().st_size


@settings(max_examples=25)
@given(cut=st.integers(0, len(LINES[2] + LINES[3])), known=st.booleans())
def test_after_a_torn_write_each_record_is_there_once(
    tmp_path_factory: pytest.TempPathFactory, cut: int, known: bool
) -> None:
    """The batch comes again, to a process that remembers the file or one that does not."""
    path = tmp_path_factory.mktemp("torn") / "out.jsonl"
    sink = JsonlSink("s", path)
    sink.write([record("a"), record("b")])
    if not known:
        path.with_name("out.jsonl.ids").unlink()
    with path.open("ab") as file:
        file.write((LINES[2] + LINES[3])[:cut])
    sink.write([record("c"), record("d"), record("e")])
    assert held(path) == ids("abcde")
    sink.close()


@pytest.mark.parametrize("repeated", ["b", "c"])
def test_a_whole_line_that_lacks_its_newline_stays(tmp_path: Path, repeated: str) -> None:
    """It gets its newline, and counts as held."""
    path = tmp_path / "out.jsonl"
    path.write_bytes(LINES[0] + LINES[1][:-1])
    JsonlSink("s", path).write([record(repeated)])
    assert path.read_bytes() == LINES[0] + LINES[1] + (LINES[2] if repeated == "c" else b"")


@settings(max_examples=30)
@given(
    st.binary(min_size=1, max_size=80).filter(
        lambda line: b"\n" not in line and not BEGINS.startswith(line.rstrip(b"\0"))
    )
)
def test_a_line_of_somebody_else_is_never_cut(
    tmp_path_factory: pytest.TempPathFactory, line: bytes
) -> None:
    """Whatever somebody wrote into the file, with or without an end, stays as it is."""
    path = tmp_path_factory.mktemp("foreign") / "out.jsonl"
    sink = JsonlSink("s", path)
    for place in range(2):
        with path.open("ab") as file:
            file.write(line)
        sink.write([record("ab"[place])])
        sink.write([record("ab"[place])])
    assert path.read_bytes() == line + b"\n" + LINES[0] + line + b"\n" + LINES[1]
    sink.close()


def test_no_half_line_is_left_by_a_full_disk(tmp_path: Path) -> None:
    """Wherever in a batch the disk is full, a reader sees whole lines only, at once; then the rest
    comes, and nothing twice."""
    batch = [record(name) for name in "bcd"]
    for room in range(0, sum(map(len, LINES[1:])), 23):
        path = tmp_path / f"{room}.jsonl"
        sink = JsonlSink("s", path)
        sink.write([record("a")])
        filled = path.stat().st_size + room
        # what the index needs is not what this is about: it fits
        with path.open("rb+"), pytest.raises(Transient, match="can't be written"):
            _write_up_to(sink, batch, filled)
        whole = sum(sum(map(len, LINES[1:end])) <= room for end in (2, 3, 4))
        assert held(path) == ids("abcd"[: 1 + whole])
        sink.write(batch)
        assert held(path) == ids("abcd")
        sink.close()


def _write_up_to(sink: JsonlSink, batch: Sequence[Record], size: int) -> None:
    """Write while the records' file can't grow over a size; the file beside it can."""
    append = jsonl.append_whole_lines

    def append_limited(number: int, data: bytes) -> int:
        with no_file_over(size):
            return append(number, data)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(jsonl, "append_whole_lines", append_limited)
        sink.write(batch)


def test_what_could_not_be_cut_back_is_cut_first_thing_next_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that takes not even that is tried again before anything is added."""
    sink = JsonlSink("s", tmp_path / "out.jsonl")
    sink.write([record("a")])

    def refuse(_number: int, _size: int) -> None:
        raise OSError(5, "the disk is away")

    with monkeypatch.context() as broken, pytest.raises(Transient):
        broken.setattr(os, "ftruncate", refuse)
        _write_up_to(sink, [record("b")], sink.path.stat().st_size + 20)
    assert not sink.path.read_bytes().endswith(b"\n")
    sink.write([record("c")])
    assert held(sink.path) == ids("ac")


def test_what_did_not_get_to_the_disk_is_not_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a failed fsync the next one says all is well, though the lines may be gone: they are
    written again."""
    sink = JsonlSink("s", tmp_path / "out.jsonl")
    sink.write([record("a")])

    def refuse(_number: int) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as broken, pytest.raises(Transient, match="Input/output"):
        broken.setattr(os, "fsync", refuse)
        sink.write([record("b")])
    assert held(sink.path) == ids("a")
    sink.write([record("b")])
    assert held(sink.path) == ids("ab")


def test_a_start_does_not_read_the_file_again(tmp_path: Path) -> None:
    """What stands before the remembered place is not looked at: here it was made unreadable."""
    path = tmp_path / "out.jsonl"
    one = JsonlSink("s", path)
    one.write([record("a"), record("b")])
    one.close()
    with path.open("rb+") as file:
        file.write(b"x" * len(LINES[0] + LINES[1][:-1]))
    JsonlSink("s", path).write([record("a"), record("b"), record("c")])
    assert path.read_bytes().count(b"\n") == 2
    assert held(path) == ids("c")


@pytest.mark.parametrize("state", ["missing", "damaged", "behind"])
def test_what_is_remembered_is_made_anew(tmp_path: Path, state: str) -> None:
    """The file is the truth: an index that is missing, damaged or behind loses and repeats
    nothing."""
    path, beside = tmp_path / "out.jsonl", tmp_path / "out.jsonl.ids"
    one = JsonlSink("s", path)
    one.write([record("a")])
    one.close()
    early = beside.read_bytes()
    one.write([record("b"), record("c")])
    one.close()
    if state == "missing":
        beside.unlink()
    else:
        beside.write_bytes(early if state == "behind" else b"SQLite format 3\0" + b"\xff" * 8000)
    two = JsonlSink("s", path)
    if state == "damaged":
        with pytest.raises(Transient, match=r"out\.jsonl\.ids"):
            two.write([record("b"), record("c")])
    two.write([record("b"), record("c"), record("d")])
    assert held(path) == ids("abcd")


@pytest.mark.parametrize(("before", "known"), [(1, False), (0, True)])
def test_without_what_is_remembered_the_end_of_the_file_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: int, known: bool
) -> None:
    """A line counts that begins within the bytes that are read again, and none before them."""
    monkeypatch.setattr(jsonl, "READ_AGAIN", len(LINES[1]) - before)
    path = tmp_path / "out.jsonl"
    path.write_bytes(LINES[0] + LINES[1])
    JsonlSink("s", path).write([record("b")])
    assert held(path).count(record("b").id) == (1 if known else 2)


@pytest.mark.parametrize("packed", [False, True])
def test_a_sink_that_rested_while_its_file_was_rotated_repeats_nothing(
    tmp_path: Path, packed: bool
) -> None:
    """A batch whose acknowledgement was lost comes again after days, when the file has been
    renamed, packed and followed by empty ones."""
    path = tmp_path / "out.jsonl"
    sink = JsonlSink("s", path)
    sink.write([record("a")])
    died = LINES[1] if not packed else b""  # written, and the process killed before it noted that
    with path.open("ab") as file:
        file.write(died)
    path.rename(tmp_path / "out.jsonl.2")
    (tmp_path / "out.jsonl.1").touch()
    if packed:
        written = (tmp_path / "out.jsonl.2").stat()
        (tmp_path / "out.jsonl.2.gz").write_bytes(gzip.compress(LINES[0]))
        os.utime(tmp_path / "out.jsonl.2.gz", ns=(written.st_atime_ns, written.st_mtime_ns))
        (tmp_path / "out.jsonl.2").unlink()
        os.utime(tmp_path / "out.jsonl.1", (1_000_000_000, 1_000_000_000))
    sink.close()
    later = JsonlSink("s", path)
    later.write([record("a"), record("b"), record("c")])
    assert held(path) == ids("c" if not packed else "bc")


def test_a_file_that_was_deleted_begins_anew(tmp_path: Path) -> None:
    """Somebody who throws the records away to have them again gets them, also beside files that
    were rotated long before."""
    path = tmp_path / "out.jsonl"
    sink = JsonlSink("s", path)
    old = tmp_path / "out.jsonl.1"
    old.write_bytes(b"")
    os.utime(old, (1_000_000_000, 1_000_000_000))
    sink.write([record("a")])
    path.unlink()
    sink.write([record("a")])
    assert held(path) == ids("a")


def test_a_record_that_waited_for_the_file_goes_into_the_next_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that is renamed while a writer waits for it gets nothing more."""
    path = tmp_path / "out.jsonl"
    sink = JsonlSink("s", path)
    sink.write([record("a")])
    lock = fcntl.flock

    def rename_first(number: int, how: int) -> None:
        if not (tmp_path / "old.jsonl").exists():
            path.rename(tmp_path / "old.jsonl")
        lock(number, how)

    monkeypatch.setattr(fcntl, "flock", rename_first)
    sink.write([record("b")])
    assert (held(tmp_path / "old.jsonl"), held(path)) == (ids("a"), ids("b"))


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """What the link points at is rotated where it lies."""
    target, link = tmp_path / "disk", tmp_path / "out.jsonl"
    target.mkdir()
    link.symlink_to(target / "real.jsonl")
    sink = JsonlSink("s", link, rotate_mb=1e-6)
    sink.write([record("a")])
    sink.write([record("b")])
    assert link.is_symlink()
    assert held(link) == ids("b")
    assert len(list(target.glob("real.*Z.jsonl"))) == 1


KILLED_AT = range(16)


@pytest.mark.parametrize("step", KILLED_AT)
def test_a_kill_in_the_middle_of_a_rotation_harms_nothing(tmp_path: Path, step: int) -> None:
    """Whichever step of writing, renaming, packing or deleting was the last, the batch comes again
    and all is there once."""
    path = tmp_path / "out.jsonl"

    def open_it() -> JsonlSink:
        return JsonlSink("s", path, rotate_mb=1e-6, keep=3, compress=True)

    first = open_it()
    first.write([record("a")])
    first.write([record("b")])
    first.close()

    def write_and_die() -> None:
        left = [step]
        for owner, name in (
            (os, "fsync"), (os, "open"), (os, "write"), (os, "utime"), (Path, "rename"),
            (Path, "replace"), (Path, "unlink"),
        ):  # fmt: skip
            _die_after(owner, name, left)
        open_it().write([record("c")])

    ended = run_killed(write_and_die)
    last = open_it()
    last.write([record("c")])
    last.write([record("d")])
    assert held_in_all(last) == ids("abcd")
    assert sorted(file.suffix for file in last.rotation.files()) == [".gz"] * 3
    assert not list(tmp_path.glob(".*"))
    assert ended in {-signal.SIGKILL, 0}
    assert ended == -signal.SIGKILL or step == KILLED_AT[-1]


def _die_after(owner: object, name: str, left: list[int]) -> None:
    """Have a function kill its process when ``left`` calls were made."""
    real = getattr(owner, name)

    def counted(*args: object, **kwargs: object) -> object:
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)
        left[0] -= 1
        return real(*args, **kwargs)

    setattr(owner, name, counted)


def is_written(sink: JsonlSink, batch: list[Record]) -> bool:
    """Write a batch; False where it is to come again."""
    try:
        sink.write(batch)
    except Transient:
        return False
    return True


def test_two_writers_at_once_hold_each_record_once(tmp_path: Path) -> None:
    """Two processes that write the same batches through many rotations: all of it, once, in
    order."""
    path = tmp_path / "out.jsonl"
    names = [f"r{number}" for number in range(120)]

    def write_all(seed: int) -> None:
        sink = JsonlSink("s", path, rotate_mb=0.002, compress=bool(seed))
        chance = random.Random(seed)
        for start in range(0, len(names), 4):
            batch = [record(name) for name in names[start : start + 4]]
            # a file that was rotated may be with the other one still: the batch comes again
            while not is_written(sink, batch):
                pass
            if chance.random() < 0.2:
                sink.close()

    children = []
    for seed in range(2):
        child = os.fork()
        if not child:
            code = 1
            try:
                write_all(seed)
                code = 0
            finally:
                os._exit(code)
        children.append(child)
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0, 0]
    sink = JsonlSink("s", path)
    assert held_in_all(sink) == [record(name).id for name in names]
    assert len(sink.rotation.files()) > 5


STEPS = st.lists(
    st.sampled_from(["write", "again", "restart", "torn", "renamed", "full", "forgotten", "alien"]),
    max_size=14,
)


@settings(max_examples=40)
@given(steps=STEPS, limit=st.sampled_from([0.0, 0.0005, 0.002]))
def test_through_any_history_each_record_is_there_once(
    tmp_path_factory: pytest.TempPathFactory, steps: list[str], limit: float
) -> None:
    """Whatever happens to file and process between two batches, what was acknowledged is there,
    once, in whole lines."""
    folder = tmp_path_factory.mktemp("history")
    path = folder / "out.jsonl"
    sink = JsonlSink("s", path, rotate_mb=limit)
    batch, wanted = [record("0")], 0
    for number, step in enumerate(steps):
        if step == "write":
            batch = [record(str(wanted + more)) for more in range(3)]
            wanted += 2  # two sinks' batches may overlap
            sink.write(batch)
        elif step == "again":
            sink.write(batch)
        elif step == "restart":
            sink.close()
            sink = JsonlSink("s", path, rotate_mb=limit)
        elif step == "torn":
            with path.open("ab") as file:
                file.write(LINES[0][: 1 + number * 13])
        elif step == "renamed" and path.exists():
            path.rename(folder / f"out.jsonl.{number}")
        elif step == "full" and path.exists():
            with suppress(Transient):
                _write_up_to(sink, batch, path.stat().st_size + number)
        elif step == "forgotten":
            # only what was rotated here is read again without it
            if not list(folder.glob("out.jsonl.[0-9]*")):
                (folder / "out.jsonl.ids").unlink(missing_ok=True)
                sink.write([record("first")])
        elif step == "alien":
            with path.open("ab") as file:
                file.write(b"alien\n" if number % 2 else b"alien")
    sink.write([*batch, record("last")])
    every = [*folder.glob("out.jsonl.[0-9]*"), *sink.rotation.files(), path]
    found = Counter(id_ for file in every for id_ in whole_ids(file))
    assert set(found.values()) == {1}
    assert {record(str(number)).id for number in range(wanted + bool(wanted))} <= set(found)
    sink.close()


def whole_ids(file: Path) -> list[str]:
    """Ids of the whole lines of ours in a file with lines of others."""
    lines = file.read_bytes().splitlines()
    return [
        json.loads(line)["id"] for line in lines if line.startswith(BEGINS) and line.endswith(b"}")
    ]


def test_each_line_begins_as_half_lines_are_known_by() -> None:
    """Were the envelope to begin in another way, no torn line would be known."""
    assert LINES[0].startswith(BEGINS)
