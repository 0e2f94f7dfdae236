"""Copies and versions: what a story is to those already known.

``query`` says under which posts and keys a story is looked up, ``relate`` judges it against what
the look-up returned, ``MemoryIndex`` is the index in one process
(``workers.redis.redis_index.RedisIndex`` is the shared one). ``pair`` judges two stories that are
both at hand, word for word; ``cluster`` sorts a folder of stories.

A story's way: ``fingerprints`` reads its text, ``identity`` says what names it (the query) and what
is kept of it, ``known`` is what the index stores, ``likeness`` sets two texts side by side,
``relate`` is the list of rules that judge, ``place`` gives uri, version and cluster.
``memory_index`` is beside that way.

To a sink this means: ``superseded`` records are earlier editions that came late; what ``withdrawn``
names goes out as ``story.withdrawn``; a kill that finds no target waits for it under the names it
gives.
"""

from pipeline.copies.identity import Query, query
from pipeline.copies.known import Candidate, Known
from pipeline.copies.memory_index import Cluster, MemoryIndex, cluster
from pipeline.copies.relate import PairReport, pair, relate

__all__ = [
    "Candidate",
    "Cluster",
    "Known",
    "MemoryIndex",
    "PairReport",
    "Query",
    "cluster",
    "pair",
    "query",
    "relate",
]
