"""What of a page does not belong to its story, told by names, links, make and place."""

from __future__ import annotations

import re
from itertools import accumulate

from pipeline.extract.marks import Mark
from pipeline.extract.walk import Box, FlatPage, Leaf
from pipeline.story import BlockKind
from pipeline.text import STOPS, UNSTOPPED, count_words

# characters from which a line is running text: with the end of a sentence, and without one
SENTENCE, LINE = 25, 80
# an item of a list weighs half: lists are of links, of ships or of facts as often as of text
ITEM_WEIGHT = 0.5
# a box named as furniture that holds more than this share of the story is the story
GUARD_SHARE = 0.5
# share of linked characters from which a box of several runs is a list of links; one that holds
# more than the second share of the story's running text is part of it
LINKED_SHARE, LINKS_GUARD = 0.6, 0.2
# characters of the shortest headline of a further story on the page, and of its running text: a
# shorter <h1> heads a passage
SHORTEST_HEADLINE, TEXT_OF_ARTICLE = 12, 200
# share of a box's characters in running text from which it holds prose
PROSE_SHARE = 0.4
# words of the longest label above a list of links
LABEL_WORDS = 6
# like boxes side by side, each a link above a few words, from which they are cards; characters of
# the largest, and the share of its first line that is link (docs/decisions.md, "Cards are told")
FEWEST_CARDS, LARGEST_CARD, CARD_HEAD_SHARE = 3, 300, 0.9
# spaces in the shortest pull quote that the story repeats: a shorter one is repeated by chance
QUOTE_SPACES = 6
# characters from which what bears a standfirst's name below the lead is a paragraph, no cross-head
LONG_CROSSHEAD = 120
# characters of the longest heading over readers' comments, and of the running text above them: what
# comments on nothing is a story with a strange heading
LONGEST_COMMENTS_HEADING, TEXT_ABOVE_COMMENTS = 40, 200

_NO_WEIGHT = (BlockKind.HEADING, BlockKind.CAPTION, BlockKind.BYLINE)
_CUT_MARKS = (Mark.FURNITURE, Mark.HIDDEN)
# these stand inside sentences: cut by their name only where they hold no sentence
_INLINE_TAGS = frozenset(("a", "span", "em", "strong", "b", "i", "small", "mark"))

_SENTENCE_END = re.compile(rf"""[.!?…{STOPS}]["'”’»)\]]*(?:\s|$)|{UNSTOPPED}$""")
_SIGNATURE = re.compile(r"\s[—–-]\s*[^—–]{2,60}$")
_NO_LETTERS = re.compile(r"[\W_]+")
DIGITS = re.compile(r"\d+")
# the number of a story; a shorter one counts the parts of a page
_NUMBER = re.compile(r"\d{3,}")

# docs/decisions.md, "Readers' comments end the story where their heading stands"
_COMMENTS_HEADING = re.compile(
    r"(?:(?:view|show|see|read|all|\d[\d.,]*) ){0,3}(?:(?:readers?|user)['’]?s? )?comments"
    r"|(?:leave|post|add) a (?:comment|reply)|join the (?:conversation|discussion)",
    re.IGNORECASE,
)
_COMMENTS_ABROAD = re.compile(
    "kommentare?|commentaires|comentarios|comentários|commenti|комментарии|коментарі|yorumlar"
    "|komentarze|komentar|评论|評論|コメント|댓글|تعليقات|التعليقات|σχόλια|ความคิดเห็น|bình luận",
    re.IGNORECASE,
)
_COUNT = re.compile(r"^[\d\s().,:]+|[\s():\d]+$")


def weigh_leaf(leaf: Leaf) -> float:
    """Characters of running text: links do not count, nor do labels without a sentence."""
    size = len(leaf.text)
    unlinked = size - leaf.linked
    if leaf.kind in _NO_WEIGHT or 2 * unlinked < size:
        return 0.0
    if size >= LINE or (size >= SENTENCE and _SENTENCE_END.search(leaf.text)):
        return unlinked * ITEM_WEIGHT if leaf.kind is BlockKind.ITEM else float(unlinked)
    return 0.0


def drop_comments(flat: FlatPage, sums: list[float]) -> None:
    """Drop readers' comments, told by a heading like "Comments (12)" where no name tells them.

    They end with the box that begins with their heading, or with the one that holds it.
    """
    for number, leaf in enumerate(flat.leaves):
        if len(leaf.text) > LONGEST_COMMENTS_HEADING or leaf.dropped:
            continue
        if leaf.kind is not BlockKind.HEADING and not leaf.bold:
            continue
        if sums[number] < TEXT_ABOVE_COMMENTS:
            continue
        heading = _COUNT.sub("", leaf.text)
        if _COMMENTS_HEADING.fullmatch(heading) or _COMMENTS_ABROAD.fullmatch(heading):
            box = flat.boxes[leaf.box]
            while box.first == number and box.end == number + 1 and box.parent >= 0:
                box = flat.boxes[box.parent]
            for below in flat.leaves[number : box.end]:
                below.dropped = True


