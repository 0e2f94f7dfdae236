"""What the index stores of a story: everything that a later story is judged against.

A stored story is a blob: the number of the story that heads its cluster, four bytes, big end first
(0: itself), and then a record as deflated JSON. The number is all that an index reads, because a look-up
that returns a story returns the head of its cluster too; what follows is private to ``pack`` and
``unpack``. It is about 260 bytes for a story of usual length that heads only itself.

Times in this room are aware UTC datetimes of whole seconds; only a packed record holds epoch seconds.
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
"""How many stories a cluster's head keeps: a look-up that returns it stays below 20 kB."""
HEAD_BYTES: Final = 4
"""What a blob begins with: the number of the head of the story's cluster."""
# What is kept of a headline (words), of a lead and of a text (figures). A text with more figures is a table.
_HEADLINE, _LEAD, _FIGURES = 10, 15, 31
# Three hexadecimal digits for each value of a cell: deflate brings them down to its twelve bits.
_DIGITS = [f"{cell:03x}" for cell in range(CELLS)]
_CELL_OF = {digits: cell for cell, digits in enumerate(_DIGITS)}
# Names that most records have, in their order: what deflate knows beforehand costs two bytes, not ten.
_NAMES = (
    b'"place":,"item":,"original":true,"notice":true,"hold":true,"rank":,"corrected":true,"overview":true,'
    b'"entry":"","cluster":"","group":{"uri":"","version":1,"rank":,"members":[["'
    b'{"uri":"","version":1,"url":,"slug":,"agency":,"outlet":,"time":17,"timed":true,"days":,"headline":['
    b'],"bound":,"shingles":,"words":,"lead":[],"figures":[],"body":,"names":[],"cells":"'
)
_DEFLATE_ERROR: Any = deflate.error
_LEVEL = 1
_RAW = -15  # no header and no checksum, as Redis holds what it was given


@dataclass(frozen=True, slots=True)
class Candidate:
    """A story the index returned: its number there, its revision, how many posts it shares, and its blob."""

    number: int
    revision: int
    votes: int
    blob: bytes


@dataclass(frozen=True, slots=True)
class Member:
    """A story of a cluster: its record, whether it is the agency's own, its outlet (24-bit hash), when and how long."""

    uri: str
    version: int
    original: bool
    outlet: int
    time: datetime
    word_count: int


