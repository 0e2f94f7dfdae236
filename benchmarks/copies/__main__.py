"""``python -m benchmarks.copies [--data DIR] [--check | --growth]``: how well copies are told, and at what cost.

Without a switch: quality on our own pairs (or those of ``DIR/copies``) beside plainer rules. ``--check``: only the
floors on our own pairs; exits 1 below one. ``--growth``: cost and memory of the index in a real Redis as it grows, and
beside datasketch on the same server (a minute or two; for a million stories run ``benchmarks.copies.growth`` itself).
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks.copies import against, growth, quality


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="a folder with copies/*.jsonl")
    parser.add_argument("--check", action="store_true", help="only the floors on our own pairs")
    parser.add_argument("--growth", action="store_true", help="cost and memory as the index grows")
    args = parser.parse_args()
    if args.check:
        faults = quality.below_floors()
        print("\n".join(faults) or "copies: all floors hold")
        return bool(faults)
    if args.growth:
        growth.measure([100_000], 4000)
        against.measure(args.data, 1000)
        return 0
    quality.report(args.data)
    return 0


if __name__ == "__main__":
    sys.exit(main())
