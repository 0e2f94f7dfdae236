"""The publishers: feeds and their pages on loopback addresses, each answering by the poll."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from benchmarks.world.kinds import FRONT, KINDS, SECTION, PageKind, Served, front_page, stands
from benchmarks.world.telling import Told, tell

HOSTS = 8
_FIRST_HOST = 20  # the last byte of the first loopback address


@dataclass(frozen=True)
class Listed:
    """One entry of a feed: its kind of page and its story."""

    number: int
    kind: PageKind
    told: Told

    @property
    def path(self) -> str:
        """Where its page stands."""
        return f"/news/{self.number}"

    @property
    def guid(self) -> str:
        """Its identity in the feed: not an address."""
        return f"ferry-{self.number}"

    @property
    def moves(self) -> bool:
        """Whether its feed shows a later time in each poll."""
        return self.kind.edited or self.kind.moves


@dataclass(frozen=True)
class Publisher:
    """One feed and its entries, on a host that others share."""

    id: str
    host: str
    entries: tuple[Listed, ...]


def publish(feeds: int, entries: int) -> list[Publisher]:
    """So many feeds of so many entries each; the kinds take turns over all of them."""
    publishers = []
    for feed in range(feeds):
        listed = []
        for number in range(feed * entries, (feed + 1) * entries):
            listed.append(Listed(number, KINDS[number % len(KINDS)], tell(number)))
        host = f"127.0.0.{_FIRST_HOST + feed % HOSTS}"
        publishers.append(Publisher(f"feed{feed}", host, tuple(listed)))
    return publishers


@dataclass
class Web:
    """What is served, the poll it stands at, and how often each path was asked for in it."""

    publishers: Sequence[Publisher]
    poll: int = 0
    port: int = 0
    asked: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.began = datetime.now(UTC) - timedelta(hours=2)
        self.feeds = {f"/{one.id}.xml": one for one in self.publishers}
        self.pages = {entry.path: entry for one in self.publishers for entry in one.entries}

    def step(self, poll: int) -> None:
        """Every page now answers as in this poll."""
        self.poll = poll
        self.asked = Counter()

    def answer(self, path: str) -> Served:
        """What an address answers now."""
        self.asked[path] += 1
        if path in self.feeds:
            return Served(self._feed(self.feeds[path]), type="application/rss+xml")
        if path in (FRONT, SECTION):
            return front_page()
        if entry := self.pages.get(path):
            return entry.kind.serve(stands(entry.kind, entry.told, self.poll), self.poll)
        return Served(b"nothing here", 404, "text/plain")

    def _feed(self, publisher: Publisher) -> bytes:
        items = []
        for entry in publisher.entries:
            at = self.began + timedelta(minutes=11 * self.poll if entry.moves else 0)
            parts = [f"<title>{escape(entry.told.title)}</title>"]
            if entry.kind.link:
                link = f"http://{publisher.host}:{self.port}{entry.path}"
                parts.append(f"<link>{link}</link>")
            parts.append(f'<guid isPermaLink="false">{entry.guid}</guid>')
            parts.append(f"<pubDate>{at:%a, %d %b %Y %H:%M:%S} GMT</pubDate>")
            if entry.kind.summary:
                parts.append(f"<description>{escape(entry.told.summary)}</description>")
            items.append(f"<item>{''.join(parts)}</item>\n")
        title = f"<title>The Ferry Post {publisher.id}</title>"
        return f'<rss version="2.0"><channel>{title}\n{"".join(items)}</channel></rss>'.encode()


class _Quiet(ThreadingHTTPServer):
    """A server that says nothing of callers who hang up."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Says nothing."""


@contextmanager
def serving(web: Web) -> Iterator[Web]:
    """Serve the web on its hosts; its ``port`` is set."""

    class Speaks(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            _reply(self, web.answer(self.path))

        def log_message(self, *args: Any) -> None:
            """Says nothing."""

    with ExitStack() as stack:
        for host in range(_FIRST_HOST, _FIRST_HOST + HOSTS):
            server = _Quiet((f"127.0.0.{host}", web.port), Speaks)
            web.port = server.server_port
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
            stack.callback(server.server_close)
            stack.callback(server.shutdown)
        yield web


def _reply(asked: BaseHTTPRequestHandler, served: Served) -> None:
    asked.send_response(served.status)
    asked.send_header("Content-Type", served.type)
    for name, value in served.headers.items():
        asked.send_header(name, value)
    asked.send_header("Content-Length", str(len(served.body)))
    asked.end_headers()
    if served.cut:
        asked.wfile.write(served.body[: len(served.body) // 3])
        asked.close_connection = True
        return
    asked.wfile.write(served.body)
