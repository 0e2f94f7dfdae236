"""The calls into Redis: what each takes, by name, and the Lua libraries that carry them out.

A call is a class here and a function of the same name in ``workers/redis/lua``: ``TakePage`` is ``stories.take_page``.
What it takes goes as one JSON map; large things go beside it as they are (``blobs``), in the order that the comment in
Lua says.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, Final

from redis import Redis
from redis.client import Pipeline
from redis.commands.core import Script

LUA: Final = Path(__file__).parent / "lua"


@dataclass(frozen=True)
class Call:
    """What one call takes. Times are epoch seconds, retentions seconds.

    ``libraries`` are those it needs, its own last: each creates its functions anew with every call, so none is loaded
    that is not needed.
    """

    libraries: ClassVar[tuple[str, ...]]


class FeedCall(Call):
    """A call about feeds."""

    libraries: ClassVar[tuple[str, ...]] = ("shared", "feeds")


class OutboxCall(Call):
    """A call about the outbox."""

    libraries: ClassVar[tuple[str, ...]] = ("shared", "outbox")


class IndexCall(Call):
    """A call about the index of known stories."""

    libraries: ClassVar[tuple[str, ...]] = ("shared", "index")


class StoryCall(Call):
    """A call about stories."""

    libraries: ClassVar[tuple[str, ...]] = ("shared", "feeds", "stories")


# -- stories


@dataclass(frozen=True)
class RenewKnown(StoryCall):
    """``entries`` are (key, print)."""

    entries: Sequence[tuple[str, str]]
    retention: int


@dataclass(frozen=True)
class Admit(StoryCall):
    """``entries`` have key, print, host, feed, url, title and urlkey; blobs are the entries."""

    entries: Sequence[Mapping[str, str]]
    now: float
    retention: int


@dataclass(frozen=True)
class Refuse(StoryCall):
    """``broken`` have key, feed, reason and title."""

    broken: Sequence[Mapping[str, str]]
    now: float
    retention: int


@dataclass(frozen=True)
class Lease(StoryCall):
    """Stories to process, for ``seconds``; past ``cap`` attempts none."""

    now: float
    seconds: float
    limit: int
    cap: int


@dataclass(frozen=True)
class LeaseHost(Lease):
    """The stories of a host, and the host."""

    spacing: Mapping[str, Any]


@dataclass(frozen=True)
class ReleaseHost(StoryCall):
    """``allowed`` is when the host may be asked again."""

    host: str
    token: int
    allowed: float


@dataclass(frozen=True)
class Begin(StoryCall):
    """``who`` is the worker."""

    key: str
    token: int
    now: float
    seconds: float
    who: str


@dataclass(frozen=True)
class Release(StoryCall):
    """``leases`` have key and token."""

    leases: Sequence[Mapping[str, Any]]
    now: float


@dataclass(frozen=True)
class Checkpoint(StoryCall):
    """The blob is the page."""

    key: str
    token: int
    now: float


@dataclass(frozen=True)
class Postpone(StoryCall):
    """``failed`` is whether the attempt counts."""

    key: str
    token: int
    due: float
    why: str
    failed: bool


@dataclass(frozen=True)
class Put(IndexCall):
    """A story for the index: the first ``posts`` of its probes are posts, ``least`` votes make a candidate.

    Where it is ``considered`` ((number, revision) each), the story ``stores`` only if a look-up finds nothing else.
    ``index_life`` (seconds) and ``page_slots`` bound what is held. Blobs: the probes, what to store.
    """

    posts: int
    least: int
    stores: bool
    considered: Sequence[tuple[int, int]] | None
    index_life: str
    page_slots: int


@dataclass(frozen=True)
class Complete(Put):
    """``related``: it goes into the index too. ``told`` and ``withdrawn`` are (uri, version) of records.

    Blobs: the probes, what to store, the text to keep, what to store of each ``changed`` number, a record an event.
    """

    libraries: ClassVar[tuple[str, ...]] = ("shared", "feeds", "outbox", "index", "stories")
    key: str
    token: int
    now: float
    retention: int
    keep: int
    outcome: str
    reason: str
    facts: Mapping[str, str]
    themes: Sequence[str]
    related: bool
    told: Sequence[str | int]
    withdrawn: Sequence[tuple[str, int]]
    changed: Sequence[int]
    events: Sequence[str]


@dataclass(frozen=True)
class Retry(StoryCall):
    """A key in quarantine."""

    key: str
    now: float


@dataclass(frozen=True)
class Drop(Retry):
    """A key in quarantine."""

    retention: int


@dataclass(frozen=True)
class Waiting(StoryCall):
    """What is due at ``now``."""

    libraries: ClassVar[tuple[str, ...]] = ("shared", "feeds", "outbox", "stories")
    now: float


class Status(Call):
    """Everything's size."""

    libraries: ClassVar[tuple[str, ...]] = Waiting.libraries


