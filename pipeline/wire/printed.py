"""The story as its page prints it: the page's own furniture off, the wire's (dateline, credits) still on."""

from __future__ import annotations

from typing import Final

from pipeline.story import Story

OF_THE_WIRE: Final = frozenset(
    (
        "dateline",
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


def printed(story: Story) -> str:
    """The lines of the story in page order with its cross-heads, one a line."""
    raw = list(story.raw)
    for cut in sorted(story.removed, key=lambda r: -r.start):
        if cut.line >= 0 and cut.kind not in OF_THE_WIRE:
            line = raw[cut.line]
            raw[cut.line] = line[: cut.start] + line[cut.start + len(cut.text) :]
    return "\n".join(line.strip() for line in raw if line.strip())
