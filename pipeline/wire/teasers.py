"""Other stories' headlines inside and after this one, told by the page's links and by their shape."""

from __future__ import annotations

import re

from pipeline.story import BlockKind
from pipeline.wire.sheet import PARAGRAPH, SENTENCE, Line, Sheet, punctuated

LINKED = 0.75
"""Share of a line's characters inside links from which it is a link, not a sentence that holds one."""

MOSTLY_LINKED, _LABEL = 0.5, 8
"""The same for a line of at most so many words above or below the text: a path ("Home > News"), a row of links."""

_EMBEDDED = re.compile(r"(?:[—–-]{1,2}\s?)?.{2,60}\(@\w{1,20}\).{0,40}|.*\bpic\.twitter\.com/\w+")
"""The signature of an embedded post: it ends the post, not the story."""

_LONGEST_LABEL = 14
"""Words of the longest line after the last sentence that is struck though it stands alone."""

_LONGEST = 28
"""Words of the longest teaser."""


def teasers(sheet: Sheet) -> bool:
    """Strike link lines between paragraphs, and runs of headline-shaped lines after the story's last sentence.

    Says whether there were any: they may have hidden credits above them.
    """
    before = len(sheet.removed)
    _after_the_end(sheet)
    _between(sheet)
    standing = sheet.standing()
    if sum(_is_link(line) for line in standing) > 0.5 * len(standing):
        return len(sheet.removed) > before  # a list of links is the story here
    running = [i for i, line in enumerate(standing) if line.text.count(" ") >= PARAGRAPH]
    for position, line in enumerate(standing):
        edge = not running or position < running[0] or position > running[-1]
        if SENTENCE.search(line.text):
            continue
        if _is_link(line) or (edge and _is_label(line)):
            sheet.strike(line, "teaser-link", "teaser")

    return len(sheet.removed) > before


def _is_link(line: Line) -> bool:
    return line.links >= LINKED and 3 <= line.text.count(" ") + 1 <= _LONGEST


def _is_label(line: Line) -> bool:
    return line.links >= MOSTLY_LINKED and line.text.count(" ") < _LABEL


def _after_the_end(sheet: Sheet) -> None:
    """Headline-shaped lines at the end, after which no sentence comes; one alone where all paragraphs end as sentences.

    A list that a paragraph announces (it ends in a colon) belongs to the story.
    """
    standing = sheet.standing()
    run: list[Line] = []
    for line in reversed(standing):
        if not _headline_shaped(line) or (run and " " not in line.text):
            break
        run.append(line)
    if len(run) > 1 and " " not in run[0].text:
        run = run[:1]
    above = standing[: len(standing) - len(run)]
    if not run or len(above) < LEAST_ABOVE or above[-1].text.endswith((":", "：")):
        return
    alone = len(run) == 1 and run[0].text.count(" ") < _LONGEST_LABEL
    if len(run) > 1 or (alone and punctuated(above)):
        for line in run:
            sheet.strike(line, "teaser-after-end" if len(run) > 1 else "label-after-end", "teaser")


LEAST_ABOVE = 3
"""Lines a story must have above what is cut off its end."""


_LISTED = re.compile(r"^[a-zа-я0-9(–—-]|^.{0,30}:|\s[–—@]\s|\d\D+\d")
"""What a list has and a headline hardly ever: an item that begins small, a label, a dash, several figures."""

SHORTEST_TEASER = 5
"""Words of the shortest headline of another story between paragraphs; shorter lines are cross-heads."""


def _between(sheet: Sheet) -> None:
    """Two or more headline-shaped lines in a row between paragraphs of a plain text, where none announces a list.

    Where the page has links, they say what is a teaser; what looks like one and is none is a list of dates or results.
    """
    standing = sheet.standing()
    if any(line.links for line in sheet.lines) or not punctuated(standing):
        return
    run: list[Line] = []
    above: Line | None = None
    for line in standing:
        plain = line.kind is BlockKind.PARAGRAPH and line.text.count(" ") + 1 >= SHORTEST_TEASER
        if plain and _headline_shaped(line) and not _LISTED.search(line.text):
            run.append(line)
            continue
        if (
            len(run) > 1
            and above
            and not above.text.endswith((":", "："))
            and line.text.count(" ") >= PARAGRAPH
        ):
            for other in run:
                sheet.strike(other, "teaser-between", "teaser")
        run, above = [], line


def _headline_shaped(line: Line) -> bool:
    text = line.text
    count = text.count(" ") + 1
    if (line.kind is BlockKind.ITEM and line.links < LINKED) or _EMBEDDED.fullmatch(text):
        return False
    return count <= 18 and not SENTENCE.search(text) and not text.endswith((":", ",", ";"))
