"""A file of one JSON object a line, each record once, through crashes, torn writes and rotation."""

from __future__ import annotations

import fcntl
import json
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import Annotated, Final

from pydantic import Field

from pipeline.errors import Transient
from pipeline.record import Record
from pipeline.sinks.held_ids import HeldIds, ReadPlace
from pipeline.sinks.rotation import PACKED, Rotation, sync_folder

BEGINS: Final = b'{"specversion":"1.0","id":"urn:wiredesk:'
"""How each line of ours begins, as ``Record.to_json`` writes it: half a line is ours by this."""

READ_AGAIN: Final = 64_000_000
"""Bytes from the end of a file that are read where nothing is remembered of it: under a second, and
thousands of batches, of which only the last can come again."""

_SLACK: Final = 2_000_000_000  # nanoseconds; some file systems keep times to two seconds


class JsonlSink:
    """Appends records to ``path`` and skips those it holds, also in files that it was rotated to.

    A batch is whole lines or nothing: what a full disk took of a line is cut off at once, what a
    killed writer left of one by the next batch. Nobody else's line is cut. ``rotate_mb``,
    ``rotate_days``, ``keep`` and ``compress`` are those of ``Rotation``.
    """

    def __init__(
        self,
        name: str,
        path: str | Path,
        rotate_mb: Annotated[float, Field(ge=0)] = 0.0,
        rotate_days: Annotated[int, Field(ge=0)] = 0,
        keep: Annotated[int, Field(ge=0)] = 0,
        compress: bool = False,
    ) -> None:
        self.name = name
        self.path = Path(path)
        target = self.path.resolve()  # a link stays a link when its file is rotated
        self.rotation = Rotation(target, rotate_mb, rotate_days, keep, compress)
        self._held = HeldIds(target)
        self._tidied = False

    def write(self, records: Sequence[Record]) -> None:
        """Append what is not held yet; on return it is on the disk. Raises Transient where that
        can't be done."""
        try:
            make_folder(self.rotation.path.parent)
            while not self._append(records):
                pass  # the file was rotated: the next one begins
        except sqlite3.Error as error:
            raise Transient(f"{self._held.path} can't be written: {error}") from error
        except OSError as error:
            raise Transient(f"{self.path} can't be written: {error}") from error

    def _append(self, records: Sequence[Record]) -> bool:
        """Append what is not held yet; False where the file was rotated instead."""
        with open_alone(self.rotation.path) as number:
            with self._held.changing():
                end = self._catch_up(number)
                new = {record.id: record for record in records if not self._held.holds(record.id)}
                lines = [r.to_json().encode("utf-8", "replace") + b"\n" for r in new.values()]
                data = b"".join(lines)
                stat = os.fstat(number)
                if data and self.rotation.is_due(stat.st_size, stat.st_mtime, len(data)):
                    self.rotation.rotate()
                    self._tidied = False
                    return False
                if data:
                    end = append_whole_lines(number, data)
                self._held.note(new, ReadPlace.of(os.fstat(number), end))
            if not self._tidied:
                # also once at the start, where a process was killed in the middle of it
                self._tidied = True
                self.rotation.tidy()
        return True

    def _catch_up(self, number: int) -> int:
        """Take in what the file holds and is not remembered, and mend its last line; where the
        file ends then."""
        stat, place = os.fstat(number), self._held.place()
        if place and place.is_of(stat) and _is_line_end(number, place.offset):
            start = place.offset
        elif place:
            start = 0
            self._follow(place)
        else:
            start = _find_start(number, stat.st_size)
            self._learn_older(READ_AGAIN - stat.st_size)
        ids, end = learn_lines(number, start)
        if ids:
            self._held.note(ids, ReadPlace.of(os.fstat(number), end))
        return end

    def _follow(self, place: ReadPlace) -> None:
        """See where the file went that was written last. Where nothing of it is left beside this
        one it was deleted, and what it held is held no more."""
        rotated = self._find_rotated()
        for file, stat in rotated:
            # a smaller one has the number of a file that is gone
            if place.is_of(stat) and stat.st_size >= place.offset:
                self._learn_rotated(file, place.offset)
                return
        if not any(stat.st_mtime_ns >= place.written - _SLACK for _, stat in rotated):
            self._held.forget()

    def _find_rotated(self) -> list[tuple[Path, os.stat_result]]:
        """The files that may be this one of earlier, rotated here or by another program, which
        puts something behind the name."""
        path = self.rotation.path
        named = [file for file in path.parent.iterdir() if file.name.startswith(path.name)]
        found = []
        for file in (*self.rotation.files(), *named):
            if file != path and not file.name.startswith(self._held.path.name):
                with suppress(FileNotFoundError):
                    found.append((file, file.stat()))
        return found

    def _learn_older(self, room: int) -> None:
        """Take in files that were rotated here, the newest first, up to so many bytes."""
        for file in reversed(self.rotation.files()):
            if room <= 0:
                break
            room -= file.stat().st_size
            self._learn_rotated(file, start=None)

    def _learn_rotated(self, file: Path, start: int | None) -> None:
        """Take in the end of a file that was rotated, from a place in it where one is known."""
        if file.suffix == PACKED:
            return  # packed after its end was taken in
        with file.open("r+b", buffering=0) as opened:
            # whoever is still at it has what we wait for: this batch comes again
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
            number = opened.fileno()
            if start is None:
                start = _find_start(number, os.fstat(number).st_size)
            ids, end = learn_lines(number, start)
            self._held.note(ids, ReadPlace.of(os.fstat(number), end))

    def probe(self) -> str:
        """Why the file could not be written, or the folder that is made for it."""
        place, folder = self.rotation.path, self.rotation.path.parent
        try:
            if place.is_dir():
                return f"{self.path} is a folder; a file is wanted"
            while not folder.exists():
                folder = folder.parent
            if place.exists():
                os.close(os.open(place, os.O_WRONLY | os.O_APPEND))
        except OSError as error:
            return f"{self.path} can't be written: {error.strerror}"
        try:
            # what is rotated and remembered lies beside the file
            with TemporaryFile(dir=folder):
                pass
        except OSError as error:  # it names a file that nobody wrote of
            return f"{self.path} can't be written: {error.strerror} ({folder})"
        return ""

    def close(self) -> None:
        """Let go of the file that remembers ids; the other is never open between two batches."""
        self._held.close()


