"""What the sample wire must end in: a clean story beside its truth, and sums over all of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from pipeline.story import OutcomeKind, RelationKind, Story
from pipeline.text import fold
from workers.sample.load import stories
from workers.sample.pages import page_path
from workers.sample.sample_story import SampleStory

_LATER = frozenset({OutcomeKind.COPY, OutcomeKind.VERSION, OutcomeKind.CORRECTION})
_FIELDS = ("byline", "byline_kind", "agency", "form", "version_label", "truncated", "syndicated")


def find_story(url: str) -> SampleStory | None:
    """The sample story whose page or redirect a URL names, the earliest of several."""
    path = urlsplit(url).path.strip("/")
    for story in stories():
        if path in {page_path(story), f"go/{story.id}"}:
            return story
    return None


def differences(truth: SampleStory, story: Story) -> tuple[str, ...]:
    """What a cleaned story has otherwise than the sample wire says, one sentence each; empty where
    all is well.

    Headline, body and cross-heads are compared as a reader would (``pipeline.text.fold``), all else
    to the letter. Relation, outcome and themes are not part of a Story; compare them where they are
    at hand.
    """
    wrong: list[str] = []
    for name in _FIELDS:
        mine, wanted = getattr(story, name), getattr(truth, name)
        if mine != wanted:
            wrong.append(f"{name} is {mine!r}, not {wanted!r}")
    if fold(story.headline) != fold(truth.headline):
        wrong.append(f"headline is {story.headline!r}, not {truth.headline!r}")
    place = story.dateline.place if story.dateline else ""
    wanted_place = truth.dateline.place if truth.dateline else ""
    if place != wanted_place:
        wrong.append(f"dateline's place is {place!r}, not {wanted_place!r}")
    heads = [(fold(head.text), head.before) for head in story.crossheads]
    if heads != [(fold(head.text), head.before) for head in truth.crossheads]:
        wrong.append(f"cross-heads are {heads}")
    return (*wrong, *_compare_bodies(truth.body, story.body))


def _compare_bodies(truth: Sequence[str], body: Sequence[str]) -> list[str]:
    wanted, mine = [fold(p) for p in truth], [fold(p) for p in body]
    wrong = [f"body has {p[:80]!r}" for p in mine if p not in wanted]
    wrong += [f"body lacks {p[:80]!r}" for p in wanted if p not in mine]
    if not wrong and mine != wanted:
        wrong.append("body has its paragraphs in another order or number")
    return wrong


@dataclass(slots=True)
class Expected:
    """The sums. ``themes`` counts delivered records that carry a theme, ``themes_new`` only new
    stories.

    ``relations`` counts delivered entries and refetches. ``outcomes``, ``relations`` and
    ``themes_new`` hold where entries are processed in the order they were published. Feeds polled
    side by side mix that order: a copy of an update that comes before its original is the new
    story, and the original a version of it; a kill that comes before its story makes the story go
    out as withdrawn only, so that ``delivered`` and ``themes`` are smaller. What holds in any
    order: ``entries``, ``feeds``, and the outcome that needs no other story (not_a_story).
    """

    entries: int = 0
    delivered: int = 0
    later: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)
    relations: dict[str, int] = field(default_factory=dict)
    themes: dict[str, int] = field(default_factory=dict)
    themes_new: dict[str, int] = field(default_factory=dict)
    feeds: dict[str, int] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """As plain data, for JSON."""
        return {name: getattr(self, name) for name in self.__slots__}


def expected(chosen: Iterable[SampleStory] | None = None) -> Expected:
    """The sums over the sample wire, or over the stories given."""
    sums = Expected()
    outcomes, relations, feeds = Counter[str](), Counter[str](), Counter[str]()
    themes, themes_new = Counter[str](), Counter[str]()
    for story in stories() if chosen is None else chosen:
        sums.entries += 1
        sums.later += story.outcome in _LATER
        outcomes[str(story.outcome)] += 1
        feeds[story.outlet] += 1
        if story.outcome.delivered or story.outcome is OutcomeKind.UNCHANGED:
            relations[str(story.relation)] += 1
        if story.outcome.delivered:
            sums.delivered += 1
            themes.update(story.themes)
            if story.relation is RelationKind.NEW:
                themes_new.update(story.themes)
    sums.outcomes, sums.relations = dict(sorted(outcomes.items())), dict(sorted(relations.items()))
    sums.themes, sums.themes_new = dict(sorted(themes.items())), dict(sorted(themes_new.items()))
    sums.feeds = dict(sorted(feeds.items()))
    return sums
