"""Large documents are read in a process of their own; past a limit the document is at fault."""

from __future__ import annotations

import gzip
import os
import signal
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from pipeline import feeds, run
from pipeline.errors import Permanent, Transient
from pipeline.story import Feed
from workers import documents
from workers.documents import IN_PLACE, DocumentReader

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
FEED = Feed(id="f", url="http://a.example/feed")


def rss(size: int, items: int = 3) -> bytes:
    """A feed of exactly so many bytes."""
    head = b'<rss version="2.0"><channel><title>t</title>'
    entries = b"".join(
        b"<item><title>t%d</title><guid>g%d</guid></item>" % (n, n) for n in range(items)
    )
    tail = b"</channel></rss>"
    filler = size - len(head + entries + tail) - len(b"<x></x>")
    return head + entries + b"<x>" + b"a" * filler + b"</x>" + tail


LARGE = rss(IN_PLACE + 1)


@pytest.fixture
def reader() -> Iterator[DocumentReader]:
    """A reader with the limits of a story."""
    made = DocumentReader(10.0, 20.0)
    yield made
    made.close()


def process_of(reader: DocumentReader) -> int | None:
    """The number of its process, None where there is none."""
    return reader._process.pid if reader._process else None


@pytest.mark.parametrize(
    ("body", "apart"),
    [(rss(IN_PLACE), False), (LARGE, True), (gzip.compress(LARGE), True)],
    ids=["at the bound", "above it", "small until it is unpacked"],
)
def test_only_large_documents_have_a_process(
    reader: DocumentReader, body: bytes, apart: bool
) -> None:
    """What is read is the same; a process costs memory that most feeds do not need."""
    found = reader.parse(body, FEED, now=NOW)
    assert found == feeds.parse(body, FEED, now=NOW)
    assert (process_of(reader) is not None) == apart


def test_the_process_is_kept_for_the_next_document(reader: DocumentReader) -> None:
    """Its start takes half a second, an answer milliseconds."""
    reader.parse(LARGE, FEED, now=NOW)
    first = process_of(reader)
    reader.parse(LARGE, FEED, now=NOW)
    assert process_of(reader) == first


def test_a_document_that_is_no_feed_is_refused_as_ever(reader: DocumentReader) -> None:
    """With the reader's own reason, and the process goes on."""
    with pytest.raises(Permanent, match="no feed in the document") as refused:
        reader.parse(b"x" * (IN_PLACE + 1), FEED, now=NOW)
    assert (refused.value.feed, refused.value.url) == ("f", FEED.url)
    assert process_of(reader)


def test_past_its_processor_time_a_document_is_refused(
    reader: DocumentReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the next one is read: the fault is this document's."""
    reader.processor = 0.0
    with monkeypatch.context() as slow:
        # a reader that never comes to an end, however quick the machine is
        program = "from workers import documents; documents._read = lambda *_: sum(iter(int, 1)); "
        slow.setattr(documents, "_PROGRAM", program + documents._PROGRAM)
        with pytest.raises(Permanent, match="took over 0 s of processor time"):
            reader.parse(LARGE, FEED, now=NOW)
    assert len(reader.parse(LARGE, FEED, now=NOW).entries) == 3


def test_past_its_time_on_the_clock_a_document_is_refused(reader: DocumentReader) -> None:
    """Whatever the process does meanwhile: here it stands still."""
    reader.parse(LARGE, FEED, now=NOW)
    stopped = process_of(reader)
    assert stopped
    os.kill(stopped, signal.SIGSTOP)
    reader.clock = 0.3
    with pytest.raises(Permanent, match=r"took over 0\.3 s"):
        reader.parse(LARGE[:60_000] + LARGE[60_000:], FEED, now=NOW)
    reader.clock = 20.0
    assert len(reader.parse(LARGE, FEED, now=NOW).entries) == 3
    assert process_of(reader) != stopped


def test_past_its_memory_a_document_is_refused(
    reader: DocumentReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is told as the feed's fault, and no process grows without a bound."""
    program = "from workers import documents; documents._MEMORY = 20; "
    monkeypatch.setattr(documents, "_PROGRAM", program + documents._PROGRAM)
    flood = b'<rss version="2.0"><channel>' + b"<x/>" * 900_000 + b"</channel></rss>"
    with pytest.raises(Permanent, match="memory"):
        reader.parse(flood, FEED, now=NOW)


def test_a_process_that_was_killed_while_idle_is_started_anew(reader: DocumentReader) -> None:
    """Nothing says that the document was at fault."""
    reader.parse(LARGE, FEED, now=NOW)
    first = process_of(reader)
    assert first
    os.kill(first, signal.SIGKILL)
    assert len(reader.parse(LARGE, FEED, now=NOW).entries) == 3


def test_a_process_without_work_ends_and_is_started_anew(
    reader: DocumentReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An installation without large feeds does not hold its memory for good."""
    program = "from workers import documents; documents._IDLE = 0.05; "
    monkeypatch.setattr(documents, "_PROGRAM", program + documents._PROGRAM)
    reader.parse(LARGE, FEED, now=NOW)
    assert reader._process
    reader._process.wait(20)
    assert len(reader.parse(LARGE, FEED, now=NOW).entries) == 3


def test_documents_that_wait_too_long_are_tried_later(reader: DocumentReader) -> None:
    """One at a time; a feed that only waited for others has no fault."""
    reader.clock = 0.05
    with reader._lock, pytest.raises(Transient, match="other large documents"):
        reader.parse(LARGE, FEED, now=NOW)


def test_threads_share_the_process(reader: DocumentReader) -> None:
    """Each gets the answer to its own document."""
    sizes: dict[int, int] = {}

    def read(items: int) -> None:
        found = reader.parse(rss(IN_PLACE + 1, items), FEED, now=NOW)
        sizes[items] = len(found.entries)

    threads = [threading.Thread(target=read, args=(items,)) for items in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sizes == {items: items for items in range(1, 9)}


def test_the_reader_reads_as_a_poll_asks_it_to(reader: DocumentReader) -> None:
    """It fits the place of ``feeds.parse``."""
    parse: run.Parse = reader.parse
    feed = replace(FEED, language="de")
    assert parse(LARGE, feed, content_type="text/xml", now=NOW, url="http://b.example/").entries
