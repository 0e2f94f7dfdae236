"""``python -m benchmarks.faults``: the command."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from functools import partial

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from benchmarks.faults.control import CONTROL
from benchmarks.faults.faults import FAULTS, SHORT, random_kills
from benchmarks.faults.faults import hostile as hostile_run
from benchmarks.faults.poison import MORE_KINDS
from benchmarks.faults.report import show
from benchmarks.faults.running import Fault, Result, perform
from benchmarks.faults.system import LEASE, SHORT_LEASE, System

ALL = {**FAULTS, CONTROL.name: CONTROL}
KILLS_A_RUN = 20


@click.command(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--runs", default=3, show_default=True, type=click.IntRange(1), help="Runs of each fault."
)
@click.option(
    "--stories",
    default=150,
    show_default=True,
    type=click.IntRange(8),
    help="Stories offered, at least.",
)
@click.option(
    "--rate",
    default=8.0,
    show_default=True,
    help="Stories a second that appear while faults go on.",
)
@click.option(
    "--seed",
    default=1,
    show_default=True,
    help="Of the stories and of the moments that faults come at.",
)
@click.option(
    "--only",
    multiple=True,
    type=click.Choice(list(ALL)),
    help="Only this fault; repeat for several.",
)
@click.option(
    "--random-kills",
    default=0,
    metavar="N",
    help=f"Also N kills of any process, {KILLS_A_RUN} to a run.",
)
@click.option(
    "--hostile",
    default=0,
    metavar="N",
    help="Also a run with N hostile documents, eight kinds of poison and N/2 kills.",
)
@click.option(
    "--short",
    is_flag=True,
    help="One run of the most telling faults on 40 stories: about a minute.",
)
@click.option(
    "--smoke", is_flag=True, help="One fault on a dozen stories: proves that the harness works."
)
@click.option(
    "--keep",
    is_flag=True,
    help="Keep the folder of every run (log, Redis, sinks), not only of a bad one.",
)
@click.option("--jobs", type=click.IntRange(1), help="Runs at once. Default: 1, with --short 3.")
def main(  # noqa: PLR0913, PLR0917  click gives each option by its name
    runs: int,
    stories: int,
    rate: float,
    seed: int,
    only: Sequence[str],
    random_kills: int,
    hostile: int,
    short: bool,
    smoke: bool,
    keep: bool,
    jobs: int | None,
) -> None:
    """Kill, starve and cut off the running system, and compare what it delivered with what it was
    offered.

    Exits 1 where a story is lost, delivered twice or harmed, or where the negative control shows no
    loss.
    """
    lease = LEASE
    if short:
        runs, stories, jobs, lease = 1, 40, jobs or 3, SHORT_LEASE
    if smoke:
        runs, stories, rate, lease = 1, 12, 20.0, SHORT_LEASE
        only = only or ("pool child",)
    plan = _plan(only, runs) + _kills(random_kills)
    if hostile:
        plan.append(hostile_run(hostile // 2, hostile // 4, hostile - hostile // 4, [*MORE_KINDS]))
    if smoke:
        plan.append(hostile_run(0, 2, 4))
    if not plan:
        plan = [*SHORT, CONTROL] if short else _plan(tuple(ALL), runs)
    signal.signal(signal.SIGTERM, _interrupted)
    signal.signal(signal.SIGINT, _interrupted)
    one = partial(perform, stories=stories, rate=rate, keep=keep, lease=lease)
    sys.exit(1 if show(_performed(plan, one, seed, jobs or 1)) else 0)


def _interrupted(*_: object) -> None:
    """Leave nothing running behind, whatever the runs under way are waiting for."""
    for system in System.started:
        system.end()
    os._exit(130)


def _plan(names: Sequence[str], runs: int) -> list[Fault]:
    return [ALL[name] for name in names for _ in range(runs)]


def _kills(count: int) -> list[Fault]:
    return [random_kills(min(KILLS_A_RUN, count - done)) for done in range(0, count, KILLS_A_RUN)]


def _performed(
    plan: Sequence[Fault], perform: Callable[..., Result], seed: int, jobs: int
) -> list[Result]:
    """Every run of the plan, ``jobs`` at a time, in the plan's order."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    results: dict[int, Result] = {}
    with (
        Progress(*columns, console=Console(stderr=True)) as progress,
        ThreadPoolExecutor(jobs) as pool,
    ):
        bar = progress.add_task("faults", total=len(plan))
        under_way = {pool.submit(perform, fault, seed=seed + i): i for i, fault in enumerate(plan)}
        for done in as_completed(under_way):
            result = results[under_way[done]] = done.result()
            state = "ok" if result.account.clean else "FAILED"
            state += f" ({result.kept})" if result.kept else ""
            progress.console.print(
                f"{result.fault:<18} {result.seconds:6.1f} s {state}", highlight=False
            )
            progress.update(bar, advance=1)
    return [results[i] for i in sorted(results)]


if __name__ == "__main__":
    main()
