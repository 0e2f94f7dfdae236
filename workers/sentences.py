"""What each log line says to people, in plain words, and what is only summed up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pipeline.schedule import show_span

_STILL_EVERY: Final = 3600.0  # seconds after which a feed that still fails is told again
_NAMES: Final = 4  # feeds named in a sum: the others are counted

Line = Mapping[str, Any]
"""A log line's fields."""

Said = tuple[str, str, str]
"""What a line shows behind the clock: a word, its colour, a text; no text, no line."""

SILENCE: Final[Said] = ("", "", "")
"""A line that is not shown."""

_LEVELS: Final = {"warning": "yellow", "error": "red", "critical": "bold red"}
_OUTCOMES: Final = {
    "new": ("new", "green"),
    "version": ("version", "cyan"),
    "correction": ("correction", "yellow"),
    "withdrawal": ("withdrawn", "red"),
    "copy": ("copy", "magenta"),
    "quarantined": ("set aside", "bold red"),
    "no_page": ("no page", "yellow"),
    "no_text": ("no text", "yellow"),
    "too_large": ("too large", "yellow"),
    "broken_entry": ("broken", "yellow"),
    "not_a_story": ("no story", "dim"),
    "open": ("waits", "dim"),
}
"""The word and the colour of each outcome; others are dim and called as they are."""
_TOLD_WITHOUT_WHY: Final = frozenset({"new", "version", "correction", "withdrawal", "copy"})


_SPANS: Final = (
    "seconds", "usual", "restart_in", "again_in", "next_in", "idle", "away", "silent",
)  # fmt: skip
_GOOD: Final = frozenset({"feed.recovered", "poll.resumed", "redis.back"})


def _seconds(line: Line, name: str) -> str:
    return show_span(float(line.get(name) or 0.0))


class _Words(dict[str, Any]):
    """The fields of a line for a sentence; what is missing is empty, spans are in words."""

    def __init__(self, line: Line) -> None:
        super().__init__(line)
        for name in _SPANS:
            if name in line:
                self[name] = _seconds(line, name)
        for name, value in line.items():
            if isinstance(value, list | tuple):
                self[name] = ", ".join(map(str, value))

    def __missing__(self, _: str) -> str:
        return ""


SENTENCES: Final = {
    "feed.gap": "{feed}: about {missing} entries may have rolled past unseen between two polls",
    "feed.flood": "{feed} brings more than its quota of {quota} entries an hour: {later} wait",
    "feed.silent": "{feed}: nothing new for {seconds}; {usual} was the longest wait so far",
    "feed.failing": "{feed} fails: {failures} polls in a row, the last: {error}",
    "feed.gone": "{feed} is gone (410): it is polled no more",
    "feed.moved": "{feed} moved for good to {url}: put that into the feed file",
    "feed.recovered": "{feed} is back",
    "feed.broken": "{feed}: {broken} entries can't be read",
    "feeds.refused": "feed files are refused, the last good list is polled on: {faults}",
    "sink.rests": "sink {sink}: {why}; {records} records wait, tried again in {again_in}",
    "poll.paused": "polling pauses: {why}",
    "poll.resumed": "polling goes on after {seconds}",
    "child.died": "{child} ended by itself (code {code}); started again in {restart_in}",
    "worker.stalled": "it took no work for {idle} while some waited: it is started again",
    "child.hung": "{child} gave no sign of life for {silent}: it is ended and started again",
    "redis.adopted": "a Redis of this folder runs already: it is used",
    "redis.awaited": "the Redis of another process is waited for: {why}",
    "redis.refused": "Redis can't be started, and is tried again: {why}",
    "redis.left": "a command still uses Redis and ends it",
    "redis.away": "Redis does not answer ({why}): {waits}",
    "redis.still_away": "Redis has not answered for {away}: {waits}",
    "redis.back": "Redis answers again after {away}",
    "clock.stepped": "the clock of {clock} stepped by {seconds}",
    "sample.beside": "the sample wire ran in {folder} too: {action}",
    "websub.asked": "{feed}: its hub was asked to {mode} {why}",
    "websub.denied": "{feed}: its hub refuses: {why}",
    "websub.ignored": "{feed}: a notice is not its hub's: {why}",
    "metrics.open": "metrics at http://{address}/metrics",
    "metrics.refused": "no metrics at {address}: {error}",
    "story.failed": "a story failed, and is tried again alone: {exception} {url}",
    "drain.began": "work at hand is finished; Ctrl-C again ends it at once, and the next start "
    "takes it up",
}
"""What a line says that has more to say than its fields; others show their fields."""


