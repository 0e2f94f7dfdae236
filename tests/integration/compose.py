"""docker-compose.yml as far as these tests need it: its services' commands."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

HOME = Path(__file__).parents[2]


@dataclass(frozen=True)
class Service:
    """A service's command and how its health is checked."""

    command: list[str]
    healthcheck: list[str]


def services() -> dict[str, Service]:
    """Every service of docker-compose.yml that starts without a profile, by name."""
    described = yaml.safe_load((HOME / "docker-compose.yml").read_text("utf-8"))["services"]
    found = {}
    for name, service in described.items():
        if "profiles" in service:
            continue
        command = [part.replace("${REDIS_MAXMEMORY:-2gb}", "2gb") for part in service["command"]]
        found[name] = Service(command, service["healthcheck"]["test"])
    return found
