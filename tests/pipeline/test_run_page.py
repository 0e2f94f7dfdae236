"""Fetch: one story's page, or what stands for it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest

from pipeline import run
from pipeline.copies import MemoryIndex
from pipeline.fetch import Fetcher, Robots
from pipeline.ledger import Ending, Spacing
from pipeline.ledger.memory import MemoryLedger
from pipeline.schedule import FeedState, Look, LookKind
from pipeline.story import Feed, Outcome, OutcomeKind, utc
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
    sent: ClassVar[list[Message]] = []
    page = b"<p>A page.</p>"
    status = 200
    headers_more: ClassVar[dict[str, str]] = {}
    robots = "User-agent: *\nDisallow: /secret"

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.sent.append(self.headers)
        body = self.robots.encode() if self.path == "/robots.txt" else self.page
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
        site = type("Site", (_Site,), {"asked": [], "sent": [], **more})
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


def test_a_page_is_given_up_after_four_attempts(turns: Callable[..., _Turns]) -> None:
    """The feed's own text then serves: later the story is no news any more, and sooner a server
    that is restarted costs the page.
    """
    site = turns(0.0, "/a", status=500)
    agains = []
    for hour in range(4):
        fetched = site.at(3600.0 * hour)
        assert fetched
        agains.append(bool(fetched.again))
    assert agains == [True, True, True, False]
    [ready] = site.ledger.lease(NOW + 3 * 3600, 60, 1, 3)
    assert ready.page
    assert ready.page.note.startswith("gave up")


def test_a_page_is_asked_for_again_when_its_server_says(turns: Callable[..., _Turns]) -> None:
    """Retry-After of any fault that passes, where it is longer than our own wait."""
    site = turns(0.0, "/a", status=500, headers_more={"Retry-After": "600"})
    fetched = site.at(0.0)
    assert fetched
    assert fetched.again == 600.0
    assert site.at(599.0) is None
    assert site.at(601.0)


def test_a_disallowed_page_makes_no_other_wait(turns: Callable[..., _Turns]) -> None:
    """Nothing was asked of the host, so nothing keeps the next page of it."""
    site = turns(5.0, "/secret")
    assert site.at(0.0)
    refused = site.at(5.0)
    assert refused
    assert refused.note == "robots.txt disallows this page"
    site.ledger.admit([(entry("b", url=f"http://{site.host}/b"), site.host)], NOW + 5)
    assert site.at(5.1)
    assert asked(site) == ["/robots.txt", "/b"]


def end(site: _Turns, why: LookKind, due: float = 60.0) -> None:
    """The story of the site's page has ended, and its page is looked at again after so long."""
    fetched = site.at(0.0)
    while fetched and fetched.note == run.ROBOTS_FIRST:
        fetched = site.at(0.0)
    assert fetched
    [lease] = site.ledger.lease(NOW, 60, 1, 3)
    look = Look(why, NOW + due, NOW)
    site.ledger.complete(lease, Ending(Outcome(OutcomeKind.NEW), look=look), NOW)


def site_class(site: _Turns) -> type[_Site]:
    """The site's class, whose answers a test may change."""
    made: type[_Site] = site.server.RequestHandlerClass  # type: ignore[assignment]
    return made


@pytest.mark.parametrize(
    ("why", "status", "found", "again"),
    [
        (LookKind.RECHECK, 200, "unchanged", 3600 - 60),
        (LookKind.RECHECK, 404, "gone", 3600 - 60),
        (LookKind.RECHECK, 410, "gone", 3600 - 60),
        (LookKind.RECHECK, 304, "unchanged", 3600 - 60),
        (LookKind.RECHECK, 500, "failed", 3600 - 60),
        (LookKind.RECHECK, 403, "refused", 3600 - 60),
        (LookKind.MISSING, 404, "missing", 60),
        (LookKind.MISSING, 503, "failed", 60),
        (LookKind.MISSING, 403, "refused", 120),
        (LookKind.REFUSED, 403, "refused", 120),
        (LookKind.REFUSED, 404, "missing", 60),
        (LookKind.REFUSED, 200, "unchanged", 120),
    ],
)
def test_a_look_in_vain_is_told_and_planned_again(
    turns: Callable[..., _Turns], why: LookKind, status: int, found: str, again: float
) -> None:
    """Nothing is processed, so that what went out stays."""
    site = turns(0.0, "/a")
    site.ledger.schedule([Feed("feed", "https://wire.example/feed")], NOW)
    end(site, why)
    site_class(site).status = status
    fetched = site.at(60.0)
    assert fetched
    assert (fetched.look, fetched.found, fetched.status) == (why, found, status)
    assert fetched.again == again
    assert site.ledger.lease(NOW + 60, 60, 1, 3) == []
    assert site.ledger.status(NOW).counts[f"look.{found}"] == 1


