"""One installation in a folder of its own, its commands as processes, and a look at its servers."""

from __future__ import annotations

import json
import os
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Final

from workers import embedded
from workers.embedded import locks

_SETTINGS: Final = """
feeds = ["{folder}/feeds.toml"]
local_feeds = "{folder}/feeds.local.toml"
var = "{folder}/var"
log = "json"
[poll]
floor = 0.5
[process]
processes = 1
[[sinks]]
name = "stories"
kind = "jsonl"
path = "{folder}/stories.jsonl"
"""
_FEEDS: Final = """
[[feeds]]
id = "agency"
folder = "{folder}/wire"
every = 0.5
"""
# a fork server has read the program once: a start takes milliseconds, and many fit into one moment
_FORKS: Final = get_context("forkserver")
_FORKS.set_forkserver_preload(
    ["workers.cli", "workers.cli.running", "workers.cli.operating", "workers.cli.troubles"]
)


def _run_command(
    arguments: tuple[str, ...], environment: dict[str, str], said: str, *, is_control: bool
) -> None:
    """In the forked process: what `wiredesk ARGUMENTS` does, its lines into the file ``said``."""
    os.environ.update(environment)
    if is_control:
        locks._lock = lambda *_: True
    log = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for stream in (1, 2):
        os.dup2(log, stream)
    from workers.cli import main

    main(list(arguments))


@dataclass
class Command:
    """A command as a process of its own."""

    arguments: tuple[str, ...]
    process: ForkServerProcess
    said: Path
    began: float = field(default_factory=time.monotonic)
    killed: bool = False

    def says(self, words: str) -> bool:
        """Whether it has said these words."""
        return self.said.exists() and words in self.said.read_text("utf-8", "replace")

    def kill(self) -> None:
        """kill -9, wherever it is."""
        self.killed = True
        self.process.kill()


class Watch(threading.Thread):
    """Looks at the folder's servers without pause: ``most`` lived at one moment."""

    def __init__(self, var: Path) -> None:
        super().__init__(name="watch", daemon=True)
        self.var = var
        self.most = 0
        self.ended = threading.Event()

    def run(self) -> None:
        """Count until the harness ends."""
        title = str(embedded.socket_path(self.var)).encode()
        while not self.ended.wait(0.005):
            self.most = max(self.most, len(_servers(title)))


def _servers(title: bytes) -> list[int]:
    """Redis servers of this socket, by their titles: not by the lock that is under trial."""
    found = []
    for process in Path("/proc").iterdir():
        if not process.name.isdigit():
            continue
        try:
            line = (process / "cmdline").read_bytes()
            # a child that writes the file anew, and one that is not yet a server, are none
            if line.partition(b" ")[0].endswith(b"redis-server") and title in line:
                found.append(int(process.name))
        except OSError:
            continue
    return found


@dataclass
class Installation:
    """A folder with a watched folder as its only feed. ``is_control``: its locks hold nobody."""

    folder: Path
    is_control: bool = False
    offered: int = 0

    def __post_init__(self) -> None:
        (self.folder / "wire").mkdir()
        (self.folder / "said").mkdir()
        (self.folder / "pipeline.toml").write_text(_SETTINGS.format(folder=self.folder))
        (self.folder / "feeds.toml").write_text(_FEEDS.format(folder=self.folder))

    @property
    def var(self) -> Path:
        """Where its Redis is."""
        return self.folder / "var"

    def begin(self, *arguments: str, name: str) -> Command:
        """Start a command; its lines go to the file of that name."""
        said = self.folder / "said" / name
        environment = {
            "WIREDESK_CONFIG": str(self.folder),
            "PYTHONPATH": str(Path(__file__).parents[2]),
        }
        process = _FORKS.Process(
            target=_run_command,
            args=(arguments, environment, str(said)),
            kwargs={"is_control": self.is_control},
        )
        process.start()
        return Command(arguments, process, said)

    def servers(self) -> list[int]:
        """Its living servers."""
        return _servers(str(embedded.socket_path(self.var)).encode())

    def offer(self) -> None:
        """Put one more story into the watched folder."""
        self.offered += 1
        number = self.offered
        words = " ".join(f"Word{(number * 7919 + n * 104_729) % 9973}" for n in range(60))
        item = {
            "uri": f"story-{number}",
            "headline": f"Ferry number {number} reaches harbour {number * 31 % 997}",
            "body_text": f"The ferry numbered {number} came in on Monday. {words}.",
        }
        part = self.folder / "wire" / f".{number}.json"
        part.write_text(json.dumps(item))
        part.rename(part.with_name(f"{number}.json"))

    def delivered(self) -> Counter[str]:
        """The headlines in its sink, and how often each stands there."""
        file = self.folder / "stories.jsonl"
        if not file.exists():
            return Counter()
        lines = file.read_text("utf-8").splitlines()
        return Counter(json.loads(line)["data"]["headline"] for line in lines)
