"""Giving a story its place: uri, version and cluster, and what changes for those it joins.

``place_member`` gives a record of its own, ``place_edition`` the next version of a known one,
``release_withheld`` and ``withdraw_targets`` are for what notices do. All end in ``_settle``, which
says what the index must hold afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from pipeline.copies.fingerprints import hash_word
from pipeline.copies.identity import find_names, hash_headline
from pipeline.copies.known import Group, Known, Member, compare_headlines
from pipeline.copies.likeness import Comparison
from pipeline.story import RecordVersion, Relation, RelationKind, StoredStory, Story, utc

# A notice comes within four days of its story; later a namesake is meant.
NOTICE: Final = timedelta(hours=96)
# The share of its headline's words that a notice must quote: it may err in a word or two.
QUOTED: Final = 0.8
# Feeds round times to the minute: what differs by less is told by its label or by order of arrival.
MINUTE: Final = timedelta(seconds=60)
# What has no time is earlier than all that have one.
_NEVER = utc(0)


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A known story beside the one that is judged: its number in the index, and how it compares."""

    number: int
    known: Known
    shared: Comparison


@dataclass(frozen=True, slots=True)
class Scene:
    """The story, as the index will know it, and its neighbours: stories, and notices of kills."""

    story: Story
    this: Known
    stories: tuple[Neighbour, ...]
    notices: tuple[Neighbour, ...]
    now: datetime

    def find_head(self, of: Neighbour) -> Neighbour:
        """The head of a neighbour's cluster, or what still leads to it where that is forgotten."""
        if not of.known.head:
            return of
        by_number = {near.number: near for near in self.stories}
        for _ in self.stories:
            above = by_number.get(of.known.head)
            if above is None:
                break
            of = above
        return of


def place_edition(
    scene: Scene,
    of: Neighbour,
    why: str,
    *,
    same_record: bool = False,
    others: Sequence[Neighbour] = (),
) -> Relation:
    """A version or correction of the current edition, with ``same_record`` of ``of`` itself.

    The clusters of ``others`` turn out to be the same one.
    """
    this, head = scene.this, scene.find_head(of)
    group = _find_latest(scene, of, others)
    uri = of.known.uri if same_record else group.uri
    current = uri == group.uri
    # a correction seldom says of which take: it is of the last
    rank = max(this.rank, group.rank | 1) if this.corrected else this.rank
    late = current and not same_record and not _is_newer(this, rank, group)
    if late:
        uri, version = this.uri, 1
        why += "; an earlier version than the one known"
    else:
        # the head keeps count, and what the look-up returned may know better
        versions = [member.version for member in group.members if member.uri == uri]
        versions += [near.known.version for near in scene.stories if near.known.uri == uri]
        version = max([*versions, group.version if current else 0]) + 1
    if current and not late:
        group = replace(group, uri=uri, version=version, rank=rank, time=this.filed)
    relation = Relation(
        kind=RelationKind.CORRECTION if this.corrected else RelationKind.VERSION,
        uri=uri,
        version=version,
        cluster=head.known.cluster,
        of=of.known.uri,
        why=why,
        superseded=late,
    )
    return _settle(scene, relation, group, of, others)


def place_member(
    scene: Scene,
    kind: RelationKind,
    why: str,
    of: Neighbour | None = None,
    others: Sequence[Neighbour] = (),
) -> Relation:
    """A record of its own: new, or a copy of ``of``; it may bring others' clusters together."""
    this = scene.this
    cluster = scene.find_head(of).known.cluster if of else this.uri
    group = _find_latest(scene, of, others) if of else this.as_group()
    relation = Relation(kind, this.uri, 1, cluster, of.known.uri if of else "", why=why)
    return _settle(scene, relation, group, of, others)


def release_withheld(scene: Scene, of: Neighbour) -> Relation | None:
    """The next version of a story that was withheld and is shown again; None where it was not.

    An item that withheld itself need only be shown again; else it is filed after the hold.
    """
    head, this = scene.find_head(of), scene.this
    group = head.known.as_group()
    itself = of.known.entry == this.entry and not group.by_notice
    filed_later = bool(this.filed and group.withdrawn and this.filed > group.withdrawn)
    if not group.withheld or not (itself or filed_later):
        return None
    free = replace(group, withdrawn=None, withheld=False, by_notice=False)
    free_head = replace(head, known=replace(head.known, group=free))
    stories = tuple(free_head if near.number == head.number else near for near in scene.stories)
    # the item's own notice has served
    notices = tuple(near for near in scene.notices if near.known.entry != this.entry)
    scene = replace(scene, stories=stories, notices=notices)
    of = next(near for near in stories if near.number == of.number)
    return place_edition(scene, of, "released after it was withheld", same_record=True)


