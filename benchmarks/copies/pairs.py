"""Labelled pairs: our own, from ``tests/data/copies``, and those of a folder.

``stories.toml`` are stories from which ``own`` makes pairs by the edits that outlets make.
``others.toml`` are stories with what others wrote and took over, and ``reports.toml`` events as two
agencies report them, both written before their judge was looked at: ``written``, ``reports``. Short
texts in number are in ``bulletins``. They say what must hold; how well it holds on real stories
only real ones can say (``--data``).
"""

from __future__ import annotations

import json
import random
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from pipeline.story import Dateline, Moment, Story, digest

OURS = Path(__file__).parents[2] / "tests" / "data" / "copies"
Body = tuple[str, ...]

LOCAL = (
    "In our own region, several families with relatives in the area said on the telephone "
    "that "
    "they were worried."
)
LATER = (
    "An opposition lawmaker demanded an inquiry late in the day and said that parliament should be "
    "recalled at once.",
    "Insurance brokers in the capital reported that premiums for transport to the district had "
    "tripled since morning.",
    "A spokeswoman for the regional bloc said its chairman had spoken to both sides by telephone "
    "and urged restraint.",
)
HOUSE = {
    "said": "stated",
    "killing": "claiming the lives of",
    "government": "administration",
    "town": "city",
    "people": "persons",
    "kilometres": "km",
    "per cent": "%",
}


@dataclass(frozen=True, slots=True)
class Pair:
    """Two stories and what the second is to the first: copy, version, event (independent reports)
    or related.

    ``relation`` is the label in the finer words of ``RelationKind``, where it is known in these.
    """

    name: str
    a: Story
    b: Story
    label: str
    sure: bool = True
    relation: str = ""

    @property
    def same(self) -> bool:
        """Whether the two are one written story."""
        return self.label in {"copy", "version"}


def stories() -> list[tuple[str, Story]]:
    """Our own stories with the event each reports."""
    rows = tomllib.loads((OURS / "stories.toml").read_text("utf-8"))["story"]
    return [(row["event"], _story(i, row)) for i, row in enumerate(rows)]


def _story(number: int, row: dict[str, object]) -> Story:
    published = row.get("published")
    return Story(
        key=digest("story", str(number)),
        url=f"https://example.org/{number}",
        headline=str(row["headline"]),
        body=tuple(row["body"]),  # type: ignore[arg-type]
        outlet=str(row["outlet"]),
        dateline=Dateline(str(row["place"])),
        published=Moment(datetime.fromisoformat(str(published)), "feed") if published else None,
    )


def elsewhere(story: Story, name: str, body: Body, headline: str = "") -> Story:
    """The body as another outlet has it."""
    return replace(
        story,
        key=digest(story.key, name),
        url=f"https://{name}.example.net/{story.key[:8]}",
        outlet=name,
        headline=headline or story.headline,
        body=body,
    )


def _words(body: Body, change: Callable[[str], str]) -> Body:
    return tuple(" ".join(change(word) for word in paragraph.split(" ")) for paragraph in body)


def _quotes(body: Body) -> Body:
    curled = []
    for paragraph in body:
        parts = paragraph.split('"')
        curled.append(
            "".join(part + ("“" if i % 2 == 0 else "”") for i, part in enumerate(parts))[:-1]
        )
    return tuple(curled)


def _sprinkle(body: Body, share: float) -> Body:
    rng = random.Random(len(body[0]))
    return _words(
        body, lambda word: word if rng.random() > share or not word.islower() else word[::-1]
    )


