"""What the shape of an item's lines says: tables, lists of planned stories, invitations to the press."""

from __future__ import annotations

import re

from pipeline.wire.sheet import PARAGRAPH, SENTENCE, Sheet

LEAST_LINES = 4
"""Lines of the shortest table or list of stories that is told by its shape."""

SHARE = 0.6
"""Share of an item's lines that must have the shape."""

_FIGURE = re.compile(r"(?<!\w)[+-]?\d[\d.,:/%-]*(?!\w)")
_FIGURES = 3
"""Figures in a line from which it is a row of a table."""

_SLUGGED = re.compile(
    r"(?:[A-Z]{3}\d{1,3} )?[A-Z][A-Z0-9.’'-]{2,}(?:[ -][A-Z0-9.’'-]{2,}){0,4}\s?(?:[—–]|--|:)\s"
)
_INVITES = re.compile(r"(?:WHAT|WHEN|WHERE|WHO|CONTACT|RSVP)\s?:\s")


def shaped(sheet: Sheet) -> str:
    """The reason why the item is no story, or '' where its lines are prose."""
    raw = [line.raw for line in sheet.lines]
    if sum(1 for text in raw if _INVITES.match(text)) >= LEAST_LINES - 1:
        return "press invitation"
    if len(raw) < LEAST_LINES:
        return ""
    if sum(1 for text in raw if _SLUGGED.match(text)) >= max(LEAST_LINES - 1, SHARE * len(raw)):
        return "digest"
    prose = any(text.count(" ") >= PARAGRAPH and SENTENCE.search(text) for text in raw)
    if prose:
        return ""
    rows = sum(
        1
        for text in raw
        if text.count(" ") < 2 * PARAGRAPH and len(_FIGURE.findall(text)) >= _FIGURES
    )
    return "table" if rows >= max(LEAST_LINES, SHARE * len(raw)) else ""
