"""Any order of calls, deaths and late workers:
both ledgers do the same, and the promise holds after every step.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from redis import Redis

from pipeline.ledger import Broken, Completed, Delivery, Ending, Later, Lease, Ledger, VainLook
from pipeline.schedule import Look, LookKind
from pipeline.story import Outcome, OutcomeKind, Page, utc
from tests.making import NOW, entry, record
from tests.workers.ledgers import both

NAMES = st.sampled_from("abcdef")
WORKERS = st.sampled_from(["w1", "w2"])
SINKS = ("one", "two")
CAP = 3
# due and earliest in seconds from the moment at which a look is planned
LOOKS = st.none() | st.builds(
    Look,
    st.sampled_from(LookKind),
    st.sampled_from([0.0, 1.0, 20.0]),
    st.sampled_from([0.0, 5.0]),
    st.integers(0, 3),
    st.booleans(),
)


@dataclass
class Held:
    """The same piece of work, as each of the two ledgers leased it."""

    name: str
    leases: tuple[Any, ...]
    generation: int


@dataclass
class Offered:
    """What the test knows of one entry: how often it was admitted anew, and which of these ended
    with a record. ``turn`` counts how often another look at its page opened it again.
    """

    generation: int = 0
    turn: int = 0
    ended: set[tuple[int, int]] = field(default_factory=set)

    @property
    def version(self) -> int:
        """The version of the record that ends it as it stands."""
        return 1000 * self.generation + self.turn


class LedgerMachine(RuleBasedStateMachine):
    """Drives both ledgers side by side. Leases that are never finished are workers that died."""

    client: Redis
    held = Bundle("held")
    pages = Bundle("pages")
    batches = Bundle("batches")

    @initialize()
    def begin(self) -> None:
        """Two empty ledgers with two sinks."""
        self.ledgers = both(self.client)
        for ledger in self.ledgers:
            ledger.attach(SINKS)
        self.now = NOW
        self.offered: dict[str, Offered] = {}
        self.sent: dict[str, list[str]] = {sink: [] for sink in SINKS}

    @rule(name=NAMES, paged=st.booleans())
    def admit(self, name: str, paged: bool) -> None:
        """The feed shows an entry again, unchanged."""
        generation = self.offered.setdefault(name, Offered()).generation
        self._admit(name, generation, paged)

    @rule(name=NAMES, paged=st.booleans())
    def change(self, name: str, paged: bool) -> None:
        """The feed shows an entry with changed content."""
        offered = self.offered.setdefault(name, Offered())
        offered.generation += 1
        self._admit(name, offered.generation, paged)

    @rule(name=NAMES, paged=st.booleans())
    def move(self, name: str, paged: bool) -> None:
        """The feed shows an entry with the same content under the time that it is now."""
        generation = self.offered.setdefault(name, Offered()).generation
        self._admit(name, generation, paged, moved=True)

    def _admit(self, name: str, generation: int, paged: bool, *, moved: bool = False) -> None:
        dated = utc(self.now if moved else NOW - 60)
        shown = entry(name, title=f"{name} {generation}", published=dated)
        item = shown, "wire.example" if paged else ""
        said = [ledger.admit([item], self.now) for ledger in self.ledgers]
        assert said[0] == said[1]

    @rule(target=held, limit=st.integers(1, 4), who=WORKERS, suspects=st.integers(0, 2))
    def lease(self, limit: int, who: str, suspects: int) -> Held | None:
        """A worker takes a batch to process; it keeps the first and gives back the rest."""
        taken = [ledger.lease(self.now, 30, limit, CAP, who, suspects) for ledger in self.ledgers]
        return self._take(taken)

    @rule(limit=st.integers(1, 4), who=WORKERS, suspects=st.integers(0, 2), begin=st.booleans())
    def lease_and_die(self, limit: int, who: str, suspects: int, begin: bool) -> None:
        """A worker takes a batch, begins the first and is heard of no more."""
        taken = [ledger.lease(self.now, 30, limit, CAP, who, suspects) for ledger in self.ledgers]
        assert [x.key for x in taken[0]] == [x.key for x in taken[1]]
        for ledger, batch in zip(self.ledgers, taken, strict=True):
            for lease in batch[: int(begin)]:
                ledger.begin(lease, self.now, 30, who)

    @rule(dead=st.sets(WORKERS), patience=st.sampled_from([0.5, 25.0]))
    def release_held(self, dead: set[str], patience: float) -> None:
        """What is held in vain is given back."""
        holders = [
            ledger.release_held(sorted(dead), self.now, 30, patience, 5.0)
            for ledger in self.ledgers
        ]
        assert sorted(holders[0]) == sorted(holders[1])
        assert not dead & set(holders[0])

    @rule(target=pages)
    def take_page(self) -> Held | None:
        """A worker takes the page that has waited longest."""
        found = [ledger.take_page(self.now, 30, CAP, "worker") for ledger in self.ledgers]
        one, two = found
        assert (one is None) == (two is None)
        if one is None or two is None:
            return None
        assert (one.lease.key, one.lease.attempts) == (two.lease.key, two.lease.attempts)
        assert (one.lease.look, one.lease.mark) == (two.lease.look, two.lease.mark)
        name, generation = one.lease.entry.title.split()
        return Held(name, (one, two), int(generation))

    def _take(self, taken: list[list[Lease]]) -> Held | None:
        assert [x.key for x in taken[0]] == [x.key for x in taken[1]]
        assert [x.attempts for x in taken[0]] == [x.attempts for x in taken[1]]
        if not taken[0]:
            return None
        for ledger, batch in zip(self.ledgers, taken, strict=True):
            ledger.release(batch[1:], self.now)
            ledger.begin(batch[0], self.now, 30, "worker")
        name, generation = taken[0][0].entry.title.split()
        return Held(name, tuple(batch[0] for batch in taken), int(generation))

    @rule(work=consumes(pages), kind=st.sampled_from(["page", "later", "unasked"]))
    def settle_page(self, work: Held | None, kind: str) -> None:
        """The page is there, is tried again, or was not asked for; a worker may settle late."""
        if work:
            page = Page("https://wire.example/x", 200, b"<p>x</p>", "text/html", utc(self.now))
            result = {"page": page, "later": Later(self.now + 5, "busy"), "unasked": None}[kind]
            held = self._same(
                work, lambda ledger, taken: ledger.settle_page(taken, result, self.now, self.now)
            )
            if held and kind == "page" and work.leases[0].lease.look:
                self.offered[work.name].turn += 1

    @rule(work=consumes(pages), look=LOOKS, spared=st.sampled_from([0, 40]))
    def settle_look(self, work: Held | None, look: Look | None, spared: int) -> None:
        """A look found nothing; the next one is planned, or the host is spared."""
        if work and work.leases[0].lease.look:
            result = VainLook("unchanged", self._at(look), self.now + spared if spared else 0.0)
            self._same(
                work, lambda ledger, taken: ledger.settle_page(taken, result, self.now, self.now)
            )

    def _at(self, look: Look | None) -> Look | None:
        if not look:
            return None
        due = self.now + look.due if look.due else 0.0
        return replace(look, due=due, earliest=self.now + look.earliest)

    @rule(work=consumes(held), seconds=st.integers(0, 40), failed=st.booleans())
    def postpone(self, work: Held | None, seconds: int, failed: bool) -> None:
        """The story failed, or must wait."""
        if work:
            until = self.now + seconds
            self._same(
                work, lambda ledger, lease: ledger.postpone(lease, until, "x", failed=failed)
            )

    @rule(work=held, look=LOOKS)
    def complete(self, work: Held | None, look: Look | None = None) -> None:
        """The story ends with a record; a worker may do this late, or twice."""
        if not work:
            return
        version = self.offered[work.name].version
        records = (record(work.name, version),)
        ending = Ending(Outcome(OutcomeKind.NEW), records, look=self._at(look))
        done = self._same(work, lambda ledger, lease: ledger.complete(lease, ending, self.now))
        if done is Completed.DONE:
            offered = self.offered[work.name]
            assert work.generation == offered.generation, "an outdated content was completed"
            ended = offered.generation, offered.turn
            assert ended not in offered.ended, "a story ended twice"
            offered.ended.add(ended)

    @rule(name=NAMES)
    def live(self, name: str) -> None:
        """A day without faults: one entry changes and every story that is due ends."""
        self.change(name, paged=False)
        while work := self.lease(50, "w1", 1):
            self.complete(work)

    def _same(self, work: Held, call: object) -> object:
        said = [
            call(ledger, lease) for ledger, lease in zip(self.ledgers, work.leases, strict=True)
        ]  # type: ignore[operator]
        assert said[0] == said[1]
        return said[0]

    @rule(target=batches, sink=st.sampled_from(SINKS), limit=st.integers(1, 3))
    def read(self, sink: str, limit: int) -> tuple[Delivery, ...] | None:
        """A worker reads a batch for a sink."""
        found = [ledger.read(sink, self.now, 30, limit) for ledger in self.ledgers]
        if found[0] is None or found[1] is None:
            assert found[0] == found[1]
            return None
        return found[0], found[1]

    @rule(target=batches, sink=st.sampled_from(SINKS))
    def read_after_a_death(self, sink: str) -> tuple[Delivery, ...] | None:
        """A worker reads and dies; its batch is read again when the lease ran out."""
        dead = self.read(sink, 3)
        self.now += 31
        if dead and (alive := self.read(sink, 3)):
            self.acknowledge(dead)
            return alive
        return None

    @rule(pair=consumes(batches))
    def acknowledge(self, pair: tuple[Delivery, ...] | None) -> None:
        """The batch is with the sink, unless the lease ran out meanwhile."""
        if pair:
            said = [
                ledger.acknowledge(batch, self.now)
                for ledger, batch in zip(self.ledgers, pair, strict=True)
            ]
            assert said[0] == said[1]
            if said[0]:
                assert [r.id for _, r in pair[0].items] == [r.id for _, r in pair[1].items]
                self.sent[pair[0].sink] += [r.id for _, r in pair[0].items]

    @rule()
    def trim(self) -> None:
        """What all sinks have is dropped."""
        assert self.ledgers[0].trim() == self.ledgers[1].trim()

    @rule(name=NAMES, again=st.booleans())
    def quarantine(self, name: str, again: bool) -> None:
        """An operator retries or drops."""
        key = entry(name).key
        said = [
            ledger.retry(key, self.now) if again else ledger.drop(key, self.now)
            for ledger in self.ledgers
        ]
        assert said[0] == said[1]
        if said[0] and not again:
            offered = self.offered[name]
            offered.ended.add((offered.generation, offered.turn))

    @rule(seconds=st.sampled_from([1, 10, 31]))
    def wait(self, seconds: int) -> None:
        """Time goes by, and leases run out."""
        self.now += seconds

    @invariant()
    def same_picture(self) -> None:
        """Both ledgers count the same."""
        if hasattr(self, "ledgers"):
            one, two = (ledger.status(self.now) for ledger in self.ledgers)
            assert dict(one.counts) == {k: v for k, v in two.counts.items() if v or k in one.counts}
            assert (one.fetch, one.process, one.quarantine, one.looks) == (
                two.fetch,
                two.process,
                two.quarantine,
                two.looks,
            )
            assert (one.outbox, one.backlog, one.delivered) == (
                two.outbox,
                two.backlog,
                two.delivered,
            )

    @invariant()
    def each_admission_ends_once(self) -> None:
        """What was admitted has ended in one Outcome, or is open; both tell of earlier versions
        alike."""
        for ledger in getattr(self, "ledgers", ()):
            status = ledger.status(self.now)
            ended = sum(n for name, n in status.counts.items() if name.startswith("outcome."))
            assert status.counts.get("admitted", 0) == ended + status.fetch + status.process
        for name in getattr(self, "offered", {}):
            traces = [ledger.trace(entry(name).key) for ledger in self.ledgers]
            before = [trace.facts.get("before") for trace in traces if trace]
            assert before[0] == before[1]

    @rule(name=NAMES)
    def refuse(self, name: str) -> None:
        """The feed shows an entry that cannot be read."""
        broken = Broken(f"broken {name}", "feed", "no link")
        said = [ledger.refuse([broken], self.now) for ledger in self.ledgers]
        assert said[0] == said[1]

    @invariant()
    def nothing_twice(self) -> None:
        """No sink acknowledged a record twice."""
        for sent in getattr(self, "sent", {}).values():
            assert max(Counter(sent).values(), default=0) <= 1

    def teardown(self) -> None:
        """When everybody lives again, every entry ends or stands in quarantine, and each sink gets
        each record once.
        """
        if not hasattr(self, "ledgers"):
            return
        for ledger in self.ledgers:
            self._finish(ledger)
        for name in self.offered:
            for ledger in self.ledgers:
                trace = ledger.trace(entry(name).key)
                assert trace, "an admitted entry is gone"
                assert trace.stage in {"done", "quarantine"}

    def _finish(self, ledger: Ledger) -> None:
        now = self.now + 1000
        got: dict[str, list[str]] = {sink: list(sent) for sink, sent in self.sent.items()}
        opened: Counter[str] = Counter()
        for _ in range(200):
            now += 31
            for lease in ledger.lease(now, 30, 10, CAP):
                name, _ = lease.entry.title.split()
                version = self.offered[name].version + opened[name]
                ending = Ending(Outcome(OutcomeKind.NEW), (record(name, version),))
                assert ledger.complete(lease, ending, now) is Completed.DONE
            if taken := ledger.take_page(now, 30, CAP, "worker"):
                assert ledger.settle_page(taken, Page(""), now, now)
                name, _ = taken.lease.entry.title.split()
                opened[name] += bool(taken.lease.look)
            for sink in SINKS:
                if batch := ledger.read(sink, now, 30, 100):
                    got[sink] += [r.id for _, r in batch.items]
                    ledger.acknowledge(batch, now)
            status = ledger.status(now)
            if not (status.looks or status.fetch or status.process or any(status.backlog.values())):
                break
        events = ledger.status(now).counts.get("event.story.new", 0)
        for sent in got.values():
            assert len(sent) == events, "a sink missed a record or got one twice"
            assert max(Counter(sent).values(), default=0) <= 1


def test_any_order_keeps_the_promise(redis: Redis) -> None:
    """Over random orders of calls with dying and late workers:
    none lost, none twice, both ledgers alike.
    """
    machine = type("Machine", (LedgerMachine,), {"client": redis})
    run_state_machine_as_test(
        machine, settings=settings(max_examples=60, stateful_step_count=40, deadline=None)
    )  # type: ignore[arg-type]
