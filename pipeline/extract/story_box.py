"""Flat blocks -> the story's blocks: which box of a page holds its story.

Every leaf weighs what it has of running text. The story's box is the one whose names say so and
that holds a good share of the page's running text; without such a name, the deepest box that holds
nearly all of it. ``page_furniture`` strikes what in that box does not belong.
"""

from __future__ import annotations

import re
from itertools import accumulate, chain

from pipeline.extract.marks import Mark
from pipeline.extract.page_furniture import (
    DIGITS,
    GUARD_SHARE,
    drop_comments,
    drop_next_articles,
    find_cards,
    free_panels,
    mark_widgets,
    strike_furniture,
    weigh_leaf,
)
from pipeline.extract.walk import FlatPage, Leaf
from pipeline.story import Block, BlockKind

# share of the page's running text that a box with a story's name must hold to be taken: names are
# often right, but teasers bear them too
NAMED_SHARE = 0.35
# share of a box's running text that one child must hold for the choice to go down into it
DEEPER_SHARE = 0.75
# share of a box's running text in paragraphs of its own from which the choice goes no deeper
OWN_SHARE = 0.1
# the same share of what stands above that child, in boxes of its own, where the outer box is named
# as the story: its introduction
ABOVE_SHARE = 0.1
# running text of a box's own paragraphs from which they count where no name helps, as a share of
# the fullest box's: teasers and comments have a box each, a story's paragraphs stand side by side
DENSE_SHARE = 0.2
# like GUARD_SHARE, for <aside>, <footer> and the like, whose tag says that they are not the story
TAG_GUARD_SHARE = 0.9
# share of the page's running text above which a box with a story's name is a story elsewhere
ELSEWHERE_SHARE = 0.1
# running text of a page on which a story may be shorter than what is beside it
LITTLE_TEXT = 1_500
# running text outside furniture from which the choice is made on that alone: a share of all running
# text, or so many characters
CLEAR_SHARE, CLEAR_TEXT = 0.3, 200
# characters of the longest byline outside the story's box that is taken for its own, and the leaves
# above the box in which it is looked for
LONGEST_BYLINE, LEAVES_ABOVE = 90, 40

_BY = re.compile(r"(?:by|von|par|por|di)\b", re.IGNORECASE)
_LEAD = re.compile(r"(?:^|[\s_-])(?:lede|first-?par(?:agraph)?)(?=$|[\s_-])", re.IGNORECASE)
_PARAGRAPHS = frozenset(("p", "li", "blockquote", "h1", "h2", "h3"))
_ASIDES = frozenset(("aside", "footer", "nav"))
_NOT_TEXT = (Mark.FURNITURE, Mark.CAPTION, Mark.BYLINE, Mark.HIDDEN)


def choose_story(flat: FlatPage) -> tuple[Block, ...]:
    """The story's blocks in page order; none where the page has no text."""
    if not flat.leaves:
        return ()
    weights = list(map(weigh_leaf, flat.leaves))
    sums = [0.0, *accumulate(weights)]
    free_panels(flat, sums)
    mark_widgets(flat, sums)
    cards = find_cards(flat)
    suspect = _find_suspects(flat, sums, cards)
    # before the choice: comments may be longer than the story, and so may the next one
    drop_comments(flat, sums)
    drop_next_articles(flat, sums)
    number = _find_story_box(flat, _weigh_clear(flat, weights, suspect))
    article = _find_short_article(flat, sums)
    if article >= 0 and not _holds(flat, article, number):
        number = article
    leaves = _find_lead(flat, number) + strike_furniture(flat, number, sums, cards)
    if not any(leaf.kind is BlockKind.BYLINE for leaf in leaves):
        leaves = _find_byline(flat, number) + leaves
    return tuple(map(Leaf.to_block, leaves))


