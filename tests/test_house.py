"""The house: who may import whom, and that the listing says what there is."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path

import pytest

HOME = Path(__file__).parent.parent
PACKAGES = ("pipeline", "workers", "config")
FILES = sorted(file for package in PACKAGES for file in (HOME / package).rglob("*.py"))


def imported(file: Path) -> set[str]:
    """Every module that a file names in an import."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def test_import_linter_holds_the_rule() -> None:
    """workers -> config -> pipeline, never back; stages never import each other."""
    linted = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports")],
        cwd=HOME,
        capture_output=True,
        text=True,
        check=False,
    )
    assert linted.returncode == 0, linted.stdout


@pytest.mark.parametrize(
    "file", [f for f in FILES if "pipeline" in f.parts], ids=lambda f: str(f.relative_to(HOME))
)
def test_pipeline_knows_no_running_system(file: Path) -> None:
    """No file of the pipeline imports Celery or Redis; a sink may import the client of the system
    it writes to."""
    roots = {name.partition(".")[0] for name in imported(file)}
    assert not roots & {"celery", "kombu", "workers", "config"}
    assert "redis" not in roots or file.parent.name == "sinks"


def test_importing_the_pipeline_loads_no_running_system() -> None:
    """A process that only cleans stories pays for neither Celery nor Redis."""
    code = (
        "import sys, pipeline.run; print(sorted({'celery', 'redis', 'kombu', 'workers', "
        "'config'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=HOME, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_network_lives_in_fetch_and_sinks() -> None:
    """Only fetch and the sinks of the pipeline open connections."""
    doors = {"socket", "http.client", "urllib.request", "h11", "httpx", "requests", "aiohttp"}
    outside = [
        f for f in FILES if "pipeline" in f.parts and f.parent.name not in {"fetch", "sinks"}
    ]
    assert [str(f.relative_to(HOME)) for f in outside if imported(f) & doors] == []


def test_no_placeholder_names() -> None:
    """Names are the field's words."""
    words = ("Manager", "Handler", "Helper", "Util")
    classes = [
        f"{file.name}:{node.name}"
        for file in FILES
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.ClassDef) and node.name.endswith(words)
    ]
    assert classes == []


def test_no_name_stands_twice() -> None:
    """No two modules share a file name and no two classes a name: one name means one thing."""
    modules = Counter(file.name for file in FILES if not file.name.startswith("__"))
    assert [name for name, count in modules.items() if count > 1] == []
    classes = Counter(
        node.name
        for file in FILES
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.ClassDef)
    )
    assert [name for name, count in classes.items() if count > 1] == []


def test_no_function_is_called_by_an_everyday_word() -> None:
    """Public functions are verbs that say of what, in the field's words."""
    vague = {"told", "said", "found", "held", "own", "at", "read", "do", "get", "make"}
    functions = [
        f"{file.relative_to(HOME)}:{node.name}"
        for file in FILES
        for node in ast.parse(file.read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.name in vague
    ]
    assert functions == []


def test_patterns_are_composed_of_small_parts() -> None:
    """No literal that is given to re.compile has over 300 characters, and no pattern of a rule."""
    long = []
    for file in FILES:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "compile"
                and node.args
                and isinstance(node.args[0], ast.Constant)
                and len(str(node.args[0].value)) > 300
            ):
                long.append(f"{file.relative_to(HOME)}:{node.lineno}")
    for file in sorted((HOME / "config" / "wire").glob("*.toml")):
        rules = tomllib.loads(file.read_text("utf-8"))
        for rule in rules.get("rules", rules.get("rule", [])):
            if len(rule.get("pattern", "")) > 300:
                long.append(f"{file.name}: {rule['id']}")
    assert long == []
