"""Sequences: takes, copies and kills of one story, in whatever order they come."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.copies.pairs import LATER, LOCAL, elsewhere, stories
from pipeline.copies import MemoryIndex, query, relate
from pipeline.story import Moment, Relation, RelationKind, Story, digest

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
DAM = stories()[0][1]
MARKET = stories()[2][1]
OUTLETS = ("coast-courier", "daily-lamp", "harbour-times")
HEADLINES = ("Power crew stuck again", "Blood on the dam road", "Shells fall near dam")


@dataclass
class Sink:
    """What a sink knows at the end: its clusters, what was withdrawn, and which story is the
    current edition.

    ``held`` is what it keeps of each uri: the last version and the story that gave its text.
    """

    index: MemoryIndex = field(default_factory=MemoryIndex)
    clusters: dict[str, str] = field(default_factory=dict)
    uris: dict[str, str] = field(default_factory=dict)
    withdrawn: list[tuple[str, int]] = field(default_factory=list)
    current: str = ""
    held: dict[str, tuple[int, str]] = field(default_factory=dict)

    def take(self, story: Story) -> Relation:
        """Relate, store and deliver one story."""
        asked = query(story)
        relation = relate(story, self.index.lookup(asked), NOON)
        if relation.insert is not None:
            self.index.insert(asked, relation.insert)
        for number, blob in relation.changed:
            self.index.update(number, blob)
        self.clusters = {
            k: relation.cluster if c in relation.merged else c for k, c in self.clusters.items()
        }
        if relation.kind is not RelationKind.WITHDRAWAL:
            self.clusters[story.key] = relation.cluster
            self.uris[story.key] = relation.uri
            self.held[relation.uri] = max(
                self.held.get(relation.uri, (0, "")), (relation.version, story.key)
            )
        self.withdrawn += relation.withdrawn
        told = {RelationKind.NEW, RelationKind.VERSION, RelationKind.CORRECTION}
        if relation.kind in told and not relation.superseded:
            self.current = story.key
        return relation

    @property
    def usable(self) -> set[str]:
        """The uris that were delivered and not withdrawn."""
        return set(self.uris.values()) - {uri for uri, _ in self.withdrawn}


def take(
    name: str,
    minutes: int,
    body: tuple[str, ...],
    label: str = "",
    form: str = "",
    headline: str = "",
) -> Story:
    """A take by the agency, so many minutes after noon."""
    return replace(
        DAM,
        key=digest(name),
        url=f"https://wire.example/{name}",
        agency="Northern Wire",
        slug="KARSA-DAM/",
        version_label=label,
        form=form,
        headline=headline or DAM.headline,
        body=body,
        published=Moment(NOON + timedelta(minutes=minutes), "feed"),
    )


TOP = (
    "At least 21 people were killed when shells hit the road to the Karsa dam on "
    "Tuesday and a clinic, officials said."
)
FIRST = take("first", 0, DAM.body)
UPDATE1 = take(
    "u1",
    60,
    (DAM.body[0].replace("14", "17"), *DAM.body[1:3], LATER[0], *DAM.body[3:]),
    "UPDATE 1",
    "update",
)
UPDATE2 = take(
    "u2", 120, (TOP, LATER[1], *UPDATE1.body[:2], LATER[2], *UPDATE1.body[3:]), "UPDATE 2", "update"
)
CORRECTED = take("c", 180, (TOP.replace("21", "20"), *UPDATE2.body[1:]), "CORRECTED", "correction")
TAKES = [FIRST, UPDATE1, UPDATE2, CORRECTED]
NOTICE = (
    f'The story headlined "{DAM.headline}" is withdrawn. It was sent in error.',
    "A kill is mandatory.",
)
KILL = take("kill", 300, NOTICE, form="kill", headline="KILL: Karsa dam story")


def copies() -> list[Story]:
    """Three outlets' copies of the first three takes: untouched, cut, and with a paragraph of their
    own."""
    found = []
    for i, outlet in enumerate(OUTLETS):
        for j, original in enumerate(TAKES[:3]):
            edited = (
                original.body,
                original.body[:-1],
                (*original.body[:4], LOCAL, *original.body[4:]),
            )[i]
            copy = elsewhere(original, f"{outlet}-{j}", edited, HEADLINES[j])
            when = NOON + timedelta(minutes=60 * j + 10 + 7 * i)
            found.append(
                replace(
                    copy,
                    outlet=outlet,
                    agency="",
                    slug="",
                    version_label="",
                    form="",
                    published=Moment(when, "feed"),
                )
            )
    return found


@pytest.mark.parametrize("seed", range(15))
@pytest.mark.parametrize("slug", ["KARSA-DAM/", ""])
def test_any_order_ends_in_one_cluster_with_the_correction_current(seed: int, slug: str) -> None:
    """Takes and copies in any order: one cluster, and the corrected take is what stands."""
    order = [replace(s, slug=slug) if s.slug else s for s in (*TAKES, *copies())]
    random.Random(seed).shuffle(order)
    sink = Sink()
    for story in order:
        sink.take(story)
    assert len(set(sink.clusters.values())) == 1
    assert sink.current == CORRECTED.key
    assert sink.withdrawn == []


@settings(max_examples=60, deadline=None)
@given(st.permutations([*TAKES, *copies(), KILL]), st.booleans(), st.booleans())
def test_any_order_ends_in_the_same_record(order: list[Story], slugged: bool, killed: bool) -> None:
    """Whatever the order, the last version of the story's record is the corrected take, or every
    last one is killed."""
    sink = Sink()
    for story in order:
        if killed or story is not KILL:
            sink.take(story if slugged else replace(story, slug=""))
    version, source = sink.held[sink.uris[CORRECTED.key]]
    assert source == CORRECTED.key
    assert version <= len(TAKES) + len(copies())
    assert len(set(sink.clusters.values())) == 1
    last = {(uri, version) for uri, (version, _) in sink.held.items()}
    assert set(sink.withdrawn) & last == (last if killed else set())


@pytest.mark.parametrize("seed", range(15))
@pytest.mark.parametrize("slug", ["KARSA-DAM/", ""])
def test_any_order_with_a_kill_leaves_nothing_usable(seed: int, slug: str) -> None:
    """The same with a kill anywhere among them: every take and copy ends withdrawn, each record
    once."""
    order = [replace(s, slug=slug) if s.slug else s for s in (*TAKES, *copies(), KILL)]
    random.Random(seed).shuffle(order)
    sink = Sink()
    for story in order:
        sink.take(story)
    assert sink.usable == set()
    assert len(sink.withdrawn) == len(set(sink.withdrawn))


def test_versions_count_on_in_order() -> None:
    """In the order they were filed, the takes are versions 1 to 4 of one record."""
    sink = Sink()
    said = [sink.take(story) for story in TAKES]
    assert [(r.uri, r.version) for r in said] == [(said[0].uri, n) for n in (1, 2, 3, 4)]
    assert [r.kind for r in said] == [
        RelationKind.NEW,
        RelationKind.VERSION,
        RelationKind.VERSION,
        RelationKind.CORRECTION,
    ]


def test_kill_names_the_last_version_of_each_record() -> None:
    """A kill withdraws the chain at its last version and each copy."""
    sink = Sink()
    chain = [sink.take(story) for story in TAKES][-1]
    copy = sink.take(copies()[1])
    kill = sink.take(KILL)
    assert kill.kind is RelationKind.WITHDRAWAL
    assert set(kill.withdrawn) == {(chain.uri, 4), (copy.uri, 1)}


def test_kill_by_quoted_headline_forgives_a_word() -> None:
    """A notice that quotes the headline with another word or two still finds its story."""
    sink = Sink()
    first = sink.take(replace(FIRST, slug=""))
    quoted = DAM.headline.replace("hits", "strikes").replace("Shelling", "SHELLING")
    kill = sink.take(replace(KILL, slug="", body=(f"The item headlined “{quoted}” is withdrawn.",)))
    assert kill.withdrawn == ((first.uri, 1),)


def test_kill_means_the_nearest_headline() -> None:
    """Two of the agency's stories have nearly the headline that a notice quotes: the one that has
    all of it is meant, and the other stays usable.
    """
    sink = Sink()
    named = "Shelling near Karsa dam kills fourteen road workers"
    meant = sink.take(replace(FIRST, slug="", headline=named))
    other = replace(take("market", 10, MARKET.body), slug="")
    sink.take(replace(other, headline=named.replace("workers", "drivers")))
    body = (f'The story headlined "{named}" is withdrawn.',)
    assert sink.take(replace(KILL, slug="", body=body)).withdrawn == ((meant.uri, 1),)


def test_kill_by_slug_in_its_text() -> None:
    """ "Please kill the story SLUG" is enough."""
    sink = Sink()
    first = sink.take(replace(FIRST, slug="Karsa-Dam"))
    text = ("Please kill the story Karsa-Dam, V9991. A kill is mandatory.",)
    kill = sink.take(replace(KILL, slug="", headline="Kill", body=text))
    assert kill.withdrawn == ((first.uri, 1),)


def test_kill_by_address() -> None:
    """A notice that gives the story's address finds it."""
    sink = Sink()
    first = sink.take(replace(FIRST, slug=""))
    kill = sink.take(replace(KILL, slug="", headline="Kill", body=(f"Please remove {FIRST.url}.",)))
    assert kill.withdrawn == ((first.uri, 1),)