def withdraw_targets(scene: Scene) -> Relation:
    """A notice: every cluster of a target is withdrawn; without a target it waits for one."""
    this, story = scene.this, scene.story
    targets = _find_targets(scene)
    heads = {}
    for near in targets:
        head = scene.find_head(near)
        heads[head.number] = head
    itself = any(near.known.entry == this.entry for near in targets)
    withdrawn: list[RecordVersion] = []
    changed = []
    for head in heads.values():
        group = head.known.as_group()
        if not group.withdrawn:
            withdrawn += [RecordVersion(one.uri, one.version) for one in group.members]
        # what was killed before stays killed, whoever holds it now
        withheld = this.hold and (group.withheld or not group.withdrawn)
        by_notice = withheld and (group.by_notice or not itself)
        group = replace(
            group, withdrawn=this.filed or scene.now, withheld=withheld, by_notice=by_notice
        )
        changed.append(StoredStory(head.number, replace(head.known, group=group).pack()))
    # One that has found its story no longer goes by the slug, which whole conflicts share. What was
    # withheld from the first waits for nothing: it goes out when its agency releases it.
    waits = not this.hold or bool(story.body or story.advisory)
    waiting = replace(this, slug=0) if targets else this
    target = targets[0].known if targets else None
    return Relation(
        kind=RelationKind.WITHDRAWAL,
        uri=this.uri,
        version=1,
        cluster=target.cluster if target else this.uri,
        of=target.uri if target else "",
        why="names a known story"
        if target
        else "names no known story: kept until its target comes",
        insert=waiting.pack() if waits else None,
        changed=tuple(changed),
        withdrawn=tuple(withdrawn),
    )


def _find_targets(scene: Scene) -> list[Neighbour]:
    """The known stories that a notice means: by item, address or headline, and else its slug.

    Many share a slug: it means the last one, from the notice's own place if there is one.
    """
    this, names = scene.this, find_names(scene.story)
    quoted = [hash_headline(headline) for headline in names.headlines]
    items = {hash_word(item) for item in names.items}
    possible = [near for near in scene.stories if _may_mean(this, near.known)]
    targets = [
        near
        for near in scene.stories
        if _is_same_item(this, near.known) or (near in possible and near.known.item in items)
    ]
    # of several headlines the nearest is meant
    alike = {}
    for near in possible:
        alike[near.number] = max(compare_headlines(one, near.known.headline) for one in quoted)
    best = max(alike.values(), default=0.0)
    if best >= QUOTED:
        targets += [near for near in possible if near not in targets and alike[near.number] == best]
    slugged = [near for near in possible if this.slug and this.slug == near.known.slug]
    if targets or not slugged:
        return targets

    def come_last(near: Neighbour) -> tuple[bool, datetime, int]:
        return near.known.place == this.place, near.known.time, near.number

    last = max(slugged, key=come_last)
    head = scene.find_head(last).number
    return [near for near in slugged if scene.find_head(near).number == head]


def _means(notice: Known, known: Known) -> bool:
    """Whether a notice that waits means that story: by item, address, slug or quoted headline."""
    if _is_same_item(notice, known):
        return True
    return _may_mean(notice, known) and (
        bool(notice.slug and notice.slug == known.slug)
        or bool(notice.item and notice.item == known.item)
        or compare_headlines(notice.headline, known.headline) >= QUOTED
    )


def _is_same_item(notice: Known, known: Known) -> bool:
    """Whether it is the same item or address, and not one that was filed after the notice."""
    same = notice.entry == known.entry or bool(notice.url and notice.url == known.url)
    return same and not (notice.timed and known.timed and known.time > notice.time)


def _may_mean(notice: Known, known: Known) -> bool:
    """Whether the notice may mean it by what it says: its agency's, and filed shortly before."""
    later = notice.timed and known.timed and known.time > notice.time
    return not later and notice.shares_agency(known) and not notice.is_apart(known, NOTICE)


