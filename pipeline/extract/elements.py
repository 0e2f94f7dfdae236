"""What an element is by its tag: a line of its own, part of a line, nothing to read; and the kind of its text."""

from __future__ import annotations

from typing import Any

from pipeline.extract.marks import Mark, mark_of
from pipeline.story import BlockKind


def _tags(names: str) -> frozenset[str]:
    return frozenset(names.split())


DROP = _tags("""script style noscript template svg math iframe button input select textarea option optgroup datalist
    canvas audio video object embed applet map area head title meta link dialog progress meter nav menu frameset frame
    label""")
BLOCK = _tags("""address article aside blockquote body caption center dd details dialog dir div dl dt fieldset
    figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup html legend li main ol p pre section summary table
    tbody td tfoot th thead tr ul amp-img""")
"""Elements that begin a line of their own; all others run on with the text around them."""

INLINE = _tags("""a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd mark q rp rt ruby s samp small
    span strike strong sub sup time tt u var wbr nobr img picture source""")
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))


STORY = frozenset((Mark.STORY, Mark.STORY_BODY))


def holds_blocks(element: Any) -> bool:
    """Whether an element that a site invented is a box: it runs on with the text around it where it holds none."""
    return any(inner.tag in BLOCK for inner in element)


LONGEST_CELL = 60
"""Characters of the longest cell of a table of figures; a longer one holds text, as in pages laid out by tables."""


def is_row(element: Any) -> bool:
    """Whether a <tr> is a row of short cells, to be read as one line."""
    filled = 0
    for cell in element:
        size = len(cell.text or "")
        for inner in cell.iterdescendants():
            if inner.tag in BLOCK or inner.tag in ("br", "img", "script", "style"):
                return False
            size += len(inner.text or "") + len(inner.tail or "")
        if size > LONGEST_CELL:
            return False
        filled += size > 0
    return filled > 1


def uncovered(element: Any) -> bool:
    """Whether an element whose name speaks of a pop-up is the word that opens one: what is hidden is inside it."""
    return any(
        inner.attrib and mark_of(inner)[0] is Mark.HIDDEN for inner in element.iterdescendants()
    )


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


def kind_of(tag: str, mark: Mark, outer: BlockKind) -> BlockKind:
    """The kind of a box's text: what its names say, then its tag, then the box around it."""
    if mark in _BY_MARK:
        return _BY_MARK[mark]
    if outer in _BY_MARK.values():
        unclosed = outer is BlockKind.BYLINE and mark in STORY
        return BlockKind.PARAGRAPH if unclosed else outer
    return _BY_TAG.get(tag) or (outer if tag in _INHERITS else BlockKind.PARAGRAPH)
