"""What no pattern can say, because it is in how lines stand to each other.

In the order of ``cleaning.PASSES``: what stands twice (the headline in the body, the standfirst in
the lead, a paragraph, the whole body), teasers of other stories, labels above the lead, and
cross-heads; at the end, items whose lines say that they are no story. Each pass takes the rules.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from itertools import pairwise

from pipeline.story import BlockKind, CrossHead
from pipeline.telling import are_two_facts
from pipeline.text import FULL_STOPS, UNSTOPPED, count_words, fold
from pipeline.text import words as split_words
from pipeline.wire.applying import strike_opening
from pipeline.wire.copy import PARAGRAPH, SENTENCE, Copy, CopyLine, ends_as_prose
from pipeline.wire.doubts import is_prose
from pipeline.wire.rules import Rules

# --------------------------------------------------------------------------- what stands twice

# Share of words, of both lines, from which two headlines are one.
SAME_WORDS = 0.85
# The same for the first and the last line, where a repeated headline usually stands.
EDGE_WORDS = 0.75
# Words of the shortest headline that is compared word by word; shorter ones must be the same.
SHORTEST_COMPARED = 4
# Words of the longest headline that lines are compared with: some pages give their lead as one.
LONGEST_COMPARED = 40
# Words that a line may have more than the headline it says again: the outlet's name and a date.
LONGER_THAN_HEADLINE = 12
# Words of the shortest headline that is found at the lead's beginning, and that must follow it.
SHORTEST_GLUED, LEFT_AFTER = 5, 8
# Words from which a line may be a repeat or a standfirst; five may stand in any paragraph.
SHORTEST_REPEAT = 6
# Share of a paragraph's five-word shingles found in another one from which it is a repeat of it.
CONTAINED = 0.9
# Paragraphs remembered for one shingle: what stands in more than that is found in the first ones.
HOLDERS = 8
# Lines that may be a standfirst, and paragraphs below it in which the story says it again.
STANDFIRSTS, RESTATED_WITHIN = 3, 5
# Shares of a standfirst's words, three-word shingles and length that the paragraph that says it
# again must have: a standfirst is often lightly edited.
STANDFIRST_WORDS, STANDFIRST_TRIPLES, STANDFIRST_LENGTH = 0.8, 0.5, 0.9

_SITE = re.compile(r"\s*[|–—]\s*[^|–—]{2,40}$|\s+-\s+[^|-]{2,40}$")
_DIVIDED = re.compile(r"[|–—]| - ")
# The signature of an embedded post; it goes with a post whose words the story quotes anyway.
_POST = re.compile(r"[—–-]{1,2}\s?.{2,60}\(@\w{1,20}\).{0,40}")

_WORD = re.compile(r"[^\W_]+(?:['’.][^\W_]+)*")
_PARTED = re.compile(r"\s*(?:[.|:]|\s[-–—]{1,2})\s+(?=[\"“'‘]?[^\W_a-z])")
_WEEKDAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_DATED = re.compile(
    rf"\s+(?:[A-Z][\w-]+ )?(?:{_WEEKDAY},? )?\d{{1,2}} [A-Z][a-z]{{2,8}}\.? \d{{4}}\b"
)


@lru_cache(maxsize=1024)
def words_of(text: str) -> list[str]:
    """The words of a line; each line is compared several times on its way."""
    return split_words(text)


def strike_repeated_headline(copy: Copy, rules: Rules) -> None:
    """Strike lines that say the headline again, whatever their case, quotes, dashes and suffix.

    A line that stands alone is a snap as it was filed: its dateline is read first.
    """
    headlines = [(text, words_of(text)) for text in copy.headline_forms]
    headlines = [pair for pair in headlines if 0 < len(pair[1]) <= LONGEST_COMPARED]
    if not headlines:
        return
    counts = [len(headline) for _, headline in headlines]
    longest = max(counts) + LONGER_THAN_HEADLINE
    # words of the lines that are worth a comparison: others are none of the headlines
    least, most = EDGE_WORDS * min(counts), max(counts) / EDGE_WORDS
    standing = copy.standing()
    if len(standing) == 1 and count_words(standing[0].text) <= longest:
        strike_opening(copy, standing[0], rules, "dateline")
    for position, line in enumerate(standing):
        text = line.text
        if count_words(text) > longest:
            continue
        share = EDGE_WORDS if position in (0, len(standing) - 1) else SAME_WORDS
        forms = (text, _SITE.sub("", text)) if _DIVIDED.search(text) else (text,)
        for form in forms:
            if not least <= len(words_of(form)) <= most:
                continue
            if any(_repeats_headline(form, *headline, share) for headline in headlines):
                copy.strike(line, "repeat-headline", "headline")
                break


def _repeats_headline(form: str, text: str, headline: list[str], share: float) -> bool:
    """Whether a line is the headline again, and not another fact in the same words."""
    line = words_of(form)
    if line == headline or not _says_the_same(line, headline, share):
        return line == headline
    return not are_two_facts(form, text, alike=False)


def _says_the_same(line: list[str], headline: list[str], share: float) -> bool:
    """Whether two lines share so many words, and half of the shorter one's pairs of words.

    Shared words in another order are a subject, no repeat.
    """
    shorter, longer = len(line), len(headline)
    if shorter > longer:
        shorter, longer = longer, shorter
    if shorter < EDGE_WORDS * longer:
        return False  # most lines end here
    if longer == len(headline) + 1 and not Counter(headline) - Counter(line):
        share = min(share, EDGE_WORDS)  # all of it and one word more
    if shorter < SHORTEST_COMPARED or shorter < share * longer:
        return False
    if 2 * len(set(line).intersection(headline)) < share * longer:
        return False  # nearly every line ends here, in a tenth of the time of counting
    if (Counter(line) & Counter(headline)).total() < share * longer:
        return False
    pairs, headline_pairs = set(pairwise(line)), set(pairwise(headline))
    return 2 * len(pairs & headline_pairs) >= min(len(pairs), len(headline_pairs))


def strike_glued_headline(copy: Copy, _rules: Rules) -> None:
    """Strike the headline off the lead it runs into: a point, a date or its words again part them.

    A lead that only begins as the headline does goes on in its sentence and is left alone.
    """
    for line in copy.standing()[:2]:
        matches = list(_WORD.finditer(line.text))[:60]
        opening = [match.group().casefold() for match in matches]
        for form in copy.headline_forms:
            headline = [match.group().casefold() for match in _WORD.finditer(form)]
            count = len(headline)
            if count < SHORTEST_GLUED or opening[:count] != headline:
                continue
            if len(opening) < count + LEFT_AFTER:
                continue
            end = matches[count - 1].end()
            rest = line.text[end:]
            parted = _PARTED.match(rest)
            again = opening[count : count + 3] == headline[:3]
            if parted or again or _DATED.match(rest):
                end += parted.end() if parted else 0
                copy.strike(line, "headline-glued", "headline", 0, end)
                return


def strike_repeated_standfirst(copy: Copy, _rules: Rules) -> None:
    """Strike a first line that a later paragraph says again in full, also lightly edited."""
    standing = copy.standing()
    for position, line in enumerate(standing[:STANDFIRSTS]):
        standfirst = words_of(line.text)
        if len(standfirst) < SHORTEST_REPEAT or _POST.fullmatch(line.text):
            continue
        for later in standing[position + 1 : position + 1 + RESTATED_WITHIN]:
            paragraph = words_of(later.text)
            if standfirst == paragraph and later.number != copy.dateline:
                continue  # a paragraph printed again farther down: the later one goes
            if _restates(paragraph, standfirst) and not are_two_facts(line.text, later.text):
                copy.fields.put("standfirst", line.text)
                copy.strike(line, "repeat-standfirst", "standfirst")
                break


def _restates(paragraph: list[str], standfirst: list[str]) -> bool:
    """Whether the paragraph says all of the standfirst, much in its order, with its figures."""
    length = len(standfirst)
    if len(paragraph) < STANDFIRST_LENGTH * length:
        return False
    if (Counter(standfirst) & Counter(paragraph)).total() < STANDFIRST_WORDS * length:
        return False
    triples = set(_shingles(standfirst, 3))
    return len(triples.intersection(_shingles(paragraph, 3))) >= STANDFIRST_TRIPLES * len(triples)


def _shingles(text: list[str], length: int) -> list[tuple[str, ...]]:
    return list(zip(*(text[start:] for start in range(length)), strict=False))


def strike_repeated_paragraphs(copy: Copy, _rules: Rules) -> None:
    """Strike paragraphs that another one holds: of a body printed twice, pull quotes.

    Of two that are the same the first stays; else the longer one.
    """
    standing = [line for line in copy.standing() if line.kind is not BlockKind.HEADING]
    texts = [words_of(line.text) for line in standing]
    shingles = [set(_shingles(text, 5)) for text in texts]
    holders = _holders_of_shared(shingles)
    if not holders:
        return
    gone: set[int] = set()
    for number, text in enumerate(texts):
        line = standing[number]
        if len(text) < SHORTEST_REPEAT or _POST.fullmatch(line.text):
            # too short to be told alone: it goes with the repeated paragraph above it
            if number - 1 in gone and text in texts[: number - 1]:
                copy.strike(line, "repeat-paragraph", "repeat")
                gone.add(number)
            continue
        if holders.keys().isdisjoint(shingles[number]):
            continue
        held: Counter[int] = Counter()
        for shingle in dict.fromkeys(_shingles(text, 5)):
            for other in holders.get(shingle, ()):
                if other != number and other not in gone:
                    held[other] += 1
        for holder, count in held.most_common(1):
            whole = texts[holder]
            longer = len(whole) > len(text) or (len(whole) == len(text) and holder < number)
            is_held = longer and count >= CONTAINED * len(shingles[number])
            if not is_held or are_two_facts(line.text, standing[holder].text):
                continue
            rule = "repeat-paragraph" if whole == text else "repeat-contained"
            copy.strike(line, rule, "repeat")
            gone.add(number)
            if number + 1 < len(standing) and _POST.fullmatch(standing[number + 1].text):
                copy.strike(standing[number + 1], "repeat-post", "repeat")


def _holders_of_shared(shingles: list[set[tuple[str, ...]]]) -> dict[tuple[str, ...], list[int]]:
    """For each shingle that more than one paragraph holds, the first ones that do."""
    seen: set[tuple[str, ...]] = set()
    shared: set[tuple[str, ...]] = set()
    for paragraph in shingles:
        shared |= seen & paragraph
        seen |= paragraph
    holders: dict[tuple[str, ...], list[int]] = {shingle: [] for shingle in shared}
    for number, paragraph in enumerate(shingles if shared else ()):
        for shingle in paragraph & shared:
            if len(holders[shingle]) < HOLDERS:
                holders[shingle].append(number)
    return holders


# --------------------------------------------------------------------------- teasers

# Share of a line's characters inside links from which it is a link, not a sentence that holds one.
LINKED = 0.75
# Words of the shortest and the longest linked line that is a teaser: a name or cross-head, and a
# paragraph, are none.
SHORTEST_LINK, LONGEST_TEASER = 3, 28
# The same for a line of at most so many words above or below the text: a path ("Home > News"), a
# row of links.
MOSTLY_LINKED, LONGEST_PATH = 0.5, 8
# Share of lines above which links are the story itself.
LINK_LIST = 0.5
# Share of a run of items that must be links, so that the run is a list of other stories.
LINKED_ITEMS = 0.75
# Words of the longest label before a linked headline, and characters of such a line, a bracket or
# a rounding, that may be outside of both.
LONGEST_LABEL, UNLINKED = 6, 2
# Words of the longest line that may be another story's headline.
LONGEST_HEADLINE = 18

_LABEL = re.compile(r"[^:：】»|>]{2,60}[:：】»|>]\s*")


def strike_teasers(copy: Copy, _rules: Rules) -> None:
    """Strike lines of links; no other line goes for its place or its shape.

    A line without a full stop at the end is as often the reporter's last one, and short lines in a
    row are as often his list. A linked heading above a paragraph heads it, and a linked item among
    others that are no links belongs to the story's list.
    """
    _strike_below_the_end(copy)
    standing = copy.standing()
    spared = _find_heads(standing) | _find_mixed_items(standing)
    links: set[int] = set()
    paragraphs: list[int] = []
    for position, line in enumerate(standing):
        count = count_words(line.text)
        fits = line.links >= LINKED and SHORTEST_LINK <= count <= LONGEST_TEASER
        if fits and position not in spared:
            links.add(position)
        if count > PARAGRAPH and not _is_labelled_link(line):
            paragraphs.append(position)
    if len(links) > LINK_LIST * len(standing):
        return
    for position, line in enumerate(standing):
        edge = not paragraphs or not paragraphs[0] <= position <= paragraphs[-1]
        path = line.links >= MOSTLY_LINKED and count_words(line.text) <= LONGEST_PATH
        path = edge and path and position not in spared
        path = path or (edge and position not in spared and _is_labelled_link(line))
        if (position in links or path) and not SENTENCE.search(line.text):
            copy.strike(line, "teaser-link", "teaser")


def _find_heads(standing: list[CopyLine]) -> set[int]:
    """The places of headings right above a paragraph that is no link."""
    heads: set[int] = set()
    for position, (line, below) in enumerate(pairwise(standing)):
        prose = count_words(below.text) > PARAGRAPH or SENTENCE.search(below.text)
        if line.kind is BlockKind.HEADING and prose and below.links < LINKED:
            heads.add(position)
    return heads


def _find_mixed_items(standing: list[CopyLine]) -> set[int]:
    """The places of items in lists of which a part only is links."""
    mixed: set[int] = set()
    run: list[int] = []
    for position, line in enumerate(standing):
        if line.kind is BlockKind.ITEM:
            run.append(position)
        if run and (line.kind is not BlockKind.ITEM or position == len(standing) - 1):
            linked = sum(standing[place].links >= LINKED for place in run)
            if linked < LINKED_ITEMS * len(run):
                mixed.update(run)
            run = []
    return mixed


def _strike_below_the_end(copy: Copy) -> None:
    """Strike the links below the last paragraph, and what stands between two of them."""
    standing = copy.standing()
    run: list[CopyLine] = []
    for line in reversed(standing):
        if line.links < MOSTLY_LINKED and not _is_like_a_headline(line):
            break
        run.append(line)
    linked = [place for place, line in enumerate(run) if _is_linked_teaser(line)]
    if len(linked) > 1 and len(run) < len(standing):
        for line in run[linked[0] : linked[-1] + 1]:
            copy.strike(line, "teaser-after-end", "teaser")


def _is_linked_teaser(line: CopyLine) -> bool:
    return line.links >= LINKED and count_words(line.text) <= LONGEST_TEASER


def _is_labelled_link(line: CopyLine) -> bool:
    """Whether a line is a few words, a colon, and a link to its end: "See also: Fleet returns"."""
    label = _LABEL.match(line.text)
    if (
        not label
        or not 0 < line.links < LINKED
        or count_words(label.group().strip()) > LONGEST_LABEL
    ):
        return False
    behind = line.text[label.end() :]
    unlinked = len(behind) - line.links * len(line.text)
    return abs(unlinked) <= UNLINKED and SHORTEST_LINK <= count_words(behind) <= LONGEST_TEASER


def _is_like_a_headline(line: CopyLine) -> bool:
    text = line.text
    return count_words(text) <= LONGEST_HEADLINE and not SENTENCE.search(text)


# --------------------------------------------------------------------------- rows of a widget

# Rows of the shortest table that buries a story, and the share of them that must hold a figure:
# where names and figures are lines of their own, half of them do.
LEAST_ROWS, FIGURE_SHARE = 10, 0.4
# Words of the longest row.
LONGEST_CELLS = 6
# Rows of the shortest table of rates, and the share of them that must name a currency or an index.
LEAST_RATES, RATES_SHARE = 3, 0.5

_ANNOUNCES = (":", "：")
_FIGURES = re.compile(r"[\s:：]*[-+%$€£¥₺₽]*\d")


def strike_figure_rows(copy: Copy, rules: Rules) -> None:
    """Strike rows of names and figures below the last paragraph: prices, scores, cases by district.

    Dozens of them bury a story; of a table of rates a few are enough, as its names betray it.
    A list that the line above announces by its colon is the reporter's.
    """
    standing = copy.standing()
    first = len(standing)
    while first and _is_row(standing[first - 1]):
        first -= 1
    rows = standing[first:]
    least = LEAST_RATES if _are_rates(rows, rules) else LEAST_ROWS
    if len(rows) < least or not first or standing[first - 1].text.endswith(_ANNOUNCES):
        return
    figured = sum(any(map(str.isdigit, line.text)) for line in rows)
    if figured >= FIGURE_SHARE * len(rows) and sum(map(is_prose, standing[:first])) > 1:
        for line in rows:
            copy.strike(line, "figure-row", "chrome")


def _are_rates(rows: list[CopyLine], rules: Rules) -> bool:
    """Whether most rows are a currency, a metal or an index and its figures."""
    named = 0
    for line in rows:
        name = _FIGURES.split(line.text, maxsplit=1)[0]
        named += name != line.text and fold(name) in rules.markets
    return named >= RATES_SHARE * len(rows)


def _is_row(line: CopyLine) -> bool:
    text = line.text
    ends = SENTENCE.search(text) or text.endswith(_ANNOUNCES)
    return count_words(text) <= LONGEST_CELLS and not ends


# --------------------------------------------------------------- above the lead, and cross-heads

# Words of a cross-head that only its shape betrays; headings the page marks as such may be longer.
LONGEST_CROSSHEAD = 8
# Words from which one line alone is a sentence that lost its stop, if fewer than so many of its
# words begin with a capital.
SHORTEST_ALONE, CAPITALS = 5, 0.5
# Words of the longest cross-head that the page marks or sets between dashes.
LONGEST_MARKED = 16
# Words of the longest cross-head in quotes: a longer quotation is speech.
LONGEST_QUOTED = 5
# Words and characters of the longest label above a story: Thai and Chinese set no spaces between
# words.
LONGEST_KICKER, LONGEST_KICKER_CHARACTERS = 3, 60
# Words, and digits, of the longest line above the lead that is a standfirst though it has no end.
LONGEST_UNENDED, MOST_DIGITS = 14, 3
# Words of the longest caption that a name after its last sentence betrays.
LONGEST_SOURCED = 60
# Words of the shortest heading that is a standfirst because the page's own standfirst begins with
# it.
SHORTEST_RESTATED = 4

_ENDS = re.compile(rf"""(?:[.!…,;:，；：{FULL_STOPS}]|{UNSTOPPED})["'”’»)\]]*$""")
_RULED = re.compile(r"^\s*[-–—*=]+\s*(?P<text>.{2,80}?)\s*[-–—*=]+\s*$")
_OPENS_LIKE_TEXT = re.compile(
    r"""^(?!\d{1,2}[.)] [A-Z]|\d{1,2} [A-Z][a-z]+ \d{4}$)[a-z("'“‘*•–—\-\d]"""
)
_ASKS_ON = re.compile(r"(?:But|And|So|Or|Then|Yet)\b")
# A cross-head in quotes ("'No choice'"); a quotation that is a paragraph ends as a sentence.
_QUOTED = re.compile(r"""["'“‘«„].{2,60}[^.!?…,;:]["'”’»“]""")

