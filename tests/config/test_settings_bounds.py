"""Every bound of the settings: just inside it is taken, just outside it is refused by its key."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.settings import ConfigError, load

SINK = '[[sinks]]\nname = "{name}"\nkind = "jsonl"\npath = "x.jsonl"\n'
TEN_YEARS = 10 * 365 * 86_400
SECONDS = [
    ("poll", "floor"),
    ("poll", "timeout"),
    ("fetch", "timeout"),
    ("fetch", "backoff"),
    ("deliver", "lease"),
    ("deliver", "rest"),
    ("limits", "stalled_after"),
    ("limits", "tick"),
]
COUNTS = [
    ("redis", "maxmemory_mb"),
    ("poll", "max_bytes"),
    ("poll", "threads"),
    ("fetch", "max_bytes"),
    ("fetch", "attempts"),
    ("process", "processes"),
    ("process", "batch"),
    ("process", "attempts"),
    ("process", "memory_mb"),
    ("deliver", "batch"),
    ("limits", "outbox"),
]


def refused(folder: Path, text: str, *, sink: str = "stories", feed: str = "one") -> list[str]:
    """The faults of a configuration with this in it."""
    (folder / "pipeline.toml").write_text(
        f'feeds = ["feeds.toml"]\n{text}\n{SINK.format(name=sink)}'
    )
    (folder / "feeds.toml").write_text(
        f'[[feeds]]\nid = "{feed}"\nurl = "https://wire.example/rss"\n'
    )
    try:
        load()
    except ConfigError as error:
        return list(error.faults)
    return []


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration of the test's own."""
    monkeypatch.setenv("WIREDESK_CONFIG", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize(("section", "key"), SECONDS)
def test_spans_of_time(folder: Path, section: str, key: str) -> None:
    """Above nothing, and at most ten years: a longer one is a slip, and no moment is so far off."""
    for value, good in ((0, False), (0.001, True), (TEN_YEARS + 1, False)):
        faults = refused(folder, f"[{section}]\n{key} = {value}")
        assert (f"{section}.{key}" in " ".join(faults)) is not good, (value, faults)


@pytest.mark.parametrize(("section", "key"), COUNTS)
def test_counts(folder: Path, section: str, key: str) -> None:
    """At least one: none would stop everything, silently."""
    for value, good in ((0, False), (1, True), (1.5, False)):
        faults = refused(folder, f"[{section}]\n{key} = {value}")
        assert (f"{section}.{key}" in " ".join(faults)) is not good, (value, faults)


@pytest.mark.parametrize(
    ("key", "good", "bad", "why"),
    [
        ("redis.retention_days", "3650", "3651", "ten years"),
        ("redis.retention_days", "0.01", "0", "what is forgotten at once is delivered twice"),
        ("redis.texts_days", "0", "-0.1", "no text need be kept"),
        ("redis.texts_days", "3650", "3651", "ten years"),
        ("redis.prefix", f'"{"p" * 40}"', f'"{"p" * 41}"', "it stands before every key"),
        ("redis.prefix", '"p"', '""', "keys of others may be there too"),
        ("fetch.spacing", "0", "-0.1", "a host of one's own need not be spared"),
        ("fetch.user_agent", '"abc"', '"ab"', "a server must be able to name us"),
        ("limits.memory_share", "1", "1.01", "a share"),
        ("limits.memory_share", "0.01", "0", "polling would always pause"),
        ("websub.port", "1", "0", "hubs must know the port"),
        ("websub.port", "65535", "65536", "there is none higher"),
        ("poll.ceiling", "60", "59.9", "the floor is 60 seconds"),
        ("process.hard_limit", "10.1", "10", "the soft limit is 10 seconds, and it comes first"),
        ("process.lease", "20.1", "20", "a story under its hard limit must not be leased twice"),
    ],
)
def test_bounds(folder: Path, key: str, good: str, bad: str, why: str) -> None:
    """The last value that is taken and the first that is not, with the reason."""
    section, _, name = key.partition(".")
    assert refused(folder, f"[{section}]\n{name} = {good}") == [], why
    assert key in " ".join(refused(folder, f"[{section}]\n{name} = {bad}")), why


def test_names(folder: Path) -> None:
    """Names of sinks have 41 characters at most, ids of feeds 64: they stand in keys and log
    lines."""
    assert refused(folder, "", sink="s" * 41) == []
    assert "sinks" in " ".join(refused(folder, "", sink="s" * 42))
    assert refused(folder, "", feed="f" * 64) == []
    assert "feeds[0]" in " ".join(refused(folder, "", feed="f" * 65))
