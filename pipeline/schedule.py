"""When to poll a feed next, and what to tell its readers: pure, takes ``now``.

A desk wants a story within a minute or two of its publication, a publisher wants few requests. Each feed's own rhythm
is learned between a floor and a ceiling; what the publisher asks for (max-age, ttl, updatePeriod, skipHours,
Retry-After) is a floor of its own. Nothing stops for ever without an event that says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from pipeline.headers import DAY, fresh_for, retry_after
from pipeline.story import Feed, FeedHints, FeedState, utc

NEVER = 253_402_300_799.0
"""The end of the year 9999: ``next_poll`` of a feed that is gone."""

MOVED_FOR_GOOD = frozenset({301, 308})
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_KEPT_KEYS = 64


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
    had not known. ``body_hash`` is empty where no body came; ``changed`` is False where it was the same as before.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    redirects: tuple[tuple[int, str], ...] = ()
    body_hash: str = ""
    changed: bool = True
    keys: tuple[str, ...] = ()
    published: tuple[float, ...] = ()
    new: int = 0
    hints: FeedHints | None = None
    error: str = ""
    permanent: bool = False
    retry_after: float | None = None

    @property
    def ok(self) -> bool:
        """Whether the feed answered with what was asked for."""
        return not self.error and (200 <= self.status < 300 or self.status == 304)


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


class Polled(NamedTuple):
    """The state to store, once the entries are admitted, and what to tell."""

    state: FeedState
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Ask:
    """What to request: validators are sent back byte for byte, and never to another URL than they came from."""

    url: str
    etag: str = ""
    modified: str = ""


RHYTHM = Rhythm()


def ask(feed: Feed, state: FeedState, now: float, rhythm: Rhythm = RHYTHM) -> Ask:
    """The next request of a feed. A URL that the operator changed begins anew; once a day no validators are sent."""
    if state.configured and state.configured != feed.url:
        return Ask(feed.url)
    url = state.url or feed.url
    if now - state.last_full >= rhythm.full:
        return Ask(url)
    return Ask(url, state.etag, state.modified)


def first_poll(feed: Feed, now: float, spread: float = 0.0) -> float:
    """When to poll a feed for the first time: within ``spread`` seconds, each feed at its own moment."""
    return now + spread * _share(feed.id)


def after_poll(feed: Feed, state: FeedState, result: PollResult, now: float, rhythm: Rhythm = RHYTHM) -> Polled:
    """The feed's next state and what happened: to be stored only after the entries of this poll are admitted."""
    if state.configured and state.configured != feed.url:
        state = _begun_anew(state)
    state = replace(
        state,
        configured=feed.url,
        first_poll=state.first_poll or now,
        last_poll=now,
        status=result.status,
        gone=False,
    )
    if result.status == 410:
        gone = replace(state, gone=True, next_poll=NEVER, failures=state.failures + 1, error="gone (410)")
        return Polled(gone, (Gone(feed.id),))
    if result.status == 304 and not result.error and _unasked(state, now, rhythm):
        result = replace(result, error="304 though no validator was sent")
    if not result.ok:
        return _failed(feed, state, result, now, rhythm)
    return _answered(feed, state, result, now, rhythm)


def _unasked(state: FeedState, now: float, rhythm: Rhythm) -> bool:
    """Whether a 304 answers a request that had no validators: none known, or left out as ``ask`` does once a day."""
    overdue = now - state.last_full >= rhythm.full + 300.0  # a request may take minutes; its answer is judged later
    return overdue or not (state.etag or state.modified)


def _begun_anew(state: FeedState) -> FeedState:
    """A feed at another URL: what was learned of the old one's document and rhythm does not hold."""
    return FeedState(first_poll=state.first_poll, last_new=state.last_new, gaps=state.gaps)


# --------------------------------------------------------------------------- answers


def _answered(feed: Feed, state: FeedState, result: PollResult, now: float, rhythm: Rhythm) -> Polled:
    events: list[Event] = []
    if state.failing_since or (state.silent and result.new):
        events.append(Recovered(feed.id, now - (state.failing_since or state.last_new)))
    before = state.last_ok
    state = replace(state, failures=0, error="", failing_since=0.0, last_ok=now)
    state = _validators(state, result, now)
    state, moved = _moved(feed, state, result, rhythm)
    events += moved
    gap: Gap | None = None
    if result.keys:
        gap = _gap(feed, state, result, before)
        state = _learned(state, result, now)
    if gap is not None:
        events.append(gap)
        state = replace(state, gaps=state.gaps + 1)
    state, silent = _silence(feed, state, now, rhythm)
    events += silent
    wait = _wait(feed, state, result, now, rhythm, hurry=gap is not None)
    state = replace(state, interval=wait, next_poll=_open_hour(state, feed, now + wait))
    return Polled(state, tuple(events))


