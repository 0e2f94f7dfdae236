"""The WebSub subscriber: asks hubs to tell of news, answers their verification, and admits what
they bring.

An optional process, ``wiredesk work websub``. A notice with a good signature is read like a
document that was polled: the ledger keeps the promise, and knows what a poll brought already.
Anything else is answered and ignored. Without this process, or while a hub is silent, feeds are
polled as ever; while a lease holds they are polled at the ceiling.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from typing import Final
from urllib.parse import urlsplit

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from pipeline import feeds, run, schedule
from pipeline.errors import Permanent, Transient
from pipeline.feeds import hubs
from pipeline.fetch import Fetcher, literal_place
from pipeline.ledger import UNBOUNDED, Standing
from pipeline.retries import RETRIES
from pipeline.story import Feed, utc
from workers import loglines, logs, pulse
from workers.redis.redis_ledger import RedisLedger
from workers.subscriptions import Row, Subscriptions, wanted
from workers.wiring import wiring

LOOK: Final = 15.0  # seconds between two looks at what the feeds say of hubs
_AT_ONCE: Final = 50  # requests to hubs in one look: a hub that many feeds name is not overrun
_LEAVINGS: Final = RETRIES["hub_farewell"].attempts or 0
_REFUSED: Final = 8  # a refusal counts like so many requests in vain: asked again in 21 hours


class Subscriber:
    """What hubs talk to. ``found`` is called after a notice brought something new."""

    def __init__(
        self,
        ledger: RedisLedger,
        table: Subscriptions,
        fetcher: Fetcher,
        rhythm: schedule.Rhythm = schedule.RHYTHM,
        found: Callable[[], None] = lambda: None,
        max_bytes: int = 8_000_000,
    ) -> None:
        self.ledger, self.table, self.fetcher = ledger, table, fetcher
        self.parse: run.Parse = feeds.parse
        self.rhythm, self.found, self.max_bytes = rhythm, found, max_bytes
        # how much of one feed is taken in at once
        self.quota = UNBOUNDED
        # a hub verifies while our request to it is still under way: each changes the row that it
        # reads
        self._changing = threading.Lock()
        self._feeds: dict[str, Feed] = {}
        self._names: dict[str, str] = {}

    def look(self, now: float) -> int:
        """Ask the hubs that are to be asked; how many were."""
        self._feeds, rows = self.ledger.feeds(), self._set_right(now)
        self._names = {
            self.table.callback(feed_id): feed_id for feed_id in self._feeds.keys() | rows.keys()
        }
        standing = self.ledger.standing(list(self._feeds))
        hubs = {
            s.feed.id: (s.state.hub, s.state.self_url or s.feed.url)
            for s in standing
            if _subscribes(s)
        }
        asked = 0
        for feed_id, row in wanted(rows, hubs).items():
            if row.mode == "unsubscribe" and (row.until <= now or row.failures >= _LEAVINGS):
                self.table.drop(feed_id)
            elif row.due(now) and asked < _AT_ONCE:
                self._ask(feed_id, row, now)
                asked += 1
        return asked

    def _set_right(self, now: float) -> dict[str, Row]:
        """All rows; one that a clock ahead of this one wrote is written again."""
        with self._changing:
            rows = self.table.all()
            for feed_id, row in rows.items():
                rows[feed_id] = row.set_right(now)
                if rows[feed_id] != row:
                    self.table.put(feed_id, rows[feed_id])
        return rows

    def _ask(self, feed_id: str, row: Row, now: float) -> None:
        """One request to a hub. It may verify at once: the row is written first."""
        row = replace(row, asked=now, failures=row.failures + 1, why="")
        self.table.put(feed_id, row)
        subscription = self.table.subscription(feed_id, row)
        try:
            feed = next((stands.feed for stands in self.ledger.standing([feed_id])), None)
            status = self.fetcher.post(
                row.hub,
                hubs.subscription_form(subscription, row.mode),
                home=literal_place(feed.url) if feed else "",
            ).status
            why = "" if status in {200, 201, 202, 204} else f"the hub answers {status}"
        except (Transient, Permanent) as error:
            why = error.what
        loglines.log_hub_asked(feed_id, row.hub, row.mode, why)
        if not why:
            return
        with self._changing:
            # a hub that has let go meanwhile has no row any more
            if latest := self.table.get(feed_id):
                self.table.put(feed_id, replace(latest, why=why[:300]))

    def verify(self, name: str, query: dict[str, str], now: float) -> Response:
        """A hub asks whether we meant it."""
        with self._changing:
            return self._verify(self._names.get(name, ""), query, now)

    def _verify(self, feed_id: str, query: dict[str, str], now: float) -> Response:
        row = self.table.get(feed_id) if feed_id else None
        if row is None:
            return PlainTextResponse("", 404)
        intent = hubs.verify_intent(query, self.table.subscription(feed_id, row), row.mode, now)
        if intent.denied:
            failures = max(row.failures, _REFUSED)
            self.table.put(feed_id, replace(row, until=0.0, failures=failures, why=intent.denied))
            loglines.log_hub_denied(feed_id, row.hub, intent.denied)
        elif intent.status == 200 and row.mode == "unsubscribe":
            self.table.drop(feed_id)
            loglines.log_hub_left(feed_id, row.hub)
        elif intent.status == 200:
            granted = replace(row, granted=now, until=intent.until, failures=0, why="")
            self.table.put(feed_id, granted)
            loglines.log_hub_granted(feed_id, row.hub, intent.until - now)
        return PlainTextResponse(intent.body, intent.status)

    def receive(
        self, name: str, body: bytes, signature: str, content_type: str, now: float
    ) -> Response:
        """Admit a notice's document where its signature holds; no stranger is told whether."""
        feed_id = self._names.get(name, "")
        row = self.table.get(feed_id) if feed_id else None
        feed = self._feeds.get(feed_id)
        if row is None or feed is None:
            return PlainTextResponse("", 404 if row is None else 410)
        secret, why = self.table.subscription(feed_id, row).secret, ""
        if row.until <= now:
            why = "no lease"
        elif not hubs.verify_signature(signature, body, secret):
            why = "no good signature"
        if why:
            loglines.log_notice_ignored(feed_id, why)
            return PlainTextResponse("", 202)
        if self.ledger.pressure():
            return PlainTextResponse("", 503, {"Retry-After": "60"})
        try:
            parsed = self.parse(body, feed, content_type=content_type, now=utc(now))
            pushed = run.push(feed, parsed, self.ledger, now, self.quota)
        except (Permanent, Transient) as error:
            loglines.log_notice_hint(feed_id, error.what)
            self._poll_soon(feed_id, now)
        else:
            loglines.log_feed_pushed(feed_id, pushed)
            if pushed.later:
                # only a poll can come back for what was too much at once
                self._poll_soon(feed_id, now)
            if pushed.new + pushed.changed:
                self.found()
        return PlainTextResponse("", 202)

    def _poll_soon(self, feed_id: str, now: float) -> None:
        for stands in self.ledger.standing([feed_id]):
            due = schedule.soonest(stands.feed, stands.state, now, self.rhythm)
            # as waits: one is by this machine's clock, the other by the ledger's
            if due - now < stands.due - self.ledger.clock():
                self.ledger.retime_feed(feed_id, due, now)


