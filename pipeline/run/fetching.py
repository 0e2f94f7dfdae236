"""Fetch: lease -> page -> checkpoint the bytes."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from pipeline.errors import Permanent, Transient
from pipeline.ledger import Lease, Ledger
from pipeline.run.means import Reach
from pipeline.story import Page, utc

Clock = Callable[[], float]


@dataclass(frozen=True)
class Fetched:
    """What became of one page."""

    key: str
    url: str
    status: int = 0
    size: int = 0
    note: str = ""
    again: float = 0.0


def fetch(lease: Lease, reach: Reach, ledger: Ledger, seconds: float, who: str, clock: Clock = time.time) -> Fetched:
    """Ask for one story's page and checkpoint it; a page that can't be had leaves the feed's own text to serve.

    ``who`` is the worker, for a story that takes it down.
    """
    url = lease.entry.url
    if not ledger.begin(lease.key, lease.token, clock(), seconds, who):
        return Fetched(lease.key, url, note="the lease was lost")
    try:
        page = _page(url, reach, clock)
    except Permanent as error:
        page = Page(url, error.status, fetched=utc(clock()), note=error.what)
    except Transient as error:
        if lease.attempts + 1 < reach.attempts:
            wait = error.retry_after or reach.backoff * 2**lease.attempts
            ledger.postpone(lease.key, lease.token, clock() + wait, error.what)
            return Fetched(lease.key, url, error.status, note=error.what, again=wait)
        page = Page(url, error.status, fetched=utc(clock()), note=f"gave up: {error.what}")
    ledger.checkpoint(lease.key, lease.token, page, clock())
    return Fetched(lease.key, url, page.status, len(page.body), page.note)


def _page(url: str, reach: Reach, clock: Clock) -> Page:
    if reach.robots and not reach.robots.allowed(url, clock()):
        raise Permanent("robots.txt disallows this page", url=url)
    return reach.fetcher.page(url)
