"""A story as the index will know it, before it is related to anything."""

from __future__ import annotations

import re
from datetime import datetime

from pipeline.copies.figures import DAYS
from pipeline.copies.keys import headline_words, item_id, items, links, slugs, targets
from pipeline.copies.known import Known, ident, name
from pipeline.copies.sketch import read, sketch, word_hash
from pipeline.story import NOTICES, Story
from pipeline.text import fold, words

_DAYS = sorted(DAYS)
_RANK = re.compile(r"(\d+)")
_EARLY = re.compile(r"\b(?:lead|ld|update|urgent|writethru)\b|ld\b|lead\b", re.I)
# Round-ups, running pages and chronologies carry many stories' copy and are a version of none.
_OVERVIEW = frozenset(
    {"roundup", "wrapup", "summary", "digest", "live", "factbox", "timeline", "diary", "chronology"}
)
_OVERVIEW_HEADLINE = re.compile(
    r"^(?:wrapup|roundup|factbox|timeline|live|news digest|(?:news )?in brief|what we know|take a look|highlights)\b"
    r"|\blive updates?\b|\bas it happened\b|\bday \d+ of\b"
    r"|\b(?:daily|weekly|morning|evening) (?:briefing|digest|brief|roundup)\b",
    re.I,
)


def describe(story: Story, now: datetime) -> Known:
    """What to store of the story, as the head of a cluster of its own."""
    text = read(story.body)
    own = ident(story.key)
    notice = story.form in NOTICES
    named = slugs(story)[:1] if notice else [story.slug.removeprefix("BC-")]
    # what a notice names comes before where it stands itself
    address = (links(story)[:1] or [""])[0] if notice else ""
    address = address or story.canonical or story.url
    item = (items(story)[:1] or [""])[0] if notice else item_id(story.item)
    timed = (
        story.published is not None
        and story.published.basis != "fetch"
        and story.published.precision != "day"
    )
    return Known(
        uri=name(own),
        version=1,
        entry=own,
        url=word_hash(address) if address else 0,
        slug=word_hash(fold(named[0])) if named and named[0] else 0,
        agency=_byte(fold(story.agency)),
        outlet=(word_hash(fold(story.outlet or story.feed_id)) >> 1 & 0xFFFFFF).to_bytes(3, "big"),
        time=max(
            0, min(int((story.published.at if story.published else now).timestamp()), 0xFFFFFFFF)
        ),
        sketch=sketch(text),
        rank=rank(story),
        notice=notice,
        hold=story.form == "hold",
        overview=is_overview(story),
        timed=timed,
        original=bool(story.agency)
        and (bool(story.slug) or fold(story.agency) in fold(story.outlet)),
        corrected=is_correction(story),
        place=_byte(place(story)),
        item=word_hash(item) if item else 0,
        days=sum(1 << i for i, day in enumerate(_DAYS) if day in text.days),
        headline=hashed(targets(story)[0] if notice else story.headline),
        cluster=name(own),
    )


def hashed(headline: str) -> tuple[int, ...]:
    """A headline's words as the index keeps them."""
    return tuple(word_hash(w) & 0xFFFF for w in headline_words(headline))


def rank(story: Story) -> int:
    """How late in its chain a story says it is: 0 the first, 2n for UPDATE n or nth lead, and 1 more if corrected."""
    number = _RANK.search(story.version_label)
    said = (
        min(int(number.group()), 120) if number else int(bool(_EARLY.search(story.version_label)))
    )
    return 2 * said + is_correction(story)


def is_correction(story: Story) -> bool:
    """Whether the story says that it corrects an earlier one."""
    return story.form in {"correction", "refile"}


def place(story: Story) -> str:
    """The dateline's place, folded, its country or state left out; empty where there is none."""
    return " ".join(words(re.split(r"[,/(]", story.dateline.place)[0])) if story.dateline else ""


def is_overview(story: Story) -> bool:
    """Whether the story sums up many."""
    return (
        story.form == "wrapup"
        or story.genre.lower() in _OVERVIEW
        or bool(_OVERVIEW_HEADLINE.search(story.headline))
    )


def _byte(text: str) -> int:
    """An 8-bit hash, 0 only for nothing."""
    return word_hash(text) % 255 + 1 if text else 0
