"""Who holds stories: a process that ended is known as dead, and what it held is due at once."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest
from redis import Redis

from tests.making import entry
from workers.holding import Releaser, find_dead, name_holder
from workers.redis.redis_index import RedisIndex
from workers.redis.redis_ledger import RedisLedger

LEASE = 60.0


def ended_process(*, waited_for: bool) -> subprocess.Popen[bytes]:
    """A process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    if waited_for:
        process.wait()
    return process


@pytest.mark.parametrize("waited_for", [True, False])
def test_only_processes_of_this_machine_that_ended_are_dead(waited_for: bool) -> None:
    """Another machine's, or another container's, is not ours to judge: its numbers are its own."""
    process = ended_process(waited_for=waited_for)
    gone = name_holder(process.pid)
    place, _, pid = gone.rpartition(":")
    others = [f"other{place}:{pid}", f"{place}9:{pid}", "", "host:1"]
    assert find_dead([gone, name_holder(os.getpid()), *others]) == [gone]
    process.wait()


def test_what_a_dead_process_held_is_given_back_at_the_next_look(redis: Redis) -> None:
    """One look learns who holds stories, and the next one which of these are gone."""
    ledger = RedisLedger(redis, RedisIndex(redis))
    process = ended_process(waited_for=True)
    now = time.time()
    ledger.admit([(entry("a"), ""), (entry("b"), "")], now)
    held = ledger.lease(now, LEASE, 10, 3, name_holder(process.pid), 1)
    kept = [(entry("c"), "")]
    ledger.admit(kept, now)
    ledger.lease(now, LEASE, 10, 3, name_holder(os.getpid()), 1)
    releaser = Releaser(ledger, LEASE)
    for _ in range(2):
        releaser.look()
    again = ledger.lease(time.time(), LEASE, 10, 3, "other", 1)
    assert {lease.key for lease in again} == {lease.key for lease in held}


def test_a_look_without_redis_is_no_end(redis: Redis) -> None:
    """While Redis is away nothing can be given back; the thread looks on."""
    client = Redis(unix_socket_path="/nonexistent", socket_timeout=0.1)
    releaser = Releaser(RedisLedger(client, RedisIndex(client)), LEASE)
    releaser.start()
    releaser.join(1.5)
    assert releaser.is_alive()
    releaser.end()
    releaser.join(5)
    assert not releaser.is_alive()
