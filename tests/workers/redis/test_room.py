"""What is let go where memory is short, and what is kept by bytes."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from pipeline.copies import Candidate, MemoryIndex
from pipeline.ledger import Admission, Broken, Completed, Ending, Ledger, Spacing, Stage
from pipeline.ledger.memory import MemoryLedger
from pipeline.record import Record
from pipeline.story import Outcome, OutcomeKind, Page, utc
from tests.making import NOW, entry, record
from tests.workers.ledgers import Age
from workers.redis.redis_index import RedisIndex
from workers.redis.redis_ledger import RedisLedger
from workers.redis.room import Room, count_carried, tell_carried

HOST = "wire.example"
CAP = 3
WEEK, MONTH = 7 * 86400.0, 30 * 86400.0
DONE = Ending(Outcome(OutcomeKind.NEW))


@pytest.fixture
def ledger(age: Age) -> Ledger:
    """An empty ledger."""
    if age.client is None:
        index = MemoryIndex(MONTH, age.clock)
        return MemoryLedger(index, retention=MONTH, keep=WEEK, clock=age.clock)
    redis_index = RedisIndex(age.client, retention=MONTH)
    return RedisLedger(age.client, redis_index, retention=MONTH, keep=WEEK)


@pytest.fixture
def shared(ledger: Ledger) -> RedisLedger:
    """The ledger in Redis alone, for what the one of a process does not do."""
    if not isinstance(ledger, RedisLedger):
        pytest.skip("only in Redis")
    return ledger


def admitted(ledger: Ledger, *names: str, host: str = "", now: float = NOW) -> list[Admission]:
    """Admit entries of these names."""
    return ledger.admit([(entry(name), host) for name in names], now)


def sent(*records: Record) -> Ending:
    """The ending that hands these records out."""
    return Ending(Outcome(OutcomeKind.NEW), records)


def ended(
    ledger: Ledger, name: str, ending: Ending, now: float = NOW
) -> Completed | list[Candidate]:
    """Take one story from admission to its end."""
    admitted(ledger, name, now=now)
    [lease] = ledger.lease(now, 60, 1, CAP)
    ledger.begin(lease, now, 60, "test")
    return ledger.complete(lease, ending, now)


def told(ledger: Ledger) -> list[str]:
    """The ids of the records that are kept."""
    total, records = ledger.kept(0.0)
    found = [kept.id.removeprefix("urn:wiredesk:story:") for kept in records]
    assert total == len(found)
    return found


def test_facts_are_let_go_and_the_story_stays_known(age: Age, ledger: Ledger) -> None:
    """Where memory is short, what only tells of old stories goes; none comes twice for it."""
    for name, at in (("a", NOW), ("b", NOW + 10), ("c", NOW + 20)):
        ended(ledger, name, sent(record(name)), at)
    assert ledger.let_go(NOW + 10, 9, NOW + 30) == 2
    assert ledger.let_go(NOW + 10, 9, NOW + 30) == 0
    for name, gone in (("a", True), ("b", True), ("c", False)):
        trace = ledger.trace(entry(name).key)
        assert trace
        assert (trace.stage, trace.facts["outcome"]) == (Stage.DONE, "new")
        assert ("let_go" in trace.facts) == gone
        assert ("title" in trace.facts) != gone
        assert (ledger.trace(entry(name).url) is None) == gone
    assert admitted(ledger, "a", "b", "c") == [Admission.KNOWN] * 3
    age.by(MONTH - 1)
    assert admitted(ledger, "a") == [Admission.KNOWN]
    age.by(MONTH - 1)
    assert admitted(ledger, "a", "b") == [Admission.KNOWN, Admission.NEW]


@pytest.mark.parametrize(("limit", "gone"), [(1, 1), (2, 2), (3, 2)])
def test_facts_are_let_go_a_few_at_a_time(ledger: Ledger, limit: int, gone: int) -> None:
    """Redis serves nobody else while it lets go: so many in one call and no more."""
    for name in "ab":
        ended(ledger, name, sent(record(name)), NOW)
    assert ledger.let_go(NOW, limit, NOW) == gone
    assert ledger.let_go(NOW, 9, NOW) == 2 - gone


def test_a_story_that_is_open_again_keeps_its_facts(ledger: Ledger) -> None:
    """Its earlier end is no reason to let go of what is being written; after its next end it is."""
    ended(ledger, "a", sent(record("a")), NOW)
    ledger.admit([(entry("a", title="Another"), "")], NOW + 1)
    assert ledger.let_go(NOW + 5, 9, NOW + 5) == 0
    trace = ledger.trace(entry("a").key)
    assert trace
    assert trace.facts["title"] == "Another"
    [lease] = ledger.lease(NOW + 6, 60, 1, CAP)
    assert ledger.complete(lease, DONE, NOW + 6) is Completed.DONE
    assert ledger.let_go(NOW + 5, 9, NOW + 9) == 0
    assert ledger.let_go(NOW + 6, 9, NOW + 9) == 1


def test_a_story_without_facts_may_change(ledger: Ledger) -> None:
    """Its feed gives it another text: it is admitted as changed and ends like any other."""
    ended(ledger, "a", sent(record("a")), NOW)
    assert ledger.let_go(NOW, 9, NOW + 9) == 1
    assert ledger.admit([(entry("a", title="Another"), "")], NOW + 10) == [Admission.CHANGED]
    [lease] = ledger.lease(NOW + 11, 60, 1, CAP)
    assert ledger.complete(lease, DONE, NOW + 11) is Completed.DONE
    trace = ledger.trace(entry("a").url)
    assert trace
    assert (trace.facts["title"], trace.facts.get("let_go")) == ("Another", None)


def test_a_page_whose_facts_were_let_go_is_looked_at_on_a_sign(ledger: Ledger) -> None:
    """Its date moves on after weeks: its page is asked for, and what was read of it is known."""
    ledger.admit([(entry("a", published=utc(NOW - 60)), HOST)], NOW)
    taken = ledger.take_page(NOW, 60, CAP, "w", Spacing(0.0))
    assert taken
    ledger.settle_page(taken, Page("x", 200, b"<p>x</p>"), NOW, 0.0)
    [lease] = ledger.lease(NOW, 60, 1, CAP)
    assert ledger.complete(lease, DONE, NOW) is Completed.DONE
    assert ledger.let_go(NOW, 9, NOW + WEEK) == 1
    later = entry("a", published=utc(NOW - 60), updated=utc(NOW + WEEK))
    assert ledger.admit([(later, HOST)], NOW + WEEK) == [Admission.MOVED]
    taken = ledger.take_page(NOW + WEEK, 60, CAP, "w", Spacing(0.0))
    assert taken
    assert taken.lease.look
    assert taken.lease.mark.digest == Page("x", 200, b"<p>x</p>").mark.digest


def test_a_broken_entry_is_let_go_as_well(ledger: Ledger) -> None:
    """A feed of broken entries fills Redis like any other."""
    ledger.refuse([Broken("broken", "one", "no link", "Title")], NOW)
    assert ledger.let_go(NOW, 9, NOW) == 1
    assert ledger.refuse([Broken("broken", "one", "no link", "Title")], NOW + 1) == []


@pytest.mark.parametrize(("share", "hours", "gone"), [
    (0.55, 25, 0), (0.65, 23, 0), (0.65, 25, 1), (0.55, 721, 1), (0.55, 719, 0),
])  # fmt: skip
def test_room_is_made_before_polling_has_to_pause(
    shared: RedisLedger, share: float, hours: float, gone: int
) -> None:
    """From six tenths of the memory on facts older than a day go, otherwise with the retention."""
    ended(shared, "a", sent(record("a")), NOW)
    used: Any = shared.client.info("memory")
    shared.client.config_set("maxmemory", int(used["used_memory"] / share))
    try:
        assert shared.make_room(NOW + hours * 3600) == gone
        assert shared.pressure() == ""
    finally:
        shared.client.config_set("maxmemory", 0)


def kept_bytes(shared: RedisLedger) -> tuple[int, int]:
    """What Redis counts for the kept records, and what they take."""
    counted = int(shared.client.get("wd:textbytes") or 0)
    taken = 0
    for name in shared.client.scan_iter("wd:text:*"):
        taken += shared.client.hstrlen(name.decode(), "record")
    return counted, taken


def test_kept_records_are_counted_to_the_byte(shared: RedisLedger) -> None:
    """New, told anew, classified anew, withdrawn and too old: their share would drift otherwise."""
    for name in "abc":
        ended(shared, name, sent(record(name, body=[name * 500])), NOW)
    ended(shared, "a2", sent(record("a", 2, "story.version", body=["x" * 90])), NOW)
    again = record("b", 1, "story.reclassified", body=["y" * 700], reclassification=1)
    assert shared.reclassify(again)
    counted, taken = kept_bytes(shared)
    assert counted == taken > 0
    ended(shared, "kill", sent(record("c", 1, "story.withdrawn")), NOW)
    counted, taken = kept_bytes(shared)
    assert counted == taken > 0
    ended(shared, "d", sent(record("d")), NOW + WEEK + 1)
    assert kept_bytes(shared)[0] == kept_bytes(shared)[1]
    assert told(shared) == ["d/1/new"]


def test_a_kept_record_whose_time_is_up_takes_no_other_with_it(
    age: Age, shared: RedisLedger
) -> None:
    """Redis drops it by its own clock; what is told of the story then has its own time."""
    ended(shared, "a", sent(record("a", body=["x" * 500])), NOW)
    age.by(WEEK + 1)
    ended(shared, "a2", sent(record("a", 2, "story.version")), NOW + WEEK - 5)
    ended(shared, "b", sent(record("b")), NOW + WEEK + 5)
    assert told(shared) == ["a/2/version", "b/1/new"]
    assert kept_bytes(shared)[0] == kept_bytes(shared)[1]


@pytest.mark.parametrize(("limit", "kept"), [(2999, ["b/1/new", "c/1/new"]), (10_000, None)])
def test_past_their_share_the_oldest_kept_records_go(
    age: Age, shared: RedisLedger, limit: int, kept: list[str] | None
) -> None:
    """What a story needs to stay known comes first; how far back reprocess reaches gives way."""
    assert age.client
    random = Random(1)
    index = RedisIndex(age.client, retention=MONTH)
    ledger = RedisLedger(age.client, index, room=Room(texts_bytes=limit))
    for name in "abc":
        words = random.randbytes(900).hex()
        ended(ledger, name, sent(record(name, body=[words])), NOW)
    assert told(ledger) == (kept or ["a/1/new", "b/1/new", "c/1/new"])
    assert (kept_bytes(ledger)[0] <= limit) and kept_bytes(ledger)[0] == kept_bytes(ledger)[1]


def test_what_an_earlier_release_kept_is_read_and_let_go(shared: RedisLedger) -> None:
    """Entries, records and pages as they were written before they were packed."""
    admitted(shared, "a", "b", host=HOST)
    ended(shared, "c", sent(record("c")), NOW)
    key = entry("a").key
    shared.client.hset(f"wd:job:{key}", "entry", entry("a").to_json())
    taken = shared.take_page(NOW, 60, CAP, "w", Spacing(0.0))
    assert taken
    assert taken.lease.entry == entry("a")
    shared.settle_page(taken, Page("x", 200, b"<p>x</p>"), NOW, 0.0)
    shared.client.hset(f"wd:job:{key}", "page", shared.client.get(f"wd:page:{key}") or b"")
    shared.client.delete(f"wd:page:{key}")
    shared.attach(["sink"])
    shared.client.xadd("wd:outbox", {"r": record("old").to_json()})
    shared.client.zrem("wd:texts", *shared.client.zrange("wd:texts", 0, -1))  # type: ignore[misc]
    shared.client.zadd("wd:texts", {record("c").uri: NOW})
    [lease] = shared.lease(NOW, 60, 1, CAP)
    assert lease.page
    assert lease.page.body == b"<p>x</p>"
    batch = shared.read("sink", NOW, 60, 9)
    assert batch
    assert batch.items[-1][1] == record("old")
    assert told(shared) == ["c/1/new"]
    ended(shared, "c2", sent(record("c", 2, "story.version")), NOW + 1)
    assert told(shared) == ["c/2/version"]


def filled(shared: RedisLedger, share: float) -> None:
    """Let Redis be that full."""
    used: Any = shared.client.info("memory")
    shared.client.config_set("maxmemory", int(used["used_memory"] / share))


@pytest.fixture
def full(shared: RedisLedger) -> Iterator[RedisLedger]:
    """A ledger whose Redis uses three quarters of its memory."""
    filled(shared, 0.75)
    yield shared
    shared.client.config_set("maxmemory", 0)


def test_a_shortage_names_what_takes_the_memory_and_what_to_do(full: RedisLedger) -> None:
    """At three in the morning nobody looks for the largest key."""
    assert "stories " in full.pressure()
    assert "raise redis.maxmemory_mb, or lower redis.retention_days" in full.pressure()


@pytest.mark.parametrize(
    ("kind", "advice"),
    [
        ("stream", "lower max_mb of its sink"),
        ("kept", "lower redis.texts_mb"),
        ("outbox", "see to the sink that has most to take"),
    ],
)
def test_each_kind_has_its_advice(shared: RedisLedger, kind: str, advice: str) -> None:
    """The largest kind is named first, with the setting that bounds it."""
    client = shared.client
    room = Room(streams={"out": 0})
    ledger = RedisLedger(client, RedisIndex(client), room=room)
    large = "x" * 100_000
    for _ in range(60):
        if kind == "stream":
            client.xadd("out", {"record": large})
        elif kind == "outbox":
            client.xadd("wd:outbox", {"r": large})
    if kind == "kept":
        used: Any = client.info("memory")
        client.set("wd:textbytes", int(used["used_memory"]))
    filled(ledger, 0.75)
    try:
        said = ledger.pressure()
    finally:
        client.config_set("maxmemory", 0)
    first = said.partition("of 70%: ")[2].partition(",")[0]
    assert kind in first
    assert advice in said


def test_a_full_outbox_names_the_sink_that_is_behind(ledger: Ledger) -> None:
    """Of several sinks the one with most to take, and why it does not take them."""
    ledger.attach(["quick", "slow"])
    for n in range(4):
        ended(ledger, f"s{n}", sent(record(f"s{n}")), NOW)
    ledger_limit(ledger, 3)
    batch = ledger.read("quick", NOW, 60, 9)
    assert batch
    ledger.acknowledge(batch, NOW)
    batch = ledger.read("slow", NOW, 60, 9)
    assert batch
    ledger.rest(batch, NOW + 5, "disk full")
    said = ledger.pressure()
    assert said.startswith("the outbox holds 4 records, over its limit of 3: sink slow has 4")
    assert "(disk full)" in said


def ledger_limit(ledger: Ledger, limit: int) -> None:
    """Let the outbox be full from so many records on."""
    assert isinstance(ledger, MemoryLedger | RedisLedger)
    ledger.outbox_limit = limit


def test_a_pause_is_told_once_a_minute_and_its_end_once(shared: RedisLedger) -> None:
    """A tick a second: sixty lines a minute hide what else there is."""
    told = []
    for second in range(150):
        told.append(shared.note_pause(second < 130, NOW + second))
    said = [(second, *note) for second, note in enumerate(told) if note[0]]
    assert said == [
        (0, "paused", 0.0),
        (60, "paused", 60.0),
        (120, "paused", 120.0),
        (130, "resumed", 130.0),
    ]
    assert shared.note_pause(True, NOW + 151) == ("paused", 0.0)


@pytest.mark.parametrize(("back", "said"), [(59, ""), (61, "paused")])
def test_a_clock_that_steps_back_does_not_silence_a_pause(
    shared: RedisLedger, back: float, said: str
) -> None:
    """An hour back, and it would not be told for an hour."""
    shared.note_pause(True, NOW)
    assert shared.note_pause(True, NOW - back)[0] == said


def test_the_defaults_carry_a_busy_desk_for_the_retention() -> None:
    """50,000 stories a day for 30 days; a byte a story more of memory, and it would not be so."""
    most, stream = 3072 * 2**20, {"wiredesk:stories": 0}
    assert count_carried(most, Room(streams=stream)) >= 30 * 50_000
    assert count_carried(most * 83 // 100, Room(streams=stream)) < 30 * 50_000


@pytest.mark.parametrize(
    ("a_day", "said"),
    [
        (0.0, "at 50,000 a day all 30 days of redis.retention_days"),
        (40_000.0, "at 40,000 a day all 30 days of redis.retention_days"),
        (100_000.0, "a day 17 of the 30 days of redis.retention_days; raise redis.maxmemory_mb"),
    ],
)
def test_what_redis_carries_is_told_in_a_sentence(a_day: float, said: str) -> None:
    """What fits, and what to do where it is less than the retention asks."""
    assert said in tell_carried(3072 * 2**20, Room(streams={"s": 0}), 30.0, a_day)


def test_a_redis_without_a_bound_is_told() -> None:
    """Its machine would end it in the middle of the night."""
    assert "has no maxmemory" in tell_carried(0, Room(), 30.0)


def test_what_comes_in_tells_for_how_long_there_is_memory(shared: RedisLedger) -> None:
    """The hours that are over count; before they are a day, a busy desk is assumed."""
    filled(shared, 0.01)
    try:
        hour = NOW // 3600 * 3600
        shared.admit([(entry("a"), "")], hour)
        shared.admit([(entry("b"), "")], hour + 7200)
        assert "at 50,000 a day" in shared.status(hour + 24 * 3600 - 1).carries
        assert "at 2 a day" in shared.status(hour + 24 * 3600).carries
        assert "at 1 a day" in shared.status(hour + 48 * 3600).carries
    finally:
        shared.client.config_set("maxmemory", 0)
