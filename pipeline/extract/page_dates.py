"""When a page says that its story was published: JSON-LD, meta tags, times in the markup, print.

Pages are full of other times: of the day, of tickers, teasers and comments. A time counts by how
the markup calls it, and by how near to the headline it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

from pipeline.dates import (
    PageTimes,
    Place,
    Written,
    find_zone,
    fold_words,
    list_written,
    read_written,
)
from pipeline.extract.about import About
from pipeline.extract.document import Landmarks
from pipeline.story import Entry

# <time> elements that are looked at: a page has a few, and lists of hundreds of teasers exist
MOST_TIMES = 40
# lines on either side of the headline in which its date may stand, and sentences among those
# behind it, after which the text has begun: a standfirst has one or two
MOST_BEHIND, MOST_BEFORE, MOST_SENTENCES = 40, 10, 3
# characters from which a line that ends in a stop is a sentence
SENTENCE = 60
# characters of the longest line that may be a date with its label and a byline, and how many of
# them may be other words
LONGEST_LINE, MOST_WORDS_BESIDE = 160, 80
# words beside a date, one of them in small letters, from which a line with a stop at its end is
# running text; and words in small letters from which one without a stop is
WORDS_OF_PROSE, SMALL_WORDS = 3, 5
# characters before a date in which its label stands
LONGEST_LABEL = 25
# elements in a headline that may be its date
MOST_PARTS = 8
# characters of an <aside> that holds nothing but a date
LONGEST_ASIDE = 40
# texts with a year that are looked at where nothing about the headline is a date
MOST_TEXTS = 60
# levels of nesting below which no date is looked for
DEEPEST_LINE = 60
# characters of scripts in which a page may keep its date, and scripts that are looked at
LONGEST_STATE, MOST_SCRIPTS = 400_000, 60

# from the surest: what the story's own markup says, what a template says, what may be the file's
_TAGS = """article:published_time og:article:published_time og:published_time
    article:published article.published datepublished rnews:datepublished parsely-pub-date
    sailthru.date cxenseparse:recs:publishtime cxenseparse:publishtime bt:pubdate
    shareaholic:article_published_time article_date_original originalpublicationdate
    citation_publication_date citation_online_date dc.date.issued dcterms.issued dc.issued
    pubdate publishdate publish-date publish_date published-date published_date publication_date
    publication-date date-published date_published published_time published pub_date
    w-published-date displaydate article:post_date ptime apub:time video:release_date
    dcterms.created dcterms.date dc.date.created dc.created date dc.date dc:date created
    created-date creation_date"""
_PUBLISHED = {name: rank for rank, name in enumerate(_TAGS.split())}

_OTHERS = re.compile(
    r"related|recirc|recommend|popular|trending|ticker|teaser|promo|side-?bar|widget|comment|latest"
    r"|breaking|recent|carousel|slider|most-|read-?more|also|newsletter|advert|cookie|event",
    re.IGNORECASE,
)
_OTHER_ARTICLE = re.compile(r"(?:^|[\s_-])(?:related|comment|teaser|promo|card|widget)(?:$|[\s_-])")
_OF_STORY = frozenset(("article", "main", "body", "html"))
_BESIDE = frozenset(
    ("aside", "nav", "form", "figure", "figcaption", "select", "dialog", "template")
)
_UNREAD = _BESIDE | {"script", "style", "noscript", "button", "svg", "iframe", "footer", "object"}
_PAGE_WIDE = frozenset(("body", "html"))
_NAMED_DATE = etree.XPath('//@itemprop[contains(., "datePublished")] | //@pubdate')

# words for a change, folded, in the languages of the news: a time behind one is not that of
# publication; and words for publication: a line that ends in one and a date says when, whatever
# else it says
_CHANGED = r"""updat modif actuali aktuali aggiorn atuali a\sjour bearbeitet geandert gewijzigd
    bijgewerkt oppdater opdater uppdater andrad paivit muokat frissit azurir zmien обнов измен онов
    промян ενημερω guncel تحديث تحديت به[\s]?روز עודכן अपडेट อัปเดต diperbarui dikemas cap\snhat
    更新 修正 수정 업데이트 last\sedit \brevis \breviewed"""
_RELEASED = r"""publi posted post\stime post\sdate released veroffentl erschienen stand: опублик
    дата yayin نشر منتشر تاريخ شائع פורסם
    प्रकाशित প্রকাশ เผยแพร่ 发布 發布 发表 掲載 公開 배포 입력 등록 terbit
    tayang publicer publiser offentligg gepubl julkais δημοσι opubl zverejn objav kozzete
    megjelen dang\s data: date:"""
_CHANGE_WORDS = re.compile("|".join(fold_words(_CHANGED).split()))
_PUBLISHED_WORDS = re.compile("|".join(fold_words(_RELEASED).split()))
_WRITTEN_BY = re.compile(r"^(?:by|von|par|por|di|автор|oleh) |\b(?:written|posted|story|words) by ")
_DATED = re.compile(
    r"(?:^|[\s_-])(?:pub\w*|post(?:ed)?|article|entry|news)?[-_]*"
    r"(?:date|time|datetime|timestamp|published|posted)(?:$|[\s_-])",
    re.IGNORECASE,
)
_STATE = re.compile(
    r'\\?"(?:datePublished|publishedAt|published_at|publishedDate|publishDate|publish_date'
    r'|publicationDate|firstPublished|datePublishedISO|post_date|published_date)\\?"'
    r'\s?:\s?\\?"([^"\\]{8,40})\\?"'
)
_STOPPED = re.compile(r"""[.!?…。！？؟।۔]["'”’»)]?$""")
_PAUSED = re.compile(r"""(?:[^\W\d_]{4}|\d|["'”’»)])[.:]["'”’»)]?$|[!?…。！？؟।۔]["'”’»)]?$""")
_WORD = re.compile(r"[^\W\d_]{2,}")
# what goes on behind a piece of a sentence: a word in small letters or of a script without capitals
_GOES_ON = re.compile(r"\s*[,،，、;]|\s*(?![A-ZÀ-ÞΑ-ΩА-Я])[^\W\d_]{2}")
_INLINE = frozenset(
    ("a", "abbr", "b", "em", "font", "i", "mark", "small", "span", "strong", "sub", "sup", "u")
)
_YEAR = re.compile(r"(?:19|20|2[45])\d\d|[٠-٩۰-۹०-९০-৯๐-๙]{4}|令和")


