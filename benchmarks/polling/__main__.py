"""``python -m benchmarks.polling [--data DIR]``: prints one table a question. Processor time, ratios in one run.

``--data`` adds the feed documents of a folder (``*.xml``, ``*.rss``, ``*.json``) to the parsing table. The feeds made
here are of ordinary shape; real ones differ in size and in how often they fall to the forgiving parser.
"""

from __future__ import annotations

import argparse
import heapq
import io
import random
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import feedparser
import httpx
from rich.console import Console
from rich.table import Table

from benchmarks.polling import wires
from pipeline.errors import Permanent
from pipeline.feeds import body_hash, parse
from pipeline.fetch import Fetcher
from pipeline.schedule import PollResult, after_poll, ask
from pipeline.story import Feed, FeedState

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
FEED = Feed("bench", "https://news.example/rss")
OWN = Path(__file__).parents[2] / "tests" / "data" / "feeds"
console = Console(width=120)


def spent(work: Callable[[], object], times: int = 5) -> float:
    """Milliseconds of processor time, the median of ``times`` runs after one to warm up."""
    work()
    runs = []
    for _ in range(times):
        start = time.process_time()
        work()
        runs.append((time.process_time() - start) * 1e3)
    return median(runs)


def table(title: str, *columns: str) -> Table:
    made = Table(title=title, title_justify="left")
    for n, column in enumerate(columns):
        made.add_column(column, justify="right" if n else "left")
    return made


def _same(body: bytes) -> str:
    """Share of feedparser's entries whose link and title we give as well."""
    theirs = feedparser.parse(io.BytesIO(body), sanitize_html=False, resolve_relative_uris=False).entries
    ours = {(e.url or "", e.title) for e in parse(body, FEED, now=NOW).entries}
    links = {url for url, _ in ours}
    hits = sum((t.get("link") or "") in links or not str(t.get("link", "")).startswith("http") for t in theirs)
    return f"{hits}/{len(theirs)}"


