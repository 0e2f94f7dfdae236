"""Page + Entry -> Article: the main text of a page, furniture in it, and what it says of itself.

The page is parsed once (lxml, C-level elements), walked once into flat blocks (``walk``), and the
story is chosen from those (``story_box``, ``page_furniture``, by the names in ``marks``); what the
page says of itself comes from the same tree (``about``). Every step is linear in the size of the
page, and pages over ``MAX_BYTES`` or ``MAX_TAGS`` are refused before parsing (``document``).
``READERS`` is the declared order in which a text is looked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from operator import attrgetter
from typing import Any, Final

from pipeline.dates import NO_TIMES, date_story
from pipeline.extract.about import About, read_about
from pipeline.extract.document import (
    MAX_ATTRIBUTES,
    MAX_BYTES,
    MAX_TAGS,
    Landmarks,
    count_attributes,
    count_tags,
    decode_bytes,
    list_landmarks,
    parse_html,
)
from pipeline.extract.page_dates import read_page_times
from pipeline.extract.page_furniture import weigh_leaf
from pipeline.extract.plain import from_text, split_paragraphs
from pipeline.extract.story_box import choose_story
from pipeline.extract.walk import FlatPage, Leaf, flatten_page
from pipeline.story import Article, Block, BlockKind, Entry, Outcome, OutcomeKind, Page
from pipeline.text import FULL_STOPS, count_words, drop_unseen, fold, resolve_unseen, words

__all__ = ["MAX_BYTES", "MAX_TAGS", "READERS", "OpenedPage", "extract", "from_item", "from_text",
           "open_page", "read_articles"]  # fmt: skip

# paragraphs above which a text is no story: the longest features have some hundreds
MAX_BLOCKS = 2_000
# characters above which a text is no story: a book has a million, the longest live page half
MAX_TEXT = 1_000_000
# characters of running text below which a page or a feed's content is taken to have none
MIN_TEXT = 60
# how many times the page's words JSON-LD's text must hold to be taken for it; it leaves out
# cross-heads and ends, and carries no links (docs/decisions.md, "JSON-LD's articleBody only where")
JSONLD_TIMES = 2
# tags above which trafilatura is not asked: its time grows faster than the page (20,000: seconds)
TRAFILATURA_TAGS = 5_000
# words of the shortest headline that is a page's whole story, and links from which such a page must
# call itself an article
SHORTEST_FLASH, MOST_LINKS = 3, 12
# characters of a word, to weigh words where a script has none between them
LETTERS_A_WORD = 5
# the marks that feeds and teasers put where they cut a text off
_CUT_OFF = re.compile(r"(?:\.\.\.|…|\[(?:\.\.\.|…)\]|\[\+\d+ chars\])\s*$")
_TWO_SENTENCES = re.compile(rf"[^\W\d_]{{3}}[.?]\s+\w|[{FULL_STOPS}]\s*\w")
_ENDED = re.compile(rf"[.!{FULL_STOPS}]\s*$")
_BESIDE_TEXT = (BlockKind.CAPTION, BlockKind.BYLINE)
_NOTHING_SAID = About()

Lap = Callable[[str], None]
"""Called with a step's name when it is done, so that a caller with a clock can time the steps."""


@dataclass(slots=True)
class OpenedPage:
    """A page that was parsed and walked once, and its entry, for all who look at them.

    ``root`` and ``flat`` are None where the page can't be read; ``outcome`` says why. ``blocks``
    are what our own reading finds in it, ``text`` is the text of a page that is plain text.
    """

    page: Page
    entry: Entry
    now: datetime
    outcome: Outcome
    lap: Lap
    root: Any = None
    landmarks: Landmarks | None = None
    flat: FlatPage | None = None
    about: About = _NOTHING_SAID
    blocks: tuple[Block, ...] = ()
    text: str = ""


def extract(
    page: Page, entry: Entry, now: datetime, lap: Lap = lambda _: None
) -> Article | Outcome:
    """The first article of ``page``, or of ``entry`` where the page brings none.

    An Outcome where there is no text at all. Never raises for anything that a page may hold.
    """
    opened = open_page(page, entry, now, lap)
    for article in read_articles(opened):
        if article.blocks or article.basis == "text":
            return article
    return opened.outcome


