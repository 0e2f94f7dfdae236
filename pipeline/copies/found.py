"""A story among the candidates the index returned for it."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.copies.compare import Comparison
from pipeline.copies.known import Group, Known
from pipeline.story import Story


@dataclass(frozen=True, slots=True)
class Found:
    """A candidate: its number in the index, what is known of it, and how it compares with the story."""

    number: int
    known: Known
    shared: Comparison


@dataclass(frozen=True, slots=True)
class Scene:
    """The story, as the index will know it, and all candidates; ``now`` in epoch seconds."""

    story: Story
    this: Known
    found: tuple[Found, ...]
    now: int

    @property
    def stories(self) -> list[Found]:
        """The candidates that are stories."""
        return [f for f in self.found if not f.known.notice]

    @property
    def notices(self) -> list[Found]:
        """The candidates that are kill or withdrawal notices."""
        return [f for f in self.found if f.known.notice]

    def head(self, of: Found) -> Found:
        """The head of a candidate's cluster; the candidate itself where the head is forgotten."""
        at = of
        for _ in range(len(self.found)):
            up = (
                next((f for f in self.found if f.number == at.known.head), None)
                if at.known.head
                else None
            )
            if up is None:
                return at
            at = up
        return at


def alike_headlines(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """The share of the longer headline's words that the other has, 0 to 1."""
    a, b = set(one[:10]), set(other[:10])
    return len(a & b) / max(len(a), len(b)) if a and b else 0.0


def apart(one: Known, other: Known, seconds: int) -> bool:
    """Whether both times are known and further apart than that."""
    return one.timed and other.timed and abs(one.time - other.time) > seconds


def same_agency(one: Known, other: Known) -> bool:
    """Whether both are of one agency, or one does not say."""
    return one.agency == other.agency or not one.agency or not other.agency


def newer(this: Known, rank: int, group: Group) -> bool:
    """Whether this edition, of that rank, is later than the current one; of two that cannot be told apart, it is.

    Within an outlet the times say so. Another's time says little, because it posts old takes late and without their
    label: what a label says comes before it.
    """
    outlet = next((m.outlet for m in group.members if m.uri == group.uri), this.outlet)
    if rank != group.rank and outlet != this.outlet:
        return rank > group.rank
    if this.timed and group.time and abs(this.time - group.time) >= 60:
        return this.time > group.time
    return rank >= group.rank
