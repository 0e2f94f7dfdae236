"""The wire of the fault harness with outlets that can go bad, and the system that polls it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.faults.sink import KIND
from benchmarks.faults.system import System
from benchmarks.faults.wire import FEEDS, Wire
from benchmarks.world.walls import CONSENT

ENDING: Final = ".wire.invalid"
"""Names under it are found by the staged name service alone."""
_SOURCE: Final = Path(__file__).with_name("names.c")

# as near the shipped settings as a run of minutes allows: polls come every few seconds
_SETTINGS: Final = """
feeds = ["{folder}/feeds.toml"]
var = "{folder}/var"
log = "json"
[poll]
floor = 5.0
ceiling = 10.0
timeout = 5.0
[fetch]
allow = {allow}
spacing = 0.0
timeout = 5.0
[[sinks]]
name = "stories"
kind = "jsonl"
path = "{folder}/var/stories.jsonl"
"""
_FAULTY: Final = """
[[sinks]]
name = "faulty"
kind = "{kind}"
path = "{folder}/faulty.jsonl"
mode = "{folder}/sink.mode"
slowness = 5.0
"""
_CONSENT: Final = (
    f"<!doctype html><html><head><title>{CONSENT[0].title}</title></head><body>"
    f"<h1>{CONSENT[0].title}</h1><p>{'</p><p>'.join(CONSENT[0].sentences)}</p>"
    f"{CONSENT[0].markup}</body></html>"
).encode()
_EMPTY: Final = (
    b'<?xml version="1.0"?><rss version="2.0"><channel><title>Faults RSS</title>'
    b"<link>http://127.0.0.1/</link><description>Nothing today</description></channel></rss>"
)


@dataclass
class StagedWire(Wire):
    """``state`` says what is wrong with it: '', gone, failing, wall (of the first outlet) or empty
    (the first feed)."""

    state: str = ""

    def stand_in(self, feed: int, path: str) -> tuple[bytes, str, int] | None:
        """What is answered in this state."""
        page = path.startswith("/story/")
        if self.state == "gone":
            return b"", "", 0
        if self.state == "failing":
            return b"<h1>503</h1>", "text/html", 503
        if self.state == "wall" and page and not feed:
            return _CONSENT, "text/html; charset=utf-8", 200
        if self.state == "empty" and not page and not feed and path != "/robots.txt":
            return _EMPTY, "application/rss+xml", 200
        return None

    def vanish(self) -> None:
        """The network is gone: open connections are cut and no new one comes about."""
        self.state = "gone"
        self.close()


@dataclass
class StagedSystem(System):
    """The system with its shipped settings, near enough.

    With ``named`` its feeds are known by names that the staged name service finds.
    """

    named: bool = False

    def __post_init__(self) -> None:
        feeds, allow = [], ["127.0.0.1"]
        for kind, url in zip(FEEDS, self.feeds, strict=True):
            if self.named:
                allow.append(kind + ENDING)
                url = url.replace("127.0.0.1", kind + ENDING)  # noqa: PLW2901
            whole = "true" if kind == "json" else "false"
            feeds.append(f'[[feeds]]\nid = "{kind}"\nurl = "{url}"\nfull_text = {whole}\n')
        (self.folder / "feeds.toml").write_text("".join(feeds))
        settings = _SETTINGS.format(folder=self.folder, allow=json.dumps(allow))
        if self.patched:
            settings += _FAULTY.format(folder=self.folder, kind=KIND)
        (self.folder / "pipeline.toml").write_text(settings)

    @property
    def sinks(self) -> list[Path]:
        """The file that its own sink writes."""
        return [self.folder / "var" / "stories.jsonl"]

    @property
    def names(self) -> Path:
        """The file whose absence takes the names away."""
        return self.folder / "names"

    def environment(self) -> dict[str, str]:
        """With the staged name service, where it is wanted."""
        given = super().environment()
        if not self.named:
            return given
        library = self.folder / "names.so"
        if not library.exists():
            self.names.touch()
            line = [find_compiler(), "-shared", "-fPIC", "-o", str(library), str(_SOURCE), "-ldl"]
            subprocess.run(line, check=True)
        preload = " ".join(filter(None, [str(library), given.get("LD_PRELOAD", "")]))
        return given | {"LD_PRELOAD": preload, "STAGED_NAMES": str(self.names)}


def find_compiler() -> str:
    """The C compiler of this machine, '' where there is none."""
    return shutil.which(os.environ.get("CC", "cc")) or ""
