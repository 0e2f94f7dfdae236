"""Short texts in number, two by two.

``events.toml`` are independent reports of single events. ``templates.toml`` are bulletins that fill
one template for several events, with copies and versions of as few words as control; causes were
looked for in one half of them.
"""

from __future__ import annotations

import tomllib
from itertools import combinations

from benchmarks.copies.pairs import OURS, Pair
from pipeline.story import Story, digest


def events() -> list[Pair]:
    """Short reports by several sites, two by two: of one event, and of two events in the words of
    one template."""
    found = []
    for kind in tomllib.loads((OURS / "events.toml").read_text("utf-8"))["kind"]:
        told = {
            (i, j): _filled(f"{kind['name']} {i} {j}", text["headline"], text["body"], **facts)
            for i, facts in enumerate(kind["facts"])
            for j, text in enumerate(kind["texts"])
        }
        for (one, a), (other, b) in combinations(told.items(), 2):
            if one[0] == other[0] or one[1] == other[1]:
                label = "event" if one[0] == other[0] else "related"
                found.append(Pair(f"{kind['name']} {one} {other}", a, b, label))
    return found


def templates(*, mended: bool | None = None) -> list[Pair]:
    """Bulletins that fill one template for two events, with copies and versions of them;
    ``mended``: of one half."""
    found = []
    for kind in tomllib.loads((OURS / "templates.toml").read_text("utf-8"))["template"]:
        if mended is not None and kind["mended"] is not mended:
            continue
        facts = [dict(enumerate(row.split("|"))) for row in kind["facts"]]
        told = [
            _filled(f"{kind['name']} {i}", kind["headline"], kind["body"], *row.values())
            for i, row in enumerate(facts)
        ]
        for (i, a), (j, b) in combinations(enumerate(told), 2):
            found.append(Pair(f"{kind['name']} {i} {j}", a, b, "related"))
        for j, other in enumerate(kind["other"]):
            changed = facts[0] | {int(slot): fact for slot, fact in other.get("change", {}).items()}
            body = [
                kind["body"][part - 1] if isinstance(part, int) else part for part in other["body"]
            ]
            name = f"{kind['name']}: {other['label']} {j}"
            found.append(
                Pair(
                    name,
                    told[0],
                    _filled(name, kind["headline"], body, *changed.values()),
                    other["label"],
                )
            )
    return found


def _filled(name: str, headline: str, body: list[str], /, *slots: str, **facts: str) -> Story:
    return Story(
        key=digest(name),
        url=f"https://example.org/{digest(name)}",
        headline=headline.format(*slots, **facts),
        body=tuple(paragraph.format(*slots, **facts) for paragraph in body),
    )
