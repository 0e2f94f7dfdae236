"""What the index of known stories is asked with, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Query:
    """What the index is asked with: near-duplicate ``posts`` (unsigned 32-bit) and exact ``keys``."""

    posts: tuple[int, ...]
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A story the index returned: its number there, its revision, how many posts it shares, and what is stored."""

    number: int
    revision: int
    votes: int
    blob: bytes