# Who took the picture, after the caption's last sentence.
_SOURCED = re.compile(
    r"""(?<![ap]\.m)(?<!\b[A-Z])[.!?)][)"”]?\s[A-Z][\w.&'’]*(?:[ ,/]+[A-Z][\w.&'’]*){0,5}$"""
)


def strike_above_lead(copy: Copy, _rules: Rules) -> None:
    """Strike what stands above the first paragraph: labels, a standfirst without an end, a caption.

    A heading that is no standfirst stays: it heads the first passage.
    """
    standing = copy.standing()
    for position, line in enumerate(standing):
        text = line.text
        count = count_words(text)
        if line.kind is BlockKind.HEADING:
            if _is_standfirst(text, copy.article.standfirst):
                copy.fields.put("standfirst", text)
                copy.strike(line, "standfirst-heading", "deck")
        elif (
            _ENDS.search(text) or SENTENCE.search(text) or sum(map(str.isdigit, text)) > MOST_DIGITS
        ):
            return
        elif count <= LONGEST_KICKER and len(text) <= LONGEST_KICKER_CHARACTERS:
            copy.strike(line, "kicker", "chrome")
        elif not ends_as_prose(standing[position + 1 :]):
            if count >= PARAGRAPH:
                return
        elif count <= LONGEST_UNENDED:
            copy.fields.put("standfirst", text)
            copy.strike(line, "standfirst-unended", "deck")
        elif count <= LONGEST_SOURCED and _SOURCED.search(text):
            copy.fields.put("captions", text)
            copy.strike(line, "caption-sourced", "caption")
        else:
            return


