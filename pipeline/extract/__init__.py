"""Page + Entry -> Article: the main text of a page, furniture in it, and what it says of itself.

The page is parsed once (lxml, C-level elements), walked once into flat blocks (``walk``), and the
story is chosen from those (``story_box``, ``page_furniture``, by the names in ``marks``); what the
page says of itself comes from the same tree (``about``). Every step is linear in the size of the
page, and pages over ``MAX_BYTES`` or ``MAX_TAGS`` are refused before parsing (``document``).
``READERS`` is the declared order in which a text is looked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from operator import attrgetter
from typing import Any, Final

from pipeline.dates import NO_TIMES, date_story
from pipeline.extract.about import About, read_about
from pipeline.extract.document import MAX_BYTES, MAX_TAGS, count_tags, decode_bytes, parse_html
from pipeline.extract.page_dates import read_page_times
from pipeline.extract.plain import from_text, split_paragraphs
from pipeline.extract.story_box import choose_story
from pipeline.extract.walk import Leaf, flatten_page
from pipeline.story import Article, Block, BlockKind, Entry, Outcome, OutcomeKind, Page
from pipeline.text import words

__all__ = ["MAX_BYTES", "MAX_TAGS", "READERS", "extract", "from_item", "from_text"]

# paragraphs above which a text is no story: the longest features have some hundreds
MAX_BLOCKS = 2_000
# characters of running text below which a page or a feed's content is taken to have none
MIN_TEXT = 60
# how many times the page's words JSON-LD's text must hold to be taken for it; it leaves out
# cross-heads and ends, and carries no links (docs/decisions.md, "JSON-LD's articleBody only where")
JSONLD_TIMES = 2
# tags above which trafilatura is not asked: its time grows faster than the page (20,000: seconds)
TRAFILATURA_TAGS = 5_000
# the marks that feeds and teasers put where they cut a text off
_CUT_OFF = re.compile(r"(?:\.\.\.|…|\[(?:\.\.\.|…)\]|\[\+\d+ chars\])\s*$")
_BESIDE_TEXT = (BlockKind.CAPTION, BlockKind.BYLINE)
_NOTHING_SAID = About()

Lap = Callable[[str], None]
"""Called with a step's name when it is done, so that a caller with a clock can time the steps."""


@dataclass(slots=True)
class _Source:
    """What readers read: an entry, and its page once it is opened.

    ``root`` is None where the page can't be read; ``blocks`` are what our own reading finds in it.
    """

    page: Page
    entry: Entry
    root: Any = None
    about: About = _NOTHING_SAID
    blocks: tuple[Block, ...] = ()


def extract(
    page: Page, entry: Entry, now: datetime, lap: Lap = lambda _: None
) -> Article | Outcome:
    """The article of ``page``, or of ``entry`` where the page brings none.

    ``Article.basis`` says where the text comes from: "page", "jsonld", "text" (a text file), "feed
    content" or "feed summary"; the last is always ``truncated``. ``now`` bounds the publication
    time. An Outcome where there is no text at all. Never raises for anything that a page may hold.
    """
    source = _Source(page, entry)
    outcome = Outcome(OutcomeKind.NO_TEXT, "no page and no text in the feed")
    if page.status == 200 and page.body:
        kind = page.content_type.split(";")[0].strip().lower()
        if refused := _refuse_page(page, kind):
            outcome = refused
        elif kind == "text/plain":
            article = from_text(decode_bytes(page.body, page.content_type), page.url)
            at = date_story(entry, NO_TIMES, article.url, page.fetched or now, now)
            return replace(article, published=at)
        else:
            outcome = _open_page(source, lap)
    for reader in READERS:
        if reader.of_page and source.root is None:
            continue
        blocks = reader.read(source)
        lap(reader.name)
        if _count_text(blocks) < reader.least:
            continue
        if reader.of_page and len(blocks) > MAX_BLOCKS:
            reason = f"a text of {len(blocks)} paragraphs, over {MAX_BLOCKS}"
            outcome = Outcome(OutcomeKind.TOO_LARGE, reason)
            # no other reading of this page; the feed may still have a text
            source.root = None
            continue
        return _write_article(source, reader, blocks, now)
    return outcome


def from_item(entry: Entry, now: datetime) -> Article:
    """The article of a feed's item alone, however short its text: a kill may be a headline."""
    page = Page(entry.url)
    article = extract(page, entry, now)
    if isinstance(article, Article):
        return article
    source = _Source(page, entry)
    return _write_article(source, _CONTENT_READER, _read_feed_content(source), now)


def _refuse_page(page: Page, kind: str) -> Outcome | None:
    """What is not parsed at all: pages over a cap, pictures, PDFs."""
    if len(page.body) > MAX_BYTES:
        return Outcome(OutcomeKind.TOO_LARGE, f"page of {len(page.body)} bytes, over {MAX_BYTES}")
    if (count := count_tags(page.body)) > MAX_TAGS:
        return Outcome(OutcomeKind.TOO_LARGE, f"page of {count} tags, over {MAX_TAGS}")
    if kind and kind != "text/plain" and "html" not in kind and "xml" not in kind:
        return Outcome(OutcomeKind.NOT_A_STORY, f"a page of type {kind}")
    return None


def _open_page(source: _Source, lap: Lap) -> Outcome:
    """Parse and read the page once, for all readers; how it ends where none finds a text."""
    page = source.page
    source.root = parse_html(page.body, page.content_type)
    lap("parse")
    if source.root is None:
        return Outcome(OutcomeKind.NO_TEXT, "a page without markup")
    source.about = read_about(source.root, page.url)
    lap("about")
    flat = flatten_page(source.root)
    lap("walk")
    source.blocks = choose_story(flat)
    lap("choose")
    return Outcome(OutcomeKind.NO_TEXT, "no main text found in the page")


