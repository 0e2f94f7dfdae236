"""Entries are found by whatever an operator has of them, alike in both ledgers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from redis import Redis

from pipeline.ledger import Ending, Ledger, Stage
from pipeline.schedule import Look, LookKind
from pipeline.story import Feed, Outcome, OutcomeKind, Page, digest
from tests.making import NOW, entry, record
from tests.workers.ledgers import both

URI = "urn:wiredesk:story:"


@pytest.fixture(params=[0, 1], ids=["memory", "redis"])
def ledger(redis: Redis, request: pytest.FixtureRequest) -> Ledger:
    """An empty ledger with two sinks and a feed."""
    found: Ledger = both(redis)[request.param]
    found.attach(["one", "two"])
    found.schedule([Feed("feed", "https://wire.example/feed")], NOW)
    return found


def end(
    ledger: Ledger, name: str, kind: OutcomeKind, uri: str, version: int = 1, **more: Any
) -> str:
    """Take an entry to its end with a record of that uri and version; its key."""
    made = entry(name, key=digest("feed", name), **more)
    ledger.admit([(made, "")], NOW)
    [lease] = ledger.lease(NOW, 60, 1, 3)
    facts = {"uri": uri, "version": str(version)}
    records = () if not kind.delivered else (record(uri.removeprefix(URI), version),)
    ledger.complete(lease, Ending(Outcome(kind), records, facts=facts), NOW)
    return made.key


@pytest.mark.parametrize(
    "named",
    [
        "https://wire.example/a?utm_source=rss",  # as its feed gives it
        "https://wire.example/a",
        "HTTPS://Wire.Example:443/a#top",
        "a guid of the feed",
        lambda key: key,
        lambda key: f"{URI}{key[:20]}",
        lambda key: f"{URI}{key[:20]}/1",
        lambda key: f"{URI}{key[:20]}/1/new",
    ],
)
def test_an_entry_is_found_by_all_its_names(
    ledger: Ledger, named: str | Callable[[str], str]
) -> None:
    """Its address in any spelling, its feed's id, its key, its record's uri and id."""
    name = "a guid of the feed"
    url = "https://wire.example/a?utm_source=rss"
    key = end(ledger, name, OutcomeKind.NEW, f"{URI}{digest('feed', name)[:20]}", url=url)
    end(ledger, "other", OutcomeKind.NEW, f"{URI}{digest('feed', 'other')[:20]}")
    assert ledger.find_entries(named if isinstance(named, str) else named(key)) == [key]


def test_all_that_told_a_record_are_found_in_order(ledger: Ledger) -> None:
    """Versions of one record come from several entries; with a version only its own is meant."""
    uri = f"{URI}{digest('feed', 'a')[:20]}"
    second = end(ledger, "b", OutcomeKind.VERSION, uri, 2)
    first = end(ledger, "a", OutcomeKind.NEW, uri)
    assert ledger.find_entries(uri) == [first, second]
    assert ledger.find_entries(f"{uri}/2/version") == [second]
    assert ledger.find_entries(f"{uri}/3") == []


@pytest.mark.parametrize("named", ["", "b", "https://wire.example/b", f"{URI}0", "urn:x", "k" * 32])
def test_nothing_is_found_by_another_name(ledger: Ledger, named: str) -> None:
    """Nor is it an error."""
    end(ledger, "a", OutcomeKind.NEW, f"{URI}{digest('feed', 'a')[:20]}")
    assert ledger.find_entries(named) == []


def test_words_of_a_title_or_address_find_what_is_like_them(ledger: Ledger) -> None:
    """In any case, and no more than are asked for."""
    for name in "abc":
        end(ledger, name, OutcomeKind.NEW, f"{URI}{name}")
    assert {trace.facts["title"] for trace in ledger.find_like("headline", 9)} == {
        f"Headline {name}" for name in "abc"
    }
    assert len(ledger.find_like("HEADLINE", 2)) == 2
    assert [trace.facts["title"] for trace in ledger.find_like("example/b", 9)] == ["Headline b"]
    assert ledger.find_like("nowhere", 9) == []


def test_sinks_have_what_they_acknowledged(ledger: Ledger) -> None:
    """Of each record, for each sink, also when the outbox holds it no more."""
    keys = [end(ledger, name, OutcomeKind.NEW, f"{URI}{name}") for name in "abc"]
    keys.append(end(ledger, "d", OutcomeKind.UNCHANGED, f"{URI}a"))

    def has() -> list[dict[str, bool]]:
        traces = [ledger.trace(key) for key in keys]
        return [ledger.find_delivery(trace) for trace in traces if trace]

    neither, one, both_ = (
        {"one": False, "two": False},
        {"one": True, "two": False},
        {"one": True, "two": True},
    )
    assert has() == [neither, neither, neither, {}]
    for sink, limit in (("one", 2), ("two", 1)):
        batch = ledger.read(sink, NOW, 60, limit)
        assert batch
        assert has()[2] == neither  # what was handed out is not there yet
        ledger.acknowledge(batch, NOW)
    assert has() == [both_, one, neither, {}]
    ledger.trim()
    assert has() == [both_, one, neither, {}]


def test_a_story_that_was_withdrawn_says_by_which_notice(ledger: Ledger) -> None:
    """And when: the first notice counts, and only for the versions that it took back."""
    key = end(ledger, "a", OutcomeKind.NEW, f"{URI}a")
    for number, name in enumerate(("kill", "again")):
        ledger.admit([(entry(name), "")], NOW)
        [lease] = ledger.lease(NOW, 60, 1, 3)
        gone = record("a", 1, "story.withdrawn", notice={"url": entry(name).url})
        ending = Ending(Outcome(OutcomeKind.WITHDRAWAL), (gone,), facts={"uri": f"{URI}{name}"})
        ledger.complete(lease, ending, NOW + 5 + number)
    trace, notice = ledger.trace(key), ledger.trace(entry("kill").key)
    assert trace and notice
    assert (trace.facts["withdrawn_by"], float(trace.facts["withdrawn"])) == (notice.key, NOW + 5)
    assert ledger.find_delivery(notice) == {"one": False, "two": False}
    later = ledger.trace(end(ledger, "b", OutcomeKind.VERSION, f"{URI}a", 2))
    assert later and "withdrawn" not in later.facts


def test_what_is_planned_is_told(ledger: Ledger) -> None:
    """When an open story is due, and when and why the page of one that ended is looked at."""
    ledger.admit([(entry("a"), "wire.example"), (entry("b"), "")], NOW)
    for name in "ab":
        trace = ledger.trace(entry(name).key)
        assert trace and float(trace.facts["due"]) == pytest.approx(NOW)
    [lease] = ledger.lease(NOW, 60, 1, 3)
    ledger.complete(lease, Ending(Outcome(OutcomeKind.NEW)), NOW)
    taken = ledger.take_page(NOW, 60, 3, "w")
    assert taken
    ledger.settle_page(taken, Page("https://wire.example/a", 404), NOW, NOW)
    [lease] = ledger.lease(NOW, 60, 1, 3)
    look = Look(LookKind.MISSING, NOW + 30)
    ledger.complete(lease, Ending(Outcome(OutcomeKind.NEW), look=look), NOW)
    planned, ended = ledger.trace(entry("a").key), ledger.trace(entry("b").key)
    assert planned and planned.stage is Stage.DONE
    assert (planned.facts["look"], float(planned.facts["look_due"])) == ("missing", NOW + 30)
    assert ended and not {"look", "look_due", "due"} & ended.facts.keys()
