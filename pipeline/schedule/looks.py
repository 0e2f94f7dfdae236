"""Another look at the page of a story that has ended: why, when, and when no more. Pure.

A page that was not there yet is looked for while the feed shows its entry. A page that was refused
may be let through. A page that was read may be edited: the feed says so by a date that moves, and
without a sign a recent story is looked at some hours later.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from pipeline.headers import DAY
from pipeline.retries import RETRIES, RetryRow, seconds_until_retry
from pipeline.schedule.state import FeedState

SPARED: Final = DAY
"""Seconds for which a host that says no is looked at no more without a sign of its feed."""

# how much sooner a page that is not there is looked for where a new document still shows its entry
_SHOWN: Final = 0.25


class LookKind(StrEnum):
    """Why a page is looked at again without a sign."""

    MISSING = "missing"
    """It was not there: 404, 410, or a server that failed."""
    REFUSED = "refused"
    """It was not let through, or something else stood there."""
    RECHECK = "recheck"
    """It was read, and may have been edited since."""


@dataclass(frozen=True, slots=True)
class Look:
    """A look that is planned, or that may be: epoch seconds.

    Without a sign it is made at ``due`` (0.0: not at all), with one at ``earliest`` at the soonest.
    ``vain`` counts the looks in a row that found nothing new. ``moved``: the entry's date moved.
    """

    why: LookKind = LookKind.RECHECK
    due: float = 0.0
    earliest: float = 0.0
    vain: int = 0
    moved: bool = False


@dataclass(frozen=True, slots=True)
class Looking:
    """When pages are looked at again.

    ``after`` are seconds after which a story's page is looked at without a sign, from its
    admission; ``rows`` the retries by name.
    """

    after: tuple[float, ...] = (3600.0, 6 * 3600.0, 24 * 3600.0)
    rows: Mapping[str, RetryRow] = field(default_factory=lambda: RETRIES)

    @classmethod
    def from_settings(cls, after: tuple[float, ...], backoff: float) -> Looking:
        """With the operator's wait after the first failure."""
        rows = dict(RETRIES)
        for name in ("missing", "refused", "moved"):
            rows[f"page_{name}"] = replace(RETRIES[f"page_{name}"], first=backoff)
        return cls(tuple(sorted(after)), rows)


LOOKING: Final = Looking()


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of a story as it ends, or is left as it was after a look.

    ``made`` is the look that was made (None: the page was asked for the first time), ``lacks`` what
    keeps the story from its page (RECHECK: nothing), ``news`` whether the page brought any. ``at``
    is when its publisher says it was published or changed, None where it does not.
    """

    made: Look | None
    lacks: LookKind
    news: bool
    admitted: float
    at: float | None = None


def plan_look(seen: Seen, looking: Looking, now: float) -> Look:
    """The next look at the page of a story."""
    made, lacks = seen.made, seen.lacks
    vain = 0 if seen.news or not made else made.vain + 1
    if lacks is not LookKind.RECHECK:
        row = looking.rows[f"page_{lacks}"]
        wait = seconds_until_retry(row, vain + 1)
        given_up = row.attempts is not None and vain >= row.attempts
        soonest = now + max(row.first, wait * _SHOWN)
        return Look(lacks, 0.0 if given_up else now + wait, soonest, vain)
    earliest = now + seconds_until_retry(looking.rows["page_moved"], vain) if vain else now
    return Look(LookKind.RECHECK, _recheck_at(seen, looking, now), earliest, vain)


def _recheck_at(seen: Seen, looking: Looking, now: float) -> float:
    """When a story is looked at without a sign; 0.0 where it is not, or no more."""
    if not looking.after or (seen.at is not None and seen.at < seen.admitted - looking.after[-1]):
        return 0.0  # it was old when its feed first showed it
    # not after now, whatever clock said so
    admitted = min(seen.admitted, now)
    for after in looking.after:
        if admitted + after > now:
            return admitted + after
    return 0.0


def shows_entry(state: FeedState | None, key: str, since: float) -> bool:
    """Whether a feed still shows an entry that it showed at ``since``; in doubt it does.

    What a hub brought and what stands in long documents is not remembered with the feed.
    """
    if state is None:
        return False
    remembered = 0 < state.entries <= len(state.last_keys)
    return not remembered or state.last_full <= since or key in state.last_keys


def is_refused_for_good(look: Look, looking: Looking) -> bool:
    """Whether so many looks were refused that the host is to be spared."""
    attempts = looking.rows["page_refused"].attempts
    return look.why is LookKind.REFUSED and attempts is not None and look.vain >= attempts
