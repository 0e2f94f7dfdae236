"""Poll: what is admitted of a document, in which order, and what is counted of it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from pipeline import feeds, run
from pipeline.copies import MemoryIndex
from pipeline.fetch import Fetcher
from pipeline.ledger import Ending
from pipeline.ledger.memory import MemoryLedger
from pipeline.story import Feed, Outcome, OutcomeKind, utc
from tests.making import NOW

FEED = Feed("feed", "https://wire.example/feed", outlet="Northern Wire")


def item(name: str, minutes: float = 0, content: str = "") -> str:
    """An item of RSS, published so many minutes before NOW."""
    published = utc(NOW - 60 * minutes).strftime("%a, %d %b %Y %H:%M:%S GMT")
    return (
        f"<item><guid>{name}</guid><title>Karsin {name}</title>"
        f"<link>https://wire.example/{name}</link><pubDate>{published}</pubDate>"
        f'<content:encoded xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        f"<![CDATA[{content}]]></content:encoded></item>"
    )


def pushed(ledger: MemoryLedger, *items: str) -> run.Polled:
    """A document of these items, as a hub brings it."""
    body = f"<rss version='2.0'><channel><title>x</title>{''.join(items)}</channel></rss>"
    return run.push(
        FEED,
        feeds.parse(body.encode(), FEED, content_type="application/rss+xml", now=utc(NOW)),
        ledger,
        NOW,
    )


@pytest.fixture
def ledger() -> MemoryLedger:
    """An empty ledger."""
    return MemoryLedger(MemoryIndex())


def taken(ledger: MemoryLedger) -> list[str]:
    """The stories that are due, in order."""
    return [lease.entry.guid for lease in ledger.lease(NOW, 60, 50, 3)]


def test_the_oldest_entry_is_admitted_first(ledger: MemoryLedger) -> None:
    """By their dates; of the same time in the reverse of the feed's order: newest first."""
    text = "<p>" + "word " * 400 + "</p>"
    pushed(
        ledger,
        item("newest", 0, text),
        item("b", 5, text),
        item("a", 5, text),
        item("oldest", 9, text),
    )
    assert taken(ledger) == ["oldest", "a", "b", "newest"]


def test_a_version_that_its_feed_replaces_in_time_is_told(ledger: MemoryLedger) -> None:
    """Only one that had not ended: its Outcome is ``superseded``, and the changed one goes on."""
    text = "<p>" + "word " * 400 + "</p>"
    pushed(ledger, item("a", 5, text), item("b", 4, text))
    [lease, _] = ledger.lease(NOW, 60, 2, 3)
    ledger.complete(lease, Ending(Outcome(OutcomeKind.NEW)), NOW)
    polled = pushed(ledger, item("a", 5, text + "new"), item("b", 4, text + "new"))
    assert (polled.changed, [entry.guid for entry in polled.superseded]) == (2, ["b"])
    assert ledger.status(NOW).counts["outcome.superseded"] == 1


@pytest.mark.parametrize(("length", "paged"), [(1499, True), (1500, False)])
def test_content_of_a_storys_length_serves_without_its_page(
    ledger: MemoryLedger, length: int, paged: bool
) -> None:
    """Shorter is a summary as a rule: five sentences or so."""
    pushed(ledger, item("a", content="x" * length))
    status = ledger.status(NOW)
    assert (status.fetch, status.process) == ((1, 0) if paged else (0, 1))


@pytest.mark.parametrize(("age", "read"), [(59.0, 0), (61.0, 1)])
def test_a_document_that_cannot_be_read_is_given_a_minute(
    tmp_path: Path, ledger: MemoryLedger, age: float, read: int
) -> None:
    """An agency may still be writing it; after that it is broken."""
    file = tmp_path / "a.xml"
    file.write_bytes(b"<nitf><bro")
    os.utime(file, (NOW - age, NOW - age))
    ledger.schedule([Feed("wire", tmp_path.as_uri())], NOW)
    lease = ledger.claim_feed(NOW, 60)
    assert lease
    polled = run.poll(lease, run.Reach(Fetcher()), ledger, lambda: NOW)
    assert (len(polled.broken), polled.waiting) == (read, 1 - read)


