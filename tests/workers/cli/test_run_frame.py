"""The first and the last that a run shows."""

from __future__ import annotations

import pytest

from config.settings import Settings, SinkSettings
from pipeline.ledger import Status
from workers.cli import run_frame
from workers.cli.run_frame import RunFrame, show_count, show_sink


def status(**more: object) -> Status:
    """How the ledger stands, as far as a run tells of it."""
    facts: dict[str, object] = {
        "counts": {"admitted": 5, "outcome.new": 4}, "fetch": 1, "process": 0, "quarantine": 0,
        "feeds": 2, "outbox": 0, "backlog": {"stories": 0}, "delivered": {"stories": 4},
        "oldest_due": 0.0, "pressure": "", "health": {"well": 1, "failing": 1},
    }  # fmt: skip
    return Status(**{**facts, **more})  # type: ignore[arg-type]


def sink(**options: str) -> SinkSettings:
    """The sink "stories"."""
    return SinkSettings.model_validate({"name": "stories", "kind": "jsonl", **options})


def test_a_run_says_where_things_are_and_what_it_did(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """At the start feeds, sinks, Redis and how to stop; at the end a table, feeds by health, and
    what came in this run."""
    settings = Settings(log="console", feeds=("my.toml",), sinks=(sink(path="{var}/out.jsonl"),))
    stands = [status(), status(counts={"admitted": 12, "outcome.new": 9}, delivered={"stories": 9})]
    monkeypatch.setattr(RunFrame, "_look", lambda _: stands.pop(0))
    monkeypatch.setenv("COLUMNS", "140")
    frame = RunFrame(settings, feeds=2)
    frame.open()
    first = capsys.readouterr().err
    frame.close()
    last = capsys.readouterr().err
    for words in ("2 feeds of my.toml", "stories (var/out.jsonl)", "Ctrl-C", "wiredesk status"):
        assert words in first
    for words in (
        "entries admitted",
        "12",
        "feeds: 1 failing, 1 well",
        "7 entries admitted, 5 records",
    ):
        assert words in last


def test_a_run_that_lost_redis_ends_without_a_table(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where Redis can't be asked there is nothing to say, and the end is not held up."""
    monkeypatch.setattr(RunFrame, "_look", lambda _: None)
    RunFrame(Settings(log="console", sinks=(sink(),)), feeds=1).close()
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        ({"path": "{var}/s.jsonl"}, "stories (var/s.jsonl)"),
        ({"stream": "wiredesk:stories"}, "stories (wiredesk:stories)"),
        ({}, "stories (jsonl)"),
    ],
)
def test_a_sink_is_shown_with_its_place(options: dict[str, str], shown: str) -> None:
    """Its file, its stream, or what it is."""
    assert show_sink(sink(**options), Settings(sinks=(sink(),))) == shown


def test_counts_have_their_noun() -> None:
    """One is one, and many may have a word of their own."""
    assert [show_count(1, "feed"), show_count(2000, "feed"), show_count(0, "entry", "entries")] == [
        "1 feed", "2,000 feeds", "0 entries",
    ]  # fmt: skip
    assert run_frame.show_count(1, "entry", "entries") == "1 entry"
