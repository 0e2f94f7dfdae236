"""Process: a story whose relatives keep arriving is related anew, and put back after a while."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline import copies, run, themes, wire
from pipeline.copies import Candidate, MemoryIndex
from pipeline.ledger import Completed, Ending, Lease
from pipeline.ledger.memory import MemoryLedger
from pipeline.story import Outcome, OutcomeKind, Page, utc
from tests.making import NOW, entry
from tests.pipeline.themes.small import define

CONFIG = Path(__file__).parents[2] / "config"
DEFINITIONS = run.Definitions(wire.load(CONFIG / "wire"), themes.load(CONFIG / "themes"))
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
    ended = run.process(lease, DEFINITIONS, ledger, lambda: NOW)
    assert (ended.outcome is not None) == ends
    assert ledger.lease(NOW + 0.9, 60, 1, 3) == []
    again = ledger.lease(NOW + 1.0, 60, 1, 3)
    assert [lease.attempts for lease in again] == ([] if ends else [0])


def process(ledger: MemoryLedger, now: float = NOW, **changes: object) -> run.Ended:
    """Admit an entry and process it, at the first attempt."""
    ledger.admit([(entry(**{"name": "a", "content": TEXT, **changes}), "")], now)  # type: ignore[arg-type]
    [lease] = ledger.lease(now, 60, 1, 3)
    ledger.begin(lease, now, 60, "test")
    return run.process(lease, DEFINITIONS, ledger, lambda: now)


def test_an_embargoed_story_waits_for_its_time_and_has_not_failed() -> None:
    """It goes out at its time and no second sooner; an attempt that counted would have it tried
    alone, and after three embargoes set aside.
    """
    ledger = MemoryLedger(MemoryIndex())
    ends = NOW + 400  # 1420 GMT
    ended = process(
        ledger, content=f"<p>EMBARGOED UNTIL 1420 GMT Sept 21, 2026</p>{TEXT}", published=utc(NOW)
    )
    assert ended.outcome is None
    assert ended.note == f"embargoed until {utc(ends).isoformat()}"
    assert ledger.lease(ends - 1, 60, 1, 3) == []
    [lease] = ledger.lease(ends, 60, 1, 3)
    assert lease.attempts == 0


STRIKE = "".join(
    f"<p>Warplanes bombed the rebel base at Telbarud in wave {n}, killing {n + 3} fighters.</p>"
    for n in range(12)
)


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_is_gone_is_no_story(status: int) -> None:
    """What such an answer holds is none; where the feed says nothing, the end says the answer."""
    ledger = MemoryLedger(MemoryIndex())
    ledger.admit([(entry("a", title="", content=""), "wire.example")], NOW)
    taken = ledger.take_page(NOW, 60, 3, "test")
    assert taken
    html = f"<article>{TEXT}</article>".encode()
    ledger.settle_page(taken, Page(entry("a").url, status, html, "text/html"), NOW, 0.0)
    [lease] = ledger.lease(NOW, 60, 1, 3)
    ended = run.process(lease, DEFINITIONS, ledger, lambda: NOW)
    assert ended.outcome == Outcome(OutcomeKind.NO_PAGE, f"the page answers {status}")


def test_themes_are_counted_of_what_goes_out_only() -> None:
    """A story that is shown again unchanged tells nobody its themes a second time."""
    ledger = MemoryLedger(MemoryIndex())
    first = process(ledger, content=STRIKE)
    again = process(ledger, content=STRIKE, summary="Other words of the feed.")
    assert first.themes
    assert again.outcome
    assert again.outcome.kind == OutcomeKind.UNCHANGED
    counts = ledger.status(NOW).counts
    assert {counts[f"theme.{theme}"] for theme in first.themes} == {1}
    trace = ledger.trace(first.key)
    assert trace
    assert trace.facts["themes"] == ""


def test_a_story_that_comes_after_its_kill_ends_as_withdrawn() -> None:
    """It was taken back before it was here: it is counted as a withdrawal, under no theme, and no
    sink is told that it is new.
    """
    ledger = MemoryLedger(MemoryIndex())
    ledger.attach(["sink"])
    title = "Warplanes bomb rebel base at Telbarud again"
    process(ledger, content=STRIKE, title=title, status="canceled")
    late = process(ledger, NOW + 60, name="b", content=STRIKE, title=title)
    assert late.outcome
    assert late.outcome.kind == OutcomeKind.WITHDRAWAL
    counts = ledger.status(NOW).counts
    assert not [name for name in counts if name.startswith(("theme.", "event.story.new"))]


@pytest.mark.parametrize("dry_run", [True, False])
def test_reprocessing_tells_what_changed_unless_it_is_a_dry_run(dry_run: bool) -> None:
    """A dry run names the stories and sends nothing: an operator looks first. Done again, nothing
    goes out twice; what was delivered before ``since`` is left alone.
    """
    ledger = MemoryLedger(MemoryIndex())
    process(ledger, content=STRIKE)
    other = define(["rebel base"])
    assert run.reprocess(ledger, other, NOW + 1, clock=lambda: NOW)[0] == 0
    total, found = run.reprocess(ledger, other, NOW, dry_run=dry_run, clock=lambda: NOW)
    [one] = found
    assert (total, one.now is not None, one.sent) == (1, True, not dry_run)
    [again] = run.reprocess(ledger, other, NOW, clock=lambda: NOW)[1]
    assert again.sent == dry_run
    assert ledger.status(NOW).counts["event.story.reclassified"] == 1
    assert ledger.status(NOW).outbox == 2
