"""Another look: what a look at a page found, and when the page is looked at next."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from pipeline.ledger import Lease, VainLook
from pipeline.schedule import SPARED, Look, Looking, LookKind, Seen, is_refused_for_good, plan_look
from pipeline.story import Outcome, OutcomeKind, Page, Story

GAVE_UP: Final = "gave up: "
"""How the note of a page begins whose server failed to the last attempt."""

DISALLOWED: Final = "robots.txt disallows this page"

_GONE: Final = frozenset({404, 410})
# answers of a host that does not want us to look again
_NO: Final = frozenset({401, 402, 403, 429, 451})
# times that a look which the feed's sign called for is tried again where the host failed
_TRIES: Final = 4


def judge_look(
    lease: Lease, page: Page | None, status: int, looking: Looking, now: float, retry: float
) -> VainLook:
    """What a look found that brought no other page, and the next look.

    What went out stays, whatever a look finds: only a page with a text may replace it. ``page`` is
    None where the host failed; then a sign of the feed is followed once more at ``retry``.
    """
    made = lease.look or Look()
    lacks, spared, found = made.why, 0.0, "failed"
    if status in _GONE and made.why is LookKind.RECHECK:
        found = "gone"
    elif status in _GONE:
        found, lacks = "missing", LookKind.MISSING
    elif status in _NO or (page and page.note == DISALLOWED):
        found = "refused"
        if made.why is LookKind.RECHECK:
            spared = now + SPARED
        else:
            lacks = LookKind.REFUSED
    elif page and (page.status == 304 or page.body):
        found = "unchanged"
    following = _plan_next(lease, looking, now, lacks=lacks, news=False)
    if is_refused_for_good(following, looking):
        spared = now + SPARED
    if made.moved and page is None and following.vain <= _TRIES:
        following = replace(following, due=retry, earliest=retry, moved=True)
    return VainLook(found, following, spared)


def look_after(
    lease: Lease, story: Story | Outcome, kind: OutcomeKind, looking: Looking, now: float
) -> tuple[Look | None, float]:
    """The next look at the page of a story that ends, and until when its host is spared."""
    lacks = find_lack(lease, story)
    if lacks is None:
        return None, 0.0
    following = _plan_next(lease, looking, now, lacks=lacks, news=kind.delivered)
    return following, now + SPARED if is_refused_for_good(following, looking) else 0.0


def find_lack(lease: Lease, story: Story | Outcome) -> LookKind | None:
    """What keeps a story from its page (RECHECK: nothing); None where no look is of use."""
    page, made = lease.page, lease.look
    if not page or not lease.host:
        return None
    if made and made.why is LookKind.RECHECK:
        return LookKind.RECHECK  # it had its page before, and keeps what went out of it
    if page.status in _GONE or page.note.startswith(GAVE_UP):
        return LookKind.MISSING
    if page.status == 0 or (isinstance(story, Outcome) and story.kind is OutcomeKind.NOT_A_STORY):
        return None
    if page.status != 200 or isinstance(story, Outcome) or story.page_refused:
        return LookKind.REFUSED
    return LookKind.RECHECK


def _plan_next(lease: Lease, looking: Looking, now: float, *, lacks: LookKind, news: bool) -> Look:
    dated = lease.entry.dated or None
    return plan_look(Seen(lease.look, lacks, news, lease.admitted, dated), looking, now)
