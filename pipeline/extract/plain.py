"""Plain text -> Article: the first line is the headline, unless it is a paragraph already."""

from __future__ import annotations

import re
from itertools import pairwise
from statistics import median

from pipeline.story import Article, Block
from pipeline.text import STOPS, count_words, drop_unseen

# columns between which text files wrap their lines; newer ones have a line for each paragraph
WRAP_COLUMNS = (45, 90)

# share of the inner lines that must end in no stop, so that a margin broke them off
BROKEN_OFF_SHARE = 0.6
# words of the longest headline, and of the longest that ends like a sentence: beyond, it is a lead
HEADLINE_WORDS = 30
SENTENCE_HEADLINE_WORDS = 18

# words of the longest flash, which is a whole file, and characters of a text that may be one
FLASH_WORDS, LONGEST_FLASH = 40, 600

_SENTENCE_ENDS = frozenset(f".?!{STOPS}")
_BLANK = re.compile(r"\n\s*\n")
_STOPS = re.compile(rf"""[.!?…:;"”'’)\]=<{STOPS}]\s*$""")


def from_text(text: str, url: str) -> Article:
    """An article from a text file: the first line its headline, then its paragraphs.

    Blank lines or single newlines divide paragraphs. Lines that an editor wrapped at a fixed width
    are joined again; nothing else is changed.
    """
    text = drop_unseen(text).replace("\r\n", "\n").replace("\r", "\n").lstrip("\n ")
    headline, _, rest = text.partition("\n")
    if _is_flash(text):
        headline, rest = " ".join(text.split()), ""
    elif _is_lead(headline.strip(), text):
        headline, rest = "", text
    headline = headline.strip()
    return Article(
        url=url,
        headline=headline,
        headlines=(headline,) if headline else (),
        blocks=tuple(map(Block, split_paragraphs(rest))),
        basis="text",
    )


def _is_flash(text: str) -> bool:
    """Whether a text is one line of a flash's length, also where a margin broke it."""
    lines = text.strip().split("\n")
    if len(text) > LONGEST_FLASH or count_words(text.strip()) > FLASH_WORDS:
        return False
    for above, below in pairwise(lines):
        if len(above) < WRAP_COLUMNS[0] or _STOPS.search(above) or not below[:1].islower():
            return False
    return True


def _is_lead(first: str, text: str) -> bool:
    """Whether the first line is a paragraph, or the piece of one that a margin broke off."""
    length = count_words(first)
    ended = first.rstrip("\"”'’)")[-1:] in _SENTENCE_ENDS
    if length > HEADLINE_WORDS or (length > SENTENCE_HEADLINE_WORDS and ended):
        return True
    # a first line that a margin broke off a paragraph has lines below it that run on
    chunks = _split_chunks(text)
    broken = chunks[0].split("\n") if chunks else []
    return (
        len(broken) > 2
        and len(broken[0]) >= WRAP_COLUMNS[0]
        and not _STOPS.search(broken[0])
        and _is_wrapped(chunks)
    )


def split_paragraphs(text: str) -> list[str]:
    """The paragraphs of a plain text, in order, each on one line."""
    chunks = _split_chunks(text.replace("\r\n", "\n"))
    wrapped = _is_wrapped(chunks)
    paragraphs: list[str] = []
    for chunk in chunks:
        lines = [" ".join(line.split()) for line in chunk.split("\n") if line.strip()]
        paragraphs.extend([" ".join(lines)] if wrapped else lines)
    return paragraphs


def _split_chunks(text: str) -> list[str]:
    """What blank lines divide."""
    return list(filter(str.strip, _BLANK.split(text)))


def _is_wrapped(chunks: list[str]) -> bool:
    """Whether a margin broke the lines: most inner ones are of one width and end mid-sentence."""
    inner: list[str] = []
    for chunk in chunks:
        # the last line of a paragraph ends where the paragraph ends
        inner += map(str.rstrip, chunk.strip("\n").split("\n")[:-1])
    if len(chunks) < 2 or len(inner) < 3:
        return False
    narrow, wide = WRAP_COLUMNS
    if not narrow <= median(map(len, inner)) <= wide:
        return False
    stopped = len(list(filter(_STOPS.search, inner)))
    return len(inner) - stopped > BROKEN_OFF_SHARE * len(inner)
