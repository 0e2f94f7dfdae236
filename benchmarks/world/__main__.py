"""``python -m benchmarks.world``: every entry's story over three polls, whatever its page answers.

Serves feeds whose pages are stories, walls, errors and noise in six languages, runs the whole
system on them, edits stories between the polls, and prints by kind of page how many entries went
out as they stand at the end. Exits 1 where a story was lost, or anything else went out in its
place.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.world.judging import FAULTS, Event, Judged, judge
from benchmarks.world.kinds import KINDS, POLLS
from benchmarks.world.site import HOSTS, Publisher, Web, publish, serving
from workers import embedded
from workers.redis.redis_index import RedisIndex
from workers.redis.redis_ledger import RedisLedger
from workers.wiring import connect

ROOT = Path(__file__).parents[2]
# seconds without a request or record after which a poll is over; a broken page is asked for again
# after 1, 2 and 4 seconds
_QUIET = 8.0
_CEILING = 900.0  # seconds one poll may take
_PATIENCE = 60.0  # seconds for pages that were missing to be asked for again
_DAY = 86400.0  # feeds are polled when the benchmark says so, and not before

_SETTINGS = """
feeds = ["{folder}/feeds.toml"]
var = "{folder}/var"
log = "json"
[poll]
floor = 1.0
[fetch]
allow = ["127.0.0.0/8"]
spacing = 0.0
backoff = 1.0
[[sinks]]
name = "stories"
kind = "jsonl"
path = "{folder}/stories.jsonl"
"""


@dataclass
class Run:
    """The running system, and what it has delivered."""

    folder: Path
    web: Web
    process: subprocess.Popen[bytes]

    def events(self) -> list[Event]:
        """Every record so far, oldest first."""
        file = self.folder / "stories.jsonl"
        if not file.exists():
            return []
        return [json.loads(line) for line in file.read_text("utf-8").split("\n") if line]

    def count_lines(self) -> int:
        """How many records there are."""
        file = self.folder / "stories.jsonl"
        return file.read_bytes().count(b"\n") if file.exists() else 0

    def settle(self) -> None:
        """Wait until every feed was polled and nothing has happened since for a while.

        Pages that are missing or forbidden, with a status that begins with 4 in the name of their
        kind, may be asked for again and again: only their first request counts.
        """
        late = {path for path, entry in self.web.pages.items() if "4" in entry.kind.name}
        awaited = {path for path in late if self.web.pages[path].kind.comes}
        began = since = time.monotonic()
        seen = (0, 0)
        while (now := time.monotonic()) < began + _CEILING:
            asked = dict(self.web.asked)
            requests = sum(count for path, count in asked.items() if path not in late)
            state = (requests + len(late & asked.keys()), self.count_lines())
            if state != seen:
                seen, since = state, now
            polled = all(path in asked for path in self.web.feeds)
            looked = self.web.poll != 1 or awaited <= asked.keys() or now > began + _PATIENCE
            if polled and looked and now > since + _QUIET:
                return
            if self.process.poll() is not None:
                raise SystemExit(f"the system ended: {(self.folder / 'log').read_text()[-2000:]}")
            time.sleep(0.2)


@contextmanager
def running(folder: Path, web: Web) -> Iterator[Run]:
    """The system on these feeds, with a Redis of its own."""
    lines = []
    for one in web.publishers:
        url = f"http://{one.host}:{web.port}/{one.id}.xml"
        lines.append(f'[[feeds]]\nid = "{one.id}"\nurl = "{url}"\nevery = {_DAY}\n')
    (folder / "feeds.toml").write_text("".join(lines))
    (folder / "pipeline.toml").write_text(_SETTINGS.format(folder=folder))
    own = {name: value for name, value in os.environ.items() if not name.startswith("WIREDESK_")}
    env = own | {"WIREDESK_CONFIG": str(folder), "PYTHONPATH": str(ROOT)}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "workers.cli", "run"],
            env=env, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
        )  # fmt: skip
    try:
        yield Run(folder, web, process)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def poll_again(folder: Path, publishers: Sequence[Publisher]) -> None:
    """Make every feed due now."""
    with connect(embedded.url(folder / "var")) as client:
        ledger = RedisLedger(client, RedisIndex(client))
        now = time.time()
        for one in publishers:
            ledger.retime_feed(one.id, now, now)


def measure(folder: Path, feeds: int, entries: int) -> list[Judged]:
    """Run three polls and judge every entry."""
    publishers = publish(feeds, entries)
    with serving(Web(publishers)) as web, running(folder, web) as run:
        for poll in range(POLLS):
            web.step(poll)
            if poll:
                poll_again(folder, publishers)
            began = time.monotonic()
            run.settle()
            print(
                f"poll {poll + 1}: {time.monotonic() - began:.0f} s, {run.count_lines()} records "
                f"so far, {sum(web.asked.values())} requests",
                flush=True,
            )
        events = run.events()
    return judge(publishers, events)


def show(judged: Sequence[Judged], told: int) -> int:
    """Print the table and the first faults of each kind; how many entries have a fault."""
    print(f"{'page':24}{'entries':>8}{'right':>8}" + "".join(f"{fault:>18}" for fault in FAULTS))
    for kind in KINDS:
        own = [one for one in judged if one.entry.kind is kind]
        faults = Counter(one.fault for one in own)
        counts = "".join(f"{faults[fault] or '':>18}" for fault in FAULTS)
        print(f"{kind.name:24}{len(own):8}{faults['']:8}{counts}")
    wrong = [one for one in judged if one.fault]
    whole = Counter(one.fault for one in judged)
    counts = "".join(f"{whole[fault] or '':>18}" for fault in FAULTS)
    print(f"{'all':24}{len(judged):8}{whole['']:8}{counts}")
    for one in wrong[:told]:
        print(f"- {one.entry.guid} ({one.entry.kind.name}, {one.entry.told.language}): {one.fault}")
        print(f"  {one.entry.told.title}\n  {one.seen}")
    return len(wrong)


def main(line: Sequence[str] | None = None) -> int:
    """Measure and print; 1 where an entry has a fault."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.world", description=__doc__)
    parser.add_argument("--feeds", type=int, default=200, help=f"feeds, on {HOSTS} hosts")
    parser.add_argument("--entries", type=int, default=20, help="entries of each feed")
    parser.add_argument("--smoke", action="store_true", help="one entry of each kind")
    parser.add_argument("--tell", type=int, default=20, help="how many faults to print")
    parser.add_argument("--keep", type=Path, help="run in this folder, and leave it there")
    asked = parser.parse_args(line)
    feeds, entries = (1, len(KINDS)) if asked.smoke else (asked.feeds, asked.entries)
    if asked.keep:
        asked.keep.mkdir(parents=True, exist_ok=True)
        judged = measure(asked.keep.resolve(), feeds, entries)
    else:
        with tempfile.TemporaryDirectory(prefix="wd-world-") as folder:
            judged = measure(Path(folder), feeds, entries)
    return 1 if show(judged, asked.tell) else 0


if __name__ == "__main__":
    sys.exit(main())
