"""What should move and stands still: services, the clock, polls, pages, stories, sinks.

Each function is the test of one rule of ``health_rules.py``: the sentences of what is wrong, none
where all is well. Standing still is measured by progress: where much waits and moves, all is well.
"""

from __future__ import annotations

from math import inf
from typing import Final

from pipeline.schedule import show_span
from workers.health.observing import PATIENCE, Observations
from workers.health.saying import say_since

SIGNS_OF_LIFE: Final = 30.0
"""Seconds without a sign of life of a service, or without a tick, at the usual patience. Services
give one every 5 s and ticks come every second, so that several must be missing."""

FAILED_SINK: Final = 0.4
"""Share of the patience that a sink gets which says itself that it failed: 16 s, in which it was
tried three times more."""

LEAST_FREE: Final = 16 * 2.0**20
"""Bytes that must be free: a minute of a busy desk's records and of Redis's file."""

STEP: Final = 30.0
"""Seconds by which a clock must step to be told of: below, leases and waits hardly notice."""

TOLD_FOR: Final = 600.0
"""Seconds for which what is over is told of: whoever is called finds it still there."""

DEATHS: Final = 3
"""Deaths of a service within ``TOLD_FOR`` that are no accident: one or two heal by a new start."""

FAILS: Final = 2
"""Attempts of a story that ended with an error of it: one may have had another cause."""

AHEAD: Final = 5.0
"""Seconds by which what happened may lie in the future: two reads of one clock never differ so."""


def find_unreachable(seen: Observations) -> list[str]:
    """Whether a Redis of the operator's own does not answer."""
    if not seen.unreachable or seen.private_log:
        return []
    return [f"Redis does not answer: {seen.unreachable}"]


def find_private_unreachable(seen: Observations) -> list[str]:
    """Whether the private Redis of this ``var`` folder does not answer."""
    if not seen.unreachable or not seen.private_log:
        return []
    why = seen.unreachable
    return [f"the private Redis does not answer: {why}; its log is {seen.private_log}"]


def find_full_disk(seen: Observations) -> list[str]:
    """Whether the disk of this machine's files is full, or nearly so."""
    if seen.disk >= LEAST_FREE:
        return []
    return [f"the disk is full: {seen.disk / 2**20:.1f} MB are left where records and Redis lie"]


def find_refused_writes(seen: Observations) -> list[str]:
    """Whether Redis takes no writes: its disk or memory is full, or it is a replica."""
    refusal = seen.seen.refusal
    return [f"Redis refuses writes: {refusal}"] if refusal else []


def find_nothing_running(seen: Observations) -> list[str]:
    """Whether no part of the system gives a sign of life."""
    signs = _list_signs(seen)
    if not signs:
        return ["nothing runs: no service has ever given a sign of life here"]
    name = max(signs, key=signs.__getitem__)
    if seen.now - signs[name] <= _allow_silence(seen):
        return []
    said = say_since(signs[name], seen.now)
    return [f"nothing runs: no service has given a sign of life {said}"]


def find_silent_services(seen: Observations) -> list[str]:
    """Which services hang or are gone while others live."""
    if find_nothing_running(seen):
        return []
    sentences = []
    for name, last in sorted(_list_signs(seen).items()):
        if seen.now - last > _allow_silence(seen):
            said = say_since(last, seen.now)
            if name == "tick":
                sentences.append(f"service beat: no tick {said}, so that nothing is handed out")
            else:
                service = name.removeprefix("worker.")
                sentences.append(f"service {service}: no sign of life {said}")
    return sentences


def _list_signs(seen: Observations) -> dict[str, float]:
    progress = seen.status.progress
    return {n: at for n, at in progress.items() if n == "tick" or n.startswith("worker.")}


def _allow_silence(seen: Observations) -> float:
    """Seconds: more and less with the patience that is asked for."""
    return SIGNS_OF_LIFE * seen.patience / PATIENCE


def find_hung_services(seen: Observations) -> list[str]:
    """What hung a moment ago and was started again by its supervisor."""
    sentences = []
    for name, at in sorted(seen.status.progress.items()):
        if name.startswith("hung.") and 0 <= seen.now - at < TOLD_FOR:
            when = say_since(at, seen.now).removeprefix("since ")
            service = name.removeprefix("hung.")
            sentences.append(f"service {service}: it hung, and was started again at {when}")
    return sentences


def find_dying_services(seen: Observations) -> list[str]:
    """What died again and again and was started again by its supervisor each time."""
    deaths: dict[str, list[tuple[float, str]]] = {}
    for name, at in seen.status.progress.items():
        if name.startswith("died.") and 0 <= seen.now - at < TOLD_FOR:
            _, service, code, _ = name.split(".")
            deaths.setdefault(service, []).append((at, code))
    sentences = []
    for service, ends in sorted(deaths.items()):
        if len(ends) >= DEATHS:
            since, code = say_since(min(ends)[0], seen.now), max(ends)[1]
            died = f"died {len(ends)} times {since}"
            sentences.append(f"service {service}: {died}; the last with code {code}")
    return sentences


