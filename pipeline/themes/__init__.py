"""Which themes a story carries, with the words that say so.

Definitions are data (``*.toml`` in a folder; docs/adding.md tells how to write one). The listing is
the way of a definition and then of a story::

    definitions.py    TOML -> what a definition says, as types, every fault noted
    words.py          text -> words and sentences
    term_language.py  a term as an editor writes it -> its parts and conditions
    compiling.py      all definitions -> one lexicon and one index of terms
    matching.py       words -> phrases -> terms: the terms of a sentence; a worked example
    evidence.py       Story -> the sentences that speak for each theme, and how each piece is meant
    scoring.py        evidence -> strength -> probability: how a score is made, step by step
    assessing.py      Themes: Story -> scores, and matches with evidence, passages and sub-themes
    checking.py       a definition's own examples; what a changed definition would change

Which term gave a piece of evidence: ``Evidence.term``, as its definition writes it.
"""

from __future__ import annotations

from pathlib import Path

from pipeline.themes.assessing import Themes
from pipeline.themes.checking import Change, check_examples, compare_definitions
from pipeline.themes.compiling import compile_folder
from pipeline.themes.definitions import ThemesError

__all__ = ["Change", "Themes", "ThemesError", "check_examples", "compare_definitions", "load"]


def load(folder: Path) -> Themes:
    """Compile the definitions of a folder. Raises ThemesError, which names every fault."""
    return Themes(compile_folder(folder))
