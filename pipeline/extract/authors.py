"""Who a page says wrote its story: in JSON-LD, in meta tags, and printed below the headline.

Only places are found here, surest first; cleaning tells names from labels and roles.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from lxml import etree

from pipeline.extract.document import Landmarks
from pipeline.extract.jsonld import fold_headline, squeeze
from pipeline.extract.marks import Mark, mark_element
from pipeline.names import CLOSES, LONGEST_PERSON, OPENS, is_name_shaped, split_names, strip_opener

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
# levels above a run of text on which its mark may stand, and on which it may be named a topic:
# sites put a story's topics into the names of its boxes
MARKED_LEVELS, TOPIC_LEVELS = 4, 2
# words of the longest name of an account, which is not shaped as a person's
LONGEST_ACCOUNT = 1
# runs below and above the headline in which a name without a mark may stand, its words, and the
# characters of a line that holds it with a date
RUNS_AT, RUNS_ABOVE, LONGEST_PLAIN, LONGEST_LINE = 14, 4, 4, 60
# characters before which a bare name begins a paragraph, as in an author's life, and texts of one
# that are read
BEGINS, MOST_RUNS = 3, 100
# characters of a list of topics that are read
MOST_SAID = 2_000
# runs below the headline in which the line with the known author and others may stand, and levels
# above his name on which the whole line stands
RUNS_SHARED, LINE_LEVELS = 40, 3
# characters of a label such as "Author", from which it names whoever stands behind it on any place
# of the page; "By" stands in the teasers of other stories as well
SHORTEST_LABEL, LONGEST_LABEL = 5, 24

# a run of text and the element that it stands in
_Run: TypeAlias = tuple[str, Any]
# elements that were asked, whether they say author and whether they are marked so: boxes around a
# run of text are those of many
_Judged: TypeAlias = dict[Any, tuple[bool, bool]]

_AUTHOR_KEYS = (
    *(
        "article:author",
        "author",
        "og:article:author",
        "parsely-author",
        "sailthru.author",
        "byl",
        "dc.creator",
    ),
    *("byline", "dcterms.creator", "citation_author", "cxenseparse:author"),
)
_AUTHOR_PAGES = (
    r"authors?|autor(?:en|es|as?|i)?|auteurs?|autori|writers?|contributors?|people|person|profiles?",
    r"profil|staff|team|editors?|reporters?|correspondents?|journalists?|journalistes?|redakteure?",
    r"columnists?|yazar(?:lar)?|penulis|avtor(?:y|i)?|redactores|redaktor(?:zy)?|giornalist[ai]",
    r"firmas?|users?|by|bio|expert[se]?",
)
# of addresses in lower case: a pattern that ignores case takes three times as long
_AUTHOR_PATHS = re.compile(rf"/(?:{'|'.join(_AUTHOR_PAGES)})[/=-]|[?&]author(?:_name)?=")
_NO_BYLINE = re.compile(
    r"comment|related|recommend|teaser|promo|card-?(?:list|grid)|caption|credit|sidebar|footer"
    r"|most-?(?:read|popular)|nav(?:bar)?\b|menu",
    re.IGNORECASE,
)
_TOPIC = re.compile(r"categor|topic|breadcrumb|kicker|\btag\b|rubri[ck]|section-", re.IGNORECASE)
_BESIDE_STORY = frozenset(("nav", "aside", "footer", "figcaption"))
_PAGE_WIDE = frozenset(("body", "html"))
_OF_STORY = frozenset(("article", "main", "section", "header", "body"))
_TITLES = frozenset(("h1", "h2", "h3", "label", "figcaption"))
_DAY_OR_YEAR = re.compile(r"\b(?:19|20|25)\d\d\b|\b\d{1,2}[./]\d{1,2}\b|\b\d+ \w+ ago\b")
_APART = re.compile(r"\s*[|·•]\s*")
_TOPIC_KEYS = frozenset(("article:section", "article:tag", "keywords", "news_keywords"))
_DESCRIPTIONS = frozenset(("description", "og:description", "twitter:description"))
_TOPIC_PATHS = re.compile(
    r"/(?:tags?|categor(?:y|ies|ia|ie)|topics?|themen?|themas?|sections?|rubri[ck]\w*|temas?|etiquetas?)/",
    re.IGNORECASE,
)
_TOGETHER = re.compile(r"\s(?:and|und|et|y|e|i|og|och|en|ve|и|та|и|&)\s")
_LABELLED = ("dt", "th", "td", "strong", "b", "span", "div", "p", "li", "h2", "h3", "h4", "h5")
_BESIDE_DATES = re.compile(r"\s*[|•·,–—]\s*|\s-\s")
_SMALL_WORDS = re.compile(r"(?<!\w)[^\W\d_A-Z][^\W\d_]*")
_JOINS = re.compile(r"(?:,|;|\||•|·|&|and|und|et|y|e|i|og|och|en|ve|и|та|و)", re.IGNORECASE)
_FIGURES = re.compile(r"\d")
_NOT_READ = frozenset(("script", "style", "noscript", "template", "title", "option", "button"))
_LAST_RUNS = etree.XPath(f"(.//text()[normalize-space()])[position() > last() - {RUNS_ABOVE}]")
_SPACE = " \t\r\n"


def list_signatures(meta: list[Any], data_authors: tuple[str, ...]) -> list[str]:
    """What the metadata say of who wrote the story, surest first; ``;`` parts the names.

    ``meta`` are the page's meta tags, ``data_authors`` those of JSON-LD.
    """
    places = ("; ".join(data_authors), *_read_tags(meta))
    return list(dict.fromkeys(filter(None, places)))


@dataclass(frozen=True, slots=True)
class Home:
    """Where a page stands: the name of its site and its address."""

    site: str
    url: str


def names_no_person(signatures: Iterable[str], home: Home) -> bool:
    """Whether the metadata name nobody but the site, by its name or its host's, or an account."""
    return not any(_holds_person(said) and not _names_site(said, home) for said in signatures)


