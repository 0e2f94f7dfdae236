"""The one list of what can be wrong. `wiredesk status`, `wiredesk health` and the metrics print
from it, and docs/operating.md explains it; a test compares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from workers.health import coming_in, moving
from workers.health.observing import Observations
from workers.redaction import clean


class Severity(StrEnum):
    """RED: somebody must look, and `wiredesk health` exits 1. NOTICE: it is shown, no more."""

    RED = "red"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class HealthRule:
    """Something that can be wrong: how it is seen, how its sentence goes, and what to do.

    ``find`` gives a sentence for each part that it is wrong with; each is like ``says``, where
    words in capitals and numbers stand for what differs.
    """

    name: str
    severity: Severity
    find: Callable[[Observations], list[str]]
    says: str
    advice: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """A rule that found something: the sentence that names the part, and what to do."""

    rule: str
    severity: Severity
    sentence: str
    advice: str


_RED, _NOTICE = Severity.RED, Severity.NOTICE

RULES: Final = (
    HealthRule(
        "disk",
        _RED,
        moving.find_full_disk,
        "the disk is full: N MB are left where records and Redis lie",
        "make room under `var`; nothing is lost, and all goes on by itself",
    ),
    HealthRule(
        "redis",
        _RED,
        moving.find_unreachable,
        "Redis does not answer: WHY",
        "look at that server, which is your own: whether it runs, its log, the way to it",
    ),
    HealthRule(
        "private_redis",
        _RED,
        moving.find_private_unreachable,
        "the private Redis does not answer: WHY; its log is PATH",
        "`wiredesk run` starts it; where that runs already, its log says why it ended",
    ),
    HealthRule(
        "writes",
        _RED,
        moving.find_refused_writes,
        "Redis refuses writes: WHY",
        "free its disk or memory; nothing is lost, and all goes on by itself",
    ),
    HealthRule(
        "nothing_runs",
        _RED,
        moving.find_nothing_running,
        "nothing runs: no service has given a sign of life since TIME",
        "start it: `wiredesk run`, or `wiredesk work` for each service",
    ),
    HealthRule(
        "service",
        _RED,
        moving.find_silent_services,
        "service NAME: no sign of life since TIME",
        "look for `child.died` and `worker.stalled` in the log; start the service again",
    ),
    HealthRule(
        "hung",
        _RED,
        moving.find_hung_services,
        "service NAME: it hung, and was started again at TIME",
        "told for ten minutes; if it repeats, report it with the log before `child.hung`",
    ),
    HealthRule(
        "died",
        _RED,
        moving.find_dying_services,
        "service NAME: died N times since TIME; the last with code C",
        "told for ten minutes; look at the lines before `child.died`; code -9: is memory short?",
    ),
    HealthRule(
        "clock",
        _RED,
        moving.find_clock_faults,
        "the clock was put back by N min, since TIME",
        "set the machine's clock by NTP; times in records written meanwhile are off by as much",
    ),
    HealthRule(
        "pressure",
        _RED,
        moving.find_pressure,
        "polling pauses: WHY",
        "help the slowest sink, or give Redis more memory; nothing is lost meanwhile",
    ),
    HealthRule(
        "polling",
        _RED,
        moving.find_idle_polling,
        "polling: feeds are due since TIME, and none was polled",
        "look at the poll worker: `child.died`, `worker.stalled`; start it again",
    ),
    HealthRule(
        "polls",
        _RED,
        coming_in.find_failing_polls,
        "polls: N of the N feeds polled last failed, all since TIME; IT LOOKS LIKE",
        "network or DNS: look at this machine's way out; servers: `wiredesk feeds list` says which",
    ),
    HealthRule(
        "same_document",
        _RED,
        coming_in.find_same_documents,
        "polls: N of the N feeds polled last, of the hosts HOSTS, answer with one and the same "
        "document since TIME",
        "something answers for them: a portal to log in to, or a proxy; open one in a browser",
    ),
    HealthRule(
        "feed_lost",
        _RED,
        coming_in.find_lost_feeds,
        "feed ID: N polls in a row failed since DAY; WHY",
        "`wiredesk feeds check ID`; put its new address into the feed file, or pause it",
    ),
    HealthRule(
        "feed_failing",
        _NOTICE,
        coming_in.find_failing_feeds,
        "feed ID: N polls in a row failed since TIME; WHY",
        "nothing for some hours: it is polled on, less often; `wiredesk feeds check ID` says more",
    ),
    HealthRule(
        "feed_empty",
        _RED,
        coming_in.find_empty_feeds,
        "feed ID: its document holds no entries since TIME; it used to hold N",
        "look at the site: the feed may have moved; `wiredesk feeds pause ID` where it is over",
    ),
    HealthRule(
        "feed_flooding",
        _NOTICE,
        coming_in.find_flooding_feeds,
        "feed ID: it has brought more than its quota since TIME; the rest waits",
        "ids that are new at each poll: `wiredesk feeds pause ID`; an archive or a busy wire: a "
        "higher `quota` in the feed file",
    ),
    HealthRule(
        "feed_silent",
        _RED,
        coming_in.find_silent_feeds,
        "feed ID: nothing new since DAY, where N h was the longest wait so far",
        "look at the site: the feed may have moved; `wiredesk feeds pause ID` where it is over",
    ),
    HealthRule(
        "feed_quiet",
        _NOTICE,
        coming_in.find_quiet_feeds,
        "feed ID: nothing new since TIME, where N h was the longest wait so far",
        "look at the site, if it should have something by now",
    ),
    HealthRule(
        "feed_files",
        _RED,
        moving.find_refused_feed_files,
        "feed files are refused, and the last good list is polled on: WHY",
        "correct the file and key that it names; `wiredesk check` reads it as the workers do",
    ),
    HealthRule(
        "pages",
        _RED,
        moving.find_idle_fetching,
        "pages: some are due since TIME, and none was fetched",
        "look at the poll worker, which fetches pages too: `child.died`, `worker.stalled`",
    ),
    HealthRule(
        "host_refuses",
        _RED,
        coming_in.find_refusing_hosts,
        "pages of HOST: N of the last N were refused (KINDS); N of N before were full, since TIME",
        "open one in a browser; slower (`spacing_by_host`), or `full_text = true` for its feeds",
    ),
    HealthRule(
        "lull",
        _RED,
        coming_in.find_lull,
        "entries: none was admitted since TIME, where N entries are usual in these hours; of the "
        "last N polls N succeeded, N of them unchanged",
        "`wiredesk feeds list`: compare the feeds that bring most with their sites",
    ),
    HealthRule(
        "stories",
        _RED,
        moving.find_idle_processing,
        "stories: N wait, the first since TIME, and none ended",
        "look at the process worker: `story.failed`, `child.died`; start it again",
    ),
    HealthRule(
        "suspect",
        _RED,
        moving.find_suspects,
        "story KEY: begun N times and not ended; WHY (TITLE)",
        "it is tried again alone, then set aside; `wiredesk trace KEY`, `story.failed` in the log",
    ),
    HealthRule(
        "quarantine",
        _RED,
        moving.find_quarantine,
        "quarantine: N stories are set aside, the newest since TIME: WHY (TITLE)",
        "`wiredesk quarantine list`; then `retry` or `drop` them",
    ),
    HealthRule(
        "sink",
        _RED,
        moving.find_idle_sinks,
        "sink NAME: N records wait since TIME; WHY",
        "repair what it names; its records wait, and the other sinks go on",
    ),
    HealthRule(
        "sink_rests",
        _NOTICE,
        moving.find_resting_sinks,
        "sink NAME: it failed and rests; WHY",
        "nothing yet: it is tried again within seconds",
    ),
)
"""Every rule, in the order of a story's way: what holds up the most comes first. The disk is before
all: Redis ends where it is full, and to start it again would not help."""

_WITHOUT_REDIS: Final = frozenset({"disk", "redis", "private_redis"})
"""Rules that can be judged where Redis does not answer."""


def find_troubles(seen: Observations) -> list[Trouble]:
    """What is wrong, the red first; without Redis nothing else than the disk can be told."""
    rules = [rule for rule in RULES if not seen.unreachable or rule.name in _WITHOUT_REDIS]
    found: list[Trouble] = []
    for severity in Severity:
        for rule in rules:
            if rule.severity is severity:
                found += judge_rule(rule, seen)
    return found


def judge_rule(rule: HealthRule, seen: Observations) -> list[Trouble]:
    """What one rule finds. What feeds and pages wrote is in the sentences, so they are cleaned."""
    return [
        Trouble(rule.name, rule.severity, clean(sentence), rule.advice)
        for sentence in rule.find(seen)
    ]


def is_red(troubles: list[Trouble]) -> bool:
    """Whether somebody must look."""
    return any(trouble.severity is Severity.RED for trouble in troubles)
