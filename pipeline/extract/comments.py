"""Readers' comments under a story, told by their heading where no name tells them."""

from __future__ import annotations

import re

from pipeline.extract.flat import Flat
from pipeline.story import BlockKind

_HEADING = re.compile(
    r"(?:(?:view|show|see|read|all|\d[\d.,]*) ){0,3}(?:(?:readers?|user)['’]?s? )?comments"
    r"|(?:leave|post|add) a (?:comment|reply)|join the (?:conversation|discussion)"
    r"|kommentare?|commentaires|comentarios|comentários|commenti|комментарии|коментарі|yorumlar|komentarze|komentar"
    r"|评论|評論|コメント|댓글|تعليقات|التعليقات|σχόλια|ความคิดเห็น|bình luận",
    re.IGNORECASE,
)
_COUNT = re.compile(r"^[\d\s().,:]+|[\s():\d]+$")

LONGEST = 40
"""Characters of the longest heading over comments."""

BEFORE = 200
"""Characters of running text that stand above comments: what comments on nothing is a story with a strange heading."""


def drop_comments(flat: Flat, sums: list[float]) -> None:
    """Drop what stands under a heading like "Comments (12)", to the end of the box that holds it."""
    for number, leaf in enumerate(flat.leaves):
        if (
            len(leaf.text) > LONGEST
            or leaf.dropped
            or not (leaf.kind is BlockKind.HEADING or leaf.bold)
        ):
            continue
        if _HEADING.fullmatch(_COUNT.sub("", leaf.text)) and sums[number] >= BEFORE:
            for below in flat.leaves[number : _end(flat, number)]:
                below.dropped = True


def _end(flat: Flat, number: int) -> int:
    """Where the comments end: with the box that begins with their heading, or with the one it stands in."""
    box = flat.boxes[flat.leaves[number].box]
    while box.first == number and box.end == number + 1 and box.parent >= 0:
        box = flat.boxes[box.parent]
    return box.end
