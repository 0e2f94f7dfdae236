"""Where records go. A sink is one small protocol, one file, and one line in ``SINKS``.

A sink is asked to write the same record again after a crash or a lost reply, so it must tell by
``Record.id`` what it holds already: that makes delivery effectively once. A sink's file may import
the client of the system it writes to; it is imported only when a sink of its kind is configured.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any, Final, Protocol, cast

from pipeline.record import Record


class Sink(Protocol):
    """A place that records go to."""

    name: str

    def write(self, records: Sequence[Record]) -> None:
        """Hold every record when this returns, each once, in order. Raises Transient to be asked
        again later."""
        ...

    def close(self) -> None:
        """Let go of files and connections."""
        ...


SINKS: Final[Mapping[str, str]] = {
    "jsonl": "pipeline.sinks.jsonl:JsonlSink",
    "redis-stream": "pipeline.sinks.redis_stream:RedisStreamSink",
}


def kinds() -> list[str]:
    """The kinds of sink there are."""
    return sorted(SINKS)


def open_sink(name: str, kind: str, options: Mapping[str, Any]) -> Sink:
    """The sink of that kind with its own options. Raises ValueError where the kind or an option is
    unknown."""
    if kind not in SINKS:
        raise ValueError(
            f"sink {name!r}: there is no kind {kind!r}; there are {', '.join(kinds())}"
        )
    module, _, cls = SINKS[kind].partition(":")
    try:
        return cast("Sink", getattr(import_module(module), cls)(name, **options))
    except TypeError as error:
        raise ValueError(f"sink {name!r} of kind {kind!r}: {error}") from error
