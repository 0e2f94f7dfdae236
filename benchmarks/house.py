"""``python -m benchmarks.house``: the house in figures, room by room, and one entry's way through
it.

It judges nothing and always exits 0: the figures stand beside their targets. What is gated is gated
by ``make lint``.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import re
import subprocess
import sys
import threading
import tokenize
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import Any, Final

from click.testing import CliRunner
from rich.console import Console
from rich.table import Table

ROOT: Final = Path(__file__).parents[1]
PACKAGES: Final = ("pipeline", "workers", "config")
LONG_LINE: Final = 100
LONG_PATTERN: Final = 300
COMPLEX: Final = 12
PARAMETERS: Final = 6
TARGETS: Final = {"comprehensions": "< 1.5", "comments": "> 4", "files": 45, "functions": 220}

_COMPREHENSIONS: Final = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_NO_REASON: Final = re.compile(r"#\s*(noqa|type:|pragma|-{5}|:?\s*$)")
"""Comments that give no reason: orders to tools, rulers between sections, empty ones."""

_PATTERN_SIGNS: Final = re.compile(r"\(\?[:=!<Pi]|\\[bsdw]|\[\^|\)\?|\|")


@dataclass
class Figures:
    """What is counted in one room."""

    files: int = 0
    code: int = 0
    comprehensions: int = 0
    comments: int = 0
    long_lines: int = 0
    names: int = 0
    one_letter: int = 0
    long_patterns: list[str] = field(default_factory=list)
    many_parameters: int = 0
    complex_functions: int = 0

    def add(self, other: Figures) -> None:
        """Take another room's figures into a sum."""
        for name in self.__dataclass_fields__:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def row(self) -> list[str]:
        """As cells of the table; shares are by 100 lines of code."""
        by_lines = 100 / max(self.code, 1)
        return [
            str(self.files),
            str(self.code),
            f"{self.comprehensions * by_lines:.1f}",
            f"{self.comments * by_lines:.1f}",
            str(self.long_lines),
            str(self.complex_functions),
            str(self.many_parameters),
            f"{100 * self.one_letter / max(self.names, 1):.1f} %",
            str(len(self.long_patterns)),
        ]


COLUMNS: Final = (
    "files",
    "code lines",
    f"comprehensions a 100 ({TARGETS['comprehensions']})",
    f"comments a 100 ({TARGETS['comments']})",
    f"lines > {LONG_LINE}",
    f"C901 > {COMPLEX}",
    f"> {PARAMETERS} parameters",
    "one-letter names",
    f"patterns > {LONG_PATTERN}",
)


def main() -> None:
    """Print the tables."""
    argparse.ArgumentParser(prog="python -m benchmarks.house", description=__doc__).parse_args()
    console = Console(width=150)
    files = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    rooms: dict[str, Figures] = defaultdict(Figures)
    for path in files:
        rooms[room_of(path)].add(counted(path))
    for path, code in ruff_faults():
        if code == "C901":
            rooms[room_of(path)].complex_functions += 1
        else:
            rooms[room_of(path)].many_parameters += 1
    table = Table(title="the house", title_justify="left")
    table.add_column("room", no_wrap=True)
    for column in COLUMNS:
        table.add_column(column, justify="right")
    everything = Figures()
    for name in sorted(rooms):
        table.add_row(name, *rooms[name].row())
        everything.add(rooms[name])
    table.add_section()
    table.add_row("all", *everything.row())
    console.print(table)
    for where in everything.long_patterns:
        console.print(f"long pattern: {where}", highlight=False)
    compiled = [f"{name} {size}" for name, size in compiled_patterns(files)]
    console.print(
        f"compiled patterns > {LONG_PATTERN}: {len(compiled)}: {', '.join(compiled)}",
        highlight=False,
    )
    console.print(f"module names that stand twice: {twice(module_names(files))}", highlight=False)
    console.print(f"class names that stand twice: {twice(class_names(files))}", highlight=False)
    console.print(way_table(way()))


def room_of(path: Path) -> str:
    """The folder of a file below the root, two deep at most: pipeline/wire, workers."""
    parts = path.resolve().relative_to(ROOT).parts[:-1]
    return "/".join(parts[:2])


# --------------------------------------------------------------------------- counting


