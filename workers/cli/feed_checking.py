"""``wiredesk feeds check``, and how an address is asked for a feed: what one is like to poll."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urljoin

import click
from rich.table import Table

from pipeline import run, schedule
from pipeline.errors import Permanent, Transient
from pipeline.feeds import Parsed, body_hash, content_length
from pipeline.feeds.finding import NamedFeed, discover_feeds
from pipeline.fetch import Fetcher, Response, Robots
from pipeline.schedule import FeedState, PollResult, Rhythm
from pipeline.schedule.polls import MOVED_FOR_GOOD
from pipeline.story import Feed
from workers.cli.guard import Fault, allow_option, guarded, json_option
from workers.cli.showing import CleanConsole, echo, echo_json
from workers.cli.sources import FEED_ID, require_served, unknown_feeds, wired

_GUESSES: Final = ("/feed", "/rss.xml", "/atom.xml")  # where most sites that name no feed have one
_TRIES: Final = 5  # feeds of a page that are asked: one command is no crawl
_PAGES: Final = 5  # entries whose pages robots.txt is asked about
_MOSTLY: Final = 0.9  # share of entries with their whole text from which on a feed counts as full
_AHEAD: Final = 300  # seconds by which clocks of honest servers differ


@dataclass(frozen=True)
class Probe:
    """A feed that was found: where, its answer, what is in it, and what else the page named."""

    url: str
    response: Response
    parsed: Parsed
    others: tuple[NamedFeed, ...] = ()


def find_feed(urls: Sequence[str], fetcher: Fetcher) -> Probe:
    """The feed at the first address that has one or names one. Raises the last one's Fault."""
    for url in urls:
        try:
            response, parsed = ask_feed(url, fetcher)
            return Probe(settle_address(url, response), response, parsed)
        except Fault as no_feed:
            try:
                return _find_on_page(url, fetcher, no_feed)
            except Fault as fault:
                last = fault
    raise last


def ask_feed(url: str, fetcher: Fetcher, feed: Feed | None = None) -> tuple[Response, Parsed]:
    """One GET, as a poll makes it, and its document. Raises Fault where there is no feed."""
    try:
        response = fetcher.get(url)
        if response.status != 200:
            raise Fault(f"{url} answers {response.status}")
        parsed = run.parse_response(response, feed or Feed("probe", url), time.time())
    except (Transient, Permanent) as error:
        raise Fault(f"{url}: {error.what}") from error
    return response, parsed


def settle_address(url: str, response: Response) -> str:
    """The address to poll: where permanent redirects led to, else the one that was given."""
    settled = url
    for status, target in response.redirects:
        # never from https to http: whoever sits in between could have made that redirect
        downgraded = settled.startswith("https:") and not target.startswith("https:")
        if status not in MOVED_FOR_GOOD or downgraded:
            break
        settled = target
    return settled


def _find_on_page(url: str, fetcher: Fetcher, fault: Fault) -> Probe:
    """The first feed with entries that a page names, else one without. Raises Fault."""
    try:
        response = fetcher.get(url)
    except (Transient, Permanent):
        raise fault from None
    if response.status != 200:
        raise fault
    named = discover_feeds(response.body, response.url)
    tried = [link.url for link in named] or [urljoin(response.url, path) for path in _GUESSES]
    empty: Probe | None = None
    for candidate in tried[:_TRIES]:
        try:
            answer, parsed = ask_feed(candidate, fetcher)
        except Fault:
            continue
        others = tuple(link for link in named if link.url != candidate)
        probe = Probe(settle_address(candidate, answer), answer, parsed, others)
        if parsed.entries:
            return probe
        empty = empty or probe
    if empty:
        return empty
    what = "the page names no feed"
    if named:
        what = f"the page names {len(named)} feeds, and none can be read"
    raise Fault(f"{url} is no feed and {what}: give the feed's own address")


@dataclass
class FeedReport:
    """Facts by name, in order, and what is worth a second look."""

    facts: dict[str, Any] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)


@click.command()
@click.argument("target", type=FEED_ID, metavar="URL|ID")
@allow_option
@json_option()
@guarded
def check(target: str, allow: tuple[str, ...], as_json: bool) -> None:
    """Report on a feed: format, caching, dates, ids, full text or not, robots.txt, rhythm; nothing
    is stored.

    Exits 0 where it can be polled, 1 where it can't; what is worth a second look is marked with !.
    """
    w = wired(allow, [target])
    feed = w.feeds.get(target)
    if not feed and "://" not in target:
        raise unknown_feeds([target], list(w.feeds))
    feed = feed or Feed("check", target)
    require_served(feed)
    if feed.url.startswith("file:"):
        raise Fault(f"{feed.url} is a folder: `wiredesk once {target}` shows what its files become")
    w = wired(allow, [feed.url])
    report = FeedReport()
    with closing(w.fetcher):
        try:
            response, parsed = ask_feed(feed.url, w.fetcher, feed)
        except Fault as fault:
            if as_json:
                echo_json({"url": feed.url, "error": str(fault)})
            else:
                echo(str(fault), err=True)
            sys.exit(1)
        _report_address(feed, response, parsed, report)
        _report_caching(feed, response, w.fetcher, report)
        _report_entries(parsed, report)
        _report_rhythm(feed, response, parsed, w.reach.rhythm, report)
        _report_robots(parsed, w.fetcher, report, obeyed=w.settings.fetch.robots)
    if as_json:
        facts = {**report.facts, "warnings": report.warnings}
        echo_json(facts)
        return
    table = Table(show_header=False, box=None, padding=(0, 1))
    for name, value in report.facts.items():
        if value not in ("", None):
            table.add_row(name.replace("_", " "), _show_value(value))
    console = CleanConsole()
    console.print(table)
    for warning in report.warnings:
        console.print(f"! {warning}", style="yellow")


