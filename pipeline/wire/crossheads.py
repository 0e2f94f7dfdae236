"""Headings inside the story, which become passage headings."""

from __future__ import annotations

import re

from pipeline.story import Article, BlockKind, CrossHead
from pipeline.text import words
from pipeline.wire.sheet import PARAGRAPH, SENTENCE, Line, Sheet, punctuated

LONGEST = 8
"""Words of a cross-head that only its shape betrays; headings the page marks as such may be longer."""

KICKER, LONGEST_KICKER = 3, 60
"""Words and characters of the longest label above a story: Thai and Chinese set no spaces between words."""

LONGEST_MARKED = 16
_ENDS = re.compile(r"""[.!…,;:。]["'”’»)\]]*$""")
_RULED = re.compile(r"^\s*[-–—*=]+\s*(?P<text>.{2,80}?)\s*[-–—*=]+\s*$")
_OPENS_LIKE_TEXT = re.compile(
    r"""^(?!\d{1,2}[.)] [A-Z]|\d{1,2} [A-Z][a-z]+ \d{4}$)[a-z("'“‘*•–—\-\d]"""
)
_ASKS_ON = re.compile(r"(?:But|And|So|Or|Then|Yet)\b")
_QUOTED = re.compile(r"""["'“‘«„].{2,60}[^.!?…,;:]["'”’»“]""")
"""A cross-head in quotes ("'No choice'"); a quotation that is a paragraph ends as a sentence."""

LONGEST_QUOTED = 5
LONGEST_UNENDED, MOST_DIGITS = 14, 3
"""Words, and digits, of the longest line above the lead that is a standfirst though it has no end."""

_SOURCED = re.compile(
    r"""(?<![ap]\.m)(?<!\b[A-Z])[.!?)][)"”]?\s[A-Z][\w.&'’]*(?:[ ,/]+[A-Z][\w.&'’]*){0,5}$"""
)
"""Who took the picture, after the caption's last sentence."""


def crossheads(sheet: Sheet) -> tuple[CrossHead, ...]:
    """Take the cross-heads out of the body; headings that head nothing are struck."""
    standing = sheet.standing()
    found: list[tuple[str, int]] = []
    body = 0
    for position, line in enumerate(standing):
        text = _text(line, standing, position)
        if text is None:
            body += 1
            continue
        line.role = "crosshead"
        found.append((text, body))
    heads = []
    for text, before in found:
        if before < body:
            heads.append(CrossHead(text, before))
    for line in standing:
        if line.role == "crosshead" and not _heads_something(line, standing):
            line.role = "body"
            sheet.strike(line, "heading-without-text", "teaser")
    return tuple(heads)


def kickers(sheet: Sheet, article: Article) -> None:
    """Strike what stands above the first paragraph: labels ("Politics"), a standfirst without an end, key points.

    A heading that is no standfirst stays: it heads the first passage.
    """
    standing = sheet.standing()
    for position, line in enumerate(standing):
        text = line.text
        count = len(text.split())
        if line.kind is BlockKind.HEADING:
            if _is_standfirst(text, article):
                sheet.give("standfirst", text)
                sheet.strike(line, "standfirst-heading", "standfirst")
        elif (
            _ENDS.search(text) or SENTENCE.search(text) or sum(map(str.isdigit, text)) > MOST_DIGITS
        ):
            return
        elif count <= KICKER and len(text) <= LONGEST_KICKER:
            sheet.strike(line, "kicker", "chrome")
        elif not punctuated(standing[position + 1 :]):
            if count >= PARAGRAPH:
                return
        elif count <= LONGEST_UNENDED:
            sheet.give("standfirst", text)
            sheet.strike(line, "standfirst-unended", "deck")
        elif _SOURCED.search(text):
            sheet.give("captions", text)
            sheet.strike(line, "caption-sourced", "caption")
        else:
            return


def _is_standfirst(text: str, article: Article) -> bool:
    said = words(article.standfirst)
    own = words(text)
    return (
        bool(_ENDS.search(text)) or len(own) > LONGEST or (len(own) > 3 and own == said[: len(own)])
    )


def _heads_something(line: Line, standing: list[Line]) -> bool:
    return any(other.role == "body" and other.number > line.number for other in standing)


def _text(line: Line, standing: list[Line], position: int) -> str | None:
    """The cross-head's words, or None where the line is a paragraph."""
    text = line.text
    if ruled := _RULED.match(text):
        inner = ruled.group("text")
        return inner if len(words(inner)) <= LONGEST_MARKED else None
    count = len(text.split())
    if line.kind is BlockKind.HEADING:
        return text if count <= LONGEST_MARKED and not text.endswith(".") else None
    quoted = count <= LONGEST_QUOTED and bool(_QUOTED.fullmatch(text))
    opens = not quoted and _OPENS_LIKE_TEXT.match(text)
    if line.kind is not BlockKind.PARAGRAPH or count > LONGEST or _ENDS.search(text) or opens:
        return None
    if text.endswith("?") and ('"' in text or count == 1 or _ASKS_ON.match(text)):
        return None
    before = position > 0 and _paragraph(standing[position - 1])
    after = position + 1 < len(standing) and _paragraph(standing[position + 1])
    return text if before and after else None


def _paragraph(line: Line) -> bool:
    return (
        line.kind in (BlockKind.PARAGRAPH, BlockKind.QUOTE) and len(line.text.split()) >= PARAGRAPH
    )
