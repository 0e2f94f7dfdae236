"""Public pages with a marked truth: ``DIR/pages/truth.jsonl`` and ``DIR/pages/html/*.html.gz``.

Every extractor reads the same pages in one run. Half of the pages are *sealed*: chosen by a hash of
their names, they are measured and never shown, so that their figures stay honest while rules are
made. The other half is *open*: ``--notes`` names its worst pages.

Word F1: the multisets of words of text and truth, page by page, then the mean. A paragraph is lost
where less than half of its three-word runs stand in the text; only those of at least
``PARAGRAPH`` words on pages that people marked (tier "gold") count. A headline is right where its
words are those of the truth, but for one in five: half of the truths are cut or carry the site's
name. A byline is right where it has every full name of the truth and hardly another word; titles,
"and" and "by" are no names. A date is right where it is the same day.
"""

from __future__ import annotations

import gzip
import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from statistics import mean, median

PARAGRAPH = 12
"""Words from which a line of a truth is a paragraph that may be lost."""

HEADLINE_WORDS = 0.8
"""Word F1 from which two headlines are one."""

_WORD = re.compile(r"\w+", re.UNICODE)
_BETWEEN_NAMES = re.compile(
    r"[,;/&|()•·\n]|(?<=\s)(?:and|und|et|y|e|with|avec|mit|i|og|och)(?=\s)|^by\s", re.IGNORECASE
)
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True)
class Truth:
    """One page and what people say of it; an empty field is not known."""

    name: str
    url: str
    html: bytes
    tier: str
    text: str
    title: str
    authors: tuple[str, ...]
    date: str
    withs: tuple[str, ...]
    withouts: tuple[str, ...]

    @property
    def sealed(self) -> bool:
        """Whether the page is in the half that is never shown."""
        return blake2b(self.name.encode(), digest_size=1).digest()[0] % 2 == 1


@dataclass(frozen=True, slots=True)
class Reading:
    """What an extractor says of a page; an empty text is a page that it does not deliver."""

    text: str = ""
    headline: str = ""
    byline: str = ""
    date: str = ""


Reader = Callable[[Truth], Reading]


def load_pages(data: Path) -> Iterator[Truth]:
    """The labelled pages of the folder, in its order; none where there is no such folder."""
    listed = data / "pages" / "truth.jsonl"
    if not listed.exists():
        return
    for line in listed.read_text("utf-8").strip().split("\n"):
        row = json.loads(line)
        html = gzip.decompress((data / "pages" / row["file"]).read_bytes())
        yield Truth(
            name=row["file"],
            url=row["url"] or "",
            html=html,
            tier=row["tier"],
            text=row["text"] or "",
            title=row["title"] or "",
            authors=tuple(row["authors"] or ()),
            date=row["date"] or "",
            withs=tuple(row["withs"] or ()),
            withouts=tuple(row["withouts"] or ()),
        )


def count_words(text: str) -> Counter[str]:
    """The words of a text, folded, each as often as it stands there."""
    return Counter(_WORD.findall(text.casefold()))


def score_words(truth: str, text: str) -> float:
    """F1 of the two multisets of words, 0 to 1."""
    wanted, given = count_words(truth), count_words(text)
    common = (wanted & given).total()
    return 2 * common / max(wanted.total() + given.total(), 1)


def count_lost(truth: str, text: str) -> tuple[int, int]:
    """How many paragraphs of the truth are lost in the text, and of how many."""
    words = _WORD.findall(text.casefold())
    runs = set(zip(words, words[1:], words[2:], strict=False))
    lost = paragraphs = 0
    for line in truth.splitlines():
        own = _WORD.findall(line.casefold())
        if len(own) < PARAGRAPH:
            continue
        paragraphs += 1
        there = sum(run in runs for run in zip(own, own[1:], own[2:], strict=False))
        lost += there < (len(own) - 2) / 2
    return lost, paragraphs


def names_all(authors: Sequence[str], byline: str) -> bool:
    """Whether a byline has every name of the truth, and hardly another word.

    Parts of one word beside a full name are degrees, places and agencies: they may be there.
    """
    wanted: list[str] = []
    for author in authors:
        parts = [part for part in _BETWEEN_NAMES.split(author) if _WORD.search(part)]
        full = [part for part in parts if len(_WORD.findall(part)) > 1]
        wanted.extend(full or parts)
    missing = count_words(" ".join(wanted)) - count_words(byline)
    spare = count_words(_BETWEEN_NAMES.sub(" ", byline)) - count_words(" ".join(authors))
    return not missing and spare.total() <= len(wanted) + 1