def test_a_look_reads_no_further_file_after_its_time(tmp_path: Path, ledger: MemoryLedger) -> None:
    """A look ends well within its lease; what is left comes with the next."""
    for n in range(5):
        file = tmp_path / f"{n}.xml"
        file.write_bytes(b"no document")
        os.utime(file, (NOW - 600 + n, NOW - 600 + n))
    ledger.schedule([Feed("wire", tmp_path.as_uri())], NOW)
    lease = ledger.claim_feed(NOW, 60)
    assert lease
    times = iter([NOW, NOW, NOW + 1, NOW + 19.9, NOW + 20.1])
    polled = run.poll(lease, run.Reach(Fetcher()), ledger, lambda: next(times, NOW + 20.1))
    assert (len(polled.broken), polled.waiting) == (2, 3)


@pytest.mark.parametrize(
    ("seconds", "counted"), [(14.0, 8), (16.0, 7), (899.0, 3), (901.0, 2), (3601.0, 1)]
)
def test_how_late_an_entry_was_seen_is_counted_from_its_bound_up(
    tmp_path: Path, ledger: MemoryLedger, seconds: float, counted: int
) -> None:
    """As Prometheus counts: each bound has all that are not later. First polls are left out."""
    feed = Feed("wire", tmp_path.as_uri())
    for n, now in enumerate((NOW, NOW + 3600)):
        body = (
            f"<rss version='2.0'><channel>{item(f'{n}', (seconds - 3600 * n) / 60)}</channel></rss>"
        )
        file = tmp_path / f"{n}.xml"
        file.write_bytes(body.encode())
        os.utime(file, (now - 300, now - 300))
        ledger.schedule([feed], now)
        lease = ledger.claim_feed(now, 60)
        assert lease
        run.poll(lease, run.Reach(Fetcher()), ledger, lambda now=now: now)  # type: ignore[misc]
    polls = ledger.status(NOW).polls
    assert (
        sum(by for name, by in polls.items() if name.startswith("late."))
        - polls.get("late.seconds", 0)
        == counted
    )
    assert polls["late.seconds"] == seconds


def test_an_entry_without_its_first_date_goes_by_its_last(ledger: MemoryLedger) -> None:
    """Atom need not say when an entry was published, only when it was updated: the older first."""
    entries = ""
    for name, minutes in (("b", 5), ("c", 1), ("a", 9)):
        entries += (
            f"<entry><id>{name}</id><title>Karsin {name}</title>"
            f"<updated>{utc(NOW - 60 * minutes).isoformat()}</updated>"
            f'<content type="html">{"word " * 400}</content></entry>'
        )
    body = f'<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title>{entries}</feed>'
    run.push(
        FEED,
        feeds.parse(body.encode(), FEED, content_type="application/atom+xml", now=utc(NOW)),
        ledger,
        NOW,
    )
    assert taken(ledger) == ["a", "b", "c"]


@pytest.mark.parametrize(("status", "paged"), [("usable", True), ("canceled", False)])
def test_a_notice_needs_no_page(ledger: MemoryLedger, status: str, paged: bool) -> None:
    """An item that its agency takes back has no page any more; its kill must not wait for one."""
    item = {"uri": "a", "headline": "Karsin dam", "pubstatus": status, "url": "https://a.example/1"}
    run.push(
        FEED,
        feeds.parse(json.dumps(item).encode(), FEED, content_type="application/json", now=utc(NOW)),
        ledger,
        NOW,
    )
    stands = ledger.status(NOW)
    assert (stands.fetch, stands.process) == ((1, 0) if paged else (0, 1))
