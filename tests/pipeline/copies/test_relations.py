"""What one story is to another: the relation, its guards, and what the index is left with."""

from __future__ import annotations

import json
import zlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.copies.bulletins import events, templates
from benchmarks.copies.pairs import (
    COPIES,
    LATER,
    LOCAL,
    Pair,
    elsewhere,
    own,
    reports,
    stories,
    written,
)
from pipeline.copies import Candidate, Known, MemoryIndex, cluster, pair, query, relate
from pipeline.story import Dateline, Moment, Relation, RelationKind, Story, digest

NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)
DAM = stories()[0][1]
MARKET = stories()[2][1]
SAME = {RelationKind.EXACT, RelationKind.COPY, RelationKind.TRUNCATED}


class Desk:
    """An index and the stories given to it, in order."""

    def __init__(self) -> None:
        self.index = MemoryIndex()

    def take(self, story: Story) -> Relation:
        """Relate a story and store what the relation says."""
        asked = query(story)
        relation = relate(story, self.index.lookup(asked), NOW)
        if relation.insert is not None:
            self.index.insert(asked, relation.insert)
        for number, blob in relation.changed:
            self.index.update(number, blob)
        return relation


def filed(story: Story, hours: float) -> Story:
    """The story with a publisher's time, so many hours after noon."""
    return replace(story, published=Moment(NOW + timedelta(hours=hours), "feed"))


def take(
    story: Story, label: str, body: tuple[str, ...], *, form: str = "update", **more: object
) -> Story:
    """A later take of the agency's story, under an address of its own."""
    key = digest(story.key, label)
    return replace(
        story,
        key=key,
        url=f"https://wire.example/{key[:8]}",
        version_label=label,
        form=form,
        body=body,
        **more,
    )


@pytest.fixture
def desk() -> Desk:
    """An empty desk."""
    return Desk()


@pytest.mark.parametrize("one", [*own(), *written()], ids=lambda p: p.name)
def test_our_own_pairs(one: Pair) -> None:
    """Every edit of ours is the same story, and no independent report of its event is."""
    found = pair(one.a, one.b, NOW).relation
    assert (found is not RelationKind.NEW) is one.same


def test_kind_of_our_own_pairs() -> None:
    """Copies are told from versions in at least nineteen of twenty of our own pairs."""
    same = [p for p in own() if p.same]
    right = sum((pair(p.a, p.b, NOW).relation in SAME) == (p.label == "copy") for p in same)
    assert right >= 0.95 * len(same)


def test_kind_of_written_pairs() -> None:
    """What other desks made of a story is told as a copy or a version of it in nine of ten."""
    same = [p for p in written() if p.same]
    right = sum((pair(p.a, p.b, NOW).relation in SAME) == (p.label == "copy") for p in same)
    assert right >= 0.9 * len(same)


def test_short_reports_of_one_event_are_not_merged() -> None:
    """Of nine hundred pairs of short reports that share an event, its names and its statements,
    none is one story."""
    same_event = [p for p in events() if p.label == "event"]
    assert len(same_event) == 900
    assert [
        p.name for p in same_event if pair(p.a, p.b, NOW).relation is not RelationKind.NEW
    ] == []


def test_quotation_mark_that_is_missing_turns_nothing_inside_out() -> None:
    """After a mark that nobody closed, a shared statement is still a statement and not the
    reporter's own words."""
    said = (
        '"'
        + " ".join(LATER)
        + ' We shall come back to this matter before the end of the week," the minister said.'
    )
    lost = 'The army spoke of a "regrettable incident. Nothing more was said. '
    a = replace(DAM, body=(*DAM.body[:2], lost + DAM.body[4] + " " + said))
    b = replace(
        MARKET, body=(*MARKET.body[:2], MARKET.body[4] + ' The 5" shells fell at noon. ' + said)
    )
    assert pair(a, b, NOW).relation is RelationKind.NEW


def test_trimmed_text_is_a_copy_whatever_was_left_out() -> None:
    """Every other paragraph left out, statements and figures with them, and no word changed: a
    truncated copy."""
    trimmed = elsewhere(DAM, "brief", (DAM.body[0], *DAM.body[3:5]))
    assert pair(DAM, trimmed, NOW).relation is RelationKind.TRUNCATED
    assert pair(trimmed, DAM, NOW).relation is RelationKind.TRUNCATED


