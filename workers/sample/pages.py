"""Article pages: any story's lines in any site template."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from string import Template
from typing import Any
from zlib import crc32

from workers.sample.lines import Line, lines
from workers.sample.load import SAMPLE
from workers.sample.story import Outlet, SampleStory

NOWHERE = "http://sample.invalid"
"""The host of pages that nobody serves (RFC 2606)."""


@dataclass(frozen=True, slots=True)
class Site:
    """A site template: the frame of its pages and the markup of each piece."""

    id: str
    frame: Template
    markup: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Chrome:
    """Side columns and comments that every site draws from; about other news than the page's own, on purpose."""

    sidebar: tuple[str, ...]
    comments: tuple[str, ...]


@cache
def templates(folder: Path = SAMPLE) -> Mapping[str, Site]:
    """Every site template by its id, as ``templates.toml`` and ``templates/`` describe them."""
    told = _told(folder)
    return {
        name: Site(
            name,
            Template((folder / "templates" / f"{name}.html").read_text(encoding="utf-8")),
            {**told["default"], **own},
        )
        for name, own in told["template"].items()
    }


def render(
    story: SampleStory, template: str = "", *, outlet: Outlet | None = None, base: str = NOWHERE
) -> str:
    """The story's page in a site template (the story's own, else its outlet's, where none is given).

    Works for any SampleStory, one of the sample wire's or one made up by a test.

    Raises:
        KeyError: if there is no such template.
    """
    site = templates()[template or story.template or (outlet.template if outlet else "plain")]
    return site.frame.substitute(_fields(story, site, outlet, base))


def charset(template: str) -> str:
    """The character set a template's pages are sent in."""
    return templates()[template].markup["charset"]


def page_path(story: SampleStory) -> str:
    """Where the story's page stands below the server's root."""
    return story.path or f"{story.outlet}/{story.published:%Y/%m/%d}/{story.id}"


@cache
def _told(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / "templates.toml").read_text(encoding="utf-8"))


@cache
def _chrome(folder: Path = SAMPLE) -> Chrome:
    told = _told(folder)["chrome"]
    return Chrome(tuple(told["sidebar"]), tuple(told["comments"]))


def _fields(story: SampleStory, site: Site, outlet: Outlet | None, base: str) -> dict[str, str]:
    name = outlet.name if outlet else "The Sample"
    url = f"{base}/{page_path(story)}"
    number = crc32(story.id.encode()) % 90_000 + 10_000
    in_body = {f.kind for f in story.furniture}
    description = story.summary or story.standfirst or (story.body[0] if story.body else "")
    plain = {
        "lang": outlet.language if outlet else "en",
        "charset": site.markup["charset"],
        "title": story.printed + (outlet.suffix if outlet else ""),
        "headline": story.printed,
        "site": name,
        "url": url,
        "number": str(number),
        "published": story.published.isoformat(),
        "date": story.published.strftime(site.markup["date"]),
        "year": str(story.published.year),
        "section": story.meta.get("section", "World"),
        "author": story.byline or story.agency or name,
        "description": description[:160],
    }
    made = {
        "jsonld": _jsonld(story, site.markup["jsonld"], name, url),
        "standfirst": _shown(site, "standfirst", story.standfirst, in_body),
        "byline": _shown(site, "byline", story.byline, in_body),
        "body": "\n".join(_marked(line, site, i) for i, line in enumerate(lines(story))),
        "sidebar": _sidebar(story, number),
        "comments": "".join(f"<li><p>{escape(c)}</p></li>" for c in _chrome().comments),
    }
    return {**{k: escape(v) for k, v in plain.items()}, **made}


def _shown(site: Site, kind: str, text: str, in_body: set[str]) -> str:
    """The frame's own slot, empty where the story carries the piece among its lines."""
    return site.markup[kind].format(text=escape(text)) if text and kind not in in_body else ""


def _marked(line: Line, site: Site, number: int) -> str:
    text = escape(line.text, quote=False)
    if line.kind == "teasers":
        items = "".join(
            site.markup["item"].format(href=_href(i), text=escape(i, quote=False))
            for i in line.items
        )
        return site.markup["teasers"].format(label=text, items=items)
    markup = site.markup[
        line.kind if line.kind in {"paragraph", "crosshead", "caption", "headline"} else "line"
    ]
    if line.kind == "standfirst":
        markup = site.markup["standfirst"]
    return markup.format(text=text, number=number)


def _sidebar(story: SampleStory, number: int) -> str:
    """Four headlines, other ones from page to page and never the story's own."""
    pool = [h for h in _chrome().sidebar if h != story.headline]
    chosen = [pool[(number + 3 * i) % len(pool)] for i in range(4)]
    return "".join(f'<li><a href="{_href(h)}">{escape(h)}</a></li>' for h in chosen)


def _href(headline: str) -> str:
    return f"/elsewhere/{crc32(headline.encode()):x}"


def _jsonld(story: SampleStory, how: str, site: str, url: str) -> str:
    if how == "none":
        return ""
    told: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": story.printed,
        "datePublished": story.published.isoformat(),
    }
    if how == "full":
        told |= {
            "mainEntityOfPage": url,
            "author": [
                {
                    "@type": "Person" if story.byline else "Organization",
                    "name": story.byline or site,
                }
            ],
            "publisher": {
                "@type": "Organization",
                "name": site,
                "logo": {"@type": "ImageObject", "url": "/logo.png"},
            },
            "description": story.standfirst,
        }
    text = json.dumps(told, ensure_ascii=False).replace("</", "<\\/")
    return f'<script type="application/ld+json">{text}</script>'
