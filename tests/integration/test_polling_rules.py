"""The rules run in short: two beats and three poll workers on misbehaving feeds, and rules that
would see a fault."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from benchmarks.polling import rules
from benchmarks.polling.rules_wire import Asked, published, url_of
from pipeline.ledger import Standing
from pipeline.schedule import FeedState
from pipeline.story import Feed

PORTS = [9001, 9002, 9003, 9004]
START = 1_000_000.0
POLLS = 300  # every feed at least once and most twice, however slow the machine is


@pytest.mark.system
def test_no_rule_is_broken() -> None:
    """Floors, Retry-After, robots.txt, spacing, moves, every story once and every gap told, on 200
    feeds."""
    run = rules.rehearse(200, 0.0, floor=6.0, ceiling=15.0, threads=4, polls=POLLS)
    verdicts = [rule(run) for rule in rules.RULES]
    broken = {v.rule: v.broken[:5] for v in verdicts if v.broken}
    # so short a run may see no entry roll past
    assert {
        rule: said
        for rule, said in broken.items()
        if said != ["no gap was told: nothing was tested"]
    } == {}
    assert sum(v.looked for v in verdicts) > 500


def _run(*log: Asked, gaps: int = 0, delivered: Counter[str] | None = None) -> rules.Run:
    """A run of feed 1 and what else was asked."""
    stands = Standing(Feed("f1", "http://x/"), FeedState(gaps=gaps), 0.0)
    return rules.Run(START, START + 600, 20.0, PORTS, list(log), [stands], delivered or Counter())


def _asked(at: float, feed: int = 1, host: int = 0, status: int = 200, **more: float) -> Asked:
    plain = Asked(START + at, host, f"/feed/{feed}", feed, status)
    return replace(plain, **more)  # type: ignore[arg-type]


def test_each_rule_would_see_a_fault() -> None:
    """A rule that nothing breaks proves nothing: each one is broken here on purpose."""
    assert rules.floors(_run(_asked(0), _asked(10))).broken
    assert not rules.floors(_run(_asked(0), _asked(20))).broken
    busy = _asked(0, status=429, retry=30.0)
    assert rules.retries(_run(busy, _asked(20, feed=2))).broken
    assert not rules.retries(_run(busy, _asked(20, feed=2, host=1), _asked(31))).broken
    page = Asked(START, 0, "/page/9/1", 9, 200)
    assert rules.robots(_run(replace(page, path="/closed/9/2"))).broken
    assert not rules.robots(_run(page, replace(page, path="/robots.txt"))).broken
    assert rules.spacing(_run(_asked(0, host=2), _asked(0.1, feed=2, host=2))).broken
    assert not rules.spacing(_run(_asked(0, host=2), _asked(0.5, feed=2, host=2))).broken
    assert rules.moves(_run(*(_asked(30.0 * n, feed=13, status=301) for n in range(4)))).broken
    assert rules.moves(_run(*(_asked(30.0 * n, feed=7, status=410) for n in range(2)))).broken


def test_missed_doubled_and_unseen_stories_are_found() -> None:
    """What was shown and is not in the sink, what is there twice, and what rolled past without a
    gap."""
    shown = _asked(0, first=0, last=1)
    urls = [url_of(1, n, PORTS[0]) for n in range(2)]
    assert not rules.stories(_run(shown, delivered=Counter(urls))).broken
    assert rules.stories(_run(shown, delivered=Counter(urls[:1]))).broken
    assert rules.stories(_run(shown, delivered=Counter([*urls, urls[0]]))).broken
    missed = (_asked(0, first=0, last=0), _asked(300, first=3, last=4))
    assert published(1, 2, START) < START + 450
    assert rules.seen(_run(*missed)).broken
    assert rules.gaps(_run(*missed)).broken
    assert not [b for b in rules.gaps(_run(*missed, gaps=1)).broken if "missed" in b]
    assert rules.gaps(_run(shown, gaps=1)).broken
