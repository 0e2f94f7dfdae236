"""``python -m benchmarks.starts``: the command."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from random import Random
from statistics import median

import click
from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks.starts.installation import Installation, Watch
from benchmarks.starts.trial import KILLS, Trial, perform


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--starts", default=500, show_default=True, help="How often `run` is started.")
@click.option(
    "--whole-every",
    default=25,
    show_default=True,
    help="Every so often with all services, and a story that must be delivered.",
)
@click.option("--seed", default=1, show_default=True, help="Of moments, commands and kills.")
@click.option("--smoke", is_flag=True, help="Eight starts: proves that the harness works.")
@click.option("--control", is_flag=True, help="Without the locks: must show faults, or exits 1.")
def main(starts: int, whole_every: int, seed: int, smoke: bool, control: bool) -> None:
    """Start `run` beside commands again and again, with kills in between.

    Exits 1 where a start did not come to work, two servers lived at once, a socket was lost, or
    something is missing or there twice; then the folder is kept.
    """
    if smoke or control:
        starts, whole_every = 8, 7 if smoke else 100
    folder = Path(tempfile.mkdtemp(prefix="wiredesk-starts-"))
    home, random = Installation(folder, is_control=control), Random(seed)
    watch = Watch(home.var)
    watch.start()
    trials: list[Trial] = []
    console = Console(stderr=True)
    for number in track(range(starts), "starts", console=console):
        whole = number % whole_every == whole_every - 1
        trial = perform(home, number, random, whole=whole)
        trials.append(trial)
        for fault in trial.faults:
            console.print(f"{number} ({trial.killed} killed): {fault}", markup=False)
    watch.ended.set()
    watch.join()
    faults = [fault for trial in trials for fault in trial.faults]
    if watch.most != 1:
        faults.append(f"{watch.most} servers lived at once")
    delivered = home.delivered()
    faults += [f"twice: {name}" for name, times in delivered.items() if times > 1]
    faults += [f"lost: {home.offered - len(delivered)}"] if len(delivered) < home.offered else []
    _show(trials, home, watch.most)
    for fault in faults:
        console.print(fault, style="red", markup=False)
    if control:
        for server in home.servers():
            os.kill(server, signal.SIGKILL)
        sys.exit(0 if faults else "the control shows no fault: this harness proves nothing")
    if faults:
        console.print(f"kept: {folder}")
        sys.exit(1)
    shutil.rmtree(folder, ignore_errors=True)


def _show(trials: Sequence[Trial], home: Installation, most: int) -> None:
    table = Table(
        title="Starts beside commands",
        caption="Each start: `wiredesk run` on one installation, two to four commands within "
        "half a second, and then a kill -9. Seconds: from the last start of `run` until it was "
        "open. Faults: it did not come to work, a command failed, a number in Redis was not the "
        "last one, a server was left.",
        title_justify="left",
        caption_justify="left",
    )
    table.add_column("killed")
    for name in ("starts", "faults", "open after s: median", "worst"):
        table.add_column(name, justify="right")
    for killed in KILLS:
        of_it = [trial for trial in trials if trial.killed == killed]
        if of_it:
            seconds = [trial.seconds for trial in of_it]
            wrong = sum(bool(trial.faults) for trial in of_it)
            table.add_row(
                killed, str(len(of_it)), str(wrong), f"{median(seconds):.1f}", f"{max(seconds):.1f}"
            )
    Console().print(table)
    print(
        f"at most {most} server at once; {home.offered} stories offered, "
        f"{len(home.delivered())} delivered, "
        f"{sum(times > 1 for times in home.delivered().values())} twice"
    )


if __name__ == "__main__":
    main()
