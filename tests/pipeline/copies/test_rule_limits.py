"""Every figure by which one of the rules decides, held from both sides: headlines, times, labels,
notices, digests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from pipeline.copies import pair, query
from pipeline.story import Dateline, RelationKind, Story
from tests.pipeline.copies.texts import NOON, changed, filed, put_in, relations, row, told

HOUR = 3600
NEW, COPY, VERSION = RelationKind.NEW, RelationKind.COPY, RelationKind.VERSION
TRUNCATED, REFETCH = RelationKind.TRUNCATED, RelationKind.REFETCH


def headline(size: int, shared: int = 0) -> str:
    """A headline of so many words, of which so many are the first of every such headline."""
    return " ".join([*row(shared, 90_000), *row(size - shared, 91_000 + 100 * shared)])


def take(shared: int, size: int = 100, name: str = "b", **fields: Any) -> Story:
    """A labelled take of the agency that begins with so many shingles of its first story."""
    words = [*row(shared + 2 if shared else 0), *row(size - shared, 50_000)]
    return told(words, name, **{"version_label": "UPDATE 1", "form": "update", **fields})


FIRST = told(row(102), "a", headline=headline(10, 10), outlet="wire", agency="Wire", slug="KARSIN")
SLUGGED: dict[str, Any] = {"slug": "KARSIN", "agency": "Wire"}


@pytest.mark.parametrize(
    ("story", "kind", "why"),
    [
        (take(15, **SLUGGED), VERSION, "an update under the same slug keeps .15 of the text"),
        (take(14, **SLUGGED), NEW, "a general slug stands over stories that share phrases"),
        (take(0, headline=headline(10, 4), **SLUGGED), VERSION, "or four tenths of the headline"),
        (take(0, headline=headline(9, 3), **SLUGGED), NEW, "fewer words are names and verbs"),
        (
            take(25, outlet="wire"),
            VERSION,
            "without a slug its outlet's label needs .25 of the text",
        ),
        (take(24, outlet="wire"), NEW, "less is background that an outlet repeats"),
        (take(25, outlet="lamp"), NEW, "of another outlet's story a label says nothing"),
        (take(16, headline=headline(8, 6)), NEW, "a headline of .6 is another one"),
        (take(15, headline=headline(8, 8)), VERSION, "the same headline and .15 of the text"),
        (take(14, headline=headline(8, 8)), NEW, "the same headline over another text"),
        (take(40, agency="Other"), VERSION, "by its words, whoever sent it"),
        (take(15, slug="KARSIN", agency="Other"), NEW, "another agency's slug is another's"),
    ],
)
def test_labelled_take_is_a_version(story: Story, kind: RelationKind, why: str) -> None:
    """A version label makes a chain with the slug, the headline or the outlet, from a share of the
    text on."""
    first = replace(FIRST, headline=headline(8, 8)) if story.headline == headline(8, 8) else FIRST
    assert pair(first, story, NOON).relation is kind, why


@pytest.mark.parametrize(("size", "shared", "kind"), [(8, 6, VERSION), (10, 7, NEW)])
def test_headline_of_three_quarters_chains(size: int, shared: int, kind: RelationKind) -> None:
    """An update keeps .75 of its headline; with fewer it needs the slug or more of
    the text."""
    first = replace(FIRST, headline=headline(size, size), slug="")
    assert pair(first, take(15, headline=headline(size, shared)), NOON).relation is kind


@pytest.mark.parametrize(("seconds", "kind"), [(72 * HOUR, VERSION), (72 * HOUR + 1, NEW)])
def test_chain_lasts_72_hours(seconds: int, kind: RelationKind) -> None:
    """A slug comes again for another story; after three days it is no take of this one."""
    update = filed(take(20, **SLUGGED), seconds)
    assert pair(filed(FIRST, 0), update, NOON).relation is kind


@pytest.mark.parametrize(("size", "shared", "kind"), [(10, 3, VERSION), (7, 2, NEW)])
def test_same_url_is_the_same_story_by_three_tenths_of_its_headline(
    size: int, shared: int, kind: RelationKind
) -> None:
    """A home page or a running page serves many stories under one URL."""
    first = told(row(100), "a", headline=headline(size, size))
    second = told(row(100, 50_000), "b", headline=headline(size, shared))
    assert pair(first, replace(second, url=first.url), NOON).relation is kind


@pytest.mark.parametrize(("words", "kind"), [(39, REFETCH), (40, VERSION)])
def test_removed_page_is_shorter_than_forty_words(words: int, kind: RelationKind) -> None:
    """A page that was taken down says so and little else; a story may say that something was
    removed."""
    gone = told([*row(words - 3, 50_000), "has", "been", "removed"], "a")
    assert pair(told(row(100), "a"), gone, NOON).relation is kind


def bulletin(day: str, toll: str, name: str, **fields: Any) -> Story:
    """A bulletin that comes daily: one half as the day before, with another toll, and the other
    half new."""
    words = row(100)
    words[4], words[6] = toll, day
    return told(changed(words, [50] if name == "b" else []), name, **fields)


@pytest.mark.parametrize(("size", "shared", "kind"), [(10, 6, NEW), (7, 4, VERSION)])
def test_bulletin_has_its_headline(size: int, shared: int, kind: RelationKind) -> None:
    """Another outlet's bulletin of another day is told by .6 of the headline; else it is a
    version."""
    one = bulletin("monday", "41", "a", headline=headline(size, size))
    other = bulletin("tuesday", "52", "b", headline=headline(size, shared))
    assert pair(one, other, NOON).relation is kind


@pytest.mark.parametrize(("seconds", "kind"), [(18 * HOUR, VERSION), (18 * HOUR + 1, NEW)])
def test_bulletin_of_the_next_day_is_18_hours_later(seconds: int, kind: RelationKind) -> None:
    """The morning's update of last night's story is its version; tomorrow's bulletin is not."""
    one = filed(bulletin("monday", "41", "a", outlet="wire"), 0)
    other = filed(bulletin("monday", "52", "b", outlet="wire"), seconds)
    assert pair(one, other, NOON).relation is kind


