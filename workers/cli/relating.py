"""``wiredesk relate`` and ``wiredesk cluster``: stories in files, compared word for word."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import click
from rich.console import Console
from rich.progress import track

from pipeline import copies
from pipeline.story import Outcome, Story
from workers.cli.guard import Fault
from workers.cli.sources import read_source, story_in
from workers.wiring import wiring


def story_of(path: str) -> Story:
    """The clean story in a .txt or .html file. Raises Fault where there is none, OSError where it can't be read."""
    w = wiring()
    try:
        story = story_in(*read_source(path, w), w.definitions, time.time())
    except Fault as fault:
        raise Fault(f"{path}: {fault}") from None
    if isinstance(story, Outcome):
        raise Fault(f"{path}: {story.kind}: {story.reason}")
    return story


READ = 20_000
"""Stories of a file of pairs that are kept once they are read."""

_SUFFIXES = (".txt", ".html", ".htm")


def _reader(pairs: str) -> Callable[[str], Story]:
    """Reads the stories of a file of pairs, each once; a path is one from here, or else from where that file lies."""
    folder = Path() if pairs == "-" else Path(pairs).parent

    @lru_cache(READ)
    def read(path: str) -> Story:
        beside = folder / path
        return story_of(str(beside) if not Path(path).exists() and beside.exists() else path)

    return read


def relate(a: str, b: str, *, as_json: bool) -> None:
    """What b is to a."""
    try:
        report = copies.pair(story_of(a), story_of(b))
    except OSError as error:
        raise Fault(f"{error.filename}: {error.strerror}") from error
    if as_json:
        click.echo(_line(a, b, report))
        return
    click.echo(f"{report.relation}: {report.why}")
    click.echo(f"containment {report.containment:.2f}, Jaccard {report.jaccard:.2f}")


def _line(a: str, b: str, report: copies.PairReport) -> str:
    said = {
        "a": a,
        "b": b,
        "relation": str(report.relation),
        "containment": round(report.containment, 4),
        "jaccard": round(report.jaccard, 4),
        "why": report.why,
    }
    return json.dumps(said, ensure_ascii=False)


def relate_pairs(pairs: str) -> int:
    """A line of JSON for each pair of a file; a bad pair says so and the rest go on. 1 if any was bad."""
    bad = 0
    story = _reader(pairs)
    for number, given in enumerate(_shown(list(_lines(pairs)), "relating"), 1):
        try:
            named = json.loads(given)
            a, b = named["a"], named["b"]
            if not (isinstance(a, str) and isinstance(b, str)):
                raise TypeError("a and b are paths")  # noqa: TRY301 - said like every other fault of the line
            click.echo(_line(a, b, copies.pair(story(a), story(b))))
        except (ValueError, KeyError, TypeError) as error:
            bad += 1
            click.echo(json.dumps({"line": number, "error": f"not a pair with a and b: {error}"}))
        except (Fault, OSError) as error:
            bad += 1
            click.echo(json.dumps({"a": a, "b": b, "error": str(error)}, ensure_ascii=False))
    return 1 if bad else 0


def _shown(some: Sequence[str], doing: str) -> Iterator[str]:
    """Goes through them, with a bar on a terminal."""
    console = Console(stderr=True)
    yield from track(some, doing, console=console, transient=True, disable=not console.is_terminal)


def _files(given: Sequence[str]) -> list[str]:
    """The files, and those of stories in the folders, in order."""
    found = []
    for path in given:
        inside = (
            sorted(p for p in Path(path).rglob("*") if p.suffix in _SUFFIXES)
            if Path(path).is_dir()
            else []
        )
        found += [str(p) for p in inside] if Path(path).is_dir() else [path]
    return found


def _lines(path: str) -> Iterator[str]:
    with click.open_file(path, encoding="utf-8") as file:
        yield from (line for line in file if line.strip())


def cluster(files: Sequence[str], *, as_json: bool) -> int:
    """Sort the stories of files and folders into clusters; a file without one says so and the rest go on. 1 if any."""
    stories, names, bad = [], {}, 0
    for path in _shown(_files(files), "reading"):
        try:
            story = replace(story_of(path), outlet=path)
        except (Fault, OSError) as error:
            bad += 1
            click.echo(str(error), err=True)
            continue
        stories.append(story)
        names[story.key] = path
    found = copies.cluster(stories)
    if as_json:
        for group in found:
            members = [{"file": names[key], "relation": str(kind)} for key, kind in group.members]
            click.echo(json.dumps({"cluster": group.id, "stories": members}, ensure_ascii=False))
    else:
        for number, group in enumerate(found, 1):
            click.echo(f"cluster {number}")
            for key, kind in group.members:
                click.echo(f"  {kind:<11} {names[key]}")
    return 1 if bad else 0
