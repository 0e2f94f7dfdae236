"""The sample wire: what is told is what is served, and every entry has an expected end."""

from __future__ import annotations

import dataclasses
import gzip
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tomllib
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

import feedparser
import pytest
import trafilatura
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html

from pipeline.story import CrossHead, Dateline, Feed, OutcomeKind, RelationKind
from pipeline.text import fold, words
from workers.sample import (
    Furniture,
    SampleFault,
    SampleStory,
    Wire,
    expected,
    load,
    render,
    sample,
    serve,
    stories,
    templates,
)
from workers.sample.lines import lines
from workers.sample.load import SAMPLE
from workers.sample.pages import page_path

CONFIG = SAMPLE.parent
BY_ID: Mapping[str, SampleStory] = {s.id: s for s in stories()}
WITH_PAGE = [s for s in stories() if s.body and s.page in {"ok", "redirect"}]


@pytest.fixture(scope="module")
def wire() -> Iterator[Wire]:
    """A sample wire on a free loopback port."""
    with serve() as running:
        yield running


def ask(url: str, **headers: str) -> tuple[int, Mapping[str, str], bytes]:
    """GET without following anything surprising; an error status is an answer too."""
    request = urllib.request.Request(url, headers={k.replace("_", "-"): v for k, v in headers.items()})
    try:
        with urllib.request.urlopen(request, timeout=5) as reply:
            return reply.status, reply.headers, reply.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read()


def feed_url(wire: Wire, outlet: str) -> str:
    return f"{wire.url}/{sample().outlets[outlet].path}"


def shown(page: str) -> str:
    """What a reader sees: the page's text without markup, scripts and styles, folded."""
    tree = lxml_html.fromstring(page)
    for hidden in tree.xpath("//script|//style|//title"):
        hidden.drop_tree()
    return fold(" ".join(tree.itertext()))


# ------------------------------------------------------------------------------------------- the stories


def test_is_as_large_and_varied_as_promised() -> None:
    """At least 64 entries, ten copies under other headlines, four truncated ones and three sequences."""
    told = Counter(s.relation for s in stories())
    assert len(stories()) >= 64
    assert told[RelationKind.COPY] + told[RelationKind.EXACT] >= 10
    assert told[RelationKind.TRUNCATED] >= 4
    assert len({root(s) for s in stories() if s.relation in {RelationKind.VERSION, RelationKind.CORRECTION}}) >= 3
    assert told[RelationKind.WITHDRAWAL] >= 2
    assert len({s.dateline_style for s in stories() if s.dateline}) >= 12
    assert {len(s.themes) for s in stories() if s.outcome is OutcomeKind.NEW} == {0, 1, 2, 3}


def root(story: SampleStory) -> str:
    while story.of:
        story = BY_ID[story.of]
    return story.id


def test_new_stories_are_of_a_real_length() -> None:
    """A body has 100 to 600 words, so that near-duplicate look-up meets stories and not notes."""
    for story in stories():
        if story.relation is RelationKind.NEW and story.outcome is OutcomeKind.NEW:
            assert 100 <= len(words(" ".join(story.body))) <= 600, story.id


def shingles(story: SampleStory) -> set[tuple[str, ...]]:
    told = words(" ".join(story.body))
    return {tuple(told[i : i + 5]) for i in range(len(told) - 4)}


def test_no_two_new_stories_share_copy() -> None:
    """Different stories stay different: hardly a shingle of five words is in two of them."""
    apart = [s for s in stories() if s.outcome is OutcomeKind.NEW]
    prints = {s.id: shingles(s) for s in apart}
    for i, one in enumerate(apart):
        for other in apart[i + 1 :]:
            a, b = prints[one.id], prints[other.id]
            assert len(a & b) <= 0.03 * min(len(a), len(b)), (one.id, other.id)


@pytest.mark.parametrize("story", [s for s in stories() if s.outcome is OutcomeKind.COPY], ids=lambda s: s.id)
def test_copies_hold_their_original(story: SampleStory) -> None:
    """A copy's shingles are nearly all in the story it is a copy of, and its headline is another one."""
    copy, original = shingles(story), shingles(BY_ID[story.of])
    assert len(copy & original) >= 0.9 * len(copy)
    assert fold(story.headline) != fold(BY_ID[story.of].headline)