def _is_standfirst(heading: str, standfirst: str) -> bool:
    """Whether a heading is a sentence, longer than a cross-head, or opens the page's standfirst."""
    words = words_of(heading)
    if _ENDS.search(heading) or len(words) > LONGEST_CROSSHEAD:
        return True
    return len(words) >= SHORTEST_RESTATED and words == words_of(standfirst)[: len(words)]


def take_crossheads(copy: Copy, _rules: Rules) -> None:
    """Take the cross-heads out of the body; headings that head nothing are struck."""
    standing = copy.standing()
    taken: list[tuple[CopyLine, CrossHead]] = []
    before = 0
    for position, line in enumerate(standing):
        text = _crosshead_text(line, standing, position)
        if text is None:
            before += 1
        else:
            taken.append((line, CrossHead(text, before)))
    if len(taken) == 1 and _reads_as_sentence(taken[0][0]):
        taken = []
    heads: list[CrossHead] = []
    for line, head in taken:
        if head.before < before:
            line.is_crosshead = True
            heads.append(head)
        else:
            copy.strike(line, "heading-without-text", "teaser")
    copy.crossheads = tuple(heads)


def _reads_as_sentence(line: CopyLine) -> bool:
    """Whether a line that only its shape makes a cross-head may be a sentence without its stop.

    Cross-heads come in company; one alone has few words, asks, or shows by its letters what it is.
    """
    text = line.text
    if line.kind is BlockKind.HEADING or count_words(text) < SHORTEST_ALONE:
        return False
    if text.endswith("?") or _RULED.match(text) or _QUOTED.fullmatch(text):
        return False
    capitals = sum(word[:1].isupper() for word in text.split())
    return capitals < CAPITALS * count_words(text)


