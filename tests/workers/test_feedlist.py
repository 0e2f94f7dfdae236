"""Feed files in the running system: changes are taken over, a bad edit takes nothing away."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from redis import Redis

from pipeline.schedule import NEVER, FeedState, Rhythm
from pipeline.story import Feed
from tests.making import NOW
from workers.feedlist import FeedFiles, put
from workers.redis.redis_index import RedisIndex
from workers.redis.redis_ledger import RedisLedger

SINK = '[[sinks]]\nname = "stories"\nkind = "jsonl"\npath = "x.jsonl"\n'
RHYTHM = Rhythm(floor=60.0, ceiling=3600.0)
OPML = '<opml version="2.0"><body><outline text="Harbour" xmlUrl="https://harbour.example/rss"/></body></opml>'


def toml(*ids: str, more: str = "") -> str:
    """A feed file."""
    return "".join(f'[[feeds]]\nid = "{i}"\nurl = "https://{i}.example/rss"\n{more}' for i in ids)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration folder with one TOML file and one OPML file."""
    (tmp_path / "pipeline.toml").write_text('feeds = ["feeds*.toml", "list.opml"]\n' + SINK)
    (tmp_path / "feeds.toml").write_text(toml("one", "two"))
    (tmp_path / "list.opml").write_text(OPML)
    monkeypatch.setenv("WIREDESK_CONFIG", str(tmp_path))
    return tmp_path


@pytest.fixture
def ledger(redis: Redis) -> RedisLedger:
    """An empty ledger."""
    return RedisLedger(redis, RedisIndex(redis))


def test_changes_are_taken_over(home: Path, ledger: RedisLedger) -> None:
    """A feed added by hand, by the local file or a list is polled; one that is taken out is not;
    pauses stay."""
    files = FeedFiles(ledger, RHYTHM)
    files.look()
    assert ledger.feeds() == {}
    files.look()
    assert set(ledger.feeds()) == {"one", "two", "harbour"}
    ledger.pause_feed("one", NOW)
    (home / "feeds.toml").write_text(toml("one"))
    (home / "feeds.local.toml").write_text(toml("three"))
    files.look()
    files.look()
    assert set(ledger.feeds()) == {"one", "three", "harbour"}
    (home / "feeds.more.toml").write_text(toml("four"))
    (home / "pipeline.toml").write_text('feeds = ["feeds*.toml"]\n' + SINK)
    files.look()
    files.look()
    assert set(ledger.feeds()) == {"one", "three", "four"}
    assert [s.paused for s in ledger.standing(["one"])] == [True]


def test_a_bad_edit_keeps_the_last_good_list(
    home: Path, ledger: RedisLedger, caplog: pytest.LogCaptureFixture
) -> None:
    """One error names file and key, once; the list stays, and goes on with the next good edit."""
    files = FeedFiles(ledger, RHYTHM)
    files.look()
    files.look()
    (home / "feeds.toml").write_text(toml("one", more="evry = 5\n"))
    for _ in range(4):
        files.look()
    other = FeedFiles(ledger, RHYTHM)  # another tick, or this one started again
    other.look()
    other.look()
    assert set(ledger.feeds()) == {"one", "two", "harbour"}
    assert "feeds.toml: feeds[0] (one).evry: there is no such setting" in ledger.feed_fault()
    (home / "feeds.toml").write_text(toml("one", more="every = 5\n"))
    files.look()
    files.look()
    assert ledger.feed_fault() == ""
    assert ledger.feeds()["one"].every == 5.0


def test_a_file_that_is_being_written_is_not_read(home: Path, ledger: RedisLedger) -> None:
    """Two looks must see the same file."""
    files = FeedFiles(ledger, RHYTHM)
    for n in range(3):
        (home / "feeds.toml").write_text(toml("one")[: 10 + n])
        files.look()
    assert ledger.feed_fault() == ""
    (home / "feeds.toml").write_text(toml("one"))
    files.look()
    files.look()
    assert set(ledger.feeds()) == {"one", "harbour"}


@pytest.mark.parametrize(
    ("change", "state", "due"),
    [
        ({"every": 30.0}, FeedState(last_poll=NOW - 10, next_poll=NOW + 3000), NOW + 20),
        ({"every": 30.0}, FeedState(last_poll=NOW - 100, next_poll=NOW + 3000), NOW),
        ({"every": 7200.0}, FeedState(last_poll=NOW - 10, next_poll=NOW + 50), NOW + 7190),
        (
            {"every": 30.0},
            FeedState(last_poll=NOW - 10, next_poll=NOW + 900, not_before=NOW + 800),
            NOW + 800,
        ),
        (
            {"every": 30.0},
            FeedState(last_poll=NOW - 10, next_poll=NOW + 900, failures=2),
            NOW + 900,
        ),
        ({"every": 30.0}, FeedState(last_poll=NOW - 10, next_poll=NEVER, gone=True), NEVER),
        ({"name": "Other"}, FeedState(last_poll=NOW - 10, next_poll=NOW + 900), NOW + 900),
        (
            {"url": "https://new.example/"},
            FeedState(last_poll=NOW - 10, next_poll=NOW + 900),
            NOW + 50,
        ),
        (
            {"url": "https://new.example/"},
            FeedState(last_poll=NOW - 99, next_poll=NEVER, gone=True),
            NOW,
        ),
    ],
)
def test_a_changed_feed_is_due_as_it_asks_for_now(
    ledger: RedisLedger, change: dict[str, object], state: FeedState, due: float
) -> None:
    """A new interval counts from the last poll, a new address is tried soon; what server or faults
    put off stays so."""
    feed = Feed("one", "https://one.example/rss")
    put(ledger, [feed], RHYTHM, NOW - 1000)
    lease = ledger.claim_feed(NOW - 1000, 60)
    assert lease
    ledger.settle_feed(lease, replace(state, configured=feed.url))
    put(ledger, [replace(feed, **change)], RHYTHM, NOW)  # type: ignore[arg-type]
    [stands] = ledger.standing(["one"])
    assert stands.due == due
