"""What the index stores of a story: everything a later story is judged against, packed small.

The layout is private to this file. It begins with the number of the story that heads the cluster (0: itself), which is
the one thing an index reads: a look-up that returns a story returns the head of its cluster too.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from pipeline.copies.sketch import Sample

URI = "urn:wiredesk:story:"
_FIXED = struct.Struct(">IBBB10s8sIIIIIHIIBBBBBH")
_MEMBER = struct.Struct(">10sBII")
_WITHDRAWN, _NOTICE, _DATED, _ROUNDUP = 1, 2, 4, 8


@dataclass(frozen=True, slots=True)
class Member:
    """A record in a cluster besides its head: which, by whom and when (epoch seconds)."""

    uri: str
    version: int
    outlet: int
    time: int


@dataclass(frozen=True, slots=True)
class Known:
    """A stored story. Hashes are 32 bits (``entry`` 64, lead figures and headline words 16); times epoch seconds.

    ``rank`` is how late in its chain the story says it is (0 first, n for UPDATE n); ``head`` the number of the
    cluster's head, 0 where that is this story; ``members`` is kept by the head only.
    """

    uri: str
    version: int
    entry: bytes
    url: int
    body: int
    slug: int
    outlet: int
    time: int
    sample: Sample
    words: int
    rank: int = 0
    head: int = 0
    withdrawn: bool = False
    notice: bool = False
    dated: bool = False
    roundup: bool = False
    place: int = 0
    numbers: frozenset[int] = frozenset()
    headline: tuple[int, ...] = ()
    cluster: str = ""
    members: tuple[Member, ...] = field(default=())

    def pack(self) -> bytes:
        """As bytes."""
        flags = self.withdrawn * _WITHDRAWN | self.notice * _NOTICE | self.dated * _DATED | self.roundup * _ROUNDUP
        fixed = _FIXED.pack(
            self.head,
            flags,
            min(self.version, 255),
            min(self.rank, 255),
            _raw(self.uri),
            self.entry,
            self.url,
            self.body,
            self.slug,
            self.outlet,
            self.time,
            min(self.words, 65535),
            self.sample.bound,
            self.sample.size,
            self.place & 0xFF,
            min(len(self.numbers), 12),
            min(len(self.headline), 10),
            len(self.sample.values),
            1 if self.cluster and self.cluster != self.uri else 0,
            len(self.members),
        )
        shorts = (*sorted(self.numbers)[:12], *self.headline[:10], *self.sample.values)
        tail = _raw(self.cluster) if self.cluster and self.cluster != self.uri else b""
        people = b"".join(_MEMBER.pack(_raw(m.uri), min(m.version, 255), m.outlet, m.time) for m in self.members)
        return fixed + struct.pack(f">{len(shorts)}H", *shorts) + tail + people

    @classmethod
    def unpack(cls, blob: bytes) -> Known:
        """Read what ``pack`` wrote. Raises ``struct.error`` for anything else."""
        (
            head,
            flags,
            version,
            rank,
            uri,
            entry,
            url,
            body,
            slug,
            outlet,
            time,
            words,
            bound,
            size,
            place,
            n,
            h,
            s,
            c,
            m,
        ) = _FIXED.unpack_from(blob)
        at = _FIXED.size
        shorts = struct.unpack_from(f">{n + h + s}H", blob, at)
        at += 2 * len(shorts)
        name = _name(uri)
        cluster = name
        if c:
            cluster, at = _name(blob[at : at + 10]), at + 10
        members = tuple(
            Member(_name(u), v, o, t)
            for u, v, o, t in (_MEMBER.unpack_from(blob, at + i * _MEMBER.size) for i in range(m))
        )
        return cls(
            uri=name, version=version, entry=entry, url=url, body=body, slug=slug, outlet=outlet, time=time,
            sample=Sample(shorts[n + h :], bound, size), words=words, rank=rank, head=head,
            withdrawn=bool(flags & _WITHDRAWN), notice=bool(flags & _NOTICE), dated=bool(flags & _DATED),
            roundup=bool(flags & _ROUNDUP), place=place, numbers=frozenset(shorts[:n]), headline=shorts[n : n + h],
            cluster=cluster, members=members,
        )  # fmt: skip


def _raw(uri: str) -> bytes:
    return bytes.fromhex(uri.removeprefix(URI))


def _name(raw: bytes) -> str:
    return URI + raw.hex()
