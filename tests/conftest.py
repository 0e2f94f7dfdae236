"""What all tests share: a Redis of their own (never a mock, never one that is already running), and
made entries."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from redis import Redis

from workers import embedded

settings.register_profile(
    "wiredesk", deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
settings.load_profile("wiredesk")


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """The address of a private Redis that lives as long as this test process; nothing of it
    stays."""
    with tempfile.TemporaryDirectory(prefix="wd-test-") as folder:
        socket = Path(folder) / "redis.sock"
        server = subprocess.Popen(
            [
                embedded.server(),
                "--port",
                "0",
                "--unixsocket",
                str(socket),
                "--save",
                "",
                "--dir",
                folder,
            ],
            stdout=subprocess.DEVNULL,
        )
        try:
            embedded.wait(f"unix://{socket}", server)
            yield f"unix://{socket}"
        finally:
            server.send_signal(signal.SIGKILL)
            server.wait()


@pytest.fixture
def redis(redis_url: str) -> Iterator[Redis]:
    """A client of the test Redis, which is empty."""
    with Redis.from_url(redis_url) as client:
        client.flushall()
        yield client


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the machine that runs the tests gets into them."""
    for name in list(os.environ):
        if name.startswith("WIREDESK_"):
            monkeypatch.delenv(name)