def read_page_times(
    root: Any, landmarks: Landmarks, about: About, url: str, entry: Entry
) -> PageTimes:
    """The times of a page, read one after the other as they are asked for."""
    language = (root.get("lang") or entry.language).replace("_", "-").lower()[:12]
    if language in ("", "en"):
        language = _tell_english(url) or language
    place = Place(find_zone(entry.timezone), language)
    changed: list[Written] = []
    return PageTimes(
        _list_marked(root, landmarks, about, url, place),
        _list_printed(landmarks, about.headline, url, place, changed),
        _list_distant(root, landmarks, url, place, changed),
    )


_ENGLISH_BY_HOST = re.compile(r"\.(?:(uk|au|nz|ie|in|za|pk|ng|ke|sg)|(gov|mil|us))$")


def _tell_english(url: str) -> str:
    """The kind of English that a host's land writes, which settles the order of day and month."""
    try:
        land = _ENGLISH_BY_HOST.search(urlsplit(url).hostname or "")
    except ValueError:
        return ""
    if land is None:
        return ""
    return "en-gb" if land[1] else "en-us"


# --------------------------------------------------------------------------- in the markup


def _list_marked(
    root: Any, landmarks: Landmarks, about: About, url: str, place: Place
) -> Iterator[Written]:
    """JSON-LD, meta tags, microdata, then each <time> by its distance from the headline."""
    if written := read_written(about.published, place):
        yield written
    for text in _list_meta(landmarks.metas):
        if written := read_written(text, place):
            yield written
    for name in islice(_NAMED_DATE(root), MOST_TIMES):
        element = name.getparent()
        text = element.get("datetime") or element.get("content") or "".join(element.itertext())
        if written := read_written(text.strip(), place):
            yield written
    for element in _sort_times(root, landmarks, about.headline, url):
        text = element.get("datetime") or element.get("content") or ""
        if not text:
            text = "".join(islice(element.itertext(), MOST_TIMES))
        if not _is_change(element) and (written := read_written(text.strip(), place)):
            yield written


