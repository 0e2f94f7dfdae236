"""ANPA text: what the wire's six-bit alphabet had no letters for, as print sets it."""

from __future__ import annotations

import re
from collections.abc import Iterable

_QUOTED = re.compile(r"``(.+?)''")
_OPEN = re.compile(r"``(?=\S)")
_DASH = re.compile(r"(?<=[\w,.!?”]) _ (?=[\w“])")


def is_anpa(lines: Iterable[str]) -> bool:
    """Whether any line opens its quotes as ANPA 1312 does; no other text does."""
    return any("``" in line for line in lines)


def typeset(text: str) -> str:
    """Quotation marks and dashes as print has them; ``text`` must be of an ANPA story."""
    return _DASH.sub(" — ", _OPEN.sub("“", _QUOTED.sub("“\\1”", text)))
