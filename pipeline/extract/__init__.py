"""Page + Entry -> Article: the main text of a page with its furniture still in it, and what the page says of itself.

The page is parsed once (lxml, C-level elements), walked once into flat blocks (``walk.py``), and the story is chosen
from those (``body.py``); what the page says of itself comes from the same tree (``about.py``). Every step is linear in
the size of the page, and pages over ``MAX_BYTES`` or ``MAX_TAGS`` are refused before parsing. A page in which nothing
is found so is read again, by trafilatura (``second.py``) and then for paragraphs anywhere (``anywhere.py``).
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from pipeline.dates import date_story
from pipeline.extract.about import About, about
from pipeline.extract.anywhere import anywhere
from pipeline.extract.body import choose
from pipeline.extract.document import MAX_BYTES, MAX_TAGS, decode, parse, tags
from pipeline.extract.plain import from_text, paragraphs
from pipeline.extract.second import second
from pipeline.extract.walk import flatten
from pipeline.story import Article, Block, BlockKind, Entry, Outcome, OutcomeKind, Page
from pipeline.text import words

__all__ = ["MAX_BYTES", "MAX_TAGS", "extract", "from_item", "from_text"]

MAX_BLOCKS = 2_000
"""Paragraphs above which a text is no story: the longest features have some hundreds."""

MIN_TEXT = 60
"""Characters of running text below which a page is taken to have none."""


def extract(page: Page, entry: Entry, now: datetime) -> Article | Outcome:
    """The article of ``page``, or of ``entry`` where the page brings none; an Outcome where there is no text at all.

    ``Article.basis`` says where the text comes from: "page", "jsonld", "feed content" or "feed summary"; the last is
    always ``truncated``. ``now`` bounds the publication time. Never raises for anything a page may hold.
    """
    article: Article | Outcome = Outcome(OutcomeKind.NO_TEXT, "no page and no text in the feed")
    if page.status == 200 and page.body:
        article = _refused(page) or _from_page(page, entry, now)
        if isinstance(article, Article):
            return article
    return _from_entry(page, entry, now) or article


def from_item(entry: Entry, now: datetime) -> Article:
    """The article of a feed's item alone, however short its text: a kill may be a headline."""
    page = Page(entry.url)
    found = _from_entry(page, entry, now)
    return found or _entry_article(entry.url, entry, _content(entry), "feed content", page, now)


def _refused(page: Page) -> Outcome | None:
    """What is not parsed at all: pages over a cap, pictures, PDFs."""
    if len(page.body) > MAX_BYTES:
        return Outcome(OutcomeKind.TOO_LARGE, f"page of {len(page.body)} bytes, over {MAX_BYTES}")
    if (count := tags(page.body)) > MAX_TAGS:
        return Outcome(OutcomeKind.TOO_LARGE, f"page of {count} tags, over {MAX_TAGS}")
    kind = _type(page)
    if kind and kind != "text/plain" and "html" not in kind and "xml" not in kind:
        return Outcome(OutcomeKind.NOT_A_STORY, f"a page of type {kind}")
    return None


def _type(page: Page) -> str:
    return page.content_type.split(";")[0].strip().lower()


def _from_page(page: Page, entry: Entry, now: datetime) -> Article | Outcome:
    if _type(page) == "text/plain":
        return _with_times(
            from_text(decode(page.body, page.content_type), page.url), About(), entry, page, now
        )
    root = parse(page.body, page.content_type)
    if root is None:
        return Outcome(OutcomeKind.NO_TEXT, "a page without markup")
    facts = about(root, page.url)
    blocks = choose(flatten(root))
    basis = "page"
    if facts.body and len(words(facts.body)) > 2 * sum(len(words(b.text)) for b in blocks):
        blocks, basis = tuple(Block(p) for p in paragraphs(facts.body)), "jsonld"
    if not _has_text(blocks):
        blocks = second(decode(page.body, page.content_type))
    if not _has_text(blocks):
        blocks = anywhere(root)
    if len(blocks) > MAX_BLOCKS:
        return Outcome(
            OutcomeKind.TOO_LARGE, f"a text of {len(blocks)} paragraphs, over {MAX_BLOCKS}"
        )
    if not _has_text(blocks):
        return Outcome(OutcomeKind.NO_TEXT, "no main text found in the page")
    article = Article(
        url=page.url,
        headline=facts.headline or entry.title,
        headlines=tuple(dict.fromkeys(h for h in (*facts.headlines, entry.title) if h)),
        blocks=blocks,
        standfirst=facts.standfirst,
        author=facts.author or entry.author,
        site=facts.site or entry.outlet,
        language=facts.language or entry.language,
        canonical=facts.canonical,
        basis=basis,
        truncated=_cut_off(blocks),
        paywalled=facts.paywalled,
        genre=facts.genre,
    )
    return _with_times(article, facts, entry, page, now)


def _from_entry(page: Page, entry: Entry, now: datetime) -> Article | None:
    """The feed's own text: its content where it brings it, else its summary."""
    url = page.url or entry.url
    blocks = _content(entry)
    if _has_text(blocks):
        return _entry_article(url, entry, blocks, "feed content", page, now)
    if entry.summary.strip():
        blocks = tuple(Block(p) for p in paragraphs(entry.summary))
        return _entry_article(url, entry, blocks, "feed summary", page, now)
    return None


def _content(entry: Entry) -> tuple[Block, ...]:
    """What the feed brings as the item's content, as blocks."""
    if not entry.content or tags(entry.content.encode("utf-8", "replace")) > MAX_TAGS:
        return ()
    root = parse(entry.content.encode("utf-8", "replace")[:MAX_BYTES], "text/html; charset=utf-8")
    if root is None:
        return ()
    for element in root.iter("*"):
        # content is as printed, with the classes of a site whose page it left: they mark nothing
        element.attrib.clear()
    return flatten(root).everything()


def _entry_article(
    url: str, entry: Entry, blocks: tuple[Block, ...], basis: str, page: Page, now: datetime
) -> Article:
    article = Article(
        url=url,
        headline=entry.title,
        headlines=(entry.title,),
        blocks=blocks,
        standfirst=entry.summary if basis == "feed content" else "",
        author=entry.author,
        site=entry.outlet,
        language=entry.language,
        basis=basis,
        truncated=basis == "feed summary" or _cut_off(blocks),
    )
    return _with_times(article, About(), entry, page, now)


def _with_times(article: Article, facts: About, entry: Entry, page: Page, now: datetime) -> Article:
    return replace(
        article,
        published=date_story(
            entry, facts.published, facts.canonical or article.url, page.fetched or now, now
        ),
    )


_CUT_OFF = re.compile(r"(?:\.\.\.|…|\[(?:\.\.\.|…)\]|\[\+\d+ chars\])\s*$")


def _cut_off(blocks: tuple[Block, ...]) -> bool:
    """Whether the text ends in the marks that feeds and teasers put where they cut it."""
    running = [b.text for b in blocks if b.kind not in _ASIDE]
    return bool(running) and bool(_CUT_OFF.search(running[-1]))


def _has_text(blocks: tuple[Block, ...]) -> bool:
    return sum(len(b.text) for b in blocks if b.kind not in _ASIDE) >= MIN_TEXT


_ASIDE = (BlockKind.CAPTION, BlockKind.BYLINE)
