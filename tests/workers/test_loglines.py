"""Log lines: constant names, levels that fit, and no line that grows without end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pipeline.ledger import Broken, Scheduled, Stage, Trace
from pipeline.run import ROBOTS_FIRST, Ended, Fetched, Polled
from tests.making import entry
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


@pytest.mark.parametrize(("count", "single", "summed"), [(5, 5, 0), (6, 5, 1), (5_000, 5, 1)])
def test_many_broken_entries_are_one_line(
    lines: list[Line], count: int, single: int, summed: int
) -> None:
    """The first five have a line each; of a flood one line counts all by their reasons."""
    reasons = ["no link, no title and no text", "link over 4000 characters"]
    broken = tuple(Broken(f"k{n}", "one", reasons[n % 2]) for n in range(count))
    loglines.log_feed_polled(Polled("one", 200, broken=broken))
    events = [line["event"] for line in lines]
    assert (events.count("story"), events.count("feed.broken")) == (single, summed)
    if summed:
        assert sum(lines[-1]["reasons"].values()) == lines[-1]["broken"] == count


def test_reasons_of_their_own_do_not_lengthen_the_line(lines: list[Line]) -> None:
    """A publisher who breaks each entry in another way fills no log either."""
    broken = tuple(Broken(f"k{n}", "one", f"a ninjs {n}, not a text") for n in range(1_000))
    loglines.log_feed_polled(Polled("one", 200, broken=broken))
    assert len(lines[-1]["reasons"]) == 10


def test_entries_over_the_cap_are_a_warning(lines: list[Line]) -> None:
    """They were not read, and come with no later poll by themselves."""
    loglines.log_feed_polled(Polled("one", 200, left=7))
    assert (lines[0]["level"], lines[0]["left"]) == ("warning", 7)


@pytest.mark.parametrize(("count", "single", "summed"), [(1, 1, 0), (5, 5, 0), (6, 5, 1)])
@pytest.mark.parametrize("brought", ["polled", "pushed"])
def test_versions_that_their_feed_replaced_have_a_line_each(
    lines: list[Line], count: int, single: int, summed: int, brought: str
) -> None:
    """Their Outcome is told like any other's; a feed that changes all it shows is no flood."""
    polled = Polled("one", 200, superseded=tuple(entry(f"e{n}") for n in range(count)))
    if brought == "polled":
        loglines.log_feed_polled(polled)
    else:
        loglines.log_feed_pushed("one", polled)
    told = [line for line in lines if line["event"] == "story"]
    assert [line["outcome"] for line in told] == ["superseded"] * single
    assert (told[0]["story"], told[0]["headline"]) == (entry("e0").key, "Headline e0")
    assert [line["event"] for line in lines].count("feed.superseded") == summed
