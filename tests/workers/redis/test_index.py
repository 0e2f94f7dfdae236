"""The index of known stories: one contract, held by MemoryIndex and by RedisIndex."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from redis import Redis

from benchmarks.copies.pairs import elsewhere, own, stories
from pipeline.copies import Candidate, MemoryIndex, Query, query, relate
from pipeline.story import RelationKind
from tests.workers.ledgers import Age
from workers.redis.redis_index import RedisIndex

NOW = datetime(2026, 3, 3, tzinfo=UTC)
ALONE = b"\x00\x00\x00\x00"
Index = MemoryIndex | RedisIndex


@pytest.fixture(params=["memory", "redis"])
def index(request: pytest.FixtureRequest) -> Index:
    """Each index, empty."""
    if request.param == "memory":
        return MemoryIndex()
    return RedisIndex(request.getfixturevalue("redis"))


def asked(*posts: int, keys: tuple[str, ...] = ()) -> Query:
    """A query with these posts and keys."""
    return Query(posts, keys)


def key(name: int) -> str:
    """A key as ``query`` makes them: a letter and sixteen hexadecimal digits."""
    return f"e{name * 0x9E3779B97F4A7C15 & 2**64 - 1:016x}"


def numbers(found: list[Candidate]) -> list[int]:
    """The numbers of candidates, in order."""
    return [c.number for c in found]


def test_empty_index_knows_nothing(index: Index) -> None:
    """An empty index returns nothing."""
    assert index.lookup(asked(1, 2, 3, keys=(key(1),))) == []


def test_numbers_count_from_one(index: Index) -> None:
    """Stories are numbered in the order they come."""
    assert [index.insert(asked(n, keys=(key(n),)), ALONE) for n in range(40)] == list(range(1, 41))


def test_shared_posts_make_a_candidate(index: Index) -> None:
    """Enough shared posts return the story with its votes and what is stored; one does not."""
    index.insert(asked(10, 20, 30, 40), ALONE + b"story")
    assert index.lookup(asked(10, 20, 99, 98)) == [Candidate(1, 1, 2, ALONE + b"story")]
    assert index.lookup(asked(10, 97, 99, 98)) == []


def test_a_key_makes_a_candidate(index: Index) -> None:
    """One shared key is enough, whatever the posts."""
    index.insert(asked(10, 20, 30, keys=(key(7), key(8))), ALONE)
    assert numbers(index.lookup(asked(50, 60, 70, keys=(key(8),)))) == [1]


def test_posts_and_keys_are_two_things(index: Index) -> None:
    """A post that has the same number as a key's digits is not that key."""
    index.insert(asked(keys=("e0000000000000005",)), ALONE)
    assert index.lookup(asked(5)) == []


def test_most_votes_come_first(index: Index) -> None:
    """Candidates are ordered by votes, then by number."""
    index.insert(asked(1, 2, 3), ALONE)
    index.insert(asked(1, 2, 3, 4), ALONE)
    index.insert(asked(1, 2, 5), ALONE)
    assert numbers(index.lookup(asked(1, 2, 3, 4))) == [2, 1, 3]


def test_head_of_the_cluster_comes_along(index: Index) -> None:
    """A look-up that returns a story returns the heads above it, though they share nothing with
    the query.
    """
    index.insert(asked(1, 2, 3), ALONE + b"head")
    index.insert(asked(4, 5, 6), (1).to_bytes(4, "big") + b"moved")
    index.insert(asked(7, 8, 9), (2).to_bytes(4, "big") + b"member")
    assert sorted(numbers(index.lookup(asked(7, 8, 9)))) == [1, 2, 3]


def test_update_replaces_and_counts(index: Index) -> None:
    """An update replaces what is stored, whatever its length, and the revision grows by one."""
    index.insert(asked(1, 2, 3), ALONE + b"first")
    index.insert(asked(4, 5, 6), ALONE + b"other")
    index.update(1, ALONE + b"second" * 100)
    assert index.lookup(asked(1, 2, 3)) == [Candidate(1, 2, 3, ALONE + b"second" * 100)]
    assert index.lookup(asked(4, 5, 6)) == [Candidate(2, 1, 3, ALONE + b"other")]


def test_update_of_what_is_not_held_does_nothing(index: Index) -> None:
    """An update for a story that was forgotten is left alone."""
    index.update(77, ALONE)
    assert index.lookup(asked(1, 2, 3)) == []


def test_put_stores_what_is_like_nothing(index: Index) -> None:
    """A story that is like nothing known is stored with one call; without a blob nothing is."""
    assert index.put(asked(1, 2, 3), None, {}) == []
    assert index.lookup(asked(1, 2, 3)) == []
    assert index.put(asked(1, 2, 3), ALONE, {}) == []
    assert index.lookup(asked(1, 2, 3)) == [Candidate(1, 1, 3, ALONE)]


