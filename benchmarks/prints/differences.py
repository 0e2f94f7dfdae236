"""Two prints compared, and one item's answers of two commands side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks.prints.asking import Command, answers
from benchmarks.prints.inputs import gathered
from benchmarks.prints.printing import Print, without_clock


@dataclass(frozen=True, slots=True)
class Difference:
    """One part of one item that changed; '' where there was, or is, none."""

    id: str
    part: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.id}  {self.part}: {self.before or '-'} -> {self.after or '-'}"


def between(before: Sequence[Print], after: Sequence[Print]) -> list[Difference]:
    """Every part that differs; an item that was asked otherwise is named once, as ``asked``."""
    old, new = ({one.id: one for one in prints} for prints in (before, after))
    found = []
    for identity in sorted(old.keys() | new.keys()):
        if identity not in old or identity not in new:
            found.append(
                Difference(
                    identity,
                    "item",
                    "" if identity not in old else "there",
                    "there" if identity in new else "",
                )
            )
            continue
        one, two = old[identity], new[identity]
        if one.asked != two.asked:
            found.append(Difference(identity, "asked", one.asked, two.asked))
            continue
        for part in sorted(one.parts.keys() | two.parts.keys()):
            was, is_now = one.parts.get(part, ""), two.parts.get(part, "")
            if was != is_now:
                found.append(Difference(identity, part, was, is_now))
    return found


def summary(found: Sequence[Difference]) -> str:
    """How many items differ, and how often each part does."""
    counts = Counter(difference.part for difference in found)
    parts = ", ".join(f"{part} {number}" for part, number in counts.most_common())
    return f"{len({difference.id for difference in found})} items differ: {parts}"


def side_by_side(identity: str, old: Command, new: Command, data: Path | None) -> list[str]:
    """The JSON parts of one item in which two commands differ, each as path, old value and new
    value.

    Raises LookupError where there is no such item.
    """
    before, after = (
        dict(_leaves(without_clock(_answer(identity, command, data)))) for command in (old, new)
    )
    lines = []
    for path in dict.fromkeys((*before, *after)):
        was, is_now = before.get(path, "(none)"), after.get(path, "(none)")
        if was != is_now:
            lines += [path, f"  - {was}", f"  + {is_now}"]
    return lines


def _answer(identity: str, command: Command, data: Path | None) -> dict[str, Any]:
    for group in gathered(data):
        if not group.items and identity.startswith(f"{group.name}/"):
            for item, answer in answers(command, group):
                if item.id == identity:
                    return answer
        numbers = [number for number, item in enumerate(group.items) if item.id == identity]
        if numbers:
            # a story is related to those before it, so they are asked about too; pairs stand alone
            first = numbers[0] if group.kind == "relate" else 0
            asked = replace(group, items=group.items[first : numbers[0] + 1])
            return list(answers(command, asked))[-1][1]
    raise LookupError(f"there is no item {identity!r}; the ids are those of the print")


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every value that is neither list nor object, by its path."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _leaves(inner, f"{path}[{number}]")
    else:
        yield path, value
