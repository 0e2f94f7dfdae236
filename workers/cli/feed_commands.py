"""``wiredesk feeds ...``: a few lines a command; the work is in ``workers/cli``."""

from __future__ import annotations

import sys
from typing import Any

import click
from click.shell_completion import CompletionItem

from workers.cli.guard import guarded

HEALTHS = ("gone", "failing", "silent", "paused", "new", "well")
SORTS = ("health", "id", "host", "next", "last", "latency", "gaps")


class FeedId(click.types.StringParamType):
    """The id of a feed, which the shell completes."""

    name = "id"

    def shell_complete(
        self,
        ctx: click.Context,
        param: click.Parameter,
        incomplete: str,  # noqa: ARG002
    ) -> list[CompletionItem]:
        """Ids of configured feeds."""
        from workers.cli import feeding

        return feeding.complete_id(incomplete)


FEED = FeedId()


def _ids(command: Any) -> Any:
    return click.argument("ids", nargs=-1, required=True, type=FEED, metavar="ID...")(command)


@click.group()
def feeds() -> None:
    """The feeds that are polled: add, check, pause, and see how each does.

    \b
    wiredesk feeds add https://paper.example    finds the feed of a page and writes it to the local feed file
    wiredesk feeds list --only failing          which do badly, and why
    wiredesk feeds check URL|ID                 what a feed is like to poll, before or after it is added
    wiredesk feeds poll ID                      now, as far as its server lets us

    Running workers take over what these write within seconds; so they do when you edit a feed file by hand.
    """


@feeds.command("list")
@click.argument("ids", nargs=-1, type=FEED, metavar="[ID...]")
@click.option(
    "--only",
    multiple=True,
    type=click.Choice(HEALTHS),
    help="Only feeds of this health; repeat for more.",
)
@click.option(
    "--match", default="", metavar="TEXT", help="Only feeds with this in their id, name or URL."
)
@click.option(
    "--sort",
    type=click.Choice(SORTS),
    default="health",
    show_default=True,
    help="What comes first.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one line of JSON a feed.")
@guarded
def list_(
    ids: tuple[str, ...], only: tuple[str, ...], match: str, sort: str, as_json: bool
) -> None:
    """Show how feeds do: health, rhythm (~ is learned), last and next poll, latency from publication, last error.

    \b
    gone       its server says 410: not polled until `feeds resume`
    failing    three polls in a row failed: polled ever more rarely
    silent     nothing new for far longer than is usual for it
    paused     by `feeds pause`
    new        not polled yet
    """
    from workers.cli import feed_list

    feed_list.show_list(ids, only=only, match=match, sort=sort, as_json=as_json)


@feeds.command()
@click.argument("feed", type=FEED, metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@guarded
def show(feed: str, as_json: bool) -> None:
    """Show all that is known of one feed, and what was told of it: gaps, silence, faults, moves."""
    from workers.cli import feed_list

    feed_list.show_one(feed, as_json=as_json)


@feeds.command()
@click.argument("url")
@click.option(
    "--id", "named", default="", help="Its id in logs and commands. Default: made from its title."
)
@click.option("--name", default="", help="Default: the feed's title.")
@click.option("--outlet", default="", help="Who publishes it. Default: its name.")
@click.option("--language", default="", help="Default: what the feed says.")
@click.option(
    "--every",
    type=click.FloatRange(min=1),
    metavar="SECONDS",
    help="Instead of the learned rhythm.",
)
@click.option(
    "--full-text", is_flag=True, help="Its entries bring the whole text: no page is fetched."
)
@click.option(
    "--allow", multiple=True, metavar="HOST", help="A private host or network that may be asked."
)
@click.option("--dry-run", "dry", is_flag=True, help="Only show what would be added.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@guarded
def add(
    url: str,
    named: str,
    name: str,
    outlet: str,
    language: str,
    every: float | None,
    full_text: bool,
    allow: tuple[str, ...],
    dry: bool,
    as_json: bool,
) -> None:
    """Add the feed at URL, or the one that the page at URL names, to the local feed file (setting local_feeds)."""
    from workers.cli import feeding

    wanted = feeding.Wanted(url, named, name, outlet, language, every, full_text)
    feeding.add(wanted, allow=allow, dry=dry, as_json=as_json)


@feeds.command("import")
@click.argument("source", metavar="FILE.opml|-")
@click.option("--dry-run", "dry", is_flag=True, help="Only say how many would be added.")
@guarded
def import_(source: str, dry: bool) -> None:
    """Add the feeds of an OPML list that are not configured yet. (A list may also stand in the setting feeds.)"""
    from workers.cli import feeding

    feeding.import_opml(source, dry=dry)


@feeds.command()
@click.argument("target", default="-", metavar="[FILE]")
@guarded
def export(target: str) -> None:
    """Write the configured feeds as OPML, which every feed reader takes; to standard output where no FILE is given."""
    from workers.cli import feeding

    feeding.export(target)


@feeds.command()
@click.argument("target", type=FEED, metavar="URL|ID")
@click.option(
    "--allow", multiple=True, metavar="HOST", help="A private host or network that may be asked."
)
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@guarded
def check(target: str, allow: tuple[str, ...], as_json: bool) -> None:
    """Report on a feed: format, caching, dates, ids, full text or not, robots.txt, rhythm; nothing is stored.

    Exits 0 where it can be polled, 1 where it can't; what is worth a second look is marked with !.
    """
    from workers.cli import feed_check

    sys.exit(feed_check.check(target, allow=allow, as_json=as_json))


@feeds.command()
@_ids
@guarded
def pause(ids: tuple[str, ...]) -> None:
    """Poll feeds no more until they are resumed; restarts and edits of feed files leave them paused."""
    from workers.cli import feeding

    feeding.pause(ids)


@feeds.command()
@_ids
@guarded
def resume(ids: tuple[str, ...]) -> None:
    """Take up feeds again that were paused, gone (410) or failing: they are polled soon, and in full."""
    from workers.cli import feeding

    feeding.resume(ids)


@feeds.command()
@_ids
@click.option(
    "--force",
    "forced",
    is_flag=True,
    help="Also within its floor; never before its server lets us.",
)
@guarded
def poll(ids: tuple[str, ...], forced: bool) -> None:
    """Poll feeds now: as soon as their floor, their host's spacing and a Retry-After let us. Says when that is."""
    from workers.cli import feeding

    feeding.poll(ids, forced=forced)


@feeds.command()
@_ids
@guarded
def remove(ids: tuple[str, ...]) -> None:
    """Take feeds out of the TOML file they stand in. Their stories, and what was learned of them, stay known."""
    from workers.cli import feeding

    feeding.remove(ids)
