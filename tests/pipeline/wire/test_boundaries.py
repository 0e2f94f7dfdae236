"""Every tuned constant of the room, just inside and just outside, through the public call."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import product
from random import Random
from typing import Final

import pytest

from pipeline import wire
from pipeline.story import Block, BlockKind, Outcome, Story
from tests.pipeline.wire.lines import BODY, LEDE, SECOND, clean

HEADLINE: Final = "Ferry convoy reaches besieged port"
_STARTS = ("ka", "te", "lo", "mi", "su", "ra", "ne", "po")
_ENDS = ("rin", "bad", "vic", "dor", "lan", "mas", "tel", "gur")
WORDS: Final = tuple(a + b + c for a, b, c in product(_STARTS, _ENDS, ("", "o", "is", "um")))
"""256 words of no language, all different: no rule knows them, no two lines say the same."""

Line = str | Block


@dataclass(frozen=True)
class Case:
    """What is cleaned: the lines and the headline, and fields of the article."""

    lines: Sequence[Line]
    headline: str = HEADLINE
    fields: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Limit:
    """A constant, its reason, what is made of a number, and where it acts and rests."""

    constant: str
    why: str
    made: Callable[[float], Case]
    seen: Callable[[Story], bool]
    acts: float
    rests: float


def words(count: float, seed: int = 1) -> list[str]:
    """So many different words, others for each seed."""
    return Random(seed).sample(WORDS, int(count))


def text(count: float, seed: int = 1, end: str = ".") -> str:
    """A line of so many words."""
    return " ".join(words(count, seed)).capitalize() + end


def texts(count: float, of: int = 20, end: str = ".", seed: int = 50) -> list[str]:
    """So many lines of ``of`` words each."""
    return [text(of, seed + number, end) for number in range(int(count))]


def long_as(characters: float, seed: int = 1) -> str:
    """A sentence of exactly so many characters."""
    line = text(20, seed, "")[: int(characters) - 1]
    return line.rstrip().ljust(int(characters) - 1, "o") + "."


def by(rule: str) -> Callable[[Story], bool]:
    """Whether this rule cut anything."""
    return lambda story: any(cut.rule == rule for cut in story.removed)


def times(rule: str, count: int) -> Callable[[Story], bool]:
    """Whether this rule cut so often."""
    return lambda story: sum(cut.rule == rule for cut in story.removed) == count


def heads(story: Story) -> bool:
    """Whether the story has a cross-head."""
    return bool(story.crossheads)


def of_form(form: str) -> Callable[[Story], bool]:
    """Whether the story has this form."""
    return lambda story: story.form == form


def in_language(code: str) -> Callable[[Story], bool]:
    """Whether the story was found to be in this language."""
    return lambda story: story.language == code


def between(*lines: Line) -> Case:
    """The lines in the middle of a story."""
    return Case((*BODY[:2], *lines, *BODY[2:]))


def kept(line: str, count: float) -> str:
    """The first ``count`` words of a line, and as many other ones as it had left."""
    old = line.rstrip(".").split()
    return " ".join([*old[: int(count)], *words(len(old) - int(count), 9)]) + "."


def turned(line: str, count: float) -> str:
    """The first ``count`` words of a line in order, the others in reverse."""
    old = line.rstrip(".").split()
    return " ".join([*old[: int(count)], *reversed(old[int(count) :])])


HEAD_20 = text(20, 3, "")
HEAD_9 = text(9, 4, "")
LINKED = "Storm closes northern strait to ferries"
TWO_HEADLINES = (
    "Storm closes the northern strait to ferries",
    "Two climbers found alive on eastern ridge",
)
SIGNED = "(Reporting by Ada Cole; Editing by Tom Reyes)"


def linked(share: float) -> Block:
    """A line with this share of its characters in links."""
    return Block(LINKED, links=share)


def links(count: float) -> list[Block]:
    """So many lines that are links from end to end."""
    return [Block(line, links=1.0) for line in texts(count, 6, "", seed=20)]


def item(line: str) -> Block:
    """A line that the page lists."""
    return Block(line, BlockKind.ITEM)


def heading(line: str) -> Block:
    """A line that the page sets as a heading."""
    return Block(line, BlockKind.HEADING)


def signer(line: str) -> Block:
    """A line that the page marks as a byline."""
    return Block(line, BlockKind.BYLINE)


def names(count: float) -> str:
    """So many words with capitals."""
    return " ".join(word.capitalize() for word in words(count))


def holders(count: float) -> Case:
    """A short item whose first words stand in so many paragraphs above one that holds it whole."""
    shared = " ".join(words(5, 30))
    others = [f"{text(15, 31 + n, '')} {shared} {text(12, 60 + n)}" for n in range(int(count))]
    whole = f"{text(15, 90, '')} {shared} kasuro {text(12, 91)}"
    return Case((*others, whole, f"{shared.capitalize()} kasuro.", *BODY))


STRUCTURE = (
    Limit(
        "crossheads.LONGEST",
        "an unmarked line of nine words is a sentence without its stop",
        lambda n: Case((BODY[0], "Flour and fuel", BODY[1], text(n, end=""), *BODY[2:])),
        lambda story: len(story.crossheads) > 1,
        8,
        9,
    ),
    Limit(
        "SHORTEST_ALONE",
        "an unmarked line of five words that is the only one is a sentence without its stop",
        lambda n: between(text(n, end="")),
        heads,
        4,
        5,
    ),
    Limit(
        "CAPITALS",
        "where half of its words have capitals it is a cross-head",
        lambda n: between(f"{names(n)} {text(6 - n, 9, '').lower()}"),
        heads,
        3,
        2,
    ),
    Limit(
        "crossheads.LONGEST_MARKED",
        "a heading of seventeen words is a paragraph in bold",
        lambda n: between(heading(text(n, end=""))),
        heads,
        16,
        17,
    ),
    Limit(
        "crossheads.LONGEST_MARKED",
        "the same between rules of dashes",
        lambda n: between(f"--- {' '.join('abcdefghijklmnopqrst'[: int(n)])} ---"),
        heads,
        16,
        17,
    ),
    Limit(
        "crossheads.LONGEST_QUOTED",
        "a quotation of six words is speech",
        lambda n: between(f"'{text(n, end='')}'"),
        heads,
        5,
        6,
    ),
    Limit(
        "PARAGRAPH",
        "a cross-head stands between paragraphs: eleven words above it are a label",
        lambda n: Case((BODY[0], text(n), "Market hall", *BODY[1:])),
        heads,
        12,
        11,
    ),
    Limit(
        "crossheads.KICKER",
        "a label above a story has three words, a standfirst more",
        lambda n: Case((text(n, end=""), *BODY)),
        by("kicker"),
        3,
        4,
    ),
    Limit(
        "crossheads.LONGEST_KICKER",
        "scripts without spaces: a lead may be one word",
        lambda n: Case(("H" + "a" * (int(n) - 1), *BODY)),
        by("kicker"),
        60,
        61,
    ),
    Limit(
        "crossheads.LONGEST_UNENDED",
        "a longer line without an end is a lead that lost its stop",
        lambda n: Case((text(n, end=""), *BODY)),
        by("standfirst-unended"),
        14,
        15,
    ),
    Limit(
        "crossheads.MOST_DIGITS",
        "a line with more digits is a table's or a list's",
        lambda n: Case((f"Ferry {'1' * int(n)} sails for the islands", *BODY)),
        by("standfirst-unended"),
        3,
        4,
    ),
    Limit(
        "crossheads.PARAGRAPH",
        "where no line ends, one of twelve words is the lead: labels end above it",
        lambda n: Case((text(n, end=""), "Harbour news", *texts(3, 30, end=""))),
        by("kicker"),
        11,
        12,
    ),
    Limit(
        "crossheads.LONGEST as standfirst",
        "a long heading above the lead is its standfirst",
        lambda n: Case((heading(text(n, end="")), *BODY)),
        by("standfirst-heading"),
        9,
        8,
    ),
    Limit(
        "standfirst of the page",
        "four words that open the page's standfirst are no accident",
        lambda n: Case((heading(text(n, 5, end="")), *BODY), fields={"standfirst": text(n, 5, "")}),
        by("standfirst-heading"),
        4,
        3,
    ),
    Limit(
        "teasers.LINKED",
        "a sentence that holds a link is the story's",
        lambda n: between(linked(n)),
        by("teaser-link"),
        0.75,
        0.74,
    ),
    Limit(
        "teaser of two words",
        "a link of two words is a cross-head or a name",
        lambda n: between(Block(text(n, end=""), links=1.0)),
        by("teaser-link"),
        3,
        2,
    ),
    Limit(
        "teasers._LONGEST",
        "a linked line of twenty-nine words is a paragraph",
        lambda n: between(Block(text(n, end=""), links=1.0)),
        by("teaser-link"),
        28,
        29,
    ),
    Limit(
        "share of links",
        "where more than half the lines are links, the list is the story",
        lambda n: Case((*texts(5), *links(n), *texts(5, seed=80))),
        by("teaser-link"),
        10,
        11,
    ),
    Limit(
        "teasers.MOSTLY_LINKED",
        "a path above the text is half link, half separators",
        lambda n: Case((Block("Islands and harbours", links=n), *BODY)),
        by("teaser-link"),
        0.5,
        0.49,
    ),
    Limit(
        "teasers._LABEL",
        "nine words half of which are links are a sentence",
        lambda n: Case((Block(text(n, end=""), links=0.5), *BODY)),
        by("teaser-link"),
        8,
        9,
    ),
    Limit(
        "headline's length",
        "nineteen words between two links are no headline",
        lambda n: Case((*BODY, *links(1), text(n, 5, ""), Block("Harbour news at six", links=1.0))),
        by("teaser-after-end"),
        18,
        19,
    ),
    Limit(
        "teasers.LINKED_ITEMS",
        "a list of which a part only is links is the story's",
        lambda n: Case(
            (
                *BODY[:2],
                *(Block(x, BlockKind.ITEM, float(i < n)) for i, x in enumerate(texts(8, 6, ""))),
                *BODY[2:],
            )
        ),
        by("teaser-link"),
        6,
        5,
    ),
    Limit(
        "heading over prose",
        "a linked heading heads what has more than twelve words, or ends as a sentence",
        lambda n: between(Block(LINKED, BlockKind.HEADING, 1.0), text(n, end="")),
        by("teaser-link"),
        12,
        13,
    ),
    Limit(
        "heading over links",
        "what is below a heading of other stories is links too",
        lambda n: between(Block(LINKED, BlockKind.HEADING, 1.0), Block(text(6), links=n)),
        by("teaser-link"),
        0.75,
        0.74,
    ),
    Limit(
        "LEAST_ROWS",
        "nine rows may be the reporter's",
        lambda n: Case((*BODY, *(f"{word} {number}" for number, word in enumerate(words(n))))),
        by("figure-row"),
        10,
        9,
    ),
    Limit(
        "FIGURE_SHARE",
        "lines of names with few figures among them are a list of names",
        lambda n: Case((*BODY, *(f"{w} {9 if i < n else ''}" for i, w in enumerate(words(10))))),
        by("figure-row"),
        4,
        3,
    ),
    Limit(
        "LONGEST_CELLS",
        "lines of seven words with a figure are facts",
        lambda n: Case((*BODY, *(f"{x} 4" for x in texts(10, int(n) - 1, "")))),
        by("figure-row"),
        6,
        7,
    ),
    Limit(
        "prose above rows",
        "a text of one paragraph may be little else than its rows",
        lambda n: Case((*BODY[: int(n)], *(f"{w} {i}" for i, w in enumerate(words(10))))),
        by("figure-row"),
        2,
        1,
    ),
    Limit(
        "LONGEST_SOURCED",
        "a paragraph of sixty-one words that ends with a name is no caption",
        lambda n: Case((f"{text(40)} {text(n - 42, 5)} Ada Cole", *BODY)),
        by("caption-sourced"),
        60,
        61,
    ),
    Limit(
        "MOST of the marks",
        "where most of a text is marked as standfirst, the mark says nothing",
        lambda n: Case((Block(text(n), BlockKind.STANDFIRST), text(20, 3), text(20, 4))),
        by("standfirst-markup"),
        40,
        41,
    ),
    Limit(
        "paragraphs beside a gallery",
        "captions longer than the text are captions where two paragraphs stand beside them",
        lambda n: Case((*texts(n, 24), *(Block(x, BlockKind.CAPTION) for x in texts(4, 25)))),
        by("caption-markup"),
        2,
        1,
    ),
    Limit(
        "LEAST_WORDS beside a gallery",
        "two paragraphs of a few words do not outweigh a mark on the rest",
        lambda n: Case((*texts(2, n), *(Block(x, BlockKind.CAPTION) for x in texts(4, 25)))),
        by("caption-markup"),
        20,
        19,
    ),
    Limit(
        "SHORTEST_PROSE of the marks",
        "also there a mark on a few words is right",
        lambda n: Case((*(Block(x, BlockKind.STANDFIRST) for x in texts(4, int(n))), *BODY[:1])),
        by("standfirst-markup"),
        7,
        8,
    ),
    Limit(
        "LONGEST_CAPTION",
        "what is marked as a caption and has sixty-one words is a paragraph",
        lambda n: between(Block(text(n), BlockKind.CAPTION)),
        by("caption-markup"),
        60,
        61,
    ),
    Limit(
        "PARAGRAPH_BY_A_NAME",
        "a byline between paragraphs that has fifteen words is a paragraph",
        lambda n: between(Block(text(n), BlockKind.BYLINE)),
        by("byline-markup"),
        14,
        15,
    ),
    Limit(
        "PUNCTUATED",
        "in a text whose paragraphs do not end, a first line without an end is nothing odd",
        lambda n: Case(("Lost label of ours", *texts(20 - n, end="", seed=20), *texts(n))),
        by("standfirst-unended"),
        16,
        15,
    ),
    Limit(
        "paragraphs of a plain text",
        "one paragraph says nothing of how the others end",
        lambda n: Case(("Lost label of ours", *texts(n), *texts(4, 8, seed=80))),
        by("standfirst-unended"),
        2,
        1,
    ),
    Limit(
        "words of a punctuated paragraph",
        "thirteen words make a paragraph whose end counts",
        lambda n: Case(("Lost label of ours", *texts(3, int(n)))),
        by("standfirst-unended"),
        13,
        12,
    ),
)

REPEATS = (
    Limit(
        "SAME_WORDS",
        "in the middle another line may share three words in four with the headline",
        lambda n: Case(between(kept(HEAD_20, n)).lines, HEAD_20),
        by("repeat-headline"),
        17,
        16,
    ),
    Limit(
        "EDGE_WORDS",
        "first and last the headline is repeated with small changes",
        lambda n: Case((kept(HEAD_20, n), *BODY), HEAD_20),
        by("repeat-headline"),
        15,
        14,
    ),
    Limit(
        "EDGE_WORDS",
        "the same at the end",
        lambda n: Case((*BODY, kept(HEAD_20, n)), HEAD_20),
        by("repeat-headline"),
        15,
        14,
    ),
    Limit(
        "word pairs in order",
        "the same words in another order are the same subject, no repeat",
        lambda n: Case((turned(HEAD_9, n) + ".", *BODY), HEAD_9),
        by("repeat-headline"),
        5,
        4,
    ),
    Limit(
        "shortest that is compared",
        "three words of four may be any label",
        lambda n: Case((*BODY, text(n, 6)), " ".join([text(n, 6, ""), "kasuro"])),
        by("repeat-headline"),
        4,
        3,
    ),
    Limit(
        "twelve words of a suffix",
        "a line much longer than the headline is a sentence with it in",
        lambda n: Case(
            between(f"{HEADLINE} today | {' '.join('abcdefghijklmn'[: int(n)])}").lines,
            f"{HEADLINE} today",
        ),
        by("repeat-headline"),
        11,
        12,
    ),
    Limit(
        "LONGEST_COMPARED",
        "a page that gives its lead as a headline does not lose its lead",
        lambda n: Case((text(n, 3), *BODY), text(n, 3, "")),
        by("repeat-headline"),
        40,
        41,
    ),
    Limit(
        "SHORTEST_GLUED",
        "a lead may begin with the four words of a headline",
        lambda n: Case((f"{text(n, 7)} {LEDE}", *BODY[1:]), text(n, 7, "")),
        by("headline-glued"),
        5,
        4,
    ),
    Limit(
        "LEFT_AFTER",
        "what is left must be a lead",
        lambda n: Case((f"{text(5, 7)} {text(n, 8)}", *BODY), text(5, 7, "")),
        by("headline-glued"),
        8,
        7,
    ),
    Limit(
        "lines that a headline is glued to",
        "only the lead has it, or the line below a kicker",
        lambda n: Case((*BODY[: int(n)], f"{text(6, 7)} {text(20, 8)}"), text(6, 7, "")),
        by("headline-glued"),
        1,
        2,
    ),
    Limit(
        "SHORTEST_REPEAT",
        "five words may stand in any paragraph",
        lambda n: between(" ".join(LEDE.split()[3 : 3 + int(n)])),
        by("repeat-contained"),
        6,
        5,
    ),
    Limit(
        "CONTAINED",
        "of a paragraph one shingle in ten may differ",
        lambda n: Case(
            (
                f"{text(20, 5, '')} {text(n - 1, 6, '')} kasuro {text(9, 8)}",
                f"{text(n - 1, 6, '')} pogurum.",
                *BODY,
            )
        ),
        by("repeat-contained"),
        14,
        13,
    ),
    Limit(
        "HOLDERS",
        "what stands in more paragraphs is a phrase of the story, and costs time",
        holders,
        by("repeat-contained"),
        7,
        8,
    ),
    Limit(
        "shortest standfirst",
        "five words may open any paragraph",
        lambda n: Case((" ".join(SECOND.split()[: int(n)]) + ".", *BODY)),
        by("repeat-standfirst"),
        6,
        5,
    ),
    Limit(
        "STANDFIRST_WORDS",
        "an edited standfirst keeps four words in five",
        lambda n: Case((text(20, 5), f"{kept(text(20, 5), n)[:-1]} kasuro.", *BODY)),
        by("repeat-standfirst"),
        16,
        15,
    ),
    Limit(
        "STANDFIRST_TRIPLES",
        "the same words in another order say something else",
        lambda n: Case((text(22, 5), f"{turned(text(22, 5), n)} kasuro.", *BODY)),
        by("repeat-standfirst"),
        12,
        11,
    ),
    Limit(
        "length of what restates",
        "a shorter paragraph does not say all of the standfirst",
        lambda n: Case((text(20, 5), " ".join(text(20, 5).split()[: int(n)]) + ".", *BODY)),
        by("repeat-standfirst"),
        18,
        17,
    ),
    Limit(
        "lines that may be a standfirst",
        "farther down it is a paragraph",
        lambda n: Case((*texts(n), text(12, 5), f"{text(12, 5, '')} kasuro.", *BODY)),
        by("repeat-standfirst"),
        2,
        3,
    ),
    Limit(
        "paragraphs that may restate it",
        "farther down it is the story that comes back to it",
        lambda n: Case((text(12, 5), *texts(n - 1), f"{text(12, 5, '')} kasuro.", *BODY)),
        by("repeat-standfirst"),
        5,
        6,
    ),
    Limit(
        "printed.AGAIN",
        "pages print an item of twelve words twice on purpose",
        lambda n: Case((*BODY, text(n, 5), *texts(3), text(n, 5), text(30, 6))),
        lambda story: wire.printed(story).count(text(8, 5, "")[:20]) == 2,
        12,
        13,
    ),
)

KILL = "Please kill the story on the ferries."
CREDIT = "(Reporting by Ada Cole in Karsin; "

RULES_ON_LINES = (
    Limit(
        "HEAD",
        "no wire has a longer head",
        lambda n: Case((*texts(n, 3), "By Anna Lindqvist", *BODY)),
        by("byline"),
        29,
        30,
    ),
    Limit(
        "HEAD_KEPT",
        "wire heads are read until the third paragraph",
        lambda n: Case((*texts(n), "By Anna Lindqvist", *BODY)),
        by("byline"),
        2,
        3,
    ),
    Limit(
        "LONG_LINE",
        "three lines of sixty-one characters are paragraphs",
        lambda n: Case((*(long_as(n, s) for s in (1, 2, 3)), "By Anna Lindqvist", *BODY)),
        by("byline"),
        60,
        61,
    ),
    Limit(
        "LEADS",
        "a dateline stands on one of the first three paragraphs",
        lambda n: Case((*texts(n), f"BEIRUT (AP) — {LEDE}", SECOND)),
        by("dateline-agency"),
        2,
        3,
    ),
    Limit(
        "TAIL_KEPT",
        "six lines may stand below the credits, a seventh is the story again",
        lambda n: Case((*BODY, SIGNED, *texts(n))),
        by("credit-reporting"),
        5,
        6,
    ),
    Limit(
        "BESIDE_NOTE",
        "with forty-one words beside its note the item is a story",
        lambda n: Case((f"Eds: {KILL}", text(n))),
        of_form("kill"),
        40,
        41,
    ),
    Limit(
        "SHORT_ITEM",
        "a notice is a paragraph or two",
        lambda n: Case((KILL, *texts(n // 20 - 1), text(n - 7 - 20 * (n // 20 - 1), 90))),
        of_form("kill"),
        150,
        151,
    ),
    Limit(
        "STANDFIRST_ABOVE",
        "forty-six words above a dateline are a paragraph of another story",
        lambda n: Case((text(n), f"BEIRUT (AP) — {LEDE}", SECOND)),
        by("standfirst-above-dateline"),
        45,
        46,
    ),
    Limit(
        "LISTED to the end",
        "thirteen lines under a label are the story",
        lambda n: Case((*BODY, "Read more:", *texts(n, 8, ""))),
        by("teaser-listed"),
        12,
        13,
    ),
    Limit(
        "LISTED above paragraphs",
        "the thirteenth item is no teaser",
        lambda n: Case((BODY[0], "Read more:", *map(item, texts(13, 8, "")[: int(n)]), *BODY[1:])),
        lambda story: story.body == BODY,
        12,
        13,
    ),
    Limit(
        "LONGEST_LISTED to the end",
        "a line of twenty-one words is a paragraph",
        lambda n: Case((*BODY, "Read more:", text(n, end=""))),
        by("teaser-listed"),
        20,
        21,
    ),
    Limit(
        "LONGEST_LISTED above paragraphs",
        "the same where prose follows",
        lambda n: Case((LEDE, "Read more:", text(n, end=""), *texts(5, 25))),
        by("teaser-item"),
        20,
        21,
    ),
    Limit(
        "SHORT_HEAD",
        "a short line below the list heads the passage that follows",
        lambda n: between("Read more:", text(8, end=""), text(n, 7, end="")),
        times("teaser-item", 2),
        6,
        5,
    ),
    Limit(
        "items that end as sentences",
        "where more than half end with a stop, they are paragraphs",
        lambda n: Case((*BODY, "Read more:", *texts(4 - n, 8, "", 30), *texts(n, 8))),
        by("teaser-listed"),
        2,
        3,
    ),
    Limit(
        "_BARE_LABEL",
        "a label of seven words names the story it leads to",
        lambda n: Case((*BODY, f"More from {names(n - 2)}", *TWO_HEADLINES)),
        by("teaser-listed"),
        6,
        7,
    ),
    Limit(
        "marks in a line",
        "more of them make a table, and cost time",
        lambda n: between(
            " ".join(f"{text(3, s, '')} ($1 = {s}4 crowns)" for s in range(int(n))) + "."
        ),
        lambda story: not any("$1" in line for line in story.body),
        4,
        5,
    ),
    Limit(
        "tags on a headline",
        "more of them are no headline",
        lambda n: Case(BODY, "URGENT: " * int(n) + HEADLINE),
        lambda story: story.headline == HEADLINE,
        8,
        9,
    ),
    Limit(
        "longest end",
        "a credit stands in the last five hundred characters",
        lambda n: Case((*BODY[:3], f"{SECOND} {CREDIT.ljust(int(n) - 1, 'x')})")),
        by("credit-reporting"),
        500,
        501,
    ),
    Limit(
        "max_words",
        "fifteen words after a bullet are a paragraph",
        lambda n: Case((f"* {text(n - 1, end='')}", *BODY)),
        by("bullets"),
        14,
        15,
    ),
    Limit(
        "SHORTEST_UNKNOWN",
        "three letters in capitals are an acronym",
        lambda n: Case((f"{'OSKAVIN'[: int(n)]} - {LEDE}", *BODY[1:])),
        by("dateline-bare"),
        4,
        3,
    ),
    Limit(
        "capitals again",
        "an acronym comes again in capitals",
        lambda n: Case((f"OSKAVIN - {LEDE}", *(["Ferries left OSKAVIN too."] * int(n)), *BODY[1:])),
        by("dateline-bare"),
        0,
        1,
    ),
    Limit(
        "lines that use the place",
        "a story that is headed by a place names it early",
        lambda n: Case((f"Oskavin: {LEDE}", *texts(n - 1, 8), "Rain fell in Oskavin on Monday.")),
        by("dateline-title"),
        59,
        60,
    ),
    Limit(
        "paragraphs above a bare dateline",
        "below two paragraphs a line in capitals is a cross-head",
        lambda n: Case((*BODY[: int(n)], "BEIRUT", *BODY[int(n) :])),
        by("dateline-alone"),
        1,
        2,
    ),
)

FIELDS = (
    Limit(
        "bylines.LONGEST",
        "a longer line about its author is a biography",
        lambda n: Case((signer(f"By {names(n)}"), *BODY)),
        lambda story: bool(story.byline),
        14,
        15,
    ),
    Limit(
        "longest name",
        "a marked line of seven words without By is no name",
        lambda n: Case((signer(names(n)), *BODY)),
        lambda story: bool(story.byline),
        6,
        7,
    ),
    Limit(
        "shortest name",
        "one word is a label",
        lambda n: Case((signer(names(n)), *BODY)),
        lambda story: bool(story.byline),
        2,
        1,
    ),
    Limit(
        "_LONG_NAME",
        "a short name of an agency may be part of any word",
        lambda n: Case(
            BODY,
            fields={"author": "Ada Cole from " + {12: "Europa Press", 11: "Yonhap News"}[int(n)]},
        ),
        lambda story: bool(story.agency),
        12,
        11,
    ),
    Limit(
        "_LONGEST_SITE",
        "what is longer belongs to the headline",
        lambda n: Case(
            BODY, f"{HEADLINE} | {'K' + 'a' * (int(n) - 1)}", {"site": "K" + "a" * (int(n) - 1)}
        ),
        by("headline-site"),
        40,
        41,
    ),
    Limit(
        "LONGEST_BARRED",
        "what is longer may be a headline after its label",
        lambda n: Case(BODY, f"{HEADLINE} | K{'a' * (int(n) - 1)}"),
        by("headline-site"),
        25,
        26,
    ),
    Limit(
        "longer than what follows the bar",
        "the headline is the longer part: 'Opinion | The Lights Go Out' is not cut to 'Opinion'",
        lambda n: Case(BODY, f"{'Ferries sail on'[: int(n)]} | Karsin Harbour"),
        by("headline-site"),
        15,
        14,
    ),
    Limit(
        "site's name, squeezed",
        "one letter is no name",
        lambda n: Case(BODY, f"{HEADLINE} - {'Qz'[: int(n)]}", {"site": "Qz"[: int(n)]}),
        by("headline-site"),
        2,
        1,
    ),
    Limit(
        "site's name with words beside",
        "two letters with an article may be anything",
        lambda n: Case(BODY, f"{HEADLINE} - The {'Qzk'[: int(n)]}", {"site": "Qzk"[: int(n)]}),
        by("headline-site"),
        3,
        2,
    ),
    Limit(
        "site's name that goes on",
        "five letters are a name's beginning, four are a word's",
        lambda n: Case(
            BODY, f"{HEADLINE} - {'Qzkar'[: int(n)]}vita Bolur", {"site": "Qzkar"[: int(n)]}
        ),
        by("headline-site"),
        5,
        4,
    ),
    Limit(
        "site's name cut short",
        "three letters of a name say nothing",
        lambda n: Case(BODY, f"{HEADLINE} - {'Qzkar'[: int(n)]}", {"site": "Qzkarvita"}),
        by("headline-site"),
        4,
        3,
    ),
    Limit(
        "language: small words",
        "two small words are in many languages",
        lambda n: Case((" ".join([*("the", "was", "with")[: int(n)], *words(12)]) + ".",)),
        in_language("en"),
        3,
        2,
    ),
    Limit(
        "language: share of small words",
        "names in a list have small words too",
        lambda n: Case((" ".join(["the", "was", "with", *words(n - 3)]) + ".",)),
        in_language("en"),
        37,
        38,
    ),
    Limit(
        "language: share of a script",
        "a name in its own script makes no language",
        lambda n: Case(("पफबभमय"[: int(n)] + "qwxzkj"[: 10 - int(n)] + ".", "")),
        in_language("hi"),
        4,
        3,
    ),
    Limit(
        "language: letters of its own",
        "two letters are a name",
        lambda n: Case(("і" * int(n) + "жодщ" * 20 + ".",)),
        in_language("uk"),
        3,
        2,
    ),
    Limit(
        "language: sample",
        "the beginning says it; the rest costs time",
        lambda n: Case(("q" * int(n - 11) + " the was in",)),
        in_language("en"),
        1500,
        1501,
    ),
)


def seen(limit: Limit, number: float) -> bool:
    """Whether the limit's effect is seen at this number."""
    case = limit.made(number)
    found = clean(*case.lines, headline=case.headline, **case.fields)
    return isinstance(found, Story) and limit.seen(found)


