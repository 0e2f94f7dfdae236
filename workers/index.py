"""RedisIndex: the index of known stories that all workers share. Its operations are Lua, in ``lua/index.lua``."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from math import ceil, log2
from pathlib import Path
from time import time
from typing import Any, Final

from redis import Redis

from pipeline.copies.keys import minvotes
from pipeline.story import Candidate, Query

# 24 posts and about six keys; a page has 204 buckets of 16 slots, kept seven tenths full
SLOTS_A_STORY: Final = 30
SLOTS_A_PAGE: Final = 0.7 * 204 * 16
LUA: Final = Path(__file__).parent / "lua" / "index.lua"
_LOOKUP = "return index_lookup(ARGV[1], ARGV[2], {unpack(ARGV, 4)}, tonumber(ARGV[3]))"
_INSERT = "return index_insert(ARGV[1], ARGV[2], {unpack(ARGV, 6)}, ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5]))"
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
        most = min(20, max(10, ceil(log2(stories * SLOTS_A_STORY / SLOTS_A_PAGE))))
        self.lua = f"local INDEX_FIRST, INDEX_MOST = {most - 8}, {most}\n" + LUA.read_text("utf-8")
        self._lookup = client.register_script(self.lua + _LOOKUP)
        self._insert = client.register_script(self.lua + _INSERT)
        self._update = client.register_script(self.lua + _UPDATE)

    @staticmethod
    def pack(posts: tuple[int, ...]) -> bytes:
        """Posts as the scripts take them."""
        return struct.pack(f">{len(posts)}I", *posts)

    @staticmethod
    def minvotes(query: Query) -> int:
        """How many posts make a candidate."""
        return minvotes(query)

    def lookup(self, query: Query) -> list[Candidate]:
        """Stories that share a key, or enough posts, and the heads of their clusters; most votes first."""
        args: list[str | bytes | int] = [self.prefix, self.pack(query.posts), minvotes(query), *query.keys]
        rows: list[Any] = self._lookup(args=args)
        found = [Candidate(int(n), int(revision), int(votes), blob) for n, revision, votes, blob in rows]
        return sorted(found, key=lambda c: (-c.votes, c.number))

    def insert(self, query: Query, blob: bytes, now: float | None = None) -> int:
        """Store a story under the query's posts and keys; its number, from 1."""
        when = int(time() if now is None else now)
        args: list[str | bytes | int] = [self.prefix, self.pack(query.posts), blob, when, self.retention, *query.keys]
        return int(self._insert(args=args))

    def update(self, number: int, blob: bytes) -> None:
        """Replace what is stored of a story; its revision grows by one."""
        self._update(args=[self.prefix, number, blob])

    def validate(self, query: Query, considered: Mapping[int, int]) -> bool:
        """Whether a look-up now returns nothing that ``considered`` did not hold at that revision."""
        return all(considered.get(c.number) == c.revision for c in self.lookup(query))
