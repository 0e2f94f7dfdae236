"""Sign, look up and insert: this index beside datasketch MinHashLSH, both on a Redis of their own,
in one run.

``python -m benchmarks.copies.against [--data DIR] [--stories N]``. The stories are real texts of
``DIR`` (or our own) with every word but the commonest numbered anew, so that each is a story of its
own with real lengths. datasketch runs as its documentation says: 128 permutations, threshold 0.5,
5-word shingles, Redis storage. Times are the client's and the server's processor time together;
both take their turns in batches, so that both meet the same machine, and both know some stories
before it is measured, for an index makes most of its keys when it is new.
"""

from __future__ import annotations

import argparse
import random
import re
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from redis import Redis
from rich.console import Console
from rich.progress import track

from benchmarks.copies.growth import busy, server
from benchmarks.copies.pairs import labelled, stories
from pipeline.copies import Query, query, relate
from pipeline.story import Story, digest
from pipeline.text import words
from workers.redis.redis_index import RedisIndex

KNOWN = 2000
NOW = datetime(2026, 3, 3, tzinfo=UTC)
BATCH = 25
_WORD = re.compile(r"[A-Za-z]{3,}")
_COMMON = frozenset(
    [
        "the",
        "and",
        "for",
        "that",
        "with",
        "from",
        "was",
        "were",
        "has",
        "have",
        "had",
        "are",
        "not",
        "but",
        "his",
        "her",
        "its",
        "their",
        "they",
        "them",
        "who",
        "which",
        "this",
        "these",
        "those",
        "been",
        "will",
        "would",
        "could",
        "said",
        "says",
        "say",
        "about",
        "after",
        "into",
        "over",
        "than",
        "then",
        "there",
        "when",
        "where",
        "also",
        "more",
        "one",
        "two",
    ]
)
"""Words that every story has: they stay, so that a made-up story has the grammar of a real one."""


def made_up(bodies: list[Story], number: int) -> Story:
    """A story with the shape of a real one and words of its own."""
    model = bodies[number % len(bodies)]
    rng = random.Random(number)
    names: dict[str, str] = {}

    def other(match: re.Match[str]) -> str:
        word = match.group()
        if word.lower() in _COMMON or rng.random() < 0.3:
            return word
        return names.setdefault(word, f"{word[:2]}{rng.getrandbits(20):x}")

    key = digest("against", str(number))
    body = tuple(_WORD.sub(other, paragraph) for paragraph in model.body)
    headline, slug = _WORD.sub(other, model.headline), _WORD.sub(other, model.slug)
    url = f"https://example.org/{key}"
    return replace(model, key=key, url=url, canonical="", headline=headline, slug=slug, body=body)


@dataclass
class Side:
    """One index: how it signs a story, and how it looks one up and puts it in."""

    client: Redis
    sign: Callable[[Story], Any]
    take: Callable[[Story, Any], None]
    spent: list[tuple[float, float, float, float]] = field(default_factory=list)

    def batch(self, some: list[Story]) -> None:
        """Processor seconds of signing, of Python and of Redis in look-up and insert, and seconds
        waited for them."""
        at = time.process_time()
        signed = [(story, self.sign(story)) for story in some]
        sign = time.process_time() - at
        redis, at, waited = busy(self.client), time.process_time(), time.perf_counter()
        for story, signature in signed:
            self.take(story, signature)
        python, waited = time.process_time() - at, time.perf_counter() - waited
        self.spent.append((sign, python, busy(self.client) - redis, waited))


def ours(client: Redis) -> Side:
    index = RedisIndex(client)

    def take(_: Story, asked: Query) -> None:
        found = index.put(asked, blob, {})
        if found:
            index.put(asked, blob, {c.number: c.revision for c in found})

    blob = relate(stories()[0][1], [], NOW).insert
    return Side(client, query, take)


def theirs(client: Redis) -> Side:
    from datasketch import MinHash, MinHashLSH

    path = client.connection_pool.connection_kwargs["path"]
    storage = {"type": "redis", "basename": b"lsh", "redis": {"unix_socket_path": path}}
    lsh = MinHashLSH(threshold=0.5, num_perm=128, storage_config=storage)

    def sign(story: Story) -> MinHash:
        some = words(story.text)
        sketch = MinHash(128)
        sketch.update_batch(
            [" ".join(some[i : i + 5]).encode() for i in range(max(1, len(some) - 4))]
        )
        return sketch

    def take(story: Story, sketch: MinHash) -> None:
        lsh.query(sketch)
        lsh.insert(story.key, sketch)

    return Side(client, sign, take)


def measure(data: Path | None, wanted: int, known: int = KNOWN) -> None:
    """Feed both the same stories in turns and print a line for each."""
    if not find_spec("datasketch"):
        print("datasketch is not installed: nothing to set the index beside\n")
        return
    models = [s for p in labelled(data) for s in (p.a, p.b)] if data else [s for _, s in stories()]
    pile = [made_up(models, n) for n in range(known + wanted)]
    length = statistics.mean(len(words(s.text)) for s in pile)
    print(f"{wanted} stories of {length:.0f} words on average, after {known}")
    with server() as mine, server() as other:
        sides = {"wiredesk": ours(mine), "datasketch": theirs(other)}
        empty = {name: side.client.info("memory")["used_memory"] for name, side in sides.items()}
        for start in track(
            range(0, len(pile), BATCH),
            "taking stories",
            console=Console(stderr=True),
            transient=True,
        ):
            for side in sides.values():
                side.batch(pile[start : start + BATCH])
        print(
            "ms a story   sign | look-up and insert: Python  Redis  together  waited | bytes a "
            "story"
        )
        totals = {}
        for name, side in sides.items():
            sign, python, redis, waited = (
                statistics.median(row[i] for row in side.spent[known // BATCH :]) / BATCH * 1e3
                for i in range(4)
            )
            memory = (side.client.info("memory")["used_memory"] - empty[name]) / len(pile)
            totals[name] = python + redis
            both = f"{python:26.3f} {redis:6.3f} {python + redis:9.3f} {waited:7.3f}"
            print(f"{name:11} {sign:5.2f} | {both} | {memory:8.0f}")
        print(
            f"look-up and insert: datasketch takes {totals['datasketch'] / totals['wiredesk']:.1f} "
            "times as much\n"
        )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, help="a folder with copies/*.jsonl")
    parser.add_argument("--stories", type=int, default=1000)
    args = parser.parse_args()
    measure(args.data, args.stories)


if __name__ == "__main__":
    main()
