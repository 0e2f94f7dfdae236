"""Processor time and memory of processes, as the kernel counts them in /proc."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_TICK = 1 / os.sysconf("SC_CLK_TCK")
_PROC = Path("/proc")


@dataclass(frozen=True)
class Reading:
    """Seconds of processor time (user and system, ended children included) by service."""

    seconds: Mapping[str, float]

    def since(self, before: Reading) -> dict[str, float]:
        """What was used since an earlier reading."""
        return {name: spent - before.seconds.get(name, 0.0) for name, spent in self.seconds.items()}


def read(*roots: int) -> Reading:
    """The processes ``roots`` and all that descend from them."""
    spent: dict[str, float] = defaultdict(float)
    for pid in _trees(roots):
        fields = _stat(pid)
        if fields:
            # man 5 proc: utime, stime, cutime and cstime are the fields 14 to 17
            spent[_service(pid)] += sum(map(int, fields[11:15])) * _TICK
    return Reading(spent)


def peaks(*roots: int) -> dict[str, float]:
    """The most memory (RSS, MiB) that each process ever held; a pool's children as one entry, the
    largest."""
    most: dict[str, float] = {}
    for pid in _trees(roots):
        fields = _stat(pid)
        parent = int(fields[1]) if fields else 0
        name = _service(pid) + (
            " child" if parent not in roots and _service(parent) == _service(pid) else ""
        )
        most[name] = max(most.get(name, 0.0), peak(pid))
    return most


def peak(pid: int) -> float:
    """The most memory (RSS, MiB) this process ever held."""
    for line in _text(_PROC / str(pid) / "status").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0


def exact(pid: int) -> float:
    """Seconds of processor time of a process's live threads, to the nanosecond."""
    tasks = (_PROC / str(pid) / "task").glob("*/schedstat")
    return sum(int(_text(task).split()[0]) for task in tasks) / 1e9


def _trees(roots: tuple[int, ...]) -> set[int]:
    children = defaultdict(list)
    for folder in _PROC.iterdir():
        if folder.name.isdigit() and (fields := _stat(int(folder.name))):
            children[int(fields[1])].append(int(folder.name))
    found, open_ = set(), list(roots)
    while open_:
        pid = open_.pop()
        found.add(pid)
        open_ += children[pid]
    return found


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat from the third on: the name before them may hold anything."""
    return _text(_PROC / str(pid) / "stat").rpartition(")")[2].split()


def _service(pid: int) -> str:
    command = _text(_PROC / str(pid) / "cmdline").split("\0")
    if "redis-server" in command[0]:
        return "redis"
    for part in _text(_PROC / str(pid) / "environ").split("\0"):
        if part.startswith("WIREDESK_SERVICE="):
            return part.partition("=")[2]
    return "run"


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""  # it ended meanwhile
