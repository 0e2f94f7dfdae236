"""The Celery app of the harness: ``workers.app`` with poisonous pages and a sink that can be made
to fail."""

from __future__ import annotations

from benchmarks.faults import poison, sink
from workers.app import app

__all__ = ["app"]

poison.install()
sink.install()
