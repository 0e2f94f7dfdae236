"""A site on loopback, and rules and themes that are compiled once a process."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from config.settings import load_settings
from pipeline.run import Definitions
from tests.world.doors import Data, Site, explain
from workers.wiring import Wiring


@cache
def compiled() -> Definitions:
    """Rules and themes as configured."""
    return Wiring(load_settings(), {}).definitions


@pytest.fixture(autouse=True)
def _compiled_once(_plain_environment: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """``once`` makes a wiring of its own for each feed, and would compile the themes for each."""
    monkeypatch.setattr(Wiring, "definitions", compiled())


@pytest.fixture(scope="session")
def _one_site() -> Iterator[Site]:
    site = Site()
    yield site
    site.close()


@pytest.fixture
def site(_one_site: Site) -> Site:
    """A site that answers nothing yet."""
    _one_site.answers = {}
    _one_site.asked.clear()
    return _one_site


@pytest.fixture
def explained(tmp_path: Path) -> Explained:
    """``wiredesk explain`` of a page or, with a name that ends in .txt, of a text."""
    return Explained(tmp_path)


class Explained:
    """Calls ``explain`` in a folder of the test's own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, given: str | bytes, name: str = "page.html") -> Data:
        """What is said of a file."""
        return explain(self.folder, given, name)
