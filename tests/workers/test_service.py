"""Services as processes: whatever goes wrong, their standard error is lines of JSON."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

BEAT = ["workers.service", "-A", "workers.app", "beat"]
FIELDS = {"event", "level", "service", "timestamp"}


def run(
    command: list[str], tmp_path: Path, **variables: str
) -> tuple[int, list[dict[str, object]]]:
    """The exit code of a process, and its standard error line by line."""
    environment = {
        **os.environ, "WIREDESK_LOG": "json", "WIREDESK_VAR": str(tmp_path), **variables,
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", *command], env=environment, capture_output=True, timeout=60,
        check=False,
    )  # fmt: skip
    lines = [json.loads(line) for line in done.stderr.decode().splitlines()]
    for line in lines:
        assert line.keys() >= FIELDS
    return done.returncode, lines


@pytest.mark.parametrize(
    ("command", "variables", "code", "says"),
    [
        ([*BEAT], {"WIREDESK_FOO": "1"}, 2, "no such setting"),
        ([*BEAT, "--fast"], {}, 2, "No such option"),
        (["workers.cli", "run"], {"WIREDESK_LOG_LEVEL": "loud"}, 2, "log_level"),
        (["workers.cli", "run", "--only", "no"], {"WIREDESK_LOG": "auto"}, 1, "no service no"),
        (["workers.cli", "work", "poll"], {}, 1, "WIREDESK_REDIS_URL"),
        (["workers.cli", "run", "--fast"], {}, 2, "No such option"),
        (["workers.cli", "work", "nothing"], {}, 2, "nothing"),
    ],
)  # fmt: skip
def test_a_service_that_is_refused_says_so_in_a_line(
    tmp_path: Path, command: list[str], variables: dict[str, str], code: int, says: str
) -> None:
    """Faults of configuration and arguments are one line each, with the exit code they have."""
    ended, lines = run(command, tmp_path, WIREDESK_SERVICE="", **variables)
    assert ended == code
    assert [line["event"] for line in lines] == ["service.refused"]
    assert says in str(lines[0]["why"])
    assert lines[0]["level"] == "critical"


@pytest.mark.parametrize("form", ["auto", "json"])
@pytest.mark.parametrize(
    "command", [["work", "poll"], ["run", "--feeds", "config/feeds.world.toml"]]
)
def test_a_redis_that_is_away_is_told_before_it_is_waited_for(
    tmp_path: Path, command: list[str], form: str
) -> None:
    """The wait is half a minute long, and its end is a line too."""
    program = tmp_path / "waits.py"
    # the wait is cut short, or this test would take as long
    program.write_text(
        "from functools import partial\n"
        "from workers import embedded\n"
        "embedded.wait = partial(embedded.wait, seconds=0.2)\n"
        "from workers.cli import main\n"
        "main()\n"
    )
    more = {"WIREDESK_REDIS_URL": "redis://127.0.0.1:1/0", "WIREDESK_LOG": form}
    path = f"{tmp_path}{os.pathsep}{Path.cwd()}"
    code, lines = run(["waits", *command], tmp_path, PYTHONPATH=path, **more)
    assert code == 1
    events = [line["event"] for line in lines]
    assert events[0] == "redis.away"
    assert events[-1] == "service.refused"
    assert "did not come up" in str(lines[-1]["why"])


def test_what_nobody_caught_is_a_line(tmp_path: Path) -> None:
    """An error of the main program, of a thread, of a destructor, and a warning."""
    program = tmp_path / "falls.py"
    program.write_text(
        "import threading, warnings\n"
        "from workers import logs\n"
        "logs.configure('json', service='poll')\n"
        "warnings.warn('old\\nway')\n"
        "class Bad:\n"
        "    def __del__(self): raise ValueError('in a destructor')\n"
        "def fall(): raise ValueError('in a thread')\n"
        "Bad()\n"
        "thread = threading.Thread(target=fall); thread.start(); thread.join()\n"
        "import logging\n"
        "own = logging.getLogger('multiprocessing'); own.propagate = False\n"
        "own.error('a child was killed')\n"
        "raise ValueError('at redis://:hunter2@host')\n"
    )
    code, lines = run(["falls"], tmp_path, PYTHONPATH=f"{tmp_path}{os.pathsep}{Path.cwd()}")
    assert code == 1
    assert {line["service"] for line in lines} == {"poll"}
    said = [str(line.get("exception", line["event"])) for line in lines]
    for place, words in enumerate(
        ("old", "in a destructor", "in a thread", "a child was killed", "redis://***@host")
    ):
        assert words in said[place]
