"""Rules on lines: which rule acts where, what it strikes and which fields it fills.

One function for each zone of ``rules.ZONES`` but "headline", whose rules ``naming.clean_headline``
applies; below them, what a rule asks that its pattern cannot say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from pipeline.story import BlockKind, Leads
from pipeline.text import FULL_STOPS, count_words, fold, words
from pipeline.wire.copy import PARAGRAPH, SENTENCE, Copy, CopyLine, ends_as_prose
from pipeline.wire.rules import Rule, Rules

# Lines that may stand before the head ends: wire heads are read until the third paragraph.
HEAD_KEPT = 3
# Lines of the longest head there is.
HEAD = 30
# Paragraphs whose beginning may carry a dateline or byline.
LEADS = 3
# Characters of a paragraph in which the words of a rule's ``any`` must stand: datelines are short.
OPENING = 400
# Lines that may stand, from the end upwards, before the tail ends.
TAIL_KEPT = 6
# Characters of the longest credit at the end of a line.
LONGEST_END = 500
# Times that something is struck from the end of one line: honest ones have three. Each looks at the
# whole line again, and a line of credits alone took minutes.
ENDS_A_LINE = 30
# Words that may stand beside a note to editors that is itself a notice; more are a story.
BESIDE_NOTE = 40
# Times that one rule cuts inside one line: what comes more often is a table.
MARKS = 4
# Characters above which a line is no label, byline or heading.
LONG_LINE = 60
# Words of the longest notice: a paragraph or two. In a longer item "kill" is a verb.
SHORT_ITEM = 150
# Words of the longest standfirst that may stand above a dateline.
STANDFIRST_ABOVE = 45
# Words of the longest label with a list of stories below it; a longer one is such a story itself.
BARE_LABEL = 6
# Lines of the longest list of other stories under its label.
LISTED = 12
# Words of the longest line in such a list.
LONGEST_LISTED = 20
# Words of the longest line in such a list that is the cross-head of the passage below the list.
SHORT_HEAD = 5
# Letters of the shortest place in capitals that no gazetteer holds; shorter words are acronyms.
SHORTEST_UNKNOWN = 4
# Lines in which a story names the place that its dateline names.
USED_WITHIN = 60

_SAYS_MORE = re.compile(r"[:|>»]\s*\S")
_FULL_STOPS = frozenset(".!" + FULL_STOPS)
_LIST_MARKS = "*•▪►>"
_UNKNOWN_PLACE = re.compile(r"[^\W\d_]+(?:[ '’-][^\W\d_]+){0,4}")
_PLACES_APART = re.compile(r"\s*[,/;]\s*|\s+and\s+|\s+AND\s+")
_BEFORE_A_PLACE = (
    r"\b(?:in|near|from|of|at|to|outside|around|on|into|towards?|across|the)\s+"
    r"(?:the\s+)?(?:\w+\s+)?"
)


def apply_head(copy: Copy, rules: Rules) -> None:
    """Strike whole lines above and among the first paragraphs."""
    kept = 0
    for line in copy.standing()[:HEAD]:
        if kept >= HEAD_KEPT:
            return
        if not _strike_whole(copy, line, rules.zones["head"], rules) and len(line.text) > LONG_LINE:
            kept += 1


def apply_lines(copy: Copy, rules: Rules) -> None:
    """Strike whole lines anywhere; a stop takes all that follows with it."""
    standing = copy.standing()
    near = _pick_rules(rules.zones["line"], standing)
    for position, line in enumerate(standing):
        rule = _strike_whole(copy, line, near, rules)
        if rule and rule.action == "stop":
            for later in standing[position + 1 :]:
                copy.strike(later, rule.id, rule.kind)
            return


def apply_lead(copy: Copy, rules: Rules, only: str = "") -> None:
    """Strike datelines, bylines and dates before the first words of the first paragraphs.

    ``only``: what is of this kind.
    """
    for line in copy.standing()[:LEADS]:
        while line.spans and strike_opening(copy, line, rules, only):
            pass


def strike_opening(copy: Copy, line: CopyLine, rules: Rules, only: str = "") -> bool:
    """Strike what the first rule that fits finds at the line's beginning; whether one did."""
    if line.kind is BlockKind.HEADING:
        return False
    text = line.text
    opening = text[:OPENING].lower()
    for rule in rules.zones["lead"]:
        if (only and rule.kind != only) or not rule.may_fit(opening):
            continue
        if rule.kind == "dateline" and copy.dateline not in (None, line.number):
            continue  # a second dateline farther down belongs to another story merged into this one
        match = rule.pattern.match(text)
        if not match or not match.end() or not is_verified(rule, match, copy, rules):
            continue
        fill_fields(copy, rule, match, match.group())
        if rule.action != "cut":
            continue
        copy.strike(line, rule.id, rule.kind, 0, match.end())
        if rule.kind == "dateline":
            copy.dateline = line.number
            _strike_above_dateline(copy, line, match, rules)
        return True
    return False