def find_clock_faults(seen: Observations) -> list[str]:
    """Whether the clock was moved a moment ago, or says that things will have happened."""
    at, by = seen.status.stepped
    sentences = []
    if abs(by) > STEP and abs(seen.now - at) < TOLD_FOR:
        way = "forward" if by > 0 else "back"
        sentences.append(
            f"the clock was put {way} by {show_span(abs(by))}, {say_since(at, seen.now)}"
        )
    ahead = {name: last - seen.now for name, last in seen.status.progress.items()}
    name = max(ahead, key=ahead.__getitem__, default="")
    if name and ahead[name] > AHEAD:
        sentences.append(
            f"the clock was put back: {name} was noted {show_span(ahead[name])} in the future"
        )
    return sentences


def find_pressure(seen: Observations) -> list[str]:
    """Whether polling pauses because something is full."""
    return [f"polling pauses: {seen.status.pressure}"] if seen.status.pressure else []


def find_idle_polling(seen: Observations) -> list[str]:
    """Whether feeds are due and none is polled."""
    if seen.status.pressure or not (since := _stands_still(seen, "poll", "poll")):
        return []
    return [f"polling: feeds are due {say_since(since, seen.now)}, and none was polled"]


def find_idle_fetching(seen: Observations) -> list[str]:
    """Whether pages are due and none is fetched."""
    if not (since := _stands_still(seen, "page", "page")):
        return []
    return [f"pages: some are due {say_since(since, seen.now)}, and none was fetched"]


def find_idle_processing(seen: Observations) -> list[str]:
    """Whether stories are due and none ends."""
    if not (since := _stands_still(seen, "process", "ending")):
        return []
    many = seen.status.process
    return [f"stories: {many} wait, the first {say_since(since, seen.now)}, and none ended"]


def find_idle_sinks(seen: Observations) -> list[str]:
    """Which sinks have records waiting and take none."""
    sentences = []
    for sink, backlog in seen.status.backlog.items():
        name, why = f"sink.{sink}", seen.status.resting.get(sink, "")
        share = FAILED_SINK if why else 1.0
        if backlog and (since := _stands_still(seen, name, name, share)):
            why = why or "nothing was acknowledged"
            waits = f"{backlog} records wait {say_since(since, seen.now)}"
            sentences.append(f"sink {sink}: {waits}; {why}")
    return sentences


def find_resting_sinks(seen: Observations) -> list[str]:
    """Which sinks failed and rest, though not for long yet."""
    idle = " ".join(find_idle_sinks(seen))
    return [
        f"sink {sink}: it failed and rests; {why}"
        for sink, why in seen.status.resting.items()
        if seen.status.backlog.get(sink) and f"sink {sink}:" not in idle
    ]


def _stands_still(seen: Observations, queue: str, progress: str, share: float = 1.0) -> float:
    """Since when (epoch seconds) something is due in a queue that has not moved for this share of
    the patience; 0.0 where it has.

    What is due for longer than the patience is no fault as long as others are taken before it; and
    where nothing runs at all, that is said and not what follows from it.
    """
    since = seen.seen.first_due.get(queue, inf)
    last = seen.status.progress.get(progress, -inf)
    patience = seen.patience * share
    late = seen.now - since > patience and seen.now - last > patience
    return since if late and not find_nothing_running(seen) else 0.0


def find_suspects(seen: Observations) -> list[str]:
    """Stories that took their worker down, or failed twice: they may do so to the last attempt."""
    sentences = []
    for suspect in seen.seen.suspects:
        error = suspect.facts.get("error", "")
        if error and suspect.attempts < FAILS:
            continue
        times = "once" if suspect.attempts == 1 else f"{suspect.attempts} times"
        title = suspect.facts.get("title", "")
        said = f"story {suspect.key}: begun {times} and not ended"
        sentences.append(f"{said}; {error or 'its worker died or was ended'} ({title})")
    return sentences


def find_quarantine(seen: Observations) -> list[str]:
    """Whether stories were set aside, and what the newest one did."""
    many, newest = seen.status.quarantine, seen.seen.aside
    if not many:
        return []
    stories = "1 story is" if many == 1 else f"{many} stories are"
    if not newest:
        return [f"quarantine: {stories} set aside"]
    facts = newest.facts
    when = say_since(float(facts.get("ended", seen.now)), seen.now)
    said = f"{facts.get('reason', '')} ({facts.get('title', newest.key)})"
    return [f"quarantine: {stories} set aside, the newest {when}: {said}"]


def find_refused_feed_files(seen: Observations) -> list[str]:
    """Whether an edit of a feed file waits for correction."""
    if not seen.feed_fault:
        return []
    return [f"feed files are refused, and the last good list is polled on: {seen.feed_fault}"]
