"""Reprocess: classify stories again that went out under other definitions, and tell."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline import record
from pipeline.ledger import Outbox
from pipeline.record import Record
from pipeline.run.poll import Clock
from pipeline.story import utc
from pipeline.themes import Themes


@dataclass(frozen=True, slots=True)
class Reprocessed:
    """A kept story looked at again. ``now`` is None where its themes are what they were.

    ``sent`` says that the change is in the outbox: not so in a dry run, nor where the story changed
    meanwhile.
    """

    last: Record
    now: Record | None = None
    sent: bool = False


def reprocess(
    outbox: Outbox, themes: Themes, since: float, *, dry_run: bool = False, clock: Clock = time.time
) -> tuple[int, Iterator[Reprocessed]]:
    """How many stories delivered since then are kept, and each as it is classified again.

    Each story is one transition: stopping between two leaves nothing half done, and doing it again
    changes nothing twice.
    """
    total, kept = outbox.kept(since)

    def classify_again() -> Iterator[Reprocessed]:
        for last in kept:
            assessed = themes.assess(record.as_classified(last.data))
            changed = record.reclassified(last, assessed, utc(clock()))
            sent = changed is not None and not dry_run and outbox.reclassify(changed)
            yield Reprocessed(last, changed, sent)

    return total, classify_again()