@dataclass
class Tally:
    """The figures of one extractor on some pages."""

    f1: list[float] = field(default_factory=list)
    lost: int = 0
    paragraphs: int = 0
    pieces_right: int = 0
    pieces: int = 0
    fields: dict[str, list[bool]] = field(
        default_factory=lambda: {"headline": [], "byline": [], "date": []}
    )
    milliseconds: list[float] = field(default_factory=list)

    def count_page(self, page: Truth, reading: Reading) -> None:
        """Count one page in."""
        if page.text:
            self.f1.append(score_words(page.text, reading.text))
            if page.tier == "gold":
                lost, paragraphs = count_lost(page.text, reading.text)
                self.lost += lost
                self.paragraphs += paragraphs
        given = " ".join(_WORD.findall(reading.text.casefold()))
        for piece, wanted in [(p, True) for p in page.withs] + [(p, False) for p in page.withouts]:
            self.pieces += 1
            self.pieces_right += (" ".join(_WORD.findall(piece.casefold())) in given) == wanted
        if page.title:
            right = score_words(page.title, reading.headline) >= HEADLINE_WORDS
            self.fields["headline"].append(right)
        if page.authors:
            self.fields["byline"].append(names_all(page.authors, reading.byline))
        if match := _DAY.match(page.date):
            self.fields["date"].append(reading.date[:10] == match.group())

    def row(self, name: str) -> str:
        """One line of the table."""
        right = []
        for values in self.fields.values():
            right.append(f"{mean(values):8.3f}" if values else f"{'-':>8}")
        ordered = sorted(self.milliseconds) or [0.0]
        return (
            f"{name:24}{len(self.f1):6}{mean(self.f1 or [0]):8.4f}"
            f"{sum(f < 0.5 for f in self.f1) / max(len(self.f1), 1):8.2%}"
            f"{self.lost / max(self.paragraphs, 1):8.2%}"
            f"{self.pieces_right / max(self.pieces, 1):8.3f}{''.join(right)}"
            f"{median(ordered):8.1f}{ordered[int(0.99 * (len(ordered) - 1))]:8.1f}"
        )


@dataclass(frozen=True, slots=True)
class Floor:
    """What a half must reach: a mean word F1, and at most these shares of pages and paragraphs."""

    f1: float
    under_half: float
    lost: float

    def name_faults(self, what: str, tally: Tally) -> list[str]:
        """What of the floor is not held, in words."""
        faults: list[str] = []
        if (f1 := mean(tally.f1 or [0])) < self.f1:
            faults.append(f"{what}: word F1 {f1:.4f} is below {self.f1}")
        under_half = sum(f < 0.5 for f in tally.f1) / max(len(tally.f1), 1)
        if under_half > self.under_half:
            faults.append(f"{what}: {under_half:.2%} of pages are under .5")
        if (lost := tally.lost / max(tally.paragraphs, 1)) > self.lost:
            faults.append(f"{what}: {lost:.2%} of paragraphs are lost")
        return faults


HEADER = (
    f"{'':24}{'pages':>6}{'word F1':>8}{'< .5':>8}{'lost':>8}{'pieces':>8}"
    f"{'headline':>8}{'byline':>8}{'date':>8}{'ms':>8}{'p99':>8}"
)


def measure_pages(
    pages: Iterator[Truth], readers: dict[str, Reader]
) -> tuple[dict[str, dict[str, Tally]], list[tuple[float, str]]]:
    """Tallies by extractor and half (open, sealed), and our F1 of each open page, worst first."""
    tallies = {name: {"open": Tally(), "sealed": Tally()} for name in readers}
    worst: list[tuple[float, str]] = []
    for page in pages:
        half = "sealed" if page.sealed else "open"
        for name, read_page in readers.items():
            began = time.process_time()
            try:
                reading = read_page(page)
            except Exception:  # noqa: BLE001 an extractor that fails on a page delivers nothing there
                reading = Reading()
            tally = tallies[name][half]
            tally.milliseconds.append(1000 * (time.process_time() - began))
            tally.count_page(page, reading)
            if name == "wiredesk" and half == "open" and page.text:
                worst.append((tally.f1[-1], page.name))
    return tallies, sorted(worst)


def show_pages(tallies: dict[str, dict[str, Tally]]) -> None:
    """Print the table, a line for each extractor and half."""
    print(f"\npublic pages, sealed by hash in two halves\n{HEADER}")
    for name, halves in tallies.items():
        for half, tally in halves.items():
            print(tally.row(f"{name}, {half}"))


def show_worst(worst: Sequence[tuple[float, str]], most: int = 40) -> None:
    """Print the names of the open pages that are read worst, never their texts."""
    for f1, name in worst[:most]:
        print(f"{f1:6.3f}  {name}")
