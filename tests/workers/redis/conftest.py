"""What the tests of both ledgers share."""

from __future__ import annotations

import pytest

from tests.workers.ledgers import Age


@pytest.fixture(params=["memory", "redis"])
def age(request: pytest.FixtureRequest) -> Age:
    """Each test runs on both ledgers; this is the time of the one it runs on."""
    return Age(None if request.param == "memory" else request.getfixturevalue("redis"))