def _crosshead_text(line: CopyLine, standing: list[CopyLine], position: int) -> str | None:
    """The cross-head's words, or None where the line is a paragraph."""
    text = line.text
    if ruled := _RULED.match(text):
        inner = ruled.group("text")
        return inner if len(words_of(inner)) <= LONGEST_MARKED else None
    count = count_words(text)
    if line.kind is BlockKind.HEADING:
        return text if count <= LONGEST_MARKED and not text.endswith(".") else None
    if line.kind is not BlockKind.PARAGRAPH or count > LONGEST_CROSSHEAD or _ENDS.search(text):
        return None
    quoted = count <= LONGEST_QUOTED and _QUOTED.fullmatch(text)
    asks = text.endswith("?") and ('"' in text or count == 1 or _ASKS_ON.match(text))
    opens = not quoted and _OPENS_LIKE_TEXT.match(text)
    if asks or opens or not 0 < position < len(standing) - 1:
        return None
    for beside in (standing[position - 1], standing[position + 1]):
        prose = beside.kind in (BlockKind.PARAGRAPH, BlockKind.QUOTE)
        if not prose or count_words(beside.text) < PARAGRAPH:
            return None
    return text


# --------------------------------------------------------------------------- no story at all

# Lines of the shortest table or list of stories that is told by its shape.
LEAST_LINES = 4
# Share of an item's lines that must have the shape.
SHARE = 0.6
# Figures in a line from which it is a row of a table.
FIGURES = 3
# Words of the longest row of a table.
LONGEST_ROW = 24

