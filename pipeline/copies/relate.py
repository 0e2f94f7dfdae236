"""The judgement: what a story is to the stories an index returned for it. Pure; ``now`` is an argument.

In order: a notice looks for its target; the same entry or address again is a refetch or its next version; the same
slug or headline with a version label is a chain; the rest goes by the words the two share.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from pipeline.copies.compare import MOSTLY, SHORTER, Likeness, compare
from pipeline.copies.describe import describe
from pipeline.copies.found import Found, Scene, alike_headlines, apart, same_agency
from pipeline.copies.known import Known
from pipeline.copies.lookup import Candidate
from pipeline.copies.place import edition, member, release, withdrawal
from pipeline.copies.sketch import read
from pipeline.story import Relation, RelationKind, Story

CHAIN_SECONDS = 72 * 3600
LABELLED = 0.25
CHAINED = 0.15
TEMPLATE_SECONDS = 18 * 3600
HALF = 0.5
# What a story and that of the day after say in passages of their own, both shares together, at the least; in bulletins
# filled in anew it is less than .37 but for two pairs in a thousand.
FOLLOWED = 0.45
WHOLLY = 0.85
# Parts of a digest are beside each other: together they are no more than it, but for what a sample errs.
OVERLAP = 1.05
_REMOVED = re.compile(
    r"\b(?:has been|was|is) (?:removed|deleted|taken down|withdrawn)\b|\bno longer (?:available|exists)\b",
    re.I,
)
_ALIKE = {
    Likeness.SAME: RelationKind.EXACT,
    Likeness.COPY: RelationKind.COPY,
    Likeness.TRUNCATED: RelationKind.TRUNCATED,
    Likeness.VERSION: RelationKind.VERSION,
}
_UNCHANGED = (Likeness.SAME, Likeness.COPY)
_ORDER = (Likeness.SAME, Likeness.COPY, Likeness.TRUNCATED, Likeness.VERSION)


def relate(story: Story, candidates: Sequence[Candidate], now: datetime) -> Relation:
    """What the story is to the candidates, and what the index must hold afterwards."""
    return judge(look(story, candidates, now))


def judge(scene: Scene) -> Relation:
    """What the story of a scene is to its candidates."""
    if scene.this.notice:
        again = next((f for f in scene.notices if f.known.entry == scene.this.entry), None)
        return _refetch(again, "the same notice again") if again else withdrawal(scene)
    return (
        _same_address(scene)
        or _sent_again(scene)
        or _chain(scene)
        or _alike(scene)
        or _new(scene, "nothing known is like it")
    )


def look(story: Story, candidates: Sequence[Candidate], now: datetime) -> Scene:
    """Unpack the candidates and compare the story with each."""
    text = read(story.body)
    found = []
    for candidate in candidates:
        try:
            known = Known.unpack(candidate.blob)
        except (ValueError, struct.error):
            continue  # written by another release of Wiredesk: unknown, rather than a story that can't be related
        found.append(Found(candidate.number, known, compare(text, known.sketch)))
    return Scene(story, describe(story, now), tuple(found), int(now.timestamp()))


def _refetch(of: Found, why: str) -> Relation:
    known = of.known
    shared = of.shared
    return Relation(
        RelationKind.REFETCH,
        known.uri,
        known.version,
        known.cluster,
        known.uri,
        shared.containment,
        shared.jaccard,
        why,
    )


def _same_address(scene: Scene) -> Relation | None:
    """The same entry again, or the same URL with something of the same story."""
    this = scene.this
    same = [f for f in scene.stories if f.known.entry == this.entry]
    if not same:
        same = [
            f for f in scene.stories if this.url and f.known.url == this.url and _still_it(f, this)
        ]
    if not same:
        return None
    latest = max(same, key=lambda f: (f.known.version, f.number))
    if latest.known.entry == this.entry and (released := release(scene, latest)):
        return released
    body = next((f for f in same if f.known.sketch.body == this.sketch.body), None)
    if body and not (this.corrected and not any(f.known.corrected for f in same)):
        return _refetch(body, "same address, same body")
    if this.sketch.words < 40 and _REMOVED.search(scene.story.text):
        return _refetch(latest, "the page says that the story was removed: noted, not acted on")
    why = (
        "same entry, changed body" if latest.known.entry == this.entry else "same URL, changed body"
    )
    return edition(
        scene, latest, "same address, same body, now as a correction" if body else why, own=True
    )


def _sent_again(scene: Scene) -> Relation | None:
    """A story that was withheld, in a new item of the outlet that had sent it."""
    sent = (
        f
        for f in scene.stories
        if f.known.outlet == scene.this.outlet and f.shared.likeness in _UNCHANGED
    )
    return next((released for f in sent if (released := release(scene, f))), None)


def _still_it(of: Found, this: Known) -> bool:
    """Whether the same URL is still the same story: a home page or a running page serves many."""
    return (
        of.shared.likeness is not Likeness.NONE
        or alike_headlines(of.known.headline, this.headline) >= 0.3
    )


def _chain(scene: Scene) -> Relation | None:
    """A later take that says so: version label or correction tag, with the slug, headline or copy of an earlier one."""
    this = scene.this
    says_so = bool(scene.story.version_label) or this.corrected
    links = []
    for f in scene.stories:
        known = f.known
        if not (says_so or known.rank or known.corrected) or known.overview != this.overview:
            continue
        if apart(this, known, CHAIN_SECONDS) or not same_agency(this, known):
            continue
        headlines = alike_headlines(known.headline, this.headline)
        share = f.shared.containment
        slug = bool(this.slug) and this.slug == known.slug
        if slug and (share >= CHAINED or headlines >= 0.4):
            links.append((2, f))
        elif not f.shared.other_names and (
            (headlines >= 0.75 and share >= CHAINED)
            or (share >= LABELLED and this.outlet == known.outlet)
            or (says_so and f.shared.likeness is not Likeness.NONE and not _template(f, this))
        ):
            links.append((1, f))
    if not links:
        return None
    strength, of = max(links, key=lambda x: (x[0], x[1].shared.containment, -x[1].number))
    if (
        of.shared.likeness in {Likeness.SAME, Likeness.COPY}
        and not this.corrected
        and of.known.rank == this.rank
    ):
        return None
    why = (
        "same slug and a version label"
        if strength == 2
        else "a version label and the same headline or copy"
    )
    # all takes of one chain are one story, though no one text may hold most of another
    others = [*(f for _, f in links), *_others(scene)]
    return edition(scene, of, "a correction of it" if this.corrected else why, others=others)


def _alike(scene: Scene) -> Relation | None:
    """By the words the two share."""
    this = scene.this
    usable = [f for f in scene.stories if _may_join(f, this, scene)]
    if not usable:
        return None
    best = min(
        usable,
        key=lambda f: (
            _ORDER.index(likeness(f, this)),
            -f.shared.containment,
            -f.shared.jaccard,
            f.number,
        ),
    )
    kind = likeness(best, this)
    if _is_digest(usable, scene):
        return _new(scene, "carries several known stories: a digest joins none")
    others = _others(scene)
    copied = _copied_before(scene, best)
    if kind is Likeness.VERSION or copied or (this.corrected and kind is not Likeness.SAME):
        why = "the labelled take of a copy that came before it" if copied else kind.value
        return edition(scene, best, why, others=others)
    return member(scene, _ALIKE[kind], best, kind.value, others)


def _copied_before(scene: Scene, best: Found) -> bool:
    """Whether this is the labelled take of which the current edition is a copy: copies lose the label."""
    group, this = scene.head(best).known.as_group(), scene.this
    rank = max(this.rank, group.rank | 1) if this.corrected else this.rank
    return (
        best.known.uri == group.uri
        and likeness(best, this) is not Likeness.VERSION
        and rank > group.rank
    )


def likeness(f: Found, this: Known) -> Likeness:
    """The likeness of the words, guarded by what the leads say of place and day."""
    found = f.shared.likeness
    if found in {Likeness.COPY, Likeness.TRUNCATED}:
        other_place = bool(this.place and f.known.place and this.place != f.known.place)
        if other_place or _other_days(this, f.known):
            return Likeness.VERSION
    return found


def _other_days(this: Known, known: Known) -> bool:
    return bool(this.days and known.days and not this.days & known.days)


def _may_join(f: Found, this: Known, scene: Scene) -> bool:
    """Whether a story may join a cluster by this one's words."""
    kind = likeness(f, this)
    if kind is Likeness.NONE:
        return False
    if kind is not Likeness.VERSION:
        return True
    if this.overview or f.known.overview:
        return False
    # a version is one of the story, not of a copy of it with a local paragraph
    head = scene.head(f)
    if (
        f.number != head.number
        and f.known.uri != head.known.as_group().uri
        and f.known.uri != head.known.uri
    ):
        return False
    return not _template(f, this)


