"""The fetcher against a server that misbehaves: each case ends in the right way, within its
deadline.
"""

from __future__ import annotations

import gzip
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from typing import cast

import pytest

from pipeline.errors import Permanent, Transient
from pipeline.fetch import Fetcher, Limits, Robots, TooLarge
from pipeline.fetch.connection import Deadline, open_connection
from pipeline.fetch.fetcher import target_of, trusted_context

Serve = Callable[[socket.socket, str], None]
LIMITS = Limits(
    connect=8.0, idle=8.0, deadline=10.0, header_bytes=16_384, headers=60, interim=4, redirects=4
)
HASTY = replace(
    LIMITS, idle=0.4, deadline=0.8
)  # only where the server is slow: a busy machine is slow, too
SLOW = frozenset({"silent", "drip-head", "drip-body", "drip-chunks", "stalls"})
BODY = b"<rss/>"


class Server:
    """A loopback server whose behaviour is chosen by the path; it keeps every request's head."""

    def __init__(self) -> None:
        self.requests: list[str] = []
        self.connections = 0
        self._sock = socket.create_server(("127.0.0.1", 0), backlog=64)
        self._stopped = threading.Event()
        self.port = self._sock.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        """The URL of a behaviour."""
        return f"http://{host}:{self.port}/{path}"

    def stop(self) -> None:
        """Close the port."""
        self._stopped.set()
        with suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)
        self._sock.close()
        self._thread.join(2)

    def _accept(self) -> None:
        while not self._stopped.is_set():
            try:
                peer, _ = self._sock.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(peer,), daemon=True).start()

    def _serve(self, peer: socket.socket) -> None:
        with peer, suppress(OSError):
            while head := _head(peer):
                self.requests.append(head)
                path = head.split(" ", 2)[1].lstrip("/").partition("?")[0]
                if not BEHAVIOURS[path](peer, head):
                    return


def _head(peer: socket.socket) -> str:
    data = b""
    while b"\r\n\r\n" not in data:
        more = peer.recv(65_536)
        if not more:
            return ""
        data += more
    return data.decode("latin-1")


def _answer(
    status: str = "200 OK", *headers: str, body: bytes = BODY, length: int | None = None
) -> bytes:
    lines = [
        f"HTTP/1.1 {status}",
        *headers,
        f"Content-Length: {len(body) if length is None else length}",
        "",
        "",
    ]
    return "\r\n".join(lines).encode("latin-1") + body


def _says(data: bytes, *, keep: bool = True) -> Callable[[socket.socket, str], bool]:
    def behave(peer: socket.socket, _head: str) -> bool:
        peer.sendall(data)
        return keep

    return behave


def _slowly(data: bytes) -> Callable[[socket.socket, str], bool]:
    def behave(peer: socket.socket, _head: str) -> bool:
        for n in range(len(data)):
            time.sleep(0.1)
            peer.sendall(data[n : n + 1])
        return False

    return behave


def _silent(peer: socket.socket, _head: str) -> bool:
    time.sleep(3.0)
    return False


def _resets(after: bytes) -> Callable[[socket.socket, str], bool]:
    def behave(peer: socket.socket, _head: str) -> bool:
        peer.sendall(after)
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
        return False

    return behave


def _floods(start: bytes, piece: bytes) -> Callable[[socket.socket, str], bool]:
    def behave(peer: socket.socket, _head: str) -> bool:
        peer.sendall(start)
        for _ in range(4_000):
            peer.sendall(piece)
        return False

    return behave


def _conditional(peer: socket.socket, head: str) -> bool:
    known = 'if-none-match: "v1"' in head.lower()
    peer.sendall(
        b'HTTP/1.1 304 Not Modified\r\nETag: "v1"\r\n\r\n'
        if known
        else _answer("200 OK", 'ETag: "v1"')
    )
    return True


def _redirect(status: str, to: str) -> Callable[[socket.socket, str], bool]:
    return _says(_answer(status, f"Location: {to}", body=b""))


_ZIPPED = gzip.compress(BODY)
_BOMB = gzip.compress(b"\0" * 30_000_000)
_CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