def test_later_entries_come_later() -> None:
    """A version, copy or withdrawal is published after the story it is of."""
    for story in stories():
        if story.of:
            assert story.published > BY_ID[story.of].published, story.id


def test_standfirsts_repeat_the_lead_somewhere() -> None:
    """At least four papers print their standfirst from the lead, word for word."""
    repeats = [s for s in stories() if s.standfirst and fold(s.body[0]).startswith(fold(s.standfirst).rstrip("."))]
    assert len(repeats) >= 4


# ------------------------------------------------------------------------------------------- the pages


@pytest.mark.parametrize("template", sorted(templates()))
def test_every_template_is_complete(template: str) -> None:
    """A page has its story once whatever the template: headline, every line in order and the site's own chrome."""
    story = BY_ID["karsin-bridge-update-2"]
    text = shown(render(story, template))
    assert fold(story.printed) in text
    at = -1
    for line in lines(story):
        found = text.find(fold(line.text), at + 1)
        assert found > at, line
        at = found
    assert len(re.findall(r'href="/elsewhere/', render(BY_ID["orchard-frost"], template))) == 4


@pytest.mark.parametrize("story", WITH_PAGE, ids=lambda s: s.id)
def test_pages_carry_their_furniture(story: SampleStory) -> None:
    """What a story says is wrapped around it really stands on its page, teasers as links."""
    outlet = sample().outlets[story.outlet]
    page = render(story, outlet=outlet)
    text = shown(page)
    for piece in story.furniture:
        assert fold(piece.text) in text
        for item in piece.items:
            assert re.search(rf"<a [^>]*>{re.escape(item)}</a>", page), item
    if story.dateline:
        assert fold(story.dateline.text) in text


@pytest.mark.parametrize("story", WITH_PAGE, ids=lambda s: s.id)
def test_trafilatura_finds_the_body(story: SampleStory) -> None:
    """The pages are such as an extractor meets: at least nine in ten paragraphs come out of its own template."""
    assert found(story, story.template or sample().outlets[story.outlet].template) >= 0.9


@pytest.mark.parametrize("template", sorted(templates()))
def test_trafilatura_finds_any_body_in_any_template(template: str) -> None:
    """A story with cross-heads, captions and teasers can be found in every template."""
    for name in ("halm-front-night", "dahra-three", "telbarud-twice-a", "cancer-battle"):
        assert found(BY_ID[name], template) >= 0.9, name


def found(story: SampleStory, template: str) -> float:
    """The share of the story's paragraphs that stand in what trafilatura takes from its page."""
    page = render(story, template, outlet=sample().outlets[story.outlet])
    text = fold(trafilatura.extract(page, include_comments=False, fast=True) or "")
    return sum(fold(p) in text for p in story.body) / len(story.body)


def test_renders_a_story_made_up_by_a_test() -> None:
    """Any SampleStory can be wrapped in any template, with nothing of the sample wire around it."""
    story = SampleStory(
        id="mine",
        outlet="nowhere",
        headline="Tide & <time>",
        body=("One paragraph.", "Another."),
        crossheads=(CrossHead("Between", 1),),
        dateline=Dateline("ADEN", "", "ADEN (AP) — "),
        furniture=(Furniture("byline", "By A. Writer", "head"),),
    )
    for template in templates():
        text = shown(render(story, template))
        assert "tide & <time>" in text
        assert fold("By A. Writer") in text
        assert text.index("one paragraph.") < text.index("between") < text.index("another.")


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp", "Zs")), max_size=40))
def test_no_text_breaks_out_of_a_page(text: str) -> None:
    """Whatever a story says is text on the page, never markup."""
    story = SampleStory(id="any", outlet="x", headline=f"h {text}<script>x</script>", body=(f"<b>{text}</b> end.",))
    tree = lxml_html.fromstring(render(story, "broadsheet"))
    assert not tree.xpath("//article//script|//article//b")
    assert any("<b>" in t for t in tree.itertext())


