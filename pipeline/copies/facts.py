"""What a lead claims: its numbers, and where and when. Two texts that differ in these are never copies.

Daily bulletins share a template and differ in a number; so does an update with a new toll.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.copies.sketch import word_hash
from pipeline.story import Story
from pipeline.text import words

LEAD_WORDS = 60
_NUMBER_WORDS = {
    word: str(value)
    for words_of, start, step in (
        (("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"), 2, 1),
        (("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"), 13, 1),
        (("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"), 20, 10),
    )
    for value, word in zip(range(start, 100, step), words_of, strict=False)
}
_DIGITS = re.compile(r"\d+(?:\.\d+)?")
_FILLER = frozenset(
    re.split(
        r"\s+",
        "a an the of in on at to for and or by with from as is was were are be been has have had its it his her their "
        "that this after over into amid says said say",
    )
)


def numbers(text_words: Sequence[str]) -> frozenset[str]:
    """The figures among the words, number words included; years and clock times are figures like others."""
    found = set()
    for word in text_words:
        if word in _NUMBER_WORDS:
            found.add(_NUMBER_WORDS[word])
        elif word[0].isdigit():
            match = _DIGITS.match(word.replace(",", ""))
            if match:
                found.add(match.group())
    return frozenset(found)


def lead_numbers(story: Story) -> frozenset[str]:
    """The figures of the first ``LEAD_WORDS`` words of the body."""
    lead: list[str] = []
    for paragraph in story.body:
        lead += words(paragraph)
        if len(lead) >= LEAD_WORDS:
            break
    return numbers(lead[:LEAD_WORDS])


def place(story: Story) -> str:
    """The dateline's place, folded to its first words; empty where there is none."""
    if not story.dateline:
        return ""
    return " ".join(words(re.split(r"[,/(]", story.dateline.place)[0]))


def headline_words(headline: str) -> tuple[str, ...]:
    """The words of a headline that carry it, in order, each once."""
    return tuple(dict.fromkeys(w for w in words(headline) if w not in _FILLER))


def short_hash(text: str) -> int:
    """16 bits of a text: enough to tell a handful of figures or words apart."""
    return word_hash(text) & 0xFFFF
