"""The query: under which posts and exact keys a story is looked up and stored."""

from __future__ import annotations

import re
from hashlib import blake2b

from pipeline.copies.lookup import Query
from pipeline.copies.sketch import STOP, posts, read, word_hash
from pipeline.story import NOTICES, Story
from pipeline.text import fold, words

_QUOTED = re.compile(r"[\"“]([^\"“”]{12,250})[\"”]|(?<!\w)['‘]([^\"“”]{12,250}?)['’](?!\w)")
_SLUGGED = re.compile(
    r"\b(?:kill|withdraw|disregard|hold)\s+(?:the\s+|our\s+)?(?:story|item)\s+(?:slugged\s+)?([A-Z][\w/-]+)"
)
_TAGS = re.compile(
    r"^(?:(?:update|wrapup|rpt|repeat|corrected|correction|refile|urgent)\s*\d*\s*[-–—:]\s*)+", re.I
)
_FILED = re.compile(r"\bBC-([A-Z][\w-]+?)(?:,?\s*|-)(?:KILL|Kill|kill)\b")
_LINK = re.compile(r"https?://[^\s<>\"'”’)]+")
_URN = re.compile(r"\b(?:urn|tag):[^\s<>\"'”’)]+[\w]", re.I)
_CODE = re.compile(r"(?<![\w/:.-])(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[A-Za-z0-9][\w-]{3,}\w(?![\w/:])")
_NUMBERED = re.compile(
    r"\b(?:item|story|id|no\.?|number|ref(?:erence)?)\s*[:#]?\s*(\d{6,})\b", re.I
)
_PARTS = re.compile(r"[:/,_.\s]+")
_DIGIT = re.compile(r"\d")
_TELLS, _NUMBER, _ITEMS = 5, 6, 8
_NOTICE_TAG = re.compile(
    r"^(?:\W*(?:story\s+)?(?:kill(?:ed)?|withdrawn|withdrawal|hold|advisory|mandatory|bulletin|urgent)\b\W*)+",
    re.I,
)


def query(story: Story) -> Query:
    """Posts from the body, keys from everything that names the story exactly.

    A notice has no posts: it asks for its target, and is found by it, under the names it gives.
    """
    notice = story.form in NOTICES
    text = read(story.body)
    keys = [key("e", story.key), *(key("u", url) for url in (story.url, story.canonical) if url)]
    if notice:
        keys += [key("u", url) for url in links(story)]
        keys += [key("s", fold(slug)) for slug in slugs(story)]
        keys += [key("i", item) for item in items(story)]
    else:
        named = item_id(story.item)
        keys += [key("i", named)] if named else []
        keys += [key("b", f"{text.body} {text.words}")] if text.words else []
        keys += [key("s", fold(story.slug.removeprefix("BC-")))] if story.slug else []
    for headline in targets(story) if notice else [story.headline]:
        keys += headline_keys(headline)
    return Query(() if notice else posts(text), tuple(dict.fromkeys(keys)))


def minvotes(query: Query) -> int:
    """How many posts a story must share to be a candidate: one phrase is chance."""
    return 2 if len(query.posts) > 2 else 1


def headline_words(headline: str) -> tuple[str, ...]:
    """The words of a headline that carry it, in order, each once."""
    return tuple(dict.fromkeys(w for w in words(headline) if w not in STOP))


def headline_keys(headline: str) -> list[str]:
    """Two keys from a headline's words: one still meets where a word or two of a quotation differ."""
    found = sorted({word_hash(w) for w in headline_words(headline)})
    if len(found) < 3:
        return []
    if len(found) < 5:
        return [key("h", repr(found))]
    return [key("h", repr(found[:3])), key("h", repr(found[-3:]))]


def targets(story: Story) -> list[str]:
    """The headlines a notice names: those it quotes, else its own less the tag."""
    own = story.headline_raw or story.headline
    text = "\n".join((own, story.advisory, story.correction_note, *story.body))
    quoted = [a or b for a, b in _QUOTED.findall(text)]
    return [_TAGS.sub("", headline) for headline in quoted or [_NOTICE_TAG.sub("", own)]]


def slugs(story: Story) -> list[str]:
    """The slugs a notice names, its own first."""
    text = _said(story)
    return [
        slug.removeprefix("BC-")
        for slug in (story.slug, *_SLUGGED.findall(text), *_FILED.findall(text))
        if slug
    ]


def _said(story: Story) -> str:
    """All that a notice says, line by line."""
    return "\n".join((story.headline_raw or story.headline, story.advisory, *story.body))


def links(story: Story) -> list[str]:
    """The addresses a notice names."""
    return [link.rstrip(".,;") for link in _LINK.findall("\n".join((story.advisory, *story.body)))]


def item_id(id: str) -> str:
    """What of an item's id a notice would say: of a urn or tag the last part that tells items apart, folded.

    Empty for an address, which is a name of its own, and for a short number or a word, which is none.
    """
    if "//" in id:
        return ""
    parts = [
        part for part in _PARTS.split(id.casefold()) if len(part) >= _TELLS and _DIGIT.search(part)
    ]
    last = parts[-1] if parts else ""
    return last if not last.isdigit() or ":" in id or len(last) >= _NUMBER else ""


def items(story: Story) -> list[str]:
    """The ids of items that a notice names, those that are marked as such first."""
    text = _said(story)
    found = (*_URN.findall(text), *_NUMBERED.findall(text), *_CODE.findall(text))
    return [item for item in dict.fromkeys(map(item_id, found)) if item][:_ITEMS]


def key(kind: str, text: str) -> str:
    """A key: the kind of name and a hash of it."""
    return kind + blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
