"""Copies and versions: what a story is to those already known.

``query`` says under which posts and keys a story is looked up, ``relate`` judges it against what the look-up returned,
``MemoryIndex`` is the index in one process (``workers.index.RedisIndex`` is the shared one). ``pair`` judges two
stories that are both at hand, word for word; ``cluster`` sorts a folder of stories.

In the listing: ``sketch`` (fingerprints), ``facts`` (what a lead claims), ``known`` (what is stored of a story),
``keys`` (the query), ``relate`` (the judgement), ``memory`` (the index), ``clusters`` (pairs and folders).
"""

from pipeline.copies.keys import query
from pipeline.copies.known import Known
from pipeline.copies.memory import MemoryIndex
from pipeline.copies.relate import relate

__all__ = ["Known", "MemoryIndex", "query", "relate"]
