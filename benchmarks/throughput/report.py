"""The table, how it was measured, and what to mind."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from statistics import mean
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.throughput.system import Run

_PROMISED, _MESSAGING = 0.6, 0.03  # of the reference; of a story
_HOW = """\
How: `wiredesk run` as it stands (Redis with appendfsync always, beat, workers, supervisor), pages
and feeds from memory on loopback, every story a new one; user and system time of all its
processes from /proc, the page server's left out, between the moment the feeds fall due and the
last acknowledgement, every process warmed up before. The reference is
trafilatura.bare_extraction(with_metadata=True) on the same pages, run between the runs. Stages:
the same functions in one process under a clock of processor time. A message's price: hints that
find nothing, sent to the running system. Mind: processor time grows by a third on a machine whose
cores are shared, for all alike, so read the ratios; stories a second on a busy machine say
little; words are swapped between editions of a page, so copies and theme hits are rarer than in
life."""


def show(told: Mapping[str, Any], console: Console | None = None) -> None:
    """Print all of it."""
    out = console or Console(width=150)
    reference = 1000 * mean(told["reference"])
    pages: Sequence[int] = told["pages"]
    out.print(
        f"\n{len(pages)} stories a run, pages of {mean(pages) / 1024:.0f} KiB; trafilatura "
        "with metadata:"
        f" {reference:.1f} ms of processor time a page"
    )
    out.print(_runs(told["runs"], reference))
    out.print(_services(told["runs"], reference))
    out.print(_stages(told["plain"], reference))
    out.print(_known(told["plain"]))
    out.print(_memory(told["runs"], told["plain"]))
    if told["peers"]:
        out.print(_peers(told["peers"], told["runs"], reference))
    out.print(_HOW, style="dim")


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", show_edge=False, pad_edge=False)
    for i, column in enumerate(columns):
        table.add_column(column, justify="left" if i == 0 else "right")
    return table


def _runs(runs: Sequence[Run], reference: float) -> Table:
    table = _table(
        "The whole system",
        "processes",
        "ms a story",
        f"x trafilatura (<= {_PROMISED})",
        "messages a story",
        "ms a message",
        f"messaging (goal {_MESSAGING:.0%})",
        "idle ms a s",
        "scripts",
        "round trips",
        "stories a s",
    )
    for run in runs:
        share = run.messages * run.hint / run.per_story
        table.add_row(
            str(run.processes),
            f"{1000 * run.per_story:.1f}",
            f"{1000 * run.per_story / reference:.2f}",
            f"{run.messages:.2f}",
            f"{1000 * run.hint:.2f}",
            f"{share:.1%}",
            f"{1000 * sum(run.idle.values()):.0f}",
            f"{run.calls.get('evalsha', 0):.1f}",
            f"{run.calls['round trips']:.1f}",
            f"{run.stories / run.clock:.1f}",
        )
    ends = Counter({k: v for run in runs for k, v in run.outcomes.items()})
    table.caption = "ends of the last run: " + ", ".join(
        f"{kind} {count}" for kind, count in ends.most_common()
    )
    return table


def _services(runs: Sequence[Run], reference: float) -> Table:
    services = sorted(
        {name for run in runs for name in run.seconds}, key=lambda n: -runs[-1].seconds.get(n, 0.0)
    )
    table = _table(
        "By service, ms a story",
        "service",
        *(f"{run.processes} proc." for run in runs),
        "x trafilatura",
    )
    for name in services:
        spent = [1000 * run.seconds.get(name, 0.0) / run.stories for run in runs]
        table.add_row(name, *(f"{ms:.2f}" for ms in spent), f"{mean(spent) / reference:.3f}")
    return table


def _stages(plain: Sequence[Mapping[str, Any]], reference: float) -> Table:
    spent: dict[str, float] = defaultdict(float)
    for one in plain:
        for name, ms in one["main"]["stages"].items():
            spent[name] += ms / len(plain)
        for hop, ms in one["main"]["redis"].items():
            spent[f"Redis server: {hop}"] += ms / len(plain)
    table = _table(
        "Stage by stage, in one process without Celery", "stage", "ms a story", "x trafilatura"
    )
    for name, ms in sorted(spent.items(), key=lambda item: -item[1]):
        table.add_row(name, f"{ms:.3f}", f"{ms / reference:.4f}")
    table.add_section()
    table.add_row("all", f"{sum(spent.values()):.3f}", f"{sum(spent.values()) / reference:.3f}")
    return table


def _known(plain: Sequence[Mapping[str, Any]]) -> Table:
    table = _table(
        "With stories known, ms a story",
        "known",
        "complete",
        "Redis server: process",
        "whole process hop",
        "Redis MiB",
    )
    for level in plain[-1]["levels"]:
        rows = [one["levels"][level] for one in plain]
        table.add_row(
            f"{int(level):,}",
            f"{mean(row['stages']['ledger.complete'] for row in rows):.3f}",
            f"{mean(row['redis']['process'] for row in rows):.3f}",
            f"{mean(row['hops']['process'] + row['redis']['process'] for row in rows):.2f}",
            f"{mean(row['redis_mb'] for row in rows):.0f}",
        )
    return table


def _memory(runs: Sequence[Run], plain: Sequence[Mapping[str, Any]]) -> Table:
    table = _table(
        "Most memory ever held (RSS, MiB)", "process", *(f"{run.processes} proc." for run in runs)
    )
    for name in sorted({name for run in runs for name in run.memory}):
        table.add_row(name, *(f"{run.memory.get(name, 0.0):.0f}" for run in runs))
    table.add_row("one process, plain", f"{max(one['peak_mb'] for one in plain):.0f}")
    return table


def _peers(
    peers: Mapping[str, Mapping[str, list[float]]], runs: Sequence[Run], reference: float
) -> Table:
    table = _table(
        "Extractors alone, on every few of the same pages",
        "extractor",
        "ms a page",
        "x trafilatura",
    )
    for name, told in peers.items():
        if not told["peer"]:
            table.add_row(name, "not installed: pip install wiredesk\\[bench]", "")
            continue
        table.add_row(
            name,
            f"{1000 * mean(told['peer']):.1f}",
            f"{sum(told['peer']) / sum(told['reference']):.2f}",
        )
    whole = mean(1000 * run.per_story for run in runs)
    table.add_row("Wiredesk, everything", f"{whole:.1f}", f"{whole / reference:.2f}")
    return table
