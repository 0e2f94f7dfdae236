"""``wiredesk check``, ``themes test`` and ``reprocess``: definitions before and after a change."""

from __future__ import annotations

import json
import re
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from types import FrameType
from typing import Final

import click

from pipeline import record, run
from pipeline import themes as classifier
from pipeline.story import Story
from workers.cli.guard import Fault, guarded, json_option
from workers.cli.operating import ledger
from workers.cli.showing import echo, emit, show_progress
from workers.cli.sources import find_story_files, read_story
from workers.wiring import wiring

EXIT_STOPPED: Final = 130  # what a shell reports of a command that Ctrl-C ended
_UNITS: Final = {"m": 60, "h": 3600, "d": 86400}
_LOOK_EVERY: Final = 500  # changes between two looks whether the outbox still has room


@click.group()
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
@json_option("Print one line of JSON a change.")
@guarded
def try_definition(definition: str, against: str, as_json: bool) -> None:
    """Show which stories would gain or lose a theme if FILE took the place of the definition of
    that name."""
    settings = wiring().settings
    changed = Path(definition)
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(settings.themes, folder, dirs_exist_ok=True)
        try:
            shutil.copy(changed, Path(folder) / changed.name)
            new = classifier.load(Path(folder))
        except (OSError, classifier.ThemesError) as error:
            raise Fault(str(error).replace(folder, str(changed.parent))) from error
    known = list(_read_stories(Path(against)))
    if not known:
        raise Fault(
            f"{against} holds no story: give a folder of .txt or .html files, "
            "or the JSONL file of a sink"
        )
    shown = show_progress(known, "classifying")
    changes = classifier.compare_definitions(wiring().definitions.themes, new, shown)
    for change in changes:
        if as_json:
            emit(json.dumps(asdict(change), ensure_ascii=False))
            continue
        sign, words = ("+" if change.gained else "-"), ", ".join(change.words)
        scores = f"{change.before:.2f} -> {change.after:.2f}"
        echo(f"{sign} {change.theme} {scores}  {change.headline}  ({words})")
    echo(f"{len(changes)} changes in {len(known)} stories", err=as_json)
    if failures := classifier.check_examples(new):
        raise Fault("its own examples fail:\n  " + "\n  ".join(failures))


def _read_stories(source: Path) -> Iterator[Story]:
    """Stories of a folder of files, or of the records in a JSONL sink's file. Raises Fault."""
    if source.is_dir():
        for path in find_story_files(source):
            try:
                yield read_story(str(path))
            except Fault as fault:
                echo(str(fault), err=True)
        return
    try:
        lines = source.read_text("utf-8").splitlines()
    except OSError as error:
        raise Fault(f"{source}: {error.strerror}") from error
    for number, line in enumerate(lines, 1):
        try:
            data = json.loads(line)["data"]
        except (ValueError, KeyError, TypeError) as error:
            raise Fault(f"{source}:{number}: not a record of a sink: {error}") from error
        # a withdrawal, for one, has no body to classify
        if data.get("body"):
            yield record.as_classified(data)


@click.command()
@click.option(
    "--since", default="7d", show_default=True, metavar="AGE", help="How far back: 90m, 12h, 7d."
)
@click.option("--dry-run", is_flag=True, help="Only show what would change.")
@json_option("Print one line of JSON a change.")
@guarded
def reprocess(since: str, dry_run: bool, as_json: bool) -> None:
    """Classify delivered stories again by the definitions in force; what changed goes out as
    story.reclassified.

    Ctrl-C stops after the story at hand (exit code 130): run it again for the rest. Nothing is sent
    twice.
    """
    age, definitions = parse_age(since), wiring().definitions.themes
    seen = changed = overtaken = 0
    with ledger() as found, _asked_to_stop() as stop:
        total, stories = run.reprocess(found, definitions, found.clock() - age, dry_run=dry_run)
        shown = show_progress(stories, "reprocessing", total)
        for story in shown:
            seen += 1
            if story.now:
                counts = story.sent or dry_run
                changed += counts
                overtaken += not counts
                (emit if as_json else echo)(_as_json(story) if as_json else _as_text(story))
                # a full outbox stops the polling of everything: the operator is to decide
                if not dry_run and changed % _LOOK_EVERY == 0 and (why := found.pressure()):
                    raise Fault(
                        f"stopped after {seen} of {total} stories: {why}; "
                        "run it again when there is room"
                    )
            if stop:
                break
    verb = "would change" if dry_run else "changed"
    under = f"{definitions.version} ({definitions.hash})"
    echo(f"{changed} of {seen} stories {verb} under {under}", err=as_json)
    if overtaken:
        echo(f"{overtaken} became another version meanwhile: run it again", err=True)
    if stop and seen < total:
        echo(f"stopped after {seen} of {total} stories: run it again for the rest", err=True)
        sys.exit(EXIT_STOPPED)


def parse_age(age: str) -> float:
    """A span of time as people write it (90m, 12h, 7d), in seconds. Raises UsageError."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([mhd])", age)
    if not found:
        raise click.UsageError(f"{age!r} is no span of time: 90m, 12h or 7d")
    return float(found.group(1)) * _UNITS[found.group(2)]


def _themes_of(item: record.Record | None) -> dict[str, list[str]]:
    """The sub-themes of each theme that a record carries."""
    return {theme["id"]: theme["subthemes"] for theme in item.data["themes"]} if item else {}


def _as_json(story: run.Reprocessed) -> str:
    line = {
        "uri": story.last.uri,
        "version": story.last.version,
        "id": story.now.id if story.now else "",
        "headline": story.last.data.get("headline", ""),
        "before": sorted(_themes_of(story.last)),
        "after": sorted(_themes_of(story.now)),
        "sent": story.sent,
    }
    return json.dumps(line, ensure_ascii=False)


def _as_text(story: run.Reprocessed) -> str:
    before, after = _themes_of(story.last), _themes_of(story.now)
    signs = [f"-{name}" for name in before.keys() - after.keys()]
    signs += [f"+{name}" for name in after.keys() - before.keys()]
    what = " ".join(sorted(signs))
    if not what:
        named = [f"{name} ({', '.join(subthemes)})" for name, subthemes in after.items()]
        what = "other sub-themes: " + " ".join(named)
    return f"{story.last.data.get('headline', story.last.uri)}  {what}"


@contextmanager
def _asked_to_stop() -> Iterator[list[int]]:
    """A list that Ctrl-C or SIGTERM fills: the story at hand is finished first."""
    asked: list[int] = []

    def note(number: int, _: FrameType | None) -> None:
        asked.append(number)

    before = {name: signal.signal(name, note) for name in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield asked
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)
