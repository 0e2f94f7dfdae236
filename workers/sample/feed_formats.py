"""The sample wire's feeds: RSS 2.0, also with full text, RDF, Atom, JSON Feed, news sitemap."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from types import MappingProxyType
from zoneinfo import ZoneInfo

from workers.sample.pages import lay_out, page_path
from workers.sample.sample_story import Outlet, SampleStory

Writer = Callable[[Outlet, Sequence[SampleStory], str], str]


def write_feed(outlet: Outlet, entries: Sequence[SampleStory], base: str) -> bytes:
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
    """The entry's guid, wherever the sample wire is served: a second run knows the entry."""
    return story.guid or f"tag:{story.outlet}.invalid,2026:{story.id}"


def title(story: SampleStory) -> str:
    """The entry's title: the headline with its tags, or what a careless feed makes of it."""
    return story.feed_title or story.printed


def summary(story: SampleStory) -> str:
    """The standfirst, else the lead with its dateline, clipped as feeds do."""
    if story.summary or not story.body:
        return story.summary
    place = story.dateline.text if story.dateline else ""
    text = story.standfirst or place + story.body[0]
    return text if len(text) <= 240 else text[:237].rsplit(" ", 1)[0] + "..."


def full_text(story: SampleStory) -> str:
    """The story's lines as the HTML of content:encoded; teasers come as a list of links."""
    out = []
    for line in lay_out(story):
        tag = "h3" if line.kind == "crosshead" else "p"
        out.append(f"<{tag}>{escape(line.text, quote=False)}</{tag}>")
        if line.items:
            links = [f'<li><a href="#">{escape(item)}</a></li>' for item in line.items]
            out.append(f"<ul>{''.join(links)}</ul>")
    return "\n".join(out)


def _rfc_822(story: SampleStory, outlet: Outlet) -> str:
    """The date as RSS prints it; ``date_text`` is what a careless feed prints instead."""
    if story.date_text:
        return story.date_text
    printed = format_datetime(story.published.astimezone(ZoneInfo(outlet.timezone)))
    return printed[: -len(" +0000")] if outlet.naive_dates else printed


def _rfc_3339(story: SampleStory) -> str:
    return story.date_text or story.published.strftime("%Y-%m-%dT%H:%M:%SZ")


def _element(tag: str, text: str) -> str:
    """An element, or nothing where it would be empty."""
    return f"<{tag}>{escape(text)}</{tag}>" if text else ""


def _rss(outlet: Outlet, entries: Sequence[SampleStory], base: str, *, full: bool = False) -> str:
    items = ""
    for story in entries:
        named = outlet.guids and not (story.page == "none" and not title(story))
        identity = f'<guid isPermaLink="false">{escape(guid(story))}</guid>' if named else ""
        content = ""
        if full and story.body:
            content = f"<content:encoded><![CDATA[{full_text(story)}]]></content:encoded>"
        items += (
            f"<item>{_element('title', title(story))}{_element('link', link(story, base))}"
            f"{identity}<pubDate>{_rfc_822(story, outlet)}</pubDate>"
            f"{_element('dc:creator', story.byline)}"
            f"{_element('description', summary(story))}{content}</item>\n"
        )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        f"<title>{escape(outlet.name)}</title><link>{base}/{outlet.id}/</link>"
        f"<description>{escape(outlet.name)}: world</description>"
        f"<language>{outlet.language}</language>\n{items}</channel></rss>\n"
    )


def _rss_full(outlet: Outlet, entries: Sequence[SampleStory], base: str) -> str:
    return _rss(outlet, entries, base, full=True)


def _rdf(outlet: Outlet, entries: Sequence[SampleStory], base: str) -> str:
    resources = items = ""
    for story in entries:
        url = link(story, base)
        resources += f'<rdf:li rdf:resource="{escape(url)}"/>'
        items += (
            f'<item rdf:about="{escape(url)}">'
            f"{_element('title', title(story))}{_element('link', url)}"
            f"{_element('description', summary(story))}<dc:date>{_rfc_3339(story)}</dc:date>"
            f"{_element('dc:creator', story.byline)}</item>\n"
        )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
        ' xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f'<channel rdf:about="{base}/{outlet.path}"><title>{escape(outlet.name)}</title>'
        f"<link>{base}/{outlet.id}/</link><description>News</description>"
        f"<items><rdf:Seq>{resources}</rdf:Seq></items></channel>\n{items}</rdf:RDF>\n"
    )


def _atom(outlet: Outlet, entries: Sequence[SampleStory], base: str) -> str:
    newest, items = datetime.fromtimestamp(0, UTC), ""
    for story in entries:
        if not story.date_text:
            newest = max(newest, story.published)
        author = f"<author><name>{escape(story.byline)}</name></author>" if story.byline else ""
        items += (
            f"<entry><id>{escape(guid(story))}</id><title>{escape(title(story))}</title>"
            f'<link rel="alternate" type="text/html" href="{escape(link(story, base))}"/>'
            f"<published>{_rfc_3339(story)}</published><updated>{_rfc_3339(story)}</updated>"
            f'{author}<summary type="text">{escape(summary(story))}</summary></entry>\n'
        )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{outlet.language}">'
        f"<id>tag:{outlet.id}.invalid,2026:feed</id><title>{escape(outlet.name)}</title>"
        f'<link rel="self" href="{base}/{outlet.path}"/>'
        f"<updated>{newest:%Y-%m-%dT%H:%M:%SZ}</updated>\n{items}</feed>\n"
    )


def _json(outlet: Outlet, entries: Sequence[SampleStory], base: str) -> str:
    items = []
    for story in entries:
        item: dict[str, object] = {
            "id": guid(story),
            "url": link(story, base),
            "title": title(story),
            "summary": summary(story),
            "date_published": _rfc_3339(story),
        }
        if story.byline:
            item["authors"] = [{"name": story.byline}]
        if story.page == "none":
            item["content_html"] = full_text(story)
        items.append({name: value for name, value in item.items() if value})
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": outlet.name,
        "home_page_url": f"{base}/{outlet.id}/",
        "feed_url": f"{base}/{outlet.path}",
        "language": outlet.language,
        "items": items,
    }
    return json.dumps(document, ensure_ascii=False, indent=1)


def _sitemap(outlet: Outlet, entries: Sequence[SampleStory], base: str) -> str:
    publication = (
        f"<news:publication><news:name>{escape(outlet.name)}</news:name>"
        f"<news:language>{outlet.language}</news:language></news:publication>"
    )
    items = ""
    for story in entries:
        items += (
            f"<url><loc>{escape(link(story, base))}</loc><news:news>{publication}"
            f"<news:publication_date>{_rfc_3339(story)}</news:publication_date>"
            f"<news:title>{escape(title(story))}</news:title></news:news></url>\n"
        )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        ' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">\n'
        f"{items}</urlset>\n"
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