BEHAVIOURS: dict[str, Callable[[socket.socket, str], bool]] = {
    "ok": _says(_answer()),
    "etag": _conditional,
    "etag-bytes": _says(_answer("200 OK", 'ETag: "caf\xe9"')),
    "gzip": _says(_answer("200 OK", "Content-Encoding: gzip", body=_ZIPPED)),
    "gzip-members": _says(_answer("200 OK", "Content-Encoding: gzip", body=_ZIPPED * 3)),
    "gzip-padded": _says(_answer("200 OK", "Content-Encoding: gzip", body=_ZIPPED + b"\0" * 64)),
    "chunked": _says(_CHUNKED + b"3\r\n<rs\r\n3\r\ns/>\r\n0\r\n\r\n"),
    "until-close": _says(b"HTTP/1.0 200 OK\r\n\r\n" + BODY, keep=False),
    "one-interim": _says(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + _answer()),
    "repeated-headers": _says(_answer("200 OK", "X-A: 1", "X-A: 2")),
    "empty": _says(_answer(body=b"")),
    "no-content": _says(b"HTTP/1.1 204 No Content\r\n\r\n"),
    # slow
    "silent": _silent,
    "drip-head": _slowly(_answer()),
    "drip-body": _slowly(_answer(body=b"x" * 50)),
    "drip-chunks": _slowly(_CHUNKED + b"1\r\nx\r\n" * 50),
    "stalls": lambda peer, head: _says(_answer(length=100))(peer, head) and _silent(peer, head),
    # cut and broken
    "closes": _says(b"", keep=False),
    "cut-head": _says(b"HTTP/1.1 200 OK\r\nContent-", keep=False),
    "cut-body": _says(_answer(length=100), keep=False),
    "cut-chunk": _says(_CHUNKED + b"ff\r\nabc", keep=False),
    "cut-gzip": _says(_answer("200 OK", "Content-Encoding: gzip", body=_ZIPPED[:-6])),
    "reset": _resets(b""),
    "reset-in-body": _resets(_answer(length=100)),
    "not-http": _says(b"220 smtp.example ESMTP\r\n\r\n", keep=False),
    "bad-chunk": _says(_CHUNKED + b"zz\r\nabc\r\n", keep=False),
    "bad-length": _says(b"HTTP/1.1 200 OK\r\nContent-Length: ten\r\n\r\n", keep=False),
    "two-lengths": _says(
        b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 9\r\n\r\nabc", keep=False
    ),
    "bad-gzip": _says(_answer("200 OK", "Content-Encoding: gzip", body=b"\x01\x02 no gzip" * 9)),
    "switching": _says(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", keep=False),
    # too much
    "long-body": _floods(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 4_096),
    "long-announced": _says(_answer(length=50_000_000), keep=False),
    "bomb": _says(_answer("200 OK", "Content-Encoding: gzip", body=_BOMB)),
    "bomb-in-bomb": _says(
        _answer("200 OK", "Content-Encoding: gzip, gzip", body=gzip.compress(_BOMB))
    ),
    "brotli": _says(_answer("200 OK", "Content-Encoding: br", body=bytes(range(99)))),
    "deflate-bare": _says(
        _answer("200 OK", "Content-Encoding: deflate", body=zlib.compress(BODY, wbits=-15))
    ),
    "gzip-unsaid": _says(_answer("200 OK", body=_ZIPPED)),
    "gzip-twice": _says(
        _answer("200 OK", "Content-Encoding: gzip, gzip", body=gzip.compress(_ZIPPED))
    ),
    "not-gzip": _says(_answer("200 OK", "Content-Encoding: gzip", body=BODY)),
    "charset-as-coding": _says(_answer("200 OK", "Content-Encoding: utf-8", body=BODY)),
    "deflate": _says(_answer("200 OK", "Content-Encoding: deflate", body=zlib.compress(BODY))),
    "interims": _floods(b"", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"),
    "giant-header": _says(b"HTTP/1.1 200 OK\r\nX-A: " + b"a" * 40_000 + b"\r\n\r\n", keep=False),
    "endless-header": _floods(b"HTTP/1.1 200 OK\r\nX-A: ", b"a" * 4_096),
    "many-headers": _says(_answer("200 OK", *[f"X-{n}: 1" for n in range(100)])),
    # redirects
    "moved": _redirect("301 Moved Permanently", "/ok"),
    "found": _redirect("302 Found", "ok?x=1"),
    "other": _redirect("303 See Other", "/moved"),
    "loop": _redirect("302 Found", "/loop"),
    "to-file": _redirect("302 Found", "file:///etc/passwd"),
    "to-inside": _redirect("302 Found", "http://169.254.169.254/latest/meta-data/"),
    "to-inside-name": _redirect("302 Found", "http://inside.example/"),
    "to-nothing": _redirect("302 Found", "http://[bad"),
    "no-location": _says(_answer("302 Found", body=b"")),
    # statuses
    "404": _says(_answer("404 Not Found", body=b"gone fishing")),
    "410": _says(_answer("410 Gone", body=b"")),
    "403": _says(_answer("403 Forbidden", body=b"no")),
    "429": _says(_answer("429 Too Many Requests", "Retry-After: 120", body=b"")),
    "503": _says(
        _answer("503 Service Unavailable", "Retry-After: Fri, 31 Dec 2100 23:59:59 GMT", body=b"")
    ),
    "500-endless": _floods(b"HTTP/1.1 500 Oops\r\n\r\n", b"x" * 4_096),
    "page": _says(_answer("200 OK", "Content-Type: text/html; charset=utf-8", body=b"<p>Hi</p>")),
    "pdf": _says(
        _answer("200 OK", "Content-Type: application/pdf", length=900_000_000), keep=False
    ),
    "cookie": _says(_answer("200 OK", "Set-Cookie: a=b")),
    "closes-politely": _says(_answer("200 OK", "Connection: close"), keep=False),
    "closes-after": _says(_answer(), keep=False),
    "robots.txt": _says(
        _answer(
            "200 OK",
            body=b"User-agent: Wiredesk\nDisallow: /private\nCrawl-delay: 7\n\n"
            b"User-agent: *\nDisallow: /",
        )
    ),
}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("ok", BODY),
        ("gzip", BODY),
        ("gzip-members", BODY * 3),
        ("gzip-padded", BODY),
        ("deflate", BODY),
        ("deflate-bare", BODY),
        ("gzip-unsaid", BODY),
        ("gzip-twice", BODY),
        ("not-gzip", BODY),
        ("charset-as-coding", BODY),
        ("chunked", BODY),
        ("until-close", BODY),
        ("one-interim", BODY),
        ("empty", b""),
    ],
)
def test_bodies_arrive_whole(server: Server, fetcher: Fetcher, path: str, body: bytes) -> None:
    """However a well-behaved server frames and zips a body, it arrives as it was."""
    response = fetcher.get(server.url(path))
    assert (response.status, response.body, response.url) == (200, body, server.url(path))


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("silent", "too slow"),
        ("drip-head", "deadline passed|too slow"),
        ("drip-body", "deadline passed|too slow"),
        ("drip-chunks", "deadline passed|too slow"),
        ("stalls", "too slow"),
        ("closes", "cut short"),
        ("cut-head", "cut short"),
        ("cut-body", "cut short"),
        ("cut-chunk", "cut short"),
        ("cut-gzip", "cut short"),
        ("reset", "connection failed"),
        ("reset-in-body", "connection failed"),
        ("not-http", "not HTTP"),
        ("bad-chunk", "not HTTP"),
        ("bad-length", "not HTTP"),
        ("two-lengths", "not HTTP"),
        ("bad-gzip", "broken gzip"),
        ("switching", "not HTTP"),
    ],
)
def test_what_may_go_better_later_is_transient(
    server: Server, fetcher: Fetcher, path: str, reason: str
) -> None:
    """Slow, cut and garbled answers end within the deadline, with a reason, to be tried again."""
    chosen = Fetcher(HASTY, allow=["127.0.0.1"]) if path in SLOW else fetcher
    with pytest.raises(Transient, match=reason) as caught:
        chosen.get(server.url(path))
    assert caught.value.url


