"""A second reading, by trafilatura, of a page in which the walk finds no text.

It knows makes of pages that our walk has no name for; where it finds nothing either, paragraphs count wherever they
stand (``anywhere.py``).
"""

from __future__ import annotations

from typing import Final

from pipeline.story import Block

MAX_TAGS: Final = 5_000
"""Tags above which no second reading is made: trafilatura's time grows faster than the page (20,000 tags: seconds)."""


def second(html: str) -> tuple[Block, ...]:
    """The paragraphs that trafilatura takes for the main text; none where it finds none or the page is a flood."""
    if html.count("<") > 2 * MAX_TAGS or not html.strip():
        return ()
    from trafilatura import extract  # half a second and 20 MB that hardly any page needs

    text = extract(html, include_comments=False, include_tables=False, favor_precision=True) or ""
    return tuple(Block(line.strip()) for line in text.splitlines() if line.strip())
