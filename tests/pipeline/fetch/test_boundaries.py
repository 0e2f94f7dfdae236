"""Every figure of a fetch: just below it, just above it, and why it stands where it stands."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.errors import Permanent, Transient
from pipeline.fetch import Fetcher, Limits, Robots, TooLarge, connection, folder
from pipeline.fetch.connection import Body, Connection, Deadline, Head, Pool, open_connection
from pipeline.fetch.fetcher import redirect_target, target_of
from tests.pipeline.fetch import test_fetcher as serving
from tests.pipeline.fetch.test_fetcher import LIMITS, Server

URL = "https://a.example/"


def test_the_limits_are_those_of_the_decisions() -> None:
    """docs/decisions.md, "Polling", gives the reason of each."""
    limits = Limits()
    assert (limits.connect, limits.idle, limits.deadline) == (10.0, 15.0, 30.0)
    assert (limits.redirects, limits.header_bytes, limits.headers) == (5, 65_536, 200)
    assert (limits.interim, limits.feed_bytes, limits.page_bytes) == (8, 8_000_000, 8_000_000)
    assert (limits.keep_alive, limits.idle_connections) == (60.0, 256)


@pytest.mark.parametrize(("size", "refused"), [(1_000, False), (1_001, True)])
@pytest.mark.parametrize("coding", ["", "gzip"])
def test_a_body_at_its_cap_is_read(size: int, refused: bool, coding: str) -> None:
    """The cap counts bytes as sent and as inflated; one more and the body is refused."""
    data = serving.gzip.compress(b"x" * size) if coding else b"x" * size
    body = Body(coding, 1_000, URL)
    if refused:
        with pytest.raises(TooLarge):
            body.feed(data)
    else:
        body.feed(data)
        assert body.whole() == b"x" * size


@pytest.mark.parametrize(("hops", "refused"), [(4, False), (5, True)])
def test_redirects_are_followed_up_to_their_cap(
    server: Server, fetcher: Fetcher, hops: int, refused: bool
) -> None:
    """LIMITS follows four; a chain that is longer is a loop as a rule."""
    for n in range(hops):
        to = f"/hop{n + 1}" if n + 1 < hops else "/ok"
        serving.BEHAVIOURS[f"hop{n}"] = serving._redirect("302 Found", to)
    if refused:
        with pytest.raises(Permanent, match="more than 4 redirects"):
            fetcher.get(server.url("hop0"))
    else:
        assert len(fetcher.get(server.url("hop0")).redirects) == hops


@pytest.mark.parametrize(("count", "refused"), [(59, False), (60, True)])
def test_headers_are_counted(server: Server, fetcher: Fetcher, count: int, refused: bool) -> None:
    """LIMITS takes sixty, Content-Length among them."""
    serving.BEHAVIOURS["count"] = serving._says(
        serving._answer("200 OK", *(f"X-{n}: 1" for n in range(count)))
    )
    if refused:
        with pytest.raises(Permanent, match="more than 60 response headers"):
            fetcher.get(server.url("count"))
    else:
        assert fetcher.get(server.url("count")).status == 200


@pytest.mark.parametrize(("count", "refused"), [(4, False), (5, True)])
def test_interim_answers_are_counted(
    server: Server, fetcher: Fetcher, count: int, refused: bool
) -> None:
    """A server may hint early, but not for ever: LIMITS takes four."""
    hint = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
    serving.BEHAVIOURS["hints"] = serving._says(hint * count + serving._answer(), keep=False)
    if refused:
        with pytest.raises(Permanent, match="more than 4 interim"):
            fetcher.get(server.url("hints"))
    else:
        assert fetcher.get(server.url("hints")).status == 200


@pytest.mark.parametrize(("size", "connections"), [(65_536, 1), (65_537, 2)])
def test_a_short_error_page_keeps_its_connection(
    server: Server, size: int, connections: int
) -> None:
    """64 KiB are sooner read than a connection made; a longer one is left where it is."""
    serving.BEHAVIOURS["error"] = serving._says(serving._answer("404 No", body=b"x" * size))
    fetcher = Fetcher(LIMITS, allow=["127.0.0.1"])
    before = server.connections
    for _ in range(2):
        assert fetcher.get(server.url("error")).status == 404
    assert server.connections - before == connections
    fetcher.close()


def test_four_addresses_of_a_host_are_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A host with many dead addresses must not use up the deadline one time-out after the other."""
    tried: list[str] = []

    def refuse(address: tuple[str, int], timeout: float) -> socket.socket:
        tried.append(address[0])
        raise OSError("refused")

    monkeypatch.setattr(connection.socket, "create_connection", refuse)
    with pytest.raises(Transient, match="no connection"):
        at = target_of("http://a.example/")
        open_connection([f"10.0.0.{n}" for n in range(5)], at, None, LIMITS, Deadline(9, URL))
    assert tried == [f"10.0.0.{n}" for n in range(4)]