@pytest.mark.parametrize(
    ("path", "kind", "reason"),
    [
        ("long-body", TooLarge, "body over"),
        ("long-announced", TooLarge, "body of 50000000"),
        ("bomb", TooLarge, "inflates over"),
        ("bomb-in-bomb", TooLarge, "inflates over"),
        ("brotli", Permanent, "was not asked for"),
        ("interims", Permanent, "interim responses"),
        ("giant-header", Permanent, "headers over"),
        ("endless-header", Permanent, "headers over"),
        ("many-headers", Permanent, "response headers"),
        ("loop", Permanent, "redirects"),
        ("to-file", Permanent, "not an http/https URL"),
        ("to-inside", Permanent, "refused address 169"),
        ("to-nothing", Permanent, "redirect to no URL|not an http"),
    ],
)
def test_what_is_refused_is_permanent(
    server: Server, fetcher: Fetcher, path: str, kind: type[Permanent], reason: str
) -> None:
    """Floods, bombs and redirects to where nobody may go are refused for good, before they cost
    anything.
    """
    with pytest.raises(kind, match=reason):
        fetcher.get(server.url(path), max_bytes=1_000_000)


def test_a_redirect_to_a_name_inside_is_refused(server: Server) -> None:
    """Each hop is resolved and judged anew: a public start does not open an internal end."""
    inside = {"outside.example": ["127.0.0.1"], "inside.example": ["10.0.0.5"]}
    fetcher = Fetcher(LIMITS, allow=["outside.example"], resolve=lambda host, _port: inside[host])
    with pytest.raises(Permanent, match=r"refused address 10\.0\.0\.5"):
        fetcher.get(server.url("to-inside-name", host="outside.example"))
    fetcher.close()


