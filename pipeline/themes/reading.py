"""Theme definitions as a desk editor writes them: TOML files read and checked as a whole.

A folder holds one file a theme, and files whose names begin with an underscore, which hold what themes share:
word lists, cues of modality, vetoes and dampers. A new theme is one new file.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any

from pipeline.story import Modality
from pipeline.themes.definitions import Cue, Curve, Damper, Definitions, Subtheme, Theme, Veto

CORE, SUPPORT = 1.0, 0.35
#: How many of each kind of example a sub-theme brings at least.
EXAMPLES = 8
_MODALITIES = frozenset(m.value for m in Modality)
_THEME = {
    "id",
    "label",
    "version",
    "languages",
    "score",
    "codes",
    "lists",
    "veto",
    "damper",
    "subtheme",
    "modality",
}
_SHARED = {"lists", "cues", "veto", "damper", "modality"}
_SUBTHEME = {"id", "label", "codes", "core", "support", "match", "leave"}
_VETO = {"why", "terms", "scope"}
_DAMPER = {"why", "words", "unless", "at_least", "factor", "scope"}
_CUE = {"words", "before", "after"}


def read(folder: Path) -> Definitions:
    """Read all ``*.toml`` of a folder. Never raises on their content: the faults say what is wrong."""
    faults: list[str] = []
    files = {
        p.name: data
        for p in sorted(folder.glob("*.toml"))
        if (data := _toml(p, faults)) is not None
    }
    if not any(not name.startswith("_") for name in files) and not faults:
        faults.append(f"{folder}: no theme definitions (*.toml)")
    shared = {name: data for name, data in files.items() if name.startswith("_")}
    lists: dict[str, tuple[str, ...]] = {}
    listed_in: dict[str, str] = {}
    reader = _Reader(faults)
    for name, data in files.items():
        for key, entries in reader.table(name, data, "lists").items():
            if key in lists:
                faults.append(f"{name}: lists.{key}: also in {listed_in[key]}")
            lists[key] = reader.strings(name, f"lists.{key}", entries)
            listed_in[key] = f"{name}: lists.{key}"
    common = reader.shared(shared)
    salt = b"".join((folder / name).read_bytes() for name in shared)
    themes = tuple(
        reader.theme(
            name,
            data,
            common,
            blake2b(salt + (folder / name).read_bytes(), digest_size=8).hexdigest(),
        )
        for name, data in files.items()
        if name not in shared
    )
    for id_, twice in _twice((t.id, t.where) for t in themes).items():
        faults.append(f"{twice}: id: theme {id_!r} is defined twice")
    return Definitions(themes, lists, listed_in, common.cues, faults)


def _toml(path: Path, faults: list[str]) -> dict[str, Any] | None:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        faults.append(f"{path.name}: {error}")
        return None


def _twice(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The ids that come more than once, with where they come again."""
    listed = list(pairs)
    times = Counter(id_ for id_, _ in listed)
    return {id_: where for id_, where in listed if times[id_] > 1}


@dataclass(slots=True)
class _Common:
    cues: tuple[Cue, ...] = ()
    vetoes: tuple[Veto, ...] = ()
    dampers: tuple[Damper, ...] = ()
    modality: dict[Modality, float] = field(default_factory=dict)