def open_page(page: Page, entry: Entry, now: datetime, lap: Lap = lambda _: None) -> OpenedPage:
    """Parse and walk a page, once for all who look at it. ``now`` bounds the publication time."""
    outcome = Outcome(OutcomeKind.NO_TEXT, "no page and no text in the feed")
    opened = OpenedPage(page, entry, now, outcome, lap)
    if page.status == 200 and page.body:
        kind = page.content_type.split(";")[0].strip().lower()
        if refused := _refuse_page(page, kind):
            opened.outcome = refused
        elif kind == "text/plain":
            opened.text = decode_bytes(page.body, page.content_type)
        else:
            _walk_page(opened)
    elif page.status not in (0, 200):
        opened.outcome = Outcome(OutcomeKind.NO_PAGE, f"the page answers {page.status}")
    return opened


def read_articles(opened: OpenedPage, *, of_page: bool = True) -> Iterator[Article]:
    """Every article that can be read of a page and its entry, the likeliest first (``READERS``).

    They are read one by one, as they are asked for: the later readers take more time. Without
    ``of_page`` only what the feed itself says is read. ``Article.basis`` says where the text comes
    from: "page", "jsonld", "text" (a text file), "feed content", "feed summary" or "headline"; the
    last two are always ``truncated``.
    """
    if opened.text and of_page:
        plain = _read_plain_page(opened)
        if refused := _refuse_text(plain.blocks):
            opened.outcome = refused
        else:
            yield plain
    for reader in READERS:
        if reader.of_page and (opened.root is None or not of_page):
            continue
        blocks = reader.read(opened)
        opened.lap(reader.name)
        if _count_text(blocks) < reader.least or not reader.may_read(opened):
            continue
        if refused := _refuse_text(blocks):
            opened.outcome = refused
            if reader.of_page:
                # no other reading of this page; the feed may still have a text
                opened.root = None
            continue
        yield _write_article(opened, reader, blocks)


def from_item(entry: Entry, now: datetime) -> Article:
    """The article of a feed's item alone, however short its text: a kill may be a headline."""
    page = Page(entry.url)
    article = extract(page, entry, now)
    if isinstance(article, Article):
        return article
    opened = open_page(page, entry, now)
    return _write_article(opened, _CONTENT_READER, _read_feed_content(opened))


def _refuse_page(page: Page, kind: str) -> Outcome | None:
    """What is not parsed at all: pages over a cap, pictures, PDFs."""
    if len(page.body) > MAX_BYTES:
        return Outcome(OutcomeKind.TOO_LARGE, f"page of {len(page.body)} bytes, over {MAX_BYTES}")
    # no page has more tags than angle brackets, which are counted in a tenth of the time
    if page.body.count(b"<") > MAX_TAGS and (count := count_tags(page.body)) > MAX_TAGS:
        return Outcome(OutcomeKind.TOO_LARGE, f"page of {count} tags, over {MAX_TAGS}")
    if kind and kind != "text/plain" and "html" not in kind and "xml" not in kind:
        return Outcome(OutcomeKind.NOT_A_STORY, f"a page of type {kind}")
    if kind != "text/plain" and (count := count_attributes(page.body)) > MAX_ATTRIBUTES:
        why = f"a tag of {count} attributes, over {MAX_ATTRIBUTES}"
        return Outcome(OutcomeKind.TOO_LARGE, why)
    return None


def _refuse_text(blocks: tuple[Block, ...]) -> Outcome | None:
    """A text that is too long for a story: cleaning and classifying it would take seconds."""
    if len(blocks) > MAX_BLOCKS:
        reason = f"a text of {len(blocks)} paragraphs, over {MAX_BLOCKS}"
        return Outcome(OutcomeKind.TOO_LARGE, reason)
    length = sum([len(block.text) for block in blocks])
    if length > MAX_TEXT:
        return Outcome(OutcomeKind.TOO_LARGE, f"a text of {length} characters, over {MAX_TEXT}")
    return None


