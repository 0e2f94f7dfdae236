"""``wiredesk feeds``: what is configured, how each feed does, and what operators may do with it."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path

import click
from click.shell_completion import CompletionItem
from pydantic import ValidationError

from config.editing import add_feeds, remove_feeds
from config.feeds import FeedSettings
from config.settings import ConfigError, feed_files, load_settings, local_file
from pipeline import schedule
from pipeline.errors import Permanent
from pipeline.feeds.finding import feed_id, read_opml, write_opml
from pipeline.ledger import Standing
from pipeline.schedule import Rhythm
from pipeline.story import Feed
from pipeline.urls import canonical
from workers.cli import feed_probe
from workers.cli.guard import Fault
from workers.cli.operating import ledger
from workers.cli.sources import wired
from workers.feedlist import configured, put
from workers.redis.redis_ledger import RedisLedger
from workers.wiring import Wiring

# --------------------------------------------------------------------------- the list


def known() -> dict[str, Feed]:
    """The configured feeds. Raises ConfigError."""
    feeds, faults = configured()
    if faults:
        raise ConfigError(faults)
    return {feed.id: feed for feed in feeds}


def complete_id(incomplete: str) -> list[CompletionItem]:
    """Ids of configured feeds for the shell."""
    feeds, _ = configured()
    return [
        CompletionItem(f.id, help=f.name or f.url) for f in feeds if f.id.startswith(incomplete)
    ]


def unknown(wrong: Sequence[str], ids: Sequence[str]) -> Fault:
    """A fault that says which ids there are not, and which may have been meant."""
    near = {i: get_close_matches(i, ids, 3, 0.5) or [k for k in ids if i in k][:3] for i in wrong}
    said = [f"{i!r}" + (f" (did you mean {', '.join(near[i])}?)" if near[i] else "") for i in wrong]
    return Fault(f"no feed has the id {', '.join(said)}: see `wiredesk feeds list`")


# --------------------------------------------------------------------------- files


@dataclass(frozen=True)
class Wanted:
    """What a person says of a feed that is to be added; empty: what the feed says of itself."""

    url: str
    id: str = ""
    name: str = ""
    outlet: str = ""
    language: str = ""
    every: float | None = None
    full_text: bool = False


def add(wanted: Wanted, *, allow: Sequence[str], dry: bool, as_json: bool) -> None:
    """Find the feed at an address, and write it to the local feed file."""
    feeds = known()
    urls = (
        [wanted.url] if "://" in wanted.url else [f"https://{wanted.url}", f"http://{wanted.url}"]
    )
    for url in urls:
        _refuse_twice(url, feeds)
    w = wired(allow, urls)
    with closing(w.fetcher):
        probe = feed_probe.find(urls, w.fetcher)
    _refuse_twice(probe.url, feeds)
    _refuse_twice(probe.parsed.hints.self_url, feeds)
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
    _valid(feed)
    file = local_file()
    if not dry:
        _written(file, [feed])
    if as_json:
        facts = {"id": feed.id, "url": feed.url, "name": feed.name, "format": probe.parsed.format}
        more = {"entries": len(probe.parsed.entries), "file": str(file), "added": not dry}
        others = [{"url": found.url, "title": found.title} for found in probe.others]
        click.echo(json.dumps({**facts, **more, "others": others}, ensure_ascii=False))
        return
    for entry in probe.parsed.entries[:3]:
        click.echo(
            f"  {entry.published:%Y-%m-%d %H:%M}  {entry.title[:90]}"
            if entry.published
            else f"  {entry.title}"
        )
    for found in probe.others[:5]:
        click.echo(f"also named there: {found.url}  {found.title[:60]}")
    done = "would be added to" if dry else "added to"
    click.echo(
        f"{feed.id}: {feed.url} ({probe.parsed.format}, {len(probe.parsed.entries)} entries) {done} {file}"
    )
    if allow:
        click.echo(f"workers may ask it only where fetch.allow has {', '.join(allow)} too")


def _refuse_twice(url: str, feeds: dict[str, Feed]) -> None:
    for feed in feeds.values():
        if url and canonical(feed.url) == canonical(url):
            raise Fault(f"{url} is configured already, as {feed.id!r}")


def _valid(feed: Feed) -> None:
    try:
        FeedSettings.model_validate({name: getattr(feed, name) for name in Feed.__slots__})
    except ValidationError as error:
        raise Fault(
            "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        ) from None


def _written(file: Path, feeds: Sequence[Feed]) -> None:
    try:
        add_feeds(file, feeds)
    except (OSError, ValueError) as error:
        raise Fault(f"{file} can't be written: {error}") from error


def import_opml(source: str, *, dry: bool) -> None:
    """Add the feeds of a subscription list that are not configured yet."""
    feeds = known()
    try:
        body = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
        found = read_opml(body)
    except (OSError, Permanent) as error:
        raise Fault(f"{source}: {error}") from error
    there = {canonical(feed.url) for feed in feeds.values()}
    taken, new = set(feeds), list[Feed]()
    for feed in found.feeds:
        if canonical(feed.url) not in there:
            own = replace(feed, id=feed_id(feed.name, feed.url, taken), outlet=feed.name)
            _valid(own)
            taken.add(own.id)
            new.append(own)
    file = local_file()
    if new and not dry:
        _written(file, new)
    for fault in found.faults:
        click.echo(f"left out: {fault}", err=True)
    done = "would be added to" if dry else "added to"
    click.echo(
        f"{len(new)} feeds {done} {file}, {len(found.feeds) - len(new)} were there, {len(found.faults)} left out"
    )
    if not found.feeds:
        raise Fault(f"{source}: there is no feed in it")


def export(target: str) -> None:
    """Write the configured feeds as OPML."""
    feeds = [
        feed for feed in known().values() if canonical(feed.url)
    ]  # the sample wire's have no place of their own
    body = write_opml(feeds)
    if target == "-":
        click.echo(body.decode(), nl=False)
        return
    try:
        Path(target).write_bytes(body)
    except OSError as error:
        raise Fault(f"{target} can't be written: {error}") from error
    click.echo(f"{len(feeds)} feeds written to {target}")


def remove(ids: Sequence[str]) -> None:
    """Take feeds out of the files they stand in."""
    feeds, left = known(), set(ids)
    if wrong := [i for i in ids if i not in feeds]:
        raise unknown(wrong, list(feeds))
    for file in feed_files():
        if file.suffix.lower() == ".toml" and left:
            try:
                gone = remove_feeds(file, left)
            except (OSError, ValueError) as error:
                raise Fault(f"{file} can't be written: {error}") from error
            for taken in sorted(gone):
                click.echo(f"{taken}: taken out of {file}; its stories stay known")
            left -= gone
    if left:
        raise Fault(f"{', '.join(sorted(left))}: an OPML list has it; take it out there")


# --------------------------------------------------------------------------- what operators do


@contextmanager
def _standing(ids: Sequence[str]) -> Iterator[tuple[RedisLedger, Rhythm, list[Standing]]]:
    """The ledger and how these feeds stand. Raises Fault where one of them is not known."""
    rhythm = Wiring(load_settings(), {}).rhythm
    with ledger() as found:
        held = found.feeds()
        if any(i not in held for i in ids):
            # nothing may have run since it was added
            feeds, faults = configured()
            if not faults:
                put(found, feeds, rhythm, time.time())
                held = found.feeds()
        if wrong := [i for i in ids if i not in held]:
            raise unknown(wrong, list(held))
        yield found, rhythm, found.standing(list(dict.fromkeys(ids)))


def pause(ids: Sequence[str]) -> None:
    """Poll these feeds no more until they are resumed."""
    with _standing(ids) as (found, _, standing):
        for stands in standing:
            found.pause_feed(stands.feed.id, time.time())
            click.echo(f"{stands.feed.id}: {'was paused already' if stands.paused else 'paused'}")


def resume(ids: Sequence[str]) -> None:
    """Take up feeds that were paused, gone or backing off."""
    with _standing(ids) as (found, rhythm, standing):
        for stands in standing:
            now = time.time()
            state = schedule.resume_feed(stands.feed, stands.state, now, rhythm)
            found.resume_feed(stands.feed.id, state, now)
            _say_next(found, stands.feed.id, now)


def poll(ids: Sequence[str], *, forced: bool) -> None:
    """Have feeds polled as soon as their floor and their servers let them."""
    refused: list[str] = []
    with _standing(ids) as (found, rhythm, standing):
        for stands in standing:
            now, feed = time.time(), stands.feed
            if stands.paused or stands.state.gone:
                why = "is paused" if stands.paused else "is gone (410)"
                refused.append(
                    f"{feed.id} {why}: `wiredesk feeds resume {feed.id}` takes it up again"
                )
                continue
            due = schedule.soonest(feed, stands.state, now, rhythm, forced=forced)
            if not found.retime_feed(feed.id, due, now):
                click.echo(f"{feed.id}: is being polled just now")
                continue
            _say_next(found, feed.id, now)
    if refused:
        raise Fault("\n".join(refused))


def _say_next(found: RedisLedger, feed: str, now: float) -> None:
    """When the feed is polled next, and what it waits for."""
    [stands] = found.standing([feed])
    at = max(stands.due, stands.host_free)
    if at <= now:
        click.echo(f"{feed}: polled at the next tick")
        return
    reasons: list[tuple[float, str]] = [
        (stands.state.not_before, "its server asks for that (Retry-After)"),
        (stands.host_free, f"its host {stands.host} rests until then"),
        (stands.due, "its floor (poll.floor) has not passed"),
    ]
    why: Callable[[tuple[float, str]], bool] = lambda reason: reason[0] >= at - 0.5  # noqa: E731
    click.echo(f"{feed}: polled in {at - now:.0f} s: {next(filter(why, reasons))[1]}")
