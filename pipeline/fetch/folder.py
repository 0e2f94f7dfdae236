"""A watched folder: an agency's files as they come, each once, when it is complete.

A file is complete when nothing has been written to it for a moment; writers that move finished
files into the folder, or write under a name that begins with a dot or ends in ``.tmp`` or
``.part``, are taken at their word. Symbolic links and folders inside are left alone.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from pipeline.errors import Permanent, Transient
from pipeline.story import digest

_SETTLED = 2.0  # seconds without a change after which a file counts as written
_UNFINISHED = (".tmp", ".part", ".partial", ".filepart", ".crdownload", "~")


@dataclass(frozen=True, slots=True)
class File:
    """A complete file: its bytes, or why they were not read. ``mark`` changes with its content."""

    path: Path
    mark: str
    age: float
    body: bytes = b""
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Looked:
    """What lies in a folder: complete files that were not ``taken``, how many more there are."""

    files: tuple[File, ...] = ()
    present: frozenset[str] = field(default_factory=frozenset)
    waiting: int = 0


def folder_of(url: str) -> Path | None:
    """The folder that a ``file:`` URL names, None for any other URL."""
    parts = urlsplit(url)
    if (
        parts.scheme != "file"
        or parts.netloc not in {"", "localhost"}
        or not parts.path.startswith("/")
    ):
        return None
    return Path(unquote(parts.path))


def look(folder: Path, taken: Collection[str], now: float, *, most: int, max_bytes: int) -> Looked:
    """At most ``most`` complete files, the oldest first. Raises Permanent or Transient.

    ``present`` are the marks of all files there, so that what was taken and is gone can be
    forgotten.
    """
    found: list[tuple[float, str, os.DirEntry[str]]] = []
    present: set[str] = set()
    waiting = 0
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.startswith(".") or entry.name.lower().endswith(_UNFINISHED):
                    continue
                info = entry.stat(follow_symlinks=False)
                if not stat.S_ISREG(info.st_mode):
                    continue
                mark = digest(entry.name, str(info.st_size), str(info.st_mtime_ns))[:16]
                present.add(mark)
                if mark in taken:
                    continue
                # one from the future is of a clock that is ahead: whole, or not to be read yet
                if abs(now - info.st_mtime) < _SETTLED:
                    waiting += 1
                else:
                    found.append((info.st_mtime, mark, entry))
    except (FileNotFoundError, NotADirectoryError) as error:
        raise Permanent(f"no such folder: {folder}", url=folder.as_uri()) from error
    except OSError as error:
        raise Transient(f"folder can't be read: {error.strerror}", url=folder.as_uri()) from error
    found.sort(key=lambda item: (item[0], item[2].name))
    files = tuple(
        _read(Path(e.path), mark, now - changed, max_bytes) for changed, mark, e in found[:most]
    )
    return Looked(files, frozenset(present), waiting + len(found) - len(files))


def _read(path: Path, mark: str, age: float, max_bytes: int) -> File:
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(fd, "rb") as handle:
            body = handle.read(max_bytes + 1)
    except OSError as error:
        return File(path, mark, age, fault=f"file can't be read: {error.strerror}")
    return File(
        path, mark, age, body if len(body) <= max_bytes else b"", _over(len(body), max_bytes)
    )


def _over(size: int, most: int) -> str:
    return f"file over {most} bytes" if size > most else ""


def put_away(file: Path, mark: str, place: str) -> bool:
    """Move a file into a folder ``place`` beside it; False where that fails and the file stays."""
    target = file.parent / place / file.name
    try:
        target.parent.mkdir(exist_ok=True)
        if target.exists():
            target = target.with_name(f"{target.stem}-{mark}{target.suffix}")
        file.rename(target)
    except OSError:
        return False
    return True
