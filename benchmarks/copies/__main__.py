"""``python -m benchmarks.copies [--data DIR] [--check | --growth]``: how well copies are told, and
at what cost.

Without a switch everything, in about ten minutes: quality on our own pairs (or those of
``DIR/copies``) beside plainer rules; look-up and insert beside datasketch; cost and memory of the
index in a real Redis at 10 thousand, 100 thousand and 1 million stories, and what it frees when it
forgets. ``--check``: only the floors on our own pairs; exits 1 below one. ``--growth``: only the
cost. ``--smoke``: all of it on tiny input, in seconds; its figures say nothing.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks.copies import against, growth, quality


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, help="a folder with copies/*.jsonl")
    parser.add_argument("--check", action="store_true", help="only the floors on our own pairs")
    parser.add_argument("--growth", action="store_true", help="only cost and memory")
    parser.add_argument("--smoke", action="store_true", help="all of it on tiny input")
    args = parser.parse_args()
    if args.check:
        faults = quality.below_floors()
        print("\n".join(faults) or "copies: all floors hold")
        return bool(faults)
    if not args.growth:
        quality.report(args.data)
    if args.smoke:
        against.measure(args.data, 50, known=50)
        growth.measure([400], 200, small=200)
        growth.forget(1, 1)
        return 0
    against.measure(args.data, 1000)
    growth.measure(growth.SIZES, 4000)
    growth.forget(5, 4)
    return 0


if __name__ == "__main__":
    sys.exit(main())
