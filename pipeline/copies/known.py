"""What the index stores of a story: everything that a later story is judged against.

A stored story is a blob: four bytes, big end first, are the number of the story that heads its
cluster (0: itself), and the rest is a record as deflated JSON. The number is all that an index
reads, as a look-up that returns a story returns the head of its cluster too; ``pack`` and
``unpack`` alone know the rest: about 260 bytes for a story of usual length without a cluster.

Times in this room are aware UTC datetimes of whole seconds; only the record has epoch seconds.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from pipeline.copies.fingerprints import CELLS, COARSE, Sketch
from pipeline.story import utc

try:
    from isal import isal_zlib as deflate  # zlib's format at a quarter of its processor time
except ImportError:
    import zlib as deflate  # type: ignore[no-redef]

URI: Final = "urn:wiredesk:story:"
MEMBERS: Final = 500
"""How many stories a cluster's head keeps: with them its blob stays below 20 kB."""
HEAD_BYTES: Final = 4
"""How long the number is that a blob begins with."""
# What is kept of a headline (words), of a lead and of a text (figures; with more it is a table).
HEADLINE: Final = 10
_LEAD, _FIGURES = 15, 31
# Three hexadecimal digits for each cell: deflate brings them down to its twelve bits.
_DIGITS = [f"{cell:03x}" for cell in range(CELLS)]
_CELL_OF = {digits: cell for cell, digits in enumerate(_DIGITS)}
# The fields of a story that a record has as they are; those that are 0, empty or false are left
# out.
_PLAIN = (
    *("version", "url", "slug", "agency", "outlet", "timed", "rank", "place", "item"),
    *("original", "corrected", "overview", "notice", "hold", "stands_in"),
)
# What deflate knows beforehand costs two bytes, not ten: what most records hold, as they hold it.
_USUAL = (
    b'"slug":,"rank":,"place":,"item":,"original":true,"corrected":true,"overview":true,'
    b'"notice":true,"hold":true,"entry":"","cluster":"","group":{"uri":"","members":[["'
    b'{"version":1,"url":,"agency":,"outlet":,"timed":true,"uri":"","time":17,"days":[],'
    b'"headline":[],"bound":,"shingles":,"words":,"lead":[],"figures":[],"body":,"names":[],'
    b'"cells":"'
)
_LEVEL = 1
_RAW = -15  # no header and no checksum: Redis holds what it was given
_UNREADABLE: Any = (deflate.error, LookupError, TypeError, AttributeError, OverflowError, OSError)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A story the index returned: its number and revision there, shared posts, and its blob."""

    number: int
    revision: int
    votes: int
    blob: bytes


@dataclass(frozen=True, slots=True)
class Member:
    """A story of a cluster: its record, if it is the agency's own, its outlet (24-bit hash)."""

    uri: str
    version: int
    original: bool
    outlet: int
    time: datetime
    word_count: int


