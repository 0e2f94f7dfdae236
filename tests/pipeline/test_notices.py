"""Kills, withdrawals, holds, embargoes and pages that are gone: whole stories through both
ledgers."""

from __future__ import annotations

from typing import Any

import pytest
from redis import Redis

from benchmarks.copies.pairs import LATER, LOCAL, stories
from pipeline import run, themes, wire
from pipeline.copies import MemoryIndex
from pipeline.ledger import Ledger
from pipeline.ledger.memory import MemoryLedger
from pipeline.record import Record
from pipeline.run import Ended
from pipeline.story import OutcomeKind, Page, utc
from tests.making import NOW, entry
from tests.test_docs import HOME
from workers.redis.redis_index import RedisIndex
from workers.redis.redis_ledger import RedisLedger

DAM = stories()[0][1]
MARKET = stories()[2][1]
DAY = 86400
HEADLINE = "Shelling hits road to Karsa dam as ceasefire talks stall"


@pytest.fixture(scope="module")
def definitions() -> run.Definitions:
    """The rules and themes that ship."""
    return run.Definitions(
        wire.load(HOME / "config" / "wire"), themes.load(HOME / "config" / "themes")
    )


class Wire:
    """A ledger and what its only sink was sent."""

    def __init__(self, ledger: Ledger, definitions: run.Definitions) -> None:
        self.ledger, self.definitions, self.now = ledger, definitions, NOW + DAY
        ledger.attach(["sink"])

    def take(
        self, name: str, title: str, body: tuple[str, ...], minutes: float = 0, **more: Any
    ) -> Ended:
        """An entry that brings its full text, filed so many minutes after noon, through its whole
        life."""
        html = "".join(f"<p>{paragraph}</p>" for paragraph in body)
        given = {
            "title": title,
            "content": html,
            "published": utc(NOW + 60 * minutes),
            "outlet": "Northern Wire",
        }
        return self.pass_on(entry(name, **{**given, **more}))

    def pass_on(self, item: Any, page: Page | None = None) -> Ended:
        """Admit an entry, with its page where it has one, and process it."""
        self.now += 1
        self.ledger.admit([(item, "wire.example" if page else "")], self.now)
        if page:
            taken = self.ledger.take_page(self.now, 60, 3, "test")
            assert taken
            self.ledger.settle_page(taken, page, self.now, self.now)
        [due] = self.ledger.lease(self.now, 60, 1, 3)
        self.ledger.begin(due, self.now, 60, "test")
        return run.process(due, self.definitions, self.ledger, lambda: self.now)

    def sent(self) -> list[Record]:
        """What the sink was sent since it last looked."""
        delivery = self.ledger.read("sink", self.now, 60, 1000)
        if not delivery:
            return []
        self.ledger.acknowledge(delivery, self.now)
        return [record for _, record in delivery.items]

    def withdrawn(self) -> set[str]:
        """The uris withdrawn since the sink last looked."""
        return {record.uri for record in self.sent() if record.type == "story.withdrawn"}


@pytest.fixture(params=["memory", "redis"])
def wires(request: pytest.FixtureRequest, definitions: run.Definitions) -> Wire:
    """Each test runs on both ledgers."""
    if request.param == "memory":
        return Wire(MemoryLedger(MemoryIndex()), definitions)
    client: Redis = request.getfixturevalue("redis")
    return Wire(RedisLedger(client, RedisIndex(client)), definitions)


