"""Feed documents: bytes to entries, every entry judged alone.

A format is one function that reads a document and trusts nothing in it; ``parse`` makes its items safe: titles plain
text, content harmless HTML, links absolute http/https, dates clamped. One line in ``FORMATS`` adds a format.
"""

from __future__ import annotations

from pipeline.feeds.items import Broken, Child, Parsed
from pipeline.feeds.links import linked
from pipeline.feeds.parsing import FORMATS, Caps, body_hash, broken_key, parse, refused

__all__ = [
    "FORMATS",
    "Broken",
    "Caps",
    "Child",
    "Parsed",
    "body_hash",
    "broken_key",
    "linked",
    "parse",
    "refused",
]
