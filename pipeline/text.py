"""One way to compare text: folding and words. Every stage that compares uses these."""

from __future__ import annotations

import re
import unicodedata

_FOLDS = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′`´", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff"),
        "…": "...",
    }
)
_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"[^\W_]+(?:['.][^\W_]+)*")


def fold(text: str) -> str:
    """Lower case, one kind of quote and dash, single spaces, NFKC: equal for what a reader would
    call the same."""
    return _SPACE.sub(" ", _same(text)).strip().casefold()


def _same(text: str) -> str:
    """One kind of quote and dash, NFKC; plain ASCII is that already."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text.translate(_FOLDS))


def words(text: str) -> list[str]:
    """The words of the folded text, punctuation dropped; "U.S." and "don't" are one word each."""
    return _WORD.findall(_same(text).casefold())
