"""Pages with their truth: the sample wire in every site template, or labelled pages from a
folder."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from pipeline.text import words
from workers.sample import Furniture, SampleStory, render, stories, templates


def key(text: str) -> str:
    """A line as its words alone: two lines with one key say the same."""
    return " ".join(words(text))


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of furniture. ``opening``: the words that begin its line where only part of a line is
    furniture."""

    kind: str
    text: str
    opening: str = ""


@dataclass(slots=True)
class Case:
    """One page: what must not be left, what must not be lost, and what the fields must say."""

    where: str
    url: str
    html: bytes
    title: str
    pieces: list[Piece] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    truth: str = ""
    whole_lines: bool = False
    fields: dict[str, str] = field(default_factory=dict)
    unsigned: bool = False


def labelled(data: Path) -> Iterator[Case]:
    """``DIR/wire/dev.jsonl`` and its pages."""
    for row in map(json.loads, (data / "wire" / "dev.jsonl").read_text("utf-8").splitlines()):
        html = gzip.decompress((data / "wire" / "pages" / row["page"]).read_bytes())
        case = Case(row["host"], row["url"], html, "")
        drops = {a["line"]: a["kind"] for a in row["actions"] if a["act"] == "drop"}
        trims = [a for a in row["actions"] if a["act"] == "trim"]
        others = {a["line"] for a in row["actions"] if a["act"] not in ("drop", "trim")}
        case.truth = f" {' '.join(key(x) for n, x in enumerate(row['lines']) if n not in drops)} "
        for number, line in enumerate(row["lines"]):
            if number in drops:
                case.pieces.append(Piece(drops[number], line))
            elif number not in others:
                text = line
                for cut in (t["cut"] for t in trims if t["line"] == number):
                    text = text.replace(cut, "").strip()
                case.lines.append(text)
        for trim in trims:
            opening = key(row["lines"][trim["line"]])[: len(key(trim["cut"])) + 25]
            case.pieces.append(Piece(trim["kind"], trim["cut"], opening))
        case.fields = {"place": row["dateline"] or "", "agency": row["agency"] or ""}
        yield case


OTHERS = (
    "Storm closes the northern strait to ferries",
    "Council of the islands puts off harvest vote",
    "Two climbers found alive on eastern ridge",
    "Grain ships wait in fog off the delta",
)
"""Headlines of other stories, for teasers."""


def repeated(told: SampleStory, number: int) -> SampleStory:
    """The story with repeats and desk notes of a kind for each ``number``, as republishers print
    them."""
    last, words_ = len(told.body) - 1, told.headline.split()
    again = (
        told.headline,
        told.headline.upper(),
        f"“{told.headline}”",
        " ".join([*words_[:2], "the", *words_[2:]]),
    )
    kinds: tuple[tuple[Furniture, ...], ...] = (
        (
            Furniture("headline", again[number % 4], "tail"),
            Furniture("related", f"RELATED: {OTHERS[0]}", 1),
        ),
        (
            Furniture("headline", again[(number + 1) % 4], 1),
            Furniture("teasers", "", "tail", items=OTHERS[:3]),
        ),
        tuple(Furniture("twice", p, "tail") for p in told.body),
        (Furniture("twice", told.body[0], last or "tail"), Furniture("advert", "Advertisement", 1)),
        (
            Furniture("teasers", "More from The Sample", 1, items=OTHERS[1:]),
            Furniture("headline", again[0], "head"),
        ),
        (
            Furniture(
                "correction",
                "Correction: An earlier version gave the wrong day for the talks.",
                "tail",
            ),
            Furniture("note", "Editor's note: The picture above shows the quay.", "tail"),
            Furniture("caption", "A boat lies on the quay on Tuesday. (AP Photo/Milo Venn)", 1),
        ),
    )
    added = kinds[number % len(kinds)]
    opening = told.body[0].split()
    standfirst = " ".join(opening[: max(12, int(0.6 * len(opening)))]).rstrip(",.") + "."
    repeats = number % 2 and len(opening) > 20 and not told.standfirst
    return replace(
        told,
        furniture=told.furniture + added,
        standfirst=standfirst if repeats else told.standfirst,
    )


def sampled() -> Iterator[Case]:
    """Every story of the sample wire that has a clean copy, in every template; and once more with
    repeats."""

    names = sorted(templates())
    whole = [
        s for s in stories() if s.body and s.page in ("ok", "redirect") and s.outcome.delivered
    ]
    for number, told in enumerate(whole):
        for template in names:
            yield _case(told, told, template)
        if told.form not in ("kill", "withdrawal"):  # a notice keeps all its words
            for step in range(3):
                yield _case(
                    told, repeated(told, number + step), names[(number + 5 * step) % len(names)]
                )


def _case(told: SampleStory, wrapped: SampleStory, template: str) -> Case:
    own = {key(p) for p in told.body}
    pieces = [
        Piece(f.kind, text)
        for f in wrapped.furniture
        if not f.glued
        for text in (f.text, *f.items)
        if text and key(text) not in own
    ]
    where = f"{told.id}/{template}{'' if wrapped is told else '/repeated'}"
    case = Case(
        where, "http://sample.invalid/x", render(wrapped, template).encode(), told.title, pieces
    )
    case.lines, case.truth = list(told.body), f" {' '.join(map(key, told.body))} "
    case.whole_lines, case.unsigned = True, not told.byline
    case.fields = {
        "headline": told.headline,
        "byline": told.byline,
        "agency": told.agency,
        "place": told.dateline.place if told.dateline else "",
        "crossheads": str(tuple((h.text, h.before) for h in told.crossheads)),
    }
    if wrapped is not told:
        case.fields["body once"] = str(len(told.body))
    return case
