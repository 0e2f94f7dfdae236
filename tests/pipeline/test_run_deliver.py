"""Deliver: a batch is acknowledged once it is with the sink, and stays where the sink failed."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from pipeline import run
from pipeline.copies import MemoryIndex
from pipeline.errors import Permanent, Transient
from pipeline.ledger import Ending
from pipeline.ledger.memory import MemoryLedger
from pipeline.record import Record
from pipeline.story import Outcome, OutcomeKind
from tests.making import NOW, entry, record


class Fickle:
    """A sink that fails as long as it is told to."""

    name = "sink"

    def __init__(self) -> None:
        self.fault: Exception | None = None
        self.records: list[Record] = []

    def write(self, records: Sequence[Record]) -> None:
        """Take the records, or fail."""
        if self.fault:
            raise self.fault
        self.records += records

    def close(self) -> None:
        """Nothing to let go of."""


@pytest.fixture
def ledger() -> MemoryLedger:
    """A ledger with one record for the sink."""
    made = MemoryLedger(MemoryIndex())
    made.attach(["sink"])
    made.admit([(entry("a"), "")], NOW)
    [lease] = made.lease(NOW, 60, 1, 3)
    made.complete(lease, Ending(Outcome(OutcomeKind.NEW), (record("a"),)), NOW)
    return made


def test_what_is_with_the_sink_is_not_handed_out_again(ledger: MemoryLedger) -> None:
    """One batch, acknowledged; then there is nothing."""
    sink = Fickle()
    delivery, fault = run.deliver(sink, ledger, 60, 9, 5.0, lambda: NOW)
    assert delivery
    assert (len(sink.records), fault) == (1, "")
    assert run.deliver(sink, ledger, 60, 9, 5.0, lambda: NOW + 61) == (None, "")
    assert ledger.status(NOW).delivered == {"sink": 1}


@pytest.mark.parametrize("fault", [Transient("disk full"), Permanent("no such table")])
def test_a_sink_that_failed_rests_and_gets_the_same_batch(
    ledger: MemoryLedger, fault: Exception
) -> None:
    """Nothing of it is lost, and it is not asked before it has rested."""
    sink = Fickle()
    sink.fault = fault
    delivery, why = run.deliver(sink, ledger, 60, 9, 5.0, lambda: NOW)
    assert delivery
    assert why == str(fault)
    sink.fault = None
    assert run.deliver(sink, ledger, 60, 9, 5.0, lambda: NOW + 4.9) == (None, "")
    assert run.deliver(sink, ledger, 60, 9, 5.0, lambda: NOW + 5)[0]
    assert len(sink.records) == 1
