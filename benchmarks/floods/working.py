"""What a flood is put through: a document's whole reading, a page's whole way to its record."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Final

from pipeline import copies, feeds, record, run, themes, walls, wire
from pipeline.errors import Permanent
from pipeline.repeats import write_note
from pipeline.story import Entry, Feed, Page, Story

CONFIG: Final = Path(__file__).resolve().parents[2] / "config"
NOW: Final = datetime(2026, 3, 1, 12, tzinfo=UTC)
FEED: Final = Feed(id="f", url="http://base.example/feed")
ENTRY: Final = Entry(
    key="k1", feed_id="f", guid="g", url="https://post.example/1", title="Shells hit Karsin"
)


@cache
def definitions() -> run.Definitions:
    """The rules, themes and walls that ship."""
    return run.Definitions(
        wire.load(CONFIG / "wire"), themes.load(CONFIG / "themes"), walls.load(CONFIG / "walls")
    )


def read_document(body: bytes) -> str:
    """Read a feed; how many entries it has, or why it is none."""
    feeds.body_hash(body)
    try:
        found = feeds.parse(body, FEED, now=NOW)
    except Permanent as error:
        return error.what[:60]
    return f"{len(found.entries)} entries, {len(found.broken)} broken, {found.left} left"


def work_through(body: bytes, kind: str = "text/html; charset=utf-8") -> str:
    """Do with a page all that a worker does; the outcome, or what the record was made of."""
    desk, now = definitions(), NOW.timestamp()
    page = Page(ENTRY.url, 200, body, kind, fetched=NOW)
    story = run.clean_story(ENTRY, page, desk, now, run.Stopwatch())
    if not isinstance(story, Story):
        return f"{story.kind}: {story.reason}"[:60]
    assessed = desk.themes.assess(story)
    query = copies.query(story)
    write_note(story)
    relation = copies.relate(story, [], NOW)
    for one in record.records(story, ENTRY, page, relation, assessed, now):
        one.to_json()
    words = sum(len(text.split()) for text in (story.headline, story.text))
    return f"{story.basis} {story.page_refused} {words} words, {len(query.posts)} posts"
