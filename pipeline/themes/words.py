"""Words of a text: definitions and stories are both cut here, so that they agree.

Hyphens separate ("rebel-held" is two words, so "air-strike" and "air strike" are one term), a
possessive 's is dropped, "isn't" stays whole, dotted initials ("U.S.") are one word. A sentence end
is a word of its own.
"""

from __future__ import annotations

import re

#: Each choice begins with a sign or a class of them, which the machine of ``re`` tells apart at
#: once.
_INITIALS = r"[A-Z]\.(?:[A-Z]\.)*[A-Z]?(?![a-z])"
_WORD = r"[^\W_]+(?:['’]t\b|)"
_SENTENCE_END = r"[.!?](?=[\"'”’)\]]*(?:\s|$))"
_POSSESSIVE = r"(?:['’]s\b|)"
#: A word or sentence end (group 1); what is dropped is outside the group.
WORD_OR_END = re.compile(rf"({_INITIALS}|{_WORD}|{_SENTENCE_END}|\n){_POSSESSIVE}")

SENTENCE_ENDS = frozenset(".!?\n")
#: Words whose full stop ends no sentence.
_TITLES = "mr mrs ms dr gen lt col sgt maj capt cpl brig adm sen rep gov st jr sr prof ret"
_MONTHS = "jan feb mar apr jun jul aug sep sept oct nov dec"
ABBREVIATIONS = frozenset(f"{_TITLES} {_MONTHS} no vs al dept approx".split())
#: Words of the longest sentence; a reporter's longest have about 80. What stands in one sentence is
#: compared pair by pair, and a flood of words without an end must not cost the square of its
#: length.
LONGEST_SENTENCE = 120
_VOWELS = frozenset("aeiou")


#: From a start up to, not including, an end: words of a line. A plain pair, since a story has
#: hundreds.
Span = tuple[int, int]


def split_words(text: str) -> list[str]:
    """The words and sentence ends of a text, as printed. Linear in its length."""
    return WORD_OR_END.findall(text)


def split_sentences(lowered: list[str]) -> list[Span]:
    """The sentences of lower-cased words; the ends themselves belong to none.

    One longer than LONGEST_SENTENCE is cut into pieces of that length.
    """
    sentences: list[Span] = []
    start = 0
    ends = [place for place, word in enumerate(lowered) if word in SENTENCE_ENDS]
    for end in (*ends, len(lowered)):
        if start < end < len(lowered) and lowered[end] == ".":
            before = lowered[end - 1]
            if before in ABBREVIATIONS or before.endswith("."):
                continue
        while end - start > LONGEST_SENTENCE:
            sentences.append((start, start + LONGEST_SENTENCE))
            start += LONGEST_SENTENCE
        if start < end:
            sentences.append((start, end))
        start = end + 1
    return sentences


def inflect_word(word: str) -> tuple[str, ...]:
    """Regular English forms of a noun or verb: shell, shells, shelled, shelling.

    An irregular word gets forms that no text holds ("fighted"), which does no harm.
    """
    if word.endswith("e"):
        return (word, word + "s", word + "d", word[:-1] + "ing")
    if word.endswith("y") and word[-2:-1] not in _VOWELS:
        stem = word[:-1]
        return (word, stem + "ies", stem + "ied", word + "ing")
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return (word, word + "es", word + "ed", word + "ing")
    forms = (word, word + "s", word + "ed", word + "ing")
    doubles_its_last = (
        len(word) > 2
        and word[-1] not in _VOWELS | set("wxy")
        and word[-2] in _VOWELS
        and word[-3] not in _VOWELS
    )
    if doubles_its_last:
        return (*forms, word + word[-1] + "ed", word + word[-1] + "ing")
    return forms
