"""Poll: conditional GET -> parse -> admit every new or changed entry -> only then store the state.

A watched folder is polled by looking into it, and its files are put away once they are admitted.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from math import inf
from typing import Final, Protocol

from pipeline import feeds, schedule, urls
from pipeline.errors import Permanent, Transient
from pipeline.feeds import Parsed, content_length
from pipeline.fetch import Fetcher, Response, Robots, folder, literal_place
from pipeline.ledger import (
    SPACED,
    UNBOUNDED,
    Admission,
    Broken,
    FeedLease,
    Ledger,
    Quota,
    Spacing,
    Stories,
)
from pipeline.run.poll_notes import note_poll
from pipeline.schedule import Ask, FeedState, PollResult
from pipeline.story import Entry, Feed, FeedHints, digest, utc

Clock = Callable[[], float]


class Parse(Protocol):
    """How a feed document is read: as by ``feeds.parse``, or elsewhere and within limits."""

    def __call__(
        self, body: bytes, feed: Feed, *, content_type: str = "", now: datetime, url: str = ""
    ) -> Parsed:
        """Entries of the document. Raises Permanent, and Transient where it is not read now."""


FULL_TEXT: Final = 1500
"""Characters of markup from which a feed's own content serves without its page."""

LATE: Final = (15.0, 30.0, 60.0, 120.0, 300.0, 900.0, 3600.0, inf)
"""Bounds of the counts ``late.*``: seconds from an entry's publication to its admission."""

# formats whose content is the story, however short
_WHOLE: Final = frozenset({"ninjs", "nitf", "newsml-g2"})
# seconds between two looks into a folder, unless the feed's ``every`` says else
_EVERY: Final = 10.0
# files in one look, and seconds after which it reads no further one: a look ends well within its
# lease, and what is left comes with the next
_MOST_FILES: Final = 200
_LOOK_SECONDS: Final = 20.0
# seconds for which a document that cannot be read may still be being written
_GROWING: Final = 60.0


@dataclass(frozen=True)
class Reach:
    """How feeds and pages are asked for. Seconds and bytes; see the settings of the same names."""

    fetcher: Fetcher
    robots: Robots | None = None
    rhythm: schedule.Rhythm = field(default_factory=schedule.Rhythm)
    poll_timeout: float = 30.0
    attempts: int = 4
    backoff: float = 30.0
    spacing: Spacing = SPACED
    looking: schedule.Looking = schedule.LOOKING
    parse: Parse = feeds.parse
    quota: Quota = UNBOUNDED


@dataclass(frozen=True)
class Polled:
    """What one poll did.

    ``moved`` counts entries whose date alone is another: their pages are looked at. ``url`` is said
    where it was not the feed's own address: a sitemap of an index. ``waiting``
    counts further sitemaps, or files of a folder, that the next polls are to read; ``late`` holds
    the seconds from publication to admission of each entry that was new. ``left`` counts entries
    over the cap of a document, which were not read. ``superseded`` are the entries that replaced a
    version which had not ended yet: that ends without being processed. ``later`` counts entries
    over the feed's quota: they are taken in by the next polls, as long as the feed shows them.
    """

    feed_id: str
    status: int = 0
    new: int = 0
    changed: int = 0
    known: int = 0
    moved: int = 0
    broken: tuple[Broken, ...] = ()
    error: str = ""
    events: tuple[schedule.Event, ...] = ()
    next_poll: float = 0.0
    url: str = ""
    waiting: int = 0
    late: tuple[float, ...] = ()
    left: int = 0
    superseded: tuple[Entry, ...] = ()
    later: int = 0


