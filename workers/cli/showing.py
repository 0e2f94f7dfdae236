"""How commands print: each line and table cleaned of secrets and of characters that deceive.

What programs read as it is, records and lists of feeds among it, goes out by ``emit``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import click
from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text

from workers.redaction import clean, clean_lines, drop_deceiving


def echo(text: object, *, err: bool = False) -> None:
    """Print a message for people, cleaned."""
    click.echo(clean_lines(str(text)), err=err)


def echo_json(value: Any, *, indent: int | None = None) -> None:
    """Print what an operator asked for as JSON, cleaned like the tables."""
    click.echo(json.dumps(clean(value), ensure_ascii=False, indent=indent))


def emit(text: str, *, nl: bool = True) -> None:
    """Print what is for programs and must stay as it is: records, stories, feed lists."""
    click.echo(text, nl=nl)


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
