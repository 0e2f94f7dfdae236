"""What the tests of fetching share: a server on loopback, and a fetcher that may reach it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pipeline.fetch import Fetcher
from tests.pipeline.fetch.test_fetcher import LIMITS, Server


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """The misbehaving server, one for the module; a test may add behaviours of its own."""
    server = Server()
    yield server
    server.stop()


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    """A fetcher that may reach 127.0.0.1."""
    fetcher = Fetcher(LIMITS, allow=["127.0.0.1"])
    yield fetcher
    fetcher.close()
