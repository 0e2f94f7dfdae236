"""Small definitions for tests: one theme "trouble" of invented terms, and stories about Karsin."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeline import themes
from pipeline.story import Story

#: A curve that shows strength alone: the score is the logistic of the best sentence (at most 1.25).
BEST_ALONE = "bias = 0\nbest = 1\nmore = 0\nheadline = 0\nthreshold = 0.01"
EIGHT = json.dumps(["Nothing happened in Karsin."] * 8)


def define(
    core: Sequence[str | tuple[str, float]] = (),
    support: Sequence[str] = (),
    score: str = BEST_ALONE,
    more: str = "",
    shared: str = "",
) -> themes.Themes:
    """The theme "trouble" with one sub-theme "any" of these terms (or pairs of term and weight).

    As TOML ``more`` goes into the theme's file and ``shared`` into one beside it.
    """
    return define_parts({"any": core}, support, score, more, shared)


def define_parts(
    parts: dict[str, Sequence[str | tuple[str, float]]],
    support: Sequence[str] = (),
    score: str = BEST_ALONE,
    more: str = "",
    shared: str = "",
) -> themes.Themes:
    """The theme "trouble" with a sub-theme for each of ``parts``; ``support`` is of the last."""
    lines = ['id = "trouble"', 'label = "Trouble"', 'version = "1"', "[score]", score, more]
    for name, core in parts.items():
        lines += ["[[subtheme]]", f'id = "{name}"', f'label = "{name}"']
        lines += ["core = [" + ", ".join(map(spell_term, core)) + "]"]
        if name == list(parts)[-1]:
            lines += [f"support = {json.dumps(list(support))}"]
        lines += [f"match = {EIGHT}", f"leave = {EIGHT}"]
    with TemporaryDirectory() as folder:
        (Path(folder) / "_shared.toml").write_text(shared, encoding="utf-8")
        (Path(folder) / "trouble.toml").write_text("\n".join(lines), encoding="utf-8")
        return themes.load(Path(folder))


def spell_term(term: str | tuple[str, float]) -> str:
    """A term, or one with its weight, as TOML has it."""
    if isinstance(term, str):
        return json.dumps(term)
    return f"{{ term = {json.dumps(term[0])}, weight = {term[1]} }}"


def tell(*body: str, headline: str = "", **fields: object) -> Story:
    """A story of these paragraphs."""
    return replace(
        Story(key="k", url="https://example.org/1", headline=headline, body=body), **fields
    )


def words(count: int) -> str:
    """So many words that no definition of the tests knows."""
    return " ".join(["quiet"] * count)
