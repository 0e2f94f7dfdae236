"""``wiredesk run``: when the system counts as idle, and when the summary is printed again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from workers.cli.running import _choose_sample_port, _Watch
from workers.health.observing import NOTHING_YET

DONE = replace(NOTHING_YET, counts={"admitted": 76})


@pytest.mark.parametrize(
    ("seconds", "quiet", "why"),
    [
        (1.9, False, "a tick may be about to find what is due"),
        (2.0, True, "two ticks found nothing"),
        (2.1, True, "and still nothing"),
    ],
)
def test_idle_after_two_quiet_seconds(seconds: float, quiet: bool, why: str) -> None:
    """Nothing may be open for two seconds; whatever is open begins them anew."""
    watch = _Watch(until_idle=True, idle_since=0.0)
    assert not watch.is_quiet(100.0, is_open=True)
    assert watch.is_quiet(100.0 + seconds, is_open=False) is quiet, why


@pytest.mark.parametrize(("seconds", "shown"), [(59.9, False), (60.0, False), (60.1, True)])
def test_a_summary_a_minute(seconds: float, shown: bool) -> None:
    """News that keep coming are summed up once a minute, so that the log stays a log."""
    watch = _Watch(until_idle=False)
    assert watch.is_news(DONE, 100.0)
    assert watch.is_news(replace(DONE, counts={"admitted": 77}), 100.0 + seconds) is shown


def test_the_last_summary_is_never_left_out() -> None:
    """With --until-idle the end may come within the minute, and its figures are what it was run
    for."""
    watch = _Watch(until_idle=True)
    assert watch.is_news(DONE, 100.0)
    assert watch.is_news(replace(DONE, counts={"admitted": 77}), 101.0)


def test_no_summary_says_the_same_or_nothing() -> None:
    """Where nothing was admitted, or nothing happened since, there is nothing to say."""
    watch = _Watch(until_idle=True)
    assert not watch.is_news(NOTHING_YET, 100.0)
    assert watch.is_news(DONE, 100.0)
    assert not watch.is_news(DONE, 500.0)


def test_the_sample_wire_keeps_its_port(tmp_path: Path) -> None:
    """Its port is part of its URLs: the next start takes the one of the last."""
    file = tmp_path / "var" / "sample.port"
    first = _choose_sample_port(file)
    assert file.read_text() == str(first)
    assert _choose_sample_port(file) == first
