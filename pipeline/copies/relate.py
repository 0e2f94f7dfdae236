"""The judgement: what a story is to those that an index returned for it. Pure.

``RULES`` is the order, and the first rule that returns a relation decides; the relation's
``why`` is that rule's. So a copy is what ``judge_words`` found, after no rule before it applied:
its notices, address, withheld texts and version labels said nothing. Between neighbours the nearest
wins: ``judge_words`` says by what, and ``guard_likeness``, ``may_join`` and ``is_template`` say
which neighbours are out, and why.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from pipeline.copies.fingerprints import read_body, sketch_text
from pipeline.copies.identity import describe
from pipeline.copies.known import HEADLINE, Candidate, Known, compare_headlines
from pipeline.copies.likeness import MOSTLY, SHORTER, UNTOUCHED, Likeness, compare_texts
from pipeline.copies.place import (
    Neighbour,
    Scene,
    place_edition,
    place_member,
    release_withheld,
    withdraw_targets,
)
from pipeline.story import Relation, RelationKind, Story

# The takes of one chain are filed within three days; later a slug comes again for another story.
CHAIN: Final = timedelta(hours=72)
# What a labelled take must share: with its slug or headline a little, as updates are often written
# anew; under its outlet's label alone more than the background that an outlet repeats.
CHAINED: Final = 0.15
LABELLED: Final = 0.25
# The share of a headline's words by which a take is known under its slug, and without one.
CHAINED_HEADLINE: Final = 0.4
LABELLED_HEADLINE: Final = 0.75
# A page under a known URL is still that story by so much of its headline.
SAME_HEADLINE: Final = 0.3
# A page that says that a story was removed is shorter: a story may say that of something else.
REMOVED_WORDS: Final = 40
# A daily bulletin comes later than last night's story is updated, under its usual headline.
TEMPLATE: Final = timedelta(hours=18)
TEMPLATE_HEADLINE: Final = 0.6
# The least share of passages of their own in a story and its follow-up of the next day, both shares
# added. In bulletins filled in anew it is under .37, with two exceptions in a thousand pairs.
FOLLOWED: Final = 0.45
# Below this ratio of lengths a long page holds a short text without being it.
HALF: Final = 0.5
# Containment from which a text is so nearly another that both clusters are one.
WHOLLY: Final = 0.85
# Parts of a digest lie side by side: together they are no more than it, but for a sample's error.
OVERLAP: Final = 1.05
# Under so much of a part's headline a page is that story, and no digest.
DIGEST_HEADLINE: Final = 0.5
_REMOVED = re.compile(
    r"\b(?:has been|was|is) (?:removed|deleted|taken down|withdrawn)\b"
    r"|\bno longer (?:available|exists)\b",
    re.I,
)
_NEAREST_FIRST = tuple(Likeness)
_KIND_OF = {
    Likeness.SAME: RelationKind.EXACT,
    Likeness.COPY: RelationKind.COPY,
    Likeness.TRUNCATED: RelationKind.TRUNCATED,
}


@dataclass(frozen=True, slots=True)
class PairReport:
    """What the second of two stories is to the first. Shares are 0 to 1; see ``Comparison``."""

    relation: RelationKind
    containment: float
    jaccard: float
    why: str


def relate(story: Story, candidates: Sequence[Candidate], now: datetime) -> Relation:
    """What the story is to the candidates, and what the index must hold afterwards."""
    text = read_body(story.body)
    neighbours = []
    for candidate in candidates:
        try:
            known = Known.unpack(candidate.blob)
        except ValueError:
            continue  # another release of Wiredesk stored it: unknown, not a fault of this story
        shared = compare_texts(text, known.sketch)
        neighbours.append(Neighbour(candidate.number, known, shared))
    return judge(story, neighbours, now)


def pair(a: Story, b: Story, now: datetime | None = None) -> PairReport:
    """What ``b`` is to ``a``, with every word of both at hand."""
    now = now or datetime.now(UTC)
    if a.key == b.key and (a.url != b.url or not a.url):
        b = replace(b, key=b.key + "'")  # two files, not one entry twice
    shared = compare_texts(read_body(b.body), sketch_text(read_body(a.body), whole=True))
    relation = judge(b, [Neighbour(1, describe(a, now), shared)], now)
    return PairReport(relation.kind, shared.containment, shared.jaccard, relation.why)


def judge(story: Story, neighbours: Iterable[Neighbour], now: datetime) -> Relation:
    """What the story is to its neighbours: what the first of the rules says that applies."""
    stories: list[Neighbour] = []
    notices: list[Neighbour] = []
    for near in neighbours:
        (notices if near.known.notice else stories).append(near)
    this = describe(story, now)
    scene = Scene(story, this, tuple(stories), tuple(notices), now.replace(microsecond=0))
    for rule in RULES:
        relation = rule(scene)
        if relation:
            return relation
    return place_new(scene, "nothing known is like it")


def judge_notice(scene: Scene) -> Relation | None:
    """A notice looks for its targets, unless it was here before."""
    this = scene.this
    if not this.notice:
        return None
    for near in scene.notices:
        if near.known.entry == this.entry:
            return _refetch(near, "the same notice again")
    return withdraw_targets(scene)


def judge_address(scene: Scene) -> Relation | None:
    """The same entry again, or the same URL with something of the same story."""
    this = scene.this
    own = [near for near in scene.stories if near.known.entry == this.entry]
    uri = max(own, key=_get_number).known.uri if own else ""
    served = [near for near in scene.stories if this.url and _is_still_served(near, this)]
    others = [near for near in served if near not in own and uri in {"", near.known.uri}]
    same = [*own, *others]
    if not same:
        return None
    latest, why = max(same, key=_get_number), "same URL, changed body"
    if own:
        released = release_withheld(scene, max(own, key=_get_number))
        if released:
            return released
        why = "same entry, changed body"
    told = _find_told(scene, own, same)
    if told and told.known.entry == this.entry and _has_other_headline(told.known, this):
        why = "same entry, same body under another headline"
    elif told:
        if not this.corrected or any(one.known.corrected for one in same):
            return _refetch(told, "same address, same body")
        why = "same address, same body, now as a correction"
    elif not this.corrected and (less := _say_shows_less(scene, latest)):
        return _refetch(latest, less)
    elif any(near.known.sketch.body_hash == this.sketch.body_hash for near in same):
        why = "same entry, an edit was taken back"
    if this.sketch.word_count < REMOVED_WORDS and _REMOVED.search(scene.story.text):
        return _refetch(latest, "the page says that the story was removed: noted, not acted on")
    return place_edition(scene, latest, why, same_record=True)


def judge_release(scene: Scene) -> Relation | None:
    """A story that was withheld, in a new item of the outlet that had sent it."""
    for near in scene.stories:
        unchanged = near.shared.likeness in {Likeness.SAME, Likeness.COPY}
        if unchanged and near.known.outlet == scene.this.outlet:
            released = release_withheld(scene, near)
            if released:
                return released
    return None


def judge_chain(scene: Scene) -> Relation | None:
    """A later take that says so, and has the slug, headline or copy of an earlier one."""
    this = scene.this
    says_so = bool(scene.story.version_label) or this.corrected
    linked: list[Neighbour] = []
    by_slug: list[Neighbour] = []
    for near in scene.stories:
        known = near.known
        if not (says_so or known.rank or known.corrected) or known.overview != this.overview:
            continue
        if this.is_apart(known, CHAIN) or not this.shares_agency(known):
            continue
        headlines = compare_headlines(known.headline, this.headline)
        containment = near.shared.containment
        same_slug = bool(this.slug) and this.slug == known.slug
        if same_slug and (containment >= CHAINED or headlines >= CHAINED_HEADLINE):
            linked.append(near)
            by_slug.append(near)
        elif not (near.shared.other_names or (near.shared.other_facts and not this.corrected)) and (
            (headlines >= LABELLED_HEADLINE and containment >= CHAINED)
            or (containment >= LABELLED and this.outlet == known.outlet)
            or (
                says_so
                and near.shared.likeness is not Likeness.NONE
                and not is_template(near, this)
            )
        ):
            linked.append(near)
    if not linked:
        return None
    of = max(by_slug or linked, key=lambda near: (near.shared.containment, -near.number))
    # a copy of a take, under that take's label, is no take: the words decide
    same_take = of.known.rank == this.rank and not this.corrected
    if same_take and of.shared.likeness in {Likeness.SAME, Likeness.COPY}:
        return None
    why = "a version label and the same headline or copy"
    if by_slug:
        why = "same slug and a version label"
    if this.corrected:
        why = "a correction of it"
    # all takes of one chain are one story, though no one text may hold most of another
    return place_edition(scene, of, why, others=[*linked, *find_nearly_same(scene)])


def judge_words(scene: Scene) -> Relation | None:
    """By the words: the likest neighbour, of several the one that shares most, then the first."""
    this = scene.this
    usable = [near for near in scene.stories if may_join(near, scene)]
    if not usable:
        return None
    if _is_digest(usable, scene):
        return place_new(scene, "carries several known stories: a digest joins none")

    def order(near: Neighbour) -> tuple[int, float, float, int]:
        nearness = _NEAREST_FIRST.index(guard_likeness(near, this))
        return nearness, -near.shared.containment, -near.shared.jaccard, near.number

    best = min(usable, key=order)
    likeness = guard_likeness(best, this)
    others = find_nearly_same(scene)
    # Copies lose the label: a take may come after its own copy, which is then the current one.
    group = scene.find_head(best).known.as_group()
    rank = max(this.rank, group.rank | 1) if this.corrected else this.rank
    is_version = likeness is Likeness.VERSION
    was_copied = best.known.uri == group.uri and not is_version and rank > group.rank
    if was_copied:
        why = "the labelled take of a copy that came before it"
        return place_edition(scene, best, why, others=others)
    if is_version or (this.corrected and likeness is not Likeness.SAME):
        return place_edition(scene, best, likeness.value, others=others)
    return place_member(scene, _KIND_OF[likeness], likeness.value, best, others)


# Each rule is surer than those after it.
RULES: Final[tuple[Callable[[Scene], Relation | None], ...]] = (
    judge_notice,  # a notice goes by what it names: its own words are those of other notices
    judge_address,  # the same item or page again, whatever its words have become
    judge_release,  # before the words, which would make it a copy of what is withdrawn
    judge_chain,  # what a story says of itself: updates may share little of their words
    judge_words,
)


def guard_likeness(near: Neighbour, this: Known) -> Likeness:
    """The likeness of the words, but no copy where the leads say another place or day."""
    likeness, known = near.shared.likeness, near.known
    if likeness in {Likeness.COPY, Likeness.TRUNCATED}:
        other_place = bool(this.place and known.place and this.place != known.place)
        if other_place or _has_other_days(this, known):
            return Likeness.VERSION
    return likeness


def may_join(near: Neighbour, scene: Scene) -> bool:
    """Whether the story may join a neighbour's cluster by its words."""
    this, known = scene.this, near.known
    likeness = guard_likeness(near, this)
    if likeness is not Likeness.VERSION:
        return likeness is not Likeness.NONE
    # what sums up many stories is a version of none
    if this.overview or known.overview:
        return False
    # a version is one of the story, not of a copy of it with a local paragraph
    head = scene.find_head(near)
    if near.number != head.number and known.uri not in {head.known.as_group().uri, head.known.uri}:
        return False
    return not is_template(near, this)


