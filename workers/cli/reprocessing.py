"""``wiredesk reprocess``: classify delivered stories again after a definition was changed."""

from __future__ import annotations

import json
import re
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

import click
from rich.console import Console
from rich.progress import track

from pipeline import run
from workers.cli.guard import Fault
from workers.cli.operating import ledger
from workers.wiring import wiring

EXIT_STOPPED: Final = 130
_UNITS: Final = {"m": 60, "h": 3600, "d": 86400}
#: Changes between two looks whether the outbox still has room.
_LOOK_EVERY: Final = 500


def seconds(age: str) -> float:
    """A span of time as people write it (90m, 12h, 7d). Raises UsageError."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([mhd])", age)
    if not found:
        raise click.UsageError(f"{age!r} is no span of time: 90m, 12h or 7d")
    return float(found.group(1)) * _UNITS[found.group(2)]


def reprocess(since: str, *, dry_run: bool, as_json: bool) -> int:
    """Classify what was delivered since then again; 0, or 130 where it was told to stop."""
    age, definitions = seconds(since), wiring().definitions.themes
    seen = changed = overtaken = 0
    with ledger() as found, _asked_to_stop() as stop:
        total, stories = run.reprocess(found, definitions, time.time() - age, dry_run=dry_run)
        shown = track(
            stories,
            total=total,
            description="reprocessing",
            transient=True,
            console=Console(stderr=True),
            disable=as_json,
        )
        for story in shown:
            seen += 1
            if story.now:
                changed += story.sent or dry_run
                overtaken += not (story.sent or dry_run)
                _tell(story, as_json=as_json)
                if not dry_run and changed % _LOOK_EVERY == 0 and (why := found.pressure()):
                    raise Fault(
                        f"stopped after {seen} of {total} stories: {why}; run it again when there is room"
                    )
            if stop:
                break
    verb = "would change" if dry_run else "changed"
    click.echo(
        f"{changed} of {seen} stories {verb} under {definitions.version} ({definitions.hash})",
        err=as_json,
    )
    if overtaken:
        click.echo(f"{overtaken} became another version meanwhile: run it again", err=True)
    if stop and seen < total:
        click.echo(f"stopped after {seen} of {total} stories: run it again for the rest", err=True)
        return EXIT_STOPPED
    return 0


def _tell(story: run.Reprocessed, *, as_json: bool) -> None:
    if not story.now:
        return
    before, after = (
        {t["id"]: t for t in record.data["themes"]} for record in (story.last, story.now)
    )
    signs = [f"-{name}" for name in before.keys() - after.keys()] + [
        f"+{name}" for name in after.keys() - before.keys()
    ]
    if as_json:
        line = {
            "uri": story.last.uri,
            "version": story.last.version,
            "id": story.now.id,
            "headline": story.last.data.get("headline", ""),
            "before": sorted(before),
            "after": sorted(after),
            "sent": story.sent,
        }
        click.echo(json.dumps(line, ensure_ascii=False))
        return
    what = " ".join(sorted(signs)) or "other sub-themes: " + " ".join(
        f"{name} ({', '.join(theme['subthemes'])})" for name, theme in after.items()
    )
    click.echo(f"{story.last.data.get('headline', story.last.uri)}  {what}")


@contextmanager
def _asked_to_stop() -> Iterator[list[int]]:
    """A list that Ctrl-C or SIGTERM fills: the story at hand is finished first."""
    asked: list[int] = []

    def note(number: int, _: FrameType | None) -> None:
        asked.append(number)

    before = {name: signal.signal(name, note) for name in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield asked
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)
