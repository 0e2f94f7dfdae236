"""Names of outlets: the site's off the headline, and the agency that the story came from."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from pipeline.story import Article, Entry
from pipeline.text import fold
from pipeline.wire.applying import fill_fields, is_verified
from pipeline.wire.copy import Copy
from pipeline.wire.doubts import has_words_of_its_own
from pipeline.wire.rules import Rules

# --------------------------------------------------------------------------- the headline

# Characters of the longest name of a site at an end of its headlines.
LONGEST_SITE = 40
# Characters of the longest part after a bar that is an outlet or section whatever its words.
LONGEST_BARRED = 25
# Marks that part a headline from its outlet; a dash or a colon may stand inside a headline.
BARS = ("|", "·", "•", "»", "::")

# Tags and names that are taken off one headline: more of them are no headline.
TAGS = 8

_SEPARATOR = re.compile(r"\s+(?:[|·•»—–]|::?|-{1,2})\s+|\s*[|]\s*")
_TITLE = re.compile(r"(?:(?:of|the|and|for|de|la|[^\W_a-z][\w.'’&-]*)\s?)+")
_NOT_IN_A_NAME = re.compile(r"\W+|_")
_BESIDE_NAMES = ("news", "com", "online", "world")
_PARTS_OF_HOSTS = frozenset(("www", "m", "amp", "news", "edition", "en", "co", "com"))


def clean_headline(copy: Copy, rules: Rules) -> None:
    """Take tags and the site's name off both ends of the headline until no more come off."""
    text = " ".join(copy.article.headline.split())
    # the whole headline says of an item that it is no story, or a notice
    for rule in rules.zones["headline"]:
        if rule.action == "cut" or not (match := rule.pattern.search(text)):
            continue
        if rule.action == "refuse":
            if not copy.fields.refused:
                copy.is_doubted = has_words_of_its_own(text, *match.span())
            copy.fields.put("refused", rule.set.get("genre") or rule.id)
        elif is_verified(rule, match, copy, rules):
            fill_fields(copy, rule, match, match.group())
    names = _site_names(copy.article, copy.entry)
    start = 0
    for _ in range(TAGS):
        before = text
        if site := _find_site(text, names, rules, copy.fields.source):
            text, start = _cut_headline(copy, "headline-site", "site", text, start, site)
        for rule in rules.zones["headline"]:
            match = rule.pattern.search(text)
            if match and rule.action == "cut" and match.end() - match.start() < len(text):
                fill_fields(copy, rule, match, match.group())
                text, start = _cut_headline(copy, rule.id, rule.kind, text, start, match.span())
        if text == before:
            break
    forms = (text, copy.article.headline, *copy.article.headlines, copy.entry.title)
    copy.headline, copy.headline_forms = text, tuple(dict.fromkeys(forms))


def _cut_headline(
    copy: Copy, rule: str, kind: str, text: str, start: int, span: tuple[int, int]
) -> tuple[str, int]:
    """Cut the span off an end of the headline; the rest and where it begins in the raw headline."""
    low, high = span
    copy.record(rule, kind, text[low:high].strip(), -1, start + low)
    if low == 0:
        rest = text[high:].lstrip()
        return rest, start + len(text) - len(rest)
    return (text[:low] + text[high:]).strip(), start


def _site_names(article: Article, entry: Entry) -> set[str]:
    """What the site may be called at the end of its headlines, squeezed to letters and digits."""
    host = urlsplit(article.url or entry.url).hostname or ""
    names = [article.site, entry.outlet, entry.feed_name, host.removeprefix("www.")]
    names += [label for label in host.split(".")[:-1] if label not in _PARTS_OF_HOSTS]
    return {name for name in map(_squeeze, names) if len(name) >= 2}


def _squeeze(text: str) -> str:
    return _NOT_IN_A_NAME.sub("", fold(text))