@dataclass(frozen=True, slots=True)
class Group:
    """A cluster, kept by its head: the current edition, when a notice withdrew it, and its members.

    ``withheld``: it was held rather than withdrawn, so that its agency may release it;
    ``by_notice``: by another item. ``rank`` and ``time`` are the current edition's place in its
    chain: what comes later in both is newer. ``time`` is None where its publisher gave none.
    """

    uri: str
    version: int
    rank: int
    time: datetime | None
    withdrawn: datetime | None
    members: tuple[Member, ...]
    withheld: bool = False
    by_notice: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A stored story. Hashes are of 32 bits (``url``, ``slug``, ``item``), 24 (``outlet``) or 8.

    ``entry`` is the beginning of its key, twenty hexadecimal digits. ``timed``: the time is its
    publisher's own. ``rank`` is how late in its chain the story says it is (0 first, 2n UPDATE n,
    and 1 more corrected). ``days`` are the weekdays that its lead names (0 is Monday), ``headline``
    16-bit hashes of its words. ``hold``: a notice that withholds and does not withdraw.
    ``stands_in``: the feed's text, because its page could not be read. ``head`` is the number of
    the cluster's head, 0 where that is this story; only a head of more than itself has ``group``.
    """

    uri: str
    entry: str
    cluster: str
    time: datetime
    sketch: Sketch
    version: int = 1
    url: int = 0
    slug: int = 0
    agency: int = 0
    outlet: int = 0
    timed: bool = False
    rank: int = 0
    place: int = 0
    item: int = 0
    original: bool = False
    corrected: bool = False
    overview: bool = False
    notice: bool = False
    hold: bool = False
    stands_in: bool = False
    days: frozenset[int] = frozenset()
    headline: tuple[int, ...] = ()
    head: int = 0
    group: Group | None = None

    def pack(self) -> bytes:
        """As a blob."""
        sketch, figures = self.sketch, self.sketch.figures
        many = figures is None or len(figures) > _FIGURES
        record: dict[str, Any] = {name: getattr(self, name) for name in _PLAIN}
        record |= {
            "uri": self.uri.removeprefix(URI),
            "time": int(self.time.timestamp()),
            "days": sorted(self.days),
            "headline": self.headline[:HEADLINE],
            "bound": sketch.bound >> COARSE,
            "shingles": sketch.shingle_count,
            "words": sketch.word_count,
            "lead": sketch.lead_figures[:_LEAD],
            "figures": [] if figures is None or many else sorted(figures),
            "many": many,
            "body": sketch.body_hash,
            "names": sorted(sketch.names or ()),
            "facts": sorted(sketch.facts or ()),
            "cells": "".join([_DIGITS[cell] for cell in sketch.cells]),
            "group": _record_group(self.group) if self.group else None,
        }
        if URI + self.entry != self.uri:
            record["entry"] = self.entry
        if self.cluster != self.uri:
            record["cluster"] = self.cluster.removeprefix(URI)
        kept = {name: value for name, value in record.items() if value}
        text = json.dumps(kept, separators=(",", ":")).encode()
        packer = deflate.compressobj(_LEVEL, deflate.DEFLATED, _RAW, zdict=_USUAL)
        return self.head.to_bytes(HEAD_BYTES, "big") + packer.compress(text) + packer.flush()

    @classmethod
    def unpack(cls, blob: bytes) -> Known:
        """Read what ``pack`` wrote.

        Raises ValueError for anything else: what another release stored is unknown, not a fault.
        """
        try:
            text = deflate.decompressobj(_RAW, zdict=_USUAL).decompress(blob[HEAD_BYTES:])
            record = json.loads(text.decode())
            get, uri, digits = record.get, record["uri"], record.get("cells", "")
            bound = record.get("bound", 0) << COARSE | (1 << COARSE) - 1
            sketch = Sketch(
                cells=tuple([_CELL_OF[digits[i : i + 3]] for i in range(0, len(digits), 3)]),
                bound=bound if digits else 0,
                shingle_count=get("shingles", 0),
                word_count=get("words", 0),
                lead_figures=tuple(get("lead", ())),
                figures=None if get("many") else frozenset(get("figures", ())),
                body_hash=get("body", 0),
                names=frozenset(record["names"]) if "names" in record else None,
                facts=frozenset(record["facts"]) if "facts" in record else None,
            )
            return cls(
                uri=URI + uri,
                entry=get("entry", uri),
                cluster=URI + get("cluster", uri),
                time=utc(record["time"]),
                sketch=sketch,
                days=frozenset(get("days", ())),
                headline=tuple(get("headline", ())),
                head=read_head(blob),
                group=_make_group(record["group"]) if "group" in record else None,
                **{name: record[name] for name in _PLAIN if name in record},
            )
        except _UNREADABLE as error:
            raise ValueError(f"not a stored story: {error}") from error

    @property
    def filed(self) -> datetime | None:
        """When its publisher says it was filed; None where it does not say."""
        return self.time if self.timed else None

    def as_group(self) -> Group:
        """The cluster that this story heads, if only of itself."""
        if self.group:
            return self.group
        member = self.as_member(self.uri, self.version)
        return Group(self.uri, self.version, self.rank, self.filed, None, (member,))

    def as_member(self, uri: str, version: int) -> Member:
        """This story as a member of a cluster, under the record that it is part of."""
        words = self.sketch.word_count
        return Member(uri, version, self.original, self.outlet, self.time, words)

    def is_apart(self, other: Known, limit: timedelta) -> bool:
        """Whether both times are known and further apart than that."""
        return self.timed and other.timed and abs(self.time - other.time) > limit

    def shares_agency(self, other: Known) -> bool:
        """Whether both are of one agency, or one does not say."""
        return self.agency == other.agency or not self.agency or not other.agency


def read_head(blob: bytes) -> int:
    """The number of the story that heads a stored one's cluster; 0 where it is that story."""
    return int.from_bytes(blob[:HEAD_BYTES], "big")


def compare_headlines(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """The share of the longer headline's words that the other has, 0 to 1; the first ten count."""
    here, there = set(one[:HEADLINE]), set(other[:HEADLINE])
    return len(here & there) / max(len(here), len(there)) if here and there else 0.0


def _record_group(group: Group) -> dict[str, Any]:
    """A cluster for JSON; its members as rows, whose columns are those of ``Member``."""
    rows = []
    for member in group.members[:MEMBERS]:
        uri, seconds = member.uri.removeprefix(URI), int(member.time.timestamp())
        rows.append(
            [uri, member.version, int(member.original), member.outlet, seconds, member.word_count]
        )
    return {
        "uri": group.uri.removeprefix(URI),
        "version": group.version,
        "rank": group.rank,
        "time": int(group.time.timestamp()) if group.time else None,
        "withdrawn": int(group.withdrawn.timestamp()) if group.withdrawn else None,
        "withheld": group.withheld,
        "by_notice": group.by_notice,
        "members": rows,
    }


def _make_group(record: Mapping[str, Any]) -> Group:
    members = []
    for uri, version, original, outlet, seconds, word_count in record["members"]:
        time = datetime.fromtimestamp(seconds, UTC)
        members.append(Member(URI + uri, version, bool(original), outlet, time, word_count))
    time, withdrawn = record["time"], record["withdrawn"]
    return Group(
        uri=URI + record["uri"],
        version=record["version"],
        rank=record["rank"],
        time=None if time is None else utc(time),
        withdrawn=None if withdrawn is None else utc(withdrawn),
        members=tuple(members),
        withheld=record["withheld"],
        by_notice=record["by_notice"],
    )
