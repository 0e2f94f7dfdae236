"""The WebSub subscriber against a real hub on loopback: intent, signature, renewal, leaving, and
polls beside it."""

from __future__ import annotations

import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import uvicorn
from redis import Redis

from pipeline.fetch import Fetcher
from pipeline.schedule import FeedState, PollResult, after_poll
from pipeline.story import Feed
from workers.redis.redis_index import RedisIndex
from workers.redis.redis_ledger import RedisLedger
from workers.subscriptions import Row, Subscriptions, pushed_until, wanted
from workers.websub import Subscriber, application

CEILING = 150.0  # seconds; far above what anything takes, only there to end a test that hangs


class Hub:
    """A hub: verifies every request by calling back, and can publish to whoever is subscribed."""

    def __init__(self) -> None:
        self.requests: list[dict[str, str]] = []
        self.answers: list[int] = []
        self.lease, self.status = 600, 202
        hub = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                fields = {k: v[0] for k, v in parse_qs(body).items()}
                hub.requests.append(fields)
                self.send_response(hub.status)
                self.send_header("Content-Length", "0")
                self.end_headers()
                if hub.status == 202:
                    hub.verify(fields, {})

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/"

    def close(self) -> None:
        """Shut the server."""
        self._server.shutdown()
        self._server.server_close()

    def verify(self, fields: dict[str, str], changed: dict[str, str]) -> tuple[int, str]:
        """Ask the subscriber whether it meant this."""
        query = {k: v for k, v in fields.items() if k in {"hub.mode", "hub.topic"}}
        query |= {"hub.challenge": "challenge-1", "hub.lease_seconds": str(self.lease), **changed}
        status, said = call("GET", f"{fields['hub.callback']}?{urlencode(query)}")
        self.answers.append(status)
        return status, said

    def publish(self, body: bytes, method: str = "sha256", secret: str = "") -> int:
        """Send a document to the latest subscriber."""
        fields = self.requests[0]
        mac = hmac.new((secret or fields["hub.secret"]).encode(), body, method).hexdigest()
        headers = {"X-Hub-Signature": f"{method}={mac}", "Content-Type": "application/rss+xml"}
        return call("POST", fields["hub.callback"], body, headers)[0]


def call(
    method: str, url: str, body: bytes | None = None, headers: dict[str, str] | None = None
) -> tuple[int, str]:
    """One request; status and body."""
    parts = urlsplit(url)
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=CEILING)
    try:
        connection.request(method, f"{parts.path}?{parts.query}", body, headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def document(*names: str) -> bytes:
    """A feed with these entries."""
    items = "".join(
        f"<item><title>{n}</title><link>https://a.example/{n}</link></item>" for n in names
    )
    return f'<rss version="2.0"><channel><title>t</title>{items}</channel></rss>'.encode()


class ListeningSubscriber:
    """A subscriber that listens on loopback, over a ledger with one feed that names the hub."""

    def __init__(self, redis: Redis, hub: Hub) -> None:
        self.redis, self.hub = redis, hub
        self.ledger = RedisLedger(redis, RedisIndex(redis, "wd:", 86_400))
        self.feed = Feed("one", "https://a.example/rss")
        self.ledger.schedule([self.feed], time.time())
        self.found = 0
        self.say_hub(hub.url)
        config = uvicorn.Config(
            lambda: None, host="127.0.0.1", port=0, log_config=None, lifespan="on"
        )
        self._server = uvicorn.Server(config)
        fetcher = Fetcher(allow=["127.0.0.1"])
        self.table = Subscriptions(redis, "wd:", "http://127.0.0.1:0/hooks")
        self.subscriber = Subscriber(
            self.ledger, self.table, fetcher, found=self._count, max_bytes=100_000
        )
        config.app = application(self.subscriber, "/hooks", every=3600.0)
        self.subscriber.look = self._first(self.subscriber.look)  # type: ignore[method-assign]
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        until(lambda: self._server.started)
        port = self._server.servers[0].sockets[0].getsockname()[1]
        self.table.base = f"http://127.0.0.1:{port}/hooks"

    def _first(self, look: Callable[[float], int]) -> Callable[[float], int]:
        """The loop's own first look does nothing: the port is not known yet."""
        self.look = look
        return lambda _now: 0

    def _count(self) -> None:
        self.found += 1

    def say_hub(self, hub: str) -> None:
        """What the feed's document said of its hub when it was last polled."""
        state = FeedState(
            hub=hub, self_url="https://a.example/self" if hub else "", last_poll=1.0, next_poll=9e9
        )
        self.redis.hset("wd:feedstate", "one", state.to_json())

    @property
    def row(self) -> Row:
        """The subscription."""
        row = self.table.get("one")
        assert row is not None
        return row

    def close(self) -> None:
        """Stop listening."""
        self._server.should_exit = True
        self._thread.join(CEILING)


def until(found: Callable[[], Any]) -> None:
    """Wait for something to become true."""
    end = time.monotonic() + CEILING
    while not found():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.02)


