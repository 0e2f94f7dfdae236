"""HTTP/1.1 connections to judged addresses: every wait, header and byte under a cap.

From the inside out: a ``Body`` within its caps, a ``Connection`` that asks and reads, and a
``Pool`` that keeps connections for the next request.
"""

from __future__ import annotations

import re
import select
import socket
import ssl
import time
import zlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import NoReturn

import h11

from pipeline.errors import Permanent, Transient
from pipeline.urls import Target

Key = tuple[str, str, int, str]
"""Scheme, host, port, and the place that was allowed for it alone: one server's connections are
never another's, and what a feed may reach is not opened to others by keeping it."""

_CHUNK = 65_536
_GZIP = b"\x1f\x8b"
_TELLING = 64  # bytes by which a packed body is told from a plain one
_PACKED = re.compile(rb"[\x01-\x08\x0e-\x1f]")  # without 0, which UTF-16 is full of
_MOST_ADDRESSES = 4  # of one host, so that dead ones do not use up the deadline


@dataclass(frozen=True, slots=True)
class Limits:
    """Caps of one fetch in seconds, bytes and counts; see docs/decisions.md, "Polling"."""

    connect: float = 10.0  # to one address, and again for TLS
    idle: float = 15.0  # without a byte: a server that stops has gone
    deadline: float = 30.0  # all of it: a server that sends a byte a second never idles
    redirects: int = 5  # a longer chain is a loop
    header_bytes: int = 65_536
    headers: int = 200
    interim: int = 8  # 103 Early Hints and the like, which cost a server nothing
    feed_bytes: int = 8_000_000  # as ``feeds.Caps.body``
    page_bytes: int = 8_000_000  # as ``extract.MAX_BYTES``
    keep_alive: float = 60.0  # most servers close theirs sooner
    idle_connections: int = 256  # each holds a file descriptor


class Deadline:
    """The moment by which a whole fetch must be over, however its bytes come."""

    def __init__(self, seconds: float, url: str) -> None:
        self._end = time.monotonic() + seconds
        self._url = url

    def left(self, cap: float) -> float:
        """Seconds that the next wait may take, at most ``cap``; Transient where none are left."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise Transient("deadline passed", url=self._url)
        return min(left, cap)


@dataclass(slots=True)
class Head:
    """Status line and headers of a response; repeated headers are joined by a comma."""

    status: int
    headers: dict[str, str]


class Stale(Exception):
    """A kept connection was closed by the server before it answered: open another."""


class TooLarge(Permanent):
    """The body passes its cap; the story ends as ``too_large``."""


class Body:
    """Collects a body of at most ``limit`` bytes, inflating as it comes.

    What was sent tells how it is packed: servers write "utf-8", "none" or a gzip that is none into
    Content-Encoding, and send gzip without a word. Raises TooLarge past the cap, Permanent for a
    packing that was not asked for, Transient for a broken stream.
    """

    def __init__(self, coding: str, limit: int, url: str, *, again: bool = True) -> None:
        self._again = again
        self._codings = [name.strip() for name in coding.lower().split(",")]
        self._limit = limit
        self._url = url
        self._start = b""
        self._known = False
        self._parts: list[bytes] = []
        self._size = 0
        self._received = 0
        self._inflate: zlib._Decompress | None = None

    def refuse(self, announced: int) -> NoReturn:
        """Say that the announced length alone is over the cap."""
        raise TooLarge(f"body of {announced} bytes, over {self._limit}", url=self._url)

    def feed(self, data: bytes) -> None:
        """Take the next bytes as they came off the wire."""
        self._received += len(data)
        if self._received > self._limit:
            raise TooLarge(f"body over {self._limit} bytes", url=self._url)
        if not self._known:
            self._start += data
            if len(self._start) < _TELLING and not self._start.startswith(_GZIP):
                return
            data = self._begin()
        self._take(data)

    def _begin(self) -> bytes:
        """Choose how to read by the first bytes, which are returned."""
        start, self._start, self._known = self._start, b"", True
        if start.startswith(_GZIP):
            self._inflate = zlib.decompressobj(16 + zlib.MAX_WBITS)
        elif _PACKED.search(start[:_TELLING]):
            # a packing leaves control bytes in its first bytes, which no text does
            if self._names("deflate"):
                # most send it with zlib's head, as they should, and some without
                self._inflate = zlib.decompressobj(zlib.MAX_WBITS if _has_head(start) else -15)
            elif self._names("gzip", "x-gzip"):
                raise Transient("broken gzip: no gzip header", url=self._url)
            elif self._names("br", "zstd", "compress", "x-compress", "dcb", "dcz"):
                named = ", ".join(self._codings)[:40]
                raise Permanent(f"content coding {named!r} was not asked for", url=self._url)
        return start

    def _names(self, *codings: str) -> bool:
        return any(name in codings for name in self._codings)

    def _take(self, data: bytes) -> None:
        if self._inflate is None:
            self._keep(data)
            return
        try:
            self._unpack(data)
        except zlib.error as error:
            raise Transient(f"broken gzip: {error}", url=self._url) from None

    def _unpack(self, data: bytes) -> None:
        assert self._inflate is not None
        while data:
            if self._inflate.eof:
                if not data.startswith(_GZIP):
                    return  # padding after the last member, which every reader ignores
                self._inflate = zlib.decompressobj(16 + zlib.MAX_WBITS)
            self._keep(self._inflate.decompress(data, self._limit - self._size + 1))
            data = self._inflate.unused_data if self._inflate.eof else self._inflate.unconsumed_tail

    def _keep(self, data: bytes) -> None:
        self._size += len(data)
        if self._size > self._limit:
            raise TooLarge(f"body inflates over {self._limit} bytes", url=self._url)
        self._parts.append(data)

    def whole(self) -> bytes:
        """The finished body; Transient where a compressed one stops in the middle."""
        if not self._known:
            self._take(self._begin())
        if self._inflate is not None and not self._inflate.eof and self._received:
            raise Transient("gzip body cut short", url=self._url)
        body = b"".join(self._parts)
        if self._again and self._inflate is not None and body.startswith(_GZIP):
            # packed by the server and again by what stands before it; not without end, because
            # there is a gzip that unpacks to itself
            inner = Body("", self._limit, self._url, again=False)
            inner.feed(body)
            return inner.whole()
        return body


def _has_head(start: bytes) -> bool:
    """Whether deflated bytes begin with zlib's two bytes (RFC 1950 section 2.2)."""
    return start[0] & 0x0F == 8 and int.from_bytes(start[:2], "big") % 31 == 0


