"""MemoryIndex, the index in one process, and ``cluster``, which sorts stories with it.

``workers.redis.redis_index.RedisIndex`` passes the same contract tests.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic
from typing import Final, TypeVar

from pipeline.copies.identity import Query, query
from pipeline.copies.known import Candidate, read_head
from pipeline.copies.relate import relate
from pipeline.story import RelationKind, Story

T = TypeVar("T", int, str)
# A phrase that more stories carry is a stock phrase; a slug that more carry is a subject.
SAME: Final = 4
# Each story that a look-up returns costs a comparison, and the true one has most votes.
MOST: Final = 16
# Stories are forgotten so many at a time: one deadline for each would cost as much memory as a
# post.
CHUNK: Final = 32


class MemoryIndex:
    """Posts and keys to story numbers, and what is stored of each.

    The first ``SAME`` stories that carry a phrase keep its post; of those that share a key the last
    ``SAME`` do. A look-up returns at most ``MOST`` stories by their posts. ``retention`` is in
    seconds of ``clock``: ``CHUNK`` stories are forgotten together, so long after the last of them
    came.
    """

    def __init__(
        self, retention: float = 30 * 86400, clock: Callable[[], float] = monotonic
    ) -> None:
        self.retention = retention
        self._clock = clock
        self._last = 0
        self._until: dict[int, float] = {}
        self._posts: defaultdict[int, list[int]] = defaultdict(list)
        self._keys: defaultdict[str, list[int]] = defaultdict(list)
        self._blobs: dict[int, tuple[int, bytes]] = {}

    def lookup(self, query: Query) -> list[Candidate]:
        """Stories that share a key, or enough posts, and the heads of their clusters; most votes
        first."""
        self._forget_expired()
        votes: Counter[int] = Counter()
        for post in query.posts:
            votes.update(self._posts.get(post, ()))

        def rank(number: int) -> tuple[int, int]:
            return -votes[number], number

        voted = [number for number, count in votes.items() if count >= query.least_votes]
        wanted = set(sorted(voted, key=rank)[:MOST])
        for key in query.keys:
            wanted.update(self._keys.get(key, ()))
        for number in list(wanted):
            head = read_head(self._blobs[number][1])
            while head in self._blobs:
                wanted.add(head)
                head = read_head(self._blobs[head][1])
        found = []
        for number in sorted(wanted, key=rank):
            revision, blob = self._blobs[number]
            found.append(Candidate(number, revision, votes[number], blob))
        return found

    def insert(self, query: Query, blob: bytes) -> int:
        """Store a story under the query's posts and keys; its number, from 1."""
        self._forget_expired()
        self._last = number = self._last + 1
        self._blobs[number] = (1, blob)
        self._until[(number - 1) // CHUNK] = self._clock() + self.retention
        for post in query.posts:
            if len(self._posts[post]) < SAME:
                self._posts[post].append(number)
        for key in query.keys:
            self._keys[key] = [*self._keys[key], number][-SAME:]
        return number

    def put(
        self, query: Query, blob: bytes | None, considered: Mapping[int, int]
    ) -> list[Candidate]:
        """Store a story, unless a look-up finds what is not ``considered``: then return that.

        Without a blob nothing is stored.
        """
        found = self.lookup(query)
        if any(considered.get(candidate.number) != candidate.revision for candidate in found):
            return found
        if blob is not None:
            self.insert(query, blob)
        return []

    def update(self, number: int, blob: bytes) -> None:
        """Replace what is stored of a story, if it still is; its revision grows by one."""
        if number in self._blobs:
            self._blobs[number] = (self._blobs[number][0] + 1, blob)

    def _forget_expired(self) -> None:
        """Drop the chunks whose time is up, and what leads to their stories."""
        now, expired = self._clock(), []
        for chunk, until in self._until.items():
            if until > now:
                break
            expired.append(chunk)
        for chunk in expired:
            del self._until[chunk]
            for number in range(chunk * CHUNK + 1, (chunk + 1) * CHUNK + 1):
                self._blobs.pop(number, None)
        if expired:
            self._posts = self._keep_alive(self._posts)
            self._keys = self._keep_alive(self._keys)

    def _keep_alive(self, table: dict[T, list[int]]) -> defaultdict[T, list[int]]:
        kept: defaultdict[T, list[int]] = defaultdict(list)
        for name, numbers in table.items():
            alive = [number for number in numbers if number in self._blobs]
            if alive:
                kept[name] = alive
        return kept


@dataclass(frozen=True, slots=True)
class Cluster:
    """Stories that are one: its id, the uri that stands for it, and each story's key with its
    relation."""

    id: str
    representative: str
    members: tuple[tuple[str, RelationKind], ...]


def cluster(stories: Iterable[Story], now: datetime | None = None) -> list[Cluster]:
    """Sort stories into clusters, in the order in which they come; largest first."""
    now = now or datetime.now(UTC)
    index = MemoryIndex()
    members: dict[str, list[tuple[str, RelationKind]]] = {}
    representatives: dict[str, str] = {}
    for story in stories:
        asked = query(story)
        relation = relate(story, index.lookup(asked), now)
        if relation.insert is not None:
            index.insert(asked, relation.insert)
        for number, blob in relation.changed:
            index.update(number, blob)
        mine = members.setdefault(relation.cluster, [])
        for merged in relation.merged:
            mine += members.pop(merged, [])
        mine.append((story.key, relation.kind))
        known = representatives.get(relation.cluster, relation.uri)
        representatives[relation.cluster] = relation.representative or known
    found = [Cluster(id, representatives[id], tuple(some)) for id, some in members.items()]
    return sorted(found, key=lambda one: -len(one.members))
