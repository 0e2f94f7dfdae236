"""What the commands are asked about: our own sets, and labelled real data where ``--data`` names
its folder.

Every item has an id that stays the same from run to run, and files whose names stay the same too,
because the keys of stories are made from the names.
"""

from __future__ import annotations

import gzip
import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import combinations
from pathlib import Path
from typing import Any, Final

from workers.sample.load import sample
from workers.sample.pages import charset, render, templates

ROOT: Final = Path(__file__).parents[2]
OWN: Final = ROOT / "tests" / "data"

TOGETHER: Final = 1000
"""Sources that one command is given: each takes five seconds to start, and ``--show`` repeats one
up to its item.
"""

TEMPLATES_A_STORY: Final = 4
"""Site templates that each story of the sample wire is rendered in; all seventeen would take a
minute.
"""

SHARES: Final = {"events": 2, "no-theme": 3}
"""Of these sets one item in so many is taken, chosen by the hash of its text: they hold thousands.
"""

NO_HEADLINE: Final = "Reports from the region"
"""Stands above texts that have no headline. It says nothing, and no rule takes it for a digest or a
label.
"""

ADDED: Final = (
    "Several families in our own region who have relatives there "
    "said by telephone that they were worried."
)


Files = dict[str, bytes]


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to ask about: a source of ``explain``, or the two of a pair of ``relate``."""

    id: str
    sources: tuple[str, ...]


@dataclass
class Group:
    """What one command is asked. ``kind`` is explain, relate, feed (on loopback) or folder."""

    name: str
    kind: str
    items: list[Item] = field(default_factory=list)
    files: Files = field(default_factory=dict)

    def add(self, identity: str, *contents: tuple[str, bytes]) -> None:
        """Take one item with its files, each a suffix and its bytes."""
        names = []
        for number, (suffix, content) in enumerate(contents):
            side = "ab"[number] if len(contents) > 1 else ""
            name = f"{self.name}/{re.sub(r'[^A-Za-z0-9._-]+', '-', identity)[:90]}{side}{suffix}"
            assert self.files.setdefault(name, content) == content, f"two sources are named {name}"
            names.append(name)
        self.items.append(Item(f"{self.name}/{identity}", tuple(names)))


def digest(content: bytes) -> str:
    """A short fingerprint: ten hexadecimal digits."""
    return blake2b(content, digest_size=5).hexdigest()


def gathered(data: Path | None) -> Iterator[Group]:
    """Every group of our own, or of ``data``, in pieces that one command can be given."""
    for group in labelled(data) if data else own():
        pieces = [
            group.items[start : start + TOGETHER] for start in range(0, len(group.items), TOGETHER)
        ]
        for items in pieces if group.kind == "explain" else [group.items]:
            names = {name for item in items for name in item.sources}
            chosen = {
                name: content
                for name, content in group.files.items()
                if not group.items or name in names
            }
            yield Group(group.name, group.kind, items, chosen)


# --------------------------------------------------------------------------- our own


def own() -> Iterator[Group]:
    """The sample wire as pages and as feeds, agency files in a folder, and the labelled sets of the
    tests.
    """
    yield _sample_pages()
    yield _own_texts()
    yield _own_pairs()
    for outlet in sample().outlets.values():
        yield Group(f"once/{outlet.id}", "feed", files={outlet.path: b""})
    agency_files = ("nitf.xml", "newsml-g2.xml", "ninjs.json")
    yield Group(
        "once/folder",
        "folder",
        files={name: (OWN / "feeds" / name).read_bytes() for name in agency_files},
    )


def _sample_pages() -> Group:
    group, names = Group("sample", "explain"), sorted(templates())
    told = sample()
    for number, story in enumerate(story for story in told.stories if story.body):
        outlet = told.outlets[story.outlet]
        chosen = {story.template or outlet.template}
        chosen |= {names[(number + 5 * step) % len(names)] for step in range(TEMPLATES_A_STORY - 1)}
        for template in sorted(chosen):
            page = render(story, template, outlet=outlet).encode(
                charset(template), "xmlcharrefreplace"
            )
            group.add(f"{story.id}.{template}", (".html", page))
    return group


def _own_texts() -> Group:
    group = Group("texts", "explain")
    group.add("ferry", (".txt", (OWN / "wire" / "ferry.txt").read_bytes()))
    for name in ("own", "blind", "humanitarian"):
        for row in _json_lines(OWN / "themes" / f"{name}.jsonl"):
            group.add(row["id"], (".txt", _text(row["headline"], row["body"])))
    return group


EDITS: Final[Mapping[str, Callable[[Sequence[str]], Sequence[str]]]] = {
    "same": lambda body: body,
    "first-three": lambda body: body[:3],
    "first-half": lambda body: body[: len(body) // 2 + 1],
    "last-cut": lambda body: body[:-1],
    "added": lambda body: (*body[:2], ADDED, *body[2:]),
    "turned": lambda body: (body[1], body[0], *body[2:]),
    "half-new": lambda body: (ADDED, *body[len(body) // 2 :]),
}
"""What outlets make of a wire story, in the roughest form: enough to see where a threshold moved.
"""


def _own_pairs() -> Group:
    group = Group("pairs", "relate")
    stories = _toml("copies/stories.toml")["story"]
    for number, row in enumerate(stories):
        for name, edit in EDITS.items():
            group.add(
                f"stories-{number}-{name}",
                (".txt", _filed(row)),
                (".txt", _filed(row, edit(row["body"]))),
            )
    for (one, row), (two, other) in combinations(enumerate(stories), 2):
        group.add(f"stories-{one}-{two}", (".txt", _filed(row)), (".txt", _filed(other)))
    for name in ("others", "reports"):
        for number, row in enumerate(_toml(f"copies/{name}.toml")["story"]):
            for turn, other in enumerate(row["other"]):
                body = [
                    row["body"][part - 1] if isinstance(part, int) else part
                    for part in other["body"]
                ]
                made = {**row, "headline": other["headline"], "outlet": other["outlet"]}
                group.add(
                    f"{name}-{number}-{turn}", (".txt", _filed(row)), (".txt", _filed(made, body))
                )
    _add_bulletins(group)
    _add_templates(group)
    return group


def _add_bulletins(group: Group) -> None:
    """Reports by several sites: pairs of one event, and pairs of two events in the words of one
    text.
    """
    for kind in _toml("copies/events.toml")["kind"]:
        told = {}
        for event, facts in enumerate(kind["facts"]):
            for site, text in enumerate(kind["texts"]):
                body = [paragraph.format(**facts) for paragraph in text["body"]]
                told[event, site] = _text(text["headline"].format(**facts), body)
        for (one, a), (two, b) in combinations(told.items(), 2):
            if one[0] == two[0] or one[1] == two[1]:
                name = f"{kind['name']}-{one[0]}{one[1]}-{two[0]}{two[1]}"
                group.add(name, (".txt", a), (".txt", b))


def _add_templates(group: Group) -> None:
    """One text filled in for several events, and what desks made of the first."""
    for kind in _toml("copies/templates.toml")["template"]:
        facts = [row.split("|") for row in kind["facts"]]
        told = [
            _text(kind["headline"].format(*row), [part.format(*row) for part in kind["body"]])
            for row in facts
        ]
        for (one, a), (two, b) in combinations(enumerate(told), 2):
            group.add(f"{kind['name']}-{one}-{two}", (".txt", a), (".txt", b))
        for number, other in enumerate(kind["other"]):
            changed = list(facts[0])
            for slot, fact in other.get("change", {}).items():
                changed[int(slot)] = fact
            body = [
                kind["body"][part - 1] if isinstance(part, int) else part for part in other["body"]
            ]
            made = _text(
                kind["headline"].format(*changed), [part.format(*changed) for part in body]
            )
            group.add(f"{kind['name']}-other-{number}", (".txt", told[0]), (".txt", made))


def _filed(row: Mapping[str, Any], body: Sequence[str] | None = None) -> bytes:
    """A story of the tests as its outlet prints it: with a dateline before the lead."""
    told = list(row["body"] if body is None else body)
    if row.get("place"):
        told[0] = f"{row['place']} ({row['outlet']}) - {told[0]}"
    return _text(row["headline"], told)


# --------------------------------------------------------------------------- labelled real data


def labelled(data: Path) -> Iterator[Group]:
    """The sets of a folder laid out as its README says: pages, extraction, wire, themes, copies and
    sets.
    """
    for name in ("pages/html", "extraction/pages", "wire/pages"):
        group = Group(name.partition("/")[0], "explain")
        for path in sorted((data / name).glob("*.html.gz")):
            group.add(
                path.name.removesuffix(".html.gz"), (".html", gzip.decompress(path.read_bytes()))
            )
        yield group
    group = Group("themes", "explain")
    for row in _json_lines(data / "themes" / "dev.jsonl"):
        group.add(row["id"], (".txt", _text(row.get("title", ""), row["text"].split("\n"))))
    yield group
    for name in ("events", "no-theme", "agency-leads"):
        group = Group(name, "explain")
        for number, row in enumerate(_json_lines(data / "sets" / f"{name}.jsonl.gz")):
            text = _text(row.get("headline", ""), row["text"].split("\n"))
            if int(digest(text), 16) % SHARES.get(name, 1) == 0:
                group.add(f"{number:05}", (".txt", text))
        yield group
    for name, path in (("copies", "copies/dev.jsonl"), ("set-pairs", "sets/pairs.jsonl.gz")):
        group = Group(name, "relate")
        for number, row in enumerate(_json_lines(data / path)):
            sides = []
            for side in (row["a"], row["b"]):
                headline = side.get("headline") or side.get("title", "")
                sides.append((".txt", _text(headline, side["text"].split("\n"))))
            group.add(f"{number:05}", *sides)
        yield group


def _text(headline: str, paragraphs: Sequence[str]) -> bytes:
    """A text file as ``explain`` reads it: the headline first, then paragraphs."""
    return "\n\n".join((headline or NO_HEADLINE, *(p for p in paragraphs if p.strip()))).encode()


def _json_lines(path: Path) -> Iterator[dict[str, Any]]:
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    for line in content.decode("utf-8").split("\n"):
        if line.strip():
            yield json.loads(line)


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((OWN / name).read_text("utf-8"))
