"""Fills a ledger with stories through its own calls: admitted, paged, leased, completed, delivered.

Some stories are read by the real pipeline, from pages of three to five kilobytes of text with
themes, cuts and evidence. Each of the many is one of these with other words, ids and fingerprints,
because reading 100,000 would take half an hour and no byte of Redis depends on it.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from benchmarks.faults.stories import tell
from config.settings import Settings
from pipeline import run, themes, walls, wire
from pipeline.copies import Candidate, MemoryIndex, Query
from pipeline.ledger import Completed, Ending, Lease, Spacing
from pipeline.ledger.memory import MemoryLedger
from pipeline.record import Record
from pipeline.sinks import Sink
from pipeline.story import Entry, Page, digest, utc
from workers.redis.redis_ledger import RedisLedger

READ = 60
"""Stories that are read by the real pipeline."""

HOSTS = 40
"""Hosts with pages: each keeps an entry of its last 5,000 stories at most for another look."""

_UNSPACED = Spacing(0.0, {}, 0.0)
_BATCH = 100
_OUTLETS = ("Harbour Post", "Meridian", "Atlas Wire", "Karsin Herald", "The Dahra Times")
_WAR = (
    "Shells struck the northern edge of {place} on Sunday and killed {n} soldiers, the army said.",
    "Jets later bombed a depot near the railway station, the governor's office said.",
    "Warplanes hit ridge positions above {place} for a third night, setting off explosions.",
    "Diplomats from both sides met in Haven but left without a truce.",
    "A drone strike on a convoy wounded {n} people, medics said.",
)
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class ReadStory:
    """A story as the pipeline ended it: its entry, its page and what was to be written."""

    entry: Entry
    page: Page
    ending: Ending


class _Reading(MemoryLedger):
    """A ledger that keeps how its last story ended."""

    ended: Ending | None = None

    def complete(self, lease: Lease, ending: Ending, now: float) -> Completed | list[Candidate]:
        """Keep what is to be written."""
        self.ended = ending
        return super().complete(lease, ending, now)


def _write_page(number: int, rng: random.Random) -> tuple[str, str, bytes]:
    """Headline, summary and page of a made-up story."""
    told, more = tell(7, number), tell(8, number)
    place = told.headline.split(" near ")[1].split(" ")[0]
    lines = [
        f"{place.upper()}, Oct 12 (Reuters) - {told.paragraphs[0]}",
        *told.paragraphs[1:],
        *more.paragraphs[: rng.randint(2, 5)],
    ]
    for line in rng.sample(_WAR, rng.randint(0, 2)):
        lines.insert(rng.randrange(1, len(lines)), line.format(place=place, n=rng.randint(2, 90)))
    lines.append("(Reporting by Anna Weld; Editing by Omar Riad)")
    text = "\n".join(f"<p>{line}</p>" for line in lines)
    html = (
        f"<html><head><title>{told.headline} - Outlet</title></head><body><article>"
        f"<h1>{told.headline}</h1><p>By Anna Weld</p>{text}<p>Read more: other news</p>"
        "</article></body></html>"
    )
    summary = f"<p>{lines[0][:400]}</p><p>{lines[1][:300]}</p>"
    return told.headline, summary, html.encode()


def read_stories(settings: Settings, count: int = READ) -> list[ReadStory]:
    """Let the real pipeline read ``count`` stories of a full page each."""
    definitions = run.Definitions(
        wire.load(settings.rules), themes.load(settings.themes), walls.load(settings.walls)
    )
    rng, found = random.Random(1), []
    for number in range(count):
        headline, summary, html = _write_page(number, rng)
        ledger, now = _Reading(MemoryIndex()), time.time()
        host = f"www.outlet{number % HOSTS}.example"
        url = f"https://{host}/world/2026/10/12/{digest(headline)[:12]}-{number}"
        entry = Entry(
            key=digest(url),
            feed_id=f"outlet-{number % HOSTS}-world",
            guid=url,
            url=url,
            title=headline,
            published=utc(now - 300),
            seen=utc(now),
            summary=summary,
            outlet=_OUTLETS[number % len(_OUTLETS)],
        )
        page = Page(url, 200, html, "text/html; charset=utf-8", fetched=utc(now))
        lease = Lease(entry.key, 1, entry, 0, page, host, now)
        ledger.admit([(entry, "")], now)
        held = ledger.lease(now + 1, 60, 1, 3)[0]
        run.process(replace(lease, token=held.token), definitions, ledger)
        if ledger.ended and ledger.ended.records:
            found.append(ReadStory(entry, page, ledger.ended))
    return found


def _vary(text: str, rng: random.Random) -> str:
    """The text with other numbers, as another story has them."""
    return _NUMBER.sub(lambda m: str(rng.randrange(10 ** len(m[0]))).zfill(len(m[0])), text)


def make_entry(read: ReadStory, number: int) -> Entry:
    """The entry of story ``number``: the read one's under ids of its own."""
    rng = random.Random(number)
    url = f"{read.entry.url[:-6]}{rng.getrandbits(48):012x}"
    title = f"{_vary(read.entry.title, rng)}"
    seen = utc(time.time())
    return replace(
        read.entry,
        key=digest("memory", str(number)),
        guid=url,
        url=url,
        title=title,
        summary=_vary(read.entry.summary, rng),
        seen=seen,
        published=seen - timedelta(seconds=rng.randrange(600)),
    )