def _list_meta(metas: list[Any]) -> list[str]:
    """The values of the meta tags that name a time of publication, the surest first."""
    found: dict[int, str] = {}
    for element in metas:
        name = element.get("property") or element.get("name") or element.get("itemprop")
        rank = _PUBLISHED.get(name.strip().lower()) if name else None
        if rank is not None:
            # pages that a browser saved have "value"
            text = element.get("content") or element.get("value")
            if text:
                found.setdefault(rank, text.strip())
    return [found[rank] for rank in sorted(found)]


def _sort_times(root: Any, landmarks: Landmarks, headline: str, url: str) -> list[Any]:
    """The page's <time> elements that may be the story's, the nearest to the headline first.

    Nearest is what shares the smallest box with it; then what follows it before what goes before.
    """
    times = landmarks.times[:MOST_TIMES]
    if not times:
        return []
    heading = landmarks.find_heading(headline)
    if heading is None:
        return [time for time in times if not _is_beside(time, {}, url)]
    around = {box: level for level, box in enumerate(heading.iterancestors())}
    places = {element: n for n, element in enumerate(root.iter("time", heading.tag))}
    here = places[heading]
    order: list[tuple[int, bool, int, Any]] = []
    for time in times:
        if _is_beside(time, around, url):
            continue
        shared = next((box for box in time.iterancestors() if box in around), root)
        before = places[time] < here
        # above the story stand the clock of the day and what is new elsewhere
        if not (before and shared.tag in _PAGE_WIDE):
            order.append((around.get(shared, len(around)), before, abs(places[time] - here), time))
    order.sort(key=lambda row: row[:3])
    return [time for *_, time in order]


def _is_beside(element: Any, around: dict[Any, int], url: str) -> bool:
    """Whether an element is another story's or the site's, by the boxes up to one of ``around``."""
    node = element
    while node is not None and node not in around:
        if _is_apart(node, url):
            return True
        node = node.getparent()
    return False


def _is_apart(node: Any, url: str) -> bool:
    """Whether a box holds what does not belong to the story, by its tag, its name or its link."""
    if node.tag in _BESIDE:
        # some sites set a date aside, alone
        return node.tag != "aside" or len(_join_short(node)) > LONGEST_ASIDE
    if node.tag == "a":
        return _leads_elsewhere(node, url)
    names = f"{node.get('class') or ''} {node.get('id') or ''}"
    return len(names) > 1 and _names_others(names[:300], node.tag in _OF_STORY)


@lru_cache(maxsize=16_384)
def _names_others(names: str, of_story: bool) -> bool:
    """Whether the names of a box say that it holds other stories, or what readers say.

    Sites put a story's topics into the names of its <article>: fewer words count there.
    """
    return bool((_OTHER_ARTICLE if of_story else _OTHERS).search(names))


def _leads_elsewhere(link: Any, url: str) -> bool:
    """Whether a link leads to another page: a story's own date is often a link to itself."""
    href = (link.get("href") or "").strip()
    if not href or href.startswith("#") or link.get("rel") == "bookmark":
        return False
    try:
        return urlsplit(href).path.strip("/") != urlsplit(url).path.strip("/")
    except ValueError:
        return True


