"""Pages that take their worker down: by a segfault, by hanging with the interpreter held, by eating
memory.

No page does this to the extraction as it is; a page that is marked does it here, inside the
extraction's own call, so that everything around it (limits, attempts, quarantine) is the real
thing.
"""

from __future__ import annotations

import ctypes
import os
import re
from collections.abc import Callable
from datetime import datetime
from typing import Final

from pipeline import extract
from pipeline.story import Entry, Page

_MARK: Final = re.compile(rb"poison:([a-z]+)")


def _segfault() -> None:
    ctypes.string_at(0)


def _hang() -> None:
    # PyDLL keeps the interpreter's lock, so neither another thread nor a Python signal handler runs
    # meanwhile
    ctypes.PyDLL(None).sleep(3600)


def _eat() -> None:
    hoard = []
    while True:
        hoard.append(b"x" * (32 << 20))


def _burn() -> None:
    while True:
        pass


def _stumble() -> None:
    raise IndexError("a bug that this page finds")


def _descend() -> None:
    _descend()


KINDS: Final[dict[str, Callable[[], None]]] = {"segfault": _segfault, "hang": _hang, "memory": _eat}
"""What takes a worker down without a word."""

MORE_KINDS: Final[dict[str, Callable[[], None]]] = {
    **KINDS,
    "burn": _burn,
    "stumble": _stumble,
    "descend": _descend,
    "exit": lambda: os._exit(3),
    "abort": os.abort,
}
"""These, and what Python sees coming."""


def install() -> None:
    """Put the poison in front of the extraction."""
    real = extract.open_page

    def poisoned(page: Page, entry: Entry, now: datetime) -> extract.OpenedPage:
        if found := _MARK.search(page.body) or _MARK.search(entry.content.encode()):
            MORE_KINDS[found[1].decode()]()
        return real(page, entry, now)

    extract.open_page = poisoned