def counted(path: Path) -> Figures:
    """The figures of one file. Code lines hold a token that is neither comment nor docstring."""
    text = path.read_text("utf-8")
    tree = ast.parse(text)
    docs = docstring_lines(tree)
    code: set[int] = set()
    comments = 0
    with path.open("rb") as file:
        for token in tokenize.tokenize(file.readline):
            if token.type == tokenize.COMMENT:
                comments += not _NO_REASON.match(token.string)
            elif token.string.strip() and token.type != tokenize.ENCODING:
                code.update(range(token.start[0], token.end[0] + 1))
    names = list(bound_names(tree))
    return Figures(
        files=1,
        code=len(code - docs),
        comprehensions=sum(isinstance(node, _COMPREHENSIONS) for node in ast.walk(tree)),
        comments=comments,
        long_lines=sum(len(line) > LONG_LINE for line in text.splitlines()),
        names=len(names),
        one_letter=sum(len(name) == 1 and name not in {"i", "_"} for name in names),
        long_patterns=[
            f"{path.relative_to(ROOT)}:{line}, {size} characters"
            for line, size in long_patterns(tree)
        ],
    )


def docstring_lines(tree: ast.Module) -> set[int]:
    """Lines of strings that stand alone: docstrings, and those below a constant or a field."""
    found: set[int] = set()
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Constant)
            and isinstance(node.value.value, str)
        ):
            found.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return found