def test_glued_furniture_has_no_line_of_its_own() -> None:
    """A glued credit ends the last paragraph; a glued caption opens the next one without a space."""
    story = SampleStory(
        id="glue",
        outlet="x",
        headline="h",
        body=("First.", "Second."),
        furniture=(
            Furniture("caption", "A picture", 1, glued=True),
            Furniture("credit", "(Reporting by B)", "tail", glued=True),
        ),
    )
    assert [line.text for line in lines(story)] == ["First.", "A pictureSecond. (Reporting by B)"]


# ------------------------------------------------------------------------------------------- the feeds


@pytest.mark.parametrize("outlet", sorted(sample().outlets))
def test_feeds_offer_their_stories_newest_first(wire: Wire, outlet: str) -> None:
    """Each feed parses and names every story of its outlet, the newest first."""
    _, headers, body = ask(feed_url(wire, outlet))
    titles, links = PARSERS.get(sample().outlets[outlet].format, parse_xml)(body)
    mine = [s for s in reversed(stories()) if s.outlet == outlet]
    assert [t for t in titles if t] == [s.printed for s in mine if s.printed]
    assert len(links) == len(mine)
    assert all(link.startswith(wire.url) for link in links if link)
    assert "xml" in headers["Content-Type"] or "json" in headers["Content-Type"]


def parse_xml(body: bytes) -> tuple[list[str], list[str]]:
    parsed = feedparser.parse(body, sanitize_html=False, resolve_relative_uris=False)
    assert not parsed.bozo, parsed.get("bozo_exception")
    return [e.get("title", "") for e in parsed.entries], [e.get("link", "") for e in parsed.entries]


def parse_json(body: bytes) -> tuple[list[str], list[str]]:
    told = json.loads(body)
    assert told["version"] == "https://jsonfeed.org/version/1.1"
    return [i.get("title", "") for i in told["items"]], [i.get("url", "") for i in told["items"]]


def parse_sitemap(body: bytes) -> tuple[list[str], list[str]]:
    names = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "n": "http://www.google.com/schemas/sitemap-news/0.9"}
    urls = ET.fromstring(body).findall("s:url", names)
    return [u.findtext(".//n:title", "", names) for u in urls], [u.findtext("s:loc", "", names) for u in urls]


PARSERS: Mapping[str, Callable[[bytes], tuple[list[str], list[str]]]] = {"json": parse_json, "sitemap": parse_sitemap}


def test_full_text_feed_brings_the_body(wire: Wire) -> None:
    """The feed marked full_text carries every paragraph in content:encoded, so no page need be fetched."""
    entries = feedparser.parse(ask(feed_url(wire, "northstar"))[2]).entries
    mine = [s for s in reversed(stories()) if s.outlet == "northstar"]
    for entry, story in zip(entries, mine, strict=True):
        text = fold(" ".join(lxml_html.fromstring(entry.content[0].value).itertext()))
        assert all(fold(p) in text for p in story.body), story.id


def test_story_without_page_has_its_text_in_the_feed(wire: Wire) -> None:
    """The entry without a link brings its whole text."""
    items = {i["id"]: i for i in json.loads(ask(feed_url(wire, "beacon"))[2])["items"]}
    story = BY_ID["text-without-page"]
    [item] = [i for i in items.values() if i["title"] == story.printed]
    assert "url" not in item
    assert all(fold(p) in fold(item["content_html"]) for p in story.body)


def test_dates_without_a_zone_are_local(wire: Wire) -> None:
    """The portal prints local time and no zone; read in the feed's time zone it is when the story was published."""
    outlet = sample().outlets["deccan"]
    entry = feedparser.parse(ask(feed_url(wire, "deccan"))[2]).entries[0]
    story = next(s for s in reversed(stories()) if s.outlet == "deccan")
    local = story.published.astimezone(ZoneInfo(outlet.timezone))
    assert entry.published == local.strftime("%a, %d %b %Y %H:%M:%S")


