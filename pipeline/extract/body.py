"""Flat blocks -> the story's blocks: which box holds the story (``inside.py``: what in it does not belong).

Every leaf weighs what it has of running text (characters outside links, sentences). The story's box is the one whose
names say so and that holds a good share of the page's running text; without such a name, the deepest box that holds
nearly all of it. Inside it, boxes with names of furniture go, unless that would take most of the story.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import accumulate

from pipeline.extract.comments import drop_comments
from pipeline.extract.flat import Flat, Leaf, block
from pipeline.extract.inside import GUARD_SHARE, cards, inside, weight
from pipeline.extract.marks import Mark
from pipeline.story import Block, BlockKind

_BY = re.compile(r"(?:by|von|par|por|di)\b", re.IGNORECASE)
_DIGITS = re.compile(r"\d+")
_NOT_TEXT = (Mark.FURNITURE, Mark.CAPTION, Mark.BYLINE, Mark.HIDDEN)
NAMED_SHARE = 0.35
"""Share of the page's running text that a box with a story's name must hold to be taken."""

DEEPER_SHARE = 0.75
"""Share of a box's running text that one child must hold for the choice to go down into it."""

TAG_GUARD_SHARE = 0.9
"""The same for <aside>, <footer> and the like, whose tag already says that they are not the story."""

_PARAGRAPHS = frozenset(("p", "li", "blockquote", "h1", "h2", "h3"))
_ASIDE = frozenset(("aside", "footer", "nav"))

CLEAR_SHARE, CLEAR_TEXT = 0.3, 200
"""Running text outside furniture from which the choice is made on that alone: a share of all, or so many characters."""


def choose(flat: Flat) -> tuple[Block, ...]:
    """The story's blocks in page order."""
    if not flat.leaves:
        return ()
    weights = [weight(leaf) for leaf in flat.leaves]
    sums = _totals(weights)
    rows = cards(flat)
    suspect = _suspects(flat, sums, {n for row in rows for n in row})
    drop_comments(flat, sums)
    clear = [
        0.0 if suspect[x.box] or x.dropped else w for x, w in zip(flat.leaves, weights, strict=True)
    ]
    box = _story_box(
        flat, clear if sum(clear) >= min(CLEAR_SHARE * sums[-1], CLEAR_TEXT) else weights
    )
    found = inside(flat, box, sums, rows)
    found = _lead(flat, box) + found
    if not any(leaf.kind is BlockKind.BYLINE for leaf in found) and (byline := _byline(flat, box)):
        found.insert(0, byline)
    return tuple(block(leaf) for leaf in found)


_LEAD = re.compile(r"(?:^|[\s_-])(?:lede|first-?par(?:agraph)?)(?=$|[\s_-])", re.IGNORECASE)


def _lead(flat: Flat, number: int) -> list[Leaf]:
    """The lead, where a page sets it in a box of that name right before the box that holds the rest."""
    story = flat.boxes[number]
    for box in flat.boxes[:number]:
        if (
            box.parent == story.parent
            and box.end == story.first > box.first
            and _LEAD.search(box.name)
        ):
            return [leaf for leaf in flat.leaves[box.first : box.end] if weight(leaf) > 0]
    return []


LONGEST_BYLINE = 90
"""Characters of the longest byline outside the story's box that is taken for its own."""


def _byline(flat: Flat, number: int) -> Leaf | None:
    """The last byline above the story's box: between the headline and the text."""
    first = flat.boxes[number].first
    near = [
        leaf
        for leaf in reversed(flat.leaves[max(0, first - 40) : first + 1])
        if leaf.kind is BlockKind.BYLINE
        and 3 < len(leaf.text) <= LONGEST_BYLINE
        and " " in leaf.text
    ]
    signed = [leaf for leaf in near if _BY.match(leaf.text)]
    return next(iter(signed or [leaf for leaf in near if not _DIGITS.search(leaf.text)]), None)


