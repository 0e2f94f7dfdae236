"""The calls and the Lua: what a call takes is what its function reads."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass

import pytest
from redis import Redis

from workers.redis import calls
from workers.redis.calls import LUA, Call, Calls, to_lua

BASES = {"Call", "FeedCall", "OutboxCall", "IndexCall", "StoryCall"}
CALLS = [
    made
    for made in vars(calls).values()
    if isinstance(made, type) and issubclass(made, Call) and made.__name__ not in BASES
]


def transitions(library: str) -> list[str]:
    """The functions that a library offers."""
    text = (LUA / f"{library}.lua").read_text("utf-8")
    return re.findall(rf"^function {library}\.(\w+)\(", text, re.MULTILINE)


def test_every_call_has_its_function_and_every_function_its_call() -> None:
    """No call goes nowhere, and no Lua is left that nobody calls."""
    made = sorted((call.libraries[-1], to_lua(call.__name__)) for call in CALLS)
    offered = [(file.stem, name) for file in LUA.glob("*.lua") for name in transitions(file.stem)]
    assert made == sorted(offered)


@pytest.mark.parametrize("library", ["stories", "feeds", "outbox", "index"])
def test_the_lua_reads_what_is_named_and_nothing_else(library: str) -> None:
    """A name that is misspelt on either side would be nil in Lua, and no error."""
    text = "".join((LUA / f"{name}.lua").read_text("utf-8") for name in (library, "shared"))
    read = set(re.findall(r"\ba\.(\w+)", re.sub(r"--.*", "", text)))
    users = [call for call in CALLS if library in call.libraries and is_dataclass(call)]
    given = {field.name for call in users for field in fields(call)}
    assert read <= given | {"prefix", "call"}
    own = [call for call in users if call.libraries[-1] == library]
    everywhere = "".join(file.read_text("utf-8") for file in LUA.glob("*.lua"))
    for field in {field.name for call in own for field in fields(call)}:
        assert re.search(rf"\b(a|lease)\.{field}\b", everywhere), field


@pytest.mark.parametrize("file", sorted(LUA.glob("*.lua")), ids=lambda file: file.stem)
def test_each_lua_function_begins_with_a_sentence(file: object) -> None:
    """What a transition does and returns stands before it."""
    lines = (LUA / f"{file.stem}.lua").read_text("utf-8").splitlines()  # type: ignore[attr-defined]
    bare = [
        line
        for before, line in zip(["", *lines], lines, strict=False)
        if re.match(r"(local )?function", line) and not before.startswith("-- ")
    ]
    assert bare == []


def test_a_script_that_redis_forgot_is_loaded_again(redis: Redis) -> None:
    """A Redis that was started anew knows no script: the call works all the same."""
    made = Calls(redis, "wd:")
    assert made.make(calls.Trim()) == 0
    redis.script_flush()
    assert made.make(calls.Trim()) == 0
