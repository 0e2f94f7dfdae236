"""The sample wire's nouns: a story whose truth is known because we wrote it, its furniture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from pipeline.story import CrossHead, Dateline, OutcomeKind, RelationKind

HEAD_KINDS = frozenset({"standfirst", "byline", "agency", "slug", "advisory"})
"""Furniture that stands before the lead where nothing else is said."""

TAIL_KINDS = frozenset({"headline", "caption", "teasers", "share", "credit", "copyright"}) | {
    "disclaimer", "correction", "note", "endmark",
}  # fmt: skip
"""Furniture that stands behind the last paragraph where nothing else is said."""


@dataclass(frozen=True, slots=True)
class Furniture:
    """A piece that is not the reporter's copy, and where it stands.

    ``at`` is ``"head"``, ``"tail"`` or the number of body paragraphs it follows (0: between the
    head and the lead). ``items`` are the headlines of a list of teasers, each a link on the page.
    ``glued`` furniture has no line of its own: it runs into its neighbour.
    """

    kind: str
    text: str
    at: int | Literal["head", "tail"]
    items: tuple[str, ...] = ()
    glued: bool = False


@dataclass(frozen=True, slots=True)
class Outlet:
    """A paper, site or station of the sample wire, and how its feed is made.

    ``format`` is one of rss, rss-full, rdf, atom, json, sitemap; ``validators`` says which of ETag
    and Last-Modified the server offers; ``naive_dates`` prints local times without their zone, as
    many portals do.
    """

    id: str
    name: str
    format: str
    template: str
    path: str
    language: str = "en"
    timezone: str = "UTC"
    suffix: str = ""
    validators: Literal["both", "etag", "modified"] = "both"
    naive_dates: bool = False
    guids: bool = True


@dataclass(frozen=True, slots=True)
class SampleStory:
    """One entry of the sample wire: the expected result, and what to wrap around it.

    ``headline``, ``body``, ``crossheads`` and the other fields that ``pipeline.story.Story`` also
    has are what a clean copy must hold. ``title`` is the headline as feed and page print it,
    ``feed_title`` as the feed alone does. ``outcome``, ``relation`` and ``of`` say how the entry
    must end when the entries arrive in the order of ``published``. ``page`` is what the server
    answers for its link: ``ok``, a ``redirect`` to the page, an error status, or ``none`` where
    there is no link.
    """

    id: str
    outlet: str
    headline: str
    body: tuple[str, ...]
    published: datetime = datetime(2026, 11, 20, tzinfo=UTC)
    crossheads: tuple[CrossHead, ...] = ()
    standfirst: str = ""
    byline: str = ""
    byline_kind: Literal["", "person", "house", "agency"] = ""
    agency: str = ""
    dateline: Dateline | None = None
    dateline_style: str = ""
    slug: str = ""
    version_label: str = ""
    form: str = ""
    genre: str = ""
    advisory: str = ""
    correction_note: str = ""
    themes: tuple[str, ...] = ()
    truncated: bool = False
    title: str = ""
    feed_title: str = ""
    template: str = ""
    furniture: tuple[Furniture, ...] = ()
    outcome: OutcomeKind = OutcomeKind.NEW
    relation: RelationKind = RelationKind.NEW
    of: str = ""
    page: Literal["ok", "redirect", "403", "404", "none"] = "ok"
    path: str = ""
    guid: str = ""
    summary: str = ""
    date_text: str = ""
    meta: Mapping[str, str] = field(default_factory=dict)

    @property
    def printed(self) -> str:
        """The headline as feed and page print it, tags included."""
        return self.title or self.headline

    @property
    def credits(self) -> tuple[str, ...]:
        """Credit and copyright lines, in the order of the page."""
        return self.texts("credit", "copyright")

    @property
    def captions(self) -> tuple[str, ...]:
        """Captions, in the order of the page."""
        return self.texts("caption")

    @property
    def syndicated(self) -> bool:
        """Whether a line on the page says that the copy came from an agency's feed."""
        return bool(self.texts("disclaimer"))

    def texts(self, *kinds: str) -> tuple[str, ...]:
        """The words of the furniture of these kinds, in the order of the page."""
        return tuple(f.text for f in self.furniture if f.kind in kinds)
