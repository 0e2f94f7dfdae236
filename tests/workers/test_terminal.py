"""Lines at a terminal: they fit, they say in words what an operator should know, and no more."""

from __future__ import annotations

import io
import logging
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from workers import terminal
from workers.redaction import drop_deceiving
from workers.terminal import TerminalLines

CLOCK = "15:02:03"


class Screen:
    """Lines of one process, on a terminal of so many columns, with a clock that is moved by
    hand."""

    def __init__(self, columns: int = 140, *, supervised: bool = False) -> None:
        self.width, self.now, self.sums = columns, 0.0, list[str]()
        self.lines = TerminalLines(
            coloured=False,
            supervised=supervised,
            columns=lambda: self.width,
            clock=lambda: self.now,
            write=self.sums.append,
        )

    def show(self, event: str, level: str = "info", **fields: Any) -> str:
        """What is shown of an event behind the clock, '' for nothing."""
        return self.lines(None, level, {"event": event, "level": level, **fields})[10:]


@pytest.mark.parametrize(
    ("outcome", "word"),
    [
        ("new", "new"), ("version", "version 2"), ("correction", "correction"),
        ("withdrawal", "withdrawn"), ("copy", "copy"), ("not_a_story", "no story"),
        ("quarantined", "set aside"), ("superseded", "superseded"),
    ],
)  # fmt: skip
def test_a_story_is_one_line(outcome: str, word: str) -> None:
    """A word tells stories, versions, corrections, kills and copies apart; no id, no address."""
    said = Screen().show(
        "story", outcome=outcome, version=2, headline="Shells hit Karsin", themes="air_campaign",
        url="https://wire.example/1", uri="urn:wiredesk:story:1", ms=3.1, story="k1",
    )  # fmt: skip
    assert said.split("  ")[0] == word
    assert "Shells hit Karsin" in said
    assert said.endswith("air campaign")
    assert "wire.example" not in said
    assert "urn" not in said


@pytest.mark.parametrize(
    ("columns", "longest"), [(139, 139), (140, 140), (141, 140), (400, 140), (80, 80), (40, 40)]
)
def test_a_line_fits_the_terminal(columns: int, longest: int) -> None:
    """A line is as wide as the terminal, and 140 columns at most; what is cut ends in "…"."""
    screen = Screen(columns)
    said = screen.lines(None, "info", {"event": "story", "outcome": "new", "headline": "ab " * 99})
    assert cell_len(said) in {longest, longest - 1}
    assert said.endswith("…")


@given(
    st.integers(1, 200),
    st.text(max_size=200),
    st.sampled_from(["", "air_campaign", "air_campaign ground_fighting diplomacy x" * 3]),
    st.sampled_from(["北约说炮弹击中市场", "كييف: الجيش يستعيد الجسر", "👩\u200d🚒❤", "e\u0301"]),
)
def test_no_line_is_too_wide(columns: int, text: str, themes: str, more: str) -> None:
    """Whatever its script, a headline never makes a line wrap."""
    headline = drop_deceiving(text + more * 30)
    shown = Screen(columns).lines(
        None, "info", {"event": "story", "outcome": "new", "headline": headline, "themes": themes}
    )
    assert cell_len(shown) <= max(40, min(140, columns))
    assert "\n" not in shown


def test_what_goes_well_is_summed_up() -> None:
    """Polls, pages and deliveries are no lines of their own: a sum says them once a minute."""
    screen = Screen()
    for _ in range(47):
        assert not screen.show("feed.polled", feed="meridian", new=0, changed=0)
    assert not screen.show("feed.polled", feed="meridian", new=2, changed=1)
    for _ in range(11):
        assert not screen.show("page.fetched", status=200, url="u")
    assert screen.show("page.fetched", "warning", status=404, url="u", note="")
    assert not screen.show("sink.delivered", sink="stories", records=9)
    assert screen.show("feed.polled", "warning", feed="dunya", error="it answers 500", next_in=60.0)
    screen.lines.sum_up()
    [said] = screen.sums
    assert said[10:] == (
        "minute      polls 49, new 3, failed 1 (dunya); pages 11 of 12; delivered 9 to stories"
    )
    screen.lines.sum_up()
    assert len(screen.sums) == 1


