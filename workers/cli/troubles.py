"""``wiredesk status`` and ``health``: what was done, what waits, and what is wrong."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Final

import click
from redis import Redis
from rich.table import Table

from config.settings import load_settings
from pipeline.ledger import Status
from workers.cli.guard import EXIT_FAULT, guarded, json_option
from workers.cli.operating import ledger
from workers.cli.showing import CleanConsole, echo, echo_json
from workers.health.health_rules import Severity, Trouble, find_troubles, is_red
from workers.health.observing import PATIENCE, Observations, measure_free, observe
from workers.wiring import Wiring, connect_briefly

_MADE_OF: Final = {"basis": "made of", "refused": "page was"}
"""How counts of what stories were made of, and of refused pages, are shown."""


_COLOURS: Final = {Severity.RED: "red", Severity.NOTICE: "yellow"}
_UNABLE: Final = frozenset({"disk", "redis", "private_redis", "writes"})
"""Rules under which nothing can be done at all."""


@click.command()
@json_option()
@guarded
def status(as_json: bool) -> None:
    """Show what was admitted, how it ended, what waits, and what is wrong.

    Exits 1 only where Redis does not answer or nothing can be written; `wiredesk health` tells the
    rest.
    """
    with ledger() as found:
        w = Wiring(load_settings(), {})
        seen = observe(found, folder=w.settings.var, private_log=w.private_log)
    troubles = find_troubles(seen)
    if as_json:
        told = [asdict(trouble) for trouble in troubles]
        echo_json(asdict(seen.status) | {"troubles": told}, indent=2)
    else:
        console = CleanConsole()
        console.print(summary_table(seen.status))
        console.print(seen.status.carries, style="dim")
        show_troubles(console, troubles)
    sys.exit(EXIT_FAULT if any(trouble.rule in _UNABLE for trouble in troubles) else 0)


def show_troubles(console: CleanConsole, troubles: Sequence[Trouble]) -> None:
    """Each trouble with what to do, as the log would say it: one after the other."""
    for trouble in troubles:
        console.print(trouble.sentence, style=_COLOURS[trouble.severity])
        console.print(f"    {trouble.advice}", style="dim")


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
    default=PATIENCE,
    show_default=True,
    help="Seconds without progress that are still well.",
)
@json_option()
@guarded
def health(patience: float, as_json: bool) -> None:
    """Say what is wrong, and what to do; exit 1 where somebody must look, 0 where all is well.

    It answers within seconds and starts nothing, also where Redis is away.
    """
    troubles = find_troubles(look(patience))
    if as_json:
        told = [asdict(trouble) for trouble in troubles]
        echo_json({"well": not is_red(troubles), "troubles": told}, indent=2)
    else:
        for trouble in troubles:
            notice = "" if trouble.severity is Severity.RED else "notice: "
            echo(f"{notice}{trouble.sentence}\n    {trouble.advice}", err=True)
    sys.exit(EXIT_FAULT if is_red(troubles) else 0)


def look(patience: float) -> Observations:
    """Ask the ledger as it is: a private Redis that is not running is not started for it."""
    w = Wiring(load_settings(), {})
    if not w.settings.redis.url and not Path(w.redis_url.removeprefix("unix://")).exists():
        free, why = measure_free(w.settings.var), f"nothing runs under {w.settings.var}/"
        return Observations(0.0, patience, disk=free, unreachable=why, private_log=w.private_log)
    client: Redis = connect_briefly(w.redis_url)
    try:
        return observe(w.open_ledger(client), patience, w.settings.var, w.private_log)
    finally:
        client.close()
