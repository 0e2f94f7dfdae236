"""NITF 3.x documents and NewsML-G2 items (IPTC), alone or in a news message.

A dateline that the document keeps apart becomes the first paragraph again, where the wire stage looks for it. A
cancelled or withheld item keeps that status: it is how an agency kills a story.
"""

from __future__ import annotations

from html import escape

from lxml import etree

from pipeline.errors import Permanent
from pipeline.feeds.items import Document, Item

_STATUS = {
    "canceled": "canceled",
    "cancelled": "canceled",
    "withdrawn": "canceled",
    "withheld": "withheld",
}


def read(body: bytes, url: str, content_type: str) -> Document:  # noqa: ARG001 - XML says its own encoding
    """Items of NITF or NewsML-G2; Permanent where the document is neither."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True
    )
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Permanent(f"broken XML: {error}"[:200], url=url) from None
    if _local(root) == "nitf":
        return Document("nitf", [_nitf(root)], base=url)
    items = [root] if _local(root) == "newsItem" else list(root.iter("{*}newsItem"))
    if _local(root) not in {"newsItem", "newsMessage", "packageItem"}:
        raise Permanent(f"{_local(root)[:40]} is no news document", url=url)
    return Document("newsml-g2", [_g2(item) for item in items], base=url)


def _nitf(root: etree._Element) -> Item:
    guid = root.find(".//{*}doc-id")
    managed = _attribute(root, "docdata", "management-status")
    issued = root.find(".//{*}date.issue")
    content = root.find(".//{*}body.content")
    return Item(
        guid="" if guid is None else guid.get("id-string", ""),
        title=_first(root, "hl1") or _first(root, "hedline") or _first(root, "title"),
        summary=_first(root, "abstract"),
        content=_dateline(_first(root, "dateline")) + ("" if content is None else _inner(content)),
        author=_first(root, "byline"),
        published="" if issued is None else _iso(issued.get("norm", "")),
        language=root.get("{http://www.w3.org/XML/1998/namespace}lang", ""),
        tags=[k.get("key", "") for k in root.iter("{*}keyword")],
        slug=_attribute(root, "du-key", "key"),
        status=_STATUS.get(managed.lower(), ""),
    )


def _g2(item: etree._Element) -> Item:
    inline = item.find(".//{*}inlineXML")
    plain = _first(item, "inlineData")
    content = ""
    if inline is not None and len(inline):
        body = next((e for e in inline.iter() if _local(e) in {"body.content", "body"}), inline)
        content = _inner(next((e for e in body.iter() if _local(e) == "body.content"), body))
    elif plain:
        content = "".join(
            f"<p>{escape(p, quote=False)}</p>" for p in plain.split("\n") if p.strip()
        )
    kind = _attribute(item, "itemClass", "qcode").rpartition(":")[2]
    link = next(
        (e.get("href", "") for e in item.iter("{*}link") if e.get("href", "").startswith("http")),
        "",
    )
    meta = item.find("{*}contentMeta")
    meta = item if meta is None else meta
    return Item(
        guid=item.get("guid", ""),
        link=link,
        title=_first(meta, "headline") or _first(item, "title"),
        summary=_first(meta, "description"),
        content=_dateline(_first(meta, "dateline")) + content,
        author=_first(meta, "by"),
        published=_first(item, "firstCreated")
        or _first(item, "contentCreated")
        or _first(item, "versionCreated"),
        updated=_first(item, "versionCreated"),
        language=_attribute(item, "language", "tag")
        or item.get("{http://www.w3.org/XML/1998/namespace}lang", ""),
        tags=[_first(s, "name") for s in meta.iter("{*}subject")],
        slug=_first(meta, "slugline"),
        status=_STATUS.get(_attribute(item, "pubStatus", "qcode").rpartition(":")[2].lower(), ""),
        fault=f"a NewsML-G2 {kind[:40]}, not a text"
        if kind not in {"", "text"} and not content
        else "",
    )


def _first(element: etree._Element, name: str) -> str:
    """Text of the first element of this name below, spaces single; '' where there is none."""
    found = element.find(f".//{{*}}{name}")
    return "" if found is None else " ".join(t for part in found.itertext() for t in part.split())


def _attribute(element: etree._Element, name: str, attribute: str) -> str:
    found = element.find(f".//{{*}}{name}")
    return "" if found is None else str(found.get(attribute, ""))


def _inner(element: etree._Element) -> str:
    """Markup inside an element, without namespaces, which HTML does not know."""
    for inner in element.iter("*"):
        inner.tag = _local(inner)
    return escape(element.text or "") + "".join(
        etree.tostring(e, encoding="unicode") for e in element
    )


def _dateline(text: str) -> str:
    return f"<p>{escape(text, quote=False)}</p>" if text else ""


def _iso(text: str) -> str:
    """NITF's basic form (20261122T081500Z, or the date alone) as ISO 8601's extended one; any other text as it is."""
    if len(text) == 8 and text.isdecimal():
        return f"{text[:4]}-{text[4:6]}-{text[6:8]}"
    if len(text) < 15 or not text[:8].isdecimal() or text[8] != "T":
        return text
    return f"{text[:4]}-{text[4:6]}-{text[6:8]}T{text[9:11]}:{text[11:13]}:{text[13:15]}{text[15:]}"


def _local(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]