def poll(lease: FeedLease, reach: Reach, ledger: Ledger, clock: Clock = time.time) -> Polled:
    """Ask the feed, admit what is new, and only then remember that it was asked, and free its host.

    Of an index of sitemaps, one sitemap that is due is asked instead, in a poll of its own; the
    index keeps its own state and rhythm.
    """
    feed, rhythm, now = lease.feed, reach.rhythm, clock()
    state = schedule.set_right(lease.state, now)
    if folder.folder_of(feed.url) is not None:
        return _poll_folder(lease, reach, ledger, clock)
    child = schedule.due_child(feed, state, now, rhythm)
    if child:
        asked, known = Ask(child.url, child.etag, child.modified), child.body_hash
        asked_before = bool(child.asked)
    else:
        asked, known = schedule.ask(feed, state, now, rhythm), state.body_hash
        asked_before = bool(state.last_keys)
    again = not child and schedule.shows_again(state, now, rhythm)
    result, parsed = _ask(asked, known, feed, reach, now, again=again)
    # floor and Retry-After count from the answer: a request may be long under way, and its server
    # must not see the next one sooner for that
    now = clock()
    state = schedule.set_right(state, now)
    polled = Polled(feed.id, result.status, error=result.error, url=child.url if child else "")
    named: list[tuple[str, str]] = []
    if parsed:
        named, parsed = _split_sitemaps(parsed, feed)
        # what a feed shows at first is its archive: it is taken in as it is
        quota = UNBOUNDED if not child and not asked_before else _quota_of(feed, reach.quota)
        polled = _admit(polled, parsed, feed, ledger, now, quota)
        result = replace(result, new=polled.new)
        if parsed.broken and not (child or named or parsed.entries):
            # each entry was noted, but a feed of which none can be read does not do well
            result = replace(result, error=_tell_all_broken(parsed))
            polled = replace(polled, error=result.error)
    if child:
        if parsed:
            state, deep = schedule.with_children(state, named, child.url, feed.url)
            if deep:
                why = f"{deep} sitemaps lie too deep in indexes of indexes"
                polled = replace(polled, error=why)
        after = schedule.after_child(state, child, result, now, whole=not polled.later)
    else:
        after, events = schedule.after_poll(feed, state, result, now, rhythm)
        if parsed:
            after, _ = schedule.with_children(after, named, index=feed.url)
        # the schedule sees one fault of its own: a 304 that nobody asked for
        error = polled.error or (after.error if after.failures else "")
        polled = replace(polled, events=events, error=error)
    after = schedule.next_with_children(after, result, now, reach.spacing.of(lease.host), rhythm)
    # a sitemap that was not read whole is still due, whatever another brings meanwhile
    is_read = bool(result.keys) and not schedule.children_due(after, now, rhythm)
    if polled.later or is_read:
        after, more = schedule.after_flood(
            feed, after, polled.later, _quota_of(feed, reach.quota).an_hour, now
        )
        polled = replace(polled, events=(*polled.events, *more))
    if not asked_before:
        # the backlog of a first poll says nothing of our latency
        polled = replace(polled, late=())
    polled = replace(polled, waiting=schedule.children_due(after, now, rhythm))
    return _settle(lease, (result, after), polled, reach, ledger, clock())


def _tell_all_broken(parsed: Parsed) -> str:
    """Why a document has no entry that can be read."""
    [(reason, _)] = Counter(broken.reason for broken in parsed.broken).most_common(1)
    many = len(parsed.broken)
    said = "its only entry is broken" if many == 1 else f"all {many} entries are broken"
    return f"{said}: {reason}"


def push(
    feed: Feed, parsed: Parsed, ledger: Stories, now: float, quota: Quota = UNBOUNDED
) -> Polled:
    """Admit what a hub brought.

    What the feed's state says stays for its polls, and what is over the quota.
    """
    return _admit(Polled(feed.id, 200), parsed, feed, ledger, now, _quota_of(feed, quota))


def _quota_of(feed: Feed, usual: Quota) -> Quota:
    return usual if feed.quota is None else replace(usual, an_hour=feed.quota)


def _ask(
    asked: Ask, known: str, feed: Feed, reach: Reach, now: float, *, again: bool
) -> tuple[PollResult, Parsed | None]:
    """The answer, and what it holds if its hash is another than ``known``, or it is read again."""
    try:
        response = reach.fetcher.get(
            asked.url,
            etag=asked.etag,
            modified=asked.modified,
            deadline=reach.poll_timeout,
            home=literal_place(feed.url),
        )
    except Transient as error:
        return PollResult(error.status, error=error.what, retry_after=error.retry_after), None
    except Permanent as error:
        return PollResult(error.status, error=error.what, permanent=True), None
    result = PollResult(response.status, response.headers, response.redirects)
    if response.status != 200:
        fault = "" if response.not_modified else f"the server answers {response.status}"
        return replace(result, error=fault), None
    body_hash = feeds.body_hash(response.body)
    result = replace(result, body_hash=body_hash, changed=body_hash != known)
    if not result.changed and not again:
        return result, None
    try:
        parsed = parse_response(response, feed, now, reach.parse)
    except (Permanent, Transient) as error:
        permanent = isinstance(error, Permanent)
        return replace(result, error=error.what, permanent=permanent), None
    return add_entries(result, parsed), parsed


