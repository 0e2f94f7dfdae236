"""Flashes: where no text is left but the headline, the headline is the story and its body.

A flash may have its mark of speed, dateline and credit like any copy: they are taken off as off a
paragraph. Who said it ("- defence ministry") stays in the body: it is half of the news.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from pipeline.story import Article, BlockKind, Leads
from pipeline.text import UNENDING, count_words
from pipeline.wire.applying import strike_ends, strike_opening
from pipeline.wire.copy import NOT_ABOUT_ITSELF, SENTENCE, Copy, CopyLine
from pipeline.wire.rules import Rules

# What an article is based on where no reader comes after it: a headline is all there will be.
LAST_RESORT: Final = ("headline", "text")
# Words and characters of the longest line without an end that leaves its headline a flash; a
# sentence, however short, is a text.
LONGEST_BESIDE, BESIDE_CHARACTERS = 9, 60
# Words of such a line in Thai or Lao, which have no full stops: a longer one may be a sentence.
LONGEST_LABEL = 3
# Lines without a letter that may stand beside a flash; more are a table.
BESIDE = 3
# Words of the longest line below a mark of speed that is the headline; a longer one is the lead.
LONGEST_BELOW_MARK = 18

_LETTER = re.compile(r"[^\W\d_]")


def join_mark(article: Article, rules: Rules) -> Article:
    """The article of a text file; a mark of speed on its first line stands before the second one.

    "BULLETIN" is no headline: the line below it is, where it looks like one or is all there is.
    """
    if article.basis != "text" or not article.blocks or not article.headline:
        return article
    below, *rest = article.blocks
    is_headline = not rest or not (
        SENTENCE.search(below.text) or count_words(below.text) > LONGEST_BELOW_MARK
    )
    if not is_headline:
        return article
    for rule in rules.zones["head"]:
        if "urgency" in rule.fields.values() and rule.pattern.fullmatch(article.headline):
            headline = f"{article.headline.rstrip(' :：')}: {below.text}"
            forms = (headline, below.text)
            return replace(article, headline=headline, headlines=forms, blocks=tuple(rest))
    return article


def stand_headline(copy: Copy, rules: Rules) -> None:
    """Stand the headline above what is left of the body, where that is next to nothing."""
    fields, text = copy.fields, copy.headline
    if not copy.standing()[BESIDE:]:
        _strike_figures(copy)
    if not text or fields.refused or fields.form in NOT_ABOUT_ITSELF or not _is_flash(copy):
        return
    _shift_lines(copy)
    span = [(0, len(text))]
    line = CopyLine(0, text, BlockKind.PARAGRAPH, 0.0, False, Leads.NOWHERE, span)
    copy.lines.insert(0, line)
    before = list(copy.cuts)
    while line.spans and strike_opening(copy, line, rules):
        pass
    if line.spans and copy.dateline == 0:
        copy.headline = line.text
    strike_ends(copy, line, rules)
    if not line.spans:
        line.spans, copy.cuts = [(0, len(text))], before
    fields.put("form", "flash")
    fields.truncated = True


def _strike_figures(copy: Copy) -> None:
    """Strike lines without a letter: the hour, or a number of comments, beside a flash."""
    standing = copy.standing()
    if not any(map(_LETTER.search, (line.text for line in standing))):
        for line in standing:
            copy.strike(line, "figures-alone", "chrome")


def _is_flash(copy: Copy) -> bool:
    """Whether no text is left, or only a few words that are no sentence."""
    standing = copy.standing()
    if not standing:
        return copy.article.basis in LAST_RESORT or _is_filed_line(copy)
    text = standing[0].text
    if len(standing) > 1 or len(text) > BESIDE_CHARACTERS:
        return False
    count = count_words(text)
    if UNENDING.search(text):
        return count <= LONGEST_LABEL
    return count <= LONGEST_BESIDE and not SENTENCE.search(text)


def _is_filed_line(copy: Copy) -> bool:
    """Whether the feed's last text was a wire's line: a dateline, and the headline behind it.

    The headline alone, which comes next, would say no place and no agency.
    """
    is_last = copy.article.basis == "feed summary" or (
        copy.article.basis == "feed content" and not copy.entry.summary
    )
    return is_last and copy.dateline is not None


def _shift_lines(copy: Copy) -> None:
    """Number the lines anew, and the cuts in them: one more stands above them."""
    for line in copy.lines:
        line.number += 1
    for number, cut in enumerate(copy.cuts):
        removed = cut.removed
        if removed.line >= 0:
            copy.cuts[number] = replace(cut, removed=replace(removed, line=removed.line + 1))
    if copy.dateline is not None:
        copy.dateline += 1
