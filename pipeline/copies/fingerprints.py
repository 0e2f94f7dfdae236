"""Fingerprints of a text: its shingles as numbers, a sample of them, its figures and names.

A shingle is three words in a row. The smallest shingles under a fixed hash are the same in two
texts wherever they share words, so a handful of them stands for the whole (bottom-k sketches;
Broder 1997). Two choices come from labelled pairs of real stories, see ``docs/decisions.md``:

- **Words inside quotation marks do not count.** Independent reports of one event share its
  statements word for word; copies share the reporter's own words. On the labelled pairs,
  containment tells copies and versions from same-event reports with F1 0.96 when quotations are
  left out, 0.88 when they count.
- **A shingle has at least two words that carry content.** "said in a" is in every story.

Signs of scripts without spaces are taken five in a row where other scripts have three words, and
letters seven: about as much is said by as many.

Two texts that differ in a figure of the lead are never copies of each other: daily bulletins share
a template, and an update shares its text with the story that it updates, but for the toll.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from zlib import crc32

from pipeline.telling import tell
from pipeline.text import count_words, is_sign, words

POSTS: Final = 24
"""How many of the smallest shingles a story is looked up by."""
SAMPLE: Final = 80
"""How many are kept of a story. More cells bring no measurable gain; see ``docs/decisions.md``."""
CELLS: Final = 1 << 12
"""The values of a kept shingle: 12 bits are enough to set two texts side by side."""
COARSE: Final = 12
"""Bits by which the bound of a sample is rounded up, so that it takes 32."""
# A text with more words or names is no bulletin, and its names are not kept: labelled versions and
# other desks' reports of that length share as many.
BULLETIN_WORDS, _BULLETIN_NAMES = 250, 15
# A text with more words is no flash or bulletin whose facts are kept; where no capitals tell names
# from other words every word may be one, and a text is shorter that tells two events by them.
_FACT_WORDS, _UNCAPITAL_WORDS = 100, 40
# Of a text with fewer shingles outside its quotations nothing could be said: then all count.
_FEWEST = 30
# The lead is as many words: figures there are the toll or the sum that the story is about.
_LEAD = 70
# 44 bits: then the low 32 of the smallest, whose high bits are 0, tell millions of stories apart.
_MASK = (1 << 44) - 1
_MIX = 0x9E3779B97F4A7C15
# A word's number has a flag above the hash if it carries content. A shingle is 4, 5 and 6 times its
# words' numbers, so that order counts, and the flags of any two words make at least 9.
_FLAG = 1 << 50
_TWO_FLAGS = 9 * _FLAG
# As many words are remembered with their numbers: a language's usual ones, in some ten megabytes.
_REMEMBERED = 1 << 17
_STOP_WORDS = (
    "a an the of in on at to for and or by with from as is was were are be been has have had its "
    "it his her their this that after over into said say says who which will would "
    "not no but he she "
    "they we i you about there when than more"
)
STOP: Final = frozenset(_STOP_WORDS.split(" "))
_DOUBLE = re.compile(r"[\"“”„‟″«»]|``|''")
# Single marks are also apostrophes: a quotation in them is long and closes after a word.
_SINGLE = re.compile(r"(?<!\w)['‘](?=\w)([^\"“”]{20,400}?)(?<=[\w,.!?])['’](?!\w)")
_FIGURE = re.compile(r"\d[\d.]*")
_YEAR = re.compile(r"(?:19|20)\d\d$")
# "one" is an article more often than a toll.
_FROM_TWO = (
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty"
)
_FROM_THIRTY = "thirty forty fifty sixty seventy eighty ninety"
_UNCOUNTED = ("dozens", "hundreds", "thousands")
_SPELT = {
    **{word: str(2 + i) for i, word in enumerate(_FROM_TWO.split(" "))},
    **{word: str(30 + 10 * i) for i, word in enumerate(_FROM_THIRTY.split(" "))},
    **dict(zip(_UNCOUNTED, _UNCOUNTED, strict=True)),
}
_WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday"
_DAYS = {day: i for i, day in enumerate(_WEEKDAYS.split(" "))}
_MONTHS = (
    "january february march april may june july august september october november december "
    "jan feb mar apr jun jul aug sep sept oct nov dec"
)
_DATES = frozenset((*_DAYS, *_MONTHS.split(" ")))
# Bodies that are named in stories from everywhere tell no event from another.
_WORLD_BODIES = (
    "united nations un european african union eu nato red cross crescent world health food "
    "programme organization organisation international monetary fund bank amnesty human rights "
    "watch telegram facebook twitter reuters associated press interpol greenpeace"
)
_NO_NAMES = _DATES.union(_WORLD_BODIES.split(" "))
# A word inside a sentence, whose first is capital anyhow, and not lower case in ASCII.
_INSIDE = re.compile(r"(?<=[\w,;] )[^\W\d_a-z]\w+(?:['’-]\w+)*")


@dataclass(frozen=True, slots=True)
class Text:
    """A body as it is compared.

    ``shingles`` are those of the reporter's own words, outside quotations, in order (all of them
    where few are outside), and ``smallest`` the smallest of them in ascending order; ``every`` are
    all, quotations too, and ``by_word`` is what begins at each word, in order: a shingle, or -1.
    ``lead_figures`` are the figures of the lead, ``figures`` those of the whole text, ``days`` the
    weekdays that the lead names, ``names`` all names; ``facts`` are the words by which a short text
    differs from another one that is made like it (``find_facts``); ``body_hash`` is a hash of all
    words.
    """

    word_count: int
    shingles: tuple[int, ...]
    smallest: tuple[int, ...]
    every: frozenset[int]
    by_word: tuple[int, ...]
    lead_figures: tuple[int, ...]
    figures: frozenset[int]
    days: frozenset[int]
    names: frozenset[int] | None
    facts: frozenset[int] | None
    body_hash: int


@dataclass(frozen=True, slots=True)
class Sketch:
    """What is kept of a text: its smallest shingles in its order, its figures and names.

    ``cells`` are the shingles cut to one of ``CELLS`` values below ``bound``, the largest of them;
    ``shingle_count`` is how many there were. ``lead_figures``, ``figures`` and ``names`` are 8-bit
    hashes (None: too many to keep). ``text`` is there where nothing was left out: then the cells
    are the shingles themselves.
    """

    cells: tuple[int, ...]
    bound: int
    shingle_count: int
    word_count: int
    lead_figures: tuple[int, ...]
    figures: frozenset[int] | None
    body_hash: int
    names: frozenset[int] | None = None
    facts: frozenset[int] | None = None
    text: Text | None = None


class _WordNumbers(dict[str, int]):
    """The number of each word seen, made when first asked for."""

    def __missing__(self, word: str) -> int:
        if len(self) > _REMEMBERED:
            self.clear()
        number = (hash_word(word) * _MIX >> 10 & _MASK) + (_FLAG if word not in STOP else 0)
        self[word] = number
        return number


_word_numbers = _WordNumbers()


@lru_cache(maxsize=1 << 14)
def hash_word(word: str) -> int:
    """A stable 32-bit number for a word: Python's ``hash`` differs between processes."""
    return crc32(word.encode("utf-8", "surrogatepass"))