NOTICES = {
    "kill is mandatory, headline quoted": (
        "BC-Karsa-Dam,KILL",
        (
            (
                f"EDITORS: Please kill the story headlined “{HEADLINE}.” The toll could not be "
                f"confirmed."
            ),
            "A kill is mandatory.",
        ),
        {},
    ),
    "headline after the tag": (
        f"KILL: {HEADLINE}",
        ("A kill is mandatory. Make certain the story is not used.",),
        {},
    ),
    "withdrawal, headline quoted in single marks": (
        "ADVISORY: Karsa dam story withdrawn",
        (
            (
                f"The VELIN item headlined '{HEADLINE}' is withdrawn. No substitute story will be "
                f"issued."
            ),
        ),
        {},
    ),
    "a word of the headline is another": (
        "STORY WITHDRAWN",
        (
            'The report headlined "Shelling hits road to Karsa dam as ceasefire talks '
            'falter" was withdrawn.',
        ),
        {},
    ),
    "filed elsewhere": (
        "STORY WITHDRAWN",
        (
            (
                f"LONDON, March 3 (Northern Wire) - The story headlined “{HEADLINE}” is "
                f"withdrawn. It was sent in error."
            ),
        ),
        {},
    ),
    "kill kill kill": (
        f"KILL KILL KILL {HEADLINE}",
        ("Bitte verwenden Sie die Meldung nicht. KILL KILL KILL",),
        {},
    ),
    "slug in the text": (
        "Kill",
        ("Please kill the story Karsa-Dam, V9991. A kill is mandatory.",),
        {},
    ),
    "slug of the format": ("Kill notice", ("A kill is mandatory.",), {"slug": "Karsa-Dam"}),
    "urn of the item": (
        "Kill",
        ("Withdraw item urn:newsml:wire.example:20260303:doc-34xy9z:1.", "A kill is mandatory."),
        {},
    ),
    "code of the item": ("Kill", ("STORY DOC-34XY9Z, 1200GMT: a kill is mandatory.",), {}),
    "note to editors and nothing else": (
        "Advisory",
        (f"EDITORS: Please kill the story headlined “{HEADLINE}.”",),
        {},
    ),
    "hold by a note to editors": (
        "Advisory",
        (f"ATTENTION EDITORS - The story headlined “{HEADLINE}” is under embargo until 1800 GMT.",),
        {},
    ),
    "address": (
        "Kill",
        ("Please kill the story at https://wire.example/first.", "A kill is mandatory."),
        {},
    ),
}


@pytest.mark.parametrize("before", [False, True], ids=["after its target", "before its target"])
@pytest.mark.parametrize("named", NOTICES)
def test_notice_finds_its_target(wires: Wire, named: str, before: bool) -> None:
    """However it names the story, and whenever it comes, the story, its update and its copy end as
    withdrawn."""
    title, body, more = NOTICES[named]
    if before:
        kill = wires.take("kill", title, body, 300, **more)
        assert "kept" in kill.outcome.reason if kill.outcome else False
    urn = "urn:newsml:wire.example:20260303:doc-34xy9z:1"
    first = wires.take("first", HEADLINE, DAM.body, 0, slug="Karsa-Dam", guid=urn)
    update = wires.take(
        "update",
        f"UPDATE 1-{HEADLINE}",
        (LATER[0], *DAM.body),
        60,
        slug="Karsa-Dam",
        url="https://wire.example/u",
    )
    copy = wires.take(
        "copy", "Power crew stuck", (*DAM.body[:4], LOCAL), 90, feed_id="lamp", outlet="Daily Lamp"
    )
    other = wires.take("other", MARKET.headline, MARKET.body, 30, slug="Ashmir-Market")
    if not before:
        kill = wires.take("kill", title, body, 300, **more)
        assert kill.outcome and kill.outcome.kind is OutcomeKind.WITHDRAWAL
    # what comes after its own kill ends with it
    assert first.outcome
    assert (first.outcome.kind is OutcomeKind.WITHDRAWAL) == before
    gone = wires.withdrawn()
    assert gone == {first.uri, update.uri, copy.uri}
    assert other.uri not in gone


@pytest.mark.parametrize("status", ["canceled", "withheld"])
def test_machine_status_withdraws(wires: Wire, status: str) -> None:
    """An item whose format says that it is cancelled or withheld is withdrawn with its copies,
    text or none."""
    first = wires.take("first", HEADLINE, DAM.body, 0)
    copy = wires.take(
        "copy", "Power crew stuck", DAM.body[:5], 90, feed_id="lamp", outlet="Daily Lamp"
    )
    ended = wires.take("first", HEADLINE, (), 300, status=status)
    assert ended.outcome and ended.outcome.kind is OutcomeKind.WITHDRAWAL
    assert wires.withdrawn() == {first.uri, copy.uri}


