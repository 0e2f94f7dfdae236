"""The language of a text that nobody names: by its script, and in Latin letters by the small words it is held by."""

from __future__ import annotations

import re
from collections.abc import Iterable

_SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("uk", re.compile(r"[іїєґ]")),
    ("ru", re.compile(r"[а-яё]")),
    ("fa", re.compile(r"[پچژگ]")),
    ("ar", re.compile(r"[\u0620-\u064a]")),
    ("he", re.compile(r"[\u05d0-\u05ea]")),
    ("el", re.compile(r"[α-ω]")),
    ("hi", re.compile(r"[\u0900-\u097f]")),
)
_SMALL = {
    "en": "the of and to in that was for with said were has on is by from at it had",
    "fr": "le la les des et du une dans qui que est pour par sur au avec pas ont été",
    "es": "el la los las de que y en del una por con para se su al fue han como",
    "de": "der die das und in den von zu mit dem des auf ist nicht ein eine im sich wurde",
    "pt": "o os as do da dos que e em um uma para com não por no na foi ao",
    "it": "il lo gli di che e la un una per con del della non sono nel è ha dei",
    "nl": "de het een en van in is dat op te zijn met voor niet aan er door werd",
    "tr": "ve bir bu için ile da de olarak olan çok daha sonra kadar olduğu etti",
    "id": "yang dan di dengan untuk dari pada ini itu dalam tidak akan oleh telah kata",
}
_WORDS = {language: frozenset(words.split()) for language, words in _SMALL.items()}
_SAMPLE = 1_500
"""Characters that are looked at."""

_LEAST = 3
"""Small words, and characters of a script, that a text must have to be told."""


def language(lines: Iterable[str]) -> str:
    """An ISO 639-1 code, or '' where the text is too short or of none of these."""
    text = " ".join(lines)[:_SAMPLE].casefold()
    letters = sum(map(str.isalpha, text))
    for code, script in _SCRIPTS:
        found = len(script.findall(text))
        # a few letters tell two languages of one script apart; a script itself must fill the text
        if found >= (_LEAST if code in ("uk", "fa", "ja") else max(_LEAST, 0.4 * letters)):
            return code
    words = text.split()
    counts = {code: sum(word in small for word in words) for code, small in _WORDS.items()}
    best = max(counts, key=lambda code: counts[code])
    return best if counts[best] >= max(_LEAST, 0.08 * len(words)) else ""
