"""Runs tests over a copy of the tree in which one file was edited."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

from benchmarks.mutants.mutant import BadMutants, Mutant

NOT_COPIED: Final = (
    ".git",
    ".venv",
    "var",
    "build",
    "dist",
    "*.egg-info",
    ".hypothesis",
    ".pytest_cache",
    ".mypy_cache",
    ".ruff_cache",
    ".import_linter_cache",
)

PATIENCE: Final = 60.0
SLOWER: Final = 5.0
"""A run counts as hung after PATIENCE seconds and SLOWER times what its tests take unmutated.

Both are wide: starting pytest takes several seconds, and a machine that is busy must not kill a
mutant.
"""

HYPOTHESIS: Final = "_hypothesis_pytestplugin"
PLUGINS: Final = ("pytest_socket", HYPOTHESIS)
"""Plugins of pytest that the tests need; all that are installed would take twice as long to load.

Without pytest-randomly and with one seed for Hypothesis a mutant ends the same way each time.
"""

CONTROL: Final = 'raise RuntimeError("the control mutant: whoever imports this file must fail")\n'
_PASSED: Final = 0
_NO_TEST: Final = 5
"""Exit codes of pytest. All others say that a test failed, or that it could not even be collected.
"""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a mutant ended. ``by`` names the test that failed, or says that the run hung."""

    mutant: Mutant
    killed: bool
    by: str
    seconds: float


@dataclass
class Timing:
    """Seconds that each test took unmutated, by its file and its name."""

    seconds: dict[tuple[str, str], float] = field(default_factory=dict)

    def of_all(self) -> float:
        """Seconds of all tests together."""
        return sum(self.seconds.values())

    def of(self, tests: Iterable[str]) -> float:
        """Seconds of these paths and node ids together."""
        total = 0.0
        for test in tests:
            path, _, name = test.partition("::")
            name = name.rpartition("::")[2]
            for (file, case), seconds in self.seconds.items():
                inside = file == path or file.startswith(f"{path.rstrip('/')}/")
                if inside and (not name or case.partition("[")[0] == name.partition("[")[0]):
                    total += seconds
        return total


