"""RedisIndex: the index of known stories that all workers share; see ``lua/index.lua``."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Mapping, Sequence
from math import ceil
from typing import Any, Final

from redis import Redis
from redis.client import Pipeline

from pipeline.copies import Candidate, Query
from workers.redis.calls import Calls

PAGES: Final = 1 << 16
# 24 posts and about six keys
SLOTS_A_STORY: Final = 30
# a page that has a quarter more than the mean has had bad luck beyond measure
ROOM: Final = 1.25


class RedisIndex:
    """See ``pipeline.copies.MemoryIndex``.

    ``retention`` is in seconds: a story stored longer ago is forgotten and its memory freed.
    ``stories`` is how many there may be within that time; beyond it the oldest posts give way, so
    memory is bounded (about 420 bytes for each). ``clock`` is that of ``Calls``, which the ledger
    shares.
    """

    def __init__(
        self,
        client: Redis,
        prefix: str = "wd:",
        retention: float = 30 * 86400,
        stories: int = 2_000_000,
        clock: Callable[[], float] | None = None,
    ) -> None:
        self.client = client
        self.calls = Calls(client, prefix, clock)
        # as text, because Redis formats a number slowly
        self.life = str(max(1, int(retention)))
        self.page_slots = max(16, ceil(stories * SLOTS_A_STORY / PAGES * ROOM))

    @staticmethod
    def probes(query: Query) -> bytes:
        """Posts, then keys, as Lua takes them: four bytes each, in hexadecimal and as they are."""
        posts = struct.pack(f">{len(query.posts)}I", *query.posts).hex()
        digits = posts + "".join([key[-8:] for key in query.keys])
        return digits.encode() + bytes.fromhex(digits)

    @staticmethod
    def candidates(rows: Sequence[Sequence[Any]]) -> list[Candidate]:
        """What a look-up returned, most votes first."""
        found = [Candidate(number, revision, votes, blob) for number, revision, votes, blob in rows]
        return sorted(found, key=lambda c: (-c.votes, c.number))

    def indexing(
        self, query: Query | None, blob: bytes | None, considered: Mapping[int, int] | None
    ) -> dict[str, Any]:
        """What a call takes that stores a story; without a blob it is looked up and not stored."""
        return {
            "posts": len(query.posts) if query else 0,
            "least": query.least_votes if query else 0,
            "stores": blob is not None,
            "considered": None if considered is None else list(considered.items()),
            "index_life": self.life,
            "page_slots": self.page_slots,
        }

    def lookup(self, query: Query) -> list[Candidate]:
        """Stories that share a key, or enough posts, and their heads; most votes first."""
        posts, least = len(query.posts), query.least_votes
        rows = self.calls.make("lookup", self.probes(query), posts=posts, least=least)
        return self.candidates(rows)

    def insert(self, query: Query, blob: bytes, pipe: Pipeline | None = None) -> int:
        """Store a story under the query's posts and keys; its number, from 1 (0: in a pipeline)."""
        takes = self.indexing(query, blob, None)
        number = self.calls.make("put", self.probes(query), blob, pipe=pipe, **takes)
        return 0 if pipe else int(number)

    def put(
        self, query: Query, blob: bytes | None, considered: Mapping[int, int]
    ) -> list[Candidate]:
        """See ``pipeline.ledger.Index``. One round trip."""
        takes = self.indexing(query, blob, considered)
        said = self.calls.make("put", self.probes(query), blob or b"", **takes)
        return [] if isinstance(said, int) else self.candidates(said)

    def insert_many(self, stories: Iterable[tuple[Query, bytes]]) -> None:
        """Store stories, all with one round trip."""
        with self.client.pipeline(transaction=False) as pipe:
            for query, blob in stories:
                self.insert(query, blob, pipe)
            pipe.execute()

    def update(self, number: int, blob: bytes) -> None:
        """Replace what is stored of a story; its revision grows by one."""
        self.calls.make("update", blob, number=number)
