"""A cleaned story beside its truth, field by field."""

from __future__ import annotations

from urllib.parse import urlsplit

from pipeline.story import Story
from pipeline.text import fold
from workers.sample.load import stories
from workers.sample.pages import page_path
from workers.sample.story import SampleStory

_FIELDS = ("byline", "byline_kind", "agency", "form", "version_label", "truncated", "syndicated")


def differences(truth: SampleStory, story: Story) -> tuple[str, ...]:
    """What a cleaned story has otherwise than the sample wire says, one sentence each; empty where all is well.

    Headline, body and cross-heads are compared as a reader would (``pipeline.text.fold``), all else to
    the letter. Relation, outcome and themes are not part of a Story; compare them where they are at hand.
    """
    found = [
        f"{name} is {getattr(story, name)!r}, not {getattr(truth, name)!r}"
        for name in _FIELDS
        if getattr(story, name) != getattr(truth, name)
    ]
    if fold(story.headline) != fold(truth.headline):
        found.append(f"headline is {story.headline!r}, not {truth.headline!r}")
    place = story.dateline.place if story.dateline else ""
    wanted = truth.dateline.place if truth.dateline else ""
    if place != wanted:
        found.append(f"dateline's place is {place!r}, not {wanted!r}")
    heads = [(fold(c.text), c.before) for c in story.crossheads]
    if heads != [(fold(c.text), c.before) for c in truth.crossheads]:
        found.append(f"cross-heads are {heads}")
    return (*found, *_body(truth, story))


def _body(truth: SampleStory, story: Story) -> list[str]:
    mine, told = [fold(p) for p in story.body], [fold(p) for p in truth.body]
    found = [f"body has {p[:80]!r}" for p in mine if p not in told]
    found += [f"body lacks {p[:80]!r}" for p in told if p not in mine]
    return found or ([] if mine == told else ["body has its paragraphs in another order or number"])


def at(url: str) -> SampleStory | None:
    """The sample story whose page or redirect a URL names, the earliest where two entries share a page."""
    path = urlsplit(url).path.strip("/")
    return next((s for s in stories() if path in {page_path(s), f"go/{s.id}"}), None)
