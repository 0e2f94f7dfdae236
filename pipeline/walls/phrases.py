"""Walls as data: TOML files -> ``Walls``; every fault of every file is named at once.

``_reader.toml`` holds the words by which a page speaks to its reader. Any other file is one kind:
``kind``, the tables ``sure`` and ``hint`` with phrases by language, and ``[examples]``: what must
be ``told`` and what must be ``left``. Of a phrase with pluses ("page + not found") every piece must
stand in one sentence. A piece begins where a word begins and may end inside one: "abonnent" finds
"Abonnenten".
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from pipeline.text import fold

# Languages whose words stand without spaces, or with other words written on to their front: a piece
# of these may begin anywhere.
_RUN_ON: Final = frozenset({"ar", "fa", "he", "ja", "ko", "th", "zh"})
# Letters by which a phrase is looked up that has no word whole.
START: Final = 3
_PARTS: Final = frozenset({"ja", "ko", "th", "zh"})
_READER: Final = "_reader.toml"
_TABLES: Final = ("sure", "hint")
_KEYS: Final = frozenset({"kind", "examples", *_TABLES})
_SPACED: Final = re.compile(r"[\W_]+")
_SPACED_ASCII: Final = {code: " " for code in range(128) if not chr(code).isalnum()}
_KIND: Final = re.compile(r"[a-z][a-z_]*")
_LANGUAGE: Final = re.compile(r"[a-z]{2}")


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words of a wall in one language; ``weight`` is 2 where they are sure, 1 where they hint."""

    kind: str
    pieces: tuple[str, ...]
    weight: int

    def find_word(self) -> str:
        """The longest word that stands in it whole; the last of a piece may end inside a word."""
        whole: list[str] = []
        for piece in self.pieces:
            if piece.startswith(" "):
                whole += piece.split()[:-1]
        return max(whole, key=len, default="")

    def stands_in(self, sentence: str) -> bool:
        """Whether every piece stands in a sentence that ``level`` made."""
        # a plain loop: it takes half the time of all()
        for piece in self.pieces:  # noqa: SIM110
            if piece not in sentence:
                return False
        return True


@dataclass(frozen=True, slots=True)
class Example:
    """A text of one of the files, and whether it must be told as a wall."""

    file: str
    kind: str
    text: str
    told: bool


@dataclass(frozen=True, slots=True)
class Walls:
    """The phrases of all kinds, those that are sure first, and the files' own examples.

    ``reader``: the words by which a page speaks to its reader.
    """

    phrases: tuple[Phrase, ...]
    examples: tuple[Example, ...] = ()
    reader: tuple[str, ...] = ()
    # the numbers of phrases by a word that stands in them whole; of those that have none, by the
    # beginning of their first word, or by their first letter where it may stand inside a word
    by_word: Mapping[str, list[int]] = field(init=False, compare=False)
    by_start: Mapping[str, list[int]] = field(init=False, compare=False)
    by_letter: Mapping[str, list[int]] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        by_word: dict[str, list[int]] = {}
        by_start: dict[str, list[int]] = {}
        by_letter: dict[str, list[int]] = {}
        for number, phrase in enumerate(self.phrases):
            piece, word = phrase.pieces[0], phrase.find_word()
            if word:
                by_word.setdefault(word, []).append(number)
            elif piece.startswith(" ") and len(piece) > START:
                by_start.setdefault(piece[1 : START + 1], []).append(number)
            else:
                by_letter.setdefault(piece.strip()[0], []).append(number)
        object.__setattr__(self, "by_word", by_word)
        object.__setattr__(self, "by_start", by_start)
        object.__setattr__(self, "by_letter", by_letter)

    def list_near(self, text: str) -> list[Phrase]:
        """The phrases that may stand in a text, those that are sure first.

        Only these are looked for: all of them would take longer than reading the page.
        """
        there = set(text.split())
        numbers: list[int] = []
        for word in there & self.by_word.keys():
            numbers += self.by_word[word]
        for start in {word[:START] for word in there} & self.by_start.keys():
            numbers += self.by_start[start]
        for letter in set(text) & self.by_letter.keys():
            numbers += self.by_letter[letter]
        near = [self.phrases[number] for number in sorted(numbers)]
        near.sort(key=lambda phrase: -phrase.weight)
        return near

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds in the order of their files."""
        return tuple(dict.fromkeys(phrase.kind for phrase in self.phrases))


NONE: Final = Walls(())
"""No phrase at all: pages are judged by their shape and beside their entry."""


class WallsError(ValueError):
    """The files hold faults; ``faults`` names each with its file and key."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


