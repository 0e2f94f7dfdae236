"""``python -m benchmarks.polling.rules``: two beats and three poll workers on thousands of feeds,
judged by the rules.

The servers' log is compared with what each rule allows: floors, Retry-After, robots.txt, spacing,
caching, moves; the sink with what was shown: no story missed, none twice; the events with what
rolled past unseen. Exits 1 where any rule was broken.
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
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Final

from redis import Redis
from rich.console import Console
from rich.table import Table

from benchmarks.polling import rules_wire as wire
from benchmarks.polling.rules_wire import Asked, Wire
from pipeline import schedule
from pipeline.ledger import Standing
from workers import embedded
from workers.redis.redis_index import RedisIndex
from workers.redis.redis_ledger import RedisLedger

ROOT: Final = Path(__file__).resolve().parents[2]
SERVICES: Final = ("beat", "beat", "poll", "poll", "poll", "process", "deliver")
SPACED: Final = (2, 3)  # hosts that want SPACING
SPACING: Final = 0.4
CLOCK: Final = 0.01  # seconds by which the times of two processes on one machine may differ
UNDER_WAY: Final = (
    5.0  # seconds, the poll timeout: a request that was claimed before its host said to wait
)
CEILING: Final = 600.0  # seconds; far above what any wait takes, only there to end a run that hangs

_SETTINGS: Final = """
feeds = ["{folder}/feeds.toml"]
log = "json"
[poll]
floor = {floor}
ceiling = {ceiling}
timeout = 5.0
threads = {threads}
[fetch]
allow = ["127.0.0.1"]
spacing = 0.0
spacing_by_host = {{ {spaced} }}
timeout = 5.0
backoff = 2.0
[process]
processes = 1
[[sinks]]
name = "stories"
kind = "jsonl"
path = "{folder}/stories.jsonl"
"""


@dataclass
class Verdict:
    """What became of one rule: how much was looked at, and what broke it."""

    rule: str
    looked: int = 0
    broken: list[str] = field(default_factory=list)


@dataclass
class Run:
    """What there is to judge. ``shown`` holds the entries that some document brought to us, by
    feed."""

    start: float
    end: float
    floor: float
    ports: Sequence[int]
    log: list[Asked]
    standing: list[Standing]
    delivered: Counter[str]
    shown: dict[int, set[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        shown: defaultdict[int, set[int]] = defaultdict(set)
        for asked in self.log:
            if asked.last >= 0 and wire.manners(asked.feed).kind != "hanging":
                shown[asked.feed].update(range(asked.first, asked.last + 1))
        self.shown = dict(shown)

    def by_feed(self) -> dict[int, list[Asked]]:
        """The polls of each feed; a redirect and what it led to are one poll."""
        found: defaultdict[int, list[Asked]] = defaultdict(list)
        for asked in self.log:
            if asked.path.startswith("/feed/"):
                polls = found[asked.feed]
                follows = polls and polls[-1].status in {301, 302} and asked.path.endswith("/new")
                if not follows:
                    polls.append(asked)
        return found


# --------------------------------------------------------------------------- the rules


def floors(run: Run) -> Verdict:
    """No feed twice within its floor, or sooner than max-age, ttl let it."""
    verdict = Verdict("no feed is polled twice within its floor, max-age or ttl")
    for feed, polls in run.by_feed().items():
        kind = wire.manners(feed).kind
        least = {"fresh": wire.FRESH, "ttl": 60.0}.get(kind, 0.0)
        for one, two in pairwise(polls):
            verdict.looked += 1
            # what a publisher asks for holds up to the ceiling
            wanted = max(run.floor, min(least, 60.0) if one.status in {200, 304} else 0.0)
            if two.at - one.at < wanted - CLOCK:
                verdict.broken.append(f"feed {feed} ({kind}) after {two.at - one.at:.1f} s")
    return verdict


def retries(run: Run) -> Verdict:
    """Nothing of a host is asked for before its Retry-After has passed."""
    verdict = Verdict("Retry-After, as seconds and as a date, rests the whole host")
    rests: dict[int, float] = {}
    said: dict[int, float] = {}
    for asked in run.log:
        too_soon = asked.at < rests.get(asked.host, 0.0) - CLOCK
        if too_soon and asked.at > said[asked.host] + UNDER_WAY:
            verdict.broken.append(f"{asked.path} {rests[asked.host] - asked.at:.1f} s too soon")
        if asked.retry:
            verdict.looked += 1
            rests[asked.host], said[asked.host] = asked.at + asked.retry, asked.at
    return verdict


def robots(run: Run) -> Verdict:
    """No closed page is asked for, and robots.txt once a host and day, over all workers."""
    verdict = Verdict("robots.txt is obeyed, and asked for once a host")
    files = Counter(asked.host for asked in run.log if asked.path == "/robots.txt")
    pages = [asked for asked in run.log if asked.path.startswith(("/page/", "/closed/"))]
    verdict.looked = len(pages) + len(files)
    verdict.broken += [
        f"{asked.path} was asked for" for asked in pages if asked.path.startswith("/closed/")
    ]
    # workers may ask a host without spacing at the same moment, before any has the answer
    at_once = SERVICES.count("poll")
    verdict.broken += [
        f"host {h} was asked {n} times"
        for h, n in files.items()
        if n > (1 if h in SPACED else at_once)
    ]
    if not pages:
        verdict.broken.append("no page was fetched: nothing was tested")
    return verdict


def spacing(run: Run) -> Verdict:
    """Feeds, pages and robots.txt of a spaced host, one at a time."""
    verdict = Verdict(f"feeds, pages and robots.txt of a spaced host are {SPACING:g} s apart")
    for host in SPACED:
        asked = [a for a in run.log if a.host == host]
        for one, two in pairwise(asked):
            verdict.looked += 1
            led = one.status in {301, 302} and two.path.endswith("/new")
            if not led and two.at - one.at < SPACING - CLOCK:
                verdict.broken.append(
                    f"host {host}: {one.path} and {two.path} {two.at - one.at:.3f} s apart"
                )
    return verdict


def moves(run: Run) -> Verdict:
    """301 is followed for good after three sightings, 302 never; 410 is the end."""
    verdict = Verdict("301 moves after three sightings, 302 never, 410 ends")
    for feed, polls in run.by_feed().items():
        kind, seen = wire.manners(feed).kind, [p.status for p in polls]
        if kind not in {"moved", "detour", "gone"}:
            continue
        verdict.looked += 1
        if kind == "moved" and (seen.count(301) > 3 or (len(seen) > 3 and seen[3] == 301)):
            verdict.broken.append(f"feed {feed} is still asked at its old place: {seen}")
        if kind == "detour" and set(seen) != {302}:
            verdict.broken.append(f"feed {feed} was rewritten by a detour: {seen}")
        if kind == "gone" and seen.count(410) > 1:
            verdict.broken.append(f"feed {feed} was asked again after 410")
    return verdict


def stories(run: Run) -> Verdict:
    """Every entry that was shown is in the sink, once."""
    verdict = Verdict("every entry that was shown is delivered, once")
    for feed, entries in run.shown.items():
        for entry in entries:
            verdict.looked += 1
            times = run.delivered[wire.url_of(feed, entry, run.ports[feed // wire.PER_HOST])]
            if times != 1:
                verdict.broken.append(
                    f"{feed}/{entry} ({wire.manners(feed).kind}) was delivered {times} times"
                )
    return verdict


def seen(run: Run) -> Verdict:
    """What was published long enough before the end was shown, or rolled past."""
    verdict = Verdict("every entry in time to be seen was seen, or rolled past a small window")
    for feed, entries in run.shown.items():
        m = wire.manners(feed)
        if m.kind in {"hanging", "gone", "rollover", "broken", "busy", "shut"}:
            continue
        due = [
            e
            for e in range(max(entries) + 5)
            if wire.published(feed, e, run.start) < run.end - 150.0
        ]
        verdict.looked += len(due)
        verdict.broken += [
            f"{feed}/{e} ({m.kind}) was never shown" for e in due if e not in entries
        ]
    return verdict


def gaps(run: Run) -> Verdict:
    """A feed whose entries rolled past unseen has a gap told; one that was seen whole has none."""
    verdict = Verdict("every rollover is told as a gap, and nothing else is")
    told = {int(s.feed.id.removeprefix("f")): s.state.gaps for s in run.standing}
    for feed, entries in run.shown.items():
        missed = max(entries) - min(entries) + 1 - len(entries)
        verdict.looked += 1
        if bool(missed) != bool(told.get(feed)):
            verdict.broken.append(f"feed {feed} missed {missed} and told {told.get(feed)} gaps")
    if not any(told.values()):
        verdict.broken.append("no gap was told: nothing was tested")
    return verdict


RULES: Final = (floors, retries, robots, spacing, moves, stories, seen, gaps)

# --------------------------------------------------------------------------- the system


class System:
    """The services, each a process of its own, on a private Redis."""

    def __init__(
        self,
        folder: Path,
        feeds: int,
        ports: Sequence[int],
        floor: float,
        ceiling: float,
        threads: int,
    ) -> None:
        self.folder = folder
        listed = []
        for feed in range(feeds):
            full = "" if wire.manners(feed).paged else "full_text = true\n"
            url = f"http://127.0.0.1:{ports[feed // wire.PER_HOST]}/feed/{feed}"
            listed.append(f'[[feeds]]\nid = "f{feed}"\nurl = "{url}"\n{full}')
        (folder / "feeds.toml").write_text("".join(listed))
        spaced = ", ".join(
            f'"127.0.0.1:{ports[host]}" = {SPACING}' for host in SPACED if host < len(ports)
        )
        text = _SETTINGS.format(
            folder=folder, floor=floor, ceiling=ceiling, threads=threads, spaced=spaced
        )
        (folder / "pipeline.toml").write_text(text)
        self.redis = embedded.start(folder / "var")
        self.client = Redis.from_url(embedded.url(folder / "var"))
        self.ledger = RedisLedger(self.client, RedisIndex(self.client))
        rest = {
            name: value for name, value in os.environ.items() if not name.startswith("WIREDESK_")
        }
        own = {"WIREDESK_CONFIG": str(folder), "WIREDESK_REDIS_URL": embedded.url(folder / "var")}
        self.processes: list[subprocess.Popen[bytes]] = []
        with (folder / "log").open("ab") as log:
            for service in SERVICES:
                line = [sys.executable, "-m", "workers.cli", "work", service]
                env = {**rest, **own, "PYTHONPATH": str(ROOT)}
                self.processes.append(
                    subprocess.Popen(line, cwd=folder, env=env, stdout=log, stderr=log)
                )

    def idle(self) -> bool:
        """Whether every story that was admitted has ended and is with the sink."""
        status = self.ledger.status(time.time())
        return not (status.fetch or status.process or any(status.backlog.values()))

    def polls(self) -> int:
        """How many polls there were so far."""
        return sum(
            n
            for name, n in self.ledger.status(time.time()).polls.items()
            if name.startswith("poll.")
        )

    def delivered(self) -> Counter[str]:
        """How often each page's address is in the sink."""
        file = self.folder / "stories.jsonl"
        lines = file.read_text("utf-8").splitlines() if file.exists() else []
        return Counter(json.loads(line)["data"].get("url", "") for line in lines)

    def stop_polling(self) -> None:
        """Poll no feed any more, and return when no poll is under way: what was shown is admitted
        then.

        The poll workers stay: they fetch the pages of what was admitted.
        """
        feeds = list(self.ledger.feeds())
        for feed in feeds:
            self.ledger.pause_feed(feed, time.time())
        # a feed that is paused is due never; one that is being polled, when its lease ends
        wait_until(lambda: all(s.due >= schedule.NEVER for s in self.ledger.standing(feeds)))

    def stop(self) -> None:
        """End the workers, then Redis."""
        for process in self.processes:
            process.send_signal(signal.SIGTERM)
        for process in self.processes:
            try:
                process.wait(40)
            except subprocess.TimeoutExpired:
                process.kill()
        self.client.close()
        self.redis.terminate()
        self.redis.wait(30)


