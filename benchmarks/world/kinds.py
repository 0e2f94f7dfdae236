"""The kinds of page: what an entry's address answers in each of three polls, and what must come.

``ends`` says which text must stand in the last record: the page's ("page"), the feed's ("feed"), or
the headline alone ("headline"). A kind whose page is there from the first poll is edited, too: a
third of its stories in the second poll, and a part of these are taken back in the third.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import escape

from benchmarks.world import walls
from benchmarks.world.telling import STRANGER, Told, edit, tell
from benchmarks.world.walls import Wall

POLLS = 3
FRONT = "/"
SECTION = "/section"


@dataclass(frozen=True)
class Served:
    """What an address answers. ``cut`` says that the connection breaks in the middle."""

    body: bytes = b""
    status: int = 200
    type: str = "text/html; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: bool = False


@dataclass(frozen=True)
class PageKind:
    """One kind of page; ``serve`` gets the story as its page tells it, and the number of the poll.

    ``moves`` says whether its feed shows a later time in each poll, as it does where the page is
    ``edited``; ``comes`` whether its page is missing in the first poll and comes later; ``summary``
    whether its entry brings one, ``link`` whether it has a link at all.
    """

    name: str
    serve: Callable[[Told, int], Served]
    ends: str = "page"
    edited: bool = False
    moves: bool = False
    comes: bool = False
    summary: bool = True
    link: bool = True


def changes(kind: PageKind, number: int) -> tuple[bool, bool]:
    """Whether a story is edited from the second poll on, and whether that is taken back."""
    edited = kind.edited and number % 3 == 0
    return edited, edited and number % 2 == 0


def stands(kind: PageKind, told: Told, poll: int) -> Told:
    """The story as its page tells it in a poll (0, 1, 2)."""
    edited, back = changes(kind, told.number)
    if edited and (poll == 1 or (poll == 2 and not back)):
        return edit(told)
    return told


def document(title: str, body: str, language: str = "en", head: str = "") -> bytes:
    """A whole page."""
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        f"<title>{escape(title)}</title>{head}</head><body>"
        '<header><nav><a href="/">Front page</a> <a href="/section">World</a> '
        f'<a href="/about">About us</a></nav></header>{body}'
        '<footer><p>© The Ferry Post 2026 · <a href="/terms">Terms</a></p></footer></body></html>'
    ).encode()


def _paragraphs(told: Told) -> str:
    return "".join(f"<p>{escape(paragraph)}</p>\n" for paragraph in told.body)


def _article(told: Told, inside: str = "") -> str:
    return f"<article><h1>{escape(told.title)}</h1>{inside or _paragraphs(told)}</article>"


def _title(told: Told) -> str:
    return f"{told.title} | The Ferry Post"


def _plain(told: Told, _poll: int) -> Served:
    return Served(document(_title(told), f"<main>{_article(told)}</main>", told.language))


def _divs(told: Told, _poll: int) -> Served:
    inside = "<br><br>".join(escape(paragraph) for paragraph in told.body)
    body = f'<div id="c7"><h1>{escape(told.title)}</h1><div class="b2">{inside}</div></div>'
    return Served(document(_title(told), body, told.language))


def _script(told: Told, _poll: int) -> Served:
    said = {
        "@context": "https://schema.org", "@type": "NewsArticle", "headline": told.title,
        "articleBody": "\n\n".join(told.body),
    }  # fmt: skip
    head = f'<script type="application/ld+json">{json.dumps(said)}</script>'
    return Served(document(_title(told), '<div id="app"></div>', told.language, head))


def _banner(told: Told, _poll: int) -> Served:
    wall = walls.choose(walls.CONSENT, told.number)
    banner = f'<div class="cmp-box" role="dialog">{_sentences(wall)}</div>'
    return Served(document(_title(told), banner + _article(told), told.language))


def _scroll(told: Told, _poll: int) -> Served:
    next_one = tell(told.number + STRANGER)
    body = f'<div class="feed">{_article(told)}<hr>{_article(next_one)}</div>'
    return Served(document(_title(told), body, told.language))


def _heavy(told: Told, _poll: int) -> Served:
    weight = "<script>var state = '" + "x1f0" * 900_000 + "';</script>"
    return Served(document(_title(told), _article(told), told.language, weight))


def _windows(told: Told, _poll: int) -> Served:
    """In the code page of its language, which nothing declares."""
    code = {"ru": "cp1251", "tr": "cp1254"}.get(told.language, "cp1252")
    page = document(_title(told), _article(told), told.language).decode()
    page = page.replace('<meta charset="utf-8">', "")
    return Served(page.encode(code, "xmlcharrefreplace"), type="text/html")


def _late(status: int) -> Callable[[Told, int], Served]:
    def serve(told: Told, poll: int) -> Served:
        return _plain(told, poll) if poll else _standing(walls.NOT_FOUND, told, status)

    return serve


def _sentences(wall: Wall) -> str:
    return "".join(f"<p>{escape(sentence)}</p>" for sentence in wall.sentences) + wall.markup


def _standing(among: tuple[Wall, ...], told: Told, status: int = 200) -> Served:
    wall = walls.choose(among, told.number)
    body = f"<main><h1>{escape(wall.title)}</h1>{_sentences(wall)}</main>"
    return Served(document(wall.title, body), status)


def _wall(
    among: tuple[Wall, ...], status: int = 200, falls: bool = False
) -> Callable[[Told, int], Served]:
    """A wall; one that ``falls`` is gone in the second poll."""

    def serve(told: Told, poll: int) -> Served:
        return _plain(told, poll) if falls and poll else _standing(among, told, status)

    return serve


def _to(path: str) -> Callable[[Told, int], Served]:
    def serve(_told: Told, _poll: int) -> Served:
        return Served(status=302, headers={"Location": path})

    return serve


def _list(_told: Told, _poll: int) -> Served:
    return front_page()


def front_page() -> Served:
    """The front page of the site: the beginnings of other stories."""
    teasers = []
    for number in range(STRANGER, STRANGER + 24, 2):
        one = tell(number)
        teasers.append(
            f'<div class="teaser"><h2><a href="/x/{number}">{escape(one.title)}</a></h2>'
            f"<p>{escape(one.body[0])}</p></div>"
        )
    return Served(document("The Ferry Post", "<main>" + "".join(teasers) + "</main>"))


def _binary(_told: Told, _poll: int) -> Served:
    return Served(walls.PDF)


def _source(told: Told, _poll: int) -> Served:
    return Served(walls.SOURCE[told.number // 7 % len(walls.SOURCE)].encode())


def _other(told: Told, poll: int) -> Served:
    return _plain(tell(told.number + STRANGER), poll)


def _nothing(_told: Told, _poll: int) -> Served:
    return Served()


def _broken(told: Told, poll: int) -> Served:
    return Served(_plain(told, poll).body, cut=True)


KINDS = (
    PageKind("plain", _plain, edited=True),
    PageKind("breaks in a div", _divs, edited=True),
    PageKind("drawn by script", _script, edited=True),
    PageKind("under a banner", _banner, edited=True),
    PageKind("endless page", _scroll, edited=True),
    PageKind("3.6 MB", _heavy),
    PageKind("code page unsaid", _windows),
    PageKind("404 at first", _late(404), comes=True),
    PageKind("410 at first", _late(410), comes=True),
    PageKind("robot check", _wall(walls.ROBOT), "feed"),
    PageKind("robot check, 403", _wall(walls.ROBOT, 403), "feed"),
    PageKind("consent", _wall(walls.CONSENT), "feed"),
    PageKind("consent at first", _wall(walls.CONSENT, falls=True), moves=True),
    PageKind("login", _wall(walls.LOGIN), "feed"),
    PageKind("paywall", _wall(walls.PAYWALL), "feed"),
    PageKind("soft 404", _wall(walls.NOT_FOUND), "feed"),
    PageKind("maintenance, 503", _wall(walls.MAINTENANCE, 503, falls=True), moves=True),
    PageKind("maintenance, 200", _wall(walls.MAINTENANCE), "feed"),
    PageKind("not in your country", _wall(walls.GEO, 451), "feed"),
    PageKind("age gate", _wall(walls.AGE), "feed"),
    PageKind("to the front page", _to(FRONT), "feed"),
    PageKind("to a section", _to(SECTION), "feed"),
    PageKind("a list of stories", _list, "feed"),
    PageKind("binary", _binary, "feed"),
    PageKind("source code", _source, "feed"),
    PageKind("another story", _other, "feed"),
    PageKind("empty", _nothing, "feed"),
    PageKind("cut off", _broken, "feed"),
    PageKind("flash before a wall", _wall(walls.ROBOT), "headline", summary=False),
    PageKind("flash before a 404", _wall(walls.NOT_FOUND, 404), "headline", summary=False),
    PageKind("no link", _nothing, "feed", link=False),
)  # fmt: skip
