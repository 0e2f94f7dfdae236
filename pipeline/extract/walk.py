"""Tree -> flat blocks: one walk, in document order, that says of every run of text where it stands.

A *leaf* is a run of text between two block boundaries (a paragraph, a heading, an item, the text of
a div, the text between two <br><br>). A *box* is a block-level element that holds leaves; boxes are
numbered in document order, so all that a box holds is one slice of the leaves.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from pipeline.extract.leads import name_leads
from pipeline.extract.marks import CAPTION_TAGS, HEADING_TAGS, Mark, mark_element
from pipeline.extract.plain import split_paragraphs
from pipeline.story import Block, BlockKind
from pipeline.text import STOPS, UNSTOPPED, count_words

# levels of nesting that are walked into boxes and links; of what is deeper only the text is taken,
# because Python's own stack ends soon after and no page that is written with care is so deep
DEEPEST = 200
# characters of the longest cell in a table of figures; a longer one holds text, on old pages
LONGEST_CELL = 60
# characters from which a line that ends in <br> and in no stop was wrapped, not ended
WRAPPED_LINE = 80
# words of the longest line that is a caption because it follows a picture in the same element
UNDER_PICTURE_WORDS = 20
# words of the longest caption that is all the text of a box with a picture: of one that names its
# source, and of one that is no sentence
BESIDE_PICTURE_WORDS, LABEL_WORDS = 40, 16
# texts below a picture, the first of which is a caption, that are said of the picture
BELOW_PICTURE = 2
# words from which a sentence that is only called a credit, and names no picture, is the story's
SENTENCE_WORDS = 12
# share of a line's characters above which it is bold or slanted: a stop or a number after a bold
# label is not
BOLD_SHARE = 0.8
# letters before the end of an element from which it may be a field; fewer are a set-off initial
FIELD_LETTERS = 3
# what leaves no mark on the page: a run of these alone is a space
_UNSEEN = " \t\r\n\xa0\u200b\u200c\u200d\u2060\ufeff"
# a link whose text is an address is printed for its own sake: it leads to no other story
_ADDRESS = re.compile(r"\s*(?:https?://|www\.|pic\.twitter|\S{1,64}@\S+\.\w)")

_LINE_ENDS = frozenset(f".!?:;…”\"'’»){STOPS}")
_QUOTED = re.compile(r"""["“«„].*["”»“]$""")
_SENTENCE_END = re.compile(rf"""(?:[.!?{STOPS}]|{UNSTOPPED})["'”’»]?$""")
_OF_PICTURE = re.compile("photo|image|img|media|picture|caption|foto")
_PICTURE_SOURCE = re.compile(
    r"\b(?:photos?|image|picture|credit|courtesy|foto|file)\b|©|/(?:AP|AFP|Getty|Reuters)"
    r"|\([^()]{2,40}/[^()]{2,60}\)",
    re.IGNORECASE,
)


# --------------------------------------------------------------------------- elements


def _name_tags(names: str) -> frozenset[str]:
    return frozenset(names.split())


# nothing in these is read
_DROPPED = _name_tags("""script style noscript template svg math iframe button input select
    textarea option optgroup datalist canvas audio video object embed applet map area head title
    meta link dialog progress meter nav menu frameset frame label""")
# these begin a line of their own; all others run on with the text around them
_BLOCKS = _name_tags("""address article aside blockquote body caption center dd details dialog
    dir div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup html
    legend li main ol p pre section summary table tbody td tfoot th thead tr ul amp-img""")
_INLINE = _name_tags("""a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd
    mark q rp rt ruby s samp small span strike strong sub sup time tt u var wbr nobr img picture
    source""")
_NO_CELL_TEXT = _BLOCKS | {"br", "img", "script", "style"}
# elements whose text is one run: what is inside them is part of a sentence
_RUNNING = _name_tags("p li blockquote td dd")
# an element that has no kind of its own is of the kind around it
_INHERITING = _name_tags("p div span ul ol table tr td")