def test_the_connection_goes_to_the_address_that_was_judged(server: Server) -> None:
    """The name is resolved once a connection: a second answer, pointing elsewhere, is never asked
    for.
    """
    answers = [["127.0.0.1"], ["10.0.0.1"]]
    fetcher = Fetcher(LIMITS, allow=["127.0.0.1"], resolve=lambda *_: answers.pop(0))
    assert fetcher.get(server.url("ok", host="rebind.example")).status == 200
    assert len(answers) == 1
    assert f"Host: rebind.example:{server.port}" in server.requests[-1]
    fetcher.close()


@pytest.mark.parametrize(
    "path", ["404", "410", "403", "429", "500-endless", "no-location", "no-content"]
)
def test_any_final_status_is_an_answer(server: Server, fetcher: Fetcher, path: str) -> None:
    """What a status means is the schedule's to say; an endless error page is not read."""
    expected = {"no-location": 302, "no-content": 204, "500-endless": 500}.get(path) or int(path)
    assert fetcher.get(server.url(path)).status == expected


def test_validators_go_back_byte_for_byte(server: Server, fetcher: Fetcher) -> None:
    """ETag and Last-Modified are sent as they came, and a 304 brings no body."""
    first = fetcher.get(server.url("etag"))
    again = fetcher.get(
        server.url("etag"), etag=first.headers["etag"], modified="Sat, 21 nov 2026  08:15:00 GMT"
    )
    assert (first.status, again.status, again.not_modified, again.body) == (200, 304, True, b"")
    assert "If-Modified-Since: Sat, 21 nov 2026  08:15:00 GMT" in server.requests[-1]


def test_a_validator_of_any_bytes_goes_back(server: Server, fetcher: Fetcher) -> None:
    """Servers put other letters than ASCII into ETags; the same bytes come back to them."""
    first = fetcher.get(server.url("etag-bytes"))
    fetcher.get(server.url("etag-bytes"), etag=first.headers["etag"])
    assert 'If-None-Match: "caf\xe9"' in server.requests[-1]


def test_redirects_are_followed_and_told(server: Server, fetcher: Fetcher) -> None:
    """Each hop is named with its status, so that the schedule can tell a move from a detour."""
    response = fetcher.get(server.url("other"))
    assert response.redirects == ((303, server.url("moved")), (301, server.url("ok")))
    assert (response.url, response.body) == (server.url("ok"), BODY)


def test_validators_follow_a_redirect(server: Server, fetcher: Fetcher) -> None:
    """They came from where it ends: a feed behind a detour would come whole each time."""
    fetcher.get(server.url("found"), etag='"a"', modified="then")
    asked = server.requests[-1]
    assert asked.startswith("GET /ok?x=1 ")
    assert 'If-None-Match: "a"' in asked
    assert "If-Modified-Since: then" in asked


def test_what_a_request_says(server: Server, fetcher: Fetcher) -> None:
    """A name with a contact, gzip only; no cookie that was set before, no referrer; credentials for
    the first host.
    """
    fetcher.get(server.url("cookie"))
    fetcher.get(server.url("found").replace("http://", "http://me:se%20cret@"))
    first, last = server.requests[-2:]
    assert "User-Agent: Wiredesk/0.1 (+http" in first
    assert "Accept-Encoding: gzip\r\n" in first
    assert "Authorization: Basic bWU6c2UgY3JldA==" in first
    assert not any(h in last.lower() for h in ("cookie", "referer", "authorization"))


def test_odd_urls_are_asked_for_as_they_are_meant(server: Server, fetcher: Fetcher) -> None:
    """Spaces and other scripts are escaped, escapes are left, fragments stay home."""
    fetcher.get(server.url("ok?q=a b&x=%7e&s=ä#part"))
    assert server.requests[-1].startswith("GET /ok?q=a%20b&x=%7e&s=%C3%A4 HTTP/1.1")


