"""The words of the desk, as types. Every stage takes and returns these and nothing untyped.

Times are timezone-aware UTC datetimes. All types are frozen: a stage returns a new one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import blake2b
from typing import Any, Literal, Self

from pipeline.urls import canonical

# --------------------------------------------------------------------------- feeds and entries


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed as an operator configures it.

    ``every`` fixes the seconds between polls (None: learned from the feed). ``timezone`` is an IANA name for dates
    that carry no zone. ``full_text`` says that entries bring their whole text, so that no page is fetched.
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


@dataclass(frozen=True, slots=True)
class FeedHints:
    """What a feed document says of itself. Seconds; 0.0 and empty mean that it does not say.

    ``ttl`` and ``update_period`` are the shortest wait between polls that the publisher asks for (RSS ``ttl``,
    RSS 1.0 syndication module). ``skip_hours`` are hours 0 to 23 in GMT, ``skip_days`` English day names.
    ``hub`` and ``self_url`` are the WebSub links.
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
class FeedState:
    """What Wiredesk remembers of a feed between two polls. Epoch seconds; 0.0 means never.

    ``url`` is where the feed moved to for good (empty: still where the operator configured it, ``configured``).
    ``spacing`` is the learned time between two entries and ``longest`` the longest wait for one, in seconds; ``newest``
    the latest publication seen; ``latency`` the usual seconds from publication to sight. ``wait``, ``skip_hours``,
    ``skip_days`` keep the document's hints for the polls that bring no document. ``silent`` and ``failing_since`` say
    what operators were already told.
    """

    etag: str = ""
    modified: str = ""
    body_hash: str = ""
    url: str = ""
    next_poll: float = 0.0
    last_poll: float = 0.0
    last_new: float = 0.0
    interval: float = 0.0
    failures: int = 0
    status: int = 0
    error: str = ""
    gone: bool = False
    moved_to: str = ""
    moved_seen: int = 0
    last_keys: tuple[str, ...] = ()
    configured: str = ""
    title: str = ""
    first_poll: float = 0.0
    last_ok: float = 0.0
    last_full: float = 0.0
    newest: float = 0.0
    spacing: float = 0.0
    longest: float = 0.0
    latency: float = 0.0
    wait: float = 0.0
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[str, ...] = ()
    hub: str = ""
    self_url: str = ""
    entries: int = 0
    gaps: int = 0
    silent: bool = False
    failing_since: float = 0.0

    def to_json(self) -> str:
        """One line of JSON; ``from_json`` reads it back."""
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read what ``to_json`` wrote; unknown fields of a newer version are ignored."""
        data = json.loads(text)
        known: dict[str, Any] = {k: v for k, v in data.items() if k in cls.__slots__}
        for name in ("last_keys", "skip_hours", "skip_days"):
            known[name] = tuple(known.get(name, ()))
        return cls(**known)


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a feed, as the feed gave it, made safe (no control characters; http/https links only).

    ``key`` names the entry for ever: a hash of feed and guid (or of the URL where there is no guid).
    ``print`` is the hash of what a reader would call its content; a date alone does not change it.
    ``content`` is HTML where the feed brings the full text, else empty; ``summary`` is plain text.
    ``slug`` and ``status`` come from news formats (ninjs, NewsML-G2): status is ``canceled``, ``withheld`` or empty.
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
    def print(self) -> str:
        """Hash of title, canonical link, summary, content and status: a change makes the entry due again."""
        return digest(self.title, canonical(self.url), self.summary, self.content, *filter(None, [self.status]))

    def to_json(self) -> str:
        """One line of JSON; ``from_json`` reads it back."""
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"), default=_iso)

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read what ``to_json`` wrote."""
        data = {k: v for k, v in json.loads(text).items() if k in cls.__slots__}
        for name in ("published", "updated", "seen"):
            data[name] = datetime.fromisoformat(data[name]) if data.get(name) else None
        data["tags"] = tuple(data.get("tags", ()))
        return cls(**data)


@dataclass(frozen=True, slots=True)
class Page:
    """The bytes of an article page and how they came. ``status`` 0 means no page was fetched."""

    url: str
    status: int = 0
    body: bytes = b""
    content_type: str = ""
    fetched: datetime | None = None
    note: str = ""


# --------------------------------------------------------------------------- article and story