class Connection:
    """A connected socket with its HTTP state. Not thread-safe: one request at a time."""

    def __init__(self, sock: socket.socket, limits: Limits) -> None:
        self.sock = sock
        self.limits = limits
        self.idle_since = 0.0
        self.used = 0
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=limits.header_bytes)
        self._received = 0

    def get(
        self,
        target: str,
        headers: list[tuple[str, str]],
        deadline: Deadline,
        url: str,
        cap: Callable[[Head], int],
        form: bytes | None = None,
    ) -> tuple[Head, bytes]:
        """One GET, or a POST of ``form``.

        ``cap`` is asked how many bytes of body to read once the head is known; -1 reads none and
        closes. Raises Transient, Permanent, or Stale where a kept connection turns out closed.
        """
        self.used += 1
        self._received = 0
        try:
            sent = []
            for name, value in headers:
                # as Latin-1, in which they were read: a validator goes back byte for byte
                sent.append((name.encode("ascii"), value.encode("latin-1", "ignore")))
            method = "GET" if form is None else "POST"
            self._send(
                h11.Request(method=method, target=target, headers=sent), deadline, form or b""
            )
            head = self._head(deadline, url)
            limit = cap(head)
            if limit < 0:
                self.close()
                return head, b""
            return head, self._body(head, limit, deadline, url)
        except h11.RemoteProtocolError as error:
            self.close()
            if self.used > 1 and not self._received:
                raise Stale from None
            if error.error_status_hint == 431:
                raise Permanent("response headers over their cap", url=url) from None
            raise Transient(f"not HTTP, or cut short: {error}", url=url) from None
        except h11.LocalProtocolError as error:
            self.close()
            raise Permanent(f"request cannot be written: {error}", url=url) from None
        except TimeoutError:
            self.close()
            raise Transient("server too slow", url=url) from None
        except OSError as error:
            self.close()
            if self.used > 1 and not self._received:
                raise Stale from None
            raise Transient(f"connection failed: {error}", url=url) from None
        except BaseException:
            self.close()
            raise

    def again(self) -> bool:
        """Whether the connection may carry another request; makes it ready where it may."""
        if (
            self._http.our_state is not h11.DONE
            or self._http.their_state is not h11.DONE
            or self._http.trailing_data[0]
        ):
            return False
        self._http.start_next_cycle()
        self.idle_since = time.monotonic()
        return True

    def close(self) -> None:
        """Give the socket back; closing twice is harmless."""
        self.sock.close()

    def _send(self, request: h11.Request, deadline: Deadline, form: bytes) -> None:
        self.sock.settimeout(deadline.left(self.limits.idle))
        data = self._http.send(request) or b""
        if form:
            data += self._http.send(h11.Data(data=form)) or b""
        self.sock.sendall(data + (self._http.send(h11.EndOfMessage()) or b""))

    def _next(self, deadline: Deadline) -> h11.Event:
        while True:
            event = self._http.next_event()
            if event is not h11.NEED_DATA:
                assert not isinstance(event, type)
                return event
            self.sock.settimeout(deadline.left(self.limits.idle))
            data = self.sock.recv(_CHUNK)
            self._received += len(data)
            self._http.receive_data(data)

    def _head(self, deadline: Deadline, url: str) -> Head:
        for _ in range(self.limits.interim + 1):
            event = self._next(deadline)
            if isinstance(event, h11.Response):
                if len(event.headers) > self.limits.headers:
                    raise Permanent(f"more than {self.limits.headers} response headers", url=url)
                size = 0
                headers: dict[str, str] = {}
                for name, value in event.headers:
                    size += len(name) + len(value)
                    key, text = name.decode("ascii"), value.decode("latin-1")
                    headers[key] = f"{headers[key]}, {text}" if key in headers else text
                if size > self.limits.header_bytes:
                    raise Permanent("response headers over their cap", url=url)
                return Head(event.status_code, headers)
            if not isinstance(event, h11.InformationalResponse) or event.status_code == 101:
                raise Transient(f"unexpected {type(event).__name__} before the response", url=url)
        raise Permanent(f"more than {self.limits.interim} interim responses", url=url)

    def _body(self, head: Head, limit: int, deadline: Deadline, url: str) -> bytes:
        body = Body(head.headers.get("content-encoding", ""), limit, url)
        length = head.headers.get("content-length", "")
        if length.isdecimal() and int(length) > limit and head.status != 304:
            body.refuse(int(length))
        while True:
            event = self._next(deadline)
            if isinstance(event, h11.Data):
                body.feed(bytes(event.data))
            elif isinstance(event, h11.EndOfMessage):
                return body.whole()
            else:
                raise Transient("connection closed inside the body", url=url)


