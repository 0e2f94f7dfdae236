"""Retries: every wait comes from one table, and the page about it says the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.settings import DeliverSettings, FetchSettings, ProcessSettings
from pipeline.retries import RETRIES, RetryRow, seconds_until_retry

PAGE = (Path(__file__).parents[2] / "docs" / "retries.md").read_text("utf-8")
MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0


@pytest.mark.parametrize(
    ("row", "waits"),
    [
        # the last wait below the cap, then the cap, which holds for good
        ("feed", {1: 60.0, 2: 120.0, 6: 1920.0, 7: HOUR, 40: HOUR}),
        ("feed_refused", {1: 120.0, 8: 15_360.0, 9: 6 * HOUR}),
        ("sitemap", {1: 5 * MINUTE, 7: 19_200.0, 8: 6 * HOUR, 400: 6 * HOUR}),
        ("page", {1: 30.0, 2: 60.0, 3: 120.0}),
        ("hub", {1: 5 * MINUTE, 2: 10 * MINUTE, 9: 76_800.0, 10: DAY}),
        ("story", {1: 5.0, 2: 10.0}),
        ("redis", {1: 0.2, 4: 1.6, 5: 2.0}),
        ("child", {1: 0.2, 2: 1.0, 3: 2.0, 4: 5.0, 5: 5.0}),
        # the same wait each time: what is waited for does not depend on how often it was asked
        ("robots", {1: 600.0, 9: 600.0}),
        ("busy_host", {1: 30.0, 9: 30.0}),
        ("sink", {1: 5.0, 9: 5.0}),
        ("overtaken", {1: 1.0, 9: 1.0}),
    ],
)
def test_waits_are_those_of_the_table(row: str, waits: dict[int, float]) -> None:
    """Each row waits as its figures say: after the first failure, just below its cap, and at it."""
    assert {n: seconds_until_retry(RETRIES[row], n) for n in waits} == pytest.approx(waits)


@pytest.mark.parametrize(
    ("row", "attempts"),
    [("page", 4), ("story", 3), ("hub_farewell", 5), ("redis", 5), ("feed", None), ("sink", None)],
)
def test_what_is_given_up_and_what_never_is(row: str, attempts: int | None) -> None:
    """A page and a story have their last attempt; feeds and sinks are tried for ever, so that
    nothing is dropped.
    """
    assert RETRIES[row].attempts == attempts


def test_jitter_makes_a_wait_longer_and_never_shorter() -> None:
    """A feed waits up to a tenth longer than its row says, also at the cap, so that feeds do not
    come together.
    """
    assert seconds_until_retry(RETRIES["feed"], 1, share=1.0) == pytest.approx(66.0)
    assert seconds_until_retry(RETRIES["feed"], 99, share=0.5) == pytest.approx(1.05 * HOUR)


@given(
    st.sampled_from(sorted(RETRIES)), st.integers(min_value=0, max_value=10_000), st.floats(0, 1)
)
def test_no_wait_shrinks_overflows_or_is_negative(row: str, failures: int, share: float) -> None:
    """However often something fails, its wait is a number, at least that of before, and within the
    cap and jitter.
    """
    retry = RETRIES[row]
    wait = seconds_until_retry(retry, failures, share)
    assert 0 < wait <= seconds_until_retry(retry, failures + 1, share)
    assert wait <= retry.longest * (1 + retry.jitter)


def test_settings_begin_with_the_figures_of_the_table() -> None:
    """What an operator may change has the row's figure until it is changed."""
    assert (FetchSettings().backoff, FetchSettings().attempts) == (30.0, 4)
    assert RETRIES["page"].first == FetchSettings().backoff
    assert RETRIES["page"].attempts == FetchSettings().attempts
    assert RETRIES["story"].attempts == ProcessSettings().attempts
    assert RETRIES["sink"].first == DeliverSettings().rest


@pytest.mark.parametrize("row", RETRIES)
def test_the_page_about_retries_has_every_row(row: str) -> None:
    """Whoever asks where the retry policy is finds each row in the docs, and what it is for in the
    table.
    """
    assert f"| `{row}` |" in PAGE
    assert RETRIES[row].what
    assert RETRIES[row].why


def test_a_row_without_a_cap_is_bounded_by_its_doublings() -> None:
    """A power of ten thousand is no wait: after twenty doublings a wait grows no more."""
    doubled = RetryRow("x", "y", first=1.0, factor=2.0)
    assert seconds_until_retry(doubled, 21) == seconds_until_retry(doubled, 22) == 2.0**20
    assert seconds_until_retry(doubled, 20) == 2.0**19
