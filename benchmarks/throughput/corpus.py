"""The pages: real ones or the sample wire's, each in several editions that are stories of their
own.

An edition swaps most of a page's words of four letters and more for others of the same page, the
same everywhere on it: markup, length, repeats and vocabulary stay what they are, and no two
editions share a sentence. Its canonical URL is its own.
"""

from __future__ import annotations

import gzip
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

FEED_SIZE = 40  # entries; feeds of news sites carry 10 to 100
HOSTS = 8  # loopback addresses that stand for as many publishers

_MARKUP = re.compile(
    rb"(<script\b.*?</script\s*>|<style\b.*?</style\s*>|<!--.*?-->|<[^>]*>)", re.I | re.S
)
_WORD = re.compile(rb"(?<![\w&#/.@-])[a-z]{4,}(?![\w;/@-])")
_TOLD = re.compile(rb"<meta\b[^>]*(?:title|description)[^>]*>", re.I)
_LINKED_DATA = re.compile(rb"<script\b[^>]*ld\+json", re.I)
_VALUE = re.compile(rb'(?<=")(?!https?:)[^"\\]{12,}(?="(?!\s*:))')
_CONTENT = re.compile(rb"(?<=content=[\"'])[^\"']+")
_CANONICAL = re.compile(
    rb"<link\b[^>]*rel=[\"']?canonical[^>]*?href=[\"']?([^\"'\s>]+)|"
    rb"<meta\b[^>]*og:url[^>]*?content=[\"']([^\"']+)",
    re.I,
)
_TITLE = re.compile(rb"<title[^>]*>(.*?)</title>", re.I | re.S)


@dataclass(frozen=True, slots=True)
class WebPage:
    """A page as it is served: ``host`` is the last byte of its loopback address."""

    host: int
    path: str
    body: bytes
    type: str
    title: str


@dataclass(frozen=True, slots=True)
class WebFeed:
    """An RSS feed and the pages it links to."""

    id: str
    host: int
    pages: tuple[WebPage, ...]

    @property
    def path(self) -> str:
        return f"/{self.id}.xml"

    def body(self, port: int) -> bytes:
        """The feed as RSS 2.0, newest first."""
        items = "".join(
            f"<item><title>{escape(page.title)}</title>"
            f"<link>http://127.0.0.{page.host}:{port}{page.path}</link>"
            f"<pubDate>Mon, 16 Nov 2026 {10 + i // 60 % 12:02d}:{i % 60:02d}:00 GMT</pubDate>"
            "</item>\n"
            for i, page in enumerate(self.pages)
        )
        title = f"<title>{self.id}</title>"
        return f'<rss version="2.0"><channel>{title}\n{items}</channel></rss>'.encode()


def originals(data: Path | None) -> list[tuple[str, bytes, str]]:
    """Name, bytes and content type of every page: those under ``data``, else the sample wire's."""
    if data:
        files = sorted(data.glob("extraction/pages/*.html.gz")) + sorted(
            data.glob("wire/pages/*.html.gz")
        )
        if not files:
            raise SystemExit(f"{data}: there are no pages in extraction/pages or wire/pages")
        return [(file.name[:12], gzip.decompress(file.read_bytes()), "text/html") for file in files]
    from workers.sample import sample
    from workers.sample.pages import charset, render

    told = sample()
    found = []
    for story in told.stories:
        if story.body and story.page == "ok":
            outlet = told.outlets[story.outlet]
            name = story.template or outlet.template
            body = render(story, name, outlet=outlet, base="http://sample.invalid").encode(
                charset(name), "replace"
            )
            found.append((story.id, body, f"text/html; charset={charset(name)}"))
    return found


def editions(found: Sequence[tuple[str, bytes, str]], first: int, count: int) -> list[WebPage]:
    """``count`` pages: every original in edition ``first``, then in the next one, and so on."""
    pages = []
    for i in range(count):
        name, body, kind = found[i % len(found)]
        pages.append(
            _edition(name, body, kind, first + i // len(found), 2 + i // FEED_SIZE % HOSTS)
        )
    return pages


def feeds(pages: Sequence[WebPage], prefix: str) -> list[WebFeed]:
    """The pages in feeds of FEED_SIZE."""
    return [
        WebFeed(f"{prefix}{i // FEED_SIZE}", pages[i].host, tuple(pages[i : i + FEED_SIZE]))
        for i in range(0, len(pages), FEED_SIZE)
    ]


def _edition(name: str, body: bytes, kind: str, edition: int, host: int) -> WebPage:
    parts = _MARKUP.split(body)
    vocabulary = sorted({word for part in parts[::2] for word in _WORD.findall(part)})
    rng = random.Random(f"{name}/{edition}")
    moved = [word for word in vocabulary if rng.random() < 0.85]
    swap = dict(zip(moved, rng.sample(moved, len(moved)), strict=True))
    parts = [
        _swapped(part, swap) if i % 2 == 0 else _told(part, swap) for i, part in enumerate(parts)
    ]
    edited = b"".join(parts)
    for match in _CANONICAL.findall(body):
        url = match[0] or match[1]
        edited = re.sub(re.escape(url) + rb"(?=[\"'\s>])", url + f"-e{edition}".encode(), edited)
    found = _TITLE.search(edited)
    title = " ".join(found[1].decode("utf-8", "replace").split()) if found else name
    return WebPage(host, f"/news/{name}/{edition}", edited, kind, title)


def _told(markup: bytes, swap: dict[bytes, bytes]) -> bytes:
    """Titles, descriptions and linked data say the same as the text."""
    if _LINKED_DATA.match(markup):
        return _VALUE.sub(lambda m: _swapped(m[0], swap), markup)
    if _TOLD.match(markup):
        return _CONTENT.sub(lambda m: _swapped(m[0], swap), markup)
    return markup


def _swapped(text: bytes, swap: dict[bytes, bytes]) -> bytes:
    return _WORD.sub(lambda m: swap.get(m[0], m[0]), text)
