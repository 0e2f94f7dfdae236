"""RedisIndex: the index of known stories that all workers share. Its operations are Lua, in ``lua/index.lua``."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from math import ceil
from pathlib import Path
from typing import Any, Final

from redis import Redis

from pipeline.copies import Candidate, Query

PAGES: Final = 1 << 16
# 24 posts and about six keys; a page that has a quarter more than the mean has had bad luck beyond measure
SLOTS_A_STORY: Final = 30
ROOM: Final = 1.25
LUA: Final = Path(__file__).parent / "lua" / "index.lua"
_LOOKUP = "return index_lookup(ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]))"
_INSERT = "return index_insert(ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4])"
_PUT = """
local considered = {}
for i = 6, #ARGV, 2 do considered[tonumber(ARGV[i])] = tonumber(ARGV[i + 1]) end
return index_insert(ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4] ~= '' and ARGV[4], tonumber(ARGV[5]), considered)"""
_UPDATE = "index_update(ARGV[1], tonumber(ARGV[2]), ARGV[3])"


class RedisIndex:
    """See ``pipeline.copies.MemoryIndex``. ``lua`` is for scripts that use the index within their own transaction.

    ``retention`` is in seconds: a story stored longer ago is forgotten and its memory freed. ``stories`` is how many
    there may be within that time; beyond it the oldest posts give way, so memory is bounded (about 420 bytes for each).
    """

    def __init__(
        self,
        client: Redis,
        prefix: str = "wd:",
        retention: float = 30 * 86400,
        stories: int = 2_000_000,
    ) -> None:
        self.client = client
        self.prefix = prefix
        most = max(16, ceil(stories * SLOTS_A_STORY / PAGES * ROOM))
        life = max(1, int(retention))
        self.lua = f"local INDEX_LIFE, INDEX_MOST = '{life}', {most}\n" + LUA.read_text("utf-8")
        self._lookup = client.register_script(self.lua + _LOOKUP)
        self._insert = client.register_script(self.lua + _INSERT)
        self._put = client.register_script(self.lua + _PUT)
        self._update = client.register_script(self.lua + _UPDATE)

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
        args: list[Any] = [self.prefix, self.probes(query), len(query.posts), query.least_votes]
        return self.candidates(self._lookup(args=args))

    def insert(self, query: Query, blob: bytes) -> int:
        """Store a story under the query's posts and keys; its number, from 1."""
        return int(self._insert(args=self._insertion(query, blob)))

    def put(
        self, query: Query, blob: bytes | None, considered: Mapping[int, int]
    ) -> list[Candidate]:
        """Store a story unless a look-up finds what is not ``considered`` at its revision; what it finds in that case.

        One round trip. Without a blob nothing is stored.
        """
        args: list[Any] = [
            *self._insertion(query, blob or b""),
            query.least_votes,
            *chain(*considered.items()),
        ]
        said = self._put(args=args)
        return [] if isinstance(said, int) else self.candidates(said)

    def insert_many(self, stories: Iterable[tuple[Query, bytes]]) -> None:
        """Store stories, all with one round trip."""
        with self.client.pipeline(transaction=False) as pipe:
            for query, blob in stories:
                self._insert(args=self._insertion(query, blob), client=pipe)
            pipe.execute()

    def _insertion(self, query: Query, blob: bytes) -> list[str | bytes | int]:
        return [self.prefix, self.probes(query), len(query.posts), blob]

    def update(self, number: int, blob: bytes) -> None:
        """Replace what is stored of a story; its revision grows by one."""
        self._update(args=[self.prefix, number, blob])
