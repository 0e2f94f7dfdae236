"""A JSONL sink that can be down, slow, or lose its reply: what it does next stands in a file beside
its records."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final, cast

from pipeline import sinks
from pipeline.errors import Transient
from pipeline.record import Record
from pipeline.sinks.jsonl import JsonlSink

KIND: Final = "faulty-jsonl"


class FaultyJsonlSink(JsonlSink):
    """``mode`` names the file that says how it behaves: up, down, slow, deaf (no reply) or dies
    (after writing).

    Beside it ``.calls`` gets a line a call. ``slowness`` is how many seconds a slow call takes.
    """

    def __init__(self, name: str, path: str | Path, mode: str | Path, slowness: float) -> None:
        super().__init__(name, path)
        self.mode = Path(mode)
        self.slowness = slowness

    def write(self, records: Sequence[Record]) -> None:
        """Write as the mode says: not at all, late, without an answer, or dying after it."""
        mode = self.mode.read_text() if self.mode.exists() else "up"
        with self.mode.with_suffix(".calls").open("a") as calls:
            calls.write(f"{mode}\n")
        if mode == "down":
            raise Transient("the harness says that this sink is down")
        if mode == "slow":
            time.sleep(self.slowness)
        super().write(records)
        if mode == "deaf":
            raise Transient("the batch was applied and the reply is lost")
        if mode == "dies":
            os.kill(os.getpid(), signal.SIGKILL)


def install() -> None:
    """Add this kind to the system's table of sinks."""
    cast("dict[str, str]", sinks.SINKS)[KIND] = "benchmarks.faults.sink:FaultyJsonlSink"
