"""The themes a story carries, and the words that say so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class Modality(StrEnum):
    """How a piece of evidence is meant."""

    ACTUAL = "actual"
    NEGATED = "negated"
    PLANNED = "planned"
    HYPOTHETICAL = "hypothetical"
    HISTORICAL = "historical"
    DENIED = "denied"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Words that say a theme, from character ``start`` of a paragraph up to ``end``.

    ``paragraph`` indexes the body (-1: headline). ``term`` is the term that gave the evidence, as
    its definition writes it; ``weight`` what it counts after modality and dampers.
    """

    text: str
    paragraph: int
    start: int
    end: int
    term: str
    weight: float
    modality: Modality = Modality.ACTUAL


@dataclass(frozen=True, slots=True)
class PassageScore:
    """Paragraphs ``first`` to ``last`` (inclusive) and how strongly they carry the theme, 0 to
    1."""

    first: int
    last: int
    score: float
    crosshead: str = ""


@dataclass(frozen=True, slots=True)
class Join:
    """A theme's place in a taxonomy ("iptc", "acled" ...): a candidate, ``match`` close or broad.

    ``subtheme`` is empty where the code belongs to the theme as a whole.
    """

    scheme: str
    code: str
    match: Literal["close", "broad"] = "close"
    subtheme: str = ""


@dataclass(frozen=True, slots=True)
class ThemeMatch:
    """A theme that a story carries."""

    id: str
    score: float
    evidence: tuple[Evidence, ...]
    passages: tuple[PassageScore, ...] = ()
    subthemes: tuple[str, ...] = ()
    version: str = ""
    hash: str = ""
    joins: tuple[Join, ...] = ()


@dataclass(frozen=True, slots=True)
class Assessment:
    """What classifying a story came to: every theme's ``scores``, and what is reported.

    ``abstained`` says why a theme that is not reported may be there all the same (too short, cut
    off, a language without definitions); empty where the scores are to be trusted both ways.
    """

    scores: Mapping[str, float]
    matches: tuple[ThemeMatch, ...] = ()
    abstained: str = ""
