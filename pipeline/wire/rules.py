"""Rules as data: TOML files -> compiled ``Rules``; every fault of every file is named at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as holds
from pathlib import Path
from typing import Any

from pipeline.text import fold

ZONES = ("headline", "head", "lead", "line", "inline", "end", "tail")
"""Where a rule may act.

headline: at either end of the headline, again and again. head: a whole line among the first ``HEAD``. lead: the
beginning of one of the first ``LEADS``. line: a whole line anywhere. inline: inside any line. end: the end of one of
the last ``TAIL`` lines. tail: a whole line among the last ``TAIL``.
"""

ACTIONS = ("cut", "stop", "flag", "refuse")
"""cut: take it off. stop: take off the line and all that follows. flag: take nothing off, only set fields.
refuse: the item is not a story."""

FIELDS = ("byline", "agency", "place", "date", "slug", "version_label", "form", "urgency", "genre", "advisory",
          "correction_note", "embargo", "credits", "captions", "crosshead", "standfirst", "truncated", "syndicated",
          "paywalled", "source", "site")  # fmt: skip
"""Where a rule's named groups, its ``field`` and its ``set`` may go."""

_KEYS = frozenset(("id", "zone", "pattern", "action", "kind", "field", "set", "source", "cuts", "keeps", "gives",
                   "max_words", "verify", "any", "why"))  # fmt: skip
_VERIFIERS = ("", "place", "place_first", "place_listed", "short_item", "author", "inside", "above")
_TERM = re.compile(r"\{\{(\w+)\}\}")
OPEN, CLOSE = "⟦", "⟧"
"""What stands around the part of an example that the rule takes off; without them it takes the whole line."""


class RulesError(ValueError):
    """The rule files hold faults; ``faults`` names each with its file and rule."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Rule:
    """One pattern of wire furniture: where it acts, what it takes off and where that goes, with its own examples.

    ``any`` saves time: a rule that has it is tried only on lines that hold one of these words in lower case.
    """

    id: str
    zone: str
    pattern: re.Pattern[str]
    kind: str
    action: str = "cut"
    field: str = ""
    set: Mapping[str, Any] = holds(default_factory=dict)
    source: str = ""
    cuts: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ()
    gives: Mapping[str, str] = holds(default_factory=dict)
    any: tuple[str, ...] = ()
    max_words: int = 60
    verify: str = ""
    file: str = ""

    def may(self, lowered: str) -> bool:
        """Whether the line, given in lower case, can fit at all."""
        return not self.any or any(word in lowered for word in self.any)


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules by zone, the places a dateline may name, words in capitals that are no place, and look-alikes."""

    zones: Mapping[str, tuple[Rule, ...]]
    places: frozenset[str] = frozenset()
    not_places: frozenset[str] = frozenset()
    house: frozenset[str] = frozenset()
    agencies: Mapping[str, str] = holds(default_factory=dict)
    lookalikes: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[Rule]:
        for zone in ZONES:
            yield from self.zones[zone]


def load(path: Path) -> Rules:
    """Read one TOML file, or every one in a folder, in the order of their names.

    Raises RulesError naming every fault with its file and rule: nothing is half loaded.
    """
    faults: list[str] = []
    files = sorted(path.glob("*.toml")) if path.is_dir() else [path]
    if not files:
        faults.append(f"{path}: no rule files")
    data: list[tuple[str, dict[str, Any]]] = []
    for file in files:
        try:
            data.append((file.name, tomllib.loads(file.read_text("utf-8"))))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
            faults.append(f"{file.name}: {fault}")
    terms = _terms(data, faults)
    seen: set[str] = set()
    zones: dict[str, list[Rule]] = {zone: [] for zone in ZONES}
    for name, content in data:
        for number, raw in enumerate(_tables(content, "rule", name, faults)):
            rule = _rule(name, number, raw, terms, seen, faults)
            if rule:
                zones[rule.zone].append(rule)
    lists = _lists(data, faults)
    if faults:
        raise RulesError(faults)
    return Rules(
        zones={z: tuple(r) for z, r in zones.items()},
        places=frozenset(fold(p) for p in lists["places"]),
        not_places=frozenset(fold(p) for p in lists["not_places"]),
        house=frozenset(fold(p) for p in lists["house"]),
        agencies=_agencies(data, faults),
        lookalikes=tuple(lists["lookalikes"]),
    )


def _tables(
    content: dict[str, Any], key: str, name: str, faults: list[str]
) -> list[dict[str, Any]]:
    found = content.get(key, [])
    if isinstance(found, list) and all(isinstance(x, dict) for x in found):
        return found
    faults.append(f"{name}: [[{key}]] must be a list of tables")
    return []


_TOP = frozenset(("rule", "terms", "lists", "agencies"))


