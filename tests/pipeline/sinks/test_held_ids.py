"""What a file's index remembers: so many ids, all of a batch or nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.sinks.held_ids import HeldIds, ReadPlace

PLACE = ReadPlace(device=1, inode=2**64 - 1, offset=10, written=1_790_000_000_000_000_000)


def test_the_newest_ids_are_remembered(tmp_path: Path) -> None:
    """The oldest go first, and one that comes again is new."""
    held = HeldIds(tmp_path / "out.jsonl", kept=3)
    with held.changing():
        held.note(["a", "b", "c"], PLACE)
        held.note(["a", "d"], PLACE)
    with held.changing():
        assert [id_ for id_ in "abcd" if held.holds(id_)] == ["a", "c", "d"]
    held.close()


def test_a_place_comes_back_as_it_was(tmp_path: Path) -> None:
    """Also an inode that is larger than SQLite's numbers."""
    held = HeldIds(tmp_path / "out.jsonl")
    with held.changing():
        assert held.place() is None
        held.note([], PLACE)
    held.close()
    with held.changing():
        assert held.place() == PLACE
    held.close()


def test_what_fails_in_between_notes_nothing(tmp_path: Path) -> None:
    """A batch that did not get into the file is not held."""
    held = HeldIds(tmp_path / "out.jsonl")
    with pytest.raises(OSError, match="full"), held.changing():
        held.note(["a"], PLACE)
        raise OSError("the disk is full")
    with held.changing():
        assert not held.holds("a")
    held.close()
