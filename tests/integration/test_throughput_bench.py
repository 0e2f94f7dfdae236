"""The throughput benchmark's parts: what they measure with must be right before what they measure
can be."""

from __future__ import annotations

import os
import time
from io import StringIO
from pathlib import Path

from rich.console import Console

from benchmarks.throughput import config, corpus, meter, report
from benchmarks.throughput.plain import Clock
from benchmarks.throughput.system import Run
from pipeline import feeds
from pipeline.story import Feed, utc


def test_editions_are_stories_of_their_own() -> None:
    """Two editions of a page have the same markup and length of text, but hardly a sentence in
    common."""
    found = corpus.originals(None)[:3]
    first, second = corpus.editions(found, 1, 3), corpus.editions(found, 2, 3)
    for (_, body, _), one, other in zip(found, first, second, strict=True):
        assert one.body.count(b"<") == other.body.count(b"<") == body.count(b"<")
        assert abs(len(one.body) - len(body)) < 0.1 * len(body)
        sentences = {s for s in one.body.split(b". ") if len(s) > 60}
        assert sentences and len(sentences & set(other.body.split(b". "))) <= 0.1 * len(sentences)
        assert one.path != other.path


def test_an_edition_is_always_the_same() -> None:
    """Runs can be compared because the pages are made without chance."""
    found = corpus.originals(None)[:2]
    assert corpus.editions(found, 5, 4) == corpus.editions(found, 5, 4)


def test_its_feeds_are_feeds() -> None:
    """The pipeline finds every page in the feed that the server offers."""
    (feed,) = corpus.feeds(corpus.editions(corpus.originals(None), 1, 12), config.MAIN)
    parsed = feeds.parse(
        feed.body(8000), Feed(feed.id, "http://127.0.0.2:8000/x"), content_type="", now=utc(1.79e9)
    )
    assert [e.url for e in parsed.entries] == [
        f"http://127.0.0.{p.host}:8000{p.path}" for p in feed.pages
    ]


def test_settings_of_a_run_are_accepted(tmp_path: Path) -> None:
    """What the benchmark writes is a configuration that Wiredesk takes, with nothing of its
    promises changed."""
    from config.settings import load

    found = corpus.feeds(corpus.editions(corpus.originals(None), 1, 3), config.MAIN)
    os.environ["WIREDESK_CONFIG"] = str(config.write(tmp_path, found, 8000, 2))
    try:
        settings, listed = load()
    finally:
        del os.environ["WIREDESK_CONFIG"]
    assert (settings.process.processes, len(listed), settings.var) == (2, 1, tmp_path / "var")


def test_time_goes_to_the_innermost_call() -> None:
    """A stage inside another one is not counted twice."""
    clock = Clock()
    clock.turn("outer")
    clock.turn("inner")
    end = time.thread_time() + 0.05
    while time.thread_time() < end:
        pass
    clock.turn(None)
    clock.turn(None)
    assert clock.spent["inner"] >= 0.05
    assert clock.spent["outer"] < clock.spent["inner"] / 5


def test_the_meter_counts_processor_time_and_memory() -> None:
    """What this process burns shows in its reading, and it holds memory."""
    before = meter.read(os.getpid())
    end = time.process_time() + 0.1
    while time.process_time() < end:
        pass
    assert sum(meter.read(os.getpid()).since(before).values()) >= 0.05
    assert meter.peak(os.getpid()) > 10


def test_the_table_states_ratio_and_messaging() -> None:
    """A run of 10 ms a story beside a reference of 20 ms is printed as 0.50, a tenth of a message
    of 1 ms as 1.0 %."""
    run = Run(
        1,
        10,
        0,
        {"process": 0.1},
        2.0,
        {"beat": 0.01},
        0.001,
        0.1,
        {"round trips": 5.0},
        {"redis": 9.0},
        {"new": 10},
        5.0,
    )
    level = {
        "stages": {"ledger.complete": 1.0, "extract": 1.0},
        "redis": {"process": 1.0},
        "hops": {"process": 2.0},
        "redis_mb": 5.0,
    }
    plain = {"main": level, "levels": {"1000": level}, "peak_mb": 50.0}
    out = StringIO()
    told = {"pages": [1024] * 10, "reference": [0.02], "runs": [run], "plain": [plain], "peers": {}}
    report.show(told, Console(file=out, width=160))
    assert "0.50" in out.getvalue()
    assert "1.0%" in out.getvalue()
