"""How a story ends, and what a sink receives."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Self


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
    QUARANTINED = "quarantined"
    DROPPED = "dropped"

    @property
    def delivered(self) -> bool:
        """Whether this end hands a record to the sinks."""
        return self in _DELIVERED


_DELIVERED = frozenset(
    {
        OutcomeKind.NEW,
        OutcomeKind.VERSION,
        OutcomeKind.CORRECTION,
        OutcomeKind.WITHDRAWAL,
        OutcomeKind.COPY,
    }
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of a story's processing and the reason, in words an operator understands."""

    kind: OutcomeKind
    reason: str = ""


#: The event of a story whose definitions of themes changed since it went out.
RECLASSIFIED: Final = "story.reclassified"
_TELLS: Final = frozenset(
    {"story.new", "story.version", "story.corrected", "story.copy", RECLASSIFIED}
)


@dataclass(frozen=True, slots=True)
class Record:
    """What a sink receives: an event about one version of one story.

    ``uri`` with ``version`` and ``type`` identifies it, a reclassification also its turn; ``data`` is the JSON document
    that docs/schema describes.
    """

    uri: str
    version: int
    type: str
    data: Mapping[str, Any]

    @property
    def id(self) -> str:
        """Stable identity of the event: a sink that has it once never needs it again."""
        turn = f"/{self.reclassification}" if self.type == RECLASSIFIED else ""
        return f"{self.uri}/{self.version}/{self.type.removeprefix('story.')}{turn}"

    @property
    def reclassification(self) -> int:
        """How often this version of the story was given other themes (0: as it first went out)."""
        return int(self.data.get("reclassification", 0))

    @property
    def tells(self) -> bool:
        """Whether it brings a story's text, rather than take one down or join clusters."""
        return self.type in _TELLS

    def to_json(self) -> str:
        """One line of JSON: the CloudEvents 1.0 envelope around the document."""
        return json.dumps(
            {
                "specversion": "1.0",
                "id": self.id,
                "source": "urn:wiredesk",
                "type": self.type,
                "subject": self.uri,
                "time": self.data.get("filed", ""),
                "version": self.version,
                "data": self.data,
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read what ``to_json`` wrote."""
        d = json.loads(text)
        return cls(uri=d["subject"], version=d["version"], type=d["type"], data=d["data"])
