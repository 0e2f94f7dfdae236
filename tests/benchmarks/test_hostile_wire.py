"""The hostile wire of the fault harness: what it shows, and what is measured beside it."""

from __future__ import annotations

from urllib.request import urlopen

import pytest

from benchmarks.faults.account import Seen
from benchmarks.faults.hostile import HostileWire, measure_holds
from config.settings import PollSettings


def test_it_shows_feeds_and_pages_of_a_seed() -> None:
    """The same seed shows the same; what was fetched is known."""
    with HostileWire(1, 3, 4) as wire, HostileWire(1, 3, 4) as other:
        assert len(wire.urls) == 1 + 3
        assert [d.name for d in wire.documents.values()] == [
            d.name for d in other.documents.values()
        ]
        for path in ("/pages", "/feed/0", "/page/1"):
            with urlopen(wire.base + path) as answer:
                assert answer.status == 200
        assert wire.asked == {"/feed/0", "/page/1"}


@pytest.mark.parametrize("seed", [1, 2])
def test_documents_keep_to_the_caps_of_a_fetch(seed: int) -> None:
    """They are to reach the readers: what is too large is never read."""
    documents = HostileWire(seed, 6, 12).documents
    assert len(documents) == 18
    most = PollSettings().max_bytes
    assert all(len(document.body) < most for document in documents.values())


def test_holds_and_stalls_are_those_of_honest_stories() -> None:
    """From appearance to the first record; records of others are no progress of ours."""
    appeared = {("Qara", 1): 10.0, ("Qarb", 1): 11.0}
    seen = [
        Seen("1", "Qara", 1, 12.0),
        Seen("2", "", 0, 15.0),
        Seen("3", "Qarb", 1, 19.0),
        Seen("4", "Qarb", 1, 30.0),
    ]
    assert measure_holds(appeared, seen) == (8.0, 7.0)
    assert measure_holds(appeared, []) == (0.0, 0.0)