def _validators(state: FeedState, result: PollResult, now: float) -> FeedState:
    """ETag and Last-Modified as the server wrote them; a 304 may renew them but does not take them away."""
    etag = result.headers.get("etag", "")
    modified = result.headers.get("last-modified", "")
    if result.status == 304:
        return replace(state, etag=etag or state.etag, modified=modified or state.modified)
    hints = result.hints
    state = replace(state, etag=etag, modified=modified, body_hash=result.body_hash or state.body_hash, last_full=now)
    if hints is None:
        return state
    return replace(
        state,
        title=hints.title,
        wait=max(hints.ttl, hints.update_period),
        skip_hours=hints.skip_hours,
        skip_days=hints.skip_days,
        hub=hints.hub,
        self_url=hints.self_url,
    )


def _moved(feed: Feed, state: FeedState, result: PollResult, rhythm: Rhythm) -> tuple[FeedState, list[Event]]:
    """Follow a permanent redirect for good once it was seen often enough in a row; never from https to http."""
    at, target = state.url or feed.url, ""
    for status, url in result.redirects:
        if status not in MOVED_FOR_GOOD or (at.startswith("https:") and not url.startswith("https:")):
            break
        at = target = url
    if not target or target == (state.url or feed.url):
        return replace(state, moved_to="", moved_seen=0), []
    seen = state.moved_seen + 1 if target == state.moved_to else 1
    if seen < rhythm.moves:
        return replace(state, moved_to=target, moved_seen=seen), []
    return replace(state, url=target, moved_to="", moved_seen=0), [Moved(feed.id, target)]


# --------------------------------------------------------------------------- rhythm


def _gap(feed: Feed, state: FeedState, result: PollResult, before: float) -> Gap | None:
    """Whether entries may have rolled past: no key of the last poll is there, and the window does not reach back to it.

    A document whose oldest entry was published before the newest one of the last poll reaches back: its ids changed,
    nothing rolled past.
    """
    if not state.last_keys or not set(state.last_keys).isdisjoint(result.keys):
        return None
    dates = sorted(p for p in result.published if p)
    if not dates or not state.newest:
        return Gap(feed.id, len(result.keys), before)
    if dates[0] <= state.newest and len(dates) == len(result.keys):
        return None
    spacing = (dates[-1] - dates[0]) / (len(dates) - 1) if len(dates) > 1 else state.spacing
    missing = round((dates[0] - state.newest) / spacing) - 1 if spacing else 1
    return Gap(feed.id, max(missing, 1), state.newest)


def _learned(state: FeedState, result: PollResult, now: float) -> FeedState:
    """Rhythm, newest publication and latency, from the dates of the document and from what was new."""
    dates = sorted(p for p in result.published if p)
    waits = [b - a for a, b in pairwise(dates) if b - a > 1.0]
    spacing = median(waits[-20:]) if len(waits) >= 3 else 0.0
    if result.new and state.last_new and not spacing:
        spacing = (now - state.last_new) / result.new
    spacing = spacing if not state.spacing else (0.7 * state.spacing + 0.3 * spacing if spacing else state.spacing)
    newest = dates[-1] if dates else 0.0
    longest = max([state.longest * 0.999, *waits[-50:]], default=0.0)
    last_new, latency = state.last_new, state.latency
    if result.new and (state.last_keys or not newest):
        if state.last_new:
            longest = max(longest, now - state.last_new)
        last_new = now
        if newest:
            late = max(now - newest, 0.0)
            latency = late if not latency else 0.8 * latency + 0.2 * late
    elif not last_new:
        last_new = newest or now
    return replace(
        state,
        spacing=spacing,
        longest=longest,
        newest=max(newest, state.newest) if dates else state.newest,
        last_new=last_new,
        latency=latency,
        entries=len(result.keys),
        last_keys=_newest_keys(result),
    )