def _holds_person(said: str) -> bool:
    """Whether what stands for authors has the shape of a person's name in it."""
    return any(is_name_shaped(name) for name in split_names(said))


def _names_site(said: str, home: Home) -> bool:
    """Whether what stands for authors is the site, by its name or its host's."""
    host = take_host(home.url).removeprefix("www.")
    own = {fold_headline(name) for name in (home.site, host, host.partition(".")[0]) if name}
    key = fold_headline(said)
    return any(name and (key == name or (len(name) > 4 and name in key)) for name in own)


def take_host(url: str) -> str:
    """The host of an address; empty where it has none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _read_tags(meta: list[Any]) -> list[str]:
    """The authors in meta tags, those of tags of one name joined; addresses are no names."""
    values: dict[str, list[str]] = {}
    for element in meta:
        name = element.get("property") or element.get("name") or element.get("itemprop") or ""
        # pages that a browser saved have "value"
        value = element.get("content") or element.get("value") or ""
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


def read_printed_authors(
    root: Any, landmarks: Landmarks, headline: str, home: Home
) -> tuple[str, ...]:
    """Who is printed as author, the surest first: each is asked for a name until one has it.

    First those between headline and story who are marked as authors or stand behind a word such as
    "By"; then those marked above it, the one marked on the page, and bare names at the headline.
    """
    heading = landmarks.find_heading(headline)
    host = take_host(home.url)
    marked = _read_marked(_list_below(root, heading, RUNS_BELOW), host)
    above = [] if marked or heading is None else _list_above(heading)
    marked = marked or _read_marked(reversed(above), host) or _find_only_author(root, host)
    is_site = bool(marked) and _names_site(marked, home)
    if _holds_person(marked) and not is_site:
        return (marked,)
    if labelled := _find_labelled(root):
        return (labelled,)
    if marked and not is_site:
        return (marked,)
    # nobody is marked but the site itself: somebody may stand there without a mark
    runs = [*_list_below(root, heading, RUNS_AT), *above]
    return tuple(dict.fromkeys((marked, *_list_plain(root, landmarks, runs, headline))))


def read_shared_byline(
    root: Any, landmarks: Landmarks, headline: str, author: str
) -> tuple[str, ...]:
    """The line below the headline that names the author and others with him; none or one.

    Templates have room for one author in their metadata. What stands behind a stroke or a point is
    a topic or a date; the others stand behind the same "By", or behind an "and".
    """
    if not is_name_shaped(author):
        return ()
    heading = landmarks.find_heading(headline)
    for run, element in _list_below(root, heading, RUNS_SHARED):
        if author not in run or len(run) > LONGEST_PRINTED or element.tag in _NOT_READ:
            continue
        box = element
        for _ in range(LINE_LEVELS):
            whole = squeeze(" ".join(islice(box.itertext(), MOST_RUNS))).replace(" ,", ",")
            if len(whole) > LONGEST_PRINTED or box.tag in _TITLES:
                return ()
            line = next((part for part in _APART.split(whole) if author in part), "")
            is_shared = OPENS.match(line) or _TOGETHER.search(line)
            if is_shared and sum(map(is_name_shaped, split_names(line))) > 1:
                return (line,)
            box = box.getparent()
        return ()
    return ()


def _find_labelled(root: Any) -> str:
    """The one name that stands behind a label such as "Author" anywhere on the page."""
    names: dict[str, None] = {}
    for element in root.iter(*_LABELLED):
        label = element.text
        if not label or len(label) > LONGEST_LABEL:
            continue
        label = label.strip()
        if len(label) < SHORTEST_LABEL or not OPENS.fullmatch(label) or _is_apart(element):
            continue
        behind = chain(islice(_list_inside(element), 1, 2), islice(_list_following(element), 1))
        for run, _ in islice(behind, 1):
            text = squeeze(run).strip(" :")
            if is_name_shaped(text) and len(text) <= LONGEST_PRINTED:
                names[text] = None
    return next(iter(names)) if len(names) == 1 else ""


def _list_below(root: Any, heading: Any, most: int) -> Iterator[_Run]:
    """The first runs of text below a heading, or of the page where it is None.

    They are read one by one, as they are asked for: the story soon begins, and ends the search.
    """
    return islice(_list_following(heading) if heading is not None else _list_all(root), most)


def _list_all(root: Any) -> Iterator[_Run]:
    """The runs of text in the page's body."""
    for body in root.iter("body"):
        yield from _list_inside(body)