def test_a_sum_names_four_feeds_and_each_sink() -> None:
    """Of many feeds that fail the worst are named; sinks that differ are told apart."""
    screen = Screen()
    for number in range(5):
        for _ in range(number + 1):
            screen.show("feed.polled", "warning", feed=f"f{number}", error="x", new=0, changed=0)
    screen.show("sink.delivered", sink="stories", records=9)
    screen.show("sink.delivered", sink="stream", records=4)
    screen.lines.sum_up()
    assert "failed 15 (f4, f3, f2, f1 and 1 more)" in screen.sums[0]
    assert screen.sums[0].endswith("delivered 9 to stories, 4 to stream")


def test_a_feed_that_fails_is_a_line_a_state() -> None:
    """It is told when it begins, each hour that it lasts, and when it is back."""
    screen = Screen()
    fields = {"feed": "dunya", "error": "the server answers 500", "next_in": 120.0}
    assert "dunya can't be polled: the server answers 500; tried again in 2 min" in screen.show(
        "feed.polled", "warning", **fields
    )
    assert not screen.show("feed.failing", "warning", feed="dunya", failures=3, error="x")
    screen.now = 3599.0
    assert not screen.show("feed.polled", "warning", **fields)
    screen.now = 3600.0
    assert "dunya still fails, for 60 min and 3 polls" in screen.show(
        "feed.polled", "warning", **fields
    )
    screen.now = 7199.0
    assert not screen.show("feed.polled", "warning", **fields)
    assert "dunya is back after 4 failed polls" in screen.show("feed.polled", feed="dunya")
    assert not screen.show("feed.recovered", "warning", feed="dunya")
    assert not screen.show("feed.polled", feed="dunya")


def test_a_feed_that_failed_before_this_process_is_told_too() -> None:
    """Another process may have seen its first failures: then the events say it."""
    screen = Screen()
    assert "dunya fails: 3 polls" in screen.show(
        "feed.failing", "warning", feed="dunya", failures=3
    )
    assert "dunya is back" in screen.show("feed.recovered", "warning", feed="dunya")


def test_faults_are_told_in_words() -> None:
    """A fault says what is, how long, and what follows."""
    screen = Screen()
    rests = {"sink": "stories", "records": 34, "why": "no space left", "again_in": 5.0}
    assert "sink stories: no space left; 34 records wait, tried again in 5 s" in screen.show(
        "sink.rests", "error", **rests
    )
    died = screen.show("child.died", "error", child="poll", code=-9, restart_in=0.5)
    assert died == "child       poll ended by itself (code -9); started again in 0 s"
    failed = {"exc_info": ValueError("bad markup"), "url": "https://wire.example/1"}
    line = terminal.shorten_exception(None, "", {"event": "story.failed", **failed})
    assert "ValueError: bad markup" in screen.show(line.pop("event"), "error", **line)


def test_an_event_without_a_sentence_shows_its_fields() -> None:
    """Whatever is added later is shown: its name and what its fields say."""
    said = Screen().show(
        "feed.unheard", "warning", feed="dunya", admitted=2000, none=None, timestamp="x"
    )
    assert said == "feed        feed.unheard  feed dunya, admitted 2000"


def test_libraries_are_heard_where_something_is_wrong() -> None:
    """What Celery tells of its own work is no line; its warnings are."""
    screen = Screen()
    assert not screen.show("Connected to redis", logger="celery.worker.consumer.connection")
    assert "out of memory" in screen.show("out of memory", "warning", logger="celery.pool")


def test_under_run_one_process_tells_of_redis() -> None:
    """Services that `wiredesk run` started leave to it what all of them see."""
    fields = {"why": "Connection refused", "waits": "all waits in it"}
    assert Screen().show("redis.away", "error", **fields)
    assert not Screen(supervised=True).show("redis.away", "error", **fields)


def test_a_line_is_written_in_one_piece() -> None:
    """Several processes write to one terminal; an event without a line writes nothing."""
    written = list[str]()

    class Stream(io.StringIO):
        def write(self, text: str) -> int:
            written.append(text)
            return len(text)

    writer = terminal.LineWriter(Stream())
    for said in ("one", ""):
        writer.handle(logging.LogRecord("x", logging.INFO, "", 0, said, None, None))
    assert written == ["one\n"]


@pytest.mark.parametrize(
    ("variables", "shown"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)]
)
def test_colours_may_be_refused(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], shown: bool
) -> None:
    """A terminal has colours unless it or its user has none."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    assert terminal.shows_colours(Terminal()) is shown
    assert not terminal.shows_colours(io.StringIO())