def is_template(near: Neighbour, this: Known) -> bool:
    """A bulletin, daily or of earthquakes: the same words, other figures, another day or place."""
    known, shared = near.known, near.shared
    if not shared.other_figures:
        return False
    if shared.slots:
        return True
    if shared.new + shared.added > FOLLOWED and shared.ratio > HALF:
        return False  # a story of the day after, with passages of its own, and about as long
    same_series = (
        this.outlet == known.outlet
        or compare_headlines(this.headline, known.headline) >= TEMPLATE_HEADLINE
    )
    elsewhere = bool(this.place and known.place and this.place != known.place)
    another_day = this.is_apart(known, TEMPLATE) or _has_other_days(this, known)
    return same_series and (elsewhere or another_day)


def find_nearly_same(scene: Scene) -> list[Neighbour]:
    """Neighbours so nearly the same text that their clusters are this one's, whatever links it."""
    found = []
    for near in scene.stories:
        nearly = near.shared.containment >= WHOLLY and near.shared.ratio > HALF
        if nearly and may_join(near, scene):
            found.append(near)
    return found


def place_new(scene: Scene, why: str) -> Relation:
    """A story of its own, with the scores of what came nearest, so that a miss is understood."""
    relation = place_member(scene, RelationKind.NEW, why)
    if not scene.stories:
        return relation
    nearest = max((near.shared for near in scene.stories), key=lambda shared: shared.containment)
    return replace(relation, containment=nearest.containment, jaccard=nearest.jaccard)


