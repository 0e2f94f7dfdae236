"""Plain text -> Article: the first line is the headline, unless it is a paragraph already; then paragraphs."""

from __future__ import annotations

import re
from statistics import median

from pipeline.story import Article, Block

_BLANK = re.compile(r"\n\s*\n")
_ENDS = re.compile(r"""[.!?…:;"”'’)\]=<]\s*$""")
_WRAP = (45, 90)
"""Columns between which text files wrap their lines."""

HEADLINE_WORDS = 30
"""Words of the longest headline."""

LEAD_WORDS = 18
"""Words from which a first line that ends like a sentence is a lead."""


def from_text(text: str, url: str) -> Article:
    """An article from a text file: first line the headline, then paragraphs, blank lines or single newlines between.

    Lines that an editor wrapped at a fixed width are joined again; nothing else is changed.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff\n ")
    headline, _, rest = text.partition("\n")
    headline = headline.strip()
    if _is_prose(headline) or _runs_on(text):
        headline, rest = "", text
    return Article(
        url=url,
        headline=headline,
        headlines=(headline,) if headline else (),
        blocks=tuple(Block(p) for p in paragraphs(rest)),
        basis="text",
    )


def _is_prose(line: str) -> bool:
    """Whether a first line is the first paragraph: longer than any headline, or a lead by its length and end."""
    length = len(line.split())
    return length > HEADLINE_WORDS or (length > LEAD_WORDS and line.rstrip("\"”'’)")[-1:] in ".?!")


def _runs_on(text: str) -> bool:
    """Whether the first line is one of several that an editor's margin broke off one paragraph."""
    chunks = [c for c in _BLANK.split(text) if c.strip()]
    first = chunks[0].split("\n") if chunks else []
    return (
        len(first) > 2
        and len(first[0]) >= _WRAP[0]
        and not _ENDS.search(first[0])
        and _wrapped(chunks)
    )


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a plain text, in order, each on one line."""
    chunks = [c for c in _BLANK.split(text.replace("\r\n", "\n")) if c.strip()]
    wrapped = _wrapped(chunks)
    found: list[str] = []
    for chunk in chunks:
        lines = [" ".join(line.split()) for line in chunk.split("\n") if line.strip()]
        found.extend([" ".join(lines)] if wrapped else lines)
    return found


def _wrapped(chunks: list[str]) -> bool:
    """Whether the lines were broken by an editor's margin: most inner lines are of one width and end mid-sentence."""
    inner = [line.rstrip() for chunk in chunks for line in chunk.strip("\n").split("\n")[:-1]]
    if len(chunks) < 2 or len(inner) < 3:
        return False
    low, high = _WRAP
    return low <= median(map(len, inner)) <= high and sum(
        1 for x in inner if not _ENDS.search(x)
    ) > 0.6 * len(inner)
