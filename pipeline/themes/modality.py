"""How a piece of evidence is meant: actual, negated, planned, hypothetical, historical or denied.

The distinction is PLOVER's (its auxiliary modes historical, future, hypothetical, negation), with denial beside it.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.story import Modality
from pipeline.themes.definitions import Cue
from pipeline.themes.phrases import Found, Span

#: A year this many years before the story is history; so is one up to CENTURY where the story's year is unknown.
YEARS_AGO, CENTURY, FIRST_YEAR = 2, 2000, 1800
_YEARS = frozenset(map(str, range(FIRST_YEAR + 1, 3000)))
#: Words that may stand between "since" and its year.
SINCE = 8
#: Where several cues reach the same words, the first of these decides.
ORDER = (
    Modality.DENIED,
    Modality.NEGATED,
    Modality.HISTORICAL,
    Modality.HYPOTHETICAL,
    Modality.PLANNED,
    Modality.ACTUAL,
)
#: What decides even where the sentence is dated years back.
STRONGER = ORDER[: ORDER.index(Modality.HISTORICAL)]


@dataclass(frozen=True, slots=True)
class Cues:
    """The cues of modality by symbol, in the order in which they decide, and the marks of them all."""

    by_symbol: tuple[tuple[str, Cue], ...]
    symbols: frozenset[str]
    marks: int


class Moods:
    """The cues that one sentence holds; asked for each piece of evidence in it."""

    __slots__ = ("_cues", "_past")

    def __init__(self, found: Found, sentence: Span, low: list[str], cues: Cues, year: int) -> None:
        places = found.places(cues.symbols) if found.marks & cues.marks else {}
        self._cues = (
            [(cue, places[symbol]) for symbol, cue in cues.by_symbol if symbol in places]
            if places
            else []
        )
        self._past = _long_ago(low, sentence, year)

    def of(self, span: Span) -> Modality:
        """The modality of the words at ``span``."""
        for cue, places in self._cues:
            if self._past and cue.modality not in STRONGER:
                return Modality.HISTORICAL
            if _reaches(cue, places, span):
                return cue.modality
        return Modality.HISTORICAL if self._past else Modality.ACTUAL


def _reaches(cue: Cue, places: list[Span], span: Span) -> bool:
    for start, end in places:
        if end <= span[0]:
            if span[0] - end <= cue.before:
                return True
        elif start >= span[1]:
            if start - span[1] < cue.after:
                return True
        elif start > span[0] and end < span[1]:
            return True
    return False


def _long_ago(low: list[str], sentence: Span, year: int) -> bool:
    """Whether the sentence is dated years back; "since 2011", "the worst since they split in 1961" tell of today.

    ``year`` is the story's (0: unknown).
    """
    start, end = sentence
    years = _YEARS.intersection(low[start:end])
    if not years:
        return False
    latest = year - YEARS_AGO if year else CENTURY
    return any(
        low[i] in years and int(low[i]) <= latest and "since" not in low[max(i - SINCE, start) : i]
        for i in range(start, end)
    )
