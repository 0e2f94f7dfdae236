"""What takes the memory of Redis, what may, and how many stories it carries.

The figures a story are those of ``make bench-memory`` (Redis 7.0, stories of 3 to 5 kB), that of
the index's table from ``make bench-copies``, for it falls with the number of stories.
"""

from __future__ import annotations

import struct
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

from redis import Redis

from workers.redis.keys import name_key

DAY: Final = 86_400.0

BUSY: Final = 50_000
"""Stories a day of a desk that reads some thousand feeds: what the defaults are made for."""

SHARE: Final = 0.08
"""Of Redis's ``maxmemory``: what the kept records take at most, where nothing else is set. As much
as a sink's stream (``pipeline.sinks.redis_stream``): the stories need the rest."""

UNLIMITED: Final = 200_000_000
"""Bytes that the kept records take at most where Redis has no bound."""

INDEX_BYTES: Final = 500
"""What the index holds of a story of 500 words, to recognise copies and versions."""

KNOWN_BYTES: Final = 410
"""What keeps a story known once its facts are let go, with Redis's own tables."""

DAY_BYTES: Final = 1_700
"""What is kept beside that in its first day at the least: its facts, its address, its entry."""

_TEXT_EXTRA: Final = 450  # bytes of a kept record beside the record itself
_WORTH_NAMING: Final = 0.02  # of what is used
_SHORT: Final = 0.85  # of what pauses polling: from here on facts are let go, so that it may not


@dataclass(frozen=True, slots=True)
class Room:
    """What may be taken of Redis's memory.

    From ``memory_share`` of its maxmemory on polling pauses. Kept records take ``texts_bytes`` at
    most (0: ``SHARE``). ``streams`` are what sinks write to the same Redis, with the bytes
    that each may take (0: as much).
    """

    memory_share: float = 0.7
    texts_bytes: int = 0
    streams: Mapping[str, int] = field(default_factory=dict)


ROOM: Final = Room()


@dataclass(frozen=True, slots=True)
class Memory:
    """Bytes that Redis uses, and may use (0: as many as it likes)."""

    used: int
    most: int

    @property
    def share(self) -> float:
        """How much of what it may use is used; 0.0 where it has no bound."""
        return self.used / self.most if self.most else 0.0


def measure_memory(client: Redis) -> Memory:
    """What Redis says of its memory."""
    said: Mapping[str, int] = client.info("memory")
    return Memory(int(said["used_memory"]), int(said["maxmemory"]))


def is_short(memory: Memory, room: Room) -> bool:
    """Whether facts are to be let go, so that polling need not pause."""
    return memory.share > _SHORT * room.memory_share


def texts_bytes(memory: Memory, room: Room) -> int:
    """What the kept records may take."""
    return room.texts_bytes or int(memory.most * SHARE) or UNLIMITED


def weigh_kinds(client: Redis, prefix: str, streams: Collection[str]) -> dict[str, int]:
    """Bytes by kind, the largest first, from counts and samples alone: no key is looked for."""
    with client.pipeline(transaction=False) as pipe:
        pipe.memory_usage(name_key(prefix, "outbox"))
        pipe.get(name_key(prefix, "textbytes"))
        pipe.zcard(name_key(prefix, "texts"))
        pipe.get(name_key(prefix, "index:numbers"))
        for stream in streams:
            pipe.memory_usage(stream)
        outbox, texts, kept, numbers, *sizes = pipe.execute()
    last, first = struct.unpack(">II", numbers) if numbers else (0, 1)
    found = {
        "the outbox": int(outbox or 0),
        "kept records": int(texts or 0) + _TEXT_EXTRA * int(kept),
        "the index": INDEX_BYTES * (last - first + 1),
    }
    for stream, size in zip(streams, sizes, strict=True):
        found[f"the stream {stream}"] = int(size or 0)
    rest = measure_memory(client).used - sum(found.values())
    found["stories"] = max(0, rest)
    return dict(sorted(found.items(), key=lambda kind: -kind[1]))


def tell_shortage(memory: Memory, limit: float, kinds: Mapping[str, int]) -> str:
    """One sentence: how full Redis is, with what, and what to do."""
    parts = []
    for name, size in kinds.items():
        if size > _WORTH_NAMING * memory.used:
            parts.append(f"{name} {size / 1e6:.0f} MB")
    return (
        f"Redis uses {memory.share:.0%} of its {memory.most / 1e6:.0f} MB of memory, over the"
        f" limit of {limit:.0%}: {', '.join(parts)}; {_advise(next(iter(kinds)))}"
    )


def _advise(largest: str) -> str:
    if largest == "the outbox":
        return "see to the sink that has most to take, or raise redis.maxmemory_mb"
    if largest == "kept records":
        return "lower redis.texts_mb, or raise redis.maxmemory_mb"
    if largest.startswith("the stream"):
        return "lower max_mb of its sink, or raise redis.maxmemory_mb"
    return "raise redis.maxmemory_mb, or lower redis.retention_days"


def count_carried(most: int, room: Room, a_day: float = BUSY) -> int:
    """How many stories a Redis of ``most`` bytes remembers before polling pauses, where so many
    come in a day."""
    bounded = texts_bytes(Memory(0, most), room)
    for size in room.streams.values():
        bounded += size or int(most * SHARE)
    left = room.memory_share * most - bounded - DAY_BYTES * a_day
    return max(0, int(left / (KNOWN_BYTES + INDEX_BYTES)))


def tell_carried(most: int, room: Room, days: float, a_day: float = 0.0) -> str:
    """One sentence: how many stories that is, and for how long at ``a_day`` of them.

    Where nothing is known of them (0.0), at ``BUSY`` a day.
    """
    if not most:
        return "Redis has no maxmemory: it takes what there is; set it, so that it never lacks any"
    rate = a_day or BUSY
    stories = count_carried(most, room, rate)
    lasts = stories / rate
    reach = f"{lasts:,.0f} of the {days:g} days" if lasts < days else f"all {days:g} days"
    wanted = "" if lasts >= days else "; raise redis.maxmemory_mb, or lower redis.retention_days"
    return (
        f"{most / 2**20:,.0f} MB of Redis carry about {_round(stories):,} stories: at"
        f" {_round(rate):,} a day {reach} of redis.retention_days{wanted}"
    )


def _round(number: float) -> int:
    """Two digits: what is said is no more exact."""
    digits = max(0, len(str(int(number))) - 2)
    return int(round(number, -digits))
