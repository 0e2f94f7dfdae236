"""A page as flat blocks: the types that the walk fills and the choice reads.

A *leaf* is a run of text between two block boundaries (a paragraph, a heading, an item, the text of a div, the text
between two <br><br>). A *box* is a block-level element that holds leaves; boxes are numbered in document order, so all
that a box holds is one slice of the leaves.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.extract.marks import Mark
from pipeline.story import Block, BlockKind


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
