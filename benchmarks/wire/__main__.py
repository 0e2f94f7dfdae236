"""``python -m benchmarks.wire [--data DIR] [--check]``: furniture removed, body lines lost, fields right.

On the project's own set (the sample wire in every site template, whose truth is known by construction) or, with
``--data``, on labelled pages: ``DIR/wire/dev.jsonl`` (``lines`` as trafilatura 2.3.1 returned them, ``actions`` that
say which to drop or trim) and ``DIR/wire/pages/*.html.gz``. A piece counts as removed when its words no longer stand
in the body as a line of their own (or, for more than four words, anywhere in it); a line counts as lost when its
words stand nowhere in the body. Plain trafilatura stands beside it: it leaves every labelled piece by definition.
"""

from __future__ import annotations

import argparse
import gzip
import json
import logging
import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from pipeline import wire
from pipeline.extract import extract
from pipeline.story import Entry, Outcome, Page, Story
from pipeline.text import fold, words

RULES = Path(__file__).parents[2] / "config" / "wire"
NOW = datetime(2026, 11, 30, tzinfo=UTC)
FLOORS = {"removed": 0.98, "lost": 0.003, "fields": 0.98}
"""On the project's own set: at least, at most, at least. Falling past one fails ``--check``."""

FIELDS = ("headline", "byline", "agency", "place", "crossheads")


@dataclass(slots=True)
class Tally:
    """What was counted, by kind."""

    pieces: Counter[str] = field(default_factory=Counter)
    left: Counter[str] = field(default_factory=Counter)
    body: int = 0
    lost: int = 0
    asked: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)


def desk(html: bytes, url: str, title: str, rules: wire.Rules) -> Story | Outcome:
    entry = Entry(key="k", feed_id="f", guid="g", url=url, title=title)
    article = extract(Page(url, 200, html, "text/html", NOW), entry, NOW)
    return article if isinstance(article, Outcome) else wire.clean(article, entry, rules)


def key(text: str) -> str:
    return " ".join(words(text))


class Body:
    """A story's body, to look lines up in."""

    def __init__(self, story: Story | Outcome) -> None:
        self.lines = () if isinstance(story, Outcome) else story.body
        self.keys = [key(p) for p in self.lines]
        self.text = f" {' '.join(self.keys)} "

    def stands(self, line: str, truth: str = "") -> bool:
        """Whether a piece of furniture is still there; words that the ``truth`` says too count only as a line."""
        wanted = key(line)
        if not wanted:
            return any(p.strip() == line.strip() for p in self.lines)
        return wanted in self.keys if len(wanted.split()) < 5 or f" {wanted} " in truth else f" {wanted} " in self.text

    def holds(self, line: str) -> bool:
        """Whether a line of the story is there, whole or divided."""
        wanted = key(line)
        if f" {wanted} " in self.text or not wanted:
            return True
        parts = [wanted[i : i + 40] for i in range(0, len(wanted), 40)]
        return sum(p in self.text for p in parts) >= 0.9 * len(parts)


def labelled(data: Path, rules: wire.Rules) -> Tally:
    tally = Tally()
    for row in map(json.loads, (data / "wire" / "dev.jsonl").read_text("utf-8").splitlines()):
        html = gzip.decompress((data / "wire" / "pages" / row["page"]).read_bytes())
        found = desk(html, row["url"], "", rules)
        body = Body(found)
        acts = {a["line"]: a for a in row["actions"] if a["act"] == "drop"}
        trims = [a for a in row["actions"] if a["act"] == "trim"]
        others = {a["line"] for a in row["actions"] if a["act"] not in ("drop", "trim")}
        truth = f" {' '.join(key(x) for n, x in enumerate(row['lines']) if n not in acts)} "
        for number, line in enumerate(row["lines"]):
            if number in acts:
                _piece(tally, acts[number]["kind"], line, row["host"], left=body.stands(line, truth))
            elif number not in others:
                cuts = [t["cut"] for t in trims if t["line"] == number]
                for cut in cuts:
                    line = line.replace(cut, "").strip()  # noqa: PLW2901
                _line(tally, line, row["host"], holds=body.holds(line))
        for trim in trims:
            whole = key(row["lines"][trim["line"]])[: len(key(trim["cut"])) + 25]
            _piece(tally, trim["kind"], trim["cut"], row["host"], left=f" {whole}" in body.text)
        if isinstance(found, Story):
            place = found.dateline.place if found.dateline else ""
            _fields(tally, row["host"], {"place": (row["dateline"], place), "agency": (row["agency"], found.agency)})
    return tally