def _subscribes(stands: Standing) -> bool:
    return bool(stands.state.hub) and not stands.paused and not stands.state.gone


def application(subscriber: Subscriber, path: str = "", every: float = LOOK) -> Starlette:
    """The HTTP side, with the loop that asks the hubs; ``path`` is the public address's."""

    async def verify(request: Request) -> Response:
        query = dict(request.query_params)
        return await run_in_threadpool(
            subscriber.verify, request.path_params["name"], query, time.time()
        )

    async def receive(request: Request) -> Response:
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > subscriber.max_bytes:
                return PlainTextResponse("", 413)
        said = request.headers
        given = (
            bytes(body),
            said.get("x-hub-signature", ""),
            said.get("content-type", ""),
            time.time(),
        )
        return await run_in_threadpool(subscriber.receive, request.path_params["name"], *given)

    @asynccontextmanager
    async def beside(_: Starlette) -> AsyncIterator[None]:
        stop = threading.Event()
        thread = threading.Thread(
            target=partial(_loop, subscriber, stop, every), name="hubs", daemon=True
        )
        thread.start()
        yield
        stop.set()

    place = path.rstrip("/") + "/{name:str}"
    return Starlette(
        routes=[Route(place, verify, methods=["GET"]), Route(place, receive, methods=["POST"])],
        lifespan=beside,
    )


def serve() -> None:
    """Listen for hubs until told to stop; exits 1 where no public address is configured."""
    from workers.tasks import nudge  # brings Celery, which only a running subscriber needs

    w = wiring()
    s = w.settings
    if not s.websub.url:
        sys.exit("set websub.url to the address under which hubs reach this process from outside")
    logs.configure(s.log, s.log_level, "websub", wide=s.log_wide)
    pulse.begin()
    table = Subscriptions(w.redis, s.redis.prefix, s.websub.url)

    def found() -> None:
        nudge("fetch")
        nudge("process")

    subscriber = Subscriber(w.ledger, table, w.fetcher, w.reach.rhythm, found, s.poll.max_bytes)
    subscriber.parse, subscriber.quota = w.parse, w.reach.quota
    uvicorn.run(
        application(subscriber, urlsplit(s.websub.url).path),
        host=s.websub.host,
        port=s.websub.port,
        log_config=None,
        access_log=False,
        server_header=False,
    )


def _loop(subscriber: Subscriber, stop: threading.Event, every: float) -> None:
    while not stop.is_set():
        try:
            subscriber.look(time.time())
        except Exception:  # noqa: BLE001  the loop outlives whatever Redis or a hub may do
            loglines.log_hubs_failed()
        stop.wait(every)


if __name__ == "__main__":
    serve()