# -- outbox


@dataclass(frozen=True)
class Attach(OutboxCall):
    """All the sinks that there are."""

    sinks: Sequence[str]


@dataclass(frozen=True)
class Read(OutboxCall):
    """At most ``limit`` records, for ``seconds``."""

    sink: str
    now: float
    seconds: float
    limit: int


@dataclass(frozen=True)
class Acknowledge(OutboxCall):
    """``ids`` are those of the stream."""

    sink: str
    token: int
    now: float
    ids: Sequence[str]


@dataclass(frozen=True)
class Rest(OutboxCall):
    """Not before ``due``."""

    sink: str
    token: int
    due: float
    why: str


class Trim(OutboxCall):
    """Nothing."""


@dataclass(frozen=True)
class Reclassify(OutboxCall):
    """Blobs: the text to keep, the record."""

    uri: str
    version: int
    turn: int
    type: str


# -- feeds


@dataclass(frozen=True)
class Schedule(FeedCall):
    """``feeds`` are (id, host, definition)."""

    feeds: Sequence[tuple[str, str, str]]
    now: float


@dataclass(frozen=True)
class Unschedule(FeedCall):
    """Ids."""

    feeds: Sequence[str]


@dataclass(frozen=True)
class ClaimFeed(FeedCall):
    """``spacing`` is that of pipeline.ledger, as a map."""

    now: float
    seconds: float
    spacing: Mapping[str, Any]


@dataclass(frozen=True)
class SettleFeed(FeedCall):
    """``host`` was held by the token ``hold`` and rests until ``allowed``; the feed is polled next at ``next_host``."""

    feed: str
    token: int
    state: str
    next_poll: float
    last_poll: float
    host: str
    hold: int
    allowed: float
    next_host: str
    health: str
    counts: Mapping[str, int]


@dataclass(frozen=True)
class PauseFeed(FeedCall):
    """A feed."""

    feed: str
    now: float


@dataclass(frozen=True)
class RetimeFeed(PauseFeed):
    """When it is ``due`` from now on."""

    due: float


@dataclass(frozen=True)
class ResumeFeed(RetimeFeed):
    """What its state is from now on."""

    state: str


# -- index


@dataclass(frozen=True)
class Lookup(IndexCall):
    """The blob is the probes, the first ``posts`` of them posts; ``least`` votes make a candidate."""

    posts: int
    least: int


@dataclass(frozen=True)
class Update(IndexCall):
    """The blob is what to store."""

    number: int


# -- how they are made


_encode: Final = json.JSONEncoder(ensure_ascii=False).encode


@cache
def _program(libraries: tuple[str, ...]) -> str:
    """The libraries as one script."""
    texts = [(LUA / f"{library}.lua").read_text("utf-8") for library in libraries]
    return "".join(texts) + f"return {libraries[-1]}[a.call](a, ARGV)\n"


@cache
def to_lua(name: str) -> str:
    """``TakePage`` -> ``take_page``."""
    return re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower()


class Calls:
    """The calls of one client, under one prefix."""

    def __init__(self, client: Redis, prefix: str) -> None:
        self.client = client
        self.prefix = prefix
        self._scripts: dict[tuple[str, ...], Script] = {}

    def make(self, call: Call, *blobs: str | bytes, pipe: Pipeline | None = None) -> Any:
        """Make a call with one round trip (EVALSHA; two where Redis does not know the script yet)."""
        libraries = call.libraries
        script = self._scripts.get(libraries)
        if script is None:
            script = self.client.register_script(_program(libraries))
            self._scripts[libraries] = script
        named: dict[str, Any] = {"prefix": self.prefix, "call": to_lua(type(call).__name__)}
        for name, value in vars(call).items():
            # a time goes as text: Lua prints a number with fewer digits; what is None is not there, as in Lua
            if value is not None:
                named[name] = repr(value) if isinstance(value, float) else value
        return script(args=[_encode(named), *blobs], client=pipe)
