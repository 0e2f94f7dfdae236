"""``wiredesk trace``: what happened to one story, found by whatever an operator has of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlsplit

import click

from pipeline import schedule, urls
from pipeline.ledger import Stage, Trace
from workers.cli.guard import Fault, guarded, json_option
from workers.cli.operating import ledger
from workers.cli.showing import echo, echo_json
from workers.redis.redis_ledger import RedisLedger

TIMES: Final = frozenset({"admitted", "fetched", "began", "ended", "due", "look_due", "withdrawn"})
"""Facts of a trace in epoch seconds."""

_OTHER_SCHEME: Final = {"http": "https", "https": "http"}
_LIKE: Final = 5  # entries that are offered where nothing is found
_LOOKS: Final = {
    "recheck": "its page may have been edited",
    "missing": "its page could not be had",
    "refused": "its page was refused",
    "moved": "its feed says that it changed",
}
_STAGES: Final = {
    Stage.FETCH: "waits for its page",
    Stage.PROCESS: "waits to be processed",
    Stage.QUARANTINE: "in quarantine",
}

Rows = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class TracedStory:
    """An entry with what is known beside it: the story it was related to, the notice that withdrew
    it, and which sinks have its record."""

    trace: Trace
    related: Trace | None
    notice: Trace | None
    delivery: dict[str, bool]


@click.command()
@click.argument("story", metavar="URL|ID|URI|WORDS")
@json_option("Print as JSON: an object, or a list where several entries are meant.")
@guarded
def trace(story: str, as_json: bool) -> None:
    """Tell what happened to one story: why it was delivered, or why not.

    \b
    URL      its address; http or https, tracking parameters and fragment make no
             difference, the other parameters and their order do
    ID       the id that its feed gives it, or the entry's key from a log line
    URI      that of its record, urn:wiredesk:story:..., also with /VERSION behind it
    WORDS    of its headline as the feed gave it
    """
    if not story.strip():
        raise click.UsageError("a story is named by its URL, ID, URI or WORDS of its headline")
    with ledger() as found:
        traced = [_look_beside(found, seen) for seen in _find(found, story.strip())]
    if as_json:
        plain = [as_plain(one) for one in traced]
        echo_json(plain[0] if len(plain) == 1 else plain, indent=2)
        return
    echo("\n\n".join("\n".join(_tell(one)) for one in traced))


def _find(found: RedisLedger, story: str) -> list[Trace]:
    """The entries that are meant. Raises Fault where there is none, with what is like it."""
    for spelling in dict.fromkeys([story, *_change_scheme(story)]):
        keys = found.find_entries(spelling)
        if traces := [seen for key in keys if (seen := found.trace(key))]:
            return traces
    like = _find_like(found, story)
    if len(like) == 1 and story.casefold() == like[0].facts.get("title", "").casefold():
        return like
    raise Fault(_say_unknown(found, story, like))


def _change_scheme(story: str) -> list[str]:
    """The same address with https instead of http, and the reverse: as given, and in the one
    spelling, which has no port that goes without saying."""
    changed = []
    for spelling in (story, urls.canonical(story)):
        scheme, mark, rest = spelling.partition("://")
        if mark and (other := _OTHER_SCHEME.get(scheme.lower())):
            changed.append(f"{other}://{rest}")
    return changed


def _find_like(found: RedisLedger, story: str) -> list[Trace]:
    """Entries whose address or title holds the whole of what was given, else its last part."""
    parts = urlsplit(story)
    wanted = f"{parts.netloc}{parts.path}".rstrip("/") if parts.netloc else story
    last = wanted.rpartition("/")[2]
    for text in dict.fromkeys([wanted, last]):
        # a word or two of a path would be like everything
        if len(text) >= 4 and (like := found.find_like(text, _LIKE)):
            return like
    return []


def _say_unknown(found: RedisLedger, story: str, like: Sequence[Trace]) -> str:
    """That nothing is known of it, why that may be, and what may have been meant."""
    lines = [
        f"no entry {story!r} is known: its feed never showed it, it stood over the cap of its "
        "document, or it is older than the retention"
    ]
    if host := urls.host(story):
        lines += _say_feeds(found, host)
    elif re.fullmatch(r"urn:wiredesk:\S+", story):
        lines.append("a record is known for as long as the entry that told it last")
    if like:
        lines.append("did you mean:")
        lines += [f"  {seen.key}  {seen.facts.get('title', '')[:70]}" for seen in like]
    return "\n".join(lines)


def _say_feeds(found: RedisLedger, host: str) -> Iterator[str]:
    """The feeds of that host, and how each does: one may be failing, or none be configured."""
    name = host.rpartition(":")[0].removeprefix("www.")
    ids = [feed.id for feed in found.feeds().values() if name in urls.host(feed.url)]
    for stands in found.standing(ids):
        health = "paused" if stands.paused else schedule.health(stands.state)
        at = _show_time(stands.state.last_poll) if stands.state.last_poll else "never"
        says = f": {stands.state.error}" if stands.state.error else ""
        yield f"feed {stands.feed.id} is {health}, last polled {at}{says}"
    if not ids:
        yield f"no feed of {name} is polled: `wiredesk feeds list`, `wiredesk feeds add URL`"


def _look_beside(found: RedisLedger, seen: Trace) -> TracedStory:
    notice = found.trace(seen.facts["withdrawn_by"]) if "withdrawn_by" in seen.facts else None
    related = None
    if (of := seen.facts.get("of")) and of != seen.facts.get("uri"):
        related = next(iter(filter(None, map(found.trace, found.find_entries(of)))), None)
    return TracedStory(seen, related, notice, found.find_delivery(seen))


def as_plain(story: TracedStory) -> dict[str, Any]:
    """All that is known, its times as ISO 8601."""
    plain = as_plain_trace(story.trace)
    plain["before"] = [
        {"outcome": outcome, "ended": _iso(float(ended or 0))}
        for outcome, ended in _read_before(story.trace)
    ]
    plain["delivery"] = story.delivery
    for name, other in (("related_to", story.related), ("notice", story.notice)):
        plain[name] = as_plain_trace(other) if other else None
    return plain


def as_plain_trace(seen: Trace) -> dict[str, Any]:
    """What the ledger knows of an entry, its times as ISO 8601."""
    facts: dict[str, Any] = {"key": seen.key, "stage": str(seen.stage), "attempts": seen.attempts}
    for name, value in seen.facts.items():
        facts[name] = _iso(float(value)) if name in TIMES else value
    return facts


def _tell(story: TracedStory) -> Iterator[str]:
    """A story for people: its headline, and sections of lines that have something to say."""
    facts = story.trace.facts
    title = facts.get("title", "")
    yield facts.get("headline") or title or "(no title)"
    sections: dict[str, Rows] = {
        "": [
            ("url", facts.get("url", "")),
            ("feed", facts.get("feed", "")),
            ("key", story.trace.key),
            ("title", "" if facts.get("headline", title) == title else title),
        ],
        "what became of it": list(_tell_end(story)),
        "its way": list(_tell_way(story.trace)),
        "earlier versions": [
            (outcome, _show_time(float(ended or 0)))
            for outcome, ended in reversed(_read_before(story.trace))
        ],
    }
    for title, rows in sections.items():
        known = [f"  {name:<11}{value}" for name, value in rows if value]
        if known and title:
            yield title
        yield from known


def _tell_end(story: TracedStory) -> Iterator[tuple[str, str]]:
    facts, stage = story.trace.facts, story.trace.stage
    yield "outcome", facts.get("outcome", "") or f"open: {_STAGES[stage]}"
    yield "why", facts.get("reason", "")
    yield "record", _name_record(facts.get("uri", ""), facts.get("version", ""))
    relation = facts.get("relation", "")
    if relation and relation != "new":
        of = f"{relation} of {facts.get('of', '')}".removesuffix(" of ")
        yield "related", f"{of}: {_name_story(story.related)}" if story.related else of
    yield "themes", facts.get("themes", "")
    yield "made of", facts.get("basis", "")
    refused, answer = facts.get("page_refused", ""), facts.get("page_answer", "")
    if refused or answer:
        instead = "; the feed's own text served" if facts.get("basis") else ""
        what = f"refused as {refused}" if refused else f"the server answered {answer}"
        yield "page", what + instead
    if "withdrawn" in facts:
        by = "a notice that came before it"
        if facts.get("withdrawn_by") != story.trace.key:
            by = _name_story(story.notice) if story.notice else f"{facts['withdrawn_by']}"
        yield "withdrawn", f"{_show_time(float(facts['withdrawn']))} by {by}"
    yield (
        "sinks",
        "; ".join(
            f"{sink} {'has it' if has else 'does not have it yet'}"
            for sink, has in story.delivery.items()
        ),
    )
    if stage is Stage.QUARANTINE:
        yield "to do", f"wiredesk quarantine retry {story.trace.key} (or drop)"


def _tell_way(seen: Trace) -> Iterator[tuple[str, str]]:
    facts = seen.facts
    names = ("admitted", "fetched", "began", "ended", "due")
    times = [(float(facts[name]), name) for name in names if name in facts]
    for at, name in sorted(times):
        yield name, _show_time(at)
    yield "attempts", str(seen.attempts or "")
    yield "worker", facts.get("worker", "")
    yield "error", facts.get("error", "")
    yield "took", f"{facts['ms']} ms" if facts.get("ms") else ""
    yield "last look", facts.get("looked", "")
    if "look_due" in facts:
        why = _LOOKS.get(facts.get("look", ""), facts.get("look", ""))
        yield "next look", f"{_show_time(float(facts['look_due']))}: {why}"


def _name_record(uri: str, version: str) -> str:
    return f"{uri} version {version}" if uri else ""


def _name_story(seen: Trace) -> str:
    """Another story in a line of this one."""
    title = seen.facts.get("headline") or seen.facts.get("title", "")
    return f"{title!r} (feed {seen.facts.get('feed', '')}, {seen.key})"


def _read_before(seen: Trace) -> list[tuple[str, str]]:
    """How earlier versions of the entry ended, the oldest first."""
    told = [one.partition(" ") for one in seen.facts.get("before", "").split(";") if one]
    return [(outcome, ended) for outcome, _, ended in told]


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def _show_time(seconds: float) -> str:
    """A moment in UTC, and by the clock of this place where that is another."""
    at = datetime.fromtimestamp(seconds, UTC)
    here = at.astimezone()
    shown = f"{at:%Y-%m-%d %H:%M:%S} UTC"
    if here.utcoffset() != at.utcoffset():
        day = f"{here:%d %b} " if here.date() != at.date() else ""
        shown += f" ({day}{here:%H:%M:%S %Z})"
    return shown
