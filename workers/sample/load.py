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
from workers.sample.sample_story import HEAD_KINDS, TAIL_KINDS, Furniture, Outlet, SampleStory

SAMPLE = Path(next(iter(config.__path__))) / "sample"
"""Where the sample wire's files lie."""

_OWN_KEYS = {"from", "edits", "as", "dateline"}
_KEYS = ({f.name for f in fields(SampleStory)} | _OWN_KEYS) - {
    "crossheads",
    "relation",
    "dateline_style",
}
_MADE_KEYS = {*_OWN_KEYS, "body", "furniture", "themes", "summary"}
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

    Raises SampleFault, naming every unknown key, missing target and impossible value in the files.
    """
    outlets = {o["id"]: Outlet(**o) for o in _read_toml(folder / "outlets.toml")["outlet"]}
    known = Material(outlets, _read_toml(folder / "datelines.toml"), {})
    faults: list[str] = []
    for path in sorted((folder / "stories").glob("*.toml")):
        for item in _read_toml(path)["story"]:
            wrong = _find_faults(item, known)
            if not wrong:
                known.stories[item["id"]] = _make_story(item, known)
            where = f"{path.name}: {item.get('id', 'a story without id')}"
            faults += [f"{where}: {fault}" for fault in wrong]
    for story in known.stories.values():
        # only now, because a story may be of one that comes after it
        if story.of and story.of not in known.stories:
            faults.append(f"{story.id}: of names {story.of!r}, which is no story")
        last = len(story.body)
        for piece in story.furniture:
            if isinstance(piece.at, int) and piece.at > last:
                faults.append(f"{story.id}: {piece.kind} after {piece.at} of {last} paragraphs")
    if faults:
        raise SampleFault("the sample wire is at fault:\n" + "\n".join(faults))
    oldest_first = sorted(known.stories.values(), key=lambda s: (s.published, s.id))
    return Sample(outlets, tuple(oldest_first))


@cache
def sample() -> Sample:
    """The sample wire that ships with Wiredesk, read once."""
    return load()


def stories() -> tuple[SampleStory, ...]:
    """Every entry of the sample wire with its expected result, oldest first."""
    return sample().stories


def _read_toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Material:
    """What a story may name: outlets, styles of datelines, and the stories read before it."""

    outlets: Mapping[str, Outlet]
    styles: Mapping[str, str]
    stories: dict[str, SampleStory]


def _find_faults(item: Mapping[str, Any], known: Material) -> list[str]:
    """Whatever is wrong with one story as it is written."""
    wrong = [f"unknown key {key!r}" for key in sorted(item.keys() - _KEYS)]
    missing = [key for key in ("id", "outlet", "headline", "published") if key not in item]
    wrong += [f"{key} is missing" for key in missing]
    if not {"body", "from"} & item.keys() and item.get("as") not in _BODILESS:
        wrong.append("body is missing, and there is no story to take it from")
    if item.get("id") in known.stories:
        wrong.append("id is used twice")
    if item.get("outlet") not in known.outlets:
        wrong.append(f"outlet {item.get('outlet')!r} is not in outlets.toml")
    if "from" in item and item["from"] not in known.stories:
        wrong.append(f"from {item['from']!r} names no story before it")
    if item.get("as", "new") not in {*RelationKind, *OutcomeKind}:
        wrong.append(f"as {item['as']!r} is neither a relation nor an outcome")
    if item.get("dateline", {}).get("style", "free") not in known.styles:
        wrong.append(f"dateline style {item['dateline']['style']!r} is not in datelines.toml")
    edits = item.get("edits", {})
    wrong += [f"unknown edit {key!r}" for key in sorted(edits.keys() - _EDITS)]
    if base := known.stories.get(item.get("from", "")):
        wrong += _find_idle_edits(edits, base)
    for piece in item.get("furniture", ()):
        if piece.get("kind") not in HEAD_KINDS | TAIL_KINDS:
            wrong.append(f"unknown furniture {piece.get('kind')!r}")
    return wrong


def _find_idle_edits(edits: Mapping[str, Any], base: SampleStory) -> list[str]:
    """Edits that would change nothing: the copy would not be what its author thinks."""
    last, whole = len(base.body), "\n".join(base.body)
    idle = [f"edit drop {n} of {last} paragraphs" for n in edits.get("drop", ()) if n > last]
    for insert in edits.get("insert", ()):
        if insert["after"] > last:
            idle.append(f"edit insert after {insert['after']} of {last}")
    for old, _ in edits.get("replace", ()):
        if old not in whole:
            idle.append(f"edit replace {old!r} finds nothing")
    return idle


def _make_story(item: Mapping[str, Any], known: Material) -> SampleStory:
    """One story of a file, completed from the one it is made ``from``."""
    base = known.stories.get(item.get("from", ""))
    plain = {name: value for name, value in item.items() if name not in _MADE_KEYS}
    body, heads = _make_body(item, base)
    story = SampleStory(
        body=body,
        crossheads=heads,
        summary=" ".join(item.get("summary", "").split()),
        themes=tuple(item["themes"]) if "themes" in item else base.themes if base else (),
        **plain,
    )
    story = replace(
        story,
        of=story.of or (base.id if base else ""),
        dateline=_make_dateline(item, story, known.styles),
        dateline_style=item.get("dateline", {}).get("style", ""),
    )
    # furniture repeats what the story says, so it comes last
    furniture = tuple(_make_furniture(piece, story) for piece in item.get("furniture", ()))
    end = item.get("as", "new")
    if end not in set(RelationKind):
        return replace(story, furniture=furniture, outcome=OutcomeKind(end))
    relation = RelationKind(end)
    outcome = _OUTCOMES.get(relation, OutcomeKind.COPY)
    return replace(story, furniture=furniture, relation=relation, outcome=outcome)


_OUTCOMES = {
    RelationKind.NEW: OutcomeKind.NEW,
    RelationKind.REFETCH: OutcomeKind.UNCHANGED,
    RelationKind.VERSION: OutcomeKind.VERSION,
    RelationKind.CORRECTION: OutcomeKind.CORRECTION,
    RelationKind.WITHDRAWAL: OutcomeKind.WITHDRAWAL,
}


def _make_body(
    item: Mapping[str, Any], base: SampleStory | None
) -> tuple[tuple[str, ...], tuple[CrossHead, ...]]:
    """The body and its cross-heads: written out, or another story's with edits."""
    if "body" in item:
        return _split_paragraphs(item["body"])
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
            marked.append(
                (heads.get(number, ""), _edit_paragraph(paragraph, edits.get("replace", ())))
            )
        if number + 1 in added:
            marked.append(("", added[number + 1]))
    if 0 in added:
        marked.insert(0, ("", added[0]))
    crossheads = tuple(CrossHead(head, i) for i, (head, _) in enumerate(marked) if head)
    return tuple(text for _, text in marked), crossheads


def _edit_paragraph(text: str, pairs: Sequence[Sequence[str]]) -> str:
    for old, new in pairs:
        text = text.replace(old, new)
    return text


def _split_paragraphs(text: str) -> tuple[tuple[str, ...], tuple[CrossHead, ...]]:
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


def _make_dateline(
    item: Mapping[str, Any], story: SampleStory, styles: Mapping[str, str]
) -> Dateline | None:
    parts = item.get("dateline")
    if parts is None:
        return None
    place, date = parts.get("place", ""), parts.get("date", "")
    text = parts.get("text") or styles[parts["style"]].format(
        place=place, date=date, agency=story.agency
    )
    return Dateline(place, date, text)


def _make_furniture(piece: Mapping[str, Any], story: SampleStory) -> Furniture:
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
