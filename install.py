"""Install a locked list of packages with pip and show how far it is: pip says nothing for a minute,
or a thousand lines.

``python install.py FILE`` uses the pip of the Python that runs it. At a terminal one line counts;
elsewhere a line says it every ten seconds. What pip says is shown where it fails. Needs nothing
but Python itself: it runs before anything is installed.
"""

from __future__ import annotations

import re
import subprocess
import sys
import sysconfig
import threading
import time
from pathlib import Path
from typing import Final, TextIO

_EVERY: Final = 10.0  # seconds between two lines where there is no terminal
_TICK: Final = 0.5  # seconds between two looks at what is installed
_PACKAGE: Final = re.compile(r"^([A-Za-z0-9][\w.-]*)==", re.MULTILINE)
_GATHERED: Final = re.compile(r"^(?:Collecting|Requirement already satisfied:) ([\w.-]+)")
_INSTALLING: Final = "Installing collected packages"


class InstallProgress:
    """How far pip is: ``total`` packages, gathered one by one and then written all at once."""

    def __init__(self, total: int, out: TextIO = sys.stderr) -> None:
        self.total, self.out = total, out
        self.gathered, self.name, self.installing = 0, "", False
        self._began = self._said = time.monotonic()
        self._width = 0

    def hear(self, line: str) -> None:
        """Take up a line of pip's."""
        if found := _GATHERED.match(line):
            self.gathered, self.name = self.gathered + 1, found[1]
        self.installing = self.installing or line.startswith(_INSTALLING)

    def show(self) -> None:
        """Say how far it is, where it is time to."""
        spent = time.monotonic() - self._began
        if self.installing:
            text = (
                f"installing: {min(count_installed(), self.total)} of {self.total}, {spent:.0f} s"
            )
        else:
            text = f"fetching: {self.gathered} of {self.total}, {spent:.0f} s  {self.name}"
        if self.out.isatty():
            self.out.write(f"\r  {text:<{self._width}}")
            self._width = len(text)
        elif time.monotonic() - self._said >= _EVERY:
            self._said = time.monotonic()
            self.out.write(f"  {text}\n")
        self.out.flush()

    def end(self, *, well: bool) -> None:
        """Say what came of it."""
        spent = time.monotonic() - self._began
        if self.out.isatty():
            self.out.write(f"\r{' ' * (self._width + 2)}\r")
        if well:
            self.out.write(f"  {self.total} packages are there, after {spent:.0f} s\n")
        self.out.flush()


def count_installed() -> int:
    """How many packages this Python has."""
    return sum(1 for _ in Path(sysconfig.get_path("purelib")).glob("*.dist-info"))


def main(file: str) -> int:
    """Install what a file lists, each package only with one of its hashes; pip's exit code."""
    total = len(_PACKAGE.findall(Path(file).read_text("utf-8")))
    progress = InstallProgress(total)
    command = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check"]
    command += ["--progress-bar", "off", "--require-hashes", "-r", file]
    said: list[str] = []
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    ) as pip:

        def listen() -> None:
            for line in pip.stdout or ():
                said.append(line)
                progress.hear(line)

        reader = threading.Thread(target=listen)
        reader.start()
        while pip.poll() is None:
            progress.show()
            time.sleep(_TICK)
        reader.join()
    progress.end(well=pip.returncode == 0)
    if pip.returncode:
        sys.stderr.writelines(said)
    return pip.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
