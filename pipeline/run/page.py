"""Page: a host's turn -> its page -> the bytes into the ledger.

A page that is looked at again goes the same way, but only what is another page by now is processed.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Final

from pipeline import schedule
from pipeline.errors import Permanent, Transient
from pipeline.ledger import Later, Lease, Ledger, Looked
from pipeline.retries import RETRIES, seconds_until_retry
from pipeline.run.poll import Clock, Reach
from pipeline.schedule import LookKind, Seen, host_wait
from pipeline.story import Page, utc

ROBOTS_FIRST: Final = "robots.txt first"
GAVE_UP: Final = "gave up: "
DISALLOWED: Final = "robots.txt disallows this page"
_SILENT_HOST: Final = RETRIES["silent_host"]
_GONE: Final = frozenset({404, 410})
# answers of a host that does not want us to look again
_NO: Final = frozenset({401, 402, 403, 429, 451})


@dataclass(frozen=True)
class Fetched:
    """What became of one page; it is tried ``again`` after so many seconds (0: not).

    ``look`` says why it was looked at again ('': it was asked for the first time), ``found`` what
    came of that: changed, unchanged, gone, missing, refused, failed or dropped.
    """

    key: str
    url: str
    status: int = 0
    size: int = 0
    note: str = ""
    again: float = 0.0
    look: str = ""
    found: str = ""


@dataclass(frozen=True)
class _Answer:
    """What asking for a page came to: ``page``, or the ``fault`` that may pass.

    ``page`` is None as well where the request was for robots.txt. The host rests for ``rest``
    seconds, and after a fault the page waits for ``quiet`` at least.
    """

    page: Page | None = None
    fault: Transient | None = None
    rest: float = 0.0
    quiet: float = 0.0


def fetch_next(
    reach: Reach, ledger: Ledger, seconds: float, cap: int, who: str, clock: Clock = time.time
) -> Fetched | None:
    """Take the host that has waited longest, ask it for one page, and give it back.

    None where no host may be asked. One page at a time, so that no host holds a worker longer than
    a page may take. robots.txt is a request too: of a host with spacing its turn goes by with it. A
    page that can't be had leaves the feed's own text to serve. ``who`` is the worker, for a story
    that takes it down.
    """
    taken = ledger.take_page(clock(), seconds, cap, who, reach.spacing)
    if not taken:
        return None
    lease, began = taken.lease, clock()
    url, rest = lease.entry.url, reach.spacing.of(lease.host)
    # what is settled should the request raise what nobody expects
    result: Page | Later | Looked | None = Later(began + seconds, "asking for the page went wrong")
    try:
        if lease.look and not _is_wanted(lease, ledger):
            rest, result = 0.0, Looked("dropped")
            return Fetched(lease.key, url, look=_say_why(lease), found="dropped")
        answer = _ask_page(lease, reach, began, clock)
        rest = answer.rest
        if not answer.page and not answer.fault:
            result = None
            return Fetched(lease.key, url, note=ROBOTS_FIRST, again=rest)
        settle = _settle_look if lease.look else _settle_first
        result, fetched = settle(lease, answer, reach, clock())
        return fetched
    finally:
        ledger.settle_page(taken, result, clock(), clock() + rest if rest else 0.0)


def _ask_page(lease: Lease, reach: Reach, began: float, clock: Clock) -> _Answer:
    """Ask for robots.txt or for the page; what came of it, and how long the host rests."""
    url, robots, gap = lease.entry.url, reach.robots, reach.spacing.of(lease.host)
    if robots and gap and not robots.known(url, began):
        robots.allowed(url, began)
        return _Answer(rest=gap)
    rest, quiet = gap, 0.0
    page, fault = None, None
    try:
        if robots and not robots.allowed(url, began):
            return _Answer(Page(url, fetched=utc(began), note=DISALLOWED))
        page = reach.fetcher.page(url, lease.mark if lease.look else None)
    except Permanent as error:
        page = Page(url, error.status, fetched=utc(clock()), note=error.what)
    except Transient as error:
        # a host that does not answer rests as long as it kept us, within its row of retries
        silent = min(clock() - began, _SILENT_HOST.first) if not error.status else 0.0
        quiet = max(host_wait(error.status, error.retry_after), silent)
        rest, fault = max(gap, quiet), error
    if robots:
        rest = max(rest, robots.delay(url, clock()))
    return _Answer(page, fault, rest, quiet)


def _settle_first(
    lease: Lease, answer: _Answer, reach: Reach, now: float
) -> tuple[Page | Later, Fetched]:
    """The page, or when it is tried again; where it is given up, a page that says so."""
    url, error, page = lease.entry.url, answer.fault, answer.page
    if error and lease.attempts + 1 < reach.attempts:
        row = replace(RETRIES["page"], first=reach.backoff)
        backoff = seconds_until_retry(row, lease.attempts + 1)
        wait = max(error.retry_after or backoff, answer.quiet)
        fetched = Fetched(lease.key, url, error.status, note=error.what, again=wait)
        return Later(now + wait, error.what), fetched
    if error:
        page = Page(url, error.status, fetched=utc(now), note=GAVE_UP + error.what)
    assert page
    return page, Fetched(lease.key, url, page.status, len(page.body), page.note)


def _settle_look(
    lease: Lease, answer: _Answer, reach: Reach, now: float
) -> tuple[Page | Looked, Fetched]:
    """The page where it is another by now; else when it is looked at next.

    What went out stays, whatever a look finds: only a page with a text may replace it.
    """
    look, page, error = lease.look, answer.page, answer.fault
    assert look
    status = error.status if error else page.status if page else 0
    fetched = Fetched(lease.key, lease.entry.url, status, look=_say_why(lease))
    if page and page.body and page.mark.digest != lease.mark.digest:
        return page, replace(fetched, size=len(page.body), found="changed")
    lacks, spared = look.why, 0.0
    if status in _GONE:
        found = "gone" if look.why is LookKind.RECHECK else "missing"
        lacks = look.why if found == "gone" else LookKind.MISSING
    elif status in _NO or (page and page.note == DISALLOWED):
        found = "refused"
        if look.why is LookKind.RECHECK:
            spared = now + schedule.SPARED
        else:
            lacks = LookKind.REFUSED
    elif page and (page.status == 304 or page.body):
        found = "unchanged"
    else:
        found = "failed"
    following = plan_next(lease, reach.looking, now, lacks=lacks)
    if schedule.is_refused_for_good(following, reach.looking):
        spared = now + schedule.SPARED
    note = error.what if error else page.note if page else ""
    again = max(following.due - now, 0.0)
    return Looked(found, following, spared), replace(fetched, note=note, again=again, found=found)


def plan_next(
    lease: Lease,
    looking: schedule.Looking,
    now: float,
    *,
    lacks: LookKind,
    news: bool = False,
) -> schedule.Look:
    """The next look at a story's page, after this one or the first time."""
    dated = lease.entry.dated
    seen = Seen(lease.look, lacks, news, lease.admitted, dated or None)
    return schedule.plan_look(seen, looking, now)


def _say_why(lease: Lease) -> str:
    """Why a story's page is looked at again."""
    look = lease.look
    assert look
    return "moved" if look.moved else str(look.why)


def _is_wanted(lease: Lease, ledger: Ledger) -> bool:
    """Whether a look is still of use: what is not there is awaited while its feed shows it."""
    if not lease.look or lease.look.why is not LookKind.MISSING:
        return True
    state = ledger.feed_state(lease.entry.feed_id)
    return schedule.shows_entry(state, lease.key, lease.admitted)
