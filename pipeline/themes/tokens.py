"""Words of a text, one cheap way: what the definitions and the stories are both cut with.

Hyphens separate ("rebel-held" is two words, so "air-strike" and "air strike" are one term), a possessive 's is
dropped, "isn't" stays whole, dotted initials ("U.S.") are one word. A sentence end is a word of its own.
"""

from __future__ import annotations

import re

TOKEN = re.compile(r"((?:[A-Z]\.)+[A-Z]?(?![a-z])|[^\W_]+(?:['’]t\b)?|[.!?](?=[\"'”’)\]]*(?:\s|$))|\n)(?:['’]s\b)?")
ENDS = frozenset(".!?\n")
#: Words whose full stop ends no sentence.
ABBREVIATIONS = frozenset(
    {"mr", "mrs", "ms", "dr", "gen", "lt", "col", "sgt", "maj", "capt", "cpl", "brig", "adm", "sen", "rep", "gov"}
    | {"st", "jr", "sr", "prof", "no", "vs", "al", "dept", "approx", "ret"}
    | {"jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec"}
)
#: Words of the longest sentence; a reporter's longest have about 80.
LONGEST = 120
#: Words so common that they are looked for only where a term is already under way.
COMMON = frozenset(
    {"a", "an", "and", "as", "at", "by", "for", "from", "in", "into", "is", "of", "on", "out", "over", "said", "the"}
    | {"their", "to", "was", "were", "will", "with", "would"}
)


def tokens(text: str) -> list[str]:
    """The words and sentence ends of ``text``, as printed. Linear in its length."""
    return TOKEN.findall(text)


def offsets(text: str) -> list[tuple[int, int]]:
    """Start and end, in characters, of each of ``tokens(text)``, index for index."""
    return [m.span(1) for m in TOKEN.finditer(text)]


def sentences(low: list[str]) -> list[tuple[int, int]]:
    """Token ranges of the sentences in lower-cased ``low``; the ends themselves belong to none.

    None is longer than LONGEST words: what stands in one sentence is compared pair by pair, and a flood of words
    without an end must not cost the square of its length.
    """
    found: list[tuple[int, int]] = []
    start = 0
    for i, token in enumerate(low):
        if token not in ENDS:
            if i - start >= LONGEST:
                found.append((start, i))
                start = i
            continue
        if token == "." and i > start and (low[i - 1] in ABBREVIATIONS or low[i - 1].endswith(".")):
            continue
        if i > start:
            found.append((start, i))
        start = i + 1
    if start < len(low):
        found.append((start, len(low)))
    return found


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
    short = len(word) > 2 and word[-1] not in _VOWELS | set("wxy") and word[-2] in _VOWELS and word[-3] not in _VOWELS
    return (*forms, word + word[-1] + "ed", word + word[-1] + "ing") if short else forms
