"""One way to compare text: folding and words. Every stage that compares uses these.

Words of scripts that set no space between them (Chinese, Japanese, Thai, Lao, Khmer, Burmese,
Tibetan) can't be told without a dictionary. There a word is a character with the marks on it, and
``count_words`` says how many words so many characters are about.

``drop_unseen`` is for the doors, where text comes in: all that stands behind them reads whole
words.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from html import unescape

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
# what no reader sees: soft hyphens, marks of direction, word joiners, formats that Unicode
# deprecates, byte order marks, annotations, Hangul fillers
_UNSEEN = (
    "\u00ad\u061c\u180e\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064"
    "\u2066\u2067\u2068\u2069\u206a\u206b\u206c\u206d\u206e\u206f\u3164\ufeff\uffa0\ufff9\ufffa\ufffb"
)
_ASCII = bytes(range(128))
# a zero-width space, which parts words in scripts without spaces, and joiners, which are spelling
# in all but Latin, Greek and Cyrillic
_ZERO_WIDTH_SPACE, _JOINERS = "\u200b", "\u200c\u200d"
_ZERO_WIDTH = re.compile(f"[{_ZERO_WIDTH_SPACE}{_JOINERS}]")
_ZERO_WIDTH_IN_UTF_8 = tuple(mark.encode() for mark in _ZERO_WIDTH_SPACE + _JOINERS)
# Tags spell words that nobody sees. Three flags are spelled with them: those of England, Scotland
# and Wales are all that Unicode recommends.
_FLAGS = "|".join(
    "\U0001f3f4" + "".join(chr(0xE0000 + ord(letter)) for letter in name) + "\U000e007f"
    for name in ("gbeng", "gbsct", "gbwls")
)
_TAG = re.compile(f"({_FLAGS})|[\U000e0000-\U000e00ff\U000e01f0-\U000e0fff]")
# Selectors choose the shape of the character before them; a row of them spells bytes instead.
_SELECTORS = "[\ufe00-\ufe0f\U000e0100-\U000e01ef]"
_SELECTOR_ROW = re.compile(f"(?<!\\S){_SELECTORS}+|(?<={_SELECTORS}){_SELECTORS}+")
# how tags and selectors begin in UTF-8; two selectors with nothing but ASCII between them
_TAG_IN_UTF_8, _SELECTOR_IN_UTF_8 = b"\xf3\xa0", b"\xef\xb8"
_HIDDEN_IN_UTF_8 = re.compile(
    rb"\xf3\xa0[\x80-\x83\x88-\xbf]|(?:\xef\xb8[\x80-\x8f]|\xf3\xa0[\x84-\x87][\x80-\xbf]){2}"
)


def _group_marks(marks: str) -> tuple[tuple[bytes, tuple[tuple[str, bytes], ...]], ...]:
    """Marks with their bytes, by the two bytes that they begin with: one look for many."""
    groups: dict[bytes, list[tuple[str, bytes]]] = {}
    for mark in marks:
        encoded = mark.encode()
        groups.setdefault(encoded[:2], []).append((mark, encoded))
    return tuple((beginning, tuple(found)) for beginning, found in groups.items())


_IN_UTF_8 = _group_marks(_UNSEEN)
_UNSPACED = re.compile("[\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff]")
_JOINER_FREE = re.compile("[A-Za-z0-9\u00c0-\u024f\u0370-\u052f]")
# the same characters by name or number, as HTML writes them
_ENTITY = (
    r"&(?:shy|zwn?j|[lr]rm|ZeroWidthSpace|NoBreak"
    r"|#0*(?:173|1564|6158|820[3-7]|823[4-8]|82(?:8[89]|9[0-24-9])|830[0-3]|12644|65279|65440"
    r"|6502[4-9]|6503\d|6552[89]|6553[01]|917[5-9]\d\d)"
    r"|#[xX]0*(?:[aA][dD]|61[cC]|180[eE]|200[b-fB-F]|202[a-eA-E]|206[0-46-9a-fA-F]|3164"
    r"|[fF][eE]0[\da-fA-F]|[fF][eE][fF]{2}|[fF]{2}[aA]0|[fF]{3}[9abAB]|[eE]0[01][\da-fA-F]{2}));"
)
_UNSEEN_ENTITY, _UNSEEN_ENTITY_IN_UTF_8 = re.compile(_ENTITY), re.compile(_ENTITY.encode())
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
# Signs and letters that are looked at together where three words are compared with three.
SIGNS_IN_ROW, LETTERS_IN_ROW = 3, 5


def drop_unseen(text: str) -> str:
    """The text without characters that nobody sees; joiners stay where they are spelling.

    Persian, Hindi and emoji need theirs; in a Latin word they part it for whoever compares words.
    An emoji or an ideograph keeps one selector of its shape, and three flags their tags.
    """
    if text.isascii():
        return text
    # one look for each character, in the little that is not ASCII: a pattern of them all, or looks
    # into the whole page, take twenty times as long
    rare = text.encode("utf-8", "surrogatepass").translate(None, _ASCII)
    for beginning, marks in _IN_UTF_8:
        if beginning in rare:
            for mark, encoded in marks:
                if encoded in rare:
                    text = text.replace(mark, "")
    if _TAG_IN_UTF_8 in rare:
        text = _TAG.sub(r"\1", text)
    if _SELECTOR_IN_UTF_8 in rare or _TAG_IN_UTF_8 in rare:
        text = _SELECTOR_ROW.sub("", text)
    if any(encoded in rare for encoded in _ZERO_WIDTH_IN_UTF_8):
        return _ZERO_WIDTH.sub(_keep_spelling, text)
    return text


def holds_unseen(markup: bytes, rare: bytes) -> bool:
    """Whether markup in UTF-8 may hold what ``drop_unseen`` and ``resolve_unseen`` look for.

    ``rare`` are its bytes that are not ASCII.
    """
    for beginning, marks in _IN_UTF_8:
        if beginning in rare and any(encoded in rare for _, encoded in marks):
            return True
    may_hide = _TAG_IN_UTF_8 in rare or _SELECTOR_IN_UTF_8 in rare
    if may_hide and _HIDDEN_IN_UTF_8.search(rare):
        return True
    if rare and any(encoded in rare for encoded in _ZERO_WIDTH_IN_UTF_8):
        return True
    return bool(_UNSEEN_ENTITY_IN_UTF_8.search(markup))


def _keep_spelling(found: re.Match[str]) -> str:
    """A character without width where its neighbours need it, else nothing."""
    text, place = found.string, found.start()
    before, after = text[max(0, place - 1) : place], text[place + 1 : place + 2]
    if found.group() == _ZERO_WIDTH_SPACE:
        kept = bool(_UNSPACED.match(before) and _UNSPACED.match(after))
    else:
        kept = not _JOINER_FREE.match(before) and not _JOINER_FREE.match(after)
    return found.group() if kept else ""


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
    same = _same(text).casefold()
    if same.isascii() or not _OTHER_SCRIPT.search(same):
        return _WORD.findall(same)
    return _WORD_OR_SIGN.findall(same)


def is_sign(word: str) -> int:
    """How many signs in a row are as telling as a word, for one that ``words`` gave; 0 for a word.

    Three of Chinese and Japanese, five letters of Thai and other alphabets without spaces.
    """
    if word.isascii() or not _OTHER_SCRIPT.match(word):
        return 0
    if _SIGN.match(word):
        return SIGNS_IN_ROW
    return LETTERS_IN_ROW if _LETTER.match(word) else 0


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