def test_new_statements_make_a_version() -> None:
    """Passages that only one text quotes are new in it: quotations don't count as shared, but they
    count as new."""
    said = '"' + " ".join((*LATER, LOCAL, LOCAL)) + '," the mayor said. "We are waiting," he added.'
    edited = COPIES["house words"](DAM.body[:6])
    more = elsewhere(DAM, "lamp", (*edited[:2], said, *edited[2:]))
    assert pair(replace(DAM, body=DAM.body[:6]), more, NOW).relation is RelationKind.VERSION
    assert (
        pair(replace(DAM, body=DAM.body[:6]), replace(more, body=edited), NOW).relation
        is RelationKind.COPY
    )


def test_template_filled_in_anew_is_new() -> None:
    """Other figures and names all over the same words, without a new passage, are another
    bulletin."""
    body = (
        "A quake of magnitude {} shook {} early in the day, the survey said, and was "
        "felt as far as {} to the south.",
        "The centre lay {} kilometres under the village of {}, where {} houses lost "
        "their chimneys, it said.",
        "Earthquakes of that size cause damage near their centre. The last one in {} was "
        "recorded {} months before.",
    )
    facts = (("5.2", "Karsa", "Velin"), ("12", "Temm", "40"), ("Karsa", "seven"))
    others = (("6.1", "Merat", "Gola"), ("33", "Osk", "110"), ("Merat", "nineteen"))
    one, other = (
        replace(
            DAM, dateline=None, body=tuple(p.format(*f) for p, f in zip(body, some, strict=True))
        )
        for some in (facts, others)
    )
    assert pair(one, elsewhere(other, "survey", other.body), NOW).relation is RelationKind.NEW


def test_two_agencies_reports_of_one_event_are_not_merged() -> None:
    """Two whole reports of an event stay two stories, and so do their copies, though they quote the
    same statements."""
    same_event = [p for p in reports() if p.label == "event"]
    assert len(same_event) == 40
    assert [
        p.name for p in same_event if pair(p.a, p.b, NOW).relation is not RelationKind.NEW
    ] == []


def test_story_of_the_day_after_is_a_version(desk: Desk) -> None:
    """Another day and figure in the lead and new passages over much of the same copy: no daily
    bulletin, a version."""
    first = desk.take(DAM)
    lead = (
        "Rescuers found three more bodies at the dam on Friday and said that 17 people "
        "had died in the shelling."
    )
    after = desk.take(elsewhere(DAM, "after", (lead, *LATER[:2], *DAM.body[3:])))
    assert (after.kind, after.cluster) == (RelationKind.VERSION, first.cluster)


@pytest.mark.parametrize("mended", [True, False])
def test_short_bulletins_of_two_events_are_not_merged(mended: bool) -> None:
    """Bulletins that fill one template for two events are two stories; of their copies nine in ten
    are found."""
    some = templates(mended=mended)
    said = [(p, pair(p.a, p.b, NOW).relation is not RelationKind.NEW) for p in some]
    assert [p.name for p, one in said if one and not p.same] == []
    same = [one for p, one in said if p.same]
    assert len(same) >= 40
    assert sum(same) >= 0.9 * len(same)


def test_other_names_are_another_event(desk: Desk) -> None:
    """A bulletin that differs from a known one in its names only is new, also with a version label
    of the same desk."""
    body = (
        "Rescuers were searching the ruins of a block of flats in {} that fell down in "
        "the night, {} told reporters.",
        "Fifty people lived in the building, which was built on sand. The owner had been "
        "warned twice by inspectors.",
        "Houses in the poor quarters near {} often collapse because too much sand is "
        "mixed into the cement.",
    )
    one, other = (
        tuple(p.format(*names) for p, names in zip(body, some, strict=True))
        for some in (
            (("Karsa", "Mayor Olan Tem"), (), ("Lake Osk",)),
            (("Port Velin", "Mayor Rita Sand"), (), ("Gola Bay",)),
        )
    )
    desk.take(replace(DAM, body=one, dateline=None))
    assert desk.take(
        replace(take(DAM, "UPDATE 1", other, headline="House falls"), dateline=None)
    ).kind is (RelationKind.NEW)
    assert (
        desk.take(elsewhere(replace(DAM, dateline=None), "lamp", (*one[:2], LOCAL))).kind
        is not RelationKind.NEW
    )