def make_ending(read: ReadStory, entry: Entry, number: int) -> Ending:
    """What is to be written of story ``number``: the read one's with other words and prints."""
    rng = random.Random(number)
    uri = f"urn:wiredesk:story:{entry.key}"
    records = []
    for record in read.ending.records:
        data = dict(record.data)
        data["uri"], data["url"], data["headline"] = uri, entry.url, entry.title
        data["altIds"] = {"guid": entry.guid, "url": entry.url, "canonical": entry.url}
        data["relation"] = {**data["relation"], "cluster": uri}
        data["body"] = [_vary(line, rng) for line in data["body"]]
        records.append(Record(uri, record.version, record.type, data))
    query, relation = read.ending.query, read.ending.relation
    assert query
    assert relation
    prints = Query(
        tuple(rng.getrandbits(32) for _ in query.posts),
        tuple(f"k{rng.getrandbits(64):016x}" for _ in query.keys),
    )
    facts = {**read.ending.facts, "headline": entry.title, "uri": uri}
    return replace(
        read.ending, records=tuple(records), query=prints, considered={}, facts=facts, look=None
    )


def fill(
    ledger: RedisLedger, sinks: Sequence[Sink], read: Sequence[ReadStory], numbers: range
) -> Iterator[int]:
    """Take stories through the ledger and hand them to the sinks; how many, after each batch."""
    for start in range(numbers.start, numbers.stop, _BATCH):
        batch = range(start, min(start + _BATCH, numbers.stop))
        entries = {}
        for number in batch:
            entry = make_entry(read[number % len(read)], number)
            entries[entry.key] = (entry, number)
        placed = [(entry, f"www.outlet{n % HOSTS}.example") for entry, n in entries.values()]
        now = time.time()
        ledger.admit(placed, now)
        for _ in batch:
            taken = ledger.take_page(now, 60, 6, "memory:1", _UNSPACED)
            assert taken, "every story waits for its page"
            number = entries[taken.lease.key][1]
            ledger.settle_page(taken, read[number % len(read)].page, now, 0.0)
        for lease in ledger.lease(now, 60, _BATCH, 3):
            _complete(ledger, lease, read, entries[lease.key][1])
        for sink in sinks:
            deliver(ledger, sink)
        ledger.trim()
        yield len(batch)


def _complete(ledger: RedisLedger, lease: Lease, read: Sequence[ReadStory], number: int) -> None:
    story = read[number % len(read)]
    now = time.time()
    ledger.begin(lease, now, 60, "memory:1")
    look = story.ending.look
    assert look, "a page that was read is looked at again"
    ending = replace(make_ending(story, lease.entry, number), look=replace(look, due=now + 3600))
    done = ledger.complete(lease, ending, now)
    while isinstance(done, list):
        # of so many made-up keys two are the same now and then
        ending = replace(ending, considered={c.number: c.revision for c in done})
        done = ledger.complete(lease, ending, now)
    assert done is Completed.DONE, done


def deliver(ledger: RedisLedger, sink: Sink) -> None:
    """Hand the sink all that waits for it."""
    while True:
        delivery, fault = run.deliver(sink, ledger, 60, _BATCH, 5)
        if fault or not delivery:
            assert not fault, fault
            return
