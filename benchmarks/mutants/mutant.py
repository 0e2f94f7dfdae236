"""What a mutant is, and how the files of mutants are read and checked."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

BASELINE: Final = "baseline.toml"
_WORDS: Final = ("id", "file", "old", "new", "why")
_KEYS: Final = frozenset({*_WORDS, "tests", "quick"})


class BadMutants(ValueError):
    """Files of mutants that can't be run; ``faults`` names every fault."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Mutant:
    """One edit: the text ``old`` of ``file`` becomes ``new``, and one of ``tests`` must fail for
    it.
    """

    room: str
    id: str
    file: str
    old: str
    new: str
    why: str
    tests: tuple[str, ...]
    quick: bool = False

    @property
    def name(self) -> str:
        """Room and id, which stands for the mutant in reports and in the baseline."""
        return f"{self.room}/{self.id}"

    def fault(self, tree: Path) -> str:
        """Why the mutant does not fit the code of ``tree``; '' where it does."""
        path = tree / self.file
        if not path.is_file():
            return f"{self.name}: there is no file {self.file}"
        times = path.read_text("utf-8").count(self.old)
        if times != 1:
            return f"{self.name}: `old` stands {times} times in {self.file}, not once"
        missing = [test for test in self.tests if not (tree / test.partition("::")[0]).exists()]
        return f"{self.name}: there is no {', '.join(missing)}" if missing else ""


def load(folder: Path) -> list[Mutant]:
    """Every mutant of a folder, room by room. Raises BadMutants."""
    faults: list[str] = []
    found: list[Mutant] = []
    for path in sorted(folder.glob("*.toml")):
        if path.name == BASELINE:
            continue
        try:
            rows = tomllib.loads(path.read_text("utf-8")).get("mutant", [])
        except tomllib.TOMLDecodeError as error:
            faults.append(f"{path.name}: {error}")
            continue
        for number, row in enumerate(rows, 1):
            fault = _fault_of_row(row)
            if fault:
                faults.append(f"{path.name}, mutant {number} ({row.get('id', 'no id')}): {fault}")
                continue
            words = {word: row[word] for word in _WORDS}
            found.append(
                Mutant(path.stem, tests=tuple(row["tests"]), quick=row.get("quick", False), **words)
            )
    names = [mutant.name for mutant in found]
    faults += [
        f"{name}: the id stands twice" for name in sorted({n for n in names if names.count(n) > 1})
    ]
    if faults:
        raise BadMutants(faults)
    return found


def _fault_of_row(row: Mapping[str, Any]) -> str:
    strange = sorted(row.keys() - _KEYS)
    if strange:
        return f"there is no key {', '.join(strange)}"
    for word in _WORDS:
        if not isinstance(row.get(word), str) or not (row[word].strip() or word == "new"):
            return f"{word} is missing"
    if row["old"] == row["new"]:
        return "old and new are the same"
    tests = row.get("tests")
    if not isinstance(tests, list) or not tests or not all(isinstance(test, str) for test in tests):
        return "tests is no list of paths"
    return ""


def load_baseline(folder: Path, known: Iterable[Mutant]) -> dict[str, str]:
    """The survivors that are accepted, each with its reason. Raises BadMutants."""
    path = folder / BASELINE
    accepted = tomllib.loads(path.read_text("utf-8")).get("survivors", {}) if path.exists() else {}
    names = {mutant.name for mutant in known}
    faults = [f"{BASELINE}: there is no mutant {name}" for name in accepted if name not in names]
    faults += [
        f"{BASELINE}: {name} has no reason"
        for name, reason in accepted.items()
        if not str(reason).strip()
    ]
    if faults:
        raise BadMutants(faults)
    return dict(accepted)


def sampled(mutants: Sequence[Mutant], number: int, tree: Path) -> list[Mutant]:
    """A fixed choice of ``number`` mutants: from each room in turn the one with the cheapest tests
    that is left.

    Cheap are those that are marked ``quick``, then those whose test files are short.
    """

    def cost(mutant: Mutant) -> tuple[bool, int, str]:
        files = {test.partition("::")[0] for test in mutant.tests}
        return not mutant.quick, sum((tree / file).stat().st_size for file in files), mutant.id

    rooms: dict[str, list[Mutant]] = {}
    for mutant in sorted(mutants, key=cost, reverse=True):
        rooms.setdefault(mutant.room, []).append(mutant)
    chosen: list[Mutant] = []
    while len(chosen) < min(number, len(mutants)):
        for room in sorted(rooms):
            if rooms[room] and len(chosen) < number:
                chosen.append(rooms[room].pop())
    return chosen
