"""How well copies and versions are told from other reports, beside plainer rules in the same run.

On our own pairs, or on those of ``DIR/copies/*.jsonl``. The labels of real pairs were made by
careful reading and carry a few per cent of noise; "sure" leaves out where the reader hesitated.
Thresholds of this project were set on the dev part of such data, so figures on it flatter.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.copies.bulletins import events, templates
from benchmarks.copies.pairs import Pair, labelled, own, reports, stories, takes, written
from pipeline.copies import MemoryIndex, cluster, pair, query, relate
from pipeline.story import RelationKind, Story
from pipeline.text import fold, words

NOW = datetime(2026, 3, 10, tzinfo=UTC)
KINDS = {
    RelationKind.NEW: "no",
    RelationKind.REFETCH: "copy",
    RelationKind.EXACT: "copy",
    RelationKind.COPY: "copy",
    RelationKind.TRUNCATED: "copy",
    RelationKind.VERSION: "version",
    RelationKind.CORRECTION: "version",
}
FLOORS = {
    "pair": {"f1": 0.99, "kind": 0.95},
    "index": {"f1": 0.98, "kind": 0.90},
    "written": {"f1": 0.97, "kind": 0.90},
    "reports": {"f1": 0.90, "kind": 0.80},
    "bulletins": {"f1": 0.96, "kind": 0.85},
    "clusters": {"bcubed": 0.98},
}
Judge = Callable[[Story, Story], str]


def by_pair(a: Story, b: Story) -> str:
    return KINDS[pair(a, b, NOW).relation]


def by_index(a: Story, b: Story) -> str:
    return KINDS[relation(a, b)]


def relation(a: Story, b: Story) -> RelationKind:
    """What b is when a is all that an index knows; a notice that names no known story is like
    none."""
    index = MemoryIndex()
    first = relate(a, index.lookup(query(a)), NOW)
    index.insert(query(a), first.insert or b"")
    found = relate(b, index.lookup(query(b)), NOW)
    return found.kind if found.kind is not RelationKind.WITHDRAWAL or found.of else RelationKind.NEW


def by_shingles(a: Story, b: Story) -> str:
    """The best single threshold: containment of 5-word shingles, quotations and all."""
    x, y = (_shingles(s) for s in (a, b))
    return "copy" if x and y and len(x & y) / min(len(x), len(y)) >= 0.35 else "no"


def by_title(a: Story, b: Story) -> str:
    return "copy" if fold(a.headline) == fold(b.headline) or a.url == b.url else "no"


def by_datasketch(a: Story, b: Story) -> str:
    from datasketch import MinHash, MinHashLSH

    sketches = []
    for story in (a, b):
        sketch = MinHash(128)
        for shingle in _shingles(story):
            sketch.update(" ".join(shingle).encode())
        sketches.append(sketch)
    lsh = MinHashLSH(0.5, 128)
    lsh.insert("a", sketches[0])
    return "copy" if lsh.query(sketches[1]) else "no"


def _shingles(story: Story) -> set[tuple[str, ...]]:
    some = words(story.text)
    return set(zip(*(some[i:] for i in range(5)), strict=False))


@dataclass(frozen=True, slots=True)
class Score:
    """How a judge did on labelled pairs: same or not, and of the same ones copy or version."""

    precision: float
    recall: float
    f1: float
    kind: float
    merged: int
    events: int
    mixed: int
    related: int
    same: int

    def __str__(self) -> str:
        figures = (
            f"{self.precision:9.3f} {self.recall:6.3f} {self.f1:6.3f} {self.kind:6.3f}"
            if self.same
            else " " * 30
        )
        return (
            f"{figures}   {self.merged:3} of {self.events:4}   {self.mixed:3} of {self.related:4}"
        )


def score(judge: Judge, pairs: Sequence[Pair]) -> Score:
    said = [(p, judge(p.a, p.b)) for p in pairs]
    hit = [(p, s) for p, s in said if p.same and s != "no"]
    wrong = [p for p, s in said if not p.same and s != "no"]
    missed = [p for p, s in said if p.same and s == "no"]
    return Score(
        precision=len(hit) / max(1, len(hit) + len(wrong)),
        recall=len(hit) / max(1, len(hit) + len(missed)),
        f1=2 * len(hit) / max(1, 2 * len(hit) + len(wrong) + len(missed)),
        kind=sum(p.label == s for p, s in hit) / max(1, len(hit)),
        merged=sum(p.label == "event" for p in wrong),
        events=sum(p.label == "event" for p in pairs),
        mixed=sum(p.label != "event" for p in wrong),
        related=sum(p.label == "related" for p in pairs),
        same=sum(p.same for p in pairs),
    )


def by_relation(said: Sequence[tuple[str, str]]) -> list[str]:
    """Precision, recall and F1 of each relation, from what was true and what was said of each pair;
    a line each."""
    lines = [f"{'relation':12} {'pairs':>5}  precision recall     F1"]
    for name in sorted({true for true, _ in said}):
        hit = sum(true == name == other for true, other in said)
        of_said, of_true = (
            sum(other == name for _, other in said),
            sum(true == name for true, _ in said),
        )
        f1 = 2 * hit / (of_said + of_true)
        lines.append(
            f"{name:12} {of_true:5}  {hit / max(1, of_said):9.3f} {hit / of_true:6.3f} {f1:6.3f}"
        )
    return lines


def bcubed(judged: dict[str, str], true: dict[str, str]) -> tuple[float, float]:
    """B-cubed precision and recall of a clustering, item by item."""
    precision = recall = 0.0
    for item, cluster_of in true.items():
        mine = {other for other in true if judged[other] == judged[item]}
        gold = {other for other, its in true.items() if its == cluster_of}
        precision += len(mine & gold) / len(mine)
        recall += len(mine & gold) / len(gold)
    return precision / len(true), recall / len(true)


def clusters() -> tuple[int, float, float]:
    """Our own stories with all their edits, in one pile: how many, B-cubed precision and recall."""
    true = {story.key: story.key for _, story in stories()}
    pile = [story for _, story in stories()]
    for p in own():
        if p.same:
            true[p.b.key] = p.a.key
            pile.append(p.b)
    judged = {key: c.id for c in cluster(pile, NOW) for key, _ in c.members}
    return len(pile), *bcubed(judged, true)


def report(data: Path | None) -> None:
    """The table: ours and plainer rules."""
    judges: dict[str, Judge] = {
        "wiredesk, both at hand": by_pair,
        "wiredesk, through the index": by_index,
        "5-word containment >= 0.35": by_shingles,
        "same title or URL": by_title,
    }
    try:
        import datasketch  # noqa: F401

        judges["datasketch MinHashLSH 0.5"] = by_datasketch
    except ImportError:
        print("datasketch is not installed: left out")
    if data:
        pairs = labelled(data)
        sets = {
            "all": pairs,
            "sure": [p for p in pairs if p.sure],
            "hesitant": [p for p in pairs if not p.sure],
        }
    else:
        sets = {
            "made by edits": own(),
            "as other desks wrote them": written(),
            "two agencies": reports(),
            "short reports": events(),
        }
        sets["bulletins of one template"] = templates()
    for name, some in sets.items():
        print(f"{name}: {len(some)} pairs, {sum(p.same for p in some)} copies or versions")
        print(f"{'':28} precision recall     F1   kind   false merges: same event, two events")
        for title, judge in judges.items():
            print(f"{title:28} {score(judge, some)}")
        print()
        if any(p.same for p in some):
            said = [(p.label if p.same else "no", by_index(p.a, p.b)) for p in some]
            print(f"{name}, through the index, relation by relation (no: independent or unrelated)")
            print("\n".join(by_relation(said)), end="\n\n")
    if not data:
        fine = [(p.relation, str(relation(p.a, p.b))) for p in (*own(), *takes())]
        print(
            "made by edits, with corrections and kills, through the index, in the words of a record"
        )
        print("\n".join(by_relation(fine)), end="\n\n")
        count, precision, recall = clusters()
        print(
            f"clusters of our own {count} stories: B-cubed precision {precision:.3f}, recall "
            f"{recall:.3f}\n"
        )


def below_floors() -> list[str]:
    """What fell below its floor on our own pairs."""
    faults = []
    short = [p for p in events() if p.label == "event"]
    for name, judge, some in (
        ("pair", by_pair, [*own(), *short]),
        ("index", by_index, own()),
        ("written", by_pair, written()),
        ("reports", by_pair, reports()),
        ("bulletins", by_index, templates()),
    ):
        found = score(judge, some)
        for figure, floor in FLOORS[name].items():
            if getattr(found, figure) < floor:
                faults.append(
                    f"{name}: {figure} is {getattr(found, figure):.3f}, its floor {floor}"
                )
        if found.merged:
            faults.append(f"{name}: {found.merged} independent reports of one event were merged")
        if found.mixed:
            faults.append(f"{name}: {found.mixed} stories of two events were merged")
    _, precision, recall = clusters()
    if min(precision, recall) < FLOORS["clusters"]["bcubed"]:
        faults.append(
            f"clusters: B-cubed {precision:.3f} and {recall:.3f}, floor "
            f"{FLOORS['clusters']['bcubed']}"
        )
    return faults
