"""``wiredesk status``, ``trace``, ``health`` and ``quarantine``."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Final

import click
from redis import Redis
from redis.exceptions import RedisError
from rich.console import Console
from rich.table import Table

from config.settings import load_settings
from pipeline.ledger import Trace
from pipeline.urls import canonical
from workers import embedded
from workers import health as progress
from workers.cli import tables
from workers.cli.guard import Fault
from workers.redis.redis_ledger import RedisLedger
from workers.wiring import Wiring

_TIMES: Final = ("admitted", "fetched", "began", "ended")


@contextmanager
def ledger() -> Iterator[RedisLedger]:
    """The ledger; a private Redis that is not running is started for the time of the command. Raises Fault.

    Feed files are not looked into: what operators ask must be answered also while one of them is refused.
    """
    w = Wiring(load_settings(), {})
    server = None
    if not w.settings.redis.url and not _answers(w.redis_url):
        if not (w.settings.var / "redis").is_dir():
            raise Fault(
                f"nothing ran under {w.settings.var}/ yet: `wiredesk run` starts it, or set WIREDESK_REDIS_URL"
            )
        try:
            server = embedded.start(w.settings.var, w.settings.redis.maxmemory_mb)
        except embedded.NoServer as error:
            raise Fault(str(error)) from error
    try:
        yield w.ledger
    except RedisError as error:
        raise Fault(f"Redis at {w.redis_url} does not answer: {error}") from error
    finally:
        w.redis.close()
        if server:
            server.terminate()
            server.wait(30)


def _answers(url: str) -> bool:
    try:
        with Redis.from_url(url, socket_connect_timeout=2, socket_timeout=5) as client:
            return bool(client.ping())
    except (RedisError, OSError):
        return False


def status(*, as_json: bool) -> None:
    """What was admitted, how it ended, what waits, what does not move."""
    with ledger() as found:
        now = time.time()
        seen = found.status(now)
        troubles = progress.troubles(found, now)
        if refused := found.feed_fault():
            troubles.append(
                f"feed files are refused, and the last good list is polled on: {refused}"
            )
    if as_json:
        click.echo(json.dumps(asdict(seen) | {"troubles": troubles}, indent=2))
        return
    console = Console()
    console.print(tables.summary(seen))
    if seen.quarantine:
        console.print(f"{seen.quarantine} in quarantine: wiredesk quarantine list", style="yellow")
    for trouble in troubles:
        console.print(trouble, style="red", markup=False)


def health(patience: float) -> int:
    """0 where all moves, else 1 and what does not."""
    with ledger() as found:
        troubles = progress.troubles(found, time.time(), patience)
    for trouble in troubles:
        click.echo(trouble, err=True)
    return 1 if troubles else 0


def trace(story: str, *, as_json: bool) -> None:
    """All that is known of one entry."""
    with ledger() as found:
        seen = found.trace(story) or found.trace(canonical(story))
    if not seen:
        raise Fault(
            f"no entry {story!r} is known: its feed never showed it, or it is older than the retention"
        )
    if as_json:
        click.echo(json.dumps(_plain(seen), ensure_ascii=False, indent=2))
        return
    table = Table(show_header=False, box=None, padding=(0, 1))
    for name, value in _plain(seen).items():
        table.add_row(name, str(value))
    Console().print(table)


def _plain(seen: Trace) -> dict[str, object]:
    facts: dict[str, object] = {
        "key": seen.key,
        "stage": str(seen.stage),
        "attempts": seen.attempts,
    }
    for name, value in seen.facts.items():
        facts[name] = (
            datetime.fromtimestamp(float(value), UTC).isoformat() if name in _TIMES else value
        )
    return facts


def quarantine_list(*, as_json: bool) -> None:
    """The stories set aside, with who, when, where and what."""
    with ledger() as found:
        aside = found.quarantined()
    if as_json:
        for seen in aside:
            click.echo(json.dumps(_plain(seen), ensure_ascii=False))
        return
    if not aside:
        click.echo("nothing is in quarantine")
        return
    table = Table("key", "feed", "title", "at", "attempts", "worker", "when", "why")
    for seen in aside:
        f = {**seen.facts, **{k: str(v) for k, v in _plain(seen).items()}}
        row = (
            seen.key,
            f.get("feed"),
            f.get("title"),
            f.get("from"),
            str(seen.attempts),
            f.get("worker"),
            f.get("ended"),
            f.get("reason"),
        )
        table.add_row(*(cell or "" for cell in row))
    Console().print(table)


def quarantine_each(ids: Sequence[str], what: str) -> None:
    """Retry or drop each; a wrong id is named and the others go on."""
    with ledger() as found:
        keys = [seen.key for seen in found.quarantined()] if list(ids) == ["all"] else list(ids)
        act = found.retry if what == "retry" else found.drop
        wrong = [key for key in keys if not act(key, time.time())]
    click.echo(f"{what}: {len(keys) - len(wrong)}")
    if wrong:
        raise Fault(f"not in quarantine: {', '.join(wrong)}")
