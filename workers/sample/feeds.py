"""The sample wire's feeds: RSS 2.0 with and without full text, RDF, Atom, JSON Feed and a news sitemap."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from email.utils import format_datetime
from html import escape
from types import MappingProxyType
from zoneinfo import ZoneInfo

from workers.sample.lines import lines
from workers.sample.pages import page_path
from workers.sample.story import Outlet, SampleStory

Writer = Callable[[Outlet, Sequence[SampleStory], str], str]


def feed(outlet: Outlet, entries: Sequence[SampleStory], base: str) -> bytes:
    """The outlet's feed with these entries, in the order given (newest first is the custom)."""
    return FORMATS[outlet.format][1](outlet, entries, base).encode("utf-8")


def content_type(outlet: Outlet) -> str:
    """What the server says the outlet's feed is."""
    return FORMATS[outlet.format][0]


def link(story: SampleStory, base: str) -> str:
    """The link an entry carries: to the page, to a redirect, or none."""
    if story.page == "none":
        return ""
    return f"{base}/go/{story.id}" if story.page == "redirect" else f"{base}/{page_path(story)}"


def guid(story: SampleStory) -> str:
    """The entry's guid; it does not depend on where the sample wire is served, so a second run knows the entry."""
    return story.guid or f"tag:{story.outlet}.invalid,2026:{story.id}"


def title(story: SampleStory) -> str:
    """The entry's title: the headline with its tags, or what a careless feed makes of it."""
    return story.feed_title or story.printed


def summary(story: SampleStory) -> str:
    """What a feed prints below the headline: the standfirst, else the lead with its dateline, clipped as feeds do."""
    if story.summary or not story.body:
        return story.summary
    told = story.standfirst or (story.dateline.text if story.dateline else "") + story.body[0]
    return told if len(told) <= 240 else told[:237].rsplit(" ", 1)[0] + "..."


def full_text(story: SampleStory) -> str:
    """The story's lines as the HTML of content:encoded; teasers come as a list of links."""
    out = []
    for line in lines(story):
        tag = "h3" if line.kind == "crosshead" else "p"
        out.append(f"<{tag}>{escape(line.text, quote=False)}</{tag}>")
        if line.items:
            out.append(
                "<ul>"
                + "".join(f'<li><a href="#">{escape(i)}</a></li>' for i in line.items)
                + "</ul>"
            )
    return "\n".join(out)


def _when(story: SampleStory, outlet: Outlet) -> str:
    if story.date_text:
        return story.date_text
    local = story.published.astimezone(ZoneInfo(outlet.timezone))
    return (
        format_datetime(local)[: -len(" +0000")] if outlet.naive_dates else format_datetime(local)
    )


def _iso(story: SampleStory) -> str:
    return story.date_text or story.published.strftime("%Y-%m-%dT%H:%M:%SZ")


def _optional(tag: str, text: str) -> str:
    return f"<{tag}>{escape(text)}</{tag}>" if text else ""


def _rss_item(story: SampleStory, outlet: Outlet, base: str, full: bool) -> str:
    named = outlet.guids and not (story.page == "none" and not title(story))
    content = (
        f"<content:encoded><![CDATA[{full_text(story)}]]></content:encoded>"
        if full and story.body
        else ""
    )
    return "".join(
        (
            "<item>",
            _optional("title", title(story)),
            _optional("link", link(story, base)),
            f'<guid isPermaLink="false">{escape(guid(story))}</guid>' if named else "",
            f"<pubDate>{_when(story, outlet)}</pubDate>",
            _optional("dc:creator", story.byline),
            _optional("description", summary(story)),
            content,
            "</item>\n",
        )
    )


def _rss(outlet: Outlet, entries: Sequence[SampleStory], base: str) -> str:
    items = "".join(_rss_item(s, outlet, base, full=False) for s in entries)
    return _rss_frame(outlet, items, base)


def _rss_full(outlet: Outlet, entries: Sequence[SampleStory], base: str) -> str:
    items = "".join(_rss_item(s, outlet, base, full=True) for s in entries)
    return _rss_frame(outlet, items, base)


