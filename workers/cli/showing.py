"""How commands print: each line and table cleaned of secrets and of characters that deceive.

What programs read as it is, records and lists of feeds among it, goes out by ``emit``.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Sized
from typing import Any, Final, TypeVar

import click
from rich.console import Console, ConsoleOptions, RenderableType
from rich.progress import track
from rich.segment import Segment
from rich.text import Text

from workers.redaction import clean, clean_lines, drop_deceiving

PROGRESS_EVERY: Final = 10.0
"""Seconds between two lines of a long command that no terminal shows."""

T = TypeVar("T")


def echo(text: object, *, err: bool = False) -> None:
    """Print a message for people, cleaned."""
    click.echo(clean_lines(str(text)), err=err)


def echo_json(value: Any, *, indent: int | None = None) -> None:
    """Print what an operator asked for as JSON, cleaned like the tables."""
    click.echo(json.dumps(clean(value), ensure_ascii=False, indent=indent))


def emit(text: str, *, nl: bool = True) -> None:
    """Print what is for programs and must stay as it is: records, stories, feed lists."""
    click.echo(text, nl=nl)


def show_progress(items: Iterable[T], doing: str, total: int | None = None) -> Iterator[T]:
    """Goes through the items: with a bar at a terminal, elsewhere with a line every ten seconds.

    Both go to standard error; what takes less says nothing there.
    """
    total = len(items) if total is None and isinstance(items, Sized) else total
    console = CleanConsole(stderr=True)
    if console.is_terminal:
        yield from track(items, doing, total=total, console=console, transient=True)
        return
    said = time.monotonic()
    for done, item in enumerate(items):
        if time.monotonic() - said >= PROGRESS_EVERY:
            said = time.monotonic()
            echo(f"{doing}: {done} of {total or 'many'}", err=True)
        yield item


class CleanConsole(Console):
    """A console whose strings are cleaned and are never markup; a ``Text`` has its own style.

    Secrets are struck out of strings. A ``Text``, in which stories are shown, loses the characters
    that deceive and keeps its words.
    """

    def __init__(self, *, stderr: bool = False) -> None:
        super().__init__(stderr=stderr, markup=False, highlight=False, emoji=False)

    def render_str(self, text: str, **options: Any) -> Text:
        """The text as rich shows it, cleaned."""
        return super().render_str(clean_lines(text), **options)

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        """What is shown, piece by piece, without characters that deceive."""
        for segment in super().render(renderable, options):
            if segment.control or (segment.text.isascii() and segment.text.isprintable()):
                yield segment
            else:
                shown = "\n".join(map(drop_deceiving, segment.text.split("\n")))
                yield Segment(shown, segment.style)
