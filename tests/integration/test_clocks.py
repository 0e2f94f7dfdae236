"""Clocks that step under the running system: real Redis, real workers, each with a clock of its own
that can be set.
"""

from __future__ import annotations

import pytest

from benchmarks.faults.clocks import find_compiler
from benchmarks.faults.faults import FAULTS
from benchmarks.faults.running import perform
from benchmarks.faults.system import SHORT_LEASE


@pytest.mark.system
@pytest.mark.skipif(not find_compiler(), reason="clocks are set by a library that must be compiled")
def test_delivery_goes_on_when_clocks_step() -> None:
    """Ten minutes back, a restart, ahead: stories come again within seconds, none is lost, none
    comes twice."""
    result = perform(FAULTS["one machine's clock"], stories=12, seed=1, rate=4.0, lease=SHORT_LEASE)
    assert result.account.clean, result.account
