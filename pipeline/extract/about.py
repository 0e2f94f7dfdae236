"""What a page says of itself: JSON-LD, Open Graph, meta tags and microdata.

Pages are wrong, broken and full of other articles; the first answer that can be the story's counts.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from pipeline.extract.authors import (
    Home,
    list_signatures,
    names_no_person,
    read_printed_authors,
    read_shared_byline,
)
from pipeline.extract.document import Landmarks
from pipeline.extract.headings import Beside, choose_headline, part_site, read_headings
from pipeline.extract.jsonld import read_jsonld, squeeze, take_path

# characters of a meta value that are kept
LONGEST_META = 2_000
# characters of a language tag that are kept
LONGEST_LANGUAGE = 12

_META = frozenset(
    (
        *("og:title", "og:site_name", "og:locale", "og:type", "og:url", "og:description"),
        *("twitter:title", "language", "description", "article:content_tier"),
    )
)
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class About:
    """What a page says of itself; empty where it says nothing. ``published`` is what JSON-LD
    says, as written; ``page_dates`` has the other times.

    ``author`` is what the surest of the metadata says of who wrote the story, ``signatures`` what
    all of them say; ``printed_authors`` stand below the headline. ``is_front``: the page calls
    itself a site rather than an article, as some articles do too.
    """

    headline: str = ""
    headlines: tuple[str, ...] = ()
    standfirst: str = ""
    author: str = ""
    signatures: tuple[str, ...] = ()
    printed_authors: tuple[str, ...] = ()
    site: str = ""
    language: str = ""
    published: str = ""
    canonical: str = ""
    genre: str = ""
    body: str = ""
    paywalled: bool = False
    is_front: bool = False


def read_about(root: Any, landmarks: Landmarks, url: str, entry_title: str = "") -> About:
    """Read a tree: JSON-LD first, then Open Graph and meta, then the markup. Linear in its size.

    ``entry_title``: the headline in the feed that points to the page; it confirms the page's own,
    and is none of them.
    """
    meta = _read_meta(landmarks.metas)
    title = next((squeeze((element.text or "")[:LONGEST_META]) for element in landmarks.titles), "")
    headings = read_headings(landmarks.list_headings("h1"))
    if not headings and not title:
        # a bare page: its first heading is all it says of itself
        headings = read_headings(landmarks.list_headings("h2", "h3"))[:1]
    headings, own_name = part_site(landmarks, headings)
    printed = [heading.text for heading in headings[:3]]
    titles = [meta.get("og:title", ""), meta.get("twitter:title", ""), title]
    data = read_jsonld(landmarks.scripts, url, (*printed, *titles, entry_title))
    titles.insert(0, data.headline[:LONGEST_META])
    site = meta.get("og:site_name") or data.site or own_name
    canonical = _find_canonical(landmarks.links, meta, url)
    headline = choose_headline(root, landmarks, headings, titles, Beside(site, entry_title))
    signatures = list_signatures(landmarks.metas, data.authors)
    # looked for where it is needed: it takes a walk through the page
    printed_authors: tuple[str, ...] = ()
    if names_no_person(signatures, Home(site, url)):
        home = Home(site, canonical or url)
        printed_authors = read_printed_authors(root, landmarks, headline, home)
    elif len(signatures) == 1:
        printed_authors = read_shared_byline(root, landmarks, headline, signatures[0])
    is_video = meta.get("og:type", "").startswith("video")
    language = ""
    for name in (root.get("lang"), data.language, meta.get("og:locale"), meta.get("language")):
        # a language tag (BCP 47): sites write words and what a template left
        tag = (name or "").replace("_", "-").strip()
        if _LANGUAGE.fullmatch(tag):
            language = tag[:LONGEST_LANGUAGE]
            break
    return About(
        headline=headline,
        headlines=tuple(dict.fromkeys(filter(None, (*titles, *printed)))),
        standfirst=data.standfirst or meta.get("og:description") or meta.get("description", ""),
        author=next(iter(signatures), ""),
        signatures=tuple(signatures),
        printed_authors=printed_authors,
        site=site,
        language=language,
        published=data.published,
        canonical=canonical,
        genre=data.genre or ("video" if is_video else ""),
        body=data.body,
        is_front=meta.get("og:type", "").lower() == "website",
        paywalled=data.paywalled or meta.get("article:content_tier") in ("locked", "metered"),
    )


def _read_meta(tags: list[Any]) -> dict[str, str]:
    """The first value of each meta name, property or itemprop that is asked for."""
    meta: dict[str, str] = {}
    for element in tags:
        name = element.get("property") or element.get("name") or element.get("itemprop")
        value = element.get("content") or element.get("value")
        key = name.lower() if name and value else ""
        if key.strip() in _META and key not in meta:
            meta[key.strip()] = squeeze(html.unescape(value))[:LONGEST_META]
    return meta


# --------------------------------------------------------------------------- time and address


def _find_canonical(links: list[Any], meta: dict[str, str], url: str) -> str:
    """The address that the page calls its own.

    Not a front page's, which broken templates give to every story (docs/decisions.md).
    """
    link = ""
    for element in links:
        if (element.get("rel") or "").lower() == "canonical":
            link = str(element.get("href"))
            break
    for address in (link, meta.get("og:url", "")):
        if not address or address == "None":
            continue
        try:
            full = urljoin(url, address.strip())
        except ValueError:
            continue
        if full.startswith(("http://", "https://")) and (
            "?" in full or take_path(full) or not take_path(url)
        ):
            return full
    return ""
