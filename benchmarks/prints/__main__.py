"""``python -m benchmarks.prints``: freeze what the system says, or compare it with what it said
before.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from benchmarks.prints import differences, printing
from benchmarks.prints.asking import OURS, Command, CommandFailed
from benchmarks.prints.inputs import gathered


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line says; see its help."""

    to: Path | None
    against: Path | None
    data: Path | None
    wiredesk: str
    only: str
    most: int
    show: str | None
    than: str


@click.command()
@click.option(
    "--write", "to", type=click.Path(path_type=Path), metavar="FILE", help="Write the print."
)
@click.option(
    "--against",
    type=click.Path(exists=True, path_type=Path),
    metavar="FILE",
    help="Compare with a print.",
)
@click.option(
    "--data",
    type=click.Path(exists=True, path_type=Path),
    metavar="DIR",
    help="Labelled real data.",
)
@click.option(
    "--wiredesk",
    default=OURS,
    metavar="CMD",
    help="The command to ask; NAME=VALUE may stand before it.",
)
@click.option(
    "--only",
    default="",
    metavar="WORDS",
    help="Only groups whose name begins so (sample, pairs, once ...).",
)
@click.option(
    "--most", default=60, metavar="N", show_default=True, help="Differences to list; 0 lists all."
)
@click.option(
    "--show",
    metavar="ID",
    help="One item's answers of --wiredesk and of --than, where they differ.",
)
@click.option("--than", default=OURS, metavar="CMD", help="The other command of --show.")
def main(**given: Any) -> None:
    """Freeze what the system says; exit 1 where it differs from an earlier print."""
    options = Options(**given)
    wiredesk = Command.parse(options.wiredesk)
    if options.show:
        than = Command.parse(options.than)
        lines = differences.side_by_side(options.show, wiredesk, than, options.data)
        click.echo("\n".join(lines) or "no difference")
        sys.exit(1 if lines else 0)
    if not (options.to or options.against):
        raise click.UsageError("say --write FILE, --against FILE or --show ID")
    prints = asked(wiredesk, options.data, options.only)
    if options.to:
        printing.write(options.to, prints)
        click.echo(f"{options.to}: {len(prints)} items")
    if options.against:
        before = [one for one in printing.read(options.against) if one.id.startswith(options.only)]
        found = differences.between(before, prints)
        for difference in found[: options.most or None]:
            click.echo(str(difference))
        click.echo(differences.summary(found) if found else f"{len(prints)} items, no difference")
        sys.exit(1 if found else 0)


def asked(command: Command, data: Path | None, only: str) -> list[printing.Print]:
    """The prints of every group, with a line of progress for each."""
    prints = []
    for group in gathered(data):
        if not group.name.startswith(only):
            continue
        start = time.monotonic()
        try:
            prints += printing.taken(command, group)
        except CommandFailed as failed:
            raise click.ClickException(str(failed)) from None
        click.echo(
            f"{group.name}: {len(prints)} items so far, {time.monotonic() - start:.0f} s", err=True
        )
    return prints


if __name__ == "__main__":
    main()
