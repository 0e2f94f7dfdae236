"""What a pattern cannot say of its match: that a place is one, that the item is short, that a name is the author's."""

from __future__ import annotations

import re

from pipeline.text import fold, words
from pipeline.wire.rules import Rule, Rules
from pipeline.wire.sheet import PARAGRAPH, Line, Sheet

LONG_LINE = 60
"""Characters above which a line is no label, byline or heading."""

SHORT_ITEM = 150
"""Words above which an item is no kill notice or advisory, whatever it says (a notice is a paragraph or two)."""

_UNKNOWN_PLACE = re.compile(r"[^\W\d_]+(?:[ '’-][^\W\d_]+){0,4}")
SHORTEST_UNKNOWN = 4
"""Letters of the shortest word in capitals that may be a place no gazetteer holds; shorter ones are acronyms."""


def verified(
    rule: Rule, match: re.Match[str], sheet: Sheet, rules: Rules, line: Line | None = None
) -> bool:
    """What a pattern cannot say: that the place is one, that the item is short, that the line stands above the text."""
    if rule.verify == "short_item":
        return is_short(sheet)
    if rule.verify == "author":
        signed = fold(str(sheet.fields.get("byline") or sheet.fields.get("author") or ""))
        return bool(signed) and fold(match.group("byline")) in signed
    if rule.verify in ("inside", "above"):
        return line is None or _stands(rule.verify, line, sheet)
    return not rule.verify.startswith("place") or _places(rule, match, sheet, rules, line)


def _stands(where: str, line: Line, sheet: Sheet) -> bool:
    """inside: a paragraph comes after the line. above: none stands before it."""
    if where == "inside":
        return any(
            x.number > line.number and x.text.count(" ") >= PARAGRAPH for x in sheet.standing()
        )
    return not any(x.number < line.number and len(x.text) > LONG_LINE for x in sheet.standing())


def _places(
    rule: Rule, match: re.Match[str], sheet: Sheet, rules: Rules, line: Line | None
) -> bool:
    place = _place(match)
    if rule.verify == "place_listed":
        return fold(re.split(r"\s*[,/]\s*", place)[0]) in rules.places
    if rule.verify == "place_first":
        # below a paragraph, a line in capitals is a cross-head; of several words it may be any heading
        above = sum(
            1
            for x in sheet.standing()
            if line and x.number < line.number and len(x.text) > LONG_LINE
        )
        return above < 2 and is_place(place, sheet, rules, sure=above > 0 or " " in place.strip())
    return is_place(place, sheet, rules)


def _place(match: re.Match[str]) -> str:
    """The place a dateline names, in whichever of its forms the pattern found it."""
    return next((v for k, v in match.groupdict().items() if v and k.startswith("place")), "")


def is_short(sheet: Sheet) -> bool:
    """Whether the whole item is as short as a notice."""
    return sum(line.raw.count(" ") + 1 for line in sheet.lines) <= SHORT_ITEM


def is_place(place: str, sheet: Sheet, rules: Rules, *, sure: bool = False) -> bool:
    """Whether words in dateline position name a place: the gazetteer has it, or the story itself uses it as one.

    Words in capitals that no gazetteer holds are a place where the body has them in ordinary case after "in", "near",
    "from" and the like: "ISIS - ..." and "NATO - ..." stay, "SARAQIB - ..." goes once the story says "in Saraqib".
    """
    parts = [
        fold(p)
        for p in re.split(r"\s*[,/;]\s*|\s+and\s+|\s+AND\s+", place.strip(" ,"))
        if p.strip()
    ]
    if not parts or any(p in rules.not_places for p in parts):
        return False
    if any(p in rules.places for p in parts):
        return True
    name = words(parts[0])
    if not name or any(w in rules.not_places for w in name):
        return False
    first = re.split(r"\s*[,/;]\s*", place.strip(" ,"))[0].strip(". ")
    if (
        not sure
        and first.isupper()
        and len(first) >= SHORTEST_UNKNOWN
        and _UNKNOWN_PLACE.fullmatch(first)
    ):
        # an acronym comes again in capitals, a place comes again in ordinary case or not at all
        again = re.compile(rf"\b{re.escape(first)}\b")
        return (
            sum(len(again.findall(line.raw)) for line in sheet.lines if not line.raw.isupper()) <= 1
        )
    seen = re.compile(
        r"\b(?:in|near|from|of|at|to|outside|around|on|into|towards?|across|the)\s+(?:the\s+)?(?:\w+\s+)?"
        + r"\W+".join(re.escape(w) for w in name)
        + r"\b",
        re.IGNORECASE,
    )
    for line in sheet.lines[:60]:
        for found in seen.finditer(line.raw):
            words_there = found.group().split()[-len(name) :]
            if all(w[:1].isupper() and not w.isupper() for w in words_there):
                return True
    return False
