"""Every figure of what is stored and looked up, held from both sides; the index's own are also in
its contract tests."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.copies import Known, MemoryIndex, Query, query
from pipeline.story import RelationKind
from tests.pipeline.copies.texts import changed, put_in, relations, row, told, word

COPY, VERSION, TRUNCATED = RelationKind.COPY, RelationKind.VERSION, RelationKind.TRUNCATED
DAY = 86400
ALONE = b"\0\0\0\0"  # a story that heads its own cluster


@pytest.mark.parametrize(("words", "posts"), [(25, 23), (26, 24), (27, 24), (300, 24)])
def test_story_has_24_posts(words: int, posts: int) -> None:
    """A story is looked up by its 24 smallest shingles, or by all where there are fewer."""
    assert len(query(told(row(words))).posts) == posts


@pytest.mark.parametrize(("words", "cells"), [(81, 79), (82, 80), (83, 80), (300, 80)])
def test_80_cells_are_stored(words: int, cells: int) -> None:
    """Of a text its 80 smallest shingles are kept, each as one of 4,096 values."""
    [relation] = relations(told(row(words)))
    assert relation.insert
    kept = Known.unpack(relation.insert).sketch.cells
    assert len(kept) == cells
    assert min(kept) >= 0
    assert 4096 > max(kept) > 3900
    assert len(set(kept)) > 0.9 * cells


@pytest.mark.parametrize(("posts", "shared", "hits"), [(3, 2, 1), (3, 1, 0), (2, 1, 1), (1, 1, 1)])
def test_one_shared_phrase_is_chance(posts: int, shared: int, hits: int) -> None:
    """Two posts make a candidate; of a text with two or one it has to be one."""
    index = MemoryIndex()
    index.insert(Query(tuple(range(10)), ()), ALONE)
    asked = Query((*range(shared), *range(100, 100 + posts - shared)), ())
    assert len(index.lookup(asked)) == hits


def test_first_four_keep_a_phrase_and_last_four_a_key() -> None:
    """A phrase that many carry leads to the first four; a key, such as a slug, to the last four."""
    index = MemoryIndex()
    for _ in range(5):
        index.insert(Query((1, 2), ("slug",)), ALONE)
    assert [c.number for c in index.lookup(Query((1, 2), ()))] == [1, 2, 3, 4]
    assert [c.number for c in index.lookup(Query((), ("slug",)))] == [2, 3, 4, 5]


@pytest.mark.parametrize(("alike", "found"), [(16, 16), (17, 16)])
def test_lookup_returns_sixteen_by_their_posts(alike: int, found: int) -> None:
    """More would cost time with every story that is like many; the ones with most votes are
    kept."""
    index = MemoryIndex()
    for i in range(alike):
        index.insert(Query((2 * i, 2 * i + 1, *((1000,) if i == alike - 1 else ())), ()), ALONE)
    asked = Query((*range(2 * alike), 1000), ())
    numbers = [c.number for c in index.lookup(asked)]
    assert len(numbers) == found
    assert numbers[0] == alike


def test_32_stories_are_forgotten_together() -> None:
    """So long after the last of a chunk came, all of it is forgotten, and not a second before."""
    seconds = [0.0]
    index = MemoryIndex(retention=DAY, clock=lambda: seconds[0])
    for i in range(33):
        seconds[0] = float(i)
        index.insert(Query((), (f"k{i}",)), ALONE)

    def known() -> list[int]:
        return [i for i in (0, 31, 32) if index.lookup(Query((), (f"k{i}",)))]

    seconds[0] = DAY + 30.5
    assert known() == [0, 31, 32]
    seconds[0] = DAY + 31.0
    assert known() == [32]
    seconds[0] = DAY + 32.0
    assert known() == []


@pytest.mark.parametrize(("size", "keys"), [(2, 0), (3, 1), (4, 1), (5, 2), (9, 2)])
def test_headline_gives_a_key_from_three_words_on(size: int, keys: int) -> None:
    """Two words are in many headlines; from five on two keys still meet where a word differs."""
    story = told(row(30), headline=" ".join(row(size, 90_000)))
    assert sum(key.startswith("h") for key in query(story).keys) == keys


@pytest.mark.parametrize(("last", "hits"), [(9, False), (10, True)])
def test_ten_words_of_a_headline_are_stored(last: int, hits: bool) -> None:
    """What follows the tenth word of a headline is not compared: two other words of ten are .8,
    three are not."""
    words = row(12, 90_000)
    quoted = " ".join(changed(words, range(last - 2, last + 1)))
    first = told(row(100), "a", headline=" ".join(words))
    said = f'The story headlined "{quoted}" is withdrawn.'
    notice = told(["kill"], "k", headline="Kill", form="kill", advisory=said)
    assert bool(relations(first, notice)[1].withdrawn) is hits


def numbered(words: list[str], figures: int, first: int = 101) -> list[str]:
    """The words with so many figures at every third place from the first on."""
    out = list(words)
    for i in range(figures):
        out[3 * i] = str(first + 7 * i)
    return out


@pytest.mark.parametrize(("place", "kind"), [(14, VERSION), (15, TRUNCATED)])
def test_15_figures_of_a_lead_are_stored(place: int, kind: RelationKind) -> None:
    """A lead with more is a table; the sixteenth is not missed in a longer text."""
    short = numbered(row(82), 16)
    longer = list(short)
    longer[3 * place] = word(300_000)
    said = relations(told(short, "a"), told([*longer, *row(40, 50_000)], "b"))
    assert said[1].kind is kind


@pytest.mark.parametrize(("figures", "kind"), [(31, VERSION), (32, COPY)])
def test_31_figures_of_a_text_are_stored(figures: int, kind: RelationKind) -> None:
    """A text with more is a table: another figure in the lead of what is like it tells nothing."""
    known = [*row(40), *numbered(row(160, 60_000), figures)]
    later = put_in(known, 8, ["7777"])
    assert relations(told(known, "a"), told(later, "b"))[1].kind is kind


@pytest.mark.parametrize(("new", "kind"), [(22, COPY), (23, VERSION)])
def test_sample_counts_a_tenth_of_new_words_less(new: int, kind: RelationKind) -> None:
    """In a sample changed words look like passages, a tenth of a text on average: both may have
    .195, not .095."""
    known, later = row(102), changed(row(102), range(60, 60 + new))
    assert relations(told(known, "a"), told(later, "b"))[1].kind is kind


@pytest.mark.parametrize(("size", "kept"), [(500, 500), (501, 500)])
def test_500_members_are_stored(size: int, kept: int) -> None:
    """A cluster's head keeps the first 500 of its stories."""
    [relation] = relations(told(row(60)))
    assert relation.insert
    known = Known.unpack(relation.insert)
    [first] = known.as_group().members
    members = tuple(replace(first, uri=f"urn:wiredesk:story:{i:020x}") for i in range(size))
    packed = replace(known, group=replace(known.as_group(), members=members)).pack()
    assert Known.unpack(packed).as_group().members == members[:kept]