def _strike_above_dateline(copy: Copy, line: CopyLine, match: re.Match[str], rules: Rules) -> None:
    """Strike the one or two paragraphs above a dateline: a story begins there, they say it first.

    Only where it is one beyond doubt: an agency or a date beside it, or a place that is known.
    """
    place, beside = "", False
    for group, value in match.groupdict().items():
        if value and group.startswith("place"):
            place = value
        beside = beside or bool(value and group.startswith(("agency", "date")))
    if not beside and (not place or not is_place(place, copy, rules, sure=True)):
        return
    above = [other for other in copy.standing() if other.number < line.number]
    if 1 <= len(above) <= 2 and all(count_words(x.text) <= STANDFIRST_ABOVE for x in above):
        for other in above:
            copy.fields.put("standfirst", other.text)
            copy.strike(other, "standfirst-above-dateline", "standfirst")


def apply_inline(copy: Copy, rules: Rules) -> None:
    """Strike marks inside any line.

    A note to editors in an item that is little else may be the notice itself: it is read too.
    """
    short = copy.words <= SHORT_ITEM
    candidates = [rule for rule in rules.zones["inline"] if short or rule.verify != "short_item"]
    note = copy.fields.advisory
    if note and sum(count_words(line.text) for line in copy.standing()) <= BESIDE_NOTE:
        for rule in candidates:
            if rule.kind == "notice" and rule.verify == "short_item":
                match = rule.pattern.search(note)
                if match:
                    fill_fields(copy, rule, match, match.group())
    for line in copy.standing():
        lowered = line.text.lower()
        for rule in candidates:
            left = MARKS if rule.may_fit(lowered) else 0
            while left and line.spans and (match := rule.pattern.search(line.text)):
                if match.end() == match.start():
                    break
                fill_fields(copy, rule, match, match.group())
                left = left - 1 if rule.action == "cut" else 0
                if rule.action == "cut":
                    copy.strike(line, rule.id, rule.kind, *match.span())


def apply_tail(copy: Copy, rules: Rules) -> None:
    """Strike credits, sign-offs, copyright: lines and their ends, from the last one upwards."""
    kept = 0
    for line in reversed(copy.standing()):
        if kept >= TAIL_KEPT:
            return
        strike_ends(copy, line, rules)
        if line.spans and not _strike_whole(copy, line, rules.zones["tail"], rules):
            kept += 1


def strike_ends(copy: Copy, line: CopyLine, rules: Rules) -> None:
    """Strike what stands at the line's end, again and again: a credit, a copyright, a sign-off."""
    for _ in range(ENDS_A_LINE):
        if not line.spans or not _strike_end(copy, line, rules):
            return


def _strike_end(copy: Copy, line: CopyLine, rules: Rules) -> bool:
    """Strike what the first rule that fits finds at the line's end; whether one did."""
    text = line.text
    lowered = text.lower()
    for rule in rules.zones["end"]:
        if not rule.may_fit(lowered):
            continue
        match = rule.pattern.search(text, max(0, len(text) - LONGEST_END))
        if match and match.end() > match.start() and is_verified(rule, match, copy, rules):
            fill_fields(copy, rule, match, match.group())
            copy.strike(line, rule.id, rule.kind, match.start(), len(text))
            return True
    return False


def _pick_rules(zone: Iterable[Rule], lines: Iterable[CopyLine]) -> list[Rule]:
    """The rules of a zone that may fit any of the lines: most ask for a word that none has."""
    whole = "\n".join([line.text for line in lines]).lower()
    return [rule for rule in zone if rule.may_fit(whole)]


def _strike_whole(copy: Copy, line: CopyLine, near: Sequence[Rule], rules: Rules) -> Rule | None:
    """Strike the line if one of the rules that are ``near`` fits all of it; the rule, or None."""
    text = line.text
    count = count_words(text)
    lowered = text.lower()
    for rule in near:
        if count > rule.max_words or (rule.link and not _links_as(rule, line)):
            continue
        match = rule.match_line(text, lowered)
        if not match or not is_verified(rule, match, copy, rules, line):
            continue
        fill_fields(copy, rule, match, text)
        if rule.action == "refuse":
            # the first line of a digest names one; of others there may be a story beside them
            copy.is_doubted = rule.zone == "line" and (copy.is_doubted or not copy.fields.refused)
            copy.fields.put("refused", rule.set.get("genre") or rule.id)
        elif rule.action != "flag":
            copy.strike(line, rule.id, rule.kind)
            if rule.kind == "teaser" and count <= BARE_LABEL and not _SAYS_MORE.search(text):
                _strike_listed(copy, line)
            if rule.kind == "dateline":
                _strike_above_dateline(copy, line, match, rules)
            return rule
    return None


def _links_as(rule: Rule, line: CopyLine) -> bool:
    """Whether the line's links are what the rule asks."""
    if rule.link == "any":
        return line.links > 0 or line.leads is not Leads.NOWHERE
    if rule.link == "account":
        return line.leads is not Leads.NOWHERE
    return line.leads == rule.link


