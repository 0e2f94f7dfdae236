"""``wiredesk check``: everything that an installation is told, judged before it runs."""

from __future__ import annotations

import os
import socket
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import click
from redis import Redis
from redis.exceptions import RedisError

from config.settings import ConfigError, Settings, load_feeds, load_settings, source_of
from pipeline import themes, walls, wire
from pipeline.sinks import find_faults, open_sink
from workers import embedded
from workers.cli.guard import EXIT_CONFIG, guarded
from workers.cli.showing import echo
from workers.redis.keys import name_key
from workers.wiring import Wiring, connect_briefly

_SHARE_OF_MACHINE: Final = 0.75  # of its memory; workers and the page cache want the rest
_OLDEST: Final = (6, 2)  # LPOP of several, and exclusive ranges of streams


@dataclass
class Findings:
    """What was found: ``faults`` refuse a start or would lose something, ``notices`` are worth
    knowing, ``counts`` say what is there, ``carried`` how many stories there is memory for."""

    faults: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    counts: list[str] = field(default_factory=list)
    carried: str = ""

    def refuse(self, key: str, what: str) -> None:
        """Note a fault of a key, with where it has its value from."""
        self.faults.append(f"{source_of(key)}: {key}: {what}")

    def notice(self, key: str, what: str) -> None:
        """The same of something that is only worth knowing."""
        self.notices.append(f"{source_of(key)}: {key}: {what}")


@click.command()
@click.option(
    "--offline", is_flag=True, help="Ask nothing of Redis, sinks and ports: only what is written."
)
@guarded
def check(offline: bool) -> None:
    """Check settings and feeds, Redis, every sink and port, and every wire rule and theme against
    its own examples; name every fault."""
    found = Findings()
    feeds, faults = load_feeds()
    try:
        settings = load_settings()
    except ConfigError as error:
        # a file that can't be read names no feeds either: that is said once
        found.faults += [*error.faults, *(fault for fault in faults if fault not in error.faults)]
    else:
        found.faults += faults
        found.counts += [f"{len(feeds)} feeds", f"{len(settings.sinks)} sinks"]
        _check_places(settings, found, offline=offline)
        _check_definitions(settings, found)
    for notice in found.notices:
        echo(f"note: {notice}")
    for fault in found.faults:
        echo(fault, err=True)
    if found.faults:
        echo(f"{len(found.faults)} faults", err=True)
        sys.exit(EXIT_CONFIG)
    carried = f"; {found.carried}" if found.carried else ""
    echo(f"all is well: {', '.join(found.counts)}{carried}")


def _check_definitions(settings: Settings, found: Findings) -> None:
    """Rules, phrases of walls and themes, each against its own examples."""
    try:
        rules = wire.load(settings.rules)
        found.faults += [f"{settings.rules}: {failure}" for failure in wire.check(rules)]
        found.counts.append(f"{len(list(rules))} wire rules")
    except ValueError as error:
        found.faults.append(str(error))
    try:
        words = walls.load(settings.walls)
        found.faults += [f"{settings.walls}: {failure}" for failure in walls.check(words)]
        found.counts.append(f"{len(words.phrases)} phrases of walls")
    except ValueError as error:
        found.faults.append(str(error))
    try:
        definitions = themes.load(settings.themes)
        failures = themes.check_examples(definitions)
        found.faults += [f"{settings.themes}: {failure}" for failure in failures]
        found.counts.append(f"themes {definitions.version}")
    except ValueError as error:
        found.faults.append(str(error))


def _check_places(settings: Settings, found: Findings, *, offline: bool) -> None:
    """Redis, sinks, and the ports to listen on: what is written, then what is there."""
    w = Wiring(settings, {})
    answers = _check_redis(w, found, offline=offline)
    for sink in settings.sinks:
        options = w.fill_options(sink.kind, sink.options)
        faults = find_faults(sink.kind, options)
        for key, fault in faults:
            found.refuse(f"sinks.{sink.name}.{key}", fault)
        # a mistyped option hides no fault of the place: that is opened without it
        wrong = {key for key, _ in faults}
        options = {key: value for key, value in options.items() if key not in wrong}
        # a stream in a Redis that does not answer has said so, or is only not started yet
        reached = not offline and (answers or options.get("url") != w.redis_url)
        if reached and not find_faults(sink.kind, options):
            try:
                opened = open_sink(sink.name, sink.kind, options)
            except ValueError as error:  # an address that is none
                found.refuse(f"sinks.{sink.name}", str(error))
                continue
            if why := opened.probe():
                found.refuse(f"sinks.{sink.name}", why)
            opened.close()
    for key, place in _places_to_listen(settings):
        why = "" if offline else _why_no_listener(place)
        if why and answers and _is_running(w):
            found.notice(key, f"{why}: as it should be while this installation runs")
        elif why:
            found.refuse(key, why)


