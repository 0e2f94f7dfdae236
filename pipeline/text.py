"""One way to compare text: folding and words. Every stage that compares uses these.

``drop_unseen`` is for the doors, where text comes in: whatever stands behind them reads words whole.
"""

from __future__ import annotations

import re
import unicodedata
from html import unescape

_FOLDS = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′`´", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff"),
        "…": "...",
    }
)
# what no reader sees: soft hyphens, marks of direction, word joiners, byte order marks
_MARKS = "\u00ad\u061c\u180e\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
# scripts without spaces, where a zero-width space parts words
_UNSPACED = "\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff"
# scripts in which a joiner is never spelling: Latin, Greek, Cyrillic
_JOINER_FREE = "A-Za-z0-9\u00c0-\u024f\u0370-\u052f"
_UNSEEN = re.compile(
    rf"[{_MARKS}]|(?<![{_UNSPACED}])\u200b|\u200b(?![{_UNSPACED}])"
    rf"|(?<=[{_JOINER_FREE}])[\u200c\u200d]|[\u200c\u200d](?=[{_JOINER_FREE}])"
)
# the same characters by name or number, as HTML writes them
_UNSEEN_ENTITY = re.compile(
    r"&(?:shy|zwn?j|[lr]rm|ZeroWidthSpace|NoBreak"
    r"|#0*(?:173|820[3-7]|823[4-8]|8288|829[4-7]|65279)"
    r"|#[xX]0*(?:[aA][dD]|200[b-fB-F]|202[a-eA-E]|2060|206[6-9]|[fF][eE][fF]{2}));"
)
_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"[^\W_]+(?:['.][^\W_]+)*")


def drop_unseen(text: str) -> str:
    """The text without characters that nobody sees; joiners stay where they are spelling.

    Persian, Hindi and emoji need theirs; in a Latin word they part it for whoever compares words.
    """
    return text if text.isascii() else _UNSEEN.sub("", text)


def resolve_unseen(markup: str) -> str:
    """The markup with unseen characters as themselves where it names them (``&shy;``)."""
    return _UNSEEN_ENTITY.sub(lambda entity: unescape(entity.group()), markup)


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
