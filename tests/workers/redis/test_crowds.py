"""Stories that arrive at once or in another order:
the ledgers that run, and the one in memory beside them.
"""

from __future__ import annotations

import multiprocessing
import random
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from functools import cache

import pytest
from redis import Redis

from benchmarks.copies.pairs import LATER, LOCAL, stories
from pipeline import run, themes, wire
from pipeline.ledger import Ledger
from pipeline.record import Record
from pipeline.story import Entry, OutcomeKind, utc
from tests.making import NOW, WORDS, entry
from tests.test_docs import HOME
from tests.workers.ledgers import both
from workers.redis.redis_index import RedisIndex
from workers.redis.redis_ledger import RedisLedger

COPIES, ROUNDS, AT_ONCE = 20, 4, 8
DAM, MARKET = stories()[0][1], stories()[2][1]


@cache
def desk() -> run.Definitions:
    """The rules and themes that ship."""
    return run.Definitions(
        wire.load(HOME / "config" / "wire"), themes.load(HOME / "config" / "themes")
    )


def posted(name: str, body: Sequence[str], minutes: float = 0, **more: object) -> Entry:
    """An entry that brings its text, filed so many minutes after noon."""
    html = "".join(f"<p>{paragraph}</p>" for paragraph in body)
    return entry(
        name, **{"content": html, "published": utc(NOW + 60 * minutes), "outlet": name, **more}
    )


def work(url: str) -> Counter[OutcomeKind]:
    """Process whatever is due, as a worker would, until nothing is; how it ended."""
    ended: Counter[OutcomeKind] = Counter()
    with Redis.from_url(url) as client:
        ledger = RedisLedger(client, RedisIndex(client))
        while due := ledger.lease(NOW, 600, 1, 3):
            [lease] = due
            ledger.begin(lease, NOW, 600, "test")
            done = run.process(lease, desk(), ledger, lambda: NOW)
            if done.outcome:
                ended[done.outcome.kind] += 1
    return ended


def sent(ledger: Ledger) -> list[Record]:
    """Everything that went out, in order."""
    delivery = ledger.read("sink", NOW, 60, 10_000)
    return [record for _, record in delivery.items] if delivery else []


