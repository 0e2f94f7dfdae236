"""``wiredesk once``, ``explain`` and ``check``: the desk's work in one process, without Redis and Celery."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn

from config.settings import ConfigError, load
from pipeline import copies, record, run, themes, wire
from pipeline.errors import Permanent, Transient
from pipeline.ledger import Ledger
from pipeline.ledger.memory import MemoryLedger
from pipeline.record import Record
from pipeline.sinks import SINKS, kinds
from pipeline.story import KINDS, Assessment, Entry, Feed, Outcome, Page, Relation, Story, utc
from workers.cli import printing
from workers.cli.guard import Fault
from workers.cli.sources import read_source, story_in, wired
from workers.wiring import Wiring

_LEASE = 300.0
_LOOK = 0.5  # seconds between two looks into a folder
_SITEMAPS = 10  # of an index that one poll by hand reads


# --------------------------------------------------------------------------- once


class _Held:
    """The sink of a run that only shows its records."""

    name = "shown"

    def __init__(self) -> None:
        self.records: list[Record] = []

    def write(self, records: Sequence[Record]) -> None:
        self.records += records

    def close(self) -> None:
        """Nothing to let go of."""


def once(feed: str, *, as_json: bool, limit: int | None, allow: Sequence[str]) -> None:
    """Poll one feed and take its stories through their whole life."""
    w = wired(allow, [feed])
    chosen = _feed(feed, w)
    ledger = MemoryLedger(copies.MemoryIndex())
    ledger.attach(["shown"])
    ledger.schedule([chosen], time.time())
    held = _Held()
    ended: list[run.Ended] = []
    quiet = as_json or not sys.stderr.isatty()
    shown = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        console=Console(stderr=True),
        disable=quiet,
    )
    with closing(w.fetcher), shown as bar:
        row = bar.add_task(f"polling {chosen.url}")
        polled = _poll(chosen, w, ledger, lambda said: bar.update(row, description=said))
        wanted = min(limit or polled.new, polled.new)
        while len(ended) < wanted and (done := _next(ledger, w, ended)):
            bar.update(row, description=f"{len(ended)}/{wanted} {done[:70]}")
        run.deliver(held, ledger, _LEASE, 1_000_000, 0.0)
    if as_json:
        for item in held.records:
            click.echo(item.to_json())
    else:
        printing.show_once(chosen, polled, ended, held.records)


def _poll(feed: Feed, w: Wiring, ledger: Ledger, say: Callable[[str], None]) -> run.Polled:
    """Poll a feed; of a sitemap index also the newest sitemaps, of a folder all its files. Raises Fault."""
    polled = run.Polled(feed.id, waiting=1)
    for _ in range(1 + _SITEMAPS):
        while not (lease := ledger.claim_feed(time.time(), _LEASE)):
            time.sleep(0.2)
        one = run.poll(lease, w.reach, ledger)
        if one.error and not one.url:
            raise Fault(f"{feed.url}: {one.error}")
        say(f"{one.url or feed.url}: {one.new} entries; {one.waiting} to read")
        polled = replace(
            one, new=polled.new + one.new, broken=(*polled.broken, *one.broken), error=""
        )
        if not one.waiting:
            break
    return polled


def _next(ledger: Ledger, w: Wiring, ended: list[run.Ended]) -> str:
    """Fetch or process what is due; what was done, '' when nothing is left."""
    now = time.time()
    for lease in ledger.lease(now, _LEASE, 1, w.settings.process.attempts):
        ledger.begin(lease.key, lease.token, now, _LEASE, "once")
        result = run.process(lease, w.definitions, ledger)
        ended.append(result)
        return result.headline or result.url
    if fetched := run.fetch_next(w.reach, ledger, _LEASE, w.settings.fetch.attempts + 2, "once"):
        return fetched.url
    status = ledger.status(now)
    if status.fetch or status.process:
        time.sleep(0.2)
        return "waiting for the host"
    return ""


def _feed(named: str, w: Wiring) -> Feed:
    if named in w.feeds:
        return w.feeds[named]
    if Path(named).is_dir():
        return Feed("once", Path(named).absolute().as_uri(), every=_LOOK)
    if urlsplit(named).scheme not in {"http", "https", "file"}:
        raise Fault(
            f"{named!r} is neither a URL nor the id of a configured feed nor a folder ({', '.join(w.feeds)})"
        )
    return Feed("once", named, every=_LOOK if named.startswith("file:") else None)


# --------------------------------------------------------------------------- explain


def explain(sources: Sequence[str], *, as_json: bool, allow: Sequence[str]) -> int:
    """One line or one page a source; a bad source says so and the rest go on. The exit code: 1 if any was bad."""
    w = wired(allow, sources)
    with closing(w.fetcher):
        return _explain_all(sources, w, as_json=as_json)


def _explain_all(sources: Sequence[str], w: Wiring, *, as_json: bool) -> int:
    index = copies.MemoryIndex()
    bad = 0
    for source in sources:
        try:
            page, entry, text = read_source(source, w)
        except (Fault, OSError, Transient, Permanent) as fault:
            bad += 1
            said = fault.strerror if isinstance(fault, OSError) and fault.strerror else str(fault)
            _say_bad(source, said, as_json=as_json)
            continue
        if not as_json and len(sources) > 1:
            click.echo(f"== {source}")
        _explain_one(source, page, entry, text, w, index, as_json=as_json)
    return 1 if bad else 0


def _explain_one(
    source: str,
    page: Page | None,
    entry: Entry,
    text: str,
    w: Wiring,
    index: copies.MemoryIndex,
    *,
    as_json: bool,
) -> None:
    now = time.time()
    story = story_in(page, entry, text, w.definitions, now)
    if isinstance(story, Outcome):
        if as_json:
            line = {**_nothing(source), "outcome": story.kind, "reason": story.reason}
            click.echo(json.dumps(line, ensure_ascii=False))
        else:
            click.echo(f"{source}: {story.kind}: {story.reason}")
        return
    assessed = w.definitions.themes.assess(story)
    query = copies.query(story)
    relation = copies.relate(story, index.lookup(query), utc(now))
    if relation.insert is not None:
        index.insert(query, relation.insert)
    for number, blob in relation.changed:
        index.update(number, blob)
    if as_json:
        click.echo(
            json.dumps(
                as_plain(source, story, entry, page, relation, assessed, now), ensure_ascii=False
            )
        )
    else:
        printing.show_story(story, relation, assessed)


def as_plain(
    source: str,
    story: Story,
    entry: Entry,
    page: Page | None,
    relation: Relation,
    assessed: Assessment,
    now: float,
) -> dict[str, object]:
    """The explanation of one story as plain JSON values: the fields that scripts rely on are always there."""
    document = record.document(story, entry, page, relation, assessed, utc(now))
    for transient in ("uri", "version", "altIds", "feed", "filed", "schema", "type", "pubStatus"):
        document.pop(transient, None)
    always = _nothing(source) | {
        "outcome": str(KINDS[relation.kind].outcome),
        "headline": story.headline,
        "body": list(story.body),
        "text": wire.printed(story),
        "byline": story.byline,
        "dateline": {"place": story.dateline.place, "date": story.dateline.date}
        if story.dateline
        else None,
        "agency": story.agency,
        "crossheads": [head.text for head in story.crossheads],
        "captions": list(story.captions),
    }
    for name in ("agency", "crossheads", "dateline", "outcome"):
        document.pop(name, None)
    return always | document


def _nothing(source: str) -> dict[str, object]:
    """The fields that scripts rely on, with nothing in them: what is known of an item that is no story."""
    words = dict.fromkeys(("headline", "text", "byline", "agency"), "")
    lists = {
        name: list[object]() for name in ("body", "removed", "crossheads", "captions", "themes")
    }
    return {"file": source, "outcome": ""} | words | lists | {"dateline": None, "published": None}


def _say_bad(source: str, fault: str, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"file": source, "error": fault}, ensure_ascii=False))
    else:
        click.echo(f"{source}: {fault}", err=True)


# --------------------------------------------------------------------------- check


def check() -> int:
    """Name every fault of the configuration, the rules and the themes; 0 when there is none, 2 else."""
    faults: list[str] = []
    counts: list[str] = []
    try:
        settings, feeds = load()
    except ConfigError as error:
        faults += error.faults
    else:
        counts += [f"{len(feeds)} feeds", f"{len(settings.sinks)} sinks"]
        strange = [s for s in settings.sinks if s.kind not in SINKS]
        faults += [
            f"sinks.{s.name}.kind: there is no kind {s.kind!r}; there are {', '.join(kinds())}"
            for s in strange
        ]
        try:
            rules = wire.load(settings.rules)
            faults += [f"{settings.rules}: {failure}" for failure in wire.check(rules)]
            counts.append(f"{len(list(rules))} wire rules")
        except ValueError as error:
            faults.append(str(error))
        try:
            definitions = themes.load(settings.themes)
            faults += [f"{settings.themes}: {failure}" for failure in themes.check_examples(definitions)]
            counts.append(f"themes {definitions.version}")
        except ValueError as error:
            faults.append(str(error))
    for fault in faults:
        click.echo(fault, err=True)
    click.echo(
        f"{len(faults)} faults" if faults else f"all is well: {', '.join(counts)}", err=bool(faults)
    )
    return 2 if faults else 0
