"""When to poll a feed next, and what to tell its readers: pure, takes ``now``.

A desk wants a story within a minute or two of its publication, a publisher wants few requests. Each
feed's own rhythm is learned between a floor and a ceiling; what the publisher asks for (max-age,
ttl, updatePeriod, skipHours, Retry-After) is a floor of its own. Nothing stops for ever without an
event that says so.
"""

from __future__ import annotations

from pipeline.schedule.events import (
    Event,
    Failing,
    Flood,
    Gap,
    Gone,
    Moved,
    Recovered,
    Silent,
    show_span,
)
from pipeline.schedule.learning import asked_for
from pipeline.schedule.looks import (
    LOOKING,
    SPARED,
    Look,
    Looking,
    LookKind,
    Seen,
    is_refused_for_good,
    plan_look,
    shows_entry,
)
from pipeline.schedule.polls import (
    AfterPoll,
    Ask,
    after_flood,
    after_poll,
    ask,
    first_poll,
    health,
    host_wait,
    replan_feed,
    resume_feed,
    shows_again,
    soonest,
)
from pipeline.schedule.sitemaps import (
    after_child,
    children_due,
    due_child,
    next_with_children,
    with_children,
)
from pipeline.schedule.state import NEVER, RHYTHM, FeedState, PollResult, Rhythm, Visit, set_right

__all__ = [
    "LOOKING",
    "NEVER",
    "RHYTHM",
    "SPARED",
    "AfterPoll",
    "Ask",
    "Event",
    "Failing",
    "FeedState",
    "Flood",
    "Gap",
    "Gone",
    "Look",
    "LookKind",
    "Looking",
    "Moved",
    "PollResult",
    "Recovered",
    "Rhythm",
    "Seen",
    "Silent",
    "Visit",
    "after_child",
    "after_flood",
    "after_poll",
    "ask",
    "asked_for",
    "children_due",
    "due_child",
    "first_poll",
    "health",
    "host_wait",
    "is_refused_for_good",
    "next_with_children",
    "plan_look",
    "replan_feed",
    "resume_feed",
    "set_right",
    "show_span",
    "shows_again",
    "shows_entry",
    "soonest",
    "with_children",
]