def _get_number(near: Neighbour) -> int:
    return near.number  # they grow as stories come


def _find_told(
    scene: Scene, own: Sequence[Neighbour], same: Sequence[Neighbour]
) -> Neighbour | None:
    """The edition with these very words that sinks hold, or as good as hold; None where none is.

    That is the latest one. An earlier one tells of an edit that was taken back, unless another
    entry shows what stood there before, or two entries show two dresses of one text, such as a page
    and its short form.
    """
    body = scene.this.sketch.body_hash
    latest = max(same, key=_get_number)
    if latest.known.sketch.body_hash == body:
        return latest
    if not own:
        return next((near for near in same if near.known.sketch.body_hash == body), None)
    mine = max(own, key=_get_number)
    unchanged = mine.known.sketch.body_hash == body
    edited = latest.shared.likeness in {Likeness.VERSION, Likeness.NONE}
    return mine if unchanged and not edited else None


def _has_other_headline(known: Known, this: Known) -> bool:
    """Whether the words of a headline are others, as far as they are kept."""
    here, there = this.headline[:HEADLINE], known.headline[:HEADLINE]
    return bool(here and there) and set(here) != set(there)


def _say_shows_less(scene: Scene, latest: Neighbour) -> str:
    """Why the text does not replace the one that sinks hold, though it is another; '' where it may.

    A wall that rises before a page is no edit of it.
    """
    this, known = scene.this, latest.known
    if this.stands_in and not known.stands_in:
        return "the page can't be read just now: noted, not acted on"
    cut_off = scene.story.truncated or scene.story.paywalled
    shorter = this.sketch.word_count < known.sketch.word_count
    if cut_off and shorter and latest.shared.containment >= UNTOUCHED:
        return "the page shows only a part just now: noted, not acted on"
    return ""


