"""The copy while it is cleaned: lines with spans struck out, cuts, and the fields they fill."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from enum import Enum
from typing import Final

from pipeline.repeats import NOTHING_REPEATS, Repeats
from pipeline.story import NOTICES, Article, BlockKind, CrossHead, Entry, Leads, Removed, Story
from pipeline.text import STOPS, UNSTOPPED, count_words

# How a sentence ends.
SENTENCE = re.compile(rf"""(?:[.!?…{STOPS}]|{UNSTOPPED})[\"'”’»」』》）)\]]*$""")

# Spaces between words from which a line is a paragraph, whatever it looks like: labels and
# cross-heads are shorter.
PARAGRAPH = 12
# Share of paragraphs that end as sentences from which a line that does not is none of the story's.
PUNCTUATED = 0.8

# Forms of a story, each graver than those before it: what says both "update" and "kill" is a kill.
GRAVITY = ("", "update", "wrapup", "repeat", "flash", "advisory", "correction", "refile", "hold",
           "withdrawal", "kill")  # fmt: skip


# Forms that are about other stories: none of them is refused as no story.
NOT_ABOUT_ITSELF = NOTICES | {"advisory"}


class Merge(Enum):
    """How a field takes a value when it already holds one."""

    FIRST = "the first value stays"
    GROWS = "the list grows"
    JOINED = "notes are joined by a space"
    GRAVER = "the graver form wins"
    STACKED = "labels stack by a hyphen, as they are printed; one that is there already is left out"


_FIRST: Final[Mapping[str, Merge]] = {"merge": Merge.FIRST}
_GROWS: Final[Mapping[str, Merge]] = {"merge": Merge.GROWS}
_JOINED: Final[Mapping[str, Merge]] = {"merge": Merge.JOINED}


@dataclass(slots=True)
class CopyFields:
    """What was learned of the story; each field says how it merges. Rules fill them by name."""

    form: str = field(default="", metadata={"merge": Merge.GRAVER})
    version_label: str = field(default="", metadata={"merge": Merge.STACKED})
    advisory: str = field(default="", metadata=_JOINED)
    correction_note: str = field(default="", metadata=_JOINED)
    credits: list[str] = field(default_factory=list, metadata=_GROWS)
    captions: list[str] = field(default_factory=list, metadata=_GROWS)
    author: str = field(default="", metadata=_FIRST)
    byline: str = field(default="", metadata=_FIRST)
    # further lines that the page marks as bylines, as printed
    named: list[str] = field(default_factory=list, metadata=_GROWS)
    agency: str = field(default="", metadata=_FIRST)
    # the kind of the cut that named the agency
    agency_basis: str = field(default="", metadata=_FIRST)
    place: str = field(default="", metadata=_FIRST)
    date: str = field(default="", metadata=_FIRST)
    dateline_text: str = field(default="", metadata=_FIRST)
    slug: str = field(default="", metadata=_FIRST)
    urgency: str = field(default="", metadata=_FIRST)
    genre: str = field(default="", metadata=_FIRST)
    # the line that says until when the copy is held, as printed
    embargo: str = field(default="", metadata=_FIRST)
    standfirst: str = field(default="", metadata=_FIRST)
    source: str = field(default="", metadata=_FIRST)
    # why the item is no story
    refused: str = field(default="", metadata=_FIRST)
    truncated: bool = field(default=False, metadata=_FIRST)
    syndicated: bool = field(default=False, metadata=_FIRST)
    paywalled: bool = field(default=False, metadata=_FIRST)

    def put(self, name: str, value: str | bool) -> None:
        """Put a value in the field of this name, as the field merges; an empty one is none."""
        if value == "":
            return
        held = getattr(self, name)
        merge = MERGES[name]
        if merge is Merge.GROWS:
            held.append(value)
        elif not held:
            setattr(self, name, value)
        elif merge is Merge.JOINED:
            setattr(self, name, f"{held} {value}")
        elif merge is Merge.STACKED and str(value) not in held:
            setattr(self, name, f"{held}-{value}")
        elif merge is Merge.GRAVER and _is_graver(str(value), held):
            setattr(self, name, value)


def _is_graver(form: str, than: str) -> bool:
    """Whether a form is graver; one that is in no list is what a newer rule says, and wins."""
    if form not in GRAVITY or than not in GRAVITY:
        return True
    return GRAVITY.index(form) > GRAVITY.index(than)


MERGES: Final[Mapping[str, Merge]] = {
    each.name: each.metadata["merge"] for each in fields(CopyFields)
}


@dataclass(slots=True)
class CopyLine:
    """One line of raw copy; ``spans`` are the parts still standing, as (start, end) in ``raw``."""

    number: int
    raw: str
    kind: BlockKind
    links: float
    slanted: bool
    leads: Leads
    spans: list[tuple[int, int]]
    is_crosshead: bool = False

    @property
    def text(self) -> str:
        """What still stands."""
        if len(self.spans) == 1:
            start, end = self.spans[0]
            return self.raw[start:end]
        return "".join(self.raw[start:end] for start, end in self.spans)


@dataclass(frozen=True, slots=True)
class Cut:
    """What was taken off, and the pass that took it."""

    made_by: str
    removed: Removed


