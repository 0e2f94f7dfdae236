"""``wiredesk feeds check``: where its warnings begin."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from pipeline.feeds import Parsed
from pipeline.fetch import Response
from pipeline.run import FULL_TEXT
from pipeline.story import FeedHints, utc
from tests.making import NOW, entry
from workers.cli import feed_checking
from workers.cli.feed_checking import FeedReport, _report_entries, settle_address


def report(parsed: Parsed) -> FeedReport:
    """What is said of these entries."""
    found = FeedReport()
    _report_entries(parsed, found)
    return found


@pytest.mark.parametrize(
    ("full", "text"),
    [(0, "summaries"), (1, "partly full"), (8, "partly full"), (9, "full"), (10, "full")],
)
def test_a_feed_is_full_from_nine_of_ten_on(full: int, text: str) -> None:
    """Even a feed with whole texts has a picture or a bulletin among them."""
    whole = "x" * FULL_TEXT
    entries = tuple(entry(str(n), content=whole if n < full else "x") for n in range(10))
    assert report(Parsed(entries, (), FeedHints(), "rss")).facts["text"] == text


@pytest.mark.parametrize(("ahead", "warned"), [(290.0, False), (299.0, False), (310.0, True)])
def test_clocks_may_differ_by_five_minutes(
    monkeypatch: pytest.MonkeyPatch, ahead: float, warned: bool
) -> None:
    """A date further ahead is no clock but a wrong time zone."""
    monkeypatch.setattr(feed_checking.time, "time", lambda: NOW)
    dated = replace(entry("a"), published=utc(NOW) + timedelta(seconds=ahead))
    warnings = report(Parsed((dated,), (), FeedHints(), "rss")).warnings
    assert any("future" in warning for warning in warnings) is warned


@pytest.mark.parametrize(
    ("redirects", "settled", "why"),
    [
        (((301, "https://b.example/"),), "https://b.example/", "moved for good"),
        (((302, "https://b.example/"),), "https://a.example/", "a detour"),
        (((301, "http://a.example/"),), "https://a.example/", "anyone in between could say so"),
        (
            ((301, "https://b.example/"), (302, "https://c.example/")),
            "https://b.example/",
            "for good as far as the first step",
        ),
    ],
)
def test_only_lasting_moves_change_the_address(
    redirects: tuple[tuple[int, str], ...], settled: str, why: str
) -> None:
    """The address that is written down is the one that will still hold tomorrow."""
    answer = Response(200, "https://x.example/", b"", {}, redirects)
    assert settle_address("https://a.example/", answer) == settled, why
