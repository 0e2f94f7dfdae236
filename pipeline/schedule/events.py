"""What a desk is told about its feeds: one type an event, named as in the logs."""

from __future__ import annotations

from dataclasses import dataclass


def show_span(seconds: float) -> str:
    """Seconds in the largest unit of which there are at least two: "90 s", but "2 min"."""
    for size, unit in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"


@dataclass(frozen=True, slots=True)
class Gap:
    """Two polls shared no entry: about ``missing`` entries may have rolled past unseen."""

    feed: str
    missing: int
    since: float
    name: str = "feed.gap"

    def __str__(self) -> str:
        return f"about {self.missing} entries may be missing"


@dataclass(frozen=True, slots=True)
class Silent:
    """Nothing new for ``seconds``, where the longest wait so far was ``usual``."""

    feed: str
    seconds: float
    usual: float
    name: str = "feed.silent"

    def __str__(self) -> str:
        usual = f"where {show_span(self.usual)} was the longest wait so far"
        return f"nothing new for {show_span(self.seconds)}, {usual}"


@dataclass(frozen=True, slots=True)
class Gone:
    """The publisher answered 410: the feed is polled no more until an operator resumes it."""

    feed: str
    name: str = "feed.gone"

    def __str__(self) -> str:
        return "the publisher says that it is gone (410)"


@dataclass(frozen=True, slots=True)
class Moved:
    """A permanent redirect was seen often enough: the feed is polled at ``url`` from now on."""

    feed: str
    url: str
    name: str = "feed.moved"

    def __str__(self) -> str:
        return f"polled at {self.url} from now on"


@dataclass(frozen=True, slots=True)
class Failing:
    """``failures`` polls in a row failed, the last with ``error``; the next is at ``next_poll``."""

    feed: str
    failures: int
    error: str
    next_poll: float
    name: str = "feed.failing"

    def __str__(self) -> str:
        return f"{self.failures} polls in a row failed: {self.error}"


@dataclass(frozen=True, slots=True)
class Recovered:
    """A feed that was said to be failing or silent is back, after ``seconds``."""

    feed: str
    seconds: float
    name: str = "feed.recovered"

    def __str__(self) -> str:
        return f"back after {show_span(self.seconds)}"


@dataclass(frozen=True, slots=True)
class Flood:
    """More than the feed's quota: ``later`` entries of its document wait, ``quota`` an hour go."""

    feed: str
    later: int
    quota: int
    name: str = "feed.flood"

    def __str__(self) -> str:
        bound = f"over its quota of {self.quota} an hour" if self.quota else "for pages that wait"
        return f"{self.later} entries wait, {bound}"


Event = Flood | Gap | Silent | Gone | Moved | Failing | Recovered
