"""What names a story: what it is looked up under, and what the index will know it by.

A notice is known by the story that it names: it is stored under the names it gives, so that it is
found by a story that comes after it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b

from pipeline.copies.fingerprints import POSTS, STOP, hash_word, read_body, sketch_text
from pipeline.copies.known import URI, Known
from pipeline.story import NOTICES, Story, utc
from pipeline.text import fold, words

# A headline in quotation marks: shorter ones are nicknames, longer ones statements.
_QUOTED = re.compile(r"[\"“]([^\"“”]{12,250})[\"”]|(?<!\w)['‘]([^\"“”]{12,250}?)['’](?!\w)")
_SLUGGED = re.compile(
    r"\b(?:kill|withdraw|disregard|hold)\s+(?:the\s+|our\s+)?(?:story|item)\s+"
    r"(?:slugged\s+)?([A-Z][\w/-]+)"
)
_FILED = re.compile(r"\bBC-([A-Z][\w-]+?)(?:,?\s*|-)(?:KILL|Kill|kill)\b")
_TAGS = re.compile(
    r"^(?:(?:update|wrapup|rpt|repeat|corrected|correction|refile|urgent)\s*\d*\s*[-–—:]\s*)+", re.I
)
_NOTICE_TAG = re.compile(
    r"^(?:\W*(?:story\s+)?"
    r"(?:kill(?:ed)?|withdrawn|withdrawal|hold|advisory|mandatory|bulletin|urgent)\b\W*)+",
    re.I,
)
_LINK = re.compile(r"https?://[^\s<>\"'”’)]+")
_URN = re.compile(r"\b(?:urn|tag):[^\s<>\"'”’)]+[\w]", re.I)
_NUMBERED = re.compile(
    r"\b(?:item|story|id|no\.?|number|ref(?:erence)?)\s*[:#]?\s*(\d{6,})\b", re.I
)
_CODE = re.compile(r"(?<![\w/:.-])(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[A-Za-z0-9][\w-]{3,}\w(?![\w/:])")
_ID_PARTS = re.compile(r"[:/,_.\s]+")
_DIGIT = re.compile(r"\d")
_ENTRY = re.compile(r"[0-9a-f]{20}")
# Characters from which a part of an id tells items apart, digits from which a bare number is one
# (shorter ones are hours and counts), and how many items a notice names: a longer list is no notice
# for each of them.
_TELLING, _NUMBER, _ITEMS = 5, 6, 8
_RANK = re.compile(r"(\d+)")
_EARLY = re.compile(r"\b(?:lead|ld|update|urgent|writethru)\b|ld\b|lead\b", re.I)
# A larger number in a version label is a date or an item's number.
_LAST_TAKE = 120
_CORRECTIONS = frozenset({"correction", "refile"})
# Round-ups, running pages and chronologies carry many stories' copy and are a version of none.
_OVERVIEW = frozenset(
    {"roundup", "wrapup", "summary", "digest", "live", "factbox", "timeline", "diary", "chronology"}
)
_OVERVIEW_HEADLINE = re.compile(
    r"^(?:wrapup|roundup|factbox|timeline|live|news digest|(?:news )?in brief|what we know"
    r"|take a look|highlights)\b"
    r"|\blive updates?\b|\bas it happened\b|\bday \d+ of\b"
    r"|\b(?:daily|weekly|morning|evening) (?:briefing|digest|brief|roundup)\b",
    re.I,
)
# A time before 1970 or after 2106 is a misprint: it is stored as the first or last second between.
_LAST_SECOND = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Query:
    """What the index is asked with: ``posts`` for its words (unsigned 32-bit), exact ``keys``."""

    posts: tuple[int, ...]
    keys: tuple[str, ...]

    @property
    def least_votes(self) -> int:
        """How many posts a story must share to be a candidate: one phrase is chance."""
        return 2 if len(self.posts) > 2 else 1


@dataclass(frozen=True, slots=True)
class Names:
    """What names a story, or the stories that a notice means, best first."""

    slugs: tuple[str, ...]
    addresses: tuple[str, ...]
    items: tuple[str, ...]
    headlines: tuple[str, ...]


def query(story: Story) -> Query:
    """Posts from the body, keys from everything that names the story exactly.

    A notice has no posts: it asks for its target, and is found by it, under the names it gives.
    """
    names = find_names(story)
    addresses = (story.url, story.canonical, *names.addresses)
    keys = [make_key("e", story.key)]
    keys += [make_key("u", address) for address in addresses if address]
    keys += [make_key("i", item) for item in names.items]
    keys += [make_key("s", fold(slug)) for slug in names.slugs]
    posts: tuple[int, ...] = ()
    if story.form not in NOTICES:
        text = read_body(story.body)
        posts = tuple(value & 0xFFFFFFFF for value in text.smallest[:POSTS])
        keys += [make_key("b", f"{text.body_hash} {text.word_count}")] if text.word_count else []
    for headline in names.headlines:
        # two keys: one still meets where a word or two of a quotation differ
        found = sorted({hash_word(word) for word in split_headline(headline)})
        if len(found) >= 5:
            keys += [make_key("h", repr(found[:3])), make_key("h", repr(found[-3:]))]
        elif len(found) >= 3:
            keys.append(make_key("h", repr(found)))
    return Query(posts, tuple(dict.fromkeys(keys)))


def describe(story: Story, now: datetime) -> Known:
    """What to store of the story, as the head of a cluster of its own."""
    text = read_body(story.body)
    names = find_names(story)
    # what a notice names comes before where it stands itself
    address = (*names.addresses, story.canonical or story.url)[0]
    slug, item = (*names.slugs, "")[0], (*names.items, "")[0]
    entry, published = hash_entry(story.key), story.published
    seconds = int((published.at if published else now).timestamp())
    corrected, agency = story.form in _CORRECTIONS, fold(story.agency)
    place = story.dateline.place if story.dateline else ""
    # of two places with one name the country or state tells nothing that outlets agree on
    place = " ".join(words(re.split(r"[,/(]", place)[0]))
    number = _RANK.search(story.version_label)
    take = int(number.group()) if number else int(bool(_EARLY.search(story.version_label)))
    return Known(
        uri=URI + entry,
        entry=entry,
        url=hash_word(address) if address else 0,
        slug=hash_word(fold(slug)) if slug else 0,
        agency=hash_name(agency),
        outlet=hash_word(fold(story.outlet or story.feed_id)) >> 1 & 0xFFFFFF,
        time=utc(max(0, min(seconds, _LAST_SECOND))),
        sketch=sketch_text(text),
        rank=2 * min(take, _LAST_TAKE) + corrected,
        notice=story.form in NOTICES,
        hold=story.form == "hold",
        stands_in=story.stands_in,
        overview=story.form == "wrapup"
        or story.genre.lower() in _OVERVIEW
        or bool(_OVERVIEW_HEADLINE.search(story.headline)),
        timed=published is not None and published.basis != "fetch" and published.precision != "day",
        original=bool(agency) and (bool(story.slug) or agency in fold(story.outlet)),
        corrected=corrected,
        place=hash_name(place),
        item=hash_word(item) if item else 0,
        days=text.days,
        headline=hash_headline(names.headlines[0]),
        cluster=URI + entry,
    )


def find_names(story: Story) -> Names:
    """What names a story, or what a notice says of those that it means: its slug, then its text.

    The headline that a notice means is in quotation marks, and else its own, less the tag.
    """
    if story.form not in NOTICES:
        slug, item = story.slug.removeprefix("BC-"), shorten_item(story.item)
        return Names((slug,) if slug else (), (), (item,) if item else (), (story.headline,))
    headline = story.headline_raw or story.headline
    text = "\n".join((headline, story.advisory, *story.body))
    slugs = (story.slug, *_SLUGGED.findall(text), *_FILED.findall(text))
    links = _LINK.findall("\n".join((story.advisory, *story.body)))
    items = (*_URN.findall(text), *_NUMBERED.findall(text), *_CODE.findall(text))
    short = dict.fromkeys(shorten_item(item) for item in items)
    noted = "\n".join((headline, story.advisory, story.correction_note, *story.body))
    quoted = [double or single for double, single in _QUOTED.findall(noted)]
    return Names(
        slugs=tuple(slug.removeprefix("BC-") for slug in slugs if slug),
        addresses=tuple(link.rstrip(".,;") for link in links),
        items=tuple(item for item in short if item)[:_ITEMS],
        headlines=tuple(
            _TAGS.sub("", quote) for quote in quoted or [_NOTICE_TAG.sub("", headline)]
        ),
    )


def shorten_item(item: str) -> str:
    """What a notice would say of an item's id: of a urn or tag the last part that tells it.

    Empty for an address, which is a name of its own, and for a word or a short number.
    """
    if "//" in item:
        return ""
    parts = _ID_PARTS.split(item.casefold())
    telling = [part for part in parts if len(part) >= _TELLING and _DIGIT.search(part)]
    last = telling[-1] if telling else ""
    return last if not last.isdigit() or ":" in item or len(last) >= _NUMBER else ""


def split_headline(headline: str) -> tuple[str, ...]:
    """The words of a headline that carry it, in order, each once."""
    return tuple(dict.fromkeys(word for word in words(headline) if word not in STOP))


def hash_headline(headline: str) -> tuple[int, ...]:
    """A headline's words as the index keeps them: 16 bits each."""
    return tuple(hash_word(word) & 0xFFFF for word in split_headline(headline))


def hash_name(name: str) -> int:
    """An 8-bit hash, 0 only for nothing."""
    return hash_word(name) % 255 + 1 if name else 0


def hash_entry(key: str) -> str:
    """Twenty digits that name an entry: of its key, or of a hash where that is no digest."""
    digits = _ENTRY.match(key)
    if digits:
        return digits.group()
    return blake2b(key.encode("utf-8", "surrogatepass"), digest_size=10).hexdigest()


def make_key(kind: str, text: str) -> str:
    """A key: the kind of name and a hash of it."""
    return kind + blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
