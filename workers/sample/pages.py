"""Article pages: a story and its furniture laid out as lines, the same for all site templates."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from html import escape
from pathlib import Path
from string import Template
from typing import Any
from zlib import crc32

from workers.sample.load import SAMPLE
from workers.sample.sample_story import Furniture, Outlet, SampleStory

NOWHERE = "http://sample.invalid"
"""The host of pages that nobody serves (RFC 2606)."""

_MARKED = frozenset({"paragraph", "crosshead", "caption", "headline", "standfirst"})
"""Lines with a markup of their own; all others look alike, as they do on most sites."""


# --------------------------------------------------------------------------- lines


@dataclass(frozen=True, slots=True)
class PageLine:
    """One line: ``paragraph``, ``crosshead``, ``dateline`` (alone) or a kind of furniture."""

    kind: str
    text: str
    items: tuple[str, ...] = ()


def lay_out(story: SampleStory) -> tuple[PageLine, ...]:
    """What stands between a page's own head and foot, in reading order; not its ``<h1>``."""
    out = _furniture_at(story, "head")
    text = story.dateline.text if story.dateline else ""
    if text and story.dateline_style == "alone":
        out.append(PageLine("dateline", text))
        text = ""
    out += _furniture_at(story, 0)
    heads = {c.before: c.text for c in story.crossheads}
    for number, paragraph in enumerate(story.body):
        if number in heads:
            out.append(PageLine("crosshead", heads[number]))
        out.append(PageLine("paragraph", text + paragraph if number == 0 else paragraph))
        out += _furniture_at(story, number + 1)
    out += _furniture_at(story, "tail")
    return _run_together(out, story.furniture)


def _furniture_at(story: SampleStory, at: object) -> list[PageLine]:
    return [PageLine(f.kind, f.text, f.items) for f in story.furniture if f.at == at]


def _run_together(page: list[PageLine], furniture: tuple[Furniture, ...]) -> tuple[PageLine, ...]:
    """Run glued furniture into a neighbour: captions into the next line, all else into the last."""
    glued = {(f.kind, f.text) for f in furniture if f.glued}
    out: list[PageLine] = []
    front = ""
    for line in page:
        if (line.kind, line.text) in glued:
            if line.kind == "caption":
                front = line.text
            elif out:
                out[-1] = replace(out[-1], text=f"{out[-1].text} {line.text}")
        else:
            out.append(replace(line, text=front + line.text) if front else line)
            front = ""
    return tuple(out)


# --------------------------------------------------------------------------- templates


@dataclass(frozen=True, slots=True)
class Site:
    """A site template: the frame of its pages and the markup of each piece."""

    id: str
    frame: Template
    markup: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Chrome:
    """Side columns and comments for every site; about other news than the page's, on purpose."""

    sidebar: tuple[str, ...]
    comments: tuple[str, ...]


@cache
def templates(folder: Path = SAMPLE) -> Mapping[str, Site]:
    """Every site template by its id, as ``templates.toml`` and ``templates/`` describe them."""
    described = _read_templates(folder)
    sites: dict[str, Site] = {}
    for name, markup in described["template"].items():
        frame = (folder / "templates" / f"{name}.html").read_text(encoding="utf-8")
        # what a site does not say of its own is as most sites have it
        sites[name] = Site(name, Template(frame), {**described["default"], **markup})
    return sites


def render(
    story: SampleStory, template: str = "", *, outlet: Outlet | None = None, base: str = NOWHERE
) -> str:
    """The story's page in a site template (the story's own, else its outlet's, where none is
    given).

    Works for any SampleStory, one of the sample wire's or one made up by a test.

    Raises:
        KeyError: if there is no such template.
    """
    site = templates()[template or story.template or (outlet.template if outlet else "plain")]
    return site.frame.substitute(_fill_fields(story, site, outlet, base))


def charset(template: str) -> str:
    """The character set a template's pages are sent in."""
    return templates()[template].markup["charset"]


def page_path(story: SampleStory) -> str:
    """Where the story's page stands below the server's root."""
    return story.path or f"{story.outlet}/{story.published:%Y/%m/%d}/{story.id}"


@cache
def _read_templates(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / "templates.toml").read_text(encoding="utf-8"))


@cache
def _read_chrome(folder: Path = SAMPLE) -> Chrome:
    chrome = _read_templates(folder)["chrome"]
    return Chrome(tuple(chrome["sidebar"]), tuple(chrome["comments"]))


def _fill_fields(
    story: SampleStory, site: Site, outlet: Outlet | None, base: str
) -> dict[str, str]:
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
        "jsonld": _make_jsonld(story, site.markup["jsonld"], name, url),
        "standfirst": _fill_slot(site, "standfirst", story.standfirst, in_body),
        "byline": _fill_slot(site, "byline", story.byline, in_body),
        "body": "\n".join(_mark_up(line, site, i) for i, line in enumerate(lay_out(story))),
        "sidebar": _make_sidebar(story, number),
        "comments": "".join(f"<li><p>{escape(c)}</p></li>" for c in _read_chrome().comments),
    }
    return {**{k: escape(v) for k, v in plain.items()}, **made}


def _fill_slot(site: Site, kind: str, text: str, in_body: set[str]) -> str:
    """The frame's own slot, empty where the story carries the piece among its lines."""
    return site.markup[kind].format(text=escape(text)) if text and kind not in in_body else ""


def _mark_up(line: PageLine, site: Site, number: int) -> str:
    text = escape(line.text, quote=False)
    if line.kind == "teasers":
        items = ""
        for headline in line.items:
            shown = escape(headline, quote=False)
            items += site.markup["item"].format(href=_link_elsewhere(headline), text=shown)
        return site.markup["teasers"].format(label=text, items=items)
    kind = line.kind if line.kind in _MARKED else "line"
    return site.markup[kind].format(text=text, number=number)


def _make_sidebar(story: SampleStory, number: int) -> str:
    """Four headlines, other ones from page to page and never the story's own."""
    pool = [h for h in _read_chrome().sidebar if h != story.headline]
    chosen = [pool[(number + 3 * i) % len(pool)] for i in range(4)]
    return "".join(f'<li><a href="{_link_elsewhere(h)}">{escape(h)}</a></li>' for h in chosen)


def _link_elsewhere(headline: str) -> str:
    return f"/elsewhere/{crc32(headline.encode()):x}"


def _make_jsonld(story: SampleStory, how: str, site: str, url: str) -> str:
    if how == "none":
        return ""
    article: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": story.printed,
        "datePublished": story.published.isoformat(),
    }
    if how == "full":
        kind = "Person" if story.byline else "Organization"
        logo = {"@type": "ImageObject", "url": "/logo.png"}
        author = {"@type": kind, "name": story.byline or site}
        article |= {
            "mainEntityOfPage": url,
            "author": [author],
            "publisher": {"@type": "Organization", "name": site, "logo": logo},
            "description": story.standfirst,
        }
    # "</script>" in a story must not end the script
    text = json.dumps(article, ensure_ascii=False).replace("</", "<\\/")
    return f'<script type="application/ld+json">{text}</script>'
