"""Which themes a story carries, with the words that say so.

Definitions are data (``*.toml`` in a folder; docs/adding.md tells how to write one). The listing is the way of a
definition and then of a story::

    definitions.py  the types of a definition
    reading.py      TOML -> definitions, every fault noted
    terms.py        the language of terms -> compiled terms
    phrases.py      the trie of all phrases: words -> the phrases that a sentence holds
    compiled.py     all definitions -> one trie and one table
    tokens.py       text -> words and sentences
    matcher.py      phrases -> terms
    modality.py     actual, negated, planned, hypothetical, historical, denied
    scoring.py      evidence -> strength -> probability
    evidence.py     Story -> the sentences that speak for each theme
    classify.py     Themes: Story -> what it says for each theme
    report.py       ... -> matches with passages and evidence
    checking.py     a definition's own examples; what a changed definition would change
"""

from __future__ import annotations

from pathlib import Path

from pipeline.themes.checking import Change, check, diff
from pipeline.themes.classify import Themes
from pipeline.themes.definitions import ThemesError

__all__ = ["Change", "Themes", "ThemesError", "check", "diff", "load"]


def load(folder: Path) -> Themes:
    """Compile the definitions of a folder. Raises ThemesError naming every fault with file and key."""
    return Themes.load(folder)
