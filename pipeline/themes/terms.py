"""The language in which a desk editor writes terms, and its compilation.

A term is words with a few signs::

    air strike~            words in a row; ~ after a word takes its regular forms (strike, strikes, striking ...)
    (shell|mortar) fire    one of several
    <force>                any entry of the word list "force"
    <force> .. <take>      the first, then the second, at most 5 words between; ..9 allows 9
    <force> & <fight>      both in one sentence, in any order; &8 at most 8 words apart
    clash~ &! <protest>    the sentence has no <protest>
    clash~ && <force>      the story has a <force> somewhere; &&! none

A word in lower case matches in any case; a word with a capital letter matches as written ("IS", "Hamas"), and
initials also with their dots ("US", "U.S."). Anything else in a term is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from pipeline.themes.tokens import COMMON, inflect, tokens

GAP = 5
#: No list may grow beyond this many entries by the lists inside it.
MOST = 30_000
_PIECE = re.compile(r"\s*(&&!|&&|&!|&\d*|\.\.\d*|<[a-z_]+>|\([^()]*\)|[^\s<>()&|]+)")


class TermError(ValueError):
    """A term that cannot be read."""


@dataclass(frozen=True, slots=True)
class Element:
    """What stands at one place of a term: any phrase of a symbol, ``gap`` words at most after the one before.

    Where a choice holds very common words, ``words`` names them all, and the place is looked at only when the
    elements before it are found.
    """

    symbol: str
    gap: int = 0
    words: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Part:
    """Elements in order. ``within`` is the reach to the first part (-1: the same sentence)."""

    elements: tuple[Element, ...]
    within: int = -1


@dataclass(frozen=True, slots=True)
class Term:
    """A compiled term: parts that stand in one sentence, and symbols that the sentence or story has or lacks.

    ``story`` holds, for each thing that the story must have somewhere, the symbols of which any will do.
    """

    text: str
    parts: tuple[Part, ...]
    without: frozenset[str] = frozenset()
    story: tuple[frozenset[str], ...] = ()
    story_without: frozenset[str] = frozenset()

    @property
    def symbols(self) -> set[str]:
        """The symbols that its sentence must hold."""
        return {e.symbol for p in self.parts for e in p.elements if not e.words}


def phrases(entry: str) -> list[tuple[str, ...]]:
    """All the word sequences that one plain entry stands for: inflections and alternatives multiplied out.

    Raises TermError where the entry is empty or carries other signs than ~, | and brackets.
    """
    choices: list[list[tuple[str, ...]]] = []
    for piece in _pieces(entry):
        if piece.startswith(("<", "&", "..")):
            raise TermError(f"{entry!r}: {piece!r} cannot stand here")
        if piece.startswith("("):
            choices.append([p for option in piece[1:-1].split("|") for p in phrases(option)])
        else:
            choices.append(_word(piece))
    if not choices:
        raise TermError(f"{entry!r}: no words")
    return [tuple(w for run in row for w in run) for row in product(*choices)]


def parse(
    text: str, declare: Callable[[str], str], anywhere: Callable[[str], frozenset[str]]
) -> Term:
    """Read a term. ``declare`` turns "<list>" or a plain phrase into a symbol and raises TermError where unknown;
    ``anywhere`` turns it into symbols of which any is as good.
    """
    pieces = _pieces(text)
    parts: list[Part] = []
    without: set[str] = set()
    story: list[frozenset[str]] = []
    story_without: set[str] = set()
    for sign, run in _split(text, pieces):
        if sign in ("&!", "&&", "&&!"):
            thing = _thing(text, sign, run)
            if sign == "&!":
                without.add(declare(thing))
            elif sign == "&&":
                story.append(anywhere(thing))
            else:
                story_without |= anywhere(thing)
        else:
            parts.append(
                Part(_elements(text, run, declare), int(sign[1:]) if len(sign) > 1 else -1)
            )
    return Term(text, tuple(parts), frozenset(without), tuple(story), frozenset(story_without))


def _thing(text: str, sign: str, run: list[str]) -> str:
    """The one list, or the one phrase, that stands after a sign."""
    if any(p.startswith("..") for p in run) or (
        len(run) > 1 and any(p.startswith("<") for p in run)
    ):
        raise TermError(f"{text!r}: one word, phrase or list after {sign}")
    return " ".join(run)


def expand(lists: Mapping[str, Sequence[str]], name: str, seen: tuple[str, ...] = ()) -> list[str]:
    """The plain entries of a list, with the lists named inside its entries put in.

    Raises TermError on an unknown list, on lists that contain each other and on one that grows too long.
    """
    if name in seen:
        raise TermError(f"list <{name}> contains itself by way of {' -> '.join(seen)}")
    if name not in lists:
        raise TermError(f"no list <{name}>")
    out: list[str] = []
    for entry in lists[name]:
        choices = [
            expand(lists, bit[1:-1], (*seen, name)) if bit.startswith("<") else [bit]
            for bit in re.split(r"(<[a-z_]+>)", entry)
        ]
        out.extend("".join(row) for row in product(*choices))
        if len(out) > MOST:
            raise TermError(f"list <{name}> grows beyond {MOST} entries")
    return out


def _pieces(text: str) -> list[str]:
    pieces, at = [], 0
    while at < len(text.rstrip()):
        m = _PIECE.match(text, at)
        if not m:
            raise TermError(f"{text!r}: cannot read {text[at:]!r}")
        pieces.append(m.group(1))
        at = m.end()
    if not pieces:
        raise TermError("an empty term")
    return pieces


def _split(text: str, pieces: list[str]) -> list[tuple[str, list[str]]]:
    runs: list[tuple[str, list[str]]] = [("", [])]
    for piece in pieces:
        if piece.startswith("&"):
            runs.append((piece, []))
        else:
            runs[-1][1].append(piece)
    if any(not run for _, run in runs):
        raise TermError(f"{text!r}: something is missing beside &")
    return runs


def _elements(text: str, run: list[str], declare: Callable[[str], str]) -> tuple[Element, ...]:
    elements: list[Element] = []
    phrase: list[str] = []
    gap = 0

    def flush() -> None:
        nonlocal gap
        if phrase:
            text = " ".join(phrase)
            words = _common(text) if elements else frozenset()
            elements.append(Element(text if words else declare(text), gap, words))
            phrase.clear()
            gap = 0

    for piece in run:
        if piece.startswith(".."):
            flush()
            if not elements or gap:
                raise TermError(f"{text!r}: .. stands between two things")
            gap = int(piece[2:] or GAP)
        elif piece.startswith("<"):
            flush()
            elements.append(Element(declare(piece), gap))
            gap = 0
        else:
            phrase.append(piece)
    flush()
    if gap or not elements:
        raise TermError(f"{text!r}: .. stands between two things")
    return tuple(elements)


def _common(text: str) -> frozenset[str]:
    """The words of a choice of single words, some of them very common; else nothing."""
    options = phrases(text)
    if all(len(o) == 1 and o[0] == o[0].lower() for o in options) and any(
        o[0] in COMMON for o in options
    ):
        return frozenset(o[0] for o in options)
    return frozenset()


def _word(piece: str) -> list[tuple[str, ...]]:
    bare = piece.rstrip("~")
    if bare == piece:
        return [_cut(piece)]
    cut = _cut(bare)
    return [(*cut[:-1], form) for form in dict.fromkeys(inflect(cut[-1]))]


def _cut(word: str) -> tuple[str, ...]:
    cut = tuple(tokens(word))
    if not cut or not all(t[0].isalnum() for t in cut):
        raise TermError(f"{word!r} is not a word")
    return cut