def _list_following(node: Any) -> Iterator[_Run]:
    """The runs of text behind an element, to the end of the page."""
    while node is not None:
        if node.tail and node.tail.strip(_SPACE):
            yield node.tail, node.getparent()
        for box in node.itersiblings():
            yield from _list_inside(box)
            if box.tail and box.tail.strip(_SPACE):
                yield box.tail, box.getparent()
        node = node.getparent()


def _list_inside(box: Any) -> Iterator[_Run]:
    """The runs of text in an element."""
    for event, inner in etree.iterwalk(box, events=("start", "end")):
        if event == "start":
            if inner.text and inner.text.strip(_SPACE):
                yield inner.text, inner
        elif inner is not box and inner.tail and inner.tail.strip(_SPACE):
            yield inner.tail, inner.getparent()


def _list_above(heading: Any) -> list[_Run]:
    """The runs of text before the headline in its boxes, the nearest first."""
    runs: list[_Run] = []
    node = heading
    while len(runs) < RUNS_ABOVE and node.getparent() is not None and node.tag not in _PAGE_WIDE:
        for box in islice(node.itersiblings(preceding=True), RUNS_ABOVE):
            runs.extend((run, _find_element(run)) for run in reversed(_LAST_RUNS(box)))
        node = node.getparent()
    return runs[:RUNS_ABOVE]


def _read_marked(runs: Iterable[_Run], host: str) -> str:
    """The names in runs of text that are marked as authors, as far as they stand together."""
    names: list[str] = []
    # a single word that is called an author, an outlet's or an account's, and how far it is back
    word, word_since = "", 0
    opened = False
    since = long_runs = 0
    box = None
    judged: _Judged = {}
    for run, element in runs:
        if element is None or element.tag in _NOT_READ:
            continue
        text = _take_signed(squeeze(run))
        since += 1
        word_since += 1
        long_runs += len(text) >= STORY_BEGINS
        if long_runs > STANDFIRSTS or (names and since > RUNS_BETWEEN):
            break
        if word and not names and word_since > RUNS_BETWEEN:
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
        is_signed = opened or bool(opener) or bool(CLOSES.search(text))
        found = _read_names(text, element, host, judged, opened=is_signed)
        opened = False
        if found and not names and not any(map(is_name_shaped, split_names(found[0]))):
            if not word:
                word, word_since = found[0], 0
        elif found:
            names.extend(found)
            box, since = _find_box(element), 0
    return "; ".join(dict.fromkeys(names)) or word


def _take_signed(text: str) -> str:
    """Of a line such as "12 March | Author: Ada Cole" the part that opens with such a word."""
    if len(text) > LONGEST_PRINTED or not _APART.search(text):
        return text
    return next((part for part in _APART.split(text) if OPENS.match(part)), text)