def sampled(rules: wire.Rules) -> Tally:
    from workers.sample import render, stories, templates

    tally = Tally()
    for told in stories():
        if not told.body or told.page not in ("ok", "redirect") or not told.outcome.delivered:
            continue
        for template in sorted(templates()):
            where = f"{told.id}/{template}"
            found = desk(render(told, template).encode(), "http://sample.invalid/x", told.title, rules)
            body = Body(found)
            truth = f" {' '.join(map(key, told.body))} "
            for piece in told.furniture:
                if not piece.glued and (piece.text or piece.items):
                    for text in (piece.text, *piece.items):
                        if text and key(text) not in {key(p) for p in told.body}:
                            _piece(tally, piece.kind, text, where, left=body.stands(text, truth))
            for line in told.body:
                _line(tally, line, where, holds=line in body.lines)
            if isinstance(found, Story):
                wanted = told.dateline.place if told.dateline else ""
                place = found.dateline.place if found.dateline else ""
                heads = [tuple((h.text, h.before) for h in s.crossheads) for s in (told, found)]
                pairs = {n: (getattr(told, n), getattr(found, n)) for n in ("headline", "agency")}
                # metadata may name the site as author where nobody signed
                unsigned = found.byline_kind == "house" and not told.byline
                pairs["byline"] = (told.byline, "" if unsigned else found.byline)
                _fields(tally, where, {**pairs, "place": (wanted, place), "crossheads": (str(heads[0]), str(heads[1]))})
    return tally


def _piece(tally: Tally, kind: str, text: str, where: str, *, left: bool) -> None:
    tally.pieces[kind] += 1
    if left:
        tally.left[kind] += 1
        tally.notes.append(f"left   {where}: {kind}: {text[:90]}")


def _line(tally: Tally, text: str, where: str, *, holds: bool) -> None:
    tally.body += 1
    if not holds:
        tally.lost += 1
        tally.notes.append(f"lost   {where}: {text[:90]}")


def _fields(tally: Tally, where: str, pairs: dict[str, tuple[str | None, str]]) -> None:
    for name, (wanted, got) in pairs.items():
        tally.asked[name] += 1
        if fold(wanted or "") == fold(got or ""):
            tally.right[name] += 1
        else:
            tally.notes.append(f"field  {where}: {name}: {wanted!r} read as {got!r}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--check", action="store_true", help="fail past the floors")
    parser.add_argument("--notes", action="store_true", help="name every piece left, line lost and field missed")
    args = parser.parse_args()
    logging.disable(logging.CRITICAL)
    rules = wire.load(RULES)
    tally = labelled(args.data, rules) if args.data else sampled(rules)
    if args.notes:
        print("\n".join(tally.notes))
    print(f"{'furniture':16}{'pieces':>8}{'left':>6}{'removed':>9}")
    for kind, count in sorted(tally.pieces.items()):
        print(f"{kind:16}{count:8}{tally.left[kind]:6}{1 - tally.left[kind] / count:9.3f}")
    pieces, left = sum(tally.pieces.values()), sum(tally.left.values())
    removed, lost = 1 - left / max(1, pieces), tally.lost / max(1, tally.body)
    fields = sum(tally.right.values()) / max(1, sum(tally.asked.values()))
    print(f"{'all':16}{pieces:8}{left:6}{removed:9.3f}   (plain trafilatura: 0.000)")
    print(f"body lines {tally.body}, lost {tally.lost} ({100 * lost:.2f} %)")
    print("fields right: " + ", ".join(f"{n} {tally.right[n]}/{c}" for n, c in tally.asked.items()))
    if args.check and not args.data:
        past = removed < FLOORS["removed"] or lost > FLOORS["lost"] or fields < FLOORS["fields"]
        if past:
            print(f"past a floor: {FLOORS}")
        return int(past)
    return 0


if __name__ == "__main__":
    sys.exit(main())
