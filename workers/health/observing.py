"""What the rules of health look at, gathered from the ledger in one go."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from math import inf
from pathlib import Path
from typing import Final

from redis.exceptions import RedisError

from pipeline.ledger import Status
from pipeline.ledger.sightings import Sightings
from workers.redis.redis_ledger import RedisLedger

PATIENCE: Final = 40.0
"""Seconds without progress that are still well: longer than any pause of a system that is well (a
restart of a worker, a sink's rest, the drain of a deployment), and short enough that whoever is
called sees within a minute what stands still."""

NOTHING_YET: Final = Status({}, 0, 0, 0, 0, 0, {}, {}, 0.0, "")
"""A ledger before anything ran."""


@dataclass(frozen=True, slots=True)
class Observations:
    """How things stood at ``now`` (epoch seconds, by the ledger's clock).

    ``patience`` is for how many seconds what should move may stand still. ``feed_fault`` says why
    the feed files are refused, ``disk`` how many bytes are free where this machine keeps its files
    (inf: not looked at), ``unreachable`` why the ledger could not be asked: then the rest is empty.
    ``private_log`` is the path of a private Redis's log, '' where the Redis is another.
    """

    now: float
    patience: float = PATIENCE
    status: Status = NOTHING_YET
    seen: Sightings = field(default_factory=Sightings)
    feed_fault: str = ""
    disk: float = inf
    unreachable: str = ""
    private_log: str = ""


def observe(
    ledger: RedisLedger,
    patience: float = PATIENCE,
    folder: Path | None = None,
    private_log: str = "",
) -> Observations:
    """Ask the ledger, and the disk of a folder. A Redis that is away is an observation too."""
    free = measure_free(folder) if folder else inf
    try:
        now = ledger.clock()
        status, seen = ledger.status(now), ledger.sightings(now)
        return Observations(now, patience, status, seen, ledger.feed_fault(), free)
    except (RedisError, OSError) as error:
        why = str(error) or type(error).__name__
        return Observations(0.0, patience, disk=free, unreachable=why, private_log=private_log)


def measure_free(folder: Path) -> float:
    """Bytes that are free on the disk of a folder, inf where it is not there."""
    try:
        return float(shutil.disk_usage(folder).free)
    except OSError:
        return inf
