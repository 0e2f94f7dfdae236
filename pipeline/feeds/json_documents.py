"""JSON Feed 1.x and ninjs (IPTC News in JSON 1.x to 3.x), a single item or a list."""

from __future__ import annotations

import json
from html import escape
from typing import Any

from pipeline.errors import Permanent
from pipeline.feeds.items import Document, Item, gather
from pipeline.story import FeedHints


def read(body: bytes, url: str, content_type: str) -> Document:  # noqa: ARG001 - JSON is UTF-8 whatever is announced
    """Entries of a JSON Feed or of ninjs items; Permanent where the document is neither."""
    try:
        data = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise Permanent("broken JSON", url=url) from None
    if isinstance(data, dict) and "jsonfeed.org/version" in _text(data.get("version")):
        return _json_feed(data, url)
    items = data if isinstance(data, list) else [data]
    if isinstance(data, dict):
        items = next(
            (data[k] for k in ("_items", "items", "packageItems") if isinstance(data.get(k), list)),
            items,
        )
    if any(
        isinstance(i, dict) and ("uri" in i or "headline" in i or "headlines" in i) for i in items
    ):
        made, more = gather(items, _ninjs)
        return Document("ninjs", made, base=url, more=more)
    if isinstance(data, dict) and isinstance(data.get("items"), list):
        return _json_feed(data, url)
    raise Permanent("JSON, but no JSON Feed and no ninjs", url=url)


def _json_feed(data: dict[str, Any], url: str) -> Document:
    language = _text(data.get("language"))
    hubs = [h for h in _list(data.get("hubs")) if isinstance(h, dict) and h.get("type") == "WebSub"]
    hints = FeedHints(
        title=_text(data.get("title")),
        language=language,
        home=_text(data.get("home_page_url")),
        hub=_text(hubs[0].get("url")) if hubs else "",
        self_url=_text(data.get("feed_url")),
    )
    version = _text(data.get("version")).rpartition("/")[2].replace(".", "")[:4]
    items, more = gather(_list(data.get("items")), lambda i: _feed_item(i, language))
    return Document("jsonfeed" + version, items, hints, base=url, more=more)


def _feed_item(item: Any, language: str) -> Item:
    if not isinstance(item, dict):
        return Item(fault="not a JSON object")
    authors = [a for a in (*_list(item.get("authors")), item.get("author")) if isinstance(a, dict)]
    html = _text(item.get("content_html"))
    plain = _text(item.get("content_text"))
    return Item(
        guid=_text(item.get("id")),
        link=_link(item.get("url")) or _link(item.get("external_url")),
        title=_text(item.get("title")),
        summary=_text(item.get("summary")) or ("" if html else plain),
        content=html or _paragraphs(plain),
        author=", ".join(filter(None, (_text(a.get("name")) for a in authors))),
        published=_text(item.get("date_published")),
        updated=_text(item.get("date_modified")),
        language=_text(item.get("language")) or language,
        tags=[_text(t) for t in _list(item.get("tags"))],
        text=True,
    )


def _ninjs(item: Any) -> Item:
    """One item; 2.x and 3.x hold lists (``headlines``, ``bodies``) where 1.x holds ``headline``, ``body_html``."""
    if not isinstance(item, dict):
        return Item(fault="not a JSON object")
    if _text(item.get("type") or "text") not in {"text", "article", ""}:
        return Item(
            guid=_text(item.get("uri")), fault=f"a ninjs {_text(item.get('type'))[:40]}, not a text"
        )
    status = _text(item.get("pubstatus") or item.get("pubStatus")).lower()
    updated = _text(item.get("versioncreated")) or _text(item.get("versionCreated"))
    html = _text(item.get("body_html")) or _valued(item.get("bodies"), "text/html")
    plain = _text(item.get("body_text")) or _valued(item.get("bodies"), "text/plain")
    return Item(
        guid=_text(item.get("uri")) or _text(item.get("guid")),
        link=_link(item.get("url")) or _link(item.get("link")),
        title=_text(item.get("headline"))
        or _valued(item.get("headlines"))
        or _text(item.get("title")),
        summary=_text(item.get("description_text"))
        or _valued(item.get("descriptions"))
        or _text(item.get("abstract")),
        content=html or _paragraphs(plain),
        author=_text(item.get("byline")) or _valued(item.get("by")),
        published=_text(item.get("firstcreated")) or _text(item.get("firstCreated")) or updated,
        updated=updated,
        language=_text(item.get("language")),
        tags=[
            _text(s.get("name"))
            for s in _list(item.get("subject") or item.get("subjects"))
            if isinstance(s, dict)
        ],
        slug=_text(item.get("slugline")),
        status=status if status in {"canceled", "withheld"} else "",
        text=True,
    )


def _valued(values: Any, kind: str = "") -> str:
    """The first ``value`` of a ninjs list, of this content type where one is asked for."""
    for one in _list(values):
        if isinstance(one, dict) and (
            not kind or one.get("contentType", one.get("contenttype")) == kind
        ):
            return _text(one.get("value"))
    return ""


def _paragraphs(plain: str) -> str:
    return "".join(
        f"<p>{escape(p.strip(), quote=False)}</p>" for p in plain.split("\n\n") if p.strip()
    )


def _link(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _text(value: Any) -> str:
    """A string as it is, a number as digits (ids are often numbers), anything else as ''."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
