"""When a page is looked at again, by what the last look found."""

from __future__ import annotations

import pytest

from pipeline.schedule import (
    LOOKING,
    FeedState,
    Look,
    Looking,
    LookKind,
    Seen,
    is_refused_for_good,
    plan_look,
    shows_entry,
)

NOW = 1_790_000_000.0
HOUR = 3600.0


def seen(
    lacks: LookKind = LookKind.RECHECK,
    *,
    vain: int | None = None,
    news: bool = False,
    **more: float,
) -> Seen:
    """A story of now, whose last look was that vain (None: none was made)."""
    made = None if vain is None else Look(lacks, vain=vain)
    return Seen(made, lacks, news, more.get("admitted", NOW), more.get("at"))


@pytest.mark.parametrize(
    ("later", "due"),
    [(0.0, HOUR), (HOUR - 1, HOUR), (HOUR, 6 * HOUR), (6 * HOUR, 24 * HOUR), (24 * HOUR, None)],
)
def test_a_recent_story_is_looked_at_after_hours(later: float, due: float | None) -> None:
    """Counted from its admission; what is missed by then is not made up for."""
    planned = plan_look(seen(), LOOKING, NOW + later)
    assert planned.due == (NOW + due if due else 0.0)


@pytest.mark.parametrize(("age", "planned"), [(24 * HOUR, True), (24 * HOUR + 1, False)])
def test_an_old_story_is_not_looked_at_without_a_sign(age: float, planned: bool) -> None:
    """A feed's first document brings stories of last month."""
    look = plan_look(seen(at=NOW - age), LOOKING, NOW)
    assert bool(look.due) is planned
    assert look.earliest == NOW


def test_no_hours_no_looks() -> None:
    """The setting turns them off; what is missing is looked for all the same."""
    off = Looking.from_settings((), 30.0)
    assert plan_look(seen(), off, NOW).due == 0.0
    assert plan_look(seen(LookKind.MISSING), off, NOW).due == NOW + 30


def test_a_missing_page_is_looked_for_at_growing_distances() -> None:
    """Half a minute, one, two ... six hours; the fifteenth look is not made."""
    waits = [plan_look(seen(LookKind.MISSING), LOOKING, NOW).due - NOW]
    for vain in range(14):
        due = plan_look(seen(LookKind.MISSING, vain=vain), LOOKING, NOW).due
        waits.append(due - NOW if due else 0.0)
    assert waits[:5] == [30, 60, 120, 240, 480]
    assert waits[10:] == [6 * HOUR] * 4 + [0.0]


def test_a_new_document_brings_a_missing_page_nearer() -> None:
    """To a quarter of the wait, and no nearer than the first one."""
    near = [
        plan_look(seen(LookKind.MISSING, vain=n), LOOKING, NOW).earliest - NOW for n in range(5)
    ]
    assert near == [30, 30, 60, 120, 240]


def test_a_refused_page_is_looked_for_four_times_and_then_its_host_is_spared() -> None:
    """Waits grow fourfold; the host is spared after the fourth look, not before."""
    planned = [plan_look(seen(LookKind.REFUSED, vain=n), LOOKING, NOW) for n in range(4)]
    assert [look.due and look.due - NOW for look in planned] == [120, 480, 1920, 0.0]
    assert [is_refused_for_good(look, LOOKING) for look in planned] == [False] * 3 + [True]
    assert not is_refused_for_good(plan_look(seen(LookKind.MISSING, vain=9), LOOKING, NOW), LOOKING)


def test_dates_that_always_move_are_followed_less_and_less() -> None:
    """After news at once, and six hours apart in the end."""
    earliest = [plan_look(seen(vain=n), LOOKING, NOW).earliest - NOW for n in range(8)]
    assert earliest == [30, 120, 480, 1920, 7680, 6 * HOUR, 6 * HOUR, 6 * HOUR]
    assert plan_look(seen(vain=5, news=True), LOOKING, NOW).earliest == NOW
    assert plan_look(seen(vain=5, news=True), LOOKING, NOW).vain == 0


@pytest.mark.parametrize(
    ("state", "shown"),
    [
        (None, False),
        (FeedState(last_full=NOW + 1, entries=2, last_keys=("a", "b")), True),
        (FeedState(last_full=NOW + 1, entries=2, last_keys=("b", "c")), False),
        # the document in which the entry stood is the last one that came
        (FeedState(last_full=NOW, entries=2, last_keys=("b", "c")), True),
        # a document that is longer than what is remembered of it
        (FeedState(last_full=NOW + 1, entries=3, last_keys=("b", "c")), True),
        # an index of sitemaps, or a folder
        (FeedState(last_full=NOW + 1), True),
    ],
)
def test_a_feed_shows_an_entry_until_a_document_comes_without_it(
    state: FeedState | None, *, shown: bool
) -> None:
    """In doubt it does."""
    assert shows_entry(state, "a", NOW) is shown