def _is_still_served(near: Neighbour, this: Known) -> bool:
    """Whether the same URL is still the same story: a home page or a running page serves many."""
    if near.known.url != this.url:
        return False
    headlines = compare_headlines(near.known.headline, this.headline)
    return near.shared.likeness is not Likeness.NONE or headlines >= SAME_HEADLINE


def _refetch(of: Neighbour, why: str) -> Relation:
    known, shared = of.known, of.shared
    return Relation(
        kind=RelationKind.REFETCH,
        uri=known.uri,
        version=known.version,
        cluster=known.cluster,
        of=known.uri,
        containment=shared.containment,
        jaccard=shared.jaccard,
        why=why,
    )


def _has_other_days(this: Known, known: Known) -> bool:
    """Whether both leads name weekdays, and none that the other names."""
    return bool(this.days and known.days and this.days.isdisjoint(known.days))


def _is_digest(usable: Sequence[Neighbour], scene: Scene) -> bool:
    """Whether it carries most of several stories, side by side, under a headline of its own.

    Parts that together are more than the whole overlap: they are copies that were cut to different
    parts of one story.
    """
    size = scene.this.sketch.shingle_count
    parts: dict[int, float] = {}
    for near in usable:
        short = near.known.sketch.shingle_count < SHORTER * size
        if near.shared.containment < MOSTLY or not short:
            continue
        if compare_headlines(near.known.headline, scene.this.headline) >= DIGEST_HEADLINE:
            return False
        head = scene.find_head(near).number
        parts[head] = max(parts.get(head, 0.0), near.shared.shared)
    return len(parts) > 1 and sum(parts.values()) <= OVERLAP * size
