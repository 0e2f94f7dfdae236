"""What comes in against what used to: polls, feeds, pages of hosts, and entries by the hour.

Each function is the test of one rule of ``health_rules.py``: the sentences of what is wrong, none
where all is well.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from statistics import median
from typing import Final

from pipeline.ledger import Standing
from pipeline.ledger.sightings import PollNote
from pipeline.schedule import health as judge_health
from pipeline.schedule import show_span
from workers.health.observing import Observations
from workers.health.saying import list_names, say_since

NEWEST_FEEDS: Final = 10
"""Feeds of which the newest poll is looked at, those polled last: enough to see that what was well
a minute ago fails now, also where most feeds are polled once an hour."""

FEWEST_FEEDS: Final = 3
"""Of these must have been polled: two that fail may be two faults of their own. Three of different
hosts that do not answer, one after the other, are enough to name network or DNS: three dead feeds
in a row are rarer than one in 100,000 polls, since dead feeds are polled ever more rarely."""

MOST_FAIL: Final = 0.7
"""Share of the feeds polled last that must fail. On a desk where every fifth feed is dead, seven of
ten are so by chance in less than one of a thousand looks."""

HALF_FAIL: Final = 0.5
"""Share of all feeds whose last poll failed, above which most fail."""

ONE_CAUSE: Final = 0.8
"""Share of the faults that must be of one kind for a sentence to name it as the cause."""

SAME_HOSTS: Final = 3
"""Hosts whose feeds answer with one document: two may be names of one site."""

LONG: Final = 86_400.0
"""Seconds from which a feed that fails or is silent is no longer a matter of its own: a day, which
brings each feed's best hours once."""

LONGEST_WAITS: Final = 3.0
"""Times its longest wait that a feed must be silent, to be so by its own rhythm."""

FEWEST_PAGES: Final = 5
"""The newest pages of a host of which none was a story's page: enough to say that it refuses, also
where it was never asked before."""

SOME_PAGES: Final = 10
"""From so many newest pages of a host on one or two may be stories' pages."""

MOST_REFUSED: Final = 0.8
"""So large a share of them must be none."""

USUAL_SHARE: Final = 0.5
"""Share of the pages before these that must have been stories' pages: below, the host is a mixed
one as a rule, and tells nothing."""

EXPECTED: Final = 10.0
"""Entries that the same hours of other days brought and that this time did not come: by chance
alone, ten are missed once in 20,000 times."""

SHORTEST_LULL: Final = 3600.0
"""Seconds that nothing must have been admitted for, whatever is usual."""

LULLS: Final = 6.0
"""Times the longest wait so far, on a ledger that is younger than a day."""

BUSY_HOURS: Final = 6
"""Hours with admissions that such a ledger must have: what came once need not come again."""

_HOUR: Final = 3600.0
_DAY_HOURS: Final = 24
_WEEK_HOURS: Final = 7 * 24

_CAUSES: Final = {
    "dns": "it looks like DNS, for host names do not resolve",
    "network": "it looks like the network, for hosts do not answer",
    "server": "their servers refuse or fail",
    "document": "what comes is no feed",
}


# --------------------------------------------------------------------------- polls


def find_failing_polls(seen: Observations) -> list[str]:
    """Whether most polls fail: those made last, or the last one of most feeds."""
    sights, feeds = seen.seen, seen.status.feeds - seen.status.health.get("paused", 0)
    newest = _newest_by_feed(sights.polls)[:NEWEST_FEEDS]
    failed = [note for note in newest if note.failed]
    if sights.failed > HALF_FAIL * feeds:
        faults = [tuple(fault.split(" ", 1)) for fault in sights.faults.values()]
        said = f"polls: {sights.failed} of {feeds} feeds failed at their last poll"
        return [said + _say_cause(faults, seen)]
    enough = len(newest) >= FEWEST_FEEDS
    if enough and len(failed) < MOST_FAIL * len(newest) and _are_unreachable(newest[:FEWEST_FEEDS]):
        failed = newest = newest[:FEWEST_FEEDS]
    if enough and len(failed) >= MOST_FAIL * len(newest):
        faults = [(note.ended, note.why) for note in failed]
        said = f"polls: {len(failed)} of the {len(newest)} feeds polled last failed"
        return [said + _say_cause(faults, seen)]
    if failed and not _ever_succeeded(seen):
        faults = [(note.ended, note.why) for note in failed]
        return ["polls: none has succeeded since the start" + _say_cause(faults, seen)]
    return []


def _are_unreachable(newest: Sequence[PollNote]) -> bool:
    """Whether so few feeds, each of another host, say that this machine reaches nobody."""
    hosts = {note.host for note in newest if note.ended in {"dns", "network"}}
    return len(hosts) == FEWEST_FEEDS


def _newest_by_feed(polls: Iterable[PollNote]) -> list[PollNote]:
    """The newest poll of each feed, the newest first."""
    found: dict[str, PollNote] = {}
    for note in polls:
        found.setdefault(note.feed, note)
    return list(found.values())


def _ever_succeeded(seen: Observations) -> bool:
    ends = seen.status.polls
    return any(ends.get(f"poll.{end}") for end in ("read", "same", "unmodified"))