def _is_change(element: Any) -> bool:
    """Whether a <time> is that of a change, by its names and by the words before it."""
    names = f"{element.get('class') or ''} {element.get('itemprop') or ''}"
    parent = element.getparent()
    before = element.getprevious()
    words = (before.tail if before is not None else parent.text if parent is not None else "") or ""
    if before is not None and not words.strip() and before.tag == "span":
        words = before.text or ""
    return bool(_CHANGE_WORDS.search(fold_words(f"{names} {words[-40:]}")))


# --------------------------------------------------------------------------- in print


def _list_printed(
    landmarks: Landmarks, headline: str, url: str, place: Place, changed: list[Written]
) -> Iterator[Written]:
    """The dates in lines about the headline; those of changes go into ``changed``."""
    heading = landmarks.find_heading(headline)
    if heading is None:
        return
    for line in _list_lines(heading, url):
        for written, is_change in _read_line(line, place, labelled=False):
            if is_change:
                changed.append(written)
            else:
                yield written


def _list_distant(
    root: Any, landmarks: Landmarks, url: str, place: Place, changed: list[Written]
) -> Iterator[Written]:
    """What is less sure: the data of scripts, lines anywhere that a label or a name calls dates.

    At last come the days of changes: a page that names no other is not older than that. What meta
    tags say of changes is left out: most of it is a file's time, years after the story's.
    """
    for text in _list_states(landmarks.scripts):
        if state := read_written(text, place):
            yield state
    for line, named in _list_far_lines(root, url):
        for written, is_change in _read_line(line, place, labelled=not named):
            if is_change:
                changed.append(written)
            else:
                yield written
    for written in changed:
        day = datetime(written.at.year, written.at.month, written.at.day, tzinfo=place.home)
        yield replace(written, at=day, precision="day")


def _read_line(line: str, place: Place, *, labelled: bool) -> list[tuple[Written, bool]]:
    """The dates in a line and whether each is of a change; none where it is a sentence.

    A date at the end of a longer line counts where a label says what it is; with ``labelled`` no
    other does.
    """
    if len(line) > LONGEST_LINE or not _YEAR.search(line):
        return []
    found: list[tuple[Written, bool]] = []
    for written, before, beside in list_written(line, place):
        label = before[-LONGEST_LABEL:]
        is_change = bool(_CHANGE_WORDS.search(label))
        has_label = is_change or bool(_PUBLISHED_WORDS.search(label) or _WRITTEN_BY.search(before))
        is_line = len(beside) <= MOST_WORDS_BESIDE and not _is_running(line, beside)
        if has_label if labelled else (is_line or has_label):
            found.append((written, is_change))
    return found


def _is_running(line: str, beside: str) -> bool:
    """Whether a line is running text: the date in it is then of what it tells, not of the page.

    ``beside`` is what it says besides dates, folded. Lines of dates hold names and labels, running
    text holds words in small letters, and ends in a stop; "hs." and "Uhr." are none.
    """
    small = {fold_words(word) for word in _WORD.findall(line) if not word[0].isupper()}
    said = _WORD.findall(beside)
    count = sum(word in small for word in said)
    if not _PAUSED.search(line.rstrip()[-6:]):
        # in scripts without capitals every word looks small
        return count >= SMALL_WORDS and any(word[0].isupper() for word in _WORD.findall(line))
    # Chinese and Japanese have no spaces between words, and end no line but a sentence so
    enough = len(said) >= WORDS_OF_PROSE or line.rstrip()[-1:] in "。！？"
    return enough and count > 0


def _list_far_lines(root: Any, url: str) -> Iterator[tuple[str, bool]]:
    """Lines with a year anywhere but in boxes of others, and whether their names say a date."""
    for text, within in islice(_list_with_year(root), MOST_TEXTS):
        line, box, named = text, within, False
        while box is not None and len(whole := _join_short(box)) <= LONGEST_LINE:
            line = whole
            named = named or box.tag == "time" or _is_named_date(box.get("class") or "")
            box = box.getparent()
        if _YEAR.search(line) and not _is_beside(within, {}, url):
            yield line, named