@pytest.fixture
def listening(redis: Redis) -> Iterator[ListeningSubscriber]:
    """A subscriber with its hub."""
    hub = Hub()
    listening = ListeningSubscriber(redis, hub)
    yield listening
    listening.close()
    hub.close()


def subscribed(listening: ListeningSubscriber) -> ListeningSubscriber:
    """The subscriber after its hub has verified, and knows that it was confirmed."""
    assert listening.look(time.time()) == 1
    # the row is written before the hub has the answer to its question: only then is nothing under
    # way any more
    until(lambda: listening.hub.answers)
    assert listening.row.until
    return listening


def test_a_feed_that_names_a_hub_is_subscribed_to(listening: ListeningSubscriber) -> None:
    """Topic is the feed's self link, the hub's verification is answered, and the lease is kept
    where polls see it."""
    subscribed(listening)
    [request] = listening.hub.requests
    assert request["hub.topic"] == "https://a.example/self"
    assert request["hub.mode"] == "subscribe"
    assert listening.hub.answers == [200]
    assert listening.row.until - listening.row.granted == 600
    assert pushed_until(listening.redis, "wd:", "one") == listening.row.until
    assert listening.look(time.time()) == 0


@pytest.mark.parametrize(
    "changed",
    [{"hub.topic": "https://evil.example/"}, {"hub.mode": "unsubscribe"}, {"hub.challenge": ""}],
)
def test_what_was_not_asked_for_is_not_confirmed(
    listening: ListeningSubscriber, changed: dict[str, str]
) -> None:
    """A stranger can neither subscribe us to another topic nor unsubscribe it."""
    subscribed(listening)
    before = listening.row
    assert listening.hub.verify(listening.hub.requests[0], changed)[0] == 404
    assert call("GET", listening.table.base + "/" + "0" * 32 + "?hub.mode=subscribe")[0] == 404
    assert listening.row == before


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
def test_a_signed_notice_is_admitted_once(listening: ListeningSubscriber, method: str) -> None:
    """Its entries are in the ledger before the hub has its answer; the same notice again brings
    nothing new."""
    subscribed(listening)
    assert listening.hub.publish(document("a", "b"), method) == 202
    assert listening.ledger.status(time.time()).counts["admitted"] == 2
    assert listening.hub.publish(document("a", "b", "c"), method) == 202
    assert listening.ledger.status(time.time()).counts["admitted"] == 3
    assert listening.found == 2


def test_what_is_not_signed_is_ignored(listening: ListeningSubscriber) -> None:
    """A forged notice gets the answer of a good one, and nothing of it is read; one too large is
    cut off."""
    subscribed(listening)
    assert listening.hub.publish(document("forged"), secret="guess") == 202
    assert listening.hub.publish(document("forged"), "md5") == 202
    assert call("POST", listening.hub.requests[0]["hub.callback"], document("forged"))[0] == 202
    assert listening.hub.publish(b"x" * 200_000) == 413
    assert "admitted" not in listening.ledger.status(time.time()).counts


