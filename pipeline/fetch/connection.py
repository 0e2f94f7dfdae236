"""One HTTP/1.1 connection to one judged address: every read and write under a deadline, every
header under a cap.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass

import h11

from pipeline.errors import Permanent, Transient
from pipeline.fetch.body import Body
from pipeline.urls import Target

_CHUNK = 65_536
_MOST_ADDRESSES = 4  # of one host, so that dead ones do not use up the deadline


@dataclass(frozen=True, slots=True)
class Limits:
    """Caps of one fetch: seconds, bytes and counts. The figures are those of docs/decisions.md,
    "Polling".
    """

    connect: float = 10.0
    idle: float = 15.0
    deadline: float = 30.0
    redirects: int = 5
    header_bytes: int = 65_536
    headers: int = 200
    interim: int = 8
    feed_bytes: int = 5_000_000
    page_bytes: int = 2_000_000
    keep_alive: float = 60.0
    idle_connections: int = 256


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
            # as Latin-1, in which they were read: a validator goes back with the bytes it came with
            sent = [
                (name.encode("ascii"), value.encode("latin-1", "ignore")) for name, value in headers
            ]
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
                if (
                    sum(len(name) + len(value) for name, value in event.headers)
                    > self.limits.header_bytes
                ):
                    raise Permanent("response headers over their cap", url=url)
                return Head(event.status_code, _joined(event.headers))
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


def _joined(headers: object) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in headers:  # type: ignore[attr-defined]
        key, text = name.decode("ascii"), value.decode("latin-1")
        found[key] = f"{found[key]}, {text}" if key in found else text
    return found


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
