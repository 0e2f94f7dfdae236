"""Edits, late pages, pages that disappear: three polls of the running system, started once.

All cases share one run, since starting the system costs seconds. So this module has one test that
compares the cases that fail with those in ``NOT_YET``, in both directions.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.world.doors import Answer, Data, Site
from tests.world.not_yet import NOT_YET
from tests.world.stories import Item, Told, document, item, page, paragraphs, rss, told
from tests.world.table import CASES

STEPS = 3
CEILING = 60.0  # seconds a step may take where the machine is busy
STARTED = datetime.now(UTC) - timedelta(hours=2)

EDITS = {
    "en": (
        "Mayor Ilva Brandt said in the evening that fourteen dock workers had died of their wounds."
    ),
    "en2": (
        "The trawler was found at dusk with five men aboard, and a pilot said that one had drowned."
    ),
    "en3": "The court threw the vote out on Friday evening, and the minister offered to resign.",
    "en4": (
        "Admission is free until Easter, the director said, since more people came than on any day."
    ),
    "en5": "Two of the ships left for Velmar instead, because their grain had begun to rot.",
    "en6": "The pass opened again at night, and the last of the four villages was reached on foot.",
    "fr": "Le bilan est monté à quatorze morts dans la soirée, selon la maire de la ville.",
    "de": "Am Abend stieg die Zahl der Toten nach Angaben des Rathauses auf vierzehn.",
    "es": "La alcaldesa elevó por la noche a catorce el número de muertos en el puerto.",
    "ru": "Вечером мэр сообщила, что число погибших в порту выросло до четырнадцати.",
    "uk": "Увечері мерка повідомила, що кількість загиблих у порту зросла до чотирнадцяти.",
    "tr": (
        "Belediye başkanı akşam saatlerinde limanda ölenlerin sayısının on dörde çıktığını söyledi."
    ),
    "fa": "شهردار شامگاه گفت شمار کشته‌شدگان بندر به چهارده نفر رسیده است.",
}
"""What takes the place of a story's last paragraph when it is edited."""


def edited(story: Told) -> Told:
    """The story with another end."""
    return replace(story, body=(*story.body[:-1], EDITS[story.name]))


CONSENT = document(
    "<h1>Before you go on</h1>"
    + paragraphs(
        "We and our 613 partners store cookies on your device and process personal data for "
        "personalised ads and content. You can change your mind at any time."
    ),
    title="Your choice",
)


Asked = list[dict[str, str]]
"""The headers of each request for a page."""


@dataclass(frozen=True)
class Script:
    """One story through the steps: what its page answers in each, and what must hold in the end.

    Each script has a story of its own, so that none is a copy of another. ``moves`` says whether
    the feed shows a later time with each step, ``feed`` in which feed the story stands.
    """

    must: str
    name: str
    pages: tuple[Answer, Answer, Answer]
    holds: Callable[[Told, list[Data], Asked], bool]
    feed: str = "rss"
    moves: bool = True

    @property
    def story(self) -> Told:
        """The story as it first stands."""
        return told(self.name)


def texts(records: list[Data]) -> list[str]:
    """The bodies that went out, oldest first."""
    return ["\n".join(record["data"].get("body", ())) for record in records]


def whole(story: Told) -> str:
    """A body as it stands in a record."""
    return "\n".join(story.body)


def once_only(story: Told, records: list[Data], asked: Asked) -> bool:
    """The text went out once, and nothing else did."""
    return texts(records) == [whole(story)]


def not_taken_back(story: Told, records: list[Data], asked: Asked) -> bool:
    """Whatever went out holds the text as it was, and no record withdraws it."""
    kinds = {record["type"] for record in records}
    sent = {text for text in texts(records) if text}
    return sent == {whole(story)} and "story.withdrawn" not in kinds


def then_edited(story: Told, records: list[Data], asked: Asked) -> bool:
    """The text, then the edited one."""
    return texts(records) == [whole(story), whole(edited(story))]


def there_and_back(story: Told, records: list[Data], asked: Asked) -> bool:
    """The text, the edited one, and the first again, as versions of one story that count up."""
    sent = [whole(story), whole(edited(story)), whole(story)]
    versions = [record["version"] for record in records]
    return texts(records) == sent and versions == sorted(set(versions))


def feed_then_page(story: Told, records: list[Data], asked: Asked) -> bool:
    """The feed's text went out meanwhile, the page's as the next version of the same story."""
    return (
        texts(records) == [story.summary, whole(story)]
        and records[0]["subject"] == records[1]["subject"]
        and records[1]["version"] > records[0]["version"]
    )


