"""RedisIndex: the index of known stories that all workers share. Its operations are in ``lua/index.lua``."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping, Sequence
from math import ceil
from typing import Any, Final

from redis import Redis
from redis.client import Pipeline

from pipeline.copies import Candidate, Query
from workers.redis import calls

PAGES: Final = 1 << 16
# 24 posts and about six keys; a page that has a quarter more than the mean has had bad luck beyond measure
SLOTS_A_STORY: Final = 30
ROOM: Final = 1.25


class RedisIndex:
    """See ``pipeline.copies.MemoryIndex``.

    ``retention`` is in seconds: a story stored longer ago is forgotten and its memory freed. ``stories`` is how many
    there may be within that time; beyond it the oldest posts give way, so memory is bounded (about 360 bytes for each).
    """

    def __init__(
        self,
        client: Redis,
        prefix: str = "wd:",
        retention: float = 30 * 86400,
        stories: int = 2_000_000,
    ) -> None:
        self.client = client
        self.calls = calls.Calls(client, prefix)
        # as text, because Redis formats a number slowly
        self.life = str(max(1, int(retention)))
        self.page_slots = max(16, ceil(stories * SLOTS_A_STORY / PAGES * ROOM))

    @staticmethod
    def probes(query: Query) -> bytes:
        """Posts and keys as the scripts take them, posts first: four bytes each, in hexadecimal and as they are."""
        posts = struct.pack(f">{len(query.posts)}I", *query.posts).hex()
        digits = posts + "".join([key[-8:] for key in query.keys])
        return digits.encode() + bytes.fromhex(digits)

    @staticmethod
    def candidates(rows: Sequence[Sequence[Any]]) -> list[Candidate]:
        """What a look-up returned, most votes first."""
        found = [Candidate(number, revision, votes, blob) for number, revision, votes, blob in rows]
        return sorted(found, key=lambda c: (-c.votes, c.number))

    def lookup(self, query: Query) -> list[Candidate]:
        """Stories that share a key, or enough posts, and the heads of their clusters; most votes first."""
        call = calls.Lookup(len(query.posts), query.least_votes)
        return self.candidates(self.calls.make(call, self.probes(query)))

    def insert(self, query: Query, blob: bytes, pipe: Pipeline | None = None) -> int:
        """Store a story under the query's posts and keys; its number, from 1 (into a pipeline: nothing yet)."""
        call = calls.Put(len(query.posts), 0, True, None, self.life, self.page_slots)
        number = self.calls.make(call, self.probes(query), blob, pipe=pipe)
        return 0 if pipe else int(number)

    def put(
        self, query: Query, blob: bytes | None, considered: Mapping[int, int]
    ) -> list[Candidate]:
        """Store a story unless a look-up finds what is not ``considered`` at its revision; what it finds in that case.

        One round trip. Without a blob nothing is stored.
        """
        call = calls.Put(
            posts=len(query.posts),
            least=query.least_votes,
            stores=blob is not None,
            considered=list(considered.items()),
            index_life=self.life,
            page_slots=self.page_slots,
        )
        said = self.calls.make(call, self.probes(query), blob or b"")
        return [] if isinstance(said, int) else self.candidates(said)

    def insert_many(self, stories: Iterable[tuple[Query, bytes]]) -> None:
        """Store stories, all with one round trip."""
        with self.client.pipeline(transaction=False) as pipe:
            for query, blob in stories:
                self.insert(query, blob, pipe)
            pipe.execute()

    def update(self, number: int, blob: bytes) -> None:
        """Replace what is stored of a story; its revision grows by one."""
        self.calls.make(calls.Update(number), blob)
