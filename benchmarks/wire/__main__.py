"""``python -m benchmarks.wire [--data DIR] [--check]``: furniture removed, body lines lost, fields
right; peers beside.

On the project's own set (the sample wire in every site template, whose truth is known by
construction) or, with ``--data``, on labelled pages: ``DIR/wire/dev.jsonl`` (``lines`` as
trafilatura 2.3.1 returned them, ``actions`` that say which to drop or trim) and
``DIR/wire/pages/*.html.gz``. A piece counts as removed when its words no longer stand in the body
as a line of their own (or, for more than four words, anywhere in it); a line counts as lost when
its words stand nowhere in the body (ours, on the own set: when it does not stand there exactly as
written).

Plain trafilatura, readability-lxml and newspaper4k read the same pages in the same run: every
``BESIDE``-th of the own set, since they take minutes for all of it, and every labelled one.
"""

from __future__ import annotations

import argparse
import logging
import sys
import warnings
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from benchmarks.wire.cases import Case, labelled, sampled
from benchmarks.wire.peers import peers
from benchmarks.wire.tally import Body, Tally
from pipeline import wire
from pipeline.extract import extract
from pipeline.story import Entry, Outcome, Page, Story

RULES = Path(__file__).parents[2] / "config" / "wire"
NOW = datetime(2026, 11, 30, tzinfo=UTC)
FLOORS = {"removed": 0.995, "lost": 0.001, "fields": 0.995}
"""Ours on the own set: at least, at most, at least. Falling past one fails ``--check``."""

DATA_FLOORS = {"removed": 0.95, "lost": 0.003, "fields": 0.9}
"""The same on labelled pages."""

BESIDE = 7
"""Of so many pages of the own set the peers read one; coprime to the number of templates, so that
all are seen."""


def ours(case: Case, rules: wire.Rules) -> tuple[Body, dict[str, str]]:
    """Our body and fields for a page."""
    entry = Entry(key="k", feed_id="f", guid="g", url=case.url, title=case.title)
    article = extract(Page(case.url, 200, case.html, "text/html", NOW), entry, NOW)
    story: Story | Outcome = (
        article if isinstance(article, Outcome) else wire.clean(article, entry, rules)
    )
    if isinstance(story, Outcome):
        return Body(()), {}
    return Body(story.body), {
        "headline": story.headline,
        # metadata may name the site as author where nobody signed
        "byline": "" if story.byline_kind == "house" and case.unsigned else story.byline,
        "agency": story.agency,
        "place": story.dateline.place if story.dateline else "",
        "body once": str(len(story.body)),
        "crossheads": str(tuple((h.text, h.before) for h in story.crossheads)),
    }


def measure(
    cases: Iterable[Case], rules: wire.Rules, *, every: int
) -> tuple[Tally, dict[str, Tally]]:
    """Our tally over all pages, and everybody's over each ``every``-th one; 0: nobody's."""
    tally = Tally()
    others = peers() if every else {}
    beside = {name: Tally() for name in ("ours", *others)} if every else {}
    for number, case in enumerate(cases):
        body, fields = ours(case, rules)
        tally.count(case, body, fields, exact=case.whole_lines)
        if every and number % every == 0:
            beside["ours"].count(case, body, None, exact=False)
            for name, other in others.items():
                try:
                    lines = other(case.html, case.url)
                except Exception:  # noqa: BLE001 a peer that fails on a page returns nothing there
                    lines = ()
                beside[name].count(case, Body(lines), None, exact=False)
    return tally, beside


def _table(title: str, of: Counter[str], failed: Counter[str], word: str) -> None:
    print(f"{title:16}{'':8}{word:>6}{'share':>9}")
    for kind, count in sorted(of.items()):
        print(f"{kind:16}{count:8}{failed[kind]:6}{failed[kind] / count:9.4f}")


def report(tally: Tally, beside: dict[str, Tally]) -> None:
    """The tables: by kind, then all, then side by side."""
    _table("furniture", tally.pieces, tally.left, "left")
    _table("body lines", tally.body, tally.lost, "lost")
    print(
        f"all: {tally.pages} pages, furniture removed {tally.removed:.3f}, body lines lost "
        f"{100 * tally.gone:.2f} %"
    )
    print("fields right: " + ", ".join(f"{n} {tally.right[n]}/{c}" for n, c in tally.asked.items()))
    if beside:
        print(f"\n{'side by side':18}{'pages':>6}{'removed':>9}{'lost %':>8}")
    for name, own in beside.items():
        print(f"{name:18}{own.pages:6}{own.removed:9.3f}{100 * own.gone:8.2f}")


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path)
    parser.add_argument("--check", action="store_true", help="only ours, and fail past the floors")
    parser.add_argument(
        "--notes", action="store_true", help="name every piece left, line lost and field missed"
    )
    parser.add_argument(
        "--smoke", action="store_true", help="all of it on a few pages; its figures say nothing"
    )
    args = parser.parse_args()
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    cases = labelled(args.data) if args.data else sampled()
    if args.smoke:
        cases = islice(cases, 2 * BESIDE)
    every = 0 if args.check else 1 if args.data else BESIDE
    tally, beside = measure(cases, wire.load(RULES), every=every)
    if args.notes:
        print("\n".join(tally.notes))
    report(tally, beside)
    floors = DATA_FLOORS if args.data else FLOORS
    past = (
        tally.removed < floors["removed"]
        or tally.gone > floors["lost"]
        or tally.fields < floors["fields"]
    )
    if past:
        print(f"past a floor: {floors}")
    return int(past and args.check)


if __name__ == "__main__":
    sys.exit(main())
