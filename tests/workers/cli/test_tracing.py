"""``wiredesk trace`` and ``quarantine``: what an operator reads, and pastes."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner, Result
from redis import Redis

from pipeline.ledger import Ending
from pipeline.story import Feed, Outcome, OutcomeKind
from tests.making import NOW, entry, record
from workers.cli import main
from workers.redis.redis_index import RedisIndex
from workers.redis.redis_ledger import RedisLedger

Say = Callable[..., Result]


@pytest.fixture
def ledger(redis: Redis, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> RedisLedger:
    """The ledger that the commands ask."""
    monkeypatch.setenv("WIREDESK_REDIS_URL", redis_url)
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    found = RedisLedger(redis, RedisIndex(redis))
    found.schedule([Feed("feed", "https://wire.example/feed")], NOW)
    return found


def say(*words: str, env: dict[str, str] | None = None) -> Result:
    """Run a command."""
    return CliRunner().invoke(main, list(words), env=env)


def end(ledger: RedisLedger, name: str, kind: OutcomeKind = OutcomeKind.NEW, **facts: Any) -> None:
    """Take an entry to its end."""
    ledger.admit([(entry(name), "")], NOW)
    [lease] = ledger.lease(NOW, 60, 1, 3)
    records = (record(name),) if kind.delivered else ()
    ledger.complete(lease, Ending(Outcome(kind, "a reason"), records, facts=facts), NOW + 1)


def set_aside(ledger: RedisLedger, *names: str, why: str = "", feed: str = "feed") -> list[str]:
    """Quarantine entries, for that reason or because their worker died; their keys."""
    made = [entry(name, feed_id=feed) for name in names]
    for one in made:
        ledger.admit([(one, "")], NOW)
        [lease] = ledger.lease(NOW, 60, 1, 9)
        ledger.begin(lease, NOW, 60, "host:1")
        if why:
            ledger.postpone(lease, NOW, why)
            ledger.lease(NOW, 60, 9, 1)
        else:
            ledger.lease(NOW + 90, 60, 9, 1)
    return [one.key for one in made]


def test_a_story_is_told_in_sections(ledger: RedisLedger) -> None:
    """What it is, what became of it, and its way: no line without something to say."""
    ledger.attach(["stories"])
    end(ledger, "a", uri="urn:wiredesk:story:a", version="1", relation="new", basis="page")
    ledger.admit([(entry("a", title="Other words"), "")], NOW + 9)
    said = say("trace", entry("a").url)
    assert said.exit_code == 0
    assert said.output.splitlines() == [
        "Other words",
        f"  {'url':<11}https://wire.example/a",
        f"  {'feed':<11}feed",
        f"  {'key':<11}{entry('a').key}",
        "what became of it",
        f"  {'outcome':<11}open: waits to be processed",
        "its way",
        f"  {'admitted':<11}2026-09-21 14:13:29 UTC",
        f"  {'due':<11}2026-09-21 14:13:29 UTC",
        "earlier versions",
        f"  {'new':<11}2026-09-21 14:13:21 UTC",
    ]


def test_times_are_told_by_the_clock_of_this_place_too(
    ledger: RedisLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where it is not UTC, with its day where that is another."""
    end(ledger, "a")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        said = say("trace", entry("a").url).output
        assert "2026-09-21 14:13:20 UTC (23:13:20 JST)" in said
        monkeypatch.setenv("TZ", "Pacific/Auckland")
        time.tzset()
        assert "14:13:20 UTC (22 Sep 02:13:20 NZST)" in say("trace", entry("a").url).output
    finally:
        monkeypatch.setenv("TZ", "UTC")
        time.tzset()


def test_a_refused_page_a_related_story_and_a_withdrawal_are_told(ledger: RedisLedger) -> None:
    """Each with what an operator needs to go on: why, its headline, the notice."""
    ledger.attach(["stories"])
    first, copy = entry("a"), entry("b")
    uri = f"urn:wiredesk:story:{first.key[:20]}"
    end(ledger, "a", uri=uri, version="1", relation="new", headline="Jets strike annex")
    end(
        ledger, "b", OutcomeKind.COPY, uri="urn:wiredesk:story:b", version="1",
        relation="copy", of=uri, basis="feed summary", page_refused="consent",
    )  # fmt: skip
    ledger.admit([(entry("kill"), "")], NOW)
    [lease] = ledger.lease(NOW, 60, 1, 3)
    gone = (record("b", 1, "story.withdrawn"),)
    ledger.complete(lease, Ending(Outcome(OutcomeKind.WITHDRAWAL), gone), NOW + 7)
    said = " ".join(say("trace", copy.url).output.split())
    assert f"related copy of {uri}: 'Jets strike annex' (feed feed, {first.key})" in said
    assert "page refused as consent; the feed's own text served" in said
    assert (
        f"withdrawn 2026-09-21 14:13:27 UTC by 'Headline kill' (feed feed, {entry('kill').key})"
        in said
    )
    assert "sinks stories does not have it yet" in said
    plain = json.loads(say("trace", copy.url, "--json").output)
    assert plain["related_to"]["headline"] == "Jets strike annex"
    assert plain["notice"]["key"] == entry("kill").key
    assert (plain["delivery"], plain["page_refused"]) == ({"stories": False}, "consent")


