"""The query: under which posts and exact keys a story is looked up and stored."""

from __future__ import annotations

import re
from hashlib import blake2b

from pipeline.copies.facts import headline_words
from pipeline.copies.sketch import POSTS, shingles, word_hash
from pipeline.story import Query, Story
from pipeline.text import fold, words

NOTICES = frozenset({"kill", "withdrawal"})
_QUOTED = re.compile(r'["“]([^"“”]{12,200})["”]|(?<!\w)[\'‘]([^"“”]{12,200}?)[\'’](?!\w)')
_STORY = re.compile(r"\b(?:kill|withdraw|disregard|spike)\s+(?:the\s+)?(?:story|item)\s+([A-Z][\w-]+)")


def query(story: Story) -> Query:
    """Posts from the body, keys from everything that names the story exactly. A notice also asks for its target."""
    text_words = words(story.text)
    smallest = sorted(shingles(text_words))[:POSTS]
    posts = () if story.form in NOTICES else tuple(smallest)
    return Query(posts, tuple(dict.fromkeys(_keys(story))))


def minvotes(query: Query) -> int:
    """How many posts a story must share to be a candidate: a few chance phrases are not enough."""
    return 3 if len(query.posts) > 12 else 2


def _keys(story: Story) -> list[str]:
    notice = story.form in NOTICES
    keys = [_key("e", story.key)]
    keys += [_key("u", url) for url in (story.url, story.canonical) if url]
    if story.body and not notice:
        keys.append(_key("b", fold(story.text)))
    if story.slug:
        keys.append(_key("s", slug_key(story)))
    for headline in targets(story) if notice else [story.headline]:
        keys += headline_keys(headline)
    return keys


def headline_keys(headline: str) -> list[str]:
    """Two keys of a headline's words: either still meets when one word of the quotation differs."""
    found = sorted({word_hash(w) for w in headline_words(headline)})
    if len(found) < 4:
        return [_key("h", repr(found))] if found else []
    return [_key("h", repr(found[:3])), _key("h", repr(found[-3:]))]


def targets(story: Story) -> list[str]:
    """The headlines a notice quotes, or its own headline where it quotes none."""
    text = "\n".join((story.headline_raw or story.headline, story.advisory, *story.body))
    quoted = [a or b for a, b in _QUOTED.findall(text)]
    return quoted or [story.headline]


def slug_key(story: Story) -> str:
    """Agency and slug, folded."""
    return f"{fold(story.agency)} {fold(story.slug)}"


def _key(kind: str, text: str) -> str:
    return kind + blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
