"""Hostile documents beside the honest ones: feeds and pages made by ``benchmarks.floods``.

They are served on a port of their own: each feed flood as a feed, and one more feed whose entries
link to page floods. What the system does meanwhile is measured: how long honest stories were held,
how long nothing was delivered, what the processes held of memory, and how long the log became.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from http.server import BaseHTTPRequestHandler
from itertools import pairwise
from pathlib import Path
from random import Random
from types import TracebackType
from typing import Any, Final, Self

from benchmarks.faults.account import Seen
from benchmarks.faults.system import System
from benchmarks.faults.wire import LoopbackServer
from benchmarks.floods.feed_floods import FEED_FLOODS
from benchmarks.floods.page_floods import PAGE_FLOODS

_FEED_BYTES: Final = 4_900_000
_PAGE_BYTES: Final = 2_000_000
_PAGE_TAGS: Final = 19_000
_LOOK: Final = 0.2  # seconds between two looks at what the processes hold
# what was seen to harm: name of the flood, repetitions
_KNOWN_FEEDS: Final = (("newsml items", 190_000), ("rss item: dc:creator", 215_000))
_KNOWN_PAGES: Final = (
    ("text: letters, then at signs", 20_000),
    ("attributes of a tag", 150_000),
    ("text: reporting by", 40_000),
    ("plain: agencies", 40_000),
    ("story: short paragraphs", 18_000),
    ("story: table rows", 6_000),
)


@dataclass(frozen=True, slots=True)
class Document:
    """A hostile document: its path, its name, how often it repeats, and how it is written."""

    path: str
    name: str
    times: int
    write: Callable[[int], bytes]

    @property
    def body(self) -> bytes:
        """Made when it is asked for: all together would be a gigabyte."""
        return self.write(self.times)


@dataclass
class HostileWire:
    """``feeds`` hostile feeds and ``pages`` hostile pages, chosen by a seed."""

    seed: int
    feeds: int
    pages: int
    asked: set[str] = field(default_factory=set)
    _server: _Server | None = None

    def __enter__(self) -> Self:
        self._server = _Server(self)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        if self._server:
            self._server.shutdown()
            self._server.server_close()

    @property
    def base(self) -> str:
        """Where it is served."""
        assert self._server
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def urls(self) -> list[str]:
        """The address of every feed, that of the pages first."""
        paths = [path for path in self.documents if path.startswith("/feed/")]
        return [f"{self.base}{path}" for path in ("/pages", *paths)]

    @cached_property
    def documents(self) -> dict[str, Document]:
        """Every document by its path."""
        random = Random(f"{self.seed}:hostile")
        made = {}
        names = [*_KNOWN_FEEDS, *_choose(random, FEED_FLOODS, self.feeds)][: self.feeds]
        for number, (name, times) in enumerate(names):
            write = FEED_FLOODS[name]
            path = f"/feed/{number}"
            made[path] = Document(path, name, min(times, _fit(write, _FEED_BYTES)), write)
        names = [*_KNOWN_PAGES, *_choose(random, PAGE_FLOODS, self.pages)][: self.pages]
        for number, (name, times) in enumerate(names):
            flood = PAGE_FLOODS[name]

            def write_page(n: int, write: Callable[[int], str] = flood.write) -> bytes:
                return write(n).encode("utf-8", "replace")

            path = f"/page/{number}"
            most = _PAGE_TAGS // flood.tags if flood.tags else times
            fits = min(times, most, _fit(write_page, _PAGE_BYTES))
            made[path] = Document(path, name, fits, write_page)
        return made

    def list_pages(self) -> bytes:
        """The feed that shows the pages."""
        items = "".join(
            f"<item><title>Hostile {path[6:]}</title><link>{self.base}{path}</link>"
            f"<guid>{path}</guid></item>"
            for path in self.documents
            if path.startswith("/page/")
        )
        return f'<rss version="2.0"><channel><title>H</title>{items}</channel></rss>'.encode()


def _choose(random: Random, floods: Any, count: int) -> list[tuple[str, int]]:
    """So many floods, each with a size that nobody chose."""
    names = random.sample(sorted(floods), min(count, len(floods)))
    return [(name, int(10 ** random.uniform(2.5, 6.0))) for name in names]


def _fit(write: Callable[[int], bytes], most: int) -> int:
    """How many repetitions fit into so many bytes."""
    unit = (len(write(200)) - len(write(0))) / 200
    return int(most / unit) if unit > 0 else 1_000


class _Server(LoopbackServer):
    def __init__(self, wire: HostileWire) -> None:
        self.wire = wire
        super().__init__(_Answer)


class _Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server
    timeout = 20

    def do_GET(self) -> None:
        path, wire = self.path.split("?", 1)[0], self.server.wire
        document = wire.documents.get(path)
        # a document never changes: its path is its validator
        if document and self.headers.get("If-None-Match") == f'"{path}"':
            self._send(b"", 304)
        elif path == "/robots.txt":
            self._send(b"User-agent: *\nAllow: /\n")
        elif path == "/pages":
            self._send(wire.list_pages())
        elif document:
            wire.asked.add(path)
            self._send(document.body)
        else:
            self._send(b"", 404)

    def _send(self, body: bytes, status: int = 200) -> None:
        path = self.path
        kind = "text/xml" if path.startswith(("/feed", "/pages")) else "text/html"
        name = self.server.wire.documents.get(path)
        if name and name.name.startswith("plain: "):
            kind = "text/plain"
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        if name:
            self.send_header("ETag", f'"{path}"')
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


# ------------------------------ what is measured


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds, MiB and bytes of one run.

    ``held`` is the longest time from the appearance of an honest story to its record, ``stall`` the
    longest without any record while such stories appeared, ``memory`` the most that a process of
    each role held; ``asked`` counts the hostile documents that were fetched.
    """

    held: float
    stall: float
    memory: dict[str, float]
    log: int
    asked: int

    def __str__(self) -> str:
        roles = ", ".join(f"{role} {most:.0f}" for role, most in sorted(self.memory.items()))
        return (
            f"{self.asked} hostile documents read; an honest story held {self.held:.1f} s at most,"
            f" no record for {self.stall:.1f} s at most; MiB of a process at most: {roles};"
            f" {self.log / 1e6:.2f} MB of log"
        )


class MemoryWatch(threading.Thread):
    """Notes the most memory that a process of each role held."""

    def __init__(self, system: System) -> None:
        super().__init__(name="memory", daemon=True)
        self.system = system
        self.most: dict[str, float] = {}
        self.ended = threading.Event()

    def run(self) -> None:
        """Look until the harness ends."""
        page = os.sysconf("SC_PAGE_SIZE")
        while not self.ended.wait(_LOOK):
            for process in self.system.processes():
                try:
                    said = Path(f"/proc/{process.pid}/statm").read_bytes().split()
                    held = int(said[1]) * page / 2**20
                except (OSError, IndexError):
                    continue
                self.most[process.role] = max(self.most.get(process.role, 0.0), held)


def measure_holds(
    appeared: dict[tuple[str, int], float], seen: Sequence[Seen]
) -> tuple[float, float]:
    """The longest hold of a story, and the longest time without a record of any."""
    first: dict[tuple[str, int], float] = {}
    for one in seen:
        if one.marker:
            first.setdefault((one.marker, one.edition), one.at)
    held = [at - appeared[name] for name, at in first.items() if name in appeared]
    times = sorted(first.values())
    stalls = [later - earlier for earlier, later in pairwise(times)]
    return max(held, default=0.0), max(stalls, default=0.0)
