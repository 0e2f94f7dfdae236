"""How well copies and versions are told from other reports, beside plainer rules in the same run.

``python -m benchmarks.copies.quality [--data DIR]``: on our own pairs, or on those of ``DIR/copies/*.jsonl``. The
labels of real pairs were made by careful reading and carry a few per cent of noise; "sure" leaves out where the reader
hesitated. Thresholds of this project were set on the dev part of such data, so figures on it flatter.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.copies.pairs import Pair, labelled, own, stories
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
Judge = Callable[[Story, Story], str]


def by_pair(a: Story, b: Story) -> str:
    return KINDS[pair(a, b, NOW).relation]


def by_index(a: Story, b: Story) -> str:
    index = MemoryIndex()
    first = relate(a, index.lookup(query(a)), NOW)
    index.insert(query(a), first.insert or b"")
    return KINDS[relate(b, index.lookup(query(b)), NOW).kind]


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


def line(name: str, judge: Judge, pairs: Sequence[Pair]) -> str:
    said = [(p, judge(p.a, p.b)) for p in pairs]
    hit = [(p, s) for p, s in said if p.same and s != "no"]
    wrong = [p for p, s in said if not p.same and s != "no"]
    missed = [p for p, s in said if p.same and s == "no"]
    events = sum(p.label == "event" for p in wrong)
    precision = len(hit) / max(1, len(hit) + len(wrong))
    recall = len(hit) / max(1, len(hit) + len(missed))
    f1 = 2 * len(hit) / max(1, 2 * len(hit) + len(wrong) + len(missed))
    kind = sum(p.label == s for p, s in hit) / max(1, len(hit))
    among = sum(p.label == "event" for p in pairs)
    return f"{name:28} {precision:9.3f} {recall:6.3f} {f1:6.3f} {kind:6.3f}   {events} of {among}"


def bcubed(judged: dict[str, str], true: dict[str, str]) -> tuple[float, float]:
    """B-cubed precision and recall of a clustering, item by item."""
    precision = recall = 0.0
    for item, cluster_of in true.items():
        mine = {other for other in true if judged[other] == judged[item]}
        gold = {other for other, its in true.items() if its == cluster_of}
        precision += len(mine & gold) / len(mine)
        recall += len(mine & gold) / len(gold)
    return precision / len(true), recall / len(true)


def clusters() -> str:
    """Our own stories with all their edits, in one pile."""
    true = {story.key: story.key for _, story in stories()}
    pile = [story for _, story in stories()]
    for p in own():
        if p.same:
            true[p.b.key] = p.a.key
            pile.append(p.b)
    judged = {key: c.id for c in cluster(pile, NOW) for key, _ in c.members}
    precision, recall = bcubed(judged, true)
    return f"clusters of our own {len(pile)} stories: B-cubed precision {precision:.3f}, recall {recall:.3f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="a folder with copies/*.jsonl")
    args = parser.parse_args()
    pairs = labelled(args.data) if args.data else own()
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
    for name, some in (("all", pairs), ("sure", [p for p in pairs if p.sure])):
        if name == "sure" and len(some) == len(pairs):
            continue
        print(f"\n{name}: {len(some)} pairs, {sum(p.same for p in some)} copies or versions")
        print(f"{'':28} precision recall     F1   kind   false merges on same-event pairs")
        for title, judge in judges.items():
            print(line(title, judge, some))
    if not args.data:
        print(clusters())


if __name__ == "__main__":
    main()