def test_stored_story_reads_the_same_again(desk: Desk) -> None:
    """All that is stored of a short story comes back, names and weekdays too."""
    relation = desk.take(filed(replace(DAM, body=DAM.body[:2]), 1))
    assert relation.insert
    known = Known.unpack(relation.insert)
    assert known.sketch.names
    assert known.days
    assert known.filed == NOW + timedelta(hours=1)
    assert known.pack() == relation.insert


def test_index_says_what_both_texts_say() -> None:
    """What is stored of a story is enough to find its copies and versions, and nothing else, among
    our own pairs."""
    for one in [*own(), *written()]:
        desk = Desk()
        desk.take(one.a)
        assert (desk.take(one.b).kind is not RelationKind.NEW) is one.same, one.name


def test_quotations_are_not_copy() -> None:
    """Two reports that share a long statement word for word are two reports: everybody quotes
    it."""
    said = (
        '"'
        + " ".join(LATER)
        + ' We shall come back to this matter before the end of the week," the minister said.'
    )
    a = replace(DAM, body=(*DAM.body[:3], said))
    b = replace(MARKET, body=(*MARKET.body[:3], said))
    assert pair(a, b, NOW).relation is RelationKind.NEW


def test_refetch_delivers_nothing(desk: Desk) -> None:
    """The same entry with the same body changes nothing and stores nothing, also where a word that
    carries nothing or a mark is another in its headline."""
    first = desk.take(DAM)
    again = desk.take(replace(DAM, headline=f"{DAM.headline}, the"))
    assert again == replace(
        again, kind=RelationKind.REFETCH, uri=first.uri, version=1, insert=None, changed=()
    )


def test_a_headline_that_is_edited_is_a_version(desk: Desk) -> None:
    """A toll in the headline is news, though the text below is as it was; under another entry of
    the same address it may only be another feed's title."""
    edited = replace(DAM, headline="Shelling hits road to Karsa dam, nine dead")
    desk.take(DAM)
    other = desk.take(replace(edited, key=digest("another guid")))
    found = [desk.take(one) for one in (edited, edited, DAM)]
    assert other.kind is RelationKind.REFETCH
    assert [(r.kind, r.version) for r in found] == [
        (RelationKind.VERSION, 2),
        (RelationKind.REFETCH, 2),
        (RelationKind.VERSION, 3),
    ]
    assert "headline" in found[0].why


def test_refetch_by_url(desk: Desk) -> None:
    """The same URL under another guid is the same story once more."""
    desk.take(DAM)
    assert desk.take(replace(DAM, key=digest("another guid"))).kind is RelationKind.REFETCH


def test_refetch_with_a_correction_tag_is_a_correction(desk: Desk) -> None:
    """The same body sent again as a correction is delivered, once."""
    desk.take(DAM)
    corrected = desk.take(replace(DAM, form="correction"))
    assert (corrected.kind, corrected.version) == (RelationKind.CORRECTION, 2)
    assert desk.take(replace(DAM, form="correction")).kind is RelationKind.REFETCH


def test_same_entry_changed_body_is_its_next_version(desk: Desk) -> None:
    """A changed body under the same entry keeps the uri and counts the version on, however much was
    rewritten."""
    first = desk.take(DAM)
    second = desk.take(replace(DAM, body=LATER))
    third = desk.take(replace(DAM, body=(*LATER, LOCAL)))
    assert [(r.uri, r.version, r.kind) for r in (second, third)] == [
        (first.uri, 2, RelationKind.VERSION),
        (first.uri, 3, RelationKind.VERSION),
    ]


def test_an_edit_that_is_taken_back_goes_out_again(desk: Desk) -> None:
    """What sinks hold is what the page says now: A, B, A are three versions, then A is known."""
    edited = replace(DAM, body=(*DAM.body, LOCAL))
    found = [desk.take(story) for story in (DAM, edited, DAM, DAM, edited, edited)]
    assert [(r.kind, r.version) for r in found] == [
        (RelationKind.NEW, 1),
        (RelationKind.VERSION, 2),
        (RelationKind.VERSION, 3),
        (RelationKind.REFETCH, 3),
        (RelationKind.VERSION, 4),
        (RelationKind.REFETCH, 4),
    ]
    assert {r.uri for r in found} == {found[0].uri}
    assert "taken back" in found[2].why


