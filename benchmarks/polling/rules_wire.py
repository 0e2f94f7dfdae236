"""The wire of the rules run: thousands of feeds on loopback ports, each with manners of its own, in
another process.

What a feed shows at a moment follows from its number and the clock alone, so that the run can be
judged afterwards: ``published`` says when each entry appeared, the log what was answered to whom. A
port is a host of its own.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from email.utils import formatdate
from functools import lru_cache
from html import escape
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

from benchmarks.faults.stories import tell

PER_HOST: Final = 50
WINDOW: Final = 20
FRESH: Final = 45.0  # seconds of max-age that some feeds give
BUSY: Final = 30  # seconds of Retry-After
SEED: Final = 11
ROBOTS: Final = "User-agent: *\nDisallow: /closed/\n"


@dataclass(frozen=True, slots=True)
class Manners:
    """How a feed behaves: ``kind`` names the fault or feature, ``pace`` is seconds between two
    entries.

    Entries come ``burst`` at once, and the document holds the newest ``window``. ``paged`` ones
    need their page.
    """

    kind: str
    pace: float
    burst: int = 1
    window: int = WINDOW
    paged: bool = False


_ORDINARY: Final = (
    "etag",
    "etag",
    "modified",
    "bare",
    "etag",
    "fresh",
    "ttl",
    "restless",
    "etag",
    "paged",
)
_ODD: Final = {
    7: "gone",
    13: "moved",
    19: "detour",
    23: "broken",
    29: "rollover",
    31: "hanging",
    37: "empty",
    41: "rollover",
}


@lru_cache(100_000)
def manners(feed: int) -> Manners:
    """Of the feeds of a host most are ordinary; the first of the first two hosts is busy at
    times."""
    host, place = divmod(feed, PER_HOST)
    pace = 60.0 + feed * 37 % 540
    if place == 0 and host < 2:
        return Manners("busy" if host == 0 else "shut", pace)
    kind = _ODD.get(place, _ORDINARY[feed % len(_ORDINARY)])
    if kind == "hanging" and host % 4:
        kind = "etag"
    if kind == "rollover":
        return Manners(kind, 100.0 + feed % 50, burst=9, window=4)
    return Manners(kind, pace, paged=kind == "paged")


@dataclass(slots=True)
class Asked:
    """One request and its answer. ``first`` and ``last`` number the entries that a document showed
    (-1: none)."""

    at: float
    host: int
    path: str
    feed: int
    status: int
    retry: float = 0.0
    first: int = -1
    last: int = -1


def published(feed: int, entry: int, start: float) -> float:
    """When an entry appeared: the first before the run, the others in bursts at the feed's pace."""
    m = manners(feed)
    if entry == 0:
        return start - 100.0
    return (
        start + m.pace * (feed % 97 / 97 + (entry - 1) // m.burst) + (entry - 1) % m.burst / m.burst
    )


def count(feed: int, start: float, now: float) -> int:
    """How many entries there were so far."""
    m = manners(feed)
    rounds = int((now - start) / m.pace - feed % 97 / 97) + 1 if now > start else 0
    most = 1 + max(rounds, 0) * m.burst
    while most > 1 and published(feed, most - 1, start) > now:
        most -= 1
    return most


def url_of(feed: int, entry: int, port: int) -> str:
    """The page of an entry; robots.txt closes every third one of a paged feed."""
    folder = "closed" if manners(feed).paged and entry % 3 == 2 else "page"
    return f"http://127.0.0.1:{port}/{folder}/{feed}/{entry}"


@lru_cache(20_000)
def _text(feed: int, entry: int) -> tuple[str, str]:
    told = tell(SEED, feed * 10_000 + entry)
    return told.headline, "".join(f"<p>{escape(p)}</p>" for p in told.paragraphs)


def _document(feed: int, port: int, start: float, now: float) -> tuple[bytes, int, int]:
    m = manners(feed)
    last = count(feed, start, now) - 1
    first = max(0, last - m.window + 1)
    ttl = "<ttl>1</ttl>" if m.kind == "ttl" else ""
    items = []
    for entry in range(last, first - 1, -1):
        title, body = _text(feed, entry)
        # a page that robots.txt closes leaves the summary to serve
        full = "" if m.paged else f"<content:encoded><![CDATA[{body}]]></content:encoded>"
        summary = escape(body.partition("</p>")[0])
        items.append(
            f"<item><title>{escape(title)}</title><link>{url_of(feed, entry, port)}</link>"
            f"<guid>{feed}/{entry}</guid>"
            f"<pubDate>{formatdate(published(feed, entry, start))}</pubDate>"
            f"<description>{summary}</description>{full}</item>"
        )
    return (
        (
            '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
            f"<title>Feed {feed}</title><link>http://127.0.0.1/</link>{ttl}{''.join(items)}"
            "</channel></rss>"
        ).encode(),
        first,
        last,
    )


class _Site:
    """The servers' memory and answers."""

    def __init__(self, ports: Sequence[int], start: float) -> None:
        self.ports = ports
        self.start = start
        self.end = float("inf")
        self.log: list[Asked] = []
        self.times: dict[int, int] = {}

    def answer(
        self, host: int, path: str, headers: dict[str, str]
    ) -> tuple[int, list[str], bytes, float]:
        """Status, headers, body, and seconds to wait before it."""
        at = time.time()
        asked = Asked(at, host, path, -1, 200)
        self.log.append(asked)
        if path == "/robots.txt":
            return 200, ["Content-Type: text/plain"], ROBOTS.encode(), 0.0
        _, folder, number, *rest = [*path.split("/"), ""]
        feed = asked.feed = int(number)
        if folder != "feed":
            title, body = _text(feed, int(rest[0]))
            title = escape(title)
            head = f"<html><head><title>{title}</title></head><body>"
            page = f"{head}<article><h1>{title}</h1>{body}</article></body></html>"
            return 200, ["Content-Type: text/html; charset=utf-8"], page.encode(), 0.0
        return self._feed(asked, feed, host, rest[0], headers, min(at, self.end))

    def _feed(  # noqa: PLR0911  one return a manner
        self, asked: Asked, feed: int, host: int, place: str, headers: dict[str, str], now: float
    ) -> tuple[int, list[str], bytes, float]:
        kind = manners(feed).kind
        times = self.times[feed] = self.times.get(feed, 0) + 1
        if kind in {"busy", "shut"} and times % 3 == 0:
            asked.status, asked.retry = (429 if kind == "busy" else 503), float(BUSY)
            when = str(BUSY) if kind == "busy" else formatdate(asked.at + BUSY + 1, usegmt=True)
            return asked.status, [f"Retry-After: {when}"], b"", 0.0
        if kind == "gone" and times > 3:
            asked.status = 410
            return 410, [], b"", 0.0
        if kind in {"moved", "detour"} and place != "new":
            asked.status = 301 if kind == "moved" else 302
            return asked.status, [f"Location: /feed/{feed}/new"], b"", 0.0
        if kind == "broken" and times % 2 == 0:
            asked.status = 500
            return 500, [], b"", 0.0
        body, first, last = _document(feed, self.ports[host], self.start, now)
        if kind == "empty" and times % 4 == 0:  # for one poll
            return (
                200,
                ["Content-Type: application/rss+xml"],
                b"<rss version='2.0'><channel><title>x</title></channel></rss>",
                0.0,
            )
        etag = (
            f'"{first}-{last}"'
            if kind not in {"bare", "modified", "restless"}
            else f'"{asked.at}"'
            if kind == "restless"
            else ""
        )
        modified = (
            formatdate(published(feed, last, self.start), usegmt=True) if kind == "modified" else ""
        )
        more = [f"ETag: {etag}"] * bool(etag) + [f"Last-Modified: {modified}"] * bool(modified)
        more += [f"Cache-Control: max-age={FRESH:.0f}"] * (kind == "fresh")
        if (etag and headers.get("if-none-match") == etag) or (
            modified and headers.get("if-modified-since") == modified
        ):
            asked.status = 304
            return 304, more, b"", 0.0
        asked.first, asked.last = first, last
        return (
            200,
            ["Content-Type: application/rss+xml", *more],
            body,
            60.0 if kind == "hanging" else 0.0,
        )

    async def talk(
        self, host: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """One connection, kept open."""
        try:
            while True:
                lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
                headers = {
                    n.lower(): v.strip()
                    for n, _, v in (line.partition(":") for line in lines[1:] if line)
                }
                status, more, body, wait = self.answer(host, lines[0].split(" ")[1], headers)
                if wait:
                    await asyncio.sleep(wait)
                head = [
                    f"HTTP/1.1 {status} X",
                    *more,
                    *([] if status == 304 else [f"Content-Length: {len(body)}"]),
                ]
                writer.write(("\r\n".join(head) + "\r\n\r\n").encode("latin-1") + body)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, OSError):
            pass
        finally:
            writer.close()


class Wire:
    """The servers, in a process of their own."""

    def __init__(self, feeds: int, log: Path) -> None:
        hosts = -(-feeds // PER_HOST)
        sockets = [socket.create_server(("127.0.0.1", 0), backlog=512) for _ in range(hosts)]
        self.ports = [s.getsockname()[1] for s in sockets]
        self.log = log
        self.start = time.time()
        context = get_context("fork")
        self._pipe, there = context.Pipe()
        self._process = context.Process(
            target=_serve, args=(sockets, self.ports, self.start, there, log), daemon=True
        )
        self._process.start()
        for one in sockets:
            one.close()

    def freeze(self) -> float:
        """Let no further entry appear; the moment."""
        end = time.time()
        self._pipe.send(end)
        return end

    def stop(self) -> list[Asked]:
        """End the servers; what they were asked, in order."""
        self._pipe.send(None)
        self._process.join(30)
        return [Asked(**json.loads(line)) for line in self.log.read_text().splitlines()]


def _serve(
    sockets: list[socket.socket], ports: list[int], start: float, pipe: Connection, log: Path
) -> None:
    asyncio.run(_run(sockets, ports, start, pipe, log))


async def _run(
    sockets: list[socket.socket], ports: list[int], start: float, pipe: Connection, log: Path
) -> None:
    site = _Site(ports, start)
    servers = [
        await asyncio.start_server(lambda r, w, h=host: site.talk(h, r, w), sock=sock)  # type: ignore[misc]
        for host, sock in enumerate(sockets)
    ]
    while True:
        await asyncio.sleep(0.2)
        if pipe.poll():
            word = pipe.recv()
            if word is None:
                break
            site.end = word
    log.write_text("".join(json.dumps(asdict(asked)) + "\n" for asked in site.log))
    for server in servers:
        server.close()
    os._exit(0)  # connections that hang on purpose would be told of one by one
