"""What the index stores of a story: everything a later story is judged against, packed small.

The layout is private to this file. It begins with the number of the story that heads the cluster (0: itself), which is
the one thing an index reads: a look-up that returns a story returns the head of its cluster too.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace
from hashlib import blake2b

from pipeline.copies.sketch import COARSE, Sketch

URI = "urn:wiredesk:story:"
MEMBERS = 500
_FIXED = struct.Struct(">IHHB10sIIB3sIBBB")
_SKETCH = struct.Struct(">IIHHBBB")
_GROUP = struct.Struct(">10sHBIIH")
_MEMBER = struct.Struct(">10sHB3sIH")
(
    _NOTICE,
    _OVERVIEW,
    _TIMED,
    _ORIGINAL,
    _ENTRY,
    _CLUSTER,
    _GROUPED,
    _MANY,
    _CORRECTED,
    _ITEM,
    _NAMED,
    _HOLD,
) = (1 << i for i in range(12))
_HELD, _NOTICED = 1 << 15, 1 << 14
_HEADLINE, _LEAD, _FIGURES = 10, 15, 31


@dataclass(frozen=True, slots=True)
class Member:
    """A story of a cluster: its record, its outlet (hash), when (epoch seconds), how long (words), if the agency's."""

    uri: str
    version: int
    original: bool
    outlet: bytes
    time: int
    words: int


@dataclass(frozen=True, slots=True)
class Group:
    """A cluster, kept by its head: the current edition, when a notice withdrew it (0: never), and its members.

    ``held``: it was withheld rather than withdrawn, so that its agency may release it; ``noticed``: by another item.
    ``rank`` and ``time`` are the current edition's place in its chain: what comes later in both is newer.
    """

    uri: str
    version: int
    rank: int
    time: int
    killed: int
    members: tuple[Member, ...]
    held: bool = False
    noticed: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """A stored story. Times are epoch seconds; ``url``, ``slug``, ``item`` are 32-bit hashes, ``outlet`` 24, others 8.

    ``rank`` is how late in its chain the story says it is (0 first, 2n UPDATE n, and 1 more corrected).
    ``timed``: the time is the publisher's own. ``days`` are the weekdays its lead names, one bit each. ``head``
    is the number of the cluster's head, 0 where that is this story; the head of more than itself has ``group``.
    ``hold``: a notice that withholds and does not withdraw.
    """

    uri: str
    version: int
    entry: bytes
    url: int
    slug: int
    agency: int
    outlet: bytes
    time: int
    sketch: Sketch
    rank: int = 0
    head: int = 0
    notice: bool = False
    hold: bool = False
    overview: bool = False
    timed: bool = False
    original: bool = False
    corrected: bool = False
    place: int = 0
    item: int = 0
    days: int = 0
    headline: tuple[int, ...] = ()
    cluster: str = ""
    group: Group | None = None

    def pack(self) -> bytes:
        """As bytes, about 200 for a story of usual length that heads only itself."""
        own, headline = raw(self.uri), self.headline[:_HEADLINE]
        entry = self.entry if self.entry != own else b""
        cluster = raw(self.cluster) if self.cluster != self.uri else b""
        many = self.sketch.figures is None or len(self.sketch.figures) > _FIGURES
        flags = (
            self.notice,
            self.overview,
            self.timed,
            self.original,
            entry,
            cluster,
            self.group,
            many,
            self.corrected,
            self.item,
            self.sketch.names,
            self.hold,
        )
        fixed = _FIXED.pack(
            self.head,
            sum(1 << i for i, flag in enumerate(flags) if flag),
            min(self.version, 65535),
            min(self.rank, 255),
            own,
            self.url,
            self.slug,
            self.agency,
            self.outlet,
            self.time,
            self.place,
            self.days,
            len(headline),
        )
        words = struct.pack(f">{len(headline)}H", *headline)
        item = self.item.to_bytes(4, "big") if self.item else b""
        group, named = _pack_group(self.group), bytes(sorted(self.sketch.names or ()))
        # what was added last stands last: another release of Wiredesk reads what is before it
        return b"".join(
            (fixed, words, _pack_sketch(self.sketch, many), entry, cluster, item, group, named)
        )

    @classmethod
    def unpack(cls, blob: bytes) -> Known:
        """Read what ``pack`` wrote. Raises ``struct.error`` or ``ValueError`` for anything else."""
        head, flags, version, rank, own, url, slug, agency, outlet, time, *rest = (
            _FIXED.unpack_from(blob)
        )
        place, days, count = rest
        at = _FIXED.size
        headline, at = struct.unpack_from(f">{count}H", blob, at), at + 2 * count
        sketch, at = _unpack_sketch(blob, at, bool(flags & _MANY))
        entry, at = (blob[at : at + 10], at + 10) if flags & _ENTRY else (own, at)
        cluster, at = (blob[at : at + 10], at + 10) if flags & _CLUSTER else (own, at)
        item, at = (int.from_bytes(blob[at : at + 4], "big"), at + 4) if flags & _ITEM else (0, at)
        group, at = _unpack_group(blob, at) if flags & _GROUPED else (None, at)
        names = frozenset(blob[at:]) if flags & _NAMED else None
        return cls(
            uri=name(own),
            version=version,
            entry=entry,
            url=url,
            slug=slug,
            agency=agency,
            outlet=outlet,
            time=time,
            sketch=replace(sketch, names=names),
            rank=rank,
            head=head,
            notice=bool(flags & _NOTICE),
            hold=bool(flags & _HOLD),
            overview=bool(flags & _OVERVIEW),
            timed=bool(flags & _TIMED),
            original=bool(flags & _ORIGINAL),
            corrected=bool(flags & _CORRECTED),
            place=place,
            item=item,
            days=days,
            headline=headline,
            cluster=name(cluster),
            group=group,
        )

    def as_group(self) -> Group:
        """The cluster this story heads, if only of itself."""
        if self.group:
            return self.group
        return Group(
            self.uri,
            self.version,
            self.rank,
            self.time if self.timed else 0,
            0,
            (self.as_member(),),
        )

    def as_member(self) -> Member:
        """This story as a member of a cluster."""
        return Member(
            self.uri, self.version, self.original, self.outlet, self.time, self.sketch.words
        )


