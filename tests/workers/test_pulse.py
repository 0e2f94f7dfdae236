"""The sign of life of a service: heard by its supervisor, kept in the ledger, taken back at the
end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from redis import Redis

from workers.pulse import BEATS_EVERY, Pulse
from workers.redis.redis_index import RedisIndex
from workers.redis.redis_ledger import RedisLedger

SERVICE = """
import signal, sys
from workers import pulse
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
pulse.begin()
signal.pause()
"""


def ledger_of(client: Redis) -> RedisLedger:
    """The ledger of a client."""
    return RedisLedger(client, RedisIndex(client))


@pytest.fixture
def service(redis: Redis, redis_url: str) -> subprocess.Popen[bytes]:
    """A process with the pulse of "poll", which has told the ledger already."""
    environment = {**os.environ, "WIREDESK_SERVICE": "poll", "WIREDESK_REDIS_URL": redis_url}
    heard, says = os.pipe()
    process = subprocess.Popen(
        [sys.executable, "-c", SERVICE],
        env={**environment, "WIREDESK_PULSE": str(says)}, pass_fds=[says], stdout=heard,
    )  # fmt: skip
    os.close(says)
    while not ledger_of(redis).status(0.0).progress:
        assert os.read(heard, 1) == b".", "it ended without a sign of life"
    os.close(heard)
    return process


@pytest.mark.parametrize(
    ("how", "left"), [(signal.SIGTERM, set()), (signal.SIGKILL, {"worker.poll"})]
)
def test_only_an_end_as_it_should_takes_the_pulse_back(
    service: subprocess.Popen[bytes], redis: Redis, how: signal.Signals, left: set[str]
) -> None:
    """A killed service leaves its pulse behind, so that health can say that it is gone; a drained
    one is not missed."""
    service.send_signal(how)
    service.wait(30)
    assert set(ledger_of(redis).status(0.0).progress) == left


def test_a_pulse_goes_on_while_redis_is_away(tmp_path: Path) -> None:
    """The supervisor must not take a service for hung because Redis is."""
    with Redis(unix_socket_path=str(tmp_path / "nobody.sock")) as away:
        heard, says = os.pipe()
        pulse = Pulse(ledger_of(away), "poll", says)
        pulse.start()
        assert os.read(heard, 1) == b"."
        assert os.read(heard, 1) == b"."
        pulse.end()
        os.close(heard)
        os.close(says)
    assert not pulse.is_alive()
    assert BEATS_EVERY <= 1.0


def test_nobody_who_listens_harms_nothing(redis: Redis) -> None:
    """A supervisor that was killed, or is stopped while the pipe is full: the service works on."""
    heard, says = os.pipe()
    os.set_blocking(says, False)
    pulse = Pulse(ledger_of(redis), "poll", says)
    for _ in range(70_000):  # a pipe holds 65,536
        pulse.beat()
    os.close(heard)
    pulse.beat()
    os.close(says)
    pulse.beat()


def test_a_forked_child_does_not_end_its_parents_pulse(redis: Redis) -> None:
    """Pool children have their parent's list of what to do at the end."""
    pulse = Pulse(ledger_of(redis), "process")
    pulse._pid = os.getppid()
    ledger_of(redis).pulse("worker.process", 1.0)
    pulse.end()
    assert ledger_of(redis).status(0.0).progress == {"worker.process": 1.0}
