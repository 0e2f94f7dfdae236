"""The caps and waits of the fetcher, each just below and just above its bound."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from pipeline.errors import Permanent
from pipeline.fetch import Fetcher, Robots, TooLarge
from pipeline.fetch.connection import Body
from pipeline.fetch.folder import look
from tests.pipeline.fetch.test_fetcher import (
    BEHAVIOURS,
    BODY,
    LIMITS,
    Server,
    _answer,
    _redirect,
    _says,
)

URL = "https://karsin.example/news"


@pytest.mark.parametrize("coding", ["", "gzip"])
@pytest.mark.parametrize(("size", "whole"), [(1999, True), (2000, True), (2001, False)])
def test_a_body_may_be_as_long_as_its_cap(coding: str, size: int, whole: bool) -> None:
    """The cap itself is allowed, one byte more is not, as sent or inflated."""
    body = Body(coding, 2000, URL)
    sent = gzip.compress(b"x" * size) if coding else b"x" * size
    if not whole:
        with pytest.raises(TooLarge):
            body.feed(sent)
        return
    body.feed(sent)
    assert len(body.whole()) == size


def test_padding_behind_a_packed_body_counts_as_sent() -> None:
    """A server that pads without end would keep a worker until its deadline, at full bandwidth."""
    body = Body("gzip", 100, URL)
    body.feed(gzip.compress(BODY))
    with pytest.raises(TooLarge):
        body.feed(b"\0" * 101)


@pytest.mark.parametrize(
    ("hops", "followed"), [(LIMITS.redirects, True), (LIMITS.redirects + 1, False)]
)
def test_redirects_are_followed_up_to_their_cap(
    server: Server, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch, hops: int, followed: bool
) -> None:
    """As many as the limits say; one more is a loop for all we know."""
    for number in range(1, hops + 1):
        target = f"/hop-{number - 1}" if number > 1 else "/ok"
        monkeypatch.setitem(BEHAVIOURS, f"hop-{number}", _redirect("302 Found", target))
    if followed:
        assert len(fetcher.get(server.url(f"hop-{hops}")).redirects) == hops
        return
    with pytest.raises(Permanent, match="redirects"):
        fetcher.get(server.url(f"hop-{hops}"))


@pytest.mark.parametrize(("later", "asked"), [(599.0, 1), (601.0, 2)])
def test_robots_that_failed_are_asked_again_after_ten_minutes(
    server: Server, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch, later: float, asked: int
) -> None:
    """Until then nothing of the host is fetched, so a day would lose its news; each minute would be
    a hail.
    """
    monkeypatch.setitem(BEHAVIOURS, "robots.txt", _says(_answer("500 Oops", body=b"")))
    robots, before = Robots(fetcher), len(server.requests)
    assert not robots.allowed(server.url("story"), now=1000.0)
    assert not robots.allowed(server.url("story"), now=1000.0 + later)
    assert len(server.requests) - before == asked


@pytest.mark.parametrize(("said", "seconds"), [("59", 59.0), ("61", 60.0), ("-5", 0.0)])
def test_a_crawl_delay_counts_up_to_a_minute(
    server: Server, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch, said: str, seconds: float
) -> None:
    """Hosts that ask for hours mean crawlers of archives: a story would come a day late."""
    rules = _says(_answer(body=f"User-agent: *\nCrawl-delay: {said}\n".encode()))
    monkeypatch.setitem(BEHAVIOURS, "robots.txt", rules)
    assert Robots(fetcher).delay(server.url("story"), now=1000.0) == seconds


@pytest.mark.parametrize(("age", "read"), [(1.9, 0), (2.1, 1)])
def test_a_file_counts_as_written_after_two_seconds(tmp_path: Path, age: float, read: int) -> None:
    """An agency's writer pauses within a file for less; half a story must not go out."""
    file = tmp_path / "story.xml"
    file.write_bytes(b"<nitf/>")
    os.utime(file, (1000.0, 1000.0))
    found = look(tmp_path, (), 1000.0 + age, most=9, max_bytes=100)
    assert (len(found.files), found.waiting) == (read, 1 - read)


@pytest.mark.parametrize(("size", "fault"), [(100, ""), (101, "file over 100 bytes")])
def test_a_file_may_be_as_long_as_its_cap(tmp_path: Path, size: int, fault: str) -> None:
    """The cap itself is read; one byte more is said to be too much and not handed on cut short."""
    (tmp_path / "story.xml").write_bytes(b"x" * size)
    os.utime(tmp_path / "story.xml", (1000.0, 1000.0))
    (found,) = look(tmp_path, (), 2000.0, most=9, max_bytes=100).files
    assert (found.fault, len(found.body)) == (fault, 0 if fault else size)


@pytest.mark.parametrize(
    "name", ["story.xml.part", "story.tmp", "STORY.FILEPART", ".story.xml", "story.xml~"]
)
def test_names_of_unfinished_files_are_left_alone(tmp_path: Path, name: str) -> None:
    """Writers that rename when they are done are taken at their word, however old the file is."""
    (tmp_path / name).write_bytes(b"<nitf/>")
    os.utime(tmp_path / name, (1000.0, 1000.0))
    assert look(tmp_path, (), 2000.0, most=9, max_bytes=100).files == ()