def _check_redis(w: Wiring, found: Findings, *, offline: bool) -> bool:
    """Whether Redis answers; a private one need not run yet."""
    url = w.settings.redis.url
    if not url:
        found.carried = w.carried
        machine = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2**20
        if why := tell_excess(w.settings.redis.maxmemory_mb, machine):
            found.notice("redis.maxmemory_mb", why)
        try:
            embedded.server()
        except embedded.NoServer as error:
            found.faults.append(str(error))
        try:
            with connect_briefly(w.redis_url) as client:
                return not offline and bool(client.ping())
        except (RedisError, OSError):
            return False
    try:
        client = connect_briefly(url)
    except ValueError as error:
        found.refuse("redis.url", str(error))
        return False
    if offline:
        return False
    with client:
        try:
            client.ping()
            said: dict[str, Any] = client.info()
        except (RedisError, OSError) as error:
            found.refuse("redis.url", f"Redis does not answer: {error}")
            return False
        found.carried = w.open_ledger(client).carried(time.time())
        for is_fault, what in _judge_redis(said, client):
            (found.refuse if is_fault else found.notice)("redis.url", what)
    return True


def tell_excess(maxmemory: int, machine: int) -> str:
    """Why the private Redis may have too much of a machine's memory (both in MiB), '' where not."""
    most = int(_SHARE_OF_MACHINE * machine)
    if maxmemory <= most:
        return ""
    return (
        f"is {maxmemory:,}, and this machine has {machine:,} MB: it would end Redis before polling "
        f"pauses; set at most {most:,}"
    )


def _judge_redis(said: dict[str, Any], client: Redis) -> Iterator[tuple[bool, str]]:
    """What a Redis says of itself that is wrong (True) or worth knowing."""
    version = str(said.get("redis_version", "0"))
    if tuple(int(part) for part in version.split(".")[:2] if part.isdecimal()) < _OLDEST:
        yield True, f"Redis {version} is too old: {'.'.join(map(str, _OLDEST))} or newer is needed"
    policy = said.get("maxmemory_policy", "noeviction")
    if policy != "noeviction":
        yield True, f"maxmemory-policy is {policy}: stories would be thrown away; set noeviction"
    if said.get("role") == "slave":
        yield True, "this Redis is a replica, which can't be written: name its primary"
    if said.get("cluster_enabled"):
        yield True, "this Redis is a cluster, whose scripts can't reach all keys: name a single one"
    if not said.get("aof_enabled"):
        yield False, "appendonly is off: what was admitted since the last snapshot may be lost"
    elif _read_setting(client, "appendfsync") not in {"always", ""}:
        yield False, "appendfsync is not `always`: a power cut may take back a second of stories"
    packed = _read_setting(client, "hash-max-ziplist-value")
    if packed.isdecimal() and int(packed) < embedded.PACKED_BYTES:
        what = f"hash-max-listpack-value is {packed}: a story takes three times the memory;"
        yield False, f"{what} set {embedded.PACKED_BYTES}"
    if not said.get("maxmemory"):
        yield False, "maxmemory is 0: back-pressure by memory never begins"


def _read_setting(client: Redis, name: str) -> str:
    """A setting of Redis, '' where it does not say."""
    try:
        found: dict[str, str] = client.config_get(name)  # type: ignore[assignment]
    except RedisError:
        return ""  # many that are rented out hide it
    return str(found.get(name, ""))


def _is_running(w: Wiring) -> bool:
    """Whether a service of this installation gives signs of life: ports are its own then."""
    with connect_briefly(w.redis_url) as client:
        noted: list[Any] = client.hkeys(name_key(w.settings.redis.prefix, "progress"))
    return any(name.startswith(b"worker.") for name in noted)


def _places_to_listen(settings: Settings) -> Iterator[tuple[str, tuple[str, int]]]:
    """Where something would be served, as (key, (host, port))."""
    if address := settings.metrics.address:
        host, _, port = address.rpartition(":")
        yield "metrics.address", (host.strip("[]"), int(port))
    if settings.websub.url:
        yield "websub.port", (settings.websub.host, settings.websub.port)


def _why_no_listener(place: tuple[str, int]) -> str:
    """Why nothing could listen there, '' where it could."""
    host, port = place
    try:
        family, kind, proto, _, at = socket.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, proto) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(at)
    except (OSError, OverflowError) as error:
        return f"{host}:{port} can't be listened on: {error}"
    return ""
