"""What stands still is said once it has for longer than is well, and not sooner."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.ledger import Stage, Trace
from tests.making import NOW
from tests.workers.health.making_observations import said, well
from workers.health.health_rules import find_troubles
from workers.health.observing import NOTHING_YET, Observations, measure_free


def test_a_system_that_moves_has_no_troubles() -> None:
    """25,000 stories that wait, and records that wait, are none while something is done."""
    busy = well(
        process=25_000,
        backlog={"stories": 500},
        first_due={"process": NOW - 7200, "poll": NOW - 90, "page": NOW - 90, "sink.stories": 1.0},
    )
    assert find_troubles(busy) == []


@pytest.mark.parametrize(("age", "told"), [(39.9, 0), (40.0, 0), (40.1, 1)])
@pytest.mark.parametrize(
    ("rule", "queue", "progress"),
    [
        ("polling", "poll", "poll"),
        ("pages", "page", "page"),
        ("stories", "process", "ending"),
        ("sink", "sink.stories", "sink.stories"),
    ],
)
def test_what_is_due_must_move_within_the_patience(
    rule: str, queue: str, progress: str, age: float, told: int
) -> None:
    """Both must have lasted: that something is due, and that nothing of its kind was done."""
    backlog = {"stories": 3}
    long_due = well(backlog=backlog, first_due={queue: NOW - 900}, late={progress: age})
    assert len(said(rule, long_due)) == told
    just_due = well(backlog=backlog, first_due={queue: NOW - age}, late={progress: 900.0})
    assert len(said(rule, just_due)) == told
    nothing_due = well(backlog={"stories": 0}, late={progress: 900.0})
    assert said(rule, nothing_due) == []


def test_what_was_never_done_counts_from_when_it_was_due() -> None:
    """A first poll that does not come is seen too."""
    never = well(first_due={"poll": NOW - 46})
    progress = {name: at for name, at in never.status.progress.items() if name != "poll"}
    never = replace(never, status=replace(never.status, progress=progress))
    [sentence] = said("polling", never)
    assert sentence.startswith("polling: feeds are due since ")


def test_the_patience_of_the_caller_counts() -> None:
    """`wiredesk health --patience 5` is stricter, and 500 more lenient, for services too."""
    stuck = {"first_due": {"process": NOW - 6}, "late": {"ending": 6.0, "worker.poll": 20.0}}
    strict = {trouble.rule for trouble in find_troubles(well(patience=5.0, **stuck))}
    assert strict == {"stories", "service"}
    stuck = {"first_due": {"process": NOW - 400}, "late": {"ending": 400.0, "worker.poll": 300.0}}
    assert not find_troubles(well(patience=500.0, **stuck))


def test_the_sentence_names_what_waits_and_why() -> None:
    """A sink by its name, with how many records, since when and why it rests."""
    seen = well(
        backlog={"archive": 35, "stories": 0},
        first_due={"sink.archive": NOW - 100},
        resting={"archive": "No space left on device"},
        late={"sink.archive": 300.0},
    )
    assert said("sink", seen) == [
        "sink archive: 35 records wait since 14:11:40 UTC (100 s); No space left on device"
    ]
    fresh = replace(seen, seen=replace(seen.seen, first_due={"sink.archive": NOW - 10}))
    assert said("sink", fresh) == []
    assert said("sink_rests", fresh) == [
        "sink archive: it failed and rests; No space left on device"
    ]
    assert said("sink_rests", seen) == [], "one that is red already is told of once"


@pytest.mark.parametrize(("age", "told"), [(16.0, 0), (16.1, 1)])
def test_a_sink_that_says_that_it_failed_has_less_time(age: float, told: int) -> None:
    """It was tried again three times by then; one that says nothing may only be slow."""
    due, late = {"sink.stories": NOW - age}, {"sink.stories": 90.0}
    failed = {"stories": "No space left on device"}
    seen = well(backlog={"stories": 2}, first_due=due, late=late, resting=failed)
    assert len(said("sink", seen)) == told
    assert said("sink", well(backlog={"stories": 2}, first_due=due, late=late)) == []


def test_polls_wait_for_whom_pressure_holds_up() -> None:
    """Where polling pauses that is said, and not that nothing is polled."""
    full = "the outbox holds 100001 records"
    seen = well(pressure=full, first_due={"poll": NOW - 900}, late={"poll": 900.0})
    assert [t.sentence for t in find_troubles(seen)] == [f"polling pauses: {full}"]


# --------------------------------------------------------------------------- services


@pytest.mark.parametrize(("age", "told"), [(29.9, 0), (30.0, 0), (30.1, 1)])
def test_a_service_has_half_a_minute_for_a_sign_of_life(age: float, told: int) -> None:
    """Each by its name; the beat by its ticks."""
    assert len(said("service", well(late={"worker.process": age}))) == told
    assert len(said("service", well(late={"tick": age}))) == told
    if told:
        [sentence] = said("service", well(late={"worker.process": age}))
        assert sentence.startswith("service process: no sign of life since ")
        [sentence] = said("service", well(late={"tick": age}))
        assert sentence.startswith("service beat: no tick since ")


@pytest.mark.parametrize(("age", "told"), [(30.0, 0), (30.1, 1)])
def test_nothing_runs_where_all_signs_are_old(age: float, told: int) -> None:
    """Then that is said, and nothing of what follows from it."""
    gone = dict.fromkeys(("tick", "worker.poll", "worker.process"), age)
    stuck = well(
        late={**gone, "poll": 900.0, "ending": 900.0},
        first_due={"poll": NOW - 900, "process": NOW - 900},
    )
    assert len(said("nothing_runs", stuck)) == told
    if told:
        assert [trouble.rule for trouble in find_troubles(stuck)] == ["nothing_runs"]


def test_a_ledger_where_nothing_ever_ran() -> None:
    """It is said at once."""
    assert said("nothing_runs", Observations(NOW)) == [
        "nothing runs: no service has ever given a sign of life here"
    ]


def test_a_service_that_ended_as_it_should_is_not_missed() -> None:
    """It took its sign of life back: `run --only poll` needs no process worker."""
    alone = {"worker.poll": NOW, "tick": NOW}
    seen = well()
    assert find_troubles(replace(seen, status=replace(seen.status, progress=alone))) == []


@pytest.mark.parametrize(("ago", "told"), [(0.0, 1), (599.9, 1), (600.0, 0)])
def test_a_service_that_hung_is_told_of_for_ten_minutes(ago: float, told: int) -> None:
    """It runs again, and should not have hung."""
    found = said("hung", well(late={"hung.process": ago}))
    assert len(found) == told
    if not ago:
        assert found == ["service process: it hung, and was started again at 14:13:20 UTC (0 s)"]


@pytest.mark.parametrize(
    ("ages", "told"),
    [
        ((599.9, 50.0), 0),
        ((599.9, 50.0, 0.0), 1),
        ((600.0, 50.0, 0.0), 0),
        ((600.0, 599.9, 50.0, 0.0), 1),
        ((-1.0, 50.0, 0.0), 0),
    ],
)
def test_three_deaths_within_ten_minutes_are_told(ages: tuple[float, ...], told: int) -> None:
    """One or two heal by a new start; older ones are forgotten."""
    late = {f"died.deliver.-9.{number}": age for number, age in enumerate(ages)}
    assert len(said("died", well(late=late))) == told


def test_deaths_are_counted_by_service() -> None:
    """With the first of them and the last code; two of one and two of another are none."""
    ages = {"died.deliver.1.7": 50.0, "died.deliver.-9.8": 30.0, "died.deliver.2.9": 40.0}
    others = {
        "died.poll.1.7": 9.0,
        "died.poll.1.8": 8.0,
        "died.beat.1.7": 7.0,
        "died.beat.1.8": 6.0,
    }
    assert said("died", well(late=ages | others)) == [
        "service deliver: died 3 times since 14:12:30 UTC (50 s); the last with code -9"
    ]


# --------------------------------------------------------------------------- the clock


@pytest.mark.parametrize(
    ("by", "ago", "told"),
    [
        (30.0, 10.0, 0),
        (30.1, 10.0, 1),
        (-30.0, 10.0, 0),
        (-30.1, 10.0, 1),
        (600.0, 599.9, 1),
        (600.0, 600.0, 0),
        (-600.0, -599.9, 1),
        (0.0, 10.0, 0),
    ],
)
def test_a_step_of_the_clock_is_told_of_for_ten_minutes(by: float, ago: float, told: int) -> None:
    """From half a minute on, either way; after a step back it may lie in the future."""
    assert len(said("clock", well(stepped=(NOW - ago, by)))) == told


def test_the_sentence_says_which_way_the_clock_went() -> None:
    """And by how much."""
    [back] = said("clock", well(stepped=(NOW - 5, -600.0)))
    assert back == "the clock was put back by 10 min, since 14:13:15 UTC (5 s)"
    [forward] = said("clock", well(stepped=(NOW - 5, 7200.0)))
    assert forward.startswith("the clock was put forward by 2 h, ")


@pytest.mark.parametrize(("ahead", "told"), [(5.0, 0), (5.1, 1), (540.0, 1)])
def test_what_lies_in_the_future_is_a_fault_of_the_clock(ahead: float, told: int) -> None:
    """An age below nothing never counts as well."""
    sentences = said("clock", well(late={"tick": -ahead}))
    assert len(sentences) == told
    if told:
        assert "tick" in sentences[0]


# --------------------------------------------------------------------------- redis, quarantine


def test_a_redis_that_is_away_is_the_only_thing_that_can_be_said() -> None:
    """Nothing else is known then."""
    [trouble] = find_troubles(Observations(0.0, unreachable="Timeout reading from socket"))
    assert trouble.sentence == "Redis does not answer: Timeout reading from socket"
    assert "your own" in trouble.advice


def test_the_log_of_a_private_redis_is_named() -> None:
    """By its real path, and only there `run` starts it."""
    log = "/srv/desk/var/redis/redis.log"
    [trouble] = find_troubles(Observations(0.0, unreachable="refused", private_log=log))
    assert trouble.sentence == f"the private Redis does not answer: refused; its log is {log}"
    assert "wiredesk run" in trouble.advice
    assert find_troubles(well()) == []


@pytest.mark.parametrize(("megabytes", "told"), [(16.0, 0), (15.9, 1), (0.0, 1)])
def test_a_disk_that_is_full_is_said_also_without_redis(megabytes: float, told: int) -> None:
    """Redis dies of it, and then says nothing itself."""
    free = megabytes * 2**20
    assert len(said("disk", Observations(NOW, disk=free))) == told
    gone = find_troubles(Observations(0.0, disk=free, unreachable="Connection refused"))
    assert [trouble.rule for trouble in gone] == ["disk", "redis"][1 - told :]


def test_free_bytes_are_those_of_the_folder(tmp_path: Path) -> None:
    """A folder that is not there says nothing."""
    assert measure_free(tmp_path) > 0
    assert measure_free(tmp_path / "nowhere") == float("inf")


@pytest.mark.parametrize(
    "why", ["MISCONF Errors writing to the AOF file", "OOM command not allowed"]
)
def test_a_redis_that_takes_no_writes_is_said(why: str) -> None:
    """With its own words."""
    assert said("writes", well(refusal=why)) == [f"Redis refuses writes: {why}"]


def test_quarantine_names_its_newest_cause() -> None:
    """How many there are, since when, why, and which story."""
    facts = {"ended": repr(NOW - 90), "reason": "the worker died", "title": "Shells\x1b[2J hit"}
    aside = Trace("k", Stage.QUARANTINE, 3, facts)
    assert said("quarantine", well(quarantine=2, aside=aside)) == [
        "quarantine: 2 stories are set aside, the newest since 14:11:50 UTC (90 s): "
        "the worker died (Shells [2J hit)"
    ]
    [one] = said("quarantine", well(quarantine=1))
    assert one == "quarantine: 1 story is set aside"
    assert said("quarantine", well(quarantine=0)) == []


@pytest.mark.parametrize(
    ("attempts", "error", "told"),
    [(1, "", 1), (1, "ValueError: bad", 0), (2, "ValueError: bad", 1), (2, "", 1)],
)
def test_a_story_that_takes_its_worker_down_is_said_before_it_is_set_aside(
    attempts: int, error: str, told: int
) -> None:
    """At once where its worker died, at the second time where it raised an error."""
    facts = {"title": "Shells hit Karsin", **({"error": error} if error else {})}
    suspect = Trace("k1", Stage.PROCESS, attempts, facts)
    found = said("suspect", well(suspects=(suspect,)))
    assert len(found) == told
    if told:
        times = "once" if attempts == 1 else "2 times"
        why = error or "its worker died or was ended"
        assert found == [f"story k1: begun {times} and not ended; {why} (Shells hit Karsin)"]


def test_refused_feed_files_are_said() -> None:
    """With file and key."""
    [sentence] = said("feed_files", well(feed_fault="feeds.toml: [[feeds]] 2: no url"))
    assert sentence.endswith("polled on: feeds.toml: [[feeds]] 2: no url")


def test_nothing_yet_is_an_empty_ledger() -> None:
    """The status of observations that were not made says nothing of its own."""
    assert (NOTHING_YET.counts, NOTHING_YET.backlog, NOTHING_YET.stepped) == ({}, {}, (0.0, 0.0))
