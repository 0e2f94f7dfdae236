"""Fetch: a host's turn -> page -> checkpoint the bytes."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from pipeline.errors import Permanent, Transient
from pipeline.ledger import Lease, Ledger
from pipeline.run.means import Reach
from pipeline.schedule import host_wait
from pipeline.story import Page, utc

Clock = Callable[[], float]
ROBOTS_FIRST: Final = "robots.txt first"
_LONGEST_REST: Final = 10.0


@dataclass(frozen=True)
class Fetched:
    """What became of one page."""

    key: str
    url: str
    status: int = 0
    size: int = 0
    note: str = ""
    again: float = 0.0
    rest: float = 0.0  # seconds for which its host is to be left alone
    asked: bool = True


def fetch_next(
    reach: Reach, ledger: Ledger, seconds: float, cap: int, who: str, clock: Clock = time.time
) -> Fetched | None:
    """Take the host that has waited longest, ask it for one page, and give it back; None where no host may be asked.

    One page at a time, so that no host holds a worker longer than a page may take. robots.txt is a request too: of a
    host with spacing its turn goes by with it.
    """
    held = ledger.lease_host(clock(), seconds, 1, cap, reach.spacing)
    if not held:
        return None
    gap, [lease] = reach.spacing.of(held.host), held.leases
    url, rest = lease.entry.url, gap
    try:
        if reach.robots and gap and not reach.robots.known(url, clock()):
            reach.robots.allowed(url, clock())
            ledger.release(held.leases, clock())
            return Fetched(lease.key, url, note=ROBOTS_FIRST, again=gap)
        fetched = fetch(lease, reach, ledger, seconds, who, clock)
        delay = reach.robots.delay(url, clock()) if reach.robots and fetched.asked else 0.0
        rest = max(gap, delay, fetched.rest) if fetched.asked else 0.0
        return fetched
    finally:
        ledger.release_host(held.host, held.token, clock() + rest if rest else 0.0)


def fetch(
    lease: Lease, reach: Reach, ledger: Ledger, seconds: float, who: str, clock: Clock = time.time
) -> Fetched:
    """Ask for one story's page and checkpoint it; a page that can't be had leaves the feed's own text to serve.

    ``who`` is the worker, for a story that takes it down.
    """
    url = lease.entry.url
    if not ledger.begin(lease.key, lease.token, clock(), seconds, who):
        return Fetched(lease.key, url, note="the lease was lost", asked=False)
    began, rest, asked = clock(), 0.0, False
    try:
        if reach.robots and not reach.robots.allowed(url, began):
            page = Page(url, fetched=utc(began), note="robots.txt disallows this page")
        else:
            asked = True
            page = reach.fetcher.page(url)
    except Permanent as error:
        page = Page(url, error.status, fetched=utc(clock()), note=error.what)
    except Transient as error:
        # a host that does not answer rests as long as it kept us, so that it never takes up more than half of a worker
        silent = min(clock() - began, _LONGEST_REST) if not error.status else 0.0
        rest = max(host_wait(error.status, error.retry_after), silent)
        if lease.attempts + 1 < reach.attempts:
            wait = max(error.retry_after or reach.backoff * 2**lease.attempts, rest)
            ledger.postpone(lease.key, lease.token, clock() + wait, error.what)
            return Fetched(lease.key, url, error.status, note=error.what, again=wait, rest=rest)
        page = Page(url, error.status, fetched=utc(clock()), note=f"gave up: {error.what}")
    ledger.checkpoint(lease.key, lease.token, page, clock())
    return Fetched(lease.key, url, page.status, len(page.body), page.note, rest=rest, asked=asked)