def test_kill_that_found_its_story_waits_for_no_other_of_its_slug() -> None:
    """A slug stands over all stories of a conflict: one that comes late, filed before the kill, is
    not what was taken back.
    """
    sink = Sink()
    sink.take(FIRST)
    assert sink.take(KILL).withdrawn
    other = take("market", 10, MARKET.body, headline="Grain market of Telbarud opens again")
    assert sink.take(other).withdrawn == ()


@pytest.mark.parametrize("side", ["top", "rest"])
def test_kill_of_any_copy_takes_all_of_a_merged_cluster(side: str) -> None:
    """Clusters that turned out to be one are one to a kill as well, whichever side it names: what
    stays usable of a killed story is used.
    """
    sink = Sink()
    halves = {"top": DAM.body[:4], "rest": DAM.body[3:]}
    for name, body in halves.items():
        sink.take(elsewhere(DAM, name, body))
        sink.take(elsewhere(DAM, f"{name}-copy", body, f"Other headline of the {name}"))
    assert sink.take(DAM).merged
    url = elsewhere(DAM, f"{side}-copy", halves[side]).url
    kill = replace(KILL, slug="", headline="Kill", body=(f"Please remove {url}.",))
    sink.take(kill)
    assert sink.usable == set()
    assert len(sink.withdrawn) == 5


