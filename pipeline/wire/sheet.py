"""The sheet of copy on the desk: lines with spans struck out, and the fields filled from them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from pipeline.story import Block, BlockKind, Removed

SENTENCE = re.compile(r"""[.!?…。！？؟।][\"'”’»)\]]*$""")
"""How a sentence ends."""

PARAGRAPH = 12
"""Words from which a line is a paragraph, whatever else it looks like."""

PUNCTUATED = 0.8
"""Share of paragraphs that end as sentences from which a line that does not is none of the story's."""


@dataclass(slots=True)
class Line:
    """One line of raw copy; ``spans`` are the parts still standing, as (start, end) in ``raw``."""

    number: int
    raw: str
    kind: BlockKind
    links: float
    spans: list[tuple[int, int]]
    role: str = "body"

    @property
    def text(self) -> str:
        """What still stands."""
        if len(self.spans) == 1:
            start, end = self.spans[0]
            return self.raw[start:end]
        return "".join(self.raw[a:b] for a, b in self.spans)

    @property
    def alive(self) -> bool:
        """Whether anything still stands."""
        return bool(self.spans)


@dataclass(slots=True)
class Sheet:
    """The lines of a story, what was struck out, and what was learned."""

    lines: list[Line]
    removed: list[Removed] = field(default_factory=list)
    fields: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, blocks: tuple[Block, ...]) -> Sheet:
        """A sheet with one line for each block that has any text."""
        lines: list[Line] = []
        for block in blocks:
            raw = block.text.strip()
            if raw:
                lines.append(Line(len(lines), raw, block.kind, block.links, [(0, len(raw))]))
        return cls(lines)

    def standing(self) -> list[Line]:
        """The body lines still standing, in order."""
        return [line for line in self.lines if line.spans and line.role == "body"]

    def strike(
        self, line: Line, rule: str, kind: str, start: int = 0, end: int | None = None
    ) -> str:
        """Strike ``start`` to ``end`` of what stands in the line (default: all of it); the words struck out.

        The space beside a cut goes with it, so that what stands reads on; a line of bare space is struck whole.
        """
        text = line.text
        end = len(text) if end is None else end
        cut = text[start:end].strip()
        begins = text.find(cut, start)
        while end < len(text) and text[end].isspace():
            end += 1
        if end == len(text):
            while start > 0 and text[start - 1].isspace():
                start -= 1
        elif start > 0 and not text[start - 1].isspace() and text[end - 1].isspace():
            end -= 1
        place = 0
        standing: list[tuple[int, int]] = []
        first = -1
        for a, b in line.spans:
            low, high = max(a, a + start - place), min(b, a + end - place)
            if a <= a + begins - place < b and first < 0:
                first = a + begins - place
            if low >= b or high <= a:
                standing.append((a, b))
            else:
                if low > a:
                    standing.append((a, low))
                if high < b:
                    standing.append((high, b))
            place += b - a
        line.spans = standing
        self.removed.append(Removed(rule, kind, cut, line.number, max(first, 0)))
        return cut

    def give(self, name: str, value: Any) -> None:
        """Put a value in a field: lists grow, notes are joined, the first of anything else stays."""
        if value in ("", None):
            return
        held = self.fields.get(name)
        if name in ("credits", "captions"):
            self.fields.setdefault(name, []).append(value)
        elif name in ("advisory", "correction_note") and held:
            self.fields[name] = f"{held} {value}"
        elif held in (None, "", False):
            self.fields[name] = value


def punctuated(lines: Iterable[Line]) -> bool:
    """Whether the paragraphs among the lines end as sentences: in such a text a line without an end is a label."""
    long = [line.text for line in lines if line.text.count(" ") >= PARAGRAPH]
    return len(long) > 1 and sum(1 for text in long if SENTENCE.search(text)) >= PUNCTUATED * len(
        long
    )
