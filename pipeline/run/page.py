"""Page: a host's turn -> its page -> the bytes into the ledger."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Final

from pipeline.errors import Permanent, Transient
from pipeline.ledger import Later, Stories
from pipeline.retries import RETRIES, seconds_until_retry
from pipeline.run.poll import Clock, Reach
from pipeline.schedule import host_wait
from pipeline.story import Page, utc

ROBOTS_FIRST: Final = "robots.txt first"
_SILENT_HOST: Final = RETRIES["silent_host"]


@dataclass(frozen=True)
class Fetched:
    """What became of one page; it is tried ``again`` after so many seconds (0: not)."""

    key: str
    url: str
    status: int = 0
    size: int = 0
    note: str = ""
    again: float = 0.0


def fetch_next(
    reach: Reach, ledger: Stories, seconds: float, cap: int, who: str, clock: Clock = time.time
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
    lease, robots, began = taken.lease, reach.robots, clock()
    url, gap = lease.entry.url, reach.spacing.of(lease.host)
    fetched, rest = Fetched(lease.key, url), gap
    # what is settled should the request raise what nobody expects
    result: Page | Later | None = Later(began + seconds, "asking for the page went wrong")
    try:
        if robots and gap and not robots.known(url, began):
            robots.allowed(url, began)
            result = None
            return Fetched(lease.key, url, note=ROBOTS_FIRST, again=gap)
        try:
            if robots and not robots.allowed(url, began):
                rest = 0.0
                note = "robots.txt disallows this page"
                result = Page(url, fetched=utc(began), note=note)
                return Fetched(lease.key, url, note=note)
            page = reach.fetcher.page(url)
        except Permanent as error:
            page = Page(url, error.status, fetched=utc(clock()), note=error.what)
        except Transient as error:
            # a host that does not answer rests as long as it kept us, within its row of retries
            silent = min(clock() - began, _SILENT_HOST.first) if not error.status else 0.0
            quiet = max(host_wait(error.status, error.retry_after), silent)
            rest = max(gap, quiet)
            if lease.attempts + 1 < reach.attempts:
                row = replace(RETRIES["page"], first=reach.backoff)
                backoff = seconds_until_retry(row, lease.attempts + 1)
                wait = max(error.retry_after or backoff, quiet)
                result = Later(clock() + wait, error.what)
                fetched = Fetched(lease.key, url, error.status, note=error.what, again=wait)
            page = Page(url, error.status, fetched=utc(clock()), note=f"gave up: {error.what}")
        if not fetched.again:
            result = page
            fetched = Fetched(lease.key, url, page.status, len(page.body), page.note)
        if robots:
            rest = max(rest, robots.delay(url, clock()))
        return fetched
    finally:
        ledger.settle_page(taken, result, clock(), clock() + rest if rest else 0.0)
