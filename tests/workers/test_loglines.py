"""Log lines: constant names, levels that fit, and no line that grows without end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pipeline.ledger import Scheduled, Stage, Trace
from pipeline.run import ROBOTS_FIRST, Ended, Fetched, Polled
from workers import loglines

Line = dict[str, Any]


class Recorder:
    """A logger that keeps what it is given."""

    def __init__(self) -> None:
        self.lines: list[Line] = []

    def __getattr__(self, level: str) -> Callable[..., None]:
        return lambda event, **facts: self.lines.append({"event": event, "level": level, **facts})


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> list[Line]:
    """What is logged."""
    recorder = Recorder()
    monkeypatch.setattr(loglines, "log", recorder)
    return recorder.lines


@pytest.mark.parametrize(("length", "shown"), [(99, 99), (100, 100), (101, 100)])
def test_headlines_are_cut_at_a_hundred_characters(
    lines: list[Line], length: int, shown: int
) -> None:
    """A headline is known by its first hundred characters; a whole paragraph as one is no news in a
    log."""
    loglines.log_story_ended(Ended("k", None, headline="h" * length))
    loglines.log_story_set_aside(Trace("k", Stage.QUARANTINE, 3, {"title": "h" * length}))
    assert [len(line["headline"]) for line in lines] == [shown, shown]


@pytest.mark.parametrize(
    ("count", "last"), [(20, "f19"), (21, "and 1 more"), (500, "and 480 more")]
)
def test_twenty_feeds_are_named(lines: list[Line], count: int, last: str) -> None:
    """Of a list that changed, twenty ids stand in the line and the rest are counted."""
    changed = Scheduled(added=tuple(f"f{n}" for n in range(count)))
    loglines.log_feeds_changed(changed, count)
    [line] = lines
    assert len(line["added"]) == min(count, 20) + (count > 20)
    assert line["added"][-1] == last


@pytest.mark.parametrize(
    ("fetched", "level"),
    [
        (Fetched("k", "u", 200), "info"),
        (Fetched("k", "u", 404), "warning"),
        (Fetched("k", "u", note=ROBOTS_FIRST), "debug"),
    ],
)
def test_a_page_that_waits_for_robots_is_no_news(
    lines: list[Line], fetched: Fetched, level: str
) -> None:
    """A page is information, one that can't be had a warning, a turn spent on robots.txt
    neither."""
    loglines.log_page_fetched(fetched)
    assert [(line["event"], line["level"]) for line in lines] == [("page.fetched", level)]


@pytest.mark.parametrize(("error", "level"), [("", "info"), ("the server answers 500", "warning")])
def test_a_poll_that_failed_is_a_warning(lines: list[Line], error: str, level: str) -> None:
    """Whoever filters for warnings sees the feeds that fail, and no others."""
    loglines.log_feed_polled(Polled("one", 200, error=error))
    [line] = lines
    assert (line["event"], line["level"], line["error"]) == ("feed.polled", level, error or None)
    assert "waiting" not in line
