"""Which of a page's headings and titles is its story's headline.

The printed <h1> is preferred, because metadata are cut short and written for search engines. But
sites also put their name, a section, a button or another story into an <h1>, and their name into
every title: metadata and text must bear a headline out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any

from lxml import etree

from pipeline.extract.document import Landmarks
from pipeline.extract.jsonld import HEADLINE_START, fold_headline, squeeze
from pipeline.extract.marks import Mark, mark_element
from pipeline.text import words

# headings that are looked at: a page has a headline or two, and floods of them exist
MOST_HEADINGS = 20
# characters of the longest headline; what is longer is a paragraph in a heading's tag
LONGEST_HEADLINE = 250
# letters and figures up to which an <h1> that the metadata hold is a section's name; and from which
# a headline in the metadata that an <h1> holds confirms it
SHORT_HEADING, CONFIRMING = 8, 20
# words from which an <h1> may be a headline that no title has: with a word of the titles, and alone
RELATED_WORDS, LONE_WORDS = 3, 4
# letters above which a word says what a text is about
SHORT_WORD = 4
# share of a headline's long words that the text must hold where no title confirms it; a button's
# words are found there by chance
IN_TEXT = 0.3
# words of the longest kicker before a headline, and of the longest button behind it
KICKER_WORDS, BUTTON_WORDS = 6, 3
# parts of a heading that are tried as its kicker or button
MOST_PARTS = 8
# words of the longest name of a site; a longer heading is a headline in the place of one
SITE_WORDS = 6
# paragraphs that a headline is looked for in, and characters of one that is no label
PARAGRAPHS_READ, LABEL = 40, 40

_NO_TEXT = frozenset(
    ("script", "style", "noscript", "template", "svg", "math", "button", "select", "input", "time")
)
_PARTS = frozenset(("br", "div", "p", "span", "small", "strong", "em", "b", "i", "a", "li"))
_HEADLINE_NAME = re.compile(
    r"headline|(?:article|entry|post|story|news|content|single)[-_]{0,2}(?:title|header|heading)",
    re.IGNORECASE,
)
_SITE_NAME = re.compile(
    r"(?:^|[\s_-])(?:(?:site|blog|brand)[-_]{0,2}(?:title|name|logo|heading)|logo|masthead"
    r"|branding|(?:(?:nav|navbar|site|header)[-_]{1,2})?(?<!text-)brand)(?=$|\s)",
    re.IGNORECASE,
)
_ROOT = re.compile(r"(?:(?:https?:)?//[^/?#]+)?/?", re.IGNORECASE)
_NOT_OF_A_HEADLINE = (Mark.HIDDEN, Mark.STANDFIRST, Mark.FURNITURE)


@dataclass(frozen=True, slots=True)
class Heading:
    """The text of a heading, and where in it an element begins or ends.

    ``is_named``: it is named headline. ``is_site``: it is named or linked as the site itself.
    """

    text: str
    parts: tuple[int, ...] = ()
    is_named: bool = False
    is_site: bool = False


def read_headings(elements: Iterable[Any]) -> list[Heading]:
    """The first headings without icons, scripts, buttons and hidden words; none that is empty."""
    headings = [_read_heading(element) for element in islice(elements, MOST_HEADINGS)]
    return [heading for heading in headings if 0 < len(heading.text) <= LONGEST_HEADLINE]


def part_site(landmarks: Landmarks, headings: list[Heading]) -> tuple[list[Heading], str]:
    """The headings without the site's own, and the site's name where it stands in one.

    Some themes print the site's name as the <h1> of every page and the headline below it.
    """
    sites = [heading for heading in headings if heading.is_site]
    own = [heading for heading in headings if not heading.is_site]
    if not sites:
        return headings, ""
    if not own:
        below = (element for element in landmarks.list_headings("h2") if _is_named(element))
        own = read_headings(below)
    # a headline too may bear a name such as "logo" or link to the root, and stand alone
    return (own, sites[0].text) if own else (headings, "")


def _is_site(element: Any) -> bool:
    """Whether a heading is named as the site's name, or is no more than a link to its root."""
    whole = squeeze("".join(element.itertext()))
    if "headline" in (element.get("itemprop") or "") or len(whole.split()) > SITE_WORDS:
        return False
    if _SITE_NAME.search(f"{element.get('class') or ''} {element.get('id') or ''}"):
        return True
    link = element.getparent()
    if link is None or link.tag != "a":
        first = next(iter(element.iter("a")), None)
        if first is None or squeeze("".join(first.itertext())) != whole:
            return False
        link = first
    href = (link.get("href") or "").strip()
    return href != "" and _ROOT.fullmatch(href) is not None