class _Reader:
    """Takes values out of TOML tables and notes every fault instead of stopping at the first."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults

    def fault(self, where: str, key: str, what: str) -> None:
        self.faults.append(f"{where}: {key}: {what}")

    def known(self, where: str, key: str, data: Mapping[str, Any], allowed: set[str]) -> None:
        for name in sorted(data.keys() - allowed):
            self.fault(where, f"{key}.{name}" if key else name, "unknown key")

    def table(self, where: str, data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
        value = data.get(key, {})
        if isinstance(value, dict):
            return value
        self.fault(where, key, "a table is expected")
        return {}

    def tables(
        self, where: str, data: Mapping[str, Any], key: str
    ) -> list[tuple[str, Mapping[str, Any]]]:
        value = data.get(key, [])
        if isinstance(value, list) and all(isinstance(v, dict) for v in value):
            return [(f"{key}[{i}]", v) for i, v in enumerate(value)]
        self.fault(where, key, f"a list of tables ([[{key}]]) is expected")
        return []

    def strings(self, where: str, key: str, value: Any) -> tuple[str, ...]:
        if isinstance(value, list) and all(isinstance(v, str) and v.strip() for v in value):
            return tuple(value)
        self.fault(where, key, "a list of non-empty strings is expected")
        return ()

    def text(self, where: str, data: Mapping[str, Any], key: str, prefix: str = "") -> str:
        value = data.get(key, "")
        if isinstance(value, str) and value:
            return value
        self.fault(where, prefix + key, "a text is expected")
        return ""

    def number(self, where: str, key: str, value: Any, low: float, high: float) -> float:
        if isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high:
            return float(value)
        self.fault(where, key, f"a number from {low:g} to {high:g} is expected, not {value!r}")
        return low

    def codes(self, where: str, prefix: str, data: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
        table = self.table(where, data, "codes")
        return {k: self.strings(where, f"{prefix}codes.{k}", v) for k, v in table.items()}

    def factors(self, where: str, data: Mapping[str, Any]) -> dict[Modality, float]:
        out: dict[Modality, float] = {}
        for name, value in self.table(where, data, "modality").items():
            if name in _MODALITIES:
                out[Modality(name)] = self.number(where, f"modality.{name}", value, 0, 1)
            else:
                self.fault(
                    where, f"modality.{name}", f"no such modality; there are {', '.join(Modality)}"
                )
        return out

    def shared(self, files: Mapping[str, Mapping[str, Any]]) -> _Common:
        common = _Common()
        for where, data in files.items():
            self.known(where, "", data, _SHARED)
            common.cues += self.cues(where, self.table(where, data, "cues"))
            common.vetoes += self.vetoes(where, data)
            common.dampers += self.dampers(where, data)
            common.modality.update(self.factors(where, data))
        return common

    def cues(self, where: str, table: Mapping[str, Any]) -> tuple[Cue, ...]:
        cues = []
        for name in table:
            key = f"cues.{name}"
            if name not in _MODALITIES:
                self.fault(
                    where, key, f"a table named after a modality is expected: {', '.join(Modality)}"
                )
        listed = [
            (m, *row) for m in table if m in _MODALITIES for row in self.tables(where, table, m)
        ]
        for name, place, data in listed:
            key = f"cues.{place}"
            self.known(where, key, data, _CUE)
            words = self.strings(where, f"{key}.words", data.get("words"))
            before = int(self.number(where, f"{key}.before", data.get("before", 0), 0, 60))
            after = int(self.number(where, f"{key}.after", data.get("after", 0), 0, 60))
            cues.append(Cue(Modality(name), words, before, after, f"{where}: {key}"))
        return tuple(cues)

    def vetoes(self, where: str, data: Mapping[str, Any]) -> tuple[Veto, ...]:
        out = []
        for key, veto in self.tables(where, data, "veto"):
            self.known(where, key, veto, _VETO)
            scope = veto.get("scope", "words")
            if scope not in ("words", "sentence"):
                self.fault(where, f"{key}.scope", 'one of "words", "sentence"')
            terms = self.strings(where, f"{key}.terms", veto.get("terms"))
            out.append(
                Veto(self.text(where, veto, "why", f"{key}."), terms, scope, f"{where}: {key}")
            )
        return tuple(out)

    def dampers(self, where: str, data: Mapping[str, Any]) -> tuple[Damper, ...]:
        out = []
        for key, damper in self.tables(where, data, "damper"):
            self.known(where, key, damper, _DAMPER)
            scope = damper.get("scope", "sentence")
            if scope not in ("sentence", "story"):
                self.fault(where, f"{key}.scope", 'one of "sentence", "story"')
            out.append(
                Damper(
                    why=self.text(where, damper, "why", f"{key}."),
                    words=self.strings(where, f"{key}.words", damper.get("words")),
                    unless=self.strings(where, f"{key}.unless", damper.get("unless", [])),
                    at_least=int(
                        self.number(where, f"{key}.at_least", damper.get("at_least", 1), 1, 50)
                    ),
                    factor=self.number(where, f"{key}.factor", damper.get("factor", 0.3), 0, 1),
                    scope=scope,
                    where=f"{where}: {key}",
                )
            )
        return tuple(out)

    def theme(self, where: str, data: Mapping[str, Any], common: _Common, hash_: str) -> Theme:
        self.known(where, "", data, _THEME)
        subthemes = tuple(
            self.subtheme(where, key, sub) for key, sub in self.tables(where, data, "subtheme")
        )
        if not subthemes:
            self.fault(where, "subtheme", "at least one [[subtheme]] is expected")
        for id_ in _twice((s.id, s.where) for s in subthemes):
            self.fault(where, "subtheme", f"{id_!r} is defined twice")
        return Theme(
            id=self.text(where, data, "id"),
            label=self.text(where, data, "label"),
            version=self.text(where, data, "version"),
            languages=self.strings(where, "languages", data.get("languages", ["en"])),
            curve=self.curve(where, self.table(where, data, "score")),
            codes=self.codes(where, "", data),
            modality={**common.modality, **self.factors(where, data)},
            vetoes=common.vetoes + self.vetoes(where, data),
            dampers=common.dampers + self.dampers(where, data),
            subthemes=subthemes,
            where=where,
            hash=hash_,
        )

    def curve(self, where: str, data: Mapping[str, Any]) -> Curve:
        self.known(where, "score", data, set(Curve.__slots__))
        reach = {"threshold": (0.01, 0.99), "n": (0, 1e9), "bias": (-50, 0)}
        numbers = {
            k: self.number(where, f"score.{k}", v, *reach.get(k, (0, 50)))
            for k, v in data.items()
            if k != "source" and k in Curve.__slots__
        }
        n = int(numbers.pop("n", 0))
        return Curve(**numbers, n=n, source=str(data.get("source", "")))

    def subtheme(self, where: str, key: str, data: Mapping[str, Any]) -> Subtheme:
        self.known(where, key, data, _SUBTHEME)
        terms = [
            self.weighted(where, f"{key}.{kind}[{i}]", value, weight)
            for kind, weight in (("core", CORE), ("support", SUPPORT))
            for i, value in enumerate(self.terms(where, f"{key}.{kind}", data.get(kind, [])))
        ]
        if not terms:
            self.fault(where, f"{key}.core", "a sub-theme needs terms")
        match = self.strings(where, f"{key}.match", data.get("match", []))
        leave = self.strings(where, f"{key}.leave", data.get("leave", []))
        for name, examples in (("match", match), ("leave", leave)):
            if len(examples) < EXAMPLES:
                self.fault(
                    where,
                    f"{key}.{name}",
                    f"at least {EXAMPLES} examples are expected, not {len(examples)}",
                )
        return Subtheme(
            id=self.text(where, data, "id", f"{key}."),
            label=self.text(where, data, "label", f"{key}."),
            terms=tuple(t for t in terms if t[0]),
            codes=self.codes(where, f"{key}.", data),
            match=match,
            leave=leave,
            where=f"{where}: {key}",
        )

    def terms(self, where: str, key: str, value: Any) -> list[Any]:
        if isinstance(value, list):
            return value
        self.fault(where, key, "a list of terms is expected")
        return []

    def weighted(self, where: str, key: str, value: Any, weight: float) -> tuple[str, float]:
        if isinstance(value, str) and value.strip():
            return value, weight
        if (
            isinstance(value, dict)
            and value.keys() == {"term", "weight"}
            and isinstance(value["term"], str)
        ):
            return value["term"], self.number(where, f"{key}.weight", value["weight"], 0.01, 2)
        self.fault(where, key, 'a term is a text, or { term = "...", weight = 0.6 }')
        return "", weight
