"""``python -m benchmarks.smoke``: every benchmark that the Makefile names, whole, on tiny input.

A benchmark that nobody runs breaks without a word. This proves that each one still runs to its end;
its figures say nothing. Exits 1 where one fails, with the end of what it printed.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).parent.parent
_SECONDS = 300.0  # the longest takes half a minute on a quiet machine
_LONGEST = "world"
_NAMED = re.compile(r"(?m)^((?:bench[a-z-]* ?)+):")


def named_in(makefile: str) -> list[str]:
    """The benchmarks that the Makefile's targets name, as modules below ``benchmarks``."""
    modules = []
    for targets in _NAMED.findall(makefile):
        for target in targets.split():
            modules.append(target.removeprefix("bench").removeprefix("-") or "throughput")
    return modules


def run_smoke(module: str) -> str:
    """Run one benchmark on tiny input and print how long it took; what went wrong, or ''."""
    began = time.monotonic()
    try:
        done = subprocess.run(
            [sys.executable, "-m", f"benchmarks.{module}", "--smoke"],
            cwd=ROOT, capture_output=True, text=True, timeout=_SECONDS, check=False,
        )  # fmt: skip
        fault = done.stdout[-2000:] + done.stderr[-4000:] if done.returncode else ""
    except subprocess.TimeoutExpired:
        fault = f"did not end within {_SECONDS:g} s"
    state = " FAILED" if fault else ""
    print(f"smoke: {module:12} {time.monotonic() - began:6.1f} s{state}", flush=True)
    return fault


def main() -> int:
    """Run them two at a time, because half of them wait for servers; 1 where one failed."""
    modules = named_in((ROOT / "Makefile").read_text("utf-8"))
    # the longest goes first, so that it is not alone at the end
    modules.sort(key=lambda module: module != _LONGEST)
    with ThreadPoolExecutor(2) as pool:
        faults = [fault for fault in pool.map(run_smoke, modules) if fault]
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