# ------------------------------------------------------------------------------------------- the server


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
    """A validator that does not match is answered in full, and If-None-Match outranks If-Modified-Since."""
    status, _, body = ask(feed_url(wire, "meridian"), **headers)
    assert status == 200
    assert body.startswith(b"<?xml")


@pytest.mark.parametrize("story", WITH_PAGE, ids=lambda s: s.id)
def test_every_page_is_served(wire: Wire, story: SampleStory) -> None:
    """A story's page is answered with its headline, in the character set its header or meta tag names."""
    status, headers, body = ask(f"{wire.url}/{page_path(story)}?utm_source=rss")
    charset = re.search(r"charset=([\w-]+)", headers["Content-Type"]) or re.search(rb"charset=([\w-]+)", body)
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
    """The second listing of a page links to the same page: a refetch, whichever entry comes first."""
    first, second = BY_ID["telbarud-twice-a"], BY_ID["telbarud-twice-b"]
    assert page_path(first) == page_path(second)
    assert second.outcome is OutcomeKind.UNCHANGED
    assert first.body == second.body


def test_grows_one_entry_at_a_time() -> None:
    """With a long growth only the oldest entry is there at first, and its feed's validators are those of that state."""
    oldest = stories()[0]
    with serve(grow=3600.0) as wire, serve() as whole:
        counts = [ask(feed_url(wire, o))[2].count(b"<title>") for o in ("meridian", "coral")]
        assert oldest.outlet == "coral"
        assert ask(feed_url(wire, "coral"))[2].count(b"<news:title>") == 1
        assert counts[0] == 1  # the channel's own
        assert ask(feed_url(wire, "coral"))[1]["ETag"] != ask(feed_url(whole, "coral"))[1]["ETag"]


def test_closing_frees_the_port() -> None:
    """A closed wire can be opened again on its port."""
    first = serve()
    first.close()
    with serve(port=first.port) as again:
        assert again.port == first.port
        assert ask(f"{again.url}/robots.txt")[0] == 200


def test_a_taken_port_is_refused(wire: Wire) -> None:
    """Two wires cannot share a port: the second says so at once."""
    with pytest.raises(OSError, match="in use"):
        serve(port=wire.port)


def run(*args: str) -> subprocess.Popen[str]:
    root = str(CONFIG.parent)
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


# ------------------------------------------------------------------------------------------- the sums


def test_every_entry_is_accounted_for() -> None:
    """The sums over outcomes and over feeds are the number of entries, and delivered ones have one relation each."""
    told = expected()
    assert told.entries == len(stories()) == sum(told.outcomes.values()) == sum(told.feeds.values())
    assert sum(told.relations.values()) == told.delivered + told.outcomes["unchanged"]
    assert set(told.feeds) == set(sample().outlets)
    assert told.outcomes["broken_entry"] >= 2
    assert told.outcomes["not_a_story"] >= 1
    assert told.outcomes["no_page"] == 1


def test_the_sums_follow_the_stories() -> None:
    """A story less is an entry less, and its themes are gone from the sums."""
    rest = [s for s in stories() if s.id != "dahra-three"]
    before, after = expected(), expected(rest)
    assert after.entries == before.entries - 1
    for theme in ("ground", "air", "diplomacy"):
        assert after.themes_new[theme] == before.themes_new[theme] - 1


# ------------------------------------------------------------------------------------------- the files


def test_the_feed_list_names_every_outlet(wire: Wire) -> None:
    """feeds.sample.toml lists each outlet's feed as the server offers it, with keys a Feed has."""
    listed = read_feeds(CONFIG / "feeds.sample.toml")
    assert [f["id"] for f in listed] == list(sample().outlets)
    for told in listed:
        outlet = sample().outlets[told["id"]]
        assert told["url"] == "http://{sample}/" + outlet.path
        assert told["timezone"] == outlet.timezone
        assert ask(told["url"].replace("{sample}", wire.url.removeprefix("http://")))[0] == 200
    assert [f["id"] for f in listed if f.get("full_text")] == ["northstar"]