@pytest.mark.parametrize(("passed", "left"), [(29.0, 1.0), (10.0, 15.0), (30.0, None)])
def test_a_deadline_caps_every_wait(
    monkeypatch: pytest.MonkeyPatch, passed: float, left: float | None
) -> None:
    """A wait takes what the deadline has left and its own cap at most; at the deadline there is
    none.
    """
    clock = [0.0]
    monkeypatch.setattr(connection.time, "monotonic", lambda: clock[0])
    deadline = Deadline(30.0, URL)
    clock[0] = passed
    if left is None:
        with pytest.raises(Transient, match="deadline passed"):
            deadline.left(15.0)
    else:
        assert deadline.left(15.0) == left


@pytest.mark.parametrize(("idle", "taken"), [(59.9, True), (60.0, False)])
def test_a_connection_is_kept_for_a_minute(
    monkeypatch: pytest.MonkeyPatch, idle: float, taken: bool
) -> None:
    """Most servers close theirs after a minute or sooner; an older one is closed, not tried."""
    ours, theirs = socket.socketpair()
    pool, key = Pool(4, 60.0), ("http", "a.example", 80)
    kept = Connection(ours, LIMITS)
    monkeypatch.setattr(Connection, "again", lambda _: True)
    pool.give(key, kept)
    kept.idle_since = time.monotonic() - idle
    assert (pool.take(key) is kept) is taken
    ours.close()
    theirs.close()


@pytest.mark.parametrize(("count", "kept"), [(4, True), (5, False)])
def test_the_longest_idle_connection_goes_first(
    monkeypatch: pytest.MonkeyPatch, count: int, kept: bool
) -> None:
    """A pool of four closes the first of five."""
    pairs = [socket.socketpair() for _ in range(count)]
    monkeypatch.setattr(Connection, "again", lambda _: True)
    pool = Pool(4, 60.0)
    for n, (ours, _) in enumerate(pairs):
        pool.give(("http", f"{n}.example", 80), Connection(ours, LIMITS))
    assert (pairs[0][0].fileno() != -1) is kept
    pool.close()
    assert all(ours.fileno() == -1 for ours, _ in pairs)
    for _, theirs in pairs:
        theirs.close()


# --------------------------------------------------------------------------- robots.txt


@pytest.fixture
def robots_txt(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[bytes]]:
    """The answers that robots.txt gives, the last one for good."""
    answers: list[bytes] = []

    def behave(peer: socket.socket, _head: str) -> bool:
        peer.sendall(answers.pop(0) if len(answers) > 1 else answers[0])
        return False

    monkeypatch.setitem(serving.BEHAVIOURS, "robots.txt", behave)
    yield answers


@pytest.mark.parametrize(("asked", "delay"), [("59", 59.0), ("61", 60.0)])
def test_a_crawl_delay_is_a_minute_at_most(
    server: Server, fetcher: Fetcher, robots_txt: list[bytes], asked: str, delay: float
) -> None:
    """Some say a day; with a minute a host of sixty stories is read in an hour."""
    robots_txt.append(serving._answer(body=f"User-agent: *\nCrawl-delay: {asked}".encode()))
    assert Robots(fetcher).delay(server.url("story"), 1_000.0) == delay


