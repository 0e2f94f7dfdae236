"""Log lines: one form for everybody, ids on each, and nothing unsafe or secret in any."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from workers import logs


@pytest.fixture(autouse=True)
def _own_logging() -> Iterator[None]:
    root = logging.getLogger()
    kept = root.handlers[:], root.level
    yield
    root.handlers[:], level = kept
    root.setLevel(level)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    """What was logged, as JSON."""
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_one_chain_for_all(capsys: pytest.CaptureFixture[str]) -> None:
    """A library's line has the form of our own, with the ids that are bound."""
    logs.configure("json", "info")
    logs.bind(story="abc", feed="one")
    logs.get_logger("wiredesk").info("story", outcome="new")
    logging.getLogger("kombu").warning("connection %s", "lost")
    logs.unbind("story", "feed")
    logging.getLogger("kombu").warning("connection back")
    ours, theirs, after = lines(capsys)
    assert (ours["event"], ours["outcome"], ours["story"], ours["feed"]) == (
        "story",
        "new",
        "abc",
        "one",
    )
    assert (theirs["event"], theirs["story"], theirs["level"]) == (
        "connection lost",
        "abc",
        "warning",
    )
    assert "story" not in after


def test_secrets_never_appear(capsys: pytest.CaptureFixture[str]) -> None:
    """Passwords in URLs and fields named as secrets are struck out, wherever they stand."""
    logs.configure("json", "info")
    logs.get_logger("wiredesk").info(
        "x", url="redis://user:hunter2@host/0", token="hunter2", more={"api_key": "hunter2", "u": ["http://a:hunter2@b"]},
        page="https://x.example/?q=1&access_token=hunter2",
    )  # fmt: skip
    logging.getLogger("lib").warning("at redis://:hunter2@host")
    assert "hunter2" not in capsys.readouterr().err


def test_console_line_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """In a terminal a newline and an escape in a field don't break the line."""
    logs.configure("console", "info")
    logs.get_logger("wiredesk").info("story", headline="one\ntwo\x1b[31m red")
    logging.getLogger("lib").warning("three\nfour")
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 2
    assert "\x1b[31m red" not in said[0]


def test_exception_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    """A failure's traceback is in its line."""
    logs.configure("json", "info")
    try:
        int("bad markup")
    except ValueError:
        logs.get_logger("wiredesk").exception("story.failed")
    [line] = lines(capsys)
    assert "bad markup" in str(line["exception"])
