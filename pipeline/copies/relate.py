"""The judgement: what a story is to the stories an index returned for it. Pure; ``now`` is an argument."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import blake2b

from pipeline.copies.facts import headline_words, lead_numbers, place, short_hash
from pipeline.copies.keys import NOTICES, slug_key, targets
from pipeline.copies.known import URI, Known, Member
from pipeline.copies.sketch import NOTHING, Overlap, overlap, sample, shingles
from pipeline.story import Candidate, Relation, RelationKind, Story
from pipeline.text import fold, words

COPY = 0.7
VERSION = 0.36
CORRECTIONS = frozenset({"correction", "refile"})


@dataclass(frozen=True, slots=True)
class Found:
    """A candidate, unpacked, and how much it shares with the story."""

    number: int
    known: Known
    shared: Overlap


def relate(story: Story, candidates: Sequence[Candidate], now: datetime) -> Relation:
    """What the story is to the candidates, and what the index must hold afterwards."""
    text_words = words(story.text)
    here = shingles(text_words)
    this = describe(story, here, len(text_words), now)
    found = [_found(c, here) for c in candidates]
    if this.notice:
        return _withdrawal(story, this, found)
    stories = [f for f in found if not f.known.notice]
    same = next((f for f in stories if f.known.entry == this.entry), None) or next(
        (f for f in stories if this.url and f.known.url == this.url), None
    )
    if same:
        relation = _again(story, this, same, found)
    else:
        best = max(stories, key=lambda f: (f.shared.containment, f.shared.jaccard, -f.number), default=None)
        relation = _other(story, this, best, found)
    return relation


def describe(story: Story, here: set[int], length: int, now: datetime) -> Known:
    """What to store of the story, before it is related to anything."""
    uri = URI + (story.key[:20] if _is_hex(story.key) else _digest(story.key, 10).hex())
    return Known(
        uri=uri,
        version=1,
        entry=_digest(story.key, 8),
        url=_int(story.canonical or story.url),
        body=_int(fold(story.text)) if story.body else 0,
        slug=_int(slug_key(story)) if story.slug else 0,
        outlet=_int(story.outlet or story.feed_id),
        time=int((story.published.at if story.published else now).timestamp()),
        sample=sample(here),
        words=length,
        notice=story.form in NOTICES,
        place=short_hash(place(story)) & 0xFF if place(story) else 0,
        numbers=frozenset(short_hash(n) for n in lead_numbers(story)),
        headline=tuple(short_hash(w) for w in headline_words(story.headline))[:10],
        cluster=uri,
    )


def _found(candidate: Candidate, here: set[int]) -> Found:
    known = Known.unpack(candidate.blob)
    return Found(candidate.number, known, overlap(here, known.sample) if not known.notice else NOTHING)


def _again(story: Story, this: Known, same: Found, found: list[Found]) -> Relation:
    """The same entry or URL once more."""
    latest = max((f for f in found if f.known.uri == same.known.uri), key=lambda f: f.known.version)
    if latest.known.body == this.body and story.form not in CORRECTIONS:
        return _relation(RelationKind.REFETCH, latest, latest.known, "same address, same body")
    return _next_version(story, this, latest, found, "same address, changed body")


def _other(story: Story, this: Known, best: Found | None, found: list[Found]) -> Relation:
    chain = next((f for f in found if this.slug and f.known.slug == this.slug and not f.known.notice), None)
    if chain and (story.version_label or story.form in CORRECTIONS):
        latest = max((f for f in found if f.known.uri == chain.known.uri), key=lambda f: f.known.version)
        return _next_version(story, this, latest, found, "same slug and a version label")
    if not best or best.shared.containment < VERSION:
        return _settle(
            Relation(RelationKind.NEW, this.uri, 1, this.uri, why="nothing known is like it"), this, None, found
        )
    if best.known.body == this.body:
        kind, why = RelationKind.EXACT, "same body elsewhere"
    elif best.shared.containment >= COPY and _same_facts(this, best.known):
        short = min(this.words, best.known.words) < 0.75 * max(this.words, best.known.words)
        kind = RelationKind.TRUNCATED if short else RelationKind.COPY
        why = "most of its words, same lead facts"
    else:
        kind, why = RelationKind.VERSION, "much shared copy, new facts"
    if story.form in CORRECTIONS:
        kind, why = RelationKind.CORRECTION, "much shared copy and a correction tag"
    if kind in {RelationKind.VERSION, RelationKind.CORRECTION}:
        latest = max((f for f in found if f.known.uri == best.known.uri), key=lambda f: f.known.version)
        return _next_version(story, this, latest, found, why)
    base = Relation(
        kind, this.uri, 1, best.known.cluster, best.known.uri, best.shared.containment, best.shared.jaccard, why
    )
    return _settle(base, this, best, found)


def _next_version(story: Story, this: Known, of: Found, found: list[Found], why: str) -> Relation:
    kind = RelationKind.CORRECTION if story.form in CORRECTIONS else RelationKind.VERSION
    base = _relation(kind, of, replace(of.known, version=of.known.version + 1), why)
    return _settle(base, this, of, found)


def _relation(kind: RelationKind, of: Found, known: Known, why: str) -> Relation:
    return Relation(
        kind, known.uri, known.version, known.cluster, of.known.uri, of.shared.containment, of.shared.jaccard, why
    )


def _settle(base: Relation, this: Known, of: Found | None, found: list[Found]) -> Relation:
    """Give the relation what must be stored: this story, and its place with the head of its cluster."""
    notice = next((f for f in found if f.known.notice), None)
    withdrawn = bool(notice)
    changed: tuple[tuple[int, bytes], ...] = ()
    head = 0
    if of:
        head = of.known.head or of.number
        top = next(f for f in found if f.number == head)
        withdrawn = withdrawn or top.known.withdrawn
        member = Member(base.uri, base.version, this.outlet, this.time)
        kept = tuple(m for m in top.known.members if m.uri != member.uri)
        changed = ((head, replace(top.known, members=(*kept, member), withdrawn=withdrawn).pack()),)
    stored = replace(this, uri=base.uri, version=base.version, cluster=base.cluster, head=head, withdrawn=withdrawn)
    gone = ((base.uri, base.version),) if withdrawn else ()
    return replace(base, insert=stored.pack(), changed=changed, withdrawn=gone)


def _withdrawal(story: Story, this: Known, found: list[Found]) -> Relation:
    """A notice: everything in its target's cluster is withdrawn."""
    aims = [{short_hash(w) for w in headline_words(t)} for t in targets(story)]
    hit = [f for f in found if not f.known.notice and _is_target(f.known, this, aims)]
    gone: dict[str, int] = {}
    changed = []
    heads = {f.known.head or f.number for f in hit}
    for f in found:
        if f.number in heads:
            gone[f.known.uri] = max(gone.get(f.known.uri, 0), f.known.version)
            for member in f.known.members:
                gone[member.uri] = max(gone.get(member.uri, 0), member.version)
            changed.append((f.number, replace(f.known, withdrawn=True).pack()))
    of = hit[0].known if hit else None
    return Relation(
        RelationKind.WITHDRAWAL,
        this.uri,
        1,
        of.cluster if of else this.uri,
        of.uri if of else "",
        why="names its target" if of else "its target is not known yet",
        insert=this.pack(),
        changed=tuple(changed),
        withdrawn=tuple(gone.items()),
    )


def _is_target(known: Known, notice: Known, aims: list[set[int]]) -> bool:
    if notice.slug and known.slug == notice.slug:
        return True
    mine = set(known.headline)
    return any(len(mine & aim) >= 0.75 * max(len(mine), min(len(aim), 10)) for aim in aims if aim)


def _same_facts(a: Known, b: Known) -> bool:
    if a.place and b.place and a.place != b.place:
        return False
    return a.numbers <= b.numbers or b.numbers <= a.numbers


def _digest(text: str, size: int) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=size).digest()


def _int(text: str) -> int:
    return int.from_bytes(_digest(text, 4), "big") if text else 0


def _is_hex(key: str) -> bool:
    return len(key) >= 20 and all(c in "0123456789abcdef" for c in key[:20])
