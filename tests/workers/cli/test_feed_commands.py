"""`wiredesk feeds`: found, added, listed, checked, paused, resumed, polled, removed."""

from __future__ import annotations

import json
import threading
import time
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import replace
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from redis import Redis

from pipeline.schedule import NEVER, FeedState, Rhythm
from pipeline.story import Feed, utc
from workers.cli import main
from workers.feedlist import configured, put
from workers.redis.redis_index import RedisIndex
from workers.redis.redis_ledger import RedisLedger
from workers.wiring import wiring

SETTINGS = 'feeds = ["feeds.toml"]\n[[sinks]]\nname = "stories"\nkind = "jsonl"\npath = "x.jsonl"\n'
ONE = (
    '# by hand\n[[feeds]]\nid = "one" # the first\nurl = "http://127.0.0.1:9/one"\nname = '
    '"First '
    'Wire"\n'
)


def rss(*titles: str) -> str:
    """A feed of today."""
    items = "".join(
        f"<item><title>{t}</title><link>http://127.0.0.1:9/{t}</link><guid>{t}</guid>"
        f"<pubDate>{format_datetime(utc(time.time() - 600 * n))}</pubDate></item>"
        for n, t in enumerate(titles)
    )
    return (
        '<rss version="2.0"><channel><title>Harbour: World</title><language>en'
        f"</language>{items}</channel></rss>"
    )


PAGE = """<html><head>
<link rel="alternate" type="application/rss+xml" title="Comments" href="/comments.xml">
<link rel="alternate" type="application/rss+xml" title="Broken" href="/broken.xml">
<link rel="alternate" type="application/rss+xml" title="World" href="/world.xml"></head></html>"""
BODIES = {
    "/": PAGE,
    "/broken.xml": "<nothing/>",
    "/comments.xml": rss("A comment"),
    "/world.xml": rss("a", "b", "c"),
    "/bare.xml": rss("a"),
    "/plain": "<html>nothing</html>",
    "/robots.txt": "User-agent: *\nDisallow: /b",
}


class _Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = BODIES.get(self.path, "").encode()
        etag = '"x"' if self.path == "/world.xml" else ""
        same = bool(etag) and self.headers.get("If-None-Match") == etag
        self.send_response(
            301 if self.path == "/old.xml" else 304 if same else 200 if body else 404
        )
        if self.path == "/old.xml":
            self.send_header("Location", "/world.xml")
        if etag:
            self.send_header("ETag", etag)
            self.send_header("Link", '<http://127.0.0.1:9/hub>; rel="hub"')
        self.send_header(
            "Content-Type",
            "text/html" if "<html" in BODIES.get(self.path, "") else "application/rss+xml",
        )
        self.send_header("Content-Length", "0" if same else str(len(body)))
        self.end_headers()
        if not same:
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def site() -> Iterator[str]:
    """A newspaper on loopback."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A configuration with one feed, and nothing that ran."""
    (tmp_path / "pipeline.toml").write_text(SETTINGS)
    (tmp_path / "feeds.toml").write_text(ONE)
    monkeypatch.setenv("WIREDESK_CONFIG", str(tmp_path))
    monkeypatch.setenv("WIREDESK_VAR", str(tmp_path / "var"))
    wiring.cache_clear()
    yield tmp_path
    wiring.cache_clear()


