"""Polls of servers that misbehave: each ends with its reason within its deadline, and its
neighbours never notice.
"""

from __future__ import annotations

import gzip
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline import copies, run
from pipeline.errors import Transient
from pipeline.fetch import Fetcher
from pipeline.ledger import Spacing
from pipeline.ledger.memory import MemoryLedger
from pipeline.run import Polled, Reach
from pipeline.schedule import FeedState
from pipeline.story import Feed
from tests.pipeline.fetch import test_fetcher as server_of
from tests.pipeline.fetch.test_fetcher import Server

Behaviour = Callable[[socket.socket, str], bool]
HASTY = replace(server_of.LIMITS, idle=0.6, deadline=1.2)
CERTIFICATE = Path(__file__).parents[1] / "data" / "fetch" / "self-signed.pem"
DAY = 86_400.0
GOOD = (
    b'<rss version="2.0"><channel><title>t</title><item><link>http://a.example/1</link></item>'
    b"</channel></rss>"
)

WHOLE = b"<item><link>http://a.example/1</link></item>"
BROKEN = b"<item><category>news</category></item>"


def _items(*items: bytes) -> bytes:
    """A feed of these items, each broken one with a date of its own."""
    dated = []
    for n, item in enumerate(items):
        dated.append(item.replace(b"</item>", b"<pubDate>2026-11-%02d</pubDate></item>" % (n + 1)))
    return b'<rss version="2.0"><channel>' + b"".join(dated) + b"</channel></rss>"


says, answer, redirect = server_of._says, server_of._answer, server_of._redirect


def _good(*headers: str, status: str = "200 OK", body: bytes = GOOD) -> Behaviour:
    return says(answer(status, *headers, body=body))


def _raw(start: bytes, body: bytes = GOOD, *, keep: bool = False) -> Behaviour:
    return says(start + b"Content-Length: %d\r\n\r\n" % len(body) + body, keep=keep)


def _new_etag(peer: socket.socket, _head: str) -> bool:
    peer.sendall(answer("200 OK", f'ETag: "{time.monotonic_ns()}"', body=GOOD))
    return True


