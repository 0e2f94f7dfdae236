"""``wiredesk``: the command. Each module of ``workers/cli`` holds commands with their work and what
they print.

A module is imported when one of its commands is called: the settings alone take most of a second to
import.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import click

COMMANDS: Final = {
    "run": "running:run",
    "work": "running:work",
    "once": "once:once",
    "explain": "explaining:explain",
    "relate": "relating:relate",
    "cluster": "relating:cluster",
    "themes": "theming:themes",
    "reprocess": "theming:reprocess",
    "check": "setting_up:check",
    "status": "troubles:status",
    "trace": "tracing:trace",
    "health": "troubles:health",
    "quarantine": "quarantining:quarantine",
}
"""Where each command stands: module and function."""

FEED_COMMANDS: Final = {
    "list": "feed_standing:list_feeds",
    "show": "feed_standing:show",
    "add": "feed_adding:add",
    "import": "feed_adding:import_opml",
    "export": "feed_adding:export",
    "check": "feed_checking:check",
    "pause": "feed_standing:pause",
    "resume": "feed_standing:resume",
    "poll": "feed_standing:poll",
    "remove": "feed_adding:remove",
}
"""The same of ``wiredesk feeds``."""


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called, and not when they are listed."""

    def __init__(self, *args: Any, places: Mapping[str, str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.places = places

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names, in alphabetical order."""
        return sorted([*super().list_commands(ctx), *self.places])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """What help and completion show of a command: its name and what its docstring says."""
        if cmd_name not in self.places:
            return super().get_command(ctx, cmd_name)
        module, _, function = self.places[cmd_name].partition(":")
        return click.Command(cmd_name, help=_read_docstrings(module)[function])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is called, imported now."""
        name, command, rest = super().resolve_command(ctx, args)
        return name, self.import_command(name) if name else command, rest

    def import_command(self, name: str) -> click.Command:
        """The command itself. Raises KeyError where there is none of that name."""
        if name in self.commands:
            return self.commands[name]
        module, _, function = self.places[name].partition(":")
        command: click.Command = getattr(import_module(f"{__name__}.{module}"), function)
        return command


@cache
def _read_docstrings(module: str) -> dict[str, str]:
    """The docstrings of a module's functions, from its text: importing it takes far longer."""
    tree = ast.parse((Path(__file__).parent / f"{module}.py").read_text("utf-8"))
    docstrings: dict[str, str] = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            docstrings[node.name] = ast.get_docstring(node) or ""
    return docstrings


@click.group(
    cls=LazyGroup,
    places=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="wiredesk")
def main() -> None:
    """Watch news wires around the clock: clean, versioned, classified stories; none lost, none
    delivered twice.

    \b
    wiredesk run                       the whole system on this machine, on the sample wire
    wiredesk run --feeds FILE          on your own feeds
    wiredesk feeds add URL             find a page's feed and poll it from now on; feeds list, check, pause ...
    wiredesk once URL                  one feed, once, no Redis and no Celery
    wiredesk explain FILE|URL|-        what was cut from a story, by which rule, and which themes it carries
    wiredesk status                    what it did and what waits
    wiredesk trace URL                 why was this story not delivered?

    Shell completion: eval "$(_WIREDESK_COMPLETE=bash_source wiredesk)" (or zsh_source, fish_source).
    """  # noqa: E501  a line of its own stays one


@main.group(cls=LazyGroup, places=FEED_COMMANDS)
def feeds() -> None:
    """The feeds that are polled: add, check, pause, and see how each does.

    \b
    wiredesk feeds add https://paper.example    finds the feed of a page and writes it to the local feed file
    wiredesk feeds list --only failing          which do badly, and why
    wiredesk feeds check URL|ID                 what a feed is like to poll, before or after it is added
    wiredesk feeds poll ID                      now, as far as its server lets us

    Running workers take over what these write within seconds; so they do when you edit a feed file by hand.
    """  # noqa: E501  a line of its own stays one
