"""A poll in short: why it failed is told by what really went wrong, message by message."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from pipeline.errors import Permanent, Transient
from pipeline.fetch import Fetcher, Limits
from pipeline.ledger import FeedLease
from pipeline.run.poll_notes import name_fault, note_poll
from pipeline.schedule import FeedState, PollResult
from pipeline.story import Feed
from tests.making import NOW

LEASE = FeedLease("one", 1, FeedState(), Feed("one", "https://x.example/"), "x.example:443")


@pytest.fixture
def silent() -> Iterator[int]:
    """A port that accepts and never answers."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


def ask(url: str) -> PollResult:
    """What a poll makes of a server's real fault."""
    fetcher = Fetcher(Limits(deadline=0.3), allow=("127.0.0.1",))
    try:
        fetcher.get(url)
    except Transient as error:
        return PollResult(error.status, error=error.what)
    except Permanent as error:
        return PollResult(error.status, error=error.what, permanent=True)
    finally:
        fetcher.close()
    raise AssertionError(url)


def test_real_faults_have_their_kind(silent: int) -> None:
    """A name that does not resolve, a port where nobody listens, and one that never answers."""
    assert name_fault(ask("http://nowhere.invalid/")) == "dns"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        assert name_fault(ask(f"http://127.0.0.1:{free.getsockname()[1]}/")) == "network"
    assert name_fault(ask(f"http://127.0.0.1:{silent}/")) == "network"
    assert name_fault(ask("http://10.1.2.3/")) == "document"


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ("host name not resolved in time", "dns"),
        ("host has no address", "dns"),
        ("too many host names waiting for an answer", "dns"),
        ("no connection: TimeoutError: timed out", "network"),
        ("connection failed: [Errno 104] Connection reset by peer", "network"),
        ("connection closed inside the body", "network"),
        ("TLS failed: certificate has expired", "network"),
        ("server too slow", "network"),
        ("deadline passed", "network"),
        ("not HTTP, or cut short: peer closed", "network"),
        ("no feed: HTML", "document"),
    ],
)
def test_messages_of_fetch_have_their_kind(error: str, kind: str) -> None:
    """Those that are hard to bring about, as pipeline.fetch words them."""
    assert name_fault(PollResult(0, error=error)) == kind


@pytest.mark.parametrize(
    ("result", "ended", "why"),
    [
        (PollResult(200, body_hash="b" * 40), "read", ""),
        (PollResult(200, body_hash="b" * 40, changed=False), "same", ""),
        (PollResult(304), "unmodified", ""),
        (PollResult(503), "server", "HTTP 503"),
        (PollResult(404, error="the server answers 404"), "server", "the server answers 404"),
        (PollResult(429, error="slow down"), "server", "429 slow down"),
        (PollResult(200, error="no feed", body_hash="p" * 40), "document", "no feed"),
    ],
)
def test_a_poll_in_short(result: PollResult, ended: str, why: str) -> None:
    """How it ended, in words where it failed, and of which document."""
    note = note_poll(LEASE, result, FeedState(body_hash="k" * 40), NOW)
    assert (note.ended, note.why, note.failed) == (ended, why, bool(why))
    digest = {"read": "b", "same": "b", "unmodified": "k", "document": "p"}.get(ended, "")
    assert note.digest == digest * 12


def test_a_long_reason_is_cut() -> None:
    """Each note goes to the disk."""
    assert len(note_poll(LEASE, PollResult(0, error="x" * 500), FeedState(), NOW).why) == 80