def _walk_page(opened: OpenedPage) -> None:
    """Parse the page, read what it says of itself, and find our own reading of it."""
    page = opened.page
    opened.root = parse_html(page.body, page.content_type)
    opened.lap("parse")
    if opened.root is None:
        opened.outcome = Outcome(OutcomeKind.NO_TEXT, "a page without markup")
        return
    opened.landmarks = list_landmarks(opened.root)
    opened.about = read_about(opened.root, opened.landmarks, page.url, opened.entry.title)
    opened.lap("about")
    opened.flat = flatten_page(opened.root)
    opened.lap("walk")
    opened.blocks = choose_story(opened.flat)
    opened.lap("choose")
    opened.outcome = Outcome(OutcomeKind.NO_TEXT, "no main text found in the page")


# --------------------------------------------------------------------------- the readers


def _read_plain_page(opened: OpenedPage) -> Article:
    """A page that is plain text, as a text file is read."""
    page, now = opened.page, opened.now
    article = from_text(opened.text, page.url)
    at = date_story(opened.entry, NO_TIMES, article.url, page.fetched or now, now)
    return replace(article, published=at)


def _read_jsonld_body(opened: OpenedPage) -> tuple[Block, ...]:
    """The text in JSON-LD, where it holds much more than the markup."""
    body = opened.about.body
    if not body:
        return ()
    in_markup = sum(len(words(block.text)) for block in opened.blocks)
    if len(words(body)) <= JSONLD_TIMES * in_markup:
        return ()
    return tuple(map(Block, split_paragraphs(body)))


def _read_by_trafilatura(opened: OpenedPage) -> tuple[Block, ...]:
    """The paragraphs that trafilatura takes for the main text; none where the page is a flood."""
    page = drop_unseen(resolve_unseen(decode_bytes(opened.page.body, opened.page.content_type)))
    if page.count("<") > 2 * TRAFILATURA_TAGS or not page.strip():
        return ()
    import trafilatura  # half a second and 20 MB that hardly any page needs

    text = trafilatura.extract(
        page, include_comments=False, include_tables=False, favor_precision=True
    )
    return tuple(map(Block, filter(None, map(str.strip, (text or "").splitlines()))))


def _read_paragraphs_anywhere(opened: OpenedPage) -> tuple[Block, ...]:
    """Every <p> that holds no other one, in page order and once each."""
    texts: dict[str, None] = {}
    for paragraph in opened.root.iter("p"):
        if paragraph.find(".//p") is None:
            texts[" ".join("".join(paragraph.itertext()).split())] = None
    return tuple(map(Block, filter(None, texts)))


def _read_feed_content(opened: OpenedPage) -> tuple[Block, ...]:
    """What the feed brings as the item's content: all of it, because that is the story alone."""
    content = opened.entry.content.encode("utf-8", "replace")
    if not content or count_tags(content) > MAX_TAGS or count_attributes(content) > MAX_ATTRIBUTES:
        return ()
    root = parse_html(content[:MAX_BYTES], "text/html; charset=utf-8")
    if root is None:
        return ()
    for element in root.iter("*"):
        # content is as printed, with the classes of a site whose page it left: they mark nothing
        element.attrib.clear()
    return tuple(map(Leaf.to_block, flatten_page(root).leaves))


def _read_feed_summary(opened: OpenedPage) -> tuple[Block, ...]:
    """The summary, which is a text of its own kind: however short, it says what happened."""
    return tuple(map(Block, split_paragraphs(opened.entry.summary)))


def _says_something(heading: str) -> bool:
    """Whether a heading says what happened: two words may, where they are set as a sentence."""
    is_sentence = " " in heading and bool(_ENDED.search(heading))
    return count_words(heading) >= SHORTEST_FLASH - is_sentence


