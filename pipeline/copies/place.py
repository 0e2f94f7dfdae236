"""Giving a story its place: uri, version and cluster, and what changes for the stories it joins."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from pipeline.copies.describe import hashed
from pipeline.copies.found import Found, Scene, alike_headlines, apart, newer, same_agency
from pipeline.copies.keys import items, targets
from pipeline.copies.known import Group, Known, Member
from pipeline.copies.sketch import word_hash
from pipeline.story import Relation, RelationKind

NOTICE_SECONDS = 96 * 3600
QUOTED = 0.8


def edition(
    scene: Scene, of: Found, why: str, *, own: bool = False, others: Iterable[Found] = ()
) -> Relation:
    """A version or correction of ``of``; with ``own`` of that very record, else of its cluster's current edition.

    ``others``' clusters turn out to be the same one.
    """
    this, head, others = scene.this, scene.head(of), list(others)
    group = _current(scene, of, others)
    kind = RelationKind.CORRECTION if this.corrected else RelationKind.VERSION
    uri = of.known.uri if own else group.uri
    current = uri == group.uri
    # a correction seldom says of which take: it is of the last
    said = group.rank | 1 if this.corrected else 0
    late = current and not own and not newer(this, max(this.rank, said), group)
    if late:
        uri, version = this.uri, 1
        why += "; an earlier version than the one known"
    else:
        version = _last(scene, group, uri) + 1
    if current and not late:
        group = replace(
            group, uri=uri, version=version, rank=max(this.rank, said), time=_time(this)
        )
    relation = Relation(
        kind, uri, version, head.known.cluster, of.known.uri, why=why, superseded=late
    )
    return _settle(scene, relation, of, group, others)


def release(scene: Scene, of: Found) -> Relation | None:
    """The next version of a story that its agency withheld and now shows again; None where it was not withheld.

    An item that withheld itself need only be shown again; what else releases a story is filed after it was withheld.
    """
    head, this = scene.head(of), scene.this
    group = head.known.as_group()
    itself = of.known.entry == this.entry and not group.noticed
    if not group.held or not (itself or (this.timed and this.time > group.killed)):
        return None
    free = replace(
        head, known=replace(head.known, group=replace(group, killed=0, held=False, noticed=False))
    )
    notice = [f for f in scene.notices if f.known.entry == scene.this.entry]
    found = tuple(free if f.number == head.number else f for f in scene.found if f not in notice)
    scene = replace(scene, found=found)
    of = next(f for f in found if f.number == of.number)
    return edition(scene, of, "released after it was withheld", own=True)


def member(
    scene: Scene, kind: RelationKind, of: Found | None, why: str, others: Iterable[Found] = ()
) -> Relation:
    """A record of its own: new, or a copy in the cluster of ``of``, which may bring ``others``' clusters together."""
    this = scene.this
    if of is None:
        return _settle(scene, Relation(kind, this.uri, 1, this.uri, why=why), None, this.as_group())
    head, others = scene.head(of), list(others)
    relation = Relation(kind, this.uri, 1, head.known.cluster, of.known.uri, why=why)
    return _settle(scene, relation, of, _current(scene, of, others), others)


def _current(scene: Scene, of: Found, others: Iterable[Found]) -> Group:
    """The cluster of ``of`` with the latest edition that it and the others' clusters have."""
    group = scene.head(of).known.as_group()
    latest = max(
        (scene.head(f).known.as_group() for f in (of, *others)), key=lambda g: (g.rank, g.time)
    )
    if (latest.rank, latest.time) <= (group.rank, group.time):
        return group
    return replace(latest, killed=group.killed)


def withdrawal(scene: Scene) -> Relation:
    """A notice: every cluster of a target is withdrawn; without a target it waits for one."""
    this = scene.this
    hit = _named(scene)
    heads = {scene.head(f).number: scene.head(f) for f in hit}
    itself = any(f.known.entry == this.entry for f in hit)
    gone: list[tuple[str, int]] = []
    changed = []
    for head in heads.values():
        group = head.known.as_group()
        gone += [] if group.killed else _records(group)
        held = this.hold and (group.held or not group.killed)
        noticed = held and (group.noticed or not itself)
        group = replace(group, killed=_time(this) or scene.now, held=held, noticed=noticed)
        changed.append((head.number, replace(head.known, group=group).pack()))
    target = hit[0].known if hit else None
    return Relation(
        kind=RelationKind.WITHDRAWAL,
        uri=this.uri,
        version=1,
        cluster=target.cluster if target else this.uri,
        of=target.uri if target else "",
        why="names a known story"
        if target
        else "names no known story: kept until its target comes",
        insert=_waiting(scene, hit),
        changed=tuple(changed),
        withdrawn=tuple(gone),
    )


def _named(scene: Scene) -> list[Found]:
    """The stories that a notice means, of those known.

    Many stories share a slug: where the notice says more, that counts, and else the last one is meant, from the place
    that it is filed from if there is one.
    """
    this, quoted = scene.this, [hashed(headline) for headline in targets(scene.story)]
    near = [f for f in scene.stories if _may_mean(this, f.known)]
    alike = {f.number: max(alike_headlines(q, f.known.headline) for q in quoted) for f in near}
    best = max(alike.values(), default=0.0)
    said = {word_hash(item) for item in items(scene.story)}
    meant = [
        f
        for f in scene.stories
        if _same_item(this, f.known) or (f in near and f.known.item in said)
    ]
    meant += [f for f in near if f not in meant and alike[f.number] == best >= QUOTED]
    slugged = [f for f in near if this.slug and this.slug == f.known.slug]
    if meant or not slugged:
        return meant
    last = scene.head(
        max(slugged, key=lambda f: (f.known.place == this.place, f.known.time, f.number))
    )
    return [f for f in slugged if scene.head(f).number == last.number]


