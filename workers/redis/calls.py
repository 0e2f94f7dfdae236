"""The calls into Redis: what each takes, by name, and the Lua libraries that carry them out.

A call is a method here and a function of the same name in a library of ``workers/redis/lua``, where
a comment says what it returns. What it takes goes as one JSON map, but for bytes: they are large
(pages, records, entries, sketches), and going through an encoder would cost more than the rest of
the call. They go beside the map, in the order of the method's parameters.

With Redis Functions (Redis 7) a library would be loaded once and ``_make`` would be an FCALL.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from redis import Redis
from redis.client import Pipeline
from redis.commands.core import Script

LUA: Final = Path(__file__).parent / "lua"

# The libraries that a call needs, its own last. Each makes its functions anew with every call, so
# none is loaded that is not needed.
_FEEDS: Final = ("shared", "feeds")
_OUTBOX: Final = ("shared", "outbox")
_INDEX: Final = ("shared", "index")
_STORIES: Final = ("shared", "feeds", "stories")
_COUNTS: Final = ("shared", "feeds", "outbox", "stories")
_ALL: Final = ("shared", "feeds", "outbox", "index", "stories")

_encode: Final = json.JSONEncoder(ensure_ascii=False).encode
Rows = Sequence[Mapping[str, object]]


@dataclass(frozen=True)
class Indexing:
    """How a story goes into the index: the first ``posts`` of its probes are posts.

    Where it is ``considered`` ((number, revision) each), the story ``stores`` only if a look-up,
    for which ``least`` shared posts are needed, finds nothing else. ``index_life`` (seconds, as
    text, because Redis formats a number slowly) and ``page_slots`` bound what is held.
    """

    posts: int
    least: int
    stores: bool
    considered: Sequence[tuple[int, int]] | None
    index_life: str
    page_slots: int


@dataclass(frozen=True)
class Finish:
    """How a story ends. ``told`` and ``withdrawn`` are (uri, version) of its records.

    ``events`` are the types of the records, ``changed`` the numbers of the stories to update in the
    index, where the story itself goes if it is ``related``. The text that tells it is kept for
    ``keep`` seconds.
    """

    key: str
    token: int
    now: float
    retention: int
    keep: int
    outcome: str
    reason: str
    facts: Mapping[str, str]
    themes: Sequence[str]
    events: Sequence[str]
    told: Sequence[str | int]
    withdrawn: Sequence[tuple[str, int]]
    related: bool
    changed: Sequence[int]


@dataclass(frozen=True)
class PollEnd:
    """What a poll of ``feed`` taught. ``host`` was held by the token ``hold``, and is free then."""

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
class PageEnd:
    """What came of a page, ``result``: "kept", "later" (at ``due``, and ``why``) or "unasked".

    ``host`` was held by the token ``hold``, and is free at ``allowed``.
    """

    key: str
    token: int
    host: str
    hold: int
    now: float
    allowed: float
    result: str
    due: float = 0.0
    why: str = ""


class Calls:
    """The calls of one client, under one prefix. Times are epoch seconds, durations seconds."""

    def __init__(self, client: Redis, prefix: str) -> None:
        self.client = client
        self.prefix = prefix
        self._scripts: dict[tuple[str, ...], Script] = {}

    def _make(
        self, libraries: tuple[str, ...], call: str, given: dict[str, Any], pipe: Any = None
    ) -> Any:
        """Make a call with one round trip (EVALSHA; where Redis forgot the script it is sent)."""
        script = self._scripts.get(libraries)
        if script is None:
            script = self.client.register_script(_program(libraries))
            self._scripts[libraries] = script
        named: dict[str, Any] = {"prefix": self.prefix, "call": call}
        blobs: list[bytes] = []
        for name, value in given.items():
            if isinstance(value, bytes):
                blobs.append(value)
            elif isinstance(value, list) and value and isinstance(value[0], bytes):
                blobs += value
            elif isinstance(value, (Indexing, Finish, PollEnd, PageEnd)):
                named |= vars(value)
            elif name not in {"self", "pipe"}:
                named[name] = value
        for name, value in named.items():
            # Lua prints a number with fewer digits than a time has
            if isinstance(value, float):
                named[name] = repr(value)
        return script(args=[_encode(named), *blobs], client=pipe)

    # -- stories

    def renew_known(self, entries: Sequence[tuple[str, str]], retention: int) -> Any:
        """``entries`` are (key, print)."""
        return self._make(_STORIES, "renew_known", locals())

    def admit(self, shown: Rows, now: float, retention: int, entries: list[bytes]) -> Any:
        """``shown`` have key, print, host, feed, url, title and urlkey."""
        return self._make(_STORIES, "admit", locals())

    def refuse(self, broken: Rows, now: float, retention: int) -> Any:
        """``broken`` have key, feed, reason and title."""
        return self._make(_STORIES, "refuse", locals())

    def take_page(
        self, now: float, seconds: float, cap: int, who: str, spacing: Mapping[str, Any]
    ) -> Any:
        """``spacing`` has usual and by_host."""
        return self._make(_STORIES, "take_page", locals())

    def settle_page(self, end: PageEnd, page: bytes) -> Any:
        """The page is empty where none is to be kept."""
        return self._make(_STORIES, "settle_page", locals())

    def lease(self, now: float, seconds: float, limit: int, cap: int) -> Any:
        """At most ``limit`` stories, and none past ``cap`` attempts."""
        return self._make(_STORIES, "lease", locals())

    def begin(self, key: str, token: int, now: float, seconds: float, who: str) -> Any:
        """``who`` is the worker."""
        return self._make(_STORIES, "begin", locals())

    def release(self, leases: Rows, now: float) -> Any:
        """``leases`` have key and token."""
        return self._make(_STORIES, "release", locals())

    def postpone(self, key: str, token: int, due: float, why: str, failed: bool) -> Any:
        """Unless it ``failed`` the attempts are forgotten."""
        return self._make(_STORIES, "postpone", locals())

    def complete(self, finish: Finish, indexing: Indexing, blobs: list[bytes]) -> Any:
        """Blobs: the probes, what to index, the text to keep, of each changed number, records."""
        return self._make(_ALL, "complete", locals())

    def retry(self, key: str, now: float) -> Any:
        """A key in quarantine."""
        return self._make(_STORIES, "retry", locals())

    def drop(self, key: str, now: float, retention: int) -> Any:
        """A key in quarantine."""
        return self._make(_STORIES, "drop", locals())

    def count_waiting(self, now: float) -> Any:
        """What is due."""
        return self._make(_COUNTS, "count_waiting", locals())

    def measure(self) -> Any:
        """How much there is of everything."""
        return self._make(_COUNTS, "measure", locals())

    # -- outbox

    def attach(self, sinks: Sequence[str]) -> Any:
        """All the sinks that there are."""
        return self._make(_OUTBOX, "attach", locals())

    def read(self, sink: str, now: float, seconds: float, limit: int) -> Any:
        """At most ``limit`` records."""
        return self._make(_OUTBOX, "read", locals())

    def acknowledge(self, sink: str, token: int, now: float, ids: Sequence[str]) -> Any:
        """``ids`` are those of the stream."""
        return self._make(_OUTBOX, "acknowledge", locals())

    def rest(self, sink: str, token: int, due: float, why: str) -> Any:
        """Until it is ``due`` again."""
        return self._make(_OUTBOX, "rest", locals())

    def trim(self) -> Any:
        """What every sink has."""
        return self._make(_OUTBOX, "trim", locals())

    def reclassify(self, uri: str, version: int, turn: int, type: str, blobs: list[bytes]) -> Any:
        """Blobs: the text to keep, the record."""
        return self._make(_OUTBOX, "reclassify", locals())

    # -- feeds

    def schedule(self, feeds: Sequence[tuple[str, str, str]], now: float) -> Any:
        """``feeds`` are (id, host, definition)."""
        return self._make(_FEEDS, "schedule", locals())

    def unschedule(self, feeds: Sequence[str]) -> Any:
        """Ids."""
        return self._make(_FEEDS, "unschedule", locals())

    def claim_feed(self, now: float, seconds: float, spacing: Mapping[str, Any]) -> Any:
        """``spacing`` as for ``take_page``."""
        return self._make(_FEEDS, "claim_feed", locals())

    def settle_feed(self, end: PollEnd) -> Any:
        """What a poll taught."""
        return self._make(_FEEDS, "settle_feed", locals())

    def pause_feed(self, feed: str, now: float) -> Any:
        """An id."""
        return self._make(_FEEDS, "pause_feed", locals())

    def resume_feed(self, feed: str, state: str, due: float, now: float) -> Any:
        """What is remembered of it from now on, and when it is due."""
        return self._make(_FEEDS, "resume_feed", locals())

    def retime_feed(self, feed: str, due: float, now: float) -> Any:
        """When it is due."""
        return self._make(_FEEDS, "retime_feed", locals())

    # -- index

    def lookup(self, posts: int, least: int, probes: bytes) -> Any:
        """``posts`` and ``least`` as in ``Indexing``."""
        return self._make(_INDEX, "lookup", locals())

    def put(
        self, indexing: Indexing, probes: bytes, blob: bytes, pipe: Pipeline | None = None
    ) -> Any:
        """Into a pipeline: it is made when that is executed."""
        return self._make(_INDEX, "put", locals(), pipe)

    def update(self, number: int, blob: bytes) -> Any:
        """A story's number, and what to store of it from now on."""
        return self._make(_INDEX, "update", locals())


@cache
def _program(libraries: tuple[str, ...]) -> str:
    """The libraries as one script, which carries out the function that ARGV[1] names."""
    texts = [(LUA / f"{library}.lua").read_text("utf-8") for library in libraries]
    return "".join(texts) + f"return {libraries[-1]}[a.call](a, ARGV)\n"
