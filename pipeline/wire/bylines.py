"""Who signed the story: the names in its own bylines, in its metadata and in its feed.

A desk counts reporters by this field. Labels ("See full bio"), roles ("Foreign editor"), times and
addresses are no names; houses and agencies sign where no person does.
"""

from __future__ import annotations

import re
from typing import Literal

from pipeline.dates import list_written
from pipeline.names import OPENS, is_name_shaped, set_in_lower_case, split_names, strip_opener
from pipeline.story import Article, BlockKind, Entry
from pipeline.text import fold, words
from pipeline.wire.applying import fill_fields, is_verified
from pipeline.wire.copy import Copy, CopyLine
from pipeline.wire.doubts import is_prose
from pipeline.wire.rules import Rules

# Lines from the top that may be an author's name and a date, characters of such a line, and words
# beside name and date in it: "and", a weekday, a zone.
DATED_LINES, LONGEST_DATED, BESIDE_DATE = 6, 100, 3
# Words of the longest line that names who signed; longer ones are a biography.
LONGEST_BYLINE = 14
# Pieces without the shape of a name from which a list of authors is one of credits: one may be the
# outlet.
CREDITS = 2
# Lines that may stand between two marked bylines of one story: portraits and roles.
LINES_BETWEEN = 3
# Words from which a label is one by its first word alone ("More stories by ...").
LONG_LABEL = 3

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
_STAMPS = (
    r"[|•·]",
    r"[-–—] (?=\d)",
    r"\b(?:published|updated|posted|last modified)\b",
    r"\b(?:on|am|le|el|il) (?=\w+\.? \w*\d|\d)",
    r"\d{1,2}:\d\d",
    r"\d{1,2}[/.]\d{1,2}[/.]\d{2,4}",
    r"\d{4}-\d\d-\d\d",
    r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b",
    rf"{_MONTH}[a-z]{{0,6}}\.? \d{{1,2}},? \d{{4}}",
    rf"\b{_MONTH}\w*\.? \d",
    rf"\d{{1,2}} {_MONTH}",
)
# A time stamp after the name, to the end of the line.
_STAMPED = re.compile(rf"\s*(?:{'|'.join(_STAMPS)}).*$", re.IGNORECASE)
# The dash between a dateline and its lead.
_DASH_FIRST = re.compile(r"(?:[—–―−]|-{1,2})\s*(?=\S)")
_PIECES = re.compile(r"\s*[;,]\s*")
_ADDRESS = re.compile(r"@|://|^www\.|^\d")
_APART_IN_BYLINES = re.compile(r"\s*[/,&]\s*| and ")
_JOINERS = frozenset(
    (
        *("and", "und", "et", "y", "e", "i", "og", "och", "en", "ve", "и", "та", "й", "με", "και"),
        *("و", "with", "mit", "avec", "con"),
    )
)


def take_byline(copy: Copy, line: CopyLine, rules: Rules) -> None:
    """Strike a line that the page marks as a byline: its names, or the place of a dateline."""
    text = line.text
    for rule in rules.zones["head"]:
        if rule.kind not in ("byline", "dateline"):
            continue
        # what is marked needs no dash to be a dateline
        forms = (text, f"{text} —") if rule.kind == "dateline" else (text,)
        for form in forms:
            match = rule.pattern.fullmatch(form)
            if not match or (rule.kind == "dateline" and not is_verified(rule, match, copy, rules)):
                continue
            fill_fields(copy, rule, match, text)
            if rule.kind == "byline":
                copy.signed_at = line.number
                # "By Ada Cole in Karsin with Tom Reyes in Haven": the rule names the first
                if len(find_people(text, copy, rules)) > 1:
                    copy.fields.put("named", text)
            else:
                copy.dateline = copy.dateline if copy.dateline is not None else line.number
            copy.strike(line, rule.id, rule.kind)
            return
    opened = OPENS.match(text)
    plain = _plain_names(text)
    if plain.islower():
        # a style of the page makes capitals of it
        text = re.sub(r"\b(And|With|In|Of)\b", lambda word: word.group().lower(), plain.title())
    text = _take_agency(copy, text, rules)
    if len(plain.split()) <= LONGEST_BYLINE and plain and not _is_nobody(plain, rules):
        people = find_people(text, copy, rules)
        near = copy.signed_at is None or line.number - copy.signed_at <= LINES_BETWEEN
        if opened and not copy.fields.byline:
            copy.fields.put("byline", text)
        elif people and near:
            copy.fields.put("named", text)
        if opened or (people and near):
            copy.signed_at = line.number
    copy.strike(line, "byline-markup", "byline")


