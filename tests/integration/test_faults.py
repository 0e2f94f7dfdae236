"""The fault harness's short tier: the whole system killed, starved and cut off, and its account."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from benchmarks.faults.account import Seen, resumed, settle
from benchmarks.faults.control import CONTROL
from benchmarks.faults.report import troubles
from benchmarks.faults.running import Result
from benchmarks.faults.stories import MARKED, tell
from benchmarks.faults.wire import Offered, Wire

ROOT: Final = Path(__file__).resolve().parents[2]
CEILING: Final = 900  # seconds; the harness has its own, tighter bounds and says where it is stuck


@pytest.mark.system
def test_nothing_is_lost_and_nothing_comes_twice() -> None:
    """Kills of everything, of workers and of Redis, a failing sink, poison: all delivered once; no
    sweep: a loss."""
    line = [sys.executable, "-m", "benchmarks.faults", "--short"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(
        line,
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=CEILING,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


# ----------------------------------------------------------------- the harness sees what goes wrong


def offered(count: int) -> list[Offered]:
    """Stories as the wire offers them."""
    wire = Wire(seed=5)
    wire.offer(count)
    return wire.offered


def seen(story: Offered, *, id: str = "", edition: int = 0) -> Seen:
    """The record of a story as the sink holds it."""
    told = story.told
    return Seen(
        id or f"urn:{told.marker}/{told.edition}",
        told.marker,
        edition or told.edition,
        story.at + 1,
    )


def job(story: Offered, **fields: str) -> dict[str, str]:
    """What the ledger says of a story."""
    return {
        "title": story.told.headline,
        "stage": "done",
        "outcome": "new",
        "attempts": "1",
        "reason": "",
        **fields,
    }


def test_a_complete_sink_is_clean() -> None:
    """Every story once in the sink: nothing to report."""
    stories = offered(5)
    account = settle(stories, map(job, stories), [[seen(s) for s in stories]])
    assert account.clean
    assert account.stories == 5


def test_a_missing_record_is_a_loss() -> None:
    """A story that the ledger calls delivered and one sink lacks is lost, whatever the other sink
    holds."""
    stories = offered(5)
    whole = [seen(s) for s in stories]
    account = settle(stories, map(job, stories), [whole, whole[1:]])
    assert [said.split("/")[0] for said in account.lost] == [stories[0].told.marker]


def test_a_story_unknown_to_the_ledger_is_a_loss() -> None:
    """Offered, never admitted, never delivered: lost."""
    stories = offered(2)
    account = settle(stories, [job(stories[0])], [[seen(stories[0])]])
    assert len(account.lost) == 1


def test_an_edition_that_never_came_is_a_loss() -> None:
    """The first edition in the sink does not make up for the second."""
    wire = Wire(seed=5)
    wire.offer(1)
    first = seen(wire.offered[0])
    wire.revise(0)
    account = settle(wire.offered, [job(wire.offered[0])], [[first]])
    assert len(account.lost) == 1


def test_one_record_on_two_lines_is_delivered_twice() -> None:
    """The same id twice in a sink is a double delivery."""
    stories = offered(2)
    records = [seen(s) for s in stories]
    assert settle(stories, map(job, stories), [[*records, records[0]]]).twice == [records[0].id]


def test_two_records_of_one_edition_are_delivered_twice() -> None:
    """One edition under two ids is a double delivery, too."""
    stories = offered(1)
    records = [seen(stories[0]), seen(stories[0], id="urn:other/1")]
    assert settle(stories, map(job, stories), [records]).twice == [f"{stories[0].told.marker}/1"]


def test_a_good_story_in_quarantine_is_harmed() -> None:
    """Quarantine is an Outcome, and no place for a story that did no harm."""
    stories = offered(1)
    account = settle(stories, [job(stories[0], stage="quarantine", outcome="quarantined")], [[]])
    assert account.harmed
    assert not account.clean


@pytest.mark.parametrize(
    ("fields", "clean"),
    [
        ({"stage": "quarantine", "outcome": "quarantined", "attempts": "3"}, True),
        ({"stage": "quarantine", "outcome": "quarantined", "attempts": "7"}, False),
        ({"stage": "process", "outcome": "", "attempts": "2"}, False),
        ({}, False),
    ],
)
def test_poison_belongs_in_quarantine_after_three_attempts(
    fields: dict[str, str], clean: bool
) -> None:
    """Any other end of a poison page is reported."""
    wire = Wire(seed=5, poison={0: "segfault"})
    wire.offer(1)
    assert settle(wire.offered, [job(wire.offered[0], **fields)], [[]]).clean is clean


def test_a_control_without_loss_is_a_failure() -> None:
    """A negative control that loses nothing means that the harness would not see a loss."""
    clean = settle([], [], [[]])
    assert troubles([Result(CONTROL.name, clean, [], 1, 1.0, lost_by_control=0)])
    assert not troubles([Result(CONTROL.name, clean, [], 1, 1.0, lost_by_control=4)])


def test_seconds_count_from_the_fault_to_a_later_story() -> None:
    """A record of a story that appeared before the fault does not count, however late it comes."""
    stories = offered(2)
    appeared = {(stories[0].told.marker, 1): 10.0, (stories[1].told.marker, 1): 20.0}
    records = [
        Seen("a", stories[0].told.marker, 1, 16.0),
        Seen("b", stories[1].told.marker, 1, 23.5),
    ]
    assert resumed(15.0, appeared, records) == 8.5
    assert resumed(21.0, appeared, records) is None


def test_stories_and_editions_tell_themselves_apart() -> None:
    """No two stories share a marker, and each edition names its own number."""
    told = [tell(3, number, edition) for number in range(200) for edition in (1, 2)]
    found = [MARKED.search(" ".join(t.paragraphs)) for t in told]
    assert len({(m[1], m[2]) for m in found if m}) == len(told)