def test_connections_are_used_again(server: Server, fetcher: Fetcher) -> None:
    """Ten requests need one connection; a server that closes one in between costs a reconnect and
    nothing else.
    """
    before = server.connections
    for _ in range(10):
        fetcher.get(server.url("ok"))
    assert server.connections == before + 1
    for path in ("closes-politely", "ok", "closes-after", "ok", "404", "moved"):
        fetcher.get(server.url(path))


def test_many_threads_share_a_fetcher(server: Server, fetcher: Fetcher) -> None:
    """Neighbours of slow and broken servers are served meanwhile, each thread getting its own
    answer.
    """
    paths = ["ok", "drip-body", "gzip", "reset", "chunked", "cut-body", "404", "bomb"] * 4

    def get(path: str) -> object:
        try:
            return fetcher.get(server.url(path), max_bytes=100_000, deadline=3.0).status
        except (Transient, Permanent) as error:
            return type(error)

    expected = [200, Transient, 200, Transient, 200, Transient, 404, TooLarge] * 4
    with ThreadPoolExecutor(16) as pool:
        assert list(pool.map(get, paths)) == expected


def test_nothing_listens(fetcher: Fetcher) -> None:
    """A refused connection may be accepted later."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(Transient, match="no connection"):
        fetcher.get(f"http://127.0.0.1:{port}/")


def test_a_certificate_that_does_not_verify_is_no_connection(
    server: Server, fetcher: Fetcher
) -> None:
    """TLS is verified always: plain HTTP on the other side of https is refused as a fault that may
    be mended.
    """
    with pytest.raises(Transient, match="TLS failed"):
        fetcher.get(server.url("ok").replace("http:", "https:"), deadline=1.0)


def test_certificates_and_names_are_checked() -> None:
    """The context that every connection uses demands a certificate for the host's own name."""
    context = trusted_context()
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert context.cert_store_stats()["x509_ca"] > 0


# --------------------------------------------------------------------------- pages and robots


def test_a_page_brings_its_bytes(server: Server, fetcher: Fetcher) -> None:
    """Status, bytes, type and time of an article's page."""
    page = fetcher.page(server.url("page"))
    assert (page.status, page.body, page.content_type) == (
        200,
        b"<p>Hi</p>",
        "text/html; charset=utf-8",
    )
    assert page.fetched is not None


@pytest.mark.parametrize("status", [403, 404, 410])
def test_a_missing_page_is_a_page_with_its_status(
    server: Server, fetcher: Fetcher, status: int
) -> None:
    """One article that is gone must not stop its feed: it is an answer, not an exception."""
    page = fetcher.page(server.url(str(status)))
    assert (page.status, page.body) == (status, b"")


def test_what_is_no_page_is_not_downloaded(server: Server, fetcher: Fetcher) -> None:
    """A PDF of 900 MB is named by its type and left where it is."""
    page = fetcher.page(server.url("pdf"))
    assert (page.status, page.body, page.note) == (200, b"", "not a page: application/pdf")


@pytest.mark.parametrize(("path", "wait"), [("429", 120.0), ("503", 86_400.0)])
def test_a_busy_server_says_when_to_come_back(
    server: Server, fetcher: Fetcher, path: str, wait: float
) -> None:
    """Retry-After reaches the caller in both its forms, capped at a day."""
    with pytest.raises(Transient) as caught:
        fetcher.page(server.url(path))
    assert caught.value.retry_after == wait
    assert caught.value.status == int(path)


def test_robots_are_asked_once_a_day(server: Server, fetcher: Fetcher) -> None:
    """Our own group of rules counts, not everyone's; the file is kept for a day and asked for again
    after it.
    """
    robots = Robots(fetcher)
    before = sum("GET /robots.txt" in r for r in server.requests)
    assert robots.allowed(server.url("story"), now=1_000.0)
    assert not robots.allowed(server.url("private/x"), now=2_000.0)
    assert robots.delay(server.url("story"), now=2_000.0) == 7.0
    assert sum("GET /robots.txt" in r for r in server.requests) == before + 1
    assert robots.allowed(server.url("story"), now=1_000.0 + 86_401)
    assert sum("GET /robots.txt" in r for r in server.requests) == before + 2


