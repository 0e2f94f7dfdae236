"""From one poll to the next: the request to make, the state to store, the events to tell. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

from pipeline.retries import RETRIES, seconds_until_retry
from pipeline.schedule.events import Event, Failing, Flood, Gap, Gone, Moved, Recovered
from pipeline.schedule.learning import (
    asked_for,
    find_gap,
    find_silence,
    learn_rhythm,
    next_open_hour,
    wait_after,
)
from pipeline.schedule.state import (
    NEVER,
    RHYTHM,
    FeedState,
    PollResult,
    Rhythm,
    set_right,
    spread_share,
)
from pipeline.story import Feed

MOVED_FOR_GOOD = frozenset({301, 308})
_REMEMBERED = 20  # events kept in a feed's record
_LONGEST_TEXT = 300  # characters of an error or event there
_FLOOD_WAITS = 60.0  # seconds after which what was over a quota is looked for at the soonest
_LONGEST_REQUEST = 300.0  # a request may take minutes, and its answer is judged when it is there


class AfterPoll(NamedTuple):
    """The state to store, once the entries are admitted, and what to tell."""

    state: FeedState
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Ask:
    """What to request; validators go back byte for byte, and only to the URL they came from."""

    url: str
    etag: str = ""
    modified: str = ""


def ask(feed: Feed, state: FeedState, now: float, rhythm: Rhythm = RHYTHM) -> Ask:
    """The next request, without validators once a day and where the operator changed the URL."""
    if state.configured and state.configured != feed.url:
        return Ask(feed.url)
    url = state.url or feed.url
    if now - min(state.last_full, state.renewed or state.last_full) >= rhythm.full:
        return Ask(url)
    return Ask(url, state.etag, state.modified)


def shows_again(state: FeedState, now: float, rhythm: Rhythm = RHYTHM) -> bool:
    """Whether a document is read though it may be the same: what it shows is to stay known."""
    return now - state.renewed >= rhythm.full


def first_poll(feed: Feed, now: float, spread: float = 0.0) -> float:
    """When to poll a feed first: within ``spread`` seconds, each feed at its own moment."""
    return now + spread * spread_share(feed.id)


def after_poll(
    feed: Feed, state: FeedState, result: PollResult, now: float, rhythm: Rhythm = RHYTHM
) -> AfterPoll:
    """The feed's next state and what happened.

    To be stored only after the entries of this poll are admitted.
    """
    if state.configured and state.configured != feed.url:
        state = _begin_anew(state)
    state = replace(
        state,
        configured=feed.url,
        first_poll=state.first_poll or now,
        last_poll=now,
        status=result.status,
        gone=False,
    )
    if result.status == 304 and not result.error and _is_unasked(state, now, rhythm):
        result = replace(result, error="304 though no validator was sent")
    if result.status == 410:
        failures = state.failures + 1
        gone = replace(state, gone=True, next_poll=NEVER, failures=failures, error="gone (410)")
        after = AfterPoll(gone, (Gone(feed.id),))
    elif result.ok:
        after = _judge_answer(feed, state, result, now, rhythm)
    else:
        after = _judge_failure(feed, state, result, now, rhythm)
    later = asked_for(result, now)
    told = [(now, event.name, str(event)[:_LONGEST_TEXT]) for event in after.events]
    state = replace(
        after.state,
        told=(*after.state.told, *told)[-_REMEMBERED:],
        not_before=now + later if later else 0.0,
    )
    return AfterPoll(state, after.events)


def after_flood(feed: Feed, state: FeedState, later: int, quota: int, now: float) -> AfterPoll:
    """The state after a document of which ``later`` entries were over the feed's quota.

    It is asked for again in full once a part of the quota is free, until none is left over. Told
    when it begins and when it ends.
    """
    if not later:
        if not state.flooding_since:
            return AfterPoll(state, ())
        event: Event = Recovered(feed.id, now - state.flooding_since)
        return AfterPoll(_tell(replace(state, flooding_since=0.0), event, now), (event,))
    part = min(later, quota / 4) if quota else 0
    wait = max(_FLOOD_WAITS, 3600 * part / quota if quota else 0.0)
    after = replace(
        state,
        etag="",
        modified="",
        body_hash="",
        flooding_since=state.flooding_since or now,
        next_poll=max(state.next_poll, now + wait),
    )
    if state.flooding_since:
        return AfterPoll(after, ())
    event = Flood(feed.id, later, quota)
    return AfterPoll(_tell(after, event, now), (event,))


def _tell(state: FeedState, event: Event, now: float) -> FeedState:
    told = (now, event.name, str(event)[:_LONGEST_TEXT])
    return replace(state, told=(*state.told, told)[-_REMEMBERED:])


def _is_unasked(state: FeedState, now: float, rhythm: Rhythm) -> bool:
    """Whether a 304 answers a request without validators: none known, or left out by ``ask``."""
    overdue = now - state.last_full >= rhythm.full + _LONGEST_REQUEST
    return overdue or not (state.etag or state.modified)


def _begin_anew(state: FeedState) -> FeedState:
    """A feed at another URL: what was learned of the old document does not hold."""
    return FeedState(first_poll=state.first_poll, last_new=state.last_new, gaps=state.gaps)


# --------------------------------------------------------------------------- answers


def _judge_answer(
    feed: Feed, state: FeedState, result: PollResult, now: float, rhythm: Rhythm
) -> AfterPoll:
    events: list[Event] = []
    if state.failing_since or (state.silent and result.new):
        events.append(Recovered(feed.id, now - (state.failing_since or state.last_new)))
    before = state.last_ok
    state = replace(state, failures=0, error="", failing_since=0.0, last_ok=now)
    state = _keep_answer(state, result, now)
    state, moved = _follow_move(feed, state, result, rhythm)
    events += moved
    gap: Gap | None = None
    if result.keys:
        gap = find_gap(feed, state, result, before)
        state = learn_rhythm(state, result, now)
    if gap is not None:
        events.append(gap)
        state = replace(state, gaps=state.gaps + 1)
    state, silent = find_silence(feed, state, now, rhythm)
    events += silent
    wait = wait_after(feed, state, result, now, rhythm, hurry=gap is not None)
    state = replace(state, interval=wait, next_poll=next_open_hour(state, feed, now + wait))
    return AfterPoll(state, tuple(events))


def _keep_answer(state: FeedState, result: PollResult, now: float) -> FeedState:
    """Validators as the server wrote them; a 304 may renew them, not take them away."""
    etag = result.headers.get("etag", "")
    modified = result.headers.get("last-modified", "")
    if result.status == 304:
        return replace(state, etag=etag or state.etag, modified=modified or state.modified)
    hints = result.hints
    state = _note_emptiness(state, result, now)
    state = replace(
        state,
        etag=etag,
        modified=modified,
        body_hash=result.body_hash or state.body_hash,
        last_full=now,
    )
    if hints is None:
        return state
    return replace(
        state,
        renewed=now,
        title=hints.title,
        wait=max(hints.ttl, hints.update_period),
        skip_hours=hints.skip_hours,
        skip_days=hints.skip_days,
        hub=hints.hub,
        self_url=hints.self_url,
    )


def _note_emptiness(state: FeedState, result: PollResult, now: float) -> FeedState:
    """Whether a feed that held entries holds none; one that has come back from that may again."""
    if result.keys:
        return replace(
            state, empty_since=0.0, been_empty=state.been_empty or bool(state.empty_since)
        )
    if result.hints is None or not state.entries or state.children or state.been_empty:
        return state
    return replace(state, empty_since=state.empty_since or now)


def _follow_move(
    feed: Feed, state: FeedState, result: PollResult, rhythm: Rhythm
) -> tuple[FeedState, list[Event]]:
    """Follow a permanent redirect that was seen often enough; never from https to http."""
    at, target = state.url or feed.url, ""
    for status, url in result.redirects:
        if status not in MOVED_FOR_GOOD or (
            at.startswith("https:") and not url.startswith("https:")
        ):
            break
        at = target = url
    if not target or target == (state.url or feed.url):
        return replace(state, moved_to="", moved_seen=0), []
    seen = state.moved_seen + 1 if target == state.moved_to else 1
    if seen < rhythm.moves:
        return replace(state, moved_to=target, moved_seen=seen), []
    return replace(state, url=target, moved_to="", moved_seen=0), [Moved(feed.id, target)]


# --------------------------------------------------------------------------- faults


def _judge_failure(
    feed: Feed, state: FeedState, result: PollResult, now: float, rhythm: Rhythm
) -> AfterPoll:
    failures = state.failures + 1
    error = result.error or f"HTTP {result.status}"
    wait = _wait_after_failure(feed, state, result, failures, rhythm)
    wait = max(wait, asked_for(result, now) or 0.0)
    since = state.failing_since
    told: list[Event] = []
    # at the threshold and each doubling after it, so that it is heard and does not drown the rest
    times, rest = divmod(failures, rhythm.tell)
    if not rest and times.bit_count() == 1:
        told.append(Failing(feed.id, failures, error, now + wait))
        since = since or state.last_ok or state.first_poll
    state = replace(
        state,
        failures=failures,
        error=error[:_LONGEST_TEXT],
        failing_since=since,
        next_poll=now + wait,
    )
    state, silent = find_silence(feed, state, now, rhythm)
    return AfterPoll(state, (*told, *silent))


def _wait_after_failure(
    feed: Feed, state: FeedState, result: PollResult, failures: int, rhythm: Rhythm
) -> float:
    """Seconds by class of failure; what stays (4xx, no feed, refused) waits longer."""
    stays = result.permanent or (
        400 <= result.status < 500 and result.status not in {408, 425, 429}
    )
    first = feed.every or max(rhythm.floor, min(state.interval, rhythm.ceiling))
    cap = rhythm.refused if stays else rhythm.failing
    row = RETRIES["feed_refused" if stays else "feed"]
    # the rows are for a feed at the floor; one of another pace waits longer in proportion
    pace = max(first, rhythm.floor) * (row.first / RETRIES["feed"].first)
    retry = replace(row, first=pace, longest=max(cap, first), jitter=rhythm.jitter)
    return seconds_until_retry(retry, failures, spread_share(feed.id))


def soonest(
    feed: Feed, state: FeedState, now: float, rhythm: Rhythm = RHYTHM, *, forced: bool = False
) -> float:
    """The first moment at which an operator may have a feed polled.

    After its floor, unless ``forced``; never before its server wants it (Retry-After).
    """
    state = set_right(state, now)
    floor = 0.0
    if state.last_poll and not forced:
        floor = state.last_poll + min(rhythm.floor, feed.every or rhythm.floor)
    return max(now, floor, state.not_before)


def resume_feed(feed: Feed, state: FeedState, now: float, rhythm: Rhythm = RHYTHM) -> FeedState:
    """The state of a feed that an operator takes up again: due soon, in full.

    It may have been gone, failing or paused.
    """
    state = set_right(state, now)
    due = soonest(feed, state, now, rhythm)
    return replace(
        state, gone=False, failures=0, error="", failing_since=0.0, next_poll=due, last_full=0.0
    )


def replan_feed(feed: Feed, state: FeedState, now: float, rhythm: Rhythm = RHYTHM) -> float:
    """When to poll a feed next whose configuration changed.

    A new address soon, a new ``every`` from its last poll on. What its server or its faults put off
    stays so.
    """
    state = set_right(state, now)
    if state.configured and state.configured != feed.url:
        return soonest(feed, state, now, rhythm)
    if state.gone or state.failures or not state.last_poll:
        return state.next_poll or now
    latest = state.last_poll + (feed.every or rhythm.ceiling)
    if feed.every:
        return max(now, latest, state.not_before)
    return max(soonest(feed, state, now, rhythm), min(state.next_poll, latest))


def health(state: FeedState) -> str:
    """One word for how a feed does: gone, failing, flooding, empty, silent, well, or new.

    New is one that was never polled. One that never answered fails from its first failure on:
    nothing says that it ever did well.
    """
    if state.gone:
        return "gone"
    if state.failing_since or (state.failures and not state.last_ok):
        return "failing"
    if state.flooding_since:
        return "flooding"
    if not state.last_ok:
        return "new"
    if state.empty_since:
        return "empty"
    return "silent" if state.silent else "well"


def host_wait(status: int, later: float | None) -> float:
    """Seconds that a whole host is left alone; the answer asks for ``later`` (None: not said).

    After 429 and 503 as long as it says; after a 429 that does not say, 30 seconds.
    """
    if status not in {429, 503}:
        return 0.0
    if later is not None:
        return later
    return seconds_until_retry(RETRIES["busy_host"], 1) if status == 429 else 0.0