@dataclass(slots=True)
class Copy:
    """A story on its way through the passes: its article, its lines, the cuts and the fields."""

    article: Article
    entry: Entry
    lines: list[CopyLine]
    # what other stories of the feed say
    repeats: Repeats = NOTHING_REPEATS
    fields: CopyFields = field(default_factory=CopyFields)
    cuts: list[Cut] = field(default_factory=list)
    # words of the whole item, before anything is cut
    words: int = 0
    # the name of the pass that is at work: each cut remembers it
    running: str = ""
    # without tags and site names, and each form that a line may repeat, once its pass has run
    headline: str = ""
    headline_forms: tuple[str, ...] = ()
    crossheads: tuple[CrossHead, ...] = ()
    # the last line that the page marks as a byline and that names somebody
    signed_at: int | None = None
    # the line that a dateline was cut from: later ones are of stories merged into this one
    dateline: int | None = None
    # whether what refuses the item is less than prose can say: a word in a headline, one line
    is_doubted: bool = False

    @classmethod
    def of(cls, article: Article, entry: Entry, repeats: Repeats = NOTHING_REPEATS) -> Copy:
        """The copy of an article: one line for each block that has any text."""
        copy = cls(article, entry, [], repeats)
        copy.fields.author = article.author or entry.author
        for block in article.blocks:
            raw = block.text.strip()
            if raw:
                number, spans = len(copy.lines), [(0, len(raw))]
                line = CopyLine(
                    number, raw, block.kind, block.links, block.slanted, block.leads, spans
                )
                copy.lines.append(line)
                copy.words += count_words(raw)
        return copy

    def standing(self) -> list[CopyLine]:
        """The body lines still standing, in order."""
        return [line for line in self.lines if line.spans and not line.is_crosshead]

    def record(self, rule: str, kind: str, text: str, line: int, start: int) -> None:
        """Note a cut; ``line`` is -1 for the headline, ``start`` the offset in its raw text."""
        self.cuts.append(Cut(self.running, Removed(rule, kind, text, line, start)))

    def strike(
        self, line: CopyLine, rule: str, kind: str, start: int = 0, end: int | None = None
    ) -> None:
        """Strike ``start`` to ``end`` of what stands in the line (default: all of it).

        The space beside a cut goes with it, so that what stands reads on.
        """
        text = line.text
        end = len(text) if end is None else end
        words = text[start:end].strip()
        begins = text.find(words, start)
        while end < len(text) and text[end].isspace():
            end += 1
        if end == len(text):
            while start > 0 and text[start - 1].isspace():
                start -= 1
        elif start > 0 and not text[start - 1].isspace() and text[end - 1].isspace():
            end -= 1
        # offsets so far are in what stands; each span shifts them into the raw line
        standing: list[tuple[int, int]] = []
        offset, raw_begins = 0, -1
        for low, high in line.spans:
            shift = low - offset
            if low <= begins + shift < high and raw_begins < 0:
                raw_begins = begins + shift
            cut_low, cut_high = max(low, start + shift), min(high, end + shift)
            if cut_low >= cut_high:
                standing.append((low, high))
            else:
                standing.extend(
                    span for span in ((low, cut_low), (cut_high, high)) if span[0] < span[1]
                )
            offset += high - low
        line.spans = standing
        self.record(rule, kind, words, line.number, max(raw_begins, 0))


def ends_as_prose(lines: Iterable[CopyLine]) -> bool:
    """Whether the paragraphs end as sentences: in such a text a line without an end is a label."""
    paragraphs = [line.text for line in lines if count_words(line.text) > PARAGRAPH]
    ended = sum(1 for text in paragraphs if SENTENCE.search(text))
    return len(paragraphs) > 1 and ended >= PUNCTUATED * len(paragraphs)


# Kinds of cuts that are wire furniture: part of a body as article-extraction-benchmark sees it.
WIRE_FURNITURE: Final = frozenset(
    ("dateline", "deck", "credit", "copyright", "disclaimer", "correction", "rule", "terminator",
     "advisory", "slug", "notebook")
)  # fmt: skip

# Words of the longest line that a page may print twice: an item, a heading. A longer one stands
# once.
PRINTED_TWICE: Final = 12


def printed(story: Story) -> str:
    """The story as its page prints it: the page's own furniture off, the wire's still on.

    A line that is a credit from end to end is off too; what the page means to say twice (a pull
    quote, a standfirst, a short line that stands elsewhere) is on.
    """
    raw = list(story.raw)
    for cut in sorted(story.removed, key=lambda removed: -removed.start):
        if cut.line < 0:
            continue
        line = raw[cut.line]
        quoted = cut.rule == "repeat-contained" or count_words(cut.text) <= PRINTED_TWICE
        standfirst = cut.rule == "repeat-standfirst"
        stays = cut.kind in WIRE_FURNITURE or standfirst or (cut.kind == "repeat" and quoted)
        if (cut.kind == "credit" and cut.text == line) or not stays:
            raw[cut.line] = line[: cut.start] + line[cut.start + len(cut.text) :]
    return "\n".join(line.strip() for line in raw if line.strip())
