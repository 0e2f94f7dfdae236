"""What classifying costs: a thousand words, ten times the length, and beside the extraction of the
same story."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from html import escape
from itertools import cycle, islice
from pathlib import Path

from benchmarks.extraction.__main__ import RULES, pages
from benchmarks.themes.stories import Labelled
from pipeline import extract, themes, wire
from pipeline.story import Article, Entry, Page, Story

#: Words of the long story.
LONG = 5000
ROUNDS = 7


def cost(items: Sequence[Labelled], compiled: themes.Themes) -> None:
    """Print processor time a thousand words, and of ten stories in one beside that of the ten
    (linear cost: 1)."""
    stories = [x.story for x in items]
    words = sum(len(x.text.split()) for x in items)
    best = _best(lambda: [compiled.classify(story) for story in stories])
    body = tuple(p for s in stories for p in s.body)
    part = body[: max(len(body) // 10, 1)]
    ten = _best(lambda: [compiled.classify(_story(part)) for _ in range(10)])
    one = _best(lambda: compiled.classify(_story(part * 10)))
    print(
        f"cost: {best / words * 1e6:.2f} ms a thousand words; one story ten times as long costs "
        f"{one / ten:.2f} of ten"
    )
    beside_extraction([p for x in items for p in x.story.body], compiled)


def beside_extraction(paragraphs: Sequence[str], compiled: themes.Themes) -> None:
    """Print what a long story costs to classify and to extract from a bare page, the cheapest that
    there is."""
    body: list[str] = []
    for paragraph in cycle(paragraphs):
        body.append(paragraph)
        if sum(len(p.split()) for p in body) >= LONG:
            break
    text = "".join(f"<p>{escape(p)}</p>" for p in body)
    html = (
        "<html><head><title>A long story</title></head><body><article><h1>A long story"
        f"</h1>{text}</article></body>"
    )
    page, entry, now = (
        Page("https://wire.example/1", 200, html.encode(), "text/html"),
        _entry(),
        datetime.now(UTC),
    )
    extracting = _best(lambda: extract.extract(page, entry, now))
    classifying = _best(lambda: compiled.classify(_story(tuple(body))))
    print(
        f"{LONG} words of these: extracted from a bare page in {extracting * 1e3:.1f} ms, "
        f"classified in {classifying * 1e3:.1f} ms: {classifying / extracting:.2f}"
    )


def on_pages(data: Path | None, compiled: themes.Themes, most: int | None = None) -> None:
    """Print what whole pages cost to extract, to clean and to classify: those of ``data``, else our
    own."""
    rules, entry, now = wire.load(RULES), _entry(), datetime.now(UTC)
    given = [Page(url, 200, html, "text/html") for url, html, _ in islice(pages(data), most)]
    articles = [a for page in given if isinstance(a := extract.extract(page, entry, now), Article)]
    stories = [
        s for article in articles if isinstance(s := wire.clean(article, entry, rules), Story)
    ]
    extracting = _best(lambda: [extract.extract(page, entry, now) for page in given])
    cleaning = _best(lambda: [wire.clean(article, entry, rules) for article in articles])
    classifying = _best(lambda: [compiled.classify(story) for story in stories])
    print(
        f"\n{len(given)} whole pages: extracted in {extracting * 1e3:.0f} ms, cleaned in "
        f"{cleaning * 1e3:.0f} ms, "
        f"classified in {classifying * 1e3:.0f} ms: {classifying / extracting:.2f} of extracting, "
        f"{classifying / (extracting + cleaning):.2f} of extracting and cleaning"
    )
    shares = [share for page in given if (share := _share(page, rules, compiled)) is not None]
    print(
        f"page by page classifying takes {statistics.median(shares):.2f} of extracting in the "
        "median"
    )


def _share(page: Page, rules: wire.Rules, compiled: themes.Themes) -> float | None:
    """What classifying the story of a page costs of extracting it; None where there is none."""
    entry, now = _entry(), datetime.now(UTC)
    article = extract.extract(page, entry, now)
    story = wire.clean(article, entry, rules) if isinstance(article, Article) else article
    if not isinstance(story, Story):
        return None
    return _best(lambda: compiled.classify(story)) / _best(
        lambda: extract.extract(page, entry, now)
    )


def _entry() -> Entry:
    return Entry("key", "feed", "guid", "https://wire.example/1", "A long story")


def _story(body: tuple[str, ...]) -> Story:
    return Story("", "", "A long story", body)


def _best(work: Callable[[], object]) -> float:
    """Processor seconds of the quickest of several rounds."""
    times = []
    for _ in range(ROUNDS):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)