_FIGURE = re.compile(r"(?<!\w)[+-]?\d[\d.,:/%-]*(?!\w)")
_SLUGGED = re.compile(
    r"(?:[A-Z]{3}\d{1,3} )?[A-Z][A-Z0-9.’'-]{2,}(?:[ -][A-Z0-9.’'-]{2,}){0,4}\s?(?:[—–]|--|:)\s"
)
_INVITES = re.compile(r"(?:WHAT|WHEN|WHERE|WHO|CONTACT|RSVP)\s?:\s")


def name_shape(copy: Copy) -> str:
    """Why the item is no story (a table, a digest, an invitation to the press), or '' for prose."""
    raw = [line.raw for line in copy.lines]
    if sum(1 for text in raw if _INVITES.match(text)) >= LEAST_LINES - 1:
        return "press invitation"
    if len(raw) < LEAST_LINES:
        return ""
    slugs = [match.group() for match in map(_SLUGGED.match, raw) if match]
    # in an interview, names stand before the lines too, but the same ones again and again
    if len(set(slugs)) >= max(LEAST_LINES - 1, SHARE * len(raw)):
        return "digest"
    rows = 0
    for text in raw:
        count = count_words(text)
        if count > PARAGRAPH and SENTENCE.search(text):
            return ""
        if count <= LONGEST_ROW and len(_FIGURE.findall(text)) >= FIGURES:
            rows += 1
    return "table" if rows >= max(LEAST_LINES, SHARE * len(raw)) else ""
