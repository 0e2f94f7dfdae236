"""Stories that are all at hand: two compared word for word, and a folder sorted into clusters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from pipeline.copies.compare import compare
from pipeline.copies.describe import describe
from pipeline.copies.found import Found, Scene
from pipeline.copies.keys import query
from pipeline.copies.memory import MemoryIndex
from pipeline.copies.relate import judge, relate
from pipeline.copies.sketch import read, whole
from pipeline.story import RelationKind, Story


@dataclass(frozen=True, slots=True)
class PairReport:
    """What the second of two stories is to the first. Shares are 0 to 1; see ``pipeline.copies.compare``."""

    relation: RelationKind
    containment: float
    jaccard: float
    why: str


@dataclass(frozen=True, slots=True)
class Cluster:
    """Stories that are one: its id, the uri that stands for it, and each story's key with its relation."""

    id: str
    representative: str
    members: tuple[tuple[str, RelationKind], ...]


def pair(a: Story, b: Story, now: datetime | None = None) -> PairReport:
    """What ``b`` is to ``a``, with every word of both at hand."""
    at = now or datetime.now(UTC)
    if a.key == b.key and (a.url != b.url or not a.url):
        b = replace(b, key=b.key + "'")  # two files, not one entry twice
    found = Found(1, describe(a, at), compare(read(b.body), whole(read(a.body))))
    relation = judge(Scene(b, describe(b, at), (found,), int(at.timestamp())))
    c = found.shared
    return PairReport(relation.kind, c.containment, c.jaccard, relation.why)


def cluster(stories: Iterable[Story], now: datetime | None = None) -> list[Cluster]:
    """Sort stories into clusters, in the order in which they come; largest first."""
    at = now or datetime.now(UTC)
    index = MemoryIndex()
    members: dict[str, list[tuple[str, RelationKind]]] = {}
    stands: dict[str, str] = {}
    for story in stories:
        asked = query(story)
        relation = relate(story, index.lookup(asked), at)
        if relation.insert is not None:
            index.insert(asked, relation.insert)
        for number, blob in relation.changed:
            index.update(number, blob)
        for merged in relation.merged:
            members.setdefault(relation.cluster, []).extend(members.pop(merged, []))
        members.setdefault(relation.cluster, []).append((story.key, relation.kind))
        stands[relation.cluster] = relation.representative or stands.get(
            relation.cluster, relation.uri
        )
    found = [Cluster(id, stands[id], tuple(some)) for id, some in members.items()]
    return sorted(found, key=lambda c: -len(c.members))
