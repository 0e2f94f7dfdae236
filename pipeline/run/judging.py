"""Whether a page is its entry's story, and if not, which kind of page is refused.

A page that is refused loses no story: the feed's own text serves, and the record says the kind. So
it is refused on evidence alone: its bytes, where it was found, its words beside those of its entry,
the words of walls (``pipeline.walls``), and its shape. Cheap looks come first, and most pages end
at the third: their headline is their entry's and their text is long.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from pipeline import walls
from pipeline.extract import OpenedPage
from pipeline.extract.document import decode_bytes
from pipeline.extract.jsonld import squeeze
from pipeline.run.nearness import (
    SAME_HEADLINE,
    Nearness,
    compare_entry,
    compare_headlines,
    list_beginnings,
    share_of,
)
from pipeline.story import Page
from pipeline.text import count_words

# Characters of a page's text from which it is no wall; the longest consent notices are shorter.
LONGEST_WALL: Final = 5_000
# The same below the entry's own headline: an offer or a form, and no story of five paragraphs.
LONGEST_OWN_WALL: Final = 1_500
# Of a page without an entry, or of which it is not known whether it is the entry's: the weight of
# walls' phrases, the share of its text in them, and of a heading, from which it is a wall. In
# stories about walls less than a fifth is in them.
LEAST_WEIGHT, COVERED, HEADED = 2, 0.2, 0.6
# Share of a short text that speaks to its reader, from which one sure phrase says that it is a
# wall: in a story about walls others are spoken to, in a third of it at most.
SPOKEN = 0.5
# Of a page that bears its entry's headline: below it there must be hardly anything else.
OWN_COVERED = 0.3
# Of a page that says nothing of what its entry says, so that only its kind is asked.
COVERED_OTHER = 0.1
# Characters of the longest text below a heading that says that the page is a wall.
SHORT_TEXT: Final = 600
# Linked headlines from which a page is a front, the words of the shortest, and the characters of
# prose for each: a story has more between its links.
LEAST_LINKED, HEADLINE_WORDS, PROSE_FOR_EACH = 3, 4, 250
# Parts of the longest path of a section: /en/world.
SECTION_DEPTH = 2
# Share of a leaf's characters in links from which it is a linked headline, and below which prose.
LINKED, PROSE_LINKED = 0.8, 0.3
# Bytes that are looked at, and the share of control bytes in them that no text has.
LOOKED_AT, CONTROLS = 2_000, 0.02
# Share of a text in lines that are a program's from which it is source code, and of the characters
# of a page without markup that programs are made of.
CODE_SHARE, CODE_CHARACTERS = 0.5, 0.04

_MAGIC: Final = (
    b"\x1f\x8b", b"%PDF", b"PK\x03\x04", b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"RIFF", b"OggS",
    b"ID3", b"\x7fELF", b"MZ", b"Rar!", b"7z\xbc\xaf", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd",
    b"wOFF", b"wOF2", b"\x1aE\xdf\xa3", b"\xd0\xcf\x11\xe0", b"II*\x00", b"MM\x00*", b"fLaC",
)  # fmt: skip
_CONTROL_BYTES: Final = bytes([*range(9), 11, *range(14, 27), *range(28, 32), 127])
_MARKUP: Final = re.compile(
    r"<(?:!doctype html|html|head|body|title|meta|p|div|article|main|section|span|h[1-6]|br|a|table"
    r"|ul|script)\b",
    re.IGNORECASE,
)
_DATA: Final = re.compile(r"\s*(?:[\[{]|<\?php|<\?xml|<[A-Z]\w*>)")
_CODE_CHARACTER: Final = re.compile(r"[{}()\[\];=<>$|\\]")
_SYNTAX: Final = re.compile(
    r"\{\{.{0,80}\}\}|\{%.{0,80}%\}|\bfunction\s?\(|<\?php|=>\s?\{|\$\w+\s?(?:=|->)"
    r"|[;{]\s*\}|^SELECT .{0,200} FROM\b"
)
_LAST_WORDS: Final = re.compile(
    r"Traceback \(most recent call|Stack trace:|^\s*File \".{1,200}\", line \d"
    r"|\bat [\w.$]{3,80}\([\w.]{1,80}:\d+\)|^(?:Fatal|Parse) error:|^Warning: .{0,200} on line \d"
    r"|^#\d+ [/{]|^[A-Z]\w{2,60}(?:Error|Exception):"
)
_FRONT_PATH: Final = re.compile(
    r"/?(?:[a-z]{2}(?:[-_][a-z]{2})?/?)?(?:(?:index|default|home|main|start)(?:\.\w{2,5})?/?)?",
    re.IGNORECASE,
)
_CHALLENGE: Final = re.compile(r"captcha|challenge|turnstile|datadome|perimeterx|incapsula", re.I)
_CODE_TYPES: Final = ("json", "javascript", "css", "ecmascript")


@dataclass(frozen=True, slots=True)
class Judgement:
    """The kind of page that is ``refused``, and whether it was ``doubted`` to be its entry's."""

    refused: str = ""
    doubted: bool = False


