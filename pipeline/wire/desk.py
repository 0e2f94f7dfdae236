"""A story's way over the desk, in order."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from pipeline.dates import find_embargo_end, parse_dateline_day
from pipeline.story import NOTICES, Article, BlockKind, Dateline, Entry, Outcome, OutcomeKind, Story
from pipeline.text import fold
from pipeline.wire import anpa, applying, bylines, repeats
from pipeline.wire.crossheads import crossheads, kickers
from pipeline.wire.headline import headline
from pipeline.wire.language import language
from pipeline.wire.nonstories import shaped
from pipeline.wire.rules import Rules
from pipeline.wire.sheet import Sheet
from pipeline.wire.teasers import teasers

_ABOUT_OTHERS = NOTICES | {"advisory"}
"""Forms that are about other stories: none of them is refused as no story."""

STATUS = {"canceled": "kill", "withheld": "hold"}
"""What the status of an item in ninjs or NewsML-G2 makes of it."""


def clean(article: Article, entry: Entry, rules: Rules) -> Story | Outcome:
    """The story as its reporter wrote it, every cut recorded; Outcome NOT_A_STORY, with its reason, for what is none.

    A kill or withdrawal notice is a Story with that ``form``: the stage that relates stories acts on it.
    """
    sheet = Sheet.of(article.blocks)
    sheet.fields["author"] = article.author or entry.author
    if entry.status:
        sheet.fields["form"] = STATUS[entry.status]
    clear = headline(article, entry, sheet, rules)
    for line in sheet.lines:
        if line.kind is BlockKind.CAPTION:
            sheet.give("captions", line.text)
            sheet.strike(line, "caption-markup", "caption")
        elif line.kind is BlockKind.BYLINE:
            bylines.take(sheet, line, rules)
        elif line.kind is BlockKind.STANDFIRST:
            sheet.give("standfirst", line.text)
            sheet.strike(line, "standfirst-markup", "standfirst")
    forms = list(dict.fromkeys([clear, article.headline, *article.headlines, entry.title]))
    repeats.headlines(sheet, forms)
    repeats.glued(sheet, forms)
    applying.head(sheet, rules)
    repeats.headlines(sheet, forms)
    applying.lead(sheet, rules, "caption")
    applying.lines(sheet, rules)
    applying.lead(sheet, rules)
    # before the end is looked for: it is in the middle where the body stands twice
    repeats.standfirst(sheet)
    repeats.paragraphs(sheet)
    applying.inline(sheet, rules)
    applying.tail(sheet, rules)
    if teasers(sheet):
        applying.tail(sheet, rules)
    repeats.standfirst(sheet)
    kickers(sheet, article)
    repeats.headlines(sheet, forms)
    applying.lead(sheet, rules)
    heads = crossheads(sheet)
    if reason := _refused(sheet, article):
        return Outcome(OutcomeKind.NOT_A_STORY, reason)
    return _story(article, entry, sheet, clear, heads, rules)


def _refused(sheet: Sheet, article: Article) -> str:
    if sheet.fields.get("form") in _ABOUT_OTHERS:
        return ""
    if reason := sheet.fields.get("refused"):
        return str(reason)
    if article.genre in ("live", "gallery"):
        return article.genre
    return shaped(sheet) if sheet.standing() else "nothing but furniture"


def _story(
    article: Article, entry: Entry, sheet: Sheet, clear: str, heads: tuple[Any, ...], rules: Rules
) -> Story:
    fields = sheet.fields
    byline = bylines.of(sheet, article, entry)
    kind = bylines.kind(byline, article, entry, rules)
    agency, basis = _agency(sheet, byline, rules)
    place = fields.get("place")
    return Story(
        key=entry.key,
        url=article.url or entry.url,
        headline=clear,
        headline_raw=article.headline,
        body=_body(sheet),
        crossheads=heads,
        standfirst=str(fields.get("standfirst") or article.standfirst),
        byline=byline,
        byline_kind=kind,
        agency=agency,
        agency_basis=basis,
        dateline=Dateline(
            str(place), str(fields.get("date", "")), str(fields.get("dateline_text", ""))
        )
        if place
        else None,
        slug=str(fields.get("slug", "")) or entry.slug,
        version_label=str(fields.get("version_label", "")),
        form=str(fields.get("form", "")),
        urgency=str(fields.get("urgency", "")),
        genre=str(fields.get("genre") or article.genre),
        advisory=str(fields.get("advisory", "")),
        correction_note=str(fields.get("correction_note", "")),
        embargo=_embargo(article, fields),
        credits=tuple(fields.get("credits", ())),
        captions=tuple(dict.fromkeys(fields.get("captions", ()))),
        language=article.language or entry.language or language(line.raw for line in sheet.lines),
        published=article.published or parse_dateline_day(str(fields.get("date", "")), entry.seen),
        truncated=article.truncated or bool(fields.get("truncated")),
        paywalled=article.paywalled or bool(fields.get("paywalled")),
        syndicated=bool(fields.get("syndicated")),
        outlet=entry.outlet or article.site,
        feed_id=entry.feed_id,
        canonical=article.canonical,
        item=entry.guid,
        raw=tuple(line.raw for line in sheet.lines),
        removed=tuple(sheet.removed),
    )


def _body(sheet: Sheet) -> tuple[str, ...]:
    lines = tuple(line.text for line in sheet.standing())
    return (
        tuple(map(anpa.typeset, lines)) if anpa.is_anpa(line.raw for line in sheet.lines) else lines
    )


def _embargo(article: Article, fields: dict[str, Any]) -> datetime | None:
    if not fields.get("embargo") or article.published is None:
        return None
    return find_embargo_end(str(fields["embargo"]), article.published.at)


def _agency(sheet: Sheet, byline: str, rules: Rules) -> tuple[str, str]:
    """The agency and what says so: dateline, credit or byline, in that order of trust."""
    if said := sheet.fields.get("agency"):
        names = [
            rules.agencies.get(fold(p), p.strip())
            for p in _PARTS.split(str(said))
            if fold(p) not in _NAMELESS
        ]
        if names:
            return "/".join(dict.fromkeys(names)), str(sheet.fields.get("agency_basis", ""))
    for basis, texts in (("credit", fields_of(sheet, "credits")), ("byline", [byline])):
        for text in texts:
            if name := _named(text, rules):
                return name, basis
    return "", ""


_PARTS = re.compile(r"\s*[/,;&]\s*|\s+and\s+")
_NAMELESS = frozenset(
    ("agencies", "agency", "news agencies", "wire agencies", "combined dispatches", "web desk", "")
)
"""What stands where an agency is named and names none."""


def fields_of(sheet: Sheet, name: str) -> list[str]:
    """What a list field holds so far."""
    return list(sheet.fields.get(name, ()))


_STAFF = ("writer", "reporter", "journalist", "correspondent", "staff", "reporting", "editor")
_LONG_NAME = 12
"""Characters from which an agency's name says it wherever it stands; shorter ones only in a list with strokes."""


def _named(text: str, rules: Rules) -> str:
    """The agency a credit or byline names: in full anywhere, or short as one of its parts ("CBS/AP")."""
    folded = fold(text)
    for part in re.split(r"\s*[/,;|&]\s*|\s+and\s+", folded):
        if name := rules.agencies.get(part.strip(" ().-").removeprefix("the ").removeprefix("by ")):
            return name
    first, _, rest = folded.removeprefix("the ").partition(" ")
    if first in rules.agencies and rest.startswith(_STAFF):
        return rules.agencies[first]
    for form, name in rules.agencies.items():
        if len(form) >= _LONG_NAME and form in folded:
            return name
    return ""
