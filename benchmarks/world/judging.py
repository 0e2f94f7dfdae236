"""What went out, entry by entry, against what the pages and feeds say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from benchmarks.world import walls
from benchmarks.world.kinds import POLLS, stands
from benchmarks.world.site import Listed, Publisher
from benchmarks.world.telling import STRANGER, tell

Event = Mapping[str, Any]

FAULTS = ("lost", "wall", "not as it stands", "twice", "merged")
"""What may be wrong with an entry; the first that holds counts."""


@dataclass(frozen=True)
class Judged:
    """One entry and what is wrong with it; '' where nothing is."""

    entry: Listed
    fault: str
    seen: str = ""


def judge(publishers: Iterable[Publisher], events: Sequence[Event]) -> list[Judged]:
    """Every entry with its fault."""
    by_guid: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        by_guid[event["data"].get("altIds", {}).get("guid", "")].append(event)
    never = _never()
    judged = []
    for publisher in publishers:
        for entry in publisher.entries:
            own = by_guid[entry.guid]
            fault = _find_fault(entry, own, never)
            seen = " / ".join(" ".join(event["data"]["body"])[:160] for event in own)
            judged.append(Judged(entry, fault, seen))
    return judged


def _never() -> tuple[str, ...]:
    """Sentences that no record may hold: those of walls, code, and of the front page."""
    found = list(walls.FORBIDDEN)
    for wall in walls.ALL:
        found += wall.sentences
    for number in range(STRANGER, STRANGER + 24, 2):
        found.append(tell(number).body[0])
    return tuple(found)


def _find_fault(entry: Listed, own: Sequence[Event], never: Sequence[str]) -> str:
    bodies = ["\n".join(event["data"]["body"]) for event in own]
    if not own:
        return "lost"
    stranger = tell(entry.number + STRANGER)
    for event, body in zip(own, bodies, strict=True):
        said = f"{event['data'].get('headline', '')}\n{body}"
        if any(sentence in said for sentence in (*never, *stranger.body, stranger.title)):
            return "wall"
    if not _holds(entry, own[-1]):
        return "not as it stands"
    subjects = {event["subject"] for event in own}
    again = any(one == other for one, other in pairwise(bodies))
    if len(subjects) > 1 or again or len({event["id"] for event in own}) < len(own):
        return "twice"
    return "merged" if any(event["type"] == "story.copy" for event in own) else ""


def _holds(entry: Listed, last: Event) -> bool:
    """Whether the last record holds what the page, or else the feed, says at the end."""
    told = stands(entry.kind, entry.told, POLLS - 1)
    body = last["data"]["body"]
    if entry.kind.ends == "page":
        return list(told.body) == list(body) and last["data"]["headline"] == told.title
    if entry.kind.ends == "feed":
        return told.summary in " ".join(body)
    return last["data"]["headline"] == told.title and bool(body)
