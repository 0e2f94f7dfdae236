"""``wiredesk quarantine``: the stories that were set aside, listed by cause, retried or dropped."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

import click

from pipeline.ledger import Trace
from workers.cli.guard import Fault, guarded, json_option
from workers.cli.operating import ledger
from workers.cli.showing import echo, echo_json
from workers.cli.tracing import as_plain_trace

_KEYS_SHOWN = 20  # stories of one cause that are listed: a flood has one cause


@click.group()
def quarantine() -> None:
    """Stories that took their worker down too often: set aside, never lost."""


feed_option = click.option("--feed", default="", metavar="ID", help="Those of this feed.")
cause_option = click.option(
    "--cause", default="", metavar="TEXT", help="Those whose cause holds this."
)


@quarantine.command("list")
@feed_option
@cause_option
@json_option("Print as JSON lines.")
@guarded
def list_quarantine(feed: str, cause: str, as_json: bool) -> None:
    """List them by their cause, each with its key, feed, title, and when and where it happened."""
    with ledger() as found:
        aside = _choose(found.quarantined(), feed, cause)
    if as_json:
        for seen in aside:
            echo_json(as_plain_trace(seen))
        return
    if not aside:
        echo("nothing is in quarantine" + (" that is like this" if feed or cause else ""))
        return
    # lines and no table: a terminal may wrap a key, but nothing cuts it or puts a frame into it
    echo("\n".join(_tell_causes(aside)))


def _tell_causes(aside: Sequence[Trace]) -> Iterator[str]:
    """The causes, the commonest first, each with its stories."""
    by_cause: defaultdict[str, list[Trace]] = defaultdict(list)
    for seen in aside:
        by_cause[_cause_of(seen)].append(seen)
    for cause, stories in sorted(by_cause.items(), key=lambda item: -len(item[1])):
        yield f"{len(stories)} {'story' if len(stories) == 1 else 'stories'}: {cause}"
        for seen in stories[:_KEYS_SHOWN]:
            plain = as_plain_trace(seen)
            # the ledger calls the stage that a story was taken from "from"
            where = f"{plain.get('from', '')} on {plain.get('worker', '') or 'an unknown worker'}"
            yield f"  {seen.key}"
            yield f"    {plain.get('feed', '')}: {plain.get('title', '')}"
            yield f"    {plain.get('ended', '')[:19]} UTC, {seen.attempts} attempts, at {where}"
        if len(stories) > _KEYS_SHOWN:
            yield f"  and {len(stories) - _KEYS_SHOWN} more: --json lists all"
    yield f"{len(aside)} in quarantine: wiredesk quarantine retry|drop KEY..., --cause or --feed"


def _cause_of(seen: Trace) -> str:
    """Why a story was set aside, in one line."""
    return " ".join(seen.facts.get("reason", "").split()) or "unknown"


def _choose(aside: Sequence[Trace], feed: str, cause: str) -> list[Trace]:
    return [
        seen
        for seen in aside
        if feed in {"", seen.facts.get("feed")} and cause.casefold() in _cause_of(seen).casefold()
    ]


@quarantine.command("retry")
@click.argument("keys", nargs=-1, metavar="KEY...|all")
@feed_option
@cause_option
@guarded
def retry_quarantined(keys: tuple[str, ...], feed: str, cause: str) -> None:
    """Start stories again: those listed, "all", or all of a feed or cause."""
    _do_with_each(keys, feed, cause, "retry")


@quarantine.command("drop")
@click.argument("keys", nargs=-1, metavar="KEY...|all")
@feed_option
@cause_option
@guarded
def drop_quarantined(keys: tuple[str, ...], feed: str, cause: str) -> None:
    """End stories as dropped: those listed, "all", or all of a feed or cause."""
    _do_with_each(keys, feed, cause, "drop")


def _do_with_each(given: Sequence[str], feed: str, cause: str, what: str) -> None:
    """Retry or drop each; a wrong key is named and the others go on. Raises Fault."""
    if not given and not feed and not cause:
        raise Fault(f"name keys, `all`, --feed or --cause: wiredesk quarantine {what} --help")
    with ledger() as found:
        keys = list(dict.fromkeys(given))
        if not given or keys == ["all"]:
            keys = [seen.key for seen in _choose(found.quarantined(), feed, cause)]
        act = found.retry if what == "retry" else found.drop
        wrong = [key for key in keys if not act(key, found.clock())]
    echo(f"{what}: {len(keys) - len(wrong)}")
    if wrong:
        raise Fault(f"not in quarantine: {', '.join(wrong)}")
