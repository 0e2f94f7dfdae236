"""Invented stories, and the pages and feeds that are made of them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from html import escape
from typing import Any

from tests.world.table import data

RIGHT_TO_LEFT = frozenset({"ar", "fa", "ur"})


@dataclass(frozen=True)
class Told:
    """A story as its reporter wrote it."""

    name: str
    title: str
    summary: str
    body: tuple[str, ...]

    @property
    def language(self) -> str:
        """The language, as in <html lang>."""
        return self.name.rstrip("0123456789")

    @property
    def paragraphs(self) -> str:
        """The body as HTML."""
        return paragraphs(*self.body)


def told(name: str, **changes: Any) -> Told:
    """The story of this name in ``stories.toml``."""
    found = data("stories")[name]
    return replace(Told(name, found["title"], found["summary"], tuple(found["body"])), **changes)


def paragraphs(*texts: str) -> str:
    """Each text as a <p>."""
    return "\n".join(f"<p>{escape(text, quote=False)}</p>" for text in texts)


def document(body: str, *, title: str = "", head: str = "", language: str = "en") -> str:
    """A whole HTML document."""
    way = ' dir="rtl"' if language in RIGHT_TO_LEFT else ""
    return (
        f'<!DOCTYPE html>\n<html lang="{language}"{way}><head><meta charset="utf-8">'
        f"<title>{escape(title)}</title>{head}</head>\n<body>{body}</body></html>\n"
    )


def page(
    story: Told, *, head: str = "", before: str = "", text: str = "", after: str = "", **more: str
) -> str:
    """A plain page of a story, its parts to be replaced.

    ``before`` stands between the headline and the text, ``after`` behind the article; ``h1`` is the
    inside of the headline, ``title`` that of <title>, ``above`` what stands before the article.
    """
    h1 = more.get("h1", escape(story.title))
    return document(
        f"{more.get('above', '')}<main><article><h1>{h1}</h1>{before}\n"
        f"{text or story.paragraphs}</article></main>{after}",
        title=more.get("title", f"{story.title} | Lakeside Vision"),
        head=head,
        language=story.language,
    )


@dataclass(frozen=True)
class Item:
    """An entry of an RSS feed; a link that begins with / is on the site of the test."""

    title: str
    link: str = "/a"
    summary: str = ""
    content: str = ""
    date: str = "Sun, 09 Mar 2025 10:00:00 GMT"
    guid: str = ""
    more: str = field(default="", repr=False)

    def xml(self) -> str:
        """The <item>; {site} becomes the site's address when served, {host} its host and port."""
        ours = self.link.startswith("/") and not self.link.startswith("//")
        link = f"{{site}}{self.link}" if ours else self.link
        parts = [f"<title>{escape(self.title, quote=False)}</title>"]
        if link:
            parts.append(f"<link>{escape(link)}</link>")
        guid = self.guid or self.link or self.title
        parts.append(f'<guid isPermaLink="false">{escape(guid)}</guid>')
        if self.date:
            parts.append(f"<pubDate>{self.date}</pubDate>")
        if self.summary:
            parts.append(f"<description>{escape(self.summary, quote=False)}</description>")
        if self.content:
            parts.append(f"<content:encoded><![CDATA[{self.content}]]></content:encoded>")
        return f"<item>{''.join(parts)}{self.more}</item>"


def item(story: Told, link: str = "/a", **changes: Any) -> Item:
    """The entry of a story with its summary alone."""
    return replace(Item(story.title, link, story.summary), **changes)


def rss(*items: Item, encoding: str = "utf-8", language: str = "") -> str:
    """An RSS feed of these entries."""
    return (
        f'<?xml version="1.0" encoding="{encoding}"?>\n'
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        "<channel><title>Lakeside Vision</title><link>{site}/</link>"
        + (f"<language>{language}</language>\n" if language else "\n")
        + "\n".join(one.xml() for one in items)
        + "\n</channel></rss>\n"
    )