def _waiting(scene: Scene, hit: list[Found]) -> bytes | None:
    """What is kept of a notice for what comes after it: one that has found its story no longer goes by the slug.

    What was withheld from the first waits for nothing: it goes out when its agency releases it.
    """
    if scene.this.hold and not (scene.story.body or scene.story.advisory):
        return None
    return (replace(scene.this, slug=0) if hit else scene.this).pack()


def names(notice: Known, known: Known) -> bool:
    """Whether a notice means that story: by entry, address, item, slug, or a headline that it quotes, near in time."""
    if _same_item(notice, known):
        return True
    slug = bool(notice.slug) and notice.slug == known.slug
    item = bool(notice.item) and notice.item == known.item
    return _may_mean(notice, known) and (
        slug or item or alike_headlines(notice.headline, known.headline) >= QUOTED
    )


def _same_item(notice: Known, known: Known) -> bool:
    """Whether it is the same item or address, and not one that was filed after the notice."""
    same = notice.entry == known.entry or bool(notice.url and notice.url == known.url)
    return same and not (notice.timed and known.timed and known.time > notice.time)


def _may_mean(notice: Known, known: Known) -> bool:
    """Whether the notice may mean that story by what it says: of the same agency, filed shortly before it."""
    later = notice.timed and known.timed and known.time > notice.time
    return not later and same_agency(notice, known) and not apart(notice, known, NOTICE_SECONDS)


def _settle(
    scene: Scene, relation: Relation, of: Found | None, group: Group, others: Iterable[Found] = ()
) -> Relation:
    """Complete a relation with what must be stored: this story, its cluster's head, and clusters that became one."""
    this = scene.this
    head = scene.head(of) if of else None
    joined = {scene.head(f).number: scene.head(f) for f in others}
    if head:
        joined.pop(head.number, None)
    gone: list[tuple[str, int]] = []
    groups = [
        head.known.as_group() if head else group,
        *(f.known.as_group() for f in joined.values()),
    ]
    killed = next((g.killed for g in groups if g.killed), 0)
    notices = [f.known for f in scene.notices if names(f.known, this)]
    waiting = not killed and bool(notices) and all(n.hold for n in notices)
    killed = killed or max((_time(n) or scene.now for n in notices), default=0)
    mine = Member(
        relation.uri, relation.version, this.original, this.outlet, this.time, this.sketch.words
    )
    if killed and not _substitute(this, relation, killed, of, group):
        gone = [r for g in groups if not g.killed for r in _records(g) if r[0] != mine.uri]
        gone.append((mine.uri, mine.version))
    members = {m.uri: m for g in reversed(groups) for m in g.members} if head else {}
    members[mine.uri] = mine
    full = replace(group, killed=killed, members=tuple(members.values()))
    if waiting:
        full = replace(full, held=True, noticed=True)
    changed = _changed(head, full, joined)
    stored = replace(
        this,
        uri=relation.uri,
        version=relation.version,
        cluster=relation.cluster,
        head=head.number if head else 0,
        group=full if not head and killed else None,
    )
    return replace(
        relation,
        containment=of.shared.containment if of else 0.0,
        jaccard=of.shared.jaccard if of else 0.0,
        insert=stored.pack(),
        changed=changed,
        withdrawn=tuple(gone),
        representative=representative(full.members),
        outlets=len({m.outlet for m in full.members}),
        merged=tuple(f.known.cluster for f in joined.values()),
    )


def _changed(
    head: Found | None, full: Group, joined: dict[int, Found]
) -> tuple[tuple[int, bytes], ...]:
    if not head:
        return ()
    top = [(head.number, replace(head.known, group=full).pack())]
    moved = [
        (
            f.number,
            replace(f.known, head=head.number, cluster=head.known.cluster, group=None).pack(),
        )
        for f in joined.values()
    ]
    return tuple(top + moved)


def _substitute(
    this: Known, relation: Relation, killed: int, of: Found | None, group: Group
) -> bool:
    """Whether this is what the agency sent instead of a killed story, filed after the kill, or a copy of that."""
    if relation.kind in {RelationKind.VERSION, RelationKind.CORRECTION}:
        return this.timed and this.time > killed
    return (
        of is not None and of.known.uri == group.uri and of.known.timed and of.known.time > killed
    )


def _records(group: Group) -> list[tuple[str, int]]:
    return [(m.uri, m.version) for m in group.members]


def _last(scene: Scene, group: Group, uri: str) -> int:
    """The last version of a record: the head keeps count, and what the look-up returned may know better."""
    kept = [m.version for m in group.members if m.uri == uri]
    seen = [f.known.version for f in scene.stories if f.known.uri == uri]
    return max([*kept, *seen, group.version if group.uri == uri else 0])


def _time(this: Known) -> int:
    return this.time if this.timed else 0


def representative(members: Iterable[Member]) -> str:
    """The member that stands for a cluster: the agency's own, then the most complete, then the earliest."""
    return min(members, key=lambda m: (not m.original, -m.words, m.time, m.uri)).uri
