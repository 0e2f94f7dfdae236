"""What a page says of itself: JSON-LD, Open Graph, meta tags and microdata, read from the tree already parsed."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import urljoin

from pipeline.dates import find_printed_day, names_day
from pipeline.extract.jsonld import jsonld, path_of
from pipeline.text import words

_SPACE = re.compile(r"\s+")


@dataclass(slots=True)
class About:
    """What a page says of itself; empty where it says nothing. ``published`` is as written."""

    headline: str = ""
    headlines: tuple[str, ...] = ()
    standfirst: str = ""
    author: str = ""
    site: str = ""
    language: str = ""
    published: str = ""
    canonical: str = ""
    genre: str = ""
    body: str = ""
    paywalled: bool = False


def about(root: Any, url: str) -> About:
    """Read ``root``; JSON-LD first, then Open Graph and meta, then the markup. Linear in the size of the page."""
    data = jsonld(root, url)
    meta = _meta(root)
    h1s = [t for h in islice(root.iter("h1"), MOST) if (t := _clean("".join(h.itertext())))]
    title = next((_clean(t.text or "") for t in root.iter("title")), "")
    if not h1s and not title:
        # a bare page: its first heading is all it says of itself
        h1s = [
            t for h in islice(root.iter("h2", "h3"), MOST) if (t := _clean("".join(h.itertext())))
        ][:1]
    named = [
        data.get("headline", ""),
        meta.get("og:title", ""),
        meta.get("twitter:title", ""),
        title,
    ]
    canonical = _canonical(root, meta, url)
    said = data.get("published") or _published(meta) or _time(root)
    return About(
        headline=_headline(h1s, named),
        headlines=tuple(dict.fromkeys(h for h in (*named, *h1s[:3]) if h)),
        standfirst=data.get("description")
        or meta.get("og:description")
        or meta.get("description", ""),
        author=data.get("author") or _author(meta) or _rel_author(root),
        site=meta.get("og:site_name") or data.get("publisher", ""),
        language=_language(
            root.get("lang"), data.get("language"), meta.get("og:locale"), meta.get("language")
        ),
        published=said or ("" if names_day(canonical or url) else _printed(root)),
        canonical=canonical,
        genre=data.get("genre") or ("video" if meta.get("og:type", "").startswith("video") else ""),
        body=data.get("body", ""),
        paywalled=data.get("free", "").lower() == "false"
        or meta.get("article:content_tier") in ("locked", "metered"),
    )


MOST = 20
"""Elements of one kind that are looked at: a page has a headline or two, whatever a flood of them says."""

_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})*", re.IGNORECASE)


def _language(*said: str | None) -> str:
    """The first that is a language tag (BCP 47); sites write underscores, words and what a template left."""
    tags = ((s or "").replace("_", "-").strip() for s in said)
    return next((t[:12] for t in tags if _LANGUAGE.fullmatch(t)), "")


def _clean(text: str) -> str:
    return _SPACE.sub(" ", text).strip()


def _headline(h1s: list[str], named: list[str]) -> str:
    """The page's own <h1> where the metadata confirms it, since metadata is often cut at 110 characters.

    An <h1> that stands in the metadata as a smaller part is the site's name; one that shares no long word with it
    belongs to another story, or to a button.
    """
    keys = [_key(n) for n in named if n]
    for h1 in h1s:
        key = _key(h1)
        if len(key) > 8 and any(
            n.startswith(key[:60])
            or (len(n) > 20 and n[:60] in key)
            or (key in n and 2 * len(key) > len(n))
            for n in keys
        ):
            return h1
    lone = h1s[0] if len(h1s) == 1 and len(h1s[0].split()) >= 4 else ""
    if (
        lone
        and not any(_key(lone) in n for n in keys)
        and (not keys or _long(lone) & _long(" ".join(named)))
    ):
        return lone
    return next((n for n in named if n), h1s[0] if h1s else "")


def _long(text: str) -> set[str]:
    return {word for word in words(text) if len(word) > LONG}


LONG = 4
"""Letters above which a word that two headlines share says that they are of one story."""


def _key(text: str) -> str:
    return re.sub(r"\W+", "", text).casefold()


def _meta(root: Any) -> dict[str, str]:
    """The first value of each meta name, property or itemprop."""
    found: dict[str, str] = {}
    for element in root.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop")
        value = element.get("content")
        if name and value and name.lower() not in found:
            found[name.lower().strip()] = _clean(html.unescape(value))[:2000]
    return found


_AUTHOR_KEYS = (
    "author",
    "article:author",
    "parsely-author",
    "sailthru.author",
    "byl",
    "dc.creator",
    "byline",
)
_DATE_KEYS = (
    "article:published_time",
    "datepublished",
    "og:article:published_time",
    "parsely-pub-date",
    "sailthru.date",
    "dc.date.issued",
    "pubdate",
    "publishdate",
    "publish-date",
    "dcterms.created",
    "date",
    "dc.date",
    "article:published",
    "ptime",
)


def _author(meta: dict[str, str]) -> str:
    return next(
        (v for k in _AUTHOR_KEYS if (v := meta.get(k, "")) and "://" not in v and len(v) < 150), ""
    )


def _published(meta: dict[str, str]) -> str:
    return next((meta[k] for k in _DATE_KEYS if meta.get(k)), "")


def _time(root: Any) -> str:
    """Microdata's datePublished, else the first <time> that a machine can read."""
    first = ""
    for element in root.iter("time", "span", "div", "p"):
        said = element.get("datetime") or element.get("content") or ""
        if said and "datePublished" in (element.get("itemprop") or ""):
            return str(said)
        if said and not first and element.tag == "time":
            first = said
    return first


_DATED = re.compile(
    r"(?:^|[\s_-])(?:pub\w*|post(?:ed)?|article|entry|news)?[-_]*(?:date|time|datetime|timestamp|published|posted)(?:$|[\s_-])",
    re.IGNORECASE,
)


def _printed(root: Any) -> str:
    """The first English date in an element that is named after dates, as "Nov 19, 2026"."""
    dated = (e for e in root.iter("span", "div", "p", "li") if _DATED.search(e.get("class") or ""))
    for element in islice(dated, MOST):
        text = _clean(" ".join(islice(element.itertext(), MOST)))[:80]
        if day := find_printed_day(text):
            return day
    return ""


def _rel_author(root: Any) -> str:
    named = (
        element
        for element in root.iter("a", "span", "div", "p", "address")
        if element.get("rel") == "author" or "author" in (element.get("itemprop") or "").split()
    )
    for element in islice(named, MOST):
        text = _clean(" ".join(element.itertext()))
        if 2 < len(text) < 100:
            return text
    return ""


def _canonical(root: Any, meta: dict[str, str], url: str) -> str:
    """The address that the page calls its own; not a front page's, which broken templates give to every story."""
    said = next(
        (
            str(e.get("href"))
            for e in root.iter("link")
            if (e.get("rel") or "").lower() == "canonical"
        ),
        "",
    )
    for link in (said, meta.get("og:url", "")):
        full = _absolute(url, link) if link and link != "None" else ""
        if full and ("?" in full or path_of(full) or not path_of(url)):
            return full
    return ""


def _absolute(url: str, link: str) -> str:
    try:
        full = urljoin(url, link.strip())
    except ValueError:
        return ""
    return full if full.startswith(("http://", "https://")) else ""