class Copy:
    """A copy of the tree in a temporary folder, which is the one that is imported."""

    def __init__(self, tree: Path, folder: Path) -> None:
        self.folder = folder
        shutil.copytree(tree, folder, ignore=shutil.ignore_patterns(*NOT_COPIED), symlinks=True)

    def environment(self, *, fresh: bool) -> dict[str, str]:
        """The environment of a run: this copy before whatever is installed, an editable install
        among it.

        ``fresh`` runs write no byte code, so that none of a mutant is left for the next one.
        """
        theirs = ("WIREDESK_", "PYTEST_ADDOPTS", "PYTEST_CURRENT_TEST", "PYTEST_XDIST_")
        rest = {name: value for name, value in os.environ.items() if not name.startswith(theirs)}
        return (
            rest
            | {"PYTHONPATH": str(self.folder), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
            | ({"PYTHONDONTWRITEBYTECODE": "1"} if fresh else {})
        )

    def prove_imported(self, files: Iterable[str]) -> None:
        """Raises BadMutants where a package of ``files`` is imported from somewhere else."""
        packages = sorted(
            {Path(file).parts[0] for file in files if (self.folder / Path(file).parts[0]).is_dir()}
        )
        code = (
            "import sys, importlib\n"
            "for name in sys.argv[1:]: print(list(importlib.import_module(name).__path__)[0])"
        )
        done = subprocess.run(
            [sys.executable, "-c", code, *packages],
            cwd=self.folder,
            env=self.environment(fresh=True),
            capture_output=True,
            text=True,
            check=False,
        )
        wanted = [str(self.folder / package) for package in packages]
        if done.stdout.split("\n")[:-1] != wanted:
            raise BadMutants(
                [
                    f"the copy {self.folder} is not what is imported: "
                    f"{done.stdout}{done.stderr[-500:]}"
                ]
            )

    def prove_mutated(self, mutant: Mutant) -> None:
        """Raises BadMutants where tests pass although the file that they are about can't even be
        imported.
        """
        control = Mutant(mutant.room, "control", mutant.file, "", CONTROL, "", mutant.tests)
        if not self.trial(control, PATIENCE * SLOWER).killed:
            raise BadMutants(
                [f"{mutant.name}: its tests pass even where {mutant.file} fails on import"]
            )

    def unmutated(self, tests: Sequence[str], limit: float) -> Timing:
        """Runs tests on the code as it is. Raises BadMutants where they fail."""
        report = self.folder / "unmutated.xml"
        code, said = self._pytest(tests, limit, f"--junit-xml={report}", fresh=False)
        if code != _PASSED:
            raise BadMutants(
                [f"the tests fail without any mutant (pytest ended with {code}):\n{said[-3000:]}"]
            )
        timing = Timing()
        for case in ElementTree.parse(report).iter("testcase"):
            key = self._file_of(case.get("classname", "")), case.get("name", "")
            timing.seconds[key] = timing.seconds.get(key, 0.0) + float(case.get("time", 0.0))
        return timing

    def _file_of(self, module: str) -> str:
        """The file of a test by its dotted name, behind which a class may stand."""
        parts = module.split(".")
        while parts and not (self.folder / f"{'/'.join(parts)}.py").exists():
            parts.pop()
        return f"{'/'.join(parts)}.py"

    def trial(self, mutant: Mutant, limit: float) -> Verdict:
        """Applies one edit, runs its tests until one fails, and takes the edit back."""
        path = self.folder / mutant.file
        before, times = path.read_bytes(), path.stat()
        text = before.decode("utf-8")
        path.write_text(text.replace(mutant.old, mutant.new) if mutant.old else mutant.new, "utf-8")
        start = time.monotonic()
        try:
            code, said = self._pytest(mutant.tests, limit, fresh=True)
        finally:
            path.write_bytes(before)
            # byte code of the original counts as fresh while the time of its source is the same
            os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
        if code == _NO_TEST:
            raise BadMutants([f"{mutant.name}: pytest ran no test:\n{said[-1000:]}"])
        killer = "it hung" if code is None else _failed_test(said)
        return Verdict(
            mutant, code != _PASSED, "" if code == _PASSED else killer, time.monotonic() - start
        )

    def _pytest(
        self, tests: Sequence[str], limit: float, *more: str, fresh: bool
    ) -> tuple[int | None, str]:
        """Pytest's exit code, None where it hung, and what it said. Order and seeds are the same
        each time.
        """
        plugins = [name for name in PLUGINS if find_spec(name)]
        chosen = [word for name in plugins for word in ("-p", name)]
        if HYPOTHESIS in plugins:
            chosen.append("--hypothesis-seed=0")
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "pytest",
                "-x",
                "-q",
                "--tb=line",
                "-rfE",
                *chosen,
                *more,
                *tests,
            ],
            cwd=self.folder,
            env=self.environment(fresh=fresh),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,  # so that what a test started ends with it
        )
        try:
            said, _ = process.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return None, process.communicate()[0]
        return process.returncode, said


def limits(mutants: Iterable[Mutant], timing: Timing) -> Mapping[str, float]:
    """Seconds after which each mutant's run counts as hung, by the mutant's name."""
    return {mutant.name: PATIENCE + SLOWER * timing.of(mutant.tests) for mutant in mutants}


def _failed_test(said: str) -> str:
    """The test that failed first, by pytest's summary; the last line where none is named."""
    lines = [line for line in said.splitlines() if line.strip()]
    named = [
        line.partition(" ")[2].partition(" - ")[0]
        for line in lines
        if line.startswith(("FAILED ", "ERROR "))
    ]
    return named[0] if named else (lines[-1] if lines else "pytest ended without a word")
