"""A story's life, as plain calls: poll, fetch, process, deliver; and reprocess, when the definitions change.

Each function takes what it needs as arguments and returns what happened; the caller logs it. Between any two lines
here a worker may die: what the ledger holds by then is enough to go on, and nothing is handed out twice.
"""

from pipeline.run.admitting import FULL_TEXT, Polled
from pipeline.run.delivering import deliver
from pipeline.run.fetching import ROBOTS_FIRST, Fetched, fetch, fetch_next
from pipeline.run.means import Definitions, Reach
from pipeline.run.polling import document, learned, poll
from pipeline.run.processing import Ended, process, read
from pipeline.run.pushing import push
from pipeline.run.reprocessing import Reprocessed, reprocess
from pipeline.run.settling import LATE

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
    "deliver",
    "document",
    "fetch",
    "fetch_next",
    "learned",
    "poll",
    "process",
    "push",
    "read",
    "reprocess",
]