def take_dateline(copy: Copy, line: CopyLine, rules: Rules) -> bool:
    """Strike a marked line and the dash that begins the next one: together they are a dateline.

    Of a byline only the dash goes here.
    Pages set it in an element of its own in front of the lead, and have the dash outside of it.
    """
    below = copy.lines[line.number + 1] if line.number + 1 < len(copy.lines) else None
    dash = _DASH_FIRST.match(below.text) if below else None
    if below is None or dash is None or below.kind is not BlockKind.PARAGRAPH:
        return False
    text = line.text.strip(" —–-")
    whole = f"{text} — {below.text[dash.end() :]}"
    for rule in rules.zones["lead"]:
        match = rule.pattern.match(whole) if rule.kind == "dateline" else None
        if match and match.end() >= len(text) and is_verified(rule, match, copy, rules):
            fill_fields(copy, rule, match, text)
            break
    else:
        own = fold(text)
        is_place = not (OPENS.match(text) or _ADDRESS.search(text) or _is_nobody(text, rules))
        if find_people(text, copy, rules) or _is_role(text, rules) or own in rules.house:
            is_place = False
        if not is_place or own in rules.agencies or own in _outlet_names(copy.article, copy.entry):
            copy.strike(below, "byline-markup", "byline", 0, dash.end())
            return False
        copy.fields.put("place", text)
        copy.fields.put("dateline_text", text)
    copy.dateline = below.number if copy.dateline is None else copy.dateline
    copy.strike(line, "dateline-markup", "dateline")
    copy.strike(below, "dateline-markup", "dateline", 0, dash.end())
    return True


def _take_agency(copy: Copy, text: str, rules: Rules) -> str:
    """Note the agency behind a name ("Anna Corvo, Reuters"); the text without it."""
    people, _, last = text.rpartition(",")
    agency = rules.agencies.get(fold(_plain_names(last)).removeprefix("the ")) if people else None
    if not agency:
        return text
    copy.fields.put("agency_basis", "byline")
    copy.fields.put("agency", agency)
    return people


def strike_dated_names(copy: Copy, rules: Rules) -> None:
    """Strike a line at the top that is no more than a date, or a known author's name and one.

    Nothing marks it, and the name has no "By": only that the page names its author tells it.
    """
    people: list[str] | None = None
    for line in copy.standing()[:DATED_LINES]:
        text = line.text
        if len(text) > LONGEST_DATED or not any(map(str.isdigit, text)):
            continue
        if people is None:
            places = (*copy.article.printed_authors, *copy.article.signatures, copy.fields.author)
            people = [name for place in places for name in find_people(place, copy, rules)]
        # below a paragraph it heads a day of a chronicle
        is_above = line.number == 0 or not any(map(is_prose, copy.lines[: line.number]))
        if is_above and line.kind is BlockKind.PARAGRAPH and _is_date(text, beside=0):
            copy.strike(line, "date-alone", "timestamp")
            continue
        rest = text
        for name in people:
            rest = rest.replace(name, " ").replace(name.upper(), " ")
        if rest != text and _is_date(rest):
            copy.strike(line, "byline-name-and-date", "byline")


def _is_date(text: str, beside: int = BESIDE_DATE) -> bool:
    """Whether a text is one date, or two, with hardly a word ``beside`` it."""
    dates = list_written(text.strip())
    if not dates:
        return False
    _, _, others = dates[-1]
    return sum(word.isalpha() for word in words(others)) <= beside


def find_people(text: str, copy: Copy, rules: Rules) -> list[str]:
    """The names of people in a byline, once each; none that is a label, role, outlet or place."""
    people: dict[str, str] = {}
    outlets = _outlet_names(copy.article, copy.entry)
    for part in split_names(text):
        name = _STAMPED.sub("", part).strip(" .,;-–—")
        folded = fold(name)
        if (
            is_name_shaped(name)
            # half of a bracket: a dateline that the page marks as an author's
            and name.count("(") == name.count(")")
            and not is_label(name, rules)
            and not _is_role(name, rules)
            and folded not in outlets
            and not _is_organisation(folded, rules)
        ):
            people.setdefault(folded, set_in_lower_case(name))
    return list(people.values())


def is_label(text: str, rules: Rules) -> bool:
    """Whether a text in a byline's place is a button or a link to other pages."""
    own = words(text)
    if not own:
        return True
    said = [word in rules.byline_labels for word in own]
    return all(said) or (said[0] and len(own) >= LONG_LABEL)


def _is_role(name: str, rules: Rules) -> bool:
    return not rules.roles.isdisjoint(words(name))


def _is_organisation(folded: str, rules: Rules) -> bool:
    """Whether a name is an agency's, an outlet's, a section's or a place's."""
    short = folded.removeprefix("the ")
    return (
        short in rules.agencies
        or folded in rules.outlets
        or folded in rules.sections
        or folded in rules.places
        or folded in rules.house
        or bool(rules.outlet_name.fullmatch(folded))
    )


