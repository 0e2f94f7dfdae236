"""Flat blocks -> the story's blocks: which box holds the story, and what inside it does not belong.

Every leaf weighs what it has of running text (characters outside links, sentences). The story's box is the one whose
names say so and that holds a good share of the page's running text; without such a name, the deepest box that holds
nearly all of it. Inside it, boxes with names of furniture go, unless that would take most of the story.
"""

from __future__ import annotations

import re

from pipeline.extract.blocks import Box, Flat, Leaf, block
from pipeline.extract.marks import Mark
from pipeline.story import Block, BlockKind

_NO_WEIGHT = (BlockKind.HEADING, BlockKind.CAPTION, BlockKind.BYLINE)
_SENTENCE = re.compile(r"""[.!?。！？؟…]["'”’»)\]]*(?:\s|$)""")
_BY = re.compile(r"(?:by|von|par|por|di)\b", re.IGNORECASE)
_DIGITS = re.compile(r"\d+")
_NOT_TEXT = (Mark.FURNITURE, Mark.CAPTION, Mark.BYLINE, Mark.HIDDEN)
NAMED_SHARE = 0.35
"""Share of the page's running text that a box with a story's name must hold to be taken."""

DEEPER_SHARE = 0.75
"""Share of a box's running text that one child must hold for the choice to go down into it."""

GUARD_SHARE = 0.5
"""A box named as furniture that holds more than this share of the story is the story."""


TAG_GUARD_SHARE = 0.9
"""The same for <aside>, <footer> and the like, whose tag already says that they are not the story."""

_ASIDE = frozenset(("aside", "footer", "nav"))

LINKED_SHARE = 0.6
"""Share of linked characters from which a box of several runs is a list of links."""

LINKS_GUARD = 0.2
"""A list of links that holds more than this share of the story's running text is part of it."""

CLEAR_SHARE, CLEAR_TEXT = 0.3, 200
"""Running text outside furniture from which the choice is made on that alone: a share of all, or so many characters."""

_CUT = (Mark.FURNITURE, Mark.HIDDEN)


def choose(flat: Flat) -> tuple[tuple[Block, ...], bool]:
    """The story's blocks in page order, and whether the page itself names the box that holds them."""
    if not flat.leaves:
        return (), False
    weight = [_weight(leaf) for leaf in flat.leaves]
    sums = [0.0]
    for w in weight:
        sums.append(sums[-1] + w)
    suspect = _suspects(flat, sums)
    clear = [0.0]
    for leaf, w in zip(flat.leaves, weight, strict=True):
        clear.append(clear[-1] + (0.0 if suspect[leaf.box] else w))
    box, named = _story_box(flat, clear if clear[-1] >= min(CLEAR_SHARE * sums[-1], CLEAR_TEXT) else sums)
    found = _inside(flat, box, sums)
    if not any(leaf.kind is BlockKind.BYLINE for leaf in found) and (byline := _byline(flat, box)):
        found.insert(0, byline)
    return tuple(block(leaf) for leaf in found), named


LONGEST_BYLINE = 90
"""Characters of the longest byline outside the story's box that is taken for its own."""


def _byline(flat: Flat, number: int) -> Leaf | None:
    """The last byline above the story's box: between the headline and the text."""
    first = flat.boxes[number].first
    near = [
        leaf
        for leaf in reversed(flat.leaves[max(0, first - 40) : first + 1])
        if leaf.kind is BlockKind.BYLINE and 3 < len(leaf.text) <= LONGEST_BYLINE and " " in leaf.text
    ]
    signed = [leaf for leaf in near if _BY.match(leaf.text)]
    return next(iter(signed or [leaf for leaf in near if not _DIGITS.search(leaf.text)]), None)


def _weight(leaf: Leaf) -> float:
    """Characters of running text: links do not count, nor do labels without a sentence."""
    size = len(leaf.text)
    own = size - leaf.linked
    if leaf.kind in _NO_WEIGHT or own < 0.5 * size:
        return 0.0
    if size >= 80 or (size >= 25 and _SENTENCE.search(leaf.text)):
        return float(own) if leaf.kind is not BlockKind.ITEM else own * 0.5
    return 0.0


def _suspects(flat: Flat, sums: list[float]) -> list[bool]:
    """For each box whether it, or a box around it, is named as furniture and does not hold most of the page."""
    total = sums[-1] or 1.0
    named = [b for b in flat.boxes if b.mark in (Mark.STORY, Mark.STORY_BODY) and sums[b.end] > sums[b.first]]
    first_end = min((b.end for b in named), default=len(flat.leaves) + 1)
    last_first = max((b.first for b in named), default=-1)
    marked: list[bool] = []
    for box in flat.boxes:
        outer = box.parent >= 0 and marked[box.parent]
        if not outer and box.mark in _NOT_TEXT:
            held = sums[box.end] - sums[box.first]
            guard = TAG_GUARD_SHARE if box.tag in _ASIDE or box.mark is Mark.HIDDEN else GUARD_SHARE
            # a story that stands elsewhere under its own name needs no guard
            outer = held <= guard * total or first_end <= box.first or last_first >= box.end
        marked.append(outer)
    return marked


