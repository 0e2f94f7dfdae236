"""A feed on a private address reaches its own place, and no other feed does: with real servers on
two ports of one machine."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from pipeline import run, urls
from pipeline.copies import MemoryIndex
from pipeline.errors import Permanent
from pipeline.fetch import Fetcher, RefusedAddress, Robots, literal_place
from pipeline.ledger import Spacing
from pipeline.ledger.memory import MemoryLedger
from pipeline.story import Feed
from tests.making import NOW, entry


class Place:
    """A server on a port of its own: what it is asked for, and what it answers by path."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answers: dict[str, tuple[int, str, str]] = {}
        place = self

        class Answers(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"  # which keeps connections open

            def do_GET(self) -> None:
                place.asked.append(self.path)
                status, body, location = place.answers.get(self.path, (200, "<p>secret</p>", ""))
                self.send_response(status)
                self.send_header("Content-Type", "text/html")
                self.send_header("Content-Length", str(len(body)))
                if location:
                    self.send_header("Location", location)
                self.end_headers()
                self.wfile.write(body.encode())

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                self.do_GET()

            def log_message(self, *_: object) -> None:
                """Nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def url(self, path: str) -> str:
        """An address of it."""
        return f"http://127.0.0.1:{self.server.server_port}{path}"


@pytest.fixture
def places() -> Iterator[tuple[Place, Place]]:
    """Two servers of one machine."""
    both = Place(), Place()
    yield both
    for place in both:
        place.server.shutdown()
        place.server.server_close()


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    """A fetcher that nobody gave leave; names beside localhost lead to a public address."""
    made = Fetcher(
        resolve=lambda host, _: ["127.0.0.1" if host == "localhost" else "93.184.215.14"]
    )
    yield made
    made.close()


def rss(*links: str) -> str:
    """A document of entries with these links."""
    items = "".join(
        f"<item><guid>{x}</guid><title>T {x}</title><link>{x}</link></item>" for x in links
    )
    return f"<rss version='2.0'><channel><title>x</title>{items}</channel></rss>"


def fetch_page(feed: Feed, url: str, fetcher: Fetcher, *, robots: bool = False) -> run.Fetched:
    """What a worker makes of the page of an entry of that feed."""
    ledger = MemoryLedger(MemoryIndex())
    ledger.schedule([feed], NOW)
    ledger.admit([(entry("a", feed_id=feed.id, url=url), urls.host(url))], NOW)
    reach = run.Reach(fetcher, Robots(fetcher) if robots else None, spacing=Spacing(0.0))
    fetched = run.fetch_next(reach, ledger, 60, 3, "test", clock=lambda: NOW)
    assert fetched
    return fetched


def test_a_feed_reaches_its_own_place_and_its_pages_there(
    places: tuple[Place, Place], fetcher: Fetcher
) -> None:
    """Feed, robots.txt and page, also by localhost."""
    home, _ = places
    feed = Feed("own", home.url("/feed"))
    assert fetch_page(feed, home.url("/page"), fetcher, robots=True).status == 200
    assert home.asked == ["/robots.txt", "/page"]
    named = Feed("own", home.url("/feed").replace("127.0.0.1", "localhost"))
    assert (
        fetch_page(named, home.url("/p").replace("127.0.0.1", "localhost"), fetcher).status == 200
    )


@pytest.mark.parametrize("feed_at", ["elsewhere", "other port", "public name"])
@pytest.mark.parametrize("robots", [True, False])
@pytest.mark.parametrize("warm", [True, False])
def test_no_other_feed_reaches_that_place(
    places: tuple[Place, Place], fetcher: Fetcher, feed_at: str, robots: bool, warm: bool
) -> None:
    """Neither its page nor robots.txt, also where the feed's own connection is still open."""
    home, other = places
    feed = Feed(
        "other",
        {
            "elsewhere": "http://127.0.0.1/feed",
            "other port": other.url("/feed"),
            "public name": "https://wire.example/feed",
        }[feed_at],
    )
    if warm:
        own = Feed("own", home.url("/feed"))
        assert fetch_page(own, home.url("/page"), fetcher, robots=robots).status == 200
    before = list(home.asked)
    fetched = fetch_page(feed, home.url("/admin"), fetcher, robots=robots)
    assert (fetched.status, "refused address" in fetched.note) == (0, True)
    assert home.asked == before


def test_what_was_refused_to_one_feed_says_nothing_of_robots_for_another(
    places: tuple[Place, Place], fetcher: Fetcher
) -> None:
    """A place that could not be asked allows everything; its own feed asks it all the same."""
    home, _ = places
    home.answers["/robots.txt"] = (200, "User-agent: *\nDisallow: /", "")
    robots = Robots(fetcher)
    assert robots.allowed(home.url("/page"), NOW)
    assert home.asked == []
    assert not robots.allowed(home.url("/page"), NOW, literal_place(home.url("/")))
    assert robots.allowed(home.url("/page"), NOW)


@pytest.mark.parametrize("start", ["other port", "own"])
def test_a_redirect_leads_to_no_other_port(
    places: tuple[Place, Place], fetcher: Fetcher, start: str
) -> None:
    """A page or feed that sends us on is judged anew, and what went elsewhere does not come
    back."""
    home, other = places
    feed = Feed("own", home.url("/feed"))
    if start == "own":
        home.answers["/away"] = (302, "", other.url("/admin"))
        assert "refused address" in fetch_page(feed, home.url("/away"), fetcher).note
        assert other.asked == []
        return
    # allowed by the operator, and now it points at the feed's own place
    some = Fetcher(allow=[urls.host(other.url("/"))])
    other.answers["/back"] = (302, "", home.url("/admin"))
    with pytest.raises(RefusedAddress):
        some.get(other.url("/back"), home=literal_place(feed.url))
    assert (other.asked, home.asked) == (["/back"], [])
    some.close()


def test_a_redirect_within_its_place_is_followed(
    places: tuple[Place, Place], fetcher: Fetcher
) -> None:
    """As sites do."""
    home, _ = places
    home.answers["/old"] = (301, "", home.url("/new"))
    assert fetch_page(Feed("own", home.url("/feed")), home.url("/old"), fetcher).status == 200


def test_a_sitemap_of_another_port_is_not_asked(
    places: tuple[Place, Place], fetcher: Fetcher
) -> None:
    """An index may name sitemaps of its own host; another port of it is another place."""
    home, other = places
    index = (
        "<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>"
        f"<sitemap><loc>{other.url('/map.xml')}</loc></sitemap></sitemapindex>"
    )
    home.answers["/index.xml"] = (200, index, "")
    ledger, now = MemoryLedger(MemoryIndex()), [NOW]
    feed = Feed("own", home.url("/index.xml"))
    ledger.schedule([feed], NOW)
    for _ in range(3):
        lease = ledger.claim_feed(now[0], 60)
        if lease:
            run.poll(lease, run.Reach(fetcher, spacing=Spacing(0.0)), ledger, lambda: now[0])
        now[0] += 4000
    assert "/index.xml" in home.asked
    assert other.asked == []


def test_a_feed_is_polled_at_its_place_and_redirected_to_no_other(
    places: tuple[Place, Place], fetcher: Fetcher
) -> None:
    """The same of the document itself."""
    home, other = places
    home.answers["/feed"] = (200, rss("https://wire.example/1"), "")
    home.answers["/moved"] = (301, "", other.url("/feed"))
    for path, error in (("/feed", ""), ("/moved", "refused address")):
        ledger = MemoryLedger(MemoryIndex())
        ledger.schedule([Feed("own", home.url(path))], NOW)
        lease = ledger.claim_feed(NOW, 60)
        assert lease
        polled = run.poll(lease, run.Reach(fetcher), ledger, lambda: NOW)
        assert (polled.new, error in polled.error) == (0 if error else 1, True)
    assert other.asked == []


def test_a_hub_of_another_port_is_not_asked(places: tuple[Place, Place], fetcher: Fetcher) -> None:
    """A feed names its hub: at its own place it may, on another port it would be a way in."""
    home, other = places
    at = literal_place(home.url("/feed"))
    assert fetcher.post(home.url("/hub"), {"hub.mode": "subscribe"}, home=at).status == 200
    with pytest.raises(Permanent, match="refused address"):
        fetcher.post(other.url("/hub"), {"hub.mode": "subscribe"}, home=at)
    home.answers["/on"] = (307, "", other.url("/hub"))
    with pytest.raises(Permanent, match="refused address"):
        fetcher.post(home.url("/on"), {"hub.mode": "subscribe"}, home=at)
    assert other.asked == []
