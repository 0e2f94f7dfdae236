"""Every figure by which two texts are compared, held from both sides: the last that counts, the
first that does not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from pipeline.copies import pair, query
from pipeline.story import RelationKind, Story
from tests.pipeline.copies.texts import NOON, changed, put_in, row, told, word

NEW, COPY, VERSION = RelationKind.NEW, RelationKind.COPY, RelationKind.VERSION
TRUNCATED = RelationKind.TRUNCATED


@dataclass(frozen=True, slots=True)
class Limit:
    """Two pairs of stories on either side of a limit, what the second of each is to the first, and
    why there is one."""

    name: str
    why: str
    near: tuple[Story, Story]
    is_near: RelationKind
    beyond: tuple[Story, Story]
    is_beyond: RelationKind


def texts(one: Sequence[str], other: Sequence[str], **fields: Any) -> tuple[Story, Story]:
    """Two stories of two outlets."""
    return told(one, "a", **fields), told(other, "b", **fields)


def beginning(size: int, shared: int) -> tuple[Story, Story]:
    """Two texts of so many shingles that begin with so many of the same, and then go on each in its
    own words."""
    return texts(row(size + 2), [*row(shared + 2), *row(size - shared, 50_000)])


def singles(count: int, first: int = 4, step: int = 7) -> list[int]:
    """Places of words that stand alone."""
    return [first + step * i for i in range(count)]


def new_in_the_middle(words: int, new: int) -> tuple[Story, Story]:
    """Two texts of equal length that differ in one run of words."""
    return texts(row(words), changed(row(words), range(60, 60 + new)))


def longer_by(words: int, more: int, altered: Sequence[int]) -> tuple[Story, Story]:
    """A text, and one with a passage more in its middle and some words changed before."""
    return texts(row(words), put_in(changed(row(words), altered), words - 20, row(more, 50_000)))


def numbered(words: Sequence[str], place: int, figure: str) -> list[str]:
    """The words with a figure at the place."""
    return [*words[:place], figure, *words[place + 1 :]]


def template(first: Sequence[int], second: Sequence[int]) -> tuple[Story, Story]:
    """A bulletin of 100 shingles filled in anew: another toll, and other words at places of each
    half."""
    one = numbered(row(102), 4, "41")
    return texts(one, changed(numbered(one, 4, "52"), [*first, *second]))


def named(words: int, names: Sequence[str], first: int = 3) -> list[str]:
    """A text with names in it, a few words apart."""
    out = row(words)
    for i, name in enumerate(names):
        out[first + 6 * i] = name
    return out


HERE = ["Karsin", "Telbarud", "Velin", "Osk", "Merat", "Gola", "Temm", "Sarovia", "Ashmir", "Elsa"]
THERE = ["Dorum", "Hanek", "Pirel", "Quzat", "Wolmar", "Yebra", "Zintan", "Fulmo", "Brosk", "Luhan"]
MANY = [word(30_000 + 71 * i).capitalize() for i in range(40)]


def follow_up(new: int, length: int = 200, later: int = 200) -> tuple[Story, Story]:
    """An outlet's two stories of two days: other tolls, a passage of the same length of its own in
    each."""
    one = numbered(row(length), 4, "41")
    one[6] = "monday"
    other = changed(numbered(one, 4, "52"), range(100, 100 + new)) + row(later - length, 60_000)
    other[6] = "tuesday"
    return told(one, "a", outlet="same"), told(other, "b", outlet="same")


def figures_at(place: int) -> tuple[Story, Story]:
    """Two texts that differ in one figure."""
    return texts(numbered(row(120), place, "41"), numbered(row(120), place, "52"))


def short_of_the_top(words: int, left: int, altered: Sequence[int] = ()) -> tuple[Story, Story]:
    """A text whose lead has a figure, and its last words, in which the figure is not."""
    one = numbered(row(words), 3, "41")
    return texts(one, changed(one[words - left :], altered))


def quotation(own: int, quoted: int = 60) -> tuple[Story, Story]:
    """Two reports with so many words of their own before the same statement in double marks."""
    said = '"' + " ".join(row(quoted, 70_000)) + '"'
    return texts([*row(own), said], [*row(own, 50_000), said])


def short_statement(characters: int) -> tuple[Story, Story]:
    """Two texts of 100 shingles with 38 in common, five of them at a statement of three words in
    single marks."""
    pair_of = [row(102), [*row(40), *row(62, 50_000)]]
    for words in pair_of:
        words[10] = "'" + words[10][20 - characters :]
        words[12] += "'"
    return texts(*pair_of)


def long_statement(characters: int) -> tuple[Story, Story]:
    """Two reports with their own words before the same statement in single marks, of so many
    characters."""
    said = "'" + " ".join(row(57, 70_000)).ljust(characters, "x") + "'"
    return texts([*row(50), said], [*row(50, 50_000), said])


def capitals(size: int) -> tuple[Story, Story]:
    """Two texts of so many words with 50 capitals among them, most of them days and four of them
    other names."""
    lower = iter(row(size - 50))
    several = []
    for names in (HERE[:4], THERE[:4]):
        upper = iter(["Monday"] * 46 + names)
        lower = iter(row(size - 50))
        words = [next(upper if i % 2 else lower) for i in range(2 * (size - 50))]
        several.append([*words, *upper])
    return texts(*several)


LIMITS = [
    Limit(
        "38 of 100 shingles are shared",
        "F1 on the labelled pairs is the same from .36 to .40; below it are stories of their own",
        beginning(100, 38),
        VERSION,
        beginning(100, 37),
        NEW,
    ),
    Limit(
        "33 shared shingles must be more than .38 of a text",
        "a few stock phrases are a third of a flash",
        beginning(82, 33),
        VERSION,
        beginning(83, 33),
        NEW,
    ),
    Limit(
        "34 shared shingles are enough at .38",
        "from 34 on chance phrases no longer weigh",
        beginning(89, 34),
        VERSION,
        beginning(90, 34),
        NEW,
    ),
    Limit(
        "a copy keeps .60",
        "anywhere from .50 to .65 does equally well on the labelled pairs",
        texts(row(102), changed(row(102), [*singles(12), 98, 99])),
        COPY,
        texts(row(102), changed(row(102), [*singles(12), 97, 98, 99])),
        VERSION,
    ),
    Limit(
        "a copy may say .095 that the other has not",
        "a local paragraph is new on one side only",
        new_in_the_middle(200, 19),
        COPY,
        new_in_the_middle(200, 20),
        VERSION,
    ),
    Limit(
        "12 words in a row are a passage",
        "shorter runs are words changed here and there",
        new_in_the_middle(100, 11),
        COPY,
        new_in_the_middle(100, 12),
        VERSION,
    ),
    Limit(
        "a copy may have .30 more before its end",
        "more is another edition",
        longer_by(100, 42, singles(2)),
        TRUNCATED,
        longer_by(100, 43, singles(2)),
        VERSION,
    ),
    Limit(
        "at .96 the shorter is the longer's own words",
        "then what it has not was only left out",
        longer_by(202, 100, singles(2)),
        TRUNCATED,
        longer_by(202, 100, [*singles(2), 5]),
        VERSION,
    ),
    Limit(
        "below .40 of its length a text is an abridged one",
        "however much stands between",
        longer_by(100, 150, singles(2)),
        TRUNCATED,
        longer_by(100, 149, singles(2)),
        VERSION,
    ),
    Limit(
        "a copy of .75 is whole",
        "below that it is a truncated one",
        texts(row(100), row(75)),
        COPY,
        texts(row(100), row(74)),
        TRUNCATED,
    ),
    Limit(
        "an untouched text below .75 may lack the lead's figure",
        "it was cut together with what was left out",
        short_of_the_top(100, 74),
        TRUNCATED,
        short_of_the_top(100, 75),
        VERSION,
    ),
    Limit(
        "an edited text below .40 may lack the lead's figure",
        "so short a one is an abridgement",
        short_of_the_top(100, 39, [20]),
        TRUNCATED,
        short_of_the_top(100, 40, [20]),
        VERSION,
    ),
    Limit(
        "the lead is 70 words",
        "another figure there is another toll, later on it may be anything",
        figures_at(69),
        VERSION,
        figures_at(70),
        COPY,
    ),
    Limit(
        "a filled-in template has .15 of other words in each half",
        "an update leaves one half nearly alone",
        template([10, 20, 21], [70, 71, 80, 81]),
        NEW,
        template([10, 20, 21], [70, 71, 80]),
        VERSION,
    ),
    Limit(
        "a slot breaks fewer than nine shingles",
        "nine are a passage, and a template has none of its own",
        template([10, 20, 21], range(70, 76)),
        NEW,
        template([10, 20, 21], range(70, 77)),
        VERSION,
    ),
    Limit(
        "passages of .45 together are more than a bulletin has",
        "a story of the day after is a version; bulletins filled in anew stay below .37",
        follow_up(46),
        VERSION,
        follow_up(45),
        NEW,
    ),
    Limit(
        "a follow-up is more than half as long",
        "a bulletin inside a long page is not followed up by it",
        follow_up(80, later=399),
        VERSION,
        follow_up(80, later=400),
        NEW,
    ),
    Limit(
        "copies share .4 of the names",
        "labelled copies and versions of any length share .58 at the least",
        texts(named(100, MANY[:15]), named(100, [*MANY[:6], *MANY[15:24]])),
        COPY,
        texts(named(100, MANY[:13]), named(100, [*MANY[:5], *MANY[15:23]])),
        NEW,
    ),
    Limit(
        "two names between two texts tell nothing",
        "one spelt in another way would make two stories of one",
        texts(named(110, HERE[:1]), named(110, THERE[:1])),
        COPY,
        texts(named(110, HERE[:1]), named(110, THERE[:2])),
        NEW,
    ),
    Limit(
        "a text with 15 names is a bulletin (the later text)",
        "of a longer one the names are not kept, as labelled versions share as few",
        texts(named(100, MANY[:12]), named(100, MANY[12:27])),
        NEW,
        texts(named(100, MANY[:12]), named(102, MANY[12:28])),
        VERSION,
    ),
    Limit(
        "a text with 15 names is a bulletin (the earlier text)",
        "of a longer one the names are not kept, as labelled versions share as few",
        texts(named(100, MANY[12:27]), named(100, MANY[:12])),
        NEW,
        texts(named(102, MANY[12:28]), named(100, MANY[:12])),
        VERSION,
    ),
    Limit(
        "bodies of the whole world are no names",
        "they are in stories from everywhere",
        texts(
            named(100, ["Nato", "Reuters", "Interpol"]), named(100, ["Eu", "Amnesty", "Telegram"])
        ),
        COPY,
        texts(named(100, ["Nato", "Karsin", "Velin"]), named(100, ["Eu", "Dorum", "Hanek"])),
        NEW,
    ),
    Limit(
        "a text of 250 words is a bulletin",
        "in longer ones labelled versions and other desks' reports share as many names",
        texts(named(250, HERE), named(250, THERE)),
        NEW,
        texts(named(251, HERE), named(251, THERE)),
        COPY,
    ),
    Limit(
        "30 shingles outside quotations are the reporter's own",
        "of fewer nothing could be said: then the quotations count",
        quotation(32),
        NEW,
        quotation(31),
        VERSION,
    ),
    Limit(
        "a quotation in single marks has 20 characters",
        "less is a nickname, or two apostrophes",
        short_statement(20),
        NEW,
        short_statement(19),
        VERSION,
    ),
    Limit(
        "half of the words in capitals",
        "where more are, as in a flash, capitals name nothing",
        capitals(100),
        NEW,
        capitals(99),
        COPY,
    ),
    Limit(
        "a quotation in single marks has at most 400 characters",
        "more is two apostrophes far apart",
        long_statement(400),
        NEW,
        long_statement(401),
        VERSION,
    ),
]


@pytest.mark.parametrize("limit", LIMITS, ids=lambda limit: limit.name)
def test_limit_is_held_from_both_sides(limit: Limit) -> None:
    """The last that counts is told one way and the first that does not the other way."""
    assert pair(*limit.near, NOON).relation is limit.is_near, limit.why
    assert pair(*limit.beyond, NOON).relation is limit.is_beyond, limit.why


@pytest.mark.parametrize(
    ("before", "after", "counts", "why"),
    [
        ("41", "52", True, "a toll"),
        ("two", "three", True, "a toll in words"),
        ("ninety", "eighty", True, "a toll in words"),
        ("dozens", "hundreds", True, "a toll that nobody counted"),
        ("one", "a", False, "one is an article more often than a toll"),
        ("1900", "1901", False, "a year"),
        ("2099", "2098", False, "a year"),
        ("1899", "1898", True, "no year of ours: a count"),
        ("2100", "2101", True, "no year of ours: a count"),
        ("march 3", "march 4", False, "the day of a month"),
        ("3 march", "4 march", False, "the day of a month"),
        ("sept 3", "sept 4", False, "the day of a month, cut short"),
        ("41.5", "41.6", True, "a decimal"),
    ],
)
def test_what_is_a_figure(before: str, after: str, counts: bool, why: str) -> None:
    """Another figure in the lead makes a version, another date does not."""
    one, other = row(100), row(100)
    one[4:5], other[4:5] = before.split(" "), after.split(" ")
    assert pair(told(one, "a"), told(other, "b"), NOON).relation is (VERSION if counts else COPY), (
        why
    )


@pytest.mark.parametrize(("content", "posts"), [(2, 5), (3, 3)])
def test_flash_with_hardly_any_content_counts_every_run(content: int, posts: int) -> None:
    """A text with fewer than three runs that carry content counts all its runs, so that it can be
    found at all."""
    words = ["the", *row(content), "of", "the", "it", "he"]
    assert len(query(told(words)).posts) == posts
