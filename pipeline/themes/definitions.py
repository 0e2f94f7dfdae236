"""What a theme definition says, as types, and how it is read from an editor's files.

A folder holds one TOML file a theme, and files whose names begin with an underscore, which hold
what themes share: word lists, cues of modality, vetoes and dampers. A new theme is one new file.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any, Literal

from pipeline.story import Modality

#: What a term weighs without a weight of its own: core says the theme, support only helps to.
CORE_WEIGHT, SUPPORT_WEIGHT = 1.0, 0.35
#: Examples of each kind that a sub-theme brings: with fewer its terms have not been tried.
LEAST_EXAMPLES = 8
#: A cue that reached farther than this would reach out of any sentence that a reporter writes.
FARTHEST_CUE = 60
_THEME_WORDS = "id label version languages score codes lists veto damper subtheme modality"
_THEME_KEYS = set(_THEME_WORDS.split())
_SHARED_KEYS = {"lists", "cues", "veto", "damper", "modality"}
_MODALITIES, _LISTED = frozenset(Modality), ", ".join(Modality)
_SUBTHEME_KEYS = {"id", "label", "codes", "core", "support", "match", "leave"}


class ThemesError(ValueError):
    """Definitions that cannot be used. Each fault is one line with file and key."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class WeightedTerm:
    """A term as written (see term_language.py) and how strongly it says the theme."""

    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class Subtheme:
    """A part of a theme: its terms, its codes in the field's taxonomies, its own examples."""

    id: str
    label: str
    terms: tuple[WeightedTerm, ...]
    codes: Mapping[str, tuple[str, ...]]
    match: tuple[str, ...]
    leave: tuple[str, ...]
    where: str


@dataclass(frozen=True, slots=True)
class Veto:
    """Words that mean something else: evidence that they touch, or in their sentence, is void."""

    why: str
    terms: tuple[str, ...]
    scope: Literal["words", "sentence"]
    where: str


@dataclass(frozen=True, slots=True)
class Damper:
    """A setting (sport, a protest) in which the theme's words mean less.

    Evidence is multiplied by ``factor`` where the sentence or story holds at least ``at_least``
    different ``words`` and more of them than of ``unless``.
    """

    why: str
    words: tuple[str, ...]
    unless: tuple[str, ...]
    at_least: int
    factor: float
    scope: Literal["sentence", "story"]
    where: str


@dataclass(frozen=True, slots=True)
class Cue:
    """Words that set a modality for evidence: ``before`` words at most stand between.

    Where evidence comes first, the cue is at most the ``after``-th word behind it.
    """

    modality: Modality
    words: tuple[str, ...]
    before: int
    after: int
    where: str


@dataclass(frozen=True, slots=True)
class Curve:
    """From evidence to a probability (scoring.py), fitted on ``n`` stories of ``source``."""

    bias: float = -5.0
    best: float = 6.5
    more: float = 1.5
    headline: float = 0.5
    threshold: float = 0.5
    n: int = 0
    source: str = ""


@dataclass(frozen=True, slots=True)
class Theme:
    """One theme file, with what it shares with the others."""

    id: str
    label: str
    version: str
    languages: tuple[str, ...]
    curve: Curve
    codes: Mapping[str, tuple[str, ...]]
    modality: Mapping[Modality, float]
    vetoes: tuple[Veto, ...]
    dampers: tuple[Damper, ...]
    subthemes: tuple[Subtheme, ...]
    where: str
    hash: str = ""


