"""``wiredesk themes test``: what a changed definition would change, before it is activated."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import click
from rich.progress import track

from pipeline import record, themes
from pipeline.story import Story
from workers.cli.guard import Fault
from workers.cli.relating import story_of
from workers.wiring import wiring


def test(definition: str, against: str, *, as_json: bool) -> None:
    """Compare the definitions in force with ``definition`` in its namesake's place."""
    settings = wiring().settings
    changed = Path(definition)
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(settings.themes, folder, dirs_exist_ok=True)
        try:
            shutil.copy(changed, Path(folder) / changed.name)
            new = themes.load(Path(folder))
        except (OSError, themes.ThemesError) as error:
            raise Fault(str(error).replace(folder, str(changed.parent))) from error
    failures = themes.check_examples(new)
    known = list(stories(Path(against)))
    if not known:
        raise Fault(
            f"{against} holds no story: give a folder of .txt or .html files, "
            "or the JSONL file of a sink"
        )
    shown = track(
        known, description="classifying", transient=True, disable=as_json or len(known) < 50
    )
    changes = themes.compare_definitions(wiring().definitions.themes, new, shown)
    for change in changes:
        if as_json:
            click.echo(json.dumps(asdict(change), ensure_ascii=False))
            continue
        sign, words = ("+" if change.gained else "-"), ", ".join(change.words)
        scores = f"{change.before:.2f} -> {change.after:.2f}"
        click.echo(f"{sign} {change.theme} {scores}  {change.headline}  ({words})")
    click.echo(f"{len(changes)} changes in {len(known)} stories", err=as_json)
    if failures:
        raise Fault("its own examples fail:\n  " + "\n  ".join(failures))


def stories(source: Path) -> Iterator[Story]:
    """Stories of a folder of files, or of the records in a JSONL sink's file. Raises Fault."""
    if source.is_dir():
        for path in sorted(p for p in source.rglob("*") if p.suffix in {".txt", ".html", ".htm"}):
            try:
                yield story_of(str(path))
            except Fault as fault:
                click.echo(str(fault), err=True)
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
        if data.get("body"):
            yield record.as_classified(data)