def test_a_notice_without_a_document_is_a_hint_to_poll(listening: ListeningSubscriber) -> None:
    """A thin notice makes the feed due, no sooner than its floor allows."""
    subscribed(listening)
    assert listening.hub.publish(b"") == 202
    [stands] = listening.ledger.standing(["one"])
    assert stands.due <= time.time() + 1


def test_a_hint_counts_by_the_ledgers_clock(listening: ListeningSubscriber) -> None:
    """Where this machine is an hour ahead, the feed would seem to be due sooner than at once."""
    listening.hub.lease = 86_400
    subscribed(listening)
    ahead = time.time() + 3600
    listening.ledger.calls.clock = lambda: ahead
    listening.ledger.retime_feed("one", ahead + 600, ahead)
    secret = listening.hub.requests[0]["hub.secret"].encode()
    signature = "sha256=" + hmac.new(secret, b"", "sha256").hexdigest()
    listening.subscriber.receive(listening.table.callback("one"), b"", signature, "", ahead)
    [stands] = listening.ledger.standing(["one"])
    assert stands.due <= time.time() + 1


def test_a_lease_is_renewed_and_a_feed_that_leaves_its_hub_is_unsubscribed(
    listening: ListeningSubscriber,
) -> None:
    """At nine tenths of the lease the hub is asked again; when the feed names no hub any more, it
    is told so."""
    subscribed(listening)
    first = listening.row
    assert listening.look(first.granted + 500.0) == 0
    assert listening.look(first.granted + 550.0) == 1
    until(lambda: listening.row.failures == 0)
    assert [r["hub.mode"] for r in listening.hub.requests] == ["subscribe", "subscribe"]
    listening.say_hub("")
    assert listening.look(time.time()) == 1
    until(lambda: listening.table.get("one") is None)
    assert listening.hub.requests[-1]["hub.mode"] == "unsubscribe"
    assert "hub.secret" not in listening.hub.requests[-1]
    assert pushed_until(listening.redis, "wd:", "one") == 0.0


def test_a_hub_that_fails_or_refuses_is_asked_less_and_less(listening: ListeningSubscriber) -> None:
    """Its reason is kept, polling goes on at its own pace, and after a refusal a day goes by."""
    listening.hub.status = 500
    now = time.time()
    assert [listening.look(now + wait) for wait in (0.0, 60.0, 700.0, 900.0)] == [1, 0, 1, 0]
    assert listening.row.why == "the hub answers 500"
    fields = listening.hub.requests[0]
    assert listening.hub.verify(fields, {"hub.mode": "denied", "hub.reason": "closed"})[0] == 200
    assert (listening.row.why, listening.row.until) == ("closed", 0.0)
    assert pushed_until(listening.redis, "wd:", "one") == 0.0
    assert listening.look(now + 10_000.0) == 0


def test_a_hub_on_an_inner_address_is_never_asked(listening: ListeningSubscriber) -> None:
    """A feed may name any hub: the address is judged like every other."""
    listening.say_hub("http://169.254.169.254/hub")
    assert listening.look(time.time()) == 1
    assert "refused address" in listening.row.why


def test_polls_beside_a_healthy_lease_are_slow_and_tell_no_false_gap() -> None:
    """While a hub tells of news a feed is polled at the ceiling; what it brought is no gap in the
    polls."""
    feed = Feed("f", "https://a.example/")
    state = FeedState(
        last_keys=("a", "b"),
        newest=900.0,
        spacing=60.0,
        last_new=900.0,
        first_poll=1.0,
        last_ok=900.0,
        configured=feed.url,
        etag="x",
        last_full=900.0,
    )
    result = PollResult(200, keys=("y", "z"), published=(2_000.0, 1_900.0), new=1)
    pushed = after_poll(feed, replace(state, pushed_until=9_000.0), result, 2_000.0)
    polled = after_poll(feed, state, result, 2_000.0)
    assert pushed.state.next_poll - 2_000.0 >= 3_600.0 > polled.state.next_poll - 2_000.0
    assert [event.name for event in pushed.events] == []
    assert [event.name for event in polled.events] == ["feed.gap"]