def judge_page(opened: OpenedPage, vocabulary: walls.Walls) -> Judgement:
    """What stands there instead of the entry's story, if anything does."""
    if opened.page.status != 200:
        return Judgement()
    kind = _judge_bytes(opened.page)
    if kind or opened.flat is None:
        return Judgement(kind)
    text = "\n".join(block.text for block in opened.blocks)
    if compare_headlines(opened.entry, opened.about.headlines) >= SAME_HEADLINE:
        near = Nearness.OWN
        longest = LONGEST_OWN_WALL
    else:
        kind = _judge_front(opened, text)
        near = compare_entry(opened, text)
        longest = LONGEST_WALL
    # a long text may be a story about programs
    if not kind and len(text) <= LONGEST_OWN_WALL and _is_code(opened):
        kind = "source_code"
    if not kind and len(text) <= longest:
        kind = _judge_words(opened, near, text, vocabulary)
    elif not kind and near is Nearness.OTHER and not _is_named(opened):
        kind = "another_story"
    return Judgement(kind, bool(opened.entry.title) and near is not Nearness.OWN)


def _judge_words(opened: OpenedPage, near: Nearness, text: str, vocabulary: walls.Walls) -> str:
    """What a page's words say, its entry's nearness known."""
    lines = [block.text for block in opened.blocks]
    if not lines and opened.flat:
        # a story may be there that our reading does not find; a wall's page is short
        lines = [leaf.text for leaf in opened.flat.leaves]
        hidden = [element.text or "" for element in opened.root.iter("p")]
        if sum(map(len, (*lines, *hidden))) > LONGEST_OWN_WALL:
            return ""
    lines += _list_buttons(opened)
    signs = walls.weigh_text(vocabulary, opened.about.headlines, lines)
    marked = _find_mark(opened) if len(text) <= SHORT_TEXT else ""
    if near is Nearness.OWN:
        return signs.kind if signs.weight >= LEAST_WEIGHT and signs.covered >= OWN_COVERED else ""
    if near is Nearness.OTHER:
        if signs.covered >= COVERED_OTHER or (signs.weight > 1 and len(text) <= SHORT_TEXT):
            return signs.kind
        return marked or ("" if _is_named(opened) else "another_story")
    return _judge_alone(opened, text, signs, vocabulary) or (
        # a search form may have such a script: it says something where hardly anything else does
        marked if signs.covered >= COVERED_OTHER or not text else ""
    )


def _judge_alone(opened: OpenedPage, text: str, signs: walls.Signs, vocabulary: walls.Walls) -> str:
    """What the words say of a page that is beside no entry, or of which it is not known."""
    is_wall = signs.weight >= LEAST_WEIGHT and signs.covered >= COVERED
    is_short = len(text) <= SHORT_TEXT and signs.weight >= LEAST_WEIGHT
    speaks = signs.spoken >= SPOKEN or signs.headed >= HEADED
    if is_wall or (is_short and speaks):
        return signs.kind
    if count_words(text) < HEADLINE_WORDS:
        # a notice may be set as the heading, with a menu below it
        above = walls.weigh_text(vocabulary, (), opened.about.headlines)
        if above.weight >= LEAST_WEIGHT and above.covered >= COVERED and above.spoken >= SPOKEN:
            return above.kind
    return ""


# --------------------------------------------------------------------------- bytes and code


def _judge_bytes(page: Page) -> str:
    """What the bytes say, or the type under which they came."""
    kind = page.content_type.split(";")[0].strip().lower()
    is_text = not kind or kind == "text/plain" or "html" in kind or "xml" in kind
    if not is_text:
        return "source_code" if any(name in kind for name in _CODE_TYPES) else "binary"
    head = page.body[:LOOKED_AT]
    if head and _is_binary(head):
        return "binary"
    # some servers put tens of kilobytes of data before their page
    has_root = b"<html" in page.body or b"<html" in page.body.lower()
    is_bare = bool(head) and kind != "text/plain" and not has_root
    return "source_code" if is_bare and _is_source(page) else ""


def _is_binary(head: bytes) -> bool:
    """Whether bytes are of a picture, an archive and the like, and no text in any encoding."""
    if head.startswith(_MAGIC) or head[4:8] == b"ftyp":
        return True
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or _is_wide(head):
        return False  # UTF-16 is half zeros
    controls = len(head) - len(head.translate(None, _CONTROL_BYTES))
    return controls > CONTROLS * len(head)


def _is_wide(head: bytes) -> bool:
    """Whether every other byte is zero, and only those: UTF-16 without a mark."""
    odd, even = head[1::2].count(0), head[0::2].count(0)
    return max(odd, even) > 0.3 * len(head) / 2 and min(odd, even) < 0.05 * len(head) / 2


