"""Real pages as they are judged: what is refused alone, under their own headline, and another's.

``python -m benchmarks.extraction.refusals --data DIR``. A page that is refused alone or under its
own headline is a fault; one that is accepted under another page's headline would be delivered
under it. Figures are printed for both halves of the pages, kinds and names for the open one.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from benchmarks.extraction.public_pages import Truth, load_pages
from pipeline import extract, walls
from pipeline.run.judging import judge_page
from pipeline.story import Entry, Page

# how far on in the list the page is whose headline is taken for another one
_FURTHER = 7
_WORDS = Path(__file__).parents[2] / "config" / "walls"


@dataclass
class _Judged:
    """What was refused of the pages of one half, by whose headline the entry bore."""

    refused: dict[str, Counter[str]] = field(default_factory=dict)
    milliseconds: list[float] = field(default_factory=list)

    def count_page(
        self, page: Truth, whose: str, entry: Entry, vocabulary: walls.Walls, now: datetime
    ) -> str:
        """Judge one page under an entry."""
        opened = extract.open_page(Page(entry.url, 200, page.html, "text/html", now), entry, now)
        began = time.process_time()
        kind = judge_page(opened, vocabulary).refused
        self.milliseconds.append(1000 * (time.process_time() - began))
        self.refused.setdefault(whose, Counter())[kind or "accepted"] += 1
        return kind


def judge_half(pages: Sequence[Truth], vocabulary: walls.Walls, *, shown: bool) -> _Judged:
    """Judge each page alone, under its own headline and under another one's."""
    judged, now = _Judged(), datetime.now(UTC)
    titled = [page for page in pages if page.title]
    for page in pages:
        kind = judged.count_page(page, "alone", _make_entry(page, ""), vocabulary, now)
        if kind and shown:
            print(f"  alone: {page.name} is refused as {kind}")
    for number, page in enumerate(titled):
        kind = judged.count_page(page, "own", _make_entry(page, page.title), vocabulary, now)
        if kind and shown:
            print(f"  own headline: {page.name} is refused as {kind}")
        other = titled[(number + _FURTHER) % len(titled)]
        judged.count_page(page, "another's", _make_entry(other, other.title), vocabulary, now)
    return judged


def _make_entry(page: Truth, title: str) -> Entry:
    return Entry(key=page.name, feed_id="", guid="", url=page.url, title=title)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    pages = list(load_pages(parser.parse_args().data))
    vocabulary = walls.load(_WORDS)
    for half, sealed in (("open", False), ("sealed", True)):
        chosen = [page for page in pages if page.sealed is sealed]
        judged = judge_half(chosen, vocabulary, shown=not sealed)
        for whose, counts in judged.refused.items():
            total = counts.total()
            kinds = ", ".join(f"{kind} {count}" for kind, count in counts.most_common())
            print(f"{half:7}{whose:10}{total:5} pages: {kinds if not sealed else ''}")
            if sealed:
                print(f"{'':17}{total - counts['accepted']:5} refused")
        spent = sorted(judged.milliseconds)
        print(f"{half:7}ms: median {median(spent):.2f}, p99 {spent[int(0.99 * len(spent))]:.1f}")


if __name__ == "__main__":
    main()
