"""Fetch: one story's page, or what stands for it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest

from pipeline import run
from pipeline.copies import MemoryIndex
from pipeline.fetch import Fetcher, Robots
from pipeline.ledger import Spacing
from pipeline.ledger.memory import MemoryLedger
from tests.making import NOW, entry


def test_the_worker_that_fetched_is_named_and_a_refused_page_leaves_the_feeds_text() -> None:
    """Who began the story is a worker, not the host it asked;
    a refused address is a page with its reason.
    """
    ledger = MemoryLedger(MemoryIndex())
    ledger.admit([(entry("a", url="http://10.0.0.1/x"), "10.0.0.1")], NOW)
    reach = run.Reach(Fetcher())
    fetched = run.fetch_next(reach, ledger, 60, 3, "desk-1:42", clock=lambda: NOW)
    assert fetched
    assert fetched.status == 0
    assert "not a public address" in fetched.note
    trace = ledger.trace(fetched.key)
    assert trace
    assert trace.facts["worker"] == "desk-1:42"
    [ready] = ledger.lease(NOW, 60, 1, 3)
    assert ready.page
    assert "not a public address" in ready.page.note


class _Site(BaseHTTPRequestHandler):
    """Serves robots.txt and pages, and notes what it was asked for."""

    asked: ClassVar[list[str]] = []
    status = 200
    headers_more: ClassVar[dict[str, str]] = {}
    robots = "User-agent: *\nDisallow: /secret"

    def do_GET(self) -> None:
        self.asked.append(self.path)
        body = self.robots.encode() if self.path == "/robots.txt" else b"<p>A page.</p>"
        self.send_response(200 if self.path == "/robots.txt" else self.status)
        for name, value in {
            "Content-Length": str(len(body)),
            "Content-Type": "text/html",
            **self.headers_more,
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing."""


class _Turns:
    """A ledger with stories of one loopback site, and a reach that wants its pages five seconds
    apart.
    """

    def __init__(self, site: type[_Site], spacing: float, *paths: str) -> None:
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), site)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.host = f"127.0.0.1:{self.server.server_port}"
        self.ledger, self.now = MemoryLedger(MemoryIndex()), NOW
        fetcher = Fetcher(allow=["127.0.0.1"])
        self.reach = run.Reach(fetcher, Robots(fetcher), spacing=Spacing(spacing))
        self.ledger.admit(
            [(entry(path, url=f"http://{self.host}{path}"), self.host) for path in paths], NOW
        )

    def at(self, seconds: float) -> run.Fetched | None:
        """What a worker does that many seconds after the beginning."""
        return run.fetch_next(self.reach, self.ledger, 60, 6, "test", clock=lambda: NOW + seconds)

    def close(self) -> None:
        """End the site."""
        self.reach.fetcher.close()
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def turns() -> Iterator[Callable[..., _Turns]]:
    """Makes sites that end with the test; each has a class of its own."""
    made: list[_Turns] = []

    def make(spacing: float, *paths: str, **more: object) -> _Turns:
        site = type("Site", (_Site,), {"asked": [], **more})
        made.append(_Turns(site, spacing, *paths))
        return made[-1]

    yield make
    for one in made:
        one.close()


def asked(turns: _Turns) -> list[str]:
    """The paths that the site was asked for."""
    found: list[str] = turns.server.RequestHandlerClass.asked  # type: ignore[attr-defined]
    return found


def test_every_request_to_a_spaced_host_is_a_turn(turns: Callable[..., _Turns]) -> None:
    """robots.txt first, then the pages, each five seconds after the one before;
    a disallowed page is no request.
    """
    site = turns(5.0, "/secret", "/a", "/b")
    for second, path in ((0.0, "/robots.txt"), (5.0, "/a"), (10.0, "/b")):
        for moment in (second, second + 0.1, second + 4.9):
            while site.at(moment):
                pass
        assert asked(site)[-1] == path
    assert asked(site) == ["/robots.txt", "/a", "/b"]


def test_a_busy_answer_rests_the_whole_host(turns: Callable[..., _Turns]) -> None:
    """429 with Retry-After on one page: no other page of the host is asked for before, though it
    has no spacing.
    """
    site = turns(0.0, "/a", "/b", status=429, headers_more={"Retry-After": "120"})
    while site.at(0.0):
        pass
    assert site.at(119.0) is None
    assert asked(site) == ["/robots.txt", "/a"]
    assert site.at(120.0)


def test_crawl_delay_is_obeyed(turns: Callable[..., _Turns]) -> None:
    """A host that asks for more than our spacing gets it."""
    site = turns(0.0, "/a", "/b", robots="User-agent: *\nCrawl-delay: 30")
    while site.at(0.0):
        pass
    assert asked(site) == ["/robots.txt", "/a"]
    assert site.at(29.0) is None
    assert site.at(30.0)


def test_a_host_that_does_not_answer_rests_as_long_as_it_took() -> None:
    """It takes up at most half of a worker, and one page at a time:
    the others of it are not tried in the same turn.
    """
    ledger, times = MemoryLedger(MemoryIndex()), iter([NOW, NOW])
    closed = "127.0.0.1:9"
    ledger.admit([(entry(n, url=f"http://{closed}/{n}"), closed) for n in "ab"], NOW)
    reach = run.Reach(Fetcher(allow=["127.0.0.1"]), spacing=Spacing(0.0))
    fetched = run.fetch_next(reach, ledger, 60, 6, "test", clock=lambda: next(times, NOW + 8))
    assert fetched
    assert fetched.again
    assert run.fetch_next(reach, ledger, 60, 6, "test", clock=lambda: NOW + 15.9) is None
    assert run.fetch_next(reach, ledger, 60, 6, "test", clock=lambda: NOW + 16)