def choose_byline(copy: Copy, rules: Rules) -> str:
    """Who signs in the copy, else in the page's metadata or its feed; people before houses.

    The site's own name is one only where nothing else is (``name_signer`` calls it the house's).
    """
    article, entry, fields = copy.article, copy.entry, copy.fields
    places = [*(article.signatures or (article.author,)), entry.author]
    signed = find_people(fields.byline, copy, rules)
    named = " | ".join(fields.named)
    known = signed or find_people(named, copy, rules)
    for place in places:
        if known and _lists_credits(place, rules):
            continue
        # metadata may know authors whom the page does not print
        said = _find_signers(place, copy, rules)
        if said and {fold(name) for name in signed} <= {fold(name) for name in said}:
            return _name_all(place, said, copy, rules)
    plain = _plain_names(fields.byline)
    if plain and not signed and not find_people(named, copy, rules):
        return plain
    printed = f"{fields.byline} | {named}" if signed and named else fields.byline
    marked, bare = article.printed_authors[:1], article.printed_authors[1:]
    for place in (printed, *marked, named, *bare):
        if people := find_people(place, copy, rules):
            return _join_names(place, people)
    outlets = _outlet_names(article, entry)
    names = [_plain_names(place) for place in (article.author, entry.author)]
    for place in marked:
        name = fold(place)
        is_house = name in rules.house or any(name.endswith(f" {house}") for house in rules.house)
        if is_house or not _is_role(place, rules):
            names.append(_plain_names(place))
    names = [name for name in names if name and not _is_nobody(name, rules)]
    names = [name for name in names if name.count("(") == name.count(")")]
    own = [name for name in names if fold(name) not in outlets]
    return next(iter((*own, *names)), "")


def _name_all(place: str, said: list[str], copy: Copy, rules: Rules) -> str:
    """The names in metadata, or those of another place that has all of them and more.

    Templates have room for one author; the line that is printed, or another tag, has the others.
    """
    article, most = copy.article, {fold(name) for name in said}
    for other in (*article.signatures, *article.printed_authors[:1]):
        people = find_people(other, copy, rules)
        names = {fold(name) for name in people}
        # "Dr Ada Cole" is Ada Cole
        has_all = all(any(name.endswith(known) for name in names) for known in most)
        if has_all and len(names) > len(most) and not _lists_credits(other, rules):
            place, said, most = other, people, names
    return _join_names(place, said)


def _lists_credits(place: str, rules: Rules) -> bool:
    """Whether metadata name all who had a hand in it ("Ada Cole for Gloss"), not the authors."""
    pieces = [piece for piece in _PIECES.split(place) if piece]
    others = [piece for piece in pieces if not is_name_shaped(piece)]
    return sum(fold(piece) not in rules.agencies for piece in others) >= CREDITS


def _find_signers(place: str, copy: Copy, rules: Rules) -> list[str]:
    """The people in metadata, with the agencies that stand there as authors beside them."""
    signers: list[str] = []
    people = False
    for piece in place.split(";"):
        last, comma, first = piece.strip().partition(",")
        turned = f"{first.strip()} {last}"
        # as libraries write it: "Cole, Ada"
        is_turned = bool(comma) and len(last.split()) == 1 and is_name_shaped(turned)
        found = find_people(turned if is_turned else piece, copy, rules)
        people = people or bool(found)
        signers.extend(found or ([piece.strip()] if fold(piece) in rules.agencies else []))
    return list(dict.fromkeys(signers)) if people else []


def _is_nobody(name: str, rules: Rules) -> bool:
    """Whether a signature names neither a person nor a house: a label, an address."""
    return bool(_ADDRESS.search(name)) or is_label(name, rules)


def _join_names(printed: str, people: list[str]) -> str:
    """The names as printed where nothing but names stands there, else with ``;`` between them."""
    plain = _plain_names(printed)
    joined = "; ".join(people)
    said = [word for word in words(plain) if word not in _JOINERS]
    own = [word for word in words(joined) if word not in _JOINERS]
    if said != own or "|" in printed:
        return joined
    for name in people:
        plain = plain.replace(name.upper(), name)
    return plain.replace(" AND ", " and ")


def _outlet_names(article: Article, entry: Entry) -> set[str]:
    return {fold(name) for name in (article.site, entry.outlet, entry.feed_name) if name}


def _plain_names(byline: str) -> str:
    """The names alone: no "By", no time stamp after them."""
    text = strip_opener(" ".join(byline.split()))
    return re.sub(r"(?<=[a-z]{2})\.$", "", _STAMPED.sub("", text).strip(" ,;|-–—"))


def name_signer(byline: str, copy: Copy, rules: Rules) -> Literal["", "person", "house", "agency"]:
    """Whose byline it is: a person's, an agency's or the house's ("Our Correspondent")."""
    if not byline:
        return ""
    name = fold(byline)
    if all(part in rules.agencies for part in _APART_IN_BYLINES.split(name)):
        return "agency"
    if name in rules.house or name in _outlet_names(copy.article, copy.entry):
        return "house"
    return "house" if _is_house(name, rules) else "person"


def _is_house(name: str, rules: Rules) -> bool:
    """Whether a name is that of an office with a word beside it ("Lakeside Staff")."""
    name = fold(name)
    return any(name.endswith(f" {house}") or name.startswith(f"{house} ") for house in rules.house)
