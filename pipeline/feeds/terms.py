"""Small terms that every XML reader reads the same way: waits and persons."""

from __future__ import annotations

import re

_PERIODS = {
    "hourly": 3600.0,
    "daily": 86_400.0,
    "weekly": 604_800.0,
    "monthly": 2_592_000.0,
    "yearly": 31_536_000.0,
}
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_LONGEST_NAME = 1_000


def minutes(text: str) -> float:
    """RSS ``ttl``: minutes as seconds, 0.0 where it is no number."""
    text = text.strip()
    return float(text[:8]) * 60 if text.isdecimal() else 0.0


def period(name: str, frequency: str) -> float:
    """The syndication module's period divided by its frequency, in seconds; 0.0 where not said."""
    seconds = _PERIODS.get(name.strip().lower(), 0.0)
    often = frequency.strip()
    return seconds / max(int(often[:6]), 1) if often.isdecimal() else seconds


def person(text: str) -> str:
    """The name in "desk@example.org (A. Name)" and the like; an address alone stays as it is."""
    if "@" not in text or len(text) > _LONGEST_NAME:
        return text
    name = _EMAIL.sub("", text).replace("<>", "").replace("()", "").strip()
    return name.removeprefix("(").removesuffix(")").strip() or text