def drop_next_articles(flat: FlatPage, sums: list[float]) -> None:
    """Drop the stories that a page shows below its own, each in a box under an <h1> of its own.

    Their boxes are like the first one's, of its tag and name, or the first is an <article> that is
    over where they begin. A page that numbers no levels has its <h1> beside the text, not each in
    a box with text that is like the others.
    """
    headlines: list[int] = []
    for number, leaf in enumerate(flat.leaves):
        if leaf.tag == "h1" and len(leaf.text) >= SHORTEST_HEADLINE and not leaf.dropped:
            headlines.append(number)
    first: set[tuple[str, str]] = set()
    for position, number in enumerate(headlines if len(headlines) > 1 else ()):
        above = headlines[position - 1] if position else -1
        below = headlines[position + 1] if position + 1 < len(headlines) else len(flat.leaves)
        boxes = _find_boxes_of_headline(flat, number, above, below)
        made: set[tuple[str, str]] = set()
        for box in boxes:
            if sums[box.end] - sums[box.first] >= TEXT_OF_ARTICLE:
                made.add((box.tag, "" if box.tag == "article" else _NUMBER.sub("", box.name)))
        if not first:
            first = made
        elif not first.isdisjoint(made) or (made and ("article", "") in first):
            for leaf in flat.leaves[boxes[-1].first : boxes[-1].end]:
                leaf.dropped = True


def _find_boxes_of_headline(flat: FlatPage, number: int, above: int, below: int) -> list[Box]:
    """The boxes that hold the leaf of that number but neither of two others, from the inside."""
    boxes: list[Box] = []
    inside = flat.leaves[number].box
    while inside >= 0 and flat.boxes[inside].first > above and flat.boxes[inside].end <= below:
        boxes.append(flat.boxes[inside])
        inside = flat.boxes[inside].parent
    return boxes


def free_panels(flat: FlatPage, sums: list[float]) -> None:
    """Take panels that a reader opens for shown where they hold prose: answers below questions."""
    for box in flat.boxes:
        if not box.opened:
            continue
        if _holds_prose(flat, box, sums):
            box.mark = Mark.NONE


def mark_widgets(flat: FlatPage, sums: list[float]) -> None:
    """Take the pieces of page builders for furniture, but for those that hold a paragraph."""
    for box in flat.boxes:
        if box.mark is not Mark.WIDGET:
            continue
        box.mark = Mark.NONE if _holds_prose(flat, box, sums) else Mark.FURNITURE


def _holds_prose(flat: FlatPage, box: Box, sums: list[float]) -> bool:
    """Whether a good share of a box's text is running text."""
    weight = sums[box.end] - sums[box.first]
    if weight < LINE:
        return False
    size = sum(len(leaf.text) for leaf in flat.leaves[box.first : box.end])
    return weight >= PROSE_SHARE * size


def find_cards(flat: FlatPage) -> list[list[int]]:
    """Rows of boxes that stand for other stories by their make, as numbers of boxes.

    They are like ones side by side, each headed by a line that is all link.
    """
    rows: dict[tuple[int, str, str], list[int]] = {}
    for number, box in enumerate(flat.boxes):
        if box.end - box.first >= 2 and flat.leaves[box.first].linked:
            rows.setdefault((box.parent, box.tag, DIGITS.sub("", box.name)), []).append(number)
    cards: list[list[int]] = []
    for row in rows.values():
        like_cards = len(row) >= FEWEST_CARDS
        for number in row if like_cards else ():
            box = flat.boxes[number]
            head = flat.leaves[box.first]
            if head.linked < CARD_HEAD_SHARE * len(head.text):
                like_cards = False
                break
            size = sum(len(leaf.text) for leaf in flat.leaves[box.first : box.end])
            if size > LARGEST_CARD:
                like_cards = False
                break
        if like_cards:
            cards.append(row)
    return cards