def _terms(data: list[tuple[str, dict[str, Any]]], faults: list[str]) -> dict[str, str]:
    """Named pieces of patterns; a term may use terms defined before it."""
    terms: dict[str, str] = {}
    for name, content in data:
        faults.extend(f"{name}: unknown key {key!r}" for key in content if key not in _TOP)
        for term, pattern in content.get("terms", {}).items():
            if not isinstance(pattern, str):
                faults.append(f"{name}: term {term!r} must be a string")
                continue
            terms[term] = _expand(pattern, terms, f"{name}: term {term!r}", faults)
    return terms


def _expand(pattern: str, terms: Mapping[str, str], where: str, faults: list[str]) -> str:
    def term(match: re.Match[str]) -> str:
        if match.group(1) not in terms:
            faults.append(f"{where}: unknown term {match.group(1)!r}")
        return "(?:" + terms.get(match.group(1), "") + ")"

    return _TERM.sub(term, pattern)


def _rule(
    name: str,
    number: int,
    raw: dict[str, Any],
    terms: Mapping[str, str],
    seen: set[str],
    faults: list[str],
) -> Rule | None:
    """One rule, or None with its faults added."""
    ident = raw.get("id")
    where = f"{name}: rule {ident or f'number {number + 1}'!r}"
    found = [f"{where}: unknown key {key!r}" for key in raw if key not in _KEYS]
    if not isinstance(ident, str) or not ident:
        found.append(f"{where}: has no id")
    elif ident in seen:
        found.append(f"{where}: this id stands twice")
    seen.add(str(ident))
    if raw.get("zone") not in ZONES:
        found.append(f"{where}: zone must be one of {', '.join(ZONES)}, not {raw.get('zone')!r}")
    if raw.get("action", "cut") not in ACTIONS:
        found.append(f"{where}: action must be one of {', '.join(ACTIONS)}, not {raw['action']!r}")
    if raw.get("verify", "") not in _VERIFIERS:
        found.append(f"{where}: verify must be one of {', '.join(_VERIFIERS[1:])}")
    for key in ("cuts", "keeps", "any"):
        if not (
            isinstance(raw.get(key, []), list) and all(isinstance(x, str) for x in raw.get(key, []))
        ):
            found += [f"{where}: {key} must be a list of strings"]
    if not raw.get("cuts"):
        found.append(f"{where}: has no example of what it cuts")
    if not isinstance(raw.get("max_words", 60), int):
        found.append(f"{where}: max_words must be a whole number")
    pattern = _pattern(raw, terms, where, found)
    names = {raw.get("field", ""), *raw.get("set", {})} - {""}
    names |= {re.sub(r"\d+$", "", g) for g in (pattern.groupindex if pattern else ())} - {"keep"}
    found += [f"{where}: unknown field {n!r}" for n in sorted(names) if n not in FIELDS]
    faults.extend(found)
    if found or pattern is None:
        return None
    return Rule(
        id=str(ident),
        zone=raw["zone"],
        pattern=pattern,
        kind=raw.get("kind", "other"),
        action=raw.get("action", "cut"),
        field=raw.get("field", ""),
        set=raw.get("set", {}),
        source=raw.get("source", ""),
        cuts=tuple(raw.get("cuts", ())),
        keeps=tuple(raw.get("keeps", ())),
        gives=raw.get("gives", {}),
        any=tuple(raw.get("any", ())),
        max_words=raw.get("max_words", 60),
        verify=raw.get("verify", ""),
        file=name,
    )


def _pattern(
    raw: dict[str, Any], terms: Mapping[str, str], where: str, found: list[str]
) -> re.Pattern[str] | None:
    source = raw.get("pattern")
    if not isinstance(source, str) or not source:
        found.append(f"{where}: has no pattern")
        return None
    text = _expand(source, terms, where, found)
    if raw.get("zone") == "end":
        text = f"(?:{text})\\s*$" if not text.startswith("(?i)") else f"(?i)(?:{text[4:]})\\s*$"
    try:
        return re.compile(text)
    except re.error as fault:
        found.append(f"{where}: pattern: {fault}")
        return None


def _lists(data: list[tuple[str, dict[str, Any]]], faults: list[str]) -> dict[str, list[str]]:
    lists: dict[str, list[str]] = {"places": [], "not_places": [], "house": [], "lookalikes": []}
    for name, content in data:
        for key, values in content.get("lists", {}).items():
            if key not in lists:
                faults.append(f"{name}: unknown list {key!r}")
            elif not (isinstance(values, list) and all(isinstance(v, str) for v in values)):
                faults.append(f"{name}: list {key!r} must hold strings")
            else:
                lists[key].extend(values)
    return lists


def _agencies(data: list[tuple[str, dict[str, Any]]], faults: list[str]) -> dict[str, str]:
    """How agencies are written -> the one name we give them; keys folded."""
    names: dict[str, str] = {}
    for file, content in data:
        for name, forms in content.get("agencies", {}).items():
            if not (isinstance(forms, list) and all(isinstance(f, str) for f in forms)):
                faults.append(f"{file}: agency {name!r} must list its forms")
                continue
            for form in (name, *forms):
                names[fold(form)] = name
    return names