@pytest.mark.parametrize(("place", "kind"), [("KARSIN", VERSION), ("VELIN", NEW)])
def test_bulletin_from_another_place_is_new(place: str, kind: RelationKind) -> None:
    """An outlet's bulletin for every earthquake has another place in its dateline."""
    one = bulletin("monday", "41", "a", outlet="wire", dateline=Dateline("KARSIN"))
    other = bulletin("monday", "52", "b", outlet="wire", dateline=Dateline(place))
    assert pair(one, other, NOON).relation is kind


@pytest.mark.parametrize(("place", "kind"), [("KARSIN, Sarovia", COPY), ("VELIN", VERSION)])
def test_copy_has_the_same_place(place: str, kind: RelationKind) -> None:
    """The same words from another place are a version; a country after the place is none."""
    one = told(row(100), "a", dateline=Dateline("KARSIN"))
    other = told(changed(row(100), [50]), "b", dateline=Dateline(place))
    assert pair(one, other, NOON).relation is kind


def edition(name: str, label: str) -> Story:
    """A take of which one half is as in every other and one half its own."""
    own = row(50, 50_000 if name == "a" else 60_000)
    return told([*row(52), *own], name, outlet="wire", version_label=label, **SLUGGED)


@pytest.mark.parametrize(("seconds", "late"), [(-60, True), (-59, False)])
def test_an_outlets_edition_of_a_minute_before_is_the_earlier_one(seconds: int, late: bool) -> None:
    """Feeds round to the minute: what differs by less is told by order of arrival."""
    said = relations(filed(edition("a", "UPDATE 1"), 0), filed(edition("b", "UPDATE 1"), seconds))
    assert said[1].superseded is late


@pytest.mark.parametrize(
    ("label", "late"),
    [("UPDATE 2", True), ("UPDATE 3", False), ("UPDATE 4", False), ("", True), ("urgent", True)],
)
def test_label_says_which_take_is_later(label: str, late: bool) -> None:
    """Of takes without a time the number of the label decides; a word without a number is the
    first."""
    said = relations(edition("a", "UPDATE 3"), edition("b", label))
    assert said[1].superseded is late


@pytest.mark.parametrize(("number", "late"), [(119, True), (120, False)])
def test_takes_are_counted_to_120(number: int, late: bool) -> None:
    """A larger number in a label is a date or an item's number: the 120th and the 121st are told by
    arrival."""
    said = relations(edition("a", "UPDATE 121"), edition("b", f"UPDATE {number}"))
    assert said[1].superseded is late


