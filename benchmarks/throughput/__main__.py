"""``python -m benchmarks.throughput``: processor time a story through the whole running system."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.throughput import config, corpus, report, system
from benchmarks.throughput.corpus import WebFeed, WebPage
from benchmarks.throughput.server import serving
from workers import embedded

_WARM_EDITION, _MAIN_EDITION, _LEVEL_EDITION = 900, 1, 100
PEERS = ("newspaper4k", "news-please")


def arguments(line: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line; ``--quick`` changes defaults only."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.throughput", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="a smoke run: one process, few stories, no peers"
    )
    parser.add_argument(
        "--smoke", action="store_true", help="all of it on a dozen stories; its figures say nothing"
    )
    parser.add_argument(
        "--data", type=Path, help="folder with extraction/pages and wire/pages (*.html.gz)"
    )
    parser.add_argument("--stories", type=int, help="stories a run (default 240; 60 when quick)")
    parser.add_argument(
        "--processes", type=_numbers, help="runs with so many processes each (default 1,2)"
    )
    parser.add_argument(
        "--known", type=_numbers, help="known stories to measure with (default 0,1000,10000,100000)"
    )
    parser.add_argument("--repeat", type=int, default=1, help="how often all of it")
    parser.add_argument(
        "--peers-python",
        default=sys.executable,
        help="interpreter that has newspaper4k, news-please",
    )
    parser.add_argument("--json", type=Path, help="write the figures here too")
    asked = parser.parse_args(line)
    quick = asked.quick = asked.quick or asked.smoke
    asked.stories = asked.stories or (12 if asked.smoke else 60 if quick else 240)
    asked.processes = asked.processes or ([1] if quick else [1, 2])
    asked.hints = 20 if asked.smoke else 400
    asked.known = asked.known or (
        [0, 50] if asked.smoke else [0, 1000] if quick else [0, 1000, 10_000, 100_000]
    )
    return asked


def _numbers(text: str) -> list[int]:
    return [int(part) for part in text.split(",")]


def feeds_of(asked: argparse.Namespace) -> list[WebFeed]:
    """The feeds of a run: warm ones, the measured ones, and those for each level of known
    stories."""
    found = corpus.originals(asked.data)
    few = min(len(found), asked.stories, 120)
    warm = corpus.editions(found, _WARM_EDITION, min(80, asked.stories))
    feeds = corpus.feeds(warm, config.WARM)
    feeds += corpus.feeds(corpus.editions(found, _MAIN_EDITION, asked.stories), config.MAIN)
    for i, known in enumerate(asked.known):
        pages = corpus.editions(found[:few], _LEVEL_EDITION + i, few)
        feeds += corpus.feeds(pages, config.level(known))
    return feeds


def main(line: Sequence[str] | None = None) -> dict[str, Any]:
    """Measure in alternating order and print the table; the figures."""
    asked = arguments(line)
    feeds = feeds_of(asked)
    pages = [page for feed in feeds if feed.id.startswith(config.MAIN) for page in feed.pages]
    told: dict[str, Any] = {
        "pages": [len(page.body) for page in pages],
        "runs": [],
        "plain": [],
        "reference": [],
    }
    with tempfile.TemporaryDirectory(prefix="wd-bench-") as folder, serving(feeds) as port:
        stored = _store(Path(folder) / "pages", pages)
        parts = len(asked.processes) + 1
        for again in range(asked.repeat):
            for i, processes in enumerate(asked.processes):
                told["reference"] += _peer(sys.executable, "trafilatura", stored, i, parts)
                there = Path(folder) / f"run{again}{i}"
                there.mkdir()
                told["runs"].append(
                    system.measure(there, feeds, port, processes, hints=asked.hints)
                )
            told["reference"] += _peer(sys.executable, "trafilatura", stored, parts - 1, parts)
            there = Path(folder) / f"plain{again}"
            there.mkdir()
            told["plain"].append(_plain(there, feeds, port, asked.known))
        told["peers"] = {} if asked.quick else _peers(asked.peers_python, stored, len(pages))
    report.show(told)
    if asked.json:
        asked.json.write_text(json.dumps(told, default=vars, indent=1), "utf-8")
    return told


def _store(folder: Path, pages: Sequence[WebPage]) -> Path:
    folder.mkdir()
    for i, page in enumerate(pages):
        (folder / f"{i:05d}.html").write_bytes(page.body)
    return folder


def _plain(
    folder: Path, feeds: Sequence[WebFeed], port: int, levels: Sequence[int]
) -> dict[str, Any]:
    config.write(folder, feeds, port, 1)
    server = embedded.start(folder / "var")
    try:
        line = [sys.executable, "-m", "benchmarks.throughput.plain", "--redis", str(server.pid)]
        line += ["--levels", *map(str, levels)]
        done = subprocess.run(
            line, check=False, env=system.environment(folder), capture_output=True, timeout=600
        )
    finally:
        server.kill()
        server.wait()
    if done.returncode:
        raise SystemExit(
            f"the plain run ended with {done.returncode}: {done.stderr.decode()[-2000:]}"
        )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _peer(python: str, name: str, stored: Path, first: int, every: int) -> list[float]:
    line = [python, "-m", "benchmarks.throughput.peers", name, str(stored), str(first), str(every)]
    done = subprocess.run(line, check=False, capture_output=True, timeout=600)
    if done.returncode:
        return []
    seconds: list[float] = json.loads(done.stdout.splitlines()[-1])["seconds"]
    return seconds


def _peers(python: str, stored: Path, pages: int) -> Mapping[str, Mapping[str, list[float]]]:
    """Each peer and, next to it, the reference on the very same pages; empty where the peer is not
    installed."""
    every = max(1, pages // 30)
    found = {}
    for name in PEERS:
        theirs = _peer(python, name, stored, 0, every)
        ours = _peer(sys.executable, "trafilatura", stored, 0, every) if theirs else []
        found[name] = {"peer": theirs, "reference": ours}
    return found


if __name__ == "__main__":
    main()
