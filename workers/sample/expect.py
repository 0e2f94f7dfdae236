"""What the sample wire must end in: counts of entries, outcomes, relations and themes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pipeline.story import OutcomeKind, RelationKind
from workers.sample.load import stories
from workers.sample.story import SampleStory

_LATER = frozenset({OutcomeKind.COPY, OutcomeKind.VERSION, OutcomeKind.CORRECTION})


@dataclass(frozen=True, slots=True)
class Expected:
    """The sums. ``themes`` counts delivered records that carry a theme, ``themes_new`` only new stories.

    ``relations`` counts delivered entries and refetches. ``outcomes``, ``relations`` and ``themes_new`` hold where
    entries are processed in the order they were published. Feeds polled side by side mix that order: a copy of an
    update that comes before its original is the new story, and the original a version of it. What holds in any order:
    ``entries``, ``delivered``, ``feeds``, ``themes``, the outcome ``new``, and ``later``, the entries of stories
    already known, whether copy, version or correction.
    """

    entries: int
    delivered: int
    later: int
    outcomes: dict[str, int]
    relations: dict[str, int]
    themes: dict[str, int]
    themes_new: dict[str, int]
    feeds: dict[str, int]

    def to_dict(self) -> dict[str, Any]:
        """As plain data, for JSON."""
        return {name: getattr(self, name) for name in self.__slots__}


def expected(chosen: Iterable[SampleStory] | None = None) -> Expected:
    """The sums over the sample wire, or over the stories given."""
    told = tuple(stories() if chosen is None else chosen)
    delivered = [s for s in told if s.outcome.delivered]
    related = [s for s in told if s.outcome.delivered or s.outcome is OutcomeKind.UNCHANGED]
    return Expected(
        entries=len(told),
        delivered=len(delivered),
        later=sum(s.outcome in _LATER for s in told),
        outcomes=_counted(s.outcome for s in told),
        relations=_counted(s.relation for s in related),
        themes=_counted(t for s in delivered for t in s.themes),
        themes_new=_counted(
            t for s in delivered if s.relation is RelationKind.NEW for t in s.themes
        ),
        feeds=_counted(s.outlet for s in told),
    )


def _counted(values: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(str(v) for v in values).items()))