def test_withheld_before_it_was_sent_is_only_noted(wires: Wire) -> None:
    """What an agency withholds at first and then releases goes out when it is released."""
    assert wires.sent() == []
    wires.take("first", HEADLINE, DAM.body, 0, status="withheld")
    assert wires.sent() == []
    wires.take("first", HEADLINE, DAM.body, 0)
    assert [record.type for record in wires.sent()] == ["story.new"]


@pytest.mark.parametrize(
    "body", [(), DAM.body], ids=["notice without text", "notice with the text"]
)
def test_withheld_story_goes_out_again_when_it_is_released(
    wires: Wire, body: tuple[str, ...]
) -> None:
    """Sent, withheld, released unchanged: withdrawn, then told again as the next version; a
    refetch tells nothing."""
    wires.take("first", HEADLINE, DAM.body, 0)
    wires.take("first", HEADLINE, body, 0, status="withheld")
    wires.take("first", HEADLINE, DAM.body, 0)
    wires.take("first", f"{HEADLINE} ", DAM.body, 0, author="A. Reporter")
    said = [(record.type, record.version) for record in wires.sent()]
    assert said == [("story.new", 1), ("story.withdrawn", 1), ("story.version", 2)]


@pytest.mark.parametrize("guid", ["a1234", "tag:wire.example,2026:newsml_L8N34XY9Z:1", "48151623"])
def test_kill_by_id_alone(wires: Wire, guid: str) -> None:
    """The id of the feed is enough, as a code, in a tag or as a number that is said to be one."""
    first = wires.take("first", HEADLINE, DAM.body, 0, guid=guid)
    wires.take("kill", f"MUST KILL item {guid}", ("A kill is mandatory.",), 60)
    assert wires.withdrawn() == {first.uri}


HOLD = (
    f"HOLD: {HEADLINE}",
    (f'Please hold the story headlined "{HEADLINE}" until further notice.',),
    30,
)


@pytest.mark.parametrize(
    "before", [False, True], ids=["hold after its story", "hold before its story"]
)
def test_story_that_a_notice_held_is_released_by_what_its_outlet_files_later(
    wires: Wire, before: bool
) -> None:
    """Others' copies and the old item stay withdrawn; the agency's own text in a new item is the
    next version."""
    if before:
        wires.take("hold", *HOLD)
    first = wires.take("first", HEADLINE, DAM.body, 0)
    if not before:
        wires.take("hold", *HOLD)
    wires.take("lamp", "Power crew stuck", DAM.body[:5], 60, feed_id="lamp", outlet="Daily Lamp")
    wires.take("first", f"{HEADLINE} ", DAM.body, 0, author="A. Reporter")
    assert {record.uri for record in wires.sent() if record.brings_text} <= {first.uri}
    again = wires.take("again", HEADLINE, DAM.body, 90)
    wires.take(
        "courier", "Shells fall", DAM.body[:5], 95, feed_id="courier", outlet="Coast Courier"
    )
    said = [(record.type, record.version) for record in wires.sent()]
    assert said == [("story.version", 2), ("story.copy", 1)]
    assert again.uri == first.uri


def test_copy_of_a_substitute_stands(wires: Wire) -> None:
    """What others copy of the text that an agency sent instead of a killed one is no copy of the
    killed one."""
    wires.take("first", HEADLINE, DAM.body, 0)
    wires.take("kill", *NOTICES["kill is mandatory, headline quoted"][:2], 60)
    body = (DAM.body[0].replace("14", "two"), *DAM.body[1:4], LATER[0])
    wires.take("new", f"UPDATE 1-{HEADLINE}", body, 90)
    late = wires.take(
        "late", "Shells fall", DAM.body, 100, feed_id="courier", outlet="Coast Courier"
    )
    copy = wires.take(
        "copy", "Power crew stuck", body[:4], 110, feed_id="lamp", outlet="Daily Lamp"
    )
    gone = wires.withdrawn()
    assert late.uri in gone
    assert copy.uri not in gone


