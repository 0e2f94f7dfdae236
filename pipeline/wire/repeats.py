"""What stands twice: the headline in the body, the standfirst in the lead, a paragraph, the whole body."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from itertools import pairwise

from pipeline.story import BlockKind
from pipeline.text import words as _split
from pipeline.wire.sheet import Line, Sheet

SAME_WORDS = 0.85
"""Share of words, of both lines, from which two headlines are one."""

EDGE_WORDS = 0.75
"""The same for the first and the last line, where a repeated headline usually stands."""

CONTAINED = 0.9
"""Share of a paragraph's five-word shingles found in another one from which it is a repeat of it."""

HOLDERS = 8
"""Paragraphs remembered for one shingle: what stands in more than that is found in the first ones."""

SHORTEST_REPEAT, SURE_REPEAT = 6, 10
"""Words from which a line may be a repeat at all (then word for word), and from which CONTAINED is enough."""

STANDFIRST_WORDS, STANDFIRST_TRIPLES = 0.8, 0.5
"""The same for a standfirst, which is often lightly edited: shares of its words and of its three-word shingles."""


_SITE = re.compile(r"\s*[|–—]\s*[^|–—]{2,40}$|\s+-\s+[^|-]{2,40}$")
_DIVIDED = re.compile(r"[|–—]| - ")
_POST = re.compile(r"[—–-]{1,2}\s?.{2,60}\(@\w{1,20}\).{0,40}")
"""The signature of an embedded post; it goes with a post whose words the story quotes anyway."""


@lru_cache(maxsize=1024)
def words(text: str) -> list[str]:
    """The words of a line; each line is compared several times on its way over the desk."""
    return _split(text)


def headlines(sheet: Sheet, forms: list[str]) -> None:
    """Strike every line that says the headline again, whatever its case, quotes, dashes and suffix."""
    known = [w for w in (words(f) for f in forms) if w]
    if not known:
        return
    longest = max(map(len, known)) + 12
    standing = sheet.standing()
    for position, line in enumerate(standing):
        if line.text.count(" ") >= longest:
            continue
        edge = position == 0 or position == len(standing) - 1
        text = line.text
        texts = (text, _SITE.sub("", text)) if _DIVIDED.search(text) else (text,)
        if any(
            _same(words(t), form, EDGE_WORDS if edge else SAME_WORDS)
            for t in texts
            for form in known
        ):
            sheet.strike(line, "repeat-headline", "headline")


SHORTEST_GLUED, LEFT_AFTER = 5, 8
"""Words of the shortest headline that is found at the beginning of the lead, and that must follow it there."""

_WORD = re.compile(r"[^\W_]+(?:['’.][^\W_]+)*")
_PARTED = re.compile(r"\s*(?:[.|:]|\s[-–—]{1,2})\s+(?=[\"“'‘]?[^\W_a-z])")
_DATED = re.compile(
    r"\s+(?:[A-Z][\w-]+ )?(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,? )?\d{1,2} [A-Z][a-z]{2,8}\.? \d{4}\b"
)


def glued(sheet: Sheet, forms: list[str]) -> None:
    """Strike the headline off the beginning of the lead it runs into: a point, a date or its own words again part them.

    A lead that only begins as the headline does goes on in the same sentence and is left alone.
    """
    for line in sheet.standing()[:2]:
        found = list(_WORD.finditer(line.text))[:60]
        own = [match.group().casefold() for match in found]
        for form in forms:
            known = [match.group().casefold() for match in _WORD.finditer(form)]
            count = len(known)
            if count < SHORTEST_GLUED or own[:count] != known or len(own) < count + LEFT_AFTER:
                continue
            end = found[count - 1].end()
            rest = line.text[end:]
            parted = _PARTED.match(rest)
            if parted or _DATED.match(rest) or own[count : count + 3] == known[:3]:
                sheet.strike(
                    line, "headline-glued", "headline", 0, end + (parted.end() if parted else 0)
                )
                return