def _suspects(flat: Flat, sums: list[float], card: set[int]) -> list[bool]:
    """For each box whether it, or one around it, is a card, or named as furniture without holding most of the page."""
    total = sums[-1] or 1.0
    named = [
        b
        for b in flat.boxes
        if b.mark in (Mark.STORY, Mark.STORY_BODY) and sums[b.end] > sums[b.first]
    ]
    first_end = min((b.end for b in named), default=len(flat.leaves) + 1)
    last_first = max((b.first for b in named), default=-1)
    marked: list[bool] = []
    for number, box in enumerate(flat.boxes):
        outer = (box.parent >= 0 and marked[box.parent]) or number in card
        if not outer and box.mark in _NOT_TEXT:
            held = sums[box.end] - sums[box.first]
            guard = TAG_GUARD_SHARE if box.tag in _ASIDE or box.mark is Mark.HIDDEN else GUARD_SHARE
            # a story that stands elsewhere under its own name needs no guard
            outer = held <= guard * total or first_end <= box.first or last_first >= box.end
        marked.append(outer)
    return marked


DENSE = 0.2
"""Running text of a box's own paragraphs from which they count where no name helps: a share of the fullest box's."""

OWN_SHARE = 0.1
"""Share of a box's running text in paragraphs of its own from which the choice goes no deeper."""


def _own(flat: Flat, weights: list[float]) -> tuple[list[int], dict[int, float]]:
    """The box that each leaf is a paragraph of, and how much running text each box has in such paragraphs."""
    places = []
    own: dict[int, float] = {}
    for leaf, w in zip(flat.leaves, weights, strict=True):
        box = flat.boxes[leaf.box]
        place = box.parent if box.tag in _PARAGRAPHS else leaf.box
        places.append(place)
        own[place] = own.get(place, 0.0) + w
    return places, own


def _totals(weights: Iterable[float]) -> list[float]:
    return [0.0, *accumulate(weights)]


def _story_box(flat: Flat, weights: list[float]) -> int:
    """The box that its name says is the story's, else the one that paragraphs stand in."""
    sums = _totals(weights)
    total = sums[-1]
    if total == 0:
        return 0
    places, own = _own(flat, weights)
    # what stands paragraph beside paragraph: teasers and comments have a box each
    least = DENSE * max(own.values())
    dense = _totals(
        w if own[place] >= least else 0.0 for w, place in zip(weights, places, strict=True)
    )
    for wanted in (Mark.STORY_BODY, Mark.STORY):
        groups = _groups(flat, wanted)
        for members in groups:
            if (
                sum(sums[flat.boxes[n].end] - sums[flat.boxes[n].first] for n in members)
                >= NAMED_SHARE * total
            ):
                number = _around(flat, members)
                body = wanted is Mark.STORY_BODY
                return (
                    _innermost(flat, sums, own, number, groups)
                    if body
                    else _deeper(flat, dense, own, number)
                )
    return _deeper(flat, dense, own, 0)


def _innermost(
    flat: Flat, sums: list[float], own: dict[int, float], number: int, groups: list[list[int]]
) -> int:
    """Of boxes named as the story's text inside one another, the innermost that still holds nearly all of it."""
    outer = flat.boxes[number]
    held = sums[outer.end] - sums[outer.first]
    if own.get(number, 0.0) >= OWN_SHARE * held:
        return number
    for members in groups:
        if number < members[0] and flat.boxes[members[-1]].end <= outer.end:
            inner = _around(flat, members)
            box = flat.boxes[inner]
            if inner > number and sums[box.end] - sums[box.first] >= DEEPER_SHARE * held:
                number = inner
    return number


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


def _deeper(flat: Flat, sums: list[float], own: dict[int, float], number: int) -> int:
    """Go down while one child holds nearly all of the running text; never into a single paragraph."""
    boxes = flat.boxes
    held = sums[boxes[number].end] - sums[boxes[number].first]
    best = number
    for inner in range(number + 1, len(boxes)):
        box = boxes[inner]
        if box.first >= boxes[number].end:
            break
        if box.tag in _PARAGRAPHS or box.parent != best or own.get(best, 0.0) >= OWN_SHARE * held:
            continue
        if sums[box.end] - sums[box.first] >= DEEPER_SHARE * held:
            best = inner
    return best
