"""``wiredesk relate`` and ``wiredesk cluster``: stories in files, compared word for word."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

import click

from pipeline import copies
from pipeline.story import Outcome, Story
from workers.commands import Fault
from workers.commands.sources import read_source, story_in
from workers.wiring import wiring


def story_of(path: str) -> Story:
    """The clean story in a .txt or .html file. Raises Fault where there is none, OSError where it can't be read."""
    w = wiring()
    try:
        story = story_in(*read_source(path, w), w.desk, time.time())
    except Fault as fault:
        raise Fault(f"{path}: {fault}") from None
    if isinstance(story, Outcome):
        raise Fault(f"{path}: {story.kind}: {story.reason}")
    return story


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
    for number, given in enumerate(_lines(pairs), 1):
        try:
            named = json.loads(given)
            a, b = named["a"], named["b"]
            click.echo(_line(a, b, copies.pair(story_of(a), story_of(b))))
        except (ValueError, KeyError, TypeError) as error:
            bad += 1
            click.echo(json.dumps({"line": number, "error": f"not a pair with a and b: {error}"}))
        except (Fault, OSError) as error:
            bad += 1
            click.echo(json.dumps({"a": a, "b": b, "error": str(error)}, ensure_ascii=False))
    return 1 if bad else 0


def _lines(path: str) -> Iterator[str]:
    with click.open_file(path, encoding="utf-8") as file:
        yield from (line for line in file if line.strip())


def cluster(files: Sequence[str], *, as_json: bool) -> int:
    """Sort stories into clusters; a file without a story says so and the rest go on. 1 if any was bad."""
    stories, names, bad = [], {}, 0
    for path in files:
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