def test_another_page_is_processed(turns: Callable[..., _Turns]) -> None:
    """With the look that found it."""
    site = turns(0.0, "/a")
    end(site, LookKind.RECHECK)
    site_class(site).page = b"<p>Another page.</p>"
    fetched = site.at(60.0)
    assert fetched
    assert (fetched.found, fetched.again) == ("changed", 0.0)
    [lease] = site.ledger.lease(NOW + 60, 60, 1, 3)
    assert lease.page
    assert lease.page.body == b"<p>Another page.</p>"
    assert lease.look == Look(LookKind.RECHECK, 0.0, NOW)


def test_a_page_is_looked_at_with_its_validators(turns: Callable[..., _Turns]) -> None:
    """As they came; the first time without any."""
    site = turns(0.0, "/a", headers_more={"ETag": 'W/"x y"', "Last-Modified": "yesterday"})
    end(site, LookKind.RECHECK)
    assert site.at(60.0)
    sent = [
        (one.get("If-None-Match"), one.get("If-Modified-Since")) for one in site_class(site).sent
    ]
    assert sent[-2:] == [(None, None), ('W/"x y"', "yesterday")]


@pytest.mark.parametrize(("shown", "found"), [(True, "missing"), (False, "dropped")])
def test_a_missing_page_is_looked_for_while_its_feed_shows_the_entry(
    turns: Callable[..., _Turns], shown: bool, found: str
) -> None:
    """Without a request where it does not."""
    site = turns(0.0, "/a", status=404)
    site.ledger.schedule([Feed("feed", "https://wire.example/feed")], NOW)
    lease = site.ledger.claim_feed(NOW, 60)
    assert lease
    keys = (entry("/a" if shown else "b").key,)
    state = FeedState(next_poll=NOW + 900, last_full=NOW + 30, entries=1, last_keys=keys)
    site.ledger.settle_feed(lease, state)
    end(site, LookKind.MISSING)
    asked_before = len(asked(site))
    fetched = site.at(60.0)
    assert fetched
    assert fetched.found == found
    assert len(asked(site)) == asked_before + shown
    assert site.ledger.status(NOW).looks == int(shown)


def test_a_sign_that_meets_a_fault_is_followed_again(turns: Callable[..., _Turns]) -> None:
    """A date that moved tells of an edit: it is not lost with one answer of 500."""
    site = turns(0.0, "/a")
    end(site, LookKind.RECHECK, 9000.0)
    moved = entry("/a", url=f"http://{site.host}/a", published=utc(NOW))
    later = entry("/a", url=f"http://{site.host}/a", published=utc(NOW + 9))
    site.ledger.admit([(moved, site.host), (later, site.host)], NOW + 10)
    site_class(site).status = 500
    again = []
    for second in (10, 40, 100, 220, 460):
        fetched = site.at(second)
        again.append(fetched.again if fetched and fetched.look == "moved" else 0.0)
    assert again[:4] == [30, 60, 120, 240]


def test_a_host_that_refuses_a_look_is_spared_for_a_day(turns: Callable[..., _Turns]) -> None:
    """Its other stories are not looked at without a sign either."""
    site = turns(0.0, "/a", "/b")
    end(site, LookKind.RECHECK)
    end(site, LookKind.RECHECK, 90.0)
    site_class(site).status = 403
    assert site.at(60.0)
    assert site.at(90.0) is None
    assert site.at(80_000.0) is None
