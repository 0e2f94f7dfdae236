"""``wiredesk explain``: what was cut from a story, by which rule, and the words of its themes."""

from __future__ import annotations

import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Final

import click
from rich.table import Table
from rich.text import Text

from pipeline import copies, record, wire
from pipeline.errors import Permanent, Transient
from pipeline.story import KINDS, Assessment, Outcome, Relation, Removed, Story, utc
from workers.cli.guard import Fault, allow_option, guarded, json_option
from workers.cli.profiling import show_timings
from workers.cli.showing import CleanConsole, echo, emit
from workers.cli.sources import Source, article_of, clean_source, read_source, wired
from workers.wiring import Wiring

_STYLES: Final = ("bold red", "bold blue", "bold green", "bold magenta", "bold yellow", "bold cyan")
_SHOWN_EVIDENCE: Final = 8  # passages of a theme that are shown: a screen, not a list
_TERM: Final = 40  # characters of a term: enough to find it in its file; --json has all of it
_SHORTEST_MARK: Final = 3  # letters; a shorter passage would be marked in the middle of other words
_ONLY_DELIVERED: Final = (
    "uri", "version", "altIds", "feed", "filed", "schema", "type", "pubStatus",
)  # fmt: skip
"""Fields of a record that say how it was delivered, which this story was not."""


@click.command()
@click.argument("sources", nargs=-1, required=True, metavar="FILE|URL|-...")
@json_option("Print one line of JSON a source.")
@click.option("--passes", is_flag=True, help="Print what each pass of cleaning cut, in order.")
@click.option("--timings", is_flag=True, help="Print milliseconds by stage and step instead.")
@allow_option
@guarded
def explain(
    sources: tuple[str, ...], as_json: bool, passes: bool, timings: bool, allow: tuple[str, ...]
) -> None:
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
    """  # noqa: E501  a line of its own stays one
    if passes and (timings or as_json):
        raise click.UsageError("--passes goes with neither --timings nor --json")
    w = wired(allow, sources)
    with closing(w.fetcher):
        # the sources are related to each other, in the order in which they are named
        index = copies.MemoryIndex()

        def show(source: Source) -> None:
            if passes:
                _show_passes(source, w.definitions.rules)
            elif timings:
                show_timings(source, w.definitions, as_json=as_json)
            else:
                _explain_one(source, w, index, as_json=as_json)

        sys.exit(_explain_all(sources, w, show, as_json=as_json))


def _explain_all(
    sources: Sequence[str], w: Wiring, show: Callable[[Source], None], *, as_json: bool
) -> int:
    """One line or one page a source; a bad source says so and the rest go on. 1 if any was bad."""
    bad = 0
    for name in sources:
        try:
            source = read_source(name, w)
        except (Fault, OSError, Transient, Permanent) as fault:
            bad += 1
            what = fault.strerror if isinstance(fault, OSError) and fault.strerror else str(fault)
            if as_json:
                emit(json.dumps({"file": name, "error": what}, ensure_ascii=False))
            else:
                echo(f"{name}: {what}", err=True)
            continue
        if not as_json and len(sources) > 1:
            echo(f"== {name}")
        show(source)
    return 1 if bad else 0


@dataclass(frozen=True, slots=True)
class Explanation:
    """What is said of one story: the record's parts, and when it was looked at (epoch seconds)."""

    source: Source
    story: Story
    relation: Relation
    assessed: Assessment
    now: float


def _explain_one(source: Source, w: Wiring, index: copies.MemoryIndex, *, as_json: bool) -> None:
    """Clean, relate and classify a story as the running system would, and show all of it."""
    now = time.time()
    story = clean_source(source, w.definitions, now)
    if isinstance(story, Outcome):
        if as_json:
            line = {**_empty_fields(source.name), "outcome": story.kind, "reason": story.reason}
            emit(json.dumps(line, ensure_ascii=False))
        else:
            echo(f"{source.name}: {story.kind}: {story.reason}")
        return
    assessed = w.definitions.themes.assess(story)
    query = copies.query(story)
    relation = copies.relate(story, index.lookup(query), utc(now))
    if relation.insert is not None:
        index.insert(query, relation.insert)
    for number, blob in relation.changed:
        index.update(number, blob)
    explanation = Explanation(source, story, relation, assessed, now)
    if as_json:
        emit(json.dumps(as_plain(explanation), ensure_ascii=False))
    else:
        show_story(explanation)


def as_plain(explanation: Explanation) -> dict[str, object]:
    """The explanation as plain JSON values: the fields that scripts rely on are always there."""
    source, story, relation = explanation.source, explanation.story, explanation.relation
    document = record.document(
        story, source.entry, source.page, relation, explanation.assessed, utc(explanation.now)
    )
    for name in _ONLY_DELIVERED:
        document.pop(name, None)
    place = story.dateline
    always = _empty_fields(source.name) | {
        "outcome": str(KINDS[relation.kind].outcome),
        "headline": story.headline,
        "body": list(story.body),
        "text": wire.printed(story),
        "byline": story.byline,
        "dateline": {"place": place.place, "date": place.date} if place else None,
        "agency": story.agency,
        "crossheads": [head.text for head in story.crossheads],
        "captions": list(story.captions),
    }
    # the record has these in another form
    for name in ("agency", "crossheads", "dateline", "outcome"):
        document.pop(name, None)
    return always | document


