"""How many bytes of a Redis go to which kind of key."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from redis import Redis

from workers.redis.keys import KEYS

_SAMPLE: Final = 1500
"""Keys of one kind that are weighed at most; the others are taken for their mean."""

_BATCH: Final = 1000


@dataclass(slots=True)
class Weight:
    """Keys of one kind and the bytes that they take."""

    kind: str
    keys: int = 0
    bytes: float = 0.0


def weigh(client: Redis, prefix: str, streams: Sequence[str]) -> list[Weight]:
    """Each kind of key with its bytes, the heaviest first.

    Keys of the prefix by the table's heads; ``streams`` are the sinks', with what lies beside
    them. Redis's own tables of keys and of times are not in any key: they are the last row.
    """
    named: dict[str, list[str]] = {}
    for name in _names(client):
        named.setdefault(_kind(name, prefix, streams), []).append(name)
    found = []
    for kind, names in named.items():
        step = max(1, len(names) // _SAMPLE)
        weighed = names[::step]
        total = 0
        for start in range(0, len(weighed), _BATCH):
            with client.pipeline(transaction=False) as pipe:
                for name in weighed[start : start + _BATCH]:
                    pipe.memory_usage(name, samples=0)
                total += sum(size or 0 for size in pipe.execute())
        found.append(Weight(kind, len(names), total / len(weighed) * len(names)))
    used = int(client.info("memory")["used_memory"])
    found.sort(key=lambda weight: -weight.bytes)
    rest = used - sum(weight.bytes for weight in found)
    return [*found, Weight("Redis's own tables", 0, rest)]


def _names(client: Redis) -> Iterator[str]:
    for name in client.scan_iter(count=_BATCH):
        yield name.decode()


def _kind(name: str, prefix: str, streams: Sequence[str]) -> str:
    for stream in streams:
        if name == stream:
            return f"stream {stream}"
        if name.startswith(f"{stream}:"):
            return f"stream {stream}: ids"
    inner = name.removeprefix(prefix)
    heads = [head for head in KEYS if inner.startswith(head)]
    return KEYS[max(heads, key=len)].pattern if heads else "other"
