"""Feeds, their entries, and the pages of these."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Final, Self

from pipeline.story.basics import digest, iso
from pipeline.urls import canonical

# characters of a validator that are kept: a longer one would not come back as it was sent
_VALIDATOR: Final = 200


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed as an operator configures it.

    ``every`` fixes the seconds between polls (None: learned from the feed). ``timezone`` is an IANA
    name for dates that carry no zone. ``full_text`` says that entries bring their whole text, so
    that no page is fetched. A ``url`` that begins with ``file:`` is a watched folder; ``after``
    says what becomes of a file that was read: ``keep`` or ``move``. ``quota`` is how many new
    entries are taken in an hour (0: any number; None: as the settings say).
    """

    id: str
    url: str
    name: str = ""
    outlet: str = ""
    language: str = ""
    timezone: str = "UTC"
    format: str = "auto"
    full_text: bool = False
    every: float | None = None
    after: str = "keep"
    quota: int | None = None

    def to_json(self) -> str:
        """One line of JSON without what is as usual; ``from_json`` reads it back."""
        usual = Feed("", "")
        said = {k: v for k, v in asdict(self).items() if v != getattr(usual, k)}
        return json.dumps(said, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read what ``to_json`` wrote; unknown fields of a newer version are ignored."""
        return cls(**{k: v for k, v in json.loads(text).items() if k in cls.__slots__})


@dataclass(frozen=True, slots=True)
class FeedHints:
    """What a feed document says of itself. Seconds; 0.0 and empty mean that it does not say.

    ``ttl`` and ``update_period`` are the shortest wait between polls that the publisher asks for
    (RSS ``ttl``, RSS 1.0 syndication module). ``skip_hours`` are hours 0 to 23 in GMT,
    ``skip_days`` English day names. ``hub`` and ``self_url`` are the WebSub links.
    """

    title: str = ""
    language: str = ""
    home: str = ""
    ttl: float = 0.0
    update_period: float = 0.0
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[str, ...] = ()
    hub: str = ""
    self_url: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a feed, as the feed gave it, made safe (no control characters; http/https links
    only).

    ``key`` names the entry for ever: a hash of feed and guid (or of the URL where there is no
    guid). ``print`` is the hash of what a reader would call its content; a date alone does not
    change it. ``content`` is HTML where the feed brings the full text, else empty; ``summary`` is
    plain text. ``slug`` and ``status`` come from news formats (ninjs, NewsML-G2): status is
    ``canceled``, ``withheld`` or empty.
    """

    key: str
    feed_id: str
    guid: str
    url: str
    title: str
    summary: str = ""
    content: str = ""
    author: str = ""
    published: datetime | None = None
    updated: datetime | None = None
    language: str = ""
    tags: tuple[str, ...] = ()
    outlet: str = ""
    feed_name: str = ""
    timezone: str = "UTC"
    seen: datetime | None = None
    slug: str = ""
    status: str = ""

    @property
    def dated(self) -> float:
        """When it was last changed, as its feed says: epoch seconds, 0.0 where it says nothing."""
        dates = [moment.timestamp() for moment in (self.published, self.updated) if moment]
        return max(dates, default=0.0)

    @property
    def print(self) -> str:
        """Hash of title, canonical link, summary, content and status: a change makes the entry due
        again."""
        return digest(
            self.title,
            canonical(self.url),
            self.summary,
            self.content,
            *filter(None, [self.status]),
        )

    def to_json(self) -> str:
        """One line of JSON; ``from_json`` reads it back."""
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"), default=iso)

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read what ``to_json`` wrote."""
        data = {k: v for k, v in json.loads(text).items() if k in cls.__slots__}
        for name in ("published", "updated", "seen"):
            data[name] = datetime.fromisoformat(data[name]) if data.get(name) else None
        data["tags"] = tuple(data.get("tags", ()))
        return cls(**data)


@dataclass(frozen=True, slots=True)
class PageMark:
    """What is kept of a page to ask for it again: its validators as they came, and its hash."""

    etag: str = ""
    modified: str = ""
    digest: str = ""


NO_MARK: Final = PageMark()
"""Of a page that was never read."""


@dataclass(frozen=True, slots=True)
class Page:
    """The bytes of an article page and how they came. ``status`` 0 means no page was fetched.

    ``etag`` and ``modified`` are the validators of the answer, byte for byte.
    """

    url: str
    status: int = 0
    body: bytes = b""
    content_type: str = ""
    fetched: datetime | None = None
    note: str = ""
    etag: str = ""
    modified: str = ""

    @property
    def mark(self) -> PageMark:
        """What is kept of it; nothing of a page without a body."""
        if not self.body:
            return NO_MARK
        body = blake2b(self.body, digest_size=8).hexdigest()
        return PageMark(self.etag[:_VALIDATOR], self.modified[:_VALIDATOR], body)