def level(text: str) -> str:
    """A text as phrases are compared with it: folded words with one space between, and around."""
    folded = fold(text)
    if folded.isascii():
        # the same in a quarter of the time
        return f" {' '.join(folded.translate(_SPACED_ASCII).split())} "
    # a Turkish capital I with a dot folds to two characters
    return f" {_SPACED.sub(' ', folded.replace(chr(0x307), '')).strip()} "


def load(folder: Path) -> Walls:
    """Read every TOML file of a folder. Raises WallsError naming every fault: none is half read."""
    files = sorted(folder.glob("*.toml"))
    faults = [] if files else [f"{folder}: there is no TOML file"]
    phrases: list[Phrase] = []
    examples: list[Example] = []
    reader: tuple[str, ...] = ()
    for file in files:
        try:
            data = tomllib.loads(file.read_text("utf-8"))
        except (OSError, ValueError) as error:
            faults.append(f"{file.name}: {error}")
            continue
        if file.name == _READER:
            faults += _find_reader_faults(data)
            reader = () if faults else _read_reader(data)
            continue
        found = _find_faults(file.name, data)
        faults += found
        if not found:
            phrases += _read_phrases(data)
            examples += _read_examples(file.name, data)
    if faults:
        raise WallsError(faults)
    phrases.sort(key=lambda phrase: -phrase.weight)
    return Walls(tuple(phrases), tuple(examples), reader)


def _find_reader_faults(data: dict[str, Any]) -> list[str]:
    """What is wrong with the words by which a page speaks to its reader."""
    by_language = data.get("words")
    if data.keys() != {"words"} or not isinstance(by_language, dict):
        return [f"{_READER}: there must be one table, words"]
    faults = []
    for language, written in by_language.items():
        faults += _find_phrase_faults(f"{_READER}: words.{language}", written)
    return faults


def _read_reader(data: dict[str, Any]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for language, written in data["words"].items():
        for word in map(level, written):
            # whole words: "your" is none of "young", and stands with a space at each side
            found[word.strip() if language in _PARTS else word] = None
    return tuple(found)


def _find_faults(file: str, data: dict[str, Any]) -> list[str]:
    """What is wrong with a file, each fault with its key."""
    faults = [f"{file}: {key}: there is no such key" for key in data.keys() - _KEYS]
    if not isinstance(data.get("kind"), str) or not _KIND.fullmatch(data["kind"]):
        faults.append(f"{file}: kind: a word of small letters must stand here")
    for table in _TABLES:
        by_language = data.get(table, {})
        if not isinstance(by_language, dict):
            faults.append(f"{file}: {table}: must be a table of languages")
            continue
        for language, written in by_language.items():
            where = f"{file}: {table}.{language}"
            if not _LANGUAGE.fullmatch(language):
                faults.append(f"{where}: a language has two letters")
            faults += _find_phrase_faults(where, written)
    if not data.get("sure"):
        faults.append(f"{file}: sure: there must be a phrase")
    given = data.get("examples")
    if not isinstance(given, dict) or given.keys() != {"told", "left"}:
        faults.append(f"{file}: examples: must hold told and left")
    else:
        for name, texts in given.items():
            faults += _find_list_faults(f"{file}: examples.{name}", texts)
    return faults


def _find_phrase_faults(where: str, written: Any) -> list[str]:
    """What is wrong with the phrases of a language."""
    faults = _find_list_faults(where, written)
    if faults:
        return faults
    seen = set()
    for phrase in written:
        pieces = tuple(map(level, phrase.split(" + ")))
        if not all(map(str.strip, pieces)):
            faults.append(f"{where}: {phrase!r} has a piece without a word")
        if pieces in seen:
            faults.append(f"{where}: {phrase!r} stands there twice")
        seen.add(pieces)
    return faults


def _find_list_faults(where: str, written: Any) -> list[str]:
    if isinstance(written, list) and written and all(isinstance(one, str) for one in written):
        return []
    return [f"{where}: must be a list of texts"]


def _read_phrases(data: dict[str, Any]) -> list[Phrase]:
    phrases = []
    for table in _TABLES:
        for language, written in data.get(table, {}).items():
            for phrase in written:
                pieces = []
                for piece in map(level, phrase.split(" + ")):
                    pieces.append(piece.strip() if language in _RUN_ON else piece.rstrip())
                weight = 2 if table == "sure" else 1
                phrases.append(Phrase(data["kind"], tuple(pieces), weight))
    return phrases


def _read_examples(file: str, data: dict[str, Any]) -> list[Example]:
    examples = []
    for name, texts in data["examples"].items():
        examples += [Example(file, data["kind"], text, name == "told") for text in texts]
    return examples
