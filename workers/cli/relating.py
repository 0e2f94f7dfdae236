"""``wiredesk relate`` and ``wiredesk cluster``: stories in files, compared word for word."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Final

import click

from pipeline import copies
from pipeline.story import Story
from workers.cli.guard import Fault, guarded, json_option
from workers.cli.showing import echo, emit, show_progress
from workers.cli.sources import find_story_files, read_story

_KEPT: Final = (
    20_000  # stories of a file of pairs that stay in memory; most come up in several pairs
)


@click.command()
@click.argument("stories", nargs=-1, metavar="A B")
@click.option(
    "--pairs",
    metavar="FILE",
    help="Compare many: a file of JSON lines with a and b (- for standard input).",
)
@json_option("Print one line of JSON a pair (always so with --pairs).")
@guarded
def relate(stories: tuple[str, ...], pairs: str | None, as_json: bool) -> None:
    """Say what story B is to story A: copy, truncated copy, version, correction ... and why.

    A and B are .html or .txt files; in a file of pairs their paths are from here, or from where
    that file lies.
    """
    if pairs and not stories:
        sys.exit(_relate_pairs(pairs))
    if pairs or len(stories) != 2:
        raise click.UsageError("give two files, or --pairs FILE")
    try:
        report = copies.pair(read_story(stories[0]), read_story(stories[1]))
    except OSError as error:
        raise Fault(f"{error.filename}: {error.strerror}") from error
    if as_json:
        emit(_as_json(*stories, report))
        return
    echo(f"{report.relation}: {report.why}")
    echo(f"containment {report.containment:.2f}, Jaccard {report.jaccard:.2f}")


def _as_json(a: str, b: str, report: copies.PairReport) -> str:
    line = {
        "a": a,
        "b": b,
        "relation": str(report.relation),
        "containment": round(report.containment, 4),
        "jaccard": round(report.jaccard, 4),
        "why": report.why,
    }
    return json.dumps(line, ensure_ascii=False)


def _relate_pairs(pairs: str) -> int:
    """A line of JSON a pair; a bad pair says so and the rest go on. 1 if any was bad."""
    bad = 0
    read = _story_reader(pairs)
    with click.open_file(pairs, encoding="utf-8") as file:
        lines = [line for line in file if line.strip()]
    for number, line in enumerate(show_progress(lines, "relating"), 1):
        try:
            named = json.loads(line)
            a, b = named["a"], named["b"]
            if not (isinstance(a, str) and isinstance(b, str)):
                raise TypeError("a and b are paths")  # noqa: TRY301  told like every other fault
            emit(_as_json(a, b, copies.pair(read(a), read(b))))
        except (ValueError, KeyError, TypeError) as error:
            bad += 1
            emit(json.dumps({"line": number, "error": f"not a pair with a and b: {error}"}))
        except (Fault, OSError) as error:
            bad += 1
            emit(json.dumps({"a": a, "b": b, "error": str(error)}, ensure_ascii=False))
    return 1 if bad else 0


def _story_reader(pairs: str) -> Callable[[str], Story]:
    """Reads each story of a file of pairs once; paths are from here, or from where it lies."""
    folder = Path() if pairs == "-" else Path(pairs).parent

    @lru_cache(_KEPT)
    def read(path: str) -> Story:
        beside = folder / path
        return read_story(str(beside) if not Path(path).exists() and beside.exists() else path)

    return read


@click.command()
@click.argument("stories", nargs=-1, required=True, metavar="FILE...")
@json_option("Print one line of JSON a cluster.")
@guarded
def cluster(stories: tuple[str, ...], as_json: bool) -> None:
    """Sort stories into clusters of copies and versions, in the order given. A folder stands for
    its stories."""
    paths: list[str] = []
    for given in stories:
        inside = find_story_files(Path(given)) if Path(given).is_dir() else [given]
        paths += map(str, inside)
    read: list[Story] = []
    names: dict[str, str] = {}
    bad = 0
    for path in show_progress(paths, "reading"):
        try:
            story = replace(read_story(path), outlet=path)
        except (Fault, OSError) as error:
            bad += 1
            echo(str(error), err=True)
            continue
        read.append(story)
        names[story.key] = path
    for number, group in enumerate(copies.cluster(read), 1):
        if as_json:
            members = [{"file": names[key], "relation": str(kind)} for key, kind in group.members]
            emit(json.dumps({"cluster": group.id, "stories": members}, ensure_ascii=False))
            continue
        echo(f"cluster {number}")
        for key, kind in group.members:
            echo(f"  {kind:<11} {names[key]}")
    sys.exit(1 if bad else 0)