def wait_until(found: Callable[[], bool]) -> None:
    """Return when something has become true. Raises TimeoutError after CEILING."""
    end = time.monotonic() + CEILING
    while not found():
        if time.monotonic() > end:
            raise TimeoutError("what the run waits for never happened")
        time.sleep(0.2)


def rehearse(
    feeds: int, seconds: float, *, floor: float, ceiling: float, threads: int = 8, polls: int = 0
) -> Run:
    """Run the system until most feeds were polled, ``polls`` were made, and ``seconds`` more; then
    let it finish.

    What there is to judge.
    """
    with tempfile.TemporaryDirectory(prefix="wd-rules-") as name:
        folder = Path(name)
        served = Wire(feeds, folder / "asked.jsonl")
        system = System(folder, feeds, served.ports, floor, ceiling, threads)
        try:
            wait_until(lambda: system.polls() >= max(feeds * 0.9, polls))
            time.sleep(seconds)
            end = served.freeze()
            system.stop_polling()
            wait_until(system.idle)
            standing = system.ledger.standing([f"f{feed}" for feed in range(feeds)])
            log, delivered = served.stop(), system.delivered()
        finally:
            system.stop()
        if os.environ.get("KEEP_LOG"):
            (folder / "log").replace(os.environ["KEEP_LOG"])
        return Run(served.start, end, floor, served.ports, log, standing, delivered)