# elements that may hold a field of a line: a name, a date
_FIELDS = _name_tags("span a time small")

# what a <figure> holds beside pictures: its words are the story's
_FIGURED = _name_tags("blockquote table pre")

STORY_MARKS = frozenset((Mark.STORY, Mark.STORY_BODY))
# inside a sentence only these are boxes: a name like "meta" says there what a word is
_SET_APART = frozenset((Mark.CAPTION, Mark.BYLINE))
_INLINE_BOXES = _SET_APART | {Mark.HIDDEN, Mark.FURNITURE, Mark.STANDFIRST, Mark.STORY_BODY}

_KIND_BY_MARK = {
    Mark.BYLINE: BlockKind.BYLINE,
    Mark.STANDFIRST: BlockKind.STANDFIRST,
    Mark.CAPTION: BlockKind.CAPTION,
}
_KINDS_OF_MARKS = frozenset(_KIND_BY_MARK.values())
_KIND_BY_TAG = {
    **dict.fromkeys(HEADING_TAGS, BlockKind.HEADING),
    **dict.fromkeys(("li", "dd", "dt"), BlockKind.ITEM),
    "blockquote": BlockKind.QUOTE,
}


# --------------------------------------------------------------------------- the flat page


@dataclass(slots=True)
class Box:
    """A block-level element: its tag, its parent's number, how its names mark it, its leaves.

    ``opened``: it stands right below a heading or a button that opens it.
    """

    tag: str
    parent: int
    mark: Mark
    name: str
    first: int
    end: int = 0
    opened: bool = False


@dataclass(slots=True)
class Leaf:
    """A run of text, the number of its box, its kind, its box's tag, its characters in links."""

    text: str
    box: int
    kind: BlockKind
    tag: str
    linked: int
    bold: bool = False
    slanted: bool = False
    dropped: bool = False
    # the addresses that its links lead to
    addresses: tuple[str, ...] = ()

    def to_block(self) -> Block:
        """The leaf as the stages after this one know it."""
        share = min(1.0, self.linked / max(1, len(self.text)))
        leads = name_leads(self.addresses)
        return Block(self.text, self.kind, round(share, 3), self.slanted, leads)


@dataclass(slots=True)
class FlatPage:
    """A page as flat blocks, in document order."""

    leaves: list[Leaf] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)


def flatten_page(root: Any) -> FlatPage:
    """Walk the tree once; linear in its size."""
    body = root if root.tag == "body" else next(root.iter("body"), root)
    walk = _Walk()
    walk.walk_box(body, 0)
    return walk.flat