@pytest.mark.parametrize(
    ("first", "later", "allowed"),
    [
        ("503 Busy", 599.0, False),  # ten minutes of nothing, then it is asked again
        ("503 Busy", 601.0, True),
        ("429 Slow", 599.0, False),
        ("429 Slow", 601.0, True),
        ("404 None", 86_399.0, True),
        ("499 None", 601.0, True),
    ],
)
def test_an_unreachable_robots_txt_is_asked_again_in_ten_minutes(
    server: Server,
    fetcher: Fetcher,
    robots_txt: list[bytes],
    first: str,
    later: float,
    allowed: bool,
) -> None:
    """RFC 9309: 5xx and 429 forbid everything until the file is there, other 4xx allow everything
    for a day.
    """
    robots_txt += [serving._answer(first, body=b""), serving._answer(body=b"")]
    robots = Robots(fetcher)
    robots.allowed(server.url("story"), 1_000.0)
    assert robots.allowed(server.url("story"), 1_000.0 + later) is allowed


@pytest.mark.parametrize(("later", "allowed"), [(86_399.0, True), (86_401.0, False)])
def test_a_robots_txt_holds_for_a_day(
    server: Server, fetcher: Fetcher, robots_txt: list[bytes], later: float, allowed: bool
) -> None:
    """RFC 9309 section 2.4: not longer than a day."""
    forbids = b"User-agent: *\nDisallow: /"
    robots_txt += [serving._answer(body=b""), serving._answer(body=forbids)]
    robots = Robots(fetcher)
    robots.allowed(server.url("story"), 1_000.0)
    assert robots.allowed(server.url("story"), 1_000.0 + later) is allowed


@pytest.mark.parametrize(("size", "allowed"), [(511_000, False), (512_100, True)])
def test_half_a_megabyte_of_robots_txt_is_read(
    server: Server, fetcher: Fetcher, robots_txt: list[bytes], size: int, allowed: bool
) -> None:
    """RFC 9309 section 2.5 asks for 500 KiB at least; a longer one is no rule that anybody
    wrote.
    """
    text = b"User-agent: *\nDisallow: /\n#" + b"x" * (size - 30)
    robots_txt.append(serving._answer(body=text))
    assert Robots(fetcher).allowed(server.url("story"), 1_000.0) is allowed


# --------------------------------------------------------------------------- folders


@pytest.mark.parametrize(("age", "files"), [(1.9, 0), (2.1, 1)])
def test_a_file_is_complete_after_two_seconds(tmp_path: Path, age: float, files: int) -> None:
    """Writers that stop for two seconds have finished; those that rename are taken at their
    word.
    """
    now = 1_795_000_000.0
    (tmp_path / "a.xml").write_bytes(b"x")
    os.utime(tmp_path / "a.xml", (now - age, now - age))
    found = folder.look(tmp_path, (), now, most=9, max_bytes=9)
    assert (len(found.files), found.waiting) == (files, 1 - files)


@pytest.mark.parametrize(("size", "fault"), [(9, ""), (10, "file over 9 bytes")])
def test_a_file_has_its_cap(tmp_path: Path, size: int, fault: str) -> None:
    """A file at the cap is read; one byte more and it is named, and left out of memory."""
    (tmp_path / "a.xml").write_bytes(b"x" * size)
    os.utime(tmp_path / "a.xml", (1.0, 1.0))
    [found] = folder.look(tmp_path, (), 100.0, most=9, max_bytes=9).files
    assert (found.fault, len(found.body)) == (fault, 0 if fault else size)


# ------------------------------ what a status means


