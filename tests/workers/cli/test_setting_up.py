"""``wiredesk check``: every fault of an installation in one message, with file and key."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from redis import Redis

from workers.cli import main
from workers.cli.setting_up import tell_excess

SINK = '[[sinks]]\nname = "stories"\nkind = "jsonl"\npath = "{var}/deep/stories.jsonl"\n'


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for the configuration of an installation."""
    monkeypatch.setenv("WIREDESK_CONFIG", str(tmp_path))
    (tmp_path / "feeds.toml").write_text('[[feeds]]\nid = "one"\nurl = "https://one.example/rss"\n')
    return tmp_path


@pytest.fixture
def own_redis(redis: Redis, redis_url: str) -> Iterator[Redis]:
    """The test Redis with the settings that an installation needs, put back afterwards."""
    wanted = {"appendonly": "yes", "appendfsync": "always", "maxmemory": "500mb"}
    wanted["hash-max-ziplist-value"] = "4096"
    before = {name: redis.config_get(name)[name] for name in (*wanted, "maxmemory-policy")}  # type: ignore[index]
    for name, value in wanted.items():
        redis.config_set(name, value)
    yield redis
    for name, value in before.items():
        redis.config_set(name, value)


def check(home: Path, text: str, *options: str) -> Result:
    """Run ``check`` on a configuration; definitions are not what this is about."""
    (home / "pipeline.toml").write_text(f'feeds = ["feeds.toml"]\nvar = "{home}/var"\n{text}')
    return CliRunner().invoke(main, ["check", *options])


def test_a_new_installation_is_well_without_anything_running(home: Path) -> None:
    """A private Redis need not run yet, nor a folder be there; nothing is left behind."""
    said = check(home, SINK + '[[sinks]]\nname = "stream"\nkind = "redis-stream"\nstream = "s"\n')
    assert (said.exit_code, said.output.splitlines()[-1][:11]) == (0, "all is well")
    assert "MB of Redis carry about" in said.output
    assert sorted(path.name for path in home.iterdir()) == ["feeds.toml", "pipeline.toml"]


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("http://redis.internal", "redis.url: Redis URL must specify one of the following schemes"),
        ("redis://localhost:port", "redis.url: "),
        ("redis://127.0.0.1:1/0", "redis.url: Redis does not answer"),
        ("unix:///nowhere/redis.sock", "redis.url: Redis does not answer"),
    ],
)
def test_a_redis_that_cannot_be_reached_is_named(home: Path, url: str, says: str) -> None:
    """Within seconds; without network only what is written is judged."""
    began = time.monotonic()
    said = check(home, SINK + f'[redis]\nurl = "{url}"\n')
    assert (said.exit_code, f"{home}/pipeline.toml: {says}" in said.output) == (2, True)
    offline = check(home, SINK + f'[redis]\nurl = "{url}"\n', "--offline")
    assert offline.exit_code == (0 if "answer" in says else 2)
    assert time.monotonic() - began < 30


