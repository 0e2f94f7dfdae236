"""The story's box -> its leaves: what inside it does not belong, told by names, links, make and place."""

from __future__ import annotations

import re

from pipeline.extract.flat import Box, Flat, Leaf
from pipeline.extract.marks import Mark
from pipeline.story import BlockKind

_NO_WEIGHT = (BlockKind.HEADING, BlockKind.CAPTION, BlockKind.BYLINE)
_SENTENCE = re.compile(r"""[.!?。！？؟…]["'”’»)\]]*(?:\s|$)""")
_SIGNED = re.compile(r"\s[—–-]\s*[^—–]{2,60}$")
_NO_LETTERS = re.compile(r"[\W_]+")
_DIGITS = re.compile(r"\d+")
GUARD_SHARE = 0.5
"""A box named as furniture that holds more than this share of the story is the story."""


LINKED_SHARE = 0.6
"""Share of linked characters from which a box of several runs is a list of links."""

LINKS_GUARD = 0.2
"""A list of links that holds more than this share of the story's running text is part of it."""

_CUT = (Mark.FURNITURE, Mark.HIDDEN)


def weight(leaf: Leaf) -> float:
    """Characters of running text: links do not count, nor do labels without a sentence."""
    size = len(leaf.text)
    own = size - leaf.linked
    if leaf.kind in _NO_WEIGHT or own < 0.5 * size:
        return 0.0
    if size >= 80 or (size >= 25 and _SENTENCE.search(leaf.text)):
        return float(own) if leaf.kind is not BlockKind.ITEM else own * 0.5
    return 0.0


def inside(flat: Flat, number: int, sums: list[float], rows: list[list[int]]) -> list[Leaf]:
    """The leaves of a box without what its inner names and links call furniture; captions stay, as captions."""
    story = flat.boxes[number]
    held = (sums[story.end] - sums[story.first]) or 1.0
    links = _Links(flat, story)
    out: set[int] = set()
    for row in rows:
        own = sum(sums[flat.boxes[n].end] - sums[flat.boxes[n].first] for n in row)
        if row[0] > number and flat.boxes[row[-1]].end <= story.end and own <= LINKS_GUARD * held:
            out.update(row)
            _drop_label(flat, flat.boxes[row[0]], story.first)
    quotes: set[int] = set()
    for inner in range(number + 1, len(flat.boxes)):
        box = flat.boxes[inner]
        if box.first >= story.end:
            break
        own = sums[box.end] - sums[box.first]
        named = box.mark in _CUT and not (box.tag in _INLINE and own > 0)
        if box.parent in out or inner in out or (named and own <= GUARD_SHARE * held):
            out.add(inner)
            if box.parent in quotes or (
                box.parent not in out and (box.tag == "aside" or "quote" in box.name)
            ):
                quotes.add(inner)
        elif own <= LINKS_GUARD * held and links.fill(box):
            out.add(inner)
            _drop_label(flat, box, story.first)
    leaves = _without_title(flat.leaves[story.first : story.end])
    kept = [x for x in leaves if not (x.box in out or x.dropped)]
    if quotes:
        said = _key(" ".join(x.text for x in kept))
        kept = [
            x
            for x in leaves
            if not (x.box in out or x.dropped) or (x.box in quotes and _repeats(x, said))
        ]
    return _trimmed(kept)


FEWEST_CARDS, LARGEST_CARD = 3, 300
"""Like boxes side by side, each a link above a few words, from which they are cards; characters of the largest."""


def cards(flat: Flat) -> list[list[int]]:
    """Rows of boxes that stand for other stories by their make: like ones, each headed by a line that is all link."""
    rows: dict[tuple[int, str, str], list[int]] = {}
    for number, box in enumerate(flat.boxes):
        if box.end - box.first >= 2 and flat.leaves[box.first].linked:
            rows.setdefault((box.parent, box.tag, _DIGITS.sub("", box.name)), []).append(number)
    return [
        row
        for row in rows.values()
        if len(row) >= FEWEST_CARDS and all(_is_card(flat, n) for n in row)
    ]


def _is_card(flat: Flat, number: int) -> bool:
    leaves = flat.leaves[flat.boxes[number].first : flat.boxes[number].end]
    head = leaves[0]
    return (
        head.linked >= 0.9 * len(head.text)
        and sum(len(leaf.text) for leaf in leaves) <= LARGEST_CARD
    )


SHORTEST_QUOTE = 6
"""Words of the shortest pull quote that is told by the story's saying the same."""


def _repeats(leaf: Leaf, said: str) -> bool:
    """Whether a run set apart from the story says again what the story says: a pull quote, part of the page's print."""
    if (
        leaf.text.count(" ") < SHORTEST_QUOTE
        or 2 * leaf.linked > len(leaf.text)
        or _key(_SIGNED.sub("", leaf.text)) not in said
    ):
        return False
    leaf.kind = BlockKind.QUOTE
    return True


def _key(text: str) -> str:
    return _NO_LETTERS.sub("", text).casefold()


_INLINE = frozenset(("a", "span", "em", "strong", "b", "i", "small", "mark"))


def _without_title(leaves: list[Leaf]) -> list[Leaf]:
    """Without the <h1> above the text; those after it head passages, on pages that number no levels."""
    begun = False
    kept = []
    for leaf in leaves:
        begun = begun or weight(leaf) > 0
        if leaf.tag != "h1" or begun:
            kept.append(leaf)
    return kept


def _placed(leaves: list[Leaf]) -> list[Leaf]:
    """A standfirst stands above the story; what bears its name farther down is a cross-head."""
    begun = False
    for leaf in leaves:
        if leaf.kind is BlockKind.STANDFIRST and begun:
            leaf.kind = BlockKind.HEADING if len(leaf.text) < 120 else BlockKind.PARAGRAPH
        begun = begun or (weight(leaf) > 0 and leaf.kind is not BlockKind.STANDFIRST)
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
        return (
            high - low >= 2
            and size > 0
            and self._linked[high] - self._linked[low] >= LINKED_SHARE * size
        )


def _trimmed(leaves: list[Leaf]) -> list[Leaf]:
    """Without the headings that end a story: what they headed was furniture."""
    while leaves and leaves[-1].kind is BlockKind.HEADING:
        leaves.pop()
    return _placed(leaves)
