"""Where records go. A sink is one small protocol, one file, and one line in ``SINKS``.

A sink is asked to write the same record again after a crash or a lost reply, so it must tell by
``Record.id`` what it holds already: that makes delivery effectively once. A sink's file may import
the client of the system it writes to; it is imported only when a sink of its kind is configured.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches
from importlib import import_module
from inspect import signature
from typing import TYPE_CHECKING, Any, Final, Protocol, cast

from pydantic import ValidationError, create_model

from pipeline.record import Record

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails


class Sink(Protocol):
    """A place that records go to."""

    name: str

    def write(self, records: Sequence[Record]) -> None:
        """Hold every record when this returns, each once, in order. Raises Transient to be asked
        again later."""
        ...

    def probe(self) -> str:
        """Why nothing could be written just now, '' where it could; for `wiredesk check`. Leaves
        nothing behind, and takes a few seconds at most."""
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
    """The sink of that kind with its own options. Raises ValueError with every fault of them."""
    faults = find_faults(kind, options)
    if faults:
        said = "; ".join(f"{key}: {fault}" for key, fault in faults)
        raise ValueError(f"sink {name!r} of kind {kind!r}: {said}")
    return cast("Sink", _load(kind)(name, **options))


def find_faults(kind: str, options: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What is wrong with a sink's kind or options, as (key, fault) each."""
    if kind not in SINKS:
        return [("kind", f"there is no kind {kind!r}{_meant(kind, kinds())}")]
    taken = dict(signature(_load(kind), eval_str=True).parameters)
    del taken["name"]
    faults = [
        (key, f"there is no such option{_meant(key, taken)}") for key in options.keys() - taken
    ]
    fields: dict[str, Any] = {
        key: (one.annotation, ... if one.default is one.empty else one.default)
        for key, one in taken.items()
    }
    try:
        create_model("Options", **fields)(**options)
    except ValidationError as error:
        faults += [(str(fault["loc"][0]), _word(fault)) for fault in error.errors()]
    return sorted(faults)


def _word(fault: ErrorDetails) -> str:
    """A fault of an option's value in words."""
    if fault["type"] == "missing":
        return "is needed"
    return f"{fault['msg'][:1].lower()}{fault['msg'][1:]} (got {fault['input']!r:.80})"


def _meant(given: str, known: Iterable[str]) -> str:
    """What there is, and which of it may have been meant."""
    near = get_close_matches(given, list(known), 1)
    return f"; there are {', '.join(known)}" + (f" (did you mean {near[0]}?)" if near else "")


def _load(kind: str) -> Callable[..., Any]:
    module, _, cls = SINKS[kind].partition(":")
    return cast("Callable[..., Any]", getattr(import_module(module), cls))
