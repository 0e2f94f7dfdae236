"""Flat blocks -> the story's blocks: which box holds the story, and what inside it does not belong.

Every leaf weighs what it has of running text (characters outside links, sentences). The story's box is the one whose
names say so and that holds a good share of the page's running text; without such a name, the deepest box that holds
nearly all of it. Inside it, boxes with names of furniture go, unless that would take most of the story.
"""

from __future__ import annotations

import re

from pipeline.extract.about import About
from pipeline.extract.blocks import Flat, Leaf, block
from pipeline.extract.marks import Mark
from pipeline.story import Block, BlockKind, Entry

_SENTENCE = re.compile(r"""[.!?。！？؟…]["'”’»)\]]*(?:\s|$)""")
_NOT_TEXT = (Mark.FURNITURE, Mark.CAPTION, Mark.BYLINE)
NAMED_SHARE = 0.35
"""Share of the page's running text that a box with a story's name must hold to be taken."""

DEEPER_SHARE = 0.85
"""Share of a box's running text that one child must hold for the choice to go down into it."""

GUARD_SHARE = 0.5
"""A box named as furniture that holds more than this share of the story is the story."""


def choose(flat: Flat, facts: About, entry: Entry) -> tuple[Block, ...]:
    """The story's blocks in page order."""
    if not flat.leaves:
        return ()
    weight = [_weight(leaf) for leaf in flat.leaves]
    sums = [0.0]
    for w in weight:
        sums.append(sums[-1] + w)
    suspect = _suspects(flat, sums)
    clear = [0.0]
    for leaf, w in zip(flat.leaves, weight, strict=True):
        clear.append(clear[-1] + (0.0 if suspect[leaf.box] else w))
    box = _story_box(flat, clear if clear[-1] > 0.3 * sums[-1] else sums)
    return tuple(block(leaf) for leaf in _inside(flat, box, sums))


def _weight(leaf: Leaf) -> float:
    """Characters of running text: links do not count, nor do labels without a sentence."""
    size = len(leaf.text)
    own = size - leaf.linked
    if leaf.kind in (BlockKind.HEADING, BlockKind.CAPTION) or own < 0.5 * size:
        return 0.0
    if size >= 80 or (size >= 25 and _SENTENCE.search(leaf.text)):
        return float(own) if leaf.kind is not BlockKind.ITEM else own * 0.5
    return 0.0


def _suspects(flat: Flat, sums: list[float]) -> list[bool]:
    """For each box whether it, or a box around it, is named as furniture and does not hold most of the page."""
    total = sums[-1] or 1.0
    marked: list[bool] = []
    for box in flat.boxes:
        outer = box.parent >= 0 and marked[box.parent]
        held = sums[box.end] - sums[box.first]
        marked.append(outer or (box.mark in _NOT_TEXT and held <= GUARD_SHARE * total))
    return marked


def _story_box(flat: Flat, sums: list[float]) -> int:
    total = sums[-1]
    if total == 0:
        return 0
    for wanted in (Mark.STORY_BODY, Mark.STORY):
        for number, box in enumerate(flat.boxes):
            if box.mark is wanted and sums[box.end] - sums[box.first] >= NAMED_SHARE * total:
                return number if wanted is Mark.STORY_BODY else _deeper(flat, sums, number)
    return _deeper(flat, sums, 0)


def _deeper(flat: Flat, sums: list[float], number: int) -> int:
    """Go down while one child holds nearly all of the running text; never into a single paragraph."""
    boxes = flat.boxes
    held = sums[boxes[number].end] - sums[boxes[number].first]
    best = number
    for inner in range(number + 1, len(boxes)):
        box = boxes[inner]
        if box.first >= boxes[number].end:
            break
        if box.tag in ("p", "li", "blockquote", "h1", "h2", "h3") or box.parent != best:
            continue
        if sums[box.end] - sums[box.first] >= DEEPER_SHARE * held:
            best = inner
    return best


def _inside(flat: Flat, number: int, sums: list[float]) -> list[Leaf]:
    """The leaves of a box without what its inner names call furniture; captions stay, as captions."""
    story = flat.boxes[number]
    held = (sums[story.end] - sums[story.first]) or 1.0
    out: set[int] = set()
    kept = []
    for inner in range(number + 1, len(flat.boxes)):
        box = flat.boxes[inner]
        if box.first >= story.end:
            break
        own = sums[box.end] - sums[box.first]
        if box.parent in out or (box.mark in (Mark.FURNITURE, Mark.BYLINE) and own <= GUARD_SHARE * held):
            out.add(inner)
    for leaf in flat.leaves[story.first : story.end]:
        if leaf.box not in out and leaf.tag != "h1":
            kept.append(leaf)
    return _trimmed(kept)


def _trimmed(leaves: list[Leaf]) -> list[Leaf]:
    """Without the headings that end a story: what they headed was furniture."""
    while leaves and leaves[-1].kind is BlockKind.HEADING:
        leaves.pop()
    return leaves