@pytest.fixture
def ledger(
    home: Path, redis: Redis, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> RedisLedger:
    """The ledger of that configuration, with its feeds."""
    monkeypatch.setenv("WIREDESK_REDIS_URL", redis_url)
    wiring.cache_clear()
    found = RedisLedger(redis, RedisIndex(redis))
    put(found, configured()[0], Rhythm(), time.time())
    return found


@pytest.fixture
def wiredesk() -> Callable[..., Result]:
    """The command, in this process; it must end well unless ``code`` says else."""

    def call(*args: str, code: int = 0) -> Result:
        wiring.cache_clear()
        result = CliRunner().invoke(main, ["feeds", *args])
        assert result.exit_code == code, result.output
        return result

    return call


def rows(result: Result) -> dict[str, dict[str, Any]]:
    """What `list --json` prints, by id."""
    found = [json.loads(line) for line in result.stdout.splitlines()]
    return {row["id"]: row for row in found}


def polled(ledger: RedisLedger, **state: Any) -> FeedState:
    """Settle the one feed's poll with this state."""
    lease = ledger.claim_feed(time.time(), 60)
    assert lease
    now = time.time()
    stored = FeedState(**{"last_poll": now, "next_poll": now + 900, "last_ok": now, **state})
    ledger.settle_feed(lease, stored)
    return stored


def test_the_feed_of_a_page_is_found_and_added(
    home: Path, site: str, wiredesk: Callable[..., Result]
) -> None:
    """Of what the page names the first that can be read and is no comments; a second time it is
    refused."""
    said = wiredesk("add", site, "--dry-run").stdout
    assert "would be added" in said
    assert not (home / "feeds.local.toml").exists()
    facts = json.loads(
        wiredesk("add", site.removeprefix("http://"), "--every", "90", "--json").stdout
    )
    assert (facts["id"], facts["url"], facts["entries"]) == (
        "harbour-world",
        f"{site}/world.xml",
        3,
    )
    assert f"{site}/comments.xml" in [other["url"] for other in facts["others"]]
    [feed] = tomllib.loads((home / "feeds.local.toml").read_text())["feeds"]
    assert feed == {
        "id": "harbour-world",
        "url": f"{site}/world.xml",
        "name": "Harbour: World",
        "outlet": "Harbour: World",
        "language": "en",
        "every": 90.0,
    }
    assert [f.id for f in configured()[0]] == ["one", "harbour-world"]
    for again in (site, f"{site}/world.xml", f"{site}/old.xml"):
        assert "configured already, as 'harbour-world'" in wiredesk("add", again, code=1).stderr


def test_what_is_no_feed_is_not_added(
    home: Path, site: str, wiredesk: Callable[..., Result]
) -> None:
    """Each refusal says why, and nothing is written."""
    for url, words in (
        (f"{site}/plain", "names no feed"),
        (f"{site}/missing", "answers 404"),
        ("http://127.0.0.1:9/", "connection"),
        ("http://private.invalid/", "resolve"),
    ):
        assert words in wiredesk("add", url, code=1).stderr
    assert "is taken by" in wiredesk("add", f"{site}/bare.xml", "--id", "one", code=1).stderr
    assert "id:" in wiredesk("add", f"{site}/bare.xml", "--id", "No Good", code=1).stderr
    assert not (home / "feeds.local.toml").exists()


def test_lists_of_other_readers_come_in_and_go_out(
    home: Path, wiredesk: Callable[..., Result]
) -> None:
    """What is exported is imported elsewhere; what is there already is not added twice."""
    wiredesk("export", str(home / "out.opml"))
    assert "First Wire" in wiredesk("export").stdout
    (home / "in.opml").write_text(
        '<opml><body><outline text="First" xmlUrl="http://127.0.0.1:9/one"/><outline text="One" '
        'xmlUrl="https://b.example/"/><outline text="Bad" xmlUrl="ftp://x/"/></body></opml>'
    )
    said = wiredesk("import", str(home / "in.opml"))
    assert "1 feeds added" in said.stdout
    assert "1 were there, 1 left out" in said.stdout
    assert "Bad: 'ftp://x/'" in said.stderr
    assert "0 feeds added" in wiredesk("import", str(home / "in.opml")).stdout
    assert len(configured()[0]) == 2
    assert "no OPML" in wiredesk("import", str(home / "feeds.toml"), code=1).stderr


def test_removing_leaves_the_rest_of_the_file(home: Path, wiredesk: Callable[..., Result]) -> None:
    """Comments and other feeds stay; an OPML list is the person's own."""
    (home / "feeds.toml").write_text(
        ONE + '\n# the second\n[[feeds]]\nid = "two"\nurl = "http://127.0.0.1:9/two"\n'
    )
    wiredesk("remove", "two")
    assert "# by hand" in (home / "feeds.toml").read_text()
    assert 'id = "one" # the first' in (home / "feeds.toml").read_text()
    assert [f.id for f in configured()[0]] == ["one"]
    (home / "feeds.opml").write_text(
        '<opml><body><outline text="Three" xmlUrl="https://c.example/"/></body></opml>'
    )
    (home / "pipeline.toml").write_text(
        SETTINGS.replace('"feeds.toml"', '"feeds.toml", "feeds.opml"')
    )
    assert "an OPML list has it" in wiredesk("remove", "three", code=1).stderr
    assert "did you mean one?" in wiredesk("remove", "ome", code=1).stderr


def test_a_feed_is_reported_on(home: Path, site: str, wiredesk: Callable[..., Result]) -> None:
    """Format, caching, dates, ids, text, robots and rhythm; what can't be polled ends with 1."""
    good = json.loads(wiredesk("check", f"{site}/world.xml", "--json").stdout)
    assert (good["format"], good["entries"], good["dated"], good["with_id"]) == ("rss20", 3, 3, 3)
    assert (good["conditional"], good["text"], good["entry_every"]) == (
        "304, as it should",
        "summaries",
        None,
    )
    assert good["hub"] == "http://127.0.0.1:9/hub", "said in a header, as a poll would read it"
    assert (
        json.loads(wiredesk("check", f"{site}/old.xml", "--json").stdout)["moved_to"]
        == f"{site}/world.xml"
    )
    bare = wiredesk("check", f"{site}/bare.xml").stdout
    assert "neither ETag nor Last-Modified" in bare
    assert "answers 404" in wiredesk("check", f"{site}/missing", code=1).stderr
    assert json.loads(wiredesk("check", f"{site}/plain", "--json", code=1).stdout)["error"]
    assert "did you mean one?" in wiredesk("check", "onee", code=1).stderr


def test_the_list_before_anything_ran(home: Path, wiredesk: Callable[..., Result]) -> None:
    """What is configured is there, and new."""
    assert rows(wiredesk("list", "--json"))["one"]["health"] == "new"
    assert "1 feeds: 1 new" in wiredesk("list").stdout
    assert "nothing ran" in wiredesk("pause", "one", code=1).stderr


def test_the_list_is_of_what_runs(
    ledger: RedisLedger, home: Path, wiredesk: Callable[..., Result]
) -> None:
    """A feed that waits to be taken up, or left the files while it is polled, is told as such;
    refused files are said first."""
    ledger.schedule(
        [Feed("one", "http://127.0.0.1:9/one"), Feed("gone", "http://b.example/")], time.time()
    )
    (home / "feeds.local.toml").write_text('[[feeds]]\nid = "fresh"\nurl = "http://c.example/"\n')
    found = rows(wiredesk("list", "--json"))
    assert {feed_id: row["listed"] for feed_id, row in found.items()} == {
        "one": "polled", "gone": "removed", "fresh": "waiting",
    }  # fmt: skip
    said = " ".join(wiredesk("list").stdout.split())
    assert said.count("left the feed files") == said.count("not taken up yet") == 1
    (home / "feeds.local.toml").write_text('[[feeds]]\nid = "fresh"\nurl = "gopher://c"\n')
    refused = wiredesk("list").stdout
    assert refused.startswith("feed files are refused, the last good list is polled: ")
    assert "left the feed" not in refused


def test_feeds_of_other_files_than_those_that_run_have_no_row(
    ledger: RedisLedger, home: Path, wiredesk: Callable[..., Result]
) -> None:
    """Whoever calls beside `make run FEEDS=mine.toml` sees mine, and why not the others."""
    assert home
    ledger.schedule([Feed("mine", "http://b.example/")], time.time())
    assert list(rows(wiredesk("list", "--json"))) == ["mine"]
    said = " ".join(wiredesk("list").stdout.split())
    assert "started with other feed files" in said
    assert said.endswith("not polled are those of the files here: one")
    assert rows(wiredesk("list", "one", "--json"))["one"]["listed"] == "waiting"


def test_the_list_says_how_feeds_do(
    ledger: RedisLedger, home: Path, wiredesk: Callable[..., Result]
) -> None:
    """Health, rhythm, polls, latency, error and what was told, for people and for scripts."""
    told = ((1.0, "feed.gap", "about 3 entries may be missing"),)
    polled(
        ledger,
        failing_since=1.0,
        failures=4,
        error="HTTP 500 [x]",
        interval=120.0,
        latency=42.0,
        gaps=1,
        told=told,
    )
    (home / "feeds.local.toml").write_text(
        '[[feeds]]\nid = "fresh"\nurl = "http://127.0.0.1:9/fresh"\n'
    )
    found = rows(wiredesk("list", "--json"))
    one = found["one"]
    assert (one["health"], one["error"], one["failures"], one["latency"], one["every"]) == (
        "failing", "HTTP 500 [x]", 4, 42.0, 120.0,
    )  # fmt: skip
    assert one["last_poll"] < one["next_poll"]
    assert one["events"] == [
        {
            "at": "1970-01-01T00:00:01+00:00",
            "event": "feed.gap",
            "what": "about 3 entries may be missing",
        }
    ]
    assert list(found) == ["one", "fresh"]
    assert list(rows(wiredesk("list", "--json", "--sort", "id"))) == ["fresh", "one"]
    assert list(rows(wiredesk("list", "--json", "--only", "new"))) == ["fresh"]
    assert list(rows(wiredesk("list", "--json", "--match", "FIRST"))) == ["one"]
    assert "HTTP 500 [x]" in wiredesk("list", "one").stdout
    assert "feed.gap" in wiredesk("show", "one").stdout
    assert "did you mean one?" in wiredesk("show", "onne", code=1).stderr


def test_pausing_and_resuming(ledger: RedisLedger, wiredesk: Callable[..., Result]) -> None:
    """A paused feed is not polled, and says so; resuming takes it, or one that is gone, up
    again."""
    polled(ledger)
    wiredesk("pause", "one")
    assert rows(wiredesk("list", "--json"))["one"]["health"] == "paused"
    assert "is paused: `wiredesk feeds resume one`" in wiredesk("poll", "one", code=1).stderr
    assert "polled in" in wiredesk("resume", "one").stdout
    [stands] = ledger.standing(["one"])
    assert not stands.paused
    ledger.resume_feed(
        "one", replace(stands.state, gone=True, next_poll=NEVER, last_poll=1.0), time.time()
    )
    assert "is gone (410)" in wiredesk("poll", "one", code=1).stderr
    assert "next tick" in wiredesk("resume", "one").stdout
    assert "did you mean one?" in wiredesk("pause", "ones", code=1).stderr


def test_polling_now_respects_floor_and_server(
    ledger: RedisLedger, wiredesk: Callable[..., Result]
) -> None:
    """At once where the floor has passed; --force goes below the floor, and never below
    Retry-After."""
    polled(ledger)
    assert "its floor" in wiredesk("poll", "one").stdout
    assert "next tick" in wiredesk("poll", "one", "--force").stdout
    polled(ledger, not_before=time.time() + 500)
    assert "Retry-After" in wiredesk("poll", "one", "--force").stdout
    [stands] = ledger.standing(["one"])
    assert stands.due > time.time() + 490


def test_the_shell_completes_ids(home: Path) -> None:
    """Every command that takes an id offers those that are configured."""
    from click.shell_completion import ShellComplete

    for command in ("list", "show", "check", "pause", "resume", "poll", "remove"):
        found = ShellComplete(main, {}, "wiredesk", "_WIREDESK_COMPLETE").get_completions(
            ["feeds", command], "o"
        )
        assert [item.value for item in found] == ["one"]
