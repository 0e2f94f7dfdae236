"""The stories of the sample wire: as many and as varied as they should be, and true by
construction."""

from __future__ import annotations

import dataclasses
from collections import Counter

import pytest

from pipeline.story import OutcomeKind, RelationKind
from pipeline.text import fold, words
from tests.workers.sample.asking import BY_ID
from workers.sample import SampleStory, expected, sample, stories


def test_is_as_large_and_varied_as_promised() -> None:
    """At least 64 entries, ten copies under other headlines, four truncated ones and three
    sequences."""
    told = Counter(s.relation for s in stories())
    assert len(stories()) >= 64
    assert told[RelationKind.COPY] + told[RelationKind.EXACT] >= 10
    assert told[RelationKind.TRUNCATED] >= 4
    assert (
        len(
            {
                root(s)
                for s in stories()
                if s.relation in {RelationKind.VERSION, RelationKind.CORRECTION}
            }
        )
        >= 3
    )
    assert told[RelationKind.WITHDRAWAL] >= 2
    assert len({s.dateline_style for s in stories() if s.dateline}) >= 12
    assert {len(s.themes) for s in stories() if s.outcome is OutcomeKind.NEW} == {0, 1, 2, 3}


def root(story: SampleStory) -> str:
    """The story at the head of a sequence."""
    while story.of:
        story = BY_ID[story.of]
    return story.id


def test_new_stories_are_of_a_real_length() -> None:
    """A body has 120 to 500 words, so that near-duplicate look-up meets stories and not notes.

    Where the page is gone the feed's line is all there is.
    """
    for story in stories():
        if (
            story.page != "404"
            and story.relation is RelationKind.NEW
            and story.outcome is OutcomeKind.NEW
        ):
            assert 120 <= len(" ".join(story.body).split()) <= 500, story.id


def shingles(story: SampleStory) -> set[tuple[str, ...]]:
    """Every five words in a row of the body."""
    told = words(" ".join(story.body))
    return {tuple(told[i : i + 5]) for i in range(len(told) - 4)}


def test_no_two_new_stories_share_copy() -> None:
    """Different stories stay different: hardly a shingle of five words is in two of them."""
    apart = [s for s in stories() if s.outcome is OutcomeKind.NEW]
    prints = {s.id: shingles(s) for s in apart}
    for i, one in enumerate(apart):
        for other in apart[i + 1 :]:
            a, b = prints[one.id], prints[other.id]
            assert len(a & b) <= 0.03 * min(len(a), len(b)), (one.id, other.id)


@pytest.mark.parametrize(
    "story", [s for s in stories() if s.outcome is OutcomeKind.COPY], ids=lambda s: s.id
)
def test_copies_hold_their_original(story: SampleStory) -> None:
    """A copy's shingles are nearly all in the story it is a copy of, and its headline is another
    one."""
    copy, original = shingles(story), shingles(BY_ID[story.of])
    assert len(copy & original) >= 0.9 * len(copy)
    assert fold(story.headline) != fold(BY_ID[story.of].headline)


def test_later_entries_come_later() -> None:
    """A version, copy or withdrawal is published after the story it is of."""
    for story in stories():
        if story.of:
            assert story.published > BY_ID[story.of].published, story.id


def test_standfirsts_repeat_the_lead_somewhere() -> None:
    """At least four papers print their standfirst from the lead, word for word."""
    repeats = [
        s
        for s in stories()
        if s.standfirst and fold(s.body[0]).startswith(fold(s.standfirst).rstrip("."))
    ]
    assert len(repeats) >= 4


def test_every_entry_is_accounted_for() -> None:
    """The sums over outcomes and over feeds are the number of entries, and delivered ones have one
    relation each."""
    told = expected()
    assert told.entries == len(stories()) == sum(told.outcomes.values()) == sum(told.feeds.values())
    assert sum(told.relations.values()) == told.delivered + told.outcomes["unchanged"]
    assert told.delivered == told.outcomes["new"] + told.later + told.outcomes["withdrawal"]
    assert set(told.feeds) == set(sample().outlets)
    assert told.outcomes["broken_entry"] >= 2
    assert told.outcomes["not_a_story"] >= 1


def test_the_sums_follow_the_stories() -> None:
    """A story less is an entry less, and its themes are gone from the sums."""
    rest = [s for s in stories() if s.id != "dahra-three"]
    before, after = expected(), expected(rest)
    assert after.entries == before.entries - 1
    for theme in ("ground_fighting", "air_campaign", "diplomacy"):
        assert after.themes_new[theme] == before.themes_new[theme] - 1


def test_stories_are_frozen() -> None:
    """A story of the sample wire cannot be changed by one test under the eyes of another."""
    with pytest.raises(dataclasses.FrozenInstanceError):
        stories()[0].headline = "other"  # type: ignore[misc]
