"""The paragraphs of a page wherever they stand, for the page in which the walk finds no text.

Pages drawn by script carry their story in <noscript>, <template> or a hidden copy, which the walk passes over.
"""

from __future__ import annotations

from typing import Any

from pipeline.story import Block


def anywhere(root: Any) -> tuple[Block, ...]:
    """Every <p> that holds no other one, in page order and once each."""
    found: dict[str, None] = {}
    for paragraph in root.iter("p"):
        if paragraph.find(".//p") is None:
            found[" ".join("".join(paragraph.itertext()).split())] = None
    return tuple(Block(text) for text in found if text)
