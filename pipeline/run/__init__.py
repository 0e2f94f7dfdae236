"""A story's life, as plain calls: poll, fetch, process, deliver; and reprocess.

Each function takes what it needs as arguments and returns what happened; the caller logs it.
Between any two lines here a worker may die: what the ledger holds by then is enough to go on, and
nothing is handed out twice.
"""

from pipeline.run.deliver import deliver
from pipeline.run.page import ROBOTS_FIRST, Fetched, fetch_next
from pipeline.run.poll import (
    FULL_TEXT,
    LATE,
    Parse,
    Polled,
    Reach,
    add_entries,
    parse_response,
    poll,
    push,
)
from pipeline.run.process import Definitions, Ended, Stopwatch, clean_story, process
from pipeline.run.reprocess import Reprocessed, reprocess

__all__ = [
    "FULL_TEXT",
    "LATE",
    "ROBOTS_FIRST",
    "Definitions",
    "Ended",
    "Fetched",
    "Parse",
    "Polled",
    "Reach",
    "Reprocessed",
    "Stopwatch",
    "add_entries",
    "clean_story",
    "deliver",
    "fetch_next",
    "parse_response",
    "poll",
    "process",
    "push",
    "reprocess",
]
