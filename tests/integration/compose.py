"""docker-compose.yml and Dockerfile as far as these tests need them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

import yaml

HOME = Path(__file__).parents[2]


@dataclass(frozen=True)
class Service:
    """A service's command, how its health is checked, and where its volumes are."""

    command: list[str]
    healthcheck: list[str]
    volumes: list[str]


def services() -> dict[str, Service]:
    """Every service of docker-compose.yml that starts without a profile, by name."""
    described = yaml.safe_load((HOME / "docker-compose.yml").read_text("utf-8"))["services"]
    found = {}
    for name, service in described.items():
        if "profiles" in service:
            continue
        # a variable of the environment stands for its default
        command = [re.sub(r"\$\{\w+:-(.*?)\}", r"\1", part) for part in service["command"]]
        places = [volume.partition(":")[2] for volume in service["volumes"]]
        found[name] = Service(command, service["healthcheck"]["test"], places)
    return found


@dataclass(frozen=True)
class Image:
    """What the Dockerfile says: what is copied where below its first folder, and how it starts."""

    home: str
    copied: list[tuple[str, str]]
    environment: dict[str, str]
    volumes: list[str]
    entrypoint: list[str]
    command: list[str]


def image() -> Image:
    """The image of the Dockerfile."""
    text = (HOME / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
    said = [line.split(maxsplit=1) for line in text.splitlines() if line[:1].isalpha()]

    def last(name: str) -> str:
        return [words for instruction, words in said if instruction == name][-1]

    copied = []
    for instruction, words in said:
        if instruction == "COPY":
            *sources, target = words.split()
            copied += [(source, target) for source in sources]
    return Image(
        home=next(words for instruction, words in said if instruction == "WORKDIR"),
        copied=copied,
        environment=dict(re.findall(r"(\w+)=(\S+)", last("ENV"))),
        volumes=json.loads(last("VOLUME")),
        entrypoint=json.loads(last("ENTRYPOINT")),
        command=json.loads(last("CMD")),
    )