@dataclass(slots=True)
class _Walk:
    """The state of the walk: the run of text being gathered and where it stands."""

    flat: FlatPage = field(default_factory=FlatPage)
    _box: int = -1
    _kind: BlockKind = BlockKind.PARAGRAPH
    _tag: str = "body"
    _parts: list[str] = field(default_factory=list)
    _linked: int = 0
    _addresses: list[str] = field(default_factory=list)
    _bold: int = 0
    _slanted: int = 0
    _size: int = 0
    _breaks: int = 0
    _pictured_box: int = -1
    _pictures: int = 0
    # how many leaves stood above the last picture
    _picture_at: int = -BELOW_PICTURE - 1
    # number of the leaf that stands in what opens a panel
    _opener: int = -1
    # how many parts of the run there were when an element that may be a field of its own ended
    _field_end: int = -1

    def walk_box(self, element: Any, depth: int) -> None:
        """Walk a block-level element inside the box at hand."""
        tag = element.tag
        mark, name = mark_element(element)
        boxes, leaves = self.flat.boxes, self.flat.leaves
        # asked here as well as there, because most boxes begin and end without a run at hand
        self._breaks = 0
        if self._parts:
            self._end_run()
        box = Box(tag, self._box, mark, name, len(leaves))
        box.opened = mark is Mark.HIDDEN and 0 <= self._opener == len(leaves) - 1
        outer = (self._box, self._kind, self._tag)
        pictures = self._pictures
        kind = _find_kind(tag, mark, self._kind)
        if kind is BlockKind.CAPTION and tag in _FIGURED and self._stands_in_figure():
            kind = BlockKind.QUOTE if tag == "blockquote" else BlockKind.PARAGRAPH
        self._box, self._kind, self._tag = len(boxes), kind, tag
        boxes.append(box)
        if depth > DEEPEST:
            self._add_deep_text(element)
        elif tag == "pre":
            for text in split_paragraphs("".join(element.itertext())):
                self._add_text(text, 0, 0)
                self._end_run()
        elif tag == "tr" and _is_row(element):
            self._kind = BlockKind.ITEM
            self._add_text(" ".join(element.itertext()), 0, 0)
        else:
            self._walk_children(element, depth, 0, 0)
        self._breaks = 0
        if self._parts:
            self._end_run()
        box.end = len(leaves)
        if mark is Mark.CAPTION and _is_credit(name.lower()) and not self._is_by_picture(box):
            _doubt_credits(leaves[box.first :])
        if self._pictures > pictures and box.end == box.first + 1 and mark not in STORY_MARKS:
            _mark_caption(leaves[-1])
        self._box, self._kind, self._tag = outer

    def _stands_in_figure(self) -> bool:
        """Whether the caption around the box at hand is one by its tag alone: a <figure>."""
        number = self._box
        while number >= 0 and self.flat.boxes[number].mark is not Mark.CAPTION:
            number = self.flat.boxes[number].parent
        return number >= 0 and self.flat.boxes[number].tag == "figure"

    def _is_by_picture(self, box: Box) -> bool:
        """Whether a box is a picture's: in a <figure>, or with a picture in it or close above."""
        outer = self.flat.boxes[box.parent].mark if box.parent >= 0 else Mark.NONE
        in_caption = box.tag in CAPTION_TAGS or outer is Mark.CAPTION
        return in_caption or box.first - self._picture_at < BELOW_PICTURE

    def _is_heading(self, element: Any) -> bool:
        """Whether a button is the text of the heading at hand, which opens the panel below."""
        in_heading = element.tag == "button" and self._kind is BlockKind.HEADING
        return in_heading and _opens_panel(element)

    def _walk_children(self, element: Any, depth: int, linked: int, bold: int) -> None:
        """Walk the text and children of an element inside so many links and bold elements."""
        if element.text:
            self._add_text(element.text, linked, bold)
        for child in element:
            tag = child.tag
            if tag == "br":
                # one <br> is a line end inside a paragraph, two are the paragraph's end
                self._breaks += 1
                if self._breaks > 1:
                    self._end_run()
                elif self._parts:
                    self._parts.append("\n")
            elif tag == "img":
                self._pictured_box = self._box
                self._pictures += 1
                self._picture_at = len(self.flat.leaves)
            elif tag in _BLOCKS or (tag not in _INLINE and _is_box(child)):
                self.walk_box(child, depth + 1)
            elif tag == "hr":
                self._end_run()
            elif isinstance(tag, str) and (tag not in _DROPPED or self._is_heading(child)):
                self._walk_inline(child, depth + 1, linked, bold)
            if (attributes := child.attrib) and (
                "aria-expanded" in attributes or "aria-controls" in attributes
            ):
                # the run at hand, or the last one that ended
                self._opener = len(self.flat.leaves) - (not self._parts)
            if child.tail:
                self._add_text(child.tail, linked, bold)

    def _walk_inline(self, child: Any, depth: int, linked: int, bold: int) -> None:
        """Walk an element that is part of a line, unless its names set it apart."""
        if len(child) == 0 and not child.text:
            return
        if child.attrib and child.tag != "button":
            running = self._tag in _RUNNING
            mark = mark_element(child)[0]
            if running and mark is Mark.HIDDEN:
                if not _opens_popup(child):
                    return
            elif mark in (_SET_APART if running else _INLINE_BOXES):
                self.walk_box(child, depth)
                return
        if depth > DEEPEST:
            self._add_deep_text(child)
            return
        if self._kind is BlockKind.BYLINE and self._parts:
            # styles set the parts of a byline apart: "By" and a name, a name and a button
            self._parts.append(" ")
        tag = child.tag
        if tag in _FIELDS and self._parts and self._field_end == len(self._parts):
            self._part_fields(child)
        heavy = bold + (tag in ("b", "strong"))
        link = tag == "a" and not (child.text and _ADDRESS.match(child.text))
        if tag == "a" and "href" in child.attrib:
            self._addresses.append(child.attrib["href"])
        before = self._size
        self._walk_children(child, depth, linked + link, heavy)
        if tag in ("em", "i"):
            self._slanted += max(0, self._size - before)
        if tag in _FIELDS:
            self._field_end = len(self._parts)

    def _part_fields(self, child: Any) -> None:
        """Set two elements without a space between them apart, where they are two fields.

        Styles set a name and a date apart; a word that is cut into elements has one case.
        """
        last, first = self._parts[-1][-FIELD_LETTERS:], (child.text or "")[:1]
        is_word = len(last) == FIELD_LETTERS and last.isalnum() and not last.isupper()
        is_field = first.isdigit() != last[-1:].isdigit()
        if self._tag not in _RUNNING:
            is_field = is_field or (last[-1:].islower() and first.isupper())
        if is_word and is_field and first.isalnum():
            self._parts.append(" ")

    def _add_deep_text(self, element: Any) -> None:
        """Take what is nested too deep for boxes: tags that nobody closed, one inside another."""
        walk = etree.iterwalk(element, events=("start", "end"))
        for event, inner in walk:
            if inner.tag in _BLOCKS or inner.tag == "br":
                self._end_run()
            if event == "start" and inner.tag in _DROPPED:
                walk.skip_subtree()
            elif text := inner.text if event == "start" else inner is not element and inner.tail:
                self._add_text(text, 0, 0)

    def _add_text(self, text: str, linked: int, bold: int) -> None:
        """Add to the run of text at hand."""
        # what begins with a letter is seen: most text is told by that, without a strip
        if not text[:1].isalnum() and (text.isspace() or not text.strip(_UNSEEN)):
            if self._parts:
                self._parts.append(" ")
            return
        self._breaks = 0
        self._parts.append(text.replace("\n", " ") if "\n" in text else text)
        size = len(text)
        self._size += size
        if linked:
            self._linked += size
        if bold:
            self._bold += size

    def _end_run(self) -> None:
        """Make leaves of the run of text at hand, one for each of its lines."""
        self._breaks = 0
        if not self._parts:
            self._addresses.clear()
            return
        whole = "".join(self._parts)
        share = self._linked / max(1, len(whole))
        bold = self._bold > BOLD_SHARE * len(whole)
        slanted = self._slanted > BOLD_SHARE * len(whole)
        under_picture = self._pictured_box == self._box and self._kind is BlockKind.PARAGRAPH
        lines = _divide_lines(whole)
        for text in lines:
            linked = self._linked if share == 1 else round(share * len(text))
            kind = self._kind
            # a quotation beside a picture is the story's; other few words are the picture's
            if (
                under_picture
                and count_words(text) <= UNDER_PICTURE_WORDS
                and not _QUOTED.match(text)
            ):
                kind = BlockKind.CAPTION
            leaf = Leaf(text, self._box, kind, self._tag, min(linked, len(text)), bold, slanted)
            if len(lines) == 1:
                # of several lines nobody knows which one holds the link
                leaf.addresses = tuple(self._addresses)
            self.flat.leaves.append(leaf)
        self._pictured_box = self._field_end = -1
        self._parts.clear()
        self._addresses.clear()
        self._linked = self._bold = self._slanted = self._size = 0