def test_an_earlier_body_under_another_entry_is_a_refetch(desk: Desk) -> None:
    """A second feed that is behind the first tells of no edit."""
    desk.take(DAM)
    desk.take(replace(DAM, body=(*DAM.body, LOCAL)))
    behind = desk.take(replace(DAM, key=digest("another guid")))
    assert behind.kind is RelationKind.REFETCH


def test_an_edit_that_two_entries_of_one_page_show_goes_out_once(desk: Desk) -> None:
    """Whoever sees it first tells it, also where it takes the text back."""
    other, edited = digest("another guid"), (*LATER, *DAM.body[2:])
    told = []
    for body in (DAM.body, edited, DAM.body):
        for key in (DAM.key, other):
            told.append(desk.take(replace(DAM, key=key, body=body)).kind)
    assert told.count(RelationKind.VERSION) == 2
    assert told[0] is RelationKind.NEW


def test_two_dresses_of_one_page_do_not_take_turns(desk: Desk) -> None:
    """A page and its short form under one address are not an edit of each other with each look."""
    short = replace(DAM, key=digest("short form"), body=(*DAM.body, LOCAL))
    desk.take(DAM)
    desk.take(short)
    assert [desk.take(one).kind for one in (DAM, short, DAM)] == [RelationKind.REFETCH] * 3


def test_a_wall_does_not_replace_the_text_of_its_page(desk: Desk) -> None:
    """The feed's text that stands in for a page is a version of what stood in before, not of the
    page; the page is the next version of it."""
    summary = replace(DAM, body=DAM.body[:1], stands_in=True)
    longer = replace(DAM, body=DAM.body[:2], stands_in=True)
    found = [desk.take(story) for story in (summary, longer, DAM, summary, longer)]
    assert [(r.kind, r.version) for r in found] == [
        (RelationKind.NEW, 1),
        (RelationKind.VERSION, 2),
        (RelationKind.VERSION, 3),
        (RelationKind.REFETCH, 3),
        (RelationKind.REFETCH, 3),
    ]
    assert "can't be read" in found[3].why


def test_a_correction_in_the_feed_passes_a_wall(desk: Desk) -> None:
    """What the feed itself calls a correction is not held back with the page."""
    desk.take(DAM)
    corrected = replace(DAM, body=LATER[:1], stands_in=True, form="correction")
    assert desk.take(corrected).kind is RelationKind.CORRECTION


def test_a_page_that_shows_only_its_beginning_now_is_no_edit(desk: Desk) -> None:
    """A meter that ran out cuts a text off; where the text is another, it is read."""
    desk.take(DAM)
    assert desk.take(replace(DAM, body=DAM.body[:2], paywalled=True)).kind is RelationKind.REFETCH
    assert desk.take(replace(DAM, body=LATER[:2], paywalled=True)).kind is RelationKind.VERSION
    assert desk.take(replace(DAM, body=DAM.body[:2])).kind is RelationKind.VERSION


def test_removed_page_is_noted_not_acted_on(desk: Desk) -> None:
    """A page that now says the story was removed is no new version and withdraws nothing."""
    desk.take(DAM)
    gone = desk.take(replace(DAM, body=("This story has been removed.",)))
    assert (gone.kind, gone.withdrawn) == (RelationKind.REFETCH, ())
    assert "removed" in gone.why


def test_url_that_serves_many_stories_is_no_version(desk: Desk) -> None:
    """Two entries that both link to the front page stay two stories."""
    desk.take(DAM)
    assert desk.take(replace(MARKET, url=DAM.url)).kind is RelationKind.NEW


def test_urls_that_differ_in_a_parameter_are_two(desk: Desk) -> None:
    """?sid=1001 and ?sid=2002 are two stories."""
    desk.take(replace(DAM, url="https://example.org/story?sid=1001"))
    assert (
        desk.take(replace(MARKET, url="https://example.org/story?sid=2002")).kind
        is RelationKind.NEW
    )


