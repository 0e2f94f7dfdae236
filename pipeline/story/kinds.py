"""Every kind of end, relation and event, and how they belong together: one table.

A story ends in exactly one Outcome. Where it was related to what is known, its relation says which
outcome that is and which event the sinks receive (``KINDS``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class OutcomeKind(StrEnum):
    """How a story's processing ended. Every admitted entry ends in exactly one."""

    NEW = "new"
    VERSION = "version"
    CORRECTION = "correction"
    WITHDRAWAL = "withdrawal"
    COPY = "copy"
    UNCHANGED = "unchanged"
    NOT_A_STORY = "not_a_story"
    NO_PAGE = "no_page"
    NO_TEXT = "no_text"
    TOO_LARGE = "too_large"
    BROKEN_ENTRY = "broken_entry"
    SUPERSEDED = "superseded"
    QUARANTINED = "quarantined"
    DROPPED = "dropped"

    @property
    def usable(self) -> bool:
        """Whether this end hands the sinks a text that may be used."""
        return self in _USABLE

    @property
    def delivered(self) -> bool:
        """Whether this end hands the sinks a record: a usable text, or word that one is taken
        back."""
        return self.usable or self is OutcomeKind.WITHDRAWAL


_USABLE: Final = frozenset(
    {OutcomeKind.NEW, OutcomeKind.VERSION, OutcomeKind.CORRECTION, OutcomeKind.COPY}
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of a story's processing and the reason, in words an operator understands.

    ``page_refused`` is the kind of page that was refused, where that is why there is no story.
    """

    kind: OutcomeKind
    reason: str = ""
    page_refused: str = ""


class RelationKind(StrEnum):
    """How a story stands to those already known."""

    NEW = "new"
    REFETCH = "refetch"
    EXACT = "exact"
    COPY = "copy"
    TRUNCATED = "truncated"
    VERSION = "version"
    CORRECTION = "correction"
    WITHDRAWAL = "withdrawal"


class EventKind(StrEnum):
    """What a record tells a sink."""

    NEW = "story.new"
    COPY = "story.copy"
    VERSION = "story.version"
    CORRECTED = "story.corrected"
    RECLASSIFIED = "story.reclassified"
    WITHDRAWN = "story.withdrawn"
    CLUSTER_MERGED = "cluster.merged"


BRINGS_TEXT: Final = frozenset(set(EventKind) - {EventKind.WITHDRAWN, EventKind.CLUSTER_MERGED})
"""Events that bring a story's text, rather than take one back or join clusters."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What follows from a relation: how the story ends, and which event goes out (None: no
    event)."""

    outcome: OutcomeKind
    event: EventKind | None


KINDS: Final[Mapping[RelationKind, Kind]] = {
    RelationKind.NEW: Kind(OutcomeKind.NEW, EventKind.NEW),
    RelationKind.REFETCH: Kind(OutcomeKind.UNCHANGED, None),
    RelationKind.EXACT: Kind(OutcomeKind.COPY, EventKind.COPY),
    RelationKind.COPY: Kind(OutcomeKind.COPY, EventKind.COPY),
    RelationKind.TRUNCATED: Kind(OutcomeKind.COPY, EventKind.COPY),
    RelationKind.VERSION: Kind(OutcomeKind.VERSION, EventKind.VERSION),
    RelationKind.CORRECTION: Kind(OutcomeKind.CORRECTION, EventKind.CORRECTED),
    # a notice has no event of its own: each story that it takes back gets one (WITHDRAWN)
    RelationKind.WITHDRAWAL: Kind(OutcomeKind.WITHDRAWAL, None),
}

NOTICES: Final = frozenset({"kill", "withdrawal", "hold"})
"""Forms of a story that are notices: their words name another story and act on it."""
