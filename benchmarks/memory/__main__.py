"""``python -m benchmarks.memory``: bytes of Redis a story, by kind of key, on the default settings.

A private Redis as ``wiredesk run`` starts it (but for its file, which costs no memory) is
filled with ``--stories`` (100,000) through the ledger's own calls, both default sinks delivering.
Pages of all of them are to be looked at again, as they are within a day of their admission. Exits 1
where polling would have paused. ``--smoke``: all of it on tiny input; its figures say nothing.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.memory.filling import fill, read_stories
from benchmarks.memory.kinds import weigh
from config.settings import load_settings
from workers import embedded
from workers.wiring import Wiring

_SHOWN = 10


def measure(stories: int, folder: Path) -> bool:
    """Fill a Redis below ``folder`` and print its table; whether polling never paused."""
    os.environ["WIREDESK_VAR"] = str(folder)
    wiring = Wiring(load_settings(), {})
    settings, ledger = wiring.settings, wiring.ledger
    server = embedded.start(settings.var, settings.redis.maxmemory_mb)
    try:
        wiring.redis.config_set("appendonly", "no")
        empty = int(wiring.redis.info("memory")["used_memory"])
        ledger.attach([sink.name for sink in settings.sinks])
        read, done, paused = read_stories(settings, min(60, stories)), 0, ""
        print(f"{stories:,} stories, {settings.redis.maxmemory_mb} MB of Redis")
        print("  stories    used, MB  of maxmemory   bytes a story  pressure")
        step, began = max(1, stories // _SHOWN), time.monotonic()
        for more in fill(ledger, list(wiring.sinks.values()), read, range(stories)):
            done += more
            if done % step < more or done == stories:
                memory = wiring.redis.info("memory")
                used, share = int(memory["used_memory"]), 0.0
                share = used / int(memory["maxmemory"])
                pressure = ledger.pressure()
                paused = paused or pressure
                print(
                    f"{done:9,}  {used / 1e6:10.1f}  {share:12.1%}  {(used - empty) / done:14.0f}"
                    f"  {pressure or 'none'}",
                    flush=True,
                )
        print(f"filled in {time.monotonic() - began:.0f} s")
        print("\nas they are within a day of their admission:")
        report(wiring, stories)
        while ledger.let_go(time.time() + 1, 500, time.time()):
            pass
        drop_looks(wiring)
        print("\nwith their looks made and their facts let go, as where memory gets short:")
        report(wiring, stories)
        print("polling paused: " + paused if paused else "polling never paused")
        return not paused
    finally:
        server.terminate()
        server.wait()


def drop_looks(wiring: Wiring) -> None:
    """Let all looks be over, as they are after a day."""
    redis, prefix = wiring.redis, wiring.settings.redis.prefix
    for name in list(redis.scan_iter(f"{prefix}looks:*", count=1000)):
        redis.delete(name)
    batch = redis.pipeline(transaction=False)
    for name in redis.scan_iter(f"{prefix}job:*", count=1000):
        batch.hdel(name, "entry", "look", "earliest", "vain")
        if len(batch) == 1000:
            batch.execute()
    batch.execute()


def report(wiring: Wiring, stories: int) -> None:
    """The bytes a story of each kind of key."""
    streams = [
        str(sink.options["stream"]) for sink in wiring.settings.sinks if "stream" in sink.options
    ]
    print("\nkind of key                        keys        MB  bytes a story")
    for weight in weigh(wiring.redis, wiring.settings.redis.prefix, streams):
        if weight.bytes < stories:
            continue
        print(
            f"{weight.kind:28}  {weight.keys:9,}  {weight.bytes / 1e6:8.1f}  "
            f"{weight.bytes / stories:13.0f}"
        )


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--stories", type=int, default=100_000)
    parser.add_argument("--smoke", action="store_true", help="all of it on tiny input")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="wd-memory-") as folder:
        return 0 if measure(400 if args.smoke else args.stories, Path(folder)) else 1


if __name__ == "__main__":
    sys.exit(main())
