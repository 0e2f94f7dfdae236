"""Page: a host's turn -> its page -> the bytes into the ledger.

A page that is looked at again goes the same way, but only what is another page by now is processed.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Final

from pipeline import schedule
from pipeline.errors import Permanent, Transient
from pipeline.fetch import literal_place
from pipeline.ledger import Later, Lease, Ledger, VainLook
from pipeline.retries import RETRIES, seconds_until_retry
from pipeline.run.another_look import DISALLOWED, GAVE_UP, judge_look
from pipeline.run.poll import Clock, Reach
from pipeline.schedule import LookKind, host_wait
from pipeline.story import Page, utc
from pipeline.story.feed import NO_MARK

ROBOTS_FIRST: Final = "robots.txt first"
_SILENT_HOST: Final = RETRIES["silent_host"]


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
class _PageAnswer:
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
    result: Page | Later | VainLook | None = Later(
        began + seconds, "asking for the page went wrong"
    )
    try:
        if lease.look and not _is_wanted(lease, ledger):
            rest, result = 0.0, VainLook("dropped")
            return Fetched(lease.key, url, look=_say_why(lease), found="dropped")
        answer = _ask_page(lease, reach, began, clock, _find_home(lease, ledger))
        rest = answer.rest
        if not answer.page and not answer.fault:
            result = None
            return Fetched(lease.key, url, note=ROBOTS_FIRST, again=rest)
        settle = _settle_look if lease.look else _settle_first
        result, fetched = settle(lease, answer, reach, clock())
        return fetched
    finally:
        ledger.settle_page(taken, result, clock(), clock() + rest if rest else 0.0)


def _find_home(lease: Lease, ledger: Ledger) -> str:
    """The place of the entry's feed, where its page stands there and may be private as the feed."""
    at = literal_place(lease.entry.url)
    for stands in ledger.standing([lease.entry.feed_id]) if at else ():
        if literal_place(stands.feed.url) == at:
            return at
    return ""


def _ask_page(lease: Lease, reach: Reach, began: float, clock: Clock, home: str) -> _PageAnswer:
    """Ask for robots.txt or for the page; what came of it, and how long the host rests."""
    url, robots, gap = lease.entry.url, reach.robots, reach.spacing.of(lease.host)
    if robots and gap and not robots.known(url, began, home):
        robots.allowed(url, began, home)
        return _PageAnswer(rest=gap)
    rest, quiet = gap, 0.0
    page, fault = None, None
    try:
        if robots and not robots.allowed(url, began, home):
            return _PageAnswer(Page(url, fetched=utc(began), note=DISALLOWED))
        page = reach.fetcher.page(url, lease.mark if lease.look else NO_MARK, home)
    except Permanent as error:
        page = Page(url, error.status, fetched=utc(clock()), note=error.what)
    except Transient as error:
        # a host that does not answer rests as long as it kept us, within its row of retries
        silent = min(clock() - began, _SILENT_HOST.first) if not error.status else 0.0
        quiet = max(host_wait(error.status, error.retry_after), silent)
        rest, fault = max(gap, quiet), error
    if robots:
        rest = max(rest, robots.delay(url, clock(), home))
    return _PageAnswer(page, fault, rest, quiet)


def _settle_first(
    lease: Lease, answer: _PageAnswer, reach: Reach, now: float
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
    lease: Lease, answer: _PageAnswer, reach: Reach, now: float
) -> tuple[Page | VainLook, Fetched]:
    """The page where it is another by now; else when it is looked at next."""
    page, error = answer.page, answer.fault
    status = error.status if error else page.status if page else 0
    note = error.what if error else page.note if page else ""
    fetched = Fetched(lease.key, lease.entry.url, status, note=note, look=_say_why(lease))
    if page and page.body and page.mark.digest != lease.mark.digest:
        return page, replace(fetched, size=len(page.body), found="changed")
    # as soon as a page that is asked for the first time, and not before its host allows it
    row = replace(RETRIES["page"], first=reach.backoff)
    wait = seconds_until_retry(row, lease.look.vain + 1 if lease.look else 1)
    retry = now + max(wait, answer.quiet) if error else 0.0
    looked = judge_look(lease, page, status, reach.looking, now, retry)
    again = max(looked.look.due - now, 0.0) if looked.look else 0.0
    return looked, replace(fetched, again=again, found=looked.result)


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