@dataclass(slots=True)
class ThemesFolder:
    """Everything that a folder holds. ``faults`` says in words what is wrong and where.

    ``listed_in`` says where each word list stands. Vetoes, dampers and modality are those of the
    files with an underscore, which every theme has beside its own.
    """

    themes: tuple[Theme, ...] = ()
    lists: dict[str, tuple[str, ...]] = field(default_factory=dict)
    listed_in: dict[str, str] = field(default_factory=dict)
    cues: tuple[Cue, ...] = ()
    vetoes: tuple[Veto, ...] = ()
    dampers: tuple[Damper, ...] = ()
    modality: dict[Modality, float] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _TomlTable:
    """A TOML table. A fault is noted with file and key, and reading goes on with a stand-in."""

    file: str
    prefix: str
    data: Mapping[str, Any]
    faults: list[str]

    @property
    def where(self) -> str:
        return f"{self.file}: {self.prefix.rstrip('.')}"

    def note_fault(self, key: str, what: str) -> None:
        self.faults.append(f"{self.file}: {self.prefix}{key}: {what}")

    def refuse_unknown(self, known: set[str]) -> None:
        for key in sorted(self.data.keys() - known):
            self.note_fault(key, "unknown key")

    def open_table(self, key: str) -> _TomlTable:
        value = self.data.get(key, {})
        if not isinstance(value, dict):
            self.note_fault(key, "a table is expected")
            value = {}
        return _TomlTable(self.file, f"{self.prefix}{key}.", value, self.faults)

    def open_tables(self, key: str) -> list[_TomlTable]:
        value = self.data.get(key, [])
        if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
            self.note_fault(key, f"a list of tables ([[{key}]]) is expected")
            value = []
        tables = []
        for i, row in enumerate(value):
            tables.append(_TomlTable(self.file, f"{self.prefix}{key}[{i}].", row, self.faults))
        return tables

    def read_text(self, key: str) -> str:
        value = self.data.get(key)
        if isinstance(value, str) and value:
            return value
        self.note_fault(key, "a text is expected")
        return ""

    def read_texts(self, key: str, default: list[str] | None = None) -> tuple[str, ...]:
        value = self.data.get(key, default)
        if isinstance(value, list) and all(isinstance(row, str) and row.strip() for row in value):
            return tuple(value)
        self.note_fault(key, "a list of non-empty strings is expected")
        return ()

    def read_number(self, key: str, low: float, high: float, default: float = 0.0) -> float:
        value = self.data.get(key, default)
        if isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high:
            return float(value)
        self.note_fault(key, f"a number from {low:g} to {high:g} is expected, not {value!r}")
        return low

    def read_scope(self, narrow: str, wide: str) -> Any:
        scope = self.data.get("scope", narrow)
        if scope in (narrow, wide):
            return scope
        self.note_fault("scope", f'one of "{narrow}", "{wide}"')
        return narrow

    def read_codes(self) -> dict[str, tuple[str, ...]]:
        table = self.open_table("codes")
        return {scheme: table.read_texts(scheme) for scheme in table.data}


def read_folder(folder: Path) -> ThemesFolder:
    """Read all ``*.toml`` of a folder. Never raises on their content: it notes faults."""
    content = ThemesFolder()
    theme_tables: list[_TomlTable] = []
    shared_bytes = b""  # a theme's hash changes with what it shares
    for path in sorted(folder.glob("*.toml")):
        try:
            data = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
            content.faults.append(f"{path.name}: {error}")
            continue
        table = _TomlTable(path.name, "", data, content.faults)
        _read_lists(table, content)
        if path.name.startswith("_"):
            _read_shared(table, content)
            shared_bytes += path.read_bytes()
        else:
            theme_tables.append(table)
    if not theme_tables and not content.faults:
        content.faults.append(f"{folder}: no theme definitions (*.toml)")
    known: set[str] = set()
    for table in theme_tables:
        theme_bytes = shared_bytes + (folder / table.file).read_bytes()
        theme = _read_theme(table, content, blake2b(theme_bytes, digest_size=8).hexdigest())
        if theme.id in known:
            table.note_fault("id", f"theme {theme.id!r} is defined twice")
        known.add(theme.id)
        content.themes += (theme,)
    return content


def _read_lists(table: _TomlTable, content: ThemesFolder) -> None:
    lists = table.open_table("lists")
    for name in lists.data:
        if name in content.lists:
            lists.note_fault(name, f"also in {content.listed_in[name]}")
        content.lists[name] = lists.read_texts(name)
        content.listed_in[name] = f"{table.file}: lists.{name}"


def _read_shared(table: _TomlTable, content: ThemesFolder) -> None:
    table.refuse_unknown(_SHARED_KEYS)
    content.vetoes += _read_vetoes(table)
    content.dampers += _read_dampers(table)
    content.modality.update(_read_modality(table))
    cues = table.open_table("cues")
    for name in cues.data:
        if name not in _MODALITIES:
            cues.note_fault(name, f"a table named after a modality is expected: {_LISTED}")
            continue
        for row in cues.open_tables(name):
            row.refuse_unknown({"words", "before", "after"})
            words = row.read_texts("words")
            before = int(row.read_number("before", 0, FARTHEST_CUE))
            after = int(row.read_number("after", 0, FARTHEST_CUE))
            content.cues += (Cue(Modality(name), words, before, after, row.where),)


def _read_modality(table: _TomlTable) -> dict[Modality, float]:
    factors: dict[Modality, float] = {}
    modality = table.open_table("modality")
    for name in modality.data:
        if name in _MODALITIES:
            factors[Modality(name)] = modality.read_number(name, 0, 1)
        else:
            modality.note_fault(name, f"no such modality; there are {_LISTED}")
    return factors


