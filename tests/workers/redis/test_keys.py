"""Every key in Redis stands in one table: what the Lua and the Python touch, what a run leaves,
what the docs say.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis

from pipeline.copies import Query
from pipeline.ledger import Broken, Ending, Ledger, Quota, Spacing, VainLook
from pipeline.ledger.sightings import PollNote
from pipeline.schedule import FeedState, Look, LookKind
from pipeline.story import Feed, Outcome, OutcomeKind, Page
from tests.making import NOW, entry, record
from tests.test_docs import HOME
from workers.redis.keys import KEYS, RedisKey, name_key
from workers.redis.redis_index import RedisIndex
from workers.redis.redis_ledger import RedisLedger
from workers.redis.robots_copies import RobotsCopies

LUA = sorted((HOME / "workers" / "redis" / "lua").glob("*.lua"))
PYTHON = sorted((HOME / "workers").rglob("*.py"))
# Celery's own queues, whose names kombu makes under this head
QUEUES = "mq:"


def heads_in_lua(file: Path) -> list[str]:
    """The heads of the keys that a library names; it fails on a name that is not written out."""
    text = re.sub(r"--.*", "", file.read_text("utf-8"))
    named = re.findall(r"\bp \.\. '([a-z:]+)'", text)
    assert len(re.findall(r"\bp \.\.", text)) == len(named), "a key is made from parts"
    return named


def heads_in_python(file: Path) -> Iterator[str]:
    """The heads of the keys that a module names."""
    text = file.read_text("utf-8")
    yield from re.findall(r"""(?:_name|_hash|name_key)\(\s*(?:[\w.]+,\s*)?"([a-z:]+)""", text)
    yield from re.findall(r"""prefix\}([a-z:]+)""", text)


def test_every_key_that_is_touched_stands_in_the_table() -> None:
    """Nothing is in Redis that the table does not explain, and the table holds nothing that is
    gone.
    """
    touched = {head for file in LUA for head in heads_in_lua(file)}
    touched |= {head for file in PYTHON for head in heads_in_python(file)}
    assert touched == KEYS.keys()


@pytest.mark.parametrize("file", LUA, ids=lambda file: file.stem)
def test_the_writer_of_a_key_is_the_library_that_names_it(file: Path) -> None:
    """A key with a library as its writer is named there."""
    named = heads_in_lua(file)
    assert {row.head for row in KEYS.values() if row.writer == file.stem} <= set(named)


def test_operators_find_the_same_table() -> None:
    """docs/operating.md shows the table, row by row."""
    text = (HOME / "docs" / "operating.md").read_text("utf-8")
    rows = [
        f"| `{row.pattern}` | {row.type} | {row.holds} | {row.writer} | {row.expires} |"
        for row in KEYS.values()
    ]
    assert "\n".join(rows) in text