def is_headline_alone(opened: OpenedPage) -> bool:
    """Whether a page without a feed's title is a headline with hardly a word below it.

    Its headline stands on the page, there is next to no other running text, and it says that it is
    an article, gives a date, or has few links: a page of links is a front page.
    """
    about, flat = opened.about, opened.flat
    if opened.entry.title or flat is None or opened.landmarks is None:
        return False
    if not _says_something(about.headline):
        return False
    if _TWO_SENTENCES.search(about.headline):
        return False  # a notice to the reader, set as large as a headline
    headline, is_shown, linked, text = fold(about.headline), False, 0, 0.0
    for leaf in flat.leaves:
        if leaf.kind is BlockKind.HEADING:
            same = fold(leaf.text) in headline or headline in fold(leaf.text)
            is_shown = is_shown or (same and _says_something(leaf.text))
        elif headline not in fold(leaf.text):
            weight = weigh_leaf(leaf)
            # a sign of Chinese says more than a letter
            text += max(weight, LETTERS_A_WORD * count_words(leaf.text)) if weight else 0
        linked += 2 * leaf.linked > len(leaf.text)
    if not is_shown or text >= MIN_TEXT:
        return False
    if linked <= MOST_LINKS or about.published:
        return True
    types = [
        meta.get("content", "")
        for meta in opened.landmarks.metas
        if meta.get("property") == "og:type"
    ]
    return "article" in types


@dataclass(frozen=True, slots=True)
class Reader:
    """One place where a text is looked for.

    It counts if it has ``least`` characters of running text. ``basis`` is what its articles say of
    themselves, ``of_page`` that it needs a page that could be opened, ``may_read`` what else it
    needs, ``why`` why it stands here.
    """

    name: str
    basis: str
    read: Callable[[OpenedPage], tuple[Block, ...]]
    why: str
    of_page: bool = True
    least: int = MIN_TEXT
    may_read: Callable[[OpenedPage], bool] = lambda _: True


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
        "has sentences, and is taken for a beginning", of_page=False, least=1,
    ),
    replace(
        _CONTENT_READER, name="short feed content", least=1,
        why="a line or two: a flash, a notice, or only a label, so that a summary comes first",
    ),
    Reader(
        "feed title", "headline", lambda _: (),
        "a headline is a story of one line: a flash has no more", of_page=False, least=0,
        may_read=lambda opened: bool(opened.entry.title),
    ),
    Reader(
        "page headline", "headline", attrgetter("blocks"),
        "a flash that no feed announced: the page is a headline and a line at most", least=0,
        may_read=is_headline_alone,
    ),
)  # fmt: skip
"""The order in which a text is looked for."""


def _count_text(blocks: tuple[Block, ...]) -> int:
    """Characters of text, but for captions and bylines."""
    return sum(len(block.text) for block in blocks if block.kind not in _BESIDE_TEXT)


def _write_article(opened: OpenedPage, reader: Reader, blocks: tuple[Block, ...]) -> Article:
    """The article with what the page says of itself, and what the feed says where the page doesn't.

    A page whose text could not be read is not asked what it says of itself either.
    """
    page, entry, now = opened.page, opened.entry, opened.now
    about = opened.about if reader.of_page else _NOTHING_SAID
    url = page.url or entry.url
    standfirst = entry.summary if reader.basis == "feed content" else about.standfirst
    address = about.canonical or url
    times = NO_TIMES
    if reader.of_page and opened.landmarks is not None:
        times = read_page_times(opened.root, opened.landmarks, about, address, entry)
    running = [block.text for block in blocks if block.kind not in _BESIDE_TEXT]
    cut_off = bool(running) and bool(_CUT_OFF.search(running[-1]))
    return Article(
        url=url,
        headline=about.headline or entry.title,
        headlines=tuple(dict.fromkeys(filter(None, (*about.headlines, entry.title)))),
        blocks=blocks,
        standfirst=standfirst,
        author=about.author or entry.author,
        signatures=about.signatures,
        printed_authors=about.printed_authors,
        site=about.site or entry.outlet,
        language=about.language or entry.language,
        published=date_story(entry, times, address, page.fetched or now, now),
        canonical=about.canonical,
        basis=reader.basis,
        truncated=reader.basis in ("feed summary", "headline") or cut_off,
        paywalled=about.paywalled,
        genre=about.genre,
    )
