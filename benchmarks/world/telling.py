"""Invented stories in six languages: no two share a sentence, and each names its own people.

A sentence is a frame of ``words.toml`` with its gaps filled from the lists beside it. Then most of
its longer words change into invented ones, the same all over a story and different in the next, so
that two stories of one frame are not two versions of one text.
"""

from __future__ import annotations

import random
import re
import tomllib
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = ("en", "de", "fr", "es", "ru", "tr")
PARAGRAPHS = 6
CHANGED = 0.9
"""The share of a story's longer words that are invented."""
STRANGER = 3_000_000
"""Added to a story's number: another story in its language, which no feed shows."""
_EDITED = 6_000_000  # added to a story's number: where its edited sentences come from
# many, because words are told apart by their beginnings
_LATIN = [first + second for first in "bdfghjklmnprstvz" for second in "aeiou"]
_CYRILLIC = [first + second for first in "бвгджзклмнпрстфх" for second in "аеиоу"]
_LONG = re.compile(r"\b[^\W\d_]{5,}\b")


@dataclass(frozen=True)
class Told:
    """One story: what its page and its feed say of it."""

    number: int
    language: str
    title: str
    summary: str
    body: tuple[str, ...]


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "words.toml").read_text("utf-8"))


class _Teller:
    """Writes the sentences of one story."""

    def __init__(self, number: int, language: str) -> None:
        self.known = _words()[language]
        self.syllables = _CYRILLIC if language == "ru" else _LATIN
        self.rng = random.Random(f"told/{number}")
        self.invented: dict[str, str] = {}
        self.names = {
            "place": self._name(3),
            "town": self._name(2),
            "person": f"{self._name(2)} {self._name(3)}",
            "other": f"{self._name(2)} {self._name(2)}",
        }

    def _name(self, syllables: int) -> str:
        return "".join(self.rng.choices(self.syllables, k=syllables)).capitalize()

    def _change(self, found: re.Match[str]) -> str:
        word = found[0]
        if word not in self.invented:
            other = "".join(self.rng.choices(self.syllables, k=2 + len(word) // 3))
            if word[0].isupper():
                other = other.capitalize()
            self.invented[word] = other if self.rng.random() < CHANGED else word
        return self.invented[word]

    def fill(self, frame: str) -> str:
        """The frame with every gap filled and most of its longer words changed."""
        chosen = {gap: self.rng.choice(words) for gap, words in self.known["gaps"].items()}
        chosen |= {"n": str(self.rng.randint(3, 980)), "m": str(self.rng.randint(2, 59))}
        sentence = _LONG.sub(self._change, frame.format(**chosen, **self.names))
        return sentence[0].upper() + sentence[1:]

    def sentences(self) -> list[str]:
        """One sentence of each frame, in an order of the story's own."""
        frames = list(self.known["frames"])
        self.rng.shuffle(frames)
        return [self.fill(frame) for frame in frames]

    def title(self, frame: int) -> str:
        """A headline of the frame with this number, counted round and round."""
        titles = self.known["titles"]
        return self.fill(titles[frame % len(titles)])


def tell(number: int) -> Told:
    """The story of this number, the same every time."""
    language = LANGUAGES[number % len(LANGUAGES)]
    teller = _Teller(number, language)
    sentences = teller.sentences()
    body = [" ".join(sentences[2 * i : 2 * i + 2]) for i in range(PARAGRAPHS)]
    # a stranger's headline is of another frame than that of the story it stands in for
    title = teller.title(number // len(LANGUAGES) + number // STRANGER)
    return Told(number, language, title, " ".join(sentences[-2:]), tuple(body))


def edit(told: Told) -> Told:
    """The story with another third paragraph, as an editor changes it."""
    sentences = _Teller(told.number + _EDITED, told.language).sentences()
    body = (*told.body[:2], " ".join(sentences[:2]), *told.body[3:])
    return replace(told, body=body)
