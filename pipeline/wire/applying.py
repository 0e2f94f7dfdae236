"""Rules on lines: which rule acts where, what it strikes and which fields it fills."""

from __future__ import annotations

import re

from pipeline.story import BlockKind
from pipeline.wire.rules import Rule, Rules
from pipeline.wire.sheet import SENTENCE, Line, Sheet, punctuated
from pipeline.wire.verifying import LONG_LINE, is_place, is_short, verified

HEAD_KEPT = 3
"""Lines that may stand before the head ends: wire heads are read until the third paragraph."""

HEAD = 30
"""Lines of the longest head there is."""

LEADS = 3
"""Paragraphs whose beginning may carry a dateline or byline."""

TAIL_KEPT = 6
"""Lines that may stand, from the end upwards, before the tail ends."""

BESIDE_NOTE = 40
"""Words that may stand beside a note to editors that is itself a notice; with more the item is a story."""

_RANK = (
    "",
    "update",
    "wrapup",
    "repeat",
    "advisory",
    "correction",
    "refile",
    "hold",
    "withdrawal",
    "kill",
)
_BARE_LABEL = 6
_SAYS_MORE = re.compile(r"[:|>»]\s*\S")


def head(sheet: Sheet, rules: Rules) -> None:
    """Whole lines above and among the first paragraphs."""
    kept = 0
    for line in sheet.standing()[:HEAD]:
        if kept >= HEAD_KEPT:
            return
        if not _whole(sheet, line, rules.zones["head"], rules) and len(line.text) > LONG_LINE:
            kept += 1


def lines(sheet: Sheet, rules: Rules) -> None:
    """Whole lines anywhere; a stop takes all that follows with it."""
    standing = sheet.standing()
    for position, line in enumerate(standing):
        rule = _whole(sheet, line, rules.zones["line"], rules)
        if rule and rule.action == "stop":
            for later in standing[position + 1 :]:
                sheet.strike(later, rule.id, rule.kind)
            return


def lead(sheet: Sheet, rules: Rules, kind: str = "") -> None:
    """What stands before the first words of the first paragraphs: datelines, bylines, dates; ``kind``: only these."""
    for line in sheet.standing()[:LEADS]:
        if line.kind is BlockKind.HEADING:
            continue
        again = True
        while again and line.alive:
            again = False
            opening = line.text[:400].lower()
            for rule in rules.zones["lead"]:
                if (kind and rule.kind != kind) or not rule.may(opening):
                    continue
                if (
                    rule.kind == "dateline"
                    and sheet.fields.get("dated", line.number) != line.number
                ):
                    continue  # a second dateline farther down belongs to another story merged into this one
                match = rule.pattern.match(line.text)
                if match and match.end() and verified(rule, match, sheet, rules):
                    fill(sheet, rule, match, line.text[: match.end()])
                    if rule.action == "cut":
                        sheet.strike(line, rule.id, rule.kind, 0, match.end())
                        if rule.kind == "dateline":
                            sheet.fields["dated"] = line.number
                            if _sure(match, sheet, rules):
                                _above(sheet, line)
                        again = True
                        break


STANDFIRST_ABOVE = 45
"""Words of the longest standfirst that may stand above a dateline."""


def _sure(match: re.Match[str], sheet: Sheet, rules: Rules) -> bool:
    """Whether a dateline is one beyond doubt: an agency or a date beside it, or a place that is known as one."""
    found = {re.sub(r"\d+$", "", name): value for name, value in match.groupdict().items() if value}
    if found.get("agency") or found.get("date"):
        return True
    return bool(found.get("place")) and is_place(found["place"], sheet, rules, sure=True)


def _above(sheet: Sheet, line: Line) -> None:
    """A story begins at its dateline: the one or two paragraphs above it are its standfirst."""
    above = [x for x in sheet.standing() if x.number < line.number]
    if 1 <= len(above) <= 2 and all(x.text.count(" ") < STANDFIRST_ABOVE for x in above):
        for other in above:
            sheet.give("standfirst", other.text)
            sheet.strike(other, "standfirst-above-dateline", "standfirst")


def inline(sheet: Sheet, rules: Rules) -> None:
    """Marks inside any line, and inside the note to editors of an item that is little else."""
    short = is_short(sheet)
    candidates = [rule for rule in rules.zones["inline"] if short or rule.verify != "short_item"]
    note = str(sheet.fields.get("advisory", ""))
    if note and sum(line.text.count(" ") + 1 for line in sheet.standing()) <= BESIDE_NOTE:
        for rule in candidates:
            if (
                rule.kind == "notice"
                and rule.verify == "short_item"
                and (match := rule.pattern.search(note))
            ):
                fill(sheet, rule, match, match.group())
    for line in sheet.standing():
        lowered = line.text.lower()
        for rule in candidates:
            if not rule.may(lowered):
                continue
            for _ in range(4):
                match = rule.pattern.search(line.text) if line.alive else None
                if not match or match.end() == match.start():
                    break
                fill(sheet, rule, match, match.group())
                if rule.action != "cut":
                    break
                sheet.strike(line, rule.id, rule.kind, *match.span())


