"""Who signed the story."""

from __future__ import annotations

import re
from typing import Literal

from pipeline.story import Article, Entry
from pipeline.text import fold, words
from pipeline.wire.applying import fill
from pipeline.wire.rules import Rules
from pipeline.wire.sheet import Line, Sheet

LONGEST = 14
"""Words of the longest line that names who signed; longer ones are a biography."""

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
_OPENS = re.compile(
    r"^\s*(?:(?:story |written |posted |reported )?by|von|par|por|di|автор|author)\b\s*[: ]\s*",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"\s*(?:[|•·]|[-–—] (?=\d)|\b(?:published|updated|posted|last modified)\b|\bon (?=\w+ \d)|\d{1,2}:\d\d"
    r"|\d{1,2}[/.]\d{1,2}[/.]\d{2,4}|\d{4}-\d\d-\d\d|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b"
    rf"|{_MONTH}[a-z]{{0,6}}\.? \d{{1,2}},? \d{{4}}|\b{_MONTH}\w*\.? \d|\d{{1,2}} {_MONTH}).*$",
    re.IGNORECASE,
)
_NOT_A_NAME = re.compile(
    r"@|https?:|^\d|\b(?:follow|more from|contact|comments?|min(?:ute)?s? read|share|read more|view all)\b",
    re.IGNORECASE,
)


def take(sheet: Sheet, line: Line, rules: Rules) -> None:
    """Strike a line the page's markup calls a byline; what it names goes to the field, as the head rules read it."""
    for rule in rules.zones["head"]:
        if rule.kind == "byline" and (match := rule.pattern.fullmatch(line.text)):
            fill(sheet, rule, match, line.text)
            sheet.strike(line, rule.id, rule.kind)
            return
    name = _without_agency(sheet, plain(line.text), rules)
    if (
        name
        and len(name.split()) <= LONGEST
        and not _NOT_A_NAME.search(name)
        and _OPENS.match(line.text)
    ):
        sheet.give("byline", name)
    elif (
        name and 2 <= len(name.split()) <= 6 and not _NOT_A_NAME.search(name) and name[0].isupper()
    ):
        sheet.give("named", name)
    sheet.strike(line, "byline-markup", "byline")


def _without_agency(sheet: Sheet, name: str, rules: Rules) -> str:
    """The names alone where an agency stands after them; lower case, often made capitals by a style, in title case."""
    names, _, last = name.rpartition(",")
    if names and (agency := rules.agencies.get(fold(last).removeprefix("the "))):
        if "agency" not in sheet.fields:
            sheet.fields["agency_basis"] = "byline"
        sheet.give("agency", agency)
        name = names
    return re.sub(r"\bAnd\b", "and", name.title()) if name.islower() else name


def of(sheet: Sheet, article: Article, entry: Entry) -> str:
    """The byline the copy carries, else the author the page or the feed names; without time stamps and titles.

    The site's own name is a byline only where nothing else is (``kind`` calls it the house's).
    """
    signed = plain(str(sheet.fields.get("byline") or ""))
    author = plain(article.author)
    if signed:
        # metadata says the same names in ordinary case and one form
        return author if _names(author) == _names(signed) else signed
    sites = _sites(article, entry)
    for said in (author, plain(entry.author), plain(str(sheet.fields.get("named") or ""))):
        if said and fold(said) not in sites:
            return said
    return author


def _names(byline: str) -> set[str]:
    return set(words(byline)) - {"and"}


def _sites(article: Article, entry: Entry) -> set[str]:
    return {fold(n) for n in (article.site, entry.outlet, entry.feed_name) if n}


def plain(byline: str) -> str:
    """The names alone: no "By", no time stamp after them."""
    text = _OPENS.sub("", " ".join(byline.split()))
    return re.sub(r"(?<=[a-z]{2})\.$", "", _TAIL.sub("", text).strip(" ,;|-–—"))


def kind(
    byline: str, article: Article, entry: Entry, rules: Rules
) -> Literal["", "person", "house", "agency"]:
    """Whose byline it is: a person's, the house's ("Our Correspondent", the site's name) or an agency's."""
    if not byline:
        return ""
    name = fold(byline)
    if all(part in rules.agencies for part in re.split(r"\s*[/,&]\s*| and ", name)):
        return "agency"
    if name in _sites(article, entry) or name in rules.house:
        return "house"
    if any(name.endswith(f" {h}") or name.startswith(f"{h} ") for h in rules.house):
        return "house"
    return "person"
