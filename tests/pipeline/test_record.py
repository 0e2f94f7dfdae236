"""Records beside docs/schema/record.json: those of the sample wire, and those of any story at
all."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from jsonschema import Draft202012Validator, ValidationError

from pipeline import copies, record, run, themes, wire
from pipeline.ledger.memory import MemoryLedger
from pipeline.record import Record
from pipeline.story import (
    KINDS,
    Assessment,
    CrossHead,
    Dateline,
    Evidence,
    Join,
    Modality,
    Moment,
    Page,
    PassageScore,
    Relation,
    RelationKind,
    Removed,
    Story,
    ThemeMatch,
    digest,
    utc,
)
from tests.making import NOW, entry, story
from workers.sample import SampleStory, render, sample, stories
from workers.sample.feed_formats import guid, link, title

HOME = Path(__file__).parents[2]
LATER = datetime(2026, 11, 30, tzinfo=UTC)
URI = "urn:wiredesk:story:0123456789abcdef0123"
NEW = Relation(RelationKind.NEW, URI, 1, URI)
NONE = Assessment({})
EMPTY: tuple[Any, ...] = ("", None, [], {}, False)


@cache
def schema() -> dict[str, Any]:
    """The published schema."""
    read: dict[str, Any] = json.loads((HOME / "docs" / "schema" / "record.json").read_text("utf-8"))
    return read


@cache
def validator() -> Draft202012Validator:
    """What judges by it."""
    return Draft202012Validator(schema())


def faults(sent: Record | dict[str, Any]) -> list[str]:
    """What the schema has against a record."""
    plain = json.loads(sent.to_json()) if isinstance(sent, Record) else sent
    return [f"{e.json_path}: {e.message}" for e in validator().iter_errors(plain)]


def _lived(told: SampleStory, ledger: MemoryLedger, desk: run.Definitions, now: float) -> None:
    """Take one sample story through its life, page and all."""
    url = link(told, "http://127.0.0.1:8464")
    item = entry(
        told.id,
        key=digest(told.outlet, guid(told)),
        feed_id=told.outlet,
        guid=guid(told),
        url=url,
        title=title(told),
        published=told.published,
        outlet=sample().outlets[told.outlet].name,
    )
    ledger.admit([(item, "127.0.0.1")], now)
    taken = ledger.take_page(now, 60, 3, "test")
    if not taken:
        return
    page = Page(url, 200, render(told).encode(), "text/html; charset=utf-8", utc(now))
    ledger.settle_page(taken, page, now, now)
    for due in ledger.lease(now, 60, 1, 3):
        ledger.begin(due, now, 60, "test")
        run.process(due, desk, ledger, lambda: now)


@pytest.fixture(scope="module")
def sent() -> Iterator[list[Record]]:
    """The records that the sample wire gives rise to, in order."""
    desk = run.Definitions(
        wire.load(HOME / "config" / "wire"), themes.load(HOME / "config" / "themes")
    )
    ledger = MemoryLedger(copies.MemoryIndex())
    ledger.attach(["test"])
    told = [s for s in stories() if s.body and s.page in ("ok", "redirect")]
    for n, item in enumerate(sorted(told, key=lambda s: s.published or LATER)):
        _lived(item, ledger, desk, LATER.timestamp() + n)
    delivery = ledger.read("test", LATER.timestamp() + 1000, 60, 1000)
    assert delivery
    yield [item for _, item in delivery.items]


def test_the_schema_is_one() -> None:
    """The published file is itself a valid JSON Schema 2020-12, and its version is the one that
    records carry.
    """
    Draft202012Validator.check_schema(schema())
    assert schema()["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema()["$defs"]["schema"]["const"] == record.SCHEMA
    assert schema()["$id"].endswith(f":{record.SCHEMA}")


def test_every_object_is_closed() -> None:
    """No object of the schema lets an unknown field through;
    only the taxonomies' names are open, and typed.
    """
    found: list[str] = []

    def look(node: Any, where: str) -> None:
        if isinstance(node, dict):
            if (
                "properties" in node
                and node.get("type") == "object"
                and node.get("additionalProperties") is not False
            ):
                found.append(where)
            for name, inner in node.items():
                look(inner, f"{where}.{name}")

    look(schema(), "$")
    assert found == []


def test_the_sample_wire_keeps_to_the_schema(sent: list[Record]) -> None:
    """Every record of the sample wire validates, and every kind of relation and event is among
    them.
    """
    assert {item.id: faults(item) for item in sent if faults(item)} == {}
    kinds = {item.data["relation"]["kind"] for item in sent if "relation" in item.data}
    assert kinds == {str(relation) for relation, kind in KINDS.items() if kind.event}
    assert {item.type for item in sent} >= {
        *{relation: kind.event for relation, kind in KINDS.items() if kind.event}.values(),
        "story.withdrawn",
    }


def test_unknown_and_missing_fields_are_refused(sent: list[Record]) -> None:
    """A field that the schema does not know is a fault wherever it stands, and so is one that must
    be there.
    """
    whole = json.loads(
        next(
            item for item in sent if item.data.get("themes") and item.data.get("removed")
        ).to_json()
    )
    assert faults(whole) == []
    data = whole["data"]
    places = (
        whole,
        data,
        data["altIds"],
        data["relation"],
        data["published"],
        data["themes"][0],
        data["removed"][0],
    )
    for place in places:
        place["surprise"] = 1
        assert len(faults(whole)) == 1, sorted(place)
        del place["surprise"]
    for name in schema()["$defs"]["story"]["required"]:
        kept = data.pop(name)
        assert faults(whole), name
        data[name] = kept
    assert faults(whole) == []


def test_a_withdrawal_is_no_story(sent: list[Record]) -> None:
    """A withdrawal carries its notice and nothing of the story;
    a story's document under its type is refused.
    """
    gone = json.loads(next(item for item in sent if item.type == "story.withdrawn").to_json())
    assert gone["data"]["pubStatus"] == "canceled"
    assert gone["data"]["notice"]["text"]
    assert "body" not in gone["data"]
    new = json.loads(next(item for item in sent if item.type == "story.new").to_json())
    assert faults(gone | {"data": new["data"]})
    assert faults(new | {"data": gone["data"]})


def test_a_merger_names_both_clusters() -> None:
    """Where two clusters turn out to be one, a sink hears which to read as which."""
    other = URI[:-1] + "9"
    _, merged = record.records(story(), entry(), None, replace(NEW, merged=(other,)), NONE, NOW)
    assert faults(merged) == []
    assert (merged.type, merged.data["cluster"], merged.data["into"]) == (
        "cluster.merged",
        other,
        URI,
    )


def test_every_event_has_its_document(sent: list[Record]) -> None:
    """The schema knows exactly the events there are, and no event passes with another one's
    document.
    """
    merged = record.records(story(), entry(), None, replace(NEW, merged=(URI,)), NONE, NOW)[1]
    again = record.reclassified(next(item for item in sent if item.data.get("themes")), NONE, LATER)
    assert again
    types = {item.type: json.loads(item.to_json()) for item in [*sent, merged, again]}
    assert set(types) == set(schema()["properties"]["type"]["enum"])
    for type_, plain in types.items():
        for other in types.values():
            alike = other["data"].get("pubStatus") == plain["data"].get("pubStatus")
            assert bool(faults(plain | {"data": other["data"]})) != alike, type_


def test_empty_fields_are_left_out(sent: list[Record]) -> None:
    """A field that has nothing to say is not there; body and themes always are."""
    bare = record.document(story(), entry(), None, NEW, NONE, utc(NOW))
    assert {name for name, value in bare.items() if value in EMPTY} == {"themes"}
    for item in sent:
        empty = {name for name, value in item.data.items() if value in EMPTY}
        assert empty <= {"themes", "body"}, item.id


def test_times_are_utc() -> None:
    """A time that comes with another offset is written in UTC, and is still the same moment."""
    east = datetime(2026, 10, 1, 12, 0, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    told = story(published=Moment(east, "page", "minute"), embargo=east)
    made = record.records(told, entry(seen=east), Page("u", 200, b"", "", east), NEW, NONE, NOW)
    assert [faults(item) for item in made] == [[]]
    data = made[0].data
    assert data["published"]["at"] == data["seen"] == data["fetched"] == data["embargoedUntil"]
    assert data["seen"] == "2026-10-01T06:30:00+00:00"


def test_the_envelope_says_what_the_document_says(sent: list[Record]) -> None:
    """Subject, version, time and id of the envelope are those of the document, and reading back
    gives the same.
    """
    for item in [item for item in sent if item.type != "cluster.merged"]:
        plain = json.loads(item.to_json())
        data = plain["data"]
        assert (plain["subject"], plain["time"], str(plain["version"])) == (
            data["uri"],
            data["filed"],
            data["version"],
        )
        assert Record.from_json(item.to_json()) == item


def test_a_refetch_sends_nothing() -> None:
    """The same story read again is no event; nor is a notice that finds no target."""
    for kind in (RelationKind.REFETCH, RelationKind.WITHDRAWAL):
        assert record.records(story(), entry(), None, replace(NEW, kind=kind), NONE, NOW) == ()


# --------------------------------------------------------------------------- any story at all

WORDS = some.text(min_size=1, max_size=30)
MAYBE = some.text(max_size=30)
LINES = some.lists(WORDS, max_size=3).map(tuple)
ZONES = some.sampled_from(
    [UTC, timezone(timedelta(hours=9)), timezone(timedelta(hours=-3, minutes=-30))]
)
TIMES = some.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=ZONES)  # noqa: DTZ001
SHARES = some.floats(0, 1)
KNOWN = {
    "key": WORDS,
    "url": MAYBE,
    "headline": MAYBE,
    "body": LINES,
    "crossheads": some.lists(some.builds(CrossHead, WORDS, some.integers(0, 9)), max_size=2).map(
        tuple
    ),
    "byline_kind": some.sampled_from(["", "person", "house", "agency"]),
    "dateline": some.none() | some.builds(Dateline, MAYBE, MAYBE, MAYBE),
    "form": some.sampled_from(["", *schema()["$defs"]["story"]["properties"]["form"]["enum"]]),
    "basis": some.sampled_from(["", *schema()["$defs"]["story"]["properties"]["basis"]["enum"]]),
    "page_refused": some.sampled_from(
        ["", *schema()["$defs"]["story"]["properties"]["page_refused"]["enum"]]
    ),
    "embargo": some.none() | TIMES,
    "credits": LINES,
    "captions": LINES,
    "raw": LINES,
    "published": some.none()
    | some.builds(Moment, TIMES, some.sampled_from(["feed", "page", "url", "fetch"])),
    "removed": some.lists(
        some.builds(Removed, WORDS, WORDS, WORDS, some.integers(-1, 9), some.integers(0, 9)),
        max_size=2,
    ).map(tuple),
    "truncated": some.booleans(),
    "paywalled": some.booleans(),
    "syndicated": some.booleans(),
}
STORIES = some.fixed_dictionaries({f.name: KNOWN.get(f.name, MAYBE) for f in fields(Story)}).map(
    lambda d: Story(**d)
)
EVIDENCE = some.builds(
    Evidence,
    WORDS,
    some.integers(-1, 9),
    some.integers(0, 99),
    some.integers(0, 99),
    WORDS,
    some.floats(0, 2),
    some.sampled_from(Modality),
)
THEMES = some.builds(
    ThemeMatch,
    some.from_regex(r"[a-z][a-z0-9_]{0,9}", fullmatch=True),
    SHARES,
    some.lists(EVIDENCE, max_size=2).map(tuple),
    some.lists(
        some.builds(PassageScore, some.integers(-1, 3), some.integers(-1, 3), SHARES, MAYBE),
        max_size=2,
    ),
    LINES,
    MAYBE,
    MAYBE,
    some.lists(
        some.builds(
            Join, some.sampled_from(["iptc", "acled"]), WORDS, some.sampled_from(["close", "broad"])
        ),
        max_size=3,
    ).map(tuple),
)
ASSESSED = some.builds(
    Assessment,
    some.just({}),
    some.lists(THEMES, max_size=2).map(tuple),
    some.sampled_from(["", "the text is cut off"]),
)
RELATIONS = some.builds(
    Relation,
    some.sampled_from(RelationKind),
    some.just(URI),
    some.integers(1, 40),
    some.just(URI),
    some.sampled_from(["", URI]),
    SHARES,
    SHARES,
    MAYBE,
    representative=some.sampled_from(["", URI]),
    outlets=some.integers(1, 50),
    superseded=some.booleans(),
    merged=some.lists(some.just(URI), max_size=2).map(tuple),
    withdrawn=some.lists(some.tuples(some.just(URI), some.integers(1, 9)), max_size=2).map(tuple),
)


@settings(max_examples=30)
@given(STORIES, RELATIONS, ASSESSED, ASSESSED, some.none() | TIMES)
def test_any_story_makes_valid_records(
    told: Story,
    relation: Relation,
    carried: Assessment,
    other: Assessment,
    fetched: datetime | None,
) -> None:
    """Whatever a page says, the records validate:
    fields are left out or well-formed, never half there.
    """
    page = Page("u", 200, b"", "", fetched) if fetched else None
    made = record.records(told, entry(seen=fetched), page, relation, carried, NOW)
    assert [f for item in made for f in faults(item)] == []
    usable = (
        relation.kind in {relation: kind.event for relation, kind in KINDS.items() if kind.event}
        and (relation.uri, relation.version) not in relation.withdrawn
    )
    assert len(made) == usable + len(relation.withdrawn) + len(relation.merged)
    if usable and (again := record.reclassified(made[0], other, LATER)):
        assert faults(again) == []
        assert again.id == f"{made[0].uri}/{made[0].version}/reclassified/1"
        assert record.as_classified(again.data).body == told.body


def assessed(*subthemes: str, score: float = 0.9, abstained: str = "") -> Assessment:
    """Air campaign with these sub-themes, or nothing where there are none."""
    match = ThemeMatch("air_campaign", score, (), subthemes=subthemes)
    return Assessment({}, (match,) if subthemes else (), abstained)


def test_a_reclassification_is_the_same_story_with_other_themes() -> None:
    """A receiver gets the whole document again, of the same version, with its turn in its
    identity.
    """
    [first] = record.records(story(), entry(), None, NEW, assessed("strike"), NOW)
    second = record.reclassified(first, assessed("drone", "strike"), LATER)
    assert second
    third = record.reclassified(second, NONE, LATER)
    assert third
    assert (first.id, second.id, third.id) == (
        f"{URI}/1/new",
        f"{URI}/1/reclassified/1",
        f"{URI}/1/reclassified/2",
    )
    assert third.data["body"] == first.data["body"]
    assert third.data["themes"] == []
    assert [faults(sent) for sent in (first, second, third)] == [[], [], []]
    assert Record.from_json(third.to_json()).id == third.id


def test_what_no_receiver_would_act_on_is_no_reclassification() -> None:
    """Another score of the same themes is not sent again; another reason to abstain is."""
    [first] = record.records(story(), entry(), None, NEW, assessed("strike", "drone"), NOW)
    assert record.reclassified(first, assessed("drone", "strike", score=0.7), LATER) is None
    assert record.reclassified(
        first, assessed("strike", "drone", abstained="the text is cut off"), LATER
    )


def test_a_record_says_where_its_themes_are_not_to_be_trusted() -> None:
    """A story that is cut off may lack the paragraph that reports a theme, and its record says
    so."""
    definitions = themes.load(HOME / "config" / "themes")
    cut = story(
        body=("Rebels seized the town of Bria after the garrison fled, residents said.",),
        truncated=True,
    )
    [sent] = record.records(cut, entry(), None, NEW, definitions.assess(cut), NOW)
    assert sent.data["abstained"] == "the text is cut off"
    assert [theme["id"] for theme in sent.data["themes"]] == ["ground_fighting"]
    codes = sent.data["themes"][0]["codes"]
    assert {"code": "20000056", "match": "close"} in codes["iptc"]
    assert {"code": "20000060", "match": "broad"} in codes["iptc"]
    assert faults(sent) == []


@pytest.mark.parametrize(
    ("event", "text"),
    [("story.copy", True), ("story.withdrawn", False), ("story.of-a-later-release", False)],
)
def test_an_event_that_is_not_in_the_table_brings_no_text(event: str, text: bool) -> None:
    """A record that another release wrote is read without a fault and counts as no text."""
    assert Record(URI, 1, event, {}).brings_text is text


def test_the_schema_page_checks_records_as_shown(
    sent: list[Record], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The script for receivers takes every record of ours, and refuses one with an unknown
    field."""
    page = (HOME / "docs" / "schema" / "README.md").read_text("utf-8")
    [script] = re.findall(r"(?ms)^```python\n(.*?)^```", page)
    (tmp_path / "docs").symlink_to(HOME / "docs")
    (tmp_path / "var").mkdir()
    monkeypatch.chdir(tmp_path)
    lines = tmp_path / "var" / "stories.jsonl"
    lines.write_text("".join(record.to_json() + "\n" for record in sent), "utf-8")
    exec(compile(script, "schema", "exec"), {})
    lines.write_text(json.dumps({**json.loads(sent[0].to_json()), "more": 1}) + "\n")
    with pytest.raises(ValidationError, match="more"):
        exec(compile(script, "schema", "exec"), {})


def test_the_readme_shows_a_record_as_it_is(sent: list[Record]) -> None:
    """Each value of the README's shortened record stands in the record of that story."""
    [shown] = re.findall(r"(?ms)^```json\n(.*?)^```", (HOME / "README.md").read_text("utf-8"))
    told = json.loads(shown)
    [real] = [json.loads(r.to_json()) for r in sent if r.id == told["id"]]
    found = _differences(told, real, "")
    assert not found, "\n".join(found)


def _differences(told: Any, real: Any, where: str) -> list[str]:
    """Where a shortened value differs: fields and items may be left out, "..." is what follows."""
    found: list[str] = []
    if isinstance(told, dict):
        for key, value in told.items():
            found += _differences(value, real.get(key), f"{where}.{key}")
    elif isinstance(told, list):
        for n, value in enumerate(told):
            held = any(not _differences(value, item, "") for item in real or ())
            found += [] if value == "..." or held else [f"{where}[{n}]: {real}"]
    elif isinstance(told, str) and told.endswith(" ..."):
        found += [] if str(real).startswith(told[:-4]) else [f"{where}: {real}"]
    elif told != real:
        found.append(f"{where}: {real}")
    return found
