"""Poll a watched folder: every complete file read, its entries admitted, and only then the file put away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from pipeline import feeds, schedule
from pipeline.errors import Permanent, Transient
from pipeline.feeds import Parsed
from pipeline.fetch import folder
from pipeline.ledger import FeedLease, Ledger
from pipeline.run.admitting import Polled, admit
from pipeline.run.means import Reach
from pipeline.run.settling import settle
from pipeline.schedule import PollResult
from pipeline.story import Feed, FeedHints, utc

_EVERY: Final = 10.0  # seconds between two looks, unless the feed's ``every`` says else
_MOST: Final = 200  # files in one look
_SECONDS: Final = 20.0  # after which a look reads no further file
_GROWING: Final = (
    60.0  # seconds for which a document that cannot be read may still be being written
)
_OUTSIDE: Final = (Permanent, Transient)


def watched(feed: Feed) -> bool:
    """Whether the feed is a folder."""
    return folder.folder_of(feed.url) is not None


def poll(lease: FeedLease, reach: Reach, ledger: Ledger, clock: Callable[[], float]) -> Polled:
    """Look into the folder. What was read and stays there is remembered by its mark, so that it is read once."""
    feed, state, now = lease.feed, lease.state, clock()
    place = folder.folder_of(feed.url)
    assert place is not None
    timed = replace(feed, every=feed.every or _EVERY)
    known = set(state.taken) if state.configured == feed.url else set()
    try:
        limit = reach.fetcher.limits.feed_bytes
        looked = folder.look(place, known, now, most=_MOST, max_bytes=limit)
    except _OUTSIDE as error:
        failed = PollResult(0, error=error.what, permanent=isinstance(error, Permanent))
        after, events = schedule.after_poll(timed, state, failed, now, reach.rhythm)
        settle(lease, after, failed, reach, ledger, clock(), events=events)
        return Polled(feed.id, error=error.what, events=events, next_poll=after.next_poll)
    polled, read = _read(looked, feed, ledger, now, clock)
    # read and not moved, so that it lies there still
    kept = [f.mark for f, good in read if feed.after != "move" or not _put_away(f, good=good)]
    result = PollResult(200, hints=FeedHints(title=place.name), new=polled.new)
    after, events = schedule.after_poll(timed, state, result, now, reach.rhythm)
    waiting = looked.waiting + len(looked.files) - len(read)
    after = replace(after, taken=(*sorted(known & looked.present), *kept))
    late = polled.late if state.first_poll else ()
    settle(lease, after, result, reach, ledger, clock(), events=events, late=late)
    return replace(polled, events=events, next_poll=after.next_poll, waiting=waiting)


def _read(
    looked: folder.Looked, feed: Feed, ledger: Ledger, now: float, clock: Callable[[], float]
) -> tuple[Polled, list[tuple[folder.File, bool]]]:
    """Admit file after file; those that were read, and whether each was a document."""
    polled = Polled(feed.id, 200)
    read: list[tuple[folder.File, bool]] = []
    for file in looked.files:
        if clock() - now > _SECONDS:
            break
        parsed = _parsed(file, feed, now)
        if parsed.format == "broken" and file.age < _GROWING:
            continue
        polled = admit(polled, parsed, feed, ledger, now)
        read.append((file, parsed.format != "broken"))
    return polled, read


def _parsed(file: folder.File, feed: Feed, now: float) -> Parsed:
    reason = file.fault
    if not reason:
        try:
            return feeds.parse(file.body, feed, now=utc(now))
        except Permanent as error:
            reason = error.what
    return feeds.refuse_file(feed, file.path.name, file.mark, reason)


def _put_away(file: folder.File, *, good: bool) -> bool:
    return folder.put_away(file.path, file.mark, "taken" if good else "broken")
