"""``wiredesk once``: one feed through its whole life in this process, without Redis and Celery."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import click
from rich.progress import Progress, SpinnerColumn, TextColumn
from rich.table import Table

from pipeline import copies, run
from pipeline.ledger import Ledger
from pipeline.ledger.memory import MemoryLedger
from pipeline.record import Record
from pipeline.story import Feed
from workers.cli.guard import Fault, allow_option, guarded, json_option
from workers.cli.showing import CleanConsole, emit
from workers.cli.sources import require_served, unknown_feeds, wired
from workers.redaction import clean_text
from workers.wiring import Wiring

_LEASE: Final = 300.0  # seconds; nobody else works on this ledger, so it only has to be long enough
_BATCH: Final = 1_000_000  # records handed over at once: all of them
_LOOK: Final = 0.5  # seconds between two looks into a folder
_PAUSE: Final = 0.2  # seconds between two looks whether the host may be asked again
_SITEMAPS: Final = (
    10  # of an index that one poll by hand reads: of a large site there are thousands
)


class ShownRecords:
    """The sink of a run that only shows its records."""

    name = "shown"

    def __init__(self) -> None:
        self.records: list[Record] = []

    def write(self, records: Sequence[Record]) -> None:
        """Keep them until the end."""
        self.records += records

    def probe(self) -> str:
        """It can always be written."""
        return ""

    def close(self) -> None:
        """Nothing to let go of."""


@click.command()
@click.argument("feed")
@json_option("Print each record as a line of JSON.")
@click.option("--limit", type=click.IntRange(min=1), help="Process only the first N entries.")
@allow_option
@guarded
def once(feed: str, as_json: bool, limit: int | None, allow: tuple[str, ...]) -> None:
    """Poll FEED (a URL, or the id of a configured feed) once and process its stories in this
    process."""
    w = wired(allow, [feed])
    chosen = _choose_feed(feed, w)
    ledger = MemoryLedger(copies.MemoryIndex())
    ledger.attach([ShownRecords.name])
    ledger.schedule([chosen], time.time())
    sink = ShownRecords()
    ended: list[run.Ended] = []
    progress = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        console=CleanConsole(stderr=True),
        disable=as_json or not sys.stderr.isatty(),
    )
    with closing(w.fetcher), progress:
        row = progress.add_task(clean_text(f"polling {chosen.url}"))

        def show(now: str) -> None:
            progress.update(row, description=clean_text(now))

        polled = _poll(chosen, w, ledger, show)
        wanted = min(limit or polled.new, polled.new)
        while len(ended) < wanted and (done := _work_on_next(ledger, w, ended)):
            show(f"{len(ended)}/{wanted} {done[:70]}")
        run.deliver(sink, ledger, _LEASE, _BATCH, 0.0)
    if as_json:
        for item in sink.records:
            emit(item.to_json())
    else:
        _show(chosen, polled, ended, sink.records)


def _choose_feed(named: str, w: Wiring) -> Feed:
    """A configured feed, else a feed at that address or folder. Raises Fault."""
    if named in w.feeds:
        require_served(w.feeds[named])
        return _read_only(w.feeds[named])
    if Path(named).is_dir():
        return _read_only(Feed("once", Path(named).absolute().as_uri()))
    if urlsplit(named).scheme not in {"http", "https", "file"}:
        raise Fault(
            f"{named!r} is neither a URL nor a folder, and {unknown_feeds([named], [*w.feeds])}"
        )
    return _read_only(Feed("once", named))


def _read_only(feed: Feed) -> Feed:
    """The feed as it is read once: a folder is looked through without a wait between two looks,
    and its files stay for the system that they are meant for."""
    if not feed.url.startswith("file:"):
        return feed
    return replace(feed, every=_LOOK, after="keep")


def _poll(feed: Feed, w: Wiring, ledger: Ledger, tell: Callable[[str], None]) -> run.Polled:
    """Poll a feed, with the newest sitemaps of an index or all files of a folder. Raises Fault."""
    polled = run.Polled(feed.id, waiting=1)
    for _ in range(1 + _SITEMAPS):
        while not (lease := ledger.claim_feed(time.time(), _LEASE)):
            time.sleep(_PAUSE)
        one = run.poll(lease, w.reach, ledger)
        if one.error and not one.url:
            raise Fault(f"{feed.url}: {one.error}")
        tell(f"{one.url or feed.url}: {one.new} entries; {one.waiting} to read")
        broken = (*polled.broken, *one.broken)
        polled = replace(one, new=polled.new + one.new, broken=broken, error="")
        if not one.waiting:
            break
    return polled


def _work_on_next(ledger: Ledger, w: Wiring, ended: list[run.Ended]) -> str:
    """Fetch or process what is due; what was done, '' when nothing is left."""
    now = time.time()
    # stories that have their page come first, so that the first result shows early
    for lease in ledger.lease(now, _LEASE, 1, w.settings.process.attempts):
        ledger.begin(lease, now, _LEASE, "once")
        result = run.process(lease, w.definitions, ledger)
        ended.append(result)
        return result.headline or result.url
    if fetched := run.fetch_next(w.reach, ledger, _LEASE, w.settings.fetch.attempts + 2, "once"):
        return fetched.url
    status = ledger.status(now)
    if status.fetch or status.process:
        time.sleep(_PAUSE)
        return "waiting for the host"
    return ""


def _show(
    feed: Feed, polled: run.Polled, ended: Sequence[run.Ended], records: Sequence[Record]
) -> None:
    """Every story of one poll with its Outcome, and the counts."""
    console = CleanConsole()
    table = Table(title=feed.url, title_justify="left")
    for column in ("outcome", "headline", "themes", "why"):
        table.add_column(column, overflow="fold")
    counts: Counter[str] = Counter()
    for end in ended:
        outcome = str(end.outcome.kind) if end.outcome else "open"
        counts[outcome] += 1
        why = end.outcome.reason if end.outcome else end.note
        table.add_row(outcome, end.headline, "\n".join(end.themes), why)
    console.print(table)
    by_outcome = ", ".join(f"{n} {outcome}" for outcome, n in counts.most_common())
    more = f"; {len(polled.broken)} broken entries" if polled.broken else ""
    more += f"; {polled.waiting} more documents of it were not read" if polled.waiting else ""
    console.print(
        f"{polled.new} entries{more}: {by_outcome or 'nothing processed'}; {len(records)} records"
    )