@dataclass(frozen=True, slots=True)
class Group:
    """A cluster, kept by its head: the current edition, when a notice withdrew it, and its members.

    ``withheld``: it was held rather than withdrawn, so that its agency may release it; ``by_notice``: by
    another item. ``rank`` and ``time`` are the current edition's place in its chain: what comes later in
    both is newer. ``time`` is None where its publisher gave none.
    """

    uri: str
    version: int
    rank: int
    time: datetime | None
    withdrawn: datetime | None
    members: tuple[Member, ...]
    withheld: bool = False
    by_notice: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """A stored story. ``url``, ``slug``, ``item`` are 32-bit hashes, ``outlet`` 24, ``agency``, ``place`` 8; 0 is none.

    ``entry`` is the beginning of its key, twenty hexadecimal digits. ``rank`` is how late in its chain the
    story says it is (0 first, 2n UPDATE n, and 1 more corrected). ``timed``: the time is the publisher's
    own. ``days`` are the weekdays that its lead names, one bit each. ``headline`` are 16-bit hashes of its
    words. ``head`` is the number of the cluster's head, 0 where that is this story; the head of more than
    itself has ``group``. ``hold``: a notice that withholds and does not withdraw.
    """

    uri: str
    version: int
    entry: str
    url: int
    slug: int
    agency: int
    outlet: int
    time: datetime
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
        """As a blob."""
        sketch, figures = self.sketch, self.sketch.figures
        many = figures is None or len(figures) > _FIGURES
        uri = self.uri.removeprefix(URI)
        record = {
            "uri": uri,
            "version": self.version,
            "url": self.url,
            "slug": self.slug,
            "agency": self.agency,
            "outlet": self.outlet,
            "time": int(self.time.timestamp()),
            "timed": self.timed,
            "days": self.days,
            "headline": self.headline[:_HEADLINE],
            "bound": sketch.bound >> COARSE,
            "shingles": sketch.shingle_count,
            "words": sketch.word_count,
            "lead": sketch.lead_figures[:_LEAD],
            "figures": [] if figures is None or many else sorted(figures),
            "many": many,
            "body": sketch.body_hash,
            "names": sorted(sketch.names or ()),
            "place": self.place,
            "item": self.item,
            "original": self.original,
            "notice": self.notice,
            "hold": self.hold,
            "rank": self.rank,
            "corrected": self.corrected,
            "overview": self.overview,
            "entry": self.entry if self.entry != uri else "",
            "cluster": self.cluster.removeprefix(URI) if self.cluster != self.uri else "",
            "group": _record_group(self.group) if self.group else None,
            "cells": "".join([_DIGITS[cell] for cell in sketch.cells]),
        }
        said = {name: value for name, value in record.items() if value}
        text = json.dumps(said, separators=(",", ":")).encode()
        packer = deflate.compressobj(_LEVEL, deflate.DEFLATED, _RAW, zdict=_NAMES)
        return self.head.to_bytes(HEAD_BYTES, "big") + packer.compress(text) + packer.flush()

    @classmethod
    def unpack(cls, blob: bytes) -> Known:
        """Read what ``pack`` wrote. Raises ``ValueError`` for anything else, as what another release stored."""
        try:
            text = deflate.decompressobj(_RAW, zdict=_NAMES).decompress(blob[HEAD_BYTES:])
            return cls._from_record(read_head(blob), json.loads(text))
        except (_DEFLATE_ERROR, LookupError, TypeError, AttributeError, OverflowError) as error:
            raise ValueError(f"not a stored story: {error}") from error

    @classmethod
    def _from_record(cls, head: int, record: Mapping[str, Any]) -> Known:
        get, uri, digits = record.get, record["uri"], record.get("cells", "")
        bound = get("bound", 0)
        sketch = Sketch(
            cells=tuple([_CELL_OF[digits[i : i + 3]] for i in range(0, len(digits), 3)]),
            bound=bound << COARSE | (1 << COARSE) - 1 if digits else 0,
            shingle_count=get("shingles", 0),
            word_count=get("words", 0),
            lead_figures=tuple(get("lead", ())),
            figures=None if get("many") else frozenset(get("figures", ())),
            body_hash=get("body", 0),
            names=frozenset(record["names"]) if "names" in record else None,
        )
        return cls(
            uri=URI + uri,
            version=record["version"],
            entry=get("entry", uri),
            url=get("url", 0),
            slug=get("slug", 0),
            agency=get("agency", 0),
            outlet=get("outlet", 0),
            time=utc(get("time", 0)),
            sketch=sketch,
            rank=get("rank", 0),
            head=head,
            notice=get("notice", False),
            hold=get("hold", False),
            overview=get("overview", False),
            timed=get("timed", False),
            original=get("original", False),
            corrected=get("corrected", False),
            place=get("place", 0),
            item=get("item", 0),
            days=get("days", 0),
            headline=tuple(get("headline", ())),
            cluster=URI + get("cluster", uri),
            group=_group_from(record["group"]) if "group" in record else None,
        )

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
    """The number of the story that heads the cluster of a stored one; 0 where it is that story itself."""
    return int.from_bytes(blob[:HEAD_BYTES], "big")


def compare_headlines(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """The share of the longer headline's words that the other has, 0 to 1; of each the first ten count."""
    here, there = set(one[:_HEADLINE]), set(other[:_HEADLINE])
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


def _group_from(record: Mapping[str, Any]) -> Group:
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