def test_exact_copy_joins_the_cluster(desk: Desk) -> None:
    """The same body elsewhere is a record of its own in the cluster of the first."""
    first = desk.take(DAM)
    copy = desk.take(elsewhere(DAM, "daily-lamp", DAM.body, "Dam road shelled"))
    assert (copy.kind, copy.version, copy.cluster, copy.of) == (
        RelationKind.EXACT,
        1,
        first.cluster,
        first.uri,
    )
    assert copy.uri != first.uri
    assert copy.outlets == 2


def test_punctuation_and_case_do_not_make_a_new_body(desk: Desk) -> None:
    """Curly quotes, dashes and capitals leave the body the same."""
    desk.take(DAM)
    other = tuple(p.replace('"', "”").upper() for p in DAM.body)
    assert desk.take(elsewhere(DAM, "loud", other)).kind is RelationKind.EXACT


def test_other_toll_is_never_a_copy(desk: Desk) -> None:
    """The same words with another figure in the lead are a version."""
    desk.take(DAM)
    other = (DAM.body[0].replace("14", "17"), *DAM.body[1:])
    assert desk.take(elsewhere(DAM, "daily-lamp", other)).kind is RelationKind.VERSION


def test_other_place_is_never_a_copy(desk: Desk) -> None:
    """The same words from another place are a version."""
    desk.take(DAM)
    moved = replace(
        elsewhere(DAM, "daily-lamp", (*DAM.body, LOCAL)), dateline=Dateline("PORT ELSA")
    )
    assert desk.take(moved).kind is RelationKind.VERSION


def test_other_day_is_never_a_copy(desk: Desk) -> None:
    """The same words about another weekday are a version."""
    desk.take(DAM)
    body = (DAM.body[0].replace("Tuesday", "Friday"), *DAM.body[1:])
    assert desk.take(elsewhere(DAM, "daily-lamp", body)).kind is RelationKind.VERSION


def test_follow_up_of_the_next_day_is_a_version(desk: Desk) -> None:
    """Without a label, of another day and with another toll: the paragraphs it took over say whose
    version it is."""
    first = desk.take(filed(DAM, 0))
    top = (
        "The toll from the shelling of the Karsa dam road rose to 19 on Wednesday, and "
        "the army named three officers."
    )
    body = (top, LATER[0], LATER[1], *DAM.body[3:])
    follow_up = desk.take(
        filed(replace(DAM, key=digest("next"), url="https://wire.example/next", body=body), 26)
    )
    assert (follow_up.kind, follow_up.uri) == (RelationKind.VERSION, first.uri)


def test_daily_bulletins_stay_apart(desk: Desk) -> None:
    """Bulletins from one template with other figures and days are each new."""
    bulletins = [story for event, story in stories() if event.startswith("bulletin")]
    assert [desk.take(b).kind for b in bulletins] == [RelationKind.NEW] * 3


def test_overview_joins_nothing(desk: Desk) -> None:
    """A round-up that carries half of a story's copy is neither its version nor its copy."""
    desk.take(DAM)
    body = (*LATER, *DAM.body[1:5], *MARKET.body[1:4])
    roundup = replace(
        elsewhere(DAM, "daily-lamp", body, "WRAPUP: The day's fighting"), form="wrapup"
    )
    assert desk.take(roundup).kind is RelationKind.NEW


def test_digest_of_several_stories_joins_none(desk: Desk) -> None:
    """A page that strings two known stories together does not make them one."""
    one, two = desk.take(DAM), desk.take(MARKET)
    both = desk.take(
        elsewhere(DAM, "daily-lamp", (*DAM.body, *MARKET.body), "The day in two stories")
    )
    assert both.kind is RelationKind.NEW
    assert both.merged == ()
    assert one.cluster != two.cluster != both.cluster


def test_update_label_with_slug_is_a_version(desk: Desk) -> None:
    """UPDATE 1 under the same slug is version 2 even when little of the text stood before."""
    first = desk.take(replace(DAM, slug="KARSA-DAM/", agency="Northern Wire"))
    body = (*LATER, DAM.body[5], DAM.body[6])
    update = desk.take(take(DAM, "UPDATE 1", body, slug="KARSA-DAM/", agency="Northern Wire"))
    assert (update.kind, update.uri, update.version) == (RelationKind.VERSION, first.uri, 2)


