"""What a person names on the command line as a story: a page, a text file, a URL or standard input."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from pipeline import run, wire
from pipeline.extract import from_text
from pipeline.story import Entry, Outcome, Page, Story, digest
from workers.cli.guard import Fault
from workers.wiring import Wiring, literal_host, wiring


def wired(allow: Sequence[str], given: Sequence[str]) -> Wiring:
    """The wiring, with leave to ask ``allow`` and the addresses that the person typed."""
    w = wiring()
    allow = sorted({*allow, *map(literal_host, given)} - {""})
    if not allow:
        return w
    fetch = w.settings.fetch
    spacing = {**fetch.spacing_by_host, **dict.fromkeys(allow, 0.0)}
    fetch = fetch.model_copy(update={"allow": (*fetch.allow, *allow), "spacing_by_host": spacing})
    return replace(w, settings=w.settings.model_copy(update={"fetch": fetch}))


def read_source(source: str, w: Wiring) -> tuple[Page | None, Entry, str]:
    """A source as a page, or as plain text. Raises Fault, OSError, Transient or Permanent."""
    if urlsplit(source).scheme in {"http", "https"}:
        page = w.fetcher.page(source)
        if page.status != 200 or not page.body:
            raise Fault(f"the page answers {page.status} {page.note}".strip())
        return page, Entry(digest(source), "", "", source, ""), ""
    body = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
    url = "" if source == "-" else f"file:{source}"
    entry = Entry(digest(source), "", "", url, "")
    if not body.strip():
        raise Fault("it is empty")
    if source.endswith(".txt") or (source == "-" and b"<" not in body[:2000]):
        return None, entry, body.decode("utf-8-sig", "replace")
    return Page(url, 200, body, "text/html"), entry, ""


def story_in(
    page: Page | None, entry: Entry, text: str, definitions: run.Definitions, now: float
) -> Story | Outcome:
    """The clean story of what ``read_source`` gave."""
    if text:
        return wire.clean(from_text(text, entry.url), entry, definitions.rules)
    return run.clean_story(entry, page, definitions, now, run.Stopwatch())