@dataclass
class Minute:
    """What went as it should since the last sum, and the feeds whose polls failed."""

    polls: int = 0
    new: int = 0
    failed: Counter[str] = field(default_factory=Counter)
    pages: int = 0
    pages_read: int = 0
    delivered: Counter[str] = field(default_factory=Counter)

    def add(self, line: Line) -> None:
        """Count a line, whether it is shown or not."""
        event = line.get("event")
        if event in {"feed.polled", "feed.pushed"}:
            self.polls += 1
            self.new += int(line.get("new", 0)) + int(line.get("changed", 0))
            if line.get("error"):
                self.failed[str(line.get("feed"))] += 1
        elif event == "page.fetched" and line.get("level") != "debug":
            self.pages += 1
            self.pages_read += line.get("status") == 200
        elif event == "sink.delivered":
            self.delivered[str(line.get("sink"))] += int(line.get("records", 0))

    def __bool__(self) -> bool:
        return bool(self.polls or self.pages or self.delivered)

    def __str__(self) -> str:
        said: list[str] = []
        if self.polls:
            polls = f"polls {self.polls}, new {self.new}"
            if self.failed:
                names = sorted(self.failed, key=lambda name: (-self.failed[name], name))
                more = f" and {len(names) - _NAMES} more" if len(names) > _NAMES else ""
                polls += f", failed {self.failed.total()} ({', '.join(names[:_NAMES])}{more})"
            said.append(polls)
        if self.pages:
            said.append(f"pages {self.pages_read} of {self.pages}")
        if len(set(self.delivered.values())) == 1:
            records = max(self.delivered.values())
            said.append(f"delivered {records} to {' and '.join(sorted(self.delivered))}")
        elif self.delivered:
            each = [f"{count} to {sink}" for sink, count in sorted(self.delivered.items())]
            said.append(f"delivered {', '.join(each)}")
        return "; ".join(said)


@dataclass
class FailingFeeds:
    """Feeds whose polls fail, as far as this process told of them: a line a state, not a poll."""

    told: dict[str, tuple[float, float, int]] = field(default_factory=dict)
    back: set[str] = field(default_factory=set)

    def tell(self, line: Line, now: float) -> str:
        """What to say of one poll, '' where nothing is new. ``now``: monotonic clock."""
        feed, error = str(line.get("feed")), line.get("error")
        began, told, count = self.told.get(feed, (now, now, 0))
        if not error:
            if not self.told.pop(feed, None):
                return ""
            self.back.add(feed)
            return f"{feed} is back" + (f" after {count} failed polls" if count > 1 else "")
        if not count:
            self.told[feed] = (now, now, 1)
            return f"{feed} can't be polled: {error}; tried again in {_seconds(line, 'next_in')}"
        if now - told >= _STILL_EVERY:
            self.told[feed] = (began, now, count + 1)
            return (
                f"{feed} still fails, for {show_span(now - began)} and {count + 1} polls: {error}"
            )
        self.told[feed] = (began, told, count + 1)
        return ""

    def know(self, event: str, feed: str) -> bool:
        """Whether this event of a feed was told already, as the end of its poll."""
        if event == "feed.recovered" and feed in self.back:
            self.back.remove(feed)
            return True
        return event == "feed.failing" and feed in self.told


def say(line: Line, level: str) -> Said:
    """What any line says that needs no memory of earlier ones."""
    event = str(line.get("event"))
    if event == "story":
        return _say_story(line)
    if event in {"page.fetched", "page.looked"}:
        return _say_page(line, level)
    sentence = SENTENCES.get(event)
    text = sentence.format_map(_Words(line)).strip() if sentence else _show_fields(line)
    if times := line.get("times"):
        text += f" ({times} times)"
    colour = "green" if event in _GOOD else _LEVELS.get(level, "dim")
    return event.partition(".")[0] if sentence or "." in event else level, colour, text


def _say_story(line: Line) -> Said:
    outcome = str(line.get("outcome"))
    word, colour = _OUTCOMES.get(outcome, (outcome.replace("_", " "), "dim"))
    version = line.get("version") or 0
    if outcome == "version" and version:
        word = f"version {version}"
    text = str(line.get("headline") or line.get("url") or line.get("feed") or "")
    why = line.get("why")
    if why and outcome not in _TOLD_WITHOUT_WHY:
        text = f"{text}  ({why})"
    return word, colour, text


def _say_page(line: Line, level: str) -> Said:
    """A page that could not be had, or is gone; what went well is only counted."""
    if level in {"info", "debug"}:
        return SILENCE
    what = line.get("note") or line.get("found") or f"the server answers {line.get('status')}"
    again = f", tried again in {_seconds(line, 'again_in')}" if line.get("again_in") else ""
    return "page", "yellow", f"{what}{again}: {line.get('url')}"


def _show_fields(line: Line) -> str:
    """An event without a sentence of its own: its name, and what its fields say."""
    left_out = {
        "event",
        "level",
        "logger",
        "timestamp",
        "service",
        "task",
        "task_id",
        "exc_info",
        "stack",
        "pid",
    }
    said = [
        f"{name} {_show_value(value)}"
        for name, value in line.items()
        if name not in left_out and not name.startswith("_") and value not in (None, "", [], {})
    ]
    return f"{line.get('event')}  {', '.join(said)}" if said else str(line.get("event"))


def _show_value(value: object) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, Mapping):
        return " ".join(f"{key} {_show_value(item)}" for key, item in value.items())
    if isinstance(value, list | tuple):
        return " ".join(map(_show_value, value))
    return str(value)
