"""The installer that `make` uses: it counts, it says why it failed, and hashes stay required."""

from __future__ import annotations

import os
import subprocess
import sys
from io import StringIO
from pathlib import Path
from zipfile import ZipFile

import install

HOME = Path(__file__).parent.parent


def run(file: Path) -> subprocess.CompletedProcess[str]:
    """The installer on a list, without any index."""
    return subprocess.run(
        [sys.executable, "install.py", str(file)],
        cwd=HOME, env={**os.environ, "PIP_NO_INDEX": "1"}, capture_output=True, text=True,
        timeout=120, check=False,
    )  # fmt: skip


def test_what_is_there_already_is_counted(tmp_path: Path) -> None:
    """An empty list takes no time and says so; nothing is a terminal here, so there is one line."""
    listed = tmp_path / "empty.lock"
    listed.write_text("# nothing\n")
    done = run(listed)
    assert done.returncode == 0
    assert done.stderr.startswith("  0 packages are there, after ")


def test_a_package_without_its_hash_is_refused(tmp_path: Path) -> None:
    """What pip says is shown, and its exit code is ours."""
    wheel = tmp_path / "tiny-1.0-py3-none-any.whl"
    with ZipFile(wheel, "w") as packed:
        told = "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n"
        packed.writestr("tiny-1.0.dist-info/METADATA", told)
        packed.writestr("tiny-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        packed.writestr("tiny-1.0.dist-info/RECORD", "")
    listed = tmp_path / "bad.lock"
    listed.write_text(f"tiny @ {wheel.as_uri()}\n")
    done = run(listed)
    assert done.returncode == 1
    assert "Hashes are required" in done.stderr
    assert "packages are there" not in done.stderr


class Terminal(StringIO):
    """Something that says it is a terminal."""

    def isatty(self) -> bool:
        """It is."""
        return True


def test_at_a_terminal_one_line_counts() -> None:
    """Each look writes over the one before."""
    out = Terminal()
    progress = install.InstallProgress(61, out)
    progress.hear("Collecting celery==5.7.0 (from -r requirements.lock (line 9))\n")
    progress.hear("  Downloading celery-5.7.0.whl (400 kB)\n")
    progress.show()
    progress.hear("Installing collected packages: celery, rich\n")
    progress.show()
    progress.end(well=True)
    first, second, *_ = out.getvalue().removeprefix("\r").split("\r")
    assert first.startswith("  fetching: 1 of 61, ")
    assert first.endswith("celery")
    assert second.startswith("  installing: ")
    assert "\n" not in first + second
    assert out.getvalue().endswith("s\n")
