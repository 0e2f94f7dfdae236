"""``wiredesk explain``: no Redis, no Celery, no network but loopback."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from workers.cli import main
from workers.sample import render, stories, templates

STORY = """Rebels push into Tarsk as envoys plan Lagrad talks

By Vision Reporter

Rebels fought their way into the river town of Tarsk on Sunday, as envoys agreed to meet in Lagrad.

TARSK - Rebels fought their way into the river town of Tarsk on Sunday, as envoys agreed to meet in Lagrad next week \
to talk about a truce.

Government troops shelled the bridge through the night and lost two tanks, a local commander said by telephone.

Jets over the delta

Warplanes bombed fuel depots south of the town in at least six air strikes before dawn, residents said.

"We counted the explosions until we stopped counting," said Mirela Odan, who runs the ferry.

Talks in Lagrad

The foreign ministers of both countries will hold peace talks in Lagrad on Thursday, the UN envoy said.

Rebels push into Tarsk as envoys plan Lagrad talks
"""


def command(*args: str, given: str = "") -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(main, list(args), input=given, catch_exceptions=False)


def explained(*args: str, given: str = "") -> list[dict[str, Any]]:
    """The lines of ``explain --json``."""
    return [
        json.loads(line)
        for line in command("explain", "--json", *args, given=given).stdout.splitlines()
    ]


def test_explain_a_text_file(tmp_path: Path) -> None:
    """Headline, byline, standfirst and dateline leave the body and stand in fields; cuts name their
    rules."""
    file = tmp_path / "story.txt"
    file.write_text(STORY)
    [said] = explained(str(file))
    assert said["file"] == str(file)
    assert said["headline"] == "Rebels push into Tarsk as envoys plan Lagrad talks"
    assert said["byline"] == "Vision Reporter"
    assert said["dateline"] == {"place": "TARSK", "date": ""}
    assert said["crossheads"] == ["Jets over the delta", "Talks in Lagrad"]
    assert len(said["body"]) == 5
    assert said["body"][0].startswith("Rebels fought their way")
    assert said["body"][0].endswith("about a truce.")
    assert {cut["kind"] for cut in said["removed"]} >= {
        "headline",
        "byline",
        "dateline",
        "standfirst",
    }
    assert all(cut["rule"] and cut["text"] for cut in said["removed"])
    assert {theme["id"] for theme in said["themes"]} == {
        "ground_fighting",
        "air_campaign",
        "diplomacy",
    }
    assert all(theme["evidence"] and 0 < theme["score"] <= 1 for theme in said["themes"])
    assert said["outcome"] == "new"


def test_explain_goes_on_after_a_bad_source(tmp_path: Path) -> None:
    """A bad file is one line with its error, the rest go on, and the exit code says that one was
    bad."""
    good, empty = tmp_path / "good.txt", tmp_path / "empty.html"
    good.write_text(STORY)
    empty.write_text("")
    missing = str(tmp_path / "missing.html")
    done = command("explain", "--json", missing, str(empty), str(tmp_path), str(good))
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["file"] for line in lines] == [missing, str(empty), str(tmp_path), str(good)]
    assert ["error" in line for line in lines] == [True, True, True, False]
    assert done.exit_code == 1


def test_explain_an_item_that_is_no_story(tmp_path: Path) -> None:
    """It has the fields of a story, empty, and says why: a script reads every line alike."""
    good, digest = tmp_path / "good.txt", tmp_path / "digest.txt"
    good.write_text(STORY)
    digest.write_text(
        "News Digest\n\nHere are the latest headlines from the region\n\nRebels push into Tarsk.\n"
    )
    story, none = explained(str(good), str(digest))
    assert (none["outcome"], none["reason"]) == ("not_a_story", "coverage advisory")
    assert (none["headline"], none["body"], none["themes"], none["dateline"]) == ("", [], [], None)
    lasting = {
        "file",
        "headline",
        "body",
        "removed",
        "byline",
        "dateline",
        "agency",
        "crossheads",
        "captions",
    }
    assert lasting | {"published", "outcome", "themes", "text"} <= none.keys() & (
        story.keys() | {"published"}
    )


def test_explain_standard_input_and_page(tmp_path: Path) -> None:
    """Text and markup both come through standard input, and a page gives what its text gives."""
    [text] = explained("-", given=STORY)
    page = (
        "<html><head><title>x</title></head><body><article><h1>{}</h1>{}</article></body></html>"
    ).format(STORY.split("\n", 1)[0], "".join(f"<p>{p}</p>" for p in STORY.split("\n\n")[1:]))
    [html] = explained("-", given=page)
    for name in ("byline", "dateline", "crossheads", "body"):
        assert html[name] == text[name], name


def test_explain_for_people(tmp_path: Path) -> None:
    """The page with its cuts named, its fields and its themes with the words that say so."""
    file = tmp_path / "story.txt"
    file.write_text(STORY)
    said = command("explain", str(file)).stdout
    for words in (
        "‹byline-house›",
        "byline",
        "Vision Reporter",
        "cross-heads",
        "air_campaign",
        "air strikes",
        "relation",
    ):
        assert words in said, words


@pytest.mark.parametrize("template", templates())
def test_explain_a_page_of_every_template(tmp_path: Path, template: str) -> None:
    """Whatever the site wraps around it, a sample story comes out with its own paragraphs and
    nothing else."""
    truth = next(s for s in stories() if s.byline and s.dateline and s.crossheads)
    file = tmp_path / "page.html"
    file.write_text(render(truth, template), "utf-8")
    [said] = explained(str(file))
    assert said["body"] == list(truth.body)
    assert said["crossheads"] == [head.text for head in truth.crossheads]
    assert truth.dateline
    assert said["dateline"]["place"] == truth.dateline.place


def test_a_typed_address_is_meant_but_where_it_leads_is_judged(tmp_path: Path) -> None:
    """A typed loopback address may be asked; a page there that redirects to another private one is
    refused."""
    from http.server import BaseHTTPRequestHandler, HTTPServer
    from threading import Thread

    class Redirects(BaseHTTPRequestHandler):
        """Sends everybody to another private address."""

        def do_GET(self) -> None:
            self.send_response(302)
            self.send_header("Location", "http://10.0.0.1/inside")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Redirects)
    thread = Thread(target=server.serve_forever)
    thread.start()
    [said] = explained(f"http://127.0.0.1:{server.server_port}/")
    server.shutdown()
    thread.join()
    server.server_close()
    assert "10.0.0.1" in said["error"]
    assert "private" in said["error"] or "not a public address" in said["error"]
