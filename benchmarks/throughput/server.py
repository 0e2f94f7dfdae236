"""The web of the benchmark: every answer ready in memory, in a process of its own that is not
measured."""

from __future__ import annotations

import asyncio
import gzip
import os
import signal
import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from benchmarks.throughput.corpus import HOSTS, WebFeed

_MISSING = b"HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nContent-Length: 0\r\n\r\n"


@contextmanager
def serving(feeds: Sequence[WebFeed]) -> Iterator[int]:
    """Serve the feeds and their pages on 127.0.0.2 and up; the port."""
    sockets, port = _listening()
    answers = {feed.path: _answer(feed.body(port), "application/rss+xml") for feed in feeds}
    answers |= {page.path: _answer(page.body, page.type) for feed in feeds for page in feed.pages}
    pid = os.fork()
    if not pid:
        try:
            asyncio.run(_serve(sockets, answers))
        finally:
            os._exit(0)
    for one in sockets:
        one.close()
    try:
        yield port
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def _listening() -> tuple[list[socket.socket], int]:
    sockets, port = [], 0
    for host in range(2, 2 + HOSTS):
        one = socket.create_server((f"127.0.0.{host}", port), backlog=64)
        port = one.getsockname()[1]
        sockets.append(one)
    return sockets, port


def _answer(body: bytes, kind: str) -> bytes:
    packed = gzip.compress(body, 6, mtime=0)
    head = f"Content-Type: {kind}\r\nContent-Encoding: gzip\r\nContent-Length: {len(packed)}\r\n"
    return f"HTTP/1.1 200 OK\r\n{head}\r\n".encode() + packed


class _Answering(asyncio.Protocol):
    def __init__(self, answers: Mapping[str, bytes]) -> None:
        self.answers = answers
        self.held = b""
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        assert self.transport
        self.held += data
        while b"\r\n\r\n" in self.held:
            head, _, self.held = self.held.partition(b"\r\n\r\n")
            path = head.split(b" ", 2)[1].decode("latin-1")
            self.transport.write(self.answers.get(path, _MISSING))


async def _serve(sockets: Sequence[socket.socket], answers: Mapping[str, bytes]) -> None:
    loop = asyncio.get_running_loop()
    for one in sockets:
        await loop.create_server(lambda: _Answering(answers), sock=one)
    await asyncio.Event().wait()
