"""``wiredesk``: the command. Each command is a few lines here and its work in a module of ``workers/cli``."""

from __future__ import annotations

import os
import sys

import click

from workers.cli.feed_commands import feeds as feeds_group
from workers.cli.guard import guarded


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="wiredesk")
def main() -> None:
    """Watch news wires around the clock: clean, versioned, classified stories; none lost, none delivered twice.

    \b
    wiredesk run                       the whole system on this machine, on the sample wire
    wiredesk run --feeds FILE          on your own feeds
    wiredesk feeds add URL             find a page's feed and poll it from now on; feeds list, check, pause ...
    wiredesk once URL                  one feed, once, no Redis and no Celery
    wiredesk explain FILE|URL|-        what was cut from a story, by which rule, and which themes it carries
    wiredesk status                    what it did and what waits
    wiredesk trace URL                 why was this story not delivered?

    Shell completion: eval "$(_WIREDESK_COMPLETE=bash_source wiredesk)" (or zsh_source, fish_source).
    """


@main.command()
@click.option(
    "--feeds",
    multiple=True,
    metavar="FILE",
    help="Feed file (TOML); repeat for several. Default: the settings'.",
)
@click.option(
    "--until-idle",
    is_flag=True,
    help="Stop by itself when every feed was polled and nothing waits.",
)
@click.option(
    "--only",
    multiple=True,
    metavar="SERVICE",
    help="Start only these: poll, process, deliver, beat, websub.",
)
@guarded
def run(feeds: tuple[str, ...], until_idle: bool, only: tuple[str, ...]) -> None:
    """Run the whole system on this machine: Redis (unless configured), workers and beat, restarted when they die.

    Ctrl-C drains: stories at hand are finished, the rest stays in the ledger for the next start.
    """
    if feeds:
        os.environ["WIREDESK_FEEDS"] = ",".join(feeds)
    from workers.cli import running

    running.run(until_idle=until_idle, only=only)


@main.command()
@click.argument("service", type=click.Choice(["poll", "process", "deliver", "beat", "websub"]))
@guarded
def work(service: str) -> None:
    """Run one SERVICE in the foreground against the configured Redis, as docker-compose.yml does."""
    from workers.cli import running

    running.work(service)


@main.command()
@click.argument("feed")
@click.option("--json", "as_json", is_flag=True, help="Print each record as a line of JSON.")
@click.option("--limit", type=click.IntRange(min=1), help="Process only the first N entries.")
@click.option(
    "--allow", multiple=True, metavar="HOST", help="A private host or network that may be asked."
)
@guarded
def once(feed: str, as_json: bool, limit: int | None, allow: tuple[str, ...]) -> None:
    """Poll FEED (a URL, or the id of a configured feed) once and process its stories in this process."""
    from workers.cli import reading

    reading.once(feed, as_json=as_json, limit=limit, allow=allow)


@main.command()
@click.argument("sources", nargs=-1, required=True, metavar="FILE|URL|-...")
@click.option("--json", "as_json", is_flag=True, help="Print one line of JSON a source.")
@click.option(
    "--allow", multiple=True, metavar="HOST", help="A private host or network that may be asked."
)
@guarded
def explain(sources: tuple[str, ...], as_json: bool, allow: tuple[str, ...]) -> None:
    """Show what is cut from each source and by which rule, its fields, and its themes with their evidence.

    A source is an HTML page, a .txt file (the headline first, then paragraphs), a URL, or - for standard input.

    \b
    In --json, among others:
      body        the reporter's paragraphs, without dateline, byline, credits, repeats and cross-heads
      crossheads  the headings between them
      removed     every cut: rule, kind, text, line, start
      text        the story as its page prints it, wire furniture and cross-heads in place: the field to compare
                  with text extractors, whose truth holds them too
      outcome     new, copy, version ... or not_a_story with its reason; a source that can't be read has only error
    """
    from workers.cli import reading

    sys.exit(reading.explain(sources, as_json=as_json, allow=allow))


