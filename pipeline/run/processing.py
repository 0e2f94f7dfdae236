"""Process: extract -> clean -> relate to what is known -> classify -> complete."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from pipeline import copies, extract, record, wire
from pipeline.copies import Candidate, Query
from pipeline.ledger import Completed, Ending, Lease, Ledger
from pipeline.run.means import Definitions
from pipeline.story import (
    KINDS,
    NOTICES,
    Assessment,
    Entry,
    Outcome,
    OutcomeKind,
    Page,
    Relation,
    Story,
    utc,
)

Clock = Callable[[], float]

_RELATE_TRIES: Final = 50  # a story that is overtaken so often is put back instead of held
_GONE: Final = frozenset({404, 410})


@dataclass(frozen=True)
class Ended:
    """How one story's processing ended, with milliseconds by stage: the canonical line of the log."""

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
    ms: Mapping[str, float] = field(default_factory=dict)
    note: str = ""


def read(
    entry: Entry, page: Page | None, definitions: Definitions, now: float, ms: dict[str, float]
) -> Story | Outcome:
    """Page and entry -> the clean story, or how it ends without one. ``ms`` takes the time of each stage.

    A notice needs no page and hardly a text: what the feed itself says is enough.
    """
    if entry.status:
        # without the text: what a story quotes is not what its notice names
        return wire.clean(
            replace(extract.from_item(entry, utc(now)), blocks=()), entry, definitions.rules
        )
    if page and page.status in _GONE:
        return _notice(entry, definitions, now) or Outcome(
            OutcomeKind.NO_PAGE, f"the page answers {page.status}"
        )
    began = time.perf_counter()
    article = extract.extract(page or Page(entry.url), entry, utc(now))
    ms["extract"] = _since(began)
    if isinstance(article, Outcome):
        return _notice(entry, definitions, now) or article
    began = time.perf_counter()
    story = wire.clean(article, entry, definitions.rules)
    ms["wire"] = _since(began)
    return story


def _notice(entry: Entry, definitions: Definitions, now: float) -> Story | None:
    """The item as a kill or withdrawal notice, if that is what it is."""
    story = wire.clean(extract.from_item(entry, utc(now)), entry, definitions.rules)
    return story if isinstance(story, Story) and story.form in NOTICES else None


def process(
    lease: Lease, definitions: Definitions, ledger: Ledger, clock: Clock = time.time
) -> Ended:
    """Extract, clean, relate, classify and complete one story."""
    entry, ms = lease.entry, dict[str, float]()
    now = clock()
    story = read(entry, lease.page, definitions, now, ms)
    ended = Ended(lease.key, None, entry.title, entry.url, entry.feed_id, ms=ms)
    if isinstance(story, Outcome):
        return _complete(
            lease, Ending(story, facts=_facts(ms)), ledger, replace(ended, outcome=story), ms, clock
        )[0]
    if story.embargo and story.embargo.timestamp() > now:
        ledger.postpone(
            lease.key, lease.token, story.embargo.timestamp(), "embargoed", failed=False
        )
        return replace(
            ended, headline=story.headline, note=f"embargoed until {story.embargo.isoformat()}"
        )
    began = time.perf_counter()
    assessed = definitions.themes.assess(story)
    ms["themes"] = _since(began)
    ended = replace(
        ended, headline=story.headline, themes=tuple(match.id for match in assessed.matches)
    )
    began = time.perf_counter()
    query = copies.query(story)
    ms["relate"] = _since(began)
    # most stories are new: what is known of the others comes back from the attempt to complete them
    candidates: list[Candidate] = []
    for _ in range(_RELATE_TRIES):
        ending, relation = _ending(lease, story, assessed, query, candidates, clock(), ms)
        ended = replace(
            ended,
            outcome=ending.outcome,
            uri=relation.uri,
            version=relation.version,
            relation=relation.kind,
            of=relation.of,
        )
        done, candidates = _complete(lease, ending, ledger, ended, ms, clock)
        if not candidates:
            return done
    ledger.postpone(
        lease.key, lease.token, clock() + 1.0, "overtaken by related stories", failed=False
    )
    return replace(ended, outcome=None, note="overtaken by related stories; put back")


def _ending(
    lease: Lease,
    story: Story,
    assessed: Assessment,
    query: Query,
    candidates: list[Candidate],
    now: float,
    ms: dict[str, float],
) -> tuple[Ending, Relation]:
    began = time.perf_counter()
    relation = copies.relate(story, candidates, utc(now))
    ms["relate"] = ms.get("relate", 0.0) + _since(began)
    sent = record.records(story, lease.entry, lease.page, relation, assessed, now)
    themes = tuple(match.id for match in assessed.matches) if _end(relation).usable else ()
    facts = _facts(ms) | {
        "headline": story.headline,
        "uri": relation.uri,
        "version": str(relation.version),
        "relation": relation.kind,
        "of": relation.of,
        "why": relation.why,
        "themes": " ".join(themes),
    }
    ending = Ending(
        Outcome(_end(relation), relation.why),
        sent,
        query,
        relation,
        {c.number: c.revision for c in candidates},
        themes,
        facts,
    )
    return ending, relation


def _end(relation: Relation) -> OutcomeKind:
    """How a related story ends; one that comes after its own kill is withdrawn."""
    if (relation.uri, relation.version) in relation.withdrawn:
        return OutcomeKind.WITHDRAWAL
    return KINDS[relation.kind].outcome


def _complete(
    lease: Lease, ending: Ending, ledger: Ledger, ended: Ended, ms: dict[str, float], clock: Clock
) -> tuple[Ended, list[Candidate]]:
    """How it ended, or what its relation did not consider."""
    began = time.perf_counter()
    done = ledger.complete(lease.key, lease.token, ending, clock())
    ms["complete"] = ms.get("complete", 0.0) + _since(began)
    if not isinstance(done, Completed):
        return ended, done
    return replace(ended, note="" if done is Completed.DONE else done), []


def _facts(ms: Mapping[str, float]) -> dict[str, str]:
    return {"ms": " ".join(f"{stage}={spent:.1f}" for stage, spent in ms.items())}


def _since(began: float) -> float:
    return (time.perf_counter() - began) * 1000