def _story_box(flat: Flat, sums: list[float]) -> tuple[int, bool]:
    """The box, and whether it was found by its name."""
    total = sums[-1]
    if total == 0:
        return 0, False
    for wanted in (Mark.STORY_BODY, Mark.STORY):
        for members in _groups(flat, wanted):
            if sum(sums[flat.boxes[n].end] - sums[flat.boxes[n].first] for n in members) >= NAMED_SHARE * total:
                number = _around(flat, members)
                return (number if wanted is Mark.STORY_BODY else _deeper(flat, sums, number)), True
    return _deeper(flat, sums, 0), False


def _groups(flat: Flat, wanted: Mark) -> list[list[int]]:
    """Boxes of one mark by tag and name, in page order: some sites print a story in several boxes of one name."""
    groups: dict[tuple[str, str], list[int]] = {}
    for number, box in enumerate(flat.boxes):
        if box.mark is wanted:
            name = _DIGITS.sub("", box.name) if wanted is Mark.STORY_BODY else str(number)
            members = groups.setdefault((box.tag, name), [])
            if not members or box.first >= flat.boxes[members[-1]].end:
                members.append(number)
    return list(groups.values())


def _around(flat: Flat, members: list[int]) -> int:
    """The innermost box that holds all of them."""
    first, last = members[0], flat.boxes[members[-1]].end
    while flat.boxes[first].end < last:
        first = flat.boxes[first].parent
    return first


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
    """The leaves of a box without what its inner names and links call furniture; captions stay, as captions."""
    story = flat.boxes[number]
    held = (sums[story.end] - sums[story.first]) or 1.0
    links = _Links(flat, story)
    out: set[int] = set()
    for inner in range(number + 1, len(flat.boxes)):
        box = flat.boxes[inner]
        if box.first >= story.end:
            break
        own = sums[box.end] - sums[box.first]
        named = box.mark in _CUT and not (box.tag in _INLINE and own > 0)
        if box.parent in out or (named and own <= GUARD_SHARE * held):
            out.add(inner)
        elif own <= LINKS_GUARD * held and links.fill(box):
            out.add(inner)
            _drop_label(flat, box, story.first)
    leaves = flat.leaves[story.first : story.end]
    return _trimmed([x for x in leaves if not (x.box in out or x.tag == "h1" or x.dropped)])


_INLINE = frozenset(("a", "span", "em", "strong", "b", "i", "small", "mark"))


def _placed(leaves: list[Leaf]) -> list[Leaf]:
    """A standfirst stands above the story; what bears its name farther down is a cross-head."""
    begun = False
    for leaf in leaves:
        if leaf.kind is BlockKind.STANDFIRST and begun:
            leaf.kind = BlockKind.HEADING if len(leaf.text) < 120 else BlockKind.PARAGRAPH
        begun = begun or (_weight(leaf) > 0 and leaf.kind is not BlockKind.STANDFIRST)
    return leaves


LONGEST_LABEL = 6
"""Words of the longest label above a list of links."""


def _drop_label(flat: Flat, box: Box, first: int) -> None:
    """The heading over a list of links ("More about:") goes with the list."""
    if box.first <= first or box.mark is not Mark.NONE:
        return
    above = flat.leaves[box.first - 1]
    if above.text.count(" ") < LONGEST_LABEL and (
        above.kind is BlockKind.HEADING or above.text.endswith(":") or above.bold
    ):
        above.dropped = True


class _Links:
    """Running totals of characters and of linked characters in the story's box."""

    def __init__(self, flat: Flat, story: Box) -> None:
        self._first = story.first
        self._chars, self._linked = [0], [0]
        for leaf in flat.leaves[story.first : story.end]:
            self._chars.append(self._chars[-1] + len(leaf.text))
            self._linked.append(self._linked[-1] + leaf.linked)

    def fill(self, box: Box) -> bool:
        """Whether a box of several runs is links for the most part: a menu, a list of other stories."""
        low, high = box.first - self._first, box.end - self._first
        size = self._chars[high] - self._chars[low]
        return high - low >= 2 and size > 0 and self._linked[high] - self._linked[low] >= LINKED_SHARE * size


def _trimmed(leaves: list[Leaf]) -> list[Leaf]:
    """Without the headings that end a story: what they headed was furniture."""
    while leaves and leaves[-1].kind is BlockKind.HEADING:
        leaves.pop()
    return _placed(leaves)