def kill(name: str = "k", **fields: Any) -> Story:
    """A notice that names nothing but what the fields say."""
    given: dict[str, Any] = {"headline": "Kill", "form": "kill", "outlet": "wire"}
    return told(["a", "kill", "is", "mandatory"], name, **{**given, **fields})


def quoting(quoted: str, **fields: Any) -> Story:
    """A notice that quotes a headline. Its second link leads to the story, but it is the first that
    it means."""
    links = "https://k.example/other https://a.example/story"
    return kill(advisory=f'The story headlined "{quoted}" is withdrawn. {links}', **fields)


@pytest.mark.parametrize("before", [False, True], ids=["after its story", "before its story"])
@pytest.mark.parametrize(
    ("notice", "hits", "why"),
    [
        (quoting(headline(10, 8)), True, "the notice quotes .8 of the headline's words"),
        (quoting(headline(9, 7)), False, "less is another story of the same event"),
        (filed(quoting(headline(10, 10)), 96 * HOUR), True, "within four days"),
        (filed(quoting(headline(10, 10)), 96 * HOUR + 1), False, "later a namesake is meant"),
        (filed(quoting(headline(10, 10)), -1), False, "a notice means no story filed after it"),
        (filed(quoting(headline(10, 10)), 0), True, "but one of the same moment"),
        (quoting(headline(10, 10), agency="Other"), False, "not another agency's story"),
        (kill(slug="KARSIN"), True, "or its slug"),
        (kill(slug="VELIN"), False, "not under another slug"),
        (kill(advisory="Please kill item ab12c."), True, "a code of five characters is an id"),
        (kill(advisory="Please kill item b12c."), False, "a shorter one is a time or a road"),
    ],
)
def test_notice_means_a_story(notice: Story, hits: bool, why: str, before: bool) -> None:
    """Whenever it comes, a notice withdraws what it says best, near in time and of the same
    agency."""
    item = "ab12c" if "ab12c" in notice.advisory else "b12c"
    story = replace(filed(FIRST, 0), headline=headline(10, 10), item=item)
    said = relations(notice, story) if before else relations(story, notice)
    assert bool(said[1].withdrawn) is hits, why


@pytest.mark.parametrize(
    ("item", "hits", "why"),
    [
        ("123456", True, "a number of six digits is an id"),
        ("12345", False, "a shorter one is a count"),
        ("tag:wire.example,2026:12345", True, "unless a tag says that it is one"),
    ],
)
def test_number_that_is_an_id(item: str, hits: bool, why: str) -> None:
    """What a notice gives as an id counts as one from a length on."""
    story = replace(FIRST, item=item)
    assert bool(relations(story, kill(advisory=f"Kill item {item}."))[1].withdrawn) is hits, why


@pytest.mark.parametrize(("item", "keys"), [("123456", 1), ("12345", 0), ("ab12c", 1), ("b12c", 0)])
def test_story_goes_by_an_item_that_tells(item: str, keys: int) -> None:
    """A short number or code is no name of a story: many would have it."""
    assert sum(key.startswith("i") for key in query(replace(FIRST, item=item)).keys) == keys


@pytest.mark.parametrize(("place", "hits"), [(7, True), (8, False)])
def test_notice_names_at_most_eight_items(place: int, hits: bool) -> None:
    """A list of more is no notice for each of them."""
    items = [f"xx{10 + i}y" for i in range(10)]
    story = replace(FIRST, item=items[place])
    text = "Kill " + " and ".join(f"item {item}" for item in items)
    assert bool(relations(story, kill(advisory=text))[1].withdrawn) is hits


@pytest.mark.parametrize("marks", ['""', "''", "“”", "‘’"])
@pytest.mark.parametrize(("length", "hits"), [(11, False), (12, True), (250, True), (251, False)])
def test_quoted_headline_has_12_to_250_characters(length: int, hits: bool, marks: str) -> None:
    """Less is a nickname, more is a statement."""
    quoted = ("babo dede fi" if length < 20 else headline(40))[:length]
    story = replace(FIRST, headline=quoted, slug="")
    said = f"The story headlined {marks[0]}{quoted}{marks[1]} is withdrawn."
    assert bool(relations(story, kill(advisory=said))[1].withdrawn) is hits


