"""Reprocess: classify stories again that went out under other definitions, and tell what changed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pipeline import record
from pipeline.ledger import Ledger
from pipeline.record import Record
from pipeline.story import utc
from pipeline.themes import Themes


@dataclass(frozen=True, slots=True)
class Reprocessed:
    """A kept story looked at again. ``now`` is None where its themes are what they were.

    ``sent`` says that the change is in the outbox: not so in a dry run, nor where the story changed meanwhile.
    """

    last: Record
    now: Record | None = None
    sent: bool = False


def reprocess(
    ledger: Ledger,
    themes: Themes,
    since: float,
    *,
    dry_run: bool = False,
    clock: Callable[[], float] = time.time,
) -> tuple[int, Iterator[Reprocessed]]:
    """How many stories delivered since then are kept, and each as it is classified again, one transition a story.

    Stopping between two stories leaves nothing half done, and doing it again changes nothing twice.
    """
    total, records = ledger.kept(since)
    return total, (_again(last, ledger, themes, clock(), dry_run=dry_run) for last in records)


def _again(
    last: Record, ledger: Ledger, themes: Themes, now: float, *, dry_run: bool
) -> Reprocessed:
    changed = record.reclassified(last, themes.assess(record.as_classified(last.data)), utc(now))
    if changed is None:
        return Reprocessed(last)
    return Reprocessed(last, changed, sent=not dry_run and ledger.reclassify(changed))
