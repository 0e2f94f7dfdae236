"""What a page says of its article in JSON-LD, however it is wrapped, broken or nested."""

from __future__ import annotations

import html
import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from pipeline.extract.broken_json import read_values
from pipeline.text import drop_unseen

# characters of one JSON-LD script that are read, and objects looked at on one page
LONGEST_SCRIPT, MOST_OBJECTS = 400_000, 2_000
# objects looked at for the names of who wrote the story; there are bylines of twenty
MOST_PEOPLE = 60
# characters from which what stands for an author's name is none
LONGEST_NAME = 120
# metadata are often cut, at 110 characters or before: this much of a headline is compared
HEADLINE_START = 60

_SPACE = re.compile(r"\s+")
_TAG = re.compile(r"<[^>]{1,300}>")
_BLOCK_TAG = re.compile(r"</?(?:p|div|br|h\d|li)\b[^>]{0,300}>")
_NO_LETTERS = re.compile(r"\W+")
_STORY_TYPES = re.compile(
    r"(?:News|Analysis|Opinion|Reportage|Background|Blog|Satirical)?(?:Article|Posting|Report)$"
    r"|^Review"
)
_GENRES = {"LiveBlogPosting": "live", "ImageGallery": "gallery", "MediaGallery": "gallery"}


@dataclass(frozen=True, slots=True)
class ArticleData:
    """What JSON-LD says of the page's article; empty where it says nothing.

    ``published`` is as written, ``body`` has a line for each paragraph.
    """

    headline: str = ""
    standfirst: str = ""
    authors: tuple[str, ...] = ()
    site: str = ""
    published: str = ""
    language: str = ""
    genre: str = ""
    body: str = ""
    paywalled: bool = False


def squeeze(text: str) -> str:
    """The text on one line, without spaces at its ends."""
    return _SPACE.sub(" ", text).strip()


def fold_headline(text: str) -> str:
    """Letters and figures alone: outlets change the punctuation from one place to another."""
    return _NO_LETTERS.sub("", text).casefold()


def take_path(url: str) -> str:
    """The path of an address, without strokes at its ends; empty for a front page or no address."""
    try:
        return urlsplit(url).path.strip("/")
    except ValueError:
        return ""


def read_jsonld(scripts: Iterable[Any], url: str, titles: Iterable[str] = ()) -> ArticleData:
    """What the page's own article says; of several, the one at its address or with its headline.

    ``titles`` are the headlines that the page gives elsewhere.
    """
    stories: list[dict[str, Any]] = []
    by_id: dict[str, dict[str, Any]] = {}
    genre = ""
    for node in _list_objects(scripts):
        types = node.get("@type")
        is_story = False
        for name in types if isinstance(types, list) else [types]:
            if isinstance(name, str):
                genre = genre or _GENRES.get(name, "")
                is_story = is_story or bool(_STORY_TYPES.search(name))
        if is_story:
            stories.append(node)
        identifier = node.get("@id")
        if isinstance(identifier, str) and (node.get("name") or node.get("familyName")):
            by_id.setdefault(identifier, node)
    best = _choose_story(stories, url, [fold_headline(title) for title in titles if title])
    # sites put HTML, escaped HTML or plain text there
    body = best.get("articleBody")
    body = html.unescape(body) if isinstance(body, str) else ""
    if "<p" in body:
        body = _BLOCK_TAG.sub("\n", body)
    people = _list_names(best.get("author") or best.get("creator"), by_id)
    return ArticleData(
        headline=_read_text(best.get("headline")) or _read_text(best.get("name")),
        standfirst=_read_text(best.get("description")),
        authors=people,
        site="; ".join(_list_names(best.get("publisher"), by_id)),
        published=_read_text(best.get("datePublished")) or _read_text(best.get("dateCreated")),
        language=_read_text(best.get("inLanguage")),
        genre=genre,
        body=drop_unseen(_TAG.sub("", body)).strip(),
        paywalled=_read_text(best.get("isAccessibleForFree")).lower() == "false",
    )


