"""Copies that arrive at once, through the worker processes that `wiredesk run` starts."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from tests.integration.test_run import ending, environment, records, status, until, var

__all__ = ["var"]
from tests.making import WORDS

pytestmark = pytest.mark.system

COPIES = 20


def text(seed: int) -> str:
    """A story of its own of 120 words."""
    rng = random.Random(seed)
    return ". ".join(
        f"The {' '.join(rng.choices(WORDS, k=7))} near "
        f"{rng.choice(WORDS).title()}{rng.randrange(9999)} was closed"
        for _ in range(12)
    )


def arrive(var: Path, folder: Path, rounds: int) -> list[dict[str, int]]:
    """How often each relation was told of each story, after twenty copies of each came in."""
    wire, feeds = folder / "wire", folder / "feeds.toml"
    wire.mkdir()
    feeds.write_text(f'[[feeds]]\nid = "agency"\nfolder = "{wire}"\nafter = "move"\nevery = 0.5\n')
    for n in range(rounds * COPIES):
        story, outlet = divmod(n, COPIES)
        item = {
            "uri": f"N-{n}",
            "headline": f"Outlet {outlet} on story {story}",
            "body_text": text(story),
        }
        (wire / f"{n:05}.json").write_text(json.dumps(item))
    # one story at a time, so that all processes are at work on the copies of one
    more = {"WIREDESK_PROCESS_PROCESSES": "4", "WIREDESK_PROCESS_BATCH": "1"}
    command = [sys.executable, "-m", "workers.cli", "run", "--feeds", str(feeds)]
    log = folder / "log"
    with (
        log.open("wb") as said,
        subprocess.Popen(command, env=environment(var, **more), stderr=said) as running,
        ending(running),
    ):
        until(lambda: len(records(var)) >= rounds * COPIES)
        running.send_signal(signal.SIGTERM)
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for line in records(var):
        found[line["data"]["headline"].split(" on ")[1]][line["data"]["relation"]["kind"]] += 1
    return [dict(found[f"story {n}"]) for n in range(rounds)]


def test_twenty_copies_at_once_have_one_original(var: Path, tmp_path: Path) -> None:
    """Four processes at work on twenty copies of a story: one is new and nineteen are copies of
    it."""
    said = arrive(var, tmp_path, 3)
    assert said == [{"new": 1, "exact": COPIES - 1}] * 3
    assert status(var)["counts"]["outcome.new"] == 3
