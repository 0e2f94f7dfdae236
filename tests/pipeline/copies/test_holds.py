"""Holds: a story that is withheld comes back when its agency releases it, and a killed one never
does.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from pipeline.story import Moment, Relation, RelationKind, Story, digest
from tests.pipeline.copies.test_sequences import DAM, FIRST, KILL, NOON, Sink, copies

RELEASED = "released after it was withheld"
HOLD = replace(
    KILL,
    key=digest("hold"),
    url="https://wire.example/hold",
    form="hold",
    headline="HOLD: Karsa dam story",
    body=(f'The story headlined "{DAM.headline}" is on hold. Do not use it.',),
)
OWN_HOLD = replace(FIRST, form="hold", body=("This item is on hold.",))


def later(story: Story, hours: float, **fields: object) -> Story:
    """The story filed so many hours after noon; the hold and the kill are of five hours."""
    when = Moment(NOON + timedelta(hours=hours), "feed")
    return replace(story, published=when, **fields)  # type: ignore[arg-type]


def is_released(relation: Relation, uri: str) -> bool:
    """Whether it is the next version of that story, and nothing is withdrawn with it."""
    assert (relation.why == RELEASED) == (relation.kind is RelationKind.VERSION)
    assert relation.why != RELEASED or relation.withdrawn == ()
    return relation.why == RELEASED and (relation.uri, relation.version) == (uri, 2)


def test_an_item_that_withheld_itself_is_released_by_being_shown() -> None:
    """The same item without the status: it is the next version, and usable again, as often as its
    agency wants.
    """
    sink = Sink()
    first = sink.take(FIRST)
    assert sink.take(OWN_HOLD).withdrawn == ((first.uri, 1),)
    assert is_released(sink.take(FIRST), first.uri)
    assert sink.take(FIRST).kind is RelationKind.REFETCH
    assert sink.take(replace(OWN_HOLD, key=digest("again"), url=FIRST.url)).withdrawn


@pytest.mark.parametrize(("hours", "released"), [(0.0, False), (5.0, False), (5.1, True)])
def test_a_notice_holds_until_the_story_is_filed_after_it(hours: float, released: bool) -> None:
    """Another item withheld it: a feed that shows the old item still says nothing of a release."""
    sink = Sink()
    first = sink.take(FIRST)
    assert sink.take(HOLD).withdrawn == ((first.uri, 1),)
    assert is_released(sink.take(later(FIRST, hours)), first.uri) == released


def test_a_new_item_of_the_outlet_releases_by_its_words() -> None:
    """The same words under another address, filed after the hold, by the outlet that had sent it;
    another outlet's copy only shows that it has not heard of the hold.
    """
    sink = Sink()
    first = sink.take(FIRST)
    sink.take(HOLD)
    copy = sink.take(later(replace(copies()[0], body=DAM.body), 6))
    assert copy.why != RELEASED
    assert copy.withdrawn == ((copy.uri, 1),)
    again = later(FIRST, 6, key=digest("new"), url="https://wire.example/new", slug="")
    assert is_released(sink.take(again), first.uri)


@pytest.mark.parametrize("notices", [(KILL,), (KILL, HOLD), (HOLD, KILL), (KILL, OWN_HOLD)])
def test_a_killed_story_is_never_released(notices: tuple[Story, ...]) -> None:
    """Whatever else is said of it: what was killed in error is sent as another story."""
    sink = Sink()
    first = sink.take(FIRST)
    assert sum([sink.take(notice).withdrawn for notice in notices], ()) == ((first.uri, 1),)
    again = sink.take(later(FIRST, 6))
    assert (again.kind, again.version) == (RelationKind.REFETCH, 1)


@pytest.mark.parametrize(
    ("notices", "released"), [((HOLD,), True), ((HOLD, KILL), False), ((KILL, HOLD), False)]
)
def test_a_notice_that_waits_holds_its_story_as_it_says(
    notices: tuple[Story, ...], released: bool
) -> None:
    """A story that comes after its hold is withheld, however often it is shown, and may be
    released; after a kill, with a hold beside it or not, it is killed.
    """
    sink = Sink()
    for notice in notices:
        sink.take(notice)
    first = sink.take(FIRST)
    assert first.withdrawn == ((first.uri, 1),)
    assert sink.take(FIRST).kind is RelationKind.REFETCH
    assert is_released(sink.take(later(FIRST, 6)), first.uri) == released


def test_a_hold_by_a_notice_stays_one() -> None:
    """The item's own hold after a notice's does not make its mere showing a release."""
    sink = Sink()
    first = sink.take(FIRST)
    sink.take(HOLD)
    assert sink.take(later(OWN_HOLD, 5.5)).withdrawn == ()
    assert not is_released(sink.take(FIRST), first.uri)
    assert is_released(sink.take(later(FIRST, 6)), first.uri)


def test_a_released_story_may_be_killed() -> None:
    """A release ends the hold and no more: the kill names the version that was released."""
    sink = Sink()
    first = sink.take(FIRST)
    sink.take(OWN_HOLD)
    sink.take(FIRST)
    assert sink.take(KILL).withdrawn == ((first.uri, 2),)