def _find_latest(scene: Scene, of: Neighbour, others: Sequence[Neighbour]) -> Group:
    """The cluster of ``of`` with the latest edition that it and the others' clusters have."""
    group = scene.find_head(of).known.as_group()
    latest = group
    for other in others:
        rival = scene.find_head(other).known.as_group()
        if (rival.rank, rival.time or _NEVER) > (latest.rank, latest.time or _NEVER):
            latest = rival
    return group if latest is group else replace(latest, withdrawn=group.withdrawn)


def _is_newer(this: Known, rank: int, group: Group) -> bool:
    """Whether this edition, of that rank, is later than the current one; in doubt it is.

    Within an outlet the times say so. Another's time says little, because it posts old takes late
    and without their label: what a label says comes before it.
    """
    outlets = (member.outlet for member in group.members if member.uri == group.uri)
    if rank != group.rank and next(outlets, this.outlet) != this.outlet:
        return rank > group.rank
    if this.filed and group.time and abs(this.filed - group.time) >= MINUTE:
        return this.filed > group.time
    return rank >= group.rank


def _settle(
    scene: Scene,
    relation: Relation,
    group: Group,
    of: Neighbour | None = None,
    others: Sequence[Neighbour] = (),
) -> Relation:
    """Complete a relation with what must be stored: this story, its head, and joined clusters."""
    this = scene.this
    head = scene.find_head(of) if of else None
    joined = {}
    for other in others:
        other_head = scene.find_head(other)
        if head and other_head.number != head.number:
            joined[other_head.number] = other_head
    groups = [head.known.as_group() if head else group]
    groups += [near.known.as_group() for near in joined.values()]

    # Withdrawn before, or by a notice that waited for it: a hold only where none of them kills.
    withdrawn_at = next((one.withdrawn for one in groups if one.withdrawn), None)
    notices = [near.known for near in scene.notices if _means(near.known, this)]
    held_now = not withdrawn_at and bool(notices) and all(notice.hold for notice in notices)
    if notices and not withdrawn_at:
        withdrawn_at = max(notice.filed or scene.now for notice in notices)
    mine = this.as_member(relation.uri, relation.version)
    withdrawn: list[RecordVersion] = []
    if withdrawn_at and not _is_substitute(this, relation, withdrawn_at, of, group):
        for one in groups:
            members = () if one.withdrawn else one.members
            others_of_it = (member for member in members if member.uri != mine.uri)
            withdrawn += [RecordVersion(member.uri, member.version) for member in others_of_it]
        withdrawn.append(RecordVersion(mine.uri, mine.version))

    # The head keeps all members, each record once. What the head says of a record counts before
    # what a cluster that joined it says.
    by_uri = {}
    if head:
        for one in reversed(groups):
            by_uri.update({member.uri: member for member in one.members})
    by_uri[mine.uri] = mine
    full = replace(group, withdrawn=withdrawn_at, members=tuple(by_uri.values()))
    if held_now:
        full = replace(full, withheld=True, by_notice=True)
    changed = []
    if head:
        changed.append(StoredStory(head.number, replace(head.known, group=full).pack()))
        for number, near in joined.items():
            known = replace(near.known, head=head.number, cluster=head.known.cluster, group=None)
            changed.append(StoredStory(number, known.pack()))
    stored = replace(
        this,
        uri=relation.uri,
        version=relation.version,
        cluster=relation.cluster,
        head=head.number if head else 0,
        group=full if not head and withdrawn_at else None,
    )

    # the agency's own stands for its cluster, then the most complete, then the earliest
    def come_first(member: Member) -> tuple[bool, int, datetime, str]:
        return not member.original, -member.word_count, member.time, member.uri

    return replace(
        relation,
        containment=of.shared.containment if of else 0.0,
        jaccard=of.shared.jaccard if of else 0.0,
        insert=stored.pack(),
        changed=tuple(changed),
        withdrawn=tuple(withdrawn),
        representative=min(full.members, key=come_first).uri,
        outlets=len({member.outlet for member in full.members}),
        merged=tuple(near.known.cluster for near in joined.values()),
    )


def _is_substitute(
    this: Known, relation: Relation, withdrawn: datetime, of: Neighbour | None, group: Group
) -> bool:
    """Whether the agency sent this after the kill, instead of what it killed, or a copy of that."""
    if relation.kind in {RelationKind.VERSION, RelationKind.CORRECTION}:
        return this.timed and this.time > withdrawn
    return (
        of is not None
        and of.known.uri == group.uri
        and of.known.timed
        and of.known.time > withdrawn
    )
