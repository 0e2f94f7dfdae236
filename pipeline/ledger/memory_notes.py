"""What the ledger of one process notes of how things go; see ``pipeline.ledger.sightings``."""

from __future__ import annotations

from collections import Counter, defaultdict

from pipeline.ledger.sightings import (
    DOUBTED_FOR,
    HOSTS_SHOWN,
    HOURS_KEPT,
    PAGES_KEPT,
    POLLS_KEPT,
    Flow,
    PollNote,
)


class MemoryNotes:
    """The newest polls, the last pages of each host, and admissions by the hour."""

    def __init__(self) -> None:
        self.polls: list[PollNote] = []
        self.faults: dict[str, str] = {}
        self._pages: defaultdict[str, list[str]] = defaultdict(list)
        self._doubted: dict[str, float] = {}
        self._hours: Counter[int] = Counter()
        self._last = 0.0
        self._longest = 0.0

    def note_poll(self, note: PollNote, *, paused: bool) -> None:
        """Keep a poll among the newest, and whether the feed failed at its last one."""
        self.polls = [note, *self.polls][:POLLS_KEPT]
        if note.failed and not paused:
            self.faults[note.feed] = f"{note.ended} {note.why}"
        else:
            self.faults.pop(note.feed, None)

    def note_page(self, host: str, came: str, now: float) -> None:
        """Note what stood at a page of a host."""
        if not (came and host):
            return
        if came != "page":
            self._doubted[host] = now
            came = f"{came} {now:.0f}"
        self._pages[host] = [came, *self._pages[host]][:PAGES_KEPT]

    def note_flow(self, many: int, now: float) -> None:
        """Count admissions by the hour."""
        if not many:
            return
        hour = int(now // 3600)
        self._hours[hour] += many
        for old in [h for h in self._hours if h <= hour - HOURS_KEPT]:
            del self._hours[old]
        if self._last:
            self._longest = max(self._longest, now - self._last)
        self._last = now

    def flow(self) -> Flow:
        """Admissions by the hour."""
        return Flow(dict(self._hours), self._last, self._longest)

    def doubted_pages(self, now: float) -> dict[str, tuple[str, ...]]:
        """The last pages of hosts of which one was no story's page of late."""
        late = [(at, host) for host, at in self._doubted.items() if at >= now - DOUBTED_FOR]
        found: dict[str, tuple[str, ...]] = {}
        for _, host in sorted(late, reverse=True)[:HOSTS_SHOWN]:
            found[host] = tuple(self._pages[host])
        return found
