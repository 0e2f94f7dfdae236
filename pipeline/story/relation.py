"""How a story stands to those already known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from pipeline.story.kinds import RelationKind


class RecordVersion(NamedTuple):
    """A version of a record, as sinks were sent it."""

    uri: str
    version: int


class StoredStory(NamedTuple):
    """What the index holds of a story: its number there, and the blob."""

    number: int
    blob: bytes


@dataclass(frozen=True, slots=True)
class Relation:
    """What a story is to those known, why, and what the index must hold afterwards.

    ``uri`` and ``version`` identify the record; they are those of the earlier record plus one where
    this is a later version of it. ``of`` is the uri related to. ``insert`` is stored for this story
    (None: nothing to store), ``changed`` replaces what is stored of others, ``withdrawn`` names the
    records to withdraw. A story that arrives after its own withdrawal is itself the
    last of ``withdrawn``.

    ``superseded``: an earlier edition that came late; its record stands beside the current one and
    never replaces it. ``representative`` is the uri that stands for the cluster, ``outlets`` how
    many outlets carry it, and ``merged`` names the clusters that turned out to be this one.
    """

    kind: RelationKind
    uri: str
    version: int
    cluster: str
    of: str = ""
    containment: float = 0.0
    jaccard: float = 0.0
    why: str = ""
    insert: bytes | None = None
    changed: tuple[StoredStory, ...] = ()
    withdrawn: tuple[RecordVersion, ...] = ()
    superseded: bool = False
    representative: str = ""
    outlets: int = 1
    merged: tuple[str, ...] = ()
