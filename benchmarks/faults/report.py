"""The table of a harness run, and what to follow up."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from rich.console import Console
from rich.table import Table

from benchmarks.faults.control import NAME
from benchmarks.faults.running import Result
from benchmarks.faults.system import LEASE, SHORT_LEASE

MEASURED = (
    "Each run: an empty installation, `wiredesk run` as its own process with its private Redis "
    "(appendfsync always), "
    "stories offered without pause on loopback by three feeds, every seventh also in a second "
    "edition. "
    "Lost: the last edition of an offered story is neither in every sink nor ended by a named "
    "Outcome. "
    "Twice: one record id on two lines, or two records for one edition. "
    "Harmed: a good story that ended without a record. "
    "Seconds: from the fault (sink: from its recovery) to the first record of a story that "
    "appeared after it, "
    f"polled every 0.5 s. Leases are {LEASE:g} s ({SHORT_LEASE:g} with --short): what a dying "
    "worker held waits so."
)


def table(results: Sequence[Result]) -> Table:
    """One row a fault."""
    made = Table(title="Faults", caption=MEASURED, caption_justify="left", title_justify="left")
    made.add_column("fault")
    for name in (
        "runs",
        "kills",
        "stories",
        "lost",
        "twice",
        "harmed",
        "set aside",
        "again s: median",
        "worst",
    ):
        made.add_column(name, justify="right")
    for fault in dict.fromkeys(result.fault for result in results):
        made.add_row(*_row(fault, [result for result in results if result.fault == fault]))
    return made


def _row(fault: str, runs: Sequence[Result]) -> list[str]:
    again = [seconds for run in runs for seconds in run.resumed]
    lost = str(sum(len(run.account.lost) for run in runs))
    if fault == NAME:
        lost = f"{sum(run.lost_by_control for run in runs)}, then {lost} with the sweep back on"
    sums = [
        sum(len(getattr(run.account, name)) for run in runs)
        for name in ("twice", "harmed", "set_aside")
    ]
    return [
        fault,
        str(len(runs)),
        str(sum(run.kills for run in runs)),
        str(sum(run.account.stories for run in runs)),
        lost,
        *map(str, sums),
        f"{median(again):.1f}" if again else "-",
        f"{max(again):.1f}" if again else "-",
    ]


def troubles(results: Sequence[Result]) -> list[str]:
    """Everything that should not be, a line each; empty when the promise held and the control shows
    loss."""
    found = []
    for run in results:
        for name in ("lost", "twice", "harmed", "strange"):
            found += [f"{run.fault}: {name}: {what}" for what in getattr(run.account, name)]
        if run.kept:
            found.append(f"{run.fault}: kept for a look: {run.kept}")
        if run.fault == NAME and not run.lost_by_control:
            found.append(
                f"{run.fault}: showed no loss, so this harness proves nothing: "
                f"{'; '.join(run.notes)}"
            )
    return found


def show(results: Sequence[Result]) -> list[str]:
    """Print the table on standard output and the troubles below it; the troubles."""
    console = Console(width=None if Console().is_terminal else 140)
    console.print(table(results))
    for result in results:
        if result.measured:
            console.print(f"{result.fault}: {result.measured}", markup=False)
    wrong = troubles(results)
    for line in wrong:
        console.print(line, style="red", markup=False, soft_wrap=True)
    return wrong
