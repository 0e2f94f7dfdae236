"""One start of `run` beside commands, with or without a kill, and what was wrong with it."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Final

from redis import Redis
from redis.exceptions import RedisError

from benchmarks.starts.installation import Command, Installation
from workers import embedded

WITHIN: Final = 60.0  # seconds that anything is waited for
_COMMANDS: Final = (
    ("status",),
    ("status", "--json"),
    ("health",),
    ("trace", "https://nowhere.example/"),
    ("quarantine", "list"),
)
_MAY_END: Final = {"status": (0,), "health": (0, 1), "trace": (1,), "quarantine": (0,)}
"""The codes that commands end by on such an installation."""
KILLS: Final = {"nothing": 10, "run": 4, "a command": 3, "Redis": 2, "run, and Redis stopped": 1}
"""What is killed in the middle of a trial, and how often of twenty."""


@dataclass
class Trial:
    """What happened. ``seconds``: from the last start of `run` until it was open; ``faults`` are
    sentences."""

    number: int
    killed: str
    seconds: float = 0.0
    faults: list[str] = field(default_factory=list)


def perform(home: Installation, number: int, random: Random, *, whole: bool) -> Trial:
    """Start `run` beside commands, kill what the dice say, and see that it works and stops.

    ``whole``: with all its services, and a story offered that must be delivered; otherwise with the
    beat alone, which is quick.
    """
    killed = random.choices(list(KILLS), list(KILLS.values()))[0]
    trial = Trial(number, killed)
    if whole:
        home.offer()
    running = _start(home, f"run-{number}", whole=whole)
    commands = []
    for n in range(random.randint(2, 4)):
        time.sleep(random.uniform(0.0, 0.15))
        commands.append(home.begin(*random.choice(_COMMANDS), name=f"command-{number}-{n}"))
    time.sleep(random.uniform(0.0, 0.5))
    running = _kill(home, killed, running, commands, whole=whole)
    if _until(lambda: running.says("system.open") or not running.process.is_alive()):
        trial.faults += ["run was not open within a minute"]
    elif not running.says("system.open"):
        trial.faults += [f"run ended: {running.said.read_text()[-300:]}"]
    trial.seconds = time.monotonic() - running.began
    trial.faults += _count_up(home, number)
    if whole and _until(lambda: len(home.delivered()) >= home.offered):
        trial.faults += ["what was offered was not delivered within a minute"]
    trial.faults += _stop(running)
    for command in commands:
        trial.faults += _judge(command, redis_killed="Redis" in killed)
    if _until(lambda: not home.servers(), 20.0):
        trial.faults += [f"a Redis was left: {home.servers()}"]
    return trial


def _start(home: Installation, name: str, *, whole: bool) -> Command:
    return home.begin("run", *([] if whole else ["--only", "beat"]), name=name)


def _kill(
    home: Installation, what: str, running: Command, commands: list[Command], *, whole: bool
) -> Command:
    """Kill it, and start `run` again where that was killed, as an init system would; what runs."""
    if what == "a command":
        commands[0].kill()
    if what == "Redis":
        for server in home.servers():
            os.kill(server, signal.SIGKILL)
    if what.startswith("run"):
        running.kill()
        running.process.join()
        if what.endswith("stopped"):
            for server in home.servers():
                os.kill(server, signal.SIGSTOP)
        return _start(home, f"{running.said.name}-again", whole=whole)
    return running


def _count_up(home: Installation, number: int) -> list[str]:
    """Add one to a number in the ledger's Redis; what is wrong with the number that comes back.

    A second server on the same file would not know of the last ones.
    """
    deadline = time.monotonic() + WITHIN
    while time.monotonic() < deadline:
        try:
            with Redis.from_url(embedded.url(home.var), socket_timeout=2) as client:
                if int(client.get("trials") or 0) != number:  # type: ignore[arg-type]
                    client.set("trials", number + 1)
                    return [f"Redis knew of another number of trials than {number}"]
                client.incr("trials")
                return []
        except RedisError:
            time.sleep(0.1)  # it was killed a moment ago
    return ["Redis did not answer within a minute: its socket is lost, or it hangs"]


def _stop(running: Command) -> list[str]:
    if running.process.pid and running.process.is_alive():
        os.kill(running.process.pid, signal.SIGTERM)
    running.process.join(WITHIN)
    if running.process.is_alive():
        running.kill()
        running.process.join()
        return ["run did not drain within a minute"]
    code = running.process.exitcode
    return [] if code == 0 else [f"run ended with {code}: {running.said.read_text()[-300:]}"]


def _judge(command: Command, *, redis_killed: bool) -> list[str]:
    """What is wrong with how a command ended."""
    command.process.join(WITHIN)
    what = " ".join(command.arguments)
    if command.process.is_alive():
        command.kill()
        return [f"{what} did not end within a minute"]
    said = command.said.read_text("utf-8", "replace") if command.said.exists() else ""
    if "Traceback" in said:
        return [f"{what}: {said[-300:]}"]
    if command.killed or "nothing ran under" in said:
        return []
    may_fail = redis_killed and "does not answer" in said
    if command.process.exitcode in _MAY_END[command.arguments[0]] or may_fail:
        return []
    return [f"{what} ended with {command.process.exitcode}: {said[-300:]}"]


def _until(true: Callable[[], object], seconds: float = WITHIN) -> bool:
    """Wait for something to become true; whether it did not."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            return True
        time.sleep(0.01)
    return False