def test_a_variable_is_named_in_place_of_the_file(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An operator looks where it is written."""
    monkeypatch.setenv("WIREDESK_REDIS_URL", "redis://127.0.0.1:1/0")
    said = check(home, SINK)
    assert "environment WIREDESK_REDIS_URL: redis.url: Redis does not answer" in said.output


def test_a_redis_that_would_lose_something_is_refused(
    home: Path, own_redis: Redis, redis_url: str
) -> None:
    """One that evicts is a fault; what only a power cut or a flood would show is a note."""
    text = SINK + f'[redis]\nurl = "{redis_url}"\n'
    good = check(home, text)
    assert (good.exit_code, "note:" in good.output) == (0, False)
    assert "of the 30 days of redis.retention_days" in good.output
    own_redis.config_set("hash-max-ziplist-value", "4095")
    assert "a story takes three times the memory; set 4096" in check(home, text).output
    own_redis.config_set("appendfsync", "everysec")
    assert "note: " in (said := check(home, text)).output
    assert (said.exit_code, "appendfsync is not `always`" in said.output) == (0, True)
    own_redis.config_set("appendonly", "no")
    own_redis.config_set("maxmemory", "0")
    noted = check(home, text)
    assert noted.exit_code == 0
    for words in ("appendonly is off", "maxmemory is 0"):
        assert words in noted.output
    own_redis.config_set("maxmemory-policy", "allkeys-lru")
    refused = check(home, text)
    assert (refused.exit_code, "set noeviction" in refused.output) == (2, True)


@pytest.mark.parametrize(
    ("sink", "says"),
    [
        ('kind = "jsnl"\n', "sinks.x.kind: there is no kind 'jsnl'"),
        ('kind = "jsonl"\n', "sinks.x.path: is needed"),
        ('kind = "jsonl"\npath = "{var}/x"\nrotate_day = 1\n', "did you mean rotate_days"),
        ('kind = "jsonl"\npath = "{var}/x"\nkeep = -1\n', "sinks.x.keep: input should be"),
        ('kind = "jsonl"\npath = "{home}"\n', "is a folder; a file is wanted"),
        ('kind = "jsonl"\npath = "{home}/feeds.toml/x"\n', "can't be written"),
        ('kind = "jsonl"\npath = "/proc/x.jsonl"\n', "/proc/x.jsonl can't be written: No such"),
        ('kind = "jsonl"\npath = "/proc/x.jsonl"\nkep = 1\n', "/proc/x.jsonl can't be written"),
        ('kind = "jsonl"\npath = "/proc/x.jsonl"\nkeep = -1\n', "/proc/x.jsonl can't be written"),
        ('kind = "jsonl"\npath = "/proc/x.jsonl"\nkep = 1\n', "(did you mean keep?)"),
        ('kind = "redis-stream"\nstream = "s"\nurl = "redis://127.0.0.1:2"\n', "can't be reached"),
        ('kind = "redis-stream"\nstream = "s"\nurl = "kafka://x"\n', "sinks.x: Redis URL must"),
        ('kind = "redis-stream"\nstream = "held"\nurl = "{redis}"\n', "holds something that is no"),
    ],
)
def test_each_sink_is_judged_and_opened(
    home: Path, redis: Redis, redis_url: str, sink: str, says: str
) -> None:
    """Options, and what they lead to; all faults come at once, and nothing is left behind."""
    redis.set("held", "x")
    sink = sink.replace("{home}", str(home)).replace("{redis}", redis_url)
    said = check(
        home, SINK + f'[[sinks]]\nname = "x"\n{sink}[redis]\nurl = "redis://127.0.0.1:1"\n'
    )
    assert said.exit_code == 2
    assert says in said.output
    assert "redis.url: Redis does not answer" in said.output
    assert sorted(path.name for path in home.iterdir()) == ["feeds.toml", "pipeline.toml"]


def test_a_file_that_is_there_is_left_as_it_is(home: Path) -> None:
    """Neither its text nor its time changes, and no index appears beside it."""
    (home / "var" / "deep").mkdir(parents=True)
    file = home / "var" / "deep" / "stories.jsonl"
    file.write_text("a line\n")
    os.utime(file, (1_000_000_000, 1_000_000_000))
    assert check(home, SINK).exit_code == 0
    assert (file.read_text(), file.stat().st_mtime) == ("a line\n", 1_000_000_000)
    assert [path.name for path in file.parent.iterdir()] == ["stories.jsonl"]


@pytest.mark.parametrize("key", ["metrics.address", "websub.port"])
def test_a_port_that_another_service_has_is_named(
    home: Path, redis: Redis, redis_url: str, key: str
) -> None:
    """While this installation runs it is its own, and only noted."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        text = SINK + f'[redis]\nurl = "{redis_url}"\n' + (
            f'[metrics]\naddress = "127.0.0.1:{port}"\n'
            if key.startswith("metrics")
            else f'[websub]\nurl = "https://desk.example/hub"\nport = {port}\n'
        )  # fmt: skip
        refused = check(home, text)
        assert refused.exit_code == 2
        assert f"pipeline.toml: {key}: 127.0.0.1:{port} can't be listened on" in refused.output
        assert check(home, text, "--offline").exit_code == 0
        redis.hset("wd:progress", "worker.poll", "1")
        noted = check(home, text)
        assert (noted.exit_code, "as it should be while" in noted.output) == (0, True)
    redis.hdel("wd:progress", "worker.poll")
    assert "can't be listened on" not in check(home, text).output


def test_feeds_and_places_are_judged_in_one_go(home: Path) -> None:
    """A fault of a feed file hides none of the others."""
    (home / "feeds.toml").write_text('[[feeds]]\nid = "one"\nurl = "gopher://x"\n')
    said = check(home, SINK + 'colour = "red"\n[redis]\nurl = "redis://127.0.0.1:1"\n').output
    for words in ("feeds.toml: ", "sinks.stories.colour: there is no such option", "redis.url: "):
        assert words in said
    assert said.splitlines()[-1] == "3 faults"


@pytest.mark.parametrize(
    ("maxmemory", "told"), [(3000, ""), (3001, "is 3,001, and this machine has 4,000 MB")]
)
def test_a_redis_that_is_too_large_for_its_machine_is_told(maxmemory: int, told: str) -> None:
    """Above three quarters of the memory the machine would end it before polling pauses."""
    why = tell_excess(maxmemory, 4000)
    assert (why == "") == (told == "")
    assert told in why