def test_kill_that_replaces_its_story_in_place() -> None:
    """A kill sent under the story's own entry withdraws that story."""
    sink = Sink()
    first = sink.take(FIRST)
    kill = sink.take(
        replace(KILL, key=FIRST.key, url=FIRST.url, slug="", body=("A kill is mandatory.",))
    )
    assert kill.withdrawn == ((first.uri, 1),)


def test_kill_leaves_others_alone() -> None:
    """A kill withdraws nothing of another story, another agency's namesake, or one filed days
    before."""
    sink = Sink()
    sink.take(MARKET)
    old = replace(
        FIRST,
        key=digest("old"),
        url="https://wire.example/old",
        published=Moment(NOON - timedelta(days=9), "feed"),
    )
    sink.take(old)
    other = replace(
        FIRST,
        agency="Southern Wire",
        body=MARKET.body[::-1],
        key=digest("other"),
        url="https://other.example/1",
    )
    sink.take(other)
    assert sink.take(KILL).withdrawn == ()


def test_kill_without_target_waits_for_it() -> None:
    """A kill that finds nothing is kept and says so; its story is withdrawn when it comes."""
    sink = Sink()
    kill = sink.take(KILL)
    assert kill.of == ""
    assert "kept" in kill.why
    late = sink.take(FIRST)
    assert late.withdrawn == ((late.uri, 1),)


def test_copy_before_its_killed_original_is_withdrawn_with_it() -> None:
    """Kill, copy under another headline, original: the original's arrival withdraws both."""
    sink = Sink()
    sink.take(KILL)
    copy = sink.take(copies()[0])
    assert copy.withdrawn == ()
    original = sink.take(FIRST)
    assert set(original.withdrawn) == {(copy.uri, 1), (original.uri, 1)}


def test_substitute_is_not_withdrawn() -> None:
    """What the agency files in place of a killed story, after the kill, stands."""
    sink = Sink()
    sink.take(FIRST)
    sink.take(KILL)
    body = (DAM.body[0].replace("14", "two"), *DAM.body[1:4], LATER[0])
    substitute = sink.take(take("substitute", 360, body, "UPDATE 1", "update"))
    assert substitute.kind is RelationKind.VERSION
    assert substitute.withdrawn == ()


def test_late_copy_of_a_killed_story_is_withdrawn() -> None:
    """A copy that an outlet posts after the kill is withdrawn like the rest."""
    sink = Sink()
    sink.take(FIRST)
    sink.take(KILL)
    late = replace(copies()[0], published=Moment(NOON + timedelta(hours=9), "feed"))
    assert sink.take(late).withdrawn == ((sink.uris[late.key], 1),)


def test_same_kill_from_several_feeds_withdraws_once() -> None:
    """A second notice for the same story withdraws nothing again; the same notice again is a
    refetch."""
    sink = Sink()
    sink.take(FIRST)
    assert len(sink.take(KILL).withdrawn) == 1
    assert (
        sink.take(replace(KILL, key=digest("kill two"), url="https://wire.example/k2")).withdrawn
        == ()
    )
    assert sink.take(KILL).kind is RelationKind.REFETCH


def test_twenty_copies_have_one_original() -> None:
    """Of twenty copies in any order one is new, and all are one cluster."""
    rng = random.Random(5)
    for _ in range(5):
        pile = [
            elsewhere(FIRST, f"outlet-{i}", FIRST.body[: rng.randint(5, 7)], f"Headline {i}")
            for i in range(20)
        ]
        sink = Sink()
        kinds = [sink.take(replace(story, slug="")).kind for story in pile]
        assert kinds.count(RelationKind.NEW) == 1
        assert len(set(sink.clusters.values())) == 1