def strike_furniture(
    flat: FlatPage, number: int, sums: list[float], cards: list[list[int]]
) -> list[Leaf]:
    """The leaves of the story's box without what its inner names and links call furniture.

    ``sums`` are the running totals of the leaves' weights. Captions stay, as captions.
    """
    story = flat.boxes[number]
    text = (sums[story.end] - sums[story.first]) or 1.0
    out = _find_cards_inside(flat, number, sums, cards)
    # boxes set apart that may hold a pull quote
    asides: set[int] = set()
    chars = [0, *accumulate(len(leaf.text) for leaf in flat.leaves)]
    linked = [0, *accumulate(leaf.linked for leaf in flat.leaves)]
    for inner in range(number + 1, len(flat.boxes)):
        box = flat.boxes[inner]
        if box.first >= story.end:
            break
        weight = sums[box.end] - sums[box.first]
        named = box.mark in _CUT_MARKS and not (box.tag in _INLINE_TAGS and weight > 0)
        if box.parent in out or inner in out or (named and weight <= GUARD_SHARE * text):
            out.add(inner)
            is_aside = box.tag == "aside" or "quote" in box.name
            if box.parent in asides or (is_aside and box.parent not in out):
                asides.add(inner)
            continue
        size = chars[box.end] - chars[box.first]
        is_list_of_links = (
            box.end - box.first >= 2
            and size > 0
            and linked[box.end] - linked[box.first] >= LINKED_SHARE * size
        )
        if is_list_of_links and weight <= LINKS_GUARD * text:
            out.add(inner)
            _drop_label_above(flat, box, story.first)
    # the <h1> above the text goes; on pages that number no levels those after it head passages
    begun = False
    leaves: list[Leaf] = []
    kept: list[Leaf] = []
    for leaf in flat.leaves[story.first : story.end]:
        begun = begun or weigh_leaf(leaf) > 0
        if begun or leaf.tag != "h1":
            leaves.append(leaf)
            if leaf.box not in out and not leaf.dropped:
                kept.append(leaf)
    if asides:
        kept = _add_pull_quotes(leaves, kept, asides)
    return _put_headings_right(kept)


def _find_cards_inside(
    flat: FlatPage, number: int, sums: list[float], cards: list[list[int]]
) -> set[int]:
    """The boxes of the cards inside the story's box, unless they hold much of its text."""
    story = flat.boxes[number]
    text = (sums[story.end] - sums[story.first]) or 1.0
    out: set[int] = set()
    for row in cards:
        if row[0] <= number or flat.boxes[row[-1]].end > story.end:
            continue
        weight = 0.0
        for card in row:
            weight += sums[flat.boxes[card].end] - sums[flat.boxes[card].first]
        if weight <= LINKS_GUARD * text:
            out.update(row)
            _drop_label_above(flat, flat.boxes[row[0]], story.first)
    return out


def _drop_label_above(flat: FlatPage, box: Box, first: int) -> None:
    """The heading over a list of links ("More about:") goes with the list."""
    if box.first <= first or box.mark is not Mark.NONE:
        return
    above = flat.leaves[box.first - 1]
    if count_words(above.text) <= LABEL_WORDS and (
        above.kind is BlockKind.HEADING or above.text.endswith(":") or above.bold
    ):
        above.dropped = True


def _add_pull_quotes(leaves: list[Leaf], kept: list[Leaf], asides: set[int]) -> list[Leaf]:
    """What is kept, and the runs set apart that say again what the story says, as quotes.

    They are part of the page's print, and cleaning strikes them as repeats (docs/decisions.md, "A
    pull quote is told by what it says").
    """
    story = _NO_LETTERS.sub("", " ".join(leaf.text for leaf in kept)).casefold()
    with_quotes: list[Leaf] = []
    standing = {id(leaf) for leaf in kept}
    for leaf in leaves:
        if id(leaf) in standing:
            with_quotes.append(leaf)
        elif leaf.box in asides and count_words(leaf.text) > QUOTE_SPACES:
            unsigned = _SIGNATURE.sub("", leaf.text)
            is_link = 2 * leaf.linked > len(leaf.text)
            if not is_link and _NO_LETTERS.sub("", unsigned).casefold() in story:
                leaf.kind = BlockKind.QUOTE
                with_quotes.append(leaf)
    return with_quotes


def _put_headings_right(leaves: list[Leaf]) -> list[Leaf]:
    """Without headings at the end, and without standfirsts below the lead.

    What a last heading headed was furniture. A standfirst stands above the story; what bears its
    name farther down is a cross-head.
    """
    while leaves and leaves[-1].kind is BlockKind.HEADING:
        leaves.pop()
    begun = False
    for leaf in leaves:
        if leaf.kind is BlockKind.STANDFIRST:
            if begun:
                short = len(leaf.text) < LONG_CROSSHEAD
                leaf.kind = BlockKind.HEADING if short else BlockKind.PARAGRAPH
        elif not begun:
            begun = weigh_leaf(leaf) > 0
    return leaves