def test_slug_alone_is_no_version(desk: Desk) -> None:
    """A general slug over another story does not make it a version."""
    desk.take(replace(DAM, slug="CONFLICT/", agency="Northern Wire"))
    assert (
        desk.take(replace(MARKET, slug="CONFLICT/", agency="Northern Wire")).kind
        is RelationKind.NEW
    )


def test_correction_is_told_from_version(desk: Desk) -> None:
    """A CORRECTED take is a correction, and the next version of the same record."""
    first = desk.take(DAM)
    body = (DAM.body[0].replace("14", "13"), *DAM.body[1:])
    fixed = desk.take(take(DAM, "CORRECTED", body, form="correction"))
    assert (fixed.kind, fixed.uri, fixed.version) == (RelationKind.CORRECTION, first.uri, 2)


def test_earlier_take_that_comes_late_replaces_nothing(desk: Desk) -> None:
    """An earlier edition that arrives after a later one stands beside it as a record of its own."""
    update = desk.take(filed(take(DAM, "UPDATE 2", (*LATER, *DAM.body)), 2))
    late = desk.take(filed(DAM, 0))
    assert late.superseded
    assert (late.kind, late.version, late.cluster) == (RelationKind.VERSION, 1, update.cluster)
    assert late.uri != update.uri


def test_representative_is_the_agencys_own(desk: Desk) -> None:
    """The agency's original stands for the cluster even if it came last and is shorter."""
    first = desk.take(elsewhere(DAM, "daily-lamp", (*DAM.body, LOCAL)))
    original = desk.take(replace(DAM, agency="Northern Wire", slug="KARSA-DAM/"))
    assert first.cluster == original.cluster
    assert original.representative == original.uri


def test_clusters_that_turn_out_to_be_one_are_merged(desk: Desk) -> None:
    """Two halves that nothing joined come together when the whole arrives."""
    top = desk.take(elsewhere(DAM, "top", DAM.body[:4]))
    rest = desk.take(elsewhere(DAM, "rest", DAM.body[3:]))
    whole = desk.take(DAM)
    assert top.cluster != rest.cluster
    assert whole.kind is not RelationKind.NEW
    assert {whole.cluster, *whole.merged} == {top.cluster, rest.cluster}


def test_parts_that_overlap_are_of_one_story(desk: Desk) -> None:
    """A story that two outlets cut to different parts is no digest of the two, whatever its
    headline."""
    top = desk.take(elsewhere(DAM, "top", DAM.body[:5], "Power crew stuck"))
    tail = desk.take(elsewhere(DAM, "tail", DAM.body[2:], "Blood on the road"))
    whole = desk.take(replace(DAM, headline="Shells fall near dam"))
    assert {whole.cluster, *whole.merged} == {top.cluster, tail.cluster}


def test_new_story_says_how_near_the_nearest_was(desk: Desk) -> None:
    """The scores of a new story are those of what came nearest, so that a miss can be
    understood."""
    desk.take(DAM)
    near = desk.take(elsewhere(DAM, "near", (*LATER, *MARKET.body[1:4], DAM.body[4])))
    assert near.kind is RelationKind.NEW
    assert 0 < near.containment < 0.38


@given(st.lists(st.text(max_size=300), max_size=6))
@settings(max_examples=60, deadline=None)
def test_any_text_can_be_related(body: list[str]) -> None:
    """Whatever the body, it has a query, is new once and the same the second time."""
    desk, story = Desk(), replace(DAM, body=tuple(body))
    assert desk.take(story).kind is RelationKind.NEW
    assert desk.take(story).kind is RelationKind.REFETCH
    assert all(0 <= post < 2**32 for post in query(story).posts)


@given(st.integers(0, 30), st.integers(0, 200))
@settings(max_examples=40, deadline=None)
def test_what_is_stored_reads_back(start: int, length: int) -> None:
    """Packing loses nothing that is read back: the blob is its own round trip."""
    words = " ".join(DAM.body).split()[start : start + length]
    relation = relate(replace(DAM, body=(" ".join(words),)), [], NOW)
    assert relation.insert is not None
    assert Known.unpack(relation.insert).pack() == relation.insert