def open_connection(
    addresses: list[str], at: Target, tls: ssl.SSLContext | None, limits: Limits, deadline: Deadline
) -> Connection:
    """Connect to the first of the judged ``addresses`` that answers.

    TLS is for the host's name, never for the address.

    Raises Transient where none answers or the handshake fails; that includes a certificate that
    does not verify, because certificates get renewed.
    """
    failed = ""
    for address in addresses[:_MOST_ADDRESSES]:
        try:
            sock = socket.create_connection(
                (address, at.port), timeout=deadline.left(limits.connect)
            )
        except OSError as error:
            failed = f"{type(error).__name__}: {error}"
            continue
        try:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if tls is not None:
                sock.settimeout(deadline.left(limits.connect))
                sock = tls.wrap_socket(sock, server_hostname=at.host)
        except OSError as error:
            sock.close()
            raise Transient(f"TLS failed: {error}", url=at.url) from None
        except BaseException:
            sock.close()
            raise
        return Connection(sock, limits)
    raise Transient(f"no connection: {failed}", url=at.url)


class Pool:
    """At most ``size`` idle connections, each kept for ``keep`` seconds. Thread-safe."""

    def __init__(self, size: int, keep: float) -> None:
        self._size = size
        self._keep = keep
        self._idle: OrderedDict[int, tuple[Key, Connection]] = OrderedDict()
        self._lock = Lock()

    def take(self, key: Key) -> Connection | None:
        """An idle connection to this server that it has not closed, else None."""
        while True:
            with self._lock:
                # the one used last: the server is the least likely to have closed it
                for number in reversed(self._idle):
                    if self._idle[number][0] == key:
                        connection = self._idle.pop(number)[1]
                        break
                else:
                    return None
            if time.monotonic() - connection.idle_since < self._keep and _says_nothing(connection):
                return connection
            connection.close()

    def give(self, key: Key, connection: Connection) -> None:
        """Keep a connection for the next request, or close it where it cannot carry one."""
        if not connection.again():
            connection.close()
            return
        with self._lock:
            self._idle[id(connection)] = (key, connection)
            over = self._idle.popitem(last=False)[1][1] if len(self._idle) > self._size else None
        if over is not None:
            over.close()

    def close(self) -> None:
        """Close every idle connection."""
        with self._lock:
            idle, self._idle = list(self._idle.values()), OrderedDict()
        for _, connection in idle:
            connection.close()


def _says_nothing(connection: Connection) -> bool:
    """Nothing to read: a server that said something unasked has closed, or is about to."""
    try:
        poll = select.poll()
        poll.register(connection.sock, select.POLLIN)
        return not poll.poll(0)
    except (OSError, ValueError):
        return False
