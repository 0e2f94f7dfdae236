"""Copies and versions: what a story is to those already known.

``query`` says under which posts and keys a story is looked up, ``relate`` judges it against what the look-up returned,
``MemoryIndex`` is the index in one process (``workers.redis.redis_index.RedisIndex`` is the shared one). ``pair`` judges two
stories that are both at hand, word for word; ``cluster`` sorts a folder of stories.

In the listing: ``figures`` and ``sketch`` read a text, ``compare`` sets two side by side, ``keys`` makes the query,
``describe`` and ``known`` say what is stored of a story, ``found`` holds the candidates, ``relate`` judges, ``place``
gives uri, version and cluster, ``memory`` is the index, ``clusters`` compares stories that are all at hand.

To a sink this means: ``superseded`` records are earlier editions that came late; what ``withdrawn`` names goes out as
``story.withdrawn``; a kill that finds no target waits for it under the names it gives.
"""

from pipeline.copies.clusters import Cluster, PairReport, cluster, pair
from pipeline.copies.keys import query
from pipeline.copies.known import Known
from pipeline.copies.lookup import Candidate, Query
from pipeline.copies.memory import MemoryIndex
from pipeline.copies.relate import relate

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
