"""``python -m benchmarks.polling [--data DIR]``: prints one table a question, in some five minutes.

Processor time, ratios in one run.

``--data`` adds the feed documents of a folder (``*.xml``, ``*.rss``, ``*.json``) to the parsing
table. The feeds made here are of ordinary shape; real ones differ in size and in how often they
fall to the forgiving parser.
"""

from __future__ import annotations

import argparse
import io
import time
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from statistics import median

import feedparser
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from benchmarks.polling import wires
from benchmarks.polling.scale import scale
from benchmarks.polling.system import system
from pipeline.errors import Permanent
from pipeline.feeds import body_hash, parse
from pipeline.fetch import Fetcher
from pipeline.schedule import FeedState, PollResult, after_poll, ask
from pipeline.story import Feed

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
FEED = Feed("bench", "https://news.example/rss")
OWN = Path(__file__).parents[2] / "tests" / "data" / "feeds"
console = Console(width=150)


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
    theirs = feedparser.parse(
        io.BytesIO(body), sanitize_html=False, resolve_relative_uris=False
    ).entries
    ours = {(e.url or "", e.title) for e in parse(body, FEED, now=NOW).entries}
    links = {url for url, _ in ours}
    hits = sum(
        (t.get("link") or "") in links or not str(t.get("link", "")).startswith("http")
        for t in theirs
    )
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
        files = sorted(
            f for f in folder.rglob("*") if f.suffix in {".xml", ".rss", ".json", ".atom", ".rdf"}
        )
        bodies |= {
            f"{folder.name}/{f.name}": f.read_bytes() for f in files if f.stat().st_size > 20_000
        }
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
            lambda b=body: feedparser.parse(
                io.BytesIO(b), sanitize_html=False, resolve_relative_uris=False
            ),  # type: ignore[misc]
            3,
        )
        hashed = spent(lambda b=body: [body_hash(b) for _ in range(20)]) / 20  # type: ignore[misc]
        row = (len(body) // 1024, f"{hashed:.3f}", f"{ours:.2f}", f"{theirs:.1f}", f"{bare:.1f}")
        made.add_row(
            name, *map(str, row), f"{theirs / hashed:.0f}", f"{theirs / ours:.1f}", _same(body)
        )
    console.print(made)


def fetching(requests: int) -> None:
    """One request on a kept connection, ours beside httpx; the server's time is not counted."""
    server = wires.Server(wires.rss(50))
    fetcher = Fetcher(allow=["127.0.0.1"])
    client = None
    if find_spec("httpx"):
        import httpx

        client = httpx.Client(trust_env=False)
    else:
        console.print("httpx is not installed: nothing to set the fetcher beside")
    made = table(
        "One request on a kept connection (us)", "answer", "ours", "httpx", "times cheaper"
    )
    for name, tag in (("304", server.etag), ("200, 40 KB", "")):
        headers = {"if-none-match": tag} if tag else {}
        ours = spent(lambda t=tag: [fetcher.get(server.url, etag=t) for _ in range(requests)])  # type: ignore[misc]
        each = 1000 / requests  # milliseconds of all -> microseconds of one
        cells = ["-", "-"]
        if client:
            theirs = spent(
                lambda h=headers: [client.get(server.url, headers=h) for _ in range(requests)]
            )  # type: ignore[misc]
            cells = [f"{theirs * each:.0f}", f"{theirs / ours:.1f}"]
        made.add_row(name, f"{ours * each:.0f}", *cells)
    console.print(made)
    polls(server, fetcher)
    if client:
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
                dates = tuple(
                    e.published.timestamp() if e.published else 0.0 for e in found.entries
                )
                keys = tuple(e.key for e in found.entries)
                result = PollResult(
                    200,
                    response.headers,
                    body_hash=known_as,
                    keys=keys,
                    published=dates,
                    hints=found.hints,
                )
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


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, help="a folder of feed documents to parse as well")
    options.add_argument(
        "--feeds", type=int, default=2_000, help="feeds polled through the system (default 2000)"
    )
    options.add_argument(
        "--minutes", type=float, default=5, help="simulated minutes of scheduling (default 5)"
    )
    options.add_argument(
        "--smoke", action="store_true", help="all of it on tiny input; its figures say nothing"
    )
    chosen = options.parse_args()
    sizes: tuple[int, ...] = (10_000, 50_000, 100_000)
    if chosen.smoke:
        chosen.feeds, chosen.minutes, sizes = 20, 0.2, (200,)
    parsing(chosen.data)
    fetching(10 if chosen.smoke else 300)
    columns = TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        console.print(system(chosen.feeds, progress))
        console.print(scale(chosen.minutes, progress, sizes))


if __name__ == "__main__":
    main()
