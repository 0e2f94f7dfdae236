"""Every pass is there for a reason: an example for each, which is cut otherwise without it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from pipeline import wire
from pipeline.repeats import read_notes, write_note
from pipeline.story import Article, Block, BlockKind, Story
from pipeline.wire import cleaning
from tests.pipeline.wire.lines import BODY, ENTRY, FOURTH, LEDE, SECOND, THIRD, rules

HEADLINE = "Ferry convoy reaches besieged port"
EDITED = (
    "Ferries carrying flour reached the besieged town Sunday as the coast guard held fire at an "
    "envoy's request."
)
TEASERS = (
    "Storm closes the northern strait to ferries",
    "Two climbers found alive on eastern ridge",
)
CREDIT = "(Reporting by Ada Cole; Editing by Tom Reyes)"
DATED = f"BEIRUT (AP) — {LEDE}"
LONG_HEADLINE = "Ferry convoy with flour for nine days reaches besieged port on Sunday"
NEARLY = "Ferry convoy reaches besieged town"
SMOKE = "A picture taken from the lighthouse shows smoke over the mole on October 16, 2014"
CLOSED = "Coast guards closed the bay on Monday, for the first time since the fire of 2013."
LINKS = [Block(f"{TEASERS[0]} again {number}", links=1.0) for number in range(5)]
TOWNS = ("Karsin", "Telbarud", "Anselm", "Velin", "Osk", "Strelsau", "Tallow")
MANY = [Block(f"{TEASERS[0]} of {town}", links=1.0) for town in TOWNS]
ROWS = [f"{town} {number}" for number, town in enumerate((*TOWNS, *TOWNS))]
OFFER = "The evening boat brings you the lake in five lines."
# three other stories under which the offer stood
OTHERS = [
    write_note(Story(name, "", "", (f"The {name} sailed at dawn, and nobody saw it go.", OFFER)))
    for name in ("Marit", "Osk", "Velin")
]
TOLD = read_notes("this", OTHERS)
NEEDED: dict[str, tuple[list[str | Block], str, str]] = {
    "headline": ([*BODY], f"UPDATE 1-{HEADLINE}", "tag-update"),
    "marked lines": ([Block("At the quay", BlockKind.CAPTION), *BODY], HEADLINE, "caption-markup"),
    "repeated headline": ([LONG_HEADLINE, LEDE, SECOND, "By Ada Cole", THIRD, FOURTH],
                          LONG_HEADLINE, "repeat-headline"),
    "glued headline": ([f"{HEADLINE}. {DATED}", *BODY[1:]], HEADLINE, "headline-glued"),
    "head": (["By Ada Cole", *BODY], HEADLINE, "byline"),
    "names and dates": (["Nele Orff 3 May 2024", *BODY], HEADLINE, "byline-name-and-date"),
    "repeated headline below the head": (["By Ada Cole", NEARLY, *BODY], HEADLINE,
                                         "repeat-headline"),
    "captions run into the lead": ([SMOKE + CLOSED, *BODY], HEADLINE, "caption-glued"),
    "whole lines": ([LEDE, "Share this article", *BODY[1:]], HEADLINE, "controls"),
    "lead": ([DATED, *BODY[1:], LEDE], HEADLINE, "dateline-agency"),
    "standfirst said again": ([LEDE, f"OSKAVIN - {LEDE}", *BODY[1:]], HEADLINE,
                              "repeat-standfirst"),
    "repeated paragraphs": ([*BODY, CREDIT, *BODY], HEADLINE, "repeat-paragraph"),
    "marks inside lines": ([LEDE, f"{SECOND[:-1]} ($1 = 24 crowns).", *BODY[2:]], HEADLINE,
                           "currency-note"),
    "rows of a widget": ([*BODY, *ROWS], HEADLINE, "figure-row"),
    "tail": ([*BODY, CREDIT], HEADLINE, "credit-reporting"),
    "teasers": ([*BODY, *LINKS], HEADLINE, "teaser-after-end"),
    "tail above teasers": ([*BODY, "Ada Cole contributed to this report.", *MANY],
                           HEADLINE, "credit-contributed-sentence"),
    "standfirst above teasers": ([EDITED, *LINKS, *BODY], HEADLINE, "repeat-standfirst"),
    "above the lead": (["Politics", *BODY], HEADLINE, "kicker"),
    "repeated headline at the edges": (["Share this article", f"{NEARLY}.", *BODY], HEADLINE,
                                       "repeat-headline"),
    "lead below labels": (["Harbour news", "Ferry watch", "Town hall", DATED, *BODY[1:]],
                          HEADLINE, "dateline-agency"),
    "flash": (["Nine boats of flour"], f"BEIRUT (AP) — {HEADLINE}", "dateline-agency"),
    "lines that repeat": ([*BODY, OFFER], HEADLINE, "repeated-line"),
    "cross-heads": ([LEDE, SECOND, Block("Flour and fuel", BlockKind.HEADING)], HEADLINE,
                    "heading-without-text"),
}  # fmt: skip
"""By pass: lines, headline, and the rule that cuts them in this pass."""


def article(lines: Sequence[str | Block], headline: str) -> Article:
    """The lines as an article."""
    blocks = tuple(x if isinstance(x, Block) else Block(x) for x in lines)
    return Article(
        url="https://coast.example/a", headline=headline, blocks=blocks, author="Nele Orff"
    )


def test_every_pass_has_a_name_of_its_own_and_a_reason() -> None:
    """Cuts are named by their pass; one that runs after another's cuts names a pass above it."""
    named = [each.name for each in wire.PASSES]
    assert sorted(NEEDED) == sorted(set(named))
    assert len(named) == len(set(named))
    assert all(each.why for each in wire.PASSES)
    assert all(
        each.if_cut in named[:place] for place, each in enumerate(wire.PASSES) if each.if_cut
    )


@pytest.mark.parametrize("name", NEEDED)
def test_every_pass_is_needed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pass cuts its example by the rule that is named, and without it the story is another."""
    lines, headline, rule = NEEDED[name]
    given = article(lines, headline)
    cuts = wire.trace_cuts(given, ENTRY, rules(), TOLD)
    assert (name, rule) in {(cut.made_by, cut.removed.rule) for cut in cuts}
    whole = wire.clean(given, ENTRY, rules(), repeats=TOLD)
    assert isinstance(whole, Story)
    assert tuple(cut.removed for cut in cuts) == whole.removed
    others = tuple(each for each in wire.PASSES if each.name != name)
    monkeypatch.setattr(cleaning, "PASSES", others)
    without = wire.clean(given, ENTRY, rules(), repeats=TOLD)
    assert without != whole
