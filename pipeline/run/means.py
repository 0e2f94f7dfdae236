"""What a story's life needs: a desk to judge by, and a reach into the world."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline import schedule, wire
from pipeline.fetch import Fetcher, Robots
from pipeline.ledger import SPACED, Spacing
from pipeline.themes import Themes


@dataclass(frozen=True)
class Definitions:
    """What a story is judged by: the wire rules and the theme definitions."""

    rules: wire.Rules
    themes: Themes


@dataclass(frozen=True)
class Reach:
    """How feeds and pages are asked for. Times in seconds, sizes in bytes; see the settings of the same names."""

    fetcher: Fetcher
    robots: Robots | None = None
    rhythm: schedule.Rhythm = field(default_factory=schedule.Rhythm)
    poll_timeout: float = 30.0
    attempts: int = 4
    backoff: float = 30.0
    spacing: Spacing = SPACED
