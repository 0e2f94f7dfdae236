"""The account of a run: what was offered beside what the ledger says and what the sinks hold."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.faults.stories import MARKED
from benchmarks.faults.wire import Offered


@dataclass(frozen=True, slots=True)
class Seen:
    """A record in a sink's file: its id, which story and edition it tells, and when its line was
    first seen."""

    id: str
    marker: str
    edition: int
    at: float


class Reader(threading.Thread):
    """Reads a sink's file while it grows and notes when each record came (epoch seconds, to about
    50 ms)."""

    def __init__(self, path: Path) -> None:
        super().__init__(name=f"reader-{path.name}", daemon=True)
        self.path = path
        self.seen: list[Seen] = []
        self.ended = threading.Event()
        self._from = 0

    def run(self) -> None:
        """Read until the harness ends."""
        while not self.ended.wait(0.05):
            self.read()

    def read(self) -> None:
        """Take in the whole lines that were added."""
        if not self.path.exists():
            return
        with self.path.open("rb") as file:
            file.seek(self._from)
            for line in file:
                if not line.endswith(b"\n"):
                    break
                self._from += len(line)
                self.seen.append(_seen(line))

    def close(self) -> list[Seen]:
        """Read to the end; every record."""
        self.ended.set()
        self.join()
        self.read()
        return self.seen


def _seen(line: bytes) -> Seen:
    record = json.loads(line)
    found = MARKED.search(" ".join(record["data"].get("body", ())))
    return Seen(record["id"], found[1] if found else "", int(found[2]) if found else 0, time.time())


@dataclass
class Account:
    """What a run came to. Each list names stories (or record ids), so that a fault can be followed
    up."""

    stories: int = 0
    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    harmed: list[str] = field(default_factory=list)
    set_aside: list[str] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Nothing lost, nothing twice, nobody harmed, every poison set aside."""
        return not (self.lost or self.twice or self.harmed or self.strange)


def settle(
    offered: Sequence[Offered],
    jobs: Iterable[Mapping[str, str]],
    sinks: Sequence[Sequence[Seen]],
    *,
    others: bool = False,
) -> Account:
    """Compare. A story is lost where a sink lacks its last edition and the ledger does not say why.

    ``harmed`` are stories without poison that ended without a record (quarantined, no page ...),
    which is an Outcome and no loss, but should not happen here. An edition that was replaced before
    it was fetched needs no record. ``others`` are beside ours: their records tell no story of ours.
    """
    ended = {marker(job["title"]): job for job in jobs}
    account = Account(stories=len(offered))
    for seen in sinks:
        account.twice += [id for id, times in Counter(s.id for s in seen).items() if times > 1]
        ours = [s for s in seen if s.marker]
        told = Counter((s.marker, s.edition) for s in {s.id: s for s in ours}.values())
        account.twice += [
            f"{marker}/{edition}" for (marker, edition), times in told.items() if times > 1
        ]
        if not others:
            nameless = [s.id for s in seen if not s.marker]
            account.strange += [f"{id}: a record that tells no story" for id in nameless]
    held = [{(s.marker, s.edition) for s in seen} for seen in sinks]
    for story in offered:
        name = (story.told.marker, story.told.edition)
        job = ended.get(story.told.marker, {})
        if story.told.poison:
            _poisoned(account, story, job)
        elif not all(name in sink for sink in held):
            outcome = job.get("outcome", "")
            ends = outcome and outcome not in {"new", "version", "copy", "correction", "unchanged"}
            said = (
                f"{name[0]}/{name[1]}: {job.get('stage', 'unknown')} {outcome} "
                f"{job.get('reason', '')}"
            ).strip()
            (account.harmed if ends else account.lost).append(said)
    return account


def _poisoned(account: Account, story: Offered, job: Mapping[str, str]) -> None:
    said = (
        f"{story.told.marker} ({story.told.poison}): {job.get('attempts')} attempts, "
        f"{job.get('reason')}"
    )
    if job.get("stage") == "quarantine" and job.get("attempts") == "3":
        account.set_aside.append(said)
    else:
        account.strange.append(
            f"{said}; stage {job.get('stage')}, not quarantined after 3 attempts"
        )


def marker(title: str) -> str:
    """The marker in a story's headline."""
    return next((word for word in title.split() if word.startswith("Qar")), "")


def resumed(
    end: float, appeared: Mapping[tuple[str, int], float], seen: Iterable[Seen]
) -> float | None:
    """Seconds from ``end`` (of a fault) until an edition that appeared after it was in the sink;
    None where none was.

    ``appeared`` says when each edition of each marker was first shown; all times are epoch seconds.
    """
    later = [s.at for s in seen if appeared.get((s.marker, s.edition), 0.0) >= end]
    return min(later) - end if later else None
