"""The bounds of polling and what one poll brought."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b

from pipeline.headers import DAY
from pipeline.story import FeedHints

NEVER = 253_402_300_799.0
"""The end of the year 9999: ``next_poll`` of a feed that is gone."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Bounds of polling, in seconds.

    ``declared`` caps what a publisher may ask for by max-age, ttl or updatePeriod; ``failing`` and ``refused`` cap the
    back-off after faults that pass (5xx, timeouts) and after those that stay (4xx, no feed); ``full`` is how often
    validators are left out, so that a server stuck on 304 is found out. ``moves`` is how often a permanent redirect
    must be seen, ``tell`` after how many failures ``feed.failing`` is said. Quiet for ``quiet`` times its longest wait,
    a feed is called silent.
    """

    floor: float = 60.0
    ceiling: float = 3600.0
    declared: float = 3600.0
    failing: float = 3600.0
    refused: float = 6 * 3600.0
    full: float = DAY
    jitter: float = 0.1
    moves: int = 3
    tell: int = 3
    quiet: float = 3.0


@dataclass(frozen=True, slots=True)
class PollResult:
    """What one poll brought.

    ``status`` is the final HTTP status, 0 where there was no answer; ``error`` says why a poll failed, also where the
    document could not be read; ``permanent`` that trying again soon is of no use. ``keys`` and ``published`` are those
    of every entry of the document in the same order (epoch seconds, 0.0 without a date), ``new`` how many the ledger
    had not known, ``names`` what else tells each apart: a hash of its address and title. ``body_hash`` is empty where
    no body came; ``changed`` is False where it was the same as before.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    redirects: tuple[tuple[int, str], ...] = ()
    body_hash: str = ""
    changed: bool = True
    keys: tuple[str, ...] = ()
    published: tuple[float, ...] = ()
    new: int = 0
    names: tuple[str, ...] = ()
    hints: FeedHints | None = None
    error: str = ""
    permanent: bool = False
    retry_after: float | None = None

    @property
    def ok(self) -> bool:
        """Whether the feed answered with what was asked for."""
        return not self.error and (200 <= self.status < 300 or self.status == 304)


RHYTHM = Rhythm()


def share(feed_id: str) -> float:
    """A number from 0 to 1 that is always the same for a feed: spreads polls without making them random."""
    return int.from_bytes(blake2b(feed_id.encode(), digest_size=4).digest(), "big") / 2**32
