"""A story's life, as plain calls: poll, fetch, process, deliver; and reprocess.

Each function takes what it needs as arguments and returns what happened; the caller logs it.
Between any two lines here a worker may die: what the ledger holds by then is enough to go on, and
nothing is handed out twice.
"""

from pipeline.run.deliver import deliver
from pipeline.run.page import ROBOTS_FIRST, Fetched, fetch_next
from pipeline.run.poll import FULL_TEXT, LATE, Polled, Reach, document, learned, poll, push
from pipeline.run.process import Definitions, Ended, Stopwatch, clean_story, process
from pipeline.run.reprocess import Reprocessed, reprocess

__all__ = [
    "FULL_TEXT",
    "LATE",
    "ROBOTS_FIRST",
    "Definitions",
    "Ended",
    "Fetched",
    "Polled",
    "Reach",
    "Reprocessed",
    "Stopwatch",
    "clean_story",
    "deliver",
    "document",
    "fetch_next",
    "learned",
    "poll",
    "process",
    "push",
    "reprocess",
]
