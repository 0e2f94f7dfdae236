"""Tree -> flat blocks: one walk, in document order, that says of every run of text where it stands."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

from pipeline.extract.elements import (
    BLOCK,
    DROP,
    INLINE,
    STORY,
    holds_blocks,
    is_row,
    kind_of,
    uncovered,
)
from pipeline.extract.flat import Box, Flat, Leaf
from pipeline.extract.lines import LONGEST_UNDER_PICTURE, SAID, caption, lines
from pipeline.extract.marks import Mark, mark_of
from pipeline.extract.plain import paragraphs
from pipeline.story import BlockKind

_ADDRESS = re.compile(r"\s*(?:https?://|www\.|pic\.twitter|\S{1,64}@\S+\.\w)")
"""The text of a link that says its own address: printed for its own sake, it leads to no other story."""

_UNSEEN = " \t\r\n\xa0\u200b\u200c\u200d\u2060\ufeff"
"""What leaves no mark on the page: a run of these alone is a space."""

_DEEPEST = 200
"""Levels of nesting that are walked into boxes and links; of what is deeper only the text is taken."""


_SET_APART = frozenset((Mark.CAPTION, Mark.BYLINE))
_RUNNING = frozenset(("p", "li", "blockquote", "td", "dd"))
_INLINE_BOXES = frozenset(
    (Mark.HIDDEN, Mark.FURNITURE, Mark.CAPTION, Mark.BYLINE, Mark.STANDFIRST, Mark.STORY_BODY)
)


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
        self._pictures = 0

    def enter(self, element: Any, parent: int, kind: BlockKind, depth: int) -> None:
        """Walk a block-level element."""
        tag = element.tag
        mark, name = mark_of(element)
        boxes, leaves = self.flat.boxes, self.flat.leaves
        self._flush()
        number = len(boxes)
        box = Box(tag, parent, mark, name, len(leaves), 0, depth)
        boxes.append(box)
        kind = kind_of(tag, mark, kind)
        outer = (self._box, self._kind, self._tag)
        pictures = self._pictures
        self._box, self._kind, self._tag = number, kind, tag
        if depth > _DEEPEST:
            self._deep(element)
        elif tag == "pre":
            for text in paragraphs("".join(element.itertext())):
                self._add(text, 0, 0)
                self._flush()
        elif tag == "tr" and is_row(element):
            self._kind = BlockKind.ITEM
            self._add(" ".join(element.itertext()), 0, 0)
        else:
            self._children(element, number, kind, depth, 0, 0)
        self._flush()
        box.end = len(leaves)
        if self._pictures > pictures and box.end == box.first + 1 and mark not in STORY:
            caption(leaves[-1])
        self._box, self._kind, self._tag = outer

    def _children(
        self, element: Any, number: int, kind: BlockKind, depth: int, linked: int, bold: int
    ) -> None:
        if element.text:
            self._add(element.text, linked, bold)
        for child in element:
            tag = child.tag
            if tag == "br":
                self._break()
            elif tag == "img":
                self._pictured = number
                self._pictures += 1
            elif tag in BLOCK or (tag not in INLINE and tag not in DROP and holds_blocks(child)):
                self.enter(child, number, kind, depth + 1)
            elif tag == "hr":
                self._flush()
            elif tag not in DROP and isinstance(tag, str):
                self._inline(child, tag, number, kind, depth + 1, linked, bold)
            if child.tail:
                self._add(child.tail, linked, bold)

    def _inline(
        self, child: Any, tag: str, number: int, kind: BlockKind, depth: int, linked: int, bold: int
    ) -> None:
        if len(child) == 0 and not child.text:
            return
        if child.attrib:
            running = self._tag in _RUNNING
            mark = mark_of(child)[0]
            if running and mark is Mark.HIDDEN:
                if not uncovered(child):
                    return
            # inside a sentence, names like "meta" say what a word is, not that it does not belong
            elif mark in (_SET_APART if running else _INLINE_BOXES):
                self.enter(child, number, kind, depth)
                return
        if depth <= _DEEPEST:
            heavy = bold + (tag in ("b", "strong"))
            link = tag == "a" and not (child.text and _ADDRESS.match(child.text))
            self._children(child, number, kind, depth, linked + link, heavy)
        else:
            self._deep(child)

    def _deep(self, element: Any) -> None:
        """Walk what is nested too deep for boxes: tags that nobody closed, paragraph inside paragraph."""
        walk = etree.iterwalk(element, events=("start", "end"))
        for event, inner in walk:
            if inner.tag in BLOCK or inner.tag == "br":
                self._flush()
            if event == "start" and inner.tag in DROP:
                walk.skip_subtree()
            elif text := inner.text if event == "start" else inner is not element and inner.tail:
                self._add(text, 0, 0)

    def _add(self, text: str, linked: int, bold: int) -> None:
        if text.isspace() or not text.strip(_UNSEEN):
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
        for text in lines(whole):
            linked = self._linked if share == 1 else round(share * len(text))
            kind = self._kind
            if (
                self._pictured == self._box
                and kind is BlockKind.PARAGRAPH
                and text.count(" ") < LONGEST_UNDER_PICTURE
            ):
                kind = BlockKind.PARAGRAPH if SAID.match(text) else BlockKind.CAPTION
            self.flat.leaves.append(
                Leaf(text, self._box, kind, self._tag, min(linked, len(text)), bold)
            )
        self._pictured = -1
        self._parts.clear()
        self._linked = self._bold = 0
