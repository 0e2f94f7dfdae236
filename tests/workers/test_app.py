"""What Celery is told: its clock is one that nobody sets."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from celery import Celery
from celery.beat import Scheduler

from workers import app


class Beat(Scheduler):
    """A beat that notes when it would send."""

    def __init__(self, *args: Any, **named: Any) -> None:
        self.sent = 0
        super().__init__(*args, **named)

    def setup_schedule(self) -> None:
        """Only what the test gives."""

    def apply_entry(self, *_: Any, **__: Any) -> None:
        """Count."""
        self.sent += 1


@pytest.mark.parametrize("step", [-600.0, 600.0])
def test_beat_goes_on_when_the_machines_clock_steps(
    monkeypatch: pytest.MonkeyPatch, step: float
) -> None:
    """Celery's own schedule sends nothing until a clock that went back is where it was."""
    steady, wall = [0.0], [0.0]
    monkeypatch.setattr(app, "read_steady", lambda: steady[0])
    celery = Celery("test", broker="memory://")
    monkeypatch.setattr(
        celery, "now", lambda: datetime(2026, 3, 1, tzinfo=UTC) + timedelta(seconds=wall[0])
    )
    beat = Beat(app=celery, lazy=True)
    beat.merge_inplace({"tick": {"task": "tick", "schedule": app.every(1.0)}})
    for second in range(20):
        steady[0] = float(second)
        wall[0] = second + (step if second > 9 else 0.0)
        while beat.tick() == 0:
            pass
    assert 18 <= beat.sent <= 20


def test_a_tick_does_not_expire() -> None:
    """A worker whose clock is ahead of beat's would throw it away without a word."""
    [entry] = app.app.conf.beat_schedule.values()
    assert "options" not in entry
