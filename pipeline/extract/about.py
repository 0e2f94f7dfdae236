"""What a page says of itself: JSON-LD, Open Graph, meta tags and microdata.

Pages are wrong, broken and full of other articles; the first answer that can be the story's counts.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import urljoin, urlsplit

from pipeline.text import words

# elements of one kind that are looked at: a page has a headline or two, and floods of them exist
MOST_ELEMENTS = 20
# characters of one JSON-LD script that are read, and objects looked at in one script
LONGEST_SCRIPT, MOST_OBJECTS = 400_000, 2_000
# characters of a meta value that are kept
LONGEST_META = 2_000
# characters from which what stands for an author is none: in meta tags, JSON-LD and the markup
LONGEST_META_AUTHOR, LONGEST_NAME, LONGEST_MARKED_AUTHOR = 150, 120, 100
# characters of a language tag that are kept
LONGEST_LANGUAGE = 12
# letters and figures up to which an <h1> that the metadata hold is a section's name; and from which
# a headline in the metadata that an <h1> holds confirms it
SHORT_HEADING, CONFIRMING = 8, 20
# metadata are often cut, at 110 characters or before: this much of a headline is compared
HEADLINE_START = 60
# words from which an <h1> that stands alone may be a headline that the metadata do not have;
# letters above which a word that both have says that they are of one story
LONE_WORDS, SHORT_WORD = 4, 4

_SPACE = re.compile(r"\s+")
_TAG = re.compile(r"<[^>]{1,300}>")
_BLOCK_TAG = re.compile(r"</?(?:p|div|br|h\d|li)\b[^>]{0,300}>")
_CONTROL = re.compile(r"[\x00-\x1f]+")
_NO_LETTERS = re.compile(r"\W+")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})*", re.IGNORECASE)
_STORY_TYPES = re.compile(
    r"(?:News|Analysis|Opinion|Reportage|Background|Blog|Satirical)?(?:Article|Posting|Report)$"
    r"|^Review"
)
_GENRES = {"LiveBlogPosting": "live", "ImageGallery": "gallery", "MediaGallery": "gallery"}

_AUTHOR_KEYS = (
    *("author", "article:author", "parsely-author", "sailthru.author", "byl", "dc.creator"),
    "byline",
)


@dataclass(frozen=True, slots=True)
class About:
    """What a page says of itself; empty where it says nothing.

    ``published`` is what JSON-LD says, as written; ``page_dates`` has the other times.
    """

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


def read_about(root: Any, url: str) -> About:
    """Read a tree: JSON-LD first, then Open Graph and meta, then the markup. Linear in its size."""
    data = read_jsonld(root, url)
    meta = _read_meta(root)
    title = next((_squeeze(element.text or "") for element in root.iter("title")), "")
    headings = _list_texts(root.iter("h1"))
    if not headings and not title:
        # a bare page: its first heading is all it says of itself
        headings = _list_texts(root.iter("h2", "h3"))[:1]
    titles = [data.headline, meta.get("og:title", ""), meta.get("twitter:title", ""), title]
    canonical = _find_canonical(root, meta, url)
    is_video = meta.get("og:type", "").startswith("video")
    language = ""
    for name in (root.get("lang"), data.language, meta.get("og:locale"), meta.get("language")):
        # a language tag (BCP 47): sites write words and what a template left
        tag = (name or "").replace("_", "-").strip()
        if _LANGUAGE.fullmatch(tag):
            language = tag[:LONGEST_LANGUAGE]
            break
    return About(
        headline=_choose_headline(headings, titles),
        headlines=tuple(dict.fromkeys(filter(None, (*titles, *headings[:3])))),
        standfirst=data.standfirst or meta.get("og:description") or meta.get("description", ""),
        author=data.author or _find_author(root, meta),
        site=meta.get("og:site_name") or data.site,
        language=language,
        published=data.published,
        canonical=canonical,
        genre=data.genre or ("video" if is_video else ""),
        body=data.body,
        paywalled=data.paywalled or meta.get("article:content_tier") in ("locked", "metered"),
    )


def _read_meta(root: Any) -> dict[str, str]:
    """The first value of each meta name, property or itemprop."""
    meta: dict[str, str] = {}
    for element in root.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop")
        value = element.get("content")
        if name and value and name.lower() not in meta:
            meta[name.lower().strip()] = _squeeze(html.unescape(value))[:LONGEST_META]
    return meta


def _squeeze(text: str) -> str:
    return _SPACE.sub(" ", text).strip()


def _list_texts(elements: Iterable[Any]) -> list[str]:
    """The texts of the first elements, but for empty ones."""
    texts = [_squeeze("".join(element.itertext())) for element in islice(elements, MOST_ELEMENTS)]
    return list(filter(None, texts))


def _choose_headline(headings: list[str], titles: list[str]) -> str:
    """The page's own <h1> where the metadata confirm it, because metadata are often cut short.

    An <h1> that stands in the metadata as a smaller part is the site's name; one that shares no
    long word with them belongs to another story, or to a button.
    """
    keys = list(map(_fold_headline, filter(None, titles)))
    for heading in headings:
        key = _fold_headline(heading)
        if len(key) <= SHORT_HEADING:
            continue
        for other in keys:
            same_start = other.startswith(key[:HEADLINE_START])
            is_inside = len(other) > CONFIRMING and other[:HEADLINE_START] in key
            if same_start or is_inside or (key in other and 2 * len(key) > len(other)):
                return heading
    if len(headings) == 1 and len(headings[0].split()) >= LONE_WORDS:
        lone = headings[0]
        in_metadata = any(_fold_headline(lone) in other for other in keys)
        if not in_metadata and (not keys or _list_long(lone) & _list_long(" ".join(titles))):
            return lone
    return next(filter(None, (*titles, *headings)), "")


def _fold_headline(text: str) -> str:
    """Letters and figures alone: outlets change the punctuation from one place to another."""
    return _NO_LETTERS.sub("", text).casefold()


def _list_long(text: str) -> set[str]:
    return {word for word in words(text) if len(word) > SHORT_WORD}


# --------------------------------------------------------------------------- author and address


def _find_author(root: Any, meta: dict[str, str]) -> str:
    """The author in the meta tags, else in an element that the markup names so."""
    for key in _AUTHOR_KEYS:
        value = meta.get(key, "")
        if value and "://" not in value and len(value) < LONGEST_META_AUTHOR:
            return value
    looked_at = 0
    for element in root.iter("a", "span", "div", "p", "address"):
        itemprop = element.get("itemprop") or ""
        if element.get("rel") == "author" or "author" in itemprop.split():
            text = _squeeze(" ".join(element.itertext()))
            if 2 < len(text) < LONGEST_MARKED_AUTHOR:
                return text
            looked_at += 1
            if looked_at == MOST_ELEMENTS:
                break
    return ""


def _find_canonical(root: Any, meta: dict[str, str], url: str) -> str:
    """The address that the page calls its own.

    Not a front page's, which broken templates give to every story (docs/decisions.md).
    """
    link = ""
    for element in root.iter("link"):
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
            "?" in full or _take_path(full) or not _take_path(url)
        ):
            return full
    return ""


def _take_path(url: str) -> str:
    """The path of an address, without strokes at its ends; empty for a front page or no address."""
    try:
        return urlsplit(url).path.strip("/")
    except ValueError:
        return ""


# --------------------------------------------------------------------------- JSON-LD


def read_jsonld(root: Any, url: str) -> About:
    """What the page's own article says in JSON-LD; of several, the one at the page's address.

    ``body`` has a line for each paragraph.
    """
    best: dict[str, Any] = {}
    genre = ""
    path = _take_path(url)
    for script in root.iter("script"):
        kind = (script.get("type") or "").split(";")[0].strip().lower()
        if kind != "application/ld+json" or not script.text:
            continue
        for node in _list_objects(script.text[:LONGEST_SCRIPT]):
            types = node.get("@type")
            is_story = False
            for name in types if isinstance(types, list) else [types]:
                if isinstance(name, str):
                    genre = genre or _GENRES.get(name, "")
                    is_story = is_story or bool(_STORY_TYPES.search(name))
            if is_story and (not best or (_is_at(node, path) and not _is_at(best, path))):
                best = node
    # sites put HTML, escaped HTML or plain text there
    body = best.get("articleBody")
    body = html.unescape(body) if isinstance(body, str) else ""
    if "<p" in body:
        body = _BLOCK_TAG.sub("\n", body)
    return About(
        headline=_read_text(best.get("headline")) or _read_text(best.get("name")),
        standfirst=_read_text(best.get("description")),
        author=_join_names(best.get("author") or best.get("creator")),
        site=_join_names(best.get("publisher")),
        published=_read_text(best.get("datePublished")) or _read_text(best.get("dateCreated")),
        language=_read_text(best.get("inLanguage")),
        genre=genre,
        body=_TAG.sub("", body).strip(),
        paywalled=_read_text(best.get("isAccessibleForFree")).lower() == "false",
    )


def _list_objects(script: str) -> Iterator[dict[str, Any]]:
    """Every object that may be the article: at the top, in a list, in @graph or as mainEntity."""
    text = script.strip().removeprefix("<!--").removesuffix("-->").strip().rstrip(";")
    data = None
    # line breaks inside strings are a common fault
    for attempt in (text, _CONTROL.sub(" ", text)):
        try:
            data = json.loads(attempt, strict=False)
            break
        except (ValueError, RecursionError):
            continue
    waiting = [data]
    for _ in range(MOST_OBJECTS):
        if not waiting:
            return
        item = waiting.pop(0)
        if isinstance(item, list):
            waiting.extend(item)
        elif isinstance(item, dict):
            yield item
            inner = (item.get("@graph"), item.get("mainEntity"))
            waiting.extend(value for value in inner if isinstance(value, dict | list))


def _is_at(node: dict[str, Any], path: str) -> bool:
    """Whether an object says that it lives at this path."""
    page = node.get("mainEntityOfPage")
    links = (node.get("url"), node.get("@id"), page.get("@id") if isinstance(page, dict) else page)
    return bool(path) and any(isinstance(link, str) and _take_path(link) == path for link in links)


def _read_text(value: Any) -> str:
    """A text as one line without tags; of a list its first."""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, list):
        value = value[0] if value else ""
    return _squeeze(_TAG.sub(" ", html.unescape(value))) if isinstance(value, str) else ""


def _join_names(value: Any) -> str:
    """The names of people or organisations, once each; an address is no name."""
    names: dict[str, None] = {}
    for person in value if isinstance(value, list) else [value]:
        name = _read_text(person.get("name") if isinstance(person, dict) else person)
        if name and "://" not in name and len(name) < LONGEST_NAME:
            names[name] = None
    return "; ".join(names)
