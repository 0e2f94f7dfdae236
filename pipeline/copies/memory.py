"""MemoryIndex: the index in one process. ``workers.redis.redis_index.RedisIndex`` passes the same contract tests."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from time import monotonic
from typing import TypeVar

from pipeline.copies.keys import minvotes
from pipeline.copies.lookup import Candidate, Query

T = TypeVar("T", int, str)
SAME = 4
MOST = 16
CHUNK = 32


class MemoryIndex:
    """Posts and keys to story numbers, and what is stored of each.

    The first ``SAME`` stories that carry a phrase keep its post; of those that share a key the last ``SAME`` do. A
    look-up returns at most ``MOST`` stories by their posts. ``retention`` is in seconds of ``clock``: ``CHUNK`` stories
    are forgotten together, so long after the last of them came.
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
        """Stories that share a key, or enough posts, and the heads of their clusters; most votes first."""
        self._forget()
        votes: Counter[int] = Counter()
        for post in query.posts:
            votes.update(self._posts.get(post, ()))
        least = minvotes(query)
        voted = sorted((n for n, v in votes.items() if v >= least), key=lambda n: (-votes[n], n))[
            :MOST
        ]
        wanted = dict.fromkeys(voted)
        for key in query.keys:
            wanted.update(dict.fromkeys(self._keys.get(key, ())))
        for number in list(wanted):
            at = number
            while (head := int.from_bytes(self._blobs[at][1][:4], "big")) and head in self._blobs:
                wanted[head] = None
                at = head
        ranked = sorted(wanted, key=lambda n: (-votes[n], n))
        return [Candidate(n, self._blobs[n][0], votes[n], self._blobs[n][1]) for n in ranked]

    def insert(self, query: Query, blob: bytes) -> int:
        """Store a story under the query's posts and keys; its number, from 1."""
        self._forget()
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
        """Store a story unless a look-up finds what is not ``considered`` at its revision; what it finds in that case.

        Without a blob nothing is stored.
        """
        found = self.lookup(query)
        if any(considered.get(c.number) != c.revision for c in found):
            return found
        if blob is not None:
            self.insert(query, blob)
        return []

    def update(self, number: int, blob: bytes) -> None:
        """Replace what is stored of a story; its revision grows by one. A number no longer held is left alone."""
        if number in self._blobs:
            self._blobs[number] = (self._blobs[number][0] + 1, blob)

    def _forget(self) -> None:
        """Drop the chunks whose time is up, and what leads to their stories."""
        gone = False
        while (oldest := next(iter(self._until), None)) is not None and self._until[
            oldest
        ] <= self._clock():
            del self._until[oldest]
            for number in range(oldest * CHUNK + 1, (oldest + 1) * CHUNK + 1):
                self._blobs.pop(number, None)
            gone = True
        if gone:
            self._posts = self._alive(self._posts)
            self._keys = self._alive(self._keys)

    def _alive(self, table: dict[T, list[int]]) -> defaultdict[T, list[int]]:
        kept = ((name, [n for n in some if n in self._blobs]) for name, some in table.items())
        return defaultdict(list, ((name, some) for name, some in kept if some))
