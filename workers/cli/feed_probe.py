"""Asking an address whether it is a feed, as a poll would: for ``wiredesk feeds add`` and ``check``."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urljoin

from pipeline import run
from pipeline.errors import Permanent, Transient
from pipeline.feeds import Parsed
from pipeline.feeds.finding import NamedFeed, discover_feeds
from pipeline.fetch import Fetcher, Response
from pipeline.schedule.polls import MOVED_FOR_GOOD
from pipeline.story import Feed
from workers.cli.guard import Fault

_GUESSES: Final = ("/feed", "/rss.xml", "/atom.xml")
_TRIES: Final = 5


@dataclass(frozen=True)
class Probe:
    """A feed that was found: where, what it answered, what is in it, and what else the page named."""

    url: str
    response: Response
    parsed: Parsed
    others: tuple[NamedFeed, ...] = ()


def ask(url: str, fetcher: Fetcher, feed: Feed | None = None) -> tuple[Response, Parsed]:
    """One GET and its document. Raises Fault where there is no feed."""
    try:
        response = fetcher.get(url)
        if response.status != 200:
            raise Fault(f"{url} answers {response.status}")
        parsed = run.document(response, feed or Feed("probe", url), time.time())
    except (Transient, Permanent) as error:
        raise Fault(f"{url}: {error.what}") from error
    return response, parsed


def find(urls: Sequence[str], fetcher: Fetcher) -> Probe:
    """The feed at the first of these addresses that has one, or names one on its page. Raises the last one's Fault."""
    for url in urls:
        try:
            return _find(url, fetcher)
        except Fault as fault:
            last = fault
    raise last


def _find(url: str, fetcher: Fetcher) -> Probe:
    try:
        response, parsed = ask(url, fetcher)
    except Fault as fault:
        return _on_page(url, fetcher, fault)
    return Probe(settled(url, response), response, parsed)


def settled(url: str, response: Response) -> str:
    """The address to poll: where permanent redirects led to, never from https to http, else the one that was given."""
    at = url
    for status, target in response.redirects:
        if status not in MOVED_FOR_GOOD or (
            at.startswith("https:") and not target.startswith("https:")
        ):
            break
        at = target
    return at


def _on_page(url: str, fetcher: Fetcher, fault: Fault) -> Probe:
    try:
        response = fetcher.get(url)
    except (Transient, Permanent):
        raise fault from None
    if response.status != 200:
        raise fault
    named = discover_feeds(response.body, response.url)
    tried = [found.url for found in named] or [urljoin(response.url, guess) for guess in _GUESSES]
    empty: Probe | None = None
    for candidate in tried[:_TRIES]:
        try:
            answer, parsed = ask(candidate, fetcher)
        except Fault:
            continue
        others = tuple(found for found in named if found.url != candidate)
        probe = Probe(settled(candidate, answer), answer, parsed, others)
        if parsed.entries:
            return probe
        empty = empty or probe
    if empty:
        return empty
    said = (
        f"the page names {len(named)} feeds, and none can be read"
        if named
        else "the page names no feed"
    )
    raise Fault(f"{url} is no feed and {said}: give the feed's own address")
