"""A feed's own rhythm: learned from what it publishes, kept within what its publisher asks for.

A gap is told when entries may have rolled past between two polls, silence when a feed is quiet far
beyond its rhythm.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import pairwise
from statistics import median

from pipeline.headers import DAY, read_freshness, read_retry_after
from pipeline.schedule.events import Gap, Silent
from pipeline.schedule.state import FeedState, PollResult, Rhythm, spread_share
from pipeline.story import Feed, utc

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_KEPT_KEYS = 64  # of the newest entries; more would not tell more of a gap
_KEPT_NAMES = 16  # enough to see that ids were made anew
_BURST = 1.0  # seconds; entries that come at once say nothing of the time between
_FEWEST_WAITS = 3  # two waits are no rhythm
_LATEST_WAITS = 20  # of which the median is the spacing: what was long ago does not count
_WAITS_FOR_LONGEST = 50
_SPACING_MOVES = 0.3  # by which share a poll changes the spacing: one burst is not a new life
_LATENCY_MOVES = 0.2
_LONGEST_FADES = 0.999  # a poll; a pause at Christmas is forgotten in the course of the spring
_SPACINGS_OF_SILENCE = 20  # a feed must miss as many entries, whatever its longest wait was
_QUIET_SPACINGS = 4  # fewer are chance; then an eighth of the quiet time, so that it costs less


def find_gap(feed: Feed, state: FeedState, result: PollResult, before: float) -> Gap | None:
    """Whether entries may have rolled past unseen between the last poll and this one.

    So it is where no key of the last poll is there and the window does not reach back to it. A
    document that brings nothing new has rolled past nothing. One whose oldest entry is older than
    the newest one of the last poll reaches back, and one that shows a story of it under another id
    renamed them all. An entry that is pinned does not bridge two windows: the last poll's newest
    entries are the last to roll off, so where all of them are gone the rest has stayed for another
    reason.
    """
    pushed = bool(state.pushed_until) and result.new < len(
        result.keys
    )  # a hub brought what rolled past
    if not state.last_keys or not result.new or pushed:
        return None
    shared = set(state.last_keys).intersection(result.keys)
    fresh = sorted(
        p for k, p in zip(result.keys, result.published, strict=False) if p and k not in shared
    )
    renamed = not shared and _unique_names(state.last_names) & _unique_names(result.names)
    if renamed or (shared and not _are_pinned(state, shared, fresh)):
        return None
    if not fresh or not state.newest:
        return Gap(feed.id, len(result.keys), before)
    if fresh[0] < state.newest and not shared and all(result.published):
        return None
    spacing = (fresh[-1] - fresh[0]) / (len(fresh) - 1) if len(fresh) > 1 else state.spacing
    missing = round((fresh[0] - state.newest) / spacing) - 1 if spacing else 1
    return Gap(feed.id, max(missing, 1), state.newest)


def _unique_names(names: tuple[str, ...]) -> set[str]:
    """Names that stand for one entry: what many share, such as a front page, says nothing."""
    return {name for name, times in Counter(names).items() if name and times == 1}


def _are_pinned(state: FeedState, shared: set[str], fresh: list[float]) -> bool:
    """Whether the newer half of the last poll is gone and all that is not shared is newer."""
    newer = state.last_keys[: len(state.last_keys) // 2]
    return bool(
        len(newer) > 1
        and fresh
        and state.newest
        and fresh[0] >= state.newest
        and shared.isdisjoint(newer)
    )


def learn_rhythm(state: FeedState, result: PollResult, now: float) -> FeedState:
    """Rhythm, newest publication and latency, from the document's dates and what was new."""
    dates = sorted(p for p in result.published if p)
    waits = [after - before for before, after in pairwise(dates) if after - before > _BURST]
    spacing = median(waits[-_LATEST_WAITS:]) if len(waits) >= _FEWEST_WAITS else 0.0
    if result.new and state.last_new and not spacing:
        spacing = (now - state.last_new) / result.new
    if state.spacing and spacing:
        spacing = (1 - _SPACING_MOVES) * state.spacing + _SPACING_MOVES * spacing
    spacing = spacing or state.spacing
    newest = dates[-1] if dates else 0.0
    longest = max([state.longest * _LONGEST_FADES, *waits[-_WAITS_FOR_LONGEST:]], default=0.0)
    last_new, latency = state.last_new, state.latency
    if result.new and (state.last_keys or not newest):
        if state.last_new:
            longest = max(longest, now - state.last_new)
        last_new = now
        if newest:
            late = max(now - newest, 0.0)
            if latency:
                late = (1 - _LATENCY_MOVES) * latency + _LATENCY_MOVES * late
            latency = late
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
        last_keys=_newest_first(result, result.keys)[:_KEPT_KEYS],
        last_names=_newest_first(result, result.names)[:_KEPT_NAMES],
    )


