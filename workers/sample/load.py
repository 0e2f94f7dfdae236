"""The sample wire's TOML files, read into stories and outlets; every fault is named at once."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cache
from pathlib import Path
from typing import Any

import config
from pipeline.story import CrossHead, Dateline, OutcomeKind, RelationKind
from workers.sample.sample_story import FURNITURE, HEAD_KINDS, Furniture, Outlet, SampleStory

SAMPLE = Path(next(iter(config.__path__))) / "sample"
"""Where the sample wire's files lie."""

_OWN_KEYS = {"from", "edits", "as", "dateline"}
_KEYS = ({f.name for f in fields(SampleStory)} | _OWN_KEYS) - {
    "crossheads",
    "relation",
    "dateline_style",
}
_BODILESS = {OutcomeKind.BROKEN_ENTRY, OutcomeKind.NO_PAGE}
_EDITS = {"drop", "keep", "replace", "insert"}


class SampleFault(ValueError):
    """The sample wire's files contradict themselves; the message names every fault."""


@dataclass(frozen=True, slots=True)
class Sample:
    """The whole sample wire: its outlets by id and its stories, oldest first."""

    outlets: Mapping[str, Outlet]
    stories: tuple[SampleStory, ...]


def load(folder: Path = SAMPLE) -> Sample:
    """Read ``outlets.toml``, ``datelines.toml`` and ``stories/*.toml`` below ``folder``.

    Raises:
        SampleFault: naming every unknown key, missing target and impossible value in the files.
    """
    faults: list[str] = []
    outlets = {o["id"]: Outlet(**o) for o in _toml(folder / "outlets.toml")["outlet"]}
    styles: dict[str, str] = _toml(folder / "datelines.toml")
    told: dict[str, SampleStory] = {}
    for path in sorted((folder / "stories").glob("*.toml")):
        for item in _toml(path)["story"]:
            where = f"{path.name}: {item.get('id', 'a story without id')}"
            found = _faults(item, told, outlets, styles)
            if found:
                faults += [f"{where}: {fault}" for fault in found]
            else:
                told[item["id"]] = _story(item, told, styles)
    faults += [
        f"{s.id}: of names {s.of!r}, which is no story"
        for s in told.values()
        if s.of and s.of not in told
    ]
    faults += [fault for s in told.values() for fault in _adrift(s)]
    if faults:
        raise SampleFault("the sample wire is at fault:\n" + "\n".join(faults))
    return Sample(outlets, tuple(sorted(told.values(), key=lambda s: (s.published, s.id))))


@cache
def sample() -> Sample:
    """The sample wire that ships with Wiredesk, read once."""
    return load()


def stories() -> tuple[SampleStory, ...]:
    """Every entry of the sample wire with its expected result, oldest first."""
    return sample().stories


def _toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _faults(
    item: Mapping[str, Any],
    told: Mapping[str, SampleStory],
    outlets: Mapping[str, Outlet],
    styles: Mapping[str, str],
) -> list[str]:
    found = [f"unknown key {key!r}" for key in sorted(item.keys() - _KEYS)]
    found += [
        f"{key} is missing" for key in ("id", "outlet", "headline", "published") if key not in item
    ]
    if not {"body", "from"} & item.keys() and item.get("as") not in _BODILESS:
        found.append("body is missing, and there is no story to take it from")
    if item.get("id") in told:
        found.append("id is used twice")
    if item.get("outlet") not in outlets:
        found.append(f"outlet {item.get('outlet')!r} is not in outlets.toml")
    if "from" in item and item["from"] not in told:
        found.append(f"from {item['from']!r} names no story before it")
    if item.get("as", "new") not in {*RelationKind, *OutcomeKind}:
        found.append(f"as {item['as']!r} is neither a relation nor an outcome")
    if item.get("dateline", {}).get("style", "free") not in styles:
        found.append(f"dateline style {item['dateline']['style']!r} is not in datelines.toml")
    found += [f"unknown edit {key!r}" for key in sorted(item.get("edits", {}).keys() - _EDITS)]
    found += _idle_edits(item.get("edits", {}), told.get(item.get("from", "")))
    for piece in item.get("furniture", ()):
        if piece.get("kind") not in FURNITURE:
            found.append(f"unknown furniture {piece.get('kind')!r}")
    return found


def _idle_edits(edits: Mapping[str, Any], base: SampleStory | None) -> list[str]:
    """Edits that would change nothing: the copy would not be what its author thinks."""
    if base is None:
        return []
    last = len(base.body)
    found = [f"edit drop {n} of {last} paragraphs" for n in edits.get("drop", ()) if n > last]
    found += [
        f"edit insert after {e['after']} of {last}"
        for e in edits.get("insert", ())
        if e["after"] > last
    ]
    whole = "\n".join(base.body)
    return found + [
        f"edit replace {old!r} finds nothing"
        for old, _ in edits.get("replace", ())
        if old not in whole
    ]