def _hash_short(some: Iterable[str]) -> tuple[int, ...]:
    """8-bit hashes of words, each once, in order."""
    return tuple(dict.fromkeys(hash_word(word) >> 1 & 0xFF for word in some))


@lru_cache(maxsize=8)
def read_body(body: tuple[str, ...]) -> Text:
    """Read a body once: the query, the relation and what is stored all come from this."""
    found: list[str] = []
    quoted: list[bool] = []
    for paragraph in body:
        # a quotation left open ends with its paragraph
        for part, inside in _split_at_quotations(_SINGLE.sub(r'"\1"', paragraph)):
            some = words(part)
            found += some
            quoted += [inside] * len(some)
    by_word = _make_shingles(found)
    shingles = dict.fromkeys(by_word)
    shingles.pop(-1, None)
    every = frozenset(shingles)
    if True in quoted:
        outside: dict[int, None] = {}
        spans = zip(by_word, quoted, quoted[1:], quoted[2:], strict=False)
        for value, first, second, third in spans:
            if value >= 0 and not (first or second or third):
                outside[value] = None
        if len(outside) >= _FEWEST:
            shingles = outside
    lead, names = found[:_LEAD], _find_names(body, len(found))
    return Text(
        word_count=len(found),
        shingles=tuple(shingles),
        smallest=tuple(sorted(shingles)[:SAMPLE]),
        every=every,
        by_word=tuple(by_word),
        lead_figures=_hash_short(_find_tolls(lead)),
        figures=frozenset(_hash_short(_find_all_figures(set(found)))),
        days=frozenset(_DAYS[day] for day in _DAYS.keys() & lead),
        names=frozenset(_hash_short(names)) if len(names) <= _BULLETIN_NAMES else None,
        facts=find_facts(body, found),
        body_hash=crc32(" ".join(found).encode("utf-8", "surrogatepass")) if found else 0,
    )