@pytest.mark.parametrize(
    ("status", "leads"),
    [
        *((300, False), (301, True), (302, True), (303, True), (304, False), (305, False)),
        *((306, False), (307, True), (308, True), (309, False), (200, False)),
    ],
)
def test_which_statuses_are_redirects(status: int, leads: bool) -> None:
    """Five statuses of RFC 9110 lead on; 300 offers a choice, 304 to 306 mean something else."""
    at = target_of("https://a.example/x/y")
    found = redirect_target(at, Head(status, {"location": "z"}))
    assert found == ("https://a.example/x/z" if leads else "")


@pytest.mark.parametrize(
    ("status", "later"),
    [
        *((404, False), (408, True), (418, False), (425, True), (429, True), (451, False)),
        *((500, True), (501, False), (502, True), (503, True), (504, True), (505, False)),
    ],
)
def test_which_pages_are_tried_again(
    server: Server, fetcher: Fetcher, status: int, later: bool
) -> None:
    """Time-outs, rates and faults of the server pass; what it refuses or does not know stays."""
    serving.BEHAVIOURS["status"] = serving._says(serving._answer(f"{status} Word", body=b""))
    if later:
        with pytest.raises(Transient, match="not served now"):
            fetcher.page(server.url("status"))
    else:
        assert fetcher.page(server.url("status")).status == status


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("", True),
        ("text/html", True),
        ("TEXT/HTML; charset=x", True),
        ("application/xhtml+xml", True),
        ("text/plain", True),
        ("application/json", True),
        ("text/css", False),
        ("image/png", False),
        ("application/pdf", False),
    ],
)
def test_which_types_may_be_pages(server: Server, fetcher: Fetcher, kind: str, text: bool) -> None:
    """A page without a type is believed to be one; anything that holds no text is not read."""
    headers = [f"Content-Type: {kind}"] if kind else []
    serving.BEHAVIOURS["type"] = serving._says(serving._answer("200 OK", *headers, body=b"x"))
    page = fetcher.page(server.url("type"))
    assert (page.body, bool(page.note)) == ((b"x", False) if text else (b"", True))


@pytest.mark.parametrize(
    ("status", "asked"), [("302 Found", 1), ("303 See", 1), ("307 Again", 2), ("308 Moved", 2)]
)
def test_a_form_is_sent_on_where_the_method_is_kept(
    server: Server, fetcher: Fetcher, status: str, asked: int
) -> None:
    """307 and 308 keep the method and the form; after a 302 a POST would become a GET."""
    serving.BEHAVIOURS["form"] = serving._redirect(status, "/ok")
    before = len(server.requests)
    fetcher.post(server.url("form"), {"hub.mode": "subscribe"}, deadline=5.0)
    requests = [head for head in server.requests[before:] if head.startswith("POST")]
    assert len(requests) == asked
    assert all("Content-Type: application/x-www-form-urlencoded" in head for head in requests)


@pytest.mark.parametrize(
    ("name", "files"),
    [("a.xml", 1), (".a.xml", 0), ("a.tmp", 0), ("A.PART", 0), ("a.xml~", 0), ("a.tmp.xml", 1)],
)
def test_names_of_unfinished_files(tmp_path: Path, name: str, files: int) -> None:
    """Writers use a dot before or an ending of these until the file is whole."""
    (tmp_path / name).write_bytes(b"x")
    os.utime(tmp_path / name, (1.0, 1.0))
    assert len(folder.look(tmp_path, (), 100.0, most=9, max_bytes=9).files) == files


def test_the_oldest_files_come_first(tmp_path: Path) -> None:
    """Of three files two are read; the third waits and is counted."""
    for n, name in enumerate(("c.xml", "a.xml", "b.xml")):
        (tmp_path / name).write_bytes(b"x")
        os.utime(tmp_path / name, (10.0 + n, 10.0 + n))
    found = folder.look(tmp_path, (), 100.0, most=2, max_bytes=9)
    assert [file.path.name for file in found.files] == ["c.xml", "a.xml"]
    assert (found.waiting, len(found.present)) == (1, 3)
    assert found.files[0].age == 90.0
    again = folder.look(tmp_path, {file.mark for file in found.files}, 100.0, most=2, max_bytes=9)
    assert [file.path.name for file in again.files] == ["b.xml"]