def report(run: Run, verdicts: Sequence[Verdict], console: Console) -> None:
    """One table of rules, one of figures."""
    table = Table("rule", "looked at", "broken", title="Polling by the rules", title_justify="left")
    for verdict in verdicts:
        table.add_row(verdict.rule, f"{verdict.looked:,}", str(len(verdict.broken) or ""))
    console.print(table)
    for verdict in verdicts:
        for broken in verdict.broken[:5]:
            console.print(f"  {verdict.rule}: {broken}", style="red", markup=False, highlight=False)
    polls = [a for a in run.log if a.path.startswith("/feed/")]
    by = Counter(str(a.status) for a in polls)
    figures = Table(title="Figures", title_justify="left", show_header=False)
    figures.add_row("seconds", f"{run.end - run.start:.0f}")
    figures.add_row(
        "requests", f"{len(run.log):,}: " + ", ".join(f"{n:,} {s}" for s, n in by.most_common())
    )
    figures.add_row(
        "polls a second", f"{len(polls) / (run.log[-1].at - run.start):.1f}" if run.log else ""
    )
    figures.add_row("records", f"{run.delivered.total():,}")
    late = sorted(_latencies(run))
    if late:
        figures.add_row(
            "published to shown",
            " ".join(f"p{p}: {late[int(len(late) * p / 100)]:.0f} s" for p in (50, 90, 99)),
        )
    figures.add_row("gaps told", f"{sum(s.state.gaps for s in run.standing):,}")
    console.print(figures)


def _latencies(run: Run) -> Iterator[float]:
    """Seconds from an entry's publication to the document that brought it, of entries that appeared
    during the run."""
    known: set[tuple[int, int]] = set()
    for asked in run.log:
        for entry in range(asked.first, asked.last + 1) if asked.last >= 0 else ():
            if (asked.feed, entry) not in known:
                known.add((asked.feed, entry))
                appeared = wire.published(asked.feed, entry, run.start)
                if appeared > run.start + 60:
                    yield asked.at - appeared


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--feeds", type=int, default=2000)
    options.add_argument("--seconds", type=float, default=600.0)
    options.add_argument("--floor", type=float, default=20.0)
    options.add_argument("--ceiling", type=float, default=60.0)
    chosen = options.parse_args()
    run = rehearse(chosen.feeds, chosen.seconds, floor=chosen.floor, ceiling=chosen.ceiling)
    verdicts = [rule(run) for rule in RULES]
    report(run, verdicts, Console(width=120))
    return 1 if any(verdict.broken for verdict in verdicts) else 0


if __name__ == "__main__":
    sys.exit(main())