def test_killed_story_is_not_released(wires: Wire) -> None:
    """What was withheld and then killed stays withdrawn, also where its entry is shown again."""
    wires.take("first", HEADLINE, DAM.body, 0)
    wires.take("first", HEADLINE, (), 0, status="withheld")
    wires.take("kill", *NOTICES["kill is mandatory, headline quoted"][:2], 60)
    wires.take("first", HEADLINE, (*DAM.body, LOCAL), 0)
    assert "story.version" not in [record.type for record in wires.sent() if record.brings_text]


def test_general_slug_withdraws_one_story(wires: Wire) -> None:
    """A slug that many stories share and a quoted headline: only the story with that headline is
    withdrawn."""
    first = wires.take("first", HEADLINE, DAM.body, 0, slug="CONFLICT/")
    wires.take("other", MARKET.headline, MARKET.body, 10, slug="CONFLICT/")
    body = (f'The story headlined "{HEADLINE}" is withdrawn.', "A kill is mandatory.")
    wires.take("kill", "KILL-CONFLICT/", body, 60, slug="CONFLICT/")
    wires.take("late", stories()[4][1].headline, stories()[4][1].body, 20, slug="CONFLICT/")
    assert wires.withdrawn() == {first.uri}


def test_nearest_headline_is_meant(wires: Wire) -> None:
    """Of two stories with headlines that differ in a figure, the kill means the one it quotes."""
    first = wires.take("first", "Car bomb kills 23 in crowded market in Ashmir", MARKET.body, 0)
    wires.take("second", "Car bomb kills 12 in crowded market in Ashmir", stories()[10][1].body, 10)
    body = (
        'The story headlined "Car bomb kills 23 in crowded market in Ashmir" is withdrawn.',
        "A kill is mandatory.",
    )
    wires.take("kill", "Kill", body, 60)
    assert wires.withdrawn() == {first.uri}


@pytest.mark.parametrize("status", [404, 410])
def test_page_that_is_gone_is_noted_not_acted_on(wires: Wire, status: int) -> None:
    """A page that answers 404 or 410 when it is asked for again withdraws and sends nothing; the
    trace says so."""
    paragraphs = "".join(f"<p>{p}</p>" for p in DAM.body)
    article = f"<article><h1>{HEADLINE}</h1>{paragraphs}</article>"
    html = f"<html><title>{HEADLINE}</title>{article}</html>".encode()
    url = "https://wire.example/first"
    item = entry("first", title=HEADLINE)
    wires.pass_on(item, Page(url, 200, html, "text/html", utc(NOW)))
    assert [record.type for record in wires.sent()] == ["story.new"]
    again = entry("first", title=f"{HEADLINE} again")
    gone = wires.pass_on(again, Page(url, status, b"", "text/html", utc(NOW)))
    assert gone.outcome and gone.outcome.kind is OutcomeKind.UNCHANGED
    assert "noted, not acted on" in gone.outcome.reason
    assert wires.sent() == []
    trace = wires.ledger.trace(item.key)
    assert trace and str(status) in str(trace)


def test_page_that_says_it_was_removed_is_noted_not_acted_on(wires: Wire) -> None:
    """A page that now says only that the story was removed withdraws nothing and is no version."""
    wires.take("first", HEADLINE, DAM.body, 0)
    wires.sent()
    wires.take(
        "first",
        HEADLINE,
        ("This story has been removed because it was published in error by our editors.",),
        0,
    )
    assert wires.sent() == []


def test_embargoed_story_is_held(wires: Wire) -> None:
    """Nothing of an embargoed story goes out before its time, and it goes out then."""
    day = utc(wires.now).strftime("%B %d, %Y")
    body = (f"EMBARGOED until 2359 GMT {day}", *DAM.body)
    held = wires.take("first", HEADLINE, body, DAY / 60)
    assert "embargo" in held.note
    assert wires.sent() == []
    wires.now += DAY
    [due] = wires.ledger.lease(wires.now, 60, 1, 3)
    wires.ledger.begin(due, wires.now, 60, "test")
    run.process(due, wires.definitions, wires.ledger, lambda: wires.now)
    assert [record.type for record in wires.sent()] == ["story.new"]