def parsing(data: Path | None) -> None:
    """A changed feed and an unchanged one, beside feedparser as it comes and as it is cheapest."""
    bodies = {
        "rss, 50 entries": wires.rss(50),
        "rss, 50 full texts": wires.rss(50, full=True),
        "atom, 50 entries": wires.atom(50),
    }
    folders = [OWN, *([data] if data else [])]
    for folder in folders:
        files = sorted(f for f in folder.rglob("*") if f.suffix in {".xml", ".rss", ".json", ".atom", ".rdf"})
        bodies |= {f"{folder.name}/{f.name}": f.read_bytes() for f in files if f.stat().st_size > 20_000}
    made = table(
        "Parsing (ms)",
        "feed",
        "KB",
        "unchanged: hash",
        "ours",
        "feedparser",
        "bare",
        "hash x",
        "ours x",
        "links as theirs",
    )
    for name, body in bodies.items():
        try:
            ours = spent(lambda b=body: parse(b, FEED, now=NOW))  # type: ignore[misc]
        except Permanent:
            continue
        theirs = spent(lambda b=body: feedparser.parse(io.BytesIO(b)), 3)  # type: ignore[misc]
        bare = spent(
            lambda b=body: feedparser.parse(io.BytesIO(b), sanitize_html=False, resolve_relative_uris=False),  # type: ignore[misc]
            3,
        )
        hashed = spent(lambda b=body: [body_hash(b) for _ in range(20)]) / 20  # type: ignore[misc]
        row = (len(body) // 1024, f"{hashed:.3f}", f"{ours:.2f}", f"{theirs:.1f}", f"{bare:.1f}")
        made.add_row(name, *map(str, row), f"{theirs / hashed:.0f}", f"{theirs / ours:.1f}", _same(body))
    console.print(made)


def fetching() -> None:
    """One request on a kept connection, ours beside httpx; the server's time is not counted."""
    server = wires.Server(wires.rss(50))
    fetcher, client = Fetcher(allow=["127.0.0.1"]), httpx.Client(trust_env=False)
    made = table("One request on a kept connection (us)", "answer", "ours", "httpx", "times cheaper")
    for name, tag in (("304", server.etag), ("200, 40 KB", "")):
        headers = {"if-none-match": tag} if tag else {}
        ours = spent(lambda t=tag: [fetcher.get(server.url, etag=t) for _ in range(300)]) / 0.3  # type: ignore[misc]
        theirs = spent(lambda h=headers: [client.get(server.url, headers=h) for _ in range(300)]) / 0.3  # type: ignore[misc]
        made.add_row(name, f"{ours:.0f}", f"{theirs:.0f}", f"{theirs / ours:.1f}")
    console.print(made)
    polls(server, fetcher)
    client.close()
    fetcher.close()
    server.stop()


def polls(server: wires.Server, fetcher: Fetcher) -> None:
    """A whole poll without the ledger: request, hash, parse where needed, schedule."""
    feed = Feed("bench", server.url)
    known = PollResult(200, headers={"etag": server.etag}, keys=("a",), published=(0.0,))
    seen = after_poll(feed, FeedState(), known, time.time()).state

    def poll(state: FeedState, *, changed: bool) -> None:
        now = time.time()
        wanted = ask(feed, state, now)
        response = fetcher.get(wanted.url, etag=wanted.etag, modified=wanted.modified)
        result = PollResult(response.status, response.headers)
        if not response.not_modified:
            known_as = body_hash(response.body)
            if changed:
                found = parse(response.body, feed, now=NOW)
                dates = tuple(e.published.timestamp() if e.published else 0.0 for e in found.entries)
                keys = tuple(e.key for e in found.entries)
                result = PollResult(200, response.headers, (), known_as, True, keys, dates, 0, found.hints)
        after_poll(feed, state, result, now)

    open_state = FeedState()
    made = table("One poll, ledger not counted", "answer", "ms", "polls/s a core")
    for name, state, changed in (
        ("304", seen, False),
        ("200, same body", open_state, False),
        ("200, parsed", open_state, True),
    ):
        cost = spent(lambda s=state, c=changed: [poll(s, changed=c) for _ in range(100)]) / 100  # type: ignore[misc]
        made.add_row(name, f"{cost:.3f}", f"{1000 / cost:.0f}")
    console.print(made)


def scheduling(minutes: int) -> None:
    """Lateness by number of feeds, on a simulated clock: feeds publish at their own pace, polls take their turn.

    Feeds: a tenth publishes every two minutes, three tenths every twenty, the rest every four hours; two polls in three
    of an unchanged feed are answered 304. One poll slot for each 200 polls a second of capacity.
    """
    made = table(
        f"Schedule, {minutes} simulated minutes", "feeds", "capacity/s", "polls", "late p50 s", "p99 s", "decision us"
    )
    for feeds in (10_000, 50_000, 100_000):
        capacity = feeds / 200
        polled, late, decision = _simulate(feeds, capacity, minutes * 60.0)
        late.sort()
        p50, p99 = late[len(late) // 2], late[int(len(late) * 0.99)]
        made.add_row(f"{feeds:,}", f"{capacity:.0f}", f"{polled:,}", f"{p50:.2f}", f"{p99:.2f}", f"{decision:.0f}")
    console.print(made)


def _simulate(count: int, capacity: float, seconds: float) -> tuple[int, list[float], float]:
    pick = random.Random(7)
    start = 1_795_000_000.0
    feeds = [Feed(f"f{n}", f"https://h{n}.example/feed") for n in range(count)]
    paces = [pick.choices((120.0, 1200.0, 14_400.0), (1, 3, 6))[0] for _ in range(count)]
    states = [FeedState(etag="x", last_full=start, spacing=p, last_new=start, configured=f.url, interval=p / 2,
                        longest=p, first_poll=start) for f, p in zip(feeds, paces, strict=True)]  # fmt: skip
    due = [(start + pick.random() * min(p / 2, 1800.0), n) for n, p in enumerate(paces)]
    heapq.heapify(due)
    clock, late, spent_ns, polled = start, [], 0, 0
    while due[0][0] < start + seconds:
        at, n = heapq.heappop(due)
        clock = max(clock, at)
        late.append(clock - at)
        clock += 1 / capacity
        fresh = pick.random() < 1 / 3
        result = PollResult(200, {"etag": "x"}, keys=(f"{clock}",), new=1) if fresh else PollResult(304)
        begun = time.perf_counter_ns()
        state = after_poll(feeds[n], states[n], result, clock).state
        spent_ns += time.perf_counter_ns() - begun
        states[n] = state
        polled += 1
        heapq.heappush(due, (state.next_poll, n))
    return polled, late, spent_ns / polled / 1e3


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, help="a folder of feed documents to parse as well")
    options.add_argument("--minutes", type=int, default=10, help="simulated minutes of scheduling (default 10)")
    chosen = options.parse_args()
    parsing(chosen.data)
    fetching()
    scheduling(chosen.minutes)


if __name__ == "__main__":
    main()