def _template(f: Found, this: Known) -> bool:
    """A bulletin that comes daily, or for every earthquake: the same words, other figures, another day or place."""
    known = f.known
    if not f.shared.other_figures:
        return False
    if f.shared.slots:
        return True
    if f.shared.new + f.shared.added > FOLLOWED and f.shared.ratio > HALF:
        return False  # a story of the day after, with passages of its own, and about as long
    same_desk = this.outlet == known.outlet or alike_headlines(this.headline, known.headline) >= 0.6
    elsewhere = bool(this.place and known.place and this.place != known.place)
    return same_desk and (
        elsewhere or apart(this, known, TEMPLATE_SECONDS) or _other_days(this, known)
    )


def _others(scene: Scene) -> list[Found]:
    """Candidates so nearly the same text that their clusters are this one's, whatever else links it."""
    return [
        f
        for f in scene.stories
        if f.shared.containment >= WHOLLY
        and f.shared.ratio > HALF
        and _may_join(f, scene.this, scene)
    ]


def _is_digest(usable: list[Found], scene: Scene) -> bool:
    """Whether the story carries most of several known ones, side by side, under a headline that is none of theirs.

    Parts that together are more than the whole overlap: they are copies that were cut to different parts of one story.
    """
    size = scene.this.sketch.size
    carried = [
        f for f in usable if f.shared.containment >= MOSTLY and f.known.sketch.size < SHORTER * size
    ]
    if any(alike_headlines(f.known.headline, scene.this.headline) >= 0.5 for f in carried):
        return False
    parts: dict[int, float] = {}
    for f in carried:
        head = scene.head(f).number
        parts[head] = max(parts.get(head, 0.0), f.shared.shared)
    return len(parts) > 1 and sum(parts.values()) <= OVERLAP * size


def _new(scene: Scene, why: str) -> Relation:
    """A story of its own; its scores are those of what came nearest."""
    relation = member(scene, RelationKind.NEW, None, why)
    nearest = max((f.shared for f in scene.stories), key=lambda c: c.containment, default=None)
    return (
        replace(relation, containment=nearest.containment, jaccard=nearest.jaccard)
        if nearest
        else relation
    )