def _is_named(element: Any) -> bool:
    """Whether an element is named a headline by its class, its id or its role."""
    names = (
        f"{element.get('itemprop') or ''} {element.get('class') or ''} {element.get('id') or ''}"
    )
    return bool(_HEADLINE_NAME.search(names))


def _read_heading(element: Any) -> Heading:
    """Its words as a reader sees them; all of its words where its parts are named as furniture."""
    text, parts = "", []
    walk = etree.iterwalk(element, events=("start", "end"))
    for event, inner in walk:
        if not isinstance(inner.tag, str):
            continue
        if inner is not element and inner.tag in _PARTS:
            apart = " " if inner.tag not in ("span", "a", "b", "i", "em", "strong") else ""
            text += apart
            parts.append(len(text.lstrip()))
        if event == "start" and inner is not element and _is_no_headline(inner):
            walk.skip_subtree()
            continue
        said = inner.text if event == "start" else inner is not element and inner.tail
        # a heading that nobody closed holds the page
        if said and len(text) <= 2 * LONGEST_HEADLINE:
            text = (text + " ".join(f"x{said}x".split())[1:-1]).replace("  ", " ")
    if not text.strip():
        return Heading(squeeze("".join(element.itertext())))
    own = tuple(dict.fromkeys(parts[:MOST_PARTS]))
    return Heading(squeeze(text), own, _is_named(element), _is_site(element))


def _is_no_headline(element: Any) -> bool:
    """Whether an element in a heading is none of its words: an icon, a kicker, a button."""
    if element.tag in _NO_TEXT:
        return True
    return bool(element.attrib) and mark_element(element)[0] in _NOT_OF_A_HEADLINE


@dataclass(frozen=True, slots=True)
class Beside:
    """What is known beside a page's titles: the site's name, and the headline in its feed."""

    site: str = ""
    entry_title: str = ""


def choose_headline(
    root: Any, landmarks: Landmarks, headings: list[Heading], titles: list[str], known: Beside
) -> str:
    """The heading that a title confirms, else one that the text bears out, else a title."""
    if own := _find_entrys_own(landmarks, headings, known.entry_title):
        return own
    titles = list(filter(None, titles))
    keys = [fold_headline(title) for title in (*titles, known.entry_title) if title]
    site_key = fold_headline(known.site)
    best, least = "", 2
    for heading in headings:
        trimmed = _trim_heading(heading, keys)
        rank = _rank_heading(fold_headline(trimmed), keys, site_key)
        if rank < least:
            best, least = trimmed, rank
    if best:
        return best
    text = _Paragraphs(root)
    if printed := _find_borne_out(headings, titles, known.site, text):
        return printed
    others = [title for title in titles if fold_headline(title) != site_key] or titles
    said = [title for title in others if text.share(title) >= IN_TEXT]
    # a title of which the text says nothing may be the site's, the same on every page
    if not said and others:
        for heading in headings:
            if fold_headline(heading.text) in keys and fold_headline(heading.text) != site_key:
                return heading.text
        below = read_headings(landmarks.list_headings("h2", "h3"))
        below = [heading for heading in below if len(heading.text.split()) >= RELATED_WORDS]
        shares = [(text.share(heading.text), -place) for place, heading in enumerate(below)]
        if shares and max(shares)[0] >= 2 * IN_TEXT:
            return below[-max(shares)[1]].text
    return next(iter((*said, *others, *(heading.text for heading in headings))), "")