def _show_value(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _report_address(feed: Feed, response: Response, parsed: Parsed, report: FeedReport) -> None:
    hints = parsed.hints
    report.facts |= {
        "url": feed.url,
        "title": hints.title,
        "format": parsed.format,
        "language": hints.language,
        "bytes": len(response.body),
        "seconds": round(response.elapsed, 2),
        "content_type": response.content_type,
        "hub": hints.hub,
    }
    to_poll = settle_address(feed.url, response)
    if to_poll != feed.url:
        report.facts["moved_to"] = to_poll
        report.warnings.append(f"it moved for good to {to_poll}: put that into the feed file")
    elif response.redirects:
        report.warnings.append(f"each poll is redirected to {response.url}")
    if parsed.children:
        report.facts["children"] = len(parsed.children)


def _report_caching(feed: Feed, response: Response, fetcher: Fetcher, report: FeedReport) -> None:
    """Which validators it gives, and whether it honours them."""
    etag, modified = response.headers.get("etag", ""), response.headers.get("last-modified", "")
    report.facts |= {
        "etag": etag,
        "last_modified": modified,
        "cache_control": response.headers.get("cache-control", ""),
        "retry_after": response.headers.get("retry-after", ""),
    }
    if not (etag or modified):
        report.facts["conditional"] = "no validators"
        report.warnings.append(
            "it gives neither ETag nor Last-Modified: every poll is a whole download"
        )
        return
    try:
        again = fetcher.get(feed.url, etag=etag, modified=modified)
    except (Transient, Permanent) as error:
        report.facts["conditional"] = f"failed: {error.what}"
        return
    if again.not_modified:
        report.facts["conditional"] = "304, as it should"
    elif again.status == 200 and body_hash(again.body) == body_hash(response.body):
        report.facts["conditional"] = "200 with the same document"
        report.warnings.append(
            "it gives validators and does not honour them: every poll is a whole download"
        )
    elif again.status == 200:
        report.facts["conditional"] = "200, the document changed meanwhile"
    else:
        report.facts["conditional"] = str(again.status)


def _report_entries(parsed: Parsed, report: FeedReport) -> None:
    """Whether its entries have what a story needs: date, id, link, text."""
    entries = parsed.entries
    count = len(entries)
    named = linked = full = 0
    dates = []
    for entry in entries:
        named += bool(entry.guid)
        linked += bool(entry.url)
        full += content_length(entry.content) >= run.FULL_TEXT
        if entry.published:
            dates.append(entry.published)
    dates.sort()
    text = "summaries"
    if full:
        text = "full" if full >= _MOSTLY * count else "partly full"
    report.facts |= {
        "entries": count,
        "broken": len(parsed.broken),
        "dated": len(dates),
        "with_id": named,
        "linked": linked,
        "full_text": full,
        "text": text,
    }
    if dates:
        report.facts |= {"oldest": dates[0].isoformat(), "newest": dates[-1].isoformat()}
        if dates[-1].timestamp() > time.time() + _AHEAD:
            report.warnings.append(
                "its newest date lies in the future: look at the feed's timezone"
            )
    if not count:
        report.warnings.append("there is no entry in it")
    if len(dates) < count:
        report.warnings.append(
            f"{count - len(dates)} of {count} entries have no date that can be read"
        )
    if named < count:
        report.warnings.append(
            f"{count - named} of {count} entries have no id: a changed link makes a new story"
        )
    for broken in parsed.broken[:5]:
        report.warnings.append(f"broken entry: {broken.reason} {broken.title}".strip())


def _report_rhythm(
    feed: Feed, response: Response, parsed: Parsed, rhythm: Rhythm, report: FeedReport
) -> None:
    """What the schedule would make of it after this first look."""
    now = time.time()
    result = run.add_entries(PollResult(200, response.headers, new=len(parsed.entries)), parsed)
    dates, keys = result.published, result.keys
    state = schedule.after_poll(feed, FeedState(), result, now, rhythm).state
    hints = parsed.hints
    report.facts |= {
        "entry_every": round(state.spacing) or None,
        "asks_for": round(max(hints.ttl, hints.update_period)) or None,
        "skips": " ".join([*map(str, hints.skip_hours), *hints.skip_days]),
        "poll_every": round(state.interval),
    }
    window = max(dates) - min(filter(None, dates)) if any(dates) else 0.0
    if len(keys) > 1 and window and window < 2 * state.interval:
        report.warnings.append(
            f"its entries span {window:.0f} s, not much more than the {state.interval:.0f} s "
            "between polls: entries may roll past unseen; set `every` lower"
        )


def _report_robots(parsed: Parsed, fetcher: Fetcher, report: FeedReport, *, obeyed: bool) -> None:
    """Whether robots.txt lets the pages of its newest entries be fetched."""
    urls = [entry.url for entry in parsed.entries if entry.url][:_PAGES]
    if not urls:
        return
    robots = Robots(fetcher)
    now = time.time()
    refused = [url for url in urls if not robots.allowed(url, now)]
    report.facts["robots"] = f"{len(urls) - len(refused)} of {len(urls)} pages may be fetched"
    if delay := robots.delay(urls[0], now):
        report.facts["crawl_delay"] = delay
    if refused and obeyed:
        report.warnings.append(
            f"robots.txt refuses {refused[0]}: the feed's own text serves for such stories"
        )