def asked_conditionally(story: Told, records: list[Data], asked: Asked) -> bool:
    """The page was asked for again with its ETag, and went out once."""
    return once_only(story, records, asked) and any(
        headers.get("If-None-Match") == '"a1"' for headers in asked
    )


ONE, TWO, WALL, GONE = Answer("A"), Answer("B"), Answer("WALL"), Answer("No longer here.", 404)
TAGGED = Answer("A", headers={"ETag": '"a1"'})

SCRIPTS = {
    "late-404": Script(
        "A page that is not there yet is asked for again; the feed's text goes out meanwhile.",
        "en3",
        (GONE, ONE, ONE),
        feed_then_page,
        moves=False,
    ),
    "late-410": Script(
        "410 early means no more than 404.",
        "fr",
        (Answer("Gone.", 410), ONE, ONE),
        feed_then_page,
        moves=False,
    ),
    "late-404-atom": Script(
        "The same in Atom.", "de", (GONE, ONE, ONE), feed_then_page, feed="atom", moves=False
    ),
    "taken-back": Script(
        "A text that is edited and taken back goes out again: sinks hold what the page says now.",
        "en",
        (ONE, TWO, ONE),
        there_and_back,
    ),
    "taken-back-atom": Script(
        "The same in Atom.", "es", (ONE, TWO, ONE), there_and_back, feed="atom"
    ),
    "moved-date": Script(
        "A pubDate that moves is the sign of an edit: the new toll is read.",
        "en2",
        (ONE, TWO, TWO),
        then_edited,
    ),
    "updated": Script("So is Atom's <updated>.", "ru", (ONE, TWO, TWO), then_edited, feed="atom"),
    "lastmod": Script(
        "So is a sitemap's <lastmod>.", "uk", (ONE, TWO, TWO), then_edited, feed="sitemap"
    ),
    "same-again": Script(
        "A date that moves over the same text sends nothing twice.",
        "en6",
        (ONE, ONE, ONE),
        once_only,
    ),
    "conditional": Script(
        "The page is asked for again with its ETag: an edit costs its host little.",
        "en5",
        (TAGGED, TAGGED, TAGGED),
        asked_conditionally,
    ),
    "disappears": Script(
        "A page that disappears takes no story back: a desk is told, but a 404 is no kill.",
        "en4",
        (ONE, GONE, GONE),
        not_taken_back,
    ),
    "wall-later": Script(
        "A wall that rises in front of a known story does not replace its text.",
        "tr",
        (ONE, WALL, WALL),
        once_only,
    ),
    "wall-first": Script(
        "A wall that falls lets the page's text out as the next version.",
        "fa",
        (WALL, ONE, ONE),
        feed_then_page,
    ),
}

LATE = tuple(f"/{name}" for name in SCRIPTS if name.startswith("late"))
CASES.update(f"edits/{name}" for name in SCRIPTS)


def served(name: str, answer: Answer) -> Answer:
    """The answer of a step with its text filled in."""
    story = SCRIPTS[name].story
    bodies = {"A": page(story), "B": page(edited(story)), "WALL": CONSENT}
    return replace(answer, body=bodies.get(str(answer.body), answer.body))


def feeds_at(step: int) -> dict[str, Answer]:
    """The three feeds as they stand in a step."""
    entries: dict[str, list[tuple[Item, datetime]]] = {"rss": [], "atom": [], "sitemap": []}
    for name, script in SCRIPTS.items():
        at = STARTED + timedelta(minutes=11 * step if script.moves else 0)
        entries[script.feed].append((item(script.story, f"/{name}"), at))
    return {
        "/rss.xml": Answer(
            rss(
                *(
                    replace(one, date=f"{at:%a, %d %b %Y %H:%M:%S} GMT")
                    for one, at in entries["rss"]
                )
            ),
            headers={"Content-Type": "application/rss+xml"},
        ),
        "/atom.xml": Answer(
            atom(entries["atom"]), headers={"Content-Type": "application/atom+xml"}
        ),
        "/sitemap.xml": Answer(sitemap(entries["sitemap"]), headers={"Content-Type": "text/xml"}),
    }


def atom(entries: list[tuple[Item, datetime]]) -> str:
    """An Atom feed; its entries were published when it all began."""
    written = "".join(
        f"<entry><title>{one.title}</title><id>tag:lakeside.example,2025:{one.link}</id>"
        f'<link href="{{site}}{one.link}"/><published>{STARTED:%Y-%m-%dT%H:%M:%SZ}</published>'
        f"<updated>{at:%Y-%m-%dT%H:%M:%SZ}</updated><summary>{one.summary}</summary></entry>"
        for one, at in entries
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom">'
        f"<title>Harbour Lights</title><id>tag:lakeside.example,2025:feed</id>{written}</feed>"
    )