def _newest_first(result: PollResult, words: tuple[str, ...]) -> tuple[str, ...]:
    """What rolls off last comes first; without dates the document's first and last."""
    if any(result.published):
        dated = sorted(zip(result.published, words, strict=False), reverse=True)
        return tuple(word for _, word in dated)
    if len(words) <= _KEPT_KEYS:
        return words
    return words[: _KEPT_KEYS // 2] + words[-_KEPT_KEYS // 2 :]


def find_silence(
    feed: Feed, state: FeedState, now: float, rhythm: Rhythm
) -> tuple[FeedState, list[Silent]]:
    """Say once that a feed is silent far beyond its own rhythm; say it again only after it spoke.

    A feed watched for less than a day has not shown its nights yet, so it gets half a day at least;
    and whatever its document says, nobody calls it silent before having listened for as long.
    """
    if not state.last_new or not state.spacing:
        return state, []
    quiet = now - max(state.last_new, state.newest)
    if quiet < state.spacing:
        return replace(state, silent=False), []
    watched = now - state.first_poll
    usual = max(state.longest, state.spacing)
    least = 3600.0 if watched > DAY else DAY / 2
    bound = max(rhythm.quiet * usual, _SPACINGS_OF_SILENCE * state.spacing, least)
    if state.silent or quiet <= bound or watched < min(bound, DAY / 2):
        return state, []
    return replace(state, silent=True), [Silent(feed.id, quiet, usual)]


def asked_for(result: PollResult, now: float) -> float | None:
    """Seconds that the answer asks to be left alone for (Retry-After), None: it does not say."""
    if result.retry_after is not None:
        return result.retry_after
    return read_retry_after(result.headers, now)


def wait_after(
    feed: Feed, state: FeedState, result: PollResult, now: float, rhythm: Rhythm, *, hurry: bool
) -> float:
    """Seconds to the next poll: the operator's, or the rhythm within what the publisher asks."""
    later = asked_for(result, now)
    if feed.every is not None:
        return max(feed.every, later or 0.0)
    asked = min(max(state.wait, read_freshness(result.headers, now)), rhythm.declared)
    if hurry:
        own = rhythm.floor
    elif not state.spacing:
        own = max(rhythm.floor, min(state.interval or 5 * rhythm.floor, rhythm.ceiling))
    else:
        quiet = now - max(state.last_new, state.newest)
        own = state.spacing / 2
        if quiet > _QUIET_SPACINGS * state.spacing:
            own = max(own, quiet / 8)
    own = min(max(own, rhythm.floor), rhythm.ceiling)
    if state.pushed_until > now and not hurry:
        own = rhythm.ceiling  # a hub tells of news meanwhile
    return max(max(own, asked) * (1 + rhythm.jitter * spread_share(feed.id)), later or 0.0)


def next_open_hour(state: FeedState, feed: Feed, at: float) -> float:
    """The first moment from ``at`` on that is not skipped (RSS 2.0), a week ahead at most."""
    if feed.every is not None or not (state.skip_hours or state.skip_days):
        return at
    skipped = {d.lower() for d in state.skip_days}
    for _ in range(7 * 24):
        moment = utc(at)
        if moment.hour not in state.skip_hours and _DAYS[moment.weekday()] not in skipped:
            return at
        at = (at // 3600 + 1) * 3600 + 60 * spread_share(feed.id)
    return at  # every hour is skipped: a mistake, which a week's wait honours enough
