"""``python -m benchmarks.alarms``: the command."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click
from rich.console import Console
from rich.table import Table

from benchmarks.alarms.staged_wire import StagedSystem, StagedWire, find_compiler
from benchmarks.alarms.staging import ALARMS, Alarm, Scene, disk_of_its_own
from benchmarks.faults.account import Reader
from benchmarks.faults.system import System
from benchmarks.faults.wire import Feeder

GOAL: Final = 60.0  # seconds within which health must say it
_WAITED: Final = 100.0  # seconds that it is waited for
_STARTS: Final = 90.0
_WARM: Final = (
    20.0  # stories before the failure, at one a second: enough pages to know what is usual
)
_EVERY: Final = 2.0  # seconds between two questions: each takes a second of processor time
_SMOKE: Final = ("a feed empty",)

MEASURED: Final = (
    "Each row: an empty installation near the shipped settings, `wiredesk run` as its own process, "
    "three outlets on loopback with a story a second. Seconds: from the failure to the first "
    f"`wiredesk health` that exits 1 and names the part, asked every {_EVERY:g} s; the goal is "
    f"{GOAL:g}. Quiet: nothing is staged and no story comes any more; seconds asked, and answers "
    "that were not green."
)


@dataclass(frozen=True)
class Row:
    """What became of one failure: ``seconds`` is None where health did not say it."""

    name: str
    seconds: float | None
    sentence: str
    good: bool


class AlarmsFailed(RuntimeError):
    """The system was not well before anything was staged; the message says what health said."""


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--only",
    multiple=True,
    type=click.Choice([a.name for a in ALARMS]),
    help="Only this failure; repeat for several.",
)
@click.option(
    "--quiet", default=3600.0, show_default=True, help="Seconds that a well system must stay green."
)
@click.option(
    "--smoke",
    is_flag=True,
    help="One failure and some quiet seconds: proves that the harness works.",
)
def main(only: Sequence[str], quiet: float, *, smoke: bool) -> None:
    """Stage failures on the running system; print how soon health names each.

    Exits 1 where one is not named within the goal, or a well system is red.
    """
    signal.signal(signal.SIGTERM, _interrupted)
    signal.signal(signal.SIGINT, _interrupted)
    if smoke:
        # that it is green before anything is staged is asked there too
        only, quiet = _SMOKE, 0.0
    rows: list[Row] = []
    chosen = [alarm for alarm in ALARMS if not only or alarm.name in only]
    for alarm in chosen:
        rows.append(stage(alarm, warm=3.0 if smoke else _WARM))
        _tell(rows[-1])
    if quiet and not only:
        rows.append(watch_quiet(quiet))
        _tell(rows[-1])
    table = Table(title="Alarms", caption=MEASURED, caption_justify="left", title_justify="left")
    for column in ("failure", "seconds", "", "health says"):
        table.add_column(column, overflow="fold")
    for row in rows:
        seconds = "never" if row.seconds is None else f"{row.seconds:.0f}"
        table.add_row(row.name, seconds, "ok" if row.good else "MISSED", row.sentence)
    Console(markup=False).print(table)
    sys.exit(0 if all(row.good for row in rows) else 1)


def _tell(row: Row) -> None:
    seconds = "never" if row.seconds is None else f"{row.seconds:5.1f} s"
    print(f"{row.name:<24} {seconds} {row.sentence}", file=sys.stderr, flush=True)


def _interrupted(*_: object) -> None:
    """Leave nothing running behind."""
    for system in System.started:
        system.end()
    os._exit(130)


def stage(alarm: Alarm, warm: float) -> Row:
    """One failure on a system that was well. What keeps it from being staged is in the row."""
    if (alarm.named or alarm.stepping) and not find_compiler():
        return Row(alarm.name, None, "skipped: it needs a C compiler", good=True)
    try:
        with _running(alarm, warm) as scene:
            if scene is None:
                return Row(
                    alarm.name, None, "skipped: only root may have a disk of its own", good=True
                )
            alarm.stage(scene)
            began = time.monotonic()
            try:
                return _await_alarm(alarm, scene, began)
            finally:
                if alarm.mends:
                    alarm.mends(scene)
    except AlarmsFailed as error:
        return Row(alarm.name, None, str(error), good=False)


def _await_alarm(alarm: Alarm, scene: Scene, began: float) -> Row:
    said = ""
    while (seconds := time.monotonic() - began) < _WAITED:
        red, said = ask_health(scene.system)
        seconds = time.monotonic() - began
        if red and (found := _find_line(alarm.names, said)):
            return Row(alarm.name, seconds, found, good=seconds <= GOAL)
        time.sleep(_EVERY)
    return Row(alarm.name, None, said.strip(), good=False)


def _find_line(pattern: str, said: str) -> str:
    for line in said.splitlines():
        if re.search(pattern, line):
            return line
    return ""


def ask_health(system: System) -> tuple[bool, str]:
    """Whether `wiredesk health` exits with a fault, and what it says."""
    line = [sys.executable, "-m", "workers.cli", "health"]
    # what is staged is not for who asks
    given = system.environment()
    given.pop("LD_PRELOAD", None)
    done = subprocess.run(
        line, cwd=system.folder, env=given, capture_output=True, text=True, timeout=60, check=False
    )
    return done.returncode != 0, done.stderr


@contextmanager
def _running(alarm: Alarm, warm: float) -> Iterator[Scene | None]:
    """A system that was fed for a while and is well, in a folder of its own."""
    folder = Path(tempfile.mkdtemp(prefix="wiredesk-alarms-"))
    with StagedWire(1) as wire, disk_of_its_own(folder / "var", wanted=alarm.disk) as there:
        system = StagedSystem(
            folder, wire.urls, patched=alarm.patched, named=alarm.named,
            **({"stepping": True} if alarm.stepping else {}),
        )  # fmt: skip
        feeder, reader = Feeder(wire, 10**6, 1.0), Reader(system.sinks[0])
        try:
            if there:
                wire.offer(9)
                reader.start()
                system.start()
                feeder.start()
                _wait(lambda: bool(reader.seen), "the first record")
                time.sleep(warm)
                _wait(lambda: not ask_health(system)[0], "health to be green", system)
                yield Scene(system, wire, feeder)
            else:
                yield None
        finally:
            feeder.ended.set()
            reader.ended.set()
            system.end()
    shutil.rmtree(folder, ignore_errors=True)


def _wait(look: Callable[[], bool], what: str, system: System | None = None) -> None:
    deadline = time.monotonic() + _STARTS
    while not look():
        if time.monotonic() > deadline:
            said = ask_health(system)[1] if system else ""
            raise AlarmsFailed(f"waited {_STARTS:.0f} s for {what}; {said}")
        time.sleep(0.5)


def watch_quiet(seconds: float) -> Row:
    """A well system to which nothing happens, and no story either, is green at every question."""
    nothing = Alarm("quiet", lambda _: None, "")
    bad: list[str] = []
    asked = 0
    with _running(nothing, warm=3.0) as scene:
        assert scene
        scene.feeder.ended.set()
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            red, said = ask_health(scene.system)
            asked += 1
            if red:
                bad.append(said.splitlines()[0])
            time.sleep(min(_EVERY, 5.0) if seconds < 300 else 10.0)
    said = f"{len(bad)} of {asked} answers red" + (f": {bad[0]}" if bad else "")
    return Row("quiet", seconds, said, good=not bad)


if __name__ == "__main__":
    main()
