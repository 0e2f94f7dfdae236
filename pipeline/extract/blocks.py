"""Tree -> flat blocks: one walk, in document order, that says of every run of text where it stands.

A *leaf* is a run of text between two block boundaries (a paragraph, a heading, an item, the text of a div, the text
between two <br><br>). A *box* is a block-level element that holds leaves; boxes are numbered in document order, so all
that a box holds is one slice of the leaves.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pipeline.extract.marks import Mark, mark_of
from pipeline.story import Block, BlockKind


def _tags(names: str) -> frozenset[str]:
    return frozenset(names.split())


_DROP = _tags("""script style noscript template svg math iframe button input select textarea option optgroup datalist
    canvas audio video object embed applet map area head title meta link dialog progress meter nav menu frameset frame
    label""")
_INLINE = _tags("""a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd mark q rp rt ruby s samp small
    span strike strong sub sup time tt u var wbr nobr img picture source amp-img o:p st1:place st1:city""")
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_DEEPEST = 200
"""Levels of nesting that are walked; deeper text is taken as one run."""


@dataclass(slots=True)
class Box:
    """A block-level element: its tag, its parent's number, how its names mark it, and the leaves it holds."""

    tag: str
    parent: int
    mark: Mark
    name: str
    first: int
    end: int = 0
    depth: int = 0


@dataclass(slots=True)
class Leaf:
    """A run of text, the box it stands in, its markup's kind and how many of its characters are links."""

    text: str
    box: int
    kind: BlockKind
    tag: str
    linked: int
    bold: bool = False
    dropped: bool = False


@dataclass(slots=True)
class Flat:
    """A page as flat blocks."""

    leaves: list[Leaf] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)

    def everything(self) -> tuple[Block, ...]:
        """All leaves as blocks, nothing chosen: for feed content, which is the story alone."""
        return tuple(block(leaf) for leaf in self.leaves)


def block(leaf: Leaf) -> Block:
    """A leaf as the stages after this one know it."""
    return Block(leaf.text, leaf.kind, round(min(1.0, leaf.linked / max(1, len(leaf.text))), 3))


def flatten(root: Any) -> Flat:
    """Walk the tree once."""
    body = root if root.tag == "body" else next(root.iter("body"), root)
    walk = _Walk()
    walk.enter(body, -1, BlockKind.PARAGRAPH, 0)
    return walk.flat


