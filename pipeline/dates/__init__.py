"""Every reading of a date: in feeds, on pages, in addresses, in datelines and in embargoes.

    zones.py        time zones by figures, short names, places and words
    month_names.py  the months' names in the languages of the world's news
    written.py      one date as somebody wrote it, in any form; the order that a feed's dates tell
    feed_dates.py   the dates of a feed's entries
    story_dates.py  when a story was published: feed, page, address and fetch weighed
    wire_dates.py   datelines and embargoes

Programs write feeds and metadata, people write lines for readers, datelines and embargoes.
"""

from pipeline.dates.feed_dates import parse_feed_date, place_feed
from pipeline.dates.month_names import MONTHS
from pipeline.dates.story_dates import NO_TIMES, PageTimes, date_story
from pipeline.dates.wire_dates import find_embargo_end, parse_dateline_day
from pipeline.dates.written import (
    Order,
    Place,
    Written,
    fold_words,
    learn_order,
    list_written,
    read_written,
)
from pipeline.dates.zones import find_zone

__all__ = [
    "MONTHS", "NO_TIMES", "Order", "PageTimes", "Place", "Written", "date_story",
    "find_embargo_end", "find_zone", "fold_words", "learn_order", "list_written",
    "parse_dateline_day", "parse_feed_date", "place_feed", "read_written",
]  # fmt: skip
