"""How a piece of evidence is meant: actual, negated, planned, hypothetical, historical or denied.

The distinction is PLOVER's (its auxiliary modes historical, future, hypothetical, negation), with denial beside it.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.story import Modality
from pipeline.themes.definitions import Cue
from pipeline.themes.matcher import Found, Span

#: A year this many years before the story is history; so is one up to CENTURY where the story's year is unknown.
YEARS_AGO, CENTURY = 2, 2000
#: Where several cues reach the same words, the first of these decides.
ORDER = (Modality.DENIED, Modality.NEGATED, Modality.HISTORICAL, Modality.HYPOTHETICAL, Modality.PLANNED)


def modality_of(
    span: Span, sentence: Span, found: Found, low: list[str], cues: Sequence[tuple[str, Cue]], year: int
) -> Modality:
    """The modality of the words at ``span`` by the cues of their sentence; ``year`` is the story's (0: unknown)."""
    reached = {cue.modality for symbol, cue in cues if symbol in found and _reaches(cue, found[symbol], span)}
    if Modality.HISTORICAL not in reached and _long_ago(low, sentence, year):
        reached.add(Modality.HISTORICAL)
    return next((m for m in ORDER if m in reached), Modality.ACTUAL)


def _reaches(cue: Cue, places: list[Span], span: Span) -> bool:
    return any(
        (end <= span[0] and span[0] - end <= cue.before)
        or (start >= span[1] and start - span[1] < cue.after)
        or (start > span[0] and end < span[1])
        for start, end in places
    )


def _long_ago(low: list[str], sentence: Span, year: int) -> bool:
    """Whether the sentence is dated years back; "since 2011" lasts until today and is not."""
    latest = year - YEARS_AGO if year else CENTURY
    return any(
        len(low[i]) == 4 and low[i].isdigit() and 1800 < int(low[i]) <= latest and low[i - 1 : i] != ["since"]
        for i in range(*sentence)
    )
