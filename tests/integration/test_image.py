"""The image without an engine: the layout that the Dockerfile makes, run by another user who may
write into the volumes and nowhere else."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Final

import pytest

from tests.integration.compose import HOME, Image, image, services
from workers.sample import expected, serve

NOBODY: Final = 65534
CEILING: Final = 600  # seconds; only there to end a test that hangs

pytestmark = pytest.mark.system


def ignored(path: str) -> bool:
    """Whether .dockerignore keeps a path out of the build: the last pattern that fits decides."""
    kept_out = False
    for line in (HOME / ".dockerignore").read_text("utf-8").splitlines():
        pattern = line.removeprefix("!")
        if not line or line.startswith("#"):
            continue
        levels = [path, *(str(parent) for parent in Path(path).parents)]
        if any(fnmatch(level, pattern.replace("**/", "*")) for level in levels):
            kept_out = not line.startswith("!")
    return kept_out


def test_the_build_gets_what_it_copies_and_no_more() -> None:
    """An environment, records, Redis data or an operator's own feeds in an image would be sent
    around with it."""
    assert [source for source, _ in image().copied if ignored(source)] == []
    assert not ignored("workers/redis/lua/stories.lua")
    for private in (".git", ".venv", "var", "var/stories.jsonl", "tests", "benchmarks"):
        assert ignored(private)
    assert ignored("config/feeds.local.toml")
    assert ignored("workers/cli/__pycache__/guard.cpython-312.pyc")


def test_every_service_has_the_images_volumes() -> None:
    """One without the configuration's would poll other feeds than its neighbours."""
    found = services()
    found.pop("redis")
    for service in found.values():
        assert set(service.volumes) == set(image().volumes)
    assert set(image().environment.values()) == set(image().volumes)


@dataclass
class Container:
    """The image's layout below ``root``, and a Python that its user can reach."""

    root: Path
    made: Image
    python: list[str]

    def inside(self, path: str) -> str:
        """Where a path of the image is on this machine."""
        return str(self.root) + path if path.startswith("/") else path

    def run(self, *command: str, **more: str) -> subprocess.CompletedProcess[str]:
        """What `docker run IMAGE COMMAND` does, as the image's user."""
        environment = {
            "PATH": f"{self.root}/bin:/usr/bin:/bin",
            "HOME": self.inside("/var/lib/wiredesk"),
            "WIREDESK_LOG": "json",
            **{name: self.inside(path) for name, path in self.made.environment.items()},
            **more,
        }
        line = [self.inside(part) for part in self.made.entrypoint]
        return subprocess.run(
            [*self.python, *line, *command], env=environment, cwd=self.inside("/var/lib/wiredesk"),
            capture_output=True, text=True, timeout=CEILING, check=False,
        )  # fmt: skip


def find_python(root: Path) -> list[str] | None:
    """How another user is made to run something, with ``root``/bin/python for him to reach.

    An interpreter in a folder that is closed to him (one of root's home) is mounted into a place of
    its own, for these processes alone. None where the machine does not let us do either.
    """
    base, site = Path(sys.base_prefix), sysconfig.get_path("purelib")
    interpreter, libraries = base / "bin" / f"python3.{sys.version_info.minor}", base / "lib"
    become = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    mounted = root / "python"
    mounted.mkdir()
    mount = ["unshare", "--mount", "sh", "-c", f'mount --bind {base} {mounted} && exec "$@"', "sh"]
    for before, home in (([], base), (mount, mounted)):
        script = root / "bin" / "python"
        script.write_text(
            f"#!/bin/sh\nLD_LIBRARY_PATH={home}/{libraries.relative_to(base)} PYTHONPATH="
            f'{root}/opt/wiredesk:{site} exec {home}/{interpreter.relative_to(base)} "$@"\n'
        )
        script.chmod(0o755)
        line = [*before, *become]
        tried = [*line, str(script), "-c", "import sys, celery, redis; print(sys.version)"]
        try:
            done = subprocess.run(tried, capture_output=True, text=True, check=False, cwd="/")
        except OSError:
            continue
        if done.stdout.strip() == sys.version:
            return line
    return None


@pytest.fixture
def container() -> Iterator[Container]:
    """The image's tree, root's and only to be read, its volumes its user's and empty."""
    if os.geteuid() != 0:
        pytest.skip("only root can run something as another user")
    made = image()
    with tempfile.TemporaryDirectory(prefix="wd-image-") as folder:
        root = Path(folder)
        root.chmod(0o755)
        home = root / made.home.lstrip("/")
        for source, target in made.copied:
            place = home / (source if target == "./" else target)
            place.parent.mkdir(parents=True, exist_ok=True)
            if (HOME / source).is_dir():
                shutil.copytree(HOME / source, place, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(HOME / source, place)
        (home / "config" / "feeds.local.toml").unlink(missing_ok=True)
        for path in home.rglob("*"):
            path.chmod(path.stat().st_mode & 0o555 | 0o444)
        for volume in made.volumes:
            place = root / volume.lstrip("/")
            place.mkdir(parents=True)
            for owned in (place, place.parent):
                os.chown(owned, NOBODY, NOBODY)
        (root / "bin").mkdir()
        wiredesk = root / "bin" / "wiredesk"
        wiredesk.write_text(f'#!/bin/sh\nexec {root}/bin/python -m workers.cli "$@"\n')
        wiredesk.chmod(0o755)
        python = find_python(root)
        if not python:
            pytest.skip("no Python here that another user can reach, and nothing may be mounted")
        yield Container(root, made, python)


def test_the_image_works_as_its_user(container: Container) -> None:
    """Its default command runs, operators' commands answer, `feeds add` is kept, nothing is written
    beside the volumes, and an edited configuration survives the next start."""
    home = Path(container.inside(container.made.home))
    before = sorted(home.rglob("*"))
    ran = container.run(*container.made.command, "--until-idle")
    assert ran.returncode == 0, ran.stderr[-3000:]
    counts = json.loads(container.run("status", "--json").stdout)["counts"]
    assert counts["admitted"] == expected().entries
    config = Path(container.inside(container.made.environment["WIREDESK_CONFIG"]))
    edited = config / "pipeline.toml"
    edited.write_text(edited.read_text() + "# mine\n")
    with serve() as wire:
        added = container.run(
            "feeds", "add", f"{wire.url}/rss/meridian.xml", "--allow", "127.0.0.1"
        )
    assert added.returncode == 0, added.stderr
    assert "[[feeds]]" in (config / "feeds.local.toml").read_text()
    assert edited.read_text().endswith("# mine\n")
    assert sorted(home.rglob("*")) == before


def test_a_volume_that_is_not_its_users_is_said(container: Container) -> None:
    """A folder of the host's that root made: what to do about it."""
    config = Path(container.inside(container.made.environment["WIREDESK_CONFIG"]))
    os.chown(config, 0, 0)
    config.chmod(0o755)
    ran = container.run("status")
    assert (ran.returncode, f"give it to user {NOBODY}" in ran.stderr) == (2, True)
