"""``wiredesk feeds check``: what a feed is like to poll, and what is wrong with it."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, Final

import click
from rich.console import Console
from rich.table import Table

from pipeline import run, schedule
from pipeline.errors import Permanent, Transient
from pipeline.feeds import Parsed, body_hash, content_length
from pipeline.fetch import Fetcher, Response, Robots
from pipeline.schedule import FeedState, PollResult, Rhythm
from pipeline.story import Feed
from workers.cli.feed_probe import ask, settled
from workers.cli.feeding import unknown
from workers.cli.guard import Fault
from workers.cli.sources import wired

_PAGES: Final = 5  # entries whose pages robots.txt is asked about


@dataclass
class _Report:
    """Facts by name, in order, and what is worth a second look."""

    facts: dict[str, Any] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)


def check(target: str, *, allow: Sequence[str], as_json: bool) -> int:
    """Report on a feed by its URL or id. The exit code: 0 where it can be polled, 1 where it can't."""
    w = wired(allow, [target])
    feed = w.feeds.get(target)
    if not feed and "://" not in target:
        raise unknown([target], list(w.feeds))
    feed = feed or Feed("check", target)
    if feed.url.startswith("file:"):
        raise Fault(f"{feed.url} is a folder: `wiredesk once {target}` shows what its files become")
    w = wired(allow, [feed.url])
    report = _Report()
    with closing(w.fetcher):
        try:
            response, parsed = ask(feed.url, w.fetcher, feed)
        except Fault as fault:
            if as_json:
                click.echo(json.dumps({"url": feed.url, "error": str(fault)}, ensure_ascii=False))
            else:
                click.echo(str(fault), err=True)
            return 1
        _address(feed, response, parsed, report)
        _caching(feed, response, w.fetcher, report)
        _entries(parsed, report)
        _rhythm(feed, response, parsed, w.reach.rhythm, report)
        _robots(parsed, w.fetcher, report, wanted=w.settings.fetch.robots)
    if as_json:
        click.echo(json.dumps({**report.facts, "warnings": report.warnings}, ensure_ascii=False))
        return 0
    table = Table(show_header=False, box=None, padding=(0, 1))
    for name, value in report.facts.items():
        if value in ("", None):
            continue
        table.add_row(name.replace("_", " "), _shown(value))
    console = Console()
    console.print(table)
    for warning in report.warnings:
        console.print(f"! {warning}", style="yellow", markup=False, highlight=False)
    return 0


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return (f"{value:g}" if isinstance(value, float) else str(value)).replace("[", r"\[")


def _address(feed: Feed, response: Response, parsed: Parsed, report: _Report) -> None:
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
    to_poll = settled(feed.url, response)
    if to_poll != feed.url:
        report.facts["moved_to"] = to_poll
        report.warnings.append(f"it moved for good to {to_poll}: put that into the feed file")
    elif response.redirects:
        report.warnings.append(f"each poll is redirected to {response.url}")
    if parsed.children:
        report.facts["children"] = len(parsed.children)


def _caching(feed: Feed, response: Response, fetcher: Fetcher, report: _Report) -> None:
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
    else:
        report.facts["conditional"] = (
            f"{again.status}, the document changed meanwhile"
            if again.status == 200
            else str(again.status)
        )


def _entries(parsed: Parsed, report: _Report) -> None:
    entries = parsed.entries
    count = len(entries)
    dated = sum(entry.published is not None for entry in entries)
    named = sum(bool(entry.guid) for entry in entries)
    full = sum(content_length(entry.content) >= run.FULL_TEXT for entry in entries)
    linked = sum(bool(entry.url) for entry in entries)
    report.facts |= {
        "entries": count,
        "broken": len(parsed.broken),
        "dated": dated,
        "with_id": named,
        "linked": linked,
        "full_text": full,
        "text": "full" if count and full >= 0.9 * count else "partly full" if full else "summaries",
    }
    if dates := sorted(entry.published for entry in entries if entry.published):
        report.facts |= {"oldest": dates[0].isoformat(), "newest": dates[-1].isoformat()}
        if dates[-1].timestamp() > time.time() + 300:
            report.warnings.append(
                "its newest date lies in the future: look at the feed's timezone"
            )
    if not count:
        report.warnings.append("there is no entry in it")
    if dated < count:
        report.warnings.append(f"{count - dated} of {count} entries have no date that can be read")
    if named < count:
        report.warnings.append(
            f"{count - named} of {count} entries have no id: a changed link makes a new story"
        )
    report.warnings += [
        f"broken entry: {broken.reason} {broken.title}".strip() for broken in parsed.broken[:5]
    ]


def _rhythm(
    feed: Feed, response: Response, parsed: Parsed, rhythm: Rhythm, report: _Report
) -> None:
    """What the schedule would make of it after this first look."""
    now = time.time()
    result = run.learned(PollResult(200, response.headers, new=len(parsed.entries)), parsed)
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
            f"its entries span {window:.0f} s, not much more than the {state.interval:.0f} s between polls: "
            "entries may roll past unseen; set `every` lower"
        )


def _robots(parsed: Parsed, fetcher: Fetcher, report: _Report, *, wanted: bool) -> None:
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
    if refused and wanted:
        report.warnings.append(
            f"robots.txt refuses {refused[0]}: the feed's own text serves for such stories"
        )