def test_rows_follow_what_feeds_say() -> None:
    """Another hub or topic begins anew, a feed that is gone is left, and what stands is not
    touched."""
    rows = {
        "a": Row("h", "t", until=5.0),
        "b": Row("h", "t", until=5.0),
        "c": Row("h", "t", until=5.0),
    }
    found = wanted(rows, {"a": ("h", "t"), "b": ("h2", "t")})
    assert found["a"] == rows["a"]
    assert found["b"] == Row("h2", "t")
    assert (found["c"].mode, found["c"].until) == ("unsubscribe", 5.0)
    assert Row.from_json(json.dumps({"hub": "h", "topic": "t", "later": 1})) == Row("h", "t")


@pytest.mark.parametrize(("hubs", "asked"), [(49, 49), (50, 50), (51, 50)])
def test_fifty_requests_in_one_look(redis: Redis, hubs: int, asked: int) -> None:
    """Where very many feeds name a hub, the rest wait for the next look: no hub is overrun by
    us."""
    ledger = RedisLedger(redis, RedisIndex(redis, "wd:", 86_400))
    feeds = [Feed(f"f{n}", f"https://a.example/{n}") for n in range(hubs)]
    ledger.schedule(feeds, 1.0)
    for feed in feeds:
        # an address that is never asked: the request is counted all the same
        state = FeedState(hub="http://169.254.169.254/hub", last_poll=1.0, next_poll=9e9)
        redis.hset("wd:feedstate", feed.id, state.to_json())
    table = Subscriptions(redis, "wd:", "http://127.0.0.1:1/hooks")
    assert Subscriber(ledger, table, Fetcher()).look(1_000.0) == asked


@pytest.mark.parametrize(("failures", "there"), [(4, True), (5, False), (6, False)])
def test_a_hub_that_will_not_let_go_is_left_alone(redis: Redis, failures: int, there: bool) -> None:
    """After five requests in vain to end a subscription there is no sixth: its notices are ignored
    anyway."""
    ledger = RedisLedger(redis, RedisIndex(redis, "wd:", 86_400))
    table = Subscriptions(redis, "wd:", "http://127.0.0.1:1/hooks")
    table.put(
        "gone", Row("http://169.254.169.254/", "t", "unsubscribe", until=9e9, failures=failures)
    )
    Subscriber(ledger, table, Fetcher()).look(1e9)
    assert (table.get("gone") is not None) is there


@pytest.mark.parametrize("ahead", [-1.0, 0.0, 600.0, 365 * 86_400.0])
def test_a_lease_is_as_long_as_it_was_granted_for(redis: Redis, ahead: float) -> None:
    """A clock that was ahead made it end later than the hub's, and the feed was polled slowly."""
    now = time.time()
    table = Subscriptions(redis, "wd:", "https://desk.example/hub")
    ledger = RedisLedger(redis, RedisIndex(redis, "wd:", 86_400))
    ledger.schedule([Feed("feed", "http://t")], now)
    lease = ledger.claim_feed(now, 60)
    assert lease
    ledger.settle_feed(lease, FeedState(hub="http://hub", self_url="http://t"))
    row = Row("http://hub", "http://t", asked=now + ahead, granted=now + ahead)
    table.put("feed", replace(row, until=now + ahead + 100))
    assert Subscriber(ledger, table, Fetcher()).look(now) == 0
    righted = table.get("feed")
    assert righted
    assert abs(righted.until - now - 100) < 2
    assert abs(pushed_until(redis, "wd:", "feed") - now - 100) < 2
