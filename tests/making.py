"""Makes the plain things that tests need: entries, stories, records. No behaviour in here."""

from __future__ import annotations

from typing import Any

from pipeline.record import Record
from pipeline.story import Entry, Story, digest, utc

NOW = 1_790_000_000.0

WORDS = (
    "harbour",
    "council",
    "bridge",
    "patrol",
    "river",
    "minister",
    "ferry",
    "market",
    "storm",
    "tunnel",
    "valley",
)
"""Words that made-up stories are drawn from."""


def entry(name: str = "a", **changes: Any) -> Entry:
    """An entry of feed "feed" whose page is on wire.example."""
    given: dict[str, Any] = {
        "key": digest("feed", name),
        "feed_id": "feed",
        "guid": name,
        "url": f"https://wire.example/{name}",
        "title": f"Headline {name}",
        "seen": utc(NOW),
    }
    return Entry(**{**given, **changes})


def story(name: str = "a", body: tuple[str, ...] = (), **changes: Any) -> Story:
    """A clean story; its body is made of its name unless given."""
    given: dict[str, Any] = {
        "key": digest("feed", name),
        "url": f"https://wire.example/{name}",
        "headline": f"Headline {name}",
        "body": body
        or tuple(
            f"Paragraph {n} of the story called {name} says something of its own." for n in range(4)
        ),
    }
    return Story(**{**given, **changes})


def record(name: str = "a", version: int = 1, type_: str = "story.new", **data: Any) -> Record:
    """A record with a small document."""
    return Record(
        f"urn:wiredesk:story:{name}", version, type_, {"headline": f"Headline {name}", **data}
    )
