"""The wire of the fault harness: three feeds and their pages on loopback, growing while the system
runs.

One feed is RSS, one Atom, each with its pages on a port (a host) of its own; the third is a JSON
Feed that brings its full text. What was offered, and when, is kept: it is what the sink is compared
with.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from hashlib import blake2b
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Final, Self

from benchmarks.faults.stories import Told, tell

FEEDS: Final = ("rss", "atom", "json")


@dataclass(slots=True)
class Offered:
    """A story that a feed shows: its current edition, and when that appeared (epoch seconds).

    ``shown`` is the edition whose headline and summary its feed shows: after an edit of which the
    feed tells by the date alone, it is an earlier one.
    """

    number: int
    told: Told
    at: float
    feed: int
    shown: Told

    @property
    def path(self) -> str:
        """Where its page is."""
        return f"/story/{self.number}"


@dataclass
class Wire:
    """The stories on offer, and three servers that show them."""

    seed: int
    poison: dict[int, str] = field(default_factory=dict)
    offered: list[Offered] = field(default_factory=list)
    appeared: dict[tuple[str, int], float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _servers: list[_Server] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._servers = [_Server(self, feed) for feed in range(len(FEEDS))]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Listen no more; closing twice is harmless."""
        for server in self._servers:
            server.shutdown()
            server.server_close()

    @property
    def urls(self) -> list[str]:
        """The address of every feed."""
        return [
            f"http://127.0.0.1:{server.server_port}/{name}"
            for server, name in zip(self._servers, FEEDS, strict=True)
        ]

    def offer(self, count: int = 1) -> None:
        """Show this many further stories."""
        with self._lock:
            for number in range(len(self.offered), len(self.offered) + count):
                told = tell(self.seed, number, poison=self.poison.get(number, ""))
                feed = number % len(FEEDS)
                self.offered.append(Offered(number, told, time.time(), feed, told))
                self.appeared[told.marker, told.edition] = self.offered[-1].at

    def revise(self, number: int) -> None:
        """Show the next edition of a story, in its feed and on its page at once.

        Of every other story that has a page, the feed tells by a later date alone.
        """
        with self._lock:
            old = self.offered[number]
            told = tell(self.seed, number, old.told.edition + 1, old.told.poison)
            quiet = number % 2 == 0 and FEEDS[old.feed] != "json"
            shown = old.shown if quiet else told
            self.offered[number] = Offered(number, told, time.time(), old.feed, shown)
            self.appeared[told.marker, told.edition] = self.offered[number].at

    def stand_in(self, feed: int, path: str) -> tuple[bytes, str, int] | None:
        """What a wire with a fault in it answers instead (body, type, status): this one has none.

        A status of 0: the connection is cut.
        """
        del feed, path
        return None

    def shown(self, feed: int) -> list[Offered]:
        """What a feed shows, newest first."""
        with self._lock:
            return [story for story in reversed(self.offered) if story.feed == feed]

    def page(self, path: str) -> Offered | None:
        """The story whose page this is."""
        name = path.removeprefix("/story/")
        with self._lock:
            return (
                self.offered[int(name)]
                if name.isdigit() and int(name) < len(self.offered)
                else None
            )


class Feeder(threading.Thread):
    """Offers ``rate`` stories a second until the faults are over, ``count`` at least, and ``after``
    once they are.

    Every ``revise``-th story gets a second edition some seconds after it appeared.
    """

    def __init__(
        self, wire: Wire, count: int, rate: float, after: int = 6, revise: int = 7
    ) -> None:
        super().__init__(name="feeder", daemon=True)
        self.wire, self.count, self.rate, self.after, self.revise = wire, count, rate, after, revise
        self.faults_over = threading.Event()
        self.ended = threading.Event()

    def run(self) -> None:
        """Offer until all are shown or the harness ends."""
        left = self.after
        while not self.ended.wait(1 / self.rate):
            if self.faults_over.is_set():
                if left <= 0 and len(self.wire.offered) >= self.count:
                    return
                left -= 1
            self.wire.offer()
            older = len(self.wire.offered) - 1 - int(3 * self.rate)
            if older >= 0 and older % self.revise == 0:
                self.wire.revise(older)


# --------------------------------------------------------------------------- what is served