def test_the_world_list_is_well_formed() -> None:
    """feeds.world.toml lists real feeds over https, each once, with a zone that exists."""
    listed = read_feeds(CONFIG / "feeds.world.toml")
    assert len(listed) >= 15
    assert len({f["id"] for f in listed}) == len({f["url"] for f in listed}) == len(listed)
    for told in listed:
        assert told["url"].startswith("https://")
        assert ZoneInfo(told["timezone"])


def read_feeds(path: Path) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8"))["feeds"]
    assert all(Feed(**told) for told in listed)
    return listed


FAULTS = """
[[story]]
id = "a"
outlet = "nowhere"
published = 2025-10-13T05:40:00Z
headline = "A"
body = "One."
colour = "red"

[[story]]
id = "b"
outlet = "meridian"
published = 2025-10-13T05:40:00Z
headline = "B"
from = "missing"
as = "sideways"
furniture = [{ kind = "sofa" }]

[[story]]
id = "c"
outlet = "meridian"
published = 2025-10-13T05:40:00Z
headline = "C"
body = "One."

[[story]]
id = "d"
outlet = "meridian"
published = 2025-10-13T06:40:00Z
headline = "D"
from = "c"
as = "copy"
dateline = { place = "X", style = "semaphore" }
[story.edits]
drop = [7]
replace = [["absent", "present"]]
polish = true
"""


def test_every_fault_of_the_files_is_named_at_once(tmp_path: Path) -> None:
    """One error tells all that is wrong with the sample wire's files, each with its file and story."""
    shutil.copytree(SAMPLE, tmp_path / "sample")
    for path in (tmp_path / "sample" / "stories").glob("*.toml"):
        path.unlink()
    (tmp_path / "sample" / "stories" / "faulty.toml").write_text(FAULTS, encoding="utf-8")
    with pytest.raises(SampleFault) as caught:
        load(tmp_path / "sample")
    said = str(caught.value)
    for fault in (
        "faulty.toml: a: unknown key 'colour'",
        "faulty.toml: a: outlet 'nowhere'",
        "faulty.toml: b: from 'missing'",
        "faulty.toml: b: as 'sideways'",
        "faulty.toml: b: unknown furniture 'sofa'",
        "faulty.toml: d: dateline style 'semaphore'",
        "faulty.toml: d: edit drop 7 of 1",
        "faulty.toml: d: edit replace 'absent'",
        "faulty.toml: d: unknown edit 'polish'",
    ):
        assert fault in said


def test_furniture_after_the_end_is_a_fault(tmp_path: Path) -> None:
    """A caption placed after a paragraph that the story does not have would silently be on no page: it is refused."""
    shutil.copytree(SAMPLE, tmp_path / "sample")
    path = tmp_path / "sample" / "stories" / "02-telbarud.toml"
    text = path.read_text(encoding="utf-8").replace('kind = "caption", after = 1,', 'kind = "caption", after = 70,')
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SampleFault, match="telbarud-twice-a: caption after 70 of 7"):
        load(tmp_path / "sample")


def test_furniture_before_the_lead_is_on_the_page() -> None:
    """A picture between the byline and the lead stands there with its caption."""
    story = SampleStory(id="p", outlet="x", headline="h", body=("Lead.",), furniture=(Furniture("caption", "Pic", 0),))
    assert [line.kind for line in lines(story)] == ["caption", "paragraph"]


def test_a_withdrawal_of_nothing_is_a_fault(tmp_path: Path) -> None:
    """A notice that names a story which is not there is refused."""
    shutil.copytree(SAMPLE, tmp_path / "sample")
    path = tmp_path / "sample" / "stories" / "02-telbarud.toml"
    text = path.read_text(encoding="utf-8").replace('of = "sahl-hospital"', 'of = "sahl-hostel"')
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SampleFault, match="sahl-hospital-kill: of names 'sahl-hostel'"):
        load(tmp_path / "sample")


def test_stories_are_frozen() -> None:
    """A story of the sample wire cannot be changed by one test under the eyes of another."""
    with pytest.raises(dataclasses.FrozenInstanceError):
        stories()[0].headline = "other"  # type: ignore[misc]