def _say_cause(faults: Sequence[tuple[str, ...]], seen: Observations) -> str:
    """Since when polls fail, what it looks like, and an example."""
    failed = []
    for note in seen.seen.polls:
        if not note.failed:
            break
        failed.append(note)
    since = f", all {say_since(failed[-1].at, seen.now)}" if failed else ""
    kinds = Counter(kind for kind, *_ in faults)
    if not kinds:
        return since
    kind, many = kinds.most_common(1)[0]
    whys = Counter(why for of, *rest in faults if of == kind for why in rest)
    example = f" ({whys.most_common(1)[0][0]})" if whys else ""
    if many >= ONE_CAUSE * len(faults):
        return f"{since}; {_CAUSES.get(kind, kind)}{example}"
    named = [f"{count} {name}" for name, count in kinds.most_common()]
    return f"{since}; of several kinds: {', '.join(named)}{example}"


def find_same_documents(seen: Observations) -> list[str]:
    """Whether feeds of different hosts answer with one document: something answers for them."""
    newest = _newest_by_feed(seen.seen.polls)[:NEWEST_FEEDS]
    by_digest: defaultdict[str, list[PollNote]] = defaultdict(list)
    for note in newest:
        if note.digest:
            by_digest[note.digest].append(note)
    for same in by_digest.values():
        hosts = sorted({note.host for note in same})
        if len(hosts) >= SAME_HOSTS and len(same) > HALF_FAIL * len(newest):
            since = say_since(min(note.at for note in same), seen.now)
            return [
                f"polls: {len(same)} of the {len(newest)} feeds polled last, of the hosts "
                f"{list_names(hosts)}, answer with one and the same document {since}"
            ]
    return []


def say_nothing_had(seen: Observations, before: Mapping[str, int]) -> str:
    """Why a run that is over brought nothing at all, '' where it brought anything or had nothing to
    do.

    ``before`` are the ledger's counts when it began.
    """
    sights, feeds = seen.seen, seen.status.feeds - seen.status.health.get("paused", 0)
    if sights.failed and sights.failed >= feeds:
        return f"nothing could be had: {find_failing_polls(seen)[0]}"
    ended: dict[str, int] = {}
    for name, count in seen.status.counts.items():
        if name.startswith("outcome.") and count > before.get(name, 0):
            ended[name] = count - before.get(name, 0)
    aside = ended.pop("outcome.quarantined", 0)
    if aside and not ended:
        reason = sights.aside.facts.get("reason", "") if sights.aside else ""
        return f"nothing could be had: all {aside} stories are in quarantine; the newest: {reason}"
    return ""


# --------------------------------------------------------------------------- feeds


def find_lost_feeds(seen: Observations) -> list[str]:
    """Feeds that have failed for a day, or are gone for good."""
    lost = [stands for stands in _feeds_that_are(seen, "failing") if _fails_long(stands, seen)]
    lost += _feeds_that_are(seen, "gone")
    return _say_each(lost, lambda stands: _say_failing(stands, seen), "fail")


def find_failing_feeds(seen: Observations) -> list[str]:
    """Feeds that fail, for less than a day yet."""
    failing = [s for s in _feeds_that_are(seen, "failing") if not _fails_long(s, seen)]
    return _say_each(failing, lambda stands: _say_failing(stands, seen), "fail")


def find_empty_feeds(seen: Observations) -> list[str]:
    """Feeds that used to hold entries and hold none."""

    def say(stands: Standing) -> str:
        since = say_since(stands.state.empty_since, seen.now)
        held = f"it used to hold {stands.state.entries}"
        return f"feed {stands.feed.id}: its document holds no entries {since}; {held}"

    return _say_each(_feeds_that_are(seen, "empty"), say, "hold no entries")


def find_flooding_feeds(seen: Observations) -> list[str]:
    """Feeds that bring more than their quota."""

    def say(stands: Standing) -> str:
        since = say_since(stands.state.flooding_since, seen.now)
        return f"feed {stands.feed.id}: it has brought more than its quota {since}; the rest waits"

    return _say_each(_feeds_that_are(seen, "flooding"), say, "bring more than their quota")


def find_silent_feeds(seen: Observations) -> list[str]:
    """Feeds that have been silent for a day and far beyond their rhythm."""
    silent = [s for s in _feeds_that_are(seen, "silent") if _is_silent_long(s, seen)]
    return _say_each(silent, lambda stands: _say_silent(stands, seen), "are silent")


def find_quiet_feeds(seen: Observations) -> list[str]:
    """Feeds that are silent, though not for as long yet."""
    quiet = [s for s in _feeds_that_are(seen, "silent") if not _is_silent_long(s, seen)]
    return _say_each(quiet, lambda stands: _say_silent(stands, seen), "are silent")


def _feeds_that_are(seen: Observations, health: str) -> list[Standing]:
    return [stands for stands in seen.seen.uneasy if judge_health(stands.state) == health]