# --------------------------------------------------------------------------- the readers


def _read_jsonld_body(source: _Source) -> tuple[Block, ...]:
    """The text in JSON-LD, where it holds much more than the markup."""
    body = source.about.body
    if not body:
        return ()
    in_markup = sum(len(words(block.text)) for block in source.blocks)
    if len(words(body)) <= JSONLD_TIMES * in_markup:
        return ()
    return tuple(map(Block, split_paragraphs(body)))


def _read_by_trafilatura(source: _Source) -> tuple[Block, ...]:
    """The paragraphs that trafilatura takes for the main text; none where the page is a flood."""
    page = decode_bytes(source.page.body, source.page.content_type)
    if page.count("<") > 2 * TRAFILATURA_TAGS or not page.strip():
        return ()
    import trafilatura  # half a second and 20 MB that hardly any page needs

    text = trafilatura.extract(
        page, include_comments=False, include_tables=False, favor_precision=True
    )
    return tuple(map(Block, filter(None, map(str.strip, (text or "").splitlines()))))


def _read_paragraphs_anywhere(source: _Source) -> tuple[Block, ...]:
    """Every <p> that holds no other one, in page order and once each."""
    texts: dict[str, None] = {}
    for paragraph in source.root.iter("p"):
        if paragraph.find(".//p") is None:
            texts[" ".join("".join(paragraph.itertext()).split())] = None
    return tuple(map(Block, filter(None, texts)))


def _read_feed_content(source: _Source) -> tuple[Block, ...]:
    """What the feed brings as the item's content: all of it, because that is the story alone."""
    content = source.entry.content.encode("utf-8", "replace")
    if not content or count_tags(content) > MAX_TAGS:
        return ()
    root = parse_html(content[:MAX_BYTES], "text/html; charset=utf-8")
    if root is None:
        return ()
    for element in root.iter("*"):
        # content is as printed, with the classes of a site whose page it left: they mark nothing
        element.attrib.clear()
    return tuple(map(Leaf.to_block, flatten_page(root).leaves))


def _read_feed_summary(source: _Source) -> tuple[Block, ...]:
    """The summary, which is a text of its own kind: however short, it says what happened."""
    return tuple(map(Block, split_paragraphs(source.entry.summary)))


@dataclass(frozen=True, slots=True)
class Reader:
    """One place where a text is looked for.

    It counts if it has ``least`` characters of running text. ``basis`` is what its articles say of
    themselves, ``of_page`` that it needs a page that could be opened, ``why`` why it stands here.
    """

    name: str
    basis: str
    read: Callable[[_Source], tuple[Block, ...]]
    why: str
    of_page: bool = True
    least: int = MIN_TEXT


_CONTENT_READER: Final = Reader(
    "feed content", "feed content", _read_feed_content,
    "a page that can't be had, or has no text, leaves the feed's own text to serve",
    of_page=False,
)  # fmt: skip

READERS: Final = (
    Reader(
        "jsonld", "jsonld", _read_jsonld_body,
        "drawn by script, a page holds its story only there; where the markup has text it counts",
    ),
    Reader("boxes", "page", attrgetter("blocks"), "keeps links, markup and names for cleaning"),
    Reader(
        "trafilatura", "page", _read_by_trafilatura,
        "knows makes of pages that our walk has no name for; four times as slow",
    ),
    Reader(
        "paragraphs", "page", _read_paragraphs_anywhere,
        "pages drawn by script keep theirs in <noscript>, <template> or a hidden copy",
    ),
    _CONTENT_READER,
    Reader(
        "feed summary", "feed summary", _read_feed_summary,
        "the last that has sentences; it is taken for a beginning", of_page=False, least=1,
    ),
)  # fmt: skip
"""The order in which a text is looked for: the first reader that finds one has it."""


def _count_text(blocks: tuple[Block, ...]) -> int:
    """Characters of text, but for captions and bylines."""
    return sum(len(block.text) for block in blocks if block.kind not in _BESIDE_TEXT)


def _write_article(
    source: _Source, reader: Reader, blocks: tuple[Block, ...], now: datetime
) -> Article:
    """The article with what the page says of itself, and what the feed says where the page doesn't.

    A page whose text could not be read is not asked what it says of itself either.
    """
    page, entry = source.page, source.entry
    about = source.about if reader.of_page else _NOTHING_SAID
    url = page.url or entry.url
    standfirst = entry.summary if reader is _CONTENT_READER else about.standfirst
    address = about.canonical or url
    times = NO_TIMES
    if reader.of_page:
        times = read_page_times(source.root, about.published, about.headline, address, entry)
    running = [block.text for block in blocks if block.kind not in _BESIDE_TEXT]
    cut_off = bool(running) and bool(_CUT_OFF.search(running[-1]))
    return Article(
        url=url,
        headline=about.headline or entry.title,
        headlines=tuple(dict.fromkeys(filter(None, (*about.headlines, entry.title)))),
        blocks=blocks,
        standfirst=standfirst,
        author=about.author or entry.author,
        site=about.site or entry.outlet,
        language=about.language or entry.language,
        published=date_story(entry, times, address, page.fetched or now, now),
        canonical=about.canonical,
        basis=reader.basis,
        truncated=reader.basis == "feed summary" or cut_off,
        paywalled=about.paywalled,
        genre=about.genre,
    )
