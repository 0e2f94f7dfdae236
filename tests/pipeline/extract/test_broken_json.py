"""JSON with the slips of real pages: each is read as its author meant it."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.extract.broken_json import read_values


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ('{"a": 1}', [{"a": 1}]),
        ('{"a": 1,}', [{"a": 1}]),
        ('[{"a": "x",},]', [[{"a": "x"}]]),
        ('{"a": "b",, "c": 1}', [{"a": "b", "c": 1}]),
        ('{"a": "b"\n"c": "d"}', [{"a": "b", "c": "d"}]),
        ('//<![CDATA[\n{"a": 1}\n//]]>', [{"a": 1}]),
        ('/*<![CDATA[*/{"a": 1}/*]]>*/', [{"a": 1}]),
        ('<!--\n{"a": 1}\n-->;', [{"a": 1}]),
        ('{"a": 1}\n{"b": 2}', [{"a": 1}, {"b": 2}]),
        ('{"a": "She said "no", then left", "b": 1}', [{"a": 'She said "no", then left', "b": 1}]),
        ('{"a": ["x "y" z", "w"]}', [{"a": ['x "y" z', "w"]}]),
        (r'{"a": "Velmar\'s port"}', [{"a": "Velmar's port"}]),
        ("{&quot;a&quot;: &quot;b&quot;}", [{"a": "b"}]),
        ('{"a":, "b": new Date(), "c": "x"}', [{"a": None, "b": None, "c": "x"}]),
        ('{"a": // what is meant\n 1}', [{"a": 1}]),
        ('{"a": {"b": "cut o', [{"a": {"b": "cut o"}}]),
        ('{"a": {"b": 1}, "c": "cut o', [{"a": {"b": 1}}]),
        ('{"a": "x\ty\nz"}', [{"a": "x\ty\nz"}]),
        ('{"a": 1}}', [{"a": 1}]),
        ("no brackets", []),
        ("", []),
    ],
)
def test_a_slip_costs_nothing(text: str, values: list[Any]) -> None:
    """One comma or quote too many would else cost the story its time and its author."""
    assert read_values(text) == values


@given(st.recursive(st.none() | st.integers() | st.text(), lambda i: st.lists(i) | st.dictionaries(
    st.text(), i)))  # fmt: skip
def test_sound_json_is_read_as_it_is(value: Any) -> None:
    """Mending is for what does not read."""
    if isinstance(value, dict | list) and '"' in json.dumps(value):
        assert read_values(json.dumps(value)) == [value]


@given(st.text(alphabet='{}[]",:/\\*a1 \n'))
def test_no_text_raises(text: str) -> None:
    """Whatever a page may hold, an answer comes."""
    read_values(text)


@pytest.mark.parametrize("part", ['{"a":"x" ', "[", '"', ",", '{"a":[1,,', "/*", '"a" ', '",   '])
def test_time_grows_with_the_text(part: str) -> None:
    """Four times the text takes no more than about four times as long."""

    def measure(size: int) -> float:
        text = '{"a":' + part * (size // len(part))
        began = time.process_time()
        read_values(text)
        return time.process_time() - began

    small = min(measure(20_000) for _ in range(3))
    assert min(measure(80_000) for _ in range(3)) < 12 * small + 0.05
