"""The calls into Redis: what each takes, by name, and the Lua libraries that carry them out.

A call is a row here and a function of that name in a library of ``workers/redis/lua``, where a
comment says what it does and returns; the method of ledger or index that makes it gives the types.
What it takes goes as one JSON map. What is large goes beside it as it is, as ``blobs``: through an
encoder it would cost more than the rest of the call.

What is written with ``@`` is a moment, as ``now`` is: in the running system only its distance from
the caller's own clock counts, since everything is due by the clock of Redis (``shared.lua``).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from redis import Redis
from redis.client import Pipeline

LUA: Final = Path(__file__).parent / "lua"

# library.call | libraries it needs beside | what it takes | blobs, in order
# Each library makes its functions anew with every call, so none is loaded that is not needed.
_TABLE: Final = """
stories.renew_known  |feeds |entries:[key,print,dated] now retention
stories.admit        |feeds |shown:{key,print,host,feed,url,title,urlkey,dated} now \
retention quota:{an_hour,waiting} |entries
stories.refuse       |      |broken:{key,feed,reason,title} now retention quota:{an_hour,waiting}
stories.take_page    |feeds |now seconds cap who spacing:{usual,by_host,looks}
stories.settle_page  |feeds |key token host hold now allowed@ result due@ why mark:[etag,modified,\
digest] look:{why,due@,earliest@,vain,moved} spared@ |the page or ''
stories.lease        |      |now seconds limit cap who suspects
stories.begin        |      |key token now seconds who
stories.release      |feeds |leases:{key,token} now
stories.release_held |feeds |dead now seconds patience wait
stories.postpone     |feeds |key token due@ why failed
stories.complete     |feeds outbox index|key token now retention keep keep_bytes outcome reason \
facts themes yields events told:[uri,version] withdrawn:[uri,version] related changed posts \
least stores considered:[number,revision] index_life page_slots \
look:{why,due@,earliest@,vain,moved} \
spared@ note notes_kept came |probes, what to index, the text to keep, of each changed, records
stories.retry        |feeds |key now
stories.drop         |      |key now retention
stories.let_go       |      |now before@ limit
stories.note_pause   |      |now pauses every
stories.count_waiting|outbox|now
stories.measure      |outbox|now
stories.first_due    |outbox|now
stories.pulse        |      |name now
stories.note_step    |      |seconds where since now
feeds.schedule       |      |feeds:[id,host,definition] now
feeds.unschedule     |      |feeds
feeds.claim_feed     |      |now seconds spacing:{usual,by_host,looks}
feeds.settle_feed    |      |feed token state next_poll@ last_poll@ host hold allowed@ next_host \
health counts note fault
feeds.pause_feed     |      |feed now
feeds.resume_feed    |      |feed state health due@ now
feeds.retime_feed    |      |feed due@ now
outbox.attach        |      |sinks
outbox.read          |      |sink now seconds limit
outbox.acknowledge   |      |sink token now ids
outbox.rest          |      |sink token due@ why
outbox.trim          |      |
outbox.count_backlogs|      |
outbox.reclassify    |      |uri version turn type |the text to keep, the record
index.lookup         |      |posts least |probes
index.put            |      |posts least stores considered:[number,revision] index_life \
page_slots |probes, what to store
index.update         |      |number |what to store
"""


@dataclass(frozen=True, slots=True)
class Call:
    """A row of the table: ``takes`` are the names in the map, ``libraries`` the call's own last.

    ``moments`` are those of them that are moments, beside ``now``, by the map where they stand
    ('': the call's own). ``timed``: the call counts by a clock.
    """

    libraries: tuple[str, ...]
    takes: frozenset[str]
    moments: Mapping[str, tuple[str, ...]]

    @property
    def timed(self) -> bool:
        """Whether it matters when the call is made."""
        return bool(self.moments) or "now" in self.takes


def _find_moments(takes: str) -> dict[str, tuple[str, ...]]:
    found = {}
    for taken in takes.split():
        part, _, inner = taken.partition(":")
        if names := re.findall(r"(\w+)@", inner):
            found[part] = tuple(names)
    own = tuple([taken[:-1] for taken in takes.split() if taken.endswith("@")])
    return found | ({"": own} if own else {})


def _read_table() -> dict[str, Call]:
    calls = {}
    for line in _TABLE.strip().splitlines():
        name, needs, takes, *_ = line.split("|")
        library, _, call = name.strip().partition(".")
        names = [taken.partition(":")[0].rstrip("@") for taken in takes.split()]
        if call in calls:
            raise ValueError(f"two calls are named {call}: one would hide the other")
        libraries = ("shared", *needs.split(), library)
        calls[call] = Call(libraries, frozenset(names), _find_moments(takes))
    return calls


CALLS: Final = _read_table()
"""Name -> its row."""

_encode: Final = json.JSONEncoder(ensure_ascii=False).encode


@cache
def _program(libraries: tuple[str, ...]) -> str:
    """The libraries as one script, which carries out the function that the map names."""
    texts = [(LUA / f"{library}.lua").read_text("utf-8") for library in libraries]
    return "".join(texts) + f"return {libraries[-1]}[a.call](a, ARGV)\n"


class Calls:
    """The calls of one client, under one prefix.

    With ``clock``, the caller's own in epoch seconds, everything is due by the clock of Redis, and
    the moments of a call are moved to it. Without one they are taken as they are.
    """

    def __init__(
        self, client: Redis, prefix: str, clock: Callable[[], float] | None = None
    ) -> None:
        self.prefix = prefix
        self.clock = clock
        programs = {call.libraries for call in CALLS.values()}
        self._scripts = {libs: client.register_script(_program(libs)) for libs in programs}

    def make(
        self, call: str, *blobs: str | bytes, pipe: Pipeline | None = None, **takes: Any
    ) -> Any:
        """Make a call with one round trip (EVALSHA; where Redis forgot the script it is sent).

        Into a pipeline it is made when that is executed. Raises TypeError where a name is missing
        or is not in the table: in Lua it would be nil, and no error.
        """
        if takes.keys() != CALLS[call].takes:
            raise TypeError(f"{call}: {sorted(takes.keys() ^ CALLS[call].takes)}")
        named = {"prefix": self.prefix, "call": call, **takes}
        if self.clock and CALLS[call].timed:
            # where a call says no moment, it is that of its sending
            named["reckoned"] = repr(takes["now"] if "now" in takes else self.clock())
            if CALLS[call].moments:
                named["moments"] = CALLS[call].moments
        for name, value in takes.items():
            # as text, because Lua prints a number with fewer digits than a time has
            if isinstance(value, float):
                named[name] = repr(value)
        script = self._scripts[CALLS[call].libraries]
        return script(args=[_encode(named), *blobs], client=pipe)
