"""Rotation: when another file begins, names that sort, what is kept and what is packed."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from pipeline.sinks.rotation import Rotation

MB = 1_000_000
NOON = 1_764_504_000.0  # 2025-11-30 12:00 UTC, a Sunday
MIDNIGHT = 1_764_547_200.0
PATH = Path("out.jsonl")


@pytest.mark.parametrize(
    ("size", "more", "due"),
    [(5 * MB - 10, 10, False), (5 * MB - 10, 11, True), (0, 9 * MB, False), (1, 5 * MB, True)],
)
def test_a_file_gives_way_before_it_gets_over_its_size(size: int, more: int, due: bool) -> None:
    """No file gets larger, but for one batch that is larger by itself."""
    assert Rotation(PATH, megabytes=5.0, clock=lambda: NOON).is_due(size, NOON, more) is due


@pytest.mark.parametrize(
    ("days", "written", "now", "due"),
    [
        (1, MIDNIGHT - 0.1, MIDNIGHT - 0.01, False),
        (1, MIDNIGHT - 0.1, MIDNIGHT, True),
        (1, MIDNIGHT, MIDNIGHT - 5.0, False),  # the clock stepped back
        (1, NOON, NOON + 40 * 86_400, True),
        (0, NOON, NOON + 40 * 86_400, False),
        (2, MIDNIGHT - 0.1, MIDNIGHT, False),
        (2, MIDNIGHT - 0.1, MIDNIGHT + 86_400, True),
    ],
)
def test_a_file_gives_way_when_its_days_are_over(
    days: int, written: float, now: float, due: bool
) -> None:
    """A day of UTC, or so many: what was written last tells the file's."""
    assert Rotation(PATH, days=days, clock=lambda: now).is_due(10, written, 1) is due


def test_names_sort_as_the_files_follow(tmp_path: Path) -> None:
    """Also where two follow within a second, the clock steps back, or a file was packed."""
    times = iter([NOON, NOON + 0.4, NOON - 7200, NOON + 60])
    rotation = Rotation(tmp_path / "out.jsonl", clock=lambda: next(times))
    for number in range(4):
        rotation.path.write_text(str(number))
        rotation.rotate()
        if number == 1:
            packed = rotation.files()[1]
            packed.rename(packed.with_name(packed.name + ".gz"))
    files = rotation.files()
    assert [file.read_text() for file in files] == ["0", "1", "2", "3"]
    assert [file.name for file in files] == [
        "out.20251130T120000Z.jsonl",
        "out.20251130T120001Z.jsonl.gz",
        "out.20251130T120002Z.jsonl",
        "out.20251130T120100Z.jsonl",
    ]


@pytest.mark.parametrize(("keep", "left"), [(0, 4), (1, 1), (3, 3), (4, 4), (9, 4)])
def test_so_many_old_files_are_kept(tmp_path: Path, keep: int, left: int) -> None:
    """The newest stay, and whatever is not one of them is not touched."""
    others = {"out.jsonl", "out.jsonl.1", "out.2025.jsonl", "other.20251130T120000Z.jsonl"}
    for name in others:
        (tmp_path / name).touch()
    for day in range(4):
        (tmp_path / f"out.2025113{day}T000000Z.jsonl").touch()
    rotation = Rotation(tmp_path / "out.jsonl", keep=keep)
    rotation.tidy()
    days = [f"out.2025113{day}T000000Z.jsonl" for day in range(4)]
    assert [file.name for file in rotation.files()] == days[-left:]
    assert others <= {file.name for file in tmp_path.iterdir()}


def test_a_packed_file_is_the_plain_one(tmp_path: Path) -> None:
    """Its bytes, and the time at which it was last written to."""
    plain = tmp_path / "out.20251130T120000Z.jsonl"
    plain.write_bytes(b"line\n" * 1000)
    os.utime(plain, (NOON, NOON))
    Rotation(tmp_path / "out.jsonl", compress=True).tidy()
    packed = tmp_path / "out.20251130T120000Z.jsonl.gz"
    assert sorted(tmp_path.iterdir()) == [packed]
    assert gzip.decompress(packed.read_bytes()) == b"line\n" * 1000
    assert packed.stat().st_mtime == NOON


def test_a_file_that_cannot_be_packed_stays_plain(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk leaves the plain file, and nothing half done."""
    plain = tmp_path / "out.20251130T120000Z.jsonl"
    plain.write_bytes(b"line\n")

    def refuse(_number: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(OSError, match="No space"):
        Rotation(tmp_path / "out.jsonl", compress=True).tidy()
    assert list(tmp_path.iterdir()) == [plain]