def parse_response(
    response: Response, feed: Feed, now: float, parse: Parse = feeds.parse
) -> Parsed:
    """What an answer holds, with what its headers say of hub and address.

    Raises Permanent where it is no feed, Transient as ``parse`` does.
    """
    parsed = parse(
        response.body, feed, content_type=response.content_type, now=utc(now), url=response.url
    )
    hints = feeds.add_links(parsed.hints, response.headers.get("link", ""), response.url)
    return replace(parsed, hints=hints)


def add_entries(result: PollResult, parsed: Parsed) -> PollResult:
    """The result with what the schedule learns from a document."""
    keys, dates, names = [], [], []
    for entry in parsed.entries:
        keys.append(entry.key)
        # a clock that runs ahead says nothing of the next hours
        at = entry.published
        if at and entry.seen:
            at = min(at, entry.seen)
        dates.append(at.timestamp() if at else 0.0)
        named = entry.url and entry.title
        names.append(digest(urls.canonical(entry.url), entry.title)[:8] if named else "")
    return replace(
        result, keys=tuple(keys), published=tuple(dates), names=tuple(names), hints=parsed.hints
    )


def _split_sitemaps(parsed: Parsed, feed: Feed) -> tuple[list[tuple[str, str]], Parsed]:
    """The sitemaps that an index names, each with its ``lastmod``, and the document without others.

    An index may name those of its own site only (sitemaps.org); others are noted as broken. Hosts
    that differ by a name in front, such as www, are one site.
    """
    home = urls.host(feed.url).rpartition(":")[0].removeprefix("www.")
    named: list[tuple[str, str]] = []
    strays = []
    for child in parsed.children:
        host = urls.host(child.url).rpartition(":")[0].removeprefix("www.")
        if host == home or host.endswith("." + home) or home.endswith("." + host):
            named.append((child.url, child.modified))
        else:
            key = feeds.broken_key(feed, child.url)
            strays.append(feeds.BrokenEntry("a sitemap of another site", key, child.url))
    return named, replace(parsed, broken=(*parsed.broken, *strays)) if strays else parsed


def _admit(
    polled: Polled, parsed: Parsed, feed: Feed, ledger: Stories, now: float, quota: Quota
) -> Polled:
    """Take every entry in, note the broken ones, and count both."""
    # oldest first; feeds print the newest first, which decides between entries of the same time
    entries = list(reversed(parsed.entries))
    entries.sort(key=lambda entry: entry.published or entry.updated or utc(now))
    placed = []
    for entry in entries:
        outlet, name = entry.outlet or feed.outlet, entry.feed_name or feed.name
        host = _page_host(entry, feed, whole=parsed.format in _WHOLE)
        placed.append((replace(entry, outlet=outlet, feed_name=name), host))
    verdicts = ledger.admit(placed, now, quota)
    refused = [Broken(b.key, feed.id, b.reason, b.title) for b in parsed.broken]
    broken = ledger.refuse(refused, now, quota)
    late = list(polled.late)
    replacing = tuple(
        entry
        for entry, verdict in zip(entries, verdicts, strict=True)
        if verdict is Admission.REPLACED
    )
    for entry, verdict in zip(entries, verdicts, strict=True):
        if verdict is Admission.NEW and entry.published:
            late.append(max(0.0, now - entry.published.timestamp()))
    return replace(
        polled,
        late=tuple(late),
        new=polled.new + verdicts.count(Admission.NEW),
        changed=polled.changed + verdicts.count(Admission.CHANGED) + len(replacing),
        superseded=(*polled.superseded, *replacing),
        known=polled.known + verdicts.count(Admission.KNOWN),
        moved=polled.moved + verdicts.count(Admission.MOVED),
        broken=(*polled.broken, *broken),
        left=polled.left + parsed.left,
        later=polled.later + verdicts.count(Admission.LATER),
    )