def _read_vetoes(table: _TomlTable) -> tuple[Veto, ...]:
    vetoes = []
    for row in table.open_tables("veto"):
        row.refuse_unknown({"why", "terms", "scope"})
        why, terms = row.read_text("why"), row.read_texts("terms")
        vetoes.append(Veto(why, terms, row.read_scope("words", "sentence"), row.where))
    return tuple(vetoes)


def _read_dampers(table: _TomlTable) -> tuple[Damper, ...]:
    dampers = []
    for row in table.open_tables("damper"):
        row.refuse_unknown({"why", "words", "unless", "at_least", "factor", "scope"})
        damper = Damper(
            why=row.read_text("why"),
            words=row.read_texts("words"),
            unless=row.read_texts("unless", default=[]),
            at_least=int(row.read_number("at_least", 1, 50, default=1)),
            factor=row.read_number("factor", 0, 1, default=0.3),
            scope=row.read_scope("sentence", "story"),
            where=row.where,
        )
        dampers.append(damper)
    return tuple(dampers)


def _read_theme(table: _TomlTable, content: ThemesFolder, content_hash: str) -> Theme:
    table.refuse_unknown(_THEME_KEYS)
    subthemes: dict[str, Subtheme] = {}
    for row in table.open_tables("subtheme"):
        subtheme = _read_subtheme(row)
        if subtheme.id in subthemes:
            table.note_fault("subtheme", f"{subtheme.id!r} is defined twice")
        subthemes[subtheme.id] = subtheme
    if not subthemes:
        table.note_fault("subtheme", "at least one [[subtheme]] is expected")
    return Theme(
        id=table.read_text("id"),
        label=table.read_text("label"),
        version=table.read_text("version"),
        languages=table.read_texts("languages", default=["en"]),
        curve=_read_curve(table.open_table("score")),
        codes=table.read_codes(),
        modality=content.modality | _read_modality(table),
        vetoes=content.vetoes + _read_vetoes(table),
        dampers=content.dampers + _read_dampers(table),
        subthemes=tuple(subthemes.values()),
        where=table.file,
        hash=content_hash,
    )


def _read_curve(score: _TomlTable) -> Curve:
    score.refuse_unknown(set(Curve.__slots__))
    common = Curve()
    return Curve(
        bias=score.read_number("bias", -50, 0, common.bias),
        best=score.read_number("best", 0, 50, common.best),
        more=score.read_number("more", 0, 50, common.more),
        headline=score.read_number("headline", 0, 50, common.headline),
        threshold=score.read_number("threshold", 0.01, 0.99, common.threshold),
        n=int(score.read_number("n", 0, 1e9)),
        source=str(score.data.get("source", "")),
    )


def _read_subtheme(table: _TomlTable) -> Subtheme:
    table.refuse_unknown(_SUBTHEME_KEYS)
    core = _read_terms(table, "core", CORE_WEIGHT)
    support = _read_terms(table, "support", SUPPORT_WEIGHT)
    if not core and not support:
        table.note_fault("core", "a sub-theme needs terms")
    match, leave = table.read_texts("match", default=[]), table.read_texts("leave", default=[])
    for key, examples in (("match", match), ("leave", leave)):
        if len(examples) < LEAST_EXAMPLES:
            expected = f"at least {LEAST_EXAMPLES} examples are expected"
            table.note_fault(key, f"{expected}, not {len(examples)}")
    return Subtheme(
        id=table.read_text("id"),
        label=table.read_text("label"),
        terms=(*core, *support),
        codes=table.read_codes(),
        match=match,
        leave=leave,
        where=table.where,
    )


def _read_terms(table: _TomlTable, key: str, common_weight: float) -> list[WeightedTerm]:
    """The terms of a list with their weights; a term is a text, or a table of term and weight."""
    listed = table.data.get(key, [])
    if not isinstance(listed, list):
        table.note_fault(key, "a list of terms is expected")
        return []
    terms = []
    for i, value in enumerate(listed):
        if isinstance(value, str) and value.strip():
            terms.append(WeightedTerm(value, common_weight))
        elif (
            isinstance(value, dict)
            and value.keys() == {"term", "weight"}
            and isinstance(value["term"], str)
        ):
            row = _TomlTable(table.file, f"{table.prefix}{key}[{i}].", value, table.faults)
            terms.append(WeightedTerm(value["term"], row.read_number("weight", 0.01, 2)))
        else:
            table.note_fault(f"{key}[{i}]", 'a term is a text, or { term = "...", weight = 0.6 }')
    return terms