def _find_short_article(flat: FlatPage, sums: list[float]) -> int:
    """The <article> under the page's only <h1>, on a page of little text; -1 where there is none.

    A flash of one sentence weighs less than the teasers beside it.
    """
    headlines = [leaf for leaf in flat.leaves if leaf.tag == "h1" and not leaf.dropped]
    if len(headlines) != 1 or sums[-1] > LITTLE_TEXT:
        return -1
    number = headlines[0].box
    while number >= 0 and flat.boxes[number].tag != "article":
        number = flat.boxes[number].parent
    if number < 0:
        return -1
    box = flat.boxes[number]
    return number if sums[box.end] > sums[box.first] else -1


def _holds(flat: FlatPage, outer: int, number: int) -> bool:
    """Whether a box is the other one or stands in it."""
    while number > outer:
        number = flat.boxes[number].parent
    return number == outer


def _weigh_clear(flat: FlatPage, weights: list[float], suspect: list[bool]) -> list[float]:
    """The weights of what is not suspect; where that is too little, of what is not hidden either.

    A story may stand in what is named as furniture (a "modal"), and at last in what is hidden.
    """
    total = sum(weights)
    hidden: list[bool] = []
    for box in flat.boxes:
        hidden.append(box.mark is Mark.HIDDEN or (box.parent >= 0 and hidden[box.parent]))
    for out in (suspect, hidden):
        clear: list[float] = []
        for leaf, weight in zip(flat.leaves, weights, strict=True):
            clear.append(0.0 if out[leaf.box] or leaf.dropped else weight)
        if sum(clear) >= min(CLEAR_SHARE * total, CLEAR_TEXT):
            return clear
    return weights


def _find_suspects(flat: FlatPage, sums: list[float], cards: list[list[int]]) -> list[bool]:
    """For each box whether it, or one around it, is a card or named as furniture.

    A box that holds most of the page is not suspect, whatever its name is.
    """
    card_boxes = set(chain.from_iterable(cards))
    # where the boxes named as the story end first and begin last
    first_end, last_first = len(flat.leaves) + 1, -1
    for box in flat.boxes:
        weight = sums[box.end] - sums[box.first]
        if box.mark in (Mark.STORY, Mark.STORY_BODY) and weight > ELSEWHERE_SHARE * sums[-1]:
            first_end = min(first_end, box.end)
            last_first = max(last_first, box.first)
    suspect: list[bool] = []
    for number, box in enumerate(flat.boxes):
        is_suspect = (box.parent >= 0 and suspect[box.parent]) or number in card_boxes
        if not is_suspect and box.mark in _NOT_TEXT:
            by_tag = box.tag in _ASIDES or box.mark is Mark.HIDDEN
            guard = TAG_GUARD_SHARE if by_tag else GUARD_SHARE
            # a story that stands elsewhere under its own name needs no guard
            elsewhere = first_end <= box.first or last_first >= box.end
            weight = sums[box.end] - sums[box.first]
            is_suspect = elsewhere or weight <= guard * (sums[-1] or 1.0)
        suspect.append(is_suspect)
    return suspect


def _find_story_box(flat: FlatPage, weights: list[float]) -> int:
    """The box that its name says is the story's, else the one that paragraphs stand in."""
    sums = [0.0, *accumulate(weights)]
    if sums[-1] == 0:
        return 0
    # the box that each leaf is a paragraph of, and how much running text a box has in its own ones
    places: list[int] = []
    own: dict[int, float] = {}
    for leaf, weight in zip(flat.leaves, weights, strict=True):
        box = flat.boxes[leaf.box]
        place = box.parent if box.tag in _PARAGRAPHS else leaf.box
        places.append(place)
        own[place] = own.get(place, 0.0) + weight
    for wanted in (Mark.STORY_BODY, Mark.STORY):
        groups = _group_named_boxes(flat, wanted)
        for members in groups:
            held = 0.0
            for number in members:
                held += sums[flat.boxes[number].end] - sums[flat.boxes[number].first]
            if held < NAMED_SHARE * sums[-1]:
                continue
            number = _find_box_around(flat, members)
            if wanted is Mark.STORY_BODY:
                return _go_to_inner_body(flat, sums, own, number, groups)
            return _go_deeper(flat, weights, places, own, number)
    return _go_deeper(flat, weights, places, own, 0)


