"""The calls and the Lua: what a call takes is what its function reads; what a page costs."""

from __future__ import annotations

import re
from typing import Any

import pytest
from redis import Redis

from pipeline import run
from pipeline.fetch import Fetcher
from pipeline.ledger import Spacing
from tests.making import NOW, entry
from workers.redis.calls import CALLS, LUA, Calls
from workers.redis.redis_index import RedisIndex
from workers.redis.redis_ledger import RedisLedger

LIBRARIES = ("stories", "feeds", "outbox", "index")
SOURCES = {file.stem: file.read_text("utf-8") for file in LUA.glob("*.lua")}


def functions(library: str) -> dict[str, str]:
    """The functions that a library offers, each with its text."""
    text = SOURCES[library]
    found = re.findall(rf"^function {library}\.(\w+)\((.*?)(?:^end|\bend$)", text, re.M | re.S)
    return dict(found)


def test_every_call_has_its_function_and_every_function_its_call() -> None:
    """No call goes nowhere, and no Lua is left that nobody calls."""
    offered = {name: library for library in LIBRARIES for name in functions(library)}
    assert {name: call.libraries[-1] for name, call in CALLS.items()} == offered


@pytest.mark.parametrize("name", CALLS)
def test_the_lua_reads_only_what_the_call_names(name: str) -> None:
    """A name that is misspelt in Lua would be nil there, and no error."""
    call = CALLS[name]
    read = set(re.findall(r"\ba\.(\w+)", functions(call.libraries[-1])[name]))
    # what shared.lua makes of ``now``
    made = {"time", "reckoned"} if "now" in call.takes else set()
    assert read <= call.takes | made


def test_everything_that_is_named_is_read_somewhere() -> None:
    """Nothing is sent that no Lua asks for."""
    everywhere = "\n".join(re.sub(r"--.*", "", text) for text in SOURCES.values())
    for name, call in CALLS.items():
        for taken in call.takes:
            assert re.search(rf"\ba\.{taken}\b", everywhere), (name, taken)


def test_a_call_with_other_names_is_refused(redis: Redis) -> None:
    """Before anything is sent: one name missing, one too many."""
    made = Calls(redis, "wd:")
    for takes in ({"key": "a"}, {"key": "a", "now": NOW, "who": "w"}):
        with pytest.raises(TypeError, match="retry"):
            made.make("retry", **takes)


@pytest.mark.parametrize("library", SOURCES)
def test_each_lua_function_begins_with_a_sentence(library: str) -> None:
    """What a transition does and returns stands before it."""
    lines = SOURCES[library].splitlines()
    bare = [
        line
        for before, line in zip(["", *lines], lines, strict=False)
        if re.match(r"(local )?function", line) and not before.startswith("-- ")
    ]
    assert bare == []


def test_a_script_that_redis_forgot_is_loaded_again(redis: Redis) -> None:
    """A Redis that was started anew knows no script: the call works all the same."""
    made = Calls(redis, "wd:")
    assert made.make("trim") == 0
    redis.script_flush()
    assert made.make("trim") == 0


def test_a_page_costs_two_calls(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    """From a host's turn to its page in the ledger Redis is asked twice, whatever comes of it."""
    ledger = RedisLedger(redis, RedisIndex(redis))
    reach = run.Reach(Fetcher(), spacing=Spacing(0.0))
    ledger.admit([(entry(n, url="http://10.0.0.1/x"), "10.0.0.1") for n in "abc"], NOW)
    assert run.fetch_next(reach, ledger, 60, 3, "desk", clock=lambda: NOW)
    asked = []
    real = Redis.execute_command

    def counting(self: Redis, *args: Any, **options: Any) -> Any:
        asked.append(args[0])
        return real(self, *args, **options)

    monkeypatch.setattr(Redis, "execute_command", counting)
    assert run.fetch_next(reach, ledger, 60, 3, "desk", clock=lambda: NOW)
    assert asked == ["EVALSHA", "EVALSHA"]
