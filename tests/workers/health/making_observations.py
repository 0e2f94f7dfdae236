"""Observations for the rules of health: all is well but for what a test says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from pipeline.ledger import Standing
from pipeline.ledger.sightings import PollNote, Sightings
from pipeline.schedule import FeedState
from pipeline.story import Feed
from tests.making import NOW
from workers.health.health_rules import RULES, judge_rule
from workers.health.observing import NOTHING_YET, PATIENCE, Observations

SIGNS = ("tick", "poll", "page", "ending", "sink.stories", "worker.poll", "worker.process")


def well(*, patience: float = PATIENCE, feed_fault: str = "", **changes: Any) -> Observations:
    """A system of ten feeds at which all moved a moment ago.

    ``changes`` are fields of its status or of its sightings; ``late`` says how many seconds ago
    some of its progress was, ``ends`` how its polls ended so far.
    """
    late: Mapping[str, float] = changes.pop("late", {})
    status = {
        "progress": {name: NOW - late.get(name, 0.0) for name in {*SIGNS, *late}},
        "feeds": 10,
        "polls": changes.pop("ends", {"poll.read": 9}),
    }
    names = {field.name for field in fields(Sightings)}
    sights = {name: value for name, value in changes.items() if name in names}
    status |= {name: value for name, value in changes.items() if name not in names}
    return Observations(
        NOW, patience, replace(NOTHING_YET, **status), Sightings(**sights), feed_fault
    )


def said(rule: str, seen: Observations) -> list[str]:
    """The sentences of one rule."""
    [found] = [one for one in RULES if one.name == rule]
    return [trouble.sentence for trouble in judge_rule(found, seen)]


def poll(feed: int, ended: str = "read", ago: float = 1.0, **more: str) -> PollNote:
    """A poll of a feed at a host of its own."""
    why = "" if ended in {"read", "same", "unmodified"} else f"why {ended}"
    given = {"host": f"h{feed}.example:443", "why": why, **more}
    return PollNote(NOW - ago, f"feed{feed}", ended=ended, **given)


def standing(feed_id: str = "one", **state: Any) -> Standing:
    """A feed with this state, polled before."""
    known = {"first_poll": NOW - 9e6, "last_poll": NOW, "last_ok": NOW, **state}
    return Standing(Feed(feed_id, "https://x.example/"), FeedState(**known), NOW)
