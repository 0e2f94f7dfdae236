"""``python -m benchmarks.smoke``: every benchmark that the Makefile names, whole, on tiny input.

A benchmark that nobody runs breaks without a word. This proves that each one still runs to its end;
its figures say nothing. Exits 1 where one fails, with the end of what it printed.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
_SECONDS = 300.0  # the longest takes half a minute on a quiet machine
_NAMED = re.compile(r"(?m)^((?:bench[a-z-]* ?)+):")


def named_in(makefile: str) -> list[str]:
    """The benchmarks that the Makefile's targets name, as modules below ``benchmarks``."""
    modules = []
    for targets in _NAMED.findall(makefile):
        for target in targets.split():
            modules.append(target.removeprefix("bench").removeprefix("-") or "throughput")
    return modules


def main() -> int:
    """Run them one after the other; the number of those that failed."""
    failed = 0
    for module in named_in((ROOT / "Makefile").read_text("utf-8")):
        began = time.monotonic()
        try:
            done = subprocess.run(
                [sys.executable, "-m", f"benchmarks.{module}", "--smoke"],
                cwd=ROOT, capture_output=True, text=True, timeout=_SECONDS, check=False,
            )  # fmt: skip
            fault = done.stdout[-2000:] + done.stderr[-4000:] if done.returncode else ""
        except subprocess.TimeoutExpired:
            fault = f"did not end within {_SECONDS:g} s"
        print(
            f"smoke: {module:12} {time.monotonic() - began:6.1f} s {fault and 'FAILED'}", flush=True
        )
        if fault:
            print(fault, file=sys.stderr)
            failed += 1
    return min(failed, 1)


if __name__ == "__main__":
    sys.exit(main())