def _page_host(entry: Entry, feed: Feed, *, whole: bool) -> str:
    """The host whose page is needed, '' where the entry brings its whole text or has no page."""
    text = entry.content
    long = len(text) >= FULL_TEXT and content_length(text) >= FULL_TEXT
    brings_all = feed.full_text or (whole and text) or long
    return "" if entry.status or brings_all or not entry.url else urls.host(entry.url)


def _settle(
    lease: FeedLease,
    taught: tuple[PollResult, FeedState],
    polled: Polled,
    reach: Reach,
    ledger: Ledger,
    now: float,
) -> Polled:
    """Store what the poll taught, and count it; what was polled, with when it is next.

    The host rests for its spacing, or for as long as it asked to be left alone. It is that of the
    sitemap that the feed is asked at next, if any.
    """
    result, after = taught
    if not result.ok:
        ended = "failed"
    elif result.status == 304:
        ended = "unmodified"
    else:
        ended = "read" if result.changed else "same"
    counts = Counter([f"poll.{ended}", *(event.name for event in polled.events)])
    for seconds in polled.late:
        # as Prometheus counts: each bound has all that are not later
        counts.update([f"late.{bound:g}" for bound in LATE if seconds <= bound])
        counts["late.seconds"] += round(max(seconds, 0.0))
    spacing = reach.spacing.of(lease.host) if lease.host else 0.0
    wait = max(spacing, schedule.host_wait(result.status, schedule.asked_for(result, now)))
    child = schedule.due_child(lease.feed, after, after.next_poll, reach.rhythm)
    ledger.settle_feed(
        lease,
        after,
        allowed=now + wait if wait else 0.0,
        host=urls.host(child.url if child else after.url or lease.feed.url),
        health=schedule.health(after),
        counts=counts,
        note=note_poll(lease, result, after, now),
    )
    return replace(polled, next_poll=after.next_poll)


def _poll_folder(lease: FeedLease, reach: Reach, ledger: Ledger, clock: Clock) -> Polled:
    """Look into the folder, admit file after file, and put each away.

    What was read and stays there is remembered by its mark, so that it is read once.
    """
    feed, now = lease.feed, clock()
    state = schedule.set_right(lease.state, now)
    place = folder.folder_of(feed.url)
    assert place is not None
    timed = replace(feed, every=feed.every or _EVERY)
    known = set(state.taken) if state.configured == feed.url else set()
    try:
        limit = reach.fetcher.limits.feed_bytes
        looked = folder.look(place, known, now, most=_MOST_FILES, max_bytes=limit)
    except (Permanent, Transient) as error:
        result = PollResult(0, error=error.what, permanent=isinstance(error, Permanent))
        after, events = schedule.after_poll(timed, state, result, now, reach.rhythm)
        polled = Polled(feed.id, error=error.what, events=events)
        return _settle(lease, (result, after), polled, reach, ledger, clock())
    polled, read = Polled(feed.id, 200), 0
    quota = _quota_of(feed, reach.quota) if state.first_poll else UNBOUNDED
    lies_there: list[str] = []
    for file in looked.files:
        if clock() - now > _LOOK_SECONDS:
            break
        fault, parsed = file.fault, None
        if not fault:
            try:
                parsed = reach.parse(file.body, feed, now=utc(now))
            except Permanent as error:
                fault = error.what
            except Transient:
                break
        if parsed is None:
            if file.age < _GROWING:
                continue
            parsed = feeds.refuse_file(feed, file.path.name, file.mark, fault)
        polled = _admit(polled, parsed, feed, ledger, now, quota)
        if polled.later:
            # the file is read again once there is room for the rest of it
            break
        read += 1
        away = "broken" if fault else "taken"
        if feed.after != "move" or not folder.put_away(file.path, file.mark, away):
            lies_there.append(file.mark)
    result = PollResult(200, hints=FeedHints(title=place.name), new=polled.new)
    after, events = schedule.after_poll(timed, state, result, now, reach.rhythm)
    after = replace(after, taken=(*sorted(known & looked.present), *lies_there))
    after, more = schedule.after_flood(feed, after, polled.later, quota.an_hour, now)
    events = (*events, *more)
    waiting = looked.waiting + len(looked.files) - read
    polled = replace(polled, events=events, waiting=waiting)
    if not state.first_poll:
        polled = replace(polled, late=())
    return _settle(lease, (result, after), polled, reach, ledger, clock())