def _list_plain(root: Any, landmarks: Landmarks, runs: list[_Run], headline: str) -> list[str]:
    """Names that stand alone at the headline without a mark, the nearest first.

    Sections, places and buttons stand there too. A name has a date beside it or stands on the page
    again, as the name of a portrait or in the author's box; the text does not speak of it, and its
    words are not found in small letters ("Climate Change").
    """
    key = fold_headline(headline)
    topics = _list_topics(landmarks)
    names: dict[str, bool] = {}
    texts = [squeeze(run) for run, _ in runs]
    for place, text in enumerate(texts):
        element = runs[place][1]
        if element is None or element.tag in _NOT_READ or len(text) > LONGEST_LINE:
            continue
        name = _take_plain(text)
        if not name or fold_headline(name) in key or element.tag in _TITLES:
            continue
        if fold_headline(name) in topics:
            continue
        if _is_apart(element) or not _leads_to(element, name):
            continue
        beside = " ".join(texts[max(place - 1, 0) : place + 2])
        names[name] = names.get(name, False) or bool(_DAY_OR_YEAR.search(beside))
    if not names:
        return []
    told = _list_told(root)
    unspoken = [name for name in names if not _is_spoken_of(told, name)]
    return [
        name
        for name in unspoken
        if names[name] or _stands_again(root, name) or _begins_description(landmarks, name)
    ]


def _list_topics(landmarks: Landmarks) -> set[str]:
    """What the metadata call sections, tags and keywords."""
    topics: set[str] = set()
    for meta in landmarks.metas:
        if (meta.get("property") or meta.get("name") or "").lower() in _TOPIC_KEYS:
            said = (meta.get("content") or "")[:MOST_SAID]
            topics.update(map(fold_headline, [said, *said.split(",")]))
    return topics


def _begins_description(landmarks: Landmarks, name: str) -> bool:
    """Whether the page's description begins with a name: it is made of the text's first words."""
    for meta in landmarks.metas:
        key = (meta.get("property") or meta.get("name") or "").lower()
        if key in _DESCRIPTIONS and squeeze(meta.get("content") or "").startswith(name):
            return True
    return False


def _stands_again(root: Any, name: str) -> bool:
    """Whether a page has a name twice, alone in a run of text or as that of a picture."""
    runs = root.xpath("//body//text()[contains(., $name)]", name=name)
    alone = [run for run in runs if squeeze(run) == name and not _is_apart(_find_element(run))]
    pictures = root.xpath("//img[contains(@alt, $name)]", name=name)
    return len(alone) + len(pictures) > 1


def _list_told(root: Any) -> list[str]:
    """The texts of a page's paragraphs, headings and items."""
    elements = root.iter("p", "title", "h1", "h2", "li")
    return ["".join(islice(element.itertext(), MOST_RUNS)) for element in elements]


def _is_spoken_of(told: list[str], name: str) -> bool:
    """Whether the text has a name within a paragraph, or any of its words in small letters."""
    parts = name.casefold().split()
    for text in told:
        if len(text) >= STORY_BEGINS and text.find(name) > BEGINS:
            return True
        # words are listed only where one of them may be among them
        near = [part for part in parts if part in text]
        if near and not set(near).isdisjoint(_SMALL_WORDS.findall(text)):
            return True
    return False


def _take_plain(text: str) -> str:
    """The name in a line that holds nothing else but a date; empty where there is none."""
    parts = [part for part in _BESIDE_DATES.split(text) if not _FIGURES.search(part)]
    parts = [part.strip() for part in parts if part.strip()]
    if len(parts) != 1 or not is_name_shaped(parts[0]):
        return ""
    own = parts[0].split()
    # capitals alone tell a name here: scripts without them have none
    is_cased = own[0][0].isupper() and not own[0].isupper()
    return parts[0] if is_cased and len(own) <= LONGEST_PLAIN else ""


def _leads_to(element: Any, name: str) -> bool:
    """Whether a text is no link, or one whose address holds a part of the name."""
    for link in (element, element.getparent()):
        if link is not None and link.tag == "a" and link.get("href"):
            href = link.get("href")[:LONGEST_META_AUTHOR].casefold()
            if link.get("rel") == "tag" or _TOPIC_PATHS.search(href):
                return False
            last = name.casefold().split()[-1]
            return _AUTHOR_PATHS.search(href) is not None or last in href
    return True