def live(ledger: Ledger) -> None:
    """A day in which something happens to every part of a ledger."""
    ledger.attach(["sink", "other"])
    ledger.schedule([Feed("one", "https://wire.example/1"), Feed("two", "https://b.example/")], NOW)
    claimed = ledger.claim_feed(NOW, 60)
    assert claimed
    failed = PollNote(NOW, claimed.feed_id, claimed.host, "network", "no connection")
    state = FeedState(next_poll=NOW + 9)
    ledger.settle_feed(claimed, state, allowed=NOW + 5, counts={"x": 1}, note=failed)
    assert ledger.claim_feed(NOW, 60)
    ledger.pause_feed("one", NOW)
    ledger.refuse([Broken("broken", "one", "no link")], NOW)
    ledger.admit([(entry("a"), ""), (entry("b"), "c.example"), (entry("c"), "")], NOW)
    ledger.admit([(entry("p"), "d.example"), (entry("q"), "d.example")], NOW)
    for lease in ledger.lease(NOW, 60, 2, 3)[:1]:
        ending = Ending(
            Outcome(OutcomeKind.NEW),
            (record("a"), record("w", 1, "story.withdrawn")),
            themes=("x",),
            yields=("basis.page",),
            note="a 1",
        )
        ledger.complete(lease, ending, NOW)
    for _ in range(2):
        assert ledger.take_page(NOW, 60, 3, "w")
    assert ledger.lease(NOW + 90, 60, 2, 0) == []
    ledger.admit([(entry("z"), "")], NOW, Quota(9))
    batch = ledger.read("sink", NOW, 60, 9)
    assert batch
    ledger.acknowledge(batch, NOW)
    ledger.admit([(entry("l"), "l.example"), (entry("m"), "l.example")], NOW)
    for _ in range(2):
        taken = ledger.take_page(NOW, 60, 3, "w", Spacing(0.0))
        assert taken
        ledger.settle_page(taken, Page("", 404), NOW, 0.0)
    look = Look(LookKind.MISSING, NOW + 1)
    for lease in ledger.lease(NOW, 60, 9, 3):
        if lease.host:
            ledger.complete(lease, Ending(Outcome(OutcomeKind.NEW), look=look, came="consent"), NOW)
    ledger.admit([(entry("o"), "o.example")], NOW - 99)
    taken = ledger.take_page(NOW, 60, 3, "w")
    assert taken
    ledger.settle_page(taken, Page("", 200, b"<p>x</p>"), NOW, 0.0)
    ledger.admit([(entry("s"), "")], NOW)
    for _ in range(2):  # one that failed before, and is tried again
        for lease in ledger.lease(NOW, 60, 9, 3, "host:1", 1):
            ledger.begin(lease, NOW, 60, "host:1")
            if not lease.attempts:
                ledger.postpone(lease, NOW, "it broke")
    taken = ledger.take_page(NOW + 9, 60, 3, "w")
    assert taken
    ledger.settle_page(taken, VainLook("refused", spared=NOW + 99), NOW + 9, 0.0)
    batch = ledger.read("other", NOW, 60, 9)
    assert batch
    ledger.rest(batch, NOW + 9, "full")


def test_what_a_run_leaves_in_redis_is_as_the_table_says(redis: Redis) -> None:
    """Each key has its row, the type that the row says, and a time to live exactly where the row
    says so.
    """
    index = RedisIndex(redis)
    ledger = RedisLedger(redis, index)
    live(ledger)
    index.insert(Query((1, 2, 3), ()), bytes(4))
    ledger.note_feed_fault("feeds.toml: no such key")
    ledger.note_pause(True, NOW)
    stepping = RedisLedger(redis, RedisIndex(redis, clock=time.time))
    stepping.pulse("tick", time.time())
    redis.hincrbyfloat("wd:clock", "seen", 600.0)
    stepping.pulse("tick", time.time())
    RobotsCopies(redis, "wd:").write("https://a.example", "User-agent: *", NOW)
    seen = set()
    raws: list[bytes] = redis.keys("wd:*")  # type: ignore[assignment]
    for raw in raws:
        name = raw.decode().removeprefix("wd:")
        row = row_of(name)
        seen.add(row.head)
        assert redis.type(raw) == row.type.encode(), name
        # an open story is remembered for as long as it is open
        expires = redis.ttl(raw) >= 0
        assert expires <= bool(row.expires), name
        if row.expires and row.head not in {"job:", "url:"}:
            assert expires, name
    untouched = KEYS.keys() - seen
    assert untouched == {"hinted:", "websub", "websub:until", "websub:key", QUEUES}


def row_of(name: str) -> RedisKey:
    """The row of a name: its own, or the longest head that it begins with."""
    if name in KEYS:
        return KEYS[name]
    return KEYS[max((head for head in KEYS if name.startswith(head)), key=len)]


def test_a_name_has_its_part_or_none() -> None:
    """A name that is not in the table, lacks what its pattern asks for or has too much of it is
    refused.
    """
    assert name_key("wd:", "job:", "a") == "wd:job:a"
    assert name_key("wd:", "due") == "wd:due"
    for head, part in (("job:", ""), ("due", "a"), ("nothing", "")):
        with pytest.raises(KeyError):
            name_key("wd:", head, part)