class LoopbackServer(ThreadingHTTPServer):
    """Serves on a free port of loopback from a thread of its own, from the moment it is made."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, answer: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(("127.0.0.1", 0), answer)
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def server_bind(self) -> None:
        # HTTPServer asks the name service for its own name here
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = "127.0.0.1", int(self.server_address[1])

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that was killed in the middle of an answer is what this harness is for."""


class _Server(LoopbackServer):
    def __init__(self, wire: Wire, feed: int) -> None:
        self.wire, self.feed = wire, feed
        super().__init__(_Answer)


class _Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server
    timeout = 20

    def do_GET(self) -> None:
        path = self.path.split("?", 1)[0]
        if answer := self.server.wire.stand_in(self.server.feed, path):
            self.close_connection = not answer[2]
            return self._send(*answer) if answer[2] else None
        if path == "/robots.txt":
            return self._send(b"User-agent: *\nAllow: /\n", "text/plain")
        base = f"http://127.0.0.1:{self.server.server_port}"
        name = path.removeprefix("/")
        if name in _WRITERS:
            kind, write = _WRITERS[name]
            return self._send(write(self.server.wire.shown(self.server.feed), base).encode(), kind)
        story = self.server.wire.page(path)
        if story:
            return self._send(_page(story).encode(), "text/html; charset=utf-8")
        return self._send(b"<h1>Not found</h1>", "text/html", 404)

    def _send(self, body: bytes, kind: str, status: int = 200) -> None:
        etag = f'"{blake2b(body, digest_size=8).hexdigest()}"'
        if status == 200 and self.headers.get("If-None-Match") == etag:
            status, body = 304, b""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("ETag", etag)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


def _html(told: Told) -> str:
    poison = f"<p>poison:{told.poison}</p>" if told.poison else ""
    return poison + "".join(
        f"<p>{escape(paragraph, quote=False)}</p>\n" for paragraph in told.paragraphs
    )


def _page(story: Offered) -> str:
    told = story.told
    return (
        f'<!doctype html><html lang="en"><head><title>{told.headline}</title></head><body>'
        f"<nav><a href='/'>Home</a> <a href='/world'>World</a></nav>"
        f"<main><article><h1>{told.headline}</h1>\n{_html(told)}</article></main>"
        f"<footer><p>About us</p></footer></body></html>"
    )


def _when(story: Offered) -> datetime:
    return datetime.fromtimestamp(story.at, UTC)


def _summary(told: Told) -> str:
    return told.paragraphs[0][:180] + f" ({told.edition})"


def _rss(shown: Sequence[Offered], base: str) -> str:
    items = "".join(
        f"<item><title>{s.shown.headline}</title><link>{base}{s.path}</link>"
        f'<guid isPermaLink="false">faults-{s.number}</guid><pubDate>{format_datetime(_when(s))}'
        "</pubDate>"
        f"<description>{escape(_summary(s.shown))}</description></item>\n"
        for s in shown
    )
    channel = f"<title>Faults RSS</title><link>{base}/</link><description>Faults</description>"
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{channel}\n{items}</channel></rss>'


def _atom(shown: Sequence[Offered], base: str) -> str:
    items = "".join(
        f"<entry><id>tag:faults.invalid,2026:{s.number}</id><title>{s.shown.headline}</title>"
        f'<link rel="alternate" href="{base}{s.path}"/><updated>{_when(s).isoformat()}</updated>'
        f"<summary>{escape(_summary(s.shown))}</summary></entry>\n"
        for s in shown
    )
    return (
        '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom">'
        "<id>tag:faults.invalid,2026:feed</id>"
        f"<title>Faults Atom</title><updated>2026-01-01T00:00:00Z</updated>\n{items}</feed>"
    )


def _json(shown: Sequence[Offered], base: str) -> str:
    items = [
        {
            "id": f"faults-{s.number}",
            "url": f"{base}{s.path}",
            "title": s.told.headline,
            "content_html": _html(s.told),
            "date_published": _when(s).isoformat(),
        }
        for s in shown
    ]
    return json.dumps(
        {"version": "https://jsonfeed.org/version/1.1", "title": "Faults JSON", "items": items}
    )


_WRITERS: Final[dict[str, tuple[str, Callable[[Sequence[Offered], str], str]]]] = {
    "rss": ("application/rss+xml; charset=utf-8", _rss),
    "atom": ("application/atom+xml; charset=utf-8", _atom),
    "json": ("application/feed+json; charset=utf-8", _json),
}
