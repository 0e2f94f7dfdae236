"""Every retry of Wiredesk in one table: what is tried again, how soon, and how often. Pure.

``docs/retries.md`` is the same table for readers. A row that an operator may change
(docs/operating.md) holds the default; the place that uses it takes the operator's figure instead.
Where the other side says when to come back (``Retry-After``), that is the least wait, whatever the
row says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf

_MOST_DOUBLINGS = 20  # a million times the first wait; without a bound the power overflows


@dataclass(frozen=True, slots=True)
class RetryRow:
    """How one thing is tried again. Times in seconds.

    After the first failure the wait is ``first``. Each further failure multiplies it by ``factor``
    and adds ``step``; ``longest`` caps it. Where ``listed`` has waits, these hold one after the
    other, and the last one for good. ``jitter`` is the share by which a wait may be longer, so that
    many do not come at once. After ``attempts`` failures nothing is tried again (None: it is tried
    for ever).
    """

    what: str
    why: str
    first: float = 0.0
    factor: float = 1.0
    step: float = 0.0
    longest: float = inf
    attempts: int | None = None
    jitter: float = 0.0
    listed: tuple[float, ...] = ()


def seconds_until_retry(retry: RetryRow, failures: int, share: float = 0.0) -> float:
    """Seconds to wait after so many ``failures`` in a row, with this ``share`` (0..1) of jitter."""
    again = max(failures - 1, 0)
    if retry.listed:
        wait = retry.listed[min(again, len(retry.listed) - 1)]
    else:
        wait = retry.first * retry.factor ** min(again, _MOST_DOUBLINGS) + retry.step * again
    return min(wait, retry.longest) * (1 + retry.jitter * share)


RETRIES: Mapping[str, RetryRow] = {
    "feed": RetryRow(
        "a feed whose server fails in a way that passes: 5xx, 429, time-outs, no connection",
        "First at the feed's own pace, since most faults last one poll; an hour at most, so that"
        " its news comes soon after the server does.",
        first=60.0,
        factor=2.0,
        longest=3600.0,
        jitter=0.1,
    ),
    "feed_refused": RetryRow(
        "a feed that fails in a way that stays: 404 and other 4xx, a document that is no feed, a"
        " refused address",
        "Somebody must mend it, so it is asked more rarely from the first failure on: twice the"
        " feed's pace, six hours at most.",
        first=120.0,
        factor=2.0,
        longest=6 * 3600.0,
        jitter=0.1,
    ),
    "sitemap": RetryRow(
        "one sitemap of an index that could not be had",
        "The index names others meanwhile; five minutes outlast a restart of a server, six hours"
        " cost it little.",
        first=300.0,
        factor=2.0,
        longest=6 * 3600.0,
    ),
    "page": RetryRow(
        "an article's page, where the fault may pass; then the feed's own text serves",
        "Half a minute, one and two: a story that waits longer than some minutes is told late.",
        first=30.0,
        factor=2.0,
        attempts=4,
    ),
    "page_missing": RetryRow(
        "an article's page that is not there (404, 410) or whose server failed, after the feed's"
        " own text went out; while the feed shows its entry",
        "Feeds are often some seconds ahead of their pages, and rarely hours: soon at first, then"
        " at growing distances over a day. A new document that still shows the entry brings the"
        " next look nearer, to a quarter of the wait.",
        first=30.0,
        factor=2.0,
        longest=6 * 3600.0,
        attempts=14,
    ),
    "page_refused": RetryRow(
        "an article's page that was refused (401, 403 and the like) or was a wall, after the feed's"
        " own text went out",
        "Some walls fall within the hour; a host that refuses four looks at a story is spared for a"
        " day.",
        first=30.0,
        factor=4.0,
        attempts=4,
    ),
    "page_moved": RetryRow(
        "a page whose entry's date moves again, after a look for that reason found the text as it"
        " was",
        "The first look is made at once. Some feeds move all dates with each poll: then each story"
        " is asked for less and less often, six hours apart at most.",
        first=30.0,
        factor=4.0,
        longest=6 * 3600.0,
    ),
    "silent_host": RetryRow(
        "a host that did not answer, by any of its pages",
        "It rests as long as it kept the worker, so that it takes no more than half of one; ten"
        " seconds at most, since other pages of it wait.",
        first=10.0,
    ),
    "busy_host": RetryRow(
        "a host that answers 429 and does not say for how long",
        "Rates are counted by the minute as a rule; half of one lets go without losing a minute's"
        " news.",
        first=30.0,
    ),
    "robots": RetryRow(
        "a robots.txt that can't be reached or is answered by 429 or 5xx",
        "Until it is there nothing of the host may be asked for (RFC 9309), so it is tried within"
        " the hour, ten minutes apart.",
        first=600.0,
    ),
    "hub": RetryRow(
        "a WebSub hub that did not verify a subscription",
        "Feeds are polled meanwhile, so nothing is lost by patience: five minutes, doubled to a"
        " day. A request that is under way counts as a failure until the hub verifies it.",
        first=300.0,
        factor=2.0,
        longest=86_400.0,
    ),
    "hub_farewell": RetryRow(
        "a WebSub hub that does not confirm that we left",
        "Its lease ends by itself; five requests are courtesy enough.",
        first=300.0,
        factor=2.0,
        longest=86_400.0,
        attempts=5,
    ),
    "story": RetryRow(
        "a story whose cleaning, relating or classifying failed; then it is in quarantine",
        "A fault of the code fails again at once; seconds in between help where memory or the"
        " machine was short.",
        first=5.0,
        step=5.0,
        attempts=3,
    ),
    "overtaken": RetryRow(
        "a story whose relatives kept arriving while it was related to them",
        "They are complete in a second, and then they are candidates like any other.",
        first=1.0,
    ),
    "sink": RetryRow(
        "a batch that a sink did not take",
        "A sink that restarts is back within seconds, and nothing is dropped however long it"
        " takes.",
        first=5.0,
    ),
    "redis": RetryRow(
        "a command to Redis that failed by its connection or took too long",
        "A restart of Redis takes a second or two; a worker that waits longer would seem stuck.",
        first=0.2,
        factor=2.0,
        longest=2.0,
        attempts=5,
    ),
    "child": RetryRow(
        "a process of the supervisor that died",
        "Nearly at once, because one death is often chance; slower with each, so that one that"
        " cannot start does not keep the machine busy; never over five seconds, for all that waits"
        " for it stands still. Ten seconds of life and its deaths are forgotten.",
        listed=(0.2, 1.0, 2.0, 5.0),
    ),
}
"""Every row by name."""
