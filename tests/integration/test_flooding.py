"""A feed with ever new entries beside honest ones, in the whole running system."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from threading import Thread

import pytest

from tests.integration.test_arrivals import text
from tests.integration.test_run import ending, environment, records, status, until, var

__all__ = ["var"]

pytestmark = pytest.mark.system

SHOWN, QUOTA, HONEST = 90, 30, 12


class Wire:
    """Two feeds on loopback: one makes all its ids anew each time it is asked, the other has one
    story more each time.
    """

    def __init__(self) -> None:
        self.ids, self.stories = count(), count(1)
        wire = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = wire.flood() if self.path == "/flood" else wire.honest()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        Thread(target=self._server.serve_forever, daemon=True).start()
        self.root = f"http://127.0.0.1:{self._server.server_port}"

    def flood(self) -> bytes:
        """Ever new entries."""
        return self._document("Flood", [next(self.ids) for _ in range(SHOWN)])

    def honest(self) -> bytes:
        """One story more, and the ones before."""
        return self._document("Honest", [-n for n in range(1, next(self.stories) + 1)])

    def _document(self, title: str, seeds: list[int]) -> bytes:
        items = []
        for seed in seeds:
            story = {"id": f"{title}{seed}", "title": f"{title} {seed}", "content_text": text(seed)}
            items.append(story)
        version = "https://jsonfeed.org/version/1.1"
        return json.dumps({"version": version, "title": title, "items": items}).encode()

    def close(self) -> None:
        """Shut the server."""
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def wire() -> Iterator[Wire]:
    """The two feeds."""
    wire = Wire()
    yield wire
    wire.close()


def test_a_feed_with_ever_new_entries_stops_no_other(var: Path, wire: Wire, tmp_path: Path) -> None:
    """Its first document and a quota of it go out, one line says so, and the honest feed is read
    each second as if it were alone.
    """
    feeds = tmp_path / "feeds.toml"
    feeds.write_text(
        "".join(
            f'[[feeds]]\nid = "{name}"\nurl = "{wire.root}/{name}"\nfull_text = true\nevery = 1\n'
            for name in ("flood", "honest")
        )
    )
    more = {"WIREDESK_POLL_ENTRIES_PER_HOUR": str(QUOTA)}

    def delivered() -> Counter[str]:
        return Counter([line["data"]["feed"] for line in records(var)])

    command = [sys.executable, "-m", "workers.cli", "run", "--feeds", str(feeds)]
    log = tmp_path / "log"
    with (
        log.open("wb") as said_to,
        subprocess.Popen(command, env=environment(var, **more), stderr=said_to) as running,
        ending(running),
    ):
        try:
            until(lambda: delivered()["honest"] >= HONEST and delivered()["flood"] >= SHOWN + QUOTA)
            health = status(var, **more)["health"]
        finally:
            running.send_signal(signal.SIGTERM)
    said = log.read_text("utf-8")
    assert (health["well"], health["flooding"]) == (1, 1)
    assert said.count('"event": "feed.flood"') == 1
    assert "poll.paused" not in said
    # what is free of the quota meanwhile is less than one entry in two minutes
    assert delivered()["flood"] <= SHOWN + QUOTA + 3
