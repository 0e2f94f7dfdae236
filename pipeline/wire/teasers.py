"""Other stories' headlines inside and after this one, told by the page's links and by their shape."""

from __future__ import annotations

import re

from pipeline.story import BlockKind
from pipeline.wire.sheet import Line, Sheet

LINKED = 0.75
"""Share of a line's characters inside links from which it is a link, not a sentence that holds one."""

MOSTLY_LINKED, _LABEL = 0.5, 8
"""The same for a line of at most so many words above or below the text: a path ("Home > News"), a row of links."""

_PARAGRAPH = 12

_SENTENCE = re.compile(r"""[.!?…。！？؟]["'”’»)\]]*$""")
_LONGEST = 28
"""Words of the longest teaser."""


def teasers(sheet: Sheet) -> bool:
    """Strike link lines between paragraphs, and runs of headline-shaped lines after the story's last sentence.

    Says whether there were any: they may have hidden credits above them.
    """
    before = len(sheet.removed)
    _after_the_end(sheet)
    standing = sheet.standing()
    if sum(_is_link(line) for line in standing) > 0.5 * len(standing):
        return len(sheet.removed) > before  # a list of links is the story here
    running = [i for i, line in enumerate(standing) if line.text.count(" ") >= _PARAGRAPH]
    for position, line in enumerate(standing):
        edge = not running or position < running[0] or position > running[-1]
        if _SENTENCE.search(line.text):
            continue
        if _is_link(line) or (edge and _is_label(line)):
            sheet.strike(line, "teaser-link", "teaser")

    return len(sheet.removed) > before


def _is_link(line: Line) -> bool:
    return line.links >= LINKED and 3 <= line.text.count(" ") + 1 <= _LONGEST


def _is_label(line: Line) -> bool:
    return line.links >= MOSTLY_LINKED and line.text.count(" ") < _LABEL


def _after_the_end(sheet: Sheet) -> None:
    """Two or more headline-shaped lines in a row at the end, after which no sentence comes."""
    standing = sheet.standing()
    run: list[Line] = []
    for line in reversed(standing):
        if not _headline_shaped(line):
            break
        run.append(line)
    if len(run) >= 2 and len(standing) - len(run) >= 3:
        for line in run:
            sheet.strike(line, "teaser-after-end", "teaser")


def _headline_shaped(line: Line) -> bool:
    text = line.text
    count = text.count(" ") + 1
    if line.kind is BlockKind.ITEM and line.links < LINKED:
        return False
    return 2 <= count <= 18 and not _SENTENCE.search(text) and not text.endswith((":", ",", ";"))