@main.command()
@click.argument("stories", nargs=-1, metavar="A B")
@click.option(
    "--pairs",
    metavar="FILE",
    help="Compare many: a file of JSON lines with a and b (- for standard input).",
)
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="Print one line of JSON a pair (always so with --pairs).",
)
@guarded
def relate(stories: tuple[str, ...], pairs: str | None, as_json: bool) -> None:
    """Say what story B is to story A: copy, truncated copy, version, correction ... and why.

    A and B are .html or .txt files; in a file of pairs their paths are from here, or from where that file lies.
    """
    from workers.cli import relating

    if pairs and not stories:
        sys.exit(relating.relate_pairs(pairs))
    if pairs or len(stories) != 2:
        raise click.UsageError("give two files, or --pairs FILE")
    relating.relate(*stories, as_json=as_json)


@main.command()
@click.argument("stories", nargs=-1, required=True, metavar="FILE...")
@click.option("--json", "as_json", is_flag=True, help="Print one line of JSON a cluster.")
@guarded
def cluster(stories: tuple[str, ...], as_json: bool) -> None:
    """Sort stories into clusters of copies and versions, in the order given. A folder stands for its stories."""
    from workers.cli import relating

    sys.exit(relating.cluster(stories, as_json=as_json))


main.add_command(feeds_group, "feeds")


@main.group()
def themes() -> None:
    """The theme definitions that stories are classified by."""


@themes.command("test")
@click.argument("definition", metavar="FILE")
@click.option(
    "--against",
    required=True,
    metavar="STORIES",
    help="A folder of .txt/.html files, or a sink's JSONL file.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one line of JSON a change.")
@guarded
def themes_test(definition: str, against: str, as_json: bool) -> None:
    """Show which stories would gain or lose a theme if FILE took the place of the definition of that name."""
    from workers.cli import theming

    theming.test(definition, against, as_json=as_json)


@main.command()
@click.option(
    "--since", default="7d", show_default=True, metavar="AGE", help="How far back: 90m, 12h, 7d."
)
@click.option("--dry-run", is_flag=True, help="Only show what would change.")
@click.option("--json", "as_json", is_flag=True, help="Print one line of JSON a change.")
@guarded
def reprocess(since: str, dry_run: bool, as_json: bool) -> None:
    """Classify delivered stories again by the definitions in force; what changed goes out as story.reclassified.

    Ctrl-C stops after the story at hand (exit code 130): run it again for the rest. Nothing is sent twice.
    """
    from workers.cli import reprocessing

    sys.exit(reprocessing.reprocess(since, dry_run=dry_run, as_json=as_json))


@main.command()
@guarded
def check() -> None:
    """Check settings, feeds, every wire rule and every theme against their own examples; name every fault."""
    from workers.cli import reading

    sys.exit(reading.check())


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@guarded
def status(as_json: bool) -> None:
    """Show what was admitted, how it ended, what waits, and what does not move."""
    from workers.cli import operating

    operating.status(as_json=as_json)


@main.command()
@click.argument("story", metavar="URL|ID")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@guarded
def trace(story: str, as_json: bool) -> None:
    """Tell what happened to one story: why it was delivered, or why not."""
    from workers.cli import operating

    operating.trace(story, as_json=as_json)


@main.command()
@click.option(
    "--patience",
    default=120.0,
    show_default=True,
    help="Seconds without progress that are still well.",
)
@guarded
def health(patience: float) -> None:
    """Exit 0 while polls, completions and sinks make progress; else say what does not move and exit 1."""
    from workers.cli import operating

    sys.exit(operating.health(patience))


@main.group()
def quarantine() -> None:
    """Stories that took their worker down too often: set aside, never lost."""


@quarantine.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON lines.")
@guarded
def quarantine_list(as_json: bool) -> None:
    """List them with who, when, where and what."""
    from workers.cli import operating

    operating.quarantine_list(as_json=as_json)


@quarantine.command("retry")
@click.argument("ids", nargs=-1, required=True)
@guarded
def quarantine_retry(ids: tuple[str, ...]) -> None:
    """Start stories again. IDS as listed, or "all"."""
    from workers.cli import operating

    operating.quarantine_each(ids, "retry")


@quarantine.command("drop")
@click.argument("ids", nargs=-1, required=True)
@guarded
def quarantine_drop(ids: tuple[str, ...]) -> None:
    """End stories as dropped. IDS as listed, or "all"."""
    from workers.cli import operating

    operating.quarantine_each(ids, "drop")