@contextmanager
def open_alone(path: Path) -> Iterator[int]:
    """The file at ``path``, made where it is missing, for one process at a time: its number, to
    read and append.

    Raises OSError.
    """
    while True:
        is_new = not path.exists()
        number = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o666)
        try:
            if is_new:
                sync_folder(path.parent)
            fcntl.flock(number, fcntl.LOCK_EX)
            if _is_at(path, number):
                yield number
                return
            # it was rotated while this one waited
        finally:
            os.close(number)


def _is_at(path: Path, number: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(number))
    except FileNotFoundError:
        return False


def append_whole_lines(number: int, data: bytes) -> int:
    """Append lines and have them on the disk; where they end. Raises OSError, and leaves no half
    line."""
    start, written = os.fstat(number).st_size, 0
    try:
        with memoryview(data) as left:
            while written < len(data):
                written += os.write(number, left[written:])
    except OSError:
        # whole lines stay: somebody may have read them. Cutting works on a full disk, too
        _cut(number, start + data.rfind(b"\n", 0, written) + 1, start + written)
        raise
    try:
        os.fsync(number)
    except OSError:
        # what the disk did not take is not written again by another fsync: nothing of it is held
        _cut(number, start, start + written)
        raise
    return os.lseek(number, 0, os.SEEK_CUR)


def _cut(number: int, to: int, end: int) -> None:
    """Cut a file back from where we ended. Where that fails, or somebody else wrote behind it, the
    next batch mends what is torn."""
    with suppress(OSError):
        if os.fstat(number).st_size == end:
            os.ftruncate(number, to)


def learn_lines(number: int, start: int) -> tuple[list[str], int]:
    """The ids of a file's lines from ``start`` on, and where the file ends when its last line is
    mended.

    A line without its end is one that a writer left when it died. Where it lacks only the newline
    it gets it; half a line of ours is cut off, for it was never acknowledged and comes again.
    """
    ids, end = [], start
    with open(number, "rb", 1 << 20, closefd=False) as reader:
        reader.seek(start)
        for line in reader:
            id_, whole = _read_id(line), line.endswith(b"\n")
            if not whole and not id_ and _is_torn(line):
                os.ftruncate(number, end)
                break
            end += len(line)
            if id_:
                ids.append(id_)
            if not whole:
                os.pwrite(number, b"\n", end)
                end += 1
                break
    return ids, end


def _read_id(line: bytes) -> str:
    """The id of a record's line; '' of somebody else's line."""
    try:
        id_ = json.loads(line)["id"]
    except (ValueError, KeyError, TypeError):
        return ""
    return id_ if isinstance(id_, str) else ""


def _is_torn(line: bytes) -> bool:
    """Whether this is the beginning of a line of ours, of which a power cut may have left zeros."""
    begun = line.rstrip(b"\0")
    return begun.startswith(BEGINS) or BEGINS.startswith(begun)


def _is_line_end(number: int, offset: int) -> bool:
    """Whether a line ends there: where not, the file was cut since, or is another one."""
    return not offset or os.pread(number, 1, offset - 1) == b"\n"


def _find_start(number: int, size: int) -> int:
    """Where to begin in a file of which nothing is remembered: at a line's beginning."""
    start = max(0, size - READ_AGAIN)
    for offset in range(start, size if start else 0, 1 << 20):
        found = os.pread(number, 1 << 20, offset - 1).find(b"\n")
        if found >= 0:
            return offset + found
    return start


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, each of them on the disk."""
    if not folder.exists():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        sync_folder(folder.parent)