def _say_each(
    feeds: Sequence[Standing], say: Callable[[Standing], str], summed_up: str
) -> list[str]:
    """A sentence for each feed; of many one for all."""
    if len(feeds) <= FEWEST_FEEDS:
        return [say(stands) for stands in feeds]
    return [f"feeds: {len(feeds)} {summed_up}: {list_names([s.feed.id for s in feeds])}"]


def _failing_since(stands: Standing) -> float:
    """When a feed last did well, or was first polled."""
    state = stands.state
    return state.last_ok or state.failing_since or state.first_poll


def _fails_long(stands: Standing, seen: Observations) -> bool:
    return seen.now - _failing_since(stands) >= LONG


def _say_failing(stands: Standing, seen: Observations) -> str:
    since = say_since(_failing_since(stands), seen.now)
    polls = "poll" if stands.state.failures == 1 else "polls"
    said = f"{stands.state.failures} {polls} in a row failed {since}"
    return f"feed {stands.feed.id}: {said}; {stands.state.error}"


def _spoke_last(stands: Standing) -> float:
    return max(stands.state.last_new, stands.state.newest)


def _is_silent_long(stands: Standing, seen: Observations) -> bool:
    quiet = seen.now - _spoke_last(stands)
    return quiet >= LONG and quiet > LONGEST_WAITS * stands.state.longest


def _say_silent(stands: Standing, seen: Observations) -> str:
    since = say_since(_spoke_last(stands), seen.now)
    usual = show_span(max(stands.state.longest, stands.state.spacing))
    return f"feed {stands.feed.id}: nothing new {since}, where {usual} was the longest wait so far"


# --------------------------------------------------------------------------- pages


def find_refusing_hosts(seen: Observations) -> list[str]:
    """Hosts whose newest pages were no pages of their stories, and were before."""
    sentences = []
    for host, pages in seen.seen.pages.items():
        newest, before = split_refused(pages)
        full = before.count("page")
        if not newest or (len(before) >= FEWEST_PAGES and full < USUAL_SHARE * len(before)):
            continue
        bad = [came for came in newest if came != "page"]
        kinds = Counter(came.partition(" ")[0] for came in bad)
        what = list_names([kind for kind, _ in kinds.most_common()])
        said = f"pages of {host}: {len(bad)} of the last {len(newest)} were refused ({what})"
        if before:
            said += f"; {full} of {len(before)} before were full"
        sentences.append(said + _say_first_refusal(bad, seen))
    return sentences


def split_refused(pages: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """The newest pages of a host, as many as nearly all were refused, and those before them.

    No newest ones where its last pages were stories' pages.
    """
    refused, last, many = 0, 0, 0
    for count, came in enumerate(pages, 1):
        if came != "page":
            refused, last = refused + 1, count
        if refused >= (MOST_REFUSED * count if count >= SOME_PAGES else max(count, FEWEST_PAGES)):
            many = last
    return pages[:many], pages[many:]


def _say_first_refusal(bad: Sequence[str], seen: Observations) -> str:
    _, _, at = bad[-1].partition(" ")
    return f", {say_since(float(at), seen.now)}" if at else ""


# --------------------------------------------------------------------------- admissions


def find_lull(seen: Observations) -> list[str]:
    """Whether nothing was admitted for far longer than is usual."""
    flow, now = seen.seen.flow, seen.now
    quiet = now - flow.last
    if not (flow.last and seen.status.feeds) or quiet < SHORTEST_LULL:
        return []
    first = min(flow.hours, default=0) * _HOUR
    if flow.last - first < _DAY_HOURS * _HOUR:
        if len(flow.hours) < BUSY_HOURS or quiet < LULLS * flow.longest:
            return []
        usual = f"{show_span(flow.longest)} was the longest wait so far"
    else:
        expected = expect_entries(flow.hours, flow.last, now)
        if expected < EXPECTED:
            return []
        usual = f"{expected:.0f} entries are usual in these hours"
    said = f"entries: none was admitted {say_since(flow.last, now)}, where {usual}"
    return [f"{said}; {_say_polls(seen)}"]


def expect_entries(hours: Mapping[int, int], last: float, now: float) -> float:
    """How many entries the same hours of other days brought, from ``last`` to ``now``.

    Of each hour the median of the days before, or what it brought a week ago where that was less: a
    Sunday is no Monday. Hours are counted from the epoch.
    """
    first, expected = min(hours), 0.0
    for hour in range(int(last // _HOUR), int(now // _HOUR) + 1):
        days = [hours.get(day, 0) for day in range(hour - _DAY_HOURS, first - 1, -_DAY_HOURS)]
        if not days:
            continue
        usual = median(days)
        if hour - _WEEK_HOURS >= first:
            usual = min(usual, hours.get(hour - _WEEK_HOURS, 0))
        share = min(now, (hour + 1) * _HOUR) - max(last, hour * _HOUR)
        expected += usual * share / _HOUR
    return expected


def _say_polls(seen: Observations) -> str:
    polls = seen.seen.polls
    good = [note for note in polls if not note.failed]
    same = [note for note in good if note.ended != "read"]
    return f"of the last {len(polls)} polls {len(good)} succeeded, {len(same)} of them unchanged"
