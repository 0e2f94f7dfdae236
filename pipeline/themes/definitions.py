"""What a theme definition says, as types; reading.py makes them from the files that a desk editor writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from pipeline.story import Modality


class ThemesError(ValueError):
    """Definitions that cannot be used. The message names every fault, one a line, with file and key."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Subtheme:
    """A part of a theme: its weighted terms, its codes in the field's taxonomies and its own examples."""

    id: str
    label: str
    terms: tuple[tuple[str, float], ...]
    codes: Mapping[str, tuple[str, ...]]
    match: tuple[str, ...]
    leave: tuple[str, ...]
    where: str


@dataclass(frozen=True, slots=True)
class Veto:
    """Words that mean something else: evidence they touch ("words"), or all of their sentence, does not count."""

    why: str
    terms: tuple[str, ...]
    scope: Literal["words", "sentence"]
    where: str


@dataclass(frozen=True, slots=True)
class Damper:
    """A setting (sport, a protest) in which the theme's words mean less.

    Evidence is multiplied by ``factor`` where the sentence or story holds at least ``at_least`` different ``words``
    and more of them than of ``unless``.
    """

    why: str
    words: tuple[str, ...]
    unless: tuple[str, ...]
    at_least: int
    factor: float
    scope: Literal["sentence", "story"]
    where: str


@dataclass(frozen=True, slots=True)
class Cue:
    """Words that set a modality for evidence at most ``before`` words after them, or ``after`` words before."""

    modality: Modality
    words: tuple[str, ...]
    before: int
    after: int
    where: str


@dataclass(frozen=True, slots=True)
class Curve:
    """From a story's evidence to a probability; see scoring.py. ``n`` stories of ``source`` it was fitted on."""

    bias: float = -5.0
    best: float = 6.5
    more: float = 1.5
    headline: float = 0.5
    threshold: float = 0.5
    n: int = 0
    source: str = ""


@dataclass(frozen=True, slots=True)
class Theme:
    """One theme file, with what it shares with the others."""

    id: str
    label: str
    version: str
    languages: tuple[str, ...]
    curve: Curve
    codes: Mapping[str, tuple[str, ...]]
    modality: Mapping[Modality, float]
    vetoes: tuple[Veto, ...]
    dampers: tuple[Damper, ...]
    subthemes: tuple[Subtheme, ...]
    where: str
    hash: str = ""


@dataclass(frozen=True, slots=True)
class Definitions:
    """Everything that a folder holds. ``faults`` is empty, or says in words what is wrong and where."""

    themes: tuple[Theme, ...]
    lists: Mapping[str, tuple[str, ...]]
    listed_in: Mapping[str, str]
    cues: tuple[Cue, ...]
    faults: list[str] = field(default_factory=list)