def _group_named_boxes(flat: FlatPage, wanted: Mark) -> list[list[int]]:
    """Boxes of one mark by tag and name, in page order.

    Some sites print a story in several boxes of one name, apart from numbers.
    """
    groups: dict[tuple[str, str], list[int]] = {}
    for number, box in enumerate(flat.boxes):
        dropped = box.first < box.end and flat.leaves[box.first].dropped
        if box.mark is wanted and not dropped:
            name = DIGITS.sub("", box.name) if wanted is Mark.STORY_BODY else str(number)
            members = groups.setdefault((box.tag, name), [])
            # one inside another is no further part
            if not members or box.first >= flat.boxes[members[-1]].end:
                members.append(number)
    return list(groups.values())


def _find_box_around(flat: FlatPage, members: list[int]) -> int:
    """The innermost box that holds all of them."""
    number, last = members[0], flat.boxes[members[-1]].end
    while flat.boxes[number].end < last:
        number = flat.boxes[number].parent
    return number


def _go_to_inner_body(
    flat: FlatPage, sums: list[float], own: dict[int, float], number: int, groups: list[list[int]]
) -> int:
    """Of boxes named as the story's text in one another, the innermost with nearly all of it."""
    outer = flat.boxes[number]
    text = sums[outer.end] - sums[outer.first]
    if own.get(number, 0.0) >= OWN_SHARE * text:
        return number
    for members in groups:
        if number < members[0] and flat.boxes[members[-1]].end <= outer.end:
            inner = _find_box_around(flat, members)
            box = flat.boxes[inner]
            if inner > number and sums[box.end] - sums[box.first] >= DEEPER_SHARE * text:
                number = inner
    return number


def _go_deeper(
    flat: FlatPage, weights: list[float], places: list[int], own: dict[int, float], number: int
) -> int:
    """Go down while one child holds nearly all running text; never into a single paragraph.

    Only what stands paragraph beside paragraph counts.
    """
    least = DENSE_SHARE * max(own.values())
    dense: list[float] = []
    for weight, place in zip(weights, places, strict=True):
        dense.append(weight if own[place] >= least else 0.0)
    sums = [0.0, *accumulate(dense)]
    boxes = flat.boxes
    text = sums[boxes[number].end] - sums[boxes[number].first]
    best = number
    for inner in range(number + 1, len(boxes)):
        box = boxes[inner]
        if box.first >= boxes[number].end:
            break
        if box.tag in _PARAGRAPHS or box.parent != best or own.get(best, 0.0) >= OWN_SHARE * text:
            continue
        above = sums[box.first] - sums[boxes[best].first]
        leaves_lead = boxes[number].mark is Mark.STORY and above >= ABOVE_SHARE * text
        if sums[box.end] - sums[box.first] >= DEEPER_SHARE * text and not leaves_lead:
            best = inner
    return best


def _find_lead(flat: FlatPage, number: int) -> list[Leaf]:
    """The lead, where a page sets it in a box of that name right before the one with the rest."""
    story = flat.boxes[number]
    for box in flat.boxes[:number]:
        beside = box.parent == story.parent and box.end == story.first > box.first
        if beside and _LEAD.search(box.name):
            return list(filter(weigh_leaf, flat.leaves[box.first : box.end]))
    return []


def _find_byline(flat: FlatPage, number: int) -> list[Leaf]:
    """The last byline above the story's box, between headline and text; none or one leaf.

    One that begins with "By" is preferred; without, it is one that holds no figures.
    """
    first = flat.boxes[number].first
    undated: list[Leaf] = []
    for leaf in reversed(flat.leaves[max(0, first - LEAVES_ABOVE) : first + 1]):
        if leaf.kind is not BlockKind.BYLINE or not 3 < len(leaf.text) <= LONGEST_BYLINE:
            continue
        if " " not in leaf.text:
            continue
        if _BY.match(leaf.text):
            return [leaf]
        if not DIGITS.search(leaf.text):
            undated.append(leaf)
    return undated[:1]