def ident(key: str) -> bytes:
    """The ten bytes that name an entry: those of its key, or a hash where the key is no hexadecimal digest."""
    try:
        return bytes.fromhex(key[:20]) if len(key) >= 20 else _hash(key)
    except ValueError:
        return _hash(key)


def name(own: bytes) -> str:
    """The uri of the story whose entry that is."""
    return URI + own.hex()


def raw(uri: str) -> bytes:
    """The reverse of ``name``."""
    return bytes.fromhex(uri.removeprefix(URI))


def _hash(key: str) -> bytes:
    return blake2b(key.encode("utf-8", "surrogatepass"), digest_size=10).digest()


def _pack_sketch(sketch: Sketch, many: bool) -> bytes:
    lead, figures = sketch.lead[:_LEAD], [] if many else sorted(sketch.figures or ())
    sizes = (
        min(sketch.size, 65535),
        min(sketch.words, 65535),
        len(lead),
        len(figures),
        len(sketch.cells),
    )
    return (
        _SKETCH.pack(sketch.body, sketch.bound >> COARSE, *sizes)
        + bytes((*lead, *figures))
        + _pack12(sketch.cells)
    )


def _unpack_sketch(blob: bytes, at: int, many: bool) -> tuple[Sketch, int]:
    body, bound, size, words, n_lead, n_figures, n_cells = _SKETCH.unpack_from(blob, at)
    at += _SKETCH.size
    lead, at = tuple(blob[at : at + n_lead]), at + n_lead
    figures, at = frozenset(blob[at : at + n_figures]), at + n_figures
    end = at + (3 * n_cells + 1) // 2
    bound = bound << COARSE | (1 << COARSE) - 1 if n_cells else 0
    cells = _unpack12(blob[at:end], n_cells)
    return Sketch(cells, bound, size, words, lead, None if many else figures, body), end


def _pack12(cells: tuple[int, ...]) -> bytes:
    digits = "".join([f"{cell:03x}" for cell in cells])
    return bytes.fromhex(digits if len(digits) % 2 == 0 else digits + "0")


def _unpack12(packed: bytes, count: int) -> tuple[int, ...]:
    digits = packed.hex()
    return tuple([int(digits[i : i + 3], 16) for i in range(0, 3 * count, 3)])


def _pack_group(group: Group | None) -> bytes:
    if not group:
        return b""
    kept = group.members[:MEMBERS]
    count = len(kept) | (_HELD if group.held else 0) | (_NOTICED if group.noticed else 0)
    head = _GROUP.pack(
        raw(group.uri), group.version, min(group.rank, 255), group.time, group.killed, count
    )
    rows = (
        _MEMBER.pack(raw(m.uri), m.version, m.original, m.outlet, m.time, min(m.words, 65535))
        for m in kept
    )
    return head + b"".join(rows)


def _unpack_group(blob: bytes, at: int) -> tuple[Group, int]:
    own, version, rank, time, killed, count = _GROUP.unpack_from(blob, at)
    at += _GROUP.size
    rows = (
        _MEMBER.unpack_from(blob, at + i * _MEMBER.size) for i in range(count & ~(_HELD | _NOTICED))
    )
    members = tuple(Member(name(o), v, bool(f), outlet, t, w) for o, v, f, outlet, t, w in rows)
    group = Group(
        name(own), version, rank, time, killed, members, bool(count & _HELD), bool(count & _NOTICED)
    )
    return group, at + len(members) * _MEMBER.size