class _Walk:
    """The state of the walk: the text run being gathered and where it stands."""

    def __init__(self) -> None:
        self.flat = Flat()
        self._parts: list[str] = []
        self._linked = 0
        self._bold = 0
        self._box = 0
        self._kind = BlockKind.PARAGRAPH
        self._tag = "body"
        self._breaks = 0
        self._pictured = -1

    def enter(self, element: Any, parent: int, kind: BlockKind, depth: int) -> None:
        """Walk a block-level element."""
        tag = element.tag
        mark, name = mark_of(element)
        boxes, leaves = self.flat.boxes, self.flat.leaves
        number = len(boxes)
        box = Box(tag, parent, mark, name, len(leaves), 0, depth)
        boxes.append(box)
        kind = _kind(tag, mark, kind)
        outer = (self._box, self._kind, self._tag)
        self._flush()
        self._box, self._kind, self._tag = number, kind, tag
        if depth > _DEEPEST:
            self._add(" ".join(element.itertext()), 0, 0)
        else:
            self._children(element, number, kind, depth, 0, 0)
        self._flush()
        box.end = len(leaves)
        self._box, self._kind, self._tag = outer

    def _children(self, element: Any, number: int, kind: BlockKind, depth: int, linked: int, bold: int) -> None:
        if element.text:
            self._add(element.text, linked, bold)
        for child in element:
            tag = child.tag
            if tag == "br":
                self._break()
            elif tag == "img":
                self._pictured = number
            elif tag in _INLINE:
                self._inline(child, tag, number, kind, depth + 1, linked, bold)
            elif tag == "hr":
                self._flush()
            elif tag not in _DROP and isinstance(tag, str):
                self.enter(child, number, kind, depth + 1)
            if child.tail:
                self._add(child.tail, linked, bold)

    def _inline(self, child: Any, tag: str, number: int, kind: BlockKind, depth: int, linked: int, bold: int) -> None:
        if len(child) == 0 and not child.text:
            return
        # inside a sentence, names like "meta" say what a word is, not that it does not belong
        if child.attrib and mark_of(child)[0] in (_SET_APART if self._tag in _RUNNING else _INLINE_BOXES):
            self.enter(child, number, kind, depth)
            return
        if depth <= _DEEPEST:
            heavy = bold + (tag in ("b", "strong"))
            self._children(child, number, kind, depth, linked + (tag == "a"), heavy)

    def _add(self, text: str, linked: int, bold: int) -> None:
        if text.isspace():
            if self._parts:
                self._parts.append(" ")
            return
        self._breaks = 0
        self._parts.append(text.replace("\n", " ") if "\n" in text else text)
        size = len(text)
        if linked:
            self._linked += size
        if bold:
            self._bold += size

    def _break(self) -> None:
        """One <br> is a line end inside a paragraph, two are a paragraph's end."""
        self._breaks += 1
        if self._breaks > 1:
            self._flush()
        elif self._parts:
            self._parts.append("\n")

    def _flush(self) -> None:
        self._breaks = 0
        if not self._parts:
            return
        whole = "".join(self._parts)
        share = self._linked / max(1, len(whole))
        bold = self._bold > 0.8 * len(whole)
        for text in _lines(whole):
            linked = self._linked if share == 1 else round(share * len(text))
            kind = self._kind
            if self._pictured == self._box and kind is BlockKind.PARAGRAPH and text.count(" ") < LONGEST_UNDER_PICTURE:
                kind = BlockKind.CAPTION
            self.flat.leaves.append(Leaf(text, self._box, kind, self._tag, min(linked, len(text)), bold))
        self._pictured = -1
        self._parts.clear()
        self._linked = self._bold = 0


LONGEST_UNDER_PICTURE = 20
"""Words of the longest line that is taken for a caption because it follows a picture in the same element."""

_SHORT_LINE = 80
"""Characters below which a line that ends in <br> is a line of its own, not a wrapped one."""


def _lines(whole: str) -> list[str]:
    """The lines of a run that <br> divides: apart where a new one begins, joined where a sentence runs on."""
    if "\n" not in whole:
        text = " ".join(whole.split())
        return [text] if text else []
    lines: list[str] = []
    for piece in whole.split("\n"):
        text = " ".join(piece.split())
        if not text:
            continue
        runs_on = lines and (text[0].islower() or (len(lines[-1]) >= _SHORT_LINE and lines[-1][-1] not in _LINE_ENDS))
        if runs_on:
            lines[-1] += " " + text
        else:
            lines.append(text)
    return lines


_LINE_ENDS = frozenset(".!?:;…”\"'’»)。！？")
_SET_APART = frozenset((Mark.HIDDEN, Mark.CAPTION, Mark.BYLINE))
_RUNNING = frozenset(("p", "li", "blockquote", "td", "dd"))
_INLINE_BOXES = frozenset((Mark.HIDDEN, Mark.FURNITURE, Mark.CAPTION, Mark.BYLINE, Mark.STANDFIRST))


_BY_MARK = {
    Mark.BYLINE: BlockKind.BYLINE,
    Mark.STANDFIRST: BlockKind.STANDFIRST,
    Mark.CAPTION: BlockKind.CAPTION,
}
_BY_TAG = {
    **dict.fromkeys(_HEADINGS, BlockKind.HEADING),
    **dict.fromkeys(("li", "dd", "dt"), BlockKind.ITEM),
    "blockquote": BlockKind.QUOTE,
}
_INHERITS = _tags("p div span ul ol table tr td")


def _kind(tag: str, mark: Mark, outer: BlockKind) -> BlockKind:
    """The kind of a box's text: what its names say, then its tag, then the box around it."""
    if mark in _BY_MARK:
        return _BY_MARK[mark]
    if outer in _BY_MARK.values():
        return outer
    return _BY_TAG.get(tag) or (outer if tag in _INHERITS else BlockKind.PARAGRAPH)
