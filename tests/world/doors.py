"""The public doors these tests go through, and the fields of a record they look at."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from workers.cli import main

USABLE = frozenset({"new", "copy", "version", "correction"})
"""Outcomes of a story that goes out."""

Data = dict[str, Any]


# --------------------------------------------------------------------------- explain


def explain(folder: Path, given: str | bytes, name: str = "page.html") -> Data:
    """What ``wiredesk explain --json`` says of one file of this name and content."""
    file = folder / name
    file.write_bytes(given if isinstance(given, bytes) else given.encode())
    done = CliRunner().invoke(main, ["explain", "--json", str(file)], catch_exceptions=False)
    [line] = done.stdout.splitlines()
    said: Data = json.loads(line)
    assert "error" not in said, said
    return said


# --------------------------------------------------------------------------- once


@dataclass(frozen=True)
class Answer:
    """What an address answers; {site} in a text or header becomes the site's own address."""

    body: str | bytes = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


class _Quiet(ThreadingHTTPServer):
    """A server that says nothing of callers who hang up."""

    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Says nothing."""


class Site:
    """A site on loopback that answers what a test tells it to, and 404 elsewhere."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        site = self

        class Speaks(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                site.asked.append((self.path, dict(self.headers)))
                site.reply(self)

            def log_message(self, *args: Any) -> None:
                """Says nothing."""

        self.server = _Quiet(("127.0.0.1", 0), Speaks)
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def address(self) -> str:
        """http://127.0.0.1:port"""
        return f"http://127.0.0.1:{self.server.server_port}"

    def reply(self, asked: BaseHTTPRequestHandler) -> None:
        """Answer one request."""
        answer = self.answers.get(asked.path, Answer("Not here.", 404))
        body = answer.body.encode() if isinstance(answer.body, str) else answer.body
        tag = answer.headers.get("ETag")
        if tag and asked.headers.get("If-None-Match") == tag:
            answer, body = Answer(status=304, headers={"ETag": tag}), b""
        body = body.replace(b"{site}", self.address.encode())
        body = body.replace(b"{host}", self.address.removeprefix("http://").encode())
        asked.send_response(answer.status)
        for name, value in {"Content-Type": "text/html; charset=utf-8", **answer.headers}.items():
            if value:
                asked.send_header(name, value.replace("{site}", self.address))
        asked.send_header("Content-Length", str(len(body)))
        asked.end_headers()
        asked.wfile.write(body)

    def close(self) -> None:
        """Let the port go."""
        self.server.shutdown()
        self.server.server_close()


@dataclass(frozen=True)
class Polled:
    """The records of one feed, polled once."""

    records: list[Data]
    fault: str

    def __getitem__(self, guid: str) -> Data:
        """The only record of the entry with this guid."""
        found = [data for data in self.records if data.get("altIds", {}).get("guid") == guid]
        assert len(found) == 1, f"{len(found)} records of {guid}; {len(self.records)} in all"
        return found[0]

    @property
    def only(self) -> Data:
        """The only record."""
        assert len(self.records) == 1, f"{len(self.records)} records {self.fault}"
        return self.records[0]


def once(
    site: Site,
    feed: str | bytes,
    pages: Mapping[str, Answer | str | bytes] | None = None,
    **headers: str,
) -> Polled:
    """Serve a feed and its pages, take it through ``wiredesk once --json``; its records."""
    sent = {"Content-Type": "application/rss+xml"}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    site.answers = {"/feed.xml": Answer(feed, headers=sent)}
    for path, answer in (pages or {}).items():
        site.answers[path] = answer if isinstance(answer, Answer) else Answer(answer)
    done = CliRunner().invoke(
        main,
        ["once", f"{site.address}/feed.xml", "--json", "--allow", "127.0.0.1"],
        catch_exceptions=False,
    )
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    return Polled(
        [line["data"] for line in lines], done.output.strip()[-300:] if done.exit_code else ""
    )


# --------------------------------------------------------------------------- a record's fields


def body(data: Data) -> str:
    """The body in one piece."""
    return "\n".join(data["body"])


def shown(data: Data) -> str:
    """Headline and body: what a reader of the record sees."""
    return f"{data.get('headline', '')}\n{body(data)}"


def basis(data: Data) -> str:
    """Where the text comes from: page, jsonld, text, feed or headline ("feed summary" is feed)."""
    return str(data.get("basis", "")).partition(" ")[0]


def refused(data: Data) -> str:
    """The kind of page that was refused in favour of the feed's text; '' where none was."""
    return str(data.get("page_refused", ""))


def published(data: Data) -> str:
    """The publication time, ISO 8601 in UTC; '' where it is only the time of the fetch."""
    moment = data.get("published") or {}
    return "" if moment.get("basis", "fetch") == "fetch" else str(moment["at"])


def precision(data: Data) -> str:
    """How exact the publication time is said to be."""
    return str((data.get("published") or {}).get("precision", ""))


def themes(data: Data) -> set[str]:
    """The ids of the themes."""
    return {theme["id"] for theme in data["themes"]}