@pytest.mark.parametrize(
    ("answer", "allowed"),
    [
        (_answer("404 Not Found", body=b""), True),
        (_answer("403 Forbidden", body=b""), True),
        (_answer("500 Oops", body=b""), False),
        (_answer("429 Slow", body=b""), False),
        (_answer(body=b""), True),
        (_answer(body=b"\xff\xfe\x00 nonsense \x00"), True),
        (_answer(length=100), False),
    ],
)
def test_robots_that_cannot_be_read(
    server: Server, fetcher: Fetcher, answer: bytes, allowed: bool
) -> None:
    """RFC 9309: no file allows everything, a failing server nothing until it answers."""
    kept = BEHAVIOURS["robots.txt"]
    BEHAVIOURS["robots.txt"] = _says(answer, keep=False)
    try:
        assert Robots(fetcher).allowed(server.url("story"), now=1_000.0) is allowed
    finally:
        BEHAVIOURS["robots.txt"] = kept


class _Shared:
    """Copies of robots.txt as workers share them, in a dict."""

    def __init__(self) -> None:
        self.copies: dict[str, tuple[str, float]] = {}

    def read(self, origin: str) -> tuple[str, float] | None:
        """The copy."""
        return self.copies.get(origin)

    def write(self, origin: str, text: str, until: float) -> None:
        """Keep it."""
        self.copies[origin] = (text, until)


@pytest.mark.parametrize(
    ("answer", "kept"),
    [
        (_answer("404 Not Found", body=b""), [("", 87_400.0)]),
        (_answer(body=b"User-agent: *"), [("User-agent: *", 87_400.0)]),
        (_answer("500 Oops", body=b""), [("User-agent: *\nDisallow: /", 1_600.0)]),
    ],
)
def test_an_answer_about_robots_is_shared_also_where_there_is_no_file(
    server: Server, fetcher: Fetcher, answer: bytes, kept: list[tuple[str, float]]
) -> None:
    """Most hosts have none: each worker would ask each of them every day, before each first page.
    Of a server that fails all know for ten minutes that it is to be left alone.
    """
    shared, before = _Shared(), BEHAVIOURS["robots.txt"]
    BEHAVIOURS["robots.txt"] = _says(answer, keep=False)
    try:
        Robots(fetcher, shared).allowed(server.url("story"), now=1_000.0)
    finally:
        BEHAVIOURS["robots.txt"] = before
    assert list(shared.copies.values()) == kept


def test_an_old_copy_of_robots_serves_while_the_host_does_not_answer(
    server: Server, fetcher: Fetcher
) -> None:
    """What was allowed yesterday is allowed, and what was not is not: a fault of an hour must not
    cost a site's pages of an hour, nor open what is closed.
    """
    robots, before = Robots(fetcher), BEHAVIOURS["robots.txt"]
    assert robots.allowed(server.url("story"), now=1_000.0)
    BEHAVIOURS["robots.txt"] = _says(_answer("503 Busy", body=b""), keep=False)
    try:
        assert robots.allowed(server.url("story"), now=90_000.0)
        assert not robots.allowed(server.url("private/x"), now=90_000.0)
    finally:
        BEHAVIOURS["robots.txt"] = before


def test_robots_without_an_answer_are_asked_again_in_ten_minutes(
    server: Server, fetcher: Fetcher
) -> None:
    """A connection that broke once must not close a host for a day."""
    robots, before = Robots(fetcher), BEHAVIOURS["robots.txt"]
    BEHAVIOURS["robots.txt"] = _says(_answer(length=100), keep=False)
    try:
        assert not robots.allowed(server.url("story"), now=1_000.0)
    finally:
        BEHAVIOURS["robots.txt"] = before
    assert not robots.allowed(server.url("story"), now=1_599.0)
    assert robots.allowed(server.url("story"), now=1_601.0)


def test_tls_is_for_the_name_and_never_for_the_address(server: Server) -> None:
    """A server with many sites shows the certificate of the name that it is asked for."""
    names: list[str] = []

    class Context:
        """Stands in for TLS."""

        def wrap_socket(self, sock: socket.socket, server_hostname: str) -> socket.socket:
            """Note the name."""
            names.append(server_hostname)
            return sock

    at = target_of(f"https://wire.example:{server.port}/")
    tls = cast("ssl.SSLContext", Context())
    connection = open_connection(["127.0.0.1"], at, tls, LIMITS, Deadline(5.0, at.url))
    connection.close()
    assert names == ["wire.example"]
