"""The sample wire on loopback: pages and feeds, rendered at the start, from memory."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import blake2b
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from workers.sample.feed_formats import content_type, write_feed
from workers.sample.load import sample
from workers.sample.pages import charset, page_path, render
from workers.sample.sample_story import Outlet, SampleStory

DEFAULT_PORT = 8464
"""Fixed: an entry without a guid is known by its URL, and another port makes another entry."""
_SMALL = 400  # bytes; packing less saves nothing


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server answers for one path."""

    status: int
    type: str
    body: bytes
    packed: bytes = b""
    etag: str = ""
    modified: datetime | None = None
    location: str = ""


@dataclass(slots=True)
class Served:
    """What is served: fixed replies by path, and feeds, which may grow from ``start`` on."""

    base: str
    fixed: Mapping[str, Reply]
    feeds: Mapping[str, tuple[Outlet, tuple[SampleStory, ...]]]
    order: Mapping[str, int]
    grow: float
    clock: Callable[[], float]
    start: float

    def reply(self, path: str) -> Reply:
        """The answer for a path, without its query."""
        if path in self.feeds:
            outlet, entries = self.feeds[path]
            shown = [s for s in entries if self._shown(s)]
            return _feed_reply(outlet, shown, self.base)
        return self.fixed.get(path, NOT_FOUND)

    def _shown(self, story: SampleStory) -> bool:
        return self.grow <= 0 or (self.clock() - self.start) >= self.order[story.id] * self.grow


_HTML = "text/html; charset=utf-8"
NOT_FOUND = Reply(404, _HTML, b"<html><title>Not found</title><h1>Page not found</h1></html>")
FORBIDDEN = Reply(403, _HTML, b"<html><title>Access denied</title><h1>Access denied</h1></html>")
ROBOTS = Reply(200, "text/plain; charset=utf-8", b"User-agent: *\nAllow: /\n")


class Wire:
    """A running sample wire: ``url`` is its root, ``close`` stops it. Also a context manager."""

    def __init__(self, host: str, port: int, grow: float, clock: Callable[[], float]) -> None:
        self._server = _Server((host, port), _Answer)
        self.host, self.port = self._server.server_address[0], int(self._server.server_address[1])
        self.url = f"http://{host}:{self.port}"
        self._server.served = _make_served(self.url, grow, clock)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), name="sample", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Stop answering and free the port; calling it again does nothing."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def serve(
    host: str = "127.0.0.1",
    port: int = 0,
    *,
    grow: float = 0.0,
    clock: Callable[[], float] = time.monotonic,
) -> Wire:
    """Start the sample wire; port 0 takes a free one. Raises OSError where the port is taken.

    ``grow`` are the seconds of ``clock`` from one entry's appearance to the next, oldest first; 0.0
    shows all at once.
    """
    return Wire(host, port, grow, clock)


def _make_served(base: str, grow: float, clock: Callable[[], float]) -> Served:
    whole = sample()
    fixed: dict[str, Reply] = {"/robots.txt": ROBOTS}
    for story in whole.stories:
        path = f"/{page_path(story)}"
        if story.page in {"ok", "redirect"} and story.body:
            fixed.setdefault(path, _page_reply(story, whole.outlets[story.outlet], base))
        elif story.page == "403":
            fixed[path] = FORBIDDEN
        if story.page == "redirect":
            fixed[f"/go/{story.id}"] = Reply(302, "text/html", b"", location=f"{base}{path}")
    feeds: dict[str, tuple[Outlet, tuple[SampleStory, ...]]] = {}
    for outlet in whole.outlets.values():
        newest_first = [s for s in reversed(whole.stories) if s.outlet == outlet.id]
        feeds[f"/{outlet.path}"] = (outlet, tuple(newest_first))
    order = {s.id: i for i, s in enumerate(whole.stories)}
    return Served(base, fixed, feeds, order, grow, clock, clock())


def _page_reply(story: SampleStory, outlet: Outlet, base: str) -> Reply:
    name = story.template or outlet.template
    body = render(story, name, outlet=outlet, base=base).encode(charset(name), "xmlcharrefreplace")
    kind = "text/html" if charset(name) == "windows-1252" else f"text/html; charset={charset(name)}"
    return Reply(200, kind, body, gzip.compress(body, 6, mtime=0), _etag(body), story.published)


def _feed_reply(outlet: Outlet, shown: Sequence[SampleStory], base: str) -> Reply:
    body = write_feed(outlet, shown, base)
    etag = "" if outlet.validators == "modified" else _etag(body)
    modified = max((s.published for s in shown), default=datetime(2026, 1, 1, tzinfo=UTC))
    # entries that share a second must still move Last-Modified on, so it counts the entries too
    modified = modified.replace(microsecond=0) + timedelta(seconds=len(shown))
    dated = None if outlet.validators == "etag" else modified
    return Reply(200, content_type(outlet), body, gzip.compress(body, 6, mtime=0), etag, dated)


def _etag(body: bytes) -> str:
    return f'"{blake2b(body, digest_size=10).hexdigest()}"'


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    served: Served

    def server_bind(self) -> None:
        # HTTPServer asks the name service for its own name here: seconds on a machine without one.
        # The same port at once after a restart: connections of the last run still linger on it
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        host, port = self.server_address[:2]
        self.server_name, self.server_port = str(host), int(port)


class _Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "sample-wire"
    sys_version = ""
    server: _Server
    timeout = 30

    def do_GET(self) -> None:
        """Answer a page, a feed, a redirect or an error."""
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        """The same without the body."""
        self._answer(with_body=False)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the sample wire is scenery, not the news."""

    def _answer(self, *, with_body: bool) -> None:
        reply = self.server.served.reply(self.path.split("?", 1)[0].split("#", 1)[0])
        status = 304 if reply.status == 200 and self._unchanged(reply) else reply.status
        wants_packed = "gzip" in self.headers.get("Accept-Encoding", "")
        packed = reply.packed if wants_packed and len(reply.body) > _SMALL else b""
        body = packed or reply.body
        self.send_response(status)
        for name, value in _headers(reply, packed=bool(packed)):
            self.send_header(name, value)
        self.send_header("Content-Length", str(0 if status == 304 else len(body)))
        self.end_headers()
        if with_body and status != 304:
            self.wfile.write(body)

    def _unchanged(self, reply: Reply) -> bool:
        """RFC 9110, 13.2.2: If-Modified-Since decides only where no If-None-Match is sent."""
        asked = self.headers.get("If-None-Match", "")
        if asked:
            tags = {tag.strip().removeprefix("W/") for tag in asked.split(",")}
            return bool(reply.etag) and reply.etag in tags
        since = self.headers.get("If-Modified-Since", "")
        if not since or reply.modified is None:
            return False
        try:
            return parsedate_to_datetime(since) >= reply.modified
        except (ValueError, TypeError):
            return False


def _headers(reply: Reply, *, packed: bool) -> list[tuple[str, str]]:
    headers = [
        ("Content-Type", reply.type),
        ("ETag", reply.etag),
        ("Last-Modified", format_datetime(reply.modified, usegmt=True) if reply.modified else ""),
        ("Content-Encoding", "gzip" if packed else ""),
        ("Vary", "Accept-Encoding" if reply.packed else ""),
        ("Location", reply.location),
    ]
    return [(name, value) for name, value in headers if value]
