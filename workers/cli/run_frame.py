"""What `wiredesk run` shows first and last: where things are, and what was done."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from importlib.metadata import version

from redis.exceptions import RedisError
from rich.table import Table

from config.settings import Settings, SinkSettings
from pipeline.ledger import Status
from pipeline.schedule import show_span
from workers import loglines, logs
from workers.cli.showing import CleanConsole
from workers.cli.troubles import summary_table
from workers.wiring import wiring


@dataclass
class RunFrame:
    """The frame around the lines of one run. ``began``: monotonic clock."""

    settings: Settings
    feeds: int
    redis_url: str = ""
    began: float = field(default_factory=time.monotonic)
    before: Status | None = None

    def open(self) -> None:
        """Say that everything is started, and where it is."""
        self.before = self._look()
        carries = self.before.carries if self.before else ""
        loglines.log_system_open(self.feeds, self.settings, self.redis_url, carries)
        if logs.for_people(self.settings.log):
            places = Table.grid(padding=(0, 2))
            for name, what in self._list_places().items():
                places.add_row(f"  {name}", what)
            CleanConsole(stderr=True).print(places)

    def _list_places(self) -> dict[str, str]:
        settings = self.settings
        var = os.environ.get("WIREDESK_VAR")
        status = f"WIREDESK_VAR={var} wiredesk status" if var else "wiredesk status"
        redis = self.redis_url if settings.redis.url else f"its own, {settings.var}/redis"
        if self.before:
            redis += f"; {self.before.carries}"
        return {
            "Wiredesk": f"{version('wiredesk')}, {show_count(self.feeds, 'feed')} of "
            f"{', '.join(settings.feeds)}",
            "sinks": ", ".join(show_sink(sink, settings) for sink in settings.sinks),
            "Redis": redis,
            "look": f"`{status}` says what it did and what waits; `wiredesk run --wide` shows all",
            "stop": "Ctrl-C finishes what is at hand; the next start goes on from there",
        }

    def close(self) -> None:
        """Say what was done, and what waits for the next start; nothing where Redis is away."""
        status = self._look()
        if status is None:
            return
        seconds = time.monotonic() - self.began
        admitted, delivered = self._done(status)
        loglines.log_system_ended(status, seconds, admitted, delivered)
        if not logs.for_people(self.settings.log):
            return
        console = CleanConsole(stderr=True)
        console.print(summary_table(status))
        health = [f"{count} {word}" for word, count in sorted(status.health.items()) if count]
        console.print(f"feeds: {', '.join(health) or 'none was polled'}")
        console.print(
            f"this run: {show_span(seconds)}, {show_count(admitted, 'entry', 'entries')} admitted, "
            f"{show_count(delivered, 'record')} delivered"
        )

    def _done(self, status: Status) -> tuple[int, int]:
        """Entries admitted, and records that a sink took, since ``open``: the table counts all."""
        counts, delivered = (self.before.counts, self.before.delivered) if self.before else ({}, {})
        admitted = status.counts.get("admitted", 0) - counts.get("admitted", 0)
        taken = [many - delivered.get(sink, 0) for sink, many in status.delivered.items()]
        return admitted, max(taken, default=0)

    def _look(self) -> Status | None:
        try:
            return wiring().ledger.status(time.time())
        except RedisError:
            return None


def show_sink(sink: SinkSettings, settings: Settings) -> str:
    """A sink's name, and where it writes."""
    where = str(sink.options.get("path") or sink.options.get("stream") or sink.kind)
    return f"{sink.name} ({where.replace('{var}', str(settings.var))})"


def show_count(count: int, one: str, many: str = "") -> str:
    """A number with its noun: "1 feed", "2,000 feeds"."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