def bound_names(tree: ast.Module) -> Iterator[str]:
    """Every name that is given a value: variables, parameters and targets of loops."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg


def long_patterns(tree: ast.Module) -> Iterator[tuple[int, int]]:
    """Line and length of every string that is too long and looks like a regular expression."""
    alone = docstring_lines(tree)
    parts = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for part in ast.walk(node)
    }
    for node in ast.walk(tree):
        text = ""
        if isinstance(node, ast.JoinedStr):
            text = ast.unparse(node)
        elif (
            isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts
        ):
            text = node.value
        if (
            len(text) > LONG_PATTERN
            and node.lineno not in alone
            and len(_PATTERN_SIGNS.findall(text)) > 5
        ):
            yield node.lineno, len(text)


def compiled_patterns(files: Iterable[Path]) -> Iterator[tuple[str, int]]:
    """Name and length of every pattern that a module of ``pipeline/`` holds once it is imported,
    and that is too long.

    A pattern may be put together from small parts and still be long: then it is listed here alone.
    """
    for path in files:
        parts = path.relative_to(ROOT).with_suffix("").parts
        if parts[0] != "pipeline":
            continue
        module = import_module(".".join(part for part in parts if part != "__init__"))
        for name, value in vars(module).items():
            if isinstance(value, re.Pattern) and len(value.pattern) > LONG_PATTERN:
                yield f"{module.__name__}.{name}", len(value.pattern)


def ruff_faults() -> Iterator[tuple[Path, str]]:
    """File and code of every function that is too complex or takes too much, whatever the
    configuration says.
    """
    done = subprocess.run(
        [
            *(
                sys.executable,
                "-m",
                "ruff",
                "check",
                "--isolated",
                "--ignore-noqa",
                "--no-cache",
                "--exit-zero",
            ),
            *("--select", "C901,PLR0913", "--output-format", "json"),
            *(
                "--config",
                f"lint.mccabe.max-complexity={COMPLEX}",
                "--config",
                f"lint.pylint.max-args={PARAMETERS}",
            ),
            *PACKAGES,
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for fault in json.loads(done.stdout):
        yield Path(fault["filename"]), fault["code"]


def module_names(files: Iterable[Path]) -> Counter[str]:
    """How often each module name stands, but for those that Python itself wants."""
    return Counter(path.stem for path in files if path.stem not in {"__init__", "__main__"})


def class_names(files: Iterable[Path]) -> Counter[str]:
    """How often each class name stands."""
    names: Counter[str] = Counter()
    for path in files:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef):
                names[node.name] += 1
    return names


def twice(names: Counter[str]) -> str:
    """Names that stand more than once, with their number."""
    found = [f"{name} {times}x" for name, times in sorted(names.items()) if times > 1]
    return f"{len(found)}: {', '.join(found)}" if found else "none"


# --------------------------------------------------------------------------- one entry's way

FEED: Final = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel><title>Karsin Courier</title><link>{base}/</link>
<description>News</description>
<item><title>Shells hit ferry landing at Karsin as envoys meet</title>
<link>{base}/news/ferry-landing</link>
<guid isPermaLink="false">tag:karsin.invalid,2026:1</guid>
<pubDate>Wed, 18 Nov 2026 09:00:00 GMT</pubDate>
<description>Artillery fire hit the ferry landing at Karsin early on Wednesday.</description></item>
</channel></rss>"""
PAGE: Final = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">
<title>Shells hit ferry landing at Karsin as envoys meet | Karsin Courier</title></head><body>
<nav><a href="/">Home</a> <a href="/world">World</a></nav><article>
<h1>Shells hit ferry landing at Karsin as envoys meet</h1><p class="byline">By Ines Lund</p>
<time datetime="2026-11-18T09:00:00Z">18 November 2026</time>
<p>KARSIN, Nov 18 (Northern Wire) - Artillery fire hit the ferry landing at Karsin early on
Wednesday, killing four people and wounding eleven who were waiting for the first boat, the
harbour master said.</p>
<p>Soldiers of the river brigade returned fire across the water for about an hour, and two houses
burned on the far bank, residents said by telephone.</p>
<p>Envoys of both sides met in Telbarud in the afternoon and agreed to talk again about a ceasefire
on Friday, a spokesman for the mediators said.</p>
<p>"We have heard such promises before," said Doran Hesh, who sells bread beside the landing.</p>
<p>(Reporting by Ines Lund; Editing by Milo Venn)</p>
</article><footer>Copyright 2026 Karsin Courier. All rights reserved.</footer></body></html>"""


@dataclass
class Trodden:
    """What one room was entered by: its files, its named functions, and its comprehensions and
    lambdas.
    """

    files: set[str] = field(default_factory=set)
    functions: set[str] = field(default_factory=set)
    nameless: set[str] = field(default_factory=set)


class _Answer(BaseHTTPRequestHandler):
    """Answers the feed, the page and an empty robots.txt."""

    def do_GET(self) -> None:
        base = f"http://127.0.0.1:{self.server.server_address[1]}"
        kind, text = "text/html; charset=utf-8", PAGE
        if self.path == "/feed":
            kind, text = "application/rss+xml", FEED.format(base=base)
        elif self.path == "/robots.txt":
            kind, text = "text/plain", ""
        body = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


def way() -> dict[str, Trodden]:
    """The functions of ``pipeline/`` that one entry with a page passes: poll, page, process,
    deliver, in one process.

    It goes through ``wiredesk once``, which keeps its ledger in memory. A first run, not counted,
    reads settings, rules and definitions. Raises RuntimeError where the entry does not end as a new
    story.
    """
    from workers.cli import main as wiredesk

    rooms: dict[str, Trodden] = defaultdict(Trodden)
    core = f"{ROOT / 'pipeline'}/"

    def enter(frame: FrameType, event: str, _: object) -> None:
        code = frame.f_code
        if event != "call" or not code.co_filename.startswith(core) or code.co_name == "<module>":
            return
        file = code.co_filename.removeprefix(core)
        trodden = rooms[file.partition("/")[0]]
        trodden.files.add(file)
        named = trodden.nameless if code.co_name.startswith("<") else trodden.functions
        named.add(f"{file}:{code.co_firstlineno} {code.co_qualname}")

    server = ThreadingHTTPServer(("127.0.0.1", 0), _Answer)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    # by its id: for an address given by hand settings and definitions would be read again
    feeds = f'[[feeds]]\nid = "courier"\nurl = "http://127.0.0.1:{server.server_address[1]}/feed"\n'
    given = ["once", "courier", "--json"]
    try:
        with TemporaryDirectory() as folder:
            os.environ["WIREDESK_FEEDS"] = f"{folder}/feeds.toml"
            Path(folder, "feeds.toml").write_text(feeds)
            CliRunner().invoke(wiredesk, given)
            with Profiled(enter):
                done = CliRunner().invoke(wiredesk, given)
    finally:
        server.shutdown()
        server.server_close()
    if '"story.new"' not in done.output:
        raise RuntimeError(
            f"the entry did not end as a new story: {done.output[-1000:]}"
        ) from done.exception
    return rooms


class Profiled:
    """Calls a function at every call of Python code, in this thread and in those that it starts."""

    def __init__(self, enter: Callable[[FrameType, str, object], None]) -> None:
        self.enter = enter

    def __enter__(self) -> None:
        threading.setprofile(self.enter)
        sys.setprofile(self.enter)

    def __exit__(self, *_: object) -> None:
        sys.setprofile(None)
        threading.setprofile(None)


def way_table(rooms: dict[str, Trodden]) -> Table:
    """Files and functions by room."""
    files, functions = TARGETS["files"], TARGETS["functions"]
    title = f"one entry's way through the core (targets: {files} files, {functions} functions)"
    table = Table(
        "room",
        "files",
        "functions",
        "comprehensions and lambdas",
        title=title,
        title_justify="left",
    )
    for name, trodden in sorted(rooms.items()):
        table.add_row(
            name, *(str(len(part)) for part in (trodden.files, trodden.functions, trodden.nameless))
        )
    table.add_section()
    sums = [
        sum(len(getattr(room, part)) for room in rooms.values())
        for part in ("files", "functions", "nameless")
    ]
    table.add_row("all", *map(str, sums))
    return table


if __name__ == "__main__":
    main()