def _empty_fields(name: str) -> dict[str, object]:
    """The fields that scripts rely on, with nothing in them: an item that is no story."""
    fields: dict[str, object] = {"file": name, "outcome": ""}
    fields |= dict.fromkeys(("headline", "text", "byline", "agency"), "")
    for listed in ("body", "removed", "crossheads", "captions", "themes"):
        fields[listed] = []
    return fields | {"dateline": None, "published": None}


# --------------------------------------------------------------------------- on a terminal


def _show_passes(source: Source, rules: wire.Rules) -> None:
    """Every pass in order, why it comes there, and what it cut; line -1 is the headline."""
    article = article_of(source, time.time())
    if isinstance(article, Outcome):
        echo(f"{source.name}: {article.kind}: {article.reason}")
        return
    cuts = wire.trace_cuts(article, source.entry, rules)
    for number, each in enumerate(wire.PASSES, start=1):
        echo(f"{number:2}  {each.name}: {each.why}")
        for cut in cuts:
            if cut.made_by == each.name:
                removed = cut.removed
                echo(f"      line {removed.line}  ‹{removed.rule}›  {removed.text}")


def show_story(explanation: Explanation) -> None:
    """The raw lines with their cuts struck out and named, then the fields, then the themes."""
    console, story = CleanConsole(), explanation.story
    matches = explanation.assessed.matches
    styles: dict[str, str] = {}
    marks: list[tuple[str, str]] = []
    for number, match in enumerate(matches):
        styles[match.id] = _STYLES[number % len(_STYLES)]
        marks += [(span.text, styles[match.id]) for span in match.evidence]
    cuts: dict[int, list[Removed]] = defaultdict(list)
    for cut in story.removed:
        cuts[cut.line].append(cut)
    console.print(Text(story.headline, style="bold underline"))
    for cut in cuts.get(-1, ()):
        console.print(Text(f"  − {cut.text}  ‹{cut.rule}›", style="red strike"))
    console.print()
    for number, line in enumerate(story.raw):
        console.print(_mark_line(line, cuts.get(number, ()), marks))
    console.print()
    _show_fields(console, story, explanation.relation)
    for match in matches:
        console.print(Text(f"{match.id}  {match.score:.2f}", style=styles[match.id]))
        for span in match.evidence[:_SHOWN_EVIDENCE]:
            term = span.term if len(span.term) <= _TERM else span.term[: _TERM - 1] + "…"
            why = f"({term}, {span.modality}, {span.weight:g})"
            console.print(Text(f"    {span.text}  {why}", style="dim"))
    if abstained := explanation.assessed.abstained:
        console.print(f"themes not named may be there all the same: {abstained}", style="yellow")


def _mark_line(line: str, cuts: Sequence[Removed], marks: Sequence[tuple[str, str]]) -> Text:
    """A line with its evidence coloured, its cuts struck out, and their rules at its end."""
    shown = Text(line)
    for words, style in marks:
        if len(words) >= _SHORTEST_MARK:
            shown.highlight_words([words], style)
    for cut in cuts:
        start, length = cut.start, len(cut.text)
        if line[start : start + length] != cut.text:
            # a rule that cut what another one had changed already: its words are looked for
            start = line.find(cut.text)
        if start >= 0:
            shown.stylize("red strike", start, start + length)
    for rule in dict.fromkeys(cut.rule for cut in cuts):
        shown.append(f"  ‹{rule}›", style="red")
    return shown


def _show_fields(console: CleanConsole, story: Story, relation: Relation) -> None:
    """What was recognised, a row a field; empty ones are left out."""
    place, published = story.dateline, story.published
    fields = {
        "byline": story.byline,
        "dateline": f"{place.place} {place.date}".strip() if place else "",
        "agency": f"{story.agency} ({story.agency_basis})" if story.agency else "",
        "cross-heads": "; ".join(head.text for head in story.crossheads),
        "standfirst": story.standfirst,
        "version": f"{story.version_label} {story.form}".strip(),
        "slug": story.slug,
        "credits": "; ".join(story.credits),
        "captions": "; ".join(story.captions),
        "correction": story.correction_note,
        "published": f"{published.at.isoformat()} ({published.basis})" if published else "",
        "language": story.language,
        "truncated": "yes" if story.truncated else "",
        "relation": f"{relation.kind}: {relation.why}" if relation.why else str(relation.kind),
    }
    table = Table(show_header=False, box=None, padding=(0, 1))
    for name, value in fields.items():
        if value:
            table.add_row(Text(name, style="dim"), Text(value))
    console.print(table)