def _find_entrys_own(landmarks: Landmarks, headings: list[Heading], entry_title: str) -> str:
    """The lower heading that says the feed's headline, where no <h1> does; '' where none is.

    One that is linked leads to the story from another page.
    """
    wanted = fold_headline(entry_title)
    if len(wanted) < CONFIRMING or any(fold_headline(h.text) == wanted for h in headings):
        return ""
    for element in landmarks.list_headings("h2", "h3", most=MOST_HEADINGS):
        parent = element.getparent()
        if element.find(".//a") is not None or (parent is not None and parent.tag == "a"):
            continue
        text = squeeze("".join(element.itertext()))
        if fold_headline(text) == wanted:
            return text
    return ""


def _rank_heading(key: str, keys: list[str], site_key: str) -> int:
    """0 for a heading that is a title, 1 for one that a title holds or is held by, else 2.

    One that is a smaller part of a title may be the site's name beside the headline.
    """
    if len(key) <= SHORT_HEADING or key == site_key:
        return 2
    rank = 2
    for other in keys:
        if key == other:
            return 0
        rest = other.removeprefix(key) if other.startswith(key) else other.removesuffix(key)
        if rest != other and rest in keys:
            return 2  # the site's name, or a section's: the rest is the headline
        same_start = other.startswith(key[:HEADLINE_START])
        is_inside = len(other) > CONFIRMING and other[:HEADLINE_START] in key
        if same_start or is_inside or (key in other and 2 * len(key) > len(other)):
            rank = 1
    return rank


def _trim_heading(heading: Heading, keys: list[str]) -> str:
    """The heading without a kicker before it or a button behind it that no title has.

    They stand in elements of their own, and the titles have the rest.
    """
    text = heading.text
    if any(fold_headline(text) in key for key in keys):
        return text
    for place in heading.parts:
        before, after = text[:place], text[place:]
        for short, most, rest in ((before, KICKER_WORDS, after), (after, BUTTON_WORDS, before)):
            key = fold_headline(rest)
            if len(short.split()) <= most and len(key) > SHORT_HEADING and key in keys:
                return rest.strip()
            whole = len(key) > CONFIRMING and any(other.startswith(key) for other in keys)
            if whole and 0 < len(short.split()) <= most and short is before:
                return rest.strip()
    return text


def _find_borne_out(
    headings: list[Heading], titles: list[str], site: str, text: _Paragraphs
) -> str:
    """The heading that no title confirms, but the text or some words of the titles do."""
    in_titles = list_long(" ".join(titles)) - list_long(site)
    keys = [fold_headline(title) for title in (*titles, site) if title]
    title_share = max(map(text.share, titles), default=0.0)
    best, most = "", 0.0
    for heading in headings:
        count = len(heading.text.split())
        key = fold_headline(heading.text)
        if count < RELATED_WORDS or any(key in other for other in keys):
            continue
        share = text.share(heading.text)
        shared = len(list_long(heading.text) & in_titles)
        related = not titles or shared > (len(headings) > 1)
        # a heading of which the text says nothing, where it speaks of the title, is a button's
        if share < IN_TEXT <= title_share:
            continue
        if len(headings) == 1 and (related or heading.is_named):
            return heading.text
        alone = count >= LONE_WORDS and title_share < IN_TEXT
        if (related or alone) and share >= IN_TEXT and share > most:
            best, most = heading.text, share
    return best


def list_long(text: str) -> set[str]:
    """The words that say what a text is about, as far as length tells."""
    return {word for word in words(text) if len(word) > SHORT_WORD}


class _Paragraphs:
    """The long words of a page's first paragraphs, read once when they are first asked for."""

    def __init__(self, root: Any) -> None:
        self._root = root
        self._words: set[str] | None = None

    def share(self, headline: str) -> float:
        """The share of a headline's long words that the text holds."""
        if self._words is None:
            texts = ("".join(element.itertext()) for element in self._root.iter("p"))
            running = (text for text in texts if len(text) >= LABEL)
            self._words = list_long(" ".join(islice(running, PARAGRAPHS_READ)))
        own = list_long(headline)
        return len(own & self._words) / len(own) if own else 0.0