class BlockKind(StrEnum):
    """What a block of the page is, as its markup says."""

    PARAGRAPH = "p"
    HEADING = "h"
    QUOTE = "quote"
    ITEM = "li"
    CAPTION = "caption"
    STANDFIRST = "standfirst"
    BYLINE = "byline"


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph of extracted text. ``links`` is the share (0..1) of its characters inside links."""

    text: str
    kind: BlockKind = BlockKind.PARAGRAPH
    links: float = 0.0


@dataclass(frozen=True, slots=True)
class Moment:
    """A time, where it was found and how exact it is."""

    at: datetime
    basis: Literal["feed", "page", "dateline", "url", "fetch"]
    precision: Literal["second", "minute", "day"] = "second"


@dataclass(frozen=True, slots=True)
class Article:
    """The main text of a page with its furniture still in it, and what the page says about itself.

    ``headlines`` are the other forms of the headline that the page or the feed gives (cut, with the site's name, ...).
    """

    url: str
    headline: str
    blocks: tuple[Block, ...]
    standfirst: str = ""
    author: str = ""
    site: str = ""
    language: str = ""
    published: Moment | None = None
    canonical: str = ""
    basis: str = "page"
    truncated: bool = False
    paywalled: bool = False
    genre: str = ""
    headlines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Removed:
    """One cut: which rule made it, what it is, its words, and where it stood.

    ``line`` is the index into ``Story.raw`` (-1: the headline); ``start`` is the offset in that line, in characters.
    """

    rule: str
    kind: str
    text: str
    line: int
    start: int = 0


@dataclass(frozen=True, slots=True)
class Dateline:
    """Where and when a story says it was filed. ``date`` is as printed, empty where the dateline has none."""

    place: str
    date: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class CrossHead:
    """A heading inside the story; ``before`` is the index of the body paragraph that follows it."""

    text: str
    before: int


@dataclass(frozen=True, slots=True)
class Story:
    """A story cleaned of furniture: what its reporter wrote, with everything else as fields.

    ``raw`` holds every line before cleaning, in order; ``removed`` every cut. Nothing is lost between the two.
    ``version_label`` is as printed ("UPDATE 2", "1st Ld-Writethru"), ``form`` the tag kind: update, correction,
    refile, repeat, wrapup, kill, withdrawal, hold, advisory or empty.
    """

    key: str
    url: str
    headline: str
    body: tuple[str, ...]
    headline_raw: str = ""
    crossheads: tuple[CrossHead, ...] = ()
    standfirst: str = ""
    byline: str = ""
    byline_kind: Literal["", "person", "house", "agency"] = ""
    agency: str = ""
    agency_basis: str = ""
    dateline: Dateline | None = None
    slug: str = ""
    version_label: str = ""
    form: str = ""
    urgency: str = ""
    genre: str = ""
    advisory: str = ""
    correction_note: str = ""
    embargo: datetime | None = None
    credits: tuple[str, ...] = ()
    captions: tuple[str, ...] = ()
    language: str = ""
    published: Moment | None = None
    truncated: bool = False
    paywalled: bool = False
    syndicated: bool = False
    outlet: str = ""
    feed_id: str = ""
    canonical: str = ""
    raw: tuple[str, ...] = ()
    removed: tuple[Removed, ...] = ()

    @property
    def text(self) -> str:
        """The body as one string, a blank line between paragraphs; headline and cross-heads are not part of it."""
        return "\n\n".join(self.body)


# --------------------------------------------------------------------------- relation


class RelationKind(StrEnum):
    """How a story stands to those already known."""

    NEW = "new"
    REFETCH = "refetch"
    EXACT = "exact"
    COPY = "copy"
    TRUNCATED = "truncated"
    VERSION = "version"
    CORRECTION = "correction"
    WITHDRAWAL = "withdrawal"


@dataclass(frozen=True, slots=True)
class Query:
    """What the index is asked with: near-duplicate ``posts`` (unsigned 32-bit) and exact ``keys``."""

    posts: tuple[int, ...]
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A story the index returned: its number there, its revision, how many posts it shares, and what is stored."""

    number: int
    revision: int
    votes: int
    blob: bytes


@dataclass(frozen=True, slots=True)
class Relation:
    """What a story is to those known, why, and what the index must hold afterwards.

    ``uri`` and ``version`` identify the record; they are those of the earlier record plus one where this is a later
    version of it. ``of`` is the uri related to. ``insert`` is stored for this story (None: nothing to store),
    ``changed`` replaces what is stored of others, ``withdrawn`` names the (uri, version) records to withdraw.
    A story that arrives after its own withdrawal is itself the last of ``withdrawn``.

    ``superseded``: an earlier edition that came late; its record stands beside the current one and never replaces it.
    ``representative`` is the uri that stands for the cluster, ``outlets`` how many outlets carry it, and ``merged``
    names the clusters that turned out to be this one.
    """

    kind: RelationKind
    uri: str
    version: int
    cluster: str
    of: str = ""
    containment: float = 0.0
    jaccard: float = 0.0
    why: str = ""
    insert: bytes | None = None
    changed: tuple[tuple[int, bytes], ...] = ()
    withdrawn: tuple[tuple[str, int], ...] = ()
    superseded: bool = False
    representative: str = ""
    outlets: int = 1
    merged: tuple[str, ...] = ()


# --------------------------------------------------------------------------- themes


class Modality(StrEnum):
    """How a piece of evidence is meant."""

    ACTUAL = "actual"
    NEGATED = "negated"
    PLANNED = "planned"
    HYPOTHETICAL = "hypothetical"
    HISTORICAL = "historical"
    DENIED = "denied"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Words that say a theme: ``paragraph`` indexes the body (-1: headline), offsets are characters in it."""

    text: str
    paragraph: int
    start: int
    end: int
    term: str
    weight: float
    modality: Modality = Modality.ACTUAL


@dataclass(frozen=True, slots=True)
class PassageScore:
    """A run of paragraphs ``first`` to ``last`` (inclusive) and how strongly it carries the theme, 0 to 1."""

    first: int
    last: int
    score: float
    crosshead: str = ""


@dataclass(frozen=True, slots=True)
class Join:
    """A theme's place in a taxonomy of the field ("iptc", "acled" ...): a candidate, ``match`` close or broad.

    ``subtheme`` is empty where the code belongs to the theme as a whole.
    """

    scheme: str
    code: str
    match: Literal["close", "broad"] = "close"
    subtheme: str = ""


@dataclass(frozen=True, slots=True)
class ThemeMatch:
    """A theme that a story carries."""

    id: str
    score: float
    evidence: tuple[Evidence, ...]
    passages: tuple[PassageScore, ...] = ()
    subthemes: tuple[str, ...] = ()
    version: str = ""
    hash: str = ""
    codes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    joins: tuple[Join, ...] = ()


@dataclass(frozen=True, slots=True)
class Assessment:
    """All that classifying a story came to: every theme's ``scores``, and the ``matches`` that are reported.

    ``abstained`` says why a theme that is not reported may be there all the same (too short, cut off, a language
    without definitions); empty where the scores are to be trusted both ways.
    """

    scores: Mapping[str, float]
    matches: tuple[ThemeMatch, ...] = ()
    abstained: str = ""


# --------------------------------------------------------------------------- outcome and record


class OutcomeKind(StrEnum):
    """How a story's processing ended. Every admitted entry ends in exactly one."""

    NEW = "new"
    VERSION = "version"
    CORRECTION = "correction"
    WITHDRAWAL = "withdrawal"
    COPY = "copy"
    UNCHANGED = "unchanged"
    NOT_A_STORY = "not_a_story"
    NO_PAGE = "no_page"
    NO_TEXT = "no_text"
    TOO_LARGE = "too_large"
    BROKEN_ENTRY = "broken_entry"
    QUARANTINED = "quarantined"
    DROPPED = "dropped"

    @property
    def delivered(self) -> bool:
        """Whether this end hands a record to the sinks."""
        return self in _DELIVERED


_DELIVERED = frozenset(
    {OutcomeKind.NEW, OutcomeKind.VERSION, OutcomeKind.CORRECTION, OutcomeKind.WITHDRAWAL, OutcomeKind.COPY}
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of a story's processing and the reason, in words an operator understands."""

    kind: OutcomeKind
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """What a sink receives: an event about one version of one story.

    ``uri`` with ``version`` and ``type`` identifies it; ``data`` is the JSON document that docs/schema describes.
    """

    uri: str
    version: int
    type: str
    data: Mapping[str, Any]

    @property
    def id(self) -> str:
        """Stable identity of the event: a sink that has it once never needs it again."""
        return f"{self.uri}/{self.version}/{self.type.removeprefix('story.')}"

    def to_json(self) -> str:
        """One line of JSON: the CloudEvents 1.0 envelope around the document."""
        return json.dumps(
            {
                "specversion": "1.0",
                "id": self.id,
                "source": "urn:wiredesk",
                "type": self.type,
                "subject": self.uri,
                "time": self.data.get("filed", ""),
                "version": self.version,
                "data": self.data,
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read what ``to_json`` wrote."""
        d = json.loads(text)
        return cls(uri=d["subject"], version=d["version"], type=d["type"], data=d["data"])


def digest(*parts: str) -> str:
    """Hash of the parts in order, 32 hex digits; parts cannot run into each other."""
    h = blake2b(digest_size=16)
    for part in parts:
        raw = part.encode("utf-8", "surrogatepass")
        h.update(len(raw).to_bytes(8, "big"))
        h.update(raw)
    return h.hexdigest()


def utc(seconds: float) -> datetime:
    """Epoch seconds as an aware datetime."""
    return datetime.fromtimestamp(seconds, UTC)


def _iso(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} does not go into JSON")
