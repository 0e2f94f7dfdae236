"""What is no story ends as none, with its reason; what only sounds like it goes on."""

from __future__ import annotations

import pytest

from pipeline.story import Outcome, OutcomeKind, Story
from tests.pipeline.wire.lines import BODY, clean

NONE = """AP News Digest 3:30 a.m.
World news summary at 1600 GMT
HIGHLIGHTS AT 9 PM
TAKE A LOOK-Delta crisis
dpa-Nachrichtenüberblick Politik
Terminvorschau
Press digest - Nov 20
What the papers say
The week ahead
Today in History - November 20
Morning briefing
Best photos of the week
Poll
Horoscope
Weather forecast for Tuesday
Football results
Currency rates of Nov 20
Corrections: Nov. 20, 2026
Letters to the editor
TEST - PLEASE IGNORE
Live updates: port
Page not found
Just a moment...""".splitlines()

LISTS = """Morning briefing: port, polls and planes
Poll: Should the ferries sail?
Live updates: Port under fire
Delta war live: gunboats shell port
In pictures: a harbour under fire
TABLE-Port traffic by month and ferry
MEDIA ADVISORY: Press conference on Tuesday""".splitlines()

STORIES = """Live fire drill held near port
Poll: most want truce, survey finds
Diary of dead pilot found
Digest of laws thrown into sea
News budget cut at state TV
Morning briefing room fire kills two
Top stories of tower burn in port blast
World in brief war of nerves
On this day of mourning, shells fall
The Latest: Envoy says talks go on
Weather: storm kills four on islands
Letters from the front sold
Corrections officers strike
Test site shelled
Note to editors found on dead reporter
Access denied to aid convoy
Driver leads standings after wet race
Pictures show ship on fire""".splitlines()


def test_headlines_of_what_is_no_story() -> None:
    """Digests, plans, galleries, listings, tables, corrections, live and error pages are refused
    with a reason."""
    ends = {headline: clean(*BODY, headline=headline) for headline in NONE}
    assert [h for h, end in ends.items() if not (isinstance(end, Outcome) and end.reason)] == []


def test_headlines_that_only_sound_so() -> None:
    """The same words inside a sentence of news refuse nothing."""
    assert [h for h in STORIES if not isinstance(clean(*BODY, headline=h), Story)] == []


def test_headlines_that_the_text_below_decides() -> None:
    """A headline that says more than its label is that of a list above short lines, and that of a
    story above paragraphs."""
    entries = ("14:02 - Rockets hit the port", "13:40 - Talks open", "13:05 - Harbour shut")
    for headline in LISTS:
        assert isinstance(clean(*entries, headline=headline), Outcome), headline
        assert isinstance(clean(*BODY, headline=headline), Story), headline


def test_a_line_about_cookies_in_a_story_refuses_nothing() -> None:
    """What a stub says may stand in a story; the line stays there."""
    line = "We use cookies because everybody does, the owner of the shop told the court."
    assert line in getattr(clean(*BODY, line), "body", ())


def test_an_interview_is_no_digest() -> None:
    """Slugs of a digest are all different; in an interview two names come again and again."""
    said = [f"{who}: {line}" for who, line in zip(("COLE", "REYES") * 2, BODY, strict=True)]
    assert isinstance(clean(*said), Story)


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (("Jan 10 20 30", "Feb 11 22 33", "Mar 12 23 31", "Apr 10 22 36", "May 9 22 33"), "table"),
        (("PORT — Ferries sail. 700 words.", "DELTA — Truce. 500 words.",
          "TRADE — Tariffs rise. 400 words.",
          "ISLANDS — A strike ends. 300 words."), "digest"),
        (("WHAT: Press conference", "WHEN: Tuesday at 10", "WHERE: Town hall"), "press invitation"),
        (("Watch the video above.",), "a stub without text"),
        (("Please enable JavaScript to continue.",), "a stub without text"),
    ],
)  # fmt: skip
def test_the_shape_of_what_is_no_story(lines: tuple[str, ...], reason: str) -> None:
    """Rows of figures, lists of slugs, invitations and stubs are told by their lines."""
    found = clean(*lines, headline="Ferries of the delta")
    assert isinstance(found, Outcome)
    assert (found.kind, found.reason) == (OutcomeKind.NOT_A_STORY, reason)


def test_a_story_with_a_table_is_a_story() -> None:
    """Prose above rows of figures is news with its figures."""
    rows = ("Jan 10 20 30", "Feb 11 22 33", "Mar 12 23 31", "Apr 10 22 36", "May 9 22 33")
    assert isinstance(clean(*BODY, *rows), Story)
    assert isinstance(clean(BODY[0], *rows), Story)
