"""News sitemaps (sitemaps.org 0.9 with Google's news extension) and sitemap indexes."""

from __future__ import annotations

from itertools import islice

from lxml import etree

from pipeline.errors import Permanent
from pipeline.feeds.items import MOST_ITEMS, Child, Document, Item, gather
from pipeline.feeds.vocabulary import lawful


def read(body: bytes, url: str, content_type: str) -> Document:  # noqa: ARG001 - XML says its own encoding
    """Pages of a sitemap, or the sitemaps of an index as ``children``; Permanent where it is neither."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, recover=True, huge_tree=False
    )
    try:
        root = etree.fromstring(lawful(body), parser)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    kind = "" if root is None or not isinstance(root.tag, str) else root.tag.rpartition("}")[2]
    if root is not None and kind == "sitemapindex":
        children = [
            Child(f.get("loc", ""), f.get("lastmod", ""))
            for f in map(_fields, islice(root, MOST_ITEMS))
        ]
        return Document("sitemapindex", children=[c for c in children if c.url], base=url)
    if root is not None and kind == "urlset":
        items, more = gather(
            (p for p in root if isinstance(p.tag, str)), lambda page: _item(_fields(page))
        )
        return Document("sitemap", items, base=url, more=more)
    raise Permanent("no sitemap in the document", url=url)


def _fields(page: etree._Element) -> dict[str, str]:
    """Text of every element below, by local name; the page's own ``loc`` is not that of its pictures or videos."""
    found: dict[str, str] = {}
    for element in page.iter("*"):
        space, _, name = str(element.tag).rpartition("}")
        if "image" in space or "video" in space:
            continue
        if element.text and element.text.strip():
            found.setdefault(name, element.text.strip())
        href = element.get("href")
        if href and element.get("rel") == "alternate":
            found.setdefault("alternate", href)
    return found


def _item(fields: dict[str, str]) -> Item:
    return Item(
        guid=fields.get("loc", ""),
        link=fields.get("loc", ""),
        title=fields.get("title", ""),
        published=fields.get("publication_date") or fields.get("lastmod", ""),
        updated=fields.get("lastmod", ""),
        language=fields.get("language", ""),
        tags=[k.strip() for k in fields.get("keywords", "").split(",") if k.strip()],
        fault="" if fields.get("loc") else "no loc",
    )