COPIES: dict[str, Callable[[Body], Body]] = {
    "untouched": lambda b: b,
    "curly quotes": _quotes,
    "one paragraph": lambda b: (" ".join(b),),
    "last paragraph cut": lambda b: b[:-1],
    "middle paragraph cut": lambda b: b[:2] + b[3:],
    "local paragraph added": lambda b: (*b[:3], LOCAL, *b[3:]),
    "house words": lambda b: _words(b, lambda word: HOUSE.get(word, word)),
    "one word in twenty": lambda b: _sprinkle(b, 0.05),
}
CUTS: dict[str, Callable[[Body], Body]] = {
    "first three paragraphs": lambda b: b[:3],
    "first half": lambda b: b[: len(b) // 2 + 1],
}


def _other_toll(body: Body) -> Body:
    """The figures of the first two paragraphs, raised; those that are words too."""
    spelt = {
        "six": "seven",
        "eight": "four",
        "nine": "seven",
        "eleven": "eight",
        "twelve": "ten",
        "Thirteen": "Ten",
    }

    def other(word: str) -> str:
        return str(int(word) + 5) if word.isdigit() else spelt.get(word, word)

    return (*_words(body[:2], other), *body[2:])


VERSIONS: dict[str, Callable[[Body], Body]] = {
    "other toll": _other_toll,
    "new top and middle": lambda b: (LATER[0], LATER[1], *b[:3], LATER[2], *b[4:]),
    "half rewritten": lambda b: (*LATER, *b[len(b) // 2 :]),
}


EXACT = frozenset({"untouched", "curly quotes", "one paragraph"})


def wires() -> list[tuple[str, Story]]:
    """Those of our own stories that an agency wrote."""
    return [(event, story) for event, story in stories() if story.outlet == "Northern Wire"]


def own() -> list[Pair]:
    """Our own pairs."""
    found: list[Pair] = []
    known = stories()
    for event, story in wires():
        headline = f"{story.headline.split(' ')[0]} news: what agencies report from {event}"
        for label, edits in (("copy", COPIES), ("copy", CUTS), ("version", VERSIONS)):
            for name, edit in edits.items():
                other = elsewhere(
                    story,
                    name.replace(" ", "-"),
                    edit(story.body),
                    headline if label == "copy" else "",
                )
                fine = "exact" if name in EXACT else "truncated" if name in CUTS else label
                found.append(Pair(f"{event}: {name}", story, other, label, relation=fine))
    for i, (event, story) in enumerate(known):
        for other_event, other in known[i + 1 :]:
            bulletins = event.startswith("bulletin") and other_event.startswith("bulletin")
            label = "event" if event == other_event or bulletins else "related"
            found.append(Pair(f"{event} {i} / {other_event}", story, other, label, relation="new"))
    return found


def takes() -> list[Pair]:
    """Corrections and kills of our own stories, and notices for one story beside another."""
    found = []
    known = wires()
    for (event, story), (_, other) in zip(known, known[1:] + known[:1], strict=True):
        fixed = elsewhere(story, "fixed", _other_toll(story.body), f"CORRECTED-{story.headline}")
        fixed = replace(fixed, outlet=story.outlet, form="correction", version_label="CORRECTED")
        found.append(Pair(f"{event}: corrected", story, fixed, "version", relation="correction"))
        body = (
            f"The story headlined “{story.headline}” is withdrawn. It was sent in error.",
            "A kill is mandatory.",
        )
        kill = replace(
            elsewhere(story, "kill", body, "STORY WITHDRAWN"), outlet=story.outlet, form="kill"
        )
        found.append(Pair(f"{event}: killed", story, kill, "withdrawal", relation="withdrawal"))
        found.append(Pair(f"{event}: another killed", other, kill, "related", relation="new"))
    return found


def written() -> list[Pair]:
    """Stories and what other desks, or their own later, made of them."""
    found = []
    for i, row in enumerate(tomllib.loads((OURS / "others.toml").read_text("utf-8"))["story"]):
        story = _story(1000 + i, row)
        for j, other in enumerate(row["other"]):
            found.append(
                Pair(f"{story.headline[:20]}: {j}", story, _made(story, j, other), other["label"])
            )
    return found


def _made(story: Story, number: int, other: dict[str, Any]) -> Story:
    """What another desk made of a story: its own paragraphs, and those it took over, by number."""
    body = tuple(story.body[part - 1] if isinstance(part, int) else part for part in other["body"])
    return replace(
        elsewhere(story, f"other-{number}", body, other["headline"]), outlet=other["outlet"]
    )


def reports(*, mended: bool | None = None) -> list[Pair]:
    """An event as two agencies report it, and what became of the first report; ``mended``: of one
    half."""
    found = []
    for i, row in enumerate(tomllib.loads((OURS / "reports.toml").read_text("utf-8"))["story"]):
        if mended is not None and row["mended"] is not mended:
            continue
        story = _story(2000 + i, row)
        others = [(other["label"], _made(story, j, other)) for j, other in enumerate(row["other"])]
        rival = next(other for label, other in others if label == "event")
        for j, (label, other) in enumerate(others):
            found.append(Pair(f"{story.headline[:20]}: {label} {j}", story, other, label))
            if label != "event":
                found.append(
                    Pair(f"{story.headline[:20]}: rival's {label} {j}", rival, other, "event")
                )
    return found


def labelled(folder: Path) -> list[Pair]:
    """The pairs of ``folder/copies/*.jsonl``: ``a``, ``b`` (title, text, src), ``relation``,
    ``sure``."""
    found = []
    for path in sorted((folder / "copies").glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            row = json.loads(line)
            a, b = (_plain(f"{row['pair']}{side}", row[side]) for side in "ab")
            found.append(Pair(str(row["pair"]), a, b, row["relation"], row.get("sure", True)))
    return found


def _plain(name: str, row: dict[str, str]) -> Story:
    return Story(
        key=digest(name),
        url=f"https://example.org/{name}",
        headline=row["title"],
        body=tuple(line for line in row["text"].split("\n") if line.strip()),
        outlet=row.get("src", ""),
    )
