"""Floods of pages: what once took more than linear time, from bytes to the record."""

from __future__ import annotations

import time

import pytest

from benchmarks.floods.__main__ import floods
from benchmarks.floods.measuring import measure
from benchmarks.floods.working import work_through
from pipeline.extract.document import count_attributes

FLOODS = {flood.name: flood for flood in floods()}
# repetitions at which each took over a second, and most over ten
WORST = {
    "page, text: reporting by": 20_000,
    "page, plain: agencies": 20_000,
    "page, plain: letters, then at signs": 20_000,
    "page, plain: at signs": 40_000,
    "page, json-ld articleBody: letters, then at signs": 40_000,
    "page, attributes of a tag": 40_000,
    "page, title: words": 3_900_000,
    "page, bare attributes of a tag": 40_000,
}
SECONDS = 3.0
"""Of processor time; each takes a third of one on an idle machine."""


@pytest.mark.parametrize("name", WORST)
def test_what_took_seconds_takes_none(name: str) -> None:
    """Each of these held its worker until it was killed, and its neighbours with it."""
    flood = FLOODS[name]
    body = flood.write(WORST[name])
    flood.work(flood.write(10))  # what is compiled once is not counted
    began = time.process_time()
    flood.work(body)
    assert time.process_time() - began < SECONDS


@pytest.mark.parametrize(
    "unit",
    [b"<a ", b'<a b="', b"<a", b"a=1 ", b"/", b"= ", b"<a b='<a b=\"", b" ", b"a=''", b"<a b = "],
)
def test_attributes_are_counted_in_linear_time(unit: bytes) -> None:
    """It is done before anything else is known of a page."""
    spent = []
    for n in (50_000, 400_000):
        body = b"<a " + unit * n
        began = time.process_time()
        count_attributes(body)
        spent.append(time.process_time() - began)
    # eight times as much: sixty-four times as long would be quadratic
    assert spent[1] < max(24 * spent[0], 0.5), spent


def test_a_text_that_fills_its_cap_ends_within_the_soft_limit() -> None:
    """The longest that is taken for a story: a million characters of words."""
    body = FLOODS["page, text: names"].write(99_000)
    assert 900_000 < len(body) < 1_100_000
    assert "words" in work_through(body)


def test_a_measurement_ends_what_does_not_end() -> None:
    """A flood that takes for ever is told as killed, and the bench goes on."""

    def never() -> str:
        while True:
            pass

    cost = measure(never, most=0)
    assert cost.ended.startswith("killed")
    assert measure(lambda: "done").ended == "done"