def digest_of(one: Sequence[str], other: Sequence[str], own: int, title: str = "") -> Story:
    """A page that strings two stories together, with so many words of its own after them."""
    return told([*one, *other, *row(own, 60_000)], "c", headline=title or headline(10, 1))


def two_known(title: str = "") -> tuple[Story, Story]:
    """Two stories of fifty words that share nothing."""
    return (told(row(50), "a", headline=title or headline(10, 2)), told(row(50, 40_000), "b"))


def test_digest_joins_none() -> None:
    """A page that carries two known stories side by side is a story of its own."""
    said = relations(*two_known(), digest_of(row(50), row(50, 40_000), 0))[2]
    assert (said.kind, said.why) == (NEW, "carries several known stories: a digest joins none")


@pytest.mark.parametrize(("shared", "kind"), [(4, NEW), (5, TRUNCATED)])
def test_digest_has_a_headline_of_its_own(shared: int, kind: RelationKind) -> None:
    """Under half of a part's headline the page is that story, with another after it."""
    known = two_known(headline(10, 10))
    page = digest_of(row(50), row(50, 40_000), 0, headline(10, shared))
    assert relations(*known, page)[2].kind is kind


@pytest.mark.parametrize(("lost", "kind"), [(19, NEW), (20, TRUNCATED)])
def test_digest_carries_most_of_each_part(lost: int, kind: RelationKind) -> None:
    """A part of which less than .60 is there is quoted, not carried."""
    second = row(50, 40_000)[lost:]
    assert relations(*two_known(), digest_of(row(50), second, lost))[2].kind is kind


@pytest.mark.parametrize(("size", "kind"), [(76, NEW), (77, COPY)])
def test_part_of_a_digest_is_shorter_than_three_quarters(size: int, kind: RelationKind) -> None:
    """What is nearly all of a page is the page's own story."""
    known = (told(row(size), "a", headline=headline(10, 2)), told(row(102 - size, 40_000), "b"))
    page = digest_of(row(size), row(102 - size, 40_000), 0)
    said = relations(*known, page)[2]
    assert said.kind is kind


@pytest.mark.parametrize(("overlap", "merges"), [(6, False), (7, True)])
def test_parts_of_a_digest_lie_side_by_side(overlap: int, merges: bool) -> None:
    """Parts that together are more than 1.05 of the page overlap: cut to different parts, they are
    copies of it."""
    start = 1000 + 50 - overlap
    known = (told(row(50), "a"), told(row(50, start), "b"))
    said = relations(*known, told(row(100 - overlap), "c"))[2]
    assert bool(said.merged) is merges


@pytest.mark.parametrize(("lost", "merges"), [(9, True), (10, False)])
def test_nearly_the_same_text_joins_clusters(lost: int, merges: bool) -> None:
    """Of another cluster's story .85 must be in a text that joins both."""
    known = (told(row(60), "a"), told(put_in(row(60, 1048), 60, row(lost, 41_000)), "b"))
    said = relations(*known, told(row(108), "c"))[2]
    assert bool(said.merged) is merges


@pytest.mark.parametrize(("more", "merges"), [(11, True), (12, False)])
def test_text_that_joins_clusters_is_less_than_twice_as_long(more: int, merges: bool) -> None:
    """A long page holds short texts whole without being theirs."""
    known = (told(row(60), "a", headline=headline(9, 9)), told(row(60, 1048), "b"))
    page = told(row(108 + more), "c", headline=headline(9, 9))
    assert bool(relations(*known, page)[2].merged) is merges


def test_time_of_another_day_is_no_time() -> None:
    """Where only the day or the fetch is known, hours say nothing: the takes are one chain."""
    update = filed(take(20, **SLUGGED), 100 * HOUR)
    assert update.published
    vague = replace(update, published=replace(update.published, precision="day"))
    fetched = replace(update, published=replace(update.published, basis="fetch"))
    first = filed(FIRST, 0)
    said = [pair(first, one, NOON + timedelta(days=9)).relation for one in (update, vague, fetched)]
    assert said == [NEW, VERSION, VERSION]
