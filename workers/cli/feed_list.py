"""``wiredesk feeds list`` and ``show``: how each feed does, from the ledger's record of it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import click
from rich.console import Console
from rich.table import Table

from pipeline import schedule, urls
from pipeline.ledger import Standing
from pipeline.schedule import NEVER, FeedState
from workers.cli.feeding import unknown
from workers.cli.guard import Fault
from workers.cli.operating import ledger
from workers.feedlist import configured

_WORST: Final = ("gone", "failing", "silent", "paused", "new", "well")
_COLOURS: Final = {
    "gone": "red",
    "failing": "red",
    "silent": "yellow",
    "paused": "cyan",
    "new": "dim",
    "well": "green",
}
_SORTS: Final[Mapping[str, Callable[[dict[str, Any]], Any]]] = {
    "health": lambda row: (_WORST.index(row["health"]), row["id"]),
    "id": lambda row: row["id"],
    "host": lambda row: (row["host"], row["id"]),
    "next": lambda row: row["next_poll"] or "9999",
    "last": lambda row: row["last_poll"] or "",
    "latency": lambda row: -(row["latency"] or 0.0),
    "gaps": lambda row: -row["gaps"],
}


def show_list(
    ids: Sequence[str], *, only: Sequence[str], match: str, sort: str, as_json: bool
) -> None:
    """Every feed, or those asked for, the worst first."""
    rows = _rows(ids)
    if only:
        rows = [row for row in rows if row["health"] in only]
    if match:
        rows = [
            row
            for row in rows
            if match.lower() in f"{row['id']} {row['name']} {row['url']}".lower()
        ]
    rows.sort(key=_SORTS[sort])
    if as_json:
        for row in rows:
            click.echo(json.dumps(row, ensure_ascii=False))
        return
    _print(rows)


def show_one(feed: str, *, as_json: bool) -> None:
    """All that is known of one feed, and what was told of it."""
    [row] = _rows([feed])
    if as_json:
        click.echo(json.dumps(row, ensure_ascii=False, indent=2))
        return
    table = Table(show_header=False, box=None, padding=(0, 1))
    for name, value in row.items():
        if name != "events" and value not in ("", None, 0, 0.0):
            table.add_row(name, f"{value:g}" if isinstance(value, float) else str(value))
    console = Console()
    console.print(table)
    for event in row["events"]:
        console.print(
            f"  {event['at']}  {event['event']}  {event['what']}", markup=False, highlight=False
        )


def _rows(ids: Sequence[str]) -> list[dict[str, Any]]:
    """Rows of the ledger's feeds, and of those that are configured and were not taken up yet. Raises Fault."""
    feeds, faults = configured()
    try:
        with ledger() as found:
            wanted = list(ids) or list(found.feeds())
            standing = found.standing(wanted)
    except Fault:
        if faults:
            raise
        standing = []  # nothing ran yet: what is configured is shown all the same
    there = {stands.feed.id for stands in standing}
    standing += [
        Standing(feed, FeedState(), 0.0, urls.host(feed.url))
        for feed in feeds
        if feed.id not in there and (feed.id in ids or not ids)
    ]
    if wrong := [i for i in ids if i not in {stands.feed.id for stands in standing}]:
        raise unknown(wrong, [feed.id for feed in feeds])
    return [_row(stands) for stands in standing]


def _row(stands: Standing) -> dict[str, Any]:
    feed, state = stands.feed, stands.state
    return {
        "id": feed.id,
        "health": "paused" if stands.paused else schedule.health(state),
        "every": feed.every or round(state.interval, 1),
        "fixed": feed.every is not None,
        "last_poll": _when(state.last_poll),
        "next_poll": _when(max(stands.due, stands.host_free)),
        "last_new": _when(state.last_new),
        "newest": _when(state.newest),
        "latency": round(state.latency, 1) or None,
        "status": state.status,
        "error": state.error,
        "failures": state.failures,
        "failing_since": _when(state.failing_since),
        "gaps": state.gaps,
        "entries": state.entries,
        "name": feed.name or state.title,
        "outlet": feed.outlet,
        "url": state.url or feed.url,
        "configured_url": feed.url,
        "host": stands.host,
        "host_rests_until": _when(stands.host_free if stands.host_free > time.time() else 0.0),
        "not_before": _when(state.not_before if state.not_before > time.time() else 0.0),
        "hub": state.hub,
        "events": [
            {"at": _when(at), "event": event, "what": what}
            for at, event, what in reversed(state.told)
        ],
    }


def _when(seconds: float) -> str | None:
    return (
        None
        if not seconds or seconds >= NEVER
        else datetime.fromtimestamp(seconds, UTC).isoformat()
    )


def _print(rows: Sequence[Mapping[str, Any]]) -> None:
    if not rows:
        click.echo("no feed is like that")
        return
    table = Table("feed", "health", "every", "last", "next", "late", "gaps", "says")
    for row in rows:
        said = row["error"] or (
            f"{row['events'][0]['event']}: {row['events'][0]['what']}" if row["events"] else ""
        )
        table.add_row(
            row["id"],
            f"[{_COLOURS[row['health']]}]{row['health']}[/]",
            f"{_span(row['every'])}{'' if row['fixed'] else ' ~'}" if row["every"] else "",
            _ago(row["last_poll"]),
            _ago(row["next_poll"]),
            _span(row["latency"]) if row["latency"] else "",
            str(row["gaps"] or ""),
            _plain(said[:120]),
        )
    console = Console()
    console.print(table)
    counts = [(health, sum(row["health"] == health for row in rows)) for health in _WORST]
    console.print(
        f"{len(rows)} feeds: " + ", ".join(f"{n} {health}" for health, n in counts if n),
        highlight=False,
    )


def _plain(text: str) -> str:
    return text.replace("[", r"\[")


def _ago(when: str | None) -> str:
    """A time as seconds from now: "12 s ago", "in 3 min"."""
    if not when:
        return ""
    seconds = datetime.fromisoformat(when).timestamp() - time.time()
    return f"in {_span(seconds)}" if seconds > 0 else f"{_span(-seconds)} ago"


def _span(seconds: float) -> str:
    for size, unit in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"
