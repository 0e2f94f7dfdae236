"""RedisIndex: the index of known stories that all workers share. Its operations are Lua, in ``lua/index.lua``."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping
from math import ceil, log2
from pathlib import Path
from typing import Any, Final

from redis import Redis

from pipeline.copies.keys import minvotes
from pipeline.story import Candidate, Query

# 24 posts and about six keys; a page has 811 buckets of 16 slots, kept seven tenths full
SLOTS_A_STORY: Final = 30
SLOTS_A_PAGE: Final = 0.7 * 811 * 16
LUA: Final = Path(__file__).parent / "lua" / "index.lua"
_LOOKUP = "return index_lookup(ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]))"
_INSERT = "return index_insert(ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4], ARGV[5], ARGV[6])"
_UPDATE = "index_update(ARGV[1], tonumber(ARGV[2]), ARGV[3])"


class RedisIndex:
    """See ``pipeline.copies.MemoryIndex``. ``lua`` is for scripts that use the index within their own transaction.

    ``retention`` is in seconds: a story stored longer ago is forgotten and its memory freed. ``stories`` is how many
    there may be within that time; beyond it the oldest posts are overwritten, so memory is bounded (about 430 bytes
    for each). The table starts at a 256th of its bound and grows with what it holds.
    """

    def __init__(
        self, client: Redis, prefix: str = "wd:", retention: float = 30 * 86400, stories: int = 2_000_000
    ) -> None:
        self.client = client
        self.prefix = prefix
        self.retention = int(retention)
        most = min(16, max(8, ceil(log2(stories * SLOTS_A_STORY / SLOTS_A_PAGE))))
        self.lua = f"local INDEX_FIRST, INDEX_MOST = {2 ** (most - 8)}, {2**most}\n" + LUA.read_text("utf-8")
        self._lookup = client.register_script(self.lua + _LOOKUP)
        self._insert = client.register_script(self.lua + _INSERT)
        self._update = client.register_script(self.lua + _UPDATE)
        self._ticket: tuple[Query | None, dict[int, int], bytes] = None, {}, b""

    @staticmethod
    def probes(query: Query) -> bytes:
        """Posts and keys as the scripts take them: four bytes each, posts first."""
        posts, keys = query.posts, [int(key[-8:], 16) for key in query.keys]
        return struct.pack(f">{len(posts) + len(keys)}I", *posts, *keys)

    def lookup(self, query: Query) -> list[Candidate]:
        """Stories that share a key, or enough posts, and the heads of their clusters; most votes first."""
        args: list[Any] = [self.prefix, self.probes(query), len(query.posts), minvotes(query)]
        ticket, rows = self._lookup(args=args)
        found = [Candidate(number, revision, votes, blob) for number, revision, votes, blob in rows]
        self._ticket = query, {c.number: c.revision for c in found}, ticket
        return sorted(found, key=lambda c: (-c.votes, c.number))

    def ticket(self, query: Query, considered: Mapping[int, int] | None = None) -> bytes:
        """What the last look-up said of free places, if it was this query's and found what was ``considered``.

        With it a story is put in, and what was considered is known to be all, without another look: as long as nothing
        at all changed in the index meanwhile, which the server checks.
        """
        asked, found, ticket = self._ticket
        return ticket if asked is query and considered in (None, found) else b""

    def insert(self, query: Query, blob: bytes) -> int:
        """Store a story under the query's posts and keys; its number, from 1."""
        return int(self._insert(args=self._insertion(query, blob)))

    def insert_many(self, stories: Iterable[tuple[Query, bytes]]) -> None:
        """Store stories, all with one round trip."""
        with self.client.pipeline(transaction=False) as pipe:
            for query, blob in stories:
                self._insert(args=self._insertion(query, blob), client=pipe)
            pipe.execute()

    def _insertion(self, query: Query, blob: bytes) -> list[str | bytes | int]:
        return [self.prefix, self.probes(query), len(query.posts), blob, self.retention, self.ticket(query)]

    def update(self, number: int, blob: bytes) -> None:
        """Replace what is stored of a story; its revision grows by one."""
        self._update(args=[self.prefix, number, blob])

    def validate(self, query: Query, considered: Mapping[int, int]) -> bool:
        """Whether a look-up now returns nothing that ``considered`` did not hold at that revision."""
        return all(considered.get(c.number) == c.revision for c in self.lookup(query))
