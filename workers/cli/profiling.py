"""``wiredesk explain --timings``: where the processor time of one story goes."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from functools import partial

from rich.table import Table

from pipeline import copies, extract, run, wire
from pipeline.story import Outcome, Page, utc
from workers.cli.showing import CleanConsole, emit
from workers.cli.sources import Source

# the shortest of so many runs is shown beside the first: noise only ever adds
_RUNS = 5


@dataclass(slots=True)
class _StepTimes:
    """Milliseconds by stage and step, "" for what of a stage is no step; what repeats is added."""

    spent: dict[tuple[str, str], float] = field(default_factory=dict)
    _began: float = field(default_factory=time.perf_counter)

    def lap(self, stage: str, step: str) -> None:
        """A step is done: what passed since the last one is its time."""
        now = time.perf_counter()
        key = (stage, step)
        self.spent[key] = self.spent.get(key, 0.0) + (now - self._began) * 1000
        self._began = time.perf_counter()


def show_timings(source: Source, definitions: run.Definitions, *, as_json: bool) -> None:
    """Print the milliseconds of each stage and step of one story.

    ``first`` is a page whose names were never seen, as of a new site; ``again`` the best of the
    next runs, as of a site that is known. Nothing is asked of the ledger, so ``relate`` is without
    candidates.
    """
    first = _time_stages(source, definitions)
    again = [_time_stages(source, definitions) for _ in range(_RUNS)]
    best = {key: min(spent.get(key, ms) for spent in again) for key, ms in first.items()}
    if as_json:
        steps = [
            {"stage": stage, "step": step, "first": round(ms, 3), "again": round(best[key], 3)}
            for key, ms in first.items()
            for stage, step in [key]
        ]
        emit(json.dumps({"file": source.name, "ms": steps}, ensure_ascii=False))
        return
    table = Table(box=None, padding=(0, 2))
    table.add_column("ms")
    table.add_column("first", justify="right")
    table.add_column("again", justify="right")
    for stage in dict.fromkeys(stage for stage, _ in first):
        keys = [key for key in first if key[0] == stage]
        total, best_total = sum(first[key] for key in keys), sum(best[key] for key in keys)
        table.add_row(stage, f"{total:.2f}", f"{best_total:.2f}", style="bold")
        for key in keys if len(keys) > 1 else ():
            table.add_row(f"  {key[1] or 'the rest'}", f"{first[key]:.2f}", f"{best[key]:.2f}")
    CleanConsole().print(table)


def _time_stages(source: Source, definitions: run.Definitions) -> dict[tuple[str, str], float]:
    """Take one story through the stages by a watch; it ends early where there is no story."""
    now = utc(time.time())
    watch = _StepTimes()
    entry = source.entry
    if source.text:
        article = extract.from_text(source.text, entry.url)
    else:
        page = source.page or Page(entry.url)
        found = extract.extract(page, entry, now, partial(watch.lap, "extract"))
        if isinstance(found, Outcome):
            watch.lap("extract", "")
            return watch.spent
        article = found
    watch.lap("extract", "")
    story = wire.clean(article, entry, definitions.rules, partial(watch.lap, "wire"))
    watch.lap("wire", "")
    if not isinstance(story, Outcome):
        definitions.themes.assess(story)
        watch.lap("themes", "")
        copies.query(story)
        watch.lap("relate", "query")
        copies.relate(story, [], now)
        watch.lap("relate", "")
    return watch.spent
