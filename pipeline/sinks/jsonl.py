"""A file of one JSON object a line, each record once, through crashes and torn writes."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from pipeline.errors import Transient
from pipeline.story import Record


class JsonlSink:
    """Appends records to ``path`` and skips those it holds.

    Before each batch it locks the file, reads what others appended since, and cuts off a last line without its
    newline: a writer that died in the middle of a line was never acknowledged, so that line comes again.
    """

    def __init__(self, name: str, path: str | Path) -> None:
        self.name = name
        self.path = Path(path)
        self._file: BinaryIO | None = None
        self._held: set[str] = set()
        self._read_to = 0

    def write(self, records: Sequence[Record]) -> None:
        """Append what is not held yet; on return it is on the disk. Raises Transient where that can't be done."""
        try:
            file = self._opened()
            fcntl.flock(file, fcntl.LOCK_EX)
            try:
                self._catch_up(file)
                lines = b"".join(self._line(record) for record in records)
                file.write(lines)
                file.flush()
                os.fsync(file.fileno())
                self._read_to = file.tell()
            finally:
                fcntl.flock(file, fcntl.LOCK_UN)
        except OSError as error:
            self.close()
            raise Transient(f"{self.path} can't be written: {error}") from error

    def _opened(self) -> BinaryIO:
        if self._file and not self._same_file():
            self.close()
        if not self._file:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self.path.open("a+b")
            self._held, self._read_to = set(), 0
        return self._file

    def _same_file(self) -> bool:
        """False once the file was moved away (rotated) or removed: a new one is begun."""
        assert self._file
        try:
            there, here = self.path.stat(), os.fstat(self._file.fileno())
        except FileNotFoundError:
            return False
        return (there.st_dev, there.st_ino) == (here.st_dev, here.st_ino)

    def _catch_up(self, file: BinaryIO) -> None:
        file.seek(self._read_to)
        whole = self._read_to
        for line in file:
            if not line.endswith(b"\n"):
                file.truncate(whole)
                break
            whole += len(line)
            try:
                self._held.add(json.loads(line)["id"])
            except (ValueError, KeyError, TypeError):
                continue  # a line of someone else's; it holds none of our records
        self._read_to = whole
        file.seek(whole)

    def _line(self, record: Record) -> bytes:
        if record.id in self._held:
            return b""
        self._held.add(record.id)
        return record.to_json().encode("utf-8", "replace") + b"\n"

    def close(self) -> None:
        """Close the file."""
        if self._file:
            self._file.close()
        self._file = None
