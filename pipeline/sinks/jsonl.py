"""A file of one JSON object a line, each record once, through crashes and torn writes."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from pipeline.errors import Transient
from pipeline.record import Record


class JsonlSink:
    """Appends records to ``path`` and skips those it holds.

    Before each batch it locks the file, reads what others appended since, and cuts off a last line
    without its newline: a writer that died in the middle of a line was never acknowledged, so that
    line comes again.
    """

    def __init__(self, name: str, path: str | Path) -> None:
        self.name = name
        self.path = Path(path)
        self._known = (0, 0)  # device and inode of the file that was read
        self._read_to = 0
        self._held: set[str] = set()

    def write(self, records: Sequence[Record]) -> None:
        """Append what is not held yet; on return it is on the disk. Raises Transient where that
        can't be done."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("a+b") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                self._catch_up(file)
                new = {record.id: record for record in records if record.id not in self._held}
                file.write(
                    b"".join(r.to_json().encode("utf-8", "replace") + b"\n" for r in new.values())
                )
                file.flush()
                os.fsync(file.fileno())
                self._held.update(new)
                self._read_to = file.tell()
        except OSError as error:
            self._known = (0, 0)
            raise Transient(f"{self.path} can't be written: {error}") from error

    def _catch_up(self, file: BinaryIO) -> None:
        """Read what others wrote since, from the start where the file is another one (rotated), and
        mend its tail."""
        stat = os.fstat(file.fileno())
        if (stat.st_dev, stat.st_ino) != self._known or stat.st_size < self._read_to:
            self._known, self._read_to, self._held = (stat.st_dev, stat.st_ino), 0, set()
        file.seek(self._read_to)
        for line in file:
            if not line.endswith(b"\n"):
                file.truncate(self._read_to)
                break
            self._read_to += len(line)
            try:
                self._held.add(json.loads(line)["id"])
            except (ValueError, KeyError, TypeError):
                continue  # a line of someone else's; it holds none of our records
        file.seek(self._read_to)

    def close(self) -> None:
        """Nothing is kept open between two batches."""
