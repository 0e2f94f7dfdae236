"""The ids of the records that a file holds, beside it: no start reads the whole file again.

The file is the truth. What stands here was read from the file up to a place in it; where it is
missing, damaged or behind, the rest is read from the file.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from os import stat_result
from pathlib import Path
from typing import Final

KEPT: Final = 250_000
"""Ids that are remembered: five days of 50,000 records, about 30 MB of disk and none of memory.

Only a batch that was handed out and not acknowledged comes again, and those are a sink's last
records, however long it rested. The others are for a ledger that was lost, and for other sinks that
write to the same file.
"""

_TABLES: Final = """
CREATE TABLE IF NOT EXISTS held (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS place (
  single INTEGER PRIMARY KEY CHECK (single = 0), device TEXT, inode TEXT, offset INTEGER,
  written INTEGER
);
"""
_WAIT: Final = 30.0  # seconds for another process that has it open


@dataclass(frozen=True, slots=True)
class ReadPlace:
    """How far a file was read: ``offset`` bytes of the one with that device and inode, which was
    last ``written`` then (nanoseconds of the epoch)."""

    device: int
    inode: int
    offset: int
    written: int

    @classmethod
    def of(cls, stat: stat_result, offset: int) -> ReadPlace:
        """A place in the file that this is the state of."""
        return cls(stat.st_dev, stat.st_ino, offset, stat.st_mtime_ns)

    def is_of(self, stat: stat_result) -> bool:
        """Whether the file of this state is the one."""
        return (stat.st_dev, stat.st_ino) == (self.device, self.inode)


class HeldIds:
    """The ids of the file ``path``, in ``path`` with ``.ids`` behind it (SQLite)."""

    def __init__(self, path: Path, kept: int = KEPT) -> None:
        self.path = path.with_name(path.name + ".ids")
        self.kept = kept
        self._opened: sqlite3.Connection | None = None

    @contextmanager
    def changing(self) -> Iterator[None]:
        """All that is noted within, or nothing of it. No other process changes it meanwhile.

        Raises sqlite3.Error; what is damaged is removed and made anew at the next call.
        """
        try:
            db = self._open()
            db.execute("BEGIN IMMEDIATE")
            yield
            db.execute("COMMIT")
        except sqlite3.OperationalError:
            self.close()
            raise
        except sqlite3.DatabaseError:
            self.close()
            self._remove()
            raise
        except BaseException:
            self.close()  # takes back what was noted
            raise

    def _open(self) -> sqlite3.Connection:
        if self._opened and not self.path.exists():
            self.close()
        if not self._opened:
            # tasks of one process are threads that take turns
            self._opened = sqlite3.connect(
                self.path, timeout=_WAIT, isolation_level=None, check_same_thread=False
            )
            # a power cut may take back the last batches, never break the rest: they are read again
            self._opened.execute("PRAGMA journal_mode = WAL")
            self._opened.execute("PRAGMA synchronous = NORMAL")
            self._opened.executescript(_TABLES)
        return self._opened

    def holds(self, id_: str) -> bool:
        """Whether the file holds that record, or held it and was rotated."""
        found = self._open().execute("SELECT 1 FROM held WHERE id = ?", (id_,))
        return found.fetchone() is not None

    def place(self) -> ReadPlace | None:
        """How far the file was read; None where nothing is known of it."""
        row = self._open().execute("SELECT device, inode, offset, written FROM place").fetchone()
        return ReadPlace(int(row[0]), int(row[1]), row[2], row[3]) if row else None

    def note(self, ids: Iterable[str], place: ReadPlace) -> None:
        """Remember ids, the newest of all, and how far the file was read with them."""
        db = self._open()
        db.executemany("INSERT OR REPLACE INTO held (id) VALUES (?)", ((id_,) for id_ in ids))
        db.execute(
            "INSERT OR REPLACE INTO place VALUES (0, ?, ?, ?, ?)",
            # an inode may be larger than SQLite's numbers
            (str(place.device), str(place.inode), place.offset, place.written),
        )
        db.execute(
            "DELETE FROM held WHERE number <= (SELECT max(number) FROM held) - ?", (self.kept,)
        )

    def forget(self) -> None:
        """Remember nothing: the file is gone, and what it held with it."""
        self._open().execute("DELETE FROM held")
        self._open().execute("DELETE FROM place")

    def _remove(self) -> None:
        for end in ("", "-wal", "-shm"):
            with suppress(OSError):
                self.path.with_name(self.path.name + end).unlink()

    def close(self) -> None:
        """Let go of the file. What was not committed is forgotten."""
        if self._opened:
            with suppress(sqlite3.Error):
                self._opened.close()
            self._opened = None
