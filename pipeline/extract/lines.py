"""A run of text as lines, and the lines that are a picture's caption."""

from __future__ import annotations

import re

from pipeline.extract.flat import Leaf
from pipeline.story import BlockKind

_SHORT_LINE = 80
"""Characters below which a line that ends in <br> is a line of its own, not a wrapped one."""


def lines(whole: str) -> list[str]:
    """The lines of a run that <br> divides: apart where a new one begins, joined where a sentence runs on."""
    if "\n" not in whole:
        text = " ".join(whole.split())
        return [text] if text else []
    lines: list[str] = []
    for piece in whole.split("\n"):
        text = " ".join(piece.split())
        if not text:
            continue
        runs_on = lines and (
            text[0].islower() or (len(lines[-1]) >= _SHORT_LINE and lines[-1][-1] not in _LINE_ENDS)
        )
        if runs_on:
            lines[-1] += " " + text
        else:
            lines.append(text)
    return lines


_LINE_ENDS = frozenset(".!?:;…”\"'’»)。！？")


LONGEST_UNDER_PICTURE = 20
"""Words of the longest line that is taken for a caption because it follows a picture in the same element."""

LONGEST_BESIDE_PICTURE, LONGEST_LABEL = 40, 16
"""The same for all the text of a box that holds a picture: of a line that names a source, and of no sentence."""

SAID = re.compile(r"""["“«„].*["”»“]$""")
_SENTENCE_END = re.compile(r"""[.!?。！？؟]["'”’»]?$""")
_SOURCE = re.compile(
    r"\b(?:photos?|image|picture|credit|courtesy|foto|file)\b|©|/(?:AP|AFP|Getty|Reuters)|\([^()]{2,40}/[^()]{2,60}\)",
    re.IGNORECASE,
)


def caption(leaf: Leaf) -> None:
    """The only text beside a picture is its caption where it has the looks of one."""
    text = leaf.text
    if (
        leaf.kind is not BlockKind.PARAGRAPH
        or 2 * leaf.linked > len(text)
        or text.count(" ") >= LONGEST_BESIDE_PICTURE
    ):
        return
    if _SOURCE.search(text) or (text.count(" ") < LONGEST_LABEL and not _SENTENCE_END.search(text)):
        leaf.kind = BlockKind.CAPTION