def _list_with_year(root: Any) -> Iterator[tuple[str, Any]]:
    """The short texts of a page that may hold a year, each with the element it stands in.

    They are read one by one: an XPath for the same takes twice the time, and reads them all.
    """
    for body in root.iter("body"):
        for event, element in etree.iterwalk(body, events=("start", "end")):
            text, box = element.text, element
            if event == "end":
                text, box = element.tail, element.getparent()
            if not text or len(text) >= LONGEST_LINE or box.tag in ("script", "style"):
                continue
            if "20" in text or "19" in text or "25" in text:
                yield text, box


@lru_cache(maxsize=4_096)
def _is_named_date(names: str) -> bool:
    """Whether a class says that its element is a date."""
    return bool(_DATED.search(names[:300]))


def _join_short(box: Any) -> str:
    """The text of a box on one line, but for the rest of one that is long."""
    text = ""
    for piece in box.itertext():
        text += f" {piece}"
        if len(text) > 2 * LONGEST_LINE:
            break
    return " ".join(text.split())


def _list_lines(heading: Any, url: str) -> Iterator[str]:
    """The lines behind the headline, then those before it in its boxes, the nearest first."""
    # a headline may tell of a day; the page's own date stands in it as an element
    for inner in islice(heading.iterdescendants("span", "small", "time", "div", "p"), MOST_PARTS):
        yield _join_short(inner)
    sentences = 0
    for line in islice(_list_behind(heading, url), MOST_BEHIND):
        yield line
        is_stopped = len(line) >= SENTENCE and _STOPPED.search(line.rstrip()[-3:])
        sentences += len(line) > LONGEST_LINE or bool(is_stopped)
        if sentences == MOST_SENTENCES:
            break
    yield from islice(_list_before(heading, url), MOST_BEFORE)


def _list_behind(heading: Any, url: str) -> Iterator[str]:
    """The lines behind the headline in page order, to the end of the page."""
    node = heading
    while node is not None and node.tag not in _PAGE_WIDE:
        if node.tail and node.tail.strip():
            yield node.tail
        for box in node.itersiblings():
            yield from _cut_lines(box, url, 0)
            if box.tail and box.tail.strip():
                yield box.tail
        node = node.getparent()


def _list_before(heading: Any, url: str) -> Iterator[str]:
    """The lines before the headline in its boxes, but not in those of the whole page."""
    node = heading
    while (parent := node.getparent()) is not None and parent.tag not in _PAGE_WIDE:
        for box in node.itersiblings(preceding=True):
            yield from reversed(list(islice(_cut_lines(box, url, 0), MOST_BEHIND)))
        node = parent


def _cut_lines(box: Any, url: str, depth: int) -> Iterator[str]:
    """The lines of a box: the texts of the largest elements in it that are short."""
    if not isinstance(box.tag, str):
        return
    if box.tag in _UNREAD or depth > DEEPEST_LINE or _is_apart(box, url):
        return
    line = _join_short(box)
    if len(line) <= LONGEST_LINE:
        if line:
            yield line
        return
    children = list(box)
    if box.text and box.text.strip() and not _goes_on(children[:1]):
        yield box.text
    for number, child in enumerate(children):
        in_sentence = child.tag in _INLINE and _GOES_ON.match(child.tail or "")
        if not in_sentence:
            yield from _cut_lines(child, url, depth + 1)
        tail = child.tail or ""
        if tail.strip() and not _goes_on(children[number + 1 : number + 2]):
            yield tail


def _goes_on(following: list[Any]) -> bool:
    """Whether a text is a piece of a sentence that goes on in the element behind it."""
    return any(
        element.tag in _INLINE and _GOES_ON.match(_join_short(element)) is not None
        for element in following
    )


def _list_states(scripts: list[Any]) -> Iterator[str]:
    """What the data of scripts call the time of publication, the story's own first."""
    first = scripts[:MOST_SCRIPTS]
    first.sort(key=lambda script: "ld+json" not in (script.get("type") or ""))
    for script in first:
        if script.text and (said := _STATE.search(script.text[:LONGEST_STATE])):
            yield said[1]
