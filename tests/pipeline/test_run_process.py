"""Process: a story whose relatives keep arriving is related anew, and put back after a while."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline import copies, run, themes, wire
from pipeline.copies import Candidate, MemoryIndex
from pipeline.ledger import Completed, Ending, Lease, Spacing
from pipeline.ledger.memory import MemoryLedger
from pipeline.run.process import keeps_enough, name_came
from pipeline.schedule import Look, LookKind
from pipeline.story import Article, Block, Outcome, OutcomeKind, Page, utc
from tests.making import NOW, entry, story
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
    assert "themes" not in trace.facts


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


def _fetched(ledger: MemoryLedger, page: Page, now: float, **changes: Any) -> run.Ended:
    """The page of the one story is asked for, or looked at, and what came is processed."""
    ledger.admit([(entry("a", **{"content": TEXT, **changes}), "wire.example")], now)
    taken = ledger.take_page(now, 60, 3, "test", Spacing(0.0))
    assert taken
    assert ledger.settle_page(taken, page, now, 0.0)
    [lease] = ledger.lease(now, 60, 1, 3)
    ledger.begin(lease, now, 60, "test")
    return run.process(lease, DEFINITIONS, ledger, lambda: now)


def _page(text: str, status: int = 200) -> Page:
    html = f"<html><body><article><h1>Headline a</h1>{text}</article></body></html>"
    return Page(entry("a").url, status, html.encode() if status == 200 else b"", "text/html")


EDITED = TEXT.replace("</p>", " An official gave other figures at night.</p>", 1)
BLANK = ""


@pytest.mark.parametrize(
    ("pages", "ends"),
    [
        # taken back
        ([TEXT, EDITED, TEXT, TEXT], ["new 1", "version 2", "version 3", "unchanged 3"]),
        # a page without a text, later and first
        ([TEXT, BLANK, EDITED], ["new 1", "unchanged 1", "version 2"]),
        ([404, TEXT], ["new 1", "version 2"]),
        ([410, TEXT], ["new 1", "version 2"]),
        ([403, EDITED], ["new 1", "version 2"]),
        ([500, TEXT], ["new 1", "version 2"]),
    ],
    ids=lambda one: " ".join(str(part)[:10] for part in one),
)
def test_a_look_brings_a_version_or_nothing(pages: list[str | int], ends: list[str]) -> None:
    """Of one uri, whatever is found in between: what went out stays until a page has another text.

    Each look is made as the date of the entry moves.
    """
    ledger, found, uris = MemoryLedger(MemoryIndex()), [], set()
    for hour, shown in enumerate(pages):
        at = NOW + 3600 * hour
        page = _page("", shown) if isinstance(shown, int) else _page(shown)
        summary = "Feed words that stand for the story until its page comes, a clerk said."
        said = _fetched(ledger, page, at, content="", summary=summary, published=utc(at))
        assert said.outcome
        found.append(f"{said.outcome.kind} {said.version}")
        uris.add(said.uri)
    counts = ledger.status(NOW).counts
    assert found == ends
    assert len(uris) == 1
    ended = sum(count for name, count in counts.items() if name.startswith("outcome."))
    assert counts["admitted"] == ended == len(pages)


@pytest.mark.parametrize(
    ("page", "why"),
    [
        (_page(TEXT), LookKind.RECHECK),
        (_page("", 404), LookKind.MISSING),
        (_page("", 410), LookKind.MISSING),
        (_page("", 403), LookKind.REFUSED),
        (Page(entry("a").url, 503, note="gave up: page not served now"), LookKind.MISSING),
        (Page(entry("a").url, note="robots.txt disallows this page"), None),
        (Page(entry("a").url, note="not a public address"), None),
    ],
)
def test_what_keeps_a_story_from_its_page_says_when_it_is_looked_at(
    page: Page, why: LookKind | None
) -> None:
    """Where an address may not be asked for, no look is of use."""
    ledger = MemoryLedger(MemoryIndex())
    _fetched(ledger, page, NOW, published=utc(NOW))
    assert ledger.status(NOW).looks == (why is not None)
    taken = ledger.take_page(NOW + 3600, 60, 3, "test")
    assert (taken.lease.look.why if taken and taken.lease.look else None) is why


def take_page(ledger: MemoryLedger, name: str, title: str, html: str, summary: str) -> run.Ended:
    """Admit an entry with a page, and process it."""
    told = entry(name, title=title, summary=summary)
    ledger.admit([(told, "wire.example")], NOW)
    taken = ledger.take_page(NOW, 60, 3, "test")
    assert taken
    page = Page(told.url, 200, html.encode(), "text/html", utc(NOW))
    ledger.settle_page(taken, page, NOW, 0.0)
    [lease] = ledger.lease(NOW, 60, 1, 3)
    ledger.begin(lease, NOW, 60, "test")
    return run.process(lease, DEFINITIONS, ledger, lambda: NOW)


@pytest.mark.parametrize("own", [True, False])
def test_a_text_that_is_two_entries_is_neither(own: bool) -> None:
    """Where nothing on a page says that it is its entry's, and another entry had the same text, the
    feed's own serves; one story under two links is a copy.
    """
    ledger = MemoryLedger(MemoryIndex())
    html = f"<html><title>Evening</title><body><h1>Evening</h1>{TEXT}</body></html>"
    first, second = ("Evening", "Evening") if own else ("Ferry sinks", "Mayor resigns")
    one = take_page(ledger, "a", first, html, "")
    two = take_page(ledger, "b", second, html, "The two words stand in no page of that kind.")
    assert (one.basis, one.page_refused) == ("page", "")
    assert two.page_refused == ("" if own else "repeated")
    assert two.basis == ("page" if own else "feed summary")


def test_what_cleaning_leaves_too_little_of_is_read_otherwise() -> None:
    """A third of the long paragraphs must stand, or the next reading is asked."""
    long = "The dam above Karsin held through the night, and its keeper slept for the first time."
    blocks = tuple(Block(f"{long} {n}") for n in range(3))
    article = Article(url="", headline="Dam holds", blocks=blocks)
    third = story("a", (blocks[0].text,))
    assert keeps_enough(third, article)
    assert not keeps_enough(story("a", (blocks[0].text[:-9],)), article)


@pytest.mark.parametrize(
    ("page", "refused", "basis", "came"),
    [
        (Page("x", 200, b"x"), "", "page", "page"),
        (Page("x", 200, b"x"), "", "jsonld", "page"),
        (Page("x", 200, b"x"), "", "feed summary", "feed"),
        (Page("x", 200, b"x"), "consent", "feed summary", "consent"),
        (Page("x", 403), "", "feed summary", "403"),
        (Page("x", 0, note="gave up: no connection"), "", "headline", "unreachable"),
        (None, "", "feed content", ""),
    ],
)
def test_what_stood_at_a_page_is_named_for_its_host(
    page: Page | None, refused: str, basis: str, came: str
) -> None:
    """A page, what came in its place, or nothing where none was asked for; not of another look."""
    lease = Lease("k", 1, entry(), page=page)
    told = story(basis=basis, page_refused=refused)
    assert name_came(lease, told) == came
    assert name_came(replace(lease, look=Look(LookKind.RECHECK)), told) == ""


@pytest.mark.parametrize(
    ("kind", "refused", "came"),
    [
        (OutcomeKind.NOT_A_STORY, "", "page"),
        (OutcomeKind.NOT_A_STORY, "robot", "robot"),
        (OutcomeKind.NO_TEXT, "", "no_text"),
    ],
)
def test_an_end_without_a_story_tells_of_the_page_too(
    kind: OutcomeKind, refused: str, came: str
) -> None:
    """A coverage advisory was a page; a robot check was none."""
    lease = Lease("k", 1, entry(), page=Page("x", 200, b"x"))
    assert name_came(lease, Outcome(kind, "why", refused)) == came
