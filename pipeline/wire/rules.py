"""Rules as data: TOML files -> compiled ``Rules``; every fault of every file is named at once.

A file may hold ``[terms]`` (parts of patterns), ``[[rule]]``, ``[lists]`` (words), ``[agencies]``
(one name and its other forms) and ``[small_words]`` (by language); the head of
``config/wire/00-terms.toml`` explains a rule.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as holds
from pathlib import Path
from typing import Any

from pipeline.text import fold
from pipeline.wire.copy import MERGES

# Where a rule may act. headline: at either end of the headline, again and again. head: a whole line
# among the first ones. lead: the beginning of one of the first paragraphs. line: a whole line
# anywhere. inline: inside any line. end: the end of one of the last lines. tail: a whole line among
# the last ones. ``applying.py`` says how many lines these are.
ZONES = ("headline", "head", "lead", "line", "inline", "end", "tail")

# cut: take it off. stop: take off the line and all that follows. flag: take nothing off, only set
# fields. refuse: the item is not a story.
ACTIONS = ("cut", "stop", "flag", "refuse")

# What a rule may ask that its pattern cannot say; ``applying.is_verified`` explains each.
VERIFIERS = ("place", "place_first", "place_listed", "short_item", "author", "inside", "above",
             "alone", "last")  # fmt: skip

# What a rule may ask of the line's links: that there is any, or that all lead to accounts and
# offers, one at least to an offer, or one to an author's page.
LINKS = ("any", "account", "offer", "author")

# Where a rule's named groups, its ``field`` and its ``set`` may go; code alone fills the others.
FIELDS = MERGES.keys() - {"author", "named", "agency_basis", "dateline_text", "refused"}

# Words of the longest line that a rule is tried on unless it says another: furniture is short.
MAX_WORDS = 60

_TABLES = frozenset(("rule", "terms", "lists", "agencies", "small_words"))
_LISTS = ("places", "not_places", "house", "nameless", "outlets", "sections", "staff", "lookalikes",
          "around", "outlet_words", "domains", "byline_labels", "roles", "reader_words",
          "house_words", "markets")  # fmt: skip
_KEYS = frozenset(("id", "zone", "pattern", "parts", "action", "kind", "field", "set", "source",
                   "cuts", "keeps", "gives", "max_words", "verify", "any", "link"))  # fmt: skip
# what a pattern says with capitals, though it asks for none
_ESCAPED = re.compile(r"\\.|\(\?P<\w+>")
_TERM = re.compile(r"\{\{(\w+)\}\}")
# What stands around the part of an example that the rule takes off; without them it takes all.
OPEN, CLOSE = "⟦", "⟧"


class RulesError(ValueError):
    """The rule files hold faults; ``faults`` names each with its file and rule."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Rule:
    """One pattern of wire furniture: where it acts, what it takes off, where that goes, examples.

    ``any`` saves time: a rule that has it is tried only on lines that hold one of these words in
    lower case. ``max_words``: of the longest line it is tried on. ``link``: what it asks of links.
    """

    id: str
    zone: str
    pattern: re.Pattern[str]
    kind: str = "other"
    action: str = "cut"
    field: str = ""
    set: Mapping[str, str | bool] = holds(default_factory=dict)
    source: str = ""
    cuts: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ()
    gives: Mapping[str, str] = holds(default_factory=dict)
    any: tuple[str, ...] = ()
    max_words: int = MAX_WORDS
    verify: str = ""
    link: str = ""
    # the field that each group of the pattern fills: several may fill one ("place", "place2")
    fields: Mapping[str, str] = holds(default_factory=dict)
    # the pattern for lines in lower case, where it ignores case: it takes a third of the time
    low: re.Pattern[str] | None = None

    def may_fit(self, lowered: str) -> bool:
        """Whether the line, given in lower case, can fit at all."""
        if not self.any:
            return True
        # a plain loop: it takes half the time of any(), and runs a thousand times for each page
        for word in self.any:  # noqa: SIM110
            if word in lowered:
                return True
        return False

    def match_line(self, text: str, lowered: str) -> re.Match[str] | None:
        """The match of the pattern on all of a line, which is also given in lower case."""
        if not self.may_fit(lowered):
            return None
        # a Turkish capital has two characters in lower case
        if self.low and len(lowered) == len(text):
            # to who ignores case, a dotless i and one with a dot are the same
            even = lowered if lowered.isascii() else lowered.replace("ı", "i")
            if not self.low.fullmatch(even):
                return None
        return self.pattern.fullmatch(text)


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules by zone, and the lists of words beside them, folded as the text they are in is."""

    zones: Mapping[str, tuple[Rule, ...]]
    # what a dateline may name without an agency or a date beside it, and what only looks so
    places: frozenset[str]
    not_places: frozenset[str]
    # bylines that name nobody; what stands where an agency is named and names none
    house: frozenset[str]
    nameless: frozenset[str]
    # words of the buttons and links beside a byline, and what people at an outlet are
    byline_labels: frozenset[str]
    roles: frozenset[str]
    # what a table of rates names in its rows
    markets: frozenset[str]
    # words by which an outlet speaks to its readers, and of itself
    reader_words: frozenset[str]
    house_words: frozenset[str]
    # names of outlets that look like none, what looks like one, and names of sections
    outlets: frozenset[str]
    outlet_name: re.Pattern[str]
    sections: frozenset[str]
    # how agencies are written -> the one name we give them; what follows it in "AP writer"
    agencies: Mapping[str, str]
    staff: tuple[str, ...]
    # by language, the words that its texts are held together by
    small_words: Mapping[str, frozenset[str]]
    # lines that look like furniture and must stand, also around the paragraphs of a plain story
    lookalikes: tuple[str, ...]
    around: tuple[str, ...]

    def __iter__(self) -> Iterator[Rule]:
        for zone in ZONES:
            yield from self.zones[zone]


def load(path: Path) -> Rules:
    """Read one TOML file, or every one in a folder, in the order of their names.

    Raises RulesError naming every fault with its file and rule: nothing is half loaded.
    """
    faults: list[str] = []
    terms: dict[str, str] = {}
    zones: dict[str, list[Rule]] = {zone: [] for zone in ZONES}
    lists: dict[str, list[str]] = {name: [] for name in _LISTS}
    agencies: dict[str, str] = {}
    small_words: dict[str, frozenset[str]] = {}
    ids: set[str] = set()
    for name, content in _read_files(path, faults):
        faults.extend(f"{name}: unknown key {key!r}" for key in content if key not in _TABLES)
        _compose(terms, content.get("terms", {}), f"{name}: term", faults)
        for number, table in enumerate(_rule_tables(content, name, faults), start=1):
            rule_id = str(table.get("id") or f"number {number}")
            where = f"{name}: rule {rule_id!r}"
            if rule_id in ids:
                faults.append(f"{where}: this id stands twice")
            ids.add(rule_id)
            if rule := _make_rule(table, terms, where, faults):
                zones[rule.zone].append(rule)
        for key, words in _word_lists(content, "lists", name, faults):
            if key in lists:
                lists[key].extend(words)
            else:
                faults.append(f"{name}: unknown list {key!r}")
        for agency, forms in _word_lists(content, "agencies", name, faults):
            agencies.update(dict.fromkeys(map(fold, (agency, *forms)), agency))
        for language, words in _word_lists(content, "small_words", name, faults):
            small_words[language] = frozenset(words)
    if faults:
        raise RulesError(faults)
    folded = {name: frozenset(map(fold, words)) for name, words in lists.items()}
    return Rules(
        zones={zone: tuple(rules) for zone, rules in zones.items()},
        places=folded["places"],
        not_places=folded["not_places"],
        house=folded["house"],
        nameless=folded["nameless"],
        byline_labels=folded["byline_labels"],
        roles=folded["roles"],
        markets=folded["markets"],
        reader_words=folded["reader_words"],
        house_words=folded["house_words"],
        outlets=folded["outlets"],
        outlet_name=_outlet_name(lists["outlet_words"], lists["domains"]),
        sections=folded["sections"],
        agencies=agencies,
        staff=tuple(lists["staff"]),
        small_words=small_words,
        lookalikes=tuple(lists["lookalikes"]),
        around=tuple(lists["around"]),
    )


def _read_files(path: Path, faults: list[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    files = sorted(path.glob("*.toml")) if path.is_dir() else [path]
    if not files:
        faults.append(f"{path}: no rule files")
    for file in files:
        try:
            yield file.name, tomllib.loads(file.read_text("utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
            faults.append(f"{file.name}: {fault}")


def _rule_tables(content: dict[str, Any], name: str, faults: list[str]) -> list[dict[str, Any]]:
    tables = content.get("rule", [])
    if isinstance(tables, list) and all(isinstance(table, dict) for table in tables):
        return tables
    faults.append(f"{name}: [[rule]] must be a list of tables")
    return []


def _word_lists(
    content: dict[str, Any], table: str, name: str, faults: list[str]
) -> Iterator[tuple[str, list[str]]]:
    """The lists of a table that hold strings; faults are named for the others."""
    for key, words in content.get(table, {}).items():
        if _are_strings(words):
            yield key, words
        else:
            faults.append(f"{name}: {table}: {key!r} must hold strings")


def _are_strings(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _compose(
    terms: dict[str, str], parts: Mapping[str, Any], where: str, faults: list[str]
) -> None:
    """Add named parts to the terms; of a list any item. A part may use those before it."""
    for name, part in parts.items():
        if isinstance(part, str) or _are_strings(part):
            pattern = part if isinstance(part, str) else "|".join(part)
            terms[name] = _fill_in(pattern, terms, f"{where} {name!r}", faults)
        else:
            faults.append(f"{where} {name!r} must be a string or a list of strings")


def _fill_in(pattern: str, terms: Mapping[str, str], where: str, faults: list[str]) -> str:
    """The pattern with every ``{{name}}`` replaced by its term, in a group that keeps it apart."""
    unknown = set(_TERM.findall(pattern)) - terms.keys()
    faults.extend(f"{where}: unknown term {name!r}" for name in sorted(unknown))
    return _TERM.sub(lambda match: f"(?:{terms.get(match.group(1), '')})", pattern)


def _make_rule(
    table: dict[str, Any], terms: Mapping[str, str], where: str, faults: list[str]
) -> Rule | None:
    """One rule, or None with its faults added."""
    faults_before = len(faults)
    faults.extend(f"{where}: unknown key {key!r}" for key in table if key not in _KEYS)
    if not isinstance(table.get("id"), str) or not table["id"]:
        faults.append(f"{where}: has no id")
    for key, allowed in (
        ("zone", ZONES),
        ("action", ACTIONS),
        ("verify", VERIFIERS),
        ("link", LINKS),
    ):
        if (key in table or key == "zone") and table.get(key) not in allowed:
            known = ", ".join(allowed)
            faults.append(f"{where}: {key} must be one of {known}, not {table.get(key)!r}")
    strings = ("cuts", "keeps", "any")
    wrong = [key for key in strings if not _are_strings(table.get(key, []))]
    faults.extend(f"{where}: {key} must be a list of strings" for key in wrong)
    if not table.get("cuts"):
        faults.append(f"{where}: has no example of what it cuts")
    if not isinstance(table.get("max_words", MAX_WORDS), int):
        faults.append(f"{where}: max_words must be a whole number")
    pattern = _compile(table, terms, where, faults)
    fields = {
        group: group.rstrip("0123456789") for group in (pattern.groupindex if pattern else ())
    }
    names = {table.get("field", ""), *table.get("set", {}), *fields.values()}
    unknown = sorted(names - FIELDS - {"keep", ""})
    faults.extend(f"{where}: unknown field {name!r}" for name in unknown)
    if len(faults) > faults_before or pattern is None:
        return None
    fields.pop("keep", None)
    low = _compile_low(pattern.pattern)
    given: dict[str, Any] = {**table, "pattern": pattern, "fields": fields, "low": low}
    given.pop("parts", None)
    for key in strings:
        given[key] = tuple(given.get(key, ()))
    return Rule(**given)


def _compile(
    table: dict[str, Any], terms: Mapping[str, str], where: str, faults: list[str]
) -> re.Pattern[str] | None:
    source = table.get("pattern")
    if not isinstance(source, str) or not source:
        faults.append(f"{where}: has no pattern")
        return None
    known = dict(terms)
    _compose(known, table.get("parts", {}), f"{where}: part", faults)
    text = _fill_in(source, known, where, faults)
    if table.get("zone") == "end":
        flags = "(?i)" if text.startswith("(?i)") else ""
        text = f"{flags}(?:{text.removeprefix(flags)})\\s*$"
    try:
        return re.compile(text)
    except re.error as fault:
        faults.append(f"{where}: pattern: {fault}")
        return None


def _compile_low(text: str) -> re.Pattern[str] | None:
    """A pattern that ignores case, for lines in lower case; None where it asks for capitals."""
    body = text.removeprefix("(?i)")
    bare = _ESCAPED.sub("", body)
    if body == text or "(?-i" in body or bare != bare.lower():
        return None
    return re.compile(body.replace("ı", "i"))


def _outlet_name(words: list[str], domains: list[str]) -> re.Pattern[str]:
    """Up to four words before one that outlets are named by; "Daily" before any word; a domain."""
    if not words or not domains:
        return re.compile("(?!)")
    forms = (
        rf"(?:the )?(?:[\w.'’&-]+ ){{0,4}}(?:{'|'.join(words)})",
        r"(?:the )?daily [\w'’]+",
        rf"[\w.-]+\.(?:{'|'.join(domains)})(?:\.\w\w)?",
    )
    return re.compile("|".join(forms), re.IGNORECASE)
