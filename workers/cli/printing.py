"""A story on the terminal: what stands, what was cut and by which rule, and the words that say its themes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.record import Record
from pipeline.run import Ended, Polled
from pipeline.story import Assessment, Evidence, Feed, Relation, Removed, Story, ThemeMatch

STYLES: Final = ("bold red", "bold blue", "bold green", "bold magenta", "bold yellow", "bold cyan")


def show_story(story: Story, relation: Relation, assessed: Assessment) -> None:
    """The raw lines with their cuts struck out and named, then the fields, then the themes."""
    console, matches = Console(highlight=False), assessed.matches
    styles = {match.id: STYLES[i % len(STYLES)] for i, match in enumerate(matches)}
    cuts: dict[int, list[Removed]] = defaultdict(list)
    for cut in story.removed:
        cuts[cut.line].append(cut)
    console.print(Text(story.headline, style="bold underline"))
    for cut in cuts.get(-1, ()):
        console.print(Text(f"  − {cut.text}  ‹{cut.rule}›", style="red strike"))
    console.print()
    marks = _marks(matches, styles)
    for number, line in enumerate(story.raw):
        console.print(_line(line, cuts.get(number, ()), marks))
    console.print()
    _show_fields(console, story, relation)
    for match in matches:
        console.print(Text(f"{match.id}  {match.score:.2f}", style=styles[match.id]))
        for span in match.evidence[:8]:
            console.print(
                Text(
                    f"    {span.text}  ({span.term}, {span.modality}, {span.weight:g})", style="dim"
                )
            )
    if assessed.abstained:
        console.print(
            f"themes not named may be there all the same: {assessed.abstained}",
            style="yellow",
            markup=False,
        )


def _marks(matches: Sequence[ThemeMatch], styles: dict[str, str]) -> list[tuple[str, str]]:
    spans: list[tuple[Evidence, str]] = [
        (span, styles[match.id]) for match in matches for span in match.evidence
    ]
    return [(span.text, style) for span, style in spans if len(span.text) > 2]


def _line(line: str, cuts: Sequence[Removed], marks: Sequence[tuple[str, str]]) -> Text:
    shown = Text(line)
    for words, style in marks:
        shown.highlight_words([words], style)
    for cut in cuts:
        start = (
            cut.start
            if line[cut.start : cut.start + len(cut.text)] == cut.text
            else line.find(cut.text)
        )
        if start >= 0:
            shown.stylize("red strike", start, start + len(cut.text))
    for rule in dict.fromkeys(cut.rule for cut in cuts):
        shown.append(f"  ‹{rule}›", style="red")
    return shown


def _show_fields(console: Console, story: Story, relation: Relation) -> None:
    place = story.dateline
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
        "published": f"{story.published.at.isoformat()} ({story.published.basis})"
        if story.published
        else "",
        "language": story.language,
        "truncated": "yes" if story.truncated else "",
        "relation": f"{relation.kind}: {relation.why}" if relation.why else str(relation.kind),
    }
    table = Table(show_header=False, box=None, padding=(0, 1))
    for name, value in fields.items():
        if value:
            table.add_row(Text(name, style="dim"), Text(value))
    console.print(table)


def show_once(
    feed: Feed, polled: Polled, ended: Sequence[Ended], records: Sequence[Record]
) -> None:
    """Every story of one poll with its Outcome, and the counts."""
    console = Console(highlight=False)
    table = Table(title=feed.url, title_justify="left")
    for column in ("outcome", "headline", "themes", "why"):
        table.add_column(column, overflow="fold")
    for end in ended:
        outcome = str(end.outcome.kind) if end.outcome else "open"
        why = end.outcome.reason if end.outcome else end.note
        table.add_row(Text(outcome), Text(end.headline), Text("\n".join(end.themes)), Text(why))
    console.print(table)
    counts = Counter(str(end.outcome.kind) if end.outcome else "open" for end in ended)
    said = ", ".join(f"{n} {name}" for name, n in counts.most_common())
    broken = f"; {len(polled.broken)} broken entries" if polled.broken else ""
    broken += f"; {polled.waiting} more documents of it were not read" if polled.waiting else ""
    console.print(
        f"{polled.new} entries{broken}: {said or 'nothing processed'}; {len(records)} records",
        markup=False,
    )