def _same(a: list[str], b: list[str], share: float) -> bool:
    if a == b:
        return True
    if len(a) < 4 or len(b) < 4 or min(len(a), len(b)) < share * max(len(a), len(b)):
        return False
    if 2 * len(set(a).intersection(b)) < share * max(len(a), len(b)):
        return False  # nearly every line ends here, in a tenth of the time of counting
    common = sum((Counter(a) & Counter(b)).values())
    return common >= share * max(len(a), len(b)) and _in_order(a, b)


def _in_order(a: list[str], b: list[str]) -> bool:
    """At least half of the shorter one's word pairs stand in the other: shared words alone are a subject, no repeat."""
    first, second = set(pairwise(a)), set(pairwise(b))
    return 2 * len(first & second) >= min(len(first), len(second))


def standfirst(sheet: Sheet) -> None:
    """Strike a first line that a later paragraph says again in full, also lightly edited."""
    standing = sheet.standing()
    for position, line in enumerate(standing[:3]):
        own = words(line.text)
        if len(own) < 6 or _POST.fullmatch(line.text):
            continue
        for later in standing[position + 1 : position + 6]:
            other = words(later.text)
            if own == other and later.number != sheet.fields.get("dated"):
                continue  # a paragraph printed again farther down: the later one goes
            if len(other) >= 0.9 * len(own) and _restates(own, other):
                sheet.fields.setdefault("standfirst", line.text)
                sheet.strike(line, "repeat-standfirst", "standfirst")
                break


def _restates(own: list[str], other: list[str]) -> bool:
    common = sum((Counter(own) & Counter(other)).values())
    if common < STANDFIRST_WORDS * len(own) or _figures(own) - _figures(other):
        return False  # parallel sentences with other figures are two facts
    triples = _shingles(own, 3)
    return len(triples & _shingles(other, 3)) >= STANDFIRST_TRIPLES * len(triples)


def _figures(text: list[str]) -> set[str]:
    return {word for word in text if any(c.isdigit() for c in word)}


def paragraphs(sheet: Sheet) -> None:
    """Strike paragraphs that another one holds: a body printed twice, a paragraph twice, a pull quote."""
    standing = [line for line in sheet.standing() if line.kind is not BlockKind.HEADING]
    own = [words(line.text) for line in standing]
    where: dict[tuple[str, ...], list[int]] = {}
    grams = [set(_grams(text, 5)) for text in own]
    seen: set[tuple[str, ...]] = set()
    twice: set[tuple[str, ...]] = set()
    for shingles in grams:
        twice |= seen & shingles
        seen |= shingles
    if not twice:
        return
    for number, shingles in enumerate(grams):
        for shingle in shingles & twice:
            holders_of = where.setdefault(shingle, [])
            if len(holders_of) < HOLDERS:
                holders_of.append(number)
    gone: set[int] = set()
    for number, text in enumerate(own):
        if len(text) < SHORTEST_REPEAT or _POST.fullmatch(standing[number].text):
            # too short to be told alone: it goes with the repeated paragraph above it
            if number - 1 in gone and text in own[: number - 1]:
                _strike(sheet, standing[number], exact=True)
                gone.add(number)
            continue
        shingles = grams[number]
        holders = Counter(
            n for s in shingles & twice for n in where[s] if n != number and n not in gone
        )
        for holder, count in holders.most_common(1):
            contained = count >= (CONTAINED if len(text) >= SURE_REPEAT else 1.0) * len(shingles)
            if contained and (
                len(own[holder]) > len(text) or (len(own[holder]) == len(text) and holder < number)
            ):
                _strike(sheet, standing[number], exact=own[holder] == text)
                gone.add(number)
                if number + 1 < len(standing) and _POST.fullmatch(standing[number + 1].text):
                    sheet.strike(standing[number + 1], "repeat-post", "repeat")


def _strike(sheet: Sheet, line: Line, *, exact: bool) -> None:
    sheet.strike(line, "repeat-paragraph" if exact else "repeat-contained", "repeat")


def _grams(text: list[str], n: int) -> list[tuple[str, ...]]:
    return list(zip(*(text[i:] for i in range(n)), strict=False))


def _shingles(text: list[str], n: int) -> set[tuple[str, ...]]:
    return set(_grams(text, n)) or {tuple(text)}