# --------------------------------------------------------------------------- judging one element


def _find_kind(tag: str, mark: Mark, outer: BlockKind) -> BlockKind:
    """The kind of a box's text: what its names say, then its tag, then the box around it."""
    if mark in _KIND_BY_MARK:
        return _KIND_BY_MARK[mark]
    if outer in _KINDS_OF_MARKS:
        # a byline that nobody closed goes on around the story
        unclosed = outer is BlockKind.BYLINE and mark in STORY_MARKS
        return BlockKind.PARAGRAPH if unclosed else outer
    return _KIND_BY_TAG.get(tag) or (outer if tag in _INHERITING else BlockKind.PARAGRAPH)


def _is_row(element: Any) -> bool:
    """Whether a <tr> is a row of short cells, to be read as one line."""
    filled = 0
    for cell in element:
        size = len(cell.text or "")
        for inner in cell.iterdescendants():
            if inner.tag in _NO_CELL_TEXT:
                return False
            size += len(inner.text or "") + len(inner.tail or "")
        if size > LONGEST_CELL:
            return False
        filled += size > 0
    return filled > 1


def _is_box(element: Any) -> bool:
    """Whether an element of another tag is a box: it holds blocks, or is a <nav> left open.

    A <nav> that holds the page's headline or its article was never closed.
    """
    if element.tag == "nav":
        return next(element.iter("h1", "article", "main"), None) is not None
    return element.tag not in _DROPPED and any(inner.tag in _BLOCKS for inner in element)


