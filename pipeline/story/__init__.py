"""The words of the desk, as types. Every stage takes and returns these and nothing untyped.

Times are timezone-aware UTC datetimes. All types are frozen: a stage returns a new one.

``feed`` (Feed, Entry, Page), ``text`` (Article, Story), ``relation``, ``theme``, ``record`` (Outcome,
Record): one door.
"""

from pipeline.story.basics import digest, utc
from pipeline.story.feed import Entry, Feed, FeedHints, FeedState, Page, Visit
from pipeline.story.record import RECLASSIFIED, Outcome, OutcomeKind, Record
from pipeline.story.relation import Candidate, Query, Relation, RelationKind
from pipeline.story.text import (
    Article,
    Block,
    BlockKind,
    CrossHead,
    Dateline,
    Moment,
    Removed,
    Story,
)
from pipeline.story.theme import Assessment, Evidence, Join, Modality, PassageScore, ThemeMatch

__all__ = [
    "RECLASSIFIED",
    "Article",
    "Assessment",
    "Block",
    "BlockKind",
    "Candidate",
    "CrossHead",
    "Dateline",
    "Entry",
    "Evidence",
    "Feed",
    "FeedHints",
    "FeedState",
    "Join",
    "Modality",
    "Moment",
    "Outcome",
    "OutcomeKind",
    "Page",
    "PassageScore",
    "Query",
    "Record",
    "Relation",
    "RelationKind",
    "Removed",
    "Story",
    "ThemeMatch",
    "Visit",
    "digest",
    "utc",
]
