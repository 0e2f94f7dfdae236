"""The sample wire on loopback: validators, statuses, growth and its life as a process."""

from __future__ import annotations

import gzip
import json
import os
import re
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping

import pytest

from pipeline.story import OutcomeKind
from pipeline.text import fold
from tests.workers.sample.asking import BY_ID, WITH_PAGE, ask, feed_url, shown
from workers.sample import SampleStory, Wire, expected, sample, serve, stories
from workers.sample.load import SAMPLE
from workers.sample.pages import page_path


@pytest.mark.parametrize("outlet", sorted(sample().outlets))
def test_unchanged_feeds_answer_304(wire: Wire, outlet: str) -> None:
    """Sent back byte for byte, whichever validator the feed offers spares the body."""
    _, headers, _ = ask(feed_url(wire, outlet))
    validators = sample().outlets[outlet].validators
    assert bool(headers["ETag"]) is (validators != "modified")
    assert bool(headers["Last-Modified"]) is (validators != "etag")
    if headers["ETag"]:
        assert ask(feed_url(wire, outlet), If_None_Match=headers["ETag"])[0] == 304
    if headers["Last-Modified"]:
        status, _, body = ask(feed_url(wire, outlet), If_Modified_Since=headers["Last-Modified"])
        assert (status, body) == (304, b"")


@pytest.mark.parametrize(
    "headers",
    [
        {"If_None_Match": '"other"'},
        {"If_None_Match": '"other"', "If_Modified_Since": "Fri, 01 Jan 2100 00:00:00 GMT"},
        {"If_Modified_Since": "Wed, 01 Jan 2020 00:00:00 GMT"},
        {"If_Modified_Since": "not a date"},
    ],
)
def test_other_validators_get_the_feed(wire: Wire, headers: dict[str, str]) -> None:
    """A validator that does not match is answered in full, and If-None-Match outranks
    If-Modified-Since."""
    status, _, body = ask(feed_url(wire, "meridian"), **headers)
    assert status == 200
    assert body.startswith(b"<?xml")


@pytest.mark.parametrize("story", WITH_PAGE, ids=lambda s: s.id)
def test_every_page_is_served(wire: Wire, story: SampleStory) -> None:
    """A story's page is answered with its headline, in the character set its header or meta tag
    names."""
    status, headers, body = ask(f"{wire.url}/{page_path(story)}?utm_source=rss")
    charset = re.search(r"charset=([\w-]+)", headers["Content-Type"]) or re.search(
        rb"charset=([\w-]+)", body
    )
    assert charset
    name = charset[1] if isinstance(charset[1], str) else charset[1].decode()
    assert status == 200
    assert fold(BY_ID[story.id].printed) in shown(body.decode(name))


def test_pages_that_are_not_to_be_had(wire: Wire) -> None:
    """One link answers 404, one 403 and one redirects to its page."""
    told = {s.page: s for s in stories() if s.page != "ok"}
    assert ask(f"{wire.url}/{page_path(told['404'])}")[0] == 404
    assert ask(f"{wire.url}/{page_path(told['403'])}")[0] == 403
    status, _, body = ask(f"{wire.url}/go/{told['redirect'].id}")
    assert status == 200
    assert fold(told["redirect"].headline) in shown(body.decode())


def test_pages_come_packed_where_asked(wire: Wire) -> None:
    """A client that accepts gzip gets the same page packed."""
    url = f"{wire.url}/{page_path(BY_ID['karsin-bridge'])}"
    _, headers, packed = ask(url, Accept_Encoding="gzip")
    assert headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed) == ask(url)[2]


def test_one_page_is_in_the_feed_twice(wire: Wire) -> None:
    """The second listing of a page links to the same page: a refetch, whichever entry comes
    first."""
    first, second = BY_ID["telbarud-twice-a"], BY_ID["telbarud-twice-b"]
    assert page_path(first) == page_path(second)
    assert second.outcome is OutcomeKind.UNCHANGED
    assert first.body == second.body


def test_grows_one_entry_at_a_time() -> None:
    """Entries appear oldest first, one every so many seconds, and each one outdates its feed's
    validators."""
    now = [0.0]
    offered: Counter[str] = Counter()
    before: dict[str, Mapping[str, str]] = {}
    with serve(grow=10.0, clock=lambda: now[0]) as wire:
        for step, story in enumerate(stories()):
            now[0] = 10.0 * step
            offered[story.outlet] += 1
            url, old = feed_url(wire, story.outlet), before.get(story.outlet, {})
            assert ask(url, If_None_Match=old.get("ETag") or '"none"')[0] == 200
            if old.get("Last-Modified"):
                assert ask(url, If_Modified_Since=old["Last-Modified"])[0] == 200
            _, before[story.outlet], body = ask(url)
            assert (
                len(re.findall(rb'<item[ >]|<entry>|<url>|"date_published"', body))
                == offered[story.outlet]
            )


def test_closing_frees_the_port() -> None:
    """A closed wire can be closed again, and opened again on its port."""
    first = serve()
    first.close()
    first.close()
    with serve(port=first.port) as again:
        assert again.port == first.port
        assert ask(f"{again.url}/robots.txt")[0] == 200


def test_a_taken_port_is_refused(wire: Wire) -> None:
    """Two wires cannot share a port: the second says so at once."""
    with pytest.raises(OSError, match="in use"):
        serve(port=wire.port)


def run(*args: str) -> subprocess.Popen[str]:
    """The sample wire as a process of its own."""
    root = str(SAMPLE.parents[1])
    return subprocess.Popen(
        [sys.executable, "-m", "workers.sample", *args],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=root,
        env={**os.environ, "PYTHONPATH": root},
    )


def test_as_a_process_it_serves_and_ends_on_sigterm() -> None:
    """Under a supervisor it says where it listens, answers, and ends cleanly when told to."""
    with run("--port", "0") as process:
        assert process.stdout
        url = process.stdout.readline().strip().removeprefix("sample wire at ")
        assert ask(f"{url}/rss/meridian.xml")[0] == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=5) == 0


def test_the_command_prints_what_to_expect() -> None:
    """``--expect`` prints the sums as JSON."""
    with run("--expect") as process:
        text, _ = process.communicate(timeout=20)
    assert json.loads(text) == expected().to_dict()
