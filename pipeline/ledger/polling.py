"""The ledger's words about polling: hosts and their spacing, the right to poll a feed, and how a feed stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.schedule import FeedState
from pipeline.story import Feed


@dataclass(frozen=True, slots=True)
class Spacing:
    """Seconds between two requests to one host, for feeds and pages alike: ``usual``, unless ``by_host`` says else.

    A host with a spacing is asked by one worker at a time; one without (0.0) by any number at once.
    """

    usual: float = 5.0
    by_host: Mapping[str, float] = field(default_factory=dict)

    def of(self, host: str) -> float:
        """The spacing of a host, which ``by_host`` may name with or without its port."""
        return self.by_host.get(host, self.by_host.get(host.rpartition(":")[0] or host, self.usual))


@dataclass(frozen=True, slots=True)
class FeedLease:
    """The right to poll one feed, and to ask its host; ``hold`` is the host's token, 0 where nobody holds a host."""

    feed_id: str
    token: int
    state: FeedState
    feed: Feed
    host: str = ""
    hold: int = 0


@dataclass(frozen=True, slots=True)
class Scheduled:
    """What a new list of feeds changed, as ids."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a feed stands: what is configured and remembered, when it is due, and until when its host rests.

    ``due`` and ``host_free`` in epoch seconds; while a worker polls the feed, ``due`` is the end of its lease.
    """

    feed: Feed
    state: FeedState
    due: float
    host: str = ""
    host_free: float = 0.0
    paused: bool = False
