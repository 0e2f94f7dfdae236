"""XML of newsrooms: NITF 3.x, NewsML-G2 (both IPTC) and news sitemaps.

A dateline that a document keeps apart becomes the first paragraph again, where the wire stage looks
for it. A cancelled or withheld item keeps that status: it is how an agency kills a story.
"""

from __future__ import annotations

import re
from html import escape

from lxml import etree

from pipeline.errors import Permanent
from pipeline.feeds.items import Document, Item, SitemapLink, make_items
from pipeline.feeds.plain_text import mark_paragraphs
from pipeline.feeds.vocabulary import LANG, drop_unlawful, parse_xml

_NAMESPACE = re.compile(r" xmlns(?::[\w.-]+)?=\"[^\"<>]*\"")
_STATUS = {
    "canceled": "canceled",
    "cancelled": "canceled",
    "withdrawn": "canceled",
    "withheld": "withheld",
}


def read_news_xml(body: bytes, url: str) -> Document:
    """Items of NITF or NewsML-G2, alone or in a news message; Permanent where it is neither."""
    try:
        root = parse_xml(body)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Permanent(f"broken XML: {error}"[:200], url=url) from None
    kind = _local_name(root)
    if kind == "nitf":
        return Document("nitf", [_read_nitf(root)], base=url)
    if kind not in {"newsItem", "newsMessage", "packageItem"}:
        raise Permanent(f"{kind[:40]} is no news document", url=url)
    elements = [root] if kind == "newsItem" else root.iter("{*}newsItem")
    items, more = make_items(elements, _read_newsml)
    return Document("newsml-g2", items, base=url, more=more)


def _read_nitf(root: etree._Element) -> Item:
    status = _attribute_below(root, "docdata", "management-status")
    content = root.find(".//{*}body.content")
    return Item(
        guid=_attribute_below(root, "doc-id", "id-string"),
        title=_text_below(root, "hl1")
        or _text_below(root, "hedline")
        or _text_below(root, "title"),
        summary=_text_below(root, "abstract"),
        content=mark_paragraphs(_text_below(root, "dateline"), "\n")
        + ("" if content is None else _inner_markup(content)),
        author=_text_below(root, "byline"),
        published=_extend_date(_attribute_below(root, "date.issue", "norm")),
        language=root.get(LANG, ""),
        tags=[keyword.get("key", "") for keyword in root.iter("{*}keyword")],
        slug=_attribute_below(root, "du-key", "key"),
        status=_STATUS.get(status.lower(), ""),
    )


def _read_newsml(item: etree._Element) -> Item:
    inline = item.find(".//{*}inlineXML")
    content = ""
    if inline is not None and len(inline):
        body = inline
        for name in ("body.content", "body"):  # NITF's, else XHTML's
            inner = inline.find(f".//{{*}}{name}")
            if inner is not None:
                body = inner
                break
        content = _inner_markup(body)
    else:
        content = mark_paragraphs(_text_below(item, "inlineData"), "\n")
    kind = _attribute_below(item, "itemClass", "qcode").rpartition(":")[2]
    links = (link.get("href", "") for link in item.iter("{*}link"))
    meta = item.find("{*}contentMeta")
    meta = item if meta is None else meta
    status = _attribute_below(item, "pubStatus", "qcode").rpartition(":")[2]
    updated = _text_below(item, "versionCreated")
    return Item(
        guid=item.get("guid", ""),
        link=next((link for link in links if link.startswith("http")), ""),
        title=_text_below(meta, "headline") or _text_below(item, "title"),
        summary=_text_below(meta, "description"),
        content=mark_paragraphs(_text_below(meta, "dateline"), "\n") + content,
        author=_text_below(meta, "by"),
        published=_text_below(item, "firstCreated")
        or _text_below(item, "contentCreated")
        or updated,
        updated=updated,
        language=_attribute_below(item, "language", "tag") or item.get(LANG, ""),
        tags=[_text_below(subject, "name") for subject in meta.iter("{*}subject")],
        slug=_text_below(meta, "slugline"),
        status=_STATUS.get(status.lower(), ""),
        fault="" if content or kind in {"", "text"} else f"a NewsML-G2 {kind[:40]}, not a text",
    )


def _text_below(element: etree._Element, name: str) -> str:
    """Text of the first element of this name below, spaces single; '' where there is none."""
    found = element.find(f".//{{*}}{name}")
    return "" if found is None else " ".join(" ".join(found.itertext()).split())


def _attribute_below(element: etree._Element, name: str, attribute: str) -> str:
    found = element.find(f".//{{*}}{name}")
    return "" if found is None else str(found.get(attribute, ""))


def _inner_markup(element: etree._Element) -> str:
    """Markup inside an element, without namespaces, which HTML does not know."""
    for inner in element.iter("*"):
        inner.tag = _local_name(inner)
    markup = "".join(etree.tostring(child, encoding="unicode") for child in element)
    return escape(element.text or "") + _NAMESPACE.sub("", markup)


def _extend_date(text: str) -> str:
    """NITF's basic form (20261122T081500Z, or the date alone) as ISO 8601's extended one.

    Any other text stays as it is.
    """
    if len(text) == 8 and text.isdecimal():
        return f"{text[:4]}-{text[4:6]}-{text[6:8]}"
    if len(text) < 15 or not text[:8].isdecimal() or text[8] != "T":
        return text
    return f"{text[:4]}-{text[4:6]}-{text[6:8]}T{text[9:11]}:{text[11:13]}:{text[13:15]}{text[15:]}"


def _local_name(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]


# ------------------------------ sitemaps (sitemaps.org 0.9 with Google's news extension)


def read_sitemap(body: bytes, url: str) -> Document:
    """Pages of a sitemap, or an index's sitemaps as ``children``; Permanent if it is neither."""
    root = parse_xml(drop_unlawful(body), recover=True)
    kind = "" if root is None else _local_name(root)
    if kind == "sitemapindex":
        links, more = make_items(root.iterchildren("*"), _read_link)
        children = [link for link in links if link.url]
        return Document("sitemapindex", children=children, base=url, more=more)
    if kind == "urlset":
        pages = [element for element in root if isinstance(element.tag, str)]
        items, more = make_items(pages, _read_page)
        return Document("sitemap", items, base=url, more=more)
    raise Permanent("no sitemap in the document", url=url)


def _read_link(element: etree._Element) -> SitemapLink:
    fields = _sitemap_fields(element)
    return SitemapLink(fields.get("loc", ""), fields.get("lastmod", ""))


def _read_page(element: etree._Element) -> Item:
    fields = _sitemap_fields(element)
    keywords = [word.strip() for word in fields.get("keywords", "").split(",")]
    return Item(
        guid=fields.get("loc", ""),
        link=fields.get("loc", ""),
        title=fields.get("title", ""),
        published=fields.get("publication_date") or fields.get("lastmod", ""),
        updated=fields.get("lastmod", ""),
        language=fields.get("language", ""),
        tags=[word for word in keywords if word],
        fault="" if fields.get("loc") else "no loc",
    )


def _sitemap_fields(page: etree._Element) -> dict[str, str]:
    """Text of every element below, by local name.

    The page's own ``loc`` is not that of its pictures or videos.
    """
    fields: dict[str, str] = {}
    for element in page.iter("*"):
        space, _, name = str(element.tag).rpartition("}")
        if "image" in space or "video" in space:
            continue
        if element.text and element.text.strip():
            fields.setdefault(name, element.text.strip())
    return fields