# behaviour, and what the poll says of it ('': it is read, and its entry admitted)
CASES: dict[str, tuple[Behaviour, str]] = {
    "m-good": (_good(), ""),
    "m-bare-lf": (says(b"HTTP/1.1 200 OK\nContent-Length: %d\n\n" % len(GOOD) + GOOD), ""),
    "m-no-reason": (_raw(b"HTTP/1.1 200\r\n"), ""),
    "m-extra-bytes": (says(answer(body=GOOD) + b"and more"), ""),
    "m-same-length-twice": (_raw(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n" % len(GOOD)), ""),
    "m-folded-header": (_raw(b"HTTP/1.1 200 OK\r\nX-A: a\r\n b\r\n"), ""),
    "m-continue": (says(b"HTTP/1.1 100 Continue\r\n\r\n" + answer(body=GOOD)), ""),
    "m-trailers": (
        says(server_of._CHUNKED + b"%x;x=y\r\n" % len(GOOD) + GOOD + b"\r\n0\r\nX-T: 1\r\n\r\n"),
        "",
    ),
    "m-two-answers": (says(answer(body=GOOD) + answer(body=b"other")), ""),
    "m-cookies": (_good(*[f"Set-Cookie: c{n}=1; Domain=.example" for n in range(20)]), ""),
    "m-wrong-type": (_good("Content-Type: image/png"), ""),
    "m-wrong-charset": (_good("Content-Type: text/xml; charset=utf-16"), ""),
    "m-odd-charset": (_good("Content-Type: text/xml; charset=\"';nonsense"), ""),
    "m-zipped-unlabelled": (_good(body=gzip.compress(GOOD)), ""),
    "m-zipped-twice": (
        _good("Content-Encoding: gzip", body=gzip.compress(gzip.compress(GOOD))),
        "",
    ),
    "m-not-zipped": (_good("Content-Encoding: gzip"), ""),
    "m-not-compressed": (_good("Content-Encoding: compress"), ""),
    "m-etag-changes": (_new_etag, ""),
    "m-past-expires": (
        _good("Expires: Thu, 01 Jan 1970 00:00:00 GMT", "Cache-Control: max-age=-1"),
        "",
    ),
    "m-max-age-huge": (_good("Cache-Control: max-age=99999999999999999999"), ""),
    "m-chain": (redirect("302 Found", "/m-chain-2"), ""),
    "m-chain-2": (redirect("307 Temporary Redirect", "m-chain-3?x"), ""),
    "m-chain-3": (redirect("303 See Other", "//127.0.0.1:{port}/m-good"), ""),
    "m-http-09": (says(GOOD, keep=False), "not HTTP"),
    "m-bad-status": (says(b"HTTP/1.1 OK fine\r\n\r\n", keep=False), "not HTTP"),
    "m-bad-version": (says(b"HTTP/9.9 200 OK\r\n\r\n", keep=False), "not HTTP|empty document"),
    "m-null-header": (_raw(b"HTTP/1.1 200 OK\r\nX-A: a\0b\r\n"), "not HTTP"),
    "m-no-colon": (_raw(b"HTTP/1.1 200 OK\r\nnonsense\r\n"), "not HTTP"),
    "m-negative-length": (
        says(b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n", keep=False),
        "not HTTP",
    ),
    "m-huge-length": (
        says(b"HTTP/1.1 200 OK\r\nContent-Length: 9" + b"0" * 17 + b"\r\n\r\n", keep=False),
        "body of",
    ),
    "m-huge-chunk": (
        says(server_of._CHUNKED + b"f" * 15 + b"\r\nab", keep=False),
        "cut short|not HTTP",
    ),
    "m-204": (says(b"HTTP/1.1 204 No Content\r\n\r\n"), "answers 204"),
    "m-206": (_good("Content-Range: bytes 0-9/99", status="206 Partial Content"), "answers 206"),
    "m-300": (_good(status="300 Multiple Choices"), "answers 300"),
    "m-400": (_good(status="400 Bad Request"), "answers 400"),
    "m-401": (_good("WWW-Authenticate: Basic", status="401 Unauthorized"), "answers 401"),
    "m-451": (_good(status="451 Unavailable"), "answers 451"),
    "m-500": (_good(status="500 Oops"), "answers 500"),
    "m-999": (_good(status="999 Go Away"), "answers 999"),
    "m-304-unasked": (
        says(b'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\n\r\n'),
        "304 though no validator",
    ),
    "m-304-bare": (says(b"HTTP/1.1 304 Not Modified\r\n\r\n"), "304 though no validator"),
    "m-empty": (_good(body=b""), "empty document"),
    "m-blank": (_good(body=b" \n" * 50), "empty document"),
    "m-html": (
        _good("Content-Type: text/html", body=b"<!DOCTYPE html><html><p>Moved</html>"),
        "HTML page",
    ),
    "m-json": (_good(body=b'{"error": "no'), "broken JSON"),
    "m-all-broken": (_good(body=_items(BROKEN, BROKEN)), "all 2 entries are broken: no link"),
    "m-only-broken": (_good(body=_items(BROKEN)), "its only entry is broken: no link"),
    "m-one-good": (_good(body=_items(BROKEN, WHOLE)), ""),
    "m-binary": (_good(body=bytes(range(256)) * 40), "no feed"),
    "m-compress": (
        _good("Content-Encoding: compress", body=b"\x1f\x9d\x90" + bytes(range(97))),
        "was not asked for",
    ),
    "m-zip-of-zip-bomb": (
        _good("Content-Encoding: gzip", body=gzip.compress(gzip.compress(b" " * 30_000_000))),
        "over 8000000 bytes",
    ),
    "m-chain-long": (redirect("301 Moved", "/m-chain-long?x"), "redirects"),
    "m-to-ftp": (redirect("301 Moved", "ftp://127.0.0.1/"), "not an http/https URL"),
    "m-to-script": (redirect("302 Found", "javascript:alert(1)"), "not an http/https URL"),
    "m-to-login-inside": (
        redirect("302 Found", "http://127.0.0.1@10.0.0.1/"),
        "refused address 10",
    ),
    "m-to-number": (redirect("302 Found", "http://2130706434/"), r"refused address 127\.0\.0\.2"),
    "m-to-mapped": (redirect("302 Found", "http://[::ffff:169.254.169.254]/"), "refused address"),
    "m-to-no-port": (redirect("302 Found", "http://127.0.0.1:0/"), "not an http/https URL"),
    "m-to-tls": (redirect("302 Found", "https://127.0.0.1:{port}/m-good"), "TLS failed"),
}
REST = {
    "drip-head": "too slow|deadline",
    "drip-body": "too slow|deadline",
    "drip-chunks": "too slow|deadline",
    "silent": "too slow",
    "stalls": "too slow",
    "closes": "cut short",
    "cut-head": "cut short",
    "cut-body": "cut short",
    "cut-chunk": "cut short",
    "cut-gzip": "cut short",
    "reset": "connection failed",
    "reset-in-body": "connection failed",
    "bad-chunk": "not HTTP",
    "bad-length": "not HTTP",
    "two-lengths": "not HTTP",
    "bad-gzip": "broken gzip",
    "switching": "not HTTP",
    "long-announced": "body of",
    "bomb": "inflates over",
    "bomb-in-bomb": "inflates over",
    "brotli": "was not asked for",
    "interims": "interim responses",
    "giant-header": "headers over",
    "endless-header": "headers over",
    "many-headers": "response headers",
    "loop": "redirects",
    "to-file": "not an http",
    "to-inside": "refused address 169",
    "no-location": "answers 302",
    "404": "answers 404",
    "403": "answers 403",
    "429": "answers 429",
    "503": "answers 503",
    "500-endless": "answers 500",
}
EXPECTED = {name: said for name, (_, said) in CASES.items()} | REST


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """The misbehaving server with some fifty ways more."""
    server = Server()
    for name, (behave, _) in CASES.items():
        server_of.BEHAVIOURS[name] = behave
    for name in ("m-chain-3", "m-to-tls"):
        made = _said_with(CASES[name][0], server.port)
        server_of.BEHAVIOURS[name] = made
    yield server
    server.stop()
    for name in CASES:
        del server_of.BEHAVIOURS[name]


def _said_with(behave: Behaviour, port: int) -> Behaviour:
    """The same behaviour with the server's port in what it says."""

    class Peer:
        def __init__(self, peer: socket.socket) -> None:
            self.peer = peer

        def sendall(self, data: bytes) -> None:
            self.peer.sendall(data.replace(b"{port}", str(port).encode()))

    return lambda peer, head: behave(Peer(peer), head)  # type: ignore[arg-type]


def poll(url: str, reach: Reach, times: int = 1) -> tuple[Polled, FeedState]:
    """Poll a feed in a ledger of its own; the last poll, and what is remembered."""
    feed, ledger, now = Feed("f", url), MemoryLedger(copies.MemoryIndex()), 1_795_000_000.0
    polled = Polled("f")
    for n in range(times):
        now += 8 * 3600.0 * n
        ledger.schedule([feed], now)
        lease = ledger.claim_feed(now, 60.0)
        assert lease is not None
        polled = run.poll(lease, reach, ledger, lambda: now)  # noqa: B023
    state = ledger.feed_state("f")
    assert state is not None
    return polled, state


@pytest.fixture(scope="module")
def reach() -> Iterator[Reach]:
    """One fetcher for all, as in a worker."""
    fetcher = Fetcher(HASTY, allow=["127.0.0.1"])
    yield Reach(fetcher, poll_timeout=2.0, spacing=Spacing(0.0))
    fetcher.close()


def test_every_way_ends_with_its_reason_and_its_neighbours_are_read(
    server: Server, reach: Reach
) -> None:
    """Ninety behaviours at once, a good feed beside each:
    reasons, deadlines, next polls, and every neighbour read.
    """
    assert len(EXPECTED) >= 80
    names = list(EXPECTED)

    def one(name: str) -> tuple[str, float, Polled, FeedState, int]:
        begun = time.monotonic()
        polled, state = poll(server.url(name), reach)
        took = time.monotonic() - begun
        return name, took, polled, state, poll(server.url("m-good"), reach)[0].new

    with ThreadPoolExecutor(16) as pool:
        results = list(pool.map(one, names))
    wrong = [(n, p.new, p.error) for n, _, p, _, _ in results if not _as_expected(n, p)]
    assert wrong == []
    for name, took, _, state, beside in results:
        assert took < 20.0, name  # the deadline is two seconds; a busy machine adds its own
        assert beside == 1, name
        assert state.next_poll > state.last_poll, name


def _as_expected(name: str, polled: Polled) -> bool:
    said = EXPECTED[name]
    return bool(re.search(said, polled.error)) if said else (polled.new, polled.error) == (1, "")


@pytest.mark.parametrize("status", ["429 Slow Down", "503 Unavailable"])
@pytest.mark.parametrize(
    ("said", "least", "most"),
    [
        ("7200", 7_200.0, DAY),
        ("99999999999999999999", DAY, DAY + 10),
        ("-5", 60.0, 7_200.0),
        ("soon", 60.0, 7_200.0),
        ("", 60.0, 7_200.0),
        ("12.5", 60.0, 7_200.0),
        ("Sun, 06 Nov 1994 08:49:37 GMT", 60.0, 7_200.0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", DAY, DAY + 10),
    ],
)
def test_retry_after_in_every_form(
    server: Server, reach: Reach, status: str, said: str, least: float, most: float
) -> None:
    """Seconds and dates are honoured up to a day; what is neither is as if nothing was said."""
    server_of.BEHAVIOURS["m-later"] = says(answer(status, f"Retry-After: {said}", body=b""))
    _, state = poll(server.url("m-later"), reach)
    assert least <= state.next_poll - state.last_poll <= most


def test_410_ends_a_feed_and_says_so(server: Server, reach: Reach) -> None:
    """Gone is gone, until an operator resumes it."""
    polled, state = poll(server.url("410"), reach)
    assert [event.name for event in polled.events] == ["feed.gone"]
    assert state.gone


def test_an_etag_that_changes_each_time_costs_no_parse(server: Server, reach: Reach) -> None:
    """The body's hash tells that nothing changed, whatever the ETag says."""
    polled, state = poll(server.url("m-etag-changes"), reach, times=2)
    assert (polled.new, polled.known, polled.status, polled.error) == (0, 0, 200, "")
    assert state.etag


class Tls:
    """A loopback port that speaks TLS with a certificate nobody signed, or never answers the
    handshake.
    """

    def __init__(self, *, silent: bool) -> None:
        self._sock = socket.create_server(("127.0.0.1", 0))
        self.url = f"https://127.0.0.1:{self._sock.getsockname()[1]}/"
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(CERTIFICATE)
        self.read = b""
        self._silent = silent
        self._done = threading.Event()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError):
            peer, _ = self._sock.accept()
            if self._silent:
                self._done.wait(20)
                peer.close()
                return
            with self._context.wrap_socket(peer, server_side=True) as secured:
                self.read = secured.recv(1000)

    def close(self) -> None:
        """Close the port."""
        self._done.set()
        self._sock.close()


@pytest.mark.parametrize("silent", [False, True])
def test_a_bad_certificate_and_a_slow_handshake_are_no_connection(silent: bool) -> None:
    """Nothing is said to a server that nobody vouches for, and one that never shakes hands holds
    no worker.
    """
    peer = Tls(silent=silent)
    fetcher = Fetcher(replace(HASTY, connect=1.0), allow=["127.0.0.1"])
    with pytest.raises(Transient, match="TLS failed"):
        fetcher.get(peer.url)
    assert peer.read == b""
    fetcher.close()
    peer.close()