def _rss_frame(outlet: Outlet, items: str, base: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        f"<title>{escape(outlet.name)}</title><link>{base}/{outlet.id}/</link>"
        f"<description>{escape(outlet.name)}: world</description><language>{outlet.language}</language>\n"
        f"{items}</channel></rss>\n"
    )


def _rdf(outlet: Outlet, entries: Sequence[SampleStory], base: str) -> str:
    resources = "".join(f'<rdf:li rdf:resource="{escape(link(s, base))}"/>' for s in entries)
    items = "".join(
        f'<item rdf:about="{escape(link(s, base))}">{_optional("title", title(s))}{_optional("link", link(s, base))}'
        f"{_optional('description', summary(s))}<dc:date>{_iso(s)}</dc:date>"
        f"{_optional('dc:creator', s.byline)}</item>\n"
        for s in entries
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
        ' xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f'<channel rdf:about="{base}/{outlet.path}"><title>{escape(outlet.name)}</title>'
        f"<link>{base}/{outlet.id}/</link><description>News</description><items><rdf:Seq>{resources}</rdf:Seq></items></channel>\n{items}</rdf:RDF>\n"
    )


def _atom(outlet: Outlet, entries: Sequence[SampleStory], base: str) -> str:
    newest = max(
        (s.published for s in entries if not s.date_text),
        default=datetime.fromtimestamp(0, ZoneInfo("UTC")),
    )
    items = "".join(
        f"<entry><id>{escape(guid(s))}</id><title>{escape(title(s))}</title>"
        f'<link rel="alternate" type="text/html" href="{escape(link(s, base))}"/>'
        f"<published>{_iso(s)}</published><updated>{_iso(s)}</updated>"
        f"{f'<author><name>{escape(s.byline)}</name></author>' if s.byline else ''}"
        f'<summary type="text">{escape(summary(s))}</summary></entry>\n'
        for s in entries
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{outlet.language}">'
        f"<id>tag:{outlet.id}.invalid,2026:feed</id><title>{escape(outlet.name)}</title>"
        f'<link rel="self" href="{base}/{outlet.path}"/><updated>{newest:%Y-%m-%dT%H:%M:%SZ}</updated>\n'
        f"{items}</feed>\n"
    )


def _json(outlet: Outlet, entries: Sequence[SampleStory], base: str) -> str:
    items = [
        {
            "id": guid(s),
            "url": link(s, base),
            "title": title(s),
            "summary": summary(s),
            "date_published": _iso(s),
            **({"authors": [{"name": s.byline}]} if s.byline else {}),
            **({"content_html": full_text(s)} if s.page == "none" else {}),
        }
        for s in entries
    ]
    told = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": outlet.name,
        "home_page_url": f"{base}/{outlet.id}/",
        "feed_url": f"{base}/{outlet.path}",
        "language": outlet.language,
        "items": [{k: v for k, v in item.items() if v} for item in items],
    }
    return json.dumps(told, ensure_ascii=False, indent=1)


def _sitemap(outlet: Outlet, entries: Sequence[SampleStory], base: str) -> str:
    items = "".join(
        f"<url><loc>{escape(link(s, base))}</loc><news:news><news:publication>"
        f"<news:name>{escape(outlet.name)}</news:name><news:language>{outlet.language}</news:language></news:publication>"
        f"<news:publication_date>{_iso(s)}</news:publication_date><news:title>{escape(title(s))}</news:title>"
        "</news:news></url>\n"
        for s in entries
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        f' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">\n{items}</urlset>\n'
    )


FORMATS = MappingProxyType[str, tuple[str, Writer]](
    {
        "rss": ("application/rss+xml; charset=utf-8", _rss),
        "rss-full": ("text/xml; charset=UTF-8", _rss_full),
        "rdf": ("application/rdf+xml", _rdf),
        "atom": ("application/atom+xml; charset=utf-8", _atom),
        "json": ("application/feed+json", _json),
        "sitemap": ("application/xml", _sitemap),
    }
)