def _story(
    item: Mapping[str, Any], told: Mapping[str, SampleStory], styles: Mapping[str, str]
) -> SampleStory:
    base = told.get(item.get("from", ""))
    plain = {
        k: v
        for k, v in item.items()
        if k not in {*_OWN_KEYS, "body", "furniture", "themes", "summary"}
    }
    body, heads = _copy(item, base)
    story = SampleStory(
        body=body,
        crossheads=heads,
        summary=" ".join(item.get("summary", "").split()),
        themes=tuple(item["themes"]) if "themes" in item else base.themes if base else (),
        **plain,
    )
    story = replace(
        story, of=story.of or (base.id if base else ""), dateline=_dateline(item, story, styles)
    )
    story = replace(story, dateline_style=item.get("dateline", {}).get("style", ""))
    story = replace(story, furniture=tuple(_furniture(f, story) for f in item.get("furniture", ())))
    return _ended(story, item.get("as", "new"))


def _adrift(story: SampleStory) -> list[str]:
    """Furniture after a paragraph that the story does not have would never be on its page."""
    last = len(story.body)
    return [
        f"{story.id}: {f.kind} after {f.at} of {last} paragraphs"
        for f in story.furniture
        if isinstance(f.at, int) and f.at > last
    ]


def _ended(story: SampleStory, end: str) -> SampleStory:
    """``as`` names a relation where the entry becomes a story, and an outcome where it does not."""
    if end not in set(RelationKind):
        return replace(story, outcome=OutcomeKind(end))
    relation = RelationKind(end)
    outcome = _OUTCOMES.get(relation, OutcomeKind.COPY)
    return replace(story, relation=relation, outcome=outcome)


_OUTCOMES = {
    RelationKind.NEW: OutcomeKind.NEW,
    RelationKind.REFETCH: OutcomeKind.UNCHANGED,
    RelationKind.VERSION: OutcomeKind.VERSION,
    RelationKind.CORRECTION: OutcomeKind.CORRECTION,
    RelationKind.WITHDRAWAL: OutcomeKind.WITHDRAWAL,
}


def _copy(
    item: Mapping[str, Any], base: SampleStory | None
) -> tuple[tuple[str, ...], tuple[CrossHead, ...]]:
    """The body and its cross-heads: written out, or another story's with edits."""
    if "body" in item:
        return _paragraphs(item["body"])
    if base is None:
        return (), ()
    marked: list[tuple[str, str]] = []
    heads = {c.before: c.text for c in base.crossheads}
    edits = item.get("edits", {})
    added = {int(e["after"]): e["text"] for e in edits.get("insert", ())}
    for number, paragraph in enumerate(base.body):
        if number + 1 > edits.get("keep", len(base.body)):
            break
        if number + 1 not in edits.get("drop", ()):
            marked.append((heads.get(number, ""), _replaced(paragraph, edits.get("replace", ()))))
        if number + 1 in added:
            marked.append(("", added[number + 1]))
    if 0 in added:
        marked.insert(0, ("", added[0]))
    crossheads = tuple(CrossHead(head, i) for i, (head, _) in enumerate(marked) if head)
    return tuple(text for _, text in marked), crossheads


def _replaced(text: str, pairs: Sequence[Sequence[str]]) -> str:
    for old, new in pairs:
        text = text.replace(old, new)
    return text


def _paragraphs(text: str) -> tuple[tuple[str, ...], tuple[CrossHead, ...]]:
    """Paragraphs stand apart by a blank line; ``## `` opens a cross-head; line ends are spaces."""
    body: list[str] = []
    heads: list[CrossHead] = []
    for chunk in text.strip().split("\n\n"):
        line = " ".join(chunk.split())
        if line.startswith("## "):
            heads.append(CrossHead(line[3:], len(body)))
        else:
            body.append(line)
    return tuple(body), tuple(heads)


def _dateline(
    item: Mapping[str, Any], story: SampleStory, styles: Mapping[str, str]
) -> Dateline | None:
    said = item.get("dateline")
    if said is None:
        return None
    place, date = said.get("place", ""), said.get("date", "")
    text = said.get("text") or styles[said["style"]].format(
        place=place, date=date, agency=story.agency
    )
    return Dateline(place, date, text)


def _furniture(piece: Mapping[str, Any], story: SampleStory) -> Furniture:
    kind = piece["kind"]
    text = piece.get("text") or {
        "headline": story.headline,
        "standfirst": story.standfirst,
        "byline": f"By {story.byline}",
        "agency": story.agency,
        "slug": story.slug,
        "advisory": story.advisory,
        "correction": story.correction_note,
    }.get(kind, "")
    at = piece.get("after", piece.get("at", "head" if kind in HEAD_KINDS else "tail"))
    return Furniture(kind, text, at, tuple(piece.get("items", ())), piece.get("glued", False))