@pytest.mark.parametrize(
    "limit", [*STRUCTURE, *REPEATS, *RULES_ON_LINES, *FIELDS], ids=lambda limit: limit.constant
)
def test_limits(limit: Limit) -> None:
    """Just inside the limit the cut or field is there, just outside it is not."""
    assert (seen(limit, limit.acts), seen(limit, limit.rests)) == (True, False), limit.why


def rows(count: int, figures: int = 3, length: int = 5) -> list[str]:
    """Lines of a table: so many figures in each line of so many words."""
    return [
        " ".join([*words(length - figures, n), *(f"{f}{n}" for f in range(1, figures + 1))])
        for n in range(count)
    ]


def slugs(count: int) -> list[str]:
    """Lines of a digest."""
    return [f"{word.upper()} — {text(4, n)}" for n, word in enumerate(words(count, 3))]


@pytest.mark.parametrize(
    ("why", "refused", "told", "reason"),
    [
        ("LEAST_LINES: three rows are figures of a story", rows(4), [*rows(3), "Karsa"], "table"),
        (
            "SHARE: below six lines in ten it is a story with figures",
            [*rows(12), *texts(8, 3)],
            [*rows(11), *texts(9, 3)],
            "table",
        ),
        ("_FIGURES: two figures stand in any sentence", rows(4), rows(4, 2), "table"),
        ("a row of twenty-five words is a paragraph", rows(4, 3, 24), rows(4, 3, 25), "table"),
        (
            "LEAST_LINES: two labels are a quotation of an invitation",
            ["WHAT: A talk", "WHEN: Monday", "WHERE: Karsin", text(20)],
            ["WHAT: A talk", "WHEN: Monday", text(20)],
            "press invitation",
        ),
        (
            "SHARE: below six lines in ten it is a story with a list of others",
            [*slugs(12), *texts(8)],
            [*slugs(11), *texts(9)],
            "digest",
        ),
        (
            "LEAST_LINES: two slugs are a story's head",
            [*slugs(3), text(9)],
            [*slugs(2), *texts(2, 9)],
            "digest",
        ),
        (
            "SHORT_ITEM: a stub has no paragraphs",
            ["Watch the video above.", *texts(7, end=""), text(6)],
            ["Watch the video above.", *texts(7, end=""), text(7)],
            "a stub without text",
        ),
        (
            "LEAST_PARAGRAPHS: one paragraph below a stub's words may be the page's",
            ["Watch the video above.", text(50)],
            ["Watch the video above.", text(25), text(25, 2)],
            "a stub without text",
        ),
        (
            "LEAST_WORDS: so may thirty-nine words",
            ["Watch the video above.", text(20), text(19, 2)],
            ["Watch the video above.", text(20), text(20, 2)],
            "a stub without text",
        ),
        (
            "SHORTEST_PROSE: lines of seven words are a list",
            ["Watch the video above.", *texts(6, 7)],
            ["Watch the video above.", *texts(6, 8)],
            "a stub without text",
        ),
        (
            "PROSE_SHARE: where four words in ten are no prose, the item is no story",
            ["Watch the video above.", *texts(2, 24), *texts(4, 7), text(1)],
            ["Watch the video above.", *texts(2, 24), *texts(4, 7)],
            "a stub without text",
        ),
    ],
)
def test_limits_of_what_is_no_story(
    why: str, refused: list[str], told: list[str], reason: str
) -> None:
    """Just inside the limit the item is refused with its reason, just outside it is a story."""
    ends = (clean(*refused, headline="Ferries"), clean(*told, headline="Ferries"))
    assert isinstance(ends[0], Outcome), why
    assert (ends[0].reason, type(ends[1])) == (reason, Story), why


def test_limit_of_a_headline_that_says_more_than_its_label() -> None:
    """Below three words of its own, a headline with the word of a list is that of a list."""
    assert isinstance(clean(*BODY, headline="Live: truce vote"), Outcome)
    assert isinstance(clean(*BODY, headline="Live: truce vote fails"), Story)
