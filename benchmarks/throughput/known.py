"""Stories that are known already: made-up fingerprints, inserted by the index's own script."""

from __future__ import annotations

import random
from itertools import cycle

from benchmarks.copies.growth import POSTS, blob
from pipeline.copies import Query
from workers.redis.redis_index import RedisIndex

_BATCH = 200
# stored forms that stories share: what is looked up are the posts and keys, and those differ
_BLOBS = 50


def insert(index: RedisIndex, count: int, *, seed: int = 1) -> None:
    """Put ``count`` made-up stories into the index."""
    if not count:
        return
    rng = random.Random(seed)
    blobs = cycle([blob(rng) for _ in range(_BLOBS)])
    for start in range(0, count, _BATCH):
        index.insert_many((_query(rng), next(blobs)) for _ in range(min(_BATCH, count - start)))


def _query(rng: random.Random) -> Query:
    posts = tuple(rng.getrandbits(32) for _ in range(POSTS))
    return Query(posts, tuple(f"{kind}{rng.getrandbits(64):016x}" for kind in "eubshh"))