def test_put_returns_what_was_not_considered(index: Index) -> None:
    """A story that came since, or changed since, comes back instead, and nothing is stored."""
    index.insert(asked(1, 2, 3), ALONE)
    assert index.put(asked(1, 2, 3), None, {1: 1}) == []
    index.insert(asked(1, 2, 9), ALONE)
    assert index.put(asked(1, 2, 3), ALONE, {1: 1}) == [
        Candidate(1, 1, 3, ALONE),
        Candidate(2, 1, 2, ALONE),
    ]
    assert index.put(asked(1, 2, 3), None, {1: 1, 2: 1}) == []
    index.update(2, ALONE)
    assert numbers(index.put(asked(1, 2, 3), ALONE, {1: 1, 2: 1})) == [1, 2]
    assert index.insert(asked(7), ALONE) == 3


def test_common_phrase_keeps_its_first_stories(index: Index) -> None:
    """Of the many stories with a phrase in common the first four keep it:
    a phrase in all of them tells nothing.
    """
    for _ in range(20):
        index.insert(asked(1, 2), ALONE)
    assert numbers(index.lookup(asked(1, 2))) == [1, 2, 3, 4]


def test_common_name_keeps_its_last_stories(index: Index) -> None:
    """Of the many stories with a key in common the last four keep it:
    the latest version is what is asked for.
    """
    for n in range(20):
        index.insert(asked(100 + n, 200 + n, 300 + n, keys=(key(5),)), ALONE)
    assert sorted(numbers(index.lookup(asked(1, 2, 3, keys=(key(5),))))) == [17, 18, 19, 20]


POSTED, NAMED = st.sets(st.integers(0, 5000), max_size=6), st.sets(st.integers(0, 50), max_size=3)


