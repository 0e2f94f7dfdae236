"""JSON Feed 1.x and ninjs (IPTC News in JSON 1.x to 3.x), a single item or a list."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

from pipeline.errors import Permanent
from pipeline.feeds.items import Document, Item, make_items
from pipeline.feeds.plain_text import mark_paragraphs
from pipeline.story import FeedHints

_LISTS = ("_items", "items", "packageItems")  # where ninjs documents and search answers hold items
_NINJS_SIGNS = ("uri", "headline", "headlines")


def read_json(body: bytes, url: str) -> Document:
    """Entries of a JSON Feed or of ninjs items; Permanent where the document is neither."""
    try:
        data = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        raise Permanent("broken JSON", url=url) from None
    is_object = isinstance(data, dict)
    if is_object and "jsonfeed.org/version" in _as_text(data.get("version")):
        return _read_json_feed(data, url)
    elements = data if isinstance(data, list) else [data]
    if is_object:
        lists = (data[name] for name in _LISTS if isinstance(data.get(name), list))
        elements = next(lists, elements)
    for element in elements:
        if isinstance(element, dict) and any(sign in element for sign in _NINJS_SIGNS):
            items, more = make_items(elements, _read_ninjs_item)
            return Document("ninjs", items, base=url, more=more)
    if is_object and isinstance(data.get("items"), list):
        return _read_json_feed(data, url)
    raise Permanent("JSON, but no JSON Feed and no ninjs", url=url)


def _read_json_feed(data: dict[str, Any], url: str) -> Document:
    language = _as_text(data.get("language"))
    hub = ""
    for one in _as_list(data.get("hubs")):
        if isinstance(one, dict) and one.get("type") == "WebSub":
            hub = _as_text(one.get("url"))
            break
    hints = FeedHints(
        title=_as_text(data.get("title")),
        language=language,
        home=_as_text(data.get("home_page_url")),
        hub=hub,
        self_url=_as_text(data.get("feed_url")),
    )
    version = _as_text(data.get("version")).rpartition("/")[2].replace(".", "")[:4]
    make = partial(_read_feed_item, language=language)
    items, more = make_items(_as_list(data.get("items")), make)
    return Document("jsonfeed" + version, items, hints, base=url, more=more)


def _read_feed_item(item: Any, language: str) -> Item:
    if not isinstance(item, dict):
        return Item(fault="not a JSON object")
    authors = (*_as_list(item.get("authors")), item.get("author"))
    names = [_as_text(author.get("name")) for author in authors if isinstance(author, dict)]
    html = _as_text(item.get("content_html"))
    plain = _as_text(item.get("content_text"))
    return Item(
        guid=_as_text(item.get("id")),
        link=_as_link(item.get("url")) or _as_link(item.get("external_url")),
        title=_as_text(item.get("title")),
        summary=_as_text(item.get("summary")) or ("" if html else plain),
        content=html or mark_paragraphs(plain, "\n\n"),
        author=", ".join(filter(None, names)),
        published=_as_text(item.get("date_published")),
        updated=_as_text(item.get("date_modified")),
        language=_as_text(item.get("language")) or language,
        tags=[_as_text(tag) for tag in _as_list(item.get("tags"))],
        text=True,
    )


def _read_ninjs_item(item: Any) -> Item:
    """One item; 2.x and 3.x have lists (``headlines``, ``bodies``) where 1.x has a text."""
    if not isinstance(item, dict):
        return Item(fault="not a JSON object")
    guid = _as_text(item.get("uri"))
    kind = _as_text(item.get("type") or "text")
    if kind not in {"text", "article", ""}:
        return Item(guid=guid, fault=f"a ninjs {kind[:40]}, not a text")
    status = _as_text(item.get("pubstatus") or item.get("pubStatus")).lower()
    updated = _as_text(item.get("versioncreated")) or _as_text(item.get("versionCreated"))
    html = _as_text(item.get("body_html")) or _first_value(item.get("bodies"), "text/html")
    plain = _as_text(item.get("body_text")) or _first_value(item.get("bodies"), "text/plain")
    subjects = _as_list(item.get("subject") or item.get("subjects"))
    return Item(
        guid=guid or _as_text(item.get("guid")),
        link=_as_link(item.get("url")) or _as_link(item.get("link")),
        title=_as_text(item.get("headline"))
        or _first_value(item.get("headlines"))
        or _as_text(item.get("title")),
        summary=_as_text(item.get("description_text"))
        or _first_value(item.get("descriptions"))
        or _as_text(item.get("abstract")),
        content=html or mark_paragraphs(plain, "\n\n"),
        author=_as_text(item.get("byline")) or _first_value(item.get("by")),
        published=_as_text(item.get("firstcreated"))
        or _as_text(item.get("firstCreated"))
        or updated,
        updated=updated,
        language=_as_text(item.get("language")),
        tags=[_as_text(subject.get("name")) for subject in subjects if isinstance(subject, dict)],
        slug=_as_text(item.get("slugline")),
        status=status if status in {"canceled", "withheld"} else "",
        text=True,
    )


def _first_value(values: Any, kind: str = "") -> str:
    """The first ``value`` of a ninjs list, of this content type where one is asked for."""
    for one in _as_list(values):
        if isinstance(one, dict) and (
            not kind or one.get("contentType", one.get("contenttype")) == kind
        ):
            return _as_text(one.get("value"))
    return ""


def _as_link(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _as_text(value: Any) -> str:
    """A string as it is, a number as digits (ids are often numbers), anything else as ''."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