def sketch_text(text: Text, *, whole: bool = False) -> Sketch:
    """Keep the smallest shingles; with ``whole`` all of a text, for two that are both at hand."""
    bound = text.smallest[-1] | (1 << COARSE) - 1 if text.shingles else 0
    return Sketch(
        cells=text.shingles if whole else tuple(cut_to_cells(text.shingles, bound)),
        bound=bound,
        shingle_count=len(text.shingles),
        word_count=text.word_count,
        lead_figures=text.lead_figures,
        figures=text.figures,
        body_hash=text.body_hash,
        names=text.names,
        facts=text.facts,
        text=text if whole else None,
    )


def cut_to_cells(shingles: Iterable[int], bound: int) -> list[int]:
    """The cells of those shingles that are not above the bound of a sample."""
    above = bound + 1
    return [shingle * CELLS // above for shingle in shingles if shingle < above]


def _split_at_quotations(paragraph: str) -> Iterator[tuple[str, bool]]:
    """A paragraph cut at its quotation marks, and whether each part is inside a quotation.

    A mark that clings to the word after it opens one and a mark that clings to the word before it
    closes one, in whatever language; so a mark that is missing turns nothing inside out.
    """
    begin, inside = 0, False
    for mark in _DOUBLE.finditer(paragraph):
        start, end = mark.span()
        before = paragraph[start - 1 : start]
        closes = start > 0 and not (before.isspace() or before in "([-–—/")
        opens = paragraph[end : end + 1].isalnum()
        if opens == closes:
            opens = not inside
        elif closes and not inside:
            continue  # what it closes was never opened: an inch, or a mark that was lost
        yield paragraph[begin:start], inside
        begin, inside = end, opens
    yield paragraph[begin:], inside


def _join_signs(found: Sequence[str]) -> Sequence[str]:
    """The words; signs of scripts without spaces each with those after it.

    One sign says less than a word: five of Chinese are as telling as three words, or seven letters
    of Thai.
    """
    if not any(map(is_sign, found)):
        return found
    joined: list[str] = []
    for place, word in enumerate(found):
        reach = is_sign(word)
        joined.append("".join(found[place : place + reach]) if reach else word)
    return joined


def _make_shingles(found: Sequence[str]) -> list[int]:
    """Every run of three words as a 44-bit number; -1 where fewer than two carry content.

    A text with hardly any such run (a flash of a few words) counts every run.
    """
    numbers = [_word_numbers[word] for word in _join_signs(found)]
    if 0 < len(numbers) < 3:
        numbers = (numbers * 3)[:3]
    triples = zip(numbers, numbers[1:], numbers[2:], strict=False)
    sums = [4 * first + 5 * second + 6 * third for first, second, third in triples]
    values = [value & _MASK if value >= _TWO_FLAGS else -1 for value in sums]
    if len(values) - values.count(-1) < 3:
        return [value & _MASK for value in sums]
    return values


def _find_tolls(lead: Sequence[str]) -> tuple[str, ...]:
    """The figures among a lead's words, each once; years and days of a month are none."""
    found: dict[str, None] = {}
    for i, word in enumerate(lead):
        if word in _SPELT:
            found[_SPELT[word]] = None
        elif "0" <= word[0] <= "9" and (match := _FIGURE.match(word)):
            value = match.group().rstrip(".")
            if not _YEAR.match(value) and _DATES.isdisjoint(lead[max(0, i - 1) : i + 2]):
                found[value] = None
    return tuple(found)


def _find_all_figures(distinct: set[str]) -> frozenset[str]:
    """All figures among a text's words; dates too, as this only says what it does mention."""
    found = {_SPELT[word] for word in _SPELT.keys() & distinct}
    for word in distinct:
        if "0" <= word[0] <= "9" and (match := _FIGURE.match(word)):
            found.add(match.group().rstrip("."))
    return frozenset(found)


def _find_names(body: Sequence[str], word_count: int) -> frozenset[str]:
    """The words with capitals inside sentences, folded, but days, months and world bodies.

    Two bulletins from one template share every word but the facts, and most of the facts that
    differ are names. An empty set where the text is too long to be a bulletin, or where most words
    have capitals.
    """
    if word_count > BULLETIN_WORDS:
        return frozenset()
    inside: list[str] = []
    for paragraph in body:
        inside += [word for word in _INSIDE.findall(paragraph) if word[0].isupper()]
    if 2 * len(inside) > word_count:
        return frozenset()
    return frozenset(word.removesuffix("'s") for word in words(" ".join(inside))) - _NO_NAMES


# ------------------------------------------------------------- the facts of flashes and bulletins

# The part of a fact that says of which kind it is (0: a name); below it stands a hash of 12 bits.
KIND: Final = 1 << 12
DENIAL, DAY, _SUBJECT = 1, 10, 12
_KINDS = {"denial": DENIAL, "direction": 2, "order": 3, "sex": 4, "speech": 5, "rise": 6, "door": 7,
          "sequence": 8, "contest": 9, "day": DAY, "time": 11}  # fmt: skip
# What other desks spell in another way: vowels, and endings of names of peoples.
_VOWELS = re.compile(r"[aeiouyjhwàáâãäåæèéêëìíîïòóôõöøùúûüýÿаеёиоуыэюяіїєйьъ'’]+")
_ENDING = re.compile(r"(?:ians?|ese|ish|ans?|is|i|s)$")
_DOUBLED = re.compile(r"(.)\1+")
_SHORTEST_ENDED = 7
_FIRST_WORD = 40  # characters in which a text's first word ends
_CAPITALIZED = re.compile(r"(?<![\w.])[^\W\d_a-z]\w+(?:['’-]\w+)*")
_UNCAPITAL = re.compile("[\u0590-\u08ff\u0900-\u10ff\u1780-\u17ff\u3040-\u9fff\uac00-\ud7af]")


def find_facts(body: Sequence[str], found: Sequence[str]) -> frozenset[int] | None:
    """Names and telling words of a short text, as numbers with their kind; None for a longer one.

    The second "said" is another fact than the first, and whose name comes first is one too. A name
    is its consonants: other desks write Kiev for Kyiv, and Ukrainian for Ukraine's.
    """
    if len(found) > _FACT_WORDS:
        return None
    facts: set[int] = set()
    times: Counter[str] = Counter()
    for word in found:
        kind, _, says = tell(word).partition(" ")
        if kind:
            times[says] += 1
            facts.add(_KINDS[kind] * KIND + hash_word(f"{says} {times[says]}") % KIND)
    names = _list_names(" ".join(body), found)
    facts.update(hash_word(name) % KIND for name in names)
    facts.update(_SUBJECT * KIND + hash_word(name) % KIND for name in names[:1])
    return frozenset(facts)


def _list_names(text: str, found: Sequence[str]) -> list[str]:
    """The names in a short text, each once, as other desks would write them too."""
    size = count_words(text)
    if _UNCAPITAL.search(text):
        some = list(_join_signs(found)) if size <= _UNCAPITAL_WORDS else []
    else:
        # the first word of all is what a flash is about; of other sentences it is any word
        capitals = _CAPITALIZED.findall(text[:_FIRST_WORD])[:1]
        capitals += [word for word in _INSIDE.findall(text) if word[0].isupper()]
        some = words(" ".join(capitals)) if 2 * len(capitals) <= len(found) else []
    # in a text of a few lines it is news whether the EU says so or the UN
    known = _DATES if size <= _UNCAPITAL_WORDS else _NO_NAMES
    names = [word for word in some if word not in STOP and word not in known]
    return list(dict.fromkeys(_spell_roughly(name) for name in names if name not in _SPELT))


def _spell_roughly(name: str) -> str:
    """A name without what other desks may write in another way."""
    name = name.removesuffix("'s")
    if len(name) >= _SHORTEST_ENDED:
        name = _ENDING.sub("", name)
    consonants = _DOUBLED.sub(r"\1", _VOWELS.sub("", name).replace("c", "k").replace("z", "s"))
    return consonants if len(consonants) > 1 else name
