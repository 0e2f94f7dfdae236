"""The print of an answer: for each part of it a short digest, never its text.

Words of our own vocabulary (outcome, relation, themes with their scores) stand in clear, so that a
difference can be read without asking again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from benchmarks.prints.asking import Command, answers
from benchmarks.prints.inputs import Group, Item, digest

FORMAT: Final = 1

SOON: Final = timedelta(hours=36)
"""A time this near to now was read off the clock ("two hours ago", the time of filing), so another
run has another.
"""

NOW: Final = "<now>"
_BODY: Final = ("body", "text", "crossheads", "captions")
_SCORES: Final = ("containment", "jaccard")
_PLACE: Final = ("cluster", "representative", "outlets", "superseded")
_NAMES: Final = frozenset({"file", "a", "b", "id", "time", "subject", "source", "specversion"})
"""What only repeats the question, or says when it was asked."""


@dataclass(frozen=True, slots=True)
class Print:
    """One item: its id, the digest of what was asked, and its parts by name."""

    id: str
    asked: str
    parts: Mapping[str, str]


def taken(command: Command, group: Group) -> Iterator[Print]:
    """The prints of a group. Raises CommandFailed."""
    for item, answer in answers(command, group):
        yield Print(item.id, _asked(group, item), parts(answer))


def _asked(group: Group, item: Item) -> str:
    return digest(b"\0".join(group.files[name] for name in item.sources)) if item.sources else ""


def parts(answer: Mapping[str, Any]) -> dict[str, str]:
    """An answer of ``explain``, ``relate`` or ``once`` (a record) as its parts; empty ones are left
    out.
    """
    plain = {name: value for name, value in without_clock(answer).items() if name not in _NAMES}
    outcome = plain.pop("outcome", "")
    if (
        "data" in plain
    ):  # a record: its type is what it tells; that of its document is always "text"
        outcome, plain = plain["type"], plain["data"]
    found = {"outcome": str(outcome)}
    found["headline"] = _digested(plain.pop("headline", ""))
    found["body"] = _digested([plain.pop(name, "") or "" for name in _BODY])
    found["removed"] = _digested(plain.pop("removed", ""))
    if isinstance(relation := plain.pop("relation", None), str):
        relation = {"kind": relation} | {name: plain.pop(name, "") for name in ("why", *_SCORES)}
    relation = relation or {}
    found["relation.kind"] = str(relation.get("kind", ""))
    found["relation.of"] = _digested(relation.get("of", ""))
    found["relation.why"] = _digested(relation.get("why", ""))
    found["relation.scores"] = " ".join(str(relation[name]) for name in _SCORES if name in relation)
    if not plain.get("published"):
        # a story without a date counts from when it came: which of two alike stands for both
        # then hangs on the second
        relation = {name: value for name, value in relation.items() if name != "representative"}
    found["relation.place"] = _digested([relation[name] for name in _PLACE if name in relation])
    themes = plain.pop("themes", None) or []
    found["themes"] = " ".join(f"{theme['id']}={theme['score']}" for theme in themes)
    found["definitions"] = _digested([theme.pop("definition", "") for theme in themes])
    found["evidence"] = _digested(themes)
    for name, value in plain.items():
        found[name if name in {"error", "reason"} else f"field.{name}"] = _digested(value)
    return {name: value for name, value in found.items() if value}


def _digested(value: Any) -> str:
    """The digest of any JSON value, '' of an empty one."""
    if value in ("", None, [], {}, False) or (isinstance(value, list) and not any(value)):
        return ""
    return digest(json.dumps(value, ensure_ascii=False, sort_keys=True).encode("utf-8", "replace"))


def without_clock(value: Any) -> Any:
    """A JSON value with every time that lies near to now replaced."""
    if isinstance(value, dict):
        return {name: without_clock(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [without_clock(inner) for inner in value]
    return NOW if isinstance(value, str) and _is_now(value) else value


def _is_now(text: str) -> bool:
    if not (19 <= len(text) <= 40 and text[4] == "-" and "T" in text):
        return False
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return False
    return abs(moment.replace(tzinfo=moment.tzinfo or UTC) - datetime.now(UTC)) < SOON


def write(path: Path, prints: list[Print]) -> None:
    """A file of JSON lines in the order of the ids, the format first."""
    lines = [{"format": FORMAT, "items": len(prints)}]
    lines += [
        {"id": one.id, "asked": one.asked, "parts": one.parts}
        for one in sorted(prints, key=lambda p: p.id)
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), "utf-8")


def read(path: Path) -> list[Print]:
    """The prints of a file. Raises ValueError where it is none of this format."""
    head, *lines = (json.loads(line) for line in path.read_text("utf-8").split("\n") if line)
    if head.get("format") != FORMAT:
        raise ValueError(f"{path} is no print of format {FORMAT}: write it again")
    return [Print(line["id"], line["asked"], line["parts"]) for line in lines]
