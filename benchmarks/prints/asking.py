"""Runs the commands: as subprocesses only, so that the same questions go to any version of the
code.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from urllib.parse import urlsplit

from benchmarks.prints.inputs import ROOT, Group, Item
from workers.sample.server import serve

OURS: Final = f"PYTHONPATH={shlex.quote(str(ROOT))} {shlex.quote(sys.executable)} -m workers.cli"
"""The ``wiredesk`` of this tree, whatever is installed in the environment."""

PATIENCE: Final = 900.0
"""Seconds after which a command counts as hung."""

OLD: Final = 1_700_000_000
"""When the files of a watched folder were written: one that was just written is not read yet."""


class CommandFailed(RuntimeError):
    """A command did not answer as it should; the message holds its standard error."""


@dataclass(frozen=True, slots=True)
class Command:
    """``wiredesk`` as words of a shell: settings of the environment (PYTHONPATH=...) may stand
    before it.
    """

    words: tuple[str, ...]
    environment: dict[str, str]

    @classmethod
    def parse(cls, line: str) -> Command:
        """The command in a line: ``PYTHONPATH=/old /old/.venv/bin/python -m workers.cli``."""
        words = shlex.split(line)
        settings = {}
        while words and "=" in words[0]:
            name, _, value = words.pop(0).partition("=")
            settings[name] = value
        # settings of whoever runs this would change what the system says
        rest = {
            name: value for name, value in os.environ.items() if not name.startswith("WIREDESK_")
        }
        rest |= {"PYTHONWARNINGS": "ignore", "PYTHONHASHSEED": "0", "TZ": "UTC"}
        return cls(tuple(words), rest | settings)

    def lines(self, folder: Path, *given: str) -> list[dict[str, Any]]:
        """What it prints, a JSON object a line. Raises CommandFailed where it prints none."""
        done = subprocess.run(
            [*self.words, *given],
            cwd=folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
        try:
            found = [json.loads(line) for line in done.stdout.splitlines()]
        except ValueError:
            found = []
        # 1 says that some source was bad, which is an answer too
        if not found or done.returncode not in {0, 1}:
            said = done.stderr.decode("utf-8", "replace")[-2000:]
            raise CommandFailed(
                f"{shlex.join([*self.words, *given[:2]])} ended with {done.returncode}: {said}"
            )
        return found


def answers(command: Command, group: Group) -> Iterator[tuple[Item, dict[str, Any]]]:
    """What the command says of each item of a group. Raises CommandFailed."""
    with TemporaryDirectory(prefix="wd-prints-") as name:
        folder = Path(name)
        if group.kind == "feed":
            yield from _once(command, folder, group)
            return
        for path, content in group.files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
            os.utime(folder / path, (OLD, OLD))
        if group.kind == "folder":
            yield from _records(
                group, command.lines(folder, "once", "--json", folder.as_uri()), folder.as_uri()
            )
            return
        if group.kind == "explain":
            said = command.lines(
                folder, "explain", "--json", *(item.sources[0] for item in group.items)
            )
        else:
            pairs = "".join(
                json.dumps(dict(zip("ab", item.sources, strict=True))) + "\n"
                for item in group.items
            )
            (folder / "pairs.jsonl").write_text(pairs)
            said = command.lines(folder, "relate", "--json", "--pairs", "pairs.jsonl")
    if len(said) != len(group.items):
        raise CommandFailed(
            f"{group.name}: {len(group.items)} sources, and {len(said)} lines in answer"
        )
    yield from zip(group.items, said, strict=True)


def _once(command: Command, folder: Path, group: Group) -> Iterator[tuple[Item, dict[str, Any]]]:
    """The records that one poll of a feed of the sample wire ends in."""
    (path,) = group.files
    with serve() as wire:
        said = command.lines(folder, "once", "--json", "--allow", "127.0.0.1", f"{wire.url}/{path}")
        yield from _records(group, said, wire.url)


def _records(
    group: Group, said: list[dict[str, Any]], base: str
) -> Iterator[tuple[Item, dict[str, Any]]]:
    """Each record with an id of its own: where its story stands and what it tells, numbered where
    two are alike.

    The port of the wire and the name of the folder differ from run to run. Keys are made from them,
    so keys are numbered in the order in which they come.
    """
    text = json.dumps(said, ensure_ascii=False).replace(base, "http://sample.invalid")
    keys = [record["subject"].rpartition(":")[2] for record in said]
    for number, key in enumerate(dict.fromkeys(keys), 1):
        text = text.replace(key, f"story-{number}")
    seen: dict[str, int] = {}
    for record in json.loads(text):
        where = record["data"].get("url") or record["data"].get("notice", {}).get("url", "")
        name = f"{group.name}{urlsplit(where).path}/{record['type']}"
        seen[name] = seen.get(name, 0) + 1
        yield Item(name if seen[name] == 1 else f"{name}/{seen[name]}", ()), record
