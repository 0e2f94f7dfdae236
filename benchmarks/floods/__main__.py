"""``python -m benchmarks.floods``: the command."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final

import click
from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks.floods.feed_floods import FEED_FLOODS
from benchmarks.floods.measuring import Cost, measure
from benchmarks.floods.page_floods import PAGE_FLOODS
from benchmarks.floods.working import definitions, read_document, work_through
from pipeline.extract import MAX_BYTES, MAX_TAGS

_BYTES: Final = MAX_BYTES - 2_000  # the least that a page has beside its flood
_TAGS: Final = MAX_TAGS - 100
GOAL: Final = 3.0
"""Seconds of processor time at the caps, under the soft limit of 10 with margin."""
_QUADRATIC: Final = 3.0  # times as long for twice as much; a linear reading takes twice as long
_SEEN: Final = 0.2  # seconds below which a ratio says nothing


@dataclass(frozen=True, slots=True)
class Flood:
    """A flood as it is measured: what is written ``n`` times and the work it makes."""

    name: str
    write: Callable[[int], bytes]
    work: Callable[[bytes], str]
    tags: int = 0

    def most(self) -> int:
        """The largest number of repetitions that the caps let through."""
        unit = (len(self.write(1_000)) - len(self.write(0))) / 1_000
        most = int(_BYTES / max(unit, 0.01)) if unit else 1_000
        return min(most, _TAGS // self.tags) if self.tags else most


@dataclass(frozen=True, slots=True)
class Grown:
    """What a flood takes at three sizes, each twice the one before, and at the caps."""

    flood: Flood
    costs: tuple[Cost, Cost, Cost]
    top: Cost

    @property
    def ratio(self) -> float:
        """How many times as long the third size takes as the second."""
        return self.costs[2].seconds / max(self.costs[1].seconds, 0.001)

    @property
    def fault(self) -> str:
        """What is wrong with it; '' where nothing is."""
        if self.top.seconds > GOAL:
            return f"over {GOAL:g} s"
        if self.costs[2].seconds > _SEEN and self.ratio > _QUADRATIC:
            return "superlinear"
        return ""


def floods() -> Iterator[Flood]:
    """Every flood there is."""
    for name, write in FEED_FLOODS.items():
        yield Flood(f"feed, {name}", write, read_document)
    for name, page in PAGE_FLOODS.items():
        work = work_through
        if name.startswith("plain: "):
            work = partial(work_through, kind="text/plain; charset=utf-8")
        yield Flood(
            f"page, {name}",
            lambda n, page=page: page.write(n).encode("utf-8", "replace"),  # type: ignore[misc]
            work,
            page.tags,
        )


def grow(flood: Flood, small: int, *, top: bool) -> Grown:
    """Measure a flood at ``small`` repetitions, twice and four times as many, and at the caps."""
    most = flood.most()
    first = min(small, most // 4)
    costs = [measure(partial(flood.work, flood.write(first * times))) for times in (1, 2, 4)]
    last = measure(partial(flood.work, flood.write(most))) if top else costs[2]
    return Grown(flood, (costs[0], costs[1], costs[2]), last)


@click.command(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--only", default="", help="Floods whose name holds this.")
@click.option("--small", default=5_000, show_default=True, type=click.IntRange(1))
@click.option("--smoke", is_flag=True, help="A few floods at small sizes: proves that it works.")
def main(only: str, small: int, smoke: bool) -> None:
    """Flood every reading with every kind of repetition; exits 1 where one takes too long."""
    definitions()
    wanted = [flood for flood in floods() if only in flood.name]
    if smoke:
        wanted, small = wanted[::40], 500
    console = Console()
    table = Table(title="Floods", title_justify="left", caption_justify="left")
    table.caption = (
        "Processor seconds at n, 2n and 4n repetitions, how many times as long 4n takes as 2n, and"
        " at the caps (8 MB, 20,000 tags): seconds, MiB of the process, how it ended. Listed: what"
        f" takes over {GOAL:g} s or grows faster than its size, and the five slowest."
    )
    for name in ("flood", "n", "2n", "4n", "ratio", "at the caps", "MiB", "ended", "fault"):
        table.add_column(name)
    grown = []
    for flood in track(wanted, "floods", console=Console(stderr=True)):
        grown.append(grow(flood, small, top=not smoke))
        one = grown[-1]
        if one.fault:
            print(f"{one.flood.name}: {one.fault} {one.top.seconds:.1f} s", file=sys.stderr)
    slowest = sorted(grown, key=lambda one: -one.top.seconds)[:5]
    for one in grown:
        if one.fault or one in slowest:
            seconds = [f"{cost.seconds:.2f}" for cost in one.costs]
            table.add_row(
                one.flood.name, *seconds, f"{one.ratio:.1f}", f"{one.top.seconds:.2f}",
                f"{one.top.memory:.0f}", one.top.ended, one.fault,
            )  # fmt: skip
    console.print(table)
    bad = sum(bool(one.fault) for one in grown)
    console.print(f"{len(grown)} floods, {bad} that take too long")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
