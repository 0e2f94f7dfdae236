"""What the ledger shows of how things go, for whoever judges whether they go well."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pipeline.ledger import Standing, Trace

POLLS_KEPT: Final = 50
"""The newest polls that are kept, of all feeds together: a handful of each on a small desk, and
enough of a large one to see within a minute that most of them fail."""

PAGES_KEPT: Final = 40
"""Results of pages that are kept of a host: the newest ten, and three times as many before them to
tell what is usual there."""

DOUBTED_FOR: Final = 86_400.0
"""Seconds for which a host is looked at whose page was no page of a story: one that was asked for
nothing since has nothing to be judged by."""

_DAY_HOURS: Final = 24
HOURS_KEPT: Final = 15 * 24
"""Hours of which admissions are kept: two weeks, so that a weekend is compared with one, and the
day at hand."""

HOSTS_SHOWN: Final = 200
"""Hosts that are looked at, those first whose page was no story's last."""

SUSPECTS_SHOWN: Final = 10
"""Stories that failed before and are tried again, of which each is looked at."""

FEEDS_SHOWN: Final = 200
"""Feeds that do not well, of which each is looked at; beyond so many the number alone counts."""


@dataclass(frozen=True, slots=True)
class PollNote:
    """One poll in short: when (epoch seconds), of which feed, at which host, and how it ended.

    ``ended`` is ``read``, ``same`` or ``unmodified``; or of a poll that failed the kind of its
    fault, ``dns``, ``network``, ``server`` or ``document``, with ``why`` in words. ``digest`` is
    of the document that the feed has, or of what came in its place ('': nothing came).
    """

    at: float
    feed: str
    host: str
    ended: str
    why: str = ""
    digest: str = ""

    @property
    def failed(self) -> bool:
        """Whether the feed could not be had."""
        return self.ended not in {"read", "same", "unmodified"}


@dataclass(frozen=True, slots=True)
class Flow:
    """How many entries were admitted in each hour (epoch hours), up to ``HOURS_KEPT`` ago.

    ``last`` is when the last one was (epoch seconds), ``longest`` the longest wait in seconds
    between two admissions so far.
    """

    hours: Mapping[int, int] = field(default_factory=dict)
    last: float = 0.0
    longest: float = 0.0

    def a_day(self, now: float) -> float:
        """How many entries come in a day, by the hours that are over; 0.0 where they are no day.

        The first hours bring the archives of all feeds.
        """
        hour = int(now // 3600)
        hours = hour - min(self.hours, default=hour)
        over = sum([many for at, many in self.hours.items() if at < hour])
        return 24 * over / hours if hours >= _DAY_HOURS else 0.0


@dataclass(frozen=True, slots=True)
class Sightings:
    """What is needed beside counts and sizes to judge how things go. Epoch seconds.

    ``polls`` are the newest first; ``faults`` says of feeds whose last poll failed how it ended and
    why ("network no connection"), of some of them where they are many, and ``failed`` counts them
    all. ``pages`` are the newest results of hosts where one was no story's page of late, newest
    first: ``page``, or what came instead and when ("consent 1790000000"). ``first_due`` says since
    when feeds, pages and stories (``poll``, ``page``, ``process``) and records (``sink.NAME``) have
    waited, where any do. ``uneasy`` are feeds that fail, are silent, empty or gone, ``suspects``
    the first stories whose processing failed and is tried again, ``aside`` is the story that was
    set aside last, ``refusal`` why nothing can be written just now.
    """

    polls: tuple[PollNote, ...] = ()
    faults: Mapping[str, str] = field(default_factory=dict)
    failed: int = 0
    pages: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    flow: Flow = field(default_factory=Flow)
    first_due: Mapping[str, float] = field(default_factory=dict)
    uneasy: tuple[Standing, ...] = ()
    suspects: tuple[Trace, ...] = ()
    aside: Trace | None = None
    refusal: str = ""