def _strike_listed(copy: Copy, label: CopyLine) -> None:
    """Strike the items under a label: all to the end, or those above the next paragraph."""
    below = [line for line in copy.standing() if line.number > label.number]
    to_the_end = 0 < len(below) <= LISTED and all(
        count_words(line.text) <= LONGEST_LISTED for line in below
    )
    # where more than half end as sentences, they are paragraphs of a short story
    if to_the_end and sum(line.text[-1] in _FULL_STOPS for line in below) <= len(below) / 2:
        for line in below:
            copy.strike(line, "teaser-listed", "teaser")
        return
    prose = ends_as_prose(below)
    for position, line in enumerate(below[:LISTED]):
        count = count_words(line.text)
        if line.kind is not BlockKind.ITEM and line.text[0] not in _LIST_MARKS:
            if not prose or SENTENCE.search(line.text) or count > LONGEST_LISTED:
                return
            if count <= SHORT_HEAD and position:
                return  # the cross-head of the passage below the list
        copy.strike(line, "teaser-item", "teaser")


def fill_fields(copy: Copy, rule: Rule, match: re.Match[str], text: str) -> None:
    """Put what the rule found into the fields it names; ``text`` is what it struck."""
    fields = copy.fields
    groups = match.groupdict()
    for group, found in groups.items():
        if found and group in rule.fields:
            value = found.strip(" ,;:")
            # "MOSCOW. Oct 10" loses its stop, "CHATHAM, Mass." keeps it
            stopped = group == "place" and "," not in value
            fields.put(rule.fields[group], value.rstrip(".") if stopped else value)
            if group.startswith("agency"):
                fields.put("agency_basis", rule.kind)
    for name, given in rule.set.items():
        fields.put(name, given)
    if rule.field:
        fields.put(rule.field, (groups.get("keep") or text).strip())
    if rule.kind == "dateline":
        fields.put("dateline_text", text.strip())


def is_verified(
    rule: Rule, match: re.Match[str], copy: Copy, rules: Rules, line: CopyLine | None = None
) -> bool:
    """Whether what the rule asks beside its pattern holds. ``line``: if it takes a whole line.

    short_item: the item is as short as a notice. author: the name is the byline's. inside: a
    paragraph comes after the line. above: none stands before it. alone: no line beside it begins
    with the same mark, as those of a list do. place: the match names a place;
    place_listed: one that the gazetteer holds; place_first: one above the second paragraph. last:
    no line without a link comes after it.
    """
    verify, held = rule.verify, True
    if verify == "short_item":
        held = copy.words <= SHORT_ITEM
    elif verify == "author":
        signed = fold(copy.fields.byline or copy.fields.author)
        held = bool(signed) and fold(match.group("byline")) in signed
    elif verify.startswith("place"):
        groups = match.groupdict()
        place = next((v for k, v in groups.items() if v and k.startswith("place")), "")
        above = _count_above(copy, line) if line and verify == "place_first" else 0
        if verify == "place_listed":
            held = fold(re.split(r"\s*[,/]\s*", place)[0]) in rules.places
        else:
            # below a paragraph a line in capitals is a cross-head; of several words it is a heading
            sure = verify == "place_first" and (above > 0 or " " in place.strip())
            held = above < 2 and is_place(place, copy, rules, sure=sure)
    elif verify == "alone" and line:
        held = not any(
            abs(x.number - line.number) == 1 and x.raw[0] == line.raw[0] and not x.raw[0].isalnum()
            for x in copy.lines
        )
    elif verify == "last" and line:
        held = all(x.links > 0 for x in copy.standing() if x.number > line.number)
    elif verify == "above" and line:
        held = not _count_above(copy, line)
    elif verify == "inside" and line:
        standing = copy.standing()
        held = any(x.number > line.number and count_words(x.text) > PARAGRAPH for x in standing)
    return held


def _count_above(copy: Copy, line: CopyLine) -> int:
    """How many lines that are no labels stand above the line."""
    return sum(x.number < line.number and len(x.text) > LONG_LINE for x in copy.standing())


def is_place(place: str, copy: Copy, rules: Rules, *, sure: bool = False) -> bool:
    """Whether words in dateline position name a place: one in the gazetteer, or used as one.

    The story uses it so where it has it in ordinary case after "in", "near", "from" and the like:
    "ISIS - ..." stays, "SARAQIB - ..." goes once the story says "in Saraqib". Words in capitals
    that come nowhere else are taken for a place too, but not where one must be ``sure``.
    """
    parts = [fold(part) for part in _PLACES_APART.split(place.strip(" ,")) if part.strip()]
    if not parts or not rules.not_places.isdisjoint(parts):
        return False
    if not rules.places.isdisjoint(parts):
        return True
    name = words(parts[0])
    if not name or not rules.not_places.isdisjoint(name):
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
        raw = [line.raw for line in copy.lines if not line.raw.isupper()]
        return sum(len(again.findall(text)) for text in raw) <= 1
    escaped = r"\W+".join(re.escape(word) for word in name)
    used = re.compile(rf"{_BEFORE_A_PLACE}{escaped}\b", re.IGNORECASE)
    for line in copy.lines[:USED_WITHIN]:
        for use in used.finditer(line.raw):
            last = use.group().split()[-len(name) :]
            if all(word[:1].isupper() and not word.isupper() for word in last):
                return True
    return False