def _opens_panel(element: Any) -> bool:
    """Whether an element opens and closes a panel, as headings of questions do."""
    return "aria-expanded" in element.attrib or "aria-controls" in element.attrib


def _opens_popup(element: Any) -> bool:
    """Whether an element with a pop-up's name is the word that opens it, what is hidden in it."""
    for inner in element.iterdescendants():
        if inner.attrib and mark_element(inner)[0] is Mark.HIDDEN:
            return True
    return False


def _divide_lines(whole: str) -> list[str]:
    """The lines of a run that <br> divides, joined again where a sentence runs on."""
    if "\n" not in whole:
        text = " ".join(whole.split())
        return [text] if text else []
    lines: list[str] = []
    for piece in whole.split("\n"):
        text = " ".join(piece.split())
        if not text:
            continue
        runs_on = lines and (
            text[0].islower()
            or (len(lines[-1]) >= WRAPPED_LINE and lines[-1][-1] not in _LINE_ENDS)
        )
        if runs_on:
            lines[-1] += " " + text
        else:
            lines.append(text)
    return lines


def _is_credit(name: str) -> bool:
    """Whether a name says credit and nothing of a picture: a story has credits too."""
    return "credit" in name and not _OF_PICTURE.search(name)


def _doubt_credits(leaves: list[Leaf]) -> None:
    """Take sentences in a box that its name calls a credit for text: a credit has no verb."""
    for leaf in leaves:
        is_sentence = (
            leaf.kind is BlockKind.CAPTION
            and count_words(leaf.text) >= SENTENCE_WORDS
            and _SENTENCE_END.search(leaf.text)
        )
        if is_sentence and not _PICTURE_SOURCE.search(leaf.text):
            leaf.kind = BlockKind.PARAGRAPH


def _mark_caption(leaf: Leaf) -> None:
    """The only text beside a picture is its caption where it has the looks of one."""
    text = leaf.text
    count = count_words(text)
    if leaf.kind is not BlockKind.PARAGRAPH or 2 * leaf.linked > len(text):
        return
    if count <= BESIDE_PICTURE_WORDS and (
        _PICTURE_SOURCE.search(text) or (count <= LABEL_WORDS and not _SENTENCE_END.search(text))
    ):
        leaf.kind = BlockKind.CAPTION
