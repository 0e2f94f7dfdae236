"""Lines that other stories of the feed have too: struck where they look like furniture as well.

That a line repeats is no evidence alone: agencies put one paragraph of background, and one sentence
of doubt, under each story of a war. So it must speak to the reader, be the outlet's own, or be rows
of a widget, and what might be a quotation stays.
"""

from __future__ import annotations

import re
from typing import Final

from pipeline.repeats import REPEATED_LINE
from pipeline.story import BlockKind
from pipeline.text import count_words, fold, words
from pipeline.wire.copy import SENTENCE, Copy, CopyLine
from pipeline.wire.rules import Rules

# Words of the longest line that is struck: longer offers than that are paragraphs like any.
LONGEST_REPEATED: Final = 40
# Share of a line in links from which it is nothing else, and words of the shortest such line: a
# name in brackets is the source of what stands above it.
ALL_LINKED: Final = 0.8
SHORTEST_LINKED: Final = 4
# Rows at the end from which they are a widget's: two figures in a row may be the story's.
LEAST_REPEATED_ROWS: Final = 3
# Characters of the shortest name of an outlet that is looked for in a line.
SHORTEST_OUTLET: Final = 3
# Words of a row's longest name and value.
LONGEST_NAME: Final = 4
# Words of the shortest and longest name of what is offered, and of the shortest praise of it: one
# word is a label ("Background:").
SHORTEST_OFFERED, LONGEST_OFFERED, SHORTEST_PRAISE = 2, 5, 5

# Words of so many characters that an offer and its story have in common, so that it is none: one
# may be there by chance.
WORDS_IN_COMMON, TELLING = 2, 5

_QUOTED: Final = re.compile(r"[\"“”„«»「」『』‹›]|(?:^|\s)['‘]")
_QUESTION: Final = re.compile(r"[?？؟;](?:\s|$)|[？؟]")
_NAMED_ROW: Final = re.compile(r"([^:：]{2,40})[:：]\s?(\S.{0,40})")
_OFFERED: Final = re.compile(r"([^:]{4,60}?)\s?: (\S.{10,200})")
# An upper-case letter behind another word: a name, whatever stands at the line's beginning.
_NAME_INSIDE: Final = re.compile(r"\s[\"'(]?[^\W\d_a-zß-öø-ÿа-яёіїєґα-ωά-ώ]")
_CASED: Final = re.compile(r"[a-zß-öø-ÿа-яёіїєґα-ωά-ώ]")


def strike_repeated_lines(copy: Copy, rules: Rules) -> None:
    """Strike the lines that repeat and look like furniture, unless nothing else would stand."""
    standing = copy.standing()
    places = copy.repeats.find_lines([line.text for line in standing])
    if not places or len(places) == len(standing):
        return
    end = len(standing)
    while end - 1 in places:
        end -= 1
    rows = _find_rows(standing, end)
    for place in sorted(places):
        line = standing[place]
        is_last = place >= end
        if place in rows or _is_furniture(line, copy, rules, is_last=is_last):
            copy.strike(line, REPEATED_LINE, "chrome")


def _find_rows(standing: list[CopyLine], end: int) -> set[int]:
    """The places of short names with values among the lines that repeat at the end."""
    rows: set[int] = set()
    for place in range(end, len(standing)):
        row = _NAMED_ROW.fullmatch(standing[place].text)
        is_short = row and max(map(count_words, row.groups())) <= LONGEST_NAME
        if is_short and not SENTENCE.search(standing[place].text):
            rows.add(place)
    return rows if len(rows) >= LEAST_REPEATED_ROWS else set()


def _is_furniture(line: CopyLine, copy: Copy, rules: Rules, *, is_last: bool) -> bool:
    """Whether a line that repeats is the outlet's own; ``is_last``: below it is none that isn't."""
    text = line.text
    if count_words(text) > LONGEST_REPEATED or line.kind is BlockKind.QUOTE:
        return False
    if line.links >= ALL_LINKED or _QUOTED.search(text):
        return line.links >= ALL_LINKED and count_words(text) >= SHORTEST_LINKED
    said = set(words(text))
    to_reader = not said.isdisjoint(rules.reader_words)
    of_house = to_reader or not said.isdisjoint(rules.house_words)
    if not is_last:
        # a question alone is no sign here: columns ask each of their guests the same ones
        return of_house and line.links > 0
    if of_house and (line.links or line.slanted or _QUESTION.search(text)):
        return True
    # what it reported before is background: only what its page sets apart is about itself
    is_life = line.slanted and _names_outlet(text, copy)
    return is_life or to_reader or (_is_offer(text) and not _is_told(line, copy))


def _names_outlet(text: str, copy: Copy) -> bool:
    """Whether a line names the outlet whose page or feed it is."""
    article, entry, folded = copy.article, copy.entry, fold(text)
    names = [article.site, entry.outlet, entry.feed_name]
    # in titles the outlet's name stands behind the headline
    names += [form.removeprefix(copy.headline).strip(" |–—-") for form in article.headlines]
    return any(len(name) >= SHORTEST_OUTLET and fold(name) in folded for name in names)


def _is_told(line: CopyLine, copy: Copy) -> bool:
    """Whether the rest of the story speaks of what this line does."""
    said = _list_telling(line.text)
    rest: set[str] = set()
    for other in copy.standing():
        if other.number != line.number:
            rest |= _list_telling(other.text)
    return len(said & rest) >= WORDS_IN_COMMON


def _list_telling(text: str) -> set[str]:
    return {word for word in words(text) if len(word) >= TELLING}


def _is_offer(text: str) -> bool:
    """Whether a line is a name and what is said in praise of it, with no figure and nobody's name.

    Only where the script has capitals: else names can't be seen.
    """
    offer = _OFFERED.fullmatch(text)
    if not offer or not _CASED.search(text) or any(map(str.isdigit, text)):
        return False
    name, praise = offer.groups()
    is_named = SHORTEST_OFFERED <= count_words(name) <= LONGEST_OFFERED
    is_praised = count_words(praise) >= SHORTEST_PRAISE
    return is_named and is_praised and not _NAME_INSIDE.search(text)