def sitemap(entries: list[tuple[Item, datetime]]) -> str:
    """A news sitemap."""
    written = "".join(
        f"<url><loc>{{site}}{one.link}</loc><lastmod>{at:%Y-%m-%dT%H:%M:%SZ}</lastmod><news:news>"
        "<news:publication><news:name>Sarvik Courier</news:name><news:language>en</news:language>"
        f"</news:publication><news:publication_date>{STARTED:%Y-%m-%dT%H:%M:%SZ}"
        f"</news:publication_date><news:title>{one.title}</news:title></news:news></url>"
        for one, at in entries
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><urlset '
        'xmlns="http://www.sitemaps.org/schemas/sitemap'
        '/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">'
        f"{written}</urlset>"
    )


@contextmanager
def running(folder: Path, site: Site) -> Iterator[Path]:
    """The system on the three feeds; the file its records go to."""
    feeds = "".join(
        f'[[feeds]]\nid = "{name}"\nurl = "{site.address}/{name}.xml"\nevery = 1.0\n'
        for name in ("rss", "atom", "sitemap")
    )
    (folder / "feeds.toml").write_text(feeds)
    env = {
        "PATH": str(Path(sys.executable).parent),
        "PYTHONPATH": os.pathsep.join(sys.path),
        "HOME": str(folder),
        "WIREDESK_VAR": str(folder / "var"),
        "WIREDESK_LOG": "json",
        "WIREDESK_POLL_FLOOR": "1",
        "WIREDESK_FETCH_BACKOFF": "1",
    }
    with (folder / "log").open("w") as log:
        system = subprocess.Popen(
            [sys.executable, "-m", "workers.cli", "run", "--feeds", str(folder / "feeds.toml")],
            env=env,
            cwd=folder,
            stdout=log,
            stderr=log,
        )
        try:
            yield folder / "var" / "stories.jsonl"
        finally:
            system.send_signal(signal.SIGINT)
            try:
                system.wait(30)
            except subprocess.TimeoutExpired:
                system.kill()
                system.wait()


def settle(site: Site, file: Path, step: int) -> None:
    """Wait until each feed was polled twice and nothing has happened since for a while.

    Polls go on for ever, so only requests for pages and new records count as something that
    happens. At first every story that can be had must be out, which takes as long as the system
    takes to start; later each page that has news gets some seconds to be asked for.
    """
    began = since = time.monotonic()
    seen = (0, 0)
    news = {f"/{name}" for name, script in SCRIPTS.items() if script.moves} | set(LATE)
    if step != 1:
        news -= set(LATE)
    while (now := time.monotonic()) < began + CEILING:
        asked = [path for path, _ in list(site.asked)]
        lines = file.read_bytes().count(b"\n") if file.exists() else 0
        state = (sum(not path.endswith(".xml") and path not in LATE for path in asked), lines)
        if state != seen:
            seen, since = state, now
        polled = min(asked.count(f"/{name}.xml") for name in ("rss", "atom", "sitemap"))
        ready = lines >= len(news) if step == 0 else news <= set(asked) or now > began + 8
        if ready and polled >= 2 and now > since + 2.5:
            return
        time.sleep(0.1)


def addresses(data: Data) -> tuple[str, str]:
    """The address of a record's story, or of the notice that takes it back."""
    return data.get("url", ""), data.get("notice", {}).get("url", "")


@pytest.mark.system
def test_edits_and_late_pages(tmp_path: Path, site: Site) -> None:
    """Every case of ``SCRIPTS`` holds but those that are not yet expected to, and these don't."""
    with running(tmp_path, site) as file:
        asked: list[tuple[str, dict[str, str]]] = []
        for step in range(STEPS):
            pages = {f"/{name}": served(name, s.pages[step]) for name, s in SCRIPTS.items()}
            site.answers = feeds_at(step) | pages
            site.asked.clear()
            settle(site, file, step)
            asked += site.asked
    records = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    failed = set()
    for name, script in SCRIPTS.items():
        own = [
            one
            for one in records
            if f"/{name}" in (urlsplit(address).path for address in addresses(one["data"]))
        ]
        requests = [headers for path, headers in asked if path == f"/{name}"]
        if not own or not script.holds(script.story, own, requests):
            failed.add(f"edits/{name}")
    expected = {case for case in NOT_YET if case.startswith("edits/")}
    assert sorted(failed - expected) == [], sorted(failed)
    assert not expected - failed, "these hold now: take them out of NOT_YET"