def _is_apart(element: Any) -> bool:
    """Whether boxes around a run of text are named as something that is no byline."""
    above = element
    for level in range(MARKED_LEVELS):
        if above is None or above.tag in ("body", "html"):
            return False
        label = f"{above.get('class') or ''} {above.get('id') or ''}"
        near = level < TOPIC_LEVELS and above.tag not in _OF_STORY
        if above.tag in _BESIDE_STORY or (len(label) > 1 and _names_no_byline(label, near=near)):
            return True
        above = above.getparent()
    return False


@lru_cache(maxsize=4_096)
def _names_no_byline(label: str, *, near: bool) -> bool:
    """Whether the names of a box say that no byline stands in it; ``near`` asks for topics too."""
    return bool(_NO_BYLINE.search(label) or (near and _TOPIC.search(label)))


def _find_element(run: Any) -> Any:
    """The element that a run of text stands in."""
    return run.getparent().getparent() if run.is_tail else run.getparent()


def _find_box(element: Any) -> Any:
    """The element around an author's card or link, which holds those of the co-authors too."""
    above = element.getparent()
    return above.getparent() if above is not None else None


def _find_only_author(root: Any, host: str) -> str:
    """The one person whom links and microdata of the page call an author.

    Where they name several, most wrote other stories; the author is named twice, in print and in a
    box at the end.
    """
    counts: dict[str, int] = {}
    judged: _Judged = {}
    for element in islice(_list_marked(root), MOST_MARKED):
        # the address comes first: names take longer to judge
        is_author = _says_author(element, host)
        if not is_author and (len(element) or mark_element(element)[0] is not Mark.BYLINE):
            continue
        text = squeeze("".join(islice(element.itertext(), MOST_TAGS)))
        if len(text) <= LONGEST_PRINTED:
            for name in _read_names(text, element, host, judged, opened=False)[:1]:
                counts[name] = counts.get(name, 0) + 1
    often = [name for name, count in counts.items() if count > 1]
    only = list(counts) if len(counts) == 1 else often
    return only[0] if len(only) == 1 else ""


def _list_marked(root: Any) -> Iterator[Any]:
    """Links, and elements that may be marked as authors, in page order.

    A plain walk that may end early: XPath takes twice the time for so many conditions.
    """
    for element in root.iter("*"):
        if not element.attrib:
            continue
        get = element.get
        names = get("class") or ""
        is_named = "author" in names or "byline" in names
        if (
            (element.tag == "a" and get("href") is not None)
            or (is_named and len(element) == 0)
            or get("rel") == "author"
            or "author" in (get("itemprop") or "")
        ):
            yield element


def _read_names(text: str, element: Any, host: str, judged: _Judged, *, opened: bool) -> list[str]:
    """The names in a run of text that stands behind an opener or is marked as an author's."""
    if len(text) > LONGEST_PRINTED:
        return []
    marked = opened
    said = False
    above = element
    for _ in range(MARKED_LEVELS):
        if above is None:
            break
        if above.get("rel") == "tag":
            return []
        if above not in judged:
            is_author = _says_author(above, host)
            judged[above] = (is_author, is_author or mark_element(above)[0] is Mark.BYLINE)
        is_author, is_marked = judged[above]
        said, marked = said or is_author, marked or is_marked
        above = above.getparent()
    names = split_names(text) if marked and not _is_apart(element) else []
    shaped = [name for name in names if is_name_shaped(name)]
    if len(text.split()) > LONGEST_PERSON * (len(shaped) + 1):
        return []
    if len(shaped) > 1 and shaped == names:
        # "Ada Cole and Tom Reyes" stays as it is printed
        return [strip_opener(text)]
    # the page itself calls it an author: one word may be a name too
    is_word = said and len(text) >= SHORTEST_WORD and not _FIGURES.search(text)
    is_word = is_word and len(text.split()) <= LONGEST_ACCOUNT
    return shaped or (names[:1] if is_word else [])


def _says_author(element: Any, host: str) -> bool:
    """Whether an element says that its text is an author, by its role or by its link.

    Links to other hosts lead to networks, where the site has a profile.
    """
    if not element.attrib:
        return False
    if "author" in (element.get("itemprop") or "").split() or element.get("rel") == "author":
        return True
    link = (element.get("href") or "")[:LONGEST_META_AUTHOR] if element.tag == "a" else ""
    if not link or not _AUTHOR_PATHS.search(link.lower()):
        return False
    other = take_host(link)
    return not other or not host or _is_same_site(other, host)


def _is_same_site(one: str, other: str) -> bool:
    """Whether two hosts share their last two names."""
    return one.split(".")[-2:] == other.split(".")[-2:]
