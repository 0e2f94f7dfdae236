"""The text of a page, and the story in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, Literal


class BlockKind(StrEnum):
    """What a block of the page is, as its markup says."""

    PARAGRAPH = "p"
    HEADING = "h"
    QUOTE = "quote"
    ITEM = "li"
    CAPTION = "caption"
    STANDFIRST = "standfirst"
    BYLINE = "byline"


class Leads(StrEnum):
    """Where all the links of a block lead, as their addresses say."""

    # to what may be a story, or the block has no link
    NOWHERE = ""
    # to a newsletter, an app, a subscription
    OFFER = "offer"
    # to somebody's account or channel, or to a mailbox
    ACCOUNT = "account"
    # to a page about an author
    AUTHOR = "author"


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph of extracted text. ``links`` is the share (0..1) of its characters inside links,
    ``leads`` where these lead; ``slanted``: all of it is in italics."""

    text: str
    kind: BlockKind = BlockKind.PARAGRAPH
    links: float = 0.0
    slanted: bool = False
    leads: Leads = Leads.NOWHERE


@dataclass(frozen=True, slots=True)
class Moment:
    """A time, where it was found and how exact it is.

    ``at`` keeps the zone that it was written in, so that its day is the one that its place calls
    it; UTC may call it the one before or after.
    """

    at: datetime
    basis: Literal["feed", "page", "dateline", "url", "fetch"]
    precision: Literal["second", "minute", "day"] = "second"

    @property
    def day(self) -> str:
        """The day as it is called where the time was found, "2026-11-22"."""
        return self.at.date().isoformat()


@dataclass(frozen=True, slots=True)
class Article:
    """The main text of a page with its furniture still in it, and what the page says about itself.

    ``headlines`` are the other forms of the headline that the page or the feed gives (cut, with the
    site's name, ...). ``author`` is what the surest place says of who wrote it, ``signatures``
    what all metadata say, surest first, ``printed_authors`` what stands at the headline
    or is marked on the page: cleaning reads the names in them.
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
    signatures: tuple[str, ...] = ()
    printed_authors: tuple[str, ...] = ()


OF_FEED: Final = frozenset({"feed content", "feed summary", "headline"})
"""What an article is based on that is the feed's own text, for want of a page."""


@dataclass(frozen=True, slots=True)
class Removed:
    """One cut: which rule made it, what it is, its words, and where it stood.

    ``line`` is the index into ``Story.raw`` (-1: the headline); ``start`` is the offset in that
    line, in characters.
    """

    rule: str
    kind: str
    text: str
    line: int
    start: int = 0


@dataclass(frozen=True, slots=True)
class Dateline:
    """Where and when a story says it was filed. ``date`` is as printed, empty where the dateline
    has none."""

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

    ``raw`` holds every line before cleaning, in order; ``removed`` every cut. Nothing is lost
    between the two. ``version_label`` is as printed ("UPDATE 2", "1st Ld-Writethru"), ``form`` the
    tag kind: update, correction, refile, repeat, wrapup, kill, withdrawal, hold, advisory, flash or
    empty. ``item`` is its id with its feed or agency. ``basis`` says where its text comes from, as
    ``Article.basis`` does, and ``page_refused`` of which kind its page was, where that was none;
    ``doubted``: nothing on the page says that it is its entry's. ``stands_in``: the text is the
    feed's, in place of a page that could not be read.
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
    stands_in: bool = False
    outlet: str = ""
    feed_id: str = ""
    canonical: str = ""
    item: str = ""
    raw: tuple[str, ...] = ()
    removed: tuple[Removed, ...] = ()
    basis: str = ""
    page_refused: str = ""
    doubted: bool = False

    @property
    def text(self) -> str:
        """The body as one string, a blank line between paragraphs; headline and cross-heads are not
        part of it."""
        return "\n\n".join(self.body)
