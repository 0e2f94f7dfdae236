"""article-extraction-benchmark's measures: 4-gram shingles of words, precision and recall page by
page, exact bodies.

Source: scrapinghub/article-extraction-benchmark, evaluate.py, whose definitions these are: a page's
true and false positives and negatives are counted on multisets of shingles and divided by their
sum; precision and recall are means over pages, F1 is made of those means, and a body is exact where
no shingle is missing and none too many.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

_WORD = re.compile(r"\w+", re.UNICODE)


@dataclass(frozen=True, slots=True)
class Score:
    """The means over pages."""

    pages: int
    precision: float
    recall: float
    f1: float
    exact: float


def shingles(text: str, n: int = 4) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text)
    if 0 < len(words) < n:
        return Counter([tuple(words)])
    return Counter(tuple(words[i : i + n]) for i in range(len(words) - n + 1))


def compare(truth: str, found: str) -> tuple[float, float, float]:
    """True positives, false positives and false negatives of one page, as shares of their sum."""
    a, b = shingles(truth), shingles(found)
    both = sum((a & b).values())
    more, less = sum((b - a).values()), sum((a - b).values())
    total = both + more + less
    return (both / total, more / total, less / total) if total else (0.0, 0.0, 0.0)


def score(rows: Iterable[tuple[float, float, float]]) -> Score:
    precision: list[float] = []
    recall: list[float] = []
    exact = 0
    for both, more, less in rows:
        exact += more == less == 0
        right = more == less == 0
        precision.append(1.0 if right else both / (both + more) if both + more else 0.0)
        recall.append(1.0 if right else both / (both + less) if both + less else 0.0)
    count = len(precision) or 1
    p, r = sum(precision) / count, sum(recall) / count
    return Score(len(precision), p, r, 2 * p * r / (p + r) if p + r else 0.0, exact / count)
