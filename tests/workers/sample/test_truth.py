"""A story beside its truth: every field that differs is named."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.story import CrossHead, Dateline, Story
from tests.workers.sample.asking import BY_ID
from workers.sample import SampleStory, differences, find_story, stories
from workers.sample.pages import page_path


def told(truth: SampleStory) -> Story:
    """The truth as a pipeline that makes no mistake would return it."""
    return Story(
        key=truth.id,
        url="",
        headline=truth.headline,
        body=truth.body,
        crossheads=truth.crossheads,
        byline=truth.byline,
        byline_kind=truth.byline_kind,
        agency=truth.agency,
        dateline=truth.dateline,
        form=truth.form,
        version_label=truth.version_label,
        truncated=truth.truncated,
        syndicated=truth.syndicated,
    )


@pytest.mark.parametrize("truth", [s for s in stories() if s.body], ids=lambda s: s.id)
def test_the_truth_differs_in_nothing(truth: SampleStory) -> None:
    """A story cleaned as the sample wire says has no differences."""
    assert differences(truth, told(truth)) == ()


TRUTH = BY_ID["karsin-bridge-update-2"]


@pytest.mark.parametrize(
    ("slip", "said"),
    [
        ({"headline": "UPDATE 2-Other"}, "headline"),
        ({"byline": "By Mara Ellison"}, "byline is"),
        ({"byline_kind": "agency"}, "byline_kind"),
        ({"agency": ""}, "agency"),
        ({"form": ""}, "form"),
        ({"version_label": ""}, "version_label"),
        ({"truncated": True}, "truncated"),
        ({"syndicated": True}, "syndicated"),
        ({"dateline": None}, "dateline"),
        ({"dateline": Dateline("TARNOK")}, "dateline"),
        ({"crossheads": (CrossHead("SUPPLY ROUTE", 1),)}, "cross-heads"),
        ({"body": TRUTH.body[:-1]}, "body lacks"),
        ({"body": (*TRUTH.body, "Read more")}, "body has 'read more'"),
        ({"body": TRUTH.body[::-1]}, "another order"),
        ({"body": (TRUTH.body[0], *TRUTH.body)}, "another order or number"),
    ],
)
def test_each_slip_is_named(slip: dict[str, object], said: str) -> None:
    """One field otherwise is one difference that names it."""
    found = differences(TRUTH, replace(told(TRUTH), **slip))  # type: ignore[arg-type]
    assert len(found) == 1
    assert said in found[0]


def test_quotes_and_case_are_no_difference() -> None:
    """A reader sees the same words, whatever quotes and dashes a page prints them with."""
    other = replace(
        told(TRUTH),
        headline=TRUTH.headline.upper(),
        body=tuple(p.replace('"', "”") for p in TRUTH.body),
    )
    assert differences(TRUTH, other) == ()


def test_a_url_finds_its_story() -> None:
    """The page's URL names the story, with or without a query, and so does a redirect; other URLs
    name none."""
    base = "http://127.0.0.1:1"
    story = BY_ID["karsin-bridge"]
    assert find_story(f"{base}/{page_path(story)}?utm_source=rss") is story
    assert find_story(f"{base}/go/redirected") is BY_ID["redirected"]
    assert find_story(f"{base}/atlas/world/hilal-drones") is BY_ID["telbarud-twice-a"]
    assert find_story(f"{base}/elsewhere/1") is None