def _newest_keys(result: PollResult) -> tuple[str, ...]:
    """Keys that roll off last: the newest by date, else the document's first and last."""
    if len(result.keys) <= _KEPT_KEYS:
        return result.keys
    if any(result.published):
        dated = sorted(zip(result.published, result.keys, strict=False), reverse=True)
        return tuple(key for _, key in dated[:_KEPT_KEYS])
    return result.keys[: _KEPT_KEYS // 2] + result.keys[-_KEPT_KEYS // 2 :]


def _silence(feed: Feed, state: FeedState, now: float, rhythm: Rhythm) -> tuple[FeedState, list[Event]]:
    """Say once that a feed is silent far beyond its own rhythm; say it again only after it spoke.

    A feed watched for less than a day has not shown its nights yet, so it gets half a day at least.
    """
    if not state.last_new or not state.spacing:
        return state, []
    quiet = now - max(state.last_new, state.newest)
    if quiet < state.spacing:
        return replace(state, silent=False), []
    watched = now - state.first_poll
    usual = max(state.longest, state.spacing)
    bound = max(rhythm.quiet * usual, 20 * state.spacing, 3600.0 if watched > DAY else DAY / 2)
    if state.silent or quiet <= bound:
        return state, []
    return replace(state, silent=True), [Silent(feed.id, quiet, usual)]


def _wait(feed: Feed, state: FeedState, result: PollResult, now: float, rhythm: Rhythm, *, hurry: bool) -> float:
    """Seconds to the next poll: the operator's, or the learned rhythm within what the publisher asks for."""
    later = result.retry_after if result.retry_after is not None else retry_after(result.headers, now)
    if feed.every is not None:
        return max(feed.every, later or 0.0)
    asked = min(max(state.wait, fresh_for(result.headers, now)), rhythm.declared)
    if hurry:
        own = rhythm.floor
    elif not state.spacing:
        own = max(rhythm.floor, min(state.interval or 5 * rhythm.floor, rhythm.ceiling))
    else:
        quiet = now - max(state.last_new, state.newest)
        own = max(state.spacing / 2, quiet / 8 if quiet > 4 * state.spacing else 0.0)
    own = min(max(own, rhythm.floor), rhythm.ceiling)
    return max(max(own, asked) * (1 + rhythm.jitter * _share(feed.id)), later or 0.0)


def _open_hour(state: FeedState, feed: Feed, at: float) -> float:
    """The first moment from ``at`` on that is in none of the skipped hours and days (RSS 2.0), a week ahead at most."""
    if feed.every is not None or not (state.skip_hours or state.skip_days):
        return at
    skipped = {d.lower() for d in state.skip_days}
    for _ in range(7 * 24):
        moment = utc(at)
        if moment.hour not in state.skip_hours and _DAYS[moment.weekday()] not in skipped:
            return at
        at = (at // 3600 + 1) * 3600 + 60 * _share(feed.id)
    return at  # every hour is skipped: a mistake, which a week's wait honours enough


# --------------------------------------------------------------------------- faults


def _failed(feed: Feed, state: FeedState, result: PollResult, now: float, rhythm: Rhythm) -> Polled:
    failures = state.failures + 1
    error = result.error or f"HTTP {result.status}"
    wait = _back_off(feed, state, result, failures, rhythm)
    later = result.retry_after if result.retry_after is not None else retry_after(result.headers, now)
    wait = max(wait * (1 + rhythm.jitter * _share(feed.id)), later or 0.0)
    since = state.failing_since
    told: list[Event] = []
    # at the threshold and each doubling after it, so that it is heard and does not drown the rest
    if failures >= rhythm.tell and (failures // rhythm.tell).bit_count() == 1 and failures % rhythm.tell == 0:
        told.append(Failing(feed.id, failures, error, now + wait))
        since = since or state.last_ok or state.first_poll
    state = replace(state, failures=failures, error=error[:300], failing_since=since, next_poll=now + wait)
    state, silent = _silence(feed, state, now, rhythm)
    return Polled(state, (*told, *silent))


def _back_off(feed: Feed, state: FeedState, result: PollResult, failures: int, rhythm: Rhythm) -> float:
    """Seconds by class of failure, doubling: what stays (4xx, no feed, refused) from longer and to a higher cap."""
    stays = result.permanent or (400 <= result.status < 500 and result.status not in {408, 425, 429})
    first = feed.every or max(rhythm.floor, min(state.interval, rhythm.ceiling))
    cap = rhythm.refused if stays else rhythm.failing
    return min(max(first, rhythm.floor) * 2.0 ** min(failures - (0 if stays else 1), 20), max(cap, first))


def host_wait(status: int, headers: Mapping[str, str], now: float) -> float:
    """Seconds for which a whole host is left alone after this answer: Retry-After, else 30 after a 429; else 0.0."""
    if status not in {429, 503}:
        return 0.0
    later = retry_after(headers, now)
    return later if later is not None else (30.0 if status == 429 else 0.0)


def _share(feed_id: str) -> float:
    """A number from 0 to 1 that is always the same for a feed: spreads polls without making them random."""
    return int.from_bytes(blake2b(feed_id.encode(), digest_size=4).digest(), "big") / 2**32