def _is_source(page: Page) -> bool:
    """Whether a page without a page's markup is data or a program."""
    head = decode_bytes(page.body[: 2 * LOOKED_AT], page.content_type)
    if _MARKUP.search(head):
        return head.lstrip().startswith(("<?php", "{", "["))
    signs = len(_CODE_CHARACTER.findall(head))
    return bool(_DATA.match(head)) or signs > CODE_CHARACTERS * max(len(head), 1)


def _is_code(opened: OpenedPage) -> bool:
    """Whether most of the text is a program's."""
    code = size = 0
    for block in opened.blocks:
        size += len(block.text)
        if _SYNTAX.search(block.text) or _LAST_WORDS.search(block.text):
            code += len(block.text)
    return size > 0 and code >= CODE_SHARE * size


# --------------------------------------------------------------------------- places and fronts


def _judge_front(opened: OpenedPage, text: str) -> str:
    """Whether it is a site's or a section's front: by where the link led to, or by its shape."""
    asked = urlsplit(opened.entry.url).path
    found = urlsplit(opened.page.url).path
    at_front = _is_root(found)
    if asked and asked != found and at_front and not _is_root(asked):
        return "front_page"
    if not _is_front(opened, text):
        return ""
    return "front_page" if at_front else "section_front"


def _is_front(opened: OpenedPage, text: str) -> bool:
    """Whether a page is a list of headlines that lead to stories, with little prose between."""
    about, is_known = opened.about, bool(opened.entry.title or opened.entry.summary)
    if not is_known and not about.is_front:
        return False
    linked: set[str] = set()
    prose = 0
    for leaf in opened.flat.leaves if opened.flat else ():
        size = len(leaf.text)
        if leaf.linked >= LINKED * size and count_words(leaf.text) >= HEADLINE_WORDS:
            linked.add(leaf.text)
        elif leaf.linked < PROSE_LINKED * size:
            prose += size
    # headings are looked for where they can make a difference: it takes a walk through the page
    headings = sum(1 for _ in opened.root.iter("h2", "h3", "h4"))
    if prose > PROSE_FOR_EACH * (len(linked) + headings):
        return False
    linked |= _list_linked_headings(opened)
    if len(linked) < LEAST_LINKED or prose > PROSE_FOR_EACH * len(linked):
        return False
    if not is_known:
        # a short story may have as many headlines beside it, but it has one of its own
        path = urlsplit(about.canonical).path
        is_root = bool(about.canonical) and _is_root(path)
        is_section = len(path.strip("/").split("/")) <= SECTION_DEPTH
        is_named = any(count_words(line) < HEADLINE_WORDS for line in about.headlines)
        return is_root or (is_section and is_named)
    title = list_beginnings(opened.entry.title)
    lists_entry = any(share_of(title, list_beginnings(line)) >= 1 for line in linked)
    if lists_entry or about.is_front:
        return True
    # the entry's own words stand in no prose of a front, but as a teaser
    return compare_entry(opened, text) is Nearness.OTHER


def _is_root(path: str) -> bool:
    """Whether a path is that of a site's front page."""
    return bool(_FRONT_PATH.fullmatch(path))


def _read_words(element: Any) -> str:
    """All words in an element, on one line."""
    return squeeze("".join(element.itertext()))


def _list_linked_headings(opened: OpenedPage) -> set[str]:
    """The headings that a link is wrapped around: cards of stories have them."""
    found: set[str] = set()
    for link in opened.root.iter("a") if opened.root is not None else ():
        heading = next(link.iter("h2", "h3", "h4"), None)
        if heading is not None:
            text = _read_words(heading)
            if count_words(text) >= HEADLINE_WORDS:
                found.add(text)
    return found


def _is_named(opened: OpenedPage) -> bool:
    """Whether the page itself says that it lives at the entry's address."""
    canonical = urlsplit(opened.about.canonical).path.strip("/")
    return bool(canonical) and canonical == urlsplit(opened.entry.url).path.strip("/")


# --------------------------------------------------------------------------- marks of walls


def _list_buttons(opened: OpenedPage) -> list[str]:
    """What stands on buttons, which reading leaves out."""
    found = []
    for element in opened.root.iter("button", "label", "dialog"):
        text = _read_words(element)
        if text:
            found.append(text)
        if len(found) == 20:
            break
    return found


def _find_mark(opened: OpenedPage) -> str:
    """The kind of wall that a page's forms and scripts are those of."""
    for element in opened.root.iter("input", "iframe", "script", "form"):
        if element.get("type") == "password":
            return "login"
        named = " ".join(
            filter(None, (element.get("src"), element.get("id"), element.get("action")))
        )
        if _CHALLENGE.search(named):
            return "robot_check"
    return ""
