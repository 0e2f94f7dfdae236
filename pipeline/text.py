"""One way to compare text: folding and words. Every stage that compares uses these.

Words of scripts that set no space between them (Chinese, Japanese, Thai, Lao, Khmer, Burmese,
Tibetan) can't be told without a dictionary. There a word is a character with the marks on it, and
``count_words`` says how many words so many characters are about.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_FOLDS = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′`´", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff"),
        # vowel signs of Arabic and Hebrew, and the stroke that widens a word: printed or not
        **dict.fromkeys(map(chr, (*range(0x064B, 0x0653), 0x0640, 0x0670))),
        **dict.fromkeys(map(chr, (*range(0x0591, 0x05BE), 0x05BF, 0x05C1, 0x05C2, 0x05C4, 0x05C5))),
        "…": "...",
    }
)
_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"[^\W_]+(?:['.][^\W_]+)*")
# Full stops of scripts that are not Latin: Chinese, Devanagari, Urdu, Armenian, Ethiopic, Tibetan,
# Burmese, Khmer; and all marks that end a sentence there.
FULL_STOPS = "。！।॥۔։።།༎။៕។"
STOPS = f"{FULL_STOPS}？؟՞፧"
# The last letter of a line in Thai or Lao. They have no full stop: any line may be a sentence.
UNSTOPPED = "[\u0e01-\u0eff]"
UNENDING = re.compile(f"{UNSTOPPED}$")
# Characters of scripts without spaces: those whose signs are syllables or words, and alphabets.
_SIGNS = "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_ALPHABETS = "\u0e00-\u0e7f\u0e80-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff"
# Scripts whose vowels are marks, which Python takes for no part of a word, and the marks in them.
_MARKED = f"\u0900-\u0dff{_ALPHABETS}"
_MARKS = "".join(
    chr(code)
    for code in (*range(0x0900, 0x1100), *range(0x1780, 0x1800))
    if unicodedata.category(chr(code)) in ("Mn", "Mc")
)
_OTHER_SCRIPT = re.compile(f"[{_SIGNS}{_MARKED}]")
_SIGN = re.compile(f"[{_SIGNS}]")
_LETTER = re.compile(f"[{_ALPHABETS}](?<=\\w)")
# A sign, a letter of an alphabet without spaces with its marks, or a word of any other script.
_WORD_OR_SIGN = re.compile(
    f"[{_SIGNS}]"
    f"|[{_ALPHABETS}](?<=\\w)[{_MARKS}]*"
    f"|(?:[^\\W_{_SIGNS}{_ALPHABETS}][{_MARKS}]*)+(?:['.](?:[^\\W_{_SIGNS}{_ALPHABETS}][{_MARKS}]*)+)*"
)
# About as many signs of Chinese and Japanese, or letters of Thai and its like, are one word.
SIGNS_A_WORD, LETTERS_A_WORD = 2, 4


def fold(text: str) -> str:
    """Lower case, one kind of quote and dash, single spaces, NFKC: equal for what a reader would
    call the same."""
    return _SPACE.sub(" ", _same(text)).strip().casefold()


def _same(text: str) -> str:
    """One kind of quote and dash, NFKC; plain ASCII is that already."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text.translate(_FOLDS))


def words(text: str) -> list[str]:
    """The words of the folded text, punctuation dropped; "U.S." and "don't" are one word each."""
    same = _same(text).casefold()
    if same.isascii() or not _OTHER_SCRIPT.search(same):
        return _WORD.findall(same)
    return _WORD_OR_SIGN.findall(same)


def count_words(text: str) -> int:
    """About how many words a line has, by its spaces and, where a script has none, its length."""
    return text.count(" ") + 1 if text.isascii() else _count_with_signs(text)


@lru_cache(maxsize=1 << 11)
def _count_with_signs(text: str) -> int:
    """The same for a line that is not ASCII; each is counted several times on its way."""
    count = text.count(" ") + 1
    if not _OTHER_SCRIPT.search(text):
        return count
    signs, letters = len(_SIGN.findall(text)), len(_LETTER.findall(text))
    return max(count, signs // SIGNS_A_WORD + letters // LETTERS_A_WORD)
