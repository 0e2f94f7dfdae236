"""Words of a text, one cheap way: what the definitions and the stories are both cut with.

Hyphens separate ("rebel-held" is two words, so "air-strike" and "air strike" are one term), a possessive 's is
dropped, "isn't" stays whole, dotted initials ("U.S.") are one word. A sentence end is a word of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice

#: Each choice begins with a sign or a class of them, which the machine of ``re`` tells apart at once.
TOKEN = re.compile(
    r"([A-Z]\.(?:[A-Z]\.)*[A-Z]?(?![a-z])|[^\W_]+(?:['’]t\b|)|[.!?](?=[\"'”’)\]]*(?:\s|$))|\n)(?:['’]s\b|)"
)
ENDS = frozenset(".!?\n")
#: Words whose full stop ends no sentence.
ABBREVIATIONS = frozenset(
    {
        "mr",
        "mrs",
        "ms",
        "dr",
        "gen",
        "lt",
        "col",
        "sgt",
        "maj",
        "capt",
        "cpl",
        "brig",
        "adm",
        "sen",
        "rep",
        "gov",
    }
    | {"st", "jr", "sr", "prof", "no", "vs", "al", "dept", "approx", "ret"}
    | {"jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec"}
)
#: Words of the longest sentence; a reporter's longest have about 80.
LONGEST = 120
#: Words so common that they are looked for only where a term is already under way.
COMMON = frozenset(
    {
        "a",
        "an",
        "and",
        "as",
        "at",
        "by",
        "for",
        "from",
        "in",
        "into",
        "is",
        "of",
        "on",
        "out",
        "over",
        "said",
        "the",
    }
    | {"their", "to", "was", "were", "will", "with", "would"}
)


def tokens(text: str) -> list[str]:
    """The words and sentence ends of ``text``, as printed. Linear in its length."""
    return TOKEN.findall(text)


def offsets(text: str, which: Iterable[int]) -> dict[int, tuple[int, int]]:
    """Start and end, in characters, of those of ``tokens(text)`` whose indexes are in ``which``."""
    found: dict[int, tuple[int, int]] = {}
    rest, at = TOKEN.finditer(text), 0
    for i in sorted(set(which)):
        found[i] = next(islice(rest, i - at, None)).span(1)
        at = i + 1
    return found


def sentences(low: list[str]) -> list[tuple[int, int]]:
    """Token ranges of the sentences in lower-cased ``low``; the ends themselves belong to none.

    None is longer than LONGEST words: what stands in one sentence is compared pair by pair, and a flood of words
    without an end must not cost the square of its length.
    """
    found: list[tuple[int, int]] = []
    start = 0
    ends = [i for i, token in enumerate(low) if token in ENDS]
    for end in (*ends, len(low)):
        if start < end < len(low) and low[end] == "." and _abbreviated(low[end - 1]):
            continue
        while end - start > LONGEST:
            found.append((start, start + LONGEST))
            start += LONGEST
        if start < end:
            found.append((start, end))
        start = end + 1
    return found


def _abbreviated(word: str) -> bool:
    return word in ABBREVIATIONS or word.endswith(".")


_VOWELS = frozenset("aeiou")


def inflect(word: str) -> tuple[str, ...]:
    """Regular English forms of a noun or verb: shell, shells, shelled, shelling. Over-generates harmlessly."""
    if word.endswith("e"):
        return (word, word + "s", word + "d", word[:-1] + "ing")
    if word.endswith("y") and word[-2:-1] not in _VOWELS:
        stem = word[:-1]
        return (word, stem + "ies", stem + "ied", word + "ing")
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return (word, word + "es", word + "ed", word + "ing")
    forms = (word, word + "s", word + "ed", word + "ing")
    short = (
        len(word) > 2
        and word[-1] not in _VOWELS | set("wxy")
        and word[-2] in _VOWELS
        and word[-3] not in _VOWELS
    )
    return (*forms, word + word[-1] + "ed", word + word[-1] + "ing") if short else forms
