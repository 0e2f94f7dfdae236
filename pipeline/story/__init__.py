"""The words of the newsroom, as types. Every stage takes and returns these and nothing untyped.

Times are timezone-aware datetimes, in UTC but for a ``Moment``'s. All types are frozen: a stage
returns a new one.

``feed`` (Feed, Entry, Page), ``article`` (Article, Story), ``relation``, ``theme``, ``kinds`` (the
table of outcomes, relations and events): one door.
"""

from pipeline.story.article import (
    OF_FEED,
    Article,
    Block,
    BlockKind,
    CrossHead,
    Dateline,
    Leads,
    Moment,
    Removed,
    Story,
)
from pipeline.story.basics import digest, utc
from pipeline.story.feed import Entry, Feed, FeedHints, Page, PageMark
from pipeline.story.kinds import KINDS, NOTICES, EventKind, Outcome, OutcomeKind, RelationKind
from pipeline.story.relation import RecordVersion, Relation, StoredStory
from pipeline.story.theme import Assessment, Evidence, Join, Modality, PassageScore, ThemeMatch

__all__ = [
    "KINDS",
    "NOTICES",
    "OF_FEED",
    "Article",
    "Assessment",
    "Block",
    "BlockKind",
    "CrossHead",
    "Dateline",
    "Entry",
    "EventKind",
    "Evidence",
    "Feed",
    "FeedHints",
    "Join",
    "Leads",
    "Modality",
    "Moment",
    "Outcome",
    "OutcomeKind",
    "Page",
    "PageMark",
    "PassageScore",
    "RecordVersion",
    "Relation",
    "RelationKind",
    "Removed",
    "StoredStory",
    "Story",
    "ThemeMatch",
    "digest",
    "utc",
]
