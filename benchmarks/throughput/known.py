"""Stories that are known already: made-up fingerprints, inserted by the index's own script."""

from __future__ import annotations

import random
import time
from itertools import cycle

from redis import Redis

from benchmarks.copies.growth import blob
from pipeline.copies.sketch import POSTS
from pipeline.story import Query
from workers.index import RedisIndex

_BATCH = 200
_BLOBS = 50  # stored forms that stories share; what is looked up are the posts and keys, and those differ


def insert(client: Redis, count: int, *, seed: int = 1) -> None:
    """Put ``count`` made-up stories into the index."""
    if not count:
        return
    rng = random.Random(seed)
    blobs = cycle([blob(rng) for _ in range(_BLOBS)])
    RedisIndex(client).insert(_query(rng), next(blobs), time.time())
    for start in range(1, count, _BATCH):
        with client.pipeline(transaction=False) as pipe:
            index = RedisIndex(pipe)
            for _ in range(min(_BATCH, count - start)):
                _queue(index, _query(rng), next(blobs))
            pipe.execute()


def _queue(index: RedisIndex, query: Query, stored: bytes) -> None:
    args: list[str | bytes | int] = [index.prefix, index.pack(query.posts), stored, int(time.time()), index.retention]
    index._insert(args=[*args, *query.keys], client=index.client)


def _query(rng: random.Random) -> Query:
    posts = tuple(rng.getrandbits(32) for _ in range(POSTS))
    return Query(posts, tuple(f"{kind}{rng.getrandbits(64):016x}" for kind in "eubshh"))
