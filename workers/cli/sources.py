"""What a person names on the command line: a story (page, text, URL, ``-``) or a feed's id."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import click
from click.shell_completion import CompletionItem

from config.settings import ConfigError, is_sample
from pipeline import run, wire
from pipeline.extract import extract, from_text
from pipeline.fetch import literal_place
from pipeline.story import Article, Entry, Feed, Outcome, Page, Story, digest, utc
from workers.cli.guard import Fault
from workers.feedlist import configured
from workers.wiring import Wiring, wiring

STORY_FILES: Final = frozenset({".txt", ".html", ".htm"})
_SNIFFED: Final = 2000  # bytes of standard input in which a page has its first tag


def wired(allow: Sequence[str], given: Sequence[str]) -> Wiring:
    """The wiring, with leave to ask ``allow`` and the addresses that the person typed."""
    w = wiring()
    allow = sorted({*allow, *map(literal_place, given)} - {""})
    if not allow:
        return w
    fetch = w.settings.fetch
    # who names a host of their own does not want to wait for its spacing
    spacing = {**fetch.spacing_by_host, **dict.fromkeys(allow, 0.0)}
    fetch = fetch.model_copy(update={"allow": (*fetch.allow, *allow), "spacing_by_host": spacing})
    return replace(w, settings=w.settings.model_copy(update={"fetch": fetch}))


@dataclass(frozen=True, slots=True)
class Source:
    """A story as it was named: its page or its plain text, and an entry in place of a feed's."""

    name: str
    entry: Entry
    page: Page | None = None
    text: str = ""


def read_source(name: str, w: Wiring) -> Source:
    """Read a page or a plain text. Raises Fault, OSError, Transient or Permanent."""
    if urlsplit(name).scheme in {"http", "https"}:
        page = w.fetcher.page(name)
        if page.status != 200 or not page.body:
            raise Fault(f"the page answers {page.status} {page.note}".strip())
        return Source(name, Entry(digest(name), "", "", name, ""), page)
    body = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    if not body.strip():
        raise Fault("it is empty")
    url = "" if name == "-" else f"file:{name}"
    entry = Entry(digest(name), "", "", url, "")
    if name.endswith(".txt") or (name == "-" and b"<" not in body[:_SNIFFED]):
        return Source(name, entry, text=body.decode("utf-8-sig", "replace"))
    return Source(name, entry, Page(url, 200, body, "text/html"))


def article_of(source: Source, now: float) -> Article | Outcome:
    """What was extracted from a source, before anything is cut."""
    if source.text:
        return from_text(source.text, source.entry.url)
    return extract(source.page or Page(source.entry.url), source.entry, utc(now))


def clean_source(source: Source, definitions: run.Definitions, now: float) -> Story | Outcome:
    """The clean story of what ``read_source`` gave, or why there is none."""
    if source.text:
        article = from_text(source.text, source.entry.url)
        return wire.clean(article, source.entry, definitions.rules)
    return run.clean_story(source.entry, source.page, definitions, now, run.Stopwatch())


def read_story(path: str) -> Story:
    """The clean story in a file. Raises Fault where there is none, OSError where no file is."""
    w = wiring()
    try:
        story = clean_source(read_source(path, w), w.definitions, time.time())
    except Fault as fault:
        raise Fault(f"{path}: {fault}") from None
    if isinstance(story, Outcome):
        raise Fault(f"{path}: {story.kind}: {story.reason}")
    return story


def find_story_files(folder: Path) -> list[Path]:
    """The files of stories in a folder and below, by name."""
    return sorted(path for path in folder.rglob("*") if path.suffix in STORY_FILES)


class FeedId(click.types.StringParamType):
    """The id of a feed, which the shell completes."""

    name = "id"

    def shell_complete(
        self,
        ctx: click.Context,  # noqa: ARG002  click's signature
        param: click.Parameter,  # noqa: ARG002
        incomplete: str,
    ) -> list[CompletionItem]:
        """Ids of configured feeds."""
        feeds, _ = configured()
        chosen = [feed for feed in feeds if feed.id.startswith(incomplete)]
        return [CompletionItem(feed.id, help=feed.name or feed.url) for feed in chosen]


FEED_ID: Final = FeedId()
ids_argument = click.argument("ids", nargs=-1, required=True, type=FEED_ID, metavar="ID...")


def configured_feeds() -> dict[str, Feed]:
    """The feeds of the feed files by id. Raises ConfigError."""
    feeds, faults = configured()
    if faults:
        raise ConfigError(faults)
    return {feed.id: feed for feed in feeds}


def require_served(feed: Feed) -> None:
    """Raises Fault where a feed is the sample wire's, and nobody serves that just now."""
    if is_sample(feed):
        raise Fault(
            f"{feed.id} is a feed of the sample wire, which is served while `wiredesk run` runs: "
            "start that in another terminal"
        )


def unknown_feeds(wrong: Sequence[str], ids: Sequence[str]) -> Fault:
    """A fault that says which ids there are not, and which may have been meant."""
    named = []
    for given in wrong:
        # a slip of the keyboard, or else a part of the id
        near = get_close_matches(given, ids, 3, 0.5) or [i for i in ids if given in i][:3]
        named.append(f"{given!r}" + (f" (did you mean {', '.join(near)}?)" if near else ""))
    return Fault(f"no feed has the id {', '.join(named)}: see `wiredesk feeds list`")
