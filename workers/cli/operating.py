"""``wiredesk status`` and ``health``: what operators ask first; and the ledger that they ask."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Final

import click
from redis import Redis
from redis.exceptions import RedisError
from rich.table import Table

from config.settings import load_settings
from pipeline.ledger import Status
from workers import embedded
from workers import health as progress
from workers.cli.guard import Fault, guarded, json_option
from workers.cli.showing import CleanConsole, echo, echo_json
from workers.redis.redis_ledger import RedisLedger
from workers.wiring import Wiring

_STOPPING: Final = 30  # seconds that a private Redis may take to write and end


@contextmanager
def ledger() -> Iterator[RedisLedger]:
    """The ledger; a private Redis that is not running is started for the time of the command.
    Raises Fault.

    Feed files are not looked into: what operators ask must be answered also while one of them is
    refused.
    """
    w = Wiring(load_settings(), {})
    server = None
    if not w.settings.redis.url and not _answers(w.redis_url):
        if not (w.settings.var / "redis").is_dir():
            raise Fault(
                f"nothing ran under {w.settings.var}/ yet: `wiredesk run` starts it, "
                "or set WIREDESK_REDIS_URL"
            )
        try:
            server = embedded.start(w.settings.var, w.settings.redis.maxmemory_mb)
        except embedded.NoServer as error:
            raise Fault(str(error)) from error
    try:
        yield w.ledger
    except RedisError as error:
        raise Fault(f"Redis at {w.redis_url} does not answer: {error}") from error
    finally:
        w.redis.close()
        if server:
            server.terminate()
            server.wait(_STOPPING)


def _answers(url: str) -> bool:
    try:
        with Redis.from_url(url, socket_connect_timeout=2, socket_timeout=5) as client:
            return bool(client.ping())
    except (RedisError, OSError):
        return False


_MADE_OF: Final = {"basis": "made of", "refused": "page was"}
"""How counts of what stories were made of, and of refused pages, are shown."""


@click.command()
@json_option()
@guarded
def status(as_json: bool) -> None:
    """Show what was admitted, how it ended, what waits, and what does not move."""
    with ledger() as found:
        now = time.time()
        seen = found.status(now)
        troubles = progress.find_troubles(found, now)
        if refused := found.feed_fault():
            troubles.append(
                f"feed files are refused, and the last good list is polled on: {refused}"
            )
    if as_json:
        echo_json(asdict(seen) | {"troubles": troubles}, indent=2)
        return
    console = CleanConsole()
    console.print(summary_table(seen))
    if seen.quarantine:
        console.print(f"{seen.quarantine} in quarantine: wiredesk quarantine list", style="yellow")
    for trouble in troubles:
        console.print(trouble, style="red")


def summary_table(status: Status) -> Table:
    """Stories by outcome and by theme, and what each sink has and waits for, side by side."""
    outcomes = [("entries admitted", status.counts.get("admitted", 0))]
    themes: list[tuple[str, int]] = []
    for name, count in sorted(status.counts.items()):
        kind, _, key = name.partition(".")
        if kind == "outcome" and count:
            outcomes.append((f"  {key}", count))
        elif kind == "theme":
            themes.append((key, count))
    outcomes.append(("still open", status.fetch + status.process))
    sinks: list[tuple[str, int]] = []
    for sink, waiting in status.backlog.items():
        sinks.append((f"{sink}: delivered", status.delivered.get(sink, 0)))
        sinks.append((f"{sink}: waiting", waiting))
    # beside the outcomes: a column of its own would be too wide for a terminal
    for name, count in sorted(status.counts.items()):
        kind, _, key = name.partition(".")
        if kind in _MADE_OF:
            outcomes.append((f"{_MADE_OF[kind]} {key}", count))
    columns = {"stories": outcomes, "themes": themes, "sinks": sinks}
    table = Table(title="wiredesk", title_justify="left", show_header=True, header_style="bold")
    for title in columns:
        table.add_column(title, justify="left")
        table.add_column("", justify="right")
    for i in range(max(map(len, columns.values()))):
        cells: list[str] = []
        for rows in columns.values():
            cells += [rows[i][0], f"{rows[i][1]:,}"] if i < len(rows) else ["", ""]
        table.add_row(*cells)
    return table


@click.command()
@click.option(
    "--patience",
    default=120.0,
    show_default=True,
    help="Seconds without progress that are still well.",
)
@guarded
def health(patience: float) -> None:
    """Exit 0 while polls, completions and sinks make progress; else say what does not move and exit
    1."""
    with ledger() as found:
        troubles = progress.find_troubles(found, time.time(), patience)
    for trouble in troubles:
        echo(trouble, err=True)
    sys.exit(1 if troubles else 0)