def _list_objects(scripts: Iterable[Any]) -> Iterator[dict[str, Any]]:
    """Every object that may be the article: at the top, in a list, in @graph or as mainEntity."""
    waiting: deque[Any] = deque()
    for script in scripts:
        kind = (script.get("type") or "").split(";")[0].strip().lower()
        if kind == "application/ld+json" and script.text:
            waiting.extend(read_values(script.text[:LONGEST_SCRIPT]))
    for _ in range(MOST_OBJECTS):
        if not waiting:
            return
        item = waiting.popleft()
        if isinstance(item, list):
            waiting.extend(item)
        elif isinstance(item, dict):
            yield item
            for key in ("@graph", "mainEntity", "mainEntityOfPage"):
                if isinstance(item.get(key), dict | list):
                    waiting.append(item[key])


def _choose_story(stories: list[dict[str, Any]], url: str, keys: list[str]) -> dict[str, Any]:
    """The page's story: at its address, with its headline, and at no other address.

    One that lives elsewhere and has another headline is a story that the page only points to.
    """
    best: dict[str, Any] = {}
    # a page's only object is its own: addresses and headlines of metadata go out of date
    most = -2 if len(stories) == 1 else -1
    path = take_path(url)
    for node in stories:
        places = [take_path(link) for link in _list_links(node)]
        headline = fold_headline(_read_text(node.get("headline")) or _read_text(node.get("name")))
        score = 0
        if path and path in places:
            score += 2
        elif path and any(places):
            score -= 1
        if headline and any(_is_one_headline(headline, key) for key in keys):
            score += 2
        elif not headline or not keys:
            score += 1
        if score > most:
            best, most = node, score
    return best


def _is_one_headline(one: str, other: str) -> bool:
    """Whether two folded headlines are one, cut short or with the site's name beside it."""
    shorter, longer = sorted((one, other), key=len)
    return bool(shorter) and shorter[:HEADLINE_START] in longer


def _list_links(node: dict[str, Any]) -> list[str]:
    """The addresses at which an object says that it lives."""
    page = node.get("mainEntityOfPage")
    links = (node.get("url"), node.get("@id"), page.get("@id") if isinstance(page, dict) else page)
    return [
        link for link in links if isinstance(link, str) and ("://" in link or link.startswith("/"))
    ]


def _read_text(value: Any) -> str:
    """A text as one line without tags; of a list its first, of an object its value."""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, dict):
        value = value.get("@value")
    if not isinstance(value, str):
        return ""
    return squeeze(drop_unseen(_TAG.sub(" ", html.unescape(value))))


def _list_names(value: Any, by_id: dict[str, dict[str, Any]]) -> tuple[str, ...]:
    """The names of people, once each; of organisations where no person is named.

    An address is no name. A person may be a text, an object, a list of them, or the id of an object
    elsewhere on the page.
    """
    people: dict[str, None] = {}
    others: dict[str, None] = {}
    waiting = deque([value])
    for _ in range(MOST_PEOPLE):
        if not waiting:
            break
        person = waiting.popleft()
        if isinstance(person, list):
            waiting.extend(person)
            continue
        names = people
        name = person
        if isinstance(person, dict):
            if "@list" in person:
                waiting.append(person["@list"])
                continue
            named = "name" in person or "familyName" in person or "@value" in person
            told = person if named else by_id.get(str(person.get("@id")), {})
            name = told.get("name") or told.get("@value")
            if isinstance(name, dict):
                name = name.get("@value") or name.get("name")
            if isinstance(name, list):
                waiting.extend(name)
                continue
            if not name:
                parts = (told.get("givenName"), told.get("familyName"))
                name = " ".join(part for part in parts if isinstance(part, str))
            if "Organization" in str(told.get("@type")):
                names = others
        text = _read_text(name)
        if text and "://" not in text and len(text) < LONGEST_NAME:
            names[text] = None
    return tuple(people or others)
