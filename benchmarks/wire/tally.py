"""What one extractor left, lost and got right, by kind."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from benchmarks.wire.cases import Case, Piece, key
from pipeline.text import fold

SHORT_LINE = 8
"""Words of what the table calls a short line: the lines that are lost first."""


class Body:
    """The lines an extractor returned, to look lines up in."""

    def __init__(self, lines: tuple[str, ...]) -> None:
        self.lines = lines
        self.keys = [key(p) for p in lines]
        self.text = f" {' '.join(self.keys)} "

    def stands(self, piece: Piece, truth: str) -> bool:
        """Whether a piece of furniture is still there; words that the ``truth`` says too count only
        as a line."""
        if piece.opening:
            return f" {piece.opening}" in self.text
        wanted = key(piece.text)
        if not wanted:
            return any(p.strip() == piece.text.strip() for p in self.lines)
        return (
            wanted in self.keys
            if len(wanted.split()) < 5 or f" {wanted} " in truth
            else f" {wanted} " in self.text
        )

    def holds(self, line: str) -> bool:
        """Whether a line of the story is there, whole or divided."""
        wanted = key(line)
        if f" {wanted} " in self.text or not wanted:
            return True
        parts = [wanted[i : i + 40] for i in range(0, len(wanted), 40)]
        return sum(p in self.text for p in parts) >= 0.9 * len(parts)


@dataclass(slots=True)
class Tally:
    """Counts over pages; ``notes`` name every piece left, line lost and field missed."""

    pages: int = 0
    pieces: Counter[str] = field(default_factory=Counter)
    left: Counter[str] = field(default_factory=Counter)
    body: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)

    def count(self, case: Case, body: Body, fields: dict[str, str] | None, *, exact: bool) -> None:
        """One page. ``exact``: a line counts as held only if it stands as it was written."""
        self.pages += 1
        for piece in case.pieces:
            self.pieces[piece.kind] += 1
            if body.stands(piece, case.truth):
                self.left[piece.kind] += 1
                self.notes.append(f"left   {case.where}: {piece.kind}: {piece.text[:90]}")
        for line in case.lines:
            kind = _kind(line)
            self.body[kind] += 1
            if not (line in body.lines if exact else body.holds(line)):
                self.lost[kind] += 1
                self.notes.append(f"lost   {case.where}: {line[:90]}")
        for name, wanted in case.fields.items() if fields is not None else ():
            self.asked[name] += 1
            got = (fields or {}).get(name, "")
            if fold(wanted) == fold(got):
                self.right[name] += 1
            else:
                self.notes.append(f"field  {case.where}: {name}: {wanted!r} read as {got!r}")

    @property
    def removed(self) -> float:
        """Share of the pieces of furniture that are gone."""
        return 1 - sum(self.left.values()) / max(1, sum(self.pieces.values()))

    @property
    def gone(self) -> float:
        """Share of the story's lines that are gone."""
        return sum(self.lost.values()) / max(1, sum(self.body.values()))

    @property
    def fields(self) -> float:
        """Share of fields that are right."""
        return sum(self.right.values()) / max(1, sum(self.asked.values()))


def _kind(line: str) -> str:
    if line[:1] in "\"“'‘«„":
        return "quotation"
    return "short line" if len(line.split()) <= SHORT_LINE else "paragraph"
