"""What a desk is told about its feeds: one type an event, named as in the logs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Gap:
    """Two polls shared no entry: about ``missing`` entries may have rolled past unseen."""

    feed: str
    missing: int
    since: float
    name: str = "feed.gap"


@dataclass(frozen=True, slots=True)
class Silent:
    """Nothing new for ``seconds``, where the longest wait so far was ``usual``."""

    feed: str
    seconds: float
    usual: float
    name: str = "feed.silent"


@dataclass(frozen=True, slots=True)
class Gone:
    """The publisher answered 410: the feed is polled no more until an operator resumes it."""

    feed: str
    name: str = "feed.gone"


@dataclass(frozen=True, slots=True)
class Moved:
    """A permanent redirect was seen often enough: the feed is polled at ``url`` from now on."""

    feed: str
    url: str
    name: str = "feed.moved"


@dataclass(frozen=True, slots=True)
class Failing:
    """``failures`` polls in a row failed, the last one with ``error``; the next is at ``next_poll``."""

    feed: str
    failures: int
    error: str
    next_poll: float
    name: str = "feed.failing"


@dataclass(frozen=True, slots=True)
class Recovered:
    """A feed that was said to be failing or silent is back, after ``seconds``."""

    feed: str
    seconds: float
    name: str = "feed.recovered"


Event = Gap | Silent | Gone | Moved | Failing | Recovered