def test_several_entries_are_told_one_after_the_other(ledger: RedisLedger) -> None:
    """As JSON they are a list."""
    for name, version in (("a", "1"), ("b", "2")):
        end(ledger, name, uri="urn:wiredesk:story:a", version=version)
    assert say("trace", "urn:wiredesk:story:a").output.count("what became of it") == 2
    plain = json.loads(say("trace", "urn:wiredesk:story:a", "--json").output)
    assert [one["version"] for one in plain] == ["1", "2"]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("https://wire.example/never", ["feed feed is", "last polled never"]),
        ("https://www.wire.example/deep/a-headline", ["feed feed is"]),
        ("https://paper.example/x", ["no feed of paper.example is polled", "feeds add URL"]),
        ("Headline", ["did you mean:", entry("a").key, "Headline b"]),
        ("https://wire.example/a/", ["did you mean:", "Headline a"]),
        ("urn:wiredesk:story:zzz", ["as long as the entry"]),
    ],
)
def test_what_is_not_known_says_what_may_be_meant(
    ledger: RedisLedger, given: str, says: list[str]
) -> None:
    """The feeds of its host and how they do, or entries that are like it."""
    for name in "ab":
        end(ledger, name)
    said = say("trace", given)
    assert said.exit_code == 1
    for words in ["is known: its feed never showed it", *says]:
        assert words in said.output


def test_a_whole_headline_is_a_name(ledger: RedisLedger) -> None:
    """An operator has it from a reader, and no address."""
    for name in "ab":
        end(ledger, name)
    assert entry("b").key in say("trace", "headline B").output


@pytest.mark.parametrize(
    ("spelling", "code"),
    [
        ("https://wire.example/s?a=1&b=2", 0),
        ("http://wire.example/s?a=1&b=2", 0),
        ("HTTP://Wire.Example:80/s?a=1&b=2", 0),
        ("http://wire.example/s?a=1&utm_source=x&b=2#top", 0),
        ("http://wire.example/s?b=2&a=1", 1),
        ("http://wire.example/s?a=1", 1),
        ("ftp://wire.example/s?a=1&b=2", 1),
    ],
)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_an_address_is_known_by_its_other_spellings(
    ledger: RedisLedger, spelling: str, code: int, scheme: str
) -> None:
    """Scheme, tracking and fragment make no difference; other parameters and their order do."""
    ledger.admit([(entry("s", url=f"{scheme}://wire.example/s?a=1&b=2"), "")], NOW)
    said = say("trace", spelling)
    assert said.exit_code == code, said.output


@pytest.mark.parametrize("nothing", ["", "  "])
def test_a_story_without_a_name_is_a_fault_of_use(ledger: RedisLedger, nothing: str) -> None:
    """What is to be given is said."""
    said = say("trace", nothing)
    assert said.exit_code == 2
    assert "named by its URL, ID, URI or WORDS" in said.output


@pytest.mark.parametrize("width", [60, 80, 120])
def test_keys_in_quarantine_can_be_pasted(ledger: RedisLedger, width: int) -> None:
    """Whole, on a line of their own, however narrow the terminal is."""
    keys = set_aside(ledger, "a", "b", why="a very long reason " * 20)
    lines = say("quarantine", "list", env={"COLUMNS": str(width)}).output.splitlines()
    assert [line.strip() for line in lines if line.strip() in keys] == keys
    assert say("quarantine", "retry", *keys).output == "retry: 2\n"


def test_what_has_one_cause_is_listed_under_it(ledger: RedisLedger) -> None:
    """The commonest first; of a flood the first twenty."""
    set_aside(ledger, *(f"n{number}" for number in range(21)), why="MemoryError: too large")
    set_aside(ledger, "dead")
    lines = say("quarantine", "list").output.splitlines()
    assert lines[0] == "21 stories: MemoryError: too large"
    assert "  and 1 more: --json lists all" in lines
    assert "1 story: the worker died while working on it" in lines
    assert lines[-1].startswith("22 in quarantine")
    assert len(say("quarantine", "list", "--json").output.splitlines()) == 22


@pytest.mark.parametrize(
    ("chosen", "count"),
    [(["--cause", "memory"], 2), (["--feed", "other"], 2), (["all"], 3), ([], 0),
     (["--feed", "other", "--cause", "memory"], 1)],
)  # fmt: skip
@pytest.mark.parametrize("what", ["retry", "drop"])
def test_stories_are_retried_or_dropped_by_cause_and_feed(
    ledger: RedisLedger, chosen: list[str], count: int, what: str
) -> None:
    """After a mend all of its kind go on at once; nothing is meant by nothing."""
    set_aside(ledger, "a", why="MemoryError: x")
    set_aside(ledger, "b", why="MemoryError: y", feed="other")
    set_aside(ledger, "c", why="Hang: z", feed="other")
    said = say("quarantine", what, *chosen)
    assert said.exit_code == (0 if chosen else 1)
    assert len(ledger.quarantined()) == 3 - count


def test_a_wrong_key_is_named_and_the_others_go_on(ledger: RedisLedger) -> None:
    """So that a list that is a minute old can be pasted."""
    [key] = set_aside(ledger, "a")
    said = say("quarantine", "drop", key, "nonsense")
    assert (said.exit_code, "not in quarantine: nonsense" in said.output) == (1, True)
    assert ledger.quarantined() == []
