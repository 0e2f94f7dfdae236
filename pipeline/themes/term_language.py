"""The language in which a desk editor writes terms.

A term is words with a few signs::

    air strike~            words in a row; ~ after a word takes its regular forms (strikes ...)
    (shell|mortar) fire    one of several
    <force>                any entry of the word list "force"
    <force> .. <take>      the first, then the second, at most 5 words between; ..9 allows 9
    <force> & <fight>      both in one sentence, in any order; &8 at most 8 words apart
    clash~ &! <protest>    the sentence has no <protest>
    clash~ && <force>      the story has a <force> somewhere; &&! none

A word in lower case matches in any case; a word with a capital letter matches as written ("IS",
"Hamas"), and initials also with their dots ("US", "U.S."). Anything else in a term is refused.

A plain phrase or a <list> in a term is called a symbol: it stands for phrases, and ``matching``
finds them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from pipeline.themes.words import inflect_word, split_words

#: Words between two things joined by "..": "seized <the town of> Karsin" and little more.
DEFAULT_GAP = 5
#: No list may grow beyond this by the lists inside it: a slip of the pen would eat the memory.
LONGEST_LIST = 30_000
#: Words so common that they are looked for only where a term is already under way.
_PREPOSITIONS = "as at by for from in into of on out over to with"
COMMON = frozenset(f"a an and is said the their was were will would {_PREPOSITIONS}".split())
#: The reach of a part that may stand anywhere in the sentence.
WHOLE_SENTENCE = -1

_CONDITION = r"&&!|&&|&!"
_PIECE = re.compile(rf"\s*({_CONDITION}|&\d*|\.\.\d*|<[a-z_]+>|\([^()]*\)|[^\s<>()&|]+)")
_LIST_NAME = re.compile(r"(<[a-z_]+>)")

#: The words of one phrase, in order.
Words = tuple[str, ...]


class TermError(ValueError):
    """A term that cannot be read."""


@dataclass(frozen=True, slots=True)
class Element:
    """What stands at one place of a term: any phrase of a symbol, ``gap`` words at most after the
    one before.

    Where a choice of single words holds very common ones, ``common`` names them all, and the place
    is looked at only when the elements before it are found: it is no symbol.
    """

    symbol: str
    gap: int = 0
    common: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Part:
    """Elements in order. ``reach`` is the words allowed between it and the parts before."""

    elements: tuple[Element, ...]
    reach: int = WHOLE_SENTENCE


@dataclass(frozen=True, slots=True)
class Condition:
    """A symbol that the sentence must lack (&!), that the story must hold (&&) or lack (&&!)."""

    sign: str
    symbol: str


@dataclass(frozen=True, slots=True)
class Term:
    """A term that has been read: parts that stand in one sentence, and conditions."""

    parts: tuple[Part, ...]
    conditions: tuple[Condition, ...] = ()


def parse_term(text: str) -> Term:
    """Read a term. Raises TermError; whether its words and lists exist is not looked at."""
    parts: list[Part] = []
    conditions: list[Condition] = []
    sign = ""
    pieces: list[str] = []
    for piece in (*_split_pieces(text), "&"):  # the last sign ends the last run
        if not piece.startswith("&"):
            pieces.append(piece)
            continue
        if not pieces:
            raise TermError(f"{text!r}: something is missing beside &")
        if sign in ("&!", "&&", "&&!"):
            starts = {other[:2] if other.startswith("..") else other[0] for other in pieces}
            if ".." in starts or (len(pieces) > 1 and "<" in starts):
                raise TermError(f"{text!r}: one word, phrase or list after {sign}")
            conditions.append(Condition(sign, " ".join(pieces)))
        else:
            reach = int(sign[1:]) if len(sign) > 1 else WHOLE_SENTENCE
            parts.append(Part(_parse_elements(text, pieces), reach))
        sign, pieces = piece, []
    return Term(tuple(parts), tuple(conditions))


def spell_out(entry: str) -> list[Words]:
    """All the phrases that one plain entry stands for: inflections and alternatives multiplied out.

    Raises TermError where the entry is empty or carries other signs than ~, | and brackets.
    """
    choices: list[list[Words]] = []
    for piece in _split_pieces(entry):
        if piece.startswith(("<", "&", "..")):
            raise TermError(f"{entry!r}: {piece!r} cannot stand here")
        if piece.startswith("("):
            options: list[Words] = []
            for option in piece[1:-1].split("|"):
                options.extend(spell_out(option))
            choices.append(options)
        else:
            choices.append(_spell_word(piece))
    return [sum(row, ()) for row in product(*choices)]


def expand_list(lists: Mapping[str, Sequence[str]], name: str, inside: Words = ()) -> list[str]:
    """The plain entries of a list, with the lists named inside its entries put in.

    Raises TermError on an unknown list, on lists that contain each other and on one that grows too
    long.
    """
    if name in inside:
        raise TermError(f"list <{name}> contains itself by way of {' -> '.join(inside)}")
    if name not in lists:
        raise TermError(f"no list <{name}>")
    expanded: list[str] = []
    for entry in lists[name]:
        choices: list[list[str]] = []
        for bit in _LIST_NAME.split(entry):
            is_list = bit.startswith("<")
            choices.append(expand_list(lists, bit[1:-1], (*inside, name)) if is_list else [bit])
        expanded.extend(map("".join, product(*choices)))
        if len(expanded) > LONGEST_LIST:
            raise TermError(f"list <{name}> grows beyond {LONGEST_LIST} entries")
    return expanded


def _split_pieces(text: str) -> list[str]:
    pieces: list[str] = []
    place = 0
    while place < len(text.rstrip()):
        piece = _PIECE.match(text, place)
        if not piece:
            raise TermError(f"{text!r}: cannot read {text[place:]!r}")
        pieces.append(piece.group(1))
        place = piece.end()
    if not pieces:
        raise TermError("an empty term")
    return pieces


def _parse_elements(text: str, pieces: list[str]) -> tuple[Element, ...]:
    """Elements of one part: lists, and words that stand together between lists and gaps."""
    elements: list[Element] = []
    phrase: list[str] = []
    gap = 0
    for piece in (*pieces, ""):  # the empty piece ends the last phrase
        if phrase and (not piece or piece.startswith(("..", "<"))):
            symbol = " ".join(phrase)
            common = _choose_common(symbol) if elements else frozenset()
            elements.append(Element(symbol, gap, common))
            phrase, gap = [], 0
        if piece.startswith(".."):
            if not elements or gap:
                raise TermError(f"{text!r}: .. stands between two things")
            gap = int(piece[2:] or DEFAULT_GAP)
        elif piece.startswith("<"):
            elements.append(Element(piece, gap))
            gap = 0
        elif piece:
            phrase.append(piece)
    if gap or not elements:
        raise TermError(f"{text!r}: .. stands between two things")
    return tuple(elements)


def _choose_common(symbol: str) -> frozenset[str]:
    """The words of a choice of single lower-case words, some of them very common; else none."""
    words: set[str] = set()
    for phrase in spell_out(symbol):
        if len(phrase) > 1 or phrase[0] != phrase[0].lower():
            return frozenset()
        words.add(phrase[0])
    return frozenset() if words.isdisjoint(COMMON) else frozenset(words)


def _spell_word(piece: str) -> list[Words]:
    """The forms of one written word; several words each where it holds hyphens."""
    bare = piece.rstrip("~")
    cut = tuple(split_words(bare))
    if not cut or not all(word[0].isalnum() for word in cut):
        raise TermError(f"{bare!r} is not a word")
    if bare == piece:
        return [cut]
    return [(*cut[:-1], form) for form in dict.fromkeys(inflect_word(cut[-1]))]