@given(st.lists(st.tuples(POSTED, NAMED, st.integers(0, 25)), max_size=25))
@settings(max_examples=25, deadline=None)
def test_both_say_the_same(redis: Redis, rows: list[tuple[set[int], set[int], int]]) -> None:
    """Whatever is stored, and whatever joins another cluster between look-up and insertion, both
    return the same.
    """
    redis.flushall()
    both: list[Index] = [MemoryIndex(), RedisIndex(redis)]
    for posts, names, joins in rows:
        # spread as hashes are, so that no two share the bits that a slot keeps
        one = Query(
            tuple(sorted(post * 2654435761 % 2**32 for post in posts)),
            tuple(sorted(map(key, names))),
        )
        memory, shared = (index.lookup(one) for index in both)
        assert memory == shared
        for index in both:
            index.update(joins, (joins // 2).to_bytes(4, "big"))
            found = index.put(
                one, ALONE if joins % 2 else None, {c.number: c.revision for c in memory}
            )
            assert bool(found) == (joins in numbers(memory))
            assert found == (index.lookup(one) if found else [])
            if found or not joins % 2:
                index.insert(one, ALONE)


def test_our_own_pairs_come_out_alike(redis: Redis) -> None:
    """All our own stories one after another: the same relations through Redis as through memory."""
    said: list[list[tuple[RelationKind, str, int]]] = []
    for index in (MemoryIndex(), RedisIndex(redis)):
        said.append([])
        for one in [*(s for _, s in stories()), *(p.b for p in own() if p.same)]:
            relation = relate(one, index.lookup(query(one)), NOW)
            if relation.insert is not None:
                index.insert(query(one), relation.insert)
            for number, blob in relation.changed:
                index.update(number, blob)
            said[-1].append((relation.kind, relation.uri, relation.version))
    assert said[0] == said[1]


def test_nothing_is_lost_as_pages_fill(redis: Redis) -> None:
    """Stories whose probes all share eight pages:
    those are written anew many times, and lose none.
    """
    index = RedisIndex(redis)
    rng = random.Random(3)

    def probe() -> int:
        return rng.randrange(8) << 16 | rng.getrandbits(16)

    rows = [Query(tuple(probe() for _ in range(24)), (f"e{probe():016x}",)) for _ in range(300)]
    for row in rows:
        index.insert(row, ALONE)
    assert len(redis.keys("wd:index:p*")) == 8
    for n, row in enumerate(rows):
        assert n + 1 in numbers(index.lookup(replace(row, posts=())))
        assert n + 1 in numbers(index.lookup(replace(row, posts=row.posts[:6], keys=())))


def test_memory_is_bounded(redis: Redis) -> None:
    """Beyond its bound a page stays as large as it is, and its oldest slots give way."""
    index = RedisIndex(redis, stories=1)
    for n in range(100):
        index.insert(Query((2 * n, 2 * n + 1), ()), ALONE)
    assert redis.strlen("wd:index:p0000") <= 16 * 5
    assert numbers(index.lookup(asked(198, 199))) == [100]
    assert index.lookup(asked(0, 1)) == []


@pytest.mark.parametrize("kind", ["memory", "redis"])
def test_stories_are_forgotten_after_the_retention(kind: str, redis: Redis) -> None:
    """Whatever led to a story leads nowhere once its time is up; its number is not given again."""
    age = Age(redis if kind == "redis" else None)
    index: Index = MemoryIndex(9, age.clock) if kind == "memory" else RedisIndex(redis, retention=9)
    for n in range(40):
        index.insert(asked(n, 100 + n, 200 + n, keys=(key(n),)), ALONE)
    one = asked(5, 105, 205, keys=(key(5),))
    age.by(8)
    assert numbers(index.lookup(one)) == [6]
    age.by(2)
    assert index.lookup(one) == []
    index.update(6, ALONE)
    assert index.insert(one, ALONE) == 41
    assert numbers(index.lookup(one)) == [41]


@pytest.mark.parametrize("kind", ["memory", "redis"])
def test_a_story_lives_as_long_as_the_last_that_is_kept_with_it(kind: str, redis: Redis) -> None:
    """What is kept together has the time of the last that came: a story that came late into a chunk
    or under a phrase is not forgotten with the first, or its copies would be told as new.
    """
    age = Age(redis if kind == "redis" else None)
    index: Index = MemoryIndex(9, age.clock) if kind == "memory" else RedisIndex(redis, retention=9)
    # each post on a page of its own, where the second story finds a free slot
    one = asked(5 << 16 | 9, 6 << 16 | 9, 7 << 16 | 9, keys=(key(5),))
    index.insert(one, ALONE)
    age.by(8)
    assert index.insert(one, ALONE) == 2
    age.by(8)
    assert numbers(index.lookup(one)) == [1, 2]
    age.by(2)
    assert index.lookup(one) == []


def test_of_many_the_ones_that_share_most_are_found(index: Index) -> None:
    """Each candidate costs a comparison, so sixteen are: the one that shares most is among them,
    though it came last.
    """
    for group in range(6):
        for _ in range(4):
            index.insert(asked(*range(10 + 3 * group, 13 + 3 * group)), ALONE)
    best = index.insert(asked(*range(28, 34)), ALONE)
    found = numbers(index.lookup(asked(*range(10, 34))))
    assert (len(found), found[0]) == (16, best)


def test_retention_frees_the_memory(redis: Redis) -> None:
    """Of what was stored longer ago than the retention nothing is left but two numbers, and it
    goes on from there.
    """
    index = RedisIndex(redis, retention=9)
    for n in range(64):
        index.insert(asked(n, 100 + n, 200 + n, keys=(key(n),)), ALONE + bytes(200))
    assert len(index.lookup(asked(5, 105, 205, keys=(key(5),)))) == 1
    Age(redis).by(10)
    assert index.lookup(asked(5, 105, 205, keys=(key(5),))) == []
    assert redis.keys("*") == [b"wd:index:numbers"]
    for n in range(3):
        assert index.insert(asked(5, 105, 205, keys=(key(5),)), ALONE) == 65 + n
    assert numbers(index.lookup(asked(5, 105, 205))) == [65, 66, 67]


def test_full_page_drops_what_is_forgotten(redis: Redis) -> None:
    """A page that is written to all the time holds no more than what is alive."""
    index = RedisIndex(redis, retention=1)
    sizes = []
    for turn in range(4):
        for n in range(64):
            low = 1000 * turn + 2 * n
            index.insert(Query((low, low + 1), ()), ALONE)
        sizes.append(redis.strlen("wd:index:p0000"))
        # a chunk that is gone stands for its time being up: the page itself is younger
        redis.delete(*redis.keys("wd:index:b*"))
    assert max(sizes) < 1.5 * sizes[0]


def test_common_name_leaves_no_holes_for_ever(redis: Redis) -> None:
    """A name that comes again and again keeps four slots, and its page does not grow by it."""
    index = RedisIndex(redis)
    for _ in range(500):
        index.insert(asked(keys=(key(5),)), ALONE)
    [page] = redis.keys("wd:index:p*")
    assert redis.strlen(page) < 50 * 5
    assert numbers(index.lookup(asked(keys=(key(5),)))) == [497, 498, 499, 500]


def test_chunk_that_expired_half_full_is_taken_up_again(redis: Redis) -> None:
    """A slow wire: a chunk that expires between two stories does not shift those that follow."""
    index = RedisIndex(redis)
    for n in range(5):
        index.insert(asked(n, 100 + n, 200 + n), ALONE + b"%d" % n)
    redis.delete("wd:index:b0")
    assert index.insert(asked(7, 107, 207), ALONE + b"seven") == 6
    assert index.lookup(asked(7, 107, 207)) == [Candidate(6, 1, 3, ALONE + b"seven")]
    assert index.lookup(asked(3, 103, 203)) == []


def test_copies_that_arrive_at_once_have_one_original(redis: Redis) -> None:
    """Twenty copies put in by eight threads at once: one is new and the rest are its copies."""

    def arrive(number: int) -> RelationKind:
        index = RedisIndex(redis)
        story = elsewhere(
            stories()[0][1], f"outlet-{number}", stories()[0][1].body, f"Headline {number}"
        )
        candidates: list[Candidate] = []
        for _ in range(200):
            relation = relate(story, candidates, NOW)
            candidates = index.put(
                query(story), relation.insert, {c.number: c.revision for c in candidates}
            )
            if not candidates:
                return relation.kind
        raise AssertionError("never done")

    for _ in range(3):
        redis.flushdb()
        with ThreadPoolExecutor(8) as pool:
            kinds = list(pool.map(arrive, range(20)))
        assert kinds.count(RelationKind.NEW) == 1
        assert kinds.count(RelationKind.EXACT) == 19
