"""How much of a text is said by a wall: sentence by sentence, against all phrases."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from pipeline.text import STOPS
from pipeline.walls.phrases import Phrase, Walls, level

# Sentences and characters of a page that are looked at: a wall has fewer, and says it at the top.
MOST_SENTENCES: Final = 40
MOST_CHARACTERS: Final = 3_000

# characters of the shortest quotation whose words are somebody else's: a wall quotes its buttons
SHORTEST_QUOTED: Final = 25

_QUOTED: Final = re.compile(
    rf'[“„«‟「『"]([^“”„«»‟「」『』"\n]{{{SHORTEST_QUOTED},400}})[”“»」』"]'
)
_SENTENCE_END: Final = re.compile(rf"(?<=[.!?…])\s+|(?<=[{STOPS}])")


@dataclass(frozen=True, slots=True)
class Signs:
    """What was found: the kind with most weight, and how much of the text is a wall's.

    ``weight`` counts each sentence once: 2 where its phrase is sure, 1 where it hints. ``share`` is
    of the characters of the lines that stand in sentences with a phrase that is sure, ``covered``
    of those that stand in phrases: in a story about walls they are few among many others.
    ``spoken`` is the share of it that speaks to the reader, in sentences with a phrase or without.
    ``headed`` is as ``covered`` for the heading that has most of it, in phrases that are sure.
    """

    kind: str = ""
    weight: int = 0
    share: float = 0.0
    covered: float = 0.0
    headed: float = 0.0
    spoken: float = 0.0


def weigh_text(walls: Walls, headings: Iterable[str], lines: Iterable[str]) -> Signs:
    """Look for the phrases of all walls in a page's headings and in the lines below them."""
    if not walls.phrases:
        return Signs()
    headings = tuple(headings)
    above = _split_sentences(headings)
    below = _split_sentences(lines)
    whole = "\n".join((*above, *below))
    # most phrases have no piece in the page at all: only the others are tried on its sentences
    near = [phrase for phrase in walls.list_near(whole) if phrase.stands_in(whole)]
    if not near:
        return Signs()
    speaking = [word for word in walls.reader if word in whole]
    by_kind: Counter[str] = Counter()
    size = sure = covered = spoken = 0
    seen: set[str] = set()
    for number, sentence in enumerate((*above, *below)):
        found = [phrase for phrase in near if phrase.stands_in(sentence)]
        if number >= len(above):
            size += len(sentence)
            covered += _count_covered(found, sentence)
            sure += len(sentence) if found and found[0].weight > 1 else 0
            spoken += len(sentence) if any(word in sentence for word in speaking) else 0
        if found and sentence not in seen:
            seen.add(sentence)
            by_kind[found[0].kind] += found[0].weight
    if not by_kind:
        return Signs()
    headed = 0.0
    sure_ones = [phrase for phrase in near if phrase.weight > 1]
    for heading in filter(str.strip, map(level, headings)):
        found = [phrase for phrase in sure_ones if phrase.stands_in(heading)]
        headed = max(headed, _count_covered(found, heading) / len(heading))
    [(kind, _)] = by_kind.most_common(1)
    size = max(size, 1)
    weight = by_kind.total()
    return Signs(kind, weight, sure / size, covered / size, headed, spoken / size)


def _count_covered(phrases: Iterable[Phrase], sentence: str) -> int:
    """How many characters of a sentence stand in a piece of these phrases."""
    marked = bytearray(len(sentence))
    for phrase in phrases:
        for piece in phrase.pieces:
            start = sentence.find(piece)
            marked[start : start + len(piece)] = b"\1" * len(piece)
    return sum(marked)


def _blank_quoted(quoted: re.Match[str]) -> str:
    """A quotation without its words, as long as it was: who reports a notice repeats it."""
    return "q" * len(quoted[0])


def _split_sentences(lines: Iterable[str]) -> list[str]:
    """The sentences of the lines, as phrases are compared with them."""
    sentences: list[str] = []
    size = 0
    for line in lines:
        own = _QUOTED.sub(_blank_quoted, line[:MOST_CHARACTERS])
        for sentence in _SENTENCE_END.split(own):
            levelled = level(sentence)
            size += len(levelled)
            if len(sentences) == MOST_SENTENCES or size > MOST_CHARACTERS:
                return sentences
            if levelled.strip():
                sentences.append(levelled)
    return sentences


def check(walls: Walls) -> list[str]:
    """What of the files' own examples fails, in words; empty when all of them hold."""
    failures = []
    for example in walls.examples:
        signs = weigh_text(walls, (), (example.text,))
        if example.told and (signs.kind != example.kind or signs.share < 1 / 2):
            failures.append(f"{example.file}: must tell {example.text!r} as a {example.kind}")
        if not example.told and signs.share:
            failures.append(f"{example.file}: must leave {example.text!r}, but sees {signs.kind}")
    return failures
