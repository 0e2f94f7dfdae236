"""The story as its page prints it: the page's own furniture off, the wire's (dateline, credits) still on."""

from __future__ import annotations

from typing import Final

from pipeline.story import Removed, Story

OF_THE_WIRE: Final = frozenset(
    (
        "dateline",
        "deck",
        "credit",
        "copyright",
        "disclaimer",
        "correction",
        "rule",
        "terminator",
        "advisory",
        "slug",
        "notebook",
    )
)
"""Kinds of cuts that are wire furniture: part of a body as article-extraction-benchmark sees it."""


AGAIN: Final = 12
"""Words of the longest line that a page may print twice: an item, a heading. A longer one stands once."""


def printed(story: Story) -> str:
    """The lines of the story in page order with its cross-heads, one a line."""
    raw = list(story.raw)
    for cut in sorted(story.removed, key=lambda r: -r.start):
        if cut.line < 0:
            continue
        line = raw[cut.line]
        signature = cut.kind == "credit" and cut.text == line
        if signature or not (cut.kind in OF_THE_WIRE or _again(cut)):
            raw[cut.line] = line[: cut.start] + line[cut.start + len(cut.text) :]
    return "\n".join(line.strip() for line in raw if line.strip())


def _again(cut: Removed) -> bool:
    """Whether the page means to say this twice: a pull quote, or a short line that stands elsewhere too."""
    return cut.kind == "repeat" and (cut.rule == "repeat-contained" or cut.text.count(" ") < AGAIN)