def tail(sheet: Sheet, rules: Rules) -> None:
    """From the last line upwards: credits, sign-offs, copyright; whole lines and the ends of lines."""
    kept = 0
    for line in reversed(sheet.standing()):
        if kept >= TAIL_KEPT:
            return
        again = True
        while again and line.alive:
            again = _end(sheet, line, rules)
        if line.alive and not _whole(sheet, line, rules.zones["tail"], rules):
            kept += 1


LONGEST_LISTED = 20
"""Words of the longest line in such a list."""

SHORT_HEAD = 5
"""Words of a line below such a list from which it is another headline and no cross-head."""

LISTED = 12
"""Lines of the longest list of other stories under its label."""


def _listed(sheet: Sheet, label: Line) -> None:
    """The items under a label of other stories go with it."""
    below = [x for x in sheet.standing() if x.number > label.number]
    to_the_end = 0 < len(below) <= LISTED and all(x.text.count(" ") < LONGEST_LISTED for x in below)
    if to_the_end and sum(x.text[-1] in ".!" for x in below) <= len(below) / 2:
        for line in below:
            sheet.strike(line, "teaser-listed", "teaser")
        return
    prose = punctuated(below)
    for count, line in enumerate(below[:LISTED]):
        words = line.text.count(" ") + 1
        marked = line.kind is BlockKind.ITEM or line.text[0] in "*•▪►>"
        if not marked and (not prose or SENTENCE.search(line.text) or words > LONGEST_LISTED):
            return
        if not marked and words <= SHORT_HEAD and count:
            return  # the cross-head of the passage below the list
        sheet.strike(line, "teaser-item", "teaser")


def _end(sheet: Sheet, line: Line, rules: Rules) -> bool:
    text = line.text
    lowered = text.lower()
    for rule in rules.zones["end"]:
        if not rule.may(lowered):
            continue
        match = rule.pattern.search(text, max(0, len(text) - 500))
        if match and match.end() > match.start() and verified(rule, match, sheet, rules):
            fill(sheet, rule, match, match.group())
            sheet.strike(line, rule.id, rule.kind, match.start(), len(text))
            return True
    return False


def _whole(sheet: Sheet, line: Line, candidates: tuple[Rule, ...], rules: Rules) -> Rule | None:
    """The first rule that fits the whole line; it is struck unless the rule only flags."""
    text = line.text
    count = text.count(" ") + 1
    lowered = text.lower()
    for rule in candidates:
        if count > rule.max_words or not rule.may(lowered):
            continue
        match = rule.pattern.fullmatch(text)
        if match and verified(rule, match, sheet, rules, line):
            fill(sheet, rule, match, text)
            if rule.action in ("cut", "stop"):
                sheet.strike(line, rule.id, rule.kind)
                if rule.kind == "teaser" and count <= _BARE_LABEL and not _SAYS_MORE.search(text):
                    _listed(sheet, line)
                if rule.kind == "dateline" and _sure(match, sheet, rules):
                    _above(sheet, line)
                return rule
            if rule.action == "refuse":
                sheet.fields.setdefault("refused", rule.set.get("genre") or rule.id)
    return None


def fill(sheet: Sheet, rule: Rule, match: re.Match[str], text: str) -> None:
    """Put what the rule found into the fields it names."""
    for name, value in match.groupdict().items():
        if value and name != "keep":
            give(sheet, re.sub(r"\d+$", "", name), _plain(name, value))
    for name, value in rule.set.items():
        give(sheet, name, value)
    if rule.field:
        give(sheet, rule.field, (match.groupdict().get("keep") or text).strip())
    if rule.kind == "dateline" and "dateline_text" not in sheet.fields:
        sheet.fields["dateline_text"] = text.strip()
    if any(value and name.startswith("agency") for name, value in match.groupdict().items()):
        sheet.fields.setdefault("agency_basis", rule.kind)


def _plain(name: str, value: str) -> str:
    """A group's value as a field holds it: a place loses the full stop of "MOSCOW. Oct 10", not that of "Mass."."""
    value = value.strip(" ,;:")
    return value.rstrip(".") if name == "place" and "," not in value else value


def give(sheet: Sheet, name: str, value: object) -> None:
    """As ``Sheet.give``, but the graver form stands and version labels stack as they are printed."""
    if name == "form":
        held = str(sheet.fields.get("form", ""))
        if (
            str(value) not in _RANK
            or held not in _RANK
            or _RANK.index(str(value)) > _RANK.index(held)
        ):
            sheet.fields["form"] = value
    elif name == "version_label" and sheet.fields.get("version_label") and value:
        if str(value) not in sheet.fields["version_label"]:
            sheet.fields["version_label"] += f"-{value}"
    else:
        sheet.give(name, value)
