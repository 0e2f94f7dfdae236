"""``wiredesk trace`` and ``quarantine``: what operators ask of stories; and the ledger, for every
command that asks it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from typing import Final

import click
from redis.exceptions import RedisError
from rich.table import Table

from config.settings import Settings, load_settings
from pipeline.ledger import Trace
from pipeline.urls import canonical
from workers import embedded
from workers.cli.guard import Fault, guarded, json_option
from workers.cli.showing import CleanConsole, echo, echo_json
from workers.redis.redis_ledger import RedisLedger
from workers.wiring import Wiring

_TIMES: Final = ("admitted", "fetched", "began", "ended")  # facts of a trace in epoch seconds


@contextmanager
def ledger() -> Iterator[RedisLedger]:
    """The ledger; a private Redis that is not running is started for the time of the command.
    Raises Fault.

    Feed files are not looked into: what operators ask must be answered also while one of them is
    refused.
    """
    w = Wiring(load_settings(), {})
    with ExitStack() as held:
        if not w.settings.redis.url:
            held.enter_context(_private_redis(w.settings))
        held.callback(w.redis.close)
        try:
            yield w.ledger
        except RedisError as error:
            raise Fault(f"Redis at {w.redis_url} does not answer: {error}") from error


@contextmanager
def _private_redis(settings: Settings) -> Iterator[None]:
    if not (settings.var / "redis").is_dir():
        raise Fault(
            f"nothing ran under {settings.var}/ yet: `wiredesk run` starts it, "
            "or set WIREDESK_REDIS_URL"
        )
    try:
        with embedded.used(settings.var, settings.redis.maxmemory_mb, _tell):
            yield
    except embedded.NoServer as error:
        raise Fault(str(error)) from error


def _tell(what: str) -> None:
    echo(f"wiredesk: {what}", err=True)


@click.command()
@click.argument("story", metavar="URL|ID")
@json_option()
@guarded
def trace(story: str, as_json: bool) -> None:
    """Tell what happened to one story: why it was delivered, or why not."""
    with ledger() as found:
        seen = found.trace(story) or found.trace(canonical(story))
    if not seen:
        raise Fault(
            f"no entry {story!r} is known: its feed never showed it, "
            "or it is older than the retention"
        )
    if as_json:
        echo_json(_as_plain(seen), indent=2)
        return
    table = Table(show_header=False, box=None, padding=(0, 1))
    for name, value in _as_plain(seen).items():
        table.add_row(name, str(value))
    CleanConsole().print(table)


def _as_plain(seen: Trace) -> dict[str, object]:
    """What the ledger knows of an entry, its times as people write them."""
    facts: dict[str, object] = {
        "key": seen.key,
        "stage": str(seen.stage),
        "attempts": seen.attempts,
    }
    for name, value in seen.facts.items():
        is_time = name in _TIMES
        facts[name] = datetime.fromtimestamp(float(value), UTC).isoformat() if is_time else value
    return facts


@click.group()
def quarantine() -> None:
    """Stories that took their worker down too often: set aside, never lost."""


@quarantine.command("list")
@json_option("Print as JSON lines.")
@guarded
def list_quarantine(as_json: bool) -> None:
    """List them with who, when, where and what."""
    with ledger() as found:
        aside = found.quarantined()
    if as_json:
        for seen in aside:
            echo_json(_as_plain(seen))
        return
    if not aside:
        echo("nothing is in quarantine")
        return
    # the ledger calls the stage that a story was taken from "from", and the moment "ended"
    facts = ("key", "feed", "title", "from", "attempts", "worker", "ended", "reason")
    table = Table("key", "feed", "title", "at", "attempts", "worker", "when", "why")
    for seen in aside:
        plain = _as_plain(seen)
        table.add_row(*(str(plain.get(name, "")) for name in facts))
    CleanConsole().print(table)


@quarantine.command("retry")
@click.argument("ids", nargs=-1, required=True)
@guarded
def retry_quarantined(ids: tuple[str, ...]) -> None:
    """Start stories again. IDS as listed, or "all"."""
    _do_with_each(ids, "retry")


@quarantine.command("drop")
@click.argument("ids", nargs=-1, required=True)
@guarded
def drop_quarantined(ids: tuple[str, ...]) -> None:
    """End stories as dropped. IDS as listed, or "all"."""
    _do_with_each(ids, "drop")


def _do_with_each(ids: Sequence[str], what: str) -> None:
    """Retry or drop each; a wrong id is named and the others go on. Raises Fault."""
    with ledger() as found:
        keys = [seen.key for seen in found.quarantined()] if list(ids) == ["all"] else list(ids)
        act = found.retry if what == "retry" else found.drop
        wrong = [key for key in keys if not act(key, time.time())]
    echo(f"{what}: {len(keys) - len(wrong)}")
    if wrong:
        raise Fault(f"not in quarantine: {', '.join(wrong)}")
