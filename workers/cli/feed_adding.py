"""``wiredesk feeds add``, ``import``, ``export`` and ``remove``: what works on the feed files."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click
from pydantic import ValidationError

from config.editing import add_feeds, remove_feeds
from config.feeds import FeedSettings
from config.settings import feed_files, is_sample, load_feeds, local_file, names_only_sample
from pipeline.errors import Permanent
from pipeline.feeds.finding import feed_id, read_opml, write_opml
from pipeline.story import Feed
from pipeline.urls import canonical
from workers.cli.feed_checking import Probe, find_feed
from workers.cli.guard import Fault, allow_option, guarded, json_option
from workers.cli.showing import echo, echo_json, emit
from workers.cli.sources import configured_feeds, ids_argument, unknown_feeds, wired


@dataclass(frozen=True, slots=True)
class WantedFeed:
    """What a person says of a feed that is to be added; empty: what the feed says of itself."""

    url: str
    id: str = ""
    name: str = ""
    outlet: str = ""
    language: str = ""
    every: float | None = None
    full_text: bool = False


@click.command()
@click.argument("url")
@click.option("--id", default="", help="Its id in logs and commands. Default: made from its title.")
@click.option("--name", default="", help="Default: the feed's title.")
@click.option("--outlet", default="", help="Who publishes it. Default: its name.")
@click.option("--language", default="", help="Default: what the feed says.")
@click.option(
    "--every",
    type=click.FloatRange(min=1),
    metavar="SECONDS",
    help="Instead of the learned rhythm.",
)
@click.option(
    "--full-text", is_flag=True, help="Its entries bring the whole text: no page is fetched."
)
@allow_option
@click.option("--dry-run", is_flag=True, help="Only show what would be added.")
@json_option()
@guarded
def add(allow: tuple[str, ...], dry_run: bool, as_json: bool, **described: Any) -> None:
    """Add the feed at URL, or the one that the page at URL names, to the local feed file (setting
    local_feeds)."""
    wanted = WantedFeed(**described)
    feeds = configured_feeds()
    urls = [wanted.url]
    if "://" not in wanted.url:
        urls = [f"https://{wanted.url}", f"http://{wanted.url}"]
    for url in urls:
        _refuse_second(url, feeds)
    w = wired(allow, urls)
    with closing(w.fetcher):
        probe = find_feed(urls, w.fetcher)
    # it may stand in the files under the address where it was found, or under the one that it gives
    # itself
    _refuse_second(probe.url, feeds)
    _refuse_second(probe.parsed.hints.self_url, feeds)
    feed = _describe(wanted, probe, feeds)
    file = local_file()
    if not dry_run:
        _write_feeds(file, [feed])
    if as_json:
        facts = {
            "id": feed.id,
            "url": feed.url,
            "name": feed.name,
            "format": probe.parsed.format,
            "entries": len(probe.parsed.entries),
            "file": str(file),
            "added": not dry_run,
            "others": [{"url": found.url, "title": found.title} for found in probe.others],
        }
        echo_json(facts)
        return
    for entry in probe.parsed.entries[:3]:
        if entry.published:
            echo(f"  {entry.published:%Y-%m-%d %H:%M}  {entry.title[:90]}")
        else:
            echo(f"  {entry.title}")
    for found in probe.others[:5]:
        echo(f"also named there: {found.url}  {found.title[:60]}")
    done = "would be added to" if dry_run else "added to"
    holds = f"{probe.parsed.format}, {len(probe.parsed.entries)} entries"
    echo(f"{feed.id}: {feed.url} ({holds}) {done} {file}")
    if allow:
        echo(f"workers may ask it only where fetch.allow has {', '.join(allow)} too")


def _describe(wanted: WantedFeed, probe: Probe, feeds: dict[str, Feed]) -> Feed:
    """The feed as it is written down: the person's word goes over the feed's. Raises Fault."""
    hints = probe.parsed.hints
    name = wanted.name or hints.title
    feed = Feed(
        id=wanted.id or feed_id(name, probe.url, feeds),
        url=probe.url,
        name=name,
        outlet=wanted.outlet or name,
        language=wanted.language or hints.language,
        full_text=wanted.full_text,
        every=wanted.every,
    )
    if feed.id in feeds:
        raise Fault(
            f"the id {feed.id!r} is taken by {feeds[feed.id].url}: give another one with --id"
        )
    _judge(feed)
    return feed


def _refuse_second(url: str, feeds: dict[str, Feed]) -> None:
    """Raise Fault where a configured feed has this address."""
    for feed in feeds.values():
        if url and canonical(feed.url) == canonical(url):
            raise Fault(f"{url} is configured already, as {feed.id!r}")


def _judge(feed: Feed) -> None:
    """Raise Fault where the file would be refused with this feed in it."""
    try:
        FeedSettings.model_validate({name: getattr(feed, name) for name in Feed.__slots__})
    except ValidationError as error:
        faults = [f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()]
        raise Fault("; ".join(faults)) from None


def _write_feeds(file: Path, feeds: Sequence[Feed]) -> None:
    was_sample = names_only_sample()
    try:
        add_feeds(file, feeds)
    except (OSError, ValueError) as error:
        raise Fault(f"{file} can't be written: {error}") from error
    if was_sample:
        echo("the sample wire makes room: the next `wiredesk run` polls your feeds alone", err=True)


@click.command("import")
@click.argument("source", metavar="FILE.opml|-")
@click.option("--dry-run", is_flag=True, help="Only say how many would be added.")
@guarded
def import_opml(source: str, dry_run: bool) -> None:
    """Add the feeds of an OPML list that are not configured yet. (A list may also stand in the
    setting feeds.)"""
    feeds = configured_feeds()
    try:
        body = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
        listed = read_opml(body)
    except (OSError, Permanent) as error:
        raise Fault(f"{source}: {error}") from error
    there = {canonical(feed.url) for feed in feeds.values()}
    taken, new = set(feeds), list[Feed]()
    for feed in listed.feeds:
        if canonical(feed.url) in there:
            continue
        named = replace(feed, id=feed_id(feed.name, feed.url, taken), outlet=feed.name)
        _judge(named)
        taken.add(named.id)
        new.append(named)
    file = local_file()
    if new and not dry_run:
        _write_feeds(file, new)
    for fault in listed.faults:
        echo(f"left out: {fault}", err=True)
    done = "would be added to" if dry_run else "added to"
    echo(
        f"{len(new)} feeds {done} {file}, {len(listed.feeds) - len(new)} were there, "
        f"{len(listed.faults)} left out"
    )
    if not listed.feeds:
        raise Fault(f"{source}: there is no feed in it")


@click.command()
@click.argument("target", default="-", metavar="[FILE]")
@guarded
def export(target: str) -> None:
    """Write the configured feeds as OPML, which every feed reader takes; to standard output where
    no FILE is given."""
    # the sample wire's feeds have no address of their own, only a place that is filled in
    sample = {feed.id for feed in load_feeds()[0] if is_sample(feed)}
    feeds = [feed for feed in configured_feeds().values() if feed.id not in sample]
    body = write_opml(feeds)
    if target == "-":
        emit(body.decode(), nl=False)
        return
    try:
        Path(target).write_bytes(body)
    except OSError as error:
        raise Fault(f"{target} can't be written: {error}") from error
    echo(f"{len(feeds)} feeds written to {target}")


@click.command()
@ids_argument
@guarded
def remove(ids: tuple[str, ...]) -> None:
    """Take feeds out of the TOML file they stand in. Their stories, and what was learned of them,
    stay known."""
    feeds, left = configured_feeds(), set(ids)
    if wrong := [i for i in ids if i not in feeds]:
        raise unknown_feeds(wrong, list(feeds))
    for file in feed_files():
        if file.suffix.lower() != ".toml" or not left:
            continue
        try:
            gone = remove_feeds(file, left)
        except (OSError, ValueError) as error:
            raise Fault(f"{file} can't be written: {error}") from error
        for taken in sorted(gone):
            echo(f"{taken}: taken out of {file}; its stories stay known")
        left -= gone
    # an OPML list is another program's file: we do not write into it
    if left:
        raise Fault(f"{', '.join(sorted(left))}: an OPML list has it; take it out there")
