"""Whole pages: the stories of the sample wire in the site templates, against their truth."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from pipeline import wire
from pipeline.extract import extract
from pipeline.story import Entry, Outcome, OutcomeKind, Page, Story
from workers.sample import SampleStory, render, stories, templates

RULES = Path(__file__).parents[3] / "config" / "wire"
NOW = datetime(2026, 11, 30, tzinfo=UTC)
URL = "http://sample.invalid/story"
EVERY = 4
"""Each template gets every fourth story, each time others: all stories are seen in several
templates."""


@cache
def rules() -> wire.Rules:
    """The project's own rules, read once."""
    return wire.load(RULES)


def clean_page(told: SampleStory, template: str) -> Story | Outcome:
    """A story's page, extracted and cleaned."""
    entry = Entry(key="k", feed_id="f", guid="g", url=URL, title=told.title)
    page = Page(URL, 200, render(told, template).encode(), "text/html; charset=utf-8", NOW)
    article = extract(page, entry, NOW)
    return article if isinstance(article, Outcome) else wire.clean(article, entry, rules())


def whole(told: SampleStory) -> bool:
    """Whether the sample says what its clean copy must be: it has a page with text."""
    return bool(told.body) and told.page in ("ok", "redirect") and told.outcome.delivered


@pytest.mark.parametrize("template", sorted(templates()))
def test_stories_come_out_clean_in_every_template(template: str) -> None:
    """Nothing of the furniture is left in the body, nothing of the body is lost, and the fields
    are right."""
    faults: list[str] = []
    shift = sorted(templates()).index(template)
    for told in [s for s in stories() if whole(s)][shift % EVERY :: EVERY]:
        found = clean_page(told, template)
        if isinstance(found, Outcome):
            faults.append(f"{told.id}: {found}")
            continue
        wanted = {
            "body": tuple(told.body),
            "headline": told.headline,
            "byline": told.byline,
            "agency": told.agency,
            "place": told.dateline.place if told.dateline else "",
            "crossheads": tuple((h.text, h.before) for h in told.crossheads),
        }
        got = {
            "body": found.body,
            "headline": found.headline,
            # metadata may name the site as author where nobody signed
            "byline": "" if found.byline_kind == "house" and not told.byline else found.byline,
            "agency": found.agency,
            "place": found.dateline.place if found.dateline else "",
            "crossheads": tuple((h.text, h.before) for h in found.crossheads),
        }
        faults += [
            f"{told.id}: {k}: {wanted[k]!r} != {got[k]!r}" for k in wanted if wanted[k] != got[k]
        ]
    assert faults == []


def test_what_is_no_story_ends_as_none() -> None:
    """The sample wire's digests and advisories end as not_a_story in any template."""
    told = [s for s in stories() if s.outcome is OutcomeKind.NOT_A_STORY]
    assert told
    for template in sorted(templates())[::5]:
        for item in told:
            found = clean_page(item, template)
            assert isinstance(found, Outcome), item.id
            assert found.kind is OutcomeKind.NOT_A_STORY
