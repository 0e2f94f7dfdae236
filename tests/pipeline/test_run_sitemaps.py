"""Sitemap indexes: every sitemap a request of its own, the newest first, none twice without a
reason, no loop.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from threading import Thread

import pytest

from pipeline import copies, run
from pipeline.fetch import Fetcher
from pipeline.ledger import Spacing
from pipeline.ledger.memory import MemoryLedger
from pipeline.run import Polled, Reach
from pipeline.schedule import FeedState, Visit
from pipeline.story import Feed

_SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


def _index(*children: str | tuple[str, str]) -> bytes:
    parts = []
    for child in children:
        loc, said = child if isinstance(child, tuple) else (child, "")
        parts.append(
            f"<sitemap><loc>{loc}</loc>{f'<lastmod>{said}</lastmod>' if said else ''}</sitemap>"
        )
    return f'<sitemapindex xmlns="{_SPACE}">{"".join(parts)}</sitemapindex>'.encode()


def _pages(*names: str) -> bytes:
    urls = "".join(f"<url><loc>https://news.example/{n}</loc></url>" for n in names)
    return f'<urlset xmlns="{_SPACE}">{urls}</urlset>'.encode()


class Site:
    """A site on loopback whose documents are a dict, and a desk that polls its index with a clock
    of its own.
    """

    def __init__(self) -> None:
        self.documents: dict[str, bytes | int] = {}
        self.asked: list[str] = []
        self.conditional: list[str] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                site.asked.append(self.path)
                found = site.documents.get(self.path, 404)
                body = found if isinstance(found, bytes) else b""
                etag = f'"{hash(body)}"'
                known = self.headers.get("If-None-Match") == etag
                if "If-None-Match" in self.headers:
                    site.conditional.append(self.path)
                self.send_response(304 if known else 200 if isinstance(found, bytes) else found)
                self.send_header("ETag", etag)
                self.send_header("Content-Length", "0" if known else str(len(body)))
                self.end_headers()
                if not known:
                    self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        Thread(target=self._server.serve_forever, daemon=True).start()
        self.root = f"http://127.0.0.1:{self._server.server_port}"
        self.feed = Feed("site", self.root + "/index.xml")
        self.now = 1_795_000_000.0
        self.ledger = MemoryLedger(copies.MemoryIndex())
        self.ledger.schedule([self.feed], self.now)
        self.reach = Reach(Fetcher(allow=["127.0.0.1"]), spacing=Spacing(5.0))

    def close(self) -> None:
        """Shut the server."""
        self.reach.fetcher.close()
        self._server.shutdown()
        self._server.server_close()

    @property
    def state(self) -> FeedState:
        """What is remembered of the index."""
        state = self.ledger.feed_state("site")
        assert state is not None
        return state

    def poll(self) -> Polled:
        """The next poll, when it is due."""
        self.now = max(self.now, self.state.next_poll)
        lease = self.ledger.claim_feed(self.now, 60.0)
        assert lease is not None
        return run.poll(lease, self.reach, self.ledger, lambda: self.now)

    def polls(self, times: int) -> list[str]:
        """What the next polls ask for."""
        before = len(self.asked)
        for _ in range(times):
            self.poll()
        return self.asked[before:]


@pytest.fixture
def site() -> Iterator[Site]:
    """A site without documents yet."""
    site = Site()
    yield site
    site.close()


def test_sitemaps_are_asked_one_a_poll_and_the_newest_first(site: Site) -> None:
    """After the index each sitemap has its turn, as far apart as the host's spacing asks;
    all entries arrive.
    """
    root = site.root
    site.documents = {
        "/index.xml": _index(
            (f"{root}/a.xml", "2026-11-01"), (f"{root}/b.xml", "2026-11-20"), f"{root}/c.xml"
        ),
        "/a.xml": _pages("old"),
        "/b.xml": _pages("new", "newer"),
        "/c.xml": _pages("undated"),
    }
    began = site.now
    first = site.poll()
    assert (first.new, first.waiting, first.next_poll) == (0, 3, began + 5.0)
    polled = [site.poll() for _ in range(3)]
    assert site.asked == ["/index.xml", "/b.xml", "/a.xml", "/c.xml"]
    assert [p.new for p in polled] == [2, 1, 1]
    assert [p.url for p in polled] == [f"{root}/b.xml", f"{root}/a.xml", f"{root}/c.xml"]
    assert site.now == began + 15.0
    assert polled[-1].waiting == 0
    assert site.state.next_poll >= began + 60.0


def test_only_what_changed_is_asked_again(site: Site) -> None:
    """A sitemap is asked again when the index says that it changed;
    one without a date with its validators.
    """
    root = site.root
    site.documents = {
        "/index.xml": _index(
            (f"{root}/a.xml", "2026-11-01"), (f"{root}/b.xml", "2026-11-02"), f"{root}/c.xml"
        ),
        "/a.xml": _pages("one"),
        "/b.xml": _pages("two"),
        "/c.xml": _pages("three"),
    }
    site.polls(4)
    site.documents["/index.xml"] = _index(
        (f"{root}/a.xml", "2026-11-01"), (f"{root}/b.xml", "2026-11-03"), f"{root}/c.xml"
    )
    site.documents["/b.xml"] = _pages("two", "four")
    asked = site.polls(8)
    assert "/a.xml" not in asked
    assert asked.count("/b.xml") == 1
    assert "/c.xml" in asked
    assert set(site.conditional) >= {"/c.xml"}


def test_a_sitemap_that_stays_the_same_is_asked_less_and_less(site: Site) -> None:
    """Without a date each visit that brings nothing new makes the next one later."""
    site.documents = {"/index.xml": _index(f"{site.root}/c.xml"), "/c.xml": _pages("three")}
    times: list[float] = []
    while len(times) < 6:
        if site.poll().url:
            times.append(site.now)
    waits = [b - a for a, b in pairwise(times)]
    assert waits == sorted(waits)
    assert waits[0] < waits[-1]


def test_loops_and_depth_end(site: Site) -> None:
    """An index that names itself or its parent is asked once a round;
    one too deep is said and not followed.
    """
    root = site.root
    site.documents = {
        "/index.xml": _index(f"{root}/index.xml", f"{root}/in.xml"),
        "/in.xml": _index(f"{root}/index.xml", f"{root}/in.xml", f"{root}/deep.xml"),
        "/deep.xml": _index(f"{root}/deeper.xml"),
        "/deeper.xml": _index(f"{root}/deepest.xml"),
        "/deepest.xml": _pages("never"),
    }
    polled = [site.poll() for _ in range(4)]
    assert site.asked == ["/index.xml", "/in.xml", "/deep.xml", "/deeper.xml"]
    assert "too deep" in polled[-1].error
    assert polled[-1].waiting == 0


def test_a_sitemap_that_fails_harms_no_other(site: Site) -> None:
    """The rest is read meanwhile; the bad one is asked again after a while, less and less often."""
    root = site.root
    site.documents = {
        "/index.xml": _index((f"{root}/bad.xml", "2026-11-09"), (f"{root}/good.xml", "2026-11-08")),
        "/bad.xml": 500,
        "/good.xml": _pages("a"),
    }
    polled = [site.poll() for _ in range(3)]
    assert [p.new for p in polled] == [0, 0, 1]
    assert polled[1].error == "the server answers 500"
    site.documents["/bad.xml"] = _pages("b")
    asked = site.polls(4)
    assert "/bad.xml" in asked
    assert "/good.xml" not in asked


def test_sitemaps_of_other_sites_are_named_and_not_followed(site: Site) -> None:
    """An index speaks for its own site only."""
    site.documents = {"/index.xml": _index("http://10.0.0.1/x.xml", "https://other.example/y.xml")}
    polled = site.poll()
    assert [b.reason for b in polled.broken] == ["a sitemap of another site"] * 2
    assert polled.waiting == 0


def test_what_is_remembered_of_sitemaps_survives_a_restart() -> None:
    """The state reads back what it wrote, also where an older or a newer release wrote it."""
    state = FeedState(
        children=(Visit("https://a.example/1.xml", "2026", asked=5.0),), taken=("a", "b")
    )
    assert FeedState.from_json(state.to_json()) == state
    assert FeedState.from_json('{"children":[["https://a.example/1.xml"]],"later":1}').children == (
        Visit("https://a.example/1.xml"),
    )


def _news(*names: str) -> bytes:
    urls = "".join(
        f"<url><loc>https://news.example/{name}</loc><n:news><n:title>{name}</n:title>"
        "<n:publication_date>2026-11-18T11:00:00Z</n:publication_date></n:news></url>"
        for name in names
    )
    space = "http://www.google.com/schemas/sitemap-news/0.9"
    return f'<urlset xmlns="{_SPACE}" xmlns:n="{space}">{urls}</urlset>'.encode()


def test_the_backlog_of_a_first_visit_is_not_late(site: Site) -> None:
    """What lay there before anybody looked says nothing of how fast we are; what comes later does,
    in a feed as in a sitemap of an index.
    """
    site.documents = {"/index.xml": _news("one", "two")}
    assert (site.poll().new, site.poll().late) == (2, ())
    assert site.ledger.status(site.now).polls.get("late.inf", 0) == 0
    site.documents = {"/index.xml": _news("one", "two", "three")}
    assert len(site.poll().late) == 1
    site.documents = {"/index.xml": _index(f"{site.root}/c.xml"), "/c.xml": _news("four", "five")}
    visits: list[Polled] = []
    while len(visits) < 2:
        polled = site.poll()
        if polled.url:
            visits.append(polled)
            site.documents["/c.xml"] = _news("four", "five", "six")
    assert [(polled.new, len(polled.late)) for polled in visits] == [(2, 0), (1, 1)]


def test_a_feed_that_moved_waits_at_the_host_that_it_moved_to(site: Site) -> None:
    """The host that is asked next is the one whose spacing and rest hold."""
    moved = site.root.replace("127.0.0.1", "localhost")
    lease = site.ledger.claim_feed(site.now, 60.0)
    assert lease is not None
    after = FeedState(configured=site.feed.url, url=f"{moved}/index.xml", next_poll=site.now)
    site.ledger.settle_feed(lease, after)
    site.reach = Reach(Fetcher(allow=["127.0.0.1", "localhost"]))
    site.documents = {"/index.xml": _pages("one")}
    assert site.poll().new == 1
    [stands] = site.ledger.standing(["site"])
    assert stands.host == moved.removeprefix("http://")


def test_a_wait_counts_from_the_answer(site: Site) -> None:
    """A request may be minutes under way: its server must not see the next one sooner for that."""
    site.documents = {"/index.xml": _pages("one")}
    lease = site.ledger.claim_feed(site.now, 60.0)
    assert lease is not None
    times = iter([site.now])
    run.poll(lease, site.reach, site.ledger, lambda: next(times, site.now + 100.0))
    assert site.state.last_poll == site.now + 100.0
    assert site.state.next_poll >= site.now + 160.0


def test_a_clock_that_was_ahead_puts_nothing_off(site: Site) -> None:
    """A year that did not pass keeps neither the index nor its sitemaps waiting."""
    site.documents = {"/index.xml": _index(f"{site.root}/a.xml"), "/a.xml": _pages("one")}
    began = site.now
    site.now += 365 * 86_400.0
    site.polls(2)
    stored = site.state
    site.ledger = MemoryLedger(copies.MemoryIndex())
    site.ledger.schedule([site.feed], began)
    for minutes in (0, 2, 4):
        site.now = began + minutes * 60.0
        lease = site.ledger.claim_feed(site.now, 60.0)
        assert lease
        held = lease if minutes else replace(lease, state=stored)
        run.poll(held, site.reach, site.ledger, lambda: site.now)
        assert site.state.last_full <= site.now
        assert site.state.next_poll <= site.now + 4000.0
    assert "/a.xml" in site.asked[2:]
