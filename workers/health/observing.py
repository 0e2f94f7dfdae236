"""What the rules of health look at, gathered from the ledger in one go."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from redis.exceptions import RedisError

from pipeline.ledger import Status
from pipeline.ledger.sightings import Sightings
from workers.redis.redis_ledger import RedisLedger

PATIENCE: Final = 45.0
"""Seconds without progress that are still well: longer than any pause of a system that is well (a
restart of a worker, a sink's rest, the drain of a deployment), and short enough that whoever is
called sees within a minute what stands still."""

NOTHING_YET: Final = Status({}, 0, 0, 0, 0, 0, {}, {}, 0.0, "")
"""A ledger before anything ran."""


@dataclass(frozen=True, slots=True)
class Observations:
    """How things stood at ``now`` (epoch seconds, by the ledger's clock).

    ``patience`` is for how many seconds what should move may stand still. ``feed_fault`` says why
    the feed files are refused, ``unreachable`` why the ledger could not be asked: then the rest is
    empty.
    """

    now: float
    patience: float = PATIENCE
    status: Status = NOTHING_YET
    seen: Sightings = field(default_factory=Sightings)
    feed_fault: str = ""
    unreachable: str = ""


def observe(ledger: RedisLedger, patience: float = PATIENCE) -> Observations:
    """Ask the ledger. A Redis that is away is an observation too, and no error."""
    try:
        now = ledger.clock()
        status, seen = ledger.status(now), ledger.sightings(now)
        return Observations(now, patience, status, seen, ledger.feed_fault())
    except (RedisError, OSError) as error:
        return Observations(0.0, patience, unreachable=str(error) or type(error).__name__)
