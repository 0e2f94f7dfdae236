"""The ledger's contract, over both ledgers: MemoryLedger in one process and RedisLedger with its
Lua.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from pipeline.copies import Candidate, MemoryIndex, Query
from pipeline.copies.identity import make_key as key
from pipeline.ledger import Admission, Broken, Completed, Ending, Later, Ledger, Spacing, Stage
from pipeline.ledger.memory import MemoryLedger
from pipeline.record import Record
from pipeline.repeats import STORIES_KEPT
from pipeline.schedule import FeedState
from pipeline.story import Feed, Outcome, OutcomeKind, Page, Relation, RelationKind, digest, utc
from tests.making import NOW, entry, record
from tests.workers.ledgers import Age
from workers.redis.redis_index import RedisIndex
from workers.redis.redis_ledger import RedisLedger

pytestmark = pytest.mark.filterwarnings("error")

HOST = "wire.example"
CAP = 3
WEEK, MONTH = 7 * 86400.0, 30 * 86400.0
DONE = Ending(Outcome(OutcomeKind.NEW))


@pytest.fixture
def ledger(age: Age) -> Ledger:
    """An empty ledger."""
    if age.client is None:
        index = MemoryIndex(MONTH, age.clock)
        return MemoryLedger(index, outbox_limit=3, retention=MONTH, keep=WEEK, clock=age.clock)
    redis_index = RedisIndex(age.client, retention=MONTH)
    return RedisLedger(age.client, redis_index, outbox_limit=3, retention=MONTH, keep=WEEK)


def feeds(*names: str) -> list[Feed]:
    """Feeds of these names, each on a host of its own."""
    return [Feed(name, f"https://{name}.example/feed") for name in names]


def admitted(ledger: Ledger, *names: str, host: str = "", now: float = NOW) -> list[Admission]:
    """Admit entries of these names."""
    return ledger.admit([(entry(name), host) for name in names], now)


def ended(
    ledger: Ledger, name: str, ending: Ending, now: float = NOW
) -> Completed | list[Candidate]:
    """Take one story from admission to its end."""
    admitted(ledger, name, now=now)
    [lease] = ledger.lease(now, 60, 1, CAP)
    ledger.begin(lease, now, 60, "test")
    return ledger.complete(lease, ending, now)


def related(
    name: str, blob: bytes, posts: tuple[int, ...] = (), considered: dict[int, int] | None = None
) -> Ending:
    """The ending of a new story under these posts."""
    relation = Relation(RelationKind.NEW, name, 1, name, insert=blob)
    return Ending(
        Outcome(OutcomeKind.NEW),
        (record(name),),
        Query(posts, (key("e", name),)),
        relation,
        considered or {},
        ("air_campaign",),
    )


def test_what_stories_are_made_of_is_counted_for_their_feed(ledger: Ledger) -> None:
    """A desk that gets only summaries of an outlet has to know it."""
    ledger.schedule([Feed("feed", "https://wire.example/feed")], NOW)
    ledger.admit([(entry("a"), ""), (entry("b"), "")], NOW)
    made = (("basis.page",), ("basis.feed", "refused.consent"))
    for lease, yields in zip(ledger.lease(NOW, 60, 2, 3), made, strict=True):
        ledger.complete(lease, Ending(Outcome(OutcomeKind.NEW), yields=yields), NOW)
    [stands] = ledger.standing(["feed"])
    assert stands.yields == {"basis.page": 1, "basis.feed": 1, "refused.consent": 1}
    assert ledger.status(NOW).counts["refused.consent"] == 1


def test_admission_happens_once(ledger: Ledger) -> None:
    """An entry is new once, then known, and only one story is due."""
    assert admitted(ledger, "a", "b") == [Admission.NEW, Admission.NEW]
    assert admitted(ledger, "b", "c") == [Admission.KNOWN, Admission.NEW]
    assert len(ledger.lease(NOW, 60, 10, CAP)) == 3


def test_changed_entry_starts_again(ledger: Ledger) -> None:
    """Changed content makes the entry due again, with the new content."""
    assert ended(ledger, "a", DONE) is Completed.DONE
    assert ledger.admit([(entry("a", title="Other words"), "")], NOW) == [Admission.CHANGED]
    [lease] = ledger.lease(NOW, 60, 10, CAP)
    assert lease.entry.title == "Other words"


def test_a_version_that_is_replaced_before_it_ended_ends_as_superseded(ledger: Ledger) -> None:
    """Whether it waits, is worked at or failed: its Outcome is counted once, and the next goes
    on."""
    admitted(ledger, "a")
    admitted(ledger, "b", host="wire.example")
    [held] = ledger.lease(NOW, 60, 1, CAP)
    assert held.key == entry("a").key
    said = ledger.admit([(entry(name, title="Other words"), "") for name in "ab"], NOW + 1.5)
    assert said == [Admission.REPLACED, Admission.REPLACED]
    counts = ledger.status(NOW).counts
    assert (counts["admitted"], counts["outcome.superseded"]) == (4, 2)
    trace = ledger.trace(entry("a").key)
    assert trace and trace.facts["before"] == f"superseded {NOW + 1:.0f}"


def test_trace_tells_how_the_last_versions_ended(ledger: Ledger) -> None:
    """Four of them, the newest last, each with its outcome and when: an open one by the next."""
    for number in range(6):
        ledger.admit([(entry("a", title=f"Words {number}"), "")], NOW + number)
        if number in {3, 5}:
            [lease] = ledger.lease(NOW + number, 60, 1, CAP)
            ledger.complete(lease, DONE, NOW + number)
    trace = ledger.trace(entry("a").key)
    ends = ["superseded 2", "superseded 3", "new 3", "superseded 5"]
    told = (
        [end.replace(f"{NOW:.0f}"[:-1], "") for end in trace.facts["before"].split(";")]
        if trace
        else []
    )
    assert told == ends


@pytest.mark.parametrize("retried", [True, False])
def test_a_version_in_quarantine_has_ended_when_it_is_replaced(
    ledger: Ledger, retried: bool
) -> None:
    """It stays counted as quarantined; one that was started again is superseded like any other."""
    admitted(ledger, "a")
    for number in range(CAP):
        [lease] = ledger.lease(NOW + 100 * number, 60, 1, CAP)
        ledger.begin(lease, NOW + 100 * number, 60, "test")
    assert not ledger.lease(NOW + 1000, 60, 1, CAP)
    if retried:
        ledger.retry(entry("a").key, NOW + 1000)
    verdict = ledger.admit([(entry("a", title="Other words"), "")], NOW + 1001)
    assert verdict == [Admission.REPLACED if retried else Admission.CHANGED]
    ended = {n: c for n, c in ledger.status(NOW).counts.items() if n.startswith("outcome.") and c}
    assert ended == {"outcome.superseded" if retried else "outcome.quarantined": 1}


def test_date_alone_changes_nothing(ledger: Ledger) -> None:
    """A feed that only touches the date of an entry does not fire it again (worldmonitor#1007)."""
    admitted(ledger, "a")
    assert ledger.admit([(entry("a", published=utc(NOW - 60)), "")], NOW) == [Admission.KNOWN]


def test_change_while_leased_makes_the_old_lease_stale(ledger: Ledger) -> None:
    """A worker that holds the old content can't complete once the entry changed."""
    admitted(ledger, "a")
    [old] = ledger.lease(NOW, 60, 1, CAP)
    ledger.admit([(entry("a", title="Other words"), "")], NOW)
    assert ledger.complete(old, DONE, NOW) is Completed.STALE
    [new] = ledger.lease(NOW, 60, 1, CAP)
    assert ledger.complete(new, DONE, NOW) is Completed.DONE


def test_lease_excludes_others_until_it_runs_out(ledger: Ledger) -> None:
    """A leased story is nobody else's; when its worker died it is leased again, and the dead one's
    token is refused.
    """
    admitted(ledger, "a")
    [first] = ledger.lease(NOW, 60, 5, CAP)
    assert ledger.lease(NOW + 59, 60, 5, CAP) == []
    [second] = ledger.lease(NOW + 61, 60, 5, CAP)
    assert second.token != first.token
    assert not ledger.begin(first, NOW + 62, 60, "late")
    assert not ledger.postpone(first, NOW + 70, "late")
    assert ledger.complete(first, DONE, NOW + 62) is Completed.STALE
    assert ledger.complete(second, DONE, NOW + 62) is Completed.DONE


def test_completing_twice_is_refused(ledger: Ledger) -> None:
    """The outbox gets a story's records once, whatever is repeated."""
    admitted(ledger, "a")
    [lease] = ledger.lease(NOW, 60, 1, CAP)
    ending = Ending(Outcome(OutcomeKind.NEW), (record("a"),))
    assert ledger.complete(lease, ending, NOW) is Completed.DONE
    assert ledger.complete(lease, ending, NOW) is Completed.STALE
    assert ledger.status(NOW).outbox == 1


def test_failed_story_is_leased_alone(ledger: Ledger) -> None:
    """A story that may take its worker down takes no other with it."""
    admitted(ledger, "a", "b", "c")
    [first] = ledger.lease(NOW, 60, 1, CAP)
    ledger.begin(first, NOW, 60, "w")
    ledger.postpone(first, NOW, "it broke")
    batches = []
    while batch := ledger.lease(NOW, 60, 10, CAP):
        batches.append([lease.attempts for lease in batch])
    assert sorted(batches) == [[0, 0], [1]]


def failed(ledger: Ledger, *names: str, now: float = NOW) -> None:
    """Stories of these names that failed once and are due again."""
    admitted(ledger, *names, now=now)
    for lease in ledger.lease(now, 60, len(names), CAP):
        ledger.begin(lease, now, 60, "w")
        ledger.postpone(lease, now, "it broke")


@pytest.mark.parametrize("suspects", [1, 2])
def test_suspects_never_take_all_workers(ledger: Ledger, suspects: int) -> None:
    """However many failed, so many are leased beside the others, each alone."""
    failed(ledger, "p1", "p2", "p3")
    admitted(ledger, "a", "b", "c")
    batches = []
    while batch := ledger.lease(NOW, 60, 1, CAP, "w", suspects):
        batches.append([lease.attempts for lease in batch])
    assert batches == [[1]] * suspects + [[0]] * 3


def test_one_worker_takes_suspects_last(ledger: Ledger) -> None:
    """Unless one has waited for five minutes: then it goes first."""
    failed(ledger, "p1", "p2")
    admitted(ledger, "a", "b")
    assert [x.attempts for x in ledger.lease(NOW + 299, 60, 1, CAP)] == [0]
    [suspect] = ledger.lease(NOW + 300, 60, 1, CAP)
    assert suspect.attempts == 1
    assert [x.attempts for x in ledger.lease(NOW + 300, 60, 1, CAP)] == [0]
    assert ledger.lease(NOW + 300, 60, 1, CAP) == []
    assert ledger.postpone(suspect, NOW + 900, "again")
    assert [x.attempts for x in ledger.lease(NOW + 301, 60, 1, CAP)] == [1]


@pytest.mark.parametrize(("later", "leased"), [(59.9, []), (60.0, [1])])
def test_a_suspect_whose_worker_died_lets_the_next_one_in(
    ledger: Ledger, later: float, leased: list[int]
) -> None:
    """Its lease runs out like any other."""
    failed(ledger, "p1", "p2")
    assert ledger.lease(NOW, 60, 1, CAP, "w", 1)
    admitted(ledger, "a", now=NOW)
    assert [x.attempts for x in ledger.lease(NOW, 1_000, 5, CAP, "w", 1)] == [0]
    assert [x.attempts for x in ledger.lease(NOW + later, 60, 5, CAP, "w", 1)] == leased


def test_what_the_dead_held_is_due_at_once(ledger: Ledger) -> None:
    """The story that its worker died of has failed and waits; its neighbours were never begun."""
    admitted(ledger, "a", "b", "c")
    batch = ledger.lease(NOW, 60, 10, CAP, "host:1")
    ledger.begin(batch[0], NOW, 60, "host:1")
    assert ledger.release_held([], NOW + 1, 60, 100, 5) == ["host:1"]
    assert ledger.lease(NOW + 1, 60, 10, CAP, "host:2") == []
    assert ledger.release_held(["host:1"], NOW + 1, 60, 100, 5) == []
    again = ledger.lease(NOW + 1, 60, 10, CAP, "host:2")
    assert {lease.key for lease in again} == {lease.key for lease in batch[1:]}
    assert ledger.complete(batch[1], DONE, NOW + 2) is Completed.STALE
    for late, leased in ((5.9, []), (6.0, [batch[0].key])):
        assert [x.key for x in ledger.lease(NOW + late, 60, 10, CAP, "host:2", 1)] == leased


@pytest.mark.parametrize(("seconds", "free"), [(2.0, 0), (2.1, 2)])
def test_neighbours_of_a_slow_story_are_given_back(
    ledger: Ledger, seconds: float, free: int
) -> None:
    """Its worker is at it and may be killed over it; others can take them meanwhile."""
    admitted(ledger, "slow", "b", "c")
    batch = ledger.lease(NOW, 60, 10, CAP, "host:1")
    ledger.begin(batch[0], NOW, 60, "host:1")
    assert ledger.release_held([], NOW + seconds, 60, 2.0, 5) == ["host:1"]
    assert len(ledger.lease(NOW + seconds, 60, 10, CAP, "host:2")) == free
    assert ledger.complete(batch[0], DONE, NOW + seconds) is Completed.DONE


def test_a_batch_that_was_not_begun_stays_with_its_worker(ledger: Ledger) -> None:
    """It is alive, and busy with nothing; what others hold is none of its business."""
    admitted(ledger, "a", "b", "c", "d")
    mine = ledger.lease(NOW, 60, 2, CAP, "host:1")
    theirs = ledger.lease(NOW, 60, 2, CAP, "host:2")
    ledger.begin(theirs[0], NOW, 60, "host:2")
    assert sorted(ledger.release_held(["host:3"], NOW + 30, 60, 2.0, 5)) == ["host:1", "host:2"]
    assert all(ledger.begin(lease, NOW + 30, 60, "host:1") for lease in mine)
    assert not ledger.begin(theirs[1], NOW + 30, 60, "host:2")


def test_an_embargo_is_held_by_nobody(ledger: Ledger) -> None:
    """It waits for its time, whoever died that once leased it."""
    admitted(ledger, "a")
    [lease] = ledger.lease(NOW, 60, 1, CAP, "host:1")
    ledger.begin(lease, NOW, 60, "host:1")
    ledger.postpone(lease, NOW + 30, "embargoed", failed=False)
    assert ledger.release_held(["host:1"], NOW + 1, 60, 2.0, 5) == []
    assert ledger.lease(NOW + 29, 60, 1, CAP) == []
    assert len(ledger.lease(NOW + 30, 60, 1, CAP)) == 1


def test_quarantine_after_the_cap(ledger: Ledger) -> None:
    """A story that killed its worker three times is set aside with who, when, where and what."""
    admitted(ledger, "poison")
    now = NOW
    for _ in range(CAP):
        [lease] = ledger.lease(now, 60, 10, CAP)
        assert ledger.begin(lease, now, 60, "host:42")
        now += 61
    assert ledger.lease(now, 60, 10, CAP) == []
    [aside] = ledger.quarantined()
    assert aside.stage is Stage.QUARANTINE
    assert aside.facts["worker"] == "host:42"
    assert aside.facts["from"] == "process"
    assert aside.facts["outcome"] == "quarantined"
    assert "died" in aside.facts["reason"]
    assert aside.facts["title"] == "Headline poison"
    assert ledger.status(now).counts["outcome.quarantined"] == 1
    assert ledger.set_aside() == [aside]
    assert ledger.set_aside() == []


def test_quarantine_keeps_the_error(ledger: Ledger) -> None:
    """Where the failure could be caught, its words are the reason."""
    admitted(ledger, "a")
    for _ in range(CAP):
        [lease] = ledger.lease(NOW, 60, 10, CAP)
        ledger.begin(lease, NOW, 60, "w")
        ledger.postpone(lease, NOW, "ValueError: bad markup")
    ledger.lease(NOW, 60, 10, CAP)
    assert ledger.quarantined()[0].facts["reason"] == "ValueError: bad markup"


def test_retry_and_drop(ledger: Ledger) -> None:
    """An operator starts a quarantined story again with fresh attempts, or ends it;
    a wrong key is refused.
    """
    key = entry("a").key
    assert not ledger.retry(key, NOW)
    assert not ledger.drop(key, NOW)
    for act in (ledger.retry, ledger.drop):
        admitted(ledger, "a")
        for _ in range(CAP):
            [lease] = ledger.lease(NOW, 60, 1, CAP)
            ledger.begin(lease, NOW, 60, "w")
            ledger.postpone(lease, NOW, "it broke")
        assert ledger.lease(NOW, 60, 1, CAP) == []
        assert act(key, NOW)
        assert ledger.quarantined() == []
    trace = ledger.trace(key)
    assert trace
    assert trace.stage is Stage.DONE
    assert trace.facts["outcome"] == "dropped"
    assert ledger.status(NOW).counts["outcome.quarantined"] == 0


def test_release_gives_back_what_was_not_begun(ledger: Ledger) -> None:
    """Draining returns stories at once and counts no attempt."""
    admitted(ledger, "a", "b")
    leases = ledger.lease(NOW, 60, 10, CAP)
    ledger.release(leases, NOW)
    assert [lease.attempts for lease in ledger.lease(NOW, 60, 10, CAP)] == [0, 0]


def test_embargo_counts_no_attempt(ledger: Ledger) -> None:
    """A story that is held until its time is not a failed one."""
    admitted(ledger, "a")
    [lease] = ledger.lease(NOW, 60, 1, CAP)
    ledger.begin(lease, NOW, 60, "w")
    ledger.postpone(lease, NOW + 500, "embargoed", failed=False)
    assert ledger.lease(NOW + 499, 60, 1, CAP) == []
    [again] = ledger.lease(NOW + 500, 60, 1, CAP)
    assert again.attempts == 0


def test_page_goes_with_the_story(ledger: Ledger) -> None:
    """The checkpoint keeps the bytes as they came, and what is known of them."""
    admitted(ledger, "a", host=HOST)
    taken = ledger.take_page(NOW, 60, CAP, "w")
    assert taken
    page = Page(
        taken.lease.entry.url, 200, b"<p>\x00\xff</p>\n" * 9, "text/html", utc(NOW), "a note"
    )
    assert ledger.lease(NOW, 60, 10, CAP) == []
    assert ledger.settle_page(taken, page, NOW, NOW)
    [ready] = ledger.lease(NOW, 60, 10, CAP)
    assert ready.page == page
    assert ready.entry == entry("a")


def test_one_worker_a_host(ledger: Ledger) -> None:
    """While a host is leased nobody else asks it; other hosts are served meanwhile;
    then it rests as told.
    """
    admitted(ledger, "a", "b", host=HOST)
    admitted(ledger, "c", host="other.example")
    first, second = ledger.take_page(NOW, 60, CAP, "w"), ledger.take_page(NOW, 60, CAP, "w")
    assert first
    assert second
    assert {first.lease.host, second.lease.host} == {HOST, "other.example"}
    assert ledger.take_page(NOW, 60, CAP, "w") is None
    for held in (first, second):
        ledger.settle_page(held, Page(""), NOW, NOW + 5)
    assert ledger.take_page(NOW + 4, 60, CAP, "w") is None
    again = ledger.take_page(NOW + 5, 60, CAP, "w")
    assert again
    assert again.lease.host == HOST
    assert ledger.take_page(NOW + 5, 60, CAP, "w") is None


def test_host_lease_of_a_dead_worker_runs_out(ledger: Ledger) -> None:
    """A worker that dies while it fetches holds up its host only until the lease ends;
    its late release is ignored.
    """
    admitted(ledger, "a", host=HOST)
    dead = ledger.take_page(NOW, 60, CAP, "w")
    assert dead
    again = ledger.take_page(NOW + 61, 60, CAP, "w")
    assert again
    assert not ledger.settle_page(dead, Page("late"), NOW + 61, NOW + 61)
    admitted(ledger, "b", host=HOST, now=NOW + 62)
    assert ledger.take_page(NOW + 62, 60, CAP, "w") is None


def test_broken_entries_end_at_once(ledger: Ledger) -> None:
    """A broken entry is counted once, with its reason, and delays nobody."""
    broken = [Broken("k" * 32, "feed", "no link, no guid, no title", "")]
    assert ledger.refuse(broken, NOW) == broken
    assert ledger.refuse(broken, NOW) == []
    trace = ledger.trace("k" * 32)
    assert trace
    assert (trace.facts["outcome"], trace.facts["reason"]) == (
        "broken_entry",
        "no link, no guid, no title",
    )
    assert ledger.status(NOW).counts["outcome.broken_entry"] == 1


def test_relation_computed_from_old_facts_is_refused(ledger: Ledger) -> None:
    """Two copies that arrive together never both become originals:
    the second is told to relate again.
    """
    posts = tuple(range(100, 132))
    admitted(ledger, "a", "b")
    one, two = ledger.lease(NOW, 60, 2, CAP)
    first, second = related("a", b"\0\0\0\0first", posts), related("b", b"\0\0\0\0second", posts)
    assert ledger.complete(one, first, NOW) is Completed.DONE
    found = ledger.complete(two, second, NOW)
    assert not isinstance(found, Completed)
    assert ledger.status(NOW).outbox == 1
    assert [c.blob for c in found] == [b"\0\0\0\0first"]
    informed = related("b", b"\0\0\0\0second", posts, {c.number: c.revision for c in found})
    assert ledger.complete(two, informed, NOW) is Completed.DONE


def test_changed_neighbour_is_noticed(ledger: Ledger) -> None:
    """A candidate that was rewritten since it was considered makes the caller relate again."""
    ended(ledger, "a", related("a", b"\0\0\0\0v1", keys_only := ()))
    query = Query(keys_only, (key("e", "a"),))

    def ending(considered: dict[int, int]) -> Ending:
        update = Relation(RelationKind.VERSION, "a", 2, "a", changed=((1, b"\0\0\0\0v2"),))
        return Ending(Outcome(OutcomeKind.VERSION), (), query, update, considered)

    assert ended(ledger, "b", ending({})) == [Candidate(1, 1, 0, b"\0\0\0\0v1")]
    [lease] = ledger.lease(NOW + 61, 60, 1, CAP)
    assert ledger.complete(lease, ending({1: 1}), NOW + 61) is Completed.DONE
    assert ended(ledger, "c", ending({1: 1})) == [Candidate(1, 2, 0, b"\0\0\0\0v2")]


def noted(ledger: Ledger, name: str, feed: str) -> tuple[str, ...]:
    """The notes that come with the lease of a new entry of this feed."""
    ledger.admit([(entry(name, feed_id=feed), "")], NOW)
    [lease] = ledger.lease(NOW, 60, 1, CAP)
    ledger.complete(lease, replace(DONE, note=f"{name} 1"), NOW)
    return lease.told


def test_a_lease_brings_the_notes_of_its_feeds_last_stories(ledger: Ledger, age: Age) -> None:
    """Newest first, so many at most, each feed for itself, and for as long as stories are known."""
    assert noted(ledger, "a", "one") == ()
    assert noted(ledger, "b", "one") == ("a 1",)
    assert noted(ledger, "c", "two") == ()
    assert noted(ledger, "d", "one") == ("b 1", "a 1")
    for number in range(STORIES_KEPT):
        noted(ledger, f"n{number}", "one")
    notes = noted(ledger, "e", "one")
    assert len(notes) == STORIES_KEPT
    assert notes[0] == f"n{STORIES_KEPT - 1} 1"
    assert notes[-1] == "n0 1"
    age.by(MONTH + 1)
    assert noted(ledger, "f", "one") == ()


def test_only_a_story_that_ended_is_noted(ledger: Ledger) -> None:
    """What a worker read that came back too late is no note; nor is a story that is put off."""
    admitted(ledger, "a")
    [lease] = ledger.lease(NOW, 60, 1, CAP)
    late = replace(lease, token=lease.token + 99)
    assert ledger.complete(late, replace(DONE, note="a 1"), NOW) is Completed.STALE
    assert ledger.postpone(lease, NOW + 900, "embargoed", failed=False)
    assert noted(ledger, "b", "feed") == ()
    assert noted(ledger, "c", "feed") == ("b 1",)


def test_each_sink_keeps_its_own_place(ledger: Ledger) -> None:
    """A sink that is down delays nobody and gets everything later, in order."""
    ledger.attach(["fast", "slow"])
    for name in ("a", "b", "c"):
        ended(ledger, name, Ending(Outcome(OutcomeKind.NEW), (record(name),)))
    batch = ledger.read("fast", NOW, 60, 2)
    assert batch
    assert [item.uri[-1] for _, item in batch.items] == ["a", "b"]
    assert ledger.acknowledge(batch, NOW)
    batch = ledger.read("fast", NOW, 60, 2)
    assert batch
    assert [item.uri[-1] for _, item in batch.items] == ["c"]
    assert ledger.acknowledge(batch, NOW)
    assert ledger.status(NOW).backlog == {"fast": 0, "slow": 3}
    assert ledger.status(NOW).delivered == {"fast": 3, "slow": 0}
    slow = ledger.read("slow", NOW, 60, 10)
    assert slow
    assert [item.uri[-1] for _, item in slow.items] == ["a", "b", "c"]


def test_unacknowledged_batch_comes_again(ledger: Ledger) -> None:
    """A sink whose worker died is read by nobody else until the lease ends, then gets the same
    records.
    """
    ledger.attach(["sink"])
    ended(ledger, "a", Ending(Outcome(OutcomeKind.NEW), (record("a"),)))
    dead = ledger.read("sink", NOW, 60, 10)
    assert dead
    assert ledger.read("sink", NOW + 59, 60, 10) is None
    again = ledger.read("sink", NOW + 61, 60, 10)
    assert again
    assert again.items == dead.items
    assert not ledger.acknowledge(dead, NOW + 61)
    assert ledger.acknowledge(again, NOW + 61)
    assert ledger.read("sink", NOW + 62, 60, 10) is None


def test_resting_sink_says_why(ledger: Ledger) -> None:
    """A sink that failed is left alone until its time, and the status says why it waits."""
    ledger.attach(["sink"])
    ended(ledger, "a", Ending(Outcome(OutcomeKind.NEW), (record("a"),)))
    batch = ledger.read("sink", NOW, 60, 10)
    assert batch
    ledger.rest(batch, NOW + 10, "disk full")
    assert ledger.status(NOW).resting == {"sink": "disk full"}
    assert ledger.read("sink", NOW + 9, 60, 10) is None
    again = ledger.read("sink", NOW + 10, 60, 10)
    assert again
    assert ledger.acknowledge(again, NOW + 10)
    assert ledger.status(NOW).resting == {}


def test_trim_only_below_the_slowest(ledger: Ledger) -> None:
    """The outbox drops what every sink acknowledged and nothing else."""
    ledger.attach(["fast", "slow"])
    for name in ("a", "b", "c"):
        ended(ledger, name, Ending(Outcome(OutcomeKind.NEW), (record(name),)))
    for sink, limit in (("fast", 3), ("slow", 1)):
        batch = ledger.read(sink, NOW, 60, limit)
        assert batch
        ledger.acknowledge(batch, NOW)
    assert ledger.trim() == 1
    handed = ledger.read("slow", NOW, 60, 1)
    assert handed
    assert ledger.trim() == 0
    assert ledger.status(NOW).outbox == 2
    ledger.acknowledge(handed, NOW)
    assert ledger.trim() == 1


def test_sink_taken_away_holds_up_nothing(ledger: Ledger) -> None:
    """A sink that is no longer configured keeps no record from being trimmed;
    a new one begins with what is left.
    """
    ledger.attach(["old"])
    for name in ("a", "b"):
        ended(ledger, name, Ending(Outcome(OutcomeKind.NEW), (record(name),)))
    ledger.attach(["new"])
    batch = ledger.read("new", NOW, 60, 10)
    assert batch
    assert len(batch.items) == 2
    ledger.acknowledge(batch, NOW)
    assert ledger.trim() == 2
    assert ledger.status(NOW).backlog == {"new": 0}


def sent(*records: Record) -> Ending:
    """The ending that hands these records out."""
    return Ending(Outcome(OutcomeKind.NEW), records)


def told(ledger: Ledger, since: float = 0.0) -> list[str]:
    """The ids of the records that are kept."""
    total, records = ledger.kept(since)
    found = [kept.id.removeprefix("urn:wiredesk:story:") for kept in records]
    assert total == len(found)
    return found


def test_the_record_that_last_told_a_story_is_kept(ledger: Ledger) -> None:
    """To classify it again: the latest version, oldest delivery first;
    a withdrawal and a merger tell nothing.
    """
    ended(ledger, "a", sent(record("a", body=["Text."])), NOW)
    ended(ledger, "b", sent(record("b"), record("m", 1, "cluster.merged")), NOW + 1)
    ended(ledger, "a2", sent(record("a", 2, "story.version")), NOW + 2)
    assert told(ledger) == ["b/1/new", "a/2/version"]
    assert told(ledger, NOW + 2) == ["a/2/version"]
    ended(ledger, "late", sent(record("a", 1, "story.copy")), NOW + 3)
    assert told(ledger) == ["b/1/new", "a/2/version"]


def test_a_withdrawn_story_is_not_kept(ledger: Ledger) -> None:
    """Nothing of it goes out again, whatever the definitions say."""
    ended(ledger, "a", sent(record("a")), NOW)
    ended(ledger, "b", sent(record("b", 2)), NOW)
    ended(
        ledger,
        "kill",
        sent(record("a", 1, "story.withdrawn"), record("b", 1, "story.withdrawn")),
        NOW,
    )
    assert told(ledger) == ["b/2/new"]


def test_texts_are_kept_for_a_while_only(ledger: Ledger) -> None:
    """A week after it went out a story can't be classified again, and its text is gone."""
    ended(ledger, "a", sent(record("a")), NOW)
    ended(ledger, "b", sent(record("b")), NOW + 7 * 86400 + 1)
    assert told(ledger) == ["b/1/new"]


def test_a_reclassification_is_in_the_outbox_once(ledger: Ledger) -> None:
    """It takes the place of the kept record; one made from what stood there before is refused, as
    is a stranger's.
    """
    ledger.attach(["sink"])
    ended(ledger, "a", sent(record("a", body=["Text."])))
    first = record("a", 1, "story.reclassified", body=["Text."], reclassification=1)
    assert ledger.reclassify(first)
    assert not ledger.reclassify(first)
    assert not ledger.reclassify(record("unknown", 1, "story.reclassified", reclassification=1))
    assert told(ledger) == ["a/1/reclassified/1"]
    assert next(ledger.kept(0.0)[1]) == first
    ended(ledger, "a2", sent(record("a", 2, "story.version")))
    assert not ledger.reclassify(record("a", 1, "story.reclassified", reclassification=2))
    batch = ledger.read("sink", NOW, 60, 10)
    assert batch
    assert [item.type for _, item in batch.items] == [
        "story.new",
        "story.reclassified",
        "story.version",
    ]
    assert ledger.status(NOW).counts["event.story.reclassified"] == 1


def test_pressure_when_the_outbox_is_full(ledger: Ledger) -> None:
    """Past its bound the outbox asks for polling to pause, and says so."""
    for name in ("a", "b", "c"):
        ended(ledger, name, Ending(Outcome(OutcomeKind.NEW), (record(name),)))
    assert ledger.pressure() == ""
    ended(ledger, "d", Ending(Outcome(OutcomeKind.NEW), (record("d"),)))
    assert "outbox" in ledger.pressure()


def test_feeds_are_claimed_one_by_one(ledger: Ledger) -> None:
    """A claimed feed is nobody else's; settling stores its state and its next poll;
    a late settler is refused.
    """
    ledger.schedule(feeds("one", "two"), NOW)
    first, second = ledger.claim_feed(NOW, 60), ledger.claim_feed(NOW, 60)
    assert first
    assert second
    assert {first.feed_id, second.feed_id} == {"one", "two"}
    assert ledger.claim_feed(NOW, 60) is None
    state = type(first.state)(etag='"x"', next_poll=NOW + 300, last_poll=NOW)
    assert ledger.settle_feed(first, state)
    assert not ledger.settle_feed(first, state)
    again = ledger.claim_feed(NOW + 61, 60)
    assert again
    assert again.feed_id == second.feed_id
    assert ledger.settle_feed(again, type(state)(next_poll=NOW + 900))
    later = ledger.claim_feed(NOW + 300, 60)
    assert later
    assert later.state.etag == '"x"'


def test_schedule_holds_exactly_the_configured_feeds(ledger: Ledger) -> None:
    """A feed taken out is not polled; put in again it keeps what was learned and its next poll."""
    ledger.schedule(feeds("one"), NOW)
    lease = ledger.claim_feed(NOW, 60)
    assert lease
    ledger.settle_feed(lease, type(lease.state)(etag='"x"', next_poll=NOW + 300))
    ledger.schedule(feeds("two"), NOW)
    other = ledger.claim_feed(NOW + 400, 60)
    assert other
    assert other.feed_id == "two"
    assert ledger.claim_feed(NOW + 400, 60) is None
    ledger.schedule(feeds("one", "two"), NOW + 10)
    assert ledger.claim_feed(NOW + 299, 60) is None
    back = ledger.claim_feed(NOW + 300, 60)
    assert back
    assert back.state.etag == '"x"'


def test_feeds_and_pages_of_one_host_take_turns(ledger: Ledger) -> None:
    """One lease a host: two feeds and a page of it are asked for one at a time, and each no sooner
    than allowed.
    """
    both = [Feed("one", "https://wire.example/1"), Feed("two", "https://wire.example/2")]
    ledger.schedule(both, NOW)
    admitted(ledger, "a", host="wire.example:443")
    first = ledger.claim_feed(NOW, 60)
    assert first
    assert (first.host, first.feed) == ("wire.example:443", both[0])
    assert ledger.claim_feed(NOW, 60) is ledger.take_page(NOW, 60, CAP, "w") is None
    waiting = ledger.waiting(NOW)
    assert (waiting.feeds, waiting.hosts) == (0, 0)
    ledger.settle_feed(first, FeedState(next_poll=NOW + 900), allowed=NOW + 5)
    assert ledger.claim_feed(NOW + 4, 60) is ledger.take_page(NOW + 4, 60, CAP, "w") is None
    page = ledger.take_page(NOW + 5, 60, CAP, "w")
    assert page
    assert ledger.claim_feed(NOW + 5, 60) is None
    ledger.settle_page(page, Page("x"), NOW + 5, NOW + 10)
    assert ledger.claim_feed(NOW + 9, 60) is None
    second = ledger.claim_feed(NOW + 10, 60)
    assert second
    assert second.feed_id == "two"


def test_neither_feeds_nor_pages_of_a_host_starve_the_other(ledger: Ledger) -> None:
    """Where more is due than the spacing lets through, feeds and pages take turns, whoever looks
    first.
    """
    ledger.schedule([Feed(f"f{n}", f"https://wire.example/{n}") for n in range(9)], NOW)
    admitted(ledger, *"abcdefghi", host="wire.example:443")
    turns, now = "", NOW
    while len(turns) < 12:
        if lease := ledger.claim_feed(now, 60):
            ledger.settle_feed(lease, FeedState(next_poll=now + 900), allowed=now + 5)
            turns += "f"
        elif held := ledger.take_page(now, 60, CAP, "w"):
            ledger.settle_page(held, Page("x"), now, now + 5)
            turns += "p"
        now += 0.5
    assert turns == "fp" * 6
    for _ in range(9):
        now += 10
        if held := ledger.take_page(now, 60, CAP, "w"):
            ledger.settle_page(held, Page("x"), now, now + 5)
    assert ledger.take_page(now + 10, 60, CAP, "w") is None


def test_a_host_rests_also_while_nothing_of_it_waits(ledger: Ledger) -> None:
    """What comes in a second after the last request waits for the spacing as well."""
    admitted(ledger, "a", host=HOST)
    held = ledger.take_page(NOW, 60, CAP, "w")
    assert held
    ledger.settle_page(held, Page("x"), NOW, NOW + 5)
    admitted(ledger, "b", host=HOST, now=NOW + 1)
    assert ledger.take_page(NOW + 4.9, 60, CAP, "w") is None
    assert ledger.take_page(NOW + 5, 60, CAP, "w")


def test_a_page_put_off_holds_up_no_other_of_its_host(ledger: Ledger) -> None:
    """A story that waits a minute for its next attempt does not make a new one wait."""
    admitted(ledger, "a", host=HOST)
    held = ledger.take_page(NOW, 60, CAP, "w")
    assert held
    ledger.settle_page(held, Later(NOW + 60, "busy"), NOW, 0.0)
    admitted(ledger, "b", host=HOST, now=NOW + 1)
    assert ledger.take_page(NOW + 1, 60, CAP, "w")


def test_hosts_without_spacing_are_asked_by_many(ledger: Ledger) -> None:
    """Where no spacing is wanted, any number of feeds and pages of a host are taken at once;
    a rest holds for all.
    """
    open_ = Spacing(5.0, {"127.0.0.1": 0.0})
    ledger.schedule([Feed(f"f{n}", f"http://127.0.0.1:8000/{n}") for n in range(3)], NOW)
    admitted(ledger, "a", "b", host="127.0.0.1:8000")
    assert ledger.waiting(NOW).feeds == 3
    first, second = ledger.claim_feed(NOW, 60, open_), ledger.claim_feed(NOW, 60, open_)
    assert first
    assert second
    assert {first.hold, second.hold} == {0}
    page = ledger.take_page(NOW, 60, CAP, "w", open_)
    assert page
    assert page.hold == 0
    ledger.settle_feed(first, FeedState(next_poll=NOW + 60), allowed=NOW + 300)
    assert (
        ledger.claim_feed(NOW + 299, 60, open_)
        is ledger.take_page(NOW + 299, 60, CAP, "w", open_)
        is None
    )
    ledger.settle_feed(second, FeedState(next_poll=NOW + 60), allowed=0.0)
    assert ledger.claim_feed(NOW + 299, 60, open_) is None
    assert ledger.claim_feed(NOW + 300, 60, open_)


def test_a_shorter_rest_ends_no_longer_one(ledger: Ledger) -> None:
    """Two workers ask a host at once; one is told to come back in five minutes, the other only in
    ten seconds: the longer holds, or the host is asked against its word.
    """
    open_ = Spacing(0.0)
    ledger.schedule([Feed(f"f{n}", f"https://wire.example/{n}") for n in range(3)], NOW)
    first, second = ledger.claim_feed(NOW, 60, open_), ledger.claim_feed(NOW, 60, open_)
    assert first
    assert second
    ledger.settle_feed(first, FeedState(next_poll=NOW + 900), allowed=NOW + 300)
    ledger.settle_feed(second, FeedState(next_poll=NOW + 900), allowed=NOW + 10)
    assert ledger.claim_feed(NOW + 299, 60, open_) is None
    assert ledger.claim_feed(NOW + 300, 60, open_)


def test_hosts_are_fair_among_themselves(ledger: Ledger) -> None:
    """A host with many feeds gets no more turns than one with a single feed that has waited as
    long.
    """
    open_ = Spacing(0.0)
    ledger.schedule([Feed(f"many{n}", f"https://many.example/{n}") for n in range(5)], NOW)
    many = [*ledger.feeds().values()]
    ledger.schedule([*many, Feed("single", "https://single.example/")], NOW + 1)
    slow = Spacing(1.0)
    turns = []
    for second in range(2, 8):
        lease = ledger.claim_feed(NOW + second, 60, slow)
        assert lease
        turns.append(lease.host)
        ledger.settle_feed(lease, FeedState(next_poll=NOW + 900), allowed=NOW + second + 1)
    assert turns.index("single.example:443") == 1
    assert ledger.claim_feed(NOW + 8, 60, open_) is None


def test_the_host_of_a_worker_that_died_is_free_when_its_lease_runs_out(ledger: Ledger) -> None:
    """Nobody gives the host back: it is asked again after the lease, and the dead worker's word
    counts no more.
    """
    ledger.schedule(feeds("one"), NOW)
    dead = ledger.claim_feed(NOW, 60)
    assert dead
    assert ledger.claim_feed(NOW + 59, 60) is None
    alive = ledger.claim_feed(NOW + 60, 60)
    assert alive
    assert not ledger.settle_feed(dead, FeedState(next_poll=NOW + 900))
    assert ledger.settle_feed(alive, FeedState(next_poll=NOW + 900), allowed=NOW + 65)


def test_a_feed_that_moved_waits_at_its_new_host(ledger: Ledger) -> None:
    """The host that is asked is the host that is held."""
    ledger.schedule(feeds("one"), NOW)
    lease = ledger.claim_feed(NOW, 60)
    assert lease
    assert ledger.settle_feed(lease, FeedState(next_poll=NOW + 60), host="new.example:443")
    again = ledger.claim_feed(NOW + 60, 60)
    assert again
    assert again.host == "new.example:443"


def test_a_changed_list_says_what_changed(ledger: Ledger) -> None:
    """Added, changed and removed feeds are named; the same list again changes nothing."""
    one, two = feeds("one", "two")
    assert ledger.schedule([one, two], NOW).added == ("one", "two")
    assert not ledger.schedule([one, two], NOW)
    said = ledger.schedule(
        [Feed("one", one.url, every=5.0), Feed("three", "https://c.example/")], NOW
    )
    assert (said.added, said.changed, said.removed) == (("three",), ("one",), ("two",))
    assert ledger.feeds()["one"].every == 5.0
    lease = ledger.claim_feed(NOW, 60)
    assert lease
    assert ledger.feeds()[lease.feed_id] == lease.feed


def test_a_paused_feed_is_not_polled_until_it_is_resumed(ledger: Ledger) -> None:
    """Pausing outlives a poll under way, a new list of feeds and the feed's absence from one."""
    ledger.schedule(feeds("one"), NOW)
    lease = ledger.claim_feed(NOW, 60)
    assert lease
    assert ledger.pause_feed("one", NOW)
    assert not ledger.pause_feed("other", NOW)
    assert ledger.settle_feed(lease, FeedState(etag='"x"', next_poll=NOW + 60, last_poll=NOW))
    assert ledger.claim_feed(NOW + 10_000, 60) is None
    ledger.schedule([], NOW)
    ledger.schedule(feeds("one"), NOW)
    assert ledger.claim_feed(NOW + 10_000, 60) is None
    assert not ledger.retime_feed("one", NOW, NOW)
    assert ledger.status(NOW).health == {"paused": 1}
    [stands] = ledger.standing(["one", "other"])
    assert (stands.paused, stands.state.etag) == (True, '"x"')
    assert ledger.resume_feed("one", replace(stands.state, next_poll=NOW + 70), NOW)
    assert ledger.claim_feed(NOW + 69, 60) is None
    back = ledger.claim_feed(NOW + 70, 60)
    assert back
    assert back.state.etag == '"x"'


def test_a_feed_is_polled_sooner_on_demand(ledger: Ledger) -> None:
    """An operator moves the next poll; one that is under way is left alone, and so is what it
    stores.
    """
    ledger.schedule(feeds("one"), NOW)
    lease = ledger.claim_feed(NOW, 60)
    assert lease
    assert not ledger.retime_feed("one", NOW, NOW)
    assert ledger.resume_feed("one", FeedState(next_poll=NOW), NOW)
    assert ledger.settle_feed(lease, FeedState(next_poll=NOW + 900))
    assert ledger.retime_feed("one", NOW + 10, NOW + 5)
    assert not ledger.retime_feed("other", NOW, NOW)
    assert ledger.claim_feed(NOW + 9, 60) is None
    assert ledger.claim_feed(NOW + 10, 60)


def test_feeds_are_counted_by_health_and_polls_by_their_end(ledger: Ledger) -> None:
    """What operators see in sum is written with the poll itself;
    a feed that is taken out is counted no more.
    """
    ledger.schedule(feeds("one", "two"), NOW)
    for health in ("failing", "well"):
        lease = ledger.claim_feed(NOW, 60)
        assert lease
        ledger.settle_feed(
            lease,
            FeedState(next_poll=NOW + 60),
            health=health,
            counts={"poll.read": 1, "late.60": 2},
        )
    assert dict(ledger.status(NOW).health) == {"failing": 1, "well": 1}
    assert dict(ledger.status(NOW).polls) == {"poll.read": 2, "late.60": 4}
    ledger.schedule(feeds("two"), NOW)
    assert dict(ledger.status(NOW).health) == {"well": 1}


def test_waiting_counts_what_is_due(ledger: Ledger) -> None:
    """The tick learns from one call what there is to do."""
    ledger.attach(["sink"])
    assert ledger.waiting(NOW).empty
    ledger.schedule(feeds("one"), NOW)
    admitted(ledger, "a")
    admitted(ledger, "b", host=HOST)
    ended(ledger, "a", Ending(Outcome(OutcomeKind.NEW), (record("a"),)))
    waiting = ledger.waiting(NOW)
    assert (waiting.feeds, waiting.hosts, waiting.process, dict(waiting.sinks)) == (
        1,
        1,
        0,
        {"sink": 1},
    )


def test_trace_by_key_and_by_url(ledger: Ledger) -> None:
    """An operator finds a story by its address, with its end and every fact kept of it."""
    ending = Ending(
        Outcome(OutcomeKind.UNCHANGED, "same words"), facts={"uri": "urn:x", "why": "same words"}
    )
    ended(ledger, "a", ending)
    trace = ledger.trace(entry("a").url)
    assert trace
    assert trace == ledger.trace(entry("a").key)
    assert trace.stage is Stage.DONE
    assert trace.facts["outcome"] == "unchanged"
    assert trace.facts["reason"] == "same words"
    assert trace.facts["uri"] == "urn:x"
    assert float(trace.facts["admitted"]) == NOW
    assert ledger.trace("https://wire.example/never-seen") is None


def test_counts(ledger: Ledger) -> None:
    """Every story is counted once: admitted, by outcome, by event and by theme."""
    ended(ledger, "a", related("a", b"\0\0\0\0x"))
    ended(ledger, "b", Ending(Outcome(OutcomeKind.UNCHANGED)))
    counts = ledger.status(NOW).counts
    expected: dict[str, Any] = {
        "admitted": 2,
        "outcome.new": 1,
        "outcome.unchanged": 1,
        "event.story.new": 1,
        "theme.air_campaign": 1,
    }
    assert counts == expected


Build = Callable[[], Ledger]


def test_entries_are_due_in_the_order_of_admission(ledger: Ledger) -> None:
    """A feed's older story is processed before the newer one that may be its update, whatever
    their keys.
    """
    names = [f"{n}" for n in range(12)]
    admitted(ledger, *names)
    assert [lease.entry.guid for lease in ledger.lease(NOW, 60, 20, CAP)] == names
    admitted(ledger, *(f"p{name}" for name in names), host=HOST)
    open_, pages = Spacing(0.0), []
    while taken := ledger.take_page(NOW, 60, CAP, "w", open_):
        pages.append(taken.lease.entry.guid)
    assert pages == [f"p{name}" for name in names]


def test_a_finished_story_is_forgotten_after_the_retention(ledger: Ledger, age: Age) -> None:
    """Until then it is known and found by its address; after that the same entry is new."""
    ended(ledger, "a", DONE)
    ledger.refuse([Broken("k" * 32, "feed", "no link")], NOW)
    age.by(MONTH - 1)
    assert ledger.trace(entry("a").url)
    assert ledger.trace("k" * 32)
    age.by(2)
    assert ledger.trace(entry("a").url) is None
    assert ledger.trace(entry("a").key) is None
    assert ledger.trace("k" * 32) is None
    assert admitted(ledger, "a") == [Admission.NEW]


def test_what_a_feed_still_shows_stays_known_by_key_and_address(ledger: Ledger, age: Age) -> None:
    """Each time it is shown the retention begins anew, for the story and for its address."""
    ended(ledger, "a", DONE)
    for _ in range(3):
        age.by(MONTH - 1)
        assert admitted(ledger, "a") == [Admission.KNOWN]
    age.by(MONTH - 1)
    assert ledger.trace(entry("a").url) == ledger.trace(entry("a").key)
    assert ledger.trace(entry("a").url)
    age.by(2)
    assert ledger.trace(entry("a").url) is None


def test_nothing_open_is_forgotten(ledger: Ledger, age: Age) -> None:
    """A story that waits, or stands in quarantine, is there and found by its address however long
    it takes.
    """
    admitted(ledger, "waits", "aside")
    ledger.release(ledger.lease(NOW, 60, 2, CAP)[:1], NOW)
    assert ledger.lease(NOW + 90, 60, 2, 0) == []
    admitted(ledger, "later")
    age.by(3 * MONTH)
    for name, stage in (("waits", "quarantine"), ("aside", "quarantine"), ("later", "process")):
        trace = ledger.trace(entry(name).url)
        assert trace
        assert trace.stage == stage
    assert ledger.drop(entry("aside").key, NOW)
    age.by(MONTH - 1)
    assert ledger.trace(entry("aside").url)
    age.by(2)
    assert ledger.trace(entry("aside").url) is None


def test_a_kept_text_goes_with_its_time(ledger: Ledger, age: Age) -> None:
    """After its week a record is read no more and reclassified no more, though nothing ended
    since.
    """
    ended(ledger, "a", sent(record("a")))
    age.by(WEEK - 1)
    assert told(ledger) == ["a/1/new"]
    age.by(2)
    assert list(ledger.kept(0.0)[1]) == []
    assert not ledger.reclassify(record("a", 1, "story.reclassified", reclassification=1))


def test_what_copies_are_compared_with_goes_after_the_retention(ledger: Ledger, age: Age) -> None:
    """A story that came longer ago is no candidate any more."""
    posts = tuple(range(100, 132))
    ended(ledger, "a", related("a", b"\0\0\0\0first", posts))
    age.by(MONTH - 1)
    assert ended(ledger, "b", related("b", b"\0\0\0\0second", posts)) != Completed.DONE
    age.by(2)
    assert ended(ledger, "c", related("c", b"\0\0\0\0third", posts)) is Completed.DONE


def test_a_page_that_was_not_asked_for_counts_no_attempt(ledger: Ledger) -> None:
    """A turn that went to robots.txt costs the story nothing; one that failed counts."""
    admitted(ledger, "a", host=HOST)
    for result, attempts in ((None, 0), (Later(NOW, "busy"), 0), (None, 1), (None, 1)):
        taken = ledger.take_page(NOW, 60, CAP, "w")
        assert taken
        assert taken.lease.attempts == attempts
        assert ledger.settle_page(taken, result, NOW, 0.0)


def test_a_page_that_takes_its_worker_down_is_set_aside(ledger: Ledger) -> None:
    """The attempt is counted as the page is taken: after the cap nobody asks for it again."""
    admitted(ledger, "a", host=HOST)
    for turn in range(CAP):
        assert ledger.take_page(NOW + 61 * turn, 60, CAP, "host:42")
    assert ledger.take_page(NOW + 61 * CAP, 60, CAP, "host:42") is None
    [aside] = ledger.quarantined()
    assert (aside.facts["from"], aside.facts["worker"]) == ("fetch", "host:42")


@pytest.mark.parametrize(("waited", "goes"), [(1.9, False), (2.0, True)])
def test_who_had_the_last_turn_lets_the_other_go_first_for_two_seconds(
    ledger: Ledger, waited: float, goes: bool
) -> None:
    """A page waits, and nobody looks for one: the feed's next turn is two seconds late, no more."""
    both = [Feed("one", "https://wire.example/1"), Feed("two", "https://wire.example/2")]
    ledger.schedule(both, NOW)
    first = ledger.claim_feed(NOW, 60)
    assert first
    admitted(ledger, "a", host="wire.example:443")
    ledger.settle_feed(first, FeedState(next_poll=NOW + 900), allowed=NOW + 5)
    assert bool(ledger.claim_feed(NOW + 5 + waited, 60)) == goes


@pytest.mark.parametrize(("spent", "left"), [(21, ["fresh"]), (109, ["fresh"]), (110, [])])
def test_a_look_passes_over_so_many_that_are_past_the_cap(
    ledger: Ledger, age: Age, spent: int, left: list[str]
) -> None:
    """Five times twice the wanted and twenty are parted, so that one call stays short; the next
    goes on.
    """
    if age.client is None:
        pytest.skip("in memory a look passes over any number")
    names = [f"{n:02}" for n in range(spent)]
    admitted(ledger, *names)
    for lease in ledger.lease(NOW, 60, spent, CAP):
        ledger.begin(lease, NOW, 60, "w")
    admitted(ledger, "fresh", now=NOW + 61)
    assert [lease.entry.guid for lease in ledger.lease(NOW + 61, 60, 1, 1)] == left
    assert len(ledger.quarantined()) == min(spent, 22)
    again = [lease.entry.guid for lease in ledger.lease(NOW + 61, 60, 1, 1)]
    assert left + again == ["fresh"]
    for _ in range(spent // 22):
        ledger.lease(NOW + 61, 60, 1, 1)
    assert len(ledger.quarantined()) == spent


@pytest.mark.parametrize(("hosts", "counted"), [(63, 63), (64, 64), (65, 64)])
def test_feeds_are_counted_on_64_hosts(ledger: Ledger, age: Age, hosts: int, counted: int) -> None:
    """Enough to know how many workers are wanted, however many are due."""
    ledger.schedule(feeds(*(f"f{n}" for n in range(hosts))), NOW)
    assert ledger.waiting(NOW).feeds == (hosts if age.client is None else counted)


@pytest.mark.parametrize(("later", "kept"), [(3604.0, 1), (3606.0, 0)])
def test_a_rest_is_dropped_an_hour_after_it_ended(
    ledger: Ledger, age: Age, later: float, kept: int
) -> None:
    """Hosts come and go: what orders no queue any more takes no memory."""
    if age.client is None:
        pytest.skip("the ledger of one process keeps its hosts")
    ledger.schedule(feeds("one", "two"), NOW)
    first = ledger.claim_feed(NOW, 60)
    assert first
    ledger.settle_feed(first, FeedState(next_poll=NOW + 9e9), allowed=NOW + 5)
    assert ledger.claim_feed(NOW + later, 60)
    assert age.client.zcard("wd:hostfree") == kept


def test_a_poll_of_a_feed_that_was_taken_out_stores_nothing(ledger: Ledger) -> None:
    """Taken out and put in again while it is polled, a feed begins anew: the old poll's word, which
    may be of another address, is refused.
    """
    ledger.schedule(feeds("one"), NOW)
    lease = ledger.claim_feed(NOW, 60)
    assert lease
    ledger.schedule([], NOW)
    ledger.schedule(feeds("one"), NOW)
    assert not ledger.settle_feed(lease, FeedState(etag='"old"', next_poll=NOW + 900))
    [stands] = ledger.standing(["one"])
    assert (stands.due, stands.state.etag) == (NOW, "")


@pytest.mark.parametrize(("spent", "found"), [(49, True), (50, False)])
def test_a_look_for_a_page_passes_over_fifty_hosts(
    ledger: Ledger, age: Age, spent: int, found: bool
) -> None:
    """Hosts whose stories are all past the cap hold up no other; a call that passes over more than
    fifty would keep Redis from everybody else.
    """
    if age.client is None:
        pytest.skip("in memory a look passes over any number")
    for n in range(spent):
        admitted(ledger, f"{n}", host=f"h{n}.example")
        assert ledger.take_page(NOW, 60, CAP, "w")
    admitted(ledger, "fresh", host="fresh.example", now=NOW + 61)
    assert bool(ledger.take_page(NOW + 61, 60, 1, "w")) == found
    assert len(ledger.quarantined()) == spent
    assert bool(ledger.take_page(NOW + 61, 60, 1, "w")) != found


def test_a_feed_that_is_resumed_counts_as_well(ledger: Ledger) -> None:
    """Its faults are forgiven with the order: an alarm on failing feeds must not stay for a feed
    that was set right.
    """
    ledger.schedule(feeds("one"), NOW)
    lease = ledger.claim_feed(NOW, 60)
    assert lease
    ledger.settle_feed(lease, FeedState(next_poll=NOW + 900), health="failing")
    assert ledger.resume_feed("one", FeedState(next_poll=NOW, last_ok=NOW - 60), NOW)
    assert ledger.status(NOW).health == {"well": 1}
    assert ledger.resume_feed("one", FeedState(next_poll=NOW), NOW)
    assert ledger.status(NOW).health == {}, "one that never answered is no feed that does well"


def test_a_changed_story_is_open_without_end(ledger: Ledger, age: Age) -> None:
    """A finished story is forgotten in time; changed, it is open again, and the time that ran for
    the old one must not take the new one away. What was said of the old end is said no more.
    """
    ended(ledger, "a", DONE)
    ledger.admit([(entry("a", title="Other words"), "")], NOW)
    age.by(2 * MONTH)
    trace = ledger.trace(entry("a").key)
    assert trace
    assert trace.stage is Stage.PROCESS
    assert "outcome" not in trace.facts
    [lease] = ledger.lease(NOW, 60, 1, CAP)
    assert lease.entry.title == "Other words"


def test_a_changed_story_leaves_the_quarantine(ledger: Ledger) -> None:
    """Its new words may be the cure: it is tried again, and stands aside no more."""
    admitted(ledger, "a")
    assert ledger.lease(NOW, 60, 1, 0) == []
    ledger.admit([(entry("a", title="Other words"), "")], NOW)
    assert ledger.status(NOW).quarantine == 0
    assert ledger.quarantined() == []
    assert not ledger.drop(entry("a").key, NOW)
    assert len(ledger.lease(NOW, 60, 1, CAP)) == 1


def test_a_broken_entry_that_is_still_shown_is_told_once(ledger: Ledger, age: Age) -> None:
    """Each time its feed shows it the retention begins anew: it is not counted again each month."""
    broken = [Broken("k" * 32, "feed", "no link")]
    assert ledger.refuse(broken, NOW) == broken
    for _ in range(3):
        age.by(MONTH - 1)
        assert ledger.refuse(broken, NOW) == []


def test_a_page_put_off_says_why(ledger: Ledger) -> None:
    """While a page is waited for, an operator reads in the trace what its host answered; past the
    cap it is the reason for which the story is set aside.
    """
    admitted(ledger, "a", host=HOST)
    taken = ledger.take_page(NOW, 60, CAP, "w")
    assert taken
    ledger.settle_page(taken, Later(NOW + 60, "page not served now"), NOW, 0.0)
    trace = ledger.trace(entry("a").key)
    assert trace
    assert trace.facts["error"] == "page not served now"
    assert ledger.take_page(NOW + 60, 60, 1, "w") is None
    assert ledger.quarantined()[0].facts["reason"] == "page not served now"


def test_attempts_for_the_page_are_none_at_the_story(ledger: Ledger) -> None:
    """A story whose page came at the last attempt has all its attempts at processing."""
    admitted(ledger, "a", host=HOST)
    for _ in range(CAP - 1):
        taken = ledger.take_page(NOW, 60, CAP, "w")
        assert taken
        ledger.settle_page(taken, Later(NOW, "busy"), NOW, 0.0)
    taken = ledger.take_page(NOW, 60, CAP, "w")
    assert taken
    ledger.settle_page(taken, Page("x"), NOW, 0.0)
    [lease] = ledger.lease(NOW, 60, 1, CAP)
    assert lease.attempts == 0


def test_progress_says_when_each_thing_last_happened(ledger: Ledger) -> None:
    """Health is judged by it: a system that polls and ends nothing is not well."""
    ledger.attach(["sink"])
    ledger.schedule(feeds("one"), NOW)
    lease = ledger.claim_feed(NOW, 60)
    assert lease
    ledger.settle_feed(lease, FeedState(next_poll=NOW + 900, last_poll=NOW + 1))
    ended(ledger, "a", sent(record("a")), NOW + 2)
    batch = ledger.read("sink", NOW + 2, 60, 1)
    assert batch
    ledger.acknowledge(batch, NOW + 3)
    expected = {"poll": NOW + 1, "ending": NOW + 2, "sink.sink": NOW + 3}
    assert ledger.status(NOW + 3).progress == expected


def test_a_pulse_is_noted_until_it_is_taken_back(ledger: Ledger) -> None:
    """A service that ended as it should leaves nothing that grows old; others keep theirs."""
    ledger.pulse("worker.poll", NOW)
    ledger.pulse("worker.beat", NOW)
    ledger.pulse("worker.poll", NOW + 5)
    assert ledger.status(NOW).progress == {"worker.poll": NOW + 5, "worker.beat": NOW}
    ledger.unpulse("worker.poll")
    ledger.unpulse("worker.never")
    assert ledger.status(NOW).progress == {"worker.beat": NOW}


@pytest.mark.parametrize("host", ["", HOST])
def test_the_oldest_due_is_a_story_or_a_page(ledger: Ledger, host: str) -> None:
    """An alarm looks at it: stories that wait for a page wait as much as those with one."""
    assert ledger.status(NOW).oldest_due == 0.0
    admitted(ledger, "a", host=host)
    assert ledger.status(NOW + 100).oldest_due == pytest.approx(100, abs=0.01)


def test_a_retried_story_has_no_end_any_more(ledger: Ledger) -> None:
    """Its trace must not say that it is set aside, nor why, while it is under way again."""
    admitted(ledger, "a")
    assert ledger.lease(NOW, 60, 1, 0) == []
    assert ledger.retry(entry("a").key, NOW)
    trace = ledger.trace(entry("a").key)
    assert trace
    assert trace.stage is Stage.PROCESS
    assert not {"outcome", "reason", "ended"} & trace.facts.keys()


def test_a_sink_that_is_held_or_rests_asks_for_no_worker(ledger: Ledger) -> None:
    """Nothing of it can be delivered now: hints for it would wake workers for nothing."""
    ledger.attach(["sink"])
    ended(ledger, "a", sent(record("a")))
    batch = ledger.read("sink", NOW, 60, 1)
    assert batch
    assert ledger.waiting(NOW + 59).sinks.get("sink", 0) == 0
    ledger.rest(batch, NOW + 10, "disk full")
    assert ledger.waiting(NOW + 9).sinks.get("sink", 0) == 0
    assert ledger.waiting(NOW + 10).sinks == {"sink": 1}


def test_an_address_belongs_to_the_last_story_that_came_under_it(ledger: Ledger, age: Age) -> None:
    """Two entries of one address: as the first ends and is forgotten, the second is still found."""
    url = "https://wire.example/live"
    ledger.admit([(entry("a", url=url), "")], NOW)
    ledger.admit([(entry("b", url=url), "")], NOW + 1)
    [lease] = ledger.lease(NOW, 60, 1, CAP)
    assert ledger.complete(lease, DONE, NOW) is Completed.DONE
    age.by(2 * MONTH)
    trace = ledger.trace(url)
    assert trace
    assert trace.key == entry("b").key


def test_a_reclassification_follows_the_one_before_it(ledger: Ledger) -> None:
    """One that skips a turn was made from a record that never stood here: it is refused."""
    ended(ledger, "a", sent(record("a")))
    assert not ledger.reclassify(record("a", 1, "story.reclassified", reclassification=2))
    assert ledger.reclassify(record("a", 1, "story.reclassified", reclassification=1))


def test_what_brings_no_text_is_not_kept_as_a_story(ledger: Ledger) -> None:
    """A merger of clusters has no text to classify again, also where it stands first."""
    ended(ledger, "a", sent(record("m", 1, "cluster.merged"), record("a")), NOW)
    assert told(ledger) == ["a/1/new"]


@pytest.fixture
def shared(age: Age, ledger: Ledger) -> RedisLedger:
    """The ledger in Redis alone, for what the one of a process does not do."""
    if not isinstance(ledger, RedisLedger):
        pytest.skip("only in Redis")
    return ledger


def test_a_finished_story_keeps_neither_page_nor_entry(shared: RedisLedger) -> None:
    """Millions are remembered for a month: what is large goes when the story ends."""
    admitted(shared, "a", "b", host=HOST)
    for _ in range(2):
        taken = shared.take_page(NOW, 60, CAP, "w", Spacing(0.0))
        assert taken
        shared.settle_page(taken, Page("x", 200, b"<p>x</p>"), NOW, 0.0)
    [lease] = shared.lease(NOW, 60, 1, CAP)
    assert shared.complete(lease, DONE, NOW) is Completed.DONE
    assert shared.lease(NOW + 61, 60, 1, 0) == []
    assert shared.drop(entry("b").key, NOW)
    for name in ("a", "b"):
        job: Any = shared.client.hkeys(f"wd:job:{entry(name).key}")
        assert not {b"page", b"entry"}.intersection(job)
    assert shared.client.keys("wd:page:*") == []


def test_the_address_that_a_story_had_goes_with_the_retention(shared: RedisLedger) -> None:
    """A story that moved is found at its new address; the old one must not stay for ever."""
    admitted(shared, "a")
    shared.admit([(entry("a", url="https://wire.example/moved"), "")], NOW)
    old = f"wd:url:{digest(entry('a').url)}"
    assert 0 < int(shared.client.ttl(old)) <= MONTH


def test_a_sink_taken_away_rests_no_more(ledger: Ledger) -> None:
    """Nobody is told for ever that a sink fails which is not configured any more."""
    ledger.attach(["sink"])
    ended(ledger, "a", sent(record("a")))
    batch = ledger.read("sink", NOW, 60, 1)
    assert batch
    ledger.rest(batch, NOW + 10, "disk full")
    ledger.attach([])
    assert ledger.status(NOW).resting == {}


@pytest.mark.parametrize(("share", "pauses"), [(0.65, False), (0.75, True)])
def test_polling_pauses_from_seven_tenths_of_the_memory(
    shared: RedisLedger, share: float, pauses: bool
) -> None:
    """Before Redis refuses to write, and not much before: what is under way needs the rest."""
    used: Any = shared.client.info("memory")
    shared.client.config_set("maxmemory", int(used["used_memory"] / share))
    try:
        assert ("memory" in shared.pressure()) == pauses
    finally:
        shared.client.config_set("maxmemory", 0)


def test_the_ledger_tells_its_own_moment(ledger: Ledger) -> None:
    """Operators' commands reckon by it, not by the clock of the machine that asks."""
    before = time.time()
    assert before - 1 < ledger.clock() < time.time() + 1