@pytest.mark.parametrize("kind", ["threads", "processes"])
def test_copies_completed_at_once_have_one_original(
    redis: Redis, redis_url: str, kind: str
) -> None:
    """Twenty copies of each story, completed by eight workers at once:
    each ends once, one is new, the rest copies.
    """
    ledger = RedisLedger(redis, RedisIndex(redis))
    ledger.attach(["sink"])
    texts = []
    for n in range(ROUNDS):
        rng = random.Random(n)
        texts.append(
            [" ".join((*rng.choices(WORDS, k=12), f"Gate{rng.randrange(999)}.")) for _ in range(9)]
        )
    # the copies of a story lie side by side, so that all are at work on the same one
    ledger.admit(
        [
            (posted(f"{n}-{i}", text, title=f"{i}"), "")
            for n, text in enumerate(texts)
            for i in range(COPIES)
        ],
        NOW,
    )
    pool = (
        ThreadPoolExecutor(AT_ONCE)
        if kind == "threads"
        else ProcessPoolExecutor(AT_ONCE // 2, multiprocessing.get_context("spawn"))
    )
    with pool:
        ended = sum(pool.map(work, [redis_url] * AT_ONCE), Counter[OutcomeKind]())
    assert ended == {OutcomeKind.NEW: ROUNDS, OutcomeKind.COPY: ROUNDS * (COPIES - 1)}
    records = sent(ledger)
    assert len({record.uri for record in records}) == len(records) == ROUNDS * COPIES
    clusters = Counter(record.data["relation"]["cluster"] for record in records)
    assert list(clusters.values()) == [COPIES] * ROUNDS


FIRST = posted("first", DAM.body, title=DAM.headline, slug="Karsa-Dam", outlet="Northern Wire")
UPDATE = posted(
    "update",
    (LATER[0], *DAM.body),
    60,
    title=f"UPDATE 1-{DAM.headline}",
    slug="Karsa-Dam",
    outlet="Northern Wire",
)
FIXED = posted(
    "fixed",
    (LATER[0], *DAM.body[:-1]),
    90,
    title=f"CORRECTED-{DAM.headline}",
    slug="Karsa-Dam",
    outlet="Northern Wire",
)
LAMP = posted("lamp", (*DAM.body[:4], LOCAL), 20, title="Power crew stuck")
COAST = posted("coast", DAM.body[2:], 25, title="Blood on the dam road")
TAIL = posted("tail", DAM.body[3:], 30, title="Shells fall near dam")
TOP = posted("top", DAM.body[:4], 35, title="Crews wait at the dam")
OTHER = posted("other", MARKET.body, 10, title=MARKET.headline)
KILL = posted(
    "kill",
    (f"EDITORS: Please kill the story headlined “{DAM.headline}.”", "A kill is mandatory."),
    300,
    title="BC-Karsa-Dam,KILL",
    outlet="Northern Wire",
)


def told(ledger: Ledger, order: Iterable[Entry]) -> list[Record]:
    """What goes out when the entries come in that order."""
    ledger.attach(["sink"])
    for item in order:
        ledger.admit([(item, "")], NOW)
        [lease] = ledger.lease(NOW, 60, 1, 3)
        ledger.begin(lease, NOW, 60, "test")
        run.process(lease, desk(), ledger, lambda: NOW)
    return sent(ledger)


def alike(redis: Redis, order: Sequence[Entry]) -> list[Record]:
    """What goes out, which is the same from both ledgers."""
    memory, shared = (told(ledger, order) for ledger in both(redis))
    assert memory == shared
    return shared


def test_two_clusters_that_turn_out_to_be_one_are_merged(redis: Redis) -> None:
    """Top and tail of a story share too little; the whole joins them, and the sink hears which
    went into which.
    """
    records = alike(redis, [TOP, TAIL, OTHER, FIRST])
    top, tail, other, *rest = records
    [merged] = [record for record in rest if record.type == "cluster.merged"]
    kept = {top.data["relation"]["cluster"], tail.data["relation"]["cluster"]} - {merged.uri}
    assert {merged.data["into"]} == kept
    assert other.data["relation"]["cluster"] not in {merged.uri, *kept}


def test_kill_reaches_a_target_that_comes_late(redis: Redis) -> None:
    """A kill before its story: story and copy go out as withdrawn, each once, and never as
    usable."""
    records = alike(redis, [KILL, COAST, OTHER, FIRST])
    gone = [record.uri for record in records if record.type == "story.withdrawn"]
    assert len(gone) == len(set(gone)) == 2
    assert [record.type for record in records if record.uri not in gone] == ["story.new"]


def test_original_after_its_copies_joins_their_cluster(redis: Redis) -> None:
    """The whole story last, after two outlets cut it to different parts:
    one cluster, and it stands for it.
    """
    *_, whole, merged = alike(redis, [LAMP, COAST, FIRST])
    assert whole.data["relation"]["kind"] != "new"
    assert whole.data["relation"]["representative"] == whole.uri
    assert whole.data["relation"]["outlets"] == 3
    assert (merged.type, merged.data["into"]) == (
        "cluster.merged",
        whole.data["relation"]["cluster"],
    )


@pytest.mark.parametrize("seed", range(12))
def test_whatever_the_order_both_ledgers_tell_the_same(redis: Redis, seed: int) -> None:
    """Takes, copies, halves and a kill, shuffled:
    the same records from both, and nothing of the story stays usable.
    """
    order = [FIRST, UPDATE, FIXED, LAMP, COAST, TAIL, TOP, OTHER, KILL]
    random.Random(seed).shuffle(order)
    records = alike(redis, order)
    gone = [(record.uri, record.version) for record in records if record.type == "story.withdrawn"]
    assert len(gone) == len(set(gone))
    usable = {record.uri for record in records if record.brings_text} - {uri for uri, _ in gone}
    assert len(usable) == 1


def test_content_that_changes_while_it_is_completed_is_told_as_well(
    redis: Redis, redis_url: str
) -> None:
    """An entry that is admitted anew while eight workers are at it:
    every content ends, and none twice.
    """
    ledger = RedisLedger(redis, RedisIndex(redis))
    ledger.attach(["sink"])
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for n in range(10):
            item = replace(
                FIRST,
                content=FIRST.content
                + f"<p>{LATER[n % 3]} Paragraph {n} of the day at the dam.</p>",
            )
            ledger.admit([(item, "")], NOW)
            list(pool.map(work, [redis_url] * AT_ONCE))
    versions = [record.version for record in sent(ledger) if record.brings_text]
    assert versions == list(range(1, 11))
