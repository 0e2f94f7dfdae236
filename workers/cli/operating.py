"""The ledger, for every command that asks it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from redis.exceptions import RedisError

from config.settings import Settings, load_settings
from workers import embedded
from workers.cli.guard import Fault
from workers.cli.showing import echo
from workers.redis.redis_ledger import RedisLedger
from workers.wiring import Wiring


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
