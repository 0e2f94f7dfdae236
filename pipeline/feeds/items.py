"""What a format hands over, and what ``parse`` makes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from pipeline.story import Entry, FeedHints

T = TypeVar("T")
R = TypeVar("R")
MOST_ENTRIES = 5_000
"""Entries of one document in any format, the broken ones among them; honest feeds have hundreds."""


@dataclass(slots=True)
class Item:
    """An entry as its format gave it; nothing in it is trusted yet.

    ``content`` and ``summary`` may be HTML. ``text`` says that title, summary and tags are plain
    text already, so that "&amp;" and "<b>" in them mean themselves. Dates are as printed.
    ``fault`` says why it cannot become an entry.
    """

    guid: str = ""
    link: str = ""
    title: str = ""
    summary: str = ""
    content: str = ""
    author: str = ""
    published: str = ""
    updated: str = ""
    language: str = ""
    tags: list[str] = field(default_factory=list)
    base: str = ""
    slug: str = ""
    status: str = ""
    text: bool = False
    fault: str = ""


@dataclass(frozen=True, slots=True)
class SitemapLink:
    """A document that a sitemap index points to; ``modified`` as printed."""

    url: str
    modified: str = ""


@dataclass(slots=True)
class Document:
    """A feed document as its format read it.

    ``more`` counts entries beyond ``MOST_ENTRIES`` that were not made.
    """

    format: str
    items: list[Item] = field(default_factory=list)
    hints: FeedHints = field(default_factory=FeedHints)
    children: list[SitemapLink] = field(default_factory=list)
    base: str = ""
    more: int = 0


def make_items(elements: Iterable[T], make: Callable[[T], R]) -> tuple[list[R], int]:
    """What is made of the first ``MOST_ENTRIES`` elements, and how many more there are.

    A flood is counted, not made.
    """
    items: list[R] = []
    more = 0
    for element in elements:
        if len(items) < MOST_ENTRIES:
            items.append(make(element))
        else:
            more += 1
    return items, more


@dataclass(frozen=True, slots=True)
class BrokenEntry:
    """An entry that cannot become a story; it ends as Outcome ``broken_entry`` with this reason."""

    reason: str
    key: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Parsed:
    """A feed document, every entry judged alone.

    ``children`` are further documents (of a sitemap index). ``left`` counts the entries over the
    cap of a document; one of the ``broken`` says so as well.
    """

    entries: tuple[Entry, ...]
    broken: tuple[BrokenEntry, ...]
    hints: FeedHints
    format: str
    children: tuple[SitemapLink, ...] = ()
    left: int = 0
