"""What is remembered of a feed, what one poll brought, and the bounds of polling."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import Any, NamedTuple, Self

from pipeline.headers import DAY
from pipeline.retries import RETRIES
from pipeline.story import FeedHints

NEVER = 253_402_300_799.0
"""The end of the year 9999: ``next_poll`` of a feed that is gone."""


class Visit(NamedTuple):
    """A sitemap that an index names, as it was when last asked. Epoch seconds, 0.0: never.

    Written into the ledger as a row, so new fields come last.
    """

    url: str
    # by with_children, each time the index is read
    lastmod: str = ""  # as the index prints it now
    # by after_child, each time the sitemap is asked
    lastmod_read: str = ""  # ``lastmod`` as it was at the last good visit
    etag: str = ""
    modified: str = ""
    body_hash: str = ""
    asked: float = 0.0
    changed: float = 0.0  # when its content was last new
    failures: int = 0
    # by with_children, once
    parent: str = ""  # the index that names it, '' for the feed's own


@dataclass(frozen=True, slots=True)
class FeedState:
    """What Wiredesk remembers of a feed between two polls. Epoch seconds; 0.0 means never.

    ``after_poll`` writes all fields but those that name another writer; nobody else stores a state.
    """

    # the answer as it came: by every poll that got one
    etag: str = ""
    modified: str = ""
    body_hash: str = ""
    status: int = 0
    # where the feed is: ``configured`` by the operator, ``url`` where it moved to for good ('':
    # not)
    configured: str = ""
    url: str = ""
    moved_to: str = ""  # a permanent redirect that was seen ``moved_seen`` times in a row
    moved_seen: int = 0
    # when: also by next_with_children, resume_feed and, for a new plan, by the ledger's schedule
    next_poll: float = 0.0
    not_before: float = 0.0  # its server wants no request before (Retry-After)
    # the past; last_poll and last_new also by after_child
    first_poll: float = 0.0
    last_poll: float = 0.0
    last_ok: float = 0.0
    last_full: float = 0.0  # the last document, by a request with or without validators
    last_new: float = 0.0
    renewed: float = 0.0  # the last document whose entries were shown to the ledger
    interval: float = 0.0  # seconds that the last good poll asked to wait
    # faults: by every poll; resume_feed clears them
    failures: int = 0
    error: str = ""
    gone: bool = False
    failing_since: float = 0.0  # what operators were told
    silent: bool = False  # what operators were told
    flooding_since: float = 0.0  # what operators were told; by after_flood
    told: tuple[tuple[float, str, str], ...] = ()  # the last events as (when, name, in words)
    gaps: int = 0
    empty_since: float = 0.0  # since when a feed that held entries holds none
    been_empty: bool = False  # it was empty before and came back: it is a feed that may be
    # the rhythm: by learn_rhythm, from documents with entries
    newest: float = 0.0  # the latest publication seen
    spacing: float = 0.0  # seconds between two entries
    longest: float = 0.0  # seconds, the longest wait for one
    latency: float = 0.0  # seconds from publication to sight, as a rule
    entries: int = 0
    last_keys: tuple[str, ...] = ()
    last_names: tuple[str, ...] = ()
    # the document's hints, kept for the polls that bring no document
    title: str = ""
    wait: float = 0.0  # seconds that it asks for (ttl, updatePeriod)
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[str, ...] = ()
    hub: str = ""
    self_url: str = ""
    # the sitemaps of an index: by with_children and after_child
    children: tuple[Visit, ...] = ()
    # the files of a watched folder that were read and still lie there: by run/poll.py
    taken: tuple[str, ...] = ()
    # until when a hub tells of news, so that polling may be slow: by the worker, before the poll
    pushed_until: float = 0.0

    def to_json(self) -> str:
        """One line of JSON, which ``from_json`` reads back.

        Without what is as at first, since there may be 100,000 feeds.
        """
        changed: dict[str, Any] = {}
        for name in type(self).__slots__:
            value = getattr(self, name)
            if value != getattr(_FIRST, name):
                changed[name] = value
        return json.dumps(changed, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read what ``to_json`` wrote; unknown fields of a newer version are ignored."""
        data = json.loads(text)
        known: dict[str, Any] = {k: v for k, v in data.items() if k in cls.__slots__}
        for name in ("last_keys", "last_names", "skip_hours", "skip_days", "taken"):
            known[name] = tuple(known.get(name, ()))
        known["told"] = tuple((at, event, words) for at, event, words in known.get("told", ()))
        known["children"] = tuple(
            Visit(*row[: len(Visit._fields)]) for row in known.get("children", ())
        )
        return cls(**known)


_FIRST = FeedState()
_PAST = (
    "first_poll",
    "last_poll",
    "last_ok",
    "last_full",
    "last_new",
    "renewed",
    "failing_since",
    "flooding_since",
    "empty_since",
)
_PLANNED = ("next_poll", "not_before")


def set_right(state: FeedState, now: float) -> FeedState:
    """The state where its past is not after ``now``.

    The clock of whoever stored it may have been ahead: it has stepped back since, or is that of
    another machine. What is past is ``now`` at the latest, and what its last poll planned is as far
    off as then. Moments that are earlier stay: workers whose clocks differ take turns, and moving
    all of them would make a feed older at each turn.
    """
    moved: dict[str, Any] = {name: min(getattr(state, name), now) for name in _PAST}
    ahead = max(0.0, state.last_poll - now)
    for name in _PLANNED:
        at = getattr(state, name)
        moved[name] = at - ahead if 0.0 < at < NEVER else at
    children = []
    for visit in state.children:
        asked, changed = min(visit.asked, now), min(visit.changed, now)
        children.append(visit._replace(asked=asked, changed=changed))
    return replace(state, **moved, children=tuple(children))


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Bounds of polling, in seconds. Reasons: docs/decisions.md, "Polling".

    ``declared`` caps what a publisher may ask for by max-age, ttl or updatePeriod: some ask for
    days by mistake. ``failing`` and ``refused`` cap the back-off after faults that pass (5xx,
    timeouts) and after those that stay (4xx, no feed). ``full`` is how often validators are left
    out, so that a server stuck on 304 is found out. ``moves`` is how often a permanent redirect
    must be seen, ``tell`` after how many failures ``feed.failing`` is said. Quiet for ``quiet``
    times its longest wait, a feed is called silent.
    """

    floor: float = 60.0
    ceiling: float = 3600.0
    declared: float = 3600.0
    failing: float = RETRIES["feed"].longest
    refused: float = RETRIES["feed_refused"].longest
    full: float = DAY
    jitter: float = RETRIES["feed"].jitter
    moves: int = 3
    tell: int = 3
    quiet: float = 3.0


@dataclass(frozen=True, slots=True)
class PollResult:
    """What one poll brought.

    ``status`` is the final HTTP status, 0 where there was no answer; ``error`` says why a poll
    failed, also where the document could not be read; ``permanent`` that trying again soon is of no
    use. ``keys`` and ``published`` are those of every entry of the document in the same order
    (epoch seconds, 0.0 without a date), ``new`` how many the ledger had not known, ``names`` what
    else tells each apart: a hash of its address and title. ``body_hash`` is empty where no body
    came; ``changed`` is False where it was the same as before.
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


def spread_share(feed_id: str) -> float:
    """A number from 0 to 1, always the same for a feed: parts polls without chance."""
    return int.from_bytes(blake2b(feed_id.encode(), digest_size=4).digest(), "big") / 2**32
