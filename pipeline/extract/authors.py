"""Who a page says wrote its story: in JSON-LD, in meta tags, and printed below the headline.

Only places are found here, surest first; cleaning tells names from labels and roles.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

from pipeline.extract.jsonld import fold_headline, squeeze
from pipeline.extract.marks import Mark, mark_element
from pipeline.names import LONGEST_PERSON, OPENS, is_name_shaped, split_names, strip_opener

# characters from which what stands for an author is none, in meta tags and in print
LONGEST_META_AUTHOR, LONGEST_PRINTED = 300, 120
# values of one meta tag that are read: each may be an author's
MOST_TAGS = 30
# runs of text below the headline that are looked at, and characters of one that begins the story
RUNS_BELOW, STORY_BEGINS = 150, 200
# runs that may stand between one author and the next: a portrait's label, a role, a comma
RUNS_BETWEEN = 4
# characters of the shortest name of one word: two are initials
SHORTEST_WORD = 3
# long runs that are a standfirst above the byline; the next one is the story
STANDFIRSTS = 1
# elements marked as authors that are looked at on the whole page
MOST_MARKED = 400
# levels above a run of text on which its mark may stand
MARKED_LEVELS = 4

_AUTHOR_KEYS = (
    *(
        "author",
        "article:author",
        "og:article:author",
        "parsely-author",
        "sailthru.author",
        "byl",
        "dc.creator",
    ),
    *("byline", "dcterms.creator", "citation_author", "cxenseparse:author"),
)
_AUTHOR_PATHS = re.compile(
    r"/(?:authors?|autor(?:en|es|as?|i)?|auteurs?|autori|writers?|contributors?|contributor|people"
    r"|person|profiles?|profil|staff|reporters?|journalists?|journalistes?|redakteure?|columnists?"
    r"|yazar(?:lar)?|penulis|avtor(?:y|i)?|redactores|firmas?|users?|by|bio|expert[se]?)[/=-]"
    r"|[?&]author(?:_name)?=",
    re.IGNORECASE,
)
_NO_BYLINE = re.compile(
    r"comment|related|recommend|teaser|promo|card-?(?:list|grid)|caption|credit|sidebar|footer"
    r"|most-?(?:read|popular)|nav(?:bar)?\b|menu",
    re.IGNORECASE,
)
_JOINS = re.compile(r"(?:,|;|\||•|·|&|and|und|et|y|e|i|og|och|en|ve|и|та|و)", re.IGNORECASE)
_FIGURES = re.compile(r"\d")
_NOT_READ = frozenset(("script", "style", "noscript", "template", "title", "option", "button"))
_MARKED = "//a[@href] | //*[@rel='author'] | //*[contains(@itemprop, 'author')]"
_SPACE = " \t\r\n"


def list_signatures(root: Any, data_authors: tuple[str, ...]) -> list[str]:
    """What the metadata say of who wrote the story, surest first; ``;`` parts the names."""
    places = ("; ".join(data_authors), *_read_tags(root))
    return list(dict.fromkeys(filter(None, places)))


def names_only_site(signatures: list[str], site: str, url: str) -> bool:
    """Whether the metadata name nobody but the site, by its name or its host's."""
    host = take_host(url).removeprefix("www.")
    own = {fold_headline(name) for name in (site, host, host.partition(".")[0]) if name}
    for place in signatures:
        key = fold_headline(place)
        if not any(name and (key == name or (len(name) > 4 and name in key)) for name in own):
            return False
    return True


