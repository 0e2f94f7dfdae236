"""Fetch: one story's page, or what stands for it."""

from __future__ import annotations

from pipeline import run
from pipeline.copies import MemoryIndex
from pipeline.fetch import Fetcher
from pipeline.ledger.memory import MemoryLedger
from tests.making import NOW, entry


def test_the_worker_that_fetched_is_named_and_a_refused_page_leaves_the_feeds_text() -> None:
    """Who began the story is a worker, not the host it asked; a refused address is a page with its reason."""
    ledger = MemoryLedger(MemoryIndex())
    ledger.admit([(entry("a", url="http://10.0.0.1/x"), "10.0.0.1")], NOW)
    held = ledger.lease_host(NOW, 60, 1, 3)
    assert held
    fetched = run.fetch(held.leases[0], run.Reach(Fetcher()), ledger, 60, "desk-1:42", clock=lambda: NOW)
    assert fetched.status == 0
    assert "not a public address" in fetched.note
    trace = ledger.trace(held.leases[0].key)
    assert trace
    assert trace.facts["worker"] == "desk-1:42"
    [ready] = ledger.lease(NOW, 60, 1, 3)
    assert ready.page
    assert "not a public address" in ready.page.note