def _find_site(text: str, names: set[str], rules: Rules, speaker: str) -> tuple[int, int] | None:
    """Where the name of the site or of another outlet stands at an end, with its separator.

    Who said it, ``speaker``, is none: a claim would become a fact.
    """
    marks = list(_SEPARATOR.finditer(text))
    if not marks:
        return None
    first, last = marks[0], marks[-1]
    opening, ending = text[: first.start()], text[last.end() :]
    if len(ending) <= LONGEST_SITE:
        mark = last.group().strip()
        longer = last.start() > len(ending)
        if _is_site(ending, names) or (
            ending != speaker and _is_outlet(ending, mark, rules, after_headline=longer)
        ):
            return last.start(), len(text)
    if len(opening) > LONGEST_SITE:
        return None
    if _is_site(opening, names) or _is_outlet(opening, "", rules):
        return 0, first.end()
    return None


def _is_site(part: str, names: set[str]) -> bool:
    """Whether a part of the headline is a name of the site, with "the" or "news", or cut short."""
    squeezed = _squeeze(part)
    if not squeezed:
        return False
    for name in names:
        if squeezed == name:
            return True
        # two letters with a word beside them may be anything
        beside = squeezed.removeprefix(name) if squeezed.startswith(name) else ""
        if len(name) >= 3 and (squeezed == f"the{name}" or beside in _BESIDE_NAMES):
            return True
        # five letters are a name's beginning, four a word's ("Post" in "Postponed")
        goes_on = squeezed.startswith(name) or name.startswith(squeezed)
        if len(name) >= 5 and len(squeezed) >= 4 and goes_on:
            return True
    return False


def _is_outlet(part: str, mark: str, rules: Rules, *, after_headline: bool = False) -> bool:
    """Whether a part is an outlet: known, or made like a name; after a mark, a section too.

    After a bar it is any name that follows something longer (``after_headline``): in "Opinion | The
    Lights Go Out" the headline stands after the bar.
    """
    folded = fold(part)
    spaced = " " in part or "." in part
    made = spaced and folded not in rules.sections and bool(rules.outlet_name.fullmatch(part))
    if made:
        return True
    if not _TITLE.fullmatch(part):
        return False
    if folded in rules.outlets or (mark and folded in rules.sections):
        return True
    return after_headline and mark in BARS and len(part) <= LONGEST_BARRED


# --------------------------------------------------------------------------- the agency

# Characters from which an agency's name says it wherever it stands; shorter ones only in a list
# with strokes.
LONG_AGENCY = 12

_APART = re.compile(r"\s*[/,;&]\s*|\s+and\s+")
_APART_IN_CREDITS = re.compile(r"\s*[/,;|&]\s*|\s+and\s+")


def name_agency(copy: Copy, byline: str, rules: Rules) -> tuple[str, str]:
    """The agency and what says so: dateline, credit or byline, in that order of trust."""
    names: list[str] = []
    for part in _APART.split(copy.fields.agency):
        folded = fold(part)
        if folded and folded not in rules.nameless:
            names.append(rules.agencies.get(folded, part.strip()))
    if names:
        return "/".join(dict.fromkeys(names)), copy.fields.agency_basis
    for credit in copy.fields.credits:
        if name := _agency_in(credit, rules):
            return name, "credit"
    name = _agency_in(byline, rules)
    return name, "byline" if name else ""


def _agency_in(text: str, rules: Rules) -> str:
    """The agency a text names: in full anywhere, or short as one of its parts ("CBS/AP")."""
    folded = fold(text)
    for part in _APART_IN_CREDITS.split(folded):
        short = part.strip(" ().-").removeprefix("the ").removeprefix("by ")
        if name := rules.agencies.get(short):
            return name
    first, _, rest = folded.removeprefix("the ").partition(" ")
    if first in rules.agencies and rest.startswith(rules.staff):
        return rules.agencies[first]
    for form, name in rules.agencies.items():
        if len(form) >= LONG_AGENCY and form in folded:
            return name
    return ""