def take_host(url: str) -> str:
    """The host of an address; empty where it has none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _read_tags(root: Any) -> list[str]:
    """The authors in meta tags, those of tags of one name joined; addresses are no names."""
    values: dict[str, list[str]] = {}
    for element in root.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or ""
        value = element.get("content") or ""
        key = name.strip().lower()
        if key in _AUTHOR_KEYS or key.startswith("twitter:"):
            tags = values.setdefault(key, [])
            if len(tags) < MOST_TAGS and value.strip():
                tags.append(squeeze(html.unescape(value)))
    places: list[str] = []
    for key in _AUTHOR_KEYS:
        names = [tag for tag in values.get(key, []) if "://" not in tag and "@" not in tag]
        joined = "; ".join(dict.fromkeys(names))
        if joined and len(joined) < LONGEST_META_AUTHOR:
            places.append(joined)
    # WordPress plug-ins print the author as the first of two labelled lines of a Twitter card
    label = " ".join(values.get("twitter:label1", [])[:1])
    line = " ".join(values.get("twitter:data1", [])[:1])
    if label and all(is_name_shaped(name) for name in split_names(line)):
        places.append(line)
    return [place for place in places if place]


# --------------------------------------------------------------------------- below the headline


def read_printed_authors(root: Any, headline: str) -> str:
    """The authors printed between the headline and the story, else the one marked on the page.

    Empty where none is marked as an author or stands behind a word such as "By".
    """
    heading = _find_heading(root, headline)
    runs = _list_runs(root if heading is None else heading, below=heading is not None)
    names: list[str] = []
    opened = False
    since = long_runs = 0
    box = None
    for run, element in islice(runs, RUNS_BELOW):
        if element is None or element.tag in _NOT_READ:
            continue
        text = squeeze(run)
        since += 1
        long_runs += len(text) >= STORY_BEGINS
        if long_runs > STANDFIRSTS or (names and since > RUNS_BETWEEN):
            break
        if _JOINS.fullmatch(text):
            opened = bool(names)
            continue
        opener = OPENS.match(text)
        if opener and opener.end() == len(text):
            if names:
                break  # "Reviewed by": another name than the author's
            opened = True
            continue
        if names and not opened and _find_box(element) is not box:
            continue
        found = _read_names(text, element, opened=opened or bool(opener))
        opened = False
        if found:
            names.extend(found)
            box, since = _find_box(element), 0
    return "; ".join(dict.fromkeys(names)) or _find_only_author(root)


def _list_runs(node: Any, *, below: bool) -> Iterator[tuple[str, Any]]:
    """The runs of text below a heading, or in the page's bodies, each with the element around it.

    They are read one by one, as they are asked for: the story soon begins, and ends the search.
    """
    if not below:
        for body in node.iter("body"):
            yield from _list_runs_in(body)
        return
    while node is not None:
        if node.tail and node.tail.strip(_SPACE):
            yield node.tail, node.getparent()
        for box in node.itersiblings():
            yield from _list_runs_in(box)
            if box.tail and box.tail.strip(_SPACE):
                yield box.tail, box.getparent()
        node = node.getparent()


def _list_runs_in(box: Any) -> Iterator[tuple[str, Any]]:
    """The runs of text in an element, each with the element around it."""
    for event, inner in etree.iterwalk(box, events=("start", "end")):
        if event == "start":
            if inner.text and inner.text.strip(_SPACE):
                yield inner.text, inner
        elif inner is not box and inner.tail and inner.tail.strip(_SPACE):
            yield inner.tail, inner.getparent()


def _find_heading(root: Any, headline: str) -> Any:
    """The heading that is the headline; else the first one."""
    key = fold_headline(headline)
    first = None
    for element in islice(root.iter("h1", "h2"), MOST_TAGS):
        if first is None and element.tag == "h1":
            first = element
        if key and key in fold_headline("".join(islice(element.itertext(), MOST_TAGS))):
            return element
    return first


def _find_box(element: Any) -> Any:
    """The element around an author's card or link, which holds those of the co-authors too."""
    above = element.getparent()
    return above.getparent() if above is not None else None


def _find_only_author(root: Any) -> str:
    """The one person whom links and microdata of the page call an author.

    Where they name several, most wrote other stories; the author is named twice, in print and in a
    box at the end.
    """
    counts: dict[str, int] = {}
    for element in islice(root.xpath(_MARKED), MOST_MARKED):
        if not _says_author(element):
            continue
        text = squeeze("".join(islice(element.itertext(), MOST_TAGS)))
        if len(text) <= LONGEST_PRINTED:
            for name in _read_names(text, element, opened=False)[:1]:
                counts[name] = counts.get(name, 0) + 1
    often = [name for name, count in counts.items() if count > 1]
    only = list(counts) if len(counts) == 1 else often
    return only[0] if len(only) == 1 else ""


def _read_names(text: str, element: Any, *, opened: bool) -> list[str]:
    """The names in a run of text that stands behind an opener or is marked as an author's."""
    if len(text) > LONGEST_PRINTED:
        return []
    marked = opened
    said = False
    above = element
    for _ in range(MARKED_LEVELS):
        if above is None:
            break
        label = f"{above.get('class') or ''} {above.get('id') or ''}"
        is_apart = above.tag in ("nav", "aside", "footer", "figcaption")
        if is_apart or (len(label) > 1 and _names_no_byline(label)):
            return []
        said = said or _says_author(above)
        marked = marked or said or mark_element(above)[0] is Mark.BYLINE
        above = above.getparent()
    names = split_names(text) if marked else []
    shaped = [name for name in names if is_name_shaped(name)]
    if len(text.split()) > LONGEST_PERSON * (len(shaped) + 1):
        return []
    if len(shaped) > 1 and shaped == names:
        # "Ada Cole and Tom Reyes" stays as it is printed
        return [strip_opener(text)]
    # the page itself calls it an author: one word may be a name too
    is_word = said and len(text) >= SHORTEST_WORD and not _FIGURES.search(text)
    return shaped or (names[:1] if is_word else [])


@lru_cache(maxsize=4_096)
def _names_no_byline(label: str) -> bool:
    """Whether the names of an element say that no byline stands in it."""
    return bool(_NO_BYLINE.search(label))


def _says_author(element: Any) -> bool:
    """Whether an element says that its text is an author, by its role or its link."""
    if not element.attrib:
        return False
    if "author" in (element.get("itemprop") or "").split() or element.get("rel") == "author":
        return True
    link = (element.get("href") or "")[:LONGEST_META_AUTHOR] if element.tag == "a" else ""
    return bool(link) and bool(_AUTHOR_PATHS.search(link))
