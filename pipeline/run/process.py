"""Process: extract -> clean -> relate to what is known -> classify -> complete."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from pipeline import copies, extract, record, walls, wire
from pipeline.copies import Candidate
from pipeline.ledger import Completed, Ending, Lease, Stories
from pipeline.repeats import NOTHING_REPEATS, Repeats, read_notes, write_note
from pipeline.retries import RETRIES
from pipeline.run.another_look import look_after
from pipeline.run.judging import judge_page
from pipeline.run.poll import Clock
from pipeline.schedule import LOOKING, Looking
from pipeline.story import (
    KINDS,
    OF_FEED,
    Article,
    BlockKind,
    Entry,
    Outcome,
    OutcomeKind,
    Page,
    Relation,
    RelationKind,
    Story,
    utc,
)
from pipeline.themes import Themes

# a story that is overtaken so often is put back instead of held
_RELATE_TRIES: Final = 50
_OVERTAKEN: Final = RETRIES["overtaken"]
# characters from which a paragraph of an article is long, and the share of these that must be kept
LONG_PARAGRAPH, LEAST_KEPT = 80, 1 / 3


@dataclass(frozen=True)
class Definitions:
    """What a story is judged by: the wire rules, the theme definitions, the words of walls."""

    rules: wire.Rules
    themes: Themes
    walls: walls.Walls = walls.NONE


@dataclass(frozen=True)
class Ended:
    """How one story ended, with milliseconds by stage: the canonical line of the log."""

    key: str
    outcome: Outcome | None
    headline: str = ""
    url: str = ""
    feed_id: str = ""
    uri: str = ""
    version: int = 0
    relation: str = ""
    of: str = ""
    themes: tuple[str, ...] = ()
    basis: str = ""
    page_refused: str = ""
    ms: Mapping[str, float] = field(default_factory=dict)
    note: str = ""


class Stopwatch:
    """Milliseconds by stage: each gets the time since the one before it."""

    def __init__(self) -> None:
        self.ms: dict[str, float] = {}
        self._last = time.perf_counter()

    def note(self, stage: str) -> None:
        """The stage ended now."""
        now = time.perf_counter()
        self.ms[stage] = self.ms.get(stage, 0.0) + (now - self._last) * 1000
        self._last = now

    def __str__(self) -> str:
        return " ".join([f"{stage}={spent:.1f}" for stage, spent in self.ms.items()])


def clean_story(
    entry: Entry,
    page: Page | None,
    definitions: Definitions,
    now: float,
    watch: Stopwatch,
    repeats: Repeats = NOTHING_REPEATS,
) -> Story | Outcome:
    """Page and entry -> the clean story, or how it ends without one.

    What can be read is cleaned in the order of ``extract.READERS`` until one of them is a story. A
    notice needs no page and hardly a text: what the feed itself says is enough. ``repeats`` is what
    other stories of the feed say.
    """
    rules = definitions.rules
    if entry.status:
        # without the text: what a story quotes is not what its notice names
        bare = replace(extract.from_item(entry, utc(now)), blocks=())
        return wire.clean(bare, entry, rules)
    opened = extract.open_page(page or Page(entry.url), entry, utc(now))
    watch.note("extract")
    judged = judge_page(opened, definitions.walls)
    watch.note("judge")
    found = _clean_first(opened, rules, watch, repeats, of_page=not judged.refused)
    if isinstance(found, Story):
        return replace(found, page_refused=judged.refused, doubted=judged.doubted)
    if not judged.refused:
        return found
    why = f"the page is no story: {judged.refused}"
    return Outcome(OutcomeKind.NOT_A_STORY, why, judged.refused)


def _clean_first(
    opened: extract.OpenedPage,
    rules: wire.Rules,
    watch: Stopwatch,
    repeats: Repeats,
    *,
    of_page: bool,
) -> Story | Outcome:
    """The first article that cleaning leaves a story of, or how it ends where it leaves none."""
    refused: Outcome | None = None
    thin: Story | None = None
    for article in extract.read_articles(opened, of_page=of_page):
        watch.note("extract")
        of_feed = article.basis in OF_FEED
        if of_feed and thin:
            break
        if article.basis == "headline" and refused:
            # something says that it is none, and the feed has no text that says otherwise
            break
        if not of_feed and refused:
            # what says so are its words, which any other reading holds too
            continue
        story = wire.clean(article, opened.entry, rules, repeats=repeats)
        watch.note("wire")
        if isinstance(story, Outcome):
            if story.kind is OutcomeKind.NOT_A_STORY:
                refused = refused or story
            continue
        if of_feed or keeps_enough(story, article):
            return story
        if thin is None or len(story.text) > len(thin.text):
            thin = story
    return thin or refused or opened.outcome


def drop_repeated(
    story: Story, relation: Relation, entry: Entry, definitions: Definitions, now: float
) -> Story:
    """The feed's own story, where the page says nothing of its entry and is another entry's too.

    Otherwise the story as it is. One text for two entries, neither of which it is about, is a wall
    that no phrase knows.
    """
    twice = relation.kind is RelationKind.EXACT and story.basis not in OF_FEED
    if not twice or not story.doubted:
        return story
    alone = clean_story(entry, None, definitions, now, Stopwatch())
    if isinstance(alone, Outcome):
        return story
    return replace(alone, page_refused="repeated", stands_in=True)


def keeps_enough(story: Story, article: Article) -> bool:
    """Whether cleaning kept a good share of an article's long paragraphs.

    Where it did not, either the reading or the cleaning was wrong.
    """
    long = 0
    for block in article.blocks:
        if block.kind is BlockKind.PARAGRAPH and len(block.text) >= LONG_PARAGRAPH:
            long += len(block.text)
    return len(story.text) >= LEAST_KEPT * long


def name_yields(story: Story | Outcome) -> tuple[str, ...]:
    """What is counted of a story: what it was made of, and of which kind its refused page was."""
    basis = story.basis.partition(" ")[0] if isinstance(story, Story) else "nothing"
    refused = (f"refused.{story.page_refused}",) if story.page_refused else ()
    return (f"basis.{basis}", *refused)


def name_answer(page: Page | None) -> str:
    """What a page answered in place of itself, in words; '' where it is there or none was asked."""
    if not page or page.status == 200:
        return ""
    return f"{page.status} {page.note}".strip()


def name_came(lease: Lease, story: Story | Outcome) -> str:
    """What stood at a story's page when it was first asked for: ``page``, or in a word what else.

    That is the kind of a refused page, the status that came in its place, or what the story had to
    be made of; '' where no page was asked for or nothing can be said.
    """
    page = lease.page
    if not page or lease.look:
        return ""
    if story.page_refused:
        return story.page_refused
    if page.status != 200:
        return str(page.status or "unreachable")
    if isinstance(story, Story):
        return story.basis.partition(" ")[0] if story.basis in OF_FEED else "page"
    # a page that was read, and is no story for what it says
    return "page" if story.kind is OutcomeKind.NOT_A_STORY else str(story.kind)


def process(
    lease: Lease,
    definitions: Definitions,
    ledger: Stories,
    clock: Clock = time.time,
    looking: Looking = LOOKING,
) -> Ended:
    """Extract, clean, relate, classify and complete one story.

    After another look at its page, what went out stays unless the page brings a text.
    """
    entry, page, now, watch = lease.entry, lease.page, clock(), Stopwatch()
    ended = Ended(lease.key, None, entry.title, entry.url, entry.feed_id, ms=watch.ms)
    repeats = read_notes(lease.key, lease.told)
    story = clean_story(entry, page, definitions, now, watch, repeats)
    if isinstance(story, Outcome):
        outcome = story
        if lease.look:
            reason = f"nothing more on another look: {story.reason}"
            outcome = replace(story, kind=OutcomeKind.UNCHANGED, reason=reason)
        look, spared = look_after(lease, story, outcome.kind, looking, now)
        facts = {
            "ms": str(watch),
            "page_answer": name_answer(page),
            "page_refused": story.page_refused,
        }
        yields = () if lease.look else name_yields(story)
        came = name_came(lease, story)
        ending = Ending(outcome, facts=facts, look=look, spared=spared, yields=yields, came=came)
        done = ledger.complete(lease, ending, now)
        watch.note("complete")
        note = "" if done is Completed.DONE else str(done)
        return replace(ended, outcome=outcome, page_refused=story.page_refused, note=note)
    story = replace(story, stands_in=page is not None and story.basis in OF_FEED)
    ended = replace(ended, headline=story.headline)
    if story.embargo and story.embargo.timestamp() > now:
        ledger.postpone(lease, story.embargo.timestamp(), "embargoed", failed=False)
        return replace(ended, note=f"embargoed until {story.embargo.isoformat()}")

    assessed = definitions.themes.assess(story)
    watch.note("themes")
    query, note = copies.query(story), write_note(story)
    # most stories are new: what is known of the others comes back from the attempt to complete them
    candidates: list[Candidate] = []
    for _ in range(_RELATE_TRIES):
        now = clock()
        relation = copies.relate(story, candidates, utc(now))
        alone = drop_repeated(story, relation, entry, definitions, now)
        if alone is not story:
            story, query, candidates = alone, copies.query(alone), []
            assessed = definitions.themes.assess(story)
            continue
        themes = tuple([match.id for match in assessed.matches])
        # a story that comes after its own kill is withdrawn
        killed = (relation.uri, relation.version) in relation.withdrawn
        kind = OutcomeKind.WITHDRAWAL if killed else KINDS[relation.kind].outcome
        outcome = Outcome(kind, relation.why)
        counted_themes = themes if kind.usable else ()
        facts = {
            "headline": story.headline,
            "uri": relation.uri,
            "version": str(relation.version),
            "relation": relation.kind,
            "of": relation.of,
            "themes": " ".join(counted_themes),
            "basis": story.basis,
            "page_answer": name_answer(page),
            "page_refused": story.page_refused,
        }
        records = record.records(story, entry, page, relation, assessed, now)
        watch.note("relate")
        ended = replace(
            ended,
            outcome=outcome,
            headline=story.headline,
            themes=themes,
            basis=story.basis,
            page_refused=story.page_refused,
            uri=relation.uri,
            version=relation.version,
            relation=relation.kind,
            of=relation.of,
        )
        look, spared = look_after(lease, story, kind, looking, now)
        ending = Ending(
            outcome=outcome,
            look=look,
            spared=spared,
            records=records,
            query=query,
            relation=relation,
            considered={c.number: c.revision for c in candidates},
            themes=counted_themes,
            yields=name_yields(story) if kind.usable else (),
            facts={"ms": str(watch), **facts},
            note=note,
            came=name_came(lease, story),
        )
        done = ledger.complete(lease, ending, now)
        watch.note("complete")
        if isinstance(done, Completed):
            return replace(ended, note="" if done is Completed.DONE else done)
        candidates = done
    why = "overtaken by related stories"
    ledger.postpone(lease, clock() + _OVERTAKEN.first, why, failed=False)
    return replace(ended, outcome=None, note=f"{why}; put back")