def test_stored_story_is_small() -> None:
    """What is stored of a story that heads only itself takes at most 300 bytes, 270 on average."""
    sizes = [len(relate(story, [], NOW).insert or b"") for _, story in stories()]
    assert 0 < min(sizes) <= max(sizes) <= 300
    assert sum(sizes) <= 270 * len(sizes)


def test_cluster_sorts_a_pile() -> None:
    """A pile of stories falls into one cluster for each written story."""
    copies = [elsewhere(story, "lamp", (*story.body[:-1], LOCAL)) for _, story in stories()[:6]]
    found = cluster([*(story for _, story in stories()[:6]), *copies], NOW)
    assert sorted(len(c.members) for c in found) == [2] * 6


def _deflated(record: object) -> bytes:
    """A record as a blob has it, without what ``pack`` knows beforehand."""
    packer = zlib.compressobj(wbits=-15)
    return b"\0\0\0\0" + packer.compress(json.dumps(record).encode()) + packer.flush()


@pytest.mark.parametrize(
    "blob",
    [
        b"",
        b"\0\0\0\0",
        b"\0" * 40,
        b"\0\0\0\1" + bytes(range(256)),
        _deflated([1, 2]),
        _deflated(7),
        _deflated({"uri": "aa"}),
        _deflated({"uri": "aa", "time": 1, "cells": "x"}),
        _deflated({"uri": "aa", "time": "noon"}),
        _deflated({"uri": "aa", "time": 1 << 60}),
        _deflated({"uri": "aa", "time": 1, "group": {"members": [[]]}}),
    ],
)
def test_what_another_release_stored_is_unknown(blob: bytes) -> None:
    """After an upgrade a stored story that can't be read is passed over, and no fault of what
    resembles it."""
    assert relate(DAM, [Candidate(1, 1, 9, blob)], NOW).kind is RelationKind.NEW
    with pytest.raises(ValueError, match=r".*"):
        Known.unpack(blob)


@given(st.binary(max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_blob_is_a_story_or_unknown(blob: bytes) -> None:
    """Whatever an index holds, reading it ends with a story or says that it is none."""
    assert relate(DAM, [Candidate(1, 1, 9, blob)], NOW).kind is RelationKind.NEW


@pytest.mark.parametrize("number", [12, 27, 38, 39])
def test_text_without_a_shingle_below_a_flash_is_compared(number: int) -> None:
    """Where all shingles of a text are above the largest of a known flash, they share nothing."""
    flash = replace(DAM, body=(f"Siren {number} sounded in Karsa",))
    later = (f"Rescuers left town {number} quietly after midnight",)
    desk = Desk()
    desk.take(flash)
    update = desk.take(replace(flash, key=digest("later"), body=later))
    assert (update.kind, update.containment) == (RelationKind.VERSION, 0.0)


def test_a_page_is_known_by_the_address_that_it_calls_its_own(desk: Desk) -> None:
    """A feed's link leads by way of a counter; the page names its own address. The same page under
    that address is a refetch, not another outlet's copy.
    """
    counted = replace(DAM, url="https://count.example/1", canonical="https://wire.example/dam")
    first = desk.take(counted)
    again = desk.take(replace(DAM, key=digest("again"), url="https://wire.example/dam"))
    assert (again.kind, again.uri) == (RelationKind.REFETCH, first.uri)


def test_an_outlet_counts_once_however_many_copies_it_has(desk: Desk) -> None:
    """How many outlets carry a story says how much it matters; one that prints it twice is one."""
    desk.take(DAM)
    desk.take(elsewhere(DAM, "daily-lamp", DAM.body, "One headline"))
    twice = elsewhere(DAM, "daily-lamp", DAM.body, "Another headline")
    found = desk.take(replace(twice, key=digest("twice"), url="https://lamp.example/twice"))
    assert found.outlets == 2


def test_the_most_complete_copy_stands_for_its_cluster(desk: Desk) -> None:
    """Where no copy is the agency's own: the longest, not the first that came."""
    short = elsewhere(DAM, "daily-lamp", DAM.body[:-1], "One headline")
    whole = elsewhere(DAM, "coast-courier", DAM.body, "Another headline")
    desk.take(filed(replace(short, agency="", slug=""), 0))
    found = desk.take(filed(replace(whole, agency="", slug=""), 1))
    assert found.representative == found.uri
