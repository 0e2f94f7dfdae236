"""Process: a story whose relatives keep arriving is related anew, and put back after a while."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline import copies, run, themes, wire
from pipeline.copies import Candidate, MemoryIndex
from pipeline.ledger import Completed, Ending, Lease
from pipeline.ledger.memory import MemoryLedger
from tests.making import NOW, entry

CONFIG = Path(__file__).parents[2] / "config"
TEXT = "".join(f"<p>Paragraph {n} of a report from the dam above Karsin.</p>" for n in range(40))


class Overtaken(MemoryLedger):
    """A ledger where something related comes in between so often."""

    times = 0

    def complete(self, lease: Lease, ending: Ending, now: float) -> Completed | list[Candidate]:
        """Refuse as often as it was told to."""
        if self.times:
            self.times -= 1
            return [Candidate(1, 1, 0, b"")]
        return super().complete(lease, ending, now)


@pytest.mark.parametrize(("times", "ends"), [(49, True), (50, False)])
def test_a_story_that_is_overtaken_fifty_times_is_put_back(
    monkeypatch: pytest.MonkeyPatch, times: int, ends: bool
) -> None:
    """It holds up no worker, and costs the story no attempt: a second later it is tried again."""
    ledger = Overtaken(MemoryIndex())
    ledger.times = times
    ledger.admit([(entry("a", content=TEXT), "")], NOW)
    [lease] = ledger.lease(NOW, 60, 1, 3)
    ledger.begin(lease, NOW, 60, "test")
    # what is said to be related here is no story that could be read
    relate = copies.relate
    monkeypatch.setattr(copies, "relate", lambda story, _, now: relate(story, [], now))
    definitions = run.Definitions(wire.load(CONFIG / "wire"), themes.load(CONFIG / "themes"))
    ended = run.process(lease, definitions, ledger, lambda: NOW)
    assert (ended.outcome is not None) == ends
    assert ledger.lease(NOW + 0.9, 60, 1, 3) == []
    again = ledger.lease(NOW + 1.0, 60, 1, 3)
    assert [lease.attempts for lease in again] == ([] if ends else [0])
