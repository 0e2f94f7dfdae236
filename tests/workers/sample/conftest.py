"""A running sample wire for the tests of its feeds and pages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from workers.sample import Wire, serve


@pytest.fixture(scope="module")
def wire() -> Iterator[Wire]:
    """A sample wire on a free loopback port."""
    with serve() as running:
        yield running
