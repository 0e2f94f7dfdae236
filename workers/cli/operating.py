"""The ledger, for every command that asks it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from redis import Redis
from redis.exceptions import RedisError

from config.settings import load_settings
from workers import embedded
from workers.cli.guard import Fault
from workers.redis.redis_ledger import RedisLedger
from workers.wiring import Wiring

_STOPPING: Final = 30  # seconds that a private Redis may take to write and end


@contextmanager
def ledger() -> Iterator[RedisLedger]:
    """The ledger; a private Redis that is not running is started for the time of the command.
    Raises Fault.

    Feed files are not looked into: what operators ask must be answered also while one of them is
    refused.
    """
    w = Wiring(load_settings(), {})
    server = None
    if not w.settings.redis.url and not _answers(w.redis_url):
        if not (w.settings.var / "redis").is_dir():
            raise Fault(
                f"nothing ran under {w.settings.var}/ yet: `wiredesk run` starts it, "
                "or set WIREDESK_REDIS_URL"
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
            server.wait(_STOPPING)


def _answers(url: str) -> bool:
    try:
        with Redis.from_url(url, socket_connect_timeout=2, socket_timeout=5) as client:
            return bool(client.ping())
    except (RedisError, OSError):
        return False
