"""``wiredesk feeds list``, ``show``, ``pause``, ``resume`` and ``poll``: how feeds stand."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import click
from rich.table import Table
from rich.text import Text

from config.settings import load_settings
from pipeline import schedule, urls
from pipeline.ledger import Standing
from pipeline.schedule import NEVER, FeedState, Rhythm
from pipeline.story import Feed
from workers.cli.guard import Fault, guarded, json_option
from workers.cli.operating import ledger
from workers.cli.showing import CleanConsole, echo, echo_json
from workers.cli.sources import FEED_ID, ids_argument, unknown_feeds
from workers.feedlist import configured, put
from workers.redis.redis_ledger import RedisLedger
from workers.wiring import Wiring

FeedRow = dict[str, Any]
"""How one feed does, as ``--json`` prints it."""

_COLOURS: Final = {
    "gone": "red",
    "failing": "red",
    "flooding": "yellow",
    "empty": "red",
    "silent": "yellow",
    "paused": "cyan",
    "new": "dim",
    "well": "green",
}
"""Every health, the worst first."""

_WORST: Final = tuple(_COLOURS)
_NAMED: Final = 10  # feeds named in a line
_LISTED: Final = {"waiting": "not taken up yet", "removed": "left the feed files"}
"""What is said of a feed that is not both polled and configured."""

_SORTS: Final[Mapping[str, Callable[[FeedRow], Any]]] = {
    "health": lambda row: (_WORST.index(row["health"]), row["id"]),
    "id": lambda row: row["id"],
    "host": lambda row: (row["host"], row["id"]),
    "next": lambda row: row["next_poll"] or "9999",
    "last": lambda row: row["last_poll"] or "",
    "latency": lambda row: -(row["latency"] or 0.0),
    "gaps": lambda row: -row["gaps"],
}


@click.command("list")
@click.argument("ids", nargs=-1, type=FEED_ID, metavar="[ID...]")
@click.option(
    "--only",
    multiple=True,
    type=click.Choice(_WORST),
    help="Only feeds of this health; repeat for more.",
)
@click.option(
    "--match", default="", metavar="TEXT", help="Only feeds with this in their id, name or URL."
)
@click.option(
    "--sort",
    type=click.Choice(tuple(_SORTS)),
    default="health",
    show_default=True,
    help="What comes first.",
)
@json_option("Print one line of JSON a feed.")
@guarded
def list_feeds(
    ids: tuple[str, ...], only: tuple[str, ...], match: str, sort: str, as_json: bool
) -> None:
    """Show how feeds do: health, rhythm (~ is learned), last and next poll, latency from
    publication, last error.

    \b
    gone       its server says 410: not polled until `feeds resume`
    failing    three polls in a row failed, or every one so far: polled ever more rarely
    empty      its document holds no entries, and it used to
    silent     nothing new for far longer than is usual for it
    paused     by `feeds pause`
    new        not polled yet
    """
    listed = _read_rows(ids)
    rows = []
    for row in listed.rows:
        words = f"{row['id']} {row['name']} {row['url']}".lower()
        if (not only or row["health"] in only) and match.lower() in words:
            rows.append(row)
    rows.sort(key=_SORTS[sort])
    if as_json:
        for row in rows:
            echo_json(row)
        return
    console = CleanConsole()
    if listed.refused:
        console.print(
            f"feed files are refused, the last good list is polled: {listed.refused}", style="red"
        )
    if not rows:
        echo("no feed is like that")
        return
    table = Table("feed", "health", "every", "last", "next", "late", "gaps", "says")
    for row in rows:
        table.add_row(*_row_cells(row))
    console.print(table)
    counts = Counter(row["health"] for row in rows)
    by_health = [f"{counts[health]} {health}" for health in _WORST if counts[health]]
    console.print(f"{len(rows)} feeds: {', '.join(by_health)}")
    if listed.elsewhere:
        here = _name_some(listed.elsewhere)
        console.print(
            "these are polled by a system that was started with other feed files (FEEDS, "
            f"WIREDESK_FEEDS); not polled are those of the files here: {here}",
            style="yellow",
        )


def _row_cells(row: FeedRow) -> tuple[str | Text, ...]:
    """A feed as a row of the table."""
    says = row["error"] or _LISTED.get(row["listed"], "")
    if not says and row["events"]:
        says = f"{row['events'][0]['event']}: {row['events'][0]['what']}"
    every = ""
    if row["every"]:
        every = schedule.show_span(row["every"]) + ("" if row["fixed"] else " ~")
    return (
        row["id"],
        Text(row["health"], _COLOURS[row["health"]]),
        every,
        _show_distance(row["last_poll"]),
        _show_distance(row["next_poll"], past="due"),
        schedule.show_span(row["latency"]) if row["latency"] else "",
        str(row["gaps"] or ""),
        says[:120],
    )


@click.command()
@click.argument("feed", type=FEED_ID, metavar="ID")
@json_option()
@guarded
def show(feed: str, as_json: bool) -> None:
    """Show all that is known of one feed, and what was told of it: gaps, silence, faults, moves."""
    [row] = _read_rows([feed]).rows
    if as_json:
        echo_json(row, indent=2)
        return
    table = Table(show_header=False, box=None, padding=(0, 1))
    for name, value in row.items():
        if name == "yield":
            made = ", ".join(f"{what} {count}" for what, count in value.items())
            table.add_row(name, made or "nothing yet")
        elif name != "events" and value not in ("", None, 0, 0.0):
            table.add_row(name, f"{value:g}" if isinstance(value, float) else str(value))
    console = CleanConsole()
    console.print(table)
    for event in row["events"]:
        line = f"  {event['at']}  {event['event']}  {event['what']}"
        console.print(line)


@dataclass(frozen=True, slots=True)
class ListedFeeds:
    """The feeds that are polled and those that wait to be taken up, and why feed files are
    ``refused`` ('': they are not).

    Where what runs was started with other feed files, ``elsewhere`` are the ids of those here,
    which have no row.
    """

    rows: list[FeedRow]
    elsewhere: list[str]
    refused: str


def _read_rows(ids: Sequence[str]) -> ListedFeeds:
    """Rows of the named feeds, or of those that are polled. Raises Fault."""
    feeds, faults = configured()
    refused = "; ".join(faults)
    standing: list[Standing] = []
    polled: dict[str, Feed] = {}
    try:
        with ledger() as found:
            polled = found.feeds()
            standing = found.standing(list(ids) or list(polled))
            refused = refused or found.feed_fault()
    except Fault:
        if faults:
            raise
        # nothing ran yet: what is configured is shown all the same
    here = {feed.id: feed for feed in feeds}
    there = {stands.feed.id for stands in standing}
    elsewhere = [] if not polled or polled.keys() & here.keys() else list(here)
    shown = [i for i in (ids or here) if i in here and i not in there and (ids or not elsewhere)]
    standing += [Standing(here[i], FeedState(), 0.0, urls.host(here[i].url)) for i in shown]
    if wrong := [i for i in ids if i not in there and i not in here]:
        raise unknown_feeds(wrong, list(dict.fromkeys([*polled, *here])))
    now = time.time()
    rows = []
    for stands in standing:
        feed_id = stands.feed.id
        listed = "polled"
        if feed_id not in polled:
            listed = "waiting"
        elif feed_id not in here and not (faults or elsewhere):
            listed = "removed"
        rows.append(_make_row(stands, now) | {"listed": listed})
    return ListedFeeds(rows, elsewhere if not ids else [], refused)


def _name_some(ids: Sequence[str]) -> str:
    """The first of many ids, and how many more there are."""
    more = f" and {len(ids) - _NAMED} more" if len(ids) > _NAMED else ""
    return ", ".join(ids[:_NAMED]) + more


def _make_row(stands: Standing, now: float) -> FeedRow:
    feed, state = stands.feed, stands.state
    events = []
    for at, event, what in reversed(state.told):
        events.append({"at": _iso_time(at), "event": event, "what": what})
    return {
        "id": feed.id,
        "health": "paused" if stands.paused else schedule.health(state),
        "every": feed.every or round(state.interval, 1),
        "fixed": feed.every is not None,
        "last_poll": _iso_time(state.last_poll),
        "next_poll": _iso_time(max(stands.due, stands.host_free)),
        "last_new": _iso_time(state.last_new),
        "newest": _iso_time(state.newest),
        "latency": round(state.latency, 1) or None,
        "status": state.status,
        "error": state.error,
        "failures": state.failures,
        "failing_since": _iso_time(state.failing_since),
        "gaps": state.gaps,
        "entries": state.entries,
        "yield": dict(sorted(stands.yields.items(), key=lambda item: -item[1])),
        "name": feed.name or state.title,
        "outlet": feed.outlet,
        "url": state.url or feed.url,
        "configured_url": feed.url,
        "host": stands.host,
        "host_rests_until": _iso_time(stands.host_free if stands.host_free > now else 0.0),
        "not_before": _iso_time(state.not_before if state.not_before > now else 0.0),
        "hub": state.hub,
        "events": events,
    }


def _iso_time(seconds: float) -> str | None:
    """Epoch seconds as ISO 8601; None for a moment that never was or never comes."""
    if not seconds or seconds >= NEVER:
        return None
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def _show_distance(when: str | None, past: str = "") -> str:
    """A time as seconds from now: "12 s ago", "in 3 min"; ``past`` stands for every past one."""
    if not when:
        return ""
    seconds = datetime.fromisoformat(when).timestamp() - time.time()
    if seconds > 0:
        return f"in {schedule.show_span(seconds)}"
    return past or f"{schedule.show_span(-seconds)} ago"


@dataclass(frozen=True, slots=True)
class ChosenFeeds:
    """The ledger, how the named feeds stand in it, and the bounds of polling."""

    ledger: RedisLedger
    rhythm: Rhythm
    standing: list[Standing]


@contextmanager
def _choose_feeds(ids: Sequence[str]) -> Iterator[ChosenFeeds]:
    """How these feeds stand. Raises Fault where one of them is not known."""
    rhythm = Wiring(load_settings(), {}).rhythm
    with ledger() as found:
        known = found.feeds()
        if any(i not in known for i in ids):
            # nothing may have run since it was added
            feeds, faults = configured()
            if not faults:
                put(found, feeds, rhythm, found.clock())
                known = found.feeds()
        if wrong := [i for i in ids if i not in known]:
            raise unknown_feeds(wrong, list(known))
        yield ChosenFeeds(found, rhythm, found.standing(list(dict.fromkeys(ids))))


@click.command()
@ids_argument
@guarded
def pause(ids: tuple[str, ...]) -> None:
    """Poll feeds no more until they are resumed; restarts and edits of feed files leave them
    paused."""
    with _choose_feeds(ids) as chosen:
        for stands in chosen.standing:
            chosen.ledger.pause_feed(stands.feed.id, chosen.ledger.clock())
            echo(f"{stands.feed.id}: {'was paused already' if stands.paused else 'paused'}")


@click.command()
@ids_argument
@guarded
def resume(ids: tuple[str, ...]) -> None:
    """Take up feeds again that were paused, gone (410) or failing: they are polled soon, and in
    full."""
    with _choose_feeds(ids) as chosen:
        for stands in chosen.standing:
            now = chosen.ledger.clock()
            state = schedule.resume_feed(stands.feed, stands.state, now, chosen.rhythm)
            chosen.ledger.resume_feed(stands.feed.id, state, now)
            _say_next_poll(chosen.ledger, stands.feed.id)


@click.command()
@ids_argument
@click.option(
    "--force",
    "forced",
    is_flag=True,
    help="Also within its floor; never before its server lets us.",
)
@guarded
def poll(ids: tuple[str, ...], forced: bool) -> None:
    """Poll feeds now: as soon as their floor, their host's spacing and a Retry-After let us. Says
    when that is."""
    refused: list[str] = []
    with _choose_feeds(ids) as chosen:
        for stands in chosen.standing:
            now, feed = chosen.ledger.clock(), stands.feed
            if stands.paused or stands.state.gone:
                why = "is paused" if stands.paused else "is gone (410)"
                refused.append(
                    f"{feed.id} {why}: `wiredesk feeds resume {feed.id}` takes it up again"
                )
                continue
            due = schedule.soonest(feed, stands.state, now, chosen.rhythm, forced=forced)
            if not chosen.ledger.retime_feed(feed.id, due, now):
                echo(f"{feed.id}: is being polled just now")
                continue
            _say_next_poll(chosen.ledger, feed.id)
    if refused:
        raise Fault("\n".join(refused))


def _say_next_poll(found: RedisLedger, feed: str) -> None:
    """When the feed is polled next, and what it waits for."""
    [stands] = found.standing([feed])
    now = found.clock()
    due = max(stands.due, stands.host_free)
    if due <= now:
        echo(f"{feed}: polled at the next tick")
        return
    # half a second for what lies between the reckoning of these times
    late = due - 0.5
    why = "its floor (poll.floor) has not passed"
    if stands.state.not_before >= late:
        why = "its server asks for that (Retry-After)"
    elif stands.host_free >= late:
        why = f"its host {stands.host} rests until then"
    echo(f"{feed}: polled in {due - now:.0f} s: {why}")
