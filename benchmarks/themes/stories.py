"""The stories that themes are measured on: our own set, and labelled real ones where --data names
them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.story import CrossHead, Story

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "config" / "themes"
DATA = ROOT / "tests" / "data" / "themes"
THEMES = ("ground_fighting", "air_campaign", "diplomacy")
_SHORT = {"ground": "ground_fighting", "air": "air_campaign", "diplomacy": "diplomacy"}


@dataclass(frozen=True, slots=True)
class Labelled:
    """A story and, for each theme that is to be scored, whether it is reported; borderline themes
    are left out."""

    story: Story
    reported: Mapping[str, bool]

    @property
    def text(self) -> str:
        return f"{self.story.headline}\n{self.story.text}"

    @property
    def look_alike(self) -> bool:
        """Whether it carries none of the themes for certain."""
        return len(self.reported) == len(THEMES) and not any(self.reported.values())


def own() -> list[Labelled]:
    """Our own set (own.jsonl): written by us, the later parts to see what the earlier had
    missed."""
    return _ours("own.jsonl")


def blind() -> list[Labelled]:
    """Snippets, stories and look-alikes (blind.jsonl) by somebody who had not read the definitions.

    Each part was first run unseen, with the figures in docs/decisions.md, and its errors were read
    afterwards.
    """
    return _ours("blind.jsonl")


def _ours(name: str) -> list[Labelled]:
    found = []
    for line in (DATA / name).read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        heads = tuple(CrossHead(*head) for head in record.get("crossheads", ()))
        story = Story(record["id"], "", record["headline"], tuple(record["body"]), crossheads=heads)
        scored = [theme for theme in THEMES if theme not in record.get("borderline", ())]
        found.append(Labelled(story, {theme: theme in record["themes"] for theme in scored}))
    return found


def labelled(data: Path) -> list[Labelled]:
    """Every ``themes/*.jsonl`` under ``data``: id, title, text, labels of reported, borderline or
    absent."""
    found = []
    for path in sorted((data / "themes").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            body = tuple(p for p in record["text"].split("\n") if p.strip())
            story = Story(record["id"], "", record.get("title", ""), body)
            labels = {
                _SHORT[k]: v == "reported" for k, v in record["labels"].items() if v != "borderline"
            }
            found.append(Labelled(story, labels))
    return found
